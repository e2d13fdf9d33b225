"""Days on which too much falls: the first of the month for begins, the last for ends, in all and per gemeente."""

from __future__ import annotations

import datetime as dt

import numpy as np

from reintegratie_stats.quality.finding import Finding
from reintegratie_stats.quality.unusual_above import judge_above
from reintegratie_stats.quality.unusual_case import (
    NO_GEMEENTE,
    NO_MONTHS,
    NOTHING,
    Case,
    number,
    per_cent,
)
from reintegratie_stats.quality.unusual_counts import first_days, month_number, months_of
from reintegratie_stats.quality.unusual_judging import chance_so_many_of, unlikely

USUAL = 12.0 / 365.2425
"""The share of days that are the first, or the last, of a month."""


def month_turn(case: Case) -> Finding:
    """Judge per year whether too large a share begins on the first of a month, or ends on the last.

    Expected is one in 30.4. A year fails when the share is at least the threshold and the binomial chance of so many is
    at most ``grens_kans`` after adjustment over years; one with fewer than ``grens_rijen`` rows is missing.
    """
    period, counted = case.period, case.counted
    if period is None:
        return case.cannot(1, *NO_MONTHS)
    ends = case.rule.column == "einddatum"
    by_day = counted.ends if ends else counted.begins
    months = months_of(by_day.days)
    inside = (months >= period.first) & (months <= period.last)
    days, rows, months = by_day.days[inside], by_day.rows[inside], months[inside]
    if not len(days):
        return case.cannot(1, "In het venster eindigt niets.", "Nothing ends in the window.")
    years, place = np.unique(months // 12, return_inverse=True)
    turn = days == (first_days(months + 1) - 1 if ends else first_days(months))
    trials = np.bincount(place, weights=rows).astype(np.int64)
    hits = np.bincount(place, weights=rows * turn).astype(np.int64)
    judged = trials >= case.limit("rijen")
    chance = np.where(judged, chance_so_many_of(hits, trials, USUAL), np.nan)
    found = hits / np.maximum(trials, 1)
    fails = unlikely(chance, case.limit("kans")) & (found >= case.limit())
    bad = np.nonzero(fails)[0].tolist()
    where = [
        {
            "jaar": int(years[k]),
            "rijen": int(hits[k]),
            "van_rijen": int(trials[k]),
            "verwacht": number(USUAL * trials[k]),
        }
        for k in bad
    ]
    column = counted.table[case.rule.column]
    in_bad = [month for month in period.months() if month // 12 in set(years[bad].tolist())]
    chosen = [_turn_day(month, ends) for month in in_bad]
    total = per_cent(hits[bad].sum() / max(1, trials[bad].sum())) if bad else ""
    what = ("eindigt op de laatste", "end on the last") if ends else ("begint op de eerste", "begin on the first")
    note = (
        f"In deze jaren {what[0]} dag van een maand {total}, verwacht {per_cent(USUAL)}.",
        f"In these years {total} {what[1]} day of a month; expected is {per_cent(USUAL)}.",
    )
    return case.finding(
        len(years),
        len(bad),
        int((~judged).sum()),
        where=where,
        rows=lambda: counted.table.filter(column.isin(chosen)),
        note=note if bad else NOTHING,
    )


def _turn_day(month: int, ends: bool) -> dt.date:
    """Return the first day of a month, or the last."""
    turn = dt.date((month + int(ends)) // 12, (month + int(ends)) % 12 + 1, 1)
    return turn - dt.timedelta(days=int(ends))


def gemeente_heaping(case: Case) -> Finding:
    """Judge whether in a gemeente far more begins on the first of a month than in the others.

    See `far_above_others`: the threshold is on the difference with the median of gemeenten, as a share.
    """
    period, counted = case.period, case.counted
    if period is None:
        return case.cannot(1, *NO_MONTHS)
    if not counted.knows_gemeente:
        return case.cannot(1, *NO_GEMEENTE)
    cells = counted.cells
    inside = (cells.month >= period.first) & (cells.month <= period.last)
    hits, trials = cells.sums(cells.first, inside), cells.sums(cells.rows, inside)
    return judge_above(
        case,
        hits,
        trials,
        too_few=(
            f"Minder dan drie gemeenten hebben er {case.limit('rijen'):g} rijen voor.",
            f"Fewer than three gemeenten have {case.limit('rijen'):g} rows for it.",
        ),
        note=lambda middle: (
            f"In de middelste gemeente begint {per_cent(middle)} op de eerste van een maand.",
            f"In the middle gemeente {per_cent(middle)} begin on the first of a month.",
        ),
        rows=lambda names: counted.of_gemeenten(names).filter(
            lambda table: (table.begindatum.day() == 1) & month_number(table.begindatum).isin(list(period.months()))
        ),
    )
