"""The synthetic registers: the same bytes from a seed, calibrated counts, harmless dirt."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.registers import TABLES
from reintegratie_stats.registers.synthesise import (
    rwi2004,
    synthesise,
    write_parquet,
    write_rwi2004,
)
from reintegratie_stats.registers.synthetic.plan import (
    LOCAL,
    apportion,
    plan_cells,
    rwi2004_plan,
    scaled_plan,
)

FOLDER = Path(__file__).parents[3] / "data" / "synthetic" / "rwi2004"
JUNK_KEYS = ["", "0", "000000000"]
CLOSING, NO_DATE = "2003-08-31", ["2002-02-30", "onbekend", "20021301"]
JOINTS = (
    "double",
    "nested",
    "overlapping",
    "adjoining",
    "gap of 1 to 30 days",
    "gap of exactly 30 days",
    "gap of exactly 31 days",
    "re-entry after 31 days or more",
    "move within a period",
    "running on 1 January 2002",
)
PLAATSNAMEN = {
    "Lindermeer", "Havermonde", "Kleiwoude", "Grootwaarden", "Zandervoorde", "Oudermark",
    "Brinkerhoven", "Duinermonde", "Rietveldam", "Hogerbroek", "Sterrenveen", "Wilgerdrecht",
}  # fmt: skip


@cache
def delivery(name: str, seed: int = 2004) -> dict[str, pd.DataFrame]:
    return rwi2004(seed)[name]


@cache
def registers(name: str, seed: int = 2004) -> rs.Registers:
    return rs.Registers.from_frames(**delivery(name, seed))


@cache
def cohort(name: str, seed: int = 2004) -> rs.Cohort:
    """By the central definition: it also counts what the local one says was not looked up."""
    return rs.define_cohort(registers(name, seed), rs.RWI_2004)


def in_gemeente_1(cohort: rs.Cohort, cell: str) -> int:
    return int(cells(cohort.counts(by="gemeente")).loc["GM9001", cell])


def cells(counts: pd.DataFrame) -> pd.DataFrame:
    return counts.set_index("gemeente").rename_axis("gemeente").astype("Int64")


def whole_per_cent(part: int, whole: int) -> int:
    """Half away from zero."""
    return (200 * part + whole) // (2 * whole)


# --- the same bytes ---------------------------------------------------------------------------


def test_regenerating_gives_the_committed_bytes(tmp_path: Path) -> None:
    written = write_rwi2004(tmp_path)
    committed = {str(path.relative_to(FOLDER).as_posix()) for path in FOLDER.rglob("*.csv")}
    assert set(written) == committed
    for file in written:
        assert (tmp_path / file).read_bytes() == (FOLDER / file).read_bytes(), file


def test_another_seed_gives_other_people_with_the_same_counts() -> None:
    other = rwi2004(7)["centraal"]
    assert not other["bijstand"].equals(delivery("centraal")["bijstand"])
    for name in ("centraal", "lokaal"):
        columns = ["gemeente", "X", "Y", "Z", "A", "B", "C", "D", "A.1", "B.1"]
        expected = cohort(name).counts(by="gemeente")[columns]
        pd.testing.assert_frame_equal(cohort(name, 7).counts(by="gemeente")[columns], expected)


def test_the_columns_are_those_of_the_schema_in_its_order() -> None:
    for name in ("centraal", "lokaal"):
        for table, frame in delivery(name).items():
            declared = [column for column in TABLES[table].column_names if column in frame]
            assert [column for column in frame.columns if column in declared] == declared
            required = TABLES[table].required_names
            assert tuple(frame.columns)[: len(required)] == required


# --- calibration ------------------------------------------------------------------------------


def test_the_plan_prints_the_published_percentages() -> None:
    plan = rwi2004_plan()
    central, local = plan_cells(plan, "centraal"), plan_cells(plan, "lokaal")
    central.loc["totaal"] = central.sum()
    published = {
        "totaal": (53, 59, 19, 18, 21),
        "GM9001": (65, 51, 44, 13, 29),
        "GM9002": (70, 49, 42, 11, 13),
        "GM9003": (58, 58, 23, 57, 42),
    }
    for gemeente, expected in published.items():
        n = {cell: int(count) for cell, count in central.loc[gemeente].items()}
        assert expected == (
            whole_per_cent(n["X"] - n["Y"] + n["A"] + n["C"], n["X"]),
            whole_per_cent(n["Y"], n["X"]),
            whole_per_cent(n["A"], n["Z"]),
            whole_per_cent(n["A.1"], n["A"]),
            whole_per_cent(n["B.1"], n["B"]),
        )
    counts = local.loc[list(LOCAL), ["X", "Y", "Z", "A", "A.1"]].to_numpy().tolist()
    assert counts == [[872, 477, 164, 111, 10], [900, 438, 218, 154, 9], [433, 233, 70, 50, 4]]


@pytest.mark.parametrize("name", ["centraal", "lokaal"])
def test_the_registers_hold_what_the_plan_says(name: str) -> None:
    planned = plan_cells(rwi2004_plan(), name)
    if name == "lokaal":
        planned = planned.loc[list(LOCAL)]
    counts = cells(cohort(name).counts(by="gemeente"))
    pd.testing.assert_frame_equal(
        counts[list(planned.columns)], planned.astype("Int64"), check_names=False,
        check_index_type=False, check_column_type=False,
    )  # fmt: skip


def test_file_research_takes_gemeente_1_from_231_to_164_under_obligation() -> None:
    tables = dict(delivery("lokaal"))
    exemptions = tables["vrijstellingen"]
    tables["vrijstellingen"] = exemptions[exemptions["vastgesteld_door"] == "uitkeringssysteem"]
    first = rs.define_cohort(rs.Registers.from_frames(**tables), rs.RWI_2004_LOKAAL)
    assert in_gemeente_1(first, "Z") == 231
    assert in_gemeente_1(cohort("lokaal"), "Z") == 164


def test_ten_of_gemeente_1_have_left_and_half_a_year_later_25() -> None:
    later = rs.RWI_2004_LOKAAL.replace(uitstroom_peildatum="2004-01-01")
    assert in_gemeente_1(cohort("lokaal"), "A.1") == 10
    assert in_gemeente_1(rs.define_cohort(registers("lokaal"), later), "A.1") == 25


def test_another_quarter_of_gemeente_1_gets_a_traject_after_more_than_a_year() -> None:
    frame = cohort("lokaal").to_frame()
    b = frame[(frame["gemeente"] == "GM9001") & (frame["cel"] == "B")]
    begins = delivery("lokaal")["trajecten"].groupby("persoon_id")["begindatum"].max()
    term = (b["instroomdatum"] + pd.Timedelta(days=365)).dt.strftime("%Y-%m-%d")
    later = b["persoon_id"].map(begins) >= term
    assert int(later.fillna(False).sum()) == 41
    assert whole_per_cent(41, 164) == 25


def test_gemeente_3_has_163_exempt_for_four_reasons() -> None:
    frame = cohort("lokaal").to_frame()
    exempt = frame[(frame["gemeente"] == "GM9003") & frame["vrijstelling_reden"].notna()]
    assert len(exempt) == 163
    assert set(exempt["vrijstelling_reden"]) == {
        "65 jaar of ouder",
        "jong kind",
        "57,5 jaar of ouder",
        "overig",
    }


# --- two deliveries of the same people --------------------------------------------------------


def of_local_people(table: str) -> pd.DataFrame:
    """The central rows of people whom the local delivery knows."""
    people = set(delivery("lokaal")["personen"]["persoon_id"])
    frame = delivery("centraal")[table]
    return frame[frame["persoon_id"].isin(people)]


def known_on_closing_date(table: str) -> pd.DataFrame:
    """The local rows as they were known when the central delivery closed."""
    frame = delivery("lokaal")[table].copy()
    frame = frame[~frame["persoon_id"].isin(JUNK_KEYS)]
    frame = frame[(frame["registratiedatum"] != "") & (frame["registratiedatum"] <= CLOSING)]
    known = "registratiedatum_einde" if "registratiedatum_einde" in frame else "einddatum"
    is_day = frame["einddatum"].str.match(r"\d{4}-\d{2}-\d{2}$")
    running = is_day & ((frame[known] > CLOSING) | (frame[known] == ""))
    frame.loc[running, "einddatum"] = ""
    if "reden_einde" in frame:
        frame.loc[running, "reden_einde"] = ""
    return frame


@pytest.mark.parametrize("table", ["bijstand", "vrijstellingen", "trajecten"])
def test_central_is_local_as_known_on_the_closing_date(table: str) -> None:
    central, local = of_local_people(table), known_on_closing_date(table)
    if table == "bijstand":  # who moved out of the three gemeenten has benefit elsewhere
        removed = ~central["gemeente"].isin([*LOCAL, "", "GM9999"])
        assert 0 < removed.sum() < 20
        central = central[~removed]
    columns = list(central.columns)
    expected = local[columns].sort_values(columns, ignore_index=True)
    found = central.sort_values(columns, ignore_index=True)
    pd.testing.assert_frame_equal(found, expected)


def test_each_cause_of_a_difference_is_there() -> None:
    local = delivery("lokaal")
    late = local["trajecten"][local["trajecten"]["registratiedatum"] > CLOSING]
    assert len(late) > 200
    exemptions = local["vrijstellingen"]
    assert (exemptions["registratiedatum"] > CLOSING).any()  # passed on late
    assert (exemptions["registratiedatum"] == "").any()  # never passed on
    assert (local["bijstand"]["registratiedatum"] > CLOSING).any()  # a dossier that came late
    ends = local["bijstand"][local["bijstand"]["einddatum"] <= "2003-06-30"]
    assert (ends["registratiedatum_einde"] > CLOSING).any()  # an end that came late


def test_what_gemeente_2_delivered_late_began_in_the_second_half_of_2002() -> None:
    frame = cohort("lokaal").to_frame()
    people = frame[(frame["gemeente"] == "GM9002") & (frame["cel"] == "A")]["persoon_id"]
    rows = delivery("lokaal")["trajecten"]
    first = rows[rows["persoon_id"].isin(people)].sort_values("begindatum")
    late = first[(first["registratiedatum"] > CLOSING) & (first["begindatum"] < "2003-01-01")]
    assert len(late) >= 58
    assert (late["begindatum"] >= "2002-07-01").all()


def test_the_same_people_flow_in_in_both_deliveries() -> None:
    central, local = cohort("centraal").to_frame(), cohort("lokaal").to_frame()
    columns = ["persoon_id", "gemeente", "instroomdatum"]
    central = central[central["gemeente"].isin(LOCAL)][columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(central, local[columns].reset_index(drop=True))


# --- nobody and nowhere real ------------------------------------------------------------------


def eleven_tests(key: str) -> tuple[int, int]:
    digits = [int(digit) for digit in key]
    weighted = sum(digit * weight for digit, weight in zip(digits, range(9, 1, -1), strict=False))
    return (weighted - digits[8]) % 11, (weighted + digits[8]) % 11


def test_no_key_passes_an_eleven_test() -> None:
    keys = set()
    for name in ("centraal", "lokaal"):
        for frame in (f for t, f in delivery(name).items() if t != "gemeenten"):
            keys |= set(frame["persoon_id"]) - set(JUNK_KEYS)
    keys |= set(synthesise(3_000, 1)["personen"]["persoon_id"])
    assert all(re.fullmatch(r"00\d{7}", key) for key in keys)
    assert all(0 not in eleven_tests(key) for key in keys)


def test_every_gemeente_is_fictional() -> None:
    frame = delivery("centraal")["gemeenten"]
    assert frame["gemeente"].tolist() == [f"GM{9000 + n}" for n in range(1, 13)]  # none is that high
    assert frame["naam"].tolist() == [f"Gemeente {n}" for n in range(1, 13)]
    assert set(frame["plaatsnaam"]) == PLAATSNAMEN
    size = pd.cut(frame["inwoners"].astype(int), [50_000, 100_000, 200_000, 10**6]).value_counts()
    assert size.sort_index().tolist() == [3, 7, 2]


# --- the README of the folder -----------------------------------------------------------------


def readme_table(heading: str) -> dict[str, list[str]]:
    """The rows of the table under a heading: first cell -> other cells."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows[2:]}


