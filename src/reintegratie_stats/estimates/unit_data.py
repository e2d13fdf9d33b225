"""The counts that a fit is given: read, checked, sorted by gemeente; who cannot be judged, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from reintegratie_stats.errors import FitError, counted, listing, nearest
from reintegratie_stats.estimates.design import Formula, parse_formula, plain_frame
from reintegratie_stats.estimates.families import Bools, CountFamily, Floats
from reintegratie_stats.estimates.suspected import check_suspected

Missing = Literal["error", "not_judged"]
NO_EXPOSURE = "no exposure: the gemeente has nobody to register for"
RESERVED = (
    "observed", "exposure", "expected", "expected_loo", "ratio", "lower", "upper", "p", "p_plain", "residual",
    "residual_deviance", "residual_pearson", "residual_student", "leverage", "cook", "influence", "set_aside", "loo",
    "reason", "flag", "signal", "shortlist", "relevant", "p_adjusted", "ratio_eb", "eb_lower", "eb_upper", "rank",
    "rank_lower", "rank_upper", "cluster", "cluster_n", "cluster_ratio", "own_ratio", "own_p", "own_flag", "label",
    "fit", "same", "check", "count", "personen",
)  # fmt: skip
"""Names of columns of the results, which the column that names the gemeente cannot have."""


@dataclass(frozen=True)
class NotEstimated:
    """A figure that could not be estimated, and why."""

    reason: str

    def __str__(self) -> str:
        return f"n.b.: {self.reason}"


@dataclass(frozen=True, eq=False)
class UnitData:
    """One row per gemeente, sorted by id: counts, exposure, covariates, and the reason where it cannot be judged.

    ``notes`` says what was asked for that a reader must know.
    """

    formula: Formula
    ids: pd.Series
    observed: Floats
    exposure: Floats
    covariates: pd.DataFrame
    cluster: np.ndarray[tuple[int, ...], np.dtype[np.int64]] | None
    reason: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"UnitData({counted(len(self.ids), 'unit')}, {int(self.usable.sum())} to be judged)"

    @property
    def usable(self) -> Bools:
        """Which units can be fitted and judged."""
        return np.array([not text for text in self.reason], dtype=bool)


def read_units(
    data: pd.DataFrame,
    formula: str,
    exposure: str,
    id: str,
    family: CountFamily,
    cluster: str | None = None,
    missing: Missing = "error",
    suspected: tuple[str, ...] = (),
    include_suspected: str = "",
) -> UnitData:
    """Read and check the counts of a fit.

    Raises
    ------
    FitError
        For a column that is not there, a repeated or missing id, missing values (naming the gemeenten), counts that
        are negative or not whole, a count without exposure, for a binomial count above its exposure, and for a
        suspected cause among the covariates (see `check_suspected`). All problems at once: first those of the columns,
        then those of the values.
    """
    parsed = _columns(data, formula, exposure, id, cluster)
    notes = check_suspected(parsed.text, parsed.right, parsed.variables, suspected, include_suspected)
    rows = _sorted(data, id)
    ids = rows[id]
    observed, size = (_numbers(rows[name], name) for name in (parsed.outcome, exposure))
    covariates = plain_frame(rows, parsed.variables)
    problems = _count_problems(parsed.outcome, observed, exposure, size, ids, family)
    absent = {name: covariates[name].isna().to_numpy() for name in parsed.variables}
    absent |= {parsed.outcome: np.isnan(observed), exposure: np.isnan(size)}
    holes = {name: where for name, where in absent.items() if np.any(where)}
    if holes and missing == "error":
        problems.append(_missing_problem(holes, ids))
    if problems:
        raise FitError(" ".join(problems))
    codes = None
    if cluster is not None:
        codes, alone = _cluster_codes(rows[cluster])
        if alone:
            who = counted(alone, "gemeente", "gemeenten")
            notes = (*notes, f"'{cluster}' is missing for {who}: each a cluster of its own")
    reason = [listing([name for name, where in holes.items() if where[k]]) for k in range(len(ids))]
    told = [f"missing: {text}" if text else NO_EXPOSURE if e == 0 else "" for text, e in zip(reason, size, strict=True)]
    return UnitData(parsed, ids, observed, size, covariates, codes, tuple(told), notes)


def _columns(data: pd.DataFrame, formula: str, exposure: str, id: str, cluster: str | None) -> Formula:
    """Check that the columns are there, each once and each in one role, and return the formula."""
    if not isinstance(data, pd.DataFrame):
        raise FitError(f"data is a {type(data).__name__}; give a pandas DataFrame with one row per gemeente.")
    columns, problems = [str(name) for name in data.columns], []
    roles = {"id": id, "exposure": exposure, **({} if cluster is None else {"cluster": cluster})}
    for role, name in roles.items():
        if name not in columns:
            hint = nearest(name, columns) or f" Present: {listing(columns)}."
            problems.append(f"{role}: '{name}' is not a column of the data.{hint}")
    if id in RESERVED:
        problems.append(f"id: a column called '{id}' is in the results already; rename it ('gemeente').")
    try:
        parsed = parse_formula(formula, columns)
    except FitError as error:
        raise FitError(" ".join([*problems, str(error)])) from None
    used = (id, exposure, parsed.outcome, *parsed.variables, *([] if cluster is None else [cluster]))
    twice = [name for name in dict.fromkeys(used) if columns.count(name) > 1]
    if twice:
        problems.append(f"more than one column is called {listing(twice)}.")
    if id in (exposure, parsed.outcome, *parsed.variables):
        problems.append(f"id: '{id}' is also the exposure, the count or a covariate; it only names the gemeente.")
    if exposure == parsed.outcome:
        problems.append(f"exposure: '{exposure}' is also the count.")
    if problems:
        raise FitError(" ".join(problems))
    return parsed


def _sorted(data: pd.DataFrame, id: str) -> pd.DataFrame:
    """Return the rows sorted by gemeente, categories by what they are called."""
    _check_ids(data[id], id)
    column = data[id]
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    try:
        order = column.reset_index(drop=True).sort_values(kind="stable").index
    except TypeError:
        raise FitError(f"column '{id}' holds text and numbers together; make it one type.") from None
    return data.iloc[order].reset_index(drop=True)


def _cluster_codes(column: pd.Series) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], int]:
    """Return the cluster of every unit, a unit without one being its own, and how many those are."""
    codes = np.array(pd.factorize(column)[0], dtype=np.int64)
    alone = np.nonzero(codes < 0)[0]
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(len(alone))
    return codes, len(alone)


def _numbers(column: pd.Series, name: str) -> Floats:
    if not pd.api.types.is_numeric_dtype(column.dtype):
        raise FitError(f"column '{name}' holds {column.dtype}, not numbers.")
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    if np.any(np.isinf(values)):
        raise FitError(f"column '{name}' holds infinite values.")
    return np.asarray(values, dtype=np.float64)


def _check_ids(column: pd.Series, id: str) -> None:
    if column.isna().any():
        raise FitError(f"column '{id}' is missing in {counted(int(column.isna().sum()), 'row')}.")
    twice = sorted({str(v) for v in column[column.duplicated()]})
    if twice:
        raise FitError(f"column '{id}' must name each gemeente once; more than once: {listing(twice)}.")


def _named(ids: pd.Series, where: Bools) -> str:
    return listing([str(v) for v in ids[where]])


def _count_problems(
    count: str, observed: Floats, exposure: str, size: Floats, ids: pd.Series, family: CountFamily
) -> list[str]:
    rules = [
        (observed < 0, f"'{count}' is negative"),
        ((observed != np.floor(observed)) & ~np.isnan(observed), f"'{count}' is not a whole number"),
        (size < 0, f"exposure '{exposure}' is negative"),
        ((observed > 0) & (size == 0), f"'{count}' is positive where exposure '{exposure}' is 0"),
        ((observed > 0) & np.isnan(size), f"'{count}' is given where exposure '{exposure}' is missing"),
    ]
    if family.bounded:
        rules.append(((size != np.floor(size)) & ~np.isnan(size), f"exposure '{exposure}' is not a whole number"))
        rules.append((observed > size, f"'{count}' is above exposure '{exposure}' (persons out of persons)"))
    return [f"{text}, in {_named(ids, broken)}." for broken, text in rules if np.any(broken)]


def _missing_problem(holes: dict[str, Bools], ids: pd.Series) -> str:
    text = "; ".join(f"'{name}' in {_named(ids, where)}" for name, where in holes.items())
    return (
        f"missing values: {text}. Fill them, leave these gemeenten out, or give missing='not_judged' to keep "
        "them in the result as not to be judged."
    )
