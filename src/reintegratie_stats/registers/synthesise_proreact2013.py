"""Synthetic staff of the Proreact study: 117 people who do not exist, of whom 31 are interviewed.

The numbers of staff and respondents by organisation and function group are those of table 1, the education of the
respondents that of table 3 and their caseloads fit section 6.2 (Van Berkel 2013). Everything else is chance or choice,
and everything comes from a seed: the same seed gives the same bytes on every version of numpy and pandas.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd

from reintegratie_stats.errors import RegisterError
from reintegratie_stats.registers.synthetic.csv_file import write_csv

SEED = 2013
STAFF_COLUMNS = (
    "medewerker",
    "organisatie",
    "soort_organisatie",
    "gemeente",
    "functiegroep",
    "functie",
    "klanten",
    "uitkeringsbeheer",
    "contracturen",
    "caseload",
)
INTERVIEW_COLUMNS = ("medewerker", "rol", "reserve_voor", "uitkomst", "opleiding")

_HOURS = (36, 36, 36, 32, 32, 28, 24, 24, 20, 18)
_UNABLE = ("Sociale dienst Helmond", "Sociale dienst Weert", "Sociale dienst Tilburg")  # one of each could not come


@dataclass(frozen=True)
class _Role:
    """A function: how many have it, and the caseloads (on 36 hours) of those who are interviewed."""

    functie: str
    klanten: str
    uitkeringsbeheer: str
    staff: int
    interviewed: tuple[float, ...]
    low: int
    high: int


@dataclass(frozen=True)
class _Group:
    """A row of table 1."""

    organisatie: str
    soort: str
    gemeente: str
    functiegroep: str
    roles: tuple[_Role, ...]

    @property
    def staff(self) -> int:
        return sum(role.staff for role in self.roles)

    @property
    def respondents(self) -> int:
        return sum(len(role.interviewed) for role in self.roles)


_SD, _SW = "sociale_dienst", "sw_en_fontys"
_RE, _ACT = "re-integratie", "activering"
_COACH = "Re-integratiecoach"

GROUPS = (
    _Group("Sociale dienst Helmond", _SD, "Helmond", "Team werk en inburgering",
           (_Role("Klantbegeleider werk", _RE, "nee", 14, (112, 120, 128), 105, 135),)),
    _Group("Sociale dienst Helmond", _SD, "Helmond", "Team activering en zorg",
           (_Role("Klantbegeleider integraal", _ACT, "ja", 10, (190, 216, 240), 190, 240),
            _Role("Programmamedewerker", _ACT, "nee", 4, (20, 33), 20, 33))),
    _Group("Sociale dienst Weert", _SD, "Weert", "Activering en werk",
           (_Role("Klantmanager werk", _RE, "nee", 6, (96, 104), 90, 110),
            _Role("Klantmanager activering", _ACT, "nee", 4, (98, 102), 90, 110))),
    _Group("Sociale dienst Tilburg", _SD, "Tilburg", "Activering en werk, team 1 en 2",
           (_Role("Klantmanager werk", _RE, "ja", 34, (90, 94, 96, 100), 80, 110),)),
    _Group("Sociale dienst Tilburg", _SD, "Tilburg", "Basisdienstverlening",
           (_Role("Klantmanager basisdienstverlening", _ACT, "ja", 17, (140, 155, 170), 140, 170),)),
    _Group("Atlant", _SW, "", "Re-integratiecoaches", (_Role(_COACH, _RE, "nee", 7, (30, 40, 48), 30, 50),)),
    _Group("De Risse", _SW, "", "Re-integratiecoaches", (_Role(_COACH, _RE, "nee", 7, (50, 52, 55), 50, 55),)),
    _Group("Fontys Actief", _SW, "", "Re-integratiecoaches", (_Role(_COACH, _RE, "nee", 5, (35, 45), 30, 50),)),
    _Group("Tilburg@Work", _SW, "", "WF en WF+", (_Role(_COACH, _RE, "nee", 9, (32, 40, 50, np.nan), 30, 50),)),
)  # fmt: skip
"""The rows of table 1. How a team is divided over functions, and all caseloads, are choices within section 6.2."""

EDUCATION = (
    ("hbo sociaal-juridische dienstverlening", 3, 0),
    ("hbo sociaal-maatschappelijke dienstverlening", 7, 0),
    ("hbo personeel en arbeid", 3, 9),
    ("universiteit psychologie", 0, 1),
    ("universiteit economie of bedrijfskunde", 2, 0),
    ("divers mbo", 2, 1),
    ("divers hbo", 2, 1),
)
"""Table 3: respondents of sociale diensten, and of SW-organisaties and Fontys Actief."""


def proreact2013(seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Make the synthetic staff list of the Proreact study, and who was asked and interviewed.

    Parameters
    ----------
    seed : int
        The same seed gives the same people, on every version of numpy and pandas.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``medewerkers`` (117 rows: medewerker, organisatie, soort_organisatie, gemeente, functiegroep, functie, klanten,
        uitkeringsbeheer, contracturen, caseload) and ``gesprekken`` (62 rows: medewerker, rol, reserve_voor, uitkomst,
        opleiding); all columns are text as in the files, empty is missing.

    Raises
    ------
    RegisterError
        When the seed is not a whole number of at least 0.

    Notes
    -----
    R. van Berkel (2013), Proreact, tables 1 and 3 and section 6.2. Who is drawn is the draw that
    `reintegratie_stats.fieldwork.respondents.draw_respondents` makes of the list with the same seed.

    Examples
    --------
    >>> made = proreact2013()
    >>> len(made["medewerkers"]), int((made["gesprekken"]["uitkomst"] == "geinterviewd").sum())
    (117, 31)
    """
    return {
        name: pd.DataFrame(rows, columns=list(columns), dtype="string").replace("", pd.NA)
        for name, columns, rows in _tables(seed)
    }


