"""Tables that a layout can fill besides the canonical ones: they help to make these, and are no register themselves."""

from __future__ import annotations

from reintegratie_stats.registers.schema import TABLES, Column, Table

ADRESSEN = Table(
    "adressen",
    "Perioden waarin een persoon op een adres staat ingeschreven.",
    (
        Column("persoon_id", "key", "Sleutel van de persoon, als tekst.", nullable=False),
        Column("object_id", "key", "Sleutel van het adres, als tekst.", nullable=False),
        Column("begindatum", "date", "Eerste dag van de inschrijving.", nullable=False, unit="dag"),
        Column("einddatum", "date", "Laatste dag van de inschrijving; leeg is lopend.", unit="dag"),
    ),
)

OBJECTEN = Table(
    "objecten",
    "De gemeente van elk adres, naar de indeling van één jaar.",
    (
        Column("object_id", "key", "Sleutel van het adres, als tekst.", nullable=False),
        Column("gemeente", "key", "Code van de gemeente, als tekst.", nullable=False),
    ),
    unique="object_id",
)

HELPERS: dict[str, Table] = {table.name: table for table in (ADRESSEN, OBJECTEN)}
"""The helping tables, by name."""
TARGETS: dict[str, Table] = {**TABLES, **HELPERS}
"""Every table that a layout can fill, by name."""
