"""The funnel plot: each gemeente's ratio against what was expected, between the limits of the fitted family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.axes import Panel, Scale, cut_curve, log_scale
from reintegratie_stats.report.figure import INK, MUTED, house_style
from reintegratie_stats.report.figure_frames import FrameReader, Numbers
from reintegratie_stats.report.flag_marks import (
    KeyItem,
    boxes_of,
    draw_flags,
    draw_names,
    drawable,
    line_key,
    names_of,
    off_panel,
)
from reintegratie_stats.report.flag_page import Shown, Words, open_flag_page
from reintegratie_stats.report.label_layout import Floats, Layout, curve_boxes, place_names
from reintegratie_stats.report.labels import check_lang, labels
from reintegratie_stats.report.page import WIDTH, X_TITLE_AT

HEIGHT: Final = 100.0
LEFT: Final = 11.0
RIGHT: Final = 6.0
RATIO_RANGE: Final = (0.5, 2.0)
FARTHEST: Final = 20.0
"""A ratio farther from 1 than this factor stands at the edge: the others would be pressed together."""
INSIDE: Final = "#eef1f4"
LIMITS: Final = ("lower_95", "upper_95", "lower_998", "upper_998")


def funnel_figure(
    points: pd.DataFrame,
    limits: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    note: str | Sequence[str] = "",
    source: str = "",
    lang: str = "nl",
) -> Figure:
    r"""Draw the ratio of observed to expected against the expected count, both on axes of logarithms.

    Parameters
    ----------
    points : DataFrame
        One row per gemeente: ``gemeente, expected`` (a count), ``ratio`` (observed / expected), ``flag``
        (``meer, minder, verwacht, niet_te_beoordelen``) and ``label`` (the name to print; missing for who is not
        named). The order of the rows does not matter.
    limits : DataFrame
        ``expected`` (a grid, each value once), ``lower_95, upper_95, lower_998, upper_998`` (ratios). Drawn as given,
        with the steps that exact limits of small counts have; a lower limit of 0 runs off the panel.
    title, subtitle : str
        Above the drawing.
    note : str or sequence of str
        Under the drawing. What is not drawn, drawn at the edge or not named for lack of room is added with its
        number.
    source : str
        Last line.
    lang : {"nl", "en"}
        Language of numbers and fixed words.

    Returns
    -------
    matplotlib.figure.Figure
        160 mm wide. Marks of a flag carry the id ``flag.<flag>``, limits ``limit.<column>``, names ``name.<number>``.

    Raises
    ------
    ReportError
        A frame is not as described (all problems at once), or no gemeente can be drawn.

    Examples
    --------
    >>> points = pd.DataFrame(
    ...     {
    ...         "gemeente": ["A", "B"],
    ...         "expected": [20.0, 80.0],
    ...         "ratio": [2.4, 1.0],
    ...         "flag": ["meer", "verwacht"],
    ...         "label": ["A", None],
    ...     }
    ... )
    >>> limits = pd.DataFrame(
    ...     {"expected": [10, 100], "lower_95": 0.5, "upper_95": 1.8, "lower_998": 0.3, "upper_998": 2.2}
    ... )
    >>> funnel_figure(points, limits, title="Voorzieningen 2024").get_label()
    'Voorzieningen 2024'
    """
    check_lang(lang)
    all_points, curves = _read(points, limits)
    drawn = drawable(all_points, ("expected", "ratio"), "expected")
    panel = _panel(drawn, curves)
    curves = _within(curves, panel)
    layout = _names(drawn, curves, panel)
    shown = Shown(all_points, drawn, layout, _at_edges(drawn, panel))
    words = labels("figure", lang)
    with house_style():
        page = open_flag_page("funnel", shown, _limit_key(lang), HEIGHT + X_TITLE_AT + 5.0,
                              Words(title, subtitle, note, source, lang))  # fmt: skip
        bottom = page.bottom + X_TITLE_AT + 1.0
        axes = page.draw_panel(panel, LEFT, bottom, lang, x_title=words["expected"], y_title=words["ratio"])
        _draw_limits(axes, curves, panel)
        draw_flags(axes, drawn, "expected", "ratio", panel)
        draw_names(page, layout, LEFT, bottom)
    return page.finished()


def _read(points: object, limits: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    reader = FrameReader("funnel_figure")
    frame = reader.read(
        points, "points", numbers=(Numbers("expected", 0.0, above=True), Numbers("ratio", 0.0)), texts=("label",),
        flag=True,
    )  # fmt: skip
    curves = reader.read(
        limits, "limits", key=("expected",),
        numbers=(Numbers("expected", 0.0, above=True, missing=False),
                 *(Numbers(name, 0.0, missing=False) for name in LIMITS)),
        ordered=(("lower_998", "lower_95"), ("lower_95", "upper_95"), ("upper_95", "upper_998")),
    )  # fmt: skip
    reader.finish()
    return frame, curves


def _panel(drawn: pd.DataFrame, curves: pd.DataFrame) -> Panel:
    x = log_scale(drawn["expected"], least=(float(drawn["expected"].min()), float(drawn["expected"].max()) * 1.01))
    seen = curves[(curves["expected"] >= x.low) & (curves["expected"] <= x.high)]
    widest = seen[["lower_95", "upper_95"]].to_numpy().ravel()
    ratios = np.concatenate([drawn["ratio"].to_numpy(), widest])
    near = ratios[(ratios >= 1 / FARTHEST) & (ratios <= FARTHEST)]
    y = log_scale(near, least=RATIO_RANGE, most=9)
    return Panel(x, Scale(y.low, y.high, True, 9), WIDTH - RIGHT - LEFT, HEIGHT)


def _at_edges(drawn: pd.DataFrame, panel: Panel) -> tuple[tuple[str, int], ...]:
    """Return how many points stand at an edge, with the key of what the note says of them."""
    below, above = off_panel(drawn["ratio"], panel)
    zero = drawn["ratio"] == 0
    return ("zero_ratio", int(zero.sum())), ("off_axis", int(((below & ~zero) | above).sum()))


def _within(curves: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Return the limits over the panel from left to right, cut off where they are wider than the panel."""
    at, ends = panel.x.share(curves["expected"]), np.array([0.0, 1.0])
    ends = ends[(ends > at.min()) & (ends < at.max())]
    if at.max() <= 0 or at.min() >= 1 or len(at) < 2:
        raise ReportError(
            f"The limits are given for expected counts from {curves['expected'].min():g} to "
            f"{curves['expected'].max():g}, where no gemeente is ({panel.x.low:g} to {panel.x.high:g}). Give those of "
            "the same fit, at two expected counts or more."
        )
    kept = curves[(at >= 0) & (at <= 1)]
    cut = {name: np.interp(ends, at, curves[name]) for name in LIMITS}
    edges = pd.DataFrame({"expected": panel.x.value(ends), **cut})
    return pd.concat([kept, edges], ignore_index=True).sort_values("expected", kind="stable", ignore_index=True)


