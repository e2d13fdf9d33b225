"""The second stage: what goes with the traits of the institution, and the cluster beside the single gemeente."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from reintegratie_stats.outliers.traits import ALL, TraitEffects
from reintegratie_stats.report.table import ReportTable, TableColumn
from reintegratie_stats.studies.cbs2025.fit_notes import told
from reintegratie_stats.studies.cbs2025.flag_tables import PLACE
from reintegratie_stats.studies.cbs2025.sheet import P_ADJUSTED, P, not_applicable, p_column, table
from reintegratie_stats.studies.texts import text
from reintegratie_stats.studies.texts.cbs2025 import in_words, term_text

if TYPE_CHECKING:
    from reintegratie_stats.studies.cbs2025.study import Cbs2025


def tables(study: Cbs2025) -> tuple[ReportTable, ...]:
    """Return the tables of the second stage; none when the data have no trait of the institution."""
    if study.effects is None:
        return ()
    return (
        table_effects(study, study.effects),
        table_spread(study, study.effects),
        table_clusters(study, study.effects),
    )


def table_effects(study: Cbs2025, found: TraitEffects) -> ReportTable:
    """Return the effect of every value of every trait, partially pooled, with what stands out."""
    lang, frame = study.lang, found.effects()
    frame = frame[frame["ratio"].notna()].reset_index(drop=True)
    for name in ("p", "p_adjusted"):
        frame[name] = p_column(frame[name], lang)
    frame["stands_out"] = [text("cbs_yes" if out else "cbs_no", lang) for out in frame["stands_out"]]
    frame["trait"] = [term_text(str(name), lang) for name in frame["trait"]]
    pooled = text("cbs_pooled", lang)
    columns = (
        TableColumn("trait", "group"),
        TableColumn("category", label_key="value"),
        TableColumn("n", "count", label_key="gemeenten"),
        TableColumn("ratio", "number", decimals=2, label_key="irr", spanner=pooled),
        TableColumn("lower", "number", decimals=2, spanner=pooled),
        TableColumn("upper", "number", decimals=2, spanner=pooled),
        TableColumn("raw_ratio", "number", decimals=2),
        P,
        P_ADJUSTED,
        TableColumn("stands_out"),
    )
    said = (*(in_words(said, lang) for said in found.sentences()), *told(found.notes, lang))
    return table(study, "kenmerken", frame, columns, ("effects_note", "trait_not_causal"), said)


def table_spread(study: Cbs2025, found: TraitEffects) -> ReportTable:
    """Return how much of the spread between gemeenten lies between the values of each trait."""
    lang, frame = study.lang, found.spread()
    frame["p"] = p_column(frame["p"], lang)
    for name in ("p", "share_lower", "share_upper", "share_joint"):
        frame[f"{name}_reason"] = not_applicable(frame[name].isna() & (frame["trait"] == ALL))
    frame["trait"] = [
        text("cbs_all_traits", lang) if name == ALL else term_text(str(name), lang) for name in frame["trait"]
    ]
    share = text("cbs_share", lang)
    columns = (
        TableColumn("trait"),
        TableColumn("categories", "count"),
        TableColumn("n", "count", label_key="gemeenten"),
        TableColumn("tau_before", "number", decimals=2),
        TableColumn("tau_after", "number", decimals=2),
        TableColumn("share", "share", label_key="value", spanner=share),
        TableColumn("share_lower", "share", label_key="lower", spanner=share),
        TableColumn("share_upper", "share", label_key="upper", spanner=share),
        P,
        TableColumn("share_joint", "share"),
    )
    return table(study, "kenmerken_spreiding", frame, columns, ("spread_note",), told(found.notes, lang))


def table_clusters(study: Cbs2025, found: TraitEffects) -> ReportTable:
    """Return who stands out alone, who through what it shares, and who both."""
    lang, frame = study.lang, found.clusters()
    frame = frame[frame["flag"].isin(["meer", "minder"])].copy()
    frame["naam"] = frame["gemeente"].map(study.names).astype("string")
    frame["place"] = frame["label"].map({"gedeeld": 0, "beide": 1, "eigen": 2})
    frame = frame.sort_values(["place", "cluster", "gemeente"], kind="stable", na_position="last")
    alone = frame["cluster"].isna()
    for name in ("cluster", "cluster_n", "cluster_ratio", "own_ratio"):
        frame[f"{name}_reason"] = not_applicable(alone & frame[name].isna())
    for name in ("cluster", "reason"):
        frame[name] = [said if pd.isna(said) else in_words(str(said), lang) for said in frame[name]]
    frame["kind"] = [text(f"cbs_cluster_{label}", lang) for label in frame["label"]]
    columns = (
        TableColumn("kind", "group"),
        *PLACE,
        TableColumn("flag", values="flag"),
        TableColumn("ratio", "number", decimals=2, label_key="oe_ratio"),
        TableColumn("cluster"),
        TableColumn("cluster_n", "count", label_key="gemeenten"),
        TableColumn("cluster_ratio", "number", decimals=2),
        TableColumn("own_ratio", "number", decimals=2),
        TableColumn("reason", label_key="finding"),
    )
    shares, kinds = found.clusters(), frame["label"].value_counts()
    others = int((shares["cluster"].notna() & ~shares["flag"].isin(["meer", "minder"])).sum())
    fill = {f"{name}_flagged": int(kinds.get(name, 0)) for name in ("gedeeld", "beide", "eigen")}
    said = text("cbs_clusters_counts", lang).format(others=others, **fill)
    return table(study, "clusters", frame, columns, ("clusters_note",), (said,))
