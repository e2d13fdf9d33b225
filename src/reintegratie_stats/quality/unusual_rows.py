"""Single rows that are unusual: days in the future, spells that last too long, ages that cannot be, doubles, overlaps.

The rows of such a rule pass all other checks and are used. The counts are per gemeente where the register says it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from reintegratie_stats.quality.finding import Finding
from reintegratie_stats.quality.places import place_text
from reintegratie_stats.quality.unusual_case import NOTHING, Case, per_cent
from reintegratie_stats.quality.unusual_counts import Counted, ended

Flags = tuple[ir.Value, ir.Value]
"""Which rows fail, and for which it cannot be judged."""

YEAR = 365.2425
NEVER = "9999-12-31"
SPELL = ["persoon_id", "gemeente", "begindatum", "rs_eind"]


def after_day(case: Case, table: ir.Table, day: Any) -> Flags:
    """Flag rows that begin, or end, after the last day known."""
    value = ended(table) if case.rule.column == "einddatum" else table.begindatum
    return (value > day).fill_null(False), value.isnull()


def too_long(case: Case, table: ir.Table, day: Any) -> Flags:
    """Flag rows that last longer than the threshold of their register in years; what runs on, until the last day."""
    name = f"grens_{case.counted.name}"
    most = case.rule.limits.get(name, case.rule.limits.get("grens", 0.0)) * YEAR
    end = ibis.least(ibis.coalesce(ended(table), day), day)
    lasted = end.epoch_days().cast("int64") - table.begindatum.epoch_days().cast("int64") + 1
    return (lasted > most).fill_null(False), table.begindatum.isnull()


def wrong_age(case: Case, table: ir.Table, _: Any) -> Flags:
    """Flag rows of persons who are too young or too old when they begin; who is not born yet is another rule's."""
    birth, begin = table.rs_geboren, table.begindatum
    age = (_calendar(begin) - _calendar(birth)) // 10_000
    wrong = (birth <= begin) & ((age < case.limit("jongst")) | (age > case.limit("oudst")))
    return wrong.fill_null(False), birth.isnull()


def born_later(case: Case, table: ir.Table, _: Any) -> Flags:
    """Flag rows that begin before the person is born."""
    return (table.rs_geboren > table.begindatum).fill_null(False), table.rs_geboren.isnull()


def _calendar(day: ir.Value) -> ir.Value:
    return day.year().cast("int64") * 10_000 + day.month().cast("int64") * 100 + day.day().cast("int64")


BY_DAY: Mapping[str, Callable[[Case, ir.Table, Any], Flags]] = {
    "begin_in_toekomst": after_day,
    "einde_in_toekomst": after_day,
    "duurt_te_lang": too_long,
}
BY_BIRTH: Mapping[str, Callable[[Case, ir.Table, Any], Flags]] = {
    "leeftijd_bij_begin": wrong_age,
    "geboren_na_begin": born_later,
}


def row_findings(cases: Sequence[Case]) -> list[Finding]:
    """Judge the rules on days and ages of one register, each kind in one pass."""
    by_day = [case for case in cases if case.rule.name in BY_DAY]
    by_birth = [case for case in cases if case.rule.name in BY_BIRTH]
    return [*_judge(by_day, BY_DAY), *_judge_births(by_birth)]


def _judge_births(cases: Sequence[Case]) -> list[Finding]:
    if not cases:
        return []
    personen, counted = cases[0].others.get("personen"), cases[0].counted
    if personen is None or "geboortedatum" not in personen.columns:
        return [
            case.cannot(
                counted.rows, "Er is geen register van personen.", "There is no register of persons (personen)."
            )
            for case in cases
        ]
    births = personen.select(rs_persoon=personen.persoon_id, rs_geboren=personen.geboortedatum)
    table = counted.table
    joined = table.left_join(births, table.persoon_id == births.rs_persoon)
    return _judge(cases, BY_BIRTH, joined)


