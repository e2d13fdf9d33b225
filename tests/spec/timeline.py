"""Draw the spells of a few people as text.

The drawing is not to scale: every day on which something begins or has ended gets a column of its
own, so that a difference of one day is as visible as one of a year. A bar runs from the first day
to the first day that no longer belongs to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import reintegratie_stats as rs
from tests.spec.framework import Drawn

WIDTH = 13
"""Characters per column: an ISO date, or ``day 365 = T``, and air."""

TOGETHER = 7
"""So many columns at most when people share an axis; with more, each has an axis of its own."""

SPELLS = ("bijstand", "vrijstellingen", "trajecten", "dienstverbanden")
BAR = {"bijstand": "█", "vrijstellingen": "░", "trajecten": "▒", "dienstverbanden": "▓"}
LABEL = {
    "bijstand": "bijstand",
    "vrijstellingen": "vrijgesteld",
    "trajecten": "traject",
    "dienstverbanden": "werk",
}


@dataclass(frozen=True)
class Bar:
    """A row of a register: who, what, from when to (not including) when."""

    person: str
    register: str
    label: str
    van: dt.date
    tot: dt.date | None


def timeline(
    registers: Mapping[str, Drawn],
    starts: Mapping[str, dt.date],
    definition: rs.CohortDefinition,
    marks: str,
) -> str:
    """The drawing of all people, on one axis where that is wide enough.

    Parameters
    ----------
    registers : mapping
        Drawn registers by name.
    starts : mapping
        Day 0 of each person who has one. Days are numbered where all on the axis share it.
    definition : CohortDefinition
        Gives T and the peildatum P.
    marks : str
        Which of T and P get a column and a name.
    """
    bars = _bars(registers)
    people = list(dict.fromkeys(bar.person for bar in bars))
    shared = {starts.get(person) for person in people}
    together = _Axis.of(bars, shared.pop() if len(shared) == 1 else None, definition, marks)
    if len(together.days) <= TOGETHER or len(people) == 1:
        return _chart(bars, together)
    parts = []
    for person in people:
        own = [bar for bar in bars if bar.person == person]
        parts.append(_chart(own, _Axis.of(own, starts.get(person), definition, marks)))
    return "\n\n".join(parts)


@dataclass(frozen=True)
class _Axis:
    """The days that get a column, and the names that go with them."""

    days: tuple[dt.date, ...]
    notes: tuple[str, ...]

    @classmethod
    def of(
        cls,
        bars: list[Bar],
        start: dt.date | None,
        definition: rs.CohortDefinition,
        marks: str,
    ) -> _Axis:
        named = {"T": _term_end(start, definition), "P": definition.uitstroom_peildatum}
        shown = {day: name for name, day in named.items() if name in marks and day is not None}
        ends = {day for bar in bars for day in (bar.van, bar.tot) if day is not None}
        days = tuple(sorted(ends | set(shown)))
        return cls(days, tuple(_note(day, start, shown.get(day)) for day in days))


def _note(day: dt.date, start: dt.date | None, name: str | None) -> str:
    number = "" if start is None else f"day {(day - start).days}"
    return " = ".join(filter(None, (number, name)))


def _term_end(start: dt.date | None, definition: rs.CohortDefinition) -> dt.date | None:
    if start is None or definition.term_dagen is None or definition.term_per_leeftijd:
        return None
    return start + dt.timedelta(days=definition.term_dagen)


def _bars(registers: Mapping[str, Drawn]) -> list[Bar]:
    """The rows of the registers that have a first and a last day, by person."""
    gemeenten = {
        gemeente for drawn in registers.values() if "gemeente" in drawn.columns for gemeente in drawn.column("gemeente")
    }
    bars = []
    for register in SPELLS:
        for row in _records(registers.get(register)):
            end = row["einddatum"]
            label = LABEL[register]
            if register == "bijstand" and len(gemeenten) > 1:
                label += f" {row['gemeente']}"
            van = dt.date.fromisoformat(row["begindatum"])
            still = end == "open" or end.startswith("9999")
            tot = None if still else dt.date.fromisoformat(end) + dt.timedelta(days=1)
            bars.append(Bar(row["persoon_id"], register, label, van, tot))
    order = list(dict.fromkeys(bar.person for bar in bars))
    return sorted(bars, key=lambda bar: (order.index(bar.person), SPELLS.index(bar.register)))


def _records(drawn: Drawn | None) -> Iterable[dict[str, str]]:
    return [] if drawn is None else [dict(zip(drawn.columns, row, strict=True)) for row in drawn.rows]


def _chart(bars: list[Bar], axis: _Axis) -> str:
    name = max(len(bar.person) for bar in bars) + 2
    margin = name + max(len(bar.label) for bar in bars) + 2
    header = ([day.isoformat() for day in axis.days], axis.notes)
    lines = [" " * margin + "".join(text.ljust(WIDTH) for text in texts) for texts in header]
    seen = ""
    for bar in bars:
        who = "" if bar.person == seen else bar.person
        seen = bar.person
        label = who.ljust(name) + bar.label.ljust(margin - name)
        lines.append(label + _draw(bar, axis.days))
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _draw(bar: Bar, days: tuple[dt.date, ...]) -> str:
    start = days.index(bar.van) * WIDTH
    if bar.tot is None:
        return " " * start + BAR[bar.register] * (len(days) * WIDTH - start - 1) + ">"
    return " " * start + BAR[bar.register] * (days.index(bar.tot) * WIDTH - start)
