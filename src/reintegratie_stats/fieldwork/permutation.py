r"""A permutation test for few units, with the interval that belongs to it.

Scores :math:`s_i` in {-1, 0, 1} (a cause was found that moves the count down, was not found, moves it up) stand beside
values :math:`z_i`. The effect is the slope of z on s,

.. math:: \hat\delta = \frac{\sum_i (s_i - \bar s) z_i}{\sum_i (s_i - \bar s)^2},

which is the difference in mean z between those with and without the cause when all scores that are not 0 have one
sign (times that sign). Under :math:`z_i = \delta s_i + e_i` with exchangeable e, every way to deal the scores over
the units is as likely. Dealing d has :math:`A_d = \sum_i s_{d(i)} z_i` and :math:`B_d = \sum_i s_{d(i)} s_i`, and
lies at or beyond what was seen, at a hypothesis :math:`\delta`, when :math:`\delta \ge (A_0 - A_d) / (B_0 - B_d)`
(Tritchler 1984). So the limits of the interval are order statistics of these quotients, and the interval leaves out 0
just where the test rejects.

References
----------
E.J.G. Pitman (1937), Significance tests which may be applied to samples from any populations. JRSS Suppl. 4, 119-130.
D. Tritchler (1984), On inverting permutation tests. JASA 79, 200-207.
B. Phipson and G.K. Smyth (2010), Permutation p-values should never be zero. SAGMB 9, 39 (the draw seen counts).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations
from math import comb, prod
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from reintegratie_stats.errors import DefinitionError
from reintegratie_stats.estimates.intervals import check_level
from reintegratie_stats.fieldwork.values import whole_seed

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Method = Literal["exact", "monte carlo"]

NO_CONTRAST: Final = "all gemeenten have the same score: nothing to compare"
TOO_FEW: Final = "too few ways to deal the scores for an interval at this level"


@dataclass(frozen=True)
class PermutationResult:
    """An effect, its interval and p value; missing (NaN) where `reason` says why.

    Attributes
    ----------
    effect, lower, upper : float
        In units of z.
    p : float
        Two-sided: twice the smaller tail, at most 1.
    method : str
        ``exact`` (all ways to deal) or ``monte carlo``.
    permutations : int
        Ways that were looked at.
    reason : str
    """

    effect: float
    lower: float
    upper: float
    p: float
    method: str
    permutations: int
    reason: str = ""


def permutation_test(
    z: Any, score: Any, strata: Any = None, *, level: float, max_exact: int, draws: int, seed: int
) -> PermutationResult:
    """Test whether scores and values have to do with each other, dealing scores anew within strata.

    Parameters
    ----------
    z : array-like of float, shape (n,)
    score : array-like of {-1, 0, 1}, shape (n,)
    strata : array-like, shape (n,), optional
        Scores are dealt, and centred, within these.
    level : float
        Of the interval.
    max_exact : int
        With at most so many ways to deal, all of them are looked at.
    draws : int
        Otherwise so many at random; what was seen counts as one more.
    seed : int

    Returns
    -------
    PermutationResult

    Raises
    ------
    DefinitionError
        For values that are no numbers or missing, other scores, lengths that differ, strata that are missing, and
        settings that cannot be.

    Examples
    --------
    >>> settings = dict(level=0.9, max_exact=1000, draws=999, seed=1)
    >>> found = permutation_test([0.1, 0.4, 1.5, 2.0, -0.3, 0.2], [0, 0, 1, 1, 0, 0], **settings)
    >>> round(found.effect, 3), round(found.p, 4), found.method, found.permutations
    (1.65, 0.1333, 'exact', 15)
    """
    level, seed = check_settings(level, max_exact, draws, seed)
    z, s, groups = _checked(z, score, strata)
    parts = [np.nonzero(groups == group)[0] for group in range(int(groups.max(initial=-1)) + 1)]
    centred = s.copy()
    for part in parts:
        centred[part] -= s[part].mean()
    nan = float("nan")
    if not len(z) or float(centred @ centred) < 1e-12:
        return PermutationResult(nan, nan, nan, nan, "", 0, NO_CONTRAST)
    effect = float(centred @ z / (centred @ centred))
    ways = prod(_ways(s[part]) for part in parts)
    method: Method = "exact" if ways <= max_exact else "monte carlo"
    a, b = _all_ways(z, s, parts) if method == "exact" else _some_ways(z, s, parts, draws, seed)
    low, high, lower, upper = _tails(a, b, float(s @ z), float(s @ s), 1e-9 * float(np.abs(z).sum()), level)
    reason = "" if np.isfinite(lower) and np.isfinite(upper) else TOO_FEW
    if reason:
        lower = upper = nan
    return PermutationResult(effect, lower, upper, min(1.0, 2.0 * min(low, high)), method, len(a), reason)


def check_settings(level: Any, max_exact: Any, draws: Any, seed: Any) -> tuple[float, int]:
    """Return the level and the seed of a test, or raise `DefinitionError` for a setting that cannot be."""
    for name, value in (("max_exact", max_exact), ("draws", draws)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
            raise DefinitionError(f"{name} is {value!r}; it is a whole number of at least 1.")
    return check_level(level), whole_seed(seed, 0)


def _checked(z: Any, score: Any, strata: Any) -> tuple[Floats, Floats, Ints]:
    """Return values, scores and the number of the stratum of each unit."""
    try:
        values, scores = np.asarray(z, dtype=np.float64), np.asarray(score, dtype=np.float64)
    except (TypeError, ValueError):
        raise DefinitionError("z and score are numbers.") from None
    groups = np.zeros(values.size, dtype=np.int64)
    if strata is not None:
        groups = pd.factorize(np.array([*strata, None], dtype=object)[:-1])[0]
    if values.ndim != 1 or not values.shape == scores.shape == groups.shape:
        raise DefinitionError("z, score and strata have one value for each unit.")
    if not np.isfinite(values).all() or not np.isin(scores, (-1.0, 0.0, 1.0)).all() or (groups < 0).any():
        raise DefinitionError("z is finite, a score is -1, 0 or 1, and no stratum is missing.")
    return values, scores, np.asarray(groups, dtype=np.int64)


def _ways(score: Floats) -> int:
    up, down = int((score > 0).sum()), int((score < 0).sum())
    return comb(len(score), up) * comb(len(score) - up, down)


def _all_ways(z: Floats, s: Floats, parts: list[Any]) -> tuple[Floats, Floats]:
    """Return A and B of every way to deal: per stratum, and then all combinations over strata."""
    a, b = np.zeros(1), np.zeros(1)
    for part in parts:
        up, down = _dealings(s[part])
        a, b = (
            (sums[:, None] + (values[up].sum(axis=-1)[:, None] - values[down].sum(axis=-1)).ravel()[None, :]).ravel()
            for sums, values in ((a, z[part]), (b, s[part]))
        )
    return a, b


def _dealings(score: Floats) -> tuple[Ints, Ints]:
    """Return who gets 1, shape (u, ups), and for each of these ways who gets -1, shape (u, d, downs)."""
    size, ups, downs = len(score), int((score > 0).sum()), int((score < 0).sum())
    first = _choices(size, ups)
    free = np.ones((len(first), size), dtype=bool)
    free[np.arange(len(first))[:, None], first] = False
    rest = np.nonzero(free)[1].reshape(len(first), size - ups)
    return first, rest[:, _choices(size - ups, downs)]


def _choices(size: int, number: int) -> Ints:
    flat = np.fromiter(chain.from_iterable(combinations(range(size), number)), dtype=np.int64)
    return flat.reshape(comb(size, number), number)


def _some_ways(z: Floats, s: Floats, parts: list[Any], draws: int, seed: int) -> tuple[Floats, Floats]:
    """Deal at random; only doubles of the generator are used, as other streams may change between versions of numpy."""
    lots = np.random.default_rng(seed).random((draws, len(z)))
    dealt = np.empty((draws + 1, len(z)))
    dealt[0] = s
    for part in parts:
        dealt[1:, part] = s[part][np.argsort(lots[:, part], axis=1, kind="stable")]
    return dealt @ z, dealt @ s


def _tails(
    a: Floats, b: Floats, a_seen: float, b_seen: float, close: float, level: float
) -> tuple[float, float, float, float]:
    """Return the lower and upper tail at effect 0, and the limits of the interval; sums within `close` are equal."""
    number = len(a)
    same = b >= b_seen - 1e-9
    high = float(np.count_nonzero(a >= a_seen - close)) / number
    low = float(np.count_nonzero(a <= a_seen + close)) / number
    turning = np.sort((a_seen - a[~same]) / (b_seen - b[~same]))
    always = int(np.count_nonzero(same))
    # The tail above at delta is (always + number of turning points at or below delta) / number: the smallest count
    # that is over alpha / 2.
    needed = int(np.floor((1.0 - level) / 2.0 * number + 1e-9)) + 1 - always
    if needed <= 0:
        return low, high, -np.inf, np.inf
    return low, high, float(turning[needed - 1]), float(turning[-needed])
