"""Which gemeenten to interview: a draw that can be repeated, keeps every quota, and says why for each gemeente."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reintegratie_stats.errors import SampleError, counted, listing, nearest
from reintegratie_stats.fieldwork.choose import choose
from reintegratie_stats.fieldwork.draw_reasons import chosen_reason, reserve_reasons
from reintegratie_stats.fieldwork.draw_state import DrawState
from reintegratie_stats.fieldwork.draw_tables import asked_text, quota_table, twin_table
from reintegratie_stats.fieldwork.population import MORE, read_population
from reintegratie_stats.fieldwork.relaxing import Relaxed, eased
from reintegratie_stats.fieldwork.rules import COUNTS, rules_of
from reintegratie_stats.fieldwork.sample_design import EXTREME, SPREAD, SampleDesign
from reintegratie_stats.fieldwork.spread import bands, spread_cost
from reintegratie_stats.fieldwork.values import category_text, whole_seed
from reintegratie_stats.report.labels import Lang, check_lang


@dataclass(frozen=True, eq=False, repr=False)
class SampleDraw:
    """Gemeenten chosen for interviews, with their reserves; made by `draw_interviews`; frames are copies."""

    _state: DrawState

    def __repr__(self) -> str:
        aim = f", objective {self.objective:g} (best {self.objective_best:g})"
        parts = [
            f"{len(self.chosen)} of {len(self._state.population)} gemeenten, seed={self.seed}",
            "" if self.design.objective == SPREAD else aim,
            f", {counted(len(self.relaxed), 'number')} relaxed" if self.relaxed else "",
            f", {len(self.refused)} replaced" if self.refused else "",
        ]
        return f"SampleDraw({''.join(parts)})"

    @property
    def design(self) -> SampleDesign:
        """The design that was drawn by."""
        return self._state.design

    @property
    def seed(self) -> int:
        """The seed of the lot."""
        return self._state.seed

    @property
    def chosen(self) -> tuple[str, ...]:
        """The gemeenten to interview, sorted."""
        return tuple(str(name) for name in self._state.population.ids[self._state.chosen])

    @property
    def refused(self) -> tuple[str, ...]:
        """The gemeenten that were replaced, in order."""
        return tuple(str(self._state.population.ids[one]) for one in self._state.refused)

    @property
    def objective(self) -> float:
        """The objective of this draw, in steps of the resolution; missing for the objective ``"spread"``."""
        state = self._state.population
        steps = float(state.steps[self._state.chosen].sum() * state.step)
        return float("nan") if self.design.objective == SPREAD else steps

    @property
    def objective_best(self) -> float:
        """The best objective of any draw that keeps the demands; this one is within the tolerance of it."""
        best = self._state.best
        return float("nan") if best is None else best * self._state.population.step

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the draw must know."""
        return tuple(_notes(self._state))

    @property
    def objective_exact(self) -> float:
        """The objective of this draw, without steps."""
        exact = float(self._state.population.gain[self._state.chosen].sum())
        return float("nan") if self.design.objective == SPREAD else exact

    @property
    def covariates(self) -> tuple[str, ...]:
        """The columns that twins are alike on; none without twins."""
        return self._state.population.covariate_names

    @property
    def spread(self) -> int:
        """How far the draw is from the spread that was asked (0: as near as whole numbers can be)."""
        return int(spread_cost(self._state.bands, self._state.band_counts)) if self._state.bands else 0

    @property
    def relaxed(self) -> tuple[Relaxed, ...]:
        """Every number that was not kept: demand, category, low, high, got. Empty unless the design has `relax`."""
        return _relaxed(self._state)

    def reserves(self) -> dict[str, tuple[str, ...]]:
        """Return the reserves of each chosen gemeente, the first to step in first.

        Each of them is in the cell of the chosen gemeente and keeps every number of the design when it steps in. A
        gemeente may be the reserve of several: `replace` looks again.
        """
        ids = self._state.population.ids
        return {str(ids[one]): tuple(str(ids[k]) for k in others) for one, others in self._state.reserves.items()}

    def to_frame(self, lang: Lang = "nl") -> pd.DataFrame:
        """Return the chosen gemeenten and then the reserves, each with its reason.

        Parameters
        ----------
        lang : {"nl", "en"}
            Language of the reasons.

        Returns
        -------
        DataFrame
            ``gemeente, klasse, rol`` (gekozen, reserve), ``reserve_voor`` (missing for the chosen), ``rang`` (of a
            reserve, 1 steps in first) and ``reden`` (a sentence). The chosen are sorted by name, the reserves by whom
            they stand by for and rank.
        """
        check_lang(lang)
        ids, klasse = self._state.population.ids, self._state.population.klasse
        rows: list[tuple[Any, ...]] = []
        for one in self._state.reserves:
            reason = chosen_reason(self._state, one, lang)
            rows.append((ids[one], klasse[one] or None, "gekozen", None, None, reason))
        for one, others in self._state.reserves.items():
            reasons = reserve_reasons(self._state, one, lang)
            for rank, (k, reason) in enumerate(zip(others, reasons, strict=True), 1):
                rows.append((ids[k], klasse[k] or None, "reserve", ids[one], rank, reason))
        names = ["gemeente", "klasse", "rol", "reserve_voor", "rang", "reden"]
        frame = pd.DataFrame(rows, columns=names, dtype=object)
        return frame.astype({name: "Int64" if name == "rang" else "string" for name in names})

    def quotas(self) -> pd.DataFrame:
        """Return every number of the design: asked, got, slack.

        Returns
        -------
        DataFrame
            ``rule`` (size, quota, between, minimum, maximum, one_per, must_have, certainty, must_not_have, spread),
            ``trait, category``, ``asked`` (text), ``low, high`` (missing: no bound), ``got``, ``slack`` (how many
            gemeenten more or fewer it can bear, the least of the two; negative: so many outside, because it was relaxed
            or, for spread, because the other demands leave no room) and ``available`` (how many gemeenten of the
            category can be drawn: judged, or named by the design, not in must_not_have, and not replaced; for
            must_not_have itself how many it names).
        """
        return quota_table(self._state)

    def twins(self) -> pd.DataFrame:
        """Return ``gemeente, tweeling_van, afstand`` (in standard deviations) of a design with ``twins=True``.

        A twin stays that of whom it was chosen for, also when that gemeente does not take part; `notes` says so.
        """
        return twin_table(self._state)

    def replace(self, gemeente: str) -> SampleDraw:
        """Return the draw in which the first reserve of a gemeente that does not take part has stepped in.

        Nothing else changes: the other chosen gemeenten stay. Who refused never comes back, not as a reserve either.
        The reserves are looked up anew, as the one that stepped in is no longer free. A gemeente of `must_have` or
        `certainty` can be replaced; that demand then no longer holds for it.

        Raises
        ------
        SampleError
            For a gemeente that is not chosen, and where no reserve is left.
        """
        name = category_text(gemeente)
        one = self._state.population.place(name)
        if one < 0 or not self._state.chosen[one]:
            raise SampleError(_not_chosen(self, name, one))
        if not self._state.reserves[one]:
            raise SampleError(
                f"no reserve is left for {name}: no other gemeente of its class and cell keeps every number. Draw "
                "again with it in must_not_have and the others in must_have, or with wider ranges."
            )
        return SampleDraw(self._state.replaced(one))


