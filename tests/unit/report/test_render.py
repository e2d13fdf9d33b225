"""Markdown, HTML and CSV print the same cells, each in its own language and escaped for it."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

import pandas as pd
import pytest

from reintegratie_stats.report.render import (
    BYTE_ORDER_MARK,
    to_csv,
    to_html,
    to_html_fragment,
    to_markdown,
)
from reintegratie_stats.report.table import ReportTable, TableColumn

NASTY = '<b>A|B & "C"</b> *x* `y` [z](w)'


class Page(HTMLParser):
    """The elements of a page with their attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())

    def having(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def nasty() -> ReportTable:
    """A table whose texts mean something to every format."""
    frame = pd.DataFrame({"label": [NASTY, "=1+1"], "count": [1234, None]})
    columns = [TableColumn("label", label=NASTY), TableColumn("count", "count")]
    return ReportTable("t", NASTY, frame, columns, notes=[NASTY], source=NASTY)


def test_csv_holds_one_row_per_row_and_plain_numbers(table: ReportTable) -> None:
    rows = list(csv.reader(io.StringIO(to_csv(table).lstrip(BYTE_ORDER_MARK)), delimiter=";"))
    assert rows == [
        [
            "Gemeente",
            "Ratio",
            "Centraal - Gepubliceerd (%)",
            "Centraal - Gereproduceerd (%)",
            "Centraal - Verschil (procentpunt)",
        ],
        ["Gemeente 1", "Complianceratio", "65", "65,1", "0,1"],
        ["Gemeente 1", "Sluitingsratio arbeidsplichtigen", "n.b.", "44,3", "n.b."],
        ["Gemeente 2", "Sluitingsratio arbeidsplichtigen", "42", "44,5", "2,5"],
    ]


def test_csv_begins_with_the_mark_by_which_excel_knows_utf8(table: ReportTable) -> None:
    assert to_csv(table).startswith(BYTE_ORDER_MARK)
    assert "\r" not in to_csv(table)


def test_pandas_reads_the_dutch_csv_as_numbers(table: ReportTable) -> None:
    stream = io.BytesIO(to_csv(table).encode("utf-8"))
    read = pd.read_csv(stream, sep=";", decimal=",", na_values="n.b.")
    assert next(iter(read.columns)) == "Gemeente"
    assert read["Centraal - Gereproduceerd (%)"].tolist() == [65.1, 44.3, 44.5]
    assert read["Centraal - Gepubliceerd (%)"].isna().tolist() == [False, True, False]


def test_english_csv_has_commas_and_points(frame: pd.DataFrame, columns: list[TableColumn]) -> None:
    english = to_csv(ReportTable("t", "Table", frame, columns, lang="en"))
    assert "Gemeente 1,Complianceratio,65,65.1,0.1\n" in english


def test_csv_has_no_sign_between_thousands_and_no_formula(nasty: ReportTable) -> None:
    rows = list(csv.reader(io.StringIO(to_csv(nasty).lstrip(BYTE_ORDER_MARK)), delimiter=";"))
    assert rows[1:] == [[NASTY, "1234"], ["'=1+1", "n.b."]]


def test_a_negative_number_in_csv_is_a_number() -> None:
    frame = pd.DataFrame({"difference": [-1234.0]})
    table = ReportTable("t", "Tabel", frame, [TableColumn("difference", "difference")])
    assert to_csv(table).splitlines()[1] == "-1234"


def test_markdown_is_padded_and_says_what_is_missing_and_why(table: ReportTable) -> None:
    text = to_markdown(table)
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len({len(line) for line in lines}) == 1
    assert lines[1].split("|")[1].strip().startswith(":")
    assert lines[1].split("|")[3].strip().endswith(":")
    assert "n.b. ¹" in lines[3]
    assert text.startswith("**Tabel 5.2**\n\n|")
    assert text.endswith(
        "\n\nn.b. = niet beschikbaar.\n\n¹ niet gepubliceerd in de bron\n\n"
        "² een van beide cijfers ontbreekt\n\nGereproduceerd uit synthetische registers.\n\n"
        "Bron: Regioplan 2004, tabel 5.2\n"
    )


def test_markdown_escapes_what_would_break_the_table(nasty: ReportTable) -> None:
    row = next(line for line in to_markdown(nasty).splitlines() if "1.234" in line)
    assert row.replace(r"\|", "").count("|") == 3
    assert r"\<b\>A\|B" in row


def test_html_is_a_whole_page_in_its_language_without_network(table: ReportTable) -> None:
    text = to_html(table)
    page = Page(text)
    assert page.open == []
    assert page.having("html") == [{"lang": "nl"}]
    assert {"charset": "utf-8"} in page.having("meta")
    assert "Tabel 5.2" in page.texts
    assert len(page.having("caption")) == 1
    assert not any(word in text for word in ("http", "url(", "@import", "<script", "src="))


def test_html_heads_have_their_scope_and_span(table: ReportTable) -> None:
    heads = Page(to_html_fragment(table)).having("th")
    assert heads[0] == {"scope": "col", "rowspan": "2"}
    assert heads[2] == {"scope": "colgroup", "colspan": "3"}
    assert [head["scope"] for head in heads[3:6]] == ["col"] * 3
    assert [head["scope"] for head in heads[6:]] == ["rowgroup", "row", "row", "rowgroup", "row"]
    assert heads[6]["rowspan"] == "2"


def test_html_spanners_can_stand_over_spanners() -> None:
    frame = pd.DataFrame([[1, 2, 3]], columns=["a", "b", "c"])
    columns = [
        TableColumn("a", "count", label="a", spanner=("G1", "centraal")),
        TableColumn("b", "count", label="b", spanner=("G1", "lokaal")),
        TableColumn("c", "count", label="c", spanner="G2"),
    ]
    page = Page(to_html_fragment(ReportTable("t", "Tabel", frame, columns)))
    assert page.texts[page.texts.index("G1") :][:7] == [
        "G1",
        "G2",
        "centraal",
        "lokaal",
        "c",
        "a",
        "b",
    ]
    assert [head.get("colspan") or head.get("rowspan") for head in page.having("th")] == [
        "2",
        "1",
        "1",
        "1",
        "2",
        None,
        None,
    ]
    assert page.having("colgroup") == [{"span": "2"}, {"span": "1"}]


def test_html_prints_a_group_once_and_links_each_missing_value_to_its_reason(
    table: ReportTable,
) -> None:
    page = Page(to_html_fragment(table))
    assert page.texts.count("Gemeente 1") == 1
    links = [attributes["href"] for attributes in page.having("a")]
    assert links == ["#tabel_5_2-noot-1", "#tabel_5_2-noot-2"]
    assert [item["id"] for item in page.having("li")] == [str(link)[1:] for link in links]


def test_html_escapes_all_text(nasty: ReportTable) -> None:
    page = Page(to_html(nasty))
    assert page.having("b") == []
    assert page.texts.count(NASTY) == 5
    assert f"Bron: {NASTY}" in page.texts


def test_a_notebook_shows_the_table_with_its_style(table: ReportTable) -> None:
    assert table._repr_html_() == to_html_fragment(table)
    assert "<style>" in to_html_fragment(table)


@pytest.mark.parametrize("render", [to_csv, to_markdown, to_html])
def test_a_table_is_rendered_the_same_each_time(
    frame: pd.DataFrame, columns: list[TableColumn], render: object
) -> None:
    assert callable(render)
    first, second = (render(ReportTable("t", "Tabel", frame, columns)) for _ in range(2))
    assert first == second
