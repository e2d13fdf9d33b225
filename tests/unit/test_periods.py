"""Days, months and ages against other calendars."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import example, given
from hypothesis import strategies as st

from reintegratie_stats.errors import DefinitionError
from reintegratie_stats.periods import (
    LAST_PLAUSIBLE,
    OPEN,
    add_months,
    age_in_years,
    as_date,
    day_number,
    to_datetime64,
)
from tests.unit.tables import refusal

DAYS = st.dates(dt.date(1850, 1, 1), dt.date(2200, 12, 31))
LEAP = dt.date(2004, 2, 29)


def numbers(*dates: dt.date) -> Any:
    return np.array([day_number(day) for day in dates], dtype=np.int64)


def dates(days: Any) -> list[dt.date]:
    return [dt.date(1970, 1, 1) + dt.timedelta(days=int(day)) for day in days]


# --- terms ------------------------------------------------------------------------------------------


@given(DAYS, st.integers(0, 600))
@example(LEAP, 12)
@example(LEAP, 48)
@example(dt.date(2003, 8, 31), 6)
@example(dt.date(2003, 12, 31), 2)
@example(dt.date(1900, 1, 31), 1)
@example(dt.date(2000, 1, 31), 1)
def test_a_term_in_months_is_that_of_dateutil_and_of_pandas(day: dt.date, months: int) -> None:
    (found,) = dates(add_months(numbers(day), months))
    assert found == day + relativedelta(months=months)
    assert found == (pd.Timestamp(day) + pd.DateOffset(months=months)).date()


def test_twelve_months_are_a_year_less_a_day_only_after_29_february() -> None:
    every = [dt.date(2003, 1, 1) + dt.timedelta(days=number) for number in range(730)]
    later = dates(add_months(numbers(*every), 12))
    for day, end in zip(every, later, strict=True):
        if day == LEAP:
            assert end == dt.date(2005, 2, 28)
        else:
            assert (end.year, end.month, end.day) == (day.year + 1, day.month, day.day)


@given(st.lists(DAYS, min_size=1, max_size=20), st.integers(0, 24))
def test_a_term_of_many_is_that_of_each(days: list[dt.date], months: int) -> None:
    together = add_months(numbers(*days), months).tolist()
    assert together == [int(add_months(numbers(day), months)[0]) for day in days]


@given(DAYS, DAYS, st.integers(0, 240))
def test_who_starts_later_never_ends_earlier(one: dt.date, other: dt.date, months: int) -> None:
    first, last = add_months(numbers(*sorted((one, other))), months)
    assert first <= last


def test_a_term_of_nobody_is_empty() -> None:
    assert add_months(numbers(), 12).tolist() == []
    assert age_in_years(numbers(), numbers()).tolist() == []


# --- ages ---------------------------------------------------------------------------------------------


def age_by_birthdays(birth: dt.date, on: dt.date) -> int:
    """Count birthdays one by one; 29 February is 1 March in other years."""
    age = 0
    while True:
        year = birth.year + age + 1
        try:
            birthday = birth.replace(year=year)
        except ValueError:
            birthday = dt.date(year, 3, 1)
        if birthday > on:
            return age
        age += 1


@given(st.dates(dt.date(1900, 1, 1), dt.date(2010, 12, 31)), st.integers(0, 40_000))
@example(LEAP, 365)
@example(LEAP, 366)
@example(LEAP, 1461)
def test_an_age_is_the_number_of_birthdays(birth: dt.date, days: int) -> None:
    on = birth + dt.timedelta(days=days)
    assert age_in_years(numbers(birth), numbers(on)).tolist() == [age_by_birthdays(birth, on)]


@given(st.dates(dt.date(1900, 1, 1), dt.date(2010, 12, 31)), st.integers(0, 40_000))
def test_an_age_is_that_of_dateutil_but_for_29_february(birth: dt.date, days: int) -> None:
    if (birth.month, birth.day) == (2, 29):
        birth = birth.replace(day=28)
    on = birth + dt.timedelta(days=days)
    (found,) = age_in_years(numbers(birth), numbers(on))
    assert found == relativedelta(on, birth).years


@pytest.mark.parametrize(
    ("on", "age"),
    [
        (dt.date(2026, 12, 31), 22),
        (dt.date(2027, 2, 28), 22),
        (dt.date(2027, 3, 1), 23),
        (dt.date(2028, 2, 28), 23),
        (dt.date(2028, 2, 29), 24),
        (dt.date(2004, 2, 29), 0),
    ],
)
def test_who_was_born_on_29_february_has_a_birthday_on_1_march_in_other_years(on: dt.date, age: int) -> None:
    assert age_in_years(numbers(LEAP), numbers(on)).tolist() == [age]


# --- day numbers ----------------------------------------------------------------------------------------


@given(DAYS)
def test_a_day_number_goes_back_to_its_day(day: dt.date) -> None:
    assert to_datetime64(numbers(day)).astype("datetime64[D]").item() == day
    assert day_number(day + dt.timedelta(days=1)) == day_number(day) + 1


def test_a_spell_that_is_still_running_has_no_last_day() -> None:
    found = to_datetime64(np.array([OPEN - 1, OPEN, OPEN + 365]))
    assert found.dtype == "datetime64[s]"
    assert np.isnat(found).tolist() == [False, True, True]
    assert str(found[0])[:10] == "9999-12-31"
    assert day_number(LAST_PLAUSIBLE) < OPEN


# --- days that a user writes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "2002-01-31",
        " 2002-01-31 ",
        dt.date(2002, 1, 31),
        dt.datetime(2002, 1, 31),
        pd.Timestamp("2002-01-31"),
        np.datetime64("2002-01-31"),
        np.datetime64("2002-01-31T00:00:00", "ns"),
    ],
)
def test_a_day_may_be_written_as_text_or_as_any_kind_of_date(value: Any) -> None:
    day = as_date(value, "instroom_van")
    assert day == dt.date(2002, 1, 31)
    assert type(day) is dt.date


@pytest.mark.parametrize(
    "value",
    [
        *("31-01-2002", "2002-02-29", "2002-1-31", "", "gisteren", "2002-01-31T00:00"),
        *("2002-W05-4", "20020131", "0000-01-01"),
    ],
)
def test_text_that_is_no_day_is_refused_with_how_to_write_it(value: str) -> None:
    assert refusal(DefinitionError, lambda: as_date(value, "instroom_van")) == (
        f"instroom_van is {value!r}: not a day. Write it as year-month-day, for example '2002-01-31'."
    )


@pytest.mark.parametrize("value", [None, 20020131, 2002.0, float("nan"), np.datetime64("NaT"), pd.NaT])
def test_what_is_no_date_is_refused_by_its_type(value: Any) -> None:
    words = refusal(DefinitionError, lambda: as_date(value, "uitstroom_peildatum"))
    assert words.startswith(f"uitstroom_peildatum is {value!r} ({type(value).__name__}): a day is")


@pytest.mark.parametrize(
    "value",
    [
        dt.datetime(2002, 1, 31, 12),
        pd.Timestamp("2002-01-31 23:59:59"),
        pd.Timestamp("2002-01-31", tz="Europe/Amsterdam"),
        dt.datetime(2002, 1, 31, tzinfo=dt.UTC),
    ],
)
def test_a_time_of_day_or_a_time_zone_is_no_day(value: Any) -> None:
    words = refusal(DefinitionError, lambda: as_date(value, "instroom_tot"))
    assert words == f"instroom_tot is {value}: a day is needed, not a time of day or a time zone."
