"""The fieldwork of CBS 2025, step by step: the draw, the memo and the fact sheets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reintegratie_stats.errors import counted
from reintegratie_stats.pipeline.output import Say
from reintegratie_stats.report.document import page_list, write_document
from reintegratie_stats.report.fact_sheet import FactSheet, write_fact_sheet
from reintegratie_stats.report.write import write_texts
from reintegratie_stats.studies.cbs2025 import Cbs2025
from reintegratie_stats.studies.cbs2025_fieldwork import Cbs2025Fieldwork
from reintegratie_stats.studies.texts import text
from reintegratie_stats.study import Study

SHEETS, INDEX, MEMOS = "feitenbladen", "index", "fieldwork"


def fieldwork_of(study: Study, report: Cbs2025, say: Say) -> Cbs2025Fieldwork:
    """Draw the gemeenten to interview and read the interviews."""
    fieldwork = Cbs2025Fieldwork.of(report, study.interviews)
    for part in (fieldwork.draw, fieldwork.coded):
        if part is not None:
            say(f"interviews: {part!r}")
    return fieldwork


def write_pages(study: Study, fieldwork: Cbs2025Fieldwork, say: Say) -> tuple[Path, ...]:
    """Write the memo, a sheet per chosen gemeente and the page that lists them; nothing without a draw."""
    if fieldwork.draw is None:
        return ()
    sheets = fieldwork.fact_sheets()
    written = [*write_document(fieldwork.memo(), study.output / MEMOS)]
    for sheet in sheets:
        written += write_fact_sheet(sheet, study.output / SHEETS)
    written += _index(study, fieldwork, list(zip(fieldwork.draw.chosen, sheets, strict=True)))
    say(f"interviews: {counted(len(sheets), 'fact sheet')}")
    return tuple(written)


def _index(study: Study, fieldwork: Cbs2025Fieldwork, sheets: list[tuple[str, FactSheet]]) -> Iterator[Path]:
    lang, year = fieldwork.lang, fieldwork.report.part.year
    first = [text("cbs_synthetic", lang)] if fieldwork.report.synthetic else []
    rows = [
        (f"{sheet.name}.html", f"{sheet.title} ({code})", f"{sheet.verdict} {sheet.role}. {sheet.role_text}")
        for code, sheet in sheets
    ]
    page = page_list(text("cbs_sheets", lang).format(jaar=year), (*first, text("cbs_sheets_lead", lang)), rows, lang)
    yield from write_texts({"html": page}, study.output / SHEETS, INDEX, status="release")
