"""Agreement and design-based estimates are those of R (survey, sampling, psych) and of the package krippendorff.

Numbers made by fieldwork/make_fieldwork.R and fieldwork/make_alpha.py and committed. Tolerances: 1e-9 relative where
both sides compute the same formula; Deville's variance within 3 per cent, as sampling::varest has another factor for
small samples (1 / (1 - sum of squared weights) against n / (n - 1)).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.fieldwork.agreement import cohen_kappa, krippendorff_alpha
from reintegratie_stats.fieldwork.design_estimate import Drawn, estimate
from reintegratie_stats.fieldwork.probability_design import inclusion_probabilities

HERE = Path(__file__).parent / "fieldwork"


@lru_cache
def reference(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / f"{name}.csv")


def drawn(chances: str, balanced: bool = False, only: str | None = None) -> tuple[pd.DataFrame, Drawn]:
    population = reference("population")
    if only is not None:
        population = population[population["stratum"] == only]
    sample = population[population["drawn"] == 1].reset_index(drop=True)
    names = tuple(sorted(population["stratum"].unique()))
    stratum = np.array([names.index(name) for name in sample["stratum"]], dtype=np.int64)
    x = sample[["x"]].to_numpy(float) if balanced else np.empty((len(sample), 0))
    pi = sample[chances].to_numpy(float)
    return sample, Drawn(pi, stratum, x, np.zeros(x.shape[1]), names, len(population))


@pytest.mark.parametrize("row", reference("stratified").to_dict("records"), ids=lambda row: row["what"])
def test_stratified_estimates_errors_and_limits_are_those_of_survey(row: dict[str, Any]) -> None:
    sample, design = drawn("pi_equal")
    for estimator in ("ht", "hajek"):  # in a stratified sample with equal chances they are one
        found = estimate(sample[row["column"]].astype(float), design, row["column"], row["what"], estimator, 0.95)  # type: ignore[arg-type]
        ours = (found.value, found.std_error, found.lower, found.upper)
        assert ours == pytest.approx((row["value"], row["se"], row["lower"], row["upper"]), rel=1e-9)


def test_inclusion_probabilities_are_those_of_sampling() -> None:
    population = reference("population")
    for name, number in {"a": 3, "b": 5, "c": 6}.items():
        part = population[population["stratum"] == name]
        assert inclusion_probabilities(part["size"], number) == pytest.approx(part["pi_size"].to_numpy(), rel=1e-12)
    assert (population["pi_size"] == 1).any()  # certainty is part of the example


def test_variances_with_unequal_chances_are_those_of_lm_and_near_those_of_sampling() -> None:
    rows = reference("unequal").set_index("what")
    for name, balanced in (("none", False), ("x", True)):
        sample, design = drawn("pi_size", balanced)
        found = estimate(sample["y"].astype(float), design, "y", "total", "ht", 0.95)
        assert (found.value, found.std_error) == pytest.approx(
            (rows.loc[name, "value"], rows.loc[name, "se"]), rel=1e-9
        )
    sample, design = drawn("pi_size", only="c")
    found = estimate(sample["y"].astype(float), design, "y", "total", "ht", 0.95)
    assert found.value == pytest.approx(rows.loc["deville", "value"], rel=1e-9)
    assert found.std_error == pytest.approx(rows.loc["deville", "se"], rel=0.03)


def test_kappa_is_that_of_psych() -> None:
    coded, row = reference("coded"), reference("kappa").iloc[0]
    assert cohen_kappa(coded["first"], coded["second"]).value == pytest.approx(row["kappa"], rel=1e-12)
    weighted = cohen_kappa(coded["first"], coded["second"], weights="quadratic")
    assert weighted.value == pytest.approx(row["weighted"], rel=1e-12)


@pytest.mark.parametrize(
    "row", reference("alpha").to_dict("records"), ids=lambda row: f"{row['coders']}-{row['level']}"
)
def test_alpha_is_that_of_the_package_krippendorff(row: dict[str, Any]) -> None:
    values = reference("coded")[["first", "second"]].to_numpy(float).T
    if row["coders"] == "three":
        values = np.vstack([values, np.floor(values.mean(axis=0) + 0.5)])
        values[0, ::5] = np.nan
        values[2, 1::3] = np.nan
        values[1, 4] = values[2, 4] = np.nan
    assert krippendorff_alpha(values, row["level"]).value == pytest.approx(row["alpha"], rel=1e-12)
