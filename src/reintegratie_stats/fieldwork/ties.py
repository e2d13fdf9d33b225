"""Whether a cause goes with the leave-one-out residual: the causes that interviews gave, set beside the regression.

What the choice of gemeenten does
---------------------------------
Gemeenten are interviewed *because of* their residual: most of them lie far out, some near 0. Given who was interviewed
the permutation test keeps its level, as it only asks whether the causes lie at random over these residuals. But

- the effect is that among the gemeenten chosen. Between extremes and averages differences in z are larger than between
  gemeenten at large, and extremes are partly extremes by chance; do not read it as an effect for all gemeenten;
- a coder or an interviewer who knows that a gemeente registers much will look for causes of much. A tie then shows what
  he knew. Have interviews coded without the class, or condition on it: with ``within="klasse"`` the scores are dealt
  only within meer, minder and verwacht, and the question becomes whether a cause goes with the *size* of the
  deviation within a class. That asks more of the data: with few gemeenten per class it sees little.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError, FitError, counted, listing, nearest
from reintegratie_stats.estimates.multiplicity import benjamini_hochberg
from reintegratie_stats.fieldwork.codebook import CodeBook
from reintegratie_stats.fieldwork.coded import Agree, CodedInterviews, check_agree
from reintegratie_stats.fieldwork.permutation import NO_CONTRAST, TOO_FEW, check_settings, permutation_test
from reintegratie_stats.fieldwork.values import category_text, is_number_column
from reintegratie_stats.report.labels import Lang, check_lang, label
from reintegratie_stats.report.table import ReportTable, TableColumn

Score = Literal["richting", "genoemd"]
SCORES: Final[tuple[str, ...]] = get_args(Score)
MAX_EXACT: Final = 200_000
DRAWS: Final = 19_999
NOT_FOUND: Final = "the cause counts in no gemeente"
_REASONS: Final = {NOT_FOUND: "oorzaak_niet_gevonden", NO_CONTRAST: "geen_verschil", TOO_FEW: "te_weinig_verdelingen"}


@dataclass(frozen=True, eq=False, repr=False)
class CauseTies:
    """The tie of each cause with the residual; made by `tie_causes`.

    Attributes
    ----------
    code_book : CodeBook
    score : {"richting", "genoemd"}
    agree : {"any", "majority", "all"}
    within : str or None
        The column that the test was conditioned on.
    level : float
        Of the intervals.
    seed : int
        Of the tests that are not exact.
    """

    code_book: CodeBook
    score: Score
    agree: Agree
    within: str | None
    level: float
    seed: int
    _frame: pd.DataFrame

    def __repr__(self) -> str:
        tested = int(self._frame["p"].notna().sum())
        inside = f", within {self.within}" if self.within else ""
        return f"CauseTies({tested} of {len(self._frame)} causes tested by {self.score}{inside})"

    def to_frame(self) -> pd.DataFrame:
        """Return one row per cause of the code book.

        Returns
        -------
        DataFrame
            ``oorzaak, soort, met, zonder`` (gemeenten with and without the cause), ``meer, minder`` (of those with
            it), ``verdeeld`` (coders divided on the direction), ``zelfde_kant`` (of meer and minder: the residual
            lies on the side that the cause points to), ``z_met, z_zonder`` (mean residual), ``effect, lower, upper``
            (in units of the residual: see `tie_causes`), ``p, p_adjusted`` (Benjamini-Hochberg over the causes
            tested), ``method`` (exact, monte carlo), ``permutations`` and ``reason`` (why something is missing).
        """
        return self._frame.copy()

    def to_report(self, lang: Lang = "nl", *, name: str = "samenhang") -> ReportTable:
        """Return a table to print."""
        check_lang(lang)
        frame = self.to_frame()
        frame["oorzaak"] = [self.code_book.cause(code).label(lang) for code in frame["oorzaak"]]
        frame["reason"] = pd.array([_REASONS.get(str(text)) for text in frame["reason"].fillna("")], dtype="string")
        frame["effect_reason"] = frame["reason"].where(frame["effect"].isna())
        columns = [TableColumn("soort", "group", values="soort_oorzaak"), TableColumn("oorzaak")]
        columns += [TableColumn(c, "count", label_key=f"samenhang_{c}") for c in ("met", "zonder", "zelfde_kant")]
        columns += [TableColumn(c, "number", decimals=1, label_key=f"samenhang_{c}") for c in ("z_met", "z_zonder")]
        columns.append(TableColumn("effect", "difference", decimals=1, label_key="effect_z"))
        for limit in ("lower", "upper"):
            key = f"fieldwork_{limit}"
            columns.append(TableColumn(limit, "difference", decimals=1, label_key=key, reason_column="reason"))
        columns.append(TableColumn("p_adjusted", "number", decimals=3))
        keys = ["tie_" + self.score, "tie_chosen"] + (["tie_within"] if self.within else [])
        notes = [label("fieldwork_note", key, lang) for key in keys]
        return ReportTable(name, label("fieldwork_title", "ties", lang), frame, columns, notes, self.code_book.bron,
                           lang=lang)  # fmt: skip


def tie_causes(
    interviews: CodedInterviews,
    residuals: pd.DataFrame,
    *,
    z: str = "z",
    score: Score = "richting",
    agree: Agree = "majority",
    within: str | None = None,
    level: float = 0.95,
    seed: int = 0,
    max_exact: int = MAX_EXACT,
    draws: int = DRAWS,
) -> CauseTies:
    r"""Test for each cause whether it goes with the residual.

    Parameters
    ----------
    interviews : CodedInterviews
    residuals : DataFrame
        ``gemeente`` and the signed residual `z`, above 0 where more is registered than a fit without the gemeente
        expects; rows of gemeenten that were not interviewed are left out. ``fit.units()`` has it as ``residual``.
    z : str
        Column with the residual.
    score : {"richting", "genoemd"}
        ``richting``: +1 where the cause makes for more, -1 where it makes for fewer, 0 where it was not found. The
        effect is the slope of z on it: with one direction only, the difference in mean z between gemeenten with and
        without the cause, signed so that **above 0 says that the residual lies on the side that the cause points to**.
        ``genoemd``: 1 and 0; the effect is mean z with less mean z without, whatever the direction.
    agree : {"any", "majority", "all"}
        When a cause counts for a gemeente, as in `count_causes`.
    within : str, optional
        A column of `residuals`, such as the class: the test is conditioned on it (see the page of this module).
    level : float
        Of the interval.
    seed : int
        Of the draws where there are too many ways to deal.
    max_exact : int
        With at most so many ways to deal, all are looked at and the test is exact.
    draws : int
        Otherwise so many are drawn.

    Returns
    -------
    CauseTies

    Raises
    ------
    FitError
        When residuals are missing for a gemeente interviewed, stand twice, or a column is not there.
    DefinitionError
        For a setting that cannot be.

    Notes
    -----
    Permutation test, two-sided; the interval is that of the shifts which the same test does not reject, so that it
    leaves out 0 just where p is at most ``1 - level`` (see `permutation`). A gemeente whose coders are evenly divided
    on the direction is left out for that cause (with score ``genoemd`` it stays in).

    Examples
    --------
    >>> from reintegratie_stats.fieldwork.coded import code_interviews
    >>> names = [f"GM{k}" for k in range(1, 10)]
    >>> coded = pd.DataFrame(
    ...     {
    ...         "gemeente": names,
    ...         "oorzaak": ["administratieve_last"] * 4 + [None] * 5,
    ...         "sterkte": [2.0] * 4 + [None] * 5,
    ...         "richting": ["minder"] * 4 + [None] * 5,
    ...     }
    ... )
    >>> residuals = pd.DataFrame({"gemeente": names, "z": [-3.1, -2.0, -2.4, -0.9, 0.1, 2.2, -0.2, 1.7, 0.4]})
    >>> ties = tie_causes(code_interviews(coded), residuals)
    >>> ties
    CauseTies(1 of 11 causes tested by richting)
    >>> frame = ties.to_frame().set_index("oorzaak").loc["administratieve_last"]
    >>> frame[["effect", "lower", "upper", "p"]].astype(float).round(2).tolist(), frame["method"]
    ([2.94, 1.3, 4.7, 0.02], 'exact')
    """
    level, seed = check_settings(level, max_exact, draws, seed)
    check_agree(agree)
    if score not in SCORES:
        raise DefinitionError(f"score is {score!r}; choose from {listing(SCORES)}.{nearest(str(score), SCORES)}")
    values, strata = _residuals(residuals, interviews.gemeenten, z, within)
    found = interviews.per_gemeente(agree)
    rows = []
    for cause in interviews.code_book.causes:
        part = found[found["oorzaak"] == cause.code]
        settings = {"level": level, "max_exact": max_exact, "draws": draws, "seed": seed}
        row = _tie(part, values, strata, score, settings)
        rows.append({"oorzaak": cause.code, "soort": cause.soort, **row})
    frame = pd.DataFrame(rows)
    frame.insert(list(frame.columns).index("p") + 1, "p_adjusted", benjamini_hochberg(frame["p"].to_numpy()))
    texts = dict.fromkeys(("oorzaak", "soort", "method", "reason"), "string")
    return CauseTies(interviews.code_book, score, agree, within, float(level), seed, frame.astype(texts))


def _tie(part: pd.DataFrame, z: Any, strata: Any, score: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the row of one cause; `part` has a row per gemeente, in the order of z."""
    has = part["telt"].to_numpy(dtype=bool)
    way = part["richting"].to_numpy(dtype=object, na_value=None)
    divided = has & np.array([value is None for value in way])
    use = ~divided if score == "richting" else np.ones(len(has), dtype=bool)
    sign = np.where(way == "meer", 1.0, -1.0) if score == "richting" else np.ones(len(has))
    scores = np.where(has, sign, 0.0)
    same = ((way == "meer") & (z > 0)) | ((way == "minder") & (z < 0))
    row: dict[str, Any] = {
        "met": int((has & use).sum()), "zonder": int((~has & use).sum()),
        "meer": int((has & (way == "meer")).sum()), "minder": int((has & (way == "minder")).sum()),
        "verdeeld": int(divided.sum()), "zelfde_kant": int((has & same).sum()),
        "z_met": _mean(z[has & use]), "z_zonder": _mean(z[~has & use]),
    }  # fmt: skip
    result = permutation_test(z[use], scores[use], None if strata is None else strata[use], **settings)
    row |= {name: getattr(result, name) for name in ("effect", "lower", "upper", "p")}
    reason = NOT_FOUND if not has.any() else result.reason
    return row | {"method": result.method or None, "permutations": result.permutations, "reason": reason or None}


