"""A study file says what is meant or is refused, with what is wrong and what would be right."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import reintegratie_stats as rs
from reintegratie_stats.errors import DefinitionError, StudyError
from reintegratie_stats.fieldwork.sample_design import SampleDesign
from reintegratie_stats.study import PRESETS, read_study
from tests.pipeline.runs import ROOT

GOOD = """
studie = "rwi2004"
uitvoer = "reports"

[leveringen.centraal]
map = "registers/centraal"
definitie = "RWI_2004"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the study file is written."""
    return tmp_path / "study.toml"


def refused(file: Path, content: str, error: type[rs.ReintegratieError] = StudyError) -> str:
    """Return the message with which a study file is refused."""
    file.write_text(content, "utf-8")
    with pytest.raises(error) as caught:
        read_study(file)
    return str(caught.value)


def chosen(file: Path, choices: str) -> rs.CohortDefinition:
    """Return the definition that a study file makes with these choices."""
    file.write_text(f"{GOOD}\n[leveringen.centraal.keuzes]\n{choices}\n", "utf-8")
    return read_study(file).delivery("centraal").definition


# --- what a study file says -------------------------------------------------------------------


def test_the_study_of_the_repository_has_two_deliveries() -> None:
    study = read_study(ROOT / "study.toml")
    assert (study.name, study.lang) == ("rwi2004", "nl")
    assert study.output == ROOT / "reports"
    assert [delivery.name for delivery in study.deliveries] == ["centraal", "lokaal"]
    assert study.delivery("centraal").definition == rs.RWI_2004
    assert study.delivery("lokaal").definition == rs.RWI_2004_LOKAAL
    assert (study.delivery("lokaal").folder / "bijstand.csv").is_file()


def test_folders_are_relative_to_the_file_and_not_to_where_you_are(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(GOOD, "utf-8")
    monkeypatch.chdir(ROOT)
    study = read_study(str(file))
    assert study.output == file.parent / "reports"
    assert study.delivery("centraal").folder == file.parent / "registers" / "centraal"


def test_the_language_is_dutch_unless_the_file_says_english(file: Path) -> None:
    file.write_text(GOOD, "utf-8")
    assert read_study(file).lang == "nl"
    file.write_text('taal = "en"\n' + GOOD, "utf-8")
    assert read_study(file).lang == "en"


def test_a_file_saved_with_a_byte_order_mark_is_read(file: Path) -> None:
    file.write_text(GOOD, "utf-8-sig")
    assert read_study(file).name == "rwi2004"


@pytest.mark.parametrize("preset", list(PRESETS))
def test_a_definition_is_named_by_its_preset(file: Path, preset: str) -> None:
    file.write_text(GOOD.replace('"RWI_2004"', f'"{preset}"'), "utf-8")
    definition = read_study(file).delivery("centraal").definition
    assert definition == getattr(rs, preset)


# --- choices ----------------------------------------------------------------------------------


def test_a_choice_takes_the_place_of_the_presets_and_leaves_the_others(file: Path) -> None:
    definition = chosen(file, 'overbrugging_dagen = 60\nuitstroom_peildatum = "2004-01-01"')
    assert definition == rs.RWI_2004.replace(overbrugging_dagen=60, uitstroom_peildatum=dt.date(2004, 1, 1))
    assert definition.fingerprint() != rs.RWI_2004.fingerprint()


def test_a_date_may_be_written_with_or_without_quotes(file: Path) -> None:
    text = chosen(file, 'instroom_van = "2002-02-01"')
    assert chosen(file, "instroom_van = 2002-02-01") == text
    assert text.instroom_van == dt.date(2002, 2, 1)


def test_months_take_the_place_of_days_although_toml_has_no_none(file: Path) -> None:
    definition = chosen(file, "term_maanden = 12")
    assert (definition.term_dagen, definition.term_maanden) == (None, 12)


def test_terms_by_age_are_a_list_of_tables(file: Path) -> None:
    definition = chosen(file, "term_per_leeftijd = [{ tot_leeftijd = 23, term_maanden = 6 }]")
    assert definition.term_per_leeftijd == (rs.LeeftijdsTerm(23, term_maanden=6),)


# --- what is refused --------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"study\.toml does not exist\. Give its path"):
        read_study(tmp_path / "study.toml")
    with pytest.raises(StudyError, match="does not exist"):
        read_study(tmp_path)


def test_what_is_no_toml_is_refused_with_the_place(file: Path) -> None:
    message = refused(file, GOOD + "\nuitvoer reports")
    assert message.startswith("study.toml is not valid TOML:")
    assert "line 9" in message
    file.write_bytes(b'studie = "r\xe9"')
    with pytest.raises(StudyError, match="not valid TOML"):
        read_study(file)


def test_an_unknown_name_comes_with_the_nearest_at_every_level(file: Path) -> None:
    message = refused(file, "studdie = 1\n" + GOOD)
    assert (
        "has 'studdie', which is unknown; allowed: studie, uitvoer, leveringen, gemeenten, respondenten, verwachting, "
        "regel, interviews, taal" in message
    )
    assert "Did you mean 'studie'?" in message
    message = refused(file, GOOD + 'maap = "x"')
    assert "study.toml [leveringen.centraal] has 'maap'" in message
    assert "Did you mean 'map'?" in message
    message = refused(file, GOOD + "[leveringen.centraal.keuzes]\nwashout_dag = 1", DefinitionError)
    assert "study.toml [leveringen.centraal.keuzes]" in message
    assert "Did you mean 'washout_dagen'?" in message
    choice = "term_per_leeftijd = [{ tot_leeftijd = 23, maanden = 6 }]"
    message = refused(file, GOOD + "[leveringen.centraal.keuzes]\n" + choice)
    assert "term_per_leeftijd has 'maanden'" in message
    assert "Did you mean 'term_maanden'?" in message


def test_all_missing_names_are_told_at_once(file: Path) -> None:
    message = refused(file, 'taal = "nl"')
    for name in ("studie", "uitvoer"):
        assert f"study.toml lacks '{name}'." in message
    message = refused(file, 'studie = "s"\nuitvoer = "r"')
    assert "study.toml lacks what the study is made of: at least one of leveringen, gemeenten, respondenten." in message
    message = refused(file, 'studie = "s"\nuitvoer = "r"\n[leveringen.centraal]')
    assert "study.toml [leveringen.centraal] lacks 'map'." in message
    assert "study.toml [leveringen.centraal] lacks 'definitie'." in message


def test_an_unknown_definition_or_language_is_refused(file: Path) -> None:
    message = refused(file, GOOD.replace("RWI_2004", "RWI_2005"))
    assert "definitie is 'RWI_2005'; allowed: RWI_2004, RWI_2004_LOKAAL, SLUITENDE_AANPAK" in message
    assert "Did you mean 'RWI_2004'?" in message
    assert "taal is 'fr'; allowed: 'nl', 'en'." in refused(file, 'taal = "fr"\n' + GOOD)


@pytest.mark.parametrize(
    ("was", "becomes", "name"),
    [
        ('studie = "rwi2004"', "studie = 2004", "studie"),
        ('uitvoer = "reports"', "uitvoer = true", "uitvoer"),
        ('map = "registers/centraal"', "map = 1", "map"),
        ('definitie = "RWI_2004"', 'definitie = ["RWI_2004"]', "definitie"),
    ],
)
def test_what_must_be_text_is_text(file: Path, was: str, becomes: str, name: str) -> None:
    assert f"'{name}' must be text" in refused(file, GOOD.replace(was, becomes))


def test_what_must_be_a_table_is_a_table(file: Path) -> None:
    message = refused(file, 'studie = "rwi2004"\nuitvoer = "reports"\nleveringen = "centraal"')
    assert "'leveringen' must be a table, written as [leveringen] with lines under it" in message
    message = refused(file, GOOD + 'keuzes = "geen"')
    assert "'leveringen.centraal.keuzes' must be a table" in message
    message = refused(file, GOOD + "[leveringen.centraal.keuzes]\nterm_per_leeftijd = 23")
    assert "'term_per_leeftijd' must be a list of tables" in message


def test_choices_that_contradict_each_other_are_refused_with_their_delivery(file: Path) -> None:
    choices = GOOD + "[leveringen.centraal.keuzes]\n"
    message = refused(file, choices + "term_dagen = 365\nterm_maanden = 12", DefinitionError)
    assert message.startswith("study.toml [leveringen.centraal.keuzes]: ")
    assert "either term_dagen or term_maanden" in message
    message = refused(file, choices + "uitstroom_peildatum = 2002-03-01", DefinitionError)
    assert "lies before the end of the term" in message
    message = refused(file, choices + 'arbeidsplicht_op = "einde"', DefinitionError)
    assert "Did you mean 'einde_term'?" in message


def test_a_delivery_that_is_asked_by_a_wrong_name_is_told_with_the_nearest(file: Path) -> None:
    file.write_text(GOOD, "utf-8")
    with pytest.raises(StudyError, match=r"\[leveringen.central\].*Did you mean 'centraal'\?"):
        read_study(file).delivery("central")


# --- whom to interview ------------------------------------------------------------------------

GEMEENTEN = """
studie = "cbs2025"
uitvoer = "reports"

