"""Run a spec on the package and write down what it says, in the form in which the spec is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Literal

import pandas as pd

import reintegratie_stats as rs
from reintegratie_stats.cohorts.cells import CELLS
from tests.spec.framework import REGISTERS, Drawn, Spec, draw

Lang = Literal["en", "nl"]
RATIO_RESULT = ("ratio", "numerator", "denominator", "value", "reason")


def run(spec: Spec, definition: rs.CohortDefinition) -> rs.Cohort:
    """The cohort of a definition on the people of a spec."""
    delivered = tuple((name, getattr(spec, name)) for name in spec.registers())
    return rs.define_cohort(_registers(delivered), definition)


@lru_cache(maxsize=1)  # the cases of a spec come one after the other
def _registers(delivered: tuple[tuple[str, str], ...]) -> rs.Registers:
    return rs.Registers.from_frames(**{name: to_pandas(name, draw(text)) for name, text in delivered})


def to_pandas(register: str, drawn: Drawn) -> pd.DataFrame:
    """A drawn register as a user would hand it over, with the columns that are not drawn."""
    declared = REGISTERS[register]
    unknown = set(drawn.columns) - set(declared)
    if unknown:
        raise ValueError(f"{register} has no column {sorted(unknown)}")
    columns = {}
    for name, default in declared.items():
        texts = drawn.column(name) if name in drawn.columns else [default] * len(drawn.rows)
        values = pd.Series([None if text in ("-", "open") else text for text in texts], dtype=object)
        columns[name] = pd.to_numeric(values) if name == "uren_per_week" else values
    return pd.DataFrame(columns)


def observe(cohort: rs.Cohort, name: str, wanted: Drawn, lang: Lang = "en") -> Drawn:
    """What a method of the cohort gives, with the columns of the drawn table."""
    if name == "rows":
        return to_drawn(cohort.to_frame(extra=True), wanted.columns)
    if name == "counts":
        by = [column for column in wanted.columns if column not in CELLS]
        return to_drawn(cohort.counts(by or None), wanted.columns, missing="n.b.")
    if name == "ratios":
        by = [column for column in wanted.columns if column not in RATIO_RESULT]
        return observe_ratios(cohort.ratios(by or None, lang=lang), wanted)
    if name == "attrition":
        steps = cohort.attrition
        chosen = steps[steps["stap"].isin(wanted.column("stap"))]
        return to_drawn(chosen, wanted.columns)
    return to_drawn(cohort.moves(), wanted.columns)


def observe_ratios(table: rs.RatioTable, wanted: Drawn) -> Drawn:
    """The rows of a ratio table that were drawn, with the value in whole per cent."""
    frame = table.to_frame()
    wrong = frame["value"].notna() & (frame["value"] != frame["numerator"] / frame["denominator"])
    assert not wrong.any(), "a value is not its numerator over its denominator"
    assert (frame["value"].isna() == frame["reason"].notna()).all(), "a ratio is n.b. with a reason"
    frame["value"] = [per_cent(value) for value in frame["value"]]
    frame = frame[frame["ratio"].isin(wanted.column("ratio"))]
    no_reason = to_drawn(frame[["reason"]], ("reason",), missing="").column("reason")
    return to_drawn(frame.assign(reason=no_reason), wanted.columns, missing="n.b.")


def per_cent(share: float) -> str:
    """A share in whole per cent, halves away from zero; ``n.b.`` where it is missing."""
    if pd.isna(share):
        return "n.b."
    return f"{(Decimal(str(share)) * 100).quantize(Decimal(1), ROUND_HALF_UP)}%"


def to_drawn(frame: pd.DataFrame, columns: Iterable[str], missing: str = "-") -> Drawn:
    """A frame as a drawn table."""
    columns = tuple(columns)
    texts = [[_text(value, missing) for value in frame[column]] for column in columns]
    return Drawn(columns, tuple(zip(*texts, strict=True)))


def _text(value: Any, missing: str) -> str:
    if pd.isna(value):
        return missing
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if value is True or value is False or type(value).__name__ in ("bool_", "bool"):
        return "yes" if value else "no"
    return str(value)
