"""From what a source delivers to canonical types, as expressions.

Every parser gives two expressions: the value in its canonical type (missing where it cannot be read), and whether
something was delivered that cannot be read. Nothing is guessed: a date is a date column, or text ``2002-01-31`` or
``20020131``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir

from reintegratie_stats.registers.schema import Column

DATE_FORMS = "2002-01-31 or 20020131"
SHEET_ERRORS = (
    *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"),
    *("#N/B", "#VERW!", "#WAARDE!", "#DEEL/0!", "#NAAM?", "#GETAL!", "#LEEG!"),
)
"""What a spreadsheet shows where a formula has no value, in English and Dutch: it is no key."""


@dataclass(frozen=True, repr=False, eq=False)
class Parsed:
    """A column in its canonical type.

    Parameters
    ----------
    value : ibis column
        Missing where nothing was delivered or where it cannot be read.
    absent : ibis boolean column
        Nothing was delivered: missing or blank. Never missing itself.
    unreadable : ibis boolean column, or None
        Something was delivered that is not of the type; None where the source's type rules that out.
    delivered : ibis column
        The same as `value` wherever something was delivered. Of text it is the column itself, which an engine compares
        in its compressed form: for a large register several times faster than `value`.
    edged : ibis boolean column, or None
        A key has blanks before or after it; None for what is no text, or no key. Never missing itself.
    marked : ibis boolean column, or None
        A key begins with ``#``, as the errors of a spreadsheet do; None as for `edged`. Never missing itself.
    """

    value: ir.Value
    absent: ir.BooleanValue
    unreadable: ir.BooleanValue | None
    delivered: ir.Value
    edged: ir.BooleanValue | None = None
    marked: ir.BooleanValue | None = None

    def known(self, value: ir.Value) -> Parsed:
        """Return the same with the value as it was read before, from text that is not read again."""
        absent = value.isnull().ifelse(self.absent, False)
        return Parsed(value, absent, ~absent & value.isnull(), value)

    def stripped(self) -> Parsed:
        """Return the same of a key without the blanks around it: with them it would be another key."""
        key = self.delivered.strip()
        return replace(self, value=self.absent.ifelse(ibis.null("string"), key), delivered=key)

    def without_errors(self) -> Parsed:
        """Return the same of a key, where the error of a spreadsheet is nothing: with it all such rows were one key."""
        absent = self.absent | _true(self.delivered.strip().isin(SHEET_ERRORS))
        edged = None if self.edged is None else self.edged & ~absent
        return replace(self, value=absent.ifelse(ibis.null("string"), self.delivered), absent=absent, edged=edged)

    def unedged(self) -> Parsed:
        """Return the same of a key column in which no key has blanks around it, so that none is looked for again."""
        return self if self.edged is None else replace(self, edged=ibis.literal(False))


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
        blank = _blank(source)
        value = blank.ifelse(ibis.null("string"), source)
        absent = source.isnull() | blank
        if column.kind != "key":
            return Parsed(value, absent, None, source)
        marked = _true((source >= "#") & (source < "$"))
        return Parsed(value, absent, None, source, ~absent & _edged(source), marked)
    if kind.is_integer() or (column.kind == "text" and not kind.is_nested()):
        text = source.cast("string")
        return Parsed(text, source.isnull(), None, text)
    return None


def _date(source: ir.Value) -> Parsed | None:
    kind = source.type()
    if kind.is_date():
        return Parsed(source, source.isnull(), None, source)
    if kind.is_timestamp():
        if kind.timezone is not None:  # on which day it falls depends on the time zone of the machine
            return None
        day = source.cast("date")
        return Parsed(day, source.isnull(), None, day)
    if kind.is_floating():  # what pandas and Parquet make of an empty column; any number in it is no date
        absent, never = source.isnull() | source.isnan(), ibis.null("date")
        return Parsed(never, absent, ~absent, never)
    if kind.is_integer():
        source = source.cast("string")
    elif not kind.is_string():
        return None
    # nearly all text is a day as it should be: it is the same when written again
    day = source.try_cast("date")
    plain = _true((day.cast("string") == source) & (source.length() == len("2002-01-31")))
    text = source.strip()
    compact = text.re_search(r"^[0-9]{8}$")
    dashed = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2)
    readable = compact | text.re_search(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]00:00:00(\.0+)?)?$")
    iso = compact.ifelse(dashed, text.substr(0, 10))
    other = _true(readable).ifelse(iso, ibis.null("string")).try_cast("date")
    value = plain.ifelse(day, other)
    absent = source.isnull() | _blank(source)
    return Parsed(value, absent, ~absent & value.isnull(), value)


def _number(source: ir.Value) -> Parsed | None:
    kind = source.type()
    if kind.is_floating():
        value = source.isnan().ifelse(ibis.null("float64"), source.cast("float64"))
        return Parsed(value, source.isnull() | source.isnan(), None, source)
    if kind.is_numeric():
        number = source.cast("float64")
        return Parsed(number, source.isnull(), None, number)
    if not kind.is_string():
        return None
    number = r"^-?[0-9]+(\.[0-9]*)?$"
    text = source.re_search(number).ifelse(source, source.strip())
    value = _true(text.re_search(number)).ifelse(text, ibis.null("string")).try_cast("float64")
    absent = source.isnull() | _blank(source)
    return Parsed(value, absent, ~absent & value.isnull(), value)


def _blank(text: ir.StringValue) -> ir.BooleanValue:
    """Return whether text is blank; missing for missing text.

    Only text that begins with a blank or less can be: most never comes to the costly strip.
    """
    return (text < "!") & (text.strip() == "")


def _edged(text: ir.StringValue) -> ir.BooleanValue:
    """Return whether text begins or ends with a blank or less; false for missing text."""
    return _true((text < "!") | (text.right(1) < "!"))


def _true(condition: ir.BooleanValue) -> ir.BooleanValue:
    """Return a condition that is false, not missing, where it cannot be judged."""
    return condition.fill_null(False)
