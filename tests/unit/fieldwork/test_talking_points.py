"""Points to discuss come from rules that are data: the same facts give the same neutral questions."""

from __future__ import annotations

import pytest

from reintegratie_stats.errors import DefinitionError
from reintegratie_stats.fieldwork.talking_points import Fact, PointRule, talking_points
from reintegratie_stats.studies.texts.cbs2025_points import RULES

LOW = PointRule("soort", "{name}: {observed}?", "{name}: {observed}?", at_most=0.67)
JUDGING = ("goed", "slecht", "fout", "te weinig", "te veel", "good", "bad", "wrong", "too few", "too many")


def test_a_fact_becomes_a_point_by_the_rule_for_it_within_its_bounds() -> None:
    assert LOW.fits(Fact("soort", 0.67))
    assert not LOW.fits(Fact("soort", 0.68))
    assert not LOW.fits(Fact("sprong", 0.1))
    both = PointRule("x", "a", "a", at_least=1, at_most=2)
    assert [both.fits(Fact("x", value)) for value in (0.9, 1, 2, 2.1)] == [False, True, True, False]


def test_a_rule_may_be_about_certain_answers_only() -> None:
    rule = PointRule("enquete", "a", "a", equal=("ja",))
    assert rule.fits(Fact("enquete", "ja"))
    assert not rule.fits(Fact("enquete", "nee"))


def test_points_come_in_the_order_of_the_rules_and_not_of_the_facts() -> None:
    rules = (PointRule("b", "B", "B"), PointRule("a", "A", "A"))
    assert talking_points([Fact("a", 1), Fact("b", 1)], rules) == ("B", "A")
    assert talking_points([Fact("a", 1), Fact("b", 1)], rules, most=1) == ("B",)


def test_a_rule_gives_no_more_points_than_it_says() -> None:
    facts = [Fact("soort", 0.1, {"name": name, "observed": "1"}) for name in "abc"]
    assert talking_points(facts, (LOW,)) == ("a: 1?",)
    two = PointRule("soort", LOW.nl, LOW.en, at_most=0.67, most=2)
    assert talking_points(facts, (two,)) == ("a: 1?", "b: 1?")


def test_no_facts_no_points() -> None:
    assert talking_points([], RULES) == ()


def test_a_rule_that_cannot_be_is_refused_with_all_that_is_wrong() -> None:
    with pytest.raises(DefinitionError) as caught:
        PointRule("x", "{a}", "{b}", at_least=2, at_most=1, most=0)
    message = str(caught.value)
    assert "fill in a and b" in message
    assert "at_least 2 is above at_most 1" in message
    assert "most is 0" in message
    with pytest.raises(DefinitionError, match="its nl text is empty"):
        PointRule("x", " ", "b")


def test_a_number_that_the_fact_lacks_is_an_error_with_the_nearest_name() -> None:
    fact = Fact("soort", 0.1, {"name": "Coaching", "observd": "4"})
    with pytest.raises(DefinitionError, match=r"fills in observed, which its fact lacks\. Did you mean 'observd'\?"):
        talking_points([fact], (LOW,))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.fact)
def test_the_rules_of_the_study_ask_and_do_not_judge(rule: PointRule) -> None:
    for text in (rule.nl, rule.en):
        assert text.endswith("?") or text == "{reason}"
        assert not any(f" {word} " in f" {text.lower()} " for word in JUDGING)
        assert rule.names("nl")  # every point names the number behind it


@pytest.mark.parametrize("text", ["{", "{}", "{0}", "{x:.1f}", "{x.y}", "{x!z}"])
def test_a_text_that_cannot_be_filled_in_is_refused_when_the_rule_is_made(text: str) -> None:
    with pytest.raises(DefinitionError, match="cannot be filled in"):
        PointRule("soort", text, text)


def test_bounds_are_for_numbers_and_most_is_a_number() -> None:
    with pytest.raises(DefinitionError, match="has bounds, and its fact is a text"):
        talking_points([Fact("soort", "veel")], [PointRule("soort", "a", "b", at_least=1.0)])
    with pytest.raises(DefinitionError, match="most is -1"):
        talking_points([Fact("soort", 1.0)], [PointRule("soort", "a", "b")], most=-1)
    with pytest.raises(DefinitionError, match=r"most is 1\.5"):
        PointRule("soort", "a", "b", most=1.5)  # type: ignore[arg-type]
