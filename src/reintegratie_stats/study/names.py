"""Reading a study file: names, text, tables, and values made of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from os.path import normpath
from pathlib import Path
from typing import Any, TypeVar

from reintegratie_stats.errors import ReintegratieError, StudyError, listing, nearest

Value = TypeVar("Value")


def check_names(where: str, table: Mapping[str, Any], needed: tuple[str, ...], optional: tuple[str, ...]) -> None:
    """Raise `StudyError` with every unknown and every missing name of a table."""
    allowed = (*needed, *optional)
    problems = [
        f"{where} has '{name}', which is unknown; allowed: {listing(allowed)}.{nearest(name, allowed)}"
        for name in table
        if name not in allowed
    ]
    problems += [f"{where} lacks '{name}'." for name in needed if name not in table]
    if problems:
        raise StudyError("\n".join(problems))


def as_text(where: str, name: str, value: Any) -> str:
    """Return a value that must be text."""
    if not isinstance(value, str):
        raise StudyError(f"{where}: '{name}' must be text between quotes.")
    return value


def as_path(where: str, name: str, value: Any, file: Path) -> Path:
    """Return a path that is relative to the folder of the study file, in its shortest form."""
    return Path(normpath(file.parent / as_text(where, name, value)))


def as_whole(where: str, name: str, value: Any) -> int:
    """Return a value that must be a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise StudyError(f"{where}: '{name}' must be a whole number.")
    return value


def as_table(file: str, name: str, value: Any) -> Mapping[str, Any]:
    """Return a value that must be a table."""
    if not isinstance(value, dict):
        raise StudyError(f"{file}: '{name}' must be a table, written as [{name}] with lines under it.")
    return value


def as_value(where: str, kind: type[Value], table: Mapping[str, Any]) -> Value:
    """Make a definition of a table whose names are the fields of the definition; lists become tuples.

    Raises
    ------
    StudyError
        For a name that the definition does not have, or that it needs and does not get.
    ReintegratieError
        What the definition itself raises, with the place in the file before it.
    """
    known = [field for field in fields(kind) if field.init]  # type: ignore[arg-type]
    needed = tuple(field.name for field in known if field.default is MISSING and field.default_factory is MISSING)
    check_names(where, table, needed, tuple(field.name for field in known if field.name not in needed))
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
    try:
        return kind(**given)
    except ReintegratieError as error:
        raise type(error)(f"{where}: {error}") from None
