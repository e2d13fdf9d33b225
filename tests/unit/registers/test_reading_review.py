"""Wrong numbers that look right: what a review of the reading of files found, each by its smallest input."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.errors import RegisterError
from reintegratie_stats.registers.layout_draft import draft_layout
from tests.unit.tables import bijstand

BENEFITS = """tabel = "bijstand"
[kolommen]
persoon_id = "k"
gemeente = { vast = "GM0014" }
begindatum = "b"
einddatum = "e"
reden_einde = { leeg = true }
[meenemen]
bedrag = { kolom = "n", getal = "zoek" }
"""
DAY = dt.date(2002, 1, 1)


def layout(folder: Path, text: str = BENEFITS) -> Path:
    path = folder / "mijn.toml"
    path.write_text(text, encoding="utf-8")
    return path


def book(path: Path, *rows: list[Any]) -> Path:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path


def text(path: Path, *numbers: str) -> Path:
    rows = [f"{path.stem}{place};2002-01-01;;{number}" for place, number in enumerate(numbers)]
    path.write_text("\n".join(["k;b;e;n", *rows, ""]), encoding="utf-8")
    return path


def amounts(source: Any, folder: Path) -> dict[str, Any]:
    read = rs.read_registers({"bijstand": source}, layout=layout(folder))
    frame = read.to_frame("bijstand")
    return dict(zip(frame["persoon_id"], frame["bedrag"], strict=True))


def test_a_number_below_one_has_no_thousands(tmp_path: Path) -> None:
    found = amounts(text(tmp_path / "a.csv", "12,5", "0.125"), tmp_path)
    assert found["a0"] == "12.5"
    assert found["a1"] != "125"


def test_a_file_without_decimals_is_read_as_those_beside_it(tmp_path: Path) -> None:
    years = [text(tmp_path / "a.csv", "12,5"), text(tmp_path / "b.csv", "1.234", "7")]
    assert amounts(years, tmp_path) == {"a0": 12.5, "b0": 1234, "b1": 7}


def test_a_file_with_points_is_not_read_as_those_beside_it(tmp_path: Path) -> None:
    years = [text(tmp_path / "a.csv", "12,5"), text(tmp_path / "b.csv", "1.234", "7.5")]
    assert amounts(years, tmp_path) == {"a0": 12.5, "b0": 1.234, "b1": 7.5}


def test_a_number_that_may_be_a_thousand_is_noted(tmp_path: Path) -> None:
    read = rs.read_registers({"bijstand": text(tmp_path / "a.csv", "1.234", "7")}, layout=layout(tmp_path))
    (note,) = read.reading["bijstand"].notes
    assert note.startswith("a.csv: getallen zoals 1.234")


def test_cells_that_are_numbers_need_no_decimal_mark(tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", ["k", "b", "e", "n"], ["p", DAY, None, 1.234], ["q", DAY, None, 2])
    assert amounts([file, text(tmp_path / "b.csv", "12,5")], tmp_path) == {"p": 1.234, "q": 2, "b0": 12.5}


def test_a_cell_that_is_text_does_not_make_thousands_of_numbers(tmp_path: Path) -> None:
    rows = [["k", "b", "e", "n"], ["p", DAY, None, 1.234], ["q", DAY, None, "12,5"], ["r", DAY, None, 2.5]]
    found = amounts(book(tmp_path / "a.xlsx", *rows), tmp_path)
    assert (found["q"], found["r"]) == ("12.5", "2.5")
    assert found["p"] != "1234"


def test_a_formula_that_was_never_calculated_is_no_missing_end(tmp_path: Path) -> None:
    rows = [["k", "b", "e", "n"], ["p", DAY, "=B2+30", 1], ["q", DAY, None, 1]]
    with pytest.raises(RegisterError, match="1 formula that was never calculated"):
        amounts(book(tmp_path / "a.xlsx", *rows), tmp_path)


def test_a_formula_beside_the_table_does_not_matter(tmp_path: Path) -> None:
    rows = [["=1+1"], ["k", "b", "e", "n"], ["p", DAY, None, 1]]
    assert amounts(book(tmp_path / "a.xlsx", *rows), tmp_path) == {"p": 1}


def test_the_error_of_a_spreadsheet_is_no_person() -> None:
    table = pd.concat([bijstand(persoon_id=["#N/A", " #VERW! "]), bijstand(persoon_id=["#1 ", "b"])])
    read = rs.Registers.from_frames(bijstand=table)
    assert read.to_frame("bijstand")["persoon_id"].tolist() == ["#1", "b"]
    report = read.report.to_frame()
    rules = report[report["column"] == "persoon_id"].set_index("rule")[["passes", "fails", "missing"]]
    assert rules.loc["is ingevuld"].tolist() == [2, 2, 0]
    assert rules.loc["heeft geen spaties rondom"].tolist() == [1, 1, 2]


@pytest.mark.parametrize("named", [True, False])
def test_a_key_that_lost_its_zeros_in_one_workbook_is_refused(tmp_path: Path, named: bool) -> None:
    names = ["persoon_id", "gemeente", "begindatum", "einddatum", "reden_einde"]
    files = [
        book(tmp_path / f"{year}.xlsx", names, [key, "GM0014", DAY, None, None])
        for year, key in ((2001, 123), (2002, "0123"))
    ]
    with pytest.raises(RegisterError, match="lost its leading zeros"):
        rs.read_registers({"bijstand": files}, layout={"bijstand": "eigen"} if named else None)


def test_keys_without_zeros_go_together_whatever_their_cells(tmp_path: Path) -> None:
    head = ["k", "b", "e", "n"]
    files = [book(tmp_path / f"{year}.xlsx", head, [key, DAY, None, 1]) for year, key in ((2001, 123), (2002, "123"))]
    read = rs.read_registers({"bijstand": files}, layout=layout(tmp_path))
    assert read.to_frame("bijstand")["persoon_id"].tolist() == ["123", "123"]


def test_a_key_that_lost_its_zeros_in_one_sheet_is_noted(tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", ["k", "b", "e", "n"], [123, DAY, None, 1], ["0123", DAY, None, 1])
    notes = rs.read_registers({"bijstand": file}, layout=layout(tmp_path)).reading["bijstand"].notes
    assert any("kolom k" in note and "nul vooraan" in note for note in notes)


@pytest.mark.parametrize("row", [["Jansen", DAY, None, "instrument"], ["Jansen", DAY, "voorziening", "instrument"]])
def test_a_row_of_values_is_no_header(tmp_path: Path, row: list[Any]) -> None:
    file = book(tmp_path / "a.xlsx", ["Wie", "Sinds", "Tot", "Wat"], row)
    draft = draft_layout(file)
    assert "Jansen" not in draft
    assert "#   Wie (tekst)" in draft


def test_a_header_of_codes_is_found_by_a_few_names(tmp_path: Path) -> None:
    codes = [f"V{place}" for place in range(9)]
    file = book(tmp_path / "a.xlsx", ["Overzicht"], ["k", "b", "e", "n", *codes], ["p", DAY, None, 1, *range(9)])
    assert amounts(file, tmp_path) == {"p": 1}


def test_blanks_around_the_keys_of_addresses_do_not_matter(tmp_path: Path) -> None:
    place = '{ adres_op = "begindatum" }'
    own = layout(tmp_path, BENEFITS.replace('{ vast = "GM0014" }', place).partition("[meenemen]")[0])
    (tmp_path / "bijstand.csv").write_text("k,b,e\n1,2002-01-01,\n2,2002-01-01,\n", encoding="utf-8")
    rows = "persoon_id,object_id,begindatum,einddatum\n1 ,w,2001-01-01,\n2, w,2001-01-01,\n"
    (tmp_path / "adressen.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "objecten.csv").write_text("object_id,gemeente\nw ,14\n", encoding="utf-8")
    read = rs.read_registers(tmp_path, layout=own)
    assert read.to_frame("bijstand")["gemeente"].tolist() == ["GM0014", "GM0014"]


def test_a_row_with_only_an_unreadable_number_is_among_those_taken_out(tmp_path: Path) -> None:
    own = """tabel = "trajecten"
        kolommen = { persoon_id = "p", begindatum = "b", einddatum = { leeg = true }, vorm = { leeg = true } }
        uitklappen.kolommen = { "10" = "N10", "20" = "N20" }"""
    file = tmp_path / "t.csv"
    file.write_text("p;b;N10;N20\na;2002-01-01;veel;0\nb;2002-01-01;veel;2\nc;2002-01-01;0;\n", encoding="utf-8")
    benefit = bijstand(persoon_id=["b", "c"])
    reading = rs.read_registers({"bijstand": benefit, "trajecten": file}, layout=layout(tmp_path, own)).reading
    one = reading["trajecten"]
    assert (one.rows, one.taken_out, one.used, one.out) == (3, 2, 1, 1)
    steps = [(step.stap, step.rijen) for step in one.steps]
    assert steps == [("zonder aantal", 1), ("zonder aantal", 1), ("onleesbaar", 1)]
