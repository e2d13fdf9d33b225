"""The value behind the tables and figures on expected registration: fits, flags, profiles and checks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd
from matplotlib.figure import Figure

from reintegratie_stats.errors import StudyError
from reintegratie_stats.estimates.expected import ExpectedDefinition, ExpectedFit, fit_expected
from reintegratie_stats.outliers import (
    Diagnostics,
    Flags,
    OperatingCharacteristics,
    Profiles,
    diagnose,
    flag_outliers,
    operating_characteristics,
    profile_outliers,
)
from reintegratie_stats.outliers.traits import TraitEffects, explain_ratios
from reintegratie_stats.registers.gemeente_data import GemeenteData
from reintegratie_stats.report.labels import Lang
from reintegratie_stats.report.table import ReportTable
from reintegratie_stats.studies.texts.cbs2025 import TRAITS
from reintegratie_stats.study import GemeentenPart

N_SIM = 100
"""Simulations behind what the rule can and cannot do."""

REGION = "arbeidsmarktregio"
OUTCOME = "voorzieningen"
TOTAL = "totaal"


@dataclass(frozen=True, eq=False)
class Cbs2025:
    """Everything that the report says about expected registration; made by `Cbs2025.of`.

    Parameters
    ----------
    data : GemeenteData
    part : GemeentenPart
        The year, the model and the rule.
    fit : ExpectedFit
        Of the total in that year.
    operating : OperatingCharacteristics
        What the rule can and cannot do on that fit.
    diagnostics : Diagnostics
    profiles : Profiles
        Per soort and year.
    totals : Profiles
        The total in every year.
    effects : TraitEffects, optional
        The second stage; absent when the data have no trait of the institution.
    lang : {"nl", "en"}
        Language of titles, labels, reasons and notes.
    """

    data: GemeenteData
    part: GemeentenPart
    fit: ExpectedFit
    operating: OperatingCharacteristics
    diagnostics: Diagnostics
    profiles: Profiles
    totals: Profiles
    effects: TraitEffects | None
    lang: Lang = "nl"

    def __repr__(self) -> str:
        return f"Cbs2025({self.data!r}, {self.part.year}: {self.flags!r})"

    @classmethod
    def of(cls, data: GemeenteData, part: GemeentenPart, lang: Lang = "nl", n_sim: int = N_SIM) -> Cbs2025:
        """Fit, judge and check: everything that takes time, once.

        Parameters
        ----------
        data : GemeenteData
        part : GemeentenPart
        lang : {"nl", "en"}
        n_sim : int
            Simulations of `operating_characteristics`.

        Raises
        ------
        StudyError
            When the formula is not about ``voorzieningen``.
        ReintegratieError
            When the data cannot bear the fit.
        """
        counts, expected, rule, seed = data.counts(part.year), part.expected, part.rule, part.expected.seed
        _check_definition(expected)
        fit = fit_expected(counts, expected.formula, **expected.settings())
        return cls(
            data,
            part,
            fit,
            operating_characteristics(fit, rule, n_sim=n_sim, seed=seed),
            diagnose(
                fit, counts, traits=_traits(counts), region=REGION if REGION in counts else None, rule=rule, seed=seed
            ),
            _profiles(data.long(), part, "aantal", lang, "geld"),
            _profiles(_total_long(data), part, OUTCOME, lang),
            _effects(fit, counts, part, lang),
            lang,
        )

    def in_language(self, lang: Lang) -> Cbs2025:
        """Return the same figures with labels, reasons and notes in another language; no model is fitted again."""
        return replace(
            self,
            lang=lang,
            profiles=self.profiles.in_language(lang),
            totals=self.totals.in_language(lang),
            effects=_effects(self.fit, self.data.counts(self.part.year), self.part, lang),
        )

    # --- what tables and figures share -------------------------------------------------------

    @cached_property
    def flags(self) -> Flags:
        """The verdicts on the total of the year, reasons in the language of the report."""
        return flag_outliers(self.fit, self.part.rule, self.lang)

    @cached_property
    def names(self) -> dict[str, str]:
        """What a gemeente is called in tables and figures: its name, or its code where there is no name."""
        frame = self.data.gemeenten
        called = frame["naam"].fillna(frame["gemeente"]) if "naam" in frame else frame["gemeente"]
        return dict(zip(frame["gemeente"], called.astype(str), strict=True))

    @cached_property
    def remarks(self) -> pd.DataFrame:
        """What is remarkable about the counts of the year, whatever the model expects."""
        from reintegratie_stats.studies.cbs2025.remarks import remarks

        return remarks(self)

    @property
    def synthetic(self) -> bool:
        """Whether the truth is known, which it is of invented gemeenten only."""
        return self.data.waarheid_totaal is not None or self.data.waarheid is not None

    def judged(self) -> pd.DataFrame:
        """Return one row per gemeente: ``gemeente, naam``, the units of the fit and the verdict on each."""
        units = self.fit.units().drop(columns=["ratio", "p", "reason"])
        frame = units.merge(self.flags.to_frame(), on="gemeente", validate="one_to_one")
        frame.insert(1, "naam", frame["gemeente"].map(self.names).astype("string"))
        return frame

    # --- the report ------------------------------------------------------------------------

    def tables(self) -> tuple[ReportTable, ...]:
        """Return every table, in the order of the report."""
        from reintegratie_stats.studies.cbs2025 import (
            flag_tables,
            model_tables,
            profile_tables,
            trait_tables,
            truth_table,
        )

        parts = (flag_tables, model_tables, profile_tables, trait_tables, truth_table)
        return tuple(table for part in parts for table in part.tables(self))

    def figures(self) -> dict[str, Figure]:
        """Return every figure by the name of its file."""
        from reintegratie_stats.studies.cbs2025.figures import figures

        return figures(self)


def _check_definition(d: ExpectedDefinition) -> None:
    outcome = d.formula.partition("~")[0].strip()
    if outcome != OUTCOME:
        raise StudyError(f"the formula is about '{outcome}'; in this study it is about '{OUTCOME}', the count.")
    if d.id != "gemeente":
        raise StudyError(f"id is '{d.id}'; in this study it is 'gemeente'.")


def _traits(counts: pd.DataFrame) -> list[str]:
    """Return the traits of the institution that the data have and that differ: the second stage relates to them."""
    return [name for name in TRAITS if name in counts and counts[name].nunique() > 1]


def _effects(fit: ExpectedFit, counts: pd.DataFrame, part: GemeentenPart, lang: Lang) -> TraitEffects | None:
    traits = _traits(counts)
    if not traits:
        return None
    return explain_ratios(fit, counts, traits, fdr=part.rule.fdr, rule=part.rule, seed=part.expected.seed, lang=lang)


def _total_long(data: GemeenteData) -> pd.DataFrame:
    years = [data.counts(year).assign(jaar=year, soort=TOTAL) for year in data.jaren]
    return pd.concat(years, ignore_index=True)


def _profiles(long: pd.DataFrame, part: GemeentenPart, count: str, lang: Lang, money: str | None = None) -> Profiles:
    """Fit every soort and year; who did not deliver is not judged there, with the reason."""
    covariates = part.expected.formula.partition("~")[2]
    settings = {k: v for k, v in part.expected.settings().items() if k not in ("cluster", "missing")}
    return profile_outliers(
        long, f"{count} ~{covariates}", rule=part.rule, money=money if money in long else None, missing="not_judged",
        lang=lang, **settings,
    )  # fmt: skip
