"""The sheet of diagnostics: seven panels, each with its numbers, and what is absent said with its reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.diagnostics_figure import PANEL_NAMES, diagnostics_figure
from tests.unit.report import gemeenten_frames as made


def draw(sheet: Any = None, **options: Any) -> Figure:
    return diagnostics_figure(made.sheet() if sheet is None else sheet, **{"title": "Diagnostiek", **options})


@pytest.fixture(scope="module")
def figure() -> Figure:
    return draw()


def values(figure: Figure, gid: str) -> list[float]:
    """Return the known numbers across of a line."""
    x = np.asarray(made.lines(figure)[gid].get_xdata(), dtype=float)
    return list(np.round(x[np.isfinite(x)], 9))


def test_every_panel_has_a_letter_a_title_and_an_explanation(figure: Figure) -> None:
    drawn = made.texts(figure)
    for letter, key in zip("abcdefg", PANEL_NAMES, strict=True):
        assert drawn[f"panel.{key}.title"].startswith(f"{letter}  ")
        assert drawn[f"panel.{key}.how"]


def test_the_numbers_of_each_panel_are_drawn(figure: Figure) -> None:
    sheet = made.sheet()
    drawn = made.lines(figure)
    assert values(figure, "dispersion.o") == [41.0, 1.07]
    assert values(figure, "correlations.o") == [0.05]
    assert values(figure, "correlations.s") == [0.3]
    assert values(figure, "correlations.interval") == [0.18, 0.42, -0.06, 0.16]
    assert values(figure, "regions.o") == pytest.approx([np.exp(0.1), 0.8])
    assert list(drawn["quantiles.median"].get_ydata()) == pytest.approx(list(sheet["quantiles"]["median"]))
    assert sum(gid.startswith("leverage.point.") for gid in drawn) == 60
    shown = sum(len(line.get_xdata()) for gid, line in drawn.items() if gid.startswith("flag."))
    assert shown == 60


def test_a_larger_influence_is_a_larger_mark(figure: Figure) -> None:
    sheet, drawn = made.sheet(), made.lines(figure)
    ordered = sheet["leverage"].sort_values(["leverage", "residual_student", "cook"], ignore_index=True)
    sizes = pd.Series([drawn[f"leverage.point.{i}"].get_markersize() for i in range(60)])
    assert sizes.corr(ordered["cook"], method="spearman") > 0.999


def test_the_strip_shows_who_stands_out_under_which_family(figure: Figure) -> None:
    drawn = made.texts(figure)
    assert [drawn[f"sensitivity.family.{i}"] for i in range(3)] == [
        "Poisson (6)", "negatief-binomiaal (6)", "kleinste kwadraten (0)",
    ]  # fmt: skip
    assert drawn["sensitivity.name.0"] == "Gemeente 003"
    shapes = {gid: line.get_marker() for gid, line in made.lines(figure).items() if gid.startswith("sensitivity.")}
    assert shapes["sensitivity.0.0"] == shapes["sensitivity.1.0"] == "^"
    assert "sensitivity.2.0" not in shapes


def test_a_long_strip_is_cut_and_counted() -> None:
    frame = pd.DataFrame({"gemeente": [f"G{i:02d}" for i in range(55)], "family": "poisson", "flag": "meer"})
    figure = draw({"sensitivity": frame})
    assert sum(gid.startswith("sensitivity.name.") for gid in made.texts(figure)) == 40
    assert "niet getekend in de strook: 15." in made.note(figure)
    assert "Poisson (55)" in made.texts(figure).values()


def test_regions_nearest_to_nothing_are_left_out_of_a_long_list_and_counted() -> None:
    k = np.arange(30)
    frame = pd.DataFrame({"region": [f"R{i:02d}" for i in k], "mean_log_ratio": (k - 15) / 30})
    figure = draw({"regions": frame.assign(lower=frame.mean_log_ratio - 0.1, upper=frame.mean_log_ratio + 0.1)})
    drawn = made.texts(figure)
    kept = {text for gid, text in drawn.items() if gid.startswith("regions.name.")}
    assert len(kept) == 12
    assert "R15" not in kept
    assert {"R00", "R29"} <= kept
    assert "niet getekend (zonder cijfer of het dichtst bij 1): 18." in made.note(figure)


def test_a_residual_far_off_stands_at_the_edge_and_is_counted() -> None:
    sheet = made.sheet()
    sheet["residual_size"].loc[3, "residual"] = -24.0
    figure = draw(sheet)
    assert any(gid.endswith(".low") for gid in made.lines(figure) if gid.startswith("flag."))
    assert "Residuen verder dan 8, op de rand van hun paneel: 1." in made.note(figure)
    assert figure.axes[1].get_ylim()[0] > -9


def test_what_is_absent_empty_or_has_a_reason_is_said() -> None:
    sheet: dict[str, Any] = made.sheet()
    del sheet["dispersion"]
    sheet["correlations"] = sheet["correlations"].iloc[:0]
    sheet["regions"] = "geen kolom met regio's gegeven"
    drawn = made.texts(draw(sheet))
    assert drawn["panel.dispersion.absent.0"] == drawn["panel.correlations.absent.0"] == "n.b."
    assert drawn["panel.regions.absent.0"] == "n.b.: geen kolom met regio's gegeven"


def test_a_sheet_of_nothing_is_seven_times_not_available() -> None:
    drawn = made.texts(draw({}))
    assert sum(gid.endswith(".absent.0") for gid in drawn) == 7


def test_one_gemeente_is_a_sheet() -> None:
    sheet = {name: frame.iloc[:1] for name, frame in made.sheet().items()}
    assert len(draw(sheet).axes) == 7


def test_all_that_is_wrong_with_a_sheet_is_said_at_once() -> None:
    sheet: dict[str, Any] = made.sheet()
    sheet["region"] = sheet.pop("regions")
    sheet["dispersion"] = sheet["dispersion"].rename(columns={"phi": "fi"})
    sheet["quantiles"] = sheet["quantiles"].assign(lower=99.0)
    sheet["leverage"] = 3
    with pytest.raises(ReportError) as caught:
        draw(sheet)
    message = str(caught.value)
    for part in ("'region', which is no panel. Did you mean 'regions'?", "dispersion has no column 'phi'",
                 "'lower' is above 'median' in quantiles", "leverage is of type int"):  # fmt: skip
        assert part in message
    with pytest.raises(ReportError, match="sheet is of type DataFrame"):
        draw(made.gemeenten())
