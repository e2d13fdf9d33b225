r"""Intervals for a share of a finite population, from a draw without replacement.

Of a population of N units n were seen and k of those have the property. The number K in the whole population lies
between k (only those seen have it) and N - n + k. With n = N nothing is left to estimate and the interval is the share
itself; with N unlimited it is that of `reintegratie_stats.estimates.intervals.wilson` (score) or of Clopper and Pearson
(exact).

References
----------
W.G. Cochran (1977), Sampling techniques, 3rd edition, sections 2.6 and 3.6 (correction; limits for K).
T. Wright (1991), Exact confidence bounds when sampling from small finite universes. Springer.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import beta, hypergeom

from reintegratie_stats.errors import DefinitionError
from reintegratie_stats.estimates.intervals import Floats, ProportionInterval, wilson


def hypergeometric_interval(
    numerator: Any, denominator: Any, population: Any, level: float = 0.95
) -> ProportionInterval:
    r"""Return exact limits for the share of a finite population (equal tails), the Clopper-Pearson of a finite world.

    With :math:`\alpha` = 1 - level the limits are :math:`K_L / N` and :math:`K_U / N`,

    .. math:: K_L = \min\{K : P(X \ge k \mid N, K, n) > \alpha/2\}, \quad
              K_U = \max\{K : P(X \le k \mid N, K, n) > \alpha/2\},

    X hypergeometric. The coverage is at least `level` for every K, and so somewhat more than asked.

    Parameters
    ----------
    numerator, denominator, population : array-like of float, shape (n,)
        k, n and N: whole numbers. Missing (NaN) or a denominator of 0 gives missing; an infinite population gives
        Clopper-Pearson.
    level : float
        Confidence, between 0 and 1 (a share, not per cent).

    Returns
    -------
    ProportionInterval
        Shares in [0, 1]; ``method`` is ``"hypergeometric"``.

    Raises
    ------
    DefinitionError
        When `level` is no share, a number is not whole or negative, or not k <= n <= N.

    Examples
    --------
    32 of 100, drawn from 388:

    >>> interval = hypergeometric_interval([32], [100], [388])
    >>> [round(float(x[0]), 3) for x in (interval.value, interval.lower, interval.upper)]
    [0.32, 0.242, 0.407]
    """
    k, n, size = _checked(numerator, denominator, population)
    plain = wilson(k, n, level)
    limits = [_exact(*row, float(level)) for row in zip(k, n, size, strict=True)]
    lower, upper = np.array(limits, dtype=np.float64).reshape(-1, 2).T
    return ProportionInterval(plain.value, lower, upper, "hypergeometric", plain.level)


def wilson_finite(numerator: Any, denominator: Any, population: Any, level: float = 0.95) -> ProportionInterval:
    r"""Return the Wilson score interval with the finite population correction.

    The variance under the hypothesis is :math:`p(1-p)/n \cdot (N-n)/(N-1)`, so that it is Wilson's interval with
    :math:`n (N-1)/(N-n)` in the place of n. Shorter than `hypergeometric_interval`; its coverage is about `level` on
    average and less than it for some K.

    Parameters
    ----------
    numerator, denominator, population : array-like of float, shape (n,)
        As for `hypergeometric_interval`; an infinite population gives Wilson's interval.
    level : float
        Confidence, between 0 and 1 (a share, not per cent).

    Returns
    -------
    ProportionInterval
        Shares in [0, 1]; ``method`` is ``"wilson, finite population"``.

    Raises
    ------
    DefinitionError
        As `hypergeometric_interval`.

    Examples
    --------
    >>> interval = wilson_finite([32], [100], [388])
    >>> [round(float(x[0]), 3) for x in (interval.value, interval.lower, interval.upper)]
    [0.32, 0.247, 0.403]
    """
    k, n, size = _checked(numerator, denominator, population)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(np.isinf(size), 1.0, (size - 1.0) / (size - n))
    whole = n == size
    safe = np.where(whole, 1.0, factor)
    plain = wilson(k * safe, n * safe, level)
    share = wilson(k, n, level).value
    lower, upper = (np.where(whole, share, limit) for limit in (plain.lower, plain.upper))
    return ProportionInterval(share, lower, upper, "wilson, finite population", plain.level)


def _checked(numerator: Any, denominator: Any, population: Any) -> tuple[Floats, Floats, Floats]:
    arrays = [np.atleast_1d(np.asarray(part, dtype=np.float64)) for part in (numerator, denominator, population)]
    k, n, size = (np.array(part) for part in np.broadcast_arrays(*arrays))
    for name, values in (("numerator", k), ("denominator", n), ("population", size)):
        finite = values[np.isfinite(values)]
        if np.any(finite < 0) or np.any(finite != np.floor(finite)):
            raise DefinitionError(f"{name} holds a negative number or one that is not whole; give counts.")
    if np.any(np.isinf(k)) or np.any(np.isinf(n)):
        raise DefinitionError("numerator and denominator are counts; only the population may be infinite.")
    if np.any(k > n):
        raise DefinitionError("numerator is above denominator: more units with the property than were seen.")
    if np.any(n > size):
        raise DefinitionError("denominator is above population: more units seen than there are.")
    return k, n, size


def _exact(k: float, n: float, size: float, level: float) -> tuple[float, float]:
    """Return the limits of one share."""
    if np.isnan(k) or np.isnan(size) or not n > 0:
        return np.nan, np.nan
    tail = (1.0 - level) / 2.0
    if np.isinf(size):
        lower = 0.0 if k == 0 else float(beta.ppf(tail, k, n - k + 1))
        return lower, 1.0 if k == n else float(beta.ppf(1.0 - tail, k + 1, n - k))
    whole = int(size)
    low, high = int(k), int(size - n + k)
    # P(X >= k) rises with K, P(X <= k) falls with K
    first = _first(lambda number: float(hypergeom.sf(k - 1, whole, number, int(n))) > tail, low, high)
    beyond = _first(lambda number: float(hypergeom.cdf(k, whole, number, int(n))) <= tail, low, high + 1)
    return first / whole, (beyond - 1) / whole


def _first(holds: Any, low: int, high: int) -> int:
    """Return the first number from `low` for which a rule holds that goes on holding; `high` where none before does."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
