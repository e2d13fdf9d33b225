"""From a register of persons to covariate cells, in the engine; the fit itself is in `estimates.person_fit`.

No person leaves the engine: what comes out are counts per gemeente and combination of covariates. Messages name columns
and counts, never a value of a person.
"""

from __future__ import annotations

import glob
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow.parquet as pq

from reintegratie_stats.engine import Engine, check_names, engine_for, guard, open_engine, to_table
from reintegratie_stats.errors import FitError, RegisterError, counted, listing, nearest
from reintegratie_stats.estimates.design import Formula, parse_formula
from reintegratie_stats.estimates.leave_one_out import How
from reintegratie_stats.estimates.person_cells import PersonCells
from reintegratie_stats.estimates.person_fit import PERSONS, PersonDefinition, PersonFit, fit_persons
from reintegratie_stats.estimates.suspected import INSTITUTIONAL_TRAITS, check_suspected
from reintegratie_stats.estimates.unit_data import RESERVED

NAME = "personen"
HINT = " Look at memory_limit and at the types of the columns."


def fit_expected_persons(
    data: Any,
    formula: str,
    *,
    id: str = "gemeente",
    robust: bool = True,
    loo: How = "auto",
    seed: int = 0,
    unknown: str | None = None,
    suspected: tuple[str, ...] = INSTITUTIONAL_TRAITS,
    include_suspected: str = "",
    max_cells: int = 200_000,
    memory_limit: str | None = None,
    threads: int | None = None,
) -> PersonFit:
    r"""Fit who has an outcome, person by person, and judge each gemeente on the sum of the probabilities of its people.

    A logistic regression on the persons of the ordinary gemeenten,

    .. math:: \operatorname{logit} P(Y_j = 1) = x_j'\beta, \qquad E_g = \sum_{j \in g} P(Y_j = 1),

    by maximum likelihood on covariate cells, which is the same as on the persons one by one. A gemeente is judged on
    observed / expected, by a fit that did not see its persons, given the ordinary spread between gemeenten (see
    `person_judging`).

    Parameters
    ----------
    data : DataFrame, Arrow table, Ibis table, or path
        One row per person of the target group. A path is a Parquet file, a folder of them, or a pattern with ``*``.
    formula : str
        ``outcome ~ covariates``, a formulaic formula. The outcome is 0 or 1, or a boolean. Text is categorical; of a
        whole number write ``C(column)`` for categories. Main effects and interactions.
    id : str
        Column with the gemeente of the person.
    robust : bool
        Set extreme gemeenten aside for estimation. With False the coefficients are those of ``glm`` on all persons.
    loo : {"auto", "refit", "one-step"}
        How gemeenten are left out (see `person_leave_out`).
    seed : int
        Of the randomised quantile residuals.
    unknown : str, optional
        The category that missing values of text covariates become, such as ``"onbekend"``. Without it missing values
        stop the fit.
    suspected : tuple of str
        Columns that are refused as covariates: traits of the institution, which belong in `explain_ratios`.
    include_suspected : str
        The reason, in words, for which they are in the formula nevertheless; it goes into `notes`.
    max_cells : int
        Most combinations of covariates; more are refused.
    memory_limit : str, optional
        Of DuckDB, such as ``"2GB"``; what does not fit goes to a temporary folder.
    threads : int, optional
        Of DuckDB.

    Returns
    -------
    PersonFit

    Raises
    ------
    FitError
        For missing values (counted per column), an outcome that is not 0 or 1 (counted), collinear covariates or
        separation (by column), too many covariate cells, and where the fit does not converge.
    RegisterError
        When `data` is no table, or there is no file at the path.

    References
    ----------
    B. Jarman et al. (1999), Explaining differences in English hospital death rates using routinely collected data.
    BMJ 318, 1515-1520.

    Examples
    --------
    >>> k = range(2400)
    >>> persons = pd.DataFrame(
    ...     {
    ...         "gemeente": [f"{i % 12:04d}" for i in k],
    ...         "leeftijd": [("jong", "midden", "oud")[i % 7 % 3] for i in k],
    ...         "voorziening": [int(i * 7 % 10 < 2 + i % 7 % 3) for i in k],
    ...     }
    ... )
    >>> fit = fit_expected_persons(persons, "voorziening ~ leeftijd")
    >>> fit
    PersonFit('voorziening ~ leeftijd', 2400 persons in 3 cells, 12 gemeenten, 0 set aside)
    >>> fit.units()[["observed", "expected"]].sum().round(6).tolist()
    [687.0, 687.0]
    """
    definition = PersonDefinition(
        formula, PERSONS, "logit_normal", id, robust, id, False, loo, seed, "error", "lognormal", suspected,
        include_suspected, unknown, max_cells,
    )  # fmt: skip
    engine, table = _open(data, memory_limit, threads)
    columns = [str(name) for name in table.columns]
    parsed = _parsed(formula, id, columns)
    notes = list(check_suspected(parsed.text, parsed.right, parsed.variables, definition.suspected, include_suspected))
    if id in parsed.variables:
        raise FitError(f"'{id}' is a covariate: a gemeente that explains itself cannot stand out. Leave it out.")
    notes += _check(engine, table, parsed, definition)
    cells = _cells(engine, _renamed(table, parsed, definition), parsed, definition)
    return fit_persons(cells, parsed, definition, notes)


