"""Count families as values: mean, variance, exact tails and log likelihood of a count given its expectation.

Each family is written on the scale of a *rate*: the linear predictor ``eta = X beta`` is that of one unit of exposure,
and the expectation of the count is ``mu = exposure * g^{-1}(eta)``. The offset of a log-link model is therefore inside
`CountFamily.mean` and cannot be forgotten. What a family has beyond its mean is one number, the `spread`:

============  ==========  ===================================================  ===============================
family        link        variance of the count                                spread
============  ==========  ===================================================  ===============================
poisson       log         mu                                                   0
quasipoisson  log         (1 + s) mu                                           s = phi - 1
nb2           log         mu + s mu^2                                          s = 1 / theta
binomial      logit       N pi (1 - pi) (1 + (N - 1) s), with N the exposure   s = rho, intra-gemeente correlation
ols_rate      identity    N^2 s                                                s = variance of the rate
============  ==========  ===================================================  ===============================

A spread of 0 is the model without over-dispersion, in every family but `ols_rate`. Arrays broadcast throughout.

References
----------
J.A. Nelder and R.W.M. Wedderburn (1972), Generalized linear models. JRSS A 135, 370-384.
A.C. Cameron and P.K. Trivedi (2013), Regression analysis of count data, 2nd edition, chapter 3 (NB1 and NB2).
D.A. Williams (1982), Extra-binomial variation in logistic linear models. Applied Statistics 31, 144-148.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaln, expit, gammainc, gammaincc, gammaln, ndtr, xlog1py, xlogy

from reintegratie_stats.errors import FitError, listing, nearest
from reintegratie_stats.estimates.beta_binomial import log_pmf, sum_above
from reintegratie_stats.estimates.lognormal import lognormal_tails

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NEGLIGIBLE = 1e-6  # extra variance, relative to that of the simple model, below which the simple tails are used
ETA_LIMIT = 50.0  # beyond this a rate of a log or logit model is 0 or infinite in floating point


@dataclass(frozen=True, eq=False)
class Tails:
    """Probabilities of a count below, at and above what was observed; they add up to 1, each exact when small."""

    below: Floats
    at: Floats
    above: Floats


@dataclass(frozen=True, eq=False)
class CountFamily:
    """A family of distributions of a count, given exposure.

    Parameters
    ----------
    name : str
    link : str
        ``"log"``, ``"logit"`` or ``"identity"``.
    has_spread : bool
        Whether there is an over-dispersion to estimate.
    mean, slope : function of (eta, exposure)
        Expectation of the count and its derivative to eta.
    variance : function of (mu, exposure, spread)
    tails : function of (y, mu, exposure, spread)
    log_likelihood : function of (y, mu, exposure, spread)
        Per unit; missing for families that have none.
    unit_deviance : function of (y, mu, exposure, spread)
        Twice the log likelihood ratio against the saturated model, per unit.
    bounded : bool
        Whether the count cannot exceed the exposure.
    mixed : function of (y, eta, variance, exposure, spread), optional
        Tails with eta known up to a normal error, for families that have them without quadrature over eta.
    """

    name: str
    link: str
    has_spread: bool
    mean: Callable[[Any, Any], Floats]
    slope: Callable[[Any, Any], Floats]
    variance: Callable[[Any, Any, Any], Floats]
    tails: Callable[[Any, Any, Any, Any], Tails]
    log_likelihood: Callable[[Any, Any, Any, Any], Floats]
    unit_deviance: Callable[[Any, Any, Any, Any], Floats]
    bounded: bool = False
    mixed: Callable[[Any, Any, Any, Any, Any], Tails] | None = None

    def __repr__(self) -> str:
        return f"CountFamily('{self.name}')"

    def weight(self, eta: Any, exposure: Any, spread: Any) -> Floats:
        """Return the Fisher information of eta, ``(dmu/deta)^2 / variance``, per unit."""
        slope = self.slope(eta, exposure)
        variance = self.variance(self.mean(eta, exposure), exposure, spread)
        return np.asarray(slope**2 / variance, dtype=np.float64)

    def observed_weight(self, y: Any, eta: Any, exposure: Any, spread: Any) -> Floats:
        """Return the observed information of eta per unit; only for NB2 it is not the expected one (`weight`)."""
        weight = self.weight(eta, exposure, spread)
        if self.name != "nb2":
            return weight
        mean = self.mean(eta, exposure)
        return np.asarray(weight * (1.0 + spread * y) / (1.0 + spread * mean), dtype=np.float64)

    def start(self, y: Any, exposure: Any) -> Floats:
        """Return a linear predictor per unit from which fitting can start: the unit's own rate, drawn inside."""
        rate = y / exposure
        if self.link == "log":
            return np.asarray(np.log((y + (y == 0) / 6.0) / exposure), dtype=np.float64)
        if self.link == "logit":
            share = (y + 0.5) / (exposure + 1.0)
            return np.asarray(np.log(share / (1.0 - share)), dtype=np.float64)
        return np.asarray(rate, dtype=np.float64)


