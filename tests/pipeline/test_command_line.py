"""The command line: what each command does, what it says, and with which status it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from reintegratie_stats import __version__, jobs, pipeline
from reintegratie_stats.__main__ import main
from reintegratie_stats.errors import StudyError
from reintegratie_stats.jobs import JOBS, run_job
from reintegratie_stats.publications import check_arithmetic
from reintegratie_stats.registers.dictionary import data_dictionary
from reintegratie_stats.study import Study
from tests.pipeline.runs import ROOT, Run, command

STUDY = """
studie = "rwi2004"
uitvoer = "reports"

[leveringen.centraal]
map = "registers"
definitie = "RWI_2004"

[leveringen.lokaal]
map = "registers"
definitie = "RWI_2004_LOKAAL"
"""


# --- tables -----------------------------------------------------------------------------------


def test_tables_makes_the_tables_and_says_what_it_did(run: Run, other_process: Run) -> None:
    said = other_process.said.splitlines()
    assert said[:-1] == run.said.splitlines()[:-1]
    assert said[-1] == "20 files and manifest.json in reports"
    assert other_process.read("tables/tabel_5_1.md").startswith("**Tabel 5.1 ")


@pytest.mark.parametrize(
    ("options", "output", "lang"),
    [
        ([], ROOT / "reports", "nl"),
        (["--out", "elders"], Path("elders"), "nl"),
        (["--lang", "en"], ROOT / "reports", "en"),
    ],
)
def test_tables_takes_folder_and_language_of_the_study_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, options: list[str], output: Path, lang: str
) -> None:
    asked: list[Study] = []
    monkeypatch.setattr(pipeline, "run_study", asked.append)
    assert main(["tables", "--study", str(ROOT / "study.toml"), *options]) == 0
    (study,) = asked
    assert (study.output, study.lang) == (output, lang)


def test_tables_takes_the_study_file_of_the_folder_it_is_run_in(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tables"]) == 1
    assert "Study file study.toml does not exist. Give its path with --study." in (capsys.readouterr().err)


# --- the other commands -----------------------------------------------------------------------


def test_synthesise_writes_both_deliveries_and_counts_their_rows(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["synthesise", "rwi2004", "--out", "synthetisch", "--seed", "7"]) == 0
    *counts, last = capsys.readouterr().out.splitlines()
    assert last == "written to synthetisch"
    written = {path.relative_to("synthetisch").as_posix(): path for path in Path().rglob("*.csv")}
    assert len(written) == 12
    for line in counts:
        name, rows = line.removesuffix(" rows").split(": ")
        assert len(written[name].read_text("utf-8").splitlines()) == int(rows) + 1
    ours = ROOT / "data" / "synthetic" / "rwi2004" / "centraal" / "bijstand.csv"
    assert written["centraal/bijstand.csv"].read_bytes() != ours.read_bytes()


def test_synthesise_without_a_study_writes_every_one_with_its_own_seed_to_a_folder_of_its_own(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["synthesise"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"written to {Path('data/synthetic')}"
    ours, theirs = ROOT / "data" / "synthetic", Path("data/synthetic")
    written = {path.relative_to(theirs) for path in theirs.rglob("*.csv")}
    made = {path.parts[0] for path in written}
    assert made == {"rwi2004", "cbs2025", "proreact2013"}  # the crosswalk beside them is written by hand
    assert written == {p.relative_to(ours) for p in ours.rglob("*.csv") if p.relative_to(ours).parts[0] in made}
    assert all((theirs / path).read_bytes() == (ours / path).read_bytes() for path in written)


def test_synthesise_takes_one_study(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["synthesise", "cbs2025"]) == 0
    assert "gemeenten.csv: 342 rows" in capsys.readouterr().out
    assert [path.name for path in Path("data/synthetic").iterdir()] == ["cbs2025"]
    with pytest.raises(SystemExit):
        main(["synthesise", "cbs2024"])


def test_dictionary_writes_where_it_is_told(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dictionary", "--out", "docs/woordenboek.md"]) == 0
    assert Path("docs/woordenboek.md").read_bytes() == data_dictionary().encode("utf-8")
    assert capsys.readouterr().out == f"written to {Path('docs/woordenboek.md')}\n"


def test_published_shows_what_does_not_add_up_in_the_source(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["published"]) == 0
    report = check_arithmetic("rwi2004")
    assert capsys.readouterr().out == f"{report!r}\n{report.to_markdown()}"


def test_published_refuses_a_document_that_is_not_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["published", "rwi2005"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("PublishedError: There are no published figures of 'rwi2005'.")


def test_a_job_runs_its_commands_in_the_clone_and_stops_at_the_first_that_fails(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = str(elsewhere / "note")
    write = f"import os, pathlib; pathlib.Path({note!r}).write_text(os.getcwd())"
    monkeypatch.setitem(JOBS, "check", (("-c", write),))
    assert main(["job", "check"]) == 0
    assert Path(Path(note).read_text()).resolve() == ROOT.resolve()
    Path(note).unlink()
    monkeypatch.setitem(JOBS, "check", (("-c", "raise SystemExit(3)"), ("-c", write)))
    assert main(["job", "check"]) == 3
    assert not Path(note).exists()


def test_a_job_needs_a_clone(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(jobs, "ROOT", elsewhere)
    with pytest.raises(StudyError, match="runs in a clone of the repository"):
        run_job("test")
    assert main(["job", "test"]) == 1
    assert "StudyError: Job 'test' runs in a clone" in capsys.readouterr().err


# --- refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [[], ["tabels"], ["tables", "--lang", "fr"], ["job", "tests"], ["synthesise", "--seed", "x"]],
)
def test_wrong_arguments_end_with_2_and_the_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("usage: reintegratie")


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out.strip() == __version__


def test_every_command_is_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    for name in ("tables", "synthesise", "dictionary", "published", "job"):
        assert name in said


def test_a_refused_input_ends_with_1_and_our_message_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(STUDY, "utf-8")
    registers = tmp_path / "registers"
    registers.mkdir()
    (registers / "bijstand.csv").write_text(
        "persoon_id,gemeente,begindatum,einddatum\n001234567,GM9001,geheim,\n", "utf-8"
    )
    done = command("tables", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("RegisterError: bijstand: column 'reden_einde' is missing.")
    for secret in ("Traceback", "geheim", "001234567"):
        assert secret not in done.stderr
    assert not (tmp_path / "reports").exists()


def test_a_folder_without_registers_is_refused(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("study.toml").write_text(STUDY, "utf-8")
    assert main(["tables"]) == 1
    assert "RegisterError: Folder registers does not exist." in capsys.readouterr().err
    Path("registers").mkdir()
    Path("registers/bijstnd.csv").write_text("", "utf-8")
    assert main(["tables"]) == 1
    assert "Did you mean 'bijstnd.csv'?" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["dictionary", "synthesise"])
def test_a_place_that_cannot_be_written_is_told_without_a_traceback(
    elsewhere: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("bezet").write_text("", "utf-8")
    assert main([name, "--out", "bezet/uitvoer"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Cannot read or write bezet")
