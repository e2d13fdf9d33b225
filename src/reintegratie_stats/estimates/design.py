"""From a formula and a frame to a standardised design matrix, and back to the scale of the covariates as given.

Columns are standardised inside (mean 0, standard deviation 1), because a fit on covariates of very different size
loses digits; coefficients and covariances are given back on the original scale. What cannot be fitted is refused here,
by name: a constant covariate, collinear covariates, separation, a formula with an unknown column.

References
----------
S. Correia, P. Guimaraes and T. Zylkin (2019), Verifying the existence of maximum likelihood estimates for generalized
linear models. arXiv:1903.01633 (separation in Poisson regression).
A. Albert and J.A. Anderson (1984), On the existence of maximum likelihood estimates in logistic regression models.
Biometrika 71, 1-10.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.linalg import null_space
from scipy.optimize import linprog

from reintegratie_stats.errors import FitError, counted, listing, nearest, one_line
from reintegratie_stats.estimates.families import CountFamily, Floats

MIN_DF = 10
COLLINEAR = 1e-8  # smallest singular value, relative to the largest, of columns scaled to length 1


@dataclass(frozen=True, eq=False)
class Formula:
    """A parsed formula: the text, the count on its left side, and the columns it needs."""

    text: str
    outcome: str
    right: str
    variables: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Design:
    """A design matrix (n, p), standardised, with what is needed to go back and to code new data alike.

    ``back`` turns standardised coefficients into those of the covariates as given: ``beta = back @ b``.
    """

    formula: Formula
    x: Floats
    terms: tuple[str, ...]
    back: Floats
    spec: Any
    levels: dict[str, tuple[Any, ...]]

    def __repr__(self) -> str:
        return f"Design({self.formula.text!r}, {counted(len(self.x), 'unit')}, {counted(len(self.terms), 'term')})"

    def coefficients(self, b: Floats) -> Floats:
        """Return standardised coefficients (p,) on the scale of the covariates as given."""
        return np.asarray(self.back @ b, dtype=np.float64)

    def covariance(self, v: Floats) -> Floats:
        """Return the covariance (p, p) of standardised coefficients on the scale of the covariates as given."""
        return np.asarray(self.back @ v @ self.back.T, dtype=np.float64)

    def code(self, data: pd.DataFrame) -> Floats:
        """Return the standardised design of other data, coded as this one."""
        plain = plain_frame(data, self.formula.variables)
        for name, known in self.levels.items():
            new = sorted({str(v) for v in plain[name].unique()} - {str(v) for v in known})
            if new:
                raise FitError(f"column '{name}' holds {listing(new)}, which the fit did not see.")
        problem = ""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # formulaic only warns of categories, and takes them for the first
                matrix = np.asarray(self.spec.get_model_matrix(plain), dtype=np.float64)
        except Exception as error:
            problem = type(error).__name__  # its words are withheld: they quote values, also those of persons
        if problem:
            raise FitError(
                f"formula {self.formula.text!r} cannot be applied to the new data ({problem}): a covariate is of "
                "another type, or holds categories or numbers that the fit did not see."
            )
        return np.asarray(matrix @ self.back, dtype=np.float64)


def parse_formula(formula: str, columns: list[str]) -> Formula:
    """Read a formula ``count ~ covariates`` and check its columns against those of the data.

    Raises
    ------
    FitError
        When the formula cannot be read, has no count on its left, or names a column that is not there.
    """
    from formulaic import Formula as Parsed
    from formulaic.errors import FormulaicError

    if not isinstance(formula, str) or formula.count("~") != 1:
        raise FitError(f"formula {formula!r}: write it as 'count ~ covariate + covariate' (one '~').")
    said = one_line(formula)
    left, right = (part.strip() for part in formula.split("~"))
    outcome = left.strip("`")
    if "." in right.split():
        raise FitError(f"formula {said!r}: '.' is not read as all other columns; name the covariates.")
    try:
        parsed = Parsed(right or "1")
        variables = tuple(sorted({str(v) for v in parsed.required_variables} | _inside_functions(parsed, columns)))
    except (FormulaicError, SyntaxError, ValueError) as error:
        raise FitError(f"formula {said!r} cannot be read: {str(error).splitlines()[0]}") from None
    problems = []
    for name in dict.fromkeys((outcome, *variables)):
        if name not in columns:
            kind = "count" if name == outcome else "covariate"
            problems.append(f"{kind} '{name}' is not a column of the data.{nearest(name, columns)}")
    if problems:
        hint = "" if any("Did you mean" in text for text in problems) else f" Present: {listing(columns)}."
        raise FitError(f"formula {said!r}: {' '.join(problems)}{hint}")
    if outcome in variables:
        raise FitError(f"formula {said!r}: the count '{outcome}' stands on both sides.")
    return Formula(formula, outcome, right or "1", variables)


def _inside_functions(parsed: Any, columns: list[str]) -> set[str]:
    """Return the columns inside calls such as ``poly(x, 2)`` or ``scale(x)``, which formulaic does not tell of itself.

    Of a call without any column the first name that could be one is returned, so that it is said to be unknown.
    """
    found = set()
    for call in {str(f.expr) for term in parsed for f in term.factors if str(f.eval_method.value) == "python"}:
        bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", call)
        words = re.findall(r"`([^`]+)`|(?<![\w.])([^\W\d]\w*)(?!\s*[\w.(]|\s*=(?!=))", bare)
        names = [quoted or word for quoted, word in words if (quoted or word) not in ("True", "False", "None")]
        known = {name for name in names if name in columns}
        found |= known or set(names[:1])
    return found


def plain_frame(data: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Return columns as float64 (numbers, booleans) or object (text, categories), whatever types they came in."""
    plain = {}
    for name in names:
        if name not in data.columns:
            raise FitError(f"column '{name}' is not in the data.{nearest(name, map(str, data.columns))}")
        column = data[name]
        if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype):
            plain[name] = pd.Series(column.to_numpy(dtype=np.float64, na_value=np.nan), index=data.index)
        else:
            values = [None if pd.isna(v) else v for v in column]
            plain[name] = pd.Series(values, index=data.index, dtype=object)
    return pd.DataFrame(plain, index=data.index)