def _clip(eta: Any) -> Floats:
    return np.asarray(np.clip(eta, -ETA_LIMIT, ETA_LIMIT), dtype=np.float64)


def _log_mean(eta: Any, exposure: Any) -> Floats:
    return np.asarray(exposure * np.exp(_clip(eta)), dtype=np.float64)


def _logit_mean(eta: Any, exposure: Any) -> Floats:
    return np.asarray(exposure * expit(_clip(eta)), dtype=np.float64)


def _logit_slope(eta: Any, exposure: Any) -> Floats:
    share = expit(_clip(eta))
    return np.asarray(exposure * share * (1.0 - share), dtype=np.float64)


def _identity_mean(eta: Any, exposure: Any) -> Floats:
    return np.asarray(exposure * eta, dtype=np.float64)


def _identity_slope(eta: Any, exposure: Any) -> Floats:
    return np.asarray(exposure * np.ones_like(eta), dtype=np.float64)


# --- Poisson and gamma-Poisson ---------------------------------------------------------------


def poisson_tails(y: Any, mu: Any) -> Tails:
    """Return the tails of Poisson counts: regularised incomplete gamma functions."""
    below = np.where(np.asarray(y) > 0, gammaincc(np.maximum(y, 1), mu), 0.0)
    at = np.exp(xlogy(y, mu) - mu - gammaln(np.asarray(y) + 1.0))
    return Tails(below, at, gammainc(np.asarray(y) + 1.0, mu))


def gamma_poisson_tails(y: Any, mu: Any, size: Any) -> Tails:
    r"""Return the tails of gamma-Poisson (negative binomial) counts with mean mu and variance mu + mu^2 / size.

    :math:`P(Y \le k) = I_{s/(s+\mu)}(s, k + 1)` with I the regularised incomplete beta function. A size so large that
    the variance exceeds mu by less than one millionth gives the Poisson tails.
    """
    y, mu, size = np.broadcast_arrays(np.asarray(y, float), np.asarray(mu, float), np.asarray(size, float))
    simple = mu <= NEGLIGIBLE * size
    if np.all(simple):
        return poisson_tails(y, mu)
    s = np.where(simple, 1.0, size)
    chance = mu / (s + mu)
    below = np.where(y > 0, betainc(s, np.maximum(y, 1.0), s / (s + mu)), 0.0)
    at = np.exp(-np.log(y + s) - betaln(s, y + 1.0) - s * np.log1p(mu / s) + xlogy(y, chance))
    above = betainc(y + 1.0, s, chance)
    if not np.any(simple):
        return Tails(below, at, above)
    plain = poisson_tails(y, mu)
    return Tails(*(np.where(simple, a, b) for a, b in zip(_parts(plain), (below, at, above), strict=True)))


def _parts(tails: Tails) -> tuple[Floats, Floats, Floats]:
    return tails.below, tails.at, tails.above


def _size(spread: Any) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(np.divide(1.0, spread), dtype=np.float64)


def _poisson_log_likelihood(y: Any, mu: Any, exposure: Any, spread: Any) -> Floats:
    return np.asarray(xlogy(y, mu) - mu - gammaln(np.asarray(y) + 1.0), dtype=np.float64)


def _nb2_log_likelihood(y: Any, mu: Any, exposure: Any, spread: Any) -> Floats:
    if np.all(np.asarray(spread) <= 0):
        return _poisson_log_likelihood(y, mu, exposure, spread)
    s = _size(spread)
    value = -np.log(y + s) - betaln(s, np.asarray(y) + 1.0) - s * np.log1p(mu / s) + xlogy(y, mu / (s + mu))
    return np.asarray(value, dtype=np.float64)


def _poisson_deviance(y: Any, mu: Any, exposure: Any, spread: Any) -> Floats:
    return np.asarray(2.0 * (xlogy(y, y / mu) - (y - mu)), dtype=np.float64)


def _nb2_deviance(y: Any, mu: Any, exposure: Any, spread: Any) -> Floats:
    if np.all(np.asarray(spread) <= 0):
        return _poisson_deviance(y, mu, exposure, spread)
    s = _size(spread)
    value = 2.0 * (xlogy(y, y / mu) - (y + s) * np.log((y + s) / (mu + s)))
    return np.asarray(value, dtype=np.float64)


