"""The tables of a draw: every number that was asked beside what was got, and the pairs of twins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from reintegratie_stats.fieldwork.draw_state import DrawState
from reintegratie_stats.fieldwork.twins import distances

COLUMNS = ("rule", "trait", "category", "asked", "low", "high", "got", "slack", "available")
TEXT = ("rule", "trait", "category", "asked")


def quota_table(draw: DrawState) -> pd.DataFrame:
    """Return a row for every number of a design; see `SampleDraw.quotas`."""
    frame = pd.DataFrame([*_quotas(draw), *_spreads(draw)], columns=list(COLUMNS), dtype=object)
    return frame.astype({name: "string" if name in TEXT else "Int64" for name in COLUMNS})


def _quotas(draw: DrawState) -> Iterator[tuple[Any, ...]]:
    for rule in draw.rules:
        free = np.ones(len(draw.population), dtype=np.bool_) if rule.kind == "must_not_have" else draw.free
        for row, got in zip(rule.rows, rule.counts(draw.chosen), strict=True):
            low, high = rule.bounds(row)
            available = int((row.members & free).sum())
            yield (rule.kind, rule.trait or None, row.category or None, asked_text(low, high), low, high, got,
                   slack(got, low, high), available)  # fmt: skip


def _spreads(draw: DrawState) -> Iterator[tuple[Any, ...]]:
    for band, got in zip(draw.bands, draw.band_counts.tolist(), strict=True):
        available = int((band.members & draw.free).sum())
        yield ("spread", band.trait, band.category, asked_text(band.low, band.high), band.low, band.high, got,
               slack(got, band.low, band.high), available)  # fmt: skip


def slack(got: int, low: int | None, high: int | None) -> int:
    """Return how many gemeenten more or fewer a number can bear; negative: how many it lies outside.

    Examples
    --------
    >>> slack(3, 2, 4), slack(3, None, 5), slack(1, 2, None), slack(7, 7, 7)
    (1, 2, -1, 0)
    """
    return min(room for room in (None if low is None else got - low, None if high is None else high - got)
               if room is not None)  # fmt: skip


def asked_text(low: int | None, high: int | None) -> str:
    """Return a range as text: ``7``, ``>= 1``, ``<= 4``, ``2-4``."""
    if low is None:
        return f"<= {high}"
    if high is None:
        return f">= {low}"
    return str(low) if low == high else f"{low}-{high}"


def twin_table(draw: DrawState) -> pd.DataFrame:
    """Return the pairs of twins; see `SampleDraw.twins`."""
    ids, pairs = draw.population.ids, list(draw.twins.items())
    far = [float(distances(draw.population, np.array([a]), np.array([b]))[0, 0]) for a, b in pairs]
    frame = pd.DataFrame({"gemeente": [ids[a] for a, _ in pairs], "tweeling_van": [ids[b] for _, b in pairs]})
    return frame.astype("string").assign(afstand=np.array(far, dtype=np.float64))
