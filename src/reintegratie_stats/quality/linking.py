"""How the keys of registers link: matched, unmatched and duplicated on both sides, in all and per gemeente.

Persons are counted in the engine: the rows of every register are counted per key, the counts of all registers are put
side by side once, and only sums leave the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pandas as pd

from reintegratie_stats.quality.places import MOST_GEMEENTEN, PERSON, PLACE, names_gemeenten, place_text
from reintegratie_stats.registers import Registers

PERSON_PAIRS: Final = (
    ("vrijstellingen", "bijstand"),
    ("trajecten", "bijstand"),
    ("dienstverbanden", "bijstand"),
    ("bijstand", "personen"),
)
PLACE_PAIR: Final = ("bijstand", "gemeenten")

SIDE: Final = ("table", "other", "key")
NUMBERS: Final = ("keys", "matched", "unmatched", "duplicated", "rows", "rows_matched", "rows_unmatched")
_SUMS: Final = ("keys", "matched", "duplicated", "rows", "rows_matched")
_WIDE: Final = "koppeling"

Side = tuple[str, str]
"""A register, and the register in which its keys are looked up."""


@dataclass(frozen=True, repr=False, eq=False)
class Linking:
    """How the keys of registers link; made by `link`. Counts only.

    Parameters
    ----------
    total : pandas.DataFrame
        One row per side of a pair.
    by_gemeente : pandas.DataFrame
        The same per gemeente.
    notes : tuple of str
        Why something is not broken down: keys of section ``quality_text`` of the labels.
    """

    total: pd.DataFrame
    by_gemeente: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def in_more(self) -> int:
        """How many times persons of bijstand count above once, because they are in more than one gemeente."""
        whole = self.total[(self.total["table"] == "bijstand") & (self.total["key"] == PERSON)]
        parts = self.by_gemeente[(self.by_gemeente["table"] == "bijstand") & (self.by_gemeente["key"] == PERSON)]
        if whole.empty or parts.empty:
            return 0
        other = whole["other"].iloc[0]
        return int(parts.loc[parts["other"] == other, "keys"].sum() - whole["keys"].iloc[0])

    def __repr__(self) -> str:
        return f"Linking({len(self.total)} sides)"


def link(registers: Registers) -> Linking:
    """Return how the keys of the registers link.

    A pair has two sides, each with the keys of one register that are looked up in the other. Usable rows count. A side
    whose register has no gemeente counts a key under the gemeente (or gemeenten) that its match has, and without
    gemeente where there is none.
    """
    pairs = [pair for pair in PERSON_PAIRS if all(name in registers for name in pair)]
    sides = [side for pair in pairs for side in (pair, pair[::-1])]
    totals: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    notes: list[str] = []
    if sides:
        wide = registers.engine.store(_WIDE, _wide(registers, sides), "counting rows per key")
        try:
            totals = _collect(registers, wide.aggregate(**_sums(wide, sides)), sides)
            for place in dict.fromkeys(_place(registers, side) for side in sides):
                here = [side for side in sides if _place(registers, side) == place]
                parts += _per_gemeente(registers, wide, place, here, notes)
        finally:
            registers.engine.drop(_WIDE)
    if all(name in registers for name in PLACE_PAIR):
        codes_total, codes_parts = _link_gemeenten(registers, notes)
        totals += codes_total
        parts += codes_parts
        sides += [PLACE_PAIR, PLACE_PAIR[::-1]]
    order = {side: number for number, side in enumerate(sides)}
    return Linking(_frame(totals, order), _frame(parts, order, PLACE), tuple(dict.fromkeys(notes)))


def _place(registers: Registers, side: Side) -> str:
    """Return the register that says in which gemeente a key of a side is."""
    return next((name for name in side if PLACE in registers.table(name).columns), "bijstand")


def _wide(registers: Registers, sides: list[Side]) -> ir.Table:
    """Return a row per key with its number of rows in each register."""
    names = list(dict.fromkeys(name for side in sides for name in side))
    marked = [registers.table(name).select(PERSON, rs_bron=ibis.literal(at, "int8")) for at, name in enumerate(names)]
    rows = ibis.union(*marked)
    return rows.group_by(PERSON).aggregate(
        **{f"n_{name}": rows.count(where=rows.rs_bron == at) for at, name in enumerate(names)}
    )


def _sums(table: ir.Table, sides: list[Side], here: str | None = None) -> dict[str, ir.Value]:
    """Return the sums of each side; rows of the register `here` are those in ``n_hier``."""
    sums: dict[str, ir.Value] = {}
    for number, (name, other) in enumerate(sides):
        there, matched = table[f"n_{name}"], table[f"n_{other}"] > 0
        rows = table["n_hier"] if name == here else there
        counts = {
            "keys": (there > 0).cast("int64"),
            "matched": ((there > 0) & matched).cast("int64"),
            "duplicated": (there > 1).cast("int64"),
            "rows": rows,
            "rows_matched": matched.ifelse(rows, 0),
        }
        sums |= {f"{what}_{number}": counts[what].sum().fill_null(0) for what in _SUMS}
    return sums


def _collect(registers: Registers, sums: ir.Table, sides: list[Side]) -> list[dict[str, Any]]:
    """Return a record per side and row of the sums."""
    records = []
    for row in registers.engine.collect(sums, "linking keys").to_pylist():
        for number, side in enumerate(sides):
            record = _record(side, PERSON, {what: row[f"{what}_{number}"] for what in _SUMS})
            records.append(record | ({PLACE: row[PLACE]} if PLACE in row else {}))
    return records


def _record(side: Side, key: str, counts: dict[str, Any]) -> dict[str, Any]:
    counts = {what: int(count) for what, count in counts.items()}
    counts["unmatched"] = counts["keys"] - counts["matched"]
    counts["rows_unmatched"] = counts["rows"] - counts["rows_matched"]
    return {"table": side[0], "other": side[1], "key": key, **counts}


def _per_gemeente(
    registers: Registers, wide: ir.Table, place: str, sides: list[Side], notes: list[str]
) -> list[dict[str, Any]]:
    """Return the records of sides per gemeente, as the register `place` says it."""
    table = registers.table(place)
    if not names_gemeenten(table, registers.engine, MOST_GEMEENTEN):
        notes.append("no_gemeenten")
        return []
    own = table.select(PERSON, **{PLACE: place_text(table)})
    places = own.group_by(PERSON, PLACE).aggregate(n_hier=own.count())
    placed = wide.left_join(places, PERSON)
    placed = placed.mutate(n_hier=placed.n_hier.fill_null(0))
    records = _collect(registers, placed.group_by(PLACE).aggregate(**_sums(placed, sides, place)), sides)
    return [record for record in records if record["keys"]]


def _link_gemeenten(registers: Registers, notes: list[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the records of bijstand and gemeenten, in all and per gemeente.

    Rows whose gemeente is not among the gemeenten were set aside; here they count, as unmatched. Their codes are
    counted and not shown: what is no gemeente may be anything.
    """
    one, other = PLACE_PAIR
    bijstand = dict(_codes(registers, registers.table(one)))
    gemeenten = dict(_codes(registers, registers.table(other)))
    if max(len(bijstand), len(gemeenten)) > MOST_GEMEENTEN:
        notes.append("no_gemeenten")
        return [], []
    strange = _strange(registers)
    sides = (((one, other), bijstand, gemeenten, strange), ((other, one), gemeenten, bijstand, _NONE))
    totals, parts = [], []
    for side, codes, there, more in sides:
        records = [_code_record(side, rows, code in there) | {PLACE: code} for code, rows in codes.items()]
        if more["keys"]:
            records.append(_record(side, PLACE, more) | {PLACE: None})
        totals.append(_record(side, PLACE, {what: sum(record[what] for record in records) for what in _SUMS}))
        parts += records
    return totals, parts


