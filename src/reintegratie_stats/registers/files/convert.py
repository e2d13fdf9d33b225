"""From a file of SPSS, Stata or SAS to chunks that the cache keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from reintegratie_stats.errors import RegisterError
from reintegratie_stats.registers.files.cache import Cache, Chunk, Converted
from reintegratie_stats.registers.files.described import FileOptions, pick_columns
from reintegratie_stats.registers.files.sav_header import PLAIN, SavForm, read_form
from reintegratie_stats.registers.files.sav_rows import Piece, StreamProblem, pieces
from reintegratie_stats.registers.files.statistical import (
    FALLBACK,
    Described,
    EncodingProblem,
    chunk_rows,
    describe,
    read_rows,
    rows_from,
    schema_of,
)


@dataclass(repr=False)
class StatisticalConversion:
    """A file of SPSS, Stata or SAS as chunks of rows.

    Parameters
    ----------
    where : str
        The register's name, for messages.
    described : Described
    columns : sequence of str
        As the file writes them.
    aside : Path
        A folder for what is needed on the way.
    step : int, optional
        The rows per chunk; by default so many that memory stays bounded.
    """

    where: str
    described: Described
    columns: Sequence[str]
    aside: Path
    step: int | None = None

    @property
    def rows(self) -> int | None:
        """The number of rows, where the file tells."""
        return self.described.rows

    @property
    def schema(self) -> pa.Schema:
        """The columns of every chunk."""
        return schema_of(self.described, self.columns)

    def about(self) -> dict[str, Any]:
        """Return what the file says of its columns."""
        return {
            "columns": [column.plain() for column in self.described.columns],
            "encoding": self.described.used,
        }

    def chunks(self, state: Mapping[str, Any]) -> Iterator[Chunk]:
        """Yield chunks; a chunk is read while the one before it is written.

        Raises
        ------
        RegisterError
            When the file is damaged, or has another number of rows than it says.
        EncodingProblem
            When text is not in the encoding that was supposed.
        """
        rows = 0
        with ThreadPoolExecutor(1) as pool:
            source = self._source(dict(state))
            coming = pool.submit(next, source, None)
            while (chunk := coming.result()) is not None:
                rows = chunk[1]["rows"]
                coming = pool.submit(next, source, None)
                yield chunk
        rows = rows or int(state.get("rows", 0))
        if self.described.rows is not None and rows != self.described.rows:
            raise RegisterError(
                f"{self.where}: {self.described.path.name} breaks off: it says it holds {self.described.rows} rows, "
                f"and {rows} are there. Deliver it again."
            )

    def _source(self, state: dict[str, Any]) -> Iterator[Chunk]:
        path = self.described.path
        form = read_form(path) if path.suffix.casefold() in (".sav", ".zsav") else None
        width = form.words * 8 if form else 200
        step = self.step or chunk_rows(width, len(self.columns))
        if form is not None and form.compression == PLAIN and form.cases >= 0:
            self._measure(path.stat().st_size - form.start, form)
        if form is None or form.compression == PLAIN:
            yield from rows_from(self.where, self.described, self.columns, state.get("rows", 0), step)
        else:
            yield from self._pieces(form, step, state)

    def _measure(self, size: int, form: SavForm) -> None:
        """Refuse a file whose rows, that are all of one length, do not add up to what its header says."""
        if size // (form.words * 8) != form.cases:
            raise RegisterError(self._not_as_it_says())

    def _not_as_it_says(self) -> str:
        return (
            f"{self.where}: {self.described.path.name} is damaged or breaks off: its rows do not add up to what it "
            "says. Deliver it again."
        )

    def _pieces(self, form: SavForm, step: int, state: dict[str, Any]) -> Iterator[Chunk]:
        problem = False
        try:
            for piece in pieces(self.described.path, form, step, state):
                yield self._read_piece(piece), dict(piece.state)
        except StreamProblem:
            problem = True
        if problem:
            raise RegisterError(self._not_as_it_says())

    def _read_piece(self, piece: Piece) -> pa.Table:
        file = self.aside / "stuk.sav"
        file.write_bytes(piece.content)
        return read_rows(self.where, self.described, self.columns, 0, piece.rows, path=file)


def convert_statistical(
    cache: Cache,
    where: str,
    path: Path,
    options: FileOptions,
    wanted: Sequence[str] | None = None,
    *,
    step: int | None = None,
) -> Converted:
    """Return a file of SPSS, Stata or SAS as Parquet, from the cache or converted now.

    Parameters
    ----------
    cache : Cache
    where : str
        The register's name, for messages.
    path : Path
    options : FileOptions
    wanted : sequence of str, optional
        Only these columns, whatever their capitals; those that the file does not have are left out.
    step : int, optional
        The rows per chunk.

    Raises
    ------
    RegisterError
        When the file cannot be read.
    """
    import pyreadstat

    described = describe(where, path, options)
    before = path.stat()
    everything = [column.name for column in described.columns]
    columns = pick_columns(where, everything, wanted)
    columns = everything if columns is None else columns or everything[:1]
    if not columns:
        raise RegisterError(f"{where}: {path.name} holds no columns. Deliver it again.")
    content = cache.content(path)
    version = str(pyreadstat.__version__)

    def attempt(described: Described) -> Converted:
        key = cache.key("statistical", content, sorted(columns), options.said(), described.encoding, version)
        return cache.convert(
            f"{where}: {path.name}",
            key,
            lambda aside: StatisticalConversion(where, described, columns, aside, step),
        )

    try:
        converted = attempt(described)
    except EncodingProblem:
        converted = _other_encoding(where, path, options, attempt)
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise RegisterError(f"{where}: {path.name} was changed while it was being read. Read it again.")
    return converted


def _other_encoding(where: str, path: Path, options: FileOptions, attempt: Any) -> Converted:
    """Try the encoding that old files are in, unless the user named one."""
    if options.codering is None:
        try:
            converted: Converted = attempt(describe(where, path, options, FALLBACK))
            return converted
        except EncodingProblem:
            pass
    tried = options.codering or f"the encoding that it names, nor in {FALLBACK}"
    raise RegisterError(f"{where}: text in {path.name} is not in {tried}. Name the encoding (codering).") from None
