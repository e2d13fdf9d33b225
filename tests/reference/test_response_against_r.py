"""Survey response agrees with R: the survey package, and formulas written out (r/make_response_reference.R).

Tolerances: 1e-9 for weights (raking on both sides until the margins hold to 1e-10), standard errors and R-indicators
(the same formulas); finite limits are counts divided by N and agree to rounding.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.estimates.finite import hypergeometric_interval
from reintegratie_stats.fieldwork.response_representative import r_indicator
from reintegratie_stats.fieldwork.response_shares import weighted_shares
from reintegratie_stats.fieldwork.response_weights import ResponseWeights, response_weights

HERE = Path(__file__).parent / "r"
TRAITS = {"poststratify": ["landsdeel"], "rake": ["landsdeel", "grootte", "extern"]}


@lru_cache
def reference(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / f"{name}.csv")


def weights(method: str) -> ResponseWeights:
    return response_weights(reference("response_data"), TRAITS[method])


@pytest.mark.parametrize(
    ("method", "column"), [("poststratify", "poststratify"), ("rake", "rake"), ("rake", "rake_iterated")]
)
def test_weights_are_those_of_the_survey_package(method: str, column: str) -> None:
    theirs = reference("response_weights")
    ours = weights(method).to_frame()
    assert ours["gemeente"].tolist() == theirs["gemeente"].tolist()
    assert ours["weight"].to_numpy() == pytest.approx(theirs[column].to_numpy(), abs=1e-9)


@pytest.mark.parametrize("method", list(TRAITS))
def test_shares_and_their_standard_errors_are_those_of_the_survey_package(method: str) -> None:
    theirs = reference("response_shares").set_index("method").loc[method]
    ours = weighted_shares(weights(method), reference("response_data"), "druk").set_index("answer").loc["ja"]
    assert ours["weighted"] == pytest.approx(theirs["weighted"], abs=1e-9)
    assert ours["std_error"] == pytest.approx(theirs["std_error"], abs=1e-9)


@pytest.mark.parametrize("row", [0, 1])
def test_the_r_indicator_is_that_of_glm_and_the_formula(row: int) -> None:
    theirs = reference("response_r_indicator").iloc[row]
    data = reference("response_data").copy()
    data["gevraagd"] = np.arange(len(data)) < theirs["asked"]
    data["antwoord"] = data["antwoord"].astype(bool) & data["gevraagd"]
    ours = r_indicator(data, TRAITS["rake"], replicates=20)
    assert ours.unadjusted == pytest.approx(theirs["unadjusted"], abs=1e-9)
    assert ours.value == pytest.approx(theirs["value"], abs=1e-9)


def test_finite_limits_are_those_of_trying_every_number() -> None:
    for case in reference("finite_limits").to_dict("records"):
        ours = hypergeometric_interval([case["k"]], [case["n"]], [case["N"]], case["level"])
        assert ours.lower[0] == pytest.approx(case["lower"], abs=1e-12)
        assert ours.upper[0] == pytest.approx(case["upper"], abs=1e-12)
