r"""The cube method: draw a sample with given inclusion probabilities that is balanced on covariates.

A sample s is balanced on x when the weighted sample total is the total of the population,

.. math:: \sum_{k \in s} \frac{x_k}{\pi_k} = \sum_{k \in U} x_k .

**Flight**: from the vector of inclusion probabilities a random walk goes over the points of the unit cube that meet
all these equations. At each step it takes a direction u in the kernel of the equations, goes along it as far as a
face of the cube, one way or the other with the chances that keep the expectation where it is, and so settles at least
one unit. Only p + 1 units take part in a step (the fast form of Chauvet and Tillé). **Landing**: at most p units are
left when no step is possible; the last covariate is let go and the walk goes on, and so on. The counts of the strata
are the first equations and are met exactly; of the covariates the last named is the first that rounding falls on.

Every step keeps the expectation, so that the inclusion probabilities are exactly those asked. Only elementwise
arithmetic is used (the kernel by elimination, not by a library of linear algebra): the same draw on every machine.

References
----------
J.-C. Deville and Y. Tillé (2004), Efficient balanced sampling: the cube method. Biometrika 91, 893-912.
G. Chauvet and Y. Tillé (2006), A fast algorithm for balanced sampling. Computational Statistics 21, 53-62.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
CLOSE: Final = 1e-9
"""A chance so near to 0 or 1 is 0 or 1; a pivot so near to 0, of columns scaled to 1, is 0."""


def cube_sample(probabilities: Any, constraints: Any, lots: Any, step: Callable[[int], float]) -> Bools:
    r"""Draw a balanced sample.

    Parameters
    ----------
    probabilities : array-like, shape (n,)
        Inclusion probabilities, from 0 to 1.
    constraints : array-like, shape (n, p)
        :math:`x_k / \pi_k` per unit and equation, the most important first.
    lots : array-like, shape (n,)
        Uniform numbers: units take part in this order.
    step : callable
        From the number of a step to a uniform number.

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    Four of eight, with the same total of x as the population would give:

    >>> x = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    >>> rng = np.random.default_rng(5)
    >>> numbers = rng.random(40)
    >>> drawn = cube_sample(
    ...     np.full(8, 0.5), np.column_stack([np.ones(8), x / 0.5]), rng.random(8), lambda k: numbers[k]
    ... )
    >>> int(drawn.sum()), float(x[drawn].sum() / 0.5), float(x.sum())
    (4, 36.0, 36.0)
    """
    chances = np.array(probabilities, dtype=np.float64)
    equations = _scaled(np.asarray(constraints, dtype=np.float64))
    order = np.argsort(np.asarray(lots, dtype=np.float64), kind="stable")
    queue = [int(k) for k in order if CLOSE < chances[k] < 1.0 - CLOSE]
    kept, number, at = equations.shape[1], 0, 0
    active: list[int] = []
    while True:
        while len(active) <= kept and at < len(queue):
            active.append(queue[at])
            at += 1
        if not active:
            return np.asarray(chances > 0.5, dtype=np.bool_)
        direction = _kernel(equations[active, :kept].T)
        if direction is None:
            kept -= 1  # landing: let the last equation go
            continue
        chances[active] = _walk(chances[active], direction, step(number))
        number += 1
        active = [k for k in active if CLOSE < chances[k] < 1.0 - CLOSE]


def _scaled(equations: Floats) -> Floats:
    largest = np.abs(equations).max(axis=0, initial=0.0)
    return np.asarray(equations / np.where(largest > 0, largest, 1.0))


def _walk(chances: Floats, direction: Floats, uniform: float) -> Floats:
    """Go to a face of the cube along the direction or against it, so that the expectation stays."""
    moving = np.abs(direction) > 0
    move, here = direction[moving], chances[moving]
    room_up, room_down = np.where(move > 0, 1.0 - here, here), np.where(move > 0, here, 1.0 - here)
    ahead = float((room_up / np.abs(move)).min())
    back = float((room_down / np.abs(move)).min())
    length = ahead if uniform < back / (ahead + back) else -back
    out = chances + length * direction
    out = np.where(out < CLOSE, 0.0, np.where(out > 1.0 - CLOSE, 1.0, out))
    return np.asarray(out)


def _kernel(matrix: Floats) -> Floats | None:
    """Return a vector that the matrix (p, m) takes to 0, or None when there is only the zero vector.

    By Gauss-Jordan elimination up to the first column that depends on those before it.
    """
    columns = matrix.shape[1]
    work = matrix.copy()
    pivots: list[int] = []
    for column in range(columns):
        free = len(pivots)
        part = np.abs(work[free:, column])
        best = int(part.argmax()) if part.size else 0
        if not part.size or part[best] <= CLOSE:
            out = np.zeros(columns)
            out[column] = 1.0
            out[pivots] = -work[:free, column]
            out[np.abs(out) <= 1e-12] = 0.0
            return out
        if best:
            work[[free, free + best]] = work[[free + best, free]]
        work[free] = work[free] / work[free, column]
        others = work[:, column].copy()
        others[free] = 0.0
        work -= others[:, None] * work[free][None, :]
        pivots.append(column)
    return None
