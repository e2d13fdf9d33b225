"""Whether a fit can be trusted: every check as a row with a verdict in words, and the frames of the figure sheet.

No check is a gate. A model with a strange residual plot may still point at the right gemeenten, and the other way
round; the table says what was seen, what it was compared with, and what it means for who is pointed at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError, FitError, listing, nearest
from reintegratie_stats.estimates.expected import ExpectedFit
from reintegratie_stats.estimates.families import Floats
from reintegratie_stats.estimates.multiplicity import benjamini_hochberg
from reintegratie_stats.outliers.associations import PERMUTATIONS, Association, associate, spearman
from reintegratie_stats.outliers.diagnostic_checks import (
    NAMED,
    Quantiles,
    dispersion_frame,
    leverage_frame,
    log_ratio,
    quantile_check,
    region_frame,
)
from reintegratie_stats.outliers.diagnostic_texts import LARGE, SMALL, Finding, in_both, reason_in_both
from reintegratie_stats.outliers.flags import OutlierRule
from reintegratie_stats.outliers.sensitivity import SETTINGS, Sensitivity, check_families, long_sensitivity, sensitivity
from reintegratie_stats.report.labels import Lang, check_lang, label

LEAST_SEEDS = 20
LEVEL = 0.95
ALPHA = 1.0 - LEVEL
FLAGGED = ("meer", "minder")


@dataclass(frozen=True, eq=False, repr=False)
class Diagnostics:
    """What the checks of one fit found; made by `diagnose`. Frames are copies.

    Attributes
    ----------
    rule : OutlierRule
    id : str
        Name of the column with the gemeente.
    seeds, permutations, seed : int
    """

    rule: OutlierRule
    id: str
    seeds: int
    permutations: int
    seed: int
    _findings: tuple[Finding, ...]
    _sheet: Mapping[str, pd.DataFrame]
    _sensitivity: Sensitivity

    def __repr__(self) -> str:
        return f"Diagnostics({listing([one.check for one in self._findings], 30)})"

    @property
    def notes(self) -> tuple[str, ...]:
        """Which settings of the sensitivity table were not possible, and why."""
        return tuple(f"sensitivity, {name}: {why}" for name, why in self._sensitivity.failed.items())

    def table(self, lang: Lang = "nl") -> pd.DataFrame:
        """Return one row per check.

        Returns
        -------
        DataFrame
            ``check`` (dispersion:<family>, size_trend, size_spread, offset_slope, quantiles, leverage, cook,
            correlation:<trait>, region:<column>, sensitivity), ``value``, ``lower, upper`` (of dispersion: where the
            value lies if the model holds; of correlations: a 95% interval), ``p``, ``verdict`` (a sentence) and
            ``reference`` (the statistic, what the value would be if nothing were the matter, and a source).

            dispersion
                Pearson chi-square over its degrees of freedom, nobody set aside (`dispersion_frame`).
            size_trend, size_spread
                Spearman correlation of the expected count with the residual, and with its absolute value.
            offset_slope
                Slope of log exposure; absent for families without it.
            quantiles
                Distance of the residuals to a normal distribution (`quantile_check`).
            leverage, cook
                The largest of all gemeenten.
            correlation
                Of log((observed + 0.5) / (expected + 0.5)) with the exposure and with each trait (`associations`).
            region
                Intraclass correlation of the same by region.
            sensitivity
                Share of the flags of the fit that stand under all assumptions (`sensitivity`; plain Poisson and rates
                by least squares do not count).
        """
        check_lang(lang)
        rows = [(f.check, f.value, f.lower, f.upper, f.p, f.sentence(lang), f.reference) for f in self._findings]
        frame = pd.DataFrame(rows, columns=["check", "value", "lower", "upper", "p", "verdict", "reference"])
        return frame.astype(dict.fromkeys(("check", "verdict", "reference"), "string"))

    def sheet(self) -> dict[str, pd.DataFrame]:
        """Return the frames of the figure sheet, by name.

        Returns
        -------
        dict of DataFrame
            ``dispersion`` (family, phi, reference, lower, upper, p), ``residual_size`` (gemeente, expected, residual,
            flag), ``quantiles`` (theoretical, median, lower, upper, envelope_lower, envelope_upper), ``leverage``
            (gemeente, leverage, residual_student, cook, label), ``correlations`` (trait, correlation, lower, upper,
            measure, n, p), ``regions`` (region, n, mean_log_ratio, lower, upper; absent without a region) and
            ``sensitivity`` (gemeente, family, flag, label).
        """
        return {name: frame.copy() for name, frame in self._sheet.items()}

    def sensitivity(self) -> pd.DataFrame:
        """Return the flag of every gemeente under every setting: ``<id>, fit``, a column per setting, ``same``."""
        return self._sensitivity.frame.copy()


def diagnose(
    fit: ExpectedFit,
    data: pd.DataFrame,
    *,
    traits: Sequence[str] = (),
    region: str | None = None,
    seeds: int = LEAST_SEEDS,
    rule: OutlierRule | None = None,
    families: Sequence[str] = tuple(SETTINGS),
    names: Mapping[Any, str] | None = None,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> Diagnostics:
    """Check a fit from every side, and say what was seen.

    Parameters
    ----------
    fit : ExpectedFit
    data : DataFrame
        That was fitted, with the columns of `traits` and `region`.
    traits : sequence of str
        Columns to relate observed / expected to: numbers by rank correlation, anything else as groups.
    region : str, optional
        Column to look for clustering by.
    seeds : int
        Randomisations of the residuals for the quantiles; at least 20.
    rule : OutlierRule, optional
        By default ``OutlierRule()``.
    families : sequence of str
        Assumptions for the sensitivity table: poisson, quasipoisson, nb2, nb2_gamma, nb2_all, binomial, ols_rate. One
        that the data cannot bear is left out with a note.
    names : mapping, optional
        What a gemeente is called in the labels of the sheet; by default its id.
    permutations, seed : int
        For the p values of groups; the seed also for the range of the dispersion of NB2.

    Returns
    -------
    Diagnostics

    Raises
    ------
    DefinitionError
        For columns, families or settings that do not exist, all at once, and for another kind of fit.
    FitError
        When the data are not those of the fit.

    Examples
    --------
    >>> k = np.arange(60)
    >>> frame = pd.DataFrame({"gemeente": [f"{i:04d}" for i in k], "doelgroep": 1000 + 50 * k})
    >>> frame["aantal"] = (0.1 * frame.doelgroep * (1 + 0.2 * np.sin(9 * k))).round().astype(int)
    >>> frame["landsdeel"] = [("Noord", "Oost", "Zuid", "West")[i % 4] for i in k]
    >>> from reintegratie_stats.estimates.expected import fit_expected
    >>> fit = fit_expected(frame, "aantal ~ 1", exposure="doelgroep")
    >>> found = diagnose(fit, frame, region="landsdeel", families=("nb2", "quasipoisson"))
    >>> table = found.table("en").set_index("check")
    >>> table.loc["region:landsdeel", "verdict"]
    'No clustering by landsdeel was shown.'
    """
    if type(fit) is not ExpectedFit:  # a fit on persons is one too, and cannot be fitted again from counts
        raise DefinitionError(f"diagnose is about fits of counts (fit_expected), not {type(fit).__name__}.")
    used = OutlierRule() if rule is None else rule
    chosen = _check(data, fit, traits, region, seeds, permutations, families)
    rows = _same_data(fit, data)
    units, figure = fit.units(), log_ratio(fit.units())
    found = sensitivity(fit, data, used, chosen)
    dispersion = dispersion_frame(fit, data, ("poisson", "nb2", *({"binomial"} & set(chosen))), LEVEL, seed)
    quantiles = quantile_check(fit, seeds, LEVEL)
    called = {} if names is None else names
    leverage, high = leverage_frame(fit, called)
    settings = {"level": LEVEL, "permutations": permutations, "seed": seed}
    size = replace(spearman_of(units["exposure"], figure), trait=fit.definition.exposure)
    related = [size, *(associate(name, rows[name], figure, **settings) for name in traits)]  # type: ignore[arg-type]
    findings = [
        *_dispersion_findings(dispersion), *_size_findings(fit, units), _quantile_finding(quantiles),
        *_leverage_findings(leverage, high), *_trait_findings(related),
    ]  # fmt: skip
    residual = units[[fit.definition.id, "expected_loo", "residual"]]
    residual = residual.set_axis(["gemeente", "expected", "residual"], axis=1).assign(flag=found.frame["fit"])
    sheet = {"dispersion": dispersion, "residual_size": residual, "quantiles": quantiles.frame, "leverage": leverage,
             "correlations": _correlations(related)}  # fmt: skip
    if region is not None:
        findings.append(_region_finding(associate(region, rows[region], figure, groups=True, **settings)))  # type: ignore[arg-type]
        sheet["regions"] = region_frame(rows[region], figure, LEVEL)
    sheet["sensitivity"] = long_sensitivity(found, fit.definition.id, called)
    findings.append(_sensitivity_finding(found, fit.definition.id))
    return Diagnostics(used, fit.definition.id, seeds, permutations, seed, tuple(findings), sheet, found)


def spearman_of(values: pd.Series, figure: Floats) -> Association:
    """Return the rank correlation of a column with a figure, over the gemeenten that have both."""
    x = values.to_numpy(dtype=np.float64, na_value=np.nan)
    known = np.isfinite(x) & np.isfinite(figure)
    return spearman(str(values.name), x[known], figure[known], LEVEL)


def _check(
    data: pd.DataFrame, fit: ExpectedFit, traits: Sequence[str], region: str | None, seeds: int, permutations: int,
    families: Sequence[str],
) -> tuple[str, ...]:  # fmt: skip
    problems, columns = [], [str(c) for c in data.columns]
    if isinstance(traits, str):
        raise DefinitionError(f"traits is {traits!r}; give a list of columns.")
    for role, name in [*(("trait", t) for t in traits), *([("region", region)] if region is not None else [])]:
        if name not in columns:
            hint = nearest(str(name), columns) or f" Present: {listing(columns)}."
            problems.append(f"{role}: '{name}' is not a column of the data.{hint}")
    repeated = sorted({t for t in traits if list(traits).count(t) > 1})
    if repeated:
        problems.append(f"traits names {listing(repeated)} more than once.")
    if seeds < LEAST_SEEDS:
        problems.append(f"seeds is {seeds}; at least {LEAST_SEEDS}, or one randomisation decides what is seen.")
    if permutations < 99:
        problems.append(f"permutations is {permutations}; at least 99.")
    try:
        chosen = check_families(families)
    except DefinitionError as error:
        problems.append(str(error))
    if problems:
        raise DefinitionError(" ".join(problems))
    return chosen


def _same_data(fit: ExpectedFit, data: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in the order of the fit; refuse data that were not fitted."""
    id, outcome = fit.definition.id, fit.source.formula.outcome
    if id not in data or outcome not in data:
        raise FitError(f"the data are not those of the fit: they have no '{id if id not in data else outcome}'.")
    rows = data.sort_values(id, kind="stable").reset_index(drop=True)
    if list(rows[id]) != list(fit.source.ids):
        raise FitError("the data are not those of the fit: they are about other gemeenten.")
    count = rows[outcome].to_numpy(dtype=np.float64, na_value=np.nan)
    if not np.array_equal(count, fit.source.observed, equal_nan=True):
        raise FitError(f"the data are not those of the fit: '{outcome}' differs.")
    return rows


