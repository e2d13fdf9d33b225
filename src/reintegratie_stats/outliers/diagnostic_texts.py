"""What is said about a diagnostic: a sentence for each verdict, in Dutch and English, and what it is compared with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reintegratie_stats.errors import listing
from reintegratie_stats.outliers.flag_reasons import p_text
from reintegratie_stats.report.formats import format_number, format_percent
from reintegratie_stats.report.labels import Lang


@dataclass(frozen=True)
class Finding:
    """One row of the table of diagnostics, its verdict still a key with the numbers that belong in the sentence.

    ``numbers`` are told with two decimals, ``counts`` whole, ``shares`` as percentages, ``ps`` as p values, ``words``
    as they are or by language.
    """

    check: str
    value: float
    lower: float
    upper: float
    p: float
    verdict: str
    reference: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    ps: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, str | Mapping[Lang, str]] = field(default_factory=dict)

    def sentence(self, lang: Lang) -> str:
        """Return the verdict in words."""
        fill = {key: format_number(value, 2, lang) for key, value in self.numbers.items()}
        fill |= {key: format_number(value, 0, lang) for key, value in self.counts.items()}
        fill |= {key: format_percent(value, 0, lang) for key, value in self.shares.items()}
        fill |= {key: p_text(value, lang) for key, value in self.ps.items()}
        fill |= {key: text if isinstance(text, str) else text[lang] for key, text in self.words.items()}
        return VERDICTS[self.verdict][lang].format(**fill)


VERDICTS: Mapping[str, Mapping[Lang, str]] = {
    "wider": {
        "nl": "De aantallen lopen meer uiteen dan {family} toelaat: de variantie is {value} maal zo groot.",
        "en": "The counts vary more than {family} allows: the variance is {value} times as large.",
    },
    "narrower": {
        "nl": "De aantallen lopen minder uiteen dan {family} verwacht: de variantie is {value} maal zo groot.",
        "en": "The counts vary less than {family} expects: the variance is {value} times as large.",
    },
    "fits": {
        "nl": "De spreiding van de aantallen past bij {family}.",
        "en": "The spread of the counts fits {family}.",
    },
    "trend": {
        "nl": "De residuen hangen samen met de omvang: {direction} gemeenten hebben er meer dan verwacht.",
        "en": "The residuals go with size: {direction} gemeenten have more than expected.",
    },
    "no_trend": {
        "nl": "Geen samenhang van de residuen met de omvang te zien.",
        "en": "No relation of the residuals with size to be seen.",
    },
    "uneven": {
        "nl": "De residuen lopen bij {direction} gemeenten verder uiteen: de regel is daar strenger dan elders.",
        "en": "The residuals vary more for {direction} gemeenten: the rule is stricter there than elsewhere.",
    },
    "even": {
        "nl": "De residuen lopen bij kleine en grote gemeenten even ver uiteen.",
        "en": "The residuals vary as much for small as for large gemeenten.",
    },
    "slope": {
        "nl": "Het aantal groeit niet evenredig met de doelgroep (helling {value} in plaats van 1).",
        "en": "The count does not grow in proportion to the target group (slope {value} instead of 1).",
    },
    "proportional": {
        "nl": "Het aantal groeit evenredig met de doelgroep.",
        "en": "The count grows in proportion to the target group.",
    },
    "not_normal": {
        "nl": "De residuen volgen de verdeling van het model niet; {outside} van de punten ligt buiten de omhullende.",
        "en": "The residuals do not follow the model; {outside} of the points lie outside the envelope.",
    },
    "normal": {
        "nl": "De residuen volgen de verdeling van het model; {outside} van de punten ligt buiten de omhullende.",
        "en": "The residuals follow the model; {outside} of the points lie outside the envelope.",
    },
    "tails": {
        "nl": "Het midden van de residuen volgt het model, de staarten niet: {outside} van de punten ligt buiten de "
        "omhullende, zoals waar gemeenten afwijken.",
        "en": "The middle of the residuals follows the model, the tails do not: {outside} of the points lie outside "
        "the envelope, as where gemeenten deviate.",
    },
    "corner": {
        "nl": "Gemeenten die in hun kenmerken ver afwijken (hefboom boven {high}): {number}; de verste: {who}.",
        "en": "Gemeenten unlike the others in their covariates (leverage above {high}): {number}; furthest: {who}.",
    },
    "no_corner": {
        "nl": "Geen gemeente heeft een hefboom boven {high}.",
        "en": "No gemeente has a leverage above {high}.",
    },
    "influential": {
        "nl": "Zonder deze gemeenten is het model een ander (Cook boven 1): {who}.",
        "en": "Without these gemeenten the model is another one (Cook above 1): {who}.",
    },
    "not_influential": {
        "nl": "Geen gemeente bepaalt het model (Cook nergens boven 1).",
        "en": "No gemeente shapes the model (Cook nowhere above 1).",
    },
    "related": {
        "nl": "Geregistreerd / verwacht hangt samen met {trait} (p {p}, na correctie {adjusted}).",
        "en": "Registered / expected goes with {trait} (p {p}, adjusted {adjusted}).",
    },
    "unrelated": {
        "nl": "Geen samenhang van geregistreerd / verwacht met {trait} aangetoond (p {p}, na correctie {adjusted}).",
        "en": "No relation of registered / expected with {trait} was shown (p {p}, adjusted {adjusted}).",
    },
    "clustered": {
        "nl": "Gemeenten in dezelfde {trait} lijken op elkaar; zie naar een gedeelde oorzaak.",
        "en": "Gemeenten in the same {trait} are alike; look for a shared cause.",
    },
    "not_clustered": {
        "nl": "Geen klontering naar {trait} aangetoond.",
        "en": "No clustering by {trait} was shown.",
    },
    "untold": {
        "nl": "Over {trait} is niets te zeggen ({why}).",
        "en": "Nothing can be said about {trait} ({why}).",
    },
    "stable": {
        "nl": "Ook onder alle andere aannamen aangewezen: alle {number}.",
        "en": "Flagged under all other assumptions as well: all {number}.",
    },
    "unstable": {
        "nl": "Ook onder alle andere aannamen aangewezen: {same} van de {number}{who}. "
        "Per aanname blijven staan: {each}.",
        "en": "Flagged under all other assumptions as well: {same} of {number}{who}. "
        "By assumption there remain: {each}.",
    },
    "nobody": {
        "nl": "Geen gemeente is aangewezen; onder andere aannamen zijn dat er {least} tot {most}.",
        "en": "No gemeente is flagged; under other assumptions it is {least} to {most}.",
    },
}  # fmt: skip

SMALL: Mapping[Lang, str] = {"nl": "kleine", "en": "small"}
LARGE: Mapping[Lang, str] = {"nl": "grote", "en": "large"}


def in_both(names: Sequence[str]) -> dict[Lang, str]:
    """Return names as a list in Dutch and English, cut off after twelve.

    Examples
    --------
    >>> in_both([f"GM{k}" for k in range(14)])["nl"][-13:]
    'GM11 en nog 2'
    """
    english = listing(names)
    return {"nl": re.sub(r" and (\d+) more$", r" en nog \1", english), "en": english}


def reason_in_both(reason: str) -> dict[Lang, str]:
    """Return why nothing could be said about a trait, in Dutch and English.

    Examples
    --------
    >>> reason_in_both("3 gemeenten in 2 groups")["nl"]
    '3 gemeenten in 2 groepen'
    """
    dutch = reason.replace("the same for every gemeente", "voor elke gemeente gelijk").replace("groups", "groepen")
    return {"nl": dutch, "en": reason}
