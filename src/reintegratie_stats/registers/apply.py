"""Apply a layout: from the files of a source to one table with canonical columns, every row accounted for.

Rows of the source = rows that a filter of the layout takes out (with its reason) + rows that go on to the checks. A
value that cannot be read as the layout says stays as text, so that the checks find it and set its row aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import ibis
import ibis.expr.types as ir

from reintegratie_stats.engine import Engine
from reintegratie_stats.errors import DefinitionError, RegisterError, listing
from reintegratie_stats.registers.apply_check import check_layout, is_code, kind_of
from reintegratie_stats.registers.apply_columns import (
    Plan,
    Raw,
    any_of,
    has_comma,
    has_point,
    has_thousands,
    passes,
    raw_column,
    stage,
)
from reintegratie_stats.registers.files import ColumnInfo, SourceFile, SourceTable
from reintegratie_stats.registers.layout import Layout, LayoutColumn
from reintegratie_stats.registers.reading import Reading, Step

FORM = 3
"""Raised when a layout is applied in another way: what a cache holds is then made again."""
_WORDS = {
    "missing": ("waarde vervallen", "het bestand verklaart de waarde ontbrekend"),
    "open": ("lopend", "de waarde betekent dat er geen einde is"),
    "blanks": ("spaties verwijderd", "spaties voor of achter de sleutel"),
    "other": ("andere code", "de code staat niet in de layout"),
    "code": ("gemeentecode in één schrijfwijze", "de code van een gemeente is geschreven als GM0014"),
}
"""What was done to a value: the step and the reason."""


@dataclass(frozen=True, repr=False, eq=False)
class Applied:
    """A source after its layout.

    Parameters
    ----------
    table : ibis table
    reading : Reading
    """

    table: ir.Table
    reading: Reading


@dataclass(frozen=True, repr=False, eq=False)
class _Part:
    """One file after the layout: a table with everything computed, and what its columns are."""

    file: SourceFile
    table: ir.Table
    plans: dict[str, Plan]
    outs: list[tuple[str, str, str, str]]
    """Step, column, reason, and the name of the flag of rows that are taken out at it."""

    @property
    def kept(self) -> ir.BooleanValue:
        return ~any_of([self.table[flag] for *_, flag in self.outs])


def apply_layout(layout: Layout, source: SourceTable, engine: Engine) -> Applied:
    """Return the rows of a source as the table that a layout fills.

    Parameters
    ----------
    layout : Layout
    source : SourceTable
    engine : Engine
        Where the rows are counted.

    Returns
    -------
    Applied

    Raises
    ------
    DefinitionError
        When the layout is not finished.
    RegisterError
        When a column is not there, or columns of files do not go together. All problems at once.
    """
    problems = check_layout(layout, source)
    if problems:
        raise (DefinitionError if layout.unfinished else RegisterError)("\n".join(problems))
    firsts = [_first(layout, source, number, engine) for number in range(len(source.files))]
    marks, unsure = _marks(layout, firsts)
    parts = [_part(layout, source, number, engine, one, marks[number]) for number, one in enumerate(firsts)]
    counts = [_count(source.name, part, engine) for part in parts]
    names = dict.fromkeys(name for part in parts for name in part.plans)
    unread = {name: sum(count.get(("unread", name), 0) for count in counts) for name in names}
    outputs = [_output(part, unread) for part in parts]
    table = _united(source, outputs)
    used = sum(count["used", ""] for count in counts)
    out = used
    if layout.uitklappen:
        table = _unfold(layout, table)
        out = engine.collect(table.aggregate(n=table.count()), f"counting {source.name}")["n"][0].as_py()
    reading = Reading(
        register=source.name,
        layout=layout.naam,
        files=MappingProxyType({part.file.name: count["rows", ""] for part, count in zip(parts, counts, strict=True)}),
        steps=tuple(step for part, count in zip(parts, counts, strict=True) for step in _steps(layout, part, count)),
        used=used,
        out=out,
        found=MappingProxyType({file.name: file.found for file in source.files}),
        notes=(*_notes(layout, source), *unsure),
        labels=_labels(layout, source),
    )
    return Applied(table, reading)


_COUNT = "aantal van kolom "
_STRANGE = "rs_uit_onleesbaar"


@dataclass(frozen=True, repr=False, eq=False)
class _First:
    """One file with its columns as text, and what is seen of the decimal mark of its numbers."""

    file: SourceFile
    raws: dict[str, Raw]
    table: ir.Table
    comma: bool
    point: bool
    thousands: bool


def _first(layout: Layout, source: SourceTable, number: int, engine: Engine) -> _First:
    file = source.files[number]
    raws, exprs = _raws(layout, file)
    table = stage(engine, f"{source.name}_{number}_a", file.table, exprs)
    return _First(file, raws, table, *_seen(layout, file, raws, table, engine))


def _marks(layout: Layout, firsts: list[_First]) -> tuple[list[str], list[str]]:
    """Return the decimal mark of each file, and notes on files of which it is not sure.

    As was said; a comma where any number of the file has one. A file that shows neither, as it has whole numbers only
    or nothing but such as ``1.234``, is as the other files are where these agree.
    """
    if layout.bestand.decimal:
        return [layout.bestand.decimal] * len(firsts), []
    elsewhere = any(one.comma for one in firsts) and not any(one.point and not one.comma for one in firsts)
    marks = ["," if one.comma or (elsewhere and not one.point) else "." for one in firsts]
    notes = [
        f"{one.file.name}: getallen zoals 1.234 zijn gelezen met een decimale punt; zijn het duizendtallen, zeg dan "
        'decimaal = "komma" onder [bestand]'
        for one, mark in zip(firsts, marks, strict=True)
        if mark == "." and one.thousands and not one.point
    ]
    return marks, notes


def _part(layout: Layout, source: SourceTable, number: int, engine: Engine, first: _First, decimal: str) -> _Part:
    file, raws, table, label = first.file, first.raws, first.table, f"{source.name}_{number}"
    plans = _plans(layout, source, file, raws, decimal)
    for name, step in (("b", Plan.prepare), ("c", Plan.read), ("d", Plan.finish)):
        made: dict[str, ir.Value] = {}
        for plan in plans.values():
            made |= {} if plan.as_is else step(plan, table)
        table = stage(engine, f"{label}_{name}", table, made)
    outs, flags = _outs(layout, file, raws, plans, table)
    return _Part(file, stage(engine, f"{label}_e", table, flags), plans, outs)


def _raws(layout: Layout, file: SourceFile) -> tuple[dict[str, Raw], dict[str, ir.Value]]:
    """Return the source columns that are used, by the name that the layout gives them, and their expressions."""
    raws: dict[str, Raw] = {}
    exprs: dict[str, ir.Value] = {}
    by_written: dict[str, Raw] = {}
    for name in layout.source_columns:
        written = file.column(name)
        if written is None:
            continue
        if written not in by_written:
            by_written[written], made = raw_column(
                file, written, len(by_written), declared_missing=layout.gebruikersmissing
            )
            exprs |= made
        raws[name] = by_written[written]
    return raws, exprs


def _plans(
    layout: Layout, source: SourceTable, file: SourceFile, raws: Mapping[str, Raw], decimal: str
) -> dict[str, Plan]:
    """Return how each column of the result is made."""
    plans: dict[str, Plan] = {}
    for name, column in {**layout.kolommen, **layout.meenemen}.items():
        kind = kind_of(layout, name)
        kind = "date" if column.datum or column.open else "number" if column.getal else kind
        kind = kind if kind in ("date", "number") else "text"
        there = tuple(raws[one] for one in column.kolom if one in raws)
        if len(there) < len(column.kolom):
            column, there = LayoutColumn(leeg=True), ()
        mark = {"komma": ",", "punt": "."}.get(column.getal or "", decimal)
        after = layout.einddag == "dag erna" and name == "einddatum"
        plans[name] = Plan(len(plans), column, kind, there, mark, after, is_code(name, column))
    if layout.alles_meenemen:
        spelled = {name.strip().casefold(): name for name in source.column_names}
        used = {raw.name for raw in raws.values()}
        taken = {name.casefold() for name in plans}
        for name in file.columns:
            folded = name.strip().casefold()
            if name not in used and folded not in taken:
                plans[spelled[folded]] = Plan(len(plans), LayoutColumn(kolom=(name,)), "text", as_is=name)
    if layout.uitklappen:
        for place, name in enumerate(layout.uitklappen.kolommen.values()):
            column = LayoutColumn(kolom=(name,))
            plans[f"{_COUNT}{place}"] = Plan(len(plans), column, "number", (raws[name],), decimal)
    return plans


def _outs(
    layout: Layout, file: SourceFile, raws: Mapping[str, Raw], plans: Mapping[str, Plan], table: ir.Table
) -> tuple[list[tuple[str, str, str, str]], dict[str, ir.Value]]:
    """Return what takes rows out, in order: each row at the first."""
    outs, flags = [], {}
    still = ibis.literal(True)
    for place, one in enumerate(layout.filters):
        good = passes(one, raws[one.kolom], table)
        outs.append(("gefilterd", one.kolom, one.reden, f"rs_uit{place}"))
        flags[f"rs_uit{place}"] = still & ~good
        still = still & good
    if layout.uitklappen:
        numbers = [plan for name, plan in plans.items() if name.startswith(_COUNT)]
        none = ~any_of([(table[plan.name("typed")] > 0).fill_null(False) for plan in numbers])
        strange = any_of([table[plan.name("unread")] for plan in numbers])
        outs.append(("zonder aantal", "", "geen aantal groter dan nul", "rs_uit_leeg"))
        flags["rs_uit_leeg"] = still & none & ~strange
        outs.append(("zonder aantal", "", "een aantal is niet te lezen, en geen ander is groter dan nul", _STRANGE))
        flags[_STRANGE] = still & none & strange
    return outs, flags


def _seen(
    layout: Layout, file: SourceFile, raws: Mapping[str, Raw], table: ir.Table, engine: Engine
) -> tuple[bool, bool, bool]:
    """Return whether numbers in text have a decimal comma, have a decimal point, and are such as ``1.234``."""
    if layout.bestand.decimal:
        return False, False, False
    columns = [
        column.kolom[0]
        for name, column in {**layout.kolommen, **layout.meenemen}.items()
        if column.kolom and (column.getal == "zoek" or (column.getal is None and kind_of(layout, name) == "number"))
    ]
    columns += list(layout.uitklappen.kolommen.values()) if layout.uitklappen else []
    texts = [
        raws[name]
        for name in columns
        if name in raws and not raws[name].is_number and raws[name].info.cells != ("number",)
    ]
    if not texts:
        return False, False, False
    looks = (has_comma, has_point, has_thousands)
    sums = {
        f"n{which}_{place}": look(one, table).sum()
        for which, look in enumerate(looks)
        for place, one in enumerate(texts)
    }
    found = engine.collect(table.aggregate(**sums), f"looking for decimal commas in {file.name}").to_pylist()[0]
    of_text = [place for place, one in enumerate(texts) if "number" not in one.info.cells]  # these have a point
    comma, point, thousands = (
        any(found[f"n{which}_{place}"] for place in (range(len(texts)) if which == 0 else of_text))
        for which in range(len(looks))
    )
    return comma, point, thousands


def _count(name: str, part: _Part, engine: Engine) -> dict[tuple[str, str], int]:
    """Count rows, rows taken out at each step, and of the others what was done to values."""
    table = part.table
    flags: dict[tuple[str, str], ir.BooleanValue] = {("rows", ""): ibis.literal(True), ("used", ""): part.kept}
    for place, (*_, flag) in enumerate(part.outs):
        flags["out", str(place)] = table[flag]
    for column, plan in part.plans.items():
        for what in (*plan.flags, *(["unread"] if plan.is_read else [])):
            flags[what, column] = part.kept & table[plan.name(what)]
    named = {f"n{place}": flag for place, flag in enumerate(flags.values())}
    counted = table.select(**named)
    sums = counted.aggregate(**{column: counted[column].sum() for column in named})
    row = engine.collect(sums, f"counting rows of {name}").to_pylist()[0]
    return {what: int(row[column] or 0) for what, column in zip(flags, named, strict=True)}


def _output(part: _Part, unread: Mapping[str, int]) -> ir.Table:
    table = part.table.filter(part.kept) if part.outs else part.table
    columns = {}
    for name, plan in part.plans.items():
        typed = plan.is_read and (not unread[name] or name.startswith(_COUNT))
        columns[name] = table[plan.as_is or plan.name("typed" if typed else "value")]
    return table.select(**columns)


def _united(source: SourceTable, tables: list[ir.Table]) -> ir.Table:
    """Return the rows of all files; a column that comes along must be of one type."""
    files = tuple(
        SourceFile(file.name, table, {name: ColumnInfo(name) for name in table.columns})
        for file, table in zip(source.files, tables, strict=True)
    )
    return SourceTable(source.name, files).table()


def _unfold(layout: Layout, table: ir.Table) -> ir.Table:
    unfold = layout.uitklappen
    assert unfold is not None
    rest = [name for name in table.columns if not name.startswith(_COUNT)]
    parts = []
    for place, value in enumerate(unfold.kolommen):
        number = table[f"{_COUNT}{place}"]
        some = table.filter((number > 0).fill_null(False))
        made = {unfold.naar: ibis.literal(value), unfold.aantal: some[f"{_COUNT}{place}"]}
        parts.append(some.select(**{name: some[name] for name in rest}, **made))
    return parts[0] if len(parts) == 1 else ibis.union(*parts, distinct=False)


def _steps(layout: Layout, part: _Part, count: Mapping[tuple[str, str], int]) -> list[Step]:
    name = part.file.name
    steps = [
        Step(name, step, column, reason, count["out", str(place)])
        for place, (step, column, reason, flag) in enumerate(part.outs)
        if flag != _STRANGE or count["out", str(place)]
    ]
    for column, plan in part.plans.items():
        for what in plan.flags:
            key = kind_of(layout, column) == "key"
            if count[what, column] and (what != "blanks" or key):
                steps.append(Step(name, _WORDS[what][0], column, _WORDS[what][1], count[what, column]))
        if count.get(("unread", column)):
            shown = column if not column.startswith(_COUNT) else plan.raws[0].name
            steps.append(Step(name, "onleesbaar", shown, "niet te lezen zoals de layout zegt", count["unread", column]))
    return steps


def _notes(layout: Layout, source: SourceTable) -> tuple[str, ...]:
    notes = [f"{name}: een nieuwere versie is gelezen" for name in source.older]
    for file in source.files:
        lacking = [name for name in layout.source_columns if file.column(name) is None]
        notes += [f"{file.name}: zonder kolom {listing(lacking)}"] if lacking else []
        keys = [one for name, one in layout.kolommen.items() if kind_of(layout, name) == "key" and one.breedte is None]
        mixed = [name for one in keys for name in one.kolom if _mixed(file, name)]
        if mixed:
            notes.append(
                f"{file.name}: kolom {listing(mixed)} heeft getallen en teksten met een nul vooraan: getallen kunnen "
                "hun nullen kwijt zijn (breedte)"
            )
    return tuple(notes)


def _mixed(file: SourceFile, name: str) -> bool:
    """Whether cells of a sheet's column are numbers, and others digits that begin with a zero."""
    written = file.column(name)
    return written is not None and {"number", "zeros"} <= set(file.columns[written].cells)


def _labels(layout: Layout, source: SourceTable) -> Mapping[str, Mapping[str, str]]:
    """Return the labels of codes that stay codes, by column of the result; of the last file that has them."""
    labels: dict[str, Mapping[str, str]] = {}
    for file in source.files:
        for name, column in {**layout.kolommen, **layout.meenemen}.items():
            if len(column.kolom) == 1 and not column.labels and (written := file.column(column.kolom[0])):
                values = file.columns[written].values
                if values:
                    labels[name] = MappingProxyType(
                        {column.waarden.get(code, code): said for code, said in values.items()}
                    )
        if layout.alles_meenemen:
            labels.update({name: one.values for name, one in file.columns.items() if one.values and name not in labels})
    return MappingProxyType(labels)
