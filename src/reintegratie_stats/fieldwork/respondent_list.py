"""Checks of a staff list before anybody is drawn or counted. People are counted in messages, never named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from reintegratie_stats.errors import DefinitionError, SampleError, counted, listing, nearest
from reintegratie_stats.fieldwork.values import category_text

Stratum = tuple[str, ...]


def name_of(key: Sequence[object]) -> str:
    """Return the name of a stratum as a message says it.

    Examples
    --------
    >>> name_of(("Atlant", "coaches"))
    "'Atlant / coaches'"
    """
    return f"'{' / '.join(str(part) for part in key)}'"


def near(name: str, allowed: Iterable[str]) -> str:
    """Return the nearest name in brackets, to stand inside a sentence; empty where nothing is near.

    Examples
    --------
    >>> near("functegroep", ["functiegroep"])
    " (did you mean 'functiegroep'?)"
    """
    hint = nearest(name, allowed).strip()
    return f" ({hint[0].lower()}{hint[1:]})" if hint else ""


def missing_columns(frame: pd.DataFrame, columns: Iterable[str]) -> list[str]:
    """Return what is wrong with the columns of a list, each with the nearest name."""
    present = list(frame.columns)
    wanted = list(dict.fromkeys(columns))
    names = [str(name) for name in present]
    twice = [f"column '{name}' is there more than once" for name in wanted if present.count(name) > 1]
    return twice + [f"there is no column '{name}'{near(str(name), names)}" for name in wanted if name not in present]


def column_names(what: str, given: Any, own: Iterable[str]) -> list[str]:
    """Return one name or more as a list; refuse what is no name, stands twice, or is called as a table's own column.

    Raises
    ------
    DefinitionError
        All problems at once.
    """
    columns = list(given) if isinstance(given, (list, tuple)) else [given]
    problems = [] if columns else [f"{what} names no column"]
    odd = [name for name in columns if not isinstance(name, str) or not name]
    names = [name for name in columns if isinstance(name, str)]
    if odd:
        problems.append(f"{what} holds {listing(repr(name) for name in odd)}; columns are named by a text")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        problems.append(f"{what} names {listing(twice)} more than once")
    taken = set(own)
    if clash := [name for name in dict.fromkeys(names) if name in taken]:
        problems.append(f"{what} holds {listing(clash)}: the table has such a column itself; rename it")
    if problems:
        raise DefinitionError(f"{'; '.join(problems)}.")
    return names


def key_problems(frame: pd.DataFrame, person: str) -> list[str]:
    """Return how many rows have no person, and how many persons are there more than once."""
    keys = text(frame[person])
    empty = int(keys.isna().sum())
    twice = keys.dropna()
    twice = twice[twice.duplicated()]
    problems = []
    if empty:
        problems.append(f"'{person}' is missing in {counted(empty, 'row')}")
    if len(twice):
        problems.append(f"more than once on the list: {counted(twice.nunique(), 'person')}")
    return problems


def check_people(frame: pd.DataFrame, person: str, by: Sequence[str]) -> None:
    """Refuse a list without the columns, or in which people are not named once each.

    Raises
    ------
    SampleError
        All problems at once.
    """
    if not isinstance(frame, pd.DataFrame):
        raise SampleError(f"The staff list is a {type(frame).__name__}; give a pandas DataFrame, one row per person.")
    problems = missing_columns(frame, [person, *by])
    if frame.columns.duplicated().any():
        refuse(problems)
    if person in frame.columns:
        problems += key_problems(frame, person)
    for name in by:
        if name in frame.columns and (empty := int(text(frame[name]).isna().sum())):
            problems.append(f"'{name}' is missing for {counted(empty, 'person')}")
    if not len(frame):
        problems.append("it has no rows")
    refuse(problems)


def refuse(problems: Sequence[str]) -> None:
    """Raise `SampleError` with all problems of a list, if there are any."""
    if problems:
        raise SampleError(f"The staff list cannot be used: {'; '.join(problems)}.")


def text(column: pd.Series) -> pd.Series:
    """Return a column as text without blanks around it, whole numbers without decimals; missing where it is empty."""
    plain = isinstance(column.dtype, pd.StringDtype) or pd.api.types.is_datetime64_any_dtype(column.dtype)
    if plain:
        values = column.astype("string").str.strip()
    else:
        texts = [category_text(value) for value in column.tolist()]
        values = pd.Series(pd.array(texts, dtype="string"), index=column.index, name=column.name)
    return values.mask(values == "")


def rows_by_stratum(
    staff: pd.DataFrame, person: str, by: Sequence[str], sizes: Mapping[Stratum, int]
) -> dict[Stratum, list[str]]:
    """Return the keys of the people of every stratum that is asked for.

    Raises
    ------
    SampleError
        When a stratum has no people, or fewer than are asked.
    """
    parts = pd.DataFrame({name: text(staff[name]) for name in by})
    keys = text(staff[person])
    found: dict[Stratum, list[str]] = {}
    for stratum, key in zip(parts.itertuples(index=False, name=None), keys, strict=True):
        found.setdefault(tuple(map(str, stratum)), []).append(str(key))
    problems = []
    # A stratum of one person could be the person: only those of more are told.
    names = [name_of(key)[1:-1] for key, members in found.items() if len(members) > 1]
    for key, number in sizes.items():
        if key not in found:
            problems.append(f"nobody is in stratum {name_of(key)}{near(name_of(key)[1:-1], names)}")
        elif len(found[key]) < number:
            there = counted(len(found[key]), "person")
            problems.append(f"stratum {name_of(key)} has {there} where {number} are asked")
    refuse(problems)
    return found
