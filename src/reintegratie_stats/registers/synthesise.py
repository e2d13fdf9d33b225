"""Synthetic registers: the two deliveries of the RWI study, and populations of any size.

Everything comes from a seed and a plan in whole numbers (`synthetic.plan`). The plan of the RWI
study is calibrated so that an analysis of the registers gives the per cents that the study
printed; the analysis itself knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from reintegratie_stats.errors import RegisterError
from reintegratie_stats.registers.synthetic.csv_file import write_csv
from reintegratie_stats.registers.synthetic.draws import Draws
from reintegratie_stats.registers.synthetic.encode import Encoder
from reintegratie_stats.registers.synthetic.plan import (
    LOCAL,
    UITDRAAI,
    gemeenten_frame,
    rwi2004_plan,
    scaled_plan,
)
from reintegratie_stats.registers.synthetic.population import (
    PERSON_TABLES,
    Extent,
    Population,
    central,
    known_on,
    local,
    populate,
)

DELIVERIES = ("centraal", "lokaal")
MAX_PERSONEN, MAX_GEMEENTEN = 90_000_000, 998

_RWI = Extent(outside=2_400, never=120, jobs=1, trajecten=(50, 50), vpd_only=True, text=True)


def rwi2004(seed: int = 2004) -> dict[str, dict[str, pd.DataFrame]]:
    """Make the synthetic RWI registers: twelve fictional gemeenten, two deliveries of one people.

    ``centraal`` holds what had been registered by 31 August 2003, for all twelve; ``lokaal`` what
    the first three gemeenten themselves hold on 31 March 2004. Whatever differs has a cause in the
    data: a traject, an exemption, a dossier or an end that was registered late, an exemption that
    was never passed on, a removal.

    Parameters
    ----------
    seed : int
        The same seed gives the same registers, on every version of numpy and pandas.

    Returns
    -------
    dict of str to dict of str to pandas.DataFrame
        Delivery, then register. All columns are text as in the files, with broken rows among them;
        `read_registers` and `Registers.from_frames` set those aside.

    Raises
    ------
    RegisterError
        When the seed is not a whole number of at least 0.

    Notes
    -----
    Calibrated to Raad voor Werk en Inkomen / Regioplan 2004, "Vangnet met veerkracht", section 5.2
    (tables 5.1 and 5.2) and bijlage 3. Counts that the study does not print are choices.

    Examples
    --------
    >>> deliveries = rwi2004()
    >>> (
    ...     sorted(deliveries),
    ...     len(deliveries["centraal"]["gemeenten"]),
    ...     len(deliveries["lokaal"]["gemeenten"]),
    ... )
    (['centraal', 'lokaal'], 12, 3)
    """
    made: dict[str, dict[str, pd.DataFrame]] = {}
    for delivery, tables in _deliveries(seed).items():
        made[delivery] = {name: pd.DataFrame(columns, dtype="string") for name, columns in tables.items()}
    return made


def write_rwi2004(folder: str | PathLike[str], seed: int = 2004) -> dict[str, int]:
    """Write the synthetic RWI registers as CSV, a folder per delivery and a file per register.

    The bytes are the same on every run and every version of numpy and pandas: UTF-8, LF, sorted
    rows.

    Parameters
    ----------
    folder : path
        Is made where it is not there; other files in it are left alone.
    seed : int

    Returns
    -------
    dict of str to int
        The number of rows of every file, by its path within `folder`.
    """
    written: dict[str, int] = {}
    for delivery, tables in _deliveries(seed).items():
        for name, columns in tables.items():
            rows = zip(*columns.values(), strict=True)
            written[f"{delivery}/{name}.csv"] = write_csv(Path(folder) / delivery, name, columns, rows)
    return written


def synthesise(n_personen: int, seed: int, *, gemeenten: int = 100) -> dict[str, pd.DataFrame]:
    """Make registers of any size with the shares of the RWI study.

    One person in ten flows in in the first half of 2002; the rest has benefit before, across or
    after it, or none. About 2.5 rows of bijstand, 1 of trajecten and 6 of dienstverbanden per
    person.

    Parameters
    ----------
    n_personen : int
        The number of persons, 100 or more.
    seed : int
    gemeenten : int
        The number of gemeenten, 1 to 998.

    Returns
    -------
    dict of str to pandas.DataFrame
        A register per name; text as ``string``, dates as ``datetime64[s]``.

    Raises
    ------
    RegisterError
        When a number is out of bounds.

    Examples
    --------
    >>> registers = synthesise(1_000, seed=1, gemeenten=5)
    >>> len(registers["personen"]), len(registers["gemeenten"])
    (1000, 5)
    """
    return {name: _frame(table) for name, table in _scaled(n_personen, seed, gemeenten)}


def write_parquet(folder: str | PathLike[str], n_personen: int, seed: int, *, gemeenten: int = 100) -> dict[str, int]:
    """Write the registers of `synthesise` as Parquet, one at a time: the largest sets the memory.

    Returns
    -------
    dict of str to int
        The number of rows of every file.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    written = {}
    for name, table in _scaled(n_personen, seed, gemeenten):
        pq.write_table(table, target / f"{name}.parquet")
        written[f"{name}.parquet"] = table.num_rows
    return written


