"""The heat map: how far each gemeente lies from what was expected, on many outcomes or in many years."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final, Literal, get_args

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.path import Path

from reintegratie_stats.errors import ReportError, counted
from reintegratie_stats.report.axes import tick_text
from reintegratie_stats.report.figure import INK, LINE, PAPER, house_style, text_width, wrap_text
from reintegratie_stats.report.figure_frames import NOT_JUDGED, FrameReader, Numbers
from reintegratie_stats.report.flag_marks import MARKS, KeyItem, draw_key, key_height, note_lines
from reintegratie_stats.report.formats import format_number
from reintegratie_stats.report.labels import check_lang, label, labels, missing_symbol
from reintegratie_stats.report.page import MARGIN, TEXT_SIZE, WIDTH, Heading, Page, cut_text, line_height, open_page

Select = Literal["flagged", "all"]
Order = Literal["name", "value"]

EDGES: Final = (1 / 3, 1 / 2, 2 / 3, 3 / 2, 2.0, 3.0)
"""Ratios at which the colour changes: even on either side of 1."""
COLORS: Final = ("#8a5c08", "#c59b52", "#ebdcbd", "#f3f4f6", "#cbe1f0", "#69add7", "#00629b")
"""From ochre (fewer) over white to blue (more): distinct for the colour-blind, without judgement."""
LIGHT_ON: Final = (0, 6)
CELL_HEIGHT: Final = 3.6
WIDEST_CELL: Final = 12.0
NARROWEST_CELL: Final = 2.9
GROUP_GAP: Final = 0.9
WIDEST_NAME: Final = 42.0
HEADER_LINE: Final = line_height(TEXT_SIZE)
_YEAR: Final = re.compile(r"(?P<group>.*\S)\s+(?P<year>\d{4})")
HATCH: Final = Path(
    [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1), (-1, 0), (0, 1), (-1, -1), (1, 1), (0, -1), (1, 0)],
    [1, 2, 2, 2, 2, 1, 2, 1, 2, 1, 2],
)


def heatmap_figure(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    note: str | Sequence[str] = "",
    source: str = "",
    lang: str = "nl",
    select: Select = "flagged",
    order: Order = "name",
    columns: Sequence[str] | Mapping[str, str] | None = None,
    page: int = 1,
    rows_per_page: int = 45,
) -> Figure:
    """Draw gemeenten against columns, each cell coloured by the ratio of observed to expected.

    Parameters
    ----------
    frame : DataFrame
        One row per gemeente and column: ``gemeente, column`` (text; ``"coaching 2024"`` is put under ``coaching``),
        ``value`` (logarithm of base 2 of the shrunken observed / expected; missing: not available), ``flag``; and, if
        the name to print is another, ``label``. A pair that is not there is not available either. The order of the
        rows does not matter.
    title, subtitle, note, source, lang
        As in `funnel_figure.funnel_figure`.
    select : {"flagged", "all"}
        Draw only gemeenten that have a flag (``meer`` or ``minder``) in at least one column, or all.
    order : {"name", "value"}
        Rows by name, or from the highest to the lowest mean of their values.
    columns : sequence of str, or mapping of str to str, optional
        Which columns, in this order; by default all, in the order of their text. A mapping gives the text to print
        (``{"beschut_werk 2024": "beschut werk 2024"}``).
    page, rows_per_page : int
        Which part of a long list; see `heatmap_pages`.

    Returns
    -------
    matplotlib.figure.Figure
        160 mm wide. A cell carries the id ``cell.<row>.<column>``, a mark ``mark.<row>.<column>``, numbered from 0.

    Raises
    ------
    ReportError
        The frame is not as described (all problems at once), there are too many columns, or no such page.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "gemeente": ["A", "A"],
    ...         "column": ["coaching 2023", "coaching 2024"],
    ...         "value": [0.1, 1.3],
    ...         "flag": ["verwacht", "meer"],
    ...     }
    ... )
    >>> heatmap_figure(frame, title="Wie valt waarop op").get_label()
    'Wie valt waarop op'
    """
    check_lang(lang)
    cells = _read(frame, select, order, columns)
    names = _row_order(cells, select, order)
    pages = _pages(len(names), rows_per_page)
    if not 1 <= page <= pages:
        raise ReportError(f"page is {page}; the heat map has {counted(pages, 'page')}.")
    shown = dict(list(names.items())[(page - 1) * rows_per_page : page * rows_per_page])
    grid = _Grid.fitted(shown, _columns(cells, columns))
    notes = note_lines(note, (), lang) + _notes(cells, names, select, page, pages, lang)
    with house_style():
        items = _key(cells, grid, lang)
        drawing = open_page(Heading(title, subtitle, key_height(items)), grid.header + grid.height + 1.0, notes, source,
                            lang, _description(cells, names, lang))  # fmt: skip
        draw_key(drawing, items)
        _draw(drawing, cells, grid)
    return drawing.finished()


def heatmap_pages(frame: pd.DataFrame, *, select: Select = "flagged", rows_per_page: int = 45) -> int:
    """Return over how many pages `heatmap_figure` spreads a frame; at least 1."""
    cells = _read(frame, select, "name", None)
    return _pages(len(_row_order(cells, select, "name")), rows_per_page)


def _pages(rows: int, rows_per_page: int) -> int:
    if rows_per_page < 1:
        raise ReportError(f"rows_per_page is {rows_per_page}; it is at least 1.")
    return max(1, -(-rows // rows_per_page))


def _read(frame: object, select: str, order: str, columns: Sequence[str] | Mapping[str, str] | None) -> pd.DataFrame:
    for name, value, allowed in (("select", select, get_args(Select)), ("order", order, get_args(Order))):
        if value not in allowed:
            raise ReportError(f"{name}={value!r} is not one of: {', '.join(allowed)}.")
    reader = FrameReader("heatmap_figure")
    cells = reader.read(frame, "frame", key=("gemeente", "column"), numbers=(Numbers("value"),), optional=("label",),
                        flag=True)  # fmt: skip
    reader.finish()
    if columns is not None:
        unknown = sorted(set(columns) - set(cells["column"]))
        if unknown or len(set(columns)) < len(columns):
            what = f"holds {', '.join(map(repr, unknown))}, not in the frame" if unknown else "names a column twice"
            raise ReportError(f"columns {what}.")
        cells = cells[cells["column"].isin(list(columns))].reset_index(drop=True)
    return cells


def _columns(cells: pd.DataFrame, columns: Sequence[str] | Mapping[str, str] | None) -> dict[str, str]:
    """Return the columns in their order, each with the text to print."""
    if isinstance(columns, Mapping):
        return {key: str(text) for key, text in columns.items()}
    return {key: key for key in (columns if columns is not None else sorted(set(cells["column"])))}


def _row_order(cells: pd.DataFrame, select: str, order: str) -> dict[str, str]:
    """Return the gemeenten that are drawn, in order, each with the name to print."""
    flagged = set(cells.loc[cells["flag"].isin(["meer", "minder"]), "gemeente"])
    rows = cells if select == "all" else cells[cells["gemeente"].isin(flagged)]
    by = rows.groupby("gemeente", sort=True)
    names = {who: str(text or who) for who, text in by["label"].first().fillna("").items()}
    mean = {who: float(value) for who, value in by["value"].mean().items()}
    if order == "name":
        ranked = sorted(names, key=lambda who: (names[who].casefold(), who))
    else:
        ranked = sorted(names, key=lambda who: (-round(mean[who], 9) if np.isfinite(mean[who]) else np.inf, who))
    return {who: names[who] for who in ranked}


# --- geometry --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Column:
    """A column with its place, and the group and the short text of its header."""

    key: str
    group: str
    text: str
    left: float


@dataclass(frozen=True)
class _Grid:
    """Where rows and columns stand, in millimetres; rows from the top down."""

    rows: Mapping[str, str]
    columns: tuple[_Column, ...]
    cell: float
    header: float
    upright: bool
    groups: tuple[tuple[str, float, float, tuple[str, ...]], ...]
    tall_groups: bool

    @property
    def height(self) -> float:
        return len(self.rows) * CELL_HEIGHT

    @classmethod
    def fitted(cls, rows: Mapping[str, str], keys: Mapping[str, str]) -> _Grid:
        """Return the grid that fits the page."""
        wide = max([text_width(text, TEXT_SIZE) for text in rows.values()], default=0.0)
        left = MARGIN + min(wide, WIDEST_NAME) + 2.0
        found = [_YEAR.fullmatch(text) for text in keys.values()]
        grouped = all(found)
        parts = [
            (m["group"], m["year"]) if m and grouped else ("", text)
            for m, text in zip(found, keys.values(), strict=True)
        ]
        runs = [(group, len(list(run))) for group, run in groupby(parts, key=lambda part: part[0])]
        room = WIDTH - MARGIN - left - GROUP_GAP * (len(runs) - 1)
        cell = min(WIDEST_CELL, room / len(keys))
        if cell < NARROWEST_CELL:
            most = int(room / NARROWEST_CELL)
            raise ReportError(
                f"{len(keys)} columns do not fit on a page; at most {most} do. Give columns=... and draw more than one."
            )
        return cls._placed(rows, list(keys), parts, runs, left, cell)

    @classmethod
    def _placed(
        cls, rows: Mapping[str, str], keys: Sequence[str], parts: Sequence[tuple[str, str]],
        runs: Sequence[tuple[str, int]], left: float, cell: float,
    ) -> _Grid:  # fmt: skip
        columns, groups, number, x = [], [], 0, left
        for group, length in runs:
            width = length * cell
            lines = wrap_text(group, width - 0.6, TEXT_SIZE)
            groups.append((group, x, width, lines))
            for _ in range(length):
                columns.append(_Column(keys[number], group, parts[number][1], x))
                x, number = x + cell, number + 1
            x += GROUP_GAP
        widest = max(text_width(column.text, TEXT_SIZE) for column in columns)
        upright = widest > cell - 0.8
        header = (widest if upright else HEADER_LINE) + 1.5
        tall = any(text_width(line, TEXT_SIZE) > width for _, _, width, lines in groups for line in lines)
        if runs != [("", len(keys))]:
            most = max(len(lines) for *_, lines in groups)
            header += (max(text_width(g, TEXT_SIZE) for g, *_ in groups) if tall else most * HEADER_LINE) + 1.5
        return cls(rows, tuple(columns), cell, header, upright, tuple(groups), tall)


# --- drawing ---------------------------------------------------------------------------------


def _draw(page: Page, cells: pd.DataFrame, grid: _Grid) -> None:
    top = page.top - grid.header
    _draw_header(page, grid, top)
    given = {(row.gemeente, row.column): (row.value, row.flag) for row in cells.itertuples()}
    for i, (who, text) in enumerate(grid.rows.items()):
        bottom = top - (i + 1) * CELL_HEIGHT
        page.write(MARGIN, bottom + 1.0, cut_text(text, WIDEST_NAME), gid=f"row.{i}")
        for j, column in enumerate(grid.columns):
            value, flag = given.get((who, column.key), (np.nan, ""))
            _draw_cell(page, (column.left, bottom, grid.cell), float(value), flag, f"{i}.{j}")


def _draw_header(page: Page, grid: _Grid, top: float) -> None:
    for j, column in enumerate(grid.columns):
        middle = column.left + grid.cell / 2
        if grid.upright:
            page.write_upright(middle, top + 1.0, column.text, gid=f"column.{j}")
        else:
            page.write(middle, top + 1.0, column.text, gid=f"column.{j}", ha="center")
    years = max(text_width(c.text, TEXT_SIZE) for c in grid.columns) if grid.upright else HEADER_LINE
    foot = top + years + 2.3
    for j, (group, left, width, lines) in enumerate(grid.groups):
        if not group:
            continue
        if grid.tall_groups:
            page.write_upright(left + width / 2, foot, group, gid=f"group.{j}")
        else:
            for k, line in enumerate(reversed(lines)):
                page.write(left + width / 2, foot + k * HEADER_LINE, line, gid=f"group.{j}.{k}", ha="center")
        page.paper.plot([left + 0.3, left + width - 0.3], [foot - 0.7] * 2, color=LINE, linewidth=0.5, zorder=1,
                        solid_capstyle="butt")  # fmt: skip


def _draw_cell(page: Page, at: tuple[float, float, float], value: float, flag: str, number: str) -> None:
    left, bottom, width = at
    known = np.isfinite(value)
    shade = int(np.searchsorted(np.log2(EDGES), value, side="right")) if known else 3
    face = COLORS[shade] if known else PAPER
    cell = Rectangle((left, bottom), width, CELL_HEIGHT, facecolor=face, edgecolor=PAPER, linewidth=0.6, zorder=1,
                     gid=f"cell.{number}")  # fmt: skip
    page.paper.add_patch(cell)
    middle = (left + width / 2, bottom + CELL_HEIGHT / 2)
    if not known:
        _draw_hatch(page, left, bottom, width, number)
    if flag == NOT_JUDGED:
        page.paper.plot([middle[0] - 0.7, middle[0] + 0.7], [middle[1]] * 2, color=INK, linewidth=0.9, zorder=3,
                        gid=f"mark.{number}")  # fmt: skip
    elif flag in ("meer", "minder"):
        color = PAPER if shade in LIGHT_ON else INK
        page.paper.plot([middle[0]], [middle[1]], marker=MARKS[flag].marker, markersize=4.2, markerfacecolor=color,
                        markeredgewidth=0, linestyle="none", zorder=3, gid=f"mark.{number}")  # fmt: skip


def _draw_hatch(page: Page, left: float, bottom: float, width: float, number: str) -> None:
    """Draw slanting lines through a cell, as one path."""
    xs: list[float] = []
    ys: list[float] = []
    inset, step = 0.25, 1.2
    wide, high = width - 2 * inset, CELL_HEIGHT - 2 * inset
    start = -high + step / 2
    while start < wide:
        low, up = max(0.0, -start), min(high, wide - start)
        xs += [left + inset + start + low, left + inset + start + up, np.nan]
        ys += [bottom + inset + low, bottom + inset + up, np.nan]
        start += step
    page.paper.plot(xs, ys, color=LINE, linewidth=0.5, zorder=2, gid=f"missing.{number}")


# --- words -----------------------------------------------------------------------------------


def _key(cells: pd.DataFrame, grid: _Grid, lang: str) -> list[KeyItem]:
    """Return the classes of colour, the marks, and what a missing cell looks like, where there is one."""
    numbers = [tick_text(round(edge, 2), lang) for edge in EDGES]
    texts = [f"< {numbers[0]}", *(f"{a}–{b}" for a, b in pairwise(numbers)),
             f"≥ {numbers[-1]}"]  # fmt: skip
    square = {"marker": "s", "markersize": 7.0, "markeredgecolor": LINE, "markeredgewidth": 0.4, "linestyle": "none"}
    items = [KeyItem(text, {**square, "markerfacecolor": c}) for text, c in zip(texts, COLORS, strict=True)]
    for flag in ("meer", "minder"):
        plain = {**MARKS[flag].options(), "markerfacecolor": INK, "markeredgewidth": 0}
        items.append(KeyItem(label("flag", flag, lang), plain))
    here = cells[cells["gemeente"].isin(list(grid.rows))]
    if (here["flag"] == NOT_JUDGED).any():
        dash = {"marker": "_", "markersize": 4.5, "markeredgecolor": INK, "markeredgewidth": 0.9, "linestyle": "none"}
        items.append(KeyItem(label("flag", NOT_JUDGED, lang), dash))
    if here["value"].notna().sum() < len(grid.rows) * len(grid.columns):
        hatch = {**square, "marker": HATCH, "markerfacecolor": "none", "markeredgecolor": LINE}
        items.append(KeyItem(f"{missing_symbol(lang)} ({label('word', 'missing_meaning', lang)})", hatch))
    return items


def _notes(
    cells: pd.DataFrame, names: Mapping[str, str], select: str, page: int, pages: int, lang: str
) -> list[str]:  # fmt: skip
    words = labels("figure", lang)
    total, shown = cells["gemeente"].nunique(), len(names)
    numbers = {"shown": format_number(shown, 0, lang), "total": format_number(total, 0, lang)}
    said = [words["heatmap_colors"]]
    if select == "flagged":
        said.append(words["heatmap_flagged" if shown else "heatmap_none"].format(**numbers))
    if pages > 1:
        said.append(words["page"].format(page=page, pages=pages))
    return [" ".join(said)]


def _description(cells: pd.DataFrame, names: Mapping[str, str], lang: str) -> str:
    here = cells[cells["gemeente"].isin(list(names))]
    words = labels("figure", lang)
    said = [f"{words['heatmap']}:"]
    for flag in ("meer", "minder"):
        per = here[here["flag"] == flag].groupby("gemeente").size()
        who = sorted(per.index, key=lambda g: (-int(per[g]), names[g]))
        listed = ", ".join(f"{names[g]} ({format_number(int(per[g]), 0, lang)})" for g in who)
        said.append(f"{label('flag', flag, lang)}: {listed or format_number(0, 0, lang)}.")
    return " ".join(said)
