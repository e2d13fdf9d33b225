"""The checks: what is set aside, what is used with a warning, and that nothing is lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.errors import RegisterError
from reintegratie_stats.registers import TABLES
from tests.unit.tables import (
    bijstand,
    days,
    dienstverbanden,
    everything,
    gemeenten,
    personen,
    refusal,
    take,
    trajecten,
    vrijstellingen,
    write_csv,
    write_parquet,
)


def rows_of(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows of bijstand: key, gemeente, first and last day."""
    columns = ["persoon_id", "gemeente", "begindatum", "einddatum"]
    return pd.DataFrame(list(rows), columns=columns).assign(reden_einde=None)


def fails(registers: rs.Registers) -> dict[tuple[str, str, str], tuple[str, int]]:
    """What failed: severity and number of rows for each table, column and rule."""
    return {
        (row.table, row.column, row.rule): (row.severity, row.fails) for row in registers.report.fails().itertuples()
    }


def used(registers: rs.Registers, table: str = "bijstand") -> list[str]:
    return sorted(registers.to_frame(table)["persoon_id"])


DIRTY = rows_of(
    ("good", "G1", "2002-01-31", None),
    ("same day", "G1", "2002-01-31", "2002-01-31"),
    (None, "G1", "2002-01-31", None),
    ("", "G1", "2002-01-31", None),
    (" \t ", "G1", "2002-01-31", None),
    ("0", "G1", "2002-01-31", None),
    ("000000000", "G1", "2002-01-31", None),
    ("00x", "G1", "2002-01-31", None),
    ("no gemeente", None, "2002-01-31", None),
    ("unknown gemeente", "G9", "2002-01-31", None),
    ("no begin", "G1", None, None),
    ("bad begin", "G1", "31-01-2002", None),
    ("bad end", "G1", "2002-01-31", "2002-02-30"),
    ("end before begin", "G1", "2002-01-31", "2002-01-30"),
    ("before the field", "G1", "1849-12-31", "1860-01-01"),
    ("begin of the field", "G1", "1850-01-01", "1860-01-01"),
    ("last of the field", "G1", "2099-12-31", None),
    ("after the field", "G1", "2100-01-01", None),
    ("still running", "G1", "2002-01-31", "9999-12-31"),
    ("bad twice", "G9", "GEHEIM", "2002-02-30"),
)


@pytest.fixture(scope="module")
def dirty() -> rs.Registers:
    return take(bijstand=DIRTY, gemeenten=gemeenten(), personen=personen())


def test_every_rule_of_bijstand_counts_its_rows(dirty: rs.Registers) -> None:
    found = fails(dirty)
    assert {key: value for key, value in found.items() if key[0] == "bijstand"} == {
        ("bijstand", "persoon_id", "is ingevuld"): ("fout", 3),
        ("bijstand", "persoon_id", "bestaat niet uit nullen"): ("fout", 2),
        ("bijstand", "gemeente", "is ingevuld"): ("fout", 1),
        ("bijstand", "gemeente", "komt voor in gemeenten"): ("fout", 2),
        ("bijstand", "begindatum", "is ingevuld"): ("fout", 1),
        ("bijstand", "begindatum", "is een datum"): ("fout", 2),
        ("bijstand", "begindatum", "ligt tussen 1850 en 2100"): ("fout", 2),
        ("bijstand", "einddatum", "is een datum"): ("fout", 2),
        ("bijstand", "einddatum", "ligt niet voor begindatum"): ("fout", 1),
        ("bijstand", "einddatum", "ligt voor 2100 (later telt als lopend)"): ("waarschuwing", 1),
        ("bijstand", "persoon_id", "komt voor in personen"): ("waarschuwing", 17),
    }


def test_rows_that_break_no_rule_are_used_and_the_others_are_not(dirty: rs.Registers) -> None:
    assert used(dirty) == [
        "00x",
        "begin of the field",
        "good",
        "last of the field",
        "same day",
        "still running",
    ]


def test_every_row_is_used_or_set_aside(dirty: rs.Registers) -> None:
    accounts = dirty.report.accounting()
    assert accounts.to_dict("list") == {
        "table": ["bijstand", "personen", "gemeenten"],
        "rows": [20, 2, 1],
        "usable": [6, 2, 1],
        "set_aside": [14, 0, 0],
    }
    assert (accounts["rows"] == accounts["usable"] + accounts["set_aside"]).all()


