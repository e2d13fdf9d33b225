"""A register as its files have it: a table per file, with what the file says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import ibis
import ibis.expr.types as ir

from reintegratie_stats.errors import RegisterError, counted, listing
from reintegratie_stats.registers.files.described import ColumnInfo


@dataclass(frozen=True, repr=False, eq=False)
class SourceFile:
    """One file (or table of an engine) as it is.

    Parameters
    ----------
    name : str
        The file's name, for messages.
    table : ibis table
        Read when it is needed, with the columns as the file has them.
    columns : mapping of str to ColumnInfo
        By the name as the file writes it.
    found : mapping
        How it is written, in words: separator, encoding, sheet.
    content : str
        What it is known by in a cache; empty for a table of an engine.
    path : Path or None
    others : tuple of str
        The names of columns that the file has and that were not asked for.
    """

    name: str
    table: ir.Table
    columns: Mapping[str, ColumnInfo]
    found: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    content: str = ""
    path: Path | None = None
    others: tuple[str, ...] = ()

    @property
    def typed(self) -> bool:
        """Whether the format keeps numbers as numbers and dates its own way (SPSS, Stata, SAS)."""
        return "statistisch" in self.found

    def column(self, name: str) -> str | None:
        """Return how the file writes a column's name, whatever the capitals; None where it is not there."""
        folded = name.strip().casefold()
        return next((one for one in self.columns if one.strip().casefold() == folded), None)

    def __repr__(self) -> str:
        return f"SourceFile({self.name}: {counted(len(self.columns), 'column')})"


@dataclass(frozen=True, repr=False, eq=False)
class SourceTable:
    """The files of one register.

    Parameters
    ----------
    name : str
        The register's name.
    files : tuple of SourceFile
    older : tuple of str
        Files that were left alone, as a newer version of each is there.
    """

    name: str
    files: tuple[SourceFile, ...]
    older: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"SourceTable({self.name}: {counted(len(self.files), 'file')})"

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of all columns of all files, as the first file that has one writes it."""
        names: dict[str, str] = {}
        for file in self.files:
            for name in file.columns:
                names.setdefault(name.strip().casefold(), name)
        return tuple(names.values())

    def table(self) -> ir.Table:
        """Return all rows of all files: columns are united by name, whatever the capitals.

        A column that a file does not have is missing for the rows of that file.

        Raises
        ------
        RegisterError
            When a column has a type in one file that does not go with its type in another; the files are named.
        """
        if len(self.files) == 1:
            return self.files[0].table
        united, problems = {}, []
        for name in self.column_names:
            kinds = {file.name: file.table[written].type() for file in self.files if (written := file.column(name))}
            kind = _common(list(kinds.values()))
            if kind is None:
                seen = {str(one): file for file, one in reversed(kinds.items())}
                where = listing(f"{kind} in {file}" for kind, file in seen.items())
                problems.append(
                    f"{self.name}: column '{name}' has types that do not go together: {where}. Deliver it as one type."
                )
            else:
                united[name] = kind
        if problems:
            raise RegisterError("\n".join(problems))
        parts = []
        for file in self.files:
            here = {name: file.column(name) for name in united}
            columns = {
                name: ibis.null(kind) if here[name] is None else file.table[here[name]].cast(kind)
                for name, kind in united.items()
            }
            parts.append(file.table.select(**columns))
        return ibis.union(*parts, distinct=False)


def _common(kinds: list[ibis.expr.datatypes.DataType]) -> str | None:
    """Return the type that holds the values of all, or None."""
    kinds = [kind for kind in kinds if not kind.is_null()]
    if not kinds:
        return "string"
    for is_one, result in (
        ("is_string", "string"),
        ("is_integer", "int64"),
        ("is_numeric", "float64"),
        ("is_date", "date"),
        ("is_boolean", "boolean"),
    ):
        if all(getattr(kind, is_one)() for kind in kinds):
            return result
    if all(kind.is_date() or (kind.is_timestamp() and kind.timezone is None) for kind in kinds):
        return "timestamp"
    return str(kinds[0]) if len({str(kind) for kind in kinds}) == 1 else None
