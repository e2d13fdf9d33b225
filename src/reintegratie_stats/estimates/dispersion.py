r"""Over-dispersion: the spread of a family from the units it was fitted on, phi, tau squared, winsorising.

Three equations for the spread, each for m fits at once:

- `spread_ml`: maximum likelihood, for NB2 (theta as ``MASS::glm.nb``);
- `spread_pearson`: the Pearson chi-square equals its degrees of freedom, for quasi-Poisson, beta-binomial and rates;
- `spread_trimmed`: for units from which the tails were cut. With P the distribution of a count under the model, the
  mean square of its randomised quantile residual over the randomisation has expectation 1 whatever the distribution,

  .. math:: q(y) = \frac{1}{P(y)} \int_{F(y-1)}^{F(y)} \Phi^{-1}(u)^2 du
            = 1 - \frac{z_b \phi(z_b) - z_a \phi(z_a)}{P(y)},
            \qquad z_a = \Phi^{-1}(F(y-1)), z_b = \Phi^{-1}(F(y)),

  and expectation :math:`1 - 2 z \phi(z) / (1 - \alpha)` when a share :math:`\alpha` is cut from the tails at
  :math:`\pm z`. The spread solves :math:`\sum q = (n - p)(1 - 2 z \phi(z)/(1 - \alpha))`. Being an integral over the
  jump of the distribution function it needs no correction for small counts. The expectation is divided by `ALLOWANCE`.

What was found (simulated sets of 342 gemeenten, lognormal ordinary spread, 17 true outliers, 100 sets a line): the
equation alone gives a spread within 5% of the true one, and then the rule "p < 0.002 or Benjamini-Hochberg at 10%" has
a false discovery share of 0.10 at an ordinary spread of sd 0.15, without room. Dividing by 1.04 brings it to 0.09; the
power at sd 0.30, where outliers hide in the spread themselves, goes from 0.48 to 0.45. Bounding the squares (at 1.5 or
2 standard deviations) made no difference beyond chance.

References
----------
P.K. Dunn and G.K. Smyth (1996), Randomized quantile residuals. JCGS 5, 236-244.
D.J. Spiegelhalter (2005), Funnel plots for comparing institutional performance. Statistics in Medicine 24, 1185-1202.
R. DerSimonian and N. Laird (1986), Meta-analysis in clinical trials. Controlled Clinical Trials 7, 177-188.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import ndtri

from reintegratie_stats.estimates.families import Bools, CountFamily, Floats, Tails
from reintegratie_stats.estimates.irls import Data, theta_ml, theta_score

ROOT_TWO_PI = float(np.sqrt(2.0 * np.pi))
ALLOWANCE = 1.04  # for what the repeated cutting takes from the variance beside the tails themselves
LARGEST_SQUARE = 1e4  # of a quantile residual, where the tails have no digits left


def spread_ml(data: Data, mean: Floats, keep: Bools, start: Floats) -> Floats:
    """Return the maximum likelihood spread 1 / theta of NB2 for means (m, n); 0 where there is no over-dispersion."""
    with np.errstate(divide="ignore"):
        return np.asarray(1.0 / theta_ml(data.y, mean, keep, 1.0 / start), dtype=np.float64)


def spread_pearson(data: Data, mean: Floats, keep: Bools, df: Floats, start: Floats) -> Floats:
    """Return the spread at which the Pearson chi-square of the kept units equals `df` (m,)."""

    def chi_square(spread: Floats) -> Floats:
        variance = data.family.variance(mean, data.exposure, spread[:, None])
        return np.asarray(np.sum(keep * (data.y - mean) ** 2 / variance, axis=1) / df - 1.0, dtype=np.float64)

    return solve_spread(chi_square, data.family, start)


def spread_trimmed(data: Data, mean: Floats, keep: Bools, df: Floats, start: Floats, share: float) -> Floats:
    """Return the spread at which the squared quantile residuals of the kept units have their trimmed expectation."""
    target = square_target(share)

    def excess(spread: Floats) -> Floats:
        square = residual_square(data.family, data.y, mean, data.exposure, spread[:, None])
        return np.asarray(np.sum(keep * square, axis=1) / df - target, dtype=np.float64)

    return solve_spread(excess, data.family, start)


def spread_equation(data: Data, mean: Floats, spread: Floats, df: Floats, keep: Bools, share: float) -> Floats:
    """Return the equation that the spread makes zero, per unit: (m, n), zero for units that are not kept.

    Falling in the spread: the score of log alpha for NB2 (``share=0``), otherwise squared residuals minus their
    expectation, which is spread evenly over the kept units.

    Parameters
    ----------
    data : Data
    mean, keep : ndarray, shape (m, n)
    spread, df : ndarray, shape (m,)
    share : float
        Of the tails that was cut from the kept units; 0 for none.
    """
    s = spread[:, None]
    if share <= 0 and data.family.name == "nb2":
        theta = 1.0 / s
        return np.asarray(-1.0 * keep * theta * theta_score(data.y, mean, theta), dtype=np.float64)
    if share <= 0:
        square = (data.y - mean) ** 2 / data.family.variance(mean, data.exposure, s)
    else:
        square = residual_square(data.family, data.y, mean, data.exposure, s)
    expected = square_target(share) * df / np.sum(keep, axis=1)
    return np.asarray(keep * (square - expected[:, None]), dtype=np.float64)


def trimmed_square(share: float) -> float:
    """Return the expected square of a standard normal from which `share` was cut, half from each tail.

    Examples
    --------
    >>> round(trimmed_square(0.01), 4), trimmed_square(0.0)
    (0.9248, 1.0)
    """
    if share <= 0:
        return 1.0
    z = float(-ndtri(share / 2.0))
    return 1.0 - 2.0 * z * float(np.exp(-z * z / 2.0)) / ROOT_TWO_PI / (1.0 - share)


def square_target(share: float) -> float:
    """Return the mean square that the spread is solved for: `trimmed_square`, over `ALLOWANCE` where tails were cut."""
    return trimmed_square(share) / (ALLOWANCE if share > 0 else 1.0)


def residual_square(family: CountFamily, y: Floats, mean: Floats, exposure: Floats, spread: Floats) -> Floats:
    """Return the square of the randomised quantile residual, averaged over the randomisation."""
    lower, upper, at = normal_scores(family.tails(y, mean, exposure, spread))
    with np.errstate(invalid="ignore", over="ignore"):
        narrow = (at < 1e-8) | ~(upper - lower >= 1e-4)
        edges = _edge(upper) - _edge(lower)
        middle = np.where(np.isfinite(lower + upper), (lower + upper) / 2.0, LARGEST_SQUARE)
        square = np.where(narrow, middle**2, 1.0 - edges / np.where(narrow, 1.0, at))
    return np.asarray(np.clip(square, 0.0, LARGEST_SQUARE), dtype=np.float64)


def _edge(z: Floats) -> Floats:
    return np.where(np.isfinite(z), z * np.exp(-(np.where(np.isfinite(z), z, 0.0) ** 2) / 2.0) / ROOT_TWO_PI, 0.0)


def normal_scores(tails: Tails) -> tuple[Floats, Floats, Floats]:
    """Return the normal scores of F(y-1) and F(y), each from the tail that holds its digits, and P(y)."""
    low = tails.below < tails.above
    lower = np.where(low, ndtri(tails.below), -ndtri(np.minimum(tails.above + tails.at, 1.0)))
    upper = np.where(low, ndtri(np.minimum(tails.below + tails.at, 1.0)), -ndtri(tails.above))
    return lower, upper, tails.at


def solve_spread(excess: Callable[[Floats], Floats], family: CountFamily, start: Floats) -> Floats:
    """Return where a decreasing function of the spread is zero, for m equations at once; 0 where it is never positive.

    A bracket around `start` is widened by factors of 4 and closed by regula falsi (Illinois) on the log scale.
    """
    m = len(start)
    begin = np.log(np.where(np.isfinite(start) & (start > 0), start, 0.01))
    top = np.log(0.999) if family.bounded else 60.0
    nothing = np.zeros(m, dtype=bool) if family.link == "identity" else excess(np.zeros(m)) <= 0
    low, high = np.minimum(begin, top) - 0.2, np.minimum(begin + 0.2, top)
    f_low, f_high = excess(np.exp(low)), excess(np.exp(high))
    for _ in range(40):
        up, down = (f_high > 0) & (high < top) & ~nothing, (f_low < 0) & (low > -60.0) & ~nothing
        if not np.any(up | down):
            break
        step = 1.4
        low, f_low = np.where(up, high, low), np.where(up, f_high, f_low)
        high, f_high = np.where(down, low, high), np.where(down, f_low, f_high)
        low, high = np.where(down, low - step, low), np.where(up, np.minimum(high + step, top), high)
        value_low, value_high = excess(np.exp(low)), excess(np.exp(high))
        f_low, f_high = np.where(down, value_low, f_low), np.where(up, value_high, f_high)
    return np.where(nothing, 0.0, np.exp(_close(excess, low, high, f_low, f_high)))


def _close(excess: Callable[[Floats], Floats], low: Floats, high: Floats, f_low: Floats, f_high: Floats) -> Floats:
    low, high, f_low, f_high = (np.array(v) for v in (low, high, f_low, f_high))
    side = np.zeros(len(low))
    middle = (low + high) / 2.0
    for _ in range(60):
        gap = f_high - f_low
        previous = middle
        middle = np.where(gap < 0, (low * f_high - high * f_low) / np.where(gap < 0, gap, -1.0), (low + high) / 2.0)
        middle = np.clip(middle, low, high)
        value = excess(np.exp(middle))
        positive = value > 0
        f_high = np.where(positive & (side > 0), f_high / 2.0, f_high)
        f_low = np.where(~positive & (side < 0), f_low / 2.0, f_low)
        side = np.where(positive, 1.0, -1.0)
        low, f_low = np.where(positive, middle, low), np.where(positive, value, f_low)
        high, f_high = np.where(positive, high, middle), np.where(positive, f_high, value)
        if np.all(np.abs(middle - previous) < 1e-9) or np.all(np.abs(value) < 1e-11):
            break
    return middle


def winsorise(z: Floats, share: float = 0.1) -> Floats:
    """Return values with the lowest and highest `share` drawn in to the quantiles there (Spiegelhalter 2005)."""
    low, high = np.nanquantile(z, [share, 1.0 - share])
    return np.asarray(np.clip(z, low, high), dtype=np.float64)


def phi(z: Floats) -> float:
    """Return the multiplicative over-dispersion of standardised residuals: their mean square."""
    return float(np.nanmean(np.asarray(z, dtype=np.float64) ** 2))


def tau_squared(value: Floats, variance: Floats) -> float:
    r"""Return the variance between units of estimates with known sampling variances (DerSimonian and Laird).

    .. math:: \tau^2 = \max\Bigl(0, \frac{Q - (n - 1)}{\sum w - \sum w^2 / \sum w}\Bigr), \quad
              w_i = 1 / v_i, \; Q = \sum w_i (x_i - \bar x_w)^2.
    """
    fine = np.isfinite(value) & np.isfinite(variance) & (variance > 0)
    x, w = np.asarray(value)[fine], 1.0 / np.asarray(variance)[fine]
    if len(x) < 2:
        return float("nan")
    centre = np.sum(w * x) / np.sum(w)
    q = np.sum(w * (x - centre) ** 2)
    return float(max(0.0, (q - (len(x) - 1)) / (np.sum(w) - np.sum(w**2) / np.sum(w))))
