"""What the how-to page on checking shows can be run as it stands."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import reintegratie_stats as rs
from reintegratie_stats.__main__ import _parser
from reintegratie_stats.quality import judge, read_rules, unusual
from reintegratie_stats.quality.linking import link
from tests.unit.deliveries import delivery

PAGE = Path("docs/how-to/check.md").read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_its_python_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    registers = delivery("centraal")
    found, linked = unusual.unusual_findings(registers, read_rules()), link(registers)  # once for all of the page
    monkeypatch.setattr(unusual, "unusual_findings", lambda *_, **__: found)
    monkeypatch.setattr(judge, "link", lambda _: linked)
    monkeypatch.setattr(rs, "read_registers", lambda folder: delivery(Path(folder).name))
    scope: dict[str, Any] = {}
    for block in _blocks("python"):
        exec(block, scope)
    assert scope["quality"].status == 3
    assert len(scope["rows"]) > 0
    assert not scope["quality"].where("voorlopige_maanden").empty


def test_its_rules_are_rules() -> None:
    for block in _blocks("toml"):
        read_rules(tomllib.loads(block))


def test_its_commands_are_understood() -> None:
    lines = "\n".join(_blocks("sh")).replace("\\\n", " ").splitlines()
    commands = [line.split()[1:] for line in lines if line.startswith("reintegratie ")]
    assert len(commands) == 3
    for command in commands:
        words = " ".join(command).replace('"ligt niet voor begindatum"', "ligt_niet_voor_begindatum").split()
        assert callable(_parser().parse_args(words).run)


def test_its_statuses_are_those_of_the_command() -> None:
    rows = re.findall(r"^\| (\d) \| (.*) \|$", PAGE, re.MULTILINE)
    assert [number for number, _ in rows] == ["0", "3", "4", "1", "2"]
