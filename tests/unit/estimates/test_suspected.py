"""A suspected cause is no covariate of the expectation, unless the reason is given in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.errors import FitError
from reintegratie_stats.estimates.expected import fit_expected
from reintegratie_stats.outliers import flag_outliers, operating_characteristics
from tests.unit.estimates.samples import gemeenten

PACKAGES = ("alfa", "bravo", "charlie", "delta")


def with_package(name: str = "softwarepakket", factor: float = 1.0) -> pd.DataFrame:
    data = gemeenten()
    data[name] = [PACKAGES[(k // 3) % 4] for k in range(len(data))]
    data["aantal"] = np.where(data[name] == "delta", (factor * data["aantal"]).round(), data["aantal"]).astype(int)
    return data


@pytest.mark.parametrize(
    ("column", "term"),
    [
        ("softwarepakket", "softwarepakket"),
        ("SoftwarePakket", "C(SoftwarePakket)"),
        ("softwarepakket_2024", "laag:softwarepakket_2024"),
        ("externe_uitvoering", "`externe_uitvoering` * laag"),
        ("samenwerkingsverband", "C(samenwerkingsverband, contr.sum)"),
    ],
)
def test_a_trait_of_the_institution_is_refused_wherever_it_stands_in_the_formula(column: str, term: str) -> None:
    with pytest.raises(FitError, match="cannot be found by it") as seen:
        fit_expected(with_package(column), f"aantal ~ laag + {term}", exposure="doelgroep")
    assert f"'{column}'" in str(seen.value)
    assert "explain_ratios" in str(seen.value)
    assert "include_suspected" in str(seen.value)


def test_it_is_refused_before_its_missing_values_are_spoken_of() -> None:
    data = with_package("samenwerkingsverband")
    data.loc[3, "samenwerkingsverband"] = None
    with pytest.raises(FitError, match="trait of the institution"):
        fit_expected(data, "aantal ~ samenwerkingsverband", exposure="doelgroep")


def test_the_reason_in_words_goes_into_the_notes_and_the_definition() -> None:
    data = with_package(factor=0.4)
    asked = fit_expected(
        data, "aantal ~ laag + softwarepakket", exposure="doelgroep", include_suspected="the ministry asked for it"
    )
    assert asked.definition.include_suspected == "the ministry asked for it"
    assert "softwarepakket" in asked.notes[0]
    assert "the ministry asked for it" in asked.notes[0]
    assert flag_outliers(asked).counts()["minder"] == 0


def test_the_gemeenten_that_share_the_cause_are_seen_only_without_it() -> None:
    data = with_package(factor=0.4)
    fit = fit_expected(data, "aantal ~ laag", exposure="doelgroep", family="poisson")
    low = flag_outliers(fit).to_frame()["flag"] == "minder"
    assert low[data.sort_values("gemeente")["softwarepakket"].to_numpy() == "delta"].mean() > 0.9


def test_what_the_rule_can_see_is_simulated_with_the_trait_that_was_asked_for() -> None:
    fit = fit_expected(
        with_package(), "aantal ~ softwarepakket", exposure="doelgroep", include_suspected="to show what it does"
    )
    assert operating_characteristics(fit, n_sim=2, seed=1, factor=(2.0,)).failed == 0


def test_other_names_may_be_suspected_or_none_at_all() -> None:
    data = with_package("kleur")
    with pytest.raises(FitError, match="'kleur': a trait"):
        fit_expected(data, "aantal ~ kleur", exposure="doelgroep", suspected=("kleur",))
    free = fit_expected(data.rename(columns={"kleur": "pakket"}), "aantal ~ pakket", exposure="doelgroep", suspected=())
    assert not any("request" in note for note in free.notes)


def test_a_trait_as_cluster_of_the_standard_errors_is_no_covariate() -> None:
    data = with_package("samenwerkingsverband").assign(samenwerkingsverband=lambda d: [k // 6 for k in range(len(d))])
    fit = fit_expected(data, "aantal ~ laag", exposure="doelgroep", cluster="samenwerkingsverband")
    assert fit.definition.cluster == "samenwerkingsverband"


@pytest.mark.parametrize("reason", [True, 1, "12"])
def test_the_reason_is_words(reason: object) -> None:
    with pytest.raises(FitError, match="reason in words"):
        fit_expected(with_package(), "aantal ~ laag", exposure="doelgroep", include_suspected=reason)  # type: ignore[arg-type]


def test_suspected_is_a_tuple_of_names() -> None:
    with pytest.raises(FitError, match="tuple of names"):
        fit_expected(with_package(), "aantal ~ laag", exposure="doelgroep", suspected="pakket")  # type: ignore[arg-type]
