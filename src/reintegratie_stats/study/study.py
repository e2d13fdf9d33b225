"""A study: where its data lie, which definitions go with them, where its output goes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from reintegratie_stats.errors import StudyError, listing, nearest
from reintegratie_stats.study.deliveries import Delivery, read_delivery
from reintegratie_stats.study.gemeenten import GemeentenPart, read_gemeenten_part
from reintegratie_stats.study.interviews import (
    InterviewsPart,
    RespondentsPart,
    read_interviews_part,
    read_respondents_part,
)
from reintegratie_stats.study.names import as_path, as_table, as_text, check_names

PARTS = ("leveringen", "gemeenten", "respondenten")
"""What a study can be made of; a file has at least one."""

WITH_GEMEENTEN = ("verwachting", "regel", "interviews")
"""Tables that belong to the part ``gemeenten``."""


@dataclass(frozen=True)
class Study:
    """A study as its file describes it; made by `read_study`.

    Parameters
    ----------
    name : str
        Its module in `reintegratie_stats.studies`, for example ``rwi2004``.
    output : Path
        The folder for tables and figures.
    deliveries : tuple of Delivery
        Deliveries of registers.
    gemeenten : GemeentenPart, optional
        Tables per gemeente, and what is expected of them.
    interviews : InterviewsPart, optional
        Which gemeenten to interview.
    respondents : RespondentsPart, optional
        A staff list and the interviews held from it.
    lang : {"nl", "en"}
        Language of the output.
    """

    name: str
    output: Path
    deliveries: tuple[Delivery, ...] = ()
    gemeenten: GemeentenPart | None = None
    interviews: InterviewsPart | None = None
    respondents: RespondentsPart | None = None
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

    def needs_gemeenten(self) -> GemeentenPart:
        """Return the part on gemeenten.

        Raises
        ------
        StudyError
            When the study has none.
        """
        if self.gemeenten is None:
            raise StudyError(f"Study {self.name} needs [gemeenten] and [verwachting].")
        return self.gemeenten

    def needs_respondents(self) -> RespondentsPart:
        """Return the staff list.

        Raises
        ------
        StudyError
            When the study has none.
        """
        if self.respondents is None:
            raise StudyError(f"Study {self.name} needs [respondenten].")
        return self.respondents


def read_study(path: str | PathLike[str]) -> Study:
    """Read a study file (TOML).

    Parameters
    ----------
    path : path
        Has ``studie`` (name), ``uitvoer`` (folder), ``taal`` (optional) and at least one part:

        - for each delivery of registers a table ``[leveringen.<name>]`` with ``map`` (folder), ``definitie`` (a preset)
          and, optional, ``[leveringen.<name>.keuzes]`` with choices of the definition that differ from the preset.
          Choosing ``term_maanden`` takes the place of the preset's ``term_dagen``, and the other way round.
        - ``[gemeenten]`` with ``map`` (folder) and ``jaar``, ``[verwachting]`` with the fields of an
          `ExpectedDefinition` (at least ``formula`` and ``exposure``) and, optional, ``[regel]`` with fields of an
          `OutlierRule`, and ``[interviews]`` with ``seed`` and ``[interviews.design]``, the fields of a `SampleDesign`.
        - ``[respondenten]`` with ``map``: the folder with a staff list.

        Folders are relative to the file.

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
    content = _content(file)
    check_names(file.name, content, needed=("studie", "uitvoer"), optional=(*PARTS, *WITH_GEMEENTEN, "taal"))
    if not any(part in content for part in PARTS):
        raise StudyError(f"{file.name} lacks what the study is made of: at least one of {listing(PARTS)}.")
    lang = content.get("taal", "nl")
    if lang not in ("nl", "en"):
        raise StudyError(f"{file.name}: taal is {lang!r}; allowed: 'nl', 'en'.")
    deliveries = as_table(file.name, "leveringen", content.get("leveringen", {}))
    return Study(
        as_text(file.name, "studie", content["studie"]),
        as_path(file.name, "uitvoer", content["uitvoer"], file),
        tuple(read_delivery(file, name, values) for name, values in deliveries.items()),
        read_gemeenten_part(file, content) if "gemeenten" in content else None,
        read_interviews_part(file, content) if "interviews" in content else None,
        read_respondents_part(file, content) if "respondenten" in content else None,
        lang,
    )


def _content(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise StudyError(f"Study file {file} does not exist. Give its path with --study.")
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyError(f"{file.name} is not valid TOML: {error}.") from None
