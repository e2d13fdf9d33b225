"""The cells of the RWI figure: how they add up, and what follows from some of them about the others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from reintegratie_stats.errors import CountsError, listing

CELLS = (
    "X",
    "Y",
    "X-Y",
    "Z",
    "Y-Z",
    "A",
    "B",
    "C",
    "D",
    "A.1",
    "A.2",
    "B.1",
    "B.2",
    "A.1_werk",
    "B.1_werk",
)
"""Every cell, in the order of the figure from top to bottom."""

SUMS: tuple[tuple[str, tuple[str, str]], ...] = (
    ("X", ("X-Y", "Y")),
    ("Y", ("Z", "Y-Z")),
    ("Z", ("A", "B")),
    ("Y-Z", ("C", "D")),
    ("A", ("A.1", "A.2")),
    ("B", ("B.1", "B.2")),
)
"""Each whole with its two parts."""

PARTS_OF: tuple[tuple[str, str], ...] = (("A.1_werk", "A.1"), ("B.1_werk", "B.1"))
"""Cells that are part of another without the rest being a cell."""

LARGEST = 2.0**53
"""Above this a float64 no longer holds every whole number."""


def complete_cells(counts: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """Return all cells, with those filled in that follow from the others; the rest stays missing.

    Parameters
    ----------
    counts : DataFrame
        Columns among `CELLS`, float64, NaN is unknown; a row per group.
    labels : list of str
        What to call each row in a message.

    Returns
    -------
    DataFrame
        Columns `CELLS`, float64.

    Raises
    ------
    CountsError
        When counts are negative or fractional, or a whole is not the sum of its parts.
    """
    cells = counts.reindex(columns=list(CELLS)).astype(np.float64)
    _refuse_no_counts(cells, labels)
    for _ in SUMS:  # each round fills at least one level of the figure
        for whole, (one, other) in SUMS:
            cells[whole] = cells[whole].fillna(cells[one] + cells[other])
            cells[one] = cells[one].fillna(cells[whole] - cells[other])
            cells[other] = cells[other].fillna(cells[whole] - cells[one])
    _refuse_contradictions(cells, labels)
    return cells


def _refuse_no_counts(cells: pd.DataFrame, labels: list[str]) -> None:
    wrong = (cells < 0) | (cells > LARGEST) | (cells.notna() & (cells != cells.round()))
    if wrong.to_numpy().any():
        where = [f"{name} of {label}" for name in CELLS for label, bad in zip(labels, wrong[name], strict=True) if bad]
        raise CountsError(f"Cell counts must be whole numbers of 0 or more; this is not so for {listing(where)}.")


def _refuse_contradictions(cells: pd.DataFrame, labels: list[str]) -> None:
    problems = []
    for whole, (one, other) in SUMS:
        total = cells[one] + cells[other]
        wrong = total.notna() & cells[whole].notna() & (total != cells[whole])
        problems += [
            f"{whole} = {one} + {other} does not hold for {label}"
            for label, bad in zip(labels, wrong, strict=True)
            if bad
        ]
        for part in (one, other):
            problems += _too_large(cells, part, whole, labels)
    for part, whole in PARTS_OF:
        problems += _too_large(cells, part, whole, labels)
    problems = problems or _too_small(cells, labels)
    if problems:
        raise CountsError(
            f"Cell counts contradict each other: {listing(dict.fromkeys(problems))}. "
            "Correct the counts, or leave unknown ones missing."
        )


def _too_small(cells: pd.DataFrame, labels: list[str]) -> list[str]:
    """Return what is wrong across levels: a cell that is smaller than the cells somewhere below it together."""
    least = cells.fillna(0.0)
    for part, whole in PARTS_OF:
        least[whole] = np.maximum(least[whole], least[part])
    for whole, (one, other) in reversed(SUMS):  # from the bottom of the figure up
        least[whole] = np.maximum(least[whole], least[one] + least[other])
    return [
        f"{whole} is smaller than the cells below it together for {label}"
        for whole in CELLS
        for label, bad in zip(labels, cells[whole] < least[whole], strict=True)
        if bad
    ]


def _too_large(cells: pd.DataFrame, part: str, whole: str, labels: list[str]) -> list[str]:
    wrong = (cells[part] > cells[whole]) | (cells[part] < 0)
    return [
        f"{part} is larger than {whole} for {label}"
        if (cells.loc[position, part] >= 0)
        else f"{whole} is too small for its parts for {label}"
        for position, label, bad in zip(cells.index, labels, wrong, strict=True)
        if bad
    ]
