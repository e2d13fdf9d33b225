"""Rows joined to spells inside `read_registers`: after the checks, by what a layout says, each row accounted for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.__main__ import main
from reintegratie_stats.errors import DefinitionError, RegisterError
from reintegratie_stats.registers import read_layout
from reintegratie_stats.registers.reading import Reading
from reintegratie_stats.registers.spells import SpellAccount
from tests.unit.tables import bijstand, refusal

SRG = """
basis = "srg_voorzieningen"
[kolommen]
begindatum = { kolom = "VAN", datum = "jjjjmmdd" }
einddatum = { kolom = "TOT", datum = "jjjjmmdd", open = ["88888888"] }
[uitklappen.kolommen]
lks = "LKS"
coaching = "COACH"
"""
PERIODS = [
    ("R", "2", "20200101", "20200131", 1, 0, "x"),
    ("R", "2", "20200201", "20200229", 1, 2, "x"),
    ("R", "2", "20200301", "88888888", 1, 0, "y"),
    ("R", "3", "", "20200331", 0, 2, "z"),  # two offers without a start date
    ("R", "3", "onzin", "20200331", 1, 0, "z"),  # no date at all
    ("R", "4", "", "88888888", "ja", 1, "z"),
    ("R", "5", "20200401", "20200331", 1, 0, "z"),  # ends before it begins
    ("F", "3", "20200101", "20200331", 1, 0, "z"),
]
COUNTS = ["RINPERSOONS", "RINPERSOON", "VAN", "TOT", "LKS", "COACH", "KLANT"]
WAGES = [
    ("R", "2", "i1", "20190101", "99991231", "20200101", "20200128", "80", 1000, "B", "1"),
    ("R", "2", "i1", "20190101", "99991231", "20200129", "20200225", "80", 1000, "B", "1"),
    ("R", "2", "i1", "20190101", "99991231", "20200129", "20200225", "-80", -1000, "B", "1"),
    ("R", "2", "i1", "", "99991231", "20200226", "20200324", "80", 1000, "B", "1"),  # no first day: set aside
    ("R", "3", "i2", "20190101", "99991231", "20200129", "20200225", "50,5", 100, "B", "2"),
    ("R", "3", "i2", "20190101", "99991231", "20200129", "20200225", "50,5", 100, "B", "2"),
]
JOBS = [
    *("RINPERSOONS", "RINPERSOON", "IKVID", "SDATUMAANVANGIKO", "SDATUMEINDEIKO", "AANVSSBBUS", "EINDSSBBUS"),
    *("SBASISUREN", "SBASISLOON", "SCONTRACTSOORT", "SSOORTBAAN"),
]


def read(folder: Path, register: str, rows: Any, columns: list[str], layout: str) -> rs.Registers:
    file, own = folder / f"{register}_bron.csv", folder / "mijn.toml"
    pd.DataFrame(rows, columns=columns).to_csv(file, index=False, sep=";")
    own.write_text(layout, encoding="utf-8")
    source: dict[str, Any] = {"bijstand": bijstand(), register: file}
    return rs.read_registers(source, layout={register: own})


def offers(folder: Path, more: str = "", rows: Any = PERIODS) -> rs.Registers:
    return read(folder, "trajecten", rows, COUNTS, SRG + more)


def spells(registers: rs.Registers, name: str, *columns: str) -> list[tuple[Any, ...]]:
    frame = registers.to_frame(name)
    for day in ("begindatum", "einddatum"):
        frame[day] = frame[day].astype("string").str[:10]
    return [tuple(None if pd.isna(one) else one for one in row) for row in frame[list(columns)].to_numpy().tolist()]


# --- voorzieningen ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def srg(tmp_path_factory: pytest.TempPathFactory) -> rs.Registers:
    return offers(tmp_path_factory.mktemp("srg"))


def test_periods_of_srg_are_voorzieningen_when_they_are_read(srg: rs.Registers) -> None:
    assert spells(srg, "trajecten", "soort", "nummer", "begindatum", "einddatum", "vorm", "rijen") == [
        ("coaching", 1, "2020-02-01", "2020-02-29", "instrument", 1),
        ("coaching", 2, "2020-02-01", "2020-02-29", "instrument", 1),
        ("lks", 1, "2020-01-01", None, "instrument", 3),
    ]
    assert repr(srg.reading["trajecten"]) == (
        "Reading(trajecten from 1 file: 8 rows, 1 taken out by the layout, 7 used that became 8 rows; "
        "4 joined to 3 spells, 2 kept apart)"
    )
    assert "trajecten: 8 rows, 4 set aside, joined to 3 spells" in repr(srg)


def test_the_checks_speak_of_the_rows_before_they_were_joined(srg: rs.Registers) -> None:
    report = srg.report.fails()
    errors = report[report["severity"] == "fout"]
    assert list(errors[["column", "rule", "fails"]].itertuples(index=False, name=None)) == [
        ("begindatum", "is ingevuld", 2),
        ("begindatum", "is een datum", 1),
        ("einddatum", "ligt niet voor begindatum", 1),
    ]
    aside = srg.report.rows("trajecten")
    assert len(aside) == 4
    assert set(aside["persoon_id"]) == {"R3", "R4", "R5"}


def test_an_offer_without_a_start_date_is_kept_as_such(srg: rs.Registers) -> None:
    loose = srg.undated["trajecten"].to_pyarrow().to_pylist()
    assert sorted((row["persoon_id"], row["soort"], row["nummer"], row["begindatum"]) for row in loose) == [
        ("R3", "coaching", 1, None), ("R3", "coaching", 2, None), ("R4", "coaching", 1, None),
    ]  # fmt: skip
    account = srg.reading["trajecten"].joined
    assert account is not None
    assert dict(account.kept) == {"zonder begindatum": 2}
    usable = srg.report.accounting().set_index("table").loc["trajecten", "usable"]
    assert account.rows == usable + 2
    assert srg.to_frame("trajecten")["begindatum"].notna().all()
    assert len(srg.keep("trajecten", "soort", ["lks"]).undated["trajecten"].to_pyarrow()) == 0


def test_a_register_whose_offers_all_begin_has_none_apart(tmp_path: Path) -> None:
    registers = offers(tmp_path, rows=PERIODS[:3])
    assert not registers.undated
    assert "kept apart" not in repr(registers.reading["trajecten"])


def test_columns_that_a_join_does_not_keep_are_named(tmp_path: Path) -> None:
    text = '[meenemen]\nklant = "KLANT"\nrijen = "KLANT"\nweg = "KLANT"\n[samenvoegen]\neerste = ["vorm", "klant"]'
    registers = offers(tmp_path, text)
    notes = registers.reading["trajecten"].notes
    assert "samengevoegd tot voorzieningen: zonder kolom weg, aantal" in notes
    assert "kolom rijen is die van het samenvoegen, niet die van de bron" in notes
    assert set(registers.to_frame("trajecten")["klant"]) == {"x"}


def test_a_column_that_comes_along_is_never_replaced_by_one_that_is_made(tmp_path: Path) -> None:
    rows = [(*row[:6], 7) for row in PERIODS]
    columns = ["RINPERSOONS", "RINPERSOON", "VAN", "TOT", "LKS", "COACH", "Aantal"]
    text = "alles_meenemen = true" + SRG
    words = refusal(RegisterError, lambda: read(tmp_path, "trajecten", rows, columns, text))
    assert "column 'aantal' would come along, and uitklappen makes a column of that name" in words
    text = text.replace("[uitklappen.kolommen]", '[uitklappen]\naantal = "lopend"\n[uitklappen.kolommen]')
    notes = read(tmp_path, "trajecten", rows, columns, text).reading["trajecten"].notes
    assert "samengevoegd tot voorzieningen: zonder kolom Aantal, lopend" in notes


def test_joining_may_be_left_out(tmp_path: Path) -> None:
    registers = offers(tmp_path, '[samenvoegen]\nwijze = "niet"')
    assert len(registers.to_frame("trajecten")) == 4
    assert registers.reading["trajecten"].joined is None


def test_a_delivery_with_a_row_per_offer_has_no_number(tmp_path: Path) -> None:
    layout = """
