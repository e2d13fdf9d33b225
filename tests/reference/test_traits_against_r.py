"""Variance components and partially pooled effects agree with metafor::rma.mv (r/make_traits.R, metafor 3.8).

The same restricted likelihood, maximised by other means: standard deviations of the components and effects agree to
1e-5 (absolute, on a log scale). With equal sampling variances one trait is a random intercept: statsmodels MixedLM.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from reintegratie_stats.estimates.random_effects import Effects, Model, indicators

HERE = Path(__file__).parent / "r"
TRAITS = {"both": ["package", "region"], "package": ["package"], "none": []}


@lru_cache
def data() -> pd.DataFrame:
    return pd.read_csv(HERE / "data_traits.csv")


def model_of(traits: list[str]) -> Model:
    frame = data()
    z = tuple(indicators(pd.factorize(frame[t], sort=True)[0].astype(np.int64)) for t in traits)
    return Model(frame["y"].to_numpy(), frame["v"].to_numpy(), np.ones((len(frame), 1)), z)


@lru_cache
def fitted(name: str) -> Effects:
    return model_of(TRAITS[name]).fit()


@pytest.mark.parametrize("name", list(TRAITS))
def test_variance_components_and_the_level_are_those_of_metafor(name: str) -> None:
    theirs = pd.read_csv(HERE / "traits_components.csv")
    theirs = theirs[theirs["model"] == name].set_index("part")
    ours = fitted(name)
    assert np.sqrt(ours.tau2) == pytest.approx(np.sqrt(theirs.loc["unit", "variance"]), abs=1e-5)
    for omega2, trait in zip(ours.omega2, TRAITS[name], strict=True):
        assert np.sqrt(omega2) == pytest.approx(np.sqrt(theirs.loc[trait, "variance"]), abs=1e-5)
    assert ours.beta[0] == pytest.approx(theirs["beta"].iloc[0], abs=1e-5)
    assert np.sqrt(ours.covariance[0, 0]) == pytest.approx(theirs["se"].iloc[0], abs=1e-5)


@pytest.mark.parametrize("place", [0, 1])
def test_partially_pooled_effects_and_their_errors_are_those_of_metafor(place: int) -> None:
    theirs = pd.read_csv(HERE / "traits_effects.csv")
    theirs = theirs[theirs["trait"] == TRAITS["both"][place]].sort_values("category")
    ours = fitted("both")
    assert ours.effect[place] == pytest.approx(theirs["effect"].to_numpy(), abs=1e-5)
    assert ours.error[place] == pytest.approx(theirs["se"].to_numpy(), abs=1e-5)


def test_with_equal_variances_one_trait_is_the_mixed_model_of_statsmodels() -> None:
    frame = data()
    theirs = smf.mixedlm("y ~ 1", frame, groups=frame["package"]).fit(reml=True)
    z = (indicators(pd.factorize(frame["package"], sort=True)[0].astype(np.int64)),)
    ours = Model(frame["y"].to_numpy(), np.full(len(frame), 1e-3), np.ones((len(frame), 1)), z).fit()
    assert ours.tau2 + 1e-3 == pytest.approx(theirs.scale, rel=1e-4)
    assert ours.omega2[0] == pytest.approx(float(theirs.cov_re.iloc[0, 0]), rel=1e-3)


def test_the_gradient_is_that_of_the_likelihood() -> None:
    model, at = model_of(["package", "region"]), np.array([0.03, 0.02, 0.01])
    _, slope, _ = model.evaluate(at[0], at[1:])
    for k in range(3):
        up, down = at.copy(), at.copy()
        up[k], down[k] = at[k] + 1e-6, at[k] - 1e-6
        gap = model.evaluate(up[0], up[1:])[0] - model.evaluate(down[0], down[1:])[0]
        assert slope[k] == pytest.approx(gap / 2e-6, rel=1e-5)
