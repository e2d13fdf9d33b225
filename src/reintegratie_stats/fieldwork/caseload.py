r"""Caseloads of people made comparable: on a full working week, by organisation and role.

A caseload of c clients in a contract of h hours a week counts as

.. math:: c \cdot b / h

on a base of b hours, 36 in Proreact. Numbers remain hard to compare where tasks differ: whether somebody pays benefit
as well, or only leads others who do the work, is to be told beside them.

References
----------
R. van Berkel (2013), Proreact, section 6.2 (caseloads on a working week of 36 hours).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from numbers import Real

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError, SampleError, counted
from reintegratie_stats.fieldwork.respondent_list import column_names, missing_columns, refuse, text
from reintegratie_stats.report.labels import Lang, check_lang, label

BASE = 36.0
STATISTICS = ("mean", "min", "q1", "median", "q3", "max")
_MOST_HOURS = 60.0


@dataclass(frozen=True, eq=False, repr=False)
class CaseloadSummary:
    """Caseloads by group; made by `caseload_summary`.

    Attributes
    ----------
    by : tuple of str
    base : float
        Hours a week on which caseloads are stated.
    fewest : int
        Groups in which fewer are known are not summarised.
    notes : tuple of str
    """

    by: tuple[str, ...]
    base: float
    fewest: int
    notes: tuple[str, ...]
    _frame: pd.DataFrame = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per group, in the order in which the groups come, and the total last.

        Returns
        -------
        DataFrame
            ``niveau`` (groep or totaal), the columns of ``by``, ``medewerkers`` (persons), ``n`` (of whom the caseload
            is known), ``ontbreekt`` (of whom caseload or hours are missing), ``mean, min, q1, median, q3, max``
            (clients on the base; quartiles by linear interpolation) and ``reason`` (why there is no summary).
        """
        return self._frame.copy()

    def __repr__(self) -> str:
        groups = counted(int((self._frame["niveau"] == "groep").sum()), "group")
        return f"CaseloadSummary({groups} by {', '.join(self.by)}, on {self.base:g} hours a week)"


def caseload_summary(
    staff: pd.DataFrame,
    *,
    by: str | Sequence[str] = ("organisatie", "functie"),
    caseload: str = "caseload",
    hours: str = "contracturen",
    base: float = BASE,
    fewest: int = 1,
    lang: Lang = "nl",
) -> CaseloadSummary:
    """Summarise caseloads by organisation and role on a full working week.

    Parameters
    ----------
    staff : DataFrame
        One row per person: the columns of `by`, `caseload` (clients) and `hours` (contract, hours a week). A missing
        caseload or missing hours is missing: it is counted, and neither taken for 0 nor for a full week.
    by : str or sequence of str
    caseload, hours : str
    base : float
        Hours a week to state caseloads on.
    fewest : int
        Groups in which fewer caseloads are known get no summary. The lowest and highest of a group are those of
        persons: raise it before a table leaves the building. Beside groups without a summary the total has no lowest
        and highest, which could be theirs; where they are together of fewer as well it has no summary either, as the
        others taken off it would show them.
    lang : {"nl", "en"}
        Language of the reasons.

    Returns
    -------
    CaseloadSummary

    Raises
    ------
    DefinitionError
        When `base` or `fewest` cannot be.
    SampleError
        When a column is not there or holds no numbers, a group is missing, a caseload is negative or hours are not
        above 0 and at most 60; all problems at once, people counted and no value of anybody shown.

    Examples
    --------
    >>> staff = pd.DataFrame(
    ...     {"functie": ["coach", "coach", "coach"], "caseload": [40, 20, None], "contracturen": [36, 18, 36]}
    ... )
    >>> caseload_summary(staff, by="functie").to_frame()[["niveau", "n", "ontbreekt", "mean", "max"]].values.tolist()
    [['groep', 2, 1, 40.0, 40.0], ['totaal', 2, 1, 40.0, 40.0]]
    """
    check_lang(lang)
    columns = tuple(column_names("by", by, ("niveau", "medewerkers", "n", "ontbreekt", *STATISTICS, "reason")))
    _check_settings(base, fewest)
    values = _on_base(staff, columns, caseload, hours, base)
    groups = pd.DataFrame({name: text(staff[name]) for name in columns})
    rows: list[dict[str, object]] = []
    for key, own in values.groupby([groups[name] for name in columns], sort=False):
        rows.append({"niveau": "groep", **dict(zip(columns, key, strict=True)), **_summary(own, fewest, lang)})
    total = {columns[0]: label("respondent_text", "totaal", lang)}
    whole = _summary(values, fewest, lang)
    if left_out := sum(int(str(row["n"])) for row in rows if row["reason"] is not None):
        whole |= {"min": np.nan, "max": np.nan}
    if 0 < left_out < fewest:
        said = label("respondent_text", "samen_te_weinig", lang).format(fewest=fewest)
        whole |= {**dict.fromkeys(STATISTICS, np.nan), "reason": whole["reason"] or said}
    rows.append({"niveau": "totaal", **total, **whole})
    counts = ("medewerkers", "n", "ontbreekt")
    frame = pd.DataFrame(rows, columns=["niveau", *columns, *counts, *STATISTICS, "reason"])
    types = dict.fromkeys(("niveau", *columns, "reason"), "string") | dict.fromkeys(counts, "int64")
    return CaseloadSummary(columns, float(base), fewest, (), frame.astype(types | dict.fromkeys(STATISTICS, "float64")))


