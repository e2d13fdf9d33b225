"""The published total of twelve gemeenten, as a table and as the boxes of a flow."""

from __future__ import annotations

import pandas as pd
import pytest

from reintegratie_stats.report.flow import FLOW_PARENTS
from reintegratie_stats.report.table import ReportTable, TableColumn

COUNTS = {
    "X": 10480,
    "X-Y": 4297,
    "Y": 6183,
    "Z": 3092,
    "Y-Z": 3091,
    "A": 587,
    "B": 2505,
    "C": 671,
    "D": 2420,
    "A.1": 106,
    "A.2": 481,
    "B.1": 526,
    "B.2": 1979,
}


@pytest.fixture
def cells() -> pd.DataFrame:
    """Counts and shares of the cells, as the figure of the report has them."""
    parents = {cell: FLOW_PARENTS[cell] for cell in COUNTS}
    shares = [COUNTS[c] / COUNTS[p] if p else None for c, p in parents.items()]
    return pd.DataFrame({"cell": list(COUNTS), "count": list(COUNTS.values()), "share": shares})


@pytest.fixture
def ratios() -> pd.DataFrame:
    """Two ratios, one of them unknown."""
    return pd.DataFrame(
        {
            "ratio": ["sluitingsratio", "uitstroomratio_met_traject"],
            "value": [587 / 3092, None],
            "reason": [None, "niet_gepubliceerd"],
        }
    )


@pytest.fixture
def frame() -> pd.DataFrame:
    """Published beside reproduced figures of two gemeenten, with one that was not published."""
    return pd.DataFrame(
        {
            "gemeente": ["Gemeente 1", "Gemeente 1", "Gemeente 2"],
            "ratio": ["complianceratio", "sluitingsratio", "sluitingsratio"],
            "published": [65.0, None, 42.0],
            "published_reason": [None, "niet_gepubliceerd", None],
            "reproduced": [0.6512, 0.443, 0.4449],
            "difference": [0.1, None, 2.5],
            "difference_reason": [None, "niet_vergelijkbaar", None],
        }
    )


@pytest.fixture
def columns() -> list[TableColumn]:
    """The columns of a table with spanners over the figures."""
    return [
        TableColumn("gemeente", "group"),
        TableColumn("ratio", values="ratio"),
        TableColumn("published", "percent", spanner="Centraal"),
        TableColumn("reproduced", "share", decimals=1, spanner="Centraal"),
        TableColumn("difference", "difference_points", decimals=1, spanner="Centraal"),
    ]


@pytest.fixture
def table(frame: pd.DataFrame, columns: list[TableColumn]) -> ReportTable:
    """A table that may leave the environment."""
    return ReportTable(
        name="tabel_5_2",
        title="Tabel 5.2",
        frame=frame,
        columns=columns,
        notes=["Gereproduceerd uit synthetische registers."],
        source="Regioplan 2004, tabel 5.2",
        status="release",
    )