def _mean(values: Any) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _residuals(frame: pd.DataFrame, gemeenten: tuple[str, ...], z: str, within: str | None) -> tuple[Any, Any]:
    """Return the residuals of the gemeenten interviewed, in their order, and what the test is conditioned on."""
    if not isinstance(frame, pd.DataFrame):
        raise FitError(f"residuals is a {type(frame).__name__}; give a DataFrame with gemeente and '{z}'.")
    columns = [str(name) for name in frame.columns]
    frame = frame.set_axis(columns, axis=1)
    needed = ["gemeente", z] + ([] if within is None else [within])
    lost = [f"residuals have no column '{name}'.{nearest(name, columns)}" for name in needed if name not in columns]
    if lost:
        raise FitError(f"{' '.join(lost)} Present: {listing(columns)}.")
    if twice := sorted({name for name in needed if columns.count(name) > 1}):
        raise FitError(f"residuals have column {listing(twice)} more than once.")
    if problems := list(_residual_problems(frame, gemeenten, z, within)):
        lines = "\n".join(f"- {problem}" for problem in problems)
        raise FitError(f"The residuals have {counted(len(problems), 'problem')}:\n{lines}")
    named = frame.set_axis([category_text(name) for name in frame["gemeente"]], axis=0).loc[list(gemeenten)]
    strata = None if within is None else np.array([category_text(value) for value in named[within]], dtype=str)
    return named[z].to_numpy(dtype=np.float64), strata


def _residual_problems(frame: pd.DataFrame, gemeenten: tuple[str, ...], z: str, within: str | None) -> Iterator[str]:
    names = pd.Series([category_text(name) for name in frame["gemeente"]], index=frame.index, dtype=object)
    asked, seen = frame[names.isin(gemeenten).to_numpy()], names[names.isin(gemeenten).to_numpy()]
    if absent := sorted(set(gemeenten) - set(seen)):
        yield f"no row for {listing(absent)}, who were interviewed"
    if twice := sorted(set(seen[seen.duplicated()])):
        yield f"more than one row for {listing(twice)}"
    if not is_number_column(asked[z]):
        yield f"column '{z}' holds {asked[z].dtype}, not numbers"
        return
    bad = ~np.isfinite(asked[z].to_numpy(dtype=np.float64, na_value=np.nan))
    if bad.any():
        yield f"'{z}' is missing or not finite for {listing(sorted(set(seen[bad])))}"
    if within is not None and asked[within].isna().any():
        yield f"'{within}' is missing for {listing(sorted(set(seen[asked[within].isna().to_numpy()])))}"
    if within is not None and within == z:
        yield f"within is '{z}', the residual itself; name a column of classes"
