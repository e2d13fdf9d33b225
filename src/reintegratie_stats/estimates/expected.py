"""What a gemeente was expected to register, given its exposure and the people who live there."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from numbers import Integral
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from reintegratie_stats.errors import FitError, counted, one_line
from reintegratie_stats.estimates.covariance import Kind, covariance
from reintegratie_stats.estimates.design import Design, build_design, refuse_separation
from reintegratie_stats.estimates.families import CountFamily, Floats, family_of, with_tails
from reintegratie_stats.estimates.irls import Data
from reintegratie_stats.estimates.leave_one_out import Hat, How, LeaveOneOut, hat, leave_one_out
from reintegratie_stats.estimates.predictive import Predictive
from reintegratie_stats.estimates.predictive import family_limits as family_limits
from reintegratie_stats.estimates.robust_fit import ALPHA, Estimate, estimate
from reintegratie_stats.estimates.suspected import INSTITUTIONAL_TRAITS, check_words
from reintegratie_stats.estimates.unit_data import Missing, UnitData, read_units
from reintegratie_stats.estimates.unit_frame import (
    LEVEL,
    among_all,
    check_level,
    coefficient_table,
    expected_counts,
    fit_log_likelihood,
    new_data,
    offset_slope,
    predictive_range,
    units_frame,
)

TailShape = Literal["lognormal", "gamma"]


@dataclass(frozen=True)
class ExpectedDefinition:
    """Every choice that makes a fit of expected counts; see `fit_expected`."""

    formula: str
    exposure: str
    family: str = "nb2"
    id: str = "gemeente"
    robust: bool = True
    cluster: str | None = None
    recalibrate: bool = False
    loo: How = "auto"
    seed: int = 0
    missing: Missing = "error"
    tails: TailShape = "lognormal"
    suspected: tuple[str, ...] = INSTITUTIONAL_TRAITS
    include_suspected: str = ""

    def __post_init__(self) -> None:
        wrong = [f"{n} is {getattr(self, n)!r}; give True or False." for n in ("robust", "recalibrate")
                 if not isinstance(getattr(self, n), bool | np.bool_)]  # fmt: skip
        if isinstance(self.seed, bool) or not isinstance(self.seed, Integral):
            wrong.append(f"seed is {self.seed!r}; give a whole number.")
        if wrong:
            raise FitError(" ".join(wrong))
        check_words(self.suspected, self.include_suspected)
        object.__setattr__(self, "suspected", tuple(self.suspected))
        for name, allowed in (("loo", get_args(How)), ("missing", get_args(Missing)), ("tails", get_args(TailShape))):
            if getattr(self, name) not in allowed:
                raise FitError(f"{name} is {getattr(self, name)!r}; choose from {', '.join(allowed)}.")

    def settings(self) -> dict[str, Any]:
        """Return every choice but the formula, as `fit_expected` takes them."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "formula"}


