"""The predictive distribution is exact: against brute force, and for gemeenten that follow the model."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import nbinom, norm

from reintegratie_stats.estimates.expected import family_limits, fit_expected
from reintegratie_stats.estimates.families import (
    BINOMIAL,
    NB2,
    OLS_RATE,
    POISSON,
    QUASIPOISSON,
    CountFamily,
    Tails,
    with_tails,
)
from reintegratie_stats.estimates.predictive import Predictive, quantile_residuals, two_sided, uniforms
from tests.unit.estimates.samples import gemeenten


def one(family: CountFamily, mean: float, variance: float, spread: float, exposure: float = 400.0) -> Predictive:
    share = mean / exposure
    eta = {"log": np.log(share), "logit": np.log(share / (1 - share)), "identity": share}[family.link]
    return Predictive(family, *(np.array([float(v)]) for v in (eta, variance, exposure, spread)))


@pytest.mark.parametrize("variance", [1e-4, 0.01, 0.2, 1.0])
@pytest.mark.parametrize("y", [3, 30, 55])
def test_tails_are_the_integral_over_the_linear_predictor(variance: float, y: int) -> None:
    ahead = one(NB2, 30.0, variance, 0.05)
    eta, sd = float(ahead.eta[0]), np.sqrt(variance)

    def integrand(t: float) -> float:
        mean = 400.0 * np.exp(eta + t * sd)
        return float(nbinom.cdf(y, 20.0, 20.0 / (20.0 + mean)) * norm.pdf(t))

    expected = quad(integrand, -9, 9, epsabs=1e-12, limit=200)[0]
    tails = ahead.tails(np.array([float(y)]))
    assert tails.below[0] + tails.at[0] == pytest.approx(expected, abs=2e-6 if variance < 1 else 5e-5)


@pytest.mark.parametrize("level", [0.001, 0.025, 0.5, 0.975, 0.999])
@pytest.mark.parametrize(
    ("family", "spread"), [(POISSON, 0.0), (NB2, 0.1), (NB2, 3.0), (QUASIPOISSON, 4.0), (BINOMIAL, 0.02)]
)
@pytest.mark.parametrize("mean", [0.3, 4.0, 120.0])
def test_a_quantile_is_the_smallest_count_that_reaches_its_level(
    family: CountFamily, spread: float, mean: float, level: float
) -> None:
    ahead = one(family, mean, 0.01, spread)
    count = ahead.quantile(level)
    at = ahead.tails(count)
    assert at.below[0] + at.at[0] >= level - 1e-12
    assert at.below[0] < level


def test_the_range_of_a_rate_is_normal() -> None:
    ahead = one(OLS_RATE, 30.0, 0.0, 1e-4)
    assert ahead.quantile(0.975)[0] == pytest.approx(30.0 + 1.959964 * 400 * 0.01)
    assert ahead.tails(np.array([34.0])).above[0] == pytest.approx(ndtr(-1.0), abs=1e-9)


def test_limits_of_a_funnel_are_those_of_the_distribution() -> None:
    mean = np.array([0.5, 5.0, 500.0])
    low, high = family_limits(NB2, mean, np.full(3, 1e4), 0.04, 0.998)
    for m, a, b in zip(mean, low, high, strict=True):
        assert [a, b] == [nbinom.ppf(q, 25.0, 25.0 / (25.0 + m)) for q in (0.001, 0.999)]


def test_the_midp_counts_half_of_what_was_observed() -> None:
    tails = Tails(np.array([0.01]), np.array([0.02]), np.array([0.97]))
    mid, plain = two_sided(tails)
    assert (mid[0], plain[0]) == pytest.approx((0.04, 0.06))


def test_randomised_residuals_of_counts_from_the_model_are_normal() -> None:
    counts = np.arange(0.0, 60.0)
    chance = NB2.tails(counts, 2.0, 1.0, 0.5).at
    u = (np.arange(200) + 0.5) / 200
    tails = NB2.tails(np.repeat(counts, 200), 2.0, 1.0, 0.5)
    z = quantile_residuals(tails, np.tile(u, 60))
    weight = np.repeat(chance, 200) / 200
    for q in (-2.0, -0.5, 0.0, 1.3, 2.5):
        assert np.sum(weight[z <= q]) == pytest.approx(ndtr(q), abs=2e-3)


def test_a_residual_depends_on_the_seed_and_the_gemeente_and_on_nothing_else() -> None:
    ids = [f"{k:04d}" for k in range(2000)]
    u = uniforms(1, ids)
    assert np.array_equal(uniforms(1, ids[::-1])[::-1], u)
    assert not np.any(uniforms(2, ids) == u)
    assert np.abs(np.sort(u) - (np.arange(2000) + 0.5) / 2000).max() < 0.03
    frame = gemeenten()
    first, again, other = (
        fit_expected(frame, "aantal ~ laag", exposure="doelgroep", seed=s).units()["residual"] for s in (1, 1, 2)
    )
    assert first.equals(again)
    assert not first.equals(other)


def test_p_and_range_agree() -> None:
    units = fit_expected(gemeenten(sd=0.4), "aantal ~ laag", exposure="doelgroep").units()
    outside = (units["observed"] < units["lower"]) | (units["observed"] > units["upper"])
    assert (units.loc[units["p_plain"] < 0.049, "observed"].index.isin(units.index[outside])).all()
    assert (units.loc[outside, "p_plain"] <= 0.05 + 1e-9).all()


def test_half_and_double_are_equally_far_out_for_the_lognormal_shape_and_not_for_the_gamma_shape() -> None:
    for tails, alike in (("lognormal", True), ("gamma", False)):
        family = with_tails(NB2, tails)
        middle = 1e6 / np.sqrt(1.0 + 0.09)  # the median of the rate
        side = family.tails(np.array([middle / 2, middle * 2]), 1e6, 1.0, 0.09)
        assert bool(side.below[0] == pytest.approx(side.above[1], rel=0.02)) is alike


def test_an_uncertain_spread_makes_what_is_far_out_less_surprising() -> None:
    known = one(with_tails(NB2, "lognormal"), 30.0, 0.001, 0.05)
    unsure = Predictive(known.family, known.eta, known.variance, known.exposure, known.spread, 0.3)
    far = np.array([80.0])
    assert unsure.tails(far).above[0] > 1.3 * known.tails(far).above[0]
    assert unsure.quantile(0.998)[0] > known.quantile(0.998)[0]
