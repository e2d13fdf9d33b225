"""The published figures of the source documents, and what does not add up in them."""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from reintegratie_stats.errors import PublishedError
from reintegratie_stats.publications import (
    check_arithmetic,
    check_figures,
    documents,
    published,
    read,
    rules,
)

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "data" / "published"

UNITS = {
    "aantal",
    "dagen",
    "datum",
    "euro",
    "gemeenten",
    "inwoners",
    "jaar",
    "jaarmaand",
    "jaartal",
    "maanden",
    "personen",
    "procent",
    "uur per week",
    "weken",
}
MEASURES = {
    "complianceratio",
    "langdurigheidsratio",
    "sluitingsratio",
    "niet_sluitingsratio",
    "uitstroomratio_met_traject",
    "uitstroomratio_zonder_traject",
    "X",
    "Y",
    "Z",
    "Y-Z",
    "A",
    "B",
    "A.1",
}
MORE_UNITS = {"huishoudens", "ja of nee", "klanten", "uur"}
"""Units of the other documents, beside those of rwi2004."""

CONTRADICTIONS = {
    "b3.3.vrijgesteld-en-over": (233, 227),
    "b3.3.vrijgesteld": (163, 153),
    "b3.3.over": (70, 74),
    "b3.3.over.zelfde-alinea": (70, 74),
    "uitstroomratio.zoals-omschreven": (9, 91),
    "ten-minste-twintig.met-traject": (20, 18),
    "meer-dan-helft.g2": (50, 49),
    "tweederde.langdurigen.g1": (66.67, 23),
    "tweederde.langdurigen.g3": (66.67, 21),
}


def figure(name: str) -> float:
    figures = published("rwi2004")
    return float(figures.loc[figures["id"] == name, "value"].item())


def values(**chosen: str) -> list[float]:
    figures = published("rwi2004")
    for column, wanted in chosen.items():
        figures = figures[(figures[column] == wanted).fillna(False)]
    return figures["value"].tolist()


def one_rule(**rule: object) -> pd.DataFrame:
    return pd.DataFrame([{"rule": "r", "stated": "s", **rule}])


def two_figures(stated: float, status: str = "exact", **others: float) -> pd.DataFrame:
    rows = [{"id": "s", "section": "tabel 1", "value": stated, "status": status}]
    rows += [{"id": name, "section": "tabel 2", "value": value, "status": "exact"} for name, value in others.items()]
    return pd.DataFrame(rows)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A copy of the figures in the place where an installed package has them."""
    target = tmp_path / "_data" / "published"
    shutil.copytree(FOLDER, target)
    monkeypatch.setattr(read, "files", lambda _: tmp_path)
    return target


def alter(path: Path, name: str, old: str, new: str) -> None:
    """Change one field of the line that begins with a name."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    changed = [line.replace(old, new) if line.startswith(f"{name},") else line for line in lines]
    assert changed != lines
    path.write_text("".join(changed), encoding="utf-8")


# --- the figures of the tables ---------------------------------------------------------------


def test_tabel_b31_holds_433_233_163_70_50_and_20_persons():
    assert values(section="tabel B 3.1", unit="personen") == [433, 233, 163, 70, 50, 20]


def test_tabel_b31_holds_its_two_columns_of_percentages():
    table = published("rwi2004", section="tabel B 3.1")
    of_inflow = table[table["id"].str.endswith(".instroom")]["value"].tolist()
    of_group = table[table["id"].str.endswith(".doelgroep")]["value"].tolist()
    assert of_inflow == [100, 54, 38, 16, 12, 5]
    assert of_group == [100, 71, 29]


def test_tabel_51_holds_53_59_19_18_and_21_per_cent():
    assert values(section="tabel 5.1") == [53, 59, 19, 18, 21]


def test_figuur_51_holds_the_niet_sluitingsratio_that_tabel_51_lacks():
    assert values(section="figuur 5.1", maat="niet_sluitingsratio") == [81]
    assert values(section="tabel 5.1", maat="niet_sluitingsratio") == []


def test_the_cells_of_figuur_51_that_the_scan_lost_have_no_name():
    figures = published("rwi2004", section="figuur 5.1")
    lost = figures[figures["id"].str.contains("verloren")]
    assert lost["status"].tolist() == ["n.b.", "n.b.", "exact", "exact"]
    assert lost["value"].tolist()[2:] == [73, 457]
    assert lost["value"].isna().tolist() == [True, True, False, False]
    assert lost["maat"].isna().all()


