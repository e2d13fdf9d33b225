"""How often the rules on the unusual speak where nothing is wrong, and how often they find what was planted.

A set is a simulated register of eight years (2011 to 2018), delivered on 31 December 2018. Four kinds without a defect:
`clean` (300 gemeenten of all sizes, begins on random days), `small` (12 gemeenten, the middle one with 30 rows a year),
`lively` (seasons, a wave, gemeenten that grow, exits and heaping that differ), `with_stock` (also what began before
2011 and still ran). A defect is planted in clean and in lively sets, at several strengths; of gemeenten the twentieth
of 300 by size, and one in the middle. Found: the rule that is to find it speaks. The sets are those of the unit tests.

    python benchmarks/unusual_rules.py --sets 100
    python benchmarks/unusual_rules.py --folder registers   # times the rules on registers of your own, once

Prints Markdown tables.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the simulation stands with the tests

import reintegratie_stats as rs
from reintegratie_stats.quality.rules import shipped_rules
from reintegratie_stats.quality.unusual import unusual_findings
from tests.unit.quality import unusual_series as series

Rows = series.Rows
Plant = Callable[[Rows, int], Rows]

KINDS = ("clean", "small", "lively", "with_stock")
PLACES = {"20th": 20, "150th": 150}


def lose(rows: Rows, seed: int, chosen: np.ndarray, share: float) -> Rows:
    """Leave out a share of the chosen rows."""
    random = np.random.default_rng((seed, 21))
    return rows.keep(~chosen | (random.random(len(rows.begin)) >= share))


def unend(rows: Rows, seed: int, chosen: np.ndarray, share: float) -> Rows:
    """Take the end from a share of the chosen rows."""
    random = np.random.default_rng((seed, 22))
    return replace(rows, end=np.where(chosen & (random.random(len(rows.end)) < share), -1, rows.end))


def heap(rows: Rows, seed: int, chosen: np.ndarray, share: float) -> Rows:
    """Move a share of the chosen rows to the first of their month."""
    random = np.random.default_rng((seed, 23))
    return series.to_first(rows, chosen & (random.random(len(rows.begin)) < share))


def span(rows: Rows, first: tuple[int, int], stop: tuple[int, int]) -> np.ndarray:
    return series.in_days(rows.begin, series.number(*first), series.number(*stop))


def nationwide() -> dict[str, tuple[str, Plant]]:
    """Defects of the whole register: name, rule, how it is planted."""
    made: dict[str, tuple[str, Plant]] = {}
    for share in (0.15, 0.25, 0.35):
        made[f"from 2015 on {share:.0%} of the rows is not delivered"] = (
            "sprong_jaargrens",
            lambda rows, seed, share=share: lose(rows, seed, rows.begin >= series.number(2015), share),
        )
    for share in (0.4, 0.6, 1.0):
        made[f"of April 2014 {share:.0%} is not delivered"] = (
            "maand_zonder_begin",
            lambda rows, seed, share=share: lose(rows, seed, span(rows, (2014, 4), (2014, 5)), share),
        )
    made["of 2014 nothing is delivered"] = ("maand_zonder_begin", series.year_missing)
    made["on 31 December 2014 all is cut off, nine in ten come back"] = ("sprong_jaargrens", series.stock_lost)
    made["the same, by what begins on 1 January"] = ("stapeling_1_januari", series.stock_lost)
    made["the same, by what ends on 31 December"] = ("stapeling_31_december", series.stock_lost)
    for share in (0.05, 0.10, 0.20):
        made[f"of 2016 {share:.0%} is moved to the first of the month"] = (
            "stapeling_eerste_dag",
            lambda rows, seed, share=share: heap(rows, seed, span(rows, (2016, 1), (2017, 1)), share),
        )
    for share in (0.2, 0.35, 0.5):
        made[f"of the ends from 2016 on {share:.0%} is missing"] = (
            "open_einden_jaar",
            lambda rows, seed, share=share: unend(rows, seed, rows.end >= series.number(2016), share),
        )
    return made


def of_one(place: int) -> dict[str, tuple[str, Plant]]:
    """Defects of one gemeente, by its place in order of size."""

    def mine(rows: Rows) -> np.ndarray:
        return rows.gemeente == series.large(rows, place)

    made: dict[str, tuple[str, Plant]] = {}
    for share in (0.15, 0.30):
        made[f"{share:.0%} on the first of the month"] = (
            "stapeling_gemeente",
            lambda rows, seed, share=share: heap(rows, seed, mine(rows), share),
        )
    for share in (0.2, 0.4):
        made[f"{share:.0%} of the ends is missing"] = (
            "open_einden_gemeente",
            lambda rows, seed, share=share: unend(rows, seed, mine(rows), share),
        )
    for name, first, stop in (
        ("vanishes in January 2017", (2017, 1), (2020, 1)),
        ("vanishes in January 2018", (2018, 1), (2020, 1)),
        ("is not there before 2013", (2010, 1), (2013, 1)),
        ("is gone for a year", (2014, 7), (2015, 7)),
    ):
        made[name] = (
            "gemeente_verdwijnt",
            lambda rows, seed, first=first, stop=stop: lose(rows, seed, mine(rows) & span(rows, first, stop), 1.0),
        )
    for share in (0.6, 0.75):
        made[f"{share:.0%} of a half-year is not delivered"] = (
            "gemeente_terugval",
            lambda rows, seed, share=share: lose(rows, seed, mine(rows) & span(rows, (2014, 7), (2015, 1)), share),
        )
    return made


def silence(sets: int) -> None:
    """Print in which share of sets without a defect each rule speaks."""
    spoke = {kind: Counter[str]() for kind in KINDS}
    for kind in KINDS:
        for seed in range(1000, 1000 + sets):
            seen = series.counted(getattr(series, kind)(seed))
            spoke[kind].update(rule for rule in series.JUDGED if series.judge(None, rule, seen=seen).fails)
    print(f"| rule | {' | '.join(KINDS)} |\n|---|{'--:|' * len(KINDS)}")
    for rule in series.JUDGED:
        print(f"| `{rule}` | " + " | ".join(f"{spoke[kind][rule] / sets:.2f}" for kind in KINDS) + " |")
    print()


def found(plant: Plant, rule: str, kind: str, sets: int) -> float:
    """Return in which share of sets a planted defect is found."""
    hits = 0
    for seed in range(2000, 2000 + sets):
        hits += series.judge(plant(getattr(series, kind)(seed), seed), rule).fails > 0
    return hits / sets


def power(sets: int) -> None:
    """Print in which share of sets each defect is found."""
    print("| defect | rule | clean | lively |\n|---|---|--:|--:|")
    for name, (rule, plant) in nationwide().items():
        shares = [found(plant, rule, kind, sets) for kind in ("clean", "lively")]
        print(f"| {name} | `{rule}` | " + " | ".join(f"{share:.2f}" for share in shares) + " |")
    heads = [f"{kind}, {place}" for place in PLACES for kind in ("clean", "lively")]
    print(f"\n| one gemeente | rule | {' | '.join(heads)} |\n|---|---|{'--:|' * len(heads)}")
    for name, (rule, _) in of_one(1).items():
        shares = [
            found(of_one(place)[name][1], rule, kind, sets) for place in PLACES.values() for kind in ("clean", "lively")
        ]
        print(f"| {name} | `{rule}` | " + " | ".join(f"{share:.2f}" for share in shares) + " |")


def timed(folder: str) -> None:
    """Print how long all rules take on registers of the user."""
    registers = rs.read_registers(folder)
    start, used = time.perf_counter(), time.process_time()
    findings = unusual_findings(registers, shipped_rules())
    print(
        f"{registers}: {len(findings)} findings in {time.perf_counter() - start:.1f} s, "
        f"{time.process_time() - used:.1f} s of processor time"
    )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=100)
    parser.add_argument("--folder")
    given = parser.parse_args()
    if given.folder:
        timed(given.folder)
        return
    silence(given.sets)
    power(given.sets)


if __name__ == "__main__":
    main()
