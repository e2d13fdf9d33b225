"""The rules that a declaration implies: which rows fail one, and for which it cannot be judged.

Rules compare columns as they were delivered wherever they can: an engine settles that on the compressed column, and
nearly every row of a large register fails nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from reintegratie_stats.periods import LAST_PLAUSIBLE
from reintegratie_stats.registers.parse import Parsed
from reintegratie_stats.registers.schema import Column, Table

Severity = Literal["fout", "waarschuwing"]

EARLIEST = "1850-01-01"

LONGEST_KEY = 32
"""A key of so many zeros, or fewer, is no key."""

FILLED = "is ingevuld"
"""The rule of a column that every row must have."""
BARE = "heeft geen spaties rondom"
"""The rule of a key; the blanks are taken away, so that one key does not become two."""


@dataclass(frozen=True, repr=False, eq=False)
class Rule:
    """One rule on one column: which rows fail it, and for which it cannot be judged.

    Parameters
    ----------
    table, column, rule : str
        Where it applies and what it asks, in a few Dutch words.
    severity : {"fout", "waarschuwing"}
        A row that fails a `fout` is set aside; one that fails a `waarschuwing` is used.
    fails, missing : ibis boolean column
        Never missing themselves.
    late : bool
        Counted when the report is first read: a warning that asks a join of two registers and sets nothing aside.
    """

    table: str
    column: str
    rule: str
    severity: Severity
    fails: ir.BooleanValue
    missing: ir.BooleanValue
    late: bool = False

    def __repr__(self) -> str:
        return f"Rule({self.table}.{self.column} {self.rule}: {self.severity})"


def column_rules(name: str, table: Table, parsed: Mapping[str, Parsed]) -> list[Rule]:
    """Return the rules that the declaration of each column implies."""
    rules: list[Rule] = []

    def add(column: Column, rule: str, severity: Severity, fails: Any, missing: Any = None) -> None:
        missing = ibis.literal(False) if missing is None else missing
        rules.append(Rule(name, column.name, rule, severity, fails, missing))

    for column in table.columns:
        if column.name not in parsed:
            continue
        seen = parsed[column.name]
        severity: Severity = "fout" if column.required else "waarschuwing"  # a row is good without it
        if not column.nullable:
            add(column, FILLED, "fout", seen.absent)
        if seen.edged is not None:
            add(column, BARE, "waarschuwing", seen.edged, seen.absent)
        if seen.unreadable is not None:
            kind = "datum" if column.kind == "date" else "getal"
            add(column, f"is een {kind}", severity, seen.unreadable, seen.absent)
        if column.name == "persoon_id":
            add(column, "bestaat niet uit nullen", "fout", seen.delivered.notnull() & _zeros(seen), seen.absent)
        if column.allowed:
            wrong = ~seen.absent & seen.delivered.notin(column.allowed)
            add(column, f"is {' of '.join(column.allowed)}", "fout", wrong, seen.absent)
        if column.kind == "date" and column.name != "einddatum":
            outside = (seen.value < ibis.date(EARLIEST)) | (seen.value >= ibis.date(str(LAST_PLAUSIBLE)))
            rule = f"ligt tussen {EARLIEST[:4]} en {LAST_PLAUSIBLE.year}"
            add(column, rule, severity, outside.fill_null(False), seen.value.isnull())
        if column.minimum is not None or column.maximum is not None:
            low, high = column.minimum, column.maximum
            outside = ibis.literal(False)
            if low is not None:
                outside = outside | (seen.delivered < low)
            if high is not None:
                outside = outside | (seen.delivered > high)
            rule = f"is minstens {low:g}" if high is None else f"ligt tussen {low:g} en {high:g}"
            unknown = seen.absent if seen.unreadable is None else seen.value.isnull()
            add(column, rule, "waarschuwing", ~unknown & outside, unknown)
    return rules


def _zeros(seen: Parsed) -> ir.BooleanValue:
    """Return whether a key is only zeros: such a key is not above the longest of them, and nearly all others are."""
    every = ["0" * length for length in range(1, LONGEST_KEY + 1)]
    return (seen.delivered <= every[-1]) & seen.delivered.isin(every)


def spell_rules(name: str, parsed: Mapping[str, Parsed]) -> list[Rule]:
    """Return the rules on a first and a last day together."""
    begin, end = parsed["begindatum"].value, parsed["einddatum"].value
    neither = begin.isnull() | end.isnull()
    sentinel = (end >= ibis.date(str(LAST_PLAUSIBLE))).fill_null(False)
    return [
        Rule(
            name,
            "einddatum",
            "ligt niet voor begindatum",
            "fout",
            (end < begin).fill_null(False),
            neither,
        ),
        Rule(
            name,
            "einddatum",
            f"ligt voor {LAST_PLAUSIBLE.year} (later telt als lopend)",
            "waarschuwing",
            sentinel,
            end.isnull(),
        ),
    ]


def any_of(flags: list[ir.BooleanValue]) -> ir.BooleanValue:
    """Return whether any of the flags holds; false for no flags."""
    result: ir.BooleanValue = ibis.literal(False)
    for flag in flags:
        result = result | flag
    return result
