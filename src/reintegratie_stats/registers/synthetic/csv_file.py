"""The files that synthetic data are written to: CSV whose bytes are the same on every run and version."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path


def write_csv(folder: Path, name: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> int:
    """Write a table of text as ``<name>.csv`` (UTF-8, LF, quotes only where needed); return its number of rows.

    The folder is made where it is not there; another file of that name is replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = list(rows)
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([columns, *written])
    return len(written)
