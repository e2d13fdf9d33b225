"""The door in for files: a path, a folder, a pattern or an Ibis table becomes a `SourceTable`."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from reintegratie_stats.engine import Engine, check_names, to_table
from reintegratie_stats.errors import RegisterError, listing
from reintegratie_stats.registers.files.cache import Cache, Converted
from reintegratie_stats.registers.files.convert import convert_statistical
from reintegratie_stats.registers.files.described import ColumnInfo, FileOptions, Kind
from reintegratie_stats.registers.files.paths import SHEETS, STATISTICAL, TEXT, files_of, newest
from reintegratie_stats.registers.files.sheets import convert_sheet, sheet_names
from reintegratie_stats.registers.files.source import SourceFile, SourceTable
from reintegratie_stats.registers.files.statistical import describe, schema_of
from reintegratie_stats.registers.files.text import as_utf8, find_form, problem_of


def open_source(
    engine: Engine,
    name: str,
    source: Any,
    cache: Cache,
    *,
    options: FileOptions | None = None,
    wanted: Collection[str] | None = None,
    needed: Collection[str] = (),
    known: Collection[str] = (),
) -> SourceTable:
    """Return a register as its files have it.

    Parameters
    ----------
    engine : Engine
        Where the tables are read; files ask for DuckDB.
    name : str
        The register's name.
    source : path, folder, pattern, list of these, or a table
        A folder means all files in it that can be read. Of files that differ by a version only (``...V2.sav``), the
        newest is read.
    cache : Cache
    options : FileOptions, optional
    wanted : collection of str, optional
        The columns that are needed, whatever their capitals: of SPSS, Stata and SAS only these are converted.
    needed : collection of str
        The columns without which the file is of no use; one that lacks any is not converted, and has no rows.
    known : collection of str
        Column names that a message may quote.

    Raises
    ------
    RegisterError
        When there are no such files, or one cannot be read. The problems of all files at once.
    """
    if isinstance(source, ir.Table) or hasattr(source, "__arrow_c_stream__") or hasattr(source, "iloc"):
        table = to_table(engine, name, source, known)
        return SourceTable(name, (SourceFile("tabel", table, _columns_of(table)),))
    paths, older = newest(files_of(name, source))
    _refuse_doubles(name, paths)
    if engine.connection.name != "duckdb":
        raise RegisterError(
            f"{name}: files are read by DuckDB, and the Ibis tables live on {engine.connection.name}. "
            "Bring the tables on DuckDB, or give this register as a table of that engine."
        )
    files, problems = [], []
    chosen = options or FileOptions()
    for number, path in enumerate(paths):
        try:
            files.append(_open_file(engine, name, number, path, cache, chosen, wanted, needed, known))
        except RegisterError as error:
            problems.append(str(error))
    if problems:
        raise RegisterError("\n".join(problems))
    return SourceTable(name, tuple(files), tuple(path.name for path in older))


def _refuse_doubles(name: str, paths: Sequence[Path]) -> None:
    """Refuse the same file in two formats: its rows would count twice."""
    stems: dict[tuple[Path, str], list[str]] = {}
    for path in paths:
        stems.setdefault((path.parent, path.stem.casefold()), []).append(path.name)
    twice = [same for same in stems.values() if len(same) > 1]
    if twice:
        raise RegisterError("\n".join(f"{name} is there twice: {listing(same)}. Keep one." for same in twice))


def _open_file(
    engine: Engine,
    name: str,
    number: int,
    path: Path,
    cache: Cache,
    options: FileOptions,
    wanted: Collection[str] | None,
    needed: Collection[str],
    known: Collection[str],
) -> SourceFile:
    suffix = path.suffix.casefold()
    label = f"bron_{name}_{number}"
    if suffix == ".parquet":
        table = _read_parquet(engine, name, label, path, known)
        return SourceFile(path.name, table, _columns_of(table), content=cache.content(path), path=path)
    if suffix in TEXT:
        return _open_text(engine, name, label, path, cache, options, known)
    if suffix in SHEETS:
        converted = convert_sheet(cache, name, path, options, wanted or known, known)
        table = _parts(engine, label, converted)
        found = {"blad": converted.about["sheet"], "kopregel": str(converted.about["header"])}
        kinds = converted.about["kinds"]
        columns = {one: ColumnInfo(one, cells=tuple(kinds.get(one, ()))) for one in table.columns}
        return SourceFile(path.name, table, MappingProxyType(columns), found, cache.content(path), path)
    assert suffix in STATISTICAL
    return _open_statistical(engine, name, label, path, cache, options, wanted, needed, known)


def _open_statistical(
    engine: Engine,
    name: str,
    label: str,
    path: Path,
    cache: Cache,
    options: FileOptions,
    wanted: Collection[str] | None,
    needed: Collection[str],
    known: Collection[str],
) -> SourceFile:
    described = describe(name, path, options)
    check_names(f"{name}: {path.name}", [column.name for column in described.columns], known)
    there = {column.name.strip().casefold() for column in described.columns}
    if not {one.strip().casefold() for one in needed} <= there:  # to be refused: not after an hour of converting
        kept = [column.name for column in described.columns]
        table = engine.upload(label, schema_of(described, kept).empty_table())
        return SourceFile(path.name, table, MappingProxyType({one.name: one for one in described.columns}))
    converted = convert_statistical(cache, name, path, options, None if wanted is None else sorted(wanted))
    table = _parts(engine, label, converted)
    said = {info["name"]: ColumnInfo.of_plain(info) for info in converted.about["columns"]}
    columns = MappingProxyType({column: said[column] for column in table.columns})
    found = {
        "statistisch": path.suffix[1:].casefold(),
        "codering": converted.about["encoding"] or "die van het bestand",
    }
    others = tuple(column for column in said if column not in columns)
    return SourceFile(path.name, table, columns, found, cache.content(path), path, others)


def _parts(engine: Engine, label: str, converted: Converted) -> ir.Table:
    files = [str(file) for file in converted.files]
    return engine.connection.read_parquet(files, table_name=f"bestand_{engine.mark}{label}")


def _open_text(
    engine: Engine, name: str, label: str, path: Path, cache: Cache, options: FileOptions, known: Collection[str]
) -> SourceFile:
    form = find_form(name, path, options, known)
    problem = ""
    with tempfile.TemporaryDirectory(prefix="reintegratie_stats_") as folder:
        readable = as_utf8(path, form, Path(folder), 0)
        try:
            text = engine.connection.read_csv(
                readable,
                table_name=f"tekst_{engine.mark}{label}",
                columns=dict.fromkeys(form.names, "VARCHAR"),
                auto_detect=False,
                header=True,
                skip=form.skip,
                delim=form.separator,
                quote='"',
                escape='"',
            )
            temporary = engine.spill is None  # a DuckDB of the user: a file of theirs stays as it was
            table = engine.connection.create_table(engine.mark + label, text, temp=temporary, overwrite=True)
        except RegisterError:
            raise
        except Exception as error:  # the reader's words quote the line that it stumbled over
            problem = problem_of(str(error), form.separator)
    if problem:
        raise RegisterError(f"{name}: {path.name} cannot be read: {problem}")
    return SourceFile(path.name, table, _columns_of(table), form.found, cache.content(path), path)


def _read_parquet(engine: Engine, name: str, label: str, path: Path, known: Collection[str]) -> ir.Table:
    if path.stat().st_size == 0:
        raise RegisterError(f"{name}: {path.name} is empty: it has not even a header. Deliver the file again.")
    try:
        schema = pq.read_schema(path)
        check_names(f"{name}: {path.name}", schema.names, known)
        table: ir.Table = engine.connection.read_parquet(path, table_name=f"bestand_{engine.mark}{label}")
        table.limit(1).to_pyarrow()
    except (RegisterError, MemoryError, KeyboardInterrupt):
        raise
    except Exception:  # the reader's words may quote a value
        table = None
    if table is None:
        raise RegisterError(
            f"{name}: {path.name} cannot be read: it is not a Parquet file, or it is damaged. Deliver it again."
        )
    empty = [column.name for column in schema if pa.types.is_null(column.type)]
    return table.mutate(**{column: ibis.null("string") for column in empty}) if empty else table


def _columns_of(table: ir.Table) -> MappingProxyType[str, ColumnInfo]:
    return MappingProxyType({name: ColumnInfo(name, _kind(table[name].type())) for name in table.columns})


def _kind(kind: Any) -> Kind:
    if kind.is_string() or kind.is_null():
        return "text"
    if kind.is_date() or kind.is_timestamp():
        return "date"
    return "number" if kind.is_numeric() and not kind.is_boolean() else "other"


def describe_file(
    path: Path, cache: Cache, options: FileOptions | None = None, *, wanted: Collection[str] = ()
) -> tuple[tuple[ColumnInfo, ...], int | None, FileOptions]:
    """Return what one file says of its columns, the number of rows where it tells, and where a workbook's header is.

    No row is shown; of a workbook rows are looked at for the header, which is recognised by the names in `wanted`.

    Raises
    ------
    RegisterError
        When there is no such file, or it cannot be read.
    """
    (path,) = files_of(path.name, path) if not path.is_dir() else (path,)
    options, suffix = options or FileOptions(), path.suffix.casefold()
    where = path.stem
    if suffix in STATISTICAL:
        described = describe(where, path, options)
        return described.columns, described.rows, options
    if suffix in TEXT:
        form = find_form(where, path, options, ())
        return tuple(ColumnInfo(name) for name in form.names), None, options
    if suffix in SHEETS:
        converted = convert_sheet(cache, where, path, options, wanted, ())
        names = pq.read_schema(converted.files[0]).names
        kinds, header = converted.about["kinds"], int(converted.about["header"])
        several = len(sheet_names(where, path)) > 1
        found = FileOptions(blad=converted.about["sheet"] if several else None, kopregel=header if header > 1 else None)
        said = options.over(found)
        return tuple(ColumnInfo(name, _of_cells(kinds.get(name, []))) for name in names), converted.rows, said
    from reintegratie_stats.engine import open_engine

    table = _read_parquet(open_engine(), where, "ontwerp", path, ())
    return tuple(_columns_of(table).values()), pq.read_metadata(path).num_rows, options


def _of_cells(kinds: Sequence[str]) -> Kind:
    return "date" if kinds == ["date"] else "number" if kinds == ["number"] else "text"
