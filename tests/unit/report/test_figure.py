"""The flow drawing holds every count, share and ratio, in boxes that nothing runs out of."""

from __future__ import annotations

import itertools
import subprocess
import sys
from typing import Any

import matplotlib
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report import figure as house
from reintegratie_stats.report.flow import FlowNode, RatioLine, flow_nodes, ratio_lines
from reintegratie_stats.report.flow_figure import flow_figure


def draw(cells: pd.DataFrame, ratios: pd.DataFrame | None = None, **options: Any) -> Figure:
    """Return the drawing of frames."""
    lang = options.get("lang", "nl")
    lines = () if ratios is None else ratio_lines(ratios, lang)
    return flow_figure(flow_nodes(cells, lang), lines, **{"title": "Figuur 5.1", **options})


def named(figure: Figure, kind: type) -> dict[str, Any]:
    """Return the artists of a kind by their id."""
    return {a.get_gid(): a for a in figure.axes[0].findobj(kind) if a.get_gid()}


def texts(figure: Figure) -> dict[str, str]:
    """Return the drawn texts by their id."""
    return {gid: text.get_text() for gid, text in named(figure, Text).items()}


def extents(figure: Figure) -> dict[str, Bbox]:
    """Return where each text comes to stand when the figure is drawn."""
    canvas = FigureCanvasAgg(figure)
    with house.house_style():
        canvas.draw()
        renderer = canvas.get_renderer()
        return {gid: t.get_window_extent(renderer) for gid, t in named(figure, Text).items()}


def test_each_box_has_its_cell_label_count_and_share(cells: pd.DataFrame) -> None:
    drawn = texts(draw(cells))
    counts = {cell: drawn[f"{cell}.count"] for cell in cells["cell"]}
    assert counts == {
        "X": "10.480",
        "X-Y": "4.297",
        "Y": "6.183",
        "Z": "3.092",
        "Y-Z": "3.091",
        "A": "587",
        "B": "2.505",
        "C": "671",
        "D": "2.420",
        "A.1": "106",
        "A.2": "481",
        "B.1": "526",
        "B.2": "1.979",
    }
    assert drawn["A.cell"] == "A"
    assert drawn["A.1.share"] == "18% van A"
    assert drawn["C.share"] == "22% van Y \N{MINUS SIGN} Z"
    assert "X.share" not in drawn
    assert drawn["Z.label.0"] == "arbeidsplichtig"


def test_the_drawing_is_english_where_asked(cells: pd.DataFrame, ratios: pd.DataFrame) -> None:
    drawn = texts(draw(cells, ratios, lang="en"))
    assert drawn["X.count"] == "10,480"
    assert drawn["A.1.share"] == "18% of A"
    assert drawn["Z.label.0"] == "under labour obligation"
    assert drawn["ratio.1.value"] == "n/a ¹"


def test_the_ratios_stand_under_it_with_formula_percentage_and_reason(
    cells: pd.DataFrame, ratios: pd.DataFrame
) -> None:
    drawn = texts(draw(cells, ratios, source="Regioplan 2004"))
    assert drawn["ratio.0.label"] == "Sluitingsratio arbeidsplichtigen"
    assert drawn["ratio.0.formula"] == "A / Z"
    assert drawn["ratio.0.value"] == "19%"
    assert drawn["ratio.1.value"] == "n.b. ¹"
    under = [text for gid, text in drawn.items() if gid.startswith("under.")]
    assert under == [
        "n.b. = niet beschikbaar",
        "¹ niet gepubliceerd in de bron",
        "Bron: Regioplan 2004",
    ]


def test_an_unknown_count_is_not_available_and_dashed(cells: pd.DataFrame) -> None:
    cells.loc[cells["cell"] == "B", ["count", "share"]] = None
    figure = draw(cells)
    assert texts(figure)["B.count"] == "n.b."
    assert "B.share" not in texts(figure)
    assert "B.bar" not in named(figure, Rectangle)
    assert named(figure, Rectangle)["B.box"].get_linestyle() == "--"
    assert named(figure, Rectangle)["A.box"].get_linestyle() == "-"


def test_a_share_that_is_unknown_while_the_count_is_known_is_said(cells: pd.DataFrame) -> None:
    cells.loc[cells["cell"] == "A", "share"] = None
    assert texts(draw(cells))["A.share"] == "n.b. van Z"


def test_the_bar_of_a_box_is_as_long_as_its_share(cells: pd.DataFrame) -> None:
    shapes = named(draw(cells), Rectangle)
    shares = dict(zip(cells["cell"], cells["share"], strict=True))
    for cell in ("X-Y", "Z", "A.1", "B.2"):
        whole = shapes[f"{cell}.box"].get_width() - 2 * 1.8
        assert shapes[f"{cell}.bar"].get_width() == pytest.approx(shares[cell] * whole)


