"""Whom to interview: who was chosen and why, every number that was asked beside what was got, and the reserves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from reintegratie_stats.fieldwork.interviews import SampleDraw
from reintegratie_stats.outliers.flags import FLAGS
from reintegratie_stats.report.formats import format_number
from reintegratie_stats.report.labels import NOT_APPLICABLE, label
from reintegratie_stats.report.table import ReportTable, TableColumn
from reintegratie_stats.studies.cbs2025.sheet import table
from reintegratie_stats.studies.texts import text
from reintegratie_stats.studies.texts.cbs2025 import in_words
from reintegratie_stats.studies.texts.cbs2025_fieldwork import trait_text

if TYPE_CHECKING:
    from reintegratie_stats.studies.cbs2025_fieldwork.study import Cbs2025Fieldwork

PLACE = (TableColumn("naam", label_key="gemeente"), TableColumn("gemeente", label_key="code"))
KLASSE = (TableColumn("klasse", "group", values="flag"), *PLACE)
SHOWN = ("landsdeel", "grootteklasse", "softwarepakket", "samenwerkingsverband", "externe_uitvoering")
"""Traits that stand beside who was chosen, where the data have them."""
_WORD = re.compile(r"\w{4,}")  # no code is shorter, and most numbers in a sentence are
_CLASS = re.compile(rf"\bklasse ({'|'.join(FLAGS)})\b")
RULES = (
    "size",
    "certainty",
    "must_have",
    "must_not_have",
    "quota",
    "between",
    "minimum",
    "maximum",
    "one_per",
    "spread",
)


def tables(study: Cbs2025Fieldwork) -> tuple[ReportTable, ...]:
    """Return the tables of the draw; none when the study has no design."""
    if study.draw is None:
        return ()
    draw = study.draw
    return tuple(make(study, draw) for make in (table_chosen, table_reasons, table_quotas, table_reserves))


def table_chosen(study: Cbs2025Fieldwork, draw: SampleDraw) -> ReportTable:
    """Return who was chosen, by class, with the traits that the draw is spread over and the twin."""
    frame = _chosen(study, draw)
    traits = [name for name in SHOWN if name in frame]
    columns = (
        *KLASSE,
        *(TableColumn(name, label=trait_text(name, study.lang)) for name in traits),
        *((TableColumn("tweeling_van", label=text("cbs_twin_of", study.lang)),) if draw.design.twins else ()),
    )
    notes = (*(("twin_note",) if draw.design.twins else ()), "draw_no_sample")
    return table(study.report, "trekking", frame, columns, notes, said_of_draw(study, draw))


def table_reasons(study: Cbs2025Fieldwork, draw: SampleDraw) -> ReportTable:
    """Return why each gemeente was chosen."""
    columns = (
        *KLASSE,
        TableColumn("z", "number", decimals=2, label=text("cbs_z", study.lang)),
        TableColumn("reden", label_key="reason"),
    )
    said = said_of_draw(study, draw)
    return table(study.report, "trekking_redenen", _chosen(study, draw), columns, ("draw_note", "draw_no_sample"), said)


def _chosen(study: Cbs2025Fieldwork, draw: SampleDraw) -> pd.DataFrame:
    """Return the chosen gemeenten by class, with their traits, twin and reason."""
    frame = draw.to_frame(study.lang)
    frame = frame[frame["rol"] == "gekozen"].drop(columns="klasse")
    traits = [name for name in SHOWN if name in study.units]
    frame = frame.merge(study.units[["gemeente", "klasse", "z", *traits]], on="gemeente", validate="one_to_one")
    frame = frame.merge(draw.twins()[["gemeente", "tweeling_van"]], on="gemeente", how="left")
    for name in ("tweeling_van", *traits):
        frame[f"{name}_reason"] = [NOT_APPLICABLE if pd.isna(value) else None for value in frame[name]]
    for name in ("reden", "tweeling_van"):
        frame[name] = with_names(frame[name], study)
    order = {name: place for place, name in enumerate(FLAGS)}
    frame = with_place(frame, study).assign(place=frame["klasse"].map(order))
    return frame.sort_values(["place", "gemeente"], kind="stable", ignore_index=True)


def said_of_draw(study: Cbs2025Fieldwork, draw: SampleDraw) -> tuple[str, ...]:
    """Return what a reader of the draw must know, as sentences."""
    lang = study.lang
    said = [text("cbs_draw_seed", lang).format(seed=draw.seed, fingerprint=draw.design.fingerprint())]
    if draw.objective == draw.objective:  # not missing
        numbers = {name: format_number(getattr(draw, name), 2, lang) for name in ("objective", "objective_best")}
        room = format_number(draw.design.room, 1, lang)
        said.append(text("cbs_draw_objective", lang).format(**numbers, room=room))
    without = [name for name, others in draw.reserves().items() if not others]
    if without and draw.design.reserves:
        said.append(text("cbs_draw_no_reserve", lang).format(names=enumerated(named(without, study), lang)))
    if draw.refused:
        said.append(text("cbs_draw_refused", lang).format(names=enumerated(named(draw.refused, study), lang)))
    said.append(said_of_relaxed(study, draw))
    return tuple(said)


def said_of_relaxed(study: Cbs2025Fieldwork, draw: SampleDraw) -> str:
    """Return what was relaxed, as a sentence."""
    if not draw.relaxed:
        return text("cbs_draw_kept", study.lang)
    gave = [
        f"{rule_text(one.name, study)}{f' ({one.category})' if one.category else ''}: {one.got}" for one in draw.relaxed
    ]
    return text("cbs_draw_relaxed", study.lang).format(demands=enumerated(gave, study.lang))


def rule_text(name: str, study: Cbs2025Fieldwork) -> str:
    """Return a demand of a design in words: ``minimum:provincie`` is minimum Provincie."""
    kind, _, rest = name.partition(":")
    trait, _, category = rest.partition("=")
    parts = [text(f"cbs_rule_{kind}", study.lang), trait_text(trait, study.lang) if trait else "", category]
    return " ".join(part for part in parts if part)


def table_quotas(study: Cbs2025Fieldwork, draw: SampleDraw) -> ReportTable:
    """Return every number of the design: asked, got, slack; what holds one by one is one row."""
    frame = draw.quotas()
    many = frame["rule"].isin(["one_per"])
    rows = [frame[~many]]
    for (rule, trait), part in frame[many].groupby(["rule", "trait"], sort=False):
        said = text("cbs_each_value", study.lang).format(n=len(part))
        got, slack, there = part["got"].max(), part["slack"].min(), part["available"].sum()
        one = {"rule": rule, "trait": trait, "category": said, "asked": part["asked"].iloc[0]}
        rows.append(pd.DataFrame([{**one, "got": got, "slack": slack, "available": there}]))
    frame = pd.concat(rows, ignore_index=True)
    frame["place"] = frame["rule"].map({name: place for place, name in enumerate(RULES)})
    frame = frame.sort_values("place", kind="stable").reset_index(drop=True)
    named_ = frame["rule"].isin(["must_have", "must_not_have", "certainty"])
    frame["category"] = frame["category"].where(~named_, frame["category"].map(study.report.names))
    flags = (frame["trait"] == "klasse").fillna(False).to_numpy(dtype=bool)
    frame["category"] = [
        label("flag", str(name), study.lang) if is_flag else name
        for name, is_flag in zip(frame["category"], flags, strict=True)
    ]
    frame["trait"] = [None if pd.isna(name) else trait_text(str(name), study.lang) for name in frame["trait"]]
    for column in ("trait", "category"):
        frame[f"{column}_reason"] = [NOT_APPLICABLE if pd.isna(value) else None for value in frame[column]]
    frame["rule"] = [text(f"cbs_rule_{name}", study.lang) for name in frame["rule"]]
    frame["asked"] = frame["asked"].str.replace("-", "–").str.replace(">= ", "≥ ").str.replace("<= ", "≤ ")
    columns = (
        TableColumn("rule", "group", label=text("cbs_demand", study.lang)),
        TableColumn("trait"),
        TableColumn("category"),
        TableColumn("asked", label=text("cbs_asked", study.lang)),
        *(TableColumn(name, "count", label=text(f"cbs_{name}", study.lang)) for name in ("got", "slack", "available")),
    )
    notes = ("slack_note", "spread_demand_note")
    return table(study.report, "trekking_eisen", frame, columns, notes, (said_of_relaxed(study, draw),))


def table_reserves(study: Cbs2025Fieldwork, draw: SampleDraw) -> ReportTable:
    """Return who steps in for whom, in order, with the reason."""
    frame = draw.to_frame(study.lang)
    frame = frame[frame["rol"] == "reserve"].copy()
    frame["reden"] = with_names(frame["reden"], study)
    frame["reserve_voor"] = with_names(frame["reserve_voor"], study)
    frame = with_place(frame, study)
    columns = (
        TableColumn("reserve_voor", "group", label=text("cbs_reserve_for", study.lang)),
        TableColumn("rang", "count", label=text("cbs_turn", study.lang)),
        *PLACE,
        TableColumn("klasse", values="flag"),
        TableColumn("reden", label_key="reason"),
    )
    return table(study.report, "trekking_reserves", frame, columns, ("reserves_note",), said_of_draw(study, draw)[:1])


# --- names ---------------------------------------------------------------------------------


def with_place(frame: pd.DataFrame, study: Cbs2025Fieldwork) -> pd.DataFrame:
    """Return a frame with what each gemeente is called."""
    return frame.assign(naam=frame["gemeente"].map(study.report.names).astype("string"))


def named(codes: list[str] | tuple[str, ...], study: Cbs2025Fieldwork) -> list[str]:
    """Return what gemeenten are called."""
    return [study.report.names.get(code, code) for code in codes]


def enumerated(texts: Sequence[str], lang: str, most: int = 40) -> str:
    """Return texts as an enumeration; of many the first, and how many more there are.

    Examples
    --------
    >>> enumerated(["a", "b", "c"], "nl"), enumerated(["a", "b", "c"], "nl", 2)
    ('a, b, c', 'a, b en nog 1')
    """
    said, more = ", ".join(texts[:most]), len(texts) - most
    return said if more <= 0 else f"{said} {text('cbs_and_more', lang).format(n=more)}"


def with_names(sentences: pd.Series, study: Cbs2025Fieldwork) -> pd.Series:
    """Return sentences in which codes of gemeenten, traits and classes are replaced by what they are called."""
    names, lang = study.report.names, study.lang

    def called(found: re.Match[str]) -> str:
        word = found[0]
        if "_" in word:
            word = trait_text(word, lang)
            return word[:1].lower() + word[1:]
        return names.get(word, in_words(word, lang))

    def the_class(found: re.Match[str]) -> str:
        return text("cbs_class", lang).format(flag=label("flag", found[1], lang))

    def told(sentence: object) -> object:
        if pd.isna(sentence):
            return None
        return _WORD.sub(called, _CLASS.sub(the_class, str(sentence)))

    return sentences.map(told).astype("string")
