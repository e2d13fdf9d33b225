"""The panels of the sheet of diagnostics; each draws one checked frame at a place on the page.

All lengths are millimetres. `diagnostics_figure` reads the frames and gives the places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reintegratie_stats.report.axes import Panel, Scale, linear_scale, log_scale
from reintegratie_stats.report.figure import ACCENT, INK, LINE, MM_PER_POINT, MUTED, TRACK, text_width, wrap_text
from reintegratie_stats.report.figure_frames import FLAGS, NOT_JUDGED, all_finite
from reintegratie_stats.report.flag_marks import (
    ARROW,
    ARROW_SIZE,
    ARROW_UP,
    MARKS,
    ORDINARY,
    ORDINARY_EDGE,
    draw_flags,
    draw_names,
)
from reintegratie_stats.report.formats import format_number
from reintegratie_stats.report.label_layout import Floats, Layout, Name, place_names
from reintegratie_stats.report.labels import label, labels, missing_symbol
from reintegratie_stats.report.page import TEXT_SIZE, X_TITLE_AT, Page, cut_text, line_height

PANEL_TITLE: Final = 8.0
HEAD: Final = 8.6
"""Height of the title and the line of explanation of a panel."""
FOOT: Final = 9.0
"""Height of the ticks and the title under a panel."""
ROW: Final = 3.7
MOST_ROWS: Final = 12
FAR: Final = 8.0
RESIDUALS: Final = {"residual_size": "residual", "quantiles": "median", "leverage": "residual_student"}
NAME_ROOM: Final = 32.0
PLAIN: Final[dict[str, Any]] = {"color": INK, "linewidth": 0.7, "zorder": 2}
DASHED: Final[dict[str, Any]] = {"color": MUTED, "linewidth": 0.6, "linestyle": (0, (4, 2)), "zorder": 2}
DOT: Final[dict[str, Any]] = {
    "linestyle": "none", "marker": "o", "markersize": 3.6, "markerfacecolor": INK, "markeredgewidth": 0, "zorder": 4,
}  # fmt: skip


@dataclass(frozen=True)
class Slot:
    """A place on the page for a panel: its lower left corner and its size, title and foot included."""

    left: float
    bottom: float
    width: float
    height: float

    def inner(self, x: Scale, y: Scale, left: float = 9.0) -> tuple[Panel, float, float]:
        """Return the drawing area with its lower left corner, `left` kept free for the numbers of the axis."""
        panel = Panel(x, y, self.width - left - 1.0, self.height - HEAD - FOOT)
        return panel, self.left + left, self.bottom + FOOT


def write_head(page: Page, slot: Slot, key: str, letter: str, lang: str) -> None:
    """Write the letter, the title and the explanation of a panel."""
    top = slot.bottom + slot.height
    words = labels("diagnostic", lang)
    page.write(slot.left, top - line_height(PANEL_TITLE) + 0.9, f"{letter}  {words[key]}", size=PANEL_TITLE,
               gid=f"panel.{key}.title", fontweight="bold")  # fmt: skip
    page.write(slot.left, top - line_height(PANEL_TITLE) - line_height(TEXT_SIZE) + 1.2, words[f"{key}_how"],
               gid=f"panel.{key}.how", color=MUTED)  # fmt: skip


def write_absent(page: Page, slot: Slot, key: str, why: str, lang: str) -> None:
    """Write that a panel is not available, and why if that is known."""
    text = missing_symbol(lang) + (f": {why}" if why else "")
    y = slot.bottom + slot.height - HEAD - 6.0
    for number, line in enumerate(wrap_text(text, slot.width - 8.0, TEXT_SIZE)):
        page.write(slot.left + 4.0, y - number * line_height(TEXT_SIZE), line, gid=f"panel.{key}.absent.{number}",
                   color=MUTED)  # fmt: skip


def _titles(page: Page, slot: Slot, x_title: str, key: str) -> None:
    page.write(slot.left + slot.width - 1.0, slot.bottom + FOOT - X_TITLE_AT + 0.4, x_title, gid=f"panel.{key}.x",
               ha="right", color=MUTED)  # fmt: skip


# --- points against points -------------------------------------------------------------------


def draw_residual_size(page: Page, slot: Slot, frame: pd.DataFrame, lang: str) -> None:
    """Draw residuals against the expected count, by flag, with lines at 0 and where 95% would lie."""
    known = frame[all_finite(frame, ("expected", "residual")) & (frame["flag"] != NOT_JUDGED)]
    low = float(known["expected"].min())
    x = log_scale(known["expected"], least=(low, low * 3), margin=1.1, most=5)
    panel, left, bottom = slot.inner(x, _residual_scale(known["residual"]))
    axes = page.draw_panel(panel, left, bottom, lang)
    for level, style in ((0.0, PLAIN), (-1.96, DASHED), (1.96, DASHED)):
        axes.plot([panel.x.low, panel.x.high], [level] * 2, gid=f"residual_size.{level:g}", **style)
    draw_flags(axes, known.assign(label=None), "expected", "residual", panel, scale=0.75)
    _titles(page, slot, label("figure", "expected", lang), "residual_size")


def draw_quantiles(page: Page, slot: Slot, frame: pd.DataFrame, lang: str) -> None:
    """Draw sorted residuals against normal quantiles, with their spread over the seeds and the envelope."""
    ends = frame[["median", "lower", "upper", "envelope_lower", "envelope_upper"]].to_numpy().ravel()
    x = linear_scale(frame["theoretical"], least=(-2.0, 2.0), most=6)
    y = _residual_scale(ends)
    panel, left, bottom = slot.inner(x, y)
    axes = page.draw_panel(panel, left, bottom, lang)
    theoretical = frame["theoretical"].to_numpy()
    low, high = (y.inside(frame[f"envelope_{end}"]) for end in ("lower", "upper"))
    axes.fill_between(theoretical, low, high, color="#d9e0e7", linewidth=0, zorder=1, gid="quantiles.envelope")
    equal = max(x.low, y.low), min(x.high, y.high)
    axes.plot(equal, equal, gid="quantiles.equal", **PLAIN)
    _spans(axes, theoretical, y.inside(frame["lower"]), y.inside(frame["upper"]), "quantiles.spread",
           color=ORDINARY_EDGE, linewidth=0.7)  # fmt: skip
    _capped(axes, theoretical, frame["median"], y, "quantiles.median", 2.0)
    _titles(page, slot, label("diagnostic", "theoretical", lang), "quantiles")


def draw_leverage(page: Page, slot: Slot, frame: pd.DataFrame, lang: str) -> None:
    """Draw studentised residuals against leverage, the area of a mark by Cook's distance."""
    known, sizes, layout, (panel, left, bottom) = leverage_layout(slot, frame)
    axes = page.draw_panel(panel, left, bottom, lang)
    axes.plot([panel.x.low, panel.x.high], [0.0, 0.0], gid="leverage.0", **PLAIN)
    for i in np.argsort(-sizes, kind="stable"):
        axes.plot([known["leverage"][i]], [known["residual_student"][i]], linestyle="none", marker="o",
                  markersize=float(np.round(sizes[i], 3)), markerfacecolor=ORDINARY, markeredgecolor=ORDINARY_EDGE,
                  markeredgewidth=0.35, clip_on=False, zorder=3, gid=f"leverage.point.{i}")  # fmt: skip
    draw_names(page, layout, left, bottom)
    _titles(page, slot, label("diagnostic", "leverage_axis", lang), "leverage")


