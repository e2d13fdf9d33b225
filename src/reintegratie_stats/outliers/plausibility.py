r"""Counts that cannot be, or can hardly be, as they were meant: checks that no model of the expectation can see.

A model takes each count as counted. These checks ask before it whether it was: more registered than there are people,
none where many are expected, counts that keep to multiples of 5, 10 or 100, and a jump against last year. They give
reasons to ask the gemeente, no verdict on it; a finding is not a flag.

References
----------
R.J. Myers (1940), Errors and bias in the reporting of ages in census data. Transactions of the Actuarial Society of
America 41, 395-415 (heaping of last digits).
J. Przyborowski and H. Wilenski (1940), Homogeneity of results in testing samples from Poisson series.
Biometrika 31, 313-323 (the conditional binomial test).
CBS, Kwaliteitsonderzoek naar de registratie van re-integratievoorzieningen, 5.3 (how registration goes wrong).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import betainc

from reintegratie_stats.errors import CountsError, DefinitionError, listing, nearest
from reintegratie_stats.estimates.families import Bools, Floats, binomial_tails
from reintegratie_stats.estimates.multiplicity import benjamini_hochberg
from reintegratie_stats.outliers.flags import p_text, short_number
from reintegratie_stats.report.formats import format_number
from reintegratie_stats.report.labels import Lang, check_lang

CHECKS = ("rate_above_limit", "zero_where_expected", "heaping", "heaping_within", "jump")
COLUMNS = ("check", "count", "observed", "expected", "p", "reason")
FEW_COMMON = 5  # gemeenten with enough in both years, below which the common change is that of the totals
ENOUGH = 20  # count in either year that makes a gemeente count for the common change


@dataclass(frozen=True)
class PlausibilityRule:
    """When a count is remarkable; every number is a setting.

    Parameters
    ----------
    max_rate : float
        Largest possible count per unit of exposure: 1 where a count is of persons, more where one person can have more.
    zero_expected : float
        A zero is remarkable from this expected number.
    heaping_bases : tuple of int
        Multiples that are looked for.
    heaping_from : float
        Only counts of at least so many times the base are looked at: below, last digits are not evenly spread.
    heaping_level : float
        Largest p of heaping, times the number of bases (within gemeenten: adjusted for the number of gemeenten as
        well, Benjamini-Hochberg).
    jump_level, jump_factor : float
        A jump has a p below the level and a change, beside the common one, of at least the factor up or down.

    Raises
    ------
    DefinitionError
        For a number outside its range.
    """

    max_rate: float = 1.0
    zero_expected: float = 10.0
    heaping_bases: tuple[int, ...] = (5, 10, 100)
    heaping_from: float = 5.0
    heaping_level: float = 0.001
    jump_level: float = 0.001
    jump_factor: float = 2.0

    def __post_init__(self) -> None:
        checks = (
            ("max_rate", self.max_rate > 0, "above 0"),
            ("zero_expected", self.zero_expected > 0, "above 0"),
            ("heaping_bases", all(b == int(b) and b > 1 for b in self.heaping_bases), "at whole numbers above 1"),
            ("heaping_from", self.heaping_from >= 1, "at 1 or above"),
            ("heaping_level", 0 < self.heaping_level < 1, "between 0 and 1"),
            ("jump_level", 0 < self.jump_level < 1, "between 0 and 1"),
            ("jump_factor", self.jump_factor >= 1, "at 1 or above"),
        )
        for name, fine, allowed in checks:
            if not fine:
                raise DefinitionError(f"{name} is {getattr(self, name)}; it lies {allowed}.")


def plausibility_checks(
    data: pd.DataFrame,
    *,
    count: str | Sequence[str],
    exposure: str,
    id: str = "gemeente",
    previous: pd.DataFrame | None = None,
    expected: str | None = None,
    rule: PlausibilityRule | None = None,
    lang: Lang = "nl",
) -> pd.DataFrame:
    r"""Return what is remarkable about counts, one row per finding.

    Parameters
    ----------
    data : DataFrame
        One row per gemeente. Missing counts and exposures are passed over.
    count : str or sequence of str
        Column or columns (types, months) with counts.
    exposure : str
        Column with the number of people.
    id : str
        Column that names the gemeente.
    previous : DataFrame, optional
        Last year, with the same columns; gemeenten that are not in both years are not compared.
    expected : str, optional
        Column with expected numbers (as ``expected_loo`` of a fit) for a single count. By default a gemeente is
        expected to have the rate of the others.
    rule : PlausibilityRule, optional
    lang : {"nl", "en"}
        Language of the reasons.

    Returns
    -------
    DataFrame
        ``<id>, check, count`` (the column), ``observed, expected, p, reason``, in the order of the checks:

        ``rate_above_limit``
            observed > max_rate x exposure; ``expected`` is that limit, p is missing.
        ``zero_where_expected``
            observed 0 where ``expected`` is at least ``zero_expected``. p: chance of 0 with the spread that the
            rates have between gemeenten, :math:`(1 + sE)^{-1/s}`, s by moments.
        ``heaping``
            Of one count over all gemeenten (``<id>`` is missing): ``observed`` counts are multiples, ``expected`` would
            be. p: exact binomial, :math:`P(K \ge k)`, K ~ Bin(n, 1/base). The base with the smallest p is given.
        ``heaping_within``
            The same within a gemeente over several count columns (``count`` is missing).
        ``jump``
            Against last year: given the total of both years, this year's count is binomial with chance
            :math:`N_1 c / (N_1 c + N_0)`, c the common change of the rate (the median over gemeenten). p: exact,
            two-sided. ``expected`` is last year's count at this year's exposure and the common change.

    Raises
    ------
    DefinitionError
        For a column that is not there.
    CountsError
        For counts that are negative or not whole, or a gemeente that stands there twice.

    Examples
    --------
    >>> frame = pd.DataFrame({"gemeente": ["A", "B", "C"], "mensen": [100, 400, 300], "plan": [120, 0, 31]})
    >>> found = plausibility_checks(frame, count="plan", exposure="mensen", lang="en")
    >>> found[["gemeente", "check", "observed", "expected"]].values.tolist()
    [['A', 'rate_above_limit', 120.0, 100.0], ['B', 'zero_where_expected', 0.0, 151.0]]
    >>> found["reason"][0]
    '120 registered in plan among 100 people: more than 1 per person.'
    """
    used = PlausibilityRule() if rule is None else rule
    check_lang(lang)
    counts = (count,) if isinstance(count, str) else tuple(count)
    if not counts:
        raise DefinitionError("count names no column; give at least one.")
    if expected is not None and len(counts) > 1:
        raise DefinitionError("expected goes with a single count; check the counts one at a time.")
    now = _read(data, (*counts, exposure, *(() if expected is None else (expected,))), counts, id, "data")
    rows: list[dict[str, Any]] = []
    for name in counts:
        rows += _too_many(now, name, exposure, id, used, lang)
    for name in counts:
        rows += _zeros(now, name, exposure, id, None if expected is None else now[expected].to_numpy(), used, lang)
    for name in counts:
        rows += _heaping(now, name, used, lang)
    rows += _heaping_within(now, counts, id, used, lang)
    if previous is not None:
        before = _read(previous, (*counts, exposure), counts, id, "previous")
        if pd.api.types.is_numeric_dtype(now[id].dtype) != pd.api.types.is_numeric_dtype(before[id].dtype):
            raise CountsError(f"'{id}' holds numbers in one year and text in the other: no gemeente can be compared.")
        for name in counts:
            rows += _jumps(now, before, name, exposure, id, used, lang)
    return _frame(rows, now, id)


def _read(data: pd.DataFrame, names: Sequence[str], counts: Sequence[str], id: str, role: str) -> pd.DataFrame:
    columns = [str(c) for c in data.columns]
    absent = [f"'{name}' is not a column.{nearest(name, columns)}" for name in (id, *names) if name not in columns]
    if absent:
        hint = "" if any("Did you mean" in text for text in absent) else f" Present: {listing(columns)}."
        raise DefinitionError(f"{role}: {' '.join(absent)}{hint}")
    if id in COLUMNS:
        raise DefinitionError(f"id: a column called '{id}' is in the results already; rename it ('gemeente').")
    if data[id].isna().any() or data[id].duplicated().any():
        raise CountsError(f"{role}: column '{id}' must name each gemeente once.")
    frame = data.sort_values(id, kind="stable").reset_index(drop=True)
    out = frame[[id]].copy()
    for name in dict.fromkeys(names):
        if not pd.api.types.is_numeric_dtype(frame[name].dtype):
            raise CountsError(f"{role}: column '{name}' holds {frame[name].dtype}, not numbers.")
        out[name] = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    for name in counts:
        wrong = (out[name] < 0) | ((out[name] % 1 != 0) & out[name].notna())
        if wrong.any():
            raise CountsError(f"{role}: '{name}' is no count in {listing([str(v) for v in frame.loc[wrong, id]])}.")
    for name in names:
        if (out[name] < 0).any():
            who = listing([str(v) for v in frame.loc[out[name] < 0, id]])
            raise CountsError(f"{role}: '{name}' is negative in {who}.")
    return out


def _frame(rows: list[dict[str, Any]], now: pd.DataFrame, id: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[id, *COLUMNS])
    text = dict.fromkeys(("check", "count", "reason"), "string")
    number = dict.fromkeys(("observed", "expected", "p"), "float64")
    return frame.astype(text | number | ({} if rows else {id: now[id].dtype}))


TEXTS: Mapping[str, Mapping[str, str]] = {
    "rate_above_limit": {
        "nl": "{observed} geregistreerd in {count} bij {people} mensen: meer dan {limit} per persoon.",
        "en": "{observed} registered in {count} among {people} people: more than {limit} per person.",
    },
    "zero_where_expected": {
        "nl": "Niets geregistreerd in {count} waar {expected} werd verwacht (p {p}): is er wel geleverd?",
        "en": "None registered in {count} where {expected} were expected (p {p}): was anything delivered?",
    },
    "heaping": {
        "nl": "{k} van de {n} aantallen in {count} zijn veelvouden van {base}, waar {expected} werd verwacht (p {p}): "
        "afgerond of geschat?",
        "en": "{k} of the {n} counts in {count} are multiples of {base}, where {expected} were expected (p {p}): "
        "rounded or estimated?",
    },
    "heaping_within": {
        "nl": "{k} van de {n} aantallen van deze gemeente zijn veelvouden van {base}, waar {expected} werd verwacht "
        "(p {p}): afgerond of geschat?",
        "en": "{k} of the {n} counts of this gemeente are multiples of {base}, where {expected} were expected (p {p}): "
        "rounded or estimated?",
    },
    "jump": {
        "nl": "{observed} in {count} na {before} vorig jaar, waar {expected} past bij wat overal veranderde (p {p}).",
        "en": "{observed} in {count} after {before} last year, where {expected} goes with the general change (p {p}).",
    },
}  # fmt: skip


def _finding(
    who: Any, id: str, check: str, lang: Lang, count: str | None, numbers: tuple[float, float, float], **fill: str
) -> dict[str, Any]:
    observed, expected, p = numbers
    reason = TEXTS[check][lang].format(
        count=count, observed=format_number(observed, 0, lang), expected=format_number(expected, 1, lang),
        p="" if np.isnan(p) else p_text(p, lang), **fill,
    )  # fmt: skip
    shown = pd.NA if count is None else count
    return {
        id: who,
        "check": check,
        "count": shown,
        "observed": observed,
        "expected": expected,
        "p": p,
        "reason": reason,
    }


def _too_many(
    now: pd.DataFrame, name: str, exposure: str, id: str, rule: PlausibilityRule, lang: Lang
) -> list[dict[str, Any]]:
    y, people = now[name].to_numpy(), now[exposure].to_numpy()
    limit = rule.max_rate * people
    return [
        _finding(now[id][k], id, "rate_above_limit", lang, name, (y[k], limit[k], np.nan),
                 people=format_number(people[k], 0, lang), limit=short_number(rule.max_rate, lang))
        for k in np.nonzero(y > limit)[0]
    ]  # fmt: skip


def _zeros(
    now: pd.DataFrame, name: str, exposure: str, id: str, given: Floats | None, rule: PlausibilityRule, lang: Lang
) -> list[dict[str, Any]]:
    y, people = now[name].to_numpy(), now[exposure].to_numpy()
    known = np.isfinite(y) & (people > 0)
    if given is None and known.sum() < 2:
        return []
    if given is None:
        total, size = float(y[known].sum()), float(people[known].sum())
        with np.errstate(invalid="ignore", divide="ignore"):
            expected = np.where(known, people * (total - y) / (size - people), np.nan)
    else:
        expected = given
    spread = _spread(y, expected, known & (expected > 0))
    with np.errstate(invalid="ignore"):
        where = (y == 0) & (expected >= rule.zero_expected)
    chance = np.exp(-np.log1p(spread * expected) / spread) if spread > 0 else np.exp(-expected)
    return [
        _finding(now[id][k], id, "zero_where_expected", lang, name, (0.0, expected[k], chance[k]))
        for k in np.nonzero(where)[0]
    ]


def _spread(y: Floats, expected: Floats, known: Bools) -> float:
    """Return s of Var(Y) = E + s E^2 by moments, over the gemeenten that registered anything."""
    use = known & (y > 0)
    if use.sum() < 2:
        return 0.0
    e, extra = expected[use], (y[use] - expected[use]) ** 2 - expected[use]
    weight = 1.0 / (1.0 + 0.1 * e) ** 2
    return float(max(0.0, np.sum(weight * extra) / np.sum(weight * e**2)))


def _multiples(values: Floats, rule: PlausibilityRule) -> tuple[float, int, int, int]:
    """Return p, base, number of multiples and number looked at, of the base with the smallest p."""
    best = (1.0, 0, 0, 0)
    for base in rule.heaping_bases:
        looked = values[values >= rule.heaping_from * base]
        n, k = len(looked), int(np.sum(looked % base == 0))
        p = 1.0 if k == 0 else float(betainc(k, n - k + 1.0, 1.0 / base))
        if p < best[0]:
            best = (p, base, k, n)
    return best


def _heaping(now: pd.DataFrame, name: str, rule: PlausibilityRule, lang: Lang) -> list[dict[str, Any]]:
    id = str(now.columns[0])
    p, base, k, n = _multiples(now[name].to_numpy(), rule)
    if p * len(rule.heaping_bases) > rule.heaping_level:
        return []
    numbers = (float(k), n / base, p)
    return [_finding(pd.NA, id, "heaping", lang, name, numbers, n=str(n), k=str(k), base=str(base))]


def _heaping_within(
    now: pd.DataFrame, counts: Sequence[str], id: str, rule: PlausibilityRule, lang: Lang
) -> list[dict[str, Any]]:
    if len(counts) < 2:
        return []
    values = now[list(counts)].to_numpy()
    found = [_multiples(row, rule) for row in values]
    smallest = np.array([p for p, *_ in found])
    adjusted = benjamini_hochberg(np.minimum(1.0, len(rule.heaping_bases) * smallest))
    rows = []
    for who in np.nonzero(adjusted <= rule.heaping_level)[0]:
        p, base, k, n = found[who]
        numbers = (float(k), n / base, p)
        fill = {"n": str(n), "k": str(k), "base": str(base)}
        rows.append(_finding(now[id][who], id, "heaping_within", lang, None, numbers, **fill))
    return rows


def _jumps(
    now: pd.DataFrame, before: pd.DataFrame, name: str, exposure: str, id: str, rule: PlausibilityRule, lang: Lang
) -> list[dict[str, Any]]:
    both = now[[id, name, exposure]].merge(before[[id, name, exposure]], on=id, suffixes=("", "_before"))
    y1, n1, y0, n0 = (both[c].to_numpy() for c in (name, exposure, f"{name}_before", f"{exposure}_before"))
    known = np.isfinite(y1) & np.isfinite(y0) & (n1 > 0) & (n0 > 0) & (y1 + y0 > 0)
    common = common_change(y1[known], n1[known], y0[known], n0[known])
    if common is None:
        return []
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = np.where(known, n1 * common / (n1 * common + n0), np.nan)
        expected = y0 * n1 / n0 * common
        change = np.abs(np.log(y1 / expected))
    tails = binomial_tails(np.where(known, y1, 0.0), np.where(known, chance, 0.5), np.where(known, y1 + y0, 0.0))
    p = np.minimum(1.0, 2.0 * (np.minimum(tails.below, tails.above) + tails.at))
    where = known & (p < rule.jump_level) & (change >= np.log(rule.jump_factor))
    return [
        _finding(both[id][k], id, "jump", lang, name, (y1[k], expected[k], p[k]), before=format_number(y0[k], 0, lang))
        for k in np.nonzero(where)[0]
    ]


def common_change(y1: Floats, n1: Floats, y0: Floats, n0: Floats) -> float | None:
    """Return by what the rate changed in common: the median over gemeenten with enough, or that of the totals.

    Examples
    --------
    >>> counts = np.array([22.0, 44.0, 66.0, 88.0, 110.0, 0.0]), np.array([20.0, 40.0, 60.0, 80.0, 100.0, 900.0])
    >>> round(common_change(counts[0], np.ones(6), counts[1], np.ones(6)), 3)
    1.1
    """
    enough = (y1 >= ENOUGH) & (y0 >= ENOUGH)
    if enough.sum() >= FEW_COMMON:
        a1, m1, a0, m0 = (values[enough] for values in (y1, n1, y0, n0))
        return float(np.median(a1 / m1 * m0 / a0))
    if len(y1) == 0 or y1.sum() == 0 or y0.sum() == 0:
        return None
    return float(y1.sum() / n1.sum() * n0.sum() / y0.sum())