def write_proreact2013(folder: str | PathLike[str], seed: int = SEED) -> dict[str, int]:
    """Write ``medewerkers.csv`` and ``gesprekken.csv``: UTF-8, LF, the same bytes on every run and version.

    Parameters
    ----------
    folder : path
        Is made where it is not there; other files in it are left alone.
    seed : int

    Returns
    -------
    dict of str to int
        The number of rows of each file.
    """
    return {f"{name}.csv": write_csv(Path(folder), name, columns, rows) for name, columns, rows in _tables(seed)}


Rows = list[tuple[str, ...]]


def _tables(seed: int) -> list[tuple[str, tuple[str, ...], Rows]]:
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise RegisterError(f"seed is {seed!r}: a whole number of at least 0 is needed.")
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, 0])))
    keys = _keys(rng)
    staff: Rows = []
    talks: Rows = []
    place = 0
    for group in GROUPS:
        people = keys[place : place + group.staff]
        place += group.staff
        asked = _draw(people, group.respondents, seed)
        outcome = _outcomes(asked, group, seed)
        spoken = [person for person, (_, _, result) in outcome.items() if result == "geinterviewd"]
        staff += _staff(group, people, spoken, rng)
        talks += [(person, *said, group.soort) for person, said in outcome.items()]
    taught = _education(talks, rng)
    interviews = [(*row[:4], taught.get(row[0], "")) for row in talks]
    return [("medewerkers", STAFF_COLUMNS, sorted(staff)), ("gesprekken", INTERVIEW_COLUMNS, sorted(interviews))]


def _keys(rng: np.random.Generator) -> list[str]:
    """Return a key for each person, in an order that tells nothing of the organisation."""
    total = sum(group.staff for group in GROUPS)
    numbers = np.argsort(rng.random(900), kind="stable")[:total] + 100
    return [f"mw-{number}" for number in numbers]


def _hash(seed: int, name: str) -> int:
    """Return the number that decides a draw by lot: that of `estimates.predictive.uniforms`, before it is scaled."""
    return int.from_bytes(hashlib.blake2b(f"{seed}|{name}".encode(), digest_size=8).digest(), "big") >> 11