# --- a row of the table per check ------------------------------------------------------------


def _dispersion_findings(frame: pd.DataFrame) -> list[Finding]:
    out = []
    for row in frame.to_dict("records"):
        name = str(row["family"])
        verdict = "fits" if not row["p"] < ALPHA else "wider" if row["phi"] > 1 else "narrower"
        family: dict[Lang, str] = {"nl": label("family", name, "nl"), "en": label("family", name, "en")}
        out.append(
            Finding(
                f"dispersion:{name}", row["phi"], row["lower"], row["upper"], row["p"], verdict,
                "Pearson chi2 / df; 1. McCullagh & Nelder (1989), 4.5", numbers={"value": row["phi"]},
                words={"family": family},
            )
        )  # fmt: skip
    return out


def _size_findings(fit: ExpectedFit, units: pd.DataFrame) -> list[Finding]:
    expected = units["expected_loo"]
    trend = spearman_of(expected, units["residual"].to_numpy())
    spread = spearman_of(expected, np.abs(units["residual"].to_numpy()))
    out = []
    for check, one, yes, no in (("size_trend", trend, "trend", "no_trend"), ("size_spread", spread, "uneven", "even")):
        words = {"direction": LARGE if one.value > 0 else SMALL}
        key = yes if one.p < ALPHA else no
        reference = "Spearman, leave-one-out quantile residuals; 0. Dunn & Smyth (1996)"
        out.append(Finding(check, one.value, one.lower, one.upper, one.p, key, reference, words=words))
    row = fit.glance().iloc[0]
    if np.isfinite(row["offset_slope"]):
        slope, p = float(row["offset_slope"]), float(row["offset_slope_p"])
        key = "slope" if p < ALPHA else "proportional"
        reference = "Slope of log exposure; 1. Wald test"
        out.append(Finding("offset_slope", slope, np.nan, np.nan, p, key, reference, numbers={"value": slope}))
    return out


