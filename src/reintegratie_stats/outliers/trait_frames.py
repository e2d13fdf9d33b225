"""The frames and notes of the second stage: effects per category, and how much of the spread lies between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reintegratie_stats.errors import counted
from reintegratie_stats.estimates.families import Floats
from reintegratie_stats.estimates.random_effects import Effects, Model, permuted_p, share_interval
from reintegratie_stats.outliers.trait_data import OVERLAP, Ratios, Trait, overlap
from reintegratie_stats.outliers.trait_tests import TraitTests

ALL = "alle"


def ordinary_weights(joint: Effects, traits: Sequence[Trait], tests: TraitTests) -> list[Floats]:
    """Return, per trait, the weights of its categories in the level that effects are stated against."""
    levels = []
    for trait, out in zip(traits, tests.out, strict=True):
        weight = np.where(out, 0.0, trait.sizes) if np.any(~out) else trait.sizes.astype(np.float64)
        levels.append(weight / weight.sum() if weight.sum() > 0 else weight)
    return levels


def effects_frame(
    ratios: Ratios, values: Floats, given: Sequence[Trait], large: Sequence[Trait], joint: Effects, tests: TraitTests,
    level_of: Sequence[Floats], level: float,
) -> pd.DataFrame:  # fmt: skip
    """Return one row per category, as `TraitEffects.effects` describes it."""
    half, rows, start = float(ndtri((1.0 + level) / 2.0)), [], 0
    for t, (all_, trait) in enumerate(zip(given, large, strict=True)):
        size = len(trait.categories)
        apart = np.eye(size) - level_of[t]
        centre = apart @ joint.effect[t]
        posterior = joint.posterior[start : start + size, start : start + size]
        error = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", apart, posterior, apart), 0.0))
        start += size
        raw = _raw_means(ratios, values, trait, joint.tau2)
        raw = raw - level_of[t] @ raw if size else raw
        for name, n in zip(all_.categories, all_.sizes, strict=True):
            row = {"trait": trait.name, "category": name, "n": int(n), "stands_out": False}
            if name in trait.categories:
                c = trait.categories.index(name)
                ends = centre[c] - half * error[c], centre[c] + half * error[c]
                row |= {"ratio": np.exp(centre[c]), "lower": np.exp(ends[0]), "upper": np.exp(ends[1])}
                row |= {"raw_ratio": np.exp(raw[c]), "p": tests.p[t][c], "p_adjusted": tests.adjusted[t][c]}
                row["stands_out"] = bool(tests.out[t][c])
            rows.append(row)
    columns = ["trait", "category", "n", "ratio", "lower", "upper", "raw_ratio", "p", "p_adjusted", "stands_out"]
    frame = pd.DataFrame(rows).reindex(columns=columns)
    numbers = dict.fromkeys(columns[3:-1], "float64")
    return frame.astype({"trait": "string", "category": "string", **numbers})


def _raw_means(ratios: Ratios, values: Floats, trait: Trait, tau2: float) -> Floats:
    weight = 1.0 / (ratios.variance + tau2)
    inside = trait.codes >= 0
    sums = [np.bincount(trait.codes[inside], w[inside], len(trait.categories)) for w in (weight * values, weight)]
    return np.asarray(sums[0] / sums[1], dtype=np.float64)


def spread_frame(
    ratios: Ratios, values: Floats, given: Sequence[Trait], large: Sequence[Trait], joint: Effects, permutations: int,
    seed: int,
) -> pd.DataFrame:  # fmt: skip
    """Return one row per trait, as `TraitEffects.spread` describes it."""

    def model(traits: Sequence[Trait]) -> Model:
        return Ratios(values, ratios.variance, ratios.judged).model(traits)

    nothing = model([]).fit()
    rows, total = [], joint.tau2 + float(np.sum(joint.omega2))
    for t, (all_, trait) in enumerate(zip(given, large, strict=True)):
        row = {"trait": trait.name, "categories": len(trait.categories), "n": int((all_.codes >= 0).sum())}
        row["tau_before"] = np.sqrt(nothing.tau2)
        if len(trait.categories) >= 1:
            alone = model([trait])
            fit = alone.fit()
            between = float(fit.omega2[0])
            low, high = share_interval(alone, fit)
            weight = 1.0 / (ratios.variance + nothing.tau2)
            row |= {"tau_after": np.sqrt(fit.tau2), "share": between / max(between + fit.tau2, 1e-300)}
            row |= {"share_lower": low, "share_upper": high}
            if len(trait.categories) > 1:  # dealing out the values over one category changes nothing
                row["p"] = permuted_p(values, weight, trait.codes, permutations, seed)
            row["share_joint"] = float(joint.omega2[t]) / max(total, 1e-300)
        rows.append(row)
    if len(large) > 1:
        rows.append(
            {
                "trait": ALL, "categories": sum(len(t.categories) for t in large), "n": len(values),
                "tau_before": np.sqrt(nothing.tau2), "tau_after": np.sqrt(joint.tau2),
                "share": float(np.sum(joint.omega2)) / max(total, 1e-300),
            }
        )  # fmt: skip
    columns = ["trait", "categories", "n", "tau_before", "tau_after", "share", "share_lower", "share_upper", "p",
               "share_joint"]  # fmt: skip
    frame = pd.DataFrame(rows).reindex(columns=columns)
    return frame.astype({"trait": "string", **dict.fromkeys(columns[3:], "float64")})


def overlap_notes(given: Sequence[Trait], large: Sequence[Trait], smallest: int) -> tuple[str, ...]:
    """Return what a reader must know: categories that are not tested, gemeenten in none, traits that overlap."""
    said = []
    for all_, trait in zip(given, large, strict=True):
        small, none = len(all_.categories) - len(trait.categories), int((all_.codes < 0).sum())
        if small:
            said.append(
                f"{trait.name}: {counted(small, 'category', 'categories')} under {smallest} gemeenten not tested"
            )
        if none:
            said.append(f"{trait.name}: {counted(none, 'gemeente', 'gemeenten')} without a value, in no category")
    for k, first in enumerate(large):
        for second in large[k + 1 :]:
            v = overlap(first, second)
            if v > OVERLAP:
                said.append(
                    f"{first.name} and {second.name} overlap (Cramer's V {v:.2f}): to which of them a deviation that "
                    "they share belongs, these data hardly say"
                )
    return tuple(said)
