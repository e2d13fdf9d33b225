"""Iteratively reweighted least squares, one fit or many fits of one design that each leave units out.

Many fits share the design `x` of shape (n, p); fit k uses the units where ``keep[k]`` is true. Everything is a matrix
product over all fits at once, so that 342 refits cost little more than a handful.

References
----------
P. McCullagh and J.A. Nelder (1989), Generalized linear models, 2nd edition, section 2.5.
W.N. Venables and B.D. Ripley (2002), Modern applied statistics with S, section 7.4 (``glm.nb``: beta, theta in turn).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, polygamma

from reintegratie_stats.estimates.families import Bools, CountFamily, Floats

TOLERANCE = 1e-10  # largest change of a (standardised) coefficient at which a fit has converged
ACCEPTED = 1e-6  # the change still called converged when rounding keeps it from becoming smaller
LARGEST_STEP = 4.0  # of the linear predictor, in one iteration
THETA_LIMIT = 1e7  # a theta beyond this is no over-dispersion at all
THETA_LARGE = 1e4  # from here the score is summed without taking large logarithms from each other


@dataclass(frozen=True, eq=False)
class Data:
    """What is fitted: design (n, p), counts (n,), exposure (n,), and the family."""

    x: Floats
    y: Floats
    exposure: Floats
    family: CountFamily

    def eta(self, beta: Floats) -> Floats:
        """Return the linear predictors of coefficients (m, p) as (m, n)."""
        return np.asarray(beta @ self.x.T, dtype=np.float64)

    def mean(self, beta: Floats) -> Floats:
        """Return the expectations under coefficients (m, p) as (m, n)."""
        return self.family.mean(self.eta(beta), self.exposure)


@dataclass(frozen=True, eq=False)
class Coefficients:
    """Coefficients of m fits (m, p), whether each converged (m,), and the iterations that were used."""

    beta: Floats
    converged: Bools
    iterations: int


def outer_products(x: Floats) -> Floats:
    """Return the products of the columns of a design per unit, flattened: (n, p * p)."""
    return np.asarray((x[:, :, None] * x[:, None, :]).reshape(len(x), -1), dtype=np.float64)


def information(x: Floats, weight: Floats) -> Floats:
    """Return X'WX for weights (m, n) as (m, p, p)."""
    p = x.shape[1]
    return np.asarray((weight @ outer_products(x)).reshape(-1, p, p), dtype=np.float64)


def fit_coefficients(
    data: Data, keep: Bools, spread: Floats, start: Floats | None = None, max_iterations: int = 60
) -> Coefficients:
    """Fit coefficients by maximum (quasi-)likelihood with the spread given.

    Parameters
    ----------
    data : Data
    keep : ndarray of bool, shape (m, n)
    spread : ndarray, shape (m,)
    start : ndarray, shape (m, p), optional
        Coefficients to start from; without them each unit's own rate.
    max_iterations : int

    Returns
    -------
    Coefficients
    """
    m, p = len(keep), data.x.shape[1]
    squares = outer_products(data.x)
    s = np.asarray(spread, dtype=np.float64)[:, None]
    beta = np.zeros((m, p)) if start is None else np.array(start, dtype=np.float64)
    eta = np.tile(data.family.start(data.y, data.exposure), (m, 1)) if start is None else data.eta(beta)
    change = np.full(m, np.inf)
    iteration = 0
    for iteration in range(1, max_iterations + 1):
        slope = data.family.slope(eta, data.exposure)
        mean = data.family.mean(eta, data.exposure)
        weight = keep * slope**2 / data.family.variance(mean, data.exposure, s)
        working = eta + (data.y - mean) / slope
        gram = (weight @ squares).reshape(m, p, p)
        new = _solve(gram, (weight * working) @ data.x)
        if iteration > 1 or start is not None:
            new = beta + (new - beta) * _damping(np.where(keep, data.eta(new - beta), 0.0), data.family)
        change = np.max(np.abs(new - beta) / (1.0 + np.abs(beta)), axis=1)
        beta, eta = new, data.eta(new)
        if not np.any(change > TOLERANCE):
            break
    return Coefficients(beta, change < ACCEPTED, iteration)


