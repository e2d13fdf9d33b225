"""Counts that can hardly be as they were meant."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, binomtest

from reintegratie_stats.errors import CountsError, DefinitionError
from reintegratie_stats.outliers import PlausibilityRule, plausibility_checks
from reintegratie_stats.outliers.plausibility import common_change

CHECKED = {"exposure": "mensen", "lang": "en"}


def gemeenten(n: int = 60) -> pd.DataFrame:
    k = np.arange(n)
    people = 2000 + 137 * k
    return pd.DataFrame(
        {
            "gemeente": [f"{i:04d}" for i in k],
            "mensen": people,
            "plan": np.round(0.05 * people * (1 + 0.2 * np.sin(3 * k))).astype(int),
            "instrument": np.round(0.02 * people * (1 + 0.2 * np.cos(5 * k))).astype(int),
        }
    )


def found(data: pd.DataFrame, check: str, **settings: object) -> pd.DataFrame:
    frame = plausibility_checks(data, **({"count": "plan"} | CHECKED | settings))
    return frame[frame["check"] == check].reset_index(drop=True)


def test_ordinary_counts_give_no_findings_but_the_same_columns() -> None:
    data = gemeenten()
    frame = plausibility_checks(data, count=["plan", "instrument"], previous=data, **CHECKED)
    assert len(frame) == 0
    assert list(frame.columns) == ["gemeente", "check", "count", "observed", "expected", "p", "reason"]


def test_more_than_there_are_people_is_found_and_one_each_is_not() -> None:
    data = gemeenten()
    data.loc[3, "plan"], data.loc[4, "plan"] = data["mensen"][3] + 1, data["mensen"][4]
    frame = found(data, "rate_above_limit")
    assert frame["gemeente"].tolist() == ["0003"]
    assert frame["expected"][0] == data["mensen"][3]
    assert found(data, "rate_above_limit", rule=PlausibilityRule(max_rate=2.0)).empty


def test_a_zero_is_remarkable_only_where_many_are_expected() -> None:
    data = gemeenten()
    data.loc[[2, 5], "plan"] = 0
    data.loc[5, "mensen"] = 100
    frame = found(data, "zero_where_expected")
    assert frame["gemeente"].tolist() == ["0002"]
    others = data.drop(index=2)
    assert frame["expected"][0] == pytest.approx(data["mensen"][2] * others["plan"].sum() / others["mensen"].sum())
    assert "None registered" in frame["reason"][0]


def test_what_is_expected_can_come_from_a_fit() -> None:
    data = gemeenten().assign(verwacht=9.9)
    data.loc[[2, 5], "plan"] = 0
    data.loc[5, "verwacht"] = 10.0
    frame = found(data, "zero_where_expected", expected="verwacht")
    assert frame["gemeente"].tolist() == ["0005"]


def test_a_zero_is_less_surprising_where_rates_differ_much() -> None:
    alike, apart = gemeenten(), gemeenten()
    apart["plan"] = np.where(np.arange(60) % 2, apart["plan"] * 3, apart["plan"] // 3)
    alike.loc[2, "plan"] = apart.loc[2, "plan"] = 0
    p = [found(data, "zero_where_expected")["p"][0] for data in (alike, apart)]
    assert p[0] < 1e-6 < p[1] < 0.1


def test_rounding_to_tens_is_found_over_all_gemeenten_with_its_exact_chance() -> None:
    data = gemeenten()
    data["plan"] = (data["plan"] / 10).round().astype(int) * 10
    frame = found(data, "heaping")
    looked = int((data["plan"] >= 50).sum())
    assert frame["observed"].tolist() == [looked]
    assert frame["expected"][0] == pytest.approx(looked / 10)
    assert frame["p"][0] == pytest.approx(0.1**looked, rel=1e-9)
    assert frame["gemeente"].isna().all()
    assert "multiples of 10" in frame["reason"][0]


def test_the_chance_of_heaping_is_one_sided_and_exact() -> None:
    data = gemeenten()
    data.loc[:29, "plan"] = (data["plan"][:30] / 5).round().astype(int) * 5
    frame = found(data, "heaping", rule=PlausibilityRule(heaping_bases=(5,)))
    k = int((data["plan"] % 5 == 0).sum())
    assert frame["p"][0] == pytest.approx(binomtest(k, 60, 0.2, alternative="greater").pvalue, rel=1e-9)


def test_one_gemeente_that_rounds_all_its_counts_is_found_and_named() -> None:
    months = [f"m{k:02d}" for k in range(12)]
    k = np.arange(30)[:, None]
    values = 100 + (k * 37 + np.arange(12) * 53 + k * np.arange(12) * 7) % 97
    data = pd.DataFrame(values, columns=months).assign(gemeente=[f"{i:04d}" for i in range(30)], mensen=9000)
    data.loc[7, months] = [110, 120, 160, 130, 100, 150, 190, 120, 140, 110, 130, 170]
    frame = found(data, "heaping_within", count=months)
    assert frame["gemeente"].tolist() == ["0007"]
    assert frame["p"][0] == pytest.approx(1e-12, rel=1e-6)
    assert frame["count"].isna().all()
    assert found(data, "heaping_within", count=["m00"]).empty
    for level, number in ((5e-11, 0), (1e-10, 1)):  # 30 gemeenten and 3 bases: 90 times 1e-12
        rule = PlausibilityRule(heaping_level=level)
        assert len(found(data, "heaping_within", count=months, rule=rule)) == number


def test_small_counts_are_not_called_rounded() -> None:
    assert found(gemeenten().assign(plan=20), "heaping").empty
    assert not found(gemeenten().assign(plan=25), "heaping").empty


def test_a_jump_is_found_beside_what_changed_everywhere() -> None:
    before = gemeenten()
    now = before.assign(plan=before["plan"] * 2)
    now.loc[9, "plan"] = before["plan"][9] // 2
    frame = found(now, "jump", previous=before)
    assert frame["gemeente"].tolist() == ["0009"]
    assert frame["expected"][0] == pytest.approx(2.0 * before["plan"][9])
    total = int(now["plan"][9] + before["plan"][9])
    assert frame["p"][0] == pytest.approx(2 * binom.cdf(now["plan"][9], total, 2 / 3), rel=1e-6)


def test_growth_of_the_exposure_is_no_jump() -> None:
    before = gemeenten()
    now = before.copy()
    now.loc[9, ["mensen", "plan"]] = before.loc[9, ["mensen", "plan"]] * 3
    assert found(now, "jump", previous=before).empty


def test_a_small_change_is_no_jump_however_certain_and_a_large_one_in_small_counts_neither() -> None:
    before = gemeenten().assign(plan=10000, mensen=90000)
    now = before.copy()
    now.loc[9, "plan"] = 13000
    before.loc[11, "plan"], now.loc[11, "plan"] = 2, 6
    assert found(now, "jump", previous=before).empty
    sharper = PlausibilityRule(jump_factor=1.2)
    assert found(now, "jump", previous=before, rule=sharper)["gemeente"].tolist() == ["0009"]


def test_all_lost_since_last_year_is_a_jump_and_new_gemeenten_are_not_compared() -> None:
    before, now = gemeenten(), gemeenten()
    now.loc[9, "plan"] = 0
    frame = found(now, "jump", previous=before.drop(index=5))
    assert frame["gemeente"].tolist() == ["0009"]


def test_one_large_gemeente_does_not_move_the_common_change() -> None:
    before = gemeenten()
    now = before.copy()
    before.loc[0, "plan"], now.loc[0, "plan"] = 100000, 0
    before.loc[0, "mensen"] = now.loc[0, "mensen"] = 500000
    y1, n1 = now["plan"].to_numpy(float), now["mensen"].to_numpy(float)
    y0, n0 = before["plan"].to_numpy(float), before["mensen"].to_numpy(float)
    assert common_change(y1, n1, y0, n0) == pytest.approx(1.0)


def test_a_gemeente_with_nothing_last_year_gives_no_warning_and_does_not_move_the_common_change() -> None:
    now, before = np.full(7, 44.0), np.array([0.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert common_change(now, np.ones(7), before, np.ones(7)) == pytest.approx(1.1)


def test_missing_counts_are_passed_over() -> None:
    data = gemeenten()
    data["plan"] = data["plan"].astype("Int64")
    data.loc[4, "plan"] = pd.NA
    data.loc[5, "plan"] = 0
    frame = plausibility_checks(data, count="plan", previous=data, **CHECKED)
    assert frame["gemeente"].tolist() == ["0005"]


@pytest.mark.parametrize("value", [-1.0, 2.5])
def test_what_is_no_count_is_refused_and_the_gemeente_named(value: float) -> None:
    data = gemeenten().astype({"plan": float})
    data.loc[6, "plan"] = value
    with pytest.raises(CountsError, match="0006"):
        plausibility_checks(data, count="plan", **CHECKED)


def test_a_column_that_is_not_there_gives_the_nearest_name() -> None:
    with pytest.raises(DefinitionError, match="'plan'"):
        plausibility_checks(gemeenten(), count="plam", **CHECKED)
    with pytest.raises(DefinitionError, match="previous"):
        plausibility_checks(gemeenten(), count="plan", previous=gemeenten().drop(columns="plan"), **CHECKED)


def test_a_gemeente_that_stands_there_twice_is_refused() -> None:
    data = pd.concat([gemeenten(), gemeenten().iloc[:1]])
    with pytest.raises(CountsError, match="once"):
        plausibility_checks(data, count="plan", **CHECKED)


@pytest.mark.parametrize("setting", ["max_rate", "zero_expected", "heaping_from", "heaping_level", "jump_factor"])
def test_a_setting_of_nothing_is_refused(setting: str) -> None:
    with pytest.raises(DefinitionError, match=setting):
        PlausibilityRule(**{setting: 0.0})


def test_dutch_reasons_have_a_decimal_comma() -> None:
    data = gemeenten()
    data.loc[2, "plan"] = 0
    reason = found(data, "zero_where_expected", lang="nl")["reason"][0]
    assert reason.startswith("Niets geregistreerd in plan waar ")
    assert "." not in reason.replace("1.", "")


def test_columns_and_exposures_that_cannot_be_are_refused_and_years_must_name_gemeenten_alike() -> None:
    frame = pd.DataFrame({"gemeente": ["A", "B"], "mensen": [10, 20], "plan": [1, 0]})
    with pytest.raises(DefinitionError, match=r"'plann' is not a column.*'mens' is not a column"):
        plausibility_checks(frame, count="plann", exposure="mens")
    with pytest.raises(DefinitionError, match="'check' is in the results already"):
        plausibility_checks(frame.rename(columns={"gemeente": "check"}), count="plan", exposure="mensen", id="check")
    with pytest.raises(CountsError, match="'mensen' is negative in A"):
        plausibility_checks(frame.assign(mensen=[-3, 5]), count="plan", exposure="mensen")
    with pytest.raises(CountsError, match="numbers in one year and text in the other"):
        plausibility_checks(frame, count="plan", exposure="mensen", previous=frame.assign(gemeente=[1, 2]))
