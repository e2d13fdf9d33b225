"""No key and no value of a person is ever shown unasked: in no message, repr, log, warning or traceback.

Every secret in the tables below holds the word of `MARK`. What may hold it is only what a researcher asks for
explicitly: `to_frame`, `CheckReport.rows` and the rows of an Ibis table.
"""

from __future__ import annotations

import dataclasses
import logging
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import reintegratie_stats as rs
from reintegratie_stats.cohorts import links
from reintegratie_stats.cohorts.inflow import find_inflow
from reintegratie_stats.periods import day_number
from reintegratie_stats.registers.checks import parse_columns
from reintegratie_stats.registers.registers import TABLES
from tests.unit.tables import (
    Tables,
    bijstand,
    dienstverbanden,
    gemeenten,
    personen,
    trajecten,
    vrijstellingen,
    write_csv,
    write_parquet,
)

MARK = "GEHEIM"
KEY, OTHER = f"{MARK}123", f"{MARK}456"
DATE, VALUE, TEXT = f"{MARK}DATUM", f"{MARK}EWAARDE", f'{MARK}, "tekst"'


def secrets() -> Tables:
    """Registers in which every key, and many a value, is secret; some rows break a rule."""
    bad = bijstand(persoon_id=[KEY, OTHER], begindatum=["2002-01-31", DATE], reden_einde=TEXT)
    keys = [KEY, OTHER]
    return {
        "bijstand": pd.concat([bijstand(persoon_id=keys, wijk=VALUE), bad]),
        "vrijstellingen": vrijstellingen(persoon_id=[KEY], reden=VALUE),
        "trajecten": pd.concat(
            [trajecten(persoon_id=keys), trajecten(persoon_id=keys, vorm=[VALUE, None], soort=TEXT)]
        ),
        "dienstverbanden": pd.concat(
            [
                dienstverbanden(persoon_id=[OTHER], soort=VALUE, begindatum=DATE),
                dienstverbanden(persoon_id=[KEY], soort=VALUE),
            ]
        ),
        "personen": pd.concat(
            [
                personen(persoon_id=keys, herkomst=VALUE),
                personen(persoon_id=[f"{MARK}7", f"{MARK}8"], geboortedatum=DATE, herkomst=TEXT),
            ]
        ),
        "gemeenten": gemeenten(),
    }


