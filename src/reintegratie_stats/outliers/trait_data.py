"""Log ratios of gemeenten and the institutional traits beside them: read and checked for the second stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from reintegratie_stats.errors import FitError, counted, listing, nearest
from reintegratie_stats.estimates.expected import ExpectedFit
from reintegratie_stats.estimates.families import Bools, Floats
from reintegratie_stats.estimates.random_effects import Codes, Model, indicators
from reintegratie_stats.outliers.flags import OutlierRule, log_variance

MOST_VALUES = 20  # of a column of numbers
LEAST_JUDGED = 11  # gemeenten
OVERLAP = 0.6  # Cramer's V above which two traits are said to overlap


@dataclass(frozen=True, eq=False)
class Trait:
    """A trait: its name, the labels of its categories, and the category of every judged gemeente (-1 for none)."""

    name: str
    categories: tuple[str, ...]
    codes: Codes

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Judged gemeenten per category."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.categories))

    def large(self, smallest: int) -> Trait:
        """Return the trait with categories under `smallest` gemeenten counted as none."""
        small = self.sizes < smallest
        keep = [k for k in range(len(small)) if not small[k]]
        renumbered = np.full(len(small) + 1, -1)
        renumbered[keep] = np.arange(len(keep))
        return Trait(self.name, tuple(self.categories[k] for k in keep), renumbered[self.codes].astype(np.int64))


@dataclass(frozen=True, eq=False)
class Ratios:
    """Log ratios (n,) of the judged gemeenten, their sampling variances, and who they are among all."""

    value: Floats
    variance: Floats
    judged: Bools

    def model(self, traits: Sequence[Trait]) -> Model:
        """Return the model of the log ratios with these traits."""
        z = tuple(indicators(trait.codes) for trait in traits)
        return Model(self.value, self.variance, np.ones((len(self.value), 1)), z)


def log_ratios(fit: ExpectedFit, rule: OutlierRule) -> Ratios:
    r"""Return :math:`\log((O + 1/2) / (E + 1/2))`, leave-one-out, with its variance by chance and of the expectation.

    Raises
    ------
    FitError
        For a fit of rates (``ols_rate``), or fewer than eleven judged gemeenten.
    """
    if fit.family.link == "identity":
        raise FitError("family 'ols_rate' says nothing of the chance in a count; fit a count family (nb2) for this.")
    units = fit.units()
    observed, expected = (units[c].to_numpy(dtype=np.float64) for c in ("observed", "expected_loo"))
    ahead = fit.predictive
    mean = fit.family.mean(ahead.eta, ahead.exposure)
    chance = np.full(len(units), np.nan)
    chance[fit.source.usable] = fit.family.variance(mean, ahead.exposure, np.zeros(len(mean)))
    with np.errstate(invalid="ignore"):
        judged = np.isfinite(units["p"].to_numpy(dtype=np.float64)) & (expected >= rule.min_expected)
    if judged.sum() < LEAST_JUDGED:
        raise FitError(
            f"{counted(int(judged.sum()), 'judged gemeente', 'judged gemeenten')}: too few to relate ratios to traits; "
            f"at least {LEAST_JUDGED} are needed."
        )
    value = np.log((observed + 0.5) / (expected + 0.5))[judged]
    variance = (chance / (expected + 0.5) ** 2 + log_variance(fit))[judged]
    return Ratios(value, variance, np.asarray(judged))


def read_traits(fit: ExpectedFit, data: pd.DataFrame, names: Sequence[str], judged: Bools) -> tuple[Trait, ...]:
    """Read the traits of the judged gemeenten, in the order of the fit.

    Raises
    ------
    FitError
        For a column that is not there, gemeenten that are absent or repeated, a column of many different numbers, and a
        trait with fewer than two categories.
    """
    if isinstance(names, str) or not names:
        raise FitError(f"traits is {names!r}; give a list of columns, such as ['softwarepakket'].")
    id, columns = fit.definition.id, [str(c) for c in data.columns]
    wrong = [f"'{n}'{nearest(n, columns)}" for n in (id, *names) if n not in columns]
    if wrong:
        raise FitError(f"no column of the data: {listing(wrong)}")
    repeated = [n for k, n in enumerate(names) if n in (id, *names[:k])]
    if repeated:
        raise FitError(f"traits: {listing(repeated)} is the gemeente itself, or is given twice.")
    twice = data[id][data[id].duplicated()].astype(str).unique().tolist()
    if twice:
        raise FitError(f"column '{id}' must name each gemeente once; more than once: {listing(sorted(twice))}.")
    wanted = fit.source.ids[judged]
    absent = [str(v) for v in wanted[~wanted.isin(data[id])]]
    if absent:
        raise FitError(f"the data hold no traits of {listing(absent)}.")
    rows = data.set_index(id).loc[wanted.to_numpy()]
    return tuple(_trait(name, rows[name]) for name in names)


def _trait(name: str, column: pd.Series) -> Trait:
    numeric = pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)
    if numeric and column.nunique() > MOST_VALUES:
        raise FitError(f"trait '{name}' holds {column.nunique()} different numbers; make classes of it.")
    texts = [None if pd.isna(v) else _text(v) for v in column]
    categories = tuple(sorted({t for t in texts if t is not None}))
    if len(categories) < 2 and not (len(categories) == 1 and None in texts):
        raise FitError(f"trait '{name}' is the same for every judged gemeente, or missing for all: nothing to relate.")
    place = {text: k for k, text in enumerate(categories)}
    return Trait(name, categories, np.array([-1 if t is None else place[t] for t in texts], dtype=np.int64))


def _text(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "ja" if value else "nee"
    return f"{value:g}" if isinstance(value, float | np.floating) else str(value)


def overlap(first: Trait, second: Trait) -> float:
    """Return Cramer's V between two traits, over the gemeenten that have both; missing where that says nothing."""
    both = (first.codes >= 0) & (second.codes >= 0)
    table = pd.crosstab(first.codes[both], second.codes[both]).to_numpy(dtype=np.float64)
    if min(table.shape) < 2:
        return float("nan")
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return float(np.sqrt(np.sum((table - expected) ** 2 / expected) / table.sum() / (min(table.shape) - 1)))
