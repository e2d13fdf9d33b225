"""The study of `study.toml`, run as few times as the tests allow: the session shares the runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reintegratie_stats.pipeline import run_study
from reintegratie_stats.pipeline import rwi2004 as steps
from reintegratie_stats.report.write import write_figure, write_table
from reintegratie_stats.studies.cbs2025 import Cbs2025
from reintegratie_stats.studies.rwi2004 import Rwi2004
from reintegratie_stats.study import read_study
from tests.pipeline import cbs2025_runs
from tests.pipeline.runs import ROOT, Run, command


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The study as `make tables` runs it, in Dutch, with what it made on the way."""
    folder, said = tmp_path_factory.mktemp("nl") / "reports", list[str]()
    made: list[Rwi2004] = []

    def remember(*values: object) -> Rwi2004:
        made.append(Rwi2004(*values))  # type: ignore[arg-type]
        return made[-1]

    study = replace(read_study(ROOT / "study.toml"), output=folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "Rwi2004", remember)
        written = run_study(study, say=said.append)
    return Run(folder, "\n".join(said), written, made[0])


@pytest.fixture(scope="session")
def english(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The tables and the figure of the same cohorts in English."""
    folder = tmp_path_factory.mktemp("en")
    assert run.study is not None
    study = replace(run.study, lang="en")
    for table in study.tables():
        write_table(table, folder / "tables")
    write_figure(study.figure_5_1(), folder / "figures", "figuur_5_1", status="release")
    return Run(folder, "")


@pytest.fixture(scope="session")
def other_process(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The study once more in Dutch: in a process of its own, elsewhere, with other hashes."""
    away = tmp_path_factory.mktemp("away")
    done = command("tables", "--study", str(ROOT / "study.toml"), "--out", "reports", cwd=away)
    assert done.returncode == 0, done.stderr
    return Run(away / "reports", done.stdout)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> cbs2025_runs.Run:
    """The study as `make tables` runs it, with fewer simulations."""
    return cbs2025_runs.run_with(cbs2025_runs.STUDY, tmp_path_factory.mktemp("cbs2025") / "reports")


@pytest.fixture(scope="session")
def report(whole: cbs2025_runs.Run) -> Cbs2025:
    """The value behind those tables."""
    assert whole.report is not None
    return whole.report
