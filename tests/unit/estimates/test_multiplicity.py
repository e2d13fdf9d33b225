"""Many gemeenten at once: what is shrunk, ranked and adjusted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from reintegratie_stats.errors import FitError
from reintegratie_stats.estimates.multiplicity import benjamini_hochberg, rank_intervals, shrink_ratios

EXPECTED = np.repeat([5.0, 50.0, 500.0], 60)
QUANTILES = np.tile((np.arange(60) + 0.5) / 60, 3)


def counts(tau: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return counts whose ratios vary by tau beside Poisson noise."""
    noise = np.sqrt(1 / EXPECTED + tau**2) * ndtri(QUANTILES)
    return np.round(np.maximum(0.0, EXPECTED * (1 + noise)))


def test_a_missing_p_value_does_not_make_the_others_missing() -> None:
    p = np.array([0.001, np.nan, 0.02, 0.5])
    assert benjamini_hochberg(p)[[0, 2, 3]] == pytest.approx(benjamini_hochberg(p[[0, 2, 3]]))
    assert np.isnan(benjamini_hochberg(p)[1])
    assert np.isnan(benjamini_hochberg([np.nan])).all()


def test_a_p_value_that_is_none_is_refused() -> None:
    with pytest.raises(FitError, match="between 0 and 1"):
        benjamini_hochberg([0.5, 1.5])


@pytest.mark.parametrize("tau", [0.2, 0.4])
def test_the_spread_of_the_true_ratios_is_found_beside_the_noise(tau: float) -> None:
    shrunken = shrink_ratios(counts(tau), EXPECTED)
    assert shrunken.prior_mean == pytest.approx(1.0, abs=0.03)
    assert np.sqrt(shrunken.prior_variance) == pytest.approx(tau, rel=0.1)


def test_small_gemeenten_are_shrunk_more_than_large_ones() -> None:
    y = counts(0.2)
    ratio, shrunken = y / EXPECTED, shrink_ratios(y, EXPECTED)
    drawn_in = [np.std(shrunken.ratio[k : k + 60]) / np.std(ratio[k : k + 60]) for k in (0, 60, 120)]
    assert drawn_in[0] < drawn_in[1] < drawn_in[2] < 1


def test_without_true_spread_everything_is_shrunk_to_the_mean() -> None:
    shrunken = shrink_ratios(np.round(EXPECTED * 1.0), EXPECTED)
    assert shrunken.prior_variance == 0.0
    assert shrunken.ratio == pytest.approx(np.full(180, shrunken.prior_mean), rel=1e-6)


def test_an_uncertain_expectation_is_shrunk_more() -> None:
    y = counts(0.3)
    sure, unsure = shrink_ratios(y, EXPECTED), shrink_ratios(y, EXPECTED, np.where(np.arange(180) == 179, 0.5, 0.0))
    assert abs(unsure.ratio[179] - 1) < abs(sure.ratio[179] - 1)


def test_intervals_hold_the_shrunken_ratio_and_missing_stays_missing() -> None:
    y = counts(0.3)
    y[3] = np.nan
    shrunken = shrink_ratios(y, EXPECTED)
    fine = np.arange(180) != 3
    assert np.isnan(shrunken.ratio[3])
    assert np.all((shrunken.lower < shrunken.ratio)[fine] & (shrunken.ratio < shrunken.upper)[fine])


def test_rank_intervals_hold_the_rank_and_are_wide_for_small_gemeenten() -> None:
    shrunken = shrink_ratios(counts(0.3), EXPECTED)
    ranks = rank_intervals(shrunken)
    assert np.all((ranks.lower <= ranks.rank) & (ranks.rank <= ranks.upper))
    assert ranks.rank.sum() == pytest.approx(180 * 181 / 2, rel=1e-9)
    width = ranks.upper - ranks.lower
    assert np.median(width[:60]) > 3 * np.median(width[120:])


def test_gemeenten_that_are_alike_share_the_middle_rank() -> None:
    shrunken = shrink_ratios(np.full(41, 100.0), np.full(41, 100.0))
    assert rank_intervals(shrunken).rank == pytest.approx(np.full(41, 21.0))
