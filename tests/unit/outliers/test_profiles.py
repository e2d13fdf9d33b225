"""Many soorten and years in one call: what is fitted, who stands out, and what is said when it cannot be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.errors import DefinitionError, FitError
from reintegratie_stats.estimates.expected import fit_expected
from reintegratie_stats.estimates.multiplicity import benjamini_hochberg
from reintegratie_stats.outliers import OutlierRule, Profiles, flag_outliers, profile_outliers
from tests.unit.outliers.worlds import ALWAYS, FORMULA, MONEY, ONCE, TWICE, long_frame

SETTINGS = {"exposure": "doelgroep", "money": "geld"}


@pytest.fixture(scope="module")
def profiles() -> Profiles:
    return profile_outliers(long_frame(), FORMULA, **SETTINGS)


def test_every_soort_and_year_is_fitted_and_judged_as_a_fit_of_its_own(profiles: Profiles) -> None:
    frame = long_frame()
    rows = frame[(frame["soort"] == "coaching") & (frame["jaar"] == 2023)]
    fit = fit_expected(rows, FORMULA, exposure="doelgroep")
    alone = flag_outliers(fit).to_frame()
    flags = profiles.flags()
    part = flags[(flags["soort"] == "coaching") & (flags["jaar"] == 2023)].reset_index(drop=True)
    for column in ("ratio", "ratio_eb", "p", "p_adjusted", "flag", "reason"):
        pd.testing.assert_series_equal(part[column], alone[column], check_dtype=False)
    assert part["expected_loo"].tolist() == fit.units()["expected_loo"].tolist()
    again = profiles.fit("coaching", 2023)
    assert again.units().equals(fit.units())


def test_flags_are_one_row_per_gemeente_soort_and_year(profiles: Profiles) -> None:
    flags = profiles.flags()
    assert list(flags.columns) == [
        "gemeente", "soort", "jaar", "observed", "expected_loo", "ratio", "ratio_eb", "p", "p_adjusted", "flag",
        "reason",
    ]  # fmt: skip
    assert len(flags) == 60 * 4 * 3
    assert not flags.duplicated(["gemeente", "soort", "jaar"]).any()
    assert repr(profiles).startswith("Profiles(60 gemeenten, 4 soorten, 3 jaren: 12 fits, 0 not estimated, ")


def test_the_order_of_the_rows_and_the_number_of_processes_do_not_matter(profiles: Profiles) -> None:
    other = profile_outliers(long_frame().iloc[::-1], FORMULA, **SETTINGS, processes=2)
    for name in ("flags", "fits", "spread", "persistence", "transitions", "heatmap_frame"):
        pd.testing.assert_frame_equal(getattr(other, name)(), getattr(profiles, name)(), check_exact=True)
    assert other.money_test() == profiles.money_test()


def test_who_stands_out_two_years_of_three_is_persistent_and_who_does_once_is_not(profiles: Profiles) -> None:
    found = profiles.persistence().set_index(["gemeente", "soort"])
    assert found.loc[(ALWAYS, "jobcoaching"), ["pattern", "persistent"]].tolist() == ["+++", "meer"]
    assert found.loc[(TWICE, "jobcoaching"), ["pattern", "persistent"]].tolist() == ["=--", "minder"]
    assert found.loc[(ONCE, "jobcoaching"), ["pattern", "persistent"]].tolist() == ["==-", "niet"]
    assert len(found) == 60 * 4
    lenient = profiles.persistence(at_least=1).set_index(["gemeente", "soort"])
    assert lenient.loc[(ONCE, "jobcoaching"), "persistent"] == "minder"
    row, flags = found.loc[(ALWAYS, "jobcoaching")], profiles.flags()
    own = flags[(flags["gemeente"] == ALWAYS) & (flags["soort"] == "jobcoaching")]
    assert row["ratio"] == pytest.approx(own["observed"].sum() / own["expected_loo"].sum())


def test_a_fit_that_cannot_be_made_is_a_row_with_its_reason_and_nobody_in_it_is_called_as_expected() -> None:
    frame = long_frame()
    frame.loc[(frame["soort"] == "training") & (frame["jaar"] == 2022), "aantal"] = 0
    few = frame[(frame["soort"] != "subsidie") | (frame["jaar"] != 2023) | (frame["gemeente"] < "0010")]
    gone = few[(few["soort"] != "coaching") | (few["jaar"] != 2024)]
    found = profile_outliers(gone, FORMULA, **SETTINGS)
    reasons = found.fits().set_index(["soort", "jaar"])["reason"].dropna()
    assert set(reasons.index) == {("training", 2022), ("subsidie", 2023), ("coaching", 2024)}
    assert "all counts are 0" in reasons["training", 2022]
    assert "residual degrees of freedom" in reasons["subsidie", 2023]
    assert "no rows" in reasons["coaching", 2024]
    flags = found.flags().set_index(["soort", "jaar"])
    assert len(flags) == 60 * 4 * 3
    for place in reasons.index:
        assert (flags.loc[[place], "flag"] == "niet_te_beoordelen").all()
        assert flags.loc[[place], "reason"].str.contains("geen model").all()
        assert flags.loc[[place], "ratio"].isna().all()
    assert sum("not estimated" in note for note in found.notes) == 3
    spread = found.spread().set_index(["soort", "jaar"])
    assert spread.loc[list(reasons.index), "sd"].isna().all()
    assert spread["sd"].notna().sum() == 9
    with pytest.raises(FitError, match="all counts are 0"):
        found.fit("training", 2022)


def test_a_gemeente_without_a_row_is_not_judged_and_a_year_that_could_decide_leaves_it_open() -> None:
    frame = long_frame()
    absent = (frame["gemeente"] == TWICE) & (frame["soort"] == "jobcoaching") & (frame["jaar"] == 2023)
    found = profile_outliers(frame[~absent], FORMULA, **SETTINGS)
    flags = found.flags().set_index(["gemeente", "soort", "jaar"])
    assert flags.loc[(TWICE, "jobcoaching", 2023), "flag"] == "niet_te_beoordelen"
    assert "geen rij" in flags.loc[(TWICE, "jobcoaching", 2023), "reason"]
    row = found.persistence().set_index(["gemeente", "soort"]).loc[(TWICE, "jobcoaching")]
    assert row[["pattern", "persistent"]].tolist() == ["=?-", "onbeslist"]
    heat = found.heatmap_frame().set_index(["gemeente", "column"])
    assert np.isnan(heat.loc[(TWICE, "jobcoaching 2023"), "value"])


def test_missing_values_stop_the_profile_by_name_or_keep_the_gemeente_out() -> None:
    frame = long_frame()
    frame["aantal"] = frame["aantal"].astype("Float64")
    hole = (frame["gemeente"] == "0030") & (frame["soort"] == "coaching") & (frame["jaar"] == 2024)
    frame.loc[hole, "aantal"] = pd.NA
    with pytest.raises(FitError, match=r"'aantal' is missing, in 0030 \(coaching, 2024\)"):
        profile_outliers(frame, FORMULA, **SETTINGS)
    found = profile_outliers(frame, FORMULA, **SETTINGS, missing="not_judged").flags()
    row = found[(found["gemeente"] == "0030") & (found["soort"] == "coaching") & (found["jaar"] == 2024)].iloc[0]
    assert row["flag"] == "niet_te_beoordelen"
    assert "ontbreekt: aantal" in row["reason"]


def test_all_that_is_wrong_with_the_values_is_said_at_once_and_where() -> None:
    frame = long_frame()
    frame["aantal"] = frame["aantal"].astype(float)
    frame.loc[3, "aantal"], frame.loc[65, "aantal"], frame.loc[125, "doelgroep"] = -1.0, 2.5, 0.0
    frame.loc[frame["soort"] == "training", "geld"] = "misschien"
    with pytest.raises(FitError) as error:
        profile_outliers(frame, FORMULA, **SETTINGS)
    text = str(error.value)
    assert text.startswith("4 problems in the long frame:")
    for part in ("'aantal' is negative, in 0003 (jobcoaching, 2022)", "not a whole number, in 0005 (jobcoaching, 2023)",
                 "exposure 'doelgroep' is 0, in 0005 (jobcoaching, 2024)", "'geld' must be ja or nee"):  # fmt: skip
        assert part in text


def test_all_columns_that_are_not_there_are_said_at_once() -> None:
    with pytest.raises(FitError) as error:
        profile_outliers(long_frame(), "aantal ~ laagg", exposure="doelgrop", soort="type", money="geldt")
    assert str(error.value).startswith("4 problems in the columns:")
    for part in ("'doelgroep'", "'laag'", "soort: 'type' is not a column", "'geld'"):
        assert part in str(error.value)


def test_a_key_cannot_have_the_name_of_a_result() -> None:
    with pytest.raises(FitError, match="cannot be called flag"):
        profile_outliers(long_frame().rename(columns={"gemeente": "flag"}), FORMULA, exposure="doelgroep", id="flag")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"jaar": "tweeduizend"}, "years are whole numbers"),
        ({"jaar": 2024.5}, "years are whole numbers"),
        ({"gemeente": "0001"}, "more than one row for 0001"),
        ({"soort": None}, "column 'soort' is missing in 720 rows"),
        ({"aantal": "veel"}, "column 'aantal' holds"),
        ({"doelgroep": np.inf}, "column 'doelgroep' holds infinite values"),
    ],
)
def test_keys_and_numbers_must_be_what_they_are_called(change: dict[str, object], words: str) -> None:
    with pytest.raises(FitError, match=words):
        profile_outliers(long_frame().assign(**change), FORMULA, exposure="doelgroep")


def test_no_rows_a_trait_of_the_institution_and_a_covariate_of_the_fit_itself_are_refused() -> None:
    with pytest.raises(FitError, match="no rows"):
        profile_outliers(long_frame().iloc[:0], FORMULA, exposure="doelgroep")
    frame = long_frame().assign(softwarepakket="a")
    with pytest.raises(FitError, match="softwarepakket"):
        profile_outliers(frame, "aantal ~ softwarepakket", exposure="doelgroep")
    with pytest.raises(FitError, match="jaar is the same within a fit"):
        profile_outliers(long_frame(), "aantal ~ laag + jaar", exposure="doelgroep")


@pytest.mark.parametrize(
    "setting",
    [
        {"adjust": "both"}, {"processes": 0}, {"missing": "ignore"}, {"loo": "never"}, {"tails": "beta"},
        {"robust": "yes"}, {"recalibrate": 1}, {"seed": "x"},
    ],
)  # fmt: skip
def test_a_setting_that_means_nothing_is_refused_by_name(setting: dict[str, object]) -> None:
    with pytest.raises(DefinitionError, match=next(iter(setting))):
        profile_outliers(long_frame(), FORMULA, exposure="doelgroep", **setting)


def test_over_all_fits_together_the_p_values_are_one_list(profiles: Profiles) -> None:
    rule = OutlierRule(signal_level=1.0, ratio_low=1.0, ratio_high=1.0)
    together = profile_outliers(long_frame(), FORMULA, **SETTINGS, adjust="together", rule=rule)
    flags = together.flags()
    assert flags["p"].tolist() == profiles.flags()["p"].tolist()
    assert flags["p_adjusted"].to_numpy() == pytest.approx(benjamini_hochberg(flags["p"]))
    assert flags["flag"].isin(["meer", "minder"]).tolist() == (flags["p_adjusted"] <= 0.10).tolist()
    named = flags[flags["gemeente"] == ALWAYS].set_index(["soort", "jaar"])["reason"]
    assert "meer dan verwacht, want op de lijst" in named["jobcoaching", 2022]
    assert "together" in together.notes[0]


def test_transitions_add_up_to_the_gemeenten_and_pooled_to_all_soorten(profiles: Profiles) -> None:
    table = profiles.transitions()
    assert (table.groupby(["soort", "van_jaar"])["n"].sum() == 60).all()
    assert len(table) == 4 * 2 * 16
    pooled = profiles.transitions(pooled=True)
    sums = table.groupby(["van_jaar", "naar_jaar", "van", "naar"])["n"].sum()
    other = pooled.set_index(["van_jaar", "naar_jaar", "van", "naar"])["n"]
    assert sums.sort_index().tolist() == other.sort_index().tolist()
    assert (pooled.dropna().groupby(["van_jaar", "van"])["share"].sum().round(12) == 1).all()


def test_the_heat_map_has_the_logarithm_of_the_shrunken_ratio_of_those_asked_for(profiles: Profiles) -> None:
    heat = profiles.heatmap_frame()
    assert list(heat.columns) == ["gemeente", "column", "value", "flag"]
    assert len(heat) == 60 * 12
    flags = profiles.flags()
    assert heat["value"].to_numpy() == pytest.approx(np.log2(flags["ratio_eb"].to_numpy()))
    often = profiles.heatmap_frame(min_flags=2)
    assert {ALWAYS, TWICE} <= set(often["gemeente"])
    assert ONCE not in set(often["gemeente"])
    last = profiles.heatmap_frame("soort", gemeenten=[ALWAYS])
    assert last["column"].tolist() == sorted(MONEY)
    assert (
        last["value"].tolist()
        == often[(often["gemeente"] == ALWAYS) & often["column"].str.endswith("2024")]["value"].tolist()
    )
    with pytest.raises(DefinitionError, match="2019"):
        profiles.heatmap_frame(jaar=2019)


def test_the_columns_keep_the_names_that_the_data_give_them() -> None:
    names = {"gemeente": "gm", "soort": "type", "jaar": "year"}
    frame = long_frame(jaren=(2024,)).rename(columns=names)
    found = profile_outliers(frame, FORMULA, exposure="doelgroep", id="gm", soort="type", jaar="year", lang="en")
    assert list(found.flags().columns[:3]) == ["gm", "type", "year"]
    assert list(found.fits().columns[:2]) == ["type", "year"]
    assert list(found.persistence().columns[:2]) == ["gm", "type"]
    assert "registered where" in found.flags()["reason"][0]
    assert found.transitions().empty
    with pytest.raises(DefinitionError, match="money"):
        found.money_test()
    with pytest.raises(DefinitionError, match="Did you mean 'coaching'"):
        found.fit("coachin", 2024)


def test_the_frames_are_copies(profiles: Profiles) -> None:
    frame = profiles.flags()
    frame["flag"] = "meer"
    assert (profiles.flags()["flag"] == "verwacht").any()
