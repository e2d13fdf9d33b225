"""What is unusual but legal in registers: every rule judged on every register that it looks at.

A rule finds what breaks no rule of a row, and yet often means that a delivery is not what it seems: a year that was
delivered apart, a gemeente that is gone, ends that nobody registered. No row is set aside for it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Final

from reintegratie_stats.quality.finding import Finding
from reintegratie_stats.quality.rule import UnusualRule
from reintegratie_stats.quality.unusual_calendar import (
    provisional_months,
    series_break,
    thin_month,
    year_end_pile,
    year_jump,
)
from reintegratie_stats.quality.unusual_case import Case
from reintegratie_stats.quality.unusual_codes import spellings
from reintegratie_stats.quality.unusual_counts import Counted, count_registers, last_known_day, period_of
from reintegratie_stats.quality.unusual_ends import open_by_gemeente, open_by_year
from reintegratie_stats.quality.unusual_gemeenten import gemeente_absent, gemeente_dip, gemeente_gap
from reintegratie_stats.quality.unusual_heaping import gemeente_heaping, month_turn
from reintegratie_stats.quality.unusual_rows import BY_BIRTH, BY_DAY, double_rows, key_lengths, overlaps, row_findings
from reintegratie_stats.registers import Registers

PROVISIONAL: Final = 3
"""Months before the last day that are not judged, where no rule says how many."""

JUDGES: Final[Mapping[str, Callable[[Case], Finding]]] = {
    "sprong_jaargrens": year_jump,
    "maand_zonder_begin": thin_month,
    "stapeling_eerste_dag": month_turn,
    "stapeling_laatste_dag": month_turn,
    "stapeling_1_januari": year_end_pile,
    "stapeling_31_december": year_end_pile,
    "stapeling_gemeente": gemeente_heaping,
    "open_einden_jaar": open_by_year,
    "open_einden_gemeente": open_by_gemeente,
    "gemeente_verdwijnt": gemeente_gap,
    "gemeente_terugval": gemeente_dip,
    "gemeente_zonder_rijen": gemeente_absent,
    "gemeente_schrijfwijze": spellings,
    "reeksbreuk_participatiewet": series_break,
    "reeksbreuk_participatie": series_break,
    "reeksbreuk_correcties": series_break,
    "voorlopige_maanden": provisional_months,
    "dubbele_rij": double_rows,
    "overlap": overlaps,
    "sleutellengte": key_lengths,
}
"""The rules that are judged one by one; those of `BY_DAY` and `BY_BIRTH` are judged together."""


def unusual_findings(
    registers: Registers,
    rules: Mapping[str, UnusualRule],
    *,
    day: datetime.date | None = None,
    window: tuple[datetime.date, datetime.date] | None = None,
) -> list[Finding]:
    """Return what the rules find in the registers: a finding per rule and register, in the order of the rules.

    Parameters
    ----------
    registers : Registers
    rules : mapping of str to UnusualRule
        Those that are ``uit`` are left out, and so are rules on registers that were not delivered.
    day : date, optional
        The last day known: the day of delivery. Without it the last day on which something begins in a register, or on
        which bijstand ends, without strays; notes say so. Never the clock.
    window : (date, date), optional
        Judge only what begins from the first day to before the second, in whole months. Without it each register from
        its first to its last regular month.

    Returns
    -------
    list of Finding
        A rule that cannot be judged is a finding with all units missing, and a note why.
    """
    counted = count_registers(registers)
    inferred = day is None
    if day is None:
        day = last_known_day(counted.values())
    months = rules["voorlopige_maanden"].limits.get("grens_maanden") if "voorlopige_maanden" in rules else None
    provisional = PROVISIONAL if months is None else max(0, round(months))
    periods = {name: None if day is None else period_of(one, day, window, provisional) for name, one in counted.items()}
    others = {name: table for name, table in registers.tables.items() if name not in counted}
    if "personen" in others:  # no spells: only its keys are judged
        counted["personen"] = Counted("personen", others["personen"], registers.engine)
    cases = [
        Case(rule, counted[name], periods.get(name), day, inferred, others)
        for rule in rules.values()
        if rule.severity != "uit"
        for name in rule.tables
        if name in counted
    ]
    return _in_order(cases)


def _in_order(cases: list[Case]) -> list[Finding]:
    """Judge all cases, those on rows of one register together, and return the findings in the order of the cases."""
    together: dict[str, list[Case]] = {}
    for case in cases:
        if case.rule.name in BY_DAY or case.rule.name in BY_BIRTH:
            together.setdefault(case.counted.name, []).append(case)
    findings = {
        (finding.rule.name, finding.table): finding for some in together.values() for finding in row_findings(some)
    }
    for case in cases:
        judge = JUDGES.get(case.rule.name)
        if judge is not None:
            findings[case.rule.name, case.counted.name] = judge(case)
    keys = [(case.rule.name, case.counted.name) for case in cases]
    return [findings[key] for key in keys if key in findings]