@dataclass(frozen=True, eq=False)
class ExpectedFit:
    """A fit of expected counts per gemeente, with every gemeente judged by a fit that did not see it.

    Made by `fit_expected`. Frames are copies.

    Attributes
    ----------
    definition : ExpectedDefinition
    notes : tuple of str
        What the fit did that a reader must know (a fall-back, gemeenten set aside, a recalibration).
    family : CountFamily
        The family that was fitted; Poisson where NB2 fell back.
    spread : float
        Over-dispersion of the family: 1 / theta for NB2, phi - 1 for quasi-Poisson, rho for the beta-binomial.
    """

    definition: ExpectedDefinition
    notes: tuple[str, ...]
    source: UnitData
    design: Design
    data: Data
    estimate: Estimate
    left_out: LeaveOneOut
    shift: float = 0.0

    def __repr__(self) -> str:
        n, aside = len(self.source.ids), int((~self.estimate.keep).sum())
        units = counted(n, "gemeente", "gemeenten")
        return (
            f"ExpectedFit({one_line(self.definition.formula)!r}, family={self.family.name!r}, {units}, "
            f"{aside} set aside, {n - len(self.data.y)} not judged)"
        )

    @property
    def family(self) -> CountFamily:
        """The family by which gemeenten are judged: the fitted one, its ordinary spread of the shape in `tails`."""
        return with_tails(self.data.family, self.definition.tails)

    @property
    def spread(self) -> float:
        """The over-dispersion of the fitted family."""
        return self.estimate.spread

    @cached_property
    def hat(self) -> Hat:
        """Weights and leverages of the judged units."""
        return hat(self.data, self.estimate)

    @cached_property
    def predictive(self) -> Predictive:
        """The leave-one-out predictive distributions of the units that could be fitted, sorted by id."""
        loo = self.left_out
        return Predictive(
            self.family, loo.eta + self.shift, loo.variance, self.data.exposure, loo.spread, loo.spread_error
        )

    @cached_property
    def _units(self) -> pd.DataFrame:
        return units_frame(self)

    def units(self) -> pd.DataFrame:
        """Return one row per gemeente, sorted by id.

        Returns
        -------
        DataFrame
            ``<id>, observed, exposure, expected`` (by the fit), ``expected_loo`` (by the fit without the gemeente),
            ``ratio`` (observed / expected_loo), ``lower, upper`` (95% predictive range of the count, leave-one-out),
            ``p, p_plain`` (two-sided, mid-p and plain, leave-one-out, with the uncertainty of the linear predictor),
            ``residual`` (randomised quantile, leave-one-out), ``residual_deviance, residual_pearson`` (of the fit),
            ``residual_student`` (externally studentised Pearson), ``leverage, cook`` (0 for who was set aside),
            ``influence`` (expected_loo / expected - 1), ``set_aside``, ``loo`` ("refit" or "one-step") and ``reason``
            (missing unless the gemeente could not be judged).
        """
        return self._units.copy()

    def limits(self, level: float) -> pd.DataFrame:
        """Return ``<id>, lower, upper``: the leave-one-out predictive range of the count at `level` (a share)."""
        check_level(level)
        frame = self._units[[self.definition.id]].copy()
        frame["lower"], frame["upper"] = (among_all(self, v) for v in predictive_range(self, level))
        return frame

    def covariance(self, kind: Kind = "model") -> Floats:
        """Return the covariance of the coefficients on the scale of the covariates as given."""
        groups = self.source.cluster
        groups = None if groups is None else groups[self.source.usable]
        if kind == "CL" and groups is None:
            raise FitError("kind 'CL' needs a fit with cluster=...")
        fit = self.estimate
        return self.design.covariance(covariance(self.data, fit.beta, fit.spread, fit.keep, kind, groups))

    def tidy(self, kind: Kind | None = None, level: float = LEVEL) -> pd.DataFrame:
        """Return the coefficients: ``term, estimate, std_error, irr, lower, upper, p``.

        Parameters
        ----------
        kind : {"model", "HC0", "HC1", "HC3", "CL"}, optional
            Covariance; by default ``"CL"`` for a fit with a cluster and ``"model"`` otherwise (see `covariance`).
        level : float
            Of ``lower`` and ``upper``, the limits of ``irr = exp(estimate)`` (of ``estimate`` itself for ``ols_rate``,
            where ``irr`` is missing). ``p`` is two-sided, normal.
        """
        used: Kind = kind or ("model" if self.definition.cluster is None else "CL")
        error = np.sqrt(np.diag(self.covariance(used)))
        value = self.design.coefficients(self.estimate.beta)
        return coefficient_table(self.design.terms, value, error, self.family.link, level)

    def glance(self) -> pd.DataFrame:
        """Return one row about the fit.

        Returns
        -------
        DataFrame
            ``family, n`` (judged), ``n_estimation, df_residual, dispersion`` (Pearson chi-square over df_residual, of
            the estimation units, under the variance of the family without phi), ``theta`` (missing unless NB2),
            ``log_likelihood`` (of the estimation units), ``observed, expected`` (sums over all judged gemeenten),
            ``ratio_total, offset_slope, offset_slope_p`` (slope of log exposure and test that it is 1), ``converged,
            iterations``.
        """
        data, fit = self.data, self.estimate
        keep, df = fit.keep, int(fit.keep.sum()) - data.x.shape[1]
        mean = data.mean(fit.beta[None, :])[0]
        unit = 1.0 if self.family.link == "identity" else fit.spread
        base = 0.0 if self.family.name == "quasipoisson" else unit
        chi = np.sum((data.y - mean)[keep] ** 2 / self.family.variance(mean, data.exposure, base)[keep])
        slope, slope_p = offset_slope(data, fit)
        expected = float(np.sum(expected_counts(self)))
        row = {
            "family": self.family.name,
            "n": len(data.y),
            "n_estimation": int(keep.sum()),
            "df_residual": df,
            "dispersion": float(chi / df),
            "theta": 1.0 / fit.spread if self.family.name == "nb2" and fit.spread > 0 else np.nan,
            "log_likelihood": fit_log_likelihood(data, fit, mean),
            "observed": float(np.sum(data.y)),
            "expected": expected,
            "ratio_total": float(np.sum(data.y)) / expected,
            "offset_slope": slope,
            "offset_slope_p": slope_p,
            "converged": fit.converged,
            "iterations": fit.iterations,
        }
        return pd.DataFrame([row]).astype({"family": "string"})

    def predict(self, new: pd.DataFrame, level: float = LEVEL) -> pd.DataFrame:
        """Return ``<id>, exposure, expected, lower, upper`` for other gemeenten or another year, coded alike."""
        d = self.definition
        check_level(level)
        plain = new_data(new, d.exposure, self.source.formula.variables)
        x, exposure = self.design.code(new), plain[d.exposure].to_numpy(dtype=np.float64)
        variance = np.einsum("ij,jk,ik->i", x, self.hat.covariance, x)
        eta = x @ self.estimate.beta + self.shift
        spread = np.full(len(x), self.spread)
        ahead = Predictive(self.family, eta, variance, exposure, spread, self.left_out.spread_error)
        frame = pd.DataFrame({d.id: new[d.id].to_numpy()}) if d.id in new else pd.DataFrame(index=range(len(x)))
        frame["exposure"], frame["expected"] = exposure, self.family.mean(eta, exposure)
        frame["lower"], frame["upper"] = (ahead.quantile(q) for q in ((1 - level) / 2, (1 + level) / 2))
        return frame