def leverage_layout(slot: Slot, frame: pd.DataFrame) -> tuple[pd.DataFrame, Floats, Layout, tuple[Panel, float, float]]:
    """Return the rows that can be drawn, the sizes of their marks (points), their names and the drawing area."""
    known = frame[all_finite(frame, ("leverage", "residual_student"))].reset_index(drop=True)
    top = max([1e-3, *(known["leverage"] * 1.08)])
    scale = _residual_scale(known["residual_student"])
    known["residual_student"] = scale.inside(known["residual_student"])
    panel, left, bottom = slot.inner(Scale(0.0, float(top), log=False, most=5), scale)
    cook = known["cook"].fillna(0.0).to_numpy()
    sizes = 1.6 + 7.4 * np.sqrt(cook / max([1e-12, *cook]))
    at, reach = panel.place(known["leverage"], known["residual_student"]), sizes / 2 * MM_PER_POINT + 0.1
    names = [
        Name(text, float(at[i, 0]), float(at[i, 1]), float(reach[i]), float(cook[i]))
        for i, text in enumerate(known["label"])
        if isinstance(text, str)
    ]
    boxes = np.hstack([at - reach[:, None], at + reach[:, None]])
    layout = place_names(names, panel.width, panel.height, points=boxes, grid=panel.grid())
    return known, sizes, layout, (panel, left, bottom)


def _residual_scale(values: Any) -> Scale:
    """Return an axis of residuals; what is farther out than `FAR` stands at its edge."""
    return linear_scale(np.clip(np.asarray(values, dtype=np.float64), -FAR, FAR), least=(-2.5, 2.5), margin=0.04)


def off_residuals(key: str, frames: Mapping[str, pd.DataFrame]) -> list[float]:
    """Return the residuals of a panel that lie off its axis."""
    return [v for v in frames[key][RESIDUALS[key]] if abs(v) > FAR] if key in frames else []


