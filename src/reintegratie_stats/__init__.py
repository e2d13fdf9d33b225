"""Statistics of re-integration for researchers of social assistance (bijstand) in the Netherlands.

>>> import reintegratie_stats as rs
>>> rs.RWI_2004.term_dagen
365
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reintegratie_stats.cohorts import (
        RWI_2004,
        RWI_2004_LOKAAL,
        SLUITENDE_AANPAK,
        Cohort,
        CohortDefinition,
        LeeftijdsTerm,
        RatioTable,
        define_cohort,
        ratios_from_counts,
    )
    from reintegratie_stats.errors import ReintegratieError
    from reintegratie_stats.estimates.expected import ExpectedFit, fit_expected
    from reintegratie_stats.fieldwork.interviews import draw_interviews
    from reintegratie_stats.fieldwork.sample_design import SampleDesign
    from reintegratie_stats.outliers import OutlierRule, flag_outliers, operating_characteristics
    from reintegratie_stats.outliers.persons import fit_expected_persons
    from reintegratie_stats.publications import published
    from reintegratie_stats.quality import QualityReport, check
    from reintegratie_stats.registers import CheckReport, Registers, read_registers

try:
    __version__ = version("reintegratie-stats")
except PackageNotFoundError:  # a checkout that was not installed
    __version__ = "0+unknown"

_WHERE = {
    "CheckReport": "registers",
    "Cohort": "cohorts",
    "CohortDefinition": "cohorts",
    "ExpectedFit": "estimates.expected",
    "LeeftijdsTerm": "cohorts",
    "OutlierRule": "outliers",
    "QualityReport": "quality",
    "RWI_2004": "cohorts",
    "RWI_2004_LOKAAL": "cohorts",
    "RatioTable": "cohorts",
    "Registers": "registers",
    "ReintegratieError": "errors",
    "SLUITENDE_AANPAK": "cohorts",
    "SampleDesign": "fieldwork.sample_design",
    "check": "quality",
    "define_cohort": "cohorts",
    "draw_interviews": "fieldwork.interviews",
    "fit_expected": "estimates.expected",
    "fit_expected_persons": "outliers.persons",
    "flag_outliers": "outliers",
    "operating_characteristics": "outliers",
    "published": "publications",
    "ratios_from_counts": "cohorts",
    "read_registers": "registers",
}

__all__ = [
    "RWI_2004",
    "RWI_2004_LOKAAL",
    "SLUITENDE_AANPAK",
    "CheckReport",
    "Cohort",
    "CohortDefinition",
    "ExpectedFit",
    "LeeftijdsTerm",
    "OutlierRule",
    "QualityReport",
    "RatioTable",
    "Registers",
    "ReintegratieError",
    "SampleDesign",
    "check",
    "define_cohort",
    "draw_interviews",
    "fit_expected",
    "fit_expected_persons",
    "flag_outliers",
    "operating_characteristics",
    "published",
    "ratios_from_counts",
    "read_registers",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        value = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
