"""Where the boxes of a flow drawing stand, and the lines of text in them.

Text is measured, wrapped and, where a word alone is too wide, made smaller, so that nothing runs
out of its box. All lengths are millimetres on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from reintegratie_stats.errors import ReportError, nearest
from reintegratie_stats.report.figure import INK, MM_PER_POINT, MUTED, text_width, wrap_text
from reintegratie_stats.report.flow import FlowNode
from reintegratie_stats.report.formats import format_number, format_percent
from reintegratie_stats.report.labels import label

WIDTH: Final = 180.0
"""Width of a flow drawing: A4 with margins of 15 mm."""
MARGIN: Final = 3.0
GAP: Final = 2.4
LEVEL_GAP: Final = 9.0
PADDING: Final = 1.8
WIDEST_BOX: Final = 46.0
CODE_SIZE: Final = 8.0
LABEL_SIZE: Final = 7.5
COUNT_SIZE: Final = 10.0
SMALLEST_SIZE: Final = 5.5
LEADING: Final = 1.35
BAR: Final = 1.2


@dataclass(frozen=True)
class Tree:
    """The boxes as a tree: who stands under whom, how deep and how wide."""

    nodes: tuple[FlowNode, ...]

    def __post_init__(self) -> None:
        """Check that the boxes are one tree, with every cell once."""
        cells = [node.cell for node in self.nodes]
        if len(set(cells)) < len(cells):
            raise ReportError("Two boxes of the flow have the same cell; every cell occurs once.")
        for node in self.nodes:
            if node.parent is not None and node.parent not in cells:
                raise ReportError(
                    f"Cell {node.cell!r} is part of {node.parent!r}, which is not in the flow."
                    f"{nearest(node.parent, cells)}"
                )
        roots = sum(node.parent is None for node in self.nodes)
        if roots != 1:
            raise ReportError(f"The flow has {roots} boxes without a parent; exactly one is the first.")
        if len(self.levels) < len(cells):
            raise ReportError("Some boxes of the flow are parts of each other in a circle.")

    @cached_property
    def levels(self) -> dict[str, int]:
        """Depth of each cell that can be reached from the first one, in drawing order."""
        levels: dict[str, int] = {}

        def visit(node: FlowNode, level: int) -> None:
            levels[node.cell] = level
            for child in self.children(node):
                visit(child, level + 1)

        visit(self.root, 0)
        return levels

    @property
    def root(self) -> FlowNode:
        """The first box: the only one that is no part of another."""
        return next(node for node in self.nodes if node.parent is None)

    @property
    def depth(self) -> int:
        """How many boxes stand under each other at most."""
        return max(self.levels.values()) + 1

    def at(self, level: int) -> list[FlowNode]:
        """Boxes of one depth, from left to right."""
        by_cell = {node.cell: node for node in self.nodes}
        return [by_cell[cell] for cell, depth in self.levels.items() if depth == level]

    def stands_alone(self, cell: str) -> bool:
        """Whether a box has no children, and the boxes beside it under its parent do."""
        node = next(node for node in self.nodes if node.cell == cell)
        beside = [n for n in self.nodes if n.parent == node.parent and n is not node]
        return not self.children(node) and any(self.children(n) for n in beside)

    def children(self, node: FlowNode) -> list[FlowNode]:
        """Parts of a box, in the order given."""
        return [child for child in self.nodes if child.parent == node.cell]

    def ends(self, node: FlowNode) -> list[str]:
        """Cells without children at or under a box, from left to right."""
        under = [cell for child in self.children(node) for cell in self.ends(child)]
        return under or [node.cell]


@dataclass(frozen=True)
class Line:
    """A line of text in a box: what, how large, how dark, and its part of the name."""

    text: str
    size: float
    part: str
    bold: bool = False
    color: str = INK
    room: float = 0.0

    @property
    def height(self) -> float:
        """Height with the white between lines; `room` is the size that a smaller line stood in."""
        return max(self.size, self.room) * LEADING * MM_PER_POINT


@dataclass(frozen=True)
class Box:
    """A placed box, in millimetres to the right and upwards from the top of the first box."""

    node: FlowNode
    centre: float
    top: float
    width: float
    height: float
    head: tuple[Line, ...]
    foot: tuple[Line, ...]

    @property
    def bottom(self) -> float:
        """Where the box ends."""
        return self.top - self.height


def place(tree: Tree, lang: str) -> tuple[Box, ...]:
    """Give every box its place; boxes of one depth have one height and their counts in line."""
    spans = _spans(tree)
    texts = {}
    for node in tree.nodes:
        room = spans[node.cell][1] - 2 * PADDING
        texts[node.cell] = (_head_lines(node, room), _foot_lines(node, room, tree, lang))
    boxes = []
    top = 0.0
    for level in range(tree.depth):
        nodes = tree.at(level)
        head, foot = (max(height_of(texts[node.cell][part]) for node in nodes) for part in (0, 1))
        height = head + foot + 2 * PADDING + (BAR if level else 0.0)
        for node in nodes:
            centre, width = spans[node.cell]
            boxes.append(Box(node, centre, top, width, height, *texts[node.cell]))
        top -= height + LEVEL_GAP
    return tuple(boxes)


def _spans(tree: Tree) -> dict[str, tuple[float, float]]:
    """Return centre and width of each box: ends side by side, others over their children."""
    ends = tree.ends(tree.root)
    slot = (WIDTH - 2 * MARGIN) / len(ends)
    spans: dict[str, tuple[float, float]] = {}
    for node in sorted(tree.nodes, key=lambda n: -tree.levels[n.cell]):
        under = [spans[child.cell][0] for child in tree.children(node)]
        centre = (under[0] + under[-1]) / 2 if under else MARGIN + slot * (ends.index(node.cell) + 0.5)
        spans[node.cell] = (centre, min(WIDEST_BOX, slot * len(tree.ends(node)) - GAP))
    for level in range(tree.depth):
        _widen_ends(tree, level, spans)
    first = [spans[child.cell][0] for child in tree.children(tree.root)]
    if first:
        spans[tree.root.cell] = ((first[0] + first[-1]) / 2, spans[tree.root.cell][1])
    return spans


def _widen_ends(tree: Tree, level: int, spans: dict[str, tuple[float, float]]) -> None:
    """Give a box without children the width of the others of its depth, where there is room."""
    row = [node.cell for node in tree.at(level)]
    widest = max(spans[cell][1] for cell in row)
    for i, cell in enumerate(row):
        centre, width = spans[cell]
        left = MARGIN if i == 0 else spans[row[i - 1]][0] + spans[row[i - 1]][1] / 2 + GAP
        at_end = i == len(row) - 1
        right = WIDTH - MARGIN if at_end else spans[row[i + 1]][0] - spans[row[i + 1]][1] / 2 - GAP
        wider = min(widest, right - left)
        if tree.stands_alone(cell) and wider > width:
            moved = min(max(centre, left + wider / 2), right - wider / 2)
            spans[cell] = (moved, wider)


def height_of(lines: Sequence[Line]) -> float:
    """Return the height of lines under each other."""
    return sum(line.height for line in lines)


def _head_lines(node: FlowNode, width: float) -> tuple[Line, ...]:
    """Return the upper lines of a box: the cell and its wrapped label."""
    code = Line(node.code or node.cell, CODE_SIZE, "cell", bold=True, color=MUTED)
    wrapped = wrap_text(node.label, width, LABEL_SIZE, balanced=True)
    lines = [code, *(Line(text, LABEL_SIZE, f"label.{i}") for i, text in enumerate(wrapped))]
    return tuple(_fitted(line, width, node) for line in lines)


def _foot_lines(node: FlowNode, width: float, tree: Tree, lang: str) -> tuple[Line, ...]:
    """Return the lower lines of a box: the count and, but in the first box, its share."""
    lines = [Line(format_number(node.count, 0, lang), COUNT_SIZE, "count", bold=True)]
    if node.parent is not None:
        parent = next(other for other in tree.nodes if other.cell == node.parent)
        share = format_percent(node.share, 0, lang)
        text = f"{share} {label('word', 'of', lang)} {parent.code or parent.cell}"
        unknown = node.count is None and node.share is None
        lines.append(Line("" if unknown else text, LABEL_SIZE, "share"))
    return tuple(_fitted(line, width, node) for line in lines)


def _fitted(line: Line, width: float, node: FlowNode) -> Line:
    """Return the line, smaller where it is too wide for its box."""
    if width <= 0:
        raise ReportError("Too many boxes of the flow stand side by side; draw fewer cells.")
    needed = text_width(line.text, line.size, bold=line.bold)
    if needed <= width:
        return line
    size = int(line.size * width / needed * 10) / 10
    if size < SMALLEST_SIZE:
        raise ReportError(
            f"Cell {node.cell!r}: its texts do not fit at a readable size; "
            "shorten the label or draw fewer cells side by side."
        )
    return replace(line, size=size, room=line.size)
