"""Persons in covariate cells: what comes in, what is refused, and how gemeenten are judged."""

from __future__ import annotations

import pickle
import traceback
import warnings
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import stats
from scipy.special import expit

import reintegratie_stats as rs
from reintegratie_stats.errors import EngineError, FitError, RegisterError
from reintegratie_stats.estimates.person_cells import fit_cells
from reintegratie_stats.outliers import flag_outliers, operating_characteristics
from reintegratie_stats.outliers.persons import fit_expected_persons
from tests.unit.estimates.test_expected import GLANCE, UNITS
from tests.unit.outliers.person_samples import FORMULA, cells, fitted, persons

# --- what comes in -----------------------------------------------------------------------------


def test_every_kind_of_table_gives_the_same_fit(tmp_path: Path) -> None:
    frame = persons()
    table = pa.Table.from_pandas(frame, preserve_index=False)
    frame.iloc[:1000].to_parquet(tmp_path / "a.parquet")
    frame.iloc[1000:].to_parquet(tmp_path / "b.parquet")
    frame.to_parquet(tmp_path / "all.pq.parquet")
    con = ibis.duckdb.connect()
    kinds = {
        "arrow": table,
        "category": frame.astype({"leeftijd": "category"}),
        "ibis": con.create_table("mensen", table),
        "memtable": ibis.memtable(frame),
        "pattern": str(tmp_path / "[ab].parquet"),
        "file": tmp_path / "all.pq.parquet",
        "shuffled": frame.iloc[::-1],
        "bool": frame.astype({"voorziening": bool}),
    }
    first = fit_expected_persons(frame, FORMULA)
    assert first.units()["observed"].sum() == frame["voorziening"].sum()
    assert first.units()["exposure"].sum() == len(frame)
    for name, data in kinds.items():
        other = fit_expected_persons(data, FORMULA)
        pd.testing.assert_frame_equal(other.units(), first.units(), check_exact=False, rtol=1e-9, obj=name)
    assert con.con.sql("show tables").fetchall() == [("mensen",)]


def test_the_frames_are_those_of_a_fit_on_counts() -> None:
    fit = rs.fit_expected_persons(persons(), FORMULA)
    assert fit.units().columns.tolist() == UNITS
    assert fit.glance().columns.tolist()[: len(GLANCE)] == GLANCE
    assert fit.tidy().columns.tolist() == ["term", "estimate", "std_error", "irr", "lower", "upper", "p"]
    assert fit.limits(0.998)["lower"].le(fit.units()["lower"]).all()
    assert np.isfinite(fit.units().select_dtypes("number").to_numpy()).all()
    assert isinstance(fit, rs.ExpectedFit)
    assert repr(fit).startswith("PersonFit(")


def test_a_register_without_covariates_or_with_a_number_can_be_fitted() -> None:
    frame = persons().assign(jaren=lambda d: d["leeftijd"].map({"jong": 25, "midden": 40, "oud": 60}))
    bare = fit_expected_persons(frame, "voorziening ~ 1", robust=False)
    rate = frame["voorziening"].mean()
    assert bare.units()["expected"].to_numpy() == pytest.approx(rate * bare.units()["exposure"].to_numpy())
    as_number = fit_expected_persons(frame, "voorziening ~ jaren", robust=False)
    assert as_number.tidy()["term"].tolist() == ["Intercept", "jaren"]
    as_classes = fit_expected_persons(frame, "voorziening ~ C(jaren)", robust=False)
    named = fit_expected_persons(frame, "voorziening ~ C(leeftijd, levels=['jong', 'midden', 'oud'])", robust=False)
    assert as_classes.units()["expected"].to_numpy() == pytest.approx(named.units()["expected"].to_numpy())


