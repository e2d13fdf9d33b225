"""Workbooks (``.xlsx``, ``.ods``): one sheet, its header found, its cells as text.

A sheet has no types, its cells have. So each cell becomes text: a whole number without decimals, a day as
``2002-01-31``, yes and no as ``true`` and ``false``; an empty cell is missing. What a column is, a layout says.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree

import pyarrow as pa

from reintegratie_stats.engine import check_names
from reintegratie_stats.errors import RegisterError, counted, listing, nearest
from reintegratie_stats.registers.files import ods
from reintegratie_stats.registers.files.cache import Cache, Chunk, Converted
from reintegratie_stats.registers.files.described import FileOptions
from reintegratie_stats.registers.files.sheet_cells import cell_kind, cell_text, column_place, uncalculated
from reintegratie_stats.registers.files.sheet_header import find_header, likeness

Result = TypeVar("Result")
_STEP = 50_000
_FORM = 2
"""Raised when a sheet is read in another way: what a cache holds is then made again."""
_SEARCHED = 30
"""So many first rows are searched for the header."""


@dataclass(repr=False)
class SheetConversion:
    """A sheet as chunks of rows.

    Parameters
    ----------
    where : str
    path : Path
    sheet : int
        Its place, from 0 on.
    skip : int
        The rows before the header.
    names : sequence of str
        The header; a column without a name is left out when all its cells are empty.
    """

    where: str
    path: Path
    sheet: int
    skip: int
    names: Sequence[str]
    sheet_name: str = ""
    rows: int | None = None
    kinds: dict[str, set[str]] = field(default_factory=dict)

    @property
    def schema(self) -> pa.Schema:
        """The columns of every chunk: text."""
        return pa.schema([(name, pa.string()) for name in self.names if name])

    def about(self) -> dict[str, Any]:
        """Return the sheet, and what kinds of cells each column has."""
        return {
            "sheet": self.sheet_name,
            "header": self.skip + 1,
            "kinds": {name: sorted(kinds) for name, kinds in self.kinds.items()},
        }

    def chunks(self, state: Mapping[str, Any]) -> Iterator[Chunk]:
        """Yield chunks; a sheet that was broken off goes on after the rows that are there."""
        done = 0
        for block in _blocks(_guarded(self.where, self.path, self._data()), _STEP):
            done += len(block)
            table = self._table(block)
            if done > int(state.get("rows", 0)):
                yield table, {"rows": done}

    def _data(self) -> Iterator[list[Any]]:
        source = read_sheet(self.path, self.sheet)
        for _ in range(self.skip + 1):
            next(source, None)
        for row in source:
            if any(value is not None and value != "" for value in row):
                yield row

    def _table(self, block: list[list[Any]]) -> pa.Table:
        columns: dict[str, list[str | None]] = {name: [] for name in self.names if name}
        stray = 0
        for row in block:
            for place, name in enumerate(self.names):
                value = row[place] if place < len(row) else None
                if name:
                    columns[name].append(cell_text(value))
                    if value is not None:
                        self.kinds.setdefault(name, set()).add(cell_kind(value))
                else:
                    stray += value is not None
            stray += sum(value is not None for value in row[len(self.names) :])
        if stray:
            raise RegisterError(
                f"{self.where}: {self.path.name} has {counted(stray, 'filled cell')} in columns without a name: "
                f"line {self.skip + 1} is read as that with the names. Say which line has them (kopregel), or give "
                "every column a name there."
            )
        return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}, schema=self.schema)


def convert_sheet(
    cache: Cache, where: str, path: Path, options: FileOptions, wanted: Collection[str], known: Collection[str]
) -> Converted:
    """Return a sheet of a workbook as Parquet, from the cache or converted now.

    Parameters
    ----------
    cache : Cache
    where : str
        The register's name, for messages.
    path : Path
    options : FileOptions
        `blad` and `kopregel` are used.
    wanted : collection of str
        Column names by which the header is recognised, and the sheet where there are several.
    known : collection of str
        Column names that a message may quote.

    Raises
    ------
    RegisterError
        When the workbook cannot be read, or the sheet or its header is not certain.
    """
    if path.stat().st_size == 0:
        raise RegisterError(f"{where}: {path.name} is empty: it has not even a header. Deliver the file again.")
    folded = {name.casefold() for name in wanted}
    key = cache.key("sheet", _FORM, cache.content(path), path.suffix.casefold(), options.said(), sorted(folded))

    def make(_: Path) -> SheetConversion:
        place, name = _choose(where, path, options, folded)
        first = _guard(where, path, lambda: _first_rows(path, place, _SEARCHED))
        skip, names = find_header(where, path, first, options, folded)
        check_names(f"{where}: {path.name}", [one for one in names if one], known)
        if path.suffix.casefold() != ".ods":
            _refuse_uncalculated(where, path, place, skip, names)
        return SheetConversion(where, path, place, skip, names, name)

    return cache.convert(f"{where}: {path.name}", key, make)


def _refuse_uncalculated(where: str, path: Path, sheet: int, skip: int, names: Sequence[str]) -> None:
    """Refuse formulas below the header that no program has calculated: their cells would be taken for empty.

    A formula whose value is a text without letters has been calculated: its cell says that it is text.
    """
    found: set[tuple[str, int]] = set()
    for content in _guard(where, path, lambda: list(uncalculated(path, sheet))):
        letters = content.rstrip("0123456789")
        found.add((letters, int(content[len(letters) :])))
    places = [
        line
        for letters, line in found
        if line > skip + 1 and any(names[column_place(letters) : column_place(letters) + 1])
    ]
    if places:
        were = "was" if len(places) == 1 else "were"
        raise RegisterError(
            f"{where}: {path.name} has {counted(len(places), 'formula')} that {were} never calculated (first in line "
            f"{min(places)}): the file holds no value for such a cell. Open it in Excel or LibreOffice, save it, and "
            "deliver that."
        )


def sheet_names(where: str, path: Path) -> list[str]:
    """Return the names of the sheets of a workbook, in order."""
    if path.suffix.casefold() == ".ods":
        return _guard(where, path, lambda: ods.sheets(path))
    return _guard(where, path, lambda: _workbook(path, lambda book: list(book.sheetnames)))


def _choose(where: str, path: Path, options: FileOptions, wanted: Collection[str]) -> tuple[int, str]:
    """Return the sheet that is meant: named, the only one with rows, or the only one with columns that are wanted."""
    names = sheet_names(where, path)
    if isinstance(options.blad, int):
        if options.blad > len(names):
            raise RegisterError(f"{where}: {path.name} has {counted(len(names), 'sheet')}, not {options.blad}.")
        return options.blad - 1, names[options.blad - 1]
    if options.blad is not None:
        found = [
            place for place, name in enumerate(names) if name.strip().casefold() == options.blad.strip().casefold()
        ]
        if not found:
            raise RegisterError(
                f"{where}: {path.name} has no sheet '{options.blad}'.{nearest(options.blad, names)} "
                f"It has: {listing(names)}."
            )
        return found[0], names[found[0]]
    heads = [_guard(where, path, partial(_first_rows, path, place, _SEARCHED)) for place in range(len(names))]
    filled = [place for place, head in enumerate(heads) if any(any(v is not None for v in row) for row in head)]
    if len(filled) > 1:
        scores = {place: max(likeness(row, wanted) for row in heads[place]) for place in filled}
        best = [place for place in filled if scores[place] == max(scores.values()) and scores[place] > 0]
        filled = best if len(best) == 1 else filled
    if not filled:
        raise RegisterError(f"{where}: {path.name} is empty: no sheet has a filled cell. Deliver the file again.")
    if len(filled) > 1:
        raise RegisterError(
            f"{where}: {path.name} has {len(filled)} sheets with something on them: "
            f"{listing(names[place] for place in filled)}. Say which (blad)."
        )
    return filled[0], names[filled[0]]


def _first_rows(path: Path, sheet: int, count: int) -> list[list[Any]]:
    source = read_sheet(path, sheet)
    first = []
    for row in source:
        first.append(row)
        if len(first) == count:
            break
    return first


def read_sheet(path: Path, sheet: int) -> Iterator[list[Any]]:
    """Yield the rows of a sheet (by its place from 0 on) as values; None for an empty cell."""
    if path.suffix.casefold() == ".ods":
        yield from ods.rows(path, sheet)
        return
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that say nothing about values
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            chosen = book[book.sheetnames[sheet]]
            if hasattr(chosen, "iter_rows"):  # a sheet that is only a chart has none
                chosen.reset_dimensions()
                yield from (list(row) for row in chosen.iter_rows(values_only=True))
        finally:
            book.close()


def _workbook(path: Path, look: Callable[[Any], Result]) -> Result:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, read_only=True)
        try:
            return look(book)
        finally:
            book.close()


def _guard(where: str, path: Path, run: Callable[[], Result]) -> Result:
    """Run what reads a workbook; its words are withheld, as they may quote a cell."""
    try:
        return run()
    except (MemoryError, KeyboardInterrupt, RegisterError):
        raise
    except Exception as error:
        problem = _problem(where, path, error)
    except BaseException as error:  # what the reader of .ods raises where it gave up on itself
        if type(error).__name__ != "PanicException":
            raise
        problem = _problem(where, path, error)
    raise RegisterError(problem)


def _guarded(where: str, path: Path, source: Iterator[list[Any]]) -> Iterator[list[Any]]:
    nothing: list[Any] = []
    while (row := _guard(where, path, lambda: next(source, nothing))) is not nothing:
        yield row


def _problem(where: str, path: Path, error: BaseException) -> str:
    with path.open("rb") as file:
        begin = file.read(8)
    if begin == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return f"{where}: {path.name} is protected by a password, or an old .xls under another name. Save it as .xlsx."
    broken = isinstance(error, (zipfile.BadZipFile, ElementTree.ParseError, KeyError, EOFError, ValueError))
    broken |= type(error).__module__.partition(".")[0] in ("python_calamine", "pyo3_runtime")
    more = "" if broken else f" ({type(error).__name__})"
    return f"{where}: {path.name} cannot be read: it is no workbook, or it is damaged{more}. Deliver it again."


def _blocks(rows: Iterator[list[Any]], size: int) -> Iterator[list[list[Any]]]:
    block: list[list[Any]] = []
    for row in rows:
        block.append(row)
        if len(block) == size:
            yield block
            block = []
    if block:
        yield block
