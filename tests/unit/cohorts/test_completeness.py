"""What is still to be registered: right where registration goes on as before, and warned of where it does not."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.cohorts.completeness import Completeness, expected_completeness
from reintegratie_stats.errors import DefinitionError, FitError
from reintegratie_stats.registers.delays import RegistrationCounts, registration_counts
from tests.unit import tables
from tests.unit.deliveries import delivery

DRAWN = "2003-12-31"


@cache
def population(seed: int, wave: bool = False) -> pd.DataFrame:
    """Benefit that begins evenly over two years in two gemeenten, registered 60 days later on average."""
    rng = np.random.default_rng(seed)
    size = 2400
    begin = np.datetime64("2002-01-01") + np.floor(rng.random(size) * 730).astype("timedelta64[D]")
    told = begin + np.floor(-60 * np.log1p(-rng.random(size))).astype("timedelta64[D]")
    if wave:  # half of what was not registered by September 2003 comes in December
        late = (told > np.datetime64("2003-04-01")) & (rng.random(size) < 0.5)
        told = np.where(late, np.maximum(told, np.datetime64("2003-12-15")), told)
    return pd.DataFrame(
        {
            "persoon_id": [f"p{number}" for number in range(size)],
            "gemeente": np.where(rng.random(size) < 0.6, "GM9001", "GM9002"),
            "begindatum": begin.astype(str),
            "einddatum": None,
            "reden_einde": None,
            "registratiedatum": told.astype(str),
        }
    )


def counts(seed: int = 1, wave: bool = False, **arguments: Any) -> RegistrationCounts:
    registers = rs.Registers.from_frames(bijstand=population(seed, wave))
    asked = {"van": "2002-01-01", "bekend_op": DRAWN} | arguments
    return registration_counts(registers, "bijstand", **asked)


@pytest.mark.parametrize("factoren", ["samen", "per_gemeente"])
def test_what_comes_later_is_within_the_interval(factoren: Any) -> None:
    found = expected_completeness(counts(), factoren=factoren)
    frame, totals = population(1), found.totals().set_index("gemeente")
    for unit in ("GM9001", "GM9002"):
        mine = frame[frame["gemeente"] == unit]
        missing = int((mine["registratiedatum"] > DRAWN).sum())
        row = totals.loc[unit]
        assert row["bekend"] + missing == len(mine)
        assert row["lower"] <= missing <= row["upper"]
        assert row["nog_te_komen"] == pytest.approx(missing, rel=0.35)
        assert row["aandeel_bekend"] == pytest.approx(row["bekend"] / row["verwacht"])


def test_the_last_months_are_far_from_complete_and_the_first_are_complete() -> None:
    frame = expected_completeness(counts()).to_frame()
    last = frame[frame["periode"] == "2003-12-01"]
    first = frame[frame["periode"] == "2002-01-01"]
    assert (last["aandeel_bekend"] < 0.4).all()
    assert (first["aandeel_bekend"] == 1.0).all()
    assert (frame["lower"] <= frame["nog_te_komen"]).all()
    assert (frame["nog_te_komen"] <= frame["upper"]).all()


def test_periods_add_up_to_totals() -> None:
    for factoren in ("samen", "per_gemeente"):
        found = expected_completeness(counts(), factoren=factoren)  # type: ignore[arg-type]
        summed = found.to_frame().groupby("gemeente")[["bekend", "verwacht", "nog_te_komen"]].sum()
        totals = found.totals()
        per_unit = totals.dropna(subset="gemeente").set_index("gemeente")[summed.columns]
        pd.testing.assert_frame_equal(per_unit, summed, check_index_type=False, check_dtype=False)
        together = totals[totals["gemeente"].isna()][summed.columns].iloc[0]
        assert together.tolist() == pytest.approx(summed.sum().tolist())


def test_the_share_after_a_month_is_that_of_the_delays() -> None:
    """An exponential delay of 60 days leaves, months taken whole, a known share after each."""
    pattern = expected_completeness(counts()).pattern()
    months = np.arange(6)
    # begun evenly over a month of 30.4 days, registered by the end of the month `k` later
    length = 30.4375 / 60
    expected = 1 - np.exp(-length * months) * (1 - np.exp(-length)) / length
    assert pattern["aandeel_bekend"].to_numpy()[:6] == pytest.approx(expected, abs=0.03)
    assert pattern["aandeel_bekend"].iloc[-1] == 1.0


def test_a_wave_of_registrations_is_noted() -> None:
    quiet, waves = expected_completeness(counts()), expected_completeness(counts(wave=True))
    assert quiet.waves.p_value > 0.05
    assert waves.waves.p_value < 0.05
    assert any("waves" in note for note in waves.notes)
    assert not any("waves" in note for note in quiet.notes)


def test_what_never_happened_before_is_not_foreseen() -> None:
    """On the closing date of 2003 nothing says that a fifth of the trajecten will come in the months after it."""
    registers = delivery("lokaal")
    asked = {"van": "2002-01-01", "tot": "2003-07-01"}
    then = registration_counts(registers, "trajecten", bekend_op="2003-08-31", **asked)  # type: ignore[arg-type]
    found = expected_completeness(then).totals().iloc[-1]
    assert then.niet_geteld["later geregistreerd"] == 328
    assert found["upper"] < 1
    now = registration_counts(registers, "trajecten", bekend_op="2004-03-31", **asked)  # type: ignore[arg-type]
    assert expected_completeness(now).waves.p_value < 0.001


def test_a_gemeente_with_too_little_is_named() -> None:
    rows = population(1)
    rows = rows[(rows["gemeente"] == "GM9001") | (rows["begindatum"] >= "2003-06-01")]
    registers = rs.Registers.from_frames(bijstand=rows)
    found = registration_counts(registers, "bijstand", van="2002-01-01", bekend_op=DRAWN)
    said = tables.refusal(FitError, lambda: expected_completeness(found, factoren="per_gemeente"))
    assert said.startswith("GM9002: ")
    assert 'factoren="samen"' in said
    assert expected_completeness(found).totals()["bekend"].iloc[-1] > 0


def test_settings_that_do_not_exist_are_refused() -> None:
    found = counts(stap="kwartaal")
    refuse = tables.refusal
    assert "factoren" in refuse(DefinitionError, lambda: expected_completeness(found, factoren="alle"))  # type: ignore[arg-type]
    assert "level" in refuse(DefinitionError, lambda: expected_completeness(found, level=95))
    assert "registration_counts" in refuse(DefinitionError, lambda: expected_completeness(found.to_frame()))  # type: ignore[arg-type]
    nothing = counts(van="1990-01-01", tot="1990-07-01", bekend_op="1991-12-31")
    assert "no event" in refuse(FitError, lambda: expected_completeness(nothing))


def test_completeness_says_what_it_holds() -> None:
    found = expected_completeness(counts(stap="kwartaal"))
    assert isinstance(found, Completeness)
    assert repr(found).startswith("Completeness(bijstand.begindatum: ")
    assert found.notes[0] == "all is taken to be known after 7 times a kwartaal"
