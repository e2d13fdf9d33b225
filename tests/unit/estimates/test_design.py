"""What cannot be fitted is refused by name, before anything is fitted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from reintegratie_stats.errors import FitError
from reintegratie_stats.estimates.expected import fit_expected
from tests.unit.estimates.samples import gemeenten


def refuse(data: pd.DataFrame, match: str, formula: str = "aantal ~ laag + eenouder", **choices: object) -> None:
    with pytest.raises(FitError, match=match):
        fit_expected(data, formula, exposure="doelgroep", **choices)  # type: ignore[arg-type]


def changed(column: str, row: int, value: object) -> pd.DataFrame:
    data = gemeenten()
    data[column] = data[column].astype(object if isinstance(value, str) else float)
    data.loc[row, column] = value
    return data


def test_a_negative_count_names_the_gemeente() -> None:
    refuse(changed("aantal", 4, -1.0), r"negative, in 0005\.")


def test_a_fractional_count_names_the_gemeente() -> None:
    refuse(changed("aantal", 4, 10.5), r"not a whole number, in 0005\.")


def test_a_count_without_exposure_names_the_gemeente() -> None:
    refuse(changed("doelgroep", 4, np.nan), r"'doelgroep' is missing, in 0005\.")


def test_a_positive_count_at_exposure_0_names_the_gemeente() -> None:
    refuse(changed("doelgroep", 4, 0.0), r"exposure 'doelgroep' is 0, in 0005\.")


def test_missing_values_name_the_column_and_the_gemeenten() -> None:
    refuse(changed("laag", 6, np.nan), r"missing values: 'laag' in 0007\.")
    refuse(changed("aantal", 6, np.nan), r"missing values: 'aantal' in 0007\.")


def test_a_constant_covariate_is_named() -> None:
    refuse(gemeenten().assign(laag=3.0), "^laag is the same for every gemeente")


def test_collinear_covariates_are_named_and_others_are_not() -> None:
    data = gemeenten().assign(dubbel=lambda d: 2 * d.laag - 7)
    with pytest.raises(FitError, match="collinear") as caught:
        fit_expected(data, "aantal ~ laag + eenouder + dubbel", exposure="doelgroep")
    assert "laag and" in str(caught.value) or "laag, dubbel" in str(caught.value)
    assert "eenouder" not in str(caught.value)


def test_an_unknown_column_is_answered_with_the_nearest_name() -> None:
    refuse(gemeenten(), "'eenouders' is not a column of the data. Did you mean 'eenouder'", "aantal ~ eenouders")
    refuse(gemeenten(), "count 'aantalen' is not a column.*'aantal'", "aantalen ~ laag")
    with pytest.raises(FitError, match=r"exposure: 'doelgroepen'.*'doelgroep'"):
        fit_expected(gemeenten(), "aantal ~ laag", exposure="doelgroepen")


@pytest.mark.parametrize("formula", ["aantal", "aantal ~ laag eenouder", "a ~ b ~ c", "aantal ~ aantal + laag"])
def test_a_formula_that_is_none_is_refused(formula: str) -> None:
    refuse(gemeenten(), "formula", formula)


def test_fewer_than_ten_residual_degrees_of_freedom_are_refused() -> None:
    fit_expected(gemeenten().head(13), "aantal ~ laag + eenouder", exposure="doelgroep")
    refuse(gemeenten().head(12), "leave 9 residual degrees of freedom; at least 10")


def test_a_gemeente_twice_is_refused_by_name() -> None:
    refuse(changed("gemeente", 4, "0001"), "more than once: 0001")


def test_a_category_with_counts_of_0_only_is_separation() -> None:
    data = gemeenten()
    data.loc[data["regio"] == "zuid", "aantal"] = 0
    refuse(data, r"separation: regio\[T\.zuid\]", "aantal ~ regio + laag")


def test_a_covariate_that_splits_off_the_zeros_is_separation() -> None:
    data = gemeenten()
    data.loc[data["laag"] < -1, "aantal"] = 0
    fit_expected(data, "aantal ~ laag", exposure="doelgroep", family="quasipoisson")  # one covariate: still finite
    data["klein"] = np.maximum(0.0, -1 - data["laag"])
    refuse(data, "separation: klein", "aantal ~ klein + eenouder")


def test_persons_out_of_persons_cannot_exceed_the_exposure() -> None:
    data = changed("aantal", 4, 1e7)
    refuse(data, r"'aantal' is above exposure 'doelgroep'.*0005", family="binomial")


def test_all_counts_0_is_refused() -> None:
    refuse(gemeenten().assign(aantal=0), "every count is 0: nothing can be expected")


def test_coefficients_do_not_depend_on_the_scale_of_a_covariate() -> None:
    data = gemeenten()
    far = data.assign(eenouder=(data["eenouder"] - 30000) * 1e6 + 5e9)
    one, two = (
        fit_expected(d, "aantal ~ laag + eenouder", exposure="doelgroep").tidy().set_index("term") for d in (data, far)
    )
    assert two.loc["eenouder", "estimate"] * 1e6 == pytest.approx(one.loc["eenouder", "estimate"], rel=1e-8)
    assert two.loc["eenouder", "std_error"] * 1e6 == pytest.approx(one.loc["eenouder", "std_error"], rel=1e-8)
    assert two.loc["laag", "estimate"] == pytest.approx(one.loc["laag", "estimate"], rel=1e-8)


def test_types_of_columns_do_not_matter() -> None:
    data = gemeenten()
    other = data.astype({"aantal": "Int64", "laag": "Float64", "regio": "category", "gemeente": "string"})
    one, two = (fit_expected(d, "aantal ~ laag + regio", exposure="doelgroep").tidy() for d in (data, other))
    assert one["term"].tolist() == two["term"].tolist()
    assert one["estimate"].to_numpy() == pytest.approx(two["estimate"].to_numpy(), rel=1e-12)


def test_new_data_are_coded_as_the_old_and_a_new_category_is_refused() -> None:
    data = gemeenten()
    fit = fit_expected(data, "aantal ~ laag + regio", exposure="doelgroep")
    part = data[data["regio"].isin(["oost", "west"])].sample(frac=1.0, random_state=1)
    ahead = fit.predict(part)
    known = fit.units().set_index("gemeente")["expected"]
    assert ahead["expected"].to_numpy() == pytest.approx(known.loc[part["gemeente"]].to_numpy(), rel=1e-10)
    with pytest.raises(FitError, match="'regio' holds midden, which the fit did not see"):
        fit.predict(part.assign(regio="midden"))


@pytest.mark.parametrize("formula", ["aantal ~ land", "aantal ~ laag + land", "aantal ~ C(jaar)"])
def test_a_covariate_with_one_category_is_refused_and_does_not_drop_out_unseen(formula: str) -> None:
    data = gemeenten().assign(land="Nederland", jaar=2024)
    with pytest.raises(FitError, match=r"(land|jaar) is the same for every gemeente"):
        fit_expected(data, formula, exposure="doelgroep")
