"""The survey: who answered, whether they are like all, and what they answered, published beside reproduced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reintegratie_stats.fieldwork.response import survey_response
from reintegratie_stats.fieldwork.response_representative import compare_respondents, r_indicator
from reintegratie_stats.fieldwork.response_shares import weighted_shares
from reintegratie_stats.fieldwork.response_weights import response_weights
from reintegratie_stats.report.formats import format_number, format_percent
from reintegratie_stats.report.labels import NOT_APPLICABLE
from reintegratie_stats.report.table import ReportTable, TableColumn
from reintegratie_stats.studies.cbs2025.sheet import table
from reintegratie_stats.studies.compare_published import as_printed, beside, published_value
from reintegratie_stats.studies.texts import text
from reintegratie_stats.studies.texts.cbs2025_fieldwork import trait_text

if TYPE_CHECKING:
    from reintegratie_stats.studies.cbs2025_fieldwork.study import Cbs2025Fieldwork

ANSWERED = "antwoord"
STRATA = ("grootteklasse", "landsdeel", "softwarepakket", "externe_uitvoering", "in_samenwerkingsverband")
"""Traits that response is counted by, where the data have them."""
WEIGHTED_BY = ("grootteklasse", "landsdeel")
"""Traits that answers are weighted by."""
YES = "ja"


def tables(study: Cbs2025Fieldwork) -> tuple[ReportTable, ...]:
    """Return the tables of the survey; none when the data have none."""
    if study.report.data.enquete is None:
        return ()
    frame = survey_frame(study)
    strata = [name for name in STRATA if name in frame and frame[name].nunique() > 1]
    published = (table_published(study, frame),)
    if not strata:
        return published
    weighted = [name for name in WEIGHTED_BY if name in strata]
    return (
        *published,
        table_response(study, frame, strata),
        table_alike(study, frame, strata),
        *((table_answers(study, frame, weighted),) if weighted and questions(study) else ()),
    )


def survey_frame(study: Cbs2025Fieldwork) -> pd.DataFrame:
    """Return who was asked and who answered, with all that is known of each gemeente."""
    survey = study.report.data.enquete
    assert survey is not None
    traits = study.units.drop(columns=[name for name in study.units if name in survey and name != "gemeente"])
    known = study.report.data.gemeenten[["gemeente"]]
    frame = known.merge(survey, on="gemeente", validate="one_to_one")
    return frame.merge(traits, on="gemeente", how="left")


def questions(study: Cbs2025Fieldwork) -> list[str]:
    """Return the columns of the survey that hold answers."""
    survey = study.report.data.enquete
    return [] if survey is None else [str(name) for name in survey if name not in ("gemeente", ANSWERED)]


def table_published(study: Cbs2025Fieldwork, frame: pd.DataFrame) -> ReportTable:
    """Return asked, answered and the rate, published beside reproduced."""
    found = survey_response(frame, asked=True, answered=ANSWERED).total()
    lang = study.lang
    lines = (
        ("gevraagd", found["asked"], "gemeenten"),
        ("geantwoord", found["answered"], "gemeenten"),
        ("respons", as_printed(found["rate"]), "procent"),
    )
    rows = [
        {
            "what": text(f"cbs_survey_{name}", lang),
            **beside(published_value(f"enquete.{name}", "cbs2025"), value, None),
            "unit": text(f"cbs_survey_unit_{unit}", lang),
        }
        for name, value, unit in lines
    ]
    columns = (
        TableColumn("what", label=text("cbs_survey", lang)),
        TableColumn("published", "number"),
        TableColumn("reproduced", "number"),
        TableColumn("difference", "difference"),
        TableColumn("unit", label=text("cbs_unit", lang)),
    )
    limits = {name: format_percent(found[name], 0, lang) for name in ("chance_lower", "chance_upper")}
    said = (text("cbs_survey_chance", lang).format(**limits),)
    return table(study.report, "respons_gepubliceerd", pd.DataFrame(rows), columns, ("survey_all_asked",), said)


def table_response(study: Cbs2025Fieldwork, frame: pd.DataFrame, strata: list[str]) -> ReportTable:
    """Return the response by trait and in total, with the interval of response as chance."""
    lang = study.lang
    parts = []
    for name in strata:
        part = survey_response(frame, asked=True, answered=ANSWERED, by=name, lang=lang).to_frame()
        part = in_order(part, frame, name)
        parts.append(part.rename(columns={name: "category"}).assign(trait=trait_text(name, lang)))
    whole = survey_response(frame, asked=True, answered=ANSWERED, lang=lang).to_frame()
    total = text("cbs_all_gemeenten", lang)
    rows = pd.concat([whole.assign(trait=total), *parts], ignore_index=True)
    rows["category_reason"] = [NOT_APPLICABLE if pd.isna(name) else None for name in rows["category"]]
    columns = (
        TableColumn("trait", "group"),
        TableColumn("category"),
        TableColumn("asked", "count"),
        TableColumn("answered", "count"),
        TableColumn("rate", "share", label_key="response_rate", reason_column="reason"),
        TableColumn("chance_lower", "share", label_key="lower", spanner=text("cbs_as_chance", lang)),
        TableColumn("chance_upper", "share", label_key="upper", spanner=text("cbs_as_chance", lang)),
    )
    return table(study.report, "respons", rows, columns, ("survey_all_asked", "as_chance_note"))


def in_order(part: pd.DataFrame, frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return rows of a size class from small to large, of another trait as they are."""
    if name != "grootteklasse" or "inwoners" not in frame:
        return part
    middle = frame.groupby(name)["inwoners"].median()
    return part.iloc[np.argsort(part[name].map(middle).to_numpy(dtype=np.float64), kind="stable")]


