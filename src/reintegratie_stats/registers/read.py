"""The only door in for files: a folder with a file per register, or a path per register, with a layout where needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any

import ibis.expr.types as ir

from reintegratie_stats.engine import Engine, engine_for, open_engine
from reintegratie_stats.errors import DefinitionError, RegisterError, ReintegratieError, listing, nearest
from reintegratie_stats.registers.files import Cache, FileOptions
from reintegratie_stats.registers.files.paths import SUFFIXES, files_of
from reintegratie_stats.registers.layout import Layout
from reintegratie_stats.registers.layout_read import OWN, read_layout
from reintegratie_stats.registers.layout_tables import HELPERS, TARGETS
from reintegratie_stats.registers.read_join import join_registers
from reintegratie_stats.registers.read_one import Read, read_one
from reintegratie_stats.registers.read_place import missing_addresses, place_gemeenten
from reintegratie_stats.registers.registers import Registers, build
from reintegratie_stats.registers.schema import TABLES

LayoutLike = str | PathLike[str] | Layout


def read_registers(
    source: str | PathLike[str] | Mapping[str, Any],
    *,
    layout: LayoutLike | Sequence[LayoutLike] | Mapping[str, LayoutLike] | None = None,
    cache: str | PathLike[str] | None = None,
    options: FileOptions | Mapping[str, FileOptions] | None = None,
    progress: bool | None = None,
    memory_limit: str | None = None,
    threads: int | None = None,
) -> Registers:
    """Read and check registers.

    Parameters
    ----------
    source : path or mapping
        A folder that holds a file or a folder per register: ``bijstand.parquet`` or ``bijstand.csv`` (required), and
        the same for ``vrijstellingen``, ``trajecten``, ``dienstverbanden``, ``personen`` and ``gemeenten`` where
        there are such. Or a mapping of register to a file, a folder, a pattern (``"data/bijstand_*.sav"``), a list of
        these, or a table (Ibis, Arrow, pandas). Beside the registers there may be ``adressen`` and ``objecten``,
        from which a layout can take the gemeente of a person on a day. Read are Parquet, text (``.csv``, ``.txt``),
        ``.xlsx`` and ``.ods``, SPSS, Stata and SAS.
    layout : name, path, Layout, a list of these, or a mapping of register to one; optional
        How the columns of a source become those of the data dictionary. Without one they have these names already,
        whatever their capitals. One that is not named for a register is for the table that it says it fills.
    cache : path, optional
        A folder for converted files: what is there is not converted again. It then holds personal data. Without it
        files are converted in a temporary folder, that goes with the process.
    options : FileOptions, or a mapping of register to one; optional
        Separator, decimal mark, encoding, sheet and header of files, where these must not be found out. They go before
        those of a layout.
    progress : bool, optional
        Whether to show how far a conversion is; by default where standard error is a terminal.
    memory_limit : str, optional
        The most that the engine may use, for example ``"4GB"``; what does not fit goes to a temporary folder. Of the
        engine that is opened here: with an Ibis table among the sources it is set on the connection of that table.
    threads : int, optional
        The number of threads of the engine; as `memory_limit`.

    Returns
    -------
    Registers
        With a `report` of the checks, and with `reading`: per register the files, what was found of them, and the rows
        that the layout took out. Rows that break a rule are set aside and counted, never dropped in silence. Where a
        layout joins rows to spells, this is done with the usable rows, and `reading` has the account.

    Raises
    ------
    RegisterError
        When the folder or a required file is not there, a register is there twice (as CSV and as Parquet), a file is
        empty or cannot be read, a column is missing, or a layout takes the gemeente from addresses that are not among
        the sources. All problems at once.
    DefinitionError
        When a layout cannot be used.

    Examples
    --------
    >>> import reintegratie_stats as rs
    >>> rs.read_registers("no/such/folder")
    Traceback (most recent call last):
        ...
    reintegratie_stats.errors.RegisterError: Folder no/such/folder does not exist. Give the folder that holds
    bijstand.csv or bijstand.parquet.
    """
    if not isinstance(source, (str, PathLike, Mapping)):
        raise RegisterError(
            f"read_registers takes the path of a folder, not {type(source).__name__}. "
            "Tables in memory are taken by Registers.from_frames."
        )
    layouts = find_layouts(layout)
    problems: list[str] = []
    if isinstance(source, Mapping):
        sources, called = _named(source), "bestanden"
    else:
        folder = Path(source)
        sources, problems = find_files(folder, layouts)
        called = folder.name
    _only_known(layouts, sources)
    engine = _engine(sources, memory_limit, threads)
    store = Cache.at(cache, progress=progress)
    read = {}
    for name, one in sources.items():
        try:
            read[name] = read_one(engine, name, one, store, layouts.get(name), _options(options, name))
        except RegisterError as error:
            problems.append(str(error))
    problems += missing_addresses(layouts, sources)
    return replace(assemble(engine, read, layouts, called, problems), holds=store)


def assemble(
    engine: Engine, read: Mapping[str, Read], layouts: Mapping[str, Layout], called: str, problems: Sequence[str] = ()
) -> Registers:
    """Make registers of what was read: the gemeente from addresses, then the checks, then rows joined to spells.

    Parameters
    ----------
    engine : Engine
    read : mapping of str to Read
    layouts : mapping of str to Layout
    called : str
        Where the registers came from.
    problems : sequence of str
        What went wrong before.

    Raises
    ------
    RegisterError
        All problems of all tables in one message, a line each.
    """
    problems = list(problems)
    try:
        read = place_gemeenten(engine, read, layouts)
    except RegisterError as error:
        problems.append(str(error))
    tables = {name: one.table for name, one in read.items() if name not in HELPERS}
    registers = build(engine, tables, called, problems)
    reading = MappingProxyType({name: one.reading for name, one in read.items()})
    return join_registers(replace(registers, reading=reading), layouts)


def find_layouts(layout: Any) -> dict[str, Layout]:
    """Return the layout of each register that has one of its own.

    Raises
    ------
    DefinitionError
        When one cannot be read, or two are for the same register. All problems at once.
    """
    problems: list[str] = []
    found: dict[str, Layout] = {}
    named: list[tuple[str | None, Any]]
    if isinstance(layout, Mapping):
        named = list(layout.items())
    elif isinstance(layout, Sequence) and not isinstance(layout, str):
        named = [(None, one) for one in layout]
    else:
        named = [] if layout is None else [(None, layout)]
    for name, one in named:
        if name is not None and name not in TARGETS:
            problems.append(f"layout: '{name}' is no register; there are: {listing(TARGETS)}.{nearest(name, TARGETS)}")
            continue
        if one is None or (isinstance(one, str) and one == OWN):
            continue
        try:
            read = read_layout(one, name)
        except ReintegratieError as error:
            problems.append(str(error))
            continue
        if name is not None and read.tabel != name:
            problems.append(f"layout: '{read.naam}' fills {read.tabel}, not {name}.")
        elif read.tabel in found:
            problems.append(f"layout: '{found[read.tabel].naam}' and '{read.naam}' both fill {read.tabel}. Give one.")
        else:
            found[read.tabel] = read
    if problems:
        raise DefinitionError("\n".join(problems))
    return found


def _named(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a mapping names, in the order of the tables."""
    problems = [
        f"'{name}' is no register; there are: {listing(TARGETS)}.{nearest(str(name), TARGETS)}"
        for name in source
        if name not in TARGETS
    ]
    given = {name: source[name] for name in TARGETS if source.get(name) is not None}
    problems += [
        f"{name}: this register is required." for name, table in TABLES.items() if table.required and name not in given
    ]
    if problems:
        raise RegisterError("\n".join(problems))
    return given


