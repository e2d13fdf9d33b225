"""The column `gemeente` of a register as text, and whether what it holds may be named at all."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from reintegratie_stats.engine import Engine

PLACE: Final = "gemeente"
PERSON: Final = "persoon_id"

MOST_GEMEENTEN: Final = 2000
"""A column with more values than this holds no gemeenten; it is not shown, as it may hold keys of persons."""


def place_text(table: ir.Table) -> ir.StringValue:
    """Return the gemeente of rows as text: 14.0 is "14", and a blank text is missing as a missing one is."""
    column = table[PLACE]
    if isinstance(column, ir.FloatingColumn):
        whole = (column == column.floor()) & (column.abs() < 1e15)
        column = whole.fill_null(False).ifelse(column.try_cast(dt.int64).cast("string"), column.cast("string"))
        return ibis.ifelse(table[PLACE].isnan(), ibis.null("string"), column).name(PLACE)
    text = column.cast("string")
    return text.nullif("") if not isinstance(column, ir.StringColumn) else _filled(text)


def _filled(text: ir.StringValue) -> ir.StringValue:
    return (text.strip() == "").ifelse(ibis.null("string"), text).name(PLACE)


def names_gemeenten(table: ir.Table, engine: Engine, most: int = MOST_GEMEENTEN) -> bool:
    """Return whether the column `gemeente` may be shown: not when it has too many values, or repeats the key.

    A column of a wrong layout may hold keys of persons; these are no units, and never leave the engine.
    """
    place = place_text(table)
    counts = table.aggregate(
        values=place.nunique(),
        filled=place.count(),
        alike=(place == table[PERSON].cast("string")).ifelse(1, 0).sum().fill_null(0),
    )
    row = engine.collect(counts, "looking whether gemeenten are gemeenten").to_pylist()[0]
    return bool(row["values"] <= most and 2 * row["alike"] <= row["filled"])
