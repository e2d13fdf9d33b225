"""Do gemeenten that share a trait of the institution deviate together, and what is left of a gemeente's own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from reintegratie_stats.errors import DefinitionError, FitError
from reintegratie_stats.estimates.expected import ExpectedFit, fit_expected
from reintegratie_stats.outliers import OutlierRule, TraitEffects, explain_ratios, flag_outliers
from tests.unit.outliers.person_samples import cells, fitted

PACKAGES = ("alfa", "bravo", "charlie", "delta")
TRAITS = ["softwarepakket", "samenwerkingsverband"]


def world(seed: int = 1, n: int = 160, sd: float = 0.15, factor: float = 1.0, alone: int = 0) -> pd.DataFrame:
    """Return gemeenten of which those with package delta register `factor` times what they should, `alone` others 3."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"gemeente": [f"GM{k:04d}" for k in range(n)]})
    frame["doelgroep"] = np.round(20_000 * np.exp(0.8 * ndtri(random.random(n))))
    frame["laag"] = ndtri(random.random(n))
    frame["softwarepakket"] = np.array(PACKAGES)[(4 * random.random(n)).astype(int)]
    group = (30 * random.random(n)).astype(int)
    frame["samenwerkingsverband"] = [None if g >= 20 else f"S{g:02d}" for g in group]
    mean = 0.01 * frame["doelgroep"] * np.exp(0.2 * frame["laag"] + sd * ndtri(random.random(n)))
    mean *= np.where(frame["softwarepakket"] == "delta", factor, 1.0)
    mean[:alone] *= 3.0
    frame["aantal"] = np.maximum(np.round(mean + np.sqrt(mean) * ndtri(random.random(n))), 0).astype(int)
    return frame


def fit_of(frame: pd.DataFrame, **more: object) -> ExpectedFit:
    return fit_expected(frame, "aantal ~ laag", exposure="doelgroep", **more)  # type: ignore[arg-type]


