"""The ground under spells: read source rows as spells, account for each, and join those that follow each other.

Inside, a spell is ``[van, tot)`` in day numbers (see `periods`); a spell that runs has ``tot = OPEN``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from reintegratie_stats.engine import Engine, engine_for
from reintegratie_stats.errors import DefinitionError, RegisterError, listing, nearest
from reintegratie_stats.periods import OPEN
from reintegratie_stats.registers.frames import to_frame
from reintegratie_stats.registers.registers import Change, Registers
from reintegratie_stats.registers.schema import TABLES
from reintegratie_stats.registers.spell_account import SpellAccount
from reintegratie_stats.registers.spell_read import Reasons


@dataclass(frozen=True, repr=False, eq=False)
class Spells:
    """Spells as an expression, with the account of the rows they were made of.

    Attributes
    ----------
    table : ibis table
        Run anew at every use, unless `stored`.
    account : SpellAccount
    engine : Engine
    """

    table: ir.Table
    account: SpellAccount
    engine: Engine

    def stored(self) -> Spells:
        """Run the expression once, keep the spells in the engine, and count them."""
        name = f"perioden_{self.account.bron}"
        table = self.engine.store(name, self.table, f"making spells of {self.account.bron}")
        found = self.engine.collect(table.aggregate(n=table.count()), f"counting spells of {self.account.bron}")
        return replace(self, table=table, account=replace(self.account, spells=int(found["n"][0].as_py())))

    def into(self, registers: Registers, name: str) -> Registers:
        """Return registers in which these spells stand in the place of a register.

        Raises
        ------
        RegisterError
            When it is no register, its columns are not there, or the spells live on another connection.
        """
        if name not in TABLES:
            raise RegisterError(f"'{name}' is no register; there are: {listing(TABLES)}.{nearest(name, TABLES)}")
        missing = [column for column in TABLES[name].required_names if column not in self.table.columns]
        if missing:
            raise RegisterError(
                f"{name}: the spells have no column {listing(missing)}; they have {listing(self.table.columns)}. "
                "Let the join keep it, with eerste or laatste."
            )
        if any(one is not registers.engine.connection for one in self.table._find_backends()[0]):
            raise RegisterError(
                f"{name}: these spells live on another connection than the registers. Make them of "
                "registers.table(...)."
            )
        return registers.changed(name, self.table, Change("joined", self.account.bron, self.table))

    def to_frame(self) -> pd.DataFrame:
        """Return the spells as a pandas frame, sorted by its columns. **These are personal data.**"""
        return to_frame(self.engine.collect(self.table, f"fetching spells of {self.account.bron}", ordered=True))

    def __repr__(self) -> str:
        return f"Spells({self.account!r})"


def engine_of(where: str, *tables: Any) -> Engine:
    """Return the engine that tables live on.

    Raises
    ------
    RegisterError
        When one is no Ibis table.
    """
    for table in tables:
        if not isinstance(table, ir.Table):
            raise RegisterError(
                f"{where}: an Ibis table is needed, not {type(table).__name__}. Take one from registers.table(...), or "
                "with ibis.memtable(frame)."
            )
    return engine_for({f"{where} {place + 1}": table for place, table in enumerate(tables)})


def check_there(where: str, table: ir.Table, wanted: Sequence[str]) -> None:
    """Refuse a table without the columns that are needed.

    Raises
    ------
    RegisterError
        Naming all of them.
    """
    lacking = [name for name in dict.fromkeys(wanted) if name not in table.columns]
    if lacking:
        near = nearest(lacking[0], table.columns)
        raise RegisterError(f"{where}: column {listing(lacking)} is missing.{near} Present: {listing(table.columns)}.")


def check_once(where: str, *columns: Sequence[str]) -> None:
    """Refuse a column that is asked for twice, one that has the name of a result, or a first list without a person.

    Raises
    ------
    DefinitionError
        Naming all of them.
    """
    problems = [
        f"{where}: columns are given as {one!r}, a text. Give a list of names."
        for one in columns
        if isinstance(one, str)
    ]
    names = [name for one in columns if not isinstance(one, str) for name in one]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    taken = [name for name in dict.fromkeys(names) if name in RESULTS]
    if twice:
        problems.append(f"{where}: column {listing(twice)} is asked for more than once.")
    if taken:
        problems.append(f"{where}: column {listing(taken)} is made by the join. Rename it in the source.")
    if not problems and "persoon_id" not in columns[0]:
        problems.append(f"{where}: per must hold persoon_id; rows of different persons are never joined.")
    if problems:
        raise DefinitionError("\n".join(problems))


RESULTS = ("begindatum", "einddatum", "van", "tot", "rijen", "dagen")
"""Columns that a join makes."""


def check_days(**numbers: Any) -> None:
    """Refuse numbers of days that are none.

    Raises
    ------
    DefinitionError
        Naming all of them.
    """
    wrong = [
        f"{name} is {value!r}; it is a whole number of days of 0 or more."
        for name, value in numbers.items()
        if isinstance(value, bool) or not isinstance(value, int) or value < 0
    ]
    if wrong:
        raise DefinitionError("\n".join(wrong))


def set_aside(
    engine: Engine,
    bron: str,
    source: ir.Table,
    values: Mapping[str, ir.Value],
    reasons: Reasons,
    kept: Reasons | None = None,
) -> tuple[ir.Table, SpellAccount]:
    """Return `values` of the rows for which no reason holds, and the account.

    A row counts at the first reason that holds; `kept` are flags of rows that are used, to be counted.
    """
    still: ir.BooleanValue = ibis.literal(True)
    flags: dict[str, ir.BooleanValue] = {}
    for place, one in enumerate(reasons.values()):
        flags[f"rs_uit{place}"] = still & one
        still = still & ~one
    flags |= {f"rs_wel{place}": still & one for place, one in enumerate((kept or {}).values())}
    flags["rs_gebruikt"] = still
    staged = source.select(**values, **flags)
    sums = staged.aggregate(rs_rijen=staged.count(), **{name: staged[name].cast("int64").sum() for name in flags})
    found = engine.collect(sums, f"counting rows of {bron}").to_pylist()[0]
    number = {name: int(value or 0) for name, value in found.items()}
    aside = {one: number[f"rs_uit{place}"] for place, one in enumerate(reasons) if number[f"rs_uit{place}"]}
    special = {one: number[f"rs_wel{place}"] for place, one in enumerate(kept or {}) if number[f"rs_wel{place}"]}
    account = SpellAccount(
        bron, number["rs_rijen"], number["rs_gebruikt"], MappingProxyType(aside), MappingProxyType(special)
    )
    usable = staged.filter(staged.rs_gebruikt) if aside else staged
    return usable.select(*values), account


def join_rows(
    rows: ir.Table,
    per: Sequence[str],
    bridge: int,
    *,
    eerste: Sequence[str] = (),
    laatste: Sequence[str] = (),
    sums: Sequence[str] = (),
) -> ir.Table:
    """Join rows ``[van, tot)`` of one `per` that overlap, touch, or leave at most `bridge` days between them.

    Parameters
    ----------
    rows : ibis table
        ``van, tot`` and the columns named; `per` is never missing. `rijen`, where it is there, is the number of source
        rows that a row stands for.
    per : sequence of str
        Only rows that agree on these are joined.
    bridge : int
        Days between two rows that are bridged.
    eerste, laatste : sequence of str
        Columns of which the value in the first or the last row is kept. The first row is the one with the lowest `van`,
        of these the highest `tot`; the last one has the highest `tot`, of these the highest `van`. What is then still
        equal goes by the lowest value of the columns, missing last, so that the order of the rows never matters.
    sums : sequence of str
        Columns to add up; missing as soon as one is missing.

    Returns
    -------
    ibis table
        `per`, the kept columns, the sums, ``van, tot``, `rijen` (source rows, equal ones counted too) and `dagen` (days
        that a row covers, so without those bridged).
    """
    named = tuple(dict.fromkeys((*eerste, *laatste, *sums)))
    same = rows.group_by(*per, "van", "tot", *named)
    of_rows = rows["rijen"].sum() if "rijen" in rows.columns else rows.count()
    rows = same.aggregate(rs_keer=rows.count(), rijen=of_rows)

    def first_order(table: ir.Table) -> list[ir.Value]:
        return [table.van, ibis.desc(table.tot), *(table[name] for name in named)]

    before = ibis.rows_window(group_by=list(per), order_by=first_order(rows), preceding=(None, 1))
    rows = rows.mutate(rs_eerder=rows.tot.max().over(before))
    rows = rows.mutate(rs_opent=rows.rs_eerder.isnull() | (rows.van - rows.rs_eerder > bridge))
    so_far = ibis.rows_window(group_by=list(per), order_by=first_order(rows), preceding=None, following=0)
    rows = rows.mutate(rs_nummer=rows.rs_opent.cast("int64").sum().over(so_far))
    begun = ibis.coalesce(ibis.greatest(rows.van, rows.rs_eerder), rows.van)
    rows = rows.mutate(rs_nieuw=ibis.greatest(rows.tot - begun, 0))
    if laatste:
        order = [ibis.desc(rows.tot), ibis.desc(rows.van), *(rows[name] for name in named)]
        by_end = ibis.window(group_by=[*per, "rs_nummer"], order_by=order)
        rows = rows.mutate(rs_sluit=ibis.row_number().over(by_end) == 0)
    kept = {name: rows[name].max(where=rows.rs_opent) for name in eerste}
    kept |= {name: rows[name].max(where=rows.rs_sluit) for name in laatste}
    for name in sums:
        unknown = rows[name].isnull().any()
        total = (rows[name] * rows.rs_keer).sum()
        kept[name] = unknown.ifelse(ibis.null("float64"), total)
    joined = rows.group_by(*per, "rs_nummer").aggregate(
        **kept, van=rows.van.min(), tot=rows.tot.max(), rijen=rows.rijen.sum(), dagen=rows.rs_nieuw.sum()
    )
    return joined.drop("rs_nummer")


def to_day(number: ir.IntegerValue) -> ir.DateValue:
    """Return a day number as a date."""
    days = number.cast("int32").as_interval("D")
    day: ir.DateValue = (ibis.date(1970, 1, 1) + days).cast("date")
    return day


def dated(table: ir.Table) -> dict[str, ir.Value]:
    """Return `begindatum` and `einddatum` (last day, missing while it runs) of ``van, tot``."""
    runs = table.tot >= OPEN
    last = runs.ifelse(ibis.null("int64"), table.tot - 1)
    return {"begindatum": to_day(table.van), "einddatum": to_day(last)}
