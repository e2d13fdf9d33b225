r"""How a figure per gemeente goes with a trait: rank correlation for numbers, intraclass correlation for groups.

For a number, and for a trait with two values (yes counts as 1, or else the second by alphabet), the Spearman
correlation r, p by the t distribution, and the interval of Bonett and Wright,
:math:`\tanh(\tanh^{-1} r \pm z \sqrt{(1 + r^2/2)/(n - 3)})`.

For groups (k of them, sizes :math:`n_j`, n in all) the intraclass correlation of a one-way analysis of variance,

.. math:: \mathrm{ICC} = \frac{MS_b - MS_w}{MS_b + (n_0 - 1) MS_w}, \qquad
          n_0 = \frac{1}{k - 1} \Bigl(n - \frac{\sum n_j^2}{n}\Bigr),

of the normal scores of the figures (van der Waerden), so that one extreme gemeente does not make a group: the share of
the variance that lies between groups, below 0 (not below -1) where they differ less than by chance. The interval is
Searle's, from the F distribution; p is that of a permutation of the figures over the gemeenten, seeded, one-sided.

References
----------
D.G. Bonett and T.A. Wright (2000), Sample size requirements for estimating Pearson, Kendall and Spearman correlations.
Psychometrika 65, 23-28.
S.R. Searle (1971), Linear models, section 9.9 (interval of the ICC); A. Donner (1986), International Statistical Review
54, 67-82 (n_0).
B. Phipson and G.K. Smyth (2010), Permutation p-values should never be zero. SAGMB 9, article 39.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import fdtri, ndtri, stdtr
from scipy.stats import rankdata

from reintegratie_stats.estimates.families import Floats
from reintegratie_stats.outliers.profile_data import yes_or_no

Measure = Literal["spearman", "icc"]
PERMUTATIONS = 999
FEW = 4  # gemeenten, below which nothing is said


@dataclass(frozen=True)
class Association:
    """How a figure goes with a trait, over n gemeenten; missing numbers and a reason where nothing can be said."""

    trait: str
    measure: Measure
    n: int
    value: float
    lower: float
    upper: float
    p: float
    groups: int = 0
    reason: str = ""


def associate(
    trait: str,
    values: pd.Series,
    figure: Floats,
    *,
    level: float = 0.95,
    permutations: int = PERMUTATIONS,
    seed: int,
    groups: bool = False,
) -> Association:
    """Relate a figure per gemeente to a trait: `spearman` for numbers and two values, `intraclass` for everything else.

    Gemeenten with a missing figure or a missing trait are left out; ``n`` says how many are left. The name of a trait
    with two values tells which of them counts as 1: ``externe_uitvoering = ja``. With `groups` every value is a group.
    """
    known = values.notna().to_numpy(dtype=bool) & np.isfinite(figure)
    number = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
    if number and not groups:
        return spearman(trait, values[known].to_numpy(dtype=np.float64), figure[known], level)
    factors, names = pd.factorize(values[known].astype(str), sort=True)
    codes = np.asarray(factors, dtype=np.int64)
    if len(names) == 2 and not groups:
        one = 0 if yes_or_no(names[0]) else 1
        return spearman(f"{trait} = {names[one]}", np.where(codes == one, 1.0, 0.0), figure[known], level)
    return intraclass(trait, codes, figure[known], level=level, permutations=permutations, seed=seed)


def spearman(trait: str, x: Floats, y: Floats, level: float = 0.95) -> Association:
    """Return the rank correlation of two arrays (n,) with its interval and two-sided p.

    Examples
    --------
    >>> x = np.arange(20.0)
    >>> spearman("omvang", x, x**3).value
    1.0
    """
    n = len(x)
    if n < FEW or np.ptp(x) == 0 or np.ptp(y) == 0:
        why = f"{n} gemeenten" if n < FEW else "the same for every gemeente"
        return Association(trait, "spearman", n, np.nan, np.nan, np.nan, np.nan, reason=why)
    r = float(np.clip(np.corrcoef(rankdata(x), rankdata(y))[0, 1], -1.0, 1.0))
    r = round(r, 15)
    if abs(r) == 1.0:
        return Association(trait, "spearman", n, r, r, r, 0.0)
    t = r * np.sqrt((n - 2.0) / (1.0 - r**2))
    half = float(ndtri((1.0 + level) / 2.0)) * np.sqrt((1.0 + r**2 / 2.0) / (n - 3.0))
    lower, upper = (float(np.tanh(np.arctanh(r) + side * half)) for side in (-1.0, 1.0))
    return Association(trait, "spearman", n, r, lower, upper, float(2.0 * stdtr(n - 2.0, -abs(t))))


def normal_scores(y: Floats) -> Floats:
    """Return the van der Waerden scores of an array: normal quantiles of rank / (n + 1).

    Examples
    --------
    >>> normal_scores(np.array([5.0, 100.0, -3.0])).round(3).tolist()
    [0.0, 0.674, -0.674]
    """
    return np.asarray(ndtri(rankdata(y) / (len(y) + 1.0)), dtype=np.float64)


def intraclass(
    trait: str,
    codes: npt.NDArray[np.int64],
    y: Floats,
    *,
    level: float = 0.95,
    permutations: int = PERMUTATIONS,
    seed: int,
) -> Association:
    """Return the intraclass correlation of the normal scores of y (n,) in groups (n,) coded 0, 1, 2, ..."""
    n, k = len(y), int(codes.max()) + 1 if len(codes) else 0
    nothing = Association(trait, "icc", n, np.nan, np.nan, np.nan, np.nan, k)
    if n < FEW or k < 2 or n - k < 1 or np.ptp(y) == 0:
        return Association(**{**nothing.__dict__, "reason": f"{n} gemeenten in {k} groups"})
    scores = normal_scores(y)
    size = np.bincount(codes, minlength=k).astype(np.float64)
    total = float(np.sum((scores - scores.mean()) ** 2))

    def between(rows: Floats) -> Floats:
        inside = np.zeros((n, k))
        inside[np.arange(n), codes] = 1.0
        return np.asarray(np.sum((rows @ inside) ** 2 / size, axis=-1) - n * scores.mean() ** 2, dtype=np.float64)

    seen = float(between(scores[None, :])[0])
    mean_between, mean_within = seen / (k - 1.0), max((total - seen) / (n - k), 1e-300)
    n0 = (n - float(np.sum(size**2)) / n) / (k - 1.0)
    f = mean_between / mean_within
    tail = (1.0 - level) / 2.0
    ends = [f / float(fdtri(k - 1.0, n - float(k), q)) for q in (1.0 - tail, tail)]
    lower, value, upper = (max(-1.0, (e - 1.0) / (e + n0 - 1.0)) for e in (ends[0], f, ends[1]))
    p = _permutation_p(between, scores, seen, permutations, seed)
    return Association(trait, "icc", n, value, lower, upper, p, k)


def _permutation_p(between: Any, scores: Floats, seen: float, permutations: int, seed: int) -> float:
    random = np.random.default_rng(seed)
    higher, left = 0, permutations
    while left > 0:
        block = min(left, 500)
        order = np.argsort(random.random((block, len(scores))), axis=1, kind="stable")
        higher += int(np.sum(between(scores[order]) >= seen - 1e-9 * abs(seen)))
        left -= block
    return (1.0 + higher) / (1.0 + permutations)
