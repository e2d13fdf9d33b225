"""The engine under the register work: tables as Ibis expressions.

By default DuckDB runs embedded in the process, reads Parquet as a stream and writes to a temporary folder what does
not fit in memory. Whoever brings Ibis tables of another engine (Spark, say) keeps that engine.

Errors of an engine often quote the value that they stumbled over. So every statement runs in `guard`, which passes on
the kind of error and never its words.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
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
        f"The engine failed while {doing} ({failure}). Its message is withheld, as it may quote "
        f"values of persons.{hint}"
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
    mark : str
        Begins the name of every table that the engine stores, so that no table of the user, nor of other registers on
        the same connection, is ever replaced.
    """

    connection: Any
    spill: tempfile.TemporaryDirectory[str] | None = field(default=None)
    mark: str = field(default_factory=lambda: f"rs_{uuid.uuid4().hex[:12]}_")

    def __repr__(self) -> str:
        return f"Engine({self.connection.name})"

    def upload(self, name: str, table: pa.Table) -> ir.Table:
        """Store a small Arrow table under `name` (replacing one of that name) and return it as an expression."""
        return guard(f"storing table {name}", lambda: self._create(name, table))

    def store(self, name: str, expression: ir.Table, doing: str) -> ir.Table:
        """Run an expression and keep its rows in the engine as table `name` (replacing one of that name)."""
        return guard(doing, lambda: self._create(name, expression))

    def drop(self, name: str) -> None:
        """Drop a table that `upload` or `store` stored."""
        guard(
            f"dropping table {name}",
            lambda: self.connection.drop_table(self.mark + name, force=True),
        )

    def holds(self, table: ir.Table) -> bool:
        """Whether a table is one that `upload` or `store` stored, and no view of a file or expression on one."""
        return str(getattr(table.op(), "name", "")).startswith(self.mark)

    def _create(self, name: str, rows: Any) -> ir.Table:
        """Create a table; on a DuckDB of the user a temporary one, so that a file of theirs stays as it was."""
        temporary = self.spill is None and self.connection.name == "duckdb"
        return self.connection.create_table(self.mark + name, rows, temp=temporary, overwrite=True)

    def collect(self, expression: ir.Table, doing: str, *, ordered: bool = False) -> pa.Table:
        """Run an expression and return its rows as an Arrow table.

        With `ordered` by all columns from the first on: otherwise the order is that in which the engine's threads came.
        """

        def run() -> pa.Table:
            columns = [expression[name] for name in expression.columns] if ordered else []
            return (expression.order_by(columns) if columns else expression).to_pyarrow()

        return guard(doing, run)


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
    connection = guard(
        "opening DuckDB",
        lambda: ibis.duckdb.connect(**settings),
        " Look at memory_limit (such as '4GB') and threads (a whole number of at least 1).",
    )
    return Engine(connection, spill)


def engine_for(tables: Mapping[str, Any]) -> Engine:
    """Return the engine that the user's Ibis tables live on, or a new DuckDB where there are none.

    Raises
    ------
    RegisterError
        When the Ibis tables live on more than one engine, or one on none.
    """
    backends: list[Any] = []
    for name, table in tables.items():
        if not isinstance(table, ir.Table):
            continue
        found, unbound = table._find_backends()
        if unbound:
            raise RegisterError(
                f"{name}: this Ibis table is bound to no connection. Take it from one, with "
                "connection.table(...), or give a pandas or Arrow table."
            )
        backends += [one for one in found if not any(one is seen for seen in backends)]
    if not backends:
        return open_engine()
    if len(backends) > 1:
        raise RegisterError(
            f"The Ibis tables live on {len(backends)} connections. Bring them on one connection, "
            "or give the smaller ones as pandas or Arrow tables."
        )
    return Engine(backends[0])


