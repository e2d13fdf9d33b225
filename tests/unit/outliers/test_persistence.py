"""Flags over the years: who keeps standing out, and from which flag to which."""

from __future__ import annotations

import pandas as pd
import pytest

from reintegratie_stats.errors import CountsError, DefinitionError
from reintegratie_stats.outliers.persistence import PERSISTENT, persistence_frame
from reintegratie_stats.outliers.transitions import transition_table
from reintegratie_stats.report.labels import labels

SIGNS = {"+": "meer", "-": "minder", "=": "verwacht", "?": "niet_te_beoordelen"}


def flags(*patterns: str, first: int = 2022) -> pd.DataFrame:
    rows = [
        (f"G{k}", "plan", first + year, SIGNS[sign])
        for k, pattern in enumerate(patterns)
        for year, sign in enumerate(pattern)
    ]
    frame = pd.DataFrame(rows, columns=["gemeente", "soort", "jaar", "flag"])
    known = frame["flag"] != "niet_te_beoordelen"
    return frame.assign(observed=20.0, expected_loo=known.map({True: 10.0, False: float("nan")}))


@pytest.mark.parametrize(
    ("pattern", "verdict"),
    [
        ("+++", "meer"), ("++=", "meer"), ("+-+", "meer"), ("=--", "minder"), ("+=-", "niet"), ("+==", "niet"),
        ("===", "niet"), ("?++", "meer"), ("?+=", "onbeslist"), ("?==", "niet"), ("??=", "onbeslist"),
        ("???", "onbeslist"), ("?+-", "onbeslist"),
    ],
)  # fmt: skip
def test_two_of_the_last_three_years_in_the_same_direction_is_persistent(pattern: str, verdict: str) -> None:
    row = persistence_frame(flags(pattern)).iloc[0]
    assert row["persistent"] == verdict
    assert row["pattern"] == pattern


def test_only_the_last_years_count_and_a_year_that_the_data_lack_was_not_judged() -> None:
    assert persistence_frame(flags("++=="))["pattern"].tolist() == ["+=="]
    gap = flags("++=+")
    row = persistence_frame(gap[gap["jaar"] != 2024]).iloc[0]
    assert (row["pattern"], row["persistent"], row["van_jaar"], row["tot_jaar"]) == ("+?+", "meer", 2023, 2025)
    short = persistence_frame(flags("+")).iloc[0]
    assert (short["pattern"], short["persistent"]) == ("??+", "onbeslist")


def test_who_goes_both_ways_often_enough_is_said_to_do_both() -> None:
    assert persistence_frame(flags("+-"), last=2, at_least=1)["persistent"].tolist() == ["beide"]


def test_the_ratio_is_that_of_the_sums_over_the_judged_years() -> None:
    row = persistence_frame(flags("+?=")).iloc[0]
    assert (row["observed"], row["expected"], row["ratio"]) == (40.0, 20.0, 2.0)
    nobody = persistence_frame(flags("???")).iloc[0]
    assert pd.isna(nobody["ratio"])


@pytest.mark.parametrize(("last", "at_least"), [(3, 4), (3, 0), (0, 0)])
def test_numbers_of_years_that_mean_nothing_are_refused(last: int, at_least: int) -> None:
    with pytest.raises(DefinitionError, match="at_least"):
        persistence_frame(flags("+++"), last, at_least)


def test_transitions_are_counted_per_pair_of_years_with_shares_of_where_they_came_from() -> None:
    table = transition_table(flags("++", "+=", "+=", "==", "=?"))
    some = table[table["n"] > 0].set_index(["van", "naar"])
    assert some["n"].to_dict() == {
        ("meer", "meer"): 1, ("meer", "verwacht"): 2, ("verwacht", "verwacht"): 1,
        ("verwacht", "niet_te_beoordelen"): 1,
    }  # fmt: skip
    assert some.loc[("meer", "verwacht"), "share"] == pytest.approx(2 / 3)
    assert table[table["van"] == "minder"]["share"].isna().all()
    assert len(table) == 16


def test_a_table_that_would_not_add_up_is_refused() -> None:
    frame = flags("++", "+=")
    with pytest.raises(CountsError, match="not about the same gemeenten"):
        transition_table(frame.iloc[:-1])


def test_every_verdict_has_its_words() -> None:
    assert set(labels("persistent")) == set(PERSISTENT)


def test_one_year_has_no_transitions() -> None:
    assert transition_table(flags("+", "=")).empty
