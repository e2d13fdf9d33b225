"""Ten million persons with eight categorical covariates: wall time, processor time and peak memory of the fit.

Writes a Parquet file of random persons with DuckDB (in a temporary folder, or in --folder to use it again), and runs
`fit_expected_persons` with its units, flags and coefficients in a process of its own. The persons are hashes of their
number, so that every run has the same. Prints the known coefficients beside the estimated ones: a wrong fit shows.

    python benchmarks/persons_size.py --persons 10000000
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

GEMEENTEN = 342
COVARIATES = {
    "leeftijd": 8, "geslacht": 2, "herkomst": 5, "huishouden": 4, "opleiding": 4, "duur": 5, "beperking": 3, "taal": 3,
}  # fmt: skip
LEVEL, STEP, SPREAD = -2.5, 0.12, 0.2


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--persons", type=int, default=10_000_000, help="persons (10000000)")
    parser.add_argument("--memory-limit", default=None, help="of DuckDB, such as 1GB")
    parser.add_argument("--threads", type=int, default=2, help="of DuckDB (2)")
    parser.add_argument("--folder", type=Path, help="keep the persons here and use them again; else temporary")
    parser.add_argument("--fit", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.fit is not None:
        return fit(options.fit, options.memory_limit, options.threads)
    print(f"Python {platform.python_version()}; {os.cpu_count()} processors; {options.persons} persons", flush=True)
    with kept(options.folder) as folder:
        file = folder / f"persons_{options.persons}.parquet"
        if not file.is_file():
            make(file, options.persons)
        print(f"Parquet: {file.stat().st_size / 1e6:.0f} MB", flush=True)
        command = [sys.executable, __file__, "--fit", str(file), "--threads", str(options.threads)]
        if options.memory_limit:
            command += ["--memory-limit", options.memory_limit]
        start = time.perf_counter()
        process = subprocess.Popen(command)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        print(f"whole process: {wall:.1f} s wall, {usage.ru_utime + usage.ru_stime:.1f} s processor, "
              f"{memory / 1e6:.0f} MB peak")  # fmt: skip
        return os.waitstatus_to_exitcode(status)


@contextmanager
def kept(given: Path | None) -> Iterator[Path]:
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="persons_size_") as folder:
        yield Path(folder)


def make(file: Path, persons: int) -> None:
    """Write random persons: gemeenten of very different size, skewed categories, a logit with a known answer."""
    import duckdb

    def uniform(key: int) -> str:
        return f"((hash(i * 64 + {key}) >> 11)::DOUBLE / 9007199254740992.0)"

    names = list(COVARIATES)
    codes = [
        f"floor({k} * power({uniform(j)}, 1.3))::INTEGER AS {name}" for j, (name, k) in enumerate(COVARIATES.items())
    ]
    text = [f"'{name[:2]}' || {name} AS {name}" for name in names]
    eta = " + ".join(f"{STEP} * {name}" for name in names)
    shift = f"{SPREAD} * 1.7320508 * (2.0 * ((hash(g * 64 + 63) >> 11)::DOUBLE / 9007199254740992.0) - 1.0)"
    duckdb.sql(f"""
        COPY (
            WITH people AS (
                SELECT i, floor({GEMEENTEN} * power({uniform(60)}, 2.0))::INTEGER AS g, {", ".join(codes)}
                FROM range({persons}) AS r(i)
            )
            SELECT printf('%04d', g) AS gemeente, {", ".join(text)},
                   ({uniform(61)} < 1.0 / (1.0 + exp(-({LEVEL} + {eta} + {shift}))))::INTEGER AS voorziening
            FROM people
        ) TO '{file}' (FORMAT parquet)
    """)


def fit(file: Path, memory_limit: str | None, threads: int) -> int:
    start = time.perf_counter()
    import reintegratie_stats as rs

    seen = {"import": time.perf_counter() - start}
    formula = "voorziening ~ " + " + ".join(COVARIATES)
    found = rs.fit_expected_persons(file, formula, memory_limit=memory_limit, threads=threads)
    seen["fit"] = time.perf_counter() - start
    flags = rs.flag_outliers(found)
    seen["flags"] = time.perf_counter() - start
    table = found.tidy().set_index("term")
    gaps = [
        abs(float(table.loc[f"{name}[T.{name[:2]}{k}]", "estimate"]) - STEP * k)
        for name, levels in COVARIATES.items()
        for k in range(1, levels)
    ]
    print(found, flags, sep="\n")
    print(f"largest distance of a coefficient to the known one: {max(gaps):.4f} (largest standard error "
          f"{table['std_error'].max():.4f}); tau {found.glance()['tau'][0]:.3f} (known {SPREAD})")  # fmt: skip
    print("seconds since the start: " + json.dumps({name: round(value, 1) for name, value in seen.items()}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
