"""The registers of a study: canonical tables, checked, on one engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
import pandas as pd

from reintegratie_stats.engine import Engine, engine_for, to_table
from reintegratie_stats.errors import RegisterError, counted, listing, nearest
from reintegratie_stats.registers.checks import (
    CheckReport,
    Confronted,
    check_columns,
    confront,
    parse_columns,
    strip_keys,
)
from reintegratie_stats.registers.frames import to_frame
from reintegratie_stats.registers.parse import Parsed
from reintegratie_stats.registers.reading import Reading
from reintegratie_stats.registers.rules import Rule, column_rules, spell_rules
from reintegratie_stats.registers.schema import TABLES

ChangeKind = Literal["keep", "known", "joined"]
FEW = 100
"""So many values an engine compares faster as a list than as a table."""


@dataclass(frozen=True, repr=False, eq=False)
class Change:
    """What became of a register after its checks.

    Parameters
    ----------
    kind : {"keep", "known", "joined"}
        Rows with certain values were kept, rows known on a day were, or rows were joined to spells.
    of : str
        The column, the day, or what was joined.
    table : ibis table
        The register after it.
    """

    kind: ChangeKind
    of: str
    table: ir.Table

    def __repr__(self) -> str:
        return f"Change({self.kind}: {self.of})"


@dataclass(frozen=True, repr=False, eq=False)
class Registers:
    """Canonical tables that were checked: only rows that fail no rule of severity ``fout`` are used.

    Made by `read_registers` (files) or `Registers.from_frames` (tables in memory).

    Attributes
    ----------
    report : CheckReport
        What the checks found, and which rows were set aside.
    source : str
        Where the registers came from, for the notes under a table.
    reading : mapping of str to Reading
        Of registers from files: how each was read, and which rows its layout took out.
    holds : object
        What must live as long as the registers: the folder of converted files.
    changes : mapping of str to tuple of Change
        What became of a register after its checks, in order; `report` is about the rows as they were checked.
    undated : mapping of str to ibis table
        Voorzieningen without a first day, where a layout joins voorzieningen: kept as such, a row each. They stand in
        no register, as they can be in no cohort; the `report` counts their source rows as set aside.

    Examples
    --------
    >>> import pandas as pd
    >>> import reintegratie_stats as rs
    >>> registers = rs.Registers.from_frames(
    ...     bijstand=pd.DataFrame(
    ...         {
    ...             "persoon_id": ["a", "b"],
    ...             "gemeente": ["GM9001", "GM9001"],
    ...             "begindatum": ["2002-01-31", "2002-03-01"],
    ...             "einddatum": [None, "2002-08-31"],
    ...             "reden_einde": [None, "werk"],
    ...         }
    ...     )
    ... )
    >>> registers
    Registers(bijstand: 2 rows, 0 set aside)
    >>> "trajecten" in registers
    False
    """

    engine: Engine
    tables: Mapping[str, ir.Table]
    report: CheckReport
    source: str = ""
    reading: Mapping[str, Reading] = field(default_factory=lambda: MappingProxyType({}))
    holds: Any = None
    changes: Mapping[str, tuple[Change, ...]] = field(default_factory=lambda: MappingProxyType({}))
    undated: Mapping[str, ir.Table] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def from_frames(
        cls,
        *,
        bijstand: Any,
        vrijstellingen: Any = None,
        trajecten: Any = None,
        dienstverbanden: Any = None,
        personen: Any = None,
        gemeenten: Any = None,
    ) -> Registers:
        """Check tables in memory and take them as registers.

        Parameters
        ----------
        bijstand : table
            Required. pandas, Arrow or Ibis (or anything that hands over Arrow), with the columns of the data
            dictionary; further columns pass through. `einddatum` is the last day; missing is open.
        vrijstellingen, trajecten, dienstverbanden, personen, gemeenten : table, optional
            A register that is not given is unknown, not empty: what needs it becomes n.b. with the reason.

        Returns
        -------
        Registers

        Raises
        ------
        RegisterError
            When a column is missing or of a type that cannot hold its values, when a key table has a key twice, or when
            not one date of a column can be read. All problems at once.
        """
        given = {
            "bijstand": bijstand,
            "vrijstellingen": vrijstellingen,
            "trajecten": trajecten,
            "dienstverbanden": dienstverbanden,
            "personen": personen,
            "gemeenten": gemeenten,
        }
        given = {name: data for name, data in given.items() if data is not None}
        if "bijstand" not in given:
            raise RegisterError("bijstand is None: this register is required.")
        engine = engine_for(given)
        sources, problems = {}, []
        for name, data in given.items():
            try:
                sources[name] = to_table(engine, name, data, TABLES[name].column_names)
            except RegisterError as error:
                problems.append(str(error))
        return build(engine, sources, "tabellen", problems)

    def table(self, name: str) -> ir.Table:
        """Return a register's usable rows as an Ibis expression.

        Raises
        ------
        RegisterError
            When the register was not delivered.
        """
        if name not in self.tables:
            raise RegisterError(
                f"Register '{name}' was not delivered; there are: {listing(self.tables)}.{nearest(name, self.tables)}"
            )
        return self.tables[name]

    def to_frame(self, name: str) -> pd.DataFrame:
        """Return a register's usable rows as a pandas frame, sorted by its columns. **These are personal data.**"""
        return to_frame(self.engine.collect(self.table(name), f"fetching {name}", ordered=True))

    def keep(self, name: str, column: str, values: Iterable[str]) -> Registers:
        """Return the same registers with only the rows of one that have certain values in a column.

        To look at part of a register, for example exemptions that one system has established. The `report` stays that
        of the whole register; the attrition of a cohort names the column and counts what was left out.

        Parameters
        ----------
        name, column : str
            The register and its column.
        values : iterable of str
            The values to keep.

        Raises
        ------
        RegisterError
            When the register or the column is not there.
        """
        table = self.table(name)
        if column not in table.columns:
            raise RegisterError(
                f"{name} has no column '{column}'.{nearest(column, table.columns)} Present: {listing(table.columns)}."
            )
        wanted = [values] if isinstance(values, str) else list(values)
        kept = table.filter(table[column].isin(wanted))
        undated = {
            one: rows.filter(rows[column].isin(wanted)) if one == name and column in rows.columns else rows
            for one, rows in self.undated.items()
        }
        changed = self.changed(name, kept, Change("keep", column, kept))
        return replace(changed, undated=MappingProxyType(undated))

    def changed(self, name: str, table: ir.Table, change: Change) -> Registers:
        """Return the same registers with another table for one, and what was done to it."""
        changes = {**self.changes, name: (*self.changes.get(name, ()), change)}
        return replace(self, tables={**self.tables, name: table}, changes=MappingProxyType(changes))

    def __contains__(self, name: object) -> bool:
        return name in self.tables

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __repr__(self) -> str:
        accounts = self.report.accounting()
        return "Registers({})".format(
            "; ".join(
                f"{row.table}: {counted(row.rows, 'row')}, {row.set_aside} set aside{self._joined(row.table)}"
                for row in accounts.itertuples()
            )
        )

    def _joined(self, name: str) -> str:
        reading = self.reading.get(name)
        spells = reading.joined.spells if reading is not None and reading.joined is not None else None
        return "" if spells is None else f", joined to {counted(spells, 'spell')}"


