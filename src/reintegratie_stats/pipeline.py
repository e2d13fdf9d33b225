"""The steps of a study in order: read, one call, write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reintegratie_stats.cohorts import Cohort, define_cohort
from reintegratie_stats.errors import StudyError, counted, listing, nearest
from reintegratie_stats.registers import Registers, read_registers
from reintegratie_stats.report.write import (
    ManifestEntry,
    write_figure,
    write_manifest,
    write_table,
)
from reintegratie_stats.studies.rwi2004 import Rwi2004
from reintegratie_stats.study import Study

Say = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class _Linked:
    registers: Registers
    cohort: Cohort


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
        When the package has no such study.
    ReintegratieError
        When a register, a definition or a table cannot be made.
    """
    if study.name not in STUDIES:
        raise StudyError(
            f"There is no study '{study.name}'; there are: {listing(STUDIES)}.{nearest(study.name, STUDIES)}"
        )
    return STUDIES[study.name](study, say)


def _run_rwi2004(study: Study, say: Say) -> tuple[Path, ...]:
    fingerprints = {  # first: a delivery that the study lacks is told before anything is read
        name: study.delivery(name).definition.fingerprint() for name in ("centraal", "lokaal")
    }
    both = " ".join(f"{name}:{digits}" for name, digits in fingerprints.items())
    central = _link(study, "centraal", say)
    local = _link(study, "lokaal", say)
    report = Rwi2004(central.cohort, local.cohort, local.registers, study.lang)
    tables, figures = study.output / "tables", study.output / "figures"
    written = [path for table in report.tables() for path in write_table(table, tables)]
    written += write_figure(report.figure_5_1(), figures, "figuur_5_1", status="release")
    manifest = write_manifest(
        study.output,
        [ManifestEntry(path, both) for path in written],
        {"study": study.name, "lang": study.lang},
    )
    say(f"{counted(len(written), 'file')} and {manifest.name} in {study.output}")
    return (*written, manifest)


def _link(study: Study, name: str, say: Say) -> _Linked:
    delivery = study.delivery(name)
    registers = read_registers(delivery.folder)
    for row in registers.report.accounting().itertuples():
        say(f"{name}: {row.table}: {counted(row.rows, 'row')} read, {row.set_aside} set aside")
    cohort = define_cohort(registers, delivery.definition)
    say(f"{name}: {cohort!r}")
    return _Linked(registers, cohort)


STUDIES: dict[str, Callable[[Study, Say], tuple[Path, ...]]] = {"rwi2004": _run_rwi2004}
"""Every study that the package can run, by name."""
