"""Files of every kind, one by one: what is found of them, and what is said of one that cannot be read."""

from __future__ import annotations

import datetime as dt
import struct
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from reintegratie_stats.engine import Engine, open_engine
from reintegratie_stats.errors import RegisterError
from reintegratie_stats.registers.files import Cache, FileOptions, SourceTable, describe_file, open_source
from reintegratie_stats.registers.files.paths import files_of
from tests.unit.registers.formats import write_ods
from tests.unit.tables import refusal

SECRET = "GEHEIM"


class Opened:
    """A source with what it lives on."""

    def __init__(self, source: Any, **settings: Any) -> None:
        self.engine: Engine = open_engine()
        self.cache = Cache.at(None)
        self.source: SourceTable = open_source(self.engine, "x", source, self.cache, **settings)

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.source.table().to_pyarrow().to_pylist()
        return found

    @property
    def found(self) -> dict[str, str]:
        return dict(self.source.files[0].found)


def refused(source: Any, **settings: Any) -> str:
    return refusal(RegisterError, lambda: Opened(source, **settings))


def text(folder: Path, content: str | bytes, name: str = "x.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# --- which files ------------------------------------------------------------------------------------------


def names(found: list[Path]) -> list[str]:
    return [path.name for path in found]


def test_a_folder_or_a_pattern_are_the_files_that_can_be_read(tmp_path: Path) -> None:
    for name in ("a1.csv", "A2.CSV", "b.sav", "~$a3.xlsx", ".x.csv", "leesmij.md"):
        (tmp_path / name).touch()
    assert names(files_of("x", tmp_path)) == ["A2.CSV", "a1.csv", "b.sav"]
    assert names(files_of("x", str(tmp_path / "a*.csv"))) == ["A2.CSV", "a1.csv"]
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "c.sav").touch()
    assert names(files_of("x", str(tmp_path / "m*" / "c.s*"))) == ["c.sav"]
    assert names(files_of("x", [tmp_path / "b.sav", tmp_path])) == ["b.sav", "A2.CSV", "a1.csv"]


def test_what_is_no_file_says_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "bijstand.csv").touch()
    (tmp_path / "oud.xls").touch()
    for source, said in (
        (tmp_path / "bijstnd.csv", "does not exist. Did you mean 'bijstand.csv'?"),
        (tmp_path / "oud.xls", "Save it as .xlsx"),
        (str(tmp_path / "*.xls"), "It matches oud.xls, which is not read"),
        (str(tmp_path / "*.sav"), "no file matches"),
        ([], "an empty list of files"),
        (7, "int is no path"),
    ):
        assert said in refusal(RegisterError, lambda: files_of("x", source))  # noqa: B023
    (tmp_path / "leeg").mkdir()
    assert "holds no file that can be read" in refused(tmp_path / "leeg")


def test_of_versions_of_a_file_the_newest_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    for name, value in (("R2019V2", 2), ("r2019v10", 10), ("R2020V1", 1)):
        text(tmp_path, f"x\n{value}\n", f"{name}.csv")
    opened = Opened(tmp_path)
    assert sorted(row["x"] for row in opened.rows()) == ["1", "10"]
    assert opened.source.older == ("R2019V2.csv",)


def test_one_file_in_two_formats_would_count_twice(tmp_path: Path) -> None:
    text(tmp_path, "x\n1\n", "b2019.csv")
    pq.write_table(pa.table({"x": ["1"]}), tmp_path / "B2019.parquet")
    assert refused(tmp_path) == "x is there twice: B2019.parquet, b2019.csv. Keep one."


def test_the_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    text(tmp_path, "", "a.csv")
    text(tmp_path, "GEHEIM", "b.sav")
    text(tmp_path, "GEHEIM", "c.xlsx")
    text(tmp_path, "x\n1\n", "d.csv")
    words = refused(tmp_path).splitlines()
    assert [line.split(" ")[1] for line in words] == ["a.csv", "b.sav", "c.xlsx"]
    assert SECRET not in "".join(words)


