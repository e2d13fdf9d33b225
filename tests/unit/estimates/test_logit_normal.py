"""Binomial counts with a normal spread of the logit: tails, mean and variance are those of the integral."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, logit

from reintegratie_stats.estimates.logit_normal import LOGIT_NORMAL, centre, logit_normal_tails
from reintegratie_stats.estimates.predictive import Predictive


def dense(share: float, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Return chances and their weights: the normal spread on a very fine grid."""
    x = np.linspace(-11, 11, 20_001)
    weight = np.exp(-(x**2) / 2)
    return expit(centre(logit(share), spread) + np.sqrt(spread) * x), weight / weight.sum()


@pytest.mark.parametrize("spread", [0.002, 0.04, 0.5])
@pytest.mark.parametrize(("number", "share"), [(7, 0.4), (60, 0.05), (900, 0.3), (40_000, 0.02), (5_000, 0.97)])
def test_the_tails_are_those_of_the_integral_far_out_too(number: int, share: float, spread: float) -> None:
    chance, weight = dense(share, spread)
    sd = float(np.sqrt(LOGIT_NORMAL.variance(number * share, number, spread)))
    for z in (-3.0, -1.0, 0.0, 1.0, 3.5):
        y = float(np.clip(np.round(number * share + z * sd), 0, number))
        ours = logit_normal_tails(y, logit(share), number, spread)
        truth = stats.binom.cdf(y - 1, number, chance), stats.binom.pmf(y, number, chance)
        assert float(ours.below) == pytest.approx(float(truth[0] @ weight), rel=1e-5, abs=1e-10)
        assert float(ours.at) == pytest.approx(float(truth[1] @ weight), rel=1e-5, abs=1e-12)
        above = float(stats.binom.sf(y, number, chance) @ weight)
        assert float(ours.above) == pytest.approx(above, rel=1e-5, abs=1e-10)


@pytest.mark.parametrize("share", [0.002, 0.2, 0.9])
def test_the_spread_does_not_move_the_expectation_and_gives_the_stated_variance(share: float) -> None:
    chance, weight = dense(share, 0.3)
    assert float(chance @ weight) == pytest.approx(share, rel=1e-7)
    second = 50 * chance * (1 - chance) + (50 * (chance - share)) ** 2
    assert float(LOGIT_NORMAL.variance(50 * share, 50, 0.3)) == pytest.approx(float(second @ weight), rel=1e-6)


def test_without_spread_it_is_the_binomial_distribution() -> None:
    y = np.arange(11.0)
    tails = LOGIT_NORMAL.tails(y, 3.0, 10.0, 0.0)
    assert tails.at == pytest.approx(stats.binom.pmf(y, 10, 0.3), abs=1e-14)
    assert LOGIT_NORMAL.unit_deviance(y, 3.0, 10.0, 0.0)[3] == pytest.approx(0.0, abs=1e-12)


def test_the_uncertainty_of_the_expectation_widens_the_range() -> None:
    number, eta = np.array([400.0]), np.array([-1.0])
    known = Predictive(LOGIT_NORMAL, eta, np.zeros(1), number, np.array([0.04]))
    vague = Predictive(LOGIT_NORMAL, eta, np.array([0.05]), number, np.array([0.04]))
    assert vague.quantile(0.975) > known.quantile(0.975)
    assert vague.quantile(0.025) < known.quantile(0.025)


def test_the_range_ends_where_the_persons_end() -> None:
    sure = Predictive(LOGIT_NORMAL, np.array([4.0]), np.zeros(1), np.array([20.0]), np.array([0.1]))
    assert sure.quantile(0.999) == 20.0
