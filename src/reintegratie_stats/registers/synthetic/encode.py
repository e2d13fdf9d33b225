"""From coded tables to text and to Arrow, in the columns and the order that the schema declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from reintegratie_stats.periods import OPEN, Days
from reintegratie_stats.registers.schema import TABLES
from reintegratie_stats.registers.synthetic.dirt import JUNK_DATES, JUNK_KEYS, UNKNOWN_GEMEENTE
from reintegratie_stats.registers.synthetic.draws import MISSING, Rows
from reintegratie_stats.registers.synthetic.histories import (
    BANEN,
    CONSULENTEN,
    GESLACHTEN,
    HUISHOUDENS,
    REDENEN,
    SOORTEN,
    VASTGESTELD_DOOR,
)
from reintegratie_stats.registers.synthetic.spells import REDEN_EINDE

FURTHER = {
    "bijstand": ("registratiedatum", "registratiedatum_einde"),
    "vrijstellingen": ("vastgesteld_door", "registratiedatum", "registratiedatum_einde"),
    "personen": ("geslacht", "huishouden"),
}
"""Columns that come last: after those that every delivery has."""

_VORMEN = next(column.allowed for column in TABLES["trajecten"].columns if column.name == "vorm")

_LABELS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("bijstand", "reden_einde"): REDEN_EINDE,
    ("vrijstellingen", "reden"): REDENEN,
    ("vrijstellingen", "vastgesteld_door"): VASTGESTELD_DOOR,
    ("trajecten", "soort"): SOORTEN,
    ("trajecten", "vorm"): (*_VORMEN, "onbekend"),
    ("dienstverbanden", "soort"): BANEN,
    ("personen", "geslacht"): GESLACHTEN,
    ("personen", "huishouden"): HUISHOUDENS,
}


class Encoder:
    """Writes coded columns as what they stand for.

    Parameters
    ----------
    gemeenten : sequence of str
        The codes.
    order : ndarray of int64
        A place in random order per person, so that a key says nothing about who has it.
    """

    def __init__(self, gemeenten: Sequence[str], order: Days) -> None:
        self._gemeenten = tuple(gemeenten)
        self._numbers = 100_000 + order

    def columns(self, name: str, rows: Rows) -> list[str]:
        """Return the columns that `rows` can fill: those of the schema, then others."""
        have = {*rows, "persoon_id", "einddatum"}
        further = FURTHER.get(name, ())
        first = [column for column in TABLES[name].column_names if column not in further]
        return [column for column in (*first, *further) if column in have]

    def text(self, name: str, rows: Rows) -> dict[str, list[str]]:
        """Return columns of text; missing is empty."""
        made: dict[str, list[str]] = {}
        for column in self.columns(name, rows):
            if column == "persoon_id":
                made[column] = self._key_text(rows["persoon"])
            elif "datum" in column:
                made[column] = _date_text(_days(column, rows))
            else:
                labels = self._labels(name, column)
                made[column] = _label_text(rows[column], labels)
        return made

    def arrow(self, name: str, rows: Rows) -> pa.Table:
        """Return an Arrow table: text, dates (date32) and numbers (float64)."""
        made: dict[str, pa.Array] = {}
        for column in self.columns(name, rows):
            if column == "persoon_id":
                made[column] = self._key_arrow(rows["persoon"])
            elif "datum" in column:
                days = _days(column, rows)
                gone = (days <= MISSING + len(JUNK_DATES)) | (days >= OPEN - 1)
                made[column] = pa.array(days.astype(np.int32), mask=gone).view(pa.date32())
            else:
                made[column] = _label_arrow(rows[column], self._labels(name, column))
        return pa.table(made)

    def _labels(self, name: str, column: str) -> tuple[str, ...] | None:
        if column == "gemeente":
            return (*self._gemeenten, UNKNOWN_GEMEENTE)
        if column == "consulent":
            numbers = range(len(self._gemeenten) * CONSULENTEN)
            return tuple(f"C{n // CONSULENTEN + 1}-{n % CONSULENTEN + 1:02d}" for n in numbers)
        return _LABELS.get((name, column))

    def _key_text(self, persons: Days) -> list[str]:
        keys: list[str] = self._keys(persons).view("S9")[:, 0].astype("U9").tolist()
        for place in np.flatnonzero(persons < 0):
            keys[place] = JUNK_KEYS[-1 - int(persons[place])]
        return keys

    def _key_arrow(self, persons: Days) -> pa.Array:
        letters = self._keys(persons)
        junk = np.flatnonzero(persons < 0)
        lengths = np.full(len(persons), 9, dtype=np.int64)
        if len(junk):
            texts = [JUNK_KEYS[-1 - int(persons[place])] for place in junk]
            lengths[junk] = [len(text) for text in texts]
            letters[junk] = ord("0")
        used = np.arange(9) < lengths[:, None]
        data = letters[used] if len(junk) else letters.reshape(-1)
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(data))]
        return pa.Array.from_buffers(pa.string(), len(persons), buffers)

    def _keys(self, persons: Days) -> npt.NDArray[np.uint8]:
        """Return nine digits per person, the last chosen so that no eleven-test holds."""
        number = self._numbers[np.maximum(persons, 0)]
        letters = np.empty((len(persons), 9), dtype=np.uint8)
        weighted = np.zeros(len(persons), dtype=np.int64)
        for place in range(7, -1, -1):
            digit = number % 10
            number = number // 10
            letters[:, place] = digit + ord("0")
            weighted += digit * (9 - place)
        letters[:, 8] = (weighted % 11 + 4) % 10 + ord("0")
        return letters


def _days(column: str, rows: Rows) -> Days:
    """Return the day numbers of a date column; a last day is the day before `tot`."""
    if column != "einddatum":
        return rows[column]
    tot = rows["tot"]
    return np.where(tot <= MISSING + len(JUNK_DATES), tot, tot - 1)


def _date_text(days: Days) -> list[str]:
    special = (days <= MISSING + len(JUNK_DATES)) | (days >= OPEN - 1)
    dates: list[str] = np.datetime_as_string(
        np.where(special, 0, days).astype(np.int64).astype("datetime64[D]")
    ).tolist()
    for place in np.flatnonzero(special):
        junk = int(days[place]) - MISSING - 1
        dates[place] = JUNK_DATES[junk] if 0 <= junk < len(JUNK_DATES) else ""
    return dates


def _label_text(codes: Days, labels: tuple[str, ...] | None) -> list[str]:
    if labels is None:
        return ["" if code == MISSING else str(code) for code in codes.tolist()]
    return ["" if code == MISSING else labels[code] for code in _places(codes, labels).tolist()]


def _label_arrow(codes: Days, labels: tuple[str, ...] | None) -> pa.Array:
    gone = codes == MISSING
    if labels is None:
        return pa.array(codes.astype(np.float64), mask=gone)
    places = np.where(gone, 0, _places(codes, labels)).astype(np.int32)
    return pa.array(labels).take(pa.array(places, mask=gone))


def _places(codes: Days, labels: tuple[str, ...]) -> npt.NDArray[Any]:
    """Return codes with "unknown" (`MISSING` + 1) as the last label."""
    return np.where(codes == MISSING + 1, len(labels) - 1, codes)
