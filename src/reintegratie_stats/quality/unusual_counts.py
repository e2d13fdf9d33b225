"""What the rules on the unusual need of a register: counts by day, by month and by gemeente, made in the engine.

Each count is one pass over the register, made when a rule first asks for it. Only counts leave the engine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from reintegratie_stats.engine import Engine
from reintegratie_stats.periods import LAST_PLAUSIBLE
from reintegratie_stats.quality.places import names_gemeenten, place_text
from reintegratie_stats.registers import Registers

Ints = npt.NDArray[np.int64]

_EPOCH_MONTH = 1970 * 12


def month_of(day: dt.date) -> int:
    """Return the number of a day's month: twelve times the year, plus 0 for January.

    Examples
    --------
    >>> month_of(dt.date(2003, 2, 28))
    24037
    """
    return day.year * 12 + day.month - 1


def month_text(month: int) -> str:
    """Return a month as text.

    Examples
    --------
    >>> month_text(24037)
    '2003-02'
    """
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def months_of(days: Ints) -> Ints:
    """Return the numbers of the months of day numbers."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + _EPOCH_MONTH
    return np.asarray(months, dtype=np.int64)


def first_days(months: Ints) -> Ints:
    """Return the day numbers of the first days of months."""
    days = (np.asarray(months, dtype=np.int64) - _EPOCH_MONTH).astype("datetime64[M]").astype("datetime64[D]")
    return np.asarray(days.astype(np.int64), dtype=np.int64)


def month_number(day: ir.Value) -> ir.Value:
    """Return the number of a date's month, as an expression."""
    return (day.year().cast("int64") * 12 + day.month().cast("int64") - 1).cast("int64")


def ended(table: ir.Table) -> ir.Value:
    """Return the last day of a spell, missing where it runs on (a day in a far century counts as running)."""
    end = table.einddatum
    return (end < ibis.date(str(LAST_PLAUSIBLE))).fill_null(False).ifelse(end, ibis.null("date"))


