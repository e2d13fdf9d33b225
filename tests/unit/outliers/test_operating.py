"""What a rule can and cannot see, by simulation from the fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from reintegratie_stats.errors import DefinitionError, FitError
from reintegratie_stats.estimates.expected import ExpectedFit, fit_expected
from reintegratie_stats.estimates.multiplicity import benjamini_hochberg
from reintegratie_stats.outliers import OutlierRule, flag_outliers, operating_characteristics
from reintegratie_stats.outliers.flags import judge
from reintegratie_stats.outliers.operating import OperatingCharacteristics, _shortlist_cut, draw_counts


def scattered(n: int, key: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return (np.arange(1, n + 1) * key) % 1.0


def gemeenten(n: int = 90, sd: float = 0.2) -> pd.DataFrame:
    size = np.round(15000 * np.exp(1.0 * ndtri(scattered(n, np.sqrt(2)))))
    laag = ndtri(scattered(n, np.sqrt(3)))
    mean = 0.01 * size * np.exp(0.2 * laag + sd * ndtri(scattered(n, np.sqrt(7))))
    count = np.maximum(0.0, np.round(mean + np.sqrt(mean) * ndtri(scattered(n, np.sqrt(11)))))
    ids = [f"{k:04d}" for k in range(n)]
    return pd.DataFrame({"gemeente": ids, "doelgroep": size, "laag": laag, "aantal": count})


@pytest.fixture(scope="module")
def fit() -> ExpectedFit:
    return fit_expected(gemeenten(), "aantal ~ laag", exposure="doelgroep")


@pytest.fixture(scope="module")
def seen(fit: ExpectedFit) -> OperatingCharacteristics:
    return operating_characteristics(fit, n_sim=24, seed=5, factor=(1.5, 2.0, 3.0))


def test_the_same_seed_gives_the_same_and_half_the_simulations_are_the_first_half(
    fit: ExpectedFit, seen: OperatingCharacteristics
) -> None:
    half = operating_characteristics(fit, n_sim=12, seed=5, factor=(3.0, 1.5))
    assert np.array_equal(half.false, seen.false[:12])
    assert np.array_equal(half.found, seen.found[:12, [2, 0]])
    other = operating_characteristics(fit, n_sim=12, seed=6, factor=(3.0, 1.5))
    assert not np.array_equal(other.found, half.found)


def test_power_grows_with_the_deviation_and_with_size(seen: OperatingCharacteristics) -> None:
    power = seen.power().pivot_table(index="size_class", columns=["direction", "factor"], values="power")
    for way in ("meer", "minder"):
        assert power.loc["alle", way].is_monotonic_increasing
        assert power.loc["groot", (way, 2.0)] > power.loc["klein", (way, 2.0)]
    assert power.loc["groot", ("meer", 3.0)] > 0.95


def test_all_is_the_mean_over_the_classes_and_the_sum_of_the_false_flags(seen: OperatingCharacteristics) -> None:
    power = seen.power()
    for _, part in power.groupby(["factor", "direction"]):
        classes, total = part[part["size_class"] != "alle"], part[part["size_class"] == "alle"]
        assert np.average(classes["power"], weights=classes["n"]) == pytest.approx(total["power"].iloc[0])
    false = seen.false_flags()
    both = false[false["direction"] == "beide"].set_index("size_class")["expected_flags"]
    assert both.drop("alle").sum() == pytest.approx(both["alle"])
    single = false[(false["direction"] != "beide") & (false["size_class"] == "alle")]
    assert single["expected_flags"].sum() == pytest.approx(both["alle"])


def test_false_flags_are_about_what_the_signal_level_says_when_size_of_the_deviation_is_no_matter(
    fit: ExpectedFit,
) -> None:
    rule = OutlierRule(signal_level=0.9, fdr=0.0, ratio_low=1.0, ratio_high=1.0)
    seen = operating_characteristics(fit, rule, n_sim=40, seed=1, factor=(2.0,), size_classes=1)
    both = seen.false_flags().query("direction == 'beide'")
    share = both["share"].iloc[0]
    assert share == pytest.approx(0.10, abs=0.03)
    assert both["se"].iloc[0] == pytest.approx(seen.false.sum(axis=1)[:, 0].std(ddof=1) / np.sqrt(40))


def test_the_power_is_what_planting_a_deviation_and_fitting_again_finds(fit: ExpectedFit) -> None:
    place, n_sim, factor = 40, 30, 2.0
    edge = float(fit.data.exposure[place])
    rule = OutlierRule(signal_level=0.99)
    mean = fit.family.mean(fit.data.x @ fit.estimate.beta, fit.data.exposure)
    random, caught = np.random.default_rng(3), 0
    for _ in range(n_sim):
        times = np.ones(len(mean))
        times[place] = factor
        u, v = random.random((2, len(mean)))
        again = gemeenten().assign(aantal=draw_counts(fit, mean * times, fit.data.exposure, u, v))
        flags = flag_outliers(fit_expected(again, "aantal ~ laag", exposure="doelgroep", loo="one-step"), rule)
        caught += flags.to_frame()["flag"][place] == "meer"
    seen = operating_characteristics(fit, rule, n_sim=40, seed=2, factor=(factor,), size_classes=(edge, edge + 0.5))
    row = seen.power().query("size_class == 'midden' and direction == 'meer'").iloc[0]
    assert row["n"] == 1
    error = np.sqrt(row["power"] * (1 - row["power"]) * (1 / n_sim + 1 / 40))
    assert 0.05 < row["power"] < 0.97
    assert abs(row["power"] - caught / n_sim) < 3.5 * error


@pytest.mark.parametrize("seed", range(12))
def test_the_shortlist_of_one_that_deviates_is_that_of_all_p_values_again(seed: int) -> None:
    p = np.random.default_rng(seed).random(60) ** 3
    p[7] = np.nan
    ratio, expected = np.where(np.isnan(p), np.nan, 2.0), np.full(60, 20.0)
    rule = OutlierRule(fdr=0.2)
    cut = _shortlist_cut(p, judge(p, ratio, expected, rule), rule)
    assert cut[7] == -1.0
    for unit in np.delete(np.arange(60), 7):
        for new in (0.99 * cut[unit], 1.01 * cut[unit], 0.5):
            changed = p.copy()
            changed[unit] = new
            assert (benjamini_hochberg(changed)[unit] <= 0.2) == (new <= cut[unit])


def test_only_flags_in_the_right_direction_count_as_found_and_the_deviating_count_is_drawn_anew(
    fit: ExpectedFit,
) -> None:
    rule = OutlierRule(signal_level=0.5, fdr=0.0, ratio_low=1.0, ratio_high=1.0)
    seen = operating_characteristics(fit, rule, n_sim=20, seed=1, factor=(1.0001,), size_classes=1)
    assert seen.power()["power"].to_numpy() == pytest.approx([0.25, 0.25], abs=0.06)
    assert not np.allclose(seen.found[:, 0, :, 0] * 90, seen.false[:, :, 0])


def test_the_refits_have_the_settings_of_the_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    from reintegratie_stats.outliers import operating

    settings = {"family": "nb2", "robust": False, "recalibrate": True, "tails": "gamma", "seed": 7,
                "suspected": ("regio",), "include_suspected": "as it was asked for"}  # fmt: skip
    fit = fit_expected(gemeenten().rename(columns={"gemeente": "gm"}), "aantal ~ laag", exposure="doelgroep", id="gm",
                       **settings)  # fmt: skip
    given: list[dict[str, object]] = []
    real = operating.fit_expected

    def watched(data: pd.DataFrame, formula: str, **named: object) -> ExpectedFit:
        given.append(named | {"formula": formula})
        return real(data, formula, **named)

    monkeypatch.setattr(operating, "fit_expected", watched)
    operating_characteristics(fit, n_sim=2, seed=1)
    asked = settings | {"formula": "aantal ~ laag", "exposure": "doelgroep", "id": "gm", "loo": "one-step"}
    asked |= {"cluster": None, "missing": "error"}
    assert given == [asked, asked]


def test_stricter_rules_find_less(fit: ExpectedFit, seen: OperatingCharacteristics) -> None:
    strict = operating_characteristics(fit, OutlierRule(0.9999, fdr=0.0), n_sim=24, seed=5, factor=(1.5, 2.0, 3.0))
    assert np.all(strict.found <= seen.found)
    assert np.all(strict.false <= seen.false)
    blind = operating_characteristics(fit, OutlierRule(ratio_high=1e6, ratio_low=0.0), n_sim=4, seed=5)
    assert blind.found.sum() == blind.false.sum() == 0
    unjudged = operating_characteristics(fit, OutlierRule(min_expected=1e6), n_sim=4, seed=5)
    assert unjudged.found.sum() == 0


@pytest.mark.parametrize(
    ("family", "tails"),
    [("nb2", "lognormal"), ("nb2", "gamma"), ("quasipoisson", "gamma"), ("binomial", "gamma"), ("ols_rate", "gamma")],
)
def test_drawn_counts_have_the_mean_and_variance_of_the_family(family: str, tails: str) -> None:
    fit = fit_expected(gemeenten(), "aantal ~ laag", exposure="doelgroep", family=family, tails=tails)
    u, v = np.random.default_rng(4).random((2, 20000))
    mean, exposure = np.full(20000, 120.0), np.full(20000, 12000.0)
    drawn = draw_counts(fit, mean, exposure, u, v)
    assert drawn.mean() == pytest.approx(120.0, rel=0.02)
    assert drawn.var() == pytest.approx(float(fit.family.variance(120.0, 12000.0, fit.spread)), rel=0.06)
    assert np.all((drawn == np.round(drawn)) & (drawn >= 0))


def test_drawn_counts_are_larger_where_the_mean_is_and_zero_where_it_is_zero(fit: ExpectedFit) -> None:
    u, v = np.random.default_rng(4).random((2, 500))
    draws = [draw_counts(fit, np.full(500, m), np.full(500, 1e4), u, v) for m in (0.0, 10.0, 20.0)]
    assert np.all(draws[0] == 0)
    assert np.all(draws[1] <= draws[2])


def test_each_family_is_simulated_and_fitted_again_with_its_settings() -> None:
    for family in ("poisson", "binomial"):
        fit = fit_expected(
            gemeenten(sd=0.0), "aantal ~ laag", exposure="doelgroep", family=family, recalibrate=True, robust=False
        )
        seen = operating_characteristics(fit, n_sim=3, seed=1, factor=(3.0,))
        assert seen.failed == 0
        assert seen.power()["power"].iloc[-2] > 0.5


def test_gemeenten_that_cannot_be_judged_are_not_in_the_simulated_world() -> None:
    data = gemeenten()
    data.loc[4, ["doelgroep", "aantal"]] = 0.0
    fit = fit_expected(data, "aantal ~ laag", exposure="doelgroep")
    assert operating_characteristics(fit, n_sim=2, seed=1).classes["n"].tolist() == [30, 29, 30, 89]


def test_size_classes_by_number_and_by_edges(fit: ExpectedFit, seen: OperatingCharacteristics) -> None:
    assert seen.classes["size_class"].tolist() == ["klein", "midden", "groot", "alle"]
    assert seen.classes["n"].tolist() == [30, 30, 30, 90]
    edges = operating_characteristics(fit, n_sim=2, seed=1, size_classes=(10000.0,))
    assert edges.classes["size_class"].tolist() == ["klein", "groot", "alle"]
    assert edges.classes["exposure_to"][0] < 10000 <= edges.classes["exposure_from"][1]


def test_simulations_that_cannot_be_fitted_are_counted_and_left_out(
    fit: ExpectedFit, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reintegratie_stats.outliers import operating

    real, turns = operating.fit_expected, iter(range(100))

    def sometimes(*given: object, **named: object) -> ExpectedFit:
        if next(turns) == 1:
            raise FitError("no")
        return real(*given, **named)

    whole = operating_characteristics(fit, n_sim=3, seed=5)
    monkeypatch.setattr(operating, "fit_expected", sometimes)
    part = operating_characteristics(fit, n_sim=3, seed=5)
    assert part.failed == 1
    assert part.power()["power"].to_numpy() == pytest.approx(
        whole.found[[0, 2]].mean(axis=0).transpose(2, 0, 1).ravel()
    )


def test_what_is_said_with_the_flags(seen: OperatingCharacteristics) -> None:
    dutch, english = seen.sentences(), seen.sentences("en")
    assert len(dutch) == len(english) == 4
    assert dutch[0].startswith("Als geen van de 90 gemeenten afwijkt")
    assert "1,5 maal" in dutch[1]
    assert "1.5 times" in english[1]


@pytest.mark.parametrize(
    "settings",
    [{"factor": (1.0,)}, {"factor": ()}, {"n_sim": 1}, {"size_classes": 0}, {"size_classes": (5.0, 1.0)},
     {"size_classes": (1e9,)}],
)  # fmt: skip
def test_settings_that_mean_nothing_are_refused(fit: ExpectedFit, settings: dict[str, object]) -> None:
    with pytest.raises(DefinitionError):
        operating_characteristics(fit, **({"n_sim": 2, "seed": 1} | settings))
