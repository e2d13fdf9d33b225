"""One register: from its files, by its layout, to a table that the checks can take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import ibis
import ibis.expr.types as ir

from reintegratie_stats.engine import Engine, guard
from reintegratie_stats.errors import RegisterError
from reintegratie_stats.registers.apply import FORM, apply_layout
from reintegratie_stats.registers.apply_check import check_layout, key_clashes
from reintegratie_stats.registers.checks import check_columns
from reintegratie_stats.registers.files import Cache, FileOptions, SourceFile, SourceTable, open_source
from reintegratie_stats.registers.layout import Layout, LayoutColumn
from reintegratie_stats.registers.layout_read import OWN, own_layout
from reintegratie_stats.registers.layout_tables import TARGETS
from reintegratie_stats.registers.reading import Reading


@dataclass(frozen=True, repr=False, eq=False)
class Read:
    """A register that was read, before its checks.

    Parameters
    ----------
    table : ibis table
    reading : Reading
    holds : Cache, optional
        What must live as long as the table: the folder of converted files.
    """

    table: ir.Table
    reading: Reading
    holds: Cache | None = None

    def __repr__(self) -> str:
        return f"Read({self.reading!r})"


def read_one(
    engine: Engine,
    name: str,
    source: Any,
    cache: Cache,
    layout: Layout | None = None,
    options: FileOptions | None = None,
) -> Read:
    """Return one register with canonical columns.

    Parameters
    ----------
    engine : Engine
    name : str
        The register: one of `TARGETS`.
    source : path, folder, pattern, list of these, or a table
    cache : Cache
    layout : Layout, optional
        Without one the columns have their canonical names.
    options : FileOptions, optional

    Raises
    ------
    RegisterError
        When a file cannot be read, or columns are missing. All problems at once.
    """
    declared = TARGETS[name]
    chosen = (options or FileOptions()).over(layout.bestand if layout else FileOptions())
    wanted = None
    if layout is not None and not layout.alles_meenemen:
        wanted = layout.source_columns
    known = (*declared.column_names, *(layout.source_columns if layout else ()))
    needed = layout.needed_columns if layout else ()
    opened = open_source(engine, name, source, cache, options=chosen, wanted=wanted, needed=needed, known=known)
    plain = layout is None and all(_is_plain(file, chosen) for file in opened.files)
    if plain and not key_clashes(own_layout(name), opened):
        return replace(_as_it_is(engine, opened), holds=cache)
    if layout is None:
        layout = _own(name, opened)
    if chosen != layout.bestand:
        layout = layout.replace(bestand=chosen)
    return _kept(engine, cache, layout, opened)


def _is_plain(file: SourceFile, options: FileOptions) -> bool:
    """Whether a file is as the package writes it itself, so that nothing is to be done to its values."""
    return options.decimaal is None and not file.typed and file.found.get("scheiding", "komma") == "komma"


def _as_it_is(engine: Engine, opened: SourceTable) -> Read:
    counts = {file.name: _rows(engine, file) for file in opened.files}
    table = opened.table()
    written = {canonical: there for canonical, there in _canonical_names(opened).items() if canonical != there}
    if written:
        table = table.rename(written)
    held = all(engine.holds(file.table) for file in opened.files)
    if held and not engine.holds(table):  # what reads dates from text does so once, of a table that is held
        table = engine.store(f"bron_{opened.name}", table, f"reading {opened.name}")
        for number, _ in enumerate(opened.files):
            engine.drop(f"bron_{opened.name}_{number}")
    total = sum(counts.values())
    reading = Reading(
        opened.name,
        OWN,
        MappingProxyType(counts),
        (),
        total,
        total,
        MappingProxyType({file.name: file.found for file in opened.files}),
        tuple(f"{older}: een nieuwere versie is gelezen" for older in opened.older),
    )
    return Read(table, reading)


def _rows(engine: Engine, file: SourceFile) -> int:
    counted = engine.collect(file.table.aggregate(n=file.table.count()), f"counting rows of {file.name}")
    return int(counted["n"][0].as_py())


def _canonical_names(opened: SourceTable) -> dict[str, str]:
    """Return how the files write the canonical names, where they have them."""
    there = {name.strip().casefold(): name for name in opened.column_names}
    exact = set(opened.column_names)
    declared = TARGETS[opened.name].column_names
    return {name: name if name in exact else there[name] for name in declared if name in exact or name in there}


def _own(name: str, opened: SourceTable) -> Layout:
    """Return the package's own layout for the columns that are there."""
    declared = TARGETS[name]
    names = _canonical_names(opened)
    written = {there: canonical for canonical, there in names.items()}
    missing = check_columns(name, declared, tuple(written.get(column, column) for column in opened.column_names))
    if missing:
        raise RegisterError("\n".join(missing))
    layout = own_layout(name)
    columns = {name: one for name, one in layout.kolommen.items() if name in names}
    absent = {one.name: LayoutColumn(leeg=True) for one in declared.columns if one.required and one.name not in names}
    return layout.replace(kolommen=MappingProxyType({**columns, **absent}))


def _kept(engine: Engine, cache: Cache, layout: Layout, opened: SourceTable) -> Read:
    """Apply a layout and keep the result as Parquet; tables of an engine are left where they are."""
    problems = check_layout(layout, opened)
    if problems or not all(file.content for file in opened.files):
        applied = apply_layout(layout, opened, engine)
        return Read(applied.table, applied.reading, cache)
    files = [(file.name, file.content, sorted(file.columns)) for file in opened.files]
    key = cache.key("layout", opened.name, repr(layout), files, list(opened.older), FORM, ibis.__version__)
    found = cache.find(key)
    if found is None:
        applied = apply_layout(layout, opened, engine)

        def write(path: Path) -> None:
            guard(
                f"writing {opened.name}", lambda: engine.connection.to_parquet(applied.table, path, compression="zstd")
            )

        found = cache.keep(key, write, applied.reading.plain)
    table = engine.connection.read_parquet(
        [str(file) for file in found.files], table_name=f"gelezen_{engine.mark}{opened.name}"
    )
    return Read(table, Reading.of_plain(found.about), cache)
