"""RWI 2004, "Vangnet met veerkracht": tables 5.1, 5.2 and B 3.1, figure 5.1.

Each function makes one table or figure of the report from cohorts, the published figures beside the reproduced ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from reintegratie_stats.cohorts import Cohort, define_cohort
from reintegratie_stats.cohorts.attrition import attrition_frame
from reintegratie_stats.cohorts.reasons import Lang
from reintegratie_stats.registers import Registers
from reintegratie_stats.report.flow import FLOW_PARENTS, flow_nodes, ratio_lines
from reintegratie_stats.report.flow_figure import flow_figure
from reintegratie_stats.report.labels import NOT_APPLICABLE, label
from reintegratie_stats.report.table import Kind, ReportTable, TableColumn
from reintegratie_stats.studies.compare_published import (
    as_printed,
    beside,
    counts_of,
    published_value,
    ratio_beside,
)
from reintegratie_stats.studies.texts import text

FIVE = (
    "complianceratio",
    "langdurigheidsratio",
    "sluitingsratio",
    "uitstroomratio_met_traject",
    "uitstroomratio_zonder_traject",
)
"""The ratios of table 5.2."""

SIX = (*FIVE[:3], "niet_sluitingsratio", *FIVE[3:])
"""The ratios of table 5.1 and of figure 5.1 together."""

THREE = ("Gemeente 1", "Gemeente 2", "Gemeente 3")
"""The gemeenten with a local analysis."""

FLOW_CELLS = ("X", "X-Y", "Y", "Z", "Y-Z", "A", "B", "C", "D", "A.1", "A.2", "B.1", "B.2")


@dataclass(frozen=True, eq=False)
class Rwi2004:
    """The two cohorts of the study.

    Parameters
    ----------
    central : Cohort
        Twelve gemeenten, from the delivery to the central registers.
    local : Cohort
        Three gemeenten, from their own registers.
    local_registers : Registers
        For the counts of bijlage 3 that ask another definition.
    lang : {"nl", "en"}
        Language of titles, labels and notes.
    """

    central: Cohort
    local: Cohort
    local_registers: Registers = field(repr=False)
    lang: str = "nl"

    def tables(self) -> tuple[ReportTable, ...]:
        """Return every table of the study, in the order of the report."""
        return (
            self.table_5_1(),
            self.table_5_2(),
            self.table_b3_1(),
            self.table_b3_counts(),
            self.table_per_gemeente(),
            self.table_attrition(),
        )

    def table_5_1(self) -> ReportTable:
        """Return table 5.1: the ratios over twelve gemeenten, published beside reproduced."""
        table = self.central.ratios(lang=_lang(self.lang))
        by_ratio = table.to_frame().set_index("ratio")
        rows = []
        for ratio in SIX:
            place = "figuur-5.1" if ratio == "niet_sluitingsratio" else "tabel-5.1"
            found = by_ratio.loc[ratio]
            rows.append(
                {
                    "ratio": ratio,
                    "formula": ratio,
                    **ratio_beside(table, ratio, f"{place}.{ratio}"),
                    **{name: found[name] for name in ("numerator", "denominator", "lower", "upper")},
                }
            )
        interval = text("interval", self.lang)
        return self._table(
            "tabel_5_1",
            pd.DataFrame(rows),
            (
                TableColumn("ratio", values="ratio"),
                TableColumn("formula", values="formula"),
                *_beside_columns(),
                TableColumn("numerator", "count"),
                TableColumn("denominator", "count"),
                TableColumn("lower", "share", decimals=1, spanner=interval),
                TableColumn("upper", "share", decimals=1, spanner=interval),
            ),
            notes=("tabel_5_1_81", "printed", "uitstroomratio"),
        )

    def table_5_2(self) -> ReportTable:
        """Return table 5.2: central beside local in three gemeenten."""
        central = self.central.ratios("naam", lang=_lang(self.lang))
        local = self.local.ratios("naam", lang=_lang(self.lang))
        rows = []
        for number, name in enumerate(THREE, start=1):
            for ratio in FIVE:
                where = f"tabel-5.2.g{number}"
                rows.append(
                    {
                        "gemeente": name,
                        "ratio": ratio,
                        **ratio_beside(central, ratio, f"{where}.centraal.{ratio}", "centraal_", naam=name),
                        **ratio_beside(local, ratio, f"{where}.lokaal.{ratio}", "lokaal_", naam=name),
                    }
                )
        return self._table(
            "tabel_5_2",
            pd.DataFrame(rows),
            (
                TableColumn("gemeente", "group"),
                TableColumn("ratio", values="ratio"),
                *_beside_columns("centraal_", label("bestand", "centraal", self.lang)),
                *_beside_columns("lokaal_", label("bestand", "lokaal", self.lang)),
            ),
            notes=("printed",),
        )

    def table_b3_1(self) -> ReportTable:
        """Return table B 3.1: the local analysis of gemeente 3, counts and per cents."""
        count = counts_of(self.local.counts("naam"), "naam", THREE[2])
        rows = []
        for cell in ("X", "Y", "Y-Z", "Z", "A", "B"):
            found = count(cell)
            row: dict[str, object] = {"cell": text(f"b3_1_{cell}", self.lang)}
            row |= beside(published_value(f"tabel-b3.1.{cell}"), found, None, "aantal_")
            row |= _per_cent(f"tabel-b3.1.{cell}.instroom", found, count("X"), "instroom_")
            if cell in ("Z", "A", "B"):
                row |= _per_cent(f"tabel-b3.1.{cell}.doelgroep", found, count("Z"), "doelgroep_")
            else:
                row |= _not_applicable("doelgroep_")
            rows.append(row)
        return self._table(
            "tabel_b3_1",
            pd.DataFrame(rows),
            (
                TableColumn("cell", label=text("step", self.lang)),
                *_beside_columns("aantal_", label("column", "count", self.lang), "count"),
                *_beside_columns("instroom_", label("column", "percent_instroom", self.lang)),
                *_beside_columns("doelgroep_", label("column", "percent_doelgroep", self.lang)),
            ),
            notes=("b3_1", "b3_3"),
        )

    def table_b3_counts(self) -> ReportTable:
        """Return the counts that bijlage 3 states in its text, published beside reproduced."""
        counts = self.local.counts("naam")
        first, second = (counts_of(counts, "naam", name) for name in THREE[:2])
        later = define_cohort(self.local_registers, self.local.definition.replace(uitstroom_peildatum="2004-01-01"))
        administrative = define_cohort(
            self.local_registers.keep("vrijstellingen", "vastgesteld_door", ["uitkeringssysteem"]),
            self.local.definition,
        )
        lines = (
            (THREE[0], "b3.1.instroom", first("X")),
            (THREE[0], "b3.1.langdurig", first("Y")),
            (
                THREE[0],
                "b3.1.arbeidsplichtig-eerst",
                counts_of(administrative.counts("naam"), "naam", THREE[0])("Z"),
            ),
            (THREE[0], "b3.1.arbeidsplichtig", first("Z")),
            (THREE[0], "b3.1.traject", first("A")),
            (THREE[0], "b3.1.uitgestroomd", first("A.1")),
            (
                THREE[0],
                "b3.1.uitgestroomd-later",
                counts_of(later.counts("naam"), "naam", THREE[0])("A.1"),
            ),
            (THREE[1], "b3.2.arbeidsplichtig", second("Z")),
            (THREE[1], "b3.2.traject", second("A")),
        )
        rows = [
            {
                "gemeente": name,
                "wat": text(identifier, self.lang),
                **beside(published_value(identifier), found, None),
            }
            for name, identifier, found in lines
        ]
        return self._table(
            "tabel_b3_tellingen",
            pd.DataFrame(rows),
            (
                TableColumn("gemeente", "group"),
                TableColumn("wat", label=text("step", self.lang)),
                *_beside_columns(kind="count"),
            ),
            notes=("b3_counts",),
        )

    def table_per_gemeente(self) -> ReportTable:
        """Return the counts and the ratios per gemeente and in total, from the central delivery."""
        names = list(dict.fromkeys(self.central.to_frame(extra=True).sort_values("gemeente")["naam"]))
        counts = self.central.counts("naam").set_index("naam").loc[names].reset_index()
        ratios = self.central.ratios("naam", lang=_lang(self.lang)).to_frame()
        total = self.central.counts().assign(naam=label("word", "total", self.lang))
        total_ratios = self.central.ratios(lang=_lang(self.lang)).to_frame()
        total_ratios["naam"] = label("word", "total", self.lang)
        every = pd.concat([ratios, total_ratios], ignore_index=True)
        frame = pd.concat([counts, total], ignore_index=True)
        for ratio in FIVE:
            chosen = every[every["ratio"] == ratio].set_index("naam")
            frame[ratio] = frame["naam"].map(chosen["value"])
            frame[f"{ratio}_reason"] = frame["naam"].map(chosen["reason"]).astype(object)
        return self._table(
            "tabel_gemeenten",
            frame,
            (
                TableColumn("naam", label=label("column", "gemeente", self.lang)),
                *(TableColumn(cell, "count", label=cell) for cell in ("X", "Y", "Z", "A", "C")),
                *(TableColumn(ratio, "share", label=label("ratio", ratio, self.lang)) for ratio in FIVE),
            ),
        )

    def table_attrition(self) -> ReportTable:
        """Return what each step of the central cohort left out."""
        return self._table(
            "tabel_uitval",
            attrition_frame(self.central.steps, _lang(self.lang)),
            (
                TableColumn("stap", label=label("column", "step", self.lang)),
                TableColumn("eenheid", label=text("unit", self.lang)),
                TableColumn("n_voor", "count", label=label("column", "before", self.lang)),
                TableColumn("n_na", "count", label=label("column", "after", self.lang)),
                TableColumn("afgevallen", "count", label=label("column", "removed", self.lang)),
                TableColumn("reden", label=label("column", "reason", self.lang)),
            ),
        )

    def figure_5_1(self) -> Figure:
        """Return figure 5.1: the cells of the central cohort as a flow drawing, with the ratios under it."""
        counts = self.central.counts().iloc[0]
        nodes = []
        for cell in FLOW_CELLS:
            parent = FLOW_PARENTS[cell]
            whole = counts[parent] if parent else pd.NA
            known = not pd.isna(counts[cell]) and not pd.isna(whole) and int(whole) > 0
            share = int(counts[cell]) / int(whole) if known else None
            nodes.append({"cell": cell, "count": counts[cell], "share": share})
        ratios = self.central.ratios(lang=_lang(self.lang)).to_frame()
        ratios = ratios[ratios["ratio"].isin(SIX)]
        return flow_figure(
            flow_nodes(pd.DataFrame(nodes).astype({"count": object, "share": object}), self.lang),
            ratio_lines(ratios, self.lang),
            title=text("figuur_5_1", self.lang),
            subtitle=text("figuur_5_1_sub", self.lang),
            notes=(text("synthetic", self.lang), text("figuur_5_1_note", self.lang)),
            source=text("source", self.lang),
            lang=self.lang,
        )

    def _table(
        self,
        name: str,
        frame: pd.DataFrame,
        columns: tuple[TableColumn, ...],
        notes: tuple[str, ...] = (),
    ) -> ReportTable:
        return ReportTable(
            name=name,
            title=text(name, self.lang),
            frame=frame,
            columns=columns,
            notes=[text(note, self.lang) for note in ("synthetic", *notes)],
            source=text("source", self.lang),
            status="release",
            lang=self.lang,
        )


def _lang(lang: str) -> Lang:
    return "en" if lang == "en" else "nl"


def _beside_columns(
    prefix: str = "", spanner: str | tuple[str, ...] = (), kind: Kind = "percent"
) -> tuple[TableColumn, ...]:
    """Return the columns published, reproduced, difference."""
    difference: Kind = "difference_points" if kind == "percent" else "difference"
    return tuple(
        TableColumn(f"{prefix}{name}", shown, label_key=name, spanner=spanner)
        for name, shown in (("published", kind), ("reproduced", kind), ("difference", difference))
    )


def _per_cent(identifier: str, found: float, whole: float, prefix: str) -> dict[str, object]:
    share = found / whole if whole > 0 else np.nan
    return beside(published_value(identifier), as_printed(share), None, prefix)


def _not_applicable(prefix: str) -> dict[str, object]:
    cells: dict[str, object] = {}
    for name in ("published", "reproduced", "difference"):
        cells |= {f"{prefix}{name}": np.nan, f"{prefix}{name}_reason": NOT_APPLICABLE}
    return cells
