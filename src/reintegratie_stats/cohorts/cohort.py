"""A cohort: one row per inflow, the definition that made it, and what each step left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from reintegratie_stats.cohorts.attrition import Step, attrition_frame
from reintegratie_stats.cohorts.cells import CELLS
from reintegratie_stats.cohorts.definition import CohortDefinition
from reintegratie_stats.cohorts.ratios import RatioTable, check_grouping, make_ratios
from reintegratie_stats.cohorts.reasons import Lang, check_lang, text
from reintegratie_stats.errors import DefinitionError, counted, listing, nearest

FRAME_COLUMNS = (
    "persoon_id",
    "gemeente",
    "instroomdatum",
    "uitstroomdatum",
    "langdurig",
    "arbeidsplichtig",
    "vrijstelling_reden",
    "traject_binnen_term",
    "trajectdatum",
    "uitgestroomd",
    "naar_werk",
    "cel",
)

_PERSON_COLUMNS = ("persoon_id", "geboortedatum")
"""A column whose name begins like this tells persons apart: nothing is grouped by it."""


@dataclass(frozen=True, repr=False, eq=False)
class Cohort:
    """The inflows of a definition; made by `define_cohort`.

    Attributes
    ----------
    definition : CohortDefinition
        Every choice that made it.
    steps : tuple of Step
        What each step left out; `attrition` tells it in words.
    registers : frozenset of str
        The registers that were there.
    source : str
        Where the registers came from.
    """

    definition: CohortDefinition
    _frame: pd.DataFrame = field(repr=False)
    steps: tuple[Step, ...]
    registers: frozenset[str]
    source: str = ""

    def to_frame(self, *, extra: bool = False) -> pd.DataFrame:
        """Return one row per inflow. **These are personal data: they stay where they are.**

        Parameters
        ----------
        extra : bool
            Add what can be grouped by: columns of bijstand that pass through, columns of personen and gemeenten,
            `verhuisdatum` (first day of the first row that another gemeente pays within the periode) and `einde_term`
            (day on which the term ends).

        Returns
        -------
        DataFrame
            ``persoon_id, gemeente, instroomdatum, uitstroomdatum`` (first day without benefit; missing while it
            runs), ``langdurig, arbeidsplichtig, vrijstelling_reden, traject_binnen_term, trajectdatum, uitgestroomd,
            naar_werk`` and ``cel`` (``X-Y``, ``A``, ``B``, ``C`` or ``D``), sorted by person and instroomdatum.
            Booleans are nullable: missing is not determined.
        """
        return self._frame.copy() if extra else self._frame[list(FRAME_COLUMNS)].copy()

    def counts(self, by: str | Sequence[str] | None = None) -> pd.DataFrame:
        """Return the number of inflows in each cell of the RWI figure.

        Parameters
        ----------
        by : str or list of str, optional
            Columns of ``to_frame(extra=True)`` that make the groups; none gives the total.

        Returns
        -------
        DataFrame
            The grouping columns and ``X, Y, X-Y, Z, Y-Z, A, B, C, D, A.1, A.2, B.1, B.2, A.1_werk, B.1_werk`` (Int64,
            numbers of inflows), sorted by group. A cell is missing where it is not determined for everybody in it.

        Raises
        ------
        DefinitionError
            When a column of `by` is not there (with the nearest name) or identifies persons.
        """
        groups = self._check_by(by)
        cells = _cell_flags(self._frame)
        if not groups:
            return _mask_undetermined(pd.DataFrame([cells.sum(axis=0)]), pd.DataFrame(index=[0]))
        names = [f"groep {number}" for number in range(len(groups))]  # no cell is called so
        keys = [self._frame[column].rename(name) for name, column in zip(names, groups, strict=True)]
        sums = cells.groupby(keys, dropna=False, sort=True, observed=True).sum().reset_index()
        return _mask_undetermined(sums, sums[names].set_axis(groups, axis="columns"))

    def ratios(
        self,
        by: str | Sequence[str] | None = None,
        *,
        level: float = 0.95,
        lang: Lang = "nl",
    ) -> RatioTable:
        """Return the ratios of the cohort with their Wilson interval.

        Parameters
        ----------
        by : str or list of str, optional
            Columns that make the groups, for example ``"gemeente"``; none gives the total.
        level : float
            Confidence of the interval (a share).
        lang : {"nl", "en"}
            Language of `reason`.

        Returns
        -------
        RatioTable
            complianceratio (X-Y + A + C) / X, langdurigheidsratio Y / X, sluitingsratio A / Z, niet_sluitingsratio B
            / Z, uitstroomratio_met_traject A.1 / A, uitstroomratio_zonder_traject B.1 / B, and the same two to work.
            The uitstroomratio is the share that **left**: § 5.2.1 of RWI 2004 words it as the share still on benefit,
            but every use in that report (for one, 10 of 111 left: 9 per cent, bijlage 3) is of those who left.

        Raises
        ------
        DefinitionError
            When a column of `by` is not there, or `level` or `lang` is not allowed.
        """
        check_lang(lang)
        return make_ratios(
            self.counts(by),
            level=level,
            lang=lang,
            reasons=self.reasons(lang),
            definition=self.definition,
        )

    def moves(self) -> pd.DataFrame:
        """Return, per gemeente, the inflows that moved to another gemeente while on benefit.

        Returns
        -------
        DataFrame
            ``gemeente`` (of inflow), ``instroom``, ``verhuisd_binnen_term`` (another gemeente pays before the term
            ends), ``verhuisd`` (at any time in the periode). To the gemeente such a person has left; the person has
            not, and does not count as outflow. Numbers of inflows.
        """
        frame = self._frame
        moved = frame["verhuisdatum"].notna()
        flags = pd.DataFrame(
            {
                "gemeente": frame["gemeente"],
                "instroom": 1,
                "verhuisd_binnen_term": (moved & (frame["verhuisdatum"] < frame["einde_term"])).astype("int64"),
                "verhuisd": moved.astype("int64"),
            }
        )
        return flags.groupby("gemeente", sort=True).sum().astype("Int64").reset_index()

    @property
    def attrition(self) -> pd.DataFrame:
        """What each step left out, in Dutch: ``stap, eenheid, n_voor, n_na, afgevallen, reden``; no personal data."""
        return attrition_frame(self.steps)

    @property
    def notes(self) -> tuple[str, ...]:
        """Why figures of this cohort are missing, in Dutch; empty where none is."""
        return tuple(dict.fromkeys(self.reasons("nl").values()))

    def reasons(self, lang: Lang = "nl") -> dict[str, str]:
        """Return for each cell that is not determined why it is not."""
        reasons: dict[str, str] = {}
        absent = {
            name: text("no_register", lang, name=name)
            for name in ("vrijstellingen", "trajecten", "dienstverbanden")
            if name not in self.registers
        }
        definition = self.definition
        if definition.arbeidsplicht_op == "iedereen":
            absent.pop("vrijstellingen", None)
        below = ("A", "B", "A.1", "A.2", "B.1", "B.2", "A.1_werk", "B.1_werk")
        if "dienstverbanden" in absent:
            reasons |= dict.fromkeys(("A.1_werk", "B.1_werk"), absent["dienstverbanden"])
        if definition.uitstroom_peildatum is None:
            reasons |= dict.fromkeys(below[2:], text("no_peildatum", lang))
        elif definition.onvolledige_opvolging == "meenemen":
            reasons |= dict.fromkeys(below[2:], text("incomplete", lang))
        if definition.uitstroom_bekend_van == "met_traject":
            reasons |= dict.fromkeys(("B.1", "B.2", "B.1_werk"), text("only_traject", lang))
        if definition.traject_bekend_van == "arbeidsplichtigen":
            reasons |= dict.fromkeys(("C", "D"), text("only_plicht", lang))
        if "trajecten" in absent:
            reasons |= dict.fromkeys((*below, "C", "D"), absent["trajecten"])
        if "vrijstellingen" in absent:
            reasons |= dict.fromkeys((*below, "C", "D", "Z", "Y-Z"), absent["vrijstellingen"])
        return reasons

    def _check_by(self, by: str | Sequence[str] | None) -> list[str]:
        groups = check_grouping(by)
        possible = [name for name in self._frame.columns if not name.startswith(_PERSON_COLUMNS)]
        for name in groups:
            if str(name).startswith(_PERSON_COLUMNS):
                raise DefinitionError(f"by='{name}' would make a group of each person. Group by a trait.")
            if name not in possible:
                raise DefinitionError(
                    f"The cohort has no column '{name}'.{nearest(name, possible)} There are: {listing(possible, 30)}."
                )
            if _holds_collections(self._frame[name]):
                raise DefinitionError(f"by='{name}' holds lists or records, which make no groups.")
            if name in CELLS:
                raise DefinitionError(f"by='{name}' has the name of a cell; rename the column.")
        if len(set(groups)) < len(groups):
            raise DefinitionError(f"by names a column twice: {listing(groups)}.")
        return groups

    def __repr__(self) -> str:
        name = f"{self.definition.naam}: " if self.definition.naam else ""
        gemeenten = self._frame["gemeente"].nunique()
        return (
            f"Cohort({name}{counted(len(self._frame), 'inflow')} in "
            f"{counted(gemeenten, 'gemeente', 'gemeenten')}, instroom {self.definition.instroom_van} to before "
            f"{self.definition.instroom_tot})"
        )


def _holds_collections(column: pd.Series) -> bool:
    """Return whether a column of Python objects holds lists, arrays or records."""
    if column.dtype != object:
        return False
    return any(hasattr(value, "__len__") and not isinstance(value, str) for value in column)


def _cell_flags(frame: pd.DataFrame) -> pd.DataFrame:
    """Return 0/1 columns per cell, and per cell ``?<cell>``: in the cell above it but not determined."""

    def true(name: str) -> pd.Series:
        return frame[name].fillna(False).astype(bool)

    def known(name: str) -> pd.Series:
        return frame[name].notna()

    langdurig, plicht, traject = true("langdurig"), true("arbeidsplichtig"), true("traject_binnen_term")
    left, work = true("uitgestroomd"), true("naar_werk")
    z = langdurig & plicht
    exempt = langdurig & known("arbeidsplichtig") & ~plicht
    a, b = z & traject, z & known("traject_binnen_term") & ~traject
    flags = {
        "X": pd.Series(True, index=frame.index),
        "Y": langdurig,
        "X-Y": ~langdurig,
        "Z": z,
        "Y-Z": exempt,
        "A": a,
        "B": b,
        "C": exempt & traject,
        "D": exempt & known("traject_binnen_term") & ~traject,
        "A.1": a & left,
        "A.2": a & known("uitgestroomd") & ~left,
        "B.1": b & left,
        "B.2": b & known("uitgestroomd") & ~left,
        "A.1_werk": a & left & work,
        "B.1_werk": b & left & work,
        "?Y": langdurig & ~known("arbeidsplichtig"),
        "?Z": z & ~known("traject_binnen_term"),
        "?Y-Z": exempt & ~known("traject_binnen_term"),
        "?A": a & ~known("uitgestroomd"),
        "?B": b & ~known("uitgestroomd"),
        "?A.1": a & left & ~known("naar_werk"),
        "?B.1": b & left & ~known("naar_werk"),
    }
    return pd.DataFrame(flags).astype("int64")


_DEPENDS = {
    "?Y": ("Z", "Y-Z", "A", "B", "C", "D", "A.1", "A.2", "B.1", "B.2", "A.1_werk", "B.1_werk"),
    "?Z": ("A", "B", "A.1", "A.2", "B.1", "B.2", "A.1_werk", "B.1_werk"),
    "?Y-Z": ("C", "D"),
    "?A": ("A.1", "A.2", "A.1_werk"),
    "?B": ("B.1", "B.2", "B.1_werk"),
    "?A.1": ("A.1_werk",),
    "?B.1": ("B.1_werk",),
}
"""What cannot be told when somebody in a cell was not judged further."""


def _mask_undetermined(sums: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return groups beside cells, a cell missing where it is not determined for everybody in the group."""
    cells = sums[list(CELLS)].astype("Int64")
    for marker, names in _DEPENDS.items():
        cells.loc[sums[marker].to_numpy() > 0, list(names)] = pd.NA
    return pd.concat([groups, cells], axis=1)
