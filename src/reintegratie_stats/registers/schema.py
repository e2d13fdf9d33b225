"""The canonical tables, declared once.

A declaration checks data (`checks`), prints the data dictionary (`dictionary`) and feeds the synthesiser
(`synthesise`). Whoever wants to know what a column is looks here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["key", "text", "date", "number"]


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    Parameters
    ----------
    name : str
        The column's only name, in files, code and output.
    kind : {"key", "text", "date", "number"}
        `key` is text that identifies (leading zeros kept), `date` a calendar day.
    description : str
        One sentence for the data dictionary, in Dutch.
    required : bool
        The column must be there (it may still have missing values where `nullable`).
    nullable : bool
        A missing value is legal. Where it is not, the row is set aside and reported.
    allowed : tuple of str
        The only values; empty means any.
    minimum, maximum : float, optional
        Inclusive bounds of a number.
    unit : str
        The unit, for the data dictionary.
    """

    name: str
    kind: Kind
    description: str
    required: bool = True
    nullable: bool = True
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """One canonical table: its columns and what must hold across them.

    Parameters
    ----------
    name : str
        The table's name: the file is ``<name>.csv`` or ``<name>.parquet``.
    description : str
        One sentence for the data dictionary, in Dutch.
    columns : tuple of Column
    required : bool
        The table must be delivered.
    unique : str, optional
        A column whose value may occur once only.
    references : tuple of (column, table, is_error)
        The column's values must occur in that table (under the same column name). Where `is_error` the row is set
        aside, otherwise it is reported and kept.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    required: bool = False
    unique: str | None = None
    references: tuple[tuple[str, str, bool], ...] = ()

    @property
    def is_spells(self) -> bool:
        """Whether the rows are spells: they have a first and a last day."""
        return {"begindatum", "einddatum"} <= set(self.column_names)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of all declared columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required_names(self) -> tuple[str, ...]:
        """The names of the columns that must be there, in order."""
        return tuple(column.name for column in self.columns if column.required)


def _persoon() -> Column:
    return Column(
        "persoon_id", "key", "Sleutel van de persoon, als tekst (voorloopnullen blijven staan).", nullable=False
    )


def _begin(what: str) -> Column:
    return Column("begindatum", "date", f"Eerste dag van {what}.", nullable=False, unit="dag")


def _eind(what: str) -> Column:
    return Column("einddatum", "date", f"Laatste dag van {what}; leeg is lopend.", unit="dag")


def _registered(what: str) -> tuple[Column, Column]:
    return (
        Column("registratiedatum", "date", f"Dag waarop {what} is geregistreerd.", required=False, unit="dag"),
        Column(
            "registratiedatum_einde",
            "date",
            f"Dag waarop het einde van {what} is geregistreerd.",
            required=False,
            unit="dag",
        ),
    )


BIJSTAND = Table(
    "bijstand",
    "Perioden van bijstand; een persoon kan meer rijen hebben, ook overlappende of aansluitende dossiers.",
    (
        _persoon(),
        Column("gemeente", "key", "Code van de gemeente die de bijstand verstrekt, als tekst.", nullable=False),
        _begin("de bijstand"),
        _eind("de bijstand"),
        Column("reden_einde", "text", "Reden van beëindiging, zoals de gemeente die registreert."),
        *_registered("de bijstand"),
    ),
    required=True,
    references=(("gemeente", "gemeenten", True), ("persoon_id", "personen", False)),
)

VRIJSTELLINGEN = Table(
    "vrijstellingen",
    "Perioden waarin een persoon is vrijgesteld van de arbeidsplicht.",
    (
        _persoon(),
        _begin("de vrijstelling"),
        _eind("de vrijstelling"),
        Column("reden", "text", "Reden van de vrijstelling."),
        *_registered("de vrijstelling"),
    ),
    references=(("persoon_id", "bijstand", False),),
)

TRAJECTEN = Table(
    "trajecten",
    "Trajecten naar werk of participatie: plannen en instrumenten.",
    (
        _persoon(),
        _begin("het traject"),
        _eind("het traject"),
        Column("soort", "text", "Soort traject of voorziening."),
        Column(
            "vorm",
            "text",
            "Een plan (trajectplan, re-integratieplan) of een instrument (voorziening).",
            nullable=False,
            allowed=("plan", "instrument"),
        ),
        *_registered("het traject"),
        Column("consulent", "text", "Consulent of casemanager.", required=False),
    ),
    references=(("persoon_id", "bijstand", False),),
)

DIENSTVERBANDEN = Table(
    "dienstverbanden",
    "Dienstverbanden van personen.",
    (
        _persoon(),
        _begin("het dienstverband"),
        _eind("het dienstverband"),
        Column("uren_per_week", "number", "Arbeidsduur per week.", minimum=0, maximum=168, unit="uur per week"),
        Column("soort", "text", "Soort dienstverband, bijvoorbeeld regulier, uitzend of stage."),
        *_registered("het dienstverband"),
    ),
)

PERSONEN = Table(
    "personen",
    "Achtergrond van personen: één rij per persoon.",
    (
        _persoon(),
        Column("geboortedatum", "date", "Geboortedatum.", unit="dag"),
    ),
    unique="persoon_id",
)

GEMEENTEN = Table(
    "gemeenten",
    "De gemeenten: één rij per gemeente.",
    (
        Column("gemeente", "key", "Code van de gemeente, als tekst.", nullable=False),
        Column("naam", "text", "Naam van de gemeente."),
        Column("provincie", "text", "Provincie."),
        Column("landsdeel", "text", "Landsdeel."),
        Column("inwoners", "number", "Aantal inwoners.", minimum=0, unit="personen"),
    ),
    unique="gemeente",
)

TABLES: dict[str, Table] = {
    table.name: table for table in (BIJSTAND, VRIJSTELLINGEN, TRAJECTEN, DIENSTVERBANDEN, PERSONEN, GEMEENTEN)
}
"""Every canonical table by its name, in the order in which they are read and reported."""
