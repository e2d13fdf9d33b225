"""Frames for figures, read and checked: every problem of every frame is said at once.

Gemeenten are not persons, so a message may name them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from reintegratie_stats.errors import ReportError, listing, nearest
from reintegratie_stats.report.formats import is_missing

Floats = npt.NDArray[np.float64]

NOT_JUDGED: Final = "niet_te_beoordelen"
FLAGS: Final = ("verwacht", "minder", "meer", NOT_JUDGED)
"""The flags, in the order in which their marks are drawn: the last lie on top."""


class Numbers(NamedTuple):
    """A column of numbers, and what they may be."""

    name: str
    least: float = -np.inf
    above: bool = False
    missing: bool = True


@dataclass
class FrameReader:
    """Reads the frames of one figure and collects what is wrong with them; `finish` says it.

    Parameters
    ----------
    figure : str
        Name of the figure, for the message.
    """

    figure: str
    problems: list[str] = field(default_factory=list)

    def read(
        self,
        frame: object,
        name: str,
        *,
        key: Sequence[str] = ("gemeente",),
        numbers: Sequence[Numbers] = (),
        texts: Sequence[str] = (),
        optional: Sequence[str] = (),
        flag: bool = False,
        ordered: Sequence[tuple[str, str]] = (),
        unique: bool = True,
    ) -> pd.DataFrame:
        """Return the columns asked for as text and float, sorted by key; an empty frame after a problem.

        Parameters
        ----------
        frame : DataFrame
            What the caller gave.
        name : str
            How a message calls the frame.
        key : sequence of str
            Columns that together name a row; given in full, each combination once. Read as text.
        numbers : sequence of Numbers
            Columns of finite numbers; a row that is not judged is not held to bounds.
        texts, optional : sequence of str
            Columns of text, missing where blank; an optional column that is not there is missing throughout.
        flag : bool
            Whether a column ``flag`` with one of the four flags is needed.
        ordered : sequence of (str, str)
            Pairs of columns of which the first is at most the second.
        unique : bool
            Whether each combination of the key stands there once.
        """
        needed = [*key, *(number.name for number in numbers), *texts, *(["flag"] if flag else [])]
        if not self._has(frame, name, needed) or not isinstance(frame, pd.DataFrame):
            return pd.DataFrame()
        before = len(self.problems)
        out: dict[str, Any] = {
            column: self._keys(frame[column], name) for column in key if column not in {n.name for n in numbers}
        }
        who = out[key[0]] if key[0] in out else np.arange(1, len(frame) + 1).astype(str).tolist()
        out |= {number.name: self._numbers(frame[number.name], number, name) for number in numbers}
        out |= {column: _texts(frame, column) for column in (*texts, *optional)}
        if flag:
            out["flag"] = self._flags(frame["flag"], name)
        clean = pd.DataFrame(out)
        if len(self.problems) > before:
            return pd.DataFrame()
        self._bounds(clean, name, who, numbers, ordered)
        if unique:
            self._once(clean, name, list(key))
        return clean.sort_values([*key], kind="stable", ignore_index=True)

    def _has(self, frame: object, name: str, needed: Sequence[str]) -> bool:
        """Say whether there are rows with all the columns; note what is wrong otherwise."""
        if not isinstance(frame, pd.DataFrame):
            self.problems.append(f"{name} is of type {type(frame).__name__}, not a DataFrame")
            return False
        present = [str(column) for column in frame.columns]
        gone = [column for column in dict.fromkeys(needed) if column not in present]
        self.problems += [f"{name} has no column {column!r}.{nearest(column, present)}".rstrip(".") for column in gone]
        self.problems += [f"{name} has: {listing(present)}"] if gone and present else []
        self.problems += [f"{name} has no rows"] if not gone and len(frame) == 0 else []
        return not gone and len(frame) > 0

    def finish(self) -> None:
        """Raise `ReportError` with all problems, if there are any."""
        if self.problems:
            raise ReportError(f"{self.figure} cannot be drawn: {'; '.join(self.problems)}.")

    def _keys(self, column: pd.Series[Any], name: str) -> list[str]:
        values = ["" if is_missing(value) else str(value) for value in column]
        if not all(value.strip() for value in values):
            self.problems.append(f"column {column.name!r} of {name} has missing values")
        return values

    def _numbers(self, column: pd.Series[Any], number: Numbers, name: str) -> Floats:
        values = [None if is_missing(value) else value for value in column]
        if not all(value is None or (isinstance(value, Real) and not isinstance(value, bool)) for value in values):
            self.problems.append(f"column {number.name!r} of {name} holds other things than numbers")
            return np.full(len(values), np.nan)
        return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)

    def _flags(self, column: pd.Series[Any], name: str) -> list[str]:
        values = ["" if is_missing(value) else str(value) for value in column]
        for value in sorted(set(values) - set(FLAGS)):
            said = f"{value!r}{nearest(value, FLAGS)}" if value else "a missing value"
            self.problems.append(f"column 'flag' of {name} has {said}; it has: {listing(FLAGS)}")
        return values

    def _bounds(
        self,
        clean: pd.DataFrame,
        name: str,
        who: Sequence[str],
        numbers: Sequence[Numbers],
        ordered: Sequence[tuple[str, str]],
    ) -> None:
        judged = (clean["flag"] != NOT_JUDGED).to_numpy() if "flag" in clean else np.ones(len(clean), dtype=bool)

        def say(wrong: npt.NDArray[np.bool_], what: str) -> None:
            if wrong.any():
                rows = [text for text, is_wrong in zip(who, wrong, strict=True) if is_wrong]
                self.problems.append(f"{what} in {name} ({listing(sorted(rows), 5)})")

        for number in numbers:
            values = clean[number.name].to_numpy()
            say(np.isinf(values), f"{number.name!r} is infinite")
            low = values <= number.least if number.above else values < number.least
            bound = f"{'not above' if number.above else 'below'} {number.least:g}"
            say(judged & low & ~np.isinf(values), f"{number.name!r} is {bound}")
            if not number.missing:
                say(judged & np.isnan(values), f"{number.name!r} is missing")
        for lower, upper in ordered:
            say(judged & (clean[lower] > clean[upper]).to_numpy(), f"{lower!r} is above {upper!r}")

    def _once(self, clean: pd.DataFrame, name: str, key: list[str]) -> None:
        twice = clean.loc[clean.duplicated(key), key].drop_duplicates().astype(str)
        if len(twice):
            rows = sorted(" / ".join(row) for row in twice.itertuples(index=False))
            self.problems.append(f"{name} has more than one row for {listing(rows, 5)}")


def _texts(frame: pd.DataFrame, column: str) -> list[str | None]:
    if column not in frame:
        return [None] * len(frame)
    return [None if is_missing(v) or not str(v).strip() else " ".join(str(v).split()) for v in frame[column]]


def flag_counts(flags: Sequence[str]) -> Mapping[str, int]:
    """Return how many rows have each flag, all four in order."""
    return {flag: sum(value == flag for value in flags) for flag in FLAGS}


def all_finite(frame: pd.DataFrame, columns: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which rows have a number in every one of the columns."""
    return np.asarray(np.isfinite(frame[list(columns)].to_numpy(dtype=np.float64)).all(axis=1), dtype=np.bool_)
