"""The same registers as files of every format, the way other people deliver them.

Everything is written from the synthetic registers: keys in two columns, dates as text, sentinels for an open end, codes
with labels, declared missing values, Windows-1252, decimal commas, title lines, a file per year.
"""

from __future__ import annotations

import datetime as dt
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat

ROOT = Path(__file__).resolve().parents[3]
DELIVERIES = ROOT / "data" / "synthetic" / "rwi2004"
SPELLS = ("bijstand", "vrijstellingen", "trajecten", "dienstverbanden")
TABLES = (*SPELLS, "personen", "gemeenten")
Frames = dict[str, pd.DataFrame]


def registers(delivery: str = "centraal", last: str = "0123456789") -> Frames:
    """The synthetic registers as text, with a letter before each key and a text that is not ASCII.

    With `last`, a part of them: the persons whose key ends in one of these digits.
    """
    frames = {}
    for name in TABLES:
        frame = pd.read_csv(DELIVERIES / delivery / f"{name}.csv", dtype=str, keep_default_na=False)
        if "persoon_id" in frame:
            junk = frame["persoon_id"].str.strip("0") == ""
            frame = frame[junk | frame["persoon_id"].str[-1:].isin(list(last))].reset_index(drop=True)
            junk = frame["persoon_id"].str.strip("0") == ""
            frame["persoon_id"] = frame["persoon_id"].where(junk, "R" + frame["persoon_id"])
        frames[name] = frame
    hours = frames["dienstverbanden"]["uren_per_week"]
    frames["dienstverbanden"]["uren_per_week"] = hours.replace({"26": "25.5", "32": "31.75"})
    frames["vrijstellingen"]["reden"] = frames["vrijstellingen"]["reden"].replace("overig", "privé – «œuvre»")
    return frames


def canonical(folder: Path, frames: Frames) -> Path:
    """As the package's own files."""
    folder.mkdir()
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    return folder


