"""How good the outlier rule is on simulated gemeenten of which the truth is known.

Every set has 342 gemeenten of realistic sizes, six covariates and a count that is Poisson around the expected number
times an ordinary spread (lognormal, on the log scale `sd`). In sets with outliers 17 of them, drawn at random, have
their mean multiplied or divided (a fair coin) by a factor between 2.2 and 3. A set is fitted with the default fit and
judged with the default rule. Found: an outlier that is flagged in the right direction; every other flag is false.

`--tails gamma` judges by the negative binomial distribution itself in place of the lognormal spread. Seeds are
(seed, number of the set): a shorter run is the beginning of a longer one. Prints a Markdown table; `±` is one Monte
Carlo standard error. A set that cannot be fitted is counted and left out.

    python benchmarks/outlier_rule.py --sets 200
"""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from reintegratie_stats.errors import FitError
from reintegratie_stats.estimates.expected import fit_expected
from reintegratie_stats.outliers import OutlierRule, flag_outliers

GEMEENTEN = 342
OUTLIERS = 17
COEFFICIENTS = (0.15, -0.10, 0.08, 0.05, -0.05, 0.12)
FORMULA = "aantal ~ " + " + ".join(f"x{k}" for k in range(len(COEFFICIENTS)))
CLASSES = ("small", "middle", "large")


@dataclass(frozen=True)
class Scenario:
    """An ordinary spread on the log scale, and how many gemeenten deviate; what the issue asks, where it asks."""

    sd: float
    outliers: int
    least_power: float | None = None
    most_false: float | None = None
    most_flags: float | None = None


SCENARIOS = (
    Scenario(0.15, OUTLIERS, least_power=0.88, most_false=0.10),
    Scenario(0.30, OUTLIERS, least_power=0.42, most_false=0.15),
    Scenario(0.15, 0, most_flags=2.0),
    Scenario(0.30, 0, most_flags=2.0),
    Scenario(0.0, 0, most_flags=2.0),
)


@dataclass(frozen=True)
class Result:
    """What was found in one set: of the outliers up and down, the false flags by size class and direction."""

    up: tuple[int, int]
    down: tuple[int, int]
    false: npt.NDArray[np.int64]
    false_up: int

    @property
    def flags(self) -> int:
        return self.up[0] + self.down[0] + int(self.false.sum())

    @property
    def false_share(self) -> float:
        return float(self.false.sum()) / max(1, self.flags)


def gemeenten(random: np.random.Generator, scenario: Scenario, rate: float) -> pd.DataFrame:
    n = GEMEENTEN
    people = np.exp(random.normal(np.log(32000.0), 0.85, n)).clip(900.0, 900000.0)
    x = random.normal(size=(n, len(COEFFICIENTS)))
    factor = np.ones(n)
    chosen = random.permutation(n)[: scenario.outliers]
    size = random.uniform(2.2, 3.0, scenario.outliers)
    factor[chosen] = np.where(random.random(scenario.outliers) < 0.5, size, 1.0 / size)
    spread = np.exp(random.normal(-(scenario.sd**2) / 2.0, scenario.sd, n))
    doelgroep = np.round(0.62 * people)
    frame = pd.DataFrame(x, columns=[f"x{k}" for k in range(len(COEFFICIENTS))])
    frame["gemeente"] = [f"{k:04d}" for k in range(n)]
    frame["doelgroep"] = doelgroep
    frame["aantal"] = random.poisson(doelgroep * rate * np.exp(x @ np.array(COEFFICIENTS)) * factor * spread)
    return frame.assign(factor=factor)


