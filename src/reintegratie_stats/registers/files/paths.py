"""Which files make a register: one, a folder, or those that a pattern matches."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from reintegratie_stats.errors import RegisterError, listing, nearest

TEXT = (".csv", ".txt", ".tsv")
SHEETS = (".xlsx", ".xlsm", ".ods")
STATISTICAL = (".sav", ".zsav", ".por", ".dta", ".sas7bdat", ".xpt")
SUFFIXES = (".parquet", *TEXT, *SHEETS, *STATISTICAL)
"""The formats that are read, by suffix; capitals do not count."""

_VERSION = re.compile(r"^(?P<stem>.*?)V(?P<version>[0-9]+)$", re.IGNORECASE)


def is_readable(path: Path) -> bool:
    """Whether a file's name says that it is of a format that is read; hidden files and lock files of Office are not."""
    return path.suffix.casefold() in SUFFIXES and not path.name.startswith((".", "~$"))


def files_of(where: str, source: Any) -> list[Path]:
    """Return the files that a user means, sorted by name.

    Parameters
    ----------
    where : str
        The register's name, for a message.
    source : path, pattern, or a sequence of these
        A folder means all files in it that can be read.

    Raises
    ------
    RegisterError
        When there are none, or one is of a format that is not read.
    """
    if isinstance(source, Sequence) and not isinstance(source, (str, bytes)):
        found: list[Path] = []
        for one in source:
            found += [path for path in files_of(where, one) if path not in found]
        if not found:
            raise RegisterError(f"{where}: an empty list of files. Leave the register out, or name its files.")
        return found
    if not isinstance(source, (str, os.PathLike)):
        raise RegisterError(
            f"{where}: {type(source).__name__} is no path. Give a file, a folder, a pattern such as "
            f"'data/{where}_*.sav', a list of these, or an Ibis table."
        )
    path = Path(source)
    if path.is_file():
        if path.suffix.casefold() not in SUFFIXES:
            raise RegisterError(_unreadable(where, path))
        return [path]
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.is_file() and is_readable(file))
        if not found:
            there = listing(sorted(file.name for file in path.iterdir())) or "nothing"
            raise RegisterError(
                f"{where}: folder {path} holds no file that can be read ({listing(SUFFIXES, 20)}). Present: {there}."
            )
        return found
    return _matching(where, path)


def _unreadable(where: str, path: Path) -> str:
    old = {".xls": "Save it as .xlsx", ".xlsb": "Save it as .xlsx", ".rds": "Save it as Parquet", ".zip": "Unpack it"}
    hint = old.get(path.suffix.casefold(), f"Read are {listing(SUFFIXES, 20)}")
    return f"{where}: {path.name} is of a format that is not read. {hint}."


def _matching(where: str, pattern: Path) -> list[Path]:
    """Return the files that a pattern matches; capitals do not count in the name of the file."""
    folder = pattern.parent
    if not any(mark in str(pattern) for mark in "*?["):
        names = sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []
        near = nearest(pattern.name, names)
        raise RegisterError(f"{where}: {pattern} does not exist.{near}")
    if any(mark in str(folder) for mark in "*?["):
        anchor = Path(folder.anchor) if folder.anchor else Path()
        parts = pattern.parts[1:] if folder.anchor else pattern.parts
        candidates: Iterable[Path] = (file for file in anchor.glob("/".join(parts)))
    else:
        there = sorted(folder.iterdir()) if folder.is_dir() else []
        name = pattern.name.casefold()
        candidates = (file for file in there if fnmatchcase(file.name.casefold(), name))
    matched = sorted(file for file in candidates if file.is_file())
    found = [file for file in matched if is_readable(file)]
    if not found:
        unread = f" It matches {listing(file.name for file in matched)}, which is not read." if matched else ""
        raise RegisterError(f"{where}: no file matches {pattern}.{unread}")
    return found


def newest(files: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Return the newest version of each file, and the older ones: V10 comes after V2.

    Examples
    --------
    >>> kept, older = newest([Path("A2019V2.sav"), Path("a2019v10.sav"), Path("A2020V1.sav")])
    >>> [path.name for path in kept], [path.name for path in older]
    (['a2019v10.sav', 'A2020V1.sav'], ['A2019V2.sav'])
    """
    best: dict[tuple[Path, str], tuple[int, Path]] = {}
    for file in files:
        match = _VERSION.match(file.stem)
        stem, version = (match["stem"], int(match["version"])) if match else (file.stem + file.suffix, -1)
        place = (file.parent, " ".join(stem.casefold().split()))
        if place not in best or version > best[place][0]:
            best[place] = (version, file)
    kept = [file for file in files if any(file == one for _, one in best.values())]
    return kept, [file for file in files if file not in kept]
