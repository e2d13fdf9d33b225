"""The cohort again, by brute force: count the days one by one.

This is the second, independent implementation that the package is compared with. It is written
to be obviously right and nothing else: plain Python, rows as dicts, sets of days, loops over
days. No interval arithmetic, no data frames, no database, and nothing imported from the package.

The input is a dict of tables, each a list of valid rows (dicts) or ``None`` for a register that
is absent::

    bijstand:         persoon_id, gemeente, begindatum, einddatum
    vrijstellingen:   persoon_id, begindatum, einddatum, reden
    trajecten:        persoon_id, begindatum, einddatum, vorm
    dienstverbanden:  persoon_id, begindatum, einddatum, uren_per_week, soort
    personen:         persoon_id, geboortedatum

Dates are `datetime.date`; ``einddatum`` is the last day, ``None`` is open. The definition is any
object with the fields of a ``CohortDefinition``.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row] | None]

COLUMNS = (
    "persoon_id",
    "gemeente",
    "instroomdatum",
    "uitstroomdatum",
    "langdurig",
    "arbeidsplichtig",
    "vrijstelling_reden",
    "traject_binnen_term",
    "trajectdatum",
    "uitgestroomd",
    "naar_werk",
    "cel",
)
CELLS = (
    "X",
    "Y",
    "X-Y",
    "Z",
    "Y-Z",
    "A",
    "B",
    "C",
    "D",
    "A.1",
    "A.2",
    "B.1",
    "B.2",
    "A.1_werk",
    "B.1_werk",
)
ONE_DAY = timedelta(days=1)


# --- the calendar ---------------------------------------------------------------------------


def days_between(first: date, until: date) -> list[date]:
    """Every day from ``first`` up to, but not including, ``until``."""
    days = []
    day = first
    while day < until:
        days.append(day)
        day += ONE_DAY
    return days


def add_months(day: date, months: int) -> date:
    """The same day, so many months on; the last day of a month that has no such day."""
    year, month = day.year, day.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def age_on(day: date, born: date) -> int:
    """Completed years. Whoever was born on 29 February has a birthday on 1 March in other years."""
    had_birthday = (day.month, day.day) >= (born.month, born.day)
    return day.year - born.year if had_birthday else day.year - born.year - 1


def add_term(day: date, term: Any) -> date:
    """The end of a term that starts on ``day``: so many days on, or so many months."""
    if term.term_dagen is not None:
        return day + timedelta(days=term.term_dagen)
    return add_months(day, term.term_maanden)


def end_of_term(inflow: date, born: date | None, definition: Any) -> date | None:
    """Day T of somebody who flows in; ``None`` when the term depends on an unknown age."""
    if not definition.term_per_leeftijd:
        return add_term(inflow, definition)
    if born is None:
        return None
    for step in sorted(definition.term_per_leeftijd, key=lambda step: step.tot_leeftijd):
        if age_on(inflow, born) < step.tot_leeftijd:
            return add_term(inflow, step)
    return add_term(inflow, definition)


# --- rows and days --------------------------------------------------------------------------


def covers(row: Row, day: date) -> bool:
    """Is this row running on this day (the einddatum is the last day it runs)?"""
    return row["begindatum"] <= day and (row["einddatum"] is None or day <= row["einddatum"])


def covered_days(rows: Iterable[Row], horizon: Sequence[date]) -> set[date]:
    """The days of the horizon on which at least one of the rows is running."""
    days: set[date] = set()
    for row in rows:
        days.update(day for day in horizon if covers(row, day))
    return days


def make_horizon(tables: Tables, definition: Any) -> list[date]:
    """All days that matter, with room to spare at the end.

    Every einddatum lies well before the last day, so a person who is on benefit on the last
    day is so by a row without an end.
    """
    dates = [definition.instroom_van, definition.instroom_tot]
    if definition.uitstroom_peildatum is not None:
        dates.append(definition.uitstroom_peildatum)
    for name, rows in tables.items():
        if name != "personen":
            for row in rows or ():
                dates += [row[c] for c in ("begindatum", "einddatum") if row[c] is not None]
    terms = [definition, *definition.term_per_leeftijd]
    room = 10 + definition.overbrugging_dagen + definition.washout_dagen
    room += definition.werk_dagen_voor + definition.werk_dagen_na
    room += max((term.term_dagen or 0) + 31 * (term.term_maanden or 0) for term in terms)
    return days_between(min(dates) - timedelta(days=room), max(dates) + timedelta(days=room))


# --- the periods on benefit -----------------------------------------------------------------


def periods_of(rows: Sequence[Row], horizon: Sequence[date], bridge: int) -> list[dict[str, Any]]:
    """Walk over the days and note where a period on benefit starts and where it ended.

    ``van`` is the first day of the period, ``tot`` the first day without benefit after it
    (``None`` for a period without an end), ``dagen_ervoor`` the number of days without benefit
    since the previous period (``None`` for the first period).
    """
    on_benefit = covered_days(rows, horizon)
    periods: list[dict[str, Any]] = []
    days_without: int | None = None  # since the last day on benefit; None before the first
    for day in horizon:
        if day not in on_benefit:
            if days_without is not None:
                days_without += 1
            continue
        if days_without is None or days_without > bridge:
            periods.append({"van": day, "tot": None, "dagen_ervoor": days_without})
        periods[-1]["tot"] = day + ONE_DAY
        days_without = 0
    if periods and horizon[-1] in on_benefit:
        periods[-1]["tot"] = None
    return periods


def opening_gemeente(rows: Sequence[Row], van: date) -> str:
    """The gemeente of the row that opens the period; of several the one that runs longest."""
    opening = [row for row in rows if row["begindatum"] == van]
    if any(row["einddatum"] is None for row in opening):
        longest = [row for row in opening if row["einddatum"] is None]
    else:
        last = max(row["einddatum"] for row in opening)
        longest = [row for row in opening if row["einddatum"] == last]
    return min(str(row["gemeente"]) for row in longest)


# --- what happened to one inflow ------------------------------------------------------------


def judge_arbeidsplicht(
    rows: Sequence[Row] | None, inflow: date, end: date, langdurig: bool, definition: Any
) -> tuple[bool | None, str | None]:
    """Is this person obliged to look for work, and if not, by which reden is he exempt?"""
    op = definition.arbeidsplicht_op
    if op == "iedereen":
        return True, None
    if rows is None or (op != "instroom" and not langdurig):
        return None, None
    term = days_between(inflow, end)
    if op == "instroom":
        counting = [row for row in rows if covers(row, inflow)]
        exempt = bool(counting)
    elif op == "einde_term":
        counting = [row for row in rows if covers(row, end)]
        exempt = bool(counting)
    elif op == "hele_term":
        counting = [row for row in rows if covers(row, inflow)]
        exempt = all(any(covers(row, day) for row in rows) for day in term)
    elif op == "nooit_vrijgesteld":
        counting = [row for row in rows if any(covers(row, day) for day in term)]
        exempt = bool(counting)
    else:
        raise ValueError(f"unknown arbeidsplicht_op {op!r}")
    if not exempt:
        return True, None
    first = min(row["begindatum"] for row in counting)
    redenen = [row["reden"] for row in counting if row["begindatum"] == first]
    return False, min((reden for reden in redenen if reden is not None), default=None)


def judge_traject(
    rows: Sequence[Row] | None, inflow: date, end: date, uitstroom: date | None, definition: Any
) -> tuple[bool | None, date | None]:
    """Did a traject of the wanted vorm start (or run) within the term, and when did it start?"""
    if rows is None:
        return None, None
    window = days_between(inflow, end)
    if definition.traject_tijdens == "bijstand" and uitstroom is not None:
        window = [day for day in window if day < uitstroom]
    starts = []
    for row in rows:
        if definition.traject_vorm not in ("plan_of_instrument", row["vorm"]):
            continue
        if definition.traject_moment == "gestart":
            counts = row["begindatum"] in window
        else:
            counts = any(covers(row, day) for day in window)
        if counts:
            starts.append(row["begindatum"])
    return bool(starts), min(starts, default=None)


def has_work(rows: Sequence[Row], uitstroom: date, definition: Any) -> bool:
    """Is there a job that counts on at least one of the days around the outflow?"""
    first = uitstroom - timedelta(days=definition.werk_dagen_voor)
    last = uitstroom + timedelta(days=definition.werk_dagen_na)
    for row in rows:
        if row["soort"] is not None and row["soort"] in definition.werk_niet_soorten:
            continue
        if row["uren_per_week"] is None:
            if definition.werk_min_uren > 0:
                continue
        elif row["uren_per_week"] < definition.werk_min_uren:
            continue
        if any(covers(row, day) for day in days_between(first, last + ONE_DAY)):
            return True
    return False


def cell_of(langdurig: bool, plichtig: bool | None, traject: bool | None) -> str | None:
    """The cell of the flow diagram; ``None`` where something that is needed is unknown."""
    if not langdurig:
        return "X-Y"
    if plichtig is None or traject is None:
        return None
    if plichtig:
        return "A" if traject else "B"
    return "C" if traject else "D"


def follow(
    period: Row, end: date, gemeente: str, own: Mapping[str, Sequence[Row] | None], definition: Any
) -> dict[str, Any]:
    """One row of the cohort: the story of one inflow from its first day to the peildatum."""
    inflow, uitstroom = period["van"], period["tot"]
    langdurig = uitstroom is None or end < uitstroom  # on benefit on day T, bridges included
    plichtig, reden = judge_arbeidsplicht(own["vrijstellingen"], inflow, end, langdurig, definition)
    traject, trajectdatum = judge_traject(own["trajecten"], inflow, end, uitstroom, definition)
    if definition.traject_bekend_van == "arbeidsplichtigen" and not (langdurig and plichtig):
        traject, trajectdatum = None, None

    peildatum = definition.uitstroom_peildatum
    uitgestroomd: bool | None = None
    of_this_one = definition.uitstroom_bekend_van == "allen" or traject
    if peildatum is not None and end <= peildatum and of_this_one:
        uitgestroomd = uitstroom is not None and uitstroom <= peildatum

    naar_werk: bool | None
    if uitgestroomd is None or own["dienstverbanden"] is None:
        naar_werk = None
    else:
        naar_werk = uitgestroomd and has_work(own["dienstverbanden"], uitstroom, definition)
    values = (
        *(None, gemeente, inflow, uitstroom, langdurig, plichtig, reden, traject, trajectdatum),
        *(uitgestroomd, naar_werk, cell_of(langdurig, plichtig, traject)),
    )
    return dict(zip(COLUMNS, values, strict=True))


# --- the cohort and its counts --------------------------------------------------------------


def brute_force_cohort(tables: Tables, definition: Any) -> list[dict[str, Any]]:
    """The rows of the cohort, by persoon_id and instroomdatum."""
    horizon = make_horizon(tables, definition)
    born = {row["persoon_id"]: row["geboortedatum"] for row in tables.get("personen") or ()}
    cohort = []
    for persoon in sorted({row["persoon_id"] for row in tables["bijstand"] or ()}):
        own: dict[str, list[Row] | None] = {}
        for name in ("bijstand", "vrijstellingen", "trajecten", "dienstverbanden"):
            rows = tables.get(name)
            mine = None if rows is None else [r for r in rows if r["persoon_id"] == persoon]
            own[name] = mine
        benefit = own["bijstand"] or []
        for period in periods_of(benefit, horizon, definition.overbrugging_dagen):
            if not definition.instroom_van <= period["van"] < definition.instroom_tot:
                continue
            before = period["dagen_ervoor"]
            if before is not None and before < definition.washout_dagen:
                continue
            end = end_of_term(period["van"], born.get(persoon), definition)
            if end is None:
                continue  # the term depends on the age, and the age is unknown
            peildatum = definition.uitstroom_peildatum
            incomplete = peildatum is not None and end > peildatum
            if incomplete and definition.onvolledige_opvolging == "weglaten":
                continue
            gemeente = opening_gemeente(benefit, period["van"])
            cohort.append(follow(period, end, gemeente, own, definition) | {"persoon_id": persoon})
    return cohort


def in_cell(row: Row, cell: str) -> bool | None:
    """Does this inflow belong to the cell? ``None`` when that cannot be said."""
    if cell == "X":
        return True
    if cell in ("Y", "X-Y"):
        return bool(row["langdurig"]) == (cell == "Y")
    if not row["langdurig"]:
        return False
    plichtig, traject = row["arbeidsplichtig"], row["traject_binnen_term"]
    # What must be true for each cell, in the order in which it is asked.
    asked: dict[str, list[tuple[bool | None, bool]]] = {
        "Z": [(plichtig, True)],
        "Y-Z": [(plichtig, False)],
        "A": [(plichtig, True), (traject, True)],
        "B": [(plichtig, True), (traject, False)],
        "C": [(plichtig, False), (traject, True)],
        "D": [(plichtig, False), (traject, False)],
    }
    out, work = row["uitgestroomd"], row["naar_werk"]
    for letter in ("A", "B"):
        asked[f"{letter}.1"] = [*asked[letter], (out, True)]
        asked[f"{letter}.2"] = [*asked[letter], (out, False)]
        asked[f"{letter}.1_werk"] = [*asked[letter], (out, True), (work, True)]
    answers = [None if seen is None else seen == wanted for seen, wanted in asked[cell]]
    if False in answers:
        return False
    return None if None in answers else True


def count_cells(rows: Sequence[Row]) -> dict[str, int | None]:
    """The count of every cell; ``None`` when it is unknown of some row whether it belongs."""
    counts: dict[str, int | None] = {}
    for cell in CELLS:
        answers = [in_cell(row, cell) for row in rows]
        counts[cell] = None if None in answers else sum(answer is True for answer in answers)
    return counts


def count_cells_per_gemeente(rows: Sequence[Row]) -> dict[str, dict[str, int | None]]:
    """The counts of the cells of every gemeente in the cohort."""
    gemeenten = sorted({row["gemeente"] for row in rows})
    return {g: count_cells([row for row in rows if row["gemeente"] == g]) for g in gemeenten}
