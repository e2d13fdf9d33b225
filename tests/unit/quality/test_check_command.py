"""``reintegratie check``: what it takes, prints and writes, and with which status it ends."""

from __future__ import annotations

import argparse
import json
import stat
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.__main__ import main
from reintegratie_stats.quality.commands import ArgumentsError, find_layout, find_source, run_check
from tests.unit.quality.fakes import dirty, finding, pretend
from tests.unit.tables import bijstand, refusal, trajecten, write_csv

LAYOUT = """
tabel = "bijstand"
[kolommen]
persoon_id = "clientnr"
gemeente = { vast = "GM9001" }
begindatum = "ingang"
einddatum = { leeg = true }
reden_einde = { leeg = true }
[[filter]]
kolom = "regeling"
houd = ["PW"]
"""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing unusual is looked for."""
    pretend(monkeypatch)
    return monkeypatch


def _run(capsys: pytest.CaptureFixture[str], *arguments: Any) -> tuple[int, str, str]:
    status = main(["check", *map(str, arguments)])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_a_folder_is_judged_and_told_in_dutch(
    tmp_path: Path, quick: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_csv(tmp_path, **dirty())
    status, out, err = _run(capsys, tmp_path)
    assert status == 3
    assert "4 van de 11 gecontroleerde rijen zijn terzijde gelegd." in out
    assert "Koppelen van sleutels" in out
    assert err == ""


def test_the_synthetic_delivery_is_judged(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pretend(monkeypatch, finding())  # the how-to page looks for all that is unusual
    status, out, _ = _run(capsys, "data/synthetic/rwi2004/lokaal", "--lang", "en", "--day", "2003-09-30")
    assert status == 3
    assert "As on 2003-09-30." in out
    assert "Unusual, but legal" in out


def test_page_and_json_are_those_of_the_report(
    tmp_path: Path, quick: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_csv(tmp_path, bijstand=dirty()["bijstand"])
    page, data = tmp_path / "blad.html", tmp_path / "blad.json"
    status, out, err = _run(capsys, tmp_path, "--html", page, "--json", data)
    quality = rs.check(rs.read_registers(tmp_path))
    assert (status, out) == (quality.status, quality.to_text())
    assert page.read_bytes() == quality.to_html().encode()
    assert data.read_bytes() == quality.to_json().encode()
    assert err.splitlines() == [f"written to {data}", f"written to {page}"]
    assert sorted(path.name for path in tmp_path.iterdir() if "part" in path.name) == []


def test_status_4_is_for_warnings_where_they_count(
    tmp_path: Path, quick: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_csv(tmp_path, bijstand=bijstand(), trajecten=trajecten(persoon_id="z"))
    assert _run(capsys, tmp_path)[0] == 0
    assert _run(capsys, tmp_path, "--strict")[0] == 4


def test_tables_and_layouts_are_given_one_by_one(
    tmp_path: Path, quick: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "clienten.csv").write_text("Clientnr;Ingang;Regeling\n0012;2019-02-01;PW\n0013;2019-02-01;IOAW\n")
    (tmp_path / "mijn.toml").write_text(LAYOUT)
    write_csv(tmp_path, t=trajecten(persoon_id=["0012", "x"]))
    given = [f"bijstand={tmp_path / 'clienten.csv'}", f"trajecten={tmp_path / 't.csv'}"]
    data = tmp_path / "x.json"
    for layout in (tmp_path / "mijn.toml", f"bijstand={tmp_path / 'mijn.toml'}"):
        status, out, _ = _run(capsys, *given, "--layout", layout, "--cache", tmp_path / "cache", "--json", data)
        assert status == 0
        assert "gefilterd" in out
        account = json.loads(data.read_text("utf-8"))["accounting"]
        assert [(one["table"], one["rows"], one["taken_out"], one["used"]) for one in account] == [
            ("bijstand", 2, 1, 1),
            ("trajecten", 2, 0, 2),
        ]
    assert (tmp_path / "cache").is_dir()


def test_rules_of_a_file_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, finding())
    write_csv(tmp_path, bijstand=bijstand())
    rules = tmp_path / "mijn.toml"
    rules.write_text('[sprong_jaargrens]\nernst = "erg"\n')
    status, out, err = _run(capsys, tmp_path, "--rules", rules)
    assert (status, out) == (1, "")
    assert "ernst: 'erg' is not one of" in err


@pytest.mark.parametrize("name", ["rijen.csv", "rijen.parquet"])
def test_rows_go_to_a_file_that_only_the_user_can_read(
    tmp_path: Path, quick: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    write_csv(tmp_path, bijstand=dirty()["bijstand"])
    out = tmp_path / name
    status, _, err = _run(capsys, tmp_path, "--rows", "bijstand", "is een datum", "--out", out)
    assert status == 3
    assert err == f"1 row of bijstand written to {out}. These are personal data: they stay where they are.\n"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    rows = pd.read_csv(out) if out.suffix == ".csv" else pd.read_parquet(out)
    assert rows["persoon_id"].tolist() == ["c"]
    status, printed, err = _run(capsys, tmp_path, "--rows", "bijstand", "is een datum", "--out", out)
    assert (status, printed) == (1, "")
    assert "is there already" in err


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["nergens"], 1, "Folder nergens does not exist"),
        (["bijstnd=b.csv"], 1, "Did you mean 'bijstand'?"),
        (["{b}"], 2, "say which table it fills, such as bijstand="),
        (["bijstand={b}", "{b}"], 2, "one folder, or TABLE=PATH for each register"),
        (["bijstand={b}", "--layout", "nergens.toml"], 1, "nergens.toml"),
        (["bijstand={b}", "--layout", "bijstand=spolisbus"], 1, "fills dienstverbanden, not bijstand"),
        (["bijstand={b}", "--layout", "spolisbus", "--layout", "polisbus"], 2, "dienstverbanden gets two layouts"),
        (["bijstand={b}", "--day", "gisteren"], 1, "Write it as 2003-06-30"),
        (["bijstand={b}", "--window", "2003-01-01", "2002-01-01"], 1, "does not lie before"),
        (["bijstand={b}", "--rows", "bijstand", "is ingevuld"], 2, "go together"),
        (["bijstand={b}", "--out", "x.csv"], 2, "go together"),
        (["bijstand={b}", "--rows", "bijstand", "is ingevud", "--out", "{n}.csv"], 1, "Did you mean 'is ingevuld'?"),
        (["bijstand={b}", "--rows", "bijstand", "is ingevuld", "--out", "{n}.xls"], 2, ".csv or .parquet"),
        (["bijstand={b}", "--json", "nergens/x.json"], 1, "Folder nergens does not exist"),
    ],
)
def test_what_cannot_be_is_refused_with_a_message(
    tmp_path: Path,
    quick: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    words: str,
) -> None:
    write_csv(tmp_path, b=bijstand())
    given = [one.format(b=tmp_path / "b.csv", n=tmp_path / "nieuw") for one in arguments]
    seen, out, err = _run(capsys, *given)
    assert (seen, out) == (status, "")
    assert words in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.csv"]


def test_the_help_tells_the_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "0 nothing set aside, 3 rows were set aside" in told


def test_a_path_with_an_equals_sign_is_a_path_where_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jaar=2019").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_source(["jaar=2019"]) == "jaar=2019"
    assert find_source(["./data/jaar=2020"]) == "./data/jaar=2020"
    assert find_source(["bijstand=jaar=2019"]) == {"bijstand": "jaar=2019"}


def test_the_own_layout_is_no_layout() -> None:
    assert find_layout(["eigen", "trajecten=eigen"]) is None
    assert list(find_layout(["bijstanduitkeringtab"])) == ["bijstand"]


def test_wrong_arguments_are_told_before_anything_is_read() -> None:
    options = argparse.Namespace(source=["nergens"], layout=None, rows=("a", "b"), out=None, json=None, html=None)
    assert "never shown" in refusal(ArgumentsError, lambda: run_check(options))
