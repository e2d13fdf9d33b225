"""Observed against expected: what each gemeente registered, beside what the model held possible for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reintegratie_stats.report.axes import Panel, Scale, log_scale
from reintegratie_stats.report.figure import INK, house_style
from reintegratie_stats.report.figure_frames import FrameReader, Numbers
from reintegratie_stats.report.flag_marks import (
    boxes_of,
    draw_flags,
    draw_names,
    drawable,
    line_key,
    names_of,
)
from reintegratie_stats.report.flag_page import Shown, Words, open_flag_page
from reintegratie_stats.report.label_layout import Floats, Layout, Name, curve_boxes, name_size, place_names
from reintegratie_stats.report.label_rows import list_names, turned
from reintegratie_stats.report.labels import check_lang, labels
from reintegratie_stats.report.page import TEXT_SIZE, WIDTH, X_TITLE_AT

HEIGHT: Final = 118.0
LEFT: Final = 13.0
RIGHT: Final = 6.0
RANGE_LINE: Final[dict[str, Any]] = {"color": "#d3dbe3", "linewidth": 1.1, "linestyle": "-"}
EQUAL_LINE: Final[dict[str, Any]] = {"color": INK, "linewidth": 0.8, "linestyle": "-"}


def observed_expected_figure(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    note: str | Sequence[str] = "",
    source: str = "",
    lang: str = "nl",
) -> Figure:
    """Draw observed against expected counts, both on axes of logarithms, with the predictive range of each.

    Parameters
    ----------
    frame : DataFrame
        One row per gemeente: ``gemeente, observed, expected, lower, upper`` (counts; the range that the model held
        possible), ``flag`` and ``label`` (the name to print; missing for who is not named). The order of the rows
        does not matter.
    title, subtitle, note, source, lang
        As in `funnel_figure.funnel_figure`.

    Returns
    -------
    matplotlib.figure.Figure
        160 mm wide. Marks of a flag carry the id ``flag.<flag>``, the ranges ``ranges``, names ``name.<number>``.

    Raises
    ------
    ReportError
        The frame is not as described (all problems at once), or no gemeente can be drawn.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "gemeente": ["A", "B"],
    ...         "observed": [48, 80],
    ...         "expected": [20.0, 81.5],
    ...         "lower": [9, 55],
    ...         "upper": [35, 110],
    ...         "flag": ["meer", "verwacht"],
    ...         "label": ["A", None],
    ...     }
    ... )
    >>> observed_expected_figure(frame, title="Voorzieningen 2024").get_label()
    'Voorzieningen 2024'
    """
    check_lang(lang)
    given = _read(frame)
    drawn = drawable(given, ("observed", "expected"), "expected")
    panel = _panel(drawn)
    layout = _names(drawn, panel)
    shown = Shown(given, drawn, layout, (("zero_count", int((drawn["observed"] == 0).sum())),))
    words = labels("figure", lang)
    with house_style():
        lines = [
            line_key(words["as_expected_line"], **EQUAL_LINE),
            line_key(words["predictive_range"], **{**RANGE_LINE, "linewidth": 2.2}),
        ]
        page = open_flag_page("observed_expected", shown, lines, HEIGHT + X_TITLE_AT + 5.0,
                              Words(title, subtitle, note, source, lang))  # fmt: skip
        bottom = page.bottom + X_TITLE_AT + 1.0
        axes = page.draw_panel(panel, LEFT, bottom, lang, x_title=words["expected"], y_title=words["observed"])
        _draw_ranges(axes, drawn, panel)
        draw_flags(axes, drawn, "expected", "observed", panel)
        draw_names(page, layout, LEFT, bottom)
    return page.finished()


def _read(frame: object) -> pd.DataFrame:
    reader = FrameReader("observed_expected_figure")
    given = reader.read(
        frame, "frame",
        numbers=(Numbers("observed", 0.0), Numbers("expected", 0.0, above=True), Numbers("lower"),
                 Numbers("upper")),
        texts=("label",), flag=True, ordered=(("lower", "upper"),),
    )  # fmt: skip
    reader.finish()
    return given


def _panel(drawn: pd.DataFrame) -> Panel:
    smallest = max(0.5, float(drawn["expected"].min()))
    x = log_scale(drawn["expected"], least=(smallest, smallest * 4), margin=1.1, most=9)
    values = drawn[["observed", "upper"]].to_numpy().ravel()
    low = max(0.7, float(drawn.loc[drawn["lower"] > 0, "lower"].min()) if (drawn["lower"] > 0).any() else 0.7)
    y = log_scale(values, least=(min(low, x.low), x.high), margin=1.1, most=9)
    return Panel(x, Scale(y.low, y.high, True, 9), WIDTH - RIGHT - LEFT, HEIGHT)


def _ranges(drawn: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Return the known ranges, cut off where they run off the panel (a lower end of 0 does)."""
    known = drawn[drawn["lower"].notna() & drawn["upper"].notna()]
    return known.assign(lower=panel.y.inside(known["lower"]), upper=panel.y.inside(known["upper"]))


