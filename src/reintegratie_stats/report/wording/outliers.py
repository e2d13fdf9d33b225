"""Labels of expected counts, flags and their figures."""

from __future__ import annotations

from typing import Final

from reintegratie_stats.report.wording.kinds import Wording

LABELS: Final[Wording] = {}
