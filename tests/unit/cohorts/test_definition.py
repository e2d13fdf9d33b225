"""A definition: every choice is checked, and every refusal says what is allowed."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.errors import DefinitionError, RegisterError
from tests.unit.tables import bijstand, refusal, take

D = rs.RWI_2004


def refused(**changes: Any) -> str:
    return refusal(DefinitionError, lambda: D.replace(**changes))


# --- what a definition is ---------------------------------------------------------------------------


def test_the_choices_that_nobody_made_are_those_of_rwi_2004() -> None:
    plain = rs.CohortDefinition("2002-01-01", "2002-07-01", uitstroom_peildatum="2003-07-01")
    assert plain == D.replace(naam="", bron="")
    assert plain.to_dict() == {
        "instroom_van": "2002-01-01",
        "instroom_tot": "2002-07-01",
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
        "uitstroom_peildatum": "2003-07-01",
        "uitstroom_bekend_van": "allen",
        "onvolledige_opvolging": "weglaten",
        "werk_dagen_voor": 0,
        "werk_dagen_na": 31,
        "werk_min_uren": 0,
        "werk_niet_soorten": ("stage",),
        "naam": "",
        "bron": "",
    }


def test_the_local_study_differs_in_what_is_known_of_whom() -> None:
    central, local = D.to_dict(), rs.RWI_2004_LOKAAL.to_dict()
    assert {name for name in central if central[name] != local[name]} == {
        *("traject_bekend_van", "uitstroom_bekend_van", "naam", "bron"),
    }
    assert local["traject_bekend_van"] == "arbeidsplichtigen"
    assert local["uitstroom_bekend_van"] == "met_traject"


def test_the_sluitende_aanpak_gives_young_people_half_the_time() -> None:
    later = rs.SLUITENDE_AANPAK
    assert later.terms() == ((23, None, 6), (None, None, 12))
    assert (later.instroom_van, later.instroom_tot) == (dt.date(2004, 1, 1), dt.date(2004, 7, 1))
    assert later.uitstroom_peildatum == dt.date(2005, 7, 1)
    assert all(preset.naam and preset.bron for preset in (D, rs.RWI_2004_LOKAAL, later))


def test_a_definition_cannot_be_changed_only_replaced() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        D.washout_dagen = 60  # type: ignore[misc]
    assert D.replace(washout_dagen=60).washout_dagen == 60
    assert D.washout_dagen == 31


def test_equal_definitions_are_one_value() -> None:
    same = D.replace(instroom_van=pd.Timestamp("2002-01-01"), werk_niet_soorten=["stage"])
    assert same == D
    assert len({same, D}) == 1
    assert pickle.loads(pickle.dumps(D)) == D == copy.deepcopy(D)


def test_what_is_given_generously_is_settled_into_one_form() -> None:
    young = rs.LeeftijdsTerm(23, term_maanden=6)
    settled = D.replace(
        term_per_leeftijd=young,
        werk_niet_soorten="stage",
        washout_dagen=np.int64(31),
        term_dagen=np.int32(365),
        werk_min_uren=np.float32(12),
    )
    assert settled.term_per_leeftijd == (young,)
    assert settled.werk_niet_soorten == ("stage",)
    kinds = [type(value) for value in (settled.washout_dagen, settled.term_dagen)]
    assert kinds == [int, int]
    assert type(settled.werk_min_uren) is float


# --- names and options that do not exist --------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("washout_dgen", "washout_dagen"),
        ("instrom_van", "instroom_van"),
        ("Term_Maanden", "term_maanden"),
        ("peildatum", "uitstroom_peildatum"),
    ],
)
def test_a_choice_that_does_not_exist_is_answered_with_the_nearest(written: str, meant: str) -> None:
    makers: list[Callable[..., Any]] = [
        D.replace,
        lambda **more: rs.CohortDefinition("2002-01-01", "2002-07-01", **more),
    ]
    for make in makers:
        words = refusal(DefinitionError, lambda: make(**{written: 3}))  # noqa: B023
        start = f"A cohort definition has no '{written}'. Did you mean '{meant}'? It has: "
        assert words.startswith(start)
        assert words.endswith("werk_niet_soorten, naam, bron.")


OPTIONS = {
    "arbeidsplicht_op": ("instroom", "einde_term", "hele_term", "nooit_vrijgesteld", "iedereen"),
    "traject_vorm": ("plan", "instrument", "plan_of_instrument"),
    "traject_moment": ("gestart", "lopend"),
    "traject_tijdens": ("bijstand", "ook_daarna"),
    "traject_bekend_van": ("allen", "arbeidsplichtigen"),
    "uitstroom_bekend_van": ("allen", "met_traject"),
    "onvolledige_opvolging": ("weglaten", "meenemen"),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_that_does_not_exist_is_answered_with_all_and_the_nearest(name: str) -> None:
    allowed = ", ".join(map(repr, OPTIONS[name]))
    for option in OPTIONS[name]:
        assert getattr(D.replace(**{name: option}), name) == option
        words = refused(**{name: option[:-1]})
        assert words.startswith(f"{name} is {option[:-1]!r}; allowed: {allowed}. Did you mean '")
        assert words.endswith(f"'{option}'?") or len(option) < 6
    for other in (None, 3, True, [], OPTIONS[name][0].upper()):
        assert refused(**{name: other}).startswith(f"{name} is {other!r}; allowed: {allowed}.")


# --- days ---------------------------------------------------------------------------------------------


def test_a_follow_up_before_the_end_of_the_term_is_refused_with_that_day() -> None:
    assert refused(uitstroom_peildatum="2002-12-31") == (
        "uitstroom_peildatum (2002-12-31) lies before the end of the term: who flows in on "
        "2002-01-01 reaches it on 2003-01-01. Take a peildatum on or after that day, a shorter "
        "term, or None to leave outflow out."
    )
    assert D.replace(uitstroom_peildatum="2003-01-01")  # one inflow day can be followed
    assert D.replace(uitstroom_peildatum=None)


@pytest.mark.parametrize(
    ("term", "first"),
    [
        ({"term_dagen": 366}, dt.date(2003, 1, 2)),
        ({"term_dagen": None, "term_maanden": 12}, dt.date(2003, 1, 1)),
        ({"term_dagen": None, "term_maanden": 6}, dt.date(2002, 7, 1)),
        ({"term_per_leeftijd": (rs.LeeftijdsTerm(23, term_maanden=6),)}, dt.date(2002, 7, 1)),
        ({"term_per_leeftijd": (rs.LeeftijdsTerm(23, term_dagen=700),)}, dt.date(2003, 1, 1)),
    ],
)
def test_the_shortest_term_decides_from_when_there_can_be_a_follow_up(term: dict[str, Any], first: dt.date) -> None:
    assert D.replace(**term, uitstroom_peildatum=first).earliest_term_end() == first
    before = first - dt.timedelta(days=1)
    assert f"reaches it on {first}." in refused(**term, uitstroom_peildatum=before)


def test_a_window_has_at_least_one_day() -> None:
    for tot in ("2002-01-01", "2001-06-30"):
        assert refused(instroom_tot=tot) == (
            f"instroom_tot ({tot}) must lie after instroom_van (2002-01-01): "
            "the window runs from the one to before the other."
        )
    assert D.replace(instroom_tot="2002-01-02")


@pytest.mark.parametrize("name", ["instroom_van", "instroom_tot", "uitstroom_peildatum"])
def test_a_day_is_a_day(name: str) -> None:
    for wrong in ("1-1-2002", 20020101, pd.NaT, dt.datetime(2002, 1, 1, 12), ""):
        words = refused(**{name: wrong})
        assert words.startswith(f"{name} is ")
        assert "day" in words
    for year in (1899, 2100):
        words = refused(**{name: dt.date(year, 6, 1)})
        assert words == f"{name} is {year}-06-01; it must lie in the years 1900 to 2099."


# --- numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["washout_dagen", "overbrugging_dagen", "werk_dagen_voor", "werk_dagen_na"])
def test_numbers_of_days_are_whole_and_not_negative(name: str) -> None:
    for value in (0, 1, 36_525, np.int64(7)):
        assert getattr(D.replace(**{name: value}), name) == value
    for value in (-1, 36_526, 10**18, 1.0, "31", None, True, float("nan")):
        assert refused(**{name: value}) == (f"{name} is {value!r}; it must be a whole number from 0 to 36525.")


def test_a_term_is_in_days_or_in_months() -> None:
    assert refused(term_maanden=12) == (
        "term: give either term_dagen or term_maanden, and None for the other (seen: term_dagen=365, term_maanden=12)."
    )
    assert "seen: term_dagen=None, term_maanden=None" in refused(term_dagen=None)
    for wrong in (0, -1, 365.0, "365", True, 10**12):
        assert refused(term_dagen=wrong) == (
            f"term.term_dagen is {wrong!r}; it must be a whole number from 1 to 36525."
        )
        assert refused(term_dagen=None, term_maanden=wrong) == (
            f"term.term_maanden is {wrong!r}; it must be a whole number from 1 to 1200."
        )


def test_a_term_for_an_age_is_checked_as_any_term() -> None:
    assert refusal(DefinitionError, lambda: rs.LeeftijdsTerm(23)).startswith(
        "LeeftijdsTerm(23): give either term_dagen or term_maanden"
    )
    for age in (0, 121, 23.0, "23", None):
        words = refusal(DefinitionError, lambda: rs.LeeftijdsTerm(age, 180))  # noqa: B023
        assert words.startswith(f"LeeftijdsTerm.tot_leeftijd is {age!r}; it must be a whole number")
    double = (rs.LeeftijdsTerm(23, 180), rs.LeeftijdsTerm(27, 200), rs.LeeftijdsTerm(23, 100))
    assert refused(term_per_leeftijd=double) == ("term_per_leeftijd has the same tot_leeftijd twice: [23, 23, 27].")
    for wrong in (23, (23,), {23: 180}, None, "23"):
        assert refused(term_per_leeftijd=wrong) == (
            "term_per_leeftijd takes LeeftijdsTerm values, for example (LeeftijdsTerm(23, term_maanden=6),)."
        )


def test_the_youngest_age_comes_first_whatever_the_order_given() -> None:
    terms = (rs.LeeftijdsTerm(27, 200), rs.LeeftijdsTerm(23, term_maanden=3))
    for given_in in (terms, terms[::-1]):
        definition = D.replace(term_per_leeftijd=given_in)
        assert definition.terms() == ((23, None, 3), (27, 200, None), (None, 365, None))


def test_hours_and_kinds_of_work_are_checked() -> None:
    for hours in (-1, 168.5, float("nan"), "12", None, True):
        assert refused(werk_min_uren=hours) == (
            f"werk_min_uren is {hours!r}; it is a number from 0 to 168 (hours per week)."
        )
    for kinds in (None, 3, (1,), ["stage", None]):
        assert refused(werk_niet_soorten=kinds) == (
            "werk_niet_soorten takes texts, for example ('stage',); none is ()."
        )
    assert D.replace(werk_niet_soorten=()).werk_niet_soorten == ()


# --- the fingerprint ------------------------------------------------------------------------------------

OTHER = {
    "instroom_van": "2002-01-02",
    "instroom_tot": "2002-07-02",
    "washout_dagen": 32,
    "overbrugging_dagen": 29,
    "term_dagen": 364,
    "term_per_leeftijd": (rs.LeeftijdsTerm(23, 180),),
    "arbeidsplicht_op": "instroom",
    "traject_vorm": "plan",
    "traject_moment": "lopend",
    "traject_tijdens": "ook_daarna",
    "traject_bekend_van": "arbeidsplichtigen",
    "uitstroom_peildatum": "2003-07-02",
    "uitstroom_bekend_van": "met_traject",
    "onvolledige_opvolging": "meenemen",
    "werk_dagen_voor": 1,
    "werk_dagen_na": 30,
    "werk_min_uren": 0.5,
    "werk_niet_soorten": (),
}


def test_the_fingerprint_changes_with_every_choice_and_with_no_name() -> None:
    assert {*OTHER, "term_maanden", "naam", "bron"} == {field.name for field in dataclasses.fields(D)}
    prints = [D.replace(**{name: value}).fingerprint() for name, value in OTHER.items()]
    prints += [D.fingerprint(), D.replace(term_dagen=None, term_maanden=12).fingerprint()]
    assert len(set(prints)) == len(prints)
    assert D.replace(naam="x", bron="y").fingerprint() == D.fingerprint()


def test_equal_definitions_have_equal_fingerprints_on_any_machine() -> None:
    same = D.replace(washout_dagen=np.int64(31), werk_min_uren=0.0, term_dagen=np.int16(365), naam="x")
    assert same.fingerprint() == D.fingerprint()
    assert len(D.fingerprint()) == 16
    assert int(D.fingerprint(), 16) >= 0


# --- whatever is accepted can be run ----------------------------------------------------------------------

EXTREMES = [
    {"instroom_van": "1900-01-01", "instroom_tot": "2099-12-31", "uitstroom_peildatum": None},
    {"washout_dagen": 36_525, "overbrugging_dagen": 36_525},
    {"washout_dagen": 0, "overbrugging_dagen": 0, "term_dagen": 1},
    {"term_dagen": 36_525, "uitstroom_peildatum": None, "instroom_tot": "2099-12-31"},
    {"term_dagen": None, "term_maanden": 1200, "uitstroom_peildatum": None},
    {"werk_dagen_voor": 36_525, "werk_dagen_na": 36_525, "uitstroom_peildatum": "2099-12-31"},
    {"instroom_van": "2099-12-30", "instroom_tot": "2099-12-31", "uitstroom_peildatum": None},
]


@pytest.mark.parametrize("choices", EXTREMES)
def test_a_definition_that_is_accepted_is_one_that_runs(choices: dict[str, Any]) -> None:
    definition = D.replace(**choices)
    expected = 0 if definition.instroom_van.year == 2099 else 2
    assert rs.define_cohort(REGISTERS(), definition).counts()["X"].tolist() == [expected]


def _registers_once() -> Callable[[], rs.Registers]:
    made: list[rs.Registers] = []

    def registers() -> rs.Registers:
        if not made:
            made.append(take(bijstand=bijstand()))
        return made[0]

    return registers


REGISTERS = _registers_once()


def test_a_cohort_takes_registers_and_a_definition() -> None:
    registers = REGISTERS()
    for wrong in (None, "RWI_2004", {"instroom_van": "2002-01-01"}, rs.CohortDefinition):
        words = refusal(DefinitionError, lambda: rs.define_cohort(registers, wrong))  # noqa: B023
        assert words.startswith("define_cohort takes a CohortDefinition such as rs.RWI_2004, not ")
    for wrong in (None, bijstand(), "map"):
        words = refusal(RegisterError, lambda: rs.define_cohort(wrong, D))  # noqa: B023
        assert words.startswith("define_cohort takes Registers (from read_registers or ")


def test_a_term_by_age_asks_for_the_register_of_ages() -> None:
    assert refusal(RegisterError, lambda: rs.define_cohort(REGISTERS(), rs.SLUITENDE_AANPAK)) == (
        "The definition has a term_per_leeftijd, so the register 'personen' (persoon_id, "
        "geboortedatum) is needed. Deliver it, or take term_per_leeftijd=()."
    )
