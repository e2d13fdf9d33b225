"""Scales and panels: where a value comes to stand on an axis of logarithms or a linear one, and round ticks.

Ticks are computed here and printed by `formats`, so that they are Dutch or English and the same under every version of
matplotlib. A `Panel` knows where a value comes to stand before anything is drawn: names are placed first, and the notes
then say how many did not fit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from reintegratie_stats.report.formats import format_number

Floats = npt.NDArray[np.float64]

MINORS: Final = ((1.0, 1.5, 2.0, 3.0, 5.0, 7.0), (1.0, 2.0, 5.0), (1.0, 3.0), (1.0,))
STEPS: Final = (1.0, 2.0, 2.5, 5.0)


def log_ticks(low: float, high: float, most: int = 8) -> tuple[float, ...]:
    """Return round numbers between two positive bounds for an axis of logarithms, at most so many.

    Examples
    --------
    >>> log_ticks(0.3, 4)
    (0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)
    >>> log_ticks(1, 20000)
    (1.0, 10.0, 100.0, 1000.0, 10000.0)
    """
    first, last = math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1
    for minors in MINORS:
        ticks = _within([float(f"{m}e{k}") for k in range(first, last + 1) for m in minors], low, high)
        if len(ticks) <= most:
            return ticks
    decades = math.ceil(len(ticks) / most)
    return tuple(tick for tick in ticks if round(math.log10(tick)) % decades == 0)


def linear_ticks(low: float, high: float, most: int = 7) -> tuple[float, ...]:
    """Return round numbers between two bounds, at equal steps of 1, 2, 2.5 or 5 times a power of ten.

    Examples
    --------
    >>> linear_ticks(-0.21, 0.48)
    (-0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4)
    """
    power = math.floor(math.log10((high - low) / most))
    for step in (Decimal(str(s)).scaleb(k) for k in (power, power + 1, power + 2) for s in STEPS):
        first = math.ceil(Decimal(str(low)) / step)
        ticks = _within([float(step * k) for k in range(first, first + most + 2)], low, high)
        if len(ticks) <= most:
            return ticks
    return ()


def _within(values: Sequence[float], low: float, high: float) -> tuple[float, ...]:
    slack = 1e-9
    return tuple(v for v in values if low - slack * abs(low) <= v <= high + slack * abs(high))


def tick_text(value: float, lang: str) -> str:
    """Return a round number with as many decimals as it has.

    Examples
    --------
    >>> tick_text(0.05, "nl"), tick_text(20000.0, "nl"), tick_text(1.0, "en")
    ('0,05', '20.000', '1')
    """
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return format_number(value, max(0, -int(exponent)), lang)


@dataclass(frozen=True)
class Scale:
    """One axis: its bounds, whether it is of logarithms, its ticks.

    Parameters
    ----------
    low, high : float
        Bounds; positive on an axis of logarithms.
    log : bool
        Whether equal distances are equal ratios.
    most : int
        Most ticks that are readable on it; 0 for an axis without.
    """

    low: float
    high: float
    log: bool = True
    most: int = 8

    @property
    def ticks(self) -> tuple[float, ...]:
        """Return the numbers that are printed along the axis."""
        if self.most == 0:
            return ()
        return (log_ticks if self.log else linear_ticks)(self.low, self.high, self.most)

    def share(self, values: Any) -> Floats:
        """Return how far along the axis values lie: 0 at the lower bound, 1 at the upper."""
        given = np.asarray(values, dtype=np.float64)
        if not self.log:
            return np.asarray((given - self.low) / (self.high - self.low))
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(given / self.low) / math.log(self.high / self.low))

    def value(self, shares: Any) -> Floats:
        """Return the values at shares of the axis: the inverse of `share`."""
        given = np.asarray(shares, dtype=np.float64)
        if self.log:
            return np.asarray(self.low * (self.high / self.low) ** given)
        return np.asarray(self.low + given * (self.high - self.low))

    def inside(self, values: Any) -> Floats:
        """Return values moved to the nearest bound where they lie outside."""
        return np.clip(np.asarray(values, dtype=np.float64), self.low, self.high)


def log_scale(values: Any, *, least: tuple[float, float], margin: float = 1.15, most: int = 8) -> Scale:
    """Return an axis of logarithms over the positive finite values and at least the bounds in `least`."""
    given = np.asarray(values, dtype=np.float64)
    given = given[np.isfinite(given) & (given > 0)]
    low = min([least[0], *(given / margin)])
    high = max([least[1], *(given * margin)])
    return Scale(float(low), float(high), True, most)


def linear_scale(values: Any, *, least: tuple[float, float], margin: float = 0.05, most: int = 7) -> Scale:
    """Return a linear axis over the finite values and at least the bounds in `least`."""
    given = np.asarray(values, dtype=np.float64)
    given = given[np.isfinite(given)]
    low, high = min([least[0], *given]), max([least[1], *given])
    room = margin * (high - low)
    return Scale(float(low - room), float(high + room), False, most)


@dataclass(frozen=True)
class Panel:
    """A drawing area of a size in millimetres with two scales."""

    x: Scale
    y: Scale
    width: float
    height: float

    def grid(self) -> Floats:
        """Return the lines at the ticks as boxes (n, 4) without thickness, millimetres on the panel."""
        across, up = (scale.share(scale.ticks) for scale in (self.x, self.y))
        upright = [(x * self.width, 0.0, x * self.width, self.height) for x in across]
        flat = [(0.0, y * self.height, self.width, y * self.height) for y in up]
        return np.array([*upright, *flat], dtype=np.float64).reshape(-1, 4)

    def place(self, x: Any, y: Any) -> Floats:
        """Return places (n, 2) in millimetres from the lower left corner of the panel."""
        return np.column_stack([self.x.share(x) * self.width, self.y.share(y) * self.height])


def cut_curve(x: Any, y: Any, panel: Panel) -> tuple[Floats, Floats]:
    """Return a curve cut off where it runs off the panel, above or below; pieces are separated by missing places.

    Examples
    --------
    >>> panel = Panel(Scale(0, 4, log=False), Scale(0, 1, log=False), 10, 10)
    >>> [values.tolist() for values in cut_curve([0, 2, 4], [0.5, 1.5, 0.5], panel)]
    [[0.0, 1.0, nan, 3.0, 4.0], [0.5, 1.0, nan, 1.0, 0.5]]
    """
    at, up = panel.x.share(x), np.clip(panel.y.share(y), -9.0, 9.0)
    xs: list[float] = []
    ys: list[float] = []
    whole = False  # whether the piece before was drawn up to its end
    for (x0, x1), (y0, y1) in zip(pairwise(at), pairwise(up), strict=True):
        level = abs(y1 - y0) < 1e-12
        ends = (-np.inf, np.inf) if level else sorted((edge - y0) / (y1 - y0) for edge in (0.0, 1.0))
        first, last = max(0.0, ends[0]), min(1.0, ends[1])
        if first >= last - 1e-9 or (level and not 0 <= y0 <= 1):
            whole = False
            continue
        if not (whole and first < 1e-9):
            xs, ys = ([*xs, np.nan], [*ys, np.nan]) if xs else (xs, ys)
            xs, ys = [*xs, x0 + first * (x1 - x0)], [*ys, y0 + first * (y1 - y0)]
        xs, ys = [*xs, x0 + last * (x1 - x0)], [*ys, y0 + last * (y1 - y0)]
        whole = last > 1 - 1e-9
    return panel.x.value(xs), panel.y.value(ys)
