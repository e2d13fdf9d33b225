r"""Whether those who answered are like all: the R-indicator, and the difference per trait.

Response is given a chance :math:`\rho_i` by a logistic model on traits that are known of everybody. The R-indicator is

.. math:: R = 1 - 2 S(\rho), \quad S^2(\rho) = \frac{1}{n - 1} \sum_i (\hat\rho_i - \bar\rho)^2,

1 when all traits have the same chance of response and 0 at the largest spread that there can be. Estimated chances
spread more than true ones; with n asked of N the variance is corrected to

.. math:: \tilde S^2 = \Bigl(1 + \frac 1n - \frac 1N\Bigr) S^2 - \frac 1n \sum_i z_i' I^{-1} z_i, \quad
          z_i = \hat\rho_i (1 - \hat\rho_i) x_i, \quad I = \sum_i \hat\rho_i (1 - \hat\rho_i) x_i x_i',

and to 0 where that is negative. R is about the traits in the model only: with other traits it is another figure, and
what no register knows of a gemeente it cannot see.

References
----------
B. Schouten, F. Cobben and J. Bethlehem (2009), Indicators for the representativeness of survey response. Survey
Methodology 35, 101-113.
N. Shlomo, C. Skinner and B. Schouten (2012), Estimation of an indicator of the representativeness of survey response.
Journal of Statistical Planning and Inference 142, 201-211 (the correction).
P.C. Austin (2009), Balance diagnostics. Statistics in Medicine 28, 3083-3107 (standardised differences).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy.special import expit

from reintegratie_stats.errors import DefinitionError, FitError, listing
from reintegratie_stats.estimates.design import build_design, parse_formula
from reintegratie_stats.estimates.families import Bools, Floats
from reintegratie_stats.estimates.intervals import check_level
from reintegratie_stats.estimates.irls import outer_products
from reintegratie_stats.fieldwork.response_frame import SurveyFrame, read_frame
from reintegratie_stats.fieldwork.values import whole_seed
from reintegratie_stats.report.labels import Lang, check_lang, label

_STEPS = 25  # a fit that needs more runs to a chance of 0 or 1
_FAR = 15.0  # a linear predictor beyond this is a chance of 0 or 1
_OUTCOME = "antwoord_0_1"


@dataclass(frozen=True, eq=False, repr=False)
class RIndicator:
    r"""Representativeness of the response; made by `r_indicator`.

    Attributes
    ----------
    value : float
        R with the correction, from 0 to 1.
    unadjusted : float
        R without it.
    std_error : float
        By the bootstrap.
    lower, upper : float
        ``value`` plus and minus z standard errors, cut off at 0 and 1.
    largest_bias : float
        :math:`(1 - R) / (4 \bar\rho)`: how far a share among respondents can be off (a share), if it depends on the
        traits only and the worst comes to the worst.
    rate : float
        Response rate of the asked (a share).
    asked, answered : int
    traits : tuple of str
    replicates, seed : int
        Of the bootstrap.
    level : float
    notes : tuple of str
    """

    value: float
    unadjusted: float
    std_error: float
    lower: float
    upper: float
    largest_bias: float
    rate: float
    asked: int
    answered: int
    traits: tuple[str, ...]
    replicates: int
    seed: int
    level: float
    notes: tuple[str, ...]
    _propensities: pd.DataFrame = field(repr=False)

    def propensities(self) -> pd.DataFrame:
        """Return one row per unit that was asked: its id and ``kans``, the estimated chance that it answers."""
        return self._propensities.copy()

    def __repr__(self) -> str:
        interval = f"{self.level * 100:g}%: {self.lower:.3f} to {self.upper:.3f}"
        return f"RIndicator({self.value:.3f} ({interval}) on {', '.join(self.traits)})"


def r_indicator(
    frame: pd.DataFrame,
    traits: Sequence[str],
    *,
    asked: str | bool = "gevraagd",
    answered: str = "antwoord",
    id: str = "gemeente",
    replicates: int = 200,
    seed: int = 0,
    level: float = 0.95,
    lang: Lang = "nl",
) -> RIndicator:
    """Estimate how representative the response is, on traits that are known of everybody.

    Parameters
    ----------
    frame : DataFrame
        One row per unit that could be asked.
    traits : sequence of str
        Columns: text gives a chance per category, numbers enter linearly.
    asked, answered : str
        Columns with ja/nee, true/false or 1/0. ``asked=True``: all were. Who was asked is taken for a simple random
        draw from the frame, or for all of it.
    id : str
    replicates : int
        Draws of the bootstrap for the standard error (units with replacement), at least 20.
    seed : int
    level : float
        Of the interval.
    lang : {"nl", "en"}
        Language of the notes.

    Returns
    -------
    RIndicator

    Raises
    ------
    CountsError
        When the frame cannot be read; all problems at once, gemeenten named.
    FitError
        When everybody or nobody answered, a trait is the same for all, traits follow from each other, or there are too
        many for the number of units.
    DefinitionError
        For settings that cannot be.

    Examples
    --------
    >>> k = np.arange(300)
    >>> frame = pd.DataFrame({"gemeente": k, "klein": k % 3 == 0, "antwoord": (7 * k) % 10 < np.where(k % 3, 7, 3)})
    >>> found = r_indicator(frame, ["klein"], asked=True, seed=1)
    >>> found.asked, found.answered, round(found.value, 2), round(found.unadjusted, 2)
    (300, 170, 0.63, 0.62)
    """
    check_lang(lang)
    _check_settings(traits, replicates, level, seed)
    names = list(dict.fromkeys(traits))
    survey = read_frame(frame, asked, answered, names, id, once=True)
    x, ids = _design(survey, names)
    y = survey.respondents[survey.approached].astype(np.float64)
    if y.all() or not y.any():
        raise FitError(f"{'everybody' if y.all() else 'nobody'} answered: there is no spread of response to estimate.")
    found = _propensities(x, y, np.ones((1, len(y))))
    chances, separated = found[0][0], not found[1][0]
    total = len(survey.ids)
    value = _adjusted(x, chances, np.ones(len(y)), total)
    order = np.argsort(ids.to_numpy(dtype=object), kind="stable")  # the order of the rows is no part of the draw
    error, lost = _bootstrap(x[order], y[order], total, replicates, seed)
    z = NormalDist().inv_cdf((1.0 + level) / 2.0)
    rate = float(y.mean())
    return RIndicator(
        value=value,
        unadjusted=1.0 - 2.0 * float(np.std(chances, ddof=1)),
        std_error=error,
        lower=max(0.0, value - z * error),
        upper=min(1.0, value + z * error),
        largest_bias=(1.0 - value) / (4.0 * rate),
        rate=rate,
        asked=len(y),
        answered=int(y.sum()),
        traits=tuple(names),
        replicates=replicates,
        seed=seed,
        level=level,
        notes=_notes(separated, lost, replicates, value, lang),
        _propensities=pd.DataFrame({id: ids, "kans": chances}),
    )


def _check_settings(traits: Sequence[str], replicates: int, level: float, seed: int) -> None:
    problems = []
    for check in (lambda: check_level(level), lambda: whole_seed(seed, 0)):
        try:
            check()
        except DefinitionError as error:
            problems.append(str(error).removesuffix("."))
    if isinstance(traits, str) or not len(traits):
        problems.append(f"traits is {traits!r}; give a list of one or more columns")
    if isinstance(replicates, bool) or not isinstance(replicates, int) or replicates < 20:
        problems.append(f"replicates is {replicates!r}; a whole number of at least 20 is needed")
    if problems:
        raise DefinitionError(f"{'; '.join(problems)}.")


def _design(survey: SurveyFrame, traits: Sequence[str]) -> tuple[Floats, pd.Series]:
    """Return the design (n, p) of the units that were asked, and their ids."""
    rows = survey.traits[survey.approached].reset_index(drop=True)
    if not len(rows):
        raise FitError("nobody was asked.")
    same = [name for name in traits if rows[name].nunique() < 2]
    if same:
        raise FitError(f"{listing(same)}: the same for everybody who was asked, and explains nothing; leave it out.")
    safe = {name: f"trait_{place}" for place, name in enumerate(traits)}
    coded = rows.rename(columns=safe).assign(**{_OUTCOME: 0.0})
    formula = parse_formula(f"{_OUTCOME} ~ {' + '.join(safe.values())}", list(coded.columns))
    try:
        design = build_design(coded, formula)
    except FitError as error:
        said = str(error)
    else:
        return design.x, survey.ids[survey.approached].reset_index(drop=True)
    for name, code in reversed(safe.items()):
        said = said.replace(code, name)
    raise FitError(said)


def _propensities(x: Floats, y: Floats, weights: Floats) -> tuple[Floats, Bools]:
    """Return chances of response (m, n) of m weighted fits, and which of the fits converged."""
    n, p = x.shape
    squares = outer_products(x)
    damping = 1e-8 * n * np.eye(p)  # of the step only: where a fit converges it is the maximum of the likelihood
    beta, change = np.zeros((len(weights), p)), np.full(len(weights), np.inf)
    for _ in range(_STEPS):
        mean = expit(np.clip(beta @ x.T, -_FAR, _FAR))
        gram = ((weights * mean * (1.0 - mean)) @ squares).reshape(-1, p, p) + damping
        step = np.linalg.solve(gram, ((weights * (y - mean)) @ x)[:, :, None])[:, :, 0]
        far = np.max(np.abs(step @ x.T), axis=1)
        beta = beta + step * np.minimum(1.0, 4.0 / np.maximum(far, 1e-300))[:, None]
        change = far
        if not np.any(change > 1e-10):
            break
    return np.asarray(expit(np.clip(beta @ x.T, -_FAR, _FAR))), np.asarray(change < 1e-6)


def _adjusted(x: Floats, chances: Floats, weights: Floats, total: int) -> float:
    """Return R with the correction, of units that count `weights` times."""
    n = weights.sum()
    mean = weights @ chances / n
    spread = weights @ (chances - mean) ** 2 / (n - 1.0)
    slope = chances * (1.0 - chances)
    z = slope[:, None] * x
    inverse = np.linalg.pinv((x.T * (weights * slope)) @ x)
    error = weights @ np.einsum("ij,jk,ik->i", z, inverse, z) / n
    corrected = (1.0 + 1.0 / n - 1.0 / total) * spread - error
    return max(0.0, 1.0 - 2.0 * float(np.sqrt(max(corrected, 0.0))))


def _bootstrap(x: Floats, y: Floats, total: int, replicates: int, seed: int) -> tuple[float, int]:
    """Return the standard error of R over draws of units with replacement, and how many draws had no fit."""
    rng = np.random.default_rng(seed)
    n = len(y)
    drawn = np.floor(rng.random((replicates, n)) * n).astype(np.int64)
    weights = np.stack([np.bincount(row, minlength=n) for row in drawn]).astype(np.float64)
    mixed = (weights @ y > 0) & (weights @ y < n)
    chances, converged = _propensities(x, y, weights[mixed])
    values = [_adjusted(x, own, w, total) for own, w in zip(chances, weights[mixed], strict=True)]
    finite = np.array([value for value in values if np.isfinite(value)])
    return float(np.std(finite, ddof=1)), int(replicates - converged.sum())


def _notes(separated: bool, lost: int, replicates: int, value: float, lang: Lang) -> tuple[str, ...]:
    found = {"kans_0_of_1": separated, "kans_in_bootstrap": lost > 0, "r_is_1": value >= 1.0}
    texts = [label("response_text", key, lang) for key, holds in found.items() if holds]
    return tuple(text.format(lost=lost, replicates=replicates) for text in texts)


@dataclass(frozen=True, eq=False, repr=False)
class RespondentComparison:
    """Respondents beside all units on known traits; made by `compare_respondents`.

    Attributes
    ----------
    traits : tuple of str
    units, respondents : int
    """

    traits: tuple[str, ...]
    units: int
    respondents: int
    _frame: pd.DataFrame = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per category of a trait, or one for the mean of a number.

        Returns
        -------
        DataFrame
            ``trait, category``; ``units, respondents`` (numbers); ``all_value, respondent_value`` (share with the
            category, or mean), ``difference`` (respondents minus all, in the same unit), ``standardised`` (difference /
            standard deviation among all) and ``rate`` (respondents / units, a share; of a category).
        """
        return self._frame.copy()

    def __repr__(self) -> str:
        largest = self._frame["standardised"].abs().max()
        counts = f"{self.respondents} of {self.units} units"
        return f"RespondentComparison({counts} on {', '.join(self.traits)}; largest difference {largest:.2f} sd)"


