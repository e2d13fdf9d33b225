"""A folder of tables per gemeente, the model of what each is expected to register, and the rule of who stands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reintegratie_stats.estimates.expected import ExpectedDefinition
from reintegratie_stats.outliers import OutlierRule
from reintegratie_stats.study.names import as_path, as_table, as_value, as_whole, check_names


@dataclass(frozen=True)
class GemeentenPart:
    """What a study of gemeenten is made of.

    Parameters
    ----------
    folder : Path
        The folder with the tables per gemeente.
    year : int
        The year (jaar) that gemeenten are judged on.
    expected : ExpectedDefinition
        The model of the expected counts.
    rule : OutlierRule
        Who stands out.
    """

    folder: Path
    year: int
    expected: ExpectedDefinition
    rule: OutlierRule = field(default_factory=OutlierRule)


def read_gemeenten_part(file: Path, content: Mapping[str, Any]) -> GemeentenPart:
    """Read ``[gemeenten]``, ``[verwachting]`` and ``[regel]`` of a study file; see `read_study`."""
    place = as_table(file.name, "gemeenten", content["gemeenten"])
    where = f"{file.name} [gemeenten]"
    check_names(where, place, needed=("map", "jaar"), optional=())
    check_names(file.name, content, needed=("gemeenten", "verwachting"), optional=tuple(content))
    expected = as_table(file.name, "verwachting", content["verwachting"])
    rule = as_table(file.name, "regel", content.get("regel", {}))
    return GemeentenPart(
        as_path(where, "map", place["map"], file),
        as_whole(where, "jaar", place["jaar"]),
        as_value(f"{file.name} [verwachting]", ExpectedDefinition, expected),
        as_value(f"{file.name} [regel]", OutlierRule, rule),
    )
