"""The package against plain pandas: wall time, processor time and peak memory of a whole process.

Makes registers of many synthetic persons, and runs `with_package.py` and `with_pandas.py` on them
by turns, each run as a process of its own with the same Python. Both must find the same counts in
every gemeente: if not, the exit status is 1. The times are printed and not judged, as they depend
on the machine and on what else it does.

    python benchmarks/cohort_size.py --persons 1000000 --runs 3
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIDES = {"package": HERE / "with_package.py", "pandas": HERE / "with_pandas.py"}
DEMANDS = {"wall": 0.5, "memory": 1 / 3}


@dataclass(frozen=True)
class Run:
    """One process: seconds of wall and processor time, peak memory in bytes, and its own clock."""

    wall: float
    processor: float
    memory: float | None
    seconds: dict[str, float]


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    sides = [side for side in SIDES if side not in options.skip]
    print(f"Python {platform.python_version()}, {_versions()}; {os.cpu_count()} processors")
    with _folder(options.folder) as folder:
        registers = _registers(folder, options.persons, options.seed)
        runs: dict[str, list[Run]] = {side: [] for side in sides}
        counts: set[str] = set()
        for number in range(options.runs):
            for side in sides:
                out = folder / f"counts_{side}.csv"
                run = _run(SIDES[side], registers, out)
                runs[side].append(run)
                counts.add(_sorted_lines(out))
                print(_line(f"{side} {number + 1}", run), flush=True)
        _summary(runs)
    if len(counts) > 1:
        print("DIFFERENT counts per gemeente: see counts_*.csv in --folder", file=sys.stderr)
        return 1
    print("counts per gemeente: the same in every run")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=1_000_000, help="persons (1000000)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each (3)")
    parser.add_argument("--seed", type=int, default=2004, help="seed of the registers (2004)")
    parser.add_argument("--folder", type=Path, help="keep the registers here and use them again; else temporary")
    parser.add_argument("--skip", choices=tuple(SIDES), nargs="*", default=[], help="leave out")
    return parser


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="cohort_size_") as folder:
        yield Path(folder)


def _registers(folder: Path, persons: int, seed: int) -> Path:
    """Return the folder of the registers; they are made in a process of its own unless there."""
    registers = folder / f"registers_{persons}_{seed}"
    if (registers / "gemeenten.parquet").is_file():  # the one that is written last
        return registers
    code = (
        "import json, sys; from reintegratie_stats.registers.synthesise import write_parquet; "
        "print(json.dumps(write_parquet(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))"
    )
    begin = time.perf_counter()
    command = [sys.executable, "-c", code, str(registers), str(persons), str(seed)]
    made = subprocess.run(command, check=True, capture_output=True, text=True)
    rows = ", ".join(f"{name} {count:,}" for name, count in json.loads(made.stdout).items())
    print(f"registers of {persons:,} persons in {time.perf_counter() - begin:.0f} s: {rows}")
    return registers


def _run(script: Path, registers: Path, out: Path) -> Run:
    """Run a script as a process of its own and measure it."""
    command = [sys.executable, str(script), str(registers), "--out", str(out)]
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    printed = child.stdout.read()
    processor, memory = _wait(child)
    wall = time.perf_counter() - begin
    if child.returncode:
        raise SystemExit(f"{script.name} ended with exit status {child.returncode}")
    return Run(wall, processor, memory, json.loads(printed)["seconds"])


def _wait(child: subprocess.Popen[str]) -> tuple[float, float | None]:
    """Wait for a child; return its processor time and peak memory (bytes; None if unknown)."""
    if hasattr(os, "wait4"):
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kilobytes
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit
    before = os.times()  # Windows: no memory of a child in the standard library
    child.wait()
    after = os.times()
    used = after.children_user + after.children_system
    return used - before.children_user - before.children_system, None


def _sorted_lines(path: Path) -> str:
    return "\n".join(sorted(path.read_text(encoding="utf-8").splitlines()))


def _line(label: str, run: Run) -> str:
    memory = "      n.b." if run.memory is None else f"{run.memory / 1e6:7.0f} MB"
    inside = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in run.seconds.items())
    return f"{label:16}{run.wall:8.2f} s wall{run.processor:8.2f} s processor  {memory}   ({inside})"


def _summary(runs: dict[str, list[Run]]) -> None:
    medians = {side: _median(measured) for side, measured in runs.items()}
    for side, run in medians.items():
        print(_line(f"{side} median", run))
    if set(medians) != set(SIDES):
        return
    package, pandas = medians["package"], medians["pandas"]
    ratios = {"wall": package.wall / pandas.wall, "processor": package.processor / pandas.processor}
    if package.memory is not None and pandas.memory is not None:
        ratios["memory"] = package.memory / pandas.memory
    for name, ratio in ratios.items():
        demand = DEMANDS.get(name)
        asked = "" if demand is None else f"  at most {demand:.2f}: {'met' if ratio <= demand else 'NOT met'}"
        print(f"package / pandas  {name:10}{ratio:5.2f}{asked}")


def _median(runs: list[Run]) -> Run:
    memory = [run.memory for run in runs if run.memory is not None]
    return Run(
        statistics.median(run.wall for run in runs),
        statistics.median(run.processor for run in runs),
        statistics.median(memory) if memory else None,
        {name: statistics.median(run.seconds[name] for run in runs) for name in runs[0].seconds},
    )


def _versions() -> str:
    from importlib.metadata import version

    names = ("pandas", "pyarrow", "duckdb", "ibis-framework")
    return ", ".join(f"{name} {version(name)}" for name in names)


if __name__ == "__main__":
    sys.exit(main())
