"""Tables in memory: what is taken as it is, and what is refused with what to do about it."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import reintegratie_stats as rs
from reintegratie_stats.errors import EngineError, RegisterError
from tests.unit.tables import (
    MAKE,
    bijstand,
    days,
    everything,
    gemeenten,
    personen,
    refusal,
    take,
    trajecten,
)


def refused(**tables: Any) -> str:
    return refusal(RegisterError, lambda: take(**tables))


def taken(frame: Any) -> list[tuple[Any, ...]]:
    """The rows of bijstand that are used, as key, gemeente and days."""
    used = take(bijstand=frame).to_frame("bijstand").sort_values("persoon_id")
    return list(
        zip(
            used["persoon_id"],
            used["gemeente"],
            days(used["begindatum"]),
            days(used["einddatum"]),
            strict=True,
        )
    )


USUAL = [("a", "G1", "2002-01-31", None), ("b", "G1", "2002-03-01", "2003-08-31")]


# --- columns and tables that are not there ------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column", "written", "meant"),
    [
        ("bijstand", "gemeente", "gemente", "Did you mean 'gemente'?"),
        ("bijstand", "persoon_id", "Persoon_ID", "Did you mean 'Persoon_ID'?"),
        ("trajecten", "vorm", "vormen", "Did you mean 'vormen'?"),
        ("dienstverbanden", "uren_per_week", "urenperweek", "Did you mean 'urenperweek'?"),
        ("personen", "geboortedatum", "geb_datum", "Did you mean 'geb_datum'?"),
        ("gemeenten", "inwoners", "aantal", ""),
    ],
)
def test_a_missing_column_is_named_with_the_nearest_that_is_there(
    table: str, column: str, written: str, meant: str
) -> None:
    frame = MAKE[table]().rename(columns={column: written})
    words = refused(**({"bijstand": bijstand()} | {table: frame}))
    start = f"{table}: column '{column}' is missing."
    assert words == f"{start} {meant} Present: {', '.join(frame.columns)}.".replace("  ", " ")


def test_a_column_that_has_its_own_place_is_not_offered_for_another() -> None:
    words = refused(bijstand=bijstand().drop(columns="einddatum"))
    assert "Did you mean" not in words  # begindatum is near, but is begindatum


def test_the_problems_of_all_tables_are_told_at_once() -> None:
    words = refused(
        bijstand=bijstand().drop(columns=["gemeente", "reden_einde"]),
        trajecten=trajecten(begindatum=[1.5, 2.5]),
        personen=pd.concat([personen(), personen()]),
        gemeenten=gemeenten(naam=[["x"]]),
        dienstverbanden={"persoon_id": ["a"]},
    ).splitlines()
    assert len(words) == 6
    for start in (
        "bijstand: column 'gemeente' is missing",
        "bijstand: column 'reden_einde' is missing",
        "trajecten: column 'begindatum' is float64",
        "personen: 2 values of 'persoon_id' occur on more than one row",
        "gemeenten: column 'naam' has type array<string>",
        "dienstverbanden: dict is not a table",
    ):
        assert any(line.startswith(start) for line in words), start


def test_bijstand_is_required_and_the_rest_is_not() -> None:
    words = refused(bijstand=None, personen=personen())
    assert words == "bijstand is None: this register is required."
    registers = take(bijstand=bijstand())
    assert list(registers) == ["bijstand"]
    assert refusal(RegisterError, lambda: registers.table("bijstnd")) == (
        "Register 'bijstnd' was not delivered; there are: bijstand. Did you mean 'bijstand'?"
    )


@pytest.mark.parametrize("thing", [{"persoon_id": ["a"]}, [("a", "G1")], "bijstand.csv", 7, bijstand()["persoon_id"]])
def test_what_is_no_table_is_refused_by_its_type(thing: Any) -> None:
    words = refused(bijstand=thing)
    assert words.startswith(f"bijstand: {type(thing).__name__} is not a table.")
    assert "read_registers" in words


def test_columns_without_one_known_name_are_not_quoted_for_they_may_be_a_row() -> None:
    frame = bijstand()
    frame.columns = ["GEHEIM123", "G1", "GEHEIMDATUM", "1", "2"]
    assert refused(bijstand=frame) == (
        "bijstand: columns persoon_id, gemeente, begindatum, einddatum, reden_einde are missing. "
        "None of the 5 columns that are there has such a name: does the table have a line with "
        "names?"
    )


def test_names_in_capitals_or_with_other_marks_are_recognised_as_names() -> None:
    for change in (str.upper, lambda name: name.replace("_", " ").title()):
        words = refused(bijstand=bijstand().rename(columns=change)).splitlines()
        assert len(words) == 5
        assert words[3].startswith(f"bijstand: column 'einddatum' is missing. Did you mean '{change('einddatum')}'?")


# --- names ----------------------------------------------------------------------------------------


def test_a_column_may_be_there_once_whatever_its_capitals() -> None:
    twice = pd.concat([bijstand(), bijstand()["gemeente"]], axis=1)
    capitals = bijstand(GEMEENTE=["x", "y"])
    for table in (twice, capitals, pa.Table.from_pandas(capitals)):
        assert refused(bijstand=table) == (
            "bijstand: column 'gemeente' occurs more than once (columns 2, 6; capitals do not count). Keep one."
        )


def test_a_column_must_have_a_name() -> None:
    words = refused(bijstand=bijstand(**{"": ["x", "y"], " ": ["x", "y"]}))
    assert words.startswith("bijstand: column 6, 7 has no name.")


AWKWARD = [
    ["van", "tot", "periode", "nr", "extra_0", "cel", "X", "persoon", "venster_van", "kolom_0"],
    ["VAN", "Tot", "PERIODE", "NR", "EXTRA_0", "Cel", "x", "opent", "eerder_tot", "sleutel"],
    ["een naam", "'", '"', 'a"b', "é", "select", "%s", "$1", "?", "a;b", "{x}", "a.b", "a\nb", "€"],
]


@pytest.mark.parametrize("names", AWKWARD)
def test_further_columns_pass_through_under_any_name(names: list[str]) -> None:
    further = {name: [f"a {name}", f"b {name}"] for name in names}
    used = take(bijstand=bijstand(**further)).to_frame("bijstand").set_index("persoon_id")
    for name in names:
        assert used[name].to_dict() == {"a": f"a {name}", "b": f"b {name}"}


# --- types ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column", "values", "kind", "asked"),
    [
        ("bijstand", "persoon_id", [1.0, 2.0], "float64", "text (keys as text keep"),
        ("bijstand", "gemeente", [True, False], "boolean", "text (keys as text keep"),
        ("bijstand", "persoon_id", [[1], [2]], "array<int64>", "text (keys"),
        ("bijstand", "persoon_id", [b"a", b"b"], "binary", "text (keys"),
        ("bijstand", "persoon_id", [Decimal(1), Decimal(2)], "decimal(1, 0)", "text (keys"),
        ("bijstand", "reden_einde", [{"x": 1}, {"x": 2}], "struct<x: int64>", "text."),
        ("bijstand", "begindatum", [True, False], "boolean", "dates, or text such as 2002-01-31"),
        ("trajecten", "begindatum", [dt.time(1), dt.time(2)], "time", "dates, or text such as"),
        ("dienstverbanden", "uren_per_week", [[36.0]], "array<float64>", "numbers."),
    ],
)
def test_a_column_of_a_type_that_cannot_hold_it_is_refused(
    table: str, column: str, values: list[Any], kind: str, asked: str
) -> None:
    frames = {"bijstand": bijstand()} | {table: MAKE[table](**{column: values})}
    words = refused(**frames)
    assert words.startswith(f"{table}: column '{column}' has type {kind}")
    assert f"must be {asked}" in words


def test_numbers_with_a_fraction_are_no_dates() -> None:
    assert refused(bijstand=bijstand(begindatum=[20020131.0, 20020301.0])) == (
        "bijstand: column 'begindatum' is float64, and not one of its 2 values can be read as a "
        "date. Give text such as 2002-01-31 or 20020131, or a date column."
    )


@pytest.mark.parametrize(
    "nothing",
    [
        [None, None],
        [np.nan, np.nan],
        [pd.NaT, pd.NaT],
        pd.array([None, None], dtype="Int64"),
        pd.array([None, None], dtype="string"),
        ["", "  "],
    ],
)
def test_an_end_that_nobody_has_is_open_whatever_type_the_empty_column_got(nothing: Any) -> None:
    assert [row[3] for row in taken(bijstand(einddatum=nothing))] == [None, None]


def test_moments_with_a_time_zone_are_refused_for_their_day_is_not_certain() -> None:
    moments = pd.to_datetime(["2002-01-31", "2002-03-01"]).tz_localize("Europe/Amsterdam")
    words = refused(bijstand=bijstand(begindatum=moments))
    assert words.startswith("bijstand: column 'begindatum' has type timestamp(")
    assert "with a time zone the day is not certain" in words


def test_dates_come_as_dates_moments_numbers_or_text() -> None:
    begin, end = ["2002-01-31", "2002-03-01"], [None, "2003-08-31"]
    forms: list[tuple[Any, Any]] = [
        (begin, end),
        (["20020131", "20020301"], [None, "20030831"]),
        ([20020131, 20020301], pd.array([None, 20030831], dtype="Int64")),
        ([dt.date(2002, 1, 31), dt.date(2002, 3, 1)], [None, dt.date(2003, 8, 31)]),
        ([dt.datetime(2002, 1, 31), dt.datetime(2002, 3, 1, 23, 59)], pd.to_datetime(end)),
        (pd.to_datetime(begin).astype("datetime64[s]"), pd.to_datetime(end).astype("M8[ns]")),
        (pd.Categorical(begin), pd.Categorical(end)),
        ([" 2002-01-31 ", "2002-03-01T00:00:00"], ["", "2003-08-31 00:00:00.000"]),
    ]
    for van, tot in forms:
        assert taken(bijstand(begindatum=van, einddatum=tot)) == USUAL, (van, tot)


def test_keys_are_text_and_keep_their_leading_zeros() -> None:
    frame = bijstand(persoon_id=["007", "7"], gemeente=[14, 363])
    assert [row[:2] for row in taken(frame)] == [("007", "14"), ("7", "363")]


def test_a_column_of_mixed_types_is_named_and_nothing_of_it_is_quoted() -> None:
    words = refused(
        bijstand=bijstand(persoon_id=["GEHEIM123", 2], begindatum=[dt.date(2002, 1, 1), "GEHEIMDATUM"]),
        personen=personen(persoon_id=pd.Series([2**70, 2**71], dtype=object)),
    ).splitlines()
    assert [line[: line.index(" holds")] for line in words] == [
        "bijstand: column 'persoon_id', 'begindatum'",
        "personen: column 'persoon_id'",
    ]
    assert all("Make each column one type: text, dates or numbers." in line for line in words)
    assert "GEHEIM" not in "".join(words)


@pytest.mark.parametrize(
    "values",
    [pd.PeriodIndex(["2002-01-31", "2002-03-01"], freq="D"), pd.to_timedelta([1, 2], unit="D")],
)
def test_a_type_that_no_engine_knows_is_named_with_its_column(values: Any) -> None:
    words = refused(bijstand=bijstand(verblijf=values))
    assert words.startswith("bijstand: column 'verblijf' has type ")
    assert words.endswith("Make it text, dates or numbers.")


# --- double keys --------------------------------------------------------------------------------------


def test_two_rows_with_the_same_gemeente_are_refused_and_the_gemeente_is_named() -> None:
    double = pd.concat([gemeenten(), gemeenten(naam=["Anders"]), gemeenten(gemeente=["G2"])])
    assert refused(bijstand=bijstand(), gemeenten=double) == (
        "gemeenten: 1 value of 'gemeente' occurs on more than one row: G1. Keep one row per gemeente."
    )


def test_persons_that_are_there_twice_are_counted_and_not_named() -> None:
    double = pd.concat([personen(persoon_id=["GEHEIM123", "GEHEIM124"])] * 2)
    assert refused(bijstand=bijstand(), personen=double) == (
        "personen: 2 values of 'persoon_id' occur on more than one row. Keep one row per persoon_id."
    )


def test_rows_without_a_key_are_not_each_others_double() -> None:
    blank = pd.concat([personen(), personen(persoon_id=[None, " "])])
    accounts = take(bijstand=bijstand(), personen=blank).report.accounting()
    assert accounts.set_index("table").loc["personen"].tolist() == [4, 2, 2]


def test_bijstand_and_the_other_registers_may_hold_a_row_twice() -> None:
    twice = {
        name: pd.concat([table, table]) if name not in ("personen", "gemeenten") else table
        for name, table in everything().items()
    }
    assert take(**twice).report.accounting()["set_aside"].sum() == 0


# --- pandas ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "index",
    [[5, 5], pd.Index(["x", "y"], name="persoon_id"), pd.MultiIndex.from_tuples([(1, 2), (3, 4)])],
)
def test_the_index_of_a_frame_plays_no_part(index: Any) -> None:
    assert taken(bijstand().set_index(pd.Index(index))) == USUAL


def test_the_frame_that_is_given_stays_as_it_was() -> None:
    frame = bijstand(gemeente=pd.Categorical(["G1", "G1"]))
    before = frame.copy(deep=True)
    take(bijstand=frame)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("dtype", [object, "string", "category"])
def test_text_may_have_any_of_the_types_that_pandas_has_for_it(dtype: Any) -> None:
    assert taken(bijstand().astype(dtype)) == USUAL


def test_frames_without_rows_are_registers_without_rows() -> None:
    no_rows = {name: table.iloc[:0] for name, table in everything().items()}
    registers = take(**no_rows)
    assert registers.report.accounting()[["rows", "usable"]].sum().sum() == 0
    assert list(registers) == list(MAKE)
    only_names = {name: pd.DataFrame(columns=list(table)) for name, table in no_rows.items()}
    assert repr(take(**only_names)) == repr(registers)


# --- Arrow -------------------------------------------------------------------------------------------------


class Stream:
    """A table of another library: all it knows is how to hand itself over."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table.__arrow_c_stream__(requested_schema)