def test_what_others_are_expected_to_have_is_the_sum_over_the_new_persons() -> None:
    frame = persons()
    fit = fit_expected_persons(frame, FORMULA)
    again = fit.predict(frame)
    assert again["expected"].to_numpy() == pytest.approx(fit.units()["expected"].to_numpy())
    collapsed = frame.groupby(["gemeente", "leeftijd", "geslacht"]).size().rename("personen").reset_index()
    assert fit.predict(collapsed)["upper"].tolist() == again["upper"].tolist()
    with pytest.raises(FitError, match=f"'leeftijd' is missing in {len(frame)} rows"):
        fit.predict(frame.assign(leeftijd=None))
    with pytest.raises(FitError, match="categories that the fit did not see, in 1 row") as seen:
        fit.predict(frame.head(3).assign(leeftijd=["jong", "geheim", "oud"]))
    assert "geheim" not in str(seen.value)


def test_new_persons_with_another_type_or_category_are_refused_without_their_values() -> None:
    frame = persons().assign(duur=lambda d: np.arange(len(d)) * 7 % 5)
    fit = fit_expected_persons(frame, "voorziening ~ leeftijd + C(duur)")
    few = frame.head(3)
    strange = [few.assign(duur="geheim"), few.assign(duur=[77, 1, 2]), few.assign(personen="geheim"),
               few.assign(personen=-1)]  # fmt: skip
    for new in strange:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(FitError) as seen:
                fit.predict(new)
        told = "".join(traceback.format_exception(seen.value))
        assert "geheim" not in told
        assert "77" not in str(seen.value)
    with pytest.raises(FitError, match=r"For 95 per cent write 0.95"):
        fit.predict(few, level=95)


def test_a_fit_on_persons_can_be_pickled() -> None:
    fit = fit_expected_persons(persons(), FORMULA)
    again = pickle.loads(pickle.dumps(fit))
    assert again.units().equals(fit.units())


def test_a_column_of_gemeenten_that_the_results_have_already_is_refused_with_the_other_problems() -> None:
    with pytest.raises(FitError, match=r"'expected' is in the results already.*'leeftijdd' is not a column"):
        fit_expected_persons(
            persons().rename(columns={"gemeente": "expected"}), "voorziening ~ leeftijdd", id="expected"
        )


# --- what is refused -----------------------------------------------------------------------------


def test_missing_values_are_counted_per_column_and_all_problems_are_told_at_once() -> None:
    frame = persons()
    frame.loc[:6, "leeftijd"] = None
    frame.loc[3:4, "gemeente"] = None
    frame["voorziening"] = frame["voorziening"].astype(float)
    frame.loc[8, "voorziening"] = np.nan
    frame.loc[9:11, "voorziening"] = 2
    with pytest.raises(FitError) as seen:
        fit_expected_persons(frame, FORMULA)
    for text in (
        "'leeftijd' is missing for 7 persons",
        "'gemeente' is missing for 2 persons",
        "'voorziening' is missing for 1 person",
        "'voorziening' is neither 0 nor 1 for 3 persons",
    ):
        assert text in str(seen.value)


def test_missing_text_becomes_a_category_only_when_it_is_asked_for() -> None:
    frame = persons()
    frame.loc[::50, "leeftijd"] = None
    fit = fit_expected_persons(frame, FORMULA, unknown="onbekend")
    assert "leeftijd[T.onbekend]" in fit.tidy()["term"].tolist()
    assert any(f"'leeftijd' is missing for {len(frame.loc[::50])} persons: category 'onbekend'" in n for n in fit.notes)
    number = frame.assign(jaren=np.where(frame["leeftijd"].isna(), np.nan, 1.0 * frame.index % 7))
    with pytest.raises(FitError, match=r"'jaren' is missing for .* make it text"):
        fit_expected_persons(number, "voorziening ~ jaren", unknown="onbekend")


