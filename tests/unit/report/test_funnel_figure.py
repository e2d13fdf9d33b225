"""The funnel stands where its numbers say: points, limits with their steps, arrows for what lies off the axis."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.funnel_figure import funnel_figure
from tests.unit.report import gemeenten_frames as made


def draw(points: pd.DataFrame | None = None, limits: pd.DataFrame | None = None, lang: str = "nl") -> Figure:
    given = made.gemeenten() if points is None else points
    return funnel_figure(given, made.limits() if limits is None else limits, title="Trechter", lang=lang)


@pytest.fixture(scope="module")
def figure() -> Figure:
    return draw()


def test_every_gemeente_stands_at_its_expectation_and_ratio(figure: Figure) -> None:
    points, drawn = made.gemeenten(), made.lines(figure)
    for flag in ("meer", "minder", "verwacht"):
        for named in (False, True):
            rows = points[(points["flag"] == flag) & (points["label"].notna() == named)]
            line = drawn.get(f"flag.{flag}{'.named' if named else ''}")
            found = set() if line is None else set(zip(*line.get_data(), strict=True))
            assert found == set(zip(rows["expected"], rows["ratio"], strict=True))


def test_both_axes_are_of_logarithms_and_there_is_a_line_at_one(figure: Figure) -> None:
    axes = figure.axes[1]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert set(made.lines(figure)["line.1"].get_ydata()) == {1.0}


def test_the_limits_are_drawn_as_given_within_the_panel(figure: Figure) -> None:
    limits = made.limits()
    low, high = figure.axes[1].get_xlim()
    inside = limits[(limits["expected"] > low) & (limits["expected"] < high)]
    line = made.lines(figure)["limit.upper_95"]
    found = dict(zip(np.round(line.get_xdata(), 6), line.get_ydata(), strict=True))
    for row in inside.itertuples():
        assert found[round(row.expected, 6)] == pytest.approx(row.upper_95)
    assert len(found) <= len(inside) + 2


def test_a_step_of_an_exact_limit_stays_a_step() -> None:
    limits = pd.DataFrame({"expected": [5.0, 50.0, 50.01, 900.0], "lower_95": [0.4, 0.4, 0.8, 0.8]})
    limits = limits.assign(upper_95=1.5, lower_998=0.3, upper_998=2.0)
    x, y = made.lines(draw(limits=limits))["limit.lower_95"].get_data()
    assert np.interp([49.9, 50.02], x, y) == pytest.approx([0.4, 0.8], abs=0.01)


def test_a_lower_limit_of_nothing_runs_off_the_panel(figure: Figure) -> None:
    line = made.lines(figure)["limit.lower_998"]
    bottom, _ = figure.axes[1].get_ylim()
    known = line.get_ydata()[np.isfinite(line.get_ydata())]
    assert known.min() >= bottom * (1 - 1e-9)
    assert line.get_xdata()[0] > 5


def test_nothing_registered_is_an_arrow_on_the_lower_edge_and_said() -> None:
    points = made.gemeenten()
    points.loc[13, ["ratio", "observed"]] = 0.0
    figure = draw(points)
    arrow = made.lines(figure)["flag.minder.named.low"]
    assert arrow.get_ydata() == [figure.axes[1].get_ylim()[0]]
    assert list(arrow.get_xdata()) == [points["expected"][13]]
    assert "Niets geregistreerd (verhouding 0), als pijl op de onderrand: 1." in made.note(figure)
    assert "Nothing registered (ratio 0)" in made.note(draw(points, lang="en"))


def test_a_ratio_far_off_does_not_press_the_others_together() -> None:
    points = made.gemeenten()
    points.loc[3, "ratio"] = 400.0
    figure = draw(points)
    assert figure.axes[1].get_ylim()[1] < 25
    assert "flag.meer.named.high" in made.lines(figure)
    assert "Buiten de as, als pijl op de rand: 1." in made.note(figure)


def test_the_key_counts_who_is_drawn_in_the_signs_of_the_language(figure: Figure) -> None:
    key = set(made.texts(figure).values())
    assert {
        "meer dan verwacht (6)",
        "minder dan verwacht (6)",
        "als verwacht (108)",
        "als verwacht, genoemd (2)",
    } <= key
    assert {"99,8%-grenzen", "95%-grenzen", "0,5", "1.000"} <= key
    assert {"more than expected (6)", "99.8% limits", "0.5", "1,000"} <= set(made.texts(draw(lang="en")).values())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lower_95": 1.9}, "'lower_95' is above 'upper_95'"),
        ({"upper_998": np.nan}, "'upper_998' is missing"),
        ({"expected": 10.0}, "more than one row for 10.0"),
    ],
)
def test_limits_that_are_none_are_refused(change: dict[str, float], message: str) -> None:
    limits = made.limits().assign(**{"upper_95": 1.5, "upper_998": 2.0, **change})
    with pytest.raises(ReportError, match=message):
        draw(limits=limits)


@pytest.mark.parametrize(
    "limits", [made.limits().iloc[:1], made.limits().assign(expected=lambda f: f["expected"] * 1e6)]
)
def test_limits_that_are_not_about_these_gemeenten_are_refused(limits: pd.DataFrame) -> None:
    with pytest.raises(ReportError, match="where no gemeente is"):
        draw(limits=limits)
