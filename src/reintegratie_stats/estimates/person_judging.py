r"""From a logistic regression of persons to gemeenten: what is expected, and the ordinary spread.

With :math:`p_c` the chance in cell c and :math:`n_{gc}` the persons of gemeente g in it, what is expected is

.. math:: E_g = \sum_c n_{gc} p_c, \qquad V_g = \sum_c n_{gc} p_c (1 - p_c),

the sum of probabilities (indirect standardisation, as hospital mortality is). The count is then judged as that of
:math:`N_g = E_g^2 / \sum_c n_{gc} p_c^2` persons who all have the chance :math:`E_g / N_g`: a binomial count with the
same expectation, the same variance :math:`V_g` and the same response to a shift of all logits, which is :math:`V_g`
too. N is rounded up and kept so large that six standard deviations fit below it (and within the persons there are).
Ordinary gemeenten differ: their logits have a normal spread (`logit_normal`), estimated from the counts and the
expectations of the gemeenten that are kept, as for counts per gemeente (`dispersion`).

References
----------
B. Jarman et al. (1999), Explaining differences in English hospital death rates using routinely collected data. BMJ 318.
W. Ehm (1991), Binomial approximation to the Poisson binomial distribution. Statistics and Probability Letters 11, 7-16.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, logit

from reintegratie_stats.estimates.design import Design
from reintegratie_stats.estimates.dispersion import spread_pearson, spread_trimmed
from reintegratie_stats.estimates.families import Bools, Floats
from reintegratie_stats.estimates.irls import Data
from reintegratie_stats.estimates.logit_normal import LOGIT_NORMAL
from reintegratie_stats.estimates.person_cells import CellFit, PersonCells, fit_cells, separated
from reintegratie_stats.estimates.predictive import two_sided
from reintegratie_stats.estimates.robust_fit import ALPHA, LARGEST_SHARE, PASSES


@dataclass(frozen=True, eq=False)
class Level:
    """A fit of persons and what it means per gemeente.

    ``expected, variance`` (G,) are sums of p and p (1 - p); ``pull`` (G, p) is the derivative of the expectation to the
    coefficients; ``shared`` (G, G) what a shift of the logits of gemeente k does to the linear predictor of g;
    ``number`` and ``eta`` the persons and the logit that a count is judged by; ``spread`` the variance of the logits.
    """

    fit: CellFit
    keep: Bools
    trimmed: bool
    expected: Floats
    variance: Floats
    pull: Floats
    shared: Floats
    number: Floats
    eta: Floats
    spread: float
    iterations: int
    notes: tuple[str, ...] = ()

    @property
    def df(self) -> float:
        """Residual degrees of freedom: what is left of the spread of the kept gemeenten after the fit has followed it.

        The expected sum of squares of (1 - H) u for equal, independent shifts u of the logits, with H as in ``shared``;
        large gemeenten move the expectation of all, which may add as much as it takes: at most one less than there are.
        """
        inside = self.shared[np.ix_(self.keep, self.keep)]
        return float(min(len(inside) - 1.0, len(inside) - 2.0 * np.trace(inside) + np.sum(inside**2)))


def effective(expected: Floats, variance: Floats, persons: Floats) -> Floats:
    """Return the number of persons, alike, whose count has this expectation and variance.

    Examples
    --------
    >>> effective(np.array([300.0]), np.array([210.0]), np.array([1000.0])).tolist()
    [1000.0]
    >>> effective(np.array([60.0]), np.array([30.0]), np.array([1000.0])).tolist()
    [120.0]
    """
    alike = np.ceil(np.round(expected**2 / np.maximum(expected - variance, 1e-300), 6))
    room = np.ceil(expected + 6.0 * np.sqrt(variance) + 6.0)
    return np.asarray(np.minimum(np.maximum(alike, room), persons), dtype=np.float64)


def judged_level(
    cells: PersonCells, design: Design, keep: Bools, trimmed: bool, start: Floats | None = None, spread: float = 0.0
) -> Level:
    """Fit the persons of the gemeenten in `keep` and return what that means for every gemeente."""
    fit = fit_cells(design.x, *cells.totals(keep), start)
    share = expit(design.x @ fit.beta)
    expected = np.asarray(cells.persons @ share)
    variance = np.asarray(cells.persons @ (share * (1.0 - share)))
    pull = np.asarray(cells.persons @ (design.x * (share * (1.0 - share))[:, None]))
    shared = (pull / variance[:, None]) @ fit.bread @ pull.T
    number = effective(expected, variance, cells.size)
    level = Level(
        fit, keep, trimmed, expected, variance, pull, shared, number, logit(expected / number), spread, fit.iterations
    )
    return with_spread(level, cells.observed)


def with_spread(level: Level, observed: Floats) -> Level:
    """Return a level with the ordinary spread estimated from counts."""
    data = as_data(level, observed)
    mean, keep, df = level.expected[None, :], level.keep[None, :], np.array([level.df])
    start = np.array([level.spread if level.spread > 0 else 0.02])
    if level.trimmed:
        found = spread_trimmed(data, mean, keep, df, start, ALPHA)
    else:
        found = spread_pearson(data, mean, keep, df, start)
    return replace(level, spread=float(found[0]))


def as_data(level: Level, observed: Floats) -> Data:
    """Return counts per gemeente as data with one column, the linear predictor, of which the coefficient is 1."""
    return Data(level.eta[:, None], observed, level.number, LOGIT_NORMAL)


def mid_p(level: Level, observed: Floats) -> Floats:
    """Return the two-sided mid-p of every gemeente, without the uncertainty of the expectation."""
    return two_sided(LOGIT_NORMAL.tails(observed, level.expected, level.number, level.spread))[0]


def robust_level(cells: PersonCells, design: Design, robust: bool) -> Level:
    """Fit all gemeenten, or (``robust``) those that are ordinary: as `robust_fit` does for counts per gemeente."""
    everyone = np.ones(len(cells.ids), dtype=bool)
    level = judged_level(cells, design, everyone, False)
    if not (robust and level.fit.converged):
        return level
    seen, total = [everyone], level.iterations
    notes: tuple[str, ...] = ()
    for _ in range(PASSES):
        keep = bearable(cells, design, *_ordinary(mid_p(level, cells.observed)))
        if np.array_equal(keep, seen[-1]) and level.trimmed:
            break
        back = [k for k, other in enumerate(seen[:-1]) if np.array_equal(keep, other)]
        if back and not np.array_equal(keep, seen[-1]):
            p = mid_p(level, cells.observed)
            keep = bearable(cells, design, keep & np.logical_and.reduce(seen[back[0] :]), p)
            notes = ("the trimming went in a circle; every gemeente set aside somewhere in it is set aside",)
        level = judged_level(cells, design, keep, True, level.fit.beta, level.spread)
        total += level.iterations
        seen.append(keep)
        if notes or not level.fit.converged:
            break
    else:
        notes = (f"the trimming did not settle in {PASSES} passes",)
    return replace(level, iterations=total, notes=notes)


def _ordinary(p: Floats) -> tuple[Bools, Floats]:
    order = np.argsort(p, kind="stable")[: int(LARGEST_SHARE * len(p))]
    keep = np.ones(len(p), dtype=bool)
    keep[order[p[order] < ALPHA]] = False
    return keep, p


def bearable(cells: PersonCells, design: Design, keep: Bools, p: Floats) -> Bools:
    """Take gemeenten back, the least extreme first, until every coefficient can be estimated."""
    keep = keep.copy()
    for unit in np.nonzero(~keep)[0][np.argsort(-p[~keep], kind="stable")]:
        if not separated(design, *cells.totals(keep)):
            break
        keep[unit] = True
    return keep
