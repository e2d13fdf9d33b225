"""What must hold of flags over the years and of diagnostics, whatever the flags and figures are."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reintegratie_stats.outliers.associations import intraclass, spearman
from reintegratie_stats.outliers.flags import FLAGS
from reintegratie_stats.outliers.persistence import PERSISTENT, SYMBOLS, persistence_frame
from reintegratie_stats.outliers.transitions import transition_table

SOME = settings(max_examples=15)


@st.composite
def histories(draw: st.DrawFn) -> pd.DataFrame:
    """A flag for every gemeente, soort and year, in any order."""
    n, soorten, years = draw(st.integers(1, 5)), draw(st.integers(1, 3)), draw(st.integers(1, 5))
    grid = pd.MultiIndex.from_product([range(n), [f"s{k}" for k in range(soorten)], range(2020, 2020 + years)])
    frame = grid.to_frame(index=False, name=["gemeente", "soort", "jaar"])
    frame["flag"] = draw(st.lists(st.sampled_from(FLAGS), min_size=len(frame), max_size=len(frame)))
    frame["observed"], frame["expected_loo"] = 3.0, 2.0
    return frame.sample(frac=1.0, random_state=draw(st.integers(0, 99)))


@SOME
@given(histories())
def test_transitions_are_those_counted_one_by_one_and_add_up(frame: pd.DataFrame) -> None:
    flag = frame.set_index(["gemeente", "soort", "jaar"])["flag"].to_dict()
    counted = Counter(
        (soort, jaar, was, flag[who, soort, jaar + 1])
        for (who, soort, jaar), was in flag.items()
        if (who, soort, jaar + 1) in flag
    )
    table = transition_table(frame)
    found = {
        (row["soort"], row["van_jaar"], row["van"], row["naar"]): row["n"]
        for row in table.to_dict("records")
        if row["n"]
    }
    assert found == dict(counted)
    assert (table.groupby(["soort", "van_jaar"])["n"].sum() == frame["gemeente"].nunique()).all()
    assert transition_table(frame, pooled=True)["n"].sum() == table["n"].sum()


@SOME
@given(histories(), st.integers(1, 4), st.data())
def test_years_of_a_pattern_add_up_and_decide(frame: pd.DataFrame, last: int, data: st.DataObject) -> None:
    at_least = data.draw(st.integers(1, last))
    found = persistence_frame(frame, last, at_least)
    assert len(found) == frame["gemeente"].nunique() * frame["soort"].nunique()
    assert (found[list(FLAGS)].sum(axis=1) == last).all()
    for row in found.to_dict("records"):
        pattern = row["pattern"]
        assert len(pattern) == last
        assert all(pattern.count(SYMBOLS[flag]) == row[flag] for flag in FLAGS)
        more, fewer = pattern.count("+") >= at_least, pattern.count("-") >= at_least
        both = "beide" if more and fewer else "meer" if more else "minder" if fewer else None
        if both is not None:
            assert row["persistent"] == both
            continue
        could = {pattern.replace("?", sign).count(sign) >= at_least for sign in "+-"}
        assert row["persistent"] == ("onbeslist" if True in could else "niet")
        assert row["persistent"] in PERSISTENT


@SOME
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(frame: pd.DataFrame, random: object) -> None:
    other = frame.sample(frac=1.0, random_state=random.randrange(1000))  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(persistence_frame(other), persistence_frame(frame))
    pd.testing.assert_frame_equal(transition_table(other), transition_table(frame))


@SOME
@given(st.lists(st.integers(-5, 5), min_size=6, max_size=30), st.integers(2, 4), st.integers(0, 99))
def test_associations_stay_within_their_bounds(values: list[int], k: int, seed: int) -> None:
    y = np.array(values, dtype=float)
    codes = np.arange(len(y)) % k
    one = intraclass("groep", codes.astype(np.int64), y, permutations=99, seed=seed)
    rank = spearman("getal", np.arange(float(len(y))), y)
    for found, least in ((one, -1.0), (rank, -1.0)):
        if found.reason:
            assert np.isnan(found.value)
            continue
        assert least <= found.lower <= found.value <= found.upper <= 1.0
        assert 0.0 <= found.p <= 1.0
    turned = spearman("getal", np.arange(float(len(y))), -y)
    assert turned.value == pytest.approx(-rank.value, nan_ok=True)
