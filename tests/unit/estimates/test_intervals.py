"""The Wilson and the exact interval against other implementations, and at their edges."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from reintegratie_stats.errors import DefinitionError
from reintegratie_stats.estimates.intervals import clopper_pearson, wilson
from tests.unit.tables import refusal

LEVELS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
SIZES = (1, 2, 3, 7, 10, 50, 70, 233, 433, 10_000, 1_000_000)
GRID = [(k, n) for n in SIZES for k in sorted({0, 1, n // 3, n // 2, n - 1, n}) if k <= n]


@pytest.mark.parametrize("level", LEVELS)
def test_the_interval_is_that_of_statsmodels(level: float) -> None:
    k, n = (np.array(column) for column in zip(*GRID, strict=True))
    found = wilson(k, n, level)
    lower, upper = proportion_confint(k, n, alpha=1 - level, method="wilson")
    np.testing.assert_allclose(found.value, k / n, rtol=0, atol=0)
    np.testing.assert_allclose(found.lower, lower, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.upper, upper, rtol=0, atol=1e-12)


@pytest.mark.parametrize("level", LEVELS)
def test_the_interval_is_that_of_scipy(level: float) -> None:
    for k, n in GRID:
        other = binomtest(k, n).proportion_ci(level, method="wilson")
        found = wilson([k], [n], level)
        assert found.lower[0] == pytest.approx(other.low, abs=1e-12), (k, n)
        assert found.upper[0] == pytest.approx(other.high, abs=1e-12), (k, n)


def test_nobody_and_everybody_have_a_limit_of_exactly_0_and_1() -> None:
    for n in SIZES:
        found = wilson([0, n], [n, n])
        assert found.lower[0] == 0.0
        assert found.upper[1] == 1.0
        assert 0 < found.upper[0] < 1
        assert 0 < found.lower[1] < 1


def test_without_a_denominator_or_a_count_there_is_no_interval() -> None:
    nothing = [(0, 0), (5, 0), (np.nan, 10), (3, np.nan), (np.nan, np.nan), (1, -2)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = wilson(*zip(*nothing, strict=True))
    for values in (found.value, found.lower, found.upper):
        assert np.isnan(values).all()


def test_no_groups_give_no_intervals() -> None:
    found = wilson([], [])
    assert found.value.shape == found.lower.shape == found.upper.shape == (0,)


@given(
    st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.floats(0.01, 0.999999),
)
def test_the_limits_lie_around_the_share_and_between_0_and_1(case: tuple[int, int], level: float) -> None:
    k, n = case
    found = wilson([k], [n], level)
    assert 0 <= found.lower[0] <= found.value[0] <= found.upper[0] <= 1
    assert found.lower[0] < found.upper[0]


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_the_others_is_the_mirror_image(case: tuple[int, int]) -> None:
    k, n = case
    one, other = wilson([k], [n]), wilson([n - k], [n])
    assert one.lower[0] == pytest.approx(1 - other.upper[0], abs=1e-12)
    assert one.upper[0] == pytest.approx(1 - other.lower[0], abs=1e-12)


def test_more_confidence_is_wider_and_more_people_is_narrower() -> None:
    widths = [np.ptp([(i := wilson([50], [70], level)).lower[0], i.upper[0]]) for level in LEVELS]
    assert widths == sorted(widths)
    widths = [np.ptp([(i := wilson([n // 2], [n])).lower[0], i.upper[0]]) for n in SIZES[3:]]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("level", [0, 1, -0.1, 1.5, float("nan"), float("inf"), True])
def test_a_level_is_a_share_between_0_and_1(level: Any) -> None:
    words = refusal(DefinitionError, lambda: wilson([1], [2], level))
    assert words.startswith(f"level is {level!r}; it is a share between 0 and 1.")


@pytest.mark.parametrize("level", ["0.95", None, [0.95], 1j])
def test_a_level_is_a_number(level: Any) -> None:
    words = refusal(DefinitionError, lambda: wilson([1], [2], level))
    assert words == f"level is {level!r}; it is a share between 0 and 1."


def test_a_level_in_per_cent_is_refused_with_the_share_to_write() -> None:
    assert refusal(DefinitionError, lambda: wilson([1], [2], 95)) == (
        "level is 95; it is a share between 0 and 1. For 95 per cent write 0.95."
    )
    assert "For 99.5 per cent write 0.995." in refusal(DefinitionError, lambda: wilson([1], [2], 99.5))


def test_the_level_and_method_are_told_with_the_result() -> None:
    found = wilson([1], [2], np.float64(0.9))
    assert (found.method, found.level, type(found.level)) == ("wilson", 0.9, float)


@pytest.mark.parametrize("interval", [wilson, clopper_pearson])
@pytest.mark.parametrize(("k", "n"), [(5, 3), (-1, 3), (float("inf"), 3), (3, float("inf"))])
def test_a_part_is_not_more_than_the_whole(interval: Any, k: float, n: float) -> None:
    words = refusal(DefinitionError, lambda: interval([1, k], [2, n]))
    assert "the numerator at most the denominator" in words


@pytest.mark.parametrize("level", [0, 95, True, "0.95", None])
def test_the_exact_interval_has_the_same_levels(level: Any) -> None:
    words = refusal(DefinitionError, lambda: clopper_pearson([1], [2], level))
    assert words == refusal(DefinitionError, lambda: wilson([1], [2], level))
