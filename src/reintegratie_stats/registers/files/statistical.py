"""Files of SPSS, Stata and SAS, by pyreadstat, a chunk of rows at a time.

What pyreadstat does silently is undone here: names match whatever their capitals, values that a file declares missing
stay and are declared (`ColumnInfo.missing`), empty text is missing, and dates become text ``2002-01-31`` by our own
arithmetic, so that one date out of range does not fail a file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reintegratie_stats.errors import RegisterError
from reintegratie_stats.registers.files.described import ColumnInfo, FileOptions, Kind, Missing, code_text
from reintegratie_stats.registers.files.sav_header import read_form

READERS = {
    ".sav": "read_sav",
    ".zsav": "read_sav",
    ".por": "read_por",
    ".dta": "read_dta",
    ".sas7bdat": "read_sas7bdat",
    ".xpt": "read_xport",
}
"""pyreadstat's function per suffix."""
SPSS = (".sav", ".zsav", ".por")
_DECLARING = (".sav", ".zsav")
"""Formats of which pyreadstat gives the values that are declared missing."""
FALLBACK = "WINDOWS-1252"
"""The encoding that is tried when a file's text is not in the encoding that it names, or names none."""

_SPSS_DATE = re.compile(r"^(DATE|ADATE|EDATE|JDATE|SDATE|DATETIME|YMDHMS)[0-9.]*$")
_SAS_DATE = re.compile(
    r"^(WEEKDAT[EX]|MMDDYY[BCDNPS]?|DDMMYY[BCDNPS]?|YYMMDD[BDNPS]?|DATE|DTDATE|(IS|E|B)8601DA)[0-9.]*$"
)
_SAS_TIME = re.compile(r"^(DATETIME|DATEAMPM|MDYAMPM|(IS|E|B)8601DT|B8601DN)[0-9.]*$")
_STATA_DATE = re.compile(r"^%-?(td|d)")
_STATA_TIME = re.compile(r"^%-?t[cC](?!HH:MM)")

_EPOCH = {"spss": -141_428 * 86_400, "1960": -3_653 * 86_400}
"""Where the formats begin to count, in seconds from 1 January 1970."""
_FIRST, _LAST = -719_162, 2_932_896
"""1 January of year 1 and 31 December of year 9999, in days."""

Values = Mapping[str, Any]


@dataclass(frozen=True, repr=False)
class Described:
    """What the metadata of a file say.

    Parameters
    ----------
    path : Path
    columns : tuple of ColumnInfo
    formats : mapping
        The date arithmetic of columns that hold dates: seconds per unit and the zero point.
    rows : int or None
        The number of rows; None where the file does not tell.
    encoding : str or None
        The encoding that was given to pyreadstat; None for that of the file.
    used : str
        The encoding that the text is in.
    """

    path: Path
    columns: tuple[ColumnInfo, ...]
    formats: Mapping[str, tuple[int, int]]
    rows: int | None
    encoding: str | None
    used: str = ""

    @property
    def suffix(self) -> str:
        """The suffix of the file, in small letters."""
        return self.path.suffix.casefold()


class EncodingProblem(Exception):
    """Text of a file is not in the encoding that was supposed."""


