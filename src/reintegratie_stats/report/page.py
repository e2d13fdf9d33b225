"""A page of a figure: heading, key, panels with axes, notes; all places are millimetres from the lower left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

from reintegratie_stats.report.axes import Panel, tick_text
from reintegratie_stats.report.figure import (
    INK,
    LINE,
    MM_PER_INCH,
    MM_PER_POINT,
    MUTED,
    TRACK,
    paper_figure,
    text_width,
    wrap_text,
)
from reintegratie_stats.report.labels import label

WIDTH: Final = 160.0
"""Width of a page in millimetres: a column of text on A4."""
MARGIN: Final = 2.0
TITLE_SIZE: Final = 11.0
SUBTITLE_SIZE: Final = 8.5
TEXT_SIZE: Final = 7.0
"""Smallest size in points at which anything is printed: ticks, names, notes."""
LEADING: Final = 1.35


def line_height(size: float) -> float:
    """Return the height of a line of text in millimetres, with the white between lines."""
    return size * LEADING * MM_PER_POINT


def cut_text(text: str, width: float, size: float = TEXT_SIZE) -> str:
    """Return a text that fits a width in millimetres, cut off with an ellipsis where it is longer."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text.rstrip() + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


@dataclass(frozen=True)
class Heading:
    """What stands above the drawing; `legend` is a number of millimetres kept free for the key."""

    title: str
    subtitle: str = ""
    legend: float = 0.0


@dataclass(frozen=True)
class Page:
    """A figure in the house style with its heading and notes; panels stand between `bottom` and `top`."""

    figure: Figure
    paper: Axes
    top: float
    bottom: float
    legend_top: float

    def draw_panel(self, panel: Panel, left: float, bottom: float, lang: str, **titles: Any) -> Axes:
        """Return axes at a place on the page, with ticks, grid and titles.

        Parameters
        ----------
        panel : Panel
        left, bottom : float
            Lower left corner on the page, millimetres.
        lang : {"nl", "en"}
        titles
            ``x_title`` under the axis at its right end, ``y_title`` over the axis at its left; ``grid``: ``"x"``,
            ``"y"``, ``"both"`` or ``""``.
        """
        width, height = (size * MM_PER_INCH for size in self.figure.get_size_inches())
        place = (left / width, bottom / height, panel.width / width, panel.height / height)
        axes = self.figure.add_axes(place)
        axes.set_xscale("log" if panel.x.log else "linear")
        axes.set_yscale("log" if panel.y.log else "linear")
        axes.set_xlim(panel.x.low, panel.x.high)
        axes.set_ylim(panel.y.low, panel.y.high)
        axes.set_facecolor("none")
        axes.tick_params(length=2.0, width=0.6, color=LINE)
        for axis, scale in ((axes.xaxis, panel.x), (axes.yaxis, panel.y)):
            axis.set_major_locator(FixedLocator(list(scale.ticks)))
            axis.set_major_formatter(NullFormatter())
            axis.set_minor_locator(NullLocator())
        for side in ("left", "bottom"):
            axes.spines[side].set_linewidth(0.6)
        _draw_grid(axes, panel, titles.get("grid", "both"), len(self.figure.axes) - 1)
        self._write_ticks(panel, left, bottom, lang)
        self._write_titles(panel, left, bottom, titles.get("x_title", ""), titles.get("y_title", ""))
        return axes

    def _write_ticks(self, panel: Panel, left: float, bottom: float, lang: str) -> None:
        """Write the numbers along the axes; here and not by the axes, as those place them by the letters' metrics."""
        number = len(self.figure.axes) - 1
        rise = 0.73 * TEXT_SIZE * MM_PER_POINT
        for k, (tick, share) in enumerate(zip(panel.x.ticks, panel.x.share(panel.x.ticks), strict=True)):
            self.write(left + float(share) * panel.width, bottom - 1.5 - rise, tick_text(tick, lang), ha="center",
                       gid=f"tick.{number}.x.{k}")  # fmt: skip
        for k, (tick, share) in enumerate(zip(panel.y.ticks, panel.y.share(panel.y.ticks), strict=True)):
            self.write(left - 1.5, bottom + float(share) * panel.height - rise / 2, tick_text(tick, lang), ha="right",
                       gid=f"tick.{number}.y.{k}")  # fmt: skip

    def finished(self) -> Figure:
        """Return the figure, with nothing cut off by the drawing library: what is drawn was cut to size before.

        (The names of clipping paths in SVG differ with the version of the library.)
        """
        for artist in self.figure.findobj():
            artist.set_clip_on(False)
        return self.figure

    def _write_titles(self, panel: Panel, left: float, bottom: float, x_title: str, y_title: str) -> None:
        """Write the title of the x axis under its right end, and that of the y axis over its upper end."""
        under = bottom - X_TITLE_AT
        self.write(left + panel.width, under, x_title, gid="x.title", ha="right", color=MUTED)
        self.write(MARGIN if left < WIDTH / 3 else left - Y_TITLE_BACK, bottom + panel.height + 2.0, y_title,
                   gid="y.title", color=MUTED)  # fmt: skip

    def write(self, x: float, y: float, text: str, *, size: float = TEXT_SIZE, gid: str, **style: Any) -> None:
        """Write a line of text on the page with its baseline at `y`."""
        if text:
            given = {"color": INK, "ha": "left", "va": "baseline", "zorder": 6, **style}
            self.paper.text(x, y, text, fontsize=size, gid=gid, **given)

    def write_upright(self, x: float, y: float, text: str, *, gid: str) -> None:
        """Write a line of text that reads upwards from `y`, its middle at `x`."""
        beside = x + 0.36 * TEXT_SIZE * MM_PER_POINT
        self.write(beside, y, text, gid=gid, rotation=90, rotation_mode="anchor")