def _solve(gram: Floats, right: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(gram, right[:, :, None])[:, :, 0], dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.stack([np.linalg.lstsq(a, b, rcond=None)[0] for a, b in zip(gram, right, strict=True)])


def _damping(step: Floats, family: CountFamily) -> Floats:
    if family.link == "identity":
        return np.ones((len(step), 1))
    largest = np.max(np.abs(step), axis=1, keepdims=True)
    return np.asarray(LARGEST_STEP / np.maximum(largest, LARGEST_STEP), dtype=np.float64)


def theta_score(y: Floats, mean: Floats, theta: Floats) -> Floats:
    r"""Return the derivative to theta of the NB2 log likelihood of each count; all three broadcast.

    .. math:: \psi(\theta + y) - \psi(\theta) + \log\theta + 1 - \log(\theta + \mu) - \frac{y + \theta}{\mu + \theta}

    For a large theta that is a small difference of large numbers; there the same sum is written with
    :math:`d = (y - \mu) / (\theta + \mu)` and the asymptotic series of :math:`\psi`, of which what is left out is below
    1e-13 of the sum.

    Examples
    --------
    >>> y, mean = np.array([40.0]), np.array([20.0])
    >>> [f"{theta_score(y, mean, np.array([t]))[0]:.6e}" for t in (9999.9, 10000.1)]
    ['-1.790203e-06', '-1.790132e-06']
    """
    d = (y - mean) / (theta + mean)
    with np.errstate(over="ignore", invalid="ignore"):
        plain = digamma(theta + y) - digamma(theta) + np.log(theta / (theta + mean)) - d
        total = theta + y
        series = y / (2.0 * theta * total) + y * (theta + total) / (12.0 * theta**2 * total**2)
        return np.where(theta < THETA_LARGE, plain, np.log1p(d) - d + series)


def theta_ml(y: Floats, mean: Floats, keep: Bools, start: Floats, max_iterations: int = 60) -> Floats:
    r"""Return the maximum likelihood theta of negative binomial counts with means given, for m fits at once.

    Solves the score of ``MASS::theta.ml``,

    .. math:: \sum_i \psi(\theta + y_i) - \psi(\theta) + \log\theta + 1 - \log(\theta + \mu_i)
              - \frac{y_i + \theta}{\mu_i + \theta} = 0,

    by Newton steps on :math:`\log\theta`. Where the likelihood still rises at ``THETA_LIMIT`` the counts are not
    over-dispersed and theta is infinite.

    Parameters
    ----------
    y : ndarray, shape (n,)
    mean : ndarray, shape (m, n)
    keep : ndarray of bool, shape (m, n)
    start : ndarray, shape (m,)
        Positive; infinite or missing asks for a moment estimate.

    Returns
    -------
    ndarray, shape (m,)
    """
    excess = np.sum(keep * ((y - mean) ** 2 - y), axis=1)
    moment = np.sum(keep * mean**2, axis=1) / np.maximum(excess, 1e-30)
    theta = np.clip(np.where(np.isfinite(start), start, moment), 1e-6, THETA_LIMIT)
    over = excess > 0
    for _ in range(max_iterations):
        t = theta[:, None]
        ratio = (y + t) / (mean + t)
        score = theta_score(y, mean, t)
        curve = polygamma(1, t + y) - polygamma(1, t) + 1.0 / t - 2.0 / (mean + t) + ratio / (mean + t)
        first = np.sum(keep * score, axis=1)
        second = np.sum(keep * curve, axis=1)
        log_first, log_second = first * theta, first * theta + second * theta**2
        newton = np.where(log_second < 0, -log_first / np.where(log_second < 0, log_second, -1.0), np.sign(first))
        step = np.clip(np.where(over, newton, 0.0), -1.5, 1.5)
        theta = np.clip(theta * np.exp(step), 1e-8, THETA_LIMIT)
        if np.all((np.abs(step) < 1e-11) | (theta >= THETA_LIMIT)):
            break
    return np.asarray(np.where(over & (theta < THETA_LIMIT), theta, np.inf), dtype=np.float64)
