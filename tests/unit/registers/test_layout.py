"""Layouts: what can be said in one, what is refused, and what becomes of every row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import reintegratie_stats as rs
from reintegratie_stats.engine import open_engine
from reintegratie_stats.errors import DefinitionError, RegisterError
from reintegratie_stats.registers.files import Cache, FileOptions
from reintegratie_stats.registers.layout import Layout
from reintegratie_stats.registers.layout_read import own_layout, read_layout, shipped_layouts
from reintegratie_stats.registers.layout_tables import TARGETS
from reintegratie_stats.registers.read_one import Read, read_one
from tests.unit.tables import refusal

DOSSIERS = """
tabel = "bijstand"
[kolommen]
persoon_id = "client"
gemeente = { vast = "GM0014" }
begindatum = { kolom = "van", datum = "d-m-jjjj" }
einddatum = { kolom = "tot", datum = "d-m-jjjj", open = ["31-12-9999"] }
reden_einde = "reden"
"""
TABLE = pd.DataFrame(
    {
        "CLIENT": ["007", " 8 ", "9", None],
        "Van": ["1-2-2002", "31-01-2002", "2002-03-01", "1-1-2002"],
        "tot": ["31-12-9999", "", "30-2-2002", "28-2-2002"],
        "reden": ["werk", "x", None, "werk"],
    }
)


def layout(folder: Path, text: str, name: str = "mijn") -> Layout:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return read_layout(path)


def read(table: Any, chosen: Layout) -> Read:
    return read_one(open_engine(), chosen.tabel, table, Cache.at(None), chosen)


def rows(done: Read) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = done.table.to_pyarrow().to_pylist()
    return found


def counts(done: Read) -> dict[tuple[str, str], int]:
    return {(step.stap, step.kolom): step.rijen for step in done.reading.steps}


def column(
    tmp_path: Path, how: str, values: list[Any], table: str = "dienstverbanden", name: str = "soort"
) -> list[Any]:
    """What one column of a layout makes of values."""
    others = {one: "{ leeg = true }" for one in TARGETS[table].required_names if one != name}
    lines = [
        f'tabel = "{table}"',
        "[kolommen]",
        f"{name} = {how}",
        *(f"{one} = {said}" for one, said in others.items()),
    ]
    done = read(pa.table({"x": values}), layout(tmp_path, "\n".join(lines)))
    return [row[name] for row in rows(done)]


# --- values ---------------------------------------------------------------------------------------------


def test_a_layout_of_ten_lines_makes_a_register(tmp_path: Path) -> None:
    done = read(TABLE, layout(tmp_path, DOSSIERS))
    assert rows(done) == [
        {
            "persoon_id": "007",
            "gemeente": "GM0014",
            "begindatum": pd.Timestamp("2002-02-01").date(),
            "einddatum": None,
            "reden_einde": "werk",
        },
        {
            "persoon_id": "8",
            "gemeente": "GM0014",
            "begindatum": pd.Timestamp("2002-01-31").date(),
            "einddatum": None,
            "reden_einde": "x",
        },
        {
            "persoon_id": "9",
            "gemeente": "GM0014",
            "begindatum": pd.Timestamp("2002-03-01").date(),
            "einddatum": "30-2-2002",
            "reden_einde": None,
        },
        {
            "persoon_id": None,
            "gemeente": "GM0014",
            "begindatum": pd.Timestamp("2002-01-01").date(),
            "einddatum": "2002-02-28",
            "reden_einde": "werk",
        },
    ]
    assert counts(done) == {
        ("lopend", "einddatum"): 1,
        ("spaties verwijderd", "persoon_id"): 1,
        ("onleesbaar", "einddatum"): 1,
    }


@pytest.mark.parametrize(
    ("form", "values", "days"),
    [
        ("jjjjmmdd", ["20020131", " 20020131 ", "2002-01-31", "2002131"], ["2002-01-31"] * 3 + ["?"]),
        ("yyyymmdd", ["20020131", "20021301", "20020230", "99991231"], ["2002-01-31", "?", "?", "9999-12-31"]),
        ("dd-mm-jjjj", ["31-01-2002", "31-1-2002", "31/01/2002", "20020131"], ["2002-01-31", "?", "?", "?"]),
        (
            "d-m-jjjj",
            ["31-1-2002", "1-12-2002", "01-02-2002 00:00:00", "1-13-2002"],
            ["2002-01-31", "2002-12-01", "2002-02-01", "?"],
        ),
        ("mm/dd/jjjj", ["01/31/2002", "13/01/2002"], ["2002-01-31", "?"]),
        ("dd.mm.jjjj", ["31.01.2002", "31x01x2002"], ["2002-01-31", "?"]),
        ("ddmmjjjj", ["31012002", "31132002"], ["2002-01-31", "?"]),
        ("excel", ["37287", "37287.0", "1", "37287.5", "x"], ["2002-01-31", "2002-01-31", "1899-12-31", "?", "?"]),
    ],
)
def test_dates_are_read_as_the_layout_says_and_in_no_other_way(
    tmp_path: Path, form: str, values: list[str], days: list[str]
) -> None:
    made = column(tmp_path, f'{{ kolom = "x", datum = "{form}" }}', values, "personen", "geboortedatum")
    found = [str(one) for one in made]
    assert [one if len(one) == 10 and one[4] == "-" else "?" for one in found] == days
    if "?" in days:  # and the checks do not read what the layout cannot
        table = pa.table({"persoon_id": [str(place) for place in range(len(made))], "geboortedatum": found})
        bijstand = {name: ["x"] for name in ("persoon_id", "gemeente", "reden_einde")} | {
            "begindatum": ["2002-01-01"],
            "einddatum": [None],
        }
        registers = rs.Registers.from_frames(bijstand=pd.DataFrame(bijstand), personen=table)
        fails = registers.report.fails().set_index("rule")["fails"]
        assert fails.get("is een datum", 0) == days.count("?")


@pytest.mark.parametrize("form", ["jj-mm-dd", "dd-mm", "jjjjmm", "jjjj-mm-dd-dd", "", "dag", "jjjjddww"])
def test_a_way_of_writing_dates_that_is_not_certain_is_refused(tmp_path: Path, form: str) -> None:
    words = refusal(
        DefinitionError,
        lambda: column(tmp_path, f'{{ kolom = "x", datum = "{form}" }}', [], "personen", "geboortedatum"),
    )
    assert "write it with jjjj, mm and dd" in words


def test_the_first_day_after_becomes_the_last_day(tmp_path: Path) -> None:
    chosen = layout(tmp_path, 'einddag = "dag erna"\n' + DOSSIERS)
    table = TABLE.assign(tot=["31-12-9999", "1-3-2004", None, "1-1-2002"])
    assert [str(row["einddatum"]) for row in rows(read(table, chosen))] == ["None", "2004-02-29", "None", "2001-12-31"]


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (["26,5", "1.234,5", "-1", "7", "", "26.5"], [26.5, 1234.5, -1.0, 7.0, None, "? 26.5"]),
        (["26.5", "1234.5", "-1", "7", None], [26.5, 1234.5, -1.0, 7.0, None]),
        (["1.234", "2.5"], [1.234, 2.5]),
        (["1.234", "2,5"], [1234.0, 2.5]),
        ([26.5, None, 7.0], [26.5, None, 7.0]),
        ([1, None, 7], [1.0, None, 7.0]),
        (["36 uur", "x"], ["36 uur", "x"]),
        (["1e3", "nan", "inf", "1_0"], ["1e3", "nan", "inf", "1_0"]),
    ],
)
def test_the_decimal_mark_is_found_per_file(tmp_path: Path, values: list[Any], numbers: list[Any]) -> None:
    made = column(tmp_path, '"x"', values, name="uren_per_week")
    if any(isinstance(one, str) for one in numbers):
        assert [str(one) for one in made] == [
            str(one).removesuffix(".0") if one is not None else "None" for one in numbers
        ]
    else:
        assert made == numbers


def test_codes_become_values_and_what_is_no_code_is_counted(tmp_path: Path) -> None:
    assert column(tmp_path, '{ kolom = "x", waarden = { "2" = "stage" } }', ["2", " 2", "02", None]) == [
        "stage",
        "stage",
        "02",
        None,
    ]
    assert column(tmp_path, '{ kolom = "x", waarden = { "02" = "stage" } }', [2.0, 3.0, None]) == ["stage", "3", None]
    assert column(tmp_path, '{ kolom = "x", waarden = { "2" = "stage" }, overig = "regulier" }', ["2", "1", None]) == [
        "stage",
        "regulier",
        None,
    ]
    assert column(tmp_path, '{ kolom = "x", waarden = { "2" = "stage" }, overig = "" }', ["2", "1"]) == ["stage", None]
    assert column(tmp_path, '{ kolom = "x", ontbreekt = ["9", "x"] }', ["9", "x", "1"]) == [None, None, "1"]
    codes = ["14", "0014", "GM0014", "x", "12345"]
    made = column(tmp_path, '{ kolom = "x", breedte = 4, voor = "GM" }', codes, "bijstand", "gemeente")
    assert made == ["GM0014", "GM0014", "GM0014", "GMx", "GM12345"]


def test_keys_in_two_columns_are_joined_and_missing_where_one_is(tmp_path: Path) -> None:
    text = 'tabel = "personen"\n[kolommen]\npersoon_id = { kolom = ["A", "b"], tussen = "-" }\n'
    text += "geboortedatum = { leeg = true }"
    table = pa.table({"a": ["R", "R", None, " "], "B": ["01", None, "1", "1"]})
    assert [row["persoon_id"] for row in rows(read(table, layout(tmp_path, text)))] == ["R-01", None, None, None]


def test_a_key_that_is_a_number_in_one_file_and_text_in_another_is_refused(tmp_path: Path) -> None:
    pd.DataFrame({"nr": ["007"], "geb": ["20020131"]}).to_csv(tmp_path / "p1.csv", index=False)
    pd.DataFrame({"nr": [7], "geb": ["20020131"]}).to_parquet(tmp_path / "p2.parquet")
    text = 'tabel = "personen"\n[kolommen]\ngeboortedatum = "geb"\npersoon_id = '
    words = refusal(RegisterError, lambda: read(str(tmp_path / "p*.*"), layout(tmp_path, text + '"NR"')))
    assert words.startswith("personen: column 'NR' is a number in p2.parquet and text in p1.csv")
    done = read(str(tmp_path / "p*.*"), layout(tmp_path, text + '{ kolom = "NR", breedte = 3 }'))
    assert {row["persoon_id"] for row in rows(done)} == {"007"}


def test_the_mark_of_a_number_may_be_found_out_for_columns_that_come_along(tmp_path: Path) -> None:
    text = """
