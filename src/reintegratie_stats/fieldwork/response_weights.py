r"""Weights that make respondents add up to the population.

Post-stratification gives every respondent of a cell the weight N_cell / n_cell. Raking (iterative proportional fitting)
brings the weighted numbers to the margins of several traits in turn until all hold. The design effect of the weights is
Kish' :math:`n \sum w^2 / (\sum w)^2`, one plus their squared coefficient of variation.

Weights repair what the traits explain, and nothing else: within a cell respondents stand for those who kept silent.

References
----------
W.E. Deming and F.F. Stephan (1940), On a least squares adjustment of a sampled frequency table. Annals of Mathematical
Statistics 11, 427-444 (raking).
J.-C. Deville, C.-E. Särndal and O. Sautory (1993), Generalized raking procedures in survey sampling. JASA 88,
1013-1020.
L. Kish (1992), Weighting for unequal Pi. Journal of Official Statistics 8, 183-200.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Literal, get_args

import numpy as np
import pandas as pd

from reintegratie_stats.errors import CountsError, DefinitionError, FitError, counted, listing
from reintegratie_stats.estimates.families import Floats
from reintegratie_stats.fieldwork.respondent_list import near
from reintegratie_stats.fieldwork.response_frame import SurveyFrame, read_frame
from reintegratie_stats.fieldwork.values import category_text
from reintegratie_stats.report.labels import Lang, check_lang, label

WeightMethod = Literal["poststratify", "rake"]
WEIGHT_METHODS: tuple[str, ...] = get_args(WeightMethod)
Margins = Mapping[str, Mapping[str, float]]

_TOLERANCE = 1e-10  # largest relative difference to a margin at which raking stops
_FEW = 5  # respondents in a category, below which a note is made


@dataclass(frozen=True, eq=False, repr=False)
class ResponseWeights:
    """Weights of respondents; made by `response_weights`.

    Attributes
    ----------
    method : {"poststratify", "rake"}
    traits : tuple of str
    id : str
    population : float
        What the weights add up to.
    respondents : int
    design_effect : float
        Kish' design effect, at least 1.
    iterations : int
        Turns of the raking; 1 of a post-stratification.
    notes : tuple of str
    """

    method: WeightMethod
    traits: tuple[str, ...]
    id: str
    population: float
    respondents: int
    design_effect: float
    iterations: int
    notes: tuple[str, ...]
    _frame: pd.DataFrame = field(repr=False)
    _margins: pd.DataFrame = field(repr=False)

    @property
    def effective_respondents(self) -> float:
        """Respondents of equal weight that these are worth: respondents / design effect."""
        return self.respondents / self.design_effect

    def to_frame(self) -> pd.DataFrame:
        """Return one row per respondent: its id, the traits and ``weight`` (units of the population it stands for)."""
        return self._frame.copy()

    def margins(self) -> pd.DataFrame:
        """Return ``trait, category, population, respondents, weighted, difference`` (weighted minus population)."""
        return self._margins.copy()

    def __repr__(self) -> str:
        weights = self._frame["weight"]
        spread = f"{weights.min():.2f} to {weights.max():.2f}"
        on = f"{self.method} on {', '.join(self.traits)}"
        return (
            f"ResponseWeights({self.respondents} respondents for {self.population:g}, {on}; weights {spread}, "
            f"design effect {self.design_effect:.3f})"
        )


def response_weights(
    frame: pd.DataFrame,
    traits: str | Sequence[str],
    *,
    answered: str = "antwoord",
    margins: Margins | None = None,
    method: WeightMethod | None = None,
    id: str = "gemeente",
    max_iterations: int = 500,
    lang: Lang = "nl",
) -> ResponseWeights:
    """Weigh respondents to the population, by post-stratification or raking.

    Parameters
    ----------
    frame : DataFrame
        One row per unit of the population; with `margins` the respondents are enough.
    traits : str or sequence of str
        Columns with categories (a number has to be cut in classes first).
    answered : str
        Column with ja/nee, true/false or 1/0.
    margins : mapping of str to mapping of str to float, optional
        Numbers in the population by trait and category; by default those of the frame.
    method : {"poststratify", "rake"}, optional
        Post-stratification to the cells of all traits crossed, or raking to the margin of each. By default the first
        for one trait and the second for more.
    id : str
    max_iterations : int
        Of the raking.
    lang : {"nl", "en"}
        Language of the notes.

    Returns
    -------
    ResponseWeights

    Raises
    ------
    CountsError
        When the frame cannot be read, or the margins do not fit it: a category that no respondent has (named), a
        category of respondents that the population lacks or has fewer of, totals that differ; all problems at once.
    DefinitionError
        For a trait that is a number, margins of other traits, or post-stratification of several traits to margins.
    FitError
        When raking does not come to an end; the margin that is furthest off is named.

    Examples
    --------
    >>> frame = pd.DataFrame({"gemeente": list("abcdef"), "deel": list("nnnzzz"), "antwoord": [1, 1, 1, 1, 0, 0]})
    >>> weights = response_weights(frame, "deel")
    >>> weights
    ResponseWeights(4 respondents for 6, poststratify on deel; weights 1.00 to 3.00, design effect 1.333)
    >>> weights.to_frame()["weight"].tolist()
    [1.0, 1.0, 1.0, 3.0]
    """
    check_lang(lang)
    names = [traits] if isinstance(traits, str) else list(dict.fromkeys(traits))
    how: WeightMethod = method or ("poststratify" if len(names) == 1 else "rake")
    _check_choice(names, how, margins, max_iterations)
    survey = read_frame(frame, True, answered, names, id, once=True)
    numeric = [name for name in names if survey.traits[name].dtype == "float64"]
    if numeric:
        raise DefinitionError(f"{listing(numeric)}: numbers, not categories; cut them in classes first (pandas.cut).")
    if not survey.respondents.any():
        raise CountsError("nobody answered: there is nothing to weigh.")
    cells = _cells(survey.traits, names, how)
    targets = _targets(cells, margins)
    own = cells[survey.respondents].reset_index(drop=True)
    targets = _check_targets(own, targets, told=margins is not None or id == "gemeente")
    weights, turns = _rake(own, targets, max_iterations)
    table = _margin_table(own, targets, weights)
    rows = survey.traits[survey.respondents].reset_index(drop=True)
    rows.insert(0, id, survey.ids[survey.respondents].reset_index(drop=True))
    kish = len(weights) * float(weights @ weights) / float(weights.sum()) ** 2
    total = float(next(iter(targets.values())).sum())
    return ResponseWeights(how, tuple(names), id, total, len(own), kish, turns, _notes(table, lang),
                           rows.assign(weight=weights), table)  # fmt: skip


def _check_choice(names: Sequence[str], method: str, margins: Margins | None, max_iterations: int) -> None:
    problems = []
    if not names:
        problems.append("traits names no column")
    if method not in WEIGHT_METHODS:
        hint = near(str(method), WEIGHT_METHODS)
        problems.append(f"method is {method!r}; choose from: {listing(WEIGHT_METHODS)}{hint}")
    if margins is not None and not (isinstance(margins, Mapping) and all(map(_is_margin, margins.values()))):
        problems.append("margins is no mapping from a trait to a number (of units) for each of its categories")
    elif margins is not None:
        lacking = [name for name in names if name not in margins]
        other = [name for name in margins if name not in names]
        if lacking:
            problems.append(f"margins has nothing on {listing(lacking)}")
        if other:
            problems.append(f"margins has {listing(other)}, no trait to weigh by{near(other[0], names)}")
        if method == "poststratify" and len(names) > 1:
            problems.append("margins say nothing of the cells of several traits crossed: rake, or give a frame")
    if isinstance(max_iterations, bool) or not isinstance(max_iterations, int) or max_iterations < 1:
        problems.append(f"max_iterations is {max_iterations!r}; a whole number of at least 1 is needed")
    if problems:
        raise DefinitionError(f"These weights cannot be: {'; '.join(problems)}.")


def _is_margin(margin: object) -> bool:
    """Say whether a margin is numbers by category, each category once."""
    if not isinstance(margin, Mapping) or len({category_text(key) for key in margin}) < len(margin):
        return False
    return all(isinstance(number, Real) and not isinstance(number, bool) for number in margin.values())


def _cells(traits: pd.DataFrame, names: Sequence[str], method: str) -> pd.DataFrame:
    """Return what is weighed to: a column per margin, or one of all traits crossed."""
    if method == "rake" or len(names) == 1:
        return traits[list(names)].astype("string")
    values = traits[list(names)].astype("string")
    crossed = values.agg(" / ".join, axis=1)
    if crossed.nunique() < len(values.drop_duplicates()):  # a value holds " / " itself: cells would run into each other
        crossed = values.apply(lambda column: "'" + column.str.replace("'", "''") + "'").agg(" / ".join, axis=1)
    return pd.DataFrame({" / ".join(names): crossed.astype("string")})


def _targets(cells: pd.DataFrame, margins: Margins | None) -> dict[str, pd.Series]:
    if margins is None:
        return {name: cells[name].value_counts().sort_index().astype("float64") for name in cells.columns}
    return {name: pd.Series({category_text(key): float(n) for key, n in margins[name].items()}) for name in cells}


def _check_targets(own: pd.DataFrame, targets: dict[str, pd.Series], *, told: bool) -> dict[str, pd.Series]:
    """Return the margins without categories of nobody; refuse what cannot be weighed to.

    Where units may be persons and the categories come from them, these are counted and not `told`.
    """
    problems = []
    for name, target in targets.items():
        seen = set(own[name])
        wrong = [str(key) for key, number in target.items() if not np.isfinite(number) or number < 0]
        absent = [str(key) for key, number in target.items() if number > 0 and key not in seen]
        strange = sorted(key for key in seen if not target.get(key, 0.0) > 0)
        counts = own[name].value_counts()
        few = [str(key) for key, number in target.items() if 0 < number < counts.get(key, 0) * (1.0 - 1e-9)]
        if few:
            problems.append(f"'{name}': fewer in the population than respondents have {listing(few)}; margins are "
                            "numbers of units, not shares")  # fmt: skip
        if wrong:
            problems.append(f"'{name}': the number of {listing(wrong)} is negative or not finite")
        if absent:
            which = listing(absent) if told else counted(len(absent), "category", "categories")
            problems.append(f"'{name}': no respondent has {which}; join it with another category")
        if strange:
            hint = near(strange[0], [str(key) for key in target.index])
            problems.append(f"'{name}': respondents have {listing(strange)}, of which the population has none{hint}")
    totals = {name: float(target.sum()) for name, target in targets.items()}
    if totals and max(totals.values()) - min(totals.values()) > 1e-6 * max(totals.values()):
        said = ", ".join(f"{name} {total:g}" for name, total in totals.items())
        problems.append(f"the margins do not add up to the same population: {said}")
    if problems:
        raise CountsError(f"The respondents cannot be weighed to the population: {'; '.join(problems)}.")
    return {name: target[target > 0] for name, target in targets.items()}


def _rake(own: pd.DataFrame, targets: Mapping[str, pd.Series], turns: int) -> tuple[Floats, int]:
    codes = {name: pd.Categorical(own[name], categories=list(target.index)).codes for name, target in targets.items()}
    wanted = {name: target.to_numpy(dtype=np.float64) for name, target in targets.items()}
    total = float(next(iter(wanted.values())).sum())
    weights = np.full(len(own), total / len(own))
    off: dict[str, Floats] = {}
    for turn in range(1, turns + 1):
        for name, code in codes.items():
            now = np.bincount(code, weights, len(wanted[name]))
            weights = weights * (wanted[name] / now)[code]
        off = {
            name: np.abs(np.bincount(code, weights, len(wanted[name])) / wanted[name] - 1.0)
            for name, code in codes.items()
        }
        if max(float(values.max()) for values in off.values()) <= _TOLERANCE:
            return weights, turn
    name = max(off, key=lambda key: float(off[key].max()))
    category = targets[name].index[int(off[name].argmax())]
    raise FitError(
        f"Raking did not come to an end in {turns} turns: '{name}' {category!r} is still "
        f"{float(off[name].max()):.2%} off. Combinations that no respondent has may make the margins impossible: join "
        "categories, or use fewer traits."
    )


def _margin_table(own: pd.DataFrame, targets: Mapping[str, pd.Series], weights: Floats) -> pd.DataFrame:
    parts = []
    for name, target in targets.items():
        summed = pd.Series(weights).groupby(own[name].to_numpy(dtype=object)).sum()
        counts = own[name].value_counts()
        for category, number in target.items():
            got = float(summed[category])
            parts.append((name, str(category), float(number), int(counts[category]), got, got - float(number)))
    columns = ["trait", "category", "population", "respondents", "weighted", "difference"]
    return pd.DataFrame(parts, columns=columns).astype({"trait": "string", "category": "string"})


def _notes(table: pd.DataFrame, lang: Lang) -> tuple[str, ...]:
    few = table[table["respondents"] < _FEW]
    if not len(few):
        return ()
    names = [f"{row['trait']} {row['category']}" for row in few.to_dict("records")]
    return (label("response_text", "weinig", lang).format(fewest=_FEW, names=", ".join(names)),)


def design_columns(weights: ResponseWeights) -> Floats:
    """Return the indicators (n, p) of the categories that the weights were made to."""
    rows: SurveyFrame | pd.DataFrame = weights.to_frame()[list(weights.traits)]
    cells = _cells(rows, weights.traits, weights.method)
    return np.hstack([(cells[name].to_numpy()[:, None] == sorted(set(cells[name]))) for name in cells]).astype(float)
