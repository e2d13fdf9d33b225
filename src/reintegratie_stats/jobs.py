"""The jobs of whoever works on the package itself, for machines without make.

Each job is a list of commands that run with the same Python; `make test` and `python -m reintegratie_stats job test`
do the same.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from reintegratie_stats.errors import StudyError

ROOT = Path(__file__).resolve().parents[2]

JOBS: dict[str, tuple[tuple[str, ...], ...]] = {
    "test": (("-m", "pytest", "-n", "2", "--dist", "loadfile"),),
    "check": (
        ("-m", "ruff", "format", "--check", "."),
        ("-m", "ruff", "check", "."),
        (
            "-m",
            "mypy",
        ),
        ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
        ("-m", "pytest", "-n", "2", "--dist", "loadfile"),
    ),
    "docs": (("-m", "sphinx", "-W", "-b", "html", "docs", "build/docs"),),
    "bench": (("benchmarks/cohort_size.py",),),
}
"""Each job as commands of the Python interpreter, run in the root of a clone."""


def run_job(name: str) -> int:
    """Run a job; stop at the first command that fails and return its exit status.

    Raises
    ------
    StudyError
        When this is not a clone of the repository.
    """
    if not (ROOT / "pyproject.toml").is_file():
        raise StudyError(f"Job '{name}' runs in a clone of the repository; this is an installed package without tests.")
    for command in JOBS[name]:
        status = subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode
        if status:
            return status
    return 0
