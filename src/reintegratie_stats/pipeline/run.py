"""Run a study by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reintegratie_stats.errors import StudyError, listing, nearest
from reintegratie_stats.pipeline.cbs2025 import run_cbs2025
from reintegratie_stats.pipeline.output import Say
from reintegratie_stats.pipeline.proreact2013 import run_proreact2013
from reintegratie_stats.pipeline.rwi2004 import run_rwi2004
from reintegratie_stats.study import Study

STUDIES: dict[str, Callable[[Study, Say], tuple[Path, ...]]] = {
    "rwi2004": run_rwi2004,
    "cbs2025": run_cbs2025,
    "proreact2013": run_proreact2013,
}
"""Every study that the package can run, by name."""


def run_study(study: Study, say: Say = print) -> tuple[Path, ...]:
    """Make every table and figure of a study.

    Parameters
    ----------
    study : Study
        From `read_study`.
    say : callable
        Takes each line of the account of what was done; counts and file names only.

    Returns
    -------
    tuple of Path
        The files that were written, the manifest last.

    Raises
    ------
    StudyError
        When the package has no such study, or its file lacks a part that the study needs.
    ReintegratieError
        When a register, a definition or a table cannot be made.
    """
    if study.name not in STUDIES:
        raise StudyError(
            f"There is no study '{study.name}'; there are: {listing(STUDIES)}.{nearest(study.name, STUDIES)}"
        )
    return STUDIES[study.name](study, say)