def _check_settings(base: float, fewest: int) -> None:
    problems = []
    if isinstance(base, bool) or not isinstance(base, Real) or not 0 < base <= _MOST_HOURS:
        problems.append(f"base is {base!r}; hours a week above 0 and at most {_MOST_HOURS:g} are needed")
    if isinstance(fewest, bool) or not isinstance(fewest, int) or fewest < 1:
        problems.append(f"fewest is {fewest!r}; a whole number of at least 1 is needed")
    if problems:
        raise DefinitionError(f"{'; '.join(problems)}.")


def _on_base(staff: pd.DataFrame, by: tuple[str, ...], caseload: str, hours: str, base: float) -> pd.Series:
    """Return every caseload on the base; missing where caseload or hours are."""
    if not isinstance(staff, pd.DataFrame):
        raise SampleError(f"staff is a {type(staff).__name__}; give a pandas DataFrame, one row per person.")
    problems = missing_columns(staff, [*by, caseload, hours])
    if staff.columns.duplicated().any():
        refuse(problems)
    numbers = {}
    for name in by:
        if name in staff.columns and (empty := int(text(staff[name]).isna().sum())):
            problems.append(f"'{name}' is missing for {counted(empty, 'person')}")
    for name in (caseload, hours):
        if name not in staff.columns:
            continue
        given = text(staff[name])
        read = pd.to_numeric(given, errors="coerce").astype("float64")
        unread = int((given.notna() & ~np.isfinite(read.fillna(np.inf))).sum())
        wrong = read < 0 if name == caseload else (read <= 0) | (read > _MOST_HOURS)
        allowed = "at least 0" if name == caseload else f"above 0 and at most {_MOST_HOURS:g} (hours a week)"
        if unread:
            problems.append(f"'{name}' is no number for {counted(unread, 'person')}; write nothing where it is unknown")
        if wrong.any():
            problems.append(f"'{name}' of {counted(int(wrong.sum()), 'person')} is not {allowed}")
        numbers[name] = read
    if not len(staff):
        problems.append("it has no rows")
    refuse(problems)
    return numbers[caseload] * base / numbers[hours]


def _summary(values: pd.Series, fewest: int, lang: Lang) -> dict[str, object]:
    known = values.dropna().to_numpy(dtype=np.float64)
    counts = {"medewerkers": len(values), "n": len(known), "ontbreekt": len(values) - len(known)}
    if len(known) < fewest or not len(known):
        key = "te_weinig" if len(known) else "geen_caseload"
        reason = label("respondent_text", key, lang).format(fewest=fewest)
        return {**counts, **dict.fromkeys(STATISTICS, np.nan), "reason": reason}
    found = (known.mean(), *np.quantile(known, [0.0, 0.25, 0.5, 0.75, 1.0]))
    return {**counts, **dict(zip(STATISTICS, map(float, found), strict=True)), "reason": None}
