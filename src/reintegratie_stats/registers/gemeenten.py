"""Gemeenten that merge: one form of code, and one boundary year for all years.

- `normalise_codes`: codes in any form as ``GM0014``.
- `Crosswalk`, `read_crosswalk`: which gemeente became which, and when.
- `convert_counts`: counts and shares on the boundaries of one year.
- `to_boundaries`: registers of persons on the boundaries of one year.
- `add_regions`, `size_classes`: provincie, landsdeel, region and size class from tables that can be replaced.

Counts are added up and shares weighted; nothing is averaged. What a crosswalk cannot know (the parts of a split) it is
told with a key, and the result says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError, counted, listing, nearest
from reintegratie_stats.periods import as_date
from reintegratie_stats.registers.crosswalk import Crosswalk, Shares, read_crosswalk
from reintegratie_stats.registers.gemeente_boundaries import to_boundaries
from reintegratie_stats.registers.gemeente_codes import Codes, code_expression, normalise_codes
from reintegratie_stats.registers.gemeente_regions import add_regions, read_regions, size_classes

__all__ = [
    "Codes",
    "Converted",
    "Crosswalk",
    "add_regions",
    "code_expression",
    "convert_counts",
    "normalise_codes",
    "read_crosswalk",
    "read_regions",
    "size_classes",
    "to_boundaries",
]

LOST = 1e-9


@dataclass(frozen=True, repr=False, eq=False)
class Converted:
    """A table on the boundaries of one day; made by `convert_counts`.

    Attributes
    ----------
    naar : date
        The day whose boundaries these are.
    rows, used : int
        Rows of the source, and those that are in the result; the others had no code or no day.
    notes, warnings : tuple of str
        What was done; and what rests on a key: splits, and gemeenten that were taken apart again.
    """

    naar: dt.date
    rows: int
    used: int
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    _frame: pd.DataFrame
    _aside: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the table, in order of the year (or day), the gemeente and the further groups."""
        return self._frame.copy()

    def set_aside(self) -> pd.DataFrame:
        """Return the rows of the source without a code or a day."""
        return self._aside.copy()

    def __repr__(self) -> str:
        number = self._frame.iloc[:, 0].nunique()
        return (
            f"Converted({counted(self.rows, 'row')}, {self.rows - self.used} set aside, to {number} gemeenten on the "
            f"boundaries of {self.naar.isoformat()}; {counted(len(self.warnings), 'warning')})"
        )


