"""How much gemeenten differ, and whether they differ less where money is attached."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from reintegratie_stats.errors import DefinitionError, FitError
from reintegratie_stats.estimates.expected import fit_expected
from reintegratie_stats.outliers.money_spread import MoneyTest, money_test
from reintegratie_stats.outliers.profile_fits import OneFit
from reintegratie_stats.outliers.profiles import profile_outliers
from reintegratie_stats.outliers.spread import Spread, log_sd, spread_between
from tests.unit.outliers.worlds import FORMULA, MONEY, SD, long_frame, scattered


def counts(sd: float, n: int = 300) -> pd.DataFrame:
    size = np.round(20000 * np.exp(0.8 * ndtri(scattered(n, np.sqrt(2)))))
    mean = 0.05 * size * np.exp(sd * ndtri(scattered(n, np.sqrt(7))) - sd**2 / 2.0)
    aantal = np.maximum(0.0, np.round(mean + np.sqrt(mean) * ndtri(scattered(n, np.sqrt(11)))))
    return pd.DataFrame({"gemeente": np.arange(n), "doelgroep": size, "aantal": aantal})


@pytest.mark.parametrize("sd", [0.10, 0.20, 0.40])
def test_the_spread_that_was_put_in_comes_out_and_lies_in_its_interval(sd: float) -> None:
    found = spread_between(fit_expected(counts(sd), "aantal ~ 1", exposure="doelgroep", loo="one-step"))
    assert found.sd == pytest.approx(sd, rel=0.10)
    assert found.lower < found.sd < found.upper
    assert found.lower < sd < found.upper
    assert found.sd == pytest.approx(log_sd(1.0 / found.theta))


def test_the_spread_is_of_all_gemeenten_also_of_those_that_the_fit_sets_aside() -> None:
    frame = counts(0.10)
    frame.loc[::20, "aantal"] = 0.0
    fit = fit_expected(frame, "aantal ~ 1", exposure="doelgroep", loo="one-step")
    assert int((~fit.estimate.keep).sum()) >= 15
    assert spread_between(fit).sd > 3 * log_sd(fit.spread)


def test_counts_that_are_not_over_dispersed_have_no_spread_and_an_interval_from_zero() -> None:
    frame = counts(0.0)
    frame["aantal"] = (0.05 * frame["doelgroep"]).round()
    found = spread_between(fit_expected(frame, "aantal ~ 1", exposure="doelgroep", loo="one-step"))
    assert (found.sd, found.lower, found.theta) == (0.0, 0.0, np.inf)
    assert 0 < found.upper < 0.05
    assert not found.influence.any()


def test_what_a_gemeente_adds_to_the_spread_is_what_leaving_it_out_takes_away() -> None:
    frame = counts(0.25, n=120)
    fit = fit_expected(frame, "aantal ~ 1", exposure="doelgroep", loo="one-step")
    found = spread_between(fit)
    assert found.influence.sum() == pytest.approx(0.0, abs=1e-6)
    for place in (int(np.argmax(found.influence)), int(np.argmin(found.influence)), 50):
        without = fit_expected(frame.drop(index=place), "aantal ~ 1", exposure="doelgroep", loo="one-step")
        taken = found.sd - spread_between(without).sd
        assert taken == pytest.approx(found.influence[place], abs=0.25 * abs(found.influence[place]) + 2e-4)


def fits_of(sd: dict[str, float], influence: dict[str, list[float]] | None = None) -> list[OneFit]:
    out = []
    for soort, value in sd.items():
        each = np.array([0.0, 0.0] if influence is None else influence[soort])
        spread = Spread(value, value, value, 1.0, 0.95, each)
        out.append(OneFit(soort, 2024, pd.DataFrame(), {}, (), "", spread, tuple(range(len(each))), value / 2))
    return out


def test_the_permutation_looks_at_every_way_to_deal_out_money() -> None:
    sd = {"a": 0.11, "b": 0.35, "c": 0.17, "d": 0.30, "e": 0.42, "f": 0.20}
    money = {"a": True, "b": False, "c": True, "d": True, "e": False, "f": False}
    found = money_test(fits_of(sd), money)
    values = np.array(list(sd.values()))

    def difference(chosen: tuple[int, ...]) -> float:
        inside = np.isin(np.arange(6), chosen)
        return float(values[inside].mean() - values[~inside].mean())

    ways = [difference(chosen) for chosen in combinations(range(6), 3)]
    seen = difference((0, 2, 3))
    assert (found.ways, found.exact, found.smallest_p) == (20, True, 1 / 20)
    assert found.difference == pytest.approx(seen)
    assert found.p == np.mean(np.array(ways) <= seen + 1e-9)
    assert found.p_two_sided == np.mean(np.abs(ways) >= abs(seen) - 1e-9)


def test_money_that_makes_no_difference_has_a_middling_p_and_one_that_divides_them_all_the_smallest() -> None:
    sd = dict(zip("abcdefgh", (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8), strict=True))
    divided = money_test(fits_of(sd), {k: v < 0.45 for k, v in sd.items()})
    assert divided.p == divided.smallest_p == 1 / 70
    mixed = money_test(fits_of(sd), {k: k in "adeh" for k in sd})
    assert mixed.p > 0.4
    turned = money_test(fits_of(sd), {k: v > 0.45 for k, v in sd.items()})
    assert turned.p == 1.0
    assert turned.p_two_sided == pytest.approx(2 / 70)


def test_with_many_soorten_the_ways_are_drawn_with_a_seed_and_the_p_is_never_zero() -> None:
    sd = {f"s{k:02d}": 0.1 + 0.01 * k for k in range(24)}
    money = {s: k < 12 for k, s in enumerate(sd)}
    found = money_test(fits_of(sd), money, draws=999, seed=3)
    assert not found.exact
    assert found.p == 1 / 1000 == found.smallest_p
    assert found.p_two_sided == money_test(fits_of(sd), money, draws=999, seed=3).p_two_sided
    near = money_test(fits_of(sd), {s: k % 2 == 0 for k, s in enumerate(sd)}, draws=999, seed=3)
    other = money_test(fits_of(sd), {s: k % 2 == 0 for k, s in enumerate(sd)}, draws=999, seed=4)
    assert near.p != other.p
    assert near.p == pytest.approx(other.p, abs=0.08)


def test_the_standard_error_knows_that_soorten_share_gemeenten() -> None:
    each = [0.02, -0.02, 0.01, -0.01]
    money = {"a": True, "b": False}
    same = money_test(fits_of({"a": 0.2, "b": 0.3}, {"a": each, "b": each}), money)
    assert np.isnan(same.p_gemeenten) or same.se < 1e-12
    apart = money_test(fits_of({"a": 0.2, "b": 0.3}, {"a": each, "b": [-v for v in each]}), money)
    assert apart.se == pytest.approx(np.sqrt(np.sum((2 * np.array(each)) ** 2) * 4 / 3))


def test_years_are_averaged_within_a_soort_and_the_ordinary_spread_has_no_interval() -> None:
    first, second = fits_of({"a": 0.2, "b": 0.4}), fits_of({"a": 0.4, "b": 0.6})
    money = {"a": True, "b": False}
    found = money_test([*first, *second], money)
    assert (found.sd_with, found.sd_without) == pytest.approx((0.3, 0.5))
    ordinary = money_test([*first, *second], money, of="ordinary")
    assert ordinary.difference == pytest.approx(-0.1)
    assert np.isnan([ordinary.lower, ordinary.upper, ordinary.p_gemeenten]).all()
    assert "nan" not in ordinary.sentence()


def test_without_both_kinds_of_soorten_there_is_no_test() -> None:
    with pytest.raises(FitError, match="2 soorten with and 0 without"):
        money_test(fits_of({"a": 0.2, "b": 0.3}), {"a": True, "b": True})
    with pytest.raises(DefinitionError, match="level"):
        money_test(fits_of({"a": 0.2, "b": 0.3}), {"a": True, "b": False}, level=95)
    with pytest.raises(DefinitionError, match="of is"):
        money_test(fits_of({"a": 0.2, "b": 0.3}), {"a": True, "b": False}, of="some")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def found() -> MoneyTest:
    return profile_outliers(long_frame(), FORMULA, exposure="doelgroep", money=MONEY).money_test()


def test_of_counts_the_soorten_with_money_are_found_to_differ_less(found: MoneyTest) -> None:
    assert found.with_money == ("jobcoaching", "subsidie")
    assert found.p == found.smallest_p == 1 / 6
    assert found.sd_without == pytest.approx(np.mean([SD["coaching"], SD["training"]]), rel=0.15)
    assert found.n_gemeenten == 60
    frame = found.to_frame().set_index("unit")
    assert frame.loc["soorten", "p"] == found.p
    assert frame.loc["gemeenten", "n"] == 60
    assert frame.loc["gemeenten", "lower"] < found.difference < frame.loc["gemeenten", "upper"]


@pytest.mark.parametrize(("lang", "words"), [("nl", "kleiner dan 0,1667 kan niet"), ("en", "cannot be below 0.1667")])
def test_the_sentence_says_how_small_the_p_could_have_been(found: MoneyTest, lang: str, words: str) -> None:
    assert words in found.sentence(lang)  # type: ignore[arg-type]
    assert "{" not in found.sentence(lang)  # type: ignore[arg-type]
