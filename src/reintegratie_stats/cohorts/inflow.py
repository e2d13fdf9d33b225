"""From bijstand rows to inflows: join rows to perioden, keep those that begin in the window.

Only persons with a row that begins in the window can flow in, so everything else is left aside before any sorting
(candidates first). All of it is one expression that the engine runs out of core.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from reintegratie_stats.cohorts.definition import CohortDefinition
from reintegratie_stats.periods import LAST_PLAUSIBLE, OPEN, day_number
from reintegratie_stats.registers import Registers

CANONICAL = ("persoon_id", "gemeente", "begindatum", "einddatum", "reden_einde")


CANDIDATES = "instroom_kandidaten"


@dataclass(frozen=True, eq=False, repr=False)
class Inflow:
    """The perioden that begin in the window.

    Parameters
    ----------
    perioden : pyarrow.Table
        One row per periode that begins in the window: ``persoon_id, gemeente, van, tot, vorige_tot, verhuisdag``.
        `van`, `tot` and `verhuisdag` are day numbers; `vorige_tot` is missing for a first periode, `verhuisdag`
        (first day of the first row that another gemeente pays) where nobody moved.
    extras : pyarrow.Table
        The columns of bijstand that pass through, of the row that opens each periode; the same rows in the same order.
    rows : int
        The number of usable rows of bijstand that begin in the window.
    """

    perioden: pa.Table
    extras: pa.Table
    rows: int


def to_days(table: ir.Table) -> ir.Table:
    """Add `van` and `tot` (day numbers, half-open) to a table of spells; a row without an end gets `OPEN`."""
    end = table.einddatum
    open_end = end.isnull() | (end >= ibis.date(str(LAST_PLAUSIBLE)))
    return table.mutate(
        van=table.begindatum.epoch_days().cast("int64"),
        tot=open_end.ifelse(OPEN, end.epoch_days().cast("int64") + 1),
    )


def running_between(table: ir.Table, first: int, last: int) -> ir.Table:
    """Keep spells that begin before day number `last` and do not end before day number `first`.

    It compares dates as they stand, so that most rows of a large register are left aside before anything is computed.
    """
    begins_before = table.begindatum < ibis.date(_iso(last))
    return table.filter(begins_before & _ends_from(table, first))


def _ends_from(table: ir.Table, first: int) -> ir.BooleanValue:
    end = table.einddatum
    kept: ir.BooleanValue = end.isnull() | (end >= ibis.date(_iso(first)))
    return kept


def _iso(day: int) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=min(day, OPEN - 1))).isoformat()


def find_inflow(registers: Registers, definition: CohortDefinition) -> Inflow:
    """Return the perioden that begin in the window of a definition.

    Parameters
    ----------
    registers : Registers
    definition : CohortDefinition
        Its window and `overbrugging_dagen` are used; the washout is judged by the caller, who counts what it takes
        away.
    """
    bijstand = registers.table("bijstand")
    extras = tuple(name for name in bijstand.columns if name not in CANONICAL)
    first, last = day_number(definition.instroom_van), day_number(definition.instroom_tot)
    in_window = (bijstand.begindatum >= ibis.date(_iso(first))) & (bijstand.begindatum < ibis.date(_iso(last)))
    starters = bijstand.filter(in_window).select("persoon_id").distinct()
    # what ended longer before the window than bridge and washout reach can neither join nor make an inflow less new
    reach = max(definition.overbrugging_dagen, definition.washout_dagen) + 1
    relevant = bijstand.filter(_ends_from(bijstand, first - reach))
    own = {f"extra_{number}": name for number, name in enumerate(extras)}  # their names are the user's
    relevant = relevant.select(*CANONICAL[:4], **{new: relevant[name] for new, name in own.items()})
    rows = to_days(relevant.semi_join(starters, "persoon_id"))
    # equal rows once: only then does the order of the rows of a person leave no ties, on which two windows may differ
    rows = rows.group_by("persoon_id", "gemeente", "van", "tot", *own).aggregate(aantal=rows.count())
    engine = registers.engine
    candidates = engine.store(CANDIDATES, rows, "selecting persons who may flow in")
    try:
        perioden = _join_rows(candidates, definition.overbrugging_dagen, tuple(own))
        perioden = perioden.filter((perioden.van >= first) & (perioden.van < last))
        moves = _first_moves(perioden, candidates)
        linked = perioden.left_join(moves, ["persoon_id", "periode"])
        columns = ("persoon_id", "gemeente", "van", "tot", "vorige_tot", "verhuisdag")
        found = engine.collect(linked.select(*columns, *own), "joining bijstand rows to perioden")
        begun = candidates.filter((candidates.van >= first) & (candidates.van < last))
        counted = engine.collect(begun.aggregate(n=begun.aantal.sum()), "counting rows in the window")
    finally:
        engine.drop(CANDIDATES)
    passed = found.select(list(own)).rename_columns(list(extras))
    return Inflow(found.select(columns), passed, int(counted["n"][0].as_py() or 0))


def _first_moves(perioden: ir.Table, rows: ir.Table) -> ir.Table:
    """Return per periode the first day of the first row that another gemeente pays, after the first day."""
    moved = perioden.filter(perioden.gemeenten > 1).select("persoon_id", "periode", "gemeente", "van", "tot")
    moved = moved.rename(instroom_gemeente="gemeente", instroom_van="van", uitstroom="tot")
    joined = moved.inner_join(rows.select("persoon_id", "gemeente", "van"), "persoon_id")
    joined = joined.filter(
        (joined.gemeente != joined.instroom_gemeente)
        & (joined.van > joined.instroom_van)
        & (joined.van < joined.uitstroom)
    )
    return joined.group_by("persoon_id", "periode").aggregate(verhuisdag=joined.van.min())


def _join_rows(rows: ir.Table, bridge: int, extras: tuple[str, ...]) -> ir.Table:
    """Join rows of a person that overlap, touch or have at most `bridge` days between them.

    The row that opens a periode is the first by `van`, then the latest `tot`, then the lowest gemeente (and the
    columns that pass through, so that the order of the rows never matters).
    """
    names = ("van", "tot", "gemeente", *extras)

    def order(table: ir.Table) -> list[ir.Value]:
        return [ibis.desc(table[name]) if name == "tot" else table[name] for name in names]

    before = ibis.rows_window(group_by="persoon_id", order_by=order(rows), preceding=(None, 1))
    rows = rows.mutate(eerder_tot=rows.tot.max().over(before))
    rows = rows.mutate(opent=rows.eerder_tot.isnull() | (rows.van - rows.eerder_tot > bridge))
    so_far = ibis.rows_window(group_by="persoon_id", order_by=order(rows), preceding=None, following=0)
    rows = rows.mutate(periode=rows.opent.cast("int64").sum().over(so_far))
    opening = {name: rows[name].max(where=rows.opent) for name in ("gemeente", *extras)}
    return rows.group_by("persoon_id", "periode").aggregate(
        van=rows.van.min(),
        tot=rows.tot.max(),
        vorige_tot=rows.eerder_tot.max(where=rows.opent),
        gemeenten=(rows.gemeente.max() != rows.gemeente.min()).ifelse(2, 1),
        **opening,
    )
