"""The frames of the funnel plot, the caterpillar plot, and observed against expected."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from reintegratie_stats.errors import DefinitionError
from reintegratie_stats.estimates.expected import ExpectedFit, fit_expected
from reintegratie_stats.outliers import (
    Flags,
    caterpillar_frame,
    flag_outliers,
    funnel_frames,
    observed_expected_frame,
)
from tests.unit.outliers.worlds import ALWAYS, FORMULA, one_year

GONE = "0040"


def counts() -> pd.DataFrame:
    frame = one_year(80, "coaching", 2024)
    frame.loc[frame["gemeente"] == ALWAYS, "aantal"] *= 6
    frame.loc[frame["gemeente"] == GONE, ["doelgroep", "aantal"]] = 0
    return frame


@pytest.fixture(scope="module")
def fit() -> ExpectedFit:
    return fit_expected(counts(), FORMULA, exposure="doelgroep", tails="gamma")


@pytest.fixture(scope="module")
def flags(fit: ExpectedFit) -> Flags:
    return flag_outliers(fit)


def test_points_are_what_was_judged_and_only_who_stands_out_or_is_asked_for_is_named(
    fit: ExpectedFit, flags: Flags
) -> None:
    points, _ = funnel_frames(fit, flags, names={ALWAYS: "Altijd"}, also=["0001"])
    assert list(points.columns) == ["gemeente", "expected", "ratio", "flag", "label"]
    units = fit.units()
    assert points["expected"].equals(units["expected_loo"].rename("expected"))
    assert points["ratio"].equals(units["ratio"])
    named = points.set_index("gemeente")["label"].dropna()
    assert named[ALWAYS] == "Altijd"
    assert named["0001"] == "0001"
    flagged = points["flag"].isin(["meer", "minder"])
    assert set(named.index) == {*points["gemeente"][flagged], "0001"}
    gone = points.set_index("gemeente").loc[GONE]
    assert gone["flag"] == "niet_te_beoordelen"
    assert np.isnan(gone["ratio"])


def test_limits_are_exact_quantiles_of_the_family_also_at_small_counts(fit: ExpectedFit, flags: Flags) -> None:
    _, limits = funnel_frames(fit, flags)
    assert list(limits.columns) == ["expected", "lower_95", "upper_95", "lower_998", "upper_998"]
    assert limits["expected"].is_monotonic_increasing
    size = 1.0 / fit.spread
    mean = limits["expected"].to_numpy()
    for name, share in (("lower_95", 0.025), ("upper_95", 0.975), ("lower_998", 0.001), ("upper_998", 0.999)):
        quantile = stats.nbinom.ppf(share, size, size / (size + mean))
        assert limits[name].to_numpy() == pytest.approx(quantile / mean, rel=1e-9)
        assert limits[name].to_numpy() * mean == pytest.approx(np.round(limits[name].to_numpy() * mean), abs=1e-9)
    assert (limits["upper_998"] > limits["upper_95"]).all()


@pytest.mark.parametrize("family", ["poisson", "binomial", "ols_rate", "quasipoisson"])
def test_every_family_has_its_limits_around_one(family: str) -> None:
    frame = counts().query("gemeente != @GONE")
    fit = fit_expected(frame, FORMULA, exposure="doelgroep", family=family)
    _, limits = funnel_frames(fit, flag_outliers(fit))
    assert np.isfinite(limits.to_numpy()).all()
    large = limits.iloc[-1]
    assert 0 <= large["lower_998"] <= large["lower_95"] < 1 < large["upper_95"] <= large["upper_998"]
    if family == "poisson":
        assert large["upper_95"] == pytest.approx(stats.poisson.ppf(0.975, large["expected"]) / large["expected"])


def test_the_caterpillar_has_the_judged_from_low_to_high(fit: ExpectedFit, flags: Flags) -> None:
    frame = caterpillar_frame(fit, flags)
    assert list(frame.columns) == ["gemeente", "ratio_eb", "eb_lower", "eb_upper", "flag", "label"]
    assert frame["ratio_eb"].is_monotonic_increasing
    assert GONE not in set(frame["gemeente"])
    assert frame["gemeente"].iloc[-1] == ALWAYS
    assert ((frame["eb_lower"] < frame["ratio_eb"]) & (frame["ratio_eb"] < frame["eb_upper"])).all()


def test_observed_against_expected_has_the_predictive_range_of_each(fit: ExpectedFit, flags: Flags) -> None:
    frame = observed_expected_frame(fit, flags)
    assert list(frame.columns) == ["gemeente", "observed", "expected", "lower", "upper", "flag", "label"]
    units = fit.units()
    for column, source in (("observed", "observed"), ("expected", "expected_loo"), ("lower", "lower")):
        assert frame[column].equals(units[source].rename(column))


def test_one_gemeente_of_one_size_still_has_a_funnel() -> None:
    frame = counts().query("gemeente != @GONE").assign(doelgroep=4000.0, laag=np.tile([-1.0, 1.0], 40)[:79])
    fit = fit_expected(frame.assign(aantal=100), "aantal ~ 1", exposure="doelgroep")
    _, limits = funnel_frames(fit, flag_outliers(fit), steps=5)
    assert len(limits) == 5
    assert limits["expected"].iloc[0] < 100 < limits["expected"].iloc[-1]


def test_flags_of_another_fit_and_names_that_are_not_there_are_refused(fit: ExpectedFit, flags: Flags) -> None:
    other = flag_outliers(fit_expected(counts().iloc[:50], FORMULA, exposure="doelgroep"))
    with pytest.raises(DefinitionError, match="not about the gemeenten of this fit"):
        funnel_frames(fit, other)
    with pytest.raises(DefinitionError, match="also names 9999"):
        caterpillar_frame(fit, flags, also=["9999"])
    with pytest.raises(DefinitionError, match="steps is 1"):
        funnel_frames(fit, flags, steps=1)
