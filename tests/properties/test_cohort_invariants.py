"""What must hold of every cohort, whoever is in it and however it is defined."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import reintegratie_stats as rs
from tests.reference.brute_force import CELLS
from tests.strategies import Row, Tables, cases, describe, plus, to_registers, to_rows

SOME = settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
Case = tuple[Any, Tables]
SHUFFLE = st.randoms(use_true_random=False)
WITH_DATES = ("bijstand", "vrijstellingen", "trajecten", "dienstverbanden")


def cohort_of(definition: Any, tables: Tables) -> Any:
    note(describe(definition, tables))
    return rs.define_cohort(to_registers(tables), definition)


def cohort_rows(definition: Any, tables: Tables) -> list[Row]:
    return to_rows(cohort_of(definition, tables).to_frame())


def changed(tables: Tables, **new: list[Row]) -> Tables:
    """The tables with some replaced; an absent register stays absent."""
    return tables | {name: rows for name, rows in new.items() if tables[name] is not None}


def rows_of(tables: Tables, name: str) -> list[Row]:
    return tables[name] or []


# --- counts add up --------------------------------------------------------------------------


@SOME
@given(cases(10, 20))
def test_in_every_group_x_is_the_sum_of_its_parts(case: Case) -> None:
    cohort = cohort_of(*case)
    for by in (None, "gemeente"):
        for row in to_rows(cohort.counts(by=by)):
            assert row["X"] == row["X-Y"] + row["Y"]
            parts = [row[cell] for cell in ("X-Y", "A", "B", "C", "D")]
            if None not in parts:
                assert row["X"] == sum(parts)
            for whole, halves in (
                *(("Y", ("Z", "Y-Z")), ("Z", "AB"), ("Y-Z", "CD")),
                *(("A", ("A.1", "A.2")), ("B", ("B.1", "B.2"))),
            ):
                values = [row[cell] for cell in (whole, *halves)]
                if None not in values:
                    assert values[0] == values[1] + values[2], whole


@SOME
@given(cases(10, 20))
def test_the_gemeenten_add_up_to_the_total(case: Case) -> None:
    cohort = cohort_of(*case)
    (total,) = to_rows(cohort.counts())
    per_gemeente = to_rows(cohort.counts(by="gemeente"))
    for cell in CELLS:
        values = [row[cell] for row in per_gemeente]
        assert total[cell] == (None if None in values else sum(values)), cell


@SOME
@given(cases(10, 20), st.sampled_from((0.5, 0.9, 0.95, 0.99)))
def test_every_ratio_is_a_share_inside_its_interval(case: Case, level: float) -> None:
    cohort = cohort_of(*case)
    for by in (None, "gemeente"):
        for row in to_rows(cohort.ratios(by=by, level=level).to_frame()):
            if row["value"] is None:
                assert [row["lower"], row["upper"]] == [None, None]
                assert row["reason"]
            else:
                assert 0 <= row["lower"] <= row["value"] <= row["upper"] <= 1
                assert row["numerator"] <= row["denominator"]


@SOME
@given(cases(10, 20))
def test_sluitingsratio_and_niet_sluitingsratio_make_one(case: Case) -> None:
    rows = to_rows(cohort_of(*case).ratios(by="gemeente").to_frame())
    values = {(row["gemeente"], row["ratio"]): row["value"] for row in rows}
    for gemeente in {row["gemeente"] for row in rows}:
        with_traject = values[gemeente, "sluitingsratio"]
        without = values[gemeente, "niet_sluitingsratio"]
        assert (with_traject is None) == (without is None)
        if with_traject is not None:
            assert abs(with_traject + without - 1) < 1e-12


# --- what changes nothing -------------------------------------------------------------------


@SOME
@given(cases(6, 15), SHUFFLE)
def test_the_order_of_the_rows_changes_nothing(case: Case, shuffle: random.Random) -> None:
    definition, tables = case
    other = {name: rows and shuffle.sample(rows, len(rows)) for name, rows in tables.items()}
    assert cohort_rows(definition, other) == cohort_rows(definition, tables)


@SOME
@given(cases(6, 15), SHUFFLE)
def test_the_names_of_the_persons_change_nothing(case: Case, shuffle: random.Random) -> None:
    definition, tables = case
    names = sorted({row["persoon_id"] for rows in tables.values() for row in rows or ()})
    others = [f"{number:03d}-x" for number in range(1, len(names) + 1)]
    shuffle.shuffle(others)
    renamed = dict(zip(names, others, strict=True))

    def rename(rows: list[Row]) -> list[Row]:
        return [row | {"persoon_id": renamed[row["persoon_id"]]} for row in rows]

    other = changed(tables, **{name: rename(rows_of(tables, name)) for name in tables})
    expected = rename(cohort_rows(definition, tables))
    expected.sort(key=lambda row: (row["persoon_id"], row["instroomdatum"]))
    assert cohort_rows(definition, other) == expected


@SOME
@given(
    cases(10, 20, ages=False, only_days=True),
    st.sampled_from((-13_000, 1, -1, 366, -13_000, 4_000)),  # back to before 1970 too
)
def test_a_shift_of_all_dates_shifts_the_dates_and_nothing_else(case: Case, days: int) -> None:
    definition, tables = case

    def shift(rows: list[Row]) -> list[Row]:
        return [{k: plus(v, days) if isinstance(v, date) else v for k, v in row.items()} for row in rows]

    peildatum = definition.uitstroom_peildatum
    later = replace(
        definition,
        instroom_van=plus(definition.instroom_van, days),
        instroom_tot=plus(definition.instroom_tot, days),
        uitstroom_peildatum=None if peildatum is None else plus(peildatum, days),
    )
    other = changed(tables, **{name: shift(rows_of(tables, name)) for name in WITH_DATES})
    assert cohort_rows(later, other) == shift(cohort_rows(definition, tables))


@SOME
@given(cases(6, 15), SHUFFLE)
def test_a_row_delivered_twice_changes_nothing(case: Case, shuffle: random.Random) -> None:
    definition, tables = case
    twice = {}
    for name in WITH_DATES:
        rows = rows_of(tables, name)
        again = [dict(row) for row in rows if shuffle.random() < 0.5]
        twice[name] = shuffle.sample([*rows, *again], len(rows) + len(again))
    other = changed(tables, **twice)
    assert cohort_rows(definition, other) == cohort_rows(definition, tables)


def split(rows: list[Row], choose: random.Random) -> list[Row]:
    """Every row of more than a day cut in two rows that follow on from each other."""
    parts = []
    for row in rows:
        van, last = row["begindatum"], row["einddatum"]
        days = 400 if last is None else (last - van).days
        if days == 0:
            parts.append(row)
            continue
        cut = plus(van, choose.randint(1, days))
        parts += [row | {"einddatum": plus(cut, -1)}, row | {"begindatum": cut}]
    return parts


def with_one_opening(rows: list[Row]) -> list[Row]:
    """Of the rows of a person that begin on one day, the first: the longest of several opens
    the periode, and a split makes it shorter."""
    first: dict[tuple[str, date], Row] = {}
    for row in rows:
        first.setdefault((row["persoon_id"], row["begindatum"]), row)
    return list(first.values())


@SOME
@given(cases(6, 15), SHUFFLE)
def test_a_row_split_in_two_adjacent_rows_changes_nothing(case: Case, shuffle: random.Random) -> None:
    definition, tables = case
    tables = changed(tables, bijstand=with_one_opening(rows_of(tables, "bijstand")))
    other = changed(
        tables,
        bijstand=split(rows_of(tables, "bijstand"), shuffle),
        dienstverbanden=split(rows_of(tables, "dienstverbanden"), shuffle),
    )
    assert cohort_rows(definition, other) == cohort_rows(definition, tables)


@SOME
@given(cases(6, 15), SHUFFLE)
def test_an_exemption_split_in_two_exempts_the_same_persons(case: Case, shuffle: random.Random) -> None:
    definition, tables = case
    other = changed(tables, vrijstellingen=split(rows_of(tables, "vrijstellingen"), shuffle))

    def judged(tables: Tables) -> list[Row]:
        # The reden goes by which row began first, so a split may give another one.
        return [row | {"vrijstelling_reden": None} for row in cohort_rows(definition, tables)]

    assert judged(other) == judged(tables)


@SOME
@given(cases(6, 15), cases(1, 3))
def test_rows_of_somebody_without_benefit_do_no_harm(case: Case, others: Case) -> None:
    definition, tables = case
    _, strangers = others
    more = {}
    for name in ("vrijstellingen", "trajecten", "dienstverbanden", "personen"):
        # "0p1" sorts before everybody, "zp1" after.
        extra = [
            row | {"persoon_id": prefix + row["persoon_id"]}
            for row in rows_of(strangers, name)
            for prefix in ("0", "z")
        ]
        more[name] = [*rows_of(tables, name), *extra]
    other = changed(tables, **more)
    assert cohort_rows(definition, other) == cohort_rows(definition, tables)