tabel = "dienstverbanden"
[kolommen]
persoon_id = "wie"
begindatum = { leeg = true }
einddatum = { leeg = true }
uren_per_week = { leeg = true }
soort = { leeg = true }
[meenemen]
uren = { kolom = "uren", getal = "zoek" }
loon = { kolom = "loon", getal = "zoek" }
"""
    table = {"wie": ["a", "b", "c"], "uren": ["12,5", "10", "12.5"], "loon": ["1.234", "1.234,50", None]}
    done = read(pa.table(table), layout(tmp_path, text))
    assert [row["loon"] for row in rows(done)] == [1234.0, 1234.5, None]
    assert [str(row["uren"]) for row in rows(done)][:2] == ["12.5", "10"]
    assert counts(done)["onleesbaar", "uren"] == 1  # 12.5 beside a comma: the text stays, and is counted


# --- rows -----------------------------------------------------------------------------------------------


FILTERS = """
[[filter]]
kolom = "reden"
houd = ["werk", "x"]
reden = "andere reden"
[[filter]]
kolom = "client"
laat_weg = ["8", "9"]
reden = "proefrij"
"""


def test_every_row_of_the_source_is_used_or_taken_out_at_one_filter(tmp_path: Path) -> None:
    done = read(TABLE, layout(tmp_path, DOSSIERS + FILTERS))
    assert counts(done)["gefilterd", "reden"] == 1  # the missing one, which is also a trial row
    assert counts(done)["gefilterd", "client"] == 1
    assert (done.reading.rows, done.reading.taken_out, done.reading.used) == (4, 2, 2)
    frame = done.reading.to_frame()
    assert frame.loc[frame["stap"] == "gelezen", "rijen"].tolist() == [4]
    assert [row["persoon_id"] for row in rows(done)] == ["007", None]


UNFOLD = """
tabel = "trajecten"
[kolommen]
persoon_id = "rin"
begindatum = "van"
einddatum = "tot"
vorm = { vast = "instrument" }
[uitklappen.kolommen]
"10" = "N10"
"30" = "n30"
"""


def test_counts_per_kind_become_a_row_for_each_kind_that_runs(tmp_path: Path) -> None:
    table = pa.table(
        {
            "RIN": ["a", "b", "c", "d"],
            "van": ["20200101"] * 4,
            "tot": [None] * 4,
            "n10": [2.0, 0.0, None, 1.0],
            "N30": ["1", "0", "", "veel"],
        }
    )
    done = read(table, layout(tmp_path, UNFOLD))
    found = {(row["persoon_id"], row["soort"], row["aantal"]) for row in rows(done)}
    assert found == {("a", "10", 2.0), ("a", "30", 1.0), ("d", "10", 1.0)}
    assert (done.reading.rows, done.reading.taken_out, done.reading.used, done.reading.out) == (4, 2, 2, 3)
    assert counts(done)["onleesbaar", "N30"] == 1


def test_a_source_without_rows_is_a_register_without_rows(tmp_path: Path) -> None:
    done = read(TABLE.head(0).astype("string"), layout(tmp_path, DOSSIERS + FILTERS))
    assert rows(done) == []
    assert done.reading.used == done.reading.rows == 0


def test_rows_in_are_rows_used_set_aside_and_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "dossiers.csv"
    TABLE.to_csv(path, index=False, sep=";")
    registers = rs.read_registers({"bijstand": path}, layout=layout(tmp_path, DOSSIERS + FILTERS))
    (account,) = registers.report.accounting().to_dict("records")
    reading = registers.reading["bijstand"]
    assert reading.rows == reading.taken_out + account["usable"] + account["set_aside"] == 4
    assert (account["usable"], account["set_aside"]) == (1, 1)


# --- what is refused --------------------------------------------------------------------------------------


WRONG: dict[str, tuple[str, str]] = {
    "no toml": ("tabel = ", "is no TOML"),
    "unknown name": ('tabel = "bijstand"\nkolomen = 1', "Did you mean 'kolommen'?"),
    "unknown table": (DOSSIERS.replace('"bijstand"', '"bijstnd"'), "Did you mean 'bijstand'?"),
    "no table": ("[kolommen]\n", "lacks 'tabel'"),
    "no column": ('tabel = "personen"\n[kolommen]\npersoon_id = "a"', "kolommen lacks 'geboortedatum'"),
    "unknown column": (DOSSIERS + 'redenen = "x"', "bijstand has no column 'redenen'"),
    "two sources": (
        DOSSIERS.replace('"reden"', '{ kolom = "x", leeg = true }'),
        "exactly one of kolom, vast, leeg and adres_op",
    ),
    "no source": (DOSSIERS.replace('"reden"', "{ labels = true }"), "exactly one of kolom, vast, leeg and adres_op"),
    "a number": (DOSSIERS.replace('"reden"', "7"), "is neither a column"),
    "codes that are numbers": (DOSSIERS.replace('"reden"', '{ kolom = "x", ontbreekt = [9] }'), "codes too"),
    "unknown setting": (DOSSIERS.replace('"reden"', '{ kolom = "x", label = true }'), "Did you mean 'labels'"),
    "date on text": (DOSSIERS.replace('"reden"', '{ kolom = "x", datum = "jjjjmmdd" }'), "'reden_einde' is no date"),
    "end day": ('einddag = "einde"\n' + DOSSIERS, "allowed: laatste dag, dag erna"),
    "filter": (DOSSIERS + '[[filter]]\nkolom = "x"\n', "one of houd and laat_weg"),
    "separator": (DOSSIERS + '[bestand]\nscheiding = "punt"', "allowed: komma, puntkomma, tab, streep"),
    "encoding": (DOSSIERS + '[bestand]\ncodering = "utf9"', "no known encoding"),
    "basis": ('basis = "spolisbusje"', "Did you mean 'spolisbus'?"),
    "twice": (DOSSIERS + '[meenemen]\nGemeente = "x"', "filled twice"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_layout_that_cannot_be_says_what_is_wrong(tmp_path: Path, case: str) -> None:
    text, said = WRONG[case]
    assert said in refusal(DefinitionError, lambda: layout(tmp_path, text))


def test_all_problems_of_a_layout_are_told_at_once(tmp_path: Path) -> None:
    text = 'tabel = "bijstand"\n[kolommen]\npersoon_id = 7\nbegindatum = { leeg = 1 }\n[[filter]]\nkolom = 3'
    assert len(refusal(DefinitionError, lambda: layout(tmp_path, text)).splitlines()) == 3


def test_a_column_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    words = refusal(RegisterError, lambda: read(TABLE.rename(columns={"reden": "redenen"}), layout(tmp_path, DOSSIERS)))
    assert words.startswith(
        "bijstand: column 'reden' of layout mijn is missing. Did you mean 'redenen'? Present: CLIENT"
    )


def test_a_column_that_one_year_lacks_is_named_with_that_year(tmp_path: Path) -> None:
    TABLE.to_csv(tmp_path / "d2001.csv", index=False)
    TABLE.drop(columns="reden").to_csv(tmp_path / "d2002.csv", index=False)
    words = refusal(RegisterError, lambda: read(tmp_path / "d*.csv", layout(tmp_path, DOSSIERS)))
    assert "column 'reden' of layout mijn is missing of d2002.csv" in words
    may_lack = DOSSIERS.replace('"reden"', '{ kolom = "reden", mag_ontbreken = true }')
    done = read(tmp_path / "d*.csv", layout(tmp_path, may_lack))
    assert [row["reden_einde"] for row in rows(done)].count(None) == 1 + 4
    assert done.reading.notes == ("d2002.csv: zonder kolom reden",)


def test_a_layout_is_for_the_register_that_it_fills(tmp_path: Path) -> None:
    layout(tmp_path, DOSSIERS)
    TABLE.to_csv(tmp_path / "d.csv", index=False)
    path = str(tmp_path / "mijn.toml")
    for given, said in (
        ({"trajecten": path}, "'mijn' fills bijstand, not trajecten"),
        ({"bijstnd": path}, "'bijstnd' is no register"),
        ([path, path], "both fill bijstand"),
        ("spolisbus", "fills dienstverbanden, which is not among the sources"),
        (7, "not int"),
    ):
        words = refusal(DefinitionError, lambda: rs.read_registers({"bijstand": tmp_path / "d.csv"}, layout=given))  # noqa: B023
        assert said in words


# --- shipped ------------------------------------------------------------------------------------------------


def test_the_layouts_of_the_package_are_there_and_valid() -> None:
    assert set(shipped_layouts()) == {
        "eigen", "bijstanduitkeringtab", "srg_voorzieningen", "spolisbus", "polisbus", "gbaadresobjectbus", "vslgwbtab",
        "gemeente_dossiers",
    }  # fmt: skip
    for name in shipped_layouts():
        chosen = read_layout(name)
        assert chosen.tabel in TARGETS
        assert name == "eigen" or chosen.omschrijving


def test_the_layout_of_srg_is_the_users_to_finish(tmp_path: Path) -> None:
    words = refusal(DefinitionError, lambda: read(TABLE, read_layout("srg_voorzieningen")))
    assert "begindatum, einddatum, uitklappen.kolommen are yours to fill in" in words
    text = """
