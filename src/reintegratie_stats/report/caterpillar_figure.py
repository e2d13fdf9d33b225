"""The caterpillar: shrunken ratios of all gemeenten from low to high, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reintegratie_stats.report.axes import Panel, Scale, log_scale
from reintegratie_stats.report.figure import INK, MM_PER_POINT, MUTED, house_style
from reintegratie_stats.report.figure_frames import FLAGS, FrameReader, Numbers
from reintegratie_stats.report.flag_marks import (
    MARKS,
    draw_flags,
    draw_names,
    drawable,
    farness,
    line_key,
    off_panel,
)
from reintegratie_stats.report.flag_page import Shown, Words, open_flag_page
from reintegratie_stats.report.label_layout import Layout, Name
from reintegratie_stats.report.label_rows import raise_names, turned
from reintegratie_stats.report.labels import check_lang, labels
from reintegratie_stats.report.page import MARGIN, WIDTH, X_TITLE_AT, Page

HEIGHT: Final = 105.0
LEFT: Final = 11.0
PALE: Final = "#a9b0b8"
MANY: Final = 120
"""Above so many gemeenten the marks are made smaller."""
LONGER: Final = 6.0
HIGHEST: Final = 190.0
"""The panel is made higher for names, by so many millimetres at a time, up to what a page holds."""
FARTHEST: Final = 20.0
"""What is farther from 1 than this factor stands at the edge or runs off the panel."""


def caterpillar_figure(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    note: str | Sequence[str] = "",
    source: str = "",
    lang: str = "nl",
) -> Figure:
    """Draw shrunken ratios with their intervals, sorted, on an axis of logarithms.

    Parameters
    ----------
    frame : DataFrame
        One row per gemeente: ``gemeente, ratio_eb, eb_lower, eb_upper`` (ratios above 0), ``flag`` and ``label`` (the
        name to print; missing for who is not named). The order of the rows does not matter.
    title, subtitle, note, source, lang
        As in `funnel_figure.funnel_figure`.

    Returns
    -------
    matplotlib.figure.Figure
        160 mm wide. Marks of a flag carry the id ``flag.<flag>``, intervals ``interval.<flag>``, names
        ``name.<number>``. Places on the axis are printed without numbers: a list of ranks says more than the figures.

    Raises
    ------
    ReportError
        The frame is not as described (all problems at once), or no gemeente can be drawn.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "gemeente": ["A", "B"],
    ...         "ratio_eb": [1.9, 1.0],
    ...         "eb_lower": [1.4, 0.8],
    ...         "eb_upper": [2.6, 1.3],
    ...         "flag": ["meer", "verwacht"],
    ...         "label": ["A", None],
    ...     }
    ... )
    >>> caterpillar_figure(frame, title="Voorzieningen 2024").get_label()
    'Voorzieningen 2024'
    """
    check_lang(lang)
    given = _read(frame)
    drawn = _sorted(drawable(given, ("ratio_eb", "eb_lower", "eb_upper"), "ratio_eb"))
    scale = 0.72 if len(drawn) > MANY else 1.0
    panel, layout = _with_room(drawn, _panel(drawn))
    below, above = off_panel(drawn["ratio_eb"], panel)
    shown = Shown(given, drawn, layout, (("off_axis", int((below | above).sum())),))
    words = labels("figure", lang)
    with house_style():
        lines = [line_key(words["interval"], color=MUTED, linewidth=0.8)]
        page = open_flag_page("caterpillar", shown, lines, panel.height + 10.0,
                              Words(title, subtitle, note, source, lang))  # fmt: skip
        bottom = page.bottom + 5.0
        axes = page.draw_panel(panel, LEFT, bottom, lang, grid="y", y_title=words["ratio_eb"])
        _write_x_title(page, bottom, words["rank"])
        _draw_intervals(axes, drawn, panel)
        draw_flags(axes, drawn, "place", "ratio_eb", panel, scale)
        draw_names(page, layout, LEFT, bottom)
    return page.finished()


def _write_x_title(page: Page, bottom: float, text: str) -> None:
    page.write(WIDTH - MARGIN, bottom - X_TITLE_AT + 3.6, text, gid="x.title", ha="right", color=MUTED)


def _read(frame: object) -> pd.DataFrame:
    reader = FrameReader("caterpillar_figure")
    ratios = [Numbers(name, 0.0, above=name == "ratio_eb") for name in ("ratio_eb", "eb_lower", "eb_upper")]
    given = reader.read(frame, "frame", numbers=ratios, texts=("label",), flag=True,
                        ordered=(("eb_lower", "ratio_eb"), ("ratio_eb", "eb_upper")))  # fmt: skip
    reader.finish()
    return given


def _sorted(drawn: pd.DataFrame) -> pd.DataFrame:
    ordered = drawn.sort_values(["ratio_eb", "gemeente"], kind="stable", ignore_index=True)
    return ordered.assign(place=np.arange(1.0, len(ordered) + 1))


def _panel(drawn: pd.DataFrame) -> Panel:
    values = drawn[["ratio_eb", "eb_lower", "eb_upper"]].to_numpy().ravel()
    near = values[(values >= 1 / FARTHEST) & (values <= FARTHEST)]
    y = log_scale(near, least=(0.5, 2.0), most=9)
    room = 0.7 + 0.01 * len(drawn)
    x = Scale(1.0 - room, len(drawn) + room, log=False, most=0)
    return Panel(x, y, WIDTH - MARGIN - LEFT, HEIGHT)


def _with_room(drawn: pd.DataFrame, panel: Panel) -> tuple[Panel, Layout]:
    """Return the panel and its names; the panel is made higher, at the same scale, while that gives names a place."""
    layout = _names(drawn, panel)
    while layout.dropped and panel.height + LONGER <= HIGHEST:
        on_left = [2 * name.x < panel.width for name in layout.dropped]
        more = (panel.y.high / panel.y.low) ** (LONGER / panel.height)
        y = replace(panel.y, high=panel.y.high * more) if any(on_left) else replace(panel.y, low=panel.y.low / more)
        panel = replace(panel, y=y, height=panel.height + LONGER)
        layout = _names(drawn, panel)
    return panel, layout


def _ends(drawn: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    low, high = panel.y.low, panel.y.high
    return drawn.assign(eb_lower=drawn["eb_lower"].clip(low, high), eb_upper=drawn["eb_upper"].clip(low, high))


def _names(drawn: pd.DataFrame, panel: Panel) -> Layout:
    """Place names in the empty corners: above the intervals of the left half, under those of the right half."""
    ends = _ends(drawn, panel)
    low, high = (panel.place(ends["place"], panel.y.inside(ends[end])) for end in ("eb_lower", "eb_upper"))
    size = np.array([panel.width, panel.height])
    weight = farness(drawn["ratio_eb"])
    left: list[Name] = []
    right: list[Name] = []
    for i, text in enumerate(drawn["label"]):
        if isinstance(text, str):
            on_left = drawn["place"][i] <= (len(drawn) + 1) / 2
            x, y = high[i] if on_left else size - low[i]
            (left if on_left else right).append(Name(text, float(x), float(y), weight=float(weight[i])))
    grid = panel.grid()
    upper = raise_names(left, panel.width, panel.height, tops=high, grid=grid)
    turned_grid = np.hstack([size, size]) - grid
    lower = turned(raise_names(right, panel.width, panel.height, tops=size - low, grid=turned_grid), *size.tolist())
    return Layout((*upper.placed, *lower.placed), (*upper.dropped, *lower.dropped))


def _draw_intervals(axes: Axes, drawn: pd.DataFrame, panel: Panel) -> None:
    """Draw the intervals of each flag as one path, and the line at 1."""
    ends = _ends(drawn, panel)
    width = min(1.4, 0.55 * panel.width / len(drawn) / MM_PER_POINT)
    for flag in FLAGS[:-1]:
        rows = ends[ends["flag"] == flag]
        if rows.empty:
            continue
        gap = np.full(len(rows), np.nan)
        x = np.column_stack([rows["place"], rows["place"], gap]).ravel()
        y = np.column_stack([rows["eb_lower"], rows["eb_upper"], gap]).ravel()
        color: Any = PALE if flag == "verwacht" else MARKS[flag].face
        axes.plot(x, y, color=color, linewidth=width, solid_capstyle="butt", zorder=1.5, gid=f"interval.{flag}")
    axes.plot([panel.x.low, panel.x.high], [1.0, 1.0], color=INK, linewidth=0.8, zorder=2, gid="line.1")