@pytest.mark.parametrize(
    ("change", "formula", "says"),
    [
        ({}, "voorziening ~ leeftyd", "covariate 'leeftyd' is not a column of the data. Did you mean 'leeftijd'"),
        ({}, "leeftijd ~ geslacht", "'leeftijd' holds string; the outcome is 0 or 1"),
        ({}, "voorziening ~ gemeente", "a gemeente that explains itself"),
        ({"voorziening": 1}, FORMULA, "'voorziening' is 1 for every person"),
        ({"geslacht": "m"}, FORMULA, "'geslacht': the same for every person"),
        ({"softwarepakket": "alfa"}, "voorziening ~ softwarepakket", "trait of the institution"),
    ],
)
def test_what_cannot_be_fitted_is_refused_by_name(change: dict[str, object], formula: str, says: str) -> None:
    with pytest.raises(FitError) as seen:
        fit_expected_persons(persons().assign(**change), formula)
    assert says in str(seen.value)


def test_collinear_and_separated_columns_are_named_and_their_categories_are_not() -> None:
    frame = persons()
    copied = frame.assign(klasse=frame["leeftijd"].map({"jong": "geheim1", "midden": "geheim2", "oud": "geheim3"}))
    with pytest.raises(
        FitError, match=r"'klasse', 'leeftijd' are collinear|'leeftijd', 'klasse' are collinear"
    ) as seen:
        fit_expected_persons(copied, "voorziening ~ leeftijd + klasse")
    assert "geheim" not in str(seen.value)
    alone = frame.assign(groep=np.where(frame.index % 97 == 0, "geheim", "rest"))
    alone.loc[alone["groep"] == "geheim", "voorziening"] = 0
    with pytest.raises(FitError, match=r"separation: .*'groep'") as seen:
        fit_expected_persons(alone, "voorziening ~ leeftijd + groep")
    assert "geheim" not in str(seen.value)
    nobody = frame[~((frame["leeftijd"] == "oud") & (frame["geslacht"] == "v"))]
    with pytest.raises(FitError, match=r"'leeftijd:geslacht': 1 combination of categories holds no persons"):
        fit_expected_persons(nobody, "voorziening ~ leeftijd * geslacht")


def test_too_many_cells_too_few_gemeenten_and_no_persons_are_refused() -> None:
    frame = persons().assign(inkomen=lambda d: np.arange(len(d)) % 1000)
    with pytest.raises(FitError, match=r"more than 500 .*'inkomen' 1000"):
        fit_expected_persons(frame, "voorziening ~ inkomen + leeftijd", max_cells=500)
    with pytest.raises(FitError, match="10 gemeenten: their ordinary spread"):
        fit_expected_persons(persons(gemeenten=10), FORMULA)
    with pytest.raises(FitError, match="no persons"):
        fit_expected_persons(persons().iloc[:0].astype({"leeftijd": str, "geslacht": str}), FORMULA)


def test_a_path_without_parquet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="no Parquet file"):
        fit_expected_persons(tmp_path, FORMULA)
    (tmp_path / "a.csv").write_text("x")
    with pytest.raises(RegisterError, match=r"a\.csv: not Parquet"):
        fit_expected_persons(str(tmp_path / "*"), FORMULA)
    (tmp_path / "b.parquet").write_text("GEHEIM")
    with pytest.raises(EngineError, match="Is it Parquet") as seen:
        fit_expected_persons(tmp_path / "b.parquet", FORMULA)
    assert "GEHEIM" not in str(seen.value)


# --- how gemeenten are judged ------------------------------------------------------------------------


def test_a_gemeente_is_judged_by_a_fit_that_did_not_see_its_persons() -> None:
    found = cells(np.random.default_rng(5), sd=0.15)
    for how, tolerance in (("refit", 1e-8), ("auto", 1e-3)):
        fit = fitted(found, loo=how)
        for g in range(0, 150, 17):
            others = fit.level.keep.copy()
            others[g] = False
            beta = fit_cells(fit.design.x, *found.totals(others)).beta
            truth = float((found.persons[g] @ expit(fit.design.x @ beta))[0])
            assert fit.units()["expected_loo"][g] == pytest.approx(truth, rel=tolerance)