class BrokenStream:
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        raise ValueError("GEHEIM123 is at fault")


def _arrow(**columns: Any) -> pa.Table:
    table = pa.Table.from_pandas(bijstand())
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, values)
    return table


def _large() -> pa.Table:
    return _arrow().cast(pa.schema([(name, pa.large_string()) for name in bijstand()]))


def _view() -> pa.Table:
    if not hasattr(pa, "string_view"):
        pytest.skip("this Arrow has no string_view")
    return _arrow().cast(pa.schema([(name, pa.string_view()) for name in bijstand()]))


def _dictionaries() -> pa.Table:
    keys = pa.chunked_array([["a"], ["b"]]).dictionary_encode()
    begin = pa.array([dt.date(2002, 1, 31), dt.date(2002, 3, 1)]).dictionary_encode()
    return _arrow(persoon_id=keys, begindatum=begin)


def _chunks() -> pa.Table:
    return pa.concat_tables([_arrow().slice(0, 1), _arrow().slice(1, 1)])


@pytest.mark.parametrize(
    "make",
    [
        _arrow,
        _large,
        _view,
        _dictionaries,
        _chunks,
        lambda: _arrow().to_batches()[0],
        lambda: Stream(_arrow()),
        lambda: _arrow(einddatum=pa.array([None, dt.datetime(2003, 8, 31)], pa.timestamp("ms"))),
        lambda: _arrow(einddatum=pa.array([None, dt.date(2003, 8, 31)], pa.date64())),
    ],
)
def test_arrow_tables_are_taken_whatever_their_types_of_text(make: Callable[[], Any]) -> None:
    assert taken(make()) == USUAL