def test_every_rule_passes_fails_or_misses_each_row(dirty: rs.Registers) -> None:
    frame = dirty.report.to_frame()
    assert (frame["items"] == frame["passes"] + frame["fails"] + frame["missing"]).all()
    assert (frame[["passes", "fails", "missing"]] >= 0).all().all()
    bijstand = frame[frame["table"] == "bijstand"].set_index(["column", "rule"])
    assert bijstand.loc[("persoon_id", "is ingevuld"), "missing"] == 0
    assert bijstand.loc[("persoon_id", "bestaat niet uit nullen"), "missing"] == 3
    assert bijstand.loc[("begindatum", "is een datum"), "missing"] == 1
    assert bijstand.loc[("begindatum", "ligt tussen 1850 en 2100"), "missing"] == 3
    assert bijstand.loc[("gemeente", "komt voor in gemeenten"), "missing"] == 1
    assert bijstand.loc[("einddatum", "is een datum"), "missing"] == 13


def test_the_columns_of_a_report_have_one_type_each(dirty: rs.Registers) -> None:
    frame = dirty.report.to_frame()
    assert list(frame) == [
        *("table", "column", "rule", "severity"),
        *("items", "passes", "fails", "missing"),
    ]
    assert [str(kind) for kind in frame.dtypes] == ["string"] * 4 + ["int64"] * 4


def test_the_rows_that_were_set_aside_come_by_an_explicit_call_as_they_were(
    dirty: rs.Registers,
) -> None:
    aside = dirty.report.rows("bijstand")
    assert list(aside) == list(DIRTY)
    assert len(aside) == 14
    by_key = aside.dropna(subset="persoon_id").set_index("persoon_id")
    assert by_key.loc["bad twice", "begindatum"] == "GEHEIM"
    assert by_key.loc["bad end", "einddatum"] == "2002-02-30"
    assert sorted(aside["persoon_id"].dropna().tolist() + used(dirty)) == sorted(DIRTY["persoon_id"].dropna())


def test_the_rows_of_one_rule_can_be_asked_for(dirty: rs.Registers) -> None:
    unknown = dirty.report.rows("bijstand", "komt voor in gemeenten")
    assert sorted(unknown["persoon_id"]) == ["bad twice", "unknown gemeente"]
    later = dirty.report.rows("bijstand", "ligt voor 2100 (later telt als lopend)")
    assert later["persoon_id"].tolist() == ["still running"]
    assert len(dirty.report.rows("bijstand", "komt voor in personen")) == 17
    assert dirty.report.rows("personen").empty


def test_the_order_of_rows_does_not_depend_on_how_they_were_delivered(dirty: rs.Registers) -> None:
    upside_down = take(bijstand=DIRTY.iloc[::-1], gemeenten=gemeenten(), personen=personen())
    for ask in (lambda one: one.to_frame("bijstand"), lambda one: one.report.rows("bijstand")):
        pd.testing.assert_frame_equal(ask(upside_down), ask(dirty))
    assert used(dirty) == dirty.to_frame("bijstand")["persoon_id"].tolist()


def test_a_table_or_rule_that_is_not_there_is_answered_with_the_nearest(
    dirty: rs.Registers,
) -> None:
    rows = dirty.report.rows
    assert refusal(RegisterError, lambda: rows("persoonen")) == (
        "No register 'persoonen' was checked; there are: bijstand, personen, gemeenten. Did you mean 'personen'?"
    )
    assert refusal(RegisterError, lambda: rows("bijstand", "is een dtum")) == (
        "bijstand has no rule 'is een dtum'. Did you mean 'is een datum'? The rules stand in to_frame()."
    )


def test_a_report_shows_counts_only(dirty: rs.Registers) -> None:
    assert repr(dirty.report) == (
        "CheckReport(bijstand: 20 rows, 14 set aside; personen: 2 rows, 0 set aside; "
        "gemeenten: 1 row, 0 set aside; 9 rules with fails, 2 warnings)"
    )
    html = dirty.report._repr_html_()
    assert "komt voor in gemeenten" in html
    assert "GEHEIM" not in html


