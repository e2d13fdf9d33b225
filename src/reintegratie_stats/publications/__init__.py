"""Figures that the source documents publish, and a check of their arithmetic.

`read` finds and types them, `arithmetic` tells what does not add up in the source. Nothing here
changes a figure.
"""

from __future__ import annotations

from reintegratie_stats.publications.arithmetic import (
    ArithmeticReport,
    RuleResult,
    check_arithmetic,
    check_figures,
)
from reintegratie_stats.publications.read import documents, published, rules

__all__ = [
    "ArithmeticReport",
    "RuleResult",
    "check_arithmetic",
    "check_figures",
    "documents",
    "published",
    "rules",
]