def build_design(data: pd.DataFrame, formula: Formula) -> Design:
    """Code the covariates of the units to be fitted.

    Parameters
    ----------
    data : DataFrame
        The units to be fitted only, no missing values in the covariates.
    formula : Formula

    Raises
    ------
    FitError
        For a constant or collinear covariate (named), values that are not finite, or fewer than ten residual degrees
        of freedom.
    """
    if len(data) <= MIN_DF:
        who = counted(len(data), "gemeente", "gemeenten")
        raise FitError(
            f"{who} can be judged: too few for {MIN_DF} residual degrees of freedom with any formula; at least "
            f"{MIN_DF + 1} are needed."
        )
    matrix, spec, plain = _code(data, formula)
    _refuse_constant([name for name in formula.variables if plain[name].nunique() < 2])
    terms = tuple(str(name) for name in spec.column_names)
    raw = np.asarray(matrix, dtype=np.float64)
    strange = [t for t, fine in zip(terms, np.all(np.isfinite(raw), axis=0), strict=True) if not fine]
    if strange:
        raise FitError(f"{listing(strange)}: not finite for every gemeente (a logarithm of 0?).")
    df = len(raw) - len(terms)
    if df < MIN_DF:
        raise FitError(
            f"{counted(len(raw), 'gemeente', 'gemeenten')} and {counted(len(terms), 'coefficient')} leave "
            f"{df} residual degrees of freedom; at least {MIN_DF} are needed. Use fewer covariates."
        )
    _refuse_constant(_constant(raw, terms))
    x, back = standardise(raw, terms)
    _refuse_collinear(x, terms)
    levels = {
        name: tuple(sorted(set(plain[name].unique()), key=str))
        for name in formula.variables
        if plain[name].dtype == object
    }
    return Design(formula, x, terms, back, spec, levels)


