"""Fictional persons for the tests of person-level fits; seeds are fixed and the counts drawn by inversion."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri

from reintegratie_stats.estimates.design import parse_formula
from reintegratie_stats.estimates.person_cells import PersonCells
from reintegratie_stats.estimates.person_fit import PersonDefinition, PersonFit, fit_persons

FORMULA = "voorziening ~ leeftijd + geslacht"
LEVELS = {"leeftijd": ("jong", "midden", "oud"), "geslacht": ("m", "v")}
EFFECT = np.array([0.0, -0.4, 0.7, 0.3, -0.9, -1.3])  # of the six cells: jong m, jong v, midden m ...


def persons(gemeenten: int = 24, each: int = 120, seed: int = 1, sd: float = 0.1) -> pd.DataFrame:
    """Return persons one by one; gemeenten grow in size, and differ in who lives there."""
    random = np.random.default_rng(seed)
    rows = []
    for g in range(gemeenten):
        size = each + 10 * g
        u = random.random((3, size))
        leeftijd = np.minimum((3 * u[0] ** (0.6 + 0.05 * (g % 9))).astype(int), 2)
        geslacht = (u[1] < 0.3 + 0.02 * (g % 11)).astype(int)
        shift = sd * ndtri(random.random())
        chance = expit(-1.0 + EFFECT[2 * leeftijd + geslacht] + shift)
        rows.append(
            pd.DataFrame(
                {
                    "gemeente": f"GM{g:04d}",
                    "leeftijd": np.array(LEVELS["leeftijd"])[leeftijd],
                    "geslacht": np.array(LEVELS["geslacht"])[geslacht],
                    "voorziening": (u[2] < chance).astype(int),
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def cells(
    random: np.random.Generator, sd: float, factors: np.ndarray | None = None, level: float = -2.0
) -> PersonCells:
    """Return counts of persons in cells, for 150 gemeenten of very different size; `factors` multiply the chances."""
    size, rows = 150 if factors is None else len(factors), {"gemeente": [], "cell": [], "persons": [], "yes": []}
    for g in range(size):
        people = int(np.clip(np.exp(6.8 + 0.9 * ndtri(random.random())), 60, 30_000))
        mix = np.array([0.1, 0.15, 0.2, 0.2, 0.2, 0.15]) * (0.3 + random.random(6))
        n = np.floor(people * mix / mix.sum()).astype(int) + 1
        chance = expit(level + EFFECT + sd * ndtri(random.random()))
        if factors is not None:
            chance = np.minimum(chance * factors[g], 0.98)
        yes = [int((random.random(k) < p).sum()) for k, p in zip(n, chance, strict=True)]
        for name, values in (("gemeente", [g] * 6), ("cell", range(6)), ("persons", n), ("yes", yes)):
            rows[name].extend(values)
    kinds = pd.DataFrame([(a, b) for a in LEVELS["leeftijd"] for b in LEVELS["geslacht"]], columns=list(LEVELS))
    return PersonCells.from_rows(pd.Series([f"GM{k:04d}" for k in range(size)], name="gemeente"), kinds, rows)


def fitted(found: PersonCells, robust: bool = True, formula: str = FORMULA, **more: object) -> PersonFit:
    """Fit cells without a register."""
    definition = PersonDefinition(
        formula,
        "personen",
        "logit_normal",
        robust=robust,
        cluster="gemeente",
        **more,  # type: ignore[arg-type]
    )
    return fit_persons(found, parse_formula(formula, ["voorziening", *found.covariates.columns]), definition)
