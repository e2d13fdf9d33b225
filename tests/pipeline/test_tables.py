"""What `make tables` leaves behind is the report: its figures, beside what the registers give."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import struct
import xml.etree.ElementTree as ET
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from matplotlib.text import Text

import reintegratie_stats as rs
from reintegratie_stats.errors import StudyError
from reintegratie_stats.pipeline import run_study
from reintegratie_stats.study import read_study
from tests.pipeline.renew_snapshots import GOLDEN, NAMES, SNAPSHOTS
from tests.pipeline.runs import ROOT, Run

TABLES = (
    "tabel_5_1",
    "tabel_5_2",
    "tabel_b3_1",
    "tabel_b3_tellingen",
    "tabel_gemeenten",
    "tabel_uitval",
)
PUBLISHED, REPRODUCED, DIFFERENCE = "Gepubliceerd", "Gereproduceerd", "Verschil"


@dataclass(frozen=True)
class Sheet:
    """A CSV as a spreadsheet shows it: heads, and texts row by row."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, run: Run, name: str) -> Sheet:
        """Read a table of a run; the separator is that of its first line."""
        text = run.read(f"tables/{name}.csv").removeprefix("\ufeff")
        separator = ";" if ";" in text.splitlines()[0] else ","
        heads, *rows = csv.reader(io.StringIO(text), delimiter=separator)
        return cls(tuple(heads), tuple(tuple(row) for row in rows))

    def column(self, *parts: str) -> list[str]:
        """Return the one column whose head holds all these parts."""
        (place,) = (i for i, head in enumerate(self.heads) if all(part in head for part in parts))
        return [row[place] for row in self.rows]


# --- which files ------------------------------------------------------------------------------


def test_every_table_is_there_in_three_forms_and_the_figure_in_two(run: Run) -> None:
    expected = {f"tables/{name}.{form}" for name in TABLES for form in ("csv", "html", "md")}
    expected |= {"figures/figuur_5_1.svg", "figures/figuur_5_1.png", "manifest.json"}
    assert set(run.files()) == expected
    assert {path.relative_to(run.folder).as_posix() for path in run.written} == expected
    assert run.written[-1].name == "manifest.json"


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_the_golden_one(run: Run, name: str) -> None:
    golden = (SNAPSHOTS / name).read_bytes().decode("utf-8")
    assert run.read(f"tables/{name}") == golden, (
        "If the table is meant to change: python tests/pipeline/renew_snapshots.py"
    )


def test_the_snapshots_are_the_golden_tables_and_nothing_else() -> None:
    there = {path.relative_to(SNAPSHOTS).as_posix() for path in SNAPSHOTS.rglob("*") if path.is_file()}
    homes = [item for homes in GOLDEN.values() for item in homes.items()]
    assert there == {f"{home}/{name}".lstrip("/") for home, names in homes for name in names}


def test_the_manifest_has_the_sum_of_every_file_and_the_definitions_behind_it(run: Run) -> None:
    manifest = json.loads(run.read("manifest.json"))
    assert manifest["about"] == {"lang": "nl", "study": "rwi2004"}
    files = {name: content for name, content in run.files().items() if name != "manifest.json"}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert {entry["file"]: entry["sha256"] for entry in manifest["files"]} == sums
    central, local = rs.RWI_2004.fingerprint(), rs.RWI_2004_LOKAAL.fingerprint()
    made_by = {entry["definition"] for entry in manifest["files"]}
    assert made_by == {f"centraal:{central} lokaal:{local}"}


def test_the_run_tells_what_it_did_in_counts(run: Run) -> None:
    assert "centraal: bijstand: 27293 rows read, 126 set aside" in run.said
    assert "lokaal: trajecten: 1731 rows read, 12 set aside" in run.said
    assert "centraal: Cohort(RWI 2004, centraal: 10500 inflows in 12 gemeenten" in run.said
    assert run.said.splitlines()[-1] == f"20 files and manifest.json in {run.folder}"


