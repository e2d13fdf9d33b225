"""Who stands out in the same direction year after year, and what to say when years could not be judged."""

from __future__ import annotations

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError
from reintegratie_stats.outliers.flags import FLAGS

SYMBOLS = {"meer": "+", "minder": "-", "verwacht": "=", "niet_te_beoordelen": "?"}
"""What a year looks like in a pattern."""

PERSISTENT = ("meer", "minder", "beide", "onbeslist", "niet")
"""What a gemeente can be on a soort: persistently more, fewer, both ways in turn, not to be decided, or not."""


def persistence_frame(frame: pd.DataFrame, last: int = 3, at_least: int = 2) -> pd.DataFrame:
    """Return one row per gemeente and soort with what happened in the last calendar years.

    Parameters
    ----------
    frame : DataFrame
        ``gemeente, soort, jaar, flag, observed, expected_loo``, one row per gemeente, soort and jaar.
    last : int
        Number of calendar years, up to the last in the data. A year that the data lack was not judged.
    at_least : int
        In how many of them a gemeente must stand out in the same direction.

    Returns
    -------
    DataFrame
        ``gemeente, soort, van_jaar, tot_jaar`` (first and last year, both included), the numbers of years
        ``meer, minder, verwacht, niet_te_beoordelen``, ``pattern`` (a symbol per year, oldest first: + more, - fewer,
        = as expected, ? not judged), ``observed, expected, ratio`` (sums over the judged years and their ratio) and
        ``persistent``: ``meer`` or ``minder`` when at least `at_least` years have that flag, ``beide`` when both do,
        ``onbeslist`` when years that were not judged could have made it so, and ``niet``.

    Raises
    ------
    DefinitionError
        For numbers of years that mean nothing.

    Examples
    --------
    >>> flags = pd.DataFrame({"gemeente": "A", "soort": "plan", "jaar": [2022, 2023, 2024]})
    >>> flags["flag"] = ["meer", "niet_te_beoordelen", "meer"]
    >>> found = persistence_frame(flags.assign(observed=20.0, expected_loo=[10.0, np.nan, 10.0]))
    >>> found[["pattern", "ratio", "persistent"]].values.tolist()
    [['+?+', 2.0, 'meer']]
    """
    if not 1 <= at_least <= last:
        raise DefinitionError(f"at_least is {at_least} of the last {last} years; give 1 <= at_least <= last.")
    final = int(frame["jaar"].max())
    first = final - last + 1
    rows = frame[frame["jaar"] >= first].sort_values(["gemeente", "soort", "jaar"], kind="stable")
    key = ["gemeente", "soort"]
    out = rows[key].drop_duplicates().reset_index(drop=True)
    index = pd.MultiIndex.from_frame(out)
    years = rows.assign(flag=rows["flag"].astype(object)).pivot(index=key, columns="jaar", values="flag")
    years = years.reindex(index=index, columns=range(first, final + 1)).astype(object)
    table = np.where(years.isna(), "niet_te_beoordelen", years.to_numpy())
    out["van_jaar"], out["tot_jaar"] = first, final
    for flag in FLAGS:
        out[flag] = np.sum(table == flag, axis=1).astype(np.int64)
    out["pattern"] = pd.Series(["".join(SYMBOLS[f] for f in row) for row in table], dtype="string", index=out.index)
    judged = rows[rows["flag"] != "niet_te_beoordelen"].groupby(key)[["observed", "expected_loo"]].sum()
    sums = judged.reindex(index)
    out["observed"], out["expected"] = sums["observed"].to_numpy(), sums["expected_loo"].to_numpy()
    out["ratio"] = out["observed"] / out["expected"]
    out["persistent"] = pd.Series(_verdict(out, at_least), dtype="string", index=out.index)
    return out


def _verdict(counts: pd.DataFrame, at_least: int) -> list[str]:
    more, fewer = counts["meer"] >= at_least, counts["minder"] >= at_least
    room = counts[["meer", "minder"]].max(axis=1) + counts["niet_te_beoordelen"] >= at_least
    open_ = room & (counts["niet_te_beoordelen"] > 0)
    return [
        str(v)
        for v in np.select(
            [more & fewer, more, fewer, open_], PERSISTENT[2:3] + PERSISTENT[:2] + ("onbeslist",), "niet"
        )
    ]