def _not_chosen(draw: SampleDraw, name: str, place: int) -> str:
    if name in draw.refused:
        return f"{name} was replaced before."
    if place < 0:
        return f"there is no gemeente {name!r}.{nearest(name, draw.chosen)}"
    return f"{name} is not chosen, so that nobody can step in for it. Chosen: {listing(draw.chosen, 40)}."


def draw_interviews(units: pd.DataFrame, design: SampleDesign, seed: int) -> SampleDraw:
    """Choose gemeenten to interview.

    Parameters
    ----------
    units : DataFrame
        One row per gemeente: ``gemeente``, the traits that the design names, ``klasse`` (meer, minder, verwacht,
        niet_te_beoordelen), ``z`` (signed standardised residual); `interview_units` makes it from a fit and its flags.
        Who is niet_te_beoordelen is drawn only where the design names or counts it.
    design : SampleDesign
    seed : int
        Of the lot. Another seed gives another, equally good draw wherever there is one.

    Returns
    -------
    SampleDraw

    Raises
    ------
    SampleError
        For everything that is wrong with `units` (all of it at once), and for a design that these gemeenten cannot
        meet: it names a smallest set of demands that cannot hold together, and what would have to give.

    Notes
    -----
    Goals, each kept before the next: the demands (with `relax`: as little given up as can be), the objective in steps
    of the resolution, within the tolerance of the best, the spread, the nearness of twins, the lot. Every goal is
    solved as an integer programme to proven optimality (HiGHS). The lot is a hash of (seed, gemeente); in its order
    each gemeente is in if an equally good draw that is still possible has it. The draw is therefore the same on every
    machine, whatever the order of the rows, and nearly always stays the same when a gemeente disappears that was not in
    it: always with ``tolerance=0``, as long as nothing that is computed from all gemeenten moves with it (a
    proportional spread, the scale of twins' covariates).

    It is no probability sample: nothing can be extrapolated from it.

    Examples
    --------
    >>> k = np.arange(40)
    >>> units = pd.DataFrame({"gemeente": [f"GM{i:04d}" for i in k], "landsdeel": np.array(list("NOZW"))[k % 4]})
    >>> units["z"] = np.where(k % 5 == 0, 3.0 + k / 10, (k % 7 - 3) / 3) * np.where(k % 2 == 0, 1, -1)
    >>> units["klasse"] = np.where(k % 5 > 0, "verwacht", np.where(k % 2 == 0, "meer", "minder"))
    >>> design = SampleDesign(size=6, quota={"klasse": {"meer": 2, "minder": 2}}, maximum={"landsdeel": 2})
    >>> draw = draw_interviews(units, design, seed=2025)
    >>> draw
    SampleDraw(6 of 40 gemeenten, seed=2025, objective 22.75 (best 23))
    >>> draw.chosen
    ('GM0017', 'GM0020', 'GM0025', 'GM0030', 'GM0032', 'GM0035')
    >>> print(draw.to_frame()["reden"][0])
    Registreert als verwacht (z = 0,00); de 1e van de 32 in deze klasse, de kleinste |z| eerst;
    het lot koos uit deze en 10 andere, even goede gemeenten.
    >>> draw.replace("GM0035").chosen
    ('GM0015', 'GM0017', 'GM0020', 'GM0025', 'GM0030', 'GM0032')
    """
    if not isinstance(design, SampleDesign):
        raise SampleError(f"design is a {type(design).__name__}; it is a SampleDesign.")
    seed = whole_seed(seed, error=SampleError)
    population = read_population(units, design)
    rules, spread = rules_of(design, population), bands(design, population)
    choice = choose(design, population, rules, spread, seed)
    state = DrawState(
        design, seed, population, rules, spread, choice.chosen, choice.twins, {}, choice.best, choice.nearest
    )
    return SampleDraw(state)


