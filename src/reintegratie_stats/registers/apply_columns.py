"""The columns of a layout as expressions on the table of one file, in stages.

A stage names what it computes, and the next one uses these names: an expression that is used ten times is written once.
Without that the statement for a few dates grows to megabytes, which takes longer to plan than to run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir
import pandas as pd

from reintegratie_stats.engine import Engine, guard
from reintegratie_stats.registers.files import ColumnInfo, SourceFile
from reintegratie_stats.registers.files.described import Missing
from reintegratie_stats.registers.gemeente_codes import code_expression, normalise_codes
from reintegratie_stats.registers.layout import LayoutColumn, LayoutFilter
from reintegratie_stats.registers.layout_dates import as_day, iso_text, sentinels

Exprs = dict[str, ir.Value]

_COMMA = r"^-?([0-9]+|[1-9][0-9]{0,2}([.][0-9]{3})+)(,[0-9]*)?$"
_POINT = r"^-?[0-9]+([.][0-9]*)?$"
_HAS_COMMA = r"^-?[0-9][0-9.]*,[0-9]+$"
_HAS_POINT = r"^-?[0-9]+[.][0-9]*$"
_THOUSANDS = r"^-?[1-9][0-9]{0,2}([.][0-9]{3})+$"
_UNREAD = "? "
"""Stands before a value that cannot be read as the layout says, but could be read another way: it is not to be."""


@dataclass(frozen=True, repr=False)
class Raw:
    """A source column as text: no blanks around it, a whole number without decimals; missing where blank.

    Parameters
    ----------
    name : str
        As the file writes it.
    place : int
        Its number; the names of what is computed begin with it.
    info : ColumnInfo
    is_number, is_date : bool
        What its type is.
    flags : tuple of str
        What may have been done to a value: ``blanks``, ``missing``.
    """

    name: str
    place: int
    info: ColumnInfo
    is_number: bool
    is_date: bool
    flags: tuple[str, ...]

    @property
    def text(self) -> str:
        """The name of the column of text."""
        return f"rs_bron{self.place}"

    def flag(self, what: str) -> str:
        """Return the name of a flag."""
        return f"rs_bron{self.place}_{what}"


def raw_column(file: SourceFile, name: str, place: int, *, declared_missing: bool) -> tuple[Raw, Exprs]:
    """Return a source column as text, and its expressions.

    Parameters
    ----------
    file : SourceFile
    name : str
        As the file writes it.
    place : int
        The number of the column.
    declared_missing : bool
        Values that the file declares missing are missing.
    """
    column, info = file.table[name], file.columns[name]
    kind = column.type()
    exprs: Exprs = {}
    flags: list[str] = []
    number = kind.is_numeric() and not kind.is_boolean()
    if kind.is_string():
        text = column.strip().nullif("")
        flags.append("blanks")
        exprs["blanks"] = true(column.strip() != column) & text.notnull()
    elif number:
        text = _number_text(column)
    elif kind.is_timestamp():
        text = column.cast("timestamp").strftime("%Y-%m-%d %H:%M:%S").re_replace(" 00:00:00$", "")
    else:
        text = column.cast("string")
    if declared_missing and info.missing:
        flags.append("missing")
        exprs["missing"] = _declared(column, text, info.missing, number)
        text = exprs["missing"].ifelse(ibis.null("string"), text)
    is_date = info.kind == "date" or kind.is_date() or kind.is_timestamp()
    raw = Raw(name, place, info, number, is_date, tuple(flags))
    return raw, {raw.text: text, **{raw.flag(what): flag for what, flag in exprs.items()}}


def _number_text(column: ir.NumericValue) -> ir.StringValue:
    if column.type().is_integer():
        return column.cast("string")
    value = column.cast("float64")
    whole = value.try_cast("int64")
    text = true(whole.cast("float64") == value).ifelse(whole.cast("string"), value.cast("string"))
    return value.isnan().fill_null(True).ifelse(ibis.null("string"), text)


def _declared(column: ir.Value, text: ir.StringValue, missing: Missing, number: bool) -> ir.BooleanValue:
    found = text.isin(list(missing.values)) if missing.values else ibis.literal(False)
    if number:
        for low, high in missing.ranges:
            found = found | ((column >= low) & (column <= high))
    return true(found)


def codes(values: Iterable[str], raw: Raw) -> list[str]:
    """Return codes as the source column writes them: a number has no leading zeros."""
    if not raw.is_number:
        return list(values)
    return [value.lstrip("0") or "0" if value.isdigit() else value for value in values]


def passes(one: LayoutFilter, raw: Raw, table: ir.Table) -> ir.BooleanValue:
    """Return which rows a filter lets pass."""
    if one.houd:
        return true(table[raw.text].isin(codes(one.houd, raw)))
    return ~true(table[raw.text].isin(codes(one.laat_weg, raw)))


@dataclass(frozen=True, repr=False)
class Plan:
    """How one column of the result is made, in three stages, of which each gives columns with a name.

    Parameters
    ----------
    place : int
        The number of the column; the names of what is computed begin with it.
    column : LayoutColumn
    kind : {"text", "date", "number"}
    raws : tuple of Raw
        The source columns; none for a constant.
    decimal : str
        The decimal mark of a number in text.
    day_after : bool
        A date is the first day after, and becomes the last day.
    is_code : bool
        Codes of gemeenten become ``GM0014``.
    as_is : str
        The source column that comes along as it is; empty for one that is made.
    """

    place: int
    column: LayoutColumn
    kind: str
    raws: tuple[Raw, ...] = ()
    decimal: str = "."
    day_after: bool = False
    is_code: bool = False
    as_is: str = ""
    made: tuple[str, ...] = field(default=("value",))

    def name(self, what: str) -> str:
        """Return the name of what is computed: value, typed, unread, or a flag."""
        return f"rs_kolom{self.place}_{what}"

    @property
    def is_read(self) -> bool:
        """Whether text is read as a date or a number, so that some may not be readable."""
        return bool(self.raws) and self.kind != "text"

    @property
    def flags(self) -> tuple[str, ...]:
        """What may have been done to a value."""
        found = {what for raw in self.raws for what in raw.flags}
        found |= {"open"} if self._sentinels else set()
        found |= {"other"} if self.kind == "text" and (self.column.waarden or self.column.overig is not None) else set()
        found |= {"code"} if self.is_code else set()
        words = ("blanks", "missing", "open", "other", "code")
        return tuple(what for what in words if what in found) if self.raws else ()

    @property
    def _sentinels(self) -> list[str]:
        return sentinels(self.column.open, self.column.datum) if self.kind == "date" else []

    def prepare(self, table: ir.Table) -> Exprs:
        """Return the first stage: text in which codes are values, and what means missing is missing."""
        if not self.raws:
            return {}
        exprs: Exprs = {}
        for what in self.flags:
            carried = [table[raw.flag(what)] for raw in self.raws if what in raw.flags]
            if carried:
                exprs[self.name(what)] = any_of(carried)
        if self.kind == "text":
            known = [self._known(raw, table) for raw in self.raws]
            if "other" in self.flags:
                exprs[self.name("other")] = any_of(
                    [table[raw.text].notnull() & ~one for raw, one in zip(self.raws, known, strict=True)]
                )
            exprs[self.name("tekst")] = self._joined([self._valued(raw, table) for raw in self.raws])
            return exprs
        raw = self.raws[0]
        text = self._without_missing(raw, table)
        if self._sentinels:
            ended = true(table[raw.text].isin(self._sentinels))
            exprs[self.name("open")] = ended
            text = ended.ifelse(ibis.null("string"), text)
        exprs[self.name("tekst")] = text
        return exprs

    def read(self, table: ir.Table) -> Exprs:
        """Return the second stage: a date as ``2002-01-31``, a number with a point; missing where it cannot be read."""
        if not self.is_read:
            return {}
        text, raw = table[self.name("tekst")], self.raws[0]
        if self.kind == "date":
            return {
                self.name("gelezen"): iso_text(text, None if raw.is_date else self.column.datum),
                self.name("anders"): true(iso_text(text, None).notnull()),
            }
        if self.decimal == "." or raw.is_number or raw.info.cells == ("number",):
            pattern = _POINT if not raw.is_number else ""
            plain = text.re_search(pattern).ifelse(text, ibis.null("string")) if pattern else text
            return {self.name("gelezen"): plain, self.name("anders"): ibis.literal(False)}
        plain = true(text.re_search(_COMMA)).ifelse(text.replace(".", "").replace(",", "."), ibis.null("string"))
        if "number" in raw.info.cells:  # such cells have a point; 1.234 can be either, and is not guessed
            is_point, either = true(text.re_search(_HAS_POINT)), true(text.re_search(_THOUSANDS))
            plain = either.ifelse(ibis.null("string"), is_point.ifelse(text, plain))
        return {self.name("gelezen"): plain, self.name("anders"): true(text.re_search(_POINT))}

    def finish(self, table: ir.Table) -> Exprs:
        """Return the last stage: the value as text, the value in its type, and whether it cannot be read."""
        if not self.raws:
            return {self.name("value"): self._constant()}
        text = table[self.name("tekst")]
        if not self.is_read and not self.is_code:
            return {self.name("value"): self._written(text)}
        if self.is_code:
            written = self._written(text)
            code, _ = code_expression(written)
            return {
                self.name("value"): ibis.coalesce(code, written),
                self.name("code"): true(code.notnull() & (code != written)),
            }
        read = table[self.name("gelezen")]
        typed = read.try_cast("date" if self.kind == "date" else "float64")
        if self.day_after:
            typed = as_day(typed - ibis.interval(days=1))
            read = typed.cast("string")
        other = table[self.name("anders")].ifelse(ibis.literal(_UNREAD) + text, text)
        return {
            self.name("value"): ibis.coalesce(read, other),
            self.name("typed"): typed,
            self.name("unread"): text.notnull() & typed.isnull(),
        }

    def _constant(self) -> ir.Value:
        if self.column.vast is not None:
            code = normalise_codes([self.column.vast]).to_series()[0] if self.is_code else pd.NA
            return ibis.literal(self.column.vast if pd.isna(code) else str(code))
        return ibis.null({"date": "date", "number": "float64"}.get(self.kind, "string"))

    def _without_missing(self, raw: Raw, table: ir.Table) -> ir.StringValue:
        text = table[raw.text]
        if not self.column.ontbreekt:
            return text
        return true(text.isin(codes(self.column.ontbreekt, raw))).ifelse(ibis.null("string"), text)

    def _values(self, raw: Raw) -> dict[str, str]:
        """Return what each code becomes."""
        own = dict(zip(codes(self.column.waarden, raw), self.column.waarden.values(), strict=True))
        return {**raw.info.values, **own} if self.column.labels else own

    def _known(self, raw: Raw, table: ir.Table) -> ir.BooleanValue:
        values = self._values(raw)
        return true(table[raw.text].isin(list(values))) if values else ibis.literal(False)

    def _valued(self, raw: Raw, table: ir.Table) -> ir.StringValue:
        text, values = self._without_missing(raw, table), self._values(raw)
        other: ir.Value = text
        if self.column.overig is not None:
            other = ibis.literal(self.column.overig) if self.column.overig else ibis.null("string")
        if values:
            other = ibis.cases(*((text == code, value) for code, value in values.items()), else_=other)
        elif self.column.overig is None:
            return text
        return text.isnull().ifelse(ibis.null("string"), other)

    def _joined(self, parts: list[ir.StringValue]) -> ir.StringValue:
        text = parts[0]
        for part in parts[1:]:
            text = text + self.column.tussen + part
        return text

    def _written(self, text: ir.StringValue) -> ir.StringValue:
        width, before = self.column.breedte, self.column.voor
        if width is not None:
            short = true(text.re_search(r"^[0-9]+$") & (text.length() < width))
            text = short.ifelse(text.lpad(width, "0"), text)
        if before:
            text = text.startswith(before).ifelse(text, ibis.literal(before) + text)
        return text


def has_comma(raw: Raw, table: ir.Table) -> ir.BooleanValue:
    """Return where text is a number with a decimal comma."""
    return true(table[raw.text].re_search(_HAS_COMMA))


def has_point(raw: Raw, table: ir.Table) -> ir.BooleanValue:
    """Return where text is a number with a decimal point, and cannot be one with thousands (``1.234``)."""
    text = table[raw.text]
    return true(text.re_search(_HAS_POINT)) & ~true(text.re_search(_THOUSANDS))


def has_thousands(raw: Raw, table: ir.Table) -> ir.BooleanValue:
    """Return where text is a number with thousands, or one with three decimals."""
    return true(table[raw.text].re_search(_THOUSANDS))


def stage(engine: Engine, name: str, table: ir.Table, exprs: Mapping[str, ir.Value]) -> ir.Table:
    """Return a table with further columns, under a name of its own where the engine is DuckDB."""
    if not exprs:
        return table
    further = table.mutate(**exprs)
    if engine.connection.name != "duckdb":
        return further
    view = f"fase_{engine.mark}{name}"

    def create() -> ir.Table:
        statement = ibis.to_sql(further, dialect="duckdb")
        engine.connection.raw_sql(f'CREATE OR REPLACE TEMPORARY VIEW "{view}" AS {statement}')
        return engine.connection.table(view)

    return guard(f"applying the layout to {name}", create)


def any_of(flags: list[ir.BooleanValue]) -> ir.BooleanValue:
    """Return whether any of the flags holds; false for no flags."""
    result: ir.BooleanValue = ibis.literal(False)
    for flag in flags:
        result = result | flag
    return result


def true(condition: ir.BooleanValue) -> ir.BooleanValue:
    """Return a condition that is false, not missing, where it cannot be judged."""
    return condition.fill_null(False)
