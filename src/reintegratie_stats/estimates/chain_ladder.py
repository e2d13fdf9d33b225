r"""The chain ladder: what is still to come of counts that arrive late, and how uncertain that is.

:math:`C_{ik}` is what is known of period `i` after `k` steps. What comes in the next step is taken to be in proportion
to what is there,

.. math:: \hat f_k = \frac{\sum_i C_{i,k+1}}{\sum_i C_{ik}}, \qquad
          \hat\sigma_k^2 = \frac{1}{n_k - 1} \sum_i C_{ik} \left(\frac{C_{i,k+1}}{C_{ik}} - \hat f_k\right)^2,

over the `n_k` rows that are seen after step `k + 1`, and the last known value is carried on:
:math:`\hat C_{iK} = C_{ik} \hat f_k \cdots \hat f_{K-1}`. Mack (1993) gives the mean squared error of that without a
distribution,

.. math:: \widehat{mse}_i = \hat C_{iK}^2 \sum_k \frac{\hat\sigma_k^2}{\hat f_k^2}
          \left(\frac{1}{\hat C_{ik}} + \frac{1}{\sum_j C_{jk}}\right),

and for a sum of rows adds that all of them share the same estimated factors.

It knows nothing of what never happened before: a delivery that failed, or a clean-up, moves all periods at once.
`calendar_test` looks for that.

References
----------
T. Mack (1993), Distribution-free calculation of the standard error of chain ladder reserve estimates. ASTIN Bulletin
23, 213-225. T. Mack (1994), Measuring the variability of chain ladder reserve estimates. CAS Forum, appendix H
(calendar years).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from reintegratie_stats.errors import DefinitionError, FitError

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, repr=False, eq=False)
class ToCome:
    """What is known, expected and still to come, for rows or sums of rows.

    Parameters
    ----------
    known, expected, to_come, standard_error : ndarray of float64, shape (n,)
        In events; ``expected = known + to_come``, and the standard error is that of either of the last two.
    """

    known: Floats
    expected: Floats
    to_come: Floats
    standard_error: Floats

    @property
    def share_known(self) -> Floats:
        """What is known as a share of what is expected, in [0, 1]; missing where nothing is expected."""
        share = np.full(len(self.known), np.nan)
        np.divide(self.known, self.expected, out=share, where=self.expected > 0)
        return share

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return limits of what is still to come.

        Lognormal with this mean and standard error, as Mack (1993) proposes, so that they are never below 0.

        Parameters
        ----------
        level : float
            Between 0 and 1.

        Raises
        ------
        DefinitionError
            When `level` is not between 0 and 1.
        """
        if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0 < level < 1:
            raise DefinitionError(f"level is {level!r}; it is a share between 0 and 1.")
        z = NormalDist().inv_cdf((1 + level) / 2)
        some = self.to_come > 0
        mean = np.where(some, self.to_come, 1.0)
        variance = np.log1p((np.where(some, self.standard_error, 0.0) / mean) ** 2)
        middle, spread = np.log(mean) - variance / 2, z * np.sqrt(variance)
        lower, upper = np.exp(middle - spread), np.exp(middle + spread)
        none = np.where(np.isnan(self.to_come), np.nan, 0.0)
        return np.where(some, lower, none), np.where(some, upper, none)

    def __repr__(self) -> str:
        return f"ToCome({len(self.known)} rows: {self.known.sum():g} known, {self.to_come.sum():g} to come)"


