r"""Each gemeente judged by a fit of persons that did not see its persons.

Leaving gemeente g out is a Newton step from the fit on all that are kept, with the information of the others,

.. math:: \beta_{(g)} = \beta - (I - I_g)^{-1} s_g,

followed by more steps until nothing changes where a flag is near (one-step p below 0.05) or the step is over 2 per
cent, so that **no expected_loo is further than `TOLERANCE` (relative) from that of the real refit**. The uncertainty of
the expectation is cluster-robust: persons of one gemeente share its deviation.

References
----------
D. Pregibon (1981), Logistic regression diagnostics. Annals of Statistics 9, 705-724.
K.-Y. Liang and S.L. Zeger (1986), Longitudinal data analysis using generalized linear models. Biometrika 73, 13-22.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, logit

from reintegratie_stats.estimates.design import Design
from reintegratie_stats.estimates.dispersion import spread_equation
from reintegratie_stats.estimates.families import Bools, Floats
from reintegratie_stats.estimates.irls import Data
from reintegratie_stats.estimates.leave_one_out import LARGEST_CHANGE, NEAR_FLAG, How, Indices, LeaveOneOut
from reintegratie_stats.estimates.leave_one_out import TOLERANCE as TOLERANCE
from reintegratie_stats.estimates.logit_normal import LOGIT_NORMAL
from reintegratie_stats.estimates.person_cells import CellFit, PersonCells, fit_cells
from reintegratie_stats.estimates.person_judging import Level, as_data
from reintegratie_stats.estimates.predictive import Predictive, two_sided
from reintegratie_stats.estimates.robust_fit import ALPHA

ALONE = 1e-8  # of the information on some combination of coefficients, what others than one gemeente must hold
CHORDS = 40
CHORD_SETTLED = 1e-9
LONE = "this gemeente alone determines a coefficient: nothing is expected without it"
FAILED = "the fit without this gemeente did not converge"


@dataclass(frozen=True, eq=False)
class Steps:
    """Per gemeente: coefficients without it (G, p), inverse information without it, linear predictor, its variance."""

    beta: Floats
    bread: list[Floats]
    eta: Floats
    variance: Floats
    reason: list[str]


def scores(cells: PersonCells, design: Design, fit: CellFit) -> Floats:
    """Return the score (G, p) of every gemeente under a fit."""
    share = expit(design.x @ fit.beta)
    return np.asarray(cells.yes @ design.x - cells.persons @ (design.x * share[:, None]), dtype=np.float64)


def meat(score: Floats, keep: Bools) -> Floats:
    """Return the sum over gemeenten of the outer products of their scores, times G / (G - 1)."""
    kept = score[keep]
    return np.asarray(kept.T @ kept * len(kept) / max(1, len(kept) - 1), dtype=np.float64)


def leave_out(cells: PersonCells, design: Design, level: Level, how: How = "auto") -> LeaveOneOut:
    """Return the leave-one-out linear predictors of all gemeenten, and the spread that each is judged by."""
    steps = newton_steps(cells, design, level)
    left = spread_without(level, cells.observed, steps)
    again = _near(level, cells.observed, left, how) & level.keep & np.array([not text for text in steps.reason])
    units = np.nonzero(again)[0]
    for g in map(int, units):
        beta = _settle(cells, design, level.keep, g, steps)
        if beta is None:
            steps.reason[g] = FAILED
        else:
            steps.beta[g], steps.eta[g] = beta, _own_eta(cells, design, beta, g, level.number[g])
    left = spread_without(level, cells.observed, steps, units)
    method = tuple("refit" if r or not k else "one-step" for r, k in zip(again, level.keep, strict=True))
    return replace(left, method=method)


def newton_steps(cells: PersonCells, design: Design, level: Level) -> Steps:
    """Take every gemeente that was kept out by one Newton step; what the others say stays as it is."""
    fit, size = level.fit, len(cells.ids)
    score, share = scores(cells, design, fit), expit(design.x @ fit.beta)
    around, slope = meat(score, level.keep), level.expected * (1.0 - level.expected / level.number)
    gram = np.asarray(np.linalg.pinv(fit.bread, hermitian=True), dtype=np.float64)
    steps = Steps(np.tile(fit.beta, (size, 1)), [fit.bread] * size, level.eta.copy(), np.zeros(size), [""] * size)
    for g in range(size):
        own = around
        if level.keep[g]:
            bread = _without(cells, design, share, gram, g)
            if bread is None:
                steps.reason[g] = LONE
                continue
            own, steps.bread[g] = around - np.outer(score[g], score[g]), bread
            steps.beta[g] = fit.beta - bread @ score[g]
            steps.eta[g] = _own_eta(cells, design, steps.beta[g], g, level.number[g])
        reach = steps.bread[g] @ level.pull[g]
        steps.variance[g] = max(reach @ own @ reach, reach @ level.pull[g]) / slope[g] ** 2
    return steps


def _without(cells: PersonCells, design: Design, share: Floats, gram: Floats, g: int) -> Floats | None:
    """Return the inverse of the information without gemeente g; nothing where g alone holds some of it."""
    row = cells.persons[g]
    x, w = design.x[row.indices], row.data * (share * (1.0 - share))[row.indices]
    scale = 1.0 / np.sqrt(np.diag(gram))
    scale = scale[:, None] * scale
    rest = gram - x.T @ (x * w[:, None])
    if np.linalg.eigvalsh(rest * scale)[0] < ALONE * np.linalg.eigvalsh(gram * scale)[0]:
        return None
    return np.asarray(np.linalg.inv(rest), dtype=np.float64)


def _own_eta(cells: PersonCells, design: Design, beta: Floats, g: int, number: float) -> float:
    row = cells.persons[g]
    expected = float(row.data @ expit(design.x[row.indices] @ beta))
    return float(logit(min(expected / number, 1.0 - 1e-12)))


def _near(level: Level, observed: Floats, left: LeaveOneOut, how: How) -> Bools:
    if how != "auto":
        return np.full(len(left.eta), how == "refit")
    ahead = Predictive(LOGIT_NORMAL, left.eta, left.variance, level.number, left.spread, left.spread_error)
    p, _ = two_sided(ahead.tails(observed))
    with np.errstate(invalid="ignore"):
        return np.asarray((p < NEAR_FLAG) | (np.abs(left.eta - level.eta) > LARGEST_CHANGE), dtype=np.bool_)


def _settle(cells: PersonCells, design: Design, keep: Bools, g: int, steps: Steps) -> Floats | None:
    """Return the coefficients without gemeente g: chord steps from the Newton step, and a full fit where they fail."""
    others = keep.copy()
    others[g] = False
    n, y = cells.totals(others)
    current = steps.beta[g].copy()
    for _ in range(CHORDS):
        step = steps.bread[g] @ (design.x.T @ (y - n * expit(design.x @ current)))
        current = current + step
        size = float(np.max(np.abs(step) / (1.0 + np.abs(current))))
        if size < CHORD_SETTLED:
            return np.asarray(current, dtype=np.float64)
        if not size < 1.0:
            break
    fit = fit_cells(design.x, n, y, steps.beta[g])
    return fit.beta if fit.converged else None


# --- the spread without a gemeente ------------------------------------------------------------------


def spread_without(level: Level, observed: Floats, steps: Steps, refit: Indices | None = None) -> LeaveOneOut:
    """Return linear predictors with the spread that each gemeente is judged by: estimated without it.

    A Newton step of the equation of the spread; for the gemeenten in `refit` steps until it is solved, with what the
    others expect moved along with the coefficients (to first order).
    """
    keep, size = level.keep, len(observed)
    lever = np.clip(np.diag(level.shared), 0.0, 1.0)
    spread, error = np.full(size, level.spread), 0.0
    if level.spread > 0:
        own, slope, error = _spread_slope(level, observed)
        spread = level.spread * np.exp(np.where(keep, np.clip(own / slope, -0.5, 0.5), 0.0))
        if refit is not None and len(refit):
            change = steps.beta[refit] - level.fit.beta
            spread[refit] = _spread_again(level, observed, refit, change, slope, spread[refit])
    fine = np.array([not text for text in steps.reason])
    eta, variance, spread = (np.where(fine, part, np.nan) for part in (steps.eta, steps.variance, spread))
    lever = np.where(keep, lever, lever / (1.0 + lever))
    return LeaveOneOut(eta, variance, spread, lever, error, ("one-step",) * size, tuple(steps.reason))


def _cut(level: Level) -> float:
    return ALPHA if level.trimmed else 0.0


def _spread_slope(level: Level, observed: Floats) -> tuple[Floats, float, float]:
    """Return the equation of the spread per gemeente, its slope in the log of the spread, and the error of that."""
    data: Data = as_data(level, observed)
    keep, df, mean = level.keep[None, :], np.array([level.df]), level.expected[None, :]

    def equation(factor: float) -> Floats:
        whole = spread_equation(data, mean, np.array([level.spread * factor]), df, keep, _cut(level))
        return np.asarray(whole[0], dtype=np.float64)

    step = 0.01
    slope = min(float(np.sum(equation(np.exp(step)) - equation(np.exp(-step)))) / (2.0 * step), -1e-8)
    own = equation(1.0)
    return own, slope, float(np.sqrt(np.sum(own**2)) / -slope)


def _spread_again(
    level: Level, observed: Floats, refit: Indices, change: Floats, slope: float, start: Floats
) -> Floats:
    data = as_data(level, observed)
    keep = np.tile(level.keep, (len(refit), 1))
    keep[np.arange(len(refit)), refit] &= False
    df = keep.sum(axis=1) * level.df / level.keep.sum()
    mean = data.family.mean(level.eta + change @ (level.pull / level.variance[:, None]).T, data.exposure)
    spread = start
    for _ in range(6):
        gap = np.sum(spread_equation(data, mean, spread, df, keep, _cut(level)), axis=1)
        move = np.clip(-gap / slope, -0.5, 0.5)
        spread = spread * np.exp(move)
        if np.all(np.abs(move) < 1e-6):
            break
    return np.asarray(spread, dtype=np.float64)
