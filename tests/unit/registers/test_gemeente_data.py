"""Tables about gemeenten: what is read, what is unknown and not 0, and every complaint at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.errors import RegisterError
from reintegratie_stats.registers.gemeente_data import GemeenteData, read_gemeente_data
from reintegratie_stats.registers.gemeente_tables import GEMEENTE_TABLES

GEMEENTEN = """gemeente,naam,arbeidsmarktregio,externe_uitvoering,inwoners,doelgroep,laagopgeleid,code
GM0037,Kleiwoude,05,ja,31754,900,28.5,7
GM0014,Lindermeer,05,,233273,8000,,3
GM0050,Havermonde,12,nee,4100,60,30,11
"""
VOORZIENINGEN = """gemeente,jaar,soort,aantal
GM0014,2023,coaching,100
GM0014,2023,training,40
GM0014,2024,coaching,120
GM0014,2024,training,0
GM0037,2023,coaching,9
GM0037,2023,training,8
GM0037,2024,coaching,10
GM0050,2024,coaching,
GM0050,2024,training,2
"""
SOORTEN = """soort,omschrijving,geld
training,Een cursus,nee
coaching,Gesprekken,nee
loonkostensubsidie,Subsidie,ja
"""


def folder(tmp_path: Path, **tables: str) -> Path:
    for name, text in ({"gemeenten": GEMEENTEN, "voorzieningen": VOORZIENINGEN} | tables).items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    return tmp_path


def frames(**changes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    gemeenten = pd.DataFrame({"gemeente": ["GM0014", "GM0037"], "doelgroep": [900, 80], "laag": [28.5, 30.0]})
    voorzieningen = pd.DataFrame(
        {"gemeente": ["GM0014", "GM0037"], "jaar": [2024, 2024], "soort": ["coaching", "coaching"], "aantal": [12, 3]}
    )
    return {"gemeenten": gemeenten, "voorzieningen": voorzieningen} | changes


def complaint(**changes: pd.DataFrame) -> list[str]:
    with pytest.raises(RegisterError) as error:
        GemeenteData.from_frames(**frames(**changes))
    return str(error.value).splitlines()


# --- what is read -----------------------------------------------------------------------------


def test_codes_stay_text_and_numbers_become_numbers(tmp_path: Path) -> None:
    frame = read_gemeente_data(folder(tmp_path)).gemeenten
    assert frame["gemeente"].tolist() == ["GM0014", "GM0037", "GM0050"]  # sorted
    assert frame["arbeidsmarktregio"].tolist() == ["05", "05", "12"]
    assert frame["inwoners"].tolist() == [233273, 31754, 4100]
    assert frame["code"].tolist() == [3, 7, 11]
    np.testing.assert_array_equal(frame["laagopgeleid"], [np.nan, 28.5, 30.0])
    assert frame["externe_uitvoering"].isna().tolist() == [True, False, False]
    assert {name: str(dtype) for name, dtype in frame.dtypes.items() if name in ("inwoners", "laagopgeleid")} == {
        "inwoners": "int64",
        "laagopgeleid": "float64",
    }


def test_a_code_of_ones_own_stays_text_when_asked_for_or_when_a_zero_stands_in_front(tmp_path: Path) -> None:
    own = GEMEENTEN.replace(",code", ",wijk").replace(",7\n", ",07\n")
    assert read_gemeente_data(folder(tmp_path, gemeenten=own)).gemeenten["wijk"].tolist() == ["3", "07", "11"]
    asked = read_gemeente_data(folder(tmp_path), text=["code"]).gemeenten
    assert asked["code"].tolist() == ["3", "7", "11"]
    with pytest.raises(RegisterError, match=r"text: there is no column 'cod'. Did you mean 'code'"):
        read_gemeente_data(folder(tmp_path), text="cod")


def test_blanks_around_a_code_are_no_part_of_it(tmp_path: Path) -> None:
    statline = VOORZIENINGEN.replace("GM0014,", "GM0014  ,")
    data = read_gemeente_data(folder(tmp_path, voorzieningen=statline))
    assert data.counts(2024)["voorzieningen"].tolist()[0] == 120


def test_parquet_gives_the_same_as_csv(tmp_path: Path) -> None:
    data = read_gemeente_data(folder(tmp_path, soorten=SOORTEN))
    other = tmp_path / "parquet"
    other.mkdir()
    data.gemeenten.to_parquet(other / "gemeenten.parquet")
    data.voorzieningen.to_parquet(other / "voorzieningen.parquet")
    again = read_gemeente_data(other)
    pd.testing.assert_frame_equal(again.gemeenten, data.gemeenten)
    pd.testing.assert_frame_equal(again.voorzieningen, data.voorzieningen)
    assert again.soorten is None


def test_yes_and_no_and_days_of_ones_own_stay_what_they_are() -> None:
    own = frames()["gemeenten"].assign(eigen=[True, False], sinds=pd.to_datetime(["2020-01-01", "2021-01-01"]))
    frame = GemeenteData.from_frames(**frames(gemeenten=own)).gemeenten
    assert frame["eigen"].dtype == bool
    assert frame["sinds"].iloc[0].date() == date(2020, 1, 1)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made / "gemeenten.csv").write_text(GEMEENTEN, "utf-8-sig")
    assert len(read_gemeente_data(made).gemeenten) == 3


def test_frames_are_copies_and_the_caller_s_own_are_left_alone() -> None:
    given = frames()
    before = {name: frame.copy() for name, frame in given.items()}
    data = GemeenteData.from_frames(**given)
    for frame in (data.gemeenten, data.voorzieningen, data.counts(2024), data.wide(2024), data.long()):
        frame.loc[:, "gemeente"] = "GM9999"
    assert data.gemeenten["gemeente"].tolist() == ["GM0014", "GM0037"]
    assert data.counts(2024)["gemeente"].tolist() == ["GM0014", "GM0037"]
    for name, frame in given.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_one_gemeente_one_year_one_type_is_enough_and_says_so() -> None:
    made = frames()
    one = GemeenteData.from_frames(**{name: frame.head(1) for name, frame in made.items()})
    assert repr(one) == "GemeenteData(1 gemeente, 2024, 1 soort)"
    assert one.counts(2024)["voorzieningen"].tolist() == [12]
    assert one.long().shape == (1, 6)


# --- unknown is not 0 ---------------------------------------------------------------------------


def test_a_total_with_a_part_that_was_not_delivered_is_unknown(tmp_path: Path) -> None:
    data = read_gemeente_data(folder(tmp_path))
    counts = data.counts(2024).set_index("gemeente")["voorzieningen"]
    assert counts["GM0014"] == 120  # 120 and a delivered 0
    assert counts.isna().to_dict() == {"GM0014": False, "GM0037": True, "GM0050": True}
    before = data.counts(2023).set_index("gemeente")["voorzieningen"]
    assert before.isna().to_dict() == {"GM0014": False, "GM0037": False, "GM0050": True}
    assert before["GM0037"] == 17


def test_absent_rows_are_0_when_the_user_says_so_but_not_of_who_delivered_nothing(tmp_path: Path) -> None:
    data = read_gemeente_data(folder(tmp_path))
    assert data.counts(2024, absent="zero").set_index("gemeente")["voorzieningen"]["GM0037"] == 10
    assert data.counts(2023, absent="zero").set_index("gemeente")["voorzieningen"].isna()["GM0050"]
    empty = data.counts(2024, absent="zero").set_index("gemeente")["voorzieningen"]
    assert empty.isna()["GM0050"]  # a row without a count is not a row that is absent
    assert data.wide(2024, absent="zero").set_index("gemeente")["training"].tolist() == [0, 0, 2]


def test_a_type_without_any_row_makes_every_total_unknown(tmp_path: Path) -> None:
    data = read_gemeente_data(folder(tmp_path, soorten=SOORTEN))
    assert data.soortnamen == ("training", "coaching", "loonkostensubsidie")
    assert data.counts(2024)["voorzieningen"].isna().all()
    assert data.counts(2024, ["coaching", "training"])["voorzieningen"].tolist()[0] == 120


def test_counts_carry_every_trait_and_go_into_a_fit() -> None:
    rng = np.random.default_rng(1)
    who = [f"GM{place:04d}" for place in range(60)]
    people = rng.integers(200, 4_000, 60)
    gemeenten = pd.DataFrame({"gemeente": who, "doelgroep": people, "laag": np.round(rng.normal(28, 4, 60), 1)})
    rows = [(name, 2024, soort, int(n * rate)) for name, n in zip(who, people, strict=True)
            for soort, rate in (("a", 0.1), ("b", 0.2))]  # fmt: skip
    data = GemeenteData.from_frames(
        gemeenten=gemeenten, voorzieningen=pd.DataFrame(rows, columns=["gemeente", "jaar", "soort", "aantal"])
    )
    counts = data.counts(2024)
    assert list(counts) == ["gemeente", "voorzieningen", "doelgroep", "laag"]
    fit = rs.fit_expected(counts, "voorzieningen ~ laag", exposure="doelgroep")
    assert fit.units()["ratio"].between(0.95, 1.05).all()


def test_wide_has_a_column_per_type_and_long_a_row_per_gemeente_year_and_type(tmp_path: Path) -> None:
    data = read_gemeente_data(folder(tmp_path, soorten=SOORTEN))
    assert list(data.wide(2023))[:4] == ["gemeente", "training", "coaching", "loonkostensubsidie"]
    long = data.long()
    assert len(long) == 3 * 2 * 3
    assert list(long)[:5] == ["gemeente", "jaar", "soort", "aantal", "geld"]
    assert "omschrijving" not in long
    assert int(long["aantal"].sum()) == int(data.voorzieningen["aantal"].sum())
    for jaar in data.jaren:
        wide = data.wide(jaar).set_index("gemeente")[list(data.soortnamen)]
        again = long[long["jaar"] == jaar].pivot(index="gemeente", columns="soort", values="aantal")
        for soort in data.soortnamen:
            assert wide[soort].tolist() == again[soort].tolist() or wide[soort].isna().equals(again[soort].isna())


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"jaar": 2022}, "There are no counts of 2022. Years: 2024."),
        ({"jaar": "2024"}, "jaar is '2024'; a whole number is needed, such as 2024."),
        ({"jaar": True}, "jaar is True; a whole number is needed"),
        ({"jaar": 2024, "soort": "coachng"}, "There is no soort 'coachng'. Did you mean 'coaching'?"),
        ({"jaar": 2024, "soort": "xyz"}, "There is no soort 'xyz'. Soorten: coaching."),
        ({"jaar": 2024, "soort": []}, "soort names no type; choose from coaching."),
        ({"jaar": 2024, "absent": "nul"}, "absent is 'nul'; choose from missing, zero."),
    ],
)
def test_what_is_not_there_is_named_with_what_is(asked: dict[str, object], message: str) -> None:
    data = GemeenteData.from_frames(**frames())
    with pytest.raises(RegisterError) as error:
        data.counts(**asked)  # type: ignore[arg-type]
    assert str(error.value).startswith(message)


def test_a_type_that_is_called_like_a_trait_is_refused_where_both_would_be_columns() -> None:
    clash = frames()["gemeenten"].assign(coaching=1)
    data = GemeenteData.from_frames(**frames(gemeenten=clash))
    with pytest.raises(RegisterError, match="Soort coaching is a column of gemeenten too"):
        data.wide(2024)


# --- bad input, all of it at once ---------------------------------------------------------------


def test_every_problem_of_every_table_is_told_at_once(tmp_path: Path) -> None:
    bad = "gemeente,jaar,soort,aantal\nGM0014,2024,coaching,-3\nGM0073,2024,coaching,2.5\nGM0014,2024,coaching,1\n"
    twice = GEMEENTEN + "GM0014,Lindermeer,05,,1,2,3,4\n"
    with pytest.raises(RegisterError) as error:
        read_gemeente_data(folder(tmp_path, gemeenten=twice, voorzieningen=bad, soorten="soort,geld\ncoching,soms\n"))
    told = str(error.value).splitlines()
    assert told == [
        "gemeenten: more than one row of GM0014. Keep one row per gemeente.",
        "voorzieningen: 'aantal' is not a whole number in GM0073: 2.5.",
        "voorzieningen: 'aantal' is negative in GM0014: -3.",
        "voorzieningen: more than one row of GM0014 2024 coaching. Keep one row per gemeente, jaar, soort.",
        "soorten: 'geld' is 'soms' in row 1; it is one of ja, nee.",
        "voorzieningen: 1 gemeente not in gemeenten: GM0073. Did you mean 'GM0037'?",
        "voorzieningen: 1 soort not in soorten: coaching. Did you mean 'coching'?",
    ]


def test_unknown_gemeenten_in_any_table_are_named_with_the_nearest() -> None:
    asked = pd.DataFrame({"gemeente": ["GM0014", "GM003", "GM9999"], "antwoord": ["ja", "nee", "nee"]})
    assert complaint(enquete=asked) == [
        "enquete: 2 gemeenten not in gemeenten: GM003, GM9999. 'GM003': Did you mean 'GM0037'?"
    ]


@pytest.mark.parametrize(
    ("aantal", "message"),
    [
        ([-1, 2], "'aantal' is negative in GM0014: -1."),
        ([1.5, 2], "'aantal' is not a whole number in GM0014: 1.5."),
        (["<10", "2"], "'aantal' is no number in GM0014: '<10'. Leave the value empty where it is unknown."),
        (["1,5", "2"], "'aantal' is no number in GM0014: '1,5'. Write decimals with a point."),
        ([float("inf"), 2], "'aantal' is infinite in GM0014."),
    ],
)
def test_a_count_that_is_none_is_refused_with_its_gemeente(aantal: list[object], message: str) -> None:
    assert complaint(voorzieningen=frames()["voorzieningen"].assign(aantal=aantal)) == [f"voorzieningen: {message}"]


def test_a_missing_count_is_allowed_and_unknown() -> None:
    data = GemeenteData.from_frames(**frames(voorzieningen=frames()["voorzieningen"].assign(aantal=[None, 3])))
    assert data.counts(2024)["voorzieningen"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("laag", "message"),
    [
        (["28,5", "30,1"], "holds numbers and '28,5', '30,1', in GM0014, GM0037. Write decimals with a point."),
        (["28.5", "30,1"], "holds numbers and '30,1', in GM0037. Write decimals with a point."),
    ],
)
def test_a_covariate_with_a_decimal_comma_does_not_become_text_in_silence(laag: list[str], message: str) -> None:
    assert complaint(gemeenten=frames()["gemeenten"].assign(laag=laag)) == [f"gemeenten: column 'laag' {message}"]


def test_a_symbol_among_the_numbers_of_a_covariate_is_told(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match=r"'laagopgeleid' holds numbers and '\.', in GM0014. Leave the value empty"):
        read_gemeente_data(folder(tmp_path, gemeenten=GEMEENTEN.replace("8000,,", "8000,.,")))


@pytest.mark.parametrize("name", ["gemeente", "jaar", "soort", "aantal"])
def test_a_missing_column_is_told_with_the_nearest_name(name: str) -> None:
    told = complaint(voorzieningen=frames()["voorzieningen"].rename(columns={name: f"{name}_x"}))
    assert told[0] == f"voorzieningen: column '{name}' is missing. Did you mean '{name}_x'?"


def test_a_code_that_came_as_a_number_is_refused_as_its_zeros_are_lost() -> None:
    assert "gemeenten: 'gemeente' holds int64, by which zeros at the front are lost. Read it as text." in complaint(
        gemeenten=frames()["gemeenten"].assign(gemeente=[14, 37])
    )


def test_an_empty_code_is_told_with_its_row() -> None:
    assert complaint(voorzieningen=frames()["voorzieningen"].assign(soort=["", None])) == [
        "voorzieningen: 'soort' is empty in 2 rows (row 1, 2)."
    ]
    assert complaint(gemeenten=frames()["gemeenten"].assign(gemeente=["GM0014", " "]))[0] == (
        "gemeenten: 'gemeente' is empty in 1 row (row 2)."
    )


def test_a_year_that_is_none_is_refused_once() -> None:
    assert complaint(voorzieningen=frames()["voorzieningen"].assign(jaar=["2024*", "2024"])) == [
        "voorzieningen: 'jaar' is no number in GM0014: '2024*'. Leave the value empty where it is unknown."
    ]
    assert complaint(voorzieningen=frames()["voorzieningen"].assign(jaar=[20240, 2024])) == [
        "voorzieningen: 'jaar' is too high in GM0014: 20240."
    ]


def test_a_trait_cannot_take_the_name_of_a_count() -> None:
    assert complaint(gemeenten=frames()["gemeenten"].assign(voorzieningen=1)) == [
        "gemeenten: column 'voorzieningen' carries a name that counts are given. Rename it."
    ]


def test_interviews_are_checked_too() -> None:
    coded = pd.DataFrame(
        {
            "gemeente": ["GM0014", "GM0014", "GM0037"],
            "codeur": ["A", "A", "B"],
            "oorzaak": ["doelgroep", "doelgroep", None],
            "sterkte": [1, 4, None],
            "richting": ["meer", "omhoog", None],
        }
    )
    assert complaint(interviews=coded) == [
        "interviews: 'sterkte' is too high in GM0014: 4.",
        "interviews: 'richting' is 'omhoog' in GM0014; it is one of meer, minder.",
        "interviews: more than one row of GM0014 A doelgroep. Keep one row per gemeente, codeur, oorzaak.",
    ]


def test_empty_tables_are_refused() -> None:
    made = frames()
    assert complaint(voorzieningen=made["voorzieningen"].head(0)) == ["voorzieningen has no rows."]
    assert complaint(gemeenten=made["gemeenten"].head(0)) == ["gemeenten has no rows."]
    assert "gemeenten: column 'gemeente' is missing." in complaint(gemeenten=pd.DataFrame())
    with pytest.raises(RegisterError, match="gemeenten is str; a pandas DataFrame is needed"):
        GemeenteData.from_frames(gemeenten="gemeenten.csv", voorzieningen=made["voorzieningen"])  # type: ignore[arg-type]


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match=r"gemeenten: column code is there twice. Keep one"):
        read_gemeente_data(folder(tmp_path, gemeenten=GEMEENTEN.replace("inwoners", "code")))


# --- files --------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_and_a_file_in_its_place_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match=r"does not exist. Give the folder that holds gemeenten.csv"):
        read_gemeente_data(tmp_path / "nergens")
    (tmp_path / "bestand").write_text("", "utf-8")
    with pytest.raises(RegisterError, match="is a file"):
        read_gemeente_data(tmp_path / "bestand")
    with pytest.raises(RegisterError, match="takes the path of a folder, not dict"):
        read_gemeente_data({})  # type: ignore[arg-type]


def test_files_that_are_not_there_or_there_twice_or_broken_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "gemeente.csv").write_text(GEMEENTEN, "utf-8")
    (tmp_path / "soorten.csv").write_text("", "utf-8")
    (tmp_path / "enquete.csv").write_text("", "utf-8")
    (tmp_path / "enquete.parquet").write_bytes(b"")
    (tmp_path / "waarheid.parquet").write_bytes(b"geen parquet")
    with pytest.raises(RegisterError) as error:
        read_gemeente_data(tmp_path)
    told = str(error.value)
    assert "No gemeenten.csv or gemeenten.parquet in folder" in told
    assert "Did you mean 'gemeente.csv'?" in told
    assert "No voorzieningen.csv or voorzieningen.parquet" in told
    assert "soorten.csv is empty." in told
    assert "enquete is there twice: enquete.parquet, enquete.csv. Keep one." in told
    assert "waarheid.parquet cannot be read as Parquet" in told


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (GEMEENTEN.replace(",", ";").encode(), "gemeenten.csv is separated by semicolons."),
        ("gemeente,naam\nGM0014,Zuidwést\n".encode("cp1252"), "gemeenten.csv is not UTF-8."),
        (b"gemeente,naam\nGM0014\n", "gemeenten.csv has 2 columns, but not in line 2."),
        (b'gemeente,naam\nGM0014,"open\n', "gemeenten.csv cannot be read as CSV"),
    ],
)
def test_a_file_of_another_form_is_told_by_name(tmp_path: Path, content: bytes, message: str) -> None:
    made = folder(tmp_path)
    (made / "gemeenten.csv").write_bytes(content)
    with pytest.raises(RegisterError) as error:
        read_gemeente_data(made)
    assert str(error.value).startswith(message)


def test_the_tables_are_declared_once_with_a_sentence_each() -> None:
    for name, table in GEMEENTE_TABLES.items():
        assert table.name == name
        assert table.description.endswith(".")
        assert all(column.description.endswith(".") for column in table.columns)
