"""A study: where its registers lie, which definition goes with each, where its output goes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from os import PathLike
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


@dataclass(frozen=True)
class Study:
    """A study as its file describes it; made by `read_study`.

    Parameters
    ----------
    name : str
        Its module in `reintegratie_stats.studies`, for example ``rwi2004``.
    deliveries : tuple of Delivery
    output : Path
        The folder for tables and figures.
    lang : {"nl", "en"}
        Language of the output.
    """

    name: str
    deliveries: tuple[Delivery, ...]
    output: Path
    lang: str = "nl"

    def delivery(self, name: str) -> Delivery:
        """Return a delivery by its name.

        Raises
        ------
        StudyError
            When the study has no such delivery.
        """
        names = [delivery.name for delivery in self.deliveries]
        if name not in names:
            raise StudyError(
                f"Study {self.name} needs a delivery [leveringen.{name}]; it has: "
                f"{listing(names) or 'none'}.{nearest(name, names)}"
            )
        return self.deliveries[names.index(name)]


def read_study(path: str | PathLike[str]) -> Study:
    """Read a study file (TOML).

    Parameters
    ----------
    path : path
        Has ``studie`` (name), ``uitvoer`` (folder), ``taal`` (optional) and for each delivery a
        table ``[leveringen.<name>]`` with ``map`` (folder), ``definitie`` (a preset) and, optional,
        ``[leveringen.<name>.keuzes]`` with choices of the definition that differ from the preset.
        Choosing ``term_maanden`` takes the place of the preset's ``term_dagen``, and the other way
        round. Folders are relative to the file.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        When the file is not there or no TOML, a name is unknown (with the nearest) or missing, or a
        value is of another kind than its name asks.
    DefinitionError
        When the choices do not make a definition; the message says of which delivery.
    """
    file = Path(path)
    if not file.is_file():
        raise StudyError(f"Study file {file} does not exist. Give its path with --study.")
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyError(f"{file.name} is not valid TOML: {error}.") from None
    _check_names(file.name, content, needed=("studie", "uitvoer", "leveringen"), optional=("taal",))
    lang = content.get("taal", "nl")
    if lang not in ("nl", "en"):
        raise StudyError(f"{file.name}: taal is {lang!r}; allowed: 'nl', 'en'.")
    deliveries = _table(file.name, "leveringen", content["leveringen"])
    return Study(
        _text(file.name, "studie", content["studie"]),
        tuple(_delivery(file, name, values) for name, values in deliveries.items()),
        file.parent / _text(file.name, "uitvoer", content["uitvoer"]),
        lang,
    )


def _delivery(file: Path, name: str, values: Any) -> Delivery:
    where = f"{file.name} [leveringen.{name}]"
    table = _table(file.name, f"leveringen.{name}", values)
    _check_names(where, table, needed=("map", "definitie"), optional=("keuzes",))
    folder = file.parent / _text(where, "map", table["map"])
    preset = _text(where, "definitie", table["definitie"])
    if preset not in PRESETS:
        raise StudyError(f"{where}: definitie is {preset!r}; allowed: {listing(PRESETS)}.{nearest(preset, PRESETS)}")
    choices = _table(file.name, f"leveringen.{name}.keuzes", table.get("keuzes", {}))
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
            _check_names(f"{where} term_per_leeftijd", term, (needed,), tuple(optional))
        choices["term_per_leeftijd"] = tuple(LeeftijdsTerm(**term) for term in terms)
    return choices


def _text(where: str, name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise StudyError(f"{where}: '{name}' must be text between quotes.")
    return value


def _table(file: str, name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise StudyError(f"{file}: '{name}' must be a table, written as [{name}] with lines under it.")
    return value


def _check_names(where: str, table: Mapping[str, Any], needed: tuple[str, ...], optional: tuple[str, ...]) -> None:
    allowed = (*needed, *optional)
    problems = [
        f"{where} has '{name}', which is unknown; allowed: {listing(allowed)}.{nearest(name, allowed)}"
        for name in table
        if name not in allowed
    ]
    problems += [f"{where} lacks '{name}'." for name in needed if name not in table]
    if problems:
        raise StudyError("\n".join(problems))
