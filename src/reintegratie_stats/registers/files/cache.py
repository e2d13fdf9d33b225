"""Converted files, kept as Parquet: converted once, then only read.

A conversion is known by what it was made of: the content of the file (sha256), the columns, the options, and the
versions of what converted it. It grows as parts in a folder that ends in ``.part``; every part is written under
another name, flushed to disk and then renamed, so that it is there whole or not at all. Where a conversion is broken
off, also by ``kill -9``, the next one goes on after the last whole part: at most the chunk that was being converted
is done again, and no row is there twice. The folder gets its own name when all parts are there; only such folders are
read.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from reintegratie_stats.errors import RegisterError
from reintegratie_stats.registers.files.locks import locked
from reintegratie_stats.registers.files.progress import Progress

FORM = 1
"""Raised when what is kept changes its form: older conversions are then made again."""
_STATE = b"reintegratie_state"
_ABOUT = "over.json"
_BLOCK = 8 * 2**20

Chunk = tuple[pa.Table, dict[str, Any]]


class Conversion(Protocol):
    """What turns a file into chunks of rows."""

    @property
    def rows(self) -> int | None:
        """How many rows there will be, where that is known."""
        ...

    @property
    def schema(self) -> pa.Schema:
        """The columns of every chunk."""
        ...

    def chunks(self, state: Mapping[str, Any]) -> Iterator[Chunk]:
        """Yield chunks, each with the state from which the next one can be made; `state` is empty at the beginning."""
        ...

    def about(self) -> dict[str, Any]:
        """Return what is to be known of the file besides its rows, when all chunks were made."""
        ...


@dataclass(frozen=True)
class Converted:
    """A conversion that is whole.

    Parameters
    ----------
    files : tuple of Path
        Its parts, in order; at least one.
    rows : int
    about : mapping
        What `Conversion.about` told.
    """

    files: tuple[Path, ...]
    rows: int
    about: Mapping[str, Any]


@dataclass(frozen=True)
class Cache:
    """A folder of conversions.

    Parameters
    ----------
    folder : Path
    lasting : bool
        Whether it outlives the process. A folder that does not knows a file by its path, size and time of change, as
        its content need not be recognised later.
    temporary : TemporaryDirectory, optional
        What removes a folder that does not last.
    progress : bool, optional
        Whether to show how far a conversion is, on standard error; by default where that is a terminal.
    """

    folder: Path
    lasting: bool = True
    temporary: tempfile.TemporaryDirectory[str] | None = field(default=None, repr=False, compare=False)
    progress: bool | None = None

    @classmethod
    def at(cls, folder: str | os.PathLike[str] | None, *, progress: bool | None = None) -> Cache:
        """Return the cache in a folder; without one a temporary folder that goes with the process.

        Raises
        ------
        RegisterError
            When the folder cannot be made.
        """
        if folder is None:
            temporary = tempfile.TemporaryDirectory(prefix="reintegratie_stats_", ignore_cleanup_errors=True)
            return cls(Path(temporary.name), False, temporary, progress)
        path = Path(folder)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RegisterError(
                f"The folder for converted files cannot be made: {path} ({error.strerror}). Name another with cache=."
            ) from None
        return cls(path, True, None, progress)

    def content(self, path: Path) -> str:
        """Return what a file is known by: the sha256 of its content.

        A file whose path, size and time of change are those of an earlier time is taken for the same file; its hash
        is then not computed again.
        """
        seen = path.stat()
        shortly = {"size": seen.st_size, "changed": seen.st_mtime_ns}
        place = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()
        if not self.lasting:
            return f"{place}-{seen.st_size}-{seen.st_mtime_ns}"
        note = self.folder / "gezien" / f"{place}.json"
        known = _read_json(note)
        if known is not None and {name: known.get(name) for name in shortly} == shortly and known.get("sha256"):
            return str(known["sha256"])
        digest = hashlib.sha256()
        with path.open("rb", buffering=0) as file:
            while block := file.read(_BLOCK):
                digest.update(block)
        note.parent.mkdir(exist_ok=True)
        _write_json(note, {**shortly, "sha256": digest.hexdigest()})
        return digest.hexdigest()

    def key(self, *what: Any) -> str:
        """Return the name of a conversion: a hash of all that it depends on."""
        words = json.dumps([FORM, *what], sort_keys=True, ensure_ascii=True, default=str)
        return hashlib.sha256(words.encode()).hexdigest()[:40]

    def find(self, key: str) -> Converted | None:
        """Return a conversion that is whole, or None."""
        folder = self.folder / key
        about = _read_json(folder / _ABOUT)
        if about is None:
            return None
        files = tuple(folder / name for name in about["parts"])
        if not all(file.is_file() for file in files):
            return None
        return Converted(files, about["rows"], about["about"])

    def convert(self, name: str, key: str, make: Callable[[Path], Conversion]) -> Converted:
        """Return a conversion: from the cache, or made now.

        Parameters
        ----------
        name : str
            What is converted, for the progress bar and for messages.
        key : str
            Of `key`.
        make : callable
            Makes the conversion; is given a folder for what it needs on the way, which is emptied afterwards.
        """
        found = self.find(key)
        if found is not None:
            return found
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder / f"{key}.lock", name):
            found = self.find(key)
            if found is not None:  # another process has made it while we waited
                return found
            growing = self.folder / f"{key}.part"
            growing.mkdir(exist_ok=True)
            try:
                with _aside(self.folder / f"{key}.tmp") as aside:
                    _grow(name, growing, make(aside), self.progress)
            except Exception:  # going on would fail again; whoever interrupts can go on
                shutil.rmtree(growing, ignore_errors=True)
                raise
            shutil.rmtree(self.folder / key, ignore_errors=True)  # one whose parts were taken away
            growing.rename(self.folder / key)
            _flush_folder(self.folder)
        made = self.find(key)
        if made is None:  # pragma: no cover - someone else removes files under our hands
            raise RegisterError(f"{name}: the conversion in {self.folder} was removed while it was being made.")
        return made

    def keep(self, key: str, write: Callable[[Path], None], about: Callable[[], Mapping[str, Any]]) -> Converted:
        """Return a table that was written whole by another hand: from the cache, or written now.

        Parameters
        ----------
        key : str
        write : callable
            Writes the Parquet file of the given path.
        about : callable
            What is to be known besides the rows.
        """
        found = self.find(key)
        if found is not None:
            return found
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder / f"{key}.lock", "a table"), _aside(self.folder / f"{key}.tmp") as aside:
            file = aside / "deel-00000.parquet"
            write(file)
            _flush(file)
            rows = pq.read_metadata(file).num_rows
            _write_json(aside / _ABOUT, {"parts": [file.name], "rows": rows, "about": dict(about())})
            shutil.rmtree(self.folder / key, ignore_errors=True)
            aside.rename(self.folder / key)
            _flush_folder(self.folder)
            aside.mkdir()  # for the one who clears it away
        made = self.find(key)
        assert made is not None
        return made


def _grow(name: str, folder: Path, conversion: Conversion, progress: bool | None) -> None:
    """Add parts until all are there, then write what is known of the whole."""
    parts, rows, state = _whole_parts(folder)
    with Progress(name, conversion.rows, rows, show=progress) as bar:
        for table, following in conversion.chunks(state):
            path = folder / f"deel-{len(parts):05d}.parquet"
            _write_part(path, table, following)
            parts.append(path.name)
            rows += table.num_rows
            bar.at(rows)
    if not parts:
        parts.append("deel-00000.parquet")
        _write_part(folder / parts[0], conversion.schema.empty_table(), {})
    _write_json(folder / _ABOUT, {"parts": parts, "rows": rows, "about": conversion.about()})


def _whole_parts(folder: Path) -> tuple[list[str], int, dict[str, Any]]:
    """Return the parts that an earlier attempt finished, their rows, and where it was; clear away the rest."""
    parts: list[str] = []
    rows, state = 0, {}
    while (path := folder / f"deel-{len(parts):05d}.parquet").is_file():
        try:
            metadata = pq.read_metadata(path)
            state = json.loads(metadata.metadata[_STATE])
        except (pa.ArrowException, OSError, KeyError, TypeError, ValueError):
            break
        parts.append(path.name)
        rows += metadata.num_rows
    for other in folder.iterdir():
        if other.name not in parts:
            other.unlink()
    return parts, rows, state


def _write_part(path: Path, table: pa.Table, state: Mapping[str, Any]) -> None:
    """Write a part under another name, flush it, then give it its own."""
    table = table.replace_schema_metadata({_STATE: json.dumps(state).encode()})
    written = path.with_suffix(".writing")
    pq.write_table(table, written, compression="zstd", compression_level=1, write_statistics=False)
    _flush(written)
    written.replace(path)
    _flush_folder(path.parent)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Flush a folder's list of names, on systems that can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """Give a folder for what is needed on the way; it holds personal data and is gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    written = path.with_suffix(".writing")
    written.write_text(json.dumps(content, ensure_ascii=True), encoding="utf-8")
    _flush(written)
    written.replace(path)
