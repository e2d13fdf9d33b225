"""From what a source delivers to canonical types, as expressions.

Every parser gives two expressions: the value in its canonical type (missing where it cannot be read), and whether
something was delivered that cannot be read. Nothing is guessed: a date is a date column, or text ``2002-01-31`` or
``20020131``.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from reintegratie_stats.registers.schema import Column

DATE_FORMS = "2002-01-31 or 20020131"


@dataclass(frozen=True, repr=False, eq=False)
class Parsed:
    """A column in its canonical type.

    Parameters
    ----------
    value : ibis column
        Missing where nothing was delivered or where it cannot be read.
    given : ibis boolean column
        Something was delivered: not missing and not blank.
    unreadable : ibis boolean column, or None
        Something was delivered that is not of the type; None where the source's type rules that out.
    """

    value: ir.Value
    given: ir.BooleanValue
    unreadable: ir.BooleanValue | None


def parse(column: Column, source: ir.Value) -> Parsed | None:
    """Return the column in its canonical type, or None when its type cannot hold such a value at all.

    Parameters
    ----------
    column : Column
        The declaration.
    source : ibis column
        What was delivered.
    """
    kind = source.type()
    if column.kind == "date":
        return _date(source)
    if column.kind == "number":
        return _number(source)
    if kind.is_string():
        # only text that begins with a blank or less can be blank: most keys never come to the costly strip
        blank = (source < "!") & (source.strip() == "")
        return Parsed(blank.ifelse(ibis.null("string"), source), _true(~blank), None)
    if kind.is_integer() or (column.kind == "text" and not kind.is_nested()):
        return Parsed(source.cast("string"), source.notnull(), None)
    return None


def _date(source: ir.Value) -> Parsed | None:
    kind = source.type()
    if kind.is_date():
        return Parsed(source, source.notnull(), None)
    if kind.is_timestamp():
        if kind.timezone is not None:  # on which day it falls depends on the time zone of the machine
            return None
        return Parsed(source.cast("date"), source.notnull(), None)
    if kind.is_floating():  # what pandas and Parquet make of an empty column; any number in it is no date
        given = source.notnull() & ~source.isnan().fill_null(False)
        return Parsed(ibis.null("date"), given, given)
    if kind.is_integer():
        source = source.cast("string")
    elif not kind.is_string():
        return None
    text = source.strip()
    compact = text.re_search(r"^[0-9]{8}$")
    dashed = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2)
    readable = compact | text.re_search(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]00:00:00(\.0+)?)?$")
    iso = compact.ifelse(dashed, text.substr(0, 10))
    value = _true(readable).ifelse(iso, ibis.null("string")).try_cast("date")
    given = _true(text != "")
    return Parsed(value, given, given & value.isnull())


def _number(source: ir.Value) -> Parsed | None:
    kind = source.type()
    if kind.is_floating():
        value = source.isnan().ifelse(ibis.null("float64"), source.cast("float64"))
        return Parsed(value, value.notnull(), None)
    if kind.is_numeric():
        return Parsed(source.cast("float64"), source.notnull(), None)
    if not kind.is_string():
        return None
    text = source.strip()
    plain = _true(text.re_search(r"^-?[0-9]+(\.[0-9]*)?$"))
    value = plain.ifelse(text, ibis.null("string")).try_cast("float64")
    given = _true(text != "")
    return Parsed(value, given, given & value.isnull())


def _true(condition: ir.BooleanValue) -> ir.BooleanValue:
    """Return a condition that is false, not missing, where it cannot be judged."""
    return condition.fill_null(False)
