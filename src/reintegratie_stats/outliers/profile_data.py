"""The long frame of a profile, read and checked: one row per gemeente, soort and jaar; all problems at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reintegratie_stats.errors import FitError, counted, listing, nearest
from reintegratie_stats.estimates.design import parse_formula
from reintegratie_stats.estimates.families import Bools, CountFamily
from reintegratie_stats.estimates.suspected import INSTITUTIONAL_TRAITS, check_suspected
from reintegratie_stats.estimates.unit_data import RESERVED as RESULTS
from reintegratie_stats.estimates.unit_data import Missing

RESERVED = (
    "observed", "exposure", "expected", "expected_loo", "lower", "upper", "ratio", "ratio_eb", "eb_lower", "eb_upper",
    "p", "p_adjusted", "signal", "shortlist", "relevant", "flag", "reason", "why", "pattern", "persistent", "n", "sd",
)  # fmt: skip
"""Names of columns of the results, which a key cannot have."""

YES, NO = ("ja", "yes", "true", "1", "1.0"), ("nee", "no", "false", "0", "0.0")


@dataclass(frozen=True)
class Keys:
    """The columns that say what a row is about, and its exposure."""

    id: str = "gemeente"
    soort: str = "soort"
    jaar: str = "jaar"
    exposure: str = "doelgroep"

    def of_row(self) -> list[str]:
        """Return the columns that name a row."""
        return [self.id, self.soort, self.jaar]


@dataclass(frozen=True, eq=False)
class LongData:
    """A checked long frame, sorted; its gemeenten, soorten and jaren; which soorten have money attached, if known."""

    frame: pd.DataFrame
    keys: Keys
    gemeenten: tuple[Any, ...]
    soorten: tuple[str, ...]
    jaren: tuple[int, ...]
    money: Mapping[str, bool] | None

    def __repr__(self) -> str:
        what = (counted(len(self.gemeenten), "gemeente", "gemeenten"), counted(len(self.soorten), "soort", "soorten"))
        return f"LongData({', '.join(what)}, {counted(len(self.jaren), 'jaar', 'jaren')})"

    def rows(self, soort: str, jaar: int) -> pd.DataFrame:
        """Return the rows of one soort and jaar."""
        where = (self.frame[self.keys.soort] == soort) & (self.frame[self.keys.jaar] == jaar)
        return self.frame[where].reset_index(drop=True)


def read_long(
    long: pd.DataFrame,
    formula: str,
    keys: Keys,
    family: CountFamily,
    missing: Missing = "error",
    money: Mapping[str, bool] | str | None = None,
    suspected: tuple[str, ...] = INSTITUTIONAL_TRAITS,
    include_suspected: str = "",
) -> LongData:
    """Read and check a long frame.

    Parameters
    ----------
    long : DataFrame
        One row per gemeente, soort and jaar.
    formula : str
    keys : Keys
    family : CountFamily
    missing : {"error", "not_judged"}
    money : mapping or str, optional
        Per soort whether money is attached, or the column that says so (ja/nee, or true/false).
    suspected, include_suspected
        Traits of the institution that are refused as covariates, and the reason to have them; see `fit_expected`.

    Raises
    ------
    FitError
        Listing everything that is wrong: first the columns, then the values.
    """
    _complain(_column_problems(long, formula, keys, money), "the columns")
    parsed = parse_formula(formula, [str(c) for c in long.columns])
    check_suspected(formula, parsed.right, parsed.variables, suspected, include_suspected)
    if long.empty:
        raise FitError("the long frame holds no rows: nothing to fit.")
    count, size = parsed.outcome, keys.exposure
    problems = _key_problems(long, keys) + _number_problems(long, (count, size))
    _complain(problems, "the long frame")
    frame = long.assign(**{keys.soort: long[keys.soort].astype("string"), keys.jaar: long[keys.jaar].astype("int64")})
    problems = _count_problems(frame, count, keys, family)
    if missing == "error":
        problems += _missing_problems(frame, (count, size, *parsed.variables), keys)
    attached, more = _money(frame, keys, money)
    _complain(problems + more, "the long frame")
    frame = frame.sort_values([keys.soort, keys.jaar, keys.id], kind="stable").reset_index(drop=True)
    who, soorten, jaren = (sorted(frame[name].unique()) for name in keys.of_row())
    return LongData(frame, keys, tuple(who), tuple(map(str, soorten)), tuple(map(int, jaren)), attached)


def _complain(problems: list[str], of: str) -> None:
    if problems:
        lines = "".join(f"\n- {text}" for text in problems)
        raise FitError(f"{counted(len(problems), 'problem')} in {of}:{lines}")


def _column_problems(long: pd.DataFrame, formula: str, keys: Keys, money: Any) -> list[str]:
    columns = [str(c) for c in long.columns]
    problems = []
    roles = {"id": keys.id, "soort": keys.soort, "jaar": keys.jaar, "exposure": keys.exposure}
    if isinstance(money, str):
        roles["money"] = money
    for role, name in roles.items():
        if name not in columns:
            hint = nearest(name, columns) or f" Present: {listing(columns)}."
            problems.append(f"{role}: '{name}' is not a column of the data.{hint}")
    twice = sorted({c for c in columns if columns.count(c) > 1})
    if twice:
        problems.append(f"more than one column is called {listing(twice)}.")
    if len(set(keys.of_row())) < 3:
        problems.append(f"id, soort and jaar must be three columns, not {listing(keys.of_row())}.")
    taken = [name for name in keys.of_row() if name in RESERVED or (name == keys.id and name in RESULTS)]
    if taken:
        problems.append(f"id, soort and jaar cannot be called {listing(taken)}: results have columns of that name.")
    try:
        parsed = parse_formula(formula, columns)
        own = [name for name in (keys.soort, keys.jaar) if name in parsed.variables]
        if own:
            problems.append(f"formula: {listing(own)} is the same within a fit (one per soort and jaar); leave it out.")
    except FitError as error:
        problems.append(str(error))
    return problems


def _key_problems(long: pd.DataFrame, keys: Keys) -> list[str]:
    problems = []
    for name in keys.of_row():
        if long[name].isna().any():
            problems.append(f"column '{name}' is missing in {counted(int(long[name].isna().sum()), 'row')}.")
    year = long[keys.jaar]
    if not pd.api.types.is_numeric_dtype(year.dtype) or pd.api.types.is_bool_dtype(year.dtype):
        problems.append(f"column '{keys.jaar}' holds {year.dtype}; years are whole numbers (2024).")
    elif np.any(np.mod(year.dropna().to_numpy(dtype=np.float64), 1.0) != 0):
        problems.append(f"column '{keys.jaar}' holds numbers that are not whole; years are whole numbers (2024).")
    twice = long.duplicated(keys.of_row())
    if twice.any():
        rows = long[twice].drop_duplicates(keys.of_row())
        problems.append(f"more than one row for {_places(rows, keys)}.")
    return problems


def _number_problems(long: pd.DataFrame, names: tuple[str, ...]) -> list[str]:
    problems = []
    for name in dict.fromkeys(names):
        if not pd.api.types.is_numeric_dtype(long[name].dtype):
            problems.append(f"column '{name}' holds {long[name].dtype}, not numbers.")
        elif np.any(np.isinf(long[name].to_numpy(dtype=np.float64, na_value=np.nan))):
            problems.append(f"column '{name}' holds infinite values.")
    return problems


def _count_problems(frame: pd.DataFrame, count: str, keys: Keys, family: CountFamily) -> list[str]:
    y, size = (frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in (count, keys.exposure))
    rules: list[tuple[Bools, str]] = [
        (y < 0, f"'{count}' is negative"),
        ((y != np.floor(y)) & ~np.isnan(y), f"'{count}' is not a whole number"),
        (size < 0, f"exposure '{keys.exposure}' is negative"),
        ((y > 0) & (size == 0), f"'{count}' is positive where exposure '{keys.exposure}' is 0"),
        ((y > 0) & np.isnan(size), f"'{count}' is given where exposure '{keys.exposure}' is missing"),
    ]
    if family.bounded:
        rules += [
            ((size != np.floor(size)) & ~np.isnan(size), f"exposure '{keys.exposure}' is not a whole number"),
            (y > size, f"'{count}' is above exposure '{keys.exposure}' (persons out of persons)"),
        ]
    return [f"{text}, in {_places(frame[where], keys)}." for where, text in rules if np.any(where)]


def _missing_problems(frame: pd.DataFrame, names: tuple[str, ...], keys: Keys) -> list[str]:
    return [
        f"'{name}' is missing, in {_places(frame[frame[name].isna()], keys)}. Fill it, leave the rows out, or give "
        "missing='not_judged'."
        for name in dict.fromkeys(names)
        if frame[name].isna().any()
    ]


def _places(rows: pd.DataFrame, keys: Keys) -> str:
    ordered = rows.sort_values(keys.of_row(), kind="stable")
    return listing([f"{who} ({soort}, {jaar})" for who, soort, jaar in ordered[keys.of_row()].itertuples(index=False)])


def _money(frame: pd.DataFrame, keys: Keys, money: Any) -> tuple[dict[str, bool] | None, list[str]]:
    if money is None:
        return None, []
    soorten = sorted({str(s) for s in frame[keys.soort]})
    if not isinstance(money, str):
        return _money_mapping(dict(money), soorten)
    found, problems = {}, []
    for soort, part in frame.groupby(keys.soort, sort=True):
        values = {yes_or_no(v) for v in part[money]}
        if len(values) != 1 or None in values:
            problems.append(f"'{money}' must be ja or nee, and the same in all rows of a soort; not so in {soort}.")
        else:
            found[str(soort)] = bool(values.pop())
    return found, problems


def _money_mapping(money: dict[str, Any], soorten: list[str]) -> tuple[dict[str, bool], list[str]]:
    problems = []
    absent, strange = [s for s in soorten if s not in money], sorted(str(s) for s in money if s not in soorten)
    if absent:
        problems.append(f"money says nothing about soort {listing(absent)}.")
    if strange:
        hint = nearest(strange[0], soorten)
        problems.append(f"money names {listing(strange)}, which is no soort in the data.{hint}")
    unclear = [s for s in soorten if s in money and yes_or_no(money[s]) is None]
    if unclear:
        problems.append(f"money must be ja or nee; not so for {listing(unclear)}.")
    return {s: bool(yes_or_no(money[s])) for s in soorten if s in money}, problems


def yes_or_no(value: object) -> bool | None:
    """Return a yes or no as a bool; None for anything else.

    Examples
    --------
    >>> yes_or_no("ja"), yes_or_no(False), yes_or_no("misschien")
    (True, False, None)
    """
    text = str(value).strip().casefold()
    return True if text in YES else False if text in NO else None