def _capped(axes: Axes, x: Any, y: Any, scale: Scale, gid: str, size: float) -> None:
    """Draw dots; those off the axis as arrows at its edge."""
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    for part, at in (("", np.abs(ys) <= FAR), (".low", ys < -FAR), (".high", ys > FAR)):
        arrow = {".low": ARROW, ".high": ARROW_UP}.get(part)
        style = DOT if arrow is None else {**DOT, "marker": arrow}
        if at.any():
            axes.plot(xs[at], scale.inside(ys[at]), gid=f"{gid}{part}", clip_on=False,
                      **{**style, "markersize": size if arrow is None else ARROW_SIZE})  # fmt: skip


def _spans(axes: Axes, at: Any, low: Any, high: Any, gid: str, *, across: bool = False, **style: Any) -> None:
    """Draw lines from low to high at each place, all as one path; `across` draws them level."""
    place, gap = np.asarray(at, dtype=np.float64), np.full(len(at), np.nan)
    along = np.column_stack([low, high, gap]).ravel()
    fixed = np.column_stack([place, place, gap]).ravel()
    x, y = (along, fixed) if across else (fixed, along)
    axes.plot(x, y, gid=gid, solid_capstyle="butt", **{"zorder": 3, **style})


# --- rows of intervals -----------------------------------------------------------------------


@dataclass(frozen=True)
class Rows:
    """Rows with a name, a dot, an interval and a reference; from the top down."""

    names: Sequence[str]
    values: Sequence[float]
    lower: Sequence[float]
    upper: Sequence[float]
    shape: Sequence[str] = ()
    printed: Sequence[str] = ()


def draw_rows(
    page: Page, slot: Slot, rows: Rows, scale: Scale, reference: float, titles: tuple[str, str], lang: str
) -> None:
    """Draw rows of dots with intervals against a line of reference; `titles`: key of the panel, title of the axis."""
    key, x_title = titles
    room = min(NAME_ROOM, max(text_width(name, TEXT_SIZE) for name in rows.names)) + 2.0
    after = max([text_width(text, TEXT_SIZE) for text in rows.printed], default=-1.5) + 1.5
    count = len(rows.names)
    panel = Panel(scale, Scale(0.5, count + 0.5, log=False, most=0), slot.width - room - 1.0 - after, count * ROW)
    left, bottom = slot.left + room, slot.bottom + slot.height - HEAD - panel.height
    axes = page.draw_panel(panel, left, bottom, lang, grid="x")
    axes.spines["left"].set_visible(False)
    places = np.arange(count, 0, -1, dtype=np.float64)
    axes.plot([reference] * 2, [0.5, count + 0.5], gid=f"{key}.reference", **PLAIN)
    low, high = (scale.inside(ends) for ends in (rows.lower, rows.upper))
    _spans(axes, places, low, high, f"{key}.interval", across=True, color=ACCENT, linewidth=1.2)
    shapes = list(rows.shape) or ["o"] * count
    for shape in sorted(set(shapes)):
        which = np.array([one == shape for one in shapes])
        axes.plot(np.asarray(rows.values)[which], places[which], gid=f"{key}.{shape}", clip_on=False,
                  **{**DOT, "marker": shape, "markerfacecolor": ACCENT})  # fmt: skip
    for i, name in enumerate(rows.names):
        y = bottom + (count - i - 0.5) * ROW - 0.36 * TEXT_SIZE * MM_PER_POINT
        page.write(left - 1.5, y, cut_text(name, NAME_ROOM), gid=f"{key}.name.{i}", ha="right")
        if rows.printed:
            page.write(left + panel.width + 1.5, y, rows.printed[i], gid=f"{key}.value.{i}")
    page.write(left + panel.width, bottom - X_TITLE_AT + 0.4, x_title, gid=f"panel.{key}.x", ha="right", color=MUTED)


def draw_dispersion(page: Page, slot: Slot, frame: pd.DataFrame, lang: str) -> None:
    """Draw the dispersion of each family against its reference, with the range where it would lie by chance."""
    names = [labels("family", lang).get(text, text) for text in frame["family"]]
    values = frame[["phi", "reference", "lower", "upper"]].to_numpy().ravel()
    reference = float(frame["reference"].iloc[0])
    printed = [format_number(value, 2 if value < 10 else 0, lang) for value in frame["phi"]]
    rows = Rows(names, frame["phi"].tolist(), frame["lower"].tolist(), frame["upper"].tolist(), printed=printed)
    scale = log_scale(values, least=(reference / 2, reference * 2), margin=1.1, most=5)
    draw_rows(page, slot, rows, scale, reference, ("dispersion", label("diagnostic", "dispersion_axis", lang)), lang)


