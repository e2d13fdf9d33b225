"""Person-periods with a number of running voorzieningen per type, joined per type before anything is counted.

A row of such a register (SRG) says how many voorzieningen of each type ran for a person in a period, and a new row
begins whenever any of the numbers changes. So one coaching of a year can be six rows, because other things began and
ended beside it. Counting rows counts administration.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from reintegratie_stats.errors import DefinitionError
from reintegratie_stats.registers.spell_read import Reasons, read_keys, read_number, read_period
from reintegratie_stats.registers.spell_rows import (
    Spells,
    check_days,
    check_once,
    check_there,
    dated,
    engine_of,
    join_rows,
    set_aside,
)


def join_offers(
    rows: ir.Table,
    *,
    per: Sequence[str] = ("persoon_id", "soort"),
    aantal: str | None = "aantal",
    overbrugging_dagen: int = 0,
    eerste: Sequence[str] = (),
    hoogste_aantal: int = 99,
) -> Spells:
    """Join person-periods to voorzieningen.

    With ``n(t)`` the number of a type that runs on day `t`, voorziening number `k` of that type runs on the days on
    which ``n(t) >= k``; its days that touch are one voorziening. So the voorzieningen that run on a day are exactly
    ``n(t)``, and those that begin are the rises of ``n(t)`` added up: the smallest number that the register allows.
    When one of two ends and it is not known which, the one with the highest number ends. Where rows of one person and
    type overlap, ``n(t)`` is the highest of them, so that a row delivered twice counts once.

    Parameters
    ----------
    rows : ibis table
        A row per person, period and type: `per`, ``begindatum, einddatum`` (last day; missing is running) and the
        number. Columns with a number per type are unfolded to such rows by a layout (``[uitklappen]``).
    per : sequence of str
        Only rows that agree on these are joined.
    aantal : str, optional
        The column with the number; None where every row is one voorziening.
    overbrugging_dagen : int
        Days that are bridged; with 0 rows must touch or overlap.
    eerste : sequence of str
        Further columns, of which the value in the first row is kept.
    hoogste_aantal : int
        A higher number is no number of voorzieningen of one person: the row is set aside.

    Returns
    -------
    Spells
        `per`, ``begindatum, einddatum``, `nummer` (1 for the first of those that run beside each other), the kept
        columns and `rijen`. An offer without a first day cannot be joined and is kept as such: a row of its own for
        each, `begindatum` missing.

    Raises
    ------
    RegisterError
        When a column is not there or not of the right type.
    DefinitionError
        When a setting is no number, or a column is asked for twice.

    Examples
    --------
    >>> import ibis, pandas as pd
    >>> rows = pd.DataFrame(
    ...     {
    ...         "persoon_id": ["a", "a", "a"],
    ...         "soort": ["coaching"] * 3,
    ...         "begindatum": ["2024-01-01", "2024-02-01", "2024-03-01"],
    ...         "einddatum": ["2024-01-31", "2024-02-29", "2024-03-31"],
    ...         "aantal": [1, 2, 1],
    ...     }
    ... )
    >>> offers = join_offers(ibis.memtable(rows)).to_frame()
    >>> print(offers[["nummer", "begindatum", "einddatum"]].to_csv(index=False))
    nummer,begindatum,einddatum
    1,2024-01-01,2024-03-31
    2,2024-02-01,2024-02-29
    """
    check_days(overbrugging_dagen=overbrugging_dagen, hoogste_aantal=hoogste_aantal)
    check_once("join_offers", per, eerste)
    if "nummer" in (*per, *eerste):
        raise DefinitionError("join_offers: column nummer is made by the join. Rename it in the source.")
    engine = engine_of("trajecten", rows)
    wanted = (*per, "begindatum", "einddatum", *eerste, *((aantal,) if aantal else ()))
    check_there("trajecten", rows, wanted)
    values, reasons = read_keys(rows, per)
    van, tot, why = read_period(rows, begin_required=False)
    reasons |= why
    values |= {name: rows[name] for name in eerste} | {"van": van, "tot": tot, "rs_aantal": ibis.literal(1, "int64")}
    if aantal:
        values["rs_aantal"], why = _number(rows, aantal, hoogste_aantal)
        reasons |= why
    usable, account = set_aside(engine, "trajecten", rows, values, reasons, {"zonder begindatum": van.isnull()})
    levels = usable.mutate(nummer=ibis.range(1, usable.rs_aantal + 1).unnest()).drop("rs_aantal")
    columns = (*per, "nummer", *eerste)
    known = levels.filter(levels.van.notnull()) if account.kept else levels
    joined = join_rows(known, (*per, "nummer"), overbrugging_dagen, eerste=eerste)
    spells = _chosen(joined, columns, joined.rijen)
    if account.kept:
        loose = levels.filter(levels.van.isnull())
        spells = ibis.union(spells, _chosen(loose, columns, ibis.literal(1, "int64")), distinct=False)
    return Spells(spells, account, engine)


def _chosen(table: ir.Table, columns: Sequence[str], rows: ir.Value) -> ir.Table:
    days = dated(table)
    return table.select(**{name: table[name] for name in columns}, **days, rijen=rows.cast("int64"))


def _number(rows: ir.Table, aantal: str, highest: int) -> tuple[ir.IntegerValue, Reasons]:
    number, reasons = read_number(rows, aantal)
    within = ((number >= 0) & (number <= highest)).fill_null(False)
    bounded = within.ifelse(number, 0.0)  # an engine cannot round what is too large for it
    fits = within & (bounded == bounded.round())
    reasons |= {
        f"zonder {aantal}": number.isnull(),
        f"{aantal} is geen heel getal van 0 tot en met {highest}": ~fits,
        f"{aantal} is nul": (number == 0).fill_null(False),
    }
    whole: ir.IntegerValue = fits.ifelse(number, 0.0).cast("int64")
    return whole, reasons