def _no_likelihood(y: Any, mu: Any, exposure: Any, spread: Any) -> Floats:
    return np.full(np.broadcast_shapes(np.shape(y), np.shape(mu)), np.nan)


# --- binomial and beta-binomial --------------------------------------------------------------


def binomial_tails(y: Any, share: Any, number: Any) -> Tails:
    """Return the tails of binomial counts: regularised incomplete beta functions."""
    y, share, number = np.broadcast_arrays(np.asarray(y, float), np.asarray(share, float), np.asarray(number, float))
    below = np.where(y > 0, betainc(number - np.maximum(y, 1.0) + 1.0, np.maximum(y, 1.0), 1.0 - share), 0.0)
    above = np.where(y < number, betainc(y + 1.0, np.maximum(number - y, 1.0), share), 0.0)
    choose = -np.log(number + 1.0) - betaln(y + 1.0, number - y + 1.0)
    at = np.exp(choose + xlogy(y, share) + xlog1py(number - y, -share))
    return Tails(below, at, above)


def beta_binomial_tails(y: Any, share: Any, number: Any, rho: Any) -> Tails:
    """Return the tails of beta-binomial counts; the smaller tail is summed, the other is what is left."""
    arrays = np.broadcast_arrays(*(np.asarray(v, float) for v in (y, share, number, rho)))
    y, share, number, rho = arrays
    plain = binomial_tails(y, share, number)
    over = rho * (number - 1.0) > NEGLIGIBLE
    if not np.any(over):
        return plain
    below, at, above = (np.array(part, dtype=np.float64) for part in _parts(plain))
    k, pi, n, r = (v[over] for v in arrays)
    a, b = _beta_shapes(pi, r)
    at[over] = np.exp(log_pmf(k, n, a, b))
    down = k <= n * pi
    side = sum_above(*(np.where(down, v, w) for v, w in ((n - k, k), (n, n), (b, a), (a, b))))
    rest = np.maximum(1.0 - at[over] - side, 0.0)
    below[over], above[over] = np.where(down, side, rest), np.where(down, rest, side)
    return Tails(below, at, above)


def _beta_shapes(share: Any, rho: Any) -> tuple[Floats, Floats]:
    total = (1.0 - rho) / rho
    return np.asarray(share * total, dtype=np.float64), np.asarray((1.0 - share) * total, dtype=np.float64)


def _binomial_log_likelihood(y: Any, mu: Any, exposure: Any, spread: Any) -> Floats:
    share = mu / exposure
    choose = -np.log(exposure + 1.0) - betaln(y + 1.0, exposure - y + 1.0)
    plain = choose + xlogy(y, share) + xlog1py(exposure - y, -share)
    some = np.asarray(spread) > 0
    if not np.any(some):
        return np.asarray(plain, dtype=np.float64)
    mixed = log_pmf(y, exposure, *_beta_shapes(share, np.where(some, spread, 0.5)))
    return np.asarray(np.where(some, mixed, plain), dtype=np.float64)


def _binomial_deviance(y: Any, mu: Any, exposure: Any, spread: Any) -> Floats:
    rest = exposure - y
    value = 2.0 * (xlogy(y, y / mu) + xlogy(rest, rest / (exposure - mu)))
    return np.asarray(value / (1.0 + (exposure - 1.0) * np.asarray(spread)), dtype=np.float64)


# --- normal rates ----------------------------------------------------------------------------


def _normal_tails(y: Any, mu: Any, exposure: Any, spread: Any) -> Tails:
    z = (y - mu) / (exposure * np.sqrt(spread))
    return Tails(ndtr(z), np.zeros_like(z), ndtr(-z))


def _normal_log_likelihood(y: Any, mu: Any, exposure: Any, spread: Any) -> Floats:
    return np.asarray(-0.5 * (np.log(2.0 * np.pi * spread) + (y - mu) ** 2 / (exposure**2 * spread)), dtype=np.float64)


# --- the families: functions with a name, so that a fit can be pickled -----------------------


def _floats(value: Any) -> Floats:
    return np.asarray(value, dtype=np.float64)


def _poisson_variance(mu: Any, exposure: Any, spread: Any) -> Floats:
    return _floats(mu + 0.0 * np.asarray(spread))


def _poisson_family_tails(y: Any, mu: Any, exposure: Any, spread: Any) -> Tails:
    return poisson_tails(y, mu)


def _quasi_variance(mu: Any, exposure: Any, spread: Any) -> Floats:
    return _floats(mu * (1.0 + np.asarray(spread)))