@dataclass(frozen=True, repr=False, eq=False)
class ChainLadder:
    r"""A chain ladder; made by `chain_ladder`.

    Parameters
    ----------
    factors, sigma_squared, standard_errors : ndarray of float64, shape (steps,)
        :math:`\hat f_k`, :math:`\hat\sigma_k^2` and the standard error of the first.
    rows_per_step : ndarray of int64, shape (steps,)
        `n_k`, the rows with anything that a factor was estimated from.
    sums : ndarray of float64, shape (steps,)
        :math:`\sum_j C_{jk}` over the rows of a factor.
    known_after : ndarray of int64, shape (rows,)
        The last step that is seen of each row.
    full : ndarray of float64, shape (rows, steps + 1)
        The triangle with what is expected filled in.
    notes : tuple of str
    """

    factors: Floats
    sigma_squared: Floats
    standard_errors: Floats
    rows_per_step: npt.NDArray[np.int64]
    sums: Floats
    known_after: npt.NDArray[np.int64]
    full: Floats
    notes: tuple[str, ...] = ()

    def shares(self) -> Floats:
        """Return the share that is there after each step, shape ``(steps + 1,)``; the last is 1 by assumption."""
        return np.asarray(1.0 / np.cumprod(np.append(1.0, self.factors[::-1]))[::-1], dtype=np.float64)

    def rows(self) -> ToCome:
        """Return what is still to come of each row."""
        return self.sums_of(np.arange(len(self.full)))

    def total(self) -> ToCome:
        """Return what is still to come of all rows together."""
        return self.sums_of(np.zeros(len(self.full), dtype=np.int64))

    def sums_of(self, groups: Any) -> ToCome:
        """Return what is still to come of sums of rows.

        Parameters
        ----------
        groups : array-like of int, shape (rows,)
            The number of the group of each row, from 0 on; a negative one is in no group.
        """
        group = np.asarray(groups, dtype=np.int64)
        inside, count = group >= 0, int(group.max(initial=-1)) + 1
        steps = np.arange(len(self.factors))
        ahead = (steps >= self.known_after[:, None]) & inside[:, None]
        ultimate = self.full[:, -1]
        ratio = np.divide(self.sigma_squared, self.factors**2, out=np.zeros_like(self.factors), where=self.factors > 0)
        there = self.full[:, :-1]
        inverse = np.divide(1.0, there, out=np.zeros_like(there), where=there > 0)
        process = ultimate**2 * np.where(ahead, ratio * inverse, 0.0).sum(axis=1)
        variance = np.bincount(group[inside], process[inside], count)
        shared = np.zeros((count, len(self.factors)))
        np.add.at(shared, group[inside], np.where(ahead, ultimate[:, None], 0.0)[inside])
        variance += (shared**2 * ratio / self.sums).sum(axis=1)
        last = self.full[np.arange(len(self.full)), self.known_after]
        known, expected = (
            np.asarray(np.bincount(group[inside], value[inside], count), dtype=np.float64) for value in (last, ultimate)
        )
        return ToCome(known, expected, expected - known, np.sqrt(variance))

    def __repr__(self) -> str:
        total = self.total()
        return (
            f"ChainLadder({len(self.full)} rows, {len(self.factors)} steps: {total.known[0]:g} known, "
            f"{total.to_come[0]:.1f} to come, standard error {total.standard_error[0]:.1f})"
        )


