r"""Tails of beta-binomial counts, summed outward from the count on the side where they are small.

The first `DIRECT` terms are added one by one. The rest, where the probabilities change slowly, is an integral by the
Euler-Maclaurin midpoint rule,

.. math:: \sum_{k \ge K} f(k) = \int_{K - 1/2}^{n + 1/2} f(t) dt + \frac{1}{24} f'(K - \tfrac12) + \dots,

with Gauss-Legendre nodes on panels that widen with the distance; the terms next to the far bound are again added one by
one. Compared with full sums the relative error is below 1e-5,
and below 1e-7 unless the beta distribution is U-shaped.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.polynomial.legendre import leggauss
from scipy.special import betaln

Floats = npt.NDArray[np.float64]

DIRECT = 40
PANELS = 14  # from either end, each twice as wide as the one before
NODES = 8


def log_pmf(y: Floats, number: Floats, a: Floats, b: Floats) -> Floats:
    """Return the log probability of y out of `number`, the share being beta distributed with a and b."""
    choose = -np.log(number + 1.0) - betaln(y + 1.0, number - y + 1.0)
    return np.asarray(choose + betaln(y + a, number - y + b) - betaln(a, b), dtype=np.float64)


def sum_above(y: Floats, number: Floats, a: Floats, b: Floats) -> Floats:
    """Return P(Y > y) for flat arrays (n,), accurate where it is small."""
    steps = np.arange(DIRECT)
    k = y[:, None] + steps
    ends = k >= number[:, None]
    k = np.minimum(k, number[:, None] - 1.0)
    n, a_, b_ = number[:, None], a[:, None], b[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.cumsum(np.log((n - k) / (k + 1.0) * (k + a_) / (n - k - 1.0 + b_)), axis=1)
    start = log_pmf(y, number, a, b)
    terms = np.where(ends, 0.0, np.exp(start[:, None] + logs))
    total = terms.sum(axis=1)
    far = (y + DIRECT < number) & (terms[:, -1] * (number - y) > 1e-15 * total)
    if np.any(far):
        total[far] += _rest(y[far] + DIRECT, number[far], a[far], b[far])
    return np.asarray(total, dtype=np.float64)


def _rest(y: Floats, number: Floats, a: Floats, b: Floats) -> Floats:
    """Return the sum of the probabilities of y + 1 ... number, by the midpoint rule; near the bound one by one."""
    last = np.maximum(y, number - DIRECT)
    share = a / (a + b)
    sd = np.sqrt(number * share * (1.0 - share) * (1.0 + (number - 1.0) / (a + b + 1.0)))
    rising = np.concatenate([[0.0], 2.0 ** np.arange(PANELS) - 0.5])
    low, high = y[:, None] + 0.5, last[:, None] + 0.5
    heavy = (b < 1.0) | (np.exp(log_pmf(last, number, a, b)) * DIRECT > 1e-18)
    centre = np.where(heavy[:, None], (low + high) / 2.0, high)
    first = np.maximum(np.minimum(sd / 3.0, y / 3.0), 4.0)[:, None]
    edges = np.minimum(low + first * rising, centre)
    edges[:, -1] = centre[:, 0]
    total = _integrate(edges, number, a, b) + _slopes(y, last, number, a, b)
    if np.any(heavy):
        mirrored = np.maximum(high - DIRECT / 3.0 * rising, centre)[heavy][:, ::-1]
        mirrored[:, 0] = centre[heavy, 0]
        total[heavy] += _integrate(mirrored, number[heavy], a[heavy], b[heavy])
        k = last[heavy, None] + np.arange(1, DIRECT + 1)
        most = number[heavy, None]
        closing = np.exp(log_pmf(np.minimum(k, most), most, a[heavy, None], b[heavy, None]))
        total[heavy] += np.where(k <= most, closing, 0.0).sum(axis=1)
    return total


def _integrate(edges: Floats, number: Floats, a: Floats, b: Floats) -> Floats:
    """Return the integral of the probability over the panels between `edges` (n, panels + 1)."""
    nodes, weights = leggauss(NODES)
    half, middle = np.diff(edges, axis=1) / 2.0, (edges[:, 1:] + edges[:, :-1]) / 2.0
    at = (middle[:, :, None] + half[:, :, None] * nodes).reshape(len(number), -1)
    scale = (half[:, :, None] * weights).reshape(len(number), -1)
    value = np.exp(log_pmf(at, number[:, None], a[:, None], b[:, None]))
    return np.asarray(np.sum(scale * value, axis=1), dtype=np.float64)


def _slopes(y: Floats, last: Floats, number: Floats, a: Floats, b: Floats) -> Floats:
    """Return the first correction of the midpoint rule, from the slopes at both ends."""
    low, high = (np.exp(log_pmf(k + 1.0, number, a, b)) - np.exp(log_pmf(k, number, a, b)) for k in (y, last - 1.0))
    return np.asarray(np.where(last > y, (low - high) / 24.0, 0.0), dtype=np.float64)
