"""The rules on the unusual from TOML: those of the package, with what a user changes in them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from reintegratie_stats.errors import DefinitionError, ReintegratieError, listing, nearest
from reintegratie_stats.quality.rule import LIMIT, UnusualRule

RulesLike = str | PathLike[str] | Mapping[str, Mapping[str, Any]]

_TEXTS: Final = ("ernst", "nl", "en", "bron")
_FIXED: Final = ("kolom", "eenheid")
"""What a rule counts is in its code: a user does not change it."""


def shipped_rules() -> Mapping[str, UnusualRule]:
    """Return the rules that come with the package, by name.

    Examples
    --------
    >>> shipped_rules()["sprong_jaargrens"].severity
    'waarschuwing'
    """
    text = (files("reintegratie_stats.quality") / "rules.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: _rule(name, entry) for name, entry in tomllib.loads(text).items()})


def read_rules(rules: RulesLike | None = None) -> Mapping[str, UnusualRule]:
    """Return the rules of the package, with what a user changes in them.

    Parameters
    ----------
    rules : path or mapping, optional
        A ``.toml`` file, or a mapping of rule to settings, with only what is to be different: ``tabel`` (a list of
        registers), ``ernst``, ``nl``, ``en``, ``bron`` and the thresholds ``grens*``.

    Raises
    ------
    DefinitionError
        When there is no such rule or setting (the nearest name is given), a value cannot be, or the file cannot be
        read. All problems at once.

    Examples
    --------
    >>> read_rules({"sprong_jaargrens": {"ernst": "uit"}})["sprong_jaargrens"].severity
    'uit'
    """
    shipped = shipped_rules()
    changes = _content(rules)
    problems: list[str] = []
    result = dict(shipped)
    for name, entry in changes.items():
        if name not in shipped:
            problems.append(
                f"There is no rule '{name}'; there are: {listing(shipped, 40)}.{nearest(str(name), shipped)}"
            )
            continue
        wrong = _problems(shipped[name], entry)
        problems += [f"rule {name}: {problem}" for _, problem in wrong]
        strange = {key for key, _ in wrong}
        sound = {key: value for key, value in entry.items() if key not in strange} if "" not in strange else {}
        try:
            result[name] = _changed(shipped[name], sound)
        except ReintegratieError as error:
            problems.append(str(error))
    if problems:
        raise DefinitionError("\n".join(problems))
    return MappingProxyType(result)


def _content(rules: RulesLike | None) -> Mapping[str, Any]:
    """Return what a user changes, as a mapping."""
    if rules is None:
        return {}
    if isinstance(rules, Mapping):
        return rules
    if not isinstance(rules, (str, PathLike)):
        raise DefinitionError(f"rules is a .toml file or a mapping of rule to settings, not {type(rules).__name__}.")
    path = Path(rules)
    if path.suffix.casefold() != ".toml":
        raise DefinitionError(f"rules: '{path.name}' is no .toml file. A single rule is changed by a mapping.")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DefinitionError(f"rules: cannot read {path.name}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise DefinitionError(f"rules: {path.name} is not UTF-8 text. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"rules: {path.name} is not TOML: {error}.") from None


def _problems(rule: UnusualRule, entry: Any) -> list[tuple[str, str]]:
    """Return what is wrong with the settings that a user gives for a rule: which setting, and why."""
    if not isinstance(entry, Mapping):
        return [("", f'the settings are a table, such as {{ernst = "uit"}}, not {type(entry).__name__}.')]
    allowed = ("tabel", *_TEXTS, *rule.limits)
    problems = []
    for key, value in entry.items():
        if key in _FIXED:
            problems.append(
                (key, f'{key} cannot be changed: the rule counts so. To leave the rule out: ernst = "uit".')
            )
        elif key not in allowed:
            hint = nearest(str(key), allowed)
            problems.append((key, f"there is no setting '{key}'; there are: {listing(allowed)}.{hint}"))
        elif key in _TEXTS and not isinstance(value, str):
            problems.append((key, f"{key} is text between quotes, not {type(value).__name__}."))
        elif key == "tabel" and not all(isinstance(one, str) for one in _listed(value)):
            problems.append((key, 'tabel is a list of registers, such as ["bijstand"].'))
        elif key == "tabel":
            known = f"it knows: {listing(rule.tables)}."
            problems += [
                (key, f"tabel: the rule does not know '{one}'; {known}{nearest(one, rule.tables)}")
                for one in value
                if one not in rule.tables
            ]
    return problems


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [None]


def _changed(rule: UnusualRule, entry: Mapping[str, Any]) -> UnusualRule:
    """Return a rule with the settings of a user."""
    return UnusualRule(
        rule.name,
        tuple(entry.get("tabel", rule.tables)),
        rule.column,
        entry.get("ernst", rule.severity),
        rule.unit,
        {lang: entry.get(lang, text) for lang, text in rule.text.items()},
        {name: entry.get(name, value) for name, value in rule.limits.items()},
        entry.get("bron", rule.source),
    )


def _rule(name: str, entry: Mapping[str, Any]) -> UnusualRule:
    """Return a rule from its table in the package's own file."""
    return UnusualRule(
        name,
        tuple(entry["tabel"]),
        entry["kolom"],
        entry["ernst"],
        entry["eenheid"],
        {"nl": entry["nl"], "en": entry["en"]},
        {key: value for key, value in entry.items() if key.startswith(LIMIT)},
        entry.get("bron", ""),
    )
