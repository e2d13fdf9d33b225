"""The flow drawing: boxes from the inflow down to the last cells, and the ratios beneath.

`flow_figure` draws values that were prepared elsewhere, in the places that `flow_layout` gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reintegratie_stats.report.figure import (
    ACCENT,
    ACCENT_TINT,
    INK,
    LINE,
    MM_PER_POINT,
    MUTED,
    PAPER,
    TRACK,
    house_style,
    paper_figure,
    wrap_text,
)
from reintegratie_stats.report.flow import FlowNode, RatioLine
from reintegratie_stats.report.flow_layout import (
    BAR,
    CODE_SIZE,
    LABEL_SIZE,
    LEVEL_GAP,
    MARGIN,
    PADDING,
    WIDTH,
    Box,
    Line,
    Tree,
    height_of,
    place,
)
from reintegratie_stats.report.formats import format_percent, superscript
from reintegratie_stats.report.labels import check_lang, labels, reason_text

TITLE_SIZE: Final = 11.0
FORMULA_AT: Final = 78.0
VALUE_AT: Final = 132.0


def flow_figure(
    nodes: Sequence[FlowNode],
    ratios: Sequence[RatioLine] = (),
    *,
    title: str,
    subtitle: str = "",
    notes: Sequence[str] = (),
    source: str = "",
    lang: str = "nl",
) -> Figure:
    """Draw counts as a flow from the first cell down, with the ratios beneath.

    Parameters
    ----------
    nodes : sequence of FlowNode
        The boxes; exactly one without a parent. Children stand in the order given. Each box has
        the cell, its label, its count and its share of the parent, the share also as a bar.
    ratios : sequence of RatioLine
        Printed under the drawing: name, formula, percentage.
    title, subtitle : str
        Above the drawing.
    notes : sequence of str
        Under the ratios.
    source : str
        Last line.
    lang : {"nl", "en"}
        Language of numbers and fixed words.

    Returns
    -------
    matplotlib.figure.Figure
        180 mm wide, as high as it needs. Texts carry an id: ``A.1.count``, ``A.1.share``.

    Raises
    ------
    ReportError
        The boxes are not one tree, or too many stand side by side to be readable.
    """
    check_lang(lang)
    tree = Tree(tuple(nodes))
    with house_style():
        boxes = place(tree, lang)
        above = _heading(title, subtitle)
        below = _footing(tree.nodes, ratios, notes, source, lang)
        depth = -min(box.bottom for box in boxes)
        height = above.height + depth + below.height
        figure, axes = paper_figure(WIDTH, height, title)
        above.draw(axes, top=height)
        for box in boxes:
            _draw_connector(axes, box, boxes, up=height - above.height)
        for box in boxes:
            _draw_box(axes, box, up=height - above.height)
        below.draw(axes, top=below.height)
    return figure


def _draw_connector(axes: Axes, box: Box, boxes: Sequence[Box], up: float) -> None:
    """Draw the line from the parent's foot to the head of the box."""
    if box.node.parent is None:
        return
    parent = next(other for other in boxes if other.node.cell == box.node.parent)
    middle = up + box.top + LEVEL_GAP / 2
    xs = [parent.centre, parent.centre, box.centre, box.centre]
    ys = [up + parent.bottom, middle, middle, up + box.top]
    color = ACCENT if box.node.accent else LINE
    gid = f"{box.node.cell}.edge"
    axes.plot(xs, ys, color=color, linewidth=1.0, clip_on=False, zorder=1, gid=gid)


def _draw_box(axes: Axes, box: Box, up: float) -> None:
    """Draw a box with its lines and, where the share is known, the share as a bar at its foot."""
    node = box.node
    left, bottom = box.centre - box.width / 2, up + box.bottom
    colors = (ACCENT_TINT, ACCENT) if node.accent else (PAPER, LINE)
    style = "--" if node.count is None else "-"
    _rectangle(axes, left, bottom, box.width, box.height, *colors, style, gid=f"{node.cell}.box")
    _write_lines(axes, box, up + box.top - PADDING, box.head)
    bar = BAR if node.parent is not None else 0.0
    _write_lines(axes, box, bottom + PADDING + bar + height_of(box.foot), box.foot)
    if node.share is not None and node.parent is not None:
        x, y, whole = left + PADDING, bottom + PADDING * 0.6, box.width - 2 * PADDING
        fill = ACCENT if node.accent else MUTED
        _rectangle(axes, x, y, whole, BAR, TRACK, "none")
        _rectangle(axes, x, y, whole * node.share, BAR, fill, "none", gid=f"{node.cell}.bar")


