"""The RWI 2004 cohort in plain pandas: what a researcher writes without the package.

The measure that the package is held against, so neither crippled nor tuned. It reads the registers
whole with `pandas.read_parquet`, makes dates of the date columns (days in Parquet arrive in pandas
as Python objects), drops what is invalid, joins spells with `sort_values`, `groupby` and `cummax`,
and links the other registers to the inflow with `merge`, one register at a time. Everything is
vectorised; nothing loops over persons. Left out is what one adds only once it is too slow or does
not fit in memory: keeping only persons who may flow in before the sort, reading only some columns,
keys as categories or numbers, Arrow types.

The definition is that of `reintegratie_stats.RWI_2004`, spelled out again here on its own: this
script imports nothing of the package, and the benchmark compares the counts of both.

    python benchmarks/with_pandas.py FOLDER --out counts.csv
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd

DAY = pd.Timedelta(days=1)
OPEN = pd.Timestamp("2250-01-01")

WINDOW_START, WINDOW_END = pd.Timestamp("2002-01-01"), pd.Timestamp("2002-07-01")
WASHOUT, BRIDGE, TERM = 31 * DAY, 30 * DAY, 365 * DAY
PEILDATUM = pd.Timestamp("2003-07-01")
WORK_AFTER = 31 * DAY
NO_WORK = ["stage"]

CELLS = ["X", "Y", "X-Y", "Z", "Y-Z", "A", "B", "C", "D", "A.1", "A.2", "B.1", "B.2", "A.1_werk", "B.1_werk"]

RATIOS = {
    "complianceratio": (["X-Y", "A", "C"], "X"),
    "langdurigheidsratio": (["Y"], "X"),
    "sluitingsratio": (["A"], "Z"),
    "niet_sluitingsratio": (["B"], "Z"),
    "uitstroomratio_met_traject": (["A.1"], "A"),
    "uitstroomratio_zonder_traject": (["B.1"], "B"),
    "uitstroomratio_werk_met_traject": (["A.1_werk"], "A"),
    "uitstroomratio_werk_zonder_traject": (["B.1_werk"], "B"),
}


def read_spells(folder: Path, name: str) -> pd.DataFrame:
    """Read a register and keep its valid rows, with `van` and `tot` (half-open)."""
    table = pd.read_parquet(folder / f"{name}.parquet")
    table["begindatum"] = pd.to_datetime(table["begindatum"])
    table["einddatum"] = pd.to_datetime(table["einddatum"])
    key = table["persoon_id"].str.strip()
    has_key = key.notna() & (key.str.strip("0") != "")
    in_order = table["einddatum"].isna() | (table["einddatum"] >= table["begindatum"])
    table = table[has_key & table["begindatum"].notna() & in_order].rename(columns={"begindatum": "van"})
    table["tot"] = (table["einddatum"] + DAY).fillna(OPEN)
    return table


def read_bijstand(folder: Path) -> pd.DataFrame:
    bijstand = read_spells(folder, "bijstand")
    gemeenten = pd.read_parquet(folder / "gemeenten.parquet")
    return bijstand[bijstand["gemeente"].isin(gemeenten["gemeente"])]


def find_inflow(bijstand: pd.DataFrame) -> pd.DataFrame:
    """Join rows to perioden and return those that are an inflow, one row each."""
    rows = bijstand.sort_values(["persoon_id", "van", "tot", "gemeente"], ascending=[True, True, False, True])
    rows["eerder_tot"] = rows.groupby("persoon_id")["tot"].cummax()
    rows["eerder_tot"] = rows.groupby("persoon_id")["eerder_tot"].shift()
    opens = rows["eerder_tot"].isna() | (rows["van"] - rows["eerder_tot"] > BRIDGE)
    rows["periode"] = opens.cumsum()
    perioden = rows.groupby("periode").agg(
        persoon_id=("persoon_id", "first"),
        gemeente=("gemeente", "first"),
        van=("van", "min"),
        tot=("tot", "max"),
    )
    previous = perioden.groupby("persoon_id")["tot"].shift()
    new = previous.isna() | (perioden["van"] - previous >= WASHOUT)
    in_window = (perioden["van"] >= WINDOW_START) & (perioden["van"] < WINDOW_END)
    inflow = perioden[new & in_window].reset_index(drop=True)
    inflow["einde_term"] = inflow["van"] + TERM
    inflow = inflow[inflow["einde_term"] <= PEILDATUM].reset_index(drop=True)
    inflow["instroom"] = inflow.index
    return inflow


def link(inflow: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Return a row per inflow and spell of the same person."""
    return inflow.merge(register, on="persoon_id", suffixes=("", "_register"))


