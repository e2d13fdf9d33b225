"""The cohort analysis of RWI 2004, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reintegratie_stats.cohorts import Cohort, define_cohort
from reintegratie_stats.errors import counted
from reintegratie_stats.pipeline.output import Say, write_output
from reintegratie_stats.registers import Registers, read_registers
from reintegratie_stats.studies.rwi2004 import Rwi2004
from reintegratie_stats.study import Study


@dataclass(frozen=True, eq=False)
class _Linked:
    registers: Registers
    cohort: Cohort


def run_rwi2004(study: Study, say: Say) -> tuple[Path, ...]:
    """Link both deliveries and make the tables and the figure of RWI 2004."""
    fingerprints = {  # first: a delivery that the study lacks is told before anything is read
        name: study.delivery(name).definition.fingerprint() for name in ("centraal", "lokaal")
    }
    both = " ".join(f"{name}:{digits}" for name, digits in fingerprints.items())
    central = _link(study, "centraal", say)
    local = _link(study, "lokaal", say)
    report = Rwi2004(central.cohort, local.cohort, local.registers, study.lang)
    return write_output(study, report.tables(), {"figuur_5_1": report.figure_5_1()}, both, say)


def _link(study: Study, name: str, say: Say) -> _Linked:
    delivery = study.delivery(name)
    registers = read_registers(delivery.folder)
    for row in registers.report.accounting().itertuples():
        say(f"{name}: {row.table}: {counted(row.rows, 'row')} read, {row.set_aside} set aside")
    cohort = define_cohort(registers, delivery.definition)
    say(f"{name}: {cohort!r}")
    return _Linked(registers, cohort)