def build(engine: Engine, sources: Mapping[str, ir.Table], source: str, problems: Sequence[str] = ()) -> Registers:
    """Check every table against its declaration and against the others.

    Parameters
    ----------
    engine : Engine
    sources : mapping of str to ibis table
        The tables as delivered, by canonical name.
    source : str
        Where they came from.
    problems : sequence of str
        What went wrong before with tables that are not among `sources`.

    Raises
    ------
    RegisterError
        All problems of all tables in one message, a line each.
    """
    sources = {name: sources[name] for name in TABLES if name in sources}
    problems = list(problems)
    parsed: dict[str, dict[str, Parsed]] = {}
    for name, table in sources.items():
        missing = check_columns(name, TABLES[name], table.columns)
        columns, wrong = parse_columns(name, TABLES[name], table)
        problems += missing + wrong
        if not missing and not wrong:
            sources[name], parsed[name] = _settle(engine, name, table, columns)
            parsed[name] = strip_keys(engine, name, sources[name], parsed[name])
    confronted, refused = _confront_all(engine, sources, parsed)
    problems += refused
    if problems:
        raise RegisterError("\n".join(problems))
    ordered = {name: confronted[name] for name in sources}
    return Registers(
        engine,
        {name: result.usable for name, result in ordered.items()},
        CheckReport(ordered, engine),
        source,
    )


