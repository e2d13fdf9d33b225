"""A document of text and tables is a page of its own and Markdown, with the same bytes and everything escaped."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.document import (
    Document,
    Section,
    document_html,
    document_markdown,
    page_list,
    write_document,
)
from reintegratie_stats.report.table import ReportTable, TableColumn


def table(name: str = "t", lang: str = "nl", status: str = "release") -> ReportTable:
    return ReportTable(name, "Tabel <1>", pd.DataFrame({"cell": ["a & b"]}), [TableColumn("cell")], ["Noot."], "bron",
                       status, lang)  # type: ignore[arg-type]  # fmt: skip


def memo(**changes: object) -> Document:
    sections = (Section("Hoe & wat", ("Eerst <dit>.",), ("een", "twee"), table(), "x = 1 < 2"),)
    given: dict[str, object] = {"name": "memo", "title": "Keuze", "lead": ("Waarom.",), "sections": sections}
    return Document(**{**given, "status": "release", **changes})  # type: ignore[arg-type]


def test_the_page_holds_everything_escaped_and_needs_no_network() -> None:
    html = document_html(memo())
    for part in ("<h1>Keuze</h1>", "<h2>Hoe &amp; wat</h2>", "<p>Eerst &lt;dit&gt;.</p>", "<li>twee</li>",
                 "a &amp; b", "<p>Noot.</p>", "x = 1 &lt; 2"):  # fmt: skip
        assert part in html
    assert "http" not in html
    assert "<script" not in html
    assert '<html lang="nl">' in html


def test_markdown_has_the_same_text_in_the_same_order() -> None:
    text = document_markdown(memo())
    places = [text.index(part) for part in ("# Keuze", "Waarom.", "## Hoe", "- een", "| a & b |", "```\nx = 1")]
    assert places == sorted(places)
    assert "Eerst \\<dit\\>." in text


def test_both_forms_are_written_with_the_same_bytes_each_time(tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in write_document(memo(), tmp_path / "a")}
    again = {path.name: path.read_bytes() for path in write_document(memo(), tmp_path / "b")}
    assert first == again
    assert set(first) == {"memo.html", "memo.md"}
    assert b"\r" not in b"".join(first.values())


def test_what_is_marked_inside_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="marked 'inside'"):
        write_document(memo(status="inside"), tmp_path)
    within = memo(sections=(Section("x", table=table("geheim", status="inside")),))
    with pytest.raises(ReportError, match="holds tables that are marked 'inside': geheim"):
        write_document(within, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_document_that_cannot_be_is_refused() -> None:
    with pytest.raises(ReportError, match="a table in another language"):
        memo(sections=(Section("x", table=table(lang="en")),))
    with pytest.raises(ReportError, match="two tables of one name"):
        memo(sections=(Section("x", table=table()), Section("y", table=table())))
    with pytest.raises(ReportError, match="cannot name a file"):
        memo(name="Een memo")


def test_a_document_without_sections_is_a_title_and_a_lead() -> None:
    assert document_markdown(memo(sections=())) == "# Keuze\n\nWaarom.\n"


def test_a_list_of_pages_links_to_each_and_escapes_what_they_are_called() -> None:
    page = page_list("Bladen", ("Zo.",), [("a.html", "A & B", "<eerste>")], "nl")
    assert '<a href="a.html">A &amp; B</a>' in page
    assert "&lt;eerste&gt;" in page