def _relaxed(state: DrawState) -> tuple[Relaxed, ...]:
    """Return what was not kept; a gemeente of must_have or certainty that refused is replaced, not relaxed."""
    gone = np.zeros(len(state.population), dtype=np.bool_)
    gone[list(state.refused)] = True
    rules = [
        rule for rule in state.rules if rule.kind in COUNTS or not any((row.members & gone).any() for row in rule.rows)
    ]
    return eased(rules, state.chosen)[1]


def _notes(state: DrawState) -> Iterator[str]:
    design, population = state.design, state.population
    for gave in _relaxed(state):
        where = f", {gave.category}" if gave.category and gave.category not in gave.name else ""
        yield f"Relaxed: {gave.name}{where}: {asked_text(gave.low, gave.high)} asked, {gave.got} got."
    if design.objective == EXTREME:
        yield (
            f"|z| counts in steps of {population.step:g}; draws with an objective within {design.room:g} of the best "
            "are equally good."
        )
    if population.shut.any():
        number = counted(int(population.shut.sum()), "gemeente", "gemeenten")
        yield f"Not drawn from: {number} of class niet_te_beoordelen."
    if design.twins and population.flagged.any():
        yield f"Twins are alike on {listing(population.covariate_names, 40)}."
    bare = [str(population.ids[one]) for one, others in state.reserves.items() if not others]
    if bare and design.reserves:
        yield f"No reserve keeps every number for {listing(bare, 40)}."
    ids = population.ids
    side = np.where(population.klasse == MORE, 1.0, -1.0)
    if (wrong := population.flagged & (side * population.z < 0)).any():
        yield f"z has not the sign of the class for {listing(ids[wrong], 40)}; only its size counts in the draw."
    for other, (one, _) in state.stand_ins.items():
        yield f"{ids[one]} does not take part: {ids[other]} stepped in."
    for twin, one in state.twins.items():
        if not state.chosen[one]:
            yield f"{ids[twin]} was chosen as the twin of {ids[one]}, who does not take part."