_NONE: Final = dict.fromkeys(_SUMS, 0)


def _codes(registers: Registers, table: ir.Table) -> Iterator[tuple[str, int]]:
    rows = table.group_by(PLACE).aggregate(n=table.count()).limit(MOST_GEMEENTEN + 1)
    for row in registers.engine.collect(rows, "counting gemeenten").to_pylist():
        yield row[PLACE], row["n"]


def _code_record(side: Side, rows: int, matched: bool) -> dict[str, Any]:
    counts = {"keys": 1, "matched": matched, "duplicated": rows > 1, "rows": rows, "rows_matched": rows * matched}
    return _record(side, PLACE, counts)


def _strange(registers: Registers) -> dict[str, int]:
    """Return the counts of codes in bijstand that are no gemeente, of which the rows were set aside."""
    confronted = registers.report.tables[PLACE_PAIR[0]]
    rule = next(
        (rule for rule in confronted.rules if rule.column == PLACE and rule.rule == f"komt voor in {PLACE_PAIR[1]}"),
        None,
    )
    if rule is None:
        return _NONE
    failing = confronted.source.filter(rule.fails)
    codes = failing.group_by(PLACE).aggregate(n=failing.count())
    sums = codes.aggregate(keys=codes.count(), duplicated=(codes.n > 1).sum(), rows=codes.n.sum())
    row = registers.engine.collect(sums, "counting codes that are no gemeente").to_pylist()[0]
    return _NONE | {what: int(count or 0) for what, count in row.items()}


def _frame(records: list[dict[str, Any]], order: dict[Side, int], *place: str) -> pd.DataFrame:
    """Return records as a frame: by pair, side and gemeente, those without gemeente last."""
    columns = [*SIDE, *place, *NUMBERS]
    ordered = sorted(
        records,
        key=lambda one: (order[one["table"], one["other"]], one.get(PLACE) is None, one.get(PLACE) or ""),
    )
    frame = pd.DataFrame([[record[name] for name in columns] for record in ordered], columns=columns)
    types = dict.fromkeys([*SIDE, *place], "string") | dict.fromkeys(NUMBERS, "int64")
    return frame.astype(types)
