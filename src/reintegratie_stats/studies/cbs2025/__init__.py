"""CBS 2025, quality study of the registration of re-integratievoorzieningen, 5.2 and 5.3: expected registration.

What each gemeente was expected to register, who stands out and on what, and what goes with it.
"""

from reintegratie_stats.studies.cbs2025.study import N_SIM as N_SIM
from reintegratie_stats.studies.cbs2025.study import Cbs2025 as Cbs2025
