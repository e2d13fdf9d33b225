"""What the rule found of what is true: possible only with invented gemeenten, whose truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reintegratie_stats.errors import listing
from reintegratie_stats.outliers.flags import FLAGS
from reintegratie_stats.report.formats import format_number
from reintegratie_stats.report.table import ReportTable, TableColumn
from reintegratie_stats.studies.cbs2025.sheet import flag_columns, table
from reintegratie_stats.studies.texts import text

if TYPE_CHECKING:
    from reintegratie_stats.studies.cbs2025.study import Cbs2025

STRONG_MORE, STRONG_FEWER = 1.8, 0.55
"""Factor on the expected count from which a cause is called strong."""

TRUTHS = ("strong_more", "strong_fewer", "mild_more", "mild_fewer", "none")


def tables(study: Cbs2025) -> tuple[ReportTable, ...]:
    """Return the table, where the truth is known."""
    truth = study.data.waarheid_totaal
    return () if truth is None or not (truth["jaar"] == study.part.year).any() else (table_truth(study),)


def against_truth(study: Cbs2025) -> pd.DataFrame:
    """Return one row per gemeente: ``gemeente, naam, observed, expected_loo, flag, factor, truth`` (see `TRUTHS`)."""
    truth = study.data.waarheid_totaal
    assert truth is not None, "tables() asks this first"
    now = truth.loc[truth["jaar"] == study.part.year, ["gemeente", "factor"]]
    frame = study.judged()[["gemeente", "naam", "observed", "expected_loo", "flag"]]
    frame = frame.merge(now, on="gemeente", how="left", validate="one_to_one")
    factor = frame["factor"].fillna(1.0)
    conditions = [factor >= STRONG_MORE, factor <= STRONG_FEWER, factor > 1, factor < 1]
    return frame.assign(truth=np.select([c.to_numpy(dtype=bool) for c in conditions], TRUTHS[:4], TRUTHS[4]))


def table_truth(study: Cbs2025) -> ReportTable:
    """Return hits, misses and false flags of the rule against what is true."""
    lang, each = study.lang, against_truth(study)
    counts = pd.crosstab(each["truth"], each["flag"].astype(object)).reindex(index=TRUTHS, columns=FLAGS, fill_value=0)
    counts["n"] = counts.sum(axis=1)
    frame = counts.rename_axis(columns=None).reset_index()
    limits = {"more": format_number(STRONG_MORE, 1, lang), "fewer": format_number(STRONG_FEWER, 2, lang)}
    frame["truth"] = [text(f"cbs_truth_{name}", lang).format(**limits) for name in frame["truth"]]
    columns = (
        TableColumn("truth"),
        TableColumn("n", "count", label_key="gemeenten"),
        *flag_columns(lang, text("cbs_flagged_as", lang)),
    )
    return table(study, "waarheid", frame, columns, ("truth_note",), _sentences(each, lang))


def _sentences(each: pd.DataFrame, lang: str) -> list[str]:
    strong = each[each["truth"].isin(TRUTHS[:2])]
    right = strong["flag"] == np.where(strong["truth"] == TRUTHS[0], "meer", "minder")
    flagged = each[each["flag"].isin(["meer", "minder"])]
    more = flagged["flag"] == "meer"
    wrong = np.where(more, flagged["factor"] <= 1, flagged["factor"] >= 1)
    missed = [
        text("cbs_missed_one", lang).format(name=row.naam, expected=format_number(row.expected_loo, 1, lang))
        for row in strong[~right].itertuples()
    ]
    fill = {"hits": int(right.sum()), "strong": len(strong), "missed": listing(missed, 10) or "–",
            "flags": len(flagged), "false": int(wrong.sum()),
            "mild": int((~wrong).sum()) - int(right.sum())}  # fmt: skip
    return [text(f"cbs_truth_{name}", lang).format(**fill) for name in ("hits", "false")]