def years(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """A register split in files: by year of the first day, what has no such day with the last."""
    if "begindatum" not in frame:
        yield "alles", frame
        return
    year = frame["begindatum"].str[:4]
    part = np.select([year <= "2001", year == "2002"], ["2001", "2002"], "2003")
    for one in ("2001", "2002", "2003"):
        yield one, frame[part == one]


def split(
    folder: Path, frames: Frames, suffix: str, write: Callable[[Path, str, pd.DataFrame, int], None]
) -> dict[str, str]:
    """Write a file per register, of spells a file per year; return the pattern of each register."""
    folder.mkdir()
    for name, frame in frames.items():
        for number, (part, rows) in enumerate(years(frame)):
            write(folder / f"{name}_{part}{suffix}", name, rows.reset_index(drop=True), number)
    return {name: str(folder / f"{name.upper()}_*") for name in frames}


# --- SPSS -------------------------------------------------------------------------------------------


def as_spss(frame: pd.DataFrame, number: int, open_end: str = "99991231") -> pd.DataFrame:
    """Keys in two columns, dates as yyyymmdd, an open end as a sentinel; capitals differ per file."""
    frame = frame.copy()
    if "persoon_id" in frame:
        keys = frame.pop("persoon_id")
        frame.insert(0, "RINPERSOONS", "R")
        frame.insert(1, "RINPERSOON", keys.str.removeprefix("R"))
    for column in ("begindatum", "einddatum", "geboortedatum", "registratiedatum"):
        if column in frame:
            compact = frame[column].str.replace("-", "")
            frame[column] = compact.where((compact != "") | (column != "einddatum"), open_end)
    if "einddatum" in frame:  # rows of who is no person, which a filter leaves out
        strangers = frame.head(3).assign(RINPERSOONS="F")
        frame = pd.concat([frame, strangers], ignore_index=True)
    change = (str.upper, str.lower, str.title, str)[number % 4]
    return frame.rename(columns={name: change(name) for name in frame})


def write_sav(path: Path, name: str, frame: pd.DataFrame, number: int) -> None:
    """SPSS, in turn compressed, plain and within zlib; hours with 99 declared missing, kinds as codes with labels."""
    frame = as_spss(frame, number)
    columns = {column.casefold(): column for column in frame}
    path = path.with_suffix(".zsav") if number == 2 else path
    more: dict[str, object] = {}
    if name == "dienstverbanden":
        hours, kind = columns["uren_per_week"], columns["soort"]
        frame[hours] = pd.to_numeric(frame[hours], errors="coerce").fillna(99.0)
        known = sorted({one for one in frame[kind] if one})
        codes = {value: float(place + 1) for place, value in enumerate(known)}
        frame[kind] = frame[kind].map(codes)
        more = {
            "missing_ranges": {hours: [99.0]},
            "variable_value_labels": {kind: {code: value for value, code in codes.items()}},
        }
    if name == "gemeenten":
        frame[columns["inwoners"]] = frame[columns["inwoners"]].astype(float)
    if name == "vrijstellingen":
        path = path.with_suffix(".sav")
        pyreadstat.write_sav(_placeholders(frame), path)
        to_windows_1252(path)
        return
    pyreadstat.write_sav(frame, path, row_compress=number == 0, compress=number == 2, **more)


_MARKS = {"é": "\x11", "–": "\x12", "«": "\x13", "»": "\x14", "œ": "\x15"}


def _placeholders(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.map(lambda value: value.translate(str.maketrans(_MARKS)) if isinstance(value, str) else value)


def to_windows_1252(path: Path) -> None:
    """Turn a .sav that was written in UTF-8 with placeholders into one in Windows-1252 that says so."""
    head, end, rows = path.read_bytes().partition(struct.pack("<ii", 999, 0))
    for letter, mark in _MARKS.items():
        rows = rows.replace(mark.encode(), letter.encode("cp1252"))
    head = head.replace(
        struct.pack("<iiii", 7, 20, 1, 5) + b"UTF-8", struct.pack("<iiii", 7, 20, 1, 12) + b"windows-1252"
    )
    path.write_bytes(head.replace(struct.pack("<i", 65001), struct.pack("<i", 1252)) + end + rows)


# --- Stata, Excel, CSV, Parquet -----------------------------------------------------------------------


def _dates(frame: pd.DataFrame, column: str) -> list[dt.date | str | None]:
    def one(text: str) -> dt.date | str | None:
        try:
            return dt.date.fromisoformat(text) if text else None
        except ValueError:
            return text

    return [one(text) for text in frame[column]]


def write_xlsx(path: Path, name: str, frame: pd.DataFrame, number: int) -> None:
    """Excel: a title above the header, dates as dates where they are, numbers as numbers, an empty second sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Uitdraai")
    book.create_sheet("Leeg")
    if number % 2:
        sheet.append([f"Uitdraai van {name}", None, "vertrouwelijk"])
        sheet.append([])
    sheet.append([column.title() for column in frame])
    columns = [
        _dates(frame, column)
        if column.endswith("datum")
        else [float(text) if text else None for text in frame[column]]
        if column in ("uren_per_week", "inwoners")
        else [text or None for text in frame[column]]
        for column in frame
    ]
    for row in zip(*columns, strict=True):
        sheet.append(row)
    book.save(path)


def write_dutch_csv(path: Path, name: str, frame: pd.DataFrame, number: int) -> None:
    """Dutch CSV: semicolons, decimal commas, dates as 31-12-2002, Windows-1252, an open end as 31-12-9999."""
    frame = frame.copy()
    for column in frame:
        if column.endswith("datum"):
            parts = frame[column].str.extract(r"^(\d{4})-(\d{2})-(\d{2})$")
            dutch = parts[2] + "-" + parts[1] + "-" + parts[0]
            frame[column] = dutch.where(dutch.notna(), frame[column])
    if "einddatum" in frame:
        frame["einddatum"] = frame["einddatum"].where(frame["einddatum"] != "", "31-12-9999")
    if "uren_per_week" in frame:
        frame["uren_per_week"] = frame["uren_per_week"].str.replace(".", ",")
    frame.rename(columns=str.upper).to_csv(path, index=False, sep=";", encoding="cp1252", lineterminator="\r\n")


def write_parquet(path: Path, name: str, frame: pd.DataFrame, number: int) -> None:
    """Parquet: dates as dates where every one is, hours as numbers; missing is missing."""
    table = pa.Table.from_pandas(frame.replace("", None).astype("object"), preserve_index=False)
    for place, column in enumerate(frame):
        dates = _dates(frame, column) if column.endswith("datum") else ["no"]
        if not any(isinstance(one, str) for one in dates):
            table = table.set_column(place, column.title(), pa.array(dates, pa.date32()))
        elif column == "uren_per_week":
            numbers = pa.array([float(text) if text else None for text in frame[column]], pa.float64())
            table = table.set_column(place, column, numbers)
        else:
            table = table.set_column(place, column, table[column].cast(pa.string()))
    pq.write_table(table, path)


def write_text_parquet(path: Path, name: str, frame: pd.DataFrame, number: int) -> None:
    """Parquet with text only, capitals different per file."""
    change = (str.upper, str.lower, str.title, str)[number % 4]
    table = pa.Table.from_pandas(frame.rename(columns=change), preserve_index=False)
    pq.write_table(table.cast(pa.schema([(column, pa.string()) for column in table.column_names])), path)


def write_dta(path: Path, name: str, frame: pd.DataFrame, number: int) -> None:
    """Stata, with text dates and numbers of hours."""
    pyreadstat.write_dta(_hours(as_spss(frame, number)), path)


def _hours(frame: pd.DataFrame) -> pd.DataFrame:
    for column in frame:
        if column.casefold() == "uren_per_week":
            frame[column] = pd.to_numeric(frame[column], errors="coerce")
    return frame


ODS_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
"""


def write_ods(path: Path, name: str, frame: pd.DataFrame, number: int) -> None:
    """Open-document workbook, with repeated cells and rows as LibreOffice writes them."""
    cells = ['<table:table-row><table:table-cell table:number-columns-repeated="9"/></table:table-row>'] * (number % 2)
    cells.append("<table:table-row>" + "".join(_ods_text(column.upper()) for column in frame) + "</table:table-row>")
    columns = []
    for column in frame:
        values = _dates(frame, column) if column.endswith("datum") else list(frame[column])
        number_like = column in ("uren_per_week", "inwoners")
        columns.append([_ods_cell(value, number_like) for value in values])
    cells += ["<table:table-row>" + "".join(row) + "</table:table-row>" for row in zip(*columns, strict=True)]
    blank = '<table:table-cell table:number-columns-repeated="1024"/>'
    tail = f'<table:table-row table:number-rows-repeated="1048000">{blank}</table:table-row>'
    spaces = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Blad1">{"".join(cells)}{tail}</table:table>'
        f'<table:table table:name="Leeg">{tail}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", ODS_MANIFEST)
        archive.writestr("content.xml", content)


def _ods_text(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'


def _ods_cell(value: dt.date | str | None, number_like: bool) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, dt.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    if number_like:
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    return _ods_text(value)
