"""From source rows to spells, each row accounted for.

- `join_dossiers`: dossiers that follow each other are one benefit.
- `join_offers`: person-periods with a number of voorzieningen per type become voorzieningen.
- `join_wage_statements`: wage statements become jobs.
- `gemeente_spells`, `gemeente_on_day`: addresses give the gemeente of a person on a day.

All take Ibis tables and give an expression of the same engine, so that nothing is loaded: at a hundred million rows an
engine works from disk. Which rows belong together never depends on their order.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis.expr.types as ir

from reintegratie_stats.registers.spell_account import SpellAccount
from reintegratie_stats.registers.spell_gemeente import gemeente_on_day, gemeente_spells
from reintegratie_stats.registers.spell_jobs import WageRule, join_wage_statements
from reintegratie_stats.registers.spell_offers import join_offers
from reintegratie_stats.registers.spell_read import read_keys, read_period
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

__all__ = [
    "SpellAccount",
    "Spells",
    "WageRule",
    "gemeente_on_day",
    "gemeente_spells",
    "join_dossiers",
    "join_offers",
    "join_wage_statements",
]


def join_dossiers(
    bijstand: ir.Table,
    *,
    per: Sequence[str] = ("persoon_id", "gemeente"),
    overbrugging_dagen: int = 0,
    eerste: Sequence[str] = (),
    laatste: Sequence[str] | None = None,
) -> Spells:
    """Join dossiers that follow each other to one benefit.

    A new dossier is opened when a household changes, so a benefit is often several rows that touch or overlap. What a
    cohort counts does not change by joining (it joins rows itself, over gemeenten and with its own bridge); what counts
    rows, such as inflow per month or the length of a benefit, does.

    Parameters
    ----------
    bijstand : ibis table
        ``begindatum, einddatum`` (last day; missing is running) and the columns named.
    per : sequence of str
        Only dossiers that agree on these are joined: by default those of one person in one gemeente.
    overbrugging_dagen : int
        Days without benefit that are bridged; with 0 dossiers must touch or overlap.
    eerste : sequence of str
        Columns that the benefit has from its first dossier.
    laatste : sequence of str, optional
        Columns that it has from its last; by default `reden_einde` where the table has it.

    Returns
    -------
    Spells
        `per`, the kept columns, ``begindatum, einddatum`` and `rijen`, the number of dossiers.

    Raises
    ------
    RegisterError
        When a column is not there or not of the right type.
    DefinitionError
        When `overbrugging_dagen` is no number of days, or a column is asked for twice.

    Examples
    --------
    >>> import ibis, pandas as pd
    >>> rows = pd.DataFrame(
    ...     {
    ...         "persoon_id": ["a", "a", "a"],
    ...         "gemeente": ["GM9001"] * 3,
    ...         "begindatum": ["2002-01-01", "2002-03-01", "2002-09-01"],
    ...         "einddatum": ["2002-02-28", "2002-06-30", None],
    ...         "reden_einde": ["dossierwijziging", "werk", None],
    ...     }
    ... )
    >>> joined = join_dossiers(ibis.memtable(rows)).stored()
    >>> joined
    Spells(SpellAccount(bijstand: 3 rows, 3 used, 0 set aside, 2 spells))
    >>> print(joined.to_frame()[["begindatum", "einddatum", "reden_einde", "rijen"]].to_csv(index=False))
    begindatum,einddatum,reden_einde,rijen
    2002-01-01,2002-06-30,werk,2
    2002-09-01,,,1
    """
    check_days(overbrugging_dagen=overbrugging_dagen)
    engine = engine_of("bijstand", bijstand)
    if laatste is None:
        laatste = ("reden_einde",) if "reden_einde" in bijstand.columns and "reden_einde" not in eerste else ()
    check_once("join_dossiers", per, eerste, laatste)
    check_there("bijstand", bijstand, (*per, "begindatum", "einddatum", *eerste, *laatste))
    values, reasons = read_keys(bijstand, per)
    van, tot, why = read_period(bijstand)
    kept = tuple(dict.fromkeys((*eerste, *laatste)))
    values |= {name: bijstand[name] for name in kept} | {"van": van, "tot": tot}
    usable, account = set_aside(engine, "bijstand", bijstand, values, reasons | why)
    joined = join_rows(usable, per, overbrugging_dagen, eerste=eerste, laatste=laatste)
    return Spells(
        joined.select(*per, **dated(joined), **{name: joined[name] for name in (*kept, "rijen")}), account, engine
    )
