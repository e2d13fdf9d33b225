"""Covariates of the fictional gemeenten and the number of people in the target group.

Three things that are not written lie under the covariates: how urban a gemeente is (which goes with its size), how
deprived (in part shared by the region) and how old its target group. That makes them correlate as they do in reality.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from reintegratie_stats.registers.synthetic_cbs2025.draws import Floats, GemeenteDraws

SCALES = {
    # covariate: (centre, unit): what one step is in the model of the expectation
    "laagopgeleid": (28.0, 4.0),
    "eenouder": (7.0, 1.3),
    "migratieachtergrond": (17.0, 8.0),
    "jongeren": (11.0, 2.5),
    "vijftigplus": (41.0, 4.5),
    "langdurig_bijstand": (58.0, 6.0),
    "stedelijkheid": (3.5, 1.2),
    "woz_waarde": (390.0, 80.0),
    "werkloosheid": (3.6, 0.5),
    "afstand_voorzieningen": (4.9, 2.2),
}
COVARIATES = tuple(SCALES)

_STEDELIJK = (1.75, 0.95, 0.2, -0.75)  # borders of classes 1 (very strongly urban) to 5 (not urban)


def add_covariates(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the gemeenten with their covariates and ``doelgroep`` (persons), rounded as they are written."""
    draws = GemeenteDraws(seed, "covariaten")
    n = len(frame)
    size = np.log(frame["inwoners"].to_numpy() / 32_000.0) / 0.85
    regions, region = np.unique(frame["arbeidsmarktregio"].to_numpy().astype(str), return_inverse=True)
    urban = 0.75 * size + 0.6 * draws.normal(n)
    poor = 0.5 * draws.normal(len(regions))[region] + 0.25 * urban + 0.75 * draws.normal(n)
    old = 0.4 * draws.normal(len(regions))[region] - 0.2 * urban + 0.8 * draws.normal(n)
    west = (frame["landsdeel"] == "West").to_numpy()
    made = frame.copy()

    def noise() -> Floats:
        return draws.normal(n)

    made["laagopgeleid"] = _per_cent(28 + 4.2 * (-0.35 * urban + 0.6 * poor + 0.65 * noise()), 12, 48)
    made["eenouder"] = _per_cent(6.9 + 1.3 * (0.5 * urban + 0.45 * poor + 0.55 * noise()), 3.1, 14)
    made["migratieachtergrond"] = _per_cent(np.exp(2.7 + 0.42 * (0.75 * urban + 0.2 * poor + 0.5 * noise())), 3, 58)
    made["jongeren"] = _per_cent(11 + 2.4 * (0.3 * urban - 0.5 * old + 0.75 * noise()), 3.5, 22)
    made["vijftigplus"] = _per_cent(41 + 4.5 * (-0.2 * urban + 0.7 * old + 0.6 * noise()), 25, 60)
    made["langdurig_bijstand"] = _per_cent(58 + 6 * (0.4 * urban + 0.45 * poor + 0.7 * noise()), 32, 82)
    dense = 0.8 * urban + 0.35 * noise()
    made["stedelijkheid"] = 5 - np.sum([dense > border for border in _STEDELIJK], axis=0)
    level = np.exp(5.93 + 0.2 * (-0.6 * poor - 0.1 * urban + 0.55 * west + 0.55 * noise()))
    made["woz_waarde"] = np.floor(level + 0.5).astype(np.int64)
    made["werkloosheid"] = _per_cent(3.6 + 0.5 * (0.35 * urban + 0.6 * poor + 0.65 * noise()), 1.9, 6.5)
    made["afstand_voorzieningen"] = np.round(np.exp(1.5 + 0.42 * (-0.75 * urban + 0.55 * noise())), 1)
    share = np.exp(-3.62 + 0.22 * urban + 0.3 * poor + 0.15 * GemeenteDraws(seed, "doelgroep").normal(n))
    made["doelgroep"] = np.maximum(np.floor(made["inwoners"].to_numpy() * np.minimum(share, 0.085)), 6).astype(np.int64)
    return made


def steps(frame: pd.DataFrame, covariate: str) -> Floats:
    """Return a covariate in the steps of the model: (value - centre) / unit, of the rounded value."""
    centre, unit = SCALES[covariate]
    return np.asarray((frame[covariate].to_numpy(dtype=np.float64) - centre) / unit)


def _per_cent(values: Floats, low: float, high: float) -> Floats:
    return np.asarray(np.round(np.clip(values, low, high), 1))
