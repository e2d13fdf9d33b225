"""Confront a table with its declaration.

A check never stops at the first failure and never shows a value: it counts. The rows that fail a rule come only from
`CheckReport.rows`, an explicit call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from reintegratie_stats.engine import Engine
from reintegratie_stats.errors import EngineError, RegisterError, counted, listing, nearest
from reintegratie_stats.registers.frames import to_frame
from reintegratie_stats.registers.parse import DATE_FORMS, Parsed, parse
from reintegratie_stats.registers.rules import FILLED, Rule, any_of
from reintegratie_stats.registers.schema import Column, Table

SURE = 10
"""Of a column with so many values none of which can be read, it is sure that it is of another type."""
COLUMNS = ("table", "column", "rule", "severity", "items", "passes", "fails", "missing")


@dataclass(frozen=True, repr=False, eq=False)
class Confronted:
    """A table after its check.

    Parameters
    ----------
    source : ibis table
        All rows as delivered.
    usable : ibis table
        The rows that fail no `fout`, in canonical types, with further columns as they were.
    rules : tuple of Rule
    rows, n_usable : int
        The number of rows delivered and usable.
    counts : dict
        Fails and missing per rule number; rules that are counted late are added when they are.
    """

    source: ir.Table
    usable: ir.Table
    rules: tuple[Rule, ...]
    rows: int
    n_usable: int
    counts: dict[int, tuple[int, int]]

    def __repr__(self) -> str:
        return f"Confronted({counted(self.rows, 'row')}, {self.n_usable} usable, {counted(len(self.rules), 'rule')})"


@dataclass(frozen=True, repr=False, eq=False)
class CheckReport:
    """What the checks found: counts only; the rows come by an explicit call.

    Examples
    --------
    >>> import pandas as pd
    >>> import reintegratie_stats as rs
    >>> bijstand = pd.DataFrame(
    ...     {
    ...         "persoon_id": ["a", "b"],
    ...         "gemeente": ["GM9001", "GM9001"],
    ...         "begindatum": ["2002-01-31", "2002-03-01"],
    ...         "einddatum": ["2002-01-01", None],
    ...         "reden_einde": [None, None],
    ...     }
    ... )
    >>> report = rs.Registers.from_frames(bijstand=bijstand).report
    >>> report
    CheckReport(bijstand: 2 rows, 1 set aside; 1 rule with fails, 0 warnings)
    >>> report.fails()[["column", "rule", "fails"]]
          column                       rule  fails
    0  einddatum  ligt niet voor begindatum      1
    """

    tables: Mapping[str, Confronted]
    engine: Engine

    def to_frame(self) -> pd.DataFrame:
        """Return one row per rule: ``table, column, rule, severity, items, passes, fails, missing``.

        `items` is the number of rows, and ``items = passes + fails + missing``; `missing` are rows in which the value
        to be judged is not there. All in rows.
        """
        rows = []
        for name, confronted in self.tables.items():
            _count_late(name, confronted, self.engine)
            items = confronted.rows
            for number, rule in enumerate(confronted.rules):
                fails, missing = confronted.counts[number]
                passes = items - fails - missing
                rows.append((name, rule.column, rule.rule, rule.severity, items, passes, fails, missing))
        return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(COLUMNS[:4], "string"))

    def fails(self) -> pd.DataFrame:
        """Return the rows of `to_frame` whose rule has fails."""
        frame = self.to_frame()
        return frame[frame["fails"] > 0].reset_index(drop=True)

    def accounting(self) -> pd.DataFrame:
        """Return one row per table: ``table, rows, usable, set_aside``; rows = usable + set_aside."""
        return pd.DataFrame(
            [
                (name, confronted.rows, confronted.n_usable, confronted.rows - confronted.n_usable)
                for name, confronted in self.tables.items()
            ],
            columns=["table", "rows", "usable", "set_aside"],
        ).astype({"table": "string"})

    def rows(self, table: str, rule: str | None = None) -> pd.DataFrame:
        """Return the rows that fail, as delivered. **These are personal data: they stay where they are.**

        Parameters
        ----------
        table : str
            The register's name.
        rule : str, optional
            One rule by its text in `to_frame`; without it all rows that were set aside.

        Raises
        ------
        RegisterError
            When there is no such table or rule.
        """
        confronted = self.tables.get(table)
        if confronted is None:
            raise RegisterError(
                f"No register '{table}' was checked; there are: {listing(self.tables)}.{nearest(table, self.tables)}"
            )
        known = [known.rule for known in confronted.rules]
        if rule is not None and rule not in known:
            raise RegisterError(f"{table} has no rule '{rule}'.{nearest(rule, known)} The rules stand in to_frame().")
        chosen = [
            candidate.fails
            for candidate in confronted.rules
            if (candidate.rule == rule if rule is not None else candidate.severity == "fout")
        ]
        failing = confronted.source.filter(any_of(chosen)).select(*confronted.usable.columns)
        return to_frame(self.engine.collect(failing, f"fetching rows of {table}", ordered=True))

    def __repr__(self) -> str:
        accounts = "; ".join(
            f"{row.table}: {counted(row.rows, 'row')}, {row.set_aside} set aside"
            for row in self.accounting().itertuples()
        )
        try:
            severities = self.fails()["severity"]
        except EngineError:  # a warning is still to be counted, and the tables are gone
            return f"CheckReport({accounts}; the warnings cannot be counted any more)"
        errors = int((severities == "fout").sum())
        warnings = int((severities == "waarschuwing").sum())
        return f"CheckReport({accounts}; {counted(errors, 'rule')} with fails, {counted(warnings, 'warning')})"

    def _repr_html_(self) -> str:
        try:
            frame = self.to_frame()
        except EngineError:  # as in __repr__
            frame = self.accounting()
        return str(frame.to_html(index=False))


def check_columns(name: str, table: Table, columns: tuple[str, ...]) -> list[str]:
    """Return a message for each declared column that is not there, with the nearest name that is."""
    missing = [column for column in table.required_names if column not in columns]
    if missing and not {_letters(column) for column in columns} & {_letters(column) for column in table.column_names}:
        # perhaps no names at all but the values of a first row: these are not quoted
        return [
            f"{name}: columns {listing(missing)} are missing. None of the {counted(len(columns), 'column')} that are "
            f"there has such a name: does the table have a line with names?"
        ]
    free = [present for present in columns if present not in table.column_names]
    return [
        f"{name}: column '{column}' is missing.{nearest(column, free)} Present: {listing(columns)}."
        for column in missing
    ]


def _letters(name: str) -> str:
    """Return a name without capitals and marks, to recognise one that is written another way."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def parse_columns(name: str, table: Table, source: ir.Table) -> tuple[dict[str, Parsed], list[str]]:
    """Return the declared columns of a table in canonical types, and a message for each whose type is of no use."""
    parsed: dict[str, Parsed] = {}
    problems = []
    for column in table.columns:
        if column.name not in source.columns:
            continue
        result = parse(column, source[column.name])
        if result is None:
            kind = source[column.name].type()
            zoned = kind.is_timestamp() and column.kind == "date"
            problems.append(
                f"{name}: column '{column.name}' has type {kind}, but must be {_asked(column)}."
                f"{' Turn it into local days first: with a time zone the day is not certain.' if zoned else ''}"
            )
        else:
            parsed[column.name] = result
    return parsed, problems


