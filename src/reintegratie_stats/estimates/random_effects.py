r"""Random effects of categories on estimates with known sampling variances: REML and partial pooling.

.. math:: y_i = x_i'\beta + \sum_t u_{t, c_t(i)} + e_i, \qquad u_{t, c} \sim N(0, \omega_t^2), \qquad
          e_i \sim N(0, v_i + \tau^2),

with the sampling variances v known: a meta-regression with crossed random effects (``metafor::rma.mv`` in R). The
variance components are those of restricted maximum likelihood; effects are best linear unbiased predictions: drawn
towards zero in so far as a category has few units. All in the number of categories (Woodbury).

References
----------
D.A. Harville (1977), Maximum likelihood approaches to variance component estimation and to related problems. JASA 72.
W. Viechtbauer (2010), Conducting meta-analyses in R with the metafor package. Journal of Statistical Software 36(3).
P.J. Huber (1964), Robust estimation of a location parameter. Annals of Mathematical Statistics 35, 73-101.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.special import ndtr

from reintegratie_stats.estimates.families import Floats

Codes = npt.NDArray[np.int64]

CHI_SQUARE_95 = 3.841458820694124
BOUNDINGS = 100
PRECISE = {"maxiter": 500, "ftol": 1e-14, "gtol": 1e-9}


@dataclass(frozen=True, eq=False)
class Effects:
    """A fit: fixed effects and their covariance, variance components, effects per trait and their standard errors.

    ``posterior`` is the covariance of all effects, trait after trait, around the truth.
    """

    beta: Floats
    covariance: Floats
    tau2: float
    omega2: Floats
    effect: tuple[Floats, ...]
    error: tuple[Floats, ...]
    posterior: Floats
    log_likelihood: float
    fitted: Floats


def indicators(codes: Codes) -> Floats:
    """Return the categories as columns of 0 and 1; a unit with a negative code is in none.

    Examples
    --------
    >>> indicators(np.array([1, -1, 0])).tolist()
    [[0.0, 1.0], [0.0, 0.0], [1.0, 0.0]]
    """
    return np.asarray(codes[:, None] == np.arange(max(int(codes.max(initial=-1)) + 1, 0)), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Model:
    """Values (n,), known variances (n,), fixed design (n, p) and the categories of every trait (n, q_t)."""

    y: Floats
    v: Floats
    x: Floats
    z: tuple[Floats, ...]

    def _parts(self, tau2: float, omega2: Floats) -> tuple[Floats, Floats, Floats, float]:
        """Return 1/d, the matrix U with V^-1 = D^-1 - U U', Z, and log |V|."""
        d = self.v + tau2
        z = np.concatenate([np.zeros((len(self.y), 0)), *self.z], axis=1)
        root = np.sqrt(np.repeat(omega2, [part.shape[1] for part in self.z]))
        scaled = z * root
        inner = np.eye(z.shape[1]) + scaled.T @ (scaled / d[:, None])
        lower = np.linalg.cholesky(inner)
        u = np.linalg.solve(lower, (scaled / d[:, None]).T).T
        return 1.0 / d, u, z, float(np.sum(np.log(d)) + 2.0 * np.sum(np.log(np.diag(lower))))

    def evaluate(self, tau2: float, omega2: Floats) -> tuple[float, Floats, Effects]:
        """Return the restricted log likelihood, its gradient to (tau2, omega2), and the fit."""
        weight, u, z, log_v = self._parts(tau2, omega2)

        def inverse(a: Floats) -> Floats:
            left = weight[:, None] * a if a.ndim == 2 else weight * a
            return np.asarray(left - u @ (u.T @ a), dtype=np.float64)

        vx = inverse(self.x)
        gram = self.x.T @ vx
        covariance = np.asarray(np.linalg.inv(gram), dtype=np.float64)
        beta = covariance @ (vx.T @ self.y)
        rest = inverse(self.y - self.x @ beta)
        value = -0.5 * (log_v + np.linalg.slogdet(gram)[1] + (self.y - self.x @ beta) @ rest)
        pz = inverse(z) - vx @ (covariance @ (vx.T @ z))
        own = np.sum(z * pz, axis=0)
        trace = float(np.sum(weight) - np.sum(u**2) - np.sum((vx @ covariance) * vx))
        pull = z.T @ rest
        ends = np.cumsum([0, *(part.shape[1] for part in self.z)])
        spans = [slice(int(a), int(b)) for a, b in pairwise(ends)]
        slope = [trace - rest @ rest, *(np.sum(own[s] - pull[s] ** 2) for s in spans)]
        effect = tuple(o * pull[s] for o, s in zip(omega2, spans, strict=True))
        prior = np.repeat(omega2, [part.shape[1] for part in self.z])
        posterior = np.diag(prior) - prior[:, None] * (z.T @ pz) * prior
        error = tuple(np.sqrt(np.maximum(np.diag(posterior)[s], 0.0)) for s in spans)
        shrunk = sum((part @ e for part, e in zip(self.z, effect, strict=True)), np.zeros(len(self.y)))
        found = Effects(beta, covariance, tau2, omega2, effect, error, posterior, float(value), self.x @ beta + shrunk)
        return float(value), -0.5 * np.array(slope), found

    def fit(self) -> Effects:
        """Return the fit with the variance components of restricted maximum likelihood."""
        scale = float(np.var(self.y)) or 1.0

        def negative(theta: Floats) -> tuple[float, Floats]:
            value, slope, _ = self.evaluate(float(theta[0]) * scale, theta[1:] * scale)
            return -value, -slope * scale

        begin = np.full(1 + len(self.z), 0.5 / (1 + len(self.z)))
        floor = 0.0 if float(np.min(self.v)) > 0 else 1e-8
        limits = [(floor, 1e3), *([(0.0, 1e3)] * len(self.z))]
        found = minimize(negative, begin, jac=True, bounds=limits, method="L-BFGS-B", options=PRECISE)
        return self.evaluate(float(found.x[0]) * scale, found.x[1:] * scale)[2]

    def solve(self, tau2: float, omega2: Floats, y: Floats | None = None) -> Effects:
        """Return the fit with variance components given, of other values if they are given."""
        model = self if y is None else Model(y, self.v, self.x, self.z)
        return model.evaluate(tau2, omega2)[2]


