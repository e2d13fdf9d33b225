"""Which gemeenten stand out: verdicts with reasons, checks that no model can see, and what the rule can see."""

from reintegratie_stats.outliers.diagnostics import Diagnostics, diagnose
from reintegratie_stats.outliers.flags import Flags, OutlierRule, flag_outliers
from reintegratie_stats.outliers.funnel import caterpillar_frame, funnel_frames, observed_expected_frame
from reintegratie_stats.outliers.money_spread import MoneyTest
from reintegratie_stats.outliers.operating import OperatingCharacteristics, operating_characteristics
from reintegratie_stats.outliers.plausibility import PlausibilityRule, plausibility_checks
from reintegratie_stats.outliers.profiles import Profiles, profile_outliers
from reintegratie_stats.outliers.traits import TraitEffects, explain_ratios

__all__ = [
    "Diagnostics",
    "Flags",
    "MoneyTest",
    "OperatingCharacteristics",
    "OutlierRule",
    "PlausibilityRule",
    "Profiles",
    "TraitEffects",
    "caterpillar_frame",
    "diagnose",
    "explain_ratios",
    "flag_outliers",
    "funnel_frames",
    "observed_expected_frame",
    "operating_characteristics",
    "plausibility_checks",
    "profile_outliers",
]
