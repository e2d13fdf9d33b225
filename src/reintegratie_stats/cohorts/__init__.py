"""Cohorts: who flows in, who stays, who gets a traject in time, who leaves."""

from reintegratie_stats.cohorts.cohort import Cohort
from reintegratie_stats.cohorts.define import define_cohort
from reintegratie_stats.cohorts.definition import (
    RWI_2004,
    RWI_2004_LOKAAL,
    SLUITENDE_AANPAK,
    CohortDefinition,
    LeeftijdsTerm,
)
from reintegratie_stats.cohorts.ratios import RATIOS, RatioTable, ratios_from_counts

__all__ = [
    "RATIOS",
    "RWI_2004",
    "RWI_2004_LOKAAL",
    "SLUITENDE_AANPAK",
    "Cohort",
    "CohortDefinition",
    "LeeftijdsTerm",
    "RatioTable",
    "define_cohort",
    "ratios_from_counts",
]
