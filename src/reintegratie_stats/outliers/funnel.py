"""The frames behind three figures of one fit: funnel plot, caterpillar plot, observed against expected."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError, FitError, listing
from reintegratie_stats.estimates.expected import ExpectedFit, family_limits
from reintegratie_stats.estimates.families import Floats
from reintegratie_stats.outliers.flags import Flags

LEVELS = {"95": 0.95, "998": 0.998}
STEPS = 400  # places on the axis of the expected count


def funnel_frames(
    fit: ExpectedFit,
    flags: Flags,
    *,
    names: Mapping[Any, str] | None = None,
    also: Collection[Any] = (),
    steps: int = STEPS,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    r"""Return the points of a funnel plot and its limits, exact at small counts.

    Parameters
    ----------
    fit : ExpectedFit
    flags : Flags
        Of this fit.
    names : mapping, optional
        What a gemeente is called in the figure; by default its id.
    also : collection
        Gemeenten to name beside those with a flag.
    steps : int
        Places on the axis of the expected count at which the limits are given.

    Returns
    -------
    points : DataFrame
        ``gemeente, expected`` (a count, leave-one-out), ``ratio`` (observed / expected), ``flag, label`` (missing
        unless it is to be named); one row per gemeente, those that are not judged with missing numbers.
    limits : DataFrame
        ``expected`` (rising), ``lower_95, upper_95, lower_998, upper_998``: a count with that expectation lies from
        ``lower * expected`` to ``upper * expected`` with at least that chance, by the fitted family and spread.

    Raises
    ------
    FitError
        When nobody could be judged.
    DefinitionError
        For flags of another fit, or gemeenten in `also` that are not in it.

    Notes
    -----
    The limits are those of a gemeente of which the expectation is known. A flag also takes the uncertainty of the
    expectation into account, and the shortlist; a point near a limit can be on the other side of a flag. Where the
    variance depends on the exposure as well (binomial, ols_rate) it is taken at the overall rate. Counts are whole, so
    at small counts the limits are steps; the lower one is 0 where even no registration at all is not remarkable.
    """
    units, points = _with_flags(fit, flags, names, also)
    points["expected"], points["ratio"] = units["expected_loo"], units["ratio"]
    points = points[["gemeente", "expected", "ratio", "flag", "label"]]
    known = points["expected"].to_numpy()
    known = known[np.isfinite(known) & (known > 0)]
    if not len(known):
        raise FitError("no gemeente could be judged: there is no funnel to draw.")
    expected = _grid(float(known.min()), float(known.max()), steps)
    limits = pd.DataFrame({"expected": expected})
    rate = float(units["expected_loo"].sum() / units.loc[units["expected_loo"].notna(), "exposure"].sum())
    exposure = expected / rate
    if fit.family.bounded:
        exposure = np.maximum(np.round(exposure), 1.0)
        expected = np.minimum(expected, exposure * (1.0 - 1e-9))
    for name, level in LEVELS.items():
        lower, upper = family_limits(fit.family, expected, exposure, fit.spread, level)
        limits[f"lower_{name}"], limits[f"upper_{name}"] = np.maximum(lower, 0.0) / expected, upper / expected
    return points, limits


def caterpillar_frame(
    fit: ExpectedFit, flags: Flags, *, names: Mapping[Any, str] | None = None, also: Collection[Any] = ()
) -> pd.DataFrame:
    """Return the shrunken ratios: ``gemeente, ratio_eb, eb_lower, eb_upper, flag, label``, the lowest first.

    Gemeenten that were not judged are left out. For `names` and `also` see `funnel_frames`.
    """
    _, points = _with_flags(fit, flags, names, also)
    shrunken = flags.to_frame()
    for column in ("ratio_eb", "eb_lower", "eb_upper"):
        points[column] = shrunken[column].to_numpy()
    judged = points[points["flag"] != "niet_te_beoordelen"]
    order = judged.sort_values(["ratio_eb", "gemeente"], kind="stable").reset_index(drop=True)
    return order[["gemeente", "ratio_eb", "eb_lower", "eb_upper", "flag", "label"]]


def observed_expected_frame(
    fit: ExpectedFit, flags: Flags, *, names: Mapping[Any, str] | None = None, also: Collection[Any] = ()
) -> pd.DataFrame:
    """Return ``gemeente, observed, expected, lower, upper, flag, label``: counts, leave-one-out.

    ``lower`` and ``upper`` are the 95% predictive range of the count. One row per gemeente, those that were not judged
    with missing numbers. For `names` and `also` see `funnel_frames`.
    """
    units, points = _with_flags(fit, flags, names, also)
    out = points[["gemeente"]].assign(
        observed=units["observed"], expected=units["expected_loo"], lower=units["lower"], upper=units["upper"]
    )
    return out.assign(flag=points["flag"], label=points["label"])


def _with_flags(
    fit: ExpectedFit, flags: Flags, names: Mapping[Any, str] | None, also: Collection[Any]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    units, verdicts = fit.units(), flags.to_frame()
    ids = units[fit.definition.id]
    if flags.id not in verdicts or list(verdicts[flags.id]) != list(ids):
        raise DefinitionError("the flags are not about the gemeenten of this fit; flag this fit with flag_outliers.")
    strange = [str(who) for who in also if who not in set(ids)]
    if strange:
        raise DefinitionError(f"also names {listing(strange)}, not in the fit.")
    called = {} if names is None else dict(names)
    named = verdicts["flag"].isin(["meer", "minder"]) | ids.isin(list(also))
    label = [str(called.get(who, who)) if wanted else None for who, wanted in zip(ids, named, strict=True)]
    points = pd.DataFrame({"gemeente": ids, "flag": verdicts["flag"]})
    points["label"] = pd.Series(label, dtype="string", index=points.index)
    return units, points


def _grid(low: float, high: float, steps: int) -> Floats:
    """Return expected counts from low to high, evenly on the log scale."""
    if steps < 2:
        raise DefinitionError(f"steps is {steps}; at least 2.")
    if high <= low * (1.0 + 1e-9):
        low, high = 0.9 * low, 1.1 * high
    return np.asarray(np.geomspace(low, high, steps), dtype=np.float64)
