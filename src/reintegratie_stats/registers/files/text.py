"""Text files: separator, encoding and header are found, or as the user says; every column is read as text."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from reintegratie_stats.engine import check_names
from reintegratie_stats.errors import RegisterError
from reintegratie_stats.registers.files.described import FileOptions

_MARKS = (",", ";", "\t", "|")
_NAMED = {",": "komma", ";": "puntkomma", "\t": "tab", "|": "streep"}
_ENGLISH = {
    ",": ("commas", "a comma"),
    ";": ("semicolons", "a semicolon"),
    "\t": ("tabs", "a tab"),
    "|": ("bars", "a bar"),
}
_BLOCK = 4 * 2**20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200
_LONGEST = 2**20
"""A line of more characters is no line of a table."""


@dataclass(frozen=True, repr=False)
class TextForm:
    """How a text file is written.

    Parameters
    ----------
    names : tuple of str
        The header.
    separator : str
    encoding : str
        A name that Python knows.
    skip : int
        Lines before the header.
    """

    names: tuple[str, ...]
    separator: str
    encoding: str
    skip: int

    @property
    def found(self) -> dict[str, str]:
        """What was found, in words."""
        return {"scheiding": _NAMED.get(self.separator, self.separator), "codering": self.encoding}


def find_form(where: str, path: Path, options: FileOptions, known: Collection[str]) -> TextForm:
    """Return how a text file is written.

    Parameters
    ----------
    where : str
        The register's name, for a message.
    path : Path
    options : FileOptions
        What need not be found.
    known : collection of str
        Column names that a message may quote; what stands in the first line is quoted nowhere else: where the header
        was forgotten it holds a person's values.

    Raises
    ------
    RegisterError
        When the file is empty, its encoding is not found, or its header cannot be used.
    """
    if path.stat().st_size == 0:
        raise RegisterError(f"{where}: {path.name} is empty: it has not even a header. Deliver the file again.")
    encoding = options.codering or _find_encoding(path)
    if encoding is None or not _fits(path, encoding):
        said = f"{options.codering}, as was said" if options.codering else "UTF-8 or Windows-1252"
        raise RegisterError(f"{where}: {path.name} is not in {said}. Name its encoding (codering).")
    lines = _first_lines(path, encoding)
    skip = (options.kopregel or 1) - 1
    declared = lines[0].strip().casefold() if lines else ""
    said_mark = declared[4:] if options.kopregel is None and declared.startswith("sep=") and len(declared) <= 5 else ""
    if said_mark or declared in ("sep=", "sep=\t"):  # the line with which Excel begins
        skip, said_mark = 1, said_mark or "\t"
    lines = lines[skip:]
    if not lines or not lines[0].strip().strip("".join(_MARKS)).strip():
        which = "the first line" if skip == 0 else f"line {skip + 1}"
        raise RegisterError(f"{where}: {which} of {path.name} is blank; it must hold the names of the columns.")
    separator = options.separator or said_mark or _find_separator(lines)
    names = tuple(name.strip() for name in next(csv.reader(lines, delimiter=separator), []))
    check_names(f"{where}: {path.name}", names, known)
    return TextForm(names, separator, encoding, skip)


def _find_encoding(path: Path) -> str | None:
    """Return the encoding: of its mark, UTF-8 where all of it is, else Windows-1252 where all of it can be."""
    with path.open("rb") as file:
        begin = file.read(4)
    for mark, encoding in _BOMS:
        if begin.startswith(mark):
            return encoding
    return "utf-8" if _fits(path, "utf-8") else "windows-1252" if _fits(path, "windows-1252") else None


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except (UnicodeError, ValueError):
        return False
    return True


def open_text(path: Path, encoding: str) -> io.TextIOWrapper:
    """Open a text file without the mark that may begin it, line ends as they are."""
    return path.open(encoding="utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding, newline="")


def _first_lines(path: Path, encoding: str) -> list[str]:
    with open_text(path, encoding) as file:
        return list(itertools.islice(iter(lambda: file.readline(_LONGEST), ""), _SAMPLE))


def _find_separator(lines: list[str]) -> str:
    """Return the mark by which most lines fall into as many parts as the header, and into most of them."""
    best, score = ",", (0.0, 1)
    for mark in _MARKS:
        rows = [row for row in csv.reader(lines, delimiter=mark) if row]
        width = len(rows[0]) if rows else 0
        if width > 1:
            like = sum(len(row) == width for row in rows) / len(rows)
            score, best = max((score, best), ((round(like, 1), width), mark), key=lambda one: one[0])
    return best


def as_utf8(path: Path, form: TextForm, folder: Path, number: int) -> Path:
    """Return a file of the same text in UTF-8: the file itself where it is, otherwise one in `folder`."""
    if codecs.lookup(form.encoding).name in ("utf-8", "ascii"):
        return path
    target = folder / f"tekst-{number}.csv"
    with open_text(path, form.encoding) as source, target.open("w", encoding="utf-8", newline="") as file:
        for block in _blocks(source):
            file.write(block)
    return target


def _blocks(source: io.TextIOWrapper) -> Iterator[str]:
    while block := source.read(_BLOCK):
        yield block


def problem_of(words: str, separator: str) -> str:
    """Turn the reader's words into ours, keeping the line number and nothing of the line."""
    line = words.casefold().partition("line:")[2].strip().split()
    where = f" (first at line {line[0]})" if line and line[0].isdigit() else ""
    many, one = _ENGLISH.get(separator, (f"'{separator}'", f"a '{separator}'"))
    return (
        f"a row does not have the columns of the header{where}. Rows must be separated by {many}, "
        f"text that holds {one} must stand in double quotes, and all lines must end alike."
    )
