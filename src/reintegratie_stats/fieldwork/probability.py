"""A probability sample of gemeenten: for who will say something about all of them.

`draw_interviews` chooses gemeenten that are worth talking to; what they say holds for them. Here every gemeente has a
known chance of being drawn, so that what the drawn ones say can be weighed to all, with an interval that rests on the
draw and on nothing else. See docs/explanation/probability-sample.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from reintegratie_stats.errors import SampleError, counted, listing, nearest
from reintegratie_stats.estimates.predictive import uniforms
from reintegratie_stats.fieldwork.cube import cube_sample
from reintegratie_stats.fieldwork.design_estimate import DesignEstimate, Drawn, Estimator, What, estimate
from reintegratie_stats.fieldwork.probability_design import ProbabilityDesign, divide, inclusion_probabilities
from reintegratie_stats.fieldwork.values import category_text, is_number_column, whole_seed

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
ONE_STRATUM = "alle"


@dataclass(frozen=True, eq=False, repr=False)
class ProbabilityDraw:
    """Gemeenten drawn with known chances; made by `draw_probability_sample`.

    Attributes
    ----------
    design : ProbabilityDesign
    seed : int
    """

    design: ProbabilityDesign
    seed: int
    _frame: pd.DataFrame
    _units: pd.DataFrame = field(repr=False)
    _covariates: pd.DataFrame = field(repr=False)

    def __repr__(self) -> str:
        certain = int((self._frame["inclusion_probability"] >= 1).sum())
        number = int(self._frame["drawn"].sum())
        strata = counted(self._frame["stratum"].nunique(), "stratum", "strata")
        return f"ProbabilityDraw({number} of {len(self._frame)} gemeenten in {strata}, {certain} certain)"

    def to_frame(self) -> pd.DataFrame:
        """Return all gemeenten: ``gemeente, stratum, inclusion_probability, weight`` (its inverse), ``drawn``."""
        return self._frame.copy()

    def strata(self) -> pd.DataFrame:
        """Return one row per stratum: ``stratum, gemeenten, drawn, certain`` (drawn with chance 1)."""
        frame = self._frame.assign(certain=self._frame["inclusion_probability"] >= 1)
        groups = frame.groupby("stratum", observed=True)
        out = groups.agg(gemeenten=("gemeente", "size"), drawn=("drawn", "sum"), certain=("certain", "sum"))
        return out.reset_index()

    def balance(self) -> pd.DataFrame:
        """Return how near the sample is to the totals it was balanced on.

        Returns
        -------
        DataFrame
            One row per covariate or category: ``covariate, total`` (of the population), ``estimate`` (weighted total
            of the sample), ``difference, relative`` (difference / total; missing where that is 0). Only what the
            landing of the cube could not meet is left: at most as many gemeenten's worth as there are covariates.
        """
        drawn = self._frame["drawn"].to_numpy()
        weight = self._frame["weight"].to_numpy()
        x = self._covariates.to_numpy(dtype=np.float64)
        total, found = x.sum(axis=0), (x[drawn] * weight[drawn, None]).sum(axis=0)
        names = pd.array(list(self._covariates.columns), dtype="string")
        frame = pd.DataFrame({"covariate": names, "total": total, "estimate": found, "difference": found - total})
        frame["relative"] = frame["difference"] / frame["total"].where(frame["total"] != 0)
        return frame

    def estimate(
        self,
        column: str,
        *,
        data: pd.DataFrame | None = None,
        what: What = "mean",
        estimator: Estimator | None = None,
        level: float = 0.95,
    ) -> DesignEstimate:
        """Estimate a total, mean or share over all gemeenten from those drawn.

        Parameters
        ----------
        column : str
            Numbers; for a share True and False, or 1 and 0.
        data : DataFrame, optional
            ``gemeente`` and the column, at least of the gemeenten drawn; by default the frame that was drawn from.
        what : {"total", "mean", "share"}
        estimator : {"ht", "hajek", "regression"}, optional
            Horvitz-Thompson (the default for a total), Hajek (for a mean and a share), or Horvitz-Thompson corrected
            for what the balance lacks.
        level : float
            Of the interval.

        Returns
        -------
        DesignEstimate

        Raises
        ------
        SampleError
            When the column is not there, holds no numbers, or is missing for a gemeente drawn: who did not answer
            has to be replaced or weighed for first (`response`), not left out.
        DefinitionError
            For a kind of estimate, an estimator or a level that does not exist.
        """
        rows = self._units if data is None else data
        drawn = self._frame["drawn"].to_numpy()
        values = _values(rows, column, self._frame.loc[drawn, "gemeente"].tolist(), what)
        names = tuple(sorted(self._frame["stratum"].unique()))
        places = {name: place for place, name in enumerate(names)}
        stratum = np.array([places[name] for name in self._frame.loc[drawn, "stratum"]], dtype=np.int64)
        chances = self._frame.loc[drawn, "inclusion_probability"].to_numpy(dtype=np.float64)
        covariates = self._covariates.to_numpy(dtype=np.float64)[drawn]
        imbalance = self.balance()["difference"].to_numpy(dtype=np.float64)
        sample = Drawn(chances, stratum, covariates, imbalance, names, len(self._frame))
        return estimate(values, sample, column, what, estimator, level)


def draw_probability_sample(units: pd.DataFrame, design: ProbabilityDesign, seed: int) -> ProbabilityDraw:
    """Draw gemeenten with known inclusion probabilities.

    Parameters
    ----------
    units : DataFrame
        One row per gemeente: ``gemeente`` and the columns that the design names. The order of the rows does not matter.
    design : ProbabilityDesign
    seed : int
        Another seed is another draw; the same seed is the same draw, on every machine.

    Returns
    -------
    ProbabilityDraw

    Raises
    ------
    SampleError
        For everything that is wrong with the frame or does not fit the design, in one message and naming gemeenten:
        columns that are missing, gemeenten that are missing or stand twice, missing values, sizes that are not above 0,
        strata that do not exist, and more to be drawn than there are.
    DefinitionError
        When the seed is no whole number.

    Notes
    -----
    Equal probabilities without covariates: in each stratum the gemeenten with the lowest lot, a hash of (seed,
    gemeente), so that a gemeente more or less moves at most one other. Otherwise by the cube method (see `cube`): fixed
    numbers per stratum, exact inclusion probabilities, balanced on the covariates up to the rounding of the last few
    gemeenten.

    Examples
    --------
    >>> units = pd.DataFrame({"gemeente": [f"GM{k:04d}" for k in range(40)], "inwoners": range(10, 410, 10)})
    >>> units["landsdeel"] = ["Noord", "Oost", "Zuid", "West"] * 10
    >>> draw = draw_probability_sample(units, ProbabilityDesign(12, "landsdeel", balance=("inwoners",)), seed=2025)
    >>> draw
    ProbabilityDraw(12 of 40 gemeenten in 4 strata, 0 certain)
    >>> draw.balance()[["covariate", "total", "estimate"]].round(1).to_numpy().tolist()
    [['inwoners', 8200.0, 8066.7]]
    """
    seed = whole_seed(seed)
    rows = _rows(units, design)
    problems: list[str] = []
    strata = _strata(rows, design, problems)
    sizes = _sizes(rows, design, problems)
    covariates = _covariates(rows, design, problems)
    numbers = {} if problems else _numbers(strata, sizes, design, problems)
    if problems:
        lines = "\n".join(f"- {problem}" for problem in problems)
        raise SampleError(f"No sample can be drawn: {counted(len(problems), 'problem')}.\n{lines}")
    chances = np.ones(len(rows))
    for name, number in numbers.items():
        mine = strata == name
        chances[mine] = inclusion_probabilities(sizes[mine], number)
    drawn = _draw(rows["gemeente"].tolist(), strata, chances, covariates, design, seed)
    frame = pd.DataFrame({
        "gemeente": pd.array(rows["gemeente"].tolist(), dtype="string"), "stratum": pd.array(strata, dtype="string"),
        "inclusion_probability": chances, "weight": 1.0 / chances, "drawn": drawn,
    })  # fmt: skip
    return ProbabilityDraw(design, seed, frame, rows, covariates)


def _draw(ids: list[str], strata: Any, chances: Floats, x: pd.DataFrame, design: ProbabilityDesign, seed: int) -> Bools:
    lots = uniforms(seed, [f"probability|{name}" for name in ids])
    names = sorted(set(strata))
    if design.proportional_to is None and not design.balance:
        drawn = np.zeros(len(ids), dtype=bool)
        for name in names:
            mine = np.nonzero(strata == name)[0]
            number = round(float(chances[mine].sum()))
            drawn[mine[np.argsort(lots[mine], kind="stable")[:number]]] = True
        return drawn
    counts = (strata[:, None] == np.array(names, dtype=object)).astype(np.float64)
    values = x.to_numpy(dtype=np.float64) / chances[:, None]
    equations = np.column_stack([counts, values - values.mean(axis=0, keepdims=True)])
    return cube_sample(chances, equations, lots, lambda step: float(uniforms(seed, [f"probability step|{step}"])[0]))


# --- reading ---------------------------------------------------------------------------------


def _rows(units: pd.DataFrame, design: ProbabilityDesign) -> pd.DataFrame:
    """Return the gemeenten sorted by name; without these checks nothing else can be checked."""
    if not isinstance(design, ProbabilityDesign):
        raise SampleError(f"design is a {type(design).__name__}; it is a ProbabilityDesign.")
    if not isinstance(units, pd.DataFrame):
        raise SampleError(f"units is a {type(units).__name__}; give a DataFrame with one row per gemeente.")
    columns = [str(name) for name in units.columns]
    problems = [
        f"units has no column '{name}'.{nearest(name, columns)}"
        for name in ("gemeente", *design.columns)
        if name not in columns
    ]
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        problems.append(f"column {listing(twice)} occurs more than once")
    if not len(units):
        problems.append("units has no rows: there are no gemeenten to draw from")
    if "gemeente" in columns and not twice and len(units):
        ids = units["gemeente"]
        if pd.api.types.is_numeric_dtype(ids.dtype):
            problems.append("column 'gemeente' holds numbers, which lose leading zeros; read it as text")
        names = [category_text(name) for name in ids.tolist()]
        if gone := names.count(""):
            problems.append(f"column 'gemeente' is missing in {counted(gone, 'row')}")
        if double := sorted(name for name, number in Counter(names).items() if name and number > 1):
            problems.append(f"gemeenten with more than one row: {listing(double)}")
    if problems:
        lines = "\n".join(f"- {problem}" for problem in problems)
        raise SampleError(f"No sample can be drawn: {counted(len(problems), 'problem')}.\n{lines}")
    named = units.set_axis(columns, axis=1).assign(gemeente=np.array(names, dtype=object))
    return named.sort_values("gemeente", kind="stable").reset_index(drop=True)


def _strata(rows: pd.DataFrame, design: ProbabilityDesign, problems: list[str]) -> Any:
    if design.strata is None:
        return np.full(len(rows), ONE_STRATUM, dtype=object)
    column = rows[design.strata]
    texts = _texts(column)
    _missing(texts == "", f"stratum '{design.strata}'", rows, problems)
    return texts


def _texts(column: pd.Series) -> Any:
    return np.array([category_text(value) for value in column.tolist()], dtype=object)


def _missing(gone: Any, what: str, rows: pd.DataFrame, problems: list[str]) -> None:
    if gone.any():
        problems.append(f"{what} is missing for {listing(rows['gemeente'][gone].tolist())}")


def _numeric(rows: pd.DataFrame, name: str, what: str, problems: list[str]) -> Floats:
    if not is_number_column(rows[name], yes_no=True):
        problems.append(f"{what} '{name}' holds {rows[name].dtype}, not numbers")
        return np.ones(len(rows))
    values = np.asarray(rows[name].to_numpy(dtype=np.float64, na_value=np.nan))
    _missing(~np.isfinite(values), f"{what} '{name}'", rows, problems)
    return np.where(np.isfinite(values), values, 1.0)


def _sizes(rows: pd.DataFrame, design: ProbabilityDesign, problems: list[str]) -> Floats:
    if design.proportional_to is None:
        return np.ones(len(rows))
    values = _numeric(rows, design.proportional_to, "size", problems)
    if (low := values <= 0).any():
        names = listing(rows["gemeente"][low].tolist())
        problems.append(f"size '{design.proportional_to}' is not above 0 for {names}: they could never be drawn")
    return values


def _covariates(rows: pd.DataFrame, design: ProbabilityDesign, problems: list[str]) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for name in design.balance:
        column = rows[name]
        if is_number_column(column, yes_no=True) or pd.api.types.is_complex_dtype(column.dtype):
            columns[name] = _numeric(rows, name, "covariate", problems)
            continue
        texts = _texts(column)
        _missing(texts == "", f"covariate '{name}'", rows, problems)
        for category in sorted(set(texts)):
            columns[f"{name}={category}"] = (texts == category).astype(np.float64)
    return pd.DataFrame(columns, index=rows.index)


def _numbers(strata: Any, sizes: Floats, design: ProbabilityDesign, problems: list[str]) -> dict[str, int]:
    """Return how many are drawn from each stratum."""
    names = sorted(set(strata))
    held = {name: int((strata == name).sum()) for name in names}
    if isinstance(design.allocation, Mapping):
        asked = dict(design.allocation)
        for name in sorted(set(asked) - set(names)):
            problems.append(f"allocation names stratum '{name}', which no gemeente is in.{nearest(name, names)}")
        if left := sorted(set(names) - set(asked)):
            problems.append(f"allocation says nothing of {listing(left)}: their gemeenten could never be drawn")
        for name in names:
            if asked.get(name, 0) > held[name]:
                problems.append(f"allocation asks {asked[name]} of stratum '{name}', which has {held[name]}")
        return {name: int(asked.get(name, 0)) for name in names}
    weights = {
        "proportional": {name: float(number) for name, number in held.items()},
        "equal": dict.fromkeys(names, 1.0),
        "size": {name: float(sizes[strata == name].sum()) for name in names},
    }[design.allocation]
    try:
        return divide(int(design.size or 0), weights, held, design.minimum)
    except SampleError as error:
        problems.append(str(error).removesuffix("."))
        return {}


def _values(rows: pd.DataFrame, column: str, drawn: list[str], what: str) -> Floats:
    """Return the values of who was drawn, in their order."""
    if not isinstance(rows, pd.DataFrame):
        raise SampleError(f"data is a {type(rows).__name__}; give a DataFrame with gemeente and '{column}'.")
    columns = [str(name) for name in rows.columns]
    rows = rows.set_axis(columns, axis=1)
    lost = [f"no column '{name}'.{nearest(name, columns)}" for name in ("gemeente", column) if name not in columns]
    if lost:
        raise SampleError(f"The data have {' '.join(lost)} Present: {listing(columns)}.")
    if twice := sorted({name for name in ("gemeente", column) if columns.count(name) > 1}):
        raise SampleError(f"The data have column {listing(twice)} more than once.")
    names = pd.Series(_texts(rows["gemeente"]), index=rows.index, dtype=object)
    part, names = rows[names.isin(drawn).to_numpy()], names[names.isin(drawn).to_numpy()]
    problems = []
    if twice := sorted(set(names[names.duplicated()])):
        raise SampleError(f"More than one row for {listing(twice)}, who were drawn.")
    if not is_number_column(part[column], yes_no=True):
        raise SampleError(f"Column '{column}' holds {part[column].dtype}, not numbers (or True and False).")
    found = pd.Series(part[column].to_numpy(dtype=np.float64, na_value=np.nan), index=names.to_numpy())
    values = found.reindex(drawn).to_numpy()
    if gone := [name for name, value in zip(drawn, values, strict=True) if not np.isfinite(value)]:
        problems.append(f"'{column}' is missing for {listing(gone)}, who were drawn: replace them or weigh for them")
    if what == "share" and not np.isin(values[np.isfinite(values)], (0.0, 1.0)).all():
        problems.append(f"a share is of True and False, or 1 and 0; '{column}' holds other values")
    if problems:
        raise SampleError(f"{'; '.join(problems)}.")
    return np.asarray(values, dtype=np.float64)
