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
from reintegratie_stats.report import wording
from reintegratie_stats.report.wording import Wording

Lang = Literal["nl", "en"]
LANGUAGES: Final[tuple[str, ...]] = get_args(Lang)

NOT_APPLICABLE: Final = "niet_van_toepassing"
"""Reason of a cell that on logical grounds holds no figure: printed as a dash, not as ``n.b.``."""

MINUS: Final = wording.MINUS

_PARTS: Final = (
    wording.cohorts.LABELS,
    wording.outliers.LABELS,
    wording.fieldwork.LABELS,
    wording.registers.LABELS,
    wording.quality.LABELS,
)


def _merged(parts: tuple[Wording, ...]) -> dict[str, dict[str, tuple[str, str]]]:
    """Put the parts together: a section may be spread over parts, a key stands in one of them."""
    merged: dict[str, dict[str, tuple[str, str]]] = {}
    for part in parts:
        for section, texts in part.items():
            known = merged.setdefault(section, {})
            if twice := known.keys() & texts.keys():
                raise ReportError(f"Section {section!r} of the labels has {listing(sorted(twice))} twice.")
            known.update(texts)
    return merged


_LABELS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = _merged(_PARTS)


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
    'Reproduced'
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
