"""Registers as known on a day, the delay of registration, and counts by period of registration."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.errors import DefinitionError, RegisterError
from reintegratie_stats.registers.delays import registration_counts, registration_delays
from reintegratie_stats.registers.known import known_account, registers_as_known
from tests.unit import tables
from tests.unit.deliveries import cohort, delivery

CLOSING, DRAWN = "2003-08-31", "2004-03-31"
THREE = ["GM9001", "GM9002", "GM9003"]


def figures(made: rs.Cohort) -> pd.DataFrame:
    counts, ratios = made.counts(by="gemeente"), made.ratios(by="gemeente").to_frame()
    wide = ratios.pivot(index="gemeente", columns="ratio", values="value")
    return counts.set_index("gemeente").join(wide).loc[THREE].astype("float64")


def registered(**columns: Any) -> pd.DataFrame:
    """Three rows: told at once, told late, and an end told late."""
    table = {
        "persoon_id": ["a", "b", "c"],
        "gemeente": ["G1", "G1", "G2"],
        "begindatum": ["2002-01-10", "2002-02-10", "2002-01-31"],
        "einddatum": [None, None, "2002-05-31"],
        "reden_einde": [None, None, "werk"],
        "registratiedatum": ["2002-01-20", "2002-07-01", "2002-02-28"],
        "registratiedatum_einde": [None, None, "2002-09-01"],
    }
    return pd.DataFrame(table | columns)


# --- a replay of the synthetic deliveries -----------------------------------------------------


def test_the_local_delivery_as_known_on_the_closing_date_gives_the_central_figures() -> None:
    """But for who moved away: benefit in a gemeente without a local delivery is in no row of it, on any day."""
    local = delivery("lokaal")
    people = set(local.to_frame("personen")["persoon_id"])
    rows = delivery("centraal").to_frame("bijstand")
    elsewhere = rows[rows["persoon_id"].isin(people) & ~rows["gemeente"].isin(THREE)]
    assert 0 < len(elsewhere) < 20
    then = registers_as_known(local, CLOSING)
    found = {name: then.to_frame(name) for name in then}
    found["bijstand"] = pd.concat([found["bijstand"], elsewhere], ignore_index=True)
    found["gemeenten"] = delivery("centraal").to_frame("gemeenten")
    replayed = figures(rs.define_cohort(rs.Registers.from_frames(**found), rs.RWI_2004))
    pd.testing.assert_frame_equal(replayed, figures(cohort("centraal")))
    shown = replayed[["complianceratio", "langdurigheidsratio", "sluitingsratio"]] * 100
    assert shown.round().astype(int).to_numpy().tolist() == [[65, 51, 44], [70, 49, 42], [58, 58, 23]]


def test_who_moved_away_is_the_only_difference_with_the_central_figures() -> None:
    then = rs.define_cohort(registers_as_known(delivery("lokaal"), CLOSING), rs.RWI_2004).to_frame()
    both = then.merge(
        cohort("centraal").to_frame(), on=["persoon_id", "instroomdatum", "gemeente"], suffixes=("_then", "_central")
    )
    assert len(both) == len(then)
    differ = both[both["cel_then"] != both["cel_central"]]
    rows = delivery("centraal").to_frame("bijstand")
    assert len(differ) == 10
    assert set(differ["persoon_id"]) <= set(rows.loc[~rows["gemeente"].isin(THREE), "persoon_id"])


def test_the_local_delivery_as_known_today_gives_the_local_figures() -> None:
    local = delivery("lokaal")
    assert registers_as_known(local, None) is local
    today = registers_as_known(local, DRAWN, zonder_datum="meenemen")
    found = figures(rs.define_cohort(today, rs.RWI_2004_LOKAAL))
    pd.testing.assert_frame_equal(found, figures(rs.define_cohort(local, rs.RWI_2004_LOKAAL)))
    shown = found[["langdurigheidsratio", "sluitingsratio", "uitstroomratio_met_traject"]] * 100
    assert shown.round().astype(int).to_numpy().tolist() == [[55, 68, 9], [49, 71, 6], [54, 71, 8]]


def test_what_is_known_only_grows_but_for_ends_that_close() -> None:
    local = delivery("lokaal")
    accounts = [known_account(local, day).set_index("register") for day in (CLOSING, DRAWN)]
    for one, later in pairwise(accounts):
        assert (later["bekend"] >= one["bekend"]).all()
    for one in accounts:
        assert (one["rijen"] == one["bekend"] + one["later"] + one["zonder_datum"]).all()
    assert accounts[0].loc["vrijstellingen", "zonder_datum"] > 0  # never passed on


# --- rows -------------------------------------------------------------------------------------


def known(on: Any, **arguments: Any) -> pd.DataFrame:
    registers = tables.take(bijstand=registered())
    return registers_as_known(registers, on, **arguments).to_frame("bijstand").set_index("persoon_id")


def test_a_row_is_absent_until_the_day_it_was_registered() -> None:
    assert set(known("2002-06-30").index) == {"a", "c"}
    assert set(known("2002-07-01").index) == {"a", "b", "c"}
    assert set(known(dt.date(2002, 1, 20)).index) == {"a"}


def test_an_end_that_was_not_known_is_open_and_has_no_reason() -> None:
    before, after = known("2002-08-31").loc["c"], known("2002-09-01").loc["c"]
    assert before[["einddatum", "reden_einde", "registratiedatum_einde"]].isna().all()
    assert tables.days([after["einddatum"]]) == ["2002-05-31"]
    assert after["reden_einde"] == "werk"


def test_without_a_day_of_registration_a_row_was_never_known_or_always() -> None:
    registers = tables.take(bijstand=registered(registratiedatum=[None, "onbekend", "2002-02-28"]))
    assert registers_as_known(registers, DRAWN).to_frame("bijstand")["persoon_id"].tolist() == ["c"]
    kept = registers_as_known(registers, "2002-03-01", zonder_datum="meenemen")
    assert kept.to_frame("bijstand")["persoon_id"].tolist() == ["a", "b", "c"]
    account = known_account(registers, DRAWN).iloc[0]
    assert (account["rijen"], account["bekend"], account["later"], account["zonder_datum"]) == (3, 1, 0, 2)


def test_an_end_without_a_day_of_registration_follows_the_same_rule() -> None:
    registers = tables.take(bijstand=registered(registratiedatum_einde=None))
    assert registers_as_known(registers, DRAWN).to_frame("bijstand")["einddatum"].isna().all()
    kept = registers_as_known(registers, DRAWN, zonder_datum="meenemen").to_frame("bijstand")
    assert kept["einddatum"].notna().sum() == 1


def test_where_only_rows_are_registered_an_end_is_known_on_its_day() -> None:
    rows = registered().drop(columns="registratiedatum_einde")
    registers = tables.take(bijstand=rows)
    for day, is_open in (("2002-05-30", True), ("2002-05-31", False)):
        found = registers_as_known(registers, day).to_frame("bijstand").set_index("persoon_id")
        assert pd.isna(found.loc["c", "einddatum"]) == is_open


def test_a_register_that_does_not_say_when_is_left_as_it_is() -> None:
    registers = tables.take(bijstand=registered(), personen=tables.personen())
    then = registers_as_known(registers, "2002-01-01")
    assert len(then.to_frame("personen")) == 2
    account = known_account(registers, "2002-01-01").set_index("register")
    assert account.loc["personen", "kolom"] == ""
    assert account.loc["personen", ["rijen", "bekend"]].tolist() == [2, 2]
    assert then.source == "tabellen, zoals bekend op 2002-01-01"


def test_the_attrition_of_a_cohort_says_what_was_not_known_yet() -> None:
    then = registers_as_known(tables.take(bijstand=registered()), "2002-06-30")
    attrition = rs.define_cohort(then, rs.RWI_2004).attrition
    step = attrition.iloc[1]
    assert (step["stap"], step["n_voor"], step["n_na"]) == ("rijen bekend op de dag", 3, 2)
    assert step["reden"] == "nog niet geregistreerd op 2002-06-30"
    assert attrition.iloc[2]["n_voor"] == 2


def test_days_of_registration_are_days_in_every_register() -> None:
    told = {"registratiedatum": ["2002-01-31"], "registratiedatum_einde": ["20020228"]}
    work, exempt = tables.dienstverbanden(**told), tables.vrijstellingen(**told)
    registers = tables.take(bijstand=registered(), dienstverbanden=work, vrijstellingen=exempt)
    for name in ("bijstand", "dienstverbanden", "vrijstellingen"):
        frame = registers.to_frame(name)
        assert {str(frame[column].dtype) for column in told} == {"datetime64[s]"}


def test_a_cohort_can_be_made_of_what_was_known() -> None:
    counts = rs.define_cohort(
        registers_as_known(tables.take(bijstand=registered()), "2002-06-30"), rs.RWI_2004
    ).counts()
    assert int(counts["X"].iloc[0]) == 2


def test_what_cannot_be_replayed_is_refused() -> None:
    plain = tables.take(bijstand=tables.bijstand())
    assert "No register has a column" in tables.refusal(RegisterError, lambda: registers_as_known(plain, CLOSING))
    registers = tables.take(bijstand=registered())
    assert "zonder_datum" in tables.refusal(
        DefinitionError, lambda: known_account(registers, CLOSING, zonder_datum="ja")
    )  # type: ignore[arg-type]
    assert "not a day" in tables.refusal(DefinitionError, lambda: registers_as_known(registers, "31-08-2003"))


# --- delays -----------------------------------------------------------------------------------


def test_delays_are_those_of_plain_pandas() -> None:
    local = delivery("lokaal")
    frame = local.to_frame("bijstand").astype({"begindatum": "datetime64[s]", "registratiedatum": "datetime64[s]"})
    found = registration_delays(local, "bijstand", maanden=(0, 1, 3)).to_frame()
    for unit, rows in [*frame.groupby("gemeente"), (None, frame)]:
        mine = found[found["gemeente"].isna() if unit is None else (found["gemeente"] == unit).fillna(False)].iloc[0]
        days = (rows["registratiedatum"] - rows["begindatum"]).dt.days
        quartiles = np.quantile(days, [0.25, 0.5, 0.75])
        assert mine[["kwartiel_1", "mediaan", "kwartiel_3"]].tolist() == pytest.approx(quartiles.tolist())
        assert (mine["n"], mine["vooraf"], mine["langste"]) == (len(rows), (days < 0).sum(), days.max())
        for months in (0, 1, 3):
            within = rows["registratiedatum"] <= rows["begindatum"] + pd.DateOffset(months=months)
            assert mine[f"binnen_{months}_mnd"] == pytest.approx(within.mean())


@pytest.mark.parametrize(
    ("begin", "told", "months"),
    [("2002-01-31", "2002-02-28", 1), ("2002-01-31", "2002-03-01", 2), ("2002-01-15", "2002-02-15", 1),
     ("2002-01-15", "2002-02-16", 2), ("2002-01-15", "2002-01-15", 0), ("2002-01-15", "2002-01-01", 0)],
)  # fmt: skip
def test_within_so_many_months_is_by_the_calendar(begin: str, told: str, months: int) -> None:
    rows = registered(begindatum=begin, registratiedatum=told, einddatum=None)
    delays = registration_delays(tables.take(bijstand=rows), "bijstand", maanden=(0, 1, 2)).to_frame().iloc[-1]
    assert [delays[f"binnen_{one}_mnd"] for one in (0, 1, 2)] == [float(one >= months) for one in (0, 1, 2)]


def test_delays_of_trajecten_are_of_the_gemeente_that_paid() -> None:
    trajecten = tables.trajecten(persoon_id=["a", "z"], registratiedatum=["2002-06-01", "2002-06-11"])
    registers = tables.take(bijstand=tables.bijstand(), trajecten=trajecten)
    frame = registration_delays(registers, "trajecten").to_frame()
    assert frame["gemeente"].tolist()[:-1] == ["G1"]
    assert frame["n"].tolist() == [1, 2]  # nobody paid bijstand to z


def test_delays_of_ends_are_those_of_the_end() -> None:
    frame = registration_delays(tables.take(bijstand=registered()), "bijstand", gebeurtenis="einddatum").to_frame()
    assert (frame["n"].iloc[-1], frame["mediaan"].iloc[-1]) == (1, 93.0)


def test_delays_of_nothing_are_missing() -> None:
    delays = registration_delays(tables.take(bijstand=registered()), "bijstand", van="2020-01-01")
    last = delays.to_frame().iloc[-1]
    assert last["n"] == 0
    assert np.isnan(last["mediaan"])
    assert "0 events" in repr(delays)


def test_what_has_no_delay_is_refused() -> None:
    registers = tables.take(bijstand=registered(), trajecten=tables.trajecten())
    refuse = tables.refusal
    assert "no column 'registratiedatum'" in refuse(RegisterError, lambda: registration_delays(registers, "trajecten"))
    assert "gebeurtenis" in refuse(DefinitionError, lambda: registration_delays(registers, "bijstand", gebeurtenis="x"))  # type: ignore[arg-type]
    assert "maanden" in refuse(DefinitionError, lambda: registration_delays(registers, "bijstand", maanden=[-1]))


# --- counts by period of registration ---------------------------------------------------------


@pytest.mark.parametrize(("stap", "size"), [("maand", 1), ("kwartaal", 3), ("halfjaar", 6)])
def test_registrations_are_counted_as_plain_python_counts_them(stap: Any, size: int) -> None:
    local = delivery("lokaal")
    counts = registration_counts(local, "bijstand", van="2002-01-01", bekend_op="2003-12-31", stap=stap)
    frame = local.to_frame("bijstand").astype({"begindatum": "datetime64[s]", "registratiedatum": "datetime64[s]"})
    frame = frame[frame["begindatum"] >= "2002-01-01"]
    begin, told = (
        ((frame[name].dt.year - 2002) * 12 + frame[name].dt.month - 1) // size
        for name in ("begindatum", "registratiedatum")
    )
    later = (told - begin).clip(lower=0)
    periods = 24 // size
    expected = np.zeros((3, periods, periods))
    for place, unit in enumerate(THREE):
        for origin in range(periods):
            mine = (frame["gemeente"] == unit) & (begin == origin)
            for step in range(periods):
                expected[place, origin, step] = np.nan if origin + step >= periods else (mine & (later == step)).sum()
    assert counts.gemeenten == tuple(THREE)
    np.testing.assert_array_equal(counts.counts(), expected)
    np.testing.assert_array_equal(counts.total(), np.cumsum(expected, axis=2).sum(axis=0))
    assert counts.to_frame()["aantal"].sum() == np.nansum(expected)
    in_periods = int((begin < periods).sum())
    assert counts.niet_geteld["later geregistreerd"] == in_periods - int(np.nansum(expected))


def test_a_period_that_is_not_over_does_not_count() -> None:
    registers = tables.take(bijstand=registered())
    whole = registration_counts(registers, "bijstand", van="2002-01-01", bekend_op="2002-02-28")
    part = registration_counts(registers, "bijstand", van="2002-01-01", bekend_op="2002-03-30")
    assert whole.bekend_op == part.bekend_op == dt.date(2002, 2, 28)
    np.testing.assert_array_equal(whole.counts(), part.counts())


def test_events_without_a_day_or_a_gemeente_are_told_apart() -> None:
    trajecten = tables.trajecten(
        persoon_id=["a", "z"], begindatum=["2002-05-01", "2002-05-01"], registratiedatum=["", "2002-05-05"]
    )
    registers = tables.take(bijstand=tables.bijstand(), trajecten=trajecten)
    counts = registration_counts(registers, "trajecten", van="2002-05-01", bekend_op="2002-06-30")
    assert counts.niet_geteld == {"zonder registratiedatum": 1, "zonder gemeente": 1, "later geregistreerd": 0}


def test_periods_that_cannot_be_are_refused() -> None:
    registers = tables.take(bijstand=registered())

    def refused(**arguments: Any) -> str:
        asked = {"van": "2002-01-01", "bekend_op": "2002-12-31"} | arguments
        return tables.refusal(DefinitionError, lambda: registration_counts(registers, "bijstand", **asked))

    assert "2002-01-01 or 2002-02-01" in refused(van="2002-01-15")
    assert "2002-01-01 or 2002-04-01" in refused(van="2002-02-01", stap="kwartaal")
    assert "no whole maand" in refused(bekend_op="2002-01-15")
    assert "no whole maand" in refused(tot="2001-01-01")
    assert "stap is 'week'" in refused(stap="week")