def test_no_key_of_a_person_leaves_the_study(run: Run, other_process: Run) -> None:
    texts = [run.said, other_process.said]
    texts += [run.read(name) for name in run.files() if not name.endswith(".png")]
    for text in texts:
        assert not re.search(r"(?<![\d.])00\d{7}(?![\d.])", text)


# --- what they say ----------------------------------------------------------------------------


def test_table_5_1_reads_as_printed(run: Run) -> None:
    table = Sheet.of(run, "tabel_5_1")
    printed = ["53", "59", "19", "81", "18", "21"]
    assert table.column(PUBLISHED) == printed
    assert table.column(REPRODUCED) == printed
    assert table.column("Formule")[0] == "(X − Y + A + C) / X"
    assert table.column("Teller") == ["5565", "6190", "590", "2500", "106", "525"]
    assert table.column("Noemer") == ["10500", "10500", "3090", "3090", "590", "2500"]


def test_table_5_1_has_the_interval_of_each_ratio_around_it(run: Run) -> None:
    table = Sheet.of(run, "tabel_5_1")
    assert table.column("Ondergrens")[2] == "17,7"
    assert table.column("Bovengrens")[2] == "20,5"
    limits = zip(table.column("Ondergrens"), table.column("Bovengrens"), strict=True)
    for value, (lower, upper) in zip(table.column(REPRODUCED), limits, strict=True):
        assert float(lower.replace(",", ".")) - 0.5 <= float(value)
        assert float(value) <= float(upper.replace(",", ".")) + 0.5


@pytest.mark.parametrize(
    ("gemeente", "bestand", "printed"),
    [
        ("Gemeente 1", "Centraal", "65 51 44 13 29"),
        ("Gemeente 1", "Lokaal", "n.b. 55 68 9 n.b."),
        ("Gemeente 2", "Centraal", "70 49 42 11 13"),
        ("Gemeente 2", "Lokaal", "n.b. 49 71 6 n.b."),
        ("Gemeente 3", "Centraal", "58 58 23 57 42"),
        ("Gemeente 3", "Lokaal", "n.b. 54 71 8 n.b."),
    ],
)
def test_table_5_2_reads_as_printed(run: Run, gemeente: str, bestand: str, printed: str) -> None:
    table = Sheet.of(run, "tabel_5_2")
    mine = [row for row, name in enumerate(table.column("Gemeente")) if name == gemeente]
    assert mine, "the gemeente has rows"
    for what in (PUBLISHED, REPRODUCED):
        column = table.column(bestand, what)
        assert [column[row] for row in mine] == printed.split()


def test_table_5_2_says_why_a_figure_is_not_there(run: Run) -> None:
    for form in ("md", "html"):
        text = run.read(f"tables/tabel_5_2.{form}")
        assert "niet gepubliceerd in de bron" in text
        assert "C onbekend: trajecten zijn alleen van arbeidsplichtigen opgezocht" in text
        assert "B.1 onbekend: uitstroom is alleen gevolgd van mensen met een traject" in text


def test_table_b3_1_reads_as_printed(run: Run) -> None:
    table = Sheet.of(run, "tabel_b3_1")
    for what in (PUBLISHED, REPRODUCED):
        assert table.column("Aantal", what) == ["433", "233", "163", "70", "50", "20"]
        assert table.column("instroom", what) == ["100", "54", "38", "16", "12", "5"]
        assert table.column("doelgroep", what) == ["", "", "", "100", "71", "29"]


def test_the_counts_of_bijlage_3_read_as_printed(run: Run) -> None:
    table = Sheet.of(run, "tabel_b3_tellingen")
    printed = ["872", "477", "231", "164", "111", "10", "25", "218", "154"]
    assert table.column(PUBLISHED) == printed
    assert table.column(REPRODUCED) == printed


