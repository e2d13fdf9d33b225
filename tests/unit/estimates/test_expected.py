"""The frames that a fit gives have the columns that others build on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.errors import FitError
from reintegratie_stats.estimates.expected import fit_expected
from reintegratie_stats.estimates.families import FAMILIES
from tests.unit.estimates.samples import gemeenten

UNITS = [
    "gemeente", "observed", "exposure", "expected", "expected_loo", "ratio", "lower", "upper", "p", "p_plain",
    "residual", "residual_deviance", "residual_pearson", "residual_student", "leverage", "cook", "influence",
    "set_aside", "loo", "reason",
]  # fmt: skip
GLANCE = [
    "family", "n", "n_estimation", "df_residual", "dispersion", "theta", "log_likelihood", "observed", "expected",
    "ratio_total", "offset_slope", "offset_slope_p", "converged", "iterations",
]  # fmt: skip


@pytest.mark.parametrize("family", list(FAMILIES))
def test_every_family_gives_the_same_columns_and_judges_everybody(family: str) -> None:
    fit = fit_expected(gemeenten(), "aantal ~ laag + eenouder", exposure="doelgroep", family=family)
    units = fit.units()
    assert units.columns.tolist() == UNITS
    assert units["gemeente"].tolist() == sorted(gemeenten()["gemeente"])
    assert fit.glance().columns.tolist() == GLANCE
    assert fit.tidy().columns.tolist() == ["term", "estimate", "std_error", "irr", "lower", "upper", "p"]
    numbers = units.select_dtypes("number")
    assert np.isfinite(numbers.to_numpy()).all()
    assert ((units["p"] > 0) & (units["p"] <= 1)).all()
    assert (units["ratio"] - units["observed"] / units["expected_loo"]).abs().max() < 1e-12
    assert (units["lower"] < units["upper"]).all()


def test_a_formula_over_several_lines_is_one_line_wherever_it_is_shown() -> None:
    formula = """aantal ~ laag
                 + eenouder"""
    fit = fit_expected(gemeenten(), formula, exposure="doelgroep")
    assert repr(fit).startswith("ExpectedFit('aantal ~ laag + eenouder', family='nb2', ")
    with pytest.raises(FitError, match=r"formula 'aantal ~ laag \+ eenouderx': ") as error:
        fit_expected(gemeenten(), formula + "x", exposure="doelgroep")
    assert "\n" not in str(error.value)


def test_the_settings_of_a_definition_are_those_that_the_fit_takes() -> None:
    fit = fit_expected(gemeenten(), "aantal ~ laag", exposure="doelgroep", robust=False, tails="gamma", seed=3)
    again = fit_expected(gemeenten(), fit.definition.formula, **fit.definition.settings())
    assert again.definition == fit.definition


def test_the_id_keeps_its_own_name_and_values() -> None:
    data = gemeenten().rename(columns={"gemeente": "gm"})
    units = fit_expected(data, "aantal ~ laag", exposure="doelgroep", id="gm").units()
    assert units.columns[0] == "gm"
    assert set(units["gm"]) == set(data["gm"])


def test_the_rate_ratio_is_per_unit_of_the_covariate_as_given() -> None:
    table = fit_expected(gemeenten(), "aantal ~ laag + eenouder", exposure="doelgroep").tidy().set_index("term")
    assert table.loc["laag", "irr"] == pytest.approx(np.exp(0.2), rel=0.05)
    assert table.loc["eenouder", "irr"] == pytest.approx(np.exp(-0.1 / 1000), rel=1e-4)
    assert (table["irr"] - np.exp(table["estimate"])).abs().max() < 1e-12
    assert ((table["lower"] < table["irr"]) & (table["irr"] < table["upper"])).all()


def test_limits_widen_with_the_level_and_are_those_of_units_at_95() -> None:
    fit = fit_expected(gemeenten(), "aantal ~ laag", exposure="doelgroep")
    narrow, wide = fit.limits(0.95), fit.limits(0.998)
    assert (wide["lower"] < narrow["lower"]).all()
    assert (wide["upper"] > narrow["upper"]).all()
    pd.testing.assert_frame_equal(narrow, fit.units()[["gemeente", "lower", "upper"]])
    with pytest.raises(FitError, match="share between 0 and 1"):
        fit.limits(95)


def test_a_binomial_fit_without_over_dispersion_is_a_plain_logit() -> None:
    data = gemeenten(sd=0.0)
    share = 1 / (1 + np.exp(-(-3 + 0.3 * data["laag"])))
    data["aantal"] = np.round(data["doelgroep"] * share).astype(int)
    fit = fit_expected(data, "aantal ~ laag", exposure="doelgroep", family="binomial", robust=False)
    assert fit.spread == 0.0
    assert fit.tidy()["estimate"].tolist() == pytest.approx([-3.0, 0.3], abs=1e-3)


def test_choices_that_do_not_exist_are_refused() -> None:
    with pytest.raises(FitError, match="loo is 'sometimes'"):
        fit_expected(gemeenten(), "aantal ~ laag", exposure="doelgroep", loo="sometimes")  # type: ignore[arg-type]


def test_a_formula_may_hold_only_an_intercept_or_a_transformation() -> None:
    one = fit_expected(gemeenten(), "aantal ~ 1", exposure="doelgroep")
    assert one.tidy()["term"].tolist() == ["Intercept"]
    two = fit_expected(gemeenten(), "aantal ~ log(eenouder) + laag:regio + I(laag**2)", exposure="doelgroep")
    assert "log(eenouder)" in two.tidy()["term"].tolist()
