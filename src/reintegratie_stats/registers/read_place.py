"""The gemeente of rows whose layout takes it from the address: joined between reading and checking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import ibis.expr.types as ir

from reintegratie_stats.engine import Engine
from reintegratie_stats.errors import RegisterError, listing
from reintegratie_stats.registers.checks import check_columns
from reintegratie_stats.registers.layout import Layout
from reintegratie_stats.registers.layout_read import OWN
from reintegratie_stats.registers.layout_tables import HELPERS
from reintegratie_stats.registers.read_one import Read
from reintegratie_stats.registers.reading import Reading, Step
from reintegratie_stats.registers.spell_read import read_key
from reintegratie_stats.registers.spells import SpellAccount, Spells, gemeente_on_day, gemeente_spells

UNUSED = "niet gebruikt: geen layout vraagt de gemeente van het adres (adres_op)"
NOBODY = "persoon zonder rij die een gemeente vraagt"


def asks_address(layouts: Mapping[str, Layout]) -> list[str]:
    """Return the registers whose layout takes the gemeente from the address."""
    return [name for name, layout in layouts.items() if layout.adres_op is not None]


def missing_addresses(layouts: Mapping[str, Layout], sources: Mapping[str, object]) -> list[str]:
    """Return a message for each register whose gemeente comes from addresses that are not among the sources."""
    lacking = [name for name in HELPERS if name not in sources]
    return [
        f"{name}: layout {layouts[name].naam} takes the gemeente from the address on {layouts[name].adres_op}, and "
        f"{listing(lacking)} {'is' if len(lacking) == 1 else 'are'} not among the sources. Give both: adressen (who "
        "lives where, layout gbaadresobjectbus) and objecten (the gemeente of each address, layout vslgwbtab). Where "
        "the gemeente is in a column of your own, or is one, say so in a layout with "
        f'basis = "{layouts[name].naam}": kolommen.gemeente = "NAAM", or {{ vast = "GM0014" }}.'
        for name in asks_address(layouts)
        if lacking and name in sources
    ]


def place_gemeenten(engine: Engine, read: Mapping[str, Read], layouts: Mapping[str, Layout]) -> dict[str, Read]:
    """Return what was read, with the gemeente of the address where a layout asks it.

    Parameters
    ----------
    engine : Engine
    read : mapping of str to Read
        The registers and the helping tables.
    layouts : mapping of str to Layout

    Returns
    -------
    dict of str to Read
        A row of which the person had no address in one gemeente on the day has none; the checks set it aside. The
        reading of a register counts both; that of ``adressen`` has the account of its rows.

    Raises
    ------
    RegisterError
        When addresses cannot be linked.
    """
    done = dict(read)
    asking = [name for name in asks_address(layouts) if name in read]
    helpers = [name for name in HELPERS if name in read]
    if not asking or len(helpers) < len(HELPERS):
        for name in helpers if not asking else []:
            done[name] = replace(read[name], reading=_noted(read[name].reading, UNUSED))
        return done
    homes, account = _homes(read, [read[name].table for name in asking])
    done["adressen"] = replace(read["adressen"], reading=replace(read["adressen"].reading, joined=account))
    for name in asking:
        done[name] = _placed(engine, name, read[name], homes.table, str(layouts[name].adres_op))
    return done


def _noted(reading: Reading, *notes: str) -> Reading:
    return replace(reading, notes=(*reading.notes, *notes))


def _homes(read: Mapping[str, Read], asking: list[ir.Table]) -> tuple[Spells, SpellAccount]:
    """Return where everybody in the asking registers lived when, and the account of all addresses."""
    lacking = [one for name in HELPERS for one in check_columns(name, HELPERS[name], read[name].table.columns)]
    if lacking:
        raise RegisterError("\n".join(lacking))
    problem = ""
    try:
        persons = [read_key(table, "persoon_id")[0].name("rs_wie").as_table() for table in asking]
        wanted = persons[0].union(*persons[1:]) if len(persons) > 1 else persons[0]
        addresses, places = _bare(read["adressen"]), _bare(read["objecten"])
        key, _ = read_key(addresses, "persoon_id")
        theirs = addresses.mutate(rs_wie=key).semi_join(wanted, "rs_wie").drop("rs_wie")
        homes = gemeente_spells(theirs, places).stored()
    except RegisterError as error:
        problem = f"adressen: {error}"
    if problem:
        raise RegisterError(problem)
    account, total = homes.account, read["adressen"].reading.out
    others = total - account.rows
    aside = {**({NOBODY: others} if others else {}), **account.set_aside}
    return homes, replace(account, rows=total, set_aside=aside)


def _bare(read: Read) -> ir.Table:
    """Return a helping table without blanks around its keys; a layout has taken these away already."""
    if read.reading.layout != OWN:
        return read.table
    keys = [name for name in ("persoon_id", "object_id") if name in read.table.columns]
    texts = [name for name in keys if read.table[name].type().is_string()]
    return read.table.mutate(**{name: read.table[name].strip() for name in texts}) if texts else read.table


def _placed(engine: Engine, name: str, read: Read, homes: ir.Table, day: str) -> Read:
    columns = read.table.columns
    placed = gemeente_on_day(homes, read.table.drop("gemeente"), day=day).select(*columns)
    table = engine.store(f"geplaatst_{name}", placed, f"looking up the gemeente of {name}")
    sums = table.aggregate(alle=table.count(), geplaatst=table.gemeente.count())
    found = engine.collect(sums, f"counting {name} by address").to_pylist()[0]
    rows, those = int(found["alle"]), int(found["geplaatst"])
    steps = (
        Step("", "gemeente van het adres", "gemeente", f"adres op {day}", those),
        Step("", "zonder gemeente", "gemeente", f"geen adres in één gemeente op {day}", rows - those),
    )
    return replace(read, table=table, reading=replace(read.reading, steps=(*read.reading.steps, *steps)))
