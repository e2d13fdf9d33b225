"""Weights that make respondents add up to the population, and shares with them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.errors import CountsError, DefinitionError, FitError
from reintegratie_stats.fieldwork.response_shares import weighted_shares
from reintegratie_stats.fieldwork.response_weights import response_weights


def population(seed: int = 0, size: int = 342) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"gemeente": [f"GM{k:04d}" for k in range(size)]})
    frame["deel"] = np.resize(list("nozw"), size)
    frame["grootte"] = np.where(np.arange(size) % 10 < 6, "klein", "groot")
    chance = 0.4 + 0.3 * (frame["deel"] == "z") + 0.2 * (frame["grootte"] == "groot")
    frame["antwoord"] = rng.random(size) < chance
    frame["druk"] = np.where(rng.random(size) < 0.2 + 0.5 * (frame["grootte"] == "groot"), "ja", "nee")
    return frame


FRAME = population()


def test_post_stratification_gives_each_respondent_what_it_stands_for():
    weights = response_weights(FRAME, "deel")
    assert weights.method == "poststratify"
    counts = FRAME.groupby("deel")["antwoord"].agg(["size", "sum"])
    expected = weights.to_frame()["deel"].map(counts["size"] / counts["sum"]).to_numpy()
    np.testing.assert_allclose(weights.to_frame()["weight"], expected)
    assert weights.to_frame()["weight"].sum() == pytest.approx(342)


def test_raking_meets_every_margin_and_crossing_every_cell():
    raked = response_weights(FRAME, ["deel", "grootte"])
    crossed = response_weights(FRAME, ["deel", "grootte"], method="poststratify")
    assert raked.method == "rake"
    for weights, rows in ((raked, 6), (crossed, 8)):
        table = weights.margins()
        assert len(table) == rows
        assert table["difference"].abs().max() < 1e-6
        assert table["respondents"].ge(1).all()
    assert raked.design_effect < crossed.design_effect


def test_the_design_effect_is_one_plus_the_squared_variation_of_the_weights():
    weights = response_weights(FRAME, ["deel", "grootte"])
    w = weights.to_frame()["weight"]
    assert weights.design_effect == pytest.approx(1 + (w.std(ddof=0) / w.mean()) ** 2)
    assert weights.effective_respondents == pytest.approx(len(w) / weights.design_effect)
    same = response_weights(FRAME.assign(antwoord=1), "deel")
    assert (same.design_effect, set(same.to_frame()["weight"])) == (1.0, {1.0})


def test_margins_can_come_from_elsewhere():
    respondents = FRAME[FRAME["antwoord"]]
    given = {"deel": {"n": 100, "o": 100, "z": 80, "w": 60}}
    weights = response_weights(respondents, "deel", margins=given)
    assert weights.population == 340
    assert weights.margins().set_index("category")["weighted"].to_dict() == pytest.approx(given["deel"])
    with_empty = {"deel": {**given["deel"], "eiland": 0}}
    pd.testing.assert_frame_equal(
        response_weights(respondents, "deel", margins=with_empty).to_frame(), weights.to_frame()
    )


def test_few_respondents_in_a_category_are_noted():
    frame = FRAME.copy()
    frame.loc[[0, 1], ["deel", "antwoord"]] = ["eiland", True]
    assert response_weights(frame, "deel").notes == ("Minder dan 5 respondenten in: deel eiland.",)
    assert response_weights(frame, "deel", lang="en").notes == ("Fewer than 5 respondents in: deel eiland.",)


def test_a_category_of_the_population_that_no_respondent_has_is_named():
    frame = FRAME.copy()
    frame.loc[[0, 1], ["deel", "antwoord"]] = ["eiland", False]
    with pytest.raises(CountsError, match="'deel': no respondent has eiland; join it with another category"):
        response_weights(frame, "deel")


def test_margins_that_do_not_fit_are_refused_with_all_that_is_wrong():
    margins = {"deel": {"n": 100, "o": -1, "z": 50, "west": 50}, "grootte": {"klein": 100, "groot": 200}}
    with pytest.raises(CountsError) as caught:
        response_weights(FRAME, ["deel", "grootte"], margins=margins)
    message = str(caught.value)
    for part in ("the number of o is negative", "no respondent has west", "respondents have o, w",
                 "do not add up to the same population: deel 199, grootte 300"):  # fmt: skip
        assert part in message


def test_margins_that_cannot_hold_together_stop_with_the_one_that_is_furthest_off():
    frame = pd.DataFrame({"gemeente": list("abcdefgh"), "antwoord": 1, "a": list("xxxxyyyy"), "b": list("ppppqqqq")})
    with pytest.raises(FitError, match=r"did not come to an end in 50 turns: 'a' 'x' is still 50.00% off"):
        response_weights(
            frame, ["a", "b"], margins={"a": {"x": 40, "y": 40}, "b": {"p": 20, "q": 60}}, max_iterations=50
        )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"traits": "nummer"}, "nummer: numbers, not categories"),
        ({"traits": []}, "traits names no column"),
        ({"traits": "deel", "method": "raking"}, r"method is 'raking'; choose from: poststratify, rake"),
        ({"traits": "deel", "margins": {"del": {"n": 1}}}, r"nothing on deel; .*del, no trait .*did you mean 'deel'"),
        (
            {"traits": ["deel", "grootte"], "method": "poststratify", "margins": {"deel": {}, "grootte": {}}},
            "rake, or give a frame",
        ),
        ({"traits": "deel", "max_iterations": 0}, "max_iterations is 0"),
    ],
)  # fmt: skip
def test_choices_that_cannot_be_are_refused(arguments, message):
    with pytest.raises(DefinitionError, match=message):
        response_weights(FRAME.assign(nummer=1.5), **arguments)


def test_without_respondents_or_with_a_missing_trait_there_are_no_weights():
    with pytest.raises(CountsError, match="nobody answered"):
        response_weights(FRAME.assign(antwoord=0), "deel")
    with pytest.raises(CountsError, match="'deel' is missing for GM0004"):
        response_weights(FRAME.assign(deel=FRAME["deel"].mask(FRAME.index == 4)), "deel")


def test_the_repr_shows_no_gemeente():
    shown = repr(response_weights(FRAME, "deel"))
    assert shown.startswith(f"ResponseWeights({int(FRAME['antwoord'].sum())} respondents for 342, poststratify on deel")
    assert "GM0" not in shown


# --- shares --------------------------------------------------------------------------------------------


def test_weights_bring_a_share_back_to_that_of_the_population():
    off, repaired = [], []
    for seed in range(20):
        frame = population(seed)
        true = (frame["druk"] == "ja").mean()
        row = weighted_shares(response_weights(frame, ["deel", "grootte"]), frame, "druk").iloc[0]
        off.append(row["share"] - true)
        repaired.append(row["weighted"] - true)
    assert np.mean(off) > 0.02  # large ones answer more often, and say ja more often
    assert abs(np.mean(repaired)) < 0.01


def test_the_interval_covers_the_share_of_the_population_as_often_as_asked():
    inside = []
    for seed in range(80):
        frame = population(seed, 120)
        row = weighted_shares(response_weights(frame, ["grootte"]), frame, "druk").iloc[0]
        inside.append(row["lower"] <= (frame["druk"] == "ja").mean() <= row["upper"])
    assert 0.88 <= np.mean(inside) <= 0.99


def test_when_all_answered_shares_are_counted():
    frame = FRAME.assign(antwoord="ja")
    row = weighted_shares(response_weights(frame, "deel"), frame, "druk").iloc[0]
    assert row["weighted"] == row["lower"] == row["upper"] == pytest.approx((FRAME["druk"] == "ja").mean())
    assert row["std_error"] == 0


def test_an_answer_that_all_give_still_has_an_interval():
    row = weighted_shares(response_weights(FRAME, "deel"), FRAME.assign(v="ja"), "v").iloc[0]
    assert row["weighted"] == row["upper"] == 1
    assert 0.9 < row["lower"] < 1


def test_a_question_that_some_left_open_counts_who_answered_it():
    weights = response_weights(FRAME, "deel")
    open_ = FRAME.assign(druk=FRAME["druk"].mask(np.arange(342) % 3 == 0))
    table = weighted_shares(weights, open_, ["druk"])
    answered = int((FRAME["antwoord"] & (np.arange(342) % 3 != 0)).sum())
    assert set(table["respondents"]) == {answered}
    assert table["weighted"].sum() == pytest.approx(1)
    assert table["std_error"].iloc[0] > weighted_shares(weights, FRAME, "druk")["std_error"].iloc[0]


def test_numbers_are_answers_too():
    table = weighted_shares(response_weights(FRAME, "deel"), FRAME.assign(v=[1.0, 2.0] * 171), "v")
    assert table["answer"].tolist() == ["1", "2"]


def test_answers_that_cannot_be_laid_beside_the_respondents_are_refused():
    weights = response_weights(FRAME, "deel")
    doubled = pd.concat([FRAME[FRAME["antwoord"]].iloc[5:], FRAME[FRAME["antwoord"]].iloc[5:7]]).assign(leeg=None)
    with pytest.raises(CountsError) as caught:
        weighted_shares(weights, doubled, ["druk", "leeg"])
    for part in ("2 respondents have more than one row", "5 respondents have no row", "nobody answered 'leeg'"):
        assert part in str(caught.value)
    with pytest.raises(CountsError, match=r"no column 'druck' \(did you mean 'druk'\?\)"):
        weighted_shares(weights, FRAME, "druck")


def test_cells_that_read_alike_stay_apart():
    frame = pd.DataFrame({"gemeente": [f"GM{k:02d}" for k in range(12)], "antwoord": 1})
    frame["a"] = ["x", "x / y"] * 6
    frame["b"] = ["y / z", "z"] * 6  # both pairs read as x / y / z
    frame.loc[[0, 1, 2], "antwoord"] = 0
    weights = response_weights(frame, ["a", "b"], method="poststratify")
    assert len(weights.margins()) == 2
    assert sorted(weights.to_frame()["weight"].unique()) == pytest.approx([6 / 5, 6 / 4])


def test_margins_are_numbers_of_units_and_not_shares():
    with pytest.raises(
        CountsError, match="fewer in the population than respondents have n, o, z, w; margins are numbers"
    ):
        response_weights(FRAME, "deel", margins={"deel": dict.fromkeys("nozw", 0.25)})


@pytest.mark.parametrize("margins", [["deel"], {"deel": 3}, {"deel": {"n": "100"}}, {"deel": {1: 5, "1": 6}}])
def test_margins_that_are_no_numbers_by_category_are_refused(margins):
    with pytest.raises(DefinitionError, match="margins is no mapping"):
        response_weights(FRAME, "deel", margins=margins)


def test_a_question_that_few_answered_is_not_known_exactly_because_all_answered_the_survey():
    frame = FRAME.assign(antwoord=1, vraag=FRAME["druk"].where(FRAME.index < 20))
    row = weighted_shares(response_weights(frame, "deel"), frame, "vraag").iloc[0]
    assert row["respondents"] == 20
    assert row["std_error"] > 0.08
    assert row["lower"] < row["weighted"] - 0.1


def test_large_numbers_and_fractions_are_answers_of_their_own():
    answers = FRAME.assign(bedrag=np.where(FRAME.index % 2 == 0, 1_234_567.0, 1_234_568.0))
    table = weighted_shares(response_weights(FRAME, "deel"), answers, "bedrag")
    assert table["answer"].tolist() == ["1234567", "1234568"]


def test_questions_are_named_and_a_level_is_a_share():
    weights = response_weights(FRAME, "deel")
    for questions, words in (([], "names no column"), ("gemeente", "rename it"), (5, "named by a text")):
        with pytest.raises(DefinitionError, match=words):
            weighted_shares(weights, FRAME, questions)
    with pytest.raises(DefinitionError, match=r"For 95 per cent write 0\.95"):
        weighted_shares(weights, FRAME, "druk", level=95)
