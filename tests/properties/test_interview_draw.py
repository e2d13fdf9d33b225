"""What must hold of every draw of gemeenten, whatever the gemeenten and the design."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import reintegratie_stats as rs
from reintegratie_stats.errors import DefinitionError, SampleError
from reintegratie_stats.fieldwork.interviews import SampleDraw
from tests.unit.fieldwork.interview_frames import kept

SOME = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
Case = tuple[pd.DataFrame, dict[str, Any], int]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    n = draw(st.integers(4, 14))
    cell = st.tuples(
        st.sampled_from(["meer", "minder", "verwacht", "verwacht"]),
        st.integers(0, 24),
        st.sampled_from("pqr"),
        st.sampled_from(["x", "y"]),
        st.sampled_from([None, "S1", "S2"]),
    )
    rows = draw(st.lists(cell, min_size=n, max_size=n))
    frame = pd.DataFrame(rows, columns=["klasse", "z", "a", "b", "verband"]).assign(z=lambda f: f["z"] / 4)
    frame["gemeente"] = [f"G{k:02d}" for k in range(n)]
    design: dict[str, Any] = {"size": draw(st.integers(1, n)), "tolerance": draw(st.sampled_from([None, 0.0, 1.0]))}
    if draw(st.booleans()):
        design["quota"] = {"klasse": {rows[0][0]: draw(st.integers(0, 3))}}
    if draw(st.booleans()):
        design["between"] = {"a": {rows[0][2]: draw(st.sampled_from([(0, 2), (1, 3), (1, 1)]))}}
    if draw(st.booleans()):
        design[draw(st.sampled_from(["minimum", "maximum"]))] = {"b": draw(st.integers(1, 4))}
    if draw(st.booleans()):
        design["one_per"] = "verband"
    if draw(st.booleans()):
        design["spread"] = {"b": draw(st.sampled_from(["even", "proportional"]))}
    return frame, design, draw(st.integers(0, 99))


def drawn(frame: pd.DataFrame, design: dict[str, Any], seed: int) -> SampleDraw | None:
    try:
        return rs.draw_interviews(frame, rs.SampleDesign(**design), seed)
    except (SampleError, DefinitionError):
        return None


@SOME
@given(cases())
def test_every_number_is_kept_by_the_draw_and_by_the_draw_after_any_refusal(case: Case) -> None:
    frame, design, seed = case
    draw = drawn(frame, design, seed)
    assume(draw is not None)
    assert draw is not None
    assert kept(frame, draw.design, set(draw.chosen))
    assert (draw.quotas().query("rule != 'spread'")["slack"] >= 0).all()
    assert draw.relaxed == ()
    for one, reserves in draw.reserves().items():
        if reserves:
            assert kept(frame, draw.design, set(draw.replace(one).chosen))


@SOME
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(case: Case, chance: random.Random) -> None:
    frame, design, seed = case
    order = list(range(len(frame)))
    chance.shuffle(order)
    one, other = drawn(frame, design, seed), drawn(frame.iloc[order], design, seed)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        pd.testing.assert_frame_equal(one.to_frame(), other.to_frame())


@SOME
@given(cases())
def test_other_names_for_categories_and_traits_make_no_other_draw(case: Case) -> None:
    frame, design, seed = case
    names = {"p": "zz", "q": "mm", "r": "aa"}
    other = frame.assign(a=frame["a"].map(names)).rename(columns={"a": "zwaarte", "b": "anders"})
    told = {
        key: {{"a": "zwaarte", "b": "anders"}.get(trait, trait): asked for trait, asked in value.items()}
        if isinstance(value, dict)
        else value
        for key, value in design.items()
    }
    if "between" in told:
        told["between"] = {"zwaarte": {names[c]: v for c, v in told["between"]["zwaarte"].items()}}
    one, two = drawn(frame, design, seed), drawn(other, told, seed)
    assert (one is None) == (two is None)
    if one is not None and two is not None:
        assert one.chosen == two.chosen


@SOME
@given(cases())
def test_other_names_for_gemeenten_leave_the_best_objective_and_the_spread_as_they_are(case: Case) -> None:
    frame, design, seed = case
    one = drawn(frame, design, seed)
    other = drawn(frame.assign(gemeente="X" + frame["gemeente"]), design, seed)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.objective_best == other.objective_best
        assert one.spread == other.spread


@SOME
@given(cases())
def test_without_tolerance_who_was_not_chosen_can_disappear(case: Case) -> None:
    frame, design, seed = case
    design = {**design, "tolerance": 0.0, "spread": {}}
    draw = drawn(frame, design, seed)
    assume(draw is not None)
    assert draw is not None
    counted = {*frame["klasse"], *frame["a"], *frame["b"]}
    for name in sorted(set(frame["gemeente"]) - set(draw.chosen)):
        rest = frame[frame["gemeente"] != name]
        if {*rest["klasse"], *rest["a"], *rest["b"]} == counted:
            again = drawn(rest, design, seed)
            assert again is not None
            assert again.chosen == draw.chosen
