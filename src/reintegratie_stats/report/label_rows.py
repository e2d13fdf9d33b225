"""Names beside points that stand in a row: on poles over the row, or in a list along it with lines to the points.

For figures in which the points are too close together for `label_layout`: here names keep the order of the points,
so that lines do not cross. All lengths are millimetres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from reintegratie_stats.report.label_layout import (
    Floats,
    Layout,
    Name,
    PlacedName,
    cross_each_other,
    leaders_of,
    name_size,
    who_first,
)

POLE: Final = 1.5
"""White between the row and the lowest name."""
POLE_ARM: Final = 1.2
POLE_GAP: Final = 0.2


def raise_names(
    names: Sequence[Name],
    width: float,
    height: float,
    *,
    tops: Any,
    grid: Any = (),
    size: float = 7.0,
) -> Layout:
    """Place names above an uneven row of things, each on a pole over its own thing, as a stair that falls to the right.

    For the left end of a row that is sorted: names that are close together come to stand one above the other, the
    leftmost on top, and no pole crosses a name or another pole.

    Parameters
    ----------
    names : sequence of Name
        ``x, y`` is the upper end of the thing. A name without room under the top of the panel is dropped; those with
        the least weight first.
    width, height : float
        Of the panel.
    tops : array-like (n, 2)
        Place and upper end of every thing in the row.
    grid : array-like (m, 4)
        Lines that a name moves up from, where there is room.
    size : float
        Of the letters, in points.

    Examples
    --------
    >>> row = [(1.0, 5.0), (2.0, 6.0), (3.0, 6.5)]
    >>> layout = raise_names([Name("Urk", 1, 5), Name("Ede", 2, 6)], 60, 40, tops=row)
    >>> [(placed.name.text, placed.bottom > 6.5) for placed in layout.placed]
    [('Urk', True), ('Ede', True)]
    """
    row = np.asarray(tops, dtype=np.float64).reshape(-1, 2)
    flat = [float(line[1]) for line in np.asarray(grid, dtype=np.float64).reshape(-1, 4) if line[1] == line[3]]

    def stair(kept: Sequence[Name]) -> list[PlacedName] | None:
        placed = _stair(sorted(kept, key=lambda name: (name.x, name.text)), width, row, flat, height, size)
        return placed if all(one.box[3] <= height and one.box[2] <= width for one in placed) else None

    kept: list[Name] = []
    dropped: list[Name] = []
    for name in sorted(names, key=who_first):
        (dropped if stair([*kept, name]) is None else kept).append(name)
    return Layout(tuple(stair(kept) or ()), tuple(dropped))


def _stair(
    names: Sequence[Name], width: float, row: Floats, flat: Sequence[float], height: float, size: float
) -> list[PlacedName]:
    """Place names from the rightmost, lowest, to the leftmost, highest."""
    placed: list[PlacedName] = []
    for name in reversed(names):
        wide, high = name_size(name.text, size)
        left = name.x + POLE_ARM
        under = row[(row[:, 0] >= name.x - 0.1) & (row[:, 0] <= left + wide), 1]
        floor = max([name.y, *under.tolist()]) + POLE
        floor = max([floor, *(one.box[3] for one in placed if one.name.x - 2 * POLE_GAP < left + wide)])
        crossed = [line for line in flat if floor < line < floor + high]
        if crossed and max(crossed) + high + 0.1 < height:
            floor = max(crossed) + 0.1
        middle = floor + high / 2
        pole = ((left, middle), (name.x, middle), (name.x, name.y))
        placed.append(PlacedName(name, left, floor, wide, high, pole))
    return placed[::-1]


def turned(layout: Layout, width: float, height: float) -> Layout:
    """Return a layout turned upside down and left to right, for the right end of a row with names under it."""

    def turn(name: Name) -> Name:
        return replace(name, x=width - name.x, y=height - name.y)

    placed = tuple(
        PlacedName(
            turn(one.name), width - one.box[2], height - one.box[3], one.width, one.height,
            tuple((width - x, height - y) for x, y in one.leader),
        )
        for one in layout.placed
    )  # fmt: skip
    return Layout(placed, tuple(turn(name) for name in layout.dropped))


def list_names(
    names: Sequence[Name], width: float, height: float, *, at: float, low: float = 0.0, size: float = 7.0
) -> Layout:
    """Place names under each other in a list left of their points, each with a line to its point.

    Parameters
    ----------
    names : sequence of Name
        Their points lie right of the list. A name without room is dropped, those with the least weight first.
    width, height : float
        Of the panel.
    at : float
        Where the names end, millimetres from the left.
    low : float
        No name stands lower than this.
    size : float
        Of the letters, in points.

    Examples
    --------
    >>> layout = list_names([Name("Urk", 40, 20), Name("Ede", 41, 20.5)], 90, 60, at=30)
    >>> [(placed.name.text, round(placed.box[2])) for placed in layout.placed]
    [('Urk', 30), ('Ede', 30)]
    """
    step = name_size("", size)[1]
    fits = [name for name in names if name_size(name.text, size)[0] <= at <= min(width, name.x - name.reach)]
    kept = sorted(fits, key=who_first)[: max(0, int((height - low) / step))]
    dropped = [name for name in names if name not in kept]
    return Layout(tuple(_listed(kept, (low + step / 2, height - step / 2), at, size)), tuple(dropped))


def _listed(names: Sequence[Name], bounds: tuple[float, float], at: float, size: float) -> list[PlacedName]:
    """Place names in the order of their points; neighbours change places while their lines cross."""
    order = sorted(names, key=lambda name: (name.y, -name.x, name.text))
    placed: list[PlacedName] = []
    for _ in range(len(order) + 1):
        heights = _apart([name.y for name in order], name_size("", size)[1], *bounds)
        placed = [_at_height(name, y, at, size) for name, y in zip(order, heights, strict=True)]
        ends = np.array([(*one.leader[0], *one.leader[1]) for one in placed]).reshape(-1, 4)
        crossed = [i for i in range(len(order) - 1) if cross_each_other(ends[i : i + 1], ends[i + 1 : i + 2])[0, 0]]
        for i in crossed:
            order[i], order[i + 1] = order[i + 1], order[i]
        if not crossed:
            break
    return placed


def _at_height(name: Name, y: float, at: float, size: float) -> PlacedName:
    wide, high = name_size(name.text, size)
    box = np.array([[at - wide, y, at, y]])
    _, _, x1, y1 = (float(v) for v in leaders_of(box, np.array([[name.x, name.y]]), name.reach)[0])
    return PlacedName(name, at - wide, y - high / 2, wide, high, ((at, y), (x1, y1)))


def _apart(wanted: Sequence[float], step: float, low: float, high: float) -> list[float]:
    """Return heights at least a step apart, in the same order, as near to those wanted as squares can be."""
    blocks: list[tuple[float, int]] = []
    for i, value in enumerate(wanted):
        mean, length = value - i * step, 1
        while blocks and blocks[-1][0] >= mean:
            other, number = blocks.pop()
            mean, length = (mean * length + other * number) / (length + number), length + number
        blocks.append((mean, length))
    flat = [mean for mean, length in blocks for _ in range(length)]
    top = high - (len(flat) - 1) * step
    return [min(max(mean, low), max(top, low)) + i * step for i, mean in enumerate(flat)]
