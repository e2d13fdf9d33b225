"""The fieldwork of Proreact 2013, step by step."""

from __future__ import annotations

from pathlib import Path

from reintegratie_stats.fingerprint import fingerprint
from reintegratie_stats.pipeline.output import Say, write_output
from reintegratie_stats.registers.read_staff import read_staff
from reintegratie_stats.studies.proreact2013 import SEED, Proreact2013
from reintegratie_stats.study import Study


def run_proreact2013(study: Study, say: Say) -> tuple[Path, ...]:
    """Read the lists and make the tables of Proreact 2013."""
    people = read_staff(study.needs_respondents().folder)
    report = Proreact2013(people, lang=study.lang)  # type: ignore[arg-type]
    say(f"{report!r}")
    return write_output(study, report.tables(), {}, f"trekking:{fingerprint(report.design)}", say, {"seed": str(SEED)})
