"""Which gemeenten stand out: verdicts with reasons, checks that no model can see, and what the rule can see."""

from reintegratie_stats.outliers.flags import Flags, OutlierRule, flag_outliers
from reintegratie_stats.outliers.operating import OperatingCharacteristics, operating_characteristics
from reintegratie_stats.outliers.plausibility import PlausibilityRule, plausibility_checks

__all__ = [
    "Flags",
    "OperatingCharacteristics",
    "OutlierRule",
    "PlausibilityRule",
    "flag_outliers",
    "operating_characteristics",
    "plausibility_checks",
]
