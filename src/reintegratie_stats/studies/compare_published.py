"""Set published figures beside reproduced ones, as they are printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from reintegratie_stats.cohorts import RatioTable
from reintegratie_stats.errors import StudyError, listing, nearest
from reintegratie_stats.publications import published
from reintegratie_stats.report.formats import round_percent
from reintegratie_stats.report.labels import NOT_APPLICABLE

NOT_PUBLISHED = "niet_gepubliceerd"


def published_value(identifier: str, document: str = "rwi2004") -> float:
    """Return a published figure by its id; NaN where the source says n.b.

    Examples
    --------
    >>> published_value("tabel-5.1.sluitingsratio")
    19.0
    """
    figures = published(document).set_index("id")["value"]
    return float(figures.loc[identifier])


def as_printed(share: float) -> float:
    """Return a share as a table prints it: in whole per cent, half away from zero.

    Examples
    --------
    28.5 goes up, although ``100 * 0.285`` is less in binary:

    >>> as_printed(50 / 70), as_printed(57 / 200)
    (71.0, 29.0)
    """
    return float("nan") if np.isnan(share) else float(round_percent(share))


def beside(stated: float, found: float, reason: str | None, prefix: str = "") -> dict[str, object]:
    """Return the cells ``published, reproduced, difference`` of one figure.

    Each that is missing has its reason beside it.

    Parameters
    ----------
    stated, found : float
        As printed; NaN is n.b.
    reason : str or None
        Why `found` is missing.
    prefix : str
        Put before the names of the columns.
    """
    missing_one = np.isnan(stated) or np.isnan(found)
    return {
        f"{prefix}published": stated,
        f"{prefix}published_reason": NOT_PUBLISHED if np.isnan(stated) else None,
        f"{prefix}reproduced": found,
        f"{prefix}reproduced_reason": reason if np.isnan(found) else None,
        f"{prefix}difference": np.nan if missing_one else found - stated,
        f"{prefix}difference_reason": NOT_APPLICABLE if missing_one else None,
    }


def ratio_beside(table: RatioTable, ratio: str, identifier: str, prefix: str = "", **group: str) -> dict[str, object]:
    """Return `beside` for one ratio of a table, in whole per cent.

    Raises
    ------
    StudyError
        When the table has no such group.
    """
    frame = table.to_frame()
    chosen = frame[frame["ratio"] == ratio]
    for column, value in group.items():
        _check_there(column, value, chosen[column].tolist())
        chosen = chosen[chosen[column] == value]
    row = chosen.iloc[0]
    reason = None if pd.isna(row["reason"]) else str(row["reason"])
    return beside(published_value(identifier), as_printed(float(row["value"])), reason, prefix)


def counts_of(counts: pd.DataFrame, column: str, value: str) -> Callable[[str], float]:
    """Return a function that gives the count of a cell in one group; NaN where not determined.

    Raises
    ------
    StudyError
        When there is no such group.
    """
    _check_there(column, value, counts[column].tolist())
    row: Mapping[str, object] = counts.set_index(column).loc[value].to_dict()

    def count(cell: str) -> float:
        found = row[cell]
        return float("nan") if pd.isna(found) else float(str(found))

    return count


def _check_there(column: str, value: str, present: list[object]) -> None:
    """Refuse a delivery without a gemeente that the published tables have a row for."""
    if value not in present:
        names = [str(name) for name in present]
        raise StudyError(
            f"The tables of this study need {column} '{value}', but no inflow has it; there are: "
            f"{listing(names)}.{nearest(value, names)} Check 'gemeenten' in the delivery."
        )
