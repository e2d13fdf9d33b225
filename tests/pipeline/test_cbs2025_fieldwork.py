"""What `make tables` leaves of the fieldwork: whom to interview and why, who answered, and what the interviews say."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.errors import StudyError
from reintegratie_stats.fieldwork.evidence import EvidenceRule
from reintegratie_stats.fieldwork.hit_rate import hit_rate, outcomes_of
from reintegratie_stats.fingerprint import fingerprint
from reintegratie_stats.registers import GemeenteData
from reintegratie_stats.report.document import document_html, document_markdown
from reintegratie_stats.report.fact_sheet import FactSheet, fact_sheet_html
from reintegratie_stats.report.render import to_markdown
from reintegratie_stats.report.table import ReportTable
from reintegratie_stats.studies.cbs2025 import Cbs2025
from reintegratie_stats.studies.cbs2025_fieldwork import Cbs2025Fieldwork
from reintegratie_stats.studies.cbs2025_fieldwork.fact_sheets import file_name
from reintegratie_stats.studies.cbs2025_fieldwork.twin import covariates, twins
from reintegratie_stats.studies.texts.cbs2025_points import MOST
from reintegratie_stats.study import read_study
from tests.pipeline.cbs2025_runs import STUDY, Run
from tests.pipeline.renew_snapshots import CBS2025_FIELDWORK, SNAPSHOTS

TABLES = (
    "trekking", "trekking_redenen", "trekking_eisen", "trekking_reserves", "respons_gepubliceerd", "respons",
    "respons_vergeleken", "enquete", "oorzaken_soort", "oorzaken", "overeenstemming", "samenhang", "bewijs", "trefkans",
)  # fmt: skip
ANSWERS = r'(?i)coaching is registered for:? "?\w+'
"""Answers stay in the language in which they were given."""
CODE = re.compile(r"GM\d{4}")


@pytest.fixture(scope="module")
def fieldwork(report: Cbs2025) -> Cbs2025Fieldwork:
    return Cbs2025Fieldwork.of(report, read_study(STUDY).interviews)


@pytest.fixture(scope="module")
def tables(fieldwork: Cbs2025Fieldwork) -> dict[str, ReportTable]:
    return {table.name: table for table in fieldwork.tables()}


@pytest.fixture(scope="module")
def sheets(fieldwork: Cbs2025Fieldwork) -> dict[str, FactSheet]:
    return {sheet.code: sheet for sheet in fieldwork.fact_sheets()}


@pytest.fixture(scope="module")
def english(fieldwork: Cbs2025Fieldwork) -> Cbs2025Fieldwork:
    return fieldwork.in_language("en")


def chosen(fieldwork: Cbs2025Fieldwork) -> list[str]:
    return list(fieldwork.needs_draw().chosen)


# --- what is there ----------------------------------------------------------------------------


def test_the_run_leaves_tables_a_memo_a_sheet_per_chosen_gemeente_and_their_list(
    whole: Run, report: Cbs2025, fieldwork: Cbs2025Fieldwork
) -> None:
    names = [*(table.name for table in report.tables()), *TABLES]
    expected = {f"tables/{name}.{form}" for name in names for form in ("csv", "html", "md")}
    expected |= {f"fieldwork/selectiememo.{form}" for form in ("html", "md")}
    expected |= {f"feitenbladen/{file_name(code)}.html" for code in chosen(fieldwork)} | {"feitenbladen/index.html"}
    files = {name for name in whole.files() if not name.startswith("figures/")}
    assert files == expected | {"manifest.json"}
    manifest = {entry["file"] for entry in json.loads(whole.files()["manifest.json"])["files"]}
    assert expected <= manifest


@pytest.mark.parametrize("name", CBS2025_FIELDWORK)
def test_a_table_is_the_golden_one(whole: Run, name: str) -> None:
    golden = (SNAPSHOTS / "cbs2025_fieldwork" / name).read_bytes()
    assert whole.files()[f"tables/{name}"].decode() == golden.decode(), (
        "If the table is meant to change: python tests/pipeline/renew_snapshots.py"
    )


def test_the_value_makes_the_pages_that_the_run_wrote(
    whole: Run, fieldwork: Cbs2025Fieldwork, sheets: dict[str, FactSheet]
) -> None:
    files = whole.files()
    for code, sheet in sheets.items():
        assert files[f"feitenbladen/{file_name(code)}.html"].decode() == fact_sheet_html(sheet)
    assert files["fieldwork/selectiememo.md"].decode() == document_markdown(fieldwork.memo())


def test_the_list_of_sheets_links_to_every_one(whole: Run, sheets: dict[str, FactSheet]) -> None:
    page = whole.files()["feitenbladen/index.html"].decode()
    assert re.findall(r'href="([^"]+)"', page) == [f"{sheet.name}.html" for sheet in sheets.values()]


# --- the draw ---------------------------------------------------------------------------------


def test_29_are_chosen_as_the_design_asks(fieldwork: Cbs2025Fieldwork, tables: dict[str, ReportTable]) -> None:
    frame = tables["trekking"].frame
    assert len(frame) == 29
    assert frame["klasse"].value_counts().to_dict() == {"verwacht": 11, "meer": 10, "minder": 8}
    assert set(frame["gemeente"]) == set(chosen(fieldwork))
    verbanden = frame["samenwerkingsverband"].dropna()
    assert verbanden.is_unique
    assert 12 <= len(verbanden) <= 17
    assert frame["softwarepakket"].value_counts().min() >= 2


def test_the_table_of_demands_has_every_number_of_the_design_and_all_are_kept(tables: dict[str, ReportTable]) -> None:
    rows = tables["trekking_eisen"].cells().to_numpy().tolist()
    assert ["Precies", "Klasse", "meer dan verwacht", "10", "10", "0", "23"] in rows
    assert sum(row[0] == "Ten minste, van elke waarde" and row[1] == "Provincie" for row in rows) == 12
    assert [row[2:5] for row in rows if row[0] == "Hoogstens één per"] == [["elk van de 40", "≤ 1", "1"]]
    frame = tables["trekking_eisen"].frame
    assert (frame.loc[frame["rule"] != "Spreiding (doel)", "slack"] >= 0).all()
    assert any("Er is van geen eis afgeweken." in note for note in tables["trekking_eisen"].notes)


def test_reasons_name_gemeenten_and_no_codes(tables: dict[str, ReportTable]) -> None:
    for name in ("trekking_redenen", "trekking_reserves"):
        reasons = tables[name].frame["reden"]
        assert reasons.str.endswith(".").all()
        assert not reasons.str.contains(CODE).any()
    assert tables["trekking_redenen"].frame["reden"].str.contains("nodig voor klasse als verwacht").any()
    assert (
        not pd.concat([tables[name].frame["reden"] for name in ("trekking_redenen", "trekking_reserves")])
        .str.contains("_")
        .any()
    )


def test_reserves_are_those_of_the_draw_in_their_order(
    fieldwork: Cbs2025Fieldwork, tables: dict[str, ReportTable]
) -> None:
    names = fieldwork.report.names
    found = tables["trekking_reserves"].frame.groupby("reserve_voor", sort=False)["gemeente"].agg(list).to_dict()
    assert found == {names[one]: list(others) for one, others in fieldwork.needs_draw().reserves().items() if others}


def test_who_has_no_reserve_is_named_under_the_draw(
    fieldwork: Cbs2025Fieldwork, tables: dict[str, ReportTable]
) -> None:
    bare = [fieldwork.report.names[one] for one, others in fieldwork.needs_draw().reserves().items() if not others]
    said = [note for note in tables["trekking"].notes if note.startswith("Zonder reserve")]
    assert said == ([f"Zonder reserve die alle aantallen haalt: {', '.join(bare)}."] if bare else [])


def test_another_seed_gives_another_draw_that_is_as_good(fieldwork: Cbs2025Fieldwork) -> None:
    assert fieldwork.part is not None
    others = [
        Cbs2025Fieldwork.of(fieldwork.report, replace(fieldwork.part, seed=seed)).needs_draw() for seed in (1, 2, 3)
    ]
    best, room = fieldwork.needs_draw().objective_best, fieldwork.needs_draw().design.room
    assert {draw.objective_best for draw in others} == {best}
    assert all(draw.objective >= best - room for draw in others)
    assert len({draw.chosen for draw in others} | {fieldwork.needs_draw().chosen}) > 1


# --- the survey -------------------------------------------------------------------------------


def test_the_survey_stands_beside_what_was_published_without_a_difference(tables: dict[str, ReportTable]) -> None:
    rows = tables["respons_gepubliceerd"].cells().to_numpy().tolist()
    assert [row[1:4] for row in rows] == [["342", "342", "0"], ["202", "202", "0"], ["59", "59", "0"]]


def test_response_by_trait_adds_up_to_all_gemeenten(tables: dict[str, ReportTable]) -> None:
    frame = tables["respons"].frame
    assert (frame.groupby("trait")[["asked", "answered"]].sum().to_numpy() == (342, 202)).all()
    sizes = frame.loc[frame["trait"] == "Grootteklasse", "category"].tolist()
    assert sizes == ["minder dan 20.000", "20.000 tot 50.000", "50.000 tot 100.000", "100.000 of meer"]


def test_answers_weigh_to_all_and_those_of_a_question_to_one(tables: dict[str, ReportTable]) -> None:
    frame = tables["enquete"].frame
    assert frame.groupby("question")["weighted"].sum().to_numpy() == pytest.approx(1.0)
    assert (frame["lower"] <= frame["weighted"]).all()
    assert (frame["weighted"] <= frame["upper"]).all()
    assert any(note.startswith("R-indicator") for note in tables["respons_vergeleken"].notes)


# --- the interviews ---------------------------------------------------------------------------


def test_every_table_of_the_interviews_says_how_many_there_were_and_may_go_out(tables: dict[str, ReportTable]) -> None:
    for name in TABLES[8:]:
        assert any(
            note.startswith("Interviews met 29 gemeenten, gecodeerd door 2 codeurs.") for note in tables[name].notes
        )
    assert {table.status for table in tables.values()} == {"release"}


def test_the_label_of_evidence_has_its_rule_under_it(tables: dict[str, ReportTable]) -> None:
    assert set(EvidenceRule().sentences("nl")) <= set(tables["bewijs"].notes)
    labels = set(tables["bewijs"].cells()["bewijs"])
    assert labels <= {"beperkt", "redelijk", "sterk", "n.b. ¹", "n.b."}


def test_the_hit_rate_is_that_of_the_flags_and_the_interviews(
    fieldwork: Cbs2025Fieldwork, tables: dict[str, ReportTable]
) -> None:
    assert fieldwork.coded is not None
    expected = hit_rate(fieldwork.report.flags, outcomes_of(fieldwork.coded)).to_frame()
    pd.testing.assert_frame_equal(tables["trefkans"].frame, expected)
    assert expected["gemeenten"].tolist() == [23, 15, 38, 304]


# --- the fact sheets --------------------------------------------------------------------------


def words(sheet: FactSheet) -> str:
    """Return the text of a sheet as a reader sees it."""
    body = fact_sheet_html(sheet).split("<body>")[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_a_sheet_stands_on_its_own(sheets: dict[str, FactSheet]) -> None:
    for sheet in sheets.values():
        html = fact_sheet_html(sheet)
        assert "<script" not in html
        assert "<link" not in html
        assert "url(" not in html
        assert set(re.findall(r"https?://[^\s\"'<]+", html)) == {"http://www.w3.org/2000/svg"}
        assert "@page { size: A4" in html
        ET.fromstring(sheet.figure)


def test_a_sheet_has_what_was_registered_and_expected_by_soort_and_year(
    report: Cbs2025, sheets: dict[str, FactSheet]
) -> None:
    counts = report.data.voorzieningen.set_index(["gemeente", "soort", "jaar"])["aantal"]
    for code, sheet in sheets.items():
        frame = sheet.counts.frame.set_index("soort")
        assert len(frame) == 9
        for soort in report.data.soortnamen:
            (row,) = [row for name, row in frame.iterrows() if str(name).lower().startswith(soort.replace("_", " "))]
            for year in report.data.jaren:
                key = (code, soort, year)
                assert (row[f"o{year}"] == counts[key]) if key in counts.index else pd.isna(row[f"o{year}"])
        total = frame.iloc[-1]
        judged = report.judged().set_index("gemeente").loc[code]
        assert total["o2024"] == judged["observed"]
        assert total["e2024"] == pytest.approx(judged["expected_loo"])
        assert total["ratio"] == pytest.approx(judged["ratio"])


def test_a_sheet_says_the_flag_its_reason_and_why_it_was_chosen(
    fieldwork: Cbs2025Fieldwork, sheets: dict[str, FactSheet], tables: dict[str, ReportTable]
) -> None:
    flags = fieldwork.report.flags.to_frame().set_index("gemeente")
    reasons = tables["trekking_redenen"].frame.set_index("gemeente")["reden"]
    for code, sheet in sheets.items():
        said = words(sheet)
        assert flags.loc[code, "reason"] in said
        assert reasons[code] in said
        assert sheet.verdict.lower().startswith(flags.loc[code, "flag"].split("_")[0]) or "als verwacht" in said
        assert sheet.role == "Gekozen"


def test_the_gemeente_is_marked_in_its_funnel_and_its_twin_beside_it(
    fieldwork: Cbs2025Fieldwork, sheets: dict[str, FactSheet]
) -> None:
    pairs, names = twins(fieldwork), fieldwork.report.names
    for code, sheet in sheets.items():
        texts = {e.text for e in ET.fromstring(sheet.figure).iter("{http://www.w3.org/2000/svg}text")}
        assert names[code] in texts
        assert names[pairs[code].gemeente] in texts
        assert sheet.twin is not None
        assert [column.head("nl") for column in sheet.twin.columns[1:]] == [names[code], names[pairs[code].gemeente]]


def test_a_twin_is_that_of_the_draw_or_the_nearest_that_registers_as_expected(fieldwork: Cbs2025Fieldwork) -> None:
    draw, pairs = fieldwork.needs_draw(), twins(fieldwork)
    units = fieldwork.units.set_index("gemeente")
    x = units[list(covariates(fieldwork))].astype(float)
    for pair in draw.twins().itertuples():
        assert pairs[pair.gemeente].gemeente == pair.tweeling_van
        assert pairs[pair.tweeling_van].gemeente == pair.gemeente
        assert pairs[pair.gemeente].distance == pytest.approx(pair.afstand)
    near = [code for code in draw.chosen if pairs[code].kind == "near"]
    assert near
    for code in near:
        far = np.sqrt((((x - x.loc[code]) / x.std()) ** 2).mean(axis=1))
        others = far[(units["klasse"] == "verwacht") & (far.index != code)]
        assert far[pairs[code].gemeente] <= others.min() * 1.05  # standard deviations have two digits there


def test_points_are_neutral_questions_that_name_a_number(sheets: dict[str, FactSheet]) -> None:
    for sheet in sheets.values():
        assert 1 <= len(sheet.points.lines) <= MOST
        for line in sheet.points.lines:
            assert line.endswith("?") or "p " in line
            assert re.search(r"\d", line)


def test_what_was_found_about_a_gemeente_comes_back_in_its_points(
    fieldwork: Cbs2025Fieldwork, sheets: dict[str, FactSheet]
) -> None:
    points = {code: " ".join(sheet.points.lines) for code, sheet in sheets.items()}
    assert "2.925 in totaal na 930 vorig jaar" in points["GM8309"]  # a jump
    assert "Niets geregistreerd in totaal waar" in points["GM8332"]  # nothing delivered
    assert "Minder dan verwacht: jobcoaching (1; verwacht" in points["GM8109"]  # a software package
    assert "samenwerkingsverband Samenwerking Imberwaard registreren samen" in points["GM8338"]
    survey = fieldwork.report.data.enquete
    assert survey is not None
    for row in survey[survey["gemeente"].isin(chosen(fieldwork))].to_dict("records"):
        assert ("De enquête is niet beantwoord (202 van de 342" in points[row["gemeente"]]) == (row["antwoord"] != "ja")
        if row["nazorg_geboekt"] == "ja":
            assert "nazorg wordt als voorziening geboekt" in points[row["gemeente"]]


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs a browser to print with")
def test_the_fullest_sheet_prints_to_one_page(sheets: dict[str, FactSheet], tmp_path: Path) -> None:
    sheet = max(sheets.values(), key=lambda sheet: len(words(sheet)))
    page, pdf = tmp_path / "blad.html", tmp_path / "blad.pdf"
    page.write_text(fact_sheet_html(sheet), "utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    subprocess.run(["chromium", *options, page.as_uri()], capture_output=True, check=False, timeout=120)
    assert re.findall(rb"/Type /Pages\s*/Count (\d+)|/Count (\d+)", pdf.read_bytes())[0] in {(b"1", b""), (b"", b"1")}


def test_after_a_refusal_the_sheet_of_the_reserve_says_for_whom_it_stands_in(fieldwork: Cbs2025Fieldwork) -> None:
    draw = fieldwork.needs_draw()
    gone, (first, *_) = next((one, others) for one, others in draw.reserves().items() if others)
    later = replace(fieldwork, draw=draw.replace(gone))
    (sheet,) = later.fact_sheets([first])
    assert sheet.role == "Ingestapte reserve"
    assert f"Stapt in voor {fieldwork.report.names[gone]}" in sheet.role_text
    assert any("Doen niet mee" in note for note in later.tables()[0].notes)


# --- the memo ---------------------------------------------------------------------------------


def test_the_memo_has_the_design_the_demands_the_choice_the_rule_and_the_way_to_repeat_it(
    fieldwork: Cbs2025Fieldwork, tables: dict[str, ReportTable]
) -> None:
    memo = document_markdown(fieldwork.memo())
    heads = re.findall(r"^## (.*)$", memo, flags=re.MULTILINE)
    assert heads == [
        "Het ontwerp",
        "Wat is gevraagd en gekregen",
        "Wie er vooraf in of uit was",
        "Wie is gekozen en waarom",
        "Reserves",
        "De regel die afwijken aanwijst, en wat zij kan",
        "Herhalen",
    ]
    part = fieldwork.report.part
    design = fieldwork.needs_draw().design
    for digits in (fingerprint(part.expected), fingerprint(part.rule), design.fingerprint()):
        assert digits in memo
    for sentence in fieldwork.report.operating.sentences("nl"):
        assert sentence in memo
    for name in design.to_dict():
        assert name in ("naam", "bron") or name.replace("_", "\\_") in memo
    for row in tables["trekking"].frame.itertuples():
        assert row.naam in memo
    assert "Moet erin: geen." in memo
    assert "Zaad: 2025" in memo
    assert re.search(r"\| resolution +\| +0,25 +\|", memo)  # what the draw used, where the study file says nothing
    assert re.search(r"\| tolerance +\| +2,90 +\|", memo)


def test_the_code_in_the_memo_gives_the_same_draw(fieldwork: Cbs2025Fieldwork, report: Cbs2025) -> None:
    code = document_markdown(fieldwork.memo()).split("```")[1]
    assert "Cbs2025Fieldwork.of(report, study.interviews)  # seed 2025" in code
    again = Cbs2025Fieldwork.of(report, read_study(STUDY).interviews)
    assert again.needs_draw().chosen == fieldwork.needs_draw().chosen


def test_the_memo_names_who_had_to_be_in_and_what_was_relaxed(fieldwork: Cbs2025Fieldwork) -> None:
    assert fieldwork.part is not None
    design = fieldwork.part.design.replace(
        must_have=["GM8010"], must_not_have=["GM8309"], minimum={"provincie": 3}, relax=["minimum:provincie"],
    )  # fmt: skip
    memo = document_markdown(Cbs2025Fieldwork.of(fieldwork.report, replace(fieldwork.part, design=design)).memo())
    names = fieldwork.report.names
    assert f"Moet erin: {names['GM8010']}." in memo
    assert f"Mag er niet in: {names['GM8309']}." in memo
    assert "Afgeweken is van" in memo
    assert "Ten minste, van elke waarde Provincie" in memo


# --- in English, and with less ----------------------------------------------------------------


def test_everything_is_in_english_too(english: Cbs2025Fieldwork) -> None:
    dutch = re.compile(r"\b(verwacht|geregistreerd|wordt|gemeente(?:n)? met|zijn|niet|geen)\b")
    for table in english.tables():
        said = [table.title, *table.heads(), *table.notes]
        assert not any(dutch.search(text) for text in said), table.name
    memo = document_html(english.memo())
    assert '<html lang="en">' in memo
    assert "To repeat it" in memo
    for sheet in english.fact_sheets(chosen(english)[:6]):
        said = words(sheet).split("Source:")[0]
        assert "Points to discuss" in said
        assert not dutch.search(re.sub(ANSWERS, "", said)), sheet.code


def without(report: Cbs2025, *names: str) -> Cbs2025:
    """Return the report on data that lack some of the tables."""
    data = report.data
    kept = {name: getattr(data, name) for name in ("gemeenten", "voorzieningen", "soorten", "enquete", "interviews")}
    given = {name: frame for name, frame in kept.items() if name not in names and frame is not None}
    return replace(report, data=GemeenteData.from_frames(**given))


def test_data_without_a_survey_or_interviews_give_the_other_tables(report: Cbs2025) -> None:
    part = read_study(STUDY).interviews
    names = {table.name for table in Cbs2025Fieldwork.of(without(report, "enquete", "interviews"), part).tables()}
    assert names == set(TABLES[:4])
    only = {table.name for table in Cbs2025Fieldwork.of(without(report, "interviews"), None).tables()}
    assert only == set(TABLES[4:8])


def test_sheets_of_data_without_a_survey_say_so(report: Cbs2025) -> None:
    part = read_study(STUDY).interviews
    bare = Cbs2025Fieldwork.of(without(report, "enquete", "interviews"), part)
    (sheet,) = bare.fact_sheets(chosen(bare)[:1])
    assert "De enquête is niet beantwoord." in words(sheet)
    assert not any("enquête" in line.lower() for line in sheet.points.lines)


def test_a_sheet_is_for_who_is_chosen_only(fieldwork: Cbs2025Fieldwork) -> None:
    with pytest.raises(StudyError, match=r"GM8010 is not chosen, and has no sheet"):
        fieldwork.fact_sheets(["GM8010"])


def test_without_a_design_there_is_no_draw_no_memo_and_no_sheet(report: Cbs2025) -> None:
    bare = Cbs2025Fieldwork.of(report)
    assert [table.name for table in bare.tables()] == list(TABLES[4:])
    for ask in (bare.memo, bare.fact_sheets):
        with pytest.raises(StudyError, match=r"no \[interviews\]"):
            ask()


def test_every_table_can_be_read_as_csv(tables: dict[str, ReportTable], whole: Run) -> None:
    for name, table in tables.items():
        rows = list(csv.reader(io.StringIO(whole.files()[f"tables/{name}.csv"].decode("utf-8-sig")), delimiter=";"))
        assert len(rows) == len(table.frame) + 1
        assert {len(row) for row in rows} == {len(table.columns)}
        assert to_markdown(table).startswith(f"**{table.title}**")
