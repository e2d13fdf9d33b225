"""The twin of a gemeente: of those that register as expected the one that is most like it in its covariates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from reintegratie_stats.fieldwork.twins import scales

if TYPE_CHECKING:
    from reintegratie_stats.studies.cbs2025_fieldwork.study import Cbs2025Fieldwork


@dataclass(frozen=True)
class Twin:
    """A gemeente that another is beside.

    Parameters
    ----------
    gemeente : str
    distance : float
        In standard deviations.
    kind : {"chosen", "of", "near"}
        In the draw for being its twin; in the draw as what it is the twin of; or only the nearest, and not in the draw
        for that.
    """

    gemeente: str
    distance: float
    kind: Literal["chosen", "of", "near"]


def covariates(study: Cbs2025Fieldwork) -> tuple[str, ...]:
    """Return what twins are alike on: the covariates of the design, or else those of the model."""
    design = study.needs_draw().design
    terms = [name.strip() for name in study.report.part.expected.formula.partition("~")[2].split("+")]
    names = design.covariates or tuple(terms)
    return tuple(name for name in names if name in study.units and study.units[name].dtype.kind in "iuf")


def twins(study: Cbs2025Fieldwork) -> Mapping[str, Twin]:
    r"""Return the twin of every chosen gemeente that has one.

    The pairs of the draw come first, seen from either side. Otherwise it is the nearest of all gemeenten that register
    as expected, the gemeente itself left out, by the root of the mean squared difference of the covariates in standard
    deviations (as in `reintegratie_stats.fieldwork.twins`); of equals the first by code.
    """
    draw = study.needs_draw()
    ids, far, average = _distances(study)
    place = {name: k for k, name in enumerate(ids)}
    rows = list(draw.twins().itertuples())
    pairs = {pair.tweeling_van: pair.gemeente for pair in rows}
    of = {pair.gemeente: pair.tweeling_van for pair in rows}
    found = {}
    for name in draw.chosen:
        others = np.where(average & np.isfinite(far[place[name]]), far[place[name]], np.inf)
        others[place[name]] = np.inf
        if name in pairs:
            found[name] = Twin(pairs[name], float(far[place[name]][place[pairs[name]]]), "chosen")
        elif name in of:
            found[name] = Twin(of[name], float(far[place[name]][place[of[name]]]), "of")
        elif np.isfinite(others).any():
            nearest = int(np.argmin(np.round(others, 9)))
            found[name] = Twin(ids[nearest], float(others[nearest]), "near")
    return found


def _distances(study: Cbs2025Fieldwork) -> tuple[list[str], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the gemeenten by code, how far each is from each, and who registers as expected."""
    units = study.units.sort_values("gemeente", kind="stable")
    ids = [str(name) for name in units["gemeente"]]
    average = np.array([flag == "verwacht" for flag in units["klasse"]])
    names = covariates(study)
    x = units[list(names)].to_numpy(dtype=np.float64, na_value=np.nan)
    known = np.isfinite(x).all(axis=1) if names else np.zeros(len(ids), dtype=np.bool_)
    total = np.full((len(ids), len(ids)), np.nan)
    if known.any():
        size = np.array(scales(x[known]))
        used = x[:, size > 0] / size[size > 0]
        squares = sum((column[:, None] - column[None, :]) ** 2 for column in used.T)
        total = np.sqrt(squares / max(1, used.shape[1])) if used.shape[1] else total
    return ids, np.asarray(total, dtype=np.float64), average
