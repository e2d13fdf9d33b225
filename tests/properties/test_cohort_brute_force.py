"""The package and the brute force tell the same story of every person.

The brute force (`reference/brute_force.py`) counts days one by one and shares no code with the
package. Each example packs a good many persons, because a call goes through the database.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from statistics import NormalDist
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import reintegratie_stats as rs
from tests.reference.brute_force import (
    CELLS,
    COLUMNS,
    brute_force_cohort,
    count_cells,
    count_cells_per_gemeente,
)
from tests.strategies import ARBEIDSPLICHT, Tables, cases, describe, to_registers, to_rows

MANY = settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
FEW = settings(MANY, max_examples=8)

# ratio: the cells that are added up for the numerator, and the cell of the denominator.
RATIOS = {
    "complianceratio": (("X-Y", "A", "C"), "X"),
    "langdurigheidsratio": (("Y",), "X"),
    "sluitingsratio": (("A",), "Z"),
    "niet_sluitingsratio": (("B",), "Z"),
    "uitstroomratio_met_traject": (("A.1",), "A"),
    "uitstroomratio_zonder_traject": (("B.1",), "B"),
    "uitstroomratio_werk_met_traject": (("A.1_werk",), "A"),
    "uitstroomratio_werk_zonder_traject": (("B.1_werk",), "B"),
}
Counts = dict[str, int | None]


def wilson(hits: int, n: int, level: float) -> tuple[float, float]:
    """The Wilson interval, written out."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    p = hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return middle - half, middle + half


def check_ratios(rows: list[dict[str, Any]], counts: Counts, level: float) -> None:
    """The rows of a ratio table of one group against the counts of that group."""
    assert [row["ratio"] for row in rows] == list(RATIOS)
    for row in rows:
        above, below = RATIOS[row["ratio"]]
        parts, n = [counts[cell] for cell in above], counts[below]
        known = [part for part in parts if part is not None]
        if n is None or n == 0 or len(known) < len(parts):
            assert row["value"] is None, row
            assert [row["lower"], row["upper"]] == [None, None], row
            assert row["reason"], row
            continue
        hits = sum(known)
        assert (row["numerator"], row["denominator"]) == (hits, n), row
        assert row["value"] == pytest.approx(hits / n, abs=1e-12), row
        lower, upper = wilson(hits, n, level)
        assert row["lower"] == pytest.approx(lower, abs=1e-9), row
        assert row["upper"] == pytest.approx(upper, abs=1e-9), row


@pytest.mark.parametrize("arbeidsplicht_op", ARBEIDSPLICHT)
@MANY
@given(data=st.data())
def test_every_inflow_is_as_the_days_tell(data: st.DataObject, arbeidsplicht_op: str) -> None:
    definition, tables = data.draw(cases(20, 35, arbeidsplicht=(arbeidsplicht_op,)))
    note(describe(definition, tables))
    frame = rs.define_cohort(to_registers(tables), definition).to_frame()
    assert tuple(frame.columns) == COLUMNS
    assert to_rows(frame) == brute_force_cohort(tables, definition)


@pytest.mark.parametrize("last_days", [1, 364])
def test_the_whole_term_is_told_day_by_day_before_1970_too(last_days: int) -> None:
    inflow, end = date(1966, 3, 1), date(1967, 2, 28)
    definition = rs.CohortDefinition(
        instroom_van=inflow,
        instroom_tot=date(1966, 4, 1),
        term_dagen=364,
        arbeidsplicht_op="hele_term",
    )
    person = {"persoon_id": "p1", "einddatum": None}
    exempt_from = end - timedelta(days=last_days)
    tables: Tables = {
        "bijstand": [person | {"gemeente": "0363", "begindatum": inflow}],
        "vrijstellingen": [person | {"begindatum": exempt_from, "reden": "zorg"}],
        "trajecten": [],
    }
    rows = to_rows(rs.define_cohort(to_registers(tables), definition).to_frame())
    assert rows == brute_force_cohort(tables, definition)
    assert [row["arbeidsplichtig"] for row in rows] == [last_days < 364]


@FEW
@given(cases(1, 6))
def test_also_in_the_smallest_of_cohorts(case: tuple[Any, Tables]) -> None:
    definition, tables = case
    note(describe(definition, tables))
    frame = rs.define_cohort(to_registers(tables), definition).to_frame()
    assert to_rows(frame) == brute_force_cohort(tables, definition)
    for name, dtype in frame.dtypes.items():
        if str(name).endswith("datum"):
            assert dtype == "datetime64[s]"
        elif name in ("persoon_id", "gemeente", "vrijstelling_reden", "cel"):
            assert isinstance(dtype, pd.StringDtype)
        else:
            assert dtype == "boolean"


@FEW
@given(cases(20, 35))
def test_the_counts_and_ratios_of_every_gemeente_are_as_the_days_tell(
    case: tuple[Any, Tables],
) -> None:
    definition, tables = case
    note(describe(definition, tables))
    cohort = rs.define_cohort(to_registers(tables), definition)
    expected = brute_force_cohort(tables, definition)
    (total,) = to_rows(cohort.counts())
    assert {cell: total[cell] for cell in CELLS} == count_cells(expected)
    found = {row["gemeente"]: row for row in to_rows(cohort.counts(by="gemeente"))}
    per_gemeente = count_cells_per_gemeente(expected)
    assert sorted(found) == sorted(per_gemeente)
    for gemeente, counts in per_gemeente.items():
        assert {cell: found[gemeente][cell] for cell in CELLS} == counts
    check_ratios(to_rows(cohort.ratios().to_frame()), total, 0.95)
    rows = to_rows(cohort.ratios(by="gemeente", level=0.9).to_frame())
    for gemeente, counts in per_gemeente.items():
        check_ratios([row for row in rows if row["gemeente"] == gemeente], counts, 0.9)
    assert len(rows) == len(RATIOS) * len(per_gemeente)
