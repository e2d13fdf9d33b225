"""Caseloads on a full week: c * 36 / h, and what is missing stays missing."""

from __future__ import annotations

import pandas as pd
import pytest

from reintegratie_stats.errors import DefinitionError, SampleError
from reintegratie_stats.fieldwork.caseload import caseload_summary


def staff(caseload: list[object], hours: list[object], functie: object = "coach") -> pd.DataFrame:
    return pd.DataFrame({"functie": functie, "caseload": caseload, "contracturen": hours})


def row(frame: pd.DataFrame, **more: object) -> pd.Series:
    return caseload_summary(frame, by="functie", **more).to_frame().iloc[0]


def test_a_part_time_caseload_counts_as_that_of_a_full_week():
    found = row(staff([20, 40, 30, 45], [18, 36, 24, 27]))
    assert found[["mean", "min", "max"]].tolist() == [46.25, 40, 60]
    assert row(staff([20], [18]), base=40)["mean"] == pytest.approx(20 * 40 / 18)


def test_quartiles_interpolate_between_persons():
    found = row(staff([10, 20, 30, 50], [36] * 4))
    assert found[["q1", "median", "q3"]].tolist() == [17.5, 25, 35]


@pytest.mark.parametrize("hours", [None, 36])
def test_who_has_no_caseload_or_no_hours_is_missing_and_not_0(hours):
    found = row(staff([40, None if hours else 40], [36, hours]))
    assert found[["medewerkers", "n", "ontbreekt", "min", "mean"]].tolist() == [2, 1, 1, 40, 40]


def test_a_caseload_of_0_is_a_caseload():
    assert row(staff([0, 10], [36, 36]))[["n", "min", "mean"]].tolist() == [2, 0, 5]


def test_a_group_of_which_nothing_is_known_says_so():
    found = row(staff([None, 5], ["", None]))
    assert found["n"] == 0
    assert pd.isna(found["mean"])
    assert found["reason"] == "van niemand bekend"


def test_small_groups_can_be_left_out():
    found = row(staff([10, 20, None], [36] * 3), fewest=3, lang="en")
    assert pd.isna(found["max"])
    assert found[["n", "reason"]].tolist() == [2, "known of fewer than 3"]


def test_groups_come_as_they_are_met_and_the_total_last():
    frame = staff([10, 20, 40], [36] * 3, ["b", "a", "b"])
    found = caseload_summary(frame, by="functie").to_frame()
    assert found["functie"].tolist() == ["b", "a", "Totaal"]
    assert found["mean"].tolist() == [25, 20, pytest.approx(70 / 3)]
    assert repr(caseload_summary(frame, by="functie")) == "CaseloadSummary(2 groups by functie, on 36 hours a week)"


def test_all_that_is_wrong_is_counted_and_no_value_is_shown():
    frame = staff([-7777, "GEHEIM", 10, 5], [36, 36, 0, 7777], ["a", None, "a", "a"])
    with pytest.raises(SampleError) as caught:
        caseload_summary(frame, by="functie")
    message = str(caught.value)
    for part in (
        "'functie' is missing for 1 person",
        "'caseload' is no number for 1 person",
        "'caseload' of 1 person is not at least 0",
        "'contracturen' of 2 persons is not above 0 and at most 60",
    ):
        assert part in message
    assert "GEHEIM" not in message
    assert "7777" not in message


def test_a_missing_column_an_empty_list_and_settings_that_cannot_be_are_refused():
    with pytest.raises(SampleError, match=r"no column 'contracturen' \(did you mean 'contracturen_week'\?\)"):
        caseload_summary(staff([1], [36]).rename(columns={"contracturen": "contracturen_week"}), by="functie")
    with pytest.raises(SampleError, match="has no rows"):
        caseload_summary(staff([], []), by="functie")
    with pytest.raises(DefinitionError, match=r"base is 0.*fewest is 0"):
        caseload_summary(staff([1], [36]), by="functie", base=0, fewest=0)


@pytest.mark.parametrize(
    ("by", "words"), [([], "names no column"), ("mean", "rename it"), (["functie", "functie"], "more than once")]
)
def test_groups_are_columns_that_the_table_does_not_have_itself(by, words):
    with pytest.raises(DefinitionError, match=words):
        caseload_summary(staff([1, 2], [36, 36]).assign(mean="x"), by=by)


@pytest.mark.parametrize("base", ["36", True, float("nan")])
def test_a_base_is_hours(base):
    with pytest.raises(DefinitionError, match="base is"):
        caseload_summary(staff([1], [36]), by="functie", base=base)


def test_a_total_does_not_show_what_a_small_group_left_out():
    frame = staff([10, 20, 30, 40, 90], [36] * 5, ["a", "a", "b", "b", "c"])
    found = caseload_summary(frame, by="functie", fewest=2).to_frame()
    assert found["n"].tolist() == [2, 2, 1, 5]
    assert found["mean"].notna().tolist() == [True, True, False, False]
    assert found["reason"].tolist()[-1] == "zou tonen wat van minder dan 2 is weggelaten"
    together = caseload_summary(frame, by="functie", fewest=4).to_frame()  # five left out: their mean is that of five
    assert together["mean"].notna().tolist() == [False, False, False, True]
    assert together[["min", "max"]].isna().all(axis=None)  # the highest would be that of c