def to_table(engine: Engine, name: str, data: Any, known: Collection[str] = ()) -> ir.Table:
    """Return what the user brought (pandas, Arrow, polars, Ibis) as a table of the engine.

    Parameters
    ----------
    engine : Engine
    name : str
        The register's name, for the message.
    data : pandas.DataFrame, pyarrow.Table, ibis table, or anything with ``__arrow_c_stream__``
    known : collection of str
        Column names that a message may quote; of others it gives the position, as a column name can be a value of a
        person where a header was missing.

    Raises
    ------
    RegisterError
        When `data` is no table, or a column holds mixed types.
    """
    if isinstance(data, ir.Table) and data._find_backends()[0]:
        return data
    memtable = isinstance(data, ir.Table)  # in memory, on no connection
    table = guard(f"reading {name}", data.to_pyarrow) if memtable else _to_arrow(name, data, known)
    check_names(name, table.column_names, known)
    return engine.upload(f"bron_{name}", _plain_types(name, table, known))


def check_names(where: str, names: Collection[str], known: Collection[str]) -> None:
    """Refuse columns that an engine cannot tell apart (capitals do not count in SQL), or without a name.

    Raises
    ------
    RegisterError
        Naming columns by position; by name only those that are `known`.
    """
    folded = [str(name).strip().casefold() for name in names]
    blank = [number + 1 for number, name in enumerate(folded) if not name]
    if blank:
        raise RegisterError(
            f"{where}: column {listing(map(str, blank))} has no name. Give every column one; "
            "in a CSV file they stand in the first line."
        )
    for name in dict.fromkeys(name for name in folded if folded.count(name) > 1):
        places = [str(number + 1) for number, other in enumerate(folded) if other == name]
        called = next((f" '{one}'" for one in known if one.casefold() == name), "")
        raise RegisterError(
            f"{where}: column{called} occurs more than once (columns {listing(places)}; capitals do not count). "
            "Keep one."
        )


def _to_arrow(name: str, data: Any, known: Collection[str]) -> pa.Table:
    if isinstance(data, pa.Table):
        return data
    if hasattr(data, "columns") and hasattr(data, "iloc"):  # pandas
        return _pandas_to_arrow(name, data, known)
    if hasattr(data, "__arrow_c_stream__") and not hasattr(data, "iloc"):  # no pandas Series
        return guard(f"taking over {name} as Arrow", lambda: pa.table(data))
    raise RegisterError(
        f"{name}: {type(data).__name__} is not a table. Give a pandas, Arrow or Ibis table; "
        "a file or folder is read by read_registers."
    )


def _pandas_to_arrow(name: str, frame: Any, known: Collection[str]) -> pa.Table:
    """Convert column by column, so that a column of mixed types can be named without quoting it."""
    names = [str(column) for column in frame.columns]
    check_names(name, names, known)
    arrays, mixed = [], []
    for position in range(frame.shape[1]):
        try:
            arrays.append(pa.Array.from_pandas(frame.iloc[:, position]))
        except (pa.ArrowException, ArithmeticError, TypeError, ValueError):
            mixed.append(_quotable(names, position, known))
    if mixed:
        raise RegisterError(
            f"{name}: column {', '.join(mixed)} holds values of different types in one column, or of a type that "
            "no table knows. Make each column one type: text, dates or numbers."
        )
    return pa.table(
        [array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array for array in arrays],
        names=names,
    )


def _quotable(names: list[str], position: int, known: Collection[str]) -> str:
    """Return a column's name where the names are names: some of them are known; otherwise its position."""
    return f"'{names[position]}'" if set(names) & set(known) else f"number {position + 1}"


def _plain_types(name: str, table: pa.Table, known: Collection[str]) -> pa.Table:
    """Decode dictionaries and give all-empty columns a type: text, so that they can be told apart from numbers."""
    for position, column in enumerate(table.schema):
        kind = column.type
        extension = getattr(kind, "extension_name", "arrow.")
        if pa.types.is_duration(kind) or not extension.startswith("arrow."):
            raise RegisterError(
                f"{name}: column {_quotable(table.column_names, position, known)} has type {kind}. "
                "Make it text, dates or numbers."
            )
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if pa.types.is_null(kind) or str(kind) in ("string_view", "large_string"):
            kind = pa.string()  # duckdb 1.2 dies of a string_view
        if kind != column.type:
            decode = partial(table.column(position).cast, kind)
            table = table.set_column(position, column.name, guard(f"decoding a column of {name}", decode))
    return table