def _deliveries(seed: int) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return both deliveries as sorted columns of text."""
    frame = gemeenten_frame()
    population = populate(rwi2004_plan(), frame, _RWI, len(LOCAL), seed)
    encoder = _encoder(population, frame)
    made: dict[str, dict[str, dict[str, list[str]]]] = {delivery: {} for delivery in DELIVERIES}
    for name in PERSON_TABLES:
        rows = population.table(name)
        own = local(rows, len(LOCAL), UITDRAAI)
        made["centraal"][name] = _sorted(encoder.text(name, central(name, rows)))
        made["lokaal"][name] = _sorted(encoder.text(name, own))
    for delivery, part in zip(DELIVERIES, (frame, frame.head(len(LOCAL))), strict=True):
        made[delivery]["gemeenten"] = {column: [str(value) for value in part[column].tolist()] for column in part}
    return made


def _scaled(n_personen: int, seed: int, gemeenten: int) -> Iterator[tuple[str, pa.Table]]:
    """Make the registers of a population of a given size, one at a time."""
    _check_number("n_personen", n_personen, 100, MAX_PERSONEN)
    _check_number("gemeenten", gemeenten, 1, MAX_GEMEENTEN)
    frame = gemeenten_frame(gemeenten)
    plan = scaled_plan(n_personen // 10, gemeenten)
    never = n_personen // 50
    dirt = 1 + n_personen // 20_000
    flowing = populate(plan, frame, Extent(0, 0, 0, (1,)), 0, seed).size
    outside = n_personen - flowing - never
    extent = Extent(outside, never, jobs=6, trajecten=(45, 35, 20), dirt=dirt)
    population = populate(plan, frame, extent, 0, seed)
    encoder = _encoder(population, frame)
    for name in PERSON_TABLES:
        rows = known_on(population.table(name), UITDRAAI, never_passed_on=True)
        hidden = {"consulent", "vastgesteld_door", "registratiedatum_einde"}
        if name != "trajecten":
            hidden.add("registratiedatum")
        yield name, encoder.arrow(name, {key: rows[key] for key in rows if key not in hidden})
    yield "gemeenten", pa.Table.from_pandas(frame, preserve_index=False)


def _encoder(population: Population, frame: pd.DataFrame) -> Encoder:
    order = Draws(population.seed, "sleutels").order(population.size)
    return Encoder(frame["gemeente"].tolist(), order)


def _check_number(name: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise RegisterError(f"{name} is {value!r}: a whole number of {low} to {high} is needed.")


def _sorted(columns: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the rows in the order of their text, first column first."""
    rows = sorted(zip(*columns.values(), strict=True))
    return {name: [row[place] for row in rows] for place, name in enumerate(columns)}


def _frame(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as a frame with text as ``string`` and dates as ``datetime64[s]``."""
    fields = [field.with_type(pa.timestamp("s")) if pa.types.is_date(field.type) else field for field in table.schema]
    text = {pa.string(): pd.StringDtype("pyarrow")}
    return table.cast(pa.schema(fields)).to_pandas(types_mapper=text.get)
