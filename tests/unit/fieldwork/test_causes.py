"""Coded interviews: what is refused, what two coders together find, and in how many gemeenten."""

from __future__ import annotations

import traceback
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reintegratie_stats.errors import DefinitionError, FitError, RegisterError
from reintegratie_stats.fieldwork.causes import count_causes
from reintegratie_stats.fieldwork.codebook import code_book
from reintegratie_stats.fieldwork.coded import CodedInterviews, code_interviews
from reintegratie_stats.fieldwork.permutation import permutation_test
from reintegratie_stats.fieldwork.ties import tie_causes
from reintegratie_stats.report.render import to_markdown

COLUMNS = ["gemeente", "codeur", "oorzaak", "sterkte", "richting", "citaat"]
NAN = float("nan")
SECRET = "mevrouw Jansen van de balie zei het"


def coded(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame([(*row, *([None] * (6 - len(row)))) for row in rows], columns=COLUMNS)


def interviews(*rows: tuple[Any, ...]) -> CodedInterviews:
    return code_interviews(coded(*rows))


GOOD = [
    ("GM2", "a", "doelgroep", 3, "meer", SECRET),
    ("GM2", "b", "doelgroep", 2, "meer", None),
    ("GM2", "b", "taakverdeling", 1, "minder", None),
    ("GM1", "a", "doelgroep", 1, "meer", None),
    ("GM1", "b", "doelgroep", 1, "minder", None),
    ("GM3", "a", None, None, None, None),
    ("GM3", "b", "administratieve_last", 2, "minder", None),
]


# --- what is refused --------------------------------------------------------------------------


def test_all_that_is_wrong_is_said_at_once_with_row_numbers_and_nearest_names() -> None:
    bad = coded(
        ("GM1", "a", "doelgroup", 2, "meer"),
        ("GM1", "a", "taakverdeling", 4, "mee"),
        ("GM9", "a", "taakverdeling", 1.5, "minder"),
        ("GM2", "b", "doelgroep", 1, "meer"),
        ("GM2", "b", "doelgroep", 1, "minder"),
        (None, "b", "doelgroep", None, None),
        ("GM2", "c", None, None, None),
        ("GM2", "c", "doelgroep", True, "meer"),
    )
    with pytest.raises(RegisterError) as caught:
        code_interviews(bad, gemeenten=["GM1", "GM2"])
    message = str(caught.value)
    for part in (
        "'doelgroup' is no code of 'cbs2025'. Did you mean 'doelgroep'? (row 1)",
        "sterkte '4' is not 1, 2 or 3 (row 2)",
        "richting 'mee' is not one of meer, minder. Did you mean 'meer'? (row 2)", "'GM9' was not chosen",
        "sterkte '1.5'", "stands 2 times for gemeente 'GM2' and codeur 'b' (rows 4, 5)", "gemeente is missing (row 6)",
        "sterkte is missing (row 6)", "richting is missing (row 6)", "sterkte 'True'",
        "codeur 'c' has both a row without a cause and causes",
    ):  # fmt: skip
        assert part in message


@pytest.mark.parametrize("column", ["oorzaak", "sterkte", "richting", "gemeente", "codeur"])
def test_words_of_a_person_in_the_wrong_column_are_in_no_message_and_no_traceback(column: str) -> None:
    bad = coded(*GOOD).astype(object)
    bad.loc[0, column] = SECRET
    bad.loc[1, "sterkte"] = 7
    with pytest.raises(RegisterError) as caught:
        code_interviews(bad, gemeenten=["GM1", "GM2", "GM3"])
    text = "".join(traceback.format_exception(caught.value))
    assert "Jansen" not in text
    assert "mevrouw" not in text


def test_a_quote_is_given_only_to_who_asks() -> None:
    found = interviews(*GOOD)
    assert "Jansen" not in repr(found)
    assert "citaat" not in found.to_frame()
    assert found.to_frame(quotes=True)["citaat"].dropna().tolist() == [SECRET]
    assert "Jansen" not in found.per_gemeente().to_string()


def test_missing_columns_are_named_and_an_empty_frame_is_refused() -> None:
    with pytest.raises(RegisterError, match=r"'richting' is missing\. Did you mean 'richtng'"):
        code_interviews(coded(*GOOD).rename(columns={"richting": "richtng"}))
    with pytest.raises(RegisterError, match="there are no rows"):
        code_interviews(coded(*GOOD).iloc[:0])
    with pytest.raises(RegisterError, match="leading zeros"):
        code_interviews(coded((14, "a", "doelgroep", 1, "meer")))
    with pytest.raises(RegisterError, match="not a list"):
        code_interviews([1])  # type: ignore[arg-type]


def test_one_row_is_enough_and_without_a_column_of_coders_there_is_one() -> None:
    frame = coded(("0014", "x", "doelgroep", 1, "meer")).drop(columns=["codeur", "citaat"])
    found = code_interviews(frame)
    assert (found.gemeenten, found.coders) == (("0014",), ("1",))
    assert count_causes(found).to_frame()["gemeenten"].sum() == 1


def test_columns_that_are_not_used_are_left_out_and_noted() -> None:
    found = code_interviews(coded(*GOOD).assign(opmerking=SECRET))
    assert found.notes == ("columns not used: opmerking",)
    assert "opmerking" not in found.to_frame(quotes=True)


# --- what counts ------------------------------------------------------------------------------


def found_in(agree: str) -> set[tuple[str, str]]:
    frame = interviews(*GOOD).per_gemeente(agree)  # type: ignore[arg-type]
    return set(map(tuple, frame.loc[frame["telt"], ["gemeente", "oorzaak"]].to_numpy()))


def test_a_cause_counts_when_any_most_or_all_coders_name_it() -> None:
    both = {("GM1", "doelgroep"), ("GM2", "doelgroep")}
    one = {("GM2", "taakverdeling"), ("GM3", "administratieve_last")}
    assert found_in("any") == both | one
    assert found_in("majority") == both
    assert found_in("all") == both
    with pytest.raises(DefinitionError, match="Did you mean 'majority'"):
        found_in("majorty")


def test_coders_who_are_evenly_divided_leave_the_direction_open() -> None:
    frame = interviews(*GOOD).per_gemeente().set_index(["gemeente", "oorzaak"])
    assert pd.isna(frame.loc[("GM1", "doelgroep"), "richting"])
    assert frame.loc[("GM2", "doelgroep"), "richting"] == "meer"
    assert frame.loc[("GM2", "doelgroep"), "sterkte"] == 2.5


def test_every_cause_of_the_book_is_counted_also_where_nobody_named_it() -> None:
    counts = count_causes(interviews(*GOOD)).to_frame().set_index("oorzaak")
    assert list(counts.index) == list(code_book().codes)
    assert counts.loc["doelgroep", ["gemeenten", "van", "meer", "minder", "verdeeld"]].tolist() == [2, 3, 1, 0, 1]
    assert counts.loc["doelgroep", "aandeel"] == pytest.approx(2 / 3)
    assert counts.loc["taakverdeling", "lower"] == 0.0
    assert np.isnan(counts.loc["taakverdeling", "sterkte"])


def test_a_gemeente_with_two_causes_of_a_class_counts_once() -> None:
    counts = count_causes(
        interviews(("GM1", "a", "administratieve_last", 1, "minder"), ("GM1", "a", "belang_registratie", 3, "minder"),
                   ("GM2", "a", "belang_registratie", 2, "meer"), ("GM3", "a")),
        by="soort",
    ).to_frame().set_index("soort")  # fmt: skip
    assert counts["gemeenten"].to_dict() == {"feitelijk": 0, "administratief": 2, "hybride": 0, "alle": 2}
    assert counts.loc["administratief", "sterkte"] == 2.5


@settings(max_examples=15)
@given(st.permutations(range(len(GOOD))))
def test_the_order_of_the_rows_does_not_matter(order: list[int]) -> None:
    frame = coded(*GOOD)
    shuffled = code_interviews(frame.iloc[order])
    pd.testing.assert_frame_equal(shuffled.to_frame(quotes=True), code_interviews(frame).to_frame(quotes=True))
    counts = [count_causes(found, agree="any").to_frame() for found in (shuffled, code_interviews(frame))]
    pd.testing.assert_frame_equal(*counts)


# --- the tie with the residual -----------------------------------------------------------------

NAMES = [f"GM{k:02d}" for k in range(12)]
Z = pd.DataFrame({"gemeente": NAMES, "z": [-4.0, -3.0, -2.5, 3.5, 2.8, 0.1, 0.3, -0.2, 0.4, -0.1, 0.2, -0.3]})
TWO_WAYS = interviews(
    *[(name, "a", "registratiesystemen", 2, "minder") for name in NAMES[:3]],
    *[(name, "a", "registratiesystemen", 2, "meer") for name in NAMES[3:5]],
    *[(name, "a", "doelgroep", 1, "meer") for name in NAMES],
    *[(NAMES[k], "a", "taakverdeling", 1, "meer") for k in (5, 6)],
)


def test_a_cause_that_works_both_ways_is_seen_by_its_direction_and_not_by_its_presence() -> None:
    by_way = tie_causes(TWO_WAYS, Z).to_frame().set_index("oorzaak").loc["registratiesystemen"]
    assert by_way["effect"] > 3
    assert by_way["p"] < 0.001
    assert by_way["zelfde_kant"] == 5
    named = tie_causes(TWO_WAYS, Z, score="genoemd").to_frame().set_index("oorzaak").loc["registratiesystemen"]
    assert named["p"] > 0.1
    assert named["effect"] == pytest.approx(Z["z"][:5].mean() - Z["z"][5:].mean())


def test_what_cannot_be_tested_says_why_and_does_not_count_for_the_others() -> None:
    frame = tie_causes(TWO_WAYS, Z).to_frame().set_index("oorzaak")
    assert "same score" in frame.loc["doelgroep", "reason"]
    assert "no gemeente" in frame.loc["eigen_middelen", "reason"]
    tested = frame["p"].dropna()
    assert set(tested.index) == {"registratiesystemen", "taakverdeling"}
    assert frame.loc["registratiesystemen", "p_adjusted"] == pytest.approx(2 * tested.min())


def test_coders_divided_on_the_direction_leave_a_gemeente_out_for_that_cause() -> None:
    rows = [("GM00", "a", "doelgroep", 1, "meer"), ("GM00", "b", "doelgroep", 1, "minder")]
    rows += [(name, c, "doelgroep", 2, "minder") for name in NAMES[1:4] for c in "ab"]
    rows += [(name, c) for name in NAMES[4:] for c in "ab"]  # type: ignore[misc]
    row = tie_causes(interviews(*rows), Z).to_frame().set_index("oorzaak").loc["doelgroep"]
    assert row[["met", "zonder", "verdeeld"]].tolist() == [3, 8, 1]


def test_the_order_of_residuals_and_other_gemeenten_do_not_matter_and_the_seed_repeats() -> None:
    chosen: dict[str, Any] = {"max_exact": 1, "draws": 499, "seed": 3}
    first = tie_causes(TWO_WAYS, Z, **chosen).to_frame()
    more = pd.concat([Z.iloc[::-1], pd.DataFrame({"gemeente": ["GM99"], "z": [np.nan]})])
    pd.testing.assert_frame_equal(tie_causes(TWO_WAYS, more, **chosen).to_frame(), first)
    assert set(first["method"].dropna()) == {"monte carlo"}
    other = tie_causes(TWO_WAYS, Z, **{**chosen, "seed": 4}).to_frame()
    assert not other["p"].equals(first["p"])


def test_within_a_class_only_the_size_of_the_deviation_counts() -> None:
    klasse = Z.assign(klasse=["minder"] * 3 + ["meer"] * 2 + ["verwacht"] * 7)
    free = tie_causes(TWO_WAYS, klasse).to_frame().set_index("oorzaak")
    held = tie_causes(TWO_WAYS, klasse, within="klasse").to_frame().set_index("oorzaak")
    assert free.loc["registratiesystemen", "p"] < 0.01
    assert "same score" in held.loc["registratiesystemen", "reason"]  # all of each class have it, or none


def test_residuals_that_do_not_fit_are_refused_by_name() -> None:
    with pytest.raises(FitError, match="no row for GM11") as caught:
        tie_causes(TWO_WAYS, pd.concat([Z.iloc[:11], Z.iloc[[0]]]))
    assert "more than one row for GM00" in str(caught.value)
    with pytest.raises(FitError, match="not finite for GM03"):
        tie_causes(TWO_WAYS, Z.assign(z=Z["z"].where(Z["gemeente"] != "GM03")))
    with pytest.raises(FitError, match="no column 'residual'"):
        tie_causes(TWO_WAYS, Z, z="residual")
    with pytest.raises(DefinitionError, match="Did you mean 'richting'"):
        tie_causes(TWO_WAYS, Z, score="richtng")  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="draws is 0"):
        tie_causes(TWO_WAYS, Z, draws=0)


