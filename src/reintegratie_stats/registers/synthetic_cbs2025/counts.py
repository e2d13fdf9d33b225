"""Counts of voorzieningen per gemeente, year and type: expectation, ordinary spread, causes, chance, odd counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from reintegratie_stats.registers.synthetic_cbs2025.covariates import steps
from reintegratie_stats.registers.synthetic_cbs2025.draws import Floats, GemeenteDraws
from reintegratie_stats.registers.synthetic_cbs2025.soorten import (
    EIGEN,
    EIGEN_JAAR,
    GEDEELD,
    GEDEELD_JAAR,
    JAREN,
    NAMEN,
    SAMEN,
    SOORTEN,
)

STERK = (0.55, 1.8)
"""A cause is strong when it takes the expected total outside these factors."""

_NOT_DELIVERED = ((2022, 2), (2023, 1))
"""Gemeenten without any row in 2022; with one type missing in 2023."""


def expectation(frame: pd.DataFrame) -> Floats:
    """Return the true expected numbers, (gemeenten, years, types), without spread and causes.

    Notes
    -----
    ``doelgroep x rate x exp(trend x (jaar - 2023) + sum of effect x step)``, see `soorten.SOORTEN`.
    """
    people = frame["doelgroep"].to_numpy(dtype=np.float64)
    made = np.empty((len(frame), len(JAREN), len(SOORTEN)))
    for number, soort in enumerate(SOORTEN):
        level = np.zeros(len(frame))
        for covariate, effect in soort.effects.items():
            level = level + effect * steps(frame, covariate)
        for year, jaar in enumerate(JAREN):
            made[:, year, number] = people * soort.rate * np.exp(level + soort.trend * (jaar - 2023))
    return made


def spread(frame: pd.DataFrame, seed: int) -> Floats:
    """Return the ordinary factors between gemeenten, (gemeenten, years, types): lognormal with mean 1."""
    draws = GemeenteDraws(seed, "spreiding")
    n, years, types = len(frame), len(JAREN), len(SOORTEN)
    money = np.array([soort.geld for soort in SOORTEN])
    names, group = np.unique(frame["samenwerkingsverband"].to_numpy().astype(str), return_inverse=True)
    member = (frame["samenwerkingsverband"] != "").to_numpy()
    own = np.where(money, EIGEN[True], EIGEN[False])
    own_year = np.where(money, EIGEN_JAAR[True], EIGEN_JAAR[False])
    level = (GEDEELD * draws.normal(n))[:, None, None]
    level = level + (SAMEN * member * draws.normal(len(names))[group])[:, None, None]
    level = level + GEDEELD_JAAR * draws.normal(n * years).reshape(n, years, 1)
    level = level + own * draws.normal(n * types).reshape(n, 1, types)
    level = level + own_year * draws.normal(n * years * types).reshape(n, years, types)
    variance = GEDEELD**2 + SAMEN**2 * member[:, None] + GEDEELD_JAAR**2 + own**2 + own_year**2
    return np.asarray(np.exp(level - variance[:, None, :] / 2.0))


def cause_factors(frame: pd.DataFrame, truth: pd.DataFrame) -> Floats:
    """Return the product of the factors of all causes, (gemeenten, years, types)."""
    made = np.ones((len(frame), len(JAREN), len(SOORTEN)))
    year = {jaar: place for place, jaar in enumerate(JAREN)}
    soort = {name: place for place, name in enumerate(NAMEN)}
    for place, jaar, name, factor in zip(truth["place"], truth["jaar"], truth["soort"], truth["factor"], strict=True):
        made[place, year[jaar], soort[name]] *= factor
    return made


def counts(mean: Floats, truth: pd.DataFrame, seed: int) -> np.ndarray:
    """Return the counts (gemeenten, years, types): Poisson around the mean, and what is odd in a count itself.

    A typing error puts a digit behind a count that chance had made without it; estimated counts are multiples of ten.
    """
    draws = GemeenteDraws(seed, "aantallen")
    mean = mean.copy()
    typed = truth[truth["valkuil"] == "typfout"]
    for place, jaar, soort in zip(typed["place"], typed["jaar"], typed["soort"], strict=True):
        mean[place, jaar - JAREN[0], NAMEN.index(soort)] /= 10.0
    made = draws.poisson(mean.ravel()).reshape(mean.shape)
    for place, jaar, soort in zip(typed["place"], typed["jaar"], typed["soort"], strict=True):
        made[place, jaar - JAREN[0], NAMEN.index(soort)] = made[place, jaar - JAREN[0], NAMEN.index(soort)] * 10 + 7
    for place in sorted(set(truth.loc[truth["valkuil"] == "afgerond", "place"])):
        made[place] = (made[place] + 5) // 10 * 10
    return made


def counts_frame(frame: pd.DataFrame, made: np.ndarray, truth: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return ``gemeente, jaar, soort, aantal``, without the rows of who did not deliver.

    Only gemeenten to which nothing else happened fail to deliver, and nobody does in the last year.
    """
    n, years, types = made.shape
    rows = pd.DataFrame(
        {
            "gemeente": np.repeat(frame["gemeente"].to_numpy(), years * types),
            "jaar": np.tile(np.repeat(JAREN, types), n),
            "soort": np.tile(NAMEN, n * years),
            "aantal": made.ravel(),
        }
    )
    own = set(truth.loc[truth["gedeeld"].isin(["gemeente", "samenwerkingsverband"]), "place"])
    order = [int(place) for place in GemeenteDraws(seed, "aantallen").order(n) if int(place) not in own]
    left_out = np.zeros(len(rows), dtype=bool)
    (jaar, number), (later, fewer) = _NOT_DELIVERED
    for place in order[:number]:
        left_out |= ((rows["gemeente"] == frame["gemeente"].iloc[place]) & (rows["jaar"] == jaar)).to_numpy()
    for place in order[number : number + fewer]:
        one = (
            (rows["gemeente"] == frame["gemeente"].iloc[place]) & (rows["jaar"] == later) & (rows["soort"] == "overig")
        )
        left_out |= one.to_numpy()
    return rows[~left_out].reset_index(drop=True)


