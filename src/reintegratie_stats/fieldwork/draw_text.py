"""The sentences of a draw: why a gemeente was chosen, whom a reserve stands by for, what a reader must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reintegratie_stats.report.labels import Lang, check_lang

TEXTS: Mapping[str, tuple[str, str]] = {
    "meer": ("registreert meer dan verwacht", "registers more than expected"),
    "minder": ("registreert minder dan verwacht", "registers fewer than expected"),
    "verwacht": ("registreert als verwacht", "registers as expected"),
    "niet_te_beoordelen": ("niet te beoordelen", "not to be judged"),
    "z": (" (z = {z})", " (z = {z})"),
    "must_have": ("opgegeven in must_have", "named in must_have"),
    "certain_z": ("altijd in de trekking: |z| van {least} of meer", "always drawn: |z| of {least} or more"),
    "certain_column": ("altijd in de trekking: kolom {column}", "always drawn: column {column}"),
    "rank": ("{rank} van de {of} in deze klasse naar grootte van |z|", "{rank} of {of} here by size of |z|"),
    "near": ("{rank} van de {of} in deze klasse, de kleinste |z| eerst", "{rank} of {of} here, smallest |z| first"),
    "weight": ("gewicht {weight}", "weight {weight}"),
    "twin": ("tweeling van {partner} (afstand {far} sd)", "twin of {partner} (distance {far} sd)"),
    "needed": ("nodig voor {rows}", "needed for {rows}"),
    "row": ("{what} ({got} van {low})", "{what} ({got} of {low})"),
    "more_rows": (" en nog {more}", " and {more} more"),
    "no_other": ("geen andere gemeente was in haar plaats even goed", "nobody else would be as good"),
    "lot_one": ("het lot koos uit deze en 1 andere, even goede gemeente", "by lot, from it and 1 as good"),
    "lot": ("het lot koos uit deze en {more} andere, even goede gemeenten", "by lot, from it and {more} as good"),
    "stands_in": (
        "stapt in voor {name}, die niet meedoet (reserve {rank})",
        "steps in for {name}, who does not take part (reserve {rank})",
    ),
    "reserve": ("reserve {rank} voor {name}: zelfde klasse en cel, {equal}{other}; alle aantallen blijven gehaald",
                "reserve {rank} for {name}: same class and cell, {equal}{other}; every number is kept"),
    "equal_all": ("gelijk op alle {of} kenmerken", "equal in all {of} traits"),
    "equal": ("gelijk op {number} van {of} kenmerken", "equal in {number} of {of} traits"),
    "no_traits": ("geen kenmerken om te vergelijken", "no traits to compare"),
    "other": (" (anders: {traits})", " (not: {traits})"),
}  # fmt: skip

SHOWN = 4


def say(key: str, lang: Lang, **fill: str) -> str:
    """Return a text in a language, filled in."""
    check_lang(lang)
    return TEXTS[key][0 if lang == "nl" else 1].format(**fill)


def sentence(parts: Sequence[str]) -> str:
    """Return parts as one sentence.

    Examples
    --------
    >>> sentence(["registreert meer dan verwacht", "nodig voor Zeeland"])
    'Registreert meer dan verwacht; nodig voor Zeeland.'
    """
    text = "; ".join(part for part in parts if part)
    return text[:1].upper() + text[1:] + "."


def ordinal(rank: int, lang: Lang) -> str:
    """Return a rank as a reader writes it.

    Examples
    --------
    >>> ordinal(2, "nl"), ordinal(2, "en")
    ('de 2e', 'number 2')
    """
    return f"de {rank}e" if lang == "nl" else f"number {rank}"


def needed(rows: Sequence[tuple[str, int, int]], lang: Lang) -> str:
    """Return what a gemeente is needed for: (what, got, asked) per number that would be lost without it."""
    if not rows:
        return ""
    shown = [say("row", lang, what=what, got=str(got), low=str(low)) for what, got, low in rows[:SHOWN]]
    more = say("more_rows", lang, more=str(len(rows) - SHOWN)) if len(rows) > SHOWN else ""
    return say("needed", lang, rows=", ".join(shown) + more)


def by_lot(others: int, lang: Lang) -> str:
    """Return how many gemeenten were as good."""
    if others == 0:
        return say("no_other", lang)
    return say("lot_one", lang) if others == 1 else say("lot", lang, more=str(others))


def reserve_reason(rank: int, name: str, equal: int, of: int, other: Sequence[str], lang: Lang) -> str:
    """Return the sentence of a reserve."""
    if of == 0:
        what = say("no_traits", lang)
    elif equal == of:
        what = say("equal_all", lang, of=str(of))
    else:
        what = say("equal", lang, number=str(equal), of=str(of))
    also = say("other", lang, traits=", ".join(other)) if other else ""
    return sentence([say("reserve", lang, rank=str(rank), name=name, equal=what, other=also)])
