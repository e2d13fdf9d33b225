"""Days, terms and ages as whole numbers.

Inside the package a day is a day number (days since 1 January 1970) and a spell is half-open: ``[van, tot)``, where
`tot` is the first day that no longer belongs to it. A spell that is still running ends on `OPEN`. Months and ages
follow the calendar.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from reintegratie_stats.errors import DefinitionError

Days = npt.NDArray[np.int64]

OPEN = 2_932_897
"""The day number after 31 December 9999: the `tot` of a spell that is still running."""

LAST_PLAUSIBLE = dt.date(2100, 1, 1)
"""An end on or after this day is a sentinel of a source (such as 31 December 9999): it counts as open."""

_EPOCH = dt.date(1970, 1, 1)


def as_date(value: Any, name: str) -> dt.date:
    """Return `value` as a calendar day.

    Parameters
    ----------
    value : datetime.date, datetime.datetime, pandas.Timestamp or str
        A text must read ``2002-01-31``. A time of day other than midnight is refused.
    name : str
        What the value is, for the message.

    Returns
    -------
    datetime.date

    Raises
    ------
    DefinitionError
        When the value is not a day.

    Examples
    --------
    >>> as_date("2002-01-31", "instroom_van")
    datetime.date(2002, 1, 31)
    """
    if isinstance(value, str):
        return _from_text(value, name)
    if value is not pd.NaT and isinstance(value, dt.datetime):
        if value.time() != dt.time(0) or value.tzinfo is not None:
            raise DefinitionError(f"{name} is {value}: a day is needed, not a time of day or a time zone.")
        return value.date()
    if value is not pd.NaT and isinstance(value, dt.date):
        return value
    if isinstance(value, np.datetime64) and not np.isnat(value):
        return as_date(value.astype("datetime64[s]").item(), name)
    raise DefinitionError(f"{name} is {value!r} ({type(value).__name__}): a day is needed, for example '2002-01-31'.")


def _from_text(text: str, name: str) -> dt.date:
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()):
            raise ValueError
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise DefinitionError(
            f"{name} is {text!r}: not a day. Write it as year-month-day, for example '2002-01-31'."
        ) from None


def day_number(day: dt.date) -> int:
    """Return the day number of a calendar day.

    Examples
    --------
    >>> day_number(dt.date(1970, 1, 2))
    1
    """
    return (day - _EPOCH).days


def to_datetime64(days: Days) -> npt.NDArray[np.datetime64]:
    """Return day numbers as ``datetime64[s]``, with NaT for `OPEN` and beyond.

    Parameters
    ----------
    days : ndarray of int64, shape (n,)

    Returns
    -------
    ndarray of datetime64[s], shape (n,)

    Examples
    --------
    >>> to_datetime64(np.array([0, OPEN]))
    array(['1970-01-01T00:00:00',                 'NaT'],
          dtype='datetime64[s]')
    """
    days = np.asarray(days, dtype=np.int64)
    dates = days.astype("datetime64[D]").astype("datetime64[s]")
    dates[days >= OPEN] = np.datetime64("NaT")
    return dates


def add_months(days: Days, months: int) -> Days:
    """Return the days that lie so many calendar months later.

    The day of the month is kept; where the month is too short it becomes the last day of that month: twelve months
    after 29 February 2004 is 28 February 2005.

    Parameters
    ----------
    days : ndarray of int64, shape (n,)
    months : int

    Returns
    -------
    ndarray of int64, shape (n,)

    Examples
    --------
    >>> start = np.array([day_number(dt.date(2004, 2, 29)), day_number(dt.date(2003, 8, 31))])
    >>> [str(day) for day in add_months(start, 6).astype("datetime64[D]")]
    ['2004-08-29', '2004-02-29']
    """
    dates = np.asarray(days, dtype=np.int64).astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    day_of_month = (dates - month.astype("datetime64[D]")).astype(np.int64)
    later = month + np.timedelta64(months, "M")
    first = later.astype("datetime64[D]")
    length = ((later + np.timedelta64(1, "M")).astype("datetime64[D]") - first).astype(np.int64)
    moved = first.astype(np.int64) + np.minimum(day_of_month, length - 1)
    return np.asarray(moved, dtype=np.int64)


def age_in_years(birth: Days, on: Days) -> Days:
    """Return completed years of age on a day; who was born on 29 February has a birthday on 1 March in other years.

    Parameters
    ----------
    birth, on : ndarray of int64, shape (n,)
        Day numbers.

    Returns
    -------
    ndarray of int64, shape (n,)

    Examples
    --------
    >>> born = np.array([day_number(dt.date(1980, 2, 29))])
    >>> age_in_years(born, np.array([day_number(dt.date(2003, 2, 28))])).tolist()
    [22]
    >>> age_in_years(born, np.array([day_number(dt.date(2003, 3, 1))])).tolist()
    [23]
    """
    years = (_calendar_number(on) - _calendar_number(birth)) // 10_000
    return np.asarray(years, dtype=np.int64)


def _calendar_number(days: Days) -> Days:
    """Return days as the number yyyymmdd, whose differences give completed years."""
    dates = np.asarray(days, dtype=np.int64).astype("datetime64[D]")
    years = dates.astype("datetime64[Y]")
    months = dates.astype("datetime64[M]")
    year = years.astype(np.int64) + 1970
    month = (months - years.astype("datetime64[M]")).astype(np.int64) + 1
    day = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    return np.asarray(year * 10_000 + month * 100 + day, dtype=np.int64)
