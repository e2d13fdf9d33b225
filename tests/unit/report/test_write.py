"""What is written has the same bytes on every run, and nothing marked inside gets out."""

from __future__ import annotations

import hashlib
import json
import struct
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import matplotlib
import pandas as pd
import pytest
from matplotlib.figure import Figure

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.flow import flow_nodes, ratio_lines
from reintegratie_stats.report.flow_figure import flow_figure
from reintegratie_stats.report.table import ReportTable
from reintegratie_stats.report.write import (
    ManifestEntry,
    write_figure,
    write_manifest,
    write_table,
)


@pytest.fixture
def figure(cells: pd.DataFrame, ratios: pd.DataFrame) -> Figure:
    """The flow drawing."""
    return flow_figure(flow_nodes(cells), ratio_lines(ratios), title="Figuur 5.1 <stroom>")


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file in a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_table_becomes_three_files_with_the_same_bytes_each_time(table: ReportTable, tmp_path: Path) -> None:
    paths = write_table(table, tmp_path / "a")
    write_table(table, tmp_path / "b")
    assert [path.name for path in paths] == ["tabel_5_2.csv", "tabel_5_2.html", "tabel_5_2.md"]
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_figure_becomes_two_files_with_the_same_bytes_each_time(cells: pd.DataFrame, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        drawn = flow_figure(flow_nodes(cells), title="Figuur 5.1")
        write_figure(drawn, tmp_path / folder, "figuur_5_1", status="release")
    assert list(contents(tmp_path / "a")) == ["figuur_5_1.png", "figuur_5_1.svg"]
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_writing_a_figure_twice_gives_the_same_bytes_whatever_the_user_has_set(figure: Figure, tmp_path: Path) -> None:
    write_figure(figure, tmp_path / "a", "f", status="release")
    theirs = {"svg.fonttype": "path", "savefig.bbox": "tight", "font.size": 30}
    with matplotlib.rc_context(theirs):
        before = dict(matplotlib.rcParams)
        write_figure(figure, tmp_path / "b", "f", status="release")
        assert dict(matplotlib.rcParams) == before
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_texts_end_their_lines_in_lf_and_csv_has_the_mark_of_excel(table: ReportTable, tmp_path: Path) -> None:
    for path in write_table(table, tmp_path):
        content = path.read_bytes()
        assert b"\r" not in content
        assert content.endswith(b"\n")
        assert content.startswith(b"\xef\xbb\xbf") == (path.suffix == ".csv")


def test_svg_is_xml_whose_texts_can_be_read_without_date_or_maker(figure: Figure, tmp_path: Path) -> None:
    svg, _ = write_figure(figure, tmp_path, "f", status="release")
    root = ET.fromstring(svg.read_text(encoding="utf-8"))
    texts = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"10.480", "18% van A", "arbeidsplichtig"} <= texts
    assert root.find("{http://www.w3.org/2000/svg}title").text == "Figuur 5.1 <stroom>"
    tags = {element.tag.rsplit("}", 1)[-1] for element in root.iter()}
    assert not tags & {"date", "creator"}
    assert matplotlib.__version__ not in svg.read_text(encoding="utf-8")


def test_svg_texts_spell_their_style_in_one_way(figure: Figure, tmp_path: Path) -> None:
    svg, _ = write_figure(figure, tmp_path, "f", status="release")
    root = ET.fromstring(svg.read_text(encoding="utf-8"))
    for element in root.iter("{http://www.w3.org/2000/svg}text"):
        names = [item.split(": ")[0] for item in element.attrib["style"].split("; ")]
        assert "font" not in names
        assert names == sorted(names)
        assert {"font-family", "font-size", "fill"} <= set(names)


def test_png_holds_its_title_and_no_maker_or_date(figure: Figure, tmp_path: Path) -> None:
    _, png = write_figure(figure, tmp_path, "f", status="release")
    content = png.read_bytes()
    chunks, at = [], 8
    while at < len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        chunks.append((kind, content[at + 8 : at + 8 + length]))
        at += length + 12
    texts = [data for kind, data in chunks if kind in (b"tEXt", b"iTXt", b"zTXt", b"tIME")]
    assert texts == [b"Title\x00Figuur 5.1 <stroom>"]
    width = struct.unpack(">I", chunks[0][1][:4])[0]
    assert width == round(180 / 25.4 * 200)


