"""A draw keeps every number, is the best there is, can be repeated, and says why."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.errors import SampleError
from reintegratie_stats.fieldwork.interviews import SampleDraw
from reintegratie_stats.fieldwork.population import lots
from tests.unit.fieldwork.interview_frames import CBS, cbs_draw, few, gemeenten

SEED = 2025


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    return gemeenten()


@pytest.fixture(scope="module")
def draw() -> SampleDraw:
    return cbs_draw(SEED)


def every_draw(frame: pd.DataFrame, design: rs.SampleDesign) -> Iterator[pd.DataFrame]:
    """Every draw that keeps quota, minimum, maximum, between and one_per, written out."""
    for places in itertools.combinations(range(len(frame)), design.size):
        rows = frame.iloc[list(places)]
        fine = all((rows[t] == c).sum() == n for t, cs in design.quota.items() for c, n in cs.items())
        fine &= all(lo <= (rows[t] == c).sum() <= hi for t, cs in design.between.items() for c, (lo, hi) in cs.items())
        fine &= all((rows[t] == c).sum() >= k for t, k in design.minimum.items() for c in frame[t].unique())
        fine &= all((rows[t] == c).sum() <= m for t, m in design.maximum.items() for c in frame[t].unique())
        fine &= all(rows[t].dropna().is_unique for t in design.one_per)
        fine &= set(design.must_have) <= set(rows["gemeente"]) and not set(design.must_not_have) & set(rows["gemeente"])
        if fine:
            yield rows


def steps(rows: pd.DataFrame, step: float = 0.25) -> int:
    """The objective in steps, counted another way."""
    size = (rows["z"].abs() / step + 0.5).astype(int)
    return int(size.where(rows["klasse"] != "verwacht", -size).sum())


# --- the numbers and the objective -------------------------------------------------------------


def test_29_of_342_over_six_traits_keep_every_number(draw: SampleDraw, units: pd.DataFrame) -> None:
    assert len(draw.chosen) == 29
    quotas = draw.quotas()
    asked = quotas[quotas["rule"] != "spread"]
    assert (asked["slack"] >= 0).all()
    assert draw.relaxed == ()
    chosen = units[units["gemeente"].isin(draw.chosen)]
    assert chosen["klasse"].value_counts().to_dict() == {"meer": 10, "minder": 10, "verwacht": 9}
    assert chosen["provincie"].value_counts().between(1, 4).all()
    assert chosen["provincie"].nunique() == 12
    assert 8 <= (chosen["externe_uitvoering"] == "ja").sum() <= 12
    assert chosen["samenwerkingsverband"].dropna().is_unique


@pytest.mark.parametrize(
    "design",
    [
        rs.SampleDesign(size=4, tolerance=0.0),
        rs.SampleDesign(size=4, tolerance=0.0, quota={"klasse": {"verwacht": 2}}, minimum={"a": 1}),
        rs.SampleDesign(size=5, tolerance=0.0, quota={"a": {"p": 2}}, between={"b": {"x": (1, 2)}}, resolution=1.0),
        rs.SampleDesign(size=3, tolerance=0.0, one_per="a", must_have=["G04"], must_not_have=["G01", "G02"]),
        rs.SampleDesign(size=6, tolerance=0.0, maximum={"a": 2, "b": 3}, quota={"klasse": {"verwacht": 4}}),
    ],
)
def test_the_objective_is_that_of_the_best_of_all_draws_written_out(design: rs.SampleDesign) -> None:
    frame = few()
    step = design.resolution or 0.25
    best = max(steps(rows, step) for rows in every_draw(frame, design))
    draw = rs.draw_interviews(frame, design, SEED)
    assert draw.objective == draw.objective_best == best * step
    assert steps(frame[frame["gemeente"].isin(draw.chosen)], step) == best


@pytest.mark.parametrize("how", ["even", "proportional"])
def test_the_spread_is_the_nearest_of_all_draws_that_are_good_enough(how: str) -> None:
    frame = few()
    design = rs.SampleDesign(size=6, quota={"klasse": {"verwacht": 3}}, spread={"a": how, "b": how}, tolerance=1.5)

    def cost(rows: pd.DataFrame) -> int:
        total = 0
        for trait in ("a", "b"):
            for name in frame[trait].unique():
                share = (frame[trait] == name).mean() if how == "proportional" else 1 / frame[trait].nunique()
                number, wish = (rows[trait] == name).sum(), round(6 * share, 9)
                off = int(max(np.floor(wish) - number, number - np.ceil(wish), 0))
                total += off * (off + 1) // 2
        return total

    options = list(every_draw(frame, design))
    best = max(map(steps, options))
    nearest = min(
        cost(rows) for rows in options if steps(rows) >= best - 4
    )  # three quarters of the tolerance, in steps
    as_good = [set(rows["gemeente"]) for rows in options if steps(rows) >= best - 6 and cost(rows) <= nearest]
    draw = rs.draw_interviews(frame, design, SEED)
    assert set(draw.chosen) in as_good
    assert draw.spread == cost(frame[frame["gemeente"].isin(draw.chosen)]) <= nearest
    assert draw.objective_best - 1.5 <= draw.objective <= draw.objective_best


def test_among_equally_good_draws_the_first_lot_that_can_be_in_is_in() -> None:
    frame = few().assign(z=3.0, klasse="meer")
    design = rs.SampleDesign(size=4, maximum={"a": 2}, minimum={"a": 1})
    options = [set(rows["gemeente"]) for rows in every_draw(frame, design)]
    for seed in range(6):
        left = options
        for _, name in sorted(lots(seed, frame["gemeente"])):
            left = [draw for draw in left if name in draw] or left
        assert left == [set(rs.draw_interviews(frame, design, seed).chosen)]


def test_with_weights_the_largest_sum_of_weights_is_drawn() -> None:
    frame = few().assign(gewicht=[5, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8])
    draw = rs.draw_interviews(frame, rs.SampleDesign(size=3, objective="gewicht"), SEED)
    assert draw.objective == 9 + 8 + 6
    assert "gewicht 9" in " ".join(draw.to_frame()["reden"])


def test_weights_with_decimals_need_a_resolution() -> None:
    frame = few().assign(gewicht=np.arange(12) / 10)
    with pytest.raises(SampleError, match="say with resolution="):
        rs.draw_interviews(frame, rs.SampleDesign(size=3, objective="gewicht"), SEED)
    draw = rs.draw_interviews(frame, rs.SampleDesign(size=3, objective="gewicht", resolution=0.1), SEED)
    assert draw.objective == pytest.approx(3.0)


def test_the_objective_spread_looks_at_nothing_else() -> None:
    frame = few().drop(columns=["z", "klasse"])
    draw = rs.draw_interviews(frame, rs.SampleDesign(size=6, objective="spread", spread=["a", "b"]), SEED)
    assert draw.spread == 0
    assert np.isnan(draw.objective)
    assert draw.to_frame()["klasse"].isna().all()


# --- repeatable, and stable ---------------------------------------------------------------------


def test_the_same_seed_gives_the_same_draw_whatever_the_order_of_rows_and_columns(
    draw: SampleDraw, units: pd.DataFrame
) -> None:
    mixed = units.sample(frac=1.0, random_state=1)[list(reversed(units.columns))].set_index("gemeente", drop=False)
    again = rs.draw_interviews(mixed, CBS, SEED)
    assert again.chosen == draw.chosen
    pd.testing.assert_frame_equal(again.to_frame(), draw.to_frame())


def test_another_seed_gives_another_draw_that_is_as_good(draw: SampleDraw) -> None:
    others = [cbs_draw(seed) for seed in (1, 2)]
    assert len({draw.chosen, *(other.chosen for other in others)}) == 3
    for other in others:
        assert other.objective_best == draw.objective_best
        assert other.spread <= 1
        assert other.objective >= draw.objective_best - CBS.room


def test_a_gemeente_that_was_not_chosen_can_disappear_without_reshuffling_the_rest(
    draw: SampleDraw, units: pd.DataFrame
) -> None:
    # All 313 in benchmarks/interview_draw.py.
    others = [name for name in units["gemeente"] if name not in draw.chosen][::35]
    same = sum(rs.draw_interviews(units[units["gemeente"] != name], CBS, SEED).chosen == draw.chosen for name in others)
    assert same >= 0.95 * len(others)


def test_without_tolerance_no_gemeente_that_was_not_chosen_matters_at_all() -> None:
    frame = gemeenten(45)
    design = rs.SampleDesign(size=8, quota={"klasse": {"verwacht": 4}}, maximum={"provincie": 2}, tolerance=0.0)
    draw = rs.draw_interviews(frame, design, SEED)
    for name in sorted(set(frame["gemeente"]) - set(draw.chosen)):
        assert rs.draw_interviews(frame[frame["gemeente"] != name], design, SEED).chosen == draw.chosen


# --- who is always in, who never -----------------------------------------------------------------


def test_certainty_brings_every_extreme_flag_in_and_says_so(units: pd.DataFrame) -> None:
    frame = gemeenten(100)
    extreme = frame.loc[(frame["z"].abs() >= 5.0) & (frame["klasse"] != "verwacht"), "gemeente"]
    draw = rs.draw_interviews(frame, rs.SampleDesign(size=15, certainty=5.0), SEED)
    assert len(extreme) > 2
    assert set(extreme) <= set(draw.chosen)
    reasons = draw.to_frame().set_index("gemeente")["reden"]
    assert all("altijd in de trekking: |z| van 5 of meer" in reasons[name] for name in extreme)


def test_certainty_can_be_a_column_such_as_persistent_flags() -> None:
    frame = few().assign(hardnekkig=[k in (3, 7) for k in range(12)])
    draw = rs.draw_interviews(frame, rs.SampleDesign(size=4, certainty="hardnekkig"), SEED)
    assert {"G03", "G07"} <= set(draw.chosen)


def test_who_cannot_be_judged_is_not_drawn_unless_the_design_names_or_counts_it() -> None:
    frame = few()
    frame.loc[[0, 1], ["klasse", "z"]] = ["niet_te_beoordelen", np.nan]
    plain = rs.draw_interviews(frame, rs.SampleDesign(size=10), SEED)
    assert not {"G00", "G01"} & set(plain.chosen)
    assert any("niet_te_beoordelen" in note for note in plain.notes)
    assert "G00" in rs.draw_interviews(frame, rs.SampleDesign(size=10, must_have="G00"), SEED).chosen
    counted = rs.SampleDesign(size=10, quota={"klasse": {"niet_te_beoordelen": 1}})
    assert len({"G00", "G01"} & set(rs.draw_interviews(frame, counted, SEED).chosen)) == 1


def test_a_missing_samenwerkingsverband_is_no_samenwerkingsverband(draw: SampleDraw, units: pd.DataFrame) -> None:
    chosen = units[units["gemeente"].isin(draw.chosen)]
    assert chosen["samenwerkingsverband"].isna().sum() > 1


# --- what it says ---------------------------------------------------------------------------------


def test_every_gemeente_of_the_draw_has_a_sentence(draw: SampleDraw) -> None:
    frame = draw.to_frame()
    assert list(frame.columns) == ["gemeente", "klasse", "rol", "reserve_voor", "rang", "reden"]
    chosen = frame[frame["rol"] == "gekozen"]
    assert tuple(chosen["gemeente"]) == draw.chosen
    assert chosen["reserve_voor"].isna().all()
    assert frame["reden"].str.fullmatch(r"[A-Z].*\.").all()
    assert chosen["reden"].str.contains("registreert|Registreert").all()
    assert chosen["reden"].str.contains("nodig voor klasse (?:meer|minder|verwacht)").all()
    assert chosen["reden"].str.contains("even goed").all()


def test_the_sentences_are_also_in_english(draw: SampleDraw) -> None:
    english = draw.to_frame(lang="en")
    pd.testing.assert_frame_equal(english.drop(columns="reden"), draw.to_frame().drop(columns="reden"))
    assert english["reden"].str.contains("Registers|Reserve").all()
    assert not english["reden"].str.contains("nodig|gemeenten|kenmerken").any()


def test_the_number_of_equally_good_others_in_a_reason_is_right() -> None:
    frame = few().assign(z=3.0, klasse="meer")
    draw = rs.draw_interviews(frame, rs.SampleDesign(size=3, quota={"a": {"p": 1}}), SEED)
    reasons = draw.to_frame().set_index("gemeente")["reden"]
    for name in draw.chosen:
        mine = frame.set_index("gemeente").loc[name, "a"] == "p"
        others = [g for g, a in zip(frame["gemeente"], frame["a"], strict=True) if (a == "p") == mine]
        number = len(set(others) - set(draw.chosen))
        assert re.search(rf"uit deze en {number} andere", reasons[name])


def test_the_table_of_quotas_has_asked_got_and_slack(draw: SampleDraw) -> None:
    table = draw.quotas().set_index(["rule", "trait", "category"])
    assert list(table.columns) == ["asked", "low", "high", "got", "slack", "available"]
    meer = table.loc[("quota", "klasse", "meer")]
    assert (meer["asked"], meer["got"], meer["slack"]) == ("10", 10, 0)
    external = table.loc[("between", "externe_uitvoering", "ja")]
    assert external["asked"] == "8-12"
    assert external["slack"] == min(external["got"] - 8, 12 - external["got"])
    assert {"size", "quota", "between", "minimum", "maximum", "one_per", "spread"} == set(draw.quotas()["rule"])


def test_the_repr_shows_no_rows_and_frames_are_copies(draw: SampleDraw) -> None:
    assert re.fullmatch(r"SampleDraw\(29 of 342 gemeenten, seed=2025, objective [\d.]+ \(best [\d.]+\)\)", repr(draw))
    frame = draw.to_frame()
    frame["reden"] = ""
    assert draw.to_frame()["reden"].ne("").all()
    with pytest.raises(AttributeError):
        draw.seed = 1  # type: ignore[misc]


# --- bad input --------------------------------------------------------------------------------------


def test_every_problem_of_the_input_is_told_at_once() -> None:
    frame = few().astype({"a": object})
    frame.loc[3, "a"] = None
    frame.loc[[1, 5], "z"] = np.nan
    frame.loc[6, "klasse"] = "meeer"
    design = rs.SampleDesign(size=40, quota={"b": {"xx": 1}, "a": {"P": 1}}, must_have=["G00x", "Q99"], spread=["c"])
    with pytest.raises(SampleError) as refusal:
        rs.draw_interviews(frame, design, SEED)
    said = str(refusal.value)
    for words in (
        "trait 'a' is missing for 1 gemeenten: G03",
        "'z' is missing or not finite for G01, G05",
        "klasse is 'meeer' for G06",
        "Did you mean 'meer'",
        "quota 'a': no gemeente has 'P'. Did you mean 'p'?",
        "quota 'b': no gemeente has 'xx'.",
        "must_have: there is no gemeente 'G00x'. Did you mean 'G00'?",
        "there is no gemeente 'Q99'",
        "no column 'c'",
        "size is 40, the population has 12 gemeenten",
    ):
        assert words in said, words


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (few().head(0), "has no rows"),
        (few().drop(columns="gemeente"), "no column 'gemeente'"),
        (few().rename(columns={"gemeente": "gemente"}), "Did you mean 'gemente'"),
        (pd.concat([few(), few().head(2)]), "more than one row: G00, G01"),
        (few().assign(gemeente=None), "missing in 12 of 12 rows"),
        (few().drop(columns="z"), "no column 'z'"),
        (few().assign(z="veel"), "not numbers"),
        (few().assign(z=np.inf), "not finite"),
        (few().set_index("gemeente"), "It is the index"),
        (few().to_dict("list"), "give a DataFrame"),
        (few().assign(klasse=None), "'klasse' is missing"),
    ],
)
def test_a_frame_that_cannot_be_drawn_from_is_refused_by_name(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(SampleError) as refusal:
        rs.draw_interviews(frame, rs.SampleDesign(size=3), SEED)
    assert words in str(refusal.value)


def test_one_gemeente_can_be_drawn_from_one() -> None:
    draw = rs.draw_interviews(few().head(1), rs.SampleDesign(size=1, minimum={"a": 1}, spread=["b"]), SEED)
    assert draw.chosen == ("G00",)
    assert draw.reserves() == {"G00": ()}


@pytest.mark.parametrize("seed", [None, 1.5, True, "2025"])
def test_a_seed_is_a_whole_number(seed: object) -> None:
    with pytest.raises(SampleError, match="whole number"):
        rs.draw_interviews(few(), rs.SampleDesign(size=3), seed)  # type: ignore[arg-type]


def test_a_design_is_a_sample_design() -> None:
    with pytest.raises(SampleError, match="it is a SampleDesign"):
        rs.draw_interviews(few(), {"size": 3}, SEED)  # type: ignore[arg-type]


def test_a_resolution_that_no_solver_can_prove_is_refused() -> None:
    with pytest.raises(SampleError, match="too fine"):
        rs.draw_interviews(few(), rs.SampleDesign(size=3, resolution=1e-9), SEED)


def test_categories_may_be_numbers_truth_values_or_text() -> None:
    frame = few().assign(
        klein=np.arange(12) % 2 == 0, grootte=pd.Categorical(np.arange(12) % 3), tot=np.arange(12.0) % 2
    )
    design = rs.SampleDesign(size=4, quota={"klein": {True: 2}, "grootte": {2: 1}, "tot": {"1": 2}})
    chosen = frame[frame["gemeente"].isin(rs.draw_interviews(frame, design, SEED).chosen)]
    assert (chosen["klein"].sum(), (chosen["grootte"] == 2).sum(), chosen["tot"].sum()) == (2, 1, 2)


def test_who_may_not_be_drawn_is_not_available() -> None:
    frame = few()
    away = frame["gemeente"][frame["a"] == "p"].tolist()[:2]
    draw = rs.draw_interviews(frame, rs.SampleDesign(size=4, maximum={"a": 2}, must_not_have=away), SEED)
    table = draw.quotas().set_index(["rule", "category"])
    assert table.loc[("maximum", "p"), "available"] == int((frame["a"] == "p").sum()) - 2
    assert table["available"].loc["size"].iloc[0] == len(frame) - 2
    assert table["available"].loc["must_not_have"].iloc[0] == 2


def test_a_z_with_the_sign_of_the_other_class_is_told() -> None:
    frame = few()
    assert not any("sign" in note for note in rs.draw_interviews(frame, rs.SampleDesign(size=4), SEED).notes)
    wrong = frame.assign(z=frame["z"].abs())
    names = frame["gemeente"][frame["klasse"] == "minder"].tolist()
    notes = rs.draw_interviews(wrong, rs.SampleDesign(size=4), SEED).notes
    assert any("z has not the sign of the class for " + ", ".join(names) in note for note in notes)


def test_the_step_and_the_room_that_are_used_can_be_read_from_the_design() -> None:
    assert (rs.SampleDesign(size=29).step, rs.SampleDesign(size=29).room) == (0.25, pytest.approx(2.9))
    assert rs.SampleDesign(size=3, resolution=0.5).step == 0.5
    assert rs.SampleDesign(size=3, objective="gewicht").step == 1.0


def test_z_that_is_no_real_number_is_refused() -> None:
    with pytest.raises(SampleError, match="column 'z' holds complex128, not numbers"):
        rs.draw_interviews(few().assign(z=1j), rs.SampleDesign(size=3), SEED)
