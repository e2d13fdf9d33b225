"""Which row of a sheet holds the names of the columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from reintegratie_stats.errors import RegisterError
from reintegratie_stats.registers.files.described import FileOptions
from reintegratie_stats.registers.files.sheet_cells import cell_text


def find_header(
    where: str, path: Path, first: list[list[Any]], options: FileOptions, wanted: Collection[str]
) -> tuple[int, list[str]]:
    """Return how many rows come before the header, and the header.

    It is the row that the user names; else, of the first rows, the one with most of the names that are wanted; else the
    row of names below lines with a title; else the first row that is not blank.
    """
    filled = [place for place, row in enumerate(first) if any(value is not None and value != "" for value in row)]
    if options.kopregel is not None:
        place = options.kopregel - 1
        if place not in filled:
            raise RegisterError(f"{where}: line {options.kopregel} of {path.name} is blank; name that of the header.")
    elif not filled:
        raise RegisterError(f"{where}: the sheet of {path.name} is empty: it has not even a header.")
    else:
        place = max(filled, key=lambda one: (_score(first[one], wanted), -one))
        score = _score(first[place], wanted)
        above = [one for one in filled if one < place and _filled(first[one]) >= _filled(first[place])]
        names_above = [one for one in above if _are_names(first[one])]
        if not score:
            place = _below_titles(first, filled)
        elif names_above and (score == 1 or (score == 2 and not _are_names(first[place]))):
            place = names_above[0]  # a value or two of a row may be a name by chance
    names = [(cell_text(value) or "").strip() for value in first[place]]
    while names and not names[-1]:
        names.pop()
    return place, names


def _below_titles(first: Sequence[Sequence[Any]], filled: Sequence[int]) -> int:
    """Return the row of names below lines with a title, where that is certain; else the first that is not blank.

    Names are texts, each another one, that are no numbers, as wide as the rows below them; a title fills less than half
    of that.
    """
    for place in filled[1:]:
        width = max(_width(row) for row in first[place:])
        texts = {str(value).strip().casefold() for value in first[place][:width] if isinstance(value, str)}
        names = {text for text in texts if 2 * sum(letter.isdigit() for letter in text) < len(text)}
        titles = all(2 * sum(value not in (None, "") for value in first[one]) < width for one in filled if one < place)
        if titles and len(names) == width:
            return place
    return filled[0]


def _width(row: Sequence[Any]) -> int:
    return max((place + 1 for place, value in enumerate(row) if value not in (None, "")), default=0)


def _score(row: Sequence[Any], wanted: Collection[str]) -> int:
    """Return the likeness of a row that can be one of names; a row of values may hold a word that is a name too."""
    found = likeness(row, wanted)
    return found if found > 2 or _are_names(row) or 2 * found >= _filled(row) else 0


def _are_names(row: Sequence[Any]) -> bool:
    """Whether all that is filled is text, each another one, and no number."""
    there = [value for value in row if value not in (None, "")]
    texts = {value.strip().casefold() for value in there if isinstance(value, str)}
    return len(texts) == len(there) and all(2 * sum(letter.isdigit() for letter in one) < len(one) for one in texts)


def _filled(row: Sequence[Any]) -> int:
    return sum(value not in (None, "") for value in row)


def likeness(row: Sequence[Any], wanted: Collection[str]) -> int:
    """Return how many of the names that are wanted stand in a row."""
    return len({str(value).strip().casefold() for value in row if value is not None} & set(wanted))
