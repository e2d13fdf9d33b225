"""How often a flag turned out to be a registration error; who was not interviewed does not count."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from reintegratie_stats.errors import DefinitionError, RegisterError
from reintegratie_stats.estimates.intervals import clopper_pearson
from reintegratie_stats.fieldwork.coded import code_interviews
from reintegratie_stats.fieldwork.hit_rate import hit_rate, outcomes_of
from reintegratie_stats.outliers.flags import FLAGS
from reintegratie_stats.report.render import to_markdown

NAMES = [f"GM{k:02d}" for k in range(12)]
FLAG = pd.DataFrame(
    {"gemeente": NAMES, "flag": ["meer"] * 4 + ["minder"] * 3 + ["verwacht"] * 4 + ["niet_te_beoordelen"]}
)
OUTCOME = pd.DataFrame(
    {
        "gemeente": ["GM00", "GM01", "GM02", "GM04", "GM05", "GM07", "GM11"],
        "uitkomst": ["administratief", "feitelijk", None, "hybride", "administratief", "geen", "administratief"],
    }
)


def test_shares_are_of_who_was_interviewed_and_whose_outcome_is_known() -> None:
    frame = hit_rate(FLAG, OUTCOME).to_frame().set_index("klasse")
    columns = ["gemeenten", "niet_geinterviewd", "onbekend", "bekend", "treffers"]
    assert frame[columns].T.to_dict("list") == {
        "meer": [4, 1, 1, 2, 1],
        "minder": [3, 1, 0, 2, 1],
        "meer_of_minder": [7, 2, 1, 4, 2],
        "verwacht": [4, 3, 0, 1, 0],
    }
    theirs = binomtest(2, 4).proportion_ci(0.95, method="exact")
    assert frame.loc["meer_of_minder", ["lower", "upper"]].tolist() == pytest.approx([theirs.low, theirs.high])


def test_what_counts_as_a_hit_can_be_said() -> None:
    frame = hit_rate(FLAG, OUTCOME, hits=("administratief", "hybride")).to_frame().set_index("klasse")
    assert frame.loc["minder", "treffers"] == 2
    with pytest.raises(DefinitionError, match="Did you mean 'hybride'"):
        hit_rate(FLAG, OUTCOME, hits=("hybrid",))
    with pytest.raises(DefinitionError, match="hits is empty"):
        hit_rate(FLAG, OUTCOME, hits=())


def test_who_is_kept_out_is_told_and_why() -> None:
    out = hit_rate(FLAG, OUTCOME).kept_out()
    assert out.loc[out["reason"] == "outcome_unknown", "gemeente"].tolist() == ["GM02"]
    assert out.loc[out["reason"] == "not_interviewed", "gemeente"].tolist() == ["GM03", "GM06", "GM08", "GM09", "GM10"]


def test_nobody_interviewed_is_no_share_but_a_reason() -> None:
    found = hit_rate(FLAG, OUTCOME.iloc[:0])
    assert found.to_frame()["aandeel"].isna().all()
    assert "n.b." in to_markdown(found.to_report())
    assert "nobody with a known outcome" in to_markdown(found.to_report("en"))
    assert repr(found) == "HitRate(0 of 0 flags, 7 not interviewed)"


def test_input_that_contradicts_itself_is_refused_all_at_once() -> None:
    flags = pd.concat([FLAG, FLAG.iloc[[0]]]).replace({"minder": "mider"})
    outcomes = pd.DataFrame({"gemeente": ["GM00", "GM77", "GM00"], "uitkomst": ["geen", "geen", "administratie"]})
    with pytest.raises(RegisterError) as caught:
        hit_rate(flags, outcomes)
    for part in ("flags has more than one row for GM00", "flag 'mider' is not one of", "Did you mean 'minder'",
                 "outcomes has more than one row for GM00", "'administratie'", "without a flag: GM77"):  # fmt: skip
        assert part in str(caught.value)
    with pytest.raises(RegisterError, match="no column 'uitkomst'"):
        hit_rate(FLAG, OUTCOME.rename(columns={"uitkomst": "x"}))
    with pytest.raises(RegisterError, match="flags has no rows"):
        hit_rate(FLAG.iloc[:0], OUTCOME.iloc[:0])


def test_the_outcome_of_an_interview_is_the_class_that_weighs_most() -> None:
    rows = [
        ("GM00", "administratieve_last", 2), ("GM00", "doelgroep", 1),
        ("GM01", "administratieve_last", 2), ("GM01", "doelgroep", 2),
        ("GM02", "taakverdeling", 3), ("GM02", "doelgroep", 1), ("GM03", None, None),
        ("GM04", "doelgroep", 1), ("GM04", "eigen_middelen", 2), ("GM04", "belang_registratie", 2),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["gemeente", "oorzaak", "sterkte"])
    frame["richting"] = ["meer" if isinstance(cause, str) else None for cause in frame["oorzaak"]]
    found = outcomes_of(code_interviews(frame))
    assert found["uitkomst"].tolist() == ["administratief", "hybride", "hybride", "geen", "feitelijk"]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(FLAGS), st.sampled_from(["feitelijk", "administratief", "geen", "-"]))))
def test_classes_add_up_and_the_order_does_not_matter(pairs: list[tuple[str, str]]) -> None:
    pairs = [("verwacht", "-"), *pairs]
    names = [f"GM{k:03d}" for k in range(len(pairs))]
    flags = pd.DataFrame({"gemeente": names, "flag": [flag for flag, _ in pairs]})
    told = [(name, outcome) for name, (_, outcome) in zip(names, pairs, strict=True) if outcome != "-"]
    outcomes = pd.DataFrame(told, columns=["gemeente", "uitkomst"], dtype="string")
    frame = hit_rate(flags, outcomes).to_frame().set_index("klasse")
    numbers = frame[["gemeenten", "niet_geinterviewd", "onbekend", "bekend", "treffers"]]
    assert (numbers.loc["meer"] + numbers.loc["minder"] == numbers.loc["meer_of_minder"]).all()
    assert (numbers["niet_geinterviewd"] + numbers["onbekend"] + numbers["bekend"] == numbers["gemeenten"]).all()
    again = hit_rate(flags.iloc[::-1], outcomes.iloc[::-1]).to_frame().set_index("klasse")
    pd.testing.assert_frame_equal(again, frame)


def test_the_exact_interval_is_that_of_scipy_and_holds_at_the_edges() -> None:
    for k, n in ((0, 5), (5, 5), (3, 29), (1, 1)):
        theirs = binomtest(k, n).proportion_ci(0.9, method="exact")
        ours = clopper_pearson([k], [n], 0.9)
        assert (float(ours.lower[0]), float(ours.upper[0])) == pytest.approx((theirs.low, theirs.high))
    with pytest.raises(DefinitionError, match="level is True"):
        clopper_pearson([1], [2], True)


def test_who_was_interviewed_without_a_verdict_is_told_and_in_no_share() -> None:
    out = hit_rate(FLAG, OUTCOME).kept_out().set_index("gemeente")
    assert out.loc["GM11"].tolist() == ["niet_te_beoordelen", "not_judged"]
    assert out.loc["GM02", "reason"] == "outcome_unknown"
    assert "GM00" not in out.index


def test_the_words_of_an_interview_are_not_in_a_message() -> None:
    with pytest.raises(RegisterError) as caught:
        hit_rate(FLAG, OUTCOME.assign(uitkomst="mevrouw Jansen zei het"))
    assert "Jansen" not in str(caught.value)


def test_a_column_that_stands_twice_is_refused() -> None:
    with pytest.raises(RegisterError, match="flags has column flag more than once"):
        hit_rate(pd.concat([FLAG, FLAG[["flag"]]], axis=1), OUTCOME)


def test_a_hit_named_twice_is_one() -> None:
    assert hit_rate(FLAG, OUTCOME, hits=("geen", "geen")).hits == ("geen",)


def test_blanks_and_the_type_of_a_column_do_not_matter() -> None:
    known = hit_rate(FLAG, OUTCOME)
    padded = FLAG.assign(gemeente=" " + FLAG["gemeente"], flag=pd.Categorical(FLAG["flag"] + " "))
    assert hit_rate(padded, OUTCOME.astype("string")).to_frame().equals(known.to_frame())
    numbers = hit_rate(FLAG.assign(gemeente=range(12)), OUTCOME.assign(gemeente=[0.0, 1.0, 2.0, 4.0, 5.0, 7.0, 11.0]))
    assert numbers.to_frame().equals(known.to_frame())
