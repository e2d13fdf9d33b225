"""Cells of a workbook: their text, their kind, and formulas that hold no value."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def cell_text(value: Any) -> str | None:
    """Return a cell as text; None for an empty one."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**63 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)


def cell_kind(value: Any) -> str:
    """Return what kind of cell it is: ``boolean``, ``number``, ``date``, ``zeros`` (digits after a zero), ``text``."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, dt.date):
        return "date"
    text = str(value).strip()
    return "zeros" if text.startswith("0") and text.isdecimal() and len(text) > 1 else "text"


def column_place(letters: str) -> int:
    """Return the place of a column from 0 on: that of ``AA`` is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


_CELL = re.compile(rb"<c\b([^>]*)>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_REFERENCE = re.compile(rb'\br="([A-Z]+[0-9]+)"')


def uncalculated(path: Path, sheet: int) -> Iterator[str]:
    """Yield the places of formulas without a value."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, read_only=True)
        try:
            part = getattr(book[book.sheetnames[sheet]], "_worksheet_path", None)
        finally:
            book.close()
    if part is None:
        return
    with zipfile.ZipFile(path) as archive, archive.open(part) as file:
        rest = b""
        while block := file.read(2**20):
            content = rest + block
            last = content.rfind(b"<c ")
            for found in _CELL.finditer(content, 0, len(content) if last < 0 else last):
                yield from _reference(found.group(1))
            rest = content[last:] if last >= 0 else content[-2:]
        for found in _CELL.finditer(rest):
            yield from _reference(found.group(1))


def _reference(attributes: bytes) -> Iterator[str]:
    reference = _REFERENCE.search(attributes)
    if reference and b't="str"' not in attributes:
        yield reference.group(1).decode()
