"""Open-document workbooks (``.ods``), read as a stream: a zip file with the sheets in ``content.xml``."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_MOST_COLUMNS = 16_384
_REMARKS = f"{_OFFICE}annotation"


def sheets(path: Path) -> list[str]:
    """Return the names of the sheets, in order."""
    names = []
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
        for event, element in ElementTree.iterparse(content, events=("start", "end")):
            if event == "start" and element.tag == f"{_TABLE}table":
                names.append(element.get(f"{_TABLE}name", ""))
            elif event == "end" and element.tag == f"{_TABLE}table-row":
                element.clear()
    return names


def rows(path: Path, sheet: int) -> Iterator[list[Any]]:
    """Yield the rows of a sheet (by its place from 0 on): text, numbers, booleans, dates; None for an empty cell.

    Rows and cells that are written once with a number of repeats are repeated; empty ones at the end are not.
    """
    number, waiting = -1, 0
    parents: list[Any] = []
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
        for event, element in ElementTree.iterparse(content, events=("start", "end")):
            if event == "start":
                parents.append(element)
                number += element.tag == f"{_TABLE}table"
                continue
            parents.pop()
            if element.tag == f"{_TABLE}table" and number == sheet:
                return
            if element.tag != f"{_TABLE}table-row":
                continue
            if number == sheet:
                cells = _cells(element)
                repeats = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
                if cells:
                    yield from ([] for _ in range(waiting))
                    waiting = 0
                    yield from (list(cells) for _ in range(repeats))
                else:
                    waiting += repeats
            if parents:
                parents[-1].remove(element)


def _cells(row: ElementTree.Element) -> list[Any]:
    values: list[Any] = []
    empty = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        repeats = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        value = _value(cell)
        if value is None:
            empty += repeats
            continue
        values += [None] * min(empty, _MOST_COLUMNS)
        empty = 0
        values += [value] * min(repeats, _MOST_COLUMNS)
    return values


def _value(cell: ElementTree.Element) -> Any:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in ("float", "currency", "percentage"):
        return float(cell.get(f"{_OFFICE}value", "nan"))
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    if kind == "date":
        written = cell.get(f"{_OFFICE}date-value", "")
        try:
            return dt.datetime.fromisoformat(written)
        except ValueError:
            return written
    if kind is None:
        return None
    paragraphs = [_text(part) for part in cell if part.tag == f"{_TEXT}p"]
    return "\n".join(paragraphs) or None


def _text(element: ElementTree.Element) -> str:
    """Return the text of a paragraph, with the blanks, tabs and line ends that are written as elements."""
    words = element.text or ""
    for part in element:
        if part.tag == f"{_TEXT}s":
            words += " " * int(part.get(f"{_TEXT}c", "1"))
        elif part.tag == f"{_TEXT}tab":
            words += "\t"
        elif part.tag == f"{_TEXT}line-break":
            words += "\n"
        elif part.tag != _REMARKS:
            words += _text(part)
        words += part.tail or ""
    return words
