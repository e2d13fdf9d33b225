"""A fit on persons with the frames of a fit on gemeenten: what each was expected to have, person by person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtr

from reintegratie_stats.errors import FitError, counted, listing, one_line
from reintegratie_stats.estimates.covariance import Kind
from reintegratie_stats.estimates.design import MIN_DF, Formula
from reintegratie_stats.estimates.expected import ExpectedDefinition, ExpectedFit
from reintegratie_stats.estimates.families import BINOMIAL, Floats
from reintegratie_stats.estimates.leave_one_out import Hat
from reintegratie_stats.estimates.logit_normal import LOGIT_NORMAL
from reintegratie_stats.estimates.person_cells import PersonCells, cell_design, separated
from reintegratie_stats.estimates.person_judging import Level, as_data, effective, mid_p, robust_level, with_spread
from reintegratie_stats.estimates.person_leave_out import Steps, leave_out, meat, scores, spread_without
from reintegratie_stats.estimates.predictive import Predictive
from reintegratie_stats.estimates.robust_fit import ALPHA, LARGEST_SHARE, Estimate
from reintegratie_stats.estimates.unit_data import UnitData
from reintegratie_stats.estimates.unit_frame import LEVEL, check_level, coefficient_table, new_data, units_frame

PERSONS = "personen"


@dataclass(frozen=True)
class PersonDefinition(ExpectedDefinition):
    """Every choice that makes a fit on persons; see `fit_expected_persons`."""

    unknown: str | None = None
    max_cells: int = 200_000


@dataclass(frozen=True, eq=False)
class PersonFit(ExpectedFit):
    """A fit on persons, with every gemeente judged by a fit that did not see its persons.

    Made by `fit_expected_persons`. It has the frames of an `ExpectedFit`, so that `flag_outliers`,
    `operating_characteristics` and what follows from them take it as one. ``exposure`` is the number of persons.

    Attributes
    ----------
    cells : PersonCells
    level : Level
        The logistic regression and what it means per gemeente.
    """

    cells: PersonCells | None = None
    level: Level | None = None

    def __repr__(self) -> str:
        n, aside = len(self.source.ids), int((~self.estimate.keep).sum())
        return (
            f"PersonFit({one_line(self.definition.formula)!r}, {counted(int(self.source.exposure.sum()), 'person')} in "
            f"{counted(len(self._cells.covariates), 'cell')}, {counted(n, 'gemeente', 'gemeenten')}, {aside} set aside)"
        )

    @property
    def _cells(self) -> PersonCells:
        if self.cells is None:
            raise FitError("a PersonFit is made by fit_expected_persons.")
        return self.cells

    @property
    def _level(self) -> Level:
        if self.level is None:
            raise FitError("a PersonFit is made by fit_expected_persons.")
        return self.level

    @cached_property
    def hat(self) -> Hat:
        """Weight of every gemeente, prior variance of its linear predictor, and the share of itself that it follows."""
        level = self._level
        weight = LOGIT_NORMAL.weight(level.eta, level.number, level.spread)
        lever = self.left_out.leverage
        return Hat(weight, lever / weight, lever, level.fit.bread)

    @cached_property
    def _units(self) -> pd.DataFrame:
        frame = units_frame(self)
        frame["cook"] /= self.design.x.shape[1]
        return frame

    def covariance(self, kind: Kind = "CL") -> Floats:
        """Return the covariance of the coefficients: of persons (``"model"``), or with gemeenten as clusters."""
        if kind not in ("model", "CL"):
            raise FitError(f"kind is {kind!r}; a fit on persons has 'model' and 'CL' (gemeenten as clusters).")
        level, bread = self._level, self._level.fit.bread
        if kind == "CL":
            inner = meat(scores(self._cells, self.design, level.fit), level.keep)
            bread = bread @ inner @ bread
        return self.design.covariance(bread)

    def tidy(self, kind: Kind | None = None, level: float = LEVEL) -> pd.DataFrame:
        """Return the coefficients: ``term, estimate, std_error, irr, lower, upper, p``; ``irr`` is an odds ratio.

        By default with gemeenten as clusters (``"CL"``): persons of one gemeente share its ordinary deviation.
        ``"model"`` takes persons as independent, as ``glm`` in R does.
        """
        error = np.sqrt(np.diag(self.covariance(kind or "CL")))
        value = self.design.coefficients(self._level.fit.beta)
        return coefficient_table(self.design.terms, value, error, "logit", level)

    def glance(self) -> pd.DataFrame:
        """Return one row about the fit.

        Returns
        -------
        DataFrame
            The columns of `ExpectedFit.glance`: ``n, n_estimation`` are gemeenten, ``df_residual`` what is left of
            them, ``dispersion`` the Pearson chi-square over it with the ordinary spread in the variance,
            ``log_likelihood`` that of the persons, ``offset_slope`` the slope of log persons on the expectation. Then
            ``phi`` (the dispersion without the ordinary spread), ``tau`` (standard deviation of the ordinary spread,
            logit scale), ``persons, cells`` and ``coefficients``.
        """
        level, y = self._level, self.data.y
        keep, df = level.keep, level.df
        square = (y - level.expected)[keep] ** 2
        wide = LOGIT_NORMAL.variance(level.expected, level.number, level.spread)[keep]
        slope, slope_p = _size_slope(level, y, self._cells.size)
        row = {
            "family": self.family.name, "n": len(y), "n_estimation": int(keep.sum()), "df_residual": df,
            "dispersion": float(np.sum(square / wide) / df), "theta": np.nan,
            "log_likelihood": level.fit.log_likelihood, "observed": float(y.sum()),
            "expected": float(level.expected.sum()), "ratio_total": float(y.sum() / level.expected.sum()),
            "offset_slope": slope, "offset_slope_p": slope_p, "converged": level.fit.converged,
            "iterations": level.iterations, "phi": float(np.sum(square / level.variance[keep]) / df),
            "tau": float(np.sqrt(level.spread)), "persons": int(self._cells.size.sum()),
            "cells": len(self._cells.covariates), "coefficients": len(level.fit.beta),
        }  # fmt: skip
        return pd.DataFrame([row]).astype({"family": "string"})

    def predict(self, new: pd.DataFrame, level: float = LEVEL) -> pd.DataFrame:
        """Return ``<id>, exposure, expected, lower, upper`` for other persons: one row per person, or per cell.

        Parameters
        ----------
        new : DataFrame
            The gemeente, the covariates and, for cells, a column ``personen`` with how many persons they are.
        level : float
            Of the predictive range of the count.
        """
        d, fit = self.definition, self._level.fit
        check_level(level)
        if d.id not in new.columns or new[d.id].isna().any():
            raise FitError(f"the new data need column '{d.id}', without missing values.")
        new = new if PERSONS in new.columns else new.assign(**{PERSONS: 1.0})
        plain = new_data(new, PERSONS, self.source.formula.variables, "the number of persons")
        for name, known in self.design.levels.items():
            if strange := int((~plain[name].isin(known)).sum()):
                raise FitError(f"'{name}' holds categories that the fit did not see, in {counted(strange, 'row')}.")
        count = plain[PERSONS].to_numpy(dtype=np.float64)
        x = self.design.code(new)
        share = expit(x @ fit.beta)
        codes, ids = pd.factorize(new[d.id], sort=True)
        parts = [count, count * share, count * share * (1.0 - share)]
        size, expected, variance = (np.asarray(np.bincount(codes, part), dtype=np.float64) for part in parts)
        pull = np.stack([np.bincount(codes, column * parts[2]) for column in x.T], axis=1)
        number = effective(expected, variance, size)
        inner = fit.bread @ meat(scores(self._cells, self.design, fit), self._level.keep) @ fit.bread
        slope = expected * (1.0 - expected / number)
        error = np.einsum("ij,jk,ik->i", pull, inner, pull) / slope**2
        spread = np.full(len(ids), self.spread)
        eta = logit(expected / number)
        ahead = Predictive(LOGIT_NORMAL, eta, error, number, spread, self.left_out.spread_error)
        frame = pd.DataFrame({d.id: ids, "exposure": size, "expected": expected})
        frame["lower"], frame["upper"] = (ahead.quantile(q) for q in ((1 - level) / 2, (1 + level) / 2))
        return frame

    def with_counts(self, counts: Floats) -> PersonFit:
        """Return this fit with other counts per gemeente: as if each deviation were shared by all its persons.

        The coefficients follow to first order, gemeenten are set aside anew, and the ordinary spread is estimated anew.
        For simulation: no person is drawn.
        """
        level = replace(self._level, trimmed=False, keep=np.ones(len(counts), dtype=bool))
        level = with_spread(_moved(level, self._level, counts), counts)
        for _ in range(6 if self.definition.robust else 0):
            p = mid_p(level, counts)
            order = np.argsort(p, kind="stable")[: int(LARGEST_SHARE * len(p))]
            keep = np.ones(len(p), dtype=bool)
            keep[order[p[order] < ALPHA]] = False
            if level.trimmed and np.array_equal(keep, level.keep):
                break
            level = with_spread(_moved(replace(level, keep=keep, trimmed=True), self._level, counts), counts)
        own = np.where(level.keep, np.diag(level.shared) * _shift(level, counts), 0.0)
        room = np.where(level.keep, 1.0 - np.clip(np.diag(level.shared), 0.0, 0.95), 1.0)
        steps = Steps(
            np.empty((len(counts), 0)), [], level.eta - own / room, self.left_out.variance, list(self.left_out.reason)
        )
        estimate = replace(self.estimate, keep=level.keep, spread=level.spread)
        data = as_data(level, counts)
        left = spread_without(level, counts, steps)
        return replace(self, level=level, data=data, estimate=estimate, left_out=left)


def _shift(level: Level, counts: Floats) -> Floats:
    return np.asarray((counts - level.expected) / level.variance, dtype=np.float64)


def _moved(level: Level, truth: Level, counts: Floats) -> Level:
    """Return what is expected when the coefficients follow the counts of the kept gemeenten, to first order."""
    change = truth.shared @ np.where(level.keep, (counts - truth.expected) / truth.variance, 0.0)
    eta = truth.eta + change
    return replace(level, eta=eta, expected=BINOMIAL.mean(eta, level.number))


def _size_slope(level: Level, observed: Floats, persons: Floats) -> tuple[float, float]:
    """Return one plus the slope of log (observed / expected) on log persons, and p that it is 1."""
    keep = level.keep
    size = np.log(persons[keep])
    weight = level.expected[keep] ** 2 / LOGIT_NORMAL.variance(level.expected, level.number, level.spread)[keep]
    value = (observed / level.expected - 1.0)[keep]
    size = size - np.sum(weight * size) / np.sum(weight)
    total = float(np.sum(weight * size**2))
    if total <= 0:
        return float("nan"), float("nan")
    slope = float(np.sum(weight * size * value) / total)
    return 1.0 + slope, float(2.0 * ndtr(-abs(slope) * np.sqrt(total)))


def fit_persons(cells: PersonCells, formula: Formula, definition: PersonDefinition, notes: Any = ()) -> PersonFit:
    """Fit persons in covariate cells; `fit_expected_persons` makes the cells.

    Raises
    ------
    FitError
        Where the data cannot bear the fit; messages name columns and counts.
    """
    size = len(cells.ids)
    if size <= MIN_DF:
        raise FitError(
            f"{counted(size, 'gemeente', 'gemeenten')}: their ordinary spread cannot be estimated; at least "
            f"{MIN_DF + 1} are needed."
        )
    total, yes = float(cells.size.sum()), float(cells.observed.sum())
    if yes in (0.0, total):
        raise FitError(f"'{formula.outcome}' is {'0' if yes == 0 else '1'} for every person: nothing to expect.")
    design = cell_design(cells.covariates, formula)
    if terms := separated(design, *cells.totals(np.ones(size, dtype=bool))):
        raise FitError(
            f"separation: in some category or combination of {listing(terms)} nobody or everybody has "
            f"'{formula.outcome}', so that its coefficient has no finite estimate. Leave it out or join its categories."
        )
    level = robust_level(cells, design, definition.robust)
    if not (level.fit.converged and np.isfinite(level.spread)):
        raise FitError(
            f"the logistic fit did not converge in {level.iterations} iterations. Join small categories or use fewer "
            "covariates."
        )
    said = [*notes, *level.notes, *_notes(level, len(cells.covariates), total)]
    source = UnitData(
        formula, cells.ids, cells.observed, cells.size, pd.DataFrame(index=range(size)), None, ("",) * size
    )
    fit = level.fit
    estimate = Estimate(np.ones(1), level.spread, level.keep, level.trimmed, fit.converged, level.iterations)
    left_out = leave_out(cells, design, level, definition.loo)
    data = as_data(level, cells.observed)
    return PersonFit(definition, tuple(said), source, design, data, estimate, left_out, 0.0, cells, level)


def _notes(level: Level, cells: int, persons: float) -> list[str]:
    aside, size = int((~level.keep).sum()), len(level.keep)
    said = [f"{persons:.0f} persons in {counted(cells, 'covariate cell')}"]
    if level.spread == 0:
        said.append("gemeenten differ no more than by chance: the spread is 0")
    if aside:
        said.append(f"{aside} of {size} set aside for estimation (two-sided p under {ALPHA:g}); all are judged")
    if aside and aside == int(LARGEST_SHARE * size):
        said.append("as many were set aside as is allowed (20%): the family may not fit")
    return said
