"""A draw as it stands: who is chosen, by which demands, who may step in, and who has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from reintegratie_stats.fieldwork.population import Bools, Ints, Population
from reintegratie_stats.fieldwork.relaxing import eased
from reintegratie_stats.fieldwork.reserves import Swaps, reserve_lists, swaps
from reintegratie_stats.fieldwork.rules import Row, Rule
from reintegratie_stats.fieldwork.sample_design import SampleDesign
from reintegratie_stats.fieldwork.spread import Band


@dataclass(frozen=True, eq=False, repr=False)
class DrawState:
    """What a `SampleDraw` is made of; gemeenten are places in `population`.

    Attributes
    ----------
    chosen : array of bool
    twins : dict
        Verwacht: the flagged gemeente it is the twin of.
    stand_ins : dict
        Who stepped in: for whom, and as which reserve of the first one chosen (1, 2, ...).
    best : int, optional
        The best objective in steps that any draw has which keeps the demands; None: there is no objective.
    nearest : int
        The cost of the spread that a draw which is as good may have.
    refused : tuple of int
    """

    design: SampleDesign
    seed: int
    population: Population
    rules: tuple[Rule, ...]
    bands: tuple[Band, ...]
    chosen: Bools
    twins: dict[int, int]
    stand_ins: dict[int, tuple[int, int]]
    best: int | None
    nearest: int
    refused: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return f"DrawState({int(self.chosen.sum())} of {len(self.population)} gemeenten)"

    @cached_property
    def swaps(self) -> Swaps:
        """Every exchange of a chosen gemeente for one that is free."""
        away = np.isin(self.population.ids.astype(str), self.design.must_not_have)
        away[list(self.refused)] = True
        kept, _ = eased(self.rules, self.chosen)
        return swaps(self.design, self.population, kept, self.bands, self.chosen, away, self.least, self.nearest)

    @property
    def free(self) -> Bools:
        """Who can be drawn: judged or named by the design, not in must_not_have, and not refused."""
        out = np.isin(self.population.ids.astype(str), self.design.must_not_have)
        out[list(self.refused)] = True
        return np.asarray(~self.population.shut & ~out, dtype=np.bool_)

    @property
    def least(self) -> int:
        """The objective in steps from which a draw is as good as this one."""
        now = int(self.population.steps[self.chosen].sum())
        room = int(np.floor(self.design.room / self.population.step + 1e-9))
        return now if self.best is None else min(now, self.best - room)

    @cached_property
    def reserves(self) -> dict[int, list[int]]:
        """The reserves of each chosen gemeente, the first to step in first."""
        return reserve_lists(self.design, self.population, self.swaps, self.twins, self.seed)

    @property
    def band_counts(self) -> Ints:
        """How many are chosen in each band of the spread."""
        return np.array([int((band.members & self.chosen).sum()) for band in self.bands], dtype=np.int64)

    def as_good(self, one: int) -> int:
        """Return how many gemeenten would be as good in the place of a chosen one."""
        k = int(np.flatnonzero(self.swaps.inside == one)[0])
        return int(self.swaps.as_good[k].sum())

    def needed(self, one: int) -> Iterator[tuple[Rule, Row, int]]:
        """Give the demands, and the number got, that would be lost without a chosen gemeente."""
        for rule in self.rules:
            if rule.kind in ("quota", "between", "minimum"):
                for row, got in zip(rule.rows, rule.counts(self.chosen), strict=True):
                    if row.members[one] and got <= row.low:
                        yield rule, row, got

    def replaced(self, one: int) -> DrawState:
        """Return the draw in which the first reserve of a chosen gemeente has stepped in."""
        other = self.reserves[one][0]
        chosen = self.chosen.copy()
        chosen[one], chosen[other] = False, True
        twins = {other if a == one else a: b for a, b in self.twins.items()}
        rank = self.stand_ins.get(one, (0, 0))[1] + 1
        return replace(
            self,
            chosen=chosen,
            twins=dict(sorted(twins.items())),
            stand_ins={**self.stand_ins, other: (one, rank)},
            refused=(*self.refused, one),
        )
