"""The exact interval of a share."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from scipy.stats import beta

from reintegratie_stats.errors import DefinitionError
from reintegratie_stats.estimates.intervals import ProportionInterval


def check_level(level: float) -> None:
    """Raise `DefinitionError` unless `level` is a share between 0 and 1."""
    if isinstance(level, bool) or not isinstance(level, Real) or not 0 < level < 1:
        raise DefinitionError(f"level is {level!r}; it is a share between 0 and 1 (0.95 is 95%).")


def clopper_pearson(numerator: Any, denominator: Any, level: float = 0.95) -> ProportionInterval:
    r"""Return the exact (Clopper-Pearson) interval of proportions.

    The limits are the shares at which the count seen, or one further out, has a chance of ``(1 - level) / 2``:
    quantiles of the beta distributions :math:`B(k, n - k + 1)` and :math:`B(k + 1, n - k)`.

    Parameters
    ----------
    numerator, denominator : array-like of float, shape (n,)
        Counts; a denominator of 0 gives missing.
    level : float

    Returns
    -------
    ProportionInterval

    Raises
    ------
    DefinitionError
        When `level` is not a share between 0 and 1.

    References
    ----------
    C.J. Clopper and E.S. Pearson (1934), The use of confidence or fiducial limits. Biometrika 26, 404-413.

    Examples
    --------
    >>> interval = clopper_pearson([3], [10])
    >>> [round(float(x[0]), 4) for x in (interval.value, interval.lower, interval.upper)]
    [0.3, 0.0667, 0.6525]
    """
    check_level(level)
    k = np.asarray(numerator, dtype=np.float64)
    n = np.asarray(denominator, dtype=np.float64)
    n = np.where(n > 0, n, np.nan)
    tail = (1.0 - float(level)) / 2.0
    with np.errstate(invalid="ignore"):
        lower = np.where(k == 0, 0.0, beta.ppf(tail, k, n - k + 1))
        upper = np.where(k == n, 1.0, beta.ppf(1.0 - tail, k + 1, n - k))
    missing = np.isnan(n)
    lower, upper = (np.where(missing, np.nan, limit) for limit in (lower, upper))
    return ProportionInterval(k / n, lower, upper, "clopper-pearson", float(level))
