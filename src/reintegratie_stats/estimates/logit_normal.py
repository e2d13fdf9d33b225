r"""Binomial counts of which the logit of the chance has an ordinary normal spread: the family of the person-level fits.

With :math:`Y \mid x \sim` Binomial(N, expit x), :math:`x \sim N(m, \tau^2)` and B beta distributed (k + 1, N - k),

.. math:: P(Y \le k) = P(\operatorname{logit} B > x) = E_B\bigl[\Phi((\operatorname{logit} B - m) / \tau)\bigr]
          = E_x\bigl[P(B > \operatorname{expit} x)\bigr],

so that one may integrate over the narrower of logit B and x, by the trapezium rule as in `lognormal`. The centre m is
such that the expectation is that of the family, :math:`E[\operatorname{expit} x] = \operatorname{expit} \eta`. As a
`CountFamily` its exposure is N, its link the logit and its spread :math:`\tau^2`.

References
----------
J.C. Crouch and D. Spiegelman (1990), The evaluation of integrals of the form of the logistic-normal. JASA 85, 464-469.
L.N. Trefethen and J.A.C. Weideman (2014), The exponentially convergent trapezoidal rule. SIAM Review 56, 385-458.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import betainc, betaln, expit, log_expit, logit, ndtr, xlog1py, xlogy

from reintegratie_stats.estimates.families import BINOMIAL, NEGLIGIBLE, CountFamily, Floats, Tails, binomial_tails

STEPS = np.arange(-9.0, 9.01, 0.375)  # standard deviations
WEIGHTS = np.exp(-(STEPS**2) / 2.0) / np.sum(np.exp(-(STEPS**2) / 2.0))
COARSE = np.arange(-8.25, 8.26, 0.75)  # enough where only the smooth chance itself is integrated
COARSE_WEIGHTS = np.exp(-(COARSE**2) / 2.0) / np.sum(np.exp(-(COARSE**2) / 2.0))
LARGE = 25.0  # from this count of both outcomes the logit of a beta variable is close enough to normal for the steps
SKEWED = np.arange(-14.0, 14.01, 0.375)
PROBIT = 0.3458  # of the approximation of a logistic by a normal distribution: (16 sqrt(3) / (15 pi))^2
ROOT_TWO_PI = float(np.sqrt(2.0 * np.pi))
ROUNDS = 3


def centre(eta: Any, spread: Any) -> Floats:
    """Return the mean of the logit at which the expected chance is ``expit(eta)``.

    Examples
    --------
    >>> float(centre(-3.0, 0.09).round(4))
    -3.0406
    """
    eta, spread = np.broadcast_arrays(np.asarray(eta, dtype=np.float64), np.asarray(spread, dtype=np.float64))
    m = eta * np.sqrt(1.0 + PROBIT * spread)
    tau = np.sqrt(spread)[..., None] * COARSE
    target = expit(eta)
    for _ in range(ROUNDS):
        share = expit(m[..., None] + tau)
        mean = share @ COARSE_WEIGHTS
        slope = (share * (1.0 - share)) @ COARSE_WEIGHTS
        m = m + np.clip((target - mean) / np.maximum(slope, 1e-300), -2.0, 2.0)
    return np.asarray(m, dtype=np.float64)


def _variance(mu: Any, number: Any, spread: Any) -> Floats:
    share, number, spread = np.broadcast_arrays(
        np.asarray(mu, dtype=np.float64) / number, np.asarray(number, float), np.asarray(spread, float)
    )
    plain = number * share * (1.0 - share)
    if not np.any(spread > 0):
        return np.asarray(plain, dtype=np.float64)
    inside = np.clip(share, 1e-15, 1.0 - 1e-15)
    chance = expit(centre(logit(inside), spread)[..., None] + np.sqrt(spread)[..., None] * COARSE)
    between = ((chance - inside[..., None]) ** 2) @ COARSE_WEIGHTS
    return np.asarray(plain + number * (number - 1.0) * between, dtype=np.float64)


def logit_normal_tails(y: Any, eta: Any, number: Any, spread: Any, error: Any = 0.0) -> Tails:
    """Return P(Y < y), P(Y = y) and P(Y > y), eta being known up to a normal error with variance `error`.

    A count above `number` (of which there are none under the model) is taken as `number`.
    """
    arrays = (np.asarray(v, dtype=np.float64) for v in (y, eta, number, spread, error))
    y, eta, number, spread, error = np.broadcast_arrays(*arrays)
    y = np.minimum(y, number)
    total = spread + error
    parts = _parts(binomial_tails(y, expit(eta), number))
    some = total * number > NEGLIGIBLE
    if not np.any(some):
        return Tails(*parts)
    below, at, above = (np.array(part, dtype=np.float64) for part in parts)
    k, n, tau = y[some], number[some], np.sqrt(total[some])
    m = centre(eta[some], spread[some])
    for target, part in zip((below, at, above), _mixed(k, n, m, tau), strict=True):
        target[some] = part
    return Tails(below, at, above)


def _parts(tails: Tails) -> tuple[Floats, Floats, Floats]:
    return tails.below, tails.at, tails.above


def _mixed(y: Floats, number: Floats, m: Floats, tau: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the tails of flat arrays (n,), integrating over the narrower of logit B and x."""
    out = (np.empty(len(y)), np.empty(len(y)), np.empty(len(y)))
    a, b = y + 1.0, number - y
    narrow = (np.minimum(a, b) >= LARGE) & (1.0 / a + 1.0 / np.maximum(b, 1.0) < tau**2)
    for where, integrate in ((narrow, _over_beta), (~narrow, _over_chance)):
        if np.any(where):
            for target, part in zip(out, integrate(y[where], number[where], m[where], tau[where]), strict=True):
                target[where] = part
    return out


