"""Random numbers that stay the same: doubles from a seed and a name, and what is made of them.

Only the doubles of a generator and the order of them are used, and only arithmetic that every
version of numpy does alike: the same seed gives the same bytes on any of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from reintegratie_stats.errors import RegisterError
from reintegratie_stats.periods import OPEN, Days

Flags = npt.NDArray[np.bool_]
Rows = dict[str, npt.NDArray[Any]]
"""A coded table: a column of whole numbers per name. Dates are day numbers, text is a place in a
list of labels, a person is a number. `MISSING` is missing.
"""

MISSING = -(2**31)

_STREAMS = (
    "instroom",
    "paren",
    "buiten",
    "buiten gemeente",
    "bijstand",
    "dossiers",
    "redenen",
    "vrijstellingen",
    "trajecten",
    "banen",
    "personen",
    "sleutels",
    "vuil bijstand",
    "vuil vrijstellingen",
    "vuil trajecten",
    "vuil dienstverbanden",
)


class Draws:
    """A named stream of random numbers; no stream notices how many were drawn from another.

    Parameters
    ----------
    seed : int
        Not negative.
    stream : str
        One of the names that the synthesiser declares.
    """

    def __init__(self, seed: int, stream: str) -> None:
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
            raise RegisterError(f"seed is {seed!r}: a whole number of at least 0 is needed.")
        sequence = np.random.SeedSequence([seed, _STREAMS.index(stream)])
        self._generator = np.random.Generator(np.random.PCG64(sequence))

    def uniform(self, size: int) -> npt.NDArray[np.float64]:
        """Return doubles in [0, 1)."""
        return self._generator.random(size)

    def chance(self, size: int, share: float) -> Flags:
        """Return flags that are true with probability `share`."""
        return self.uniform(size) < share

    def below(self, size: int, limit: int | Days) -> Days:
        """Return whole numbers from 0 to before `limit` (0 where there are none), evenly."""
        return _scaled(self.uniform(size), limit)

    def short(self, size: int, limit: int | Days) -> Days:
        """Return whole numbers from 0 to before `limit`, small ones most likely (by a square)."""
        drawn = self.uniform(size)
        return _scaled(drawn * drawn, limit)

    def label(self, size: int, weights: Sequence[int]) -> Days:
        """Return places 0, 1, ... with probabilities in proportion to whole `weights`."""
        borders = np.cumsum(np.asarray(weights, dtype=np.int64))
        drawn = self.below(size, int(borders[-1]))
        return np.searchsorted(borders, drawn, side="right").astype(np.int64)

    def order(self, size: int) -> Days:
        """Return 0, 1, ..., `size` - 1 in random order."""
        return np.argsort(self.uniform(size), kind="stable").astype(np.int64)


def _scaled(shares: npt.NDArray[np.float64], limit: int | Days) -> Days:
    drawn = np.floor(shares * np.maximum(limit, 0)).astype(np.int64)
    return np.asarray(np.clip(drawn, 0, np.maximum(limit, 1) - 1), dtype=np.int64)


def stack(parts: Sequence[Rows]) -> Rows:
    """Return coded tables with the same columns below each other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def take(rows: Rows, which: Days | Flags) -> Rows:
    """Return some rows of a coded table, by place or by flag."""
    return {name: column[which] for name, column in rows.items()}


def size_of(rows: Rows) -> int:
    """Return the number of rows of a coded table."""
    return len(next(iter(rows.values())))


def end_or_open(tot: Days, running: Flags) -> Days:
    """Return `tot`, and `OPEN` where a spell is still running."""
    return np.where(running, OPEN, tot)
