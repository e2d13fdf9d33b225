"""The tables of Proreact come out of the staff lists as they were published, and show nobody."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from reintegratie_stats.errors import RegisterError, StudyError
from reintegratie_stats.fieldwork.respondents import PROREACT_2013
from reintegratie_stats.fingerprint import fingerprint
from reintegratie_stats.pipeline import run_study
from reintegratie_stats.publications import check_arithmetic, published
from reintegratie_stats.registers.read_staff import read_staff
from reintegratie_stats.report.table import ReportTable
from reintegratie_stats.studies.proreact2013 import FEWEST, Proreact2013
from reintegratie_stats.study import read_study
from tests.pipeline.renew_snapshots import PROREACT2013, SNAPSHOTS
from tests.pipeline.runs import ROOT

STUDY = ROOT / "studies" / "proreact2013.toml"
FOLDER = ROOT / "data" / "synthetic" / "proreact2013"
NAMES = ("tabel_1", "trekking", "tabel_3", "caseload", "rekencontrole")


@pytest.fixture(scope="module")
def study() -> Proreact2013:
    return Proreact2013(read_staff(FOLDER))


@pytest.fixture(scope="module")
def tables(study: Proreact2013) -> dict[str, ReportTable]:
    return {table.name: table for table in study.tables()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make tables` leaves of the study."""
    home = tmp_path_factory.mktemp("proreact") / "reports"
    run_study(replace(read_study(STUDY), output=home), say=lambda line: None)
    return home


# --- what is there ----------------------------------------------------------------------------


def test_every_table_is_there_in_three_forms_with_a_manifest(folder: Path) -> None:
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {f"tables/{name}.{form}" for name in NAMES for form in ("csv", "html", "md")} | {"manifest.json"}
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["about"] == {"lang": "nl", "study": "proreact2013", "seed": "2013"}
    assert {entry["definition"] for entry in manifest["files"]} == {f"trekking:{fingerprint(PROREACT_2013)}"}


@pytest.mark.parametrize("name", PROREACT2013)
def test_a_table_is_the_golden_one(folder: Path, name: str) -> None:
    golden = (SNAPSHOTS / "proreact2013" / name).read_bytes()
    assert (folder / "tables" / name).read_bytes().decode() == golden.decode(), (
        "If the table is meant to change: python tests/pipeline/renew_snapshots.py"
    )


def test_a_second_run_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    run_study(replace(read_study(STUDY), output=tmp_path), say=lambda line: None)
    for path in folder.rglob("*"):
        if path.is_file():
            assert (tmp_path / path.relative_to(folder)).read_bytes() == path.read_bytes()


def test_no_key_of_a_person_leaves_the_study(folder: Path, study: Proreact2013) -> None:
    keys = set(study.people.staff["medewerker"])
    for path in folder.rglob("*.*"):
        words = set(re.findall(r"[\w-]+", path.read_text("utf-8-sig"))) if path.is_file() else set()
        assert not words & keys
    assert not set(re.findall(r"mw-\d+", repr(study)))


# --- published beside reproduced --------------------------------------------------------------


def test_table_1_has_all_22_published_figures_without_a_difference(tables: dict[str, ReportTable]) -> None:
    frame = tables["tabel_1"].frame
    assert (frame[["difference", "r_difference"]] == 0).all().all()
    assert frame[["published", "r_published"]].iloc[-1].tolist() == [117, 31]
    figures = published("proreact2013")
    numbers = figures[figures["id"].str.startswith("tabel-1.") & figures["maat"].isin(["medewerkers", "respondenten"])]
    shown = [*frame["published"], *frame["r_published"]]
    assert sorted(shown) == sorted(numbers["value"])


def test_table_3_has_all_21_published_figures_without_a_difference(tables: dict[str, ReportTable]) -> None:
    frame = tables["tabel_3"].frame
    body, total = frame.iloc[:-1], frame.iloc[-1]
    for kind in ("sociale_dienst", "sw_en_fontys", "totaal"):
        assert (body[f"{kind}_difference"] == 0).all()
    assert total[["sociale_dienst_reproduced", "sw_en_fontys_reproduced", "totaal_reproduced"]].tolist() == [19, 12, 31]
    assert tables["tabel_3"].cells().iloc[-1]["totaal_published"] == "n.b."
    assert "niet gepubliceerd in de bron" in tables["tabel_3"].reasons()