def test_what_was_counted_late_is_counted_once(dirty: rs.Registers) -> None:
    pd.testing.assert_frame_equal(dirty.report.to_frame(), dirty.report.to_frame())


# --- one table against another ------------------------------------------------------------------


def test_without_a_table_of_gemeenten_no_gemeente_is_unknown() -> None:
    assert used(take(bijstand=bijstand(gemeente=["G1", "G9"]))) == ["a", "b"]


def test_a_gemeente_that_is_not_in_the_table_is_set_aside_and_counted() -> None:
    registers = take(bijstand=bijstand(gemeente=["G1", "G9"]), gemeenten=gemeenten())
    assert used(registers) == ["a"]
    assert fails(registers) == {
        ("bijstand", "gemeente", "komt voor in gemeenten"): ("fout", 1),
    }


def test_a_gemeente_is_compared_as_text_whatever_the_type_of_its_code() -> None:
    numbers = take(bijstand=bijstand(gemeente=[14, 363]), gemeenten=gemeenten(gemeente=["14"]))
    assert used(numbers) == ["a"]
    zeros = take(bijstand=bijstand(gemeente=["0014", "14"]), gemeenten=gemeenten(gemeente=[14]))
    assert used(zeros) == ["b"]


def test_a_gemeente_of_a_row_that_was_set_aside_is_unknown() -> None:
    table = gemeenten(gemeente=[" "])
    registers = take(bijstand=bijstand(gemeente=["G1", " "]), gemeenten=table)
    assert used(registers) == []
    assert registers.report.accounting()["set_aside"].tolist() == [2, 1]


def test_a_traject_of_somebody_without_benefit_is_reported_and_does_no_harm() -> None:
    stranger = trajecten(persoon_id=["a", "stranger"])
    registers = take(bijstand=bijstand(), trajecten=stranger, vrijstellingen=vrijstellingen())
    assert fails(registers) == {
        ("trajecten", "persoon_id", "komt voor in bijstand"): ("waarschuwing", 1),
    }
    assert used(registers, "trajecten") == ["a", "stranger"]
    frame = rs.define_cohort(registers, rs.RWI_2004).to_frame()
    assert frame[["persoon_id", "traject_binnen_term"]].values.tolist() == [["a", True], ["b", False]]


def test_a_traject_of_somebody_whose_benefit_was_set_aside_is_reported_too() -> None:
    registers = take(bijstand=bijstand(begindatum=["2002-01-31", None]), trajecten=trajecten())
    assert fails(registers)["trajecten", "persoon_id", "komt voor in bijstand"] == (
        "waarschuwing",
        1,
    )


# --- the other registers --------------------------------------------------------------------------


def test_a_traject_is_a_plan_or_an_instrument() -> None:
    vormen = ["plan", "instrument", "Plan", "plan ", "GEHEIM", "", None]
    table = pd.DataFrame({"vorm": vormen}).assign(
        persoon_id=[str(number + 1) for number in range(7)],
        begindatum="2002-05-01",
        einddatum=None,
        soort="x",
    )
    registers = take(bijstand=bijstand(), trajecten=table)
    found = fails(registers)
    assert found["trajecten", "vorm", "is plan of instrument"] == ("fout", 3)
    assert found["trajecten", "vorm", "is ingevuld"] == ("fout", 2)
    assert used(registers, "trajecten") == ["1", "2"]


def test_optional_columns_are_checked_where_they_are() -> None:
    table = trajecten(registratiedatum=["2002-05-02", "GEHEIM"], consulent=[7, 8])
    registers = take(bijstand=bijstand(), trajecten=table)
    assert fails(registers) == {("trajecten", "registratiedatum", "is een datum"): ("waarschuwing", 1)}
    frame = registers.to_frame("trajecten")
    assert frame["consulent"].tolist() == ["7", "8"]
    assert frame["registratiedatum"].isna().tolist() == [False, True]  # the row is good, and the value missing


