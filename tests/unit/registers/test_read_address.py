"""The gemeente of a person on a day, inside `read_registers`: BIJSTANDUITKERINGTAB with addresses beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

import reintegratie_stats as rs
from reintegratie_stats.__main__ import main
from reintegratie_stats.errors import DefinitionError, RegisterError
from reintegratie_stats.registers import read_layout
from reintegratie_stats.registers.read_place import NOBODY, UNUSED
from tests.unit.tables import bijstand, refusal

CBS = ["bijstanduitkeringtab", "gbaadresobjectbus", "vslgwbtab"]
BENEFITS = {
    "RINPERSOONS": "RRRRRF",
    "RINPERSOON": ["000000001", "000000001", "000000002", "000000003", "000000004", "000000001"],
    "BIJSTANDStatistiekcodeA": ["01", "01", "13", "01", "15", "01"],
    "BIJSTANDAanvangUitkeringPersoon1A": ["20190101", "20200601", "20190201", "20190501", "20180101", "20190101"],
    "BIJSTANDEindeUitkeringPersoon1A": ["20190331", "88888888", "99991231", "20191231", "20181231", "20191231"],
}
"""1 moves between two spells; 2 has two addresses; 3 has none; 4 lives where no table says; the last is no person."""
ADDRESSES = {
    "RINPERSOONS": "RRRRRR",
    "RINPERSOON": ["000000001", "000000001", "000000002", "000000002", "000000004", "000000009"],
    "SOORTOBJECTNUMMER": "DDDDDD",
    "RINOBJECTNUMMER": ["001", "002", "001", "002", "009", "001"],
    "GBADATUMAANVANGADRESHOUDING": ["20100101", "20200101", "20180101", "20190115", "20100101", "20100101"],
    "GBADATUMEINDEADRESHOUDING": ["20191231", "88888888", "88888888", "88888888", "88888888", "88888888"],
}
OBJECTS = {"SOORTOBJECTNUMMER": "DD", "RINOBJECTNUMMER": ["001", "002"], "gem2022": ["9001", "9002 "]}


def write(folder: Path, **tables: Any) -> Path:
    """The three files as CBS names them, in SPSS."""
    folder.mkdir(exist_ok=True)
    names = ("BIJSTANDUITKERINGTAB2019V1", "GBAADRESOBJECT2023BUSV1", "VSLGWB2023TAB03V1")
    for name, table in zip(names, tables.values(), strict=True):
        frame = pd.DataFrame({column: list(values) for column, values in table.items()})
        pyreadstat.write_sav(frame, folder / f"{name}.sav")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("cbs"), bijstand=BENEFITS, adressen=ADDRESSES, objecten=OBJECTS)


@pytest.fixture(scope="module")
def registers(folder: Path) -> rs.Registers:
    return rs.read_registers(folder, layout=CBS)


def placed(registers: rs.Registers) -> list[tuple[str, str]]:
    frame = registers.to_frame("bijstand")
    return [(row.persoon_id, row.gemeente) for row in frame.itertuples()]


def test_everybody_gets_the_gemeente_of_the_address_on_the_first_day(registers: rs.Registers) -> None:
    assert placed(registers) == [("R000000001", "GM9001"), ("R000000001", "GM9002"), ("R000000002", "GM9002")]
    report = registers.report.fails()
    assert report[["column", "rule", "fails"]].to_numpy().tolist() == [["gemeente", "is ingevuld", 2]]
    assert registers.report.accounting()["rows"].tolist() == [5]


def test_every_row_and_every_address_is_accounted_for(registers: rs.Registers) -> None:
    steps = {step.stap: step.rijen for step in registers.reading["bijstand"].steps}
    assert (steps["gemeente van het adres"], steps["zonder gemeente"]) == (3, 2)
    assert steps["gemeente van het adres"] + steps["zonder gemeente"] == registers.reading["bijstand"].used
    account = registers.reading["adressen"].joined
    assert account is not None
    assert (account.rows, account.used, account.spells) == (6, 4, 4)
    assert dict(account.set_aside) == {NOBODY: 1, "adres niet in objecten": 1}
    frame = registers.reading["adressen"].to_frame()
    assert frame.loc[frame["stap"] == "niet samengevoegd", "rijen"].sum() == 2


def test_the_day_may_be_another_one(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "einde.toml"
    own.write_text('basis = "bijstanduitkeringtab"\n[kolommen]\ngemeente = { adres_op = "einddatum" }')
    registers = rs.read_registers(folder, layout=[own, *CBS[1:]])
    assert placed(registers) == [("R000000001", "GM9001")]  # who still has benefit has no such day


def test_the_gemeente_can_be_said_instead(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "vast.toml"
    own.write_text('basis = "bijstanduitkeringtab"\n[kolommen]\ngemeente = { vast = "9003" }')
    registers = rs.read_registers(folder, layout=[own, *CBS[1:]])
    assert {gemeente for _, gemeente in placed(registers)} == {"GM9003"}
    assert UNUSED in registers.reading["adressen"].notes
    assert registers.reading["adressen"].joined is None


def test_without_addresses_it_is_said_what_to_give(folder: Path) -> None:
    sources: dict[str, Any] = {"bijstand": folder / "BIJSTANDUITKERINGTAB2019V1.sav"}
    words = refusal(RegisterError, lambda: rs.read_registers(sources, layout=CBS[0]))
    assert words.startswith("bijstand: layout bijstanduitkeringtab takes the gemeente from the address on begindatum")
    assert "adressen, objecten are not among the sources" in words
    assert 'kolommen.gemeente = "NAAM"' in words
    sources["adressen"] = folder / "GBAADRESOBJECT2023BUSV1.sav"
    words = refusal(RegisterError, lambda: rs.read_registers(sources, layout=CBS[:2]))
    assert "objecten is not among the sources" in words


def test_addresses_without_a_line_of_names_are_refused_without_a_value(folder: Path, tmp_path: Path) -> None:
    nameless = tmp_path / "adressen.csv"
    nameless.write_text("R000000001,GEHEIM7,2001-01-01,\nR000000002,GEHEIM8,2001-01-01,2002-01-01\n")
    sources = {"bijstand": folder / "BIJSTANDUITKERINGTAB2019V1.sav", "adressen": nameless, "objecten": folder / "VSL*"}
    words = refusal(RegisterError, lambda: rs.read_registers(sources, layout=[CBS[0], CBS[2]]))
    assert "adressen" in words
    assert "GEHEIM" not in words
    assert "R0000" not in words


def test_nobody_with_an_address_is_nobody_in_the_register(tmp_path: Path) -> None:
    nobody = {name: list(values)[:0] for name, values in ADDRESSES.items()}
    registers = rs.read_registers(write(tmp_path, bijstand=BENEFITS, adressen=nobody, objecten=OBJECTS), layout=CBS)
    assert placed(registers) == []
    assert registers.report.accounting()["set_aside"].tolist() == [5]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('gemeente = { adres_op = "begin" }', "adres_op is 'begin', which is no date of this layout; there are: "),
        ('gemeente = { adres_op = "reden_einde" }', "which is no date of this layout"),
        ('reden_einde = { adres_op = "begindatum" }', "'reden_einde' cannot come from an address"),
        ('gemeente = { adres_op = "begindatum", vast = "9001" }', "exactly one of kolom, vast, leeg and adres_op"),
        ("gemeente = { adres_op = true }", "adres_op must be text between quotes"),
    ],
)
def test_a_day_that_is_none_is_refused(tmp_path: Path, change: str, words: str) -> None:
    own = tmp_path / "fout.toml"
    own.write_text(f'basis = "bijstanduitkeringtab"\n[kolommen]\n{change}')
    assert words in refusal(DefinitionError, lambda: read_layout(own))


def test_only_benefit_has_a_gemeente_of_the_address(tmp_path: Path) -> None:
    own = tmp_path / "fout.toml"
    own.write_text('basis = "vslgwbtab"\n[kolommen]\ngemeente = { adres_op = "begindatum" }')
    assert "adres_op is for gemeente, of bijstand" in refusal(DefinitionError, lambda: read_layout(own))


def test_the_command_tries_the_rest_of_such_a_layout(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "BIJSTANDUITKERINGTAB2019V1.sav"
    assert main(["layout", "check", "bijstanduitkeringtab", str(file)]) == 0
    said = capsys.readouterr().out
    assert "gemeente comes from the address on begindatum: not tried" in said
    assert "checked: 5 rows, 5 usable, 0 set aside" in said


def test_limits_of_an_engine_that_is_the_users_are_refused() -> None:
    import ibis

    connection = ibis.duckdb.connect()
    mine = connection.create_table("mijn", bijstand())
    for limit in ({"memory_limit": "1GB"}, {"threads": 1}):
        words = refusal(RegisterError, lambda limit=limit: rs.read_registers({"bijstand": mine}, **limit))
        assert f"{next(iter(limit))} cannot be set: bijstand lives on a connection of your own" in words


def test_codes_of_gemeenten_are_written_in_one_way_by_a_layout(tmp_path: Path) -> None:
    (tmp_path / "bijstand.csv").write_text(
        "wie;waar;van;tot\na;14;1-1-2002;\nb;0014;1-1-2002;\nc;GM0014;1-1-2002;\nd;Stad;1-1-2002;\n"
    )
    text = """
tabel = "bijstand"
[kolommen]
persoon_id = "wie"
gemeente = "waar"
begindatum = { kolom = "van", datum = "d-m-jjjj" }
einddatum = { kolom = "tot", datum = "d-m-jjjj" }
reden_einde = { leeg = true }
"""
    own = tmp_path / "een.toml"
    own.write_text(text)
    registers = rs.read_registers(tmp_path, layout=own)
    assert [gemeente for _, gemeente in placed(registers)] == ["GM0014", "GM0014", "GM0014", "Stad"]
    changed = [step.rijen for step in registers.reading["bijstand"].steps if "schrijfwijze" in step.stap]
    assert changed == [2]
    own.write_text(text.replace('"waar"', '{ kolom = "waar", code = false }'))
    assert [gemeente for _, gemeente in placed(rs.read_registers(tmp_path, layout=own))] == [
        "14", "0014", "GM0014", "Stad",
    ]  # fmt: skip