def test_a_table_that_cannot_hand_itself_over_fails_without_its_words() -> None:
    words = refusal(EngineError, lambda: take(bijstand=BrokenStream()))
    assert words.startswith("The engine failed while taking over bijstand as Arrow (ValueError).")
    assert "GEHEIM" not in words


# --- Ibis --------------------------------------------------------------------------------------------------


def test_ibis_tables_stay_on_the_connection_of_their_user() -> None:
    connection = ibis.duckdb.connect()
    table = connection.create_table("uitkeringen", _arrow())
    registers = take(bijstand=table, personen=personen(), gemeenten=ibis.memtable(gemeenten()))
    assert registers.table("bijstand").get_backend() is connection
    assert len(rs.define_cohort(registers, rs.RWI_2004).to_frame(extra=True)) == 2
    assert taken(table.mutate(gemeente=table.gemeente.lower().upper())) == USUAL


def test_a_memtable_is_taken_as_any_table_in_memory() -> None:
    assert taken(ibis.memtable(bijstand())) == USUAL
    assert taken(ibis.memtable(bijstand()).filter(ibis._.persoon_id == "b")) == USUAL[1:]


def test_ibis_tables_of_two_connections_are_refused() -> None:
    one, other = ibis.duckdb.connect(), ibis.duckdb.connect()
    words = refused(
        bijstand=one.create_table("b", _arrow()),
        personen=other.create_table("p", pa.Table.from_pandas(personen())),
    )
    assert words == (
        "The Ibis tables live on 2 connections. Bring them on one connection, or give the smaller "
        "ones as pandas or Arrow tables."
    )


