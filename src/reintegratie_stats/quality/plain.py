"""The quality report as JSON: counts and texts, the same bytes every time."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Mapping
from decimal import Decimal
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from reintegratie_stats.report.formats import is_missing

if TYPE_CHECKING:
    from reintegratie_stats.quality.quality_report import QualityReport

DECIMALS: Final = 6
"""Numbers that are not whole are rounded, so that the last digits of a machine do not show."""


def report_json(report: QualityReport) -> str:
    """Return the report as JSON text, with a line end after it."""
    content = {
        "source": report.registers.source,
        "lang": report.lang,
        "day": plain(report.day),
        "window": None if report.window is None else [plain(one) for one in report.window],
        "status": report.status,
        "changes": [
            {"table": name, "kind": change.kind, "of": change.of}
            for name, changes in report.registers.changes.items()
            for change in changes
        ],
        "accounting": _records(report.accounting()),
        "reading": [_reading(one.plain()) for one in report.registers.reading.values()],
        "set_aside": _records(report.set_aside()),
        "rules": _records(report.to_frame()),
        "unusual": [
            {
                "rule": one.rule.name,
                "table": one.table,
                "column": one.column,
                "note": one.note.get(report.lang, ""),
                "limits": dict(one.rule.limits),
                "source": one.rule.source,
                "where": [{name: plain(value) for name, value in unit.items()} for unit in one.where],
            }
            for one in report.findings
        ],
        "linking": _records(report.linking()),
        "linking_by_gemeente": _records(report.linking(by="gemeente")),
    }
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"


def plain(value: Any) -> Any:
    """Return a value as JSON has it: text, whole and rounded numbers, days as text, null for what is missing.

    Examples
    --------
    >>> plain(datetime.date(2003, 6, 30)), plain(0.1 + 0.2), plain(float("nan"))
    ('2003-06-30', 0.3, None)
    """
    if is_missing(value):
        return None
    if pd.api.types.is_bool(value):
        return bool(value)
    if isinstance(value, str):
        return value
    if isinstance(value, (datetime.date, pd.Timestamp)):
        return value.isoformat()[:10]
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, (Real, Decimal)):
        number = float(value)
        return round(number, DECIMALS) + 0.0 if math.isfinite(number) else None
    return str(value)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _reading(reading: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a register was read, without the labels of codes; steps by name."""
    steps = [dict(zip(("file", "step", "column", "reason", "rows"), step, strict=True)) for step in reading["steps"]]
    kept = {name: reading[name] for name in ("register", "layout", "files", "used", "out", "found", "notes", "joined")}
    return kept | {"steps": steps}
