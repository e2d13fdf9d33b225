"""What the interviews add up to: causes, agreement, the tie with the residual, evidence, and what flags were worth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reintegratie_stats.fieldwork.causes import count_causes
from reintegratie_stats.fieldwork.coded import CodedInterviews
from reintegratie_stats.fieldwork.coders import coder_agreement
from reintegratie_stats.fieldwork.evidence import judge_evidence
from reintegratie_stats.fieldwork.hit_rate import hit_rate, outcomes_of
from reintegratie_stats.fieldwork.ties import tie_causes
from reintegratie_stats.report.table import ReportTable
from reintegratie_stats.studies.texts import text

if TYPE_CHECKING:
    from reintegratie_stats.studies.cbs2025_fieldwork.study import Cbs2025Fieldwork


def tables(study: Cbs2025Fieldwork) -> tuple[ReportTable, ...]:
    """Return the tables of the interviews; none when the data have none."""
    if study.coded is None:
        return ()
    coded, lang, seed = study.coded, study.lang, study.report.part.expected.seed
    by_cause, by_class = count_causes(coded), count_causes(coded, by="soort")
    agreement = coder_agreement(coded) if len(coded.coders) > 1 else None
    ties = tie_causes(coded, study.units, seed=seed)
    evidence = judge_evidence(by_cause, agreement, ties)
    rate = hit_rate(study.report.flags, outcomes_of(coded))
    made = (
        by_class.to_report(lang, name="oorzaken_soort"),
        by_cause.to_report(lang, name="oorzaken"),
        *(() if agreement is None else (agreement.to_report(lang, name="overeenstemming"),)),
        ties.to_report(lang, name="samenhang"),
        evidence.to_report(lang, name="bewijs"),
        rate.to_report(lang, name="trefkans"),
    )
    return tuple(_released(study, coded, table) for table in made)


def _released(study: Cbs2025Fieldwork, coded: CodedInterviews, table: ReportTable) -> ReportTable:
    """Return a table with what must be known of these interviews; it is of gemeenten, and may go out."""
    first = [text("cbs_synthetic", study.lang)] if study.report.synthetic else []
    return replace(table, notes=[*first, interviewed(study, coded), *table.notes], status="release")


def interviewed(study: Cbs2025Fieldwork, coded: CodedInterviews) -> str:
    """Return how many were interviewed, and how many of them the draw of this study chose."""
    said = text("cbs_interviewed", study.lang).format(n=len(coded.gemeenten), coders=len(coded.coders))
    if study.draw is None:
        return said
    both = len(set(coded.gemeenten) & set(study.draw.chosen))
    return f"{said} {text('cbs_interviewed_drawn', study.lang).format(both=both, size=len(study.draw.chosen))}"
