"""The Dutch and English texts of labels, a module per capability; read through `labels.label`.

A text is a pair: Dutch, English. Sections may be spread over modules (``column`` is), a key may not.
"""

from reintegratie_stats.report.wording import cohorts as cohorts
from reintegratie_stats.report.wording import fieldwork as fieldwork
from reintegratie_stats.report.wording import outliers as outliers
from reintegratie_stats.report.wording import quality as quality
from reintegratie_stats.report.wording import registers as registers
from reintegratie_stats.report.wording.kinds import MINUS as MINUS
from reintegratie_stats.report.wording.kinds import Wording as Wording
