"""The notebooks run from top to bottom, are in step with their text, and hold no outputs."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import runpy
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
from nbclient import NotebookClient

import reintegratie_stats as rs

FOLDER = Path(__file__).parents[2] / "notebooks"
TEXTS = sorted(FOLDER.glob("[0-9]*.py"))
NAMES = [path.stem for path in TEXTS]


@pytest.fixture(scope="module")
def pair() -> ModuleType:
    """The command that keeps a notebook and its text in step."""
    spec = importlib.util.spec_from_file_location("pair", FOLDER / "pair.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- the pair ---------------------------------------------------------------------------------


def test_every_notebook_has_its_text_and_every_text_its_notebook() -> None:
    assert NAMES
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(NAMES)


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_a_notebook_is_what_its_text_makes(text: Path, pair: ModuleType) -> None:
    notebook = text.with_suffix(".ipynb").read_bytes().decode("utf-8")
    assert notebook == pair.notebook_of(text.read_text("utf-8")), "run python notebooks/pair.py"


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_the_way_back_from_a_notebook_gives_its_text(text: Path, pair: ModuleType) -> None:
    assert pair.text_of(text.with_suffix(".ipynb").read_text("utf-8")) == text.read_text("utf-8")


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_a_notebook_holds_no_outputs_no_counts_and_nothing_of_a_machine(text: Path) -> None:
    content = json.loads(text.with_suffix(".ipynb").read_text("utf-8"))
    for cell in content["cells"]:
        assert cell["metadata"] == {}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
    assert content["metadata"]["language_info"] == {"name": "python"}
    assert content["metadata"]["kernelspec"]["name"] == "python3"
    ids = [cell["id"] for cell in content["cells"]]
    assert len(set(ids)) == len(ids)
    nbformat.validate(content)


def test_an_edit_in_jupyter_goes_back_into_the_text_without_its_outputs(
    pair: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (TEXTS[0], TEXTS[0].with_suffix(".ipynb")):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = tmp_path / TEXTS[0].name
    monkeypatch.setattr(pair, "sources", lambda: [text])
    assert pair.main(["--check"]) == 0

    content = json.loads(text.with_suffix(".ipynb").read_text("utf-8"))
    code = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
    code["source"] = ["x = 1\n", "x"]
    code["execution_count"] = 1
    value = {"data": {"text/plain": ["1"]}, "metadata": {}, "output_type": "execute_result"}
    code["outputs"] = [{**value, "execution_count": 1}]
    content["metadata"]["kernelspec"]["display_name"] = "Python van hier"
    text.with_suffix(".ipynb").write_text(json.dumps(content), "utf-8")
    assert pair.main(["--check"]) == 1

    assert pair.main(["--back"]) == 0
    assert "# %%\nx = 1\nx\n" in text.read_text("utf-8")
    assert "Python van hier" not in text.with_suffix(".ipynb").read_text("utf-8")
    assert '"execution_count": 1' not in text.with_suffix(".ipynb").read_text("utf-8")
    assert pair.main(["--check"]) == 0


# --- the runs ---------------------------------------------------------------------------------


@pytest.mark.notebook
def test_the_text_of_01_cohort_runs_as_a_script_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.chdir(tmp_path)
    values = runpy.run_path(str(FOLDER / "01_cohort.py"), run_name="__main__")
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
    assert list(tmp_path.iterdir()) == []

    study = values["study"]
    cells = study.table_5_1().cells()
    assert list(cells["reproduced"]) == ["53%", "59%", "19%", "81%", "18%", "21%"]
    assert set(cells["difference"]) == {"0"}
    answers = {answer["keuze"]: answer for answer in values["answers"]}
    assert answers["RWI_2004"]["X"] == 10500
    assert answers["overbrugging_dagen=60"]["X"] < 10500
    assert answers["term_maanden=12"]["sluitingsratio"] == answers["RWI_2004"]["sluitingsratio"]
    assert len({answer["sluitingsratio"] for answer in answers.values()}) == len(answers) - 1


def execute(name: str, home: Path) -> nbformat.NotebookNode:
    """Run a notebook in Jupyter's kernel, started where it lies."""
    source = str(Path(rs.__file__).parents[1])
    paths = os.pathsep.join([source, *filter(None, [os.environ.get("PYTHONPATH")])])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", paths)
        patch.setenv("PYTHONWARNINGS", "")
        patch.setenv("IPYTHONDIR", str(home / "ipython"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(home / "runtime"))
        patch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
        notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
        resources = {"metadata": {"path": str(FOLDER)}}
        return NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources).execute()


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """01_cohort after a run."""
    return execute("01_cohort", tmp_path_factory.mktemp("jupyter"))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """02_expected after a run; its text is not run as a script too, as that takes as long again."""
    return execute("02_expected", tmp_path_factory.mktemp("jupyter"))


