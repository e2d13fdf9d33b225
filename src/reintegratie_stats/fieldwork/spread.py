r"""How near a draw is to an even or proportional spread, as a whole number.

A category of a trait should have :math:`t` gemeenten: ``size / categories`` (even) or ``size`` times its share of the
gemeenten (proportional). Whole numbers can come no nearer than from :math:`\lfloor t \rfloor` to
:math:`\lceil t \rceil`. Outside it the first gemeente costs 1, the second 2, and so on (from the fifth on 5 each), so
that two categories off by one are nearer than one that is off by two. The cost of a draw is the sum over categories
and traits; 0 is as near as can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from reintegratie_stats.fieldwork.milp import Programme
from reintegratie_stats.fieldwork.population import Bools, Floats, Ints, Population
from reintegratie_stats.fieldwork.sample_design import SampleDesign

STEEPEST = 5


@dataclass(frozen=True, eq=False, repr=False)
class Band:
    """A category of a trait, who is in it (n,), and from what to what its number is as near as can be."""

    trait: str
    category: str
    members: Bools
    low: int
    high: int


def bands(design: SampleDesign, population: Population) -> tuple[Band, ...]:
    """Return the bands of all traits over which a design spreads, of categories that can be drawn from."""
    away = population.shut | np.isin(population.ids.astype(str), design.must_not_have)
    found = []
    for trait, how in sorted(design.spread.items()):
        values = population.traits[trait]
        names = sorted({str(text) for text in values[~away]})
        for name in names:
            members = np.asarray(values == name, dtype=np.bool_)
            part, whole = (1, len(names)) if how == "even" else (int(members.sum()), len(population))
            low, high = design.size * part // whole, -(-design.size * part // whole)
            found.append(Band(trait, name, members, low, high))
    return tuple(found)


def price(off: Ints) -> Ints:
    """Return the cost of numbers that lie `off` outside their bands.

    Examples
    --------
    >>> price(np.array([0, 1, 2, 3, 7])).tolist()
    [0, 1, 3, 6, 25]
    """
    few = np.minimum(off, STEEPEST)
    return np.asarray(few * (few + 1) // 2 + STEEPEST * (off - few), dtype=np.int64)


def spread_cost(found: Sequence[Band], counts: Ints) -> Ints:
    """Return the cost of counts (..., bands)."""
    low, high = (np.array([getattr(band, name) for band in found], dtype=np.int64) for name in ("low", "high"))
    off = np.maximum(0, np.maximum(low - counts, counts - high))
    return np.asarray(price(off).sum(axis=-1), dtype=np.int64)


def with_spread(programme: Programme, found: Sequence[Band]) -> tuple[Programme, Floats]:
    """Return the programme with columns for what lies outside the bands, and the gain (minus the cost) per column."""
    upper: list[float] = []
    gain: list[float] = []
    rows = []
    first = programme.columns
    for band in found:
        row = np.zeros(first + 2 * STEEPEST * len(found))
        row[: programme.n] = band.members
        for sign in (1.0, -1.0):  # short of the band, over it
            for cost in range(1, STEEPEST + 1):
                row[first + len(upper)] = sign
                upper.append(1.0 if cost < STEEPEST else float(programme.n))
                gain.append(-float(cost))
        rows.append(row)
    wider = programme.wider(upper)
    low, high = ([getattr(band, name) for band in found] for name in ("low", "high"))
    return wider.longer(sp.csr_array(np.array(rows)), low, high), np.concatenate([np.zeros(first), np.array(gain)])