def _parsed(formula: str, id: str, columns: list[str]) -> Formula:
    """Check the columns, all problems at once, and return the formula."""
    problems = [] if id in columns else [f"id: '{id}' is not a column of the data.{nearest(id, columns)}"]
    if id in RESERVED:
        problems.append(f"id: a column called '{id}' is in the results already; rename it ('gemeente').")
    try:
        parsed = parse_formula(formula, columns)
    except FitError as error:
        raise FitError(" ".join([*problems, str(error)])) from None
    if problems:
        raise FitError(" ".join(problems))
    return parsed


# --- the table ---------------------------------------------------------------------------------------


def _open(data: Any, memory_limit: str | None, threads: int | None) -> tuple[Engine, ir.Table]:
    if isinstance(data, str | Path):
        engine = open_engine(memory_limit=memory_limit, threads=threads)
        files = _files(data)
        names = guard(f"reading {files[0].name}", lambda: pq.read_schema(files[0]).names, " Is it Parquet?")
        check_names(files[0].name, names, ())
        read: Callable[[], ir.Table] = lambda: engine.connection.read_parquet([str(f) for f in files])  # noqa: E731
        return engine, guard("reading the Parquet files of persons", read, " Are they all Parquet, with equal columns?")
    if isinstance(data, ir.Table):
        engine = engine_for({NAME: data})
        return engine, to_table(engine, NAME, data)
    engine = open_engine(memory_limit=memory_limit, threads=threads)
    return engine, to_table(engine, NAME, data)


def _files(path: str | Path) -> list[Path]:
    place = Path(path)
    found = sorted(place.glob("*.parquet")) if place.is_dir() else sorted(Path(p) for p in glob.glob(str(path)))
    if not found:
        raise RegisterError(f"no Parquet file at {path}. Give a .parquet file, a folder of them, or a pattern with *.")
    strange = [file.name for file in found if file.suffix != ".parquet"]
    if strange:
        raise RegisterError(f"{listing(strange)}: not Parquet. Give .parquet files, or read the data yourself.")
    return found


def _absent(column: ir.Value) -> ir.BooleanValue:
    return column.isnull() | column.isnan() if column.type().is_floating() else column.isnull()


def _check(engine: Engine, table: ir.Table, formula: Formula, d: PersonDefinition) -> list[str]:
    """Count what is missing or impossible, in one pass; refuse it all at once, or say what was made of it."""
    outcome = table[formula.outcome]
    kind = outcome.type()
    if not (kind.is_boolean() or kind.is_numeric()):
        raise FitError(f"'{formula.outcome}' holds {kind}; the outcome is 0 or 1, or a boolean.")
    columns = (formula.outcome, d.id, *formula.variables)
    sums = {"n": table.count()}
    sums |= {f"m{k}": _absent(table[name]).ifelse(1, 0).sum() for k, name in enumerate(columns)}
    if kind.is_numeric():
        odd = ~_absent(outcome) & (outcome != 0) & (outcome != 1)
        sums["odd"] = odd.ifelse(1, 0).sum()
    found = engine.collect(table.aggregate(**sums), "counting missing values").to_pylist()[0]
    if not found["n"]:
        raise FitError("there are no persons in the data.")
    missing = {name: int(found[f"m{k}"] or 0) for k, name in enumerate(columns) if found[f"m{k}"]}
    filled = {n: k for n, k in missing.items() if d.unknown is not None and n in formula.variables}
    problems = [f"'{n}' is missing for {counted(k, 'person')}" for n, k in missing.items() if n not in filled]
    problems += [
        f"'{name}' is missing for {counted(k, 'person')} and holds {table[name].type()}: make it text to give these a "
        "category"
        for name, k in filled.items() if not table[name].type().is_string()
    ]  # fmt: skip
    if found.get("odd"):
        problems.append(f"'{formula.outcome}' is neither 0 nor 1 for {counted(int(found['odd']), 'person')}")
    if problems:
        hint = "" if d.unknown else " Fill in, leave out, or give missing text a category with unknown='onbekend'."
        raise FitError(f"of {counted(int(found['n']), 'person')}: {'; '.join(problems)}.{hint}")
    return [f"'{n}' is missing for {counted(k, 'person')}: category '{d.unknown}'" for n, k in filled.items()]