def compare_respondents(
    frame: pd.DataFrame,
    traits: Sequence[str],
    *,
    answered: str = "antwoord",
    id: str = "gemeente",
    lang: Lang = "nl",
) -> RespondentComparison:
    r"""Lay those who answered beside all, on traits that are known of everybody.

    The standardised difference is :math:`(\bar x_r - \bar x) / s`, with s the standard deviation among **all** units
    (of a category :math:`\sqrt{p (1 - p)}`), which is known and not estimated. From about 0.1 it is worth a look. There
    is no test: respondents are part of all, and the difference is a fact, not an estimate.

    Parameters
    ----------
    frame : DataFrame
        One row per unit of the population.
    traits : sequence of str
        Columns: text is compared by category, numbers by their mean.
    answered : str
    id : str
    lang : {"nl", "en"}
        Language of the word mean.

    Returns
    -------
    RespondentComparison

    Raises
    ------
    CountsError
        When the frame cannot be read; all problems at once, gemeenten named.
    FitError
        When nobody answered.

    Examples
    --------
    >>> frame = pd.DataFrame({"gemeente": list("abcd"), "antwoord": [1, 1, 0, 0], "deel": ["n", "n", "n", "z"]})
    >>> table = compare_respondents(frame, ["deel"]).to_frame()
    >>> table[["category", "all_value", "respondent_value", "difference"]].values.tolist()
    [['n', 0.75, 1.0, 0.25], ['z', 0.25, 0.0, -0.25]]
    """
    check_lang(lang)
    if isinstance(traits, str) or not len(traits):
        raise DefinitionError(f"traits is {traits!r}; give a list of one or more columns.")
    names = list(dict.fromkeys(traits))
    survey = read_frame(frame, True, answered, names, id, once=True)
    who = survey.respondents
    if not who.any():
        raise FitError("nobody answered: there is nothing to compare.")
    rows: list[dict[str, object]] = []
    for name in names:
        column = survey.traits[name]
        if column.dtype == "float64":
            values = column.to_numpy(dtype=np.float64)
            mean = label("response_text", "gemiddelde", lang)
            rows.append({"trait": name, "category": mean, **_beside(values, who), "rate": np.nan})
            continue
        for category in sorted(column.unique()):
            member = (column == category).to_numpy(dtype=bool)
            counts = {"units": int(member.sum()), "respondents": int((member & who).sum())}
            beside = _beside(member.astype(np.float64), who) | counts
            rate = counts["respondents"] / counts["units"]
            rows.append({"trait": name, "category": category, **beside, "rate": rate})
    found = pd.DataFrame(rows).astype({"trait": "string", "category": "string"})
    columns = ["trait", "category", "units", "respondents", "all_value", "respondent_value", "difference"]
    return RespondentComparison(tuple(names), len(who), int(who.sum()), found[[*columns, "standardised", "rate"]])


def _beside(values: Floats, who: np.ndarray) -> dict[str, object]:
    spread = float(values.std())
    everyone, some = float(values.mean()), float(values[who].mean())
    return {
        "units": len(values),
        "respondents": int(who.sum()),
        "all_value": everyone,
        "respondent_value": some,
        "difference": some - everyone,
        "standardised": (some - everyone) / spread if spread > 0 else 0.0,
    }
