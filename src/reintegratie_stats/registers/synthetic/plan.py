"""What the synthetic registers must add up to: a number of inflows per gemeente and history, in
whole numbers.

A plan has one row per gemeente and kind of history. What happened and what the central delivery
knows of it are two columns, so that one plan gives the counts of both deliveries (`plan_cells`).
The histories themselves follow in `spells` and `histories`; nothing here is random.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Literal

import numpy as np
import pandas as pd

from reintegratie_stats.periods import Days, day_number

INSTROOM_VAN = day_number(dt.date(2002, 1, 1))
INSTROOM_TOT = day_number(dt.date(2002, 7, 1))
TERM_DAGEN = 365
PEILDATUM = day_number(dt.date(2003, 7, 1))
SLUITINGSDATUM = day_number(dt.date(2003, 8, 31))
"""Closing date of the central delivery: two months after the half-year. What is registered later
is not in it.
"""
TWEEDE_PEILDATUM = day_number(dt.date(2004, 1, 1))
UITDRAAI = day_number(dt.date(2004, 3, 31))
"""The day on which the local delivery was drawn."""

VERLOOP = ("kort", "tweede_jaar", "tweede_helft", "blijft")
"""When benefit ends: by day 365, after it but by `PEILDATUM`, after that but by
`TWEEDE_PEILDATUM`, later or not.
"""
VERSCHIL = ("geen", "dossier_laat", "einde_laat", "verhuisd")
"""Why the central delivery sees another end: a later dossier or the end itself came in after the
closing date, or the person moved out of the three gemeenten with a local delivery and is still on
benefit elsewhere.
"""
VRIJSTELLING = ("geen", "tijdig", "laat", "alleen_lokaal", "vervallen")
"""Exempt on day 365: no; yes and known in time; passed on too late; never passed on; ended, but
the end came too late.
"""
TRAJECT = ("geen", "tijdig", "laat", "na_term")
"""A traject in the first year: none; registered in time; registered too late; one that starts on
day 365 or later.
"""

PATH = ("verloop_lokaal", "verloop_centraal", "verschil", "vrijstelling", "traject")
STATES: Mapping[str, tuple[str, ...]] = {
    "verloop_lokaal": VERLOOP,
    "verloop_centraal": VERLOOP,
    "verschil": VERSCHIL,
    "vrijstelling": VRIJSTELLING,
    "traject": TRAJECT,
}

CELLS = ("X", "Y", "Z", "A", "C", "A.1", "B.1")
RWI_TOTALS: Mapping[str, int] = dict(zip(CELLS, (10_500, 6_190, 3_090, 590, 665, 106, 525), strict=True))
"""Counts over twelve gemeenten that print as the published per cents; the study itself gives no
counts.
"""

LOCAL = ("GM9001", "GM9002", "GM9003")

_PROFILES = (
    # gemeente, plaatsnaam, landsdeel, inwoners, then relative levels of the cells in CELLS (100 is
    # average)
    ("GM9001", "Lindermeer", "West", 165_000, ()),
    ("GM9002", "Havermonde", "Zuid", 172_000, ()),
    ("GM9003", "Kleiwoude", "Noord", 84_000, ()),
    ("GM9004", "Grootwaarden", "Noord", 57_000, (90, 96, 104, 70, 110, 90, 105)),
    ("GM9005", "Zandervoorde", "Oost", 71_000, (95, 102, 97, 130, 95, 115, 95)),
    ("GM9006", "Oudermark", "Oost", 108_000, (92, 95, 103, 60, 120, 80, 110)),
    ("GM9007", "Brinkerhoven", "Zuid", 119_000, (100, 101, 99, 150, 85, 105, 98)),
    ("GM9008", "Duinermonde", "West", 127_000, (88, 98, 105, 110, 100, 120, 90)),
    ("GM9009", "Rietveldam", "West", 142_000, (104, 103, 96, 45, 130, 75, 112)),
    ("GM9010", "Hogerbroek", "Oost", 186_000, (97, 99, 102, 125, 90, 110, 100)),
    ("GM9011", "Sterrenveen", "Noord", 214_000, (102, 97, 101, 80, 105, 95, 103)),
    ("GM9012", "Wilgerdrecht", "Zuid", 398_000, (108, 102, 99, 105, 98, 100, 98)),
)

_PARENT = {"Y": "X", "Z": "Y", "A": "Z", "C": "Y-Z", "A.1": "A", "B.1": "B"}

_SPLIT: Mapping[str, tuple[tuple[str, str, str, int], ...]] = {
    # cell -> verloop, vrijstelling, traject, share in per cent
    "X-Y": (
        ("kort", "geen", "geen", 55),
        ("kort", "geen", "tijdig", 9),
        ("kort", "tijdig", "geen", 31),
        ("kort", "tijdig", "tijdig", 5),
    ),
    "A.1": (("tweede_jaar", "geen", "tijdig", 100),),
    "A.2": (("blijft", "geen", "tijdig", 88), ("tweede_helft", "geen", "tijdig", 12)),
    "B.1": (("tweede_jaar", "geen", "geen", 90), ("tweede_jaar", "geen", "na_term", 10)),
    "B.2": (
        ("blijft", "geen", "geen", 55),
        ("blijft", "geen", "na_term", 30),
        ("tweede_helft", "geen", "geen", 15),
    ),
    "C": (("blijft", "tijdig", "tijdig", 85), ("tweede_jaar", "tijdig", "tijdig", 15)),
    "D": (
        ("blijft", "tijdig", "geen", 74),
        ("tweede_jaar", "tijdig", "geen", 18),
        ("tweede_helft", "tijdig", "geen", 8),
    ),
}


def apportion(total: int, weights: Sequence[int] | Days) -> Days:
    """Divide a whole number over weights by largest remainders; ties go to the first.

    Parameters
    ----------
    total : int
        What is divided; the parts add up to it.
    weights : sequence of int
        Not negative. All zero gives zeros, and then `total` must be 0.

    Returns
    -------
    ndarray of int64

    Examples
    --------
    >>> apportion(10, [1, 1, 1]).tolist()
    [4, 3, 3]
    """
    weights = np.asarray(weights, dtype=np.int64)
    if total == 0:
        return np.zeros_like(weights)
    whole = int(weights.sum())
    parts = weights * total // whole
    remainders = weights * total % whole
    first = np.argsort(-remainders, kind="stable")[: total - int(parts.sum())]
    parts[first] += 1
    return parts


def gemeenten_frame(number: int = 12) -> pd.DataFrame:
    """Return fictional gemeenten: ``gemeente, naam, provincie, landsdeel, inwoners, plaatsnaam``.

    The first twelve are those of the synthetic RWI study; further ones repeat their sizes.
    """
    rows = []
    for index in range(number):
        _, plaatsnaam, landsdeel, inwoners, _ = _PROFILES[index % len(_PROFILES)]
        lap = index // len(_PROFILES)
        plaatsnaam = f"{plaatsnaam} {lap + 1}" if lap else plaatsnaam
        code, naam = f"GM{9001 + index}", f"Gemeente {index + 1}"
        rows.append((code, naam, f"{landsdeel}gouw", landsdeel, inwoners + 137 * lap, plaatsnaam))
    columns = ["gemeente", "naam", "provincie", "landsdeel", "inwoners", "plaatsnaam"]
    return pd.DataFrame(rows, columns=columns)


def rwi2004_plan() -> pd.DataFrame:
    """Return the plan of the twelve gemeenten: three declared in full, nine that bring the totals
    to `RWI_TOTALS`.

    Returns
    -------
    pandas.DataFrame
        ``gemeente``, the columns of `PATH` and ``aantal`` (inflows).
    """
    source = resources.files("reintegratie_stats.registers.synthetic").joinpath("rwi2004_plan.csv")
    with source.open(encoding="utf-8") as stream:
        declared = pd.read_csv(stream)
    known = plan_cells(declared, "centraal").sum()
    totals = {cell: RWI_TOTALS[cell] - int(known[cell]) for cell in CELLS}
    others = [profile for profile in _PROFILES if profile[4]]
    levels = np.array([profile[4] for profile in others], dtype=np.int64)
    levels[:, 0] *= np.array([profile[3] for profile in others])
    rest = _plan_from_totals([profile[0] for profile in others], totals, levels)
    return pd.concat([declared, rest], ignore_index=True)


def scaled_plan(inflows: int, gemeenten: int) -> pd.DataFrame:
    """Return a plan of any size with the shares of the RWI totals; both deliveries see the same."""
    frame = gemeenten_frame(gemeenten)
    levels = np.full((gemeenten, len(CELLS)), 100, dtype=np.int64)
    levels[:, 0] = frame["inwoners"]
    totals = {cell: inflows * count // RWI_TOTALS["X"] for cell, count in RWI_TOTALS.items()}
    return _plan_from_totals(frame["gemeente"].tolist(), totals, levels)


def _plan_from_totals(gemeenten: Sequence[str], totals: Mapping[str, int], levels: Days) -> pd.DataFrame:
    """Divide totals over gemeenten and histories: each cell over its parent cell times the
    gemeente's level.
    """
    cells = {"X": apportion(totals["X"], levels[:, 0])}
    for number, cell in enumerate(CELLS[1:], start=1):
        parent = cells[_PARENT[cell]]
        cells[cell] = np.minimum(apportion(totals[cell], parent * levels[:, number]), parent)
        _complement(cells)
    rows = []
    for index, gemeente in enumerate(gemeenten):
        for cell, split in _SPLIT.items():
            counts = apportion(int(cells[cell][index]), [part[3] for part in split])
            for (verloop, vrijstelling, traject, _), count in zip(split, counts, strict=True):
                rows.append((gemeente, verloop, _seen(verloop), "geen", vrijstelling, traject, int(count)))
    plan = pd.DataFrame(rows, columns=["gemeente", *PATH, "aantal"])
    return plan[plan["aantal"] > 0].reset_index(drop=True)


def _complement(cells: dict[str, Days]) -> None:
    """Add the cells that are what is left of another."""
    for whole, part, rest in (
        ("X", "Y", "X-Y"),
        ("Y", "Z", "Y-Z"),
        ("Z", "A", "B"),
        ("Y-Z", "C", "D"),
        ("A", "A.1", "A.2"),
        ("B", "B.1", "B.2"),
    ):
        if part in cells:
            cells[rest] = cells[whole] - cells[part]


def _seen(verloop: str) -> str:
    """Return the end as a delivery of August 2003 sees it."""
    return "blijft" if verloop == "tweede_helft" else verloop


def plan_cells(plan: pd.DataFrame, delivery: Literal["centraal", "lokaal"]) -> pd.DataFrame:
    """Return the cell counts that a plan means, per gemeente, in one of the deliveries.

    Parameters
    ----------
    plan : pandas.DataFrame
        ``gemeente``, the columns of `PATH` and ``aantal``.
    delivery : {"centraal", "lokaal"}
        What the central delivery knows on `SLUITINGSDATUM`, or what the gemeente knows on
        `UITDRAAI`.

    Returns
    -------
    pandas.DataFrame
        Index ``gemeente``; columns ``X, Y, Z, A, B, C, D, A.1, B.1`` (inflows).

    Examples
    --------
    >>> plan_cells(rwi2004_plan(), "lokaal").loc["GM9003", ["X", "Y", "Z", "A", "B"]].tolist()
    [433, 233, 70, 50, 20]
    """
    verloop = plan[f"verloop_{delivery}"]
    known = ["tijdig", "vervallen"] if delivery == "centraal" else ["tijdig", "laat", "alleen_lokaal"]
    langdurig, gone = verloop != "kort", verloop == "tweede_jaar"
    exempt = plan["vrijstelling"].isin(known)
    traject = plan["traject"].isin(["tijdig"] if delivery == "centraal" else ["tijdig", "laat"])
    plicht = langdurig & ~exempt
    members = {
        "X": langdurig | ~langdurig,
        "Y": langdurig,
        "Z": plicht,
        "A": plicht & traject,
        "B": plicht & ~traject,
        "C": langdurig & exempt & traject,
        "D": langdurig & exempt & ~traject,
        "A.1": plicht & traject & gone,
        "B.1": plicht & ~traject & gone,
    }
    counts = pd.DataFrame({cell: plan["aantal"].where(member, 0) for cell, member in members.items()})
    return counts.groupby(plan["gemeente"]).sum()
