"""The days between an event and its registration, and counts by period of the event and of the registration.

A delay is only seen once it is over: of events of last month only the quick registrations are there. So the delays of
recent events look short. Take events that have had the time (`tot`), or leave the estimate of what is still to come to
a chain ladder on `registration_counts`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from reintegratie_stats.errors import DefinitionError, RegisterError, listing
from reintegratie_stats.periods import as_date
from reintegratie_stats.registers.known import END_REGISTERED, REGISTERED
from reintegratie_stats.registers.registers import Registers
from reintegratie_stats.registers.spell_gemeente import gemeente_on_day
from reintegratie_stats.registers.spell_read import read_day

MONTHS = {"maand": 1, "kwartaal": 3, "halfjaar": 6, "jaar": 12}
Event = Literal["begindatum", "einddatum"]
Step = Literal["maand", "kwartaal", "halfjaar", "jaar"]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, repr=False, eq=False)
class Delays:
    """How long registration took, per gemeente.

    Attributes
    ----------
    register, gebeurtenis : str
        Of which register, and which day of its rows.
    van, tot : date or None
        Events from `van` to before `tot`.
    """

    register: str
    gebeurtenis: str
    van: dt.date | None
    tot: dt.date | None
    _frame: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row per gemeente, and a last one, gemeente missing, for all together.

        ``gemeente``; ``n`` (events with a registratiedatum), ``zonder_registratiedatum``, ``vooraf`` (registered before
        the day itself) in rows; ``kwartiel_1, mediaan, kwartiel_3, langste`` in days; ``binnen_k_mnd``, the share of
        `n` registered at most `k` calendar months after the day, in [0, 1].
        """
        return self._frame.copy()

    def __repr__(self) -> str:
        last = self._frame.iloc[-1]
        return (
            f"Delays({self.register}.{self.gebeurtenis}: {int(last['n'])} events of "
            f"{len(self._frame) - 1} gemeenten, median {last['mediaan']:g} days)"
        )


def registration_delays(
    registers: Registers,
    name: str,
    *,
    gebeurtenis: Event = "begindatum",
    van: dt.date | str | None = None,
    tot: dt.date | str | None = None,
    maanden: Sequence[int] = (1, 2, 3, 6, 12),
) -> Delays:
    """Return the days between an event and its registration, per gemeente.

    Parameters
    ----------
    registers : Registers
    name : str
        A register with `registratiedatum` (of its ends: `registratiedatum_einde`). Where it has no gemeente, an event
        is of the gemeente that paid bijstand on its day; where none did, it counts in the total only.
    gebeurtenis : {"begindatum", "einddatum"}
    van, tot : date or str, optional
        Only events from `van` to before `tot`.
    maanden : sequence of int
        For which numbers of calendar months the share is given.

    Returns
    -------
    Delays
        Quartiles are of the days in order, with linear interpolation between two.

    Raises
    ------
    RegisterError
        When the register does not say when it was registered.
    DefinitionError
        When a day, an event or a number of months is none.

    Examples
    --------
    >>> import pandas as pd
    >>> import reintegratie_stats as rs
    >>> bijstand = pd.DataFrame(
    ...     {
    ...         "persoon_id": ["a", "b", "c"],
    ...         "gemeente": ["GM9001", "GM9001", "GM9002"],
    ...         "begindatum": ["2002-01-31", "2002-03-01", "2002-03-01"],
    ...         "einddatum": None,
    ...         "reden_einde": None,
    ...         "registratiedatum": ["2002-02-28", "2002-04-02", "2002-03-11"],
    ...     }
    ... )
    >>> delays = registration_delays(rs.Registers.from_frames(bijstand=bijstand), "bijstand", maanden=[1])
    >>> delays.to_frame()[["gemeente", "n", "mediaan", "binnen_1_mnd"]]
      gemeente  n  mediaan  binnen_1_mnd
    0   GM9001  2     30.0      0.500000
    1   GM9002  1     10.0      1.000000
    2     <NA>  3     28.0      0.666667
    """
    wrong = [one for one in maanden if isinstance(one, bool) or not isinstance(one, (int, np.integer)) or one < 0]
    if wrong:
        raise DefinitionError(f"maanden holds {listing(map(repr, wrong))}; these are whole numbers of 0 or more.")
    first, last = (None if one is None else as_date(one, what) for one, what in ((van, "van"), (tot, "tot")))
    events = _events(registers, name, gebeurtenis, first, last)
    # within k months: at most k steps of the calendar, and of just k only until the same day of the month
    steps = _month(events.geregistreerd) - _month(events.dag)
    ahead = (events.geregistreerd.day() > events.dag.day()).ifelse(1, 0)
    delay = events.geregistreerd.epoch_days() - events.dag.epoch_days()
    grouped = events.mutate(dagen=delay.cast("int64"), maanden=(steps + ahead).cast("int64"))
    grouped = grouped.group_by("gemeente", "dagen", "maanden").aggregate(n=grouped.count())
    rows = registers.engine.collect(grouped, f"counting delays of {name}")
    found = _counts(rows, ("dagen", "maanden", "n"))
    units = sorted(set(found["gemeente"].dropna()))
    made = [(unit, found[(found["gemeente"] == unit).fillna(False).to_numpy(bool)]) for unit in units]
    made.append((pd.NA, found))
    frame = pd.DataFrame([{"gemeente": unit, **_summary(part, maanden)} for unit, part in made])
    frame = frame.astype({"gemeente": "string"} | dict.fromkeys(("n", "zonder_registratiedatum", "vooraf"), "int64"))
    return Delays(name, gebeurtenis, first, last, frame)


