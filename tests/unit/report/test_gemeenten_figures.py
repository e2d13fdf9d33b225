"""What the figures of gemeenten have in common: the same bytes, readable names, no judgement, honest notes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.caterpillar_figure import caterpillar_figure
from reintegratie_stats.report.diagnostics_figure import diagnostics_figure
from reintegratie_stats.report.figure_frames import FLAGS
from reintegratie_stats.report.flag_marks import MARKS
from reintegratie_stats.report.funnel_figure import funnel_figure
from reintegratie_stats.report.heatmap_figure import COLORS, heatmap_figure
from reintegratie_stats.report.labels import labels
from reintegratie_stats.report.observed_expected_figure import observed_expected_figure
from reintegratie_stats.report.page import description_of
from reintegratie_stats.report.write import write_figure
from tests.unit.report import gemeenten_frames as made

TITLE = "Voorzieningen 2024"


def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in another order, with another index."""
    return frame.iloc[np.argsort(made.golden(np.arange(len(frame)), 0.618))].set_index(np.arange(len(frame)) + 7)


def funnel(change: Callable[[pd.DataFrame], pd.DataFrame] = lambda f: f, **options: Any) -> Figure:
    return funnel_figure(change(made.gemeenten()), change(made.limits()), **{"title": TITLE, **options})


def caterpillar(change: Callable[[pd.DataFrame], pd.DataFrame] = lambda f: f, **options: Any) -> Figure:
    return caterpillar_figure(change(made.gemeenten()), **{"title": TITLE, **options})


def observed(change: Callable[[pd.DataFrame], pd.DataFrame] = lambda f: f, **options: Any) -> Figure:
    return observed_expected_figure(change(made.gemeenten()), **{"title": TITLE, **options})


def heatmap(change: Callable[[pd.DataFrame], pd.DataFrame] = lambda f: f, **options: Any) -> Figure:
    return heatmap_figure(change(made.profile()), **{"title": TITLE, **options})


def diagnostics(change: Callable[[pd.DataFrame], pd.DataFrame] = lambda f: f, **options: Any) -> Figure:
    sheet = {name: change(frame) for name, frame in made.sheet().items()}
    return diagnostics_figure(sheet, **{"title": TITLE, **options})


FIGURES = (funnel, caterpillar, observed, heatmap, diagnostics)
POINTS = (funnel, caterpillar, observed)


