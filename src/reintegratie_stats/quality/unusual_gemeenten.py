"""Gemeenten that are not there all the time: from some month on, until some month, for a while, or hardly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from reintegratie_stats.quality.finding import Finding
from reintegratie_stats.quality.unusual_case import (
    NO_GEMEENTE,
    NO_MONTHS,
    NOTHING,
    Case,
    Words,
    joined,
    number,
    without_place,
)
from reintegratie_stats.quality.unusual_counts import Cells, Counted, month_number, month_text
from reintegratie_stats.quality.unusual_judging import Floats, Ints, chance_so_few, dispersion, unlikely


@dataclass(frozen=True, eq=False)
class Gap:
    """A run of months without a row of a gemeente: places from and to, both included."""

    gemeente: int
    kind: str
    first: int
    last: int
    rows: int
    expected: float
    chance: float


def gemeente_gap(case: Case) -> Finding:
    r"""Judge whether a gemeente has no rows for months on end, while others do.

    For each gemeente the months before its first row, after its last, and the longest run between. With w the share of
    all rows of the other gemeenten in those months and n its own rows, the chance that all n fall outside is
    :math:`(1 - w)^n`; for the longest run between, at most :math:`n (1 - w)^n`. Fails when the run is at least the
    threshold in months and the chance, adjusted over gemeenten, at most ``grens_kans``. Small gemeenten, which have
    months without anyone, are so left alone.
    """
    period, counted = case.period, case.counted
    if period is None or period.settled < period.first:
        return case.cannot(1, *NO_MONTHS)
    if not counted.knows_gemeente:
        return case.cannot(1, *NO_GEMEENTE)
    cells = counted.cells
    grid = cells.grid(period.first, period.settled)
    judged = grid.sum(axis=1) > 0
    if judged.sum() < 2:
        return case.cannot(
            len(grid),
            "Er is geen andere gemeente om mee te vergelijken.",
            "There is no other gemeente to compare with.",
        )
    gaps = _gaps(grid, round(case.limit()))
    fails = unlikely([gap.chance for gap in gaps], case.limit("kans"))
    found = [gap for gap, fail in zip(gaps, fails, strict=True) if fail]
    bad = sorted({gap.gemeente for gap in found})
    where = [
        {
            "gemeente": cells.gemeenten[gap.gemeente],
            "wat": gap.kind,
            "van": month_text(period.first + gap.first),
            "tot_en_met": month_text(period.first + gap.last),
            "rijen": 0,
            "verwacht": number(gap.expected),
        }
        for gap in found
    ]
    names = [cells.gemeenten[place] for place in bad]
    return case.finding(
        len(grid),
        len(bad),
        int((~judged).sum()),
        where=where,
        rows=lambda: counted.of_gemeenten(names),
        note=joined(_gap_note(cells, grid, found, period.first) if found else NOTHING, without_place(case)),
    )


def _gaps(grid: Ints, least: int) -> list[Gap]:
    """Return the runs of at least so many months without rows, with their chance, of each gemeente."""
    total = grid.sum(axis=0)
    gaps = []
    for gemeente, own in enumerate(grid):
        rows = int(own.sum())
        others = (total - own).astype(np.float64)
        if not rows or not others.sum():
            continue
        weight = np.concatenate([[0.0], np.cumsum(others / others.sum())])
        used = np.nonzero(own)[0]
        runs = [("verschijnt", 0, int(used[0]) - 1), ("verdwijnt", int(used[-1]) + 1, len(own) - 1)]
        between = [(a + 1, b - 1) for a, b in pairwise(used.tolist()) if b - a > least]
        if between:
            longest = max(between, key=lambda run: weight[run[1] + 1] - weight[run[0]])
            runs.append(("gat", *longest))
        for kind, first, last in runs:
            if last - first + 1 < least:
                continue
            gone = float(weight[last + 1] - weight[first])
            chance = (1.0 - gone) ** rows * (rows if kind == "gat" else 1.0)
            expected = rows * gone / (1.0 - gone) if gone < 1.0 else float("inf")
            gaps.append(Gap(gemeente, kind, first, last, rows, expected, min(1.0, chance)))
    return gaps


def _gap_note(cells: Cells, grid: Ints, found: list[Gap], first: int) -> Words:
    """Return a sentence on what may be behind it: a merger where another gemeente has as much more from then on."""
    merged = [(gap, taker) for gap in found if gap.kind == "verdwijnt" for taker in _takers(grid, gap)]
    if merged:
        listed = [(cells.gemeenten[gap.gemeente], cells.gemeenten[to], first + gap.first) for gap, to in merged[:3]]
        more = " …" if len(merged) > len(listed) else ""
        dutch = "; ".join(
            f"{old} verdwijnt in {month_text(month)}, en {new} heeft dan meer" for old, new, month in listed
        )
        other = "; ".join(
            f"{old} vanishes in {month_text(month)}, and {new} has more then" for old, new, month in listed
        )
        return (
            f"{dutch}{more}: een herindeling? Breng de registers op de grenzen van één jaar (to_boundaries).",
            f"{other}{more}: a merger? Bring the registers on the boundaries of one year (to_boundaries).",
        )
    if all(gap.kind == "gat" for gap in found):
        return (
            "Daarvoor en daarna zijn er wel rijen: ontbreekt er een levering?",
            "Before and after it there are rows: is a delivery missing?",
        )
    return (
        "Een levering die ontbreekt, of een herindeling: vraag na, of breng de registers op de grenzen van één jaar.",
        "A delivery that is missing, or a merger: ask, or bring the registers on the boundaries of one year.",
    )


def _takers(grid: Ints, gap: Gap) -> list[int]:
    r"""Return the gemeente that has more rows from the month on in which another vanishes, if there is one.

    In at most a year on either side: what it has more than before, all gemeenten together taken into account, is at
    least half of what the other had, and five standard errors.
    """
    length = min(12, gap.first, grid.shape[1] - gap.first)
    if length < 3:
        return []
    before = grid[:, gap.first - length : gap.first].sum(axis=1).astype(np.float64)
    after = grid[:, gap.first : gap.first + length].sum(axis=1).astype(np.float64)
    ratio = after.sum() / max(before.sum(), 1.0)
    gain = after - ratio * before
    sure = gain / np.sqrt(after + ratio**2 * before + 1.0)
    sure[gap.gemeente] = -np.inf
    best = int(np.argmax(sure))
    return [best] if sure[best] >= 5.0 and gain[best] >= 0.5 * ratio * before[gap.gemeente] else []


def gemeente_absent(case: Case) -> Finding:
    """Judge whether a gemeente of the table of gemeenten has no row at all, where its inhabitants let expect many.

    Expected is its share of all inhabitants times the rows of the register. Fails when that is at least the threshold
    and there is no row; a gemeente without a number of inhabitants is missing.
    """
    counted, table = case.counted, case.others.get("gemeenten")
    if table is None or "inwoners" not in table.columns:
        return case.cannot(1, "Er is geen tabel van gemeenten met inwoners.", "There is no table of gemeenten.")
    if not counted.knows_gemeente:
        return case.cannot(1, *NO_GEMEENTE)
    listed = counted.engine.collect(table.select("gemeente", "inwoners"), "reading the gemeenten", ordered=True)
    names = listed["gemeente"].to_pylist()
    people = np.array([np.nan if one is None else float(one) for one in listed["inwoners"].to_pylist()])
    cells = counted.cells
    total = dict(zip(cells.gemeenten, cells.sums(cells.rows, np.ones(len(cells.rows), bool)).tolist(), strict=True))
    rows = np.array([total.get(name, 0) for name in names], dtype=np.float64)
    judged = np.isfinite(people) & (people > 0)
    if not judged.any():
        return case.cannot(
            len(names), "Van geen gemeente zijn er inwoners bekend.", "No number of inhabitants is known."
        )
    expected = np.where(judged, people, 0.0) * rows[judged].sum() / people[judged].sum()
    bad = np.nonzero(judged & (rows == 0) & (expected >= case.limit()))[0].tolist()
    where = [{"gemeente": names[place], "rijen": 0, "verwacht": number(expected[place])} for place in bad]
    note = (
        "Van deze gemeenten is er geen rij: zijn zij niet geleverd, of heten zij anders door een herindeling?",
        "Of these gemeenten there is no row: were they not delivered, or has a merger given them another code?",
    )
    return case.finding(
        len(names),
        len(bad),
        int((~judged).sum()),
        where=where,
        note=joined(note if bad else NOTHING, without_place(case)),
    )


def gemeente_dip(case: Case) -> Finding:
    r"""Judge whether a gemeente has far fewer rows in a half-year than its other half-years let expect.

    Expected is its number in the other half-years, times the ratio of all other gemeenten in this half-year and in
    those. A half-year fails when its number is below the threshold times that and the chance of so few, with the
    variation that all cells show, is at most ``grens_kans`` after adjustment. Half-years without any row are left to
    the rule on gemeenten that vanish.
    """
    period, counted = case.period, case.counted
    if period is None or period.settled < period.first:
        return case.cannot(1, *NO_MONTHS)
    if not counted.knows_gemeente:
        return case.cannot(1, *NO_GEMEENTE)
    cells = counted.cells
    start, stop = -(-period.first // 6) * 6, (period.settled + 1) // 6 * 6
    if (stop - start) // 6 < 4:
        return case.cannot(
            len(cells.gemeenten),
            "Hiervoor zijn vier hele halfjaren nodig die niet voorlopig zijn.",
            "This takes four whole half-years that are not provisional.",
        )
    grid = cells.grid(start, stop - 1)
    halves = grid.reshape(len(grid), -1, 6).sum(axis=2)
    expected = _expected_halves(halves)
    phi = dispersion(halves, expected)
    possible = np.nan_to_num(chance_so_few(0, expected, phi), nan=1.0) <= case.limit("kans")
    judged = possible.any(axis=1)
    if not judged.any():
        return case.cannot(len(grid), "Er zijn te weinig rijen per halfjaar.", "There are too few rows per half-year.")
    chance = np.where(possible, chance_so_few(halves, expected, phi), np.nan)
    rare = unlikely(chance.ravel(), case.limit("kans")).reshape(halves.shape)
    fails = rare & (halves < case.limit() * np.nan_to_num(expected)) & (halves > 0)
    found = [(int(g), int(t)) for g, t in np.argwhere(fails)]
    where = [
        {
            "gemeente": cells.gemeenten[g],
            "van": month_text(start + 6 * t),
            "tot_en_met": month_text(start + 6 * t + 5),
            "rijen": int(halves[g, t]),
            "verwacht": number(expected[g, t]),
        }
        for g, t in found
    ]
    note = (
        "In dat halfjaar heeft de gemeente veel minder rijen dan in haar andere halfjaren: is de levering volledig?",
        "In that half-year the gemeente has far fewer rows than in its others: is the delivery complete?",
    )
    return case.finding(
        len(grid),
        len({g for g, _ in found}),
        int((~judged).sum()),
        where=where,
        rows=_in_halves(counted, [(cells.gemeenten[g], start + 6 * t) for g, t in found]),
        note=joined(note if found else NOTHING, without_place(case)),
    )


def _expected_halves(halves: Ints) -> Floats:
    """Return what the other half-years and the other gemeenten let expect."""
    own, all_ = halves.astype(np.float64), halves.sum(axis=0).astype(np.float64)
    others = all_ - own
    rest, rest_others = own.sum(axis=1, keepdims=True) - own, others.sum(axis=1, keepdims=True) - others
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.where(rest_others > 0, rest * others / rest_others, np.nan)
    return np.asarray(expected, dtype=np.float64)


def _in_halves(counted: Counted, found: list[tuple[str, int]]) -> Callable[[], ir.Table]:
    def rows() -> ir.Table:
        table = counted.placed
        month = month_number(table.begindatum)
        chosen: Any = ibis.literal(False)
        for gemeente, first in found:
            chosen = chosen | ((table.gemeente == gemeente) & (month >= first) & (month < first + 6))
        return table.filter(chosen)

    return rows