def test_the_readme_counts_the_rows_of_every_file() -> None:
    stated = readme_table("Rows")
    found = {f"{table}.csv": [f"{len(delivery(name)[table]):,}" for name in ("centraal", "lokaal")] for table in TABLES}
    assert stated == found


def test_the_readme_counts_the_dirt() -> None:
    stated = readme_table("Dirt, all of it counted")
    central, local = dirt("centraal"), dirt("lokaal")
    assert stated == {what: [f"{central[what]:,}", f"{local[what]:,}"] for what in central}


def test_the_readme_states_the_plan() -> None:
    plan = rwi2004_plan()
    for name, heading in (("centraal", "Central delivery"), ("lokaal", "Local delivery")):
        planned = plan_cells(plan, name)
        planned = planned.loc[list(LOCAL)] if name == "lokaal" else planned
        planned.loc["total"] = planned.sum()
        stated = readme_table(heading)
        for gemeente, counts in planned.iterrows():
            assert stated[str(gemeente)][: len(counts)] == [f"{count:,}" for count in counts]


@cache
def dirt(name: str) -> dict[str, int]:
    """Every kind of dirt in a delivery, counted without the package's own checks."""
    tables = delivery(name)
    spells = [table for table in TABLES if TABLES[table].is_spells]
    found = dict.fromkeys(
        ("no usable key", "end before begin", "begin missing", "begin is no day", "end is no day"),
        0,
    )
    for frame in (tables[table] for table in spells):
        begin, end = frame["begindatum"], frame["einddatum"]
        found["no usable key"] += int(frame["persoon_id"].isin(JUNK_KEYS).sum())
        day = ~end.isin([*NO_DATE, ""]) & ~begin.isin([*NO_DATE, ""])
        found["end before begin"] += int((day & (end < begin)).sum())
        found["begin missing"] += int((begin == "").sum())
        found["begin is no day"] += int(begin.isin(NO_DATE).sum())
        found["end is no day"] += int(end.isin(NO_DATE).sum())
    benefit, offers, jobs = tables["bijstand"], tables["trajecten"], tables["dienstverbanden"]
    found["unknown gemeente"] = int((benefit["gemeente"] == "GM9999").sum())
    found["gemeente missing"] = int((benefit["gemeente"] == "").sum())
    found["vorm unknown or missing"] = int((~offers["vorm"].isin(["plan", "instrument"])).sum())
    joints = benefit_joints(benefit)
    found |= {what: joints[what] for what in JOINTS}
    found["open end of bijstand"] = int((benefit["einddatum"] == "").sum())
    frame = cohort(name).to_frame()
    found["second inflow in the window"] = int(frame["persoon_id"].duplicated().sum())
    found |= around_the_term(frame, tables)
    real = offers[~offers["persoon_id"].isin(JUNK_KEYS)]
    known = set(benefit["persoon_id"])
    found["traject of somebody without bijstand"] = int((~real["persoon_id"].isin(known)).sum())
    found["job without hours"] = int((jobs["uren_per_week"] == "").sum())
    found["job of 0 hours"] = int((jobs["uren_per_week"] == "0").sum())
    found["stage"] = int((jobs["soort"] == "stage").sum())
    found["person without date of birth"] = int((tables["personen"]["geboortedatum"] == "").sum())
    return found


