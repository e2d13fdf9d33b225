"""The fit is that of the ordinary gemeenten, its equations hold, and it says what it did."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.errors import FitError
from reintegratie_stats.estimates.dispersion import (
    phi,
    residual_square,
    spread_trimmed,
    square_target,
    tau_squared,
    trimmed_square,
    winsorise,
)
from reintegratie_stats.estimates.expected import ExpectedFit, fit_expected
from reintegratie_stats.estimates.families import FAMILIES, NB2
from tests.unit.estimates.samples import gemeenten

FORMULA = "aantal ~ laag + eenouder"


def fit(data: pd.DataFrame, **choices: object) -> ExpectedFit:
    return fit_expected(data, FORMULA, exposure="doelgroep", **choices)  # type: ignore[arg-type]


def with_outliers(sd: float = 0.2) -> pd.DataFrame:
    data = gemeenten(sd=sd)
    data["aantal"] = data["aantal"].astype(int)
    for row, factor in ((10, 4.0), (40, 0.2), (77, 3.5), (100, 5.0)):
        data.loc[row, "aantal"] = round(data.loc[row, "aantal"] * factor)
    return data


@pytest.mark.parametrize("family", list(FAMILIES))
@pytest.mark.parametrize("robust", [False, True])
def test_the_score_of_the_units_that_were_estimated_on_is_zero(family: str, robust: bool) -> None:
    result = fit(with_outliers(), family=family, robust=robust)
    data, est = result.data, result.estimate
    eta = data.x @ est.beta
    weight = data.family.weight(eta, data.exposure, est.spread)
    score = weight * (data.y - data.family.mean(eta, data.exposure)) / data.family.slope(eta, data.exposure)
    assert data.x[est.keep].T @ score[est.keep] == pytest.approx(np.zeros(3), abs=1e-5)


def test_the_trimmed_spread_solves_its_equation() -> None:
    result = fit(with_outliers())
    data, est = result.data, result.estimate
    mean = data.mean(est.beta[None, :])[0]
    square = residual_square(data.family, data.y, mean, data.exposure, np.full(len(mean), est.spread))
    df = est.keep.sum() - 3
    assert square[est.keep].sum() / df == pytest.approx(square_target(0.01), rel=1e-6)


def test_extreme_gemeenten_are_set_aside_for_estimation_and_judged() -> None:
    clean, spoilt = fit(gemeenten()), fit(with_outliers())
    units = spoilt.units()
    assert units.loc[[10, 40, 77, 100], "set_aside"].all()
    assert units["p"].notna().all()
    assert (units.loc[[10, 40, 77, 100], "p"] < 0.002).all()
    change = (spoilt.units()["expected"] / clean.units()["expected"] - 1).abs()
    assert change.max() < 0.05
    assert spoilt.spread == pytest.approx(clean.spread, rel=0.25)
    assert any("set aside" in note for note in spoilt.notes)


def test_without_trimming_outliers_hide_themselves_in_the_spread() -> None:
    assert fit(with_outliers(), robust=False).spread > 2 * fit(with_outliers()).spread


def test_at_most_a_fifth_is_set_aside_and_it_is_said() -> None:
    result = fit(gemeenten(sd=0.5), family="poisson")
    assert (~result.estimate.keep).sum() == 24
    assert any("20%" in note for note in result.notes)


def test_counts_that_are_not_over_dispersed_become_poisson_and_it_is_said() -> None:
    data = gemeenten(sd=0.0)
    data["aantal"] = np.round(0.02 * data["doelgroep"] * np.exp(0.2 * data["laag"])).astype(int)
    result = fit(data)
    assert result.family.name == "poisson"
    assert any("Poisson was fitted instead" in note for note in result.notes)
    assert np.isnan(result.glance()["theta"][0])


@pytest.mark.parametrize("seed", [40, 59, 125, 188])
def test_counts_with_hardly_any_spread_converge_although_gemeenten_are_large(seed: int) -> None:
    random = np.random.default_rng([1, seed])
    data = gemeenten(342, rate=0.01)
    data["doelgroep"] *= 8  # thousands expected in the largest
    data["aantal"] = random.poisson(0.01 * data["doelgroep"])
    result = fit(data)
    assert result.estimate.converged
    assert result.spread < 1e-3


def test_the_mean_squared_quantile_residual_is_1_at_the_true_spread_also_for_small_counts() -> None:
    for mean in (0.7, 3.0, 40.0):
        counts = np.arange(0.0, 3000.0)
        chance = NB2.tails(counts, mean, 1.0, 0.3).at
        square = residual_square(NB2, counts, np.full(3000, mean), np.ones(3000), np.full(3000, 0.3))
        assert np.sum(chance * square) == pytest.approx(1.0, abs=1e-4)


def test_the_trimmed_spread_is_zero_where_there_is_none() -> None:
    result = fit(gemeenten())
    mean = np.maximum(result.data.y, 1.0)[None, :]
    keep = np.ones_like(mean, dtype=bool)
    assert spread_trimmed(result.data, mean, keep, np.array([117.0]), np.array([0.1]), 0.01)[0] == 0.0


def test_a_trimmed_normal_has_the_variance_that_the_formula_says() -> None:
    grid = np.linspace(-2.5758293, 2.5758293, 200001)
    density = np.exp(-(grid**2) / 2)
    assert trimmed_square(0.01) == pytest.approx(np.sum(grid**2 * density) / np.sum(density), abs=1e-5)


def test_glance_and_notes_state_the_totals() -> None:
    plain = fit(gemeenten())
    level = fit(gemeenten(), recalibrate=True)
    assert level.glance()["ratio_total"][0] == pytest.approx(1.0, abs=1e-10)
    factor = level.units()["expected"] / plain.units()["expected"]
    assert factor.to_numpy() == pytest.approx(plain.glance()["ratio_total"][0] * np.ones(120))
    assert any("recalibrated" in note for note in level.notes)


def test_the_offset_slope_is_1_where_counts_grow_with_exposure_and_not_elsewhere() -> None:
    data = gemeenten()
    assert fit(data).glance()["offset_slope"][0] == pytest.approx(1.0, abs=0.05)
    data["aantal"] = np.round(3 * data["aantal"] ** 0.7).astype(int)
    row = fit(data).glance().iloc[0]
    assert row["offset_slope"] == pytest.approx(0.7, abs=0.05)
    assert row["offset_slope_p"] < 1e-6


def test_the_order_of_the_rows_does_not_matter() -> None:
    data = with_outliers()
    one, two = fit(data).units(), fit(data.sample(frac=1.0, random_state=3)).units()
    pd.testing.assert_frame_equal(one, two, check_exact=False, rtol=1e-7)


def test_a_cluster_widens_the_standard_errors_of_what_clusters() -> None:
    data = gemeenten(sd=0.1)
    shared = np.exp(0.5 * np.sin(3.0 * (np.arange(120) // 6)))
    data["aantal"] = np.round(data["aantal"] * shared).astype(int)
    result = fit_expected(
        data, "aantal ~ laag", exposure="doelgroep", cluster="samenwerking", robust=False
    )  # fmt: skip
    model, clustered = result.tidy(kind="model"), result.tidy()
    assert clustered["std_error"][0] > 1.5 * model["std_error"][0]
    with pytest.raises(FitError, match="cluster="):
        fit(data).tidy(kind="CL")


def test_a_fit_shows_no_rows_and_gives_copies() -> None:
    result = fit(gemeenten())
    aside = 120 - result.estimate.keep.sum()
    text = f"ExpectedFit({FORMULA!r}, family='nb2', 120 gemeenten, {aside} set aside, 0 not judged)"
    assert repr(result) == text
    copy = result.units()
    copy["p"] = 0.0
    assert (result.units()["p"] > 0).all()


def test_spread_statistics() -> None:
    z = np.array([-10.0, -1.0, 0.0, 1.0, 10.0])
    assert winsorise(z, 0.25).tolist() == [-1.0, -1.0, 0.0, 1.0, 1.0]
    assert phi(np.array([1.0, -2.0])) == 2.5
    value, variance = np.array([0.0, 2.0, 4.0]), np.ones(3)
    assert tau_squared(value, variance) == pytest.approx(3.0)  # variance of the values 4, less sampling variance 1
