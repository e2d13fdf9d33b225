"""The model of the expected counts: coefficients, facts, checks, and what other assumptions would have given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from reintegratie_stats.errors import one_line
from reintegratie_stats.outliers.flags import FLAGS
from reintegratie_stats.outliers.sensitivity import FOR_COMPARISON
from reintegratie_stats.report.formats import format_number
from reintegratie_stats.report.labels import label
from reintegratie_stats.report.table import ReportTable, TableColumn
from reintegratie_stats.studies.cbs2025.fit_notes import told
from reintegratie_stats.studies.cbs2025.flag_tables import PLACE
from reintegratie_stats.studies.cbs2025.sheet import (
    P,
    first_upper,
    flag_columns,
    not_applicable,
    p_column,
    table,
)
from reintegratie_stats.studies.texts import text
from reintegratie_stats.studies.texts.cbs2025 import in_words, term_text

if TYPE_CHECKING:
    from reintegratie_stats.studies.cbs2025.study import Cbs2025

FACTS = {
    "n": 0, "n_estimation": 0, "df_residual": 0, "dispersion": 2, "theta": 1, "log_likelihood": 1, "observed": 0,
    "expected": 0, "ratio_total": 3, "offset_slope": 3, "offset_slope_p": 4, "iterations": 0,
}  # fmt: skip
"""Facts of a fit that are numbers, and the decimals that they are printed with."""


def tables(study: Cbs2025) -> tuple[ReportTable, ...]:
    """Return the tables on the model."""
    return (
        table_coefficients(study),
        table_facts(study),
        table_diagnostics(study),
        table_sensitivity(study),
        table_sensitivity_gemeenten(study),
    )


def table_coefficients(study: Cbs2025) -> ReportTable:
    """Return the coefficients: log scale with standard error, and the ratio per unit with its interval."""
    frame = study.fit.tidy()
    frame["p"] = p_column(frame["p"], study.lang)
    frame["term"] = [term_text(str(term), study.lang) for term in frame["term"]]
    interval = text("cbs_irr", study.lang)
    columns = (
        TableColumn("term"),
        TableColumn("estimate", "number", decimals=4),
        TableColumn("std_error", "number", decimals=4),
        TableColumn("irr", "number", decimals=4, spanner=interval),
        TableColumn("lower", "number", decimals=4, spanner=interval),
        TableColumn("upper", "number", decimals=4, spanner=interval),
        P,
    )
    cluster = in_words(study.part.expected.cluster or "", study.lang)
    said = [text("cbs_formula", study.lang).format(formula=one_line(study.fit.definition.formula))]
    said.append(text("cbs_clustered" if cluster else "cbs_not_clustered", study.lang).format(cluster=cluster))
    return table(
        study, "model", frame, columns, ("irr_note", "not_causal"), (*said, *told(study.fit.notes, study.lang))
    )


def table_facts(study: Cbs2025) -> ReportTable:
    """Return the facts of the fit, one to a row, with what each says."""
    row, lang = study.fit.glance().iloc[0], study.lang
    facts: list[dict[str, str | None]] = [{"fact": "family", "value": label("family", str(row["family"]), lang)}]
    for name, decimals in FACTS.items():
        known = pd.notna(row[name])
        facts.append({"fact": name, "value": format_number(row[name], decimals, lang) if known else None})
    facts.append({"fact": "converged", "value": text("cbs_yes" if row["converged"] else "cbs_no", lang)})
    frame = pd.DataFrame(facts)
    frame["meaning"] = [text(f"cbs_fact_{name}_meaning", lang) for name in frame["fact"]]
    frame["fact"] = [text(f"cbs_fact_{name}", lang) for name in frame["fact"]]
    frame["value_reason"] = not_applicable(frame["value"].isna())
    columns = (TableColumn("fact"), TableColumn("value"), TableColumn("meaning"))
    return table(study, "model_feiten", frame, columns, (), told(study.fit.notes, lang))


def table_diagnostics(study: Cbs2025) -> ReportTable:
    """Return the checks of the fit, each with a verdict in words."""
    lang = study.lang
    frame = study.diagnostics.table(lang)
    parts = frame["check"].str.partition(":")
    names = [text(f"cbs_diagnostic_{kind}", lang) for kind in parts[0]]
    about = [
        label("family", x, lang) if kind == "dispersion" else x for kind, x in zip(parts[0], parts[2], strict=True)
    ]
    frame["p"] = p_column(frame["p"], lang)
    frame["p_reason"] = not_applicable(frame["p"].isna())
    for name in ("lower", "upper"):
        frame[f"{name}_reason"] = not_applicable(frame[name].isna())
    frame["check"] = [f"{name}: {in_words(x, lang)}" if x else name for name, x in zip(names, about, strict=True)]
    frame["verdict"] = [_with_names(study, str(verdict)) for verdict in frame["verdict"]]
    frame["nothing"] = [text(f"cbs_diagnostic_{kind}_null", lang) for kind in parts[0]]
    columns = (
        TableColumn("check"),
        TableColumn("value", "number", decimals=2),
        TableColumn("lower", "number", decimals=2),
        TableColumn("upper", "number", decimals=2),
        P,
        TableColumn("nothing"),
        TableColumn("verdict"),
    )
    said = [text("cbs_seeds", lang).format(seeds=study.diagnostics.seeds, permutations=study.diagnostics.permutations)]
    return table(study, "diagnostiek", frame, columns, ("diagnostics_note", "diagnostics_limits"), said)


def _with_names(study: Cbs2025, sentence: str) -> str:
    """Return a sentence with the names of gemeenten in the place of their codes, and traits as one says them."""
    return re.sub(r"\w+", lambda word: study.names.get(word[0], word[0]), in_words(sentence, study.lang))


def table_sensitivity(study: Cbs2025) -> ReportTable:
    """Return how many gemeenten each other assumption would have pointed at, and how many of the same."""
    lang, wide = study.lang, study.diagnostics.sensitivity()
    flagged = wide["fit"].isin(["meer", "minder"])
    settings = [name for name in wide.columns if name not in ("gemeente", "fit", "same")]
    rows = []
    for name in ("fit", *settings):
        counts = wide[name].value_counts()
        both, other = flagged & (wide[name] == wide["fit"]), wide[name].isin(["meer", "minder"])
        shown = text("cbs_this_report", lang) if name == "fit" else label("family", name, lang)
        deciding = "cbs_no" if name in FOR_COMPARISON else "cbs_yes"
        rows.append(
            {"setting": shown, **{f: int(counts.get(f, 0)) for f in FLAGS}, "the_same": int(both.sum()),
             "lost": int((flagged & ~both).sum()), "added": int((other & ~both).sum()),
             "deciding": text(deciding, lang)}
        )  # fmt: skip
    columns = (
        TableColumn("setting"),
        *flag_columns(lang),
        *(TableColumn(name, "count") for name in ("the_same", "lost", "added")),
        TableColumn("deciding"),
    )
    said = [text("cbs_same_all", lang).format(same=int(wide["same"].sum()), number=int(flagged.sum()))]
    said += [text("cbs_not_possible", lang).format(what=label("family", name, lang)) for name in _failed(study)]
    return table(study, "gevoeligheid", pd.DataFrame(rows), columns, ("sensitivity_note",), said)


def _failed(study: Cbs2025) -> list[str]:
    return [note.removeprefix("sensitivity, ").partition(":")[0] for note in study.diagnostics.notes]


def table_sensitivity_gemeenten(study: Cbs2025) -> ReportTable:
    """Return the flag under every assumption of each gemeente that the report or a deciding assumption points at."""
    lang, wide = study.lang, study.diagnostics.sensitivity()
    settings = [name for name in wide.columns if name not in ("gemeente", "fit", "same")]
    deciding = ["fit", *(name for name in settings if name not in FOR_COMPARISON)]
    frame = wide[wide[deciding].isin(["meer", "minder"]).any(axis=1)].reset_index(drop=True)
    frame.insert(0, "naam", frame["gemeente"].map(study.names).astype("string"))
    for name in ("fit", *settings):
        frame[name] = [text(f"cbs_short_{flag}", lang) for flag in frame[name]]
    frame["same"] = [text("cbs_yes" if same else "cbs_no", lang) for same in frame["same"]]
    columns = (
        *PLACE,
        TableColumn("fit", label=text("cbs_this_report", lang)),
        *(TableColumn(name, label=first_upper(label("family", name, lang))) for name in settings),
        TableColumn("same", label_key="same_everywhere"),
    )
    return table(study, "gevoeligheid_gemeenten", frame, columns, ("sensitivity_note", "short_note"))
