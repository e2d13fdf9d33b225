"""What the second stage finds of causes that gemeenten share, on simulated gemeenten of which the truth is known.

Every set has 342 gemeenten of realistic sizes, six covariates, an ordinary spread (lognormal, `sd`), one of five
software packages (30, 25, 20, 15 and 10 per cent), one of 40 samenwerkingsverbanden or none, and external execution for
one in six. In some sets one package (20 per cent of the gemeenten) registers 0.7 times what it should, in some 17
gemeenten deviate on their own (factor 2.2 to 3 either way), in some a samenwerkingsverband decides the package. Each
set is fitted with `fit_expected` without traits and explained with `explain_ratios`.

Seeds are (seed, number of the set). Prints a Markdown table; `±` is one Monte Carlo standard error.

    python benchmarks/institutional_traits.py --sets 200
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reintegratie_stats.estimates.expected import fit_expected
from reintegratie_stats.outliers.traits import explain_ratios

GEMEENTEN = 342
COEFFICIENTS = (0.15, -0.10, 0.08, 0.05, -0.05, 0.12)
FORMULA = "aantal ~ " + " + ".join(f"x{k}" for k in range(len(COEFFICIENTS)))
PACKAGES = ("alfa", "bravo", "charlie", "delta", "echo")
SHARES = (0.30, 0.25, 0.20, 0.15, 0.10)
CULPRIT = "charlie"
TRAITS = ["softwarepakket", "samenwerkingsverband", "externe_uitvoering"]


@dataclass(frozen=True)
class Scenario:
    """The ordinary spread, the factor of one package, gemeenten that deviate alone, whether regions decide packages."""

    sd: float
    factor: float
    outliers: int
    tied: bool = False


SCENARIOS = (
    Scenario(0.15, 1.0, 0), Scenario(0.30, 1.0, 0), Scenario(0.15, 1.0, 17), Scenario(0.15, 0.7, 0),
    Scenario(0.30, 0.7, 0), Scenario(0.15, 0.7, 17), Scenario(0.30, 0.7, 17), Scenario(0.15, 0.7, 0, tied=True),
    Scenario(0.15, 1.0, 0, tied=True),
)  # fmt: skip


def gemeenten(random: np.random.Generator, scenario: Scenario) -> tuple[pd.DataFrame, np.ndarray]:
    n = GEMEENTEN
    people = np.exp(random.normal(np.log(32000.0), 0.85, n)).clip(900.0, 900000.0)
    x = random.normal(size=(n, len(COEFFICIENTS)))
    edges = np.cumsum(SHARES)
    group = np.where(random.random(n) < 0.7, (40 * random.random(n)).astype(int), -1)
    of_group = np.searchsorted(edges, random.random(40)).clip(0, 4)
    package = np.searchsorted(edges, random.random(n)).clip(0, 4)
    if scenario.tied:
        package = np.where(group >= 0, of_group[group], package)
    frame = pd.DataFrame(x, columns=[f"x{k}" for k in range(len(COEFFICIENTS))])
    frame["gemeente"] = [f"{k:04d}" for k in range(n)]
    frame["doelgroep"] = np.round(0.62 * people)
    frame["softwarepakket"] = np.array(PACKAGES)[package]
    frame["samenwerkingsverband"] = [None if g < 0 else f"S{g:02d}" for g in group]
    frame["externe_uitvoering"] = np.where(random.random(n) < 1 / 6, "ja", "nee")
    alone = np.zeros(n, dtype=bool)
    alone[random.permutation(n)[: scenario.outliers]] = True
    size = random.uniform(2.2, 3.0, n)
    factor = np.where(alone, np.where(random.random(n) < 0.5, size, 1 / size), 1.0)
    factor = factor * np.where(frame["softwarepakket"] == CULPRIT, scenario.factor, 1.0)
    spread = np.exp(random.normal(-(scenario.sd**2) / 2.0, scenario.sd, n))
    mean = frame["doelgroep"] * 0.009 * np.exp(x @ np.array(COEFFICIENTS)) * factor * spread
    frame["aantal"] = random.poisson(mean)
    return frame, alone


@dataclass(frozen=True)
class Result:
    """What was found in one set."""

    found: bool
    false: int
    ratio: float
    inside: bool
    share: float
    p: float
    shared: float
    own: float


def explained(scenario: Scenario, seed: int, number: int) -> Result:
    frame, alone = gemeenten(np.random.default_rng([seed, number]), scenario)
    fit = fit_expected(frame.drop(columns=TRAITS), FORMULA, exposure="doelgroep")
    seen = explain_ratios(fit, frame, TRAITS, permutations=199)
    effects = seen.effects()
    real = (effects["category"] == CULPRIT) & (scenario.factor != 1.0)
    row = effects[effects["category"] == CULPRIT].iloc[0]
    package = seen.spread().iloc[0]
    labels = seen.clusters()["label"].to_numpy(dtype=object)
    inside = (frame["softwarepakket"] == CULPRIT).to_numpy() & ~alone
    return Result(
        bool((effects["stands_out"] & real).any()), int((effects["stands_out"] & ~real).sum()), float(row["ratio"]),
        bool(row["lower"] <= scenario.factor <= row["upper"]), float(package["share"]), float(package["p"]),
        float(np.mean(labels[inside] == "gedeeld")),
        float(np.mean(np.isin(labels[alone], ["eigen", "beide"]))) if alone.any() else float("nan"),
    )  # fmt: skip


def mean(values: Sequence[float], decimals: int = 2) -> str:
    known = np.array([v for v in values if np.isfinite(v)], dtype=np.float64)
    if len(known) < 2:
        return "-"
    return f"{known.mean():.{decimals}f} ± {known.std(ddof=1) / np.sqrt(len(known)):.{decimals}f}"


def row(scenario: Scenario, results: Sequence[Result]) -> list[str]:
    real = scenario.factor != 1.0
    return [
        f"{scenario.sd:g}", f"{scenario.factor:g}", str(scenario.outliers), "yes" if scenario.tied else "no",
        mean([float(r.found) for r in results], 3) if real else "-",
        mean([float(r.false > 0) for r in results], 3),
        mean([r.false / max(1, r.false + r.found) for r in results], 3),
        mean([r.ratio for r in results], 3), mean([float(r.inside) for r in results], 3),
        mean([r.share for r in results], 2), mean([float(r.p <= 0.05) for r in results], 3),
        mean([r.shared for r in results], 2) if real else "-", mean([r.own for r in results], 2),
    ]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sets", type=int, default=200, help="simulated sets per scenario (200)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    head = [
        "sd", "factor", "alone", "tied", "found", "a false one", "false discovery share", "ratio", "interval holds it",
        "share of spread", "p <= 0.05", "labelled gedeeld", "alone, labelled so",
    ]  # fmt: skip
    print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head), flush=True)
    start = time.perf_counter()
    for scenario in SCENARIOS:
        results = [explained(scenario, options.seed, k) for k in range(options.sets)]
        print("| " + " | ".join(row(scenario, results)) + " |", flush=True)
    print(f"\n{time.perf_counter() - start:.0f} seconds")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