tabel = "trajecten"
[kolommen]
persoon_id = "wie"
begindatum = { kolom = "van", datum = "jjjjmmdd" }
einddatum = { kolom = "tot", datum = "jjjjmmdd" }
soort = "wat"
vorm = { vast = "instrument" }
[samenvoegen]
wijze = "voorzieningen"
"""
    rows = [("a", "20200101", "20200131", "coaching"), ("a", "20200201", "", "coaching"), ("b", "20200101", "", "lks")]
    registers = read(tmp_path, "trajecten", rows, ["wie", "van", "tot", "wat"], layout)
    assert len(registers.to_frame("trajecten")) == 2


# --- loonaangiften ------------------------------------------------------------------------------------


def test_wage_statements_are_jobs_when_they_are_read(tmp_path: Path) -> None:
    registers = read(tmp_path, "dienstverbanden", WAGES, JOBS, 'basis = "spolisbus"')
    assert spells(registers, "dienstverbanden", "ikvid", "begindatum", "einddatum", "uren_per_week", "soort") == [
        ("i1", "2020-01-01", "2020-01-28", 20.0, "1"),
        ("i2", "2020-01-29", "2020-02-25", 12.625, "stage"),
    ]
    account = registers.reading["dienstverbanden"].joined
    assert account is not None
    assert account.rows == registers.report.accounting().set_index("table").loc["dienstverbanden", "usable"] == 5
    assert account.used + sum(account.set_aside.values()) == 5
    assert registers.report.accounting()["set_aside"].tolist() == [0, 1]


def test_the_rule_for_wages_stands_in_the_layout(tmp_path: Path) -> None:
    text = 'basis = "spolisbus"\n[samenvoegen]\nper = ["persoon_id"]\nstage = "weglaten"\nnabetaling = "meenemen"'
    registers = read(tmp_path, "dienstverbanden", WAGES, JOBS, text)
    assert spells(registers, "dienstverbanden", "persoon_id", "begindatum", "einddatum", "rijen") == [
        ("R2", "2020-01-01", "2020-02-25", 3)
    ]
    assert "zonder kolom ikvid, " in registers.reading["dienstverbanden"].notes[-1]


# --- dossiers -----------------------------------------------------------------------------------------

DOSSIERS = """
basis = "gemeente_dossiers"
[kolommen]
gemeente = { vast = "GM9001" }
"""
ROWS = [
    ("a", "1-1-2002", "28-2-2002", "dossierwijziging"),
    ("a", "1-3-2002", "30-6-2002", "werk"),
    ("b", "1-3-2002", "", ""),
]


def dossiers(folder: Path, more: str) -> rs.Registers:
    file, own = folder / "uitdraai.csv", folder / "mijn.toml"
    pd.DataFrame(ROWS, columns=["Clientnummer", "Ingangsdatum", "Einddatum", "Reden beëindiging"]).to_csv(
        file, index=False, sep=";"
    )
    own.write_text(DOSSIERS + more, encoding="utf-8")
    return rs.read_registers({"bijstand": file}, layout=own)


def test_dossiers_are_joined_only_when_that_is_asked(tmp_path: Path) -> None:
    assert len(dossiers(tmp_path, "").to_frame("bijstand")) == 3
    joined = dossiers(tmp_path, '[samenvoegen]\nwijze = "dossiers"')
    assert spells(joined, "bijstand", "persoon_id", "begindatum", "einddatum", "reden_einde", "rijen") == [
        ("a", "2002-01-01", "2002-06-30", "werk", 2),
        ("b", "2002-03-01", None, None, 1),
    ]


def test_the_attrition_of_a_cohort_counts_what_it_uses(tmp_path: Path) -> None:
    joined = dossiers(tmp_path, '[samenvoegen]\nwijze = "dossiers"')
    kept = joined.keep("bijstand", "reden_einde", ["werk"])
    attrition = rs.define_cohort(kept, rs.RWI_2004).attrition
    assert attrition[["stap", "n_voor", "n_na"]].head(4).to_numpy().tolist() == [
        ["bijstandsrijen bruikbaar", 3, 3],
        ["rijen samengevoegd", 3, 2],
        ["rijen gehouden", 2, 1],
        ["rijen die in het venster beginnen, samengevoegd tot perioden", 1, 1],
    ]
    assert attrition["reden"].tolist()[2] == "andere waarde in reden_einde dan is gevraagd"
    plain = rs.define_cohort(dossiers(tmp_path, ""), rs.RWI_2004).attrition
    assert plain["stap"].tolist()[:2] == [attrition["stap"][0], attrition["stap"][3]]


# --- what a layout says -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basis", "said", "words"),
    [
        ("spolisbus", 'wijze = "dossiers"', "dienstverbanden can be joined as loonaangiften"),
        ("gbaadresobjectbus", 'wijze = "dossiers"', "rows of adressen are not joined"),
        ("gemeente_dossiers", 'wijze = "dosiers"', "Did you mean 'dossiers'?"),
        ("gemeente_dossiers", "overbrugging_dagen = 3", "wijze is missing: one of dossiers"),
        ("spolisbus", "overbruging_dagen = 3", "Did you mean 'overbrugging_dagen'?"),
        ("spolisbus", "overbrugging_dagen = -1", "a whole number of days of 0 or more"),
        ("spolisbus", 'stage = "weg"', "stage is 'weg'; it is one of: apart, weglaten, meenemen"),
        ("spolisbus", 'per = ["ikvid"]', "per must hold persoon_id"),
        ("spolisbus", 'per = "persoon_id"', "per must be a list of texts"),
        ("spolisbus", 'stage_waarden = "2"', "stage_waarden must be a list of texts"),
        ("spolisbus", 'per = ["persoon_id", "ikvit"]', "column 'ikvit', which this layout does not make"),
        ("srg_voorzieningen", "eerste = []", "samenvoegen loses vorm, which trajecten must have"),
        ("srg_voorzieningen", "aantal = 1", "aantal must be the name of a column"),
        ("spolisbus", 'wijze = "niet"\nper = ["persoon_id"]', "'per' is unknown; niet has no settings"),
    ],
)
def test_a_join_that_cannot_be_says_what_is_wrong(tmp_path: Path, basis: str, said: str, words: str) -> None:
    (tmp_path / "fout.toml").write_text(f'basis = "{basis}"\n[samenvoegen]\n{said}')
    assert words in refusal(DefinitionError, lambda: read_layout(tmp_path / "fout.toml"))


def test_the_layouts_of_the_package_join_what_is_no_spell_yet() -> None:
    ways = {name: read_layout(name).samenvoegen for name in ("srg_voorzieningen", "spolisbus", "polisbus")}
    assert {name: one.wijze for name, one in ways.items() if one} == {
        "srg_voorzieningen": "voorzieningen", "spolisbus": "loonaangiften", "polisbus": "loonaangiften",
    }  # fmt: skip
    assert read_layout("gemeente_dossiers").samenvoegen is None
    assert read_layout("bijstanduitkeringtab").samenvoegen is None


def test_the_command_tells_what_was_joined(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, own = tmp_path / "srg.csv", tmp_path / "mijn.toml"
    pd.DataFrame(PERIODS, columns=COUNTS).to_csv(file, index=False, sep=";")
    own.write_text(SRG, encoding="utf-8")
    assert main(["layout", "check", str(own), str(file)]) == 0
    said = capsys.readouterr().out
    assert "joined: 4 rows to 3 spells" in said
    assert "kept apart: zonder begindatum: 2 rows" in said


def test_a_reading_is_the_same_after_it_was_kept() -> None:
    account = SpellAccount("trajecten", 3, 2, {"zonder soort": 1}, {"zonder begindatum": 1}, 2)
    reading = Reading("trajecten", "mijn", {"a.csv": 3}, (), 3, 3, joined=account)
    assert Reading.of_plain(reading.plain()) == reading
