"""Findings as rules on the unusual give them, and registers in which something of everything is wrong."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from reintegratie_stats.quality import Finding, UnusualRule, unusual
from tests.unit.tables import Tables, bijstand, gemeenten, personen, trajecten

TEXT = {"nl": "begint niet in januari", "en": "does not begin in January"}


def rule(name: str = "sprong_jaargrens", **parts: Any) -> UnusualRule:
    """A rule on months of bijstand, any part of which can be replaced."""
    given: dict[str, Any] = {
        "tables": ("bijstand",),
        "column": "begindatum",
        "severity": "waarschuwing",
        "unit": "maand",
        "text": TEXT,
    }
    return UnusualRule(name, **given | parts)


def finding(fails: int = 1, **parts: Any) -> Finding:
    """Twelve months of bijstand, one of which fails and two of which cannot be judged."""
    where = [
        {"gemeente": "G1", "maand": f"2002-{month + 1:02}", "rijen": 3, "verwacht": 1.25} for month in range(fails)
    ]
    given: dict[str, Any] = {
        "rule": rule(),
        "table": "bijstand",
        "column": "begindatum",
        "items": 12,
        "fails": fails,
        "missing": 2,
        "where": tuple(where),
        "note": {"nl": "In januari.", "en": "In January."},
    }
    return Finding(**given | parts)


def pretend(monkeypatch: pytest.MonkeyPatch, *found: Finding) -> None:
    """Let the rules on the unusual find just this."""
    monkeypatch.setattr(unusual, "unusual_findings", lambda *_, **__: list(found))


def dirty() -> Tables:
    """Of bijstand four of six rows are set aside, one of these for two reasons; of trajecten one person is unknown."""
    bad = bijstand(persoon_id=["c", "000"], begindatum=["2002-31-01", "2002-01-01"], einddatum=["2001-01-01", None])
    worse = bijstand(persoon_id=["d", "00"], gemeente=["G2", "G2"])
    return {
        "bijstand": pd.concat([bijstand(), bad, worse], ignore_index=True),
        "trajecten": trajecten(persoon_id=["a", "z"]),
        "personen": personen(),
        "gemeenten": gemeenten(),
    }


def counts(frame: pd.DataFrame, *by: str) -> dict[Any, Any]:
    """The rows of a frame by some columns, the rest as a tuple."""
    rest = [name for name in frame.columns if name not in by]
    keys = frame[list(by)].astype(object).where(frame[list(by)].notna(), None).itertuples(index=False, name=None)
    return dict(zip(keys, frame[rest].itertuples(index=False, name=None), strict=True))