def test_hours_outside_a_week_are_used_with_a_warning_and_no_number_is_set_aside() -> None:
    uren = ["0", "168", "36.5", "-1", "168.5", "", None, "36,5", "nan", "1e3"]
    table = pd.DataFrame({"uren_per_week": uren}).assign(
        persoon_id=[f"p{number}" for number in range(10)],
        begindatum="2002-05-01",
        einddatum=None,
        soort="x",
    )
    registers = take(bijstand=bijstand(), dienstverbanden=table)
    assert fails(registers) == {
        ("dienstverbanden", "uren_per_week", "ligt tussen 0 en 168"): ("waarschuwing", 2),
        ("dienstverbanden", "uren_per_week", "is een getal"): ("fout", 3),
    }
    kept = registers.to_frame("dienstverbanden").set_index("persoon_id")["uren_per_week"]
    assert kept.dropna().to_dict() == {"p0": 0.0, "p1": 168.0, "p2": 36.5, "p3": -1.0, "p4": 168.5}
    assert set(kept.index[kept.isna()]) == {"p5", "p6"}


def test_hours_as_numbers_may_be_missing() -> None:
    table = dienstverbanden(uren_per_week=[float("nan")])
    registers = take(bijstand=bijstand(), dienstverbanden=table)
    frame = registers.report.to_frame()
    assert frame.loc[frame["column"] == "uren_per_week", "missing"].tolist() == [1]
    assert used(registers, "dienstverbanden") == ["b"]


def test_a_birth_before_1850_or_an_inhabitant_too_few_is_noticed() -> None:
    registers = take(
        bijstand=bijstand(),
        personen=personen(geboortedatum=["1849-12-31", None]),
        gemeenten=gemeenten(inwoners=[-1]),
    )
    found = fails(registers)
    assert found["personen", "geboortedatum", "ligt tussen 1850 en 2100"] == ("fout", 1)
    assert found["gemeenten", "inwoners", "is minstens 0"] == ("waarschuwing", 1)
    assert used(registers, "personen") == ["b"]


# --- dates ------------------------------------------------------------------------------------------

READABLE = {
    "2002-01-31": "2002-01-31",
    "20020131": "2002-01-31",
    " 2002-01-31 ": "2002-01-31",
    "2002-01-31 00:00:00": "2002-01-31",
    "2002-01-31T00:00:00.000": "2002-01-31",
    "2004-02-29": "2004-02-29",
}
UNREADABLE = [
    *("31-01-2002", "2002-1-31", "2002/01/31", "2002-02-29", "20020230", "2002-13-01"),
    *("2002-01-31 12:00:00", "2002-01-31x", "2002-01-31+02", "infinity", "epoch", "today"),
    *("0", "00000000", "-20020131", "2002", "10000-01-01", "2002-01-31\n2002-01-31", "NaT"),
]


def test_a_date_is_year_month_day_and_nothing_is_guessed() -> None:
    texts = [*READABLE, *UNREADABLE]
    frame = pd.DataFrame({"einddatum": texts}).assign(
        persoon_id=[f"p{number:02d}" for number in range(len(texts))],
        gemeente="G1",
        begindatum="1900-01-01",
        reden_einde=None,
    )
    registers = take(bijstand=frame)
    read = registers.to_frame("bijstand").sort_values("persoon_id")
    assert read["einddatum"].astype(str).tolist() == list(READABLE.values())
    aside = registers.report.rows("bijstand", "is een datum")
    assert sorted(aside["einddatum"]) == sorted(UNREADABLE)


def test_a_column_of_text_without_one_date_is_refused_with_the_number_of_its_values() -> None:
    frame = rows_of(("a", "G1", "GEHEIMDATUM", None), ("b", "G1", "31-1-2002", "x"), ("c", "G1", None, "y"))
    words = refusal(RegisterError, lambda: take(bijstand=frame, personen=personen()))
    asked = "Give text such as 2002-01-31 or 20020131, or a date column."
    assert words.splitlines() == [
        f"bijstand: column 'begindatum' is text, and not one of its 2 values can be read as a date. {asked}",
        f"bijstand: column 'einddatum' is text, and not one of its 2 values can be read as a date. {asked}",
    ]


