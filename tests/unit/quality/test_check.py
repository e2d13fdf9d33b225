"""`rs.check`: what is wrong, unusual and not to be linked in registers, in one report."""

from __future__ import annotations

import dataclasses
import datetime
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from unittest import mock

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reintegratie_stats as rs
from reintegratie_stats.errors import DefinitionError, EngineError, RegisterError, ReportError
from reintegratie_stats.quality import Finding, judge, unusual
from reintegratie_stats.quality.plain import plain
from reintegratie_stats.quality.quality_report import QualityReport
from reintegratie_stats.quality.words import row_rule_text
from reintegratie_stats.registers import TABLES
from tests.unit.quality.fakes import TEXT, counts, dirty, finding, pretend, rule
from tests.unit.tables import Tables, bijstand, everything, gemeenten, personen, refusal, take, trajecten


@pytest.fixture(scope="module")
def registers() -> rs.Registers:
    return take(**dirty())


@pytest.fixture(scope="module")
def quality(registers: rs.Registers) -> rs.QualityReport:
    found = [finding(), finding(0, table="trajecten", missing=12)]
    with mock.patch.object(unusual, "unusual_findings", return_value=found):
        return rs.check(registers)


# --- what became of the rows ------------------------------------------------------------------------------


def test_every_row_is_used_or_set_aside(quality: rs.QualityReport) -> None:
    account = quality.accounting()
    assert (account["rows"] == account["taken_out"] + account["read"]).all()
    assert (account["checked"] == account["set_aside"] + account["used"]).all()
    assert counts(account, "table")["bijstand",] == (6, 0, 6, 6, 4, 2)


def test_a_row_that_was_set_aside_counts_once_though_it_fails_two_rules(quality: rs.QualityReport) -> None:
    aside = quality.set_aside()
    assert counts(aside, "table", "column", "rule") == {
        ("bijstand", "persoon_id", "bestaat niet uit nullen"): (2,),
        ("bijstand", "begindatum", "is een datum"): (1,),
        ("bijstand", "gemeente", "komt voor in gemeenten"): (1,),
    }
    failing = counts(quality.fails()[["table", "column", "rule", "fails"]], "table", "column", "rule")
    assert failing["bijstand", "gemeente", "komt voor in gemeenten"] == (2,)


def test_rows_that_a_layout_takes_out_are_accounted_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch)
    (tmp_path / "b.csv").write_text(
        "nr;van;tot;regeling\nA1;2002-01-31;;PW\nA2;2002-01-31;2001-01-31;PW\nA3;2002-01-31;;IOAW\n"
    )
    (tmp_path / "mijn.toml").write_text(
        'tabel = "bijstand"\n[kolommen]\npersoon_id = "nr"\ngemeente = { vast = "GM9001" }\nbegindatum = "van"\n'
        'einddatum = "tot"\nreden_einde = { leeg = true }\n'
        '[[filter]]\nkolom = "regeling"\nhoud = ["PW"]\nreden = "geen bijstand"\n'
    )
    registers = rs.read_registers({"bijstand": tmp_path / "b.csv"}, layout=tmp_path / "mijn.toml")
    quality = rs.check(registers)
    assert quality.accounting().iloc[0].tolist() == ["bijstand", 3, 1, 2, 2, 1, 1]
    (reading,) = json.loads(quality.to_json())["reading"]
    assert [(step["reason"], step["rows"]) for step in reading["steps"]] == [("geen bijstand", 1)]
    assert "geen bijstand" in quality.to_html()
    assert "geen bijstand" in quality.to_text()


def test_what_was_changed_after_the_checks_is_told(registers: rs.Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch)
    quality = rs.check(registers.keep("trajecten", "vorm", ["plan"]))
    assert "trajecten (beperkt op vorm)" in quality.to_html()
    assert json.loads(quality.to_json())["changes"] == [{"table": "trajecten", "kind": "keep", "of": "vorm"}]
    assert quality.linking().set_index(["table", "other"]).loc[("trajecten", "bijstand"), "keys"] == 1
    assert quality.accounting().set_index("table").loc["trajecten", "used"] == 2


# --- rules ------------------------------------------------------------------------------------------------


def test_rules_on_rows_come_first_then_what_is_unusual(quality: rs.QualityReport, registers: rs.Registers) -> None:
    frame = quality.to_frame()
    of_rows = registers.report.to_frame()
    pd.testing.assert_frame_equal(frame.iloc[: len(of_rows)][list(of_rows.columns)], of_rows)
    last = frame.iloc[len(of_rows) :]
    assert last["rule"].tolist() == ["sprong_jaargrens"] * 2
    assert last[["unit", "items", "passes", "fails", "missing", "text"]].values.tolist() == [
        ["maand", 12, 9, 1, 2, TEXT["nl"]],
        ["maand", 12, 0, 0, 12, TEXT["nl"]],
    ]


