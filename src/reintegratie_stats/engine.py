"""The engine under the register work: tables as Ibis expressions.

By default DuckDB runs embedded in the process, reads Parquet as a stream and writes to a temporary folder what does not fit
in memory. Whoever brings Ibis tables of another engine (Spark, say) keeps that engine.

Errors of an engine often quote the value that they stumbled over. So every statement runs in `guard`, which passes on the
kind of error and never its words.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from reintegratie_stats.errors import EngineError, RegisterError, listing

Result = TypeVar("Result")


def guard(doing: str, run: Callable[[], Result], hint: str = "") -> Result:
    """Run `run`; when the engine fails, say what was being done and withhold the engine's words.

    Parameters
    ----------
    doing : str
        What was being done, for the message.
    run : callable
        Takes nothing; its result is returned.
    hint : str
        What the user can do.

    Returns
    -------
    object
        What `run` returns.

    Raises
    ------
    EngineError
        With the kind of the engine's error only. It is raised outside of the handler, so that the engine's error is not
        even its context.
    """
    failure = ""
    try:
        return run()
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:  # the engine's words may quote a person's values
        failure = type(error).__name__
    raise EngineError(
        f"The engine failed while {doing} ({failure}). Its message is withheld, as it may quote values of persons.{hint}"
    )


def _spill_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="reintegratie_stats_")


@dataclass(frozen=True, repr=False, eq=False)
class Engine:
    """A connection that holds tables; made by `open_engine`.

    Parameters
    ----------
    connection : ibis backend
        DuckDB unless the user brought another.
    spill : TemporaryDirectory, optional
        Where DuckDB puts what does not fit in memory; removed with the engine.
    """

    connection: Any
    spill: tempfile.TemporaryDirectory[str] | None = field(default=None)

    def __repr__(self) -> str:
        return f"Engine({self.connection.name})"

    def upload(self, name: str, table: pa.Table) -> ir.Table:
        """Store a small Arrow table under `name` (replacing one of that name) and return it as an expression."""
        return guard(
            f"storing table {name}",
            lambda: self.connection.create_table(name, table, overwrite=True),
        )

    def store(self, name: str, expression: ir.Table, doing: str) -> ir.Table:
        """Run an expression and keep its rows in the engine as table `name` (replacing one of that name)."""
        return guard(
            doing, lambda: self.connection.create_table(name, expression, overwrite=True)
        )

    def drop(self, name: str) -> None:
        """Drop a table that `upload` stored."""
        guard(f"dropping table {name}", lambda: self.connection.drop_table(name, force=True))

    def collect(self, expression: ir.Table, doing: str) -> pa.Table:
        """Run an expression and return its rows as an Arrow table."""
        return guard(doing, expression.to_pyarrow)


def open_engine(*, memory_limit: str | None = None, threads: int | None = None) -> Engine:
    """Open DuckDB in the process, able to spill to a temporary folder.

    Parameters
    ----------
    memory_limit : str, optional
        For example ``"4GB"``; DuckDB's own default is 80 per cent of the machine.
    threads : int, optional
        The number of threads; by default as many as there are cores.

    Returns
    -------
    Engine
    """
    spill = _spill_folder()
    settings: dict[str, Any] = {"temp_directory": spill.name, "preserve_insertion_order": False}
    if memory_limit is not None:
        settings["memory_limit"] = memory_limit
    if threads is not None:
        settings["threads"] = threads
    connection = guard("opening DuckDB", lambda: ibis.duckdb.connect(**settings))
    return Engine(connection, spill)


def engine_for(tables: Mapping[str, Any]) -> Engine:
    """Return the engine that the user's Ibis tables live on, or a new DuckDB where there are none.

    Raises
    ------
    RegisterError
        When the Ibis tables live on more than one engine.
    """
    backends = []
    for table in tables.values():
        if isinstance(table, ir.Table):
            backend = table.get_backend() if _has_backend(table) else None
            if backend is not None and not any(backend is seen for seen in backends):
                backends.append(backend)
    if not backends:
        return open_engine()
    if len(backends) > 1:
        raise RegisterError(
            f"The Ibis tables live on {len(backends)} connections. Bring them on one connection, "
            "or give the smaller ones as pandas or Arrow tables."
        )
    return Engine(backends[0])


def _has_backend(table: ir.Table) -> bool:
    """Whether an Ibis table is bound to a connection; a memtable is not."""
    return bool(table._find_backends()[0])


def to_table(engine: Engine, name: str, data: Any) -> ir.Table:
    """Return what the user brought (pandas, Arrow, polars, Ibis) as a table of the engine.

    Parameters
    ----------
    engine : Engine
    name : str
        The register's name, for the message.
    data : pandas.DataFrame, pyarrow.Table, ibis table, or anything with ``__arrow_c_stream__``

    Raises
    ------
    RegisterError
        When `data` is no table, or a column holds mixed types.
    """
    if isinstance(data, ir.Table):
        return data if _has_backend(data) else engine.upload(f"bron_{name}", data.to_pyarrow())
    return engine.upload(f"bron_{name}", _plain_types(_to_arrow(name, data)))


def _to_arrow(name: str, data: Any) -> pa.Table:
    if isinstance(data, pa.Table):
        return data
    if hasattr(data, "columns") and hasattr(data, "iloc"):  # pandas
        return _pandas_to_arrow(name, data)
    if hasattr(data, "__arrow_c_stream__"):
        return pa.table(data)
    raise RegisterError(
        f"{name}: {type(data).__name__} is not a table. Give a pandas, Arrow or Ibis table; "
        "a file or folder is read by read_registers."
    )


def _pandas_to_arrow(name: str, frame: Any) -> pa.Table:
    """Convert column by column, so that a column of mixed types can be named without quoting it."""
    if not frame.columns.is_unique:
        doubles = sorted({str(column) for column in frame.columns[frame.columns.duplicated()]})
        raise RegisterError(f"{name}: column {', '.join(doubles)} occurs more than once. Keep one.")
    arrays, mixed = [], []
    for position in range(frame.shape[1]):
        try:
            arrays.append(pa.Array.from_pandas(frame.iloc[:, position]))
        except (pa.ArrowException, TypeError, ValueError):
            mixed.append(str(frame.columns[position]))
    if mixed:
        raise RegisterError(
            f"{name}: column {', '.join(mixed)} holds values of different types in one column. "
            "Make each column one type: text, dates or numbers."
        )
    return pa.table(
        [array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array for array in arrays],
        names=[str(column) for column in frame.columns],
    )


def _plain_types(table: pa.Table) -> pa.Table:
    """Decode dictionaries and give all-empty columns a type: text, so that they can be told apart from numbers."""
    for position, column in enumerate(table.schema):
        kind = column.type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if pa.types.is_null(kind) or str(kind) in ("string_view", "large_string"):
            kind = pa.string()  # duckdb 1.2 dies of a string_view
        if kind != column.type:
            table = table.set_column(position, column.name, table.column(position).cast(kind))
    return table


def read_file(engine: Engine, name: str, path: Path) -> ir.Table:
    """Return a ``.parquet`` or ``.csv`` file as a table of the engine.

    Parquet is read as a stream whenever it is needed; CSV is read once, every column as text, so that nothing is guessed.

    Raises
    ------
    RegisterError
        When the file is empty, not UTF-8, or not what its name says.
    """
    if path.stat().st_size == 0:
        raise RegisterError(f"{name}: {path.name} is empty: it has not even a header. Deliver the file again.")
    problem = ""
    try:
        if path.suffix == ".parquet":
            table: ir.Table = engine.connection.read_parquet(path, table_name=f"bron_{name}")
            table.limit(1).to_pyarrow()
            return table
        text = engine.connection.read_csv(
            path,
            table_name=f"tekst_{name}",
            columns=dict.fromkeys(_header(name, path), "VARCHAR"),
            auto_detect=False,
            header=True,
            delim=",",
            quote='"',
            escape='"',
        )
        return engine.connection.create_table(f"bron_{name}", text, overwrite=True)
    except RegisterError:
        raise
    except Exception as error:  # the reader's words quote the line that it stumbled over
        problem = _reading_problem(str(error), path.suffix)
    raise RegisterError(f"{name}: {path.name} cannot be read: {problem}")


def _header(name: str, path: Path) -> list[str]:
    """Return the column names of a CSV file; each must be there once."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        names = next(csv.reader(file), [])
    names = [column.strip() for column in names]
    doubles = sorted({column for column in names if names.count(column) > 1})
    if doubles:
        raise RegisterError(
            f"{name}: {path.name} has column {listing(map(repr, doubles))} more than once. Keep one."
        )
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        raise RegisterError(
            f"{name}: the columns of {path.name} do not seem to be separated by commas. "
            "Save it as CSV with commas (UTF-8, dates as 2002-01-31), or as Parquet."
        )
    return names


def _reading_problem(words: str, suffix: str) -> str:
    """Turn the reader's words into ours, keeping the line number and nothing of the line."""
    if suffix == ".parquet":
        return "it is not a Parquet file, or it is damaged. Deliver it again."
    words = words.casefold()
    if "utf-8" in words or "unicode" in words or "encod" in words:
        return "it is not UTF-8. Save it as 'CSV UTF-8'."
    line = words.partition("line:")[2].strip().split()
    where = f" (first at line {line[0]})" if line and line[0].isdigit() else ""
    return (
        f"a row does not have the columns of the header{where}. Rows must be separated by commas, "
        "and text that holds a comma must stand in double quotes."
    )
