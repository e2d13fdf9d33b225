"""Intervals for proportions."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

from reintegratie_stats.errors import DefinitionError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ProportionInterval:
    """Proportions with their limits; missing where there was nothing to estimate from.

    Parameters
    ----------
    value, lower, upper : ndarray of float64, shape (n,)
        Shares in [0, 1], ``lower <= value <= upper``.
    method : str
    level : float
    """

    value: Floats
    lower: Floats
    upper: Floats
    method: str
    level: float


def check_level(level: Any) -> float:
    """Return a confidence as a float, or raise `DefinitionError` unless it is a share between 0 and 1."""
    number = isinstance(level, Real) and not isinstance(level, bool)
    if number and 0 < level < 1:
        return float(level)
    hint = f" For {level:g} per cent write {level / 100:g}." if number and 1 < level < 100 else ""
    raise DefinitionError(f"level is {level!r}; it is a share between 0 and 1.{hint}")


def _counts(numerator: Any, denominator: Any) -> tuple[Floats, Floats]:
    """Return counts as numbers, the denominator missing where it is not above 0; refuse what is no part of a whole."""
    k, n = (np.asarray(part, dtype=np.float64) for part in (numerator, denominator))
    n = np.where(n > 0, n, np.nan)
    if np.any(np.isinf(n) | (~np.isnan(n) & ((k < 0) | (k > n)))):
        raise DefinitionError("numerator and denominator are counts, from 0 and the numerator at most the denominator.")
    return k, n


def wilson(numerator: Any, denominator: Any, level: float = 0.95) -> ProportionInterval:
    r"""Return the Wilson score interval of proportions.

    With :math:`p = k / n` and :math:`z` the normal quantile of ``(1 + level) / 2`` the limits are

    .. math:: \frac{p + z^2/2n \pm z \sqrt{p(1-p)/n + z^2/4n^2}}{1 + z^2/n}.

    Parameters
    ----------
    numerator, denominator : array-like of float, shape (n,)
        Counts; missing (NaN) or a denominator of 0 gives missing.
    level : float
        Confidence, between 0 and 1 (a share, not per cent).

    Returns
    -------
    ProportionInterval

    Raises
    ------
    DefinitionError
        When `level` is not a number between 0 and 1, or a numerator is negative or above its denominator.

    References
    ----------
    E.B. Wilson (1927), Probable inference, the law of succession, and statistical inference. JASA 22, 209-212.

    Examples
    --------
    >>> interval = wilson([50], [70])
    >>> [round(float(x[0]), 4) for x in (interval.value, interval.lower, interval.upper)]
    [0.7143, 0.5995, 0.8068]
    """
    level = check_level(level)
    k, n = _counts(numerator, denominator)
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    share = k / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    lower = np.where(k == 0, 0.0, np.clip(centre - half, 0, share))
    upper = np.where(k == n, 1.0, np.clip(centre + half, share, 1))
    missing = np.isnan(share)
    lower, upper = (np.where(missing, np.nan, limit) for limit in (lower, upper))
    return ProportionInterval(share, lower, upper, "wilson", level)


def clopper_pearson(numerator: Any, denominator: Any, level: float = 0.95) -> ProportionInterval:
    r"""Return the exact (Clopper-Pearson) interval of proportions.

    The limits are the shares at which the count seen, or one further out, has a chance of ``(1 - level) / 2``:
    quantiles of the beta distributions :math:`B(k, n - k + 1)` and :math:`B(k + 1, n - k)`.

    Parameters
    ----------
    numerator, denominator : array-like of float, shape (n,)
        Counts; missing (NaN) or a denominator of 0 gives missing.
    level : float
        Confidence, between 0 and 1 (a share, not per cent).

    Returns
    -------
    ProportionInterval

    Raises
    ------
    DefinitionError
        When `level` is not a share between 0 and 1, or a numerator is negative or above its denominator.

    References
    ----------
    C.J. Clopper and E.S. Pearson (1934), The use of confidence or fiducial limits. Biometrika 26, 404-413.

    Examples
    --------
    >>> interval = clopper_pearson([3], [10])
    >>> [round(float(x[0]), 4) for x in (interval.value, interval.lower, interval.upper)]
    [0.3, 0.0667, 0.6525]
    """
    level = check_level(level)
    k, n = _counts(numerator, denominator)
    tail = (1.0 - level) / 2.0
    with np.errstate(invalid="ignore"):
        lower = np.where(k == 0, 0.0, beta.ppf(tail, k, n - k + 1))
        upper = np.where(k == n, 1.0, beta.ppf(1.0 - tail, k + 1, n - k))
    missing = np.isnan(n)
    lower, upper = (np.where(missing, np.nan, limit) for limit in (lower, upper))
    return ProportionInterval(k / n, lower, upper, "clopper-pearson", level)
