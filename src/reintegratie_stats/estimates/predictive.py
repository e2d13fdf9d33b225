r"""The exact predictive distribution of a count that the fit did not see.

Given the linear predictor the count follows the family; the linear predictor itself is known up to a normal error
with variance v, so that

.. math:: P(Y \le k) = \int P(Y \le k \mid \eta) \, N(\eta; \hat\eta, v) \, d\eta,

by Gauss-Hermite quadrature on 15 nodes (61 where the error of the linear predictor weighs as much as the count's own).
The spread is known up to an error as well; its logarithm is taken as normal and integrated over on 3 nodes (7 where its
standard error is over 0.2). Without it too many are flagged: as with a normal quantile where one of t belongs.

Two-sided p values: plain ``2 min(P(Y <= y), P(Y >= y))`` and mid-p, in which half of P(Y = y) counts on either side.

References
----------
P.K. Dunn and G.K. Smyth (1996), Randomized quantile residuals. JCGS 5, 236-244.
H.O. Lancaster (1961), Significance tests in discrete distributions. JASA 56, 223-234 (mid-p).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import logit, ndtri

from reintegratie_stats.estimates.families import Bools, CountFamily, Floats, Tails

NODES = 15
MANY_NODES = 61
FEW_NODES = 3  # for the spread
SEVERAL_NODES = 7
SMALLEST = 1e-300  # a tail below this is stated as this


@dataclass(frozen=True, eq=False)
class Predictive:
    """Predictive distributions of n counts: linear predictors, their variances, exposure, and a spread per unit.

    ``spread_error`` is the standard error of the logarithm of the spread.
    """

    family: CountFamily
    eta: Floats
    variance: Floats
    exposure: Floats
    spread: Floats
    spread_error: float = 0.0

    def of(self, units: Bools) -> Predictive:
        """Return the distributions of some of the units."""
        parts = (self.eta[units], self.variance[units], self.exposure[units], self.spread[units])
        return Predictive(self.family, *parts, self.spread_error)

    def tails(self, y: Floats) -> Tails:
        """Return P(Y < y), P(Y = y) and P(Y > y) of every unit."""
        if self.spread_error <= 0 or self.family.link == "identity":
            return self._tails(y, self.spread)
        points, weights = _normal_nodes(FEW_NODES if self.spread_error <= 0.2 else SEVERAL_NODES)
        parts = [_parts(self._tails(y, self.spread * np.exp(self.spread_error * t))) for t in points]
        return Tails(*(np.tensordot(weights, np.stack(part), 1) for part in zip(*parts, strict=True)))

    def _tails(self, y: Floats, spread: Floats) -> Tails:
        if self.family.mixed is not None:
            return self.family.mixed(y, self.eta, self.variance, self.exposure, spread)
        relative = self.variance * self.family.weight(self.eta, self.exposure, spread)
        wide = relative > 0.5
        tails = self._integrate(y, spread, ~wide, NODES)
        if not np.any(wide):
            return tails
        many = self._integrate(y, spread, wide, MANY_NODES)
        return Tails(*(np.where(wide, b, a) for a, b in zip(_parts(tails), _parts(many), strict=True)))

    def _integrate(self, y: Floats, spread: Floats, where: Bools, nodes: int) -> Tails:
        points, weights = _normal_nodes(nodes)
        out = [np.full(len(y), np.nan) for _ in range(3)]
        if np.any(where):
            eta = self.eta[where] + points[:, None] * np.sqrt(self.variance[where])
            exposure = self.exposure[where]
            mean = self.family.mean(eta, exposure)
            tails = self.family.tails(y[where], mean, exposure, spread[where])
            for target, part in zip(out, _parts(tails), strict=True):
                target[where] = weights @ part
        return Tails(*out)

    def quantile(self, level: float) -> Floats:
        """Return the smallest count with ``P(Y <= count) >= level``; for a continuous family the quantile itself."""
        if self.family.link == "identity":
            sd = self.exposure * np.sqrt(self.spread + self.variance)
            return np.asarray(self.family.mean(self.eta, self.exposure) + float(ndtri(level)) * sd)
        low, high = np.full(len(self.eta), -1.0), self._ceiling(level)
        guess = self._guess(float(ndtri(level)))
        width = np.maximum(1.0, 0.02 * guess)
        for turn in range(200):
            open_ = high - low > 1.0
            if not np.any(open_):
                break
            middle = np.floor((low + high) / 2.0) if turn >= 6 and turn % 2 else guess
            middle = np.clip(np.floor(middle), low + 1.0, np.maximum(high - 1.0, low + 1.0))
            tails = self.tails(np.where(open_, middle, np.maximum(high, 0.0)))
            enough = tails.above <= 1.0 - level if level > 0.5 else tails.below + tails.at >= level
            high, low = np.where(open_ & enough, middle, high), np.where(open_ & ~enough, middle, low)
            guess, width = self._next(tails, middle, level, low, high, width)
        return np.asarray(high, dtype=np.float64)

    def _ceiling(self, level: float) -> Floats:
        if self.family.bounded:
            return np.asarray(self.exposure, dtype=np.float64).copy()
        high = np.maximum(4.0, 4.0 * self._guess(float(ndtri(level))))
        for _ in range(60):
            short = self.tails(high).above > 1.0 - level
            if not np.any(short):
                break
            high = np.where(short, 4.0 * high, high)
        return np.asarray(np.floor(high), dtype=np.float64)

    def _guess(self, z: float) -> Floats:
        mean = self.family.mean(self.eta, self.exposure)
        sd = np.sqrt(self.family.variance(mean, self.exposure, self.spread) / np.maximum(mean, 1e-9) ** 2)
        total = np.minimum(np.sqrt(sd**2 + self.variance), 5.0)
        return np.asarray(mean * np.exp(z * total - total**2 / 2.0), dtype=np.float64)

    def _next(
        self, tails: Tails, at: Floats, level: float, low: Floats, high: Floats, width: Floats
    ) -> tuple[Floats, Floats]:
        """Newton step on the normal-score scale, then just across the answer so that the bracket closes."""
        below, above = tails.below + tails.at, tails.above
        score = np.where(below < above, ndtri(np.maximum(below, SMALLEST)), -ndtri(np.maximum(above, SMALLEST)))
        density = np.exp(-(score**2) / 2.0) / np.sqrt(2.0 * np.pi) / np.maximum(tails.at, SMALLEST)
        with np.errstate(over="ignore", invalid="ignore"):
            step = (float(ndtri(level)) - score) * density
        target = np.where(np.isfinite(step), at + step, (low + high) / 2.0)
        nudge = np.where(np.abs(step) < 1.0, np.where(at == high, -1.0, 1.0), 0.0)
        return np.asarray(np.ceil(target) + nudge, dtype=np.float64), width


def _parts(tails: Tails) -> tuple[Floats, Floats, Floats]:
    return tails.below, tails.at, tails.above


def _normal_nodes(nodes: int) -> tuple[Floats, Floats]:
    points, weights = hermegauss(nodes)
    return points, weights / weights.sum()


def two_sided(tails: Tails) -> tuple[Floats, Floats]:
    """Return the two-sided mid-p and plain p value of tails."""
    mid = 2.0 * np.minimum(tails.below, tails.above) + tails.at
    plain = 2.0 * (np.minimum(tails.below, tails.above) + tails.at)
    return np.minimum(mid, 1.0), np.minimum(plain, 1.0)


def quantile_residuals(tails: Tails, uniform: Floats) -> Floats:
    """Return randomised quantile residuals: the normal score of ``P(Y < y) + u P(Y = y)``."""
    low = tails.below < tails.above
    lower = np.maximum(tails.below + uniform * tails.at, SMALLEST)
    upper = np.maximum(tails.above + (1.0 - uniform) * tails.at, SMALLEST)
    return np.asarray(np.where(low, ndtri(np.minimum(lower, 1.0)), -ndtri(np.minimum(upper, 1.0))))


def uniforms(seed: int, ids: Sequence[object]) -> Floats:
    """Return a uniform number in (0, 1) per unit, from a hash of the seed and the unit: other units do not matter.

    Examples
    --------
    >>> a, b = uniforms(1, ["GM0014", "GM0034"]), uniforms(1, ["GM0034"])
    >>> bool(a[1] == b[0])
    True
    """
    digests = (hashlib.blake2b(f"{seed}|{unit}".encode(), digest_size=8).digest() for unit in ids)
    whole = np.array([int.from_bytes(d, "big") >> 11 for d in digests], dtype=np.float64)
    return (whole + 0.5) / 2.0**53


def link_of(family: CountFamily, mean: Any, exposure: Any) -> Floats:
    """Return the linear predictor that gives a mean count at an exposure."""
    rate = np.asarray(mean, dtype=np.float64) / np.asarray(exposure, dtype=np.float64)
    scale = {"log": np.log, "logit": logit, "identity": np.asarray}[family.link]
    return np.asarray(scale(rate), dtype=np.float64)


def family_limits(family: CountFamily, mean: Any, exposure: Any, spread: float, level: float) -> tuple[Floats, Floats]:
    """Return the exact range of a count with a known mean, at `level`, for the limits of a funnel plot."""
    mean, exposure = np.broadcast_arrays(np.asarray(mean, float), np.asarray(exposure, float))
    zero = np.zeros(len(mean))
    known = Predictive(family, link_of(family, mean, exposure), zero, exposure, zero + spread)
    return known.quantile((1.0 - level) / 2.0), known.quantile((1.0 + level) / 2.0)
