"""The engine: it keeps its words to itself, its tables to itself, and leaves nothing behind."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from reintegratie_stats.engine import Engine, engine_for, guard, open_engine
from reintegratie_stats.errors import EngineError, RegisterError
from tests.unit.tables import refusal

TABLE = pa.table({"nr": [1, 2, 3], "naam": ["a", "b", None]})


# --- words ---------------------------------------------------------------------------------------------


def test_what_succeeds_is_passed_on() -> None:
    assert guard("counting", lambda: 3) == 3


def test_of_what_fails_the_kind_is_told_and_nothing_else() -> None:
    def fail() -> None:
        raise KeyError("GEHEIM123")

    with pytest.raises(EngineError) as caught:
        guard("counting rows", fail, " Deliver it again.")
    error = caught.value
    assert str(error) == (
        "The engine failed while counting rows (KeyError). Its message is withheld, as it may "
        "quote values of persons. Deliver it again."
    )
    assert error.__context__ is None
    assert error.__cause__ is None


@pytest.mark.parametrize("kind", [MemoryError, KeyboardInterrupt, SystemExit])
def test_what_is_no_failure_of_a_statement_goes_through(kind: type[BaseException]) -> None:
    def stop() -> None:
        raise kind

    with pytest.raises(kind):
        guard("counting", stop)


def test_the_statement_that_fails_is_told_by_what_it_was_for() -> None:
    engine = open_engine()
    table = engine.upload("t", TABLE)
    wrong = table.mutate(number=table.naam.cast("int64"))
    for run, doing in (
        (lambda: engine.collect(wrong, "fetching t"), "fetching t"),
        (lambda: engine.store("u", wrong, "storing the wrong"), "storing the wrong"),
    ):
        words = refusal(EngineError, run)
        assert words.startswith(f"The engine failed while {doing} (Conversion")


# --- tables --------------------------------------------------------------------------------------------


def rows(engine: Engine, table: Any) -> list[int]:
    return sorted(engine.collect(table, "fetching rows")["nr"].to_pylist())


def test_a_table_that_is_stored_again_is_replaced() -> None:
    engine = open_engine()
    assert rows(engine, engine.upload("t", TABLE)) == [1, 2, 3]
    again = engine.upload("t", TABLE.slice(0, 1))
    assert rows(engine, again) == [1]
    stored = engine.store("t", again.mutate(nr=again.nr + 1), "adding one")
    assert rows(engine, stored) == [2]


def test_a_table_that_is_dropped_is_gone_and_dropping_twice_is_no_error() -> None:
    engine = open_engine()
    table = engine.upload("t", TABLE)
    engine.drop("t")
    engine.drop("t")
    assert refusal(EngineError, lambda: rows(engine, table)).startswith("The engine failed while fetching rows (")


def test_two_engines_on_one_connection_keep_their_tables_apart() -> None:
    connection = ibis.duckdb.connect()
    connection.create_table("t", TABLE.slice(2))
    one, other = Engine(connection), Engine(connection)
    first, second = one.upload("t", TABLE), other.upload("t", TABLE.slice(0, 1))
    other.drop("t")
    assert rows(one, first) == [1, 2, 3]
    assert rows(one, connection.table("t")) == [3]
    refusal(EngineError, lambda: rows(other, second))


def test_the_engine_is_that_of_the_tables_or_a_new_one() -> None:
    connection = ibis.duckdb.connect()
    mine = connection.create_table("t", TABLE)
    assert engine_for({"a": mine, "b": mine.limit(1), "c": TABLE}).connection is connection
    new = engine_for({"a": TABLE, "b": ibis.memtable(TABLE.to_pandas())})
    assert new.connection is not connection
    assert new.spill is not None
    words = refusal(RegisterError, lambda: engine_for({"a": mine, "b": ibis.table({"x": "int64"}, name="x")}))
    assert words.startswith("b: this Ibis table is bound to no connection.")


# --- settings --------------------------------------------------------------------------------------------


def setting(engine: Engine, name: str) -> str:
    return str(engine.connection.raw_sql(f"SELECT current_setting('{name}')").fetchone()[0])


def test_what_does_not_fit_goes_to_a_folder_that_goes_with_the_engine() -> None:
    engine = open_engine(memory_limit="100MB", threads=1)
    assert setting(engine, "threads") == "1"
    assert setting(engine, "memory_limit").startswith("95.")  # MiB
    folder = Path(setting(engine, "temp_directory"))
    assert folder.is_dir()
    assert folder.name.startswith("reintegratie_stats_")
    engine.connection.disconnect()
    del engine
    gc.collect()
    assert not folder.exists()


def test_more_than_fits_in_memory_is_sorted_all_the_same() -> None:
    engine = open_engine(memory_limit="60MB", threads=1)
    statement = "SELECT hash(range) AS x, repeat('y', 40) AS y FROM range(1500000)"
    engine.connection.raw_sql(f"CREATE TABLE groot AS {statement}")
    engine.connection.raw_sql("CREATE TABLE gesorteerd AS FROM groot ORDER BY x")
    found = engine.connection.raw_sql("SELECT count(*) FROM gesorteerd").fetchone()
    assert found == (1_500_000,)
    assert list(Path(setting(engine, "temp_directory")).iterdir())  # it was used


def test_an_engine_shows_its_kind_only() -> None:
    assert repr(open_engine()) == "Engine(duckdb)"
