"""What a fit or a second stage did that a reader must know, in the language of the report."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from reintegratie_stats.report.labels import Lang
from reintegratie_stats.studies.texts.cbs2025 import in_words

DUTCH: Mapping[str, str] = {
    r"the counts are not over-dispersed: Poisson was fitted instead of nb2": (
        "De aantallen lopen niet verder uiteen dan bij toeval: Poisson is geschat in plaats van nb2."
    ),
    r"the counts are not over-dispersed: the spread is 0": (
        "De aantallen lopen niet verder uiteen dan bij toeval: de spreiding is 0."
    ),
    r"(\d+) of (\d+) set aside for estimation \(two-sided p under ([\d.]+)\); all are judged": (
        r"Voor de schatting zijn \1 van de \2 gemeenten terzijde gelegd (tweezijdige p onder \3); beoordeeld zijn alle."
    ),
    r"as many were set aside as is allowed \((\d+)%\): the family may not fit": (
        r"Er zijn er zoveel terzijde gelegd als mag (\1%): de familie past mogelijk niet."
    ),
    r"the trimming went in a circle; every gemeente set aside somewhere in it is set aside": (
        "Het terzijde leggen ging in een kring; wie ergens daarin terzijde is gelegd, is terzijde gelegd."
    ),
    r"the trimming did not settle in (\d+) passes": r"Het terzijde leggen kwam in \1 ronden niet tot rust.",
    r"(\w+): (\d+) categor(?:y|ies) under (\d+) gemeenten not tested": (
        r"\1: \2 waarden met minder dan \3 gemeenten zijn niet getoetst."
    ),
    r"(\w+): (\d+) gemeenten? without a value, in no category": r"\1: \2 gemeenten zonder waarde tellen in geen.",
    r"(\w+) and (\w+) overlap \(Cramer's V ([\d.]+)\): .*": (
        r"\1 en \2 overlappen (V van Cramér \3): wat zij delen, is nauwelijks over hen te verdelen."
    ),
    r"'(\w+)' is missing for (\d+) gemeenten?: each a cluster of its own": (
        r"\1 ontbreekt bij \2 gemeenten: elk is een cluster op zichzelf."
    ),
    r"expected counts recalibrated to the observed total: (.*)": (
        r"De verwachte aantallen zijn herijkt op het geregistreerde totaal: \1."
    ),
}


def told(notes: Sequence[str], lang: Lang) -> tuple[str, ...]:
    """Return the notes of a fit or a second stage as sentences; one that is not known in Dutch is given as it is.

    Examples
    --------
    >>> in_dutch("38 of 342 set aside for estimation (two-sided p under 0.01); all are judged")
    'Voor de schatting zijn 38 van de 342 gemeenten terzijde gelegd (tweezijdige p onder 0,01); beoordeeld zijn alle.'
    """
    return tuple(in_words(in_dutch(note) if lang == "nl" else _sentence(note), lang) for note in notes)


def in_dutch(note: str) -> str:
    """Return a note in Dutch, with decimal commas."""
    for pattern, dutch in DUTCH.items():
        if found := re.fullmatch(pattern, note):
            return _sentence(re.sub(r"(?<=\d)\.(?=\d)", ",", found.expand(dutch)))
    return _sentence(note)


def _sentence(note: str) -> str:
    return note[:1].upper() + note[1:] + ("" if note.endswith(".") else ".")
