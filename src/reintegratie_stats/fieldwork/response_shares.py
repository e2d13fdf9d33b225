r"""Shares among a population from weighted respondents: estimate, standard error, interval.

A share is :math:`\hat p = \sum w y / \sum w`. Its variance is that of the regression estimator: with e the residual of
:math:`y - \hat p` on the calibrated traits (ordinary least squares) and :math:`u = w e`,

.. math:: \Bigl(1 - \frac nN\Bigr) \frac{n}{n - 1} \sum (u - \bar u)^2 \Big/ \Bigl(\sum w\Bigr)^2,

as R's survey package has it after `postStratify` or `calibrate`. Where some left a question open, n in the first
factor is who answered it (R has all respondents): else a survey that all answered would know the answers that it did
not get. The interval is Wilson's on the number of respondents :math:`p(1-p) / \mathrm{var}` that the variance is worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from reintegratie_stats.errors import CountsError, counted
from reintegratie_stats.estimates.families import Bools, Floats
from reintegratie_stats.estimates.intervals import check_level, wilson
from reintegratie_stats.fieldwork.respondent_list import column_names, missing_columns, text
from reintegratie_stats.fieldwork.response_weights import ResponseWeights, design_columns

COLUMNS = {
    "question": "string",
    "answer": "string",
    "respondents": "int64",
    "count": "int64",
    "share": "float64",
    "weighted": "float64",
    "std_error": "float64",
    "lower": "float64",
    "upper": "float64",
    "effective": "float64",
}


def weighted_shares(
    weights: ResponseWeights, answers: pd.DataFrame, questions: str | Sequence[str], *, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the share of the population with each answer, with intervals for a finite population.

    Parameters
    ----------
    weights : ResponseWeights
    answers : DataFrame
        One row per respondent: ``weights.id`` and the questions. Rows of others are passed over.
    questions : str or sequence of str
        Columns with answers. A missing answer leaves the respondent out of that question.
    level : float
        Confidence, between 0 and 1.

    Returns
    -------
    DataFrame
        ``question, answer, respondents`` (who gave any answer), ``count`` (who gave this one), ``share`` (unweighted),
        ``weighted, std_error, lower, upper`` (shares in [0, 1]) and ``effective`` (respondents of a simple random draw
        that the variance is worth).

    Raises
    ------
    CountsError
        When a column is not there, a respondent has no row or more than one, or nobody answered a question; all
        problems at once.
    DefinitionError
        For a level that is no share, and questions that name no column or one twice.

    Examples
    --------
    >>> from reintegratie_stats.fieldwork.response_weights import response_weights
    >>> frame = pd.DataFrame({"gemeente": list("abcdef"), "deel": list("nnnzzz"), "antwoord": [1, 1, 0, 1, 1, 0]})
    >>> frame["apart"] = ["ja", "nee", None, "ja", "ja", None]
    >>> table = weighted_shares(response_weights(frame, "deel"), frame, "apart")
    >>> table[["answer", "count", "weighted", "lower", "upper"]].round(3).values.tolist()
    [['ja', 3, 0.75, 0.483, 0.906], ['nee', 1, 0.25, 0.094, 0.517]]
    """
    level = check_level(level)
    names = column_names("questions", questions, [weights.id])
    if not isinstance(answers, pd.DataFrame):
        raise CountsError(f"answers is a {type(answers).__name__}; give a pandas DataFrame, one row per respondent.")
    respondents = weights.to_frame()
    given = _answers(respondents[weights.id], answers, weights.id, names)
    w = respondents["weight"].to_numpy(dtype=np.float64)
    x = design_columns(weights)
    rows: list[dict[str, Any]] = []
    for name in names:
        said = given[name]
        known = said.notna().to_numpy(dtype=bool)
        for answer in sorted(said.dropna().unique()):
            y = (said == answer).fillna(False).to_numpy(dtype=np.float64)
            rows.append({"question": name, "answer": answer, **_one(y, known, w, x, weights.population, level)})
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def _answers(ids: pd.Series, answers: pd.DataFrame, id: str, questions: Sequence[str]) -> pd.DataFrame:
    """Return the answers in the order of the respondents."""
    problems = missing_columns(answers, [id, *questions])
    if problems:
        raise CountsError(f"The answers cannot be used: {'; '.join(problems)}.")
    keys = text(answers[id])
    twice = keys[keys.duplicated() & keys.isin(ids)].nunique()
    absent = int((~ids.isin(keys)).sum())
    if twice:
        problems.append(f"{counted(twice, 'respondent')} have more than one row")
    if absent:
        problems.append(f"{counted(absent, 'respondent')} have no row")
    for name in questions:
        if not text(answers.loc[keys.isin(ids), name]).notna().any():
            problems.append(f"nobody answered '{name}'")
    if problems:
        raise CountsError(f"The answers cannot be used: {'; '.join(problems)}.")
    table = pd.DataFrame({name: text(answers[name]) for name in questions})
    table.index = pd.Index(keys.to_numpy(dtype=object))
    return table.loc[ids.to_numpy(dtype=object)]


def _one(y: Floats, known: Bools, w: Floats, x: Floats, population: float, level: float) -> dict[str, Any]:
    total = float(w[known].sum())
    share = 1.0 if y[known].all() else float(w @ y) / total
    n, seen = len(w), int(known.sum())
    centred = np.where(known, y - share, 0.0)
    residual = centred - x @ np.linalg.lstsq(x, centred, rcond=None)[0]
    u = w * residual
    fraction = max(0.0, 1.0 - seen / population)
    variance = fraction * n / max(n - 1, 1) * float(np.sum((u - u.mean()) ** 2)) / total**2
    effective = _worth(share, variance, w[known], fraction)
    limits = _limits(share, effective, level)
    return {
        "respondents": seen,
        "count": int(y.sum()),
        "share": float(y.sum()) / seen,
        "weighted": share,
        "std_error": float(np.sqrt(variance)),
        "lower": limits[0],
        "upper": limits[1],
        "effective": effective,
    }


def _worth(share: float, variance: float, w: Floats, fraction: float) -> float:
    """Return the respondents that a variance is worth; of a variance of 0 what the weights are worth."""
    if variance > 1e-12 and 0.0 < share < 1.0:
        return share * (1.0 - share) / variance
    kish = float(w.sum()) ** 2 / float(w @ w)
    return kish / fraction if fraction > 0.0 else np.inf


def _limits(share: float, effective: float, level: float) -> tuple[float, float]:
    if not np.isfinite(effective):
        return share, share
    found = wilson([share * effective], [effective], level)
    return min(share, float(found.lower[0])), max(share, float(found.upper[0]))
