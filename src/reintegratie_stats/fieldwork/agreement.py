r"""Whether coders agree: Cohen's kappa and Krippendorff's alpha, with intervals that respect the gemeenten.

Kappa compares the share of cells on which two coders agree, :math:`p_o`, with the share expected of two who code
independently, :math:`p_e`: :math:`\kappa = (p_o - p_e) / (1 - p_e)`. Alpha compares observed and expected
*disagreement*, for any number of coders and with cells that some did not code:

.. math:: \alpha = 1 - \frac{D_o}{D_e}
          = 1 - (n - 1) \frac{\sum_{ck} o_{ck} \, \delta^2_{ck}}{\sum_{ck} n_c n_k \, \delta^2_{ck}},

with :math:`o_{ck}` the coincidences of values c and k within a cell, :math:`n_c = \sum_k o_{ck}` and n their sum.
:math:`\delta^2_{ck}` is 1 for unlike nominal values; for ordinal ones it is
:math:`(\sum_{g=c}^{k} n_g - (n_c + n_k) / 2)^2`.

References
----------
J. Cohen (1960), A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20, 37-46.
J. Cohen (1968), Weighted kappa. Psychological Bulletin 70, 213-220.
K. Krippendorff (2011), Computing Krippendorff's alpha-reliability. University of Pennsylvania.
J. Hughes (2021), krippendorffsalpha: an R package. The R Journal 13, 413-425 (the jackknife for its interval).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student

from reintegratie_stats.errors import DefinitionError, counted, listing, nearest
from reintegratie_stats.estimates.intervals import check_level, clopper_pearson
from reintegratie_stats.report.formats import is_missing

Floats = npt.NDArray[np.float64]
Level = Literal["nominal", "ordinal"]
LEVELS: Final[tuple[str, ...]] = get_args(Level)

NO_VARIATION: Final = "all values are the same: nothing to agree or disagree on"
NOBODY_TWICE: Final = "no cell was coded by two coders"
ONE_CLUSTER: Final = "all variation is in one gemeente: no interval"


@dataclass(frozen=True)
class Agreement:
    """A coefficient of agreement with its interval.

    Attributes
    ----------
    value, lower, upper : float
        1 is perfect agreement, 0 what chance gives; missing (NaN) where `reason` says why.
    agreeing : float
        Share of the pairs of values within a cell that are alike.
    units : int
        Cells that at least two coders coded.
    clusters : int
        Gemeenten that these cells are of.
    method : str
        How the interval was made: ``jackknife``, ``exact`` (at perfect agreement) or empty.
    reason : str
        Why value or interval is missing.
    """

    value: float
    lower: float
    upper: float
    agreeing: float
    units: int
    clusters: int
    method: str = ""
    reason: str = ""


def krippendorff_alpha(
    values: Any, level_of: Level = "nominal", *, clusters: Any = None, level: float = 0.95
) -> Agreement:
    """Return Krippendorff's alpha of coded cells.

    Parameters
    ----------
    values : array-like of float, shape (coders, cells)
        The value that each coder gave to each cell, missing (NaN) where he did not code it. For ``ordinal`` the order
        is that of the numbers; how far apart they lie does not matter.
    level_of : {"nominal", "ordinal"}
    clusters : sequence, shape (cells,), optional
        Which cells belong together (those of one gemeente); without it each stands on its own.
    level : float
        Confidence of the interval.

    Returns
    -------
    Agreement

    Raises
    ------
    DefinitionError
        For values that are no matrix of numbers, clusters that are missing or of another length, or a level that does
        not exist.

    Notes
    -----
    The interval is the delete-one-gemeente jackknife with a quantile of t, cut off at 1. At perfect agreement the
    jackknife has no spread; the lower limit is then what the exact lower limit of the share of agreeing gemeenten
    (Clopper-Pearson, one of them disagreeing in all its cells) leaves.

    Examples
    --------
    The example of Krippendorff (2011), section C: four coders, twelve cells, some not coded.

    >>> x = float("nan")
    >>> coded = [
    ...     [1, 2, 3, 3, 2, 1, 4, 1, 2, x, x, x],
    ...     [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, x, 3],
    ...     [x, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, x],
    ...     [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, x],
    ... ]
    >>> round(krippendorff_alpha(coded).value, 3), round(krippendorff_alpha(coded, "ordinal").value, 3)
    (0.743, 0.815)
    """
    check_level(level)
    if level_of not in LEVELS:
        raise DefinitionError(f"level_of is {level_of!r}; choose from {listing(LEVELS)}.{nearest(level_of, LEVELS)}")
    cells, groups = _matrix(values, clusters)
    paired = np.isfinite(cells).sum(axis=0) >= 2
    cells, groups = cells[:, paired], groups[paired]
    which, names = pd.factorize(groups)
    if not len(names):
        return _nothing(NOBODY_TWICE)
    categories = np.unique(cells[np.isfinite(cells)])
    parts = np.zeros((len(names), len(categories), len(categories)))
    for cell, group in zip(cells.T, which, strict=True):
        counts = (cell[:, None] == categories).sum(axis=0).astype(np.float64)
        pairs = np.outer(counts, counts) - np.diag(counts)
        parts[group] += pairs / (counts.sum() - 1.0)
    whole = parts.sum(axis=0)
    agreeing = float(np.trace(whole) / whole.sum())
    value = _alpha(whole, level_of)
    replicates = np.array([_alpha(whole - part, level_of) for part in parts])
    margin = whole.sum(axis=1)
    total = margin.sum()
    unlike = 1.0 - float((margin * (margin - 1.0)).sum() / (total * (total - 1.0)))
    return _with_interval(value, replicates, agreeing, cells.shape[1], unlike, level)


def _alpha(coincidences: Floats, level_of: str) -> float:
    margin = coincidences.sum(axis=1)
    total = margin.sum()
    distance = _distance(margin, level_of)
    expected = float(margin @ distance @ margin)
    if total <= 1.0 or expected <= 0:
        return float("nan")
    return float(1.0 - (total - 1.0) * float((coincidences * distance).sum()) / expected)


def _distance(margin: Floats, level_of: str) -> Floats:
    size = len(margin)
    if level_of == "nominal":
        return np.asarray(1.0 - np.eye(size))
    centre = np.cumsum(margin) - margin / 2.0  # sum of n_g from c to k less half of both ends
    return np.asarray((centre[:, None] - centre[None, :]) ** 2)


def cohen_kappa(
    first: Any,
    second: Any,
    *,
    categories: Sequence[float] | None = None,
    weights: Literal["linear", "quadratic"] | None = None,
    clusters: Any = None,
    level: float = 0.95,
) -> Agreement:
    """Return Cohen's kappa of two coders.

    Parameters
    ----------
    first, second : array-like of float, shape (cells,)
        What each gave to each cell, missing (NaN) where he did not code it; cells without both are left out.
    categories : sequence of float, optional
        All values there could have been, in order; by default those that were given. Weights depend on it.
    weights : {"linear", "quadratic"}, optional
        Weighted kappa: a disagreement weighs the distance of the places of both values, or its square.
    clusters : sequence, shape (cells,), optional
        As in `krippendorff_alpha`.
    level : float

    Returns
    -------
    Agreement

    Raises
    ------
    DefinitionError
        For values that are no numbers, lengths that differ, values outside the categories, or weights that do not
        exist.

    Notes
    -----
    The coefficient is `statsmodels.stats.inter_rater.cohens_kappa`; the interval is made as in
    `krippendorff_alpha`, as cells of one gemeente do not stand on their own.

    Examples
    --------
    >>> estimate = cohen_kappa([1, 1, 1, 0, 0, 1, 0, 0, 1, 0], [1, 1, 0, 0, 0, 1, 0, 1, 1, 0])
    >>> round(estimate.value, 3), estimate.agreeing, round(estimate.lower, 2), estimate.upper
    (0.6, 0.8, -0.03, 1.0)
    """
    from statsmodels.stats.inter_rater import cohens_kappa  # takes seconds to import

    check_level(level)
    if weights not in (None, "linear", "quadratic"):
        raise DefinitionError(f"weights is {weights!r}; choose from 'linear', 'quadratic' and None.")
    a, b = (_numbers(x, "the values of a coder") for x in (first, second))
    if a.ndim != 1 or a.shape != b.shape:
        raise DefinitionError(f"The coders gave values of shapes {a.shape} and {b.shape}; give two of one length.")
    cells, groups = _matrix([a, b], clusters)
    both = np.isfinite(cells).all(axis=0)
    cells, groups = cells[:, both], groups[both]
    if not cells.shape[1]:
        return _nothing(NOBODY_TWICE)
    known = np.unique(cells) if categories is None else _numbers(categories, "categories")
    if known.ndim != 1 or np.isnan(known).any() or len(np.unique(known)) < len(known):
        raise DefinitionError("categories are numbers, each named once.")
    if outside := sorted(set(cells.ravel().tolist()) - set(known.tolist())):
        raise DefinitionError(f"Values {listing(f'{v:g}' for v in outside)} are not among the categories.")
    which, names = pd.factorize(groups)
    tables = np.zeros((len(names), len(known), len(known)))
    places = [(row[:, None] == known).argmax(axis=1) for row in cells]
    np.add.at(tables, (which, places[0], places[1]), 1.0)

    def kappa(table: Floats) -> float:
        rows, columns = table.sum(axis=1), table.sum(axis=0)
        if table.sum() == 0 or float(rows @ columns) >= table.sum() ** 2 * (1.0 - 1e-12):
            return float("nan")
        return float(cohens_kappa(table, wt=weights, return_results=False))

    whole = tables.sum(axis=0)
    total = whole.sum()
    unlike = 1.0 - float(whole.sum(axis=1) @ whole.sum(axis=0)) / total**2
    replicates = np.array([kappa(whole - table) for table in tables])
    return _with_interval(kappa(whole), replicates, float(np.trace(whole) / total), int(total), unlike, level)


def _matrix(values: Any, clusters: Any) -> tuple[Floats, npt.NDArray[Any]]:
    cells = _numbers(values, "values")
    if cells.ndim != 2:
        raise DefinitionError("values is no matrix of numbers with a row per coder and a column per cell.")
    groups = np.arange(cells.shape[1]) if clusters is None else np.array([*clusters, None], dtype=object)[:-1]
    if groups.shape != (cells.shape[1],):
        raise DefinitionError(f"There are {cells.shape[1]} cells and {groups.size} clusters; give one for each cell.")
    if missing := int(pd.isna(groups).sum()):
        raise DefinitionError(f"clusters are missing for {counted(missing, 'cell')}; name the gemeente of each.")
    return cells, groups


def _numbers(values: Any, what: str) -> Floats:
    """Return numbers as an array, missing as NaN; refuse text (``"01"`` is no 1) and what is not finite."""
    held = isinstance(values, (pd.DataFrame, pd.Series))
    found = values.to_numpy(dtype=object) if held else np.asarray(values)
    if found.dtype.kind in "OUS":
        flat = [np.nan if is_missing(value) else value for value in found.ravel().tolist()]
        fine = all(isinstance(value, Real) for value in flat)
        found = np.array(flat if fine else [], dtype=np.float64).reshape(found.shape if fine else 0)
    else:
        fine = found.dtype.kind in "biuf"
    if not fine or np.isinf(found.astype(np.float64)).any():
        raise DefinitionError(f"{what}: numbers are needed (code text as numbers first), missing where there is none.")
    return np.asarray(found, dtype=np.float64)


def _nothing(reason: str) -> Agreement:
    nan = float("nan")
    return Agreement(nan, nan, nan, nan, 0, 0, reason=reason)


def _with_interval(
    value: float, replicates: Floats, agreeing: float, units: int, unlike: float, level: float
) -> Agreement:
    """Return a coefficient with its jackknife interval; `unlike` is the chance that two values at random differ."""
    number = len(replicates)
    nan = float("nan")
    if np.isnan(value):
        return Agreement(nan, nan, nan, agreeing, units, number, reason=NO_VARIATION)
    if agreeing >= 1.0 - 1e-12:
        lower = float(clopper_pearson([number], [number], level).lower[0])
        return Agreement(value, float(max(-1.0, 1.0 - (1.0 - lower) / unlike)), 1.0, agreeing, units, number, "exact")
    if number < 2 or np.isnan(replicates).any():
        return Agreement(value, nan, nan, agreeing, units, number, reason=ONE_CLUSTER)
    error = float(np.sqrt((number - 1.0) / number * ((replicates - replicates.mean()) ** 2).sum()))
    half = float(student.ppf((1.0 + level) / 2.0, number - 1)) * error
    return Agreement(value, value - half, min(1.0, value + half), agreeing, units, number, "jackknife")
