"""Link inflows to the other registers: exemptions, trajecten, dienstverbanden, moves.

Each function uploads the inflows that matter (a small table), joins a register to them on `persoon_id` and a range of
days, and returns arrays along the inflows. What is large stays in the engine.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from reintegratie_stats.cohorts.definition import CohortDefinition
from reintegratie_stats.cohorts.inflow import running_between, to_days
from reintegratie_stats.periods import Days
from reintegratie_stats.registers import Registers

Flags = npt.NDArray[np.bool_]

TABLE = "instroom_koppeling"


@dataclass(frozen=True, eq=False, repr=False)
class Exemptions:
    """Who is exempt and why.

    Parameters
    ----------
    exempt : ndarray of bool, shape (n,)
    reason : ndarray of object, shape (n,)
        The reden of the exemption that counts; None for who is not exempt or where the register gives no reden.
    """

    exempt: Flags
    reason: npt.NDArray[np.object_]


def _overlapping(
    registers: Registers,
    register: ir.Table,
    persons: pa.ChunkedArray,
    window: tuple[Days, Days],
    columns: tuple[str, ...],
    doing: str,
) -> pd.DataFrame:
    """Return the rows of each inflow that have a day in ``[from, to)``: columns `nr` (position), `van`, `tot`, ...

    `window` holds the day numbers per inflow; an empty window (from >= to) matches nothing.
    """
    start, stop = window
    if len(start) == 0:
        start, stop = np.array([0]), np.array([0])
        persons = pa.chunked_array([[""]])
    spells = to_days(running_between(register, int(start.min()), int(stop.max())))
    small = pa.table(
        {
            "nr": np.arange(len(start), dtype=np.int64),
            "persoon_id": persons,
            "venster_van": start,
            "venster_tot": stop,
        }
    )
    engine = registers.engine
    inflow = engine.upload(TABLE, small)
    try:
        joined = inflow.inner_join(spells.select("persoon_id", *columns), "persoon_id")
        joined = joined.filter(
            (joined.van < joined.venster_tot)
            & (joined.tot > joined.venster_van)
            & (joined.venster_van < joined.venster_tot)
        )
        found = engine.collect(joined.select("nr", *columns), doing)
    finally:
        engine.drop(TABLE)
    return found.to_pandas()


def exemptions(
    registers: Registers,
    definition: CohortDefinition,
    persons: pa.ChunkedArray,
    start: Days,
    term_end: Days,
) -> Exemptions:
    """Return who is exempt from the arbeidsplicht as the definition judges it.

    Parameters
    ----------
    registers : Registers
        Must hold `vrijstellingen`, unless the definition says ``"iedereen"``.
    definition : CohortDefinition
    persons : Arrow array of text, shape (n,)
    start, term_end : ndarray of int64, shape (n,)
        Day numbers of the instroomdatum and of the day on which the term ends.
    """
    count = len(start)
    nobody = Exemptions(np.zeros(count, dtype=bool), np.full(count, None, dtype=object))
    moment = definition.arbeidsplicht_op
    if moment == "iedereen" or count == 0:
        return nobody
    windows = {
        "instroom": (start, start + 1),
        "einde_term": (term_end, term_end + 1),
        "hele_term": (start, term_end),
        "nooit_vrijgesteld": (start, term_end),
    }
    found = _overlapping(
        registers,
        registers.table("vrijstellingen"),
        persons,
        windows[moment],
        ("van", "tot", "reden"),
        "linking vrijstellingen",
    )
    found = found.sort_values(["nr", "van", "reden", "tot"], na_position="last", kind="stable")
    exempt = np.zeros(count, dtype=bool)
    exempt[found["nr"].to_numpy()] = True
    if moment == "hele_term":
        exempt &= _covered(found, start, term_end)
    reason = np.full(count, None, dtype=object)
    first = found.drop_duplicates("nr")
    if moment == "hele_term":  # the reason is that of an exemption on the first day
        first = found[found["van"].to_numpy() <= start[found["nr"].to_numpy()]].drop_duplicates("nr")
    texts = first["reden"].astype(object).where(first["reden"].notna(), None).to_numpy(dtype=object)
    reason[first["nr"].to_numpy()] = texts
    reason[~exempt] = None
    return Exemptions(exempt, reason)


def _covered(found: pd.DataFrame, start: Days, stop: Days) -> Flags:
    """Return for which inflows the spells together cover every day of ``[start, stop)``.

    `found` is sorted by `nr` and `van`.
    """
    reach = start.copy()
    number = found["nr"].to_numpy()
    furthest = found.groupby("nr")["tot"].cummax().to_numpy()
    earlier = start[number]
    same = np.flatnonzero(number[1:] == number[:-1]) + 1
    earlier[same] = furthest[same - 1]
    needed = np.maximum(earlier, start[number])  # the first day that is not yet covered
    hole = (found["van"].to_numpy() > needed) & (needed < stop[number])
    np.maximum.at(reach, number, furthest)
    complete = reach >= stop
    complete[number[hole]] = False
    return np.asarray(complete, dtype=bool)


def first_traject(
    registers: Registers,
    definition: CohortDefinition,
    persons: pa.ChunkedArray,
    start: Days,
    stop: Days,
) -> tuple[Flags, Days]:
    """Return who has a traject in ``[start, stop)`` as the definition counts it, and the earliest begin.

    Returns
    -------
    found : ndarray of bool, shape (n,)
    begin : ndarray of int64, shape (n,)
        Day number of the earliest begin of the trajecten that count; 0 where there is none.
    """
    trajecten = registers.table("trajecten")
    if definition.traject_vorm != "plan_of_instrument":
        trajecten = trajecten.filter(trajecten.vorm == definition.traject_vorm)
    if definition.traject_moment == "gestart":  # the first day alone must lie in the window
        trajecten = trajecten.mutate(einddatum=trajecten.begindatum)
    rows = _overlapping(registers, trajecten, persons, (start, stop), ("van", "tot"), "linking trajecten")
    earliest = rows.groupby("nr")["van"].min()
    has = np.zeros(len(start), dtype=bool)
    begin = np.zeros(len(start), dtype=np.int64)
    has[earliest.index.to_numpy()] = True
    begin[earliest.index.to_numpy()] = earliest.to_numpy()
    return has, begin


def has_work(
    registers: Registers,
    definition: CohortDefinition,
    persons: pa.ChunkedArray,
    exit_day: Days,
) -> Flags:
    """Return who has a dienstverband around the day of exit, as the definition asks.

    Parameters
    ----------
    exit_day : ndarray of int64, shape (n,)
        Day number of the uitstroomdatum (the first day without benefit).
    """
    jobs = registers.table("dienstverbanden")
    if definition.werk_min_uren > 0:
        jobs = jobs.filter((jobs.uren_per_week >= definition.werk_min_uren).fill_null(False))
    if definition.werk_niet_soorten:
        jobs = jobs.filter(jobs.soort.isnull() | jobs.soort.notin(definition.werk_niet_soorten))
    window = (exit_day - definition.werk_dagen_voor, exit_day + definition.werk_dagen_na + 1)
    rows = _overlapping(registers, jobs, persons, window, ("van", "tot"), "linking dienstverbanden")
    working = np.zeros(len(exit_day), dtype=bool)
    working[rows["nr"].to_numpy()] = True
    return working


def background(registers: Registers, name: str, key: str, keys: pa.ChunkedArray, columns: tuple[str, ...]) -> pa.Table:
    """Return columns of a key table (personen, gemeenten) for the keys asked, in their order; missing where unknown.

    Parameters
    ----------
    name, key : str
        The table and its key column.
    keys : Arrow array of text, shape (n,)
    columns : tuple of str

    Returns
    -------
    pyarrow.Table
        With `columns`, shape (n,).
    """
    engine = registers.engine
    numbers = pa.array(np.arange(len(keys), dtype=np.int64))
    asked = engine.upload(TABLE, pa.table({"nr": numbers, "gevraagd": keys}))
    try:
        table = registers.table(name)
        own = {f"kolom_{number}": column for number, column in enumerate(columns)}
        known = table.select(sleutel=table[key], **{new: table[column] for new, column in own.items()})
        linked = asked.left_join(known, asked.gevraagd == known.sleutel)
        rows = engine.collect(linked.select("nr", *own), f"linking {name}").sort_by("nr")
    finally:
        engine.drop(TABLE)
    return rows.select(list(own)).rename_columns(list(columns))
