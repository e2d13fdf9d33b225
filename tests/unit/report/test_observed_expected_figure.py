"""Observed against expected: the counts, the ranges and the line where they are equal."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from reintegratie_stats.report.observed_expected_figure import observed_expected_figure
from tests.unit.report import gemeenten_frames as made


def draw(**changes: object) -> Figure:
    return observed_expected_figure(made.gemeenten().assign(**changes), title="Aantallen")


def test_every_gemeente_stands_at_its_counts() -> None:
    frame, drawn = made.gemeenten(), made.lines(draw())
    found = np.vstack([np.column_stack(line.get_data()) for gid, line in drawn.items() if gid.startswith("flag.")])
    wanted = frame[["expected", "observed"]].to_numpy()
    assert sorted(map(tuple, found)) == sorted(map(tuple, wanted))


def test_the_range_of_each_gemeente_stands_at_its_expectation() -> None:
    frame, line = made.gemeenten(), made.lines(draw())["ranges"]
    x, y = (values[np.isfinite(values)].reshape(-1, 2) for values in line.get_data())
    assert x[:, 0] == pytest.approx(frame["expected"].to_numpy())
    assert y == pytest.approx(frame[["lower", "upper"]].to_numpy())


def test_a_range_from_nothing_reaches_the_lower_edge() -> None:
    figure = draw(lower=0.0)
    line = made.lines(figure)["ranges"]
    assert np.nanmin(line.get_ydata()) == pytest.approx(figure.axes[1].get_ylim()[0])


def test_the_line_of_equality_is_equal() -> None:
    x, y = made.lines(draw())["line.equal"].get_data()
    assert list(x) == list(y)


def test_nothing_registered_is_an_arrow_and_said() -> None:
    observed = made.gemeenten()["observed"].mask(lambda s: s.index == 13, 0.0)
    figure = draw(observed=observed)
    assert "flag.minder.named.low" in made.lines(figure)
    assert "Niets geregistreerd, als pijl op de onderrand: 1." in made.note(figure)


def test_gemeenten_with_one_name_are_each_printed_or_counted() -> None:
    label = made.gemeenten()["label"].replace({"Gemeente 013": "Gemeente 003"})
    figure = draw(label=label)
    printed = [text for gid, text in made.texts(figure).items() if gid.startswith("name.")]
    assert printed.count("Gemeente 003") == 2 or "geen plaats" in made.note(figure)


def test_a_range_that_is_unknown_is_left_out_and_the_point_stays() -> None:
    figure = draw(lower=np.nan, upper=np.nan)
    assert len(made.lines(figure)["ranges"].get_xdata()) == 0
    assert "flag.verwacht" in made.lines(figure)