def fit_expected(
    data: pd.DataFrame,
    formula: str,
    *,
    exposure: str,
    family: Literal["poisson", "quasipoisson", "nb2", "binomial", "ols_rate"] | CountFamily = "nb2",
    id: str = "gemeente",
    robust: bool = True,
    cluster: str | None = None,
    recalibrate: bool = False,
    loo: How = "auto",
    seed: int = 0,
    missing: Missing = "error",
    tails: TailShape = "lognormal",
    suspected: tuple[str, ...] = INSTITUTIONAL_TRAITS,
    include_suspected: str = "",
) -> ExpectedFit:
    r"""Fit what each gemeente is expected to register, and judge each by a fit that did not see it.

    By default a negative binomial regression with a log link and the exposure as offset,

    .. math:: \log \mu_i = x_i'\beta + \log N_i, \qquad \mathrm{Var}(Y_i) = \mu_i + \mu_i^2 / \theta,

    estimated on the ordinary gemeenten (see `robust_fit`) and applied to all.

    Parameters
    ----------
    data : DataFrame
        One row per gemeente.
    formula : str
        ``count ~ covariates``, a formulaic formula; the count is a column of whole numbers.
    exposure : str
        Column with the number of people (or units) that a count is out of.
    family : str or CountFamily
        ``nb2``, ``poisson``, ``quasipoisson``, ``binomial`` (persons out of persons) or ``ols_rate``.
    id : str
        Column that names the gemeente.
    robust : bool
        Set extreme gemeenten aside for estimation. With False the fit is that of ``MASS::glm.nb`` or ``glm``.
    cluster : str, optional
        Column with groups (samenwerkingsverband, arbeidsmarktregio) for cluster-robust standard errors in `tidy`. A
        gemeente in none is a cluster of its own, which goes into `notes`.
    recalibrate : bool
        Shift all linear predictors so that the expected counts add up to the observed total; the factor is in
        `notes`.
    loo : {"auto", "refit", "one-step"}
        How units are left out (see `leave_one_out`).
    seed : int
        Of the randomised quantile residuals.
    missing : {"error", "not_judged"}
        Whether missing values stop the fit (naming the gemeenten) or keep these gemeenten out, with a reason.
    tails : {"lognormal", "gamma"}
        Shape of the ordinary spread between gemeenten by which they are judged, for ``nb2``; mean and variance are
        those of NB2 either way. ``"gamma"`` is the negative binomial distribution itself. See Notes.
    suspected : tuple of str
        Columns that are refused as covariates: traits of the institution, which belong in `explain_ratios`.
    include_suspected : str
        The reason, in words, for which they are in the formula nevertheless; it goes into `notes`.

    Returns
    -------
    ExpectedFit

    Raises
    ------
    FitError
        Where the data cannot bear the fit; the message says what was seen and what to do.

    Notes
    -----
    The ordinary spread between gemeenten may be gamma (then the counts are negative binomial) or lognormal. The fit is
    the same; how far out a count lies is not. Fitted to real counts of Dutch gemeenten the two shapes are equally
    likely; on simulated sets with lognormal spread the gamma shape flags high counts too easily and low ones too
    seldom (at sd 0.30: 0.90 false flags upward against 0.09 downward in 342; power 0.57 against 0.18). The lognormal
    shape treats half and double alike and is the default (``docs/decisions/0005``).

    References
    ----------
    W.N. Venables and B.D. Ripley (2002), Modern applied statistics with S, section 7.4.
    D.J. Spiegelhalter et al. (2012), Statistical methods for healthcare regulation. JRSS A 175, 1-47.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> k = np.arange(40)
    >>> frame = pd.DataFrame({"gemeente": [f"{i:04d}" for i in k], "doelgroep": 500 + 50 * k, "laag": k % 7})
    >>> frame["aantal"] = (0.1 * frame.doelgroep * (1 + 0.2 * np.sin(9 * k))).round().astype(int)
    >>> fit = fit_expected(frame, "aantal ~ laag", exposure="doelgroep")
    >>> fit
    ExpectedFit('aantal ~ laag', family='nb2', 40 gemeenten, 0 set aside, 0 not judged)
    >>> fit.tidy()["term"].tolist()
    ['Intercept', 'laag']
    """
    chosen = family_of(family)
    definition = ExpectedDefinition(
        formula, exposure, chosen.name, id, robust, cluster, recalibrate, loo, seed, missing, tails, suspected,
        include_suspected,
    )  # fmt: skip
    source = read_units(data, formula, exposure, id, chosen, cluster, missing, definition.suspected, include_suspected)
    usable = source.usable
    design = build_design(source.covariates[usable], source.formula)
    counts = Data(design.x, source.observed[usable], source.exposure[usable], chosen)
    refuse_separation(design, counts.y, counts.exposure, chosen)
    counts, result, notes = _estimate(counts, robust)
    left_out = leave_one_out(counts, result, loo)
    fit = ExpectedFit(definition, (*source.notes, *notes), source, design, counts, result, left_out)
    return _recalibrated(fit) if recalibrate else fit


