"""How often each cause was found: numbers of gemeenten per cause and per class, with their share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError
from reintegratie_stats.estimates.intervals import wilson
from reintegratie_stats.fieldwork.codebook import CAUSE_CLASSES, CodeBook
from reintegratie_stats.fieldwork.coded import Agree, CodedInterviews, check_agree
from reintegratie_stats.report.labels import Lang, check_lang, label
from reintegratie_stats.report.table import ReportTable, TableColumn

ANY: Final = "alle"
"""In the column ``soort``: of every class."""


@dataclass(frozen=True, eq=False, repr=False)
class CauseCounts:
    """Numbers of gemeenten per cause or class; made by `count_causes`.

    Attributes
    ----------
    code_book : CodeBook
    by : {"oorzaak", "soort"}
    agree : {"any", "majority", "all"}
        How many coders had to name a cause for it to count.
    level : float
        Confidence of the interval.
    """

    code_book: CodeBook
    by: str
    agree: Agree
    level: float
    gemeenten: int
    _frame: pd.DataFrame

    def __repr__(self) -> str:
        return f"CauseCounts({len(self._frame)} rows by {self.by}, {self.gemeenten} gemeenten, {self.agree} of coders)"

    def to_frame(self) -> pd.DataFrame:
        """Return one row per cause of the book (or class), also where nobody named it.

        Returns
        -------
        DataFrame
            ``oorzaak`` (when by cause), ``soort, gemeenten`` (in how many it counts), ``van`` (interviewed),
            ``aandeel, lower, upper`` (a share, Wilson), ``meer, minder`` (in how many it moves the count which way),
            ``verdeeld`` (in how many the coders, or the causes of a class, are divided), ``sterkte`` (mean, 1 to 3;
            missing where it counts nowhere) and ``method``.
        """
        return self._frame.copy()

    def to_report(self, lang: Lang = "nl", *, name: str = "oorzaken") -> ReportTable:
        """Return a table to print."""
        check_lang(lang)
        frame = self.to_frame()
        first = [TableColumn("soort", "group", values="soort_oorzaak")]
        if self.by == "oorzaak":
            frame["oorzaak"] = [self.code_book.cause(code).label(lang) for code in frame["oorzaak"]]
            first.append(TableColumn("oorzaak"))
        columns = [*first, *(TableColumn(c, "count") for c in ("gemeenten", "van"))]
        columns += [TableColumn(c, "share", label_key=f"fieldwork_{c}") for c in ("aandeel", "lower", "upper")]
        columns += [TableColumn(c, "count", label_key=f"richting_{c}") for c in ("meer", "minder", "verdeeld")]
        columns.append(TableColumn("sterkte", "number", decimals=1))
        notes = [label("fieldwork_note", f"agree_{self.agree}", lang), label("fieldwork_note", "chosen", lang)]
        title = label("fieldwork_title", f"causes_by_{self.by}", lang)
        return ReportTable(name, title, frame, columns, notes, self.code_book.bron, lang=lang)


def count_causes(
    interviews: CodedInterviews, *, by: str = "oorzaak", agree: Agree = "majority", level: float = 0.95
) -> CauseCounts:
    """Count in how many of the gemeenten interviewed each cause was found.

    Parameters
    ----------
    interviews : CodedInterviews
    by : {"oorzaak", "soort"}
        Per cause; or per class (a gemeente counts once for a class, however many of its causes were found) and for
        all classes together (``alle``: any cause at all).
    agree : {"any", "majority", "all"}
        A cause counts for a gemeente when any, more than half or all of its coders named it.
    level : float
        Of the Wilson interval.

    Returns
    -------
    CauseCounts

    Raises
    ------
    DefinitionError
        For a `by`, an `agree` or a level that cannot be.

    Notes
    -----
    The interval says what chance does with so few gemeenten, as if they were drawn at random. Gemeenten chosen
    because they register much or little are not: the share is that of the gemeenten interviewed, not of all
    gemeenten. For a statement about all of them see `draw_probability_sample`.

    Source: CBS (2025), 5.3 counts no causes; this is what its 29 interviews would have allowed.

    Examples
    --------
    >>> from reintegratie_stats.fieldwork.coded import code_interviews
    >>> frame = pd.DataFrame(
    ...     {
    ...         "gemeente": ["GM1", "GM2", "GM3"],
    ...         "oorzaak": ["doelgroep", "taakverdeling", "doelgroep"],
    ...         "sterkte": [1, 2, 2],
    ...         "richting": ["meer", "minder", "minder"],
    ...     }
    ... )
    >>> counts = count_causes(code_interviews(frame), by="soort").to_frame()
    >>> counts[["soort", "gemeenten", "van", "meer", "minder"]]
                soort  gemeenten  van  meer  minder
    0       feitelijk          2    3     1       1
    1  administratief          0    3     0       0
    2         hybride          1    3     0       1
    3            alle          3    3     1       2
    """
    check_agree(agree)
    if by not in ("oorzaak", "soort"):
        raise DefinitionError(f"by is {by!r}; choose from 'oorzaak' and 'soort'.")
    found = interviews.per_gemeente(agree)
    found = found[found["telt"]]
    if by == "oorzaak":
        rows = [
            {"oorzaak": cause.code, "soort": cause.soort, **_row(found[found["oorzaak"] == cause.code])}
            for cause in interviews.code_book.causes
        ]
    else:
        parts = [(kind, found[found["soort"] == kind]) for kind in CAUSE_CLASSES] + [(ANY, found)]
        rows = [{"soort": kind, **_row(part)} for kind, part in parts]
    frame = pd.DataFrame(rows).astype({"soort": "string"})
    if by == "oorzaak":
        frame = frame.astype({"oorzaak": "string"})
    total = len(interviews.gemeenten)
    interval = wilson(frame["gemeenten"], np.full(len(frame), total), level)
    frame.insert(list(frame.columns).index("gemeenten") + 1, "van", total)
    place = list(frame.columns).index("van") + 1
    for offset, name in enumerate(("value", "lower", "upper")):
        frame.insert(place + offset, "aandeel" if name == "value" else name, getattr(interval, name))
    frame["method"] = pd.array(["wilson"] * len(frame), dtype="string")
    return CauseCounts(interviews.code_book, by, agree, float(level), total, frame)


def _row(part: pd.DataFrame) -> dict[str, float]:
    """Return the counts of one cause or class: of gemeenten, by the way in which it moves the count."""
    ways = part.groupby("gemeente", observed=True)["richting"].agg(_one_way) if len(part) else pd.Series(dtype="object")
    which = {way: int((ways == way).sum()) for way in ("meer", "minder")}
    strength = part.groupby("gemeente", observed=True)["sterkte"].max().mean() if len(part) else np.nan
    number = len(ways)
    return {"gemeenten": number, **which, "verdeeld": number - sum(which.values()), "sterkte": float(strength)}


def _one_way(column: pd.Series) -> str:
    ways = {str(value) for value in column.dropna()}
    return ways.pop() if len(ways) == 1 and not column.isna().any() else "verdeeld"