def _quantile_finding(found: Quantiles) -> Finding:
    key = "not_normal" if found.p < ALPHA else "tails" if found.outside > 2.0 * ALPHA else "normal"
    reference = "Kolmogorov-Smirnov distance to the normal; 0. Twice the median p: Rueschendorf (1982)"
    shares = {"outside": found.outside}
    return Finding("quantiles", found.distance, np.nan, np.nan, found.p, key, reference, shares=shares)


def _leverage_findings(frame: pd.DataFrame, high: float) -> list[Finding]:
    far = frame[frame["leverage"] > high].nlargest(NAMED, "leverage")
    number = int((frame["leverage"] > high).sum())
    large = frame[frame["cook"] > 1].nlargest(NAMED, "cook")
    who, whose = (listing([str(v) for v in part["gemeente"]]) for part in (far, large))
    return [
        Finding(
            "leverage", float(frame["leverage"].max()), np.nan, np.nan, np.nan, "corner" if number else "no_corner",
            "Largest leverage; high from twice the mean. Cook & Weisberg (1982)", numbers={"high": high},
            counts={"number": number}, words={"who": who},
        ),
        Finding(
            "cook", float(frame["cook"].max()), np.nan, np.nan, np.nan, "influential" if len(large) else
            "not_influential", "Largest Cook's distance; 1. Cook & Weisberg (1982)", words={"who": whose},
        ),
    ]  # fmt: skip


