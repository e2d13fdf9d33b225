"""Per soort and year: how far gemeenten lie apart, money or not, who stands out year after year, and what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reintegratie_stats.errors import FitError
from reintegratie_stats.outliers.flags import FLAGS
from reintegratie_stats.outliers.money_spread import MoneyTest, Of
from reintegratie_stats.outliers.persistence import PERSISTENT
from reintegratie_stats.report.labels import Lang, label
from reintegratie_stats.report.table import ReportTable, TableColumn
from reintegratie_stats.studies.cbs2025.sheet import (
    first_upper,
    flag_columns,
    not_applicable,
    p_column,
    spoken,
    table,
)
from reintegratie_stats.studies.texts import text

if TYPE_CHECKING:
    from reintegratie_stats.studies.cbs2025.study import Cbs2025

MARKS = {"+": "▲", "-": "▼", "=": "·"}
"""A year in a pattern, by the marks of the figures: a spreadsheet takes +++ for a formula."""

SPREADS: tuple[Of, ...] = ("all", "ordinary")


def tables(study: Cbs2025) -> tuple[ReportTable, ...]:
    """Return the tables over soorten and years."""
    tests = money_tests(study)
    return (
        table_soorten(study, tests),
        *((table_money(study, tests),) if tests else ()),
        table_persistence(study),
        table_persistent(study),
        table_transitions(study),
    )


def money_tests(study: Cbs2025) -> tuple[MoneyTest, ...]:
    """Return the tests of the spread with and without money, as far as the data can bear them."""
    if study.profiles.data.money is None:
        return ()
    found = []
    for of in SPREADS:
        try:
            found.append(study.profiles.money_test(of=of))
        except FitError:
            continue
    return tuple(found)


def table_soorten(study: Cbs2025, tests: tuple[MoneyTest, ...]) -> ReportTable:
    """Return per soort, in the year of the report, the spread between gemeenten and how many stand out."""
    lang, year = study.lang, study.part.year
    fits, spread = study.profiles.fits(), study.profiles.spread()
    of_total = (study.totals.fits(), study.totals.spread())
    both = [f[f["jaar"] == year].merge(s[["soort", "jaar", "money", "sd", "lower", "upper", "sd_ordinary"]],
                                       on=["soort", "jaar"]) for f, s in ((fits, spread), of_total)]  # fmt: skip
    order = {name: place for place, name in enumerate(study.data.soortnamen)}
    both[0] = both[0].iloc[np.argsort(both[0]["soort"].map(order).to_numpy(), kind="stable")]
    frame = pd.concat([part.astype({"money": object}) for part in both], ignore_index=True)
    known = frame["money"].notna()
    frame["money"] = [text("cbs_yes" if m else "cbs_no", lang) if k else None
                      for m, k in zip(frame["money"], known, strict=True)]  # fmt: skip
    frame["money_reason"] = not_applicable(~known)
    frame["soort"] = frame["soort"].replace(study.totals.data.soorten[0], text("cbs_total", lang)).map(spoken)
    sd = text("cbs_sd", lang)
    columns = (
        TableColumn("soort", label_key="soort_voorziening"),
        TableColumn("money"),
        TableColumn("n", "count", label_key="gemeenten"),
        TableColumn("observed", "count"),
        TableColumn("sd", "number", decimals=2, label_key="value", spanner=sd),
        TableColumn("lower", "number", decimals=2, spanner=sd),
        TableColumn("upper", "number", decimals=2, spanner=sd),
        TableColumn("sd_ordinary", "number", decimals=2),
        *flag_columns(lang),
    )
    said = (*_described(study), *_sentences(tests, lang))
    return table(study, "soorten", frame, columns, ("sd_note", "within"), said)


def _described(study: Cbs2025) -> list[str]:
    """Say what the soorten are, where the data do and it is more than the name."""
    soorten = study.data.soorten
    if soorten is None or "omschrijving" not in soorten:
        return []
    told = soorten.dropna(subset=["omschrijving"]).drop_duplicates("soort")
    pairs = [(spoken(row.soort), str(row.omschrijving)) for row in told.itertuples()]
    each = [f"{name}: {words[:1].lower()}{words[1:]}" for name, words in pairs if name.lower() != words.lower()]
    return [text("cbs_described", study.lang).format(each="; ".join(each))] if each else []


def _sentences(tests: tuple[MoneyTest, ...], lang: Lang) -> list[str]:
    return [f"{text(f'cbs_of_{one.of}', lang)}: {one.sentence(lang)}" for one in tests]


def table_money(study: Cbs2025, tests: tuple[MoneyTest, ...]) -> ReportTable:
    """Return the tests of whether gemeenten lie less far apart on soorten with money attached."""
    lang = study.lang
    parts = [one.to_frame().assign(of=text(f"cbs_of_{one.of}", lang)) for one in tests]
    frame = pd.concat(parts, ignore_index=True).astype({"ways": "Int64"})
    frame = frame[~((frame["unit"] == "gemeenten") & frame["p"].isna())].reset_index(drop=True)
    for name in ("lower", "upper", "smallest_p"):
        frame[f"{name}_reason"] = not_applicable(frame[name].isna())
    frame["p"] = p_column(frame["p"], lang)
    frame["smallest_p"] = p_column(frame["smallest_p"], lang)
    frame["unit"] = [text(f"cbs_unit_{unit}", lang) for unit in frame["unit"]]
    means, apart = text("cbs_mean_sd", lang), text("cbs_difference", lang)
    columns = (
        TableColumn("of", "group", label_key="of_whom"),
        TableColumn("unit", label_key="test_unit"),
        TableColumn("n", "count", label_key="count"),
        TableColumn("sd_with", "number", decimals=2, spanner=means),
        TableColumn("sd_without", "number", decimals=2, spanner=means),
        TableColumn("difference", "number", decimals=2, label_key="value", spanner=apart),
        TableColumn("lower", "number", decimals=2, spanner=apart),
        TableColumn("upper", "number", decimals=2, spanner=apart),
        TableColumn("p", label_key="p_one_sided"),
        TableColumn("smallest_p"),
    )
    money = study.profiles.data.money or {}
    names = [
        ", ".join(spoken(s) for s in study.data.soortnamen if bool(money.get(s)) is attached)
        for attached in (True, False)
    ]
    said = [text("cbs_money_which", lang).format(given=names[0], none=names[1])]
    return table(study, "geldtoets", frame, columns, ("money_note", "money_units"), said)


def _persistence(study: Cbs2025) -> pd.DataFrame:
    found = pd.concat([study.totals.persistence(), study.profiles.persistence()], ignore_index=True)
    soorten = (*study.totals.data.soorten, *study.data.soortnamen)
    found["place"] = found["soort"].map({name: place for place, name in enumerate(soorten)})
    found["soort"] = found["soort"].replace(study.totals.data.soorten[0], text("cbs_total", study.lang)).map(spoken)
    return found


def table_persistence(study: Cbs2025) -> ReportTable:
    """Return per soort how many gemeenten stand out in the same direction in two of the last three years."""
    found = _persistence(study).sort_values("place", kind="stable")
    counts = found.groupby("soort", sort=False)["persistent"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(columns=list(PERSISTENT), fill_value=0).astype("int64")
    counts["n"] = counts.sum(axis=1)
    heads = [
        TableColumn(name, "count", label=first_upper(text(f"cbs_persistent_{name}", study.lang))) for name in PERSISTENT
    ]
    columns = (
        TableColumn("soort", label_key="soort_voorziening"),
        TableColumn("n", "count", label_key="gemeenten"),
        *heads,
    )
    years = found[["van_jaar", "tot_jaar"]].iloc[0]
    said = [text("cbs_last_years", study.lang).format(van=years["van_jaar"], tot=years["tot_jaar"])]
    return table(study, "volhardend_per_soort", counts.reset_index().rename_axis(columns=None), columns,
                 ("persistence_note",), said)  # fmt: skip


def table_persistent(study: Cbs2025) -> ReportTable:
    """Return who stands out persistently on what."""
    found = _persistence(study)
    frame = found[found["persistent"].isin(["meer", "minder", "beide"])].copy()
    frame["naam"] = frame["gemeente"].map(study.names).astype("string")
    frame = frame.sort_values(["gemeente", "place"], kind="stable")
    frame["pattern"] = frame["pattern"].str.translate(str.maketrans(MARKS))
    frame["persistent"] = [text(f"cbs_persistent_{name}", study.lang) for name in frame["persistent"]]
    columns = (
        TableColumn("naam", "group", label_key="gemeente"),
        TableColumn("gemeente", label_key="code"),
        TableColumn("soort", label_key="soort_voorziening"),
        TableColumn("pattern"),
        TableColumn("persistent"),
        TableColumn("observed", "count"),
        TableColumn("expected", "number", decimals=1, label_key="expected_loo"),
        TableColumn("ratio", "number", decimals=2, label_key="oe_ratio"),
    )
    return table(study, "volhardend", frame, columns, ("pattern_note", "sums_note", "persistent_many"))


def table_transitions(study: Cbs2025) -> ReportTable:
    """Return what became of last year's flags: on the total, and over all soorten together."""
    lang = study.lang
    found = pd.concat([study.totals.transitions(), study.profiles.transitions(pooled=True)], ignore_index=True)
    total = study.totals.data.soorten[0]
    found["what"] = [text("cbs_total" if s == total else "cbs_all_soorten", lang) for s in found["soort"]]
    found["years"] = found["van_jaar"].astype("string") + " – " + found["naar_jaar"].astype("string")
    wide = found.pivot_table(index=["what", "years", "van"], columns="naar", values="n", sort=False).astype("int64")
    frame = wide.reindex(columns=list(FLAGS)).reset_index().rename_axis(columns=None)
    frame["n"] = frame[list(FLAGS)].sum(axis=1)
    for flag in ("meer", "minder"):
        kept = frame["n"].where(frame["van"] == flag)
        frame["stays"] = (frame[flag] / kept).combine_first(frame["stays"]) if "stays" in frame else frame[flag] / kept
    frame["stays_reason"] = not_applicable(frame["stays"].isna())
    frame["group"] = [
        f"{first_upper(what)}, {years}" for what, years in zip(frame["what"], frame["years"], strict=True)
    ]
    frame["van"] = [label("flag", flag, lang) for flag in frame["van"]]
    columns = (
        TableColumn("group", "group", label=text("cbs_what_years", lang)),
        TableColumn("van", label=text("cbs_first_year", lang)),
        *flag_columns(lang, text("cbs_next_year", lang)),
        TableColumn("n", "count", label=label("word", "total", lang)),
        TableColumn("stays", "share"),
    )
    return table(study, "overgangen", frame, columns, ("transitions_note",))