def explained(frame: pd.DataFrame, traits: list[str] | None = None, **more: object) -> TraitEffects:
    return explain_ratios(fit_of(frame), frame, traits or TRAITS, permutations=99, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def plain() -> ExpectedFit:
    return fit_of(world())


@pytest.fixture(scope="module")
def shared() -> TraitEffects:
    return explained(world(factor=0.6, alone=3))


def test_the_package_that_loses_registrations_stands_out_and_the_others_do_not(shared: TraitEffects) -> None:
    table = shared.effects().set_index("category")
    assert table.index[table["stands_out"]].tolist() == ["delta"]
    assert table.loc["delta", "ratio"] == pytest.approx(0.6, abs=0.06)
    assert table.loc["delta", "lower"] < 0.6 < table.loc["delta", "upper"]
    assert table.loc[list(PACKAGES[:3]), "ratio"].to_numpy() == pytest.approx(1.0, abs=0.08)
    assert table["n"].sum() == 160 + world()["samenwerkingsverband"].notna().sum()


def test_effects_are_drawn_towards_the_ordinary_level_the_more_so_with_few_gemeenten(shared: TraitEffects) -> None:
    table = shared.effects()
    groups = table[table["trait"] == "samenwerkingsverband"]
    pooled, raw = np.log(groups["ratio"]), np.log(groups["raw_ratio"])
    assert pooled.abs().mean() < 0.6 * raw.abs().mean()
    delta = table.set_index("category").loc["delta"]
    assert np.log(delta["ratio"]) / np.log(delta["raw_ratio"]) > 0.95


def test_how_much_of_the_spread_lies_between_packages_is_stated_with_its_interval(shared: TraitEffects) -> None:
    spread = shared.spread().set_index("trait")
    package, group = spread.loc["softwarepakket"], spread.loc["samenwerkingsverband"]
    assert spread.index.tolist() == ["softwarepakket", "samenwerkingsverband", "alle"]
    assert package["share_lower"] < package["share"] < package["share_upper"]
    assert package["share"] > 0.4
    assert package["p"] == 0.01
    assert group["p"] > 0.05
    assert package["tau_after"] < 0.75 * package["tau_before"]
    assert group["share_joint"] < 0.1


def test_the_cluster_stands_beside_the_single_gemeente(shared: TraitEffects) -> None:
    frame = world(factor=0.6, alone=3)
    table = shared.clusters().merge(frame[["gemeente", "softwarepakket"]], on="gemeente")
    delta, alone = table["softwarepakket"] == "delta", table["gemeente"].isin(frame["gemeente"][:3])
    assert (table.loc[delta & ~alone, "label"] == "gedeeld").mean() > 0.95
    assert set(table.loc[~delta & ~alone, "label"]) <= {"geen", "eigen"}
    assert (table.loc[~delta & alone, "label"] == "eigen").all()
    assert (table.loc[delta & alone, "label"] == "beide").all()
    assert table.loc[delta, "cluster"].unique().tolist() == ["softwarepakket delta"]
    assert table.loc[~delta, "cluster_ratio"].isna().all()
    whole = table.loc[delta, "own_ratio"] * table.loc[delta, "cluster_ratio"]
    assert whole.to_numpy() == pytest.approx(table.loc[delta, "ratio"].to_numpy())


def test_without_a_cluster_the_verdict_is_that_of_the_flags(shared: TraitEffects) -> None:
    flags = flag_outliers(fit_of(world(factor=0.6, alone=3))).to_frame()
    table = shared.clusters()
    none = table["cluster"].isna()
    assert (table["flag"] == flags["flag"]).all()
    assert table.loc[none, "own_p"].to_numpy() == pytest.approx(flags.loc[none, "p"].to_numpy())


def test_a_gemeente_has_no_say_in_the_cluster_that_it_is_compared_with() -> None:
    frame = world(factor=0.6)
    first = explained(frame).clusters().set_index("gemeente")
    name = first.index[first["cluster"].notna()][0]
    frame.loc[frame["gemeente"] == name, "aantal"] *= 4
    again = explained(frame).clusters().set_index("gemeente").loc[name]
    assert again["cluster_ratio"] == pytest.approx(first.loc[name, "cluster_ratio"], rel=0.02)
    assert again["label"] == "beide"


def test_sentences_say_it_in_dutch_and_in_english(shared: TraitEffects) -> None:
    said = shared.sentences()
    assert said[0].startswith("De ")
    assert "softwarepakket delta registreren 0,6" in said[0]
    english = explained(world(), lang="en")
    assert english.sentences()[0].startswith("For no value of softwarepakket, samenwerkingsverband do the gemeenten")
    assert set(english.clusters()["label"]) <= {"geen", "eigen"}
    assert "stand out" in repr(english)


def test_traits_without_effect_seldom_stand_out() -> None:
    false = sum(bool(explained(world(seed=s, alone=8)).effects()["stands_out"].any()) for s in range(20, 26))
    assert false <= 2


def test_single_gemeenten_far_out_do_not_make_their_small_group_stand_out() -> None:
    frame = world()
    group = frame.index[frame["samenwerkingsverband"] == "S03"]
    frame.loc[group[:2], "aantal"] *= 4
    table = explained(frame)
    assert not table.effects()["stands_out"].any()
    assert (table.clusters().loc[group[:2], "label"] == "eigen").all()


def test_of_two_traits_that_go_together_the_notes_say_so_and_the_real_one_is_found() -> None:
    frame = world(factor=0.6)
    pick = {None: "x", **{f"S{g:02d}": "xyz"[g % 3] for g in range(20)}}
    frame["regio"] = [pick[g] if isinstance(g, str) else "x" for g in frame["samenwerkingsverband"]]
    seen = explained(frame, ["softwarepakket", "regio", "samenwerkingsverband"])
    assert any("regio and samenwerkingsverband overlap" in note for note in seen.notes)
    out = seen.effects()[seen.effects()["stands_out"]]
    assert out["category"].tolist() == ["delta"]


def test_a_gemeente_without_a_value_is_in_no_category_and_small_categories_are_not_tested() -> None:
    frame = world().assign(klein=["een", "een"] + ["ja"] * 80 + ["nee"] * 78)
    seen = explained(frame, ["klein", "samenwerkingsverband"])
    row = seen.effects().set_index("category").loc["een"]
    assert row["n"] == 2
    assert np.isnan(row["p"])
    assert not row["stands_out"]
    assert any("under 3 gemeenten not tested" in note for note in seen.notes)
    assert any("without a value, in no category" in note for note in seen.notes)


def test_one_who_cannot_be_judged_is_left_out_and_said_so() -> None:
    frame = world()
    frame.loc[5, ["doelgroep", "aantal"]] = 0
    table = explained(frame).clusters()
    assert table["label"][5] == "niet_te_beoordelen"
    assert np.isnan(table["own_p"][5])


@pytest.mark.parametrize("family", ["poisson", "quasipoisson", "binomial"])
def test_other_families_and_fits_on_persons_are_explained_alike(family: str) -> None:
    frame = world(seed=3, factor=0.5, n=60)
    table = explain_ratios(fit_of(frame, family=family), frame, ["softwarepakket"], permutations=99).effects()
    assert table["category"][table["stands_out"]].tolist() == ["delta"]


def test_a_fit_on_persons_is_explained_alike() -> None:
    package = np.array(PACKAGES)[np.arange(120) % 4]
    found = cells(np.random.default_rng(6), 0.1, np.where(package == "delta", 0.6, 1.0))
    fit = fitted(found)
    data = pd.DataFrame({"gemeente": found.ids, "softwarepakket": package})
    seen = explain_ratios(fit, data, ["softwarepakket"], permutations=99)
    table = seen.effects().set_index("category")
    assert table.index[table["stands_out"]].tolist() == ["delta"]
    assert table.loc["delta", "ratio"] == pytest.approx(0.6, abs=0.07)
    assert (seen.clusters().loc[package == "delta", "label"] == "gedeeld").mean() > 0.9


@pytest.mark.parametrize(
    ("traits", "change", "says"),
    [
        (["softwarepaket"], {}, "'softwarepaket' Did you mean 'softwarepakket'"),
        ("softwarepakket", {}, "give a list of columns"),
        (["softwarepakket", "softwarepakket"], {}, "given twice"),
        (["laag"], {}, "160 different numbers; make classes"),
        (["softwarepakket"], {"softwarepakket": "alfa"}, "the same for every judged gemeente"),
        (["softwarepakket"], {"softwarepakket": None}, "missing for all"),
    ],
)
def test_traits_that_say_nothing_are_refused(
    plain: ExpectedFit, traits: list[str], change: dict[str, object], says: str
) -> None:
    with pytest.raises(FitError) as seen:
        explain_ratios(plain, world().assign(**change), traits)
    assert says in str(seen.value)


def test_gemeenten_without_a_row_or_with_two_are_named(plain: ExpectedFit) -> None:
    frame, fit = world(), plain
    with pytest.raises(FitError, match="no traits of GM0000, GM0001"):
        explain_ratios(fit, frame.iloc[2:], TRAITS)
    with pytest.raises(FitError, match="more than once: GM0007"):
        explain_ratios(fit, pd.concat([frame, frame.iloc[[7]]]), TRAITS)
    with pytest.raises(FitError, match="ols_rate"):
        explain_ratios(fit_of(frame, family="ols_rate"), frame, TRAITS)
    with pytest.raises(FitError, match="too few"):
        explain_ratios(fit, frame, TRAITS, rule=OutlierRule(min_expected=1e5))


@pytest.mark.parametrize("wrong", [{"fdr": 0.0}, {"smallest": 1}, {"clip": 0.5}, {"permutations": 9}, {"level": 95}])
def test_settings_outside_their_range_are_refused(plain: ExpectedFit, wrong: dict[str, float]) -> None:
    with pytest.raises(DefinitionError, match=f"{next(iter(wrong))} is"):
        explain_ratios(plain, world(), TRAITS, **wrong)  # type: ignore[arg-type]


def test_rows_and_categories_in_another_order_change_nothing() -> None:
    frame = world(factor=0.6)
    mixed = frame.iloc[::-1].reset_index(drop=True)
    one, other = (explain_ratios(fit_of(frame), d, TRAITS, permutations=99) for d in (frame, mixed))
    for name in ("effects", "spread", "clusters"):
        pd.testing.assert_frame_equal(getattr(one, name)(), getattr(other, name)())


def test_one_category_beside_gemeenten_in_none_has_no_permutation_p_as_dealing_out_changes_nothing() -> None:
    frame = world(factor=0.5)
    frame["softwarepakket"] = frame["softwarepakket"].where(frame["softwarepakket"] == "delta")
    found = explained(frame, ["softwarepakket"])
    assert found.effects()["stands_out"].tolist() == [True]
    row = found.spread().iloc[0]
    assert row["share"] > 0.5
    assert np.isnan(row["p"])
