"""Small registers for the unit tests: tables of a few people, any column of which can be replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import reintegratie_stats as rs

Tables = dict[str, pd.DataFrame]


def bijstand(**columns: Any) -> pd.DataFrame:
    """Two people in gemeente G1: `a` is still on benefit, `b` stayed a year and a half."""
    table = {
        "persoon_id": ["a", "b"],
        "gemeente": ["G1", "G1"],
        "begindatum": ["2002-01-31", "2002-03-01"],
        "einddatum": [None, "2003-08-31"],
        "reden_einde": [None, "werk"],
    }
    return pd.DataFrame(table | columns)


def vrijstellingen(**columns: Any) -> pd.DataFrame:
    """`b` is exempt from 2003 on."""
    table = {
        "persoon_id": ["b"],
        "begindatum": ["2003-01-01"],
        "einddatum": [None],
        "reden": ["medisch"],
    }
    return pd.DataFrame(table | columns)


def trajecten(**columns: Any) -> pd.DataFrame:
    """Both have a traject within the term."""
    table = {
        "persoon_id": ["a", "b"],
        "begindatum": ["2002-05-01", "2002-06-01"],
        "einddatum": [None, "2002-12-31"],
        "soort": ["scholing", "bemiddeling"],
        "vorm": ["instrument", "plan"],
    }
    return pd.DataFrame(table | columns)


def dienstverbanden(**columns: Any) -> pd.DataFrame:
    """`b` works when the benefit has ended."""
    table = {
        "persoon_id": ["b"],
        "begindatum": ["2003-09-01"],
        "einddatum": [None],
        "uren_per_week": [36.0],
        "soort": ["regulier"],
    }
    return pd.DataFrame(table | columns)


def personen(**columns: Any) -> pd.DataFrame:
    """The background of both."""
    table = {"persoon_id": ["a", "b"], "geboortedatum": ["1980-02-29", "1960-01-01"]}
    return pd.DataFrame(table | columns)


def gemeenten(**columns: Any) -> pd.DataFrame:
    """One gemeente."""
    table = {
        "gemeente": ["G1"],
        "naam": ["Eendorp"],
        "provincie": ["Noord"],
        "landsdeel": ["N"],
        "inwoners": [1000],
    }
    return pd.DataFrame(table | columns)


MAKE: dict[str, Callable[..., pd.DataFrame]] = {
    "bijstand": bijstand,
    "vrijstellingen": vrijstellingen,
    "trajecten": trajecten,
    "dienstverbanden": dienstverbanden,
    "personen": personen,
    "gemeenten": gemeenten,
}


def everything() -> Tables:
    """Every register once."""
    return {name: make() for name, make in MAKE.items()}


def take(**tables: Any) -> rs.Registers:
    """The tables as registers."""
    return rs.Registers.from_frames(**tables)


def refusal(error: type[rs.ReintegratieError], run: Callable[[], Any]) -> str:
    """The words with which something is refused; the kind of error is exactly this one."""
    with pytest.raises(rs.ReintegratieError) as caught:
        run()
    assert type(caught.value) is error
    return str(caught.value)


def days(values: Any) -> list[str | None]:
    """Dates as text, whatever their type; missing is None."""
    return [None if pd.isna(value) else str(value)[:10] for value in values]


def write_csv(folder: Path, **tables: str | bytes | pd.DataFrame) -> Path:
    """Write tables as ``<name>.csv``; text and bytes as they are."""
    for name, table in tables.items():
        if isinstance(table, pd.DataFrame):
            table = table.to_csv(index=False, lineterminator="\n")
        (folder / f"{name}.csv").write_bytes(table.encode() if isinstance(table, str) else table)
    return folder


def write_parquet(folder: Path, **tables: pa.Table | pd.DataFrame) -> Path:
    """Write tables as ``<name>.parquet``."""
    for name, table in tables.items():
        arrow = table if isinstance(table, pa.Table) else pa.Table.from_pandas(table)
        pq.write_table(arrow, folder / f"{name}.parquet")
    return folder