def _judge(
    cases: Sequence[Case],
    flags: Mapping[str, Callable[[Case, ir.Table, Any], Flags]],
    table: ir.Table | None = None,
) -> list[Finding]:
    """Count the flags of several rules in one pass over the register, by gemeente."""
    if not cases:
        return []
    counted = cases[0].counted
    table = counted.table if table is None else table
    day = None if cases[0].day is None else ibis.date(str(cases[0].day))
    if day is None and flags is BY_DAY:
        return [_no_rows(case) for case in cases]
    made = {case.rule.name: flags[case.rule.name](case, table, day) for case in cases}
    columns: dict[str, ir.Value] = {"gemeente": _gemeente(counted, table)}
    for place, (fails, missing) in enumerate(made.values()):
        columns |= {f"f{place}": fails.ifelse(1, 0), f"m{place}": missing.ifelse(1, 0)}
    parts = table.select(**columns)
    sums = {name: parts[name].sum() for name in columns if name != "gemeente"}
    grouped = parts.group_by("gemeente").aggregate(rijen=parts.count(), **sums)
    found = counted.engine.collect(grouped, f"judging rows of {counted.name}", ordered=True).to_pylist()
    return [_row_finding(case, found, place, table, made[case.rule.name][0]) for place, case in enumerate(cases)]


def _gemeente(counted: Counted, table: ir.Table) -> ir.Value:
    return place_text(table) if counted.has_gemeente else ibis.null("string")


def _row_finding(case: Case, found: list[dict[str, Any]], place: int, table: ir.Table, flag: ir.Value) -> Finding:
    items = sum(one["rijen"] for one in found)
    missing = sum(int(one[f"m{place}"] or 0) for one in found)
    counts = {one["gemeente"]: int(one[f"f{place}"] or 0) for one in found}
    columns = case.counted.table.columns
    return case.finding(
        items,
        sum(counts.values()),
        missing,
        where=_by_gemeente(counts),
        rows=lambda: table.filter(flag).select(*columns),
        note=_day_note(case) if case.rule.name in BY_DAY and any(counts.values()) else NOTHING,
    )


def _by_gemeente(counts: Mapping[str | None, int]) -> list[dict[str, Any]]:
    """Return the rows that fail per gemeente, most first; where the register says no gemeente, all together."""
    order = sorted((-rows, name or "", name) for name, rows in counts.items() if rows)
    return [{"rijen": -rows} | ({"gemeente": name} if name is not None else {}) for rows, _, name in order]


def _day_note(case: Case) -> tuple[str, str]:
    day = "" if case.day is None else case.day.isoformat()
    if case.inferred:
        return (
            f"Beoordeeld naar {day}, afgeleid als laatste dag uit de gegevens.",
            f"Judged by {day}, inferred as the last day from the data.",
        )
    return f"Beoordeeld naar {day}.", f"Judged by {day}."


def _no_rows(case: Case) -> Finding:
    return case.cannot(case.counted.rows, "Er zijn geen rijen of geen dag.", "There are no rows, or no day.")


def double_rows(case: Case) -> Finding:
    """Count the rows that are the same as another in every column, but for the first of each."""
    counted, table = case.counted, case.counted.table
    names = list(table.columns)
    grouped = _alike(table).group_by(names).aggregate(rs_rijen=lambda one: one.count())
    double = grouped.filter(grouped.rs_rijen > 1)
    parts = double.select(gemeente=_gemeente(counted, double), dubbel=double.rs_rijen - 1)
    summed = parts.group_by("gemeente").aggregate(rijen=parts.dubbel.sum())
    found = counted.engine.collect(summed, f"looking for double rows of {counted.name}", ordered=True).to_pylist()
    counts = {one["gemeente"]: int(one["rijen"]) for one in found}

    def rows() -> ir.Table:
        alike = _alike(table)
        numbered = alike.mutate(rs_rijen=alike.count().over(ibis.window(group_by=names)))
        return numbered.filter(numbered.rs_rijen > 1).select(*names)

    return case.finding(counted.rows, sum(counts.values()), where=_by_gemeente(counts), rows=rows)


def _alike(table: ir.Table) -> ir.Table:
    """Return the rows of persons with more than one row that begins on that day: few, and all that can be double."""
    keys = ["persoon_id", "begindatum"]
    begins = table.group_by(keys).aggregate(rs_rijen=table.count())
    return table.semi_join(begins.filter(begins.rs_rijen > 1), keys)