def chain_ladder(triangle: Any, *, last_sigma: Literal["mack", "loglinear"] = "mack") -> ChainLadder:
    """Estimate what is still to come of a triangle of counts.

    Parameters
    ----------
    triangle : array-like of float, shape (rows, steps + 1)
        What is known of each row after each step, so it usually rises; NaN from the first step that is not seen yet.
        Rows may be the periods of several gemeenten below each other: then all share the same factors.
    last_sigma : {"mack", "loglinear"}
        How the variance of a step of which one row is seen is made up: the smallest of the two before and of the square
        of the last over the one before it (Mack 1993), or on the line of the logarithms of those before.

    Returns
    -------
    ChainLadder

    Raises
    ------
    FitError
        When it is no triangle: an infinite or negative value, a gap, a row of which nothing is seen, fewer than two
        steps, or a step of which nothing was there to begin with.
    DefinitionError
        When `last_sigma` is not one of these.

    Examples
    --------
    >>> nan = float("nan")
    >>> ladder = chain_ladder([[100, 150, 165], [110, 168, nan], [120, nan, nan]])
    >>> [round(float(one), 4) for one in ladder.factors]
    [1.5143, 1.1]
    >>> [round(float(one), 3) for one in ladder.shares()]
    [0.6, 0.909, 1.0]
    >>> ladder
    ChainLadder(3 rows, 2 steps: 453 known, 96.7 to come, standard error 7.4)
    """
    if last_sigma not in ("mack", "loglinear"):
        raise DefinitionError(f"last_sigma is {last_sigma!r}; it is one of: mack, loglinear.")
    values, after = checked_triangle(triangle)
    steps = values.shape[1] - 1
    pairs = np.arange(steps) < after[:, None]
    first, second = np.where(pairs, values[:, :-1], 0.0), np.where(pairs, values[:, 1:], 0.0)
    sums = first.sum(axis=0)
    _refuse_empty_steps(sums, pairs)
    factors = second.sum(axis=0) / sums
    some = pairs & (first > 0)
    number = some.sum(axis=0)
    off = np.where(some, first, 1.0) * (np.divide(second, first, out=np.zeros_like(first), where=some) - factors) ** 2
    spread = np.where(some, off, 0.0).sum(axis=0)
    sigma = np.where(number > 1, spread / np.maximum(number - 1, 1), np.nan)
    notes = _notes(first, second, pairs, number)
    sigma = _filled(sigma, last_sigma)
    full = values.copy()
    for step in range(steps):
        missing = np.isnan(full[:, step + 1])
        full[missing, step + 1] = full[missing, step] * factors[step]
    return ChainLadder(factors, sigma, np.sqrt(sigma / sums), number.astype(np.int64), sums, after, full, notes)