def convert_counts(
    frame: pd.DataFrame,
    crosswalk: Crosswalk,
    naar: int | str | dt.date,
    *,
    aantallen: Sequence[str] = (),
    aandelen: Mapping[str, str] | None = None,
    per: Sequence[str] = (),
    gemeente: str = "gemeente",
    jaar: str = "jaar",
    datum: str | None = None,
    gewichten: Mapping[Any, float] | None = None,
    sleutel: str = "",
) -> Converted:
    """Bring counts and shares of gemeenten to the boundaries of one year.

    Parameters
    ----------
    frame : DataFrame
        A row per gemeente, year and further group.
    crosswalk : Crosswalk
    naar : int, str or date
        The boundaries: a year (those of 1 January) or a day.
    aantallen : sequence of str
        Columns with counts: added up, and divided over the parts of a split. Missing as soon as one is missing.
    aandelen : mapping of str to str, optional
        Columns with shares, each with the column of counts by which it is weighted (its denominator):
        ``sum(share * weight) / sum(weight)``.
    per : sequence of str
        Further columns by which rows are told apart.
    gemeente : str
        The column with codes, in any form.
    jaar, datum : str
        The column with the year (boundaries of 1 January), or with the day: a merger in mid-year then holds from its
        day.
    gewichten : mapping of code to float, optional
        For rows of after `naar`: a weight for each gemeente before it merged, by which the merged one is taken apart.
    sleutel : str
        What `gewichten` are, for the warning.

    Returns
    -------
    Converted

    Raises
    ------
    DefinitionError
        When a column is not there or is neither of these, a split has no shares, or a merger must be undone without
        weights. All gemeenten at once.

    Examples
    --------
    >>> crosswalk = Crosswalk.from_frame(pd.DataFrame({"code_van": [1, 2], "code_naar": [3, 3], "jaar": 2005}))
    >>> counts = pd.DataFrame(
    ...     {
    ...         "gemeente": ["0001", "GM0002 ", "3"],
    ...         "jaar": [2004, 2004, 2005],
    ...         "bijstand": [100, 300, 390],
    ...         "aandeel": [0.1, 0.3, 0.2],
    ...     }
    ... )
    >>> done = convert_counts(counts, crosswalk, 2005, aantallen=["bijstand"], aandelen={"aandeel": "bijstand"})
    >>> done.to_frame()
      gemeente  jaar  bijstand  aandeel
    0   GM0003  2004       400     0.25
    1   GM0003  2005       390     0.20
    """
    if not isinstance(crosswalk, Crosswalk):
        raise DefinitionError(
            f"crosswalk is {type(crosswalk).__name__}; read_crosswalk and Crosswalk.from_frame make one."
        )
    when = datum or jaar
    shares = dict(aandelen or {})
    _check_columns(frame, gemeente, when, aantallen, shares, per)
    target = _boundaries(naar)
    codes = normalise_codes(frame[gemeente])
    days = _row_days(frame[when], by_year=datum is None)
    weights = {code: float(w) for code, w in zip(_codes(gewichten), (gewichten or {}).values(), strict=True)}
    named = [None if pd.isna(code) else str(code) for code in codes.to_series()]
    both = list(zip(named, days, strict=True))
    keys = [(code, day) for code, day in both if code is not None and day is not None]
    used = np.array([code is not None and day is not None for code, day in both], dtype=bool)
    parts, notes, warnings = _parts(set(keys), crosswalk, target, weights, sleutel)
    rows = frame.reset_index(drop=True)
    moved = _moved_rows(rows[used], keys, parts, aantallen, shares)
    result = _summed(moved, [gemeente, when, *per], gemeente, aantallen, shares)
    if not used.all():
        notes.append(f"{int((~used).sum())} rows have no code of a gemeente or no {when}: set aside")
    return Converted(target, len(frame), int(used.sum()), tuple(notes), tuple(warnings), result, rows[~used])


def _check_columns(
    frame: pd.DataFrame, gemeente: str, when: str, counts: Sequence[str], shares: Mapping[str, str], per: Sequence[str]
) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise DefinitionError(f"convert_counts takes a pandas frame, not {type(frame).__name__}.")
    if isinstance(counts, str) or isinstance(per, str):
        raise DefinitionError("convert_counts: aantallen and per are lists of names, not one text.")
    named = [gemeente, when, *per, *counts, *shares]
    columns = [str(name) for name in frame.columns]
    problems = [
        f"column '{name}' is missing.{nearest(name, columns)}"
        for name in dict.fromkeys([*named, *shares.values()])
        if name not in columns
    ]
    problems += [f"column '{name}' is given twice." for name in dict.fromkeys(named) if named.count(name) > 1]
    problems += [
        f"aandelen: '{share}' is weighted by '{weight}', which must be among aantallen."
        for share, weight in shares.items()
        if weight not in counts
    ]
    problems += [
        f"column '{name}' must hold numbers."
        for name in (*counts, *shares)
        if name in columns and frame[name].notna().any() and not pd.api.types.is_numeric_dtype(frame[name])
    ]
    over = [name for name in columns if name not in named]
    if over:
        problems.append(
            f"column {listing(over)}: say what it is (aantallen, aandelen, per), or leave it out of the table."
        )
    if not counts:
        problems.append("aantallen is empty: name the columns with counts.")
    if problems:
        raise DefinitionError("convert_counts: " + "\n".join(problems))


def _boundaries(naar: Any) -> dt.date:
    if isinstance(naar, (int, np.integer)) and not isinstance(naar, bool):
        if not 1800 <= naar <= 2100:
            raise DefinitionError(f"naar is {naar}; it is a year such as 2022, or a day.")
        return dt.date(int(naar), 1, 1)
    return as_date(naar, "naar")


def _row_days(values: pd.Series[Any], *, by_year: bool) -> list[dt.date | None]:
    days: list[dt.date | None] = []
    for value in values:
        try:
            days.append(_boundaries(int(float(value))) if by_year else as_date(value, "datum"))
        except (DefinitionError, TypeError, ValueError, OverflowError):
            days.append(None)
    return days


