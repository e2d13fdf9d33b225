"""The cells of the figure: what follows from what, and which counts cannot be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reintegratie_stats.cohorts.cells import CELLS, PARTS_OF, SUMS, complete_cells
from reintegratie_stats.errors import CountsError
from tests.unit.tables import refusal

LEAVES = ("X-Y", "A.1", "A.2", "B.1", "B.2", "C", "D")
Counts = dict[str, float]


def figure(leaves: list[int], work: tuple[float, float] = (0.5, 0.5)) -> Counts:
    """Every cell, from the numbers at the bottom of the figure up."""
    cells = dict(zip(LEAVES, leaves, strict=True))
    cells["A"] = cells["A.1"] + cells["A.2"]
    cells["B"] = cells["B.1"] + cells["B.2"]
    cells["Z"], cells["Y-Z"] = cells["A"] + cells["B"], cells["C"] + cells["D"]
    cells["Y"] = cells["Z"] + cells["Y-Z"]
    cells["X"] = cells["X-Y"] + cells["Y"]
    cells["A.1_werk"] = int(cells["A.1"] * work[0])
    cells["B.1_werk"] = int(cells["B.1"] * work[1])
    return cells


FIGURES = st.lists(st.integers(0, 1000), min_size=7, max_size=7).map(figure)


def complete(*groups: Counts, labels: list[str] | None = None) -> list[Counts]:
    frame = pd.DataFrame(list(groups), columns=list(CELLS), dtype=float)
    return complete_cells(frame, labels or ["here"] * len(groups)).to_dict("records")


def refused(*groups: Counts, labels: list[str] | None = None) -> str:
    return refusal(CountsError, lambda: complete(*groups, labels=labels))


def follows(given: set[str]) -> set[str]:
    """The cells whose value the given ones fix, by linear algebra on the sums."""
    unknown = [cell for cell in CELLS if cell not in given]
    rows = [[(cell == whole) * 1.0 - (cell in parts) for cell in unknown] for whole, parts in SUMS]
    matrix = np.array(rows).reshape(len(SUMS), len(unknown))
    rank = np.linalg.matrix_rank(matrix) if unknown else 0
    fixed = {
        cell
        for cell, unit in zip(unknown, np.eye(len(unknown)), strict=True)
        if np.linalg.matrix_rank(np.vstack([matrix, unit])) == rank
    }
    return given | fixed


CASES = st.lists(st.tuples(FIGURES, st.sets(st.sampled_from(CELLS))), min_size=1, max_size=30)


@settings(max_examples=20)
@given(CASES)
def test_what_follows_is_filled_in_and_what_does_not_stays_unknown(
    cases: list[tuple[Counts, set[str]]],
) -> None:
    groups = [{cell: cells[cell] for cell in known} for cells, known in cases]
    for (cells, known), found in zip(cases, complete(*groups), strict=True):
        fixed = follows(known)
        assert {cell for cell, value in found.items() if value == value} == fixed
        assert all(found[cell] == cells[cell] for cell in fixed)


@settings(max_examples=30)
@given(FIGURES, st.sampled_from(CELLS), st.integers(1, 2000))
def test_a_complete_figure_with_one_wrong_count_is_refused(cells: Counts, wrong: str, by: int) -> None:
    if wrong in ("A.1_werk", "B.1_werk"):
        by += int(cells[wrong[:3]])  # more than all who left
    words = refused(cells | {wrong: cells[wrong] + by})
    assert words.startswith("Cell counts contradict each other: ")
    assert words.endswith("Correct the counts, or leave unknown ones missing.")


def test_the_numbers_at_the_bottom_give_the_whole_figure() -> None:
    cells = figure([7, 1, 2, 3, 4, 5, 6])
    (found,) = complete({cell: cells[cell] for cell in LEAVES})
    assert {cell: found[cell] for cell in CELLS if "werk" not in cell} == {
        cell: value for cell, value in cells.items() if "werk" not in cell
    }
    (found,) = complete({cell: cells[cell] for cell in ("X", "X-Y", "Y-Z", "B", "A.2", "C", "B.1")})
    assert [found[cell] for cell in ("A.1", "D", "B.2")] == [1, 6, 4]


def test_work_is_a_part_of_those_who_left_and_says_nothing_about_the_rest() -> None:
    (found,) = complete({"A.1": 10, "A.1_werk": 4})
    assert {cell for cell, value in found.items() if value == value} == {"A.1", "A.1_werk"}
    assert PARTS_OF == (("A.1_werk", "A.1"), ("B.1_werk", "B.1"))


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"X": 5, "Y": 3, "X-Y": 3}, "X = X-Y + Y does not hold for here"),
        ({"X": 5, "Y": 6}, "Y is larger than X for here"),
        ({"Z": 5, "A": 6}, "A is larger than Z for here"),
        ({"A.1": 3, "A.1_werk": 4}, "A.1_werk is larger than A.1 for here"),
        ({"Z": 5, "A": 3, "B": 3}, "Z = A + B does not hold for here"),
        ({"X": 5, "Y": 5, "Z": 5, "Y-Z": 1}, "Y = Z + Y-Z does not hold for here"),
    ],
)
def test_counts_that_contradict_each_other_are_named(counts: Counts, words: str) -> None:
    assert words in refused(counts)


@pytest.mark.parametrize(
    ("counts", "whole"),
    [
        ({"X": 5, "A": 6}, "X"),
        ({"X": 10, "A": 6, "C": 6}, "X"),
        ({"Y": 10, "A.1": 4, "B.2": 4, "D": 3}, "Y"),
        ({"X": 3, "B.1_werk": 4}, "X"),
        ({"Z": 3, "A.1_werk": 2, "B.1_werk": 2}, "Z"),
    ],
)
def test_a_cell_cannot_be_smaller_than_those_far_below_it(counts: Counts, whole: str) -> None:
    assert f"{whole} is smaller than the cells below it together for here" in refused(counts)
    (found,) = complete(counts | {whole: 100})
    assert found[whole] == 100


@pytest.mark.parametrize("wrong", [-1, 0.5, float("inf"), 1e300, -0.001])
def test_a_count_is_a_whole_number_of_0_or_more(wrong: Any) -> None:
    assert refused({"X": 5, "A": 1}, {"A": wrong}, labels=["1", "2"]) == (
        "Cell counts must be whole numbers of 0 or more; this is not so for A of 2."
    )


def test_every_group_that_is_wrong_is_named() -> None:
    words = refused({"X": 1, "Y": 2}, {"X": 2, "Y": 1}, {"X": 0, "Y": 9}, labels=["P", "Q", "R"])
    assert "Y is larger than X for P" in words
    assert "Y is larger than X for R" in words
    assert "for Q" not in words


def test_nobody_is_a_count_too() -> None:
    (found,) = complete({"X": 0, "Y": 0, "Z": 0, "A": 0, "A.1": 0})
    assert {found[cell] for cell in ("X-Y", "Y-Z", "B", "A.2")} == {0}
    assert np.isnan(found["C"])


def test_no_groups_and_no_counts_give_nothing() -> None:
    empty = complete_cells(pd.DataFrame(columns=["X", "Y"], dtype=float), [])
    assert list(empty) == list(CELLS)
    assert len(empty) == 0
    (found,) = complete({})
    assert all(np.isnan(value) for value in found.values())
