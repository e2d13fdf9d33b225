"""The boxes and ratio lines of a flow drawing, as prepared values.

`flow_nodes` and `ratio_lines` make them from frames that already hold counts and shares: they add
labels and say which cell is a part of which, and compute nothing. `flow_figure.flow_figure` draws
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from reintegratie_stats.errors import ReportError, listing, nearest
from reintegratie_stats.report.formats import is_missing
from reintegratie_stats.report.labels import check_lang, label

FLOW_PARENTS: Final[dict[str, str | None]] = {
    "X": None,
    "X-Y": "X",
    "Y": "X",
    "Z": "Y",
    "Y-Z": "Y",
    "A": "Z",
    "B": "Z",
    "C": "Y-Z",
    "D": "Y-Z",
    "A.1": "A",
    "A.2": "A",
    "B.1": "B",
    "B.2": "B",
    "A.1_werk": "A.1",
    "B.1_werk": "B.1",
}
"""The cell of which each cell of the cohort is a part."""
WITH_TRAJECT: Final = frozenset({"A", "C", "A.1", "A.2", "A.1_werk"})

"""The cells of people with a traject: their boxes are tinted."""


@dataclass(frozen=True)
class FlowNode:
    """One box of a flow drawing.

    Parameters
    ----------
    cell : str
        Name of the cell, such as ``A.1``; unique in a drawing.
    label : str
        What the cell holds, in the language of the drawing.
    count : int or None
        How many; None is printed ``n.b.``.
    share : float or None
        Share of the parent, 0 to 1. None where it is unknown, and for the first box.
    parent : str or None
        Cell that this one is a part of; None for the first box.
    code : str, optional
        How the cell is written in the box; `cell` where it is left out.
    accent : bool
        Draw the box tinted.

    Raises
    ------
    ReportError
        A count is negative or not whole, or a share is not between 0 and 1.
    """

    cell: str
    label: str
    count: int | None
    share: float | None = None
    parent: str | None = None
    code: str | None = None
    accent: bool = False

    def __post_init__(self) -> None:
        """Check count and share, and make every kind of missing None."""
        for name in ("count", "share"):
            if is_missing(getattr(self, name)):
                object.__setattr__(self, name, None)
        if self.count is not None and (self.count < 0 or self.count != int(self.count)):
            raise ReportError(f"Cell {self.cell!r}: a count is a whole number of 0 or more.")
        if self.share is not None and not 0 <= self.share <= 1:
            raise ReportError(f"Cell {self.cell!r}: a share lies between 0 and 1.")


@dataclass(frozen=True)
class RatioLine:
    """One line of the block of ratios under a flow drawing.

    Parameters
    ----------
    label : str
        Name of the ratio, in the language of the drawing.
    formula : str
        Its formula in cells, such as ``A / Z``.
    value : float or None
        A share, 0 to 1; None is printed ``n.b.``.
    reason : str, optional
        Why the value is missing, as a key of section ``reason`` of the labels or as text.

    Raises
    ------
    ReportError
        The value is not between 0 and 1.
    """

    label: str
    formula: str
    value: float | None
    reason: str | None = None

    def __post_init__(self) -> None:
        """Check the value, and make every kind of missing None."""
        if is_missing(self.value):
            object.__setattr__(self, "value", None)
        if self.value is not None and not 0 <= self.value <= 1:
            raise ReportError(f"Ratio {self.label!r}: a share lies between 0 and 1.")


def flow_nodes(frame: pd.DataFrame, lang: str = "nl") -> tuple[FlowNode, ...]:
    """Return the boxes of the cells of a cohort, with their labels and the cell each is a part of.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per cell with ``cell`` (``X``, ``X-Y``, ``Y``, ``Z``, ``Y-Z``, ``A`` ... ``B.2``,
        ``A.1_werk``, ``B.1_werk``), ``count`` and ``share`` (of the cell that it is a part of);
        missing where unknown. Children stand side by side in the order of the rows.
    lang : {"nl", "en"}
        Language of the labels.

    Raises
    ------
    ReportError
        A column is missing or a cell is unknown; the message gives the nearest name.
    """
    check_lang(lang)
    _need(frame, ("cell", "count", "share"), "flow_nodes")
    return tuple(
        FlowNode(
            cell=str(cell),
            label=label("cell_short", str(cell), lang),
            count=None if is_missing(count) else int(count),
            share=None if is_missing(share) else float(share),
            parent=FLOW_PARENTS[str(cell)],
            code=label("cell_code", str(cell), lang),
            accent=str(cell) in WITH_TRAJECT,
        )
        for cell, count, share in frame[["cell", "count", "share"]].itertuples(index=False)
    )


def ratio_lines(frame: pd.DataFrame, lang: str = "nl") -> tuple[RatioLine, ...]:
    """Return the lines of the block of ratios, with their labels and formulas.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per ratio with ``ratio`` (``complianceratio`` and so on) and ``value`` (a share),
        and if wanted ``reason``.
    lang : {"nl", "en"}
        Language of the labels.

    Raises
    ------
    ReportError
        A column is missing or a ratio is unknown; the message gives the nearest name.
    """
    check_lang(lang)
    _need(frame, ("ratio", "value"), "ratio_lines")
    reasons = frame["reason"].tolist() if "reason" in frame.columns else [None] * len(frame)
    return tuple(
        RatioLine(
            label=label("ratio", str(ratio), lang),
            formula=label("formula", str(ratio), lang),
            value=None if is_missing(value) else float(value),
            reason=None if is_missing(reason) or reason == "" else str(reason),
        )
        for ratio, value, reason in zip(frame["ratio"], frame["value"], reasons, strict=True)
    )


def _need(frame: pd.DataFrame, names: Sequence[str], who: str) -> None:
    """Raise `ReportError` for the first of `names` that is not a column of the frame."""
    present = [str(column) for column in frame.columns]
    for name in names:
        if name not in present:
            raise ReportError(f"{who} needs a column {name!r}. Present: {listing(present)}.{nearest(name, present)}")