@pytest.mark.parametrize("draw", FIGURES)
def test_the_order_of_the_rows_does_not_change_a_byte(draw: Any, tmp_path: Path) -> None:
    for folder, change in (("a", lambda f: f), ("b", shuffled)):
        write_figure(draw(change), tmp_path / folder, "f", status="release")
    for name in ("f.svg", "f.png"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    svg = (tmp_path / "a" / "f.svg").read_text(encoding="utf-8")
    assert "clip-path" not in svg  # named differently by each version of matplotlib
    assert TITLE in svg


@pytest.mark.parametrize("draw", FIGURES)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_texts_are_at_least_seven_points_on_160_mm_and_do_not_overlap_or_run_off_the_page(draw: Any, lang: str) -> None:
    figure = draw(lang=lang, subtitle="Ondertitel", note="Een noot.", source="Bron")
    assert figure.get_figwidth() * 25.4 == pytest.approx(160)
    assert figure.get_figheight() * 25.4 <= 257
    assert all(t.get_fontsize() >= 7 for t in figure.findobj(Text) if t.get_text())
    places = made.extents(figure)
    assert made.overlapping(places) == []
    for gid, box in places.items():
        assert figure.bbox.x0 - 1 <= box.x0 < box.x1 <= figure.bbox.x1 + 1, gid
        assert figure.bbox.y0 - 1 <= box.y0 < box.y1 <= figure.bbox.y1 + 1, gid


@pytest.mark.parametrize("draw", POINTS)
def test_names_stand_clear_of_every_point_and_of_each_other(draw: Any) -> None:
    figure = draw()
    printed = made.extents(figure, "name.")
    assert len(printed) == 14
    for gid, box in printed.items():
        assert not any(made.shared(box, mark) for mark in made.marks(figure)), made.texts(figure)[gid]


@pytest.mark.parametrize("draw", POINTS)
def test_every_name_is_printed_or_counted_in_the_note(draw: Any) -> None:
    figure = draw()
    wanted = set(made.gemeenten()["label"].dropna())
    left = len(wanted - made.names(figure))
    assert made.names(figure) <= wanted
    assert (f"geen plaats was: {left}." in made.note(figure)) == (left > 0)


@pytest.mark.parametrize("draw", [funnel, observed])
def test_too_many_names_are_dropped_and_counted_and_those_that_are_left_stand_clear(draw: Any) -> None:
    figure = draw(lambda f: f.assign(label=f["gemeente"] + " aan de rivier") if "gemeente" in f else f)
    left = 120 - len(made.names(figure))
    assert left > 40
    assert f"geen plaats was: {left}." in made.note(figure)
    printed = made.extents(figure, "name.")
    assert made.overlapping(printed) == []
    assert not any(made.shared(box, mark) for box in printed.values() for mark in made.marks(figure))


@pytest.mark.parametrize("draw", POINTS)
def test_flags_differ_in_shape_as_well_as_in_colour(draw: Any) -> None:
    drawn = made.lines(draw())
    shapes = {flag: drawn[f"flag.{flag}"].get_marker() for flag in ("verwacht",)}
    shapes |= {flag: drawn[f"flag.{flag}.named"].get_marker() for flag in ("meer", "minder")}
    colors = {drawn[f"flag.{flag}.named"].get_markerfacecolor() for flag in ("meer", "minder")}
    assert len(set(shapes.values())) == 3
    assert len(colors) == 2


def test_no_colour_is_green_or_red_and_the_two_ways_are_equally_strong() -> None:
    for color in (*COLORS, *(mark.face for mark in MARKS.values())):
        red, green, blue = to_rgb(color)
        assert not (green > red + 0.12 and green > blue + 0.12), color
        assert not (red > green + 0.25), color
    light = [sum(to_rgb(color)) for color in COLORS]
    assert light[:4] == sorted(light[:4])
    assert light[3:] == sorted(light[3:], reverse=True)
    for ochre, blue in zip(light[:3], light[:3:-1], strict=True):
        assert ochre == pytest.approx(blue, abs=0.6)


@pytest.mark.parametrize("draw", POINTS)
def test_who_cannot_be_judged_is_counted_and_not_drawn(draw: Any) -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        if "gemeente" not in frame:
            return frame
        numbers = ["expected", "ratio", "observed", "lower", "upper", "ratio_eb", "eb_lower", "eb_upper"]
        frame.loc[[3, 4], numbers] = np.nan
        frame.loc[[3, 4], "flag"] = "niet_te_beoordelen"
        return frame

    figure = draw(change)
    assert "Niet te beoordelen en niet getekend: 2." in made.note(figure)
    assert "Gemeente 003" not in made.names(figure)
    drawn = sum(len(line.get_xdata()) for gid, line in made.lines(figure).items() if gid.startswith("flag."))
    assert drawn == 118


@pytest.mark.parametrize("draw", POINTS)
def test_one_gemeente_is_a_figure(draw: Any) -> None:
    figure = draw(lambda f: f.iloc[[3]] if "gemeente" in f else f)
    assert made.names(figure) == {"Gemeente 003"}
    assert "geen plaats" not in made.note(figure)


@pytest.mark.parametrize("draw", FIGURES)
def test_what_is_shown_can_be_read_aloud(draw: Any) -> None:
    text = description_of(draw(lang="en"))
    assert text.endswith(".")
    assert len(text) > 40


def test_the_description_counts_the_flags_and_names_the_gemeenten() -> None:
    text = description_of(funnel())
    assert text.startswith(
        "Trechterfiguur van gemeenten: 6 meer dan verwacht, 6 minder dan verwacht, 108 als verwacht."
    )
    assert "Meer dan verwacht: Gemeente 003, Gemeente 023" in text


@pytest.mark.parametrize("draw", FIGURES)
def test_drawing_leaves_the_settings_of_matplotlib_and_the_frames_alone(draw: Any) -> None:
    kept: list[tuple[pd.DataFrame, pd.DataFrame]] = []

    def remember(frame: pd.DataFrame) -> pd.DataFrame:
        kept.append((frame, frame.copy(deep=True)))
        return frame

    before = dict(matplotlib.rcParams)
    draw(remember)
    assert dict(matplotlib.rcParams) == before
    for frame, copy in kept:
        pd.testing.assert_frame_equal(frame, copy)


@pytest.mark.parametrize("draw", FIGURES)
def test_an_unknown_language_is_refused(draw: Any) -> None:
    with pytest.raises(ReportError, match="nl, en"):
        draw(lang="de")


def test_drawing_loads_no_pyplot_and_labels_load_no_matplotlib() -> None:
    code = (
        "import sys, reintegratie_stats.report.labels;"
        "assert 'matplotlib' not in sys.modules;"
        "import reintegratie_stats.report.diagnostics_figure, reintegratie_stats.report.heatmap_figure;"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_flag_has_a_name() -> None:
    assert set(labels("flag")) == set(FLAGS)


# --- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.rename(columns={"ratio": "ratios", "flag": "vlag"}), r"'ratio'. Did you mean 'ratios'.*'flag'"),
        (lambda f: f.iloc[:0], "points has no rows"),
        (lambda f: f.assign(ratio="x"), "'ratio' of points holds other things than numbers"),
        (lambda f: f.assign(flag="mer"), "'mer' Did you mean 'meer'"),
        (lambda f: f.assign(flag=None), "has a missing value"),
        (lambda f: f.assign(expected=-1.0), r"'expected' is not above 0 in points \(Gemeente 000, Gemeente 001"),
        (lambda f: f.assign(ratio=np.inf), "'ratio' is infinite"),
        (lambda f: pd.concat([f, f.iloc[:1]]), "more than one row for Gemeente 000"),
        (lambda f: f.assign(gemeente=None), "'gemeente' of points has missing values"),
        (lambda f: f.assign(flag="niet_te_beoordelen"), "No gemeente can be drawn"),
        (lambda f: f.to_dict(), "points is of type dict"),
    ],
)
def test_a_frame_that_is_not_as_described_is_refused(change: Any, message: str) -> None:
    with pytest.raises(ReportError, match=message):
        funnel_figure(change(made.gemeenten()), made.limits(), title=TITLE)


def test_the_problems_of_all_frames_are_said_at_once() -> None:
    points = made.gemeenten().assign(flag="wel").drop(columns="label")
    with pytest.raises(ReportError) as caught:
        funnel_figure(points, made.limits().assign(lower_95=9.0).drop(columns="upper_998"), title=TITLE)
    for part in ("'label'", "'upper_998'", "limits has:"):
        assert part in str(caught.value)


@pytest.mark.parametrize("draw", [caterpillar, observed])
def test_an_interval_the_wrong_way_round_is_refused_by_name(draw: Any) -> None:
    with pytest.raises(ReportError, match=r"'(eb_)?lower' is above .*Gemeente 000"):
        draw(lambda f: f.assign(eb_lower=99.0, lower=9e9))
