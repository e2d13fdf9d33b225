"""The command ``reintegratie check``: registers judged, the report printed and written, an exit status for scripts."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reintegratie_stats.errors import DefinitionError, ReportError, counted, listing
from reintegratie_stats.quality.judge import check
from reintegratie_stats.quality.quality_report import QualityReport
from reintegratie_stats.registers import Layout, read_layout, read_registers
from reintegratie_stats.registers.layout_read import OWN
from reintegratie_stats.registers.layout_tables import TARGETS

ROW_FORMATS = (".csv", ".parquet")


class ArgumentsError(DefinitionError):
    """Arguments that contradict each other; they end with status 2."""


def run_check(options: argparse.Namespace) -> tuple[str, list[str], int]:
    """Judge registers as a command asks.

    Returns
    -------
    tuple of str, list of str, int
        What is to be printed, the remarks that go to standard error, and the exit status.
    """
    source, layout = find_source(options.source), find_layout(options.layout)
    _check_outputs(options, [str(_split(one)[1]) for one in options.source])
    registers = read_registers(source, layout=layout, cache=options.cache)
    report = check(registers, day=options.day, window=options.window, rules=options.rules, lang=options.lang)
    remarks = []
    for path, make in ((options.json, report.to_json), (options.html, report.to_html)):
        if path is not None:
            _write(path, make().encode("utf-8"))
            remarks.append(f"written to {path}")
    if options.rows is not None:
        table, rule = options.rows
        remarks += _write_rows(report, table, rule, options.out)
    return report.to_text(), remarks, report.exit_status(strict=options.strict)


def find_source(given: Sequence[str]) -> Any:
    """Return the source of ``check``: a folder, or a mapping of register to files.

    Raises
    ------
    ArgumentsError
        When it is neither.

    Examples
    --------
    >>> find_source(["delivery"])
    'delivery'
    >>> find_source(["bijstand=a.sav", "bijstand=b.sav", "trajecten=c.csv"])
    {'bijstand': ['a.sav', 'b.sav'], 'trajecten': 'c.csv'}
    """
    split = [_split(one) for one in given]
    if empty := [table for table, path in split if not path]:
        raise ArgumentsError(f"SOURCE: after {empty[0] or ''}= stands no path. Write TABLE=PATH.")
    folders = [path for table, path in split if table is None]
    if folders and len(split) > 1:
        raise ArgumentsError(
            f"SOURCE is one folder, or TABLE=PATH for each register, not {counted(len(folders), 'path')} "
            f"without a table among {len(split)}. Tables are: {listing(TARGETS)}."
        )
    if folders:
        if Path(folders[0]).is_file():
            raise ArgumentsError(f"{folders[0]} is a file: say which table it fills, such as bijstand={folders[0]}.")
        return folders[0]
    found: dict[str, list[str]] = {}
    for table, path in split:
        found.setdefault(str(table), []).append(path)
    return {table: paths[0] if len(paths) == 1 else paths for table, paths in found.items()}


def find_layout(given: Sequence[str] | None) -> Any:
    """Return the layouts of ``check``: each for the table that is named, or that it says it fills.

    Raises
    ------
    ArgumentsError
        When a table gets two.
    DefinitionError
        When there is no such layout.
    """
    found: dict[str, Layout] = {}
    for one in given or ():
        named, name = _split(one)
        if name == OWN:
            continue
        layout = read_layout(name, named)
        table = named or layout.tabel
        if table in found:
            raise ArgumentsError(f"--layout: {table} gets two layouts. Give one.")
        found[table] = layout
    return found or None


def _split(given: str) -> tuple[str | None, str]:
    """Return table and path of ``TABLE=PATH``; no table for what is a path as it stands."""
    table, sign, path = given.partition("=")
    return (table, path) if sign and not os.path.lexists(given) and not _has_folder(table) else (None, given)


def _has_folder(table: str) -> bool:
    return any(sign in table for sign in ("/", "\\", "."))


def _check_outputs(options: argparse.Namespace, sources: Sequence[str]) -> None:
    """Refuse what cannot be written before anything is read, and what would take the place of something else."""
    named = {"--json": options.json, "--html": options.html, "--out": options.out}
    outputs = {option: path.resolve() for option, path in named.items() if path is not None}
    if len(set(outputs.values())) < len(outputs):
        raise ArgumentsError(f"{listing(outputs)} go to the same file. Name a file for each.")
    for option, path in outputs.items():
        if named[option] == Path("-"):
            raise ArgumentsError(f"{option}: a file is written, not standard output. Name a file.")
        read = [Path(one).resolve() for one in sources]
        if path in read or (path.exists() and path.parent in read and path.stem in TARGETS):
            raise ArgumentsError(f"{option}: {named[option]} is one of the files that are read. Name another file.")
    if (options.rows is None) != (options.out is None):
        raise ArgumentsError("--rows TABLE RULE and --out FILE go together: rows are written to a file, never shown.")
    if options.out is not None:
        if options.out.suffix.casefold() not in ROW_FORMATS:
            raise ArgumentsError(f"--out: rows are written as {' or '.join(ROW_FORMATS)}, not {options.out.name}.")
        if options.out.exists():
            raise ReportError(f"{options.out} is there already. Name another file, or take it away first.")
    for path in (options.json, options.html, options.out):
        if path is not None and not path.parent.is_dir():
            raise ReportError(f"Folder {path.parent} does not exist. Make it first.")


def _write(path: Path, content: bytes) -> None:
    """Write a file in one step."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise ReportError(f"Cannot write {path}: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)


def _write_rows(report: QualityReport, table: str, rule: str, out: Path) -> list[str]:
    """Write rows of persons, to be read by the user of this machine only."""
    frame = report.rows(table, rule)
    try:
        number = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ReportError(f"Cannot write {out}: {error.strerror}.") from None
    failure = ""
    try:
        with os.fdopen(number, "wb") as file:
            if out.suffix.casefold() == ".csv":
                file.write(frame.to_csv(index=False, lineterminator="\n").encode("utf-8"))
            else:
                frame.to_parquet(file, index=False)
    except Exception as error:  # the words of a library may quote a person
        failure = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
    if failure:
        out.unlink(missing_ok=True)
        raise ReportError(f"Cannot write {out}: {failure}.")
    return [
        f"{counted(len(frame), 'row')} of {table} written to {out}. These are personal data: they stay where they are."
    ]
