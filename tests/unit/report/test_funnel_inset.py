"""A small funnel says the same as the large one, with one gemeente marked, in letters that can be read."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.funnel_inset import HEIGHT, LEFT, TOP, WIDTH, Marked, funnel_inset

SVG = "{http://www.w3.org/2000/svg}"


def frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    points = pd.DataFrame(
        {
            "gemeente": ["A", "B", "C", "D", "E"],
            "expected": [20.0, 80.0, 50.0, 300.0, np.nan],
            "ratio": [2.4, 1.0, 0.3, 0.0, np.nan],
            "flag": ["meer", "verwacht", "minder", "minder", "niet_te_beoordelen"],
            "label": [None] * 5,
        }
    )
    expected = np.geomspace(10, 400, 30)
    half = 3 / np.sqrt(expected)
    limits = pd.DataFrame({"expected": expected, "lower_95": 1 - half * 0.6, "upper_95": 1 + half * 0.6})
    limits = limits.assign(lower_998=np.maximum(0, 1 - half), upper_998=1 + half)
    return points, limits[["expected", "lower_95", "upper_95", "lower_998", "upper_998"]]


def drawn(name: str, twin: str | None = None, **options: str) -> ET.Element:
    points, limits = frames()
    other = None if twin is None else Marked(twin, f"T-{twin}")
    text = funnel_inset(points, limits, marked=Marked(name, f"G-{name}"), twin=other, **options)  # type: ignore[arg-type]
    return ET.fromstring(text)


def texts(root: ET.Element) -> list[str]:
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


def test_it_is_one_element_of_its_size_with_a_description() -> None:
    root = drawn("A", description="Aadorp <staat> hoog")
    assert root.attrib["viewBox"] == f"0 0 {WIDTH:g} {HEIGHT:g}"
    assert root.attrib["aria-label"] == "Aadorp <staat> hoog"
    assert root.attrib["role"] == "img"


def test_the_gemeente_and_its_twin_are_named_and_nobody_else() -> None:
    named = [text for text in texts(drawn("A", "B")) if "-" in text]
    assert named == ["G-A", "T-B"]


def test_every_judged_gemeente_is_drawn_once_and_the_marked_ones_once_more() -> None:
    points = [e for e in drawn("A", "B").iter() if e.attrib.get("stroke-width") == "0.1"]
    key, judged, marked = 3, 4, 2
    assert len(points) == key + judged + marked


def test_marks_lie_on_the_panel_also_where_nothing_was_registered() -> None:
    (ring,) = [e for e in drawn("D").iter(f"{SVG}circle") if e.attrib["r"] == "2.2"]
    assert float(ring.attrib["cy"]) == pytest.approx(HEIGHT - 12.5, abs=0.01)  # on the lower edge
    for circle in drawn("A", "C").iter(f"{SVG}circle"):
        if circle.attrib["r"] != "0.58":  # the key
            assert LEFT <= float(circle.attrib["cx"]) <= WIDTH
            assert TOP <= float(circle.attrib["cy"]) <= HEIGHT


def test_higher_is_more_and_right_is_larger() -> None:
    def ring(name: str) -> tuple[float, float]:
        (found,) = [e for e in drawn(name).iter(f"{SVG}circle") if e.attrib["r"] == "2.2"]
        return float(found.attrib["cx"]), float(found.attrib["cy"])

    assert ring("A")[1] < ring("B")[1] < ring("C")[1]
    assert ring("A")[0] < ring("C")[0] < ring("B")[0] < ring("D")[0]


def test_who_is_not_judged_is_not_marked() -> None:
    assert not any("G-E" in text for text in texts(drawn("E")))


def test_the_same_frames_give_the_same_text_in_any_order() -> None:
    points, limits = frames()
    one = funnel_inset(points, limits, marked=Marked("A", "A"))
    other = funnel_inset(points.iloc[::-1].reset_index(drop=True), limits, marked=Marked("A", "A"))
    assert one == other


def test_words_and_numbers_are_in_the_language_asked() -> None:
    assert {"meer dan verwacht", "0,5"} <= set(texts(drawn("A")))
    assert {"more than expected", "0.5"} <= set(texts(drawn("A", lang="en")))


def test_an_unknown_gemeente_or_language_and_nobody_to_draw_are_refused() -> None:
    points, limits = frames()
    with pytest.raises(ReportError, match="no gemeente 'X'"):
        funnel_inset(points, limits, marked=Marked("X", "X"))
    with pytest.raises(ReportError, match="No gemeente can be drawn"):
        funnel_inset(points.iloc[4:], limits, marked=Marked("E", "E"))
    with pytest.raises(ReportError, match="Language"):
        funnel_inset(points, limits, marked=Marked("A", "A"), lang="fr")
