"""Who stands out, who could not be judged, and what the rule can and cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reintegratie_stats.outliers.flags import FLAGS, short_percent
from reintegratie_stats.report.formats import format_number
from reintegratie_stats.report.labels import label
from reintegratie_stats.report.table import ReportTable, TableColumn
from reintegratie_stats.studies.cbs2025.remarks import MOST_OF_A_SOORT, MOST_OF_ALL
from reintegratie_stats.studies.cbs2025.sheet import (
    P_ADJUSTED,
    P,
    first_upper,
    flag_columns,
    flag_counts,
    not_applicable,
    p_column,
    ratio_columns,
    spoken,
    table,
)
from reintegratie_stats.studies.texts import text

if TYPE_CHECKING:
    from reintegratie_stats.studies.cbs2025.study import Cbs2025

SIZE = "grootteklasse"
PLACE = (TableColumn("naam", label_key="gemeente"), TableColumn("gemeente", label_key="code"))
COUNTS = (
    TableColumn("observed", "count"),
    TableColumn("expected_loo", "number", decimals=1),
    TableColumn("ratio", "number", label_key="oe_ratio", decimals=2),
)


def tables(study: Cbs2025) -> tuple[ReportTable, ...]:
    """Return the tables on who stands out."""
    per_size = (table_size(study),) if SIZE in study.data.gemeenten else ()
    return (
        *per_size,
        table_stand_out(study, "meer"),
        table_stand_out(study, "minder"),
        table_operating(study),
        table_not_judged(study),
        table_plausibility(study),
        table_all(study),
    )


def table_size(study: Cbs2025) -> ReportTable:
    """Return how many gemeenten have each flag, per size class and in total."""
    units = study.judged().merge(study.data.gemeenten[["gemeente", SIZE]], on="gemeente")
    counts = flag_counts(units.sort_values("exposure", kind="stable"), [SIZE])
    middle = units.groupby(SIZE, dropna=False)["exposure"].median()
    counts = counts.iloc[np.argsort(counts[SIZE].map(middle).to_numpy(), kind="stable")]
    sums = units.groupby(SIZE, dropna=False)[["observed", "expected_loo"]].sum()
    for name in sums:
        counts[name] = counts[SIZE].map(sums[name])
    counts = _with_total(counts, SIZE, study.lang)
    counts["ratio"] = counts["observed"] / counts["expected_loo"]
    columns = (TableColumn(SIZE), TableColumn("n", "count", label_key="gemeenten"), *flag_columns(study.lang), *COUNTS)
    return table(
        study,
        "vlaggen_grootte",
        counts,
        columns,
        ("rule", "expected_loo", "total_expected"),
        study.operating.sentences(study.lang),
    )


def _with_total(counts: pd.DataFrame, by: str, lang: str) -> pd.DataFrame:
    total = counts.drop(columns=by).sum().to_frame().T.assign(**{by: label("word", "total", lang)})
    return pd.concat([counts, total], ignore_index=True)


def table_stand_out(study: Cbs2025, flag: str) -> ReportTable:
    """Return who registers more (or fewer) than expected: shrunken ratios with intervals, and why."""
    frame = study.judged()
    frame = frame[frame["flag"] == flag].sort_values(
        ["ratio_eb", "gemeente"], ascending=[flag == "minder", True], kind="stable"
    )
    columns = (
        *PLACE,
        *COUNTS,
        *ratio_columns(study.lang),
        P,
        P_ADJUSTED,
        TableColumn(
            "place", label=text("cbs_rank", study.lang).format(level=short_percent(study.part.rule.level, study.lang))
        ),
        TableColumn("reason"),
    )
    shown = _shown(frame, study.lang).assign(
        place=pd.Series(_places(frame), dtype="string", index=frame.index),
        reason=pd.Series([_verdict(str(reason)) for reason in frame["reason"]], dtype="string", index=frame.index),
    )
    notes = ("rule", "expected_loo", "shrunken_note", "rank_note", "no_verdict")
    said = [*_nobody(study, frame), *study.operating.sentences(study.lang)]
    return table(study, flag, shown, columns, notes, said)


def _shown(frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return the frame with p values as text."""
    texts = {name: p_column(frame[name], "en" if lang == "en" else "nl") for name in ("p", "p_adjusted")}
    return frame.assign(**texts)


def _places(frame: pd.DataFrame) -> list[str | None]:
    """Return the interval of each rank as text, whole places."""
    ends = zip(np.floor(frame["rank_lower"]), np.ceil(frame["rank_upper"]), strict=True)
    return [None if np.isnan(low) else f"{low:.0f}–{high:.0f}" for low, high in ends]


def _verdict(reason: str) -> str:
    """Return the part of a reason that says why; its numbers have columns of their own."""
    seen, found, why = reason.partition("): ")
    return first_upper(why) if found else seen


def _nobody(study: Cbs2025, frame: pd.DataFrame) -> list[str]:
    return [] if len(frame) else [text("cbs_nobody", study.lang)]


