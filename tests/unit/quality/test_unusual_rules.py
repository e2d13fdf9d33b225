"""Rules on the unusual on simulated registers: silent where nothing is wrong, and naming what was planted."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats

import reintegratie_stats as rs
from reintegratie_stats.quality.finding import Finding
from reintegratie_stats.quality.rules import read_rules
from reintegratie_stats.quality.unusual_counts import (
    ByDay,
    Counted,
    count_registers,
    last_known_day,
    month_of,
    month_text,
    regular_months,
)
from reintegratie_stats.quality.unusual_judging import (
    chance_so_few,
    chance_so_few_of,
    chance_so_many_of,
    dispersion,
    far_above_others,
    local_dispersion,
)
from tests.unit.quality import unusual_series as series

SEEDS = 40


@cache
def fails(kind: str, seeds: int = SEEDS) -> Counter[str]:
    """In how many sets each rule finds something."""
    found: Counter[str] = Counter()
    for seed in range(seeds):
        seen = series.counted(getattr(series, kind)(seed))
        found.update(rule for rule in series.JUDGED if series.judge(None, rule, seen=seen).fails)
    return found


@cache
def planted(defect: str, seed: int = 1) -> tuple[series.Rows, Finding]:
    plant, rule = series.DEFECTS[defect]
    rows = plant(series.clean(seed), seed)
    return rows, series.judge(rows, rule)


@pytest.mark.parametrize("rule", series.JUDGED)
@pytest.mark.parametrize("kind", ["clean", "small"])
def test_a_clean_register_makes_no_rule_speak_in_19_of_20_sets(kind: str, rule: str) -> None:
    assert fails(kind)[rule] <= SEEDS // 20


@pytest.mark.parametrize("rule", series.JUDGED)
@pytest.mark.parametrize("kind", ["lively", "with_stock"])
def test_seasons_growth_and_what_ran_before_the_series_are_not_unusual(kind: str, rule: str) -> None:
    assert fails(kind, 6)[rule] <= 1


@pytest.mark.parametrize("defect", series.DEFECTS)
def test_a_planted_defect_is_found_and_no_other_unit_is_named(defect: str) -> None:
    _, found = planted(defect)
    units = {
        "year_missing": {month_text(2014 * 12 + month) for month in range(12)},
        "quarter_missing": {"2014-04", "2014-05", "2014-06"},
        "years_glued": {2015},
        "stock_lost": {2014 if found.rule.name == "stapeling_31_december" else 2015},
        "first_of_month": {2016},
    }
    plant = series.DEFECTS[defect][0].__name__
    expected = units.get(plant, {series.name(series.large(series.clean(1)))})
    if plant == "ends_stop":  # the years before were complete when these ends were not yet due
        assert {cell["tot_en_met"][:4] for cell in found.where} >= {"2016", "2017"}
        assert all(cell["tot_en_met"] >= "2015" for cell in found.where)
    else:
        key = {"maand": "maand", "jaar": "jaar", "gemeente": "gemeente"}[found.rule.unit]
        assert {cell[key] for cell in found.where} == expected
    assert found.note["nl"]
    assert found.note["en"]


@pytest.mark.parametrize("defect", series.DEFECTS)
def test_a_planted_defect_is_found_among_seasons_and_waves(defect: str) -> None:
    plant, rule = series.DEFECTS[defect]
    assert series.judge(plant(series.lively(20), 20), rule).fails


def test_the_engine_counts_what_the_simulation_counts() -> None:
    rows = series.clean(3, gemeenten=15)
    registers = rs.Registers.from_frames(bijstand=rows.to_frame())
    engine, arrays = count_registers(registers)["bijstand"], series.counted(rows)
    for one in ("begins", "ends"):
        assert getattr(engine, one).days.tolist() == getattr(arrays, one).days.tolist()
        assert getattr(engine, one).rows.tolist() == getattr(arrays, one).rows.tolist()
    assert engine.cells.gemeenten == arrays.cells.gemeenten
    for part in ("gemeente", "month", "rows", "first", "open"):
        assert getattr(engine.cells, part).tolist() == getattr(arrays.cells, part).tolist(), part
    assert engine.cells.unplaced == 0
    assert [part.tolist() for part in engine.life] == [part.tolist() for part in arrays.life]


def heaped(rows: int, share: float) -> Finding:
    """A year of so many rows, of which such a share on the first of a month and the others spread evenly."""
    days = np.arange(series.number(2013), series.number(2014))
    first = np.isin(days, [series.number(2013, month) for month in range(1, 13)])
    spread = np.where(first, rows * share / 12, rows * (1 - share) / (365 - 12)).round().astype(np.int64)
    seen = series.counted(series.clean(1, gemeenten=3))
    seen.__dict__["begins"] = ByDay(days, spread)
    return series.judge(None, "stapeling_eerste_dag", seen=seen)


def test_what_is_certain_but_trivial_is_not_unusual() -> None:
    assert heaped(3_000_000, 0.045).fails == 0


def test_what_is_large_but_may_be_chance_is_not_unusual() -> None:
    assert heaped(40, 0.10).fails == 0


def test_what_is_certain_and_large_is_unusual() -> None:
    found = heaped(3_000, 0.20)
    assert (found.items, found.fails) == (1, 1)
    (cell,) = found.where
    assert cell["jaar"] == 2013
    assert cell["rijen"] == pytest.approx(600, abs=12)
    assert cell["verwacht"] == pytest.approx(cell["van_rijen"] * 12 / 365.2425, abs=0.1)


def test_thresholds_are_those_of_the_rule() -> None:
    rows, _ = planted("from a year on a third is not delivered")
    strict = read_rules({"sprong_jaargrens": {"grens": 0.9}})["sprong_jaargrens"]
    assert series.judge(rows, strict).fails == 0


@pytest.mark.parametrize("value", [0.0, -1.0, 1e9, 1e20])
def test_any_threshold_gives_a_finding_that_adds_up(value: float) -> None:
    some, few = (series.counted(series.clean(1, gemeenten=n, per_month=rate)) for n, rate in ((20, 3.0), (1, 0.2)))
    for name in (*series.JUDGED, "voorlopige_maanden", "reeksbreuk_participatie"):
        for limit in series.RULES[name].limits:
            rule = read_rules({name: {limit: value}})[name]
            for seen in (some, few):
                found = series.judge(None, rule, seen=seen)
                assert found.passes >= 0
                assert found.note or found.missing < found.items


def test_a_year_that_jumps_stands_out_among_seasons_and_waves() -> None:
    rows = series.years_glued(series.lively(4), 4)
    (cell,) = series.judge(rows, "sprong_jaargrens").where
    assert (cell["jaar"], cell["maat"]) == (2015, "instroom")
    assert cell["rijen"] < 0.75 * cell["verwacht"]


def test_the_provisional_months_are_not_judged() -> None:
    rows = series.clean(1)
    fewer = rows.keep(rows.begin < series.number(2018, 11))  # delivered on 31 December, nothing of two months
    assert not any(series.judge(fewer, rule).fails for rule in series.JUDGED)


def test_small_gemeenten_may_have_no_row_for_a_year() -> None:
    rows = series.clean(1)
    sizes = np.bincount(rows.gemeente, minlength=series.GEMEENTEN)
    small = int(np.argmin(np.where(sizes > 0, sizes, sizes.max())))
    assert sizes[small] < 40
    gone = rows.keep((rows.gemeente != small) | ~series.in_days(rows.begin, series.number(2014), series.number(2015)))
    assert series.judge(gone, "gemeente_verdwijnt").fails == 0


def test_a_month_without_any_delivery_is_nobodys_gap() -> None:
    rows, _ = planted("a delivery year is missing")
    assert series.judge(rows, "gemeente_verdwijnt").fails == 0


def test_gemeenten_that_vanish_and_appear_together_are_perhaps_merged() -> None:
    rows = series.clean(1)
    old, new = series.large(rows), series.large(rows, 60)
    merged = series.Rows(
        np.where((rows.gemeente == old) & (rows.begin >= series.number(2015)), new, rows.gemeente), rows.begin, rows.end
    )
    merged = merged.keep((merged.gemeente != new) | (merged.begin >= series.number(2015)))
    found = series.judge(merged, "gemeente_verdwijnt")
    assert {cell["gemeente"]: cell["wat"] for cell in found.where} == {
        series.name(old): "verdwijnt",
        series.name(new): "verschijnt",
    }
    assert f"{series.name(old)} verdwijnt in 2015-01, en {series.name(new)}" in found.note["nl"]
    assert "herindeling" in found.note["nl"]
    assert "merger" in found.note["en"]


def test_a_gemeente_that_takes_over_another_is_named() -> None:
    rows = series.clean(1)
    old, new = series.large(rows), series.large(rows, 10)
    into = np.where((rows.gemeente == old) & (rows.begin >= series.number(2016)), new, rows.gemeente)
    found = series.judge(series.Rows(into, rows.begin, rows.end), "gemeente_verdwijnt")
    assert [cell["gemeente"] for cell in found.where] == [series.name(old)]
    assert f"{series.name(old)} vanishes in 2016-01, and {series.name(new)} has more then" in found.note["en"]


def test_a_gemeente_that_vanishes_for_another_reason_is_no_merger() -> None:
    _, found = planted("a gemeente vanishes for two years")
    assert "to_boundaries" not in found.note["nl"]


def test_one_gemeente_alone_cannot_be_compared() -> None:
    rows = series.clean(1, gemeenten=1, per_month=40.0)
    for rule in ("stapeling_gemeente", "open_einden_gemeente", "gemeente_verdwijnt"):
        found = series.judge(rows, rule)
        assert found.missing == found.items >= 1, rule
        assert found.note["nl"], rule


def test_a_year_of_data_has_too_little_for_rules_on_years() -> None:
    rows = series.clean(1).keep(series.clean(1).begin >= series.number(2018, 2))
    for rule in ("sprong_jaargrens", "open_einden_jaar", "gemeente_terugval"):
        found = series.judge(rows, rule)
        assert found.missing == found.items >= 1, rule
        assert found.note["en"], rule


# the statistics


def test_chances_are_those_of_the_distributions() -> None:
    observed, expected = np.array([0, 3, 10, 40]), np.array([4.0, 4.0, 25.0, 30.5])
    np.testing.assert_allclose(chance_so_few(observed, expected), stats.poisson.cdf(observed, expected), rtol=1e-10)
    phi = 2.5
    wide = stats.nbinom.cdf(observed, expected / (phi - 1), 1 / phi)
    np.testing.assert_allclose(chance_so_few(observed, expected, phi), wide, rtol=1e-9)
    hits, trials = np.array([0, 2, 9]), np.array([10, 30, 90])
    np.testing.assert_allclose(chance_so_many_of(hits, trials, 0.05), stats.binom.sf(hits - 1, trials, 0.05), rtol=1e-9)
    np.testing.assert_allclose(chance_so_few_of(hits, trials, 0.05), stats.binom.cdf(hits, trials, 0.05), rtol=1e-9)


def test_dispersion_is_that_of_the_counts_and_a_trend_is_none() -> None:
    random = np.random.default_rng(1)
    expected = np.full(4000, 60.0)
    assert dispersion(random.poisson(expected), expected) == pytest.approx(1.0, abs=0.1)
    wide = random.negative_binomial(60.0 / 2.0, 1 / 3.0, 4000)  # variance three times the mean
    assert dispersion(wide, expected) == pytest.approx(3.0, abs=0.4)
    assert local_dispersion(wide) == pytest.approx(3.0, abs=0.4)
    rising = random.poisson(np.linspace(50, 5000, 4000))
    assert local_dispersion(rising) == pytest.approx(1.0, abs=0.1)


def test_a_share_is_only_far_above_others_beyond_their_ordinary_differences() -> None:
    random = np.random.default_rng(1)
    trials = np.full(200, 400)
    shares = random.beta(8.0, 32.0, 200)  # 0.20, spread 0.06
    hits = random.binomial(trials, shares)
    hits[0] = 320
    settings: dict[str, Any] = {"effect": 0.1, "chance": 0.001, "least": 30}
    made = far_above_others(hits, trials, spreads=3, **settings)
    assert np.nonzero(made.fails)[0].tolist() == [0]
    assert made.middle == pytest.approx(0.2, abs=0.02)
    assert made.spread == pytest.approx(0.06, abs=0.02)
    assert far_above_others(hits, trials, spreads=0, **settings).fails.sum() > 5


# the period


def test_stray_months_are_no_part_of_a_series() -> None:
    months = dict.fromkeys(range(24000, 24060), 40) | {1900 * 12: 30, 24075: 3, 99 * 120: 1}
    assert regular_months(months) == (24000, 24059)


def test_a_series_of_one_month_is_a_series() -> None:
    assert regular_months({24000: 1}) == (24000, 24000)
    assert regular_months({}) is None


def test_the_last_day_is_inferred_without_strays_and_without_the_clock() -> None:
    rows = series.clean(5, gemeenten=30)
    begin = rows.begin.copy()
    begin[:3] = series.number(2031)
    seen = series.counted(series.Rows(rows.gemeente, begin, rows.end))
    day = last_known_day([seen])
    assert day is not None
    assert month_of(day) == month_of(series.DAY)
    assert last_known_day([Counted("leeg", seen.table, None)][:0]) is None  # type: ignore[arg-type]


def test_a_delivery_day_after_the_last_row_moves_what_is_provisional() -> None:
    rows = series.clean(1)
    found = series.judge(rows, "voorlopige_maanden")
    assert [cell["maand"] for cell in found.where] == ["2018-10", "2018-11", "2018-12"]
    assert sum(cell["rijen"] for cell in found.where) == (rows.begin >= series.number(2018, 10)).sum()
    later = series.judge(rows, "voorlopige_maanden", day=dt.date(2019, 6, 30))
    assert later.fails == 0
    assert "2019-06-30" in later.note["nl"]
