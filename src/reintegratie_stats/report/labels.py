"""Dutch and English labels, and the symbols for what is missing, in one place.

Keys are the names that code and columns use; texts are what a reader sees. Dutch is the default.
A name or a language that is not here is an error that gives the nearest name, so that no key slips
into a report untranslated.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, get_args

from reintegratie_stats.errors import ReportError, listing, nearest

Lang = Literal["nl", "en"]
LANGUAGES: Final[tuple[str, ...]] = get_args(Lang)

NOT_APPLICABLE: Final = "niet_van_toepassing"
"""Reason of a cell that on logical grounds holds no figure: printed as a dash, not as ``n.b.``."""

MINUS: Final = "\N{MINUS SIGN}"

_LABELS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "ratio": {
        "complianceratio": ("Complianceratio", "Complianceratio"),
        "langdurigheidsratio": ("Langdurigheidsratio", "Langdurigheidsratio"),
        "sluitingsratio": (
            "Sluitingsratio arbeidsplichtigen",
            "Sluitingsratio arbeidsplichtigen",
        ),
        "niet_sluitingsratio": (
            "Niet-sluitingsratio arbeidsplichtigen",
            "Niet-sluitingsratio arbeidsplichtigen",
        ),
        "uitstroomratio_met_traject": (
            "Uitstroomratio met traject",
            "Uitstroomratio with traject",
        ),
        "uitstroomratio_zonder_traject": (
            "Uitstroomratio zonder traject",
            "Uitstroomratio without traject",
        ),
        "uitstroomratio_werk_met_traject": (
            "Uitstroomratio naar werk met traject",
            "Uitstroomratio to work with traject",
        ),
        "uitstroomratio_werk_zonder_traject": (
            "Uitstroomratio naar werk zonder traject",
            "Uitstroomratio to work without traject",
        ),
    },
    "formula": {
        "complianceratio": (f"(X {MINUS} Y + A + C) / X",) * 2,
        "langdurigheidsratio": ("Y / X",) * 2,
        "sluitingsratio": ("A / Z",) * 2,
        "niet_sluitingsratio": ("B / Z",) * 2,
        "uitstroomratio_met_traject": ("A.1 / A",) * 2,
        "uitstroomratio_zonder_traject": ("B.1 / B",) * 2,
        "uitstroomratio_werk_met_traject": ("A.1 naar werk / A", "A.1 to work / A"),
        "uitstroomratio_werk_zonder_traject": ("B.1 naar werk / B", "B.1 to work / B"),
    },
    "cell": {
        "X": ("Ingestroomd in de bijstand", "Entered benefit"),
        "X-Y": ("Binnen de term uitgestroomd", "Left benefit within the term"),
        "Y": ("Langdurig: na de term nog in de bijstand", "Long-term: on benefit after the term"),
        "Z": ("Langdurig en arbeidsplichtig", "Long-term, under labour obligation"),
        "Y-Z": ("Langdurig en vrijgesteld", "Long-term, exempt"),
        "A": ("Arbeidsplichtig, traject binnen de term", "Obliged, traject within the term"),
        "B": (
            "Arbeidsplichtig, geen traject binnen de term",
            "Obliged, no traject within the term",
        ),
        "C": ("Vrijgesteld, traject binnen de term", "Exempt, traject within the term"),
        "D": ("Vrijgesteld, geen traject binnen de term", "Exempt, no traject within the term"),
        "A.1": ("Met traject, daarna uitgestroomd", "With traject, then left"),
        "A.2": ("Met traject, nog in de bijstand", "With traject, still on benefit"),
        "B.1": ("Zonder traject, daarna uitgestroomd", "Without traject, then left"),
        "B.2": ("Zonder traject, nog in de bijstand", "Without traject, still on benefit"),
        "A.1_werk": ("Met traject, uitgestroomd naar werk", "With traject, left to work"),
        "B.1_werk": ("Zonder traject, uitgestroomd naar werk", "Without traject, left to work"),
    },
    "cell_short": {
        "X": ("instroom in de bijstand", "entered benefit"),
        "X-Y": ("binnen de term uitgestroomd", "left within the term"),
        "Y": ("langdurig: na de term nog in de bijstand", "long-term: on benefit after the term"),
        "Z": ("arbeidsplichtig", "under labour obligation"),
        "Y-Z": ("vrijgesteld", "exempt"),
        "A": ("traject binnen de term", "traject in the term"),
        "B": ("geen traject binnen de term", "no traject in the term"),
        "C": ("traject binnen de term", "traject in the term"),
        "D": ("geen traject", "no traject"),
        "A.1": ("uitgestroomd", "left benefit"),
        "A.2": ("nog in de bijstand", "still on benefit"),
        "B.1": ("uitgestroomd", "left benefit"),
        "B.2": ("nog in de bijstand", "still on benefit"),
        "A.1_werk": ("naar werk", "to work"),
        "B.1_werk": ("naar werk", "to work"),
    },
    "cell_code": {
        "X": ("X",) * 2,
        "X-Y": (f"X {MINUS} Y",) * 2,
        "Y": ("Y",) * 2,
        "Z": ("Z",) * 2,
        "Y-Z": (f"Y {MINUS} Z",) * 2,
        "A": ("A",) * 2,
        "B": ("B",) * 2,
        "C": ("C",) * 2,
        "D": ("D",) * 2,
        "A.1": ("A.1",) * 2,
        "A.2": ("A.2",) * 2,
        "B.1": ("B.1",) * 2,
        "B.2": ("B.2",) * 2,
        "A.1_werk": ("A.1 werk", "A.1 work"),
        "B.1_werk": ("B.1 werk", "B.1 work"),
    },
    "column": {
        "published": ("gepubliceerd", "published"),
        "reproduced": ("gereproduceerd", "reproduced"),
        "difference": ("verschil", "difference"),
        "gemeente": ("Gemeente", "Gemeente"),
        "bestand": ("Bestand", "Source"),
        "ratio": ("Ratio", "Ratio"),
        "formula": ("Formule", "Formula"),
        "cell": ("Cel", "Cell"),
        "label": ("Omschrijving", "Description"),
        "count": ("Aantal", "Count"),
        "share": ("Aandeel", "Share"),
        "percent": ("Percentage", "Percentage"),
        "percent_instroom": ("% t.o.v. instroom", "% of inflow"),
        "percent_doelgroep": ("% t.o.v. doelgroep", "% of target group"),
        "numerator": ("Teller", "Numerator"),
        "denominator": ("Noemer", "Denominator"),
        "value": ("Waarde", "Value"),
        "lower": ("Ondergrens", "Lower limit"),
        "upper": ("Bovengrens", "Upper limit"),
        "method": ("Methode", "Method"),
        "reason": ("Reden", "Reason"),
        "step": ("Stap", "Step"),
        "before": ("Voor", "Before"),
        "after": ("Na", "After"),
        "removed": ("Weggelaten", "Left out"),
        "vrijstelling_reden": ("Reden van vrijstelling", "Reason of exemption"),
    },
    "bestand": {
        "centraal": ("Centraal", "Central"),
        "lokaal": ("Lokaal", "Local"),
    },
    "reason": {
        "niet_gepubliceerd": ("niet gepubliceerd in de bron", "not published in the source"),
        "niet_vergelijkbaar": (
            "een van beide cijfers ontbreekt",
            "one of the two figures is missing",
        ),
    },
    "word": {
        "missing": ("n.b.", "n/a"),
        "missing_meaning": ("niet beschikbaar", "not available"),
        "not_applicable": ("\N{EN DASH}", "\N{EN DASH}"),
        "not_applicable_meaning": ("niet van toepassing", "not applicable"),
        "source": ("Bron", "Source"),
        "notes": ("Noten", "Notes"),
        "note": ("noot", "note"),
        "ratios": ("Ratio\N{RIGHT SINGLE QUOTATION MARK}s", "Ratios"),
        "of": ("van", "of"),
        "points": ("procentpunt", "percentage points"),
        "total": ("Totaal", "Total"),
    },
}


def check_lang(lang: str) -> None:
    """Raise `ReportError` unless `lang` is a language that the labels are kept in."""
    if lang not in LANGUAGES:
        allowed = listing(LANGUAGES)
        raise ReportError(f"Language {lang!r} is not one of: {allowed}.{nearest(str(lang), LANGUAGES)}")


def sections() -> tuple[str, ...]:
    """Return the names of the groups of labels: ``ratio``, ``cell``, ``column`` and so on."""
    return tuple(_LABELS)


def labels(section: str, lang: str = "nl") -> Mapping[str, str]:
    """Return all labels of a section as a read-only mapping from key to text, in their order.

    Parameters
    ----------
    section : str
        One of `sections`.
    lang : {"nl", "en"}
        Language of the texts.

    Raises
    ------
    ReportError
        The section or the language does not exist; the message gives the nearest name.
    """
    check_lang(lang)
    if section not in _LABELS:
        raise ReportError(
            f"Labels have no section {section!r}; sections: {listing(_LABELS)}.{nearest(section, _LABELS)}"
        )
    which = LANGUAGES.index(lang)
    return MappingProxyType({key: texts[which] for key, texts in _LABELS[section].items()})


def label(section: str, key: str, lang: str = "nl") -> str:
    """Return one label.

    Parameters
    ----------
    section : str
        One of `sections`.
    key : str
        The name in code and columns, such as ``niet_sluitingsratio``.
    lang : {"nl", "en"}
        Language of the text.

    Raises
    ------
    ReportError
        The section, the key or the language does not exist; the message gives the nearest name.

    Examples
    --------
    >>> label("ratio", "niet_sluitingsratio")
    'Niet-sluitingsratio arbeidsplichtigen'
    >>> label("column", "reproduced", lang="en")
    'reproduced'
    """
    known = labels(section, lang)
    if key not in known:
        raise ReportError(
            f"Section {section!r} of the labels has no {key!r}; it has: {listing(known)}.{nearest(key, known)}"
        )
    return known[key]


def reason_text(reason: str, lang: str = "nl") -> str:
    """Return the text of a reason: its label in section ``reason``, or else the reason itself.

    Examples
    --------
    >>> reason_text("niet_gepubliceerd"), reason_text("register trajecten ontbreekt")
    ('niet gepubliceerd in de bron', 'register trajecten ontbreekt')
    """
    return labels("reason", lang).get(reason, reason)


def missing_symbol(lang: str = "nl") -> str:
    """Return what stands in the place of a missing figure: ``n.b.`` or ``n/a``."""
    return label("word", "missing", lang)
