"""An impossible design is refused with the smallest set of demands that cannot hold together, and what must give."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.errors import SampleError
from reintegratie_stats.fieldwork.conflict import conflicts, hitting_set, possible
from reintegratie_stats.fieldwork.population import read_population
from reintegratie_stats.fieldwork.rules import rules_of
from tests.unit.fieldwork.interview_frames import CBS, cbs_draw, few, gemeenten

SEED = 1


def refusal(frame: pd.DataFrame, design: rs.SampleDesign) -> str:
    with pytest.raises(SampleError) as refused:
        rs.draw_interviews(frame, design, SEED)
    return str(refused.value)


def names(frame: pd.DataFrame, design: rs.SampleDesign) -> list[list[str]]:
    population = read_population(frame, design)
    return [[rule.name for rule in found.rules] for found in conflicts(rules_of(design, population), population)]


def test_seven_from_a_province_that_has_five_names_that_quota_and_the_five() -> None:
    frame = gemeenten()
    here = frame.index[frame["provincie"] == "Zeeland"][5:]
    frame.loc[here, "provincie"] = "Limburg"
    design = CBS.replace(quota={**CBS.quota, "provincie": {"Zeeland": 7}}, maximum={})
    said = refusal(frame, design)
    assert "1 demand cannot be met" in said
    assert "quota:provincie=Zeeland: 7 asked; available: 5 (GM" in said
    assert "What would have to give: quota:provincie=Zeeland at most 5." in said
    assert "Nothing was drawn" in said
    assert names(frame, design) == [["quota:provincie=Zeeland"]]


@pytest.mark.parametrize(
    ("design", "expected", "words"),
    [
        (rs.SampleDesign(size=5, minimum={"a": 2}), [["size", "minimum:a"]],
         "size at least 6; or minimum:a at most 1"),
        (rs.SampleDesign(size=8, maximum={"a": 2}), [["size", "maximum:a"]],
         "size at most 6; or maximum:a at least 3"),
        (rs.SampleDesign(size=4, one_per="a"), [["size", "one_per:a"]],
         "size at most 3; or one_per:a at least 2"),
        (rs.SampleDesign(size=3, one_per="a", must_have=["G00", "G03"]), None, "must_have:G00 out"),
        (rs.SampleDesign(size=3, certainty=0.1), [["size", "certainty"]], "at most 3 of"),
        (rs.SampleDesign(size=2, must_not_have="G00", certainty=0.1), [["size", "certainty"]], "size at least"),
    ],
)  # fmt: skip
def test_demands_that_exclude_each_other_are_named_with_what_would_let_the_others_hold(
    design: rs.SampleDesign, expected: list[list[str]] | None, words: str
) -> None:
    frame = few()
    if expected is None:
        frame.loc[[0, 3], "a"] = "p"
        expected = [["one_per:a", "must_have:G00", "must_have:G03"]]
    assert names(frame, design)[:1] == expected[:1]
    assert words in refusal(frame, design)


def test_conflicts_that_share_nothing_are_told_together() -> None:
    design = rs.SampleDesign(size=10, quota={"a": {"p": 9}, "b": {"x": 10}})
    frame = few(16)
    said = refusal(frame, design)
    assert "Apart from these" in said
    assert {name for found in names(frame, design) for name in found} >= {"quota:a=p", "quota:b=x"}


def test_whom_the_design_excludes_is_part_of_the_conflict() -> None:
    frame = few()
    inside = frame.loc[frame["a"] == "p", "gemeente"].tolist()
    design = rs.SampleDesign(size=8, quota={"a": {"p": len(inside) - 1}}, must_not_have=inside[:3])
    assert names(frame, design) == [["quota:a=p", "must_not_have"]]
    said = refusal(frame, design)
    assert f"quota:a=p at most {len(inside) - 3}" in said
    assert "must_not_have: at least 2 of these back in" in said


def test_who_cannot_be_judged_is_counted_where_a_quota_lacks_gemeenten() -> None:
    frame = few()
    frame.loc[frame["a"] == "p", ["klasse", "z"]] = ["niet_te_beoordelen", np.nan]
    number = int((frame["a"] == "p").sum())
    assert f"available: 0, and {number} that cannot be judged" in refusal(
        frame, rs.SampleDesign(size=3, quota={"a": {"p": 1}})
    )


def smallest_by_trying(frame: pd.DataFrame, design: rs.SampleDesign) -> int:
    population = read_population(frame, design)
    rules = rules_of(design, population)
    for size in range(1, len(rules) + 1):
        if any(possible(some, population.shut) is None for some in itertools.combinations(rules, size)):
            return size
    return 0


@pytest.mark.parametrize("k", range(6))
def test_no_smaller_conflict_exists_and_without_any_one_demand_the_rest_can_hold(k: int) -> None:
    frame = few(10)
    design = rs.SampleDesign(
        size=4 + k % 3,
        quota={"a": {"p": 1 + k % 2, "q": 2}, "klasse": {"meer": 1}},
        between={"b": {"x": (k % 4, 1 + k % 4)}},
        minimum={"a": 1},
        maximum={"klasse": 2 + k % 2},
        must_have=["G01", "G05"],
    )
    population = read_population(frame, design)
    found = conflicts(rules_of(design, population), population)
    if not found:
        assert smallest_by_trying(frame, design) == 0
        return
    rules = found[0].rules
    assert len(rules) == smallest_by_trying(frame, design)
    assert possible(rules, population.shut) is None
    for rule in rules:
        assert possible([other for other in rules if other is not rule], population.shut) is not None


def test_a_smallest_hitting_set_is_smallest() -> None:
    random = np.random.default_rng(3)
    for _ in range(40):
        sets = [
            frozenset(np.flatnonzero(random.random(7) < 0.4).tolist()) | {int(random.random() * 7)} for _ in range(6)
        ]
        found = hitting_set(sets)
        sizes = (
            n for n in range(8) for some in itertools.combinations(range(7), n) if all(s & set(some) for s in sets)
        )
        assert all(inside & found for inside in sets)
        assert len(found) == next(sizes)


# --- giving way, in the stated order -----------------------------------------------------------------


def test_nothing_is_relaxed_that_was_not_named() -> None:
    design = rs.SampleDesign(size=5, minimum={"a": 2}, maximum={"b": 3}, relax=["maximum:b"])
    said = refusal(few(), design)
    assert "after relaxing maximum:b" in said
    assert "size" in said


def test_what_stands_first_in_relax_gives_way_first_and_by_as_little_as_can_be() -> None:
    frame = few()
    first = rs.draw_interviews(frame, rs.SampleDesign(size=5, minimum={"a": 2}, relax=["minimum:a", "size"]), SEED)
    assert len(first.chosen) == 5
    assert [(gave.name, gave.low, gave.high, gave.got) for gave in first.relaxed] == [("minimum:a", 2, None, 1)]
    assert any(note.startswith("Relaxed: minimum:a, ") and ">= 2 asked, 1 got" in note for note in first.notes)
    second = rs.draw_interviews(frame, rs.SampleDesign(size=5, minimum={"a": 2}, relax=["size", "minimum:a"]), SEED)
    assert len(second.chosen) == 6
    assert [(gave.name, gave.got) for gave in second.relaxed] == [("size", 6)]


def test_what_was_relaxed_stands_in_the_result() -> None:
    design = rs.SampleDesign(size=6, quota={"a": {"p": 6}, "klasse": {"meer": 1}}, relax=["quota:a=p"])
    frame = few()
    number = int((frame["a"] == "p").sum())
    draw = rs.draw_interviews(frame, design, SEED)
    assert f"Relaxed: quota:a=p: 6 asked, {number} got." in draw.notes
    table = draw.quotas().set_index(["rule", "category"])
    assert table.loc[("quota", "p"), "slack"] == number - 6
    assert "1 number relaxed" in repr(draw)


def test_a_demand_that_may_give_way_is_kept_where_it_can_be() -> None:
    plain = CBS.replace(relax=["minimum:provincie"])
    draw = rs.draw_interviews(gemeenten(), plain, SEED)
    assert draw.relaxed == ()
    assert draw.chosen == cbs_draw(SEED).chosen


def test_the_size_can_give_way_downwards() -> None:
    draw = rs.draw_interviews(few(), rs.SampleDesign(size=8, maximum={"a": 2}, relax=["size"]), SEED)
    assert len(draw.chosen) == 6
