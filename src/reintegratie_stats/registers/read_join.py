"""Usable rows joined to spells where a layout says so: after the checks, so that these speak of source rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import ibis.expr.types as ir

from reintegratie_stats.engine import Engine
from reintegratie_stats.errors import RegisterError, listing
from reintegratie_stats.registers.checks import Confronted, parse_columns, strip_keys
from reintegratie_stats.registers.layout import Layout
from reintegratie_stats.registers.layout_join import Joining
from reintegratie_stats.registers.reading import Reading
from reintegratie_stats.registers.registers import Change, Registers
from reintegratie_stats.registers.rules import FILLED, any_of
from reintegratie_stats.registers.schema import TABLES
from reintegratie_stats.registers.spells import Spells, join_dossiers, join_offers, join_wage_statements


def join_registers(registers: Registers, layouts: Mapping[str, Layout]) -> Registers:
    """Return registers in which the rows of each layout that says how are joined to spells.

    Parameters
    ----------
    registers : Registers
        Checked; `report` stays about their rows.
    layouts : mapping of str to Layout

    Returns
    -------
    Registers
        With the account in `reading`, and voorzieningen without a first day in `undated`. Spells are made once and
        kept in the engine.

    Raises
    ------
    RegisterError
        When the columns that a join needs are not there. All problems at once.
    """
    problems = []
    for name, layout in layouts.items():
        joining = layout.samenvoegen
        if joining is None or joining.way is None or name not in registers:
            continue
        try:
            registers = _joined(registers, name, layout, joining)
        except RegisterError as error:
            problems.append(str(error))
    if problems:
        raise RegisterError("\n".join(problems))
    return registers


def _joined(registers: Registers, name: str, layout: Layout, joining: Joining) -> Registers:
    offers = joining.wijze == "voorzieningen"
    usable = registers.table(name)
    rows = with_undated(registers.engine, name, registers.report.tables[name]) if offers else usable
    spells = _spells(rows, layout, joining).stored()
    table, undated = spells.table, dict(registers.undated)
    if offers and spells.account.kept:
        undated[name] = table.filter(table.begindatum.isnull())
        table = table.filter(table.begindatum.notnull())
        dated = registers.engine.collect(table.aggregate(n=table.count()), f"counting spells of {name}")
        spells = replace(spells, account=replace(spells.account, spells=int(dated["n"][0].as_py())))
    reading = _told(registers.reading[name], spells, usable.columns, layout, joining)
    changed = registers.changed(name, table, Change("joined", joining.wijze, table))
    readings = {**registers.reading, name: reading}
    return replace(changed, reading=MappingProxyType(readings), undated=MappingProxyType(undated))


def _spells(rows: ir.Table, layout: Layout, joining: Joining) -> Spells:
    given = joining.instellingen
    days = int(given.get("overbrugging_dagen", 0))
    if joining.wijze == "dossiers":
        return join_dossiers(
            rows, per=joining.per, overbrugging_dagen=days, eerste=joining.eerste, laatste=joining.laatste
        )
    if joining.wijze == "loonaangiften":
        return join_wage_statements(rows, per=joining.per, overbrugging_dagen=days, regel=joining.rule)
    number = str(given.get("aantal", layout.uitklappen.aantal if layout.uitklappen else "aantal"))
    there = number in rows.columns or "aantal" in given
    per = joining.per
    if layout.uitklappen and "per" not in given:  # rows of one kind only
        per = tuple(dict.fromkeys((*per, layout.uitklappen.naar)))
    highest = {"hoogste_aantal": int(given["hoogste_aantal"])} if "hoogste_aantal" in given else {}
    return join_offers(
        rows,
        per=per,
        aantal=number if number and there else None,
        overbrugging_dagen=days,
        eerste=joining.eerste,
        **highest,
    )


def with_undated(engine: Engine, name: str, confronted: Confronted) -> ir.Table:
    """Return the usable rows, and those that only lack a first day."""
    fails = {
        number: rule.fails
        for number, rule in enumerate(confronted.rules)
        if rule.severity == "fout" and confronted.counts[number][0]
    }
    lacking = [number for number in fails if (confronted.rules[number].column, confronted.rules[number].rule) == BEGUN]
    if not lacking:
        return confronted.usable
    others = [flag for number, flag in fails.items() if number not in lacking]
    source = confronted.source.filter(~any_of(others)) if others else confronted.source
    parsed, _ = parse_columns(name, TABLES[name], source)
    values = {column: seen.value for column, seen in strip_keys(engine, name, source, parsed).items()}
    return source.mutate(**values).select(*confronted.usable.columns)


BEGUN = ("begindatum", FILLED)


def _told(reading: Reading, spells: Spells, columns: tuple[str, ...], layout: Layout, joining: Joining) -> Reading:
    """Return the reading with the account, and a note on columns that the spells do not have, or have anew."""
    made = spells.table.columns
    lost = [name for name in columns if name not in made]
    empty = {name for name, one in layout.kolommen.items() if one.leeg}
    way = joining.way
    again = [
        name
        for name in columns
        if way and name in way.makes and name not in empty and name not in (*joining.eerste, "soort")
    ]
    notes = [f"samengevoegd tot {joining.wijze}: zonder kolom {listing(lost, 20)}"] if lost else []
    notes += ["zonder begindatum: niet in het register, wel in registers.undated"] if spells.account.kept else []
    notes += [f"kolom {listing(again)} is die van het samenvoegen, niet die van de bron"] if again else []
    return replace(reading, joined=spells.account, notes=(*reading.notes, *notes))
