"""Who is flagged, who is not, and what is said about it."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from reintegratie_stats.errors import DefinitionError, ReportError
from reintegratie_stats.estimates.expected import ExpectedFit, fit_expected
from reintegratie_stats.estimates.multiplicity import benjamini_hochberg, shrink_ratios
from reintegratie_stats.outliers import Flags, OutlierRule, flag_outliers
from reintegratie_stats.outliers.flags import judge

COLUMNS = [
    "gemeente", "flag", "signal", "shortlist", "relevant", "p", "p_adjusted", "ratio", "ratio_eb", "eb_lower",
    "eb_upper", "rank", "rank_lower", "rank_upper", "reason",
]  # fmt: skip
MORE, FEWER, SMALL, FAINT, EMPTY, GAP = 20, 40, 60, 70, 80, 90


def scattered(n: int, key: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return (np.arange(1, n + 1) * key) % 1.0


def gemeenten(n: int = 120, sd: float = 0.15) -> pd.DataFrame:
    size = np.round(20000 * np.exp(0.9 * ndtri(scattered(n, np.sqrt(2)))))
    laag = ndtri(scattered(n, np.sqrt(3)))
    mean = 0.02 * size * np.exp(0.2 * laag + sd * ndtri(scattered(n, np.sqrt(7))))
    count = np.maximum(0.0, np.round(mean + np.sqrt(mean) * ndtri(scattered(n, np.sqrt(11)))))
    ids = [f"{k:04d}" for k in range(n)]
    return pd.DataFrame({"gemeente": ids, "doelgroep": size, "laag": laag, "aantal": count})


def deviating() -> pd.DataFrame:
    frame = gemeenten()
    frame.loc[[MORE, FEWER], "doelgroep"] = 20000.0
    frame.loc[[MORE, FEWER], "laag"] = 0.0
    frame.loc[MORE, "aantal"], frame.loc[FEWER, "aantal"] = 1200.0, 140.0
    frame.loc[SMALL, ["doelgroep", "aantal", "laag"]] = [20.0, 3.0, 0.0]
    frame.loc[FAINT, ["doelgroep", "aantal", "laag"]] = [700.0, 15.0, 0.0]
    frame.loc[EMPTY, ["doelgroep", "aantal"]] = [0.0, 0.0]
    frame.loc[GAP, "laag"] = np.nan
    return frame


@pytest.fixture(scope="module")
def fit() -> ExpectedFit:
    return fit_expected(deviating(), "aantal ~ laag", exposure="doelgroep", missing="not_judged")


@pytest.fixture(scope="module")
def flags(fit: ExpectedFit) -> Flags:
    return flag_outliers(fit)


def test_the_frame_has_the_agreed_columns_and_a_row_per_gemeente(flags: Flags) -> None:
    frame = flags.to_frame()
    assert list(frame.columns) == COLUMNS
    assert frame["gemeente"].tolist() == [f"{k:04d}" for k in range(120)]
    assert frame["reason"].notna().all()


def test_those_that_deviate_are_flagged_and_in_the_right_direction(flags: Flags) -> None:
    frame = flags.to_frame()
    assert frame["flag"][MORE] == "meer"
    assert frame["flag"][FEWER] == "minder"
    assert flags.counts() == {"meer": 1, "minder": 1, "verwacht": 115, "niet_te_beoordelen": 3}
    assert repr(flags) == "Flags(1 meer, 1 minder, 115 verwacht, 3 niet_te_beoordelen)"


def test_who_cannot_be_judged_is_not_called_as_expected_and_the_reason_is_said(flags: Flags) -> None:
    frame = flags.to_frame()
    for place, words in ((SMALL, "minder dan de 1"), (EMPTY, "geen doelgroep"), (GAP, "ontbreekt: laag")):
        row = frame.loc[place]
        assert row["flag"] == "niet_te_beoordelen"
        assert words in row["reason"]
        assert not row[["signal", "shortlist", "relevant"]].any()
        assert np.isnan(row["p_adjusted"])
        assert np.isnan(row["ratio_eb"])


def test_who_is_not_judged_does_not_count_among_the_many(flags: Flags) -> None:
    frame = flags.to_frame()
    judged = frame["flag"] != "niet_te_beoordelen"
    assert frame["p_adjusted"][judged].to_numpy() == pytest.approx(benjamini_hochberg(frame["p"][judged]))


@pytest.mark.parametrize(
    ("p", "ratio", "rule", "flagged"),
    [
        (0.0019, 1.6, {"fdr": 0.0}, True),
        (0.0021, 1.6, {"fdr": 0.0}, False),
        (0.0001, 1.5, {}, False),
        (0.0001, 0.67, {}, False),
        (0.0001, 0.669, {}, True),
        (0.0001, 1.2, {"ratio_low": 1.0, "ratio_high": 1.0}, True),
        (0.0040, 1.6, {"signal_level": 0.995}, True),
        (0.0019, 1.6, {"fdr": 0.0, "min_expected": 51.0}, False),
        (0.0009, 1.6, {"signal_level": 1.0}, True),
        (0.0011, 1.6, {"signal_level": 1.0}, False),
        (0.0, 1.6, {"signal_level": 1.0, "fdr": 0.0}, False),
    ],
)
def test_every_number_of_the_rule_decides(p: float, ratio: float, rule: dict[str, float], flagged: bool) -> None:
    ps, ratios = np.full(100, 0.9), np.ones(100)
    ps[0], ratios[0] = p, ratio
    assert judge(ps, ratios, np.full(100, 50.0), OutlierRule(**rule)).flagged[0] == flagged


def test_several_small_p_values_together_make_the_shortlist_longer_than_the_signals() -> None:
    ps = np.append(np.full(10, 0.008), np.full(90, 0.5))
    verdict = judge(ps, np.full(100, 2.0), np.full(100, 50.0), OutlierRule())
    assert not verdict.signal.any()
    assert verdict.shortlist.tolist() == [True] * 10 + [False] * 90
    assert verdict.flagged.sum() == 10


def test_the_plain_p_value_is_the_more_cautious(fit: ExpectedFit) -> None:
    mid = flag_outliers(fit).to_frame()
    plain = flag_outliers(fit, OutlierRule(p="p_plain")).to_frame()
    known = mid["p"].notna()
    assert (plain["p"] > mid["p"])[known].all()


def test_ratios_are_shrunk_and_ranked_over_the_judged_with_intervals(flags: Flags) -> None:
    frame = flags.to_frame()
    judged = frame[frame["flag"] != "niet_te_beoordelen"]
    assert ((judged["eb_lower"] < judged["ratio_eb"]) & (judged["ratio_eb"] < judged["eb_upper"])).all()
    assert ((judged["rank_lower"] <= judged["rank"]) & (judged["rank"] <= judged["rank_upper"])).all()
    assert 1 < frame["ratio_eb"][MORE] < frame["ratio"][MORE]
    assert frame["ratio"][FEWER] < frame["ratio_eb"][FEWER] < 1
    assert judged["rank"].idxmax() == MORE
    assert judged["rank"].idxmin() == FEWER
    assert judged["rank_upper"].max() == len(judged)


@pytest.mark.parametrize("family", ["nb2", "binomial"])
def test_an_uncertain_expectation_is_shrunk_as_such(family: str) -> None:
    fit = fit_expected(gemeenten(), "aantal ~ laag", exposure="doelgroep", family=family)
    units, ahead = fit.units(), fit.predictive
    share = units["expected_loo"] / units["exposure"] if family == "binomial" else 0.0
    shrunken = shrink_ratios(units["observed"], units["expected_loo"], ahead.variance * (1.0 - share) ** 2)
    frame = flag_outliers(fit).to_frame()
    assert frame["ratio_eb"].to_numpy() == pytest.approx(shrunken.ratio, rel=1e-9)
    assert not np.allclose(frame["ratio_eb"], shrink_ratios(units["observed"], units["expected_loo"]).ratio, rtol=1e-9)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_reason_gives_observed_expected_ratio_p_and_the_criterion(fit: ExpectedFit, lang: str) -> None:
    units, frame = fit.units(), flag_outliers(fit, lang=lang).to_frame()
    reason = frame["reason"][MORE]
    point = "," if lang == "nl" else "."
    numbers = (f"{units['expected_loo'][MORE]:.1f}", f"{frame['ratio'][MORE]:.2f}", "0.0001", "99.8%", "0.67", "1.5")
    for number in numbers:
        assert number.replace(".", point) in reason
    assert reason.startswith("1.200 geregistreerd" if lang == "nl" else "1,200 registered")
    assert ("buiten" if lang == "nl" else "outside") in reason
    assert reason.endswith(".")


def test_dutch_reasons_have_no_decimal_point(flags: Flags) -> None:
    for reason in flags.to_frame()["reason"]:
        assert not re.search(r"\d\.\d(?!\d\d)", reason)
        assert "{" not in reason


def test_what_is_certain_but_small_is_as_expected_and_said_so(fit: ExpectedFit) -> None:
    wide = flag_outliers(fit, OutlierRule(ratio_low=0.1, ratio_high=10.0), lang="en").to_frame()
    assert wide["flag"][MORE] == "verwacht"
    assert wide["signal"][MORE]
    assert not wide["relevant"][MORE]
    assert "the ratio lies within 0.1–10, though the count is a signal at 99.8%" in wide["reason"][MORE]


def test_a_gemeente_too_small_for_the_band_to_show_is_told_so(fit: ExpectedFit) -> None:
    units, frame = fit.units(), flag_outliers(fit, lang="en").to_frame()
    blind = frame["reason"].str.contains("do not show here")
    assert blind[FAINT]
    assert not blind.all()
    edges = (units["lower"] <= 0.67 * units["expected_loo"]) & (units["upper"] >= 1.5 * units["expected_loo"])
    assert blind.equals(
        (edges & (frame["flag"] == "verwacht") & ~frame["signal"] & ~frame["shortlist"]).astype("boolean")
    )


def test_the_order_of_the_rows_does_not_matter(flags: Flags) -> None:
    again = deviating().iloc[::-1]
    other = flag_outliers(fit_expected(again, "aantal ~ laag", exposure="doelgroep", missing="not_judged"))
    pd.testing.assert_frame_equal(other.to_frame(), flags.to_frame(), rtol=1e-6)


def test_changing_the_frame_does_not_change_the_flags(flags: Flags) -> None:
    frame = flags.to_frame()
    frame["flag"] = "meer"
    assert flags.counts()["meer"] == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        flags.rule = OutlierRule()  # type: ignore[misc]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("signal_level", 99.8), ("signal_level", 0.0), ("fdr", 10.0), ("fdr", -0.1), ("ratio_low", 1.5),
        ("ratio_high", 0.67), ("ratio_high", float("inf")), ("min_expected", -1.0), ("level", 1.0), ("p", "mid"),
        ("signal_level", float("nan")),
    ],
)  # fmt: skip
def test_a_setting_outside_its_range_is_refused_by_name(setting: str, value: object) -> None:
    with pytest.raises(DefinitionError, match=f"^{setting} is "):
        OutlierRule(**{setting: value})


def test_a_language_without_text_is_refused(fit: ExpectedFit) -> None:
    with pytest.raises(ReportError):
        flag_outliers(fit, lang="de")  # type: ignore[arg-type]