def test_frames_are_copies(quality: rs.QualityReport) -> None:
    for get in (quality.to_frame, quality.accounting, quality.set_aside, quality.linking):
        frame = get()
        frame["table"] = "x"
        assert "x" not in set(get()["table"])


def test_where_tells_units_of_every_register(registers: rs.Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, finding(2), finding(1, table="trajecten"))
    quality = rs.check(registers)
    where = quality.where("sprong_jaargrens")
    assert where["table"].tolist() == ["bijstand", "bijstand", "trajecten"]
    assert where["maand"].tolist() == ["2002-01", "2002-02", "2002-01"]
    pd.testing.assert_frame_equal(quality.where(TEXT["en"]), where)


def test_where_is_empty_where_everything_passes(registers: rs.Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, finding(0))
    assert rs.check(registers).where("sprong_jaargrens").empty


def test_where_of_a_rule_that_does_not_exist_names_the_nearest(quality: rs.QualityReport) -> None:
    told = refusal(RegisterError, lambda: quality.where("sprong_jaargrns"))
    assert "Did you mean 'sprong_jaargrens'?" in told
    assert "rows(table, rule)" in refusal(RegisterError, lambda: quality.where("is ingevuld"))


# --- rows, by an explicit call only -------------------------------------------------------------------------


def test_the_rows_of_a_rule_come_by_its_name_or_its_words(quality: rs.QualityReport) -> None:
    rows = quality.rows("bijstand", "bestaat niet uit nullen")
    assert rows["persoon_id"].tolist() == ["00", "000"]
    pd.testing.assert_frame_equal(quality.rows("bijstand", "does not consist of zeros"), rows)
    assert len(quality.rows("bijstand")) == 4


def test_the_rows_behind_units_that_fail_come_too(registers: rs.Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    table = registers.table("bijstand")
    of_a = table.filter(table.persoon_id == "a")
    pretend(monkeypatch, finding(rows=lambda: of_a), finding(table="trajecten"), finding(0, table="personen"))
    quality = rs.check(registers)
    assert quality.rows("bijstand", "sprong_jaargrens")["persoon_id"].tolist() == ["a"]
    assert quality.rows("bijstand", TEXT["nl"])["persoon_id"].tolist() == ["a"]
    assert quality.rows("personen", "sprong_jaargrens").empty
    assert "points at no rows of trajecten" in refusal(
        RegisterError, lambda: quality.rows("trajecten", "sprong_jaargrens")
    )
    assert "was not judged for gemeenten; it was for: bijstand, trajecten" in refusal(
        RegisterError, lambda: quality.rows("gemeenten", "sprong_jaargrens")
    )


@pytest.mark.parametrize(
    ("table", "which", "words"),
    [
        ("bijstnd", "is ingevuld", "Did you mean 'bijstand'?"),
        ("bijstand", "is ingevud", "Did you mean 'is ingevuld'?"),
        ("bijstand", "sprong_jargrens", "Did you mean 'sprong_jaargrens'?"),
    ],
)
def test_rows_of_what_does_not_exist_name_the_nearest(
    quality: rs.QualityReport, table: str, which: str, words: str
) -> None:
    assert words in refusal(RegisterError, lambda: quality.rows(table, which))


# --- severity and exit status -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tables", "found", "status", "strict"),
    [
        ({"bijstand": bijstand()}, [], 0, 0),
        ({"bijstand": bijstand()}, [finding(0)], 0, 0),
        ({"bijstand": bijstand()}, [finding(1)], 0, 4),
        ({"bijstand": bijstand()}, [finding(1, rule=rule(severity="fout"))], 3, 3),
        ({"bijstand": bijstand(), "trajecten": trajecten(persoon_id="z")}, [], 0, 4),
        ({"bijstand": bijstand(persoon_id=["a", None])}, [], 3, 3),
    ],
)
def test_status_tells_errors_from_warnings(
    tables: Tables, found: list[Finding], status: int, strict: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, *found)
    quality = rs.check(take(**tables))
    assert (quality.status, quality.exit_status(strict=True)) == (status, strict)