def _renamed(table: ir.Table, formula: Formula, d: PersonDefinition) -> ir.Table:
    """Return the columns that are needed, under names of our own: g, y, c0, c1 ..."""
    covariates = {}
    for k, name in enumerate(formula.variables):
        column = table[name]
        covariates[f"c{k}"] = ibis.coalesce(column, d.unknown) if d.unknown and column.type().is_string() else column
    return table.select(g=table[d.id], y=table[formula.outcome].cast("int64"), **covariates)


def _cells(engine: Engine, table: ir.Table, formula: Formula, d: PersonDefinition) -> PersonCells:
    """Collapse persons to counts per gemeente and covariate cell."""
    names = [f"c{k}" for k in range(len(formula.variables))]
    counts = table.group_by(["g", *names]).agg(persons=ibis._.count(), yes=table.y.sum())
    stored = engine.store("cellen", counts, "counting persons per gemeente and covariate cell")
    try:
        units = stored.select("g").distinct().mutate(gemeente=ibis.row_number().over(order_by="g"))
        units = engine.store("gemeenten_van_cellen", units, "numbering gemeenten")
        rows = stored.join(units, "g")
        kinds = _kinds(engine, stored, names, formula, d)
        rows = rows.join(kinds, names) if names else rows.mutate(cell=ibis.literal(0))
        found = engine.collect(rows.select("gemeente", "cell", "persons", "yes"), "fetching the covariate cells")
        ids = engine.collect(units, "fetching the gemeenten").to_pandas().sort_values("gemeente")["g"]
        frame = engine.collect(kinds, "fetching the covariates").to_pandas() if names else pd.DataFrame({"cell": [0]})
    finally:
        for name in ("cellen", "gemeenten_van_cellen", "soorten_van_cellen"):
            engine.drop(name)
    frame = frame.sort_values("cell").drop(columns="cell").reset_index(drop=True)
    frame.columns = pd.Index(formula.variables)
    ids = ids.reset_index(drop=True).rename(d.id)
    if not pd.api.types.is_numeric_dtype(ids.dtype):
        ids = ids.astype("string")
    columns = {name: found[name].to_numpy() for name in ("gemeente", "cell", "persons", "yes")}
    return PersonCells.from_rows(ids, frame, columns)


def _kinds(engine: Engine, stored: ir.Table, names: list[str], formula: Formula, d: PersonDefinition) -> ir.Table:
    """Number the combinations of covariates; refuse more than are allowed, with the values per column."""
    if not names:
        return stored
    kinds = stored.select(*names).distinct()
    number = int(engine.collect(kinds.aggregate(n=kinds.count()), "counting cells").to_pylist()[0]["n"])
    if number > d.max_cells:
        each = engine.collect(
            stored.aggregate(**{name: stored[name].nunique() for name in names}), "counting the values of columns"
        ).to_pylist()[0]
        values = [f"'{v}' {each[name]}" for v, name in zip(formula.variables, names, strict=True)]
        raise FitError(
            f"{number} combinations of covariates, more than {d.max_cells} (max_cells). Different values per column: "
            f"{listing(values)}. Make classes of those with many."
        )
    numbered = kinds.mutate(cell=ibis.row_number().over(order_by=names))
    return engine.store("soorten_van_cellen", numbered, "numbering the covariate cells")
