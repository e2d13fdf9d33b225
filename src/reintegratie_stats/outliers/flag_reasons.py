"""What is said about a verdict: a sentence per gemeente, in Dutch or English, and the numbers in it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from reintegratie_stats.estimates.unit_data import NO_EXPOSURE
from reintegratie_stats.report.formats import format_number, format_percent
from reintegratie_stats.report.labels import Lang

if TYPE_CHECKING:
    from reintegratie_stats.outliers.flags import OutlierRule

TEXTS: Mapping[str, Mapping[str, str]] = {
    "seen": {
        "nl": "{observed} geregistreerd waar {expected} werd verwacht (verhouding {ratio}; p {p})",
        "en": "{observed} registered where {expected} were expected (ratio {ratio}; p {p})",
    },
    "meer": {"nl": "meer dan verwacht, want", "en": "more than expected:"},
    "minder": {"nl": "minder dan verwacht, want", "en": "fewer than expected:"},
    "verwacht": {"nl": "als verwacht, want", "en": "as expected:"},
    "signal": {"nl": "een signaal op {level}", "en": "a signal at {level}"},
    "shortlist": {
        "nl": "op de lijst met hoogstens {fdr} onterecht",
        "en": "on the shortlist with at most {fdr} false",
    },
    "outside": {"nl": "en de verhouding ligt buiten {band}", "en": "and the ratio lies outside {band}"},
    "inside": {
        "nl": "de verhouding ligt binnen {band}, al is het getal {which}",
        "en": "the ratio lies within {band}, though the count is {which}",
    },
    "nothing": {
        "nl": "geen signaal op {level} en niet op de lijst met hoogstens {fdr} onterecht",
        "en": "no signal at {level} and not on the shortlist with at most {fdr} false",
    },
    "blind": {
        "nl": " (hier vallen afwijkingen van {band} niet op: bij toeval is het {lower} tot {upper})",
        "en": " (deviations of {band} do not show here: by chance it is {lower} to {upper})",
    },
    "few": {
        "nl": "niet te beoordelen: {expected} verwacht, minder dan de {least} die de regel vraagt",
        "en": "not to be judged: {expected} expected, fewer than the {least} that the rule asks",
    },
    "not_fitted": {"nl": "niet te beoordelen: {why}", "en": "not to be judged: {why}"},
}  # fmt: skip

DUTCH: Mapping[str, str] = {
    NO_EXPOSURE: "geen doelgroep: de gemeente heeft niemand om voor te registreren",
    "this gemeente alone determines a coefficient: nothing is expected without it": (
        "deze gemeente bepaalt alleen een coëfficiënt: zonder haar is er geen verwachting"
    ),
    "the fit without this gemeente did not converge": "het model zonder deze gemeente convergeerde niet",
    "the expected count is not above 0": "het verwachte aantal is niet groter dan 0",
}
MISSING = "missing: "


def _say(lang: Lang, key: str, **fill: str) -> str:
    return TEXTS[key][lang].format(**fill)


def flag_reason(row: Mapping[str, Any], rule: OutlierRule, lang: Lang) -> str:
    """Return the sentence about one gemeente.

    Parameters
    ----------
    row : mapping
        ``flag, signal, shortlist, p, ratio`` of the verdict; ``observed, expected_loo, lower, upper`` of the fit; and
        ``why``, its reason where the gemeente could not be judged.
    rule : OutlierRule
    lang : {"nl", "en"}
    """
    say = partial(_say, lang)
    expected = format_number(row["expected_loo"], 1, lang)
    if row["flag"] == "niet_te_beoordelen":
        if pd.isna(row["why"]):
            below = format_number(math.floor(10.0 * row["expected_loo"]) / 10.0, 1, lang)  # 0.97 is not told as 1.0
            return _sentence(say("few", expected=below, least=short_number(rule.min_expected, lang)))
        return _sentence(say("not_fitted", why=_why(str(row["why"]), lang)))
    band = f"{short_number(rule.ratio_low, lang)}–{short_number(rule.ratio_high, lang)}"
    terms = {"level": short_percent(rule.signal_level, lang), "fdr": short_percent(rule.fdr, lang), "band": band}
    which = [say(key, **terms) for key in ("signal", "shortlist") if row[key]]
    observed = format_number(row["observed"], 0, lang)
    seen = say("seen", observed=observed, expected=expected, ratio=format_number(row["ratio"], 2, lang),
               p=p_text(row["p"], lang))  # fmt: skip
    verdict = say(str(row["flag"]))
    if row["flag"] != "verwacht":
        why = f"{', '.join(which)}, {say('outside', **terms)}"
    elif which:
        why = say("inside", which={"nl": " en ", "en": " and "}[lang].join(which), **terms)
    else:
        why = say("nothing", **terms) + _blind(row, rule, terms["band"], lang)
    return _sentence(f"{seen}: {verdict} {why}")


def _blind(row: Mapping[str, Any], rule: OutlierRule, band: str, lang: Lang) -> str:
    """Say so where even a ratio at the edges of relevance lies inside the 95% range of chance."""
    expected = row["expected_loo"]
    if not (row["lower"] <= rule.ratio_low * expected and row["upper"] >= rule.ratio_high * expected):
        return ""
    lower, upper = (format_number(row[name], 0, lang) for name in ("lower", "upper"))
    return _say(lang, "blind", band=band, lower=lower, upper=upper)


def _why(reason: str, lang: Lang) -> str:
    if lang == "en":
        return reason
    if reason.startswith(MISSING):
        return "ontbreekt: " + re.sub(r" and (\d+) more$", r" en nog \1", reason[len(MISSING) :])
    return DUTCH.get(reason, reason)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def short_number(value: float, lang: Lang) -> str:
    """Return a setting with no more decimals than it has.

    Examples
    --------
    >>> short_number(0.67, "nl"), short_number(2.0, "en")
    ('0,67', '2')
    """
    text = f"{value:.10f}".rstrip("0")
    return format_number(value, len(text) - text.index(".") - 1, lang)


def short_percent(share: float, lang: Lang) -> str:
    """Return a share as a percentage with no more decimals than it has.

    Examples
    --------
    >>> short_percent(0.998, "nl"), short_percent(0.1, "en")
    ('99,8%', '10%')
    """
    text = f"{100.0 * share:.8f}".rstrip("0")
    return format_percent(share, len(text) - text.index(".") - 1, lang)


def p_text(p: float, lang: Lang) -> str:
    """Return a p value with its sign: four decimals, or below the smallest that four decimals can say.

    Examples
    --------
    >>> p_text(0.00004, "nl"), p_text(0.0312, "en")
    ('< 0,0001', '= 0.0312')
    """
    return f"< {format_number(0.0001, 4, lang)}" if p < 0.0001 else f"= {format_number(p, 4, lang)}"