def test_one_gemeente_is_nothing_to_compare() -> None:
    alone = interviews(("GM00", "a", "doelgroep", 1, "meer"))
    frame = tie_causes(alone, Z).to_frame()
    assert frame["p"].isna().all()
    assert frame["reason"].notna().all()


def test_the_tables_print_in_both_languages() -> None:
    for found in (count_causes(TWO_WAYS), count_causes(TWO_WAYS, by="soort"), tie_causes(TWO_WAYS, Z)):
        assert "Feitelijk" in to_markdown(found.to_report())
        assert "Actual" in to_markdown(found.to_report("en"))


# --- the permutation test itself ---------------------------------------------------------------


def test_the_exact_test_is_that_of_scipy() -> None:
    from scipy.stats import permutation_test as theirs

    rng = np.random.default_rng(8)
    z = rng.random(11) * 3
    ours = permutation_test(z, [1] * 4 + [0] * 7, level=0.95, max_exact=10**6, draws=9, seed=1)
    other = theirs((z[:4], z[4:]), lambda a, b, axis: a.mean(axis) - b.mean(axis), vectorized=True, n_resamples=np.inf)
    assert (ours.effect, ours.p) == (pytest.approx(other.statistic), pytest.approx(other.pvalue))


@given(st.integers(0, 10_000), st.integers(0, 2), st.booleans())
def test_the_interval_leaves_out_zero_just_where_the_test_rejects(seed: int, kind: int, strata: bool) -> None:
    rng = np.random.default_rng(seed)
    score = np.floor(rng.random(10) * 3) - 1 if kind else (rng.random(10) < 0.4).astype(float)
    z = rng.random(10) * 4 - 2 + score * kind
    groups = (np.arange(10) % 2) if strata else None
    found = permutation_test(z, score, groups, level=0.8, max_exact=20_000, draws=199, seed=seed)
    if np.isfinite(found.lower):
        assert (found.p > 0.2) == (found.lower <= 0 <= found.upper)
        assert found.lower <= found.effect + 1e-9
        assert found.effect <= found.upper + 1e-9


