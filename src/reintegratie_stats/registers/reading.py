"""How a register was read: from which files, by which layout, and what became of every row of the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pandas as pd

from reintegratie_stats.errors import counted
from reintegratie_stats.registers.spell_account import SpellAccount

COLUMNS = ("register", "bestand", "stap", "kolom", "reden", "rijen")
_JOINED = {
    "gelezen": "samen te voegen",
    "terzijde": "niet samengevoegd",
    "gebruikt": "samengevoegd",
    "waarvan": "waarvan",
    "perioden": "perioden",
}


@dataclass(frozen=True)
class Step:
    """Something that the layout did to rows of a file.

    Parameters
    ----------
    bestand : str
        The file.
    stap : str
        ``gefilterd`` and ``zonder aantal`` take rows out; what else there is changes values and takes out none.
    kolom : str
        The column of the source, or of the result.
    reden : str
    rijen : int
        Rows (of values: rows in which one was changed).
    """

    bestand: str
    stap: str
    kolom: str
    reden: str
    rijen: int

    @property
    def takes_out(self) -> bool:
        """Whether the rows are not among those that go on."""
        return self.stap in ("gefilterd", "zonder aantal")


@dataclass(frozen=True, repr=False)
class Reading:
    """How one register was read; counts only.

    Parameters
    ----------
    register : str
    layout : str
        Its name.
    files : mapping of str to int
        The rows of each file.
    steps : tuple of Step
        In the order in which they were done.
    used : int
        Source rows that went on to the checks.
    out : int
        Rows that they became; more than `used` where columns were unfolded into rows.
    found : mapping of str to mapping
        How each file is written: separator, encoding, sheet.
    notes : tuple of str
        What else is to be known: files that were left alone, columns that a file does not have.
    labels : mapping of str to mapping
        The labels of the codes of a column, where the files have them, by column of the result.
    joined : SpellAccount, optional
        What became of the usable rows where the layout joins them to spells; of addresses, where a layout takes the
        gemeente from them.

    Examples
    --------
    >>> reading = Reading(
    ...     "bijstand", "eigen", {"a.csv": 3}, (Step("a.csv", "gefilterd", "SOORT", "geen bijstand", 1),), 2, 2
    ... )
    >>> reading
    Reading(bijstand from 1 file: 3 rows, 1 taken out by the layout, 2 used)
    """

    register: str
    layout: str
    files: Mapping[str, int]
    steps: tuple[Step, ...]
    used: int
    out: int
    found: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    joined: SpellAccount | None = None

    @property
    def rows(self) -> int:
        """The rows of the source; they are those taken out and those used."""
        return sum(self.files.values())

    @property
    def taken_out(self) -> int:
        """The rows that the layout took out."""
        return sum(step.rijen for step in self.steps if step.takes_out)

    def plain(self) -> dict[str, Any]:
        """Return the same as plain values, to be kept as JSON."""
        return {
            "register": self.register,
            "layout": self.layout,
            "files": dict(self.files),
            "steps": [[one.bestand, one.stap, one.kolom, one.reden, one.rijen] for one in self.steps],
            "used": self.used,
            "out": self.out,
            "found": {name: dict(found) for name, found in self.found.items()},
            "notes": list(self.notes),
            "labels": {name: dict(labels) for name, labels in self.labels.items()},
            "joined": self.joined.plain() if self.joined else None,
        }

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> Reading:
        """Return what `plain` gave."""
        return cls(
            plain["register"],
            plain["layout"],
            MappingProxyType(dict(plain["files"])),
            tuple(Step(*one) for one in plain["steps"]),
            plain["used"],
            plain["out"],
            MappingProxyType(dict(plain["found"])),
            tuple(plain["notes"]),
            MappingProxyType(dict(plain["labels"])),
            SpellAccount.of_plain(plain["joined"]) if plain.get("joined") else None,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per step, and one per file: ``register, bestand, stap, kolom, reden, rijen``.

        The `rijen` of ``gelezen`` are those of ``gefilterd``, of ``zonder aantal`` and of ``gebruikt``. Of rows that
        the layout joins after the checks, ``samen te voegen`` are those of ``niet samengevoegd`` and ``samengevoegd``.
        """
        rows = [(self.register, file, "gelezen", "", "", count) for file, count in self.files.items()]
        rows += [(self.register, one.bestand, one.stap, one.kolom, one.reden, one.rijen) for one in self.steps]
        rows.append((self.register, "", "gebruikt", "", "", self.used))
        if self.out != self.used:
            rows.append((self.register, "", "uitgeklapt tot", "", "", self.out))
        if self.joined is not None:
            steps = self.joined.to_frame().itertuples(index=False)
            rows += [(self.register, "", _JOINED[stap], "", reden, rijen) for _, stap, reden, rijen in steps]
        return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(COLUMNS[:5], "string"))

    def __repr__(self) -> str:
        more = f" that became {counted(self.out, 'row')}" if self.out != self.used else ""
        if self.joined is not None and self.joined.spells is not None:
            apart = sum(self.joined.kept.values())
            more += f"; {self.joined.used - apart} joined to {counted(self.joined.spells, 'spell')}"
            more += f", {apart} kept apart" if apart else ""
        return (
            f"Reading({self.register} from {counted(len(self.files), 'file')}: {counted(self.rows, 'row')}, "
            f"{self.taken_out} taken out by the layout, {self.used} used{more})"
        )
