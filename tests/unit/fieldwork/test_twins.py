"""Twins: as expected, and as like as can be to a chosen gemeente that is not."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linear_sum_assignment

import reintegratie_stats as rs
from reintegratie_stats.errors import SampleError
from reintegratie_stats.estimates.expected import ExpectedFit, fit_expected
from reintegratie_stats.fieldwork.units import interview_units
from reintegratie_stats.outliers import Flags, flag_outliers
from tests.unit.fieldwork.interview_frames import CBS, few, gemeenten

SEED = 2025
COVARIATES = ("laagopgeleid", "eenouder")


def far(frame: pd.DataFrame, one: str, other: str) -> float:
    rows = frame.set_index("gemeente")[list(COVARIATES)]
    return float(np.sqrt((((rows.loc[one] - rows.loc[other]) / rows.std()) ** 2).mean()))


def test_twins_are_as_expected_and_each_has_a_flagged_gemeente_of_its_own() -> None:
    frame = gemeenten()
    draw = rs.draw_interviews(frame, CBS.replace(twins=True, covariates=COVARIATES), SEED)
    twins = draw.twins()
    klasse = frame.set_index("gemeente")["klasse"]
    assert len(twins) == 9
    assert (klasse[twins["gemeente"]] == "verwacht").all()
    assert klasse[twins["tweeling_van"]].isin(["meer", "minder"]).all()
    assert set(twins["tweeling_van"]) <= set(draw.chosen)
    assert twins["tweeling_van"].is_unique
    for row in twins.itertuples():
        assert row.afstand == pytest.approx(far(frame, row.gemeente, row.tweeling_van), rel=0.05, abs=0.01)
    reasons = draw.to_frame().set_index("gemeente")["reden"]
    assert all(f"tweeling van {row.tweeling_van}" in reasons[row.gemeente] for row in twins.itertuples())


def test_no_choice_of_twins_is_nearer_of_all_written_out() -> None:
    frame = few(14).assign(x=np.arange(14) * 1.7 % 5, y=np.arange(14) * 3.1 % 4)
    frame["klasse"] = ["meer"] * 3 + ["minder"] * 2 + ["verwacht"] * 9
    frame["z"] = [5.0, 4.5, 4.0, -5.0, -4.5] + [0.1] * 9
    design = rs.SampleDesign(size=6, quota={"klasse": {"meer": 2, "minder": 1}}, twins=True, tolerance=0.0)
    draw = rs.draw_interviews(frame, design, SEED)
    assert {"G00", "G01", "G03"} < set(draw.chosen)
    scale = frame[["x", "y"]].std().map(lambda value: float(f"{value:.1e}"))
    rows = frame[["x", "y"]].to_numpy() / scale.to_numpy()
    steps = np.floor(np.sqrt(((rows[:, None] - rows[None]) ** 2).mean(axis=2)) / 0.05 + 0.5)[5:][:, [0, 1, 3]]

    def cost(twins: list[int]) -> float:
        table = steps[twins]
        return float(table[linear_sum_assignment(table)].sum())

    best = min(cost(list(twins)) for twins in itertools.combinations(range(9), 3))
    assert cost([int(name[1:]) - 5 for name in draw.twins()["gemeente"]]) == best


def test_the_flagged_are_chosen_before_their_twins_and_z_of_twins_counts_for_nothing() -> None:
    frame = gemeenten()
    design = CBS.replace(twins=True, covariates=COVARIATES, tolerance=0.0)
    draw = rs.draw_interviews(frame, design, SEED)
    chosen = frame[frame["gemeente"].isin(draw.chosen) & (frame["klasse"] != "verwacht")]
    assert draw.objective_exact == pytest.approx(chosen["z"].abs().sum())


def test_the_nearest_reserve_of_a_twin_steps_in_first_and_becomes_the_twin() -> None:
    frame = gemeenten()
    draw = rs.draw_interviews(frame, CBS.replace(twins=True, covariates=COVARIATES), SEED)
    pairs = dict(draw.twins()[["gemeente", "tweeling_van"]].itertuples(index=False))
    for twin, reserves in draw.reserves().items():
        if twin in pairs and len(reserves) > 1:
            steps = [round(far(frame, name, pairs[twin]) / 0.05) for name in reserves]
            assert all(a <= b + 1 for a, b in itertools.pairwise(steps))
            after = draw.replace(twin).twins().set_index("gemeente")["tweeling_van"]
            assert after[reserves[0]] == pairs[twin]


def test_twins_need_covariates_without_gaps() -> None:
    frame = few().assign(x=np.arange(12.0))
    frame.loc[4, "x"] = np.nan
    with pytest.raises(SampleError, match="covariate 'x' is missing or not finite for G04"):
        rs.draw_interviews(frame, rs.SampleDesign(size=4, twins=True), SEED)
    with pytest.raises(SampleError, match="no numeric column to compare"):
        rs.draw_interviews(few(), rs.SampleDesign(size=4, twins=True), SEED)
    with pytest.raises(SampleError, match="no column 'xx'"):
        rs.draw_interviews(frame, rs.SampleDesign(size=4, twins=True, covariates="xx"), SEED)


def test_a_draw_without_flagged_gemeenten_or_without_twins_is_still_a_draw() -> None:
    frame = few().assign(x=np.arange(12.0), klasse="verwacht")
    assert rs.draw_interviews(frame, rs.SampleDesign(size=4, twins=True), SEED).twins().empty
    flagged = frame.assign(klasse="meer")
    assert rs.draw_interviews(flagged, rs.SampleDesign(size=4, twins=True), SEED).twins().empty


# --- the frame that a draw takes, from a fit and its flags ------------------------------------------


@pytest.fixture(scope="module")
def fitted() -> tuple[ExpectedFit, Flags, pd.DataFrame]:
    k = np.arange(60)
    frame = pd.DataFrame({"code": [f"{i:04d}" for i in k], "doelgroep": 1000 + 50 * k})
    frame["aantal"] = (0.1 * frame["doelgroep"] * (1 + 0.1 * np.sin(9 * k))).round()
    frame.loc[30, "aantal"] *= 3
    frame.loc[40, "aantal"] = np.round(frame.loc[40, "aantal"] / 4)
    frame.loc[50, ["doelgroep", "aantal"]] = 0
    fit = fit_expected(frame, "aantal ~ 1", exposure="doelgroep", id="code", missing="not_judged")
    return fit, flag_outliers(fit), frame.assign(landsdeel="Noord")


def test_units_have_a_signed_z_of_the_p_value_and_the_traits(fitted: tuple[ExpectedFit, Flags, pd.DataFrame]) -> None:
    from scipy.stats import norm

    fit, flags, frame = fitted
    units = interview_units(fit, flags, frame[["code", "landsdeel"]].sample(frac=1, random_state=1))
    assert units.columns.tolist() == ["gemeente", "klasse", "z", "landsdeel"]
    assert units["klasse"][[30, 40, 50]].tolist() == ["meer", "minder", "niet_te_beoordelen"]
    assert units["z"][30] > 3
    assert units["z"][40] < -3
    assert np.isnan(units["z"][50])
    judged = units["z"].notna()
    np.testing.assert_allclose(2 * norm.sf(units["z"].abs())[judged], fit.units()["p"][judged], rtol=1e-9)
    draw = rs.draw_interviews(units, rs.SampleDesign(size=4, quota={"klasse": {"verwacht": 2}}), SEED)
    assert {"0030", "0040"} <= set(draw.chosen)


def test_units_refuse_what_does_not_belong_together(fitted: tuple[ExpectedFit, Flags, pd.DataFrame]) -> None:
    fit, flags, frame = fitted
    for traits, words in (
        (frame.head(58), "no row for 0058, 0059"),
        (frame.drop(columns="code"), "no column 'code'"),
        (frame.assign(z=1), "a column z"),
        (pd.concat([frame, frame.head(1)]), "more than one row for 0000"),
        (pd.concat([frame, frame[["landsdeel"]]], axis=1), "column landsdeel more than once"),
        (pd.concat([frame, frame.tail(1).assign(code=None)]), "'code' is missing in 1 row"),
        (None, "traits is a NoneType"),
    ):
        with pytest.raises(SampleError, match=words):
            interview_units(fit, flags, traits)
    other = fit_expected(frame.head(40), "aantal ~ 1", exposure="doelgroep", id="code")
    with pytest.raises(SampleError, match="of other gemeenten"):
        interview_units(other, flags, frame)


def test_a_twin_of_who_refused_is_named_in_the_notes() -> None:
    draw = rs.draw_interviews(gemeenten(), CBS.replace(twins=True, covariates=COVARIATES), SEED)
    assert draw.covariates == tuple(sorted(COVARIATES))
    for row in draw.twins().itertuples():
        if draw.reserves()[row.tweeling_van]:
            note = f"{row.gemeente} was chosen as the twin of {row.tweeling_van}, who does not take part."
            assert note not in draw.notes
            assert note in draw.replace(row.tweeling_van).notes
            return
    raise AssertionError("no flagged gemeente with a twin has a reserve")
