"""Titles and notes of the tables of the studies, in Dutch and English, a module per study."""

from __future__ import annotations

from reintegratie_stats.studies.texts import cbs2025, proreact2013, rwi2004

_TEXTS = {**rwi2004.TEXTS, **cbs2025.TEXTS, **proreact2013.TEXTS}
assert len(_TEXTS) == len(rwi2004.TEXTS) + len(cbs2025.TEXTS) + len(proreact2013.TEXTS), "a key stands in two modules"


def text(key: str, lang: str = "nl") -> str:
    """Return a title or note in a language.

    Examples
    --------
    >>> text("step"), text("step", "en")
    ('Stap', 'Step')
    """
    dutch, english = _TEXTS[key]
    return english if lang == "en" else dutch
