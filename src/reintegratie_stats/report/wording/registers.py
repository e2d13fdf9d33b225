"""Labels of reading and checking registers."""

from __future__ import annotations

from typing import Final

from reintegratie_stats.report.wording.kinds import Wording

LABELS: Final[Wording] = {}
