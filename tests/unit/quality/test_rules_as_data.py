"""Rules on the unusual are data: a user changes them, and is told what cannot be changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reintegratie_stats.errors import DefinitionError
from reintegratie_stats.quality import read_rules, shipped_rules
from reintegratie_stats.registers import TABLES
from tests.unit.quality.fakes import rule
from tests.unit.tables import refusal

NAME = "sprong_jaargrens"


def test_every_rule_that_comes_along_is_whole() -> None:
    rules = shipped_rules()
    assert len(rules) > 10
    for name, one in rules.items():
        assert one.name == name
        assert one.severity == "waarschuwing"
        assert one.source
        assert any(one.column in TABLES[table].column_names for table in one.tables), name
        assert one.text["nl"] != one.text["en"]
        assert not one.text["nl"].endswith(".")


def test_rules_cannot_be_changed_by_accident() -> None:
    rules = shipped_rules()
    for mapping in (rules, rules[NAME].text, rules[NAME].limits):
        with pytest.raises(TypeError):
            mapping["x"] = 1  # type: ignore[index]


def test_only_what_is_given_is_different() -> None:
    limit = next(iter(shipped_rules()[NAME].limits))
    rules = read_rules({NAME: {"ernst": "fout", limit: 3, "nl": "anders", "tabel": ["bijstand"]}})
    changed, shipped = rules[NAME], shipped_rules()[NAME]
    assert (changed.severity, changed.limits[limit], changed.tables) == ("fout", 3.0, ("bijstand",))
    assert changed.text == {"nl": "anders", "en": shipped.text["en"]}
    assert (changed.column, changed.unit, changed.source) == (shipped.column, shipped.unit, shipped.source)
    assert {name for name, one in rules.items() if one != shipped_rules()[name]} == {NAME}


def test_a_file_says_the_same_as_a_mapping(tmp_path: Path) -> None:
    path = tmp_path / "mijn.toml"
    path.write_bytes(b"\xef\xbb\xbf" + f'[{NAME}]\nernst = "uit" # niet bij ons\n'.encode())
    assert read_rules(path) == read_rules(str(path)) == read_rules({NAME: {"ernst": "uit"}})
    assert read_rules(None) == read_rules({}) == shipped_rules()


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"sprong_jargrens": {}}, "Did you mean 'sprong_jaargrens'?"),
        ({3: {}}, "There is no rule '3'"),
        ({NAME: {"erst": "uit"}}, "Did you mean 'ernst'?"),
        ({NAME: {"ernst": "waarschuwng"}}, "Did you mean 'waarschuwing'?"),
        ({NAME: {"ernst": 1}}, "ernst is text between quotes, not int"),
        ({NAME: {"nl": ""}}, "nl: the rule has no text"),
        ({NAME: {"eenheid": "rij"}}, "eenheid cannot be changed"),
        ({NAME: {"kolom": "einddatum"}}, "kolom cannot be changed"),
        ({NAME: {"tabel": "bijstand"}}, "tabel is a list"),
        ({NAME: {"tabel": []}}, "one or more registers"),
        ({NAME: {"tabel": ["bijstnd"]}}, "Did you mean 'bijstand'?"),
        ({NAME: "uit"}, "the settings are a table"),
        (["uit"], "not list"),
        ("rules.json", "is no .toml file"),
        ("nergens.toml", "cannot read nergens.toml"),
    ],
)
def test_what_cannot_be_is_refused_with_the_nearest_name(rules: Any, words: str) -> None:
    assert words in refusal(DefinitionError, lambda: read_rules(rules))


@pytest.mark.parametrize("value", ["3", True, float("nan"), float("inf"), None])
def test_a_threshold_is_a_number(value: Any) -> None:
    limit = next(iter(shipped_rules()[NAME].limits))
    assert f"{limit} is a number" in refusal(DefinitionError, lambda: read_rules({NAME: {limit: value}}))


@pytest.mark.parametrize(
    ("content", "words"), [(b"[sprong", "is not TOML"), ("[é]".encode("latin-1"), "is not UTF-8 text")]
)
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "mijn.toml"
    path.write_bytes(content)
    assert words in refusal(DefinitionError, lambda: read_rules(path))


def test_all_problems_are_told_at_once() -> None:
    wrong = {NAME: {"ernst": "x", "grns": 1}, "sprong": {}}
    told = refusal(DefinitionError, lambda: read_rules(wrong))
    assert len(told.splitlines()) == 3


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"tables": ()}, "one or more registers"),
        ({"tables": ("bijstnd",)}, "Did you mean 'bijstand'?"),
        ({"unit": "dag"}, "eenheid: 'dag'"),
        ({"limits": {"drempel": 1}}, "begins with 'grens'"),
        ({"text": {"nl": "x"}}, "en: the rule has no text"),
    ],
)
def test_a_rule_is_whole_or_it_is_none(parts: dict[str, Any], words: str) -> None:
    assert words in refusal(DefinitionError, lambda: rule(**parts))
