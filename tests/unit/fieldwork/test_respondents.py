"""Drawing people inside organisations: a stratified draw, a reserve for each, and nobody named in a message."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.errors import DefinitionError, SampleError
from reintegratie_stats.fieldwork.respondents import PROREACT_2013, RespondentDesign, draw_respondents
from reintegratie_stats.publications import published


def staff_of(sizes: dict[str, int], mark: str = "p") -> pd.DataFrame:
    rows = [(f"{mark}{team}{k}", "Atlant", team) for team, size in sizes.items() for k in range(size)]
    return pd.DataFrame(rows, columns=["medewerker", "organisatie", "functiegroep"])


def design_of(sizes: dict[str, int], **more: int) -> RespondentDesign:
    return RespondentDesign({("Atlant", team): size for team, size in sizes.items()}, **more)


def chosen(draw) -> set[str]:
    frame = draw.to_frame()
    return set(frame.loc[frame["rol"] == "gekozen", "medewerker"])


def reserves(draw) -> dict[str, str]:
    frame = draw.to_frame().query("rol == 'reserve'")
    return dict(zip(frame["reserve_voor"], frame["medewerker"], strict=True))


STAFF = staff_of({"werk": 20, "zorg": 9, "inkomen": 4})
DESIGN = design_of({"werk": 5, "zorg": 3})


def test_each_stratum_gives_as_many_as_are_asked_and_a_reserve_for_each():
    draw = draw_respondents(STAFF, DESIGN, seed=1)
    table = draw.strata().set_index("functiegroep")
    assert table["medewerkers"].to_dict() == {"werk": 20, "zorg": 9}
    assert table["gekozen"].to_dict() == {"werk": 5, "zorg": 3}
    assert table["reserves"].to_dict() == {"werk": 5, "zorg": 3}
    assert table["kans"].to_dict() == {"werk": 5 / 20, "zorg": 3 / 9}
    frame = draw.to_frame()
    assert frame["medewerker"].is_unique
    assert not frame["medewerker"].str.startswith("pinkomen").any()


def test_a_reserve_is_of_the_same_stratum_and_of_one_person():
    frame = draw_respondents(STAFF, DESIGN, seed=1).to_frame()
    team = frame.set_index("medewerker")["functiegroep"]
    spare = frame[frame["rol"] == "reserve"]
    assert (team[spare["medewerker"]].to_numpy() == team[spare["reserve_voor"]].to_numpy()).all()
    assert spare["reserve_voor"].is_unique


def test_every_person_of_a_stratum_has_the_same_chance():
    staff = staff_of({"werk": 8})
    times = pd.Series(0, index=staff["medewerker"])
    for seed in range(120):
        times[list(chosen(draw_respondents(staff, design_of({"werk": 2}, reserves=0), seed)))] += 1
    assert times.sum() == 240
    assert times.between(30 - 19, 30 + 19).all()  # 120 draws with chance 1 / 4: four standard deviations


def test_the_order_of_the_list_does_not_matter_and_the_seed_does():
    draw = draw_respondents(STAFF, DESIGN, seed=1)
    backwards = draw_respondents(STAFF.iloc[::-1], DESIGN, seed=1)
    pd.testing.assert_frame_equal(draw.to_frame(), backwards.to_frame())
    assert chosen(draw) != chosen(draw_respondents(STAFF, DESIGN, seed=2))


def test_the_draw_of_a_seed_is_the_same_for_ever():
    draw = draw_respondents(STAFF, DESIGN, seed=1)
    assert sorted(chosen(draw)) == ["pwerk1", "pwerk13", "pwerk16", "pwerk5", "pwerk7", "pzorg2", "pzorg3", "pzorg7"]


def test_somebody_who_leaves_and_was_not_drawn_changes_nothing():
    draw = draw_respondents(STAFF, DESIGN, seed=1)
    drawn = set(draw.to_frame()["medewerker"])
    for person in set(STAFF["medewerker"]) - drawn:
        later = draw_respondents(STAFF[STAFF["medewerker"] != person], DESIGN, seed=1)
        assert chosen(later) == chosen(draw)
        assert reserves(later) == reserves(draw)


def test_one_person_more_changes_one_choice_at_most():
    draw = draw_respondents(STAFF, DESIGN, seed=1)
    for number in range(25):
        more = pd.concat([STAFF, pd.DataFrame([(f"new{number}", "Atlant", "werk")], columns=STAFF.columns)])
        later = draw_respondents(more, DESIGN, seed=1)
        assert len(chosen(draw) - chosen(later)) <= 1
        assert chosen(later) - chosen(draw) <= {f"new{number}"}
        kept = [person for person in chosen(draw) & chosen(later) if reserves(draw)[person] != reserves(later)[person]]
        assert len(kept) <= 2


def test_a_person_who_cannot_come_is_replaced_by_his_own_reserve_and_nothing_else_changes():
    draw = draw_respondents(STAFF, DESIGN, seed=1)
    person = sorted(chosen(draw))[0]
    later = draw.replace(person).to_frame().set_index("medewerker")
    before = draw.to_frame().set_index("medewerker")
    assert later.loc[person, "rol"] == "uitgevallen"
    assert later.loc[reserves(draw)[person], "rol"] == "ingevallen"
    others = before.index.difference([person, reserves(draw)[person]])
    pd.testing.assert_frame_equal(before.loc[others], later.loc[others])
    assert (before["rol"] == "gekozen").sum() == later["rol"].isin(["gekozen", "ingevallen"]).sum()
    assert draw.to_frame()["rol"].isin(["gekozen", "reserve"]).all()  # the draw itself is not changed


def test_a_second_reserve_steps_in_after_the_first():
    draw = draw_respondents(STAFF, design_of({"werk": 4}, reserves=2), seed=3)
    person = sorted(chosen(draw))[0]
    own = draw.to_frame().query("reserve_voor == @person").sort_values("volgorde")["medewerker"].tolist()
    later = draw.replace(person).replace(own[0]).to_frame().set_index("medewerker")["rol"]
    assert [later[name] for name in (person, *own)] == ["uitgevallen", "uitgevallen", "ingevallen"]


def test_a_stratum_too_small_for_all_reserves_says_so():
    draw = draw_respondents(staff_of({"werk": 5}), design_of({"werk": 3}), seed=1)
    assert draw.strata()[["gekozen", "reserves", "reserves_tekort"]].iloc[0].tolist() == [3, 2, 1]
    assert draw.notes == ("In 'Atlant / werk' zijn 2 van 3 reserves: de groep is te klein voor meer.",)
    english = draw_respondents(staff_of({"werk": 5}), design_of({"werk": 3}), seed=1, lang="en")
    assert "2 of 3 reserves" in english.notes[0]


def test_a_whole_stratum_can_be_drawn():
    draw = draw_respondents(staff_of({"werk": 1}), design_of({"werk": 1}), seed=1)
    assert draw.to_frame()[["rol", "kans"]].to_numpy().tolist() == [["gekozen", 1.0]]


def test_people_outside_the_design_are_counted_in_a_note():
    assert draw_respondents(STAFF, DESIGN, seed=1).notes == ("4 medewerkers zijn in groepen waaruit niet is geloot.",)


def test_the_design_of_proreact_is_table_1():
    figures = published("proreact2013", section="tabel 1").set_index("id")["value"]
    assert PROREACT_2013.size == figures["tabel-1.totaal.respondenten"] == 31
    assert sorted(PROREACT_2013.strata.values()) == sorted(
        figures[f"tabel-1.{name}.respondenten"]
        for name in ("helmond.werk-en-inburgering", "helmond.activering-en-zorg", "weert", "tilburg.activering-en-werk",
                     "tilburg.basisdienstverlening", "atlant", "de-risse", "fontys-actief", "tilburg-at-work")
    )  # fmt: skip
    assert PROREACT_2013.reserves == published("proreact2013", section="2").set_index("id").loc["2.reserve", "value"]


def test_a_design_is_a_value():
    again = RespondentDesign(dict(PROREACT_2013.strata), source=PROREACT_2013.source)
    assert again == PROREACT_2013
    assert hash(again) == hash(PROREACT_2013)
    assert pickle.loads(pickle.dumps(again)) == again
    with pytest.raises(AttributeError):
        again.reserves = 2


# --- what is refused -------------------------------------------------------------------------------


def test_all_problems_of_a_design_are_told_at_once():
    with pytest.raises(DefinitionError) as caught:
        RespondentDesign({("A",): 0, "B": True}, reserves=-1)
    message = str(caught.value)
    for part in ("'A' has 1 value", "'A' asks 0", "'B' asks True", "reserves is -1"):
        assert part in message


def test_a_list_with_people_missing_or_twice_is_refused_without_a_key():
    staff = pd.concat([staff_of({"werk": 6}, "GEHEIM"), staff_of({"werk": 2}, "GEHEIM")])
    staff.iloc[0, 0] = None
    staff.iloc[5, 1] = " "
    with pytest.raises(SampleError) as caught:
        draw_respondents(staff, design_of({"werk": 2}), seed=1)
    message = str(caught.value)
    assert "'medewerker' is missing in 1 row" in message
    assert "more than once on the list: 1 person" in message
    assert "'organisatie' is missing for 1 person" in message
    assert "GEHEIM" not in message


def test_strata_that_are_not_there_or_too_small_are_named_together_with_the_nearest():
    design = design_of({"werkt": 2, "zorg": 10})
    with pytest.raises(SampleError) as caught:
        draw_respondents(STAFF, design, seed=1)
    message = str(caught.value)
    assert "nobody is in stratum 'Atlant / werkt' (did you mean 'Atlant / werk'?)" in message
    assert "stratum 'Atlant / zorg' has 9 persons where 10 are asked" in message


def test_a_column_that_is_not_there_gives_the_nearest():
    with pytest.raises(SampleError, match=r"no column 'functiegroep' \(did you mean 'functie_groep'\?\)"):
        draw_respondents(STAFF.rename(columns={"functiegroep": "functie_groep"}), DESIGN, seed=1)
    with pytest.raises(SampleError, match="has no rows"):
        draw_respondents(STAFF.iloc[:0], DESIGN, seed=1)
    with pytest.raises(SampleError, match="seed is 'x'"):
        draw_respondents(STAFF, DESIGN, seed="x")


@pytest.mark.parametrize(
    ("who", "message"),
    [("reserve", "a reserve who was not called"), ("gone", "replaced already"), ("GEHEIM", "not in the draw")],
)
def test_who_cannot_be_replaced_is_told_without_the_key(who, message):
    staff = staff_of({"werk": 9}, "GEHEIM")
    draw = draw_respondents(staff, design_of({"werk": 2}), seed=1)
    first = sorted(chosen(draw))[0]
    key = {"reserve": reserves(draw)[first], "gone": first}.get(who, who)
    with pytest.raises(SampleError, match=message) as caught:
        draw.replace(first).replace(key) if who == "gone" else draw.replace(key)
    assert "GEHEIM" not in str(caught.value)


def test_without_a_free_reserve_the_stratum_is_named():
    draw = draw_respondents(staff_of({"werk": 4}, "GEHEIM"), design_of({"werk": 4}), seed=1)
    with pytest.raises(SampleError, match="No reserve is left for this person in stratum 'Atlant / werk'") as caught:
        draw.replace(sorted(chosen(draw))[0])
    assert "GEHEIM" not in str(caught.value)


def test_blanks_around_a_key_or_a_group_do_not_matter():
    staff = STAFF.assign(medewerker=" " + STAFF["medewerker"] + " ", functiegroep=STAFF["functiegroep"] + " ")
    draw = draw_respondents(staff, DESIGN, seed=1)
    assert chosen(draw) == chosen(draw_respondents(STAFF, DESIGN, seed=1))
    assert draw.replace(f" {sorted(chosen(draw))[0]}").to_frame()["rol"].eq("ingevallen").sum() == 1


def test_a_column_that_is_there_twice_is_refused():
    staff = pd.concat([STAFF, STAFF["functiegroep"]], axis=1)
    with pytest.raises(SampleError, match="column 'functiegroep' is there more than once"):
        draw_respondents(staff, DESIGN, seed=1)


def test_no_person_is_in_a_repr():
    draw = draw_respondents(staff_of({"werk": 9}, "GEHEIM"), design_of({"werk": 2}), seed=1)
    assert repr(draw) == "RespondentDraw(2 gekozen, 2 reserve; 1 stratum, seed 1)"
    assert "GEHEIM" not in repr(draw.design) + str(draw.notes)


@pytest.mark.parametrize("name", ["rol", "kans", "gekozen", "reserve_voor", "reden"])
def test_a_stratum_may_not_be_called_as_a_column_of_the_draw(name):
    with pytest.raises(DefinitionError, match=f"holds {name}: the table has such a column itself"):
        RespondentDesign({("Atlant", "coach"): 2}, by=("organisatie", name))


@pytest.mark.parametrize("sizes", [None, 3, [1, 2]])
def test_sizes_are_a_mapping(sizes):
    with pytest.raises(DefinitionError, match="give a mapping from a stratum"):
        RespondentDesign(sizes)


def test_the_draw_is_the_same_whatever_the_type_of_the_key():
    staff = pd.DataFrame({"medewerker": range(1, 31), "organisatie": "A"})
    design = RespondentDesign({"A": 5}, by="organisatie")
    draws = [
        draw_respondents(staff.assign(medewerker=staff["medewerker"].astype(dtype)), design, seed).to_frame()
        for dtype, seed in (
            ("int64", 3),
            ("float64", 3),
            ("Int64", np.int64(3)),
            (object, 3),
            ("category", 3),
            (str, 3),
        )
    ]
    for other in draws[1:]:
        pd.testing.assert_frame_equal(draws[0], other)


def test_columns_are_found_by_the_name_they_have():
    with pytest.raises(SampleError, match="no column 'medewerker'"):
        draw_respondents(pd.DataFrame({0: list("ab"), 1: list("xy")}), RespondentDesign({"x": 1}, by="1"), 1)
    frame = pd.DataFrame({"medewerker": list("ab"), 1: list("xy")})
    with pytest.raises(SampleError, match="no column '1'"):
        draw_respondents(frame, RespondentDesign({"x": 1}, by="1"), 1)
