"""The marks of the flags, the key that explains them, and names beside points.

Flags differ in shape and in colour, so that they can be told apart without colour. Blue stands for more
than expected and ochre for fewer: two colours that every kind of colour blindness keeps apart and that
say nothing of good or bad.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.path import Path

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.axes import Panel
from reintegratie_stats.report.figure import ACCENT, INK, MM_PER_POINT, text_width
from reintegratie_stats.report.figure_frames import FLAGS, NOT_JUDGED, all_finite
from reintegratie_stats.report.formats import format_number
from reintegratie_stats.report.label_layout import Floats, Layout, Name, PlacedName
from reintegratie_stats.report.labels import label, labels
from reintegratie_stats.report.page import MARGIN, TEXT_SIZE, WIDTH, Page, line_height

OCHRE: Final = "#9a6a0c"
ORDINARY: Final = "#c3c8ce"
ORDINARY_EDGE: Final = "#7f868d"
LEADER: Final = "#5f666d"

_ARROW: Final = ((0, 0), (0.38, 0.42), (0.1, 0.42), (0.1, 1), (-0.1, 1), (-0.1, 0.42), (-0.38, 0.42), (0, 0))
ARROW: Final = Path(_ARROW)
"""An arrow that stands on its place and points down to the edge of the panel."""
ARROW_UP: Final = Path([(x, -y) for x, y in _ARROW])


@dataclass(frozen=True)
class Mark:
    """How a flag is drawn: shape, size in points, colours."""

    marker: Any
    size: float
    face: str
    edge: str
    width: float = 0.35

    def options(self, marker: Any = None, scale: float = 1.0) -> dict[str, Any]:
        """Return the options of a line without a line."""
        return {
            "linestyle": "none",
            "marker": self.marker if marker is None else marker,
            "markersize": self.size * scale,
            "markerfacecolor": self.face,
            "markeredgecolor": self.edge,
            "markeredgewidth": self.width,
        }

    @property
    def reach(self) -> float:
        """Half the size in millimetres, with its edge."""
        return (self.size / 2 + self.width) * MM_PER_POINT


MARKS: Final[Mapping[str, Mark]] = {
    "verwacht": Mark("o", 2.7, ORDINARY, ORDINARY_EDGE),
    "minder": Mark("v", 5.2, OCHRE, "#ffffff"),
    "meer": Mark("^", 5.2, ACCENT, "#ffffff"),
}
NAMED: Final = Mark("o", 3.6, "#ffffff", INK, 0.8)
"""A gemeente that is named though its count is as expected."""
ARROW_SIZE: Final = 13.0


def mark_of(flag: str, named: bool) -> Mark:
    """Return the mark of a gemeente with a flag, named on the figure or not."""
    return NAMED if named and flag == "verwacht" else MARKS[flag]


def draw_flags(axes: Axes, frame: pd.DataFrame, x: str, y: str, panel: Panel, scale: float = 1.0) -> None:
    """Draw points by flag; a point off the panel stands at its edge as an arrow.

    Parameters
    ----------
    axes : Axes
    frame : DataFrame
        With `x`, `y`, ``flag`` and ``label``; rows in drawing order.
    x, y : str
        Columns of the places.
    panel : Panel
    scale : float
        Of the marks.
    """
    below, above = off_panel(frame[y], panel)
    for flag in FLAGS[:-1]:
        for named in (False, True):
            mark = mark_of(flag, named)
            rows = (frame["flag"] == flag) & (frame["label"].notna() == named)
            gid = f"flag.{flag}{'.named' if named else ''}"
            for off, arrow, end, edge in ((below, ARROW, "low", panel.y.low), (above, ARROW_UP, "high", panel.y.high)):
                at = frame.loc[rows & off, x]
                if len(at):
                    edged = Mark(arrow, ARROW_SIZE, mark.edge if mark is NAMED else mark.face, mark.edge, 0.2)
                    axes.plot(at, [edge] * len(at), gid=f"{gid}.{end}", clip_on=False, zorder=5, **edged.options())
            on = frame[rows & ~below & ~above]
            if len(on):
                axes.plot(on[x], on[y], gid=gid, clip_on=False, zorder=3 + FLAGS.index(flag) / 10 + named,
                          **mark.options(scale=scale))  # fmt: skip


def off_panel(values: pd.Series[Any], panel: Panel) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Return which values lie below and which above the panel; 0 lies below every axis of logarithms."""
    slack = 1e-9 * abs(panel.y.high - panel.y.low)
    return values < panel.y.low - slack, values > panel.y.high + slack


