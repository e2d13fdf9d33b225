"""CBS 2025, 5.2 and 5.3, and the survey: whom to interview, who answered, and what the interviews add up to.

It stands on `studies.cbs2025`, which says who stands out.
"""

from reintegratie_stats.studies.cbs2025_fieldwork.study import Cbs2025Fieldwork as Cbs2025Fieldwork