def test_a_column_of_text_without_one_number_is_refused() -> None:
    table = dienstverbanden(uren_per_week=["36,5"])
    words = refusal(RegisterError, lambda: take(bijstand=bijstand(), dienstverbanden=table))
    assert words == (
        "dienstverbanden: column 'uren_per_week' is text, and not one of its 1 value can be read "
        "as a number. Give a decimal point."
    )


def test_one_date_that_can_be_read_makes_the_column_a_date() -> None:
    frame = rows_of(("a", "G1", "2002-01-31", None), *[("b", "G1", "x", None)] * 9)
    registers = take(bijstand=frame)
    assert used(registers) == ["a"]
    assert registers.report.accounting()["set_aside"].tolist() == [9]


@pytest.mark.parametrize(("unreadable", "refused"), [(1, False), (9, False), (10, True), (25, True)])
def test_a_few_values_that_cannot_be_read_set_their_rows_aside_and_many_refuse_the_column(
    unreadable: int, refused: bool
) -> None:
    ends = ["GEHEIM"] * unreadable + [None] * 3
    keys = [f"p{number:02d}" for number in range(len(ends))]
    frame = pd.DataFrame({"persoon_id": keys, "einddatum": ends}).assign(
        gemeente="G1", begindatum="2002-01-31", reden_einde=None
    )
    if refused:
        words = refusal(RegisterError, lambda: take(bijstand=frame))
        assert f"not one of its {unreadable} values can be read as a date" in words
        return
    registers = take(bijstand=frame)
    assert used(registers) == keys[unreadable:]
    assert fails(registers)["bijstand", "einddatum", "is een datum"] == ("fout", unreadable)


def test_a_number_that_cannot_be_read_refuses_its_column_only_where_no_row_is_left() -> None:
    table = pd.concat([dienstverbanden(uren_per_week=[uren]) for uren in ("36,5", None)])
    registers = take(bijstand=bijstand(), dienstverbanden=table)
    assert fails(registers) == {("dienstverbanden", "uren_per_week", "is een getal"): ("fout", 1)}
    assert used(registers, "dienstverbanden") == ["b"]
    two = pd.concat([dienstverbanden(uren_per_week=["36,5"])] * 2)
    refusal(RegisterError, lambda: take(bijstand=bijstand(), dienstverbanden=two))


# --- blanks around keys ---------------------------------------------------------------------------------


def test_a_key_with_blanks_around_it_is_the_same_key_and_is_told() -> None:
    keys = ["a", "a ", " b", "b\t", "c", "  ", "0 ", None]
    frame = rows_of(*((key, "G1" if place % 2 else "G1 ", "2002-01-31", None) for place, key in enumerate(keys)))
    registers = take(bijstand=frame, personen=personen(persoon_id=["a ", "b"]), gemeenten=gemeenten(gemeente=[" G1"]))
    assert used(registers) == ["a", "a", "b", "b", "c"]
    assert set(registers.to_frame("bijstand")["gemeente"]) == {"G1"}
    bare = "heeft geen spaties rondom"
    assert fails(registers) == {
        ("bijstand", "persoon_id", "is ingevuld"): ("fout", 2),
        ("bijstand", "persoon_id", bare): ("waarschuwing", 4),
        ("bijstand", "persoon_id", "bestaat niet uit nullen"): ("fout", 1),
        ("bijstand", "gemeente", bare): ("waarschuwing", 4),
        ("bijstand", "persoon_id", "komt voor in personen"): ("waarschuwing", 2),
        ("personen", "persoon_id", bare): ("waarschuwing", 1),
        ("gemeenten", "gemeente", bare): ("waarschuwing", 1),
    }
    told = registers.report.rows("bijstand", bare)  # of both columns, as they were delivered
    assert sorted(told["persoon_id"]) == [" b", "0 ", "a", "a ", "b\t", "c"]


def test_keys_that_blanks_told_apart_are_not_merged_in_silence() -> None:
    words = refusal(RegisterError, lambda: take(bijstand=bijstand(), personen=personen(persoon_id=["a", "a "])))
    assert words == ("personen: 1 value of 'persoon_id' occurs on more than one row. Keep one row per persoon_id.")


def test_keys_without_blanks_are_used_as_they_were_delivered() -> None:
    frame = take(bijstand=bijstand()).report.to_frame()
    counted = frame[frame["rule"] == "heeft geen spaties rondom"]
    assert counted["column"].tolist() == ["persoon_id", "gemeente"]
    assert counted["passes"].tolist() == [2, 2]