def _draw(people: Sequence[str], number: int, seed: int) -> dict[str, str]:
    """Return the chosen of a group, in the order of the draw, with the reserve of each."""
    order = sorted(people, key=lambda person: _hash(seed, person))
    chosen, left = order[:number], order[number:]
    pairs = sorted((_hash(seed, f"{person}|{other}"), person, other) for person in chosen for other in left)
    reserve: dict[str, str] = {}
    for _, person, other in pairs:
        if person not in reserve and other not in reserve.values():
            reserve[person] = other
    return {person: reserve[person] for person in chosen}


def _outcomes(asked: Mapping[str, str], group: _Group, seed: int) -> dict[str, tuple[str, str, str]]:
    """Return of everybody who was drawn ``rol, reserve_voor, uitkomst``: nobody refused, a few were unable."""
    group_of_unable = next(g for g in GROUPS if g.organisatie == group.organisatie)
    unable: str | None = None
    if group.organisatie in _UNABLE and group is group_of_unable:
        unable = min(asked, key=lambda person: _hash(seed, f"verhinderd|{person}"))
    said: dict[str, tuple[str, str, str]] = {}
    for person, other in asked.items():
        out = person == unable
        said[person] = ("uitgevallen" if out else "gekozen", "", "verhinderd" if out else "geinterviewd")
        said[other] = ("ingevallen" if out else "reserve", person, "geinterviewd" if out else "niet_nodig")
    return said


def _staff(group: _Group, people: Sequence[str], spoken: Sequence[str], rng: np.random.Generator) -> Rows:
    """Return the rows of a group: functions and caseloads of those who are interviewed first, then of the others."""
    others = [person for person in people if person not in spoken]
    rows = []
    for role in group.roles:
        number = len(role.interviewed)
        mine, spoken = spoken[:number], spoken[number:]
        rest, others = others[: role.staff - number], others[role.staff - number :]
        fixed = {"organisatie": group.organisatie, "soort": group.soort, "gemeente": group.gemeente}
        tail = (group.functiegroep, role.functie, role.klanten, role.uitkeringsbeheer)
        for person, target in zip(mine, role.interviewed, strict=True):
            rows.append((person, *fixed.values(), *tail, *_exact(target, rng)))
        for person in rest:
            rows.append((person, *fixed.values(), *tail, *_about(role, rng)))
    return rows


def _exact(target: float, rng: np.random.Generator) -> tuple[str, str]:
    """Return hours and a caseload that are exactly so many clients on 36 hours; a missing one stays missing."""
    if np.isnan(target):
        return "36", ""
    fitting = [hours for hours in _HOURS if (target * hours) % 36 == 0]
    hours = fitting[int(rng.random() * len(fitting))]
    return str(hours), str(int(target * hours) // 36)


def _about(role: _Role, rng: np.random.Generator) -> tuple[str, str]:
    """Return hours and a caseload within the bounds of a role; one in twelve is unknown, hours or caseload."""
    hours = _HOURS[int(rng.random() * len(_HOURS))]
    least, most = -(-role.low * hours // 36), role.high * hours // 36
    number = least + int(rng.random() * (most - least + 1))
    lost = int(rng.random() * 24)
    return "" if lost == 0 else str(hours), "" if lost == 1 else str(number)


def _education(talks: Rows, rng: np.random.Generator) -> dict[str, str]:
    """Return the education of everybody who was interviewed, as many of each as table 3 has."""
    found: dict[str, str] = {}
    for column, soort in enumerate((_SD, _SW), start=1):
        people = sorted(row[0] for row in talks if row[3] == "geinterviewd" and row[4] == soort)
        taught = [str(row[0]) for row in EDUCATION for _ in range(int(row[column]))]
        order = np.argsort(rng.random(len(people)), kind="stable")
        found |= {people[place]: name for place, name in zip(order, taught, strict=True)}
    return found
