"""What a file says about itself, and what a user says about a file."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any, Literal

from reintegratie_stats.errors import RegisterError, listing

Kind = Literal["text", "number", "date", "other"]

SEPARATORS = {"komma": ",", "puntkomma": ";", "tab": "\t", "streep": "|"}
"""The words for a separator; the marks themselves are taken too."""
DECIMALS = {"komma": ",", "punt": "."}
"""The words for a decimal mark; the marks themselves are taken too."""


@dataclass(frozen=True)
class FileOptions:
    """How a file is to be read, where it must not be found out.

    Parameters
    ----------
    scheiding : str, optional
        The separator of a text file: ``","``, ``";"``, a tab, ``"|"``, or its name (komma, puntkomma, tab, streep).
    decimaal : str, optional
        The decimal mark: ``","`` or ``"."``, or its name (komma, punt).
    codering : str, optional
        The encoding of text, such as ``"utf-8"`` or ``"windows-1252"``.
    blad : str or int, optional
        The sheet of a workbook, by its name or its place from 1 on.
    kopregel : int, optional
        The line that holds the names of the columns, from 1 on (text files and workbooks).

    Raises
    ------
    RegisterError
        For a value that cannot be, with what can. All at once.

    Examples
    --------
    >>> FileOptions(scheiding="puntkomma").separator
    ';'
    """

    scheiding: str | None = None
    decimaal: str | None = None
    codering: str | None = None
    blad: str | int | None = None
    kopregel: int | None = None

    def __post_init__(self) -> None:
        problems = []
        for name, words in (("scheiding", SEPARATORS), ("decimaal", DECIMALS)):
            given = getattr(self, name)
            if given is not None and given not in (*words, *words.values()):
                problems.append(f"{name} is {given!r}; allowed: {listing(words)}, or the mark itself.")
        if self.codering is not None and not _is_encoding(self.codering):
            problems.append(f"codering is {self.codering!r}, which is no known encoding; such as utf-8, windows-1252.")
        if self.blad is not None and (isinstance(self.blad, bool) or not isinstance(self.blad, (str, int))):
            problems.append("blad must be the name of a sheet or its place, from 1 on.")
        if isinstance(self.blad, int) and self.blad < 1:
            problems.append("blad must be 1 or more: the first sheet is 1.")
        if self.kopregel is not None and (not isinstance(self.kopregel, int) or self.kopregel < 1):
            problems.append("kopregel must be a whole number of 1 or more: the first line is 1.")
        if problems:
            raise RegisterError("\n".join(problems))

    @property
    def separator(self) -> str | None:
        """The separator as a mark."""
        return SEPARATORS.get(self.scheiding, self.scheiding) if self.scheiding else None

    @property
    def decimal(self) -> str | None:
        """The decimal mark."""
        return DECIMALS.get(self.decimaal, self.decimaal) if self.decimaal else None

    def over(self, other: FileOptions) -> FileOptions:
        """Return these options, and those of `other` where these say nothing."""
        said = {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) is not None}
        return replace(other, **said)

    def said(self) -> dict[str, Any]:
        """Return what was said, by name."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) is not None}


def _is_encoding(name: Any) -> bool:
    try:
        return bool(codecs.lookup(name))
    except (LookupError, TypeError, ValueError):
        return False


@dataclass(frozen=True, repr=False)
class Missing:
    """Values that a file itself declares missing: single ones, and ranges of numbers.

    Examples
    --------
    >>> Missing(("9",), ((97.0, 99.0),))
    Missing(1 value, 1 range)
    """

    values: tuple[str, ...] = ()
    ranges: tuple[tuple[float, float], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.values or self.ranges)

    def __repr__(self) -> str:
        return "Missing({})".format(
            ", ".join(
                f"{len(some)} {word}{'s' * (len(some) != 1)}"
                for some, word in ((self.values, "value"), (self.ranges, "range"))
                if some
            )
        )


@dataclass(frozen=True)
class ColumnInfo:
    """What a file says of one of its columns.

    Parameters
    ----------
    name : str
        As the file writes it.
    kind : {"text", "number", "date", "other"}
        A `date` is delivered as text ``2002-01-31`` where the file keeps dates as numbers (SPSS, SAS, Stata).
    label : str
        The column's description, where the format has such.
    values : mapping of str to str
        The labels of its codes; a code is text, and a whole number has no decimals (``"1"``).
    missing : Missing
        What the file declares missing.
    cells : tuple of str
        Of a sheet: the kinds of its cells; among text, ``zeros`` are digits that begin with a zero.
    """

    name: str
    kind: Kind = "text"
    label: str = ""
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    missing: Missing = field(default_factory=Missing)
    cells: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return the same as plain values, to be kept as JSON."""
        return {
            "name": self.name,
            "kind": self.kind,
            "label": self.label,
            "values": dict(self.values),
            "missing": {"values": self.missing.values, "ranges": self.missing.ranges},
        }

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> ColumnInfo:
        """Return what `plain` gave."""
        missing = plain["missing"]
        return cls(
            plain["name"],
            plain["kind"],
            plain["label"],
            MappingProxyType(dict(plain["values"])),
            Missing(tuple(missing["values"]), tuple((low, high) for low, high in missing["ranges"])),
        )


def code_text(code: Any) -> str:
    """Return a code as text: a whole number without decimals, text without the blanks around it.

    Examples
    --------
    >>> code_text(1.0), code_text(1.5), code_text(" 01 ")
    ('1', '1.5', '01')
    """
    if isinstance(code, float) and code.is_integer():
        return str(int(code))
    return str(code).strip()


def pick_columns(where: str, present: Iterable[str], wanted: Iterable[str] | None) -> list[str] | None:
    """Return the names of a file that are wanted, whatever their capitals; None for all."""
    if wanted is None:
        return None
    folded = {name.casefold() for name in wanted}
    return [name for name in present if name.strip().casefold() in folded]
