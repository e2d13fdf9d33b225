"""The gemeenten that a draw chooses from: read, checked, sorted, every problem said at once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from reintegratie_stats.errors import SampleError, listing, nearest
from reintegratie_stats.fieldwork.sample_design import EXTREME, SPREAD, SampleDesign
from reintegratie_stats.fieldwork.values import category_text, is_number_column
from reintegratie_stats.outliers.flags import FLAGS
from reintegratie_stats.report.formats import is_missing

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]

MORE, FEWER, EXPECTED, UNJUDGED = FLAGS
FINEST = 1_000_000
"""The most steps that one gemeente can count for: beyond it an integer programme in floating point is no proof."""


@dataclass(frozen=True, eq=False, repr=False)
class Population:
    """n gemeenten sorted by id, as arrays (n,).

    Attributes
    ----------
    ids : array of str
    klasse : array of str
        The class, or "" where the frame has none.
    z : array of float
        Missing where the frame has none.
    traits : dict of array of str
        Categories as text, "" where missing (only traits of `one_per` can be).
    gain : array of float
        What a gemeente adds to the objective; zeros for the objective ``"spread"``.
    steps : array of int
        `gain` in whole steps of `step`, half a step rounded up.
    certain, shut : array of bool
        Who is always in; who cannot be drawn: not judged, and neither named nor counted for by the design.
    covariates : array (n, p)
        What twins are alike on.
    """

    ids: Texts
    klasse: Texts
    z: Floats
    traits: dict[str, Texts]
    gain: Floats
    step: float
    steps: Ints
    certain: Bools
    shut: Bools
    covariates: Floats
    covariate_names: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Population({len(self.ids)} gemeenten, {int(self.shut.sum())} not to be drawn)"

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def flagged(self) -> Bools:
        """Who registers more or fewer than expected."""
        return np.asarray((self.klasse == MORE) | (self.klasse == FEWER), dtype=np.bool_)

    @property
    def expected(self) -> Bools:
        """Who registers as expected."""
        return np.asarray(self.klasse == EXPECTED, dtype=np.bool_)

    def place(self, name: str) -> int:
        """Return where a gemeente stands, or -1."""
        found = np.flatnonzero(self.ids == name)
        return int(found[0]) if len(found) else -1


def lots(seed: int, ids: Iterable[str]) -> list[tuple[bytes, str]]:
    """Return the lot of each gemeente: a hash of the seed and its name, whatever the other gemeenten are.

    The lowest lot comes first. The name stands in it for the case, which will not happen, that two hashes are equal.

    Examples
    --------
    >>> [min(lots(seed, ["GM0001", "GM0002", "GM0003"]))[1] for seed in (1, 2, 3)]
    ['GM0002', 'GM0002', 'GM0001']
    """
    person = b"interviews"
    return [(hashlib.blake2b(f"{seed}|{name}".encode(), digest_size=8, person=person).digest(), name) for name in ids]


def read_population(units: Any, design: SampleDesign) -> Population:
    """Read the gemeenten of a draw.

    Raises
    ------
    SampleError
        For everything that is wrong with the frame, or does not fit the design, in one message.
    """
    rows = _rows(units)
    problems: list[str] = []
    numbers = _columns_used(rows, design, problems)
    ids = rows["gemeente"].to_numpy(dtype=object)
    klasse, z = _classes(rows, design, problems)
    traits = {name: _texts(rows[name]) for name in design.traits() if name in rows}
    problems += _trait_problems(traits, ids, design)
    problems += _named_problems(ids, design)
    if design.size > len(ids):
        problems.append(f"size is {design.size}, the population has {len(ids)} gemeenten.")
    gain, step, steps = _objective(rows, klasse, z, design, problems)
    certain = _certain(rows, klasse, z, design, problems)
    covariates = _covariates(rows, numbers, problems)
    if problems:
        raise SampleError(_all(problems))
    shut = _shut(ids, klasse, certain, design)
    return Population(ids, klasse, z, traits, gain, step, steps, certain, shut, covariates, numbers)


def _all(problems: list[str]) -> str:
    head = f"These gemeenten cannot be drawn from ({len(problems)} problems):\n- " if len(problems) > 1 else ""
    return head + "\n- ".join(problems)


def _rows(units: Any) -> pd.DataFrame:
    if not isinstance(units, pd.DataFrame):
        raise SampleError(
            f"units is of type {type(units).__name__}; give a DataFrame with one row per gemeente. "
            "fieldwork.units.interview_units makes it from a fit, its flags and the traits."
        )
    columns = [str(name) for name in units.columns]
    if "gemeente" not in columns:
        index = " It is the index: give units.reset_index()." if "gemeente" in units.index.names else ""
        hint = index or nearest("gemeente", columns)
        raise SampleError(f"units has no column 'gemeente'. It has: {listing(columns)}.{hint}")
    if not len(units):
        raise SampleError("units has no rows: there are no gemeenten to choose from.")
    problems = []
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        problems.append(f"units has more than one column {listing(twice)}.")
        raise SampleError(_all(problems))
    rows = units.set_axis(columns, axis=1)
    ids = [category_text(value) for value in rows["gemeente"].tolist()]
    if "" in ids:
        problems.append(f"column 'gemeente' is missing in {ids.count('')} of {len(ids)} rows.")
    if twice := sorted({name for name, number in Counter(ids).items() if name and number > 1}):
        problems.append(f"gemeenten with more than one row: {listing(twice)}. One row per gemeente.")
    if problems:
        raise SampleError(_all(problems))
    return rows.reset_index(drop=True).assign(gemeente=ids).sort_values("gemeente", ignore_index=True)


def _columns_used(rows: pd.DataFrame, design: SampleDesign, problems: list[str]) -> tuple[str, ...]:
    """Say which columns are not there; return the covariates of twins."""
    present = list(rows.columns)
    used = list(design.traits())
    judged = design.objective == EXTREME or design.twins or isinstance(design.certainty, float)
    used += ["klasse", "z"] if judged else []
    used += [design.objective] if design.objective not in (EXTREME, SPREAD) else []
    used += [design.certainty] if isinstance(design.certainty, str) else []
    for name in dict.fromkeys([*used, *design.covariates]):
        if name not in present:
            problems.append(f"units has no column '{name}'.{nearest(name, present) or f' It has: {listing(present)}.'}")
    if not design.twins:
        return ()
    free = [name for name in present if name not in {*used, "gemeente", "z", "klasse"} and is_number_column(rows[name])]
    chosen = design.covariates or tuple(sorted(free))
    if not chosen:
        problems.append("twins=True, and units has no numeric column to compare gemeenten on; name covariates.")
    return tuple(chosen)


def _texts(column: pd.Series) -> Texts:
    return np.array([category_text(value) for value in column.tolist()], dtype=object)


def _classes(rows: pd.DataFrame, design: SampleDesign, problems: list[str]) -> tuple[Texts, Floats]:
    n, ids = len(rows), rows["gemeente"].to_numpy(dtype=object)
    klasse = _texts(rows["klasse"]) if "klasse" in rows else np.full(n, "", dtype=object)
    if "klasse" in rows:
        if (gone := klasse == "").any():
            problems.append(f"column 'klasse' is missing for {listing(ids[gone])}.")
        for name in sorted({str(text) for text in klasse if text and text not in FLAGS}):
            problems.append(f"klasse is {name!r} for {listing(ids[klasse == name])}; it is one of {listing(FLAGS)}."
                            f"{nearest(name, FLAGS)}")  # fmt: skip
    if "z" not in rows:
        return klasse, np.full(n, np.nan)
    z = _numbers(rows, "z", problems)
    needed = design.objective == EXTREME or isinstance(design.certainty, float)
    if needed and (gone := ~np.isfinite(z) & (klasse != UNJUDGED)).any():
        problems.append(
            f"column 'z' is missing or not finite for {listing(ids[gone])}. Only gemeenten of class {UNJUDGED} "
            "have no z."
        )
    return klasse, z


def _numbers(rows: pd.DataFrame, name: str, problems: list[str]) -> Floats:
    if not is_number_column(rows[name]):
        problems.append(f"column '{name}' holds {rows[name].dtype}, not numbers.")
        return np.zeros(len(rows))
    return np.asarray(rows[name].to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)


def _trait_problems(traits: dict[str, Texts], ids: Texts, design: SampleDesign) -> Iterator[str]:
    strict = {*design.quota, *design.between, *design.minimum, *design.maximum, *design.spread, *design.cell}
    for name, values in traits.items():
        if name != "klasse" and name in strict and (gone := values == "").any():
            also = " (missing may be only in a trait that is in one_per alone)" if name in design.one_per else ""
            text = f"trait '{name}' is missing for {int(gone.sum())} gemeenten: {listing(ids[gone])}"
            yield f"{text}. Fill it in, give 'missing' a name of its own, or leave these gemeenten out{also}."
    for kind, table in (("quota", design.quota), ("between", design.between)):
        for trait, categories in table.items():
            known = sorted({text for text in traits.get(trait, ()) if text})
            for name in categories:
                if known and name not in known:
                    hint = nearest(name, known)
                    yield f"{kind} '{trait}': no gemeente has {name!r}.{hint} There are: {listing(known)}."


def _named_problems(ids: Texts, design: SampleDesign) -> Iterator[str]:
    known = [str(name) for name in ids]
    for which in ("must_have", "must_not_have"):
        for name in getattr(design, which):
            if name not in known:
                yield f"{which}: there is no gemeente {name!r}.{nearest(name, known)}"


def _objective(
    rows: pd.DataFrame, klasse: Texts, z: Floats, design: SampleDesign, problems: list[str]
) -> tuple[Floats, float, Ints]:
    ids = rows["gemeente"].to_numpy(dtype=object)
    gain = np.zeros(len(rows))
    step = design.step
    if design.objective == EXTREME:
        size = np.abs(np.nan_to_num(z, nan=0.0, posinf=0.0, neginf=0.0))
        # A twin is chosen for being near to a flagged gemeente, not for being near to 0.
        usual = 0.0 if design.twins else -1.0
        flagged = (klasse == MORE) | (klasse == FEWER)
        gain = size * np.where(flagged, 1.0, np.where(klasse == EXPECTED, usual, 0.0))
    elif design.objective != SPREAD and design.objective in rows:
        gain = _numbers(rows, design.objective, problems)
        if (gone := ~np.isfinite(gain)).any():
            problems.append(f"weights '{design.objective}' are missing or not finite for {listing(ids[gone])}.")
            gain = np.where(gone, 0.0, gain)
        if design.resolution is None and np.any(gain != np.floor(gain)):
            problems.append(
                f"weights '{design.objective}' are not whole numbers: say with resolution= which difference between "
                "gemeenten counts (0.01, for example)."
            )
    # Half a step away from 0 goes up, by one IEEE division and one addition: the same on every machine.
    steps = np.sign(gain) * np.floor(np.abs(gain) / step + 0.5)
    if np.any(np.abs(steps) > FINEST):
        problems.append(f"resolution {step:g} is too fine: a gemeente counts for more than {FINEST} steps.")
        steps = np.zeros(len(rows))
    return gain, step, steps.astype(np.int64)


def _certain(rows: pd.DataFrame, klasse: Texts, z: Floats, design: SampleDesign, problems: list[str]) -> Bools:
    rule = design.certainty
    if isinstance(rule, float):
        flagged = (klasse == MORE) | (klasse == FEWER)
        with np.errstate(invalid="ignore"):
            return np.asarray(flagged & (np.abs(z) >= rule), dtype=np.bool_)
    if rule is None or rule not in rows:
        return np.zeros(len(rows), dtype=np.bool_)
    values, ids = rows[rule].tolist(), rows["gemeente"].to_numpy(dtype=object)
    gone = np.array([is_missing(value) for value in values])
    if gone.any():
        problems.append(f"certainty: '{rule}' is missing for {listing(ids[gone])}.")
    odd = sorted({repr(v) for v in values if not is_missing(v) and not isinstance(v, (bool, np.bool_))})
    if odd:
        problems.append(f"certainty: '{rule}' is a column of True and False; seen: {listing(odd)}.")
    return np.array([value is True or (isinstance(value, np.bool_) and bool(value)) for value in values])


def _covariates(rows: pd.DataFrame, names: tuple[str, ...], problems: list[str]) -> Floats:
    ids = rows["gemeente"].to_numpy(dtype=object)
    columns = []
    for name in names:
        if name in rows:
            values = _numbers(rows, name, problems)
            if (gone := ~np.isfinite(values)).any():
                problems.append(f"covariate '{name}' is missing or not finite for {listing(ids[gone])}.")
            columns.append(values)
    return np.column_stack(columns) if columns else np.zeros((len(rows), 0))


def _shut(ids: Texts, klasse: Texts, certain: Bools, design: SampleDesign) -> Bools:
    """Say who cannot be drawn: an interview about a deviation needs a verdict, unless the design says otherwise."""
    counted = UNJUDGED in design.quota.get("klasse", {}) or UNJUDGED in design.between.get("klasse", {})
    named = np.isin(ids.astype(str), design.must_have)
    return np.asarray((klasse == UNJUDGED) & ~certain & ~named & (not counted), dtype=np.bool_)
