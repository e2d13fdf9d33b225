"""Which gemeente became which, and when: mergers, absorptions, new codes and splits.

A crosswalk is a table of the user with a row per old and new code. Its events are walked in order of their days, so
that chains need no care: what merged in 2005 and again in 2009 is there in two rows. Events of one day happen together.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from reintegratie_stats.errors import DefinitionError, RegisterError, listing, nearest
from reintegratie_stats.periods import as_date
from reintegratie_stats.registers.gemeente_codes import normalise_codes

Shares = dict[str, float]
TOLERANCE = 1e-6
REQUIRED = ("code_van", "code_naar")


@dataclass(frozen=True, repr=False, eq=False)
class Crosswalk:
    """Events of gemeenten; made by `from_frame`, `from_years` or `read_crosswalk`.

    Attributes
    ----------
    events : mapping of date to mapping of str to mapping of str to float
        Per day and old code: the new codes, and the share of the old gemeente that each gets (NaN where it is not
        said).
    sleutel : str
        What the shares of splits are shares of, for the notes.
    volledig : bool
        Every gemeente that goes on when others join it has a row to itself, so that one without is new.

    Examples
    --------
    >>> rows = pd.DataFrame({"code_van": [9003, 9004], "code_naar": [9013, 9013], "jaar": [2005, 2005]})
    >>> crosswalk = Crosswalk.from_frame(rows)
    >>> crosswalk
    Crosswalk(2 gemeenten changed on 1 day: 2005-01-01)
    >>> crosswalk.targets("GM9003", "2004-01-01", "2010-01-01")
    {'GM9013': 1.0}
    """

    events: Mapping[dt.date, Mapping[str, Mapping[str, float]]]
    sleutel: str = ""
    volledig: bool = False

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, sleutel: str = "") -> Crosswalk:
        """Check a table and take it as a crosswalk.

        Parameters
        ----------
        frame : DataFrame
            ``code_van, code_naar`` (codes in any form), ``datum`` (first day of the new boundaries) or ``jaar`` (1
            January), and where a gemeente was split ``deel``: the share of it, in (0, 1], that each new one got. A
            gemeente that goes on has a row to itself: where it gives a part away, and where others join it and that
            must be undone one day. Further columns are left alone.
        sleutel : str
            What the shares are shares of, for example ``"inwoners 2020"``.

        Raises
        ------
        RegisterError
            When a column is missing, a code or day is none, a row is there twice, or shares do not add up to 1. All
            problems at once.
        """
        problems = _lacking(frame)
        if problems:
            raise RegisterError("\n".join(problems))
        codes = {}
        for name in REQUIRED:
            found = normalise_codes(frame[name])
            if found.n_bad or found.n_missing:
                problems.append(f"crosswalk: {name} has {found.n_bad} bad and {found.n_missing} missing codes.")
            codes[name] = found.to_series()
        days, wrong = _days(frame)
        shares, more = _shares(frame)
        problems += wrong + more
        if problems:
            raise RegisterError("\n".join(problems))
        return cls(_events(zip(days, codes["code_van"], codes["code_naar"], shares, strict=True)), sleutel)

    @classmethod
    def from_years(cls, frame: pd.DataFrame) -> Crosswalk:
        """Take a wide table: a row per old code, and a column per year with the code that it has in that year.

        Parameters
        ----------
        frame : DataFrame
            Columns that differ in the year at their end (``GM1981`` to ``GM2021``); boundaries are those of 1 January.
            Other columns are left alone. A code that goes over into several ones is a split; the table does not say in
            which shares, so `with_key` must.

        Raises
        ------
        RegisterError
            When there are fewer than two such columns, or a code is none.
        """
        years = _years(map(str, frame.columns))
        if len(years) < 2:
            raise RegisterError(f"crosswalk: no two columns are a year. Present: {listing(map(str, frame.columns))}.")
        ordered = sorted(years)
        codes = pd.DataFrame(
            {year: normalise_codes(frame[years[year]]).require(f"crosswalk: {years[year]}") for year in ordered}
        )
        rows = []
        for before, after in pairwise(ordered):
            pairs = codes[[before, after]].dropna().drop_duplicates()
            parts = pairs.groupby(before)[after].transform("count")
            changed = (pairs[before] != pairs[after]) | (parts > 1)
            goes_on = (pairs[before] == pairs[after]) & pairs[after].isin(pairs.loc[changed, after])
            changed = pairs[changed | goes_on]
            rows += [
                (dt.date(after, 1, 1), old, new, 1.0 if number == 1 else float("nan"))
                for old, new, number in zip(changed[before], changed[after], parts[changed.index], strict=True)
            ]
        return cls(_events(rows), volledig=True)

    def with_key(self, gewichten: Mapping[tuple[Any, Any], float], sleutel: str) -> Crosswalk:
        """Return the same with shares for splits.

        Parameters
        ----------
        gewichten : mapping of (code_van, code_naar) to float
            For each part of a split a weight above 0, such as the inhabitants that went over; the shares are in
            proportion. Splits of which no part is named stay as they are.
        sleutel : str
            What the weights are, for the notes.

        Raises
        ------
        DefinitionError
            When a weight is for no part of a split, is not above 0, or a part of a split that is named has none.
        """
        weights = {
            tuple(str(code) for code in normalise_codes(pair).require("gewichten")): weight
            for pair, weight in gewichten.items()
        }
        unused, problems = set(weights), []
        events: dict[dt.date, dict[str, Mapping[str, float]]] = {}
        for day, changes in self.events.items():
            events[day] = {}
            for old, parts in changes.items():
                named = {new: weights[old, new] for new in parts if (old, new) in weights}
                unused -= {(old, new) for new in named}
                if named and len(named) < len(parts):
                    problems.append(f"{old} has no weight for {listing(new for new in parts if new not in named)}.")
                if named and not all(weight > 0 for weight in named.values()):
                    problems.append(f"{old} has a weight that is not above 0.")
                total = sum(named.values())
                whole = len(named) == len(parts) and total > 0
                shares = {new: named[new] / total for new in parts} if whole else dict(parts)
                events[day][old] = MappingProxyType(shares)
        if unused:
            problems.append(f"{listing(' to '.join(pair) for pair in sorted(unused))}: there is no such change.")
        if problems:
            raise DefinitionError("gewichten: " + " ".join(problems))
        frozen = {day: MappingProxyType(changes) for day, changes in events.items()}
        return Crosswalk(frozen, sleutel, self.volledig)

    def to_frame(self) -> pd.DataFrame:
        """Return ``code_van, code_naar, datum, deel``, in order of the days."""
        rows = [
            (old, new, day, share)
            for day, changes in self.events.items()
            for old, parts in changes.items()
            for new, share in parts.items()
        ]
        frame = pd.DataFrame(rows, columns=["code_van", "code_naar", "datum", "deel"])
        frame["datum"] = pd.array([pd.Timestamp(day) for day in frame["datum"]], dtype="datetime64[s]")
        return frame.astype({"code_van": "string", "code_naar": "string", "deel": "float64"})

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """The days on which something changed, in order."""
        return tuple(self.events)

    def targets(self, code: str, van: dt.date | str, naar: dt.date | str) -> Shares:
        """Return what a gemeente on one day is on a later one: the share of it that is in each.

        A code that was used after it had gone is followed from the day on which it went. Shares of a split that the
        crosswalk does not give are NaN.

        Parameters
        ----------
        code : str
            In the form ``GM0014``.
        van, naar : date or str
        """
        since, until = as_date(van, "van"), as_date(naar, "naar")
        since = self.last_alive(code, since)
        parts: Shares = {code: 1.0}
        for day in self.days:
            if since < day <= until:
                parts = _moved(parts, self.events[day])
        return parts

    def sources(self, code: str, van: dt.date | str, naar: dt.date | str, gewichten: Mapping[str, float]) -> Shares:
        """Return of what a gemeente was made up on an earlier day: the share of it that was in each, by weight.

        Parameters
        ----------
        code : str
        van, naar : date or str
            From the later day back to the earlier.
        gewichten : mapping of str to float
            A weight (such as inhabitants) for each gemeente that was there just before a change.

        Raises
        ------
        DefinitionError
            When a gemeente that merged has no weight.
        """
        later, earlier = as_date(van, "van"), as_date(naar, "naar")
        parts: Shares = {code: 1.0}
        for day in reversed(self.days):
            if earlier < day <= later:
                parts = _moved(parts, {one: self._made_of(one, day, gewichten) for one in parts})
        return parts

    def _made_of(self, code: str, day: dt.date, weights: Mapping[str, float]) -> Shares:
        """Return of what a gemeente was made on a day: its predecessors, and itself where it was there before."""
        changes = self.events[day]
        from_others = {old: parts[code] for old, parts in changes.items() if code in parts}
        if not from_others:
            return {code: 1.0}
        if code not in changes and not self.volledig and self._was_there(code, day, weights):
            from_others[code] = 1.0
        without = [old for old in from_others if not weights.get(old, 0) > 0]
        if without and len(from_others) > 1:
            raise DefinitionError(
                f"{code} was made on {day} of {listing(sorted(from_others))}; without a weight above 0 for "
                f"{listing(without)} it cannot be taken apart again."
            )
        made = {old: share * weights.get(old, 1.0) for old, share in from_others.items()}
        total = sum(made.values())
        return {old: one / total for old, one in made.items()}

    def _was_there(self, code: str, day: dt.date, weights: Mapping[str, float]) -> bool:
        """Return whether a gemeente was there before a day on which others joined it.

        An earlier change says so. Otherwise its weight does, unless that is needed for a merger of its own later.
        """
        for earlier in reversed([one for one in self.days if one < day]):
            changes = self.events[earlier]
            if any(code in parts for parts in changes.values()):
                return True
            if code in changes:
                return False
        return code in weights and not any(code in self.events[one] for one in self.days if one > day)

    def last_alive(self, code: str, day: dt.date) -> dt.date:
        """Return the day itself, or the last day on which a code was there when it has gone before it."""
        gone: dt.date | None = None
        for when in self.days:
            if when > day:
                break
            changes = self.events[when]
            if any(code in parts for parts in changes.values()):
                gone = None
            elif code in changes:
                gone = when
        return day if gone is None else gone - dt.timedelta(days=1)

    def __repr__(self) -> str:
        changed = {old for changes in self.events.values() for old, parts in changes.items() if set(parts) != {old}}
        days = listing((day.isoformat() for day in self.days), limit=3)
        number = len(self.days)
        return f"Crosswalk({len(changed)} gemeenten changed on {number} day{'' if number == 1 else 's'}: {days})"


def _years(columns: Iterable[str]) -> dict[int, str]:
    """Return the columns of the largest set that differ in the year at the end of their name only."""
    found: dict[str, dict[int, str]] = {}
    for name in columns:
        if match := re.fullmatch(r"(.*?)((?:19|20)[0-9]{2})", name):
            found.setdefault(match.group(1), {})[int(match.group(2))] = name
    return max(found.values(), key=len, default={})


def read_crosswalk(path: str | PathLike[str], *, sleutel: str = "") -> Crosswalk:
    """Read a crosswalk from a CSV file (UTF-8, commas).

    Parameters
    ----------
    path : path
        With the columns of `Crosswalk.from_frame`, or a column per year as for `Crosswalk.from_years`.
    sleutel : str
        What the shares of splits are shares of.

    Raises
    ------
    RegisterError
        When there is no such file, or it is no crosswalk.
    """
    file = Path(path)
    if not file.is_file():
        raise RegisterError(f"There is no file {file}.")
    try:
        frame = pd.read_csv(file, dtype="string", encoding="utf-8-sig")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError):
        raise RegisterError(f"{file.name} cannot be read as CSV with commas, in UTF-8.") from None
    if not set(REQUIRED) & set(frame.columns) and len(_years(frame.columns)) > 1:
        return Crosswalk.from_years(frame)
    return Crosswalk.from_frame(frame, sleutel=sleutel)


def _moved(parts: Shares, changes: Mapping[str, Mapping[str, float]]) -> Shares:
    moved: Shares = {}
    for code, share in parts.items():
        for new, of_it in changes.get(code, {code: 1.0}).items():
            moved[new] = moved.get(new, 0.0) + share * of_it
    return moved


def _lacking(frame: Any) -> list[str]:
    if not isinstance(frame, pd.DataFrame):
        return [f"crosswalk: {type(frame).__name__} is not a pandas frame. Give one, or take read_crosswalk."]
    problems = [
        f"crosswalk: column '{name}' is missing.{nearest(name, map(str, frame.columns))}"
        for name in REQUIRED
        if name not in frame.columns
    ]
    if ("jaar" in frame.columns) == ("datum" in frame.columns):
        problems.append("crosswalk: give either a column jaar or a column datum.")
    return problems


def _days(frame: pd.DataFrame) -> tuple[list[dt.date], list[str]]:
    days, wrong = [], 0
    by_year = "jaar" in frame.columns
    for value in frame["jaar" if by_year else "datum"]:
        try:
            day = as_date(f"{int(float(value)):04d}-01-01" if by_year else value, "datum")
        except (DefinitionError, TypeError, ValueError):
            wrong += 1
            continue
        days.append(day)
    name = "jaar" if by_year else "datum"
    asked = "a year, such as 2022" if by_year else "a day, such as 2022-03-24"
    return days, [f"crosswalk: {wrong} values of {name} are not {asked}."] if wrong else []


def _shares(frame: pd.DataFrame) -> tuple[list[float], list[str]]:
    if "deel" not in frame.columns:
        return [float("nan")] * len(frame), []
    numbers = pd.to_numeric(frame["deel"], errors="coerce").astype("float64")
    unread = frame["deel"].notna() & (frame["deel"].astype(str).str.strip() != "") & numbers.isna()
    wrong = int((unread | (numbers <= 0) | (numbers > 1)).sum())
    problem = f"crosswalk: {wrong} values of deel are not a share above 0 and at most 1 (with a decimal point)."
    return numbers.to_list(), [problem] if wrong else []


def _events(rows: Iterable[tuple[dt.date, str, str, float]]) -> Mapping[dt.date, Mapping[str, Mapping[str, float]]]:
    """Return the rows by day and old code; each old code must go over as a whole.

    Raises
    ------
    RegisterError
        All problems at once.
    """
    found: dict[dt.date, dict[str, dict[str, float]]] = {}
    problems = []
    for day, old, new, share in rows:
        parts = found.setdefault(day, {}).setdefault(old, {})
        if new in parts:
            problems.append(f"crosswalk: {old} to {new} on {day} is there twice.")
        parts[new] = share
    for day, changes in found.items():
        for old, parts in changes.items():
            values = list(parts.values())
            if len(values) == 1 and values[0] != values[0]:
                parts[next(iter(parts))] = 1.0
                continue
            unsaid = sum(value != value for value in values)
            if unsaid == len(values):
                continue
            if unsaid or abs(sum(values) - 1) > TOLERANCE:
                said = f"add up to {sum(values):g}" if not unsaid else "are not all given"
                problems.append(f"crosswalk: the shares of {old} on {day} {said}; they must add up to 1.")
    if problems:
        raise RegisterError("\n".join(problems))
    frozen = {old: {code: MappingProxyType(parts) for code, parts in found[old].items()} for old in sorted(found)}
    return {day: MappingProxyType(changes) for day, changes in frozen.items()}