def table_operating(study: Cbs2025) -> ReportTable:
    """Return false flags and power of the rule per size class, with the flags that it gave in each."""
    seen = study.operating
    false = seen.false_flags()
    frame = false[false["direction"] == "beide"].reset_index(drop=True)
    frame["size_class"] = [text(f"cbs_size_{name}", study.lang) for name in frame["size_class"]]
    exposure, flag = study.fit.units()["exposure"].to_numpy(), study.flags.to_frame()["flag"]
    for name in ("meer", "minder"):
        frame[name] = [
            int(((exposure >= low) & (exposure <= high) & (flag == name).to_numpy(dtype=bool)).sum())
            for low, high in zip(frame["exposure_from"], frame["exposure_to"], strict=True)
        ]
    power, columns = seen.power(), []
    for factor in seen.factor:
        found = (
            text("cbs_power", study.lang),
            text("cbs_times", study.lang).format(f=format_number(factor, 1, study.lang)),
        )
        for direction in ("meer", "minder"):
            name = f"power_{factor:g}_{direction}"
            chosen = power[(power["factor"] == factor) & (power["direction"] == direction)]
            frame[name] = chosen["power"].to_numpy()
            columns.append(TableColumn(name, "share", label=text(f"cbs_way_{direction}", study.lang), spanner=found))
    exposed, false_ = text("cbs_exposure", study.lang), text("cbs_false", study.lang)
    shown = (
        TableColumn("size_class"),
        TableColumn("n", "count", label_key="gemeenten"),
        TableColumn("exposure_from", "count", spanner=exposed),
        TableColumn("exposure_to", "count", spanner=exposed),
        *(TableColumn(f, "count", label=text(f"cbs_short_{f}", study.lang), spanner=text("cbs_flagged", study.lang))
          for f in ("meer", "minder")),
        TableColumn("expected_flags", "number", label_key="mean_number", decimals=2, spanner=false_),
        TableColumn("se", "number", label_key="mc_error", decimals=2, spanner=false_),
        *columns,
    )  # fmt: skip
    said = [text("cbs_simulated", study.lang).format(
        n_sim=format_number(seen.n_sim, 0, study.lang), failed=seen.failed, seed=seen.seed
    )]  # fmt: skip
    return table(study, "vermogen", frame, shown, ("rule", "operating"), (*said, *seen.sentences(study.lang)))


def table_not_judged(study: Cbs2025) -> ReportTable:
    """Return who could not be judged, on the total and per soort and year, with the reason."""
    flags = pd.concat([study.totals.flags(), study.profiles.flags()], ignore_index=True)
    frame = flags[flags["flag"] == "niet_te_beoordelen"].copy()
    frame["naam"] = frame["gemeente"].map(study.names).astype("string")
    order = {name: place for place, name in enumerate((*study.totals.data.soorten, *study.data.soortnamen))}
    frame = frame.assign(place=frame["soort"].map(order)).sort_values(["place", "jaar", "gemeente"], kind="stable")
    frame["soort"] = frame["soort"].replace(study.totals.data.soorten[0], text("cbs_total", study.lang)).map(spoken)
    frame["reason"] = [_why_not(str(reason)) for reason in frame["reason"]]
    columns = (
        TableColumn("soort", "group", label_key="soort_voorziening"),
        TableColumn("jaar"),
        *PLACE,
        TableColumn("reason"),
    )
    said = [] if len(frame) else [text("cbs_all_judged", study.lang)]
    number = study.flags.counts()["niet_te_beoordelen"]
    said.append(text("cbs_not_judged_total", study.lang).format(number=number, jaar=study.part.year))
    return table(study, "niet_beoordeeld", frame, columns, ("not_judged_note",), said)


def _why_not(reason: str) -> str:
    """Return why somebody was not judged without saying that it was not."""
    return first_upper(reason.partition(": ")[2] or reason)


def table_plausibility(study: Cbs2025) -> ReportTable:
    """Return what is remarkable about the counts of a gemeente: questions to ask before any verdict."""
    frame, soorten = study.remarks, map(spoken, study.data.soortnamen)
    order = {name: place for place, name in enumerate((text("cbs_total", study.lang), *soorten))}
    frame = frame.assign(place=frame["count"].map(order).fillna(-1)).sort_values(
        ["gemeente", "check", "place"], kind="stable", na_position="first"
    )
    frame["naam"] = frame["gemeente"].map(study.names).fillna(text("cbs_everybody", study.lang)).astype("string")
    frame["gemeente_reason"] = not_applicable(frame["gemeente"].isna())
    frame["count_reason"] = not_applicable(frame["count"].isna())
    frame["check"] = [text(f"cbs_check_{name}", study.lang) for name in frame["check"]]
    columns = (
        TableColumn("naam", "group", label_key="gemeente"),
        TableColumn("gemeente", label_key="code"),
        TableColumn("check"),
        TableColumn("count", label_key="soort_voorziening"),
        TableColumn("reason"),
    )
    most = {"most_soort": format_number(MOST_OF_A_SOORT, 0, study.lang),
            "most_all": format_number(MOST_OF_ALL, 0, study.lang)}  # fmt: skip
    said = [text("cbs_more_than_one", study.lang).format(**most)]
    return table(study, "plausibiliteit", frame, columns, ("plausibility_note",), said)


def table_all(study: Cbs2025) -> ReportTable:
    """Return every gemeente: registered, expected, range, ratio and flag."""
    frame = study.judged()
    limits = text("cbs_range", study.lang)
    columns = (
        *PLACE,
        TableColumn("exposure", "count"),
        *COUNTS,
        TableColumn("lower", "count", spanner=limits),
        TableColumn("upper", "count", spanner=limits),
        *ratio_columns(study.lang),
        P,
        P_ADJUSTED,
        TableColumn("flag", values="flag"),
    )
    frame["ratio_reason"] = frame["reason"].where(frame["flag"] == FLAGS[3], None)
    return table(study, "alle_gemeenten", _shown(frame, study.lang), columns, ("rule", "expected_loo", "shrunken_note"))
