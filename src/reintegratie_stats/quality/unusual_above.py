"""Gemeenten in which a share lies far above that of the others, as a finding."""

from __future__ import annotations

from collections.abc import Callable

import ibis.expr.types as ir
import numpy as np

from reintegratie_stats.quality.finding import Finding
from reintegratie_stats.quality.unusual_case import NOTHING, Case, Words, joined, number, without_place
from reintegratie_stats.quality.unusual_judging import Ints, far_above_others


def judge_above(
    case: Case,
    hits: Ints,
    trials: Ints,
    *,
    too_few: Words,
    note: Callable[[float], Words],
    rows: Callable[[list[str]], ir.Table],
) -> Finding:
    """Judge gemeenten by `far_above_others`, with the thresholds of the rule.

    Parameters
    ----------
    case : Case
    hits, trials : array of int, one per gemeente
        Rows that have what is looked for, of so many.
    too_few : Words
        What is said where no gemeente can be judged.
    note : callable
        From the share of the middle gemeente to a sentence.
    rows : callable
        From the gemeenten that fail to the rows behind them.
    """
    made = far_above_others(
        hits,
        trials,
        effect=case.limit(),
        spreads=case.limit("spreidingen"),
        chance=case.limit("kans"),
        least=case.limit("rijen"),
    )
    if not made.judged.any():
        return case.cannot(len(trials), *too_few)
    names = case.counted.cells.gemeenten
    bad = np.nonzero(made.fails)[0].tolist()
    where = [
        {
            "gemeente": names[place],
            "rijen": int(hits[place]),
            "van_rijen": int(trials[place]),
            "verwacht": number(made.middle * trials[place]),
        }
        for place in bad
    ]
    return case.finding(
        len(trials),
        len(bad),
        int((~made.judged).sum()),
        where=where,
        rows=lambda: rows([names[place] for place in bad]),
        note=joined(note(made.middle) if bad else NOTHING, without_place(case)),
    )
