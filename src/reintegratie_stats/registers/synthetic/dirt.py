"""Rows that no register should hold and every register does: the checks must set them aside.

Each is the copy of a good row with one thing broken. The good row stays, so no count changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from reintegratie_stats.registers.synthetic.draws import MISSING, Draws, Rows, size_of, stack, take
from reintegratie_stats.registers.synthetic.plan import SLUITINGSDATUM

JUNK_KEYS = ("", "0", "000000000")
"""Keys of nobody, coded as person -1, -2, -3."""
JUNK_DATES = ("2002-02-30", "onbekend", "20021301")
"""Texts that are no day, coded as the numbers after `MISSING`."""
UNKNOWN_GEMEENTE = "GM9999"
UNKNOWN_VORM = 2

Recipe = Mapping[str, int]

RECIPES: Mapping[str, Recipe] = {
    "bijstand": {
        "sleutel": 36,
        "einde_voor_begin": 30,
        "onbekende_gemeente": 18,
        "geen_gemeente": 9,
        "geen_begin": 9,
        "begindatum": 12,
        "einddatum": 12,
    },
    "vrijstellingen": {"sleutel": 12, "einde_voor_begin": 12, "begindatum": 6, "einddatum": 6},
    "trajecten": {
        "sleutel": 18,
        "einde_voor_begin": 12,
        "vorm": 12,
        "geen_begin": 6,
        "begindatum": 6,
        "einddatum": 6,
    },
    "dienstverbanden": {"sleutel": 18, "einde_voor_begin": 12, "begindatum": 6, "einddatum": 6},
}
"""How many broken rows each register of the RWI study gets, by what is broken."""

_ONLY_AS_TEXT = ("begindatum", "einddatum")


def _junk_dates(size: int, draws: Draws) -> np.ndarray:
    return MISSING + 1 + draws.below(size, len(JUNK_DATES))


def _break_key(rows: Rows, size: int, draws: Draws) -> None:
    rows["persoon"] = -1 - draws.below(size, len(JUNK_KEYS))


def _break_order(rows: Rows, size: int, draws: Draws) -> None:
    rows["tot"] = rows["begindatum"] - draws.below(size, 200)


def _break_gemeente(rows: Rows, size: int, draws: Draws) -> None:
    rows["gemeente"] = np.full(size, MISSING + 1)


def _empty_gemeente(rows: Rows, size: int, draws: Draws) -> None:
    rows["gemeente"] = np.full(size, MISSING)


def _empty_begin(rows: Rows, size: int, draws: Draws) -> None:
    rows["begindatum"] = np.full(size, MISSING)


def _break_begin(rows: Rows, size: int, draws: Draws) -> None:
    rows["begindatum"] = _junk_dates(size, draws)


def _break_end(rows: Rows, size: int, draws: Draws) -> None:
    rows["tot"] = _junk_dates(size, draws)


def _break_vorm(rows: Rows, size: int, draws: Draws) -> None:
    rows["vorm"] = np.where(draws.chance(size, 0.5), UNKNOWN_VORM, MISSING)


_BREAK: Mapping[str, Callable[[Rows, int, Draws], None]] = {
    "sleutel": _break_key,
    "einde_voor_begin": _break_order,
    "onbekende_gemeente": _break_gemeente,
    "geen_gemeente": _empty_gemeente,
    "geen_begin": _empty_begin,
    "begindatum": _break_begin,
    "einddatum": _break_end,
    "vorm": _break_vorm,
}


def soiled(name: str, rows: Rows, draws: Draws, *, text: bool, times: int = 1) -> Rows:
    """Return the rows of a register and broken copies of some of them.

    Parameters
    ----------
    name : str
        The register.
    rows : dict of ndarray
    draws : Draws
    text : bool
        Dates are written as text, so that a text that is no day can occur.
    times : int
        The recipe is followed so many times.
    """
    good = np.ones(size_of(rows), dtype=bool)
    if "registratiedatum" in rows:
        good = (rows["registratiedatum"] <= SLUITINGSDATUM) & (rows["registratiedatum"] != MISSING)
    if "elders" in rows:
        good &= rows["elders"] == 0
    donors = np.flatnonzero(good)
    parts = [rows]
    for what, number in RECIPES[name].items():
        if len(donors) == 0 or (what in _ONLY_AS_TEXT and not text):
            continue
        copies = take(rows, donors[draws.below(number * times, len(donors))])
        _BREAK[what](copies, number * times, draws)
        if "registratiedatum_einde" in copies:
            copies["registratiedatum_einde"] = copies["registratiedatum"]
        parts.append(copies)
    return stack(parts)
