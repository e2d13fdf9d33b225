"""Command line: ``python -m reintegratie_stats <command>``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from reintegratie_stats import __version__
from reintegratie_stats.errors import ReintegratieError
from reintegratie_stats.jobs import JOBS, run_job

SYNTHETIC = {"rwi2004": "synthesise", "cbs2025": "synthesise_cbs2025", "proreact2013": "synthesise_proreact2013"}
"""Studies with synthetic data, and the module of `registers` that writes them (``write_<study>``)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status.

    0 done, 1 refused with a message, 2 wrong arguments; of a job the status of its last command, and of ``check`` 3
    when rows were set aside, 4 when only warnings were found and ``--strict`` was asked.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except ReintegratieError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    except OSError as error:
        print(f"Cannot read or write {error.filename}: {error.strerror}.", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="reintegratie", description="Statistics of re-integration: cohorts, ratios, tables."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="command")

    tables = commands.add_parser("tables", help="make every table and figure of a study")
    tables.add_argument(
        "--study", type=Path, nargs="+", help="study files (study.toml and every studies/*.toml)", metavar="FILE"
    )
    tables.add_argument(
        "--out", type=Path, help="folder for the output, instead of the study's own; of several studies: one in it each"
    )
    tables.add_argument("--lang", choices=("nl", "en"), help="language, instead of the study's own")
    tables.set_defaults(run=_tables)

    synthesise = commands.add_parser("synthesise", help="write the synthetic data of the studies anew")
    synthesise.add_argument("study", nargs="?", choices=tuple(SYNTHETIC), help="one study; by default every one")
    synthesise.add_argument(
        "--out", type=Path, help="folder for the files of the one study, or for a folder per study (data/synthetic)"
    )
    synthesise.add_argument("--seed", type=int, help="instead of the study's own")
    synthesise.set_defaults(run=_synthesise)

    dictionary = commands.add_parser("dictionary", help="write the data dictionary of the registers")
    dictionary.add_argument("--out", type=Path, default=Path("docs/reference/data-dictionary.md"))
    dictionary.set_defaults(run=_dictionary)

    _add_layout(commands.add_parser("layout", help="how the columns of a file become those of a register"))

    _add_check(commands.add_parser("check", help="judge registers: what is wrong, unusual, or not to be linked"))

    published = commands.add_parser("published", help="check the arithmetic of published figures")
    published.add_argument("document", nargs="?", default="rwi2004")
    published.set_defaults(run=_published)

    job = commands.add_parser("job", help="a job on the package itself, in a clone of the repository")
    job.add_argument("name", choices=tuple(JOBS))
    job.set_defaults(run=lambda options: run_job(options.name))
    return parser


def _add_layout(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_layout)
    parts = parser.add_subparsers(required=True, metavar="what", dest="what")
    new = parts.add_parser("new", help="draft a layout from what a file says of itself")
    new.add_argument("file", type=Path, metavar="FILE")
    new.add_argument("--table", help="the table that it fills, such as bijstand")
    new.add_argument("--sheet", help="of a workbook: the sheet, by its name or its place from 1 on")
    new.add_argument("--header", type=int, metavar="LINE", help="the line with the names of the columns, from 1 on")
    new.add_argument("--separator", help="of a text file: komma, puntkomma, tab, streep, or the mark itself")
    new.add_argument("--encoding", help="of a text file, such as windows-1252")
    new.add_argument("--out", type=Path, metavar="LAYOUT.toml", help="write it here, instead of showing it")
    check = parts.add_parser("check", help="try a layout on a file")
    check.add_argument("layout", metavar="LAYOUT", help="a name, or a file that ends in .toml")
    check.add_argument("files", nargs="+", metavar="FILE", help="a file, several, a folder, or a pattern")
    check.add_argument("--table", help="for the layout 'eigen': the table that it fills")
    parts.add_parser("list", help="the layouts that come with the package")


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Judge registers. Exit status: 0 nothing set aside, 3 rows were set aside (a rule of severity fout fails), "
        "4 with --strict: only warnings; 1 refused with a message, 2 wrong arguments."
    )
    parser.set_defaults(run=_check)
    parser.add_argument(
        "source", nargs="+", metavar="SOURCE", help="a folder with the registers, or TABLE=PATH for each of them"
    )
    parser.add_argument(
        "--layout", action="append", metavar="[TABLE=]NAME", help="a layout, by name or .toml; may be repeated"
    )
    parser.add_argument("--cache", type=Path, metavar="DIR", help="a folder that keeps converted files")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as a page")
    parser.add_argument("--rules", type=Path, metavar="FILE.toml", help="what is to be different of the rules")
    parser.add_argument("--day", metavar="YYYY-MM-DD", help="the day on which the delivery was made")
    parser.add_argument("--window", nargs=2, metavar=("FROM", "UP_TO"), help="the period to look at, two days")
    parser.add_argument("--lang", choices=("nl", "en"), default="nl", help="language of the report")
    parser.add_argument("--strict", action="store_true", help="warnings end in exit status 4")
    parser.add_argument(
        "--rows", nargs=2, metavar=("TABLE", "RULE"), help="write the rows that fail a rule; personal data"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="for --rows: a .csv or .parquet that is not there yet")


def _tables(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from reintegratie_stats.pipeline import run_study
    from reintegratie_stats.study import read_study

    files = options.study or [Path("study.toml"), *sorted(Path("studies").glob("*.toml"))]
    studies = [read_study(file) for file in files]  # all of them before any is run
    for study in studies:
        if options.out is not None:
            study = replace(study, output=options.out / study.name if len(studies) > 1 else options.out)
        if options.lang is not None:
            study = replace(study, lang=options.lang)
        run_study(study)
    return 0


def _synthesise(options: argparse.Namespace) -> int:
    home = Path("data/synthetic")
    if options.study is not None:
        out = options.out or home / options.study
        rows = _write_synthetic(options.study, out, options.seed)
    else:
        out, rows = options.out or home, {}
        for study in SYNTHETIC:
            written = _write_synthetic(study, out / study, options.seed)
            rows |= {f"{study}/{name}": count for name, count in written.items()}
    for name, count in rows.items():
        print(f"{name}: {count} rows")
    print(f"written to {out}")
    return 0


def _write_synthetic(study: str, out: Path, seed: int | None) -> dict[str, int]:
    module = import_module(f"reintegratie_stats.registers.{SYNTHETIC[study]}")
    write: Callable[..., dict[str, int]] = getattr(module, f"write_{study}")
    return write(out) if seed is None else write(out, seed=seed)


def _dictionary(options: argparse.Namespace) -> int:
    from reintegratie_stats.registers.dictionary import data_dictionary

    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(data_dictionary(), encoding="utf-8", newline="\n")
    print(f"written to {options.out}")
    return 0


def _layout(options: argparse.Namespace) -> int:
    from reintegratie_stats.registers.layout_commands import COMMANDS

    lines, status = COMMANDS[options.what](options)
    print("\n".join(lines))
    return status


def _check(options: argparse.Namespace) -> int:
    from reintegratie_stats.quality.commands import ArgumentsError, run_check

    try:
        text, remarks, status = run_check(options)
    except ArgumentsError as error:
        print(f"reintegratie check: error: {error}", file=sys.stderr)
        return 2
    print(text, end="", flush=True)
    for remark in remarks:
        print(remark, file=sys.stderr)
    return status


def _published(options: argparse.Namespace) -> int:
    from reintegratie_stats.publications import check_arithmetic

    report = check_arithmetic(options.document)
    print(report)
    print(report.to_markdown(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
