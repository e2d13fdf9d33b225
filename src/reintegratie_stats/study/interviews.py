"""Whom to interview: the design of a draw of gemeenten and its seed, and the folder of a staff list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reintegratie_stats.fieldwork.sample_design import SampleDesign
from reintegratie_stats.study.names import as_path, as_table, as_value, as_whole, check_names


@dataclass(frozen=True)
class InterviewsPart:
    """The draw of gemeenten to interview.

    Parameters
    ----------
    design : SampleDesign
        What the choice must be.
    seed : int
        Of the lot; stated, so that the draw can be repeated.
    """

    design: SampleDesign
    seed: int


@dataclass(frozen=True)
class RespondentsPart:
    """A staff list and the interviews held from it.

    Parameters
    ----------
    folder : Path
        The folder with the lists.
    """

    folder: Path


def read_interviews_part(file: Path, content: Mapping[str, Any]) -> InterviewsPart:
    """Read ``[interviews]`` and ``[interviews.design]`` of a study file; see `read_study`."""
    where = f"{file.name} [interviews]"
    check_names(file.name, content, needed=("gemeenten", "interviews"), optional=tuple(content))
    table = as_table(file.name, "interviews", content["interviews"])
    check_names(where, table, needed=("seed", "design"), optional=())
    design = as_table(file.name, "interviews.design", table["design"])
    seed = as_whole(where, "seed", table["seed"])
    return InterviewsPart(as_value(f"{file.name} [interviews.design]", SampleDesign, design), seed)


def read_respondents_part(file: Path, content: Mapping[str, Any]) -> RespondentsPart:
    """Read ``[respondenten]`` of a study file; see `read_study`."""
    where = f"{file.name} [respondenten]"
    table = as_table(file.name, "respondenten", content["respondenten"])
    check_names(where, table, needed=("map",), optional=())
    return RespondentsPart(as_path(where, "map", table["map"], file))
