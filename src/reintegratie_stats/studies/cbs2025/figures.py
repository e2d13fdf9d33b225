"""The figures of the report: funnel, caterpillar, registered against expected, heat map and the diagnostics sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure

from reintegratie_stats.outliers import caterpillar_frame, funnel_frames, observed_expected_frame
from reintegratie_stats.report.caterpillar_figure import caterpillar_figure
from reintegratie_stats.report.diagnostics_figure import diagnostics_figure
from reintegratie_stats.report.funnel_figure import funnel_figure
from reintegratie_stats.report.heatmap_figure import heatmap_figure, heatmap_pages
from reintegratie_stats.report.observed_expected_figure import observed_expected_figure
from reintegratie_stats.studies.cbs2025.sheet import rule_numbers, source, spoken
from reintegratie_stats.studies.texts import text
from reintegratie_stats.studies.texts.cbs2025 import in_words

if TYPE_CHECKING:
    from reintegratie_stats.studies.cbs2025.study import Cbs2025


def figures(study: Cbs2025) -> dict[str, Figure]:
    """Return every figure by the name of its file."""
    points, limits = funnel_frames(study.fit, study.flags, names=study.names)
    ranks = caterpillar_frame(study.fit, study.flags, names=study.names)
    counts = observed_expected_frame(study.fit, study.flags, names=study.names)
    return {
        "trechter": funnel_figure(points, limits, **_words(study, "trechter")),
        "rupsfiguur": caterpillar_figure(ranks, **_words(study, "rupsfiguur")),
        "geregistreerd_verwacht": observed_expected_figure(counts, **_words(study, "geregistreerd_verwacht")),
        **heat_maps(study),
        "diagnostiek": diagnostics_figure(sheet_with_names(study), **_words(study, "figuur_diagnostiek")),
    }


def heat_maps(study: Cbs2025) -> dict[str, Figure]:
    """Return the pages of the heat map: who stands out at least once, on every soort and year."""
    frame = study.profiles.heatmap_frame()
    frame["label"] = frame["gemeente"].map(study.names).astype("string")
    columns = {f"{s} {year}": f"{spoken(s)} {year}" for s in study.data.soortnamen for year in study.data.jaren}
    pages = heatmap_pages(frame)
    return {
        f"heatmap_{page}": heatmap_figure(frame, columns=columns, page=page, **_words(study, "heatmap"))
        for page in range(1, pages + 1)
    }


def sheet_with_names(study: Cbs2025) -> dict[str, pd.DataFrame]:
    """Return the frames of the diagnostics sheet, gemeenten by their names."""
    sheet = study.diagnostics.sheet()
    for name in ("sensitivity", "leverage"):
        if name in sheet:
            frame = sheet[name]
            wanted = frame["label"].notna() if "label" in frame else frame["gemeente"].notna()
            frame["label"] = frame["gemeente"].map(study.names).where(wanted).astype("string")
    if "correlations" in sheet:
        traits = [in_words(str(trait), study.lang) for trait in sheet["correlations"]["trait"]]
        sheet["correlations"]["trait"] = pd.Series(traits, dtype="string", index=sheet["correlations"].index)
    return sheet


def _words(study: Cbs2025, name: str) -> dict[str, Any]:
    note = [text("cbs_synthetic", study.lang)] if study.synthetic else []
    return {
        "title": text(f"cbs_{name}", study.lang).format(jaar=study.part.year),
        "subtitle": text(f"cbs_{name}_sub", study.lang).format(jaar=study.part.year),
        "note": (*note, text(f"cbs_{name}_note", study.lang).format(**rule_numbers(study))),
        "source": source(study),
        "lang": study.lang,
    }
