"""Each reserve keeps every number when it steps in, and who refuses never comes back."""

from __future__ import annotations

import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.errors import SampleError
from reintegratie_stats.fieldwork.interviews import SampleDraw
from tests.unit.fieldwork.interview_frames import CBS, cbs_draw, few, gemeenten, kept

SEED = 2025


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    return gemeenten().set_index("gemeente", drop=False).rename_axis(None)


@pytest.fixture(scope="module")
def draw(units: pd.DataFrame) -> SampleDraw:
    return rs.draw_interviews(units, CBS.replace(reserves=400), SEED)


def test_every_reserve_of_every_chosen_gemeente_keeps_every_number_when_it_steps_in(
    draw: SampleDraw, units: pd.DataFrame
) -> None:
    tried = 0
    for one, reserves in draw.reserves().items():
        for other in reserves:
            assert kept(units, CBS, set(draw.chosen) - {one} | {other})
            assert units.loc[one, "klasse"] == units.loc[other, "klasse"]
            tried += 1
    assert tried > 100


def test_who_is_no_reserve_is_of_another_cell_or_loses_a_number(draw: SampleDraw, units: pd.DataFrame) -> None:
    for one, reserves in draw.reserves().items():
        for other in units.loc[units["klasse"] == units.loc[one, "klasse"], "gemeente"][::7]:
            if other not in reserves and other not in draw.chosen:
                assert not kept(units, CBS, set(draw.chosen) - {one} | {other})


def test_a_reserve_never_belongs_to_another_cell_of_a_quota_or_of_a_named_trait() -> None:
    frame = few(24).set_index("gemeente", drop=False)
    design = rs.SampleDesign(size=6, quota={"a": {"p": 2}}, cell="b", reserves=20)
    for one, reserves in rs.draw_interviews(frame, design, SEED).reserves().items():
        for other in reserves:
            assert frame.loc[one, "b"] == frame.loc[other, "b"]
            assert (frame.loc[one, "a"] == "p") == (frame.loc[other, "a"] == "p")


def test_the_first_reserve_is_the_most_alike(draw: SampleDraw, units: pd.DataFrame) -> None:
    traits = list(CBS.traits())
    for one, reserves in draw.reserves().items():
        alike = [int((units.loc[one, traits].fillna("") == units.loc[k, traits].fillna("")).sum()) for k in reserves]
        assert alike == sorted(alike, reverse=True)


def test_the_number_of_reserves_is_that_of_the_design() -> None:
    frame = cbs_draw(SEED).to_frame()
    reserves = frame[frame["rol"] == "reserve"]
    assert reserves.groupby("reserve_voor").size().max() == 3
    assert reserves["rang"].between(1, 3).all()
    assert reserves["reden"].str.contains("alle aantallen blijven gehaald").all()
    none = rs.draw_interviews(few(), rs.SampleDesign(size=4, reserves=0), SEED).to_frame()
    assert (none["rol"] == "gekozen").all()


def test_a_gemeente_without_a_reserve_is_named_in_the_notes() -> None:
    draw = rs.draw_interviews(few(), rs.SampleDesign(size=12), SEED)
    assert any(note.startswith("No reserve keeps every number for G00") for note in draw.notes)
    with pytest.raises(SampleError, match="no reserve is left for G00"):
        draw.replace("G00")


def test_after_a_refusal_nothing_else_changes(draw: SampleDraw, units: pd.DataFrame) -> None:
    one = next(name for name, reserves in draw.reserves().items() if reserves)
    after = draw.replace(one)
    assert set(draw.chosen) - set(after.chosen) == {one}
    assert set(after.chosen) - set(draw.chosen) == {draw.reserves()[one][0]}
    assert kept(units, CBS, set(after.chosen))
    assert after.refused == (one,)
    assert draw.refused == ()
    assert f"{one} does not take part: {draw.reserves()[one][0]} stepped in." in after.notes
    reasons = after.to_frame().set_index("gemeente")["reden"]
    assert reasons[draw.reserves()[one][0]].startswith(f"Stapt in voor {one}, die niet meedoet (reserve 1)")
    assert repr(after).endswith("1 replaced)")


def test_who_refused_never_comes_back_however_many_refuse(draw: SampleDraw, units: pd.DataFrame) -> None:
    gone: list[str] = []
    for _ in range(25):
        able = [name for name, reserves in draw.reserves().items() if reserves]
        if not able:
            break
        gone.append(able[len(gone) % len(able)])
        draw = draw.replace(gone[-1])
        assert not set(gone) & {*draw.chosen, *(k for names in draw.reserves().values() for k in names)}
        assert kept(units, CBS, set(draw.chosen))
    assert len(gone) > 10
    assert draw.refused == tuple(gone)


def test_replacing_is_repeatable() -> None:
    draw = rs.draw_interviews(few(24), rs.SampleDesign(size=6, maximum={"a": 3}), SEED)
    able = [name for name, reserves in draw.reserves().items() if reserves][:2]
    again = rs.draw_interviews(few(24)[::-1], rs.SampleDesign(size=6, maximum={"a": 3}), SEED)
    one, other = (d.replace(able[0]).replace(able[1]) for d in (draw, again))
    pd.testing.assert_frame_equal(one.to_frame(), other.to_frame())


def test_the_reserve_of_a_reserve_can_step_in() -> None:
    frame = few().assign(klasse="meer")
    draw = rs.draw_interviews(frame, rs.SampleDesign(size=2, reserves=1), SEED)
    first = draw.reserves()[draw.chosen[0]][0]
    after = draw.replace(draw.chosen[0]).replace(first)
    assert after.refused == (draw.chosen[0], first)
    assert "(reserve 2)" in " ".join(after.to_frame()["reden"])


def test_a_gemeente_that_had_to_be_in_can_refuse_and_is_not_called_relaxed() -> None:
    draw = rs.draw_interviews(few(), rs.SampleDesign(size=3, must_have="G04", certainty=4.0), SEED)
    after = draw.replace("G04")
    assert "G04" not in after.chosen
    assert after.relaxed == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [("GM9999", "no gemeente 'GM9999'"), ("GM0001", "not chosen"), ("", "no gemeente ''")],
)
def test_only_who_is_chosen_can_be_replaced(draw: SampleDraw, name: str, words: str) -> None:
    with pytest.raises(SampleError, match=words):
        draw.replace(name)


def test_who_was_replaced_cannot_be_replaced_again(draw: SampleDraw) -> None:
    one = next(name for name, reserves in draw.reserves().items() if reserves)
    with pytest.raises(SampleError, match="was replaced before"):
        draw.replace(one).replace(one)
