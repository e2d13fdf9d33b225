"""What a fit takes and refuses: all problems at once, no silent answers, the same numbers whatever the types."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.errors import DefinitionError, FitError
from reintegratie_stats.estimates.expected import ExpectedFit, fit_expected
from reintegratie_stats.outliers.flag_reasons import flag_reason
from reintegratie_stats.outliers.flags import OutlierRule
from reintegratie_stats.outliers.operating import operating_characteristics


def gemeenten(n: int = 60) -> pd.DataFrame:
    random = np.random.default_rng(5)
    frame = pd.DataFrame({"gemeente": [f"GM{k:04d}" for k in range(n)], "mensen": 500 + 50 * np.arange(n)})
    frame["laag"] = np.arange(n) * 7 % 11 + 1.0
    frame["klasse"] = np.arange(n) % 3 + 1
    frame["regio"] = [f"R{k % 6}" for k in range(n)]
    frame["aantal"] = random.poisson(0.1 * frame["mensen"] * np.exp(random.normal(0.0, 0.2, n)))
    return frame


def fitted(frame: pd.DataFrame, formula: str = "aantal ~ laag", **settings: Any) -> ExpectedFit:
    return fit_expected(frame, formula, **{"exposure": "mensen", **settings})


def test_everything_that_is_wrong_with_the_columns_is_told_at_once() -> None:
    with pytest.raises(FitError) as seen:
        fitted(gemeenten(), "antal ~ laagg + rijk", exposure="mens", id="gemente")
    for text in ("'gemeente'?", "'mensen'?", "'aantal'?", "'laag'?", "'rijk' is not a column"):
        assert text in str(seen.value)


def test_everything_that_is_wrong_with_the_values_is_told_at_once() -> None:
    frame = gemeenten().astype({"aantal": float})
    frame.loc[1, "aantal"], frame.loc[2, "aantal"], frame.loc[3, "mensen"], frame.loc[4, "laag"] = -1, 2.5, 0, np.nan
    with pytest.raises(FitError) as seen:
        fitted(frame)
    for text in ("negative, in GM0001", "not a whole number, in GM0002", "is 0, in GM0003", "'laag' in GM0004"):
        assert text in str(seen.value)


@pytest.mark.parametrize("name", ["expected", "p", "flag", "reason", "exposure", "label"])
def test_a_column_of_gemeenten_with_the_name_of_a_result_is_refused_and_not_overwritten(name: str) -> None:
    with pytest.raises(FitError, match=f"'{name}' is in the results already"):
        fitted(gemeenten().rename(columns={"gemeente": name}), id=name)


def test_a_column_has_one_role_and_one_place() -> None:
    frame = gemeenten()
    with pytest.raises(FitError, match="only names the gemeente"):
        fitted(frame, id="mensen")
    with pytest.raises(FitError, match="only names the gemeente"):
        fitted(frame, "aantal ~ gemeente")
    with pytest.raises(FitError, match="is also the count"):
        fitted(frame, exposure="aantal")
    with pytest.raises(FitError, match="more than one column is called laag"):
        fitted(pd.concat([frame, frame[["laag"]]], axis=1))
    with pytest.raises(FitError, match="text and numbers together"):
        fitted(frame.assign(gemeente=[k if k % 2 else str(k) for k in range(len(frame))]))
    with pytest.raises(FitError, match="give a pandas DataFrame"):
        fitted({"aantal": [1]})  # type: ignore[arg-type]


@pytest.mark.parametrize("n", [0, 1, 10])
def test_too_few_gemeenten_is_what_is_said_of_too_few_gemeenten(n: int) -> None:
    with pytest.raises(FitError, match="can be judged: too few for 10 residual degrees of freedom"):
        fitted(gemeenten().head(n), "aantal ~ laag + klasse")


def test_functions_that_remember_the_data_can_be_used_and_code_new_data_alike() -> None:
    frame = gemeenten()
    for term in ("poly(laag, 2)", "scale(laag)", "center(laag)", "bs(laag, df=4)"):
        fit = fitted(frame, f"aantal ~ {term}")
        one = fit.predict(frame.iloc[[7]])["expected"].iloc[0]
        assert one == pytest.approx(fit.units()["expected"][7], rel=1e-10)
    with pytest.raises(FitError, match="Did you mean 'laag'"):
        fitted(frame, "aantal ~ scale(laagg)")
    with pytest.raises(FitError, match="trait of the institution"):
        fitted(frame.rename(columns={"klasse": "softwarepakket"}), "aantal ~ scale(softwarepakket)")
    with pytest.raises(FitError, match="name the covariates"):
        fitted(frame, "aantal ~ .")


def test_a_class_that_the_fit_did_not_see_is_no_silent_first_class() -> None:
    frame = gemeenten()
    fit = fitted(frame, "aantal ~ C(klasse)")
    with pytest.raises(FitError, match="did not see"):
        fit.predict(frame.assign(klasse=9))
    with pytest.raises(FitError, match="cannot be applied to the new data"):
        fitted(frame).predict(frame.assign(laag="veel"))


def test_new_data_are_checked_all_at_once_and_nobody_to_register_for_expects_nothing() -> None:
    frame = gemeenten()
    fit = fitted(frame)
    with pytest.raises(FitError, match=r"'laag' is missing in 60 rows.*'mensen' is negative"):
        fit.predict(frame.assign(laag=np.nan, mensen=-1))
    with pytest.raises(FitError, match="not a column of the new data: 'mensen', 'laag'"):
        fit.predict(frame[["gemeente"]])
    nobody = fit.predict(frame.head(1).assign(mensen=0))
    assert nobody[["expected", "lower", "upper"]].to_numpy().tolist() == [[0.0, 0.0, 0.0]]


@pytest.mark.parametrize("level", [95, 0, 1.0, "0.95"])
def test_a_level_is_a_share(level: Any) -> None:
    fit = fitted(gemeenten())
    for ask in (fit.limits, lambda q: fit.tidy(level=q), lambda q: fit.predict(gemeenten(), level=q)):
        with pytest.raises(FitError, match="a share between 0 and 1"):
            ask(level)


def test_a_gemeente_in_no_cluster_is_a_cluster_of_its_own() -> None:
    frame = gemeenten()
    none = frame.assign(regio=frame["regio"].where(frame["regio"] != "R0"))
    own = frame.assign(regio=np.where(frame["regio"] == "R0", frame["gemeente"], frame["regio"]))
    fit = fitted(none, cluster="regio")
    assert fit.tidy()["std_error"].tolist() == pytest.approx(fitted(own, cluster="regio").tidy()["std_error"].tolist())
    assert "'regio' is missing for 10 gemeenten: each a cluster of its own" in fit.notes
    assert fit.units()["p"].notna().all()
    with pytest.raises(FitError, match="in one cluster"):
        fitted(frame.assign(regio="R0"), cluster="regio").tidy()
    with pytest.raises(FitError, match="choose from model, HC0"):
        fit.tidy(kind="HC9")  # type: ignore[arg-type]


@pytest.mark.parametrize("setting", [{"robust": "nee"}, {"recalibrate": 1}, {"seed": "a"}, {"seed": 1.5}])
def test_a_setting_of_the_wrong_kind_is_refused(setting: dict[str, Any]) -> None:
    with pytest.raises(FitError, match=str(next(iter(setting)))):
        fitted(gemeenten(), **setting)


def test_the_order_of_the_categories_of_gemeenten_does_not_matter() -> None:
    frame = gemeenten()
    plain = fitted(frame).units()
    turned = frame.assign(gemeente=pd.Categorical(frame["gemeente"], categories=list(frame["gemeente"])[::-1]))
    found = fitted(turned).units()
    assert found["gemeente"].astype(str).tolist() == plain["gemeente"].tolist()
    assert found["p"].tolist() == plain["p"].tolist()


@pytest.mark.parametrize("family", ["nb2", "poisson", "quasipoisson", "binomial", "ols_rate"])
def test_a_fit_can_be_pickled(family: str) -> None:
    fit = fitted(gemeenten(), family=family)
    assert fit.units()["p"].notna().all()
    again = pickle.loads(pickle.dumps(fit))
    assert again.units().equals(fit.units())
    assert again.predict(gemeenten()).equals(fit.predict(gemeenten()))


def test_a_rule_tells_everything_that_is_wrong_and_settings_of_a_simulation_are_checked() -> None:
    with pytest.raises(DefinitionError, match=r"signal_level is 99.8.*fdr is 10"):
        OutlierRule(signal_level=99.8, fdr=10)
    with pytest.raises(DefinitionError, match="fdr is 'a', not a number"):
        OutlierRule(fdr="a")  # type: ignore[arg-type]
    fit = fitted(gemeenten())
    assert operating_characteristics(fit, n_sim=2, seed=1, factor=2).factor == (2.0,)
    with pytest.raises(DefinitionError, match="seed is -1"):
        operating_characteristics(fit, n_sim=2, seed=-1)


def test_an_expectation_just_under_the_least_is_not_told_as_the_least() -> None:
    row = {"flag": "niet_te_beoordelen", "why": None, "expected_loo": 0.97}
    assert "0,9 verwacht, minder dan de 1 " in flag_reason(row, OutlierRule(), "nl")


def test_a_long_list_of_missing_columns_is_told_in_dutch() -> None:
    row = {"flag": "niet_te_beoordelen", "why": "missing: laag, klasse and 3 more", "expected_loo": np.nan}
    assert flag_reason(row, OutlierRule(), "nl") == "Niet te beoordelen: ontbreekt: laag, klasse en nog 3."
    assert flag_reason(row, OutlierRule(), "en") == "Not to be judged: missing: laag, klasse and 3 more."