def test_each_line_joins_a_box_to_the_box_that_it_is_part_of(cells: pd.DataFrame) -> None:
    figure = draw(cells)
    lines, boxes = named(figure, Line2D), named(figure, Rectangle)
    nodes = {node.cell: node for node in flow_nodes(cells)}
    assert set(lines) == {f"{cell}.edge" for cell in nodes if cell != "X"}
    for cell, node in nodes.items():
        if node.parent is None:
            continue
        child, parent = boxes[f"{cell}.box"], boxes[f"{node.parent}.box"]
        xs, ys = lines[f"{cell}.edge"].get_data()
        assert (xs[0], ys[0]) == pytest.approx((middle(parent), parent.get_y()))
        assert (xs[-1], ys[-1]) == pytest.approx((middle(child), child.get_y() + child.get_height()))


def middle(box: Rectangle) -> float:
    """Return the place of the middle of a box."""
    return float(box.get_x() + box.get_width() / 2)


FIVE_DIGITS = 99999


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("count", [7, FIVE_DIGITS])
def test_no_text_runs_out_of_its_box_or_over_another(
    cells: pd.DataFrame, ratios: pd.DataFrame, lang: str, count: int
) -> None:
    figure = draw(cells.assign(count=count), ratios, lang=lang, source="Bron")
    places = extents(figure)
    boxes = {
        gid.removesuffix(".box"): box.get_window_extent()
        for gid, box in named(figure, Rectangle).items()
        if gid.endswith(".box")
    }
    for cell, box in boxes.items():
        inside = [gid for gid in places if gid.rsplit(".label", 1)[0] == cell]
        inside += [f"{cell}.{part}" for part in ("cell", "count", "share")]
        for gid in inside:
            if gid in places:
                assert box.x0 <= places[gid].x0 < places[gid].x1 <= box.x1, gid
                assert box.y0 <= places[gid].y0 < places[gid].y1 <= box.y1, gid
    for (one, a), (other, b) in itertools.combinations(places.items(), 2):
        assert not overlap(a, b), (one, other)
    for (one, a), (other, b) in itertools.combinations(boxes.items(), 2):
        assert not overlap(a, b), (one, other)
    paper = figure.bbox
    assert all(paper.x0 <= p.x0 and p.x1 <= paper.x1 for p in places.values())
    assert all(paper.y0 <= p.y0 and p.y1 <= paper.y1 for p in places.values())


def overlap(a: Bbox, b: Bbox) -> bool:
    """Say whether two rectangles share more than their edge."""
    return bool(a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1)


def test_bars_stand_clear_of_the_texts(cells: pd.DataFrame) -> None:
    figure = draw(cells)
    places = extents(figure)
    for cell in cells["cell"][1:]:
        bar = named(figure, Rectangle)[f"{cell}.bar"].get_window_extent()
        assert bar.y1 <= places[f"{cell}.share"].y0


def test_the_drawing_is_as_wide_as_the_text_of_an_a4_page(cells: pd.DataFrame) -> None:
    figure = draw(cells)
    assert figure.get_figwidth() * 25.4 == pytest.approx(180)
    assert figure.get_figheight() * 25.4 < 250
    assert all(t.get_fontsize() >= 5.5 for t in named(figure, Text).values())


def test_boxes_of_one_depth_have_one_height_and_their_counts_in_line(cells: pd.DataFrame) -> None:
    figure = draw(cells)
    boxes, lines = named(figure, Rectangle), named(figure, Text)
    for row in (("X-Y", "Y"), ("Z", "Y-Z"), ("A", "B", "C", "D"), ("A.1", "A.2", "B.1", "B.2")):
        assert len({boxes[f"{cell}.box"].get_height() for cell in row}) == 1
        assert len({round(lines[f"{cell}.count"].get_position()[1], 9) for cell in row}) == 1


def test_a_cell_without_parts_is_as_wide_as_the_cells_beside_it(cells: pd.DataFrame) -> None:
    boxes = named(draw(cells), Rectangle)
    widths = {cell: boxes[f"{cell}.box"].get_width() for cell in ("X-Y", "Y", "C", "D")}
    assert widths["X-Y"] == widths["Y"]
    assert widths["C"] == widths["D"]
    assert middle(boxes["X.box"]) == pytest.approx((middle(boxes["X-Y.box"]) + middle(boxes["Y.box"])) / 2)


def test_cells_to_work_are_drawn_under_those_who_left(cells: pd.DataFrame) -> None:
    work = pd.DataFrame({"cell": ["A.1_werk"], "count": [73], "share": [73 / 106]})
    drawn = texts(draw(pd.concat([cells, work], ignore_index=True)))
    assert drawn["A.1_werk.count"] == "73"
    assert drawn["A.1_werk.share"] == "69% van A.1"