def _code(data: pd.DataFrame, formula: Formula) -> tuple[Any, Any, pd.DataFrame]:
    from formulaic import Formula as Parsed
    from formulaic.errors import FormulaicError

    plain = plain_frame(data, formula.variables)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            matrix = Parsed(formula.right).get_model_matrix(plain, context={}, na_action="ignore")
    except FormulaicError as error:
        raise FitError(f"formula {formula.text!r} cannot be applied: {type(error).__name__}.") from None
    return matrix, matrix.model_spec, plain


def _is_intercept(column: Floats) -> bool:
    return bool(np.all(column == 1.0))


def _constant(raw: Floats, terms: tuple[str, ...]) -> list[str]:
    return [
        name
        for name, column in zip(terms, raw.T, strict=True)
        if name != "Intercept" and np.ptp(column) <= 1e-12 * max(1e-300, float(np.max(np.abs(column))))
    ]


def _refuse_constant(constant: list[str]) -> None:
    """Refuse what is the same everywhere; a text with one category would otherwise drop out of the formula unseen."""
    if constant:
        verb, end = ("is", "explains nothing; leave it out")
        if len(constant) > 1:
            verb, end = ("are", "explain nothing; leave them out")
        raise FitError(f"{listing(constant)} {verb} the same for every gemeente and {end}.")


def standardise(raw: Floats, terms: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Return columns with mean 0 (where there is an intercept) and standard deviation 1, and the way back."""
    intercept = terms.index("Intercept") if "Intercept" in terms else None
    centre = np.zeros(raw.shape[1]) if intercept is None else raw.mean(axis=0)
    scale = np.sqrt(np.mean((raw - centre) ** 2, axis=0))
    if intercept is not None:
        centre[intercept], scale[intercept] = 0.0, 1.0
    back = np.diag(1.0 / scale)
    if intercept is not None:
        back[intercept] -= centre / scale
    return (raw - centre) / scale, back


def _refuse_collinear(x: Floats, terms: tuple[str, ...]) -> None:
    length = x / np.sqrt(np.sum(x**2, axis=0))
    _, singular, vectors = np.linalg.svd(length, full_matrices=False)
    if singular[-1] > COLLINEAR * singular[0]:
        return
    involved = np.abs(vectors[singular <= COLLINEAR * singular[0]]).max(axis=0) > 1e-6
    names = [name for name, used in zip(terms, involved, strict=True) if used]
    raise FitError(f"{listing(names)} are collinear: each follows from the others. Leave one of them out.")


def refuse_separation(design: Design, y: Floats, exposure: Floats, family: CountFamily) -> None:
    """Refuse data in which a coefficient runs to infinity.

    For a log link that is when some combination of covariates is zero for every gemeente with a count above zero and
    of one sign for the gemeenten with zero; for a logit link the gemeenten at the ceiling take part too.

    Raises
    ------
    FitError
        Naming the terms.
    """
    if family.link == "identity":
        return
    if np.all(y <= 0):
        raise FitError("every count is 0: nothing can be expected of any gemeente. Check the column of the counts.")
    x = design.x
    side = np.where(y <= 0, -1.0, 0.0)
    if family.bounded:
        side = np.where(y >= exposure, 1.0, side)
    inner = x[side == 0]
    free = null_space(inner, rcond=1e-9) if len(inner) else np.eye(x.shape[1])
    if not free.size:
        return
    signed = side[side != 0, None] * (x[side != 0] @ free)
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=[(-1.0, 1.0)] * free.shape[1])
    if found.status != 0 or -found.fun <= 1e-7:
        return
    size = np.abs(free @ found.x)
    names = [t for t, s in zip(design.terms, size, strict=True) if s > 1e-6 * size.max() and t != "Intercept"]
    raise FitError(
        f"separation: {listing(names) or 'the counts'} splits off gemeenten that all have "
        f"{'nothing or everything' if family.bounded else 'a count of 0'}, so that its coefficient has no finite "
        "estimate. Leave it out or join its categories."
    )