[gemeenten]
map = "gemeenten"
jaar = 2024

[verwachting]
formula = "voorzieningen ~ jongeren"
exposure = "doelgroep"
"""
INTERVIEWS = """
[interviews]
seed = 7

[interviews.design]
size = 5
one_per = ["samenwerkingsverband"]

[interviews.design.quota]
klasse = { meer = 2, minder = 2 }

[interviews.design.between.externe_uitvoering]
ja = [1, 3]

[interviews.design.spread]
landsdeel = "proportional"
"""


def test_the_study_of_cbs_draws_29_gemeenten_by_six_traits() -> None:
    part = read_study(ROOT / "studies" / "cbs2025.toml").interviews
    assert part is not None
    assert (part.seed, part.design.size, part.design.twins) == (2025, 29, True)
    assert part.design.quota["klasse"] == {"meer": 10, "minder": 8, "verwacht": 11}
    traits = set(part.design.traits()) - {"klasse"}
    assert traits == {"provincie", "landsdeel", "grootteklasse", "softwarepakket", "externe_uitvoering",
                      "samenwerkingsverband", "in_samenwerkingsverband"}  # fmt: skip


def test_a_design_is_written_as_tables_and_lists(file: Path) -> None:
    file.write_text(GEMEENTEN + INTERVIEWS, "utf-8")
    part = read_study(file).interviews
    assert part is not None
    assert part.seed == 7
    assert part.design == SampleDesign(
        size=5,
        quota={"klasse": {"meer": 2, "minder": 2}},
        between={"externe_uitvoering": {"ja": (1, 3)}},
        one_per="samenwerkingsverband",
        spread={"landsdeel": "proportional"},
    )


def test_a_study_may_have_gemeenten_and_no_interviews(file: Path) -> None:
    file.write_text(GEMEENTEN, "utf-8")
    assert read_study(file).interviews is None


def test_a_draw_without_a_seed_or_a_design_is_refused(file: Path) -> None:
    message = refused(file, GEMEENTEN + "[interviews]")
    assert "study.toml [interviews] lacks 'seed'." in message
    assert "study.toml [interviews] lacks 'design'." in message
    assert "'seed' must be a whole number" in refused(file, GEMEENTEN + INTERVIEWS.replace("seed = 7", 'seed = "7"'))
    assert "'interviews.design' must be a table" in refused(file, GEMEENTEN + '[interviews]\nseed = 1\ndesign = "x"')


def test_a_choice_of_a_design_that_does_not_exist_comes_with_the_nearest(file: Path) -> None:
    message = refused(file, GEMEENTEN + INTERVIEWS.replace("one_per", "one_pre"))
    assert "study.toml [interviews.design] has 'one_pre'" in message
    assert "Did you mean 'one_per'?" in message


def test_a_design_that_contradicts_itself_is_refused_with_its_place(file: Path) -> None:
    message = refused(file, GEMEENTEN + INTERVIEWS.replace("size = 5", "size = 3"), DefinitionError)
    assert message.startswith("study.toml [interviews.design]: ")
    assert "quota 'klasse' asks 4 gemeenten together, size is 3" in message


def test_interviews_need_gemeenten(file: Path) -> None:
    assert "study.toml lacks 'gemeenten'." in refused(file, GOOD + INTERVIEWS)


def test_a_staff_list_is_a_folder(file: Path) -> None:
    study = read_study(ROOT / "studies" / "proreact2013.toml")
    assert (study.needs_respondents().folder / "medewerkers.csv").is_file()
    head = 'studie = "s"\nuitvoer = "r"\n'
    assert "study.toml [respondenten] lacks 'map'." in refused(file, head + "[respondenten]")
    file.write_text(GOOD, "utf-8")
    with pytest.raises(StudyError, match=r"needs \[respondenten\]"):
        read_study(file).needs_respondents()
