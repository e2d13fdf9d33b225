"""The how-to page of each source: its layouts are valid, its code runs on small files, and gives what the page says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.registers import read_layout
from tests.unit.registers.test_read_address import ADDRESSES, BENEFITS, OBJECTS, write
from tests.unit.registers.test_read_join import JOBS

PAGES = Path(__file__).resolve().parents[3] / "docs" / "how-to"
BLOCK = re.compile(r"^```(python|toml|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def cbs(folder: Path) -> None:
    more = {"RINPERSOONS": "R", "RINPERSOON": ["000000004"], "BIJSTANDStatistiekcodeA": ["02"]}
    ioaw = {**BENEFITS, **{name: [values[0]] for name, values in BENEFITS.items()}, **more}
    benefits = {name: [*values, *ioaw[name]] for name, values in BENEFITS.items()}
    write(folder / "levering", bijstand=benefits, adressen=ADDRESSES, objecten=OBJECTS)
    follows = {**benefits, "BIJSTANDAanvangUitkeringPersoon1A": [*benefits["BIJSTANDAanvangUitkeringPersoon1A"]]}
    follows["BIJSTANDAanvangUitkeringPersoon1A"][1] = "20190401"
    own = {**follows, "GEMEENTE": ["9001"] * len(benefits["RINPERSOON"])}
    write(folder / "eigen", bijstand=own, adressen=ADDRESSES, objecten=OBJECTS)


def bijstand(folder: Path) -> None:
    rows = "persoon_id,gemeente,begindatum,einddatum,reden_einde\nR2,GM9001,2019-01-01,,\nR3,GM9001,2019-01-01,,\n"
    (folder / "bijstand.csv").write_text(rows)


def srg(folder: Path) -> None:
    rows = [
        ("R", "2", "20200101", "20200131", 1, 0), ("R", "2", "20200201", "20200229", 1, 1),
        ("R", "2", "20200401", "88888888", 1, 0), ("R", "3", "", "20200331", 0, 2),
        ("F", "3", "20200101", "20200331", 1, 0), ("R", "4", "20200101", "20200331", 0, 0),
    ]  # fmt: skip
    (folder / "levering").mkdir()
    bijstand(folder / "levering")
    names = ["RINPERSOONS", "RINPERSOON", "VAN", "TOT", "AANTAL_LKS", "AANTAL_JOBCOACH"]
    pd.DataFrame(rows, columns=names).to_csv(folder / "levering" / "SRG2020.csv", index=False)


def spolis(folder: Path) -> None:
    job = ("20190101", "99991231")
    rows = [
        ("R", "2", "i1", *job, "20200101", "20200128", "80", 1000, "B", "1"),
        ("R", "2", "i1", *job, "20200129", "20200225", "80", 1000, "B", "1"),
        ("R", "2", "i1", *job, "20200129", "20200225", "-80", -1000, "B", "1"),
        ("R", "3", "i2", *job, "20200129", "20200225", "50.5", 100, "B", "2"),
        ("R", "3", "i2", *job, "20200129", "20200225", "50.5", 100, "B", "2"),
        ("F", "3", "i2", *job, "20200129", "20200225", "50.5", 100, "B", "2"),
    ]
    (folder / "levering").mkdir()
    bijstand(folder / "levering")
    pd.DataFrame(rows, columns=JOBS).to_csv(folder / "levering" / "SPOLISBUS2020V1.csv", index=False)


def export(folder: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (
        ["Overzicht uitkeringen"],
        ["Cliëntnr", "Regeling", "Ingangsdatum", "Einddatum", "Reden beëindiging"],
        [1012, "PW", "1-1-2002", "28-2-2002", "dossierwijziging"],
        [1012, "PW", "1-3-2002", "30-6-2002", "werk"],
        [1013, "IOAW", "1-1-2002", None, None],
        [1014, "PW", "onbekend", None, None],
        ["0987", "PW", "3-2-2002", "31-12-9999", None],
        ["Totaal", None, 5, None, None],
    ):
        sheet.append(row)
    (folder / "levering").mkdir()
    book.save(folder / "levering" / "uitdraai.xlsx")


SOURCES: dict[str, Callable[[Path], None]] = {
    "source-bijstanduitkeringtab": cbs,
    "source-addresses": cbs,
    "source-srg": srg,
    "source-spolisbus": spolis,
    "source-gemeente-export": export,
}


def run(code: str, names: dict[str, Any]) -> Any:
    """Run a block; return the value of its last line."""
    lines = code.rstrip().splitlines()
    exec(compile("\n".join(lines[:-1]), "page", "exec"), names)
    return eval(compile(lines[-1], "page", "eval"), names)


@pytest.mark.parametrize("page", SOURCES)
def test_the_page_of_a_source_does_what_it_says(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SOURCES[page](tmp_path)
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall((PAGES / f"{page}.md").read_text(encoding="utf-8"))
    for kind, text in blocks:
        if kind == "toml":
            Path(text.split()[1]).write_text(text, encoding="utf-8")
            assert read_layout(text.split()[1]).tabel
    names: dict[str, Any] = {}
    said: Any = None
    with pd.option_context("display.width", 200):
        for kind, text in blocks:
            if kind == "python":
                said = run(text, names)
            if kind == "text":
                assert repr(said).split() == text.split()
    assert isinstance(names["registers"], rs.Registers)


def test_every_source_has_a_page_and_every_page_is_listed() -> None:
    pages = {path.stem for path in PAGES.glob("source-*.md")}
    assert pages == set(SOURCES)
