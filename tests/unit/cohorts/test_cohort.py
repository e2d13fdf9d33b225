"""A cohort as a value: its columns, its groups, and that the same people give the same frames."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.cohorts.cells import CELLS
from reintegratie_stats.errors import CountsError, DefinitionError
from tests.unit.tables import (
    Tables,
    bijstand,
    dienstverbanden,
    everything,
    gemeenten,
    personen,
    refusal,
    take,
    trajecten,
    vrijstellingen,
)

D = rs.RWI_2004
GROUPS = ("Amsterdam", None, "Zuid", "é")


def town(people: int = 120) -> Tables:
    """Registers of some hundred people with ties, double rows and background that is not complete."""
    draw = random.Random(2004)
    first = date(2001, 10, 1)
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in everything()}

    def day(most: int = 300) -> date:
        return first + timedelta(days=int(draw.random() * most))

    def some(values: Sequence[Any]) -> Any:
        return values[int(draw.random() * len(values))]

    for number in range(people):
        key = f"p{number}"
        for _ in range(1 + int(draw.random() * 3)):
            begin = day()
            end = begin + timedelta(days=some((20, 200, 380, 420, 900)))
            row = (key, some(("G1", "G2", "G3")), begin, some((None, end)), some(("werk", None)))
            rows["bijstand"] += [(*row, some((1, 2)), some(GROUPS)), (*row, 3, None)]
        for _ in range(int(draw.random() * 3)):
            rows["vrijstellingen"].append((key, day(900), None, some(("zorg", "medisch", None))))
            rows["trajecten"].append((key, day(), None, "x", some(("plan", "instrument"))))
            rows["dienstverbanden"].append((key, day(900), None, some((8.0, 36.0, None)), "y"))
        if number % 5:
            rows["personen"].append((key, some((None, date(1970, 1, 1))), some(GROUPS), number % 3))
    rows["gemeenten"] = [
        ("G1", "Een", "Noord", "N", 10, 1.5),
        ("G2", "Twee", None, "N", None, None),
        ("G3", "Drie", "Zuid", None, 30, 2.5),
    ]
    further = {
        "bijstand": ["leefvorm", "wijk"],
        "personen": ["herkomst", "huishouden"],
        "gemeenten": ["dichtheid"],
    }
    return {
        name: pd.DataFrame(rows[name], columns=[*make.columns, *further.get(name, [])])
        for name, make in everything().items()
    }


@pytest.fixture(scope="module")
def cohort() -> rs.Cohort:
    return rs.define_cohort(take(**town()), D)


# --- columns and types --------------------------------------------------------------------------------

COLUMNS = {
    "persoon_id": "string",
    "gemeente": "string",
    "instroomdatum": "datetime64[s]",
    "uitstroomdatum": "datetime64[s]",
    "langdurig": "boolean",
    "arbeidsplichtig": "boolean",
    "vrijstelling_reden": "string",
    "traject_binnen_term": "boolean",
    "trajectdatum": "datetime64[s]",
    "uitgestroomd": "boolean",
    "naar_werk": "boolean",
    "cel": "string",
}


def types(frame: pd.DataFrame) -> dict[str, str]:
    return {str(name): str(kind) for name, kind in frame.dtypes.items()}


@pytest.fixture(scope="module")
def nobody() -> rs.Cohort:
    years = {"instroom_van": "1990-01-01", "instroom_tot": "1990-07-01"}
    return rs.define_cohort(take(**everything()), D.replace(**years, uitstroom_peildatum=None))


def test_the_columns_and_their_types_are_always_the_same(cohort: rs.Cohort, nobody: rs.Cohort) -> None:
    alone = rs.define_cohort(take(bijstand=bijstand()), D)
    for frame in (cohort.to_frame(), alone.to_frame(), nobody.to_frame()):
        assert types(frame) == COLUMNS
        assert frame.index.tolist() == list(range(len(frame)))
    assert len(cohort.to_frame()) > 50
    assert len(nobody.to_frame()) == 0


def test_the_inflows_are_sorted_by_person_as_text_and_by_day(cohort: rs.Cohort) -> None:
    frame = cohort.to_frame()
    keys = list(zip(frame["persoon_id"], frame["instroomdatum"], strict=True))
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_counts_and_ratios_have_one_type_in_each_column(cohort: rs.Cohort, nobody: rs.Cohort) -> None:
    expected = dict.fromkeys(CELLS, "Int64")
    for some in (cohort, nobody):
        assert types(some.counts()) == expected
        assert types(some.counts("gemeente")) == {"gemeente": "string"} | expected
        table = some.ratios(["gemeente", "langdurig"]).to_frame()
        assert types(table) == {
            "gemeente": "string",
            "langdurig": "boolean",
            "ratio": "string",
            "numerator": "Int64",
            "denominator": "Int64",
            **dict.fromkeys(("value", "lower", "upper"), "float64"),
            "method": "string",
            "reason": "string",
        }


def test_what_can_be_grouped_by_comes_along_when_it_is_asked_for(cohort: rs.Cohort) -> None:
    frame = cohort.to_frame(extra=True)
    assert list(frame) == [
        *COLUMNS,
        *("leefvorm", "wijk", "geboortedatum", "herkomst", "huishouden"),
        *("naam", "provincie", "landsdeel", "inwoners", "dichtheid"),
        *("verhuisdatum", "einde_term"),
    ]
    pd.testing.assert_frame_equal(frame[list(COLUMNS)], cohort.to_frame())
    dates = frame["instroomdatum"] + pd.Timedelta(days=365)
    assert (frame["einde_term"] == dates).all()


def test_what_is_handed_out_cannot_change_the_cohort(cohort: rs.Cohort) -> None:
    before = cohort.counts("gemeente")
    for extra in (False, True):
        frame = cohort.to_frame(extra=extra)
        frame["gemeente"] = "elsewhere"
        frame["langdurig"] = pd.NA
    pd.testing.assert_frame_equal(cohort.counts("gemeente"), before)


# --- the same people, the same frames -------------------------------------------------------------------


def results(tables: Tables) -> list[pd.DataFrame]:
    registers = take(**tables)
    found = rs.define_cohort(registers, D)
    return [
        found.to_frame(extra=True),
        found.counts(["gemeente", "herkomst"]),
        found.ratios(["wijk", "provincie"]).to_frame(),
        found.attrition,
        found.moves(),
        registers.report.to_frame(),
    ]


def test_the_same_rows_in_any_order_give_identical_frames_on_every_run() -> None:
    tables = town()
    first = results(tables)
    draw = random.Random(1)
    shuffled = {}
    for name, table in tables.items():
        order = sorted(range(len(table)), key=lambda _: draw.random())
        shuffled[name] = table.iloc[order]
    assert not shuffled["bijstand"].reset_index(drop=True).equals(tables["bijstand"])
    for again in (results(tables), results(shuffled)):
        for one, other in zip(first, again, strict=True):
            pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_of_rows_that_open_a_periode_on_one_day_the_same_one_always_does() -> None:
    rows = bijstand(persoon_id=["a", "a"], begindatum="2002-03-01", einddatum="2003-03-31")
    ties = rows.assign(gemeente=["G2", "G1"], wijk=["low", "high"])
    for order in ([0, 1], [1, 0]):
        frame = rs.define_cohort(take(bijstand=ties.iloc[order]), D).to_frame(extra=True)
        assert frame[["gemeente", "wijk"]].values.tolist() == [["G1", "high"]]
    longest = ties.assign(einddatum=["2003-04-01", "2003-03-31"])
    for order in ([0, 1], [1, 0]):
        frame = rs.define_cohort(take(bijstand=longest.iloc[order]), D).to_frame(extra=True)
        assert frame[["gemeente", "wijk"]].values.tolist() == [["G2", "low"]]


# --- groups -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "by",
    [
        "gemeente",
        "leefvorm",
        "herkomst",
        "huishouden",
        "provincie",
        "inwoners",
        "cel",
        "verhuisdatum",
        ["provincie", "herkomst"],
        ("wijk", "langdurig", "vrijstelling_reden"),
        ["gemeente", "instroomdatum"],
        pd.Index(["gemeente", "wijk"]),
    ],
    ids=str,
)
def test_groups_add_up_to_the_total_and_nobody_is_lost_for_a_missing_value(cohort: rs.Cohort, by: Any) -> None:
    names = [by] if isinstance(by, str) else list(by)
    counts = cohort.counts(by)
    assert list(counts) == [*names, *CELLS]
    frame = cohort.to_frame(extra=True)
    groups = {tuple(map(str, row)) for row in frame[names].astype(object).values.tolist()}
    assert len(counts) == len(groups)
    for cell in CELLS:
        assert counts[cell].sum() == cohort.counts()[cell].iloc[0], cell
    ratios = cohort.ratios(by).to_frame()
    assert len(ratios) == 8 * len(counts)
    compliance = ratios[ratios["ratio"] == "complianceratio"]
    assert compliance["denominator"].tolist() == counts["X"].tolist()


def test_a_group_of_unknown_background_stands_last(cohort: rs.Cohort) -> None:
    counts = cohort.counts("herkomst")
    known = counts["herkomst"].dropna().tolist()
    assert known == ["Amsterdam", "Zuid", "é"]
    assert counts["herkomst"].isna().tolist() == [False, False, False, True]
    frame = cohort.to_frame(extra=True)
    assert counts["X"].tolist()[-1] == frame["herkomst"].isna().sum() > 0


def test_the_background_is_that_of_the_person_and_of_the_gemeente_of_inflow(
    cohort: rs.Cohort,
) -> None:
    tables = town()
    frame = cohort.to_frame(extra=True)
    persons = tables["personen"].set_index("persoon_id")
    for row in frame.itertuples():
        if row.persoon_id in persons.index:
            assert row.huishouden == persons.loc[row.persoon_id, "huishouden"]
        else:
            assert pd.isna(row.huishouden)
        assert row.naam == {"G1": "Een", "G2": "Twee", "G3": "Drie"}[row.gemeente]


@pytest.mark.parametrize("by", ["persoon_id", "geboortedatum", ["gemeente", "persoon_id"]])
def test_nobody_is_made_a_group(cohort: rs.Cohort, by: Any) -> None:
    for make in (cohort.counts, cohort.ratios):
        words = refusal(DefinitionError, lambda: make(by))  # noqa: B023
        name = by if isinstance(by, str) else by[1]
        assert words == f"by='{name}' would make a group of each person. Group by a trait."


def test_a_date_of_birth_makes_no_group_under_another_name_either() -> None:
    born = bijstand(geboortedatum=["1980-02-29", "1960-01-01"])
    found = rs.define_cohort(take(bijstand=born, personen=personen()), D)
    births = [name for name in found.to_frame(extra=True) if "geboortedatum" in name]
    assert len(births) == 2
    for name in births:
        assert "a group of each person" in refusal(
            DefinitionError,
            lambda: found.counts(name),  # noqa: B023
        )


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("gemente", "The cohort has no column 'gemente'. Did you mean 'gemeente'? There are: "),
        (["provincie", "Landsdeel"], "The cohort has no column 'Landsdeel'. Did you mean 'landsd"),
        ("", "The cohort has no column ''. There are: gemeente, instroomdatum, "),
        (["gemeente", "gemeente"], "by names a column twice: gemeente, gemeente."),
        (3, "by is a int; give a column name such as 'gemeente', or a list of column names."),
        ({"gemeente", "wijk"}, "by is a set; give a column name such as"),
        ([3], "by is a list; give a column name such as"),
        ([None], "by is a list; give a column name such as"),
        ([["gemeente"]], "by is a list; give a column name such as"),
    ],
)
def test_a_grouping_that_cannot_be_is_refused(cohort: rs.Cohort, by: Any, words: str) -> None:
    for make in (cohort.counts, cohort.ratios):
        assert refusal(DefinitionError, lambda: make(by)).startswith(words)  # noqa: B023


def test_no_groups_are_the_total(cohort: rs.Cohort) -> None:
    for by in (None, [], ()):
        pd.testing.assert_frame_equal(cohort.counts(by), cohort.counts())
        assert len(cohort.ratios(by).to_frame()) == 8


def test_a_column_of_lists_makes_no_groups() -> None:
    lists = bijstand(kinderen=[["x"], ["y", "z"]], adres=[{"a": 1}, {"a": 2}])
    found = rs.define_cohort(take(bijstand=lists), D)
    assert found.counts()["X"].tolist() == [2]
    for name in ("kinderen", "adres"):
        refusal(DefinitionError, lambda: found.counts(name))  # noqa: B023


# --- names of the user ------------------------------------------------------------------------------------

AWKWARD = ["van", "tot", "periode", "nr", "extra_0", "kolom_0", "?Y", "groep 0", "x y", "'", '"q"']


def test_columns_may_have_any_name_in_every_register_and_make_groups() -> None:
    values = {name: [f"1 {name}", f"2 {name}"] for name in AWKWARD}
    one = {name: [f"1 {name}"] for name in AWKWARD}
    found = rs.define_cohort(
        take(
            bijstand=bijstand(**values),
            vrijstellingen=vrijstellingen(**one),
            trajecten=trajecten(**values),
            dienstverbanden=dienstverbanden(**one),
            personen=personen(**values),
            gemeenten=gemeenten(**one),
        ),
        D,
    )
    frame = found.to_frame(extra=True)
    assert frame["cel"].tolist() == ["A", "C"]
    for name in AWKWARD:
        assert frame[name].tolist() == [f"1 {name}", f"2 {name}"]
        assert frame[f"{name}_personen"].tolist() == [f"1 {name}", f"2 {name}"]
        assert frame[f"{name}_gemeenten"].tolist() == [f"1 {name}"] * 2
    by = [*AWKWARD, "van_personen"]
    assert found.counts(by)["X"].tolist() == [1, 1]
    assert found.ratios(by).by == tuple(by)


def test_a_column_that_has_the_name_of_a_result_gets_that_of_its_register() -> None:
    names = ["cel", "langdurig", "verhuisdatum", "einde_term", "instroomdatum"]
    clash = {name: [f"1 {name}", f"2 {name}"] for name in names}
    found = rs.define_cohort(take(bijstand=bijstand(**clash), personen=personen(**clash)), D)
    frame = found.to_frame(extra=True)
    assert types(frame[list(COLUMNS)]) == COLUMNS
    assert frame["verhuisdatum"].isna().all()
    for name in names:
        for table in ("bijstand", "personen"):
            assert frame[f"{name}_{table}"].tolist() == [f"1 {name}", f"2 {name}"]


def test_a_column_is_never_overwritten_by_one_that_had_to_be_renamed() -> None:
    tables = {
        "bijstand": bijstand(wijk=["b1", "b2"], wijk_personen=["c1", "c2"]),
        "personen": personen(wijk=["p1", "p2"], gemeente=["h1", "h2"]),
    }
    frame = rs.define_cohort(take(**tables), D).to_frame(extra=True)
    assert frame["wijk"].tolist() == ["b1", "b2"]
    assert frame["wijk_personen"].tolist() == ["c1", "c2"]
    assert sum(frame[name].astype(str).tolist() == ["p1", "p2"] for name in frame) == 1
    assert frame["gemeente_personen"].tolist() == ["h1", "h2"]
    assert frame.columns.is_unique


def test_a_column_with_the_name_of_a_cell_or_of_a_ratio_makes_no_table() -> None:
    found = rs.define_cohort(take(bijstand=bijstand(X=["p", "q"], ratio=["p", "q"])), D)
    words = refusal(DefinitionError, lambda: found.counts("X"))
    assert words == "by='X' has the name of a cell; rename the column."
    assert found.counts("ratio")["X"].tolist() == [1, 1]
    assert refusal(CountsError, lambda: found.ratios("ratio")).startswith("Grouping columns may not be called ratio:")


# --- nobody, and registers that are not there ---------------------------------------------------------------


def test_nobody_is_a_cohort_too(nobody: rs.Cohort) -> None:
    empty = nobody
    assert empty.counts().iloc[0].tolist() == [0] * len(CELLS)
    table = empty.ratios().to_frame()
    assert table["denominator"].tolist() == [0] * 8
    assert table["reason"].str.startswith("noemer ").all()
    for by in ("gemeente", ["provincie", "langdurig"]):
        assert len(empty.counts(by)) == len(empty.ratios(by).to_frame()) == 0
    assert len(empty.moves()) == 0
    assert repr(empty).startswith("Cohort(RWI 2004, centraal: 0 inflows in 0 gemeenten, ")


def test_registers_without_rows_are_known_and_empty() -> None:
    tables = everything()
    for name in ("vrijstellingen", "trajecten", "dienstverbanden", "personen"):
        tables[name] = tables[name].iloc[:0]
    frame = rs.define_cohort(take(**tables), D).to_frame()
    assert frame["arbeidsplichtig"].tolist() == [True, True]
    assert frame["traject_binnen_term"].tolist() == [False, False]
    assert frame["naar_werk"].tolist() == [False, False]


@pytest.mark.parametrize(
    ("without", "unknown"),
    [
        ("dienstverbanden", {"A.1_werk", "B.1_werk"}),
        ("trajecten", set(CELLS) - {"X", "Y", "X-Y", "Z", "Y-Z"}),
        ("vrijstellingen", set(CELLS) - {"X", "Y", "X-Y"}),
    ],
)
def test_a_register_that_was_not_delivered_is_unknown_and_the_reason_says_so(without: str, unknown: set[str]) -> None:
    tables = {name: table for name, table in town().items() if name != without}
    found = rs.define_cohort(take(**tables), D)
    counts = found.counts()
    assert {cell for cell in CELLS if counts[cell].isna().all()} == unknown
    table = found.ratios().to_frame()
    missing = table[table["value"].isna()]
    assert len(missing) >= 2
    assert missing["reason"].str.contains(f"register {without} ontbreekt", regex=False).all()
    english = found.ratios(lang="en").to_frame()["reason"].dropna()
    assert english.str.contains(f"register {without} was not delivered", regex=False).all()
    assert f"register {without} ontbreekt" in found.notes


def test_a_cohort_shows_counts_only(cohort: rs.Cohort) -> None:
    number = len(cohort.to_frame())
    assert repr(cohort) == (
        f"Cohort(RWI 2004, centraal: {number} inflows in 3 gemeenten, instroom 2002-01-01 to before 2002-07-01)"
    )


def test_moves_are_counted_at_the_gemeente_of_inflow(cohort: rs.Cohort) -> None:
    frame, moves = cohort.to_frame(extra=True), cohort.moves()
    assert moves["instroom"].sum() == len(frame)
    assert moves["verhuisd"].sum() == frame["verhuisdatum"].notna().sum() > 0
    within = (frame["verhuisdatum"] < frame["einde_term"]).sum()
    assert moves["verhuisd_binnen_term"].sum() == within > 0
    assert (np.diff(moves[["instroom", "verhuisd", "verhuisd_binnen_term"]]) <= 0).all()


def test_equal_rows_make_no_inflow_more_also_in_a_register_that_the_engine_cuts_into_parts() -> None:
    # two windows of an engine may put equal rows in another order: seen from about 100,000 persons on
    persons, times = 100_000, 3
    order = np.random.default_rng(1).permutation(persons * times)
    bijstand = pd.DataFrame(
        {
            "persoon_id": np.repeat([f"p{number:06d}" for number in range(persons)], times)[order],
            "gemeente": "GM9001",
            "begindatum": pd.Timestamp("2002-02-01"),
            "einddatum": pd.Timestamp("2002-12-31"),
            "reden_einde": None,
        }
    )
    registers = rs.Registers.from_frames(bijstand=bijstand)
    for _ in range(2):
        cohort = rs.define_cohort(registers, rs.RWI_2004)
        assert int(cohort.counts()["X"].iloc[0]) == persons
        assert cohort.attrition["n_voor"].tolist()[:3] == [persons * times, persons * times, persons]
        assert cohort.to_frame()["gemeente"].notna().all()
