"""A specification: a rule in words, a few people in drawn tables, and what must come out.

A `Spec` is read twice. The tests run it on the package and compare exactly; the reference page
prints it as a paragraph with its tables. What must come out is written by hand, never taken from
output.

Tables are drawn: a header and rows, columns separated by ``|``. In a register ``-`` is a missing
value and ``open`` is a missing einddatum. In a result ``-`` (rows) and ``n.b.`` (counts and ratios)
are missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import reintegratie_stats as rs

REGISTERS: dict[str, dict[str, str | None]] = {
    "bijstand": {
        "persoon_id": None,
        "gemeente": "G1",
        "begindatum": None,
        "einddatum": None,
        "reden_einde": None,
    },
    "vrijstellingen": {
        "persoon_id": None,
        "begindatum": None,
        "einddatum": None,
        "reden": "ziekte",
    },
    "trajecten": {
        "persoon_id": None,
        "begindatum": None,
        "einddatum": None,
        "soort": "scholing",
        "vorm": "instrument",
    },
    "dienstverbanden": {
        "persoon_id": None,
        "begindatum": None,
        "einddatum": None,
        "uren_per_week": "32",
        "soort": "regulier",
    },
    "personen": {"persoon_id": None, "geboortedatum": None},
}
"""The columns of each register, with what stands in a column that an example does not draw."""


@dataclass(frozen=True)
class Drawn:
    """A drawn table: columns and rows of text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> list[str]:
        """The texts of one column."""
        position = self.columns.index(name)
        return [row[position] for row in self.rows]


@cache
def draw(text: str) -> Drawn:
    """Read a drawn table; a row must have the columns of the header."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    header, *rows = (tuple(cell.strip() for cell in line.split("|")) for line in lines)
    for line, row in zip(lines[1:], rows, strict=True):
        if len(row) != len(header):
            raise ValueError(f"{len(row)} cells under {len(header)} columns: {line}")
    return Drawn(header, tuple(rows))


@dataclass(frozen=True)
class Case:
    """One definition on the people of a spec, and what must come out.

    Parameters
    ----------
    changes : mapping
        Choices of the definition that differ from the base of the spec.
    text : str
        A sentence that says what to see.
    rows : str
        Columns of `Cohort.to_frame`; every inflow must be drawn.
    counts, ratios, attrition, moves : str
        Columns (counts) or rows (the others) of the method of that name. A column of `counts` or
        `ratios` that is no cell and no result is a grouping column.
    lang : {"en", "nl"}
        Language of the reasons in `ratios`.
    """

    changes: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    rows: str = ""
    counts: str = ""
    ratios: str = ""
    attrition: str = ""
    moves: str = ""
    lang: Literal["en", "nl"] = "en"

    def drawn(self) -> Iterator[tuple[str, Drawn]]:
        """The results that must come out, by name, in the order of the page."""
        for name in ("rows", "counts", "ratios", "attrition", "moves"):
            text = getattr(self, name)
            if text:
                yield name, draw(text)


@dataclass(frozen=True)
class Spec:
    """A rule with people that show it.

    Parameters
    ----------
    title : str
        A statement about the field; the name of the test and the heading on the page.
    rule : str
        One to three sentences.
    bijstand, vrijstellingen, trajecten, dienstverbanden, personen : str
        Drawn registers; an empty text is a register that was not delivered, a header alone one
        without rows.
    cases : tuple of Case
    base : CohortDefinition, optional
        Instead of the base of the chapter.
    marks : str
        Days that the drawing names: ``T`` (the term ends), ``P`` (peildatum).
    drawing : bool
        Whether the rows are drawn as a timeline.
    """

    title: str
    rule: str
    bijstand: str
    cases: tuple[Case, ...]
    vrijstellingen: str = ""
    trajecten: str = ""
    dienstverbanden: str = ""
    personen: str = ""
    base: rs.CohortDefinition | None = None
    marks: str = "T"
    drawing: bool = True

    def registers(self) -> dict[str, Drawn]:
        """The registers that were delivered."""
        texts = {name: getattr(self, name) for name in REGISTERS}
        return {name: draw(text) for name, text in texts.items() if text}


@dataclass(frozen=True)
class Chapter:
    """Specs about one step, with the definition that they start from."""

    title: str
    text: str
    specs: tuple[Spec, ...]
    base: rs.CohortDefinition = rs.RWI_2004

    def definition(self, spec: Spec, case: Case) -> rs.CohortDefinition:
        """The definition of a case."""
        return (spec.base or self.base).replace(**case.changes)
