"""The command ``reintegratie layout``: draft a layout, and try one."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from reintegratie_stats.engine import open_engine
from reintegratie_stats.errors import DefinitionError, counted
from reintegratie_stats.registers.files import Cache
from reintegratie_stats.registers.layout_draft import draft_layout
from reintegratie_stats.registers.layout_read import OWN, read_layout, shipped_layouts
from reintegratie_stats.registers.layout_tables import HELPERS
from reintegratie_stats.registers.read_one import read_one
from reintegratie_stats.registers.reading import Reading
from reintegratie_stats.registers.registers import build


def _new(options: argparse.Namespace) -> tuple[list[str], int]:
    draft = draft_layout(options.file, options.table)
    if options.out is None:
        return draft.splitlines(), 0
    if options.out.exists():
        raise DefinitionError(f"{options.out} is there already. Name another file, or take it away first.")
    options.out.write_text(draft, encoding="utf-8", newline="\n")
    return [f"written to {options.out}"], 0


def _list(_: argparse.Namespace) -> tuple[list[str], int]:
    layouts = [(name, read_layout(name)) for name in shipped_layouts()]
    words = {OWN: "De kolommen heten zoals in het gegevenswoordenboek"}
    return [f"{name}: {words.get(name, layout.omschrijving)}" for name, layout in layouts], 0


def _check(options: argparse.Namespace) -> tuple[list[str], int]:
    layout = read_layout(options.layout, options.table)
    own = options.layout == OWN
    engine, name = open_engine(), layout.tabel
    files: Any = options.files[0] if len(options.files) == 1 else options.files
    cache = Cache.at(None)
    read = read_one(engine, name, files, cache, None if own else layout)
    lines = [f"layout {layout.naam} fills {name}", *_told(read.reading)]
    if name in HELPERS:
        return lines, 0
    report = build(engine, {name: read.table}, "").report
    account = report.accounting().to_dict("records")[0]
    lines.append(f"checked: {account['rows']} rows, {account['usable']} usable, {account['set_aside']} set aside")
    for row in report.fails().to_dict("records"):
        lines.append(
            f"  {row['severity']}: {row['column']} {row['rule']}: {counted(row['fails'], 'row fails', 'rows fail')}"
        )
    useless = account["rows"] > 0 and account["usable"] == 0
    lines += ["not one row can be used"] if useless else []
    return lines, int(useless)


def _told(reading: Reading) -> Sequence[str]:
    lines = []
    for file, rows in reading.files.items():
        found = ", ".join(f"{what} {value}" for what, value in reading.found.get(file, {}).items())
        lines.append(f"{file}: {counted(rows, 'row')}" + (f" ({found})" if found else ""))
        for step in reading.steps:
            if step.bestand == file:
                where = f"{step.kolom}: " if step.kolom else ""
                lines.append(f"  {step.stap}: {where}{step.reden}: {counted(step.rijen, 'row')}")
    lines += [f"  {note}" for note in reading.notes]
    if reading.out != reading.used:
        lines.append(f"{counted(reading.used, 'row')} became {counted(reading.out, 'row')}")
    return lines


COMMANDS: dict[str, Callable[[argparse.Namespace], tuple[list[str], int]]] = {
    "new": _new,
    "check": _check,
    "list": _list,
}
"""What each command does: it gives the lines that are to be printed, and the exit status."""
