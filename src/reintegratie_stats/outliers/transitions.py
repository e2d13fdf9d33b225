"""From which flag to which flag gemeenten go between one year and the next."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from reintegratie_stats.errors import CountsError
from reintegratie_stats.outliers.flags import FLAGS

ALL = "alle"


def transition_table(frame: pd.DataFrame, pooled: bool = False) -> pd.DataFrame:
    """Return how many gemeenten go from each flag to each flag between two years that follow each other in the data.

    Parameters
    ----------
    frame : DataFrame
        ``gemeente, soort, jaar, flag``, one row per gemeente, soort and jaar, all of them.
    pooled : bool
        Count all soorten together (``soort`` is then "alle").

    Returns
    -------
    DataFrame
        ``soort, van_jaar, naar_jaar, van, naar`` (flags, all sixteen pairs), ``n`` (gemeenten; gemeenten x soorten when
        pooled), ``n_van`` (with flag `van` in the first year) and ``share`` = n / n_van, missing where n_van is 0.

    Raises
    ------
    CountsError
        When the table does not add up to the flags of both years: a gemeente is absent from one of them.

    Examples
    --------
    >>> flags = pd.DataFrame({"gemeente": list("AABB"), "soort": "plan", "jaar": [2023, 2024] * 2})
    >>> table = transition_table(flags.assign(flag=["meer", "meer", "verwacht", "meer"]))
    >>> table[table["n"] > 0][["van", "naar", "n", "share"]].values.tolist()
    [['meer', 'meer', 1, 1.0], ['verwacht', 'meer', 1, 1.0]]
    """
    known = frame.assign(soort=ALL) if pooled else frame
    jaren = sorted({int(j) for j in frame["jaar"]})
    parts = []
    for soort in sorted({str(s) for s in known["soort"]}):
        chosen = frame if pooled else frame[frame["soort"] == soort]
        for before, after in pairwise(jaren):
            parts.append(_one(chosen, soort, before, after))
    if not parts:
        return _empty()
    return pd.concat(parts, ignore_index=True)


def _one(frame: pd.DataFrame, soort: str, before: int, after: int) -> pd.DataFrame:
    key = ["gemeente", "soort"]
    first, second = (frame[frame["jaar"] == jaar].set_index(key)["flag"].astype(object) for jaar in (before, after))
    both = first.to_frame("van").join(second.to_frame("naar"), how="inner")
    place = {flag: k for k, flag in enumerate(FLAGS)}
    table = np.zeros((len(FLAGS), len(FLAGS)), dtype=np.int64)
    np.add.at(table, (both["van"].map(place).to_numpy(), both["naar"].map(place).to_numpy()), 1)
    sums = [part.map(place).value_counts().reindex(range(len(FLAGS)), fill_value=0) for part in (first, second)]
    if not (np.array_equal(table.sum(axis=1), sums[0]) and np.array_equal(table.sum(axis=0), sums[1])):
        raise CountsError(
            f"{soort}: the flags of {before} and {after} are not about the same gemeenten; a table from one to the "
            "other would not add up."
        )
    n_from = np.repeat(table.sum(axis=1), len(FLAGS))
    out = _empty().reindex(range(table.size))
    out["soort"], out["van_jaar"], out["naar_jaar"] = soort, before, after
    out["van"], out["naar"] = np.repeat(FLAGS, len(FLAGS)), np.tile(FLAGS, len(FLAGS))
    out["n"], out["n_van"] = table.ravel(), n_from
    out["share"] = np.where(n_from > 0, table.ravel() / np.maximum(n_from, 1), np.nan)
    return out.astype(TYPES)


TYPES = {
    "soort": "string", "van_jaar": "int64", "naar_jaar": "int64", "van": "string", "naar": "string", "n": "int64",
    "n_van": "int64", "share": "float64",
}  # fmt: skip


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in TYPES.items()})