def _over_beta(y: Floats, number: Floats, m: Floats, tau: Floats) -> tuple[Floats, Floats, Floats]:
    a, b = (y + 1.0)[:, None], (number - y)[:, None]
    peak = np.log(a / b)
    t = peak + SKEWED * np.sqrt(1.0 / a + 1.0 / b)
    weight = np.exp(a * (log_expit(t) - log_expit(peak)) + b * (log_expit(-t) - log_expit(-peak)))
    weight /= weight.sum(axis=1, keepdims=True)
    z = (t - m[:, None]) / tau[:, None]
    at = np.sum(weight * np.exp(-(z**2) / 2.0) / expit(t), axis=1) / (tau * ROOT_TWO_PI * (number - y))
    low = peak[:, 0] < m
    side = np.sum(weight * ndtr(np.where(low[:, None], z, -z)), axis=1)
    up_to = np.where(low, side, 1.0 - side)
    return np.maximum(up_to - at, 0.0), at, np.where(low, 1.0 - side, side)


def _over_chance(y: Floats, number: Floats, m: Floats, tau: Floats) -> tuple[Floats, Floats, Floats]:
    share = expit(m[:, None] + tau[:, None] * STEPS)
    k, n = y[:, None], number[:, None]
    below = np.where(y > 0, betainc(n - np.maximum(k, 1.0) + 1.0, np.maximum(k, 1.0), 1.0 - share) @ WEIGHTS, 0.0)
    above = np.where(y < number, betainc(k + 1.0, np.maximum(n - k, 1.0), share) @ WEIGHTS, 0.0)
    choose = -np.log(n + 1.0) - betaln(k + 1.0, n - k + 1.0)
    at = np.exp(choose + xlogy(k, share) + xlog1py(n - k, -share)) @ WEIGHTS
    return below, at, above


def _deviance(y: Any, mu: Any, number: Any, spread: Any) -> Floats:
    scale = _variance(mu, number, spread) / _variance(mu, number, np.zeros_like(np.asarray(spread, float)))
    return np.asarray(BINOMIAL.unit_deviance(np.minimum(y, number), mu, number, 0.0) / scale, dtype=np.float64)


def _tails(y: Any, mu: Any, number: Any, spread: Any) -> Tails:
    return logit_normal_tails(y, logit(np.asarray(mu, dtype=np.float64) / number), number, spread)


def _log_likelihood(y: Any, mu: Any, number: Any, spread: Any) -> Floats:
    return np.asarray(np.log(np.maximum(_tails(y, mu, number, spread).at, 1e-300)), dtype=np.float64)


def _mixed_tails(y: Any, eta: Any, variance: Any, exposure: Any, spread: Any) -> Tails:
    return logit_normal_tails(y, eta, exposure, spread, variance)


LOGIT_NORMAL = CountFamily(
    name="logit_normal", link="logit", has_spread=True, mean=BINOMIAL.mean, slope=BINOMIAL.slope, variance=_variance,
    tails=_tails, log_likelihood=_log_likelihood, unit_deviance=_deviance, bounded=True, mixed=_mixed_tails,
)  # fmt: skip
"""Persons with a yes out of persons, the logit of the chance spread between gemeenten with variance `spread`."""