def _quasi_tails(y: Any, mu: Any, exposure: Any, spread: Any) -> Tails:
    return gamma_poisson_tails(y, mu, mu * _size(spread))


def _nb2_variance(mu: Any, exposure: Any, spread: Any) -> Floats:
    return _floats(mu + np.asarray(spread) * mu**2)


def _nb2_tails(y: Any, mu: Any, exposure: Any, spread: Any) -> Tails:
    return gamma_poisson_tails(y, mu, _size(spread))


def _binomial_variance(mu: Any, exposure: Any, spread: Any) -> Floats:
    return _floats(mu * (1.0 - mu / exposure) * (1.0 + (exposure - 1.0) * np.asarray(spread)))


def _binomial_family_tails(y: Any, mu: Any, exposure: Any, spread: Any) -> Tails:
    return beta_binomial_tails(y, mu / exposure, exposure, spread)


def _normal_variance(mu: Any, exposure: Any, spread: Any) -> Floats:
    return _floats(exposure**2 * np.asarray(spread) + 0.0 * mu)


def _normal_deviance(y: Any, mu: Any, exposure: Any, spread: Any) -> Floats:
    return _floats(((y - mu) / exposure) ** 2)


POISSON = CountFamily(
    "poisson", "log", False, _log_mean, _log_mean, _poisson_variance, _poisson_family_tails, _poisson_log_likelihood,
    _poisson_deviance,
)  # fmt: skip
QUASIPOISSON = CountFamily(
    "quasipoisson", "log", True, _log_mean, _log_mean, _quasi_variance, _quasi_tails, _no_likelihood, _poisson_deviance
)
NB2 = CountFamily(
    "nb2", "log", True, _log_mean, _log_mean, _nb2_variance, _nb2_tails, _nb2_log_likelihood, _nb2_deviance
)
BINOMIAL = CountFamily(
    "binomial", "logit", True, _logit_mean, _logit_slope, _binomial_variance, _binomial_family_tails,
    _binomial_log_likelihood, _binomial_deviance, bounded=True,
)  # fmt: skip
OLS_RATE = CountFamily(
    "ols_rate", "identity", True, _identity_mean, _identity_slope, _normal_variance, _normal_tails,
    _normal_log_likelihood, _normal_deviance,
)  # fmt: skip

FAMILIES: dict[str, CountFamily] = {f.name: f for f in (POISSON, QUASIPOISSON, NB2, BINOMIAL, OLS_RATE)}


def lognormal_nb2_tails(y: Any, mu: Any, exposure: Any, spread: Any) -> Tails:
    """Return the tails of counts with the mean and variance of NB2, the ordinary spread being lognormal."""
    return _lognormal(y, mu, np.log1p(spread))


def _mixed_lognormal_tails(y: Any, eta: Any, variance: Any, exposure: Any, spread: Any) -> Tails:
    """Return the same where eta has a normal error: it adds to the variance of the logarithm of the rate."""
    return _lognormal(y, _log_mean(eta, exposure) * np.exp(variance / 2.0), np.log1p(spread) + variance)


def _lognormal(y: Any, mu: Any, tau2: Any) -> Tails:
    y, mu, tau2 = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (y, mu, tau2)))
    simple = mu * tau2 <= NEGLIGIBLE
    if np.all(simple):
        return poisson_tails(y, mu)
    parts = lognormal_tails(y, mu, np.where(simple, 1.0, tau2))
    if not np.any(simple):
        return Tails(*parts)
    return Tails(*(np.where(simple, a, b) for a, b in zip(_parts(poisson_tails(y, mu)), parts, strict=True)))


def with_tails(family: CountFamily, tails: str) -> CountFamily:
    """Return a family with the shape of its ordinary spread as asked for: only NB2 has a choice.

    ``"gamma"`` is the negative binomial itself; ``"lognormal"`` has the same mean and variance, and a spread that is
    symmetric on the scale of the logarithm, so that half and double are equally far out.
    """
    if family.name == "nb2" and tails == "lognormal":
        return replace(family, tails=lognormal_nb2_tails, mixed=_mixed_lognormal_tails)
    return family


def family_of(family: str | CountFamily) -> CountFamily:
    """Return a family by its name, or the family itself.

    Raises
    ------
    FitError
        When there is no family of that name.

    Examples
    --------
    >>> family_of("nb2")
    CountFamily('nb2')
    """
    if isinstance(family, CountFamily):
        return family
    if family not in FAMILIES:
        known = listing(FAMILIES)
        raise FitError(f"family is {family!r}; there is {known}.{nearest(str(family), FAMILIES)}")
    return FAMILIES[family]