def _counts(rows: pa.Table, numbers: Sequence[str]) -> pd.DataFrame:
    columns: dict[str, Any] = {"gemeente": pd.array(rows["gemeente"].to_pylist(), dtype="string")}
    columns |= {one: np.array(rows[one].to_pylist(), dtype=np.float64) for one in numbers}
    return pd.DataFrame(columns)


def _summary(part: pd.DataFrame, months: Sequence[int]) -> dict[str, Any]:
    known = part[part["dagen"].notna()].sort_values("dagen")
    delays, weights = known["dagen"].to_numpy(), known["n"].to_numpy()
    total = weights.sum()
    quartiles = [_quantile(delays, weights, share) for share in (0.25, 0.5, 0.75)]
    summary: dict[str, Any] = {
        "n": int(total),
        "zonder_registratiedatum": int(part.loc[part["dagen"].isna(), "n"].sum()),
        "vooraf": int(weights[delays < 0].sum()),
        **dict(zip(("kwartiel_1", "mediaan", "kwartiel_3"), quartiles, strict=True)),
        "langste": delays[-1] if len(delays) else np.nan,
    }
    for most in months:
        within = weights[known["maanden"].to_numpy() <= most].sum()
        summary[f"binnen_{most}_mnd"] = within / total if total else np.nan
    return summary


def _quantile(values: Floats, weights: Floats, share: float) -> float:
    """Return the quantile of values in order, each there so many times, with linear interpolation."""
    if not len(values):
        return float("nan")
    place = (weights.sum() - 1) * share
    until = np.cumsum(weights)
    below, above = (values[np.searchsorted(until, one, side="right")] for one in (np.floor(place), np.ceil(place)))
    return float(below + (above - below) * (place - np.floor(place)))


