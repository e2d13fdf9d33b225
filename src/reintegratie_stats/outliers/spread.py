r"""The spread between gemeenten that chance and the covariates do not explain, per fit, with an interval.

Of counts :math:`y_i` with mean :math:`\mu_i u_i`, u the ratio between what gemeente i registers and what is expected,
:math:`\mathrm{Var}(u) = 1/\theta`. Theta is maximum likelihood on **all** gemeenten, nobody set aside (as
``MASS::glm.nb``), because those that register next to nothing are part of the spread that is asked for. It is told as a
standard deviation on the scale of the logarithm,

.. math:: \mathrm{sd} = \sqrt{\log(1 + 1/\theta)},

0.3 of which means that two in three gemeenten lie between :math:`e^{-0.3} = 0.74` and :math:`e^{0.3} = 1.35` times
what is expected. The interval is that of the profile likelihood (the coefficients fitted again at every spread); it
starts at 0 where the counts would be as likely without spread. With p coefficients 1/theta is about p/n too small.

References
----------
W.N. Venables and B.D. Ripley (2002), Modern applied statistics with S, section 7.4.
J.F. Lawless (1987), Negative binomial and mixed Poisson regression. Canadian Journal of Statistics 15, 209-225.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtri

from reintegratie_stats.errors import FitError
from reintegratie_stats.estimates.dispersion import spread_equation
from reintegratie_stats.estimates.expected import ExpectedFit
from reintegratie_stats.estimates.families import NB2, Floats
from reintegratie_stats.estimates.irls import Data, fit_coefficients
from reintegratie_stats.estimates.robust_fit import fit_jointly

SMALLEST, LARGEST = -18.0, 8.0  # logarithm of the variance of the ratio, where the search for an interval ends


@dataclass(frozen=True, eq=False)
class Spread:
    """Spread of the ratios between gemeenten: sd of the logarithm with interval, theta, and who makes it.

    ``influence`` (n,) is what each fitted gemeente adds to the sd (to first order); it adds up to 0. It is all 0 where
    the sd is 0.
    """

    sd: float
    lower: float
    upper: float
    theta: float
    level: float
    influence: Floats

    def __repr__(self) -> str:
        return f"Spread(sd {self.sd:.3f}, {self.lower:.3f} to {self.upper:.3f} at {100 * self.level:g}%)"


def log_sd(variance: float) -> float:
    """Return the sd of the logarithm of a lognormal ratio with mean 1 and this variance.

    Examples
    --------
    >>> round(log_sd(0.1), 3), log_sd(0.0)
    (0.309, 0.0)
    """
    return float(np.sqrt(np.log1p(variance)))


def spread_between(fit: ExpectedFit, level: float = 0.95) -> Spread:
    """Estimate the spread between the gemeenten of a fit, by its covariates and exposure, whatever its family.

    Raises
    ------
    FitError
        When the negative binomial fit on all gemeenten does not converge.
    """
    data = replace(fit.data, family=NB2)
    keep = np.ones((1, len(data.y)), dtype=bool)
    best = fit_jointly(data, keep, trimmed=False)
    if not best.converged[0] or not np.all(np.isfinite(best.beta)):
        raise FitError("the negative binomial fit on all gemeenten did not converge: no spread is given.")
    variance = float(best.spread[0])
    likelihood = _profile(data, best.beta)
    top = likelihood(np.log(variance)) if variance > 0 else likelihood(-np.inf)
    lower, upper = _interval(likelihood, variance, top, level)
    theta = 1.0 / variance if variance > 0 else np.inf
    influence = _influence(data, best.beta, variance)
    return Spread(log_sd(variance), log_sd(lower), log_sd(upper), theta, level, influence)


def _profile(data: Data, beta: Floats) -> Callable[[float], float]:
    keep = np.ones((1, len(data.y)), dtype=bool)

    def log_likelihood(log_variance: float) -> float:
        spread = float(np.exp(log_variance))
        fitted = fit_coefficients(data, keep, np.array([spread]), beta)
        mean = data.mean(fitted.beta)[0]
        return float(np.sum(NB2.log_likelihood(data.y, mean, data.exposure, spread)))

    return log_likelihood


def _interval(likelihood: Callable[[float], float], variance: float, top: float, level: float) -> tuple[float, float]:
    drop = float(chdtri(1.0, 1.0 - level)) / 2.0

    def excess(log_variance: float) -> float:
        return likelihood(log_variance) - top + drop

    middle = np.log(variance) if variance > 0 else SMALLEST
    lower = 0.0
    if variance > 0 and excess(SMALLEST) < 0:
        lower = float(np.exp(brentq(excess, SMALLEST, middle, xtol=1e-6)))
    right = max(middle, SMALLEST) + 0.5
    while right < LARGEST and excess(right) > 0:
        right += 0.5
    upper = float(np.exp(brentq(excess, max(middle, SMALLEST), right, xtol=1e-6))) if excess(right) < 0 else np.inf
    return lower, upper


def _influence(data: Data, beta: Floats, variance: float) -> Floats:
    """Return what each unit adds to the sd: its score of the log variance over the information."""
    if variance <= 0:
        return np.zeros(len(data.y))
    keep, mean, step = np.ones((1, len(data.y)), dtype=bool), data.mean(beta), 1e-3
    df = np.array([float(len(data.y))])
    at = [spread_equation(data, mean, np.array([variance * np.exp(k)]), df, keep, 0.0)[0] for k in (-step, 0.0, step)]
    slope = float(np.sum(at[2] - at[0])) / (2.0 * step)
    rate = variance / (1.0 + variance) / (2.0 * log_sd(variance))
    return np.asarray(rate * at[1] / -slope, dtype=np.float64)
