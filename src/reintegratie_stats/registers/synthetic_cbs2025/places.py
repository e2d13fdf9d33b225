"""Fictional gemeenten: codes, names, sizes, where they lie, with whom they work together and with which software.

Gemeenten lie in a row: who comes next in the row is a neighbour. Regions are runs of the row within a provincie, and
samenwerkingsverbanden are runs within a region.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from reintegratie_stats.periods import Days
from reintegratie_stats.registers.synthetic.plan import apportion
from reintegratie_stats.registers.synthetic_cbs2025.draws import Floats, GemeenteDraws

PROVINCIES = (
    # provincie, landsdeel, gemeenten, arbeidsmarktregio's
    ("Noordgouw", "Noord", 10, 1),
    ("Terpenrijk", "Noord", 18, 1),
    ("Hunemark", "Noord", 12, 2),
    ("Oostgouw", "Oost", 25, 3),
    ("Walderland", "Oost", 51, 5),
    ("Nieuwmark", "Oost", 6, 1),
    ("Middelgouw", "West", 26, 2),
    ("Duinrijk", "West", 44, 4),
    ("Westgouw", "West", 50, 5),
    ("Schorrenland", "West", 13, 1),
    ("Zuidgouw", "Zuid", 56, 6),
    ("Heuvelmark", "Zuid", 31, 4),
)
NUMBER = sum(provincie[2] for provincie in PROVINCIES)

SIZES = (
    # from, to, number of gemeenten: the distribution of the Dutch gemeenten of 2021, made 342
    (950, 5_000, 5),
    (5_000, 10_000, 7),
    (10_000, 20_000, 59),
    (20_000, 50_000, 181),
    (50_000, 100_000, 58),
    (100_000, 150_000, 14),
    (150_000, 250_000, 14),
)
LARGEST = (372_418, 561_873, 668_245, 903_512)

GROOTTEKLASSEN = (
    (0, "minder dan 20.000"),
    (20_000, "20.000 tot 50.000"),
    (50_000, "50.000 tot 100.000"),
    (100_000, "100.000 of meer"),
)

PAKKETTEN = (("Meidoorn", 38), ("Zilverspar", 27), ("Wilgenkat", 17), ("Berkenblad", 12), ("Kamille", 6))
"""Software packages and their shares, per cent. No such packages exist."""

_SAMEN_GROEPEN = 40
_SAMEN_GROOTTE = ((2, 8), (3, 10), (4, 9), (5, 6), (6, 4), (7, 3))

_BEGIN = (
    "Abbel Alder Beuker Boller Brander Dorrer Droster Elver Ester Gerver Gouwer Harper Hedder Imber Jolder Kever "
    "Klaver Korver Lever Luider Maander Molder Nader Oever Pepper Poller Quader Raver Rooder Schelder Slinger "
    "Spaander Steender Tolver Uiter Vaarder Vosser Wander Wisser Zijver Zwaner"
)
_END = (
    "burg dam drecht geest haven heide hoven horst kerke laar meer monde rade sluis stede veen velde voort waard wolde"
)


def places(seed: int) -> pd.DataFrame:
    """Return the gemeenten without covariates, in the order of their place in the row.

    Parameters
    ----------
    seed : int

    Returns
    -------
    pandas.DataFrame
        ``gemeente, naam, provincie, landsdeel, arbeidsmarktregio, samenwerkingsverband`` (empty: none),
        ``externe_uitvoering, softwarepakket, inwoners, grootteklasse, centrum`` (is the largest of its region).
    """
    naam = _names(seed)
    region = _regions()
    inwoners = _sizes(seed, region)
    centrum = np.zeros(NUMBER, dtype=bool)
    for number in range(int(region.max()) + 1):
        where = np.flatnonzero(region == number)
        centrum[where[np.argmax(inwoners[where])]] = True
    of_region = {int(region[where]): naam[where] for where in np.flatnonzero(centrum)}
    samen = _groups(seed, region, naam)
    pakket, extern = _traits(seed, samen)
    frame = pd.DataFrame({"gemeente": [f"GM{8001 + place}" for place in range(NUMBER)], "naam": naam})
    frame["provincie"] = [name for name, _, number, _ in PROVINCIES for _ in range(number)]
    frame["landsdeel"] = [part for _, part, number, _ in PROVINCIES for _ in range(number)]
    frame["arbeidsmarktregio"] = [f"Regio {of_region[int(number)]}" for number in region]
    frame["samenwerkingsverband"] = samen
    frame["externe_uitvoering"] = extern
    frame["softwarepakket"] = pakket
    frame["inwoners"] = inwoners
    frame["grootteklasse"] = [grootteklasse(int(size)) for size in inwoners]
    frame["centrum"] = centrum
    return frame


def grootteklasse(inwoners: int) -> str:
    """Return the size class of a number of inhabitants.

    Examples
    --------
    >>> grootteklasse(19_999), grootteklasse(20_000)
    ('minder dan 20.000', '20.000 tot 50.000')
    """
    return [label for border, label in GROOTTEKLASSEN if inwoners >= border][-1]


def _names(seed: int) -> list[str]:
    begins, ends = _BEGIN.split(), _END.split()
    order = GemeenteDraws(seed, "namen").order(len(begins) * len(ends))
    return [begins[int(place) // len(ends)] + ends[int(place) % len(ends)] for place in order[:NUMBER]]


def _regions() -> Days:
    """Return the number of the region of each gemeente."""
    parts: list[int] = []
    for _, _, gemeenten, regions in PROVINCIES:
        parts.extend(apportion(gemeenten, [1] * regions).tolist())
    return np.repeat(np.arange(len(parts)), parts)


def _sizes(seed: int, region: Days) -> Days:
    """Return inhabitants: the four largest in the west, one of the 35 largest in each region, the rest anywhere."""
    draws = GemeenteDraws(seed, "grootte")
    sizes: list[int] = []
    for low, high, number in SIZES:
        share = (np.arange(number) + draws.uniform(number)) / number
        sizes.extend(np.floor(low * (high / low) ** share).astype(np.int64).tolist())
    ordered = sorted([*sizes, *LARGEST], reverse=True)
    place = GemeenteDraws(seed, "ligging")
    regions = int(region.max()) + 1
    west = np.unique(region[_landsdeel() == "West"])
    first = west[place.order(len(west))[: len(LARGEST)]]
    others = np.array([number for number in range(regions) if number not in set(first.tolist())])
    order = np.concatenate([first, others[place.order(len(others))]])
    inwoners = np.zeros(NUMBER, dtype=np.int64)
    for size, number in zip(ordered[:regions], order, strict=True):
        where = np.flatnonzero(region == number)
        inwoners[where[int(place.below(1, len(where))[0])]] = size
    left = np.flatnonzero(inwoners == 0)
    inwoners[left[place.order(len(left))]] = ordered[regions:]
    return inwoners


def _landsdeel() -> np.ndarray:
    return np.array([part for _, part, number, _ in PROVINCIES for _ in range(number)])


def _groups(seed: int, region: Days, naam: Sequence[str]) -> list[str]:
    """Return the samenwerkingsverband of each gemeente: runs of neighbours in a region, a gap between two runs."""
    draws = GemeenteDraws(seed, "samenwerking")
    samen = [""] * len(region)
    number_of = apportion(_SAMEN_GROEPEN, np.bincount(region))
    weights = [weight for _, weight in _SAMEN_GROOTTE]
    for number, groups in enumerate(number_of):
        where = np.flatnonzero(region == number)
        parts = np.array_split(where, max(int(groups), 1))[: int(groups)]
        for part in parts:
            size = min(_SAMEN_GROOTTE[int(draws.label(1, weights)[0])][0], len(part))
            start = int(draws.below(1, len(part) - size + 1)[0])
            members = part[start : start + size]
            named = members[int(draws.below(1, len(members))[0])]
            for member in members:
                samen[int(member)] = f"Samenwerking {naam[int(named)]}"
    return samen


def _traits(seed: int, samen: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return software package and external execution; a samenwerkingsverband shares both."""
    draws = GemeenteDraws(seed, "kenmerken")
    drawn = draws.label(len(samen), [share for _, share in PAKKETTEN])
    pakket = [PAKKETTEN[int(place)][0] for place in drawn]
    share: Floats = np.where(np.array(samen) != "", 0.42, 0.14)
    extern = ["ja" if drawn else "nee" for drawn in draws.uniform(len(samen)) < share]
    first: dict[str, int] = {}
    for place, name in enumerate(samen):
        if name:
            leader = first.setdefault(name, place)
            pakket[place], extern[place] = pakket[leader], extern[leader]
    return pakket, extern