def test_a_large_gemeente_does_not_hide_behind_its_own_weight() -> None:
    frame = persons(each=100)
    large = persons(gemeenten=1, each=4000, seed=9, sd=0.0).assign(gemeente="GM9999")
    large["voorziening"] = np.where(np.arange(len(large)) % 3 == 0, 1, large["voorziening"])
    fit = fit_expected_persons(pd.concat([frame, large]), FORMULA, robust=False)
    unit = fit.units().set_index("gemeente").loc["GM9999"]
    assert unit["ratio"] > 1.05 * unit["observed"] / unit["expected"]


def test_a_gemeente_that_alone_has_a_category_cannot_be_judged_and_the_others_can() -> None:
    frame = persons()
    frame.loc[frame.index[frame["gemeente"] == "GM0003"][:60], "leeftijd"] = "jongst"
    fit = fit_expected_persons(frame, FORMULA, robust=False)
    units = fit.units().set_index("gemeente")
    assert "alone determines a coefficient" in units.loc["GM0003", "reason"]
    assert units["reason"].isna().sum() == len(units) - 1
    assert flag_outliers(fit).counts()["niet_te_beoordelen"] == 1


@pytest.mark.parametrize(("sd", "level"), [(0.0, -2.0), (0.2, -2.0), (0.2, 0.5)])
def test_when_nobody_deviates_p_is_uniform_and_hardly_anybody_is_flagged(sd: float, level: float) -> None:
    residuals, flags = [], 0
    for seed in range(4):
        fit = fitted(cells(np.random.default_rng([11, seed]), sd, level=level))
        residuals.append(fit.units()["residual"].to_numpy())
        flags += sum(flag_outliers(fit).counts()[name] for name in ("meer", "minder"))
        assert np.sqrt(fit.spread) == pytest.approx(sd, abs=0.05)
    z = np.concatenate(residuals)
    assert stats.kstest(stats.norm.cdf(z), "uniform").pvalue > 0.01
    assert np.mean(np.abs(z) > 1.96) == pytest.approx(0.05, abs=0.025)
    assert flags <= 8


def test_gemeenten_that_deviate_are_found_and_set_aside_in_estimation() -> None:
    factors = np.ones(150)
    factors[[3, 40, 77, 120]] = 2.6, 0.38, 2.6, 0.38
    fit = fitted(cells(np.random.default_rng(8), 0.15, factors))
    frame = flag_outliers(fit).to_frame()
    assert frame["flag"][[3, 40, 77, 120]].tolist() == ["meer", "minder", "meer", "minder"]
    assert fit.units()["set_aside"][[3, 40, 77, 120]].all()
    assert (frame["flag"] == "verwacht").sum() >= 144


def test_what_the_rule_can_see_is_simulated_from_the_fit() -> None:
    fit = fitted(cells(np.random.default_rng(2), 0.15))
    seen = operating_characteristics(fit, n_sim=8, seed=1, factor=(2.5,), size_classes=3)
    assert seen.failed == 0
    total = seen.false_flags().set_index(["size_class", "direction"])
    assert total.loc[("alle", "beide"), "expected_flags"] < 3
    power = seen.power().set_index(["size_class", "direction"])["power"]
    assert power[("groot", "minder")] > 0.9
    assert seen.classes["exposure_to"].iloc[-1] == fit.units()["exposure"].max()


def test_persons_of_one_gemeente_are_not_independent() -> None:
    fit = fitted(cells(np.random.default_rng(4), 0.3))
    table = fit.tidy("model")["std_error"], fit.tidy()["std_error"]
    assert table[1][0] > 1.5 * table[0][0]
    with pytest.raises(FitError, match="kind is 'HC3'"):
        fit.tidy("HC3")