def _estimate(data: Data, robust: bool) -> tuple[Data, Estimate, tuple[str, ...]]:
    if not np.any(data.y > 0):
        raise FitError("all counts are 0: there is nothing to expect.")
    result = estimate(data, robust)
    notes = list(result.notes)
    if data.family.name == "nb2" and result.converged and result.spread == 0:
        data = replace(data, family=family_of("poisson"))
        result = estimate(data, robust)
        notes = ["the counts are not over-dispersed: Poisson was fitted instead of nb2", *result.notes]
    elif data.family.has_spread and data.family.link != "identity" and result.spread == 0:
        notes.append("the counts are not over-dispersed: the spread is 0")
    if not (result.converged and np.all(np.isfinite(result.beta)) and np.isfinite(result.spread)):
        raise FitError(
            f"the {data.family.name} fit did not converge in {result.iterations} iterations. Use fewer covariates, "
            "transform the skewed ones, or choose family='quasipoisson'."
        )
    aside = int((~result.keep).sum())
    if aside:
        notes.append(f"{aside} of {len(data.y)} set aside for estimation (two-sided p under {ALPHA:g}); all are judged")
    if aside == int(0.2 * len(data.y)):
        notes.append("as many were set aside as is allowed (20%): the family may not fit")
    return data, result, tuple(notes)


def _recalibrated(fit: ExpectedFit) -> ExpectedFit:
    eta, exposure, total = fit.data.x @ fit.estimate.beta, fit.data.exposure, float(np.sum(fit.data.y))
    before = float(np.sum(fit.family.mean(eta, exposure)))

    def gap(shift: float) -> float:
        return float(np.sum(fit.family.mean(eta + shift, exposure))) - total

    reach = 10.0 if fit.family.link != "identity" else 10.0 * float(np.max(np.abs(fit.data.y / exposure)))
    shift = float(brentq(gap, -reach, reach, xtol=1e-14))
    note = f"expected counts recalibrated to the observed total: {total:.0f} / {before:.1f} = {total / before:.4f}"
    return replace(fit, shift=shift, notes=(*fit.notes, note))