basis = "srg_voorzieningen"
[kolommen]
begindatum = { kolom = "VAN", datum = "jjjjmmdd" }
einddatum = { kolom = "TOT", datum = "jjjjmmdd", open = ["88888888"] }
[uitklappen.kolommen]
"10" = "LKS"
"30" = "JOBCOACH"
"""
    table = pa.table(
        {
            "RINPERSOONS": ["R", "F", "S"],
            "rinpersoon": ["000000002", "000000003", "000000004"],
            "van": ["20200101"] * 3,
            "tot": ["20200131", "20200131", "88888888"],
            "lks": [1, 1, 0],
            "jobcoach": [1, 0, 0],
        }
    )
    done = read(table, layout(tmp_path, text))
    assert {(row["persoon_id"], row["soort"]) for row in rows(done)} == {("R000000002", "10"), ("R000000002", "30")}
    assert counts(done) == {("gefilterd", "RINPERSOONS"): 1, ("zonder aantal", ""): 1}


def test_bijstanduitkeringtab_keeps_bijstand_and_persons_only(tmp_path: Path) -> None:
    table = pa.table(
        {
            "rinpersoons": ["R", "R", "F", "R", "R"],
            "RINPERSOON": ["000000001", "000000002", "000000003", "1", "000000005"],
            "BIJSTANDSTATISTIEKCODEA": ["01", "13", "01", "01", "20"],
            "BIJSTANDAanvangUitkeringPersoon1A": ["20190101"] * 5,
            "BIJSTANDEindeUitkeringPersoon1A": ["99991231", "88888888", "20190131", "20190131", "20190131"],
        }
    )
    text = 'basis = "bijstanduitkeringtab"\n[kolommen]\ngemeente = { vast = "GM0014" }'
    done = read(table, layout(tmp_path, text))
    assert [row["persoon_id"] for row in rows(done)] == ["R000000001", "R000000002"]
    assert [row["einddatum"] for row in rows(done)] == [None, None]
    assert done.reading.taken_out == 3


def test_spolisbus_gives_jobs_of_interns_and_what_they_are_joined_by() -> None:
    names = {
        "RINPERSOONS": "R",
        "RINPERSOON": "000000002",
        "IKVID": "i1",
        "SDATUMAANVANGIKO": "20180101",
        "SDATUMEINDEIKO": "88888888",
    }
    names |= {
        "AANVSSBBUS": "20190101",
        "EINDSSBBUS": "20190131",
        "SBASISUREN": "80.5",
        "SBASISLOON": "-12.25",
        "SCONTRACTSOORT": "B",
        "SSOORTBAAN": "2",
    }
    (row,) = rows(read(pa.table({name: [value] for name, value in names.items()}), read_layout("spolisbus")))
    assert (row["soort"], row["ikvid"], row["basisuren"], row["basisloon"], row["einddatum"]) == (
        "stage",
        "i1",
        80.5,
        -12.25,
        None,
    )
    assert str(row["tijdvak_tot_en_met"]) == "2019-01-31"
    older = {name.removeprefix("S"): value for name, value in names.items()}
    (same,) = rows(read(pa.table({name: [value] for name, value in older.items()}), read_layout("polisbus")))
    assert same == row


def test_addresses_and_objects_share_a_key(tmp_path: Path) -> None:
    address = {"RINPERSOONS": ["R"], "RINPERSOON": ["2"], "SOORTOBJECTNUMMER": ["D"], "RINOBJECTNUMMER": ["001"]}
    address |= {"GBADATUMAANVANGADRESHOUDING": ["20190101"], "GBADATUMEINDEADRESHOUDING": ["88888888"]}
    (home,) = rows(read(pa.table(address), read_layout("gbaadresobjectbus")))
    objects = pa.table({"soortobjectnummer": ["D"], "rinobjectnummer": ["001"], "gem2020": ["14"], "GEM2022": ["1966"]})
    (place,) = rows(read(objects, read_layout("vslgwbtab")))
    assert (home["object_id"], place["gemeente"]) == (place["object_id"], "GM1966")
    older = layout(tmp_path, 'basis = "vslgwbtab"\n[kolommen]\ngemeente = { kolom = "gem2020", breedte = 4 }')
    assert rows(read(objects, older))[0]["gemeente"] == "GM0014"


def test_the_own_layout_names_what_the_dictionary_names() -> None:
    for name, table in TARGETS.items():
        assert tuple(own_layout(name).kolommen) == table.column_names


def test_options_of_the_call_go_before_those_of_the_layout() -> None:
    assert FileOptions(scheiding=";").over(FileOptions(scheiding=",", blad=2)) == FileOptions(scheiding=";", blad=2)