@pytest.mark.parametrize("name", ["tabel_5_1", "tabel_5_2", "tabel_b3_1", "tabel_b3_tellingen"])
def test_every_difference_is_zero(run: Run, name: str) -> None:
    table = Sheet.of(run, name)
    places = [place for place, head in enumerate(table.heads) if DIFFERENCE in head]
    assert places
    for place in places:
        shown = {row[place] for row in table.rows}
        assert shown <= {"0", ""}
        assert "0" in shown


def test_gemeenten_come_in_their_own_order_and_end_in_the_total(run: Run) -> None:
    table = Sheet.of(run, "tabel_gemeenten")
    names = [*(f"Gemeente {number}" for number in range(1, 13)), "Totaal"]
    assert table.column("Gemeente") == names
    for cell in ("X", "Y", "Z", "A", "C"):
        place = table.heads.index(cell)
        *parts, total = (int(row[place]) for row in table.rows)
        assert sum(parts) == total


def test_what_the_steps_left_out_is_accounted_for(run: Run) -> None:
    table = Sheet.of(run, "tabel_uitval")
    for before, after, out in zip(table.column("Voor"), table.column("Na"), table.column("Weggelaten"), strict=True):
        assert int(before) - int(after) == int(out)
    assert table.column("Na")[-1] == "10500"


# --- the figure -------------------------------------------------------------------------------