def boxes_of(frame: pd.DataFrame, x: str, y: str, panel: Panel, scale: float = 1.0) -> Any:
    """Return boxes (n, 4) of the drawn marks, millimetres on the panel."""
    at = panel.place(panel.x.inside(frame[x]), panel.y.inside(frame[y]))
    marks = [mark_of(f, isinstance(n, str)) for f, n in zip(frame["flag"], frame["label"], strict=True)]
    reach = np.array([mark.reach * scale for mark in marks])[:, None]
    boxes = np.hstack([at - reach, at + reach])
    below, above = off_panel(frame[y], panel)
    tall = ARROW_SIZE / 2 * MM_PER_POINT
    boxes[below, 1], boxes[below, 3] = 0.0, tall
    boxes[above, 1], boxes[above, 3] = panel.height - tall, panel.height
    return boxes


def names_of(frame: pd.DataFrame, x: str, y: str, panel: Panel, ratio: pd.Series[Any], up: Any) -> list[Name]:
    """Return the named gemeenten as names to be placed.

    The farther the `ratio` (n,) of observed to expected is from 1, the earlier a name chooses; above 1 it had better
    stand in the direction `up` of its point, below 1 on the other side.
    """
    boxes = boxes_of(frame, x, y, panel)
    names = []
    for text, box, far, side in zip(frame["label"], boxes, farness(ratio), np.sign(ratio - 1), strict=True):
        if isinstance(text, str):
            away = (float(side * up[0]), float(side * up[1]))
            left, bottom, right, top = (float(v) for v in box)
            names.append(Name(text, (left + right) / 2, (bottom + top) / 2, (top - bottom) / 2, float(far), away))
    return names


def draw_names(page: Page, layout: Layout, left: float, bottom: float, first: int = 0) -> None:
    """Draw placed names and their leader lines on the page; `left, bottom` is the corner of the panel."""
    for number, placed in enumerate(layout.placed, start=first):
        _draw_name(page, placed, left, bottom, number)


def _draw_name(page: Page, placed: PlacedName, left: float, bottom: float, number: int) -> None:
    if placed.leader:
        x, y = (np.array(places) for places in zip(*placed.leader, strict=True))
        page.paper.plot(left + x, bottom + y, color=LEADER, linewidth=0.45, zorder=2.5,
                        clip_on=False, gid=f"leader.{number}")  # fmt: skip
    baseline = bottom + placed.bottom + (placed.height - 0.72 * TEXT_SIZE * MM_PER_POINT) / 2
    page.write(left + placed.left + placed.width / 2, baseline, placed.name.text, gid=f"name.{number}", ha="center")


# --- who is drawn ---------------------------------------------------------------------------


def drawable(points: pd.DataFrame, columns: Sequence[str], positive: str) -> pd.DataFrame:
    """Return the judged rows with every figure that is needed; `positive` is above 0 in them.

    Raises
    ------
    ReportError
        No row is left.
    """
    judged = points["flag"] != NOT_JUDGED
    drawn = points[judged & all_finite(points, columns) & (points[positive] > 0)].reset_index(drop=True)
    if drawn.empty:
        raise ReportError("No gemeente can be drawn: none is judged and has the figures that are needed.")
    return drawn


def not_drawn(given: pd.DataFrame, drawn: pd.DataFrame) -> tuple[tuple[str, int], ...]:
    """Return how many rows are not drawn, with the key of what the note says of them."""
    judged = int((given["flag"] != NOT_JUDGED).sum())
    return ("not_judged", len(given) - judged), ("no_figure", judged - len(drawn))


def named_ordinary(drawn: pd.DataFrame) -> int:
    """Return how many gemeenten are named though as expected."""
    return int(((drawn["flag"] == "verwacht") & drawn["label"].notna()).sum())