def describe(where: str, path: Path, options: FileOptions, encoding: str | None = None) -> Described:
    """Return what a file's metadata say.

    Raises
    ------
    RegisterError
        When the file is not what its name says, or damaged.
    """
    chosen = encoding or options.codering
    try:
        meta = _metadata(where, path, chosen)
    except EncodingProblem:
        if chosen is not None:
            raise RegisterError(f"{where}: text in {path.name} is not in encoding {chosen}. Name another.") from None
        chosen = FALLBACK
        meta = _describe_again(where, path, chosen)
    if not all(isinstance(name, str) and name for name in meta.column_names):
        raise RegisterError(_damaged(where, path))
    labels = meta.column_names_to_labels
    columns, formats = [], {}
    for name in meta.column_names:
        kind = _kind(meta, name)
        dated = (
            _dates(path.suffix.casefold(), str(meta.original_variable_types.get(name) or ""))
            if kind == "number"
            else None
        )
        if dated is not None:
            formats[name], kind = dated, "date"
        values = {code_text(code): str(label) for code, label in (meta.variable_value_labels.get(name) or {}).items()}
        missing = _missing(meta.missing_ranges.get(name) or []) if path.suffix.casefold() in _DECLARING else Missing()
        columns.append(ColumnInfo(name, kind, str(labels.get(name) or ""), MappingProxyType(values), missing))
    rows = meta.number_rows if meta.number_rows is not None and meta.number_rows >= 0 else None
    used = chosen or str(meta.file_encoding or "")
    return Described(path, tuple(columns), MappingProxyType(formats), rows, chosen, used)


def _describe_again(where: str, path: Path, encoding: str) -> Any:
    try:
        return _metadata(where, path, encoding)
    except EncodingProblem:
        problem = _damaged(where, path) + " If it is whole, name the encoding of its names and labels (codering)."
    raise RegisterError(problem)


def _metadata(where: str, path: Path, encoding: str | None) -> Any:
    """Call for metadata; SPSS tells what it declares missing only to who asks for these values."""
    more: dict[str, Any] = {"user_missing": True} if path.suffix.casefold() in _DECLARING else {}
    form = read_form(path) if more else None
    if form is not None and not form.fits(encoding):
        raise EncodingProblem
    return _call(where, path, encoding, metadataonly=True, **more)[1]


def _kind(meta: Any, name: str) -> Kind:
    return "text" if str(meta.readstat_variable_types.get(name)).startswith("string") else "number"


def _dates(suffix: str, form: str) -> tuple[int, int] | None:
    """Return how a number is a moment: seconds per unit (negative: units per second) and the zero point."""
    if suffix in SPSS:
        return (1, _EPOCH["spss"]) if _SPSS_DATE.match(form) else None
    if suffix == ".dta":
        if _STATA_TIME.match(form):
            return (-1000, _EPOCH["1960"])
        return (86_400, _EPOCH["1960"]) if _STATA_DATE.match(form) else None
    if _SAS_TIME.match(form):
        return (1, _EPOCH["1960"])
    return (86_400, _EPOCH["1960"]) if _SAS_DATE.match(form) else None


def _missing(declared: Sequence[Mapping[str, Any]]) -> Missing:
    values, ranges = [], []
    for one in declared:
        low, high = one["lo"], one["hi"]
        if isinstance(low, str) or low == high:
            values.append(code_text(low))
        else:
            ranges.append((float(low), float(high)))
    return Missing(tuple(values), tuple(ranges))


def schema_of(described: Described, columns: Sequence[str]) -> pa.Schema:
    """Return the types in which the columns are kept: text, numbers as float64, dates as text."""
    kinds = {column.name: column.kind for column in described.columns}
    return pa.schema([(name, pa.float64() if kinds[name] == "number" else pa.string()) for name in columns])


def read_rows(
    where: str, described: Described, columns: Sequence[str], offset: int, rows: int, *, path: Path | None = None
) -> pa.Table:
    """Return a chunk of rows.

    Parameters
    ----------
    where : str
        The register's name, for a message.
    described : Described
    columns : sequence of str
        As the file writes them.
    offset, rows : int
        The first row and how many.
    path : Path, optional
        A file that holds these rows, instead of the file itself.

    Raises
    ------
    EncodingProblem
        When text is not in the encoding that was supposed.
    RegisterError
        When the file is damaged.
    """
    more: dict[str, Any] = {"user_missing": True} if described.suffix in _DECLARING else {}
    values, _ = _call(
        where,
        path or described.path,
        described.encoding,
        kind=described.suffix,
        usecols=list(columns),
        row_offset=offset,
        row_limit=rows,
        output_format="dict",
        disable_datetime_conversion=True,
        **more,
    )
    return _to_arrow(described, columns, values)


