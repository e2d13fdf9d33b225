"""Words of the quality report in a language: its sentences, and the rules on rows."""

from __future__ import annotations

import re

from reintegratie_stats.report.labels import label, labels


def say(key: str, lang: str, **fill: object) -> str:
    """Return a text of the report, filled in."""
    return label("quality_text", key, lang).format(**fill)


def row_rule_text(rule: str, lang: str = "nl") -> str:
    """Return what a rule on rows asks, in a language; as it is where it has no other words.

    Examples
    --------
    >>> row_rule_text("ligt tussen 1850 en 2100", "en")
    'lies between 1850 and 2100'
    >>> row_rule_text("begint op maandag", "en")
    'begint op maandag'
    """
    return _said("row_rule", rule, lang)


def reading_word(word: str, lang: str = "nl") -> str:
    """Return the step or reason of a layout in a language; as it is where it has no other words.

    Examples
    --------
    >>> reading_word("gefilterd", "en"), reading_word("geen bijstand", "en")
    ('filtered', 'geen bijstand')
    """
    return _said("reading_word", word, lang)


def _said(section: str, words: str, lang: str) -> str:
    """Return words in a language, by the pattern of the section that they fit; as they are where they fit none."""
    known = labels(section, lang)
    if words in known:
        return known[words]
    for pattern, text in known.items():
        parts = [re.escape(part) for part in pattern.split("{}")]
        if found := re.fullmatch("(.+?)".join(parts), words):
            return text.format(*found.groups())
    return words
