"""The reference page: what the specs say, as Markdown.

Nothing on it comes from running the package but the formulas and the choices of `rs.RWI_2004`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill

import reintegratie_stats as rs
from reintegratie_stats.cohorts.cohort import FRAME_COLUMNS
from reintegratie_stats.cohorts.ratios import RATIOS
from tests.spec.chapters import CHAPTERS
from tests.spec.framework import Case, Chapter, Drawn, Spec, draw
from tests.spec.front import BEGIN, CELLS, DEFINITION, MEANINGS, PRINTED, TRAP, WORKED
from tests.spec.timeline import timeline
from tests.spec.worked_example import COUNTS, RATIOS_OF_COUNTS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "ratios.md"

CALLS = {
    "rows": "cohort.to_frame({extra})",
    "counts": "cohort.counts({by})",
    "ratios": "cohort.ratios({by})",
    "attrition": "cohort.attrition",
    "moves": "cohort.moves()",
}


def render() -> str:
    """The whole page."""
    blocks = [*_front()]
    for chapter in CHAPTERS:
        blocks += [f"## {chapter.title}", _wrap(chapter.text)]
        for spec in chapter.specs:
            blocks += _paragraph(chapter, spec)
    return "\n\n".join(blocks) + "\n"


def changes_text(case: Case) -> str:
    """The changed choices of a case as they are written in code."""
    return ", ".join(f"{name}={_value(value)}" for name, value in case.changes.items())


def _value(value: object) -> str:
    if isinstance(value, tuple):
        inside = ", ".join(_value(part) for part in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, rs.LeeftijdsTerm):
        unit = "term_dagen" if value.term_dagen is not None else "term_maanden"
        return f"LeeftijdsTerm({value.tot_leeftijd}, {unit}={getattr(value, unit)})"
    if isinstance(value, dt.date):
        return f'"{value}"'
    if isinstance(value, float):
        return f"{value:g}"
    return f'"{value}"' if isinstance(value, str) else repr(value)


# --- the parts before the chapters --------------------------------------------------------------


def _front() -> Iterator[str]:
    yield BEGIN
    yield table(
        Drawn(
            ("ratio", "formula", "meaning", "source"),
            tuple((f"`{ratio.name}`", ratio.formula, MEANINGS[ratio.name], ratio.source) for ratio in RATIOS),
        )
    )
    yield CELLS
    yield TRAP
    yield WORKED
    yield table(draw(COUNTS))
    yield PRINTED
    yield table(draw(RATIOS_OF_COUNTS))
    yield DEFINITION
    choices = rs.RWI_2004.to_dict()
    rows = [(f"`{name}`", f"`{_value(value)}`") for name, value in choices.items() if name not in ("naam", "bron")]
    yield table(Drawn(("choice", "`rs.RWI_2004`"), tuple(rows)))


# --- a spec --------------------------------------------------------------------------------------


def _paragraph(chapter: Chapter, spec: Spec) -> Iterator[str]:
    yield f"### {spec.title}"
    yield _wrap(spec.rule)
    base = spec.base or chapter.base
    if spec.base is not None:
        yield _wrap(f"Definition: {_name(base)}.")
    for name, drawn in spec.registers().items():
        if drawn.rows:
            yield f"`{name}`"
            yield table(drawn)
        else:
            yield f"`{name}`: delivered, without rows"
    if spec.drawing:
        first = chapter.definition(spec, spec.cases[0])
        picture = timeline(spec.registers(), _starts(spec), first, spec.marks)
        yield f"```text\n{picture}\n```"
    for case in spec.cases:
        yield from _results(case)


def _name(definition: rs.CohortDefinition) -> str:
    """What a definition is called on the page: its name in code, or what it changes."""
    for name in ("RWI_2004", "RWI_2004_LOKAAL", "SLUITENDE_AANPAK"):
        if definition == getattr(rs, name):
            return f"`rs.{name}`"
    usual = rs.RWI_2004.to_dict()
    changed = {
        name: value
        for name, value in definition.to_dict().items()
        if value != usual[name] and name not in ("naam", "bron")
    }
    return f"`rs.RWI_2004` with `{changes_text(Case(changes=changed))}`"


def _starts(spec: Spec) -> dict[str, dt.date]:
    """Day 0 of those who flow in: the first instroomdatum, or else the first day of benefit."""
    rows = draw(spec.cases[0].rows)
    people = rows.column("persoon_id")
    if "instroomdatum" in rows.columns:
        begins = zip(people, rows.column("instroomdatum"), strict=True)
    else:
        bijstand = draw(spec.bijstand)
        both = zip(bijstand.column("persoon_id"), bijstand.column("begindatum"), strict=True)
        begins = (row for row in both if row[0] in people)
    first: dict[str, dt.date] = {}
    for person, day in begins:
        first.setdefault(person, dt.date.fromisoformat(day))
    return first


def _results(case: Case) -> Iterator[str]:
    changed = changes_text(case)
    words = [f"**With `{changed}`.**"] if changed else []
    if case.text:
        words.append(case.text)
    if words:
        yield _wrap(" ".join(words))
    for name, drawn in case.drawn():
        yield f"`{_call(name, drawn, case)}`"
        yield table(drawn)


def _call(name: str, drawn: Drawn, case: Case) -> str:
    by = '"gemeente"' if name in ("counts", "ratios") and "gemeente" in drawn.columns else ""
    lang = f'lang="{case.lang}"' if name == "ratios" and "reason" in drawn.columns else ""
    extra = "" if set(drawn.columns) <= set(FRAME_COLUMNS) else "extra=True"
    return CALLS[name].format(by=", ".join(filter(None, (by, lang))), extra=extra)


# --- Markdown ------------------------------------------------------------------------------------


def _wrap(text: str) -> str:
    return fill(text, width=100, break_long_words=False, break_on_hyphens=False)


def table(drawn: Drawn) -> str:
    """A drawn table as a Markdown table, columns aligned; numbers and per cents to the right."""
    rows = [tuple("–" if text == "-" else text for text in row) for row in drawn.rows]
    if not rows:
        rows = [("*no rows*", *[""] * (len(drawn.columns) - 1))]
    columns = list(zip(drawn.columns, *rows, strict=True))
    widths = [max(3, *(len(text) for text in column)) for column in columns]
    right = [_is_number(column[1:]) for column in columns]
    rule = [f"{'-' * (width - 1)}:" if r else "-" * width for width, r in zip(widths, right, strict=True)]
    lines = [drawn.columns, rule, *rows]
    return "\n".join(_line(line, widths, right) for line in lines)


def _is_number(texts: tuple[str, ...]) -> bool:
    known = [text.rstrip("%") for text in texts if text not in ("–", "")]
    return bool(known) and all(text == "n.b." or text.replace(".", "").isdigit() for text in known)


def _line(cells: tuple[str, ...] | list[str], widths: list[int], right: list[bool]) -> str:
    padded = [
        cell.rjust(width) if r else cell.ljust(width) for cell, width, r in zip(cells, widths, right, strict=True)
    ]
    return f"| {' | '.join(padded)} |"
