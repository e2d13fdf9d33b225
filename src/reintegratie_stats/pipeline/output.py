"""What a study leaves behind: tables, figures, a manifest, and an account of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from matplotlib.figure import Figure

from reintegratie_stats.errors import counted
from reintegratie_stats.report.table import ReportTable
from reintegratie_stats.report.write import ManifestEntry, write_figure, write_manifest, write_table
from reintegratie_stats.study import Study

Say = Callable[[str], None]


def write_output(
    study: Study,
    tables: Iterable[ReportTable],
    figures: Mapping[str, Figure],
    definition: str,
    say: Say,
    about: Mapping[str, str] | None = None,
    pages: Iterable[Path] = (),
) -> tuple[Path, ...]:
    """Write tables, figures and the manifest of a study; return the files, the manifest last.

    Parameters
    ----------
    study : Study
    tables : iterable of ReportTable
    figures : mapping of str to Figure
        By the name of their files.
    definition : str
        Fingerprints of the definitions behind the figures.
    say : callable
        Takes the account.
    about : mapping, optional
        More facts for the manifest, such as a seed.
    pages : iterable of Path
        Pages that were written in the folder already, for the manifest.
    """
    folder = study.output
    written = [path for table in tables for path in write_table(table, folder / "tables")]
    for name, figure in figures.items():
        written += write_figure(figure, folder / "figures", name, status="release")
    written += pages
    manifest = write_manifest(
        folder,
        [ManifestEntry(path, definition) for path in written],
        {"study": study.name, "lang": study.lang, **(about or {})},
    )
    say(f"{counted(len(written), 'file')} and {manifest.name} in {folder}")
    return (*written, manifest)
