"""Demands that give way in a stated order, by as little as can be, and what gave way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from reintegratie_stats.errors import SampleError
from reintegratie_stats.fieldwork.conflict import conflicts, explain
from reintegratie_stats.fieldwork.milp import Programme, maximise
from reintegratie_stats.fieldwork.population import Bools, Population
from reintegratie_stats.fieldwork.rules import Row, Rule, stacked


@dataclass(frozen=True)
class Relaxed:
    """A number that was not kept: the demand and the category, from low to high asked (None: no bound), got."""

    name: str
    category: str
    low: int | None
    high: int | None
    got: int


def feasible_programme(rules: Sequence[Rule], relax: Sequence[str], population: Population) -> Programme:
    """Return the programme of a design, its relaxable demands elastic by no more than is needed.

    The demands of `relax` that stand last are kept as far as possible first: a demand gives way only where easing all
    that stand before it is not enough. How much a demand gives way is counted in gemeenten outside its ranges.

    Raises
    ------
    SampleError
        When the other demands cannot hold together, naming a smallest set of them.
    """
    groups = _groups(rules, relax)
    soft = {rule for group in groups for rule in group}
    hard = [rule for rule in rules if rule not in soft]
    programme = Programme.choosing(*stacked(rules), population.shut)
    if maximise(programme, np.zeros(1)) is not None:
        return programme
    if found := conflicts(hard, population):
        raise SampleError(explain(found, population, relax))
    programme = Programme.choosing(*stacked(hard), population.shut) if hard else _free(population)
    programme, slacks = _elastic(programme, groups)
    for columns in reversed(slacks):
        gain = np.zeros(programme.columns)
        gain[columns] = -1.0
        least = maximise(programme, gain)
        if least is None:  # pragma: no cover (elastic rows can always be met)
            raise SampleError("the solver lost a draw that it had found.")
        programme = programme.longer(sp.csr_array(-gain[None, :]), [0.0], [-float(least.value)])
    return programme


def _free(population: Population) -> Programme:
    nothing = np.zeros((0, len(population)), dtype=np.int64)
    return Programme.choosing(nothing, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), population.shut)


def _groups(rules: Sequence[Rule], relax: Sequence[str]) -> list[list[Rule]]:
    """Return the demands that each name of `relax` means; a demand belongs to the first name that means it."""
    groups: list[list[Rule]] = []
    seen: set[Rule] = set()
    for name in relax:
        group = [rule for rule in rules if rule.named(name) and rule not in seen]
        seen |= set(group)
        groups.append(group)
    return groups


def _elastic(programme: Programme, groups: Sequence[Sequence[Rule]]) -> tuple[Programme, list[list[int]]]:
    """Add the rows of the groups with a shortage and an excess each; return the columns of these per group."""
    slacks = []
    for group in groups:
        rows = [row for rule in group for row in rule.rows]
        first = programme.columns
        programme = programme.wider([float(programme.n)] * (2 * len(rows)))
        slacks.append(list(range(first, programme.columns)))
        if not rows:
            continue
        members = sp.csr_array(np.array([row.members for row in rows], dtype=np.float64))
        gap = sp.csr_array((len(rows), first - programme.n))
        eye = sp.eye_array(len(rows))
        low, high = ([getattr(row, name) for row in rows] for name in ("low", "high"))
        programme = programme.longer(sp.csr_array(sp.hstack([members, gap, eye, -eye])), low, high)
    return programme, slacks


def eased(rules: Sequence[Rule], chosen: Bools) -> tuple[tuple[Rule, ...], tuple[Relaxed, ...]]:
    """Return the demands as they were kept in the end, and every number that was not kept."""
    kept, relaxed = [], []
    for rule in rules:
        rows = []
        for row, got in zip(rule.rows, rule.counts(chosen), strict=True):
            rows.append(Row(row.category, row.members, min(row.low, got), max(row.high, got)))
            if row.short(got):
                low, high = rule.bounds(row)
                relaxed.append(Relaxed(rule.name, row.category, low, high, got))
        kept.append(replace(rule, rows=tuple(rows)))
    return tuple(kept), tuple(relaxed)
