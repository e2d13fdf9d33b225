"""The fits agree with R (glm, MASS::glm.nb, sandwich, statmod): numbers made by r/make_reference.R and committed.

Tolerances and their reasons:

- coefficients and standard errors 1e-6 (absolute, on coefficients of order 1): both sides iterate to convergence, so
  that what is left is rounding; the design is standardised here and not in R.
- theta 1e-4 (relative): MASS::theta.ml stops Newton's method at eps^0.25 = 1.2e-4 on theta, far looser than we do.
- expected_loo 1e-6 (relative) where refitted: coefficients of real refits on both sides, but those of glm.nb move with
  its looser theta; for Poisson the agreement is to 1e-9.
- p values 1e-4 (absolute), of the gamma shape (``tails="gamma"``, negative binomial): the same nodes over the same
  predictive distribution; what is left comes from theta and its standard error.
- log likelihood 1e-6, covariances 1e-6 relative to the largest element: the same formulas.
- tails of distributions: 1e-8 relative for NB2 (other algorithms for the same function: Toms 708 in R, Boost here);
  1e-6 for the beta-binomial (full sums in R, the midpoint rule here) and 1e-5 for lognormal spread (adaptive quadrature
  in R, the trapezium rule here), where a relative 1e-5 of a tail of 1e-5 is far below anything that is printed.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.estimates.expected import ExpectedFit, fit_expected
from reintegratie_stats.estimates.families import NB2, beta_binomial_tails, family_of, lognormal_nb2_tails
from reintegratie_stats.estimates.multiplicity import benjamini_hochberg
from reintegratie_stats.estimates.predictive import quantile_residuals

HERE = Path(__file__).parent / "r"
FORMULAS = {
    "quine": "count ~ Eth + Sex + Age + Lrn",
    "warpbreaks": "count ~ wool + tension",
    "insects": "count ~ spray",
    "esoph": "count ~ age + alc + tob",
    "made": "count ~ a + b + group",
    "even": "count ~ a + b",
}


@lru_cache
def reference(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / f"{name}.csv", dtype={"unit": str})


def pairs(name: str) -> list[tuple[str, str]]:
    frame = reference(name)
    return [(str(d), str(f)) for d, f in frame[["data", "family"]].drop_duplicates().to_numpy()]


@lru_cache
def fitted(data: str, family: str, loo: str = "auto") -> ExpectedFit:
    frame = reference(f"data_{data}").copy()
    frame["cluster"] = frame["unit"].astype(int) // 8
    return fit_expected(
        frame, FORMULAS[data], exposure="exposure", family=family, id="unit", robust=False, cluster="cluster", loo=loo,
        tails="gamma",
    )  # fmt: skip


def r_name(term: str) -> str:
    """Return a term as R writes it: (Intercept), groupoost instead of group[T.oost]."""
    return "(Intercept)" if term == "Intercept" else term.replace("[T.", "").replace("]", "")


def of(name: str, data: str, family: str) -> pd.DataFrame:
    frame = reference(name)
    return frame[(frame["data"] == data) & (frame["family"] == family)].reset_index(drop=True)


@pytest.mark.parametrize(("data", "family"), pairs("coefficients"))
def test_coefficients_and_their_standard_errors_are_those_of_r(data: str, family: str) -> None:
    ours = fitted(data, family).tidy(kind="model").set_index("term")
    ours.index = ours.index.map(r_name)
    theirs = of("coefficients", data, family).set_index("term")
    assert set(ours.index) == set(theirs.index)
    assert ours["estimate"].to_numpy() == pytest.approx(theirs.loc[ours.index, "estimate"].to_numpy(), abs=1e-6)
    assert ours["std_error"].to_numpy() == pytest.approx(theirs.loc[ours.index, "std_error"].to_numpy(), abs=1e-6)


@pytest.mark.parametrize(("data", "family"), pairs("fits"))
def test_theta_likelihood_and_dispersion_are_those_of_r(data: str, family: str) -> None:
    ours = fitted(data, family).glance().iloc[0]
    theirs = of("fits", data, family).iloc[0]
    assert ours["df_residual"] == theirs["df_residual"]
    assert ours["dispersion"] == pytest.approx(theirs["dispersion"], rel=1e-4)
    assert ours["theta"] == pytest.approx(theirs["theta"], rel=1e-4, nan_ok=True)
    assert ours["log_likelihood"] == pytest.approx(theirs["log_likelihood"], abs=1e-6, nan_ok=True)


@pytest.mark.parametrize("kind", ["HC0", "HC1", "HC3", "CL"])
@pytest.mark.parametrize(("data", "family"), pairs("covariances"))
def test_sandwich_and_cluster_covariances_are_those_of_r(data: str, family: str, kind: str) -> None:
    fit = fitted(data, family)
    theirs = of("covariances", data, family)
    table = theirs[theirs["kind"] == kind].pivot(index="row", columns="column", values="value")
    names = [r_name(term) for term in fit.design.terms]
    expected = table.loc[names, names].to_numpy()
    assert fit.covariance(kind) == pytest.approx(expected, abs=1e-6 * np.abs(expected).max())


@pytest.mark.parametrize(("data", "family"), pairs("units"))
def test_every_unit_is_judged_as_by_a_real_refit_in_r(data: str, family: str) -> None:
    ours = fitted(data, family, "refit").units()
    theirs = of("units", data, family)
    assert ours["unit"].tolist() == theirs["unit"].tolist()
    assert (ours["loo"] == "refit").all()
    assert ours["expected_loo"].to_numpy() == pytest.approx(theirs["expected_loo"].to_numpy(), rel=1e-6)
    for name in ("p", "p_plain"):
        assert ours[name].to_numpy() == pytest.approx(theirs[name].to_numpy(), abs=1e-4)
    spread = fitted(data, family, "refit").left_out.spread
    if family == "nb2":
        assert 1.0 / spread == pytest.approx(theirs["theta_loo"].to_numpy(), rel=1e-4)


@pytest.mark.parametrize(("data", "family"), pairs("units"))
def test_one_step_units_are_within_the_stated_tolerance_of_the_refit(data: str, family: str) -> None:
    ours = fitted(data, family).units()
    theirs = of("units", data, family)
    assert ours["expected_loo"].to_numpy() == pytest.approx(theirs["expected_loo"].to_numpy(), rel=1e-3)


@pytest.mark.parametrize(("data", "family"), pairs("units"))
def test_residuals_leverage_and_cook_are_those_of_r(data: str, family: str) -> None:
    ours = fitted(data, family).units()
    theirs = of("units", data, family)
    for name in ("expected", "leverage", "cook", "residual_deviance", "residual_pearson"):
        assert ours[name].to_numpy() == pytest.approx(theirs[name].to_numpy(), rel=1e-4, abs=1e-5), name


@pytest.mark.parametrize(("data", "family"), pairs("quantile_residuals"))
def test_randomised_residuals_are_drawn_from_the_interval_of_statmod(data: str, family: str) -> None:
    fit = fitted(data, family)
    mean = fit.data.mean(fit.estimate.beta[None, :])[0]
    tails = family_of(family).tails(fit.data.y, mean, fit.data.exposure, fit.spread)
    theirs = of("quantile_residuals", data, family)
    for u, name in ((0.0, "lower"), (1.0, "upper")):
        ends = quantile_residuals(tails, np.full(len(mean), u))
        fine = np.isfinite(theirs[name].to_numpy(float)) & (np.abs(theirs[name].to_numpy(float)) < 7)
        assert ends[fine] == pytest.approx(theirs[name].to_numpy(float)[fine], abs=1e-4)


def test_negative_binomial_tails_are_those_of_r() -> None:
    grid = reference("tails_nb2")
    tails = NB2.tails(grid["y"], grid["mean"], 1.0, 1.0 / grid["theta"])
    for name in ("below", "at", "above"):
        ours, theirs = np.asarray(getattr(tails, name)), grid[name].to_numpy()
        # R's own pnbinom(lower.tail=FALSE) and dnbinom hold fewer digits far out
        assert ours == pytest.approx(theirs, rel=1e-8, abs=1e-250), name


def test_tails_of_lognormal_spread_are_integrals_in_r() -> None:
    grid = reference("tails_lognormal")
    tails = lognormal_nb2_tails(grid["y"], grid["mean"], 1.0, grid["spread"])
    for name in ("below", "at", "above"):
        assert np.asarray(getattr(tails, name)) == pytest.approx(grid[name].to_numpy(), rel=1e-5, abs=1e-12), name


def test_beta_binomial_tails_are_sums_of_its_probabilities_in_r() -> None:
    grid = reference("tails_beta_binomial")
    tails = beta_binomial_tails(grid["y"], grid["share"], grid["number"], grid["rho"])
    for name in ("below", "at", "above"):
        assert np.asarray(getattr(tails, name)) == pytest.approx(grid[name].to_numpy(), rel=1e-6, abs=1e-12), name


def test_adjusted_p_values_are_those_of_p_adjust() -> None:
    table = reference("benjamini_hochberg")
    assert benjamini_hochberg(table["p"].to_numpy()) == pytest.approx(table["adjusted"].to_numpy(), abs=1e-15)
