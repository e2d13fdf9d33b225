"""The quality report shows no person: in no repr, page, text, JSON, message, log or traceback."""

from __future__ import annotations

import dataclasses
import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
import pytest

import reintegratie_stats as rs
from reintegratie_stats.__main__ import main
from reintegratie_stats.quality import unusual
from tests.unit.quality.fakes import finding
from tests.unit.tables import (
    Tables,
    bijstand,
    dienstverbanden,
    gemeenten,
    personen,
    trajecten,
    vrijstellingen,
    write_csv,
)

MARK = "GEHEIM"
KEY, OTHER = f"{MARK}123", f"{MARK}4567"
VALUE, DATE = f"{MARK}EWAARDE", f"{MARK}DATUM"


def secrets() -> Tables:
    """Registers in which every key is secret; rows that are wrong, double, and that do not link."""
    bad = bijstand(persoon_id=[KEY, f" {OTHER}"], begindatum=["2002-01-31", DATE], reden_einde=VALUE)
    worse = bijstand(
        persoon_id=[KEY, f"{MARK}9"], gemeente=["G1", MARK], begindatum="2002-01-31", einddatum="2001-01-01"
    )
    return {
        "bijstand": pd.concat([bijstand(persoon_id=[KEY, OTHER])] * 3 + [bad, worse], ignore_index=True),
        "vrijstellingen": vrijstellingen(persoon_id=[f"{MARK}5"], reden=VALUE),
        "trajecten": trajecten(persoon_id=[KEY, f"{MARK}6"], vorm=["plan", VALUE], soort=VALUE),
        "dienstverbanden": dienstverbanden(persoon_id=[f"{MARK}7"], soort=VALUE),
        "personen": personen(persoon_id=[KEY, f"{MARK}8"], geboortedatum=["2002-02-28", "1960-01-01"], herkomst=VALUE),
        "gemeenten": gemeenten(),
    }


@pytest.fixture(scope="module")
def quality() -> rs.QualityReport:
    return rs.check(rs.Registers.from_frames(**secrets()))


def test_the_secrets_are_there_to_be_found(quality: rs.QualityReport) -> None:
    assert MARK in quality.rows("bijstand").to_string()
    assert MARK in quality.rows("bijstand", "dubbele_rij").to_string()
    failing = set(quality.fails()["rule"])
    assert {"dubbele_rij", "komt voor in gemeenten", "is een datum"} <= failing


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_nothing_shows_a_person_unasked(quality: rs.QualityReport, lang: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    report = dataclasses.replace(quality, lang=lang)
    monkeypatch.setattr(ibis.options, "interactive", True)
    things = [report, report.findings, report.rules, *report.findings, report._linking]
    shown = [str(thing) + repr(thing) + f"{thing}" for thing in things]
    frames = [report.to_frame(), report.fails(), report.accounting(), report.set_aside(), report.linking()]
    frames += [report.linking(by="gemeente"), *(report.where(one.rule.name) for one in report.findings)]
    shown += [frame.to_csv() for frame in frames]
    shown += [report.to_json(), report.to_html(), report.to_text(), report._repr_html_()]
    for text in shown:
        assert MARK not in text


def told(error: BaseException) -> str:
    """All that an error tells, and every error behind it."""
    parts, seen = [], {id(None)}
    queue: list[BaseException | None] = [error]
    while queue:
        one = queue.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            queue += [one.__context__, one.__cause__]
            parts += [repr(one), repr(one.args), *traceback.format_exception(one)]
    return "\n".join(parts)


def _breaks(*_: Any, **__: Any) -> Any:
    raise ValueError(KEY)


def test_what_fails_on_the_way_is_not_quoted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.NOTSET)
    frame = bijstand(persoon_id=KEY, wijk=VALUE)
    table = ibis.duckdb.connect().create_table("t", pa.Table.from_pandas(frame.astype("string")))
    broken = table.mutate(wijk=table.wijk.cast("int64"))
    registers = rs.Registers.from_frames(bijstand=table, personen=personen(persoon_id=[KEY, OTHER]))
    runs: list[Callable[[], Any]] = []
    for rows in (_breaks, lambda: broken):
        monkeypatch.setattr(unusual, "unusual_findings", lambda *_, rows=rows, **__: [finding(rows=rows)])
        quality = rs.check(registers)
        runs.append(lambda quality=quality: quality.rows("bijstand", "sprong_jaargrens"))
    for run in runs:
        with pytest.raises(rs.ReintegratieError) as caught:
            run()
        assert MARK not in told(caught.value)
    monkeypatch.setattr(unusual, "unusual_findings", _breaks)
    with pytest.raises(rs.ReintegratieError) as caught:
        rs.check(registers)
    assert MARK not in told(caught.value)
    printed = capfd.readouterr()
    assert MARK not in caplog.text + printed.out + printed.err


def test_the_command_prints_and_writes_no_person(
    quality: rs.QualityReport,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(unusual, "unusual_findings", lambda *_, **__: list(quality.findings))
    caplog.set_level(logging.NOTSET)
    write_csv(tmp_path, **secrets())
    page, data, rows = (tmp_path / name for name in ("blad.html", "blad.json", "rijen.csv"))
    asked = ["--rows", "bijstand", "is een datum", "--out", str(rows)]
    assert main(["check", str(tmp_path), "--html", str(page), "--json", str(data), *asked]) == 3
    printed = capfd.readouterr()
    written = page.read_text("utf-8") + data.read_text("utf-8")
    assert MARK not in printed.out + printed.err + caplog.text + written
    assert MARK in rows.read_text("utf-8")
    assert "These are personal data" in printed.err
