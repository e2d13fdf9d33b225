"""Which categories stand out: each against the others of its trait, the most extreme taken out of these first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from reintegratie_stats.estimates.families import Bools, Floats
from reintegratie_stats.estimates.multiplicity import benjamini_hochberg
from reintegratie_stats.estimates.random_effects import Effects, Model, bounded_values, contrast, inverse_covariance
from reintegratie_stats.outliers.trait_data import Trait

BOUND = 1.5  # standard deviations to which residuals are bounded for the tests


@dataclass(frozen=True, eq=False)
class TraitTests:
    """Per trait: p values of the categories, adjusted over all of them, and which stand out."""

    p: tuple[Floats, ...]
    adjusted: tuple[Floats, ...]
    out: tuple[Bools, ...]


def judge_categories(model: Model, joint: Effects, traits: Sequence[Trait], fdr: float) -> TraitTests:
    """Test each category against those of its trait that do not stand out, the most extreme taken out first."""
    inverses = []
    for t in range(len(traits)):
        rest = [k for k in range(len(traits)) if k != t]
        inverses.append(
            inverse_covariance(model.v, joint.tau2, [model.z[k] for k in rest], [float(joint.omega2[k]) for k in rest])
        )
    bounded = [bounded_values(model, joint, t, BOUND) for t in range(len(traits))]
    ends = np.cumsum([0, *(len(trait.categories) for trait in traits)])[1:-1]
    taken = [np.zeros(len(trait.categories), dtype=bool) for trait in traits]
    for _ in range(sum(len(part) for part in taken) + 1):
        p = [_trait_tests(bounded[t], model, inverses[t], t, taken[t]) for t in range(len(traits))]
        adjusted = np.split(benjamini_hochberg(np.concatenate(p)), ends)
        left = [np.where(done, np.inf, q) for done, q in zip(taken, p, strict=True)]
        t = int(np.argmin([np.nanmin(part, initial=np.inf) for part in left]))
        if not np.any(np.isfinite(left[t])):
            break
        c = int(np.nanargmin(left[t]))
        if not adjusted[t][c] <= fdr:
            break
        taken[t][c] = True
    out = tuple(np.asarray(a <= fdr, dtype=np.bool_) for a in adjusted)
    return TraitTests(tuple(p), tuple(adjusted), out)


def _trait_tests(values: Floats, model: Model, inverse: Floats, t: int, taken: Bools) -> Floats:
    z = model.z[t]
    out = np.full(z.shape[1], np.nan)
    for c in range(z.shape[1]):
        aside = taken.copy()
        aside[c] = False
        x = np.column_stack([model.x, z[:, aside], z[:, c]])
        if np.linalg.matrix_rank(x) < x.shape[1]:
            continue  # nobody is left to compare with
        estimate, error = contrast(values, x, inverse)
        out[c] = 2.0 * float(stats.t.sf(abs(estimate / error), len(values) - x.shape[1] - 1))
    return out
