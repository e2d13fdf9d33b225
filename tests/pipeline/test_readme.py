"""What the README shows is what the package gives."""

from __future__ import annotations

import re

import pytest

from tests.pipeline.renew_snapshots import README, readme_table
from tests.pipeline.runs import ROOT, Run

TEXT = README.read_text("utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)


def test_the_table_is_the_one_that_make_tables_makes(run: Run) -> None:
    assert readme_table(TEXT) == run.read("tables/tabel_5_2.md").strip("\n"), (
        "python tests/pipeline/renew_snapshots.py puts the table in its place"
    )


def test_there_is_an_example_in_python() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_runs_in_the_root_of_a_clone(
    example: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(example, "README.md", "exec"), {"__name__": "readme"})
    assert "Traceback" not in capsys.readouterr().err


def test_every_file_that_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    assert links
    missing = [link for link in links if not (ROOT / link).exists()]
    assert missing == []