# --- text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoted", [False, True])
def test_the_separator_is_that_into_which_all_lines_fall_alike(tmp_path: Path, mark: str, quoted: bool) -> None:
    cell = '"2,5; a|b\tc"' if quoted else "2"
    path = text(tmp_path, f"naam{mark}x,y{mark}z\n".replace("x,y", '"x,y"') + f"a{mark}{cell}{mark}1\n" * 3)
    opened = Opened(path)
    assert [len(row) for row in opened.rows()] == [3] * 3
    assert opened.found["scheiding"] == {",": "komma", ";": "puntkomma", "\t": "tab", "|": "streep"}[mark]


def test_one_column_needs_no_separator(tmp_path: Path) -> None:
    assert Opened(text(tmp_path, "naam\na\nb\n")).rows() == [{"naam": "a"}, {"naam": "b"}]


def test_decimal_commas_are_not_taken_for_separators(tmp_path: Path) -> None:
    rows = Opened(text(tmp_path, "naam;uren\n" + "a;1,5\n" * 5)).rows()
    assert rows[0] == {"naam": "a", "uren": "1,5"}


def test_what_the_user_says_of_a_file_goes_before_what_is_found(tmp_path: Path) -> None:
    content = "Uitdraai; van\nnaam;x|y\ncafé;1|2\n".encode("cp850")
    options = FileOptions(scheiding="|", codering="cp850", kopregel=2)
    opened = Opened(text(tmp_path, content), options=options)
    assert opened.rows() == [{"naam;x": "café;1", "y": "2"}]
    words = refused(text(tmp_path, content), options=FileOptions(codering="utf-8"))
    assert words == "x: x.csv is not in utf-8, as was said. Name its encoding (codering)."
    assert "line 9 of x.csv is blank" in refused(text(tmp_path, "a\n1\n"), options=FileOptions(kopregel=9))


def test_a_letter_far_into_a_file_decides_its_encoding(tmp_path: Path) -> None:
    content = b"naam;x\n" + b"a;1\n" * 300_000 + "beëindigd;2\n".encode("cp1252")
    opened = Opened(text(tmp_path, content))
    assert opened.found["codering"] == "windows-1252"
    assert sum(row["naam"] == "beëindigd" for row in opened.rows()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"scheiding": "punt"},
        {"decimaal": ";"},
        {"codering": "utf-99"},
        {"blad": 0},
        {"kopregel": 0},
        {"kopregel": "een"},
        {"blad": 1.5},
    ],
)
def test_an_option_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    assert next(iter(wrong)) in refusal(RegisterError, lambda: FileOptions(**wrong))


# --- workbooks -------------------------------------------------------------------------------------------------


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_cells_become_text_of_one_form(tmp_path: Path) -> None:
    row = ["007", 7, 7.5, dt.date(2002, 1, 31), dt.datetime(2002, 1, 31, 13, 45), True, None, " x ", 1e17, -0.1]
    path = workbook(tmp_path / "x.xlsx", blad=[[f"k{place}" for place in range(len(row))], row, [None] * 10])
    assert [list(one.values()) for one in Opened(path).rows()] == [
        ["007", "7", "7.5", "2002-01-31", "2002-01-31 13:45:00", "true", None, " x ", "100000000000000000", "-0.1"]
    ]


def test_the_header_is_searched_below_a_title_and_the_sheet_by_its_columns(tmp_path: Path) -> None:
    sheets = {"toelichting": [["Dit is uitleg"]], "data": [["Uitdraai"], [], ["Naam", "Datum"], ["a", "b"]]}
    opened = Opened(workbook(tmp_path / "x.xlsx", **sheets), wanted=["datum", "naam"])
    assert opened.rows() == [{"Naam": "a", "Datum": "b"}]
    assert opened.found == {"blad": "data", "kopregel": "3"}


