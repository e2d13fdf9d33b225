"""Types of voorziening: how often they are expected, what that depends on and how far gemeenten differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

JAREN = (2022, 2023, 2024)


@dataclass(frozen=True)
class Soort:
    """One type of voorziening.

    Parameters
    ----------
    naam, omschrijving : str
        Code and Dutch description.
    geld : bool
        A payment is attached, by which it enters a system of its own accord (CBS 2025, 5.3.2.4).
    rate : float
        Expected number per person of the target group in 2023, for a gemeente at the centre of every covariate.
    trend : float
        Change of the log rate per year.
    effects : mapping of str to float
        Change of the log rate per step of a covariate (`covariates.SCALES`).
    """

    naam: str
    omschrijving: str
    geld: bool
    rate: float
    trend: float
    effects: Mapping[str, float]


SOORTEN = (
    Soort("loonkostensubsidie", "Loonkostensubsidie voor de werkgever", True, 0.085, 0.04,
          {"laagopgeleid": 0.10, "jongeren": 0.06, "langdurig_bijstand": -0.05, "migratieachtergrond": -0.06}),
    Soort("jobcoaching", "Jobcoach of begeleiding op de werkplek", True, 0.050, 0.03,
          {"laagopgeleid": 0.08, "jongeren": 0.08, "werkloosheid": -0.03}),
    Soort("beschut_werk", "Beschut werk", True, 0.015, 0.08,
          {"laagopgeleid": 0.10, "migratieachtergrond": -0.05, "jongeren": 0.05}),
    Soort("faciliterend", "Reiskosten, kinderopvang en andere faciliterende voorzieningen", True, 0.035, 0.00,
          {"afstand_voorzieningen": 0.12, "eenouder": 0.08}),
    Soort("coaching", "Coaching naar werk of participatie", False, 0.110, -0.02,
          {"langdurig_bijstand": -0.10, "eenouder": 0.06, "migratieachtergrond": 0.05}),
    Soort("training", "Training of cursus, meest door de gemeente zelf gegeven", False, 0.045, 0.02,
          {"vijftigplus": -0.10, "migratieachtergrond": 0.06, "jongeren": 0.06}),
    Soort("participatie", "Participatieplaats, vrijwilligerswerk en andere activering", False, 0.060, -0.05,
          {"langdurig_bijstand": 0.12, "vijftigplus": 0.08, "werkloosheid": 0.04}),
    Soort("overig", "Overige, niet nader in te delen", False, 0.030, 0.01,
          {"stedelijkheid": -0.06}),
)  # fmt: skip
NAMEN = tuple(soort.naam for soort in SOORTEN)
MET_GELD = tuple(soort.naam for soort in SOORTEN if soort.geld)
ZONDER_GELD = tuple(soort.naam for soort in SOORTEN if not soort.geld)

# Ordinary spread between gemeenten, standard deviations on the log scale. The first is shared by all types.
GEDEELD, GEDEELD_JAAR = 0.09, 0.03
SAMEN = 0.05
"""Shared by the gemeenten of a samenwerkingsverband."""
EIGEN = {True: 0.10, False: 0.26}
"""Per type, lasting; by whether money is attached."""
EIGEN_JAAR = {True: 0.04, False: 0.08}
