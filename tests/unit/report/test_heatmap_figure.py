"""The heat map: a colour for how far, a mark for a flag, hatching for what is missing, pages for long lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.heatmap_figure import COLORS, heatmap_figure, heatmap_pages
from tests.unit.report import gemeenten_frames as made

COLUMNS = [f"{soort} {jaar}" for soort in made.SOORTEN for jaar in (2022, 2023, 2024)]


def draw(frame: pd.DataFrame | None = None, **options: Any) -> Figure:
    return heatmap_figure(made.profile() if frame is None else frame, **{"title": "Kaart", **options})


def cells(figure: Figure) -> dict[str, str]:
    """Return the colour of each cell by row and column."""
    found = figure.findobj(Rectangle)
    named = {c.get_gid(): c for c in found if c.get_gid() and c.get_gid().startswith("cell.")}
    return {gid.removeprefix("cell."): to_hex(c.get_facecolor()) for gid, c in named.items()}


def rows(figure: Figure) -> list[str]:
    return [text for gid, text in made.texts(figure).items() if gid.startswith("row.")]


def test_only_who_stands_out_is_drawn_unless_all_are_asked_for() -> None:
    figure = draw()
    assert rows(figure) == ["Gemeente 00", "Gemeente 01"]
    assert "de 2 van 12 gemeenten die ten minste één keer opvallen" in made.note(figure)
    everybody = draw(select="all")
    assert len(rows(everybody)) == 12
    assert "opvallen" not in made.note(everybody)


@pytest.mark.parametrize(
    ("ratio", "shade"),
    [(0.32, 0), (0.34, 1), (0.49, 1), (0.51, 2), (0.66, 2), (0.67, 3), (1.0, 3), (1.49, 3), (1.51, 4), (1.99, 4),
     (2.01, 5), (2.99, 5), (3.01, 6)],
)  # fmt: skip
def test_the_colour_is_that_of_the_ratio(ratio: float, shade: int) -> None:
    frame = made.profile()
    frame.loc[frame["column"] == "coaching 2022", "value"] = np.log2(ratio)
    assert cells(draw(frame))["0.0"] == COLORS[shade]


def test_flags_are_marks_that_point_up_or_down() -> None:
    drawn = {gid: line.get_marker() for gid, line in made.lines(draw()).items() if gid.startswith("mark.")}
    later = COLUMNS.index("training 2023")
    assert drawn == {"mark.0.0": "^", "mark.0.1": "^", "mark.0.2": "^", f"mark.1.{later}": "v"}


def test_what_is_missing_is_hatched_and_explained_and_never_as_expected() -> None:
    frame = made.profile()
    frame = frame[~((frame["gemeente"] == "Gemeente 01") & (frame["column"] == "coaching 2022"))]
    frame.loc[(frame["gemeente"] == "Gemeente 00") & (frame["column"] == "training 2024"), "value"] = np.nan
    figure = draw(frame)
    hatched = {gid for gid in made.lines(figure) if gid.startswith("missing.")}
    assert hatched == {"missing.1.0", "missing.0.8"}
    assert {cells(figure)["1.0"], cells(figure)["0.8"]} == {"#ffffff"}
    assert "n.b. (niet beschikbaar)" in made.texts(figure).values()
    assert "n/a (not available)" in made.texts(draw(frame, lang="en")).values()
    assert "n.b. (niet beschikbaar)" not in made.texts(draw()).values()


def test_who_cannot_be_judged_has_a_dash() -> None:
    frame = made.profile()
    frame.loc[(frame["gemeente"] == "Gemeente 00") & (frame["column"] == "training 2024"), "flag"] = (
        "niet_te_beoordelen"
    )
    figure = draw(frame)
    assert "mark.0.8" in made.lines(figure)
    assert "niet te beoordelen" in made.texts(figure).values()


def test_years_stand_under_their_type() -> None:
    drawn = made.texts(draw())
    assert [drawn[f"column.{j}"] for j in range(3)] == ["2022", "2023", "2024"]
    assert {drawn.get(f"group.{j}", drawn.get(f"group.{j}.0")) for j in range(3)} == set(made.SOORTEN)


def test_columns_without_years_have_their_own_name() -> None:
    frame = made.profile()
    frame = frame[frame["column"].str.endswith("2024")].assign(column=lambda f: f["column"].str[:-5])
    assert {made.texts(draw(frame))[f"column.{j}"] for j in range(3)} == set(made.SOORTEN)


def test_columns_are_drawn_as_asked() -> None:
    drawn = made.texts(draw(columns=["training 2023", "coaching 2022"]))
    assert (drawn["column.0"], drawn["column.1"]) == ("2023", "2022")
    renamed = made.texts(draw(columns={"training 2023": "scholing 2023", "coaching 2022": "coaching 2022"}))
    assert renamed.get("group.0", renamed.get("group.0.0")) == "scholing"
    with pytest.raises(ReportError, match="'nazorg', not in the frame"):
        draw(columns=["nazorg"])
    with pytest.raises(ReportError, match="names a column twice"):
        draw(columns=["training 2023", "training 2023"])


def test_a_long_list_is_spread_over_pages_without_losing_anyone() -> None:
    frame = made.profile()
    assert heatmap_pages(frame, select="all", rows_per_page=5) == 3
    pages = [draw(frame, select="all", rows_per_page=5, page=k) for k in (1, 2, 3)]
    assert [row for page in pages for row in rows(page)] == [f"Gemeente {i:02d}" for i in range(12)]
    assert "Blad 2 van 3." in made.note(pages[1])
    for page in (0, 4):
        with pytest.raises(ReportError, match="has 3 pages"):
            draw(frame, select="all", rows_per_page=5, page=page)


def test_rows_go_by_name_or_by_their_mean() -> None:
    high = draw(select="all", order="value")
    mean = made.profile().groupby("gemeente")["value"].mean().sort_values(ascending=False, kind="stable")
    assert rows(high) == list(mean.index)


def test_the_name_to_print_may_be_another_than_the_code() -> None:
    frame = made.profile()
    frame["label"] = frame["gemeente"].map({"Gemeente 00": "Urk", "Gemeente 01": "Ede"})
    assert rows(draw(frame)) == ["Ede", "Urk"]


def test_nobody_who_stands_out_is_said_and_no_error() -> None:
    figure = draw(made.profile().assign(flag="verwacht"))
    assert rows(figure) == []
    assert "Geen van de 12 gemeenten valt op." in made.note(figure)
    assert heatmap_pages(made.profile().assign(flag="verwacht")) == 1


def test_more_columns_than_a_page_holds_are_refused_with_what_fits() -> None:
    frame = pd.concat([made.profile().assign(column=lambda f, k=k: f"{k:02d} " + f["column"]) for k in range(8)])
    with pytest.raises(ReportError, match=r"72 columns do not fit on a page; at most \d+ do"):
        draw(frame)


def test_a_pair_that_stands_there_twice_is_refused_by_name() -> None:
    frame = pd.concat([made.profile(), made.profile().iloc[:1]])
    with pytest.raises(ReportError, match="Gemeente 00 / coaching 2022"):
        draw(frame)
    with pytest.raises(ReportError, match="infinite"):
        draw(made.profile().assign(value=-np.inf))
    with pytest.raises(ReportError, match="select='flaged'"):
        draw(select="flaged")
