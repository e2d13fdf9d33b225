"""The demands of a design as rows over the gemeenten: how many of a group are chosen lies from low to high."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from reintegratie_stats.errors import counted
from reintegratie_stats.fieldwork.population import UNJUDGED, Bools, Ints, Population
from reintegratie_stats.fieldwork.sample_design import SampleDesign

Kind = Literal[
    "size", "quota", "between", "minimum", "maximum", "one_per", "must_have", "must_not_have", "certainty"
]  # fmt: skip
COUNTS: tuple[Kind, ...] = ("size", "quota", "between", "minimum", "maximum", "one_per")
"""The kinds that are about numbers, and not about gemeenten by name: a reserve has to keep these."""


@dataclass(frozen=True, eq=False, repr=False)
class Row:
    """The number chosen of `members` (n, booleans) lies from `low` to `high`."""

    category: str
    members: Bools
    low: int
    high: int

    def short(self, number: int) -> int:
        """Return how many gemeenten a number chosen lies outside the range."""
        return max(0, self.low - number, number - self.high)


@dataclass(frozen=True, eq=False, repr=False)
class Rule:
    """One demand, as the design states it: one number, and a row for every category that it holds for.

    A number that holds for every category of a trait (minimum, maximum, one_per) is one demand with many rows.
    """

    kind: Kind
    trait: str
    rows: tuple[Row, ...]
    number: int = 0

    def __repr__(self) -> str:
        return f"Rule({self.name})"

    @property
    def each(self) -> bool:
        """Whether the number holds for each category of a trait."""
        return self.kind in ("minimum", "maximum", "one_per")

    @property
    def name(self) -> str:
        """The name of the demand, as `SampleDesign.relax` takes it."""
        if self.kind == "must_have":
            return f"must_have:{self.rows[0].category}"
        if not self.trait:
            return self.kind
        return f"{self.kind}:{self.trait}" + ("" if self.each else f"={self.rows[0].category}")

    @property
    def text(self) -> str:
        """What is asked, in English."""
        row = self.rows[0]
        if self.kind in ("size", "quota"):
            return f"{self.name}: {row.low} asked"
        if self.kind == "between":
            return f"{self.name}: {row.low} to {row.high} asked"
        if self.each:
            bound = "at least" if self.kind == "minimum" else "at most"
            return f"{self.name}: {bound} {self.number} of each of {counted(len(self.rows), 'category', 'categories')}"
        if self.kind == "must_have":
            return self.name
        return f"{self.name}: {counted(int(row.members.sum()), 'gemeente', 'gemeenten')}"

    def bounds(self, row: Row) -> tuple[int | None, int | None]:
        """Return what is asked of a row, from low to high; None where there is no bound."""
        low = None if self.kind in ("maximum", "one_per") else row.low
        return low, None if self.kind == "minimum" else row.high

    def counts(self, chosen: Bools) -> list[int]:
        """Return the number chosen in each row."""
        return [int((row.members & chosen).sum()) for row in self.rows]

    def short(self, chosen: Bools) -> int:
        """Return how many gemeenten the demand is short, or over, all rows together."""
        return sum(row.short(number) for row, number in zip(self.rows, self.counts(chosen), strict=True))

    def named(self, name: str) -> bool:
        """Say whether `relax` means this demand by a name (of itself, or of all demands of its kind and trait)."""
        return name in (self.name, f"{self.kind}:{self.trait}") or (name == self.kind == "must_have")


def rules_of(design: SampleDesign, population: Population) -> tuple[Rule, ...]:
    """Return every demand of a design, in a fixed order; the order of traits and categories in the design is none."""
    everyone = np.ones(len(population), dtype=np.bool_)
    rules = [Rule("size", "", (Row("", everyone, design.size, design.size),), design.size)]
    rules += _stated(design, population)
    for trait, least in sorted(design.minimum.items()):
        rules.append(Rule("minimum", trait, _each(trait, population, least, None), least))
    for trait, most in sorted(design.maximum.items()):
        rules.append(Rule("maximum", trait, _each(trait, population, 0, most), most))
    for trait in design.one_per:
        rules.append(Rule("one_per", trait, _each(trait, population, 0, 1), 1))
    for name in design.must_have:
        rules.append(Rule("must_have", "", (Row(name, population.ids == name, 1, 1),), 1))
    if population.certain.any():
        number = int(population.certain.sum())
        rules.append(Rule("certainty", "", (Row("", population.certain, number, number),), number))
    if design.must_not_have:
        out = np.isin(population.ids.astype(str), design.must_not_have)
        rules.append(Rule("must_not_have", "", (Row("", out, 0, 0),)))
    return tuple(rule for rule in rules if rule.rows)


def _stated(design: SampleDesign, population: Population) -> Iterator[Rule]:
    for trait, numbers in sorted(design.quota.items()):
        for name, number in sorted(numbers.items()):
            yield Rule("quota", trait, (_row(trait, name, population, number, number),), number)
    for trait, ranges in sorted(design.between.items()):
        for name, (low, high) in sorted(ranges.items()):
            yield Rule("between", trait, (_row(trait, name, population, low, high),), low)


def _row(trait: str, name: str, population: Population, low: int, high: int) -> Row:
    return Row(name, np.asarray(population.traits[trait] == name, dtype=np.bool_), low, high)


def categories(trait: str, population: Population) -> list[str]:
    """Return the categories of a trait, sorted; the class of the not judged only where they can be drawn."""
    names = {str(text) for text in population.traits[trait] if text}
    if trait == "klasse" and population.shut.any():
        names -= {UNJUDGED}
    return sorted(names)


def _each(trait: str, population: Population, low: int, high: int | None) -> tuple[Row, ...]:
    most = len(population) if high is None else high
    return tuple(_row(trait, name, population, low, most) for name in categories(trait, population))


def stacked(rules: Iterable[Rule]) -> tuple[Ints, Ints, Ints]:
    """Return all rows of some demands as a matrix (rows, n) of 0 and 1, and their lowest and highest numbers."""
    rows = [row for rule in rules for row in rule.rows]
    members = np.array([row.members for row in rows], dtype=np.int64)
    low, high = (np.array([getattr(row, name) for row in rows], dtype=np.int64) for name in ("low", "high"))
    return members, low, high