@dataclass(frozen=True, repr=False, eq=False)
class RegistrationCounts:
    """How many events of each period were registered how many periods later.

    Attributes
    ----------
    register, gebeurtenis, stap : str
    perioden : tuple of date
        The first day of each period of events.
    gemeenten : tuple of str
    bekend_op : date
        The last day of the last period of registration that counts.
    niet_geteld : mapping of str to int
        Events of those periods that are not in the counts, by reason.
    """

    register: str
    gebeurtenis: str
    stap: str
    perioden: tuple[dt.date, ...]
    gemeenten: tuple[str, ...]
    bekend_op: dt.date
    niet_geteld: dict[str, int]
    _counts: npt.NDArray[np.float64]

    def counts(self) -> Floats:
        """Return new registrations, shape ``(gemeenten, perioden, periods later)``; NaN is still to come."""
        return self._counts.copy()

    def triangles(self) -> Floats:
        """Return registrations so far, shape ``(gemeenten, perioden, periods later)``; NaN is still to come."""
        return np.asarray(np.cumsum(self._counts, axis=2), dtype=np.float64)

    def total(self) -> Floats:
        """Return registrations so far of all gemeenten together, shape ``(perioden, periods later)``."""
        return np.asarray(self.triangles().sum(axis=0), dtype=np.float64)

    def to_frame(self) -> pd.DataFrame:
        """Return ``gemeente, periode`` (first day), ``stappen_later, aantal``: what has been seen, one row per cell."""
        unit, origin, later = np.nonzero(~np.isnan(self._counts))
        return pd.DataFrame(
            {
                "gemeente": pd.array([self.gemeenten[one] for one in unit], dtype="string"),
                "periode": np.array(self.perioden, dtype="datetime64[s]")[origin],
                "stappen_later": later.astype(np.int64),
                "aantal": self._counts[unit, origin, later].astype(np.int64),
            }
        )

    def __repr__(self) -> str:
        return (
            f"RegistrationCounts({self.register}.{self.gebeurtenis} per {self.stap}: {len(self.gemeenten)} gemeenten, "
            f"{len(self.perioden)} periods, known on {self.bekend_op.isoformat()})"
        )


def registration_counts(
    registers: Registers,
    name: str,
    *,
    van: dt.date | str,
    bekend_op: dt.date | str,
    tot: dt.date | str | None = None,
    gebeurtenis: Event = "begindatum",
    stap: Step = "maand",
) -> RegistrationCounts:
    """Count events by their period and by how many periods later they were registered.

    Parameters
    ----------
    registers : Registers
    name : str
        As for `registration_delays`.
    van : date or str
        The first day of the first period of events. From then on registration must have been complete.
    bekend_op : date or str
        The last day on which a registration is seen: the day on which the delivery was drawn. Of the period in which
        it lies nothing counts, unless it is its last day.
    tot : date or str, optional
        Events before this day; by default before the first day that is not seen. Periods are whole.
    gebeurtenis : {"begindatum", "einddatum"}
    stap : {"maand", "kwartaal", "halfjaar", "jaar"}
        Calendar periods.

    Returns
    -------
    RegistrationCounts
        An event that was registered before its period counts as registered in it. An event without a registratiedatum,
        or of no gemeente, counts in `niet_geteld`.

    Raises
    ------
    RegisterError
        When the register does not say when it was registered.
    DefinitionError
        When a day is none, or is not the first of a period, or there is no period that is seen.
    """
    if stap not in MONTHS:
        raise DefinitionError(f"stap is {stap!r}; it is one of: {listing(MONTHS)}.")
    size = MONTHS[stap]
    first = _period(as_date(van, "van"), "van", size)
    seen = _index(as_date(bekend_op, "bekend_op") + dt.timedelta(days=1)) // size - 1
    last = seen if tot is None else _period(as_date(tot, "tot"), "tot", size) - 1
    if not first <= last <= seen:
        raise DefinitionError(
            f"There is no whole {stap} from van ({van}) to tot ({tot or 'the last that is seen'}) that is seen on "
            f"bekend_op ({bekend_op}). Give a day further on, or a shorter step."
        )
    start, stop = _first_day(first, size), _first_day(last + 1, size)
    events = _events(registers, name, gebeurtenis, start, stop)
    origin = (_month(events.dag) / size).floor().cast("int64") - first
    later = (_month(events.geregistreerd) / size).floor().cast("int64") - first - origin
    later = ibis.greatest(later, 0)
    coded = events.select(
        "gemeente", periode=origin, later=events.geregistreerd.isnull().ifelse(ibis.null("int64"), later)
    )
    grouped = coded.group_by("gemeente", "periode", "later").aggregate(n=coded.count())
    rows = registers.engine.collect(grouped, f"counting registrations of {name}")
    found = _counts(rows, ("periode", "later", "n"))
    counts, units, left_out = _cells(found, last - first + 1, seen - first + 1)
    periods = tuple(_first_day(one, size) for one in range(first, last + 1))
    until = _first_day(seen + 1, size) - dt.timedelta(days=1)
    return RegistrationCounts(name, gebeurtenis, stap, periods, units, until, left_out, counts)


