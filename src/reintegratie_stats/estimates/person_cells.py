r"""Persons collapsed to covariate cells, and the logistic regression of persons on them.

Persons with the same covariates have the same chance, so that the likelihood of n persons with y times a yes is

.. math:: \ell(\beta) = \sum_c y_c \log p_c + (n_c - y_c) \log(1 - p_c), \qquad \operatorname{logit} p_c = x_c'\beta,

a sum over covariate cells c: the same maximum likelihood estimate and the same standard errors as of the persons one by
one. What is kept is a count per gemeente and cell (sparse), so that a gemeente is left out by taking its counts off.

References
----------
P. McCullagh and J.A. Nelder (1989), Generalized linear models, 2nd edition, section 4.1 (grouped and ungrouped data).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.linalg import qr
from scipy.optimize import linprog
from scipy.special import expit, log_expit

from reintegratie_stats.errors import FitError, counted, listing
from reintegratie_stats.estimates.design import COLLINEAR, Design, Formula, plain_frame, standardise
from reintegratie_stats.estimates.families import Bools, Floats

ROUNDS = 60
SETTLED = 1e-10  # largest change of a (standardised) coefficient
FURTHEST = 30.0  # a linear predictor beyond this is a chance of 0 or 1 in floating point


@dataclass(frozen=True, eq=False)
class PersonCells:
    """Counts of persons per gemeente and covariate cell.

    ``ids`` (G,) are the gemeenten, sorted; ``covariates`` has one row per cell (C); ``persons`` and ``yes`` are sparse
    (G, C): how many persons, and how many of them have the outcome.
    """

    ids: pd.Series
    covariates: pd.DataFrame
    persons: sparse.csr_matrix
    yes: sparse.csr_matrix

    def __repr__(self) -> str:
        return (
            f"PersonCells({counted(int(self.persons.sum()), 'person')} in {counted(len(self.covariates), 'cell')}, "
            f"{counted(len(self.ids), 'gemeente', 'gemeenten')})"
        )

    @classmethod
    def from_rows(cls, ids: pd.Series, covariates: pd.DataFrame, rows: dict[str, Any]) -> PersonCells:
        """Return the cells of rows ``gemeente, cell`` (positions), ``persons, yes`` (counts)."""
        where, shape = (rows["gemeente"], rows["cell"]), (len(ids), len(covariates))
        matrices = [
            sparse.csr_matrix((np.asarray(rows[name], dtype=np.float64), where), shape=shape)
            for name in ("persons", "yes")
        ]
        for matrix in matrices:
            matrix.sort_indices()  # the rows come in the order of the engine's threads
        return cls(ids, covariates, *matrices)

    @cached_property
    def size(self) -> Floats:
        """Persons per gemeente."""
        return np.asarray(self.persons.sum(axis=1), dtype=np.float64).ravel()

    @cached_property
    def observed(self) -> Floats:
        """Persons with the outcome per gemeente."""
        return np.asarray(self.yes.sum(axis=1), dtype=np.float64).ravel()

    def totals(self, keep: Bools) -> tuple[Floats, Floats]:
        """Return the persons and those with the outcome per cell, over some of the gemeenten."""
        weight = keep.astype(np.float64)
        return np.asarray(self.persons.T @ weight).ravel(), np.asarray(self.yes.T @ weight).ravel()


def cell_design(covariates: pd.DataFrame, formula: Formula) -> Design:
    """Code the covariate cells.

    Raises
    ------
    FitError
        For a formula that cannot be applied, and for constant or collinear terms, by column: a category is a value of
        persons and is not named.
    """
    from formulaic import Formula as Parsed
    from formulaic.errors import FormulaicError

    plain = plain_frame(covariates, formula.variables)
    plain.index = pd.RangeIndex(len(plain))
    if not formula.variables:
        plain = pd.DataFrame(index=range(len(covariates)))
    same = [f"'{name}'" for name in formula.variables if plain[name].nunique() < 2]
    if same:
        raise FitError(f"{listing(same)}: the same for every person, explains nothing; leave it out.")
    problem = ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            matrix = Parsed(formula.right).get_model_matrix(plain, context={}, na_action="ignore")
    except FormulaicError as error:
        problem = type(error).__name__
    if problem:
        raise FitError(f"formula {formula.text!r} cannot be applied: {problem}.")
    spec, raw = matrix.model_spec, np.asarray(matrix, dtype=np.float64)
    if not np.all(np.isfinite(raw)):
        names = _sources(spec, ~np.all(np.isfinite(raw), axis=0))
        raise FitError(f"{listing(names)}: not finite for every person (a logarithm of 0?).")
    terms = tuple(str(name) for name in spec.column_names)
    _refuse_collinear(raw, spec)
    x, back = standardise(raw, terms)
    levels = {v: tuple(sorted(set(plain[v]), key=str)) for v in formula.variables if plain[v].dtype == object}
    return Design(formula, x, terms, back, spec, levels)


def _sources(spec: Any, columns: Bools) -> list[str]:
    """Return the terms of the formula, as written, that some columns of the design come from."""
    found = []
    for term, where in spec.term_slices.items():
        if str(term) != "1" and np.any(columns[where]):
            found.append(f"'{term}'")
    return found


def _refuse_collinear(raw: Floats, spec: Any) -> None:
    length = np.sqrt(np.sum(raw**2, axis=0))
    empty = length == 0
    if np.any(empty):
        raise FitError(
            f"{listing(_sources(spec, empty))}: {counted(int(empty.sum()), 'combination')} of categories holds no "
            "persons. Leave the interaction out or join categories."
        )
    _, singular, vectors = np.linalg.svd(qr(raw / length, mode="r")[0][: raw.shape[1]], full_matrices=False)
    if len(singular) < raw.shape[1] or singular[-1] <= COLLINEAR * singular[0]:
        small = singular <= COLLINEAR * singular[0]
        involved = np.abs(vectors[small]).max(axis=0) > 1e-6 if np.any(small) else np.ones(raw.shape[1], dtype=bool)
        raise FitError(
            f"{listing(_sources(spec, involved))} are collinear: some categories or combinations of categories follow "
            "from others. Leave one out, or join categories."
        )


def separated(design: Design, persons: Floats, yes: Floats) -> list[str]:
    """Return the terms of which a coefficient runs to infinity, as written in the formula; none when all is well.

    That is when some combination of covariates is zero in every cell with both a yes and a no, and of one sign in the
    cells with only yes, of the other in those with only no; or zero in every cell (no persons to estimate it on).
    """
    x = design.x
    inner, edge = (yes > 0) & (yes < persons), (persons > 0) & ((yes == 0) | (yes == persons))
    free = _null_space(x[inner])
    if not free.shape[1]:
        return []
    signed = np.unique(np.where(yes[edge] > 0, 1.0, -1.0)[:, None] * (x[edge] @ free).round(9), axis=0)
    size = np.zeros(x.shape[1])
    if len(signed):
        found = linprog(
            -signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=[(-1.0, 1.0)] * free.shape[1]
        )
        if found.status == 0 and -found.fun > 1e-7:
            size = np.abs(free @ found.x)
    nobody = _null_space(x[inner | edge])
    if nobody.shape[1]:
        size = np.maximum(size, np.abs(nobody).max(axis=1))
    if not np.any(size > 1e-9):
        return []
    return _sources(design.spec, size > 1e-6 * size.max()) or ["the outcome itself"]


def _null_space(rows: Floats) -> Floats:
    p = rows.shape[1]
    if not len(rows):
        return np.eye(p)
    upper = qr(rows, mode="r")[0][:p]
    _, singular, vectors = np.linalg.svd(upper, full_matrices=True)
    rank = int(np.sum(singular > 1e-9 * max(float(singular[0]), 1e-300)))
    return np.asarray(vectors[rank:].T, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class CellFit:
    """Standardised coefficients (p,) of a logistic regression, the inverse of its information, and how it went."""

    beta: Floats
    bread: Floats
    log_likelihood: float
    converged: bool
    iterations: int


def fit_cells(x: Floats, persons: Floats, yes: Floats, start: Floats | None = None) -> CellFit:
    """Fit a logistic regression on covariate cells by Newton's method with halved steps.

    Parameters
    ----------
    x : ndarray, shape (C, p)
    persons, yes : ndarray, shape (C,)
    start : ndarray, shape (p,), optional
    """
    some = persons > 0
    x, n, y = x[some], persons[some], yes[some]
    beta = _start(x, n, y) if start is None else start.copy()
    value, converged, iterations = _log_likelihood(x, n, y, beta), False, 0
    while iterations < ROUNDS and not converged:
        iterations += 1
        share = expit(x @ beta)
        score = x.T @ (y - n * share)
        step = np.linalg.lstsq(x.T @ (x * (n * share * (1.0 - share))[:, None]), score, rcond=None)[0]
        scale = 1.0
        while scale > 1e-6 and _log_likelihood(x, n, y, beta + scale * step) < value - 1e-12 * abs(value):
            scale /= 2.0
        beta = beta + scale * step
        value = _log_likelihood(x, n, y, beta)
        converged = float(np.max(np.abs(scale * step) / (1.0 + np.abs(beta)))) <= SETTLED
    share = expit(x @ beta)
    gram = x.T @ (x * (n * share * (1.0 - share))[:, None])
    fine = converged and bool(np.all(np.isfinite(beta))) and float(np.max(np.abs(x @ beta))) < FURTHEST
    return CellFit(beta, np.linalg.pinv(gram, hermitian=True), value, fine, iterations)


def _start(x: Floats, n: Floats, y: Floats) -> Floats:
    """Return the coefficients of a weighted regression on the empirical logits."""
    weight = np.sqrt((y + 0.5) * (n - y + 0.5) / (n + 1.0))
    level = float(np.log((y.sum() + 0.5) / (n.sum() - y.sum() + 0.5)))
    near = np.clip(np.log((y + 0.5) / (n - y + 0.5)), level - 3.0, level + 3.0)
    return np.asarray(np.linalg.lstsq(x * weight[:, None], near * weight, rcond=None)[0], dtype=np.float64)


def _log_likelihood(x: Floats, n: Floats, y: Floats, beta: Floats) -> float:
    eta = x @ beta
    return float(np.sum(y * log_expit(eta) + (n - y) * log_expit(-eta)))