def is_exempt(inflow: pd.DataFrame, folder: Path) -> pd.Series:
    """Whether an exemption covers the day on which the term ends."""
    linked = link(inflow, read_spells(folder, "vrijstellingen"))
    day = linked["einde_term"]
    covers = (linked["van_register"] <= day) & (linked["tot_register"] > day)
    return inflow["instroom"].isin(linked.loc[covers, "instroom"])


def has_traject(inflow: pd.DataFrame, folder: Path) -> pd.Series:
    """Whether a traject starts within the term, while on benefit."""
    trajecten = read_spells(folder, "trajecten")
    trajecten = trajecten[trajecten["vorm"].isin(["plan", "instrument"])]
    linked = link(inflow, trajecten)
    until = linked[["einde_term", "tot"]].min(axis=1)
    in_term = (linked["van_register"] >= linked["van"]) & (linked["van_register"] < until)
    return inflow["instroom"].isin(linked.loc[in_term, "instroom"])


def has_work(inflow: pd.DataFrame, folder: Path) -> pd.Series:
    """Whether who left has a dienstverband on a day of the month after."""
    jobs = read_spells(folder, "dienstverbanden")
    linked = link(inflow[inflow["uitgestroomd"]], jobs[~jobs["soort"].isin(NO_WORK)])
    until = linked["tot"] + WORK_AFTER
    around = (linked["van_register"] <= until) & (linked["tot_register"] > linked["tot"])
    return inflow["instroom"].isin(linked.loc[around, "instroom"])


def count_cells(inflow: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of the RWI figure per gemeente."""
    y = inflow["langdurig"]
    z, exempt = y & ~inflow["vrijgesteld"], y & inflow["vrijgesteld"]
    a, b = z & inflow["traject"], z & ~inflow["traject"]
    left, work = inflow["uitgestroomd"], inflow["naar_werk"]
    cells = pd.DataFrame(
        {
            "X": True,
            "Y": y,
            "X-Y": ~y,
            "Z": z,
            "Y-Z": exempt,
            "A": a,
            "B": b,
            "C": exempt & inflow["traject"],
            "D": exempt & ~inflow["traject"],
            "A.1": a & left,
            "A.2": a & ~left,
            "B.1": b & left,
            "B.2": b & ~left,
            "A.1_werk": a & left & work,
            "B.1_werk": b & left & work,
        }
    )
    return cells.groupby(inflow["gemeente"]).sum()[CELLS]


def make_ratios(cells: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Return every ratio per gemeente with its Wilson interval."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    tables = []
    for name, (parts, whole) in RATIOS.items():
        k = cells[parts].sum(axis=1)
        n = cells[whole].where(cells[whole] > 0)
        p = k / n
        centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
        table = pd.DataFrame({"ratio": name, "numerator": k, "denominator": cells[whole], "value": p})
        tables.append(table.assign(lower=centre - half, upper=centre + half))
    return pd.concat(tables).reset_index()


def main() -> None:
    parser = argparse.ArgumentParser(description="The RWI 2004 cohort in plain pandas.")
    parser.add_argument("folder", type=Path, help="folder with a Parquet file per register")
    parser.add_argument("--out", type=Path, help="CSV for the counts per gemeente")
    options = parser.parse_args()

    begin = time.perf_counter()
    inflow = find_inflow(read_bijstand(options.folder))
    inflow["langdurig"] = inflow["tot"] > inflow["einde_term"]
    inflow["uitgestroomd"] = inflow["tot"] <= PEILDATUM
    inflow["vrijgesteld"] = is_exempt(inflow, options.folder)
    inflow["traject"] = has_traject(inflow, options.folder)
    inflow["naar_werk"] = has_work(inflow, options.folder)
    cells = count_cells(inflow)
    ratios = make_ratios(cells)
    seconds = {"total": time.perf_counter() - begin}
    if options.out is not None:
        cells.reset_index().to_csv(options.out, index=False)
    print(json.dumps({"ratios": len(ratios), "seconds": seconds}))


if __name__ == "__main__":
    main()
