"""The command `reintegratie layout`: a draft from a file, and a layout tried on one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reintegratie_stats.__main__ import main
from reintegratie_stats.registers.layout_draft import draft_layout
from reintegratie_stats.registers.layout_read import shipped_layouts
from tests.unit.registers.test_layout import TABLE


def test_a_draft_is_checked_by_the_other_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "uitdraai.csv"
    frame = TABLE.rename(
        columns={"CLIENT": "Clientnummer", "Van": "Ingangsdatum", "tot": "Einddatum", "reden": "Reden beëindiging"}
    )
    frame.assign(Gemeente="GM0014", Ingangsdatum="01-02-2002", Einddatum=None).to_csv(path, index=False, sep=";")
    draft = tmp_path / "ontwerp.toml"
    assert main(["layout", "new", str(path), "--out", str(draft)]) == 0
    assert 'begindatum = { kolom = "Ingangsdatum", datum = "dd-mm-jjjj" }' in draft.read_text(encoding="utf-8")
    assert main(["layout", "new", str(path), "--out", str(draft)]) == 1
    capsys.readouterr()
    assert main(["layout", "check", str(draft), str(path)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["layout ontwerp fills bijstand", "uitdraai.csv: 4 rows (scheiding puntkomma, codering utf-8)"]
    assert "checked: 4 rows, 3 usable, 1 set aside" in said


def test_a_draft_leaves_open_what_it_does_not_find_and_shows_no_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    TABLE.to_csv(tmp_path / "x.csv", index=False)
    assert main(["layout", "new", str(tmp_path / "x.csv"), "--table", "bijstand"]) == 0
    said = capsys.readouterr().out
    assert 'gemeente = "?"' in said
    assert "007" not in said
    (tmp_path / "y.csv").write_text("123456782,20020131,GM0014\n123456783,20020131,GM0014\n")
    assert main(["layout", "new", str(tmp_path / "y.csv")]) == 1
    heard = capsys.readouterr().err
    assert "look like values" in heard
    assert "1234" not in heard


def workbook(path: Path, *sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for number, rows in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet(f"Blad {number + 1}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


TITLED = [
    ["Overzicht uitkeringen"],
    ["Peildatum: 1-9-2003"],
    [],
    ["Cliëntnr", "Ingangsdatum", "Einddatum", "Uren"],
    [1012, "3-2-2002", "30-6-2002", 24.5],
    ["0987", "4-2-2002", None, "n.b."],
]


def test_a_draft_finds_the_names_below_a_title(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, own = workbook(tmp_path / "klant.xlsx", TITLED), tmp_path / "mijn.toml"
    assert main(["layout", "new", str(file), "--table", "bijstand", "--out", str(own)]) == 0
    text = own.read_text(encoding="utf-8")
    assert "\n[bestand]\nkopregel = 4\n" in text
    assert 'persoon_id = "Cliëntnr"' in text
    text = text.replace('gemeente = "?"', 'gemeente = { vast = "GM0014" }')
    text = text.replace('reden_einde = "?"', "reden_einde = { leeg = true }").replace("dd-mm-jjjj", "d-m-jjjj")
    own.write_text(text, encoding="utf-8")
    assert main(["layout", "check", str(own), str(file)]) == 0
    assert "checked: 2 rows, 2 usable" in capsys.readouterr().out


def test_names_that_nobody_knows_are_the_first_line_as_wide_as_the_rows(tmp_path: Path) -> None:
    strange = [TITLED[0], TITLED[1], ["Aap", "Noot", "Mies", "Wim"], *TITLED[4:]]
    draft = draft_layout(workbook(tmp_path / "klant.xlsx", strange), "bijstand")
    assert "kopregel = 3" in draft
    assert "#   Aap (tekst)" in draft


def test_a_draft_may_be_told_where_the_names_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = workbook(tmp_path / "klant.xlsx", TITLED, [["a", "b"], ["1", "2"]])
    assert main(["layout", "new", str(file), "--sheet", "2"]) == 0
    assert "blad = 2" in capsys.readouterr().out
    assert main(["layout", "new", str(file), "--sheet", "Sheet", "--header", "2"]) == 1
    assert "line 2 is read as that with the names. Say which line has them (kopregel)" in capsys.readouterr().err
    text = tmp_path / "klant.csv"
    text.write_bytes("cliëntnr|van\n1|2\n".encode("windows-1252"))
    assert main(["layout", "new", str(text), "--separator", "streep", "--encoding", "windows-1252"]) == 0
    assert 'scheiding = "streep"' in capsys.readouterr().out


def test_the_layouts_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layout", "list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(shipped_layouts())
