r"""What a rule can and cannot see in the data at hand: false flags and power, by simulation from the fitted model.

Each simulation draws a count for every gemeente as the fit says that ordinary gemeenten count (same exposure, same
covariates, the fitted ordinary spread), fits again with the same settings, and applies the rule. Nobody deviates, so
every flag is false. Then each gemeente in turn is made to deviate: its count is drawn anew with its mean multiplied or
divided by a factor f, the other counts as they were, and it is judged by the fit that did not see it. Power is the
share of gemeenten that are then flagged in the right direction.

The gemeente that deviates is alone in it. Beside it the shortlist needs no second run: with R the number on the
shortlist if its p value were 0, the gemeente is on the shortlist when :math:`p \le q R / m`, for the m judged gemeenten
and false discovery rate q (Storey, Taylor and Siegmund 2004). With more that deviate the shortlist is longer and the
power somewhat higher.

References
----------
D.J. Spiegelhalter (2005), Funnel plots for comparing institutional performance. Statistics in Medicine 24, 1185-1202.
J.D. Storey, J.E. Taylor and D. Siegmund (2004), Strong control, conservative point estimation. JRSS B 66, 187-205.
T.P. Morris, I.R. White and M.J. Crowther (2019), Using simulation studies to evaluate statistical methods.
Statistics in Medicine 38, 2074-2102 (Monte Carlo standard errors).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from scipy.special import betaincinv, expit, gammaincinv, logit, ndtri

from reintegratie_stats.errors import DefinitionError, FitError
from reintegratie_stats.estimates.expected import ExpectedFit, fit_expected
from reintegratie_stats.estimates.families import FAMILIES, Floats
from reintegratie_stats.estimates.logit_normal import centre
from reintegratie_stats.estimates.person_fit import PersonFit
from reintegratie_stats.estimates.predictive import two_sided
from reintegratie_stats.outliers.flags import OutlierRule, Verdict, is_relevant, judge, short_number
from reintegratie_stats.report.formats import format_number, format_percent
from reintegratie_stats.report.labels import Lang, check_lang

Integers = npt.NDArray[np.int64]

FACTORS = (1.5, 2.0, 2.5, 3.0)
DIRECTIONS = ("meer", "minder")
ALL = "alle"
NAMES = {1: (), 2: ("klein", "groot"), 3: ("klein", "midden", "groot")}
TINY = 2.0**-54  # in place of a uniform number that is exactly 0


@dataclass(frozen=True, eq=False, repr=False)
class OperatingCharacteristics:
    """False flags and power of a rule on one fit; made by `operating_characteristics`.

    Attributes
    ----------
    rule : OutlierRule
    seed, n_sim, failed : int
        ``failed`` simulations gave counts that could not be fitted; they are left out of every figure.
    factor : tuple of float
    classes : DataFrame
        ``size_class, n`` (gemeenten), ``exposure_from, exposure_to`` (smallest and largest); the last row is all.
    false : ndarray, shape (n_sim, 2, classes)
        False flags per simulation, ``meer`` and ``minder``; missing where the fit failed.
    found : ndarray, shape (n_sim, factors, 2, classes)
        Share of the gemeenten that are flagged when they deviate.
    """

    rule: OutlierRule
    seed: int
    n_sim: int
    failed: int
    factor: tuple[float, ...]
    classes: pd.DataFrame
    false: Floats
    found: Floats

    def __repr__(self) -> str:
        mean, error = _mean(self.false.sum(axis=1)[:, -1])
        return (
            f"OperatingCharacteristics({self.n_sim} simulations, {self.failed} failed, false flags "
            f"{float(mean):.2f} (se {float(error):.2f}) of {int(self.classes['n'].iloc[-1])})"
        )

    def false_flags(self) -> pd.DataFrame:
        """Return the expected number of false flags when nobody deviates.

        Returns
        -------
        DataFrame
            ``size_class, exposure_from, exposure_to, n, direction`` (meer, minder, beide), ``expected_flags`` (a number
            of gemeenten), ``se`` (Monte Carlo) and ``share`` (expected_flags / n).
        """
        both = np.concatenate([self.false, self.false.sum(axis=1, keepdims=True)], axis=1)
        mean, error = _mean(both)
        frame = _crossed(self.classes, {"direction": (*DIRECTIONS, "beide")})
        frame["expected_flags"], frame["se"] = mean.T.ravel(), error.T.ravel()
        frame["share"] = frame["expected_flags"] / frame["n"]
        return frame

    def power(self) -> pd.DataFrame:
        """Return the power for given deviations.

        Returns
        -------
        DataFrame
            ``size_class, exposure_from, exposure_to, n, factor`` (f), ``direction`` (meer: f times as many, minder: one
            in f), ``power`` (share of the gemeenten of the class that is flagged in that direction) and ``se``.
        """
        mean, error = _mean(self.found)
        frame = _crossed(self.classes, {"factor": self.factor, "direction": DIRECTIONS})
        frame["power"], frame["se"] = (np.moveaxis(values, -1, 0).ravel() for values in (mean, error))
        return frame

    def sentences(self, lang: Lang = "nl") -> tuple[str, ...]:
        """Return what a report says with the flags: false flags, and power per factor, over all gemeenten."""
        check_lang(lang)
        mean, error = (float(v) for v in _mean(self.false.sum(axis=1)[:, -1]))
        n = int(self.classes["n"].iloc[-1])
        first = {
            "nl": "Als geen van de {n} gemeenten afwijkt, wijst de regel er naar verwachting {mean} (± {error}) aan.",
            "en": "If none of the {n} gemeenten deviates, the rule is expected to flag {mean} (± {error}) of them.",
        }[lang].format(n=n, mean=format_number(mean, 2, lang), error=format_number(error, 2, lang))
        rest = {
            "nl": "Van gemeenten met {f} maal zoveel als verwacht vindt de regel {up}, met {f} maal zo weinig {down}.",
            "en": "Of gemeenten with {f} times the expected count the rule finds {up}, with it divided by {f} {down}.",
        }[lang]
        power = _mean(self.found)[0][:, :, -1]
        lines = [
            rest.format(f=short_number(f, lang), up=format_percent(float(up), 0, lang),
                        down=format_percent(float(down), 0, lang))
            for f, (up, down) in zip(self.factor, power, strict=True)
        ]  # fmt: skip
        return (first, *lines)


def operating_characteristics(
    fit: ExpectedFit,
    rule: OutlierRule | None = None,
    *,
    n_sim: int = 200,
    seed: int,
    factor: float | Sequence[float] = FACTORS,
    size_classes: int | Sequence[float] = 3,
) -> OperatingCharacteristics:
    """State the false flags and the power of a rule on a fit, by size class, with Monte Carlo standard errors.

    Parameters
    ----------
    fit : ExpectedFit
    rule : OutlierRule, optional
        By default ``OutlierRule()``.
    n_sim : int
        Simulations; at least 2. Each costs about one fit. The first half of 200 is what 100 gives.
    seed : int
    factor : float or sequence of float
        Deviations, above 1: f times as many, and one in f. What a factor gives does not depend on the others.
    size_classes : int or sequence of float
        That many classes with equal numbers of gemeenten by exposure, or the edges (exposures at which a class begins).

    Returns
    -------
    OperatingCharacteristics

    Raises
    ------
    DefinitionError
        For settings that mean nothing, or a size class with no gemeente.
    FitError
        When no simulated set could be fitted.

    Notes
    -----
    The refits leave gemeenten out by the one-step formula (within the tolerance of `leave_one_out`). Of a fit on
    persons counts per gemeente are drawn, and its coefficients follow them to first order (`PersonFit.with_counts`). In
    the simulated world the fitted model is true; what the model misses (see the diagnostics) comes on top.

    Examples
    --------
    >>> k = np.arange(40)
    >>> frame = pd.DataFrame({"gemeente": [f"{i:04d}" for i in k], "doelgroep": 500 + 50 * k})
    >>> frame["aantal"] = (0.1 * frame.doelgroep * (1 + 0.2 * np.sin(9 * k))).round().astype(int)
    >>> seen = operating_characteristics(fit_expected(frame, "aantal ~ 1", exposure="doelgroep"), n_sim=4, seed=1)
    >>> seen.power()[["size_class", "factor", "direction"]].tail(1).values.tolist()
    [['alle', 3.0, 'minder']]
    """
    used = OutlierRule() if rule is None else rule
    factors = tuple(map(float, factor if isinstance(factor, Sequence | np.ndarray) else [factor]))
    if not factors or min(factors) <= 1 or not np.all(np.isfinite(factors)):
        raise DefinitionError(f"factor is {list(factors)}; give deviations above 1 (2 is: twice and half as many).")
    if isinstance(seed, bool) or not isinstance(seed, Integral) or seed < 0:
        raise DefinitionError(f"seed is {seed!r}; give a whole number of 0 or above.")
    if n_sim < 2:
        raise DefinitionError(f"n_sim is {n_sim}; at least 2 are needed for a standard error.")
    of_class, classes = _size_classes(fit, size_classes)
    world = _World(fit)
    streams = np.random.SeedSequence(seed).spawn(n_sim)
    false = np.full((n_sim, 2, len(classes)), np.nan)
    found = np.full((n_sim, len(factors), 2, len(classes)), np.nan)
    for k, stream in enumerate(streams):
        again = world.refitted(stream)
        if again is not None:
            false[k], found[k] = _one(world, again, stream, used, factors, of_class)
    failed = int(np.isnan(false[:, 0, 0]).sum())
    if failed == n_sim:
        raise FitError("no simulated set could be fitted: the fit is at the edge of what the data can bear.")
    return OperatingCharacteristics(used, seed, n_sim, failed, factors, classes, false, found)


def _one(
    world: _World, again: ExpectedFit, stream: np.random.SeedSequence, rule: OutlierRule, factors: Sequence[float],
    of_class: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return the false flags (2, classes) and the shares found (factors, 2, classes) of one simulation."""
    ahead = again.predictive
    expected = again.family.mean(ahead.eta, ahead.exposure)
    p = _p_value(again, again.data.y, rule)
    verdict = judge(p, again.data.y / expected, expected, rule)
    ways = np.stack([verdict.flagged & verdict.more, verdict.flagged & ~verdict.more])
    cut = _shortlist_cut(p, verdict, rule)
    sizes = of_class.sum(axis=1)
    found = np.empty((len(factors), 2, len(sizes)))
    for j, f in enumerate(factors):
        for way, times in enumerate((f, 1.0 / f)):
            y = world.draw(stream, 1, times)
            ratio, p_new = y / expected, _p_value(again, y, rule)
            with np.errstate(invalid="ignore"):
                out = (p_new < 1.0 - rule.signal_level) | (p_new <= cut)
                right = out & is_relevant(ratio, rule) & ((ratio > 1) == (way == 0)) & verdict.judged
            found[j, way] = of_class @ right / sizes
    return np.asarray(ways @ of_class.T, dtype=np.float64), found


