"""The same registers as SPSS, Excel, Dutch CSV and Parquet, split over years, give the same cohort, byte for byte.

Of these formats the whole central delivery is written, everyone in it and every register of spells a file per year; of
Stata and open-document workbooks a part, as these are slow to write.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import reintegratie_stats as rs
from tests.unit.registers import formats

# A layout of ten lines, as a user writes it. Of the tables below only the dates and the keys differ per source.
SPSS_SPELLS = """
tabel = "{table}"
einddag = "laatste dag"
alles_meenemen = true

[kolommen]
persoon_id = {{ kolom = ["RINPERSOONS", "RINPERSOON"], ontbreekt = ["0", "000000000"] }}
begindatum = {{ kolom = "begindatum", datum = "jjjjmmdd" }}
einddatum = {{ kolom = "einddatum", datum = "jjjjmmdd", open = ["99991231"] }}
{more}

[[filter]]
kolom = "RINPERSOONS"
houd = ["R"]
reden = "sleutel wijst geen persoon aan"
"""
MORE = {
    "bijstand": 'gemeente = "gemeente"\nreden_einde = "reden_einde"',
    "vrijstellingen": 'reden = "reden"',
    "trajecten": 'soort = "soort"\nvorm = "vorm"\nregistratiedatum = "registratiedatum"',
    "dienstverbanden": 'uren_per_week = "uren_per_week"\nsoort = { kolom = "soort", labels = true }',
}
SPSS_PERSONS = """
tabel = "personen"
alles_meenemen = true
[kolommen]
persoon_id = ["rinpersoons", "rinpersoon"]
geboortedatum = { kolom = "geboortedatum", datum = "jjjjmmdd" }
"""
DUTCH = """
tabel = "{table}"
alles_meenemen = true
[kolommen]
persoon_id = "persoon_id"
begindatum = {{ kolom = "begindatum", datum = "dd-mm-jjjj" }}
einddatum = {{ kolom = "einddatum", datum = "dd-mm-jjjj", open = ["31-12-9999"] }}
{more}
"""
DUTCH_PERSONS = """
tabel = "personen"
alles_meenemen = true
[kolommen]
persoon_id = "persoon_id"
geboortedatum = { kolom = "geboortedatum", datum = "dd-mm-jjjj" }
"""


@pytest.fixture(scope="module")
def frames() -> formats.Frames:
    return formats.registers()


@pytest.fixture(scope="module")
def some() -> formats.Frames:
    return formats.registers(last="7")


def cohort(registers: rs.Registers) -> bytes:
    made = rs.define_cohort(registers, rs.RWI_2004)
    return made.to_frame().to_csv(index=False).encode()


def canonical(frames: formats.Frames, folder: Path) -> bytes:
    return cohort(rs.read_registers(formats.canonical(folder / "centraal", frames)))


@pytest.fixture(scope="module")
def expected(frames: formats.Frames, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return canonical(frames, tmp_path_factory.mktemp("eigen"))


@pytest.fixture(scope="module")
def expected_of_some(some: formats.Frames, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return canonical(some, tmp_path_factory.mktemp("eigen"))


def layouts(folder: Path, spells: str, persons: str, **more: str) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    for name in formats.SPELLS:
        text = spells.format(table=name, more=more.get(name, MORE[name]))
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    (folder / "personen.toml").write_text(persons, encoding="utf-8")
    return {name: str(folder / f"{name}.toml") for name in (*formats.SPELLS, "personen")}


def test_the_cohort_is_that_of_the_whole_delivery_with_a_text_that_is_not_ascii(expected: bytes) -> None:
    delivered = cohort(rs.read_registers(formats.DELIVERIES / "centraal"))
    assert expected.count(b"\n") == delivered.count(b"\n") > 5000
    assert "privé – «œuvre»".encode() in expected


def test_spss_files_with_keys_in_two_columns_give_the_same_cohort(
    frames: formats.Frames, expected: bytes, tmp_path: Path
) -> None:
    sources = formats.split(tmp_path / "sav", frames, ".sav", formats.write_sav)
    known = layouts(tmp_path / "layouts", SPSS_SPELLS, SPSS_PERSONS)
    registers = rs.read_registers(sources, layout=known, cache=tmp_path / "cache")
    assert cohort(registers) == expected
    assert [len(registers.reading[name].files) for name in formats.SPELLS] == [3] * 4
    reading = registers.reading["vrijstellingen"]
    assert {found["codering"].casefold() for found in reading.found.values()} == {"windows-1252"}
    assert reading.taken_out == 3 * len(reading.files)
    hours = registers.reading["dienstverbanden"].to_frame()
    dropped = hours.loc[hours["stap"] == "waarde vervallen", "rijen"].sum()
    assert dropped == (frames["dienstverbanden"]["uren_per_week"] == "").sum() > 0
    again = rs.read_registers(sources, layout=known, cache=tmp_path / "cache")
    assert cohort(again) == expected
    assert again.reading["bijstand"] == registers.reading["bijstand"]


def test_stata_files_beside_csv_files_give_the_same_cohort(
    some: formats.Frames, expected_of_some: bytes, tmp_path: Path
) -> None:
    own = formats.canonical(tmp_path / "eigen", some)
    stata = {name: some[name] for name in ("bijstand", "dienstverbanden")}
    sources = {name: str(own / f"{name}.csv") for name in some}
    sources |= formats.split(tmp_path / "files", stata, ".dta", formats.write_dta)
    more = {"dienstverbanden": 'uren_per_week = "uren_per_week"\nsoort = "soort"'}
    known = layouts(tmp_path / "layouts", SPSS_SPELLS, SPSS_PERSONS, **more)
    assert cohort(rs.read_registers(sources, layout={name: known[name] for name in stata})) == expected_of_some


def test_workbooks_with_titles_and_real_dates_need_no_layout(
    frames: formats.Frames, expected: bytes, tmp_path: Path
) -> None:
    sources = formats.split(tmp_path / "files", frames, ".xlsx", formats.write_xlsx)
    assert cohort(rs.read_registers(sources)) == expected


def test_open_document_workbooks_need_no_layout(some: formats.Frames, expected_of_some: bytes, tmp_path: Path) -> None:
    sources = formats.split(tmp_path / "files", some, ".ods", formats.write_ods)
    assert cohort(rs.read_registers(sources)) == expected_of_some


def test_dutch_csv_gives_the_same_cohort(frames: formats.Frames, expected: bytes, tmp_path: Path) -> None:
    sources = formats.split(tmp_path / "csv", frames, ".csv", formats.write_dutch_csv)
    more = {**MORE, "dienstverbanden": 'uren_per_week = "uren_per_week"\nsoort = "soort"'}
    more["trajecten"] = (
        'soort = "soort"\nvorm = "vorm"\nregistratiedatum = { kolom = "registratiedatum", datum = "dd-mm-jjjj" }'
    )
    registers = rs.read_registers(sources, layout=layouts(tmp_path / "layouts", DUTCH, DUTCH_PERSONS, **more))
    assert cohort(registers) == expected
    hours = registers.to_frame("dienstverbanden")["uren_per_week"]
    assert {25.5, 31.75} <= set(hours)


def test_parquet_files_of_years_need_no_layout(frames: formats.Frames, expected: bytes, tmp_path: Path) -> None:
    sources = formats.split(tmp_path / "parquet", frames, ".parquet", formats.write_text_parquet)
    assert cohort(rs.read_registers(sources)) == expected


def test_parquet_files_of_years_in_which_a_day_has_two_types_are_named(some: formats.Frames, tmp_path: Path) -> None:
    sources = formats.split(tmp_path / "parquet", some, ".parquet", formats.write_parquet)
    with pytest.raises(rs.ReintegratieError) as caught:
        rs.read_registers(sources)
    assert "types that do not go together" in str(caught.value)
    assert "bijstand_2001.parquet" in str(caught.value)
