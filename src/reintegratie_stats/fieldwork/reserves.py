"""Who steps in for a chosen gemeente without a quota being lost, in order, and who would have been as good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reintegratie_stats.fieldwork.population import Bools, Ints, Population, lots
from reintegratie_stats.fieldwork.rules import COUNTS, Rule, stacked
from reintegratie_stats.fieldwork.sample_design import SampleDesign
from reintegratie_stats.fieldwork.spread import Band, spread_cost
from reintegratie_stats.fieldwork.twins import twin_steps


@dataclass(frozen=True, eq=False, repr=False)
class Swaps:
    """What happens when a chosen gemeente (a,) leaves and another (b,) comes, as (a, b) arrays.

    Attributes
    ----------
    inside, outside : array of int
        The chosen gemeenten, and those who may come.
    kept : array of bool
        Every number of the design is kept.
    same_cell : array of bool
        Same class, counted for by the same numbers of `quota`, and equal in the traits of `cell`.
    as_good : array of bool
        Kept, the spread at most `nearest` (or as it is), and the objective (in steps) no lower than `least`.
    """

    inside: Ints
    outside: Ints
    kept: Bools
    same_cell: Bools
    as_good: Bools


def swaps(
    design: SampleDesign,
    population: Population,
    rules: Sequence[Rule],
    spread: Sequence[Band],
    chosen: Bools,
    away: Bools,
    least: int,
    nearest: int,
) -> Swaps:
    """Look at every exchange of one chosen gemeente for one that is neither chosen nor `away` (n,).

    The ranges of `rules` are those that the draw keeps (where a demand was relaxed: as far as it was).
    """
    inside, outside = np.flatnonzero(chosen), np.flatnonzero(~chosen & ~away & ~population.shut)
    members, low, high = stacked([rule for rule in rules if rule.kind in COUNTS])
    number = members @ chosen.astype(np.int64)
    after = number[:, None, None] - members[:, inside, None] + members[:, None, outside]
    kept = np.all((after >= low[:, None, None]) & (after <= high[:, None, None]), axis=0)
    steps = population.steps
    total = int(steps[chosen].sum()) - steps[inside][:, None] + steps[outside][None, :]
    as_good = kept & (total >= least)
    if spread:
        groups = np.array([band.members for band in spread], dtype=np.int64)
        now = groups @ chosen.astype(np.int64)
        moved = now[:, None, None] - groups[:, inside, None] + groups[:, None, outside]
        as_good &= spread_cost(spread, np.moveaxis(moved, 0, -1)) <= max(nearest, int(spread_cost(spread, now)))
    return Swaps(inside, outside, kept, _same_cell(design, population, rules, inside, outside), as_good)


def _same_cell(
    design: SampleDesign, population: Population, rules: Sequence[Rule], inside: Ints, outside: Ints
) -> Bools:
    marks: list[Any] = [population.klasse, *(population.traits[name] for name in design.cell)]
    marks += [row.members for rule in rules if rule.kind == "quota" for row in rule.rows]
    same = np.ones((len(inside), len(outside)), dtype=np.bool_)
    for mark in marks:
        same &= np.asarray(mark[inside][:, None] == mark[outside][None, :], dtype=np.bool_)
    return same


def alike(design: SampleDesign, population: Population, one: int, others: Ints) -> Ints:
    """Return in how many traits of the design other gemeenten (b,) are equal to one."""
    equal = np.zeros(len(others), dtype=np.int64)
    for name in design.traits():
        values = population.traits[name]
        equal += np.asarray(values[others] == values[one], dtype=np.int64)
    return equal


def reserve_lists(
    design: SampleDesign, population: Population, found: Swaps, twins: dict[int, int], seed: int
) -> dict[int, list[int]]:
    """Return for each chosen gemeente its reserves, the first to step in first.

    In order: for a twin the nearest to whom it is the twin of; equal in most traits; most for the objective; the lot.
    """
    lot = lots(seed, population.ids)
    lists = {}
    for k, one in enumerate(found.inside):
        others = found.outside[found.kept[k] & found.same_cell[k]]
        equal = alike(design, population, int(one), others)
        partner = twins.get(int(one))
        far = np.zeros(len(others), dtype=np.int64)
        if partner is not None and len(others):
            far = twin_steps(population, np.array([partner]), others)[0]
        order = sorted(
            range(len(others)), key=lambda j: (far[j], -equal[j], -population.steps[others[j]], lot[others[j]])
        )
        lists[int(one)] = [int(others[j]) for j in order[: design.reserves]]
    return lists