def _p_value(fit: ExpectedFit, y: Floats, rule: OutlierRule) -> Floats:
    mid, plain = two_sided(fit.predictive.tails(y))
    return mid if rule.p == "p" else plain


def _shortlist_cut(p: Floats, verdict: Verdict, rule: OutlierRule) -> Floats:
    """Return per gemeente the p value up to which it is on the shortlist, the others being as they are: q R / m."""
    judged = np.nonzero(verdict.judged)[0]
    m = len(judged)
    cut = np.full(len(p), -1.0)
    if m == 0 or rule.fdr <= 0:
        return cut
    order = np.argsort(p[judged], kind="stable")
    ranked = p[judged][order]
    place = np.arange(m - 1)
    others = ranked[place[None, :] + (place[None, :] >= np.arange(m)[:, None])]
    passes = others * m <= rule.fdr * (place + 2)
    longest = np.where(passes.any(axis=1), m - np.argmax(passes[:, ::-1], axis=1), 1) if m > 1 else np.ones(m)
    cut[judged[order]] = rule.fdr * longest / m
    return cut


# --- the simulated world ---------------------------------------------------------------------


class _World:
    """The fitted model as the truth: draws counts for the judged gemeenten and fits them again."""

    def __init__(self, fit: ExpectedFit) -> None:
        source, self.fit = fit.source, fit
        self.exposure = fit.data.exposure
        self.mean = fit.family.mean(fit.data.x @ fit.estimate.beta + fit.shift, self.exposure)
        frame = source.covariates[source.usable].reset_index(drop=True)
        self.frame = frame.assign(
            **{fit.definition.id: source.ids[source.usable].to_numpy(), fit.definition.exposure: self.exposure}
        )

    def refitted(self, stream: np.random.SeedSequence) -> ExpectedFit | None:
        """Return the fit of a set in which nobody deviates; missing where it cannot be fitted."""
        d = self.fit.definition
        if isinstance(self.fit, PersonFit):
            return self.fit.with_counts(self.draw(stream, 0, 1.0))
        data = self.frame.assign(**{self.fit.source.formula.outcome: self.draw(stream, 0, 1.0)})
        family: Any = d.family if d.family in FAMILIES else self.fit.data.family
        settings = d.settings() | {"family": family, "cluster": None, "loo": "one-step", "missing": "error"}
        try:
            return fit_expected(data, d.formula, **settings)
        except FitError:
            return None

    def draw(self, stream: np.random.SeedSequence, part: int, times: float) -> Floats:
        """Draw a count per gemeente, its mean so many times the expected; the same uniforms for every `times`."""
        key = (*stream.spawn_key, part)
        random = np.random.default_rng(np.random.SeedSequence(stream.entropy, spawn_key=key))
        u, v = np.maximum(random.random((2, len(self.mean))), TINY)
        return draw_counts(self.fit, self.mean * times, self.exposure, u, v)


