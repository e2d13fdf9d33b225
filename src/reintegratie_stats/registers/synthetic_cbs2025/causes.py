"""The known truth: which fictional gemeenten register more or fewer than expected, of what, when and why.

A story names a cause (a code of CBS 2025, 5.3), factors on the expected number per type and year, and whom it befalls:
a whole samenwerkingsverband, everyone with a software package, all with external execution, or single gemeenten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from reintegratie_stats.registers.synthetic_cbs2025.draws import GemeenteDraws
from reintegratie_stats.registers.synthetic_cbs2025.soorten import JAREN, MET_GELD, NAMEN, ZONDER_GELD

OORZAKEN: Mapping[str, str] = {
    "doelgroep": "feitelijk",
    "moment_toekenning": "feitelijk",
    "eigen_middelen": "feitelijk",
    "gemeentespecifiek": "feitelijk",
    "administratieve_last": "administratief",
    "belang_registratie": "administratief",
    "registratiesystemen": "administratief",
    "financiele_component": "administratief",
    "coaching_of_monitoren": "administratief",
    "interpretatie_richtlijn": "administratief",
    "taakverdeling": "hybride",
}
"""Causes and their kinds, as CBS 2025, 5.3.1 to 5.3.3, orders them."""

Whom = Literal["gemeente", "samenwerkingsverband", "softwarepakket", "externe_uitvoering"]
Trap = Literal["", "nul", "sprong", "typfout", "afgerond"]
Years = Mapping[int, float]


def _all(factor: float) -> dict[str, float]:
    return dict.fromkeys(NAMEN, factor)


def _both(money: float, other: float) -> dict[str, float]:
    return dict.fromkeys(MET_GELD, money) | dict.fromkeys(ZONDER_GELD, other)


_BROAD = {"coaching": 3.0, "training": 3.0, "participatie": 3.0, "faciliterend": 2.5, "loonkostensubsidie": 1.5,
          "jobcoaching": 1.5}  # fmt: skip
_CONCEPT = _both(0.45, 0.25) | {"loonkostensubsidie": 0.7, "beschut_werk": 0.7}


@dataclass(frozen=True)
class Story:
    """A cause, what it does and whom it befalls.

    Parameters
    ----------
    oorzaak : str
        A code of `OORZAKEN`.
    toelichting : str
        In a few Dutch words, what is the matter.
    factors : mapping of str to float
        Factor on the expected number, per type.
    number : int
        How many gemeenten, or samenwerkingsverbanden.
    whom : str
        Who shares it.
    power : mapping of int to float
        Exponent of the factors per year: 0 is not yet or no longer, 1 in full.
    where : str
        What sort of gemeente: ``gewoon`` (a target group of 250 to 6,000), ``landelijk`` (far from everything),
        ``centrum``, ``klein`` (a target group below 60), ``groot`` (of 900 to 6,000); a name of a software package; or
        the number of members of the samenwerkingsverband.
    trap : str
        Whether the count itself is odd: ``nul``, ``sprong``, ``typfout``, ``afgerond``.
    """

    oorzaak: str
    toelichting: str
    factors: Mapping[str, float]
    number: int = 1
    whom: Whom = "gemeente"
    power: Years = field(default_factory=lambda: dict.fromkeys(JAREN, 1.0))
    where: str = "gewoon"
    trap: Trap = ""


def _from(year: int) -> dict[int, float]:
    return {jaar: float(jaar >= year) for jaar in JAREN}


STORIES = (
    # shared by a samenwerkingsverband
    Story("registratiesystemen", "nazorg loopt door als voorziening", {"coaching": 6.0, "overig": 3.0},
          whom="samenwerkingsverband", where="5"),
    Story("registratiesystemen", "voorzieningen blijven op concept", _CONCEPT, whom="samenwerkingsverband", where="6"),
    Story("doelgroep", "ook niet-uitkeringsgerechtigden en jongeren", _BROAD, whom="samenwerkingsverband", where="4"),
    Story("taakverdeling", "aparte re-integratieconsulenten", _both(1.15, 1.6), whom="samenwerkingsverband", where="3"),
    # shared by a software package, by external execution
    Story("registratiesystemen", "koppeling levert jobcoaching niet meer", {"jobcoaching": 0.05},
          whom="softwarepakket", where="Kamille", power=_from(2023)),
    Story("registratiesystemen", "nieuwe voorziening begint als concept", _both(1.0, 0.75),
          whom="softwarepakket", where="Berkenblad"),
    Story("financiele_component", "inkoop met opdracht en factuur", {"coaching": 1.15, "training": 1.15},
          whom="externe_uitvoering", where=""),
    # single gemeenten
    Story("doelgroep", "ook niet-uitkeringsgerechtigden en jongeren", _BROAD),
    Story("doelgroep", "vrijwel alleen bijstand", _both(0.7, 0.7)
          | {"coaching": 0.25, "training": 0.25, "participatie": 0.25}),
    Story("moment_toekenning", "start al bij de melding", {"coaching": 2.2, "training": 2.2}, number=2),
    Story("eigen_middelen", "eigen jobcoaches en trainers", {"jobcoaching": 3.0, "training": 3.0}, number=2),
    Story("gemeentespecifiek", "lange reisafstanden", {"faciliterend": 3.5}, number=3, where="landelijk"),
    Story("gemeentespecifiek", "actieve praktijkschool", {"loonkostensubsidie": 1.9}, number=2),
    Story("gemeentespecifiek", "veel dak- en thuislozen en schulden", _all(0.6), number=2, where="centrum"),
    Story("administratieve_last", "achterstand in 2023", _all(0.3), number=3,
          power={2022: 0.0, 2023: 1.0, 2024: 0.0}),
    Story("administratieve_last", "voorzieningen worden niet afgesloten", _all(2.6), number=2,
          power={2022: 0.5, 2023: 0.75, 2024: 1.0}),
    Story("administratieve_last", "capaciteit verdwenen", _all(0.4), number=2,
          power={2022: 0.0, 2023: 0.5, 2024: 1.0}),
    Story("belang_registratie", "registreren is bijzaak", _both(0.75, 0.2), number=2),
    Story("registratiesystemen", "elke activiteit is een voorziening", _both(1.0, 3.5)),
    Story("registratiesystemen", "voorzieningen blijven op concept", _CONCEPT),
    Story("registratiesystemen", "loonkostensubsidie in een apart systeem", {"loonkostensubsidie": 0.0}, number=2,
          trap="nul"),
    Story("coaching_of_monitoren", "coaching is wettelijke taak en telt niet", {"coaching": 0.04}, number=4),
    Story("coaching_of_monitoren", "alle begeleiding telt als coaching", {"coaching": 4.0}, number=3),
    Story("interpretatie_richtlijn", "twijfel gaat in de restcategorie", {"overig": 6.0}, number=3),
    Story("interpretatie_richtlijn", "twijfel wordt niet geregistreerd", {"overig": 0.1, "training": 0.3}, number=2),
    Story("financiele_component", "alleen waar een betaling aan hangt", _both(1.0, 0.15)),
    Story("taakverdeling", "overgang naar integrale consulenten", _both(1.0, 1.8), number=2,
          power={2022: 1.0, 2023: 0.4, 2024: -0.6}),
    # too small to be seen
    Story("registratiesystemen", "voorzieningen blijven op concept", _CONCEPT, where="klein"),
    Story("registratiesystemen", "elke activiteit is een voorziening", _both(1.0, 3.5), where="klein"),
    # counts that are odd in themselves
    Story("registratiesystemen", "levering over 2024 mislukt", _all(0.0), power=_from(2024), trap="nul"),
    Story("administratieve_last", "achterstand in 2024 in een keer ingehaald", _all(3.0), power=_from(2024),
          trap="sprong"),
    Story("administratieve_last", "een cijfer te veel getypt", {"loonkostensubsidie": 10.0}, power=_from(2024),
          trap="typfout"),
    Story("administratieve_last", "aantallen geschat", _all(1.0), number=2, where="groot", trap="afgerond"),
)  # fmt: skip


def truth(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return every cause at work: a row per gemeente, year, type and cause.

    Parameters
    ----------
    frame : pandas.DataFrame
        The gemeenten with their covariates.
    seed : int
        Chooses whom the stories befall.

    Returns
    -------
    pandas.DataFrame
        ``gemeente, jaar, soort, oorzaak, soort_oorzaak, richting`` (meer, minder; empty for a count that is only
        rounded), ``factor, gedeeld, valkuil, toelichting``, sorted; and ``place`` (row of the gemeente).
    """
    rows = []
    for story, places in _befallen(frame, GemeenteDraws(seed, "oorzaken")):
        for place in places:
            for jaar in JAREN:
                for soort, factor in story.factors.items():
                    done = _factor(factor, story.power[jaar])
                    if done == 1.0 and story.trap != "afgerond":
                        continue
                    richting = "meer" if done > 1 else "minder" if done < 1 else ""
                    kind = OORZAKEN[story.oorzaak]
                    rows.append(
                        (frame["gemeente"].iloc[place], jaar, soort, story.oorzaak, kind, richting, done, story.whom,
                         story.trap, story.toelichting, place)
                    )  # fmt: skip
    columns = ["gemeente", "jaar", "soort", "oorzaak", "soort_oorzaak", "richting", "factor", "gedeeld", "valkuil",
               "toelichting", "place"]  # fmt: skip
    made = pd.DataFrame(rows, columns=columns)
    made["_order"] = made["soort"].map({name: place for place, name in enumerate(NAMEN)})
    made = made.sort_values(["gemeente", "jaar", "_order", "oorzaak", "gedeeld"], kind="stable")
    return made.drop(columns="_order").reset_index(drop=True)


