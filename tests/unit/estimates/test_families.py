"""A family is a distribution: its tails, its probabilities and its variance belong together."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest

from reintegratie_stats.errors import FitError
from reintegratie_stats.estimates.families import (
    BINOMIAL,
    FAMILIES,
    NB2,
    POISSON,
    QUASIPOISSON,
    CountFamily,
    beta_binomial_tails,
    family_of,
    with_tails,
)
from reintegratie_stats.estimates.irls import theta_ml, theta_score

COUNTS = np.arange(0.0, 401.0)
NB2_LOGNORMAL = with_tails(NB2, "lognormal")
CASES = [(POISSON, 0.0), (QUASIPOISSON, 3.0), (NB2, 0.2), (NB2, 0.0), (NB2_LOGNORMAL, 0.2)]
CASES += [(BINOMIAL, 0.0), (BINOMIAL, 0.02), (BINOMIAL, 0.6)]


@pytest.mark.parametrize(("family", "spread"), CASES)
def test_below_at_and_above_are_one_distribution(family: CountFamily, spread: float) -> None:
    tails = family.tails(COUNTS, 30.0, 400.0, spread)
    assert tails.below + tails.at + tails.above == pytest.approx(np.ones(401), abs=1e-7)
    assert np.cumsum(tails.at)[:-1] == pytest.approx(tails.below[1:], abs=1e-7)
    assert tails.below[0] == 0.0


@pytest.mark.parametrize(("family", "spread"), CASES)
def test_the_variance_is_that_of_the_distribution(family: CountFamily, spread: float) -> None:
    counts = np.arange(0.0, 401.0 if family.bounded else 40001.0)
    chance = family.tails(counts, 30.0, 400.0, spread).at
    mean = np.sum(counts * chance)
    assert mean == pytest.approx(30.0, rel=1e-5)
    assert np.sum((counts - mean) ** 2 * chance) == pytest.approx(family.variance(30.0, 400.0, spread), rel=1e-5)


@pytest.mark.parametrize("share", [0.001, 0.3, 0.98])
@pytest.mark.parametrize("rho", [1e-4, 0.05, 0.7])
@pytest.mark.parametrize("number", [5, 90, 20000])
def test_beta_binomial_tails_are_the_sums_of_their_terms(share: float, rho: float, number: int) -> None:
    counts = np.arange(0.0, number + 1.0)
    at = beta_binomial_tails(counts[:: max(1, number // 97)], share, number, rho)
    terms = beta_binomial_tails(counts, share, number, rho).at if number < 100 else None
    if terms is None:
        from reintegratie_stats.estimates.beta_binomial import log_pmf

        total = (1 - rho) / rho
        terms = np.exp(log_pmf(counts, np.array(float(number)), np.array(share * total), np.array((1 - share) * total)))
    sums = np.concatenate([[0.0], np.cumsum(terms)])
    assert at.below == pytest.approx(sums[:-1][:: max(1, number // 97)], rel=1e-5, abs=1e-9)


def test_a_tail_far_out_keeps_its_digits() -> None:
    tails = NB2.tails(np.array([2000.0, 1.0]), 100.0, 1.0, 0.02)
    assert 0 < tails.above[0] < 1e-100
    assert 0 < tails.below[1] < 1e-15


def test_the_observed_information_is_the_curvature_of_the_likelihood() -> None:
    y, eta, exposure, spread, step = 17.0, np.array(0.3), 20.0, 0.3, 1e-4
    value = [NB2.log_likelihood(y, NB2.mean(eta + d, exposure), exposure, spread) for d in (-step, 0.0, step)]
    curvature = -(value[0] - 2 * value[1] + value[2]) / step**2
    assert NB2.observed_weight(y, eta, exposure, spread) == pytest.approx(curvature, rel=1e-5)


def test_theta_of_counts_that_vary_less_than_poisson_is_infinite() -> None:
    y = np.array([9.0, 10.0, 11.0, 10.0])
    theta = theta_ml(y, np.full((1, 4), 10.0), np.ones((1, 4), dtype=bool), np.array([np.inf]))
    assert np.isinf(theta[0])


@pytest.mark.parametrize("theta", [0.5, 900.0, 9_999.0, 10_001.0, 163_000.0, 9e6])
@pytest.mark.parametrize(("y", "mean"), [(0, 3.0), (40, 20.0), (1500, 1587.5)])
def test_the_score_of_theta_keeps_its_digits_where_the_spread_is_nearly_none(theta: float, y: int, mean: float) -> None:
    with localcontext(prec=60):
        t, mu = Decimal(theta), Decimal(mean)
        rising = sum((1 / (t + j) for j in range(y)), Decimal(0))  # psi(theta + y) - psi(theta)
        exact = rising + t.ln() + 1 - (t + mu).ln() - (y + t) / (mu + t)
    found = theta_score(np.array([float(y)]), np.array([mean]), np.array([theta]))[0]
    assert found == pytest.approx(float(exact), rel=1e-8)


def test_an_unknown_family_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(FitError, match="Did you mean 'nb2'"):
        family_of("nb-2")
    assert set(FAMILIES) == {"poisson", "quasipoisson", "nb2", "binomial", "ols_rate"}
