"""The selection memo for the file: who was chosen, on what demands, by what rule, and how to do it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from reintegratie_stats.fieldwork.interviews import SampleDraw
from reintegratie_stats.fieldwork.sample_design import SPREAD
from reintegratie_stats.fingerprint import fingerprint
from reintegratie_stats.report.document import Document, Section
from reintegratie_stats.report.formats import format_number
from reintegratie_stats.report.labels import label
from reintegratie_stats.report.table import ReportTable, TableColumn
from reintegratie_stats.studies.cbs2025.sheet import rule_numbers, source, table
from reintegratie_stats.studies.cbs2025_fieldwork.draw_tables import (
    enumerated,
    named,
    rule_text,
    said_of_draw,
    said_of_relaxed,
    table_quotas,
    table_reasons,
    table_reserves,
)
from reintegratie_stats.studies.texts import text
from reintegratie_stats.studies.texts.cbs2025_fieldwork import trait_text

if TYPE_CHECKING:
    from reintegratie_stats.studies.cbs2025_fieldwork.study import Cbs2025Fieldwork

LEFT_OUT = ("naam", "bron")
OF_ITSELF = ("resolution", "tolerance")
"""Choices that have a value, fitting to the others, where they are not given."""


def selection_memo(study: Cbs2025Fieldwork) -> Document:
    """Return the memo of the draw of a study."""
    draw, lang = study.needs_draw(), study.lang
    first = [text("cbs_synthetic", lang)] if study.report.synthetic else []
    counts = {flag: int((table_rows(study, draw)["klasse"] == flag).sum()) for flag in ("meer", "minder", "verwacht")}
    lead = text("cbs_memo_lead", lang).format(
        size=len(draw.chosen), of=format_number(len(study.units), 0, lang), jaar=study.report.part.year, **counts
    )
    rule = (
        *(text(f"cbs_{name}", lang).format(**rule_numbers(study.report)) for name in ("rule", "no_verdict")),
        *study.report.operating.sentences(lang),
    )
    sections = (
        Section(text("cbs_memo_design", lang), tuple(_aim(study, draw)), table=_bare(table_design(study, draw), study)),
        Section(
            text("cbs_memo_demands", lang),
            (said_of_relaxed(study, draw),),
            table=_bare(table_quotas(study, draw), study),
        ),
        Section(text("cbs_memo_named", lang), items=tuple(_named(study, draw))),
        Section(text("cbs_memo_chosen", lang), table=_bare(table_reasons(study, draw), study)),
        Section(
            text("cbs_memo_reserves", lang),
            (text("cbs_memo_reserves_how", lang),),
            table=_bare(table_reserves(study, draw), study),
        ),
        Section(text("cbs_memo_rule", lang), rule),
        Section(
            text("cbs_memo_repeat", lang),
            (text("cbs_memo_repeat_how", lang),),
            tuple(_fingerprints(study, draw)),
            code=_code(study, draw),
        ),
    )
    where = f"{label('word', 'source', lang)}: {source(study.report)}."
    title = text("cbs_memo", lang).format(jaar=study.report.part.year)
    return Document(
        "selectiememo", title, (*first, lead, *said_of_draw(study, draw)[:1], where), sections, "release", lang
    )


def _bare(table: ReportTable, study: Cbs2025Fieldwork) -> ReportTable:
    """Return a table without what the memo says once: where it comes from, the seed, what was relaxed."""
    once = {text("cbs_synthetic", study.lang), *said_of_draw(study, study.needs_draw())}
    return replace(table, notes=[note for note in table.notes if note not in once], source="")


def table_rows(study: Cbs2025Fieldwork, draw: SampleDraw) -> pd.DataFrame:
    """Return the chosen gemeenten with their class."""
    return study.units[study.units["gemeente"].isin(draw.chosen)]


def _aim(study: Cbs2025Fieldwork, draw: SampleDraw) -> Iterator[str]:
    kind = draw.design.objective if draw.design.objective in ("extreme", "spread") else "weights"
    yield text(f"cbs_memo_objective_{kind}", study.lang).format(column=draw.design.objective)
    yield from said_of_draw(study, draw)[1:2] if draw.objective == draw.objective else ()
    if draw.design.twins:
        names = ", ".join(trait_text(name, study.lang) for name in draw.design.covariates)
        yield text("cbs_memo_twins", study.lang).format(names=names or text("cbs_memo_every_number", study.lang))


def table_design(study: Cbs2025Fieldwork, draw: SampleDraw) -> ReportTable:
    """Return every choice of the design in words and as the study file has it; where it says nothing, what was used."""
    lang, rows = study.lang, []
    for name, value in (draw.design.to_dict() | _used(draw)).items():
        if name not in LEFT_OUT:
            none = text("cbs_by_default" if name in OF_ITSELF else "cbs_none", lang)
            shown = _choice(name, value, study) or none
            rows.append({"choice": text(f"cbs_rule_{name}", lang), "key": name, "shown": shown})
    columns = (
        TableColumn("choice", label=text("cbs_memo_choice", lang)),
        TableColumn("key", label=text("cbs_memo_key", lang)),
        TableColumn("shown", label_key="value"),
    )
    return table(study.report, "memo_ontwerp", pd.DataFrame(rows), columns)


def _used(draw: SampleDraw) -> dict[str, Any]:
    """Return what the draw used where a choice has a default that follows from the others."""
    used: dict[str, Any] = {"covariates": list(draw.covariates)}
    if draw.design.objective != SPREAD:
        used |= {"resolution": draw.design.step, "tolerance": draw.design.room}
    return used


def _choice(name: str, value: Any, study: Cbs2025Fieldwork) -> str:
    """Return the value of a choice: words for what has words, gemeenten by their names."""
    lang = study.lang
    if name == "objective":
        return text(f"cbs_value_{value}", lang) if value in ("extreme", "spread") else trait_text(value, lang)
    if name == "spread" and isinstance(value, Mapping):
        return "; ".join(f"{trait_text(t, lang)}: {text(f'cbs_value_{how}', lang)}" for t, how in value.items())
    if name in ("must_have", "must_not_have"):
        return enumerated(named(value, study), lang)
    if name == "relax":
        return enumerated([rule_text(one, study) for one in value], lang)
    return _shown(value, lang)


def _shown(value: Any, lang: str) -> str:
    """Return a choice as text."""
    if isinstance(value, Mapping):
        return "; ".join(f"{trait_text(name, lang)}: {_shown(inside, lang)}" for name, inside in value.items())
    if isinstance(value, list):
        numbers = len(value) == 2 and all(isinstance(one, int) for one in value)
        return "–".join(map(str, value)) if numbers else ", ".join(trait_text(str(one), lang) for one in value)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return text("cbs_yes" if value else "cbs_no", lang)
    return format_number(value, 2, lang) if isinstance(value, float) else str(value)


def _named(study: Cbs2025Fieldwork, draw: SampleDraw) -> Iterator[str]:
    """Say who had to be in, who could not be, and who was not judged."""
    lang = study.lang
    for which in ("must_have", "must_not_have"):
        names = enumerated(named(getattr(draw.design, which), study), lang) or text("cbs_none", lang)
        yield f"{text(f'cbs_rule_{which}', lang)}: {names}."
    certain = _shown(draw.design.certainty, lang) or text("cbs_none", lang)
    yield f"{text('cbs_rule_certainty', lang)}: {certain}."
    unjudged = study.units.loc[study.units["klasse"] == "niet_te_beoordelen", "gemeente"].tolist()
    yield text("cbs_memo_unjudged", lang).format(
        names=enumerated(named(unjudged, study), lang) or text("cbs_none", lang)
    )
    gone = enumerated(named(draw.refused, study), lang) or text("cbs_none", lang)
    yield text("cbs_memo_refused", lang).format(names=gone)


def _fingerprints(study: Cbs2025Fieldwork, draw: SampleDraw) -> Iterator[str]:
    part, lang = study.report.part, study.lang
    pairs = (
        ("data", study.report.data.source),
        ("expected", fingerprint(part.expected)),
        ("rule", fingerprint(part.rule)),
        ("design", draw.design.fingerprint()),
        ("seed", str(draw.seed)),
    )
    for name, value in pairs:
        yield f"{text(f'cbs_memo_{name}_is', lang)}: {value}"


def _code(study: Cbs2025Fieldwork, draw: SampleDraw) -> str:
    chosen = draw.chosen[0]
    return f"""\
python -m reintegratie_stats tables --study studies/cbs2025.toml

from reintegratie_stats.registers.gemeente_data import read_gemeente_data
from reintegratie_stats.studies.cbs2025 import Cbs2025
from reintegratie_stats.studies.cbs2025_fieldwork import Cbs2025Fieldwork
from reintegratie_stats.study import read_study

study = read_study("studies/cbs2025.toml")
report = Cbs2025.of(read_gemeente_data(study.gemeenten.folder), study.gemeenten)
fieldwork = Cbs2025Fieldwork.of(report, study.interviews)  # seed {draw.seed}
fieldwork.draw.chosen
fieldwork.draw.replace("{chosen}")  # after a refusal
"""