@pytest.mark.parametrize(
    ("gemeente", "bron", "expected"),
    [
        ("gemeente 1", "centraal", [65, 51, 44, 13, 29]),
        ("gemeente 1", "lokaal", [None, 55, 68, 9, None]),
        ("gemeente 2", "centraal", [70, 49, 42, 11, 13]),
        ("gemeente 2", "lokaal", [None, 49, 71, 6, None]),
        ("gemeente 3", "centraal", [58, 58, 23, 57, 42]),
        ("gemeente 3", "lokaal", [None, 54, 71, 8, None]),
    ],
)
def test_tabel_52_is_complete_with_nb_where_the_source_has_nb(gemeente, bron, expected):
    table = published("rwi2004", section="tabel 5.2")
    rows = table[(table["gemeente"] == gemeente) & (table["bron"] == bron)]
    assert [None if math.isnan(value) else value for value in rows["value"]] == expected
    assert (rows["status"] == "n.b.").tolist() == [value is None for value in expected]


def test_bijlage_3_holds_the_counts_of_gemeente_1_and_2():
    first, second = "bijlage 3, B 3.1", "bijlage 3, B 3.2"
    assert values(section=first, unit="personen") == [872, 477, 231, 164, 111, 10, 25]
    assert values(section=second, unit="personen") == [218, 218, 154]


def test_the_three_size_classes_hold_3_7_and_2_gemeenten():
    assert values(section="1.4, voetnoot 1", unit="gemeenten") == [3, 7, 2]


def test_the_data_windows_are_days():
    assert figure("5.2.1.mosa-van") == 20020101
    assert figure("5.2.1.mosa-tot") == 20030701
    assert figure("5.2.1.vpd-van") == 20030101
    assert figure("5.2.1.vpd-tot") == 20031001


def test_a_figure_stated_twice_is_there_twice_with_its_own_section():
    rows = published("rwi2004", maat="Y-Z")
    assert rows["section"].tolist() == ["bijlage 3, B 3.3", "tabel B 3.1"]
    assert rows["value"].tolist() == [153, 163]


# --- the form of the file ----------------------------------------------------------------------


def test_each_figure_has_an_id_of_its_own_a_document_a_section_and_a_unit():
    figures = published("rwi2004")
    assert figures["id"].is_unique
    assert set(figures["document"]) == {"rwi2004"}
    for column in ("id", "section", "onderwerp", "unit", "status"):
        assert figures[column].notna().all()
        assert (figures[column].str.strip() == figures[column]).all()
    assert set(figures["unit"]) == UNITS
    assert set(figures["maat"].dropna()) == MEASURES
    assert set(figures["bron"].dropna()) == {"centraal", "lokaal"}
    assert set(figures["gemeente"].dropna()) == {
        "twaalf gemeenten",
        "gemeente 1",
        "gemeente 2",
        "gemeente 3",
    }


def test_a_figure_without_a_number_is_nb_and_no_other():
    figures = published("rwi2004")
    assert set(figures["status"]) == set(read.STATUSES)
    assert (figures["value"].isna() == (figures["status"] == "n.b.")).all()


def test_dates_are_days_and_percentages_are_shares():
    figures = published("rwi2004")
    days = figures.loc[figures["unit"] == "datum", "value"].astype("int64").astype(str)
    assert pd.to_datetime(days, format="%Y%m%d").dt.year.between(2002, 2004).all()
    shares = figures.loc[figures["unit"] == "procent", "value"].dropna()
    assert shares.between(0, 100).all()


def test_text_is_text_and_values_are_float():
    figures = published("rwi2004")
    assert figures.columns.tolist() == list(read.COLUMNS)
    assert figures["value"].dtype == "float64"
    text = figures.drop(columns="value").dtypes
    assert all(isinstance(kind, pd.StringDtype) for kind in text)


def test_the_files_have_plain_line_ends_and_no_figure_over_two_lines():
    for name in ("rwi2004", "rwi2004_rules"):
        content = (FOLDER / f"{name}.csv").read_bytes()
        assert b"\r" not in content
        assert content.endswith(b"\n")
    lines = (FOLDER / "rwi2004.csv").read_text(encoding="utf-8").count("\n")
    assert lines == len(published("rwi2004")) + 1


# --- asking for figures --------------------------------------------------------------------------


def test_the_rules_are_not_a_document():
    assert documents() == ("cbs2025", "dalfsen2019", "proreact2013", "rwi2004", "szw2018")


def test_an_unknown_document_names_the_nearest_and_the_list():
    with pytest.raises(PublishedError, match=r"'rwi2005'\. Did you mean 'rwi2004'\? Allowed: cbs2025, dal"):
        published("rwi2005")
    with pytest.raises(PublishedError, match="Did you mean 'rwi2004'"):
        check_arithmetic("rwi-2004")


def test_an_unknown_section_or_measure_names_the_nearest():
    with pytest.raises(PublishedError, match=r"section 'tabel B3\.1'\. Did you mean 'tabel B 3\.1'"):
        published("rwi2004", section="tabel B3.1")
    with pytest.raises(PublishedError, match=r"maat 'sluitingratio'\. Did you mean 'sluitingsratio'"):
        published("rwi2004", maat="sluitingratio")