def test_a_sheet_that_is_not_certain_is_asked_for(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", een=[["a"], ["1"]], twee=[["a"], ["2"]])
    assert refused(path) == "x: x.xlsx has 2 sheets with something on them: een, twee. Say which (blad)."
    assert Opened(path, options=FileOptions(blad="TWEE")).rows() == [{"a": "2"}]
    assert Opened(path, options=FileOptions(blad=1)).rows() == [{"a": "1"}]
    assert "Did you mean 'twee'?" in refused(path, options=FileOptions(blad="tweee"))
    assert "has 2 sheets, not 3" in refused(path, options=FileOptions(blad=3))


def test_cells_without_a_column_are_not_lost_in_silence(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", een=[["a", None, "b"], ["1", None, "2", SECRET], ["1", SECRET, "3"]])
    words = refused(path)
    assert words.startswith("x: x.xlsx has 2 filled cells in columns without a name: line 1 is read as that with the ")
    assert SECRET not in words
    words = refused(workbook(tmp_path / "y.xlsx", een=[["a", "A"], ["1", "2"]]))
    assert "occurs more than once (columns 1, 2" in words


@pytest.mark.parametrize("name", ["x.xlsx", "x.ods"])
def test_what_is_no_workbook_is_refused_without_its_words(tmp_path: Path, name: str) -> None:
    for content, said in (
        (b"", "is empty"),
        (SECRET.encode() * 100, "it is no workbook, or it is damaged"),
        (b"PK\x03\x04" + SECRET.encode() * 100, "it is no workbook, or it is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "protected by a password"),
    ):
        words = refused(text(tmp_path, content, name))
        assert said in words
        assert SECRET not in words
    empty = tmp_path / f"leeg{name[1:]}"
    if name == "x.xlsx":
        workbook(empty, een=[], twee=[[None]])
        assert "no sheet has a filled cell" in refused(empty)
    else:
        write_ods(empty, "x", pd.DataFrame({"a": ["1"], "b": [""]}), 0)
        assert Opened(empty).rows() == [{"A": "1", "B": None}]


# --- SPSS, Stata, SAS ---------------------------------------------------------------------------------------------


def test_dates_of_spss_stata_and_sas_are_days_as_text(tmp_path: Path) -> None:
    frame = pd.DataFrame({"d": [dt.date(2002, 1, 31), None, dt.date(1850, 1, 1)], "n": [1.0, 2.0, None]})
    pyreadstat.write_sav(frame, tmp_path / "x.sav")
    pyreadstat.write_dta(frame, tmp_path / "y.dta")
    pyreadstat.write_xport(frame, tmp_path / "z.xpt")
    for name in ("x.sav", "y.dta", "z.xpt"):
        opened = Opened(tmp_path / name)
        rows = [list(row.values()) for row in opened.rows()]
        assert rows == [["2002-01-31", 1.0], [None, 2.0], ["1850-01-01", None]], name
        assert next(iter(opened.source.files[0].columns.values())).kind == "date"


def test_a_date_out_of_range_does_not_fail_a_file_and_stays_visible(tmp_path: Path) -> None:
    path = tmp_path / "x.sav"
    pyreadstat.write_sav(pd.DataFrame({"d": [dt.date(2002, 1, 31), dt.date(9999, 12, 31)]}), path, row_compress=False)
    content = bytearray(path.read_bytes())
    content[-16:-8] = struct.pack("<d", 1e18)
    path.write_bytes(content)
    assert [row["d"] for row in Opened(path).rows()] == ["1e+18", "9999-12-31"]
    path.write_bytes(bytes(content[:-16]) + struct.pack("<d", 13_226_889_600.0 + 45_296) + bytes(content[-8:]))
    assert Opened(path).rows()[0]["d"] == "2001-12-05 12:34:56"


def test_what_a_file_says_of_its_codes_goes_with_it(tmp_path: Path) -> None:
    frame = pd.DataFrame({"soort": [1.0, 2.0, 99.0], "c": ["a", "b", ""]})
    pyreadstat.write_sav(
        frame,
        tmp_path / "x.sav",
        variable_value_labels={"soort": {1.0: "een", 2.5: "half"}, "c": {"a": "letter"}},
        missing_ranges={"soort": [99.0, {"lo": 50.0, "hi": 60.0}], "c": ["b"]},
        column_labels={"soort": "De soort"},
    )
    kind, letter = Opened(tmp_path / "x.sav").source.files[0].columns.values()
    assert (kind.label, dict(kind.values)) == ("De soort", {"1": "een", "2.5": "half"})
    assert (kind.missing.values, kind.missing.ranges) == (("99",), ((50.0, 60.0),))
    assert (dict(letter.values), letter.missing.values) == ({"a": "letter"}, ("b",))
    assert [row["soort"] for row in Opened(tmp_path / "x.sav").rows()] == [1.0, 2.0, 99.0]
    assert [row["c"] for row in Opened(tmp_path / "x.sav").rows()] == ["a", "b", None]


def test_text_in_another_encoding_than_the_file_says_is_tried_as_windows_1252(tmp_path: Path) -> None:
    path = tmp_path / "x.sav"
    pyreadstat.write_sav(pd.DataFrame({"naam": ["a", "caf\x11s"], "n": [1.0, 2.0]}), path)
    path.write_bytes(path.read_bytes().replace(b"\x11", b"\xe9"))
    opened = Opened(path)
    assert [row["naam"] for row in opened.rows()] == ["a", "cafés"]
    assert opened.found["codering"] == "WINDOWS-1252"
    words = refused(path, options=FileOptions(codering="utf-8"))
    assert words == "x: text in x.sav is not in utf-8. Name the encoding (codering)."


def test_a_code_with_a_label_in_another_encoding_does_not_end_the_process(tmp_path: Path) -> None:
    """pyreadstat 1.3 breaks down on such a text; a file that says UTF-8 and is Windows-1252 may hold one."""
    frame = pd.DataFrame({"naam": ["a", "n.b\x11"], "n": [1.0, 2.0]})
    for more in ({"variable_value_labels": {"naam": {"n.b\x11": "niet"}}}, {"missing_ranges": {"naam": ["n.b\x11"]}}):
        path = tmp_path / "x.sav"
        pyreadstat.write_sav(frame, path, **more)
        path.write_bytes(path.read_bytes().replace(b"n.b\x11", b"n.b\xe9"))
        opened = Opened(path)
        assert [row["naam"] for row in opened.rows()] == ["a", "n.bé"]
        assert opened.found["codering"] == "WINDOWS-1252"
        words = refused(path, options=FileOptions(codering="utf-8"))
        assert words == "x: text in x.sav is not in encoding utf-8. Name another."


@pytest.mark.parametrize("cases", [1, 3, 2**30, -7])
def test_an_spss_file_with_more_or_fewer_rows_than_it_says_is_refused(tmp_path: Path, cases: int) -> None:
    path = tmp_path / "x.sav"
    for compressed in (False, True):
        pyreadstat.write_sav(pd.DataFrame({"n": [1.0, 2.0]}), path, row_compress=compressed)
        content = bytearray(path.read_bytes())
        content[80:84] = struct.pack("<i", cases)
        path.write_bytes(content)
        if cases > 0:
            assert "do not add up to what it says" in refused(path)
        else:  # it does not say
            assert len(Opened(path).rows()) == 2


def test_a_zsav_file_that_claims_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zsav"
    pyreadstat.write_sav(pd.DataFrame({"n": [1.0, 2.0]}), path, compress=True)
    content = path.read_bytes()
    for place, value in ((-8, 2**31 - 1), (-4, 2**31 - 1), (-16, 2**60), (-24, -5)):
        damaged = bytearray(content)
        form = "<q" if place <= -16 else "<i"
        damaged[len(content) + place : len(content) + place + struct.calcsize(form)] = struct.pack(form, value)
        path.write_bytes(damaged)
        if place != -24:  # where the block would be when it were unpacked: of no use
            assert "do not add up to what it says" in refused(path)


@pytest.mark.parametrize("name", ["x.sav", "x.zsav", "x.por", "x.dta", "x.sas7bdat", "x.xpt"])
def test_a_file_of_another_kind_than_its_name_says_is_refused_without_words_of_the_reader(
    tmp_path: Path, name: str
) -> None:
    for content in (b"", SECRET.encode() * 500, b"$FL2" + SECRET.encode() * 500, b"\0" * 5000):
        words = refused(text(tmp_path, content, name))
        assert words.startswith(f"x: {name} cannot be read: it is not a .")
        assert SECRET not in words


@pytest.mark.parametrize("suffix", [".sav", ".zsav", ".dta", ".xpt"])
def test_a_file_without_rows_has_its_columns(tmp_path: Path, suffix: str) -> None:
    path, frame = tmp_path / f"x{suffix}", pd.DataFrame({"m": [1.0], "n": [1.0]}).head(0)
    write = {".dta": pyreadstat.write_dta, ".xpt": pyreadstat.write_xport}.get(suffix, pyreadstat.write_sav)
    write(frame, path, **({"compress": True} if suffix == ".zsav" else {}))
    opened = Opened(path)
    assert opened.rows() == []
    assert [name.casefold() for name in opened.source.column_names] == ["m", "n"]


# --- one register of many files -------------------------------------------------------------------------------------


def test_columns_of_files_are_united_by_name_whatever_the_capitals(tmp_path: Path) -> None:
    text(tmp_path, "Naam,x\na,1\n", "a.csv")
    text(tmp_path, "NAAM;y\nb;2\n", "b.csv")
    rows = Opened(tmp_path).rows()
    assert sorted(rows, key=lambda row: row["Naam"]) == [
        {"Naam": "a", "x": "1", "y": None},
        {"Naam": "b", "x": None, "y": "2"},
    ]


def test_types_that_do_not_go_together_are_told_with_the_files(tmp_path: Path) -> None:
    for name, values in (("a", [1]), ("b", ["1"]), ("c", [2.5])):
        pq.write_table(pa.table({"nr": values}), tmp_path / f"{name}.parquet")
    opened = Opened(tmp_path)
    words = refusal(RegisterError, opened.source.table)
    assert words.startswith("x: column 'nr' has types that do not go together: ")
    assert "int64 in a.parquet" in words
    assert "string in b.parquet" in words
    (tmp_path / "b.parquet").unlink()
    assert sorted(row["nr"] for row in Opened(tmp_path).rows()) == [1.0, 2.5]


def test_a_file_is_described_without_its_rows(tmp_path: Path) -> None:
    frame = pd.DataFrame({"naam": [SECRET], "n": [1.0], "d": [dt.date(2002, 1, 31)]})
    frame.to_csv(tmp_path / "x.csv", index=False)
    frame.to_parquet(tmp_path / "x.parquet")
    workbook(tmp_path / "x.xlsx", b=[list(frame), *frame.to_numpy().tolist()])
    pyreadstat.write_sav(frame, tmp_path / "x.sav")
    kinds = {}
    for name in ("x.csv", "x.parquet", "x.xlsx", "x.sav"):
        columns, rows, _ = describe_file(tmp_path / name, Cache.at(None))
        assert [column.name for column in columns] == ["naam", "n", "d"]
        assert SECRET not in repr(columns)
        kinds[name] = ([column.kind for column in columns], rows)
    assert kinds["x.csv"] == (["text"] * 3, None)
    assert kinds["x.parquet"] == kinds["x.xlsx"] == kinds["x.sav"] == (["text", "number", "date"], 1)


def test_without_its_reader_an_ods_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_ods(tmp_path / "x.ods", "x", pd.DataFrame({"persoon_id": ["1"]}), 0)
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(RegisterError) as caught:
        describe_file(tmp_path / "x.ods", Cache.at(None))
    assert "reintegratie-stats[ods]" in str(caught.value)
    assert "save the workbook as .xlsx" in str(caught.value)
