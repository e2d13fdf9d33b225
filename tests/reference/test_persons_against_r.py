"""A fit on covariate cells is the fit on persons: glm and sandwich in R saw them one by one (r/make_persons.R).

Coefficients and standard errors agree to 1e-6 (absolute), expected counts, also those of real refits without each
gemeente, to 1e-8 (relative), the log likelihood to 1e-6.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

from reintegratie_stats.estimates.person_fit import PersonFit
from reintegratie_stats.outliers.persons import fit_expected_persons

HERE = Path(__file__).parent / "r"
FORMULA = "voorziening ~ leeftijd * geslacht + opleiding"


def persons() -> pd.DataFrame:
    i = np.arange(8000)
    g = (i * i + 3 * i) % 23
    chance = 90 + 60 * ((i // 5) % 4) + 80 * ((i // 3) % 2) + 40 * ((i * 7 + g) % 3) + 9 * (g % 5)
    return pd.DataFrame(
        {
            "gemeente": [f"{k:04d}" for k in g],
            "leeftijd": np.array(["jong", "midden", "oud", "oudst"])[(i // 5) % 4],
            "geslacht": np.array(["m", "v"])[(i // 3) % 2],
            "opleiding": np.array(["hoog", "laag", "midden"])[(i * 7 + g) % 3],
            "voorziening": ((i * 7919 + (i // 13) * 10473) % 1000 < chance).astype(int),
        }
    )


@lru_cache
def fitted(loo: str = "refit") -> PersonFit:
    return fit_expected_persons(persons(), FORMULA, robust=False, loo=loo)  # type: ignore[arg-type]


def reference(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / f"persons_{name}.csv", dtype={"gemeente": str})


@pytest.mark.parametrize(("kind", "column"), [("model", "std_error"), ("CL", "clustered")])
def test_coefficients_and_their_standard_errors_are_those_of_glm_and_sandwich(kind: str, column: str) -> None:
    ours = fitted().tidy(kind=kind)  # type: ignore[arg-type]
    names = ours["term"].str.replace("[T.", "").str.replace("]", "").str.replace("Intercept", "(Intercept)")
    theirs = reference("coefficients").set_index("term").loc[names.tolist()]
    assert len(ours) == len(reference("coefficients"))
    assert ours["estimate"].to_numpy() == pytest.approx(theirs["estimate"].to_numpy(), abs=1e-6)
    assert ours["std_error"].to_numpy() == pytest.approx(theirs[column].to_numpy(), abs=1e-6)


def test_every_gemeente_is_expected_what_glm_expects_with_and_without_its_own_persons() -> None:
    ours, theirs = fitted().units(), reference("units")
    assert ours["gemeente"].tolist() == theirs["gemeente"].tolist()
    for name in ("observed", "exposure", "expected", "expected_loo"):
        assert ours[name].to_numpy(float) == pytest.approx(theirs[name].to_numpy(float), rel=1e-8), name


def test_the_one_step_formula_stays_within_the_stated_tolerance() -> None:
    ours = fitted("one-step").units()
    assert set(ours["loo"]) == {"one-step"}
    assert ours["expected_loo"].to_numpy() == pytest.approx(reference("units")["expected_loo"].to_numpy(), rel=1e-3)


def test_the_likelihood_is_that_of_the_persons() -> None:
    assert fitted().glance()["log_likelihood"][0] == pytest.approx(reference("fit")["log_likelihood"][0], abs=1e-6)


def test_statsmodels_on_the_persons_finds_the_same() -> None:
    theirs = smf.glm(FORMULA, persons(), family=sm.families.Binomial()).fit(tol=1e-14)
    ours = fitted().tidy(kind="model").set_index("term")["estimate"]
    assert ours[theirs.params.index].to_numpy() == pytest.approx(theirs.params.to_numpy(), abs=1e-6)
