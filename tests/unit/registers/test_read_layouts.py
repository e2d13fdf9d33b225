"""Registers from files by layouts: folders, mappings, caches, and tables of an engine beside files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import ibis
import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest

import reintegratie_stats as rs
from reintegratie_stats.errors import RegisterError
from reintegratie_stats.registers import read_one as read_one_module
from reintegratie_stats.registers.files import FileOptions
from tests.unit.tables import bijstand, days, gemeenten, personen, refusal, trajecten, write_csv, write_parquet

CBS = """
basis = "bijstanduitkeringtab"
[kolommen]
gemeente = { vast = "GM0014" }
"""


def cbs(folder: Path, year: int, keys: list[str]) -> None:
    names = ["RINPERSOONS", "RINPERSOON", "BIJSTANDStatistiekcodeA"]
    names += ["BIJSTANDAanvangUitkeringPersoon1A", "BIJSTANDEindeUitkeringPersoon1A"]
    rows = [("R", key, "01", f"{year}0131", "99991231") for key in keys]
    pyreadstat.write_sav(pd.DataFrame(rows, columns=names), folder / f"Bijstanduitkeringtab{year}V1.sav")


def test_a_folder_of_deliveries_is_recognised_by_the_patterns_of_a_layout(tmp_path: Path) -> None:
    folder = tmp_path / "levering"
    folder.mkdir()
    cbs(folder, 2019, ["000000001", "000000002"])
    cbs(folder, 2020, ["000000003"])
    write_csv(folder, personen=personen())
    (tmp_path / "mijn.toml").write_text(CBS)
    registers = rs.read_registers(folder, layout=tmp_path / "mijn.toml")
    assert registers.to_frame("bijstand")["persoon_id"].tolist() == [f"R00000000{place}" for place in (1, 2, 3)]
    assert repr(registers.reading["bijstand"]) == (
        "Reading(bijstand from 2 files: 3 rows, 0 taken out by the layout, 3 used)"
    )
    assert registers.reading["personen"].rows == 2


def test_a_register_may_be_a_folder_of_years(tmp_path: Path) -> None:
    home = tmp_path / "bijstand"
    home.mkdir()
    bijstand().head(1).to_csv(home / "2001.csv", index=False)
    bijstand().tail(1).to_csv(home / "2002.csv", index=False, sep=";")
    registers = rs.read_registers(tmp_path)
    assert sorted(registers.to_frame("bijstand")["persoon_id"]) == ["a", "b"]
    write_csv(tmp_path, bijstand=bijstand())
    assert "bijstand is there twice: bijstand.csv, bijstand." in refusal(
        RegisterError, lambda: rs.read_registers(tmp_path)
    )


def test_what_was_read_once_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cbs(tmp_path, 2019, ["000000001", "000000002"])
    (tmp_path / "mijn.toml").write_text(CBS)

    def read() -> rs.Registers:
        source = {"bijstand": tmp_path / "Bijstanduitkeringtab2019V1.sav"}
        return rs.read_registers(source, layout=tmp_path / "mijn.toml", cache=tmp_path / "cache")

    first = read()
    monkeypatch.setattr(read_one_module, "apply_layout", lambda *_: pytest.fail("applied again"))
    second = read()
    assert second.reading == first.reading
    pd.testing.assert_frame_equal(second.to_frame("bijstand"), first.to_frame("bijstand"))
    monkeypatch.undo()
    (tmp_path / "mijn.toml").write_text(CBS.replace("GM0014", "GM0015"))
    assert set(read().to_frame("bijstand")["gemeente"]) == {"GM0015"}


def test_names_in_capitals_are_the_same_names(tmp_path: Path) -> None:
    write_parquet(tmp_path, bijstand=bijstand().rename(columns=str.upper))
    write_csv(tmp_path, personen=personen().rename(columns=str.title))
    registers = rs.read_registers(tmp_path)
    assert list(registers.to_frame("bijstand")) == list(bijstand())
    assert registers.report.accounting()["usable"].tolist() == [2, 2]


@pytest.mark.parametrize("names", [str.lower, str.upper])
@pytest.mark.parametrize("count", [1, 2])
def test_days_of_own_text_files_are_read_from_text_once(
    tmp_path: Path, names: Callable[[str], str], count: int
) -> None:
    (tmp_path / "bijstand").mkdir()
    for number in range(count):
        bijstand().rename(columns=names).to_csv(tmp_path / "bijstand" / f"{number}.csv", index=False)
    registers = rs.read_registers(tmp_path)
    assert registers.engine.holds(registers.report.tables["bijstand"].source)
    frame = registers.to_frame("bijstand")
    assert list(frame) == list(bijstand())
    assert len(frame) == 2 * count


def test_tables_of_an_engine_and_files_go_together(tmp_path: Path) -> None:
    connection = ibis.duckdb.connect(tmp_path / "mijn.duckdb")
    mine = connection.create_table("mijn", pa.Table.from_pandas(bijstand()))
    write_csv(tmp_path, trajecten=trajecten().to_csv(index=False, sep=";"), gemeenten=gemeenten())
    source = {"bijstand": mine, "trajecten": tmp_path / "trajecten.csv", "gemeenten": tmp_path / "gemeenten.csv"}
    registers = rs.read_registers(source | {"personen": personen()})
    assert registers.engine.connection is connection
    assert len(rs.define_cohort(registers, rs.RWI_2004).to_frame()) == 2
    tables = connection.raw_sql(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
    ).fetchall()
    kept = [
        name for (name,) in tables if not name.startswith(("rs_", "bestand_", "fase_", "gelezen_", "tekst_", "ibis_"))
    ]
    assert kept == ["mijn"]
    stored = connection.raw_sql("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
    assert stored == [("mijn",)]


def test_a_mapping_names_registers_that_are_known(tmp_path: Path) -> None:
    words = refusal(RegisterError, lambda: rs.read_registers({"bijstnd": "x.csv", "trajecten": "y.csv"})).splitlines()
    assert words[0].startswith("'bijstnd' is no register")
    assert words[1] == "bijstand: this register is required."
    assert "Did you mean 'bijstand'?" in words[0]
    assert "x.csv does not exist" in refusal(RegisterError, lambda: rs.read_registers({"bijstand": tmp_path / "x.csv"}))


def test_decimal_commas_of_the_own_columns_are_numbers(tmp_path: Path) -> None:
    work = "persoon_id;begindatum;einddatum;uren_per_week;soort\nb;2003-09-01;;1.036,5;vast\nb;2003-09-01;;36;vast\n"
    write_csv(tmp_path, bijstand=bijstand(), dienstverbanden=work)
    registers = rs.read_registers(tmp_path)
    assert sorted(registers.to_frame("dienstverbanden")["uren_per_week"]) == [36.0, 1036.5]
    again = rs.read_registers(tmp_path, options={"dienstverbanden": FileOptions(decimaal="punt")})
    assert again.report.accounting()["set_aside"].tolist() == [0, 1]


def test_addresses_may_be_read_beside_the_registers(tmp_path: Path) -> None:
    address = {"RINPERSOONS": ["R"], "RINPERSOON": ["2"], "SOORTOBJECTNUMMER": ["D"], "RINOBJECTNUMMER": ["1"]}
    address |= {"GBADATUMAANVANGADRESHOUDING": ["20190101"], "GBADATUMEINDEADRESHOUDING": ["88888888"]}
    pd.DataFrame(address).to_csv(tmp_path / "adres.csv", index=False)
    source = {"bijstand": bijstand(), "adressen": tmp_path / "adres.csv"}
    registers = rs.read_registers(source, layout={"adressen": "gbaadresobjectbus"})
    assert registers.reading["adressen"].used == 1
    assert "adressen" not in registers


def test_dates_of_a_layout_are_dates_in_the_register(tmp_path: Path) -> None:
    cbs(tmp_path, 2019, ["000000001"])
    (tmp_path / "mijn.toml").write_text(CBS)
    registers = rs.read_registers({"bijstand": str(tmp_path / "*.sav")}, layout=str(tmp_path / "mijn.toml"))
    frame = registers.to_frame("bijstand")
    assert days(frame["begindatum"]) == ["2019-01-31"]
    assert days(frame["einddatum"]) == [None]