def _settle(
    engine: Engine, name: str, source: ir.Table, parsed: dict[str, Parsed]
) -> tuple[ir.Table, dict[str, Parsed]]:
    """Store dates and numbers that were delivered as text, where the engine holds the text: they are read from it once.

    A file that is read as a stream and a table of the user are left as they are.
    """
    costly = {column: seen for column, seen in parsed.items() if seen.unreadable is not None}
    if not costly or not engine.holds(source):
        return source, parsed
    own = {column: f"{engine.mark}{column}" for column in costly}
    values = {own[column]: seen.value for column, seen in costly.items()}
    stored = engine.store(f"bron_{name}", source.mutate(**values), f"reading {name}")
    settled, _ = parse_columns(name, TABLES[name], stored)
    for column in costly:
        settled[column] = settled[column].known(stored[own[column]])
    return stored, settled


def _confront_all(
    engine: Engine, sources: Mapping[str, ir.Table], parsed: Mapping[str, Mapping[str, Parsed]]
) -> tuple[dict[str, Confronted], list[str]]:
    """Confront each table that was parsed after the tables that it refers to; collect what is fatal."""
    confronted: dict[str, Confronted] = {}
    problems: list[str] = []
    for name in sorted(parsed, key=_depth):
        declared = TABLES[name]
        rules = column_rules(name, declared, parsed[name])
        if declared.is_spells:
            rules += spell_rules(name, parsed[name])
        source = sources[name]
        for column, other, is_error in declared.references:
            if other in confronted:
                seen, keys = parsed[name][column], confronted[other].usable[column]
                strange = _strange(engine, seen, keys) if is_error else ~seen.delivered.isin(keys)
                rules.append(_reference(name, column, other, is_error, seen, strange))
        try:
            confronted[name] = confront(name, source, parsed[name], rules, engine)
        except RegisterError as error:
            problems.append(str(error))
            continue
        if declared.unique is not None:
            problems += _doubles(engine, name, declared.unique, confronted[name].usable)
    return confronted, problems


def _depth(name: str) -> int:
    """Return how many tables must be confronted before this one."""
    return max((1 + _depth(other) for _, other, _ in TABLES[name].references), default=0)


def _reference(name: str, column: str, other: str, is_error: bool, seen: Parsed, strange: ir.BooleanValue) -> Rule:
    """Return the rule that a column's values occur in another table."""
    return Rule(
        name,
        column,
        f"komt voor in {other}",
        "fout" if is_error else "waarschuwing",
        ~seen.absent & strange,
        seen.absent,
        late=not is_error,
    )


def _strange(engine: Engine, seen: Parsed, keys: ir.Column) -> ir.BooleanValue:
    """Return whether a value is not among `keys`, for a column of few different values.

    The few that are not are looked up once, as a rule that sets rows aside is judged again at every use of the table;
    where they are not few, the tables are compared each time.
    """
    values = seen.delivered.name("sleutel").as_table().distinct()
    others = values.anti_join(keys.name("sleutel").as_table(), "sleutel").limit(FEW + 1)
    found = engine.collect(others, "comparing keys of two tables")["sleutel"].to_pylist()
    if len(found) > FEW:
        return ~seen.delivered.isin(keys)
    listed = [value for value in found if value is not None]
    return seen.delivered.isin(listed) if listed else ibis.literal(False)


def _doubles(engine: Engine, name: str, column: str, usable: ir.Table) -> list[str]:
    """Return a message when a key table has a key more than once; gemeenten are named, persons never."""
    grouped = usable.group_by(column).aggregate(aantal=usable.count())
    doubles = engine.collect(grouped.filter(grouped.aantal > 1).order_by(ibis.asc(column)), f"checking keys of {name}")
    if doubles.num_rows == 0:
        return []
    which = "" if column == "persoon_id" else f": {listing(doubles[column].to_pylist())}"
    return [
        f"{name}: {counted(doubles.num_rows, 'value')} of '{column}' "
        f"{'occurs' if doubles.num_rows == 1 else 'occur'} on more than one row{which}. "
        f"Keep one row per {column}."
    ]