def test_a_rule_that_is_off_is_not_judged(registers: rs.Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def note(_: rs.Registers, rules: Any, **more: Any) -> list[Finding]:
        asked.update(rules=set(rules), **more)
        return []

    monkeypatch.setattr(unusual, "unusual_findings", note)
    rules = {"sprong_jaargrens": {"ernst": "uit"}}
    quality = rs.check(registers, rules=rules, day="2003-09-30", window=("2001-01-01", datetime.date(2003, 1, 1)))
    assert "sprong_jaargrens" not in asked["rules"]
    assert len(asked["rules"]) == len(quality.rules) - 1
    assert asked["day"] == datetime.date(2003, 9, 30)
    assert asked["window"] == (datetime.date(2001, 1, 1), datetime.date(2003, 1, 1))
    page = quality.to_html()
    assert "Stand op 2003-09-30." in page
    assert "Periode van 2001-01-01 tot 2003-01-01." in page


def test_a_timestamp_is_its_day(registers: rs.Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch)
    assert rs.check(registers, day=pd.Timestamp("2003-09-30 12:00")).day == datetime.date(2003, 9, 30)


@pytest.mark.parametrize(
    ("kind", "given_", "words"),
    [
        (DefinitionError, {"day": "30-09-2003"}, "Write it as 2003-06-30"),
        (DefinitionError, {"day": 20030930}, "not int"),
        (DefinitionError, {"window": "2003"}, "window is two days"),
        (DefinitionError, {"window": ("2003-01-01", "2003-01-01")}, "does not lie before"),
        (DefinitionError, {"window": (None, "2003-01-01")}, "does not lie before"),
        (ReportError, {"lang": "de"}, "Language 'de'"),
    ],
)
def test_what_cannot_be_is_refused(
    registers: rs.Registers, kind: type[rs.ReintegratieError], given_: dict[str, Any], words: str
) -> None:
    assert words in refusal(kind, lambda: rs.check(registers, **given_))


def test_tables_are_no_registers() -> None:
    assert "not dict" in refusal(DefinitionError, lambda: rs.check(everything()))  # type: ignore[arg-type]


# --- findings that contradict themselves ------------------------------------------------------------------


@pytest.mark.parametrize("parts", [{"items": 2}, {"missing": -1}, {"where": ({"persoon_id": "a"},)}])
def test_a_rule_that_counts_wrong_or_tells_of_persons_is_stopped(parts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="sprong_jaargrens"):
        finding(**parts)


def test_numbers_of_numpy_are_numbers() -> None:
    one = finding(items=np.int64(12), fails=np.int64(1), missing=np.int64(2))
    assert (type(one.items), one.passes) == (int, 9)


def test_a_rule_that_breaks_ends_in_our_error(registers: rs.Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> list[Finding]:
        raise ZeroDivisionError("GEHEIM")

    monkeypatch.setattr(unusual, "unusual_findings", broken)
    told = refusal(EngineError, lambda: rs.check(registers))
    assert "ZeroDivisionError" in told
    assert "GEHEIM" not in told


# --- page, text, JSON -----------------------------------------------------------------------------------


def test_json_holds_what_the_frames_hold(quality: rs.QualityReport) -> None:
    content = json.loads(quality.to_json())
    assert list(content) == sorted(content)
    assert content["accounting"] == json.loads(quality.accounting().to_json(orient="records"))
    assert len(content["rules"]) == len(quality.to_frame())
    assert content["unusual"][0]["where"] == [{"gemeente": "G1", "maand": "2002-01", "rijen": 3, "verwacht": 1.25}]
    assert content["status"] == 3
    assert len(content["linking_by_gemeente"]) == len(quality.linking(by="gemeente"))


@pytest.mark.parametrize(
    ("value", "is_plain"),
    [
        (np.int64(3), 3),
        (np.float64(1 / 3), 0.333333),
        (np.float64("inf"), None),
        (-0.0, 0.0),
        (np.bool_(True), True),
        (pd.NaT, None),
        (pd.NA, None),
        (np.datetime64("NaT"), None),
        (pd.Timestamp("2003-06-30"), "2003-06-30"),
        ("GM9001", "GM9001"),
    ],
)
def test_values_become_plain(value: Any, is_plain: Any) -> None:
    seen = plain(value)
    assert seen == is_plain
    assert type(seen) is type(is_plain)


class Page(HTMLParser):
    """What a page holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.captions: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self._caption = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._caption = tag == "caption"
        self.ids += [str(value) for name, value in attrs if name == "id"]
        self.links += [str(value) for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        if self._caption:
            self.captions.append(data)
        self._caption = False


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_stands_alone_and_has_every_part(
    registers: rs.Registers, monkeypatch: pytest.MonkeyPatch, lang: Any
) -> None:
    pretend(monkeypatch, finding(60, items=80), finding(0, table="trajecten", missing=12))
    quality = rs.check(registers, lang=lang)
    page = Page(quality.to_html())
    assert [link for link in page.links if not link.startswith("#")] == []
    assert len(set(page.ids)) == len(page.ids)
    assert len(page.captions) == 9
    assert ("Shown are 40 of 60." if lang == "en" else "Getoond zijn 40 van 60.") in quality.to_html()
    notebook = str(quality._repr_html_())
    assert "<h1>" in notebook
    assert notebook.count("<table") == 4  # the accounts, rules with fails, what is unusual, linking
    assert TEXT[lang] in quality.to_text()


def test_english_has_english_words(quality: rs.QualityReport) -> None:
    english = dataclasses.replace(quality, lang="en")
    assert "does not consist of zeros" in set(english.to_frame()["text"])
    assert english.to_frame()["rule"].tolist() == quality.to_frame()["rule"].tolist()
    for text in (english.to_html(), english.to_text()):
        assert not {"terzijde", "niet", "ontbreekt"} & set(text.replace("<", " ").split())


def test_every_rule_that_the_tables_imply_has_english_words() -> None:
    report = take(**everything()).report
    assert set(report.tables) == set(TABLES)
    for text in report.to_frame()["rule"]:
        assert row_rule_text(text, "en") != text, text


def test_the_repr_counts(quality: rs.QualityReport) -> None:
    told = repr(quality)
    assert told.startswith("QualityReport(bijstand: 6 rows, 4 set aside; ")
    assert told.endswith("3 rules with fails, 2 warnings, 1 unusual)")


# --- little or nothing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [0, 1])
def test_registers_with_little_in_them_are_judged_all_the_same(rows: int) -> None:
    quality = rs.check(take(**{name: table.iloc[:rows] for name, table in everything().items()}))
    frame = quality.to_frame()
    assert (frame["items"] == frame["passes"] + frame["fails"] + frame["missing"]).all()
    assert quality.status == 0
    assert quality.accounting()["used"].tolist() == [rows] * 6
    assert quality.to_html() + quality.to_text() + quality.to_json()


def test_bijstand_alone_is_judged() -> None:
    quality = rs.check(take(bijstand=bijstand()))
    assert quality.linking().empty
    assert quality.linking(by="gemeente").empty
    assert quality.status == 0
    assert quality.to_html() + quality.to_text() + quality.to_json()


# --- whatever the rows ------------------------------------------------------------------------------------

ROW = st.tuples(
    st.sampled_from(["a", "b", "c", "00", None]),
    st.sampled_from(["G1", "G2", "G9", None]),
    st.sampled_from(["2002-01-31", "2003-01-01", "gisteren", "1700-01-01", None]),
    st.sampled_from(["2001-12-31", "2004-01-01", "9999-12-31", "later", None]),
)


def from_rows(rows: list[tuple[Any, ...]]) -> rs.Registers:
    names = ["persoon_id", "gemeente", "begindatum", "einddatum"]
    frame = pd.DataFrame(rows, columns=names).astype("string").assign(reden_einde="werk")
    sound = bijstand(persoon_id=["a", "q"])  # a column in which not one date can be read is refused
    places = pd.concat([gemeenten(), gemeenten(gemeente="G2")])
    return take(bijstand=pd.concat([sound, frame], ignore_index=True), gemeenten=places)


@settings(max_examples=3)
@given(st.lists(ROW, max_size=12))
def test_every_row_passes_fails_or_is_missing_and_is_used_or_set_aside(rows: list[Any]) -> None:
    with mock.patch.object(unusual, "unusual_findings", return_value=[]):
        quality = rs.check(from_rows(rows))
    frame = quality.to_frame()
    assert (frame["items"] == frame["passes"] + frame["fails"] + frame["missing"]).all()
    assert (frame[["items", "passes", "fails", "missing"]] >= 0).all(axis=None)
    account = quality.accounting().set_index("table")
    assert (account["checked"] == account["set_aside"] + account["used"]).all()
    aside = quality.set_aside().groupby("table")["rows"].sum().reindex(account.index, fill_value=0)
    assert aside.tolist() == account["set_aside"].tolist()


def test_the_order_of_rows_does_not_matter(registers: rs.Registers) -> None:
    turned = {name: table.iloc[::-1] for name, table in dirty().items()}
    quality, other = rs.check(registers), rs.check(take(**turned))
    assert other.to_json() == quality.to_json()
    assert other.to_html() == quality.to_html()
    assert other.to_text() == quality.to_text()
    frame = quality.to_frame()
    assert (frame["items"] == frame["passes"] + frame["fails"] + frame["missing"]).all()


def test_nothing_stays_behind_on_the_engine_of_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch)
    connection = ibis.duckdb.connect()
    frames = {name: table.astype("string") for name, table in (("bijstand", bijstand()), ("personen", personen()))}
    tables = {name: connection.create_table(name, pa.Table.from_pandas(table)) for name, table in frames.items()}
    registers = rs.Registers.from_frames(**tables)
    stored = "select table_name from duckdb_tables() order by 1"
    before = connection.raw_sql(stored).fetchall()
    rs.check(registers)
    assert connection.raw_sql(stored).fetchall() == before
    assert len(before) >= len(tables)


def test_the_function_is_not_hidden_by_a_module() -> None:
    assert rs.check is judge.check
    assert rs.QualityReport is QualityReport