def _limit_places(curves: pd.DataFrame, column: str, panel: Panel) -> Floats:
    """Return the places of a limit on the panel; what lies off it stands just beyond its edge."""
    y = np.clip(curves[column].to_numpy(), panel.y.low / 1.05, panel.y.high * 1.05)
    return panel.place(curves["expected"], y)


def _names(drawn: pd.DataFrame, curves: pd.DataFrame, panel: Panel) -> Layout:
    flat = panel.place([panel.x.low, panel.x.high], [1.0, 1.0])
    lines = np.vstack([curve_boxes(flat), *(curve_boxes(_limit_places(curves, name, panel)) for name in LIMITS)])
    names = names_of(drawn, "expected", "ratio", panel, drawn["ratio"], (0.0, 1.0))
    return place_names(names, panel.width, panel.height, points=boxes_of(drawn, "expected", "ratio", panel),
                       lines=lines, grid=panel.grid())  # fmt: skip


def _limit_key(lang: str) -> list[KeyItem]:
    words = labels("figure", lang)
    return [line_key(words["limits_998"], **STYLE["998"]), line_key(words["limits_95"], **STYLE["95"])]


STYLE: Final[dict[str, dict[str, Any]]] = {
    "998": {"color": MUTED, "linewidth": 0.9, "linestyle": "-"},
    "95": {"color": MUTED, "linewidth": 0.8, "linestyle": (0, (4, 2))},
}


def _draw_limits(axes: Axes, curves: pd.DataFrame, panel: Panel) -> None:
    x = curves["expected"].to_numpy()
    low, high = (panel.y.inside(curves[name]) for name in ("lower_998", "upper_998"))
    axes.fill_between(x, low, high, color=INSIDE, linewidth=0, zorder=0.5, gid="funnel")
    for name in LIMITS:
        axes.plot(*cut_curve(x, curves[name], panel), gid=f"limit.{name}", zorder=2, **STYLE[name.rsplit("_", 1)[1]])
    axes.plot([panel.x.low, panel.x.high], [1.0, 1.0], color=INK, linewidth=0.8, zorder=2, gid="line.1")
