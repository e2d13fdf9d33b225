"""Each gemeente is judged by a fit that did not see it, never further from a real refit than is stated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.estimates.expected import ExpectedFit, fit_expected
from reintegratie_stats.estimates.families import FAMILIES
from reintegratie_stats.estimates.leave_one_out import TOLERANCE
from tests.unit.estimates.samples import gemeenten

FORMULA = "aantal ~ laag + eenouder + regio"


def fit(data: pd.DataFrame, **choices: object) -> ExpectedFit:
    return fit_expected(data, FORMULA, exposure="doelgroep", **choices)  # type: ignore[arg-type]


@pytest.mark.parametrize("family", [f for f in FAMILIES if f != "binomial"])
def test_leaving_out_is_fitting_without(family: str) -> None:
    data = gemeenten()
    units = fit(data, family=family, robust=False, loo="refit").units()
    for row in (0, 17, 63, 119):
        without = fit(data.drop(index=row), family=family, robust=False).predict(data.loc[[row]])
        assert units.loc[row, "expected_loo"] == pytest.approx(without["expected"][0], rel=1e-7)


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("family", list(FAMILIES))
@pytest.mark.parametrize("sd", [0.1, 0.6])
def test_no_one_step_unit_is_further_from_the_refit_than_stated(family: str, robust: bool, sd: float) -> None:
    data = gemeenten(sd=sd)
    auto = fit(data, family=family, robust=robust).units()
    real = fit(data, family=family, robust=robust, loo="refit").units()
    assert (auto["loo"] == "one-step").any()
    assert auto["expected_loo"].to_numpy() == pytest.approx(real["expected_loo"].to_numpy(), rel=TOLERANCE)


def test_the_judgement_of_a_gemeente_near_a_flag_is_that_of_the_refit() -> None:
    data = gemeenten(sd=0.3)
    auto, real = fit(data).units(), fit(data, loo="refit").units()
    near = (real["p"] < 0.04) & ~real["set_aside"]
    assert near.sum() >= 2
    assert auto.loc[near, "p"].to_numpy() == pytest.approx(real.loc[near, "p"].to_numpy(), rel=1e-6)


def test_a_gemeente_that_was_set_aside_is_not_left_out_again() -> None:
    data = gemeenten()
    data.loc[7, "aantal"] = 6 * data.loc[7, "aantal"] + 50
    units = fit(data).units()
    assert units.loc[7, "set_aside"]
    assert units.loc[7, "expected_loo"] == pytest.approx(units.loc[7, "expected"])
    assert units.loc[7, ["influence", "cook"]].tolist() == pytest.approx([0.0, 0.0])


def test_a_gemeente_that_alone_determines_a_coefficient_cannot_be_judged() -> None:
    data = gemeenten()
    data["enig"] = (data["gemeente"] == "0009").astype(int)
    units = fit_expected(data, "aantal ~ laag + enig", exposure="doelgroep").units().set_index("gemeente")
    assert "alone determines" in units.loc["0009", "reason"]
    assert units.loc["0009", ["expected_loo", "ratio", "p", "lower", "residual"]].isna().all()
    assert units.drop("0009")["reason"].isna().all()
    assert units.drop("0009")["p"].notna().all()


def test_a_gemeente_without_exposure_or_with_missing_values_is_kept_with_its_reason() -> None:
    data = gemeenten()
    data.loc[3, ["aantal", "doelgroep"]] = 0
    data.loc[5, "laag"] = np.nan
    units = fit(data, missing="not_judged").units()
    assert len(units) == 120
    assert "no exposure" in units.loc[3, "reason"]
    assert units.loc[5, "reason"] == "missing: laag"
    assert units.loc[[3, 5], "expected"].isna().all()


def test_leverage_adds_up_to_the_number_of_coefficients() -> None:
    units = fit(gemeenten(), robust=False).units()
    assert units["leverage"].sum() == pytest.approx(6.0, rel=1e-8)


def test_an_influential_gemeente_pulls_its_own_expectation() -> None:
    data = gemeenten()
    data.loc[11, "laag"] = 6.0
    data.loc[11, "aantal"] = 4 * data.loc[11, "aantal"] + 100
    units = fit(data, robust=False).units()
    assert units["cook"].idxmax() == 11
    assert units["influence"].abs().idxmax() == 11
    assert units.loc[11, "influence"] < 0