def test_an_ibis_table_without_a_connection_is_refused() -> None:
    unbound = ibis.table(dict.fromkeys(bijstand(), "string"), name="bijstand")
    words = refused(bijstand=unbound)
    assert words.startswith("bijstand: this Ibis table is bound to no connection.")


def test_no_table_of_the_user_is_replaced_and_none_is_left_behind() -> None:
    connection = ibis.duckdb.connect()
    names = ["bijstand", "bron_personen", "instroom_koppeling", "instroom_kandidaten"]
    for name in names:
        connection.create_table(name, _arrow())
    registers = take(bijstand=connection.table("bijstand"), personen=personen())
    rs.define_cohort(registers, rs.RWI_2004)
    for name in names:
        assert connection.table(name).columns == tuple(bijstand()), name
    count = "SELECT count(*) FROM duckdb_tables() WHERE NOT temporary"
    assert connection.raw_sql(count).fetchone() == (len(names),)


def test_registers_on_one_connection_do_not_disturb_each_other() -> None:
    connection = ibis.duckdb.connect()
    table = connection.create_table("b", _arrow())
    first = take(bijstand=table, personen=personen())
    second = take(bijstand=table, personen=personen().iloc[:1])
    assert len(first.to_frame("personen")) == 2
    assert len(second.to_frame("personen")) == 1


def test_a_database_that_may_only_be_read_is_enough() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registers.duckdb"
        connection = ibis.duckdb.connect(path)
        connection.create_table("b", _arrow())
        connection.disconnect()
        connection = ibis.duckdb.connect(path, read_only=True)
        registers = take(bijstand=connection.table("b"), personen=personen(), trajecten=trajecten())
        assert rs.define_cohort(registers, rs.RWI_2004).counts()["X"].tolist() == [2]
        connection.disconnect()
