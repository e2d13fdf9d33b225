"""Layouts: how the columns, codes, keys and dates of a source become a canonical table. A layout computes nothing.

`registers.apply` turns a layout into an expression; `registers.layout_read` reads one from TOML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from reintegratie_stats.errors import DefinitionError, listing, nearest
from reintegratie_stats.registers.files import FileOptions
from reintegratie_stats.registers.layout_dates import date_problem
from reintegratie_stats.registers.layout_join import WAYS, Joining
from reintegratie_stats.registers.layout_tables import TARGETS
from reintegratie_stats.registers.schema import Table

EinddagKind = Literal["laatste dag", "dag erna"]
OPEN_COLUMN = "?"
"""A source column whose name is the user's to fill in."""


def sentence(words: str) -> str:
    """Return words that end as a sentence does.

    Examples
    --------
    >>> sentence("a"), sentence("a?")
    ('a.', 'a?')
    """
    return words if words.endswith((".", "?")) else f"{words}."


@dataclass(frozen=True)
class LayoutColumn:
    """Where one column of the result comes from.

    Parameters
    ----------
    kolom : tuple of str
        The source column; several are joined (a key in two columns). Capitals do not count.
    tussen : str
        What stands between joined columns.
    datum : str, optional
        How a date is written: ``"jjjjmmdd"``, ``"dd-mm-jjjj"``, ``"d-m-jjjj"``, ``"excel"`` (days since 1899).
        ``2002-01-31`` is always understood.
    open : tuple of str
        Values of a date that mean "has not ended", such as ``"99991231"``.
    getal : {"komma", "punt", "zoek"}, optional
        A number in text, and its decimal mark; ``zoek`` finds it out per file, as is done for a number of the table
        without it: a comma where any number of the file has one. A file that shows neither comma nor point (whole
        numbers, or only such as ``1.234``) is read as the others. Cells of a sheet that are numbers need no mark.
    waarden : mapping of str to str
        Codes and the values they become.
    overig : str, optional
        What every other code becomes (``""``: missing); by default a code stays as it is.
    labels : bool
        Codes become the labels that the file gives them (SPSS, Stata); a code without a label stays.
    ontbreekt : tuple of str
        Codes that mean missing, besides those that the file declares.
    breedte : int, optional
        Digits are filled up with zeros to this width: ``14`` becomes ``"0014"``.
    voor : str
        Is put before the value, where it does not stand there: ``"GM"``.
    vast : str, optional
        A constant; there is no source column.
    leeg : bool
        Always missing; there is no source column.
    adres_op : str, optional
        Of `gemeente` only: the gemeente of the person's address on the day in this column, ``"begindatum"``. It asks
        ``adressen`` and ``objecten`` among the sources.
    code : bool
        Of `gemeente` only: a code of a gemeente in any form (``14``, ``"0014"``, ``"GM0014 "``) becomes ``GM0014``;
        what is no code stays. False leaves every value as it is.
    mag_ontbreken : bool
        A file need not have the column.
    """

    kolom: tuple[str, ...] = ()
    tussen: str = ""
    datum: str | None = None
    open: tuple[str, ...] = ()
    getal: Literal["komma", "punt", "zoek"] | None = None
    waarden: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    overig: str | None = None
    labels: bool = False
    ontbreekt: tuple[str, ...] = ()
    breedte: int | None = None
    voor: str = ""
    vast: str | None = None
    leeg: bool = False
    adres_op: str | None = None
    code: bool = True
    mag_ontbreken: bool = False

    def __post_init__(self) -> None:
        problems = []
        sources = sum((bool(self.kolom), self.vast is not None, self.leeg, self.adres_op is not None))
        if sources != 1:
            problems.append("give exactly one of kolom, vast, leeg and adres_op")
        if not all(self.kolom):
            problems.append("the name of a source column is empty")
        if self.datum is not None and (problem := date_problem(self.datum)):
            problems.append(problem)
        if self.getal not in (None, "komma", "punt", "zoek"):
            problems.append(f"getal is {self.getal!r}; allowed: komma, punt, zoek")
        if self.datum is not None and self.getal is not None:
            problems.append("a column is a date (datum) or a number (getal), not both")
        if self.breedte is not None and not 1 <= self.breedte <= 40:
            problems.append("breedte must be from 1 to 40")
        if problems:
            raise DefinitionError("; ".join(problems))


