"""The brute force by itself, on cases drawn by hand: who checks, must be checked first."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from tests.reference.brute_force import (
    COLUMNS,
    add_months,
    age_on,
    brute_force_cohort,
    count_cells,
    count_cells_per_gemeente,
)


def definition(**choices: Any) -> SimpleNamespace:
    fields: dict[str, Any] = {
        "instroom_van": date(2002, 1, 1),
        "instroom_tot": date(2002, 7, 1),
        "washout_dagen": 31,
        "overbrugging_dagen": 30,
        "term_dagen": 365,
        "term_maanden": None,
        "term_per_leeftijd": (),
        "arbeidsplicht_op": "einde_term",
        "traject_vorm": "plan_of_instrument",
        "traject_moment": "gestart",
        "traject_tijdens": "bijstand",
        "traject_bekend_van": "allen",
        "uitstroom_peildatum": date(2003, 7, 1),
        "uitstroom_bekend_van": "allen",
        "onvolledige_opvolging": "weglaten",
        "werk_dagen_voor": 0,
        "werk_dagen_na": 31,
        "werk_min_uren": 0,
        "werk_niet_soorten": ("stage",),
    }
    assert set(choices) <= set(fields)
    return SimpleNamespace(**(fields | choices))


def step(age: int, dagen: int | None = None, maanden: int | None = None) -> SimpleNamespace:
    return SimpleNamespace(tot_leeftijd=age, term_dagen=dagen, term_maanden=maanden)


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def benefit(van: str, tot: str | None, gemeente: str = "G1", persoon: str = "p") -> dict[str, Any]:
    return {
        "persoon_id": persoon,
        "gemeente": gemeente,
        "begindatum": day(van),
        "einddatum": day(tot),
    }


def row(van: str, tot: str | None, **more: Any) -> dict[str, Any]:
    return {"persoon_id": "p", "begindatum": day(van), "einddatum": day(tot)} | more


def exempt(van: str, tot: str | None, reden: str | None = "zorg") -> dict[str, Any]:
    return row(van, tot, reden=reden)


def traject(van: str, tot: str | None = None, vorm: str = "plan") -> dict[str, Any]:
    return row(van, tot, soort="s", vorm=vorm)


def job(van: str, tot: str | None, uren: float | None = 20.0, soort: str | None = "vast") -> dict[str, Any]:
    return row(van, tot, uren_per_week=uren, soort=soort)


def cohort(
    bijstand: list[dict[str, Any]],
    vrijstellingen: list[dict[str, Any]] | None = None,
    trajecten: list[dict[str, Any]] | None = None,
    dienstverbanden: list[dict[str, Any]] | None = None,
    born: str | None = None,
    **choices: Any,
) -> list[dict[str, Any]]:
    tables = {
        "bijstand": bijstand,
        "vrijstellingen": vrijstellingen or [],
        "trajecten": trajecten or [],
        "dienstverbanden": dienstverbanden or [],
        "personen": [{"persoon_id": "p", "geboortedatum": day(born)}],
    }
    return brute_force_cohort(tables, definition(**choices))


def only(rows: list[dict[str, Any]]) -> dict[str, Any]:
    assert len(rows) == 1
    return rows[0]


# --- the calendar


def test_a_month_on_is_clipped_to_the_end_of_the_month() -> None:
    assert add_months(date(2004, 2, 29), 12) == date(2005, 2, 28)
    assert add_months(date(2003, 8, 31), 6) == date(2004, 2, 29)
    assert add_months(date(2002, 8, 31), 6) == date(2003, 2, 28)
    assert add_months(date(2002, 11, 15), 14) == date(2004, 1, 15)


def test_age_in_completed_years() -> None:
    assert age_on(date(2003, 5, 9), date(1980, 5, 10)) == 22
    assert age_on(date(2003, 5, 10), date(1980, 5, 10)) == 23


def test_who_was_born_on_29_february_has_a_birthday_on_1_march() -> None:
    assert age_on(date(2003, 2, 28), date(1980, 2, 29)) == 22
    assert age_on(date(2003, 3, 1), date(1980, 2, 29)) == 23
    assert age_on(date(2004, 2, 28), date(1980, 2, 29)) == 23
    assert age_on(date(2004, 2, 29), date(1980, 2, 29)) == 24


# --- periods and inflow


def test_one_row_is_one_inflow_and_the_uitstroomdatum_is_the_first_day_without_benefit() -> None:
    found = only(cohort([benefit("2002-03-01", "2002-03-31")]))
    assert tuple(found) == COLUMNS
    assert found["persoon_id"] == "p"
    assert found["instroomdatum"] == date(2002, 3, 1)
    assert found["uitstroomdatum"] == date(2002, 4, 1)
    assert found["langdurig"] is False
    assert found["arbeidsplichtig"] is None
    assert found["traject_binnen_term"] is False
    assert found["cel"] == "X-Y"


@pytest.mark.parametrize(
    ("again", "uitstroom"),
    [
        ("2002-04-01", date(2002, 7, 1)),  # adjacent
        ("2002-05-01", date(2002, 7, 1)),  # 30 days without benefit: bridged
        ("2002-05-02", date(2002, 4, 1)),  # 31 days: a new periode, and a new inflow
    ],
)
def test_a_gap_of_30_days_is_bridged_and_one_of_31_is_not(again: str, uitstroom: date) -> None:
    rows = cohort([benefit("2002-03-01", "2002-03-31"), benefit(again, "2002-06-30")])
    assert rows[0]["uitstroomdatum"] == uitstroom
    assert len(rows) == (1 if uitstroom == date(2002, 7, 1) else 2)


def test_nested_overlapping_and_duplicate_rows_are_one_periode() -> None:
    rows = cohort(
        [
            benefit("2002-03-01", "2003-06-30"),
            benefit("2002-04-01", "2002-04-30"),
            benefit("2002-04-01", "2002-04-30"),
            benefit("2003-06-01", "2003-08-31"),
        ]
    )
    assert only(rows)["uitstroomdatum"] == date(2003, 9, 1)


def test_an_open_row_has_no_uitstroomdatum() -> None:
    found = only(cohort([benefit("2002-03-01", None), benefit("2002-05-01", "2002-06-01")]))
    assert found["uitstroomdatum"] is None
    assert found["langdurig"] is True
    assert found["uitgestroomd"] is False


@pytest.mark.parametrize(("washout", "inflows"), [(59, 1), (60, 0)])
def test_an_inflow_is_new_after_the_washout(washout: int, inflows: int) -> None:
    # January and February: 31 + 28 days without benefit.
    rows = [benefit("2001-06-01", "2001-12-31"), benefit("2002-03-01", None)]
    assert len(cohort(rows, washout_dagen=washout)) == inflows


def test_a_washout_below_the_bridge_adds_nothing_to_it() -> None:
    rows = [benefit("2001-06-01", "2001-12-31"), benefit("2002-03-01", None)]
    assert cohort(rows, washout_dagen=5, overbrugging_dagen=59) == []
    assert len(cohort(rows, washout_dagen=5, overbrugging_dagen=58)) == 1


def test_the_window_takes_its_first_day_and_not_its_last() -> None:
    assert cohort([benefit("2001-12-31", None)]) == []
    assert len(cohort([benefit("2002-01-01", None)])) == 1
    assert len(cohort([benefit("2002-06-30", None)], uitstroom_peildatum=date(2004, 1, 1))) == 1
    assert cohort([benefit("2002-07-01", None)], uitstroom_peildatum=date(2004, 1, 1)) == []


def test_the_gemeente_is_that_of_the_row_that_opens() -> None:
    move = [benefit("2002-03-01", "2002-05-31", "G2"), benefit("2002-06-01", None, "G1")]
    found = only(cohort(move))
    assert (found["gemeente"], found["uitstroomdatum"]) == ("G2", None)


def test_of_two_rows_that_open_the_longest_gives_the_gemeente_then_the_lowest_code() -> None:
    first = "2002-03-01"
    rows = [benefit(first, "2002-05-31", "G1"), benefit(first, "2002-06-01", "G2")]
    assert only(cohort(rows))["gemeente"] == "G2"
    rows = [benefit(first, "2002-05-31", "G1"), benefit(first, None, "G9")]
    assert only(cohort(rows))["gemeente"] == "G9"
    rows = [benefit(first, None, "G2"), benefit(first, None, "G10")]
    assert only(cohort(rows))["gemeente"] == "G10"  # as text


# --- the term


@pytest.mark.parametrize(("last", "langdurig"), [("2003-02-28", False), ("2003-03-01", True)])
def test_langdurig_is_on_benefit_on_day_365(last: str, langdurig: bool) -> None:
    # Day 0 is 1 March 2002, day 365 is 1 March 2003.
    assert only(cohort([benefit("2002-03-01", last)]))["langdurig"] is langdurig


def test_a_bridged_gap_on_day_365_counts_as_benefit() -> None:
    rows = [benefit("2002-03-01", "2003-02-20"), benefit("2003-03-10", None)]
    assert only(cohort(rows))["langdurig"] is True


def test_twelve_months_from_29_february_end_on_28_february() -> None:
    choices: dict[str, Any] = {
        "instroom_van": date(2004, 1, 1),
        "instroom_tot": date(2004, 7, 1),
        "term_dagen": None,
        "term_maanden": 12,
        "uitstroom_peildatum": None,
    }
    assert only(cohort([benefit("2004-02-29", "2005-02-27")], **choices))["langdurig"] is False
    assert only(cohort([benefit("2004-02-29", "2005-02-28")], **choices))["langdurig"] is True


def test_the_term_goes_by_the_age_on_the_instroomdatum() -> None:
    six_months = benefit("2002-03-01", "2002-09-01")
    steps = (step(27, maanden=9), step(23, maanden=6))
    young = cohort([six_months], born="1979-03-02", term_per_leeftijd=steps)
    older = cohort([six_months], born="1979-03-01", term_per_leeftijd=steps)
    assert only(young)["langdurig"] is True
    assert only(older)["langdurig"] is False
    assert cohort([six_months], born=None, term_per_leeftijd=steps) == []
    assert len(cohort([six_months], born=None)) == 1


# --- arbeidsplicht

LONG = [benefit("2002-03-01", None)]  # T = 2003-03-01


def test_judged_at_the_inflow_everybody_has_an_answer() -> None:
    short = [benefit("2002-03-01", "2002-03-05")]
    found = only(cohort(short, [exempt("2002-02-01", "2002-03-01")], arbeidsplicht_op="instroom"))
    assert (found["arbeidsplichtig"], found["vrijstelling_reden"]) == (False, "zorg")
    found = only(cohort(short, [exempt("2002-02-01", "2002-02-28")], arbeidsplicht_op="instroom"))
    assert (found["arbeidsplichtig"], found["vrijstelling_reden"]) == (True, None)
    found = only(cohort(short, [exempt("2002-02-01", None)], arbeidsplicht_op="iedereen"))
    assert (found["arbeidsplichtig"], found["vrijstelling_reden"]) == (True, None)


@pytest.mark.parametrize(
    ("van", "tot", "plichtig"),
    [
        ("2003-03-01", "2003-03-01", False),  # on the day and not around it
        ("2002-03-01", "2003-02-28", True),
        ("2003-03-02", None, True),
    ],
)
def test_judged_at_the_end_of_the_term(van: str, tot: str | None, plichtig: bool) -> None:
    assert only(cohort(LONG, [exempt(van, tot)]))["arbeidsplichtig"] is plichtig


def test_exempt_the_whole_term_needs_every_day_but_not_day_t() -> None:
    two = [exempt("2002-03-01", "2002-08-31", "a"), exempt("2002-09-01", "2003-02-28", "b")]
    found = only(cohort(LONG, two, arbeidsplicht_op="hele_term"))
    assert (found["arbeidsplichtig"], found["vrijstelling_reden"]) == (False, "a")
    short = [two[0], exempt("2002-09-02", "2003-02-28", "b")]
    assert only(cohort(LONG, short, arbeidsplicht_op="hele_term"))["arbeidsplichtig"] is True


def test_never_exempt_asks_for_no_day_at_all() -> None:
    def judged(*rows: dict[str, Any]) -> tuple[Any, Any]:
        found = only(cohort(LONG, list(rows), arbeidsplicht_op="nooit_vrijgesteld"))
        return found["arbeidsplichtig"], found["vrijstelling_reden"]

    assert judged(exempt("2003-03-01", None), exempt("2001-01-01", "2002-02-28")) == (True, None)
    assert judged(exempt("2003-02-28", "2003-02-28", "a")) == (False, "a")
    assert judged(exempt("2002-06-01", None, "a"), exempt("2002-05-01", None, "b")) == (False, "b")


def test_the_reden_is_of_the_earliest_exemption_and_then_the_lowest() -> None:
    rows = [
        exempt("2003-01-02", None, "a"),
        exempt("2003-01-01", None, "c"),
        exempt("2003-01-01", "2003-03-01", "b"),
        exempt("2002-01-01", "2003-02-28", "a"),  # not on day T
    ]
    assert only(cohort(LONG, rows))["vrijstelling_reden"] == "b"


# --- traject


@pytest.mark.parametrize(
    ("start", "counts"),
    [("2002-02-28", False), ("2002-03-01", True), ("2003-02-28", True), ("2003-03-01", False)],
)
def test_a_traject_counts_when_it_starts_on_day_0_to_364(start: str, counts: bool) -> None:
    found = only(cohort(LONG, trajecten=[traject(start)]))
    assert found["traject_binnen_term"] is counts
    assert found["trajectdatum"] == (date.fromisoformat(start) if counts else None)
    assert found["cel"] == ("A" if counts else "B")


def test_a_traject_after_the_benefit_counts_only_if_asked() -> None:
    short = [benefit("2002-03-01", "2002-04-30")]
    after = [traject("2002-05-01")]
    assert only(cohort(short, trajecten=after))["traject_binnen_term"] is False
    found = only(cohort(short, trajecten=after, traject_tijdens="ook_daarna"))
    assert found["traject_binnen_term"] is True


def test_a_running_traject_may_have_started_before() -> None:
    rows = [traject("2002-01-05", "2002-03-01"), traject("2002-04-01")]
    found = only(cohort(LONG, trajecten=rows, traject_moment="lopend"))
    assert found["trajectdatum"] == date(2002, 1, 5)
    rows[0]["einddatum"] = date(2002, 2, 28)
    found = only(cohort(LONG, trajecten=rows, traject_moment="lopend"))
    assert found["trajectdatum"] == date(2002, 4, 1)


def test_only_the_wanted_vorm_counts() -> None:
    rows = [traject("2002-04-01", vorm="instrument")]
    assert only(cohort(LONG, trajecten=rows, traject_vorm="plan"))["cel"] == "B"
    assert only(cohort(LONG, trajecten=rows, traject_vorm="instrument"))["cel"] == "A"


def test_trajecten_known_of_arbeidsplichtigen_only() -> None:
    rows = [traject("2002-04-01")]
    known: dict[str, Any] = {"traject_bekend_van": "arbeidsplichtigen"}
    assert only(cohort(LONG, trajecten=rows, **known))["cel"] == "A"
    found = only(cohort(LONG, [exempt("2002-01-01", None)], rows, **known))
    assert (found["traject_binnen_term"], found["trajectdatum"]) == (None, None)
    assert found["cel"] is None
    found = only(cohort([benefit("2002-03-01", "2002-06-01")], trajecten=rows, **known))
    assert (found["traject_binnen_term"], found["cel"]) == (None, "X-Y")


# --- outflow


@pytest.mark.parametrize(("last", "out"), [("2003-06-30", True), ("2003-07-01", False)])
def test_gone_on_the_peildatum(last: str, out: bool) -> None:
    # The first day without benefit is the day after the last one.
    assert only(cohort([benefit("2002-03-01", last)]))["uitgestroomd"] is out


def test_incomplete_follow_up_is_left_out_or_unknown() -> None:
    rows = [benefit("2002-03-01", "2002-04-30")]
    early: dict[str, Any] = {"uitstroom_peildatum": date(2003, 2, 28)}
    assert cohort(rows, **early) == []
    found = only(cohort(rows, **early, onvolledige_opvolging="meenemen"))
    assert (found["uitgestroomd"], found["naar_werk"]) == (None, None)
    assert only(cohort(rows, uitstroom_peildatum=date(2003, 3, 1)))["uitgestroomd"] is True


def test_without_a_peildatum_nothing_is_known_of_the_outflow() -> None:
    found = only(cohort([benefit("2002-03-01", "2002-04-30")], uitstroom_peildatum=None))
    assert (found["uitgestroomd"], found["naar_werk"]) == (None, None)


def test_outflow_known_of_those_with_a_traject() -> None:
    rows = [benefit("2002-03-01", "2003-04-30")]
    known: dict[str, Any] = {"uitstroom_bekend_van": "met_traject"}
    assert only(cohort(rows, **known))["uitgestroomd"] is None
    assert only(cohort(rows, trajecten=[traject("2002-04-01")], **known))["uitgestroomd"] is True


@pytest.mark.parametrize(
    ("van", "tot", "work"),
    [
        ("2002-06-01", "2003-04-30", False),  # ended the day before the uitstroomdatum
        ("2002-06-01", "2003-05-01", True),
        ("2003-06-01", None, True),  # day 31 after
        ("2003-06-02", None, False),
    ],
)
def test_a_job_on_a_day_around_the_outflow(van: str, tot: str | None, work: bool) -> None:
    rows = [benefit("2002-03-01", "2003-04-30")]
    assert only(cohort(rows, dienstverbanden=[job(van, tot)]))["naar_werk"] is work


def test_days_before_the_outflow_count_when_asked() -> None:
    rows = [benefit("2002-03-01", "2003-04-30")]
    jobs = [job("2002-06-01", "2003-04-29")]
    assert only(cohort(rows, dienstverbanden=jobs, werk_dagen_voor=1))["naar_werk"] is False
    assert only(cohort(rows, dienstverbanden=jobs, werk_dagen_voor=2))["naar_werk"] is True


def test_what_kind_of_job_counts() -> None:
    def works(uren: float | None, soort: str | None, minimum: float) -> bool:
        rows = [benefit("2002-03-01", "2003-04-30")]
        jobs = [job("2003-05-01", None, uren, soort)]
        found: bool = only(cohort(rows, dienstverbanden=jobs, werk_min_uren=minimum))["naar_werk"]
        return found

    assert works(12.0, "vast", 12)
    assert not works(11.5, "vast", 12)
    assert works(None, None, 0)
    assert not works(None, None, 12)
    assert not works(40.0, "stage", 0)


def test_who_is_still_on_benefit_did_not_leave_for_work() -> None:
    found = only(cohort(LONG, dienstverbanden=[job("2002-03-01", None)]))
    assert (found["uitgestroomd"], found["naar_werk"]) == (False, False)


# --- counts


def test_the_cells_of_a_small_cohort() -> None:
    tables = {
        "bijstand": [
            benefit("2002-03-01", "2003-04-30", persoon="a"),
            benefit("2002-03-01", None, persoon="b"),
            benefit("2002-03-01", None, persoon="c"),
            benefit("2002-03-01", "2002-05-01", persoon="d"),
            benefit("2002-03-01", None, "G2", persoon="e"),
        ],
        "vrijstellingen": [exempt("2002-03-01", None) | {"persoon_id": "c"}],
        "trajecten": [traject("2002-03-01") | {"persoon_id": "a"}],
        "dienstverbanden": [job("2003-05-01", None) | {"persoon_id": "a"}],
        "personen": [],
    }
    rows = brute_force_cohort(tables, definition())
    assert [r["cel"] for r in rows] == ["A", "B", "D", "X-Y", "B"]
    counts = count_cells(rows)
    assert [counts[cell] for cell in ("X", "Y", "X-Y", "Z", "Y-Z")] == [5, 4, 1, 3, 1]
    assert [counts[cell] for cell in ("A", "B", "C", "D")] == [1, 2, 0, 1]
    assert [counts[cell] for cell in ("A.1", "A.2", "B.1", "B.2")] == [1, 0, 0, 2]
    assert [counts[cell] for cell in ("A.1_werk", "B.1_werk")] == [1, 0]
    per_gemeente = count_cells_per_gemeente(rows)
    assert list(per_gemeente) == ["G1", "G2"]
    assert (per_gemeente["G1"]["X"], per_gemeente["G2"]["X"]) == (4, 1)


def test_a_count_is_unknown_when_somebody_may_belong() -> None:
    rows = cohort(LONG, [exempt("2002-01-01", None)], traject_bekend_van="arbeidsplichtigen")
    counts = count_cells(rows)
    assert (counts["Y"], counts["Z"], counts["Y-Z"]) == (1, 0, 1)
    assert (counts["A"], counts["B"], counts["C"], counts["D"]) == (0, 0, None, None)
    counts = count_cells(cohort(LONG, uitstroom_peildatum=None))
    assert (counts["B"], counts["B.1"], counts["B.2"], counts["A.1"]) == (1, None, None, 0)