def judged(frame: pd.DataFrame, rule: OutlierRule, tails: str) -> Result:
    fit = fit_expected(frame[[c for c in frame if c != "factor"]], FORMULA, exposure="doelgroep", tails=tails)
    flag = flag_outliers(fit, rule).to_frame()["flag"].to_numpy(dtype=object)
    factor = frame["factor"].to_numpy()
    more, fewer = flag == "meer", flag == "minder"
    wrong = (more & (factor <= 1)) | (fewer & (factor >= 1))
    order = np.argsort(np.argsort(frame["doelgroep"].to_numpy(), kind="stable"), kind="stable")
    false = np.bincount(order[wrong] * 3 // len(frame), minlength=3)
    return Result(
        (int((more & (factor > 1)).sum()), int((factor > 1).sum())),
        (int((fewer & (factor < 1)).sum()), int((factor < 1).sum())),
        false,
        int((more & wrong).sum()),
    )


def simulated(scenario: Scenario, sets: int, seed: int, rate: float, rule: OutlierRule, tails: str) -> list[Result]:
    results = []
    for k in range(sets):
        with contextlib.suppress(FitError):
            results.append(judged(gemeenten(np.random.default_rng([seed, k]), scenario, rate), rule, tails))
    return results


def number(values: Sequence[float], decimals: int = 2) -> str:
    if len(values) < 2:
        return "-"
    mean, error = np.mean(values), np.std(values, ddof=1) / np.sqrt(len(values))
    return f"{mean:.{decimals}f} ± {error:.{decimals}f}"


def share(found: Sequence[tuple[int, int]]) -> str:
    total = sum(n for _, n in found)
    if total == 0:
        return "-"
    value = sum(k for k, _ in found) / total
    return f"{value:.3f} ± {np.sqrt(value * (1 - value) / total):.3f}"


def row(scenario: Scenario, results: Sequence[Result], sets: int) -> list[str]:
    false = np.array([r.false for r in results])
    both = [(r.up[0] + r.down[0], r.up[1] + r.down[1]) for r in results]
    return [
        f"{scenario.sd:g}", str(scenario.outliers), share(both), share([r.up for r in results]),
        share([r.down for r in results]), number([r.false_share for r in results], 3) if scenario.outliers else "-",
        number(false.sum(axis=1).tolist()), number([r.false_up for r in results]),
        *(number(false[:, k].tolist()) for k in range(3)), str(sets - len(results)),
        demanded(scenario, results),
    ]  # fmt: skip


def demanded(scenario: Scenario, results: Sequence[Result]) -> str:
    found = sum(r.up[0] + r.down[0] for r in results)
    power = found / max(1, sum(r.up[1] + r.down[1] for r in results))
    false_share = float(np.mean([r.false_share for r in results]))
    flags = float(np.mean([r.flags for r in results]))
    checks = (
        (scenario.least_power, f"power >= {scenario.least_power}", power, 1.0),
        (scenario.most_false, f"false share <= {scenario.most_false}", false_share, -1.0),
        (scenario.most_flags, f"flags <= {scenario.most_flags}", flags, -1.0),
    )
    said = [f"{text}: {'yes' if sign * (value - limit) >= 0 else 'NO'}" for limit, text, value, sign in checks if limit]
    return "; ".join(said)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Power and false flags of the outlier rule on simulated gemeenten.")
    parser.add_argument("--sets", type=int, default=200, help="simulated sets per scenario (default 200)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0.009, help="count per person of the doelgroep (default 0.009)")
    parser.add_argument("--tails", choices=("lognormal", "gamma"), default="lognormal")
    options = parser.parse_args(arguments)
    rule = OutlierRule()
    print(f"{options.sets} sets of {GEMEENTEN} gemeenten per row, seed {options.seed}, rate {options.rate:g}, {rule}\n")
    head = [
        "sd", "outliers", "power", "power up", "power down", "false discovery share", "false flags per set",
        "of which up", *(f"false, {name}" for name in CLASSES), "not fitted", "asked",
    ]  # fmt: skip
    print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head), flush=True)
    start = time.perf_counter()
    for scenario in SCENARIOS:
        results = simulated(scenario, options.sets, options.seed, options.rate, rule, options.tails)
        print("| " + " | ".join(row(scenario, results, options.sets)) + " |", flush=True)
    print(f"\n{time.perf_counter() - start:.0f} seconds")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