def robust_values(model: Model, clip: float, rounds: int = 25) -> tuple[Floats, Effects]:
    """Return values of which residuals over `clip` standard deviations are drawn in to that, and the fit on them.

    So that a single unit far out neither makes its category stand out nor widens the ordinary spread.
    """
    values, fit = model.y, model.fit()
    for _ in range(rounds):
        width = clip * np.sqrt(model.v + fit.tau2)
        new = fit.fitted + np.clip(model.y - fit.fitted, -width, width)
        moved = float(np.max(np.abs(new - values)))
        values = new
        fit = Model(values, model.v, model.x, model.z).fit()
        if moved < 1e-6:
            break
    return values, fit


def bounded_values(model: Model, fit: Effects, leaving: int, bound: float) -> Floats:
    """Return values of which residuals are bounded, for testing the categories of one trait.

    Residuals are those of the fit without the effects of that trait; bounded at `bound` standard deviations and divided
    by the standard deviation that a normal variable then has (Huber's score): a category stands out when its units lie
    to one side together, not because one or two lie far out.
    """
    others = [k for k in range(len(model.z)) if k != leaving]
    less = Model(model.y, model.v, model.x, tuple(model.z[k] for k in others))
    omega2 = fit.omega2[others]
    values, width = model.y, np.sqrt(model.v + fit.tau2)
    for _ in range(BOUNDINGS):
        fitted = less.solve(fit.tau2, omega2, values).fitted
        new = fitted + width * np.clip((model.y - fitted) / width, -bound, bound) / np.sqrt(bounded_square(bound))
        moved = float(np.max(np.abs(new - values)))
        values = new
        if moved < 1e-8:
            break
    return np.asarray(values, dtype=np.float64)


def bounded_square(bound: float) -> float:
    """Return the expected square of a standard normal variable drawn in to plus and minus `bound`.

    Examples
    --------
    >>> round(bounded_square(1.5), 4)
    0.7785
    """
    inside = 1.0 - 2.0 * float(ndtr(-bound))
    density = float(np.exp(-(bound**2) / 2.0) / np.sqrt(2.0 * np.pi))
    return inside - 2.0 * bound * density + bound**2 * (1.0 - inside)


def contrast(y: Floats, x: Floats, inverse: Floats) -> tuple[float, float]:
    """Return the generalised least squares coefficient of the last column of x, and its standard error."""
    vx = inverse @ x
    covariance = np.linalg.inv(x.T @ vx)
    return float((covariance @ (vx.T @ y))[-1]), float(np.sqrt(covariance[-1, -1]))


def inverse_covariance(v: Floats, tau2: float, z: Sequence[Floats], omega2: Sequence[float]) -> Floats:
    """Return the inverse of the covariance (n, n) of the values."""
    whole = np.diag(v + tau2)
    for part, o in zip(z, omega2, strict=True):
        whole = whole + o * part @ part.T
    return np.asarray(np.linalg.inv(whole), dtype=np.float64)


def share_interval(model: Model, fit: Effects) -> tuple[float, float]:
    """Return the profile likelihood interval (95%) of omega2 / (omega2 + tau2) for a model with one trait."""

    def profile(share: float) -> float:
        def given(log_total: float) -> float:
            total = float(np.exp(log_total))
            return -model.evaluate((1.0 - share) * total, np.array([share * total]))[0]

        centre = np.log(max(fit.tau2 + float(fit.omega2[0]), 1e-8))
        return -float(minimize_scalar(given, bounds=(centre - 4.0, centre + 4.0), method="bounded").fun)

    best = fit.log_likelihood

    def gap(share: float) -> float:
        return 2.0 * (best - profile(share)) - CHI_SQUARE_95

    total = fit.tau2 + float(fit.omega2[0])
    middle = min(max(float(fit.omega2[0]) / total if total > 0 else 0.0, 1e-6), 1.0 - 1e-6)
    low = 0.0 if gap(0.0) <= 0 else float(brentq(gap, 0.0, middle, xtol=1e-5))
    top = 1.0 - 1e-6
    high = 1.0 if gap(top) <= 0 else float(brentq(gap, middle, top, xtol=1e-5))
    return low, high


def permuted_p(y: Floats, weight: Floats, codes: Codes, draws: int, seed: int) -> float:
    """Return the p value of the spread between categories when the categories are dealt out anew.

    The statistic is the weighted sum of squares between categories; values keep their weights.
    """
    inside = codes >= 0
    centred = y - np.sum(weight * y) / np.sum(weight)
    z = indicators(codes[inside])
    value, mass = (weight * centred)[inside], weight[inside]

    def between(order: Codes) -> float:
        return float(np.sum((z.T @ value[order]) ** 2 / (z.T @ mass[order])))

    random = np.random.default_rng(seed)
    seen = between(np.arange(len(value)))
    above = sum(between(np.argsort(random.random(len(value)), kind="stable")) >= seen - 1e-12 for _ in range(draws))
    return (1.0 + above) / (1.0 + draws)