def test_random_deals_come_near_to_all_deals() -> None:
    rng = np.random.default_rng(2)
    z, score = rng.random(13), np.array([1.0] * 4 + [-1.0] * 2 + [0.0] * 7)
    exact = permutation_test(z, score, level=0.9, max_exact=10**6, draws=1, seed=0)
    drawn = permutation_test(z, score, level=0.9, max_exact=1, draws=9_999, seed=0)
    assert (exact.method, exact.permutations, drawn.permutations) == ("exact", 715 * 36, 10_000)
    assert drawn.p == pytest.approx(exact.p, abs=4 * np.sqrt(exact.p / 10_000) + 0.01)
    assert [drawn.lower, drawn.upper] == pytest.approx([exact.lower, exact.upper], abs=0.03)


def test_a_test_at_level_ten_per_cent_rejects_one_in_ten_where_there_is_nothing() -> None:
    rng = np.random.default_rng(11)
    score = np.array([1.0] * 5 + [-1.0] * 2 + [0.0] * 22)
    rejected = [
        permutation_test(rng.random(29), score, level=0.9, max_exact=1, draws=199, seed=k).p <= 0.1 for k in range(500)
    ]
    assert 0.06 <= np.mean(rejected) <= 0.14


def test_the_limits_are_the_last_shifts_that_the_test_does_not_reject() -> None:
    rng = np.random.default_rng(21)
    z, score = rng.random(11) * 2, np.array([1.0] * 4 + [-1.0] + [0.0] * 6)

    def p(shift: float) -> float:
        return permutation_test(z - shift * score, score, level=0.9, max_exact=10**5, draws=1, seed=0).p

    found = permutation_test(z, score, level=0.9, max_exact=10**5, draws=1, seed=0)
    for limit, outward in ((found.lower, -1e-6), (found.upper, 1e-6)):
        assert p(limit + outward) <= 0.1 < p(limit - outward)