def strip_keys(engine: Engine, name: str, source: ir.Table, parsed: Mapping[str, Parsed]) -> dict[str, Parsed]:
    """Return the columns with the blanks around keys taken away, where there are any; a rule counts these rows.

    A key that is the error of a spreadsheet (``#N/A``) is missing.

    Parameters
    ----------
    engine : Engine
        Where it is looked whether there are any: mostly there are none, and keys stay as they were delivered.
    name : str
        The register's name.
    source : ibis table
        What was delivered.
    parsed : mapping of str to Parsed
        Its columns.
    """
    flags = {column: seen.edged for column, seen in parsed.items() if seen.edged is not None}
    marks = {column: seen.marked for column, seen in parsed.items() if seen.marked is not None}
    if not flags:
        return dict(parsed)
    asked = [*flags.values(), *marks.values()]
    found = _sums(source, asked, None, engine, f"looking for blanks around keys of {name}")
    settled = dict(parsed)
    for column, flag in flags.items():
        settled[column] = parsed[column].stripped() if found[flag.op()] else parsed[column].unedged()
        if column in marks and found[marks[column].op()]:
            settled[column] = settled[column].without_errors()
    return settled


def _asked(column: Column) -> str:
    if column.kind == "date":
        return f"dates, or text such as {DATE_FORMS}"
    if column.kind == "number":
        return "numbers"
    return "text (keys as text keep their leading zeros)" if column.kind == "key" else "text"


