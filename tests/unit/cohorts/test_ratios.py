"""The ratios from counts alone: for who has only a report."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

import reintegratie_stats as rs
from reintegratie_stats.cohorts import RATIOS
from reintegratie_stats.cohorts.cells import CELLS
from reintegratie_stats.errors import CountsError, DefinitionError
from tests.unit.tables import refusal

NAMES = [ratio.name for ratio in RATIOS]

# A figure of 100 people: 40 left within the term, 60 stayed; of these 50 under obligation.
FIGURE = {
    "X": 100,
    "Y": 60,
    "X-Y": 40,
    "Z": 50,
    "Y-Z": 10,
    "A": 30,
    "B": 20,
    "C": 4,
    "D": 6,
    "A.1": 12,
    "A.2": 18,
    "B.1": 5,
    "B.2": 15,
    "A.1_werk": 9,
    "B.1_werk": 1,
}
SHARES = {
    "complianceratio": (74, 100),
    "langdurigheidsratio": (60, 100),
    "sluitingsratio": (30, 50),
    "niet_sluitingsratio": (20, 50),
    "uitstroomratio_met_traject": (12, 30),
    "uitstroomratio_zonder_traject": (5, 20),
    "uitstroomratio_werk_met_traject": (9, 30),
    "uitstroomratio_werk_zonder_traject": (1, 20),
}


def table(counts: Any, **options: Any) -> pd.DataFrame:
    frame = counts if isinstance(counts, pd.DataFrame) else pd.DataFrame([counts])
    return rs.ratios_from_counts(frame, **options).to_frame()


def refused(counts: Any, **options: Any) -> str:
    return refusal(CountsError, lambda: rs.ratios_from_counts(counts, **options))


def test_every_ratio_is_its_cells_over_its_cell() -> None:
    found = table(FIGURE).set_index("ratio")
    assert list(found.index) == list(SHARES)
    for name, (top, bottom) in SHARES.items():
        row = found.loc[name]
        assert (row["numerator"], row["denominator"]) == (top, bottom)
        assert row["value"] == top / bottom
        lower, upper = proportion_confint(top, bottom, method="wilson")
        assert (row["lower"], row["upper"]) == pytest.approx((lower, upper), abs=1e-12)
        assert row["method"] == "wilson"
        assert pd.isna(row["reason"])


def test_the_same_table_comes_from_as_few_counts_as_fix_the_figure() -> None:
    few = {cell: FIGURE[cell] for cell in ("X", "Y", "Z", "A", "C", "A.1", "B.2")}
    work = {cell: FIGURE[cell] for cell in ("A.1_werk", "B.1_werk")}
    pd.testing.assert_frame_equal(table(few | work), table(FIGURE))


def test_the_counts_of_gemeente_3_of_bijlage_3_give_its_printed_percentages() -> None:
    counts = pd.DataFrame({"gemeente": ["3"], "X": [433], "Y": [233], "Z": [70], "A": [50]})
    found = rs.ratios_from_counts(counts)
    for ratio, printed in (
        ("langdurigheidsratio", 54),
        ("sluitingsratio", 71),
        ("niet_sluitingsratio", 29),
    ):
        assert round(100 * found.value(ratio, gemeente="3")) == printed


def test_the_columns_have_one_type_each_whatever_was_given() -> None:
    expected = ["string", "Int64", "Int64", "float64", "float64", "float64", "string", "string"]
    for counts in (FIGURE, {"X": None}, {"X": "5", "Y": Decimal(3)}, {"X": 5.0, "Y": np.nan}):
        found = table(counts)
        assert list(found) == [
            *("ratio", "numerator", "denominator", "value", "lower", "upper", "method", "reason"),
        ]
        assert [str(kind) for kind in found.dtypes] == expected


def test_counts_may_be_numbers_of_any_kind_or_text() -> None:
    whole = table(FIGURE)
    for kind in ("int8", "float64", "Int64", "string", object):
        pd.testing.assert_frame_equal(table(pd.DataFrame([FIGURE]).astype(kind)), whole)


# --- what cannot be told ------------------------------------------------------------------------------


def test_an_empty_denominator_is_no_ratio_and_says_which_it_is() -> None:
    found = table({**dict.fromkeys(CELLS, 0), "X": 10, "X-Y": 10}).set_index("ratio")
    assert found.loc["complianceratio", "value"] == 1
    assert found.loc["langdurigheidsratio", "value"] == 0
    for ratio, cell in (
        ("sluitingsratio", "Z"),
        ("niet_sluitingsratio", "Z"),
        ("uitstroomratio_met_traject", "A"),
        ("uitstroomratio_werk_zonder_traject", "B"),
    ):
        row = found.loc[ratio]
        assert (row["numerator"], row["denominator"]) == (0, 0)
        assert row[["value", "lower", "upper"]].isna().all()
        assert row["reason"] == f"noemer {cell} is 0"


def test_an_unknown_cell_is_no_ratio_and_says_which_it_is() -> None:
    found = table({"X": 10, "Y": 4, "Z": 3, "A": 2}).set_index("ratio")
    assert found["reason"].fillna("").to_dict() == {
        "complianceratio": "C onbekend",
        "langdurigheidsratio": "",
        "sluitingsratio": "",
        "niet_sluitingsratio": "",
        "uitstroomratio_met_traject": "A.1 onbekend",
        "uitstroomratio_zonder_traject": "B.1 onbekend",
        "uitstroomratio_werk_met_traject": "A.1_werk onbekend",
        "uitstroomratio_werk_zonder_traject": "B.1_werk onbekend",
    }
    assert found.loc["complianceratio", ["numerator", "value"]].isna().all()
    assert found.loc["complianceratio", "denominator"] == 10


def test_a_ratio_has_a_value_or_a_reason_and_never_both() -> None:
    groups = [FIGURE, dict.fromkeys(CELLS, 0), {"X": 3}, {"Z": 0, "A": 0}, {"A": 0, "X": None}]
    found = table(pd.DataFrame(groups))
    assert len(found) == len(groups) * len(NAMES)
    assert (found["value"].isna() == found["reason"].notna()).all()
    assert (found["value"].isna() == found["lower"].isna()).all()
    assert (found["value"].isna() == found["upper"].isna()).all()


def test_the_reason_can_be_had_in_english() -> None:
    found = table({"X": 0, "Y": 0}, lang="en").set_index("ratio")["reason"]
    assert found["langdurigheidsratio"] == "denominator X is 0"
    assert found["sluitingsratio"] == "A, Z unknown"
    for wrong in ("NL", "de", None, 3):
        words = refusal(DefinitionError, lambda: table(FIGURE, lang=wrong))  # noqa: B023
        assert words.startswith(f"lang is {wrong!r}; allowed: 'nl', 'en'.")


# --- groups -------------------------------------------------------------------------------------------


def test_groups_keep_their_order_and_their_columns() -> None:
    counts = pd.DataFrame({"jaar": [2003, 2002], "X": [10, 20], "naam": ["b", None], "Y": [5, 5]}, index=[7, 7])
    before = counts.copy(deep=True)
    found = table(counts)
    assert list(found)[:3] == ["jaar", "naam", "ratio"]
    assert found["ratio"].tolist() == NAMES * 2
    assert found["jaar"].tolist() == [2003] * 8 + [2002] * 8
    assert found["naam"].isna().tolist() == [False] * 8 + [True] * 8
    assert found.loc[[1, 9], "value"].tolist() == [0.5, 0.25]
    assert found.index.tolist() == list(range(16))
    pd.testing.assert_frame_equal(counts, before)


def test_one_value_can_be_asked_for_by_its_group() -> None:
    counts = pd.DataFrame({"g": ["p", "q"], "X": [10, 20], "Y": [5, 5]})
    found = rs.ratios_from_counts(counts)
    assert found.value("langdurigheidsratio", g="q") == 0.25
    assert np.isnan(found.value("sluitingsratio", g="q"))
    value = found.value
    assert refusal(CountsError, lambda: value("langdurigheidratio", g="q")).endswith(
        "Did you mean 'langdurigheidsratio'?"
    )
    assert refusal(CountsError, lambda: value("sluitingsratio", gem="q")) == ("The table is not by 'gem' but by g.")
    assert refusal(CountsError, lambda: value("sluitingsratio")) == (
        "2 rows for sluitingsratio with no group; name one value for each of: g."
    )
    assert refusal(CountsError, lambda: value("sluitingsratio", g="r")).startswith("0 rows for ")


def test_a_table_of_ratios_shows_how_many_are_known() -> None:
    counts = pd.DataFrame({"g": ["p", "q"], "X": [10, 20], "Y": [5, 5]})
    assert repr(rs.ratios_from_counts(counts, level=0.9)) == ("RatioTable(8 ratios by g, 2 of 16 known, Wilson 90%)")
    assert repr(rs.ratios_from_counts(pd.DataFrame([FIGURE]))) == ("RatioTable(8 ratios, 8 of 8 known, Wilson 95%)")


def test_what_is_handed_out_cannot_change_the_table() -> None:
    found = rs.ratios_from_counts(pd.DataFrame([FIGURE]))
    handed_out = found.to_frame()
    handed_out["value"] = 0.0
    assert found.value("sluitingsratio") == 0.6


# --- what is refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize("thing", [None, {"X": [1]}, pd.Series({"X": 1}), [("X", 1)], "X=1"])
def test_counts_come_as_a_frame(thing: Any) -> None:
    assert refused(thing) == f"counts must be a pandas DataFrame, not {type(thing).__name__}."


def test_counts_without_a_cell_are_answered_with_the_cells_and_the_nearest() -> None:
    words = refused(pd.DataFrame({"gemeente": ["3"], "a.1": [1]}))
    assert words == (
        "No column of cell counts. Cells: X, Y, X-Y, Z, Y-Z, A, B, C, D, A.1, A.2, B.1, B.2, "
        "A.1_werk, B.1_werk. Did you mean 'A.1'? Seen: gemeente, a.1."
    )


def test_counts_without_rows_are_refused() -> None:
    assert refused(pd.DataFrame(columns=["X", "Y"])) == (
        "counts has no rows. Give a row of cell counts for each group."
    )


def test_a_group_may_not_take_the_name_of_a_column_of_the_table() -> None:
    words = refused(pd.DataFrame({"X": [1], "ratio": ["x"], "reason": ["y"]}))
    assert words.startswith("Grouping columns may not be called ratio, reason:")


def test_a_cell_is_there_once() -> None:
    words = refused(pd.DataFrame([[1, 2, 3, 3]], columns=["X", "Y", "X", "Y"]))
    assert words == "Column X, Y occurs more than once. Keep one."


@pytest.mark.parametrize("wrong", ["n.b.", "GEHEIM", "1,5", [1], 10**400])
def test_a_count_that_is_no_number_is_refused_without_quoting_it(wrong: Any) -> None:
    frame = pd.DataFrame({"X": pd.Series([wrong], dtype=object), "Y": [1]})
    assert refused(frame) == (
        "Column X holds something that is not a number. An unknown count is missing (None), not text."
    )


def test_a_contradiction_is_told_with_the_group() -> None:
    counts = pd.DataFrame({"g": ["p", "q"], "jaar": [2002, 2003], "X": [5, 5], "Y": [5, 6]})
    assert "Y is larger than X for q / 2003" in refused(counts)
    assert "Y is larger than X for the total" in refused(pd.DataFrame({"X": [5], "Y": [6]}))
    nameless = pd.DataFrame({"X": [5, 5], "Y": [5, 6]})
    assert "Y is larger than X for row 2" in refused(nameless)


def test_the_level_is_that_of_the_interval() -> None:
    wide, narrow = table(FIGURE, level=0.99), table(FIGURE, level=0.5)
    assert (wide["lower"] < narrow["lower"]).all()
    assert (wide["upper"] > narrow["upper"]).all()
    words = refusal(DefinitionError, lambda: table(FIGURE, level=95))
    assert "For 95 per cent write 0.95." in words


def test_every_ratio_prints_its_formula_in_cells() -> None:
    assert [ratio.formula for ratio in RATIOS] == [
        *("(X-Y + A + C) / X", "Y / X", "A / Z", "B / Z"),
        *("A.1 / A", "B.1 / B", "A.1_werk / A", "B.1_werk / B"),
    ]
