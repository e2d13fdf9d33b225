r"""The numbers behind the diagnostics of a fit: dispersion, residuals against size, quantiles, leverage, regions.

Residuals are leave-one-out randomised quantile residuals: standard normal for every gemeente if the model holds,
whatever its size, so that trends and tails are read directly from them.

References
----------
P.K. Dunn and G.K. Smyth (1996), Randomized quantile residuals. JCGS 5, 236-244.
P. McCullagh and J.A. Nelder (1989), Generalized linear models, 2nd edition, sections 4.5 and 12.
R.D. Cook and S. Weisberg (1982), Residuals and influence in regression, chapter 3.
L. Rueschendorf (1982), Random variables with maximum sums. Advances in Applied Probability 14, 623-632 (twice the
median of p values that are not independent).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import betaincinv, ndtr, ndtri, stdtrit
from scipy.stats import kstwo

from reintegratie_stats.errors import FitError
from reintegratie_stats.estimates.expected import ExpectedFit
from reintegratie_stats.estimates.families import Floats
from reintegratie_stats.estimates.irls import fit_coefficients
from reintegratie_stats.estimates.predictive import quantile_residuals, uniforms
from reintegratie_stats.estimates.robust_fit import fit_jointly
from reintegratie_stats.outliers.operating import TINY, draw_counts
from reintegratie_stats.outliers.sensitivity import refit

HALF = 0.5  # added to both counts in the logarithm of a ratio, so that a count of 0 has one
CORNER = 2.0  # times the mean leverage: a gemeente unlike the others
NAMED = 5
DRAWS = 99


def log_ratio(units: pd.DataFrame) -> Floats:
    """Return log((observed + 0.5) / (expected + 0.5)), leave-one-out; missing where not judged."""
    with np.errstate(invalid="ignore"):
        ratio = (units["observed"] + HALF) / (units["expected_loo"] + HALF)
        return np.asarray(np.log(ratio.to_numpy(dtype=np.float64)), dtype=np.float64)


def dispersion_frame(
    fit: ExpectedFit, data: pd.DataFrame, families: tuple[str, ...], level: float, seed: int = 0
) -> pd.DataFrame:
    r"""Return the Pearson dispersion of plain fits on all gemeenten: ``family, phi, reference, lower, upper, p``.

    :math:`\phi = \sum (y - \mu)^2 / V(\mu) / (n - p)`, 1 if the variance is right. Lower and upper are where phi lies
    with that chance if it is; p is two-sided. For Poisson (and binomial) counts by a normal approximation with the
    variance of the sum of squares, :math:`\sum (2 + 1/V) / (n - p)^2`; for NB2, of which theta is estimated from the
    same counts and follows them, by its place among `DRAWS` sets that are drawn from the fit and fitted again
    (seeded). Families whose spread is solved from phi itself (quasi-Poisson, beta-binomial, rates) would always have 1:
    the binomial is given without over-dispersion.
    """
    rows = []
    for name in ("poisson", "binomial", "nb2"):
        if name not in families:
            continue
        try:
            plain = refit(fit, data, family=name, robust=False, loo="one-step", recalibrate=False, tails="gamma")
        except FitError:
            continue
        counts, spread, beta = plain.data, plain.spread, plain.estimate.beta[None, :]
        if name == "binomial":
            spread, keep = 0.0, np.ones((1, len(counts.y)), dtype=bool)
            beta = fit_coefficients(counts, keep, np.zeros(1), beta).beta
        mean = counts.mean(beta)[0]
        variance = plain.family.variance(mean, counts.exposure, spread)
        df = len(mean) - counts.x.shape[1]
        value = float(np.sum((counts.y - mean) ** 2 / variance) / df)
        if spread > 0:
            rows.append((name, value, 1.0, *_among_drawn(_drawn_dispersion(plain, mean, seed), value, level)))
            continue
        kurtosis = 2.0 + 1.0 / variance - (6.0 / counts.exposure if name == "binomial" else 0.0)
        error = float(np.sqrt(np.sum(kurtosis))) / df
        half = float(ndtri((1.0 + level) / 2.0)) * error
        p = float(2.0 * ndtr(-abs(value - 1.0) / error))
        rows.append((name, value, 1.0, max(0.0, 1.0 - half), 1.0 + half, p))
    frame = pd.DataFrame(rows, columns=["family", "phi", "reference", "lower", "upper", "p"])
    return frame.astype({"family": "string"})


def _drawn_dispersion(plain: ExpectedFit, mean: Floats, seed: int) -> Floats:
    """Return the dispersion of sets drawn from an NB2 fit and fitted again, as many as converged."""
    counts, n = plain.data, len(mean)
    keep, start = np.ones((1, n), dtype=bool), plain.estimate.beta[None, :]
    random, found = np.random.default_rng(seed), []
    for _ in range(DRAWS):
        u, v = np.maximum(random.random((2, n)), TINY)
        again = replace(counts, y=draw_counts(plain, mean, counts.exposure, u, v))
        fits = fit_jointly(again, keep, False, start, np.array([plain.spread]))
        if fits.converged[0]:
            expected = again.mean(fits.beta)[0]
            variance = plain.family.variance(expected, counts.exposure, fits.spread[0])
            found.append(float(np.sum((again.y - expected) ** 2 / variance)) / (n - counts.x.shape[1]))
    return np.array(found, dtype=np.float64)


def _among_drawn(drawn: Floats, value: float, level: float) -> tuple[float, float, float]:
    """Return the range of the middle of what was drawn, and the two-sided p of a value among it."""
    if len(drawn) < 1.0 / (1.0 - level):
        return float("nan"), float("nan"), float("nan")
    low, high = np.quantile(drawn, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    farther = min(np.sum(drawn <= value), np.sum(drawn >= value))
    return float(low), float(high), min(1.0, 2.0 * float(1.0 + farther) / (1.0 + len(drawn)))


@dataclass(frozen=True, eq=False)
class Quantiles:
    """Sorted residuals over the seeds with their envelope, the share outside it, and the test of normality."""

    frame: pd.DataFrame
    outside: float
    distance: float
    p: float


def quantile_check(fit: ExpectedFit, seeds: int, level: float) -> Quantiles:
    """Compare the residuals of the judged gemeenten with a normal distribution, over several randomisations.

    ``theoretical`` is the median of each order statistic of n normal numbers, the envelope its exact range at `level`
    (each on its own); ``median, lower, upper`` are the median, smallest and largest over the seeds. The distance is
    that of Kolmogorov and Smirnov, its median over the seeds; p is twice the median p, which holds however the seeds
    hang together.
    """
    ahead, y = fit.predictive, fit.data.y
    good = fit.units()["residual"][fit.source.usable].notna().to_numpy(dtype=bool)
    ids = list(fit.source.ids[fit.source.usable])
    tails = ahead.tails(y)
    first = fit.definition.seed
    rows = [np.sort(quantile_residuals(tails, uniforms(first + k, ids))[good]) for k in range(seeds)]
    sorted_ = np.stack(rows)
    n = sorted_.shape[1]
    place = np.arange(1.0, n + 1.0)
    tail = (1.0 - level) / 2.0
    middle, low, high = (ndtri(betaincinv(place, n - place + 1.0, q)) for q in (0.5, tail, 1.0 - tail))
    median = np.median(sorted_, axis=0)
    frame = pd.DataFrame(
        {"theoretical": middle, "median": median, "lower": sorted_.min(axis=0), "upper": sorted_.max(axis=0),
         "envelope_lower": low, "envelope_upper": high}
    )  # fmt: skip
    normal = ndtr(sorted_)
    distance = np.maximum((place / n - normal).max(axis=1), (normal - (place - 1.0) / n).max(axis=1))
    p = min(1.0, 2.0 * float(np.median(kstwo.sf(distance, n))))
    return Quantiles(frame, float(np.mean((median < low) | (median > high))), float(np.median(distance)), p)


def leverage_frame(fit: ExpectedFit, names: Mapping[Any, str]) -> tuple[pd.DataFrame, float]:
    """Return ``gemeente, leverage, residual_student, cook, label``, and the leverage that is high: twice the mean.

    A label for the gemeenten with the largest Cook's distances and those with the largest leverages, where high.
    """
    units = fit.units()
    frame = units[[fit.definition.id, "leverage", "residual_student", "cook"]]
    frame = frame.rename(columns={fit.definition.id: "gemeente"})[units["residual_student"].notna()]
    frame = frame.reset_index(drop=True)
    high = CORNER * fit.data.x.shape[1] / max(1, int(fit.estimate.keep.sum()))
    far = frame["leverage"].where(frame["leverage"] > high).nlargest(NAMED).index
    named = frame.index.isin(frame["cook"].nlargest(NAMED).index) | frame.index.isin(far)
    called = [str(names.get(who, who)) for who in frame["gemeente"]]
    frame["label"] = pd.Series(called, dtype="string", index=frame.index).where(named)
    return frame, high


def region_frame(region: pd.Series, figure: Floats, level: float) -> pd.DataFrame:
    r"""Return ``region, n, mean_log_ratio, lower, upper``, sorted by region.

    The interval has the standard deviation within regions, that of all together: :math:`s_w / \sqrt{n_j}`, t with
    n - k degrees of freedom. Gemeenten without a region or a figure are left out.
    """
    known = region.notna().to_numpy(dtype=bool) & np.isfinite(figure)
    frame = pd.DataFrame({"region": region[known].astype(str).to_numpy(), "figure": figure[known]})
    grouped = frame.groupby("region", sort=True)["figure"]
    out = grouped.agg(n="size", mean_log_ratio="mean").reset_index()
    df = len(frame) - len(out)
    within = float(np.sum((frame["figure"] - grouped.transform("mean")) ** 2))
    sd = np.sqrt(within / df) if df > 0 else np.nan
    half = float(stdtrit(df, (1.0 + level) / 2.0)) * sd / np.sqrt(out["n"]) if df > 0 else np.nan
    out["lower"], out["upper"] = out["mean_log_ratio"] - half, out["mean_log_ratio"] + half
    return out.astype({"region": "string"})
