"""Columns of source rows as keys, days and numbers, with the reasons for which a row cannot be used."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from reintegratie_stats.errors import RegisterError
from reintegratie_stats.periods import LAST_PLAUSIBLE, OPEN
from reintegratie_stats.registers.parse import parse
from reintegratie_stats.registers.rules import LONGEST_KEY
from reintegratie_stats.registers.schema import Column

Reasons = dict[str, ir.BooleanValue]
"""Why a row is set aside, and whether it is: never missing."""


def read_key(table: ir.Table, name: str) -> tuple[ir.Value, Reasons]:
    """Return a key column as text, and the reason for which a row has none: missing, blank or, of a person, zeros."""
    seen = parse(Column(name, "key", ""), table[name])
    if seen is None:
        raise RegisterError(f"column '{name}' has type {table[name].type()}, but must be text or whole numbers.")
    absent = seen.absent
    if name == "persoon_id":
        zeros = seen.value.isin(["0" * length for length in range(1, LONGEST_KEY + 1)]).fill_null(False)
        absent = absent | zeros
    return seen.value, {f"zonder {name}": absent}


def read_keys(table: ir.Table, names: Sequence[str]) -> tuple[dict[str, ir.Value], Reasons]:
    """Return key columns as text, and the reasons for which a row has not all of them."""
    values: dict[str, ir.Value] = {}
    reasons: Reasons = {}
    for name in names:
        values[name], why = read_key(table, name)
        reasons |= why
    return values, reasons


def read_day(table: ir.Table, name: str, *, required: bool) -> tuple[ir.Value, Reasons]:
    """Return a date column as dates, and the reasons for which a row cannot be used."""
    seen = parse(Column(name, "date", ""), table[name])
    if seen is None:
        raise RegisterError(
            f"column '{name}' has type {table[name].type()}, but must be dates, or text such as 2002-01-31."
        )
    reasons: Reasons = {f"zonder {name}": seen.absent} if required else {}
    if seen.unreadable is not None:
        reasons[f"{name} is geen datum"] = seen.unreadable
    return seen.value, reasons


def read_number(table: ir.Table, name: str) -> tuple[ir.Value, Reasons]:
    """Return a number column, missing where there is none, and the reason for which a row cannot be used."""
    seen = parse(Column(name, "number", ""), table[name])
    if seen is None:
        raise RegisterError(f"column '{name}' has type {table[name].type()}, but must be numbers.")
    number = seen.value.cast("float64")
    wrong = number.isinf().fill_null(False)
    return number, {f"{name} is geen getal": wrong if seen.unreadable is None else wrong | seen.unreadable}


def read_period(
    table: ir.Table, begin: str = "begindatum", end: str = "einddatum", *, begin_required: bool = True
) -> tuple[ir.IntegerValue, ir.IntegerValue, Reasons]:
    """Return `van` and `tot` of rows with a first and a last day, and the reasons for which a row cannot be used.

    A last day that is missing, or lies in 2100 or later, is none: the spell runs.
    """
    first, reasons = read_day(table, begin, required=begin_required)
    last, more = read_day(table, end, required=False)
    backwards = (last < first).fill_null(False)
    reasons = {**reasons, **more, f"{end} ligt voor {begin}": backwards}
    is_open = last.isnull() | (last >= ibis.date(str(LAST_PLAUSIBLE)))
    van = first.epoch_days().cast("int64")
    tot = is_open.ifelse(OPEN, last.epoch_days().cast("int64") + 1).cast("int64")
    return van, tot, reasons
