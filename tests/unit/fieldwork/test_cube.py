"""The cube method keeps the inclusion probabilities, and the totals it balances on up to rounding."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reintegratie_stats.fieldwork.cube import cube_sample

Floats = npt.NDArray[np.float64]


def population(n: int, size: int, seed: int) -> tuple[Floats, Floats]:
    """Return unequal probabilities that add up to size, and equations: count, a covariate, the number of units."""
    rng = np.random.default_rng(seed)
    weight = 0.5 + rng.random(n)
    chances = size * weight / weight.sum()
    return chances, np.column_stack([np.ones(n), rng.random(n) / chances, 1.0 / chances])


def draw(chances: Floats, equations: Floats, seed: int) -> npt.NDArray[np.bool_]:
    numbers = np.random.default_rng(seed).random(4 * len(chances) + 20)
    return cube_sample(chances, equations, numbers[: len(chances)], lambda k: float(numbers[len(chances) + k]))


def test_over_ten_thousand_draws_each_unit_is_drawn_as_often_as_asked() -> None:
    chances, equations = population(9, 4, seed=5)
    rounds = 10_000
    hits = np.zeros(9)
    for seed in range(rounds):
        drawn = draw(chances, equations[:, :2], seed)
        assert drawn.sum() == 4
        hits += drawn
    error = np.sqrt(chances * (1.0 - chances) / rounds)
    assert np.abs(hits / rounds - chances) == pytest.approx(np.zeros(9), abs=4.0 * float(error.max()))
    assert float((((hits / rounds - chances) / error) ** 2).sum()) < 27.9  # 0.1% of chi-square with 9 df


@settings(max_examples=40)
@given(st.integers(2, 25), st.integers(0, 10**6), st.data())
def test_counts_are_exact_and_totals_hold_up_to_the_last_units(n: int, seed: int, data: st.DataObject) -> None:
    size = data.draw(st.integers(1, n - 1))
    chances, equations = population(n, size, seed)
    chances = np.minimum(chances, 1.0)
    drawn = draw(chances, equations, seed)
    if chances.max() < 1.0:
        assert drawn.sum() == size
        gap = np.abs(equations[drawn].sum(axis=0) - chances @ equations)
        assert (gap <= equations.shape[1] * np.abs(equations).max(axis=0) + 1e-6).all()


def test_a_total_that_can_be_met_exactly_is() -> None:
    # 30 units in pairs: with a unit of each pair every total holds, and the walk needs no landing.
    pair = np.repeat(np.arange(15), 2)
    equations = (pair[:, None] == np.arange(15)).astype(float)
    for seed in range(20):
        drawn = draw(np.full(30, 0.5), equations, seed)
        assert np.bincount(pair[drawn], minlength=15).tolist() == [1] * 15


def test_certain_units_are_in_impossible_ones_out_and_nothing_to_draw_is_nothing() -> None:
    for seed in range(50):
        drawn = draw(np.array([1.0, 0.0, 0.5, 0.5]), np.ones((4, 1)), seed)
        assert drawn[0]
        assert not drawn[1]
        assert drawn.sum() == 2
    assert draw(np.ones(1), np.ones((1, 1)), 0).tolist() == [True]
    assert cube_sample(np.empty(0), np.empty((0, 1)), np.empty(0), lambda k: 0.5).tolist() == []


def test_equations_that_say_the_same_twice_do_no_harm() -> None:
    chances, equations = population(12, 5, seed=1)
    doubled = np.column_stack([equations, equations[:, 0] * 3, np.zeros(12)])
    assert all(draw(chances, doubled, seed).sum() == 5 for seed in range(30))


def test_balanced_samples_lie_nearer_to_the_total_than_others() -> None:
    chances, equations = population(60, 12, seed=3)
    total = chances @ equations
    gaps = [np.abs(draw(chances, equations[:, :p], s) @ equations - total)[1] for p in (1, 2) for s in range(150)]
    assert np.mean(gaps[150:]) < 0.35 * np.mean(gaps[:150])
