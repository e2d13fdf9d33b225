"""A fact sheet per chosen gemeente: what it registered, what was expected, its twin, and the points to discuss."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

import pandas as pd

from reintegratie_stats.errors import StudyError, nearest
from reintegratie_stats.fieldwork.talking_points import talking_points
from reintegratie_stats.outliers import funnel_frames
from reintegratie_stats.report.fact_sheet import Block, FactSheet
from reintegratie_stats.report.formats import format_number
from reintegratie_stats.report.funnel_inset import Marked, funnel_inset
from reintegratie_stats.report.labels import label
from reintegratie_stats.report.table import ReportTable, TableColumn
from reintegratie_stats.studies.cbs2025.sheet import source, spoken
from reintegratie_stats.studies.cbs2025_fieldwork.draw_tables import enumerated, named, with_names
from reintegratie_stats.studies.cbs2025_fieldwork.facts import Findings, rows_of
from reintegratie_stats.studies.cbs2025_fieldwork.response_tables import ANSWERED, known_question, questions
from reintegratie_stats.studies.cbs2025_fieldwork.twin import Twin, covariates, twins
from reintegratie_stats.studies.texts import text
from reintegratie_stats.studies.texts.cbs2025 import in_words
from reintegratie_stats.studies.texts.cbs2025_fieldwork import trait_text
from reintegratie_stats.studies.texts.cbs2025_points import MOST, RULES

if TYPE_CHECKING:
    from reintegratie_stats.studies.cbs2025_fieldwork.study import Cbs2025Fieldwork

STEPS = 200
"""Places at which the limits of the funnel are drawn."""
MARKS = {"meer": "▲", "minder": "▼", "verwacht": "·", "niet_te_beoordelen": "?"}
SOORTEN, COVARIATES, ANSWERS, CHECKS = 12, 10, 12, 4
"""So many rows and lines at most: what is largest or first, so that a sheet stays one page."""
PLACES = ("provincie", "landsdeel", "grootteklasse")
TRAITS = ("samenwerkingsverband", "softwarepakket", "externe_uitvoering")


def fact_sheets(study: Cbs2025Fieldwork, only: Collection[str] | None = None) -> tuple[FactSheet, ...]:
    """Return a sheet for every chosen gemeente, or for some of them, in the order of their codes."""
    draw = study.needs_draw()
    chosen = draw.chosen if only is None else tuple(name for name in draw.chosen if name in only)
    for name in only or ():
        if name not in chosen:
            raise StudyError(f"{name} is not chosen, and has no sheet.{nearest(name, draw.chosen)}")
    findings, pairs = Findings(study), twins(study)
    points, limits = funnel_frames(study.report.fit, study.report.flags, steps=STEPS)
    return tuple(
        _sheet(study, findings, name, pairs.get(name), funnel_inset(
            points, limits, marked=Marked(name, study.report.names[name]), twin=_marked(study, pairs.get(name)),
            description=_described(findings, name), lang=study.lang,
        ))
        for name in chosen
    )  # fmt: skip


def file_name(gemeente: str) -> str:
    """Return the name of the file of a gemeente.

    Examples
    --------
    >>> file_name("GM8001"), file_name("0014")
    ('gm8001', '0014')
    """
    return re.sub(r"[^a-z0-9]+", "-", gemeente.lower()).strip("-") or "gemeente"


def _marked(study: Cbs2025Fieldwork, twin: Twin | None) -> Marked | None:
    return None if twin is None else Marked(twin.gemeente, study.report.names[twin.gemeente])


def _sheet(study: Cbs2025Fieldwork, findings: Findings, name: str, twin: Twin | None, figure: str) -> FactSheet:
    lang, report = study.lang, study.report
    role, role_text, why = _role(findings, name)
    flag, reason = _verdict(findings, name)
    facts = findings.of(name, twin)
    points = Block(text("cbs_points", lang), talking_points(facts, RULES, lang, MOST))
    return FactSheet(
        name=file_name(name),
        title=report.names[name],
        code=name,
        place=_place(findings, name),
        role=role,
        role_text=role_text,
        verdict=f"{label('flag', flag, lang).capitalize()} ({report.part.year}).",
        reason=reason,
        why=text("cbs_sheet_why", lang).format(why=why),
        counts=_counts(study, findings, name),
        figure=figure,
        caption=_caption(findings, name),
        twin=None if twin is None else _beside_twin(findings, name, twin),
        blocks=tuple(_blocks(study, findings, name)),
        points=points,
        footer=_footer(study),
        status="release",
        lang=lang,
    )


def _place(findings: Findings, name: str) -> str:
    study, row = findings.study, findings.units.loc[name]
    parts = [str(row[column]) for column in PLACES if column in row and not pd.isna(row[column])]
    for column in ("inwoners", study.report.part.expected.exposure):
        if column in row and not pd.isna(row[column]):
            parts.append(f"{format_number(row[column], 0, study.lang)} {trait_text(column, study.lang).lower()}")
    return " · ".join(parts)


def _role(findings: Findings, name: str) -> tuple[str, str, str]:
    """Return what a chosen gemeente is in the draw, who stands by, and why it was chosen."""
    study, frame = findings.study, findings.draw
    draw, lang = study.needs_draw(), study.lang
    own = frame[(frame["gemeente"] == name) & (frame["rol"] == "gekozen")].iloc[0]
    why = str(with_names(pd.Series([own["reden"]]), study).iloc[0])
    others = draw.reserves()[name]
    if others:
        said = text("cbs_sheet_reserves", lang).format(names=enumerated(named(others, study), lang, 5))
    else:
        said = text("cbs_sheet_no_reserve", lang)
    also = frame[(frame["gemeente"] == name) & (frame["rol"] == "reserve")]["reserve_voor"].tolist()
    also_text = (
        text("cbs_sheet_reserve_for", lang).format(names=enumerated(named(also, study), lang, 5)) if also else ""
    )
    stands_in = why.startswith(text("cbs_stands_in", lang))
    role = text("cbs_sheet_stepped_in" if stands_in else "cbs_sheet_chosen", lang)
    return role, " ".join(part for part in (why.split(";")[0] + "." if stands_in else "", said, also_text) if part), why


def _verdict(findings: Findings, name: str) -> tuple[str, str]:
    row = findings.judged.loc[name]
    return str(row["flag"]), str(row["reason"])


def _counts(study: Cbs2025Fieldwork, findings: Findings, name: str) -> ReportTable:
    """Return what was registered and expected by soort and year, and in total."""
    lang, report = study.lang, study.report
    soorten, totals = rows_of(findings.soorten, name), rows_of(findings.totals, name)
    money = report.profiles.data.money or {}
    rows = []
    size = soorten.groupby("soort")["expected_loo"].max()
    largest = set(size.sort_values(ascending=False, kind="stable").index[:SOORTEN])
    shown = [soort for soort in report.data.soortnamen if soort in largest]
    parts = [(soort, soorten[soorten["soort"] == soort]) for soort in shown]
    for soort, part in [*parts, (findings.total, totals)]:
        paid = " €" if money.get(str(soort)) else ""
        row: dict[str, object] = {"soort": f"{spoken(soort).capitalize()}{paid}"}
        for one in part.itertuples():
            row[f"o{one.jaar}"], row[f"e{one.jaar}"] = one.observed, one.expected_loo
            if one.jaar == report.part.year:
                row["ratio"] = one.ratio
                row["mark"] = f"{MARKS[str(one.flag)]} {text(f'cbs_mark_{one.flag}', lang)}".strip()
        rows.append(row)
    columns = [TableColumn("soort", label_key="soort_voorziening")]
    for year in report.data.jaren:
        for kind, decimals in (("o", 0), ("e", 0)):
            head = text("cbs_short_registered" if kind == "o" else "cbs_short_expected", lang)
            columns.append(TableColumn(f"{kind}{year}", "number", label=head, decimals=decimals, spanner=str(year)))
    columns += [
        TableColumn("ratio", "number", decimals=2, label=text("cbs_short_ratio", lang)),
        TableColumn("mark", label=text("cbs_short_flag", lang)),
    ]
    return ReportTable(
        name="aantallen",
        title=text("cbs_sheet_counts", lang),
        frame=pd.DataFrame(rows, columns=[column.name for column in columns]),
        columns=columns,
        notes=[text("cbs_sheet_counts_note", lang).format(jaar=report.part.year)],
        status="release",
        lang=lang,
    )


def _described(findings: Findings, name: str) -> str:
    """Return what the funnel shows in words, for who cannot see it."""
    study, row = findings.study, findings.judged.loc[name]
    numbers = {"ratio": format_number(_or_none(row["ratio"]), 2, study.lang),
               "expected": format_number(_or_none(row["expected_loo"]), 1, study.lang)}  # fmt: skip
    return text("cbs_sheet_funnel", study.lang).format(name=study.report.names[name], **numbers)


def _or_none(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _caption(findings: Findings, name: str) -> str:
    study, row = findings.study, findings.judged.loc[name]
    key = "cbs_sheet_caption_zero" if row["ratio"] == 0 else "cbs_sheet_caption"
    return text(key, study.lang).format(jaar=study.report.part.year)


def _beside_twin(findings: Findings, name: str, twin: Twin) -> ReportTable:
    """Return the gemeente beside its twin: registered, expected, and the traits on which they are alike."""
    study, judged, units = findings.study, findings.judged, findings.units
    lang = study.lang
    rows: list[dict[str, object]] = []
    lines = (("observed", "observed", 0), ("expected_loo", "expected_loo", 1), ("ratio", "oe_ratio", 2))
    for column, key, decimals in lines:
        values = [format_number(_or_none(judged.loc[who, column]), decimals, lang) for who in (name, twin.gemeente)]
        rows.append({"what": label("column", key, lang), "own": values[0], "twin": values[1]})
    for column in covariates(study)[:COVARIATES]:
        pair = [float(units.loc[who, column]) for who in (name, twin.gemeente)]
        decimals = 0 if all(float(value).is_integer() for value in units[column].dropna()) else 1
        shown = [format_number(value, decimals, lang) for value in pair]
        rows.append({"what": trait_text(column, lang), "own": shown[0], "twin": shown[1]})
    why = text(f"cbs_sheet_twin_{twin.kind}", lang)
    columns = [
        TableColumn("what", label_key="term"),
        TableColumn("own", label=study.report.names[name]),
        TableColumn("twin", label=study.report.names[twin.gemeente]),
    ]
    return ReportTable(
        name="tweeling",
        title=text("cbs_sheet_twin", lang).format(name=study.report.names[twin.gemeente], code=twin.gemeente),
        frame=pd.DataFrame(rows),
        columns=columns,
        notes=[why.format(distance=format_number(twin.distance, 2, lang))],
        status="release",
        lang=lang,
    )


def _blocks(study: Cbs2025Fieldwork, findings: Findings, name: str) -> Iterator[Block]:
    lang = study.lang
    yield Block(text("cbs_sheet_cluster", lang), tuple(_cluster(findings, name)), tuple(_traits(findings, name)))
    yield _survey(study, findings, name)
    found = [str(reason) for reason in rows_of(findings.checks, name)["reason"]]
    more = len(found) - CHECKS
    said = [*found[:CHECKS], *([text("cbs_sheet_more_checks", lang).format(n=more)] if more > 0 else [])]
    yield Block(text("cbs_sheet_checks", lang), tuple(said) or (text("cbs_sheet_no_checks", lang),))


def _traits(findings: Findings, name: str) -> Iterator[tuple[str, str]]:
    study, row = findings.study, findings.units.loc[name]
    for column in TRAITS:
        if column in row:
            value = text("cbs_none", study.lang) if pd.isna(row[column]) else _yes_no(str(row[column]), study.lang)
            yield trait_text(column, study.lang), value


def _yes_no(answer: str, lang: str) -> str:
    """Return ja and nee in a language, and another answer as it was given."""
    return text({"ja": "cbs_yes", "nee": "cbs_no"}[answer], lang) if answer in ("ja", "nee") else answer


def _cluster(findings: Findings, name: str) -> Iterator[str]:
    if findings.clusters is not None and name in findings.clusters.index:
        reason = findings.clusters.loc[name, "reason"]
        if not pd.isna(reason):
            yield in_words(str(reason), findings.study.lang)


def _survey(study: Cbs2025Fieldwork, findings: Findings, name: str) -> Block:
    lang, heading = study.lang, text("cbs_sheet_survey", study.lang)
    answers = findings.survey
    if answers is None or name not in answers.index or answers.loc[name, ANSWERED] != "ja":
        return Block(heading, (text("cbs_sheet_not_answered", lang),))
    pairs = []
    for question in questions(study)[:ANSWERS]:
        value = answers.loc[name, question]
        called = text(f"cbs_q_{question}", lang) if known_question(question) else question
        if pd.isna(value):
            shown = text("cbs_left_open", lang)
        else:
            shown = _yes_no(value, lang) if isinstance(value, str) else format_number(value, 0, lang)
        pairs.append((called, shown))
    return Block(heading, (), tuple(pairs))


def _footer(study: Cbs2025Fieldwork) -> tuple[str, ...]:
    lang, draw = study.lang, study.needs_draw()
    first = [text("cbs_synthetic", lang)] if study.report.synthetic else []
    said = text("cbs_sheet_footer", lang).format(seed=draw.seed, fingerprint=draw.design.fingerprint())
    where = f"{label('word', 'source', lang)}: {source(study.report)}."
    return " ".join([*first, text("cbs_no_verdict", lang), said]), where
