"""The chain ladder: the published triangles, the laws it must obey, and what it cannot know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from reintegratie_stats.errors import DefinitionError, FitError
from reintegratie_stats.estimates.chain_ladder import ChainLadder, calendar_test, chain_ladder
from tests.unit.tables import refusal

FOLDER = Path(__file__).parents[2] / "reference" / "chain_ladder"
NAN = float("nan")


def published(name: str) -> np.ndarray:
    return np.genfromtxt(FOLDER / f"{name}.csv", delimiter=",")


@pytest.mark.parametrize("name", ["raa", "taylor_ashe"])
@pytest.mark.parametrize("last_sigma", ["mack", "loglinear"])
def test_the_published_triangles_give_what_another_package_gives(name: str, last_sigma: Any) -> None:
    """Reference: chainladder 0.10.1 (tests/reference/chain_ladder/make_chain_ladder.py)."""
    expected = pd.read_csv(FOLDER / "expected.csv")
    expected = expected[(expected["triangle"] == name) & (expected["last_sigma"] == last_sigma)]
    ladder = chain_ladder(published(name), last_sigma=last_sigma)
    rows = ladder.rows()
    found = {
        "to_come": rows.to_come, "standard_error": rows.standard_error, "total": ladder.total().standard_error,
        "factor": ladder.factors, "sigma": np.sqrt(ladder.sigma_squared), "factor_error": ladder.standard_errors,
    }  # fmt: skip
    for what, values in found.items():
        wanted = expected.loc[expected["what"] == what].sort_values("place")["value"].to_numpy()
        assert_allclose(values, wanted, rtol=1e-9, atol=1e-6, err_msg=what)


def test_mack_printed_these_totals() -> None:
    """Mack (1993) for Taylor and Ashe; Mack (1994) for RAA."""
    taylor_ashe, raa = (chain_ladder(published(name)).total() for name in ("taylor_ashe", "raa"))
    assert round(float(taylor_ashe.to_come[0])) == 18_680_856
    assert round(float(taylor_ashe.standard_error[0])) == 2_447_095
    assert round(float(raa.to_come[0])) == 52_135
    assert round(float(raa.standard_error[0])) == 26_909


def test_mack_printed_this_calendar_test() -> None:
    """Mack (1994), appendix H: 14 beside an expectation of 12.875 and a variance of 3.978."""
    found = calendar_test(published("raa"))
    assert sum(min(large, small) for _, large, small in found.waves) == 14
    assert found.z == pytest.approx((14 - 12.875) / 3.978**0.5, abs=1e-3)


def test_a_wave_through_all_periods_is_found() -> None:
    """A clean-up in the sixth period of registration doubles what every period gets in it."""
    rng = np.random.default_rng(3)
    pattern = [0.5, 0.2, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01, 0.01, 0.01]
    new = rng.poisson(np.outer(np.full(10, 400), pattern)).astype(float)
    when = np.add.outer(np.arange(10), np.arange(10))
    quiet = np.where(when < 10, np.cumsum(new, axis=1), NAN)
    wave = new * np.where((when > 5) & (when % 2 == 0), 2.0, 1.0)
    wave[:, 0] = new[:, 0]
    waves = np.where(when < 10, np.cumsum(wave, axis=1), NAN)
    assert calendar_test(quiet).p_value > 0.05
    assert calendar_test(waves).p_value < 0.01


def simulated(rng: np.random.Generator, size: int = 200, rows: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """A triangle of counts whose delays do not change, and what there is of each row in the end."""
    shares = np.diff(1 - 0.45 ** np.arange(rows + 1))
    new = rng.poisson(np.outer(np.full(rows, size), shares / shares.sum()))
    so_far = np.cumsum(new, axis=1).astype(float)
    return np.where(np.add.outer(np.arange(rows), np.arange(rows)) < rows, so_far, NAN), so_far[:, -1]


def test_the_estimate_is_right_on_average_and_its_interval_covers() -> None:
    rng = np.random.default_rng(7)
    off, covered, errors = [], [], []
    for _ in range(400):
        triangle, truth = simulated(rng)
        total = chain_ladder(triangle).total()
        missing = truth.sum() - total.known[0]
        lower, upper = total.interval(0.9)
        off.append(total.to_come[0] - missing)
        errors.append(total.standard_error[0])
        covered.append(lower[0] <= missing <= upper[0])
    assert abs(np.mean(off)) < 3 * np.std(off) / np.sqrt(len(off)) + 1.0
    assert np.std(off) == pytest.approx(np.mean(errors), rel=0.2)
    assert np.mean(covered) == pytest.approx(0.9, abs=0.06)


def test_rows_below_each_other_share_their_factors() -> None:
    triangle = published("raa")
    once, twice = chain_ladder(triangle), chain_ladder(np.vstack([triangle, triangle]))
    assert_allclose(twice.factors, once.factors)
    assert_allclose(twice.total().to_come, 2 * once.total().to_come)
    groups = twice.sums_of(np.repeat([0, 1], len(triangle)))
    assert_allclose(groups.to_come, once.total().to_come[0])
    # the two halves do not vary apart: they have their factors in common
    assert twice.total().standard_error[0] > np.sqrt((groups.standard_error**2).sum())


def test_a_group_is_the_sum_of_its_rows_and_a_negative_one_is_none() -> None:
    ladder = chain_ladder(published("raa"))
    groups = ladder.sums_of([-1, 0, 0, 1, 1, 1, 1, 1, 1, 1])
    rows = ladder.rows()
    assert_allclose(groups.known, [rows.known[1:3].sum(), rows.known[3:].sum()])
    assert_allclose(groups.to_come, [rows.to_come[1:3].sum(), rows.to_come[3:].sum()])
    assert_allclose(ladder.sums_of(np.arange(10)).standard_error, rows.standard_error)


def test_what_is_known_of_all_has_nothing_to_come() -> None:
    ladder = chain_ladder([[10.0, 12.0], [20.0, 24.0]])
    assert ladder.total().to_come.tolist() == [0.0]
    assert [float(one[0]) for one in ladder.total().interval()] == [0.0, 0.0]
    assert ladder.total().share_known.tolist() == [1.0]


def test_shares_are_those_of_what_is_expected_in_the_end() -> None:
    ladder = chain_ladder(published("raa"))
    rows = ladder.rows()
    assert_allclose(rows.share_known, ladder.shares()[ladder.known_after])


def test_counts_of_nothing_come_to_nothing_and_have_no_share() -> None:
    ladder = chain_ladder([[10.0, 12.0, 12.0], [8.0, 9.0, NAN], [0.0, NAN, NAN]])
    rows = ladder.rows()
    assert (rows.to_come[2], rows.standard_error[2]) == (0.0, 0.0)
    assert np.isnan(rows.share_known[2])


def test_what_came_from_nothing_counts_in_the_factor_and_is_noted() -> None:
    ladder = chain_ladder([[0.0, 6.0], [10.0, 12.0], [10.0, 12.0]])
    assert ladder.factors.tolist() == [1.5]
    assert any("where nothing was" in note for note in ladder.notes)


@pytest.mark.parametrize(
    ("triangle", "words"),
    [
        ([[1.0, -1.0]], "negative"),
        ([[1.0, float("inf")]], "infinite"),
        ([[1.0, NAN, 2.0], [1.0, 2.0, 3.0]], "missing before one that is there"),
        ([[NAN, NAN], [1.0, 2.0]], "nothing is seen"),
        ([[1.0], [2.0]], "two columns"),
        ([], "shape"),
        ([["a", "b"]], "no array of numbers"),
        ([[0.0, 1.0], [5.0, NAN]], "no factor can be estimated"),
        ([[1.0, NAN], [2.0, NAN]], "NaN throughout"),
    ],
)
def test_what_is_no_triangle_is_refused(triangle: Any, words: str) -> None:
    assert words in refusal(FitError, lambda: chain_ladder(triangle))


def test_settings_that_do_not_exist_are_refused() -> None:
    raa = published("raa")
    assert "last_sigma" in refusal(DefinitionError, lambda: chain_ladder(raa, last_sigma="macks"))  # type: ignore[arg-type]
    assert "level" in refusal(DefinitionError, lambda: chain_ladder(raa).total().interval(95))


def test_too_little_to_compare_is_no_test() -> None:
    assert np.isnan(calendar_test([[1.0, 2.0]]).z)


def test_a_chain_ladder_says_what_it_holds() -> None:
    assert isinstance(chain_ladder(published("raa")), ChainLadder)
    assert repr(chain_ladder(published("raa"))).startswith("ChainLadder(10 rows, 9 steps: 160987 known, 52135.2 to")
