"""Many gemeenten at once: false discovery control, shrunken ratios and ranks with their uncertainty.

References
----------
Y. Benjamini and Y. Hochberg (1995), Controlling the false discovery rate. JRSS B 57, 289-300.
R.J. Marshall (1991), Mapping disease and mortality rates using empirical Bayes estimators. Applied Statistics 40,
283-294.
D.G. Clayton and J. Kaldor (1987), Empirical Bayes estimates of age-standardized relative risks. Biometrics 43, 671-681.
H. Goldstein and D.J. Spiegelhalter (1996), League tables and their limitations. JRSS A 159, 385-443 (ranks).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import gammaincinv, ndtr

from reintegratie_stats.errors import FitError
from reintegratie_stats.estimates.families import Floats


def benjamini_hochberg(p: Any) -> Floats:
    """Return p values adjusted for the false discovery rate; missing ones stay missing and do not count.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, float("nan"), 0.03]).round(3).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    values = np.asarray(p, dtype=np.float64)
    if np.any((values < 0) | (values > 1)):
        raise FitError("p values lie between 0 and 1.")
    known = np.nonzero(np.isfinite(values))[0]
    order = known[np.argsort(values[known], kind="stable")]
    raised = values[order] * len(order) / np.arange(1, len(order) + 1)
    adjusted = np.full(len(values), np.nan)
    adjusted[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return adjusted


@dataclass(frozen=True, eq=False)
class Shrunken:
    """Empirical-Bayes ratios (n,) with their interval, and the prior they were shrunk to.

    ``shape`` and ``rate`` are those of the gamma posterior per unit; missing where a unit was not judged.
    """

    ratio: Floats
    lower: Floats
    upper: Floats
    shape: Floats
    rate: Floats
    prior_mean: float
    prior_variance: float
    level: float


def shrink_ratios(observed: Any, expected: Any, variance: Any = 0.0, level: float = 0.95) -> Shrunken:
    r"""Return ratios shrunk towards their mean in so far as they are uncertain (gamma-Poisson empirical Bayes).

    The true ratio of unit i is gamma with mean m and variance :math:`\tau^2`; the count is Poisson around ratio times
    expected. The posterior is gamma with mean

    .. math:: \frac{y_i + m^2 / \tau^2}{E_i + m / \tau^2}.

    Prior by moments, iterated to stand still (Marshall 1991; weights as DerSimonian and Laird):
    :math:`\tau^2 = \max(0, (\sum w_i (r_i - m)^2 - \sum w_i s_i (1 - w_i/\sum w)) / (\sum w - \sum w^2/\sum w))` with
    :math:`s_i = m / E_i` and :math:`w_i = 1 / (s_i + \tau^2)`.

    Parameters
    ----------
    observed, expected : array-like, shape (n,)
        Counts and what was expected (leave-one-out); missing where a unit was not judged.
    variance : array-like, shape (n,) or float
        Of the linear predictor of the expectation: it makes the count less informative, as if E were
        ``E / (1 + E v)``.
    level : float
        Of the interval.
    """
    y, e, v = (np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(observed, expected, variance))
    known = np.isfinite(y) & np.isfinite(e) & (e > 0)
    nothing = np.full(len(y), np.nan)
    if known.sum() < 3:
        raise FitError("fewer than three judged units: nothing to shrink towards.")
    worth = 1.0 / (1.0 + e[known] * np.where(np.isfinite(v[known]), v[known], 0.0))
    y_, e_ = y[known] * worth, e[known] * worth
    mean, tau2 = _prior(y_ / e_, e_)
    extra = np.inf if tau2 <= 0 else mean / tau2
    shape, rate = nothing.copy(), nothing.copy()
    if np.isinf(extra):
        extra = 1e9 * float(e_.max())
    shape[known], rate[known] = y_ + mean * extra, e_ + extra
    tail = (1.0 - level) / 2.0
    lower, upper = (np.where(known, gammaincinv(shape, q) / rate, np.nan) for q in (tail, 1.0 - tail))
    return Shrunken(shape / rate, lower, upper, shape, rate, mean, tau2, level)


def _prior(ratio: Floats, expected: Floats) -> tuple[float, float]:
    mean, tau2 = float(np.sum(ratio * expected) / np.sum(expected)), 0.0
    for _ in range(200):
        sampling = mean / expected
        weight = 1.0 / (sampling + tau2)
        mean = float(np.sum(weight * ratio) / np.sum(weight))
        total = np.sum(weight)
        free = total - np.sum(weight**2) / total
        noise = np.sum(weight * sampling * (1.0 - weight / total))
        new = float(max(0.0, (np.sum(weight * (ratio - mean) ** 2) - noise) / free))
        if abs(new - tau2) <= 1e-12 + 1e-10 * tau2:
            return mean, new
        tau2 = new
    return mean, tau2


@dataclass(frozen=True, eq=False)
class Ranks:
    """Expected rank (1 is the lowest ratio) of every unit with its interval; missing where not judged."""

    rank: Floats
    lower: Floats
    upper: Floats
    level: float


def rank_intervals(shrunken: Shrunken, level: float = 0.95) -> Ranks:
    r"""Return the expected rank of every unit and an interval, from the posteriors of the ratios.

    The rank of unit i is one plus the number of units with a lower true ratio, a sum of pairwise indicators with
    chances :math:`\pi_{ij} = P(r_j < r_i)`; for the interval r_i is fixed at its posterior quantiles, which is exact
    for the part of the uncertainty that unit i shares with all its comparisons. Posteriors are taken as lognormal.
    """
    known = np.isfinite(shrunken.shape)
    shape, rate = shrunken.shape[known], shrunken.rate[known]
    mean = shape / rate
    spread = np.sqrt(np.log1p(1.0 / shape))
    centre = np.log(mean) - spread**2 / 2.0
    gap = (centre[:, None] - centre[None, :]) / np.sqrt(spread[:, None] ** 2 + spread[None, :] ** 2)
    chance = ndtr(gap)
    np.fill_diagonal(chance, 0.0)
    expected = 1.0 + chance.sum(axis=1)
    ends = []
    for share, sign in (((1.0 - level) / 2.0, -1.0), ((1.0 + level) / 2.0, 1.0)):
        own = np.log(gammaincinv(shape, share) / rate)
        lower = ndtr((own[:, None] - centre[None, :]) / spread[None, :])
        np.fill_diagonal(lower, 0.0)
        edge = 1.0 + lower.sum(axis=1)
        ends.append(np.clip(np.floor(edge) if sign < 0 else np.ceil(edge), 1.0, float(known.sum())))
    out = [np.full(len(known), np.nan) for _ in range(3)]
    for target, values in zip(out, (expected, *ends), strict=True):
        target[known] = values
    return Ranks(out[0], out[1], out[2], level)
