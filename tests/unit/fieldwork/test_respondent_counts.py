"""Tables of respondents: those of Proreact from the synthetic staff list, and the lists that are refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from reintegratie_stats.errors import DefinitionError, RegisterError, SampleError
from reintegratie_stats.fieldwork.caseload import caseload_summary
from reintegratie_stats.fieldwork.respondent_counts import count_respondents, count_traits
from reintegratie_stats.fieldwork.respondents import PROREACT_2013, draw_respondents
from reintegratie_stats.publications import published
from reintegratie_stats.registers.read_staff import StaffList, read_staff
from reintegratie_stats.registers.synthesise_proreact2013 import EDUCATION, proreact2013, write_proreact2013

FOLDER = Path(__file__).parents[3] / "data" / "synthetic" / "proreact2013"

TABLE_1 = {
    ("Sociale dienst Helmond", "Team werk en inburgering"): "helmond.werk-en-inburgering",
    ("Sociale dienst Helmond", "Team activering en zorg"): "helmond.activering-en-zorg",
    ("Sociale dienst Helmond", None): "helmond",
    ("Sociale dienst Weert", "Activering en werk"): "weert",
    ("Sociale dienst Tilburg", "Activering en werk, team 1 en 2"): "tilburg.activering-en-werk",
    ("Sociale dienst Tilburg", "Basisdienstverlening"): "tilburg.basisdienstverlening",
    ("Sociale dienst Tilburg", None): "tilburg",
    ("Atlant", "Re-integratiecoaches"): "atlant",
    ("De Risse", "Re-integratiecoaches"): "de-risse",
    ("Fontys Actief", "Re-integratiecoaches"): "fontys-actief",
    ("Tilburg@Work", "WF en WF+"): "tilburg-at-work",
    ("Totaal", None): "totaal",
}
TABLE_3 = ("hbo-sjd", "hbo-maatschappelijk", "hbo-personeel", "wo-psychologie", "wo-economie", "mbo", "hbo-overig")


@cache
def people() -> StaffList:
    return read_staff(FOLDER)


def spoken() -> pd.DataFrame:
    talks = people().interviews
    return talks[talks["uitkomst"] == "geinterviewd"].merge(people().staff, on="medewerker")


def figure(name: str) -> float:
    return float(published("proreact2013").set_index("id").loc[name, "value"])


# --- the tables of the study ------------------------------------------------------------------------


def test_table_1_comes_out_as_published():
    frame = count_respondents(people().staff, people().interviews, order=PROREACT_2013.strata).to_frame()
    seen = {}
    for row in frame.to_dict("records"):
        key = (row["organisatie"], None if pd.isna(row["functiegroep"]) else row["functiegroep"])
        name = TABLE_1[key]
        seen[name] = (row["medewerkers"] - figure(f"tabel-1.{name}.medewerkers"),
                      row["geinterviewd"] - figure(f"tabel-1.{name}.respondenten"))  # fmt: skip
    assert seen == dict.fromkeys(TABLE_1.values(), (0, 0))
    assert list(seen) == list(TABLE_1.values())  # in the order of the table, subtotals after their groups


def test_nobody_refused_and_a_few_were_unable():
    total = count_respondents(people().staff, people().interviews).to_frame().iloc[-1]
    assert total["geweigerd"] == figure("2.geweigerd") == 0
    assert total["verhinderd"] == 3
    assert total["benaderd"] == 34
    assert round(100 * total["aandeel"]) == 26


def test_table_3_comes_out_as_published():
    frame = count_traits(
        spoken(), rows="opleiding", columns="soort_organisatie", row_order=[name for name, *_ in EDUCATION],
        column_order=["sociale_dienst", "sw_en_fontys"],
    ).to_frame()  # fmt: skip
    for key, row in zip(TABLE_3, frame.to_dict("records")[:-1], strict=True):
        for name, column in (
            ("sociale_dienst", "sociale-dienst"),
            ("sw_en_fontys", "sw-en-fontys"),
            ("totaal", "totaal"),
        ):
            assert row[name] - figure(f"tabel-3.{key}.{column}") == 0
    assert frame.iloc[-1].tolist() == ["Totaal", 19, 12, 31]


def test_caseloads_on_36_hours_fit_section_6_2():
    frame = caseload_summary(spoken(), base=figure("6.2.werkweek")).to_frame()
    frame = frame.set_index(["organisatie", "functie"])
    helmond, tilburg, weert = (f"Sociale dienst {name}" for name in ("Helmond", "Tilburg", "Weert"))
    for group, name in (
        ((helmond, "Programmamedewerker"), "programmamedewerkers"),
        ((helmond, "Klantbegeleider integraal"), "helmond.integraal"),
        ((tilburg, "Klantmanager basisdienstverlening"), "tilburg.basis"),
        (("De Risse", "Re-integratiecoach"), "de-risse"),
    ):
        low, high = figure(f"6.2.{name}.caseload-min"), figure(f"6.2.{name}.caseload-max")
        assert frame.loc[group, ["min", "max"]].tolist() == [low, high]
    for group, name in (
        ((helmond, "Klantbegeleider werk"), "helmond.werk"),
        ((tilburg, "Klantmanager werk"), "tilburg.werk"),
        ((weert, "Klantmanager werk"), "weert.werk"),
        ((weert, "Klantmanager activering"), "weert.activering"),
    ):
        assert frame.loc[group, "mean"] == figure(f"6.2.{name}.caseload")
    others = frame.loc[["Atlant", "Fontys Actief", "Tilburg@Work"]]
    assert others["min"].min() == figure("6.2.sw-en-fontys.caseload-min")
    assert others["max"].max() == figure("6.2.sw-en-fontys.caseload-max")
    assert others["ontbreekt"].sum() == 1


# --- the synthetic staff list -------------------------------------------------------------------------


def test_the_committed_files_are_what_the_generator_writes(tmp_path):
    assert write_proreact2013(tmp_path) == {"medewerkers.csv": 117, "gesprekken.csv": 62}
    for name in ("medewerkers.csv", "gesprekken.csv"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()
        assert b"\r" not in (FOLDER / name).read_bytes()


def test_who_was_asked_is_the_draw_with_the_same_seed():
    draw = draw_respondents(people().staff, PROREACT_2013, seed=2013).to_frame()
    talks = people().interviews
    drawn = set(zip(draw["medewerker"], draw["reserve_voor"].fillna(""), strict=True))
    assert drawn == set(zip(talks["medewerker"], talks["reserve_voor"].fillna(""), strict=True))


def test_who_was_interviewed_is_the_draw_after_three_replacements():
    draw = draw_respondents(people().staff, PROREACT_2013, seed=2013)
    talks = people().interviews
    for person in talks.loc[talks["uitkomst"] == "verhinderd", "medewerker"]:
        draw = draw.replace(person)
    roles = draw.to_frame().set_index("medewerker")["rol"]
    assert roles.to_dict() == talks.set_index("medewerker")["rol"].to_dict()


@pytest.mark.parametrize("seed", [0, 1, 77])
def test_the_counts_do_not_depend_on_the_seed(seed):
    made = proreact2013(seed)
    table = count_respondents(made["medewerkers"], made["gesprekken"]).to_frame()
    assert table.iloc[-1][["medewerkers", "geinterviewd"]].tolist() == [117, 31]
    assert made["gesprekken"]["opleiding"].notna().sum() == 31
    assert set(made["medewerkers"]["medewerker"]) != set(people().staff["medewerker"])


def test_a_seed_that_is_none_is_refused():
    with pytest.raises(RegisterError, match="seed is -1"):
        proreact2013(-1)


def test_reading_shows_no_person_and_gives_copies():
    assert repr(people()) == "StaffList(117 persons, 62 drawn)"
    copy = people().staff
    copy["organisatie"] = "x"
    assert "x" not in set(people().staff["organisatie"])
    assert people().staff["caseload"].dtype == "float64"


def test_a_folder_with_everything_wrong_is_refused_at_once_without_a_key(tmp_path):
    staff = "medewerker,organisatie,contracturen\nGEHEIM1,A,GEHEIM\nGEHEIM1,A,36\n,A,36\n"
    (tmp_path / "medewerkers.csv").write_text(staff, encoding="utf-8")
    (tmp_path / "gesprekken.csv").write_bytes(b"medewerker,uitkomst\nGEHEIM,\xff\n")
    with pytest.raises(RegisterError) as caught:
        read_staff(tmp_path)
    message = str(caught.value)
    for part in (
        "no column 'functiegroep'",
        "1 row without 'medewerker'",
        "there already",
        "'contracturen' is no number",
        "gesprekken.csv is no UTF-8",
    ):
        assert part in message
    assert "GEHEIM" not in message + repr(caught.value.__context__)


def test_without_interviews_the_staff_list_is_enough(tmp_path):
    (tmp_path / "medewerkers.csv").write_text("medewerker,organisatie,functiegroep\na,A,b\n", encoding="utf-8")
    read = read_staff(tmp_path)
    assert (len(read.staff), len(read.interviews)) == (1, 0)
    table = count_respondents(read.staff, read.interviews).to_frame()
    assert table["geinterviewd"].tolist() == [0, 0]


# --- counting, and what is refused ---------------------------------------------------------------------


STAFF = pd.DataFrame({"medewerker": list("abcd"), "organisatie": ["Q", "Q", "P", "Q"], "functiegroep": list("xyxx")})


def talks(**outcomes: str) -> pd.DataFrame:
    return pd.DataFrame({"medewerker": list(outcomes), "uitkomst": list(outcomes.values())})


def test_a_subtotal_is_there_where_an_organisation_has_more_groups():
    table = count_respondents(STAFF, talks(a="geinterviewd", b="geweigerd", c="niet_nodig")).to_frame()
    assert table["niveau"].tolist() == ["groep", "groep", "organisatie", "groep", "totaal"]
    assert table["medewerkers"].tolist() == [2, 1, 3, 1, 4]
    assert table["benaderd"].tolist() == [1, 1, 2, 0, 2]
    assert table["geweigerd"].tolist() == [0, 1, 1, 0, 1]


def test_unknown_outcomes_strangers_and_doubles_are_counted_and_not_named():
    wrong = pd.concat([talks(a="GEHEIM", GEHEIM="verhinderd"), talks(a="geinterviewd")])
    with pytest.raises(SampleError) as caught:
        count_respondents(STAFF, wrong)
    message = str(caught.value)
    for part in ("more than once on the list: 1 person", "not on the staff list: 1 person", "unknown in 1 row"):
        assert part in message
    assert "GEHEIM" not in message


def test_an_unknown_trait_is_a_row_of_its_own_and_one_outside_the_order_is_refused_unnamed():
    rows = pd.DataFrame({"medewerker": list("abc"), "opleiding": ["hbo", None, "GEHEIM"], "soort": "x"})
    table = count_traits(rows, rows="opleiding", columns="soort").to_frame()
    assert table["opleiding"].tolist() == ["hbo", "GEHEIM", "Onbekend", "Totaal"]
    assert table["totaal"].tolist() == [1, 1, 1, 3]
    with pytest.raises(SampleError, match="'opleiding' of 1 person is not in the order given: hbo, mbo") as caught:
        count_traits(rows, rows="opleiding", columns="soort", row_order=["hbo", "mbo"])
    assert "GEHEIM" not in str(caught.value)


def test_categories_that_nobody_has_stay_in_the_table():
    rows = pd.DataFrame({"medewerker": ["a"], "opleiding": ["hbo"], "soort": "x"})
    table = count_traits(rows, rows="opleiding", columns="soort", row_order=["mbo", "hbo"], column_order=["y", "x"])
    assert table.to_frame().to_numpy().tolist() == [["mbo", 0, 0, 0], ["hbo", 0, 1, 1], ["Totaal", 0, 1, 1]]
    assert repr(table) == "RespondentCounts(3 rows by opleiding, soort)"


SMALL = pd.DataFrame({"medewerker": list("abcd"), "opleiding": ["hbo", "mbo", "hbo", None], "soort": list("xyxy")})


def test_an_order_that_names_a_value_twice_counts_it_once():
    table = count_traits(SMALL, rows="opleiding", columns="soort", row_order=["hbo", "hbo", "mbo"]).to_frame()
    assert table["opleiding"].tolist() == ["hbo", "mbo", "Onbekend", "Totaal"]
    assert table["totaal"].tolist() == [2, 1, 1, 4]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"soort": ["totaal", "x", "x", "x"]}, "'soort' has a value 'totaal'"),
        ({"opleiding": ["Totaal", "x", "x", "x"]}, "'opleiding' has a value 'Totaal'"),
        ({"soort": ["opleiding", "x", "x", "x"]}, "'soort' has a value 'opleiding'"),
    ],
)
def test_a_value_called_as_the_total_is_refused_and_not_written_over(change, words):
    with pytest.raises(SampleError, match=words):
        count_traits(SMALL.assign(**change), rows="opleiding", columns="soort")


def test_traits_are_two_columns_of_a_frame():
    with pytest.raises(SampleError, match="respondents is a NoneType"):
        count_traits(None, rows="opleiding", columns="soort")
    with pytest.raises(DefinitionError, match="names soort more than once"):
        count_traits(SMALL, rows="soort", columns="soort")
    with pytest.raises(DefinitionError, match="rename it"):
        count_traits(SMALL.rename(columns={"soort": "totaal"}), rows="opleiding", columns="totaal")


def test_groups_are_not_called_as_a_column_of_the_table():
    staff = pd.DataFrame({"medewerker": list("ab"), "medewerkers": ["x", "y"]})
    talks = pd.DataFrame({"medewerker": ["a"], "uitkomst": ["geinterviewd"]})
    with pytest.raises(DefinitionError, match="medewerkers: the table has such a column itself"):
        count_respondents(staff, talks, by="medewerkers")
    with pytest.raises(DefinitionError, match="more than once"):
        count_respondents(staff, talks, by=["soort", "soort"])


def test_an_order_of_one_column_is_its_values():
    staff = pd.DataFrame({"medewerker": list("abc"), "organisatie": ["De Risse", "Atlant", "De Risse"]})
    talks = pd.DataFrame({"medewerker": ["a"], "uitkomst": ["geinterviewd"]})
    table = count_respondents(staff, talks, by="organisatie", order=["Atlant", "De Risse"]).to_frame()
    assert table["organisatie"].tolist() == ["Atlant", "De Risse", "Totaal"]
