"""Wage statements joined to jobs, with the hours per week.

A row of SPOLISBUS (before 2010 POLISBUS) is a wage statement over a period of pay, thirteen a person and year: not a
job. Some rows say nothing about a job in their period: hours or wages of zero or less correct or pay back an earlier
one. What is done with those, and with interns, is a rule that is given as a value and stands in the output.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, get_args, get_type_hints

import ibis
import ibis.expr.types as ir

from reintegratie_stats.engine import Engine
from reintegratie_stats.errors import DefinitionError, listing, nearest
from reintegratie_stats.periods import OPEN
from reintegratie_stats.registers.spell_account import SpellAccount
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


@dataclass(frozen=True)
class WageRule:
    """What is done with interns, back-payments and rows delivered twice.

    Parameters
    ----------
    nabetaling : {"salderen", "weglaten", "meenemen"}
        ``salderen``: hours and wages of rows of the same job and period are added up, and a period with a sum that is
        not positive is set aside. ``weglaten``: every row that is not positive is set aside by itself. ``meenemen``:
        every row is a period of work.
    nabetaling_op : {"uren", "loon", "uren_of_loon"}
        Which must be positive; ``uren_of_loon`` asks it of both. What is missing is not known to be a back-payment.
    stage : {"apart", "weglaten", "meenemen"}
        ``apart``: never joined with other rows. ``weglaten``: set aside. ``meenemen``: as any other job.
    stage_waarden : tuple of str
        The values of `soort` that mean an internship.
    dubbel : {"eenmaal", "meenemen"}
        ``eenmaal``: rows that are equal in everything that is used count once, and the others are set aside.

    Raises
    ------
    DefinitionError
        When a value is not one of these.

    Examples
    --------
    >>> WageRule(nabetaling="weglaten").nabetaling
    'weglaten'
    """

    nabetaling: Literal["salderen", "weglaten", "meenemen"] = "salderen"
    nabetaling_op: Literal["uren", "loon", "uren_of_loon"] = "uren"
    stage: Literal["apart", "weglaten", "meenemen"] = "apart"
    stage_waarden: tuple[str, ...] = ("stage",)
    dubbel: Literal["eenmaal", "meenemen"] = "eenmaal"

    def __post_init__(self) -> None:
        problems = []
        for name, hint in get_type_hints(WageRule).items():
            value, allowed = getattr(self, name), get_args(hint)
            if name == "stage_waarden":
                if isinstance(value, str) or not all(isinstance(one, str) for one in value):
                    problems.append(f"stage_waarden is {value!r}; it is a tuple of texts.")
                else:
                    object.__setattr__(self, name, tuple(value))
            elif value not in allowed:
                near = nearest(str(value), allowed)
                problems.append(f"{name} is {value!r}; it is one of: {listing(allowed)}.{near}")
        if problems:
            raise DefinitionError("\n".join(problems))


def join_wage_statements(
    rows: ir.Table,
    *,
    per: Sequence[str] = ("persoon_id", "ikvid"),
    overbrugging_dagen: int = 0,
    regel: WageRule | None = None,
) -> Spells:
    r"""Join wage statements to jobs.

    The hours per week of a job are

    .. math:: 7 \cdot \frac{\text{basisuren of its rows together}}{\text{days that its rows cover}},

    so of hours per month, of four weeks or of part of a month alike; days that were bridged do not count. It is missing
    as soon as one of its rows has no hours. Rows of several employers that are joined per person add up.

    Parameters
    ----------
    rows : ibis table
        As layout ``spolisbus`` gives them: `per`, ``tijdvak_van, tijdvak_tot_en_met`` (first and last day of the period
        of pay), `basisuren` (hours in that period), `soort`, and `basisloon` (euros in that period) where `regel` asks
        it.
    per : sequence of str
        ``("persoon_id", "ikvid")``: per employer. ``("persoon_id",)``: whether somebody works, for whomever.
    overbrugging_dagen : int
        Days between two rows that are bridged; with 0 they must touch or overlap.
    regel : WageRule, optional
        By default ``WageRule()``.

    Returns
    -------
    Spells
        `per`, ``begindatum, einddatum``, `uren_per_week`, `soort` (of the first row), ``uren`` (hours together) and
        `rijen`. The last day is that of the last statement: a job that runs on after the delivery is not known to.

    Raises
    ------
    RegisterError
        When a column is not there or not of the right type.
    DefinitionError
        When a setting is not one of those above.

    Examples
    --------
    >>> import ibis, pandas as pd
    >>> rows = pd.DataFrame(
    ...     {
    ...         "persoon_id": ["a", "a", "a"],
    ...         "ikvid": ["1", "1", "1"],
    ...         "tijdvak_van": ["2017-01-01", "2017-01-29", "2017-01-29"],
    ...         "tijdvak_tot_en_met": ["2017-01-28", "2017-02-25", "2017-02-25"],
    ...         "basisuren": [80.0, 80.0, -80.0],
    ...         "soort": [None, None, None],
    ...     }
    ... )
    >>> jobs = join_wage_statements(ibis.memtable(rows, schema=dict.fromkeys(rows, "string") | {"basisuren": "float"}))
    >>> jobs.account
    SpellAccount(dienstverbanden: 3 rows, 1 used, 2 set aside)
    >>> print(jobs.to_frame()[["begindatum", "einddatum", "uren_per_week"]].to_csv(index=False))
    begindatum,einddatum,uren_per_week
    2017-01-01,2017-01-28,20.0
    """
    regel = WageRule() if regel is None else regel
    if not isinstance(regel, WageRule):
        raise DefinitionError(f"regel is {type(regel).__name__}; it is a WageRule.")
    check_days(overbrugging_dagen=overbrugging_dagen)
    check_once("join_wage_statements", per)
    engine = engine_of(BRON, rows)
    check_there(BRON, rows, (*per, *PERIOD, "basisuren", "soort", *(("basisloon",) if _asks_wages(regel) else ())))
    values, reasons = _read(rows, per, regel)
    apart = [*per, "rs_stage"]
    usable, account = set_aside(engine, BRON, rows, values, reasons)
    job = [*apart, "ikvid"] if "ikvid" in values and "ikvid" not in per else apart
    periods = _per_period(usable, job, regel)
    account = _counted(engine, periods, account)
    periods = periods.filter(~periods.nabetaling).select(*apart, "van", "tot", "soort", "uren", "rijen")
    joined = join_rows(periods, apart, overbrugging_dagen, eerste=("soort",), sums=("uren",))
    per_week = 7 * joined.uren / joined.dagen
    kept = {name: joined[name] for name in ("soort", "uren", "rijen")}
    spells = joined.select(*per, **dated(joined), uren_per_week=per_week, **kept)
    return Spells(spells, account, engine)


NET_NOT_POSITIVE = "nabetaling: saldo van het tijdvak niet groter dan nul"
BRON, PERIOD = "dienstverbanden", ("tijdvak_van", "tijdvak_tot_en_met")


def _asks_wages(rule: WageRule) -> bool:
    return rule.nabetaling != "meenemen" and rule.nabetaling_op != "uren"


def _read(rows: ir.Table, per: Sequence[str], rule: WageRule) -> tuple[dict[str, ir.Value], Reasons]:
    """Return the columns that are used, and the reasons for which a row by itself is set aside."""
    values, reasons = read_keys(rows, per)
    van, tot, why = read_period(rows, *PERIOD)
    hours, more = read_number(rows, "basisuren")
    reasons |= why | {f"zonder {PERIOD[1]}": tot >= OPEN} | more
    values |= {"van": van, "tot": tot, "rs_uren": hours, "soort": rows.soort.cast("string")}
    values["rs_loon"] = ibis.null("float64")
    if _asks_wages(rule):
        values["rs_loon"], why = read_number(rows, "basisloon")
        reasons |= why
    if "ikvid" in rows.columns and "ikvid" not in per:
        values["ikvid"] = rows.ikvid.cast("string")
    intern = values["soort"].isin(list(rule.stage_waarden)).fill_null(False)
    values["rs_stage"] = intern if rule.stage == "apart" else ibis.literal(False)
    if rule.stage == "weglaten":
        reasons["stage"] = intern
    if rule.nabetaling == "weglaten":
        reasons |= _not_positive(rule, hours, values["rs_loon"])
    return values, reasons


def _not_positive(rule: WageRule, hours: ir.NumericValue, wages: ir.NumericValue) -> Reasons:
    """Return for each that must be positive whether it is known not to be."""
    asked = {
        "nabetaling: uren niet groter dan nul": (hours, rule.nabetaling_op != "loon"),
        "nabetaling: loon niet groter dan nul": (wages, rule.nabetaling_op != "uren"),
    }
    return {reason: (value <= 0).fill_null(False) for reason, (value, wanted) in asked.items() if wanted}


def _per_period(usable: ir.Table, job: Sequence[str], rule: WageRule) -> ir.Table:
    """Return one row per job and period of pay: its hours, and whether it is a back-payment after all is added up.

    `rijen` are the rows that it stands for, `dubbel` those that were there before.
    """
    period = [*job, "van", "tot"]
    rows = usable.group_by(*period, "rs_uren", "rs_loon", "soort").aggregate(aantal=usable.count())
    times = ibis.literal(1, "int64") if rule.dubbel == "eenmaal" else rows.aantal
    rows = rows.mutate(keer=times)
    sums = {
        name: rows[column].isnull().any().ifelse(ibis.null("float64"), (rows[column] * rows.keer).sum())
        for name, column in (("uren", "rs_uren"), ("loon", "rs_loon"))
    }
    grouped = rows.group_by(period).aggregate(
        **sums, soort=rows.soort.min(), rijen=rows.keer.sum(), dubbel=(rows.aantal - rows.keer).sum()
    )
    back: ir.BooleanValue = ibis.literal(False)
    if rule.nabetaling == "salderen":
        for one in _not_positive(rule, grouped.uren, grouped.loon).values():
            back = back | one
    return grouped.mutate(nabetaling=back)


def _counted(engine: Engine, periods: ir.Table, account: SpellAccount) -> SpellAccount:
    """Add to the account what is set aside after rows were added up."""
    back = periods.nabetaling.ifelse(periods.rijen, 0)
    sums = periods.aggregate(rijen=periods.rijen.sum(), dubbel=periods.dubbel.sum(), nabetaling=back.sum())
    row = engine.collect(sums, f"counting rows of {BRON}").to_pylist()[0]
    found = {name: int(value or 0) for name, value in row.items()}
    more = {"dubbele rij": found["dubbel"], NET_NOT_POSITIVE: found["nabetaling"]}
    aside = dict(account.set_aside) | {reason: number for reason, number in more.items() if number}
    return replace(account, used=found["rijen"] - found["nabetaling"], set_aside=MappingProxyType(aside))
