"""What every table of this report shares: titles by key, notes, source, and numbers that are printed as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from reintegratie_stats.outliers.flags import FLAGS, p_text, short_number, short_percent
from reintegratie_stats.report.labels import NOT_APPLICABLE, Lang, label
from reintegratie_stats.report.table import ReportTable, TableColumn
from reintegratie_stats.studies.texts import text

if TYPE_CHECKING:
    from reintegratie_stats.studies.cbs2025.study import Cbs2025

P = TableColumn("p", label_key="p_value")
P_ADJUSTED = TableColumn("p_adjusted")


def table(
    study: Cbs2025,
    name: str,
    frame: pd.DataFrame,
    columns: Sequence[TableColumn],
    notes: Sequence[str] = (),
    said: Sequence[str] = (),
) -> ReportTable:
    """Return a table; its title and `notes` are keys of the texts, `said` are sentences as they are."""
    lang = study.lang
    first = [text("cbs_synthetic", lang)] if study.synthetic else []
    return ReportTable(
        name=name,
        title=text(f"cbs_{name}", lang).format(jaar=study.part.year),
        frame=frame,
        columns=columns,
        notes=[*first, *(text(f"cbs_{note}", lang).format(**rule_numbers(study)) for note in notes), *said],
        source=source(study),
        status="release",
        lang=lang,
    )


def rule_numbers(study: Cbs2025) -> dict[str, str]:
    """Return the numbers of the rule as notes print them."""
    rule, lang = study.part.rule, study.lang
    shares = {"signal": rule.signal_level, "fdr": rule.fdr, "level": rule.level}
    numbers = {"low": rule.ratio_low, "high": rule.ratio_high}
    return {
        **{name: short_percent(share, lang) for name, share in shares.items()},
        **{name: short_number(number, lang) for name, number in numbers.items()},
    }


def source(study: Cbs2025) -> str:
    """Return where the figures of the report come from."""
    return text("cbs_source", study.lang).format(data=study.data.source)


def p_column(values: pd.Series, lang: Lang) -> pd.Series:
    """Return p values as text: four decimals, or below the smallest that four decimals can say."""
    shown = [None if pd.isna(p) else _unbroken(p_text(float(p), lang)) for p in values]
    return pd.Series(shown, dtype="string", index=values.index)


def _unbroken(p: str) -> str:
    return p.removeprefix("= ").replace(" ", "\N{NO-BREAK SPACE}")


def first_upper(words: str) -> str:
    """Return words as the head of a column, names of people left as they are.

    Examples
    --------
    >>> first_upper("quasi-Poisson")
    'Quasi-Poisson'
    """
    return words[:1].upper() + words[1:]


def spoken(name: object) -> str:
    """Return the name of a soort as a reader writes it.

    Examples
    --------
    >>> spoken("beschut_werk")
    'beschut werk'
    """
    return str(name).replace("_", " ")


def ratio_columns(lang: Lang) -> tuple[TableColumn, ...]:
    """Return the shrunken ratio and its interval."""
    shrunken = text("cbs_shrunken", lang)
    heads = {"ratio_eb": "irr", "eb_lower": "lower", "eb_upper": "upper"}
    return tuple(TableColumn(n, "number", label_key=key, decimals=2, spanner=shrunken) for n, key in heads.items())


def flag_columns(lang: Lang, spanner: str = "") -> tuple[TableColumn, ...]:
    """Return a column of counts for each flag."""
    return tuple(
        TableColumn(f, "count", label=first_upper(label("flag", f, lang)), spanner=spanner or ()) for f in FLAGS
    )


def not_applicable(where: pd.Series) -> list[str | None]:
    """Return the reason of cells that on logical grounds hold no figure."""
    return [NOT_APPLICABLE if absent else None for absent in where]


def flag_counts(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Count flags per group, all four of them, in the order in which the groups come; ``n`` is their sum."""
    counts = frame.groupby(list(by), sort=False, dropna=False)["flag"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(columns=list(FLAGS), fill_value=0).astype("int64")
    counts["n"] = counts.sum(axis=1)
    return counts.reset_index().rename_axis(columns=None)
