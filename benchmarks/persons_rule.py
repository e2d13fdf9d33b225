"""Fits on persons judged on simulated gemeenten of which the truth is known.

Every set has 342 gemeenten of very different size (lognormal around `median` persons), 40 covariate cells in mixes that
differ per gemeente, and an ordinary spread of the logits (normal, `tau`). In some sets 17 gemeenten have their chances
multiplied or divided by 2.2 to 3. Prints, over the gemeenten that do not deviate: the mean square of the randomised
quantile residual z (leave-one-out; 1 when p is uniform), for small, middle and large ones; the share of abs(z) over
1.96 (0.05); flags of the default rule that are false, per set; and power. Seeds are (seed, number of the set).

    python benchmarks/persons_rule.py --sets 20
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from reintegratie_stats.estimates.design import parse_formula
from reintegratie_stats.estimates.person_cells import PersonCells
from reintegratie_stats.estimates.person_fit import PersonDefinition, PersonFit, fit_persons
from reintegratie_stats.outliers import flag_outliers

GEMEENTEN = 342
COVARIATES = {
    "leeftijd": {"a": 0.0, "b": 0.5, "c": -1.2, "d": 0.9},
    "geslacht": {"m": 0.0, "v": -0.4},
    "opleiding": {"p": 0.0, "q": 0.3, "r": -0.5, "s": 1.0, "t": -1.5},
}
FORMULA = "voorziening ~ leeftijd + geslacht + opleiding"


@dataclass(frozen=True)
class Scenario:
    """The ordinary spread, gemeenten that deviate, the logit of the chance, the median number of persons."""

    tau: float
    outliers: int = 0
    level: float = -2.2
    median: int = 1500


SCENARIOS = (
    Scenario(0.0), Scenario(0.15), Scenario(0.30), Scenario(0.15, level=-4.0), Scenario(0.15, level=1.0),
    Scenario(0.0, level=-1.5, median=80), Scenario(0.15, 17), Scenario(0.30, 17),
)  # fmt: skip


def persons(random: np.random.Generator, scenario: Scenario) -> tuple[PersonCells, npt.NDArray[np.float64]]:
    kinds = pd.DataFrame(list(product(*COVARIATES.values())), columns=list(COVARIATES))
    effect = sum(kinds[name].map(levels).to_numpy(dtype=np.float64) for name, levels in COVARIATES.items())
    size = np.exp(random.normal(np.log(scenario.median), 0.9, GEMEENTEN)).clip(60, 60_000).astype(int)
    factor = np.ones(GEMEENTEN)
    chosen = random.permutation(GEMEENTEN)[: scenario.outliers]
    times = random.uniform(2.2, 3.0, scenario.outliers)
    factor[chosen] = np.where(random.random(scenario.outliers) < 0.5, times, 1.0 / times)
    base = random.dirichlet(np.full(len(kinds), 0.8))
    rows: dict[str, list[int]] = {"gemeente": [], "cell": [], "persons": [], "yes": []}
    for g in range(GEMEENTEN):
        number = random.multinomial(size[g], random.dirichlet(60.0 * base + 0.05))
        chance = expit(scenario.level + effect + random.normal(0.0, scenario.tau)) * factor[g]
        yes = random.binomial(number, np.minimum(chance, 0.98))
        some = np.nonzero(number)[0]
        values = ([g] * len(some), some.tolist(), number[some].tolist(), yes[some].tolist())
        for name, part in zip(rows, values, strict=True):
            rows[name].extend(part)
    ids = pd.Series([f"{k:04d}" for k in range(GEMEENTEN)], name="gemeente")
    return PersonCells.from_rows(ids, kinds, rows), factor


def fitted(cells: PersonCells) -> PersonFit:
    definition = PersonDefinition(FORMULA, "personen", "logit_normal", cluster="gemeente")
    return fit_persons(cells, parse_formula(FORMULA, ["voorziening", *COVARIATES]), definition)


def row(scenario: Scenario, sets: int, seed: int) -> list[str]:
    tau, squares, out, false, found = [], [], [], [], 0
    for k in range(sets):
        cells, factor = persons(np.random.default_rng([seed, k]), scenario)
        fit = fitted(cells)
        units, ordinary = fit.units(), factor == 1.0
        z = units["residual"].to_numpy()
        third = np.argsort(np.argsort(units["exposure"].to_numpy(), kind="stable")) * 3 // GEMEENTEN
        squares.append([np.mean(z[ordinary & (third == j)] ** 2) for j in range(3)])
        out.append(np.mean(np.abs(z[ordinary]) > 1.96))
        flag = flag_outliers(fit).to_frame()["flag"].to_numpy(dtype=object)
        more, fewer = flag == "meer", flag == "minder"
        right = (more & (factor > 1)) | (fewer & (factor < 1))
        false.append(float((more | fewer).sum() - right.sum()))
        found += int(right.sum())
        tau.append(np.sqrt(fit.spread))
    total = found + sum(false)
    by_size = " / ".join(f"{v:.2f}" for v in np.mean(squares, axis=0))
    return [
        f"{scenario.tau:g}", str(scenario.outliers), f"{scenario.level:g}", str(scenario.median),
        f"{np.mean(tau):.3f}", by_size, f"{np.mean(out):.3f}", f"{np.mean(false):.2f}",
        f"{found / (scenario.outliers * sets):.2f}" if scenario.outliers else "-",
        f"{sum(false) / max(total, 1):.2f}" if scenario.outliers else "-",
    ]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sets", type=int, default=20, help="simulated sets per scenario (20)")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    head = [
        "tau", "deviating", "level", "median persons", "tau found", "mean z², small / middle / large", "abs(z) > 1.96",
        "false flags per set", "power", "false discovery share",
    ]  # fmt: skip
    print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head), flush=True)
    for scenario in SCENARIOS:
        print("| " + " | ".join(row(scenario, options.sets, options.seed)) + " |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
