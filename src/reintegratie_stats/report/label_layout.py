"""Names beside their points: no name over another, over a point, over a leader line or off the panel.

Each name tries places around its point, from near to far, and takes the cheapest; then all names choose again and
again, while the price of standing in each other's way rises. A name that has no free place in the end is dropped and
counted. There is no random number and no measuring of pixels: the same names get the same places on every run. (The
well-known adjustText moves names by forces in pixels, which differ with the version of the drawing library.) All
lengths are millimetres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from reintegratie_stats.report.figure import MM_PER_POINT, text_width

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

PAD: Final = 0.5
"""White around a name."""
RADII: Final = (0.3, 1.0, 2.0, 3.2, 4.6, 6.2, 8.0, 10.0, 12.5, 15.5, 19.0, 23.0, 28.0, 34.0)
DIRECTIONS: Final = 24
MOST_OPTIONS: Final = 170
"""So many places are tried for each name, the cheapest."""
PRICES: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
"""What a conflict of two names costs in each round."""
LAST_ROUNDS: Final = 2
LEADER_FROM: Final = 1.4
"""A name farther from its point than this is joined to it by a line."""
COVERED: Final = 2.5
MOST_COVERED: Final = 4
COVERED_GRID: Final = 0.7
LONG: Final = 0.02
ASIDE: Final = 2.5
CROSSED_POINT: Final = 0.6
CROSSED_MARK: Final = 8.0
NEVER: Final = 1e6
SLACK: Final = 1e-9


@dataclass(frozen=True)
class Name:
    """A name to be placed: its text, where its point is, half the size of the mark, how much it matters.

    ``away`` is the direction (of length 1) in which it had better stand; (0, 0) where that does not matter.
    """

    text: str
    x: float
    y: float
    reach: float = 0.9
    weight: float = 0.0
    away: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class PlacedName:
    """A name with the lower left corner of its text box, its size, and its leader line (places, may be none)."""

    name: Name
    left: float
    bottom: float
    width: float
    height: float
    leader: tuple[tuple[float, float], ...] = ()

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top."""
        return self.left, self.bottom, self.left + self.width, self.bottom + self.height

    @property
    def ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Where the leader line begins and ends; the middle of the name twice where there is none."""
        middle = (self.left + self.width / 2, self.bottom + self.height / 2)
        return (self.leader[0], self.leader[-1]) if self.leader else (middle, middle)


@dataclass(frozen=True)
class Layout:
    """The names that were placed, and those for which there was no room."""

    placed: tuple[PlacedName, ...]
    dropped: tuple[Name, ...]


def place_names(
    names: Sequence[Name],
    width: float,
    height: float,
    *,
    points: Any = (),
    lines: Any = (),
    grid: Any = (),
    fixed: Sequence[PlacedName] = (),
    size: float = 7.0,
    most: int = 60,
) -> Layout:
    """Place names on a panel.

    Parameters
    ----------
    names : sequence of Name
        In any order. Those with more weight choose first (equal: by text and place).
    width, height : float
        Of the panel; a name stays on it.
    points : array-like (n, 4)
        Boxes (left, bottom, right, top) that no name may cover.
    lines : array-like (m, 4)
        Boxes that a name had better not cover, such as pieces of a curve.
    grid : array-like (m, 4)
        The same for faint lines: only where it costs little.
    fixed : sequence of PlacedName
        Names that have a place already; their lines are straight.
    size : float
        Of the letters, in points.
    most : int
        More names than this are not tried; the rest is dropped.

    Returns
    -------
    Layout
        Sorted by weight, text and place.

    Examples
    --------
    >>> layout = place_names([Name("Zaltbommel", 20, 20), Name("Urk", 21, 20)], 60, 40)
    >>> [placed.name.text for placed in layout.placed]
    ['Urk', 'Zaltbommel']
    """
    ordered = sorted(names, key=who_first)
    tried = ordered[:most]
    hard, soft, faint = (np.asarray(b, dtype=np.float64).reshape(-1, 4) for b in (points, lines, grid))
    marks = point_boxes([(name.x, name.y) for name in tried], [name.reach for name in tried])
    tables = [
        _Options.around(name, (width, height), (hard, soft, faint, np.delete(marks, i, axis=0)), size)
        for i, name in enumerate(tried)
    ]
    there = [(np.array(one.box), np.array([*one.ends[0], *one.ends[1]])) for one in fixed]
    tables = [options.free_of(there) for options in tables]
    chosen = _settle(tables)
    placed, dropped = [], list(ordered[most:])
    for name, options, which in zip(tried, tables, chosen, strict=True):
        if which is None:
            dropped.append(name)
        else:
            placed.append(options.placed(name, which))
    return Layout(tuple(placed), tuple(sorted(dropped, key=who_first)))


def who_first(name: Name) -> tuple[float, str, float, float]:
    """Return what names are sorted by: weight, then text and place."""
    return -round(name.weight, 9), name.text, name.x, name.y


def _settle(tables: Sequence[_Options]) -> list[int | None]:
    """Choose a place for every name; the price of being in each other's way rises until it is paid no more."""
    chosen: list[int | None] = [options.best([], 0.0) for options in tables]

    def others(i: int) -> list[tuple[Floats, Floats]]:
        return [tables[j].pick(k) for j, k in enumerate(chosen) if j != i and k is not None]

    for price in PRICES:
        for i, options in enumerate(tables):
            chosen[i] = options.best(others(i), price)
    for i in reversed(range(len(tables))):  # who matters least gives way
        which = chosen[i]
        if which is not None and tables[i].in_the_way(others(i))[which]:
            chosen[i] = None
    for _ in range(LAST_ROUNDS):
        for i, options in enumerate(tables):
            chosen[i] = options.best(others(i), NEVER)
    return chosen


