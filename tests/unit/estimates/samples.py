"""Fictional gemeenten for the tests of the fits: no random numbers, so that every machine has the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri


def scattered(n: int, key: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return numbers in (0, 1) that look irregular: the fractional parts of multiples of an irrational number."""
    return (np.arange(1, n + 1) * key) % 1.0


def gemeenten(n: int = 120, sd: float = 0.2, rate: float = 0.02) -> pd.DataFrame:
    """Return n gemeenten with two covariates, a region, and counts with an ordinary spread of `sd` (log scale)."""
    size = np.round(20000 * np.exp(0.9 * ndtri(scattered(n, np.sqrt(2)))))
    laag, eenouder = ndtri(scattered(n, np.sqrt(3))), ndtri(scattered(n, np.sqrt(5)))
    mean = rate * size * np.exp(0.2 * laag - 0.1 * eenouder + sd * ndtri(scattered(n, np.sqrt(7))))
    count = np.maximum(0.0, np.round(mean + np.sqrt(mean) * ndtri(scattered(n, np.sqrt(11)))))
    return pd.DataFrame(
        {
            "gemeente": [f"{k:04d}" for k in range(1, n + 1)],
            "doelgroep": size,
            "laag": laag,
            "eenouder": eenouder * 1000 + 30000,
            "regio": [("noord", "oost", "zuid", "west")[k % 4] for k in range(n)],
            "samenwerking": [f"S{k // 6:02d}" for k in range(n)],
            "aantal": count.astype(int),
        }
    )