def _codes(weights: Mapping[Any, float] | None) -> list[str]:
    return [str(code) for code in normalise_codes(weights or {}).require("gewichten")]


def _parts(
    keys: set[tuple[str, dt.date]], crosswalk: Crosswalk, target: dt.date, weights: Mapping[str, float], key: str
) -> tuple[dict[tuple[str, dt.date], Shares], list[str], list[str]]:
    """Return for each gemeente and day of the rows its parts on the boundaries asked for."""
    parts: dict[tuple[str, dt.date], Shares] = {}
    problems, late = [], set()
    split: set[str] = set()
    apart: set[str] = set()
    for code, day in sorted(keys):
        late |= {code} if crosswalk.last_alive(code, day) < day else set()
        try:
            back = day > target
            found = crosswalk.sources(code, day, target, weights) if back else crosswalk.targets(code, day, target)
        except DefinitionError as error:
            problems.append(str(error))
            continue
        if any(share != share for share in found.values()):
            problems.append(
                f"{code} was split over {listing(sorted(found))} in shares that the crosswalk does not give."
            )
        if len(found) > 1:
            (apart if back else split).add(code)
        parts[code, day] = found
    if problems:
        raise DefinitionError(
            "\n".join(dict.fromkeys(problems)) + "\nGive shares (deel, or Crosswalk.with_key), or gewichten to go back."
        )
    warnings = []
    if split:
        how = crosswalk.sleutel or "deel of the crosswalk"
        warnings.append(f"{listing(sorted(split))}: split; counts divided by {how}")
    if apart:
        warnings.append(f"{listing(sorted(apart))}: taken apart again, by {key or 'gewichten'}")
    notes = [f"{listing(sorted(late))}: used after it had gone; taken as what it became"] if late else []
    return parts, notes, warnings


def _moved_rows(
    rows: pd.DataFrame,
    keys: list[tuple[str, dt.date]],
    parts: Mapping[tuple[str, dt.date], Shares],
    counts: Sequence[str],
    shares: Mapping[str, str],
) -> pd.DataFrame:
    """Return a row per part of each row, counts divided and shares multiplied by their weight."""
    places = [place for place, key in enumerate(keys) for _ in parts[key]]
    found = [one for key in keys for one in parts[key].items()]
    moved = rows.iloc[places].reset_index(drop=True)
    moved["rs_code"] = pd.array([code for code, _ in found], dtype="string")
    deel = np.array([share for _, share in found], dtype=np.float64)
    divided = bool((deel != 1.0).any())
    for name in counts:
        whole = pd.api.types.is_integer_dtype(moved[name]) and not divided
        moved[name] = moved[name].astype("Int64") if whole else moved[name].astype("Float64") * deel
    for share, weight in shares.items():
        moved[share] = moved[share].astype("Float64") * moved[weight].astype("Float64")
    return moved


def _summed(
    moved: pd.DataFrame, by: list[str], gemeente: str, counts: Sequence[str], shares: Mapping[str, str]
) -> pd.DataFrame:
    moved = moved.drop(columns=gemeente).rename(columns={"rs_code": gemeente})
    values = [*counts, *shares]
    grouped = moved.groupby(by, dropna=False, sort=True, observed=True)
    result = grouped[values].sum()
    for name in values:
        unknown = moved[name].isna().groupby([moved[one] for one in by], dropna=False, observed=True).any()
        result[name] = result[name].mask(unknown.reindex(result.index).to_numpy(bool))
    for share, weight in shares.items():
        total = result[weight].astype("Float64")
        result[share] = result[share] / total.mask((total == 0).fillna(False))
    result = result.reset_index()
    order = [by[1], gemeente, *by[2:]]
    result = result.sort_values(order, kind="stable", ignore_index=True)[[*by, *values]]
    for name in values:
        whole = str(result[name].dtype) == "Int64" and not result[name].isna().any()
        result[name] = result[name].astype("int64" if whole else result[name].dtype)
        if str(result[name].dtype) == "Float64":
            result[name] = result[name].to_numpy(dtype="float64", na_value=np.nan)
    return result
