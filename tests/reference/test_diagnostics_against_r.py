"""Diagnostics and the spread between gemeenten agree with R: numbers by r/make_diagnostics_reference.R, committed.

Tolerances: dispersion of Poisson and binomial fits 1e-8 (the same formula), of NB2 1e-4 and theta 1e-4 relative (the
Newton steps of MASS stop early, see test_against_r.py); interval of the spread 1e-4 (``uniroot`` on the profile
likelihood of ``glm(negative.binomial(theta))``); rank and intraclass correlations with their intervals 1e-8
(``cor.test`` and ``lm``). The p of groups is a permutation here and F in R: four standard errors of the permutation.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.estimates.expected import ExpectedFit, fit_expected
from reintegratie_stats.outliers.associations import associate
from reintegratie_stats.outliers.diagnostic_checks import dispersion_frame
from reintegratie_stats.outliers.spread import spread_between

HERE = Path(__file__).parent / "r"
FORMULAS = {
    "quine": "count ~ Eth + Sex + Age + Lrn",
    "warpbreaks": "count ~ wool + tension",
    "made": "count ~ a + b + group",
    "even": "count ~ a + b",
}


@lru_cache
def reference(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / f"{name}.csv", dtype={"unit": str})


@lru_cache
def fitted(data: str) -> ExpectedFit:
    family = "poisson" if data == "even" else "nb2"
    return fit_expected(reference(f"data_{data}"), FORMULAS[data], exposure="exposure", id="unit", family=family)


@pytest.mark.parametrize("data", FORMULAS)
def test_dispersion_is_that_of_glm_and_glm_nb_whatever_was_set_aside_in_the_fit(data: str) -> None:
    expected = reference("dispersion").query("data == @data").set_index("family")["phi"]
    found = dispersion_frame(fitted(data), reference(f"data_{data}"), ("poisson", "binomial", "nb2"), 0.95)
    phi = found.set_index("family")["phi"]
    assert set(expected.index) <= set(phi.index)
    for family, value in expected.items():
        assert phi[family] == pytest.approx(value, rel=1e-4 if family == "nb2" else 1e-8)


@pytest.mark.parametrize("data", ["quine", "warpbreaks", "made"])
def test_spread_and_its_interval_are_those_of_the_profile_likelihood(data: str) -> None:
    expected = reference("spread").set_index("data").loc[data]
    found = spread_between(fitted(data))
    assert found.theta == pytest.approx(expected["theta"], rel=1e-4)
    assert found.sd == pytest.approx(expected["sd"], rel=1e-4)
    assert found.lower == pytest.approx(expected["lower"], rel=1e-4)
    assert found.upper == pytest.approx(expected["upper"], rel=1e-4)


@pytest.mark.parametrize("trait", ["a", "high", "group", "blocks"])
def test_associations_are_those_of_cor_test_and_of_the_analysis_of_variance(trait: str) -> None:
    frame = reference("data_made")
    traits = {
        "a": frame["a"],
        "high": frame["a"] > 0.3,
        "group": frame["group"],
        "blocks": np.floor(np.sqrt(np.arange(len(frame)))).astype(int).astype(str),
    }
    rate = (frame["count"] / frame["exposure"]).to_numpy()
    found = associate(trait, pd.Series(traits[trait]), rate, permutations=9_999, seed=1)
    row = reference("associations").set_index("trait").loc[trait]
    assert found.measure == row["measure"]
    assert found.value == pytest.approx(row["value"], abs=1e-10)
    assert (found.lower, found.upper) == pytest.approx((row["lower"], row["upper"]), abs=1e-8)
    if found.measure == "spearman":
        assert found.p == pytest.approx(row["p"], abs=1e-10)
        return
    assert abs(found.p - row["p"]) < 4.0 * np.sqrt(row["p"] * (1.0 - row["p"]) / 9_999) + 0.005