def test_a_single_box_is_a_flow() -> None:
    figure = flow_figure([FlowNode("X", "instroom", 5)], title="Een")
    assert texts(figure)["X.count"] == "5"


def test_text_is_printed_as_it_is_and_not_read_as_mathematics() -> None:
    figure = flow_figure([FlowNode("X", "kosten $1$", 5)], title="Een")
    assert not any(t.get_parse_math() for t in named(figure, Text).values())


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([], "0 boxes without a parent"),
        ([FlowNode("X", "", 1), FlowNode("Y", "", 1)], "2 boxes without a parent"),
        ([FlowNode("X", "", 1), FlowNode("X", "", 1, parent="X")], "same cell"),
        (
            [FlowNode("instroom", "", 1), FlowNode("Y", "", 1, parent="instrom")],
            "Did you mean 'instroom'",
        ),
        (
            [
                FlowNode("X", "", 1),
                FlowNode("P", "", 1, parent="Q"),
                FlowNode("Q", "", 1, parent="P"),
            ],
            "in a circle",
        ),
        (
            [FlowNode("X", "", 1), *(FlowNode(f"{i}", "w", 1, parent="X") for i in range(40))],
            "draw fewer cells",
        ),
        ([FlowNode("X", "s" * 200, 1)], "do not fit at a readable size"),
    ],
)
def test_boxes_that_make_no_readable_tree_are_refused(nodes: list[FlowNode], message: str) -> None:
    with pytest.raises(ReportError, match=message):
        flow_figure(nodes, title="Figuur")


@pytest.mark.parametrize("count", [-1, 2.5])
def test_a_count_is_whole_and_not_negative(count: int) -> None:
    with pytest.raises(ReportError, match="whole number"):
        FlowNode("X", "instroom", count)


@pytest.mark.parametrize("share", [-0.1, 19.0])
def test_a_share_lies_between_nothing_and_all(share: float) -> None:
    with pytest.raises(ReportError, match="between 0 and 1"):
        FlowNode("A", "traject", 1, share, parent="Z")
    with pytest.raises(ReportError, match="between 0 and 1"):
        RatioLine("Sluitingsratio", "A / Z", share)


def test_a_frame_without_the_columns_or_with_unknown_cells_is_refused(
    cells: pd.DataFrame, ratios: pd.DataFrame
) -> None:
    with pytest.raises(ReportError, match="Did you mean 'counts'"):
        flow_nodes(cells.rename(columns={"count": "counts"}))
    with pytest.raises(ReportError, match="has no 'Q'"):
        flow_nodes(cells.replace({"cell": {"X": "Q"}}))
    with pytest.raises(ReportError, match="needs a column 'value'"):
        ratio_lines(ratios.drop(columns="value"))
    with pytest.raises(ReportError, match="nl, en"):
        flow_figure([FlowNode("X", "", 1)], title="Figuur", lang="de")


def test_drawing_leaves_the_settings_of_matplotlib_alone(cells: pd.DataFrame) -> None:
    before = dict(matplotlib.rcParams)
    draw(cells)
    assert dict(matplotlib.rcParams) == before


def test_settings_of_the_user_do_not_change_the_drawing(cells: pd.DataFrame) -> None:
    plain = {gid: (t.get_fontsize(), t.get_position()) for gid, t in named(draw(cells), Text).items()}
    with matplotlib.rc_context({"font.size": 30, "font.family": "monospace"}):
        other = named(draw(cells), Text)
    assert {gid: (t.get_fontsize(), t.get_position()) for gid, t in other.items()} == plain
    assert {tuple(t.get_fontfamily()) for t in other.values()} == {("sans-serif",)}


def test_colours_do_not_judge() -> None:
    for name in (house.INK, house.MUTED, house.LINE, house.TRACK, house.ACCENT, house.ACCENT_TINT):
        red, green, blue = matplotlib.colors.to_rgb(name)
        assert blue >= max(red, green)


def test_drawing_does_not_load_pyplot() -> None:
    code = (
        "import sys, reintegratie_stats.report.flow_figure, reintegratie_stats.report.write;"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_lines_are_broken_between_words_and_evenly() -> None:
    text = "na de term nog in de bijstand"
    assert house.wrap_text(text, 100, 7.5) == (text,)
    assert " ".join(house.wrap_text(text, 20, 7.5)) == text
    greedy, balanced = (house.wrap_text(text, 34, 7.5, balanced=b) for b in (False, True))
    assert len(greedy) == len(balanced)
    assert max(map(len, balanced)) < max(map(len, greedy))
    assert house.wrap_text("", 20, 7.5) == ()
