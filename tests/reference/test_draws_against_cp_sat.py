"""Draws of gemeenten are those of another solver with a formulation of its own, gemeente for gemeente.

Made by fieldwork/make_draws.py with OR-tools CP-SAT, which decides the lots one by one: the best objective, the nearest
spread, who is chosen, and which designs are impossible.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.errors import SampleError
from tests.reference.fieldwork.make_draws import cases
from tests.unit.fieldwork.interview_frames import gemeenten

REFERENCE = pd.read_csv(Path(__file__).parent / "fieldwork" / "draws.csv").set_index("name")


def test_the_reference_has_every_case_and_some_are_impossible() -> None:
    assert list(REFERENCE.index) == [name for name, *_ in cases()]
    assert 2 <= REFERENCE["chosen"].isna().sum() <= 20


@pytest.mark.parametrize(("name", "number", "design", "seed"), cases())
def test_the_draw_is_that_of_another_solver(name: str, number: int, design: rs.SampleDesign, seed: int) -> None:
    expected = REFERENCE.loc[name]
    if pd.isna(expected["chosen"]):
        with pytest.raises(SampleError, match="The design is impossible"):
            rs.draw_interviews(gemeenten(number), design, seed)
        return
    draw = rs.draw_interviews(gemeenten(number), design, seed)
    assert draw.objective_best == expected["best"]
    assert draw.spread <= expected["spread"]  # the lot may fall on a draw that is nearer still
    assert " ".join(draw.chosen) == expected["chosen"]