@dataclass(frozen=True)
class LayoutFilter:
    """Which rows of the source belong to the register; the others are counted with the reason.

    Parameters
    ----------
    kolom : str
        The source column.
    houd : tuple of str
        The only codes whose rows stay.
    laat_weg : tuple of str
        The codes whose rows do not stay.
    reden : str
        Why, in a few words.
    """

    kolom: str
    houd: tuple[str, ...] = ()
    laat_weg: tuple[str, ...] = ()
    reden: str = ""

    def __post_init__(self) -> None:
        if not self.kolom:
            raise DefinitionError("a filter needs a kolom")
        if bool(self.houd) == bool(self.laat_weg):
            raise DefinitionError(f"the filter on '{self.kolom}' needs one of houd and laat_weg")


@dataclass(frozen=True)
class Unfold:
    """Columns with a number each become rows: one for every column whose number is not zero.

    Parameters
    ----------
    kolommen : mapping of str to str
        Value and the source column with its number.
    naar : str
        The column of the result that gets the value.
    aantal : str
        The column of the result that gets the number.
    """

    kolommen: Mapping[str, str]
    naar: str = "soort"
    aantal: str = "aantal"


@dataclass(frozen=True)
class Layout:
    """How a source becomes a canonical table.

    Parameters
    ----------
    naam : str
    tabel : str
        The table that is filled: a canonical one, or ``adressen``, ``objecten``.
    kolommen : mapping of str to LayoutColumn
        By the column of the table.
    meenemen : mapping of str to LayoutColumn
        Further columns that come along, by the name that they get.
    alles_meenemen : bool
        All other columns come along as they are.
    filters : tuple of LayoutFilter
        In order: a row is counted at the first that it does not pass.
    einddag : {"laatste dag", "dag erna"}
        Whether `einddatum` of the source is the last day itself or the first day after.
    uitklappen : Unfold, optional
    gebruikersmissing : bool
        Values that a file declares missing (SPSS) are missing.
    bestanden : tuple of str
        Patterns by which the files of this source are recognised in a folder.
    bestand : FileOptions
    samenvoegen : Joining, optional
        How usable rows become spells, after the checks.
    omschrijving, bron : str

    Raises
    ------
    DefinitionError
        When it contradicts itself or names a column that the table does not have. All problems at once.
    """

    naam: str
    tabel: str
    kolommen: Mapping[str, LayoutColumn]
    meenemen: Mapping[str, LayoutColumn] = field(default_factory=lambda: MappingProxyType({}))
    alles_meenemen: bool = False
    filters: tuple[LayoutFilter, ...] = ()
    einddag: EinddagKind = "laatste dag"
    uitklappen: Unfold | None = None
    gebruikersmissing: bool = True
    bestanden: tuple[str, ...] = ()
    bestand: FileOptions = field(default_factory=FileOptions)
    samenvoegen: Joining | None = field(default=None, repr=False)  # a cache holds the rows before it
    omschrijving: str = ""
    bron: str = ""

    def __post_init__(self) -> None:
        if self.tabel not in TARGETS:
            raise DefinitionError(
                f"Layout {self.naam}: tabel is '{self.tabel}'; allowed: {listing(TARGETS)}."
                f"{nearest(self.tabel, TARGETS)}"
            )
        problems = self._column_problems() + self._address_problems() + self._joining_problems()
        if self.einddag not in ("laatste dag", "dag erna"):
            problems.append(f"einddag is '{self.einddag}'; allowed: laatste dag, dag erna")
        if problems:
            raise DefinitionError("\n".join(sentence(f"Layout {self.naam}: {problem}") for problem in problems))

    def _column_problems(self) -> list[str]:
        known = self.table.column_names
        made = self._unfolded
        problems = [
            f"{self.tabel} has no column '{name}'; further columns go under meenemen.{nearest(name, known)}"
            for name in self.kolommen
            if name not in known
        ]
        problems += [
            f"kolommen lacks '{name}': say where it comes from, or that it is not there (leeg = true)"
            for name in self.table.required_names
            if name not in self.kolommen and name not in made
        ]
        folded = [name.casefold() for name in (*self.kolommen, *self.meenemen, *made)]
        problems += [f"column '{name}' is filled twice" for name in dict.fromkeys(folded) if folded.count(name) > 1]
        kinds = {column.name: column.kind for column in self.table.columns}
        for name, column in self.kolommen.items():
            if kinds.get(name, "date") != "date" and (column.datum or column.open):
                problems.append(f"'{name}' is no date: datum and open are for dates")
            if kinds.get(name, "number") != "number" and column.getal:
                problems.append(f"'{name}' is no number: getal is for numbers")
        return problems

    @property
    def _unfolded(self) -> tuple[str, ...]:
        return (self.uitklappen.naar, self.uitklappen.aantal) if self.uitklappen else ()

    def _address_problems(self) -> list[str]:
        """Name what is wrong with columns that come from the address: only gemeente, on a day of the row."""
        days = [one.name for one in self.table.columns if one.kind == "date" and one.name in self.kolommen]
        days += [name for name, one in self.meenemen.items() if one.datum or one.open]
        problems = []
        for name, column in {**self.kolommen, **self.meenemen}.items():
            day = column.adres_op
            if day is None:
                continue
            if name != "gemeente" or name not in self.kolommen or "persoon_id" not in self.table.column_names:
                problems.append(f"'{name}' cannot come from an address: adres_op is for gemeente, of bijstand")
            elif day not in days:
                problems.append(
                    f"adres_op is '{day}', which is no date of this layout; there are: {listing(days)}."
                    f"{nearest(day, days)}"
                )
        return problems

    def _joining_problems(self) -> list[str]:
        """Name what is wrong between the columns of the table and how its rows are joined."""
        joining, way = self.samenvoegen, self.samenvoegen.way if self.samenvoegen else None
        if joining is None or way is None:
            return []
        if way.tabel != self.tabel:
            fits = [name for name, one in WAYS.items() if one.tabel == self.tabel]
            can = f"{self.tabel} can be joined as {listing(fits)}" if fits else f"rows of {self.tabel} are not joined"
            return [f"samenvoegen: {joining.wijze} are rows of {way.tabel}, and this layout fills {self.tabel}; {can}"]
        there = (*self.kolommen, *self.meenemen, *self._unfolded)
        lacking = [name for name in joining.needs() if name not in there and not self.alles_meenemen]
        problems = [
            f"samenvoegen asks column '{name}', which this layout does not make.{nearest(name, there)}"
            for name in lacking
        ]
        lost = [name for name in self.table.required_names if name not in joining.gives()]
        if lost:
            problems.append(
                f"samenvoegen loses {listing(lost)}, which {self.tabel} must have: name it under per, eerste or laatste"
            )
        return problems

    @property
    def adres_op(self) -> str | None:
        """The column with the day on which the gemeente is that of the address, where it comes from there."""
        return self.kolommen["gemeente"].adres_op if "gemeente" in self.kolommen else None

    @property
    def table(self) -> Table:
        """The declaration of the table that is filled."""
        return TARGETS[self.tabel]

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The source columns that are used, each once, as the layout writes them."""
        columns = [name for one in (*self.kolommen.values(), *self.meenemen.values()) for name in one.kolom]
        columns += [one.kolom for one in self.filters]
        columns += list(self.uitklappen.kolommen.values()) if self.uitklappen else []
        return tuple(dict.fromkeys(columns))

    @property
    def needed_columns(self) -> tuple[str, ...]:
        """Those of `source_columns` that every file must have."""
        columns = (*self.kolommen.values(), *self.meenemen.values())
        used = {name for one in columns if not one.mag_ontbreken for name in one.kolom} | {
            one.kolom for one in self.filters
        }
        used |= set(self.uitklappen.kolommen.values()) if self.uitklappen else set()
        return tuple(name for name in self.source_columns if name in used)

    @property
    def unfinished(self) -> tuple[str, ...]:
        """The columns of the result whose source is still to be filled in."""
        columns = {**self.kolommen, **self.meenemen}
        names = [name for name, one in columns.items() if OPEN_COLUMN in one.kolom]
        names += [f"filter: {one.reden}" for one in self.filters if one.kolom == OPEN_COLUMN]
        if self.uitklappen and (not self.uitklappen.kolommen or OPEN_COLUMN in self.uitklappen.kolommen.values()):
            names.append("uitklappen.kolommen")
        return tuple(names)

    def replace(self, **changes: Any) -> Layout:
        """Return the layout with some of its fields changed."""
        return replace(self, **changes)