def draw_counts(fit: ExpectedFit, mean: Floats, exposure: Floats, u: Floats, v: Floats) -> Floats:
    """Draw counts with a given mean and the ordinary spread of a fit, from two uniform numbers each.

    The first decides where a gemeente lies in the ordinary spread, the second its count given that. Both by inversion:
    a larger mean never gives a smaller count.
    """
    name, spread = fit.family.name, fit.spread
    if name == "ols_rate":
        return np.asarray(np.maximum(np.round(mean + exposure * np.sqrt(spread) * ndtri(u)), 0.0), dtype=np.float64)
    if name in ("binomial", "logit_normal"):
        share = np.minimum(mean / exposure, 1.0 - 1e-9)
        if spread > 0 and name == "logit_normal":
            share = expit(centre(logit(share), spread) + np.sqrt(spread) * ndtri(u))
        elif spread > 0:
            total = (1.0 - spread) / spread
            share = betaincinv(share * total, (1.0 - share) * total, u)
        return np.asarray(stats.binom.ppf(v, exposure, share), dtype=np.float64)
    if spread > 0 and name == "nb2" and fit.definition.tails == "lognormal":
        mean = mean * np.exp(np.sqrt(np.log1p(spread)) * ndtri(u) - np.log1p(spread) / 2.0)
    elif spread > 0:
        shape = np.full(len(mean), 1.0 / spread) if name == "nb2" else mean / spread
        mean = mean * gammaincinv(shape, u) / shape
    return np.asarray(np.where(mean > 0, stats.poisson.ppf(v, np.maximum(mean, 1e-300)), 0.0), dtype=np.float64)


