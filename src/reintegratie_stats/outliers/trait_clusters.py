"""The cluster beside the single gemeente: what it shares with others, and what remains of its deviation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reintegratie_stats.estimates.expected import ExpectedFit
from reintegratie_stats.estimates.families import Bools, Floats
from reintegratie_stats.estimates.predictive import Predictive, link_of, two_sided
from reintegratie_stats.estimates.random_effects import Effects, Model
from reintegratie_stats.outliers.flags import OutlierRule, flag_names, flag_outliers, judge
from reintegratie_stats.outliers.trait_data import Ratios, Trait
from reintegratie_stats.report.formats import format_number
from reintegratie_stats.report.labels import Lang

LABELS = ("eigen", "gedeeld", "beide", "geen", "niet_te_beoordelen")
LEFT_OUT = 1e8  # a sampling variance at which a gemeente says nothing of its category

TEXTS: Mapping[str, Mapping[str, str]] = {
    "geen": {
        "nl": "Geen afwijking die opvalt, alleen noch samen met andere gemeenten.",
        "en": "No deviation that stands out, alone or together with other gemeenten.",
    },
    "eigen": {
        "nl": "Wijkt alleen af (verhouding {ratio}): geen kenmerk dat zij deelt, valt op.",
        "en": "Deviates alone (ratio {ratio}): no trait that it shares stands out.",
    },
    "gedeeld": {
        "nl": "Deelt een oorzaak: de {n} gemeenten met {cluster} registreren {shared} maal wat wordt verwacht; "
              "wat daarvan over is (verhouding {own}) valt niet op.",
        "en": "Shares a cause: the {n} gemeenten with {cluster} register {shared} times what is expected; "
              "what remains (ratio {own}) does not stand out.",
    },
    "beide": {
        "nl": "Deelt een oorzaak (de {n} gemeenten met {cluster} registreren {shared} maal wat wordt verwacht) en "
              "wijkt daarnaast zelf af (verhouding {own}).",
        "en": "Shares a cause (the {n} gemeenten with {cluster} register {shared} times what is expected) and "
              "deviates beside it (ratio {own}).",
    },
    "niet_te_beoordelen": {"nl": "Niet te beoordelen.", "en": "Not to be judged."},
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Shared:
    """The joint model of the log ratios, its fit, its traits, and which of their categories stand out."""

    model: Model
    fit: Effects
    traits: Sequence[Trait]
    out: tuple[Bools, ...]

    def inside(self) -> list[Bools]:
        """Return per trait which gemeenten are in a category that stands out."""
        return [
            np.append(out, False)[trait.codes] for trait, out in zip(self.traits, self.out, strict=True)
        ]  # code -1 is the last

    def without(self, i: int) -> tuple[float, float]:
        """Return the log ratio of what gemeente i shares, and its variance, from the other gemeenten."""
        variance = self.model.v.copy()
        variance[i] = LEFT_OUT
        again = Model(self.model.y, variance, self.model.x, self.model.z).solve(self.fit.tau2, self.fit.omega2)
        pick, value, start = np.zeros(len(again.posterior)), 0.0, 0
        for trait, out, effect in zip(self.traits, self.out, again.effect, strict=True):
            code, size = int(trait.codes[i]), len(trait.categories)
            if code >= 0 and out[code]:
                others = np.where(out, 0.0, trait.sizes) if np.any(~out) else np.zeros(size)
                apart = (np.arange(size) == code) - others / max(others.sum(), 1.0)
                value += float(apart @ effect)
                pick[start : start + size] = apart
            start += size
        return value, float(pick @ again.posterior @ pick)


def clusters_frame(fit: ExpectedFit, rule: OutlierRule, ratios: Ratios, shared: Shared, lang: Lang) -> pd.DataFrame:
    """Return one row per gemeente, as `TraitEffects.clusters` describes it."""
    flags = flag_outliers(fit, rule).to_frame()
    inside = np.any(shared.inside(), axis=0)
    shift, error = np.zeros(len(inside)), np.zeros(len(inside))
    for i in np.nonzero(inside)[0]:
        shift[i], error[i] = shared.without(int(i))
    everywhere = np.zeros(len(flags))
    widened = everywhere.copy()
    everywhere[ratios.judged], widened[ratios.judged] = shift, error
    p, expected = _judged_again(fit, everywhere, widened, rule)
    observed = fit.units()["observed"].to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        verdict = judge(np.where(ratios.judged, p, np.nan), observed / expected, expected, rule)
        own = observed / expected
    frame = flags[[fit.definition.id, "flag", "ratio"]].copy()
    names, sizes = _cluster_names(shared, ratios.judged)
    has = np.array([name is not None for name in names])
    frame["cluster"] = pd.Series(names, dtype="string", index=frame.index)
    frame["cluster_n"] = pd.array(sizes, dtype="Int64")
    frame["cluster_ratio"] = np.where(has, np.exp(everywhere), np.nan)
    frame["own_ratio"], frame["own_p"] = np.where(verdict.judged, own, np.nan), np.where(verdict.judged, p, np.nan)
    frame["own_flag"] = pd.Series(flag_names(verdict), dtype="string", index=frame.index)
    labels = _labels(frame, has)
    frame["label"] = pd.Series(labels, dtype="string", index=frame.index)
    reasons = [_sentence(row, lang) for row in frame.to_dict("records")]
    frame["reason"] = pd.Series(reasons, dtype="string", index=frame.index)
    return frame


def _judged_again(fit: ExpectedFit, shift: Floats, error: Floats, rule: OutlierRule) -> tuple[Floats, Floats]:
    """Return p values and expectations given the clusters, the ordinary spread being that of the fit."""
    ahead, usable = fit.predictive, fit.source.usable
    mean = fit.family.mean(ahead.eta, ahead.exposure)
    new = mean * np.exp(shift[usable])
    if fit.family.bounded:
        new = np.minimum(new, (1.0 - 1e-9) * ahead.exposure)
    with np.errstate(invalid="ignore", divide="ignore"):
        eta = np.where(shift[usable] == 0, ahead.eta, link_of(fit.family, new, ahead.exposure))
        steep = fit.family.slope(eta, ahead.exposure) / fit.family.mean(eta, ahead.exposure)
        variance = ahead.variance + error[usable] / steep**2
        again = Predictive(fit.family, eta, variance, ahead.exposure, ahead.spread, ahead.spread_error)
        mid, plain = two_sided(again.tails(fit.data.y))
    p, expected = np.full(len(usable), np.nan), np.full(len(usable), np.nan)
    p[usable], expected[usable] = mid if rule.p == "p" else plain, new
    return p, expected


def _cluster_names(shared: Shared, judged: Bools) -> tuple[list[str | None], list[int | None]]:
    names: list[str | None] = [None] * len(judged)
    sizes: list[int | None] = [None] * len(judged)
    for i, place in enumerate(np.nonzero(judged)[0]):
        found = [
            (f"{trait.name} {trait.categories[code]}", int(trait.sizes[code]))
            for trait, out in zip(shared.traits, shared.out, strict=True)
            if (code := int(trait.codes[i])) >= 0 and out[code]
        ]
        if found:
            names[place] = ", ".join(name for name, _ in found)
            sizes[place] = min(size for _, size in found)
    return names, sizes


def _labels(frame: pd.DataFrame, has: Bools) -> list[str]:
    flagged = frame["flag"].isin(["meer", "minder"]).to_numpy()
    own = frame["own_flag"].isin(["meer", "minder"]).to_numpy()
    judged = (frame["flag"] != "niet_te_beoordelen").to_numpy()
    choices = [~judged, has & own, has, flagged]
    return [str(v) for v in np.select(choices, ["niet_te_beoordelen", "beide", "gedeeld", "eigen"], "geen")]


def _sentence(row: Mapping[Any, Any], lang: Lang) -> str:
    def number(name: str) -> str:
        return "" if pd.isna(row[name]) else format_number(row[name], 2, lang)

    n = "" if pd.isna(row["cluster_n"]) else str(row["cluster_n"])
    return TEXTS[row["label"]][lang].format(
        n=n, cluster=row["cluster"], ratio=number("ratio"), shared=number("cluster_ratio"), own=number("own_ratio")
    )