def dutch(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def test_the_figure_holds_the_count_and_share_of_every_cell(run: Run) -> None:
    assert run.study is not None
    counts = run.study.central.counts().iloc[0]
    figure = run.study.figure_5_1()
    texts = {text.get_text() for text in figure.findobj(Text)}
    for cell in ("X", "X-Y", "Y", "Z", "Y-Z", "A", "B", "C", "D", "A.1", "A.2", "B.1", "B.2"):
        assert dutch(int(counts[cell])) in texts, cell
    assert {"59% van X", "50% van Y", "19% van Z", "81% van Z", "18% van A", "21% van B"} <= texts
    assert {"53%", "59%", "19%", "81%", "18%", "21%"} <= texts
    assert figure.get_label() == "Figuur 5.1 Van instroom in de bijstand naar traject en uitstroom"


def svg_texts(run: Run) -> set[str]:
    root = ET.fromstring(run.read("figures/figuur_5_1.svg"))
    return {element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")}


def test_the_drawing_on_disk_holds_the_same_counts(run: Run) -> None:
    assert {"10.500", "6.190", "4.310", "3.090", "3.100", "590", "2.500", "665"} <= svg_texts(run)


def test_the_picture_is_large_enough_to_print(run: Run) -> None:
    content = (run.folder / "figures" / "figuur_5_1.png").read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    assert width >= 1400
    assert height >= 1400


# --- the same bytes, another language, other registers ----------------------------------------


def test_another_process_makes_the_same_bytes(run: Run, other_process: Run) -> None:
    first, second = run.files(), other_process.files()
    assert set(first) == set(second)
    for name in first:
        assert first[name] == second[name], name


def numbers(text: str) -> str:
    """A cell as both languages have it: the decimal sign and the mark of a missing figure apart."""
    return text.replace(",", ".").replace("n/a", "n.b.")


@pytest.mark.parametrize("name", TABLES)
def test_in_english_the_labels_change_and_the_numbers_do_not(run: Run, english: Run, name: str) -> None:
    ours, theirs = Sheet.of(run, name), Sheet.of(english, name)
    assert ours.heads != theirs.heads
    assert len(ours.rows) == len(theirs.rows)
    digits = re.compile(r"-?\d+([.,]\d+)?|n\.b\.|n/a|")
    figures = 0
    for our_row, their_row in zip(ours.rows, theirs.rows, strict=True):
        for one, other in zip(our_row, their_row, strict=True):
            if digits.fullmatch(one):
                figures += bool(one)
                assert numbers(one) == numbers(other)
    assert figures >= 10


def test_in_english_no_dutch_label_is_left(english: Run) -> None:
    for name in TABLES:
        text = english.read(f"tables/{name}.md")
        for word in (PUBLISHED, REPRODUCED, DIFFERENCE, "n.b.", "Bron:", "Teller", "Weggelaten"):
            assert word not in text, name
        assert "Source:" in text
    assert '<html lang="en">' in english.read("tables/tabel_5_2.html")
    assert {"entered benefit", "10,500", "19% of Z"} <= svg_texts(english)


def copy_study(folder: Path) -> Path:
    """Copy `study.toml` and its registers; return the copied registers."""
    shutil.copy(ROOT / "study.toml", folder)
    registers = folder / "data" / "synthetic" / "rwi2004"
    shutil.copytree(ROOT / "data" / "synthetic" / "rwi2004", registers)
    return registers


def without_trajecten_of(gemeente: str, central: Path) -> int:
    """Take out the trajecten of whoever ever had bijstand in a gemeente; return how many."""
    with (central / "bijstand.csv").open(encoding="utf-8", newline="") as file:
        people = {row["persoon_id"] for row in csv.DictReader(file) if row["gemeente"] == gemeente}
    path = central / "trajecten.csv"
    head, *rows = path.read_text("utf-8").splitlines(keepends=True)
    place = head.strip().split(",").index("persoon_id")
    kept = [row for row in rows if row.split(",")[place] not in people]
    path.write_text(head + "".join(kept), "utf-8", newline="")
    return len(rows) - len(kept)


def test_other_registers_give_other_tables_nothing_is_hard_wired(english: Run, tmp_path: Path) -> None:
    registers = copy_study(tmp_path)
    assert without_trajecten_of("GM9001", registers / "centraal") > 100
    run_study(replace(read_study(tmp_path / "study.toml"), lang="en"), say=lambda line: None)
    changed = Run(tmp_path / "reports", "")
    assert json.loads(changed.read("manifest.json"))["about"]["lang"] == "en"

    table = Sheet.of(changed, "tabel_5_1")
    assert table.column("Published") == ["53", "59", "19", "81", "18", "21"]
    assert table.column("Reproduced")[2:4] == ["16", "84"]
    assert table.column("Difference")[2:4] == ["-3", "3"]

    table = Sheet.of(changed, "tabel_5_2")
    first = [row for row in table.rows if row[0] == "Gemeente 1"]
    assert first[2][2:5] == ("44", "0", "-44")
    assert first[3][2:5] == ("13", "n/a", "")
    assert "denominator A is 0" in changed.read("tables/tabel_5_2.md")

    before = Sheet.of(english, "tabel_5_2")
    assert table.column("Local", "Reproduced") == before.column("Local", "Reproduced")
    assert changed.read("tables/tabel_b3_1.md") == english.read("tables/tabel_b3_1.md")
    assert "590" in svg_texts(english)
    assert "590" not in svg_texts(changed)


# --- what cannot be made ----------------------------------------------------------------------


def test_a_study_that_does_not_exist_is_refused_with_the_nearest() -> None:
    study = replace(read_study(ROOT / "study.toml"), name="rwi2003")
    with pytest.raises(StudyError, match=r"no study 'rwi2003'.*Did you mean 'rwi2004'\?"):
        run_study(study)


def test_a_study_without_its_second_delivery_is_refused_before_anything_is_read() -> None:
    study = read_study(ROOT / "study.toml")
    said: list[str] = []
    with pytest.raises(StudyError, match=r"needs a delivery \[leveringen.lokaal\]"):
        run_study(replace(study, deliveries=study.deliveries[:1]), say=said.append)
    assert said == []


def test_a_delivery_without_a_gemeente_of_the_report_is_refused(run: Run, tmp_path: Path) -> None:
    assert run.study is not None
    registers = run.study.local_registers
    one = registers.keep("bijstand", "gemeente", ["GM9001"])
    fewer = replace(run.study, local=rs.define_cohort(one, rs.RWI_2004_LOKAAL))
    for make in (fewer.table_5_2, fewer.table_b3_1):
        with pytest.raises(StudyError, match=r"need naam 'Gemeente [23]'.*there are: Gemeente 1"):
            make()