def test_who_was_chosen_and_not_interviewed_is_named() -> None:
    found = code_interviews(coded(*GOOD), gemeenten=["GM1", "GM2", "GM3", "GM8", "GM9"])
    assert any("no interview was coded: " in note and "GM8, GM9" in note for note in found.notes)
    with pytest.raises(DefinitionError, match="gemeenten is a str"):
        code_interviews(coded(*GOOD), gemeenten="GM1")


@pytest.mark.parametrize("dtype", [object, "category", "Int64"])
def test_numbers_for_gemeenten_are_refused_whatever_the_type_of_the_column(dtype: Any) -> None:
    frame = coded((1, "a", "doelgroep", 1, "meer")).assign(gemeente=pd.Series([14]).astype(dtype))
    with pytest.raises(RegisterError, match="lose leading zeros"):
        code_interviews(frame)


def test_a_coder_is_the_same_whether_read_as_1_or_as_1_0() -> None:
    frame = coded(("GM1", 1.0, "doelgroep", 1, "meer"), ("GM2", "1", "doelgroep", 1, "meer"))
    assert code_interviews(frame).coders == ("1",)


def test_cells_that_are_lists_are_refused_and_not_a_crash() -> None:
    frame = coded(("GM1", "a", ["doelgroep", "x"], [1, 2], "meer"))
    with pytest.raises(RegisterError, match="sterkte"):
        code_interviews(frame)