def test_a_measure_that_stands_elsewhere_is_told_apart_from_one_that_does_not_exist():
    with pytest.raises(PublishedError, match="not in the section asked for"):
        published("rwi2004", section="tabel 5.1", maat="X")


def test_section_and_measure_together_choose_one_cell():
    cell = published("rwi2004", section="tabel B 3.1", maat="Z")
    assert cell["value"].tolist() == [70]
    assert cell.index.tolist() == [0]


def test_an_installed_package_reads_its_own_copy(installed):
    alter(installed / "rwi2004.csv", "tabel-b3.1.X", ",433,", ",434,")
    assert values(section="tabel B 3.1", maat="X") == [434]


def test_without_figures_anywhere_the_message_says_where_they_were_sought(tmp_path, monkeypatch):
    monkeypatch.setattr(read, "files", lambda _: tmp_path)
    monkeypatch.setattr(read, "__file__", str(tmp_path / "a" / "b" / "c" / "read.py"))
    with pytest.raises(PublishedError, match="data/published"):
        published("rwi2004")


@pytest.mark.parametrize("first", ["", "from reintegratie_stats.publications import documents\n"])
def test_the_public_face_gives_the_figures_whether_or_not_the_room_was_imported_before(first):
    script = f"{first}import reintegratie_stats as rs\nprint(len(rs.published('rwi2004', maat='X')))"
    command = [sys.executable, "-c", script]
    path = os.pathsep.join([str(REPOSITORY / "src"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert (done.stdout.strip(), done.stderr) == ("3", "")


def test_a_document_without_rules_has_an_empty_report(installed):
    (installed / "rwi2004_rules.csv").unlink()
    report = check_arithmetic("rwi2004")
    assert (report.passes, report.fails) == (0, 0)
    assert report.to_frame().dtypes.astype(str)["passes"] == "boolean"
    assert "adds up" in report.to_markdown()


# --- the arithmetic of the source ----------------------------------------------------------------


def test_the_source_contradicts_itself_in_nine_known_places_and_nowhere_else():
    report = check_arithmetic("rwi2004").to_frame()
    failed = report[~report["passes"]].set_index("rule")
    assert failed[["stated", "computed"]].apply(tuple, axis=1).to_dict() == CONTRADICTIONS


def test_each_contradiction_says_why_and_where():
    report = check_arithmetic("rwi2004").to_frame()
    failed = report[~report["passes"]]
    assert failed["noot"].str.len().gt(10).all()
    sections = set(published("rwi2004")["section"])
    assert {part for text in report["section"] for part in text.split("; ")} <= sections


@pytest.mark.parametrize(
    ("rule", "computed"),
    [
        ("b3.1.langdurigheidsratio", 55),  # 477 of 872
        ("b3.1.sluitingsratio", 68),  # 111 of 164
        ("b3.1.uitstroomratio", 9),  # 10 of 111
        ("b3.2.sluitingsratio", 71),  # 154 of 218
        ("tabel-b3.1.Y.instroom", 54),  # 233 of 433
        ("tabel-b3.1.Y-Z.instroom", 38),  # 163 of 433
        ("tabel-b3.1.B.doelgroep", 29),  # 20 of 70
        ("grootteklassen", 12),  # 3 + 7 + 2
        ("figuur-5.1.sluiting", 100),  # 19 + 81
    ],
)
def test_the_percentages_and_totals_of_the_source_follow_from_its_counts(rule, computed):
    report = check_arithmetic("rwi2004").to_frame().set_index("rule")
    assert report.loc[rule, "computed"] == computed
    assert report.loc[rule, "difference"] == 0
    assert report.loc[rule, "passes"]


def test_passes_and_fails_count_all_rules():
    report = check_arithmetic("rwi2004")
    assert report.passes + report.fails == len(rules("rwi2004"))
    assert report.fails == len(CONTRADICTIONS)
    assert repr(report) == (
        f"ArithmeticReport(document='rwi2004', rules={len(rules('rwi2004'))}, passes={report.passes}, fails=9)"
    )


def test_rules_have_a_name_of_their_own_and_none_is_stated_twice():
    table = rules("rwi2004")
    assert table["rule"].is_unique
    assert not table.duplicated(["stated", "numerator", "denominator"]).any()


def test_every_ratio_and_cell_that_is_stated_twice_is_compared():
    """Whoever adds a figure that stands elsewhere too has to add the rule that compares them."""
    figures = published("rwi2004").dropna(subset=["maat", "gemeente", "value"])
    table = rules("rwi2004")
    compared = set(" ".join([*table["stated"], *table["numerator"]]).split())
    seen = figures.groupby(["gemeente", "bron", "maat"])["id"].agg(list)
    alone = {name for ids in seen if len(ids) > 1 for name in ids if name not in compared}
    assert alone == {"b3.1.arbeidsplichtig-eerst", "b3.1.arbeidsplichtig"}  # before and after


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("tabel-b3.1.Y-Z", ",163,", ",164,", {"tabel-b3.1.langdurig"}),
        ("b3.2.traject", ",154,", ",145,", {"b3.2.sluitingsratio"}),
        (
            "figuur-5.1.sluitingsratio",
            ",19,",
            ",91,",
            {"figuur-5.1.sluiting", "5.1.sluitingsratio"},
        ),
        ("1.4.vn1.midden.aantal", ",7,", ",1,", {"grootteklassen"}),
        (
            "tabel-5.2.g2.lokaal.uitstroomratio_met_traject",
            ",6,procent",
            ",16,procent",
            {"minder-dan-tien.g2"},
        ),
    ],
)
def test_a_copy_with_a_changed_digit_is_detected(installed, name, old, new, found):
    alter(installed / "rwi2004.csv", name, old, new)
    assert set(check_arithmetic("rwi2004").failed) - set(CONTRADICTIONS) == found


# --- the kinds of rule ---------------------------------------------------------------------------


def test_a_share_of_one_half_per_cent_is_rounded_away_from_zero():
    half = two_figures(13, n=125, d=1000)
    assert check_figures(half, one_rule(kind="percentage", numerator="n", denominator="d")).fails == 0
    below = two_figures(-13, n=-125, d=1000)
    rule = one_rule(kind="percentage", numerator="n", denominator="d")
    assert check_figures(below, rule).results[0].computed == -13


def test_a_sum_counts_signs_and_allows_its_tolerance():
    figures = two_figures(10, a=7, b=5, c=1)
    rule = one_rule(kind="sum", numerator="a + b - c")
    assert check_figures(figures, rule).results[0].difference == 1
    assert check_figures(figures, rule).fails == 1
    assert check_figures(figures, rule.assign(tolerance=1.0)).fails == 0


@pytest.mark.parametrize(
    ("status", "value", "passes"),
    [
        ("minimaal", 50, True),
        ("minimaal", 49.9, False),
        ("maximaal", 50, True),
        ("maximaal", 50.1, False),
        ("circa", 55, True),
        ("circa", 44.9, False),
        ("exact", 50, True),
    ],
)
def test_words_are_held_to_what_they_say(status, value, passes):
    figures = two_figures(50, status, n=value)
    rule = one_rule(kind="words", numerator="n", tolerance=5.0)
    assert check_figures(figures, rule).results[0].passes is passes


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"kind": "percent", "numerator": "n"}, "Did you mean 'percentage'"),
        ({"kind": "sum", "numerator": "missing"}, "'missing', which is not there"),
        ({"kind": "equal", "numerator": "nb"}, "no number"),
        ({"kind": "sum", "numerator": "n +n"}, "write it as"),
        ({"kind": "percentage", "numerator": "n"}, "denominator too many or too few"),
        ({"kind": "equal", "numerator": "n", "denominator": "n"}, "denominator too many"),
        ({"kind": "percentage", "numerator": "n", "denominator": "n - n"}, "divides by zero"),
    ],
)
def test_a_rule_that_cannot_be_applied_is_refused_by_name(rule, message):
    figures = two_figures(1, n=1, nb=math.nan)
    with pytest.raises(PublishedError, match=message) as caught:
        check_figures(figures, one_rule(**rule))
    assert "'r'" in str(caught.value)


# --- the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", ["rwi2004", "proreact2013"])
def test_the_page_lists_what_does_not_add_up(document):
    page = (REPOSITORY / "docs" / "reference" / "published.md").read_text(encoding="utf-8")
    block = re.search(rf"<!-- {document}: begin -->\n\n(.*?)\n<!-- {document}: end -->", page, re.DOTALL)
    assert block is not None
    assert block.group(1) == check_arithmetic(document).to_markdown()


def test_the_page_and_the_readme_tell_the_number_of_figures_and_every_column():
    page = (REPOSITORY / "docs" / "reference" / "published.md").read_text(encoding="utf-8")
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for document in documents():
        rows = f"{len(published(document))} | {len(rules(document))}"
        assert re.search(rf"\| `{document}` \|[^\n]*\| {re.escape(rows)} \|", page), document
        assert f"| `{document}.csv` |" in readme
    for column in (*read.COLUMNS, *read.RULE_COLUMNS):
        assert f"| `{column}` |" in readme
    for unit in UNITS | MORE_UNITS:
        assert f"`{unit}`" in readme


# --- the other documents -------------------------------------------------------------------------

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
