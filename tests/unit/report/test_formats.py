"""Numbers are printed in Dutch or English and rounded as one does on paper."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.formats import (
    format_number,
    format_percent,
    is_missing,
    round_half_away,
    round_percent,
    superscript,
)
from reintegratie_stats.report.labels import MINUS

EXACT = Context(prec=700)
numbers = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(-1e6, 1e6),
    st.integers(-(10**9), 10**9),
    st.decimals(-(10**6), 10**6, places=6),
)
decimals = st.integers(0, 6)


def read_dutch(text: str) -> Decimal:
    """Read a number that was printed in Dutch."""
    return Decimal(text.replace(".", "").replace(",", ".").replace(MINUS, "-").replace("+", ""))


def on_paper(value: object, places: int) -> Decimal:
    """Round as one does on paper: the digits that are written, half away from zero."""
    return Decimal(str(value)).quantize(Decimal(10) ** -places, ROUND_HALF_UP, EXACT)


@given(numbers, decimals)
def test_a_printed_number_is_the_number_rounded_on_paper(value: object, places: int) -> None:
    assert read_dutch(format_number(value, places)) == on_paper(value, places)


@given(numbers, decimals)
def test_english_and_dutch_differ_in_their_signs_only(value: object, places: int) -> None:
    swapped = format_number(value, places, "en").translate(str.maketrans(".,", ",."))
    assert format_number(value, places, "nl") == swapped


@given(numbers, decimals)
def test_a_plain_number_can_be_read_by_a_program(value: object, places: int) -> None:
    plain = format_number(value, places, "en", plain=True)
    assert Decimal(plain) == on_paper(value, places)
    assert set(plain) <= set("-.0123456789")


@given(st.integers(-(10**6), 10**6), decimals)
def test_a_half_is_rounded_away_from_zero(whole: int, places: int) -> None:
    step = Decimal(10) ** -places
    value = whole * step
    half = value + (step / 2 if whole >= 0 else -step / 2)
    assert round_half_away(half, places) == value + (step if whole >= 0 else -step)


@given(st.floats(0, 1), decimals)
def test_a_share_is_printed_as_a_hundred_times_itself(share: float, places: int) -> None:
    printed = format_percent(share, places)
    assert printed.endswith("%")
    assert read_dutch(printed[:-1]) == on_paper(Decimal(str(share)) * 100, places)


@pytest.mark.parametrize("share", [0.145, 0.285, 0.555, 0.575, 1.005])
def test_a_half_per_cent_is_not_lost_in_the_multiplication(share: float) -> None:
    assert 100 * share % 1 != 0.5
    assert round_percent(share) == Decimal(str(share)) * 100 + Decimal("0.5")
    assert format_percent(share) == f"{round_percent(share)}%"


@given(st.integers(1, 2000), st.integers(0, 2000))
def test_the_percentage_of_two_counts_is_that_of_the_fraction(whole: int, part: int) -> None:
    exact = Fraction(100 * part, whole)
    rounded = int(exact + Fraction(1, 2))
    assert format_percent(part / whole) == format_number(rounded) + "%"


@pytest.mark.parametrize(
    ("share", "places", "dutch", "english"),
    [
        (0.125, 1, "12,5%", "12.5%"),
        (0.545, 0, "55%", "55%"),
        (0.145, 0, "15%", "15%"),
        (0, 0, "0%", "0%"),
        (1, 0, "100%", "100%"),
    ],
)
def test_shares(share: float, places: int, dutch: str, english: str) -> None:
    assert format_percent(share, places) == dutch
    assert format_percent(share, places, "en") == english


def test_a_percentage_is_printed_as_it_is() -> None:
    assert format_percent(54.5, of="percent") == "55%"
    assert format_percent(1234.5, 1, of="percent") == "1.234,5%"


@pytest.mark.parametrize(
    ("value", "places", "dutch", "english"),
    [
        (10480, 0, "10.480", "10,480"),
        (999, 0, "999", "999"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (-1234.5, 1, MINUS + "1.234,5", MINUS + "1,234.5"),
        (2.675, 2, "2,68", "2.68"),
        (np.float64(54.5), 0, "55", "55"),
        (np.float32(0.1), 3, "0,100", "0.100"),
        (np.int64(6183), 0, "6.183", "6,183"),
        (Decimal("0.5"), 0, "1", "1"),
    ],
)
def test_numbers(value: object, places: int, dutch: str, english: str) -> None:
    assert format_number(value, places) == dutch
    assert format_number(value, places, "en") == english


@pytest.mark.parametrize("value", [-0.0, -0.4, 0.4, 0])
def test_what_rounds_to_zero_has_no_sign(value: float) -> None:
    assert format_number(value, signed=True) == "0"


def test_a_difference_shows_its_sign() -> None:
    assert format_number(2, signed=True) == "+2"
    assert format_number(-2, signed=True) == MINUS + "2"
    assert format_number(-2, signed=True, plain=True) == "-2"


@pytest.mark.parametrize("value", [None, float("nan"), np.nan, pd.NA, pd.NaT])
def test_what_is_missing_is_printed_as_such(value: object) -> None:
    assert is_missing(value)
    assert format_number(value) == "n.b."
    assert format_percent(value, lang="en") == "n/a"


@pytest.mark.parametrize("value", ["geheim", "12", True, np.True_, 1j, [5], float("inf")])
def test_what_is_no_number_is_refused_without_being_repeated(value: object) -> None:
    with pytest.raises(ReportError) as caught:
        format_number(value)
    assert str(value) not in str(caught.value)


@pytest.mark.parametrize("places", [-1, 13, 1.0, True, "2"])
def test_decimals_are_a_small_whole_number(places: int) -> None:
    with pytest.raises(ReportError, match="whole number from 0 to 12"):
        format_number(1, places)


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ReportError, match="share, percent"):
        format_percent(0.5, of="fraction")  # type: ignore[arg-type]
    with pytest.raises(ReportError, match="nl, en"):
        format_number(1, lang="de")


def test_note_numbers_stand_high() -> None:
    assert superscript(120) == "¹²⁰"