@pytest.fixture(scope="module")
def fieldwork(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """03_fieldwork after a run."""
    return execute("03_fieldwork", tmp_path_factory.mktemp("jupyter"))


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """04_registers after a run."""
    return execute("04_registers", tmp_path_factory.mktemp("jupyter"))


def outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def tables(notebook: nbformat.NotebookNode) -> list[str]:
    return [output.data["text/html"] for output in outputs(notebook) if "text/html" in output.get("data", {})]


@pytest.mark.notebook
def test_01_cohort_shows_values_and_no_warning(executed: nbformat.NotebookNode) -> None:
    assert {output.output_type for output in outputs(executed)} == {"execute_result"}


@pytest.mark.notebook
def test_01_cohort_shows_the_tables_of_the_report(executed: nbformat.NotebookNode) -> None:
    titles = [re.findall(r"<caption>(.*?)</caption>", html)[0] for html in tables(executed)]
    assert [title for title in titles if title.startswith("Tabel ")] == [
        "Tabel 5.1 Resultaten cijferonderzoek, twaalf gemeenten (centrale analyse)",
        "Tabel 5.2 Centrale en lokale analyse in drie gemeenten",
        "Tabel B 3.1 Lokale analyse gemeente 3",
    ]
    assert len(set(titles)) == len(titles) >= 12


@pytest.mark.notebook
def test_01_cohort_shows_two_pictures(executed: nbformat.NotebookNode) -> None:
    pictures = [output for output in outputs(executed) if "image/png" in output.data]
    assert len(pictures) == 2
    assert all(len(output.data["image/png"]) > 20_000 for output in pictures)


@pytest.mark.notebook
def test_01_cohort_shows_no_person(executed: nbformat.NotebookNode) -> None:
    keys = re.compile(r"(?<!\d)00\d{7}(?!\d)")
    for output in outputs(executed):
        for kind in ("text/html", "text/plain"):
            shown = output.data.get(kind, "")
            assert not keys.search(shown)
            assert "instroomdatum" not in shown


@pytest.mark.notebook
def test_02_expected_shows_values_and_no_warning(expected: nbformat.NotebookNode) -> None:
    assert {output.output_type for output in outputs(expected)} == {"execute_result"}


@pytest.mark.notebook
def test_02_expected_goes_from_the_counts_to_the_truth(expected: nbformat.NotebookNode) -> None:
    titles = [re.findall(r"<caption>(.*?)</caption>", html)[0] for html in tables(expected)]
    assert titles[0] == "De eerste vijf gemeenten, 2024"
    assert titles[-1].startswith("Wat de regel vond van wat waar is, 2024")
    assert len(set(titles)) == len(titles) >= 14
    said = " ".join(output.data.get("text/plain", "") for output in outputs(expected))
    assert "van de 342 gemeenten liggen buiten de 95%-grenzen van een gewone Poisson-regressie" in said
    assert "Flags(23 meer, 15 minder, 304 verwacht, 0 niet_te_beoordelen)" in said
    assert "Treffers: 30 van de 32 sterke oorzaken" in tables(expected)[-1]


@pytest.mark.notebook
def test_what_02_expected_says_in_its_text_is_what_it_shows(expected: nbformat.NotebookNode) -> None:
    shown = {re.findall(r"<caption>(.*?)</caption>", html)[0]: html for html in tables(expected)}
    high = shown["Hoog, en toch als verwacht"]
    assert high.index("Quaderdrecht") < high.index("Korverkerke")
    assert "Gemist: Quaderdrecht" in tables(expected)[-1]
    assert "Onder alle aannamen die beslissen dezelfde kant op aangewezen: 7 van de 38." in "".join(tables(expected))


@pytest.mark.notebook
def test_02_expected_shows_four_pictures(expected: nbformat.NotebookNode) -> None:
    pictures = [output for output in outputs(expected) if "image/png" in output.data]
    assert len(pictures) == 4
    assert all(len(output.data["image/png"]) > 50_000 for output in pictures)


@pytest.mark.notebook
def test_03_fieldwork_shows_the_draw_its_numbers_and_what_the_interviews_found(
    fieldwork: nbformat.NotebookNode,
) -> None:
    assert {output.output_type for output in outputs(fieldwork)} == {"execute_result", "stream"}
    assert {output.name for output in outputs(fieldwork) if output.output_type == "stream"} == {"stdout"}  # no warning
    titles = [re.findall(r"<caption>(.*?)</caption>", html)[0] for html in tables(fieldwork)]
    assert len(set(titles)) == len(titles) == 13
    assert {"Gekozen, met de reden", "Gevraagd en gekregen", "Bewijs per oorzaak"} <= set(titles)
    said = " ".join(output.data.get("text/plain", "") for output in outputs(fieldwork) if "data" in output)
    assert "SampleDraw(29 of 342 gemeenten, seed=2025" in said


@pytest.mark.notebook
def test_03_fieldwork_refuses_a_design_that_cannot_be_and_says_what_would_have_to_give(
    fieldwork: nbformat.NotebookNode,
) -> None:
    text = "".join(output.text for output in outputs(fieldwork) if output.output_type == "stream")
    assert "quota:provincie=Nieuwmark: 7 asked; available: 6" in text
    assert "What would have to give: quota:provincie=Nieuwmark at most 6." in text
    (relaxed,) = [html for html in tables(fieldwork) if "Waarvan is afgeweken" in html]
    assert re.findall(r"<t[dh][^>]*>([^<]+)</t[dh]>", relaxed.split("<tbody>")[1]) == [
        "quota:provincie=Nieuwmark",
        "7",
        "4",  # of the six, three share a samenwerkingsverband
    ]


@pytest.mark.notebook
def test_03_fieldwork_lets_a_reserve_step_in_for_who_refuses(fieldwork: nbformat.NotebookNode) -> None:
    (html,) = [html for html in tables(fieldwork) if "Na de weigering van" in html]
    assert html.count("<tr>") == 2  # the head and one gemeente
    assert "Stapt in voor" in html


@pytest.mark.notebook
def test_04_registers_reads_files_of_others_and_gives_the_same_cohort(registers: nbformat.NotebookNode) -> None:
    assert {output.output_type for output in outputs(registers)} == {"execute_result", "stream"}
    assert {output.name for output in outputs(registers) if output.output_type == "stream"} == {"stdout"}  # no warning
    (proof,) = [html for html in tables(registers) if "Sluitingsratio arbeidsplichtigen, uit deze bestanden" in html]
    assert "Dezelfde cohorttabel als uit de eigen bestanden: ja." in proof


@pytest.mark.notebook
def test_04_registers_shows_that_23_and_71_per_cent_differ_by_the_day_on_which_one_looks(
    registers: nbformat.NotebookNode,
) -> None:
    (html,) = [html for html in tables(registers) if "naar wat bekend was" in html]
    cells = re.findall(r"<t[dh][^>]*>([^<]+)</t[dh]>", html.split("<tbody>")[1])
    rows = [cells[place : place + 5] for place in range(0, len(cells), 5)]
    found = {(row[0], row[1]): row[4] for row in rows}
    assert found["GM9003", "31 augustus 2003"] == "24%"  # 21 of 89; centrally 21 of 92, with three who moved away
    assert found["GM9003", "vandaag"] == "71%"


@pytest.mark.notebook
def test_04_registers_keeps_the_country_when_gemeenten_merge(registers: nbformat.NotebookNode) -> None:
    (html,) = [html for html in tables(registers) if "voor en na de samenvoeging" in html]
    assert "samen: 10500 naar de indeling van toen, 10500 naar die van 2005" in html


@pytest.mark.notebook
def test_04_registers_shows_no_person(registers: nbformat.NotebookNode) -> None:
    keys = re.compile(r"(?<!\d)00\d{7}(?!\d)")
    for output in outputs(registers):
        shown = [output.get("text", ""), *output.get("data", {}).values()]
        assert not any(keys.search(str(one)) for one in shown)
