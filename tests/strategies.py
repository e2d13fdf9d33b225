"""Random small registers and random cohort definitions, for the property tests.

The days are not drawn evenly: they crowd where definitions part ways. Spells start on the edges of
the inflow window, last one day less or more than a term, and leave gaps one day either side of the
bridge and of the washout; exemptions, trajecten and jobs start and end on the days that count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from reintegratie_stats import CohortDefinition, LeeftijdsTerm, Registers
from tests.reference.brute_force import add_term

Row = dict[str, Any]
Tables = dict[str, list[Row] | None]

GEMEENTEN = ("0014", "0363", "1680", "363")  # text: "0363" is not "363"
ARBEIDSPLICHT = ("einde_term", "instroom", "hele_term", "nooit_vrijgesteld", "iedereen")
REDENEN = ("medisch", "zorg", "leeftijd", None)
SOORTEN_WERK = ("vast", None, "uitzend", "stage")
UREN = (None, 0.0, 8.0, 11.5, 12.0, 36.0)

# Days on which calendars go wrong, all within the three years of the registers.
ODD_DAYS = (
    date(2003, 2, 28),
    date(2003, 3, 1),
    date(2003, 8, 31),
    date(2003, 12, 31),
    date(2004, 2, 28),
    date(2004, 2, 29),
    date(2004, 3, 1),
    date(2004, 8, 30),
    date(2004, 8, 31),
)
COLUMNS: dict[str, tuple[str, ...]] = {
    "bijstand": ("persoon_id", "gemeente", "begindatum", "einddatum", "reden_einde"),
    "vrijstellingen": ("persoon_id", "begindatum", "einddatum", "reden"),
    "trajecten": ("persoon_id", "begindatum", "einddatum", "soort", "vorm"),
    "dienstverbanden": ("persoon_id", "begindatum", "einddatum", "uren_per_week", "soort"),
    "personen": ("persoon_id", "geboortedatum"),
}


def plus(day: date, days: int) -> date:
    return day + timedelta(days=days)


# --- definitions ----------------------------------------------------------------------------


@st.composite
def terms(draw: st.DrawFn) -> dict[str, Any]:
    """A term in days or in months, never both."""
    if draw(st.booleans()):
        months = draw(st.sampled_from((12, 12, 6, 1, 13)))
        return {"term_dagen": None, "term_maanden": months}
    return {"term_dagen": draw(st.sampled_from((365, 365, 366, 182, 30, 1))), "term_maanden": None}


@st.composite
def definitions(
    draw: st.DrawFn,
    *,
    ages: bool = True,
    only_days: bool = False,
    arbeidsplicht: tuple[str, ...] = ARBEIDSPLICHT,
) -> Any:
    """A valid `CohortDefinition`; every field takes part.

    ``ages=False`` leaves out terms that depend on age, ``only_days=True`` terms in months;
    ``arbeidsplicht`` holds the days of judgement to draw from.
    """
    van = draw(st.sampled_from((date(2003, 2, 1), date(2003, 8, 31), date(2004, 1, 1))))
    tot = plus(van, draw(st.sampled_from((181, 400, 61, 1))))
    term = draw(terms())
    if only_days and term["term_dagen"] is None:
        term = {"term_dagen": 364, "term_maanden": None}
    steps: list[Any] = []
    if ages and draw(st.booleans()):
        limits = draw(st.sampled_from(((23,), (23, 27), (27, 23), (24,))))
        steps = [LeeftijdsTerm(tot_leeftijd=limit, **draw(terms())) for limit in limits]
    definition = CohortDefinition(
        instroom_van=van,
        instroom_tot=tot,
        washout_dagen=draw(st.sampled_from((31, 0, 7, 30, 60, 180))),
        overbrugging_dagen=draw(st.sampled_from((30, 0, 1, 31))),
        **term,
        term_per_leeftijd=tuple(steps),
        arbeidsplicht_op=draw(st.sampled_from(arbeidsplicht)),
        traject_vorm=draw(st.sampled_from(("plan_of_instrument", "plan", "instrument"))),
        traject_moment=draw(st.sampled_from(("gestart", "lopend"))),
        traject_tijdens=draw(st.sampled_from(("bijstand", "ook_daarna"))),
        traject_bekend_van=draw(st.sampled_from(("allen", "allen", "arbeidsplichtigen"))),
        uitstroom_peildatum=None,
        uitstroom_bekend_van=draw(st.sampled_from(("allen", "allen", "met_traject"))),
        onvolledige_opvolging=draw(st.sampled_from(("weglaten", "meenemen"))),
        werk_dagen_voor=draw(st.sampled_from((0, 1, 31))),
        werk_dagen_na=draw(st.sampled_from((31, 0, 1, 92))),
        werk_min_uren=draw(st.sampled_from((0, 12, 11.5))),
        werk_niet_soorten=draw(st.sampled_from((("stage",), (), ("stage", "uitzend")))),
    )
    # The follow-up may not lie before the earliest end of a term: that is a DefinitionError.
    earliest = min(add_term(van, step) for step in (definition, *steps))
    wait = draw(st.sampled_from((181, 0, 30, 180, 400, 700, None)))
    if wait is None:
        return definition
    return replace(definition, uitstroom_peildatum=plus(earliest, wait))


# --- registers ------------------------------------------------------------------------------


@dataclass
class _Anchors:
    """The days and the lengths around which a definition makes the difference."""

    first_days: list[date]
    lengths: list[int]
    gaps: list[int]


def _anchors(definition: Any) -> _Anchors:
    van, tot = definition.instroom_van, definition.instroom_tot
    window = [van, plus(van, 1), plus(van, (tot - van).days // 2), plus(tot, -1)]
    outside = [plus(van, -1), tot, plus(van, -40), plus(van, -400)]
    odd = [day for day in ODD_DAYS if van <= day < tot]
    lengths = {700}
    for step in (definition, *definition.term_per_leeftijd):
        term = (add_term(van, step) - van).days
        lengths |= {max(1, term + shift) for shift in (-3, -2, -1, 0, 1, 2)}
    gaps = {0, 1, 90}
    for days in (definition.overbrugging_dagen, definition.washout_dagen):
        gaps |= {max(0, days - 1), days, days + 1}
    # The days of the window twice: most people should flow in.
    return _Anchors([*window, *odd, *window, *outside], sorted(lengths), sorted(gaps))


def _spells(draw: st.DrawFn, definition: Any, anchors: _Anchors) -> list[Row]:
    """Some spells on benefit of one person, one after the other, and rows that blur them."""
    rows: list[Row] = []
    first = draw(st.sampled_from(anchors.first_days))
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(("term", "short", "term")))
        lengths = anchors.lengths if kind == "term" else (1, 20, 45)
        last = plus(first, draw(st.sampled_from(lengths)) - 1)
        ending = draw(st.sampled_from(("length", "length", "length", "open", "peildatum")))
        peildatum = definition.uitstroom_peildatum
        if ending == "peildatum" and peildatum is not None and peildatum > plus(first, 2):
            last = plus(peildatum, draw(st.sampled_from((-2, -1, 0))))
        rows.append(
            {
                "gemeente": draw(st.sampled_from(GEMEENTEN)),
                "begindatum": first,
                "einddatum": None if ending == "open" else last,
                "reden_einde": None,
            }
        )
        first = plus(last, 1 + draw(st.sampled_from(anchors.gaps)))
    for _ in range(draw(st.sampled_from((0, 0, 1, 2)))):
        rows.append(_blur(draw, draw(st.sampled_from(rows))))
    return draw(st.permutations(rows))


def _blur(draw: st.DrawFn, row: Row) -> Row:
    """A duplicate of a row, or one nested in it, overlapping it, or opening on the same day."""
    van, last = row["begindatum"], row["einddatum"] or plus(row["begindatum"], 500)
    half = plus(van, (last - van).days // 2)
    days = {
        "duplicate": (van, row["einddatum"]),
        "same_days": (van, row["einddatum"]),
        "nested": (half, half),
        "opens_shorter": (van, half),
        "opens_longer": (van, plus(last, 10)),
        "overlaps_before": (plus(van, -5), half),
        "overlaps_after": (half, plus(last, 5)),
    }
    kind = draw(st.sampled_from(sorted(days)))
    gemeente = row["gemeente"] if kind == "duplicate" else draw(st.sampled_from(GEMEENTEN))
    return row | {"gemeente": gemeente, "begindatum": days[kind][0], "einddatum": days[kind][1]}


def _key_days(spells: Sequence[Row], definition: Any) -> list[date]:
    """The days that count for one person: of inflow, end of term and outflow."""
    days = []
    for row in spells:
        days += [row["begindatum"], add_term(row["begindatum"], definition)]
        days += [add_term(row["begindatum"], step) for step in definition.term_per_leeftijd]
        if row["einddatum"] is not None:
            days.append(plus(row["einddatum"], 1))
    return days


def _rows_around(
    draw: st.DrawFn, days: Sequence[date], most: int, shifts: Sequence[int], *, brief: bool = False
) -> list[Row]:
    """Some rows that start (and often end) on or next to days that count.

    ``brief=True``: half of them last that one day only, which tells most about an edge.
    """
    rows: list[Row] = []
    for _ in range(draw(st.integers(0, most))):
        van = plus(draw(st.sampled_from(days)), draw(st.sampled_from(shifts)))
        ends = [None, van, plus(van, 40), plus(van, 364)]
        ends += [plus(day, shift) for day in days for shift in (-1, 0) if plus(day, shift) >= van]
        if brief and draw(st.booleans()):
            ends = [van]
        rows.append({"begindatum": van, "einddatum": draw(st.sampled_from(ends))})
        # Sometimes one that follows on at once, or after a day.
        last = rows[-1]["einddatum"]
        if last is not None and draw(st.integers(0, 3)) == 3:
            rows.append({"begindatum": plus(last, draw(st.integers(0, 2))), "einddatum": None})
    return rows


def _whole_term(draw: st.DrawFn, spells: Sequence[Row], definition: Any) -> list[Row]:
    """Exemptions that together cover a whole term, or miss one day of it; or none."""
    kinds = ("none", "none", "covered", "first_missing", "last_missing", "gap")
    kind = draw(st.sampled_from(kinds))
    if kind == "none":
        return []
    van = draw(st.sampled_from(spells))["begindatum"]
    last = plus(add_term(van, definition), -2 if kind == "last_missing" else -1)
    van = plus(van, 1) if kind == "first_missing" else van
    half = plus(van, (last - van).days // 2)
    if half < van or half >= last:
        return [{"begindatum": van, "einddatum": max(van, last)}]
    again = plus(half, 2 if kind == "gap" and plus(half, 2) <= last else 1)
    return [
        {"begindatum": van, "einddatum": half},
        {"begindatum": again, "einddatum": draw(st.sampled_from((last, None)))},
    ]


def _born(draw: st.DrawFn, spells: Sequence[Row], definition: Any) -> date | None:
    """Round the age at which the term changes, on 29 February, or unknown."""
    inflow = draw(st.sampled_from(spells))["begindatum"]
    age = draw(st.sampled_from([s.tot_leeftijd for s in definition.term_per_leeftijd] or [23]))
    birthday = date(inflow.year - age, inflow.month, min(inflow.day, 28))
    choices = [plus(birthday, shift) for shift in (-1, 0, 1, 2, 365, -4000)]
    choices += [date(1980, 2, 29), date(1980, 2, 29), date(1976, 2, 29)]
    return draw(st.sampled_from([*choices, None]))


@st.composite
def registers(draw: st.DrawFn, definition: Any, smallest: int = 1, largest: int = 6) -> Tables:
    """The registers of a few persons, with days on the edges of this definition."""
    tables: Tables = {name: [] for name in COLUMNS}

    def add(table: str, persoon: str, rows: Sequence[Row]) -> None:
        found = tables[table]
        assert found is not None
        found += [{"persoon_id": persoon} | row for row in rows]

    anchors = _anchors(definition)
    for number in range(draw(st.integers(smallest, largest))):
        persoon = f"p{number + 1}"  # "p10" sorts before "p2": as text
        spells = _spells(draw, definition, anchors)
        days = _key_days(spells, definition)
        left = [plus(row["einddatum"], 1) for row in spells if row["einddatum"] is not None] or days
        around = (0, -1, 1)
        other = _rows_around(draw, days, 2, around)
        add("bijstand", persoon, spells)
        add(
            "vrijstellingen",
            persoon,
            [
                row | {"reden": draw(st.sampled_from(REDENEN))}
                for row in [*_whole_term(draw, spells, definition), *other]
            ],
        )
        add(
            "trajecten",
            persoon,
            [
                row | {"soort": "scholing", "vorm": draw(st.sampled_from(("plan", "instrument")))}
                for row in _rows_around(draw, days, 3, around)
            ],
        )
        before, after = definition.werk_dagen_voor, definition.werk_dagen_na
        near = (0, -1, 1, after, after + 1, -before, -before - 1)
        add(
            "dienstverbanden",
            persoon,
            [
                row
                | {
                    "uren_per_week": draw(st.sampled_from(UREN)),
                    "soort": draw(st.sampled_from(SOORTEN_WERK)),
                }
                for row in _rows_around(draw, left, 2, near, brief=True)
            ],
        )
        if draw(st.integers(0, 9)) < 9:  # now and then somebody is missing in personen
            add("personen", persoon, [{"geboortedatum": _born(draw, spells, definition)}])
    if draw(st.integers(0, 4)) == 4:
        tables["dienstverbanden"] = None  # no register of jobs
    if definition.arbeidsplicht_op == "iedereen" and draw(st.booleans()):
        tables["vrijstellingen"] = None  # not needed
    return tables


@st.composite
def cases(draw: st.DrawFn, /, smallest: int = 1, largest: int = 6, **kind: Any) -> tuple[Any, Tables]:
    """A definition (``kind`` as in `definitions`) and registers that are drawn for it."""
    definition = draw(definitions(**kind))
    return definition, draw(registers(definition, smallest, largest))


# --- from rows to the package ---------------------------------------------------------------


def to_frame(table: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The rows as the frame that a researcher would hand over."""
    columns: dict[str, Any] = {}
    for name in COLUMNS[table]:
        values = [row.get(name) for row in rows]
        if name in ("begindatum", "einddatum", "geboortedatum"):
            columns[name] = pd.Series(pd.to_datetime(values), dtype="datetime64[s]")
        elif name == "uren_per_week":
            columns[name] = pd.Series(values, dtype="float64")
        else:
            columns[name] = pd.Series(values, dtype="string")
    return pd.DataFrame(columns)


def to_registers(tables: Tables) -> Any:
    """The rows as checked `Registers`."""
    return Registers.from_frames(**{name: to_frame(name, rows) for name, rows in tables.items() if rows is not None})


def to_rows(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame as dicts with ``None``, `datetime.date`, `bool` and `str`."""
    rows = []
    for record in frame.to_dict(orient="records"):
        row: Row = {}
        for name, value in record.items():
            if pd.isna(value):
                row[str(name)] = None
            else:
                row[str(name)] = value.date() if isinstance(value, pd.Timestamp) else value
        rows.append(row)
    return rows


def describe(definition: Any, tables: Tables) -> str:  # pragma: no cover - for a person
    """A failing case as text that can be read and pasted."""
    lines = [repr(definition)]
    for name, rows in tables.items():
        lines += [f"{name}:", *(f"  {row}" for row in rows or ())]
    return "\n".join(lines)
