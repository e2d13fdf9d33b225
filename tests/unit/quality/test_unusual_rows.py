"""Rules on single rows, and the findings of all rules together on registers in the engine."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.quality.finding import Finding
from reintegratie_stats.quality.rules import read_rules, shipped_rules
from reintegratie_stats.quality.unusual import JUDGES, unusual_findings
from reintegratie_stats.quality.unusual_rows import BY_BIRTH, BY_DAY
from tests.unit.deliveries import delivery
from tests.unit.quality import unusual_series as series
from tests.unit.tables import days, take

DAY = dt.date(2010, 12, 31)


def benefits(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    """Rows of bijstand: key, gemeente, first and last day."""
    frame = pd.DataFrame(list(rows), columns=["persoon_id", "gemeente", "begindatum", "einddatum"])
    return frame.assign(reden_einde=pd.array([None] * len(frame), dtype="string"))


def births(**born: str | None) -> pd.DataFrame:
    return pd.DataFrame({"persoon_id": list(born), "geboortedatum": list(born.values())})


@cache
def plain() -> rs.Registers:
    return take(bijstand=ROWS)


def judge(
    rule: str, table: str = "bijstand", *, day: dt.date | None = DAY, settings: Any = None, **tables: Any
) -> Finding:
    rules = read_rules({rule: settings} if settings else None)
    (found,) = [
        one
        for one in unusual_findings(take(**tables) if tables else plain(), {rule: rules[rule]}, day=day)
        if one.table == table
    ]
    return found


def keys(found: Finding) -> list[str]:
    assert found.rows is not None
    return sorted(found.rows().to_pandas()["persoon_id"])


ROWS = benefits(
    ("001", "GM1", "2001-01-15", "2002-03-01"),
    ("002", "GM1", "2011-02-01", None),
    ("003", "GM2", "2009-05-05", "2011-06-30"),
    ("004", "GM2", "2009-05-05", "9999-12-31"),
    ("005", "GM2", "1950-05-05", None),
)


def test_a_row_that_begins_after_the_delivery_is_named() -> None:
    found = judge("begin_in_toekomst")
    assert (found.items, found.fails, found.missing) == (5, 1, 0)
    assert [dict(cell) for cell in found.where] == [{"rijen": 1, "gemeente": "GM1"}]
    assert keys(found) == ["002"]
    assert "2010-12-31" in found.note["nl"]


def test_the_future_is_judged_also_when_everything_lies_in_it() -> None:
    found = judge("begin_in_toekomst", day=dt.date(1940, 1, 1))
    assert found.fails == found.items == 5


def test_an_end_after_the_delivery_is_named_and_an_open_one_cannot_be_judged() -> None:
    found = judge("einde_in_toekomst")
    assert (found.items, found.fails, found.missing) == (5, 1, 3)  # the end in the year 9999 counts as open
    assert keys(found) == ["003"]


def test_a_spell_of_sixty_years_is_improbable_and_the_threshold_is_the_registers() -> None:
    found = judge("duurt_te_lang")
    assert keys(found) == ["005"]
    shorter = judge("duurt_te_lang", settings={"grens_bijstand": 1})
    assert keys(shorter) == ["001", "003", "004", "005"]


def test_ages_that_cannot_be_are_counted_and_who_is_not_born_is_another_rule() -> None:
    people = births(**{"001": "1986-01-16", "002": "1980-01-01", "003": "2009-05-06", "004": "1890-01-01"})
    found = judge("leeftijd_bij_begin", bijstand=ROWS, personen=people)
    assert (found.items, found.fails, found.missing) == (5, 2, 1)
    assert keys(found) == ["001", "004"]  # fourteen for one more day, and a hundred and nineteen
    later = judge("geboren_na_begin", bijstand=ROWS, personen=people)
    assert (later.fails, later.missing) == (1, 1)
    assert keys(later) == ["003"]


def test_somebody_who_turns_fifteen_that_day_is_old_enough() -> None:
    people = births(**{"001": "1986-01-15"})
    found = judge("leeftijd_bij_begin", bijstand=ROWS.iloc[:1], personen=people)
    assert found.fails == 0


def test_without_persons_ages_cannot_be_judged() -> None:
    found = judge("leeftijd_bij_begin")
    assert found.missing == found.items == 5
    assert "personen" in found.note["nl"]
    assert found.rows is None


def test_doubles_are_counted_without_the_first_and_shown_with_it() -> None:
    twice = benefits(
        ("001", "GM1", "2001-01-15", None),
        ("001", "GM1", "2001-01-15", None),
        ("001", "GM1", "2001-01-15", "2002-01-01"),
    )
    found = judge("dubbele_rij", bijstand=twice)
    assert (found.items, found.fails) == (3, 1)
    assert keys(found) == ["001", "001"]


def test_overlap_is_of_one_person_in_one_gemeente() -> None:
    rows = benefits(
        ("001", "GM1", "2001-01-01", "2001-12-31"),
        ("001", "GM1", "2001-03-01", "2001-04-30"),  # nested
        ("001", "GM1", "2001-12-31", None),  # the last day of the first
        ("001", "GM2", "2001-02-01", None),  # another gemeente
        ("002", "GM1", "2001-02-01", "2001-02-28"),
        ("002", "GM1", "2001-03-01", "2001-03-31"),  # adjoining
    )
    found = judge("overlap", bijstand=rows)
    assert (found.items, found.fails) == (6, 2)
    assert found.rows is not None
    assert days(found.rows().to_pandas()["begindatum"].sort_values()) == ["2001-03-01", "2001-12-31"]


def test_keys_of_another_length_are_counted_per_length_and_never_shown() -> None:
    rows = benefits(
        *[(f"{number:04d}", "GM1", "2001-01-01", None) for number in range(1, 9)], ("77", "GM1", "2001-01-01", None)
    )
    found = judge("sleutellengte", bijstand=rows)
    assert (found.items, found.fails) == (9, 1)
    assert [dict(cell) for cell in found.where] == [
        {"lengte": 2, "rijen": 1, "met_voorloopnul": 0},
        {"lengte": 4, "rijen": 8, "met_voorloopnul": 8},
    ]
    assert keys(found) == ["77"]


def test_keys_of_all_lengths_have_no_common_one() -> None:
    rows = benefits(*[("9" * length, "GM1", "2001-01-01", None) for length in range(1, 6)])
    found = judge("sleutellengte", bijstand=rows)
    assert found.missing == found.items == 5


def test_the_keys_of_the_register_of_persons_are_judged_too() -> None:
    found = judge("sleutellengte", "personen", bijstand=ROWS, personen=births(**{"001": None, "02": None, "003": None}))
    assert (found.items, found.fails) == (3, 1)


# breaks and windows


def offers(*begins: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "persoon_id": "001",
            "begindatum": list(begins),
            "einddatum": pd.array([None] * len(begins), dtype="string"),
            "soort": "training",
            "vorm": "instrument",
        }
    )


def test_a_break_inside_the_series_is_named_with_the_rows_on_both_sides() -> None:
    begins = [f"{year}-{month:02d}-10" for year in (2013, 2014, 2015) for month in range(1, 13)]
    found = judge("reeksbreuk_participatiewet", "trajecten", bijstand=ROWS, trajecten=offers(*begins), day=None)
    assert (found.items, found.fails) == (3, 1)
    assert dict(found.where[0]) == {"jaar": 2015, "datum": "2015-01-01", "rijen_ervoor": 24, "rijen_erna": 12}
    assert judge("reeksbreuk_participatie", "trajecten", bijstand=ROWS, trajecten=offers(*begins), day=None).fails == 0


def test_a_break_on_the_first_day_of_the_window_is_no_break_in_it() -> None:
    begins = [f"{year}-{month:02d}-10" for year in (2013, 2014, 2015) for month in range(1, 13)]
    registers = take(bijstand=ROWS, trajecten=offers(*begins))
    rule = {"reeksbreuk_participatiewet": shipped_rules()["reeksbreuk_participatiewet"]}
    for window, fails in (
        ((dt.date(2015, 1, 1), dt.date(2016, 1, 1)), 0),
        ((dt.date(2014, 12, 1), dt.date(2015, 2, 1)), 1),
        ((dt.date(2013, 1, 1), dt.date(2015, 1, 1)), 0),
    ):
        (found,) = unusual_findings(registers, rule, window=window)
        assert found.fails == fails, window


def test_a_break_on_a_day_that_is_none_is_said() -> None:
    found = judge(
        "reeksbreuk_participatiewet",
        "trajecten",
        bijstand=ROWS,
        trajecten=offers("2013-01-01"),
        day=None,
        settings={"grens_datum": 20151301},
    )
    assert found.missing == found.items
    assert "20150101" in found.note["nl"]


# gemeenten of registers that name none


def test_the_gemeente_of_a_traject_is_where_the_person_had_bijstand() -> None:
    rows = series.one_gap(series.clean(2, gemeenten=40), 2)
    frame = rows.to_frame()
    known = frame.assign(begindatum="2005-01-01", einddatum=None)  # the first five in two gemeenten: these do not count
    registers = take(
        bijstand=pd.concat([known, known.iloc[:5].assign(gemeente="GM1")], ignore_index=True),
        trajecten=frame.drop(columns=["gemeente", "reden_einde"]).assign(soort="training", vorm="plan"),
    )
    rule = {"gemeente_verdwijnt": shipped_rules()["gemeente_verdwijnt"]}
    found = {one.table: one for one in unusual_findings(registers, rule, day=series.DAY)}
    (cell,) = found["trajecten"].where
    assert cell["gemeente"] == series.name(series.large(series.clean(2, gemeenten=40)))
    assert (cell["wat"], cell["van"], cell["tot_en_met"]) == ("gat", "2014-07", "2015-06")
    assert " 5 rijen" in found["trajecten"].note["nl"]


def test_a_register_may_pass_its_gemeente_through_as_a_number() -> None:
    rows = series.one_gap(series.clean(2, gemeenten=25), 2)
    frame = rows.to_frame().drop(columns=["gemeente", "reden_einde"]).assign(soort="training", vorm="plan")
    registers = take(bijstand=ROWS, trajecten=frame.assign(gemeente=rows.gemeente + 1))
    rule = {"gemeente_verdwijnt": shipped_rules()["gemeente_verdwijnt"]}
    found = {one.table: one for one in unusual_findings(registers, rule, day=series.DAY)}["trajecten"]
    (cell,) = found.where
    gone = series.large(series.clean(2, gemeenten=25))
    assert cell["gemeente"] == str(gone + 1)
    assert found.rows is not None
    assert found.rows().count().to_pyarrow().as_py() == (rows.gemeente == gone).sum()


def test_a_gemeente_that_has_inhabitants_and_no_rows_is_named() -> None:
    frame = series.clean(1, gemeenten=3, per_month=20.0).to_frame()
    gemeenten = pd.DataFrame(
        {
            "gemeente": ["GM9001", "GM9002", "GM9003", "GM9004", "GM9005", "GM9006"],
            "naam": list("abcdef"),
            "provincie": "p",
            "landsdeel": "l",
            "inwoners": [1000.0, 1000.0, 1000.0, 1000.0, 1.0, np.nan],
        }
    )
    found = judge("gemeente_zonder_rijen", bijstand=frame, gemeenten=gemeenten)
    assert (found.items, found.fails, found.missing) == (6, 1, 1)  # of one inhabitant none is expected
    assert found.where[0]["gemeente"] == "GM9004"


# all rules together


def test_every_rule_of_the_package_is_judged_somewhere_and_no_other() -> None:
    assert set(shipped_rules()) == set(JUDGES) | set(BY_DAY) | set(BY_BIRTH)


def test_a_rule_that_is_off_and_a_register_that_is_not_there_give_no_finding() -> None:
    rules = read_rules({name: {"ernst": "uit"} for name in shipped_rules() if name != "dubbele_rij"})
    (found,) = unusual_findings(plain(), rules)
    assert (found.rule.name, found.table) == ("dubbele_rij", "bijstand")


def everything(registers: rs.Registers) -> list[Finding]:
    return unusual_findings(registers, shipped_rules())


@cache
def of_delivery(name: str) -> list[Finding]:
    return everything(delivery(name))


@pytest.mark.parametrize(("name", "doubles"), [("centraal", 218), ("lokaal", 51)])
def test_the_synthetic_deliveries_show_their_selection_and_their_doubles(name: str, doubles: int) -> None:
    found = {(one.rule.name, one.table): one for one in of_delivery(name)}
    jump = found["sprong_jaargrens", "bijstand"]
    assert [cell["jaar"] for cell in jump.where] == [2002]  # who flowed in during the first half of 2002 was selected
    assert found["dubbele_rij", "bijstand"].fails == doubles
    silent = {rule for rule in series.JUDGED if rule != "sprong_jaargrens"}
    assert not [key for key, one in found.items() if key[0] in silent and one.fails]


def test_findings_name_no_person_and_account_for_every_unit() -> None:
    registers = delivery("lokaal")
    persons = set(registers.to_frame("personen")["persoon_id"])
    for one in of_delivery("lokaal"):
        assert one.items == one.passes + one.fails + one.missing
        assert bool(one.fails) == bool(one.where)
        shown = repr([dict(cell) for cell in one.where]) + repr(one) + repr(dict(one.note))
        assert not [key for key in persons if key in shown], one
        assert "persoon_id" not in shown
        if one.missing == one.items:
            assert one.note["nl"], one
            assert one.note["en"], one
        if one.fails and one.rule.unit == "rij":
            assert one.rows is not None
            assert one.rows().count().to_pyarrow().as_py() >= one.fails, one


def test_the_same_registers_give_the_same_findings() -> None:
    first, second = everything(plain()), everything(plain())
    assert [(repr(one), [dict(cell) for cell in one.where], dict(one.note)) for one in first] == [
        (repr(one), [dict(cell) for cell in one.where], dict(one.note)) for one in second
    ]


def test_registers_without_a_usable_row_are_judged_without_an_error() -> None:
    rows = benefits(("0", "GM1", "2001-01-01", None))  # set aside: no key
    found = everything(take(bijstand=rows, trajecten=offers("2001-01-01").iloc[:0], personen=births(**{"001": None})))
    assert found
    assert not [one for one in found if one.fails]


def test_registers_of_one_row_are_judged_without_an_error() -> None:
    found = everything(take(bijstand=benefits(("001", "GM1", "2001-01-01", None)), trajecten=offers("2001-01-01")))
    assert {one.rule.name for one in found if one.fails} == {"voorlopige_maanden"}


def test_doubles_and_overlaps_are_those_of_plain_python() -> None:
    random, first = np.random.default_rng(1), dt.date(2005, 1, 1)
    rows = []
    for _ in range(1500):
        key, place, begin, lasts = (int(random.random() * most) for most in (400, 2, 60, 40))
        end = None if lasts < 2 else first + dt.timedelta(days=begin + lasts)
        rows.append((f"{key + 1:03d}", f"GM{place + 1}", first + dt.timedelta(days=begin), end))
    rows += rows[::20]
    registers = take(bijstand=benefits(*[(k, g, str(b), None if e is None else str(e)) for k, g, b, e in rows]))
    rules = {name: shipped_rules()[name] for name in ("dubbele_rij", "overlap")}
    found = {one.rule.name: one for one in unusual_findings(registers, rules, day=DAY)}
    assert found["dubbele_rij"].fails == len(rows) - len(set(rows)) > 70
    far = dt.date(9999, 12, 31)
    single = sorted({(k, g, b, e or far) for k, g, b, e in rows})
    by_person: dict[tuple[str, str], list[tuple[dt.date, dt.date]]] = {}
    for key, place, begin, end in single:
        by_person.setdefault((key, place), []).append((begin, end))
    overlap = Counter(
        place
        for (_, place), spells in by_person.items()
        for number, (begin, _) in enumerate(spells)
        if any(end >= begin for _, end in spells[:number])
    )
    assert {cell["gemeente"]: cell["rijen"] for cell in found["overlap"].where} == dict(overlap)


def test_a_code_that_is_written_in_two_ways_is_two_gemeenten_and_is_named() -> None:
    rows = benefits(
        ("001", "0014", "2001-01-15", None),
        ("002", "14", "2001-02-15", None),
        ("003", "GM0015", "2001-03-15", None),
        ("004", "Oosterveen", "2001-03-15", None),
    )
    found = judge("gemeente_schrijfwijze", bijstand=rows)
    assert (found.items, found.fails, found.missing) == (3, 1, 1)
    assert [(one["gemeente"], one["geschreven"], one["rijen"]) for one in found.where] == [
        ("GM0014", "0014", 1),
        ("GM0014", "14", 1),
    ]
    assert keys(found) == ["001", "002"]


def test_codes_that_are_written_in_one_way_are_silent() -> None:
    found = judge("gemeente_schrijfwijze")
    assert found.fails == 0
    assert not found.where