@pytest.fixture
def listening(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Everything that is logged at any level, printed, or warned about."""
    caplog.set_level(logging.NOTSET)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")

        def heard() -> str:
            printed = capfd.readouterr()
            said = [str(warning.message) + str(warning.source) for warning in warned]
            return "\n".join([caplog.text, printed.out, printed.err, *said])

        yield heard


def told(error: BaseException) -> str:
    """All that an error tells: its words, and the traceback of every error behind it, suppressed or not."""
    parts, seen = [], {id(None)}
    queue: list[BaseException | None] = [error]
    while queue:
        one = queue.pop()
        if id(one) in seen or one is None:
            continue
        seen.add(id(one))
        queue += [one.__context__, one.__cause__]
        parts += [str(one), repr(one), repr(one.args), *getattr(one, "__notes__", [])]
        parts += traceback.format_exception(one)
    return "\n".join(parts)


def provoke(run: Callable[[], Any]) -> BaseException:
    with pytest.raises(rs.ReintegratieError) as caught:
        run()
    return caught.value


# --- what is shown when all goes well --------------------------------------------------------------------


def shown(thing: Any) -> str:
    """How a thing shows itself: in a log, at a prompt, in a notebook, and in a dict or a list."""
    parts = [str(thing), repr(thing), f"{thing}", repr([thing]), repr({"thing": thing})]
    html = getattr(thing, "_repr_html_", None)
    return "\n".join([*parts, html() if callable(html) else ""])


def inner_things(registers: rs.Registers) -> Iterator[Any]:
    """The values that the package passes around inside, and that a debugger or a log could show."""
    definition = rs.RWI_2004
    yield from registers.report.tables.values()
    for confronted in registers.report.tables.values():
        yield from confronted.rules
    for name, table in registers.tables.items():
        yield table
        yield parse_columns(name, TABLES[name], table)[0]
    inflow = find_inflow(registers, definition)
    yield inflow
    persons = inflow.perioden["persoon_id"]
    start = np.full(len(persons), day_number(definition.instroom_van))
    yield links.exemptions(registers, definition, persons, start, start + 365)
    yield registers.engine


@pytest.fixture(scope="module")
def registers() -> rs.Registers:
    return rs.Registers.from_frames(**secrets())


@pytest.fixture(scope="module")
def cohort(registers: rs.Registers) -> rs.Cohort:
    return rs.define_cohort(registers, rs.RWI_2004)


def test_secrets_are_there_to_be_found(registers: rs.Registers, cohort: rs.Cohort) -> None:
    asked = [registers.to_frame("bijstand"), registers.report.rows("trajecten"), cohort.to_frame()]
    assert all(MARK in frame.to_string() for frame in asked)


def test_no_object_shows_a_person_unasked(
    registers: rs.Registers, cohort: rs.Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratios = cohort.ratios("gemeente")
    things = [
        *(registers, registers.report, cohort, ratios, cohort.definition, cohort.steps),
        *(registers.report.to_frame(), registers.report.fails(), registers.report.accounting()),
        *(cohort.attrition, cohort.counts("gemeente"), cohort.moves(), ratios.to_frame()),
        *inner_things(registers),
    ]
    assert sum(dataclasses.is_dataclass(thing) for thing in things) > 40
    for thing in things:
        assert MARK not in shown(thing), type(thing).__name__
    monkeypatch.setattr(ibis.options, "interactive", True)
    for thing in things:
        if not isinstance(thing, ibis.Table):  # which then shows its rows, as its user wished
            assert MARK not in shown(thing), type(thing).__name__


def test_nothing_is_logged_printed_or_warned_about_a_person(listening: Callable[[], str]) -> None:
    registers = rs.Registers.from_frames(**secrets())
    cohort = rs.define_cohort(registers, rs.RWI_2004)
    cohort.ratios("gemeente")
    registers.report.to_frame()
    assert MARK not in listening()


def test_no_statement_that_is_logged_quotes_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    statements: list[str] = []
    monkeypatch.setattr(ibis.options, "verbose", True)
    monkeypatch.setattr(ibis.options, "verbose_log", statements.append)
    registers = rs.Registers.from_frames(**secrets())
    rs.define_cohort(registers, rs.RWI_2004).ratios("gemeente")
    registers.report.rows("bijstand")
    assert len(statements) > 5
    assert MARK not in "\n".join(statements)


# --- what is told when it goes wrong -------------------------------------------------------------------------


class BrokenStream:
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        raise ValueError(KEY)


def _headless() -> pd.DataFrame:
    frame = bijstand(persoon_id=[OTHER, KEY])
    return frame.iloc[1:].set_axis([KEY, VALUE, DATE, TEXT, OTHER], axis="columns")


def _two_connections() -> dict[str, Any]:
    return {
        name: ibis.duckdb.connect().create_table("t", pa.Table.from_pandas(make))
        for name, make in (("bijstand", bijstand(persoon_id=KEY)), ("personen", personen()))
    }


def _ibis_that_fails(column: str, kind: str) -> Any:
    """An Ibis table with a column that cannot be computed, so that the engine stumbles over a value."""
    frame = bijstand(persoon_id=KEY, begindatum=["2002-01-31", DATE], wijk=VALUE)
    table = ibis.duckdb.connect().create_table("t", pa.Table.from_pandas(frame))
    return table.mutate(**{column: table[column].cast(kind)})


FRAMES: dict[str, Callable[[], dict[str, Any]]] = {
    "a column of mixed types": lambda: {"bijstand": bijstand(persoon_id=[KEY, 2])},
    "a key that is too large": lambda: {"bijstand": bijstand(persoon_id=[2**70, KEY])},
    "dates that are none": lambda: {"bijstand": bijstand(begindatum=DATE, einddatum=VALUE)},
    "hours that are none": lambda: {
        "bijstand": bijstand(),
        "dienstverbanden": dienstverbanden(uren_per_week=VALUE),
    },
    "persons that are there twice": lambda: {
        "bijstand": bijstand(),
        "personen": personen(persoon_id=[KEY, KEY]),
    },
    "lists of keys": lambda: {"bijstand": bijstand(persoon_id=[[KEY], [OTHER]])},
    "names that are values": lambda: {"bijstand": _headless()},
    "the same name twice": lambda: {"bijstand": _headless().set_axis([KEY] * 5, axis="columns")},
    "a column without a name": lambda: {
        "bijstand": _headless().set_axis([KEY, "", VALUE, DATE, OTHER], axis="columns")
    },
    "mixed types under names that are values": lambda: {"bijstand": pd.DataFrame({KEY: ["a", 1], VALUE: [1, 2]})},
    "a period under names that are values": lambda: {
        "bijstand": pd.DataFrame({KEY: pd.period_range("2002", periods=2, freq="D")})
    },
    "a table that breaks off": lambda: {"bijstand": BrokenStream()},
    "something that is no table": lambda: {"bijstand": [KEY]},
    "two connections": _two_connections,
    "a key that cannot be computed": lambda: {"bijstand": _ibis_that_fails("persoon_id", "int64")},
    "a date that cannot be computed": lambda: {"bijstand": _ibis_that_fails("begindatum", "date")},
}


@pytest.mark.parametrize("case", FRAMES)
def test_a_table_that_is_refused_is_not_quoted(case: str, listening: Callable[[], str]) -> None:
    tables = FRAMES[case]()
    error = provoke(lambda: rs.Registers.from_frames(**tables))
    assert MARK not in told(error)
    assert MARK not in listening()


HEADER = "persoon_id,gemeente,begindatum,einddatum,reden_einde\n"
ROW = f"{KEY},G1,2002-01-31,,{VALUE}\n"
FILES: dict[str, bytes] = {
    "no header": (ROW * 2).encode(),
    "no header and no empty field": ROW.replace(",,", f",{DATE},").encode(),
    "no header and twice the same": f"{KEY},{KEY},{DATE},{VALUE},x\n".encode(),
    "other separators and a short row": (HEADER + ROW + f"{KEY}\n").replace(",", ";").encode(),
    "no header and other separators": ROW.replace(",", ";").encode(),
    "a short row": (HEADER + ROW + f"{KEY}\n").encode(),
    "a long row": (HEADER + ROW + ROW.strip().encode().decode() + f",{VALUE}\n").encode(),
    "an open quote": (HEADER + f'"{ROW}' + ROW).encode(),
    "text after a quote": (HEADER + f'"{KEY}"{VALUE},G1,2002-01-31,,x\n').encode(),
    "not UTF-8 and a short row": (HEADER + ROW.replace(VALUE, f"{VALUE}\xe9") + f"{KEY}\n").encode("latin-1"),
    "in no encoding": (HEADER + ROW.replace(VALUE, f"{VALUE}\x81")).encode("latin-1"),
    "a header that is not UTF-8": f"{KEY}\xe9,{VALUE}\n".encode("latin-1") + ROW.encode(),
    "dates that are none": (HEADER + ROW.replace("2002-01-31", DATE)).encode(),
    "many bytes of nothing": (HEADER + ROW).encode() + b"\0" * 100 + KEY.encode() + b"\n",
}


@pytest.mark.parametrize("case", FILES)
def test_a_csv_file_that_is_refused_is_not_quoted(case: str, tmp_path: Path, listening: Callable[[], str]) -> None:
    write_csv(tmp_path, bijstand=FILES[case])
    error = provoke(lambda: rs.read_registers(tmp_path))
    assert MARK not in told(error)
    assert MARK not in listening()


def test_a_parquet_file_that_is_damaged_later_is_not_quoted(tmp_path: Path, listening: Callable[[], str]) -> None:
    frame = pd.concat([bijstand(persoon_id=[KEY, OTHER], reden_einde=VALUE)] * 20)
    path = write_parquet(tmp_path, bijstand=frame, trajecten=trajecten()) / "bijstand.parquet"
    whole = path.read_bytes()
    for damaged in (whole[:40] + b"\xff" * (len(whole) - 80) + whole[-40:], KEY.encode() * 100):
        path.write_bytes(whole)
        registers = rs.read_registers(tmp_path)
        path.write_bytes(damaged)
        for run in (
            lambda: rs.define_cohort(registers, rs.RWI_2004),  # noqa: B023
            lambda: registers.to_frame("bijstand"),  # noqa: B023
        ):
            assert MARK not in told(provoke(run))
    assert MARK not in listening()


@pytest.mark.parametrize("name", ["vrijstellingen", "dienstverbanden", "personen"])
def test_a_table_that_vanishes_behind_our_back_fails_without_words(name: str, listening: Callable[[], str]) -> None:
    connection = ibis.duckdb.connect()
    stored = {
        table: connection.create_table(table, pa.Table.from_pandas(frame.astype("string"), preserve_index=False))
        for table, frame in secrets().items()
    }
    registers = rs.Registers.from_frames(**stored)
    connection.drop_table(name)
    for run in (
        lambda: rs.define_cohort(registers, rs.SLUITENDE_AANPAK.replace(**YEARS)),
        lambda: registers.to_frame(name),
        lambda: registers.report.rows(name),
    ):
        assert MARK not in told(provoke(run))
    assert MARK not in shown(registers) + shown(registers.report)
    assert MARK not in listening()


YEARS = {"instroom_van": "2002-01-01", "instroom_tot": "2002-07-01", "uitstroom_peildatum": "2003-12-31"}


def test_a_value_that_the_engine_stumbles_over_afterwards_is_not_quoted(
    listening: Callable[[], str],
) -> None:
    registers = rs.Registers.from_frames(bijstand=_ibis_that_fails("wijk", "int64"))
    for run in (
        lambda: rs.define_cohort(registers, rs.RWI_2004),
        lambda: registers.to_frame("bijstand"),
        lambda: registers.report.rows("bijstand", "is een datum"),
    ):
        error = provoke(run)
        assert "Its message is withheld" in str(error)
        assert MARK not in told(error)
    assert MARK not in listening()


def test_the_words_that_would_have_been_told_do_hold_the_secret() -> None:
    """The tests above would be worth nothing if the engine kept silent of itself."""
    table = _ibis_that_fails("wijk", "int64")
    with pytest.raises(Exception, match=VALUE):
        table.to_pyarrow()


def test_asking_a_cohort_wrongly_quotes_nobody(
    registers: rs.Registers, cohort: rs.Cohort, listening: Callable[[], str]
) -> None:
    table = cohort.ratios("gemeente")
    for run in (
        lambda: cohort.counts("persoon_id"),
        lambda: cohort.counts("geboortedatum"),
        lambda: cohort.ratios(["wijk", "wijkk"]),
        lambda: cohort.ratios(level=95),
        lambda: cohort.ratios(lang="fr"),
        lambda: table.value("sluitingratio"),
        lambda: table.value("sluitingsratio", gemeente="G2"),
        lambda: table.value("sluitingsratio", wijk="x"),
        lambda: rs.ratios_from_counts(pd.DataFrame({"X": [VALUE], "wijk": [KEY]})),
        lambda: rs.define_cohort(secrets(), rs.RWI_2004),
        lambda: rs.define_cohort(registers, secrets()),
    ):
        assert MARK not in told(provoke(run))
    assert MARK not in listening()
