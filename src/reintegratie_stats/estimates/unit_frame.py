"""The frames that a fit of expected counts gives: one row per gemeente, and one row about the fit."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from reintegratie_stats.errors import FitError, counted, listing, nearest
from reintegratie_stats.estimates.covariance import covariance
from reintegratie_stats.estimates.design import plain_frame
from reintegratie_stats.estimates.families import Floats
from reintegratie_stats.estimates.irls import Data, fit_coefficients
from reintegratie_stats.estimates.predictive import quantile_residuals, two_sided, uniforms
from reintegratie_stats.estimates.robust_fit import Estimate

if TYPE_CHECKING:
    from reintegratie_stats.estimates.expected import ExpectedFit

LEVEL = 0.95
NUMBERS = (
    "expected", "expected_loo", "ratio", "lower", "upper", "p", "p_plain", "residual", "residual_deviance",
    "residual_pearson", "residual_student", "leverage", "cook", "influence",
)  # fmt: skip


def check_level(level: float) -> None:
    """Refuse a level that is no share.

    Raises
    ------
    FitError
    """
    if not isinstance(level, Real) or not 0 < level < 1:
        hint = f" For {level:g} per cent write {level / 100:g}." if isinstance(level, Real) and 1 < level < 100 else ""
        raise FitError(f"level is {level!r}; it is a share between 0 and 1.{hint}")


def new_data(new: pd.DataFrame, size: str, variables: tuple[str, ...], what: str = "exposure") -> pd.DataFrame:
    """Return the columns of new data that a fit needs, checked; messages hold no values.

    Raises
    ------
    FitError
        For columns that are not there, missing values, and a size (an exposure, a number of persons) that is no number
        of 0 or above: all at once.
    """
    columns = [str(name) for name in new.columns]
    absent = [f"'{n}'{nearest(n, columns)}" for n in dict.fromkeys((size, *variables)) if n not in columns]
    if absent:
        raise FitError(f"not a column of the new data: {listing(absent)}")
    plain = plain_frame(new, (size, *variables))
    problems = [f"'{n}' is missing in {counted(int(k), 'row')}." for n, k in plain.isna().sum().items() if k]
    if not pd.api.types.is_numeric_dtype(plain[size].dtype):
        problems.append(f"{what} '{size}' is not a number.")
    elif np.any(plain[size] < 0) or np.any(np.isinf(plain[size])):
        problems.append(f"{what} '{size}' is negative or infinite.")
    if problems:
        raise FitError(f"the new data: {' '.join(problems)}")
    return plain


def expected_counts(fit: ExpectedFit) -> Floats:
    """Return what the fit expects of every judged unit."""
    return fit.family.mean(fit.data.x @ fit.estimate.beta + fit.shift, fit.data.exposure)


def among_all(fit: ExpectedFit, values: Any) -> Floats:
    """Put values of the judged units among all units; missing elsewhere."""
    out = np.full(len(fit.source.ids), np.nan)
    out[fit.source.usable] = values
    return out


def predictive_range(fit: ExpectedFit, level: float) -> tuple[Floats, Floats]:
    """Return the leave-one-out predictive range of the count of every judged unit."""
    known = np.isfinite(fit.predictive.eta)
    out = []
    for share in ((1.0 - level) / 2.0, (1.0 + level) / 2.0):
        values = np.full(len(known), np.nan)
        values[known] = fit.predictive.of(known).quantile(share)
        out.append(values)
    return out[0], out[1]


def units_frame(fit: ExpectedFit) -> pd.DataFrame:
    """Return one row per unit, as `ExpectedFit.units` describes it."""
    data, est, loo, family = fit.data, fit.estimate, fit.left_out, fit.family
    y, exposure, hats = data.y, data.exposure, fit.hat
    mean = expected_counts(fit)
    ahead = fit.predictive
    mean_loo = family.mean(ahead.eta, exposure)
    good = np.isfinite(ahead.eta) & (mean_loo > 0)
    tails = ahead.tails(y)
    p, p_plain = two_sided(tails)
    with np.errstate(divide="ignore", invalid="ignore"):
        pearson = (y - mean) / np.sqrt(family.variance(mean, exposure, est.spread))
        total = family.variance(mean_loo, exposure, loo.spread) + family.slope(ahead.eta, exposure) ** 2 * loo.variance
        lever = hats.leverage
        cook = np.where(est.keep, pearson**2 * lever / (data.x.shape[1] * (1.0 - lever) ** 2), 0.0)
        deviance = np.sqrt(np.maximum(family.unit_deviance(y, mean, exposure, est.spread), 0.0))
        seeds = uniforms(fit.definition.seed, list(fit.source.ids[fit.source.usable]))
        lower, upper = predictive_range(fit, LEVEL)
        numbers = {
            "expected_loo": mean_loo, "ratio": y / mean_loo, "lower": lower, "upper": upper, "p": p,
            "p_plain": p_plain, "residual": quantile_residuals(tails, seeds),
            "residual_deviance": np.sign(y - mean) * deviance, "residual_pearson": pearson,
            "residual_student": (y - mean_loo) / np.sqrt(total), "leverage": lever, "cook": cook,
            "influence": mean_loo / mean - 1.0,
        }  # fmt: skip
    judged = {name: np.where(good, value, np.nan) for name, value in numbers.items()}
    judged |= {"expected": mean, "leverage": lever}
    frame = pd.DataFrame({fit.definition.id: fit.source.ids.copy()})
    frame["observed"], frame["exposure"] = fit.source.observed, fit.source.exposure
    for name in NUMBERS:
        frame[name] = among_all(fit, judged[name])
    return _with_status(fit, frame, good)


def _with_status(fit: ExpectedFit, frame: pd.DataFrame, good: Any) -> pd.DataFrame:
    usable = fit.source.usable
    aside = np.zeros(len(frame), dtype=bool)
    aside[usable] = ~fit.estimate.keep
    method: list[str | None] = [None] * len(frame)
    reason: list[str | None] = [text or None for text in fit.source.reason]
    for place, how, why, fine in zip(
        np.nonzero(usable)[0], fit.left_out.method, fit.left_out.reason, good, strict=True
    ):
        method[place] = how
        reason[place] = why or (None if fine else "the expected count is not above 0")
    frame["set_aside"] = aside
    frame["loo"] = pd.Series(method, dtype="string")
    frame["reason"] = pd.Series(reason, dtype="string")
    return frame


def coefficient_table(terms: tuple[str, ...], value: Floats, error: Floats, link: str, level: float) -> pd.DataFrame:
    """Return coefficients with their limits, as `ExpectedFit.tidy` describes them."""
    check_level(level)
    half = float(ndtri((1.0 + level) / 2.0)) * error
    identity = link == "identity"
    scale = np.asarray if identity else np.exp
    with np.errstate(over="ignore"):
        return pd.DataFrame(
            {
                "term": pd.Series(list(terms), dtype="string"),
                "estimate": value,
                "std_error": error,
                "irr": np.full(len(value), np.nan) if identity else np.exp(value),
                "lower": scale(value - half),
                "upper": scale(value + half),
                "p": 2.0 * ndtr(-np.abs(value / error)),
            }
        )


def fit_log_likelihood(data: Data, fit: Estimate, mean: Floats) -> float:
    """Return the log likelihood of the units that were estimated on; missing for quasi-Poisson."""
    spread = fit.spread
    if data.family.link == "identity":
        spread = float(np.mean(((data.y - mean) / data.exposure)[fit.keep] ** 2))
    return float(np.sum(data.family.log_likelihood(data.y, mean, data.exposure, spread)[fit.keep]))


def offset_slope(data: Data, fit: Estimate) -> tuple[float, float]:
    """Fit with log exposure as a covariate beside the offset, the spread held: slope, and p that the slope is 1."""
    size = np.log(data.exposure)
    size = size - size.mean()
    wide = np.column_stack([data.x, size])
    if np.linalg.matrix_rank(wide[fit.keep]) < wide.shape[1] or data.family.link != "log":
        return float("nan"), float("nan")
    wider = Data(wide, data.y, data.exposure, data.family)
    step = fit_coefficients(wider, fit.keep[None, :], np.array([fit.spread]), np.append(fit.beta, 0.0)[None, :])
    error = float(np.sqrt(covariance(wider, step.beta[0], fit.spread, fit.keep)[-1, -1]))
    slope = float(step.beta[0, -1])
    return 1.0 + slope, float(2.0 * ndtr(-abs(slope / error)))
