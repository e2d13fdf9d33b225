"""The command ``reintegratie layout``: draft a layout, and try one."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import ibis

from reintegratie_stats.engine import open_engine
from reintegratie_stats.errors import DefinitionError, counted
from reintegratie_stats.registers.files import Cache, FileOptions
from reintegratie_stats.registers.layout import LayoutColumn
from reintegratie_stats.registers.layout_draft import draft_layout
from reintegratie_stats.registers.layout_read import OWN, read_layout, shipped_layouts
from reintegratie_stats.registers.layout_tables import HELPERS
from reintegratie_stats.registers.read import assemble
from reintegratie_stats.registers.read_one import read_one
from reintegratie_stats.registers.reading import Reading


def _new(options: argparse.Namespace) -> tuple[list[str], int]:
    sheet = int(options.sheet) if options.sheet and options.sheet.isdigit() else options.sheet
    form = FileOptions(scheiding=options.separator, codering=options.encoding, blad=sheet, kopregel=options.header)
    draft = draft_layout(options.file, options.table, form)
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
    if layout.adres_op is not None:
        lines.append(f"  gemeente comes from the address on {layout.adres_op}: not tried, read_registers looks it up")
        read = replace(read, table=read.table.mutate(gemeente=ibis.literal(layout.adres_op)))
        layout = layout.replace(kolommen={**layout.kolommen, "gemeente": LayoutColumn(vast=layout.adres_op)})
    registers = assemble(engine, {name: read}, {name: layout}, "")
    report = registers.report
    account = report.accounting().to_dict("records")[0]
    lines.append(f"checked: {account['rows']} rows, {account['usable']} usable, {account['set_aside']} set aside")
    for row in report.fails().to_dict("records"):
        lines.append(
            f"  {row['severity']}: {row['column']} {row['rule']}: {counted(row['fails'], 'row fails', 'rows fail')}"
        )
    lines += _joined(registers.reading[name], read.reading)
    useless = account["rows"] > 0 and account["usable"] == 0
    lines += ["not one row can be used"] if useless else []
    return lines, int(useless)


def _joined(reading: Reading, before: Reading) -> Sequence[str]:
    account = reading.joined
    if account is None:
        return ()
    together = account.used - sum(account.kept.values())
    lines = [f"joined: {counted(together, 'row')} to {counted(account.spells or 0, 'spell')}"]
    lines += [f"  not joined: {reason}: {counted(rows, 'row')}" for reason, rows in account.set_aside.items()]
    lines += [f"  kept apart: {what}: {counted(rows, 'row')}" for what, rows in account.kept.items()]
    return lines + [f"  {note}" for note in reading.notes[len(before.notes) :]]


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
