"""The published figures of the other documents: form, content and arithmetic."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from reintegratie_stats.publications import (
    check_arithmetic,
    published,
    read,
    rules,
)
from tests.unit.publications.published_figures import (
    FOLDER,
    MORE_UNITS,
    UNITS,
    alter,
)

OTHERS = ("cbs2025", "dalfsen2019", "proreact2013", "szw2018")
PERIOD = {"datum": "%Y%m%d", "jaarmaand": "%Y%m", "jaartal": "%Y"}


def known(document: str) -> dict[str, float]:
    return published(document).set_index("id")["value"].to_dict()


@pytest.mark.parametrize("document", OTHERS)
def test_every_document_has_the_same_form(document):
    figures = published(document)
    assert figures["id"].is_unique
    assert set(figures["document"]) == {document}
    for column in ("id", "section", "onderwerp", "unit", "status"):
        assert figures[column].notna().all()
        assert (figures[column].str.strip() == figures[column]).all()
    assert set(figures["unit"]) <= UNITS | MORE_UNITS
    assert set(figures["status"]) <= set(read.STATUSES)
    assert (figures["value"].isna() == (figures["status"] == "n.b.")).all()
    assert figures.loc[figures["unit"] == "procent", "value"].between(0, 100).all()
    assert figures.loc[figures["unit"] == "ja of nee", "value"].isin([0, 1]).all()
    for unit, form in PERIOD.items():
        days = figures.loc[figures["unit"] == unit, "value"].astype("int64").astype(str)
        assert pd.to_datetime(days, format=form).dt.year.between(2011, 2020).all()


@pytest.mark.parametrize("document", OTHERS)
def test_every_file_has_plain_line_ends_and_no_figure_over_two_lines(document):
    content = (FOLDER / f"{document}.csv").read_bytes()
    assert b"\r" not in content
    assert content.count(b"\n") == len(published(document)) + 1


@pytest.mark.parametrize("document", OTHERS)
def test_rules_of_every_document_have_a_name_of_their_own(document):
    table = rules(document)
    assert table["rule"].is_unique
    assert not table.duplicated(["stated", "numerator", "denominator"]).any()


@pytest.mark.parametrize(
    ("document", "failed"),
    [("cbs2025", ()), ("dalfsen2019", ()), ("szw2018", ()), ("proreact2013", ("caseload.de-risse.max",))],
)
def test_the_other_documents_contradict_themselves_in_one_place(document, failed):
    report = check_arithmetic(document)
    assert report.failed == failed
    assert len(report.results) == {"cbs2025": 3, "dalfsen2019": 0, "szw2018": 15, "proreact2013": 71}[document]


def test_tabel_1_of_proreact_holds_117_staff_and_31_respondents():
    table = published("proreact2013", section="tabel 1")
    staff = table.loc[table["maat"] == "medewerkers", "value"].tolist()
    assert staff == [28, 14, 14, 10, 51, 34, 17, 7, 7, 5, 9, 117]
    assert table.loc[table["maat"] == "respondenten", "value"].tolist() == [8, 3, 5, 4, 7, 4, 3, 3, 3, 2, 4, 31]


def test_tabel_2_of_proreact_says_what_eleven_kinds_of_staff_do():
    table = published("proreact2013", section="tabel 2")
    wide = table.assign(wie=table["id"].str.rsplit(".", n=1).str[0]).pivot(index="wie", columns="maat", values="value")
    assert wide.sum().to_dict() == {
        "activeringsklanten": 4,
        "interventionist": 10,
        "netwerker": 8,
        "regisseur": 6,
        "reintegratieklanten": 7,
        "uitkeringsbeheer": 3,
    }


def test_tabel_3_of_proreact_holds_the_education_of_19_and_12_respondents():
    table = published("proreact2013", section="tabel 3")
    by = {maat: table.loc[table["maat"] == maat, "value"].tolist() for maat in table["maat"].unique()}
    assert by == {
        "sociale_dienst": [3, 7, 3, 0, 2, 2, 2],
        "sw_en_fontys": [0, 0, 9, 1, 0, 1, 1],
        "totaal": [3, 7, 12, 1, 2, 3, 3],
    }


def test_proreact_holds_the_caseloads_of_6_2_on_a_week_of_36_hours():
    table = published("proreact2013", section="6.2", maat="caseload")
    assert table["value"].tolist() == [30, 50, 20, 33, 100, 120, 95, 100, 190, 240, 140, 170, 50, 55]
    assert known("proreact2013")["6.2.werkweek"] == 36


def test_a_caseload_that_two_sections_state_is_compared():
    figures = published("proreact2013", maat="caseload").dropna(subset=["gemeente"])
    compared = " ".join([*rules("proreact2013")["stated"], *rules("proreact2013")["numerator"]]).split()
    assert set(figures["id"]) <= set(compared)


def test_cbs_holds_342_asked_202_answered_and_29_interviewed():
    figures = known("cbs2025")
    names = ("enquete.gevraagd", "enquete.geantwoord", "enquete.respons", "5.3.gemeenten", "5.2.telefonisch")
    assert [figures[name] for name in names] == [342, 202, 59, 29, 2]
    assert math.isnan(figures["5.3.gesprekken"])


def test_the_survey_of_cbs_says_that_it_does_not_stand_in_the_chapter():
    assert published("cbs2025", section="enquête")["noot"].str.contains("niet in het hoofdstuk").all()


def test_szw_holds_32_per_cent_of_100_gemeenten_and_the_case_studies():
    figures = known("szw2018")
    assert (figures["jeugdhulp.beleidsplan"], figures["reactie.jeugdhulp.enquete"]) == (32, 100)
    assert (figures["hobbels.gemeenten"], figures["hobbels.casussen"]) == (9, 60)
    assert (figures["jeugdhulp.gemeenten"], figures["jeugdhulp.jongeren"]) == (3, 15)
    names = ("gemeenten", "daklozen", "gezinnen", "centrumgemeenten")
    assert [figures[f"multiproblematiek.{name}"] for name in names] == [3, 18, 17, 43]


@pytest.mark.parametrize(
    ("document", "name", "old", "new", "found"),
    [
        ("proreact2013", "tabel-1.atlant.medewerkers", ",7,", ",1,", {"tabel-1.totaal.medewerkers"}),
        ("proreact2013", "tabel-3.mbo.sw-en-fontys", ",1,", ",7,", {"tabel-3.mbo", "tabel-3.sw-en-fontys.opleiding"}),
        ("cbs2025", "enquete.geantwoord", ",202,", ",220,", {"enquete.respons"}),
        ("szw2018", "hobbels.casussen", ",60,", ",90,", {"reactie.hobbels.casussen"}),
    ],
)
def test_a_changed_digit_of_another_document_is_detected(installed, document, name, old, new, found):
    before = set(check_arithmetic(document).failed)
    alter(installed / f"{document}.csv", name, old, new)
    assert set(check_arithmetic(document).failed) - before == found
