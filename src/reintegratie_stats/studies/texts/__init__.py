"""Titles and notes of the tables of the studies, in Dutch and English, a module (or more) per study."""

from __future__ import annotations

from reintegratie_stats.studies.texts import cbs2025, cbs2025_checks, cbs2025_fieldwork, proreact2013, rwi2004

_PARTS = (rwi2004, cbs2025, cbs2025_checks, cbs2025_fieldwork, proreact2013)
_TEXTS: dict[str, tuple[str, str]] = {key: texts for part in _PARTS for key, texts in part.TEXTS.items()}
assert len(_TEXTS) == sum(len(part.TEXTS) for part in _PARTS), "a key stands in two modules"


def text(key: str, lang: str = "nl") -> str:
    """Return a title or note in a language.

    Examples
    --------
    >>> text("step"), text("step", "en")
    ('Stap', 'Step')
    """
    dutch, english = _TEXTS[key]
    return english if lang == "en" else dutch