@dataclass(frozen=True, eq=False)
class ByDay:
    """Rows by day number, days in order."""

    days: Ints
    rows: Ints

    def on(self, days: Ints) -> Ints:
        """Return the rows of certain days."""
        if not len(self.days):
            return np.zeros(len(days), dtype=np.int64)
        place = np.minimum(np.searchsorted(self.days, days), len(self.days) - 1)
        return np.asarray(np.where(self.days[place] == days, self.rows[place], 0), dtype=np.int64)

    def until(self, day: int) -> int:
        """Return the rows up to and including a day."""
        return int(self.rows[self.days <= day].sum())

    @cached_property
    def months(self) -> Mapping[int, int]:
        """Rows by month."""
        found: dict[int, int] = {}
        for month, rows in zip(months_of(self.days).tolist(), self.rows.tolist(), strict=True):
            found[month] = found.get(month, 0) + rows
        return found

    def monthly(self, first: int, last: int) -> Ints:
        """Return the rows of each month from the first to the last."""
        return np.array([self.months.get(month, 0) for month in range(first, last + 1)], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Cells:
    """Rows by gemeente (a number in `gemeenten`) and month of begin: all, those on day 1 and those without an end."""

    gemeenten: tuple[str, ...]
    gemeente: Ints
    month: Ints
    rows: Ints
    first: Ints
    open: Ints
    unplaced: int

    def sums(self, which: Ints, chosen: npt.NDArray[np.bool_]) -> Ints:
        """Return a count per gemeente, over the chosen cells."""
        found = np.bincount(self.gemeente[chosen], weights=which[chosen], minlength=len(self.gemeenten))
        return np.asarray(found.round(), dtype=np.int64)

    def grid(self, first: int, last: int) -> Ints:
        """Return the rows by gemeente and month, from the first month to the last."""
        made = np.zeros((len(self.gemeenten), last - first + 1), dtype=np.int64)
        inside = (self.month >= first) & (self.month <= last)
        np.add.at(made, (self.gemeente[inside], self.month[inside] - first), self.rows[inside])
        return made


@dataclass(frozen=True, repr=False, eq=False)
class Counted:
    """A register of spells with the counts that were asked of it.

    Parameters
    ----------
    name : str
    table : ibis table
        The usable rows.
    engine : Engine
    homes : ibis table, optional
        Bijstand, from which the gemeente of a row is known where the register does not say it.
    named : bool
        Whether a column `gemeente` holds gemeenten, and not something else, such as keys: these are never told.
    """

    name: str
    table: ir.Table
    engine: Engine
    homes: ir.Table | None = None
    named: bool = True

    def __repr__(self) -> str:
        return f"Counted({self.name})"

    @property
    def has_gemeente(self) -> bool:
        """Whether rows say their gemeente themselves."""
        return self.named and "gemeente" in self.table.columns

    @property
    def knows_gemeente(self) -> bool:
        """Whether the gemeente of rows is known: they say it, or it follows from bijstand."""
        return self.has_gemeente or self.homes is not None

    @cached_property
    def rows(self) -> int:
        """The number of usable rows."""
        return int(self.begins.rows.sum())

    @cached_property
    def begins(self) -> ByDay:
        """Rows by first day."""
        return self._by_day(self.table.begindatum, "first day")

    @cached_property
    def ends(self) -> ByDay:
        """Rows by last day; those that run on are not in it."""
        return self._by_day(ended(self.table), "last day")

    def _by_day(self, day: ir.Value, what: str) -> ByDay:
        days = self.table.select(dag=day.epoch_days().cast("int64"))
        grouped = days.filter(days.dag.notnull()).group_by("dag").aggregate(rijen=lambda one: one.count())
        found = self.engine.collect(grouped, f"counting {self.name} by {what}", ordered=True)
        return ByDay(_ints(found, "dag"), _ints(found, "rijen"))

    @cached_property
    def placed(self) -> ir.Table:
        """The rows with their gemeente: their own, or the only one in which the person has had bijstand."""
        if self.has_gemeente:
            return self.table.mutate(gemeente=place_text(self.table))
        if self.homes is None:
            return self.table
        place = place_text(self.homes)
        homes = self.homes.group_by(rs_persoon=self.homes.persoon_id).aggregate(
            rs_eerste=place.min(), rs_laatste=place.max()
        )
        homes = homes.filter(homes.rs_eerste == homes.rs_laatste)
        rows = self.table.left_join(homes, self.table.persoon_id == homes.rs_persoon)
        return rows.select(*(name for name in self.table.columns if name != "gemeente"), gemeente=rows.rs_eerste)

    @cached_property
    def cells(self) -> Cells:
        """Rows by gemeente and month of begin."""
        table = self.placed
        parts = table.select(
            gemeente=table.gemeente,
            maand=month_number(table.begindatum),
            eerste=(table.begindatum.day() == 1).ifelse(1, 0),
            lopend=ended(table).isnull().ifelse(1, 0),
        )
        grouped = parts.group_by("gemeente", "maand").aggregate(
            rijen=parts.count(), eerste=parts.eerste.sum(), lopend=parts.lopend.sum()
        )
        found = self.engine.collect(grouped, f"counting {self.name} by gemeente and month", ordered=True)
        return _cells(found)

    @cached_property
    def life(self) -> tuple[Ints, Ints, Ints]:
        """Rows by month of begin and month of end; the month of end is -1 where there is no end."""
        parts = self.table.select(
            maand=month_number(self.table.begindatum), eind=month_number(ended(self.table)).fill_null(-1)
        )
        grouped = parts.group_by("maand", "eind").aggregate(rijen=parts.count())
        found = self.engine.collect(grouped, f"counting {self.name} by months of begin and end", ordered=True)
        return _ints(found, "maand"), _ints(found, "eind"), _ints(found, "rijen")

    def begun_in(self, months: Collection[int]) -> ir.Table:
        """Return the rows that begin in certain months."""
        return self.table.filter(month_number(self.table.begindatum).isin(sorted(months)))

    def of_gemeenten(self, gemeenten: Collection[str]) -> ir.Table:
        """Return the rows of certain gemeenten."""
        return self.placed.filter(self.placed.gemeente.isin(sorted(gemeenten)))


def _ints(found: pa.Table, column: str) -> Ints:
    return np.array(found[column].to_pylist(), dtype=np.int64)


def _cells(found: pa.Table) -> Cells:
    """Give gemeenten a number; cells without one are counted beside it."""
    names = np.array([name or "" for name in found["gemeente"].to_pylist()], dtype=object)
    rows = _ints(found, "rijen")
    placed = names != ""
    gemeenten = tuple(sorted(set(names[placed].tolist())))
    number = {name: place for place, name in enumerate(gemeenten)}
    gemeente = np.array([number[name] for name in names[placed]], dtype=np.int64)
    month, first, running = (_ints(found, column)[placed] for column in ("maand", "eerste", "lopend"))
    return Cells(gemeenten, gemeente, month, rows[placed], first, running, int(rows[~placed].sum()))


def regular_months(counts: Mapping[int, int]) -> tuple[int, int] | None:
    """Return the first and last month of a series, without stray months before and after it.

    A month is part of it when the year around it holds at least one per cent of what the fullest year holds, and when
    no more than two years without such months lie between it and the fullest one. At the end a month counts when it
    has at least a tenth of the median of the twelve before.

    Examples
    --------
    >>> regular_months({1900 * 12: 3, **{month: 50 for month in range(24000, 24036)}, 24300: 2})
    (24000, 24035)
    """
    counts = {month: rows for month, rows in counts.items() if rows > 0}
    if not counts:
        return None
    low, high = min(counts), max(counts)
    rows = np.zeros(high - low + 1)
    rows[np.array(list(counts)) - low] = list(counts.values())
    years = np.convolve(rows, np.ones(12))[5 : 5 + len(rows)]
    used = np.nonzero((years >= 0.01 * years.max()) & (rows > 0))[0]
    peak = int(np.argmin(np.abs(used - int(np.argmax(years)))))
    breaks = np.diff(used) > 24
    before, after = np.nonzero(breaks[:peak])[0], np.nonzero(breaks[peak:])[0]
    first = int(used[before[-1] + 1 if len(before) else 0])
    last = int(used[peak + after[0] if len(after) else -1])
    while last > first and rows[last] < 0.1 * np.median(rows[max(first, last - 12) : last]):
        last -= 1
    return low + first, low + last


def last_known_day(counted: Collection[Counted]) -> dt.date | None:
    """Return the last day on which something begins in the regular months of a register, or on which bijstand ends.

    Inferred from the data where the day of delivery is not given. Strays in later months do not count.
    """
    latest: list[int] = []
    for one in counted:
        series = [one.begins, one.ends] if one.name == "bijstand" else [one.begins]
        for days in series:
            regular = regular_months(days.months)
            if regular is not None:
                latest.append(int(days.days[months_of(days.days) <= regular[1]].max()))
    return dt.date(1970, 1, 1) + dt.timedelta(days=max(latest)) if latest else None


@dataclass(frozen=True, eq=False)
class Period:
    """The months of one register that are judged.

    Attributes
    ----------
    first, last : int
        Its first and last month.
    settled : int
        The last month that is not provisional.
    day : date
        The last day known.
    end : int
        The month of that day, or the last one of the window where it ends before.
    """

    first: int
    last: int
    settled: int
    day: dt.date
    end: int

    def months(self, first: int | None = None, last: int | None = None) -> range:
        """Return the months that are judged, from one month to another (both included) where these are given."""
        start = self.first if first is None else max(self.first, first)
        return range(start, (self.last if last is None else min(self.last, last)) + 1)


def period_of(
    counted: Counted, day: dt.date, window: tuple[dt.date, dt.date] | None, provisional: int
) -> Period | None:
    """Return the months of a register that are judged, or None when nothing begins in them."""
    regular = regular_months(counted.begins.months)
    if regular is None:
        return None
    first, last = regular[0], min(regular[1], month_of(day))
    end = month_of(day)
    if window is not None:
        before = month_of(window[1] - dt.timedelta(days=1))
        first, last, end = max(first, month_of(window[0])), min(last, before), min(end, before)
    if last < first:
        return None
    return Period(first, last, min(last, settled_month(day, provisional)), day, end)


def settled_month(day: dt.date, provisional: int) -> int:
    """Return the last month that is not provisional: so many months back from that of the last day.

    Examples
    --------
    >>> month_text(settled_month(dt.date(2003, 12, 31), 3))
    '2003-09'
    """
    return month_of(day) - provisional


def count_registers(registers: Registers) -> dict[str, Counted]:
    """Return the registers of spells, nothing counted yet but whether gemeenten are gemeenten."""
    engine = registers.engine
    spells = {
        name: table for name, table in registers.tables.items() if {"begindatum", "einddatum"} <= set(table.columns)
    }
    named = {name: names_gemeenten(table, engine) for name, table in spells.items() if "gemeente" in table.columns}
    homes = spells["bijstand"] if named.get("bijstand") else None
    return {name: Counted(name, table, engine, homes, named.get(name, True)) for name, table in spells.items()}
