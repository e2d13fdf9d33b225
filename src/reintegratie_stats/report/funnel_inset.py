"""A small funnel for a sheet about one gemeente: SVG text to stand inside a page, with that gemeente marked.

It takes the frames of `funnel_figure` and has its marks and colours. It is written and not drawn by a library: 88 by 66
mm with letters that can be read at that size, and the same bytes under every version of matplotlib.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import numpy as np
import pandas as pd

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.axes import Panel, Scale, cut_curve, log_scale, tick_text
from reintegratie_stats.report.figure import ACCENT, INK, LINE, MUTED, TRACK
from reintegratie_stats.report.figure_frames import NOT_JUDGED, all_finite
from reintegratie_stats.report.flag_marks import OCHRE, ORDINARY, ORDINARY_EDGE, drawable
from reintegratie_stats.report.labels import check_lang, label

WIDTH: Final = 88.0
HEIGHT: Final = 66.0
LEFT: Final = 9.0
RIGHT: Final = 2.0
TOP: Final = 5.0
BOTTOM: Final = 12.5
SIZE: Final = 2.3
"""Height of letters in millimetres (6.5 points)."""
FARTHEST: Final = 20.0
INSIDE: Final = "#eef1f4"
COLORS: Final[Mapping[str, str]] = {"meer": ACCENT, "minder": OCHRE, "verwacht": INK}


@dataclass(frozen=True)
class Marked:
    """A gemeente that is pointed out, and what it is called in the figure."""

    gemeente: str
    text: str


def funnel_inset(
    points: pd.DataFrame,
    limits: pd.DataFrame,
    *,
    marked: Marked,
    twin: Marked | None = None,
    description: str = "",
    lang: str = "nl",
) -> str:
    """Return a small funnel with one gemeente marked, and its twin beside it.

    Parameters
    ----------
    points, limits : DataFrame
        As `funnel_figure` takes them.
    marked : Marked
        The gemeente of the sheet.
    twin : Marked, optional
    description : str
        What the figure shows in words, for who cannot see it.
    lang : {"nl", "en"}

    Returns
    -------
    str
        An ``<svg>`` element of 88 by 66 mm. A gemeente without figures is not marked.

    Raises
    ------
    ReportError
        Nobody can be drawn, or there is no such gemeente.

    Examples
    --------
    >>> points = pd.DataFrame(
    ...     {"gemeente": ["A", "B"], "expected": [20.0, 80.0], "ratio": [2.4, 1.0], "flag": ["meer", "verwacht"]}
    ... )
    >>> limits = pd.DataFrame(
    ...     {"expected": [10, 100], "lower_95": 0.5, "upper_95": 1.8, "lower_998": 0.3, "upper_998": 2.2}
    ... )
    >>> funnel_inset(points, limits, marked=Marked("A", "Aadorp"))[:32]
    '<svg class="rs-trechter" role="i'
    """
    check_lang(lang)
    for one in (marked, *([] if twin is None else [twin])):
        if one.gemeente not in set(points["gemeente"]):
            raise ReportError(f"There is no gemeente {one.gemeente!r} among the points.")
    drawn = drawable(points, ("expected", "ratio"), "expected")
    panel = _panel(drawn, limits)
    parts = [
        *_axes(panel, lang),
        *_limits(limits, panel),
        *_points(drawn, panel),
        *_names(drawn, panel, marked, twin),
        *_key(lang),
    ]
    title = escape(description or f"{label('figure', 'funnel', lang)}: {marked.text}")
    head = (
        f'<svg class="rs-trechter" role="img" aria-label="{title}" xmlns="http://www.w3.org/2000/svg" '
        f'width="{WIDTH:g}mm" height="{HEIGHT:g}mm" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'font-family="DejaVu Sans, Verdana, Arial, sans-serif" font-size="{SIZE:g}" fill="{INK}">\n'
    )
    return head + "\n".join(parts) + "\n</svg>\n"


def _panel(drawn: pd.DataFrame, limits: pd.DataFrame) -> Panel:
    x = log_scale(drawn["expected"], least=(float(drawn["expected"].min()), float(drawn["expected"].max()) * 1.01))
    seen = limits[(limits["expected"] >= x.low) & (limits["expected"] <= x.high)]
    ratios = np.concatenate([drawn["ratio"].to_numpy(), seen[["lower_95", "upper_95"]].to_numpy().ravel()])
    near = ratios[(ratios >= 1 / FARTHEST) & (ratios <= FARTHEST)]
    y = log_scale(near, least=(0.5, 2.0), most=7)
    return Panel(
        Scale(x.low, x.high, True, 6), Scale(y.low, y.high, True, 7), WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    )


def _n(value: float) -> str:
    """Return a place in hundredths of a millimetre."""
    return f"{value + 0.0:.2f}".rstrip("0").rstrip(".")


def _at(panel: Panel, x: Any, y: Any) -> list[tuple[float, float]]:
    """Return places on the page from its upper left corner; what lies off the panel stands on its edge."""
    places = panel.place(panel.x.inside(x), panel.y.inside(y))
    return [(LEFT + float(a), TOP + panel.height - float(b)) for a, b in places]


def _text(x: float, y: float, text: str, **style: str) -> str:
    options = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in style.items())
    return f'<text x="{_n(x)}" y="{_n(y)}"{options}>{escape(text)}</text>'


def _axes(panel: Panel, lang: str) -> Iterator[str]:
    under, right = TOP + panel.height, LEFT + panel.width
    yield f'<rect x="{LEFT:g}" y="{TOP:g}" width="{_n(panel.width)}" height="{_n(panel.height)}" fill="none"/>'
    for tick, (x, _) in zip(panel.x.ticks, _at(panel, panel.x.ticks, [1.0] * len(panel.x.ticks)), strict=True):
        yield f'<path d="M{_n(x)} {TOP:g}V{_n(under + 1)}" stroke="{TRACK}" stroke-width="0.12"/>'
        yield _text(x, under + 3.4, tick_text(tick, lang), text_anchor="middle")
    for tick, (_, y) in zip(panel.y.ticks, _at(panel, [panel.x.low] * len(panel.y.ticks), panel.y.ticks), strict=True):
        yield f'<path d="M{_n(LEFT - 1)} {_n(y)}H{_n(right)}" stroke="{TRACK}" stroke-width="0.12"/>'
        yield _text(LEFT - 1.5, y + 0.8, tick_text(tick, lang), text_anchor="end")
    yield f'<path d="M{LEFT:g} {TOP:g}V{_n(under)}H{_n(right)}" fill="none" stroke="{LINE}" stroke-width="0.2"/>'
    yield _text(0.3, 3.0, label("figure", "ratio", lang), fill=MUTED)
    yield _text(right, under + 6.6, label("figure", "expected", lang), text_anchor="end", fill=MUTED)


def _limits(limits: pd.DataFrame, panel: Panel) -> Iterator[str]:
    seen = limits[(limits["expected"] >= panel.x.low) & (limits["expected"] <= panel.x.high)]
    x = seen["expected"].to_numpy(dtype=np.float64)
    if len(x) > 1:
        low, high = (_at(panel, x, seen[name]) for name in ("lower_998", "upper_998"))
        area = "L".join(f"{_n(a)} {_n(b)}" for a, b in [*low, *reversed(high)])
        yield f'<path d="M{area}Z" fill="{INSIDE}"/>'
        for name, dash in (("998", ""), ("95", ' stroke-dasharray="1.2 0.7"')):
            for side in ("lower", "upper"):
                line = _curve(*cut_curve(x, seen[f"{side}_{name}"].to_numpy(dtype=np.float64), panel), panel)
                yield f'<path d="{line}" fill="none" stroke="{MUTED}" stroke-width="0.22"{dash}/>'
    (_, one), *_ = _at(panel, [panel.x.low], [1.0])
    yield f'<path d="M{LEFT:g} {_n(one)}H{_n(LEFT + panel.width)}" stroke="{INK}" stroke-width="0.25"/>'


def _curve(x: Any, y: Any, panel: Panel) -> str:
    parts, pen = [], "M"
    for (a, b), missing in zip(_at(panel, x, y), np.isnan(np.asarray(x, dtype=np.float64)), strict=True):
        parts.append("" if missing else f"{pen}{_n(a)} {_n(b)}")
        pen = "M" if missing else "L"
    return "".join(parts)


def _mark(x: float, y: float, flag: str, scale: float = 1.0) -> str:
    """Return the mark of a flag: a point, or a triangle that points up or down."""
    if flag not in ("meer", "minder"):
        fill = f'fill="{ORDINARY}" stroke="{ORDINARY_EDGE}" stroke-width="0.1"'
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(0.48 * scale)}" {fill}/>'
    up = -1.0 if flag == "meer" else 1.0
    r = 0.95 * scale
    corners = f"M{_n(x - r)} {_n(y - up * 0.8 * r)}H{_n(x + r)}L{_n(x)} {_n(y + up * r)}Z"
    return f'<path d="{corners}" fill="{COLORS[flag]}" stroke="#fff" stroke-width="0.1"/>'


def _points(drawn: pd.DataFrame, panel: Panel) -> Iterator[str]:
    order = drawn.assign(late=drawn["flag"] != "verwacht").sort_values(["late", "gemeente"], kind="stable")
    for (x, y), flag in zip(_at(panel, order["expected"], order["ratio"]), order["flag"], strict=True):
        yield _mark(x, y, str(flag))


def _names(drawn: pd.DataFrame, panel: Panel, marked: Marked, twin: Marked | None) -> Iterator[str]:
    """Draw the twin as a ring and the gemeente of the sheet as a large mark in a ring, each with its name."""
    taken: list[float] = []
    for one, own in ((marked, True), *([] if twin is None else [(twin, False)])):
        rows = drawn[drawn["gemeente"] == one.gemeente]
        if rows.empty or not all_finite(rows, ("expected", "ratio")).all() or rows["flag"].iloc[0] == NOT_JUDGED:
            continue
        row = rows.iloc[0]
        ((x, y),) = _at(panel, [row["expected"]], [row["ratio"]])
        ring = 2.2 if own else 1.4
        dash = "" if own else ' stroke-dasharray="0.6 0.4"'
        yield f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{ring:g}" fill="#fff" fill-opacity="0.75" stroke="{INK}" ' + (
            f'stroke-width="{0.4 if own else 0.25:g}"{dash}/>'
        )
        yield _mark(x, y, str(row["flag"]), 1.6 if own else 1.2)
        left = x > LEFT + 0.6 * panel.width
        at = y + 0.8
        if any(abs(at - other) < SIZE * 1.2 for other in taken):
            at = taken[0] + (SIZE * 1.3 if at >= taken[0] else -SIZE * 1.3)
        taken.append(at)
        yield _text(
            x - ring - 0.8 if left else x + ring + 0.8, min(max(at, TOP + 2.0), TOP + panel.height - 0.5), one.text,
            text_anchor="end" if left else "start", font_weight="bold" if own else "normal", stroke="#fff",
            stroke_width="0.6", paint_order="stroke", stroke_linejoin="round",
        )  # fmt: skip


def _key(lang: str) -> Iterator[str]:
    """Draw the key on one line under the panel."""
    y = HEIGHT - 1.2
    places = {"meer": 1.2, "minder": 30.0, "verwacht": 61.0}
    for flag, x in places.items():
        yield _mark(x, y - 0.8, flag, 1.2)
        yield _text(x + 2.0, y, label("flag", flag, lang))
