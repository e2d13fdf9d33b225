r"""Estimates from a probability sample, with intervals that rest on the design alone.

With inclusion probabilities :math:`\pi_k` the Horvitz-Thompson total is :math:`\hat Y = \sum_s y_k / \pi_k`; the
Hajek mean is :math:`\hat Y / \hat N` with :math:`\hat N = \sum_s 1 / \pi_k`. The variance is that of residuals,

.. math:: \hat V(\hat Y) = \sum_{k \in s} c_k e_k^2, \qquad e_k = \frac{y_k}{\pi_k} - \hat\beta^T d_k, \qquad
          c_k = (1 - \pi_k) \, \frac{n_h}{n_h - 1} \, \frac{n - H}{n - H - q},

where :math:`d_k` has an indicator per stratum and the q covariates :math:`x_k / \pi_k` that the sample was balanced
on, :math:`\hat\beta` is the least squares fit with weights :math:`c_k`, and n, H count only what was not drawn with
certainty. With one stratum it is the estimator of Deville and Tillé (2005); with equal probabilities and no
covariates it is the stratified formula :math:`\sum_h N_h^2 (1 - n_h / N_h) s_h^2 / n_h`, exactly. For a Hajek mean y
is replaced by :math:`(y_k - \hat{\bar y}) / \hat N`, for its total by N times that.

A sample of a few dozen cannot be balanced exactly: the landing of the cube leaves :math:`\hat X - X`, which is known.
What it does to the estimate, :math:`\hat\beta_x^T (\hat X - X)`, is taken off by the estimator ``regression``; for the
other two its square is added to the variance. Without that, intervals of what goes with a skewed covariate are far too
narrow.

References
----------
J.-C. Deville and Y. Tillé (2005), Variance approximation under balanced sampling. JSPI 128, 569-591.
C.-E. Särndal, B. Swensson and J. Wretman (1992), Model assisted survey sampling, 5.7 and 7.
E.L. Korn and B.I. Graubard (1998), Confidence intervals for proportions with small expected number of positive counts.
Survey Methodology 24, 193-201 (the logit interval of a share).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student

from reintegratie_stats.errors import DefinitionError, listing, nearest
from reintegratie_stats.estimates.intervals import check_level, clopper_pearson

Floats = npt.NDArray[np.float64]
What = Literal["total", "mean", "share"]
Estimator = Literal["ht", "hajek", "regression"]
WHATS: Final[tuple[str, ...]] = get_args(What)
ESTIMATORS: Final[tuple[str, ...]] = get_args(Estimator)
LONELY: Final = "only one gemeente was drawn (beside certain ones) in stratum {}: no variance"
TOO_MANY: Final = "too few gemeenten were drawn for the strata and covariates of the design: no variance"


@dataclass(frozen=True)
class DesignEstimate:
    """An estimate for all gemeenten with its design-based interval.

    Attributes
    ----------
    column, what, estimator : str
    value, std_error, lower, upper : float
        In units of the column (a share for ``share``); missing (NaN) where `reason` says why.
    level : float
    df : int
        Of the t quantile: gemeenten drawn, less strata, less covariates balanced on.
    drawn, population : int
        Gemeenten.
    method : str
        ``t``; ``logit`` (t on the logit of a share); ``exact`` (Clopper-Pearson, for a share of 0 or 1); ``census``
        (all were drawn with certainty).
    reason : str
    """

    column: str
    what: What
    estimator: Estimator
    value: float
    std_error: float
    lower: float
    upper: float
    level: float
    df: int
    drawn: int
    population: int
    method: str
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """Return the estimate as a frame of one row, with the attributes as columns."""
        return pd.DataFrame([{name: getattr(self, name) for name in self.__dataclass_fields__}])


@dataclass(frozen=True, eq=False)
class Drawn:
    """What was drawn, as arrays (n,): probabilities, stratum (a number), covariates (n, q).

    ``imbalance`` (q,) is the weighted total of each covariate in the sample less its total in the population;
    ``population`` is the number of gemeenten.
    """

    probability: Floats
    stratum: npt.NDArray[np.int64]
    covariates: Floats
    imbalance: Floats
    strata: tuple[str, ...]
    population: int


def estimate(
    y: Any, drawn: Drawn, column: str, what: What, estimator: Estimator | None, level: float
) -> DesignEstimate:
    """Estimate a total, a mean or a share from the values (n,) of who was drawn.

    Raises
    ------
    DefinitionError
        For a kind of estimate, an estimator or a level that does not exist, and values that are missing or not one for
        each gemeente drawn.
    """
    check_level(level)
    if what not in WHATS:
        raise DefinitionError(f"what is {what!r}; choose from {listing(WHATS)}.{nearest(str(what), WHATS)}")
    used: Estimator = estimator or ("ht" if what == "total" else "hajek")
    if used not in ESTIMATORS:
        raise DefinitionError(f"estimator is {used!r}; choose from {listing(ESTIMATORS)}.{nearest(used, ESTIMATORS)}")
    values = np.asarray(y, dtype=np.float64)
    if values.shape != drawn.probability.shape or not len(values) or not np.isfinite(values).all():
        raise DefinitionError("y has a finite value for each gemeente drawn, and at least one was.")
    weight = 1.0 / drawn.probability
    if used != "hajek":
        scale = 1.0 if what == "total" else 1.0 / drawn.population
        value, linear = float(values @ weight) * scale, values * scale
    else:
        same = bool(np.all(values == values[0]))  # exactly: a share of everybody is 1, not a rounding error above it
        mean = float(values[0] if same else values @ weight / weight.sum())
        scale = float(drawn.population) if what == "total" else 1.0
        value, linear = mean * scale, (values - mean) / weight.sum() * scale
    variance, landing, df, reason = variance_of_total(linear, drawn)
    if used == "regression":
        value -= 0.0 if reason else landing
    else:
        variance += landing**2
    nan = float("nan")
    if reason:
        parts = (value, nan, nan, nan)
        return DesignEstimate(column, what, used, *parts, level, df, len(values), drawn.population, "", reason)
    error = float(np.sqrt(variance))
    # All or nobody: the variance says nothing, the exact interval does. A Horvitz-Thompson share can be another number.
    alike = bool(np.all(values == values[0])) and abs(value - values[0]) < 1e-9
    lower, upper, method = _limits(value, error, df, what, len(values) if alike else 0, level)
    return DesignEstimate(
        column, what, used, value, error, lower, upper, level, df, len(values), drawn.population, method
    )  # fmt: skip


def _limits(value: float, error: float, df: int, what: str, number: int, level: float) -> tuple[float, float, str]:
    """Return the limits; `number` is how many were drawn when all of them gave the same value, else 0."""
    if df == 0:
        return value, value, "census"
    if what == "share" and number:
        found = clopper_pearson([0 if value < 0.5 else number], [number], level)
        return float(found.lower[0]), float(found.upper[0]), "exact"
    quantile = float(student.ppf((1.0 + level) / 2.0, df))
    if what == "share" and 0 < value < 1:
        centre, half = np.log(value / (1.0 - value)), quantile * error / (value * (1.0 - value))
        return float(1.0 / (1.0 + np.exp(half - centre))), float(1.0 / (1.0 + np.exp(-half - centre))), "logit"
    return value - quantile * error, value + quantile * error, "t"


def variance_of_total(y: Floats, drawn: Drawn) -> tuple[float, float, int, str]:
    """Return the residual variance of the total of y (n,), what the landing did to it, df, why there is none."""
    open_ = drawn.probability < 1.0 - 1e-12
    if not open_.any():
        return 0.0, 0.0, 0, ""
    pi, stratum = drawn.probability[open_], drawn.stratum[open_]
    number = np.bincount(stratum, minlength=len(drawn.strata))
    present = np.nonzero(number)[0]
    if (number[present] < 2).any():
        names = [drawn.strata[k] for k in present if number[k] < 2]
        return float("nan"), 0.0, 0, LONELY.format(listing(names))
    indicators = (stratum[:, None] == present).astype(np.float64)
    covariates = drawn.covariates[open_] / pi[:, None]
    scaled, scale = _unit(covariates)
    whole = np.column_stack([indicators, scaled])
    rank = int(np.linalg.matrix_rank(whole, tol=1e-8)) if whole.size else 0
    free = len(pi) - rank
    if free < 1:
        return float("nan"), 0.0, 0, TOO_MANY
    share = number[stratum] / (number[stratum] - 1.0)
    c = (1.0 - pi) * share * (len(pi) - len(present)) / free
    root = np.sqrt(c)
    target = y[open_] / pi
    beta = np.linalg.lstsq(whole * root[:, None], target * root, rcond=1e-10)[0]
    residual = target - whole @ beta
    landing = float(np.sum(beta[len(present) :] * drawn.imbalance / scale))
    return float(np.sum(c * residual**2)), landing, free, ""


def _unit(columns: Floats) -> tuple[Floats, Floats]:
    """Return columns less their mean (the strata hold that) and scaled to 1, for less rounding; and the scales."""
    centred = columns - columns.mean(axis=0, keepdims=True)
    largest = np.abs(centred).max(axis=0, initial=0.0)
    scale = np.where(largest > 0, largest, 1.0)
    return np.asarray(centred / scale), np.asarray(scale)
