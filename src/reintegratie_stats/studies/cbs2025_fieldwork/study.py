"""The value behind the fieldwork: the draw, the survey and the coded interviews, beside who stands out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from reintegratie_stats.errors import StudyError
from reintegratie_stats.fieldwork.coded import CodedInterviews, code_interviews
from reintegratie_stats.fieldwork.interviews import SampleDraw, draw_interviews
from reintegratie_stats.fieldwork.units import interview_units
from reintegratie_stats.report.labels import Lang
from reintegratie_stats.report.table import ReportTable
from reintegratie_stats.studies.cbs2025.study import Cbs2025
from reintegratie_stats.study import InterviewsPart

if TYPE_CHECKING:
    from reintegratie_stats.report.document import Document
    from reintegratie_stats.report.fact_sheet import FactSheet

CLUSTER = "samenwerkingsverband"
IN_CLUSTER = "in_samenwerkingsverband"
"""Made of the column above: ja where a gemeente is in one, nee where it is in none."""


@dataclass(frozen=True, eq=False)
class Cbs2025Fieldwork:
    """The fieldwork that goes with `Cbs2025`; made by `Cbs2025Fieldwork.of`.

    Parameters
    ----------
    report : Cbs2025
        Who stands out.
    part : InterviewsPart, optional
        The design of the draw and its seed.
    draw : SampleDraw, optional
        Absent when the study has no design.
    coded : CodedInterviews, optional
        Absent when the data have no interviews.
    """

    report: Cbs2025
    part: InterviewsPart | None
    draw: SampleDraw | None
    coded: CodedInterviews | None

    def __repr__(self) -> str:
        return f"Cbs2025Fieldwork({self.draw or 'no draw'}, {self.coded or 'no interviews'})"

    @classmethod
    def of(cls, report: Cbs2025, part: InterviewsPart | None = None) -> Cbs2025Fieldwork:
        """Draw the gemeenten to interview and read the coded interviews.

        Parameters
        ----------
        report : Cbs2025
        part : InterviewsPart, optional

        Raises
        ------
        SampleError
            When the gemeenten cannot meet the design.
        RegisterError
            When the interviews cannot be read.
        """
        draw = None if part is None else draw_interviews(_units(report), part.design, part.seed)
        interviews = report.data.interviews
        coded = None if interviews is None else code_interviews(interviews)
        return cls(report, part, draw, coded)

    def in_language(self, lang: Lang) -> Cbs2025Fieldwork:
        """Return the same figures with labels, reasons and notes in another language."""
        return replace(self, report=self.report.in_language(lang))

    @property
    def lang(self) -> Lang:
        """The language of the report."""
        return self.report.lang

    @cached_property
    def units(self) -> pd.DataFrame:
        """The gemeenten that the draw chooses from: class, standardised residual and traits."""
        return _units(self.report)

    def needs_draw(self) -> SampleDraw:
        """Return the draw.

        Raises
        ------
        StudyError
            When the study has none.
        """
        if self.draw is None:
            raise StudyError("This study has no [interviews]: without a design there is no draw.")
        return self.draw

    # --- the report ------------------------------------------------------------------------

    def tables(self) -> tuple[ReportTable, ...]:
        """Return every table of the fieldwork, in the order of the report."""
        from reintegratie_stats.studies.cbs2025_fieldwork import cause_tables, draw_tables, response_tables

        return (*draw_tables.tables(self), *response_tables.tables(self), *cause_tables.tables(self))

    def memo(self) -> Document:
        """Return the selection memo for the file.

        Raises
        ------
        StudyError
            When the study has no draw.
        """
        from reintegratie_stats.studies.cbs2025_fieldwork.memo import selection_memo

        return selection_memo(self)

    def fact_sheets(self, only: Collection[str] | None = None) -> tuple[FactSheet, ...]:
        """Return a sheet of one page for every chosen gemeente.

        Parameters
        ----------
        only : collection of str, optional
            Codes of chosen gemeenten; by default all of them.

        Raises
        ------
        StudyError
            When the study has no draw, or a gemeente is not chosen.
        """
        from reintegratie_stats.studies.cbs2025_fieldwork.fact_sheets import fact_sheets

        return fact_sheets(self, only)


def _units(report: Cbs2025) -> pd.DataFrame:
    traits = report.data.gemeenten
    if CLUSTER in traits:
        traits[IN_CLUSTER] = traits[CLUSTER].notna().map({True: "ja", False: "nee"}).astype("string")
    return interview_units(report.fit, report.flags, traits)