def _factor(factor: float, power: float) -> float:
    if power == 0.0:
        return 1.0
    return round(factor**power, 3) if factor > 0 else 0.0


def _befallen(frame: pd.DataFrame, draws: GemeenteDraws) -> list[tuple[Story, list[int]]]:
    """Return whom each story befalls; no gemeente has two stories of its own or of its samenwerkingsverband."""
    taken: set[int] = set()
    found = []
    for story in STORIES:
        order = draws.order(len(frame))
        if story.whom == "samenwerkingsverband":
            places = _members(frame, int(story.where), taken, order)
        elif story.whom == "softwarepakket":
            places = np.flatnonzero(frame["softwarepakket"] == story.where).tolist()
        elif story.whom == "externe_uitvoering":
            places = np.flatnonzero(frame["externe_uitvoering"] == "ja").tolist()
        else:
            fits = _fitting(frame, story.where)
            places = [int(place) for place in order if fits[place] and int(place) not in taken][: story.number]
        if story.whom in ("gemeente", "samenwerkingsverband"):
            taken.update(places)
        found.append((story, places))
    return found


def _members(frame: pd.DataFrame, size: int, taken: set[int], order: np.ndarray) -> list[int]:
    """Return the members of a samenwerkingsverband of about the wanted size, none of them tiny."""
    samen = frame["samenwerkingsverband"]
    people = frame["doelgroep"]
    best: list[int] = []
    for place in order:
        name = samen.iloc[place]
        members = np.flatnonzero(samen == name).tolist() if name else []
        if not members or taken & set(members) or people.iloc[members].min() < 120:
            continue
        if len(members) == size:
            return members
        if not best or abs(len(members) - size) < abs(len(best) - size):
            best = members
    return best


def _fitting(frame: pd.DataFrame, where: str) -> np.ndarray:
    people = frame["doelgroep"].to_numpy()
    if where == "landelijk":
        return np.asarray((people >= 250) & (frame["afstand_voorzieningen"].to_numpy() >= 7.0))
    if where == "centrum":
        return np.asarray(frame["centrum"].to_numpy() & (frame["inwoners"].to_numpy() >= 100_000))
    if where == "klein":
        return np.asarray(people < 60)
    return np.asarray((people >= (900 if where == "groot" else 250)) & (people <= 6_000))
