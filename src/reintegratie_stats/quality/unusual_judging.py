"""The statistics behind the rules on what is unusual: tests on counts and shares, and measures that dirt does not move.

Every rule asks two things of a deviation: that chance does not make it (an exact test, p values adjusted over all
units that the rule judges) and that it matters (a threshold on the effect). With the first alone a large register would
be full of trivia, with the second alone a small one full of chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, bdtrc, betainc, pdtr

from reintegratie_stats.estimates.multiplicity import benjamini_hochberg

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def robust_scale(values: Any) -> float:
    """Return 1.4826 times the median absolute deviation: the standard deviation of normal values; 0 for fewer than 3.

    Examples
    --------
    >>> round(robust_scale([1.0, 2.0, 3.0, 4.0, 1000.0]), 3)
    1.483
    """
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    if len(known) < 3:
        return 0.0
    return float(1.4826 * np.median(np.abs(known - np.median(known))))


def dispersion(observed: Any, expected: Any, least: float = 5.0) -> float:
    r"""Return how much more counts vary than Poisson counts do, robustly; at least 1.

    The square of the robust scale of :math:`(y - e) / \sqrt e` over the counts with ``e >= least``.
    """
    y, e = (np.asarray(one, dtype=np.float64) for one in (observed, expected))
    known = np.isfinite(e) & (e >= least)
    if known.sum() < 5:
        return 1.0
    return max(1.0, robust_scale((y[known] - e[known]) / np.sqrt(e[known])) ** 2)


def local_dispersion(counts: Any, least: float = 5.0) -> float:
    r"""Return the same for a series with a trend: from how far each count is from the mean of its two neighbours.

    For Poisson counts :math:`y_t - (y_{t-1} + y_{t+1}) / 2` has variance :math:`1.5\mu`.
    """
    y = np.asarray(counts, dtype=np.float64)
    if len(y) < 3:
        return 1.0
    around, level = (y[:-2] + y[2:]) / 2.0, (y[:-2] + y[1:-1] + y[2:]) / 3.0
    known = level >= least
    if known.sum() < 5:
        return 1.0
    return max(1.0, robust_scale((y[1:-1] - around)[known] / np.sqrt(1.5 * level[known])) ** 2)


def chance_so_few(observed: Any, expected: Any, phi: float = 1.0) -> Floats:
    r"""Return the chance of a count so low or lower: Poisson, or with variance :math:`\phi\mu` negative binomial.

    Examples
    --------
    >>> chance_so_few([0, 10], [7.0, 10.0]).round(4).tolist()
    [0.0009, 0.583]
    """
    y, e = np.broadcast_arrays(np.asarray(observed, dtype=np.float64), np.asarray(expected, dtype=np.float64))
    known = np.isfinite(e) & (e > 0)
    chance = np.full(y.shape, np.nan)
    if phi <= 1.0 + 1e-9:
        chance[known] = pdtr(y[known], e[known])
    else:
        chance[known] = betainc(e[known] / (phi - 1.0), y[known] + 1.0, 1.0 / phi)
    return np.asarray(np.clip(chance, 0.0, 1.0), dtype=np.float64)


def chance_so_many_of(hits: Any, trials: Any, share: Any) -> Floats:
    """Return the binomial chance of so many hits or more.

    Examples
    --------
    >>> chance_so_many_of([0, 3], [10, 10], 0.1).round(4).tolist()
    [1.0, 0.0702]
    """
    k, n, p = np.broadcast_arrays(*(np.asarray(one, dtype=np.float64) for one in (hits, trials, share)))
    chance = np.ones(k.shape)
    some = k > 0
    chance[some] = bdtrc(k[some] - 1.0, n[some].astype(np.int64), p[some])
    return chance


def chance_so_few_of(hits: Any, trials: Any, share: Any) -> Floats:
    """Return the binomial chance of so many hits or fewer."""
    k, n, p = np.broadcast_arrays(*(np.asarray(one, dtype=np.float64) for one in (hits, trials, share)))
    return np.asarray(bdtr(k, n.astype(np.int64), p), dtype=np.float64)


def unlikely(chance: Any, limit: float) -> Bools:
    """Return where a chance, adjusted for how many were judged (Benjamini and Hochberg), is at most the limit.

    Never where it is missing.
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(benjamini_hochberg(chance) <= limit, dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class Compared:
    """Shares of units beside those of the others: who can be judged, who fails, the middle and the spread."""

    judged: Bools
    fails: Bools
    middle: float
    spread: float


def far_above_others(
    hits: Ints, trials: Ints, *, effect: float, spreads: float, chance: float, least: float, units: int = 3
) -> Compared:
    r"""Return which units have a share far above that of the others.

    The middle m is the median of the shares of units with at least `least` trials; the spread tau is their robust scale
    without what chance explains, :math:`\tau^2 = \max(0, s^2 - \mathrm{median}(m(1-m)/n))`. A unit fails when its share
    is at least ``m + effect``, and the binomial chance of so many hits at a share of ``m + spreads * tau``, adjusted
    over units, is at most `chance`.

    Parameters
    ----------
    hits, trials : ndarray of int64, shape (n,)
    effect : float
        As a share.
    spreads : float
        How many times the ordinary differences between units are allowed.
    chance : float
    least : float
        Units with fewer trials are not judged.
    units : int
        With fewer units to judge none is.
    """
    judged = trials >= max(1.0, least)
    if judged.sum() < units:
        return Compared(np.zeros(len(trials), dtype=np.bool_), np.zeros(len(trials), dtype=np.bool_), np.nan, np.nan)
    share = hits[judged] / trials[judged]
    middle = float(np.median(share))
    noise = float(np.median(middle * (1.0 - middle) / trials[judged]))
    spread = float(np.sqrt(max(0.0, robust_scale(share) ** 2 - noise)))
    fails = np.zeros(len(trials), dtype=np.bool_)
    bound = min(1.0 - 1e-12, max(1e-12, middle + spreads * spread))
    rare = unlikely(chance_so_many_of(hits[judged], trials[judged], bound), chance)
    fails[judged] = rare & (share >= middle + effect)
    return Compared(judged, fails, middle, spread)
