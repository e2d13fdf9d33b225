"""Gemeenten to choose from, for the tests of the draw: made by arithmetic, the same on every machine."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reintegratie_stats.fieldwork.interviews import SampleDraw, draw_interviews
from reintegratie_stats.fieldwork.sample_design import SampleDesign

PROVINCIES = ("Drenthe", "Flevoland", "Friesland", "Gelderland", "Groningen", "Limburg", "Noord-Brabant",
              "Noord-Holland", "Overijssel", "Utrecht", "Zeeland", "Zuid-Holland")  # fmt: skip
LANDSDEEL = ("Noord", "Oost", "Noord", "Oost", "Noord", "Zuid", "Zuid", "West", "Oost", "West", "Zuid", "West")
SIZES = (12, 6, 18, 51, 10, 31, 56, 44, 25, 26, 13, 50)

CBS = SampleDesign(
    size=29,
    quota={"klasse": {"meer": 10, "minder": 10, "verwacht": 9}},
    minimum={"provincie": 1, "softwarepakket": 2},
    maximum={"provincie": 4},
    between={"externe_uitvoering": {"ja": (8, 12)}, "in_verband": {"ja": (12, 17)}},
    one_per="samenwerkingsverband",
    spread=["landsdeel", "grootteklasse"],
)
"""29 of 342 over six traits: provincie, landsdeel, softwarepakket, externe uitvoering, verband, grootteklasse."""


def scattered(n: int, key: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return (np.arange(1, n + 1) * np.sqrt(key)) % 1.0


def gemeenten(n: int = 342) -> pd.DataFrame:
    """n gemeenten, about one in eight flagged, z in three decimals; provincies of the sizes of 2025."""
    z = ndtri(scattered(n, 2))
    flagged = scattered(n, 3) < 0.125
    z = np.round(np.where(flagged, np.sign(z) * (2.9 + 4.0 * scattered(n, 5)), z), 3)
    place = np.searchsorted(np.cumsum(SIZES) / sum(SIZES), scattered(n, 7))
    member = scattered(n, 13) < 0.6
    verband = np.floor(60 * scattered(n, 17)).astype(int)
    return pd.DataFrame(
        {
            "gemeente": [f"GM{k + 1:04d}" for k in range(n)],
            "z": z,
            "klasse": np.where(flagged, np.where(z > 0, "meer", "minder"), "verwacht"),
            "provincie": np.array(PROVINCIES)[place],
            "landsdeel": np.array(LANDSDEEL)[place],
            "softwarepakket": np.array(list("ABCDE"))[np.searchsorted([0.4, 0.7, 0.85, 0.95], scattered(n, 11))],
            "samenwerkingsverband": [f"SV{v:02d}" if ja else None for v, ja in zip(verband, member, strict=True)],
            "in_verband": np.where(member, "ja", "nee"),
            "externe_uitvoering": np.where(scattered(n, 19) < 0.2, "ja", "nee"),
            "grootteklasse": np.searchsorted([0.1, 0.35, 0.7, 0.9], scattered(n, 23)) + 1,
            "laagopgeleid": np.round(30 * scattered(n, 29), 1),
            "eenouder": np.round(10 * scattered(n, 31), 1),
        }
    )


@lru_cache
def cbs_draw(seed: int) -> SampleDraw:
    """The draw of 29 of 342, made once for all tests that look at it."""
    return draw_interviews(gemeenten(), CBS, seed)


def few(n: int = 12) -> pd.DataFrame:
    """A handful of gemeenten of which every draw can be written out: a third flagged, traits a and b."""
    z = np.round(3.0 * ndtri(scattered(n, 2)), 2)
    klasse = np.where(np.abs(z) < 2.0, "verwacht", np.where(z > 0, "meer", "minder"))
    frame = pd.DataFrame({"gemeente": [f"G{k:02d}" for k in range(n)], "z": z, "klasse": klasse})
    frame["a"] = np.array(["p", "q", "r"])[np.floor(3 * scattered(n, 3)).astype(int)]
    frame["b"] = np.array(["x", "y"])[np.floor(2 * scattered(n, 5)).astype(int)]
    return frame


def kept(frame: pd.DataFrame, design: SampleDesign, chosen: set[str]) -> bool:
    """Whether a set of gemeenten keeps every number of a design, counted from the frame alone."""
    rows = frame[frame["gemeente"].isin(chosen)]
    got = {trait: Counter(rows[trait].dropna().tolist()) for trait in design.traits()}
    names = {trait: set(frame[trait].dropna()) for trait in design.traits()}
    fine = [len(rows) == len(chosen) == design.size]
    fine += [got[t][c] == n for t, cs in design.quota.items() for c, n in cs.items()]
    fine += [lo <= got[t][c] <= hi for t, cs in design.between.items() for c, (lo, hi) in cs.items()]
    fine += [got[t][c] >= k for t, k in design.minimum.items() for c in names[t]]
    fine += [got[t][c] <= m for t, m in design.maximum.items() for c in names[t]]
    fine += [max(got[t].values(), default=0) <= 1 for t in design.one_per]
    return all(fine)
