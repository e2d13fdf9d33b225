"""A fact sheet is a page that stands on its own; what may not go out, or calls for something outside, is refused."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pandas as pd
import pytest

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.fact_sheet import Block, FactSheet, fact_sheet_html, write_fact_sheet
from reintegratie_stats.report.table import ReportTable, TableColumn

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><text>A &amp; B</text></svg>'


def table(title: str = "Aantallen") -> ReportTable:
    frame = pd.DataFrame({"cell": ["Coaching <b>"], "count": [None]})
    return ReportTable("t", title, frame, [TableColumn("cell"), TableColumn("count", "count")], ["Noot."])


def sheet(**changes: object) -> FactSheet:
    given: dict[str, object] = {
        "name": "gm1", "title": "A & B", "code": "GM1", "place": "Noord · 100", "role": "Gekozen",
        "role_text": "Reserves: C.", "verdict": "Meer dan verwacht.", "reason": "9 waar 3.", "why": "Waarom: < 5.",
        "counts": table(), "figure": SVG, "caption": "Totaal.", "twin": table("Naast C"),
        "blocks": (Block("Controle", ("Niets.",), (("Software", "X"),)),),
        "points": Block("Punten", ("Eerst?", "Dan?")), "footer": ("Bron.",), "status": "release",
    }  # fmt: skip
    return FactSheet(**{**given, **changes})  # type: ignore[arg-type]


def test_everything_stands_on_the_page_once_and_escaped() -> None:
    html = fact_sheet_html(sheet())
    for part in ("<h1>A &amp; B", "Waarom: &lt; 5.", "<li>Eerst?</li>", "<dt>Software</dt><dd>X</dd>",
                 "<h2>Naast C</h2>", "<p>Bron.</p>", SVG):  # fmt: skip
        assert html.count(part) == 1
    assert html.count("Coaching &lt;b&gt;") == 2  # in both tables
    body = html.split("<body>")[1].split("</body>")[0]
    ET.fromstring(f"<body>{body}</body>".replace("&nbsp;", " "))  # every element is closed


def test_a_missing_number_is_explained_under_its_table() -> None:
    assert "n.b. = niet beschikbaar. Noot." in fact_sheet_html(sheet())


def test_a_sheet_without_a_twin_or_blocks_is_a_page_too() -> None:
    html = fact_sheet_html(sheet(twin=None, blocks=(), points=Block("Punten")))
    assert "Naast C" not in html
    assert "<ol>\n</ol>" in html


def test_it_is_written_with_the_same_bytes_each_time(tmp_path: Path) -> None:
    (one,) = write_fact_sheet(sheet(), tmp_path / "a")
    (other,) = write_fact_sheet(sheet(), tmp_path / "b")
    assert one.name == "gm1.html"
    assert one.read_bytes() == other.read_bytes() == fact_sheet_html(sheet()).encode()


def test_a_sheet_that_is_marked_inside_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="marked 'inside'"):
        write_fact_sheet(sheet(status="inside"), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "figure",
    ["<img src='x.png'>", "<svg><script>1</script></svg>", "<svg><image/></svg>", '<svg><use href="http://x"/></svg>'],
)
def test_a_figure_that_is_none_or_calls_for_something_outside_is_refused(figure: str) -> None:
    with pytest.raises(ReportError, match="figure of sheet 'gm1'"):
        sheet(figure=figure)


def test_a_name_that_cannot_name_a_file_and_an_unknown_language_are_refused() -> None:
    with pytest.raises(ReportError, match="cannot name a file"):
        sheet(name="GM 1")
    with pytest.raises(ReportError, match="Language"):
        sheet(lang="fr")


def test_the_repr_tells_nothing_of_what_is_on_it() -> None:
    assert repr(sheet()) == "FactSheet('gm1', 2 points)"