# --- size classes and means ------------------------------------------------------------------


def _size_classes(fit: ExpectedFit, asked: int | Sequence[float]) -> tuple[Floats, pd.DataFrame]:
    """Return 1 where a gemeente is in a class (classes, n), the last class being all, and the classes."""
    exposure = fit.source.exposure[fit.source.usable]
    if isinstance(asked, int):
        if not 1 <= asked <= len(exposure):
            raise DefinitionError(f"size_classes is {asked}; give 1 to {len(exposure)} classes, or edges.")
        edges = np.quantile(exposure, np.arange(1, asked) / asked)
    else:
        edges = np.asarray(list(asked), dtype=np.float64)
    if np.any(np.diff(edges) <= 0):
        raise DefinitionError(f"the edges of the size classes do not rise: {', '.join(f'{e:g}' for e in edges)}.")
    index = np.searchsorted(edges, exposure, side="right")
    number = len(edges) + 1
    inside = np.array([*(index == k for k in range(number if number > 1 else 0)), np.ones(len(exposure), bool)])
    names = (*NAMES.get(number, tuple(str(k + 1) for k in range(number))), ALL)
    for name, where in zip(names, inside, strict=True):
        if not np.any(where):
            raise DefinitionError(f"size class {name!r} holds no gemeente; choose other edges.")
    frame = pd.DataFrame({"size_class": pd.Series(names, dtype="string"), "n": inside.sum(axis=1)})
    frame["exposure_from"] = [float(exposure[where].min()) for where in inside]
    frame["exposure_to"] = [float(exposure[where].max()) for where in inside]
    return inside.astype(np.float64), frame


def _mean(values: Floats) -> tuple[Floats, Floats]:
    """Return the mean over simulations and its Monte Carlo standard error, failed simulations left out."""
    good = values[np.isfinite(values.reshape(len(values), -1)).all(axis=1)]
    many = len(good) > 1
    error = good.std(axis=0, ddof=1) / np.sqrt(len(good)) if many else np.full(good.shape[1:], np.nan)
    return np.asarray(good.mean(axis=0)), np.asarray(error)


def _crossed(classes: pd.DataFrame, by: dict[str, Sequence[Any]]) -> pd.DataFrame:
    frame = classes[["size_class", "exposure_from", "exposure_to", "n"]]
    for name, values in by.items():
        frame = frame.merge(pd.DataFrame({name: list(values)}), how="cross")
    return frame.astype({"direction": "string"})
