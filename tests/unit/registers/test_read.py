"""A folder of files: every way in which a delivery goes wrong, and what is then said."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import reintegratie_stats as rs
from reintegratie_stats.errors import EngineError, RegisterError
from tests.unit.tables import (
    bijstand,
    days,
    everything,
    gemeenten,
    personen,
    refusal,
    trajecten,
    write_csv,
    write_parquet,
)

HEADER = "persoon_id,gemeente,begindatum,einddatum,reden_einde\n"
ROWS = "a,G1,2002-01-31,,\nb,G1,2002-03-01,2003-08-31,werk\n"
SECRET = "GEHEIM123,G1,GEHEIMDATUM,,x\n"

USUAL = [
    ("a", "G1", "2002-01-31", None, None),
    ("b", "G1", "2002-03-01", "2003-08-31", "werk"),
]


def refused(folder: Any) -> str:
    return refusal(RegisterError, lambda: rs.read_registers(folder))


def used(folder: Path) -> list[tuple[Any, ...]]:
    frame = rs.read_registers(folder).to_frame("bijstand").sort_values("persoon_id")
    text = {
        name: [None if pd.isna(value) else str(value) for value in frame[name]]
        for name in ("persoon_id", "gemeente", "reden_einde")
    }
    return list(
        zip(
            text["persoon_id"],
            text["gemeente"],
            days(frame["begindatum"]),
            days(frame["einddatum"]),
            text["reden_einde"],
            strict=True,
        )
    )


# --- the folder -----------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "levering"
    assert refused(folder) == (
        f"Folder {folder} does not exist. Give the folder that holds bijstand.csv or bijstand.parquet."
    )


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    path = write_csv(tmp_path, bijstand=bijstand()) / "bijstand.csv"
    assert refused(str(path)) == (f"{path} is a file. Give the folder that holds bijstand.csv or bijstand.parquet.")


@pytest.mark.parametrize(
    ("present", "said"),
    [
        ([], " Present: nothing."),
        (["personen.csv"], " Present: personen.csv."),
        (["Bijstand.CSV"], " Did you mean 'Bijstand.CSV'? Present: Bijstand.CSV."),
        (["bijstnd.csv", "x.txt"], " Did you mean 'bijstnd.csv'? Present: bijstnd.csv, x.txt."),
    ],
)
def test_a_folder_without_bijstand_says_what_is_there(tmp_path: Path, present: list[str], said: str) -> None:
    for name in present:
        (tmp_path / name).write_text("persoon_id,geboortedatum\n")
    words = refused(tmp_path)
    assert words == f"No bijstand.csv or bijstand.parquet in folder {tmp_path}.{said}"


def test_a_register_may_be_there_in_one_form_only(tmp_path: Path) -> None:
    write_csv(write_parquet(tmp_path, bijstand=bijstand()), bijstand=bijstand())
    assert refused(tmp_path) == ("bijstand is there twice: bijstand.parquet, bijstand.csv. Keep one.")


@pytest.mark.parametrize("thing", [None, 3, bijstand()])
def test_something_else_than_a_path_is_refused(thing: Any) -> None:
    words = refused(thing)
    assert words.startswith(f"read_registers takes the path of a folder, not {type(thing).__name__}.")
    assert "Registers.from_frames" in words


def test_all_problems_of_a_folder_are_told_at_once(tmp_path: Path) -> None:
    write_csv(
        tmp_path,
        bijstand="",
        trajecten="persoon_id;begindatum;einddatum;soort;vormen\n",
        vrijstellingen="persoon_id,begindatum,einddatum,redenen\n",
        personen="persoon_id,geboortedatum\n1,31-01-1980\n",
        gemeenten=gemeenten(),
    )
    write_parquet(tmp_path, gemeenten=gemeenten())
    (tmp_path / "dienstverbanden.parquet").write_bytes(b"PAR1 and no more")
    words = refused(tmp_path).splitlines()
    assert len(words) == 6
    for start in (
        "gemeenten is there twice",
        "bijstand: bijstand.csv is empty",
        "trajecten: column 'vorm' is missing. Did you mean 'vormen'?",
        "dienstverbanden: dienstverbanden.parquet cannot be read",
        "vrijstellingen: column 'reden' is missing. Did you mean 'redenen'?",
        "personen: column 'geboortedatum' is text, and not one of its 1 value",
    ):
        assert any(line.startswith(start) for line in words), start


def test_every_register_in_either_form_gives_the_same_cohort(tmp_path: Path) -> None:
    texts, binary = tmp_path / "csv", tmp_path / "parquet"
    texts.mkdir()
    binary.mkdir()
    write_csv(texts, **everything())
    write_parquet(binary, **everything())
    (texts / "README.txt").write_text("not a register")
    (texts / "bijstand_oud.csv").write_text("neither is this")
    cohorts = [
        rs.define_cohort(registers, rs.RWI_2004).to_frame()
        for registers in (
            rs.read_registers(texts),
            rs.read_registers(binary, memory_limit="500MB", threads=1),
            rs.Registers.from_frames(**everything()),
        )
    ]
    assert len(cohorts[0]) == 2
    for other in cohorts[1:]:
        pd.testing.assert_frame_equal(cohorts[0], other)


@pytest.mark.parametrize("name", ["[2002]", "2002*", "a?", "it's", "{1,2}", "één map", "a.csv"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    write_csv(folder, bijstand=HEADER + ROWS)
    write_parquet(folder, personen=personen())
    registers = rs.read_registers(str(folder))
    assert registers.source == name
    assert registers.report.accounting()["usable"].tolist() == [2, 2]


def test_the_settings_of_the_engine_are_checked(tmp_path: Path) -> None:
    write_csv(tmp_path, bijstand=bijstand())
    for wrong in ({"memory_limit": "a lot"}, {"threads": 0}):
        words = refusal(EngineError, lambda: rs.read_registers(tmp_path, **wrong))  # noqa: B023
        assert "failed while opening DuckDB" in words
        assert "Look at memory_limit (such as '4GB') and threads" in words


# --- CSV --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        HEADER + ROWS,
        (HEADER + ROWS).rstrip("\n"),
        (HEADER + ROWS).replace("\n", "\r\n"),
        b"\xef\xbb\xbf" + (HEADER + ROWS).encode(),
        HEADER + ROWS + "\n\n",
        HEADER + '"a","G1","2002-01-31","",""\n"b","G1","20020301"," 2003-08-31 ","werk"\n',
        '"persoon_id", gemeente ,"begindatum",einddatum,reden_einde\n' + ROWS,
    ],
)
def test_a_csv_file_may_have_a_bom_quotes_and_any_line_end(tmp_path: Path, text: str | bytes) -> None:
    assert used(write_csv(tmp_path, bijstand=text)) == USUAL


def test_text_may_hold_commas_quotes_and_line_ends(tmp_path: Path) -> None:
    text = HEADER + '007,G1,2002-01-31,,"werk, ""vast""\nof niet"\n008,Gé€,2002-01-31,,ziekte;x\n'
    assert used(write_csv(tmp_path, bijstand=text)) == [
        ("007", "G1", "2002-01-31", None, 'werk, "vast"\nof niet'),
        ("008", "Gé€", "2002-01-31", None, "ziekte;x"),
    ]


def test_keys_of_csv_that_are_blank_or_only_zeros_are_set_aside(tmp_path: Path) -> None:
    keys = ["", '""', '" "', "  ", "0", "000", "0a", "a"]
    text = HEADER + "".join(f"{key},G1,2002-01-31,,\n" for key in keys)
    registers = rs.read_registers(write_csv(tmp_path, bijstand=text))
    assert registers.to_frame("bijstand")["persoon_id"].tolist() == ["0a", "a"]
    counts = registers.report.fails().set_index("rule")["fails"].to_dict()
    assert counts == {"is ingevuld": 4, "bestaat niet uit nullen": 2}


def test_further_columns_of_csv_pass_through_as_text(tmp_path: Path) -> None:
    names = ["van", "VAN 2", "it's", 'a""b', "é", "select", "X"]
    header = ",".join(f'"{name}"' for name in names) + "," + HEADER
    text = header + '01,1e5,NULL,true,2002-01-01,"",x,a,G1,2002-01-31,,\n'
    frame = rs.read_registers(write_csv(tmp_path, bijstand=text)).to_frame("bijstand")
    found = [None if pd.isna(value) else value for value in frame.iloc[0, :7]]
    assert [str(name) for name in frame.columns[:7]] == [name.replace('""', '"') for name in names]
    assert found == ["01", "1e5", "NULL", "true", "2002-01-01", None, "x"]


def test_a_file_of_no_bytes_has_not_even_a_header(tmp_path: Path) -> None:
    (tmp_path / "bijstand.csv").touch()
    (tmp_path / "personen.parquet").touch()
    assert refused(tmp_path).splitlines() == [
        f"{name}: {name}.{kind} is empty: it has not even a header. Deliver the file again."
        for name, kind in (("bijstand", "csv"), ("personen", "parquet"))
    ]


@pytest.mark.parametrize("text", ["\n", "  \n", "\r\n", ",,\n", "\n" + HEADER + ROWS])
def test_a_first_line_that_is_blank_is_no_header(tmp_path: Path, text: str) -> None:
    assert refused(write_csv(tmp_path, bijstand=text)) == (
        "bijstand: the first line of bijstand.csv is blank; it must hold the names of the columns."
    )


@pytest.mark.parametrize("text", [HEADER, HEADER.strip()])
def test_a_file_with_a_header_only_is_a_register_without_rows(tmp_path: Path, text: str) -> None:
    registers = rs.read_registers(write_csv(tmp_path, bijstand=text))
    assert repr(registers) == "Registers(bijstand: 0 rows, 0 set aside)"
    cohort = rs.define_cohort(registers, rs.RWI_2004)
    assert cohort.counts()["X"].tolist() == [0]
    assert cohort.ratios().to_frame()["value"].isna().all()


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_other_separators_than_commas_are_found_and_reported(tmp_path: Path, mark: str) -> None:
    write_csv(tmp_path, bijstand=(HEADER + ROWS).replace(",", mark))
    assert used(tmp_path) == USUAL
    found = rs.read_registers(tmp_path).reading["bijstand"].found["bijstand.csv"]
    assert found == {"scheiding": {";": "puntkomma", "\t": "tab", "|": "streep"}[mark], "codering": "utf-8"}


def test_the_line_with_which_excel_begins_is_understood(tmp_path: Path) -> None:
    assert used(write_csv(tmp_path, bijstand="sep=;\n" + (HEADER + ROWS).replace(",", ";"))) == USUAL


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("cp1252", "windows-1252"), ("utf-16", "utf-16"), ("utf-8-sig", "utf-8"), ("utf-8", "utf-8")],
)
def test_the_encoding_of_a_file_is_found_and_reported(tmp_path: Path, encoding: str, found: str) -> None:
    write_csv(tmp_path, bijstand=(HEADER + ROWS.replace("werk", "privé")).encode(encoding))
    registers = rs.read_registers(tmp_path)
    assert registers.reading["bijstand"].found["bijstand.csv"]["codering"] == found
    assert "privé" in registers.to_frame("bijstand")["reden_einde"].dropna().tolist()


def test_a_file_in_no_known_encoding_says_so(tmp_path: Path) -> None:
    write_csv(tmp_path, bijstand=HEADER.encode() + b"GEHEIM123,G1,2002-01-31,,\x81\xe9\n")
    assert refused(tmp_path) == (
        "bijstand: bijstand.csv is not in UTF-8 or Windows-1252. Name its encoding (codering)."
    )


@pytest.mark.parametrize(
    "row",
    [
        "GEHEIM123,G1\n",
        "GEHEIM123,G1,2002-01-31,,GEHEIM,GEHEIM\n",
        '"GEHEIM123,G1,2002-01-31,,GEHEIM\n',
        '"GEHEIM"123,G1,2002-01-31,,GEHEIM\n',
    ],
    ids=["short", "long", "open quote", "text after a quote"],
)
def test_a_row_that_does_not_fit_is_told_by_its_line_and_not_quoted(tmp_path: Path, row: str) -> None:
    words = refused(write_csv(tmp_path, bijstand=HEADER + ROWS + row))
    assert words.startswith("bijstand: bijstand.csv cannot be read: a row does not have the columns of the header")
    assert "(first at line 4)" in words
    assert "text that holds a comma must stand in double quotes" in words
    assert "GEHEIM" not in words


def test_a_column_that_is_twice_in_the_header_is_refused(tmp_path: Path) -> None:
    for again in ("gemeente", "GEMEENTE", " gemeente "):
        header = HEADER.replace("\n", f",{again}\n")
        words = refused(write_csv(tmp_path, bijstand=header + "a,G1,2002-01-31,,,G2\n"))
        assert words == (
            "bijstand: bijstand.csv: column 'gemeente' occurs more than once (columns 2, 6; "
            "capitals do not count). Keep one."
        )


def test_a_column_without_a_name_is_told_by_its_place(tmp_path: Path) -> None:
    for text, place in ((HEADER.replace("\n", ",\n"), 6), ("," + HEADER, 1)):
        words = refused(write_csv(tmp_path, bijstand=text))
        assert words.startswith(f"bijstand: bijstand.csv: column {place} has no name.")


@pytest.mark.parametrize(
    "row",
    [
        "GEHEIM123,G1,2002-01-31,2002-06-30,GEHEIM\n",
        "GEHEIM123,G1,2002-01-31,,GEHEIM\n",
        "GEHEIM123,GEHEIM123,2002-01-31,2002-06-30,GEHEIM\n",
        "GEHEIM123,GEHEIMGEMEENTE,GEHEIMDATUM,GEHEIMDATUM2,GEHEIMREDEN\n",
    ],
)
def test_a_file_without_its_header_does_not_show_its_first_row(tmp_path: Path, row: str) -> None:
    words = refused(write_csv(tmp_path, bijstand=row + ROWS))
    assert words.startswith("bijstand: ")
    assert "GEHEIM" not in words
    assert "2002" not in words


# --- Parquet ------------------------------------------------------------------------------------------


def _damage(data: bytes) -> list[bytes]:
    scrambled = bytearray(data)
    for place in range(4, len(data) // 2):
        scrambled[place] ^= 0x5A
    return [b"GEHEIM123", data[: len(data) // 2], bytes(scrambled), data[:-8] + b"\0" * 8]


@pytest.mark.parametrize("which", range(4), ids=["text", "half", "scrambled", "no end"])
def test_a_parquet_file_that_is_damaged_is_named(tmp_path: Path, which: int) -> None:
    frame = pd.concat([bijstand(persoon_id=["GEHEIM123", "b"])] * 50)
    path = write_parquet(tmp_path, bijstand=frame) / "bijstand.parquet"
    path.write_bytes(_damage(path.read_bytes())[which])
    assert refused(tmp_path) == (
        "bijstand: bijstand.parquet cannot be read: it is not a Parquet file, or it is damaged. Deliver it again."
    )


def _text(kind: pa.DataType) -> pa.Table:
    return pa.Table.from_pandas(bijstand()).cast(pa.schema([(n, kind) for n in bijstand()]))


def _dated(kind: pa.DataType) -> pa.Table:
    begin = pa.array([dt.datetime(2002, 1, 31), dt.datetime(2002, 3, 1)], pa.timestamp("us"))
    end = pa.array([None, dt.datetime(2003, 8, 31)], pa.timestamp("us"))
    table = _text(pa.string())
    for position, values in ((2, begin), (3, end)):
        table = table.set_column(position, table.column_names[position], values.cast(kind))
    return table


FORMS = {
    "string": lambda: _text(pa.string()),
    "large_string": lambda: _text(pa.large_string()),
    "dictionary": lambda: pa.table(
        [column.combine_chunks().dictionary_encode() for column in _text(pa.string()).columns],
        names=list(bijstand()),
    ),
    "date32": lambda: _dated(pa.date32()),
    "timestamp[ms]": lambda: _dated(pa.timestamp("ms")),
    "timestamp[us]": lambda: _dated(pa.timestamp("us")),
    "timestamp[ns]": lambda: _dated(pa.timestamp("ns")),
}


@pytest.mark.parametrize("form", FORMS)
def test_parquet_may_hold_dates_and_text_in_any_type(tmp_path: Path, form: str) -> None:
    assert used(write_parquet(tmp_path, bijstand=FORMS[form]())) == USUAL


@pytest.mark.parametrize("kind", [pa.null(), pa.float64(), pa.string(), pa.date32(), pa.int64()])
def test_an_empty_column_of_parquet_is_empty_whatever_its_type(tmp_path: Path, kind: pa.DataType) -> None:
    table = _text(pa.string())
    for name in ("einddatum", "reden_einde"):
        position = table.column_names.index(name)
        table = table.set_column(position, name, pa.nulls(2, kind))
    assert [row[3:] for row in used(write_parquet(tmp_path, bijstand=table))] == [(None, None)] * 2


def test_parquet_with_moments_in_a_time_zone_is_refused(tmp_path: Path) -> None:
    table = _dated(pa.timestamp("us", tz="Europe/Amsterdam"))
    words = refused(write_parquet(tmp_path, bijstand=table)).splitlines()
    assert len(words) == 2
    assert all("with a time zone the day is not certain" in line for line in words)


def test_parquet_with_a_column_twice_or_of_a_wrong_type_is_refused(tmp_path: Path) -> None:
    table = _text(pa.string())
    write_parquet(
        tmp_path,
        bijstand=table.append_column("Begindatum", table["begindatum"]),
        personen=personen(persoon_id=[1.0, 2.0]),
    )
    assert refused(tmp_path).splitlines() == [
        "bijstand: bijstand.parquet: column 'begindatum' occurs more than once (columns 3, 6; "
        "capitals do not count). Keep one.",
        "personen: column 'persoon_id' has type float64, but must be text (keys as text keep their leading zeros).",
    ]


def test_parquet_with_the_key_as_the_index_of_pandas_is_read(tmp_path: Path) -> None:
    assert used(write_parquet(tmp_path, bijstand=bijstand().set_index("persoon_id"))) == USUAL


def test_a_file_of_many_row_groups_is_read_whole(tmp_path: Path) -> None:
    frame = pd.concat([bijstand(), bijstand(persoon_id=["c", "d"])] * 3)
    pq.write_table(pa.Table.from_pandas(frame), tmp_path / "bijstand.parquet", row_group_size=1)
    assert rs.read_registers(tmp_path).report.accounting()["rows"].tolist() == [12]


def test_a_file_that_is_gone_afterwards_fails_without_words_of_the_engine(tmp_path: Path) -> None:
    write_parquet(tmp_path, bijstand=bijstand(), trajecten=trajecten())
    registers = rs.read_registers(tmp_path)
    shown = repr(registers)
    (tmp_path / "bijstand.parquet").unlink()
    words = refusal(EngineError, lambda: rs.define_cohort(registers, rs.RWI_2004))
    assert words.startswith("The engine failed while selecting persons who may flow in (")
    assert repr(registers) == shown
    assert repr(registers.report).endswith("the warnings cannot be counted any more)")
    refusal(EngineError, registers.report.to_frame)