def _trait_findings(related: Sequence[Association]) -> list[Finding]:
    adjusted = benjamini_hochberg([one.p for one in related])
    return [_trait_finding(one, float(p)) for one, p in zip(related, adjusted, strict=True)]


def _trait_finding(one: Association, adjusted: float) -> Finding:
    check = f"correlation:{one.trait}"
    words: dict[str, str | Mapping[Lang, str]] = {"trait": one.trait, "why": reason_in_both(one.reason)}
    kind = "Spearman; 0. Bonett & Wright (2000)"
    if one.measure == "icc":
        kind = "ICC of normal scores; 0. Searle (1971), permutation"
    if one.reason:
        return Finding(check, np.nan, np.nan, np.nan, np.nan, "untold", kind, words=words)
    key, ps = "related" if adjusted < ALPHA else "unrelated", {"p": one.p, "adjusted": adjusted}
    return Finding(check, one.value, one.lower, one.upper, one.p, key, kind, ps=ps, words=words)


def _region_finding(one: Association) -> Finding:
    key = "untold" if one.reason else "clustered" if one.p < ALPHA else "not_clustered"
    words: dict[str, str | Mapping[Lang, str]] = {"trait": one.trait, "why": reason_in_both(one.reason)}
    return Finding(
        f"region:{one.trait}", one.value, one.lower, one.upper, one.p, key,
        "ICC of normal scores; 0. Searle (1971), permutation", words=words,
    )  # fmt: skip


def _correlations(related: Sequence[Association]) -> pd.DataFrame:
    rows = [(one.trait, one.value, one.lower, one.upper, one.measure, one.n, one.p) for one in related]
    frame = pd.DataFrame(rows, columns=["trait", "correlation", "lower", "upper", "measure", "n", "p"])
    return frame.astype({"trait": "string", "measure": "string"})


def _sensitivity_finding(found: Sensitivity, id: str) -> Finding:
    frame = found.frame
    number, same = int(frame["fit"].isin(FLAGGED).sum()), int(frame["same"].sum())
    reference = f"Share of the flags that stand; 1. Settings: {listing(found.deciding)}"
    if number == 0:
        flags = [int(frame[name].isin(FLAGGED).sum()) for name in found.deciding] or [0]
        counts = {"least": min(flags), "most": max(flags)}
        return Finding("sensitivity", np.nan, np.nan, np.nan, np.nan, "nobody", reference, counts=counts)
    names = in_both([str(who) for who in frame.loc[frame["same"], id]])
    flagged = frame["fit"].isin(FLAGGED)
    stand = {name: int((flagged & (frame[name] == frame["fit"])).sum()) for name in found.settings}
    who: dict[Lang, str] = {lang: f": {text}" if text else "" for lang, text in names.items()}
    each: dict[Lang, str] = {
        lang: "; ".join(f"{label('family', name, lang)} {left}" for name, left in stand.items())
        for lang in ("nl", "en")
    }
    return Finding(
        "sensitivity", same / number, np.nan, np.nan, np.nan, "stable" if same == number else "unstable", reference,
        counts={"same": same, "number": number}, words={"who": who, "each": each},
    )  # fmt: skip
