"""What became of every source row of which spells were made; counts only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pandas as pd

from reintegratie_stats.errors import RegisterError, counted

COLUMNS = ("bron", "stap", "reden", "rijen")


@dataclass(frozen=True, repr=False)
class SpellAccount:
    """What became of every source row; counts only.

    Parameters
    ----------
    bron : str
        What the rows are.
    rows : int
        Source rows; ``rows = used + set aside``.
    used : int
        Rows that are part of a spell.
    set_aside : mapping of str to int
        Rows that are not, by reason; each row at the first reason that holds.
    kept : mapping of str to int
        Of the used rows: those that were kept in a special way, by what is special.
    spells : int, optional
        The number of spells, known once they are stored.

    Raises
    ------
    RegisterError
        When the rows do not add up.

    Examples
    --------
    >>> SpellAccount("bijstand", 10, 9, {"zonder persoon_id": 1})
    SpellAccount(bijstand: 10 rows, 9 used, 1 set aside)
    """

    bron: str
    rows: int
    used: int
    set_aside: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    kept: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    spells: int | None = None

    def __post_init__(self) -> None:
        if self.rows != self.used + sum(self.set_aside.values()):
            raise RegisterError(
                f"{self.bron}: {self.rows} rows are not {self.used} used and {sum(self.set_aside.values())} set aside."
            )

    def to_frame(self) -> pd.DataFrame:
        """Return ``bron, stap, reden, rijen``: rows read, set aside by reason, used (and how), and spells."""
        rows = [(self.bron, "gelezen", "", self.rows)]
        rows += [(self.bron, "terzijde", reason, number) for reason, number in self.set_aside.items()]
        rows.append((self.bron, "gebruikt", "", self.used))
        rows += [(self.bron, "waarvan", what, number) for what, number in self.kept.items()]
        if self.spells is not None:
            rows.append((self.bron, "perioden", "", self.spells))
        return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(COLUMNS[:3], "string"))

    def plain(self) -> dict[str, Any]:
        """Return the same as plain values, to be kept as JSON."""
        return {
            "bron": self.bron,
            "rows": self.rows,
            "used": self.used,
            "set_aside": dict(self.set_aside),
            "kept": dict(self.kept),
            "spells": self.spells,
        }

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> SpellAccount:
        """Return what `plain` gave."""
        aside, kept = (MappingProxyType(dict(plain[name])) for name in ("set_aside", "kept"))
        return cls(plain["bron"], plain["rows"], plain["used"], aside, kept, plain["spells"])

    def __repr__(self) -> str:
        aside = sum(self.set_aside.values())
        into = "" if self.spells is None else f", {counted(self.spells, 'spell')}"
        return f"SpellAccount({self.bron}: {counted(self.rows, 'row')}, {self.used} used, {aside} set aside{into})"