def _cells(found: pd.DataFrame, origins: int, width: int) -> tuple[Floats, tuple[str, ...], dict[str, int]]:
    """Return the counts as an array, NaN where nothing can have been seen yet, and what is not in it."""
    undated, nowhere = found["later"].isna(), found["gemeente"].isna()
    unseen = ~undated & ~nowhere & (found["periode"] + found["later"] >= width)
    left_out = {
        "zonder registratiedatum": int(found.loc[undated, "n"].sum()),
        "zonder gemeente": int(found.loc[~undated & nowhere, "n"].sum()),
        "later geregistreerd": int(found.loc[unseen, "n"].sum()),
    }
    units = tuple(sorted(set(found["gemeente"].dropna())))
    counts = np.zeros((len(units), origins, width))
    counts[:, np.add.outer(np.arange(origins), np.arange(width)) >= width] = np.nan
    kept = found[~undated & ~nowhere & ~unseen]
    place = kept["gemeente"].map({unit: number for number, unit in enumerate(units)}).to_numpy(np.int64)
    np.add.at(
        counts, (place, kept["periode"].to_numpy(np.int64), kept["later"].to_numpy(np.int64)), kept["n"].to_numpy()
    )
    return counts, units, left_out


def _month(day: ir.DateValue) -> ir.IntegerValue:
    number: ir.IntegerValue = day.year() * 12 + day.month() - 1
    return number


def _index(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def _first_day(period: int, size: int) -> dt.date:
    return dt.date(period * size // 12, period * size % 12 + 1, 1)


def _period(day: dt.date, name: str, size: int) -> int:
    period = _index(day) // size
    if _first_day(period, size) != day:
        raise DefinitionError(
            f"{name} is {day}; it must be the first day of a period, such as {_first_day(period, size)} or "
            f"{_first_day(period + 1, size)}."
        )
    return period


def _events(registers: Registers, name: str, event: str, first: dt.date | None, last: dt.date | None) -> ir.Table:
    """Return ``gemeente, dag, geregistreerd`` of the events of a register."""
    if event not in ("begindatum", "einddatum"):
        raise DefinitionError(f"gebeurtenis is {event!r}; it is one of: begindatum, einddatum.")
    table = registers.table(name)
    column = REGISTERED if event == "begindatum" else END_REGISTERED
    lacking = [one for one in (event, column) if one not in table.columns]
    if lacking:
        raise RegisterError(f"{name} has no column '{lacking[0]}'. Present: {listing(table.columns)}.")
    registered, _ = read_day(table, column, required=False)
    has_gemeente = "gemeente" in table.columns
    whose = "gemeente" if has_gemeente else "persoon_id"
    events = table.select(whose, dag=table[event], geregistreerd=registered)
    events = events.filter(events.dag.notnull())
    if first is not None:
        events = events.filter(events.dag >= ibis.date(first.isoformat()))
    if last is not None:
        events = events.filter(events.dag < ibis.date(last.isoformat()))
    return events if has_gemeente else gemeente_on_day(registers.table("bijstand"), events)
