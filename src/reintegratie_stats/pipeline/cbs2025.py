"""Expected registration per gemeente after CBS 2025, step by step."""

from __future__ import annotations

from pathlib import Path

from reintegratie_stats.errors import counted
from reintegratie_stats.fingerprint import fingerprint
from reintegratie_stats.pipeline.cbs2025_fieldwork import fieldwork_of, write_pages
from reintegratie_stats.pipeline.output import Say, write_output
from reintegratie_stats.registers import read_gemeente_data
from reintegratie_stats.studies.cbs2025 import N_SIM, Cbs2025
from reintegratie_stats.study import Study


def run_cbs2025(study: Study, say: Say) -> tuple[Path, ...]:
    """Read the gemeenten, fit and judge them, and make the tables and figures of CBS 2025."""
    part = study.needs_gemeenten()
    both = f"verwachting:{fingerprint(part.expected)} regel:{fingerprint(part.rule)}"
    data = read_gemeente_data(part.folder)
    say(f"{data.source}: {data!r}")
    report = Cbs2025.of(data, part, "en" if study.lang == "en" else "nl", n_sim=N_SIM)
    for note in report.fit.notes:
        say(f"{part.year}: {note}")
    say(f"{part.year}: {report.flags!r}")
    say(f"{counted(N_SIM, 'simulation')}: {report.operating!r}")
    say(f"soorten: {report.profiles!r}")
    fieldwork = fieldwork_of(study, report, say)
    if fieldwork.part is not None:
        both += f" trekking:{fieldwork.part.design.fingerprint()}"
    pages = write_pages(study, fieldwork, say)
    about = {"jaar": str(part.year), "seed": str(part.expected.seed), "n_sim": str(N_SIM)}
    tables = (*report.tables(), *fieldwork.tables())
    return write_output(study, tables, report.figures(), both, say, about, pages)
