"""What a design may ask, and what it is told when it contradicts itself."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import reintegratie_stats as rs
from reintegratie_stats.errors import DefinitionError
from tests.unit.fieldwork.interview_frames import CBS


def test_a_design_keeps_what_it_was_given_as_values_that_cannot_change() -> None:
    design = rs.SampleDesign(size=np.int64(5), quota={"klasse": {"meer": 2}}, one_per="verband", spread=["landsdeel"])
    assert design.size == 5
    assert design.quota == {"klasse": {"meer": 2}}
    assert design.one_per == ("verband",)
    assert design.spread == {"landsdeel": "even"}
    with pytest.raises(TypeError):
        design.quota["klasse"] = {}  # type: ignore[index]
    with pytest.raises(AttributeError):
        design.size = 6  # type: ignore[misc]


def test_a_design_can_be_compared_hashed_pickled_and_written_down() -> None:
    again = pickle.loads(pickle.dumps(CBS))
    assert again == CBS
    assert hash(again) == hash(CBS)
    assert rs.SampleDesign(**CBS.to_dict()) == CBS
    assert again.fingerprint() == CBS.fingerprint() != CBS.replace(size=30).fingerprint()


def test_the_order_in_which_names_are_given_makes_no_other_design() -> None:
    one = rs.SampleDesign(size=4, must_have=["B", "A"], spread=["x", "y"])
    other = rs.SampleDesign(size=4, must_have=["A", "B"], spread=["y", "x"])
    assert one == other
    assert one.fingerprint() == other.fingerprint()


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"size": 0}, "size is 0"),
        ({"size": True}, "size is True"),
        ({"size": 2.5}, "size is 2.5"),
        ({"size": 3, "quota": {"klasse": {"meer": -1}}}, "quota 'klasse' = meer is -1"),
        ({"size": 3, "quota": {"klasse": 3}}, "quota 'klasse' is 3; it is a mapping"),
        ({"size": 3, "quota": {"klasse": {}}}, "names no category"),
        ({"size": 3, "quota": ["klasse"]}, "it is a mapping from a trait"),
        ({"size": 3, "between": {"klasse": {"meer": 3}}}, "two numbers"),
        ({"size": 3, "between": {"klasse": {"meer": (3, 1)}}}, "the lowest number stands first"),
        ({"size": 3, "spread": {"landsdeel": "evn"}}, "Did you mean 'even'"),
        ({"size": 3, "certainty": -2.0}, "certainty is -2.0"),
        ({"size": 3, "resolution": 0}, "resolution is 0; it is a number above 0"),
        ({"size": 3, "quota": {"a": {None: 1}}}, "quota 'a' names an empty category"),
        ({"size": 3, "tolerance": float("nan")}, "tolerance is nan"),
        ({"size": 3, "reserves": -1}, "reserves is -1"),
        ({"size": 3, "twins": "yes"}, "twins is 'yes'"),
        ({"size": 3, "objective": None}, "objective is None"),
        ({"size": 3, "objective": "spread"}, "spread names no trait"),
        ({"size": 3, "objective": "klasse"}, "a column of weights"),
        ({"size": 3, "must_have": ["A", "A"]}, "must_have names A twice"),
        ({"size": 1, "must_have": ["A", "B"]}, "must_have names 2 gemeenten, size is 1"),
        ({"size": 3, "must_have": "A", "must_not_have": "A"}, "both name A"),
        ({"size": 3, "quota": {"a": {"p": 2, "q": 2}}}, "asks 4 gemeenten together, size is 3"),
        ({"size": 3, "between": {"a": {"p": (2, 3), "q": (2, 3)}}}, "at least 4 gemeenten together"),
        ({"size": 3, "quota": {"a": {"p": 1}}, "between": {"a": {"p": (0, 1)}}}, "both give a number for 'a': p"),
        ({"size": 3, "minimum": {"a": 2}, "maximum": {"a": 1}}, "above its maximum of 1"),
        ({"size": 3, "quota": {"a": {"p": 0}}, "minimum": {"a": 1}}, "below minimum 'a' of 1"),
        ({"size": 3, "quota": {"a": {"p": 3}}, "maximum": {"a": 1}}, "above maximum 'a' of 1"),
        ({"size": 3, "quota": {"a": {"p": 2}}, "one_per": "a"}, "one_per allows one"),
        ({"size": 3, "covariates": ["x"]}, "without twins=True"),
        ({"size": 3, "quota": {"a": {"p": 1}}, "relax": ["quota:b"]}, "no demand 'quota:b'. Did you mean 'quota:a'"),
        ({"size": 3, "relax": ["size", "size"]}, "relax names a demand twice"),
        ({"size": 3, "quotas": {}}, "no 'quotas'. Did you mean 'quota'"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_seen(choices: dict[str, object], words: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        rs.SampleDesign(**choices)  # type: ignore[arg-type]
    assert words in str(refusal.value)


def test_all_contradictions_are_told_at_once() -> None:
    with pytest.raises(DefinitionError) as refusal:
        rs.SampleDesign(size=2, quota={"a": {"p": 2, "q": 2}}, must_have=["A"], must_not_have=["A"], covariates="x")
    assert "in 3 ways" in str(refusal.value)


def test_whom_the_design_excludes_cannot_be_relaxed_back_in() -> None:
    with pytest.raises(DefinitionError, match="no demand 'must_not_have'"):
        rs.SampleDesign(size=2, must_not_have=["A"], relax=["must_not_have"])


def test_the_room_below_the_best_objective_is_a_tenth_per_gemeente_unless_stated() -> None:
    assert rs.SampleDesign(size=30).room == pytest.approx(3.0)
    assert rs.SampleDesign(size=30, tolerance=0.0).room == 0.0
    assert rs.SampleDesign(size=30, objective="gewicht").room == 0.0