def totals(
    frame: pd.DataFrame, expected: Floats, ordinary: Floats, causes: Floats, truth: pd.DataFrame
) -> pd.DataFrame:
    """Return what is true of the total of all types, a row per gemeente and year.

    Returns
    -------
    pandas.DataFrame
        ``gemeente, jaar, verwacht`` (true expectation), ``spreiding`` (ordinary factor on it), ``factor`` (by the
        causes), ``richting``, ``sterk`` (ja, nee), ``oorzaak`` and ``gedeeld`` (of the cause that moves the total
        most; empty where there is none).
    """
    whole, spreaded = expected.sum(axis=2), (expected * ordinary).sum(axis=2)
    caused = (expected * ordinary * causes).sum(axis=2)
    main = _main_cause(expected, truth)
    rows = []
    for place, gemeente in enumerate(frame["gemeente"]):
        for year, jaar in enumerate(JAREN):
            factor = round(float(caused[place, year] / spreaded[place, year]), 3)
            oorzaak, gedeeld = main.get((place, jaar), ("", ""))
            richting = "meer" if factor > 1 else "minder" if factor < 1 else ""
            sterk = "ja" if factor <= STERK[0] or factor >= STERK[1] else "nee"
            ordinary_factor = round(float(spreaded[place, year] / whole[place, year]), 3)
            rows.append((gemeente, jaar, round(float(whole[place, year]), 1), ordinary_factor, factor, richting, sterk,
                         oorzaak, gedeeld))  # fmt: skip
    columns = ["gemeente", "jaar", "verwacht", "spreiding", "factor", "richting", "sterk", "oorzaak", "gedeeld"]
    return pd.DataFrame(rows, columns=columns)


def _main_cause(expected: Floats, truth: pd.DataFrame) -> dict[tuple[int, int], tuple[str, str]]:
    """Return the cause that moves the total of a gemeente in a year most."""
    moved: dict[tuple[int, int], dict[tuple[str, str], float]] = {}
    columns = (truth[name] for name in ("place", "jaar", "soort", "oorzaak", "gedeeld", "factor"))
    for place, jaar, soort, oorzaak, gedeeld, factor in zip(*columns, strict=True):
        by = moved.setdefault((place, jaar), {})
        part = expected[place, jaar - JAREN[0], NAMEN.index(soort)] * (factor - 1.0)
        by[oorzaak, gedeeld] = by.get((oorzaak, gedeeld), 0.0) + part
    return {key: max((abs(part), cause) for cause, part in by.items())[1] for key, by in moved.items()}
