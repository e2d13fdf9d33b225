"""How the keys of registers link: counted against a count by hand."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reintegratie_stats as rs
from reintegratie_stats.errors import RegisterError
from reintegratie_stats.quality import linking
from reintegratie_stats.quality.linking import NUMBERS, PERSON_PAIRS, link
from tests.unit.quality.fakes import counts
from tests.unit.tables import Tables, bijstand, everything, gemeenten, personen, refusal, take, trajecten


def many(table: Any, persons: list[str], **columns: Any) -> pd.DataFrame:
    """A table with a row for each of some persons."""
    return pd.concat([table().iloc[:1]] * len(persons), ignore_index=True).assign(persoon_id=persons, **columns)


def both(frame: pd.DataFrame, one: str, other: str) -> list[dict[str, int]]:
    """The numbers of both sides of a pair."""
    sides = frame.set_index(["table", "other"])[list(NUMBERS)]
    return [sides.loc[side].to_dict() for side in ((one, other), (other, one))]


def numbers(*numbers: int) -> dict[str, int]:
    """Keys, matched, unmatched and duplicated ones; rows, matched and unmatched ones."""
    return dict(zip(NUMBERS, numbers, strict=True))


# --- both sides -------------------------------------------------------------------------------------------


def test_keys_are_matched_unmatched_and_duplicated_on_both_sides() -> None:
    tables = {
        "bijstand": many(bijstand, ["a", "a", "b", "c"]),
        "trajecten": many(trajecten, ["a", "z", "z", "z", "c"]),
    }
    of_trajecten, of_bijstand = both(link(take(**tables)).total, "trajecten", "bijstand")
    assert of_trajecten == numbers(3, 2, 1, 1, 5, 2, 3)
    assert of_bijstand == numbers(3, 2, 1, 1, 4, 3, 1)


def test_rows_that_were_set_aside_do_not_link() -> None:
    tables = {"bijstand": many(bijstand, ["a", "0"]), "trajecten": many(trajecten, ["0", "a"])}
    of_trajecten, _ = both(link(take(**tables)).total, "trajecten", "bijstand")
    assert (of_trajecten["keys"], of_trajecten["unmatched"]) == (1, 0)


def test_only_pairs_of_registers_that_are_there_are_linked() -> None:
    total = link(take(bijstand=bijstand(), personen=personen())).total
    assert total[["table", "other"]].values.tolist() == [["bijstand", "personen"], ["personen", "bijstand"]]
    pairs = link(take(**everything())).total[["table", "other"]].itertuples(index=False, name=None)
    assert [pair for pair in pairs if pair[0] != "bijstand" or pair[1] in ("personen", "gemeenten")] == [
        ("vrijstellingen", "bijstand"),
        ("trajecten", "bijstand"),
        ("dienstverbanden", "bijstand"),
        ("bijstand", "personen"),
        ("personen", "bijstand"),
        ("bijstand", "gemeenten"),
        ("gemeenten", "bijstand"),
    ]


# --- per gemeente -----------------------------------------------------------------------------------------


def test_a_register_without_gemeente_counts_keys_where_their_match_is() -> None:
    tables = {
        "bijstand": many(bijstand, ["a", "b"], gemeente=["G1", "G2"]),
        "trajecten": many(trajecten, ["a", "a", "z"]),
    }
    frame = link(take(**tables)).by_gemeente
    seen = counts(frame[frame["table"] == "trajecten"][["gemeente", *NUMBERS]], "gemeente")
    assert seen == {("G1",): (1, 1, 0, 1, 2, 2, 0), (None,): (1, 0, 1, 0, 1, 0, 1)}


def test_a_register_with_gemeente_counts_keys_in_its_own() -> None:
    tables = {
        "bijstand": many(bijstand, ["a", "b"], gemeente=["G1", "G2"]),
        "trajecten": many(trajecten, ["a", "a", "z"], gemeente=["G2", None, "G1"]),
    }
    frame = link(take(**tables)).by_gemeente
    seen = counts(frame[frame["table"] == "trajecten"][["gemeente", "keys", "matched", "rows"]], "gemeente")
    assert seen == {("G1",): (1, 0, 1), ("G2",): (1, 1, 1), (None,): (1, 1, 1)}
    seen = counts(frame[frame["table"] == "bijstand"][["gemeente", "keys", "matched", "rows"]], "gemeente")
    assert seen == {("G1",): (1, 1, 1), ("G2",): (1, 0, 1)}


def test_who_is_in_two_gemeenten_counts_in_both() -> None:
    tables = {"bijstand": many(bijstand, ["a", "a", "b"], gemeente=["G1", "G2", "G1"]), "personen": personen()}
    linked = link(take(**tables))
    (of_bijstand, of_personen) = both(linked.total, "bijstand", "personen")
    assert (of_bijstand["keys"], of_personen["keys"]) == (2, 2)
    sums = linked.by_gemeente.groupby("table")[["keys", "rows"]].sum()
    assert sums.loc["bijstand"].tolist() == [3, 3]
    assert sums.loc["personen"].tolist() == [3, 3]
    assert linked.in_more == 1


def test_gemeenten_that_no_row_has_and_codes_that_are_no_gemeente_are_counted_and_not_named() -> None:
    tables = {
        "bijstand": many(bijstand, ["a", "b", "c", "d"], gemeente=["G1", "X", "X", None]),
        "gemeenten": pd.concat([gemeenten(), gemeenten(gemeente="G2")]),
    }
    linked = link(take(**tables))
    of_bijstand, of_gemeenten = both(linked.total, "bijstand", "gemeenten")
    assert of_bijstand == numbers(2, 1, 1, 1, 3, 1, 2)
    assert (of_gemeenten["keys"], of_gemeenten["unmatched"]) == (2, 1)
    assert set(linked.by_gemeente["gemeente"].dropna()) == {"G1", "G2"}


def test_a_column_that_cannot_be_gemeenten_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "MOST_GEMEENTEN", 2)
    keys = [f"geheim{number}" for number in range(4)]
    registers = take(bijstand=many(bijstand, keys, gemeente=keys), personen=many(personen, keys))
    linked = link(registers)
    assert linked.notes == ("no_gemeenten",)
    assert linked.by_gemeente.empty
    assert both(linked.total, "bijstand", "personen")[0]["matched"] == 4
    quality = rs.check(registers)
    assert "geen gemeenten" in quality.to_text()
    assert "geen gemeenten" in quality.to_html()


def test_a_breakdown_that_does_not_exist_is_refused() -> None:
    with mock.patch("reintegratie_stats.quality.unusual.unusual_findings", return_value=[]):
        quality = rs.check(take(bijstand=bijstand()))
    assert "'gemeente' or not at all" in refusal(RegisterError, lambda: quality.linking(by="provincie"))


# --- against a count by hand ------------------------------------------------------------------------------

PERSON = st.sampled_from(list("abcde"))
BIJSTAND = st.lists(st.tuples(PERSON, st.sampled_from(["G1", "G2"])), max_size=8)


def by_hand(tables: Tables, one: str, other: str, gemeente: str | None = None) -> tuple[int, ...]:
    """The numbers of one side, counted as one would on paper; of one gemeente where it is given."""
    places = tables["bijstand"].groupby("persoon_id")["gemeente"].agg(set).to_dict()
    there = set(tables[other]["persoon_id"])
    frame = tables[one]
    seen = frame["persoon_id"].value_counts().to_dict()
    if gemeente is not None:
        keys = {key for key in seen if gemeente in places.get(key, ())}
        frame = frame[frame["gemeente"] == gemeente] if one == "bijstand" else frame[frame["persoon_id"].isin(keys)]
    else:
        keys = set(seen)
    matched = len(keys & there)
    rows = int(frame["persoon_id"].isin(there).sum())
    twice = sum(seen[key] > 1 for key in keys)
    return len(keys), matched, len(keys) - matched, twice, len(frame), rows, len(frame) - rows


@settings(max_examples=3)
@given(BIJSTAND, st.lists(PERSON, max_size=6), st.sets(PERSON))
def test_linking_is_what_a_count_by_hand_gives(spells: list[Any], offers: list[str], persons: set[str]) -> None:
    tables = {
        "bijstand": many(bijstand, ["q", *(one for one, _ in spells)], gemeente=["G1", *(one for _, one in spells)]),
        "trajecten": many(trajecten, ["q", *offers]),
        "personen": many(personen, ["q", *sorted(persons)]),
    }
    linked = link(take(**tables))
    total, parts = counts(linked.total, "table", "other"), counts(linked.by_gemeente, "table", "other", "gemeente")
    for pair in (("trajecten", "bijstand"), ("bijstand", "personen")):
        assert pair in PERSON_PAIRS
        for side in (pair, pair[::-1]):
            assert total[side][1:] == by_hand(tables, *side)
            for gemeente in ("G1", "G2"):
                seen = parts.get((*side, gemeente), ("", *[0] * 7))[1:]
                assert seen == by_hand(tables, *side, gemeente)
    if tables["bijstand"].groupby("persoon_id")["gemeente"].nunique().max() == 1:
        sums = linked.by_gemeente.groupby(["table", "other"])[list(NUMBERS)].sum().sort_index()
        pd.testing.assert_frame_equal(sums, linked.total.set_index(["table", "other"])[list(NUMBERS)].sort_index())
        assert linked.in_more == 0
