"""From source rows to spells: joined as plain Python joins them day by day, and every row accounted for."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reintegratie_stats as rs
from reintegratie_stats.errors import DefinitionError, RegisterError
from reintegratie_stats.registers.spells import (
    SpellAccount,
    Spells,
    WageRule,
    gemeente_on_day,
    gemeente_spells,
    join_dossiers,
    join_offers,
    join_wage_statements,
)
from tests.unit import tables
from tests.unit.deliveries import cohort, delivery

EPOCH, FAR = dt.date(2002, 1, 1), 60
PEOPLE, SOME = [*"abcdef"], settings(max_examples=4)


def day(number: int | None) -> dt.date | None:
    return None if number is None or number >= FAR else EPOCH + dt.timedelta(days=number)


def number(value: Any) -> int:
    return FAR if pd.isna(value) else (pd.Timestamp(value).date() - EPOCH).days


def runs(days: Iterable[int], bridge: int) -> list[tuple[int, int]]:
    """Maximal runs [van, tot) of days, over at most so many days that are not there."""
    found: list[tuple[int, int]] = []
    for one in sorted(days):
        if found and one - found[-1][1] <= bridge:
            found[-1] = (found[-1][0], one + 1)
        else:
            found.append((one, one + 1))
    return found


def table(rows: list[dict[str, Any]], schema: dict[str, str]) -> Any:
    return ibis.memtable(pd.DataFrame(rows, columns=list(schema)), schema=schema)


PERIOD = st.tuples(st.integers(0, 40), st.integers(1, 25)).map(lambda one: (one[0], min(one[0] + one[1], FAR)))
"""[van, tot) on so few days that rows touch, overlap and coincide; FAR is open."""


# --- dossiers ---------------------------------------------------------------------------------

DOSSIERS = {
    "persoon_id": "string",
    "gemeente": "string",
    "begindatum": "date",
    "einddatum": "date",
    "reden_einde": "string",
}


def dossier(who: str, where: str, van: int, tot: int, why: str | None = None) -> dict[str, Any]:
    end = None if tot >= FAR else day(tot - 1)
    return {"persoon_id": who, "gemeente": where, "begindatum": day(van), "einddatum": end, "reden_einde": why}


DOSSIER = st.builds(
    lambda who, where, period, why: dossier(who, where, *period, why),
    st.sampled_from(PEOPLE), st.sampled_from(["GM9001", "GM9002"]), PERIOD, st.sampled_from(["werk", "overig", None]),
)  # fmt: skip


def joined_by_hand(rows: list[dict[str, Any]], bridge: int) -> set[tuple[Any, ...]]:
    people = defaultdict(list)
    for row in rows:
        last = FAR if row["einddatum"] is None else number(row["einddatum"]) + 1
        people[row["persoon_id"], row["gemeente"]].append((number(row["begindatum"]), last, row["reden_einde"]))
    found = set()
    for (who, where), spells in people.items():
        for van, tot in runs({one for first, last, _ in spells for one in range(first, last)}, bridge):
            inside = [spell for spell in spells if van <= spell[0] < tot]
            closing = max(inside, key=lambda spell: (spell[1], spell[0]))
            ties = [why for first, last, why in inside if (first, last) == closing[:2]]
            why = min((one for one in ties if one is not None), default=None)
            found.add((who, where, van, tot, why, len(inside)))
    return found


def as_tuples(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    found = []
    for row in frame.to_dict("records"):
        tot = number(row["einddatum"]) + (0 if pd.isna(row["einddatum"]) else 1)
        begin = None if pd.isna(row["begindatum"]) else number(row["begindatum"])
        rest = {"van": begin, "tot": tot}
        rest |= {name: None if pd.isna(value) else value for name, value in row.items() if name not in rest}
        found.append(tuple(rest[name] for name in columns))
    return found


@SOME
@given(st.lists(DOSSIER, max_size=60), st.sampled_from([0, 1, 5]), st.randoms(use_true_random=False))
def test_dossiers_are_joined_as_day_by_day_whatever_their_order(rows: list[Any], bridge: int, lot: Any) -> None:
    lot.shuffle(rows)
    joined = join_dossiers(table(rows, DOSSIERS), overbrugging_dagen=bridge)
    found = as_tuples(joined.to_frame(), "persoon_id", "gemeente", "van", "tot", "reden_einde", "rijen")
    assert len(found) == len(set(found))
    assert set(found) == joined_by_hand(rows, bridge)
    assert (joined.account.rows, joined.account.used) == (len(rows), len(rows))


def test_a_gap_of_the_bridge_is_bridged_and_one_day_more_is_not() -> None:
    rows = [dossier("a", "GM9001", 0, 5), dossier("a", "GM9001", 8, 9), dossier("a", "GM9001", 13, 14)]
    joined = join_dossiers(table(rows, DOSSIERS), overbrugging_dagen=3).stored()
    assert as_tuples(joined.to_frame(), "van", "tot") == [(0, 9), (13, 14)]
    assert joined.account.spells == 2


def test_of_dossiers_that_end_together_the_last_one_opened_tells_why() -> None:
    rows = [dossier("a", "GM9001", 0, 9, "overig"), dossier("a", "GM9001", 4, 9, "werk"), dossier("a", "GM9001", 5, 8)]
    assert join_dossiers(table(rows, DOSSIERS)).to_frame()["reden_einde"].tolist() == ["werk"]


def test_a_cohort_counts_the_same_after_dossiers_are_joined() -> None:
    registers = delivery("lokaal")
    joined = join_dossiers(registers.table("bijstand")).stored()
    assert joined.account.spells < joined.account.used
    before = cohort("lokaal").counts(by="gemeente")
    after = rs.define_cohort(joined.into(registers, "bijstand"), rs.RWI_2004).counts(by="gemeente")
    pd.testing.assert_frame_equal(after, before)


def test_each_row_that_cannot_be_a_spell_is_counted_under_one_reason() -> None:
    rows = pd.DataFrame(
        {
            "persoon_id": ["a", None, "000", "a", "a", "a", "a", "a"],
            "gemeente": ["GM9001", "GM9001", "GM9001", " ", "GM9001", "GM9001", "GM9001", "GM9001"],
            "begindatum": [
                "2002-01-01",
                "x",
                "2002-01-01",
                "2002-01-01",
                None,
                "2002-02-30",
                "2002-01-02",
                "2002-01-02",
            ],
            "einddatum": [None, None, None, None, None, None, "2002-01-01", "GEHEIM"],
        }
    )
    joined = join_dossiers(ibis.memtable(rows))
    assert dict(joined.account.set_aside) == {
        "zonder persoon_id": 2, "zonder gemeente": 1, "zonder begindatum": 1, "begindatum is geen datum": 1,
        "einddatum is geen datum": 1, "einddatum ligt voor begindatum": 1,
    }  # fmt: skip
    assert (joined.account.rows, joined.account.used) == (8, 1)
    frame = joined.account.to_frame()
    assert (
        frame.loc[frame["stap"] == "gelezen", "rijen"].sum()
        == frame.loc[frame["stap"].isin(["terzijde", "gebruikt"]), "rijen"].sum()
    )
    assert "GEHEIM" not in repr(joined) + frame.to_csv()


def test_an_empty_register_has_no_spells() -> None:
    joined = join_dossiers(table([], DOSSIERS)).stored()
    assert joined.account == SpellAccount("bijstand", 0, 0, {}, {}, 0)
    assert list(joined.to_frame().columns) == [
        "persoon_id",
        "gemeente",
        "begindatum",
        "einddatum",
        "reden_einde",
        "rijen",
    ]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"overbrugging_dagen": -1}, DefinitionError, "overbrugging_dagen is -1"),
        ({"overbrugging_dagen": True}, DefinitionError, "whole number of days"),
        ({"per": "persoon_id"}, DefinitionError, "Give a list of names"),
        ({"per": []}, DefinitionError, "rows of different persons are never joined"),
        ({"eerste": ["gemeente"]}, DefinitionError, "asked for more than once"),
        ({"eerste": ["rijen"]}, DefinitionError, "made by the join"),
        ({"eerste": ["reden_eind"]}, RegisterError, "Did you mean 'reden_einde'?"),
    ],
)
def test_what_cannot_be_joined_is_refused(arguments: dict[str, Any], error: Any, words: str) -> None:
    said = tables.refusal(error, lambda: join_dossiers(table([], DOSSIERS), **arguments))
    assert words in said


def test_a_frame_is_no_table_of_an_engine() -> None:
    assert "ibis.memtable" in tables.refusal(RegisterError, lambda: join_dossiers(pd.DataFrame()))  # type: ignore[arg-type]


def test_spells_without_the_columns_of_a_register_cannot_stand_in_its_place() -> None:
    registers = tables.take(bijstand=tables.bijstand())
    joined = join_dossiers(registers.table("bijstand"), laatste=())
    assert "reden_einde" in tables.refusal(RegisterError, lambda: joined.into(registers, "bijstand"))
    assert "Did you mean 'bijstand'?" in tables.refusal(RegisterError, lambda: joined.into(registers, "bijstan"))


def test_an_account_that_does_not_add_up_is_refused() -> None:
    tables.refusal(RegisterError, lambda: SpellAccount("bijstand", 3, 1, {"zonder persoon_id": 1}))


# --- voorzieningen ----------------------------------------------------------------------------

OFFERS = {"persoon_id": "string", "soort": "string", "begindatum": "date", "einddatum": "date", "aantal": "float64"}


def offer(who: str, what: str, van: int | None, tot: int, count: float | None) -> dict[str, Any]:
    end = None if tot >= FAR else day(tot - 1)
    return {"persoon_id": who, "soort": what, "begindatum": day(van), "einddatum": end, "aantal": count}


OFFER = st.builds(
    lambda who, what, period, count, known: offer(who, what, period[0] if known else None, period[1], count),
    st.sampled_from(PEOPLE), st.sampled_from(["coaching", "jobcoach"]), PERIOD, st.sampled_from([1.0, 1.0, 2.0, 3.0]),
    st.integers(0, 9).map(bool),
)  # fmt: skip


def offers_by_hand(rows: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    running: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    found: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        key, tot = (row["persoon_id"], row["soort"]), FAR if row["einddatum"] is None else number(row["einddatum"]) + 1
        if row["begindatum"] is None:
            found.update((*key, level, None, tot) for level in range(1, int(row["aantal"]) + 1))
            continue
        for one in range(number(row["begindatum"]), tot):
            running[key][one] = max(running[key][one], int(row["aantal"]))
    for key, on in running.items():
        for level in (1, 2, 3):
            found.update((*key, level, *run) for run in runs({one for one, n in on.items() if n >= level}, 0))
    return found


@SOME
@given(st.lists(OFFER, max_size=60), st.randoms(use_true_random=False))
def test_person_periods_become_voorzieningen_as_day_by_day(rows: list[Any], lot: Any) -> None:
    lot.shuffle(rows)
    joined = join_offers(table(rows, OFFERS))
    found = Counter(as_tuples(joined.to_frame(), "persoon_id", "soort", "nummer", "van", "tot"))
    assert found == offers_by_hand(rows)
    without = sum(row["begindatum"] is None for row in rows)
    assert joined.account.kept.get("zonder begindatum", 0) == without
    assert joined.account.used == len(rows)


def test_a_row_that_is_split_because_another_type_changed_is_one_voorziening() -> None:
    rows = [offer("a", "coaching", 0, 10, 1), offer("a", "coaching", 10, 20, 1), offer("a", "jobcoach", 10, 20, 1)]
    assert Counter(join_offers(table(rows, OFFERS)).to_frame()["soort"]) == {"coaching": 1, "jobcoach": 1}


def test_the_voorzieningen_that_run_on_a_day_are_the_number_of_the_register() -> None:
    counts = [1, 3, 2, 0, 1]
    rows = [offer("a", "coaching", 5 * place, 5 * place + 5, n) for place, n in enumerate(counts)]
    joined = join_offers(table(rows, OFFERS))
    assert joined.account.set_aside == {"aantal is nul": 1}
    spells = as_tuples(joined.to_frame(), "van", "tot")
    for place, n in enumerate(counts):
        assert sum(van <= 5 * place + 2 < tot for van, tot in spells) == n
    assert len(spells) == 1 + 2 + 1  # the rises


def test_numbers_that_are_none_are_set_aside() -> None:
    rows = [offer("a", "x", 0, 5, count) for count in (None, 1.5, -1.0, 100.0, 0.0, 99.0, float("inf"), 1e30)]
    account = join_offers(table(rows, OFFERS)).account
    assert dict(account.set_aside) == {
        "aantal is geen getal": 1,
        "zonder aantal": 1,
        "aantal is geen heel getal van 0 tot en met 99": 4,
        "aantal is nul": 1,
    }


def test_a_delivery_with_a_row_per_offer_has_no_number() -> None:
    rows = table([offer("a", "x", None, 5, None), offer("a", "x", None, 5, None)], OFFERS).drop("aantal")
    joined = join_offers(rows, aantal=None)
    assert len(joined.to_frame()) == 2  # without a first day two offers stay two


# --- jobs -------------------------------------------------------------------------------------

WAGES = {
    "persoon_id": "string", "ikvid": "string", "tijdvak_van": "date", "tijdvak_tot_en_met": "date",
    "basisuren": "float64", "basisloon": "float64", "soort": "string",
}  # fmt: skip


def wage(who: str, van: int, tot: int, hours: float | None, **more: Any) -> dict[str, Any]:
    days = {"tijdvak_van": day(van), "tijdvak_tot_en_met": day(tot - 1)}
    return {"persoon_id": who, "ikvid": "1", "basisloon": 100.0, "soort": None, "basisuren": hours} | days | more


WAGE = st.builds(
    lambda who, ikv, slot, length, hours, pay, what: wage(
        who, 7 * slot, 7 * (slot + length), hours, ikvid=ikv, basisloon=pay, soort=what
    ),
    st.sampled_from([*"abcd"]), st.sampled_from(["1", "2"]), st.integers(0, 5), st.sampled_from([1, 1, 2]),
    st.sampled_from([8.0, 16.0, 0.0, -16.0, None]), st.sampled_from([100.0, -100.0, 0.0, None]),
    st.sampled_from(["stage", "regulier", None]),
)  # fmt: skip

RULES = st.builds(
    WageRule, nabetaling=st.sampled_from(["salderen", "weglaten", "meenemen"]),
    nabetaling_op=st.sampled_from(["uren", "loon", "uren_of_loon"]),
    stage=st.sampled_from(["apart", "weglaten", "meenemen"]),
    dubbel=st.sampled_from(["eenmaal", "meenemen"]),
)  # fmt: skip


def total(values: Iterable[float | None]) -> float | None:
    known = list(values)
    return None if None in known else sum(one for one in known if one is not None)


def jobs_by_hand(rows: list[dict[str, Any]], rule: WageRule, *, per_job: bool) -> tuple[Counter[Any], int]:
    """Jobs and the number of rows that are used."""

    def back(hours: float | None, pay: float | None) -> bool:
        asked = [hours] * (rule.nabetaling_op != "loon") + [pay] * (rule.nabetaling_op != "uren")
        return any(one is not None and one <= 0 for one in asked)

    with_pay = rule.nabetaling != "meenemen" and rule.nabetaling_op != "uren"
    periods: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        intern = row["soort"] == "stage"
        if intern and rule.stage == "weglaten":
            continue
        if rule.nabetaling == "weglaten" and back(row["basisuren"], row["basisloon"]):
            continue
        period = (number(row["tijdvak_van"]), number(row["tijdvak_tot_en_met"]) + 1)
        key = (row["persoon_id"], intern and rule.stage == "apart", row["ikvid"], period)
        periods[key].append((row["basisuren"], row["basisloon"] if with_pay else None, row["soort"]))
    jobs: dict[Any, list[Any]] = defaultdict(list)
    for (who, intern, ikv, period), found in periods.items():
        if rule.dubbel == "eenmaal":
            found = list(dict.fromkeys(found))
        hours, pay = total(one[0] for one in found), total(one[1] for one in found)
        if rule.nabetaling == "salderen" and back(hours, pay):
            continue
        what = min((one[2] for one in found if one[2] is not None), default=None)
        jobs[who, intern, ikv if per_job else ""].append((period, hours, what, len(found)))
    result: Counter[Any] = Counter()
    for (who, _, ikv), parts in jobs.items():
        days = {one for period, *_ in parts for one in range(*period)}
        for van, tot in runs(days, 0):
            inside = [part for part in parts if van <= part[0][0] < tot]
            hours, covered = total(part[1] for part in inside), tot - van
            opening = min(inside, key=lambda part: (part[0][0], -part[0][1], part[2] is None, part[2] or ""))
            per_week = None if hours is None else round(7 * hours / covered, 9)
            result[who, ikv, van, tot, per_week, opening[2], sum(part[3] for part in inside)] += 1
    return result, sum(part[3] for parts in jobs.values() for part in parts)


@settings(max_examples=8)
@given(st.lists(WAGE, max_size=60), RULES, st.booleans(), st.randoms(use_true_random=False))
def test_wage_statements_become_jobs_by_the_rule(rows: list[Any], rule: WageRule, per_job: bool, lot: Any) -> None:
    lot.shuffle(rows)
    per = ("persoon_id", "ikvid") if per_job else ("persoon_id",)
    jobs = join_wage_statements(table(rows, WAGES), per=per, regel=rule)
    frame = jobs.to_frame().assign(uren_per_week=lambda one: one["uren_per_week"].round(9))
    if not per_job:
        frame["ikvid"] = ""
    found = Counter(as_tuples(frame, "persoon_id", "ikvid", "van", "tot", "uren_per_week", "soort", "rijen"))
    expected, used = jobs_by_hand(rows, rule, per_job=per_job)
    assert found == expected
    assert (jobs.account.rows, jobs.account.used) == (len(rows), used)


def test_hours_per_week_come_from_hours_per_month() -> None:
    month = [wage("a", 0, 31, 160.0), wage("a", 31, 59, 160.0)]
    frame = join_wage_statements(table(month, WAGES)).to_frame()
    assert frame["uren_per_week"].tolist() == [pytest.approx(7 * 320 / 59)]


def test_two_jobs_beside_each_other_add_up_per_person_only() -> None:
    rows = table([wage("a", 0, 28, 80.0), wage("a", 0, 28, 40.0, ikvid="2")], WAGES)
    assert join_wage_statements(rows).to_frame()["uren_per_week"].tolist() == [20.0, 10.0]
    assert join_wage_statements(rows, per=["persoon_id"]).to_frame()["uren_per_week"].tolist() == [30.0]


def test_a_statement_delivered_twice_counts_once_unless_asked() -> None:
    rows = table([wage("a", 0, 28, 80.0)] * 2, WAGES)
    once = join_wage_statements(rows)
    assert once.to_frame()["uren_per_week"].tolist() == [20.0]
    assert once.account.set_aside == {"dubbele rij": 1}
    twice = join_wage_statements(rows, regel=WageRule(dubbel="meenemen"))
    assert twice.to_frame()["uren_per_week"].tolist() == [40.0]


def test_a_correction_of_one_employer_takes_nothing_from_another() -> None:
    rows = table([wage("a", 0, 28, 80.0), wage("a", 0, 28, -80.0, ikvid="2")], WAGES)
    jobs = join_wage_statements(rows, per=["persoon_id"])
    assert jobs.to_frame()["uren_per_week"].tolist() == [20.0]
    assert jobs.account.set_aside == {"nabetaling: saldo van het tijdvak niet groter dan nul": 1}


def test_interns_are_jobs_of_their_own_so_that_a_cohort_can_leave_them_out() -> None:
    rows = table([wage("b", 0, 28, 80.0, soort="stage"), wage("b", 28, 56, 80.0, soort="regulier")], WAGES)
    jobs = join_wage_statements(rows)
    assert sorted(jobs.to_frame()["soort"]) == ["regulier", "stage"]
    registers = tables.take(bijstand=tables.bijstand())
    assert "dienstverbanden" in jobs.into(registers, "dienstverbanden")
    stored = jobs.stored()
    assert "another connection" in tables.refusal(RegisterError, lambda: stored.into(registers, "dienstverbanden"))


def test_a_rule_for_wages_is_checked_as_a_whole() -> None:
    said = tables.refusal(DefinitionError, lambda: WageRule(nabetaling="saldeer", stage="nee"))  # type: ignore[arg-type]
    assert "Did you mean 'salderen'?" in said
    assert "stage is 'nee'" in said


# --- the gemeente of a person -----------------------------------------------------------------

HOMES = {"persoon_id": "string", "object_id": "string", "begindatum": "date", "einddatum": "date"}
OBJECTS = pd.DataFrame(
    {"object_id": ["W1", "W2", "W3", "W4", "W4"], "gemeente": ["GM9001", "GM9002", "GM9001", "GM9003", "GM9003"]}
)


def home(who: str, where: str, van: int, tot: int) -> dict[str, Any]:
    end = None if tot >= FAR else day(tot - 1)
    return {"persoon_id": who, "object_id": where, "begindatum": day(van), "einddatum": end}


HOME = st.builds(
    lambda who, where, period: home(who, where, *period),
    st.sampled_from(PEOPLE), st.sampled_from(["W1", "W2", "W3", "W4"]), PERIOD,
)  # fmt: skip


def gemeente_by_hand(rows: list[dict[str, Any]], who: str, on: int) -> str | None:
    places = dict(OBJECTS.to_numpy().tolist())
    there = []
    for row in rows:
        tot = FAR if row["einddatum"] is None else number(row["einddatum"]) + 1
        if row["persoon_id"] == who and number(row["begindatum"]) <= on < tot:
            there.append((-number(row["begindatum"]), tot, places[row["object_id"]]))
    return min(there)[2] if there else None


@SOME
@given(st.lists(HOME, max_size=50), st.randoms(use_true_random=False))
def test_everybody_lives_in_one_gemeente_on_a_day(rows: list[Any], lot: Any) -> None:
    lot.shuffle(rows)
    spells = gemeente_spells(table(rows, HOMES), ibis.memtable(OBJECTS))
    found = as_tuples(spells.to_frame(), "persoon_id", "gemeente", "van", "tot")
    on = [(who, one) for who in PEOPLE for one in range(0, FAR, 3)]
    events = pd.DataFrame({"persoon_id": [who for who, _ in on], "op": [day(one) for _, one in on]})
    events = ibis.memtable(events, schema={"persoon_id": "string", "op": "date"})
    placed = gemeente_on_day(spells.table, events, day="op", gemeente="waar").to_pyarrow().to_pylist()
    assert len(placed) == len(on)
    by_event = {(row["persoon_id"], number(row["op"])): row["waar"] for row in placed}
    for who, one in on:
        expected = gemeente_by_hand(rows, who, one)
        assert [where for key, where, van, tot in found if key == who and van <= one < tot] == (
            [expected] if expected else []
        )
        assert by_event[who, one] == expected
    for who in PEOPLE:  # rows that follow each other in one gemeente are one
        mine = sorted((van, tot, where) for key, where, van, tot in found if key == who)
        assert all(one[1] < other[0] or one[2] != other[2] for one, other in pairwise(mine))


def test_addresses_without_a_gemeente_are_counted_and_the_gemeente_is_missing() -> None:
    objects = pd.DataFrame({"object_id": ["W1", "W2", "W2", "W3"], "gemeente": ["GM9001", "GM9001", "GM9002", None]})
    rows = [home("a", "W1", 0, 10), home("a", "W2", 10, 20), home("a", "W3", 20, 30), home("a", "W9", 30, FAR)]
    spells = gemeente_spells(table(rows, HOMES), ibis.memtable(objects))
    assert dict(spells.account.set_aside) == {
        "adres niet in objecten": 1, "gemeente van het adres is geen code": 1, "adres in meer dan een gemeente": 1
    }  # fmt: skip
    placed = gemeente_on_day(spells.table, ibis.memtable(pd.DataFrame({"persoon_id": ["a", "z"]})), day="2002-01-15")
    assert placed.to_pyarrow()["gemeente"].to_pylist() == [None, None]


def test_the_gemeente_that_pays_benefit_can_be_looked_up_as_well() -> None:
    registers = tables.take(bijstand=tables.bijstand(), trajecten=tables.trajecten())
    placed = gemeente_on_day(registers.table("bijstand"), registers.table("trajecten"), day="begindatum")
    assert placed.to_pyarrow()["gemeente"].to_pylist() == ["G1", "G1"]


def test_a_result_never_replaces_a_column() -> None:
    rows = ibis.memtable(tables.bijstand())
    assert "already" in tables.refusal(RegisterError, lambda: gemeente_on_day(rows, rows, day="begindatum"))
    events = rows.drop("gemeente")
    said = tables.refusal(RegisterError, lambda: gemeente_on_day(rows, events, day="begindatm"))
    assert "Did you mean 'begindatum'?" in said


def test_spells_show_no_rows() -> None:
    joined = join_dossiers(table([dossier("GEHEIM", "GM9001", 0, 5)], DOSSIERS))
    assert isinstance(joined, Spells)
    assert "GEHEIM" not in repr(joined)
