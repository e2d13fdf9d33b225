r"""Integer programmes solved to proven optimality, and an optimum that no solver can choose differently.

A programme has n columns that are 0 or 1 (who is chosen) and others that are continuous but whole at an optimum. It is
solved by HiGHS (`scipy.optimize.milp`) with a relative gap of 0. All coefficients are whole numbers, so that a bound
within one of the value proves it; a chosen set is rounded and then checked in whole-number arithmetic, row by row.

Goals are lexicographic: the best value of a goal becomes a row before the next goal is looked at. Columns that the
linear relaxation proves to be in no draw that good are closed (`kept`), which keeps the next programmes small and
takes no such draw away. What is left after the last goal are draws that are equally good, often millions.
`decide_by_lot` takes one of them by rule: in the order of the lots a gemeente is in if a draw that is still possible
has it, and otherwise out,

.. math:: x_i = \max\{x_i : x \in X,\; x_j \text{ as decided for every lot } j \text{ before } i\}.

That draw is unique by construction: it depends on which draws are possible, not on which of them a solver meets first,
nor on the version of the solver or the machine. It does not change either when a gemeente that is not in it disappears:
the draws without her were all there before, and this one was the first of more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from reintegratie_stats.errors import SampleError
from reintegratie_stats.fieldwork.population import Bools, Floats, Ints

SECONDS = 300.0
BLOCK = 14
"""How many lots are decided in one programme: weights 1, 2, 4, ... 8192 stay far from what the solver rounds."""
NEAR = 1e-5
FEW = 600
"""With more pairs of twins than this, the linear relaxation starts with the nearest."""
OPTIMAL, LIMIT, INFEASIBLE = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Programme:
    """Rows ``low <= matrix x <= high`` over columns ``lower <= x <= upper``, the first `n` of them 0 or 1.

    Columns of `unit` are 0 or 1 in the solutions that count: the first n, and pairs of twins.
    """

    n: int
    lower: Floats
    upper: Floats
    unit: Bools
    matrix: sp.csr_array
    low: Floats
    high: Floats

    @classmethod
    def choosing(cls, members: Ints, low: Ints, high: Ints, shut: Bools) -> Programme:
        """Return the programme of choosing among n gemeenten with rows (rows, n); who is `shut` (n,) stays out."""
        n = len(shut)
        matrix = sp.csr_array(members.reshape(-1, n)).astype(float)
        bounds = np.zeros(n), np.where(shut, 0.0, 1.0)
        return cls(n, *bounds, np.ones(n, dtype=np.bool_), matrix, low.astype(float), high.astype(float))

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.lower)

    def wider(self, upper: Sequence[float], *, unit: bool = False) -> Programme:
        """Return the programme with more continuous columns, from 0 to `upper` each, that no row uses yet."""
        more = len(upper)
        empty = sp.csr_array((self.matrix.shape[0], more))
        return replace(
            self,
            lower=np.concatenate([self.lower, np.zeros(more)]),
            upper=np.concatenate([self.upper, np.asarray(upper, dtype=np.float64)]),
            unit=np.concatenate([self.unit, np.full(more, unit)]),
            matrix=sp.csr_array(sp.hstack([self.matrix, empty])),
        )

    def longer(
        self, rows: sp.csr_array, low: Sequence[float] | Ints | Floats, high: Sequence[float] | Ints | Floats
    ) -> Programme:
        """Return the programme with more rows; a row shorter than the columns is 0 in the rest."""
        rows = sp.csr_array(rows)
        pad = sp.csr_array((rows.shape[0], self.columns - rows.shape[1]))
        rows = sp.csr_array(sp.hstack([rows, pad])) if pad.shape[1] else rows
        return replace(
            self,
            matrix=sp.csr_array(sp.vstack([self.matrix, rows])),
            low=np.concatenate([self.low, np.asarray(low, dtype=np.float64)]),
            high=np.concatenate([self.high, np.asarray(high, dtype=np.float64)]),
        )

    def fixed(self, where: Ints, value: Floats) -> Programme:
        """Return the programme with some columns at a value."""
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[where] = upper[where] = value
        return replace(self, lower=lower, upper=upper)


@dataclass(frozen=True, eq=False)
class Optimum:
    """A proven optimum: its value, who is chosen (n,), and all columns."""

    value: int
    chosen: Bools
    columns: Floats


def maximise(programme: Programme, gain: Ints | Floats) -> Optimum | None:
    """Return a proven optimum of ``gain . x`` (whole numbers, 0 where there are fewer), or None if nothing is possible.

    Raises
    ------
    SampleError
        If no optimum was proven in five minutes, or the solver failed.
    """
    weights = _wide(programme, gain)
    free = np.flatnonzero(programme.upper > programme.lower)
    columns = programme.lower.copy()
    done = programme.matrix @ columns
    if not len(free):
        inside = np.all((done >= programme.low - NEAR) & (done <= programme.high + NEAR))
        return _proven(programme, weights, columns, None) if inside else None
    result = _solved(programme, weights, free, done, presolve=True)
    if result.status not in (OPTIMAL, LIMIT, INFEASIBLE):
        result = _solved(programme, weights, free, done, presolve=False)
    if result.status == INFEASIBLE:
        return None
    if result.status != OPTIMAL:
        raise SampleError(
            f"the solver gave no proven optimum ({result.message.strip()}). Fewer traits, a coarser resolution or "
            "wider ranges make the design easier."
        )
    columns[free] = result.x
    bound = getattr(result, "mip_dual_bound", None)
    return _proven(programme, weights, columns, None if bound is None else bound - float(weights @ programme.lower))


def _solved(programme: Programme, weights: Floats, free: Ints, done: Floats, *, presolve: bool) -> Any:
    """Hand the columns that are free to the solver, from 0 up; the rows less what their lowest values bring."""
    matrix = _narrow(programme.matrix[:, free])
    return milp(
        -weights[free],
        integrality=np.where(free < programme.n, 1, 0),
        bounds=Bounds(programme.lower[free], programme.upper[free]),
        constraints=[LinearConstraint(matrix, programme.low - done, programme.high - done)],
        options={"mip_rel_gap": 0.0, "time_limit": SECONDS, "presolve": presolve},
    )


def _narrow(matrix: sp.csr_array) -> sp.csr_array:
    """Return a matrix with 32-bit places: older versions of scipy hand no others to the solver."""
    places = (matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32))
    return sp.csr_array(places, shape=matrix.shape)


def best_of(programme: Programme, gain: Ints | Floats) -> int:
    r"""Return the best value of a goal.

    Let :math:`L` be the best value of the linear relaxation and :math:`r_j` the reduced cost of a column there. A draw
    with the column the other way is worth :math:`L - |r_j|` at most. A small programme, without the columns that cost
    more than a guess, gives a value :math:`v`; where :math:`L - v` is not more than the guess, :math:`v` is the best of
    all draws, and else the guess is raised to it.

    Raises
    ------
    SampleError
        If nothing is possible, or nothing could be proven.
    """
    weights = _wide(programme, gain)
    bound, reduced = _relaxation(programme, weights)
    guess = 4.0
    while True:
        found = maximise(_closed(programme, reduced, guess), weights)
        if found is not None and (bound - found.value <= guess or not np.any(_dear(programme, reduced, guess))):
            return found.value
        if found is None and not np.any(_dear(programme, reduced, guess)):
            raise SampleError("the solver lost a draw that it had found; take a coarser resolution.")
        guess = 4.0 * guess if found is None else bound - found.value + 1.0


def kept(programme: Programme, gain: Ints | Floats, least: int) -> Programme:
    """Return the programme of the draws of which a goal is at least a value, closed to what cannot be in these."""
    weights = _wide(programme, gain)
    bound, reduced = _relaxation(programme, weights)
    rows = sp.csr_array(weights[None, :])
    return _closed(programme, reduced, bound - least).longer(rows, [float(least)], [np.inf])


def _wide(programme: Programme, gain: Ints | Floats) -> Floats:
    """Return a gain per column: 0 where fewer are given."""
    weights = np.zeros(programme.columns)
    weights[: len(gain)] = gain
    return weights


def _dear(programme: Programme, reduced: Floats, worth: float) -> Bools:
    """Say which 0/1 columns cost more than `worth` (and a margin for rounding) on the other side."""
    free = programme.unit & (programme.upper > programme.lower)
    return np.asarray(free & (np.abs(reduced) > worth + 1e-3), dtype=np.bool_)


def _closed(programme: Programme, reduced: Floats, worth: float) -> Programme:
    dear = np.flatnonzero(_dear(programme, reduced, worth))
    return programme.fixed(dear, np.where(reduced[dear] > 0, 0.0, 1.0))


def _relaxation(programme: Programme, weights: Floats) -> tuple[float, Floats]:
    """Return the best value without wholeness, and the reduced cost per column (positive: at 0, negative: at 1).

    Pairs of twins are many: the nearest go first, and others come in where the prices of the rows ask for them.
    """
    pairs = np.flatnonzero(programme.unit & (np.arange(programme.columns) >= programme.n))
    inside = np.ones(programme.columns, dtype=np.bool_)
    if len(pairs) > FEW:
        inside[pairs] = weights[pairs] >= np.sort(weights[pairs])[-FEW]
    while True:
        used = np.flatnonzero(inside)
        result, prices = _linear(programme, weights, used)
        if result.status == INFEASIBLE and not inside.all():
            inside[:] = True
            continue
        if result.status != OPTIMAL:
            raise SampleError(f"the solver gave no bound ({result.message.strip()}).")
        reduced = -weights - programme.matrix.T @ prices
        reduced[used] = result.lower.marginals + result.upper.marginals
        missing = ~inside & (reduced < 0)
        if not missing.any():
            return -float(result.fun), reduced
        inside |= missing


def _linear(programme: Programme, weights: Floats, used: Ints) -> tuple[Any, Floats]:
    """Solve the relaxation over some columns; return it with the price of every row."""
    matrix, low, high = _narrow(programme.matrix[:, used]), programme.low, programme.high
    same, above, below = (
        np.flatnonzero(rows)
        for rows in (low == high, (low < high) & np.isfinite(low), (low < high) & np.isfinite(high))
    )
    result = linprog(
        -weights[used],
        A_ub=_narrow(sp.csr_array(sp.vstack([matrix[below], -matrix[above]]))),
        b_ub=np.concatenate([high[below], -low[above]]),
        A_eq=_narrow(matrix[same]),
        b_eq=low[same],
        bounds=np.column_stack([programme.lower[used], programme.upper[used]]),
        method="highs",
    )
    prices = np.zeros(len(low))
    if result.status == OPTIMAL:
        prices[same] = result.eqlin.marginals
        prices[below] += result.ineqlin.marginals[: len(below)]
        prices[above] -= result.ineqlin.marginals[len(below) :]
    return result, prices


def _proven(programme: Programme, weights: Floats, columns: Floats, bound: float | None) -> Optimum:
    """Check a solution in whole numbers, and that the bound of the solver leaves no room for a better one."""
    n = programme.n
    whole = np.rint(columns[:n])
    exact = np.concatenate([whole, columns[n:]])
    rows = programme.matrix @ exact
    inside = np.all(rows >= programme.low - NEAR) and np.all(rows <= programme.high + NEAR)
    value = float(weights @ exact)
    closed = bound is None or not np.isfinite(bound) or -bound - value < 1.0 - 1e-3
    if (
        np.max(np.abs(columns[:n] - whole), initial=0.0) > NEAR
        or not inside
        or abs(value - round(value)) > 1e-4
        or not closed
    ):
        raise SampleError("the solver's answer does not hold in whole numbers; take a coarser resolution.")
    return Optimum(round(value), whole > 0.5, exact)


def decide_by_lot(programme: Programme, order: Sequence[int], most: int | None = None) -> Optimum:
    """Return the first possible choice in the order of the lots.

    Parameters
    ----------
    programme : Programme
        Of which something is possible.
    order : sequence of int
        Columns below `programme.n`, the first lot first; columns that are not in it are left to the solver.
    most : int, optional
        How many of the ordered columns can be chosen; deciding stops there.
    """
    at = 0
    best: Optimum | None = None
    free = [column for column in order if programme.upper[column] > programme.lower[column]]
    taken = sum(programme.lower[column] > 0 for column in order)
    while at < len(free):
        block = free[at : at + BLOCK]
        gain = np.zeros(programme.columns)
        gain[block] = 2.0 ** np.arange(len(block) - 1, -1, -1)
        best = maximise(programme, gain)
        if best is None:
            raise SampleError("the solver lost a draw that it had found; take a coarser resolution.")
        where = np.array(block, dtype=np.int64)
        programme = programme.fixed(where, best.columns[where])
        taken += int(best.chosen[where].sum())
        at += len(block)
        if most is not None and taken >= most:
            rest = np.array(free[at:], dtype=np.int64)
            programme = programme.fixed(rest, np.zeros(len(rest)))
            break
    final = maximise(programme, np.zeros(1))
    if final is None:
        raise SampleError("the solver lost a draw that it had found; take a coarser resolution.")
    return final
