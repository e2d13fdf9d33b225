"""Survey response: rates with intervals for a finite population, and a frame that contradicts itself is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom

from reintegratie_stats.errors import CountsError, DefinitionError
from reintegratie_stats.estimates.finite import hypergeometric_interval, wilson_finite
from reintegratie_stats.estimates.intervals import wilson
from reintegratie_stats.fieldwork.response import estimate_share, survey_response
from reintegratie_stats.publications import published

CBS = Path(__file__).parents[3] / "data" / "synthetic" / "cbs2025"


def frame(**columns: object) -> pd.DataFrame:
    size = max(len(values) for values in columns.values() if isinstance(values, list))
    return pd.DataFrame({"gemeente": [f"GM{k:04d}" for k in range(size)], **columns})


def figure(document: str, name: str) -> float:
    return float(published(document).set_index("id").loc[name, "value"])


# --- intervals for a finite population --------------------------------------------------------------


@pytest.mark.parametrize(("size", "n", "level"), [(40, 12, 0.95), (61, 60, 0.95), (25, 5, 0.8), (9, 9, 0.99)])
def test_the_exact_interval_covers_every_number_in_the_population_often_enough(size, n, level):
    k = np.arange(n + 1)
    found = hypergeometric_interval(k, n, size, level)
    for number in range(size + 1):
        chances = hypergeom.pmf(k, size, number, n)
        inside = (found.lower <= number / size + 1e-12) & (found.upper >= number / size - 1e-12)
        assert chances[inside].sum() >= level - 1e-12


def test_the_exact_interval_holds_no_number_that_the_data_exclude():
    found = hypergeometric_interval([3], [10], [12])
    assert found.lower[0] * 12 >= 3
    assert found.upper[0] * 12 <= 12 - 10 + 3


def test_wilson_with_the_correction_covers_about_as_often_as_asked():
    size, n = 388, 100
    k = np.arange(n + 1)
    found = wilson_finite(k, n, size)
    cover = []
    for number in range(20, size - 19):
        inside = (found.lower <= number / size) & (found.upper >= number / size)
        cover.append(hypergeom.pmf(k, size, number, n)[inside].sum())
    assert np.mean(cover) == pytest.approx(0.95, abs=0.01)
    assert min(cover) > 0.90


@pytest.mark.parametrize("interval", [hypergeometric_interval, wilson_finite])
def test_when_all_are_seen_the_interval_has_no_width(interval):
    found = interval([202, 0, 7], [342, 5, 7], [342, 5, 7])
    np.testing.assert_array_equal(found.lower, found.value)
    np.testing.assert_array_equal(found.upper, found.value)


def test_a_large_population_gives_the_intervals_without_one():
    plain, far = wilson([32], [100]), wilson_finite([32], [100], [10**9])
    assert far.lower == pytest.approx(plain.lower, abs=1e-7)
    assert wilson_finite([32], [100], [np.inf]).upper == pytest.approx(plain.upper, abs=1e-15)
    exact, clopper = (hypergeometric_interval([32], [100], [many]) for many in (1_000_000, np.inf))
    assert exact.lower == pytest.approx(clopper.lower, abs=1e-4)
    assert (round(clopper.lower[0], 4), round(clopper.upper[0], 4)) == (0.2302, 0.4208)


def test_nobody_seen_is_missing():
    found = hypergeometric_interval([0, np.nan], [0, 4], [10, 10])
    assert np.isnan(found.lower).all()
    assert np.isnan(wilson_finite([0], [0], [10]).value).all()


@pytest.mark.parametrize(
    ("k", "n", "size", "message"),
    [
        (5, 4, 9, "numerator is above"),
        (1, 5, 3, "denominator is above"),
        (1.5, 5, 9, "not whole"),
        (-1, 5, 9, "negative"),
        (1, np.inf, np.inf, "only the population may be infinite"),
    ],
)
def test_counts_that_cannot_be_are_refused(k, n, size, message):
    with pytest.raises(DefinitionError, match=message):
        hypergeometric_interval([k], [n], [size])


# --- the figures of the documents --------------------------------------------------------------------


def test_cbs_342_asked_202_answered_is_59_per_cent():
    asked, answered = figure("cbs2025", "enquete.gevraagd"), figure("cbs2025", "enquete.geantwoord")
    survey = pd.read_csv(CBS / "enquete.csv", dtype="string")
    total = survey_response(survey, asked=True).total()
    assert (total["asked"], total["answered"]) == (asked, answered)
    assert round(100 * total["rate"]) == figure("cbs2025", "enquete.respons")
    assert total["lower"] == total["upper"] == total["rate"]  # all gemeenten were asked: counted, not estimated
    assert (round(total["chance_lower"], 3), round(total["chance_upper"], 3)) == (0.538, 0.641)


def test_szw_32_per_cent_of_100_gemeenten_is_24_to_41_per_cent_of_388():
    size = int(figure("szw2018", "reactie.jeugdhulp.enquete"))
    count = round(figure("szw2018", "jeugdhulp.beleidsplan") * size / 100)
    finite, infinite = estimate_share(count, size, population=388), estimate_share(count, size)
    assert (round(finite.lower, 3), round(finite.upper, 3)) == (0.242, 0.407)
    assert (round(infinite.lower, 3), round(infinite.upper, 3)) == (0.230, 0.421)
    score = estimate_share(count, size, population=388, method="wilson")
    assert (round(score.lower, 3), round(score.upper, 3)) == (0.247, 0.403)


def test_a_share_of_nobody_and_an_unknown_method_are_refused():
    with pytest.raises(DefinitionError, match="size is 0"):
        estimate_share(0, 0)
    with pytest.raises(DefinitionError, match="Did you mean 'wilson'"):
        estimate_share(1, 2, method="wilsn")


# --- the table ------------------------------------------------------------------------------------------


def test_a_stratum_counts_its_own_and_the_total_all():
    rows = frame(
        deel=["n", "n", "n", "z", "z"],
        gevraagd=["ja", "ja", "nee", "Ja", "ja "],
        antwoord=[True, False, False, True, True],
    )
    table = survey_response(rows, by="deel").to_frame(total=True)
    assert table["deel"].tolist() == ["n", "z", "Totaal"]
    assert table[["population", "asked", "answered"]].to_numpy().tolist() == [[3, 2, 1], [2, 2, 2], [5, 4, 3]]
    assert table["rate"].tolist() == [0.5, 1.0, 0.75]
    exact = hypergeometric_interval([1, 2, 3], [2, 2, 4], [3, 2, 5])
    np.testing.assert_allclose(table[["lower", "upper"]], np.stack([exact.lower, exact.upper], axis=1))
    chance = wilson([1, 2, 3], [2, 2, 4])
    np.testing.assert_allclose(table[["chance_lower", "chance_upper"]], np.stack([chance.lower, chance.upper], axis=1))


def test_yes_and_no_can_be_written_in_several_ways():
    for yes, no in (("ja", "nee"), (True, False), (1, 0), ("1", "0"), (1.0, 0.0), ("yes", "no")):
        assert survey_response(frame(antwoord=[yes, no, no]), asked=True).total()["answered"] == 1


def test_strata_cross_and_come_in_the_order_of_a_categorical():
    rows = frame(antwoord=[1, 0, 1, 1], extern=["ja", "nee", "ja", "nee"])
    rows["grootte"] = pd.Categorical(["klein", "groot", "klein", "groot"], ["klein", "groot", "reus"])
    table = survey_response(rows, asked=True, by=["grootte", "extern"]).to_frame()
    assert table[["grootte", "extern"]].to_numpy().tolist() == [["klein", "ja"], ["groot", "nee"]]


def test_a_stratum_without_anybody_is_nb_with_a_reason():
    rows = frame(antwoord=[1, 0], gevraagd=[1, 0])
    rows["deel"] = pd.Categorical(["n", "w"], ["n", "w", "z"])
    table = survey_response(rows, by="deel").to_frame().set_index("deel")
    assert table["population"].to_dict() == {"n": 1, "w": 1, "z": 0}
    assert table.loc[["w", "z"], ["rate", "lower", "chance_upper"]].isna().all(axis=None)
    assert table["reason"].fillna("").to_dict() == {"n": "", "w": "niemand gevraagd", "z": "niemand gevraagd"}


def test_more_people_of_a_gemeente_can_be_asked():
    rows = frame(n=[3, 5], r=[2, 5], staff=[10, 5])
    table = survey_response(rows, asked="n", answered="r", population="staff").to_frame()
    assert table[["population", "asked", "answered"]].to_numpy().tolist() == [[15, 8, 7]]
    unknown = survey_response(rows, asked="n", answered="r", lang="en").to_frame()
    assert unknown["population"].isna().all()
    assert unknown["lower"].isna().all()
    assert unknown["chance_lower"].notna().all()
    assert unknown["reason"].tolist() == ["the size of the population is not given"]


def test_one_row_is_enough_and_the_repr_shows_no_row():
    table = survey_response(frame(antwoord=["ja"]), asked=True)
    assert repr(table) == "ResponseTable(1 of 1 answered, 100%)"
    assert table.to_frame(total=True).shape[0] == 1
    assert "geteld en niet geschat" in table.notes[0]
    assert survey_response(frame(antwoord=[0], gevraagd=[0])).total()["asked"] == 0


# --- what is refused --------------------------------------------------------------------------------------


def test_all_contradictions_of_a_frame_are_told_at_once_with_the_gemeenten():
    rows = frame(
        gevraagd=["ja", "nee", "ja", "misschien", None, "ja"],
        antwoord=["ja", "ja", 2, "nee", "nee", "ja"],
        deel=["n", None, "z", "z", "z", "z"],
    )
    rows.loc[5, "gemeente"] = "GM0000"
    with pytest.raises(CountsError) as caught:
        survey_response(rows, by="deel")
    message = str(caught.value)
    for part in (
        "more than one row of GM0000",
        "'gevraagd' is missing, or neither ja/nee nor a whole number, for GM0003, GM0004",
        "an answer, but not asked: GM0001",
        "more answers than asked: GM0002",
        "'deel' is missing for GM0001",
    ):
        assert part in message


def test_units_that_may_be_persons_are_counted_and_not_named():
    rows = pd.DataFrame({"persoon": ["GEHEIM1", "GEHEIM1", None], "antwoord": ["GEHEIM2", 1, 1]})
    with pytest.raises(CountsError, match="more than one row of 1 unit") as caught:
        survey_response(rows, asked=True, id="persoon")
    assert "GEHEIM" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"answered": "antword"}, CountsError, r"no column 'antword' \(did you mean 'antwoord'\?\)"),
        ({"asked": False}, CountsError, "asked is False"),
        ({"level": 95}, DefinitionError, "For 95 per cent write 0.95"),
        ({"method": "exact"}, DefinitionError, "method is 'exact'"),
        ({"by": "population"}, DefinitionError, "by holds population: the table has such a column itself"),
        ({"population": "klein"}, CountsError, "'klein' is no whole number, or fewer than were asked, for GM0001"),
    ],
)
def test_what_cannot_be_asked_is_refused(arguments, error, message):
    rows = frame(antwoord=[1, 0], klein=[3, 0], population=["a", "b"])
    with pytest.raises(error, match=message):
        survey_response(rows, **{"asked": True, **arguments})


def test_a_frame_without_rows_or_no_frame_is_refused():
    with pytest.raises(CountsError, match="has no rows"):
        survey_response(frame(antwoord=[1]).iloc[:0], asked=True)
    with pytest.raises(CountsError, match="is a list"):
        survey_response([1, 2])


@pytest.mark.parametrize(
    "values", [[2, 2, 1, 1, 1], [0.5, 0.5, 1.0, 1.0, 1.0], [1234567, 1234567, 1234568, 1234568, 1234568]]
)
def test_strata_of_numbers_keep_everybody(values):
    frame = pd.DataFrame({"gemeente": list("abcde"), "antwoord": [1, 0, 1, 1, 1], "jaar": values})
    table = survey_response(frame, asked=True, by="jaar").to_frame()
    assert table["jaar"].tolist() == [f"{value:.10g}" for value in sorted(set(values))]
    assert sorted(zip(table["asked"], table["answered"], strict=True)) == [(2, 1), (3, 3)]


@pytest.mark.parametrize("values", [[" n", "n ", "z", "z", "z"], [True, True, False, False, False], [1, 1, 2, 2, 2]])
def test_a_stratum_is_the_same_whatever_the_type_of_its_column(values):
    frame = pd.DataFrame({"gemeente": list("abcde"), "antwoord": [1, 0, 1, 1, 1]})
    found = [
        survey_response(frame.assign(deel=column), asked=True, by="deel").to_frame().set_index("deel").sort_index()
        for column in (pd.Series(values), pd.Series(values, dtype=object), pd.Categorical(values))
    ]
    assert found[0]["asked"].sum() == 5
    for other in found[1:]:
        pd.testing.assert_frame_equal(found[0], other)


def test_strata_name_columns_that_the_table_does_not_have_itself():
    frame = pd.DataFrame({"gemeente": list("ab"), "antwoord": [1, 0], "rate": ["x", "y"]})
    for by, words in (("rate", "rename it"), (["antwoord", "antwoord"], "more than once"), (3, "named by a text")):
        with pytest.raises(DefinitionError, match=words):
            survey_response(frame, asked=True, by=by)


@pytest.mark.parametrize(
    ("count", "size", "population"), [("3", 10, None), (float("nan"), 10, None), (3, 10, 12.5), (True, 10, None)]
)
def test_a_share_is_of_whole_numbers(count, size, population):
    with pytest.raises(DefinitionError, match="it is a whole number"):
        estimate_share(count, size, population)
