"""A code book is data: the causes of CBS 5.3, or those of a file of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from reintegratie_stats.errors import DefinitionError
from reintegratie_stats.fieldwork.codebook import Cause, CodeBook, code_book, read_code_book

OWN = """
naam = "eigen"
bron = "Eigen onderzoek"
[[oorzaak]]
code = "verhuizing"
soort = "feitelijk"
nl = "Verhuizing"
en = "Removal"
[[oorzaak]]
code = "nieuw_systeem"
soort = "administratief"
nl = "Nieuw systeem"
en = "New system"
paragraaf = "2.1"
"""


def test_the_book_of_cbs_has_the_causes_of_its_sections() -> None:
    frame = code_book("cbs2025").to_frame()
    actual = [f"5.3.1.{k}" for k in range(1, 5)]
    administrative = [f"5.3.2.{k}" for k in range(1, 7)]
    assert frame["paragraaf"].tolist() == [*actual, *administrative, "5.3.3.1"]
    by_class = frame.groupby("soort", sort=False)["paragraaf"].apply(list).to_dict()
    assert by_class == {"feitelijk": actual, "administratief": administrative, "hybride": ["5.3.3.1"]}
    assert frame["oorzaak"].is_unique
    assert frame["nl"].is_unique
    assert frame["en"].is_unique


def test_a_file_of_ones_own_is_a_code_book(tmp_path: Path) -> None:
    file = tmp_path / "eigen.toml"
    file.write_text(OWN, encoding="utf-8")
    book = read_code_book(file)
    assert book.codes == ("verhuizing", "nieuw_systeem")
    assert book.cause("nieuw_systeem").label("en") == "New system"
    assert book.cause("verhuizing").paragraaf == ""


def test_all_that_is_wrong_with_a_file_is_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "fout.toml"
    text = OWN.replace('soort = "feitelijk"', 'soort = "feitelik"').replace("paragraaf", "paragraf")
    file.write_text(text.replace('bron = "Eigen onderzoek"', "").replace("nieuw_systeem", "verhuizing"), "utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_code_book(file)
    message = str(caught.value)
    for part in ("'bron' is missing", "'feitelik'", "'feitelijk'", "unknown key 'paragraf'", "'paragraaf'",
                 "code verhuizing stands for more than one cause"):  # fmt: skip
        assert part in message


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("naam = ", "not valid TOML"),
        ('naam = "x"\nbron = "y"\n', "'oorzaak' is missing"),
        ('naam = "x"\nbron = "y"\noorzaak = []\n', "it has no causes"),
        ('naam = "x"\nbron = "y"\n[oorzaak]\ncode = "a"\n', "double brackets"),
        ('naam = 3\nbron = "y"\n[[oorzaak]]\ncode="a"\nsoort="hybride"\nnl="a"\nen="b"\n', "naam is not text"),
        ('naam = "x"\nbron = "y"\n[[oorzaak]]\ncode="A b"\nsoort="hybride"\nnl=" "\nen=3\n', "en is not text"),
    ],
)
def test_a_file_that_is_no_code_book_says_why(tmp_path: Path, text: str, part: str) -> None:
    file = tmp_path / "boek.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=part.replace("(", "[(]")):
        read_code_book(file)


def test_a_file_that_is_not_there_and_a_book_that_is_not_held(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"weg\.toml cannot be read"):
        read_code_book(tmp_path / "weg.toml")
    with pytest.raises(DefinitionError, match="Did you mean 'cbs2025'"):
        code_book("cbs2024")
    with pytest.raises(DefinitionError, match="Did you mean 'doelgroep'"):
        code_book().cause("doelgroup")


def test_a_cause_and_a_book_made_in_code_are_checked_as_well() -> None:
    cause = Cause("a", "hybride", "Aa", "Ab")
    with pytest.raises(DefinitionError, match="'Hybride' is not one of"):
        Cause("a", "Hybride", "Aa", "Ab")  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="Dutch label Aa"):
        CodeBook("x", "y", (cause, Cause("b", "hybride", "Aa", "Ac")))


def test_a_book_is_named_and_made_of_causes() -> None:
    with pytest.raises(DefinitionError, match="holds no code book"):
        code_book(["cbs2025"])  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="path is a NoneType"):
        read_code_book(None)  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="it holds int, not Cause"):
        CodeBook("eigen", "bron", (1,))  # type: ignore[arg-type]