def _names(drawn: pd.DataFrame, panel: Panel) -> Layout:
    span = _ranges(drawn, panel)
    low, high = (panel.place(span["expected"], span[end]) for end in ("lower", "upper"))
    ends = [max(panel.x.low, panel.y.low), min(panel.x.high, panel.y.high)]
    lines = [np.hstack([low - 0.1, high + 0.1]), *_equal_boxes(panel, ends)]
    ratio = drawn["observed"] / drawn["expected"]
    names = names_of(drawn, "expected", "observed", panel, ratio, (-0.6, 0.8))
    points = boxes_of(drawn, "expected", "observed", panel)
    near = place_names(names, panel.width, panel.height, points=points, lines=np.vstack(lines), grid=panel.grid())
    if not near.dropped:
        return near
    listed = _listed(names, panel, points, drawn)
    return listed if len(listed.dropped) < len(near.dropped) else near


def _listed(names: Sequence[Name], panel: Panel, points: Floats, drawn: pd.DataFrame) -> Layout:
    """Place names in two lists, upper left and lower right; those that do not fit there beside their points."""
    size = np.array([panel.width, panel.height])
    ends = _ranges(drawn, panel)
    spans = [panel.place(ends["expected"], panel.y.inside(ends[end])) for end in ("upper", "lower")]
    taken = np.vstack([*spans, points[:, :2], points[:, 2:]])
    upper = _list([name for name in names if _side(name) > 0], size, taken)
    mirrored = [replace(n, x=size[0] - n.x, y=size[1] - n.y) for n in names if _side(n) < 0]
    lower = turned(_list(mirrored, size, size - taken), *size.tolist())
    done = [*upper.placed, *lower.placed]
    open_ = Counter(name.text for name in names) - Counter(one.name.text for one in done)
    rest = [name for name in names if open_[name.text]]
    others = place_names(rest, *size, points=points, grid=panel.grid(), fixed=done)
    return Layout((*done, *others.placed), others.dropped)


def _list(names: Sequence[Name], size: Floats, taken: Floats) -> Layout:
    """Place names in a list left of their points, above everything that is drawn under the list."""
    if not names:
        return Layout((), ())
    widest, step = (max(sizes) for sizes in zip(*(name_size(name.text, TEXT_SIZE) for name in names), strict=True))
    at = max(widest, float(np.quantile([name.x for name in names], 0.1)) - 10.0)
    while True:
        low = float(max([0.0, *taken[taken[:, 0] <= at + 1.0, 1]])) + 1.0
        if at - 4.0 < widest or low + len(names) * step <= size[1]:
            return list_names(names, *size.tolist(), at=at, low=low)
        at -= 4.0


def _side(name: Name) -> float:
    return 1.0 if name.away[1] >= 0 else -1.0


def _equal_boxes(panel: Panel, ends: Sequence[float]) -> list[Any]:
    return [curve_boxes(panel.place(ends, ends))]


def _draw_ranges(axes: Axes, drawn: pd.DataFrame, panel: Panel) -> None:
    """Draw each predictive range as a thin upright line, all as one path, and the line of equality."""
    span = _ranges(drawn, panel)
    gap = np.full(len(span), np.nan)
    x = np.column_stack([span["expected"], span["expected"], gap]).ravel()
    y = np.column_stack([span["lower"], span["upper"], gap]).ravel()
    axes.plot(x, y, gid="ranges", zorder=1, solid_capstyle="butt", **RANGE_LINE)
    ends = [max(panel.x.low, panel.y.low), min(panel.x.high, panel.y.high)]
    axes.plot(ends, ends, gid="line.equal", zorder=2, **EQUAL_LINE)