def draw_correlations(page: Page, slot: Slot, frame: pd.DataFrame, lang: str) -> None:
    """Draw the correlation of O/E with every trait; squares for groups (intraclass), dots for numbers."""
    values = frame[["correlation", "lower", "upper"]].to_numpy().ravel()
    scale = linear_scale(values, least=(-0.25, 0.25), most=5)
    shape = ["s" if text == "icc" else "o" for text in frame["measure"]]
    rows = Rows(frame["trait"].tolist(), frame["correlation"].tolist(), frame["lower"].tolist(),
                frame["upper"].tolist(), shape)  # fmt: skip
    title = label("diagnostic", "correlations_axis", lang)
    draw_rows(page, slot, rows, scale, 0.0, ("correlations", title), lang)


def draw_regions(page: Page, slot: Slot, frame: pd.DataFrame, lang: str) -> None:
    """Draw the mean ratio of each region with its interval, on an axis of logarithms."""
    ratio, lower, upper = (np.exp(frame[name].to_numpy()) for name in ("mean_log_ratio", "lower", "upper"))
    scale = log_scale(np.concatenate([ratio, lower, upper]), least=(0.8, 1.25), margin=1.05, most=5)
    rows = Rows(frame["region"].tolist(), ratio.tolist(), lower.tolist(), upper.tolist())
    draw_rows(page, slot, rows, scale, 1.0, ("regions", label("figure", "ratio", lang)), lang)


# --- the strip -------------------------------------------------------------------------------


def draw_sensitivity(page: Page, slot: Slot, frame: pd.DataFrame, names: Sequence[str], lang: str) -> None:
    """Draw gemeenten against families, a mark for each flag; `names`: the gemeenten that are drawn, in order."""
    families = list(dict.fromkeys(frame["family"]))
    order = [key for key in labels("family", lang) if key in families]
    families = order + sorted(set(families) - set(order))
    flags = {(row.gemeente, row.family): row.flag for row in frame.itertuples()}
    shown = dict(zip(frame["gemeente"], frame["shown"], strict=True))
    texts = [_family_text(frame, family, lang) for family in families]
    room = max(text_width(text, TEXT_SIZE) for text in texts) + 2.0
    cell = min(6.0, (slot.width - room) / max(1, len(names)))
    top = slot.bottom + slot.height - HEAD - strip_header([shown[name] for name in names])
    left = slot.left + room
    for j, name in enumerate(names):
        text = cut_text(shown[name], NAME_ROOM)
        page.write_upright(left + (j + 0.5) * cell, top + 0.8, text, gid=f"sensitivity.name.{j}")
    for i, (family, text) in enumerate(zip(families, texts, strict=True)):
        bottom = top - (i + 1) * ROW
        page.write(left - 1.5, bottom + ROW / 2 - 0.36 * TEXT_SIZE * MM_PER_POINT, text, gid=f"sensitivity.family.{i}",
                   ha="right")  # fmt: skip
        for j, name in enumerate(names):
            box = Rectangle((left + j * cell, bottom), cell, ROW, facecolor="none", edgecolor=TRACK, linewidth=0.4)
            page.paper.add_patch(box)
            flag = flags.get((name, family), "")
            _strip_mark(page, left + (j + 0.5) * cell, bottom + ROW / 2, flag, f"sensitivity.{i}.{j}")


def strip_header(names: Sequence[str]) -> float:
    """Return the height of the names over the strip."""
    return max([text_width(cut_text(name, NAME_ROOM), TEXT_SIZE) for name in names], default=0.0) + 1.8


def _family_text(frame: pd.DataFrame, family: str, lang: str) -> str:
    number = int(((frame["family"] == family) & frame["flag"].isin(FLAGS[1:3])).sum())
    return f"{labels('family', lang).get(family, family)} ({format_number(number, 0, lang)})"


def _strip_mark(page: Page, x: float, y: float, flag: str, gid: str) -> None:
    if flag in ("meer", "minder"):
        page.paper.plot([x], [y], zorder=4, gid=gid, **MARKS[flag].options(scale=0.85))
    elif flag in ("", NOT_JUDGED):
        page.paper.plot([x - 0.7, x + 0.7], [y, y], color=LINE, linewidth=0.8, zorder=4, gid=gid)


Draw = Callable[[Page, Slot, pd.DataFrame, str], Any]
PANELS: Final[Mapping[str, Draw]] = {
    "dispersion": draw_dispersion,
    "residual_size": draw_residual_size,
    "quantiles": draw_quantiles,
    "leverage": draw_leverage,
    "correlations": draw_correlations,
    "regions": draw_regions,
}
