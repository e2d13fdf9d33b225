"""Reference numbers for Krippendorff's alpha, made with the package krippendorff (0.9.0; GPL, no dependency of ours).

Run in this folder, after make_fieldwork.R, where krippendorff and numpy are installed: python make_alpha.py
"""

import csv
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def make() -> None:
    import krippendorff

    with (HERE / "coded.csv").open() as file:
        rows = list(csv.DictReader(file))
    two = np.array([[float(row[name]) for row in rows] for name in ("first", "second")])
    three = np.vstack([two, np.floor(two.mean(axis=0) + 0.5)])  # a third coder, and some cells left out
    three[0, ::5] = np.nan
    three[2, 1::3] = np.nan
    three[1, 4] = three[2, 4] = np.nan

    with (HERE / "alpha.csv").open("w", newline="\n") as file:
        file.write("coders,level,alpha\n")
        for name, values in (("two", two), ("three", three)):
            for level in ("nominal", "ordinal"):
                file.write(f"{name},{level},{krippendorff.alpha(values, level_of_measurement=level):.15g}\n")


if __name__ == "__main__":
    make()
