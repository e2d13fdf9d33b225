"""Fictional gemeenten with counts per soort and year, for the tests of profiles and diagnostics: no random numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

FORMULA = "aantal ~ laag"
MONEY = {"jobcoaching": True, "subsidie": True, "coaching": False, "training": False}
SD = {"jobcoaching": 0.10, "subsidie": 0.12, "coaching": 0.35, "training": 0.30}
ALWAYS, TWICE, ONCE = "0010", "0011", "0012"


def scattered(n: int, key: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return numbers in (0, 1) that look irregular: the fractional parts of multiples of an irrational number."""
    return (np.arange(1, n + 1) * key) % 1.0


def one_year(n: int, soort: str, jaar: int) -> pd.DataFrame:
    place = 10 * list(MONEY).index(soort) + jaar - 2021
    size = np.round(4000 * np.exp(0.8 * ndtri(scattered(n, np.sqrt(2)))))
    laag = ndtri(scattered(n, np.sqrt(3)))
    spread = SD[soort] * ndtri(scattered(n, np.sqrt(7) + 0.0371 * place))
    mean = 0.03 * size * np.exp(0.2 * laag + spread)
    count = np.maximum(0.0, np.round(mean + np.sqrt(mean) * ndtri(scattered(n, np.sqrt(11) + 0.0713 * place))))
    frame = pd.DataFrame({"gemeente": [f"{k:04d}" for k in range(n)], "soort": soort, "jaar": jaar})
    return frame.assign(doelgroep=size, laag=laag, aantal=count.astype(int), geld="ja" if MONEY[soort] else "nee")


def long_frame(n: int = 60, jaren: tuple[int, ...] = (2022, 2023, 2024)) -> pd.DataFrame:
    """Return n gemeenten x 4 soorten x years; on jobcoaching ALWAYS has far more, TWICE and ONCE far fewer."""
    frame = pd.concat([one_year(n, soort, jaar) for soort in MONEY for jaar in jaren], ignore_index=True)
    here = frame["soort"] == "jobcoaching"
    for who, since, times in ((ALWAYS, 2022, 4.0), (TWICE, 2023, 0.2), (ONCE, 2024, 0.2)):
        rows = here & (frame["gemeente"] == who)
        frame.loc[rows, "doelgroep"] = 4000.0
        frame.loc[rows, "aantal"] = np.where(frame.loc[rows, "jaar"] >= since, round(120 * times), 120)
        frame.loc[rows, "laag"] = 0.0
    return frame
