"""A run of the study as a value, and the command line as a user calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import reintegratie_stats
from reintegratie_stats.studies.rwi2004 import Rwi2004

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Run:
    """What a run of the study left behind: its folder, what it said, and the cohorts it made."""

    folder: Path
    said: str
    written: tuple[Path, ...] = ()
    study: Rwi2004 | None = None

    def read(self, name: str) -> str:
        """Return the text of a file in the folder of the run."""
        return (self.folder / name).read_bytes().decode("utf-8")

    def files(self) -> dict[str, bytes]:
        """Return the bytes of every file by its name in the folder."""
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}


def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run ``python -m reintegratie_stats`` as a user does."""
    source = str(Path(reintegratie_stats.__file__).parents[1])
    paths = os.pathsep.join([source, *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, "-m", "reintegratie_stats", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "2004", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
