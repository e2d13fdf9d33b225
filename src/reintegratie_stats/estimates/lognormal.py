r"""Tails of Poisson counts whose rate has a lognormal factor: exact to about ten digits, at any size.

With :math:`Y \mid x \sim` Poisson(:math:`e^x`), :math:`x \sim N(m, \tau^2)`, and G gamma distributed with shape k + 1,

.. math:: P(Y \le k) = P(G > e^x) = E_G\bigl[\Phi((\log G - m) / \tau)\bigr] = E_x\bigl[P(G > e^x)\bigr],

so that one may integrate over the narrower of log G (standard deviation about :math:`1/\sqrt{k + 1}`) and x. Either is
smooth and close to normal there: the trapezium rule on `STEPS` points converges faster than any power.

References
----------
J. Aitchison and C.H. Ho (1989), The multivariate Poisson-log normal distribution. Biometrika 76, 643-653.
L.N. Trefethen and J.A.C. Weideman (2014), The exponentially convergent trapezoidal rule. SIAM Review 56, 385-458.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc, gammaincc, gammaln, ndtr

Floats = npt.NDArray[np.float64]

STEPS = np.arange(-12.0, 8.26, 0.375)  # standard deviations; the logarithm of a gamma variable is skewed to the left
LARGE = 12  # from this count the logarithm of a gamma variable is close enough to normal for the steps
ROOT_TWO_PI = float(np.sqrt(2.0 * np.pi))


def lognormal_tails(y: Any, mean: Any, tau2: Any) -> tuple[Floats, Floats, Floats]:
    """Return P(Y < y), P(Y = y), P(Y > y) of counts with expectation `mean` and variance tau2 of the log rate."""
    y, mean, tau2 = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (y, mean, tau2)))
    tau = np.sqrt(tau2)
    centre = np.log(mean) - tau2 / 2.0
    narrow = (y * tau2 > 1.0) & (y >= LARGE)
    out = (np.empty(y.shape), np.empty(y.shape), np.empty(y.shape))
    for where, integrate in ((narrow, _over_gamma), (~narrow, _over_rate)):
        if np.any(where):
            for target, part in zip(out, integrate(y[where], centre[where], tau[where]), strict=True):
                target[where] = part
    return out


def _over_gamma(y: Floats, centre: Floats, tau: Floats) -> tuple[Floats, Floats, Floats]:
    shape = (y + 1.0)[:, None]
    x = np.log(shape) + STEPS / np.sqrt(shape)
    weight = np.exp(shape * (x - np.log(shape)) - np.exp(x) + shape)
    weight /= weight.sum(axis=1, keepdims=True)
    z = (x - centre[:, None]) / tau[:, None]
    at = np.sum(weight * np.exp(-(z**2) / 2.0 - x), axis=1) / (tau * ROOT_TWO_PI)
    low = np.log(y + 1.0) < centre
    side = np.sum(weight * ndtr(np.where(low[:, None], z, -z)), axis=1)
    up_to = np.where(low, side, 1.0 - side)
    return np.maximum(up_to - at, 0.0), at, np.where(low, 1.0 - side, side)


def _over_rate(y: Floats, centre: Floats, tau: Floats) -> tuple[Floats, Floats, Floats]:
    weight = np.exp(-(STEPS**2) / 2.0)
    weight /= weight.sum()
    x = centre[:, None] + tau[:, None] * STEPS
    rate, k = np.exp(x), y[:, None]
    below = np.where(y > 0, gammaincc(np.maximum(k, 1.0), rate) @ weight, 0.0)
    at = np.exp(k * x - rate - gammaln(k + 1.0)) @ weight
    return below, at, gammainc(k + 1.0, rate) @ weight
