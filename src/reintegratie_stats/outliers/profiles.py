"""Many counts at once: a fit per soort voorziening and per year, and what the gemeenten do over all of them.

One call fits and judges every soort in every year. What comes of it is read in four ways: who stands out on what, how
persistently (`Profiles.persistence`), how much gemeenten differ per soort (`Profiles.spread`, `Profiles.money_test`),
what became of last year's flags (`Profiles.transitions`), and all of it in one view (`Profiles.heatmap_frame`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError, FitError, counted, listing, nearest
from reintegratie_stats.estimates.expected import ExpectedDefinition, ExpectedFit, TailShape
from reintegratie_stats.estimates.families import family_of
from reintegratie_stats.estimates.leave_one_out import How
from reintegratie_stats.estimates.suspected import INSTITUTIONAL_TRAITS
from reintegratie_stats.estimates.unit_data import Missing
from reintegratie_stats.outliers.flags import OutlierRule
from reintegratie_stats.outliers.money_spread import MoneyTest, Of, money_test
from reintegratie_stats.outliers.persistence import persistence_frame
from reintegratie_stats.outliers.profile_data import LongData, read_long
from reintegratie_stats.outliers.profile_fits import (
    Adjust,
    OneFit,
    ProfileDefinition,
    all_fits,
    in_language,
    judged_frame,
    make_fit,
)
from reintegratie_stats.outliers.transitions import transition_table
from reintegratie_stats.report.labels import Lang

FLAG_COLUMNS = (
    "gemeente", "soort", "jaar", "observed", "expected_loo", "ratio", "ratio_eb", "p", "p_adjusted", "flag", "reason",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Profiles:
    """Fits and flags of every soort and year; made by `profile_outliers`. Frames are copies.

    Attributes
    ----------
    definition : ProfileDefinition
    data : LongData
        The data as they were read.
    """

    definition: ProfileDefinition
    data: LongData
    _fits: tuple[OneFit, ...]
    _frame: pd.DataFrame

    def __repr__(self) -> str:
        failed = sum(bool(one.reason) for one in self._fits)
        flagged = int(self._frame["flag"].isin(["meer", "minder"]).sum())
        return (
            f"Profiles({counted(len(self.data.gemeenten), 'gemeente', 'gemeenten')}, "
            f"{counted(len(self.data.soorten), 'soort', 'soorten')}, {counted(len(self.data.jaren), 'jaar', 'jaren')}: "
            f"{counted(len(self._fits) - failed, 'fit')}, {failed} not estimated, {counted(flagged, 'flag')})"
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know: how the shortlist was adjusted, and what each fit did or why there is none."""
        how = {"within": "within each fit", "together": "over all soorten and years together"}[self.definition.adjust]
        told = [f"p values adjusted (Benjamini-Hochberg) {how}"]
        for one in self._fits:
            lines = (f"not estimated: {one.reason}",) if one.reason else one.notes
            told += [f"{one.soort} {one.jaar}: {text}" for text in lines]
        return tuple(told)

    def flags(self) -> pd.DataFrame:
        """Return one row per gemeente, soort and year, all of them, sorted.

        Returns
        -------
        DataFrame
            ``gemeente, soort, jaar`` (by the names that the data give them), ``observed, expected_loo, ratio, ratio_eb,
            p, p_adjusted, flag, reason`` as in `Flags.to_frame` and `ExpectedFit.units`. A gemeente without a row, and
            every gemeente where no fit could be made, is ``niet_te_beoordelen`` with the reason.
        """
        return self._named(self._frame[list(FLAG_COLUMNS)])

    def fits(self) -> pd.DataFrame:
        """Return one row per soort and year.

        Returns
        -------
        DataFrame
            ``soort, jaar``, the columns of `ExpectedFit.glance` (missing where there is no fit), the numbers of
            gemeenten ``meer, minder, verwacht, niet_te_beoordelen``, ``notes`` and ``reason`` (missing unless there is
            no fit).
        """
        counts = pd.crosstab([self._frame["soort"], self._frame["jaar"]], self._frame["flag"].astype(object))
        rows = []
        for one in self._fits:
            flags = {f: int(counts.get(f, {}).get((one.soort, one.jaar), 0)) for f in _FLAGS}
            last = {"notes": "; ".join(one.notes) or None, "reason": one.reason or None}
            rows.append({"soort": one.soort, "jaar": one.jaar, **dict.fromkeys(_GLANCE), **one.glance, **flags, **last})
        frame = pd.DataFrame(rows).astype(_FIT_TYPES)
        return self._named(frame)

    def fit(self, soort: str, jaar: int) -> ExpectedFit:
        """Return the fit of one soort and year, made again (the same numbers), for its diagnostics and figures.

        Raises
        ------
        DefinitionError
            For a soort or year that is not in the data.
        FitError
            When this fit cannot be made.
        """
        if soort not in self.data.soorten or jaar not in self.data.jaren:
            hint = nearest(str(soort), self.data.soorten)
            raise DefinitionError(
                f"no soort {soort!r} in {jaar}. Soorten: {listing(self.data.soorten)}; years: "
                f"{listing(map(str, self.data.jaren))}.{hint if soort not in self.data.soorten else ''}"
            )
        return make_fit(self.data.rows(soort, jaar), self.definition)

    def in_language(self, lang: Lang) -> Profiles:
        """Return the same fits and flags with the reasons in another language; nothing is fitted again."""
        definition = replace(self.definition, lang=lang)
        fits = tuple(in_language(one, self.definition, lang) for one in self._fits)
        return Profiles(definition, self.data, fits, judged_frame(fits, self.data, definition))

    def persistence(self, last: int = 3, at_least: int = 2) -> pd.DataFrame:
        """Return who stands out on what, how persistently: at least so many of the last years in the same direction.

        The frame is that of `persistence_frame`: one row per gemeente and soort.
        """
        return self._named(persistence_frame(self._frame, last, at_least))

    def transitions(self, pooled: bool = False) -> pd.DataFrame:
        """Return how many gemeenten go from each flag to each flag, year to year; see `transition_table`."""
        return self._named(transition_table(self._frame, pooled))

    def spread(self) -> pd.DataFrame:
        """Return how much gemeenten differ, per soort and year, beyond the covariates and chance.

        Returns
        -------
        DataFrame
            ``soort, jaar, money`` (whether money is attached; missing when not known), ``n`` (gemeenten), ``sd, lower,
            upper`` (on the log scale, 95%; all gemeenten), ``theta``, ``sd_ordinary`` (without those that were set
            aside for estimation) and ``reason`` (missing unless there is none). How: see the module `spread`.
        """
        rows = []
        for one in self._fits:
            money = None if self.data.money is None else self.data.money[one.soort]
            s = one.spread
            numbers = (np.nan,) * 4 if s is None else (s.sd, s.lower, s.upper, s.theta)
            why = None if s is not None else one.reason or (one.notes[-1] if one.notes else None)
            rows.append((one.soort, one.jaar, money, len(one.who), *numbers, one.sd_ordinary, why))
        columns = ["soort", "jaar", "money", "n", "sd", "lower", "upper", "theta", "sd_ordinary", "reason"]
        types = {"soort": "string", "jaar": "int64", "money": "boolean", "reason": "string"}
        return self._named(pd.DataFrame(rows, columns=columns).astype(types))

    def money_test(self, *, of: Of = "all", level: float = 0.95, draws: int = 9_999, seed: int = 0) -> MoneyTest:
        """Test whether gemeenten differ less on soorten with money attached; see the module `money_spread`.

        Parameters
        ----------
        of : {"all", "ordinary"}
            The spread of all gemeenten, or of those that were not set aside: who delivers nothing, or a typing error,
            counts in the first and not in the second. Of the second there is no interval.
        level : float
            Of the interval over gemeenten.
        draws, seed : int
            Of the permutation, where there are more than 200,000 ways.

        Raises
        ------
        DefinitionError
            When the profile was made without `money`.
        FitError
            When there is no soort with, or none without money of which a spread is known.
        """
        if self.data.money is None:
            raise DefinitionError("which soorten have money attached is not known: give money=... to profile_outliers.")
        return money_test(self._fits, self.data.money, of=of, level=level, draws=draws, seed=seed)

    def heatmap_frame(
        self,
        columns: Literal["soort en jaar", "soort"] = "soort en jaar",
        *,
        jaar: int | None = None,
        gemeenten: Collection[Any] | None = None,
        min_flags: int = 0,
    ) -> pd.DataFrame:
        """Return what `heatmap_figure` draws.

        Parameters
        ----------
        columns : {"soort en jaar", "soort"}
            A column per soort and year ("coaching 2024"), or per soort of one year.
        jaar : int, optional
            That one year; by default the last.
        gemeenten : collection, optional
            Only these.
        min_flags : int
            Only gemeenten with at least so many flags in the columns shown.

        Returns
        -------
        DataFrame
            ``gemeente, column, value`` (log2 of the shrunken ratio: 1 is twice, -1 half; missing where not judged) and
            ``flag``; a row for every gemeente and column shown.
        """
        if columns not in ("soort en jaar", "soort"):
            raise DefinitionError(f"columns is {columns!r}; choose from 'soort en jaar' and 'soort'.")
        frame = self._frame
        if columns == "soort" or jaar is not None:
            frame = frame[frame["jaar"] == (self.data.jaren[-1] if jaar is None else jaar)]
        if frame.empty:
            raise DefinitionError(f"the data hold no year {jaar}; years: {listing(map(str, self.data.jaren))}.")
        if gemeenten is not None:
            frame = frame[frame["gemeente"].isin(list(gemeenten))]
        flagged = frame["flag"].isin(["meer", "minder"]).groupby(frame["gemeente"]).transform("sum")
        frame = frame[flagged >= min_flags]
        judged = (frame["flag"] != "niet_te_beoordelen").to_numpy(dtype=bool)
        names = frame["soort"] if columns == "soort" else frame["soort"] + " " + frame["jaar"].astype("string")
        out = frame[["gemeente"]].assign(column=names.astype("string"))
        ratio = frame["ratio_eb"].to_numpy()
        out["value"] = np.where(judged & (ratio > 0), np.log2(np.where(judged & (ratio > 0), ratio, 1.0)), np.nan)
        return out.assign(flag=frame["flag"]).reset_index(drop=True)

    def _named(self, frame: pd.DataFrame) -> pd.DataFrame:
        keys = self.definition.keys
        return frame.rename(columns={"gemeente": keys.id, "soort": keys.soort, "jaar": keys.jaar}).copy()