def name_size(text: str, size: float) -> tuple[float, float]:
    """Return width and height of the box of a name with the white around it, millimetres."""
    return text_width(text, size) + 2 * PAD, size * 1.2 * MM_PER_POINT + PAD


def point_boxes(places: Any, reach: Any) -> Floats:
    """Return boxes (n, 4) around places (n, 2); `reach` is half the size of each mark."""
    at = np.asarray(places, dtype=np.float64).reshape(-1, 2)
    half = np.broadcast_to(np.asarray(reach, dtype=np.float64), (len(at),))[:, None]
    return np.hstack([at - half, at + half])


def curve_boxes(places: Any, step: float = 1.5) -> Floats:
    """Return boxes (m, 4) that together cover a curve through places (n, 2), of about a step in size."""
    at = np.asarray(places, dtype=np.float64).reshape(-1, 2)
    pieces = []
    for start, end in pairwise(at):
        parts = max(1, int(np.ceil(np.max(np.abs(end - start)) / step)))
        stops = start + (end - start) * np.linspace(0.0, 1.0, parts + 1)[:, None]
        pieces.append(np.hstack([np.minimum(stops[:-1], stops[1:]), np.maximum(stops[:-1], stops[1:])]))
    return np.vstack(pieces) if pieces else np.zeros((0, 4))


