"""Whether coders agree, and how sure that is with 29 gemeenten."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reintegratie_stats.errors import DefinitionError
from reintegratie_stats.fieldwork.agreement import cohen_kappa, krippendorff_alpha
from reintegratie_stats.fieldwork.coded import code_interviews
from reintegratie_stats.fieldwork.coders import coder_agreement
from reintegratie_stats.report.render import to_markdown

NAN = float("nan")
# Krippendorff (2011), Computing Krippendorff's alpha-reliability, section C: four observers, twelve units.
PUBLISHED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]


def test_alpha_is_that_of_the_published_example() -> None:
    assert round(krippendorff_alpha(PUBLISHED, "nominal").value, 3) == 0.743
    assert round(krippendorff_alpha(PUBLISHED, "ordinal").value, 3) == 0.815
    assert krippendorff_alpha(PUBLISHED).units == 11  # the twelfth was coded by one observer only


def test_alpha_of_two_observers_is_that_of_the_published_binary_example() -> None:
    # The same text, section A: ten units, two values.
    first, second = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert round(krippendorff_alpha([first, second]).value, 3) == 0.095


def test_kappa_is_that_of_statsmodels_and_scikit_learn() -> None:
    from sklearn.metrics import cohen_kappa_score
    from statsmodels.stats.inter_rater import cohens_kappa

    rng = np.random.default_rng(1)
    a = np.floor(rng.random(60) * 4)
    b = np.where(rng.random(60) < 0.6, a, np.floor(rng.random(60) * 4))
    table = np.zeros((4, 4))
    np.add.at(table, (a.astype(int), b.astype(int)), 1.0)
    for weights in (None, "linear", "quadratic"):
        ours = cohen_kappa(a, b, categories=[0, 1, 2, 3], weights=weights).value  # type: ignore[arg-type]
        assert ours == pytest.approx(cohen_kappa_score(a.astype(int), b.astype(int), weights=weights))
        assert ours == pytest.approx(cohens_kappa(table, wt=weights, return_results=False))
    found = cohen_kappa(a, b)
    assert found.lower == pytest.approx(cohens_kappa(table).kappa_low, abs=0.02)  # jackknife beside the asymptotic one


CODES = st.lists(st.tuples(st.sampled_from([0, 1, 2]), st.sampled_from([0, 1, 2])), min_size=2, max_size=20)


@settings(max_examples=60)
@given(CODES, st.randoms(use_true_random=False))
def test_names_of_values_coders_and_the_order_of_cells_do_not_matter(
    codes: list[tuple[int, int]], random: object
) -> None:
    values = np.array(codes, dtype=float).T
    for measure in (krippendorff_alpha, lambda v: cohen_kappa(v[0], v[1])):
        found = measure(values)
        assert measure(values[::-1]).value == pytest.approx(found.value, nan_ok=True)
        assert measure(values[:, ::-1]).lower == pytest.approx(found.lower, nan_ok=True)
        assert measure(np.choose(values.astype(int), [7.0, 5.0, 6.0])).value == pytest.approx(found.value, nan_ok=True)
        if np.isfinite(found.value):
            assert found.value <= 1.0 + 1e-12
            assert (found.value > 1.0 - 1e-12) == (found.agreeing > 1.0 - 1e-12)


@settings(max_examples=40)
@given(CODES)
def test_for_two_coders_of_two_values_nominal_and_ordinal_alpha_are_one(codes: list[tuple[int, int]]) -> None:
    values = np.minimum(np.array(codes, dtype=float).T, 1.0)
    nominal, ordinal = krippendorff_alpha(values), krippendorff_alpha(values, "ordinal")
    assert nominal.value == pytest.approx(ordinal.value, nan_ok=True)


def test_cells_of_one_gemeente_do_not_make_the_interval_narrower_by_being_many() -> None:
    rng = np.random.default_rng(4)
    a = (rng.random(20) < 0.5).astype(float)
    b = np.where(rng.random(20) < 0.8, a, 1 - a)
    clusters = np.repeat(np.arange(20), 10)
    copied = krippendorff_alpha([np.repeat(a, 10), np.repeat(b, 10)], clusters=clusters)
    once = krippendorff_alpha([a, b])
    blind = krippendorff_alpha([np.repeat(a, 10), np.repeat(b, 10)])
    assert copied.upper - copied.lower == pytest.approx(once.upper - once.lower, rel=0.1)
    assert blind.upper - blind.lower < 0.5 * (copied.upper - copied.lower)
    assert (copied.units, copied.clusters) == (200, 20)


def test_perfect_agreement_in_few_gemeenten_is_not_certainty() -> None:
    few = krippendorff_alpha([[1, 0, 1, 0, 0], [1, 0, 1, 0, 0]])
    many = krippendorff_alpha([[1, 0, 1, 0, 0] * 8, [1, 0, 1, 0, 0] * 8])
    assert (few.value, few.upper, few.method) == (1.0, 1.0, "exact")
    assert few.lower < 0.2 < 0.75 < many.lower < 1.0
    kappa = cohen_kappa([1, 0, 1, 0, 0], [1, 0, 1, 0, 0])
    assert (kappa.value, kappa.upper, kappa.method) == (pytest.approx(1.0), 1.0, "exact")


@pytest.mark.parametrize("true", [0.6, 0.9])
def test_intervals_hold_the_truth_about_as_often_as_they_say(true: float) -> None:
    rng = np.random.default_rng(6)
    error = {0.6: 0.1127, 0.9: 0.02566}[true]  # (1 - 2 e)^2 is kappa where half of the gemeenten have the cause
    held = []
    for _ in range(300):
        state = rng.random(29) < 0.5
        a, b = (np.where(rng.random(29) < error, ~state, state).astype(float) for _ in range(2))
        found = krippendorff_alpha([a, b])
        held.append(found.lower <= true <= found.upper)
    assert np.mean(held) >= 0.91


def test_nothing_to_agree_on_is_said_and_not_a_number() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        same = krippendorff_alpha([[0, 0, 0], [0, 0, 0]])
        kappa = cohen_kappa([0, 0, 0], [0, 0, 0], categories=[0, 1])
        once = krippendorff_alpha([[0, 1, NAN], [NAN, NAN, 1]])
        empty = krippendorff_alpha(np.empty((2, 0)))
        single = cohen_kappa([1], [0])
    assert np.isnan(same.value)
    assert "the same" in same.reason
    assert kappa.reason == same.reason
    assert "two coders" in once.reason
    assert once.units == empty.units == 0
    assert single.value == 0.0
    assert np.isnan(single.lower)


def test_all_variation_in_one_gemeente_gives_no_interval() -> None:
    found = krippendorff_alpha([[1, 0, 0, 0], [0, 0, 0, 0]])
    assert np.isfinite(found.value)
    assert np.isnan(found.lower)
    assert "one gemeente" in found.reason


def test_settings_that_cannot_be_are_refused() -> None:
    with pytest.raises(DefinitionError, match="Did you mean 'ordinal'"):
        krippendorff_alpha([[1], [1]], "ordnal")  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="no matrix"):
        krippendorff_alpha([1, 2, 3])
    with pytest.raises(DefinitionError, match="2 clusters"):
        krippendorff_alpha([[1, 2, 3], [1, 2, 3]], clusters=[1, 2])
    with pytest.raises(DefinitionError, match="level is 95"):
        krippendorff_alpha([[1, 2], [1, 2]], level=95)
    with pytest.raises(DefinitionError, match="Values 3 are not"):
        cohen_kappa([1, 3], [1, 2], categories=[1, 2])
    with pytest.raises(DefinitionError, match=r"shapes \(2,\) and \(1,\)"):
        cohen_kappa([1, 3], [1])
    with pytest.raises(DefinitionError, match="weights is 'square'"):
        cohen_kappa([1], [1], weights="square")  # type: ignore[arg-type]


# --- over the interviews ----------------------------------------------------------------------


def coded(coders: str = "ab") -> pd.DataFrame:
    rng = np.random.default_rng(12)
    rows = []
    for k in range(20):
        for coder in coders:
            rows.append((f"GM{k:02d}", coder, None, None, None))
            if rng.random() < (0.8 if k % 2 else 0.2):
                rows[-1] = (f"GM{k:02d}", coder, "doelgroep", 1 + int(3 * rng.random()), "meer")
    return pd.DataFrame(rows, columns=["gemeente", "codeur", "oorzaak", "sterkte", "richting"])


def test_the_table_holds_causes_classes_and_all_and_its_lines_are_the_coefficients_of_their_cells() -> None:
    frame = coded()
    found = coder_agreement(code_interviews(frame), what=["genoemd", "sterkte", "richting"])
    table = found.to_frame()
    assert len(table) == (11 + 3 + 1) * 3 * 2
    wide = frame.assign(sterkte=frame["sterkte"].fillna(0)).pivot(index="codeur", columns="gemeente", values="sterkte")
    strength = wide.to_numpy(dtype=float)
    assert found.value("doelgroep") == krippendorff_alpha((strength > 0).astype(float)).value
    assert found.value("doelgroep", wat="sterkte") == krippendorff_alpha(strength, "ordinal").value
    expected = cohen_kappa(*strength, categories=[0, 1, 2, 3], weights="quadratic").value
    assert found.value("doelgroep", wat="sterkte", maat="kappa") == expected
    nobody = table[(table["oorzaak"] == "taakverdeling") & (table["maat"] == "alpha")]
    assert nobody["value"].isna().all()
    assert nobody["reason"].str.contains("the same").all()


def test_a_coder_who_found_nothing_has_coded_and_one_who_was_not_there_has_not() -> None:
    frame = coded()
    with_empty = coder_agreement(code_interviews(frame), what=["genoemd"]).to_frame()
    without = coder_agreement(code_interviews(frame.dropna(subset=["oorzaak"])), what=["genoemd"]).to_frame()
    assert (with_empty["gemeenten"] == 20).all()
    assert (without["gemeenten"] < 20).all()


def test_three_coders_have_alpha_and_a_kappa_for_each_pair() -> None:
    interviews = code_interviews(coded("abc"))
    frame = coder_agreement(interviews).to_frame()
    kappa = frame[frame["maat"] == "kappa"]
    assert kappa["value"].isna().all()
    assert kappa["reason"].str.contains("two coders").all()
    assert np.isfinite(coder_agreement(interviews).value("doelgroep"))
    assert np.isfinite(coder_agreement(interviews, coders=("a", "c")).value("doelgroep", maat="kappa"))


def test_one_coder_agrees_with_nobody() -> None:
    found = coder_agreement(code_interviews(coded("a")))
    assert found.to_frame()["value"].isna().all()
    assert found.to_frame()["reason"].notna().all()


def test_wrong_questions_name_the_nearest_answer() -> None:
    interviews = code_interviews(coded())
    with pytest.raises(DefinitionError, match="Did you mean 'sterkte'"):
        coder_agreement(interviews, what=["sterke"])
    with pytest.raises(DefinitionError, match="No coder 'x'"):
        coder_agreement(interviews, coders=("a", "x"))
    with pytest.raises(DefinitionError, match="two different"):
        coder_agreement(interviews, coders=("a", "a"))
    with pytest.raises(DefinitionError, match="Did you mean 'doelgroep'"):
        coder_agreement(interviews).value("doelgroup")
    with pytest.raises(DefinitionError, match="was not compared"):
        coder_agreement(interviews, what=["genoemd"]).to_report(wat="sterkte")


def test_the_table_prints_in_both_languages() -> None:
    found = coder_agreement(code_interviews(coded()))
    assert "Gelijk gecodeerd" in to_markdown(found.to_report())
    assert "Coded alike" in to_markdown(found.to_report("en", wat="sterkte"))


@pytest.mark.parametrize("bad", [["01", "1", "2"], [1, np.inf, 2], [1, "x", 2], [1, 1j, 2]])
def test_text_and_infinity_are_no_codes(bad: list[object]) -> None:
    with pytest.raises(DefinitionError, match="numbers are needed"):
        cohen_kappa(bad, [1, 1, 2])
    with pytest.raises(DefinitionError, match="numbers are needed"):
        krippendorff_alpha([bad, [1, 1, 2]])


def test_missing_is_missing_in_every_notation() -> None:
    rows = [[1, 2, None, 3, 1], [1, 2, 2, 3, None]]
    plain = krippendorff_alpha(np.array(rows, dtype=np.float64))
    for values in (rows, pd.DataFrame(rows), pd.DataFrame(rows).astype("Int64"), pd.DataFrame(rows, dtype=object)):
        assert krippendorff_alpha(values) == plain
    first, second = (pd.Series(row, dtype="Int64") for row in rows)
    assert cohen_kappa(first, second) == cohen_kappa(*np.array(rows, dtype=np.float64))


def test_a_cell_belongs_to_a_gemeente_that_is_named() -> None:
    for clusters in (["a", None, "b"], [1.0, NAN, 2.0]):
        with pytest.raises(DefinitionError, match="clusters are missing for 1 cell;"):
            cohen_kappa([1, 2, 1], [1, 1, 1], clusters=clusters)
    mixed = cohen_kappa([1, 2, 1, 2], [1, 1, 1, 2], clusters=[1, "b", 1, "c"])
    assert mixed == cohen_kappa([1, 2, 1, 2], [1, 1, 1, 2], clusters=list("abac"))


def test_categories_are_named_once() -> None:
    for categories in ([0, 1, 1, 2], [0, 1, 2, NAN]):
        with pytest.raises(DefinitionError, match="each named once"):
            cohen_kappa([0, 1, 2], [0, 1, 1], categories=categories)


def test_what_is_compared_and_who_is_said() -> None:
    rows = [("GM1", "a", "doelgroep", 1, "meer"), ("GM1", "b", "doelgroep", 1, "meer")]
    coded = code_interviews(pd.DataFrame(rows, columns=["gemeente", "codeur", "oorzaak", "sterkte", "richting"]))
    with pytest.raises(DefinitionError, match="names nothing to compare"):
        coder_agreement(coded, what=[])
    with pytest.raises(DefinitionError, match="name a pair"):
        coder_agreement(coded, coders="ab")  # type: ignore[arg-type]
    twice = coder_agreement(coded, what=["genoemd", "genoemd"])
    assert twice.to_frame().equals(coder_agreement(coded, what=["genoemd"]).to_frame())
