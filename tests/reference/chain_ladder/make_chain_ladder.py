"""Reference numbers for the chain ladder, made with the package chainladder (0.10.1; MPL, no dependency of ours).

The triangles are published: RAA (Historical Loss Development, 1991; Mack 1994) and Taylor and Ashe (1983; Mack 1993).
Run in this folder, where chainladder is installed: python make_chain_ladder.py
"""

import csv
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def make() -> None:
    import chainladder

    rows = []
    for name, sample in (("raa", "raa"), ("taylor_ashe", "genins")):
        triangle = chainladder.load_sample(sample)
        np.savetxt(HERE / f"{name}.csv", triangle.values[0, 0], fmt="%.17g", delimiter=",")
        for ours, theirs in (("mack", "mack"), ("loglinear", "log-linear")):
            development = chainladder.Development(sigma_interpolation=theirs).fit(triangle)
            mack = chainladder.MackChainladder().fit(development.transform(triangle))
            to_come = np.nan_to_num(mack.ibnr_.values[0, 0, :, 0])
            error = np.nan_to_num(mack.mack_std_err_.values[0, 0, :, -1])
            rows += [(name, ours, "to_come", place, one) for place, one in enumerate(to_come)]
            rows += [(name, ours, "standard_error", place, one) for place, one in enumerate(error)]
            rows.append((name, ours, "total", 0, float(np.ravel(mack.total_mack_std_err_)[0])))
            for what, values in (
                ("factor", development.ldf_.values[0, 0, 0]),
                ("sigma", development.sigma_.values[0, 0, 0]),
                ("factor_error", development.std_err_.values[0, 0, 0]),
            ):
                rows += [(name, ours, what, place, one) for place, one in enumerate(values)]
    with (HERE / "expected.csv").open("w", newline="\n") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["triangle", "last_sigma", "what", "place", "value"])
        writer.writerows((*row[:-1], f"{row[-1]:.15g}") for row in rows)


if __name__ == "__main__":
    make()
