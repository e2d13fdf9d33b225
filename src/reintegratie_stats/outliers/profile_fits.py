"""The fits of a profile: one per soort and jaar, each judged, a fit that cannot be made kept as a reason."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError, FitError, listing
from reintegratie_stats.estimates.expected import ExpectedDefinition, ExpectedFit, fit_expected
from reintegratie_stats.outliers.flag_reasons import flag_reason
from reintegratie_stats.outliers.flags import OutlierRule, flag_names, flag_outliers, judge
from reintegratie_stats.outliers.profile_data import Keys, LongData
from reintegratie_stats.outliers.spread import Spread, log_sd, spread_between
from reintegratie_stats.report.labels import Lang, check_lang

Adjust = Literal["within", "together"]
NUMBERS = ("observed", "expected_loo", "lower", "upper", "ratio", "ratio_eb", "eb_lower", "eb_upper", "p", "p_adjusted")
PARTS = ("signal", "shortlist", "relevant")
NO_FIT = {
    "nl": "Niet te beoordelen: voor deze soort en dit jaar is geen model te schatten.",
    "en": "Not to be judged: no model could be fitted for this soort and year.",
}
NO_ROW = {
    "nl": "Niet te beoordelen: de gegevens hebben geen rij voor deze gemeente, deze soort en dit jaar.",
    "en": "Not to be judged: the data hold no row for this gemeente, soort and year.",
}
NO_ROWS = "the data hold no rows of this soort and jaar"


@dataclass(frozen=True)
class ProfileDefinition:
    """Every choice that makes a profile: those of each fit, and those of the whole; see `profile_outliers`."""

    expected: ExpectedDefinition
    soort: str = "soort"
    jaar: str = "jaar"
    rule: OutlierRule = field(default_factory=OutlierRule)
    adjust: Adjust = "within"
    lang: Lang = "nl"

    def __post_init__(self) -> None:
        check_lang(self.lang)
        if self.adjust not in get_args(Adjust):
            raise DefinitionError(f"adjust is {self.adjust!r}; choose from {listing(get_args(Adjust))}.")

    @property
    def keys(self) -> Keys:
        """The columns that say what a row is about, and its exposure."""
        return Keys(self.expected.id, self.soort, self.jaar, self.expected.exposure)


@dataclass(frozen=True, eq=False)
class OneFit:
    """What is kept of one fit: a row per gemeente, the row about the fit, its notes and spread, or why there is none.

    ``who`` are the gemeenten that the influence of the spread is about; ``sd_ordinary`` is the spread of the fit
    itself, of those that were not set aside (missing unless it is NB2 or Poisson).
    """

    soort: str
    jaar: int
    frame: pd.DataFrame
    glance: dict[str, Any]
    notes: tuple[str, ...]
    reason: str
    spread: Spread | None
    who: tuple[Any, ...]
    sd_ordinary: float = float("nan")

    def __repr__(self) -> str:
        return f"OneFit({self.soort!r}, {self.jaar}, {self.reason or 'fitted'})"


def count_column(d: ProfileDefinition) -> str:
    """Return the column of the counts: the left side of the formula."""
    return d.expected.formula.split("~")[0].strip().strip("`")


def make_fit(rows: pd.DataFrame, d: ProfileDefinition) -> ExpectedFit:
    """Fit the rows of one soort and jaar as the definition says."""
    if not (rows[count_column(d)] > 0).any():
        raise FitError("all counts are 0: there is nothing to expect.")
    return fit_expected(rows, d.expected.formula, **d.expected.settings())


def one_fit(soort: str, jaar: int, rows: pd.DataFrame, d: ProfileDefinition) -> OneFit:
    """Fit and judge one soort and jaar; what the data cannot bear becomes a reason."""
    if rows.empty:
        return _not_fitted(soort, jaar, rows, d, NO_ROWS)
    try:
        fit = make_fit(rows, d)
    except FitError as error:
        return _not_fitted(soort, jaar, rows, d, str(error))
    flags = flag_outliers(fit, d.rule, d.lang).to_frame()
    units = fit.units()[[d.keys.id, "observed", "expected_loo", "lower", "upper", "reason"]]
    frame = units.rename(columns={"reason": "why"})
    for name in ("ratio", "ratio_eb", "eb_lower", "eb_upper", "p", "p_adjusted", *PARTS, "flag", "reason"):
        frame[name] = flags[name]
    notes, spread = fit.notes, None
    try:
        spread = spread_between(fit)
    except FitError as error:
        notes = (*notes, str(error))
    glance = {name: values[0] for name, values in fit.glance().items()}
    who = tuple(fit.source.ids[fit.source.usable])
    ordinary = log_sd(fit.spread) if fit.family.name in ("nb2", "poisson") else float("nan")
    return OneFit(soort, jaar, _keyed(frame, soort, jaar, d), glance, notes, "", spread, who, ordinary)


def _keyed(frame: pd.DataFrame, soort: str, jaar: int, d: ProfileDefinition) -> pd.DataFrame:
    out = frame.rename(columns={d.keys.id: "gemeente"})
    out.insert(1, "soort", soort)
    out.insert(2, "jaar", jaar)
    return out


def _not_fitted(soort: str, jaar: int, rows: pd.DataFrame, d: ProfileDefinition, why: str) -> OneFit:
    frame = pd.DataFrame({d.keys.id: rows[d.keys.id].to_numpy()})
    if len(rows):
        frame["observed"] = rows[count_column(d)].to_numpy(dtype=np.float64, na_value=np.nan)
    return OneFit(soort, jaar, _unjudged(_keyed(frame, soort, jaar, d), NO_FIT[d.lang]), {}, (), why, None, ())


def _unjudged(frame: pd.DataFrame, reason: str) -> pd.DataFrame:
    out = frame.copy()
    for name in NUMBERS:
        if name not in out:
            out[name] = np.nan
    for name in PARTS:
        out[name] = False
    return out.assign(flag="niet_te_beoordelen", reason=reason, why=reason)


def all_fits(data: LongData, d: ProfileDefinition, processes: int) -> tuple[OneFit, ...]:
    """Make the fits of every soort and jaar, in that order; with several processes the result is the same."""
    tasks = [(soort, jaar) for soort in data.soorten for jaar in data.jaren]
    rows = [data.rows(*task) for task in tasks]
    soorten, jaren = [soort for soort, _ in tasks], [jaar for _, jaar in tasks]
    if processes <= 1:
        return tuple(map(one_fit, soorten, jaren, rows, [d] * len(tasks)))
    with ProcessPoolExecutor(max_workers=min(processes, len(tasks))) as pool:
        return tuple(pool.map(one_fit, soorten, jaren, rows, [d] * len(tasks)))


def in_language(one: OneFit, d: ProfileDefinition, lang: Lang) -> OneFit:
    """Return a fit with its reasons in another language; `d` is the definition that it was made with."""
    if one.reason:
        return replace(one, frame=one.frame.assign(reason=NO_FIT[lang], why=NO_FIT[lang]))
    reasons = [flag_reason(row, d.rule, lang) for row in one.frame.to_dict("records")]
    return replace(one, frame=one.frame.assign(reason=pd.Series(reasons, dtype="string", index=one.frame.index)))


def judged_frame(fits: Sequence[OneFit], data: LongData, d: ProfileDefinition) -> pd.DataFrame:
    """Return one row per gemeente, soort and jaar, all of them, sorted; who has no row is not judged."""
    frame = pd.concat([_typed(one.frame) for one in fits if len(one.frame)], ignore_index=True)
    if d.adjust == "together":
        frame = _together(frame, d)
    names = ["gemeente", "soort", "jaar"]
    grid = pd.MultiIndex.from_product([data.gemeenten, data.soorten, data.jaren], names=names).to_frame(index=False)
    found = pd.MultiIndex.from_frame(frame[names])
    absent = grid[~pd.MultiIndex.from_frame(grid).isin(found)]
    if len(absent):
        failed = {(one.soort, one.jaar) for one in fits if one.reason}
        places = zip(absent["soort"], absent["jaar"], strict=True)
        reasons = [(NO_FIT if place in failed else NO_ROW)[d.lang] for place in places]
        more = _unjudged(absent, "").assign(reason=reasons)
        frame = pd.concat([frame, _typed(more)], ignore_index=True)
    frame = frame.drop(columns="why").sort_values(names, kind="stable").reset_index(drop=True)
    return frame.astype({"gemeente": data.frame[data.keys.id].dtype})


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    types: dict[str, str] = dict.fromkeys(NUMBERS, "float64")
    types |= dict.fromkeys(PARTS, "bool") | dict.fromkeys(("soort", "flag", "reason", "why"), "string")
    columns = ["gemeente", "soort", "jaar", *NUMBERS, *PARTS, "flag", "reason", "why"]
    return frame[columns].astype(types | {"jaar": "int64", "gemeente": "object"})


def _together(frame: pd.DataFrame, d: ProfileDefinition) -> pd.DataFrame:
    """Judge all fits as one list: the shortlist bounds the share of false ones over all soorten and jaren."""
    p, ratio, expected = (frame[name].to_numpy(dtype=np.float64) for name in ("p", "ratio", "expected_loo"))
    verdict = judge(p, ratio, expected, d.rule)
    out = frame.assign(p_adjusted=verdict.p_adjusted, flag=flag_names(verdict))
    for name in PARTS:
        out[name] = getattr(verdict, name)
    where = np.nonzero(~(out["why"] == NO_FIT[d.lang]).fillna(False).to_numpy(dtype=bool))[0]
    rows = out.iloc[where].to_dict("records")
    reasons = out["reason"].astype(object).to_numpy(copy=True)
    reasons[where] = [flag_reason(row, d.rule, d.lang) for row in rows]
    return _typed(out.assign(reason=reasons))
