"""What is wrong, unusual or not to be linked in registers: counts only, the rows by an explicit call."""

from reintegratie_stats.quality.finding import Finding
from reintegratie_stats.quality.judge import check
from reintegratie_stats.quality.quality_report import QualityReport
from reintegratie_stats.quality.rule import UnusualRule
from reintegratie_stats.quality.rules import read_rules, shipped_rules

__all__ = ["Finding", "QualityReport", "UnusualRule", "check", "read_rules", "shipped_rules"]
