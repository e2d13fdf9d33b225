"""One rule on what is unusual but legal: which registers it looks at, how grave it is, its limits and its words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from reintegratie_stats.errors import DefinitionError, listing, nearest
from reintegratie_stats.registers import TABLES

SEVERITIES: Final = ("fout", "waarschuwing", "uit")
UNITS: Final = ("rij", "maand", "jaar", "gemeente", "persoon")
LANGUAGES: Final = ("nl", "en")
LIMIT: Final = "grens"
"""The name of every threshold begins with it."""


@dataclass(frozen=True)
class UnusualRule:
    """One rule on what is unusual but legal.

    Parameters
    ----------
    name : str
        The name by which it is changed: ``sprong_jaargrens``.
    tables : tuple of str
        The registers that it looks at.
    column : str
        The column that it looks at.
    severity : {"fout", "waarschuwing", "uit"}
        How grave a fail is; a rule that is ``uit`` is not judged. No row is set aside for such a rule.
    unit : {"rij", "maand", "jaar", "gemeente", "persoon"}
        What is counted.
    text : mapping of str to str
        What the rule asks, in a few words, by language (``nl``, ``en``).
    limits : mapping of str to float
        The thresholds; their names begin with ``grens``.
    source : str
        Where the rule comes from.

    Raises
    ------
    DefinitionError
        All problems at once.

    Examples
    --------
    >>> text = {"nl": "begint niet in de toekomst", "en": "does not begin in the future"}
    >>> UnusualRule("toekomst", ("bijstand",), "begindatum", "waarschuwing", "rij", text).unit
    'rij'
    """

    name: str
    tables: tuple[str, ...]
    column: str
    severity: str
    unit: str
    text: Mapping[str, str]
    limits: Mapping[str, float] = field(default_factory=dict)
    source: str = ""

    def __post_init__(self) -> None:
        """Check the parts against each other and make the mappings read-only."""
        problems = list(_problems(self))
        if problems:
            raise DefinitionError("\n".join(f"rule {self.name}: {problem}" for problem in problems))
        object.__setattr__(self, "tables", tuple(self.tables))
        object.__setattr__(self, "text", MappingProxyType(dict(self.text)))
        limits = {name: float(value) for name, value in self.limits.items()}
        object.__setattr__(self, "limits", MappingProxyType(limits))


def _problems(rule: UnusualRule) -> list[str]:
    """Return what is wrong with the parts of a rule."""
    problems = []
    if isinstance(rule.tables, str) or not rule.tables:
        problems.append("tabel is a list of one or more registers.")
    else:
        problems += [
            f"tabel: '{name}' is no register; there are: {listing(TABLES)}.{nearest(str(name), TABLES)}"
            for name in rule.tables
            if name not in TABLES
        ]
    for what, seen, allowed in (("ernst", rule.severity, SEVERITIES), ("eenheid", rule.unit, UNITS)):
        if seen not in allowed:
            problems.append(f"{what}: {seen!r} is not one of: {listing(allowed)}.{nearest(str(seen), allowed)}")
    problems += [f"{lang}: the rule has no text in this language." for lang in LANGUAGES if not rule.text.get(lang)]
    for name, value in rule.limits.items():
        if not name.startswith(LIMIT):
            problems.append(f"{name}: the name of a threshold begins with '{LIMIT}'.")
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            problems.append(f"{name} is a number, such as 3 or 0.5, not {type(value).__name__}.")
    return problems
