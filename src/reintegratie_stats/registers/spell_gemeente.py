"""The gemeente of a person on a day, from addresses.

Addresses are spells of a person on an object (``adressen``), and a table says in which gemeente each object lies by the
boundaries of one year (``objecten``). Taking the same year for all years removes mergers at the source.

On a day on which somebody has more than one address, the one that began last counts; of those that began together the
one that ends first, and then the lowest code.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from reintegratie_stats.errors import RegisterError
from reintegratie_stats.periods import as_date, day_number
from reintegratie_stats.registers.gemeente_codes import code_expression
from reintegratie_stats.registers.spell_read import read_day, read_key, read_keys, read_period
from reintegratie_stats.registers.spell_rows import (
    Spells,
    check_days,
    check_there,
    dated,
    engine_of,
    join_rows,
    set_aside,
)


def gemeente_spells(adressen: ir.Table, objecten: ir.Table, *, overbrugging_dagen: int = 0) -> Spells:
    """Return in which gemeente each person lived when: spells that do not overlap.

    Parameters
    ----------
    adressen : ibis table
        ``persoon_id, object_id, begindatum, einddatum`` (last day; missing is running).
    objecten : ibis table
        ``object_id, gemeente``, by the boundaries of one year; codes in any form.
    overbrugging_dagen : int
        Days without an address that are bridged within one gemeente.

    Returns
    -------
    Spells
        ``persoon_id, gemeente`` (as ``GM0014``), ``begindatum, einddatum, rijen``. An address whose object is not among
        `objecten`, has no code of a gemeente there, or more than one, is set aside: where somebody lived is then
        missing.

    Raises
    ------
    RegisterError
        When a column is not there or not of the right type.

    Examples
    --------
    >>> import ibis, pandas as pd
    >>> adressen = pd.DataFrame(
    ...     {
    ...         "persoon_id": ["a", "a"],
    ...         "object_id": ["W1", "W2"],
    ...         "begindatum": ["2001-01-01", "2003-05-01"],
    ...         "einddatum": ["9999-12-31", "9999-12-31"],
    ...     }
    ... )
    >>> objecten = pd.DataFrame({"object_id": ["W1", "W2"], "gemeente": ["GM9001", "GM9002"]})
    >>> homes = gemeente_spells(ibis.memtable(adressen), ibis.memtable(objecten))
    >>> print(homes.to_frame()[["gemeente", "begindatum", "einddatum"]].to_csv(index=False))
    gemeente,begindatum,einddatum
    GM9001,2001-01-01,2003-04-30
    GM9002,2003-05-01,
    """
    check_days(overbrugging_dagen=overbrugging_dagen)
    engine = engine_of("adressen", adressen, objecten)
    check_there("adressen", adressen, ("persoon_id", "object_id", "begindatum", "einddatum"))
    check_there("objecten", objecten, ("object_id", "gemeente"))
    found = _with_gemeente(adressen, objecten)
    values, reasons = read_keys(found, ("persoon_id", "object_id"))
    van, tot, why = read_period(found)
    reasons |= why | {
        "adres niet in objecten": found.rs_gemeenten.isnull(),
        "gemeente van het adres is geen code": (found.rs_gemeenten == 0).fill_null(False),
        "adres in meer dan een gemeente": (found.rs_gemeenten > 1).fill_null(False),
    }
    del values["object_id"]
    values |= {"gemeente": found.gemeente, "van": van, "tot": tot}
    usable, account = set_aside(engine, "adressen", found, values, reasons)
    single = _without_overlap(usable)
    joined = join_rows(single, ("persoon_id", "gemeente"), overbrugging_dagen)
    spells = joined.select("persoon_id", "gemeente", **dated(joined), rijen=joined.rijen)
    return Spells(spells, account, engine)


def _with_gemeente(adressen: ir.Table, objecten: ir.Table) -> ir.Table:
    """Return addresses with the gemeente of their object, and how many it has."""
    key, no_key = read_key(objecten, "object_id")
    code, _ = code_expression(objecten.gemeente)
    (without,) = no_key.values()
    places = objecten.select(rs_object=key, rs_code=code, rs_leeg=without)
    places = places.filter(~places.rs_leeg)
    places = places.group_by("rs_object").aggregate(
        rs_gemeenten=places.rs_code.nunique(), gemeente=places.rs_code.min()
    )
    own, _ = read_key(adressen, "object_id")
    rows = adressen.select("persoon_id", "object_id", "begindatum", "einddatum", rs_sleutel=own)
    return rows.left_join(places, rows.rs_sleutel == places.rs_object)


def _without_overlap(rows: ir.Table) -> ir.Table:
    """Cut the rows of a person so that on each day one is left: the one that counts.

    Only persons with rows that overlap are cut, as nearly nobody has these.
    """
    same = rows.group_by("persoon_id", "gemeente", "van", "tot").aggregate(rijen=rows.count())
    order = [same.van, ibis.desc(same.tot), same.gemeente]
    before = ibis.rows_window(group_by="persoon_id", order_by=order, preceding=(None, 1))
    same = same.mutate(raakt=(same.van < same.tot.max().over(before)).fill_null(False))
    same = same.mutate(snijden=same.raakt.max().over(ibis.window(group_by="persoon_id")))
    columns = ("persoon_id", "gemeente", "van", "tot", "rijen")
    single, double = same.filter(~same.snijden).select(*columns), same.filter(same.snijden).select(*columns)
    edges = ibis.union(
        double.select("persoon_id", dag=double.van), double.select("persoon_id", dag=double.tot), distinct=True
    )
    following = edges.dag.lead(1).over(ibis.window(group_by="persoon_id", order_by=edges.dag))
    pieces = edges.mutate(einde=following).filter(lambda table: table.einde.notnull())
    pairs = pieces.inner_join(
        double.rename(rs_persoon="persoon_id"),
        [("persoon_id", "rs_persoon"), pieces.dag >= double.van, pieces.dag < double.tot],
    )
    best = ibis.window(group_by=["persoon_id", "dag"], order_by=[ibis.desc(pairs.van), pairs.tot, pairs.gemeente])
    chosen = pairs.mutate(plaats=ibis.row_number().over(best)).filter(lambda table: table.plaats == 0)
    # a row is counted in the first of its pieces only
    first = (chosen.dag == chosen.van).ifelse(chosen.rijen, 0)
    cut = chosen.select(chosen.persoon_id, chosen.gemeente, van=chosen.dag, tot=chosen.einde, rijen=first)
    return ibis.union(single, cut, distinct=False)


def gemeente_on_day(spells: ir.Table, events: ir.Table, *, day: Any = "dag", gemeente: str = "gemeente") -> ir.Table:
    """Return events with the gemeente of the person on the day of the event.

    Parameters
    ----------
    spells : ibis table
        ``persoon_id, gemeente, begindatum, einddatum``: of `gemeente_spells`, or a register such as bijstand. Where
        spells overlap the one that began last counts, then the one that ends first, then the lowest code.
    events : ibis table
        With `persoon_id`, and a date column `day`. Every row is kept.
    day : str
        The date column, or a date: the same day for every row. A text that is the name of a column is the column.
    gemeente : str
        What to call the result; missing where the person has no spell on that day, or the event no day.

    Returns
    -------
    ibis table
        `events` with one more column, its rows in any order.

    Raises
    ------
    RegisterError
        When a column is not there or not of the right type, or `events` has a column `gemeente` already.
    DefinitionError
        When `day` is neither a column nor a day.

    Examples
    --------
    >>> import ibis, pandas as pd
    >>> homes = pd.DataFrame(
    ...     {
    ...         "persoon_id": ["a", "a"],
    ...         "gemeente": ["GM9001", "GM9002"],
    ...         "begindatum": ["2001-01-01", "2003-05-01"],
    ...         "einddatum": ["2003-04-30", None],
    ...     }
    ... )
    >>> events = pd.DataFrame({"persoon_id": ["a", "a"], "dag": ["2003-04-30", "2003-05-01"]})
    >>> placed = gemeente_on_day(ibis.memtable(homes), ibis.memtable(events))
    >>> placed.order_by("dag").to_pandas()["gemeente"].tolist()
    ['GM9001', 'GM9002']
    """
    engine_of("gemeente_on_day", spells, events)
    check_there("spells", spells, ("persoon_id", "gemeente", "begindatum", "einddatum"))
    by_column = isinstance(day, str) and day in events.columns
    check_there("events", events, ("persoon_id",))
    taken = [name for name in (gemeente, *_OWN) if name in events.columns]
    if taken:
        raise RegisterError(f"events has a column '{taken[0]}' already; the result would replace it. Rename one.")
    if by_column:
        value, _ = read_day(events, day, required=False)
        number: ir.Value = value.epoch_days().cast("int64")
    else:
        if isinstance(day, str) and not day[:1].isdigit():
            check_there("events", events, (day,))
        number = ibis.literal(day_number(as_date(day, "day")), "int64")
    key, _ = read_key(events, "persoon_id")
    asked = events.mutate(rs_persoon=key, rs_dag=number)
    places = _places(spells, asked)
    linked = asked.left_join(places, [asked.rs_persoon == places.rs_wie, asked.rs_dag == places.rs_op])
    return linked.select(*events.columns, **{gemeente: linked.rs_waar})


_OWN = ("rs_persoon", "rs_dag")


def _places(spells: ir.Table, asked: ir.Table) -> ir.Table:
    """Return the gemeente per person and day that is asked for."""
    values, reasons = read_keys(spells, ("persoon_id", "gemeente"))
    van, tot, why = read_period(spells)
    bad: ir.BooleanValue = ibis.literal(False)
    for one in (reasons | why).values():
        bad = bad | one
    homes = spells.select(
        rs_thuis=values["persoon_id"], rs_waar=values["gemeente"], rs_van=van, rs_tot=tot, rs_fout=bad
    )
    homes = homes.filter(~homes.rs_fout)
    wanted = asked.select(rs_wie=asked.rs_persoon, rs_op=asked.rs_dag).distinct()
    pairs = wanted.inner_join(
        homes, [wanted.rs_wie == homes.rs_thuis, wanted.rs_op >= homes.rs_van, wanted.rs_op < homes.rs_tot]
    )
    best = ibis.window(group_by=["rs_wie", "rs_op"], order_by=[ibis.desc(pairs.rs_van), pairs.rs_tot, pairs.rs_waar])
    ranked = pairs.mutate(rs_plaats=ibis.row_number().over(best))
    return ranked.filter(ranked.rs_plaats == 0).select("rs_wie", "rs_op", "rs_waar")
