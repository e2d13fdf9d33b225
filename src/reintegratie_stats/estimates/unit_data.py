"""The counts that a fit is given: read, checked, sorted by gemeente; who cannot be judged, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from reintegratie_stats.errors import FitError, counted, listing, nearest
from reintegratie_stats.estimates.design import Formula, parse_formula, plain_frame
from reintegratie_stats.estimates.families import Bools, CountFamily, Floats
from reintegratie_stats.estimates.suspected import check_suspected

Missing = Literal["error", "not_judged"]
NO_EXPOSURE = "no exposure: the gemeente has nobody to register for"


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
        suspected cause among the covariates (see `check_suspected`).
    """
    columns = [str(name) for name in data.columns]
    for role, name in (("id", id), ("exposure", exposure), ("cluster", cluster)):
        if name is not None and name not in columns:
            hint = nearest(name, columns) or f" Present: {listing(columns)}."
            raise FitError(f"{role}: '{name}' is not a column of the data.{hint}")
    parsed = parse_formula(formula, columns)
    notes = check_suspected(parsed.text, parsed.right, parsed.variables, suspected, include_suspected)
    _check_ids(data[id], id)
    rows = data.sort_values(id, kind="stable").reset_index(drop=True)
    ids = rows[id]
    observed, size = (_numbers(rows[name], name) for name in (parsed.outcome, exposure))
    covariates = plain_frame(rows, parsed.variables)
    _check_counts(parsed.outcome, observed, exposure, size, ids, family)
    absent = {name: covariates[name].isna().to_numpy() for name in parsed.variables}
    absent |= {parsed.outcome: np.isnan(observed), exposure: np.isnan(size)}
    codes = None
    if cluster is not None:
        absent[cluster] = rows[cluster].isna().to_numpy()
        codes = np.asarray(pd.factorize(rows[cluster], sort=True)[0], dtype=np.int64)
    reason = _reasons(absent, ids, missing)
    reason = [text or (NO_EXPOSURE if e == 0 else "") for text, e in zip(reason, size, strict=True)]
    return UnitData(parsed, ids, observed, size, covariates, codes, tuple(reason), notes)


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


def _check_counts(
    count: str, observed: Floats, exposure: str, size: Floats, ids: pd.Series, family: CountFamily
) -> None:
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
    for broken, text in rules:
        if np.any(broken):
            raise FitError(f"{text}, in {_named(ids, broken)}.")


def _reasons(absent: dict[str, Any], ids: pd.Series, missing: Missing) -> list[str]:
    holes = {name: where for name, where in absent.items() if np.any(where)}
    if holes and missing == "error":
        text = "; ".join(f"'{name}' in {_named(ids, where)}" for name, where in holes.items())
        raise FitError(
            f"missing values: {text}. Fill them, leave these gemeenten out, or give missing='not_judged' to keep "
            "them in the result as not to be judged."
        )
    return [
        "missing: " + listing([name for name, where in holes.items() if where[k]])
        if any(where[k] for where in holes.values())
        else ""
        for k in range(len(ids))
    ]
