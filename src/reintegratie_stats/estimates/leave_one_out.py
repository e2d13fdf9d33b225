r"""Each unit judged by a fit that did not see it.

A unit outside the estimation set was not seen: its own removal changes nothing, and the fit is exact for it. A unit in
the set is taken out by a real refit (coefficients and spread estimated again, the rest of the set as it was) or by the
one-step formula

.. math:: \hat\eta_{(i)} = \hat\eta_i - \frac{q_i s_i}{1 - o_i q_i}, \quad q_i = x_i' (X'OX)^{-1} x_i, \qquad
          v_{(i)} = \frac{h_i}{1 - h_i} \frac{1}{w_i},

a Newton step, with s the score of the linear predictor, o its observed and w its expected information (one and the
same but for NB2), and h the leverage. With ``how="auto"`` the refits are where leverage is
high (over twice the mean), where a flag is near (one-step p below 0.05: more than ten times every default threshold)
or where the one-step change of the expectation is over `LARGEST_CHANGE`; so that **no expected_loo is further than
`TOLERANCE` (relative) from that of the real refit**. Tested against real refits of every unit.

The spread of the one-step units is that of the full fit moved by one Newton step of its own equation, and the linear
predictor follows that move to first order.

References
----------
D. Pregibon (1981), Logistic regression diagnostics. Annals of Statistics 9, 705-724.
D.A. Williams (1987), Generalized linear model diagnostics using the deviance and single case deletions.
Applied Statistics 36, 181-191.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from reintegratie_stats.estimates.dispersion import spread_equation, square_target
from reintegratie_stats.estimates.families import Bools, Floats
from reintegratie_stats.estimates.irls import Data, fit_coefficients, information
from reintegratie_stats.estimates.predictive import Predictive, two_sided
from reintegratie_stats.estimates.robust_fit import ALPHA, Estimate, fit_jointly, refit_jointly

Indices = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
How = Literal["auto", "refit", "one-step"]

TOLERANCE = 1e-3
LARGEST_CHANGE = 0.02
NEAR_FLAG = 0.05
FULL_LEVERAGE = 1.0 - 1e-8
BLOCK = 256  # refits done at once


@dataclass(frozen=True, eq=False)
class LeaveOneOut:
    """Per unit: linear predictor and its variance without the unit, the spread there, and how it was done.

    ``spread_error`` is the standard error of the logarithm of the spread; ``method`` is "refit" or "one-step";
    ``reason`` is empty unless the unit cannot be judged.
    """

    eta: Floats
    variance: Floats
    spread: Floats
    leverage: Floats
    spread_error: float
    method: tuple[str, ...]
    reason: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class SpreadStep:
    """The spread without each unit (n,), what that does to its linear predictor (n,), the slope and its error."""

    spread: Floats
    change: Floats
    slope: float
    error: float


@dataclass(frozen=True, eq=False)
class Hat:
    """Weight, prior variance x'Vx of the linear predictor, and leverage of every unit under a fit."""

    weight: Floats
    quadratic: Floats
    leverage: Floats
    covariance: Floats


def hat(data: Data, fit: Estimate) -> Hat:
    """Return the leverages of a fit; for units set aside the leverage they would have if they were taken in."""
    eta = data.x @ fit.beta
    weight = data.family.weight(eta, data.exposure, fit.spread)
    covariance = np.linalg.inv(information(data.x, (weight * fit.keep)[None, :])[0])
    quadratic = np.einsum("ij,jk,ik->i", data.x, covariance, data.x)
    seen = weight * quadratic
    return Hat(weight, quadratic, np.where(fit.keep, seen, seen / (1.0 + seen)), covariance)


