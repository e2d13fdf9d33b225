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
    for pattern, text in labels("row_rule", lang).items():
        parts = [re.escape(part) for part in pattern.split("{}")]
        if found := re.fullmatch("(.+?)".join(parts), rule):
            return text.format(*found.groups())
    return rule


def reading_word(word: str, lang: str = "nl") -> str:
    """Return the step or reason of a layout in a language; as it is where it has no other words.

    Examples
    --------
    >>> reading_word("gefilterd", "en"), reading_word("geen bijstand", "en")
    ('filtered', 'geen bijstand')
    """
    return labels("reading_word", lang).get(word, word)
