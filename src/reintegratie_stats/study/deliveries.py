"""Deliveries of registers: a folder and the cohort that is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from reintegratie_stats.cohorts import (
    RWI_2004,
    RWI_2004_LOKAAL,
    SLUITENDE_AANPAK,
    CohortDefinition,
    LeeftijdsTerm,
)
from reintegratie_stats.errors import DefinitionError, StudyError, listing, nearest
from reintegratie_stats.study.names import as_path, as_table, as_text, check_names

PRESETS: dict[str, CohortDefinition] = {
    "RWI_2004": RWI_2004,
    "RWI_2004_LOKAAL": RWI_2004_LOKAAL,
    "SLUITENDE_AANPAK": SLUITENDE_AANPAK,
}
"""The definitions that a study file can name."""


@dataclass(frozen=True)
class Delivery:
    """One delivery of registers and the cohort that is made of it.

    Parameters
    ----------
    name : str
        What the study calls it, for example ``centraal``.
    folder : Path
        The folder with the registers.
    definition : CohortDefinition
    """

    name: str
    folder: Path
    definition: CohortDefinition


def read_delivery(file: Path, name: str, values: Any) -> Delivery:
    """Read ``[leveringen.<name>]`` of a study file; see `read_study`."""
    where = f"{file.name} [leveringen.{name}]"
    table = as_table(file.name, f"leveringen.{name}", values)
    check_names(where, table, needed=("map", "definitie"), optional=("keuzes",))
    folder = as_path(where, "map", table["map"], file)
    preset = as_text(where, "definitie", table["definitie"])
    if preset not in PRESETS:
        raise StudyError(f"{where}: definitie is {preset!r}; allowed: {listing(PRESETS)}.{nearest(preset, PRESETS)}")
    choices = as_table(file.name, f"leveringen.{name}.keuzes", table.get("keuzes", {}))
    where = f"{file.name} [leveringen.{name}.keuzes]"
    try:
        definition = PRESETS[preset].replace(**_choices(where, choices))
    except DefinitionError as error:
        raise DefinitionError(f"{where}: {error}") from None
    return Delivery(name, folder, definition)


def _choices(where: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the choices of a delivery as a definition takes them."""
    choices = dict(given)
    # TOML has no None: who gives one form of the term does not want the preset's other form.
    for term, other in (("term_dagen", "term_maanden"), ("term_maanden", "term_dagen")):
        if term in given and other not in given:
            choices[other] = None
    if "term_per_leeftijd" in given:
        terms = given["term_per_leeftijd"]
        if not isinstance(terms, list) or not all(isinstance(term, dict) for term in terms):
            raise StudyError(
                f"{where}: 'term_per_leeftijd' must be a list of tables, such as "
                "[{tot_leeftijd = 23, term_maanden = 6}]."
            )
        needed, *optional = (field.name for field in fields(LeeftijdsTerm))
        for term in terms:
            check_names(f"{where} term_per_leeftijd", term, (needed,), tuple(optional))
        choices["term_per_leeftijd"] = tuple(LeeftijdsTerm(**term) for term in terms)
    return choices