_FLAGS = ("meer", "minder", "verwacht", "niet_te_beoordelen")
_GLANCE: dict[str, str] = {
    "family": "string", "n": "Int64", "n_estimation": "Int64", "df_residual": "Int64", "dispersion": "float64",
    "theta": "float64", "log_likelihood": "float64", "observed": "float64", "expected": "float64",
    "ratio_total": "float64", "offset_slope": "float64", "offset_slope_p": "float64", "converged": "boolean",
    "iterations": "Int64",
}  # fmt: skip
_FIT_TYPES = {"soort": "string", "jaar": "int64", **_GLANCE, **dict.fromkeys(_FLAGS, "int64"), "notes": "string",
              "reason": "string"}  # fmt: skip


def profile_outliers(
    long: pd.DataFrame,
    formula: str,
    *,
    exposure: str,
    id: str = "gemeente",
    soort: str = "soort",
    jaar: str = "jaar",
    rule: OutlierRule | None = None,
    money: Mapping[str, bool] | str | None = None,
    adjust: Adjust = "within",
    family: str = "nb2",
    robust: bool = True,
    recalibrate: bool = False,
    loo: How = "auto",
    seed: int = 0,
    missing: Missing = "error",
    tails: TailShape = "lognormal",
    suspected: tuple[str, ...] = INSTITUTIONAL_TRAITS,
    include_suspected: str = "",
    lang: Lang = "nl",
    processes: int = 1,
) -> Profiles:
    """Fit every soort voorziening in every year, and judge every gemeente in each.

    Parameters
    ----------
    long : DataFrame
        One row per gemeente, soort and year.
    formula : str
        ``count ~ covariates``, the same for all fits.
    exposure, id, soort, jaar : str
        Columns; years are whole numbers.
    rule : OutlierRule, optional
        By default ``OutlierRule()``.
    money : mapping or str, optional
        Per soort whether money is attached, or the column that says so (ja/nee): for `Profiles.money_test`.
    adjust : {"within", "together"}
        Benjamini-Hochberg within each fit, or over all soorten and years as one list.
    family, robust, recalibrate, loo, seed, missing, tails, suspected, include_suspected
        Of each fit; see `fit_expected`.
    lang : {"nl", "en"}
        Language of the reasons.
    processes : int
        Fits are divided over so many processes; the result is the same.

    Returns
    -------
    Profiles

    Raises
    ------
    FitError
        Where the data are wrong: one error that lists everything. A fit that the data cannot bear (all counts 0, too
        few gemeenten, separation) is no error: its gemeenten are not judged, and `Profiles.fits` has the reason.
    DefinitionError
        For a setting that means nothing.

    Examples
    --------
    >>> k = np.arange(40)
    >>> year = pd.DataFrame({"gemeente": [f"{i:04d}" for i in k], "doelgroep": 500 + 50 * k, "soort": "coaching"})
    >>> year["aantal"] = (0.1 * year.doelgroep * (1 + 0.2 * np.sin(9 * k))).round().astype(int)
    >>> year.loc[20, "aantal"] *= 4
    >>> long = pd.concat([year.assign(jaar=j) for j in (2022, 2023, 2024)])
    >>> profiles = profile_outliers(long, "aantal ~ 1", exposure="doelgroep")
    >>> profiles
    Profiles(40 gemeenten, 1 soort, 3 jaren: 3 fits, 0 not estimated, 3 flags)
    >>> found = profiles.persistence()
    >>> found[found["persistent"] == "meer"][["gemeente", "soort", "pattern"]].values.tolist()
    [['0020', 'coaching', '+++']]
    """
    if processes < 1:
        raise DefinitionError(f"processes is {processes}; give at least 1.")
    chosen = family_of(family)
    try:
        expected = ExpectedDefinition(
            formula, exposure, chosen.name, id, robust, None, recalibrate, loo, seed, missing, tails, suspected,
            include_suspected,
        )  # fmt: skip
    except FitError as error:
        raise DefinitionError(str(error)) from None
    definition = ProfileDefinition(expected, soort, jaar, OutlierRule() if rule is None else rule, adjust, lang)
    data = read_long(long, formula, definition.keys, chosen, missing, money, expected.suspected, include_suspected)
    fits = all_fits(data, definition, processes)
    return Profiles(definition, data, fits, judged_frame(fits, data, definition))
