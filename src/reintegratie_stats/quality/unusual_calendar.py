"""Unusual in time: a jump at a year's boundary, a month with too few rows, months not final yet, breaks in a series."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np

from reintegratie_stats.quality.finding import Finding
from reintegratie_stats.quality.unusual_case import NO_MONTHS, NOTHING, Case, Words, joined, number
from reintegratie_stats.quality.unusual_counts import ByDay, first_days, month_of, month_text
from reintegratie_stats.quality.unusual_judging import (
    Floats,
    Ints,
    chance_so_few,
    chance_so_many_of,
    local_dispersion,
    robust_scale,
    unlikely,
)

SIDE = 3
"""So many months on either side of a boundary are compared."""

SEASONS = 5
"""With so many boundaries what the same month of all years shares is the season, and no jump."""

AROUND = 24
"""So many months before and after a month tell what is usual."""

LEAST_AROUND = 6

LEAST_TURNS = 4
"""So many other turns of the month tell how many to expect at the turn of a year."""


def year_jump(case: Case) -> Finding:
    r"""Judge whether the flow or the stock jumps at a year's boundary.

    Flow: :math:`s = \log\frac{A + 1/2}{B + 1/2}` of the rows that begin in the three months after and before, less the
    median of that step between April and October, or with five boundaries or more of that in all Januaries, which is
    the season. Stock: (begins on 1 January - ends on 31 December) / stock on 31 December, less the
    median of the same at the other turns of months. A boundary fails on either when it is beyond the threshold and at
    least ``grens_z`` standard errors off, by chance and by how steps vary elsewhere.
    """
    period, counted = case.period, case.counted
    if period is None:
        return case.cannot(1, *NO_MONTHS)
    years = list(range(period.first // 12 + 1, period.last // 12 + 1))
    if not years:
        return case.cannot(1, "Het venster heeft geen jaargrens.", "The window has no year's boundary.")
    judged = [year for year in years if period.first + SIDE <= year * 12 <= period.settled + 1 - SIDE]
    missing = len(years) - len(judged)
    if not judged:
        return case.cannot(
            len(years),
            "Een jaargrens wordt beoordeeld met drie maanden ervoor en erna die niet voorlopig zijn.",
            "A year's boundary is judged by three months before and after it that are not provisional.",
        )
    cells = [*_flow_jumps(case, judged), *_stock_jumps(case, judged)]
    cells.sort(key=lambda cell: (cell["jaar"], cell["maat"]))
    bad = sorted({cell["jaar"] for cell in cells})
    months = {year * 12 + step for year in bad for step in range(-SIDE, SIDE)}
    note = _jump_note(cells) if cells else NOTHING
    return case.finding(len(years), len(bad), missing, where=cells, rows=lambda: counted.begun_in(months), note=note)


def _jump_note(cells: list[dict[str, Any]], most: int = 3) -> Words:
    """Return a sentence with the boundaries and their figures."""
    english = {"instroom": "inflow", "stand": "stock"}
    shown = [
        (f"{cell['jaar'] - 1}/{cell['jaar']} ", cell["maat"], f" {cell['rijen']} ({cell['verwacht']:.0f})")
        for cell in cells[:most]
    ]
    more = " …" if len(cells) > most else ""
    dutch = "; ".join("".join(one) for one in shown) + more
    other = "; ".join(f"{years}{english[what]}{figures}" for years, what, figures in shown) + more
    return (
        f"Sprong op een jaargrens, met wat werd verwacht: {dutch}. "
        "Zijn het leveringen apart per jaar, of is er op een dag geselecteerd?",
        f"Jump at a year's boundary, with what was expected: {other}. "
        "Are these separate deliveries per year, or was there a selection by day?",
    )


def _flow_jumps(case: Case, years: list[int]) -> list[dict[str, Any]]:
    """Return the boundaries at which the number that begins jumps."""
    period = case.period
    assert period is not None
    rows = case.counted.begins.monthly(period.first, period.settled).astype(np.float64)
    places = np.arange(SIDE, len(rows) + 1 - SIDE)
    total = np.concatenate([[0.0], np.cumsum(rows)])
    after, before = total[places + SIDE] - total[places], total[places] - total[places - SIDE]
    steps = np.log((after + 0.5) / (before + 0.5))
    calendar = (places + period.first) % 12
    usual = _usual_steps(steps, calendar, len(years) >= SEASONS)
    spread = robust_scale((steps - usual)[(calendar >= SIDE) & (calendar <= 12 - SIDE)])
    cells = []
    for year in years:
        at = int(np.nonzero(places + period.first == year * 12)[0][0])
        expected = (before[at] + 0.5) * np.exp(usual[at]) - 0.5
        error = np.sqrt(spread**2 + 1.0 / (after[at] + 0.5) + 1.0 / (before[at] + 0.5))
        step = abs(steps[at] - usual[at])
        if step >= np.log1p(max(0.0, case.limit())) and step >= case.limit("z") * error:
            cells.append({"jaar": year, "maat": "instroom", "rijen": int(after[at]), "verwacht": number(expected)})
    return cells


def _usual_steps(steps: Floats, calendar: Ints, seasonal: bool) -> Floats:
    """Return the median step: of the same month of all years, or of the months away from the turn of the year."""
    if seasonal:
        by_month = {month: float(np.median(steps[calendar == month])) for month in set(calendar.tolist())}
        return np.array([by_month[month] for month in calendar.tolist()])
    elsewhere = steps[(calendar >= SIDE) & (calendar <= 12 - SIDE)]
    return np.full(len(steps), float(np.median(elsewhere)) if len(elsewhere) else 0.0)


def _stock_jumps(case: Case, years: list[int]) -> list[dict[str, Any]]:
    """Return the boundaries at which the stock jumps overnight."""
    period, counted = case.period, case.counted
    assert period is not None
    months = np.arange(period.first + 1, period.settled + 1)
    turns = first_days(months)
    begun, gone = counted.begins.on(turns).astype(np.float64), counted.ends.on(turns - 1).astype(np.float64)
    stock = np.array([counted.begins.until(day - 1) - counted.ends.until(day - 2) for day in turns.tolist()])
    share = (begun - gone) / np.maximum(stock, 1.0)
    elsewhere = share[(months % 12 != 0) & (stock > 0)]
    usual, spread = (float(np.median(elsewhere)), robust_scale(elsewhere)) if len(elsewhere) else (0.0, 0.0)
    cells = []
    for year in years:
        at = int(np.nonzero(months == year * 12)[0][0])
        if stock[at] <= 0:
            continue
        error = np.sqrt(spread**2 + (begun[at] + gone[at] + 1.0) / stock[at] ** 2)
        off = abs(share[at] - usual)
        if off >= case.limit("stand") and off >= case.limit("z") * error:
            now = int(stock[at] + begun[at] - gone[at])
            cells.append({"jaar": year, "maat": "stand", "rijen": now, "verwacht": number(stock[at] * (1.0 + usual))})
    return cells


def thin_month(case: Case) -> Finding:
    """Judge whether in a month far fewer rows begin than in the months around it.

    Expected is the lower one of two medians: of the 24 months before, and of the 24 after (of as many as there are, at
    least six). A month fails when its number is below the threshold times that, and the chance of so few, with the
    variation that the months show, is at most ``grens_kans`` after adjustment. Months in which even none at all would
    not be improbable, and those at the ends, are missing.
    """
    period, counted = case.period, case.counted
    if period is None or period.settled < period.first:
        return case.cannot(1, *NO_MONTHS)
    rows = counted.begins.monthly(period.first, period.settled)
    expected = np.array([_usual(rows, place) for place in range(len(rows))])
    phi = local_dispersion(rows)
    judged = np.isfinite(expected) & (np.nan_to_num(chance_so_few(0, expected, phi), nan=1.0) <= case.limit("kans"))
    if not judged.any():
        return case.cannot(
            len(rows),
            "Er zijn te weinig maanden, of te weinig rijen per maand.",
            "There are too few months, or too few rows per month.",
        )
    chance = np.where(judged, chance_so_few(rows, expected, phi), np.nan)
    fails = unlikely(chance, case.limit("kans")) & (rows < case.limit() * np.nan_to_num(expected))
    bad = [period.first + int(place) for place in np.nonzero(fails)[0]]
    where = [
        {
            "maand": month_text(month),
            "rijen": int(rows[month - period.first]),
            "verwacht": number(expected[month - period.first]),
        }
        for month in bad
    ]
    note = NOTHING
    if bad:
        note = (
            f"In {_some(bad)} begint veel minder dan in de maanden eromheen: ontbreekt er een levering?",
            f"In {_some(bad)} far fewer begin than in the months around: is a delivery missing?",
        )
    return case.finding(
        len(rows), len(bad), int((~judged).sum()), where=where, rows=lambda: counted.begun_in(bad), note=note
    )


def _usual(rows: Ints, place: int) -> float:
    """Return the lower one of the medians before and after a month; missing where either side is too short."""
    before, after = rows[max(0, place - AROUND) : place], rows[place + 1 : place + 1 + AROUND]
    if min(len(before), len(after)) < LEAST_AROUND:
        return float("nan")
    return float(min(np.median(before), np.median(after)))


def _some(months: list[int], most: int = 6) -> str:
    shown = ", ".join(month_text(month) for month in months[:most])
    return shown if len(months) <= most else f"{shown} … ({len(months)})"


def provisional_months(case: Case) -> Finding:
    """Name the months before the day of delivery that are not final yet: no test, but what the source says of itself.

    Beside the number of rows stands the mean of the twelve months before them.
    """
    period, counted = case.period, case.counted
    if period is None:
        return case.cannot(1, *NO_MONTHS)
    last = period.end
    months = list(range(period.first, max(period.last, last) + 1))
    bad = [month for month in months if month > period.settled and month <= last]
    if period.last > period.settled:
        first = min(bad)
    else:  # the register ends before these months: none of its rows is provisional
        bad, first = [], last
    earlier = counted.begins.monthly(max(period.first, first - 12), first - 1)
    usual = number(float(np.mean(earlier))) if len(earlier) else None
    where = [
        {"maand": month_text(month), "rijen": counted.begins.months.get(month, 0), "verwacht": usual} for month in bad
    ]
    day = period.day.isoformat()
    known = f"Tot {day} bekend", f"Known until {day}"
    if case.inferred:
        known = f"{known[0]}, afgeleid uit de gegevens", f"{known[1]}, inferred from the data"
    if bad:
        rest = (
            f": wat in {_some(bad)} begon, kan nog worden aangevuld.",
            f": what began in {_some(bad)} may still be added to.",
        )
    else:
        rest = (
            ": geen rij is van de laatste maanden ervoor.",
            ": no row is of the last months before it.",
        )
    note = joined(known, rest)
    return case.finding(len(months), len(bad), where=where, rows=lambda: counted.begun_in(bad), note=note)


def series_break(case: Case) -> Finding:
    """Name a known break in the series that lies inside the window, with the rows before and after it.

    The day of the break is the threshold ``grens_datum``, as yyyymmdd.
    """
    period, counted = case.period, case.counted
    if period is None:
        return case.cannot(1, *NO_MONTHS)
    stamp = int(case.limit("datum"))
    try:
        day = dt.date(stamp // 10000, stamp // 100 % 100, stamp % 100)
    except (ValueError, OverflowError):
        return case.cannot(
            1,
            "grens_datum is geen dag: schrijf jjjjmmdd, zoals 20150101.",
            "grens_datum is no day: write yyyymmdd, such as 20150101.",
        )
    years = range(period.first // 12, period.last // 12 + 1)
    month = month_of(day)
    inside = period.first < month <= period.last
    rows = counted.begins.monthly(period.first, period.last)
    before = int(rows[: max(0, month - period.first)].sum())
    cell: Mapping[str, Any] = {
        "jaar": day.year,
        "datum": day.isoformat(),
        "rijen_ervoor": before,
        "rijen_erna": int(rows.sum()) - before,
    }
    note = (
        (
            f"De reeks breekt op {day.isoformat()}: tel ervoor en erna apart.",
            f"The series breaks on {day.isoformat()}: count before and after apart.",
        )
        if inside
        else NOTHING
    )
    year = period.months(day.year * 12, day.year * 12 + 11)
    return case.finding(
        len(years), int(inside), where=[cell] if inside else [], rows=lambda: counted.begun_in(year), note=note
    )


def year_end_pile(case: Case) -> Finding:
    """Judge whether far more rows begin on 1 January (or end on 31 December) than at other turns of the month.

    Compared with the mean of the same at the other turns of the half-year before or after, whichever has more. A year
    fails when its number is at least the threshold times that, and the chance of so many is at most ``grens_kans``
    after adjustment: binomial, given how many fell on the boundary and the other turns together.
    """
    period, counted = case.period, case.counted
    if period is None:
        return case.cannot(1, *NO_MONTHS)
    ends = case.rule.column == "einddatum"
    by_day = counted.ends if ends else counted.begins
    years = [
        year
        for year in range(period.first // 12, period.last // 12 + 2)
        if period.first <= year * 12 - int(ends) <= period.last
    ]
    if not years:
        return case.cannot(1, "Het venster heeft geen jaargrens.", "The window has no year's boundary.")
    hits = by_day.on(np.array([_turn(year * 12, ends) for year in years]))
    others, turns = _beside(by_day, years, (period.first, period.last), ends)
    judged = (turns > 0) & (hits + others >= case.limit("rijen"))
    chance = np.where(judged, chance_so_many_of(hits, hits + others, 1.0 / (np.maximum(turns, 1) + 1.0)), np.nan)
    expected = others / np.maximum(turns, 1)
    fails = unlikely(chance, case.limit("kans")) & (hits >= case.limit() * np.maximum(expected, 1.0))
    label = [year - 1 if ends else year for year in years]
    bad = [place for place in range(len(years)) if fails[place]]
    where = [{"jaar": label[k], "rijen": int(hits[k]), "verwacht": number(expected[k])} for k in bad]
    listed = ", ".join(f"{label[k]}: {hits[k]} ({expected[k]:.0f})" for k in bad)
    what = (
        ("einden op 31 december", "ends on 31 December") if ends else ("begindata op 1 januari", "begins on 1 January")
    )
    note = (
        f"Opvallend veel {what[0]}, met wat werd verwacht: {listed}.",
        f"Strikingly many {what[1]}, with what was expected: {listed}.",
    )
    days = [dt.date(label[k], 12, 31) if ends else dt.date(label[k], 1, 1) for k in bad]
    column = counted.table[case.rule.column]
    return case.finding(
        len(years),
        len(bad),
        int((~judged).sum()),
        where=where,
        rows=lambda: counted.table.filter(column.isin(days)),
        note=note if bad else NOTHING,
    )


def _turn(month: int, ends: bool) -> int:
    """Return the day number of the first of a month, or of the last day before it."""
    return int(first_days(np.array([month]))[0]) - int(ends)


def _beside(by_day: ByDay, years: list[int], inside: tuple[int, int], ends: bool) -> tuple[Ints, Ints]:
    """Return the rows at the turns of months beside each boundary, and how many turns: of the fuller half-year.

    A series that begins, or is selected, on the boundary itself has one side that says nothing.
    """
    rows, turns = [], []
    for year in years:
        best = (0.0, 0, 0)
        for steps in (range(-6, 0), range(1, 7)):
            months = [year * 12 + step for step in steps if inside[0] <= year * 12 + step - int(ends) <= inside[1]]
            if len(months) < LEAST_TURNS:
                continue
            seen = int(by_day.on(np.array([_turn(month, ends) for month in months])).sum())
            best = max(best, (seen / len(months), seen, len(months)))
        rows.append(best[1])
        turns.append(best[2])
    return np.array(rows, dtype=np.int64), np.array(turns, dtype=np.int64)
