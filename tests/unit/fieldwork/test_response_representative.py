"""Representativeness: R of known chances, its correction for small numbers, and differences per trait."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from reintegratie_stats.errors import CountsError, DefinitionError, FitError
from reintegratie_stats.fieldwork.response_representative import compare_respondents, r_indicator


def survey(size: int = 342, seed: int = 0, **chances: float) -> pd.DataFrame:
    """Units in parts of equal size, that answer with the chance of their part."""
    rng = np.random.default_rng(seed)
    part = np.resize(list(chances), size)
    answered = rng.random(size) < np.array([chances[name] for name in part])
    return pd.DataFrame({"gemeente": [f"GM{k:04d}" for k in range(size)], "deel": part, "antwoord": answered})


def test_the_chances_are_those_of_a_logistic_regression():
    frame = survey(n=0.4, o=0.6, z=0.8)
    frame["x"] = np.sin(np.arange(len(frame)))
    found = r_indicator(frame, ["deel", "x"], asked=True, replicates=20)
    design = pd.get_dummies(frame["deel"], drop_first=True).astype(float).assign(x=frame["x"], one=1.0)
    fit = sm.Logit(frame["antwoord"].astype(float), design).fit(disp=0, tol=1e-12)
    np.testing.assert_allclose(found.propensities()["kans"], fit.predict(design), atol=1e-8)
    assert found.unadjusted == pytest.approx(1 - 2 * np.std(fit.predict(design), ddof=1), abs=1e-8)


def test_with_many_units_r_is_that_of_the_true_chances():
    frame = survey(60_000, n=0.4, o=0.6, z=0.8)
    found = r_indicator(frame, ["deel"], asked=True, replicates=20)
    true = 1 - 2 * np.std([0.4, 0.6, 0.8])
    assert found.value == pytest.approx(1 - 2 * np.std(frame.groupby("deel")["antwoord"].mean()), abs=1e-3)
    assert found.value == pytest.approx(true, abs=0.02)
    assert found.largest_bias == pytest.approx((1 - true) / (4 * 0.6), abs=0.01)


def test_the_correction_takes_away_most_of_what_small_numbers_add():
    chances = dict(zip("abcdefgh", (0.5, 0.6, 0.7, 0.6, 0.5, 0.7, 0.6, 0.6), strict=True))
    true = 1 - 2 * np.std(list(chances.values()))
    found = [r_indicator(survey(342, seed, **chances), ["deel"], asked=True, replicates=20) for seed in range(40)]
    raw, corrected = np.mean([one.unadjusted for one in found]), np.mean([one.value for one in found])
    assert raw < true - 0.04  # eight parts of 43 each: chance alone makes them differ
    assert abs(corrected - true) < 0.02


def test_response_that_differs_no_more_than_by_chance_has_r_near_1():
    values = [r_indicator(survey(400, seed, n=0.6, z=0.6), ["deel"], asked=True, replicates=20) for seed in range(20)]
    assert np.mean([one.value for one in values]) > 0.96
    assert any("R is op 1 gesteld" in note for one in values for note in one.notes)


def test_the_standard_error_is_the_spread_of_r_over_surveys():
    found = [r_indicator(survey(342, seed, n=0.4, z=0.8), ["deel"], asked=True, replicates=60) for seed in range(60)]
    spread = np.std([one.value for one in found], ddof=1)
    assert np.mean([one.std_error for one in found]) == pytest.approx(spread, rel=0.25)


def test_the_same_seed_gives_the_same_interval():
    frame = survey(n=0.4, z=0.8)
    first, again, other = (r_indicator(frame, ["deel"], asked=True, replicates=30, seed=s) for s in (1, 1, 2))
    assert first.std_error == again.std_error != other.std_error
    assert first.value == other.value


def test_only_the_asked_count_and_the_frame_is_the_population():
    frame = survey(n=0.4, z=0.8).assign(gevraagd=lambda f: np.arange(len(f)) < 200)
    frame["antwoord"] &= frame["gevraagd"]
    found = r_indicator(frame, ["deel"], replicates=20)
    assert found.asked == 200
    assert len(found.propensities()) == 200
    assert found.rate == frame["antwoord"].sum() / 200


def test_a_part_in_which_all_answered_is_noted():
    found = r_indicator(survey(n=0.4, z=1.0), ["deel"], asked=True, replicates=20, lang="en")
    assert found.propensities()["kans"].max() == pytest.approx(1, abs=1e-5)
    assert "everybody or nobody answered" in found.notes[0]
    assert np.isfinite([found.value, found.std_error]).all()


def test_the_repr_names_traits_and_no_gemeente():
    shown = repr(r_indicator(survey(n=0.4, z=0.8), ["deel"], asked=True, replicates=20))
    assert "on deel" in shown
    assert "GM0" not in shown


@pytest.mark.parametrize(
    ("traits", "change", "error", "message"),
    [
        (["deel"], {"antwoord": 1}, FitError, "everybody answered"),
        (["deel"], {"antwoord": 0}, FitError, "nobody answered"),
        (["deel", "zelfde"], {"zelfde": "x"}, FitError, "zelfde: the same for everybody"),
        (["deel", "weer"], {"weer": lambda f: f["deel"]}, FitError, r"deel\[T.z\], weer\[T.z\] are collinear"),
        (["del"], {}, CountsError, "did you mean 'deel'"),
        ("deel", {}, DefinitionError, "give a list"),
        (["x"], {"x": [np.nan, np.inf] + [1.0] * 340}, CountsError, "missing for GM0000; 'x' is not finite for GM0001"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_is_refused(traits, change, error, message):
    with pytest.raises(error, match=message):
        r_indicator(survey(n=0.4, z=0.8).assign(**change), traits, asked=True, replicates=20)


def test_too_few_units_for_the_traits_is_refused():
    with pytest.raises(FitError, match="residual degrees of freedom"):
        r_indicator(survey(11, n=0.4, z=0.8), ["deel"], asked=True)
    with pytest.raises(DefinitionError, match=r"level is 95.*replicates is 5"):
        r_indicator(survey(n=0.4, z=0.8), ["deel"], asked=True, replicates=5, level=95)


# --- differences per trait -----------------------------------------------------------------------------


def test_a_difference_is_that_of_shares_in_standard_deviations_of_all():
    frame = pd.DataFrame({"gemeente": list("abcdefgh"), "deel": list("nnnnzzzz"), "x": range(8)})
    frame["antwoord"] = [1, 1, 1, 0, 1, 0, 0, 0]
    table = compare_respondents(frame, ["deel", "x"]).to_frame().set_index(["trait", "category"])
    north = table.loc[("deel", "n")]
    assert north[["units", "respondents", "all_value", "respondent_value"]].tolist() == [4, 3, 0.5, 0.75]
    assert north[["difference", "standardised", "rate"]].tolist() == [0.25, 0.5, 0.75]
    mean = table.loc[("x", "gemiddelde")]
    assert mean["difference"] == pytest.approx((0 + 1 + 2 + 4) / 4 - 3.5)
    assert mean["standardised"] == pytest.approx(mean["difference"] / np.std(range(8)))
    assert np.isnan(mean["rate"])


def test_when_all_answered_nothing_differs():
    frame = survey(n=1.0, z=1.0)
    assert (compare_respondents(frame, ["deel"]).to_frame()["difference"] == 0).all()
    with pytest.raises(FitError, match="nobody answered"):
        compare_respondents(frame.assign(antwoord="nee"), ["deel"])


def test_a_missing_trait_is_refused_with_the_gemeenten():
    frame = survey(n=0.4, z=0.8)
    frame.loc[[3, 7], "deel"] = None
    with pytest.raises(CountsError, match="'deel' is missing for GM0003, GM0007"):
        compare_respondents(frame, ["deel"])


@pytest.mark.parametrize("seed", [None, "a", -1, 1.5, True])
def test_the_bootstrap_needs_a_stated_seed(seed):
    with pytest.raises(DefinitionError, match=r"seed is .*; it is a whole number of at least 0"):
        r_indicator(survey(n=0.4, z=0.8), ["deel"], asked=True, seed=seed)


def test_r_is_not_below_0():
    frame = survey(n=0.4, z=0.8)
    split = frame.assign(antwoord=(frame["deel"] == "n").astype(int))  # all of one part answered, nobody of the other
    found = r_indicator(split, ["deel"], asked=True, replicates=20)
    assert 0 <= found.lower <= found.value <= found.upper <= 1


def test_the_order_of_the_rows_does_not_matter_to_the_bootstrap():
    frame = survey(n=0.4, z=0.8)
    one, other = (r_indicator(rows, ["deel"], asked=True, replicates=20, seed=3) for rows in (frame, frame.iloc[::-1]))
    assert (one.std_error, one.lower) == pytest.approx((other.std_error, other.lower), rel=1e-9)
