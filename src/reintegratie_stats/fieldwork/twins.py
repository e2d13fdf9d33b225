r"""Twins: gemeenten that register as expected, chosen for being like a chosen gemeente that does not.

The distance between two gemeenten is the root of the mean squared difference of their covariates, each in standard
deviations over all gemeenten,

.. math:: d_{ij} = \sqrt{\tfrac{1}{p} \sum_k \bigl((x_{ik} - x_{jk}) / s_k\bigr)^2},

measured in steps of 0.05, with :math:`s_k` in two significant digits: which twin is nearest should not hang on a
gemeente that is neither of the two. Each chosen gemeente of class `verwacht` is the twin of one flagged gemeente, and
each flagged gemeente has as near the same number of twins as can be (none or one where there are fewer twins).
"""

from __future__ import annotations

from math import fsum, sqrt

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linear_sum_assignment

from reintegratie_stats.fieldwork.milp import Programme
from reintegratie_stats.fieldwork.population import Bools, Floats, Ints, Population

STEP = 0.05


def scales(covariates: Floats) -> list[float]:
    """Return the standard deviation of each covariate (n, p) in two significant digits; 0 for a constant.

    Sums are exactly rounded (`math.fsum`), so that they do not depend on the machine or the order.

    Examples
    --------
    >>> scales(np.array([[1.0, 5.0], [2.0, 5.0], [4.0, 5.0]]))
    [1.5, 0.0]
    """
    found = []
    for column in covariates.T.tolist():
        mean = fsum(column) / len(column)
        spread = sqrt(fsum((value - mean) ** 2 for value in column) / max(1, len(column) - 1))
        found.append(float(f"{spread:.1e}") if max(column) > min(column) else 0.0)
    return found


def distances(population: Population, these: Ints, those: Ints) -> Floats:
    """Return the distance between gemeenten (a,) and gemeenten (b,) as (a, b), in standard deviations."""
    total = np.zeros((len(these), len(those)))
    used = 0
    for column, scale in zip(population.covariates.T, scales(population.covariates), strict=True):
        if scale > 0:
            used += 1
            total += ((column[these, None] - column[None, those]) / scale) ** 2
    return np.asarray(np.sqrt(total / max(1, used)), dtype=np.float64)


def twin_steps(population: Population, these: Ints, those: Ints) -> Ints:
    """Return distances in whole steps."""
    return np.floor(distances(population, these, those) / STEP + 0.5).astype(np.int64)


def with_twins(programme: Programme, population: Population, flagged: Ints, most: int) -> tuple[Programme, Floats]:
    """Return the programme with a column for each pair of twins, and the gain (minus the distance) per column.

    Parameters
    ----------
    programme : Programme
        In which the flagged gemeenten are fixed.
    population : Population
    flagged : array of int
        Those that are chosen.
    most : int
        How many twins there can be.
    """
    open_ = programme.upper[: programme.n] > 0
    twins = np.flatnonzero(population.expected & open_)
    steps = twin_steps(population, twins, flagged)
    a, b = len(twins), len(flagged)
    first = programme.columns
    wider = programme.wider([1.0] * (a * b), unit=True)
    pair = np.arange(a * b) + first
    each = sp.csr_array((np.ones(a * b), (np.repeat(np.arange(a), b), pair)), shape=(a, wider.columns))
    own = sp.csr_array((-np.ones(a), (np.arange(a), twins)), shape=(a, wider.columns))
    room = sp.csr_array((np.ones(a * b), (np.tile(np.arange(b), a), pair)), shape=(b, wider.columns))
    wider = wider.longer(each + own, np.zeros(a), np.zeros(a)).longer(
        room, np.zeros(b), np.full(b, per_flagged(most, b))
    )
    return wider, np.concatenate([np.zeros(first), -steps.ravel().astype(np.float64)])


def per_flagged(twins: int, flagged: int) -> int:
    """Return how many twins a flagged gemeente has at most.

    Examples
    --------
    >>> per_flagged(9, 20), per_flagged(20, 9)
    (1, 3)
    """
    return -(-twins // flagged)


def paired(population: Population, chosen: Bools, most: int) -> dict[int, int]:
    """Return the twin pairs of a draw (verwacht: flagged) of the smallest total distance.

    Of several such pairings the first gemeente, by name, gets the first possible partner: nearest, then by name.
    """
    twins, flagged = np.flatnonzero(chosen & population.expected), np.flatnonzero(chosen & population.flagged)
    if not len(twins) or not len(flagged):
        return {}
    cost = np.tile(twin_steps(population, twins, flagged), per_flagged(most, len(flagged)))
    best = _least(cost)
    pairs: dict[int, int] = {}
    free = list(range(cost.shape[1]))
    for k, twin in enumerate(twins):
        for column in sorted(free, key=lambda c: (cost[k, c], c % len(flagged))):
            rest = [c for c in free if c != column]
            if cost[k, column] + _least(cost[k + 1 :][:, rest]) == best:
                pairs[int(twin)] = int(flagged[column % len(flagged)])
                best -= int(cost[k, column])
                free = rest
                break
    return pairs


def _least(cost: Ints) -> int:
    return int(cost[linear_sum_assignment(cost)].sum()) if cost.size else 0
