r"""Which gemeenten stand out: a rule with every number a setting, a verdict per gemeente, and why.

Gemeente i is judged on what a fit that did not see it expected: the two-sided p value :math:`p_i` of its count and the
ratio :math:`r_i = y_i / E_{(i)}`. With the default rule it is flagged when

.. math:: \bigl(p_i < 1 - 0.998 \;\text{(signal)} \quad \text{or} \quad
          p^{BH}_i \le 0.10 \;\text{(shortlist)}\bigr) \quad \text{and} \quad
          r_i \notin [0.67, 1.5] \;\text{(relevant)}.

The signal bounds how often an ordinary gemeente is pointed at, whatever the others do; the shortlist bounds the share
of false ones among all that are pointed at; the ratio keeps out what is certain but small. `operating_characteristics`
says what this rule can and cannot see in the data at hand.

References
----------
D.J. Spiegelhalter et al. (2012), Statistical methods for healthcare regulation. JRSS A 175, 1-47 (99.8% limits).
Y. Benjamini and Y. Hochberg (1995), Controlling the false discovery rate. JRSS B 57, 289-300.
CBS, Kwaliteitsonderzoek naar de registratie van re-integratievoorzieningen, 5.2 (how gemeenten were selected).
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError, FitError
from reintegratie_stats.estimates.expected import ExpectedFit
from reintegratie_stats.estimates.families import Bools, Floats
from reintegratie_stats.estimates.multiplicity import benjamini_hochberg, rank_intervals, shrink_ratios
from reintegratie_stats.outliers.flag_reasons import flag_reason
from reintegratie_stats.outliers.flag_reasons import p_text as p_text
from reintegratie_stats.outliers.flag_reasons import short_number as short_number
from reintegratie_stats.outliers.flag_reasons import short_percent as short_percent
from reintegratie_stats.report.labels import Lang, check_lang

Flag = Literal["meer", "minder", "verwacht", "niet_te_beoordelen"]
PValue = Literal["p", "p_plain"]
FLAGS: tuple[str, ...] = get_args(Flag)

SOURCE = "Spiegelhalter et al. (2012); Benjamini and Hochberg (1995)"


@dataclass(frozen=True)
class OutlierRule:
    """When a gemeente is said to register more or less than expected.

    Parameters
    ----------
    signal_level : float
        Two-sided level of the predictive limits, a share; outside them is a signal (p < 1 - signal_level). 1 switches
        the signal off.
    fdr : float
        Largest expected share of false ones on the shortlist (Benjamini-Hochberg over all judged gemeenten). 0 switches
        the shortlist off.
    ratio_low, ratio_high : float
        Only ratios (observed / expected without the gemeente) strictly outside these are relevant.
    min_expected : float
        A gemeente with fewer expected (a count) is not judged, and does not count for the shortlist.
    p : {"p", "p_plain"}
        Which p value: mid-p, or the plain and more cautious one.
    level : float
        Of the intervals of shrunken ratios and ranks; it decides no flag.
    source : str
        Where the rule comes from; reports print it.

    Raises
    ------
    DefinitionError
        For a number outside its range.

    Examples
    --------
    >>> OutlierRule().signal_level, OutlierRule(fdr=0.05).fdr
    (0.998, 0.05)
    >>> OutlierRule(ratio_low=1.2)
    Traceback (most recent call last):
    reintegratie_stats.errors.DefinitionError: ratio_low is 1.2; it lies from 0 to 1 (1 is: as expected).
    """

    signal_level: float = 0.998
    fdr: float = 0.10
    ratio_low: float = 0.67
    ratio_high: float = 1.5
    min_expected: float = 1.0
    p: PValue = "p"
    level: float = 0.95
    source: str = SOURCE

    def __post_init__(self) -> None:
        for name in ("signal_level", "fdr", "ratio_low", "ratio_high", "min_expected", "level"):
            if not isinstance(getattr(self, name), Real):
                raise DefinitionError(f"{name} is {getattr(self, name)!r}, not a number.")
        checks = (
            ("signal_level", 0 < self.signal_level <= 1, "above 0 and at most 1 (0.998 is 99.8%)"),
            ("fdr", 0 <= self.fdr < 1, "at least 0 and below 1 (0.10 is 10%)"),
            ("ratio_low", 0 <= self.ratio_low <= 1, "from 0 to 1 (1 is: as expected)"),
            ("ratio_high", 1 <= self.ratio_high < np.inf, "at 1 (as expected) or above"),
            ("min_expected", 0 <= self.min_expected < np.inf, "at 0 or above"),
            ("level", 0 < self.level < 1, "between 0 and 1 (0.95 is 95%)"),
        )
        wrong = [f"{name} is {getattr(self, name)}; it lies {allowed}." for name, fine, allowed in checks if not fine]
        if wrong:
            raise DefinitionError(" ".join(wrong))
        if self.p not in get_args(PValue):
            raise DefinitionError(f"p is {self.p!r}; choose from 'p' (mid-p) and 'p_plain'.")


@dataclass(frozen=True, eq=False)
class Verdict:
    """The parts of a rule per gemeente, as arrays (n,); nothing is true of a gemeente that was not judged."""

    judged: Bools
    p_adjusted: Floats
    signal: Bools
    shortlist: Bools
    relevant: Bools
    more: Bools

    @property
    def flagged(self) -> Bools:
        """Which gemeenten are flagged, either way."""
        return (self.signal | self.shortlist) & self.relevant


def judge(p: Floats, ratio: Floats, expected: Floats, rule: OutlierRule) -> Verdict:
    """Apply a rule to p values, ratios and expected counts (n,); a missing value is not judged.

    Examples
    --------
    >>> values = np.array([0.0001, 0.0001, 0.4]), np.array([2.0, 1.1, 1.0]), np.array([50.0, 900.0, 40.0])
    >>> judge(*values, OutlierRule()).flagged.tolist()
    [True, False, False]
    """
    with np.errstate(invalid="ignore"):
        judged = np.isfinite(p) & np.isfinite(ratio) & (expected >= rule.min_expected)
        adjusted = benjamini_hochberg(np.where(judged, p, np.nan))
        signal = judged & (p < 1.0 - rule.signal_level)
        shortlist = judged & (adjusted <= rule.fdr) & (rule.fdr > 0)
        relevant = judged & is_relevant(ratio, rule)
        return Verdict(judged, adjusted, signal, shortlist, relevant, judged & (ratio > 1))


def is_relevant(ratio: Floats, rule: OutlierRule) -> Bools:
    """Return where a ratio lies outside what the rule calls small."""
    return np.asarray((ratio < rule.ratio_low) | (ratio > rule.ratio_high), dtype=np.bool_)


@dataclass(frozen=True, eq=False, repr=False)
class Flags:
    """A verdict per gemeente; made by `flag_outliers`.

    Attributes
    ----------
    rule : OutlierRule
    lang : {"nl", "en"}
        Language of the reasons.
    id : str
        Name of the column with the gemeente.
    """

    rule: OutlierRule
    lang: Lang
    id: str
    _frame: pd.DataFrame

    def __repr__(self) -> str:
        return f"Flags({', '.join(f'{number} {flag}' for flag, number in self.counts().items())})"

    def to_frame(self) -> pd.DataFrame:
        """Return one row per gemeente, sorted by id.

        Returns
        -------
        DataFrame
            ``<id>, flag`` (meer, minder, verwacht, niet_te_beoordelen), ``signal, shortlist, relevant`` (what the rule
            asks), ``p, p_adjusted`` (Benjamini-Hochberg), ``ratio`` (observed / expected without the gemeente),
            ``ratio_eb, eb_lower, eb_upper`` (shrunken ratio and its interval), ``rank, rank_lower, rank_upper``
            (expected rank of the true ratio, 1 is the lowest, with its interval) and ``reason`` (a sentence).
        """
        return self._frame.copy()

    def counts(self) -> dict[str, int]:
        """Return how many gemeenten have each flag, all four flags in a fixed order."""
        found = self._frame["flag"].value_counts()
        return {flag: int(found.get(flag, 0)) for flag in FLAGS}


def flag_outliers(fit: ExpectedFit, rule: OutlierRule | None = None, lang: Lang = "nl") -> Flags:
    """Say per gemeente whether it registers more or less than expected, and why.

    Parameters
    ----------
    fit : ExpectedFit
    rule : OutlierRule, optional
        By default ``OutlierRule()``.
    lang : {"nl", "en"}
        Language of the reasons.

    Returns
    -------
    Flags

    Raises
    ------
    ReportError
        For a language that there is no text in.

    Notes
    -----
    Shrunken ratios and ranks (`shrink_ratios`, `rank_intervals`, over the judged gemeenten) decide no flag; with fewer
    than three judged they are missing.

    Examples
    --------
    >>> from reintegratie_stats.estimates.expected import fit_expected
    >>> k = np.arange(60)
    >>> frame = pd.DataFrame({"gemeente": [f"{i:04d}" for i in k], "doelgroep": 1000 + 50 * k})
    >>> frame["aantal"] = (0.1 * frame.doelgroep * (1 + 0.1 * np.sin(9 * k))).round().astype(int)
    >>> frame.loc[30, "aantal"] *= 3
    >>> flags = flag_outliers(fit_expected(frame, "aantal ~ 1", exposure="doelgroep"))
    >>> flags
    Flags(1 meer, 0 minder, 59 verwacht, 0 niet_te_beoordelen)
    >>> print(flags.to_frame()["reason"][30])
    738 geregistreerd waar 250,2 werd verwacht (verhouding 2,95; p < 0,0001): meer dan verwacht, want een signaal
    op 99,8%, op de lijst met hoogstens 10% onterecht, en de verhouding ligt buiten 0,67–1,5.
    """
    used = OutlierRule() if rule is None else rule
    check_lang(lang)
    units = fit.units()
    name = fit.definition.id
    p, ratio, expected = (units[c].to_numpy(dtype=np.float64) for c in (used.p, "ratio", "expected_loo"))
    verdict = judge(p, ratio, expected, used)
    frame = units[[name]].copy()
    frame["flag"] = pd.Series(flag_names(verdict), dtype="string", index=frame.index)
    for column in ("signal", "shortlist", "relevant"):
        frame[column] = getattr(verdict, column)
    frame["p"], frame["p_adjusted"], frame["ratio"] = p, verdict.p_adjusted, ratio
    for column, values in _ranking(units, verdict.judged, log_variance(fit), used.level).items():
        frame[column] = values
    reasons = [flag_reason(row, used, lang) for row in _rows(units, frame)]
    frame["reason"] = pd.Series(reasons, dtype="string", index=frame.index)
    return Flags(used, lang, name, frame)


def flag_names(verdict: Verdict) -> list[str]:
    """Return the flag of every gemeente."""
    way = np.where(verdict.more, "meer", "minder")
    flag = np.where(verdict.flagged, way, "verwacht")
    return [str(text) for text in np.where(verdict.judged, flag, "niet_te_beoordelen")]


def log_variance(fit: ExpectedFit) -> Floats:
    """Return the leave-one-out variance of the logarithm of the expectation, per gemeente; missing if not judged."""
    ahead = fit.predictive
    out = np.full(len(fit.source.ids), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        steep = fit.family.slope(ahead.eta, ahead.exposure) / fit.family.mean(ahead.eta, ahead.exposure)
        out[fit.source.usable] = ahead.variance * steep**2
    return out


def _ranking(units: pd.DataFrame, judged: Bools, variance: Floats, level: float) -> dict[str, Floats]:
    observed, expected = (
        np.where(judged, units[c].to_numpy(dtype=np.float64), np.nan) for c in ("observed", "expected_loo")
    )
    names = ("ratio_eb", "eb_lower", "eb_upper", "rank", "rank_lower", "rank_upper")
    try:
        shrunken = shrink_ratios(observed, expected, variance, level)
    except FitError:  # fewer than three judged
        return {name: np.full(len(units), np.nan) for name in names}
    ranks = rank_intervals(shrunken, level)
    values = (shrunken.ratio, shrunken.lower, shrunken.upper, ranks.rank, ranks.lower, ranks.upper)
    return dict(zip(names, values, strict=True))


def _rows(units: pd.DataFrame, frame: pd.DataFrame) -> list[dict[str, Any]]:
    wide = units[["observed", "expected_loo", "lower", "upper"]].assign(why=units["reason"])
    rows = pd.concat([wide, frame[["flag", "signal", "shortlist", "p", "ratio"]]], axis=1)
    return [dict(row) for row in rows.to_dict("records")]