def confront(
    name: str, source: ir.Table, parsed: Mapping[str, Parsed], rules: list[Rule], engine: Engine
) -> Confronted:
    """Run the rules over a table and split its rows into usable and set aside.

    Raises
    ------
    RegisterError
        When not one of ten values or more of a date or number column can be read: then the column is of another type
        than its name says. Of fewer values too where no row would be left to use.
    """
    eager = {number: rule for number, rule in enumerate(rules) if not rule.late}
    rows, n_usable, counts = _count(name, source, eager, engine)
    _refuse_unreadable_columns(name, source, rules, rows, n_usable, counts)
    usable = _usable(source, parsed, rules, counts, engine.mark)
    return Confronted(source, usable, tuple(rules), rows, n_usable, counts)


def _count(
    name: str, source: ir.Table, rules: Mapping[int, Rule], engine: Engine
) -> tuple[int, int, dict[int, tuple[int, int]]]:
    """Count rows, usable rows, and fails and missing of each rule.

    In two passes, as an engine leaves nearly all rows aside in the first: over the rows that fail
    something, and over all rows for what is missing there.
    """
    fails = [rule.fails for rule in rules.values()]
    failed = any_of([rule.fails for rule in rules.values() if rule.severity == "fout"])
    found = _sums(source, [*fails, failed], any_of(fails), engine, f"checking {name}")
    missing = [rule.missing for rule in rules.values() if rule.missing.op() not in found]
    row = ibis.literal(True)
    found |= _sums(source, [*missing, row], None, engine, f"counting what is missing in {name}")
    counts = {number: (found[rule.fails.op()], found[rule.missing.op()]) for number, rule in rules.items()}
    return found[row.op()], found[row.op()] - found[failed.op()], counts


def _sums(
    source: ir.Table,
    flags: list[ir.BooleanValue],
    where: ir.BooleanValue | None,
    engine: Engine,
    doing: str,
) -> dict[Any, int]:
    """Return in how many rows (of those that hold `where`) each flag holds, by the flag's operation."""
    named = {flag.op(): (f"n_{number}", flag) for number, flag in enumerate(flags)}
    columns = dict(named.values())
    if where is None:
        table = source.select(**columns)
    else:
        table = source.select(**columns, waar=where)
        table = table.filter(table.waar)
    sums = table.aggregate(**{column: table[column].sum() for column in columns})
    row = engine.collect(sums, doing).to_pylist()[0]
    return {flag: int(row[column] or 0) for flag, (column, _) in named.items()}


def _count_late(name: str, confronted: Confronted, engine: Engine) -> None:
    """Count the rules that wait for the report to be read, once."""
    waiting = {number: rule for number, rule in enumerate(confronted.rules) if number not in confronted.counts}
    if waiting:
        *_, counts = _count(name, confronted.source, waiting, engine)
        confronted.counts.update(counts)


def _usable(
    source: ir.Table,
    parsed: Mapping[str, Parsed],
    rules: list[Rule],
    counts: Mapping[int, tuple[int, int]],
    own: str,
) -> ir.Table:
    """Return the rows that fail no `fout`, in canonical types; rules without fails cost nothing.

    Columns whose name begins with `own` are the engine's and left out.
    """
    broken = [rule.fails for number, rule in enumerate(rules) if rule.severity == "fout" and counts[number][0]]
    usable = source.filter(~any_of(broken)) if broken else source
    obliged = {rule.column for rule in rules if rule.rule == FILLED}  # every usable row has these
    values = {column: seen.delivered if column in obliged else seen.value for column, seen in parsed.items()}
    names = [column for column in usable.columns if not column.startswith(own)]
    return usable.mutate(**values).select(*names)


def _refuse_unreadable_columns(
    name: str,
    source: ir.Table,
    rules: list[Rule],
    rows: int,
    n_usable: int,
    counts: Mapping[int, tuple[int, int]],
) -> None:
    problems = []
    for number, (fails, missing) in counts.items():
        rule = rules[number]
        given = rows - missing
        if rule.rule not in ("is een datum", "is een getal") or not given or fails < given:
            continue
        if given >= SURE or n_usable == 0:
            what = "date" if rule.rule == "is een datum" else "number"
            asked = f"text such as {DATE_FORMS}, or a date column" if what == "date" else "a decimal point"
            kind = source[rule.column].type()
            problems.append(
                f"{name}: column '{rule.column}' is {'text' if kind.is_string() else kind}, "
                f"and not one of its {counted(given, 'value')} "
                f"can be read as a {what}. Give {asked}."
            )
    if problems:
        raise RegisterError("\n".join(problems))