def _rectangle(
    axes: Axes,
    left: float,
    bottom: float,
    width: float,
    height: float,
    fill: str,
    edge: str,
    style: str = "-",
    gid: str | None = None,
) -> None:
    options: dict[str, Any] = {"facecolor": fill, "edgecolor": edge, "linestyle": style}
    patch = Rectangle((left, bottom), width, height, linewidth=0.9, zorder=2, gid=gid, **options)
    axes.add_patch(patch).set_clip_on(False)


def _write_lines(axes: Axes, box: Box, top: float, lines: Sequence[Line]) -> None:
    for line in lines:
        if line.text:
            _write(axes, box.centre, top, line, gid=f"{box.node.cell}.{line.part}", ha="center")
        top -= line.height


def _write(axes: Axes, x: float, top: float, line: Line, gid: str, ha: str = "left") -> None:
    """Write one line of text whose line box begins at `top`."""
    baseline = top - (line.height + 0.7 * line.size * MM_PER_POINT) / 2
    weight = "bold" if line.bold else "normal"
    style: dict[str, Any] = {"fontsize": line.size, "color": line.color, "fontweight": weight}
    axes.text(x, baseline, line.text, ha=ha, va="baseline", zorder=5, gid=gid, **style)


@dataclass(frozen=True)
class _Row:
    """Texts that stand on one height: each with its place and alignment."""

    texts: tuple[tuple[Line, float, str], ...]
    rule: bool = False
    space: float = 0.0

    @property
    def height(self) -> float:
        return max(line.height for line, _, _ in self.texts) + self.space


@dataclass(frozen=True)
class _Block:
    """Rows of text over the whole width, above or under the drawing."""

    rows: tuple[_Row, ...]
    before: float = 0.0
    after: float = MARGIN

    @property
    def height(self) -> float:
        return sum(row.height for row in self.rows) + self.before + self.after

    def draw(self, axes: Axes, top: float) -> None:
        y = top - self.before
        for row in self.rows:
            for line, x, ha in row.texts:
                _write(axes, x, y - row.space, line, gid=line.part, ha=ha)
            y -= row.height
            if row.rule:
                axes.plot(
                    [MARGIN, VALUE_AT],
                    [y - 0.3, y - 0.3],
                    color=TRACK,
                    linewidth=0.6,
                    clip_on=False,
                )


def _heading(title: str, subtitle: str) -> _Block:
    rows = _paragraph(title, TITLE_SIZE, "title", bold=True)
    rows += _paragraph(subtitle, LABEL_SIZE + 1, "subtitle", color=MUTED)
    return _Block(rows, before=MARGIN, after=MARGIN + 1)


def _footing(
    nodes: Sequence[FlowNode],
    ratios: Sequence[RatioLine],
    notes: Sequence[str],
    source: str,
    lang: str,
) -> _Block:
    """Return the ratios, the meaning of ``n.b.``, its reasons, the notes and the source."""
    words = labels("word", lang)
    reasons: list[str] = []
    rows = _paragraph(words["ratios"], CODE_SIZE + 1, "ratios", bold=True) if ratios else ()
    for number, ratio in enumerate(ratios):
        value = format_percent(ratio.value, 0, lang)
        if ratio.reason:
            text = reason_text(ratio.reason, lang)
            reasons += [] if text in reasons else [text]
            value += f" {superscript(reasons.index(text) + 1)}"
        rows += (_ratio_row(ratio, value, f"ratio.{number}"),)
    unknown = [node.count for node in nodes] + [ratio.value for ratio in ratios]
    under = [f"{words['missing']} = {words['missing_meaning']}"] if None in unknown else []
    under += [f"{superscript(i)} {reason}" for i, reason in enumerate(reasons, start=1)]
    under += [*notes, *([f"{words['source']}: {source}"] if source else [])]
    for number, text in enumerate(under):
        first, *others = _paragraph(text, LABEL_SIZE - 0.5, f"under.{number}", color=MUTED)
        rows += (_Row(first.texts, space=0.8 if number else 2.5), *others)
    return _Block(rows, before=6.0 if rows else 0.0)


def _ratio_row(ratio: RatioLine, value: str, gid: str) -> _Row:
    size = CODE_SIZE
    return _Row(
        (
            (Line(ratio.label, size, f"{gid}.label"), MARGIN, "left"),
            (Line(ratio.formula, size, f"{gid}.formula", color=MUTED), FORMULA_AT, "left"),
            (Line(value, size, f"{gid}.value", bold=True), VALUE_AT, "right"),
        ),
        rule=True,
        space=1.0,
    )


def _paragraph(text: str, size: float, part: str, *, bold: bool = False, color: str = INK) -> tuple[_Row, ...]:
    lines = wrap_text(text, WIDTH - 2 * MARGIN, size, bold=bold)
    return tuple(
        _Row(((Line(line, size, f"{part}.{i}", bold, color), MARGIN, "left"),)) for i, line in enumerate(lines)
    )