def table_alike(study: Cbs2025Fieldwork, frame: pd.DataFrame, strata: list[str]) -> ReportTable:
    """Return respondents beside all gemeenten on known traits, with the R-indicator under it."""
    lang, seed = study.lang, study.report.part.expected.seed
    found = compare_respondents(frame, strata, answered=ANSWERED, lang=lang).to_frame()
    parts = []
    for name, part in found.groupby("trait", sort=False):
        ordered = in_order(part.rename(columns={"category": str(name)}).drop(columns="trait"), frame, str(name))
        parts.append(ordered.rename(columns={str(name): "category"}).assign(trait=trait_text(str(name), lang)))
    columns = (
        TableColumn("trait", "group"),
        TableColumn("category"),
        TableColumn("all_value", "share", decimals=1),
        TableColumn("respondent_value", "share", decimals=1),
        TableColumn("points", "difference_points", label_key="difference", decimals=1),
        TableColumn("standardised", "difference", decimals=2),
    )
    rows = pd.concat(parts, ignore_index=True)
    rows["points"] = 100.0 * rows["difference"]
    indicator = r_indicator(frame, strata, asked=True, answered=ANSWERED, seed=seed, lang=lang)
    numbers = {name: format_number(getattr(indicator, name), 2, lang) for name in ("value", "lower", "upper")}
    said = text("cbs_r_indicator", lang).format(
        **numbers,
        bias=format_number(100.0 * indicator.largest_bias, 0, lang),
        seed=seed,
        replicates=indicator.replicates,
    )
    return table(study.report, "respons_vergeleken", rows, columns, ("alike_note",), (said, *indicator.notes))


def table_answers(study: Cbs2025Fieldwork, frame: pd.DataFrame, by: list[str]) -> ReportTable:
    """Return what was answered, weighted to all gemeenten, with design-based intervals."""
    lang = study.lang
    weights = response_weights(frame, by, answered=ANSWERED, lang=lang)
    found = weighted_shares(weights, frame, questions(study))
    found["question"] = [text(f"cbs_q_{name}", lang) if known_question(name) else name for name in found["question"]]
    columns = (
        TableColumn("question", "group"),
        TableColumn("answer"),
        TableColumn("count", "count"),
        TableColumn("respondents", "count", label_key="van"),
        TableColumn("share", "share"),
        TableColumn("weighted", "share"),
        TableColumn("lower", "share", spanner=text("cbs_weighted_limits", lang)),
        TableColumn("upper", "share", spanner=text("cbs_weighted_limits", lang)),
    )
    said = text("cbs_weighted_by", lang).format(traits=", ".join(trait_text(name, lang).lower() for name in by))
    return table(study.report, "enquete", found, columns, ("answers_note",), (said, *weights.notes))


def known_question(name: str) -> bool:
    """Return whether a question has a text."""
    from reintegratie_stats.studies.texts.cbs2025_fieldwork import TEXTS

    return f"cbs_q_{name}" in TEXTS
