"""Intervals for proportions."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

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
        When `level` is not a number between 0 and 1.

    References
    ----------
    E.B. Wilson (1927), Probable inference, the law of succession, and statistical inference. JASA 22, 209-212.

    Examples
    --------
    >>> interval = wilson([50], [70])
    >>> [round(float(x[0]), 4) for x in (interval.value, interval.lower, interval.upper)]
    [0.7143, 0.5995, 0.8068]
    """
    if not isinstance(level, Real) or not 0 < level < 1:
        hint = ""
        if isinstance(level, Real) and 1 < level < 100:
            hint = f" For {level:g} per cent write {level / 100:g}."
        raise DefinitionError(f"level is {level!r}; it is a share between 0 and 1.{hint}")
    level = float(level)
    k = np.asarray(numerator, dtype=np.float64)
    n = np.asarray(denominator, dtype=np.float64)
    n = np.where(n > 0, n, np.nan)
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    share = k / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    lower = np.where(k == 0, 0.0, np.clip(centre - half, 0, share))
    upper = np.where(k == n, 1.0, np.clip(centre + half, share, 1))
    missing = np.isnan(share)
    lower, upper = (np.where(missing, np.nan, limit) for limit in (lower, upper))
    return ProportionInterval(share, lower, upper, "wilson", level)
