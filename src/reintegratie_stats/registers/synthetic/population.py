"""The people of a synthetic population and their registers, as coded tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reintegratie_stats.periods import OPEN, Days, day_number
from reintegratie_stats.registers.synthetic.dirt import soiled
from reintegratie_stats.registers.synthetic.draws import MISSING, Draws, Rows, stack, take
from reintegratie_stats.registers.synthetic.histories import (
    background,
    exemption_reasons,
    exemptions,
    jobs,
    trajecten,
)
from reintegratie_stats.registers.synthetic.plan import SLUITINGSDATUM, UITDRAAI
from reintegratie_stats.registers.synthetic.spells import (
    Inflows,
    bijstand_spells,
    dossier_rows,
    inflows_of,
    outside_spells,
)

PERSON_TABLES = ("bijstand", "vrijstellingen", "trajecten", "dienstverbanden", "personen")
_VPD = (day_number(dt.date(2003, 1, 1)), day_number(dt.date(2003, 10, 1)))


@dataclass(frozen=True)
class Extent:
    """How much a population holds beside the inflows of its plan.

    Parameters
    ----------
    outside : int
        Persons with benefit that does not begin in the window.
    never : int
        Persons without benefit, with a traject or a job.
    jobs : int
        Everybody has 0 to twice as many jobs.
    trajecten : tuple of int
        Weights of 0, 1, ... trajecten for who does not flow in.
    vpd_only : bool
        Only jobs of 1 January to 30 September 2003, as the study had them.
    text : bool
        Dates may be texts that are no day.
    dirt : int
        How many times the recipe for broken rows is followed.
    """

    outside: int
    never: int
    jobs: int
    trajecten: tuple[int, ...]
    vpd_only: bool = False
    text: bool = False
    dirt: int = 1


@dataclass(frozen=True, repr=False, eq=False)
class Population:
    """Who there is: inflows by the plan, then people around them, numbered from 0."""

    inflows: Inflows
    herkomst: Days
    """Gemeente of each person, as a place in the list of codes."""
    extent: Extent
    locals_: int
    gemeenten: int
    seed: int

    @property
    def size(self) -> int:
        """Number of persons."""
        return len(self.herkomst)

    def others(self, number: int | None = None) -> Rows:
        """Return ``persoon, herkomst`` of the first `number` people who do not flow in, or all."""
        first = self.size - self.extent.outside - self.extent.never
        persons = np.arange(first, self.size if number is None else first + number)
        return {"persoon": persons, "herkomst": self.herkomst[persons]}

    def table(self, name: str) -> Rows:
        """Return a register as it would be if everything were known, with its broken rows."""
        inflows, seed = self.inflows, self.seed
        if name == "personen":
            reden = exemption_reasons(inflows, seed)
            return {**background(inflows, reden, self.size, seed), "herkomst": self.herkomst}
        if name == "bijstand":
            rows = self._bijstand()
        elif name == "vrijstellingen":
            others = self.others(self.extent.outside)
            rows = exemptions(inflows, exemption_reasons(inflows, seed), others, seed)
        elif name == "trajecten":
            rows = trajecten(inflows, self.others(), self.locals_, self.extent.trajecten, seed)
        else:
            everybody = {"persoon": np.arange(self.size), "herkomst": self.herkomst}
            rows = jobs(inflows, everybody, self.extent.jobs, seed)
            until = _VPD[1] if self.extent.vpd_only else UITDRAAI + 1
            if self.extent.vpd_only:
                rows = take(rows, (rows["begindatum"] < until) & (rows["tot"] > _VPD[0]))
            rows["tot"] = np.where(rows["tot"] > until, OPEN, rows["tot"])
        draws = Draws(seed, f"vuil {name}")
        return soiled(name, rows, draws, text=self.extent.text, times=self.extent.dirt)

    def _bijstand(self) -> Rows:
        others = self.others(self.extent.outside)
        spells = [
            bijstand_spells(self.inflows, self.locals_, self.gemeenten, self.seed),
            outside_spells(others["persoon"], others["herkomst"], self.seed),
        ]
        return dossier_rows(stack(spells), self.locals_, self.gemeenten, self.seed)


def populate(plan: pd.DataFrame, gemeenten: pd.DataFrame, extent: Extent, locals_: int, seed: int) -> Population:
    """Return the people of a plan and those around them."""
    codes = gemeenten["gemeente"].tolist()
    inflows = inflows_of(plan, codes, seed)
    flowing = int(inflows.persoon.max()) + 1 if len(inflows.persoon) else 0
    around = extent.outside + extent.never
    herkomst = np.zeros(flowing + around, dtype=np.int64)
    herkomst[inflows.persoon] = inflows.gemeente
    weights = (gemeenten["inwoners"] // 1000).tolist()
    herkomst[flowing:] = Draws(seed, "buiten gemeente").label(around, weights)
    return Population(inflows, herkomst, extent, locals_, len(codes), seed)


def known_on(rows: Rows, day: int, *, never_passed_on: bool) -> Rows:
    """Return a register as it was known at the end of a day.

    A row that was registered later is not there, an end that was registered (or lies) later is
    open. Registers without days of registration stay as they are.

    Parameters
    ----------
    rows : dict of ndarray
        From `Population.table`.
    day : int
        Day number.
    never_passed_on : bool
        Keep exemptions that the benefit system never got.
    """
    if "registratiedatum" not in rows:
        return rows
    known = rows["registratiedatum"]
    rows = take(rows, (known <= day) & ((known != MISSING) | never_passed_on))
    end_known = rows.get("registratiedatum_einde", rows["tot"] - 1)
    running = (end_known > day) | (rows["tot"] >= OPEN)
    rows = {**rows, "tot": np.where(running, OPEN, rows["tot"])}
    if "registratiedatum_einde" in rows:
        rows["registratiedatum_einde"] = np.where(running, OPEN, rows["registratiedatum_einde"])
    if "reden_einde" in rows:
        rows["reden_einde"] = np.where(running, MISSING, rows["reden_einde"])
    return rows


def central(name: str, rows: Rows) -> Rows:
    """Return what the central delivery holds: known on the closing date, no local columns."""
    rows = known_on(rows, SLUITINGSDATUM, never_passed_on=False)
    own = {"consulent", "vastgesteld_door", "registratiedatum_einde"}
    if name != "trajecten":
        own.add("registratiedatum")
    return {column: values for column, values in rows.items() if column not in own}


def local(rows: Rows, locals_: int, day: int) -> Rows:
    """Return what the first gemeenten themselves hold: their own people, known on a day."""
    ours = rows["herkomst"] < locals_
    if "elders" in rows:
        ours &= rows["elders"] == 0
    return known_on(take(rows, ours), day, never_passed_on=True)
