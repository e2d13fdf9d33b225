"""A table is a value that is checked when it is made and printed the same everywhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.labels import NOT_APPLICABLE
from reintegratie_stats.report.table import ReportTable, TableColumn


def one_column(values: list[Any], column: TableColumn, **options: Any) -> ReportTable:
    """Return a table of one column."""
    frame = pd.DataFrame({column.name: pd.Series(values, dtype=object)})
    return ReportTable("t", "Tabel", frame, [column], **options)


def printed(values: list[Any], column: TableColumn, **options: Any) -> list[str]:
    """Return the printed cells of a table of one column."""
    return [str(text) for text in one_column(values, column, **options).cells()[column.name]]


def test_every_kind_is_printed_in_its_own_way() -> None:
    assert printed([10480, 6183.0], TableColumn("count", "count")) == ["10.480", "6.183"]
    assert printed([54.5], TableColumn("percent", "percent")) == ["55%"]
    assert printed([0.545], TableColumn("share", "share")) == ["55%"]
    assert printed([0.545], TableColumn("value", "number", decimals=2)) == ["0,55"]
    assert printed([2, 0], TableColumn("difference", "difference")) == ["+2", "0"]
    assert printed([1.25], TableColumn("difference", "difference_points", decimals=1)) == ["+1,3"]
    assert printed(["0344", 2002], TableColumn("gemeente")) == ["0344", "2002"]


def test_the_language_changes_heads_values_and_symbols(frame: pd.DataFrame, columns: list[TableColumn]) -> None:
    table = ReportTable("t", "Table", frame, columns, lang="en")
    assert table.heads()[-1] == "Centraal - Difference (percentage points)"
    assert table.cells().iloc[1].tolist() == [
        "Gemeente 1",
        "Sluitingsratio arbeidsplichtigen",
        "n/a",
        "44.3%",
        "n/a",
    ]


def test_a_head_is_the_label_or_the_label_of_its_key_or_of_its_name() -> None:
    assert TableColumn("i", label_key="percent_instroom").head() == "% t.o.v. instroom"
    assert TableColumn("i", label="Eigen kop").head() == "Eigen kop"
    assert TableColumn("published").head("en") == "Published"


def test_spanners_and_label_are_joined_in_one_head() -> None:
    column = TableColumn("published", "percent", spanner=("Gemeente 1", "Centraal"))
    assert one_column([1], column).heads() == ("Gemeente 1 - Centraal - Gepubliceerd",)


def test_a_missing_value_is_printed_with_the_number_of_its_reason(table: ReportTable) -> None:
    missing = table.rows()[1]
    assert [cell.marked for cell in missing[2:]] == ["n.b. ¹", "44,3%", "n.b. ²"]
    assert table.reasons() == (
        "niet gepubliceerd in de bron",
        "een van beide cijfers ontbreekt",
    )
    assert table.legend() == ("n.b. = niet beschikbaar",)


def test_the_same_reason_has_one_number_in_the_whole_table() -> None:
    frame = pd.DataFrame({"value": [None, 1.0, None], "lower": [None, 1.0, None], "reason": ["b", None, "a"]})
    columns = [TableColumn(n, "number", reason_column="reason") for n in ("value", "lower")]
    table = ReportTable("t", "Tabel", frame, columns)
    assert table.reasons() == ("b", "a")
    assert [[cell.note for cell in row] for row in table.rows()] == [[1, 1], [None, None], [2, 2]]


def test_a_reason_with_a_value_is_not_lost() -> None:
    frame = pd.DataFrame({"value": [0.5], "value_reason": ["voorlopig cijfer"]})
    table = ReportTable("t", "Tabel", frame, [TableColumn("value", "share")])
    assert table.rows()[0][0].marked == "50% ¹"


def test_a_cell_that_cannot_hold_a_figure_is_a_dash_and_no_missing_value() -> None:
    frame = pd.DataFrame({"share": [None, 0.71], "share_reason": [NOT_APPLICABLE, None]})
    table = ReportTable("t", "Tabel", frame, [TableColumn("share", "share")])
    assert table.cells()["share"].tolist() == ["\N{EN DASH}", "71%"]
    assert table.legend() == ("\N{EN DASH} = niet van toepassing",)
    assert table.reasons() == ()


def test_a_figure_where_none_applies_is_an_error() -> None:
    frame = pd.DataFrame({"share": [0.71], "share_reason": [NOT_APPLICABLE]})
    with pytest.raises(ReportError, match="not applicable"):
        ReportTable("t", "Tabel", frame, [TableColumn("share", "share")])


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "float64", "object"])
def test_missing_is_missing_in_every_type_of_column(dtype: str) -> None:
    frame = pd.DataFrame({"count": pd.Series([5, None], dtype=dtype)})
    table = ReportTable("t", "Tabel", frame, [TableColumn("count", "count")])
    assert table.cells()["count"].tolist() == ["5", "n.b."]


def test_a_change_of_the_frame_does_not_reach_the_table(frame: pd.DataFrame, columns: list[TableColumn]) -> None:
    table = ReportTable("t", "Tabel", frame, columns)
    frame.loc[0, "published"] = 1.0
    assert table.frame.loc[0, "published"] == 65.0
    assert table.cells().loc[0, "published"] == "65%"


def test_the_index_of_the_frame_plays_no_part(frame: pd.DataFrame, columns: list[TableColumn]) -> None:
    shifted = frame.set_axis([7, 7, 7])
    texts = ReportTable("t", "Tabel", shifted, columns).cells()
    pd.testing.assert_frame_equal(texts, ReportTable("t", "Tabel", frame, columns).cells())


def test_a_table_without_rows_is_a_table() -> None:
    assert one_column([], TableColumn("count", "count")).cells().shape == (0, 1)


def test_repr_says_name_rows_and_columns_and_no_value(table: ReportTable) -> None:
    assert repr(table) == (
        "ReportTable('tabel_5_2', 3 rows, columns: gemeente, ratio, published, reproduced, difference)"
    )


def test_a_table_cannot_be_changed(table: ReportTable) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.title = "anders"  # type: ignore[misc]


def test_a_column_that_is_not_in_the_frame_is_an_error_with_the_nearest(
    frame: pd.DataFrame,
) -> None:
    with pytest.raises(ReportError, match=r"'publisht' is not in.*Did you mean 'published'\?"):
        ReportTable("t", "Tabel", frame, [TableColumn("publisht", "percent", label="x")])


def test_a_reason_column_that_is_not_in_the_frame_is_an_error(frame: pd.DataFrame) -> None:
    column = TableColumn("published", "percent", reason_column="reden")
    with pytest.raises(ReportError, match="'reden' is not in the frame"):
        ReportTable("t", "Tabel", frame, [column])


def test_a_column_that_is_the_index_is_an_error_that_says_so(frame: pd.DataFrame) -> None:
    with pytest.raises(ReportError, match="reset_index"):
        ReportTable("t", "Tabel", frame.set_index("ratio"), [TableColumn("ratio")])


def test_a_head_without_label_is_an_error_with_the_nearest() -> None:
    with pytest.raises(ReportError, match="Did you mean 'published'"):
        one_column([1], TableColumn("publishd", "count"))


@pytest.mark.parametrize(
    ("values", "column"),
    [
        (["geheim"], TableColumn("count", "count")),
        ([87.25], TableColumn("count", "count")),
        ([float("inf")], TableColumn("value", "number")),
        ([87.25], TableColumn("gemeente", "text")),
        ([True], TableColumn("gemeente", "text")),
        (["geheim"], TableColumn("ratio", values="ratio")),
    ],
)
def test_a_value_that_does_not_fit_its_kind_is_refused_by_column_without_the_value(
    values: list[Any], column: TableColumn
) -> None:
    with pytest.raises(ReportError, match=f"Column '{column.name}'") as caught:
        one_column(values, column)
    assert str(values[0]) not in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_unknown_name_in_a_labelled_column_gives_the_nearest_label() -> None:
    with pytest.raises(ReportError, match="Did you mean 'sluitingsratio'"):
        one_column(["sluitingsrato"], TableColumn("ratio", values="ratio"))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TableColumn("a", "cuont"), "Did you mean 'count'"),  # type: ignore[arg-type]
        (lambda: TableColumn("a", "number", decimals=-1), "from 0 to 12"),
        (lambda: TableColumn("a", "text", decimals=1), "no meaning"),
        (lambda: TableColumn("a", "count", values="ratio"), "is for kinds"),
        (lambda: TableColumn("a", values="ratoi"), "Did you mean 'ratio'"),
        (lambda: TableColumn("a", label="a", label_key="ratio"), "give one of them"),
    ],
)
def test_a_column_declaration_that_cannot_be_is_refused(make: Callable[[], TableColumn], message: str) -> None:
    with pytest.raises(ReportError, match=message):
        make()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "Tabel 5.1"}, "cannot name a file"),
        ({"name": "../tabel"}, "cannot name a file"),
        ({"status": "relase"}, "Did you mean 'release'"),
        ({"lang": "fr"}, "nl, en"),
        ({"columns": []}, "no columns"),
        ({"columns": [TableColumn("ratio"), TableColumn("ratio")]}, "more than once"),
        (
            {"columns": [TableColumn("ratio", label="x"), TableColumn("gemeente", label="x")]},
            "column heads are not unique",
        ),
        ({"notes": "een tekst"}, "list of texts"),
        ({"frame": {"ratio": []}}, "pandas DataFrame"),
        ({"frame": pd.DataFrame([[1, 2]], columns=["ratio", "ratio"])}, "not unique"),
    ],
)
def test_a_table_declaration_that_cannot_be_is_refused(
    frame: pd.DataFrame, options: dict[str, Any], message: str
) -> None:
    declared: dict[str, Any] = {
        "name": "t",
        "title": "Tabel",
        "frame": frame,
        "columns": [TableColumn("ratio")],
    }
    with pytest.raises(ReportError, match=message):
        ReportTable(**{**declared, **options})