TIED = interviews(*[(f"GM{k}", "a", *(("doelgroep", 1, "meer") if k < 4 else ())) for k in range(8)])
BESIDE = pd.DataFrame({"gemeente": [f"GM{k}" for k in range(8)], "z": [2.0, 1.5, 3.0, 0.5, -1.0, 0.2, -2.0, 0.1]})


@pytest.mark.parametrize("seed", [None, "a", -1, 0.5])
def test_a_tie_needs_a_stated_seed(seed: Any) -> None:
    with pytest.raises(DefinitionError, match="seed is"):
        tie_causes(TIED, BESIDE, seed=seed)


def test_p_does_not_depend_on_the_unit_of_the_residual() -> None:
    found = [tie_causes(TIED, BESIDE.assign(z=BESIDE["z"] * unit)).to_frame()["p"][0] for unit in (1.0, 1e-12, 1e12)]
    assert found == [found[0]] * 3
    assert found[0] < 0.1


def test_a_class_may_hold_numbers_and_words() -> None:
    words = tie_causes(TIED, BESIDE.assign(klasse=list("aabbaabb")), within="klasse").to_frame()
    mixed = tie_causes(TIED, BESIDE.assign(klasse=[1, 1, "b", "b"] * 2), within="klasse").to_frame()
    pd.testing.assert_frame_equal(words, mixed)


@pytest.mark.parametrize(
    ("change", "settings_", "words"),
    [
        (lambda f: f, {"within": "z"}, "within is 'z', the residual itself"),
        (lambda f: pd.concat([f, f[["z"]]], axis=1), {}, "column z more than once"),
        (lambda f: f.assign(z=f["z"] > 0), {}, "holds bool, not numbers"),
        (lambda f: f.assign(z=f["z"] + 1j), {}, "holds complex128, not numbers"),
    ],
)
def test_residuals_that_are_no_numbers_of_their_own_are_refused(change: Any, settings_: Any, words: str) -> None:
    with pytest.raises(FitError, match=words):
        tie_causes(TIED, change(BESIDE), **settings_)


SETTINGS = {"level": 0.9, "max_exact": 100, "draws": 99, "seed": 1}


@pytest.mark.parametrize(
    ("z", "score", "strata", "settings_"),
    [
        ([1.0, NAN, 2.0], [0, 1, 1], None, {}),
        ([1.0, 2.0, 3.0], [0, 2, 1], None, {}),
        ([1.0, 2.0, 3.0], [0, 1], None, {}),
        ([1.0, 2.0, "x"], [0, 1, 1], None, {}),
        ([1.0, 2.0, 3.0], [0, 1, 1], ["a", None, "a"], {}),
        ([1.0, 2.0, 3.0], [0, 1, 1], None, {"seed": None}),
        ([1.0, 2.0, 3.0], [0, 1, 1], None, {"level": 95}),
        ([1.0, 2.0, 3.0], [0, 1, 1], None, {"draws": 0}),
    ],
)
def test_a_permutation_test_is_of_finite_values_and_scores_of_one_length(
    z: Any, score: Any, strata: Any, settings_: Any
) -> None:
    with pytest.raises(DefinitionError):
        permutation_test(z, score, strata, **{**SETTINGS, **settings_})
