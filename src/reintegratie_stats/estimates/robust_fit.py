"""Estimation on the ordinary gemeenten: units far from the rest are set aside for estimation only.

Pass 0 fits all units. Each pass judges all units by the two-sided mid-p tail of the fit, sets aside those with p below
`ALPHA` (the most extreme first, never more than `LARGEST_SHARE`, never so many that a coefficient can no longer be
estimated), and fits again, until the set no longer changes. The spread of what is kept is corrected for the tails that
were cut (`dispersion.spread_trimmed`); coefficients and spread are solved in turn until both stand still.

References
----------
D. Spiegelhalter et al. (2012), Statistical methods for healthcare regulation. JRSS A 175, 1-47, section 5.
E. Cantoni and E. Ronchetti (2001), Robust inference for generalized linear models. JASA 96, 1022-1030.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reintegratie_stats.estimates.dispersion import spread_equation, spread_ml, spread_pearson, spread_trimmed
from reintegratie_stats.estimates.families import Bools, Floats
from reintegratie_stats.estimates.irls import Data, fit_coefficients

ALPHA = 0.01
LARGEST_SHARE = 0.20
PASSES = 50
ROUNDS = 60  # of coefficients and spread in turn
SETTLED = 1e-10  # relative change of the spread
VARIANCE_SETTLED = 1e-8  # relative change of the largest variance that a change of the spread can make
CHORDS = 12  # of refits that start nearly right
CHORD_SETTLED = 1e-8


@dataclass(frozen=True, eq=False)
class Fits:
    """Coefficients (m, p) and spread (m,) of m fits, whether each converged (m,), and the rounds used."""

    beta: Floats
    spread: Floats
    converged: Bools
    iterations: int


@dataclass(frozen=True, eq=False)
class Estimate:
    """One fit: coefficients (p,), spread, the units it was estimated on (n,), and how it went."""

    beta: Floats
    spread: float
    keep: Bools
    trimmed: bool
    converged: bool
    iterations: int
    notes: tuple[str, ...] = ()


def fit_jointly(
    data: Data, keep: Bools, trimmed: bool, beta: Floats | None = None, spread: Floats | None = None
) -> Fits:
    """Fit coefficients and spread of m fits that each use the units in ``keep`` (m, n), solved in turn.

    Parameters
    ----------
    data : Data
    keep : ndarray of bool, shape (m, n)
    trimmed : bool
        Whether the tails were cut from the kept units, so that the spread is corrected for it. Without trimming the
        spread is maximum likelihood for NB2 and the Pearson equation for the other families.
    beta, spread : ndarray, shape (m, p) and (m,), optional
        Where to start.
    """
    m, p = len(keep), data.x.shape[1]
    current = np.full(m, 0.0 if data.family.link != "identity" else 1.0) if spread is None else spread
    step = fit_coefficients(data, keep, current, beta)
    if not data.family.has_spread:
        return Fits(step.beta, np.zeros(m), step.converged, step.iterations)
    df = np.sum(keep, axis=1) - float(p)
    iterations = step.iterations
    settled = np.zeros(m, dtype=bool)
    for _ in range(ROUNDS):
        mean = data.mean(step.beta)
        new = _spread(data, mean, keep, df, current, trimmed)
        change = np.abs(new - current)
        settled = change <= SETTLED * np.maximum(new, 1e-12)
        if data.family.name == "nb2":  # a spread near 0 is found less exactly than it matters to any variance
            settled |= change * np.max(mean, axis=-1) <= VARIANCE_SETTLED
        current = new
        if np.all(settled):
            break
        step = fit_coefficients(data, keep, current, step.beta)
        iterations += step.iterations
    return Fits(step.beta, current, step.converged & settled & np.isfinite(current), iterations)


def refit_jointly(data: Data, keep: Bools, trimmed: bool, beta: Floats, spread: Floats, slope: float) -> Fits:
    """Fit coefficients and spread of m fits from a start that is nearly right.

    One chord step of the spread equation, with the `slope` (in log spread) of a fit that differs in one unit, for each
    fit of the coefficients. Fits that this does not settle are handed to `fit_jointly`.
    """
    df = np.sum(keep, axis=1) - float(data.x.shape[1])
    share = ALPHA if trimmed else 0.0
    step = fit_coefficients(data, keep, spread, beta)
    current, iterations = spread, step.iterations
    move = np.full(len(keep), np.inf)
    for _ in range(CHORDS):
        gap = np.sum(spread_equation(data, data.mean(step.beta), current, df, keep, share), axis=1)
        move = np.clip(-gap / slope, -1.0, 1.0)
        current = current * np.exp(move)
        step = fit_coefficients(data, keep, current, step.beta)
        iterations += step.iterations
        if np.all(np.abs(move) < CHORD_SETTLED):
            break
    good = step.converged & (np.abs(move) < CHORD_SETTLED)
    if np.all(good):
        return Fits(step.beta, current, good, iterations)
    slow = fit_jointly(data, keep[~good], trimmed)
    out, found = step.beta.copy(), current.copy()
    out[~good], found[~good], fine = slow.beta, slow.spread, good.copy()
    fine[~good] = slow.converged
    return Fits(out, found, fine, iterations + slow.iterations)


def _spread(data: Data, mean: Floats, keep: Bools, df: Floats, start: Floats, trimmed: bool) -> Floats:
    if trimmed:
        return spread_trimmed(data, mean, keep, df, start, ALPHA)
    if data.family.name == "nb2":
        return spread_ml(data, mean, keep, start)
    return spread_pearson(data, mean, keep, df, start)


def mid_p(data: Data, beta: Floats, spread: float) -> Floats:
    """Return the two-sided mid-p of every unit under the fit, without the uncertainty of the coefficients."""
    tails = data.family.tails(data.y, data.mean(beta[None, :])[0], data.exposure, spread)
    return np.asarray(np.minimum(1.0, 2.0 * np.minimum(tails.below, tails.above) + tails.at), dtype=np.float64)


def estimate(data: Data, robust: bool) -> Estimate:
    """Fit all units (``robust=False``) or the ordinary ones (``robust=True``).

    Parameters
    ----------
    data : Data
        Without separation and of full rank (`design` sees to it).
    robust : bool

    Returns
    -------
    Estimate
    """
    everyone = np.ones(len(data.y), dtype=bool)
    first = _one(fit_jointly(data, everyone[None, :], trimmed=False), everyone, trimmed=False)
    if not (robust and first.converged):
        return first
    seen: list[Bools] = [everyone]
    notes: tuple[str, ...] = ()
    current, keep, total = first, everyone, first.iterations
    for _ in range(PASSES):
        keep = _ordinary(data, mid_p(data, current.beta, current.spread))
        if any(np.array_equal(keep, other) for other in seen[:-1]) and not np.array_equal(keep, seen[-1]):
            start = next(k for k, other in enumerate(seen) if np.array_equal(keep, other))
            keep = _widest(data, keep & np.logical_and.reduce(seen[start:]))
            notes = ("the trimming went in a circle; every gemeente set aside somewhere in it is set aside",)
        elif np.array_equal(keep, seen[-1]) and current is not first:
            break
        spread = np.array([current.spread]) if current.spread > 0 else None
        fits = fit_jointly(data, keep[None, :], True, current.beta[None, :], spread)
        current = _one(fits, keep, trimmed=True)
        total += current.iterations
        seen.append(keep)
        if notes or not current.converged:
            break
    else:
        notes = (f"the trimming did not settle in {PASSES} passes",)
    return Estimate(current.beta, current.spread, current.keep, True, current.converged, total, notes)


def _one(fits: Fits, keep: Bools, trimmed: bool) -> Estimate:
    return Estimate(fits.beta[0], float(fits.spread[0]), keep, trimmed, bool(fits.converged[0]), fits.iterations)


def _ordinary(data: Data, p: Floats) -> Bools:
    """Return the units to estimate on: all but those with p under ALPHA, at most LARGEST_SHARE set aside."""
    order = np.argsort(p, kind="stable")[: int(LARGEST_SHARE * len(p))]
    keep = np.ones(len(p), dtype=bool)
    keep[order[p[order] < ALPHA]] = False
    return _widest(data, keep, p)


def _widest(data: Data, keep: Bools, p: Floats | None = None) -> Bools:
    """Take back units, the least extreme first, until every coefficient can be estimated again."""
    rank = data.x.shape[1]
    if np.linalg.matrix_rank(data.x[keep]) == rank:
        return keep
    out = np.nonzero(~keep)[0]
    order = out if p is None else out[np.argsort(-p[out], kind="stable")]
    kept = keep.copy()
    for unit in order:
        wider = kept.copy()
        wider[unit] = True
        if np.linalg.matrix_rank(data.x[wider]) > np.linalg.matrix_rank(data.x[kept]):
            kept = wider
    return kept
