"""What the test of money on the spread between gemeenten finds, on simulated soorten of which the truth is known.

Every set has 342 gemeenten, six covariates, eight soorten (four with money) and two years. The ordinary spread is
lognormal with a given sd; half of its variance is common to all soorten of a gemeente, and it persists over the years
with a correlation of 0.7. Printed per pair of sds: the mean difference that was found, its standard deviation over the
sets, the mean standard error over gemeenten, the share of sets with p at most 0.05 of both tests (one-sided), and the
mean sd that was found for the soorten with money.

    OMP_NUM_THREADS=1 python benchmarks/money_test.py --sets 120
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from reintegratie_stats.estimates.expected import fit_expected
from reintegratie_stats.outliers.money_spread import MoneyTest, money_test
from reintegratie_stats.outliers.profile_fits import OneFit
from reintegratie_stats.outliers.spread import spread_between

GEMEENTEN, YEARS, COMMON, PERSISTS = 342, (2023, 2024), 0.5, 0.7
BETA = np.array([0.15, -0.10, 0.08, 0.05, -0.05, 0.12])
FORMULA = "aantal ~ " + " + ".join(f"x{k}" for k in range(len(BETA)))
PAIRS = ((0.30, 0.30), (0.25, 0.35), (0.28, 0.32))
MONEY = {f"s{k}": k < 4 for k in range(8)}


def one_set(seed: int, sd_with: float, sd_without: float) -> MoneyTest:
    random = np.random.default_rng((seed, 20))
    people = np.round(np.exp(random.normal(np.log(1500.0), 0.9, GEMEENTEN)).clip(30.0, 60000.0))
    x = random.normal(size=(GEMEENTEN, len(BETA)))
    common = random.normal(size=GEMEENTEN)
    fits = []
    for soort, money in MONEY.items():
        sd = sd_with if money else sd_without
        own = np.sqrt(COMMON) * common + np.sqrt(1.0 - COMMON) * random.normal(size=GEMEENTEN)
        rate = np.exp(random.normal(np.log(0.05), 0.7))
        for year in YEARS:
            z = np.sqrt(PERSISTS) * own + np.sqrt(1.0 - PERSISTS) * random.normal(size=GEMEENTEN)
            frame = pd.DataFrame(x, columns=[f"x{k}" for k in range(len(BETA))])
            frame["gemeente"], frame["doelgroep"] = np.arange(GEMEENTEN), people
            frame["aantal"] = random.poisson(people * rate * np.exp(x @ BETA + sd * z - sd**2 / 2.0))
            fit = fit_expected(frame, FORMULA, exposure="doelgroep", robust=False, loo="one-step")
            who = tuple(range(GEMEENTEN))
            fits.append(OneFit(soort, year, pd.DataFrame(), {}, (), "", spread_between(fit), who))
    return money_test(fits, MONEY)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=120)
    sets = parser.parse_args().sets
    print("| sd with | sd without | difference | its sd | se | p soorten <= 0.05 | p gemeenten <= 0.05 | sd found |")
    print("|---|---|---|---|---|---|---|---|")
    for pair in PAIRS:
        found = [one_set(seed, *pair) for seed in range(sets)]
        difference = np.array([one.difference for one in found])
        figures = (
            difference.mean(), difference.std(ddof=1), np.mean([one.se for one in found]),
            np.mean([one.p <= 0.05 + 1e-9 for one in found]), np.mean([one.p_gemeenten <= 0.05 for one in found]),
            np.mean([one.sd_with for one in found]),
        )  # fmt: skip
        shown = [f"{v:.4f}" for v in figures[:3]] + [f"{v:.3f}" for v in figures[3:]]
        print(f"| {pair[0]:.2f} | {pair[1]:.2f} | {' | '.join(shown)} |", flush=True)


if __name__ == "__main__":
    main()
