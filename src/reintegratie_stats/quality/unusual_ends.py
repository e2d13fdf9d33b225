r"""Ends that are missing: spells that run on longer than others did, by when they began and by gemeente.

That more of the recent spells still run is as it should be. So spells of one age are compared with those of other ages
when these were as old: a life table in years before the last day known, left out for each age in turn.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir
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
from reintegratie_stats.quality.unusual_counts import (
    Counted,
    Period,
    ended,
    month_number,
    month_of,
    month_text,
    regular_months,
)
from reintegratie_stats.quality.unusual_judging import Floats

LEAST_YEARS = 3


@dataclass(frozen=True, eq=False)
class LifeTable:
    """Rows at risk and ends, by years before the last day at the begin (rows) and at the end (columns).

    A cell (a, b) is what began in year a and could end in year b, b <= a, both counted back from the last day. Years of
    ends before the first end in the data are no cells: what ended then is not in such data.
    """

    at_risk: Floats
    ends: Floats
    last: int

    @property
    def ages(self) -> int:
        """The number of years in which something begins."""
        return len(self.at_risk)

    def expected_open(self, age: int) -> tuple[float, float, float]:
        r"""Return rows, the share of them that would still run if they ended as others did, and its error.

        The share is the product of ``1 - h_d`` over the durations d in years, h_d from the other ages. The error is by
        Greenwood's formula; missing where no other age has been that old.
        """
        first = min(age, self.last)
        rows, share, greenwood = float(self.at_risk[age, first]), 1.0, 0.0
        for end in range(first, -1, -1):
            lasted = age - end
            others = [one for one in range(lasted, self.ages) if one != age and one - lasted <= self.last]
            risk = sum(float(self.at_risk[one, one - lasted]) for one in others)
            gone = sum(float(self.ends[one, one - lasted]) for one in others)
            if risk < 1.0 or gone >= risk:
                return rows, float("nan"), float("nan")
            share *= 1.0 - gone / risk
            greenwood += gone / (risk * (risk - gone))
        return rows, share, share * float(np.sqrt(greenwood))


def open_by_year(case: Case) -> Finding:
    """Judge per year of begin whether more rows run on than would if they had ended as those of other years did.

    Years are counted back from the last month that is not provisional. A year fails when the share that runs on at its
    end is the threshold above what is expected, and at least ``grens_z`` standard errors: binomial, and of the
    expectation. A year with fewer than ``grens_rijen`` rows, or that no other year can be compared with, is missing.
    """
    period, counted = case.period, case.counted
    if period is None:
        return case.cannot(1, *NO_MONTHS)
    table = _life_table(counted, period)
    if table is None or table.ages < LEAST_YEARS:
        return case.cannot(
            1 if table is None else table.ages,
            f"Hiervoor zijn {LEAST_YEARS} jaren van begin en van einde nodig.",
            f"This takes {LEAST_YEARS} years of begins and of ends.",
        )
    judged = [(age, *table.expected_open(age)) for age in reversed(range(table.ages))]
    judged = [one for one in judged if np.isfinite(one[2]) and one[1] >= case.limit("rijen")]
    if not judged:
        return case.cannot(table.ages, "Er zijn te weinig rijen per jaar.", "There are too few rows per year.")
    where, months = [], set()
    for age, rows, expected, error in judged:
        running = float(table.at_risk[age, 0] - table.ends[age, 0])
        spread = float(np.sqrt(expected * (1.0 - expected) / rows + error**2 + 0.25 / rows**2))
        if running / rows >= expected + max(case.limit(), case.limit("z") * spread):
            last = period.settled - 12 * age
            months |= set(range(last - 11, last + 1))
            where.append(
                {
                    "van": month_text(last - 11),
                    "tot_en_met": month_text(last),
                    "rijen": int(running),
                    "van_rijen": int(rows),
                    "verwacht": number(expected * rows),
                }
            )
    note = (
        "Van deze jaren loopt meer door dan van andere jaren na even lange tijd: ontbreken er einden?",
        "Of these years more runs on than of other years after as long a time: are ends missing?",
    )
    return case.finding(
        table.ages,
        len(where),
        table.ages - len(judged),
        where=where,
        rows=lambda: _running_after(counted.begun_in(months), period.settled),
        note=note if where else NOTHING,
    )


def _running_after(table: ir.Table, month: int) -> ir.Table:
    """Return the rows that still run at the end of a month."""
    return table.filter((month_number(ended(table)) > month).fill_null(True))


def _without_end(table: ir.Table) -> ir.Table:
    return table.filter(ended(table).isnull())


def _life_table(counted: Counted, period: Period) -> LifeTable | None:
    """Return the life table by years back from the last settled month, or None where nothing ends."""
    begin, end, rows = counted.life
    ends = regular_months(counted.ends.months)
    if ends is None or period.settled < period.first:
        return None
    last = (period.settled - ends[0] + 1) // 12 - 1
    ages = (period.settled - period.first + 1) // 12
    if last < 0 or ages < 1:
        return None
    inside = (begin > period.settled - 12 * ages) & (begin <= period.settled)
    age = (period.settled - begin[inside]) // 12
    gone = np.where(end[inside] < 0, -1, (period.settled - end[inside]) // 12)
    died = np.zeros((ages, ages + 1))
    np.add.at(died, (age, np.maximum(gone, -1) + 1), rows[inside])  # column 0: runs on
    return LifeTable(np.cumsum(died, axis=1)[:, 1:], died[:, 1:], last)


def open_by_gemeente(case: Case) -> Finding:
    """Judge whether in a gemeente far more of what began long ago has no end than in the others.

    Of the rows that began at least ``grens_jaren`` years before the last day known; see `far_above_others`.
    """
    period, counted = case.period, case.counted
    if period is None:
        return case.cannot(1, *NO_MONTHS)
    if not counted.knows_gemeente:
        return case.cannot(1, *NO_GEMEENTE)
    cells = counted.cells
    until = month_of(period.day) - round(12 * case.limit("jaren"))
    inside = (cells.month >= period.first) & (cells.month < until)
    hits, trials = cells.sums(cells.open, inside), cells.sums(cells.rows, inside)
    months = list(range(period.first, until))
    return judge_above(
        case,
        hits,
        trials,
        too_few=(
            f"Minder dan drie gemeenten hebben {case.limit('rijen'):g} rijen die zo lang geleden begonnen.",
            f"Fewer than three gemeenten have {case.limit('rijen'):g} rows that began so long ago.",
        ),
        note=lambda middle: (
            f"Van wat in de middelste gemeente voor {month_text(until)} begon, heeft {per_cent(middle)} geen einde.",
            f"Of what began before {month_text(until)} in the middle gemeente {per_cent(middle)} has no end.",
        ),
        rows=lambda names: _without_end(counted.of_gemeenten(names)).filter(
            lambda table: month_number(table.begindatum).isin(months)
        ),
    )
