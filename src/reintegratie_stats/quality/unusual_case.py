"""What a rule on the unusual is judged with, and how its finding is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.types as ir

from reintegratie_stats.quality.finding import Finding
from reintegratie_stats.quality.rule import UnusualRule
from reintegratie_stats.quality.unusual_counts import Counted, Period

Words = tuple[str, str]
"""The same in Dutch and in English."""

NOTHING: Words = ("", "")


@dataclass(frozen=True, repr=False, eq=False)
class Case:
    """A rule beside the register that it is judged on.

    Parameters
    ----------
    rule : UnusualRule
    counted : Counted
    period : Period, optional
        The months that are judged; None where there are none.
    day : date, optional
        The last day known.
    inferred : bool
        Whether that day was inferred from the data.
    others : mapping of str to ibis table
        The registers of persons and gemeenten, where they were delivered.
    """

    rule: UnusualRule
    counted: Counted
    period: Period | None
    day: dt.date | None = None
    inferred: bool = False
    others: Mapping[str, ir.Table] = field(default_factory=dict)

    def limit(self, name: str = "") -> float:
        """Return a threshold of the rule: ``grens``, or ``grens_<name>``."""
        return self.rule.limits[f"grens_{name}" if name else "grens"]

    def finding(
        self,
        items: int,
        fails: int,
        missing: int = 0,
        *,
        where: Sequence[Mapping[str, Any]] = (),
        rows: Callable[[], ir.Table] | None = None,
        note: Words = NOTHING,
    ) -> Finding:
        """Return the finding of this rule on this register; rows only where something fails."""
        if missing == items and not any(note):
            note = TOO_FEW
        return Finding(
            self.rule,
            self.counted.name,
            self.rule.column,
            items,
            fails,
            missing,
            tuple(where),
            rows if fails else None,
            {"nl": note[0].strip(), "en": note[1].strip()} if any(note) else {},
        )

    def cannot(self, items: int, nl: str, en: str) -> Finding:
        """Return the finding of a rule that cannot be judged: all its units are missing, and the note says why."""
        items = max(1, items)
        return self.finding(items, 0, items, note=(nl, en))


TOO_FEW: Words = ("Er zijn te weinig rijen om te beoordelen.", "There are too few rows to judge.")

NO_MONTHS: Words = (
    "In het venster begint niets, dus er valt niets te beoordelen.",
    "Nothing begins in the window, so there is nothing to judge.",
)
NO_GEMEENTE: Words = (
    "Het register noemt geen gemeente (of de kolom bevat iets anders), en die volgt ook niet uit de bijstand.",
    "The register names no gemeente (or the column holds something else), nor does one follow from bijstand.",
)


def without_place(case: Case) -> Words:
    """Return a sentence with the rows that are in no gemeente; empty where there are none."""
    counted = case.counted
    rows = counted.cells.unplaced
    if not rows:
        return NOTHING
    if counted.has_gemeente:
        return f" {rows} rijen zonder gemeente tellen niet mee.", f" {rows} rows without gemeente do not count."
    return (
        f" De gemeente is de enige waar de persoon bijstand had; {rows} rijen van wie die niet heeft, tellen niet mee.",
        f" The gemeente is the only one in which the person had bijstand; {rows} rows without it do not count.",
    )


def joined(*words: Words) -> Words:
    """Return sentences one after the other."""
    return "".join(one[0] for one in words), "".join(one[1] for one in words)


def number(value: float) -> float:
    """Return an expected count as it is shown: with one decimal."""
    return round(float(value), 1)


def per_cent(value: float) -> str:
    """Return a share in a sentence.

    Examples
    --------
    >>> per_cent(0.1234)
    '12%'
    """
    return f"{100 * value:.0f}%"
