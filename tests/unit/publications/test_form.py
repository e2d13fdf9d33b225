"""The form of the file of RWI 2004, asking for figures, and the page about them."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pandas as pd
import pytest

from reintegratie_stats.errors import PublishedError
from reintegratie_stats.publications import (
    check_arithmetic,
    documents,
    published,
    read,
    rules,
)
from tests.unit.publications.published_figures import FOLDER, MEASURES, MORE_UNITS, REPOSITORY, UNITS, alter, values

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
