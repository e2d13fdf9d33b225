"""The RWI 2004 cohort with the package: from a folder of registers to the ratios per gemeente.

python benchmarks/with_package.py FOLDER --out counts.csv
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description="The RWI 2004 cohort with reintegratie_stats.")
    parser.add_argument("folder", type=Path, help="folder with a file per register")
    parser.add_argument("--out", type=Path, help="CSV for the counts per gemeente")
    options = parser.parse_args()

    begin = time.perf_counter()
    import reintegratie_stats as rs

    registers = rs.read_registers(options.folder)
    read = time.perf_counter()
    cohort = rs.define_cohort(registers, rs.RWI_2004)
    ratios = cohort.ratios(by="gemeente").to_frame()
    end = time.perf_counter()
    if options.out is not None:
        cohort.counts(by="gemeente").to_csv(options.out, index=False)
    seconds = {
        "import and read_registers": read - begin,
        "define_cohort and ratios": end - read,
        "total": end - begin,
    }
    print(json.dumps({"ratios": len(ratios), "seconds": seconds}))


if __name__ == "__main__":
    main()
