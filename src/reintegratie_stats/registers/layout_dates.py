"""How dates are written: ``jjjjmmdd``, ``dd-mm-jjjj``, ``d-m-jjjj`` and the day numbers of Excel, as expressions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

EXCEL = "excel"
_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]00:00(:00(\.0+)?)?)?$"
_MIDNIGHT = r"([ T]0?0:00(:00(\.0+)?)?)?"
_TOKEN = re.compile(r"jjjj|yyyy|mm|dd|m|d|[^a-z0-9]", re.IGNORECASE)
_PARTS = {"jjjj": "([0-9]{4})", "mm": "([0-9]{2})", "dd": "([0-9]{2})", "m": "([0-9]{1,2})", "d": "([0-9]{1,2})"}
_EXCEL_ZERO = (dt.date(1899, 12, 30) - dt.date(1970, 1, 1)).days


def date_problem(form: str) -> str:
    """Return what is wrong with a way of writing dates, or an empty text.

    Examples
    --------
    >>> date_problem("dd-mm-jjjj")
    ''
    >>> date_problem("dd-mm-jj")
    "datum is 'dd-mm-jj': write it with jjjj, mm and dd (or m and d), such as jjjjmmdd or dd-mm-jjjj; or excel"
    """
    if form == EXCEL:
        return ""
    tokens = _tokens(form)
    letters = sorted(token[0] for token in tokens if token in _PARTS)
    if "".join(tokens) != _plain(form) or letters != ["d", "j", "m"]:
        return (
            f"datum is {form!r}: write it with jjjj, mm and dd (or m and d), such as jjjjmmdd or dd-mm-jjjj; or excel"
        )
    return ""


def _plain(form: str) -> str:
    return form.casefold().replace("yyyy", "jjjj")


def _tokens(form: str) -> list[str]:
    return _TOKEN.findall(_plain(form))


def iso_text(text: ir.StringValue, form: str | None) -> ir.StringValue:
    """Return a date as ``2002-01-31``; missing where it cannot be read so.

    Parameters
    ----------
    text : ibis text column
        Without blanks around it.
    form : str or None
        How it is written; None leaves ``2002-01-31`` and ``20020131``.
    """
    iso = text.re_search(_ISO).ifelse(text.substr(0, 10), ibis.null("string"))
    if form == EXCEL:
        number = text.re_search(r"^[0-9]{1,6}([.]0+)?$").ifelse(text, ibis.null("string")).try_cast("float64")
        day = (number.cast("int32") + _EXCEL_ZERO).cast("int32")
        written = as_day(ibis.date(1970, 1, 1) + day.as_interval("D")).cast("string")
    else:
        written = _written(text, form or "jjjjmmdd")
    found = ibis.coalesce(written, iso)
    return found.try_cast("date").notnull().ifelse(found, ibis.null("string"))


def as_day(moment: ir.Value) -> ir.DateValue:
    """Return a date again after arithmetic: for Ibis it still is one, but DuckDB has made it a timestamp."""
    return moment.cast("timestamp").cast("date")


def _written(text: ir.StringValue, form: str) -> ir.StringValue:
    tokens = _tokens(form)
    pattern = "^" + "".join(_PARTS.get(token, re.escape(token)) for token in tokens) + _MIDNIGHT + "$"
    order = [token for token in tokens if token in _PARTS]
    fits = text.re_search(pattern)
    pieces: dict[str, ir.StringValue] = {}
    if all(token in ("jjjj", "mm", "dd") or token not in _PARTS for token in tokens):  # each at its own place
        place = 0
        for token in tokens:
            if token in _PARTS:
                pieces[token[0]] = text.substr(place, len(token))
            place += len(token)
    else:
        for number, token in enumerate(order):
            part = text.re_extract(pattern, number + 1)
            pieces[token[0]] = part if token == "jjjj" else part.lpad(2, "0")
    return fits.ifelse(pieces["j"] + "-" + pieces["m"] + "-" + pieces["d"], ibis.null("string"))


def sentinels(values: Iterable[str], form: str | None) -> list[str]:
    """Return the values that mean "no end" in every way in which a source may write them.

    Examples
    --------
    >>> sentinels(["99991231"], "jjjjmmdd")
    ['99991231', '9999-12-31']
    """
    found = []
    for value in values:
        found.append(value)
        digits = re.sub(r"[^0-9]", "", value)
        tokens = [token for token in _tokens(form or "jjjjmmdd") if token in _PARTS]
        if len(digits) == 8 and form != EXCEL and all(len(token) > 1 for token in tokens):
            parts, place = {}, 0
            for token in tokens:
                parts[token[0]] = digits[place : place + len(token)]
                place += len(token)
            found.append("-".join(parts[letter] for letter in "jmd"))
    return list(dict.fromkeys(found))
