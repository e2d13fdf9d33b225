"""What adds up in RWI 2004 and what does not, and the kinds of rule that say so."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from reintegratie_stats.errors import PublishedError
from reintegratie_stats.publications import (
    check_arithmetic,
    check_figures,
    published,
    rules,
)
from tests.unit.publications.published_figures import (
    CONTRADICTIONS,
    alter,
)


def one_rule(**rule: object) -> pd.DataFrame:
    return pd.DataFrame([{"rule": "r", "stated": "s", **rule}])


def two_figures(stated: float, status: str = "exact", **others: float) -> pd.DataFrame:
    rows = [{"id": "s", "section": "tabel 1", "value": stated, "status": status}]
    rows += [{"id": name, "section": "tabel 2", "value": value, "status": "exact"} for name, value in others.items()]
    return pd.DataFrame(rows)


# --- the arithmetic of the source ----------------------------------------------------------------


def test_the_source_contradicts_itself_in_nine_known_places_and_nowhere_else():
    report = check_arithmetic("rwi2004").to_frame()
    failed = report[~report["passes"]].set_index("rule")
    assert failed[["stated", "computed"]].apply(tuple, axis=1).to_dict() == CONTRADICTIONS


def test_each_contradiction_says_why_and_where():
    report = check_arithmetic("rwi2004").to_frame()
    failed = report[~report["passes"]]
    assert failed["noot"].str.len().gt(10).all()
    sections = set(published("rwi2004")["section"])
    assert {part for text in report["section"] for part in text.split("; ")} <= sections


@pytest.mark.parametrize(
    ("rule", "computed"),
    [
        ("b3.1.langdurigheidsratio", 55),  # 477 of 872
        ("b3.1.sluitingsratio", 68),  # 111 of 164
        ("b3.1.uitstroomratio", 9),  # 10 of 111
        ("b3.2.sluitingsratio", 71),  # 154 of 218
        ("tabel-b3.1.Y.instroom", 54),  # 233 of 433
        ("tabel-b3.1.Y-Z.instroom", 38),  # 163 of 433
        ("tabel-b3.1.B.doelgroep", 29),  # 20 of 70
        ("grootteklassen", 12),  # 3 + 7 + 2
        ("figuur-5.1.sluiting", 100),  # 19 + 81
    ],
)
def test_the_percentages_and_totals_of_the_source_follow_from_its_counts(rule, computed):
    report = check_arithmetic("rwi2004").to_frame().set_index("rule")
    assert report.loc[rule, "computed"] == computed
    assert report.loc[rule, "difference"] == 0
    assert report.loc[rule, "passes"]


def test_passes_and_fails_count_all_rules():
    report = check_arithmetic("rwi2004")
    assert report.passes + report.fails == len(rules("rwi2004"))
    assert report.fails == len(CONTRADICTIONS)
    assert repr(report) == (
        f"ArithmeticReport(document='rwi2004', rules={len(rules('rwi2004'))}, passes={report.passes}, fails=9)"
    )


def test_rules_have_a_name_of_their_own_and_none_is_stated_twice():
    table = rules("rwi2004")
    assert table["rule"].is_unique
    assert not table.duplicated(["stated", "numerator", "denominator"]).any()


def test_every_ratio_and_cell_that_is_stated_twice_is_compared():
    """Whoever adds a figure that stands elsewhere too has to add the rule that compares them."""
    figures = published("rwi2004").dropna(subset=["maat", "gemeente", "value"])
    table = rules("rwi2004")
    compared = set(" ".join([*table["stated"], *table["numerator"]]).split())
    seen = figures.groupby(["gemeente", "bron", "maat"])["id"].agg(list)
    alone = {name for ids in seen if len(ids) > 1 for name in ids if name not in compared}
    assert alone == {"b3.1.arbeidsplichtig-eerst", "b3.1.arbeidsplichtig"}  # before and after


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("tabel-b3.1.Y-Z", ",163,", ",164,", {"tabel-b3.1.langdurig"}),
        ("b3.2.traject", ",154,", ",145,", {"b3.2.sluitingsratio"}),
        (
            "figuur-5.1.sluitingsratio",
            ",19,",
            ",91,",
            {"figuur-5.1.sluiting", "5.1.sluitingsratio"},
        ),
        ("1.4.vn1.midden.aantal", ",7,", ",1,", {"grootteklassen"}),
        (
            "tabel-5.2.g2.lokaal.uitstroomratio_met_traject",
            ",6,procent",
            ",16,procent",
            {"minder-dan-tien.g2"},
        ),
    ],
)
def test_a_copy_with_a_changed_digit_is_detected(installed, name, old, new, found):
    alter(installed / "rwi2004.csv", name, old, new)
    assert set(check_arithmetic("rwi2004").failed) - set(CONTRADICTIONS) == found


# --- the kinds of rule ---------------------------------------------------------------------------


def test_a_share_of_one_half_per_cent_is_rounded_away_from_zero():
    half = two_figures(13, n=125, d=1000)
    assert check_figures(half, one_rule(kind="percentage", numerator="n", denominator="d")).fails == 0
    below = two_figures(-13, n=-125, d=1000)
    rule = one_rule(kind="percentage", numerator="n", denominator="d")
    assert check_figures(below, rule).results[0].computed == -13


def test_a_sum_counts_signs_and_allows_its_tolerance():
    figures = two_figures(10, a=7, b=5, c=1)
    rule = one_rule(kind="sum", numerator="a + b - c")
    assert check_figures(figures, rule).results[0].difference == 1
    assert check_figures(figures, rule).fails == 1
    assert check_figures(figures, rule.assign(tolerance=1.0)).fails == 0


@pytest.mark.parametrize(
    ("status", "value", "passes"),
    [
        ("minimaal", 50, True),
        ("minimaal", 49.9, False),
        ("maximaal", 50, True),
        ("maximaal", 50.1, False),
        ("circa", 55, True),
        ("circa", 44.9, False),
        ("exact", 50, True),
    ],
)
def test_words_are_held_to_what_they_say(status, value, passes):
    figures = two_figures(50, status, n=value)
    rule = one_rule(kind="words", numerator="n", tolerance=5.0)
    assert check_figures(figures, rule).results[0].passes is passes


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"kind": "percent", "numerator": "n"}, "Did you mean 'percentage'"),
        ({"kind": "sum", "numerator": "missing"}, "'missing', which is not there"),
        ({"kind": "equal", "numerator": "nb"}, "no number"),
        ({"kind": "sum", "numerator": "n +n"}, "write it as"),
        ({"kind": "percentage", "numerator": "n"}, "denominator too many or too few"),
        ({"kind": "equal", "numerator": "n", "denominator": "n"}, "denominator too many"),
        ({"kind": "percentage", "numerator": "n", "denominator": "n - n"}, "divides by zero"),
    ],
)
def test_a_rule_that_cannot_be_applied_is_refused_by_name(rule, message):
    figures = two_figures(1, n=1, nb=math.nan)
    with pytest.raises(PublishedError, match=message) as caught:
        check_figures(figures, one_rule(**rule))
    assert "'r'" in str(caught.value)
