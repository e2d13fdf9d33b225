"""What a review of the quality room found wrong: each test failed before it was mended."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.__main__ import main
from reintegratie_stats.errors import RegisterError
from reintegratie_stats.quality import Finding, read_rules, shipped_rules
from reintegratie_stats.quality.linking import link
from reintegratie_stats.quality.unusual import unusual_findings
from reintegratie_stats.quality.words import reading_word
from tests.unit.quality.fakes import finding, pretend
from tests.unit.tables import bijstand, personen, refusal, take, trajecten

LAST = dt.date(2018, 12, 31)
WINDOW = dt.date(2012, 5, 1), dt.date(2017, 5, 15)


def only(*names: str) -> dict[str, dict[str, str]]:
    """The settings with which just some rules on what is unusual are judged."""
    return {name: {"ernst": "uit"} for name in shipped_rules() if name not in names}


def offers(gemeenten: Any) -> pd.DataFrame:
    """A traject for each gemeente, of the two persons in turn."""
    return pd.concat([trajecten()] * (len(gemeenten) // 2), ignore_index=True).assign(gemeente=gemeenten)


# --- gemeenten that are numbers, blanks or keys -----------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ([0, 14, 15, 14], ["0", "14", "15"]),
        ([14.0, np.nan, 0.0, 14.0], ["0", "14", None]),
        (["", None, " ", "G1"], ["G1", None]),
    ],
)
def test_a_gemeente_may_be_a_number_zero_or_blank(given: list[Any], seen: list[str | None]) -> None:
    quality = rs.check(
        take(bijstand=bijstand(), trajecten=offers(given)), day="2001-01-01", rules=only("begin_in_toekomst")
    )
    frame = quality.linking(by="gemeente")
    frame = frame[frame["table"] == "trajecten"]
    assert frame["gemeente"].astype(object).where(frame["gemeente"].notna(), None).tolist() == seen
    assert frame["rows"].sum() == 4
    later = quality.where("begin_in_toekomst").query("table == 'trajecten'")
    assert set(later["gemeente"].dropna()) == {one for one in seen if one is not None}
    assert later["rijen"].sum() == 4


@pytest.mark.parametrize("persons", [300, 2100])
def test_keys_in_the_column_of_gemeenten_are_never_told(persons: int) -> None:
    keys = [f"GEHEIM{number:05d}" for number in range(persons)]
    rows = bijstand().iloc[:1].drop(columns=["persoon_id", "gemeente"])
    rows = pd.DataFrame({"persoon_id": keys, "gemeente": keys}).merge(rows, how="cross")
    rows = pd.concat([rows, rows.iloc[:5]], ignore_index=True)
    rules = None if persons < 2000 else only("begin_in_toekomst", "dubbele_rij")
    quality = rs.check(take(bijstand=rows), day="2001-12-31", rules=rules)
    assert quality.to_frame().query("rule == 'begin_in_toekomst'")["fails"].tolist() == [len(rows)]
    assert quality.where("dubbele_rij")["rijen"].tolist() == [5]
    shown = quality.to_json() + quality.to_html() + quality.to_text() + repr(quality) + quality._repr_html_()
    shown += repr([dict(unit) for one in quality.findings for unit in one.where])
    assert "GEHEIM" not in shown


def test_keys_in_the_column_of_gemeenten_of_bijstand_do_not_place_other_registers() -> None:
    keys = [f"GEHEIM{number:05d}" for number in range(60)]
    rows = bijstand().iloc[:1].drop(columns=["persoon_id", "gemeente"])
    rows = pd.DataFrame({"persoon_id": keys, "gemeente": keys}).merge(rows, how="cross")
    registers = take(bijstand=rows, personen=pd.DataFrame({"persoon_id": keys, "geboortedatum": "1970-01-01"}))
    assert link(registers).notes == ("no_gemeenten",)
    assert "GEHEIM" not in link(registers).by_gemeente.to_string()


# --- overlaps ---------------------------------------------------------------------------------------------


def test_rows_over_the_same_days_that_differ_elsewhere_overlap() -> None:
    rows = pd.concat([bijstand(), bijstand(reden_einde=[None, "anders"])], ignore_index=True)
    quality = rs.check(take(bijstand=rows), rules=only("dubbele_rij", "overlap"))
    fails = quality.to_frame().set_index("rule")["fails"]
    assert (fails["dubbele_rij"], fails["overlap"]) == (1, 1)  # a stands there twice, b with two reasons
    assert set(quality.rows("bijstand", "overlap")["persoon_id"]) == {"b"}


# --- rows behind what fails, at the edges of the window ---------------------------------------------------


@cache
def heaped() -> rs.Registers:
    """Ten years in which every day that can be unusual is: first and last days, missing ends, of one gemeente most."""
    random = np.random.default_rng(3)
    number = 4000
    begin = pd.Series(pd.to_datetime("2010-01-01") + pd.to_timedelta(random.integers(0, 3280, number), unit="D"))
    place = random.integers(1, 7, number)
    first = random.random(number) < np.where(place == 6, 0.9, 0.3)
    begin[first] = begin[first].dt.to_period("M").dt.to_timestamp()
    end = begin + pd.to_timedelta(random.integers(1, 900, number), unit="D")
    last = random.random(number) < 0.3
    end[last] = end[last].dt.to_period("M").dt.to_timestamp("M").dt.normalize()
    runs = (begin.dt.year == 2016) & (random.random(number) < 0.7) | (end > pd.Timestamp(LAST))
    return take(
        bijstand=pd.DataFrame(
            {
                "persoon_id": [f"{one:05d}" for one in range(number)],
                "gemeente": [f"GM{one}" for one in place],
                "begindatum": begin.dt.strftime("%Y-%m-%d"),
                "einddatum": end.dt.strftime("%Y-%m-%d").where(~runs, None),
                "reden_einde": None,
            }
        )
    )


BEHIND = ("stapeling_eerste_dag", "stapeling_laatste_dag", "stapeling_gemeente", "open_einden_jaar")


@pytest.mark.parametrize("window", [None, WINDOW])
def test_the_rows_are_those_that_were_counted(window: tuple[dt.date, dt.date] | None) -> None:
    rules = {name: rule for name, rule in read_rules().items() if name in BEHIND}
    found = {one.rule.name: one for one in unusual_findings(heaped(), rules, day=LAST, window=window)}
    assert set(found) == set(BEHIND)
    for one in found.values():
        assert one.fails, one
        assert rows_of(one) == sum(cell["rijen"] for cell in one.where), one


def rows_of(one: Finding) -> int:
    assert one.rows is not None
    return int(one.rows().count().to_pyarrow().as_py())


def test_months_after_the_window_are_not_provisional_months_of_it() -> None:
    rule = {"voorlopige_maanden": read_rules()["voorlopige_maanden"]}
    window = dt.date(2018, 1, 1), dt.date(2018, 12, 1)
    (found,) = unusual_findings(heaped(), rule, day=LAST, window=window)
    assert (found.items, [cell["maand"] for cell in found.where]) == (11, ["2018-10", "2018-11"])
    assert rows_of(found) == sum(cell["rijen"] for cell in found.where)


def test_the_rows_of_a_break_lie_in_the_window() -> None:
    spells = trajecten().iloc[:1].drop(columns="begindatum").assign(einddatum=None)
    begins = pd.DataFrame({"begindatum": [f"{year}-{month:02}-10" for year in (2014, 2015) for month in range(1, 13)]})
    registers = take(bijstand=bijstand(), trajecten=begins.merge(spells, how="cross"))
    rule = {"reeksbreuk_participatiewet": read_rules()["reeksbreuk_participatiewet"]}
    (found,) = unusual_findings(registers, rule, window=(dt.date(2014, 7, 1), dt.date(2015, 4, 1)))
    assert rows_of(found) == found.where[0]["rijen_erna"] == 3


# --- words ------------------------------------------------------------------------------------------------


def test_a_text_that_two_rules_share_is_no_name() -> None:
    rules = only("begin_in_toekomst", "einde_in_toekomst")
    quality = rs.check(take(bijstand=bijstand()), day="2002-02-01", rules=rules)
    words = refusal(RegisterError, lambda: quality.rows("bijstand", "ligt niet na de laatste dag"))
    assert "begin_in_toekomst, einde_in_toekomst" in words
    assert len(quality.rows("bijstand", "einde_in_toekomst")) == 1


def test_an_english_page_has_english_words_for_what_a_unit_is(monkeypatch: pytest.MonkeyPatch) -> None:
    units = [{"gemeente": "gat", "wat": "verdwijnt"}, {"gemeente": "stand", "wat": "gat", "maat": "instroom"}]
    pretend(monkeypatch, finding(where=tuple(units)))
    registers = take(bijstand=bijstand(), personen=personen())
    cells = re.findall(r">\s*(\w+)\s*</t[dh]>", rs.check(registers, lang="en").to_html())
    assert {"vanishes", "gap", "inflow", "gat", "stand"} <= set(cells)  # a gemeente is printed as it is called
    assert not {"verdwijnt", "instroom"} & set(cells)
    assert "verdwijnt" in rs.check(registers).to_html()


def test_steps_of_a_layout_are_told_in_english() -> None:
    words = {
        "onleesbaar": "unreadable",
        "niet te lezen zoals de layout zegt": "cannot be read as the layout says",
        "adres op 2020-01-01": "address on 2020-01-01",
        "zonder gemeente": "without a gemeente",
        "zonder begindatum": "without begindatum",
    }
    assert {word: reading_word(word, "en") for word in words} == words
    assert {word: reading_word(word, "nl") for word in words} == {word: word for word in words}


# --- the command ------------------------------------------------------------------------------------------


@pytest.fixture
def delivery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    bijstand().to_csv(tmp_path / "in/bijstand.csv", index=False)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["bijstand="], "no path"),
        (["in", "--json", "x.json", "--html", "x.json"], "same file"),
        (["in", "--json", "-"], "standard output"),
        (["in", "--json", "in/bijstand.csv"], "are read"),
        (["bijstand=in/bijstand.csv", "--html", "in/../in/bijstand.csv"], "are read"),
    ],
)
def test_what_would_overwrite_or_guess_is_refused(
    delivery: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    before = (delivery / "in/bijstand.csv").read_bytes()
    assert main(["check", *arguments]) == 2
    assert words in capsys.readouterr().err
    assert (delivery / "in/bijstand.csv").read_bytes() == before
    assert sorted(one.name for one in delivery.iterdir()) == ["in"]


def test_a_report_beside_the_registers_may_be_made_again(delivery: Path) -> None:
    report = delivery / "in/report.json"
    report.write_text("old")
    assert main(["check", "in", "--json", "in/report.json"]) == 0
    assert report.read_text().startswith("{")


def test_rows_that_cannot_be_written_leave_no_file_and_no_word_of_a_person(
    delivery: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("GEHEIM cannot be converted")

    monkeypatch.setattr(pd.DataFrame, "to_csv", fail)
    assert main(["check", "in", "--rows", "bijstand", "stapeling_1_januari", "--out", "rows.csv"]) == 1
    assert "GEHEIM" not in capsys.readouterr().err
    assert not (delivery / "rows.csv").exists()
