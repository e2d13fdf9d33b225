"""The caterpillar goes from the lowest to the highest shrunken ratio, each gemeente with its interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.report.caterpillar_figure import caterpillar_figure
from tests.unit.report import gemeenten_frames as made


def test_gemeenten_stand_in_the_order_of_their_ratio_and_equals_by_name() -> None:
    frame = made.gemeenten().assign(label=None)
    frame.loc[[10, 11], "ratio_eb"] = 1.0
    drawn = made.lines(caterpillar_figure(frame, title="Rups"))
    places = {}
    for flag in ("meer", "minder", "verwacht"):
        x, y = drawn[f"flag.{flag}"].get_data()
        places |= dict(zip(x, y, strict=True))
    assert sorted(places) == list(range(1, 121))
    assert [places[k] for k in sorted(places)] == sorted(frame["ratio_eb"])


def test_each_interval_is_drawn_in_the_colour_of_its_flag() -> None:
    frame = made.gemeenten()
    drawn = made.lines(caterpillar_figure(frame, title="Rups"))
    line = drawn["interval.meer"]
    ends = line.get_ydata()[np.isfinite(line.get_ydata())].reshape(-1, 2)
    rows = frame[frame["flag"] == "meer"].sort_values("ratio_eb")
    assert ends == pytest.approx(rows[["eb_lower", "eb_upper"]].to_numpy())
    assert line.get_color() == drawn["flag.meer.named"].get_markerfacecolor()
    assert len({drawn[f"interval.{flag}"].get_color() for flag in ("meer", "minder", "verwacht")}) == 3


def test_ranks_are_not_printed() -> None:
    figure = caterpillar_figure(made.gemeenten(), title="Rups")
    assert not any(gid.startswith("tick.0.x") or ".x." in gid for gid in made.texts(figure) if gid.startswith("tick."))


def test_the_page_grows_for_names_up_to_a_page() -> None:
    few = caterpillar_figure(made.gemeenten(), title="Rups")
    many = made.gemeenten(342)
    figure = caterpillar_figure(many.assign(label=many["gemeente"].where(many.index % 4 == 3)), title="Rups")
    assert few.get_figheight() < figure.get_figheight() <= 257 / 25.4
    left = 85 - len(made.names(figure))
    assert (f"geen plaats was: {left}." in made.note(figure)) == (left > 0)


def test_poles_of_names_do_not_run_through_other_names() -> None:
    figure = caterpillar_figure(made.gemeenten(), title="Rups")
    boxes = made.extents(figure, "name.")
    for gid, line in made.lines(figure).items():
        if gid.startswith("leader."):
            x, y = line.get_transform().transform(np.column_stack(line.get_data()))[1:].T
            for name, box in boxes.items():
                crossed = box.x0 < x[1] < box.x1 and min(y) < box.y1 and max(y) > box.y0
                assert name == gid.replace("leader", "name") or not crossed


def test_a_ratio_far_off_stands_at_the_edge_and_is_said() -> None:
    frame = made.gemeenten()
    frame.loc[13, ["ratio_eb", "eb_lower", "eb_upper"]] = [0.002, 0.001, 0.003]
    figure = caterpillar_figure(frame, title="Rups")
    assert "flag.minder.named.low" in made.lines(figure)
    assert "Buiten de as, als pijl op de rand: 1." in made.note(figure)


def test_who_has_no_shrunken_ratio_is_counted() -> None:
    frame = made.gemeenten()
    frame.loc[[7], ["ratio_eb", "eb_lower", "eb_upper"]] = np.nan
    assert "Zonder cijfer en niet getekend: 1." in made.note(caterpillar_figure(frame, title="Rups"))


def test_columns_of_text_of_pandas_are_read_like_any_other() -> None:
    frame = made.gemeenten().astype({"gemeente": "string", "flag": "string", "label": "string"})
    plain = made.lines(caterpillar_figure(made.gemeenten(), title="Rups"))
    typed = made.lines(caterpillar_figure(frame, title="Rups"))
    assert plain.keys() == typed.keys()
    assert isinstance(frame, pd.DataFrame)
