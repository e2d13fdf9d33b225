"""Runs of the study of CBS 2025 as values: with few simulations, and what was made on the way."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from reintegratie_stats.pipeline import cbs2025 as steps
from reintegratie_stats.pipeline import run_study
from reintegratie_stats.registers import GemeenteData
from reintegratie_stats.studies.cbs2025 import Cbs2025
from reintegratie_stats.study import GemeentenPart, read_study
from tests.pipeline.runs import ROOT

STUDY = ROOT / "studies" / "cbs2025.toml"
DATA = ROOT / "data" / "synthetic" / "cbs2025"
FEW = 4
"""Simulations in these tests; no golden table depends on it."""


@dataclass(frozen=True)
class Run:
    """What a run left behind: its folder, what it said, and the value that it made."""

    folder: Path
    said: str
    report: Cbs2025 | None = None

    def files(self) -> dict[str, bytes]:
        """Return the bytes of every file by its name in the folder."""
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}

    def rows(self, name: str) -> list[list[str]]:
        """Return the rows of a table as its CSV has them, the heads first."""
        text = (self.folder / "tables" / f"{name}.csv").read_text("utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))


def run_with(study_file: Path, folder: Path) -> Run:
    """Run a study with few simulations, and keep the value that it made."""
    said, made = list[str](), list[Cbs2025]()

    class Remembered:
        @staticmethod
        def of(data: GemeenteData, part: GemeentenPart, lang: str, n_sim: int) -> Cbs2025:
            made.append(Cbs2025.of(data, part, "en" if lang == "en" else "nl", n_sim))
            return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "N_SIM", FEW)
        patch.setattr(steps, "Cbs2025", Remembered)
        run_study(replace(read_study(study_file), output=folder), say=said.append)
    return Run(folder, "\n".join(said), made[0])