@pytest.mark.parametrize("way", ["csv", "dutch csv", "parquet"])
def test_blanks_around_keys_of_files_are_told_too(tmp_path: Any, way: str) -> None:
    frame = bijstand(persoon_id=["a", "a "])
    if way == "parquet":
        write_parquet(tmp_path, bijstand=frame)
    else:
        write_csv(tmp_path, bijstand=frame.to_csv(index=False, sep=";" if way == "dutch csv" else ","))
    registers = rs.read_registers(tmp_path)
    assert used(registers) == ["a", "a"]
    told = [step.rijen for step in registers.reading["bijstand"].steps if step.stap == "spaties verwijderd"]
    found = fails(registers).get(("bijstand", "persoon_id", "heeft geen spaties rondom"))
    assert (told, found) == (([1], None) if way == "dutch csv" else ([], ("waarschuwing", 1)))


# --- types of a frame ---------------------------------------------------------------------------------------


def test_a_frame_has_the_same_types_whatever_pandas_makes_of_them() -> None:
    more = {"tekst": ["x", None], "ja": [True, False], "aantal": [1, 2], "bedrag": [1.5, None]}
    more |= {"dag": [dt.date(9999, 12, 31), None], "leeg": [None, None]}
    frame = take(bijstand=bijstand(**more)).report.rows("bijstand", "is ingevuld")
    assert {name: str(frame[name].dtype) for name in more} == {
        "tekst": "string",
        "ja": "boolean",
        "aantal": "Int64",
        "bedrag": "float64",
        "dag": "datetime64[s]",
        "leeg": "string",
    }
    used = take(bijstand=bijstand(**more)).to_frame("bijstand")
    assert used.dtypes.astype(str).to_dict() == frame.dtypes.astype(str).to_dict() | dict.fromkeys(
        ("begindatum", "einddatum"), "datetime64[s]"
    )
    assert days(used["dag"]) == ["9999-12-31", None]


def test_an_end_in_the_far_future_is_open() -> None:
    for end in ("2100-01-01", "9999-12-31", dt.date(9999, 12, 31)):
        registers = take(bijstand=bijstand(einddatum=[end, None]))
        frame = rs.define_cohort(registers, rs.RWI_2004).to_frame()
        assert frame["uitstroomdatum"].isna().all()
    last = take(bijstand=bijstand(einddatum=["2099-12-31", None]))
    assert not fails(last)
    frame = rs.define_cohort(last, rs.RWI_2004).to_frame()
    assert str(frame["uitstroomdatum"].iloc[0])[:10] == "2100-01-01"


# --- a part of a register -----------------------------------------------------------------------------


def test_a_register_can_be_narrowed_to_some_of_its_values(tmp_path: Any) -> None:
    write_csv(tmp_path, **everything())
    registers = rs.read_registers(tmp_path)
    for wanted, left in ((["plan"], ["b"]), ("plan", ["b"]), (["plan", "instrument"], ["a", "b"])):
        assert used(registers.keep("trajecten", "vorm", wanted), "trajecten") == left
    assert used(registers, "trajecten") == ["a", "b"]
    assert refusal(RegisterError, lambda: registers.keep("trajecten", "vrm", ["plan"])) == (
        "trajecten has no column 'vrm'. Did you mean 'vorm'? Present: persoon_id, begindatum, einddatum, soort, vorm."
    )


# --- the declaration ------------------------------------------------------------------------------------


def test_every_column_has_a_description_and_names_are_used_for_one_thing() -> None:
    kinds: dict[str, set[str]] = {}
    for table in TABLES.values():
        assert table.description.endswith(".")
        for column in table.columns:
            assert column.description.endswith("."), column.name
            kinds.setdefault(column.name, set()).add(column.kind)
    assert {name: kind for name, kind in kinds.items() if len(kind) > 1} == {}


def test_a_reference_points_to_a_table_that_has_the_column() -> None:
    for table in TABLES.values():
        for column, other, _ in table.references:
            assert column in table.column_names
            assert column in TABLES[other].column_names
