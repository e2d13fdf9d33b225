r"""Survey response: asked, answered, and the rate per stratum with its interval.

Of a stratum of N units n were asked and r answered. Two questions have two intervals:

- What would the rate be, had all N been asked? The n are a draw from N: exact hypergeometric limits, or Wilson with the
  finite population correction (`reintegratie_stats.estimates.finite`). When all were asked the answer is known and the
  interval has no width.
- What rate do units like these have, if response is a matter of chance? Wilson's interval, as for an unlimited
  population. It is the one to compare strata by.

References
----------
CBS (2025), Kwaliteitsonderzoek naar de registratie van re-integratievoorzieningen: 342 gemeenten asked, 202 answered.
Staatssecretaris van SZW, brief van 23 januari 2018: 32 per cent of gemeenten in a survey among 100.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from reintegratie_stats.errors import CountsError, DefinitionError, counted, listing, nearest
from reintegratie_stats.estimates.finite import hypergeometric_interval, wilson_finite
from reintegratie_stats.estimates.intervals import ProportionInterval, wilson
from reintegratie_stats.fieldwork.respondent_list import column_names, text
from reintegratie_stats.fieldwork.response_frame import SurveyFrame, read_frame, trait_values
from reintegratie_stats.report.formats import format_percent
from reintegratie_stats.report.labels import Lang, check_lang, label

Method = Literal["hypergeometric", "wilson"]
METHODS: tuple[str, ...] = get_args(Method)
NUMBERS = ("population", "asked", "answered")
SHARES = ("rate", "lower", "upper", "chance_lower", "chance_upper")


@dataclass(frozen=True, eq=False, repr=False)
class ResponseTable:
    """Response by stratum; made by `survey_response`.

    Attributes
    ----------
    by : tuple of str
    method : {"hypergeometric", "wilson"}
        Of the interval for the finite population.
    level : float
        Confidence of the intervals (a share).
    lang : {"nl", "en"}
    notes : tuple of str
    """

    by: tuple[str, ...]
    method: Method
    level: float
    lang: Lang
    notes: tuple[str, ...]
    _frame: pd.DataFrame = field(repr=False)
    _total: pd.DataFrame = field(repr=False)

    def to_frame(self, total: bool = False) -> pd.DataFrame:
        """Return one row per stratum, in the order of its values; with `total` all units in a last row.

        Returns
        -------
        DataFrame
            The columns of ``by``; ``population`` (units, N), ``asked`` (n), ``answered`` (r), as numbers; ``rate``
            (r / n) with ``lower, upper`` (for the finite population) and ``chance_lower, chance_upper`` (response as
            chance), all shares in [0, 1]; ``reason`` (why a rate or an interval is missing).
        """
        if not total or not self.by:
            return self._frame.copy()
        return pd.concat([self._frame, self._total], ignore_index=True).astype(dict(self._frame.dtypes))

    def total(self) -> dict[str, float]:
        """Return the row of all units together: the numbers and shares by name."""
        row = self._total.iloc[0]
        return {name: float("nan") if pd.isna(row[name]) else float(row[name]) for name in (*NUMBERS, *SHARES)}

    def __repr__(self) -> str:
        row = self.total()
        by = f" by {', '.join(self.by)}: {counted(len(self._frame), 'stratum', 'strata')}" if self.by else ""
        rate = "n.b." if np.isnan(row["rate"]) else format_percent(row["rate"], 0, "en", of="share")
        return f"ResponseTable({row['answered']:.0f} of {row['asked']:.0f} answered, {rate}{by})"


def survey_response(
    frame: pd.DataFrame,
    *,
    asked: str | bool = "gevraagd",
    answered: str = "antwoord",
    by: str | Sequence[str] | None = None,
    population: str | None = None,
    id: str = "gemeente",
    method: Method = "hypergeometric",
    level: float = 0.95,
    lang: Lang = "nl",
) -> ResponseTable:
    """Count response by stratum.

    Parameters
    ----------
    frame : DataFrame
        One row per unit that could be asked (a gemeente).
    asked, answered : str
        Columns with ja/nee, true/false or whole numbers (where more people of a unit were asked). ``asked=True``: all
        were.
    by : str or sequence of str, optional
        Columns that make the strata, crossed. With one column, values that it declares (a categorical) and nobody has
        are strata too.
    population : str, optional
        Column with the number that could be asked in each unit. By default each unit is one.
    id : str
        Column that names the unit.
    method : {"hypergeometric", "wilson"}
        Of the interval for the finite population: exact, or the score interval with the finite population correction.
    level : float
        Confidence, between 0 and 1.
    lang : {"nl", "en"}
        Language of reasons and notes.

    Returns
    -------
    ResponseTable

    Raises
    ------
    CountsError
        When a column is not there, a unit is twice in the frame, answered without being asked, gave more answers than
        asked or lacks a value; all problems at once, gemeenten named.
    DefinitionError
        For an unknown method, or a level that is no share.

    Examples
    --------
    >>> frame = pd.DataFrame({"gemeente": range(342), "antwoord": [k < 202 for k in range(342)]})
    >>> survey_response(frame, asked=True)
    ResponseTable(202 of 342 answered, 59%)
    >>> {name: round(value, 3) for name, value in survey_response(frame, asked=True).total().items()}
    {'population': 342.0, 'asked': 342.0, 'answered': 202.0, 'rate': 0.591, 'lower': 0.591, 'upper': 0.591,
     'chance_lower': 0.538, 'chance_upper': 0.641}
    """
    check_lang(lang)
    _check_method(method)
    columns = [] if by is None else column_names("by", by, (*NUMBERS, *SHARES, "reason"))
    sizes = [population] if population else []
    survey = read_frame(frame, asked, answered, [*columns, *sizes], id)
    rows = _rows(survey, population)
    _check_sizes(rows, survey.ids, id, population)
    known = population is not None or not bool(np.any(survey.asked > 1))
    counts = _by_stratum(rows, survey.traits, columns, frame)
    table = _rates(counts, known, method, level, lang)
    total = _rates(rows.sum().to_frame().T, known, method, level, lang)
    notes = []
    if known and 0 < total["population"].iloc[0] == total["asked"].iloc[0]:
        notes.append(label("response_text", "allen_gevraagd", lang))
    if not columns:
        return ResponseTable((), method, level, lang, tuple(notes), total, total)
    texts = {name: pd.array([None], dtype="string") for name in columns}
    texts[columns[0]] = pd.array([label("respondent_text", "totaal", lang)], dtype="string")
    whole = pd.concat([pd.DataFrame(texts), total], axis=1)
    return ResponseTable(tuple(columns), method, level, lang, tuple(notes), table, whole)


@dataclass(frozen=True)
class ShareEstimate:
    """A share of a population, from some of its units; made by `estimate_share`.

    Parameters
    ----------
    count, size : int
        Units with the property, and units seen.
    population : int or None
        Units there are; None is unlimited.
    value, lower, upper : float
        Shares in [0, 1].
    method : str
    level : float
    """

    count: int
    size: int
    population: int | None
    value: float
    lower: float
    upper: float
    method: str
    level: float


def estimate_share(
    count: int, size: int, population: int | None = None, *, method: Method = "hypergeometric", level: float = 0.95
) -> ShareEstimate:
    """Estimate a share of a population of which some units were seen, as if they were drawn at random.

    Whoever answers a survey is no random draw; the interval tells what chance alone leaves open.

    Parameters
    ----------
    count, size : int
        Units with the property, of the units seen.
    population : int, optional
        Units there are; without it the population is unlimited (Clopper-Pearson for ``hypergeometric``).
    method : {"hypergeometric", "wilson"}
    level : float
        Confidence, between 0 and 1.

    Returns
    -------
    ShareEstimate

    Raises
    ------
    DefinitionError
        When a number is negative or not whole, not count <= size <= population, or size is 0.

    Examples
    --------
    The letter of 23 January 2018: 32 per cent of gemeenten in a survey among 100; there were 388 gemeenten in 2017.

    >>> found = estimate_share(32, 100, population=388)
    >>> round(found.lower, 3), round(found.upper, 3)
    (0.242, 0.407)
    >>> found = estimate_share(32, 100, method="wilson")
    >>> round(found.lower, 3), round(found.upper, 3)
    (0.237, 0.417)
    """
    _check_method(method)
    count, size = _whole("count", count), _whole("size", size)
    population = None if population is None else _whole("population", population)
    if not size:
        raise DefinitionError("size is 0: nobody was seen, and there is nothing to estimate from.")
    many = np.inf if population is None else population
    found = _finite(np.array([count]), np.array([size]), np.array([many]), method, level)
    limits = (float(found.value[0]), float(found.lower[0]), float(found.upper[0]))
    return ShareEstimate(count, size, population, *limits, found.method, found.level)


def _whole(name: str, value: Any) -> int:
    number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if not number or not np.isfinite(value) or value < 0 or value != np.floor(value):
        raise DefinitionError(f"{name} is {value!r}; it is a whole number of at least 0.")
    return int(value)


def _check_method(method: str) -> None:
    if method not in METHODS:
        raise DefinitionError(f"method is {method!r}; choose from: {listing(METHODS)}.{nearest(str(method), METHODS)}")


def _finite(k: np.ndarray, n: np.ndarray, size: np.ndarray, method: str, level: float) -> ProportionInterval:
    return (hypergeometric_interval if method == "hypergeometric" else wilson_finite)(k, n, size, level)


def _rows(survey: SurveyFrame, population: str | None) -> pd.DataFrame:
    if population is None:
        size = np.ones(len(survey.ids))
    else:
        size = pd.to_numeric(survey.traits[population], errors="coerce").to_numpy(dtype=np.float64)
    return pd.DataFrame({"population": size, "asked": survey.asked, "answered": survey.answered})


def _check_sizes(rows: pd.DataFrame, ids: pd.Series, id: str, population: str | None) -> None:
    if population is None:
        return
    size = rows["population"].to_numpy()
    wrong = ~(np.isfinite(size) & (size == np.floor(size)) & (size >= rows["asked"].to_numpy()))
    if np.any(wrong):
        names = listing([str(name) for name in ids[wrong]]) if id == "gemeente" else counted(int(wrong.sum()), "unit")
        raise CountsError(f"'{population}' is no whole number, or fewer than were asked, for {names}.")


def _by_stratum(rows: pd.DataFrame, traits: pd.DataFrame, by: Sequence[str], frame: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of every stratum; declared categories that nobody has are there with zeros."""
    if not by:
        return rows.sum().to_frame().T
    keys = []
    for name in by:
        names, dtype = text(traits[name]), frame[name].dtype
        if isinstance(dtype, pd.CategoricalDtype):  # read as the column itself is read
            declared = trait_values(pd.Series(pd.Categorical(dtype.categories, dtype=dtype)))
        else:
            declared = traits[name].drop_duplicates().sort_values()
        order = list(dict.fromkeys(text(declared).dropna()))
        keys.append(pd.Series(pd.Categorical(names.astype(object), categories=order), index=rows.index))
    counts = rows.groupby(keys, observed=False).sum()
    seen = rows.groupby(keys, observed=False).size()
    whole = all(not isinstance(frame[name].dtype, pd.CategoricalDtype) for name in by)
    counts = counts[(seen > 0).to_numpy()] if whole or len(by) > 1 else counts
    counts.index = counts.index.set_names(list(by))
    return counts.reset_index()


def _rates(counts: pd.DataFrame, known: bool, method: Method, level: float, lang: Lang) -> pd.DataFrame:
    size, asked, answered = (counts[name].to_numpy(dtype=np.float64) for name in NUMBERS)
    chance = wilson(answered, asked, level)
    finite = _finite(answered, asked, size if known else np.full(len(size), np.nan), method, level)
    nobody = label("response_text", "niemand_gevraagd", lang)
    unknown = None if known else label("response_text", "geen_bevolking", lang)
    frame = counts.drop(columns=list(NUMBERS)).astype("string").reset_index(drop=True)
    for name, values in zip(NUMBERS, (size, asked, answered), strict=True):
        frame[name] = values.astype("int64") if name != "population" or known else pd.NA
    frame["population"] = frame["population"].astype("Int64")
    for name, values in zip(
        SHARES, (chance.value, finite.lower, finite.upper, chance.lower, chance.upper), strict=True
    ):
        frame[name] = values
    frame["reason"] = pd.array([nobody if n == 0 else unknown for n in asked], dtype="string")
    return frame