def leave_one_out(data: Data, fit: Estimate, how: How = "auto") -> LeaveOneOut:
    """Return the leave-one-out linear predictors of all units."""
    eta = data.x @ fit.beta
    hats = hat(data, fit)
    alone: Bools = fit.keep & (hats.leverage > FULL_LEVERAGE)
    odds = np.where(fit.keep & ~alone, hats.leverage / np.where(alone, 1.0, 1.0 - hats.leverage), 0.0)
    change = np.where(alone, 0.0, _removed(data, fit, eta))
    variance = np.where(fit.keep, odds / hats.weight, hats.quadratic)
    moved = _moved_spread(data, fit, hats)
    change = change - moved.change
    result = [eta - change, variance, moved.spread.copy()]
    refit = _needs_refit(data, fit, hats, result, change, moved.error, how) & ~alone
    reason = np.where(alone, "this gemeente alone determines a coefficient: nothing is expected without it", "")
    units = np.nonzero(refit)[0]
    for block in np.array_split(units, max(1, -(-len(units) // BLOCK))):
        if len(block):
            failed = _refit(data, fit, block, result, moved.slope)
            reason = np.where(failed, "the fit without this gemeente did not converge", reason)
    eta, variance, spread = (np.where(reason == "", part, np.nan) for part in result)
    method = tuple("refit" if r or not k else "one-step" for r, k in zip(refit, fit.keep, strict=True))
    why = tuple(str(text) for text in reason)
    return LeaveOneOut(eta, variance, spread, hats.leverage, moved.error, method, why)


def _removed(data: Data, fit: Estimate, eta: Floats) -> Floats:
    """Return what the linear predictor of each kept unit loses with the unit: a Newton step from the full fit."""
    working = (data.y - data.family.mean(eta, data.exposure)) / data.family.slope(eta, data.exposure)
    score = data.family.weight(eta, data.exposure, fit.spread) * working
    observed = data.family.observed_weight(data.y, eta, data.exposure, fit.spread)
    inverse = np.linalg.inv(information(data.x, (observed * fit.keep)[None, :])[0])
    quadratic = np.einsum("ij,jk,ik->i", data.x, inverse, data.x)
    room = np.maximum(1.0 - observed * quadratic, 1e-3)
    return np.asarray(np.where(fit.keep, quadratic * score / room, 0.0), dtype=np.float64)


def _needs_refit(
    data: Data, fit: Estimate, hats: Hat, guess: list[Floats], change: Floats, error: float, how: How
) -> Bools:
    if how != "auto":
        return fit.keep & (how == "refit")
    n, p = data.x.shape
    ahead = Predictive(data.family, guess[0], guess[1], data.exposure, guess[2], error)
    p_value, _ = two_sided(ahead.tails(data.y))
    relative = np.abs(change) if data.family.link != "identity" else np.zeros(n)
    high = hats.leverage > min(0.5, 2.0 * p / max(1, int(fit.keep.sum())))
    return np.asarray(fit.keep & (high | (p_value < NEAR_FLAG) | (relative > LARGEST_CHANGE)), dtype=bool)


def _refit(data: Data, fit: Estimate, units: Indices, out: list[Floats], slope: float) -> Bools:
    """Refit without each of `units`, write the results into `out`, and return which units failed (n,)."""
    m = len(units)
    keep = np.tile(fit.keep, (m, 1))
    keep[np.arange(m), units] = False
    beta = np.tile(fit.beta, (m, 1))
    if data.family.has_spread and fit.spread > 0:
        fits = refit_jointly(data, keep, fit.trimmed, beta, out[2][units], slope)
    else:
        fits = fit_jointly(data, keep, fit.trimmed, beta)
    weight = data.family.weight(data.eta(fits.beta), data.exposure, fits.spread[:, None]) * keep
    x = data.x[units]
    solved = np.linalg.solve(information(data.x, weight), x[:, :, None])[:, :, 0]
    out[0][units] = np.sum(x * fits.beta, axis=1)
    out[1][units] = np.sum(x * solved, axis=1)
    out[2][units] = fits.spread
    failed = np.zeros(len(data.y), dtype=bool)
    failed[units[~fits.converged]] = True
    return failed


def _moved_spread(data: Data, fit: Estimate, hats: Hat) -> SpreadStep:
    """Move the spread by one Newton step of its own equation for each unit that is left out."""
    n, p = data.x.shape
    still = SpreadStep(np.full(n, fit.spread), np.zeros(n), -1.0, 0.0)
    if not data.family.has_spread or fit.spread <= 0:
        return still
    share, keep = (ALPHA if fit.trimmed else 0.0), fit.keep[None, :]
    df = np.array([fit.keep.sum() - p], dtype=np.float64)

    def equation(factor: float) -> Floats:
        spread = np.array([fit.spread * factor])
        whole = spread_equation(data, data.mean(fit.beta[None, :]), spread, df, keep, share)
        return np.asarray(whole[0], dtype=np.float64)

    step = 0.01
    slope = float(np.sum(equation(np.exp(step)) - equation(np.exp(-step)))) / (2.0 * step)
    if slope >= 0:
        return still
    own = equation(1.0)
    likelihood = share <= 0 and data.family.name == "nb2"
    error = float(np.sqrt(1.0 / -slope if likelihood else np.sum(own**2) / slope**2))
    if not likelihood:
        base = square_target(share)
        square = own + base * float(df[0]) / fit.keep.sum()
        own = np.where(fit.keep, square / np.maximum(1.0 - hats.leverage, 0.05) - base, 0.0)
    move = np.clip(own / slope, -0.5, 0.5)
    apart = fit_coefficients(data, keep, np.array([fit.spread * np.exp(step)]), fit.beta[None, :])
    response = np.asarray(data.x @ (apart.beta[0] - fit.beta) / step, dtype=np.float64)
    return SpreadStep(fit.spread * np.exp(move), response * move, slope, error)
