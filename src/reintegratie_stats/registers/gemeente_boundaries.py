"""Registers of persons on the boundaries of one year."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa

from reintegratie_stats.errors import DefinitionError, RegisterError, listing
from reintegratie_stats.periods import as_date
from reintegratie_stats.registers.crosswalk import Crosswalk
from reintegratie_stats.registers.gemeente_codes import code_expression, normalise_codes
from reintegratie_stats.registers.registers import Registers

SPLIT = ("weigeren", "grootste_deel")
FIRST, LAST = dt.date(1800, 1, 1), dt.date(2100, 1, 1)


def to_boundaries(
    registers: Registers,
    crosswalk: Crosswalk,
    naar: int | str | dt.date,
    *,
    gemeenten: pd.DataFrame | None = None,
    splitsing: Literal["weigeren", "grootste_deel"] = "weigeren",
) -> Registers:
    """Return registers in which every row has the gemeente of the boundaries of one year.

    A row gets what its gemeente has become since its first day. A person who was paid by a gemeente before a merger and
    by the merged one after it then has one gemeente throughout, and counts of the country do not change.

    Parameters
    ----------
    registers : Registers
        Codes in any form.
    crosswalk : Crosswalk
    naar : int, str or date
        A year (boundaries of 1 January) or a day. It must not lie before changes that the rows have seen already.
    gemeenten : DataFrame, optional
        The table `gemeenten` on these boundaries. Without it that of the registers is brought to them: text is kept
        where all predecessors agree, or is that of the row which has the code already; a number of a gemeente that
        merged is missing, as its year is not known.
    splitsing : {"weigeren", "grootste_deel"}
        A person cannot be divided. ``weigeren``: refuse when a gemeente of the rows was split. ``grootste_deel``: take
        the part with the largest share; `source` says so. Addresses do it exactly: `gemeente_spells` with the
        boundaries of one year.

    Returns
    -------
    Registers
        Its `report` is about the delivery as it came.

    Raises
    ------
    DefinitionError
        When `naar` is no year or day, lies before changes that rows have seen, or a gemeente of the rows was split.
    RegisterError
        When values are no codes of gemeenten: counted, not quoted.

    Examples
    --------
    >>> import reintegratie_stats as rs
    >>> crosswalk = Crosswalk.from_frame(pd.DataFrame({"code_van": [1, 2], "code_naar": [3, 3], "jaar": 2003}))
    >>> rows = {"persoon_id": ["a", "b"], "gemeente": ["1", "GM0003"], "begindatum": ["2002-02-01", "2003-02-01"]}
    >>> bijstand = pd.DataFrame(rows | {"einddatum": None, "reden_einde": None})
    >>> registers = to_boundaries(rs.Registers.from_frames(bijstand=bijstand), crosswalk, 2010)
    >>> registers.to_frame("bijstand")["gemeente"].tolist()
    ['GM0003', 'GM0003']
    """
    if not isinstance(crosswalk, Crosswalk):
        raise DefinitionError(
            f"crosswalk is {type(crosswalk).__name__}; read_crosswalk and Crosswalk.from_frame make one."
        )
    if splitsing not in SPLIT:
        raise DefinitionError(f"splitsing is {splitsing!r}; it is one of: {listing(SPLIT)}.")
    target = dt.date(naar, 1, 1) if isinstance(naar, int) and 1800 <= naar <= 2100 else as_date(naar, "naar")
    names = [name for name, table in registers.tables.items() if "gemeente" in table.columns and name != "gemeenten"]
    tables, split = dict(registers.tables), set()
    for name in names:
        tables[name], found = _recoded(registers, name, crosswalk, target, splitsing)
        split |= found
    if gemeenten is not None or "gemeenten" in tables:
        table = _given(gemeenten) if gemeenten is not None else _merged(registers, crosswalk, target)
        tables["gemeenten"] = registers.engine.upload(_fresh("gemeenten"), table)
    source = f"{registers.source}, op de grenzen van {target.isoformat()}".removeprefix(", ")
    if split:
        source += f" ({listing(sorted(split))} gesplitst: naar het grootste deel)"
    return replace(registers, tables=tables, source=source)


def _recoded(
    registers: Registers, name: str, crosswalk: Crosswalk, target: dt.date, how: str
) -> tuple[ir.Table, set[str]]:
    """Return a table with the gemeente of the boundaries asked for, and the gemeenten that were split."""
    table = registers.table(name)
    code, bad = code_expression(table.gemeente)
    seen = table.select(rs_code=code, rs_bad=bad, rs_day=table.begindatum)
    used = seen.group_by("rs_code").aggregate(bad=seen.rs_bad.cast("int64").sum(), last=seen.rs_day.max())
    found = registers.engine.collect(used, f"looking for gemeenten in {name}").to_pylist()
    wrong = sum(int(row["bad"] or 0) for row in found)
    if wrong:
        raise RegisterError(f"{name}: {wrong} rows have a gemeente that is no code (14, 0014 or GM0014).")
    latest = {row["rs_code"]: row["last"] for row in found if row["rs_code"] is not None}
    _refuse_back(name, latest, crosswalk, target)
    rows, split = _intervals(latest, crosswalk, target)
    if split and how == "weigeren":
        raise DefinitionError(
            f"{name}: {listing(sorted(split))} was split, and a person cannot be divided. Take the gemeente from "
            'addresses (gemeente_spells), or splitsing="grootste_deel".'
        )
    if not rows:
        return table.mutate(gemeente=code), split
    mapping = pa.table(
        {
            "rs_van": pa.array([row[0] for row in rows], pa.string()),
            "rs_eerste": pa.array([row[1] for row in rows], pa.date32()),
            "rs_tot": pa.array([row[2] for row in rows], pa.date32()),
            "rs_naar": pa.array([row[3] for row in rows], pa.string()),
        }
    )
    changes = registers.engine.upload(_fresh(name), mapping)
    coded = table.mutate(rs_code=code)
    linked = coded.left_join(
        changes,
        [coded.rs_code == changes.rs_van, coded.begindatum >= changes.rs_eerste, coded.begindatum < changes.rs_tot],
    )
    columns = {one: linked[one] for one in table.columns}
    return linked.select(**columns | {"gemeente": ibis.coalesce(linked.rs_naar, linked.rs_code)}), split


def _refuse_back(name: str, latest: Mapping[str, dt.date], crosswalk: Crosswalk, target: dt.date) -> None:
    """Refuse boundaries that are older than changes that rows have seen: a merged gemeente cannot be undone."""
    made = {
        new: day for day in crosswalk.days if day > target for parts in crosswalk.events[day].values() for new in parts
    }
    seen = sorted(code for code, last in latest.items() if code in made and last >= made[code])
    if seen:
        year = max(made[code] for code in seen)
        raise DefinitionError(
            f"{name}: {listing(seen)} changed after {target.isoformat()}, and rows have seen that. Take boundaries of "
            f"{year.isoformat()} or later."
        )


def _intervals(
    codes: Mapping[str, dt.date], crosswalk: Crosswalk, target: dt.date
) -> tuple[list[tuple[str, dt.date, dt.date, str]], set[str]]:
    """Return for each code that changed from which first day to which it becomes what, and which codes were split."""
    edges = [FIRST, *(day for day in crosswalk.days if day <= target), LAST]
    rows: list[tuple[str, dt.date, dt.date, str]] = []
    split = set()
    for code in sorted(codes):
        for first, until in pairwise(edges):
            parts = crosswalk.targets(code, first, max(first, target))
            if len(parts) > 1:
                split.add(code)
            becomes = max(sorted(parts), key=lambda one: (parts[one] == parts[one], parts[one]))
            if becomes == code:
                continue
            if rows and rows[-1][0] == code and rows[-1][2] == first and rows[-1][3] == becomes:
                rows[-1] = (code, rows[-1][1], until, becomes)
            else:
                rows.append((code, first, until, becomes))
    return rows, split


def _fresh(name: str) -> str:
    """Return a name that no table has: earlier results may still use theirs."""
    return f"grenzen_{name}_{uuid.uuid4().hex[:12]}"


def _given(frame: Any) -> pa.Table:
    if not isinstance(frame, pd.DataFrame) or "gemeente" not in frame.columns:
        raise RegisterError("gemeenten: give a pandas frame with a column gemeente.")
    codes = normalise_codes(frame["gemeente"])
    unique = set(codes.require("gemeenten"))
    if codes.n_missing or len(unique) < codes.n:
        raise RegisterError("gemeenten: a code is missing or there twice. Keep one row per gemeente.")
    return _text(frame.assign(gemeente=codes.to_series().to_numpy()))


def _merged(registers: Registers, crosswalk: Crosswalk, target: dt.date) -> pa.Table:
    """Return the table gemeenten of the registers, with what merged in one row."""
    frame = registers.engine.collect(registers.table("gemeenten"), "reading gemeenten", ordered=True).to_pandas()
    codes = normalise_codes(frame["gemeente"]).require("gemeenten")
    becomes = {code: set(crosswalk.targets(str(code), FIRST, target)) for code in codes}
    rows = []
    for new in sorted(set().union(*becomes.values())) if becomes else []:
        old = frame[[new in becomes[code] for code in codes]]
        own = frame[[code == new and becomes[code] == {new} for code in codes]]
        row: dict[str, Any] = {"gemeente": new}
        for name in frame.columns.drop("gemeente"):
            values = old[name].dropna().unique()
            same = len(values) == 1 and old[name].notna().all()
            if len(old) == 1 or (same and not pd.api.types.is_numeric_dtype(frame[name])):
                row[name] = old[name].iloc[0] if len(old) == 1 else values[0]
            elif len(own) == 1 and not pd.api.types.is_numeric_dtype(frame[name]):
                row[name] = own[name].iloc[0]
            else:
                row[name] = np.nan if pd.api.types.is_numeric_dtype(frame[name]) else None
        rows.append(row)
    return _text(pd.DataFrame(rows, columns=list(frame.columns)))


def _text(frame: pd.DataFrame) -> pa.Table:
    """Return a frame as an Arrow table of text and float64."""
    arrays = {}
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            arrays[str(name)] = pa.array(column.to_numpy(dtype="float64", na_value=np.nan), from_pandas=True)
        else:
            arrays[str(name)] = pa.array([None if pd.isna(one) else str(one) for one in column], pa.string())
    return pa.table(arrays)