def overlaps(case: Case) -> Finding:
    """Count the rows of a person in a gemeente that begin before, or on, the last day of an earlier one.

    Rows that are the same in every column count once: the copies are the rule on doubles'.
    """
    counted, table = case.counted, case.counted.table
    if not counted.has_gemeente:
        return case.cannot(counted.rows, "Het register noemt geen gemeente.", "The register names no gemeente.")
    found = _overlapping(table)
    summed = found.group_by("gemeente").aggregate(rijen=found.count())
    seen = counted.engine.collect(summed, f"looking for overlaps in {counted.name}", ordered=True).to_pylist()
    counts = {one["gemeente"]: int(one["rijen"]) for one in seen}

    def rows() -> ir.Table:
        keyed = table.mutate(rs_eind=_last_day(table))
        return keyed.semi_join(found, SPELL).select(*table.columns)

    note = (
        "Overlap mag: dossiers van een persoon worden samengevoegd voordat er wordt geteld.",
        "Overlap is legal: dossiers of a person are joined before anything is counted.",
    )
    fails = sum(counts.values())
    return case.finding(counted.rows, fails, where=_by_gemeente(counts), rows=rows, note=note if fails else NOTHING)


def _last_day(table: ir.Table) -> ir.Value:
    return ibis.coalesce(ended(table), ibis.date(NEVER))


def _overlapping(table: ir.Table) -> ir.Table:
    """Return the spells that begin before an earlier one of the same person and gemeente has ended.

    Two rows of a person overlap when the later begin is not after the earlier end; so nearly all persons with two rows
    are left out before anything is put in order.
    """
    spells = table.mutate(rs_eind=_last_day(table))
    persons = spells.group_by("persoon_id").aggregate(
        rs_rijen=spells.count(), rs_laatste=spells.begindatum.max(), rs_eerste=spells.rs_eind.min()
    )
    apart = (persons.rs_rijen == 1) | ((persons.rs_rijen == 2) & (persons.rs_laatste > persons.rs_eerste))
    single = spells.semi_join(persons.filter(~apart), "persoon_id").distinct()
    others = [single[name] for name in table.columns if name not in SPELL]
    before = ibis.rows_window(
        group_by=["persoon_id", "gemeente"], order_by=[single.begindatum, single.rs_eind, *others], preceding=(None, 1)
    )
    marked = single.mutate(rs_eerder=single.rs_eind.max().over(before))
    return marked.filter((marked.rs_eerder >= marked.begindatum).fill_null(False)).select(*SPELL)


def key_lengths(case: Case) -> Finding:
    """Count the rows whose key is not as long as most keys are; never a key, but the number of rows per length.

    Where no length holds ``grens`` of the rows, nothing can be said.
    """
    counted = case.counted
    key = counted.table.persoon_id
    parts = counted.table.select(lengte=key.length().cast("int64"), nul=key.startswith("0").ifelse(1, 0))
    grouped = parts.group_by("lengte").aggregate(rijen=parts.count(), nul=parts.nul.sum())
    found = counted.engine.collect(grouped, f"measuring keys of {counted.name}", ordered=True).to_pylist()
    lengths = {int(one["lengte"]): (int(one["rijen"]), int(one["nul"])) for one in found}
    total = sum(rows for rows, _ in lengths.values())
    if not lengths:
        return case.cannot(total, "Er zijn geen rijen.", "There are no rows.")
    common = max(lengths, key=lambda length: (lengths[length][0], length))
    most = lengths[common][0] / total
    if most < case.limit():
        return case.cannot(
            total,
            f"Sleutels hebben geen gewone lengte: de meest voorkomende ({common}) heeft {per_cent(most)} van de rijen.",
            f"Keys have no common length: the most frequent ({common}) is that of {per_cent(most)} of the rows.",
        )
    fails = total - lengths[common][0]
    where = [
        {"lengte": length, "rijen": rows, "met_voorloopnul": zeros} for length, (rows, zeros) in sorted(lengths.items())
    ]
    note = (
        f"De meeste sleutels hebben {common} tekens: zijn er voorloopnullen verloren, of zijn er twee bronnen?",
        f"Most keys have {common} characters: were leading zeros lost, or are there two sources?",
    )
    return case.finding(
        total,
        fails,
        where=where if fails else (),
        rows=lambda: counted.table.filter(counted.table.persoon_id.length() != common),
        note=note if fails else NOTHING,
    )