def checked_triangle(triangle: Any) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return a triangle as an array, and the last step that is seen of each row.

    Raises
    ------
    FitError
        See `chain_ladder`; all problems at once.
    """
    try:
        values = np.array(triangle, dtype=np.float64)
    except (TypeError, ValueError):
        raise FitError("The triangle is no array of numbers with as many steps in each row.") from None
    if values.ndim != 2 or values.shape[1] < 2 or not len(values):
        raise FitError(f"The triangle has shape {values.shape}; it needs rows, and two columns or more.")
    seen = ~np.isnan(values)
    problems = []
    if np.isinf(values).any() or (values < 0).any():
        problems.append("The triangle holds an infinite or negative value.")
    if (seen[:, 1:] & ~seen[:, :-1]).any():
        problems.append(
            "In the triangle a step is missing before one that is there. Only what is still to come is NaN."
        )
    if not seen[:, 0].all():
        problems.append(f"Of {int((~seen[:, 0]).sum())} rows of the triangle nothing is seen. Leave these out.")
    if problems:
        raise FitError(" ".join(problems))
    return values, seen.sum(axis=1) - 1


def _refuse_empty_steps(sums: Floats, pairs: Flags) -> None:
    unseen = np.flatnonzero(~pairs.any(axis=0))
    if len(unseen):
        raise FitError(
            f"No row is seen after step {int(unseen[0]) + 1}. Leave the columns that are NaN throughout out."
        )
    empty = np.flatnonzero(sums <= 0)
    if len(empty):
        raise FitError(
            f"Of the rows that are seen after step {int(empty[0]) + 1} nothing was there the step before, so no factor "
            "can be estimated. Take longer periods, or more gemeenten together."
        )


def _notes(first: Floats, second: Floats, pairs: Flags, number: npt.NDArray[np.int64]) -> tuple[str, ...]:
    notes = []
    from_nothing = int((pairs & (first == 0) & (second > 0)).sum())
    if from_nothing:
        notes.append(f"{from_nothing} times something came where nothing was: in the factor, not in the variance")
    if (second < first).any():
        notes.append(f"{int((second < first).sum())} times less was known later than before")
    if (number < 2).any():
        notes.append(f"of {int((number < 2).sum())} steps one row or none is seen: their variance is made up")
    return tuple(notes)


def _filled(sigma: Floats, how: str) -> Floats:
    """Fill in the variance of steps of which too few rows are seen."""
    filled = sigma.copy()
    known = np.flatnonzero((sigma > 0) & ~np.isnan(sigma))
    line = np.polyfit(known, np.log(sigma[known]), 1) if how == "loglinear" and len(known) > 1 else None
    for step in np.flatnonzero(np.isnan(sigma)):
        if line is not None:
            filled[step] = np.exp(np.polyval(line, step))
        elif step >= 2:
            before, last = filled[step - 2], filled[step - 1]
            filled[step] = min(before, last, last**2 / before if before > 0 else 0.0)
        else:
            filled[step] = filled[step - 1] if step else 0.0
    return filled


@dataclass(frozen=True)
class CalendarTest:
    """Whether registrations came in waves: periods of registration in which nearly all factors are large, or small.

    Parameters
    ----------
    z : float
        Below 0: fewer evenly mixed periods than chance would give. Missing where there is nothing to compare.
    p_value : float
        One-sided.
    waves : tuple of (int, int, int)
        Period of registration (0 is the first row's first), and how many factors are large and small in it.
    """

    z: float
    p_value: float
    waves: tuple[tuple[int, int, int], ...]


def calendar_test(triangle: Any) -> CalendarTest:
    """Test whether the periods of registration are alike (Mack 1994, appendix H).

    Each factor of a step is large or small beside the median of that step. In a period of registration with `n` of them
    the smaller of both numbers has a known expectation and variance when chance decides; their sum over periods is
    compared with it.

    Parameters
    ----------
    triangle : array-like of float, shape (rows, steps + 1)
        As for `chain_ladder`, of one gemeente or of all together: rows are periods that follow each other.

    Returns
    -------
    CalendarTest
        A small `p_value` says that a wave (a late delivery, a clean-up) went through all periods at once, and that the
        chain ladder does not fit.

    Examples
    --------
    >>> nan = float("nan")
    >>> calendar_test([[100, 150, 165], [110, 168, nan], [120, nan, nan]]).waves
    ((1, 0, 1), (2, 1, 0))
    """
    values, after = checked_triangle(triangle)
    steps = values.shape[1] - 1
    pairs = (np.arange(steps) < after[:, None]) & (np.nan_to_num(values[:, :-1]) > 0)
    factors = np.full(pairs.shape, np.nan)
    np.divide(values[:, 1:], values[:, :-1], out=factors, where=pairs)
    sign = np.zeros(pairs.shape, dtype=np.int64)
    for step in range(steps):
        there = pairs[:, step]
        if there.sum() > 1:
            sign[there, step] = np.sign(factors[there, step] - np.median(factors[there, step]))
    when = np.add.outer(np.arange(len(values)), np.arange(1, steps + 1))
    waves = []
    for period in range(1, int(when.max()) + 1):
        large, small = (int((sign[when == period] == one).sum()) for one in (1, -1))
        if large + small:
            waves.append((period, large, small))
    smaller, mean, variance = 0.0, 0.0, 0.0
    for _, large, small in waves:
        n = large + small
        smaller += min(large, small)
        expected, spread = _smaller_of_two(n)
        mean, variance = mean + expected, variance + spread
    if variance <= 0:
        return CalendarTest(float("nan"), float("nan"), tuple(waves))
    z = (smaller - mean) / np.sqrt(variance)
    return CalendarTest(float(z), NormalDist().cdf(float(z)), tuple(waves))


def _smaller_of_two(n: int) -> tuple[float, float]:
    """Return mean and variance of the smaller number of heads and tails in `n` throws."""
    middle = (n - 1) // 2
    share = comb(n - 1, middle) / 2.0**n
    mean = n / 2 - share * n
    return mean, n * (n - 1) / 4 - share * n * (n - 1) + mean - mean**2