def test_a_table_marked_inside_is_not_written(table: ReportTable, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="'tabel_5_2' is marked 'inside'"):
        write_table(replace(table, status="inside"), tmp_path)
    assert contents(tmp_path) == {}


def test_a_figure_is_not_written_unless_it_is_declared_for_release(figure: Figure, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="marked 'inside'"):
        write_figure(figure, tmp_path, "f")
    with pytest.raises(ReportError, match="Did you mean 'release'"):
        write_figure(figure, tmp_path, "f", status="released")
    with pytest.raises(ReportError, match="cannot name a file"):
        write_figure(figure, tmp_path, "../f", status="release")
    assert contents(tmp_path) == {}


def test_writing_again_replaces_and_leaves_nothing_behind(table: ReportTable, tmp_path: Path) -> None:
    (tmp_path / "tabel_5_2.md").write_text("oud", encoding="utf-8")
    write_table(table, tmp_path)
    assert set(contents(tmp_path)) == {"tabel_5_2.csv", "tabel_5_2.html", "tabel_5_2.md"}
    assert b"oud" not in contents(tmp_path)["tabel_5_2.md"]


def test_a_write_that_fails_leaves_the_old_file_whole(
    table: ReportTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_table(table, tmp_path)
    before = contents(tmp_path)

    def full(path: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ReportError, match=r"Cannot write 'tabel_5_2.csv': No space left"):
        write_table(replace(table, title="Nieuw"), tmp_path)
    assert contents(tmp_path) == before


def test_a_folder_that_is_a_file_is_a_clear_error(table: ReportTable, tmp_path: Path) -> None:
    (tmp_path / "tabellen").write_text("", encoding="utf-8")
    with pytest.raises(ReportError, match=r"Cannot write 'tabel_5_2.csv'"):
        write_table(table, tmp_path / "tabellen")


def test_the_manifest_names_each_file_with_its_checksum_and_definition(table: ReportTable, tmp_path: Path) -> None:
    paths = write_table(table, tmp_path / "tables")
    entries = [ManifestEntry(path, "RWI_2004-0f3a") for path in paths]
    manifest = write_manifest(tmp_path, entries, about={"study": "rwi2004"})
    content = json.loads(manifest.read_text(encoding="utf-8"))
    assert content["about"] == {"study": "rwi2004"}
    assert content["files"][0] == {
        "file": "tables/tabel_5_2.csv",
        "sha256": hashlib.sha256(paths[0].read_bytes()).hexdigest(),
        "definition": "RWI_2004-0f3a",
    }
    assert [file["file"] for file in content["files"]] == [
        "tables/tabel_5_2.csv",
        "tables/tabel_5_2.html",
        "tables/tabel_5_2.md",
    ]


def test_the_manifest_does_not_depend_on_the_order_of_its_entries(table: ReportTable, tmp_path: Path) -> None:
    entries = [ManifestEntry(path, "d") for path in write_table(table, tmp_path)]
    first = write_manifest(tmp_path, entries).read_bytes()
    assert write_manifest(tmp_path, reversed(entries)).read_bytes() == first
    assert first.endswith(b"}\n")
    assert b"\r" not in first


def test_the_manifest_refuses_what_is_not_there_or_elsewhere_or_twice(table: ReportTable, tmp_path: Path) -> None:
    first, *_ = write_table(table, tmp_path / "tables")
    with pytest.raises(ReportError, match="does not exist"):
        write_manifest(tmp_path, [ManifestEntry(tmp_path / "geen.csv", "d")])
    with pytest.raises(ReportError, match="outside the folder"):
        write_manifest(tmp_path / "figures", [ManifestEntry(first, "d")])
    with pytest.raises(ReportError, match="twice"):
        write_manifest(tmp_path, [ManifestEntry(first, "d"), ManifestEntry(first, "e")])
    assert not (tmp_path / "manifest.json").exists()