@dataclass(frozen=True)
class _Options:
    """The places of one name that are free of points: boxes (k, 4), leaders (k, 4) and costs (k,)."""

    boxes: Floats
    leaders: Floats
    cost: Floats

    @classmethod
    def around(
        cls, name: Name, panel: tuple[float, float], things: tuple[Floats, Floats, Floats, Floats], size: float
    ) -> _Options:
        hard, soft, faint, marks = things
        width, height = name_size(name.text, size)
        angles = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
        turn = np.round(np.column_stack([np.cos(angles), np.sin(angles)]), 9)
        away = name.reach + np.asarray(RADII)
        flat = away[:, None, None] * turn[None, :, :] + turn[None, :, :] * np.array([width, height]) / 2
        centres = (flat + np.array([name.x, name.y])).reshape(-1, 2)
        boxes = np.hstack([centres - np.array([width, height]) / 2, centres + np.array([width, height]) / 2])
        leaders = leaders_of(boxes, np.array([[name.x, name.y]]), name.reach)
        free = (boxes[:, :2] >= 0).all(axis=1) & (boxes[:, 2] <= panel[0]) & (boxes[:, 3] <= panel[1])
        free &= ~overlaps(boxes, hard).any(axis=1)
        boxes, leaders = boxes[free], leaders[free]
        upright = np.repeat(np.arange(DIRECTIONS)[None, :], len(RADII), axis=0).ravel()[free]
        length = np.hypot(leaders[:, 2] - leaders[:, 0], leaders[:, 3] - leaders[:, 1])
        cost = length + LONG * length**2 + 0.4 * np.abs(np.sin(angles))[upright]
        cost += ASIDE * (1.0 - turn[upright] @ np.array(name.away)) if any(name.away) else 0.0
        cost += COVERED * np.minimum(overlaps(boxes, soft).sum(axis=1), MOST_COVERED)
        cost += COVERED_GRID * overlaps(boxes, faint).sum(axis=1)
        cost += CROSSED_POINT * np.maximum(_crosses(leaders, hard).sum(axis=1) - 1, 0)
        cost += CROSSED_MARK * _crosses(leaders, marks).sum(axis=1)
        cost = np.round(cost, 6)
        cheapest = np.sort(np.argsort(cost, kind="stable")[:MOST_OPTIONS])
        return cls(boxes[cheapest], leaders[cheapest], cost[cheapest])

    def pick(self, which: int) -> tuple[Floats, Floats]:
        return self.boxes[which], self.leaders[which]

    def placed(self, name: Name, which: int) -> PlacedName:
        left, bottom, right, top = (float(v) for v in self.boxes[which])
        x0, y0, x1, y1 = (float(v) for v in self.leaders[which])
        leader = ((x0, y0), (x1, y1)) if np.hypot(x1 - x0, y1 - y0) > LEADER_FROM else ()
        return PlacedName(name, left, bottom, right - left, top - bottom, leader)

    def free_of(self, others: Sequence[tuple[Floats, Floats]]) -> _Options:
        """Return the places that are in conflict with none of these names."""
        free = self.in_the_way(others) == 0
        return _Options(self.boxes[free], self.leaders[free], self.cost[free])

    def in_the_way(self, others: Sequence[tuple[Floats, Floats]]) -> Floats:
        """Return (k,) with how many other names or leaders each place is in conflict."""
        if not others:
            return np.zeros(len(self.cost))
        boxes = np.array([box for box, _ in others])
        leaders = np.array([leader for _, leader in others])
        taken = overlaps(self.boxes, boxes) | _crosses(self.leaders, boxes) | _crosses(leaders, self.boxes).T
        taken |= cross_each_other(self.leaders, leaders)
        return np.asarray(taken.sum(axis=1), dtype=np.float64)

    def best(self, others: Sequence[tuple[Floats, Floats]], price: float) -> int | None:
        """Return the cheapest place, at a price per conflict; none where nothing is below `NEVER`."""
        if len(self.cost) == 0:
            return None
        cost = self.cost + price * self.in_the_way(others)
        return None if cost.min() >= NEVER else int(np.argmin(cost))


def overlaps(boxes: Floats, others: Floats) -> Bools:
    """Return (k, n): which boxes share more than an edge with which others."""
    a, b = boxes[:, None, :], others[None, :, :]
    wide = (a[..., 0] < b[..., 2] - SLACK) & (b[..., 0] < a[..., 2] - SLACK)
    return np.asarray(wide & (a[..., 1] < b[..., 3] - SLACK) & (b[..., 1] < a[..., 3] - SLACK))


def leaders_of(boxes: Floats, points: Floats, reach: float) -> Floats:
    """Return (k, 4): from the place of each box that is nearest to its point, to the edge of the mark."""
    start = np.clip(points, boxes[:, :2], boxes[:, 2:])
    along = start - points
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    return np.hstack([start, points + along / length * np.minimum(reach, length)])


def _crosses(lines: Floats, boxes: Floats) -> Bools:
    """Return (k, n): which lines run through which boxes, by clipping each line to the box."""
    enter, leave = np.zeros((len(lines), len(boxes))), np.ones((len(lines), len(boxes)))
    for axis in (0, 1):
        start, step = lines[:, axis, None], (lines[:, axis + 2] - lines[:, axis])[:, None]
        step = np.where(np.abs(step) < 1e-12, 1e-12, step)
        one, two = (boxes[None, :, axis] - start) / step, (boxes[None, :, axis + 2] - start) / step
        enter = np.maximum(enter, np.minimum(one, two))
        leave = np.minimum(leave, np.maximum(one, two))
    return np.asarray(enter < leave)


def cross_each_other(lines: Floats, others: Floats) -> Bools:
    """Return (k, n): which lines cross which others."""

    def side(a: Floats, b: Floats) -> Floats:
        along = a[..., 2:] - a[..., :2]
        return np.asarray(along[..., 0] * (b[..., 1] - a[..., 1]) - along[..., 1] * (b[..., 0] - a[..., 0]))

    a, b = lines[:, None, :], others[None, :, :]
    apart_a = side(a, b[..., :2]) * side(a, b[..., 2:])
    apart_b = side(b, a[..., :2]) * side(b, a[..., 2:])
    return np.asarray((apart_a < 0) & (apart_b < 0))
