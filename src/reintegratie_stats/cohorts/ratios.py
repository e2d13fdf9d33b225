"""The ratios of the cohort analysis, from cell counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from reintegratie_stats.cohorts.cells import CELLS, complete_cells
from reintegratie_stats.cohorts.definition import CohortDefinition
from reintegratie_stats.cohorts.reasons import Lang, check_lang, empty_denominator, unknown_cells
from reintegratie_stats.errors import CountsError, DefinitionError, counted, listing, nearest
from reintegratie_stats.estimates.intervals import wilson

RATIO_COLUMNS = (
    "ratio",
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "method",
    "reason",
)


@dataclass(frozen=True)
class RatioDefinition:
    """A ratio of cells.

    Parameters
    ----------
    name : str
    numerator : tuple of str
        The cells that are added.
    denominator : str
        One cell.
    source : str
    """

    name: str
    numerator: tuple[str, ...]
    denominator: str
    source: str

    @property
    def formula(self) -> str:
        """The formula in cells, for example ``(X-Y + A + C) / X``.

        Examples
        --------
        >>> RATIOS[0].formula
        '(X-Y + A + C) / X'
        """
        top = " + ".join(self.numerator)
        return f"({top}) / {self.denominator}" if len(self.numerator) > 1 else f"{top} / {self.denominator}"


_RWI = "RWI 2004, § 5.2.1 en figuur 5.1"
_WERK = "CBS, uitstroom naar werk (een maand na het einde van de bijstand)"

RATIOS: tuple[RatioDefinition, ...] = (
    RatioDefinition("complianceratio", ("X-Y", "A", "C"), "X", _RWI),
    RatioDefinition("langdurigheidsratio", ("Y",), "X", _RWI),
    RatioDefinition("sluitingsratio", ("A",), "Z", _RWI),
    RatioDefinition("niet_sluitingsratio", ("B",), "Z", "RWI 2004, figuur 5.1"),
    RatioDefinition("uitstroomratio_met_traject", ("A.1",), "A", _RWI),
    RatioDefinition("uitstroomratio_zonder_traject", ("B.1",), "B", _RWI),
    RatioDefinition("uitstroomratio_werk_met_traject", ("A.1_werk",), "A", _WERK),
    RatioDefinition("uitstroomratio_werk_zonder_traject", ("B.1_werk",), "B", _WERK),
)
"""The ratios, in the order of table 5.1."""


@dataclass(frozen=True, repr=False, eq=False)
class RatioTable:
    """Ratios with their counts, interval and, where there is none, the reason.

    Attributes
    ----------
    by : tuple of str
        The grouping columns.
    level : float
        Confidence of the interval (a share).
    definition : CohortDefinition, optional
        What made the counts; None for counts that were given.

    Examples
    --------
    >>> import pandas as pd
    >>> import reintegratie_stats as rs
    >>> table = rs.ratios_from_counts(pd.DataFrame({"gemeente": ["3"], "X": [433], "Y": [233]}))
    >>> table
    RatioTable(8 ratios by gemeente, 1 of 8 known, Wilson 95%)
    >>> table.value("langdurigheidsratio", gemeente="3")
    0.5381062355658198
    """

    frame: pd.DataFrame = field(repr=False)
    by: tuple[str, ...]
    level: float
    definition: CohortDefinition | None = None

    def to_frame(self) -> pd.DataFrame:
        """Return the grouping columns and ``ratio, numerator, denominator, value, lower, upper, method, reason``.

        One row per group and ratio. `numerator` and `denominator` are numbers of inflows (Int64), `value`, `lower` and
        `upper` shares in [0, 1]; where a ratio is n.b. they are missing and `reason` says why.
        """
        return self.frame.copy()

    def value(self, ratio: str, **group: Any) -> float:
        """Return one value as a share, NaN where it is n.b.

        Raises
        ------
        CountsError
            When there is no such ratio or group, or the group does not single out one row.
        """
        names = [definition.name for definition in RATIOS]
        if ratio not in names:
            raise CountsError(f"No ratio '{ratio}'; there are: {listing(names)}.{nearest(ratio, names)}")
        chosen = self.frame[self.frame["ratio"] == ratio]
        for name, wanted in group.items():
            if name not in self.by:
                raise CountsError(f"The table is not by '{name}' but by {listing(self.by) or 'nothing'}.")
            chosen = chosen[chosen[name] == wanted]
        if len(chosen) != 1:
            raise CountsError(
                f"{counted(len(chosen), 'row')} for {ratio} with {group or 'no group'}; "
                f"name one value for each of: {listing(self.by) or 'nothing'}."
            )
        return float(chosen["value"].iloc[0])

    def __repr__(self) -> str:
        by = f" by {', '.join(self.by)}" if self.by else ""
        known = int(self.frame["value"].notna().sum())
        return f"RatioTable({len(RATIOS)} ratios{by}, {known} of {len(self.frame)} known, Wilson {self.level * 100:g}%)"

    def _repr_html_(self) -> str:
        return str(self.frame.to_html(index=False))


def ratios_from_counts(counts: pd.DataFrame, *, level: float = 0.95, lang: Lang = "nl") -> RatioTable:
    """Return the ratios from cell counts alone, for who has only a report.

    Parameters
    ----------
    counts : DataFrame
        A row per group. Columns among the cells ``X, Y, X-Y, Z, Y-Z, A, B, C, D, A.1, A.2, B.1, B.2, A.1_werk,
        B.1_werk`` (numbers of inflows); a missing value or column is unknown. What follows from other cells is filled
        in (``B = Z - A``). All other columns name the group.
    level : float
        Confidence of the Wilson interval (a share).
    lang : {"nl", "en"}
        Language of `reason`.

    Returns
    -------
    RatioTable

    Raises
    ------
    CountsError
        When there is no cell column or no row, a count is no whole number, or counts contradict each other.

    Examples
    --------
    Gemeente 3 of RWI 2004, table B 3.1:

    >>> counts = pd.DataFrame({"gemeente": ["3"], "X": [433], "Y": [233], "Z": [70], "A": [50]})
    >>> table = ratios_from_counts(counts).to_frame()
    >>> table.loc[table["value"].notna(), ["ratio", "value"]].round(2)
                     ratio  value
    1  langdurigheidsratio   0.54
    2       sluitingsratio   0.71
    3  niet_sluitingsratio   0.29
    """
    if isinstance(counts, pd.DataFrame) and len(counts) == 0:
        raise CountsError("counts has no rows. Give a row of cell counts for each group.")
    return make_ratios(counts, level=level, lang=lang)


def make_ratios(
    counts: pd.DataFrame,
    *,
    level: float = 0.95,
    lang: Lang = "nl",
    reasons: Mapping[str, str] | None = None,
    definition: CohortDefinition | None = None,
) -> RatioTable:
    """Return the ratios from counts; `reasons` says per cell why it is unknown."""
    check_lang(lang)
    groups, given = _split(counts)
    labels = _labels(counts[list(groups)])
    cells = complete_cells(given, labels)
    parts = [_one_ratio(ratio, cells, level, lang, reasons or {}) for ratio in RATIOS]
    frame = pd.concat(parts, keys=range(len(parts)), names=["ratio_nr", "group_nr"])
    frame = frame.reset_index().sort_values(["group_nr", "ratio_nr"], kind="stable")
    grouping = counts[list(groups)].iloc[frame["group_nr"].to_numpy()].reset_index(drop=True)
    frame = frame[list(RATIO_COLUMNS)].reset_index(drop=True)
    return RatioTable(pd.concat([grouping, frame], axis=1), tuple(groups), level, definition)


def _split(counts: pd.DataFrame) -> tuple[list[str], pd.DataFrame]:
    if not isinstance(counts, pd.DataFrame):
        raise CountsError(f"counts must be a pandas DataFrame, not {type(counts).__name__}.")
    known = [column for column in counts.columns if column in CELLS]
    groups = [column for column in counts.columns if column not in CELLS]
    if not known:
        near = next((hint for hint in (nearest(str(name), CELLS) for name in groups) if hint), "")
        raise CountsError(
            f"No column of cell counts. Cells: {listing(CELLS, 20)}.{near} Seen: {listing(map(str, groups))}."
        )
    clash = [name for name in groups if name in RATIO_COLUMNS]
    if clash:
        raise CountsError(f"Grouping columns may not be called {listing(clash)}: the table has such columns itself.")
    return groups, _numbers(counts[known].reset_index(drop=True))


def _numbers(counts: pd.DataFrame) -> pd.DataFrame:
    doubles = counts.columns[counts.columns.duplicated()].unique()
    if len(doubles):
        raise CountsError(f"Column {listing(doubles)} occurs more than once. Keep one.")
    columns = {}
    wrong = []
    for name in counts.columns:
        try:
            numbers = pd.to_numeric(counts[name]).astype("Float64")
            columns[name] = numbers.to_numpy(np.float64, na_value=np.nan)
        except (ArithmeticError, TypeError, ValueError):
            wrong.append(name)
    if wrong:  # raised here, so that the words of pandas, which quote the value, are no context of it
        raise CountsError(
            f"Column {listing(wrong)} holds something that is not a number. "
            "An unknown count is missing (None), not text."
        )
    return pd.DataFrame(columns, index=counts.index)


def _labels(groups: pd.DataFrame) -> list[str]:
    if groups.shape[1] == 0:
        return ["the total"] if len(groups) == 1 else [f"row {number + 1}" for number in range(len(groups))]
    return [" / ".join(str(value) for value in row) for row in groups.itertuples(index=False)]


def _one_ratio(
    ratio: RatioDefinition,
    cells: pd.DataFrame,
    level: float,
    lang: Lang,
    reasons: Mapping[str, str],
) -> pd.DataFrame:
    top: pd.Series = sum((cells[name] for name in ratio.numerator), start=pd.Series(0.0, cells.index))
    bottom = cells[ratio.denominator]
    known = top.notna() & bottom.notna()
    interval = wilson(top.where(known), bottom.where(known), level)
    needed = (*ratio.numerator, ratio.denominator)
    why = [
        None
        if not np.isnan(value)
        else empty_denominator(ratio.denominator, lang)
        if is_known
        else unknown_cells([name for name in needed if np.isnan(cells.at[row, name])], reasons, lang)
        for row, is_known, value in zip(cells.index, known, interval.value, strict=True)
    ]
    return pd.DataFrame(
        {
            "ratio": pd.array([ratio.name] * len(cells), dtype="string"),
            "numerator": top.astype("Int64"),
            "denominator": bottom.astype("Int64"),
            "value": interval.value,
            "lower": interval.lower,
            "upper": interval.upper,
            "method": pd.array([interval.method] * len(cells), dtype="string"),
            "reason": pd.array(why, dtype="string"),
        },
        index=cells.index,
    )


def check_grouping(by: str | Sequence[str] | None) -> list[str]:
    """Return grouping columns as a list.

    Raises
    ------
    DefinitionError
        When `by` is not a column name or a sequence of such; a set has no order.
    """
    if by is None:
        return []
    if isinstance(by, str):
        return [by]
    if not isinstance(by, (Sequence, pd.Index)) or not all(isinstance(name, str) for name in by):
        raise DefinitionError(
            f"by is a {type(by).__name__}; give a column name such as 'gemeente', or a list of column names."
        )
    return list(by)
