"""A study: where its registers lie, which definition goes with each, where its output goes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
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
from reintegratie_stats.errors import StudyError, listing, nearest

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
        Has ``studie`` (name), ``uitvoer`` (folder), ``taal`` (optional) and for each delivery a table
        ``[leveringen.<name>]`` with ``map`` (folder), ``definitie`` (a preset) and, optional,
        ``[leveringen.<name>.keuzes]`` with choices of the definition that differ from the preset. Folders are relative to
        the file.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        When the file is not there or no TOML, a name is unknown (with the nearest) or one is missing.
    DefinitionError
        When the choices do not make a definition.
    """
    file = Path(path)
    if not file.is_file():
        raise StudyError(f"Study file {file} does not exist. Give its path with --study.")
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyError(f"{file.name} is not valid TOML: {error}.") from None
    _check_names(file.name, content, needed=("studie", "uitvoer", "leveringen"), optional=("taal",))
    lang = content.get("taal", "nl")
    if lang not in ("nl", "en"):
        raise StudyError(f"{file.name}: taal is {lang!r}; allowed: 'nl', 'en'.")
    deliveries = _table(file.name, "leveringen", content["leveringen"])
    return Study(
        str(content["studie"]),
        tuple(_delivery(file, name, values) for name, values in deliveries.items()),
        file.parent / str(content["uitvoer"]),
        lang,
    )


def _delivery(file: Path, name: str, values: Any) -> Delivery:
    where = f"{file.name} [leveringen.{name}]"
    table = _table(file.name, f"leveringen.{name}", values)
    _check_names(where, table, needed=("map", "definitie"), optional=("keuzes",))
    preset = table["definitie"]
    if preset not in PRESETS:
        raise StudyError(
            f"{where}: definitie is {preset!r}; allowed: {listing(PRESETS)}.{nearest(str(preset), PRESETS)}"
        )
    choices = dict(_table(file.name, f"leveringen.{name}.keuzes", table.get("keuzes", {})))
    if "term_per_leeftijd" in choices:
        choices["term_per_leeftijd"] = tuple(
            LeeftijdsTerm(**term) for term in choices["term_per_leeftijd"]
        )
    definition = PRESETS[preset].replace(**choices) if choices else PRESETS[preset]
    return Delivery(name, file.parent / str(table["map"]), definition)


def _table(file: str, name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise StudyError(f"{file}: '{name}' must be a table, written as [{name}] with lines under it.")
    return value


def _check_names(
    where: str, table: Mapping[str, Any], needed: tuple[str, ...], optional: tuple[str, ...]
) -> None:
    allowed = (*needed, *optional)
    problems = [
        f"{where} has '{name}', which is unknown; allowed: {listing(allowed)}.{nearest(name, allowed)}"
        for name in table
        if name not in allowed
    ]
    problems += [f"{where} lacks '{name}'." for name in needed if name not in table]
    if problems:
        raise StudyError("\n".join(problems))
