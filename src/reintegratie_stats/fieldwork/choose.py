"""The goals of a draw, one after the other: the objective, the spread, the twins, and the lot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reintegratie_stats.fieldwork.milp import Programme, best_of, decide_by_lot, kept
from reintegratie_stats.fieldwork.population import Bools, Population, lots
from reintegratie_stats.fieldwork.relaxing import feasible_programme
from reintegratie_stats.fieldwork.rules import Rule
from reintegratie_stats.fieldwork.sample_design import SPREAD, SampleDesign
from reintegratie_stats.fieldwork.spread import Band, with_spread
from reintegratie_stats.fieldwork.twins import paired, with_twins

FOR_SPREAD = 0.75
"""How much of the tolerance the spread may use: the lot keeps room, whatever the spread takes."""


@dataclass(frozen=True, eq=False)
class Choice:
    """Who is chosen (n,), and how good a draw can be.

    Attributes
    ----------
    best : int, optional
        The best objective in steps; None: there is none.
    nearest : int
        The lowest cost of the spread where three quarters of the tolerance are used; as good is who has no more.
    twins : dict
        Verwacht: flagged.
    """

    chosen: Bools
    best: int | None
    nearest: int
    twins: dict[int, int]


def choose(
    design: SampleDesign, population: Population, rules: tuple[Rule, ...], spread: tuple[Band, ...], seed: int
) -> Choice:
    """Return the draw: each goal as good as it can be given the goals before it, and the lot among what is left.

    Raises
    ------
    SampleError
        When the design is impossible.
    """
    programme = feasible_programme(rules, design.relax, population)
    best, part, whole = None, 0, 0
    if design.objective != SPREAD:
        steps = population.steps
        best = best_of(programme, steps)
        room = design.room / population.step
        part, whole = (best - int(np.floor(share * room + 1e-9)) for share in (FOR_SPREAD, 1.0))
        programme = kept(programme, steps, whole)
    nearest = 0
    if spread:
        programme, gain = with_spread(programme, spread)
        nearest = -best_of(programme if best is None else kept(programme, population.steps, part), gain)
        programme = kept(programme, gain, -nearest)
    lot = lots(seed, population.ids)
    order = sorted(range(len(population)), key=lambda k: lot[k])
    size = None if "size" in design.relax else design.size
    if not design.twins:
        return Choice(decide_by_lot(programme, order, size).chosen, best, nearest, {})
    programme = _twinned(programme, population, order, size)
    chosen = decide_by_lot(programme, order, size).chosen
    return Choice(chosen, best, nearest, paired(population, chosen, _most_twins(population, chosen, size)))


def _most_twins(population: Population, chosen: Bools, size: int | None) -> int:
    """Return how many twins there can be; without a certain size, all who register as expected."""
    if size is None:
        return int(population.expected.sum())
    return size - int((population.flagged & chosen).sum())


def _twinned(programme: Programme, population: Population, order: list[int], size: int | None) -> Programme:
    """Decide the flagged gemeenten by lot, and keep the nearest twins of these."""
    first = decide_by_lot(programme, [k for k in order if population.flagged[k]]).chosen
    where = np.flatnonzero(population.flagged)
    programme = programme.fixed(where, first[where].astype(np.float64))
    flagged = np.flatnonzero(population.flagged & first)
    if not len(flagged):
        return programme
    programme, gain = with_twins(programme, population, flagged, _most_twins(population, first, size))
    return kept(programme, gain, best_of(programme, gain))
