"""Gemeenten that merge, split and change their code: nothing is lost, nothing is averaged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reintegratie_stats as rs
from reintegratie_stats.errors import DefinitionError, RegisterError
from reintegratie_stats.registers.gemeenten import (
    Crosswalk,
    add_regions,
    code_expression,
    convert_counts,
    normalise_codes,
    read_crosswalk,
    read_regions,
    size_classes,
    to_boundaries,
)
from tests.unit import tables
from tests.unit.deliveries import cohort, delivery

FICTIONAL = Path("data/synthetic/gemeenten_crosswalk/crosswalk.csv")
CODES = [f"GM{9000 + number}" for number in range(1, 13)]


@pytest.fixture(scope="module")
def crosswalk() -> Crosswalk:
    return read_crosswalk(FICTIONAL, sleutel="inwoners 2006")


def counts(**columns: Any) -> pd.DataFrame:
    table = {"gemeente": ["GM9003", "GM9004"], "jaar": [2004, 2004], "bijstand": [100, 300], "aandeel": [0.1, 0.3]}
    return pd.DataFrame(table | columns)


# --- codes ------------------------------------------------------------------------------------

FORMS = [
    (14, "GM0014"), (14.0, "GM0014"), ("14", "GM0014"), ("0014", "GM0014"), ("GM0014 ", "GM0014"), ("gm14", "GM0014"),
    (" 14.0", "GM0014"), ("\u00a00014", "GM0014"), (9999, "GM9999"), (None, ""), ("", ""), ("  ", ""),
    (float("nan"), ""), ("Groningen", None), ("00014", None), (14.5, None), ("0", None), ("0000", None), (-3, None),
    (True, None), ("GM", None), ("12345", None), ("1 4", None), ("14,0", None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "code"), FORMS)
def test_every_form_of_a_code_is_one_code(value: Any, code: str | None) -> None:
    found = normalise_codes([value])
    assert found.to_series().fillna("").tolist() == [code or ""]
    assert (found.n_missing, found.n_bad) == (code == "", code is None)


def test_an_engine_reads_codes_as_python_does() -> None:
    for kind, values in (
        ("string", [value for value, _ in FORMS if value is None or isinstance(value, str)]),
        ("float64", [14.0, 9999.0, 14.5, 0.0, -3.0, None]),
        ("int64", [14, 9999, 0, -3, None]),
    ):
        rows = ibis.memtable({"value": values}, schema={"value": kind})
        code, bad = code_expression(rows.value)
        found = rows.select(code=code, bad=bad).to_pyarrow().to_pylist()
        expected = normalise_codes(values)
        series = expected.to_series()
        assert [row["code"] for row in found] == [None if pd.isna(one) else one for one in series]
        assert [place for place, row in enumerate(found) if row["bad"]] == list(expected.bad_rows)


def test_bad_codes_are_counted_and_never_quoted() -> None:
    said = tables.refusal(RegisterError, lambda: normalise_codes(["14", "GEHEIM"]).require("bijstand"))
    assert "1 value of 2 is no code" in said
    assert "row 2" in said
    assert "GEHEIM" not in said + repr(normalise_codes(["GEHEIM"]))


# --- the crosswalk ----------------------------------------------------------------------------


def test_a_chain_of_mergers_is_walked_to_its_end(crosswalk: Crosswalk) -> None:
    assert crosswalk.targets("GM9003", "2004-01-01", "2006-01-01") == {"GM9013": 1.0}
    assert crosswalk.targets("GM9003", "2004-01-01", "2010-01-01") == {"GM9014": 1.0}


def test_a_merger_in_mid_year_holds_from_its_day(crosswalk: Crosswalk) -> None:
    assert crosswalk.targets("GM9006", "2006-01-01", "2006-03-23") == {"GM9006": 1.0}
    assert crosswalk.targets("GM9006", "2006-01-01", "2006-03-24") == {"GM9007": 1.0}


def test_a_code_that_was_used_after_it_had_gone_is_what_it_became(crosswalk: Crosswalk) -> None:
    assert crosswalk.targets("GM9006", "2008-01-01", "2010-01-01") == {"GM9007": 1.0}
    assert crosswalk.targets("GM9003", "2007-01-01", "2010-01-01") == {"GM9014": 1.0}


def test_a_gemeente_that_gives_a_part_away_goes_on(crosswalk: Crosswalk) -> None:
    assert crosswalk.targets("GM9001", "2009-01-01", "2011-01-01") == {"GM9001": 0.9, "GM9002": 0.1}
    assert crosswalk.targets("GM9001", "2010-01-01", "2011-01-01") == {"GM9001": 1.0}


def test_a_code_that_is_used_again_is_another_gemeente() -> None:
    rows = {"code_van": [1, 2], "code_naar": [2, 3], "jaar": [2005, 2005]}  # 2 becomes 3 as 1 becomes 2
    swapped = Crosswalk.from_frame(pd.DataFrame(rows))
    assert swapped.targets("GM0001", "2004-01-01", "2006-01-01") == {"GM0002": 1.0}
    assert swapped.targets("GM0002", "2004-01-01", "2006-01-01") == {"GM0003": 1.0}
    assert swapped.targets("GM0002", "2005-01-01", "2006-01-01") == {"GM0002": 1.0}


def test_a_table_with_a_column_per_year_is_a_crosswalk(tmp_path: Path) -> None:
    years = {"GM2004": ["0001", "0002", "0004"], "GM2005": ["3", "3", "0004"], "GM2006": ["3", "3", "5"]}
    wide = pd.DataFrame(years | {"COROP2006": ["1", "1", "2"]})
    file = tmp_path / "wide.csv"
    wide.to_csv(file, index=False)
    found = read_crosswalk(file)
    assert found.targets("GM0001", "2004-01-01", "2006-01-01") == {"GM0003": 1.0}
    assert found.targets("GM0004", "2004-01-01", "2006-01-01") == {"GM0005": 1.0}
    assert repr(found) == "Crosswalk(3 gemeenten changed on 2 days: 2005-01-01, 2006-01-01)"
    weights = dict.fromkeys(["GM0001", "GM0002", "GM0003", "GM0004", "GM0005"], 1.0)
    # such a table knows who was there before: 0003 is new, whatever its weight
    assert found.sources("GM0003", "2006-01-01", "2004-01-01", weights) == {"GM0001": 0.5, "GM0002": 0.5}


def test_a_crosswalk_gives_back_its_table(crosswalk: Crosswalk) -> None:
    again = Crosswalk.from_frame(crosswalk.to_frame())
    pd.testing.assert_frame_equal(again.to_frame(), crosswalk.to_frame())
    assert len(crosswalk.to_frame()) == 16


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"code_van": ["x"], "code_naar": ["2"], "jaar": [2005]}, "code_van has 1 bad"),
        ({"code_van": ["1"], "code_naar": ["2"]}, "either a column jaar or a column datum"),
        ({"code_van": ["1"], "code_naar": ["2"], "jaar": ["later"]}, "not a year"),
        ({"code_van": ["1"], "code_naar": ["2"], "datum": ["24-03-2022"]}, "not a day"),
        ({"code_van": ["1", "1"], "code_naar": ["2", "2"], "jaar": [2005, 2005]}, "there twice"),
        ({"code_van": ["1", "1"], "code_naar": ["2", "3"], "jaar": 2005, "deel": [0.5, 0.4]}, "add up to 0.9"),
        ({"code_van": ["1", "1"], "code_naar": ["2", "3"], "jaar": 2005, "deel": [0.5, None]}, "not all given"),
        ({"code_van": ["1"], "code_naar": ["2"], "jaar": [2005], "deel": ["0,5"]}, "decimal point"),
        ({"van": ["1"], "code_naar": ["2"], "jaar": [2005]}, "column 'code_van' is missing"),
    ],
)
def test_what_is_no_crosswalk_is_refused(columns: dict[str, Any], words: str) -> None:
    assert words in tables.refusal(RegisterError, lambda: Crosswalk.from_frame(pd.DataFrame(columns)))


def test_a_file_that_is_not_there_or_no_table_is_refused(tmp_path: Path) -> None:
    assert "There is no file" in tables.refusal(RegisterError, lambda: read_crosswalk(tmp_path / "x.csv"))
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in tables.refusal(RegisterError, lambda: read_crosswalk(tmp_path / "x.csv"))


# --- counts -----------------------------------------------------------------------------------


def test_counts_are_added_up_and_shares_weighted(crosswalk: Crosswalk) -> None:
    done = convert_counts(counts(), crosswalk, 2010, aantallen=["bijstand"], aandelen={"aandeel": "bijstand"})
    assert done.to_frame().to_dict("records") == [
        {"gemeente": "GM9014", "jaar": 2004, "bijstand": 400, "aandeel": pytest.approx(0.25)}
    ]
    assert done.to_frame()["bijstand"].dtype == np.int64
    assert done.warnings == ()


def test_what_is_missing_of_one_is_missing_of_all(crosswalk: Crosswalk) -> None:
    done = convert_counts(
        counts(bijstand=[100, None]), crosswalk, 2010, aantallen=["bijstand"], aandelen={"aandeel": "bijstand"}
    )
    assert done.to_frame()[["bijstand", "aandeel"]].isna().all(axis=None)


def test_a_share_of_nothing_is_missing(crosswalk: Crosswalk) -> None:
    done = convert_counts(
        counts(bijstand=[0, 0]), crosswalk, 2010, aantallen=["bijstand"], aandelen={"aandeel": "bijstand"}
    )
    assert np.isnan(done.to_frame()["aandeel"].iloc[0])


def test_a_split_is_divided_by_its_key_with_a_warning(crosswalk: Crosswalk) -> None:
    rows = pd.DataFrame({"gemeente": ["GM9008", "GM9009"], "jaar": 2006, "bijstand": [100, 10]})
    done = convert_counts(rows, crosswalk, 2008, aantallen=["bijstand"])
    assert done.to_frame().set_index("gemeente")["bijstand"].to_dict() == {
        "GM9009": 35.0,
        "GM9010": 35.0,
        "GM9011": 40.0,
    }
    assert done.warnings == ("GM9008: split; counts divided by inwoners 2006",)


def test_a_split_without_a_key_is_refused_until_it_has_one() -> None:
    rows = pd.DataFrame({"code_van": [8, 8], "code_naar": [9, 10], "jaar": 2007})
    bare, table = Crosswalk.from_frame(rows), pd.DataFrame({"gemeente": [8], "jaar": [2006], "n": [100]})
    said = tables.refusal(DefinitionError, lambda: convert_counts(table, bare, 2008, aantallen=["n"]))
    assert "GM0008 was split over GM0009, GM0010" in said
    keyed = bare.with_key({(8, 9): 300, (8, 10): 100}, "inwoners 2007")
    done = convert_counts(table, keyed, 2008, aantallen=["n"])
    assert done.to_frame()["n"].tolist() == [75.0, 25.0]
    assert "inwoners 2007" in done.warnings[0]
    assert "no weight for GM0010" in tables.refusal(DefinitionError, lambda: bare.with_key({(8, 9): 1}, ""))
    assert "no such change" in tables.refusal(DefinitionError, lambda: bare.with_key({(7, 9): 1}, ""))


def test_rows_with_a_day_follow_a_merger_in_mid_year(crosswalk: Crosswalk) -> None:
    rows = pd.DataFrame(
        {"gemeente": [9006, 9006, 9007], "dag": ["2006-03-23", "2006-03-24", "2006-03-24"], "n": [1, 2, 4]}
    )
    before = convert_counts(rows[:1], crosswalk, "2006-03-23", aantallen=["n"], datum="dag")
    assert before.to_frame()["gemeente"].tolist() == ["GM9006"]
    after = convert_counts(rows, crosswalk, 2007, aantallen=["n"], datum="dag")
    assert after.to_frame()[["gemeente", "n"]].to_numpy().tolist() == [["GM9007", 1], ["GM9007", 6]]
    assert after.notes == ("GM9006: used after it had gone; taken as what it became",)


def test_further_groups_stay_apart(crosswalk: Crosswalk) -> None:
    rows = pd.DataFrame({"gemeente": ["9003", "9004", "9004"], "jaar": 2004, "soort": ["a", "a", None], "n": [1, 2, 4]})
    done = convert_counts(rows, crosswalk, 2010, aantallen=["n"], per=["soort"]).to_frame()
    assert done["n"].tolist() == [3, 4]


def test_rows_without_a_code_or_a_year_are_set_aside(crosswalk: Crosswalk) -> None:
    rows = counts(gemeente=["GM9003", "Eendorp"], jaar=[None, 2004])
    done = convert_counts(rows, crosswalk, 2010, aantallen=["bijstand"], aandelen={"aandeel": "bijstand"})
    assert (done.rows, done.used, len(done.set_aside()), len(done.to_frame())) == (2, 0, 2, 0)
    assert "2 rows have no code" in done.notes[0]


def test_columns_that_are_neither_are_refused_all_at_once(crosswalk: Crosswalk) -> None:
    rows = counts(naam="x", bijstand=["1", "2"])
    said = tables.refusal(
        DefinitionError, lambda: convert_counts(rows, crosswalk, 2010, aantallen=["bijstand"], jaar="jar")
    )
    for words in ("Did you mean 'jaar'?", "must hold numbers", "column jaar, aandeel, naam: say"):
        assert words in said
    said = tables.refusal(
        DefinitionError, lambda: convert_counts(counts(), crosswalk, 2010, aandelen={"aandeel": "bijstand"})
    )
    assert "must be among aantallen" in said


@pytest.mark.parametrize(
    "arguments", [{"frame": [1]}, {"crosswalk": None}, {"aantallen": "bijstand"}, {"naar": True}, {"naar": 99}]
)
def test_what_is_of_another_kind_is_refused(crosswalk: Crosswalk, arguments: dict[str, Any]) -> None:
    asked = {"frame": counts().drop(columns="aandeel"), "crosswalk": crosswalk, "naar": 2010, "aantallen": ["bijstand"]}
    tables.refusal(DefinitionError, lambda: convert_counts(**asked | arguments))


YEARS = st.sampled_from([2004, 2005, 2006, 2007, 2008, 2009, 2010, 2012])
ROWS = st.lists(
    st.tuples(st.sampled_from([*CODES, "GM9013", "GM9014", "GM9015"]), YEARS, st.integers(0, 500)), max_size=30
)


@settings(max_examples=10)
@given(ROWS, st.sampled_from([2004, 2007, 2012]))
def test_totals_of_each_year_are_kept_there_and_back(rows: list[tuple[str, int, int]], back: int) -> None:
    table = pd.DataFrame(rows, columns=["gemeente", "jaar", "n"])
    crosswalk = read_crosswalk(FICTIONAL)
    there = convert_counts(table, crosswalk, 2012, aantallen=["n"]).to_frame()
    expected = table.groupby("jaar")["n"].sum().astype(float)
    pd.testing.assert_series_equal(there.groupby("jaar")["n"].sum().astype(float), expected)
    weights = {code: 1.0 + place for place, code in enumerate([*CODES, "GM9013", "GM9014", "GM9015"])}
    home = convert_counts(
        there.assign(nu=2012), crosswalk, back, aantallen=["n"], per=["jaar"], jaar="nu", gewichten=weights
    ).to_frame()
    pd.testing.assert_series_equal(home.groupby("jaar")["n"].sum().astype(float), expected)


def test_a_round_trip_by_their_own_counts_gives_every_gemeente_back() -> None:
    rows = pd.DataFrame({"code_van": [3, 4], "code_naar": [13, 13], "jaar": 2005})
    merged, table = (
        Crosswalk.from_frame(rows),
        pd.DataFrame({"gemeente": ["GM0003", "GM0004"], "jaar": 2004, "n": [100.0, 300.0]}),
    )
    there = convert_counts(table, merged, 2006, aantallen=["n"]).to_frame()
    asked: dict[str, Any] = {"aantallen": ["n"], "gewichten": {3: 100, 4: 300}, "sleutel": "bijstand 2004"}
    home = convert_counts(there.assign(jaar=2006), merged, 2004, **asked)
    assert home.to_frame()["n"].tolist() == [100.0, 300.0]
    assert home.warnings == ("GM0013: taken apart again, by bijstand 2004",)
    del asked["gewichten"]
    said = tables.refusal(DefinitionError, lambda: convert_counts(there.assign(jaar=2006), merged, 2004, **asked))
    assert "without a weight above 0 for GM0003, GM0004" in said


def test_who_was_absorbed_leaves_the_other_as_it_was() -> None:
    rows = pd.DataFrame({"code_van": [6], "code_naar": [7], "datum": ["2006-03-24"]})
    merged = Crosswalk.from_frame(rows)
    table = pd.DataFrame({"gemeente": [7], "jaar": [2007], "n": [50]})
    home = convert_counts(table, merged, 2006, aantallen=["n"], gewichten={6: 1, 7: 4}).to_frame()
    assert dict(zip(home["gemeente"], home["n"], strict=True)) == {"GM0006": 10.0, "GM0007": 40.0}


def test_undoing_a_merger_of_a_merger_gives_the_gemeenten_that_were_there(crosswalk: Crosswalk) -> None:
    """The first merged gemeente has a weight, as it merged again, and was not there before it was made."""
    weights = dict.fromkeys(["GM9003", "GM9004", "GM9005", "GM9013"], 2.0) | {"GM9013": 4.0}
    assert crosswalk.sources("GM9014", "2012-01-01", "2006-01-01", weights) == pytest.approx(
        {"GM9013": 2 / 3, "GM9005": 1 / 3}
    )
    expected = {"GM9003": 1 / 3, "GM9004": 1 / 3, "GM9005": 1 / 3}
    assert crosswalk.sources("GM9014", "2012-01-01", "2004-01-01", weights) == pytest.approx(expected)


# --- registers of persons ---------------------------------------------------------------------

MERGER = pd.DataFrame({"code_van": ["GM9001", "GM9002"], "code_naar": ["GM9021", "GM9021"], "datum": "2002-04-01"})


def merged_half_way(local: rs.Registers) -> rs.Registers:
    """The same people, as if two gemeenten had become one half-way the window: rows are cut on that day."""
    found = {name: local.to_frame(name) for name in local}
    rows, day = found["bijstand"], pd.Timestamp("2002-04-01")
    ours = rows["gemeente"].isin(["GM9001", "GM9002"])
    begin, end = pd.to_datetime(rows["begindatum"]), pd.to_datetime(rows["einddatum"])
    runs_on = ours & (begin < day) & (end.isna() | (end >= day))
    before, after = rows[runs_on].copy(), rows[runs_on].copy()
    before["einddatum"], before["reden_einde"] = pd.Timestamp("2002-03-31"), "dossierwijziging"
    after["begindatum"], after["gemeente"] = pd.Timestamp("2002-04-01"), "GM9021"
    later = rows[ours & (begin >= day)].assign(gemeente="GM9021")
    same = rows[~runs_on & ~(ours & (begin >= day))]
    found["bijstand"] = pd.concat([same, before, after, later], ignore_index=True)
    new = found["gemeenten"].iloc[[0]].assign(gemeente="GM9021", naam="Gemeente 21")
    found["gemeenten"] = pd.concat([found["gemeenten"], new], ignore_index=True)
    return rs.Registers.from_frames(**found)


def test_merging_two_gemeenten_half_way_the_window_leaves_the_country_unchanged() -> None:
    crosswalk, cut = Crosswalk.from_frame(MERGER), merged_half_way(delivery("lokaal"))
    expected = cohort("lokaal").counts()
    moved = to_boundaries(cut, crosswalk, 2003)
    for registers in (cut, moved):
        pd.testing.assert_frame_equal(rs.define_cohort(registers, rs.RWI_2004).counts(), expected)
    before = cohort("lokaal").counts(by="gemeente").set_index("gemeente")
    after = rs.define_cohort(moved, rs.RWI_2004).counts(by="gemeente").set_index("gemeente")
    assert after.index.tolist() == ["GM9003", "GM9021"]
    assert (after.loc["GM9021"] == before.loc[["GM9001", "GM9002"]].sum()).all()
    assert (after.loc["GM9003"] == before.loc["GM9003"]).all()
    assert moved.source.endswith("op de grenzen van 2003-01-01")


def people(**columns: Any) -> rs.Registers:
    places = tables.gemeenten(
        gemeente=["GM9001", "GM9002", "GM9003"], naam=["Een", "Twee", "Drie"], provincie=["N", "N", "Z"], landsdeel="L",
        inwoners=[10, 20, 30],
    )  # fmt: skip
    rows = tables.bijstand(gemeente=["GM9001", "GM9002"], begindatum=["2002-01-31", "2002-03-01"])
    return tables.take(bijstand=pd.DataFrame(rows.to_dict("list") | columns), gemeenten=places)


def test_the_table_of_gemeenten_merges_as_far_as_it_is_known() -> None:
    table = to_boundaries(people(), Crosswalk.from_frame(MERGER), 2003).to_frame("gemeenten").set_index("gemeente")
    assert table.index.tolist() == ["GM9003", "GM9021"]
    assert table.loc["GM9021", "provincie"] == "N"
    assert table.loc["GM9021", ["naam", "inwoners"]].isna().all()
    assert table.loc["GM9003", "inwoners"] == 30


def test_a_table_of_gemeenten_of_the_user_takes_its_place() -> None:
    own = pd.DataFrame({"gemeente": [9021, 9003], "naam": ["Eentwee", "Drie"]})
    found = to_boundaries(people(), Crosswalk.from_frame(MERGER), 2003, gemeenten=own)
    assert found.to_frame("gemeenten")["gemeente"].tolist() == ["GM9003", "GM9021"]
    twice = pd.concat([own, own])
    said = tables.refusal(
        RegisterError, lambda: to_boundaries(people(), Crosswalk.from_frame(MERGER), 2003, gemeenten=twice)
    )
    assert "there twice" in said


def test_two_sets_of_boundaries_live_beside_each_other() -> None:
    registers, crosswalk = people(), Crosswalk.from_frame(MERGER)
    later, earlier = to_boundaries(registers, crosswalk, 2003), to_boundaries(registers, crosswalk, 2002)
    assert set(later.to_frame("bijstand")["gemeente"]) == {"GM9021"}
    assert set(earlier.to_frame("bijstand")["gemeente"]) == {"GM9001", "GM9002"}
    assert set(later.to_frame("gemeenten")["gemeente"]) == {"GM9003", "GM9021"}


def test_rows_of_a_code_that_is_used_again_go_by_their_day() -> None:
    changes = {"code_van": [9001, 9003, 9001], "code_naar": [9002, 9001, 9004]}
    reused = Crosswalk.from_frame(pd.DataFrame(changes | {"datum": ["2002-04-01", "2003-01-01", "2004-01-01"]}))
    registers = people(gemeente=["GM9001", "GM9001"], begindatum=["2002-12-31", "2003-01-01"], einddatum=[None, None])
    found = to_boundaries(registers, reused, 2010).to_frame("bijstand")
    assert dict(zip(found["persoon_id"], found["gemeente"], strict=True)) == {"a": "GM9002", "b": "GM9004"}
    assert len(found) == 2


def test_a_person_is_not_divided_by_a_split() -> None:
    rows = pd.DataFrame({"code_van": ["9001"] * 2, "code_naar": ["9011", "9012"], "jaar": 2005, "deel": [0.3, 0.7]})
    split = Crosswalk.from_frame(rows)
    assert "gemeente_spells" in tables.refusal(DefinitionError, lambda: to_boundaries(people(), split, 2006))
    found = to_boundaries(people(), split, 2006, splitsing="grootste_deel")
    assert sorted(found.to_frame("bijstand")["gemeente"]) == ["GM9002", "GM9012"]
    assert "GM9001 gesplitst" in found.source


def test_boundaries_older_than_the_rows_are_refused() -> None:
    registers = people(gemeente=["GM9001", "GM9002"], begindatum=["2002-01-31", "2002-06-01"])
    rows = pd.DataFrame({"code_van": ["9001"], "code_naar": ["9002"], "datum": ["2002-04-01"]})
    said = tables.refusal(DefinitionError, lambda: to_boundaries(registers, Crosswalk.from_frame(rows), 2002))
    assert "GM9002 changed after 2002-01-01" in said
    assert "2002-04-01 or later" in said


def test_a_gemeente_that_is_no_code_is_counted() -> None:
    registers = tables.take(bijstand=tables.bijstand())  # G1
    said = tables.refusal(RegisterError, lambda: to_boundaries(registers, Crosswalk.from_frame(MERGER), 2003))
    assert said.startswith("bijstand: 2 rows have a gemeente that is no code")


# --- regions ----------------------------------------------------------------------------------


def test_every_provincie_has_one_of_four_landsdelen() -> None:
    found = read_regions("landsdelen")
    assert set(found["landsdeel"]) == {"Noord", "Oost", "West", "Zuid"}
    assert found["provincie"].nunique() == len(found) == 13  # Fryslân has two names


def test_regions_are_added_by_code_in_any_form() -> None:
    frame = pd.DataFrame({"gemeente": [9002, 9001], "n": [1, 2]}, index=[5, 6])
    regions = pd.DataFrame({"gemeente": ["GM9001", "GM9002"], "regio": ["A", "B"], "n": [0, 0]})
    found = add_regions(frame, regions)
    assert found["regio"].tolist() == ["B", "A"]
    assert found["n"].tolist() == [1, 2]
    assert found.index.tolist() == [5, 6]


def test_a_gemeente_without_a_region_is_named_or_missing() -> None:
    frame = pd.DataFrame({"gemeente": ["9001", "9009"]})
    regions = pd.DataFrame({"gemeente": ["GM9001"], "regio": ["A"]})
    assert "GM9009" in tables.refusal(RegisterError, lambda: add_regions(frame, regions))
    assert add_regions(frame, regions, onbekend="leeg")["regio"].isna().tolist() == [False, True]
    twice = pd.concat([regions, regions])
    assert "more than once" in tables.refusal(RegisterError, lambda: add_regions(frame, twice))
    assert "already" in tables.refusal(
        RegisterError, lambda: add_regions(frame.assign(regio="x"), regions, kolommen=["regio"])
    )
    assert "no column" in tables.refusal(RegisterError, lambda: add_regions(frame, regions, op="provincie"))


def test_size_classes_are_those_of_the_table() -> None:
    own = pd.DataFrame({"vanaf": [0, 100], "klasse": ["klein", "groot"]})
    assert size_classes([99, 100], own).tolist() == ["klein", "groot"]
    assert size_classes([0, 19_999, 20_000, 873_338]).tolist() == [
        "minder dan 5.000", "10.000 tot 20.000", "20.000 tot 50.000", "250.000 en meer"
    ]  # fmt: skip
    assert "smaller numbers" in tables.refusal(DefinitionError, lambda: size_classes([-1], own))
    assert "rise" in tables.refusal(DefinitionError, lambda: size_classes([1], own.iloc[::-1]))


def test_a_table_of_regions_can_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "regio.csv"
    file.write_text("gemeente,regio\nGM9001,A\n", encoding="utf-8")
    assert read_regions(file)["regio"].tolist() == ["A"]
    assert "landsdelen" in tables.refusal(RegisterError, lambda: read_regions("landsdeel"))