def usable(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows with a key, two readable days in order, and a known gemeente."""
    good = ~frame["persoon_id"].isin(JUNK_KEYS)
    good &= ~frame["begindatum"].isin([*NO_DATE, ""]) & ~frame["einddatum"].isin(NO_DATE)
    good &= (frame["einddatum"] == "") | (frame["einddatum"] >= frame["begindatum"])
    if "gemeente" in frame:
        good &= ~frame["gemeente"].isin(["", "GM9999"])
    return frame[good]


def benefit_joints(benefit: pd.DataFrame) -> Counter[str]:
    """How the rows of each person follow each other."""
    found: Counter[str] = Counter()
    rows = usable(benefit)
    last_key, until, previous, gemeente = "", date.min, ("", ""), ""
    for key, place, begin, end in sorted(
        zip(rows["persoon_id"], rows["gemeente"], rows["begindatum"],
            rows["einddatum"].replace("", "9999-12-30"), strict=True),
        key=lambda row: (row[0], row[2], row[3]),
    ):  # fmt: skip
        first, tot = date.fromisoformat(begin), date.fromisoformat(end) + timedelta(days=1)
        found["running on 1 January 2002"] += begin < "2002-01-01" <= end
        if key == last_key:
            gap = (first - until).days
            found["move within a period"] += gap <= 30 and place != gemeente
            found["gap of exactly 30 days"] += gap == 30
            found["gap of exactly 31 days"] += gap == 31
            if (begin, end) == previous:
                found["double"] += 1
            elif tot <= until:
                found["nested"] += 1
            elif gap < 0:
                found["overlapping"] += 1
            elif gap == 0:
                found["adjoining"] += 1
            elif gap <= 30:
                found["gap of 1 to 30 days"] += 1
            else:
                found["re-entry after 31 days or more"] += 1
            until = max(until, tot)
        else:
            until = tot
        last_key, previous, gemeente = key, (begin, end), place
    return found


def around_the_term(frame: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> dict[str, int]:
    """Trajecten and exemptions on the edges of the first year."""
    inflows = frame[["persoon_id", "instroomdatum"]]
    offers = usable(tables["trajecten"]).merge(inflows, on="persoon_id")
    day = (pd.to_datetime(offers["begindatum"]) - offers["instroomdatum"]).dt.days
    exemptions = usable(tables["vrijstellingen"]).merge(inflows, on="persoon_id")
    ended = exemptions[exemptions["einddatum"] != ""]
    last = (pd.to_datetime(ended["einddatum"]) - ended["instroomdatum"]).dt.days
    return {
        "traject before the inflow": int((day < 0).sum()),
        "traject on day 0": int((day == 0).sum()),
        "traject on day 364": int((day == 364).sum()),
        "traject on day 365": int((day == 365).sum()),
        "exemption whose last day is day 364": int((last == 364).sum()),
        "exemption whose last day is day 365": int((last == 365).sum()),
    }


def test_the_dirt_is_not_all_clean() -> None:
    assert all(count > 0 for count in dirt("centraal").values())


# --- any size ---------------------------------------------------------------------------------


def test_a_scaled_population_has_the_size_asked_for() -> None:
    made = synthesise(4_000, seed=1, gemeenten=7)
    assert len(made["personen"]) == made["personen"]["persoon_id"].nunique() == 4_000
    assert len(made["gemeenten"]) == 7
    per_person = {name: len(frame) / 4_000 for name, frame in made.items()}
    assert 2.2 < per_person["bijstand"] < 2.8
    assert 0.8 < per_person["trajecten"] < 1.3
    assert 5.5 < per_person["dienstverbanden"] < 6.5


def test_a_scaled_population_holds_what_its_plan_says() -> None:
    made = rs.Registers.from_frames(**synthesise(4_000, seed=1, gemeenten=7))
    found = rs.define_cohort(made, rs.RWI_2004)
    counts = cells(found.counts(by="gemeente"))
    planned = plan_cells(scaled_plan(400, 7), "centraal")
    assert counts[list(planned.columns)].to_numpy().tolist() == planned.to_numpy().tolist()
    assert len(found.to_frame()) < 4_000 / 5  # most people have their history outside of the window


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    one, same, other = (synthesise(500, seed=seed, gemeenten=3) for seed in (1, 1, 2))
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, same[name])
        assert name == "gemeenten" or not frame.equals(other[name])


def test_parquet_holds_the_same_registers(tmp_path: Path) -> None:
    written = write_parquet(tmp_path, 500, seed=1, gemeenten=3)
    frames = synthesise(500, seed=1, gemeenten=3)
    assert written == {f"{name}.parquet": len(frame) for name, frame in frames.items()}
    from_files = rs.define_cohort(rs.read_registers(tmp_path), rs.RWI_2004)
    in_memory = rs.define_cohort(rs.Registers.from_frames(**frames), rs.RWI_2004)
    pd.testing.assert_frame_equal(from_files.to_frame(), in_memory.to_frame())


@pytest.mark.parametrize("gemeenten", [1, 998])
def test_few_people_in_one_or_in_very_many_gemeenten(gemeenten: int) -> None:
    made = synthesise(100, seed=0, gemeenten=gemeenten)
    assert len(made["personen"]) == 100
    assert len(made["gemeenten"]) == gemeenten


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((99, 1, 3), "n_personen is 99: a whole number of 100 to"),
        ((1e3, 1, 3), "n_personen is 1000.0"),
        ((100, 1, 0), "gemeenten is 0: a whole number of 1 to 998"),
        ((100, -1, 3), "seed is -1: a whole number of at least 0"),
        ((100, True, 3), "seed is True"),
    ],
)
def test_a_size_or_seed_that_cannot_be_is_refused(arguments: tuple, message: str) -> None:
    n_personen, seed, gemeenten = arguments
    with pytest.raises(rs.ReintegratieError, match=re.escape(message)):
        synthesise(n_personen, seed, gemeenten=gemeenten)


def test_apportioned_parts_add_up_and_follow_the_weights() -> None:
    assert apportion(7, [3, 0, 1]).tolist() == [5, 0, 2]
    assert apportion(0, [0, 0]).tolist() == [0, 0]
    assert sum(apportion(8_295, [57, 71, 108, 119, 127, 142, 186, 214, 398]).tolist()) == 8_295