def _only_known(layouts: Mapping[str, Layout], sources: Mapping[str, Any]) -> None:
    idle = [
        f"'{one.naam}' fills {name}, which is not among the sources"
        for name, one in layouts.items()
        if name not in sources
    ]
    if idle and sources:
        raise DefinitionError(f"layout: {'; '.join(idle)}. The sources are: {listing(sources)}.")


def _options(options: Any, name: str) -> FileOptions | None:
    chosen = options.get(name) if isinstance(options, Mapping) else options
    if chosen is not None and not isinstance(chosen, FileOptions):
        raise RegisterError(
            f"options must be FileOptions, or a mapping of register to these, not {type(chosen).__name__}."
        )
    return chosen


def _engine(sources: Mapping[str, Any], memory_limit: str | None, threads: int | None) -> Engine:
    tables = {name: one for name, one in sources.items() if isinstance(one, ir.Table) and one._find_backends()[0]}
    if not tables:
        return open_engine(memory_limit=memory_limit, threads=threads)
    given = [name for name, one in (("memory_limit", memory_limit), ("threads", threads)) if one is not None]
    if given:
        raise RegisterError(
            f"{listing(given)} cannot be set: {listing(tables)} {'lives' if len(tables) == 1 else 'live'} on a "
            "connection of your own, and all work is done there. Set it on that connection, and leave it out here."
        )
    return engine_for(tables)


def find_files(folder: Path, layouts: Mapping[str, Layout] | None = None) -> tuple[dict[str, Any], list[str]]:
    """Return the files of each register in a folder, and what is wrong with the set of files.

    A register is a file or a folder of its name, or else what the patterns of its layout match. A problem is that
    ``bijstand`` is not there, or that a register is there in two formats.

    Raises
    ------
    RegisterError
        When there is no such folder.
    """
    wanted = "bijstand.csv or bijstand.parquet"
    if not folder.is_dir():
        raise RegisterError(
            f"Folder {folder} does not exist. Give the folder that holds {wanted}."
            if not folder.exists()
            else f"{folder} is a file. Give the folder that holds {wanted}."
        )
    entries = sorted(folder.iterdir())
    present = [path.name for path in entries if path.is_file()]
    files: dict[str, Any] = {}
    problems = []
    for name in TARGETS:
        found = [folder / f"{name}{suffix}" for suffix in SUFFIXES if f"{name}{suffix}" in present]
        found += [path for path in entries if path.name == name and path.is_dir()]
        layout = (layouts or {}).get(name)
        if len(found) > 1:
            problems.append(f"{name} is there twice: {listing(path.name for path in found)}. Keep one.")
        elif found:
            files[name] = found[0]
        elif layout is not None and layout.bestanden and (matched := _matched(name, folder, layout)):
            files[name] = matched
        elif name in TABLES and TABLES[name].required:
            near = nearest(f"{name}.csv", present)
            problems.append(f"No {wanted} in folder {folder}.{near} Present: {listing(present) or 'nothing'}.")
    return files, problems


def _matched(name: str, folder: Path, layout: Layout) -> list[Path]:
    found: list[Path] = []
    for pattern in layout.bestanden:
        try:
            found += [path for path in files_of(name, folder / pattern) if path not in found]
        except RegisterError:  # no file of this pattern
            continue
    return sorted(found)


__all__ = ["Read", "assemble", "find_files", "find_layouts", "read_one", "read_registers"]
