"""Names get places by rule: the same on every run, whatever the order, and never over anything."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reintegratie_stats.report.axes import Panel, Scale, cut_curve, linear_ticks, log_ticks, tick_text
from reintegratie_stats.report.label_layout import Layout, Name, cross_each_other, overlaps, place_names, point_boxes
from reintegratie_stats.report.label_rows import list_names, raise_names, turned
from tests.unit.report.gemeenten_frames import golden

WIDTH, HEIGHT = 120.0, 80.0


def crowd(number: int) -> list[Name]:
    k = np.arange(number)
    return [
        Name(f"Naam {i}", float(x), float(y), weight=float(i % 7))
        for i, x, y in zip(k, 20 + 80 * golden(k, 0.618), 15 + 50 * golden(k, 0.414), strict=True)
    ]


def clear(layout: Layout, points: np.ndarray) -> bool:
    boxes = np.array([one.box for one in layout.placed]).reshape(-1, 4)
    inside = (boxes[:, :2] >= 0).all() and (boxes[:, 2] <= WIDTH).all() and (boxes[:, 3] <= HEIGHT).all()
    apart = not any(overlaps(a[None], b[None])[0, 0] for a, b in itertools.combinations(boxes, 2))
    return bool(inside and apart and not overlaps(boxes, points).any())


@pytest.mark.parametrize("number", [1, 5, 25])
def test_names_stand_on_the_panel_clear_of_points_and_of_each_other(number: int) -> None:
    names = crowd(number)
    points = point_boxes([(name.x, name.y) for name in names], 0.9)
    layout = place_names(names, WIDTH, HEIGHT, points=points)
    assert clear(layout, points)
    assert len(layout.placed) + len(layout.dropped) == number


@settings(max_examples=3)
@given(st.permutations(crowd(8)))
def test_the_order_of_names_does_not_matter(names: list[Name]) -> None:
    assert place_names(names, WIDTH, HEIGHT) == place_names(crowd(8), WIDTH, HEIGHT)


def test_when_there_is_room_for_one_the_most_remarkable_gets_it() -> None:
    names = [Name("Gewoon", 3, 3, weight=0.1), Name("Opvallend", 3, 3, weight=2.0)]
    layout = place_names(names, 20, 6)
    assert [one.name.text for one in layout.placed] == ["Opvallend"]
    assert [name.text for name in layout.dropped] == ["Gewoon"]


def test_a_name_stands_beside_its_point_without_a_line_where_there_is_room() -> None:
    (one,) = place_names([Name("Urk", 60, 40)], WIDTH, HEIGHT).placed
    assert one.leader == ()
    assert abs(one.left + one.width / 2 - 60) < 8


def test_a_name_that_had_to_move_is_joined_to_its_point() -> None:
    wall = np.array([[40.0, 30.0, 80.0, 50.0]])
    (one,) = place_names([Name("Urk", 60, 40)], WIDTH, HEIGHT, points=wall).placed
    assert np.hypot(one.leader[-1][0] - 60, one.leader[-1][1] - 40) == pytest.approx(0.9)


def test_no_name_is_no_layout() -> None:
    assert place_names([], WIDTH, HEIGHT) == Layout((), ())
    assert raise_names([], WIDTH, HEIGHT, tops=[]) == Layout((), ())
    assert list_names([], WIDTH, HEIGHT, at=30) == Layout((), ())


def test_names_over_a_row_are_a_stair_that_touches_nothing() -> None:
    k = np.arange(30)
    tops = np.column_stack([2 + 0.4 * k, 10 + 0.3 * k])
    names = [Name(f"Naam {i}", float(x), float(y), weight=1.0) for i, (x, y) in enumerate(tops) if i % 3 == 0]
    layout = raise_names(names, WIDTH, HEIGHT, tops=tops)
    assert clear(layout, np.hstack([tops, tops + 0.01]))
    heights = [one.bottom for one in layout.placed]
    assert heights == sorted(heights, reverse=True)


def test_a_stair_too_high_drops_the_least_remarkable() -> None:
    names = [Name(f"Naam {i}", 2 + 0.4 * i, 10.0, weight=float(i)) for i in range(40)]
    layout = raise_names(names, WIDTH, HEIGHT, tops=[(2.0, 10.0)])
    assert max(one.box[3] for one in layout.placed) <= HEIGHT
    assert max(name.weight for name in layout.dropped) < min(one.name.weight for one in layout.placed)


def test_the_lines_of_a_list_do_not_cross() -> None:
    names = [Name(f"Naam {i}", 60 + 3.0 * i, 30 + 0.8 * i, weight=1.0) for i in range(12)]
    layout = list_names(names, WIDTH, HEIGHT, at=40.0)
    ends = np.array([(*one.leader[0], *one.leader[-1]) for one in layout.placed])
    assert {one.name.text for one in layout.placed} == {f"Naam {i}" for i in range(12)}
    assert not cross_each_other(ends, ends).any()
    assert clear(layout, point_boxes([(name.x, name.y) for name in names], 0.9))


def test_turning_twice_is_not_turning() -> None:
    layout = list_names([Name("Urk", 60, 30)], WIDTH, HEIGHT, at=40.0)
    (one,), (back,) = layout.placed, turned(turned(layout, WIDTH, HEIGHT), WIDTH, HEIGHT).placed
    assert back.box == pytest.approx(one.box)


# --- ticks and curves ------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.floats(1e-6, 1e6), st.floats(1.0, 9.0))
def test_an_axis_of_logarithms_has_some_round_ticks_and_not_too_many(low: float, decades: float) -> None:
    ticks = log_ticks(low, low * 10**decades)
    assert 1 <= len(ticks) <= 8
    assert list(ticks) == sorted(ticks)
    assert all(low * (1 - 1e-6) <= tick <= low * 10**decades * (1 + 1e-6) for tick in ticks)


@settings(max_examples=60)
@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e5))
def test_a_linear_axis_has_ticks_at_equal_steps(low: float, width: float) -> None:
    ticks = linear_ticks(low, low + width)
    assert 2 <= len(ticks) <= 7
    assert np.diff(ticks) == pytest.approx(np.full(len(ticks) - 1, ticks[1] - ticks[0]))


@pytest.mark.parametrize(("value", "dutch", "english"), [(0.05, "0,05", "0.05"), (20000.0, "20.000", "20,000")])
def test_ticks_are_printed_in_the_signs_of_the_language(value: float, dutch: str, english: str) -> None:
    assert (tick_text(value, "nl"), tick_text(value, "en")) == (dutch, english)


def test_a_curve_is_cut_where_it_leaves_the_panel() -> None:
    panel = Panel(Scale(1.0, 100.0), Scale(0.1, 10.0), 10.0, 10.0)
    x, y = cut_curve([1.0, 10.0, 100.0], [1.0, 100.0, 0.0], panel)
    assert np.nanmax(y) == pytest.approx(10.0)
    assert np.nanmin(y) == pytest.approx(0.1)
    assert np.isnan(x).sum() == 1
