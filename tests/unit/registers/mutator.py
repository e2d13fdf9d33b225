"""Deliveries that went wrong: a small register, written in any format, and damaged in one of many ways.

Everything is drawn from a seed. What a mutation returns says how many rows the file still has, counted from what was
written and never by the reader that is tested; None where that cannot be said any more.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat

from tests.unit.registers import formats

FORMATS = ("eigen.csv", "nederlands.csv", "parquet", "xlsx", "sav", "zsav", "dta", "ods")
DATES = ("begindatum", "einddatum")


@dataclass
class Case:
    """One delivery before and after its damage.

    Parameters
    ----------
    frame : DataFrame
        What is written, all text; a mutation of values changes it.
    form : str
        One of `FORMATS`.
    rng : Generator
    path : Path
    rows : int or None
        The rows that the file has; None when the damage makes that unknown.
    written : int
        The rows that were written before any damage to the bytes.
    intact : bool
        The file is whole, and the values of its columns are text under their own names: only values were damaged.
    values : set of str
        Every key, day and text of a person that was written in any form.
    typed : dict
        Columns of a workbook or Parquet file that are no text: the values to be written.
    """

    frame: pd.DataFrame
    form: str
    rng: np.random.Generator
    path: Path
    rows: int | None = None
    written: int = 0
    intact: bool = False
    values: set[str] = field(default_factory=set)
    typed: dict[str, list[object]] = field(default_factory=dict)

    def some(self, most: int = 5) -> list[int]:
        """Places of a few rows."""
        count = int(self.rng.integers(1, most + 1))
        return sorted(self.rng.choice(len(self.frame), size=min(count, len(self.frame)), replace=False).tolist())

    def column(self, *but: str) -> str:
        """One of the columns."""
        return str(self.rng.choice([name for name in self.frame.columns if name not in but]))

    @property
    def content(self) -> bytes:
        return self.path.read_bytes()

    @content.setter
    def content(self, content: bytes) -> None:
        self.path.write_bytes(content)


def small(registers: formats.Frames, rows: int = 24) -> pd.DataFrame:
    """A piece of bijstand whose keys and reasons occur nowhere else, so that a message can be searched for them."""
    frame = registers["bijstand"]
    usual = frame[frame["einddatum"].str.fullmatch(r"\d{4}-\d{2}-\d{2}|") & frame["begindatum"].str.match(r"\d{4}-")]
    usual = usual[usual["persoon_id"].str.len() > 5].head(rows).reset_index(drop=True)
    reasons = {reason: f"reden{place}zq" for place, reason in enumerate(sorted(set(usual["reden_einde"]))) if reason}
    usual = usual[["persoon_id", "gemeente", *DATES, "reden_einde"]]
    return usual.assign(reden_einde=usual["reden_einde"].map(lambda reason: reasons.get(reason, "")))


def said_values(frame: pd.DataFrame) -> set[str]:
    """The values of persons in every form in which they are written; what a message itself gives as example is left."""
    found: set[str] = set()
    for place, name in enumerate(frame.columns):
        if name == "gemeente":
            continue
        for value in map(str, frame.iloc[:, place]):
            found.add(value.strip())
            if len(value) == 10 and value[4] == "-":
                year, month, day = value.split("-")
                found |= {year + month + day, f"{day}-{month}-{year}"}
    examples = {"2002-01-31", "20020131", "31-01-2002", "99991231", "31-12-9999", "9999-12-31"}
    return {value for value in found if len(value) > 5} - examples


# --- writing -----------------------------------------------------------------------------------------


def write(case: Case) -> None:
    """Write the frame in the form of the case, and note how many rows that are."""
    frame, path = case.frame, case.path
    case.rows = len(frame)
    if case.form == "eigen.csv":
        frame.to_csv(path, index=False, lineterminator="\n")
    elif case.form == "nederlands.csv":
        _unique_write(formats.write_dutch_csv, path, frame)
    elif case.form == "parquet":
        _write_parquet(case)
    elif case.form == "xlsx":
        _write_xlsx(case)
    elif case.form == "ods":
        case.rows = int((frame != "").any(axis=1).sum())
        formats.write_ods(path, "bijstand", frame, 0)
    else:
        _write_statistical(case)


def _unique_write(write: Callable[[Path, str, pd.DataFrame, int], None], path: Path, frame: pd.DataFrame) -> None:
    """Write a frame of which names may occur twice."""
    names = list(frame.columns)
    marked = frame.set_axis([f"{name}#{place}" for place, name in enumerate(names)], axis=1)
    dates = {f"{name}#{place}": name for place, name in enumerate(names) if name.endswith("datum")}
    for column in dates:
        parts = marked[column].str.extract(r"^(\d{4})-(\d{2})-(\d{2})$")
        dutch = parts[2] + "-" + parts[1] + "-" + parts[0]
        marked[column] = dutch.where(dutch.notna(), marked[column])
    marked = marked.set_axis([name.upper() for name in names], axis=1)
    marked.to_csv(path, index=False, sep=";", encoding="cp1252", errors="replace", lineterminator="\r\n")


def _write_parquet(case: Case) -> None:
    arrays = []
    for place, name in enumerate(case.frame.columns):
        texts = [value or None for value in case.frame.iloc[:, place]]
        arrays.append(pa.array(case.typed[name]) if name in case.typed else pa.array(texts, pa.string()))
    pq.write_table(pa.table(arrays, names=[str(name) for name in case.frame.columns]), case.path)


def _write_xlsx(case: Case) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Uitdraai")
    sheet.append(list(case.frame.columns))
    columns = [
        case.typed.get(name) or [_printable(value) or None for value in case.frame.iloc[:, place]]
        for place, name in enumerate(case.frame.columns)
    ]
    blank = 0
    for row in zip(*columns, strict=True):
        sheet.append(row)
        blank += all(value is None for value in row)
    case.rows = len(case.frame) - blank
    book.save(case.path)


def _printable(value: str) -> str:
    return "".join(letter for letter in value if letter >= " " or letter == "\n")


def _write_statistical(case: Case) -> None:
    frame = formats.as_spss(case.frame, 0)
    case.rows = len(frame)
    if case.form == "dta":
        pyreadstat.write_dta(frame, case.path)
    else:
        pyreadstat.write_sav(frame, case.path, compress=case.form == "zsav", row_compress=case.form == "sav")


# --- damage to values, before the file is written --------------------------------------------------------


def drop_column(case: Case) -> None:
    case.frame = case.frame.drop(columns=case.column())


def drop_two_columns(case: Case) -> None:
    case.frame = case.frame.drop(columns=[one := case.column(), case.column(one)])


def misspell_column(case: Case) -> None:
    case.frame = case.frame.rename(columns={(name := case.column()): name[:-1] + "x"})


def name_twice(case: Case) -> None:
    one = case.column()
    case.frame = pd.concat([case.frame, case.frame[[one]]], axis=1)


def name_is_another(case: Case) -> None:
    one = case.column()
    case.frame = case.frame.set_axis([one if name == case.column(one) else name for name in case.frame.columns], axis=1)


def swap_names(case: Case) -> None:
    one = case.column()
    other = case.column(one)
    case.frame = case.frame.rename(columns={one: other, other: one})


def swap_days(case: Case) -> None:
    places = case.some(10)
    case.frame.loc[places, list(DATES)] = case.frame.loc[places, list(DATES)[::-1]].to_numpy()


def days_in_other_forms(case: Case) -> None:
    for place in case.some(10):
        column = str(case.rng.choice(DATES))
        year, _, rest = str(case.frame.loc[place, column]).partition("-")
        month, _, day = rest.partition("-")
        ways = (f"{month}/{day}/{year}", f"{day}.{month}.{year}", f"{year}{month}{day}", f"{year}-{month}", "onbekend")
        case.frame.loc[place, column] = str(case.rng.choice(ways))


def all_days_in_another_form(case: Case) -> None:
    parts = case.frame["begindatum"].str.split("-", expand=True)
    case.frame["begindatum"] = parts[1] + "/" + parts[2] + "/" + parts[0]


def days_that_are_none(case: Case) -> None:
    for place in case.some():
        case.frame.loc[place, case.rng.choice(DATES)] = str(
            case.rng.choice(["2003-02-30", "2003-13-01", "0000-00-00", "20030231", "-1", "1e8", "NaN", "11111111"])
        )


def text_instead_of_days(case: Case) -> None:
    case.frame[str(case.rng.choice(DATES))] = "onbekend"


def keys_with_blanks(case: Case) -> None:
    for place in case.some():
        key = str(case.frame.loc[place, "persoon_id"])
        case.frame.loc[place, "persoon_id"] = str(case.rng.choice([f" {key}", f"{key} ", f"{key}\t", f"  {key}  "]))


def keys_that_are_none(case: Case) -> None:
    for place in case.some():
        case.frame.loc[place, "persoon_id"] = str(case.rng.choice(["", "0", "00000000", "   ", "nan", "None"]))


def empty_column(case: Case) -> None:
    case.frame[case.column()] = ""


def empty_values(case: Case) -> None:
    for place in case.some(10):
        case.frame.loc[place, case.column()] = ""


def blank_rows(case: Case) -> None:
    case.frame.loc[case.some()] = ""


def no_rows(case: Case) -> None:
    case.frame = case.frame.head(0)


def one_row(case: Case) -> None:
    case.frame = case.frame.head(1)


def one_row_that_cannot_be_read(case: Case) -> None:
    case.frame = case.frame.head(1).assign(einddatum="onbekend")


def double_rows(case: Case) -> None:
    case.frame = pd.concat([case.frame, case.frame.iloc[case.some()]], ignore_index=True)


def extra_columns(case: Case) -> None:
    for number in range(int(case.rng.integers(1, 4))):
        case.frame[f"extra_{number}"] = case.frame["persoon_id"]


def extra_column_with_a_value_as_name(case: Case) -> None:
    case.frame["R" + str(case.frame.loc[0, "persoon_id"]).removeprefix("R")] = ""


def strange_text(case: Case) -> None:
    strange = ['a"b', "a;b", "a,b", "a\nb", "é" * 300, "\u200b", "=1+1", "'", "\\", "a\rb", "NULL", "\x07", "🚲"]
    for place in case.some():
        case.frame.loc[place, "reden_einde"] = str(case.rng.choice(strange))


def other_order(case: Case) -> None:
    case.frame = case.frame[case.rng.permutation(case.frame.columns)]


def gemeente_as_number(case: Case) -> None:
    case.frame["gemeente"] = case.frame["gemeente"].str.removeprefix("GM").str.lstrip("0")


# --- damage to types: workbooks and Parquet only -----------------------------------------------------------


def mixed_types(case: Case) -> None:
    """Numbers, days, moments and yes or no among the text of a column."""
    column = case.column()
    values: list[object] = [value or None for value in case.frame[column]]
    for place in case.some(8):
        kinds = [dt.date(2003, 1, 2), dt.datetime(2003, 1, 2, 3, 4), 12.5, 20030102, True, -1, dt.time(1, 2)]
        values[place] = kinds[int(case.rng.integers(len(kinds)))]
    case.typed[column] = values if case.form == "xlsx" else [None if one is None else str(one) for one in values]


def another_type(case: Case) -> None:
    column, count = case.column(), len(case.frame)
    ways: list[list[object]] = [
        [float(place) for place in range(count)],
        [True] * count,
        list(range(count)),
        [dt.datetime(2003, 1, 2, 3, 4)] * count,
    ]
    if case.form == "parquet":
        ways += [
            [b"\xff\xfe"] * count,
            [[1, 2]] * count,
            [{"a": 1}] * count,
            [dt.datetime(2003, 1, 2, tzinfo=dt.UTC)] * count,
            [dt.timedelta(3)] * count,
            [float("nan")] * count,
        ]
    case.typed[column] = ways[int(case.rng.integers(len(ways)))]


# --- damage to the file -------------------------------------------------------------------------------------


def truncate(case: Case) -> None:
    content = case.content
    case.content = content[: int(case.rng.integers(1, len(content)))]
    case.rows = None


def truncate_the_end(case: Case) -> None:
    case.content = case.content[: -int(case.rng.integers(1, 30))]
    case.rows = None


def byte_noise(case: Case) -> None:
    content = bytearray(case.content)
    for _ in range(int(case.rng.integers(1, 20))):
        content[int(case.rng.integers(len(content)))] = int(case.rng.integers(256))
    case.content = bytes(content)
    case.rows = None


def one_bit(case: Case) -> None:
    content = bytearray(case.content)
    content[int(case.rng.integers(len(content)))] ^= 1 << int(case.rng.integers(8))
    case.content = bytes(content)
    case.rows = None


def zeros_in_the_middle(case: Case) -> None:
    content = bytearray(case.content)
    begin = int(case.rng.integers(len(content)))
    content[begin : begin + 40] = bytes(len(content[begin : begin + 40]))
    case.content = bytes(content)
    case.rows = None


def a_piece_is_gone(case: Case) -> None:
    content = case.content
    begin = int(case.rng.integers(len(content)))
    case.content = content[:begin] + content[begin + int(case.rng.integers(1, 60)) :]
    case.rows = None


def a_piece_is_there_twice(case: Case) -> None:
    content = case.content
    begin = int(case.rng.integers(len(content)))
    case.content = content[: begin + 50] + content[begin:]
    case.rows = None


def rubbish_at_the_end(case: Case) -> None:
    case.content = case.content + case.rng.bytes(int(case.rng.integers(1, 200)))
    case.rows = None


def nothing(case: Case) -> None:
    case.content = b""
    case.rows = 0


def only_the_begin(case: Case) -> None:
    case.content = case.content[: int(case.rng.integers(1, 9))]
    case.rows = None


def another_format(case: Case) -> None:
    """The content of another format under this name."""
    forms = [form for form in ("eigen.csv", "parquet", "xlsx", "sav", "dta") if form != case.form]
    other = Case(case.frame, str(case.rng.choice(forms)), case.rng, case.path.with_name("ander"))
    write(other)
    other.path.replace(case.path)
    case.rows = None


# --- damage to lines of text -----------------------------------------------------------------------------------


def _lines(case: Case) -> list[bytes]:
    return case.content.splitlines(keepends=True)


def no_header(case: Case) -> None:
    case.content = b"".join(_lines(case)[1:])
    case.rows = None


def header_again(case: Case) -> None:
    lines = _lines(case)
    lines.insert(int(case.rng.integers(1, len(lines))), lines[0])
    case.content = b"".join(lines)
    case.rows = len(lines) - 1


def header_of_two_lines(case: Case) -> None:
    lines = _lines(case)
    case.content = b"".join([lines[0], *lines])
    case.rows = len(lines)


def title_above(case: Case) -> None:
    case.content = b"Uitdraai van dossiers\r\n\r\n" + case.content
    case.rows = None


def header_only(case: Case) -> None:
    case.content = _lines(case)[0]
    case.rows = 0


def blank_lines(case: Case) -> None:
    lines = _lines(case)
    for place in case.some():
        lines.insert(place + 1, lines[0][-2:] if lines[0].endswith(b"\r\n") else b"\n")
    case.content = b"".join(lines)
    case.rows = None


def short_and_long_lines(case: Case) -> None:
    lines = _lines(case)
    mark = b";" if case.form == "nederlands.csv" else b","
    for place in case.some():
        ways = (lines[place + 1].rsplit(mark, 1)[0] + b"\n", lines[place + 1].rstrip() + mark + b"x\n")
        lines[place + 1] = ways[int(case.rng.integers(2))]
    case.content = b"".join(lines)
    case.rows = None


def other_separator_in_some_lines(case: Case) -> None:
    lines = _lines(case)
    for place in case.some():
        lines[place + 1] = lines[place + 1].translate(bytes.maketrans(b",;", b";,"))
    case.content = b"".join(lines)
    case.rows = None


def other_separator(case: Case) -> None:
    mark = [b"\t", b"|", b":", b"  "][int(case.rng.integers(4))]
    case.content = case.content.replace(b";" if case.form == "nederlands.csv" else b",", mark)
    case.rows = len(_lines(case)) - 1


def open_quote(case: Case) -> None:
    content = case.content
    begin = int(case.rng.integers(len(content)))
    case.content = content[:begin] + b'"' + content[begin:]
    case.rows = None


def line_ends(case: Case) -> None:
    ways = (b"\r", b"\n\r", b"\r\r\n", b"\n")
    lines = [line.rstrip(b"\r\n") for line in _lines(case)]
    case.content = b"".join(line + ways[int(case.rng.integers(4))] for line in lines)
    case.rows = None


def only_carriage_returns(case: Case) -> None:
    case.content = case.content.replace(b"\r\n", b"\n").replace(b"\n", b"\r")


def encoding(case: Case) -> None:
    text = case.content.decode("cp1252" if case.form == "nederlands.csv" else "utf-8")
    ways = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037", "utf-8-sig", "cp850")
    case.content = text.encode(str(case.rng.choice(ways)), errors="replace")


def letters_of_another_encoding(case: Case) -> None:
    lines = _lines(case)
    for place in case.some():
        lines[place + 1] = lines[place + 1].rstrip() + "é€\x81".encode("utf-8" if place % 2 else "latin-1", "replace")
        lines[place + 1] += b"\r\n" if case.form == "nederlands.csv" else b"\n"
    case.content = b"".join(lines)


def two_marks_of_encoding(case: Case) -> None:
    case.content = b"\xef\xbb\xbf" * 2 + case.content


def zero_bytes(case: Case) -> None:
    content = bytearray(case.content)
    for _ in range(int(case.rng.integers(1, 4))):
        content.insert(int(case.rng.integers(len(content))), 0)
    case.content = bytes(content)


VALUES = (
    *(drop_column, drop_two_columns, misspell_column, name_twice, name_is_another, swap_names, swap_days),
    *(days_in_other_forms, all_days_in_another_form, days_that_are_none, text_instead_of_days, keys_with_blanks),
    *(keys_that_are_none, empty_column, empty_values, blank_rows, no_rows, one_row, one_row_that_cannot_be_read),
    *(double_rows, extra_columns, extra_column_with_a_value_as_name, strange_text, other_order, gemeente_as_number),
)
TYPES = (mixed_types, another_type)
BYTES = (
    *(truncate, truncate_the_end, byte_noise, one_bit, zeros_in_the_middle, a_piece_is_gone),
    *(a_piece_is_there_twice, rubbish_at_the_end, nothing, only_the_begin, another_format),
)
LINES = (
    *(no_header, header_again, header_of_two_lines, title_above, header_only, blank_lines, short_and_long_lines),
    *(other_separator_in_some_lines, other_separator, open_quote, line_ends, only_carriage_returns, encoding),
    *(letters_of_another_encoding, two_marks_of_encoding, zero_bytes),
)
Damage = Callable[[Case], None]


def damages(form: str) -> tuple[Damage, ...]:
    """The ways in which a file of a form is damaged."""
    left: tuple[Damage, ...] = ()
    if form in ("sav", "zsav", "dta", "ods"):  # these cannot be written with a name twice
        left += (name_twice, name_is_another)
    if form in ("sav", "zsav", "dta"):  # pyreadstat 1.2 does not write text of no rows
        left += (no_rows,)
    values = tuple(one for one in VALUES if one not in left)
    more = LINES if form.endswith(".csv") else TYPES if form in ("xlsx", "parquet") else ()
    return (*values, *BYTES, *more)


def mutate(frame: pd.DataFrame, form: str, damage: Damage, seed: int, folder: Path) -> Case:
    """Write a register in a form with a damage drawn from a seed."""
    rng = np.random.default_rng(seed)
    case = Case(frame.copy(), form, rng, folder / f"bijstand.{form.rpartition('.')[2]}")
    before = damage in VALUES or damage in TYPES
    if before:
        damage(case)
    case.values |= said_values(frame) | said_values(case.frame)
    write(case)
    assert case.rows is not None
    case.written = case.rows
    case.intact = damage in VALUES and not case.typed and set(frame.columns) <= set(case.frame.columns)
    case.intact &= not case.frame.columns.duplicated().any() and damage is not swap_names
    if not before:
        damage(case)
    return case


def count_lines(content: bytes, separator: str, encoding: str) -> int:
    """The rows of a text file by Python's own reader: the header and lines without anything do not count."""
    text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if row]
    return len(rows) - 1
