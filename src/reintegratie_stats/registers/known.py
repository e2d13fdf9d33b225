"""Registers as they were known on a day.

Where rows carry the day on which they were registered, every earlier delivery can be replayed: rows that were
registered later are absent, and an end that was not known yet is open. So a delivery two months after the end of a
half-year can be set beside what is known now, and the difference is the delay of registration and nothing else.

Two columns say it: `registratiedatum`, on which the row became known, and `registratiedatum_einde`, on which its end
did. A register without the first is left as it is. A register without the second tells an end on the day itself: an end
after the day asked for is then open.

References
----------
RWI 2004, 5.2.2 and bijlage 3 (a delivery closes two months after a half-year; later changes do not arrive).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
import pandas as pd

from reintegratie_stats.errors import DefinitionError, RegisterError, listing
from reintegratie_stats.periods import as_date
from reintegratie_stats.registers.registers import Change, Registers
from reintegratie_stats.registers.spell_read import read_day

REGISTERED, END_REGISTERED = "registratiedatum", "registratiedatum_einde"
WITHOUT = ("weglaten", "meenemen")
OF_THE_END = ("reden_einde", END_REGISTERED)
"""Columns that say something about the end: missing as long as that is not known."""

COLUMNS = ("register", "kolom", "rijen", "bekend", "later", "zonder_datum", "einde_nog_niet_bekend")


@dataclass(frozen=True, repr=False, eq=False)
class _Known:
    """A register as known on a day: the rows with flags, and which of its columns say when it was known."""

    table: ir.Table
    columns: tuple[str, ...]
    says: str

    def rows(self) -> ir.Table:
        kept = self.table.filter(self.table.rs_bekend)
        changed: dict[str, ir.Value] = {
            name: kept.rs_open.ifelse(ibis.null(kept[name].type()), kept[name])
            for name in ("einddatum", *OF_THE_END)
            if name in self.columns
        }
        return kept.select(**{name: changed.get(name, kept[name]) for name in self.columns})


def registers_as_known(
    registers: Registers, on: dt.date | str | None, *, zonder_datum: Literal["weglaten", "meenemen"] = "weglaten"
) -> Registers:
    """Return the registers as they were known at the end of a day.

    Parameters
    ----------
    registers : Registers
    on : date, str or None
        The day, for example the closing date of a delivery. None is today: the registers as they are.
    zonder_datum : {"weglaten", "meenemen"}
        What is done with a row, or an end, of which the day of registration is missing or cannot be read: it was never
        registered in that system, so it was not known (``weglaten``), or it is taken to have been known all along.

    Returns
    -------
    Registers
        The same registers; their `report` is about the whole delivery. `known_account` counts what was left out.

    Raises
    ------
    DefinitionError
        When `on` is no day, or `zonder_datum` not one of these.
    RegisterError
        When no register has a registratiedatum.

    Examples
    --------
    >>> import pandas as pd
    >>> import reintegratie_stats as rs
    >>> bijstand = pd.DataFrame(
    ...     {
    ...         "persoon_id": ["a", "b"],
    ...         "gemeente": ["GM9001", "GM9001"],
    ...         "begindatum": ["2002-01-31", "2002-03-01"],
    ...         "einddatum": ["2003-06-30", None],
    ...         "reden_einde": ["werk", None],
    ...         "registratiedatum": ["2002-02-05", "2003-10-01"],
    ...         "registratiedatum_einde": ["2003-09-15", None],
    ...     }
    ... )
    >>> then = registers_as_known(rs.Registers.from_frames(bijstand=bijstand), "2003-08-31")
    >>> then.to_frame("bijstand")["einddatum"].isna().tolist()
    [True]
    """
    if on is None:
        return registers
    day = _checked(on, zonder_datum)
    known = _all_known(registers, day, zonder_datum)
    source = f"{registers.source}, zoals bekend op {day.isoformat()}".removeprefix(", ")
    for name, one in known.items():
        table = one.rows()
        registers = registers.changed(name, table, Change("known", day.isoformat(), table))
    undated = {
        name: _known(table, day, zonder_datum).rows() if REGISTERED in table.columns else table
        for name, table in registers.undated.items()
    }
    return replace(registers, undated=MappingProxyType(undated), source=source)


def known_account(
    registers: Registers, on: dt.date | str, *, zonder_datum: Literal["weglaten", "meenemen"] = "weglaten"
) -> pd.DataFrame:
    """Return what `registers_as_known` does, per register.

    Parameters
    ----------
    registers, on, zonder_datum
        As for `registers_as_known`.

    Returns
    -------
    DataFrame
        ``register, kolom`` (which columns say when it was known; empty where none does), and in rows: ``rijen``, of
        which ``bekend``, registered ``later``, and left out ``zonder_datum``; ``rijen = bekend + later +
        zonder_datum``. ``einde_nog_niet_bekend`` are rows among ``bekend`` whose end is opened.
    """
    day = _checked(on, zonder_datum)
    known = _all_known(registers, day, zonder_datum)
    rows: list[tuple[Any, ...]] = []
    for name, table in registers.tables.items():
        if name not in known:
            found = registers.engine.collect(table.aggregate(n=table.count()), f"counting {name}")
            total = int(found["n"][0].as_py())
            rows.append((name, "", total, total, 0, 0, 0))
            continue
        one = known[name].table
        flags = {
            "bekend": one.rs_bekend,
            "later": one.rs_later,
            "zonder": ~one.rs_bekend & ~one.rs_later,
            "open": one.rs_bekend & one.rs_open,
        }
        sums = one.aggregate(n=one.count(), **{what: flag.cast("int64").sum() for what, flag in flags.items()})
        number = registers.engine.collect(sums, f"counting what was known of {name}").to_pylist()[0]
        rows.append((name, known[name].says, *(int(number[what] or 0) for what in ("n", *flags))))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(COLUMNS[:2], "string"))


def _checked(on: Any, without: str) -> dt.date:
    if without not in WITHOUT:
        raise DefinitionError(f"zonder_datum is {without!r}; it is one of: {listing(WITHOUT)}.")
    return as_date(on, "on")


def _all_known(registers: Registers, day: dt.date, without: str) -> Mapping[str, _Known]:
    """Return every register that says when its rows became known."""
    known = {
        name: _known(table, day, without)
        for name, table in registers.tables.items()
        if REGISTERED in table.columns or END_REGISTERED in table.columns
    }
    if not known:
        raise RegisterError(
            f"No register has a column {REGISTERED}: when a row became known is not in these registers. "
            f"There are: {listing(registers.tables)}."
        )
    return known


def _known(table: ir.Table, day: dt.date, without: str) -> _Known:
    on, missing = ibis.date(day.isoformat()), ibis.literal(without == "meenemen")
    is_known: ir.BooleanValue = ibis.literal(True)
    later: ir.BooleanValue = ibis.literal(False)
    if REGISTERED in table.columns:
        registered, _ = read_day(table, REGISTERED, required=False)
        is_known = (registered <= on).fill_null(missing)
        later = (registered > on).fill_null(False)
    is_open: ir.BooleanValue = ibis.literal(False)
    if "einddatum" in table.columns:
        if END_REGISTERED in table.columns:
            end_known, _ = read_day(table, END_REGISTERED, required=False)
            is_open = (end_known > on).fill_null(~missing)
        else:
            is_open = (table.einddatum > on).fill_null(False)
        is_open = table.einddatum.notnull() & is_open
    says = ", ".join(name for name in (REGISTERED, END_REGISTERED) if name in table.columns)
    flagged = table.mutate(rs_bekend=is_known, rs_later=later, rs_open=is_open)
    return _Known(flagged, tuple(table.columns), says)
