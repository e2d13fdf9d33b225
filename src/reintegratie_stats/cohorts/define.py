"""From registers and a definition to a cohort, step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from reintegratie_stats.cohorts import links
from reintegratie_stats.cohorts.attrition import Steps
from reintegratie_stats.cohorts.cohort import FRAME_COLUMNS, Cohort
from reintegratie_stats.cohorts.definition import CohortDefinition
from reintegratie_stats.cohorts.inflow import Inflow, find_inflow
from reintegratie_stats.errors import DefinitionError, RegisterError
from reintegratie_stats.periods import (
    OPEN,
    Days,
    add_months,
    age_in_years,
    day_number,
    to_datetime64,
)
from reintegratie_stats.registers import Registers

Flags = npt.NDArray[np.bool_]


def define_cohort(registers: Registers, definition: CohortDefinition) -> Cohort:
    """Return the cohort of a definition: one row per inflow, and what each step left out.

    Rows of bijstand are joined to perioden (gaps up to `overbrugging_dagen` bridged); a periode that begins in the
    window after at least `washout_dagen` without benefit is an inflow. Of each inflow it is determined whether the
    person is still on benefit when the term ends (langdurig), is under labour obligation (arbeidsplichtig), got a
    traject within the term, left benefit by the peildatum (uitgestroomd), and did so to work (naar werk). A person
    can flow in more than once.

    Parameters
    ----------
    registers : Registers
        From `read_registers` or `Registers.from_frames`. A register that is not there makes what needs it missing,
        with the reason in `Cohort.notes` and in the ratios.
    definition : CohortDefinition
        For example `RWI_2004`.

    Returns
    -------
    Cohort

    Raises
    ------
    DefinitionError
        When `definition` is not a CohortDefinition.
    RegisterError
        When the definition needs ages and `personen` is not there.

    Notes
    -----
    Source of the steps: RWI 2004, "Vangnet met veerkracht", § 5.2.1 and bijlage 3. A move to another gemeente is no
    outflow: a periode runs on over gemeenten, and the gemeente of an inflow is that of the row that opens the periode.

    Examples
    --------
    >>> import pandas as pd
    >>> import reintegratie_stats as rs
    >>> registers = rs.Registers.from_frames(
    ...     bijstand=pd.DataFrame(
    ...         {
    ...             "persoon_id": ["a", "b"],
    ...             "gemeente": ["GM9001", "GM9001"],
    ...             "begindatum": ["2002-01-31", "2002-03-01"],
    ...             "einddatum": [None, "2002-08-31"],
    ...             "reden_einde": [None, "werk"],
    ...         }
    ...     ),
    ...     vrijstellingen=pd.DataFrame(columns=["persoon_id", "begindatum", "einddatum", "reden"]),
    ...     trajecten=pd.DataFrame(
    ...         {
    ...             "persoon_id": ["a"],
    ...             "begindatum": ["2002-05-01"],
    ...             "einddatum": [None],
    ...             "soort": ["scholing"],
    ...             "vorm": ["instrument"],
    ...         }
    ...     ),
    ... )
    >>> cohort = rs.define_cohort(registers, rs.RWI_2004)
    >>> cohort.to_frame()[["instroomdatum", "langdurig", "traject_binnen_term", "cel"]]
      instroomdatum  langdurig  traject_binnen_term  cel
    0    2002-01-31       True                 True    A
    1    2002-03-01      False                False  X-Y
    """
    if not isinstance(definition, CohortDefinition):
        raise DefinitionError(
            f"define_cohort takes a CohortDefinition such as rs.RWI_2004, not {type(definition).__name__}."
        )
    if not isinstance(registers, Registers):
        raise RegisterError(
            f"define_cohort takes Registers (from read_registers or Registers.from_frames), "
            f"not {type(registers).__name__}."
        )
    inflow = find_inflow(registers, definition)
    accounts = registers.report.accounting().set_index("table").loc["bijstand"]
    steps = Steps()
    steps.add("rows", int(accounts["rows"]), int(accounts["usable"]))
    _add_changes(registers, steps, int(accounts["usable"]))
    steps.add("window", inflow.rows, inflow.perioden.num_rows)
    people = _select(registers, definition, inflow, steps)
    frame = _judge(registers, definition, people)
    frame = _add_background(registers, frame, people)
    order = np.lexsort((people.start, np.asarray(people.persons.to_pylist(), dtype=object)))
    frame = frame.iloc[order].reset_index(drop=True)
    return Cohort(definition, frame, tuple(steps.steps), frozenset(registers), registers.source)


def _add_changes(registers: Registers, steps: Steps, before: int) -> None:
    """Add what became of the rows of bijstand after the checks: kept by a column, known on a day, joined."""
    for change in registers.changes.get("bijstand", ()):
        table = change.table
        found = registers.engine.collect(table.aggregate(n=table.count()), "counting rows of bijstand")
        after = int(found["n"][0].as_py())
        steps.add(change.kind, before, after, change.of)
        before = after


@dataclass(frozen=True, eq=False, repr=False)
class _People:
    """The inflows that make the cohort, as arrays along the inflows (day numbers)."""

    persons: pa.ChunkedArray
    gemeenten: pa.ChunkedArray
    start: Days
    stop: Days
    term_end: Days
    moved: Days
    extras: pa.Table


def _days(column: pa.ChunkedArray, empty: int = 0) -> Days:
    return np.asarray(column.fill_null(empty).to_numpy(), dtype=np.int64)


def _select(registers: Registers, definition: CohortDefinition, inflow: Inflow, steps: Steps) -> _People:
    """Apply washout, age and follow-up; each step counts what it leaves out."""
    perioden = inflow.perioden
    row = np.arange(perioden.num_rows)
    start = _days(perioden["van"])
    free = start - _days(perioden["vorige_tot"])
    first = np.asarray(perioden["vorige_tot"].is_null().to_numpy(), dtype=bool)
    keep = first | (free >= definition.washout_dagen)
    steps.add("washout", len(keep), int(keep.sum()), str(definition.washout_dagen))
    row = row[keep]

    persons = perioden["persoon_id"].take(pa.array(row))
    term_end, known = _term_ends(registers, definition, persons, start[row])
    if definition.term_per_leeftijd:
        steps.add("age", len(known), int(known.sum()))
    row, term_end = row[known], term_end[known]

    if definition.uitstroom_peildatum is not None:
        complete = term_end <= day_number(definition.uitstroom_peildatum)
        if definition.onvolledige_opvolging == "weglaten":
            peildatum = str(definition.uitstroom_peildatum)
            steps.add("follow_up", len(complete), int(complete.sum()), peildatum)
            row, term_end = row[complete], term_end[complete]
    perioden, extras = perioden.take(pa.array(row)), inflow.extras.take(pa.array(row))
    return _People(
        perioden["persoon_id"],
        perioden["gemeente"],
        _days(perioden["van"]),
        _days(perioden["tot"]),
        term_end,
        _days(perioden["verhuisdag"], OPEN),
        extras,
    )


def _term_ends(
    registers: Registers, definition: CohortDefinition, persons: pa.ChunkedArray, start: Days
) -> tuple[Days, Flags]:
    """Return the day on which each term ends, and for whom it can be told."""

    def end(dagen: int | None, maanden: int | None) -> Days:
        return start + dagen if dagen is not None else add_months(start, maanden or 0)

    *young, (_, dagen, maanden) = definition.terms()
    general = end(dagen, maanden)
    if not young:
        return general, np.ones(len(start), dtype=bool)
    if "personen" not in registers:
        raise RegisterError(
            "The definition has a term_per_leeftijd, so the register 'personen' (persoon_id, geboortedatum) is needed. "
            "Deliver it, or take term_per_leeftijd=()."
        )
    born = links.background(registers, "personen", "persoon_id", persons, ("geboortedatum",))
    birth = born["geboortedatum"].combine_chunks().cast(pa.date32()).cast(pa.int32())
    known = np.asarray(birth.is_valid().to_numpy(zero_copy_only=False), dtype=bool)
    age = age_in_years(np.asarray(birth.fill_null(0).to_numpy(), dtype=np.int64), start)
    ends = general
    for tot_leeftijd, dagen, maanden in reversed(young):
        assert tot_leeftijd is not None
        ends = np.where(age < tot_leeftijd, end(dagen, maanden), ends)
    return ends, known


def _judge(registers: Registers, definition: CohortDefinition, people: _People) -> pd.DataFrame:
    """Return the columns of the cohort, unsorted."""
    langdurig = people.stop > people.term_end
    arbeidsplichtig, reason = _arbeidsplicht(registers, definition, people, langdurig)
    traject, traject_day = _traject(registers, definition, people, langdurig, arbeidsplichtig)
    uitgestroomd = _uitstroom(definition, people, traject)
    naar_werk = _werk(registers, definition, people, uitgestroomd)
    frame = pd.DataFrame(
        {
            "persoon_id": _text(people.persons),
            "gemeente": _text(people.gemeenten),
            "instroomdatum": to_datetime64(people.start),
            "uitstroomdatum": to_datetime64(people.stop),
            "langdurig": pd.array(langdurig, dtype="boolean"),
            "arbeidsplichtig": arbeidsplichtig,
            "vrijstelling_reden": pd.array(reason, dtype="string"),
            "traject_binnen_term": traject,
            "trajectdatum": to_datetime64(traject_day),
            "uitgestroomd": uitgestroomd,
            "naar_werk": naar_werk,
        }
    )
    frame["cel"] = _cells(frame)
    return frame[list(FRAME_COLUMNS)]


def _text(column: pa.ChunkedArray) -> pd.Series[str]:
    return pd.Series(column.to_pandas()).astype("string")


def _arbeidsplicht(
    registers: Registers, definition: CohortDefinition, people: _People, langdurig: Flags
) -> tuple[pd.api.extensions.ExtensionArray, npt.NDArray[np.object_]]:
    count = len(langdurig)
    moment = definition.arbeidsplicht_op
    if moment != "iedereen" and "vrijstellingen" not in registers:
        return _unknown(count), np.full(count, None, dtype=object)
    found = links.exemptions(registers, definition, people.persons, people.start, people.term_end)
    judged = np.ones(count, bool) if moment in ("instroom", "iedereen") else langdurig
    reason = found.reason.copy()
    reason[~judged] = None
    return _masked(~found.exempt, judged), reason


def _traject(
    registers: Registers,
    definition: CohortDefinition,
    people: _People,
    langdurig: Flags,
    arbeidsplichtig: pd.api.extensions.ExtensionArray,
) -> tuple[pd.api.extensions.ExtensionArray, Days]:
    count = len(langdurig)
    nowhere = np.full(count, OPEN, dtype=np.int64)
    if "trajecten" not in registers:
        return _unknown(count), nowhere
    ends = people.term_end
    if definition.traject_tijdens == "bijstand":
        ends = np.minimum(ends, people.stop)
    has, begin = links.first_traject(registers, definition, people.persons, people.start, ends)
    judged = np.ones(count, dtype=bool)
    if definition.traject_bekend_van == "arbeidsplichtigen":
        judged = langdurig & _is_true(arbeidsplichtig)
    return _masked(has, judged), np.where(has & judged, begin, nowhere)


def _uitstroom(
    definition: CohortDefinition, people: _People, traject: pd.api.extensions.ExtensionArray
) -> pd.api.extensions.ExtensionArray:
    if definition.uitstroom_peildatum is None:
        return _unknown(len(people.start))
    peildag = day_number(definition.uitstroom_peildatum)
    judged = people.term_end <= peildag
    if definition.uitstroom_bekend_van == "met_traject":
        judged = judged & _is_true(traject)
    return _masked(people.stop <= peildag, judged)


def _werk(
    registers: Registers,
    definition: CohortDefinition,
    people: _People,
    uitgestroomd: pd.api.extensions.ExtensionArray,
) -> pd.api.extensions.ExtensionArray:
    if "dienstverbanden" not in registers:
        return _unknown(len(people.start))
    left = _is_true(uitgestroomd)
    working = np.zeros(len(left), dtype=bool)
    if left.any():
        working[left] = links.has_work(registers, definition, people.persons.filter(pa.array(left)), people.stop[left])
    return _masked(working, ~np.asarray(pd.isna(uitgestroomd)))


def _masked(values: Flags, judged: Flags) -> pd.api.extensions.ExtensionArray:
    """Return a nullable boolean that is missing where it was not judged."""
    return pd.arrays.BooleanArray(np.where(judged, values, False), ~judged)


def _unknown(count: int) -> pd.api.extensions.ExtensionArray:
    return pd.arrays.BooleanArray(np.zeros(count, dtype=bool), np.ones(count, dtype=bool))


def _is_true(values: pd.api.extensions.ExtensionArray) -> Flags:
    return np.asarray(pd.Series(values).fillna(False), dtype=bool)


def _cells(frame: pd.DataFrame) -> pd.api.extensions.ExtensionArray:
    """Return the cell of each row (``X-Y``, ``A``, ``B``, ``C``, ``D``); missing where it cannot be told."""
    cell = np.full(len(frame), None, dtype=object)
    plicht, traject = frame["arbeidsplichtig"], frame["traject_binnen_term"]
    for name, under_obligation, with_traject in (
        ("A", True, True),
        ("B", True, False),
        ("C", False, True),
        ("D", False, False),
    ):
        here = (plicht == under_obligation) & (traject == with_traject)
        cell[_is_true(here.array)] = name
    cell[~_is_true(frame["langdurig"].array)] = "X-Y"
    return pd.array(cell, dtype="string")


def _add_background(registers: Registers, frame: pd.DataFrame, people: _People) -> pd.DataFrame:
    """Add what can be grouped by: columns that pass through, of the person and of the gemeente; a name is used once."""
    added: dict[str, pd.Series] = {}

    def add(name: str, values: pa.ChunkedArray, table: str) -> None:
        taken = (*frame.columns, *added, "verhuisdatum", "einde_term")
        candidates = (f"{name}_{table}{number}" for number in ("", *range(2, len(taken) + 3)))
        free = name if name not in taken else next(new for new in candidates if new not in taken)
        added[free] = values.to_pandas()

    for name in people.extras.column_names:
        add(name, people.extras[name], "bijstand")
    for name, key, keys in (
        ("personen", "persoon_id", people.persons),
        ("gemeenten", "gemeente", people.gemeenten),
    ):
        if name in registers:
            columns = tuple(column for column in registers.table(name).columns if column != key)
            if columns:
                table = links.background(registers, name, key, keys, columns)
                for column in columns:
                    add(column, table[column], name)
    reserved = {"verhuisdatum": to_datetime64(people.moved), "einde_term": to_datetime64(people.term_end)}
    return pd.concat([frame, pd.DataFrame({**added, **reserved}, index=frame.index)], axis=1)
