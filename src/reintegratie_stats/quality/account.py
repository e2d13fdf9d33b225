"""What became of the rows: taken out by a layout, set aside by a rule, used; and by which rule they were set aside."""

from __future__ import annotations

from typing import Final

import ibis
import pandas as pd

from reintegratie_stats.engine import Engine
from reintegratie_stats.registers import Registers
from reintegratie_stats.registers.checks import Confronted

ACCOUNT: Final = ("table", "rows", "taken_out", "read", "checked", "set_aside", "used")
REASONS: Final = ("table", "column", "rule", "rows")


def account_rows(registers: Registers) -> pd.DataFrame:
    """Return one row per register: ``table, rows, taken_out, read, checked, set_aside, used``.

    `rows` of the source are `taken_out` by the layout, or `read`; these became rows that were `checked` (as many,
    unless the layout unfolded them), and those were `set_aside` or `used`.
    """
    records = []
    for name, confronted in registers.report.tables.items():
        reading = registers.reading.get(name)
        rows = confronted.rows if reading is None else reading.rows
        taken_out = 0 if reading is None else reading.taken_out
        set_aside = confronted.rows - confronted.n_usable
        records.append((name, rows, taken_out, rows - taken_out, confronted.rows, set_aside, confronted.n_usable))
    return pd.DataFrame(records, columns=list(ACCOUNT)).astype({"table": "string"})


def account_set_aside(registers: Registers) -> pd.DataFrame:
    """Return the rows that were set aside, by the first rule that each fails: ``table, column, rule, rows``.

    A row counts once, so that the sum is the number of rows set aside.
    """
    records: list[tuple[str, str, str, int]] = []
    for name, confronted in registers.report.tables.items():
        if confronted.rows > confronted.n_usable:
            records += _first_fails(name, confronted, registers.engine)
    return pd.DataFrame(records, columns=list(REASONS)).astype(dict.fromkeys(REASONS[:3], "string") | {"rows": "int64"})


def _first_fails(name: str, confronted: Confronted, engine: Engine) -> list[tuple[str, str, str, int]]:
    failing = {
        number: rule
        for number, rule in enumerate(confronted.rules)
        if rule.severity == "fout" and confronted.counts[number][0]
    }
    first = ibis.cases(*((rule.fails, ibis.literal(number, "int64")) for number, rule in failing.items()))
    seen = confronted.source.select(rs_regel=first)
    seen = seen.filter(seen.rs_regel.notnull())
    counts = seen.group_by("rs_regel").aggregate(n=seen.count()).order_by("rs_regel")
    rows = engine.collect(counts, f"counting by rule what was set aside of {name}").to_pylist()
    return [(name, failing[row["rs_regel"]].column, failing[row["rs_regel"]].rule, row["n"]) for row in rows]