def test_every_arithmetic_check_on_tables_1_and_3_is_shown_and_those_that_fail(tables: dict[str, ReportTable]) -> None:
    report = check_arithmetic("proreact2013")
    shown = tables["rekencontrole"].frame
    asked = {r.rule for r in report.results if "tabel 1" in r.section or "tabel 3" in r.section}
    assert set(shown["rule"]) == asked | set(report.failed)
    assert len(asked) == 20
    assert set(shown.loc[~shown["passes"], "rule"]) == set(report.failed)


def test_nobody_refused_and_who_was_unable_was_replaced(tables: dict[str, ReportTable]) -> None:
    assert any("Benaderd zijn 34 medewerkers: 3 waren verhinderd" in note and "0 weigerden" in note
               for note in tables["tabel_1"].notes)  # fmt: skip


def test_everybody_who_was_drawn_has_a_reserve(tables: dict[str, ReportTable]) -> None:
    frame = tables["trekking"].frame
    assert frame["gekozen"].sum() == frame["reserves"].sum() == 31
    assert frame["medewerkers"].sum() == 117


# --- caseloads --------------------------------------------------------------------------------


def test_caseloads_are_on_36_hours_and_those_of_few_people_are_not_shown(
    tables: dict[str, ReportTable], study: Proreact2013
) -> None:
    frame = tables["caseload"].frame
    assert (frame.loc[frame["n"] < FEWEST, ["mean", "q1", "median", "q3"]].isna()).all().all()
    assert (frame["n"] < FEWEST).any()
    staff = study.people.staff
    own = staff[staff["functie"] == "Klantmanager werk"]
    own = own[own["organisatie"] == "Sociale dienst Tilburg"]
    expected = (own["caseload"] * 36 / own["contracturen"]).mean()
    row = frame[(frame["organisatie"] == "Sociale dienst Tilburg") & (frame["functie"] == "Klantmanager werk")]
    assert row["mean"].iloc[0] == pytest.approx(expected)
    assert not {"min", "max"} & {column.name for column in tables["caseload"].columns}  # those are of persons


# --- in English, and with other lists ---------------------------------------------------------


def test_the_tables_are_in_english_too(study: Proreact2013) -> None:
    for table in replace(study, lang="en").tables():
        assert table.lang == "en"
        assert not re.search(
            r"\b(Medewerkers|van de|werkweek)\b", " ".join([table.title, *table.heads(), *table.notes])
        )


def lists(tmp_path: Path, old: str, new: str, name: str = "medewerkers") -> Path:
    for path in FOLDER.glob("*.csv"):
        text = path.read_text("utf-8")
        (tmp_path / path.name).write_text(text.replace(old, new) if path.stem == name else text, "utf-8")
    return tmp_path


def test_a_group_that_the_published_table_does_not_have_is_named_with_the_nearest(tmp_path: Path) -> None:
    folder = lists(tmp_path, "Basisdienstverlening", "Basisdienst")
    with pytest.raises(StudyError) as caught:
        Proreact2013(read_staff(folder))
    message = str(caught.value)
    assert "no organisatie and functiegroep 'Sociale dienst Tilburg, Basisdienstverlening'" in message
    assert "Did you mean 'Sociale dienst Tilburg, Basisdienst'?" in message


def test_another_education_is_refused_and_a_list_without_one_too(tmp_path: Path) -> None:
    folder = lists(tmp_path, "divers mbo", "diverse mbo", "gesprekken")
    with pytest.raises(StudyError, match="no opleiding 'divers mbo', a row of the published table"):
        Proreact2013(read_staff(folder))
    people = read_staff(FOLDER)
    bare = replace(people, _interviews=people.interviews.drop(columns="opleiding"))
    with pytest.raises(StudyError, match="gesprekken has no column 'opleiding'"):
        Proreact2013(bare)


def test_a_study_without_a_staff_list_or_with_an_empty_folder_is_refused(tmp_path: Path) -> None:
    study = read_study(STUDY)
    with pytest.raises(StudyError, match=r"needs \[respondenten\]"):
        run_study(replace(study, respondents=None), say=lambda line: None)
    assert study.respondents is not None
    empty = replace(study, respondents=replace(study.respondents, folder=tmp_path))
    with pytest.raises(RegisterError, match=r"no medewerkers\.csv"):
        run_study(empty, say=lambda line: None)


def test_interviews_that_were_not_held_are_no_respondents(study: Proreact2013) -> None:
    talks = study.people.interviews
    gone = talks["medewerker"].iloc[int((talks["uitkomst"] == "geinterviewd").to_numpy().argmax())]
    talks.loc[talks["medewerker"] == gone, ["uitkomst", "opleiding"]] = ["geweigerd", pd.NA]
    fewer = Proreact2013(replace(study.people, _interviews=talks))
    assert fewer.table_1().frame["r_difference"].iloc[-1] == -1
