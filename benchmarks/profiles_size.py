"""How long it takes to fit and judge many counts: 342 gemeenten, 15 covariates, 20 soorten, leave-one-out.

Every soort has a rate, a spread between gemeenten and coefficients of its own; 17 gemeenten register a third of what
is expected, whatever the soort. The same call is made with one and with two processes and must give the same flags; if
not, it exits with 1. Times are printed only.

    OMP_NUM_THREADS=1 python benchmarks/profiles_size.py
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from reintegratie_stats.outliers import profile_outliers

GEMEENTEN, COVARIATES, SOORTEN = 342, 15, 20


def gemeenten(seed: int, soorten: int, jaren: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    people = np.round(np.exp(random.normal(np.log(1500.0), 0.9, GEMEENTEN)).clip(30.0, 60000.0))
    x = random.normal(size=(GEMEENTEN, COVARIATES))
    few = np.where(random.permutation(GEMEENTEN) < 17, 1.0 / 3.0, 1.0)
    parts = []
    for k in range(soorten):
        rate, sd = np.exp(random.normal(np.log(0.05), 0.5)), (0.15, 0.30)[k % 2]
        beta = random.normal(0.0, 0.08, COVARIATES)
        for jaar in range(2025 - jaren, 2025):
            spread = np.exp(sd * random.normal(size=GEMEENTEN) - sd**2 / 2.0)
            count = random.poisson(people * rate * np.exp(x @ beta) * spread * few)
            part = pd.DataFrame({"gemeente": [f"GM{i:04d}" for i in range(GEMEENTEN)], "doelgroep": people})
            part = part.assign(soort=f"soort {k:02d}", jaar=jaar, aantal=count, geld="ja" if k % 2 == 0 else "nee")
            parts.append(pd.concat([part, pd.DataFrame(x, columns=[f"x{j}" for j in range(COVARIATES)])], axis=1))
    return pd.concat(parts, ignore_index=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--soorten", type=int, default=SOORTEN)
    parser.add_argument("--jaren", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    long = gemeenten(asked.seed, asked.soorten, asked.jaren)
    formula = "aantal ~ " + " + ".join(f"x{j}" for j in range(COVARIATES))
    seen = []
    for processes in (1, 2):
        wall, processor = time.perf_counter(), time.process_time()
        profiles = profile_outliers(long, formula, exposure="doelgroep", money="geld", processes=processes)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        print(f"{processes} process(es): {wall:.1f} s wall, {processor:.1f} s processor of the first; {profiles}")
        seen.append(profiles.flags())
    print(profiles.money_test().sentence("en"))
    if not seen[0].equals(seen[1]):
        raise SystemExit("one and two processes give other flags")


if __name__ == "__main__":
    main()