def farness(ratio: pd.Series[Any]) -> Floats:
    """Return how far ratios are from 1, as the size of their logarithm; 0 is infinitely far and comes first."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.minimum(np.abs(np.log(ratio.to_numpy(dtype=np.float64))), 99.0))


# --- the key ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class KeyItem:
    """An entry of the key: its text and how its sample is drawn (options of a line)."""

    text: str
    options: Mapping[str, Any]
    line: bool = False

    @property
    def sample(self) -> float:
        """Width of the sample in millimetres."""
        return 7.0 if self.line else 3.2

    @property
    def width(self) -> float:
        """Width of sample, text and the white after it."""
        return self.sample + 1.0 + text_width(self.text, TEXT_SIZE) + 4.5


def flag_key(counts: Mapping[str, int], lang: str, named: int = 0) -> list[KeyItem]:
    """Return the entries of the three flags that are drawn, each with its number of gemeenten."""
    items = []
    for flag in ("meer", "minder", "verwacht"):
        text = f"{label('flag', flag, lang)} ({format_number(counts.get(flag, 0), 0, lang)})"
        items.append(KeyItem(text, MARKS[flag].options()))
    if named:
        text = f"{label('figure', 'named_ordinary', lang)} ({format_number(named, 0, lang)})"
        items.append(KeyItem(text, NAMED.options()))
    return items


def line_key(text: str, **style: Any) -> KeyItem:
    """Return the entry of a line."""
    return KeyItem(text, {"marker": "none", **style}, line=True)


def key_height(items: Sequence[KeyItem]) -> float:
    """Return the height that the key needs on a page."""
    return len(_key_rows(items)) * line_height(TEXT_SIZE) * 1.1


def _key_rows(items: Sequence[KeyItem]) -> list[list[KeyItem]]:
    rows: list[list[KeyItem]] = []
    for item in items:
        full = not rows or sum(other.width for other in rows[-1]) + item.width - 4.5 > WIDTH - 2 * MARGIN
        if full:
            rows.append([])
        rows[-1].append(item)
    return rows


def draw_key(page: Page, items: Sequence[KeyItem]) -> None:
    """Draw the key under the heading."""
    number, y = 0, page.legend_top
    for row in _key_rows(items):
        y -= line_height(TEXT_SIZE) * 1.1
        x = MARGIN
        for item in row:
            middle = y + 0.62 * TEXT_SIZE * MM_PER_POINT
            xs = [x, x + item.sample] if item.line else [x + item.sample / 2]
            page.paper.plot(xs, [middle] * len(xs), clip_on=False, zorder=5, gid=f"key.{number}", **item.options)
            page.write(x + item.sample + 1.0, y + 0.3 * TEXT_SIZE * MM_PER_POINT, item.text, gid=f"key.{number}.text")
            x += item.width
            number += 1


# --- what the notes say ----------------------------------------------------------------------


def note_lines(given: str | Sequence[str], counted: Sequence[tuple[str, int]], lang: str) -> list[str]:
    """Return the notes of the caller, and after them what is counted and not 0, in the words of the labels."""
    own = [given] if isinstance(given, str) else list(given)
    words = labels("figure", lang)
    said = [words[key].format(number=format_number(number, 0, lang)) for key, number in counted if number]
    return [text for text in own if text.strip()] + ([" ".join(said)] if said else [])


def describe(kind: str, frame: pd.DataFrame, counts: Mapping[str, int], lang: str) -> str:
    """Return the figure in words: how many gemeenten have which flag, and who is named."""
    parts = [f"{label('figure', kind, lang)}:"]
    said = [f"{format_number(counts.get(flag, 0), 0, lang)} {label('flag', flag, lang)}" for flag in _told(counts)]
    parts.append(", ".join(said) + ".")
    for flag in ("meer", "minder", "verwacht"):
        names = sorted(frame.loc[(frame["flag"] == flag) & frame["label"].notna(), "label"])
        if names:
            text = label("flag", flag, lang)
            parts.append(f"{text[:1].upper()}{text[1:]}: {', '.join(names)}.")
    return " ".join(parts)


def _told(counts: Mapping[str, int]) -> list[str]:
    return ["meer", "minder", "verwacht", *([NOT_JUDGED] if counts.get(NOT_JUDGED) else [])]
