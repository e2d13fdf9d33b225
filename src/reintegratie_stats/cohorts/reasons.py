"""Why a figure is not available, in Dutch or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from reintegratie_stats.errors import DefinitionError, listing, nearest

Lang = Literal["nl", "en"]

TEXTS: dict[str, dict[str, str]] = {
    "no_register": {"nl": "register {name} ontbreekt", "en": "register {name} was not delivered"},
    "only_plicht": {
        "nl": "trajecten zijn alleen van arbeidsplichtigen opgezocht",
        "en": "trajecten were looked up for arbeidsplichtigen only",
    },
    "only_traject": {
        "nl": "uitstroom is alleen gevolgd van mensen met een traject",
        "en": "outflow was followed for people with a traject only",
    },
    "no_peildatum": {
        "nl": "de definitie heeft geen uitstroom_peildatum",
        "en": "the definition has no uitstroom_peildatum",
    },
    "incomplete": {
        "nl": "de uitstroom is niet van iedereen tot de peildatum gevolgd",
        "en": "outflow was not followed up to the peildatum for everybody",
    },
    "unknown": {"nl": "{cells} onbekend", "en": "{cells} unknown"},
    "empty": {"nl": "noemer {cell} is 0", "en": "denominator {cell} is 0"},
}


def check_lang(lang: str) -> None:
    """Refuse a language that there is no text in.

    Raises
    ------
    DefinitionError
    """
    if lang not in get_args(Lang):
        raise DefinitionError(f"lang is {lang!r}; allowed: 'nl', 'en'.{nearest(lang, get_args(Lang))}")


def text(code: str, lang: Lang, **fill: str) -> str:
    """Return a reason by its code.

    Examples
    --------
    >>> text("no_register", "nl", name="trajecten")
    'register trajecten ontbreekt'
    """
    return TEXTS[code][lang].format(**fill)


def empty_denominator(cell: str, lang: Lang) -> str:
    """Return the reason for a ratio with nobody in its denominator."""
    return text("empty", lang, cell=cell)


def unknown_cells(cells: Sequence[str], reasons: Mapping[str, str], lang: Lang) -> str:
    """Return the reason for a ratio some of whose cells are unknown, with why where that is known."""
    names = list(dict.fromkeys(cells))
    words = text("unknown", lang, cells=listing(names))
    why = list(dict.fromkeys(reasons[name] for name in names if name in reasons))
    return f"{words}: {'; '.join(why)}" if why else words