X_TITLE_AT: Final = 7.6
"""How far under a panel the title of its x axis stands, in millimetres."""
Y_TITLE_BACK: Final = 9.0


def _draw_grid(axes: Axes, panel: Panel, which: str, number: int) -> None:
    for name, scale, other in (("x", panel.x, panel.y), ("y", panel.y, panel.x)):
        if which in (name, "both") and scale.ticks:
            along = np.repeat(scale.ticks, 3)
            across = np.tile([other.low, other.high, np.nan], len(scale.ticks))
            x, y = (along, across) if name == "x" else (across, along)
            axes.plot(x, y, color=TRACK, linewidth=0.4, zorder=0.1, gid=f"grid.{number}.{name}")


def open_page(
    heading: Heading,
    body: float,
    notes: Sequence[str],
    source: str,
    lang: str,
    description: str = "",
) -> Page:
    """Return an empty page with its heading and its notes, as high as it needs.

    Parameters
    ----------
    heading : Heading
    body : float
        Height of what is drawn between heading and notes, millimetres.
    notes : sequence of str
        Paragraphs under the drawing.
    source : str
        Last line.
    lang : {"nl", "en"}
    description : str
        What the figure shows in words, for who cannot see it; kept with the page (see `description_of`).
    """
    above = [(line, TITLE_SIZE, "title", INK, "bold") for line in _lines(heading.title, TITLE_SIZE, bold=True)]
    above += [(line, SUBTITLE_SIZE, "subtitle", MUTED, "normal") for line in _lines(heading.subtitle, SUBTITLE_SIZE)]
    last = [f"{label('word', 'source', lang)}: {source}"] if source else []
    paragraphs = [_lines(text, TEXT_SIZE) for text in (*notes, *last)]
    foot = sum(len(lines) for lines in paragraphs) * line_height(TEXT_SIZE) + 0.6 * len(paragraphs)
    head = sum(line_height(size) for _, size, *_ in above)
    head += heading.legend + (2.0 if heading.legend else 0.0) + MARGIN
    bottom = foot + (MARGIN if paragraphs else 0.0) + MARGIN
    height = head + 2.0 + body + bottom
    figure, paper = paper_figure(WIDTH, height, heading.title)
    paper.set_label(description)
    paper.set_zorder(2)  # names and leader lines lie over what the panels hold
    page = Page(figure, paper, bottom + body, bottom, height - head + heading.legend)
    y = height - MARGIN
    for number, (text, size, part, color, weight) in enumerate(above):
        y -= line_height(size)
        page.write(MARGIN, y + 0.3 * size * MM_PER_POINT, text, size=size, gid=f"{part}.{number}", color=color,
                   fontweight=weight)  # fmt: skip
    y = bottom - MARGIN
    for number, lines in enumerate(paragraphs):
        for part_number, text in enumerate(lines):
            y -= line_height(TEXT_SIZE)
            page.write(MARGIN, y + 0.3 * TEXT_SIZE * MM_PER_POINT, text, gid=f"note.{number}.{part_number}",
                       color=MUTED)  # fmt: skip
        y -= 0.6
    return page


def _lines(text: str, size: float, *, bold: bool = False) -> tuple[str, ...]:
    return wrap_text(text, WIDTH - 2 * MARGIN, size, bold=bold)


def description_of(figure: Figure) -> str:
    """Return what a figure shows in words, for who cannot see it; empty where it was not given."""
    text = figure.axes[0].get_label() if figure.axes else ""
    return "" if str(text).startswith("_") else str(text)
