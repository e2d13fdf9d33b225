"""Provincie, landsdeel, region and size class of gemeenten, from tables that the user can replace."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError, RegisterError, listing, nearest
from reintegratie_stats.registers.gemeente_codes import normalise_codes

OWN = files("reintegratie_stats.registers") / "indelingen"


def read_regions(name: str | PathLike[str]) -> pd.DataFrame:
    """Read a table of the package, or one of the user in its place.

    Parameters
    ----------
    name : {"landsdelen", "grootteklassen"} or path
        ``landsdelen``: `provincie`, `landsdeel` (four, as CBS has them). ``grootteklassen``: `vanaf` (inhabitants),
        `klasse`. Or a CSV file (UTF-8, commas).

    Returns
    -------
    DataFrame
        Text as ``string``.

    Raises
    ------
    RegisterError
        When there is no such table or file.

    Examples
    --------
    >>> read_regions("landsdelen").iloc[0].tolist()
    ['Groningen', 'Noord']
    """
    own = OWN / f"{name}.csv"
    path = Path(name)
    if not own.is_file() and not path.is_file():
        raise RegisterError(
            f"There is no table or file '{name}'. Tables of the package: landsdelen, grootteklassen."
            f"{nearest(str(name), ('landsdelen', 'grootteklassen'))}"
        )
    try:
        with own.open(encoding="utf-8") if own.is_file() else path.open(encoding="utf-8-sig") as file:
            return pd.read_csv(file, dtype="string")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError):
        raise RegisterError(f"{path.name} cannot be read as CSV with commas, in UTF-8.") from None


def add_regions(
    frame: pd.DataFrame,
    indeling: pd.DataFrame,
    *,
    op: str = "gemeente",
    kolommen: Sequence[str] | None = None,
    onbekend: Literal["weigeren", "leeg"] = "weigeren",
) -> pd.DataFrame:
    """Add columns of a table of regions.

    Parameters
    ----------
    frame : DataFrame
    indeling : DataFrame
        One row per value of `op`, with the columns to add: provincie, landsdeel, arbeidsmarktregio, GGD region.
    op : str
        The column that both have. Of ``gemeente`` codes may be in any form, and become ``GM0014``.
    kolommen : sequence of str, optional
        Which columns; by default all that `frame` has not.
    onbekend : {"weigeren", "leeg"}
        Whether a row of `frame` that is not in `indeling` is refused, or gets missing values.

    Returns
    -------
    DataFrame
        The rows of `frame` in their order, with the columns behind.

    Raises
    ------
    RegisterError
        When a column is not there, `indeling` has a key twice, or a row is in no region.
    DefinitionError
        When `onbekend` is not one of these.

    Examples
    --------
    >>> frame = pd.DataFrame({"gemeente": [9001, 9002], "provincie": ["Groningen", "Zeeland"]})
    >>> add_regions(frame, read_regions("landsdelen"), op="provincie")["landsdeel"].tolist()
    ['Noord', 'West']
    """
    if onbekend not in ("weigeren", "leeg"):
        raise DefinitionError(f"onbekend is {onbekend!r}; it is one of: weigeren, leeg.")
    wanted = [name for name in indeling.columns if name not in frame.columns] if kolommen is None else list(kolommen)
    for where, table, names in (("frame", frame, [op]), ("indeling", indeling, [op, *wanted])):
        lacking = [name for name in names if name not in table.columns]
        if lacking:
            near = nearest(lacking[0], map(str, table.columns))
            raise RegisterError(f"{where} has no column {listing(lacking)}.{near}")
    replaced = [name for name in wanted if name in frame.columns]
    if replaced:
        raise RegisterError(
            f"frame has a column {listing(replaced)} already; drop it there, or leave it out of kolommen."
        )
    key, known = _key(frame[op], op, "frame"), _key(indeling[op], op, "indeling")
    twice = sorted(set(known[known.duplicated()].dropna()))
    if twice:
        raise RegisterError(f"indeling has {op} {listing(twice)} more than once. Keep one row of each.")
    outside = sorted(set(key.dropna()) - set(known.dropna()))
    if outside and onbekend == "weigeren":
        raise RegisterError(f'{op} {listing(outside)} is not in indeling. Add it, or take onbekend="leeg".')
    place = key.map({value: number for number, value in enumerate(known) if not pd.isna(value)})
    result = frame.copy()
    if op == "gemeente":
        result[op] = key.to_numpy()
    taken = np.array([-1 if pd.isna(one) else int(one) for one in place], dtype=np.int64)
    for name in wanted:
        result[name] = indeling[name].array.take(taken, allow_fill=True)
    return result


def _key(values: pd.Series[Any], op: str, where: str) -> pd.Series[Any]:
    if op == "gemeente":
        codes = normalise_codes(values)
        codes.require(where)
        return codes.to_series()
    return values.astype("string").str.strip().reset_index(drop=True)


def size_classes(inwoners: Any, klassen: pd.DataFrame | None = None) -> pd.Series[str]:
    """Return the size class of numbers of inhabitants.

    Parameters
    ----------
    inwoners : array-like of float
        Missing gives missing.
    klassen : DataFrame, optional
        ``vanaf`` (the smallest number of the class) and ``klasse``; by default the table ``grootteklassen``.

    Returns
    -------
    Series of string

    Raises
    ------
    DefinitionError
        When the table is not one, or a number lies below its first class.

    Examples
    --------
    >>> size_classes([4_999, 5_000, 250_000, None]).tolist()
    ['minder dan 5.000', '5.000 tot 10.000', '250.000 en meer', <NA>]
    """
    table = read_regions("grootteklassen") if klassen is None else klassen
    if not {"vanaf", "klasse"} <= set(table.columns):
        raise DefinitionError(f"klassen must have columns vanaf and klasse; it has {listing(map(str, table.columns))}.")
    borders = pd.to_numeric(table["vanaf"], errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    if not len(borders) or np.isnan(borders).any() or (np.diff(borders) <= 0).any():
        raise DefinitionError("klassen: vanaf must hold numbers that rise.")
    numbers = pd.to_numeric(pd.Series(inwoners), errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    known = ~np.isnan(numbers)
    if (numbers[known] < borders[0]).any():
        raise DefinitionError(f"klassen begins at {borders[0]:g}, and there are smaller numbers. Add a class.")
    place = np.searchsorted(borders, np.where(known, numbers, borders[0]), side="right") - 1
    labels = [str(one) for one in table["klasse"]]
    return pd.Series(
        pd.array([labels[one] if sure else None for one, sure in zip(place, known, strict=True)], dtype="string")
    )
