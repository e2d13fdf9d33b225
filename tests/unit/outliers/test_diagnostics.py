"""What the diagnostics of a fit say: nothing where nothing is the matter, and the right thing where something is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import ndtri

from reintegratie_stats.errors import DefinitionError, FitError, ReportError
from reintegratie_stats.estimates.expected import ExpectedFit, fit_expected
from reintegratie_stats.estimates.person_fit import PersonFit
from reintegratie_stats.outliers import Diagnostics, OutlierRule, diagnose, diagnostic_checks, flag_outliers
from reintegratie_stats.outliers.associations import associate
from reintegratie_stats.outliers.diagnostic_checks import dispersion_frame, quantile_check, region_frame
from reintegratie_stats.outliers.diagnostic_texts import VERDICTS, in_both, reason_in_both
from reintegratie_stats.outliers.sensitivity import Sensitivity
from reintegratie_stats.report.labels import labels
from tests.unit.outliers.worlds import scattered

FORMULA, EXPOSURE = "aantal ~ laag", "doelgroep"
FEW = ("nb2", "quasipoisson")


def gemeenten(n: int = 120, sd: float = 0.2, slope: float = 0.0, region: float = 0.0) -> pd.DataFrame:
    """Return gemeenten of which the count may grow with size, or differ between regions."""
    size = np.round(8000 * np.exp(0.8 * ndtri(scattered(n, np.sqrt(2)))))
    laag = ndtri(scattered(n, np.sqrt(3)))
    where = np.arange(n) % 6
    mean = 0.03 * size * (size / 8000) ** slope * np.exp(0.2 * laag + sd * ndtri(scattered(n, np.sqrt(7))))
    mean = mean * np.exp(region * (where - 2.5))
    count = np.maximum(0.0, np.round(mean + np.sqrt(mean) * ndtri(scattered(n, np.sqrt(11)))))
    frame = pd.DataFrame({"gemeente": [f"{k:04d}" for k in range(n)], "doelgroep": size, "laag": laag, "aantal": count})
    frame["regio"] = [f"R{k}" for k in where]
    frame["pakket"] = [("A", "B", "C")[k % 3] for k in (np.arange(n) // 2)]
    frame["extern"] = np.where(scattered(n, np.sqrt(13)) < 0.3, "ja", "nee")
    return frame


def fitted(frame: pd.DataFrame, **settings: object) -> ExpectedFit:
    return fit_expected(frame, FORMULA, exposure=EXPOSURE, **settings)  # type: ignore[arg-type]


@pytest.fixture(scope="module", autouse=True)
def _fewer_draws() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diagnostic_checks, "DRAWS", 24)
        yield


@pytest.fixture(scope="module")
def ordinary() -> Diagnostics:
    frame = gemeenten()
    frame.loc[7, "aantal"] *= 3
    return diagnose(fitted(frame), frame, traits=["pakket", "extern", "laag"], region="regio")


def verdicts(found: Diagnostics) -> pd.Series:
    return found.table("en").set_index("check")["verdict"]


def test_every_check_is_a_row_and_where_nothing_is_the_matter_that_is_said(ordinary: Diagnostics) -> None:
    table = ordinary.table("en").set_index("check")
    assert list(table.index) == [
        "dispersion:poisson", "dispersion:binomial", "dispersion:nb2", "size_trend", "size_spread", "offset_slope",
        "quantiles", "leverage", "cook", "correlation:doelgroep", "correlation:pakket", "correlation:extern = ja",
        "correlation:laag", "region:regio", "sensitivity",
    ]  # fmt: skip
    assert table.loc["dispersion:poisson", "verdict"].startswith("The counts vary more than Poisson allows")
    assert table.loc["dispersion:nb2", "lower"] < table.loc["dispersion:nb2", "value"]
    said = table["verdict"]
    for check, words in (("size_trend", "No relation"), ("size_spread", "as much"), ("offset_slope", "in proportion"),
                         ("quantiles", "follow the model"), ("region:regio", "No clustering"),
                         ("correlation:laag", "No relation"), ("cook", "No gemeente shapes")):  # fmt: skip
        assert words in said[check]
    assert table["reference"].notna().all()
    assert {check.split(":")[0] for check in table.index} == set(labels("check"))


def test_the_table_is_in_both_languages_and_has_no_open_places(ordinary: Diagnostics) -> None:
    for lang in ("nl", "en"):
        assert not ordinary.table(lang)["verdict"].str.contains("[{}]").any()
    assert ordinary.table("nl")["verdict"][0].startswith("De aantallen lopen meer uiteen")
    with pytest.raises(ReportError):
        ordinary.table("de")  # type: ignore[arg-type]
    for texts in VERDICTS.values():
        open_ = {lang: sorted(part.split("}")[0] for part in text.split("{")[1:]) for lang, text in texts.items()}
        assert open_["nl"] == open_["en"]


def test_the_sheet_has_the_frames_that_the_figure_draws(ordinary: Diagnostics) -> None:
    sheet = ordinary.sheet()
    columns = {
        "dispersion": {"family", "phi", "reference"},
        "residual_size": {"expected", "residual", "flag"},
        "quantiles": {"theoretical", "median", "lower", "upper", "envelope_lower", "envelope_upper"},
        "leverage": {"leverage", "residual_student", "cook", "label"},
        "correlations": {"trait", "correlation", "lower", "upper"},
        "regions": {"region", "mean_log_ratio", "lower", "upper"},
        "sensitivity": {"gemeente", "family", "flag"},
    }
    assert set(sheet) == set(columns)
    for name, needed in columns.items():
        assert needed <= set(sheet[name].columns)
        assert len(sheet[name])
    quantiles = sheet["quantiles"]
    assert len(quantiles) == 120
    assert quantiles["theoretical"].is_monotonic_increasing
    assert ((quantiles["lower"] <= quantiles["median"]) & (quantiles["median"] <= quantiles["upper"])).all()
    assert ((quantiles["envelope_lower"] < quantiles["theoretical"]) & (
        quantiles["theoretical"] < quantiles["envelope_upper"])).all()  # fmt: skip
    sheet["quantiles"].loc[:, "median"] = 0.0
    assert ordinary.sheet()["quantiles"]["median"].abs().max() > 1


def test_the_envelope_holds_so_many_of_normal_numbers_at_each_place() -> None:
    frame = gemeenten(60)
    q = diagnose(fitted(frame), frame, families=FEW).sheet()["quantiles"]
    drawn = np.sort(np.random.default_rng(5).standard_normal((4000, 60)), axis=1)
    inside = (drawn >= q["envelope_lower"].to_numpy()) & (drawn <= q["envelope_upper"].to_numpy())
    assert inside.mean(axis=0) == pytest.approx(np.full(60, 0.95), abs=0.016)
    assert np.median(drawn, axis=0) == pytest.approx(q["theoretical"].to_numpy(), abs=0.06)


def test_a_count_that_outgrows_its_exposure_shows_in_the_slope_the_residuals_and_the_correlation_with_size() -> None:
    frame = gemeenten(slope=0.4)
    said = verdicts(diagnose(fitted(frame), frame, families=FEW))
    assert "large gemeenten have more than expected" in said["size_trend"]
    assert "does not grow in proportion" in said["offset_slope"]
    assert said["correlation:doelgroep"].startswith("Registered / expected goes with doelgroep")


def test_poisson_residuals_vary_more_for_large_gemeenten_and_do_not_follow_the_model() -> None:
    frame = gemeenten()
    said = verdicts(diagnose(fitted(frame, family="poisson", robust=False), frame, families=FEW))
    assert "vary more for large gemeenten" in said["size_spread"]
    assert "do not follow the model" in said["quantiles"]


def test_regions_that_differ_are_seen_as_a_cluster_and_its_frame_says_which() -> None:
    frame = gemeenten(region=0.25)
    found = diagnose(fitted(frame), frame, region="regio", families=FEW, seed=3)
    row = found.table("nl").set_index("check").loc["region:regio"]
    assert row["p"] == 1 / 1000
    assert row["lower"] > 0.2
    assert "gedeelde oorzaak" in row["verdict"]
    regions = found.sheet()["regions"].set_index("region")
    assert regions["mean_log_ratio"].is_monotonic_increasing
    assert regions.loc["R5", "lower"] > 0.2
    assert regions.loc["R0", "upper"] < -0.2


def test_the_permutation_is_the_same_with_a_seed_and_does_not_depend_on_the_order() -> None:
    frame = gemeenten(60, region=0.05)
    one = diagnose(fitted(frame), frame, traits=["pakket"], region="regio", families=FEW, seed=3)
    two = diagnose(fitted(frame), frame.iloc[::-1], traits=["pakket"], region="regio", families=FEW, seed=3)
    pd.testing.assert_frame_equal(one.table(), two.table())
    other = diagnose(fitted(frame), frame, traits=["pakket"], region="regio", families=FEW, seed=4)
    assert other.table()["p"].tolist() != one.table()["p"].tolist()


def test_groups_that_are_drawn_at_random_have_an_even_p() -> None:
    random = np.random.default_rng(2)
    groups = pd.Series([f"g{k % 7}" for k in range(60)])
    p = [associate("g", groups, random.standard_normal(60), permutations=199, seed=k).p for k in range(200)]
    assert np.mean(p) == pytest.approx(0.5, abs=0.08)
    assert np.mean(np.array(p) <= 0.1) == pytest.approx(0.1, abs=0.07)


def test_a_trait_that_says_nothing_is_told_so_and_missing_traits_leave_gemeenten_out() -> None:
    frame = gemeenten(60)
    frame["leeg"], frame["zelfde"] = pd.NA, "x"
    frame.loc[10:, "half"] = 1.0
    found = diagnose(fitted(frame), frame, traits=["leeg", "zelfde", "half", "pakket"], families=FEW)
    said = verdicts(found)
    for trait in ("leeg", "zelfde", "half"):
        assert said[f"correlation:{trait}"].startswith(f"Nothing can be said about {trait}")
    correlations = found.sheet()["correlations"].set_index("trait")
    assert correlations.loc["half", "n"] == 50
    assert correlations.loc["pakket", "measure"] == "icc"


def test_why_nothing_can_be_said_and_a_long_list_are_in_the_language_of_the_table() -> None:
    assert reason_in_both("the same for every gemeente")["nl"] == "voor elke gemeente gelijk"
    assert reason_in_both("3 gemeenten in 2 groups")["nl"] == "3 gemeenten in 2 groepen"
    names = [f"GM{k}" for k in range(14)]
    assert in_both(names)["nl"].endswith("GM11 en nog 2")
    assert in_both(names)["en"].endswith("GM11 and 2 more")
    frame = gemeenten().assign(overal="a")
    dutch = diagnose(fitted(frame), frame, traits=["overal"], families=("nb2",)).table("nl")
    told = dutch.loc[dutch["check"] == "correlation:overal", "verdict"].iloc[0]
    assert "groups" not in told
    assert "groepen" in told


def test_the_sensitivity_table_says_who_is_flagged_whatever_is_assumed(ordinary: Diagnostics) -> None:
    wide = ordinary.sensitivity().set_index("gemeente")
    settings = ["poisson", "quasipoisson", "nb2", "nb2_gamma", "nb2_all", "binomial", "ols_rate"]
    assert list(wide.columns) == ["fit", *settings, "same"]
    assert (wide["fit"] == wide["nb2"]).all()
    frame = gemeenten()
    frame.loc[7, "aantal"] *= 3
    other = flag_outliers(fitted(frame, robust=False)).to_frame().set_index("gemeente")["flag"]
    assert (wide["nb2_all"] == other).all()
    assert wide.index[wide["same"]].tolist() == ["0007"]
    assert wide["poisson"].isin(["meer", "minder"]).sum() > 5
    row = ordinary.table("nl").set_index("check").loc["sensitivity"]
    number = int(wide["fit"].isin(["meer", "minder"]).sum())
    assert row["value"] == pytest.approx(1 / number)
    assert "0007" in row["verdict"] or number == 1
    long = ordinary.sheet()["sensitivity"]
    assert len(long) == 120 * 7
    assert (long[long["family"] == "nb2_gamma"]["flag"].tolist()) == wide["nb2_gamma"].tolist()
    standing = (wide["nb2_all"] == wide["fit"]) & wide["fit"].isin(["meer", "minder"])
    assert f"op allen {standing.sum()}" in row["verdict"] or number == 1


def test_a_family_that_the_data_cannot_bear_is_left_out_with_a_note() -> None:
    frame = gemeenten(60)
    frame["doelgroep"] = frame["doelgroep"] + 0.5
    found = diagnose(fitted(frame), frame, families=("nb2", "binomial"))
    assert "binomial" not in found.sensitivity()
    assert "sensitivity, binomial: exposure 'doelgroep' is not a whole number" in found.notes[0]
    assert "dispersion:binomial" not in set(found.table()["check"])


def test_the_rule_decides_who_is_flagged_in_it() -> None:
    frame = gemeenten(60)
    rule = OutlierRule(signal_level=0.5, fdr=0.0, ratio_low=1.0, ratio_high=1.0)
    found = diagnose(fitted(frame), frame, families=("nb2",), rule=rule)
    assert found.sensitivity()["fit"].isin(["meer", "minder"]).sum() > 15
    nobody = diagnose(fitted(frame), frame, families=FEW, rule=OutlierRule(signal_level=1.0, fdr=0.0))
    assert verdicts(nobody)["sensitivity"] == "No gemeente is flagged; under other assumptions it is 0 to 0."
    assert not nobody.sheet()["sensitivity"]["flag"].isin(["meer", "minder"]).any()


def test_a_gemeente_that_is_not_judged_is_in_no_check() -> None:
    frame = gemeenten(60)
    frame.loc[3, "laag"] = np.nan
    fit = fitted(frame, missing="not_judged")
    found = diagnose(fit, frame, families=FEW)
    assert len(found.sheet()["quantiles"]) == 59
    assert "0003" not in set(found.sheet()["leverage"]["gemeente"])
    assert found.sensitivity().set_index("gemeente").loc["0003", "fit"] == "niet_te_beoordelen"


def test_a_gemeente_far_from_the_others_is_named() -> None:
    frame = gemeenten(60)
    frame.loc[5, "laag"] = 15.0
    found = diagnose(fitted(frame), frame, families=FEW, names={"0005": "Verweg"})
    assert "0005" in verdicts(found)["leverage"]
    leverage = found.sheet()["leverage"].set_index("gemeente")
    assert leverage.loc["0005", "label"] == "Verweg"
    assert 5 <= leverage["label"].notna().sum() <= 10
    assert set(found.sheet()["sensitivity"].query("label == 'Verweg'")["gemeente"]) == {"0005"}


def test_outliers_are_told_apart_from_a_model_that_does_not_fit() -> None:
    frame = gemeenten(120, sd=0.1)
    frame.loc[frame.index % 12 == 0, "aantal"] = (frame["aantal"] * 3).astype(int)
    found = diagnose(fitted(frame), frame, families=FEW)
    assert "tails do not" in verdicts(found)["quantiles"]


@pytest.mark.parametrize("family", ["binomial", "ols_rate", "quasipoisson"])
def test_other_families_are_checked_as_well(family: str) -> None:
    frame = gemeenten(60)
    found = diagnose(fitted(frame, family=family), frame, families=("nb2", family))
    checks = set(found.table()["check"])
    assert ("offset_slope" in checks) == (family == "quasipoisson")
    assert found.table()["verdict"].notna().all()


def test_all_that_is_wrong_with_the_call_is_said_at_once() -> None:
    frame = gemeenten(60)
    with pytest.raises(DefinitionError) as error:
        diagnose(fitted(frame), frame, traits=["paket"], region="provincie", seeds=5, families=("nb3",))
    for words in ("Did you mean 'pakket'", "region: 'provincie'", "seeds is 5", "Did you mean 'nb2'"):
        assert words in str(error.value)
    with pytest.raises(DefinitionError, match="list of columns"):
        diagnose(fitted(frame), frame, traits="pakket")


def test_data_that_were_not_fitted_are_refused() -> None:
    frame = gemeenten(60)
    fit = fitted(frame)
    with pytest.raises(FitError, match="other gemeenten"):
        diagnose(fit, frame.iloc[1:])
    with pytest.raises(FitError, match="'aantal' differs"):
        diagnose(fit, frame.assign(aantal=frame["aantal"] + 1))
    with pytest.raises(FitError, match="have no 'gemeente'"):
        diagnose(fit, frame.drop(columns="gemeente"))


def test_a_fit_on_persons_is_refused_in_words() -> None:
    frame = gemeenten(60)
    with pytest.raises(DefinitionError, match="not PersonFit"):
        diagnose(object.__new__(PersonFit), frame)


@pytest.mark.parametrize("family", ["poisson", "nb2"])
def test_the_range_of_the_dispersion_is_where_it_lies_when_the_family_is_right(
    family: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    random, found = np.random.default_rng(8), []
    frame = gemeenten(80)
    mean = 0.03 * frame["doelgroep"].to_numpy()
    monkeypatch.setattr(diagnostic_checks, "DRAWS", 49)
    for _ in range(20):
        ordinary = random.gamma(10.0, 0.1, 80) if family == "nb2" else 1.0
        data = frame.assign(aantal=random.poisson(mean * ordinary))
        fit = fit_expected(data, FORMULA, exposure=EXPOSURE, robust=False, loo="one-step")
        found.append(dispersion_frame(fit, data, (family,), 0.8).iloc[0])
    seen = pd.DataFrame(found)
    inside = ((seen["lower"] <= seen["phi"]) & (seen["phi"] <= seen["upper"])).mean()
    assert 0.5 < inside < 1
    assert ((seen["p"] >= 0.2) == ((seen["lower"] <= seen["phi"]) & (seen["phi"] <= seen["upper"]))).mean() > 0.9


def test_the_range_of_the_dispersion_of_nb2_is_the_same_with_a_seed() -> None:
    frame = gemeenten(60)
    one, two, other = (dispersion_frame(fitted(frame), frame, ("nb2",), 0.95, seed) for seed in (1, 1, 2))
    assert one.equals(two)
    assert one["lower"][0] != other["lower"][0]
    assert one["phi"].equals(other["phi"])


def test_the_p_of_the_quantiles_is_twice_the_median_of_those_of_each_randomisation() -> None:
    frame = gemeenten(60)
    settings = {"family": "poisson", "robust": False}
    found = quantile_check(fitted(frame, **settings), 20, 0.95)
    seeds = [fitted(frame, seed=seed, **settings).units()["residual"] for seed in range(20)]
    p = [stats.kstest(residual, "norm").pvalue for residual in seeds]
    assert found.p == pytest.approx(2.0 * float(np.median(p)), rel=1e-6)


def test_a_high_leverage_is_twice_the_mean_one() -> None:
    frame = gemeenten(60)
    fit = fitted(frame, robust=False)
    leverage = fit.units()["leverage"]
    words = verdicts(diagnose(fit, frame, families=FEW))["leverage"]
    assert f"{(leverage > 2 * 2 / 60).sum()}; furthest: {frame['gemeente'][leverage.idxmax()]}" in words


def test_the_interval_of_a_region_has_the_spread_within_all_regions() -> None:
    figure = np.array([0.1, 0.3, -0.2, 0.4, 0.0, 0.6, np.nan])
    region = pd.Series(["a", "a", "b", "b", "b", None, "a"])
    found = region_frame(region, figure, 0.95).set_index("region")
    within = np.sqrt((2 * 0.1**2 + np.sum((np.array([-0.2, 0.4, 0.0]) - 0.2 / 3) ** 2)) / 3)
    assert found["n"].to_dict() == {"a": 2, "b": 3}
    half = stats.t.ppf(0.975, 3) * within / np.sqrt([2, 3])
    assert found["lower"].to_numpy() == pytest.approx(np.array([0.2, 0.2 / 3]) - half)


def test_plain_poisson_and_least_squares_do_not_decide_whether_a_flag_stands() -> None:
    wide = pd.DataFrame({"gemeente": ["A"]})
    assert Sensitivity(wide, ("poisson", "nb2", "ols_rate", "nb2_all"), {}).deciding == ("nb2", "nb2_all")
