"""The synthetic deliveries of the RWI study, read once for all tests of a run."""

from __future__ import annotations

from functools import cache

import reintegratie_stats as rs


@cache
def delivery(name: str) -> rs.Registers:
    """``centraal`` or ``lokaal``."""
    return rs.read_registers(f"data/synthetic/rwi2004/{name}")


@cache
def cohort(name: str) -> rs.Cohort:
    """By the definition of the central analysis."""
    return rs.define_cohort(delivery(name), rs.RWI_2004)
