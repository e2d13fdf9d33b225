r"""Is the spread between gemeenten smaller for soorten with money attached? (CBS 5.3.2.4)

What is paid for is entered in a system in order to be paid; what is not may be left out. If so, gemeenten differ less
in what they register of the soorten with money. The statistic is

.. math:: D = \overline{\mathrm{sd}}_{\text{with}} - \overline{\mathrm{sd}}_{\text{without}},

the mean over the soorten with, minus that over the soorten without money, of the sd of each soort (`spread_between`,
its mean over the years). Two tests, because two questions hide in it:

``soorten``
    *Would other soorten show it too?* The soort is the unit. Money is dealt out over the soorten in every possible way
    (exact; drawn with a seed beyond 200,000 ways), and p is the share of ways with a D as low as the one seen. All
    soorten are counted in the same gemeenten, so their sd's are not independent; a permutation does not ask that, only
    that under the null hypothesis money could as well have been attached to others. With S soorten, k with money, p is
    never below ``1 / binom(S, k)``.
``gemeenten``
    *Do these soorten differ, beyond chance over gemeenten?* The gemeente is the unit: the standard error of D is that
    of the sum of the influences of each gemeente on all the sd's, over all soorten and years together (sandwich,
    clustered by gemeente), so what gemeenten share over soorten and years is in it. D / se is taken as normal.

The first is the test of the hypothesis; the second also bears an interval.

References
----------
E.J.G. Pitman (1937), Significance tests which may be applied to samples from any populations. JRSS Supplement 4.
P. Good (2005), Permutation, parametric and bootstrap tests of hypotheses, 3rd edition, chapter 3.
K.-Y. Liang and S.L. Zeger (1986), Longitudinal data analysis using generalized linear models. Biometrika 73, 13-22.
CBS, Kwaliteitsonderzoek naar de registratie van re-integratievoorzieningen, 5.3.2.4 (money and registration).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from reintegratie_stats.errors import DefinitionError, FitError, listing
from reintegratie_stats.estimates.families import Floats
from reintegratie_stats.outliers.flag_reasons import p_text
from reintegratie_stats.outliers.profile_fits import OneFit
from reintegratie_stats.report.formats import format_number
from reintegratie_stats.report.labels import Lang, check_lang

Of = Literal["all", "ordinary"]
MOST_EXACT = 200_000
SMALL = 1e-12


@dataclass(frozen=True)
class MoneyTest:
    """Spread of soorten with and without money, and two tests of the difference; see `money_test`.

    Attributes
    ----------
    with_money, without_money : tuple of str
        The soorten.
    sd_with, sd_without, difference : float
        Mean sd on the log scale, and with minus without.
    lower, upper, se, p_gemeenten : float
        Interval, standard error and one-sided p of the difference over gemeenten, these soorten given.
    p, p_two_sided, smallest_p : float
        Of the permutation over soorten: one-sided (smaller with money), two-sided, and the smallest that there can be.
    ways : int
        Ways to deal out money that were looked at.
    exact : bool
        Whether these are all ways.
    n_gemeenten : int
    left_out : tuple of str
        Soorten without any spread to compare.
    level : float
    of : {"all", "ordinary"}
        Whose spread.
    """

    with_money: tuple[str, ...]
    without_money: tuple[str, ...]
    sd_with: float
    sd_without: float
    difference: float
    lower: float
    upper: float
    se: float
    p_gemeenten: float
    p: float
    p_two_sided: float
    smallest_p: float
    ways: int
    exact: bool
    n_gemeenten: int
    left_out: tuple[str, ...] = ()
    level: float = 0.95
    of: Of = "all"

    def to_frame(self) -> pd.DataFrame:
        """Return a row per test.

        Returns
        -------
        DataFrame
            ``unit`` (soorten, gemeenten), ``method, n`` (units), ``n_with, n_without`` (soorten), ``sd_with,
            sd_without, difference, lower, upper`` (missing for soorten), ``p`` (one-sided: smaller with money),
            ``p_two_sided, smallest_p, ways`` (missing for gemeenten).
        """
        common = {"n_with": len(self.with_money), "n_without": len(self.without_money), "sd_with": self.sd_with,
                  "sd_without": self.sd_without, "difference": self.difference}  # fmt: skip
        two = 2.0 * min(self.p_gemeenten, 1.0 - self.p_gemeenten)
        soorten = {"unit": "soorten", "method": "permutation, exact" if self.exact else "permutation, drawn",
                   "n": len(self.with_money) + len(self.without_money), **common, "lower": np.nan, "upper": np.nan,
                   "p": self.p, "p_two_sided": self.p_two_sided, "smallest_p": self.smallest_p,
                   "ways": self.ways}  # fmt: skip
        gemeenten = {"unit": "gemeenten", "method": "sandwich by gemeente, normal", "n": self.n_gemeenten, **common,
                     "lower": self.lower, "upper": self.upper, "p": self.p_gemeenten, "p_two_sided": two,
                     "smallest_p": np.nan, "ways": pd.NA}  # fmt: skip
        return pd.DataFrame([soorten, gemeenten]).astype({"unit": "string", "method": "string", "ways": "Int64"})

    def sentence(self, lang: Lang = "nl") -> str:
        """Return what a report says about it."""
        check_lang(lang)
        text = {
            "nl": "De spreiding tussen gemeenten (sd, logschaal) is gemiddeld {a} bij {k} soorten met geld en {b} "
            "bij {m} zonder; verschil {d}{range}. Permutatie over {n} soorten ({ways} verdelingen{how}), "
            "eenzijdig: p {p}{limit}.",
            "en": "The spread between gemeenten (sd, log scale) is {a} on average for {k} soorten with money and {b} "
            "for {m} without; difference {d}{range}. Permutation over {n} soorten ({ways} ways{how}), "
            "one-sided: p {p}{limit}.",
        }[lang]
        drawn, to = {"nl": (", getrokken", "tot"), "en": (", drawn", "to")}[lang]
        limit = {"nl": "; kleiner dan {least} kan niet", "en": "; it cannot be below {least}"}[lang]
        told = limit.format(least=format_number(self.smallest_p, 4, lang)) if self.smallest_p >= 0.001 else ""
        numbers = {"a": self.sd_with, "b": self.sd_without, "d": self.difference}
        ends = [format_number(v, 2, lang) for v in (self.lower, self.upper) if np.isfinite(v)]
        return text.format(
            k=len(self.with_money), m=len(self.without_money), n=len(self.with_money) + len(self.without_money),
            ways=format_number(self.ways, 0, lang), how="" if self.exact else drawn,
            range=f" ({f' {to} '.join(ends)})" if ends else "", p=p_text(self.p, lang),
            limit=told, **{k: format_number(v, 2, lang) for k, v in numbers.items()},
        )  # fmt: skip


def money_test(
    fits: Sequence[OneFit],
    money: Mapping[str, bool],
    *,
    of: Of = "all",
    level: float = 0.95,
    draws: int = 9_999,
    seed: int = 0,
) -> MoneyTest:
    """Test whether soorten with money attached have a smaller spread between gemeenten.

    Parameters
    ----------
    fits : sequence of OneFit
    money : mapping
        Per soort whether money is attached.
    of : {"all", "ordinary"}
        The spread of all gemeenten, or of those that were not set aside for estimation; the latter has no interval.
    level : float
        Of the interval of the difference.
    draws, seed : int
        Of the permutations, where there are too many ways to look at all.

    Raises
    ------
    DefinitionError
        For a level or a number of draws that means nothing.
    FitError
        When there is no soort with, or none without money of which a spread is known.
    """
    if not 0 < level < 1 or draws < 99:
        raise DefinitionError(f"level is {level} and draws {draws}; a share between 0 and 1, and at least 99.")
    if of not in get_args(Of):
        raise DefinitionError(f"of is {of!r}; choose from {listing(get_args(Of))}.")
    sd, influence = _by_soort(fits, of)
    soorten = list(sd.index)
    attached = np.array([money[s] for s in soorten], dtype=bool)
    if not attached.any() or attached.all():
        raise FitError(
            f"{int(attached.sum())} soorten with and {int((~attached).sum())} without money have a known spread; at "
            "least one of each is needed."
        )
    value = sd.to_numpy(dtype=np.float64)
    seen = _difference(value, attached[None, :])[0]
    ways, exact = _ways(len(value), int(attached.sum()), draws, seed)
    under = _difference(value, ways)
    extra = 0 if exact else 1  # the way that was seen, which the draws do not hold
    below, apart = under <= seen + SMALL, np.abs(under) >= abs(seen) - SMALL
    contrast = np.where(attached, 1.0 / attached.sum(), -1.0 / (~attached).sum())
    each = influence.to_numpy() @ contrast
    n = len(each)
    se = float(np.sqrt(np.sum(each**2) * n / (n - 1.0))) if of == "all" else float("nan")
    half = float(ndtri((1.0 + level) / 2.0)) * se
    names = np.array(soorten, dtype=object)
    return MoneyTest(
        tuple(names[attached]), tuple(names[~attached]), float(value[attached].mean()), float(value[~attached].mean()),
        float(seen), float(seen - half), float(seen + half), se, float(ndtr(seen / se)) if se > 0 else float("nan"),
        float((below.sum() + extra) / (len(under) + extra)), float((apart.sum() + extra) / (len(under) + extra)),
        1.0 / comb(len(value), int(attached.sum())) if exact else 1.0 / (draws + 1.0), len(under), exact, n,
        tuple(sorted(set(money) - set(soorten))), level, of,
    )  # fmt: skip


def _by_soort(fits: Sequence[OneFit], of: Of) -> tuple[pd.Series, pd.DataFrame]:
    """Return the sd per soort (mean over years), and what each gemeente adds to it (gemeenten x soorten)."""
    known = [one for one in fits if one.spread is not None and (of == "all" or np.isfinite(one.sd_ordinary))]
    rows = [(one.soort, one.spread.sd if of == "all" else one.sd_ordinary) for one in known if one.spread is not None]
    sd = pd.DataFrame(rows, columns=["soort", "sd"]).groupby("soort", sort=True)["sd"].agg(["mean", "size"])
    columns: dict[str, pd.Series] = {}
    for one in known:
        if one.spread is not None:
            part = pd.Series(one.spread.influence / sd["size"][one.soort], index=pd.Index(one.who, dtype=object))
            columns[one.soort] = part if one.soort not in columns else columns[one.soort].add(part, fill_value=0.0)
    return sd["mean"], pd.DataFrame(columns, columns=list(sd.index)).fillna(0.0).sort_index()


def _difference(value: Floats, attached: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    k = attached.sum(axis=1)
    inside = attached @ value
    return np.asarray(inside / k - (value.sum() - inside) / (len(value) - k), dtype=np.float64)


def _ways(number: int, k: int, draws: int, seed: int) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.bool_]], bool]:
    """Return the ways to choose k of a number, as rows of booleans: all of them, or as many as are drawn."""
    exact = comb(number, k) <= MOST_EXACT
    if exact:
        chosen = np.array(list(combinations(range(number), k)), dtype=np.int64)
    else:
        chosen = np.argsort(np.random.default_rng(seed).random((draws, number)), axis=1, kind="stable")[:, :k]
    out = np.zeros((len(chosen), number), dtype=bool)
    np.put_along_axis(out, chosen, True, axis=1)
    return out, exact
