"""A probability sample of gemeenten: known chances, fixed numbers per stratum, and estimates with honest intervals."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reintegratie_stats.errors import DefinitionError, SampleError
from reintegratie_stats.fieldwork.probability import ProbabilityDraw, draw_probability_sample
from reintegratie_stats.fieldwork.probability_design import ProbabilityDesign, divide, inclusion_probabilities


def gemeenten(n: int = 60) -> pd.DataFrame:
    k = np.arange(n)
    frame = pd.DataFrame({"gemeente": [f"GM{i:04d}" for i in k]})
    frame["landsdeel"] = np.array(["Noord", "Oost", "Zuid", "West", "West"])[k % 5]
    frame["inwoners"] = np.round(20_000 * np.exp(0.9 * np.sin(2.3 * k))).astype(int)
    frame["laagopgeleid"] = 30 + 8 * np.cos(1.9 * k)
    frame["verstedelijkt"] = np.where(np.sin(0.7 * k) > 0, "ja", "nee")
    frame["aantal"] = np.round(0.02 * frame["inwoners"] + 9 * frame["laagopgeleid"] + 60 * np.sin(5.1 * k))
    frame["hoog"] = frame["aantal"] > frame["aantal"].median()
    return frame


DESIGNS = {
    "equal": ProbabilityDesign(12, "landsdeel"),
    "balanced": ProbabilityDesign(12, "landsdeel", balance=("laagopgeleid", "verstedelijkt")),
    "size": ProbabilityDesign(12, proportional_to="inwoners"),
    "size, balanced": ProbabilityDesign(15, "landsdeel", proportional_to="inwoners", balance=("laagopgeleid",)),
}


PINNED = {
    "equal": "07 08 15 23 25 26 33 37 43 44 45 51",
    "balanced": "09 12 13 30 34 36 42 44 49 50 51 55",
    "size": "01 03 06 12 17 23 36 44 47 49 50 54",
    "size, balanced": "06 17 25 29 33 36 39 47 49 50 52 53 55 56 58",
}
"""Who is drawn with seed 2025: part of what is promised."""


# --- drawing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DESIGNS)
def test_a_draw_has_the_numbers_asked_and_says_every_chance(name: str) -> None:
    design = DESIGNS[name]
    draw = draw_probability_sample(gemeenten(), design, seed=1)
    frame = draw.to_frame()
    assert list(frame.columns) == ["gemeente", "stratum", "inclusion_probability", "weight", "drawn"]
    assert frame["drawn"].sum() == design.size
    assert frame["inclusion_probability"].sum() == pytest.approx(design.size)
    assert (frame["weight"] * frame["inclusion_probability"]).to_numpy() == pytest.approx(np.ones(60))
    by_stratum = frame.groupby("stratum")
    assert by_stratum["inclusion_probability"].sum().to_numpy() == pytest.approx(by_stratum["drawn"].sum().to_numpy())


@pytest.mark.parametrize("name", DESIGNS)
def test_the_same_seed_is_the_same_draw_whatever_the_order_of_the_rows(name: str) -> None:
    units = gemeenten()
    first = draw_probability_sample(units, DESIGNS[name], seed=7).to_frame()
    shuffled = units.iloc[np.argsort(np.sin(31 * np.arange(60)))]
    pd.testing.assert_frame_equal(draw_probability_sample(shuffled, DESIGNS[name], seed=7).to_frame(), first)
    others = [draw_probability_sample(units, DESIGNS[name], seed=s).to_frame()["drawn"].tolist() for s in range(5)]
    assert sum(other != first["drawn"].tolist() for other in others) >= 4


def test_draws_are_pinned_so_that_another_version_of_a_library_cannot_move_them() -> None:
    names = {
        name: draw_probability_sample(gemeenten(), design, seed=2025).to_frame().query("drawn")["gemeente"].str[4:]
        for name, design in DESIGNS.items()
    }
    assert {name: " ".join(found) for name, found in names.items()} == PINNED


def test_one_gemeente_fewer_moves_at_most_one_other() -> None:
    units, design = gemeenten(), ProbabilityDesign(12)
    full = set(draw_probability_sample(units, design, seed=3).to_frame().query("drawn")["gemeente"])
    for name in units["gemeente"]:
        fewer = draw_probability_sample(units[units["gemeente"] != name], design, seed=3).to_frame()
        assert len(set(fewer.query("drawn")["gemeente"]) - full) == (name in full)


def test_the_largest_are_certain_and_weigh_only_for_themselves() -> None:
    units = gemeenten()
    units.loc[[3, 8], "inwoners"] = 5_000_000
    frame = draw_probability_sample(units, DESIGNS["size"], seed=1).to_frame()
    certain = frame[frame["inclusion_probability"] == 1.0]
    assert certain["gemeente"].tolist() == ["GM0003", "GM0008"]
    assert certain["drawn"].all()


def test_balance_says_how_near_the_totals_are_category_by_category() -> None:
    balance = draw_probability_sample(gemeenten(), DESIGNS["balanced"], seed=5).balance()
    assert balance["covariate"].tolist() == ["laagopgeleid", "verstedelijkt=ja", "verstedelijkt=nee"]
    assert balance.loc[0, "relative"] == pytest.approx(0, abs=0.05)
    assert balance.loc[1:, "total"].sum() == 60


def test_drawn_over_and_over_each_gemeente_comes_as_often_as_its_chance_says() -> None:
    units = gemeenten(14)
    design = ProbabilityDesign(6, proportional_to="laagopgeleid", balance=("aantal",))
    rounds = 600
    hits = sum(
        draw_probability_sample(units, design, s).to_frame()["drawn"].to_numpy(dtype=float) for s in range(rounds)
    )
    chances = draw_probability_sample(units, design, 0).to_frame()["inclusion_probability"].to_numpy()
    z = (hits / rounds - chances) / np.sqrt(chances * (1 - chances) / rounds)
    assert float((z**2).sum()) < 36.1  # 0.1% of chi-square with 14 df


# --- sizes per stratum --------------------------------------------------------------------------


STRATA = st.lists(st.tuples(st.integers(1, 60), st.floats(0.01, 1000)), min_size=1, max_size=8)


@settings(max_examples=100)
@given(STRATA, st.integers(1, 4), st.data())
def test_a_sample_is_divided_whole_within_its_bounds(strata: list[tuple[int, float]], least: int, data: Any) -> None:
    held = {f"s{k}": number for k, (number, _) in enumerate(strata)}
    weights = {f"s{k}": weight for k, (_, weight) in enumerate(strata)}
    low = {name: min(least, number) for name, number in held.items()}
    size = data.draw(st.integers(sum(low.values()), sum(held.values())))
    out = divide(size, weights, held, least)
    assert sum(out.values()) == size
    assert all(low[name] <= out[name] <= held[name] for name in held)


@settings(max_examples=60)
@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=30), st.data())
def test_chances_add_up_and_follow_size_below_certainty(sizes: list[float], data: Any) -> None:
    number = data.draw(st.integers(0, len(sizes)))
    chances = inclusion_probabilities(sizes, number)
    assert chances.sum() == pytest.approx(number)
    assert ((chances >= 0) & (chances <= 1)).all()
    open_ = chances < 1
    if open_.any() and number:
        ratio = chances[open_] / np.array(sizes)[open_]
        assert ratio == pytest.approx(np.full(len(ratio), ratio[0]))


def test_numbers_per_stratum_can_be_proportional_equal_by_size_or_given() -> None:
    def numbers(**settings: Any) -> dict[str, int]:
        frame = draw_probability_sample(gemeenten(), ProbabilityDesign(strata="landsdeel", **settings), 1).strata()
        return dict(zip(frame["stratum"], frame["drawn"], strict=True))

    assert numbers(size=20) == {"Noord": 4, "Oost": 4, "West": 8, "Zuid": 4}
    assert numbers(size=20, allocation="equal") == dict.fromkeys(["Noord", "Oost", "West", "Zuid"], 5)
    given_ = {"Noord": 2, "Oost": 3, "West": 4, "Zuid": 12}
    assert numbers(allocation=given_) == given_
    by_size = numbers(size=20, allocation="size", proportional_to="inwoners")
    assert sum(by_size.values()) == 20
    assert by_size["West"] > 5


# --- what is refused --------------------------------------------------------------------------


def test_a_design_that_contradicts_itself_says_all_of_it() -> None:
    with pytest.raises(DefinitionError) as caught:
        ProbabilityDesign(0, minimum=0, allocation="proportionl", balance=("a", "a"))
    for part in ("size is 0", "minimum is 0", "'proportional'", "balance names a more than once"):
        assert part in str(caught.value)
    with pytest.raises(DefinitionError, match="size is missing"):
        ProbabilityDesign()
    with pytest.raises(DefinitionError, match="names no column of sizes"):
        ProbabilityDesign(5, "x", "size")
    with pytest.raises(DefinitionError, match="allocation of b is not a whole number"):
        ProbabilityDesign(strata="x", allocation={"a": 3, "b": 0})


def test_a_frame_that_cannot_be_drawn_from_says_all_of_it_by_name() -> None:
    units = gemeenten(20)
    units["laagopgeleid"] = units["laagopgeleid"].where(units.index != 4)
    units.loc[6, "inwoners"] = 0
    units["landsdeel"] = units["landsdeel"].where(units.index != 2)
    units["verstedelijkt"] = units["verstedelijkt"].where(units.index != 9)
    design = ProbabilityDesign(
        8, "landsdeel", proportional_to="inwoners", balance=("laagopgeleid", "verstedelijkt")
    )  # fmt: skip
    with pytest.raises(SampleError) as caught:
        draw_probability_sample(units, design, 1)
    for part in (
        "4 problems",
        "stratum 'landsdeel' is missing for GM0002",
        "not above 0 for GM0006",
        "covariate 'laagopgeleid' is missing for GM0004",
        "'verstedelijkt' is missing for GM0009",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("units", "design", "part"),
    [
        (gemeenten(5), ProbabilityDesign(6), "size is 6, there are 5"),
        (gemeenten(20), ProbabilityDesign(6, "landsdeel", minimum=2), "ask 8"),
        (gemeenten(20), ProbabilityDesign(6, "landdeel"), "no column 'landdeel'. Did you mean 'landsdeel'"),
        (gemeenten(20), ProbabilityDesign(6, proportional_to="verstedelijkt"), "not numbers"),
        (gemeenten(20).iloc[[0, 1, 1]], ProbabilityDesign(2), "more than one row: GM0001"),
        (gemeenten(20).iloc[:0], ProbabilityDesign(2), "no rows"),
        (gemeenten(20).assign(gemeente=range(20)), ProbabilityDesign(2), "leading zeros"),
        (gemeenten(20).assign(gemeente=[None] + ["x"] * 19), ProbabilityDesign(2), "missing in 1 row"),
        (
            gemeenten(20),
            ProbabilityDesign(strata="landsdeel", allocation={"Nord": 2, "Oost": 5, "West": 2}),
            "stratum 'Nord', which no gemeente is in. Did you mean 'Noord'",
        ),
        (
            gemeenten(20),
            ProbabilityDesign(strata="landsdeel", allocation={"Noord": 2, "Oost": 5, "West": 2}),
            "says nothing of Zuid",
        ),
    ],
)
def test_each_impossible_draw_names_what_is_wrong(units: pd.DataFrame, design: ProbabilityDesign, part: str) -> None:
    with pytest.raises(SampleError) as caught:
        draw_probability_sample(units, design, 1)
    assert part in str(caught.value)


def test_a_seed_is_a_whole_number_and_units_a_frame() -> None:
    with pytest.raises(DefinitionError, match=r"seed is 1\.5"):
        draw_probability_sample(gemeenten(), DESIGNS["equal"], 1.5)  # type: ignore[arg-type]
    with pytest.raises(SampleError, match="units is a list"):
        draw_probability_sample([], DESIGNS["equal"], 1)  # type: ignore[arg-type]


# --- estimating -------------------------------------------------------------------------------


def test_a_census_of_one_gemeente_is_known_exactly() -> None:
    draw = draw_probability_sample(gemeenten(1), ProbabilityDesign(1, minimum=1), 1)
    found = draw.estimate("aantal", what="total")
    assert (found.value, found.lower, found.upper, found.std_error, found.method) == (
        gemeenten(1)["aantal"][0], found.value, found.value, 0.0, "census",
    )  # fmt: skip


def test_balanced_totals_are_estimated_with_hardly_any_error() -> None:
    units = gemeenten()
    design = ProbabilityDesign(12, balance=("laagopgeleid",))
    found = draw_probability_sample(units, design, 4).estimate("laagopgeleid", what="total", estimator="regression")
    assert found.value == pytest.approx(units["laagopgeleid"].sum())
    assert found.std_error == pytest.approx(0, abs=1e-6)


def test_a_stratum_with_one_drawn_gives_an_estimate_without_an_interval_and_the_reason() -> None:
    design = ProbabilityDesign(strata="landsdeel", allocation={"Noord": 1, "Oost": 2, "West": 2, "Zuid": 2})
    found = draw_probability_sample(gemeenten(), design, 1).estimate("aantal")
    assert np.isfinite(found.value)
    assert np.isnan(found.lower)
    assert "Noord" in found.reason
    crowded = ProbabilityDesign(3, balance=("laagopgeleid", "aantal", "inwoners"))
    assert "too few" in draw_probability_sample(gemeenten(), crowded, 1).estimate("hoog", what="share").reason


def test_a_share_of_none_or_all_has_the_exact_interval_and_others_stay_inside_zero_and_one() -> None:
    units = gemeenten().assign(nooit=False)
    draw = draw_probability_sample(units, DESIGNS["equal"], 1)
    never = draw.estimate("nooit", what="share")
    assert (never.value, never.lower, never.method) == (0.0, 0.0, "exact")
    assert never.upper == pytest.approx(1 - 0.025 ** (1 / 12))
    some = draw.estimate("hoog", what="share")
    assert 0 < some.lower < some.value < some.upper < 1
    assert draw.estimate("hoog", what="share", estimator="ht").value == pytest.approx(some.value)


def test_answers_may_come_in_a_frame_of_their_own_and_who_is_missing_is_named() -> None:
    draw = draw_probability_sample(gemeenten(), DESIGNS["equal"], 1)
    drawn = draw.to_frame().query("drawn")["gemeente"].tolist()
    answers = pd.DataFrame({"gemeente": drawn[::-1], "tevreden": [True, False] * 6})
    assert draw.estimate("tevreden", data=answers, what="share").value > 0
    with pytest.raises(SampleError, match=f"missing for {drawn[-1]}, who were drawn"):
        draw.estimate("tevreden", data=answers.iloc[1:])
    with pytest.raises(SampleError, match=f"More than one row for {drawn[0]}"):
        draw.estimate("tevreden", data=pd.concat([answers, answers.iloc[[-1]]]))
    with pytest.raises(SampleError, match="Did you mean 'tevreden'"):
        draw.estimate("tevreen", data=answers)
    with pytest.raises(SampleError, match="not numbers"):
        draw.estimate("verstedelijkt")
    with pytest.raises(SampleError, match="True and False"):
        draw.estimate("aantal", what="share")
    with pytest.raises(DefinitionError, match="Did you mean 'hajek'"):
        draw.estimate("aantal", estimator="hajk")  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="Did you mean 'mean'"):
        draw.estimate("aantal", what="men")  # type: ignore[arg-type]


def covered(design: ProbabilityDesign, what: Any, estimator: Any, rounds: int = 200) -> tuple[float, float]:
    """Return how often the interval holds the truth, and the bias of the estimate in its own standard deviations."""
    units = gemeenten()
    truth = units["aantal"].agg({"total": "sum"}.get(what, what))
    found = [
        draw_probability_sample(units, design, seed).estimate("aantal", what=what, estimator=estimator)
        for seed in range(rounds)
    ]
    values = np.array([one.value for one in found])
    inside = np.mean([one.lower <= truth <= one.upper for one in found])
    return float(inside), float((values.mean() - truth) / values.std())


@pytest.mark.parametrize(
    ("name", "what", "estimator"),
    [("balanced", "total", "ht"), ("size, balanced", "mean", "ht")],
)
def test_intervals_hold_the_truth_about_as_often_as_they_say(name: str, what: str, estimator: str) -> None:
    share, bias = covered(DESIGNS[name], what, estimator)
    assert share >= 0.90
    assert abs(bias) < 0.2


def test_a_result_shows_no_rows_and_gives_copies() -> None:
    draw = draw_probability_sample(gemeenten(), DESIGNS["equal"], 1)
    assert repr(draw) == "ProbabilityDraw(12 of 60 gemeenten in 4 strata, 0 certain)"
    copy = draw.to_frame()
    copy["drawn"] = True
    assert draw.to_frame()["drawn"].sum() == 12
    assert isinstance(draw, ProbabilityDraw)
    assert draw.estimate("aantal").to_frame().shape == (1, 13)


def test_a_share_of_everybody_keeps_its_interval_around_the_estimate() -> None:
    frame = gemeenten().assign(ja=1, nee=0)
    for seed in range(8):
        draw = draw_probability_sample(frame, ProbabilityDesign(8, proportional_to="inwoners"), seed)
        for column in ("ja", "nee"):
            for estimator in ("ht", "hajek"):
                found = draw.estimate(column, what="share", estimator=estimator)  # type: ignore[arg-type]
                assert found.lower <= found.value <= found.upper
                assert (found.method == "exact") == (found.value in (0.0, pytest.approx(1.0, abs=1e-9)))


def test_who_was_drawn_by_a_name_with_blanks_or_a_number_is_found_again() -> None:
    frame = gemeenten()
    draw = draw_probability_sample(frame, ProbabilityDesign(8), 1)
    padded = frame.assign(gemeente=frame["gemeente"] + " ")
    assert draw_probability_sample(padded, ProbabilityDesign(8), 1).to_frame().equals(draw.to_frame())
    assert draw.estimate("aantal", data=padded) == draw.estimate("aantal")
    with pytest.raises(SampleError, match="more than one row: 1"):
        draw_probability_sample(frame.assign(gemeente=[1, "1", *frame["gemeente"][2:]]), ProbabilityDesign(8), 1)


def test_a_stratum_is_the_same_whatever_the_type_of_its_column() -> None:
    frame = gemeenten().assign(deel=np.arange(60) % 2)
    design = ProbabilityDesign(strata="deel", allocation={0: 4, 1: 5})
    found = [
        draw_probability_sample(frame.assign(deel=frame["deel"].astype(dtype)), design, 1).to_frame()
        for dtype in ("int64", "float64", object, "category", str)
    ]
    for other in found[1:]:
        pd.testing.assert_frame_equal(found[0], other)


def test_a_design_with_numbers_per_stratum_can_be_kept_and_compared() -> None:
    design = ProbabilityDesign(strata="deel", allocation={"a": 2, "b": 3})
    assert pickle.loads(pickle.dumps(design)) == design
    assert len({design, ProbabilityDesign(strata="deel", allocation={"b": 3, "a": 2})}) == 1


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"strata": 3}, "strata is 3; columns are named by a text"),
        ({"strata": "gemeente"}, "no stratum of its own"),
        ({"balance": (1,)}, "columns are named by a text"),
        ({"strata": "deel", "allocation": {1: 2, "1": 3}, "size": None}, "names a stratum twice"),
    ],
)
def test_columns_of_a_design_are_named(choices: dict[str, Any], words: str) -> None:
    with pytest.raises(DefinitionError, match=words):
        ProbabilityDesign(**{"size": 5, **choices})


def test_data_that_cannot_be_read_are_refused() -> None:
    frame = gemeenten()
    draw = draw_probability_sample(frame, ProbabilityDesign(8), 1)
    for data, words in (
        ([1], "data is a list"),
        (pd.concat([frame, frame[["aantal"]]], axis=1), "aantal more than once"),
    ):
        with pytest.raises(SampleError, match=words):
            draw.estimate("aantal", data=data)  # type: ignore[arg-type]
    with pytest.raises(SampleError, match="complex128, not numbers"):
        draw_probability_sample(frame.assign(x=1j), ProbabilityDesign(8, balance="x"), 1)
    with pytest.raises(SampleError, match="it is a ProbabilityDesign"):
        draw_probability_sample(frame, None, 1)  # type: ignore[arg-type]
