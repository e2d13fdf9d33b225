"""The frame of a survey: who could be asked, who was, who answered. Read and checked once, all problems at once.

Units are named in messages where they are gemeenten (the column is called ``gemeente``); other units may be persons and
are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from reintegratie_stats.errors import CountsError, counted, listing
from reintegratie_stats.estimates.families import Bools, Floats
from reintegratie_stats.fieldwork.respondent_list import missing_columns, text
from reintegratie_stats.fieldwork.values import is_number_column

YES, NO = ("ja", "yes", "true"), ("nee", "no", "false")


@dataclass(frozen=True, eq=False, repr=False)
class SurveyFrame:
    """Units with how often each was asked and answered, and their traits as text or numbers.

    Parameters
    ----------
    ids : Series of text
    asked, answered : ndarray of float64, shape (n,)
        Counts; 0 or 1 where a unit is one that can answer once.
    traits : DataFrame
        Text as ``string``, numbers as ``float64``.
    """

    ids: pd.Series
    asked: Floats
    answered: Floats
    traits: pd.DataFrame = field(repr=False)

    @property
    def respondents(self) -> Bools:
        """Which units answered."""
        return np.asarray(self.answered > 0)

    @property
    def approached(self) -> Bools:
        """Which units were asked."""
        return np.asarray(self.asked > 0)

    def __repr__(self) -> str:
        return f"SurveyFrame({len(self.ids)} units, {int(self.asked.sum())} asked, {int(self.answered.sum())} answered)"


def read_frame(
    frame: pd.DataFrame, asked: str | bool, answered: str, traits: Sequence[str], id: str, *, once: bool = False
) -> SurveyFrame:
    """Read a frame and refuse it with all that is wrong.

    Parameters
    ----------
    frame : DataFrame
        One row per unit.
    asked : str or True
        The column that says who was asked: ja/nee, true/false or a whole number. True: all were.
    answered : str
        The column that says who answered, in the same way.
    traits : sequence of str
    id : str
    once : bool
        Whether every unit can be asked once at most.

    Raises
    ------
    CountsError
        When a column is not there, a unit is missing or twice in the frame, a value cannot be read, a trait is missing
        for a unit, or somebody answered more often than asked; all problems at once.
    """
    if not isinstance(frame, pd.DataFrame):
        raise CountsError(f"The survey frame is a {type(frame).__name__}; give a pandas DataFrame, one row per unit.")
    if asked is False or not (asked is True or isinstance(asked, str)):
        raise CountsError(f"asked is {asked!r}; give the name of a column, or True when all were asked.")
    columns = [id, answered, *([asked] if isinstance(asked, str) else []), *traits]
    problems = missing_columns(frame, columns)
    if not len(frame):
        problems.append("it has no rows")
    if problems:
        raise CountsError(f"The survey frame cannot be used: {'; '.join(problems)}.")
    ids = text(frame[id]).reset_index(drop=True)
    problems = _id_problems(ids, id)
    counts = [np.ones(len(ids))]
    for name in ([asked] if isinstance(asked, str) else []) + [answered]:
        values = _counts(frame[name])
        problems += _where(np.isnan(values), f"'{name}' is missing, or neither ja/nee nor a whole number, for", ids, id)
        if once:
            problems += _where(values > 1, f"'{name}' is more than 1 for", ids, id)
        counts.append(values)
    had, gave = counts[-2], counts[-1]
    problems += _where((had == 0) & (gave > 0), "an answer, but not asked:", ids, id)
    problems += _where((had > 0) & (gave > had), "more answers than asked:", ids, id)
    read = {name: trait_values(frame[name]) for name in dict.fromkeys(traits)}
    for name, column in read.items():
        problems += _where(column.isna().to_numpy(dtype=bool), f"'{name}' is missing for", ids, id)
        if column.dtype == "float64":
            problems += _where(np.isinf(column.to_numpy(dtype=np.float64)), f"'{name}' is not finite for", ids, id)
    if problems:
        raise CountsError(f"The survey frame cannot be used: {'; '.join(problems)}.")
    return SurveyFrame(ids, had, gave, pd.DataFrame(read, index=ids.index))


def _id_problems(ids: pd.Series, id: str) -> list[str]:
    problems = []
    if empty := int(ids.isna().sum()):
        problems.append(f"'{id}' is missing in {counted(empty, 'row')}")
    known = ids.dropna()
    twice = sorted(set(known[known.duplicated()]))
    if twice:
        problems.append(f"more than one row of {_units(twice, id)}")
    return problems


def _where(rows: Bools, what: str, ids: pd.Series, id: str) -> list[str]:
    """Return a problem with the units that have it, or nothing."""
    if not np.any(rows):
        return []
    return [f"{what} {_units([str(name) for name in ids[np.asarray(rows)].fillna('?')], id)}"]


def _units(names: Sequence[str], id: str) -> str:
    return listing(names) if id == "gemeente" else counted(len(names), "unit")


def _counts(column: pd.Series) -> Floats:
    """Return yes as 1, no as 0 and whole numbers as they are; NaN for anything else."""
    if is_number_column(column, yes_no=True):
        numbers = column.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        words = text(column).str.casefold()
        read = pd.to_numeric(words, errors="coerce").astype("Float64")
        numbers = read.to_numpy(dtype=np.float64, na_value=np.nan)
        numbers = np.where(words.isin(YES).to_numpy(dtype=bool), 1.0, numbers)
        numbers = np.where(words.isin(NO).to_numpy(dtype=bool), 0.0, numbers)
    with np.errstate(invalid="ignore"):
        fine = np.isfinite(numbers) & (numbers >= 0) & (numbers == np.floor(numbers))
    return np.asarray(np.where(fine, numbers, np.nan), dtype=np.float64)


def trait_values(column: pd.Series) -> pd.Series:
    """Return a trait as text (yes and no as ja and nee) or, of a column of numbers, as float64."""
    plain: Any = column.reset_index(drop=True)
    if is_number_column(plain):
        return plain.astype("Float64").astype("float64")
    words = {True: "ja", False: "nee"}
    values = [words[bool(value)] if isinstance(value, (bool, np.bool_)) else value for value in plain.tolist()]
    yes_no = any(a is not b for a, b in zip(values, plain.tolist(), strict=True))
    return text(pd.Series(values, index=plain.index, dtype=object) if yes_no else plain)
