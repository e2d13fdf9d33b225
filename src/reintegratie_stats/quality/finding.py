"""What a rule on the unusual found in one register: counts, the units that fail, and the way to their rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import ibis.expr.types as ir

from reintegratie_stats.errors import counted
from reintegratie_stats.quality.rule import UnusualRule


@dataclass(frozen=True, repr=False, eq=False)
class Finding:
    """What a rule found in one register.

    Parameters
    ----------
    rule : UnusualRule
    table, column : str
        The register and its column.
    items, fails, missing : int
        Units (`UnusualRule.unit`): how many there are, how many fail, and how many cannot be judged.
        ``items = passes + fails + missing``.
    where : tuple of mapping
        The units that fail, aggregated only: ``{"gemeente": "GM9001", "maand": "2003-01", "rijen": 120,
        "verwacht": 40.2}``; never a person.
    rows : callable, optional
        The rows behind the units that fail, as an expression; made by an explicit call only.
    note : mapping of str to str
        By language: why it could not be judged, or one sentence with the figures.

    Raises
    ------
    ValueError
        When the counts contradict each other, or a unit is a person: then a rule is wrong.
    """

    rule: UnusualRule
    table: str
    column: str
    items: int
    fails: int
    missing: int = 0
    where: tuple[Mapping[str, Any], ...] = ()
    rows: Callable[[], ir.Table] | None = None
    note: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the counts and make what is mutable read-only."""
        for name in ("items", "fails", "missing"):
            object.__setattr__(self, name, int(getattr(self, name)))
        if min(self.items, self.fails, self.missing, self.passes) < 0:
            raise ValueError(
                f"Rule {self.rule.name} on {self.table}: {self.items} items are not {self.fails} fails, "
                f"{self.missing} missing and the rest passes."
            )
        if any("persoon_id" in unit for unit in self.where):
            raise ValueError(f"Rule {self.rule.name} on {self.table} tells of persons: units are aggregated only.")
        object.__setattr__(self, "where", tuple(MappingProxyType(dict(unit)) for unit in self.where))
        object.__setattr__(self, "note", MappingProxyType(dict(self.note)))

    @property
    def passes(self) -> int:
        """The units that pass."""
        return self.items - self.fails - self.missing

    def __repr__(self) -> str:
        return (
            f"Finding({self.rule.name} on {self.table}: {counted(self.items, 'item')}, "
            f"{counted(self.fails, 'fail')}, {self.missing} missing)"
        )