def _to_arrow(described: Described, columns: Sequence[str], values: Values) -> pa.Table:
    schema = schema_of(described, columns)
    arrays = []
    for name, kept in zip(columns, schema, strict=True):
        given = values[name]
        if name in described.formats:
            arrays.append(_date_text(_numbers(given), *described.formats[name]))
        elif pa.types.is_floating(kept.type):
            arrays.append(pa.array(_numbers(given), pa.float64(), from_pandas=True))
        else:
            text = pa.array(given, pa.string(), from_pandas=True)
            arrays.append(pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text))
    return pa.Table.from_arrays(arrays, schema=schema)


def _numbers(given: Any) -> Any:
    numbers = np.asarray(given)
    if numbers.dtype == object:  # missing values among whole numbers
        numbers = np.array([value if isinstance(value, (int, float)) else np.nan for value in numbers])
    return numbers.astype("float64")


def _date_text(numbers: Any, unit: int, zero: int) -> pa.Array:
    """Return moments as text: a day as ``2002-01-31``; with the time of day where there is one.

    What falls outside of the years 1 to 9999 is no date; it stays the number that it was, as text.
    """
    seconds = np.floor(numbers * unit if unit > 0 else numbers / -unit) + zero
    absent = np.isnan(seconds)
    inside = ~absent & (seconds >= _FIRST * 86_400) & (seconds < (_LAST + 1) * 86_400)
    whole = np.where(inside, seconds, 0).astype("int64")
    days = pa.array(whole // 86_400, pa.int64()).cast(pa.int32()).cast(pa.date32()).cast(pa.string())
    if (whole % 86_400).any():
        moments = pa.array(whole, pa.int64()).cast(pa.timestamp("s")).cast(pa.string())
        days = pc.if_else(pa.array(whole % 86_400 == 0), days, moments)
    if not inside.all():
        raw = pa.array(numbers, pa.float64()).cast(pa.string())
        days = pc.if_else(pa.array(inside), days, raw)
        days = pc.if_else(pa.array(absent), pa.scalar(None, pa.string()), days)
    return days


def _call(where: str, path: Path, encoding: str | None, *, kind: str = "", **settings: Any) -> Any:
    """Call pyreadstat; its words are withheld, as they may quote a value."""
    import pyreadstat

    suffix = kind or path.suffix.casefold()
    reader: Callable[..., Any] = getattr(pyreadstat, READERS[suffix])
    if suffix != ".por":  # which is ASCII
        settings["encoding"] = encoding
    problem = ""
    try:
        return reader(os.fspath(path), **settings)
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:
        problem = "encoding" if _is_encoding_problem(error) else type(error).__name__
    if problem == "encoding":
        raise EncodingProblem
    raise RegisterError(_damaged(where, path))


def _damaged(where: str, path: Path) -> str:
    return f"{where}: {path.name} cannot be read: it is not a {path.suffix} file, or it is damaged. Deliver it again."


def _is_encoding_problem(error: Exception) -> bool:
    words = str(error).casefold()
    return isinstance(error, UnicodeError) or any(mark in words for mark in ("encod", "character set", "utf-8"))


def chunk_rows(row_bytes: int, columns: int, *, cells: int = 4_000_000, memory: int = 48 * 2**20) -> int:
    """Return how many rows make a chunk: bounded by its cells and by its bytes in the file."""
    return max(1, min(cells // max(columns, 1), memory // max(row_bytes, 1), 500_000))


def rows_from(
    where: str, described: Described, columns: Sequence[str], start: int, step: int
) -> Iterator[tuple[pa.Table, dict[str, Any]]]:
    """Yield chunks of a file from a row on, each with where the next one begins."""
    while described.rows is None or start < described.rows:
        rows = step if described.rows is None else min(step, described.rows - start)
        table = read_rows(where, described, columns, start, rows)
        start += table.num_rows
        if table.num_rows:
            yield table, {"rows": start}
        if table.num_rows < rows:
            break
