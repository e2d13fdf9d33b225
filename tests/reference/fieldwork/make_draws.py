"""Reference draws of gemeenten to interview, made with OR-tools CP-SAT 9.15 (not a dependency of ours).

Nothing of `fieldwork` solves here: the designs are written out as constraints again, the price of a spread is a table
over counts, and the lots are decided one gemeente at a time, each with a programme of its own. Run from the root of the
repository, where ortools and the package are installed: PYTHONPATH=. python tests/reference/fieldwork/make_draws.py
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import reintegratie_stats as rs
from tests.unit.fieldwork.interview_frames import CBS, gemeenten

HERE = Path(__file__).parent
STEP = 0.25


def cases() -> list[tuple[str, int, rs.SampleDesign, int]]:
    """Give (name, number of gemeenten, design, seed): the design of CBS and thirty small ones, some impossible."""
    found = [("cbs", 342, CBS, 2025), ("cbs, tolerance 0", 342, CBS.replace(tolerance=0.0), 2025)]
    for k in range(30):
        design = rs.SampleDesign(
            size=7 + k % 6,
            quota={"klasse": {"verwacht": 3 + k % 4}} if k % 3 else {},
            minimum={"softwarepakket": 1},
            maximum={"landsdeel": 3 + k % 2},
            between={"externe_uitvoering": {"ja": (1 + k % 2, 2 + k % 3)}},
            one_per="samenwerkingsverband",
            spread={"landsdeel": "even" if k % 2 else "proportional", "grootteklasse": "even"},
            tolerance=None if k % 4 else 0.0,
        )
        found.append((f"small {k}", 40 + 3 * k, design, k))
    return found


class Model:
    """The draws that keep a design, in CP-SAT's own words."""

    def __init__(self, cp: Any, frame: pd.DataFrame, design: rs.SampleDesign, steps: np.ndarray[Any, Any]) -> None:
        self.cp, self.frame, self.design = cp, frame, design
        self.model = cp.CpModel()
        self.x = [self.model.new_bool_var("") for _ in range(len(frame))]
        self.model.add(sum(self.x) == design.size)
        for trait, numbers in design.quota.items():
            for name, number in numbers.items():
                self.model.add(self.count(trait, name) == number)
        for trait, ranges in design.between.items():
            for name, (low, high) in ranges.items():
                self.model.add_linear_constraint(self.count(trait, name), low, high)
        for trait, least in design.minimum.items():
            for name in frame[trait].unique():
                self.model.add(self.count(trait, name) >= least)
        for trait, most in design.maximum.items():
            for name in frame[trait].unique():
                self.model.add(self.count(trait, name) <= most)
        for trait in design.one_per:
            for name in frame[trait].dropna().unique():
                self.model.add_at_most_one(self.x[k] for k in np.flatnonzero(frame[trait] == name))
        self.objective = sum(int(s) * x for s, x in zip(steps, self.x, strict=True))
        self.cost = sum(
            self.price(trait, name, how) for trait, how in design.spread.items() for name in frame[trait].unique()
        )

    def count(self, trait: str, name: object) -> Any:
        return sum(self.x[k] for k in np.flatnonzero(self.frame[trait] == name))

    def price(self, trait: str, name: object, how: str) -> Any:
        share = 1 / self.frame[trait].nunique() if how == "even" else (self.frame[trait] == name).mean()
        wish = round(self.design.size * share, 9)
        off = [max(math.floor(wish) - n, n - math.ceil(wish), 0) for n in range(self.design.size + 1)]
        table = [sum(min(j, 5) for j in range(1, k + 1)) for k in off]
        number, cost = (self.model.new_int_var(0, most, "") for most in (self.design.size, max(table)))
        self.model.add(number == self.count(trait, name))
        self.model.add_element(number, table, cost)
        return cost

    def solved(self) -> Any:
        solver = self.cp.CpSolver()
        status = solver.solve(self.model)
        assert status in (self.cp.OPTIMAL, self.cp.INFEASIBLE)
        return solver if status == self.cp.OPTIMAL else None


def draw(cp: Any, frame: pd.DataFrame, design: rs.SampleDesign, seed: int) -> Mapping[str, Any] | None:
    steps = np.floor(frame["z"].abs() / STEP + 0.5).astype(int) * np.where(frame["klasse"] == "verwacht", -1, 1)
    first = Model(cp, frame, design, steps)
    first.model.maximize(first.objective)
    solver = first.solved()
    if solver is None:
        return None
    best = round(solver.objective_value)
    room = 0.1 * design.size if design.tolerance is None else design.tolerance
    part, least = (best - math.floor(share * room / STEP + 1e-9) for share in (0.75, 1.0))

    second = Model(cp, frame, design, steps)
    second.model.add(second.objective >= part)
    second.model.minimize(second.cost)
    solver = second.solved()
    nearest, now = round(solver.objective_value), [solver.value(x) for x in second.x]

    def lot(k: int) -> bytes:
        return hashlib.blake2b(f"{seed}|{frame['gemeente'][k]}".encode(), digest_size=8, person=b"interviews").digest()

    fixed: dict[int, int] = {}
    for k in sorted(range(len(frame)), key=lot):
        if not now[k] and sum(fixed.values()) < design.size:
            asked = Model(cp, frame, design, steps)
            asked.model.add(asked.objective >= least)
            asked.model.add(asked.cost <= nearest)
            for j, value in {**fixed, k: 1}.items():
                asked.model.add(asked.x[j] == value)
            if (solver := asked.solved()) is not None:
                now = [solver.value(x) for x in asked.x]
        fixed[k] = now[k]
    chosen = " ".join(frame["gemeente"][k] for k in sorted(fixed) if fixed[k])
    return {"best": best * STEP, "spread": nearest, "chosen": chosen}


def make() -> None:
    from ortools.sat.python import cp_model

    with (HERE / "draws.csv").open("w", newline="") as file:
        out = csv.DictWriter(file, ["name", "best", "spread", "chosen"], lineterminator="\n")
        out.writeheader()
        for name, number, design, seed in cases():
            out.writerow({"name": name, **(draw(cp_model, gemeenten(number), design, seed) or {})})
            file.flush()


if __name__ == "__main__":
    make()
