"""The page of a figure of flagged gemeenten: heading, notes with what is not shown, and the key of the flags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from reintegratie_stats.report.figure_frames import flag_counts
from reintegratie_stats.report.flag_marks import (
    KeyItem,
    describe,
    draw_key,
    flag_key,
    key_height,
    named_ordinary,
    not_drawn,
    note_lines,
)
from reintegratie_stats.report.label_layout import Layout
from reintegratie_stats.report.page import Heading, Page, open_page


@dataclass(frozen=True)
class Words:
    """What the caller wants said around a figure, and the language of all words."""

    title: str
    subtitle: str
    note: str | Sequence[str]
    source: str
    lang: str


@dataclass(frozen=True)
class Shown:
    """What a figure shows: the rows that were given and those that are drawn, and the names that found a place.

    ``edges``: what the note says of rows that are drawn elsewhere than they are, key of the text and number.
    """

    given: pd.DataFrame
    drawn: pd.DataFrame
    layout: Layout
    edges: Sequence[tuple[str, int]] = ()


def open_flag_page(kind: str, shown: Shown, lines: Sequence[KeyItem], body: float, words: Words) -> Page:
    """Return a page with its heading, notes and key; the panel of `body` millimetres is still to be drawn.

    Parameters
    ----------
    kind : str
        Label of the figure in its description.
    shown : Shown
    lines : sequence of KeyItem
        Entries of the key after those of the flags.
    body : float
        Height of the panel with its titles, millimetres.
    words : Words
    """
    given, drawn, lang = shown.given, shown.drawn, words.lang
    said = (*shown.edges, *not_drawn(given, drawn), ("names_dropped", len(shown.layout.dropped)))
    items = [*flag_key(flag_counts(drawn["flag"].tolist()), lang, named_ordinary(drawn)), *lines]
    told = describe(kind, drawn, flag_counts(given["flag"].tolist()), lang)
    heading = Heading(words.title, words.subtitle, key_height(items))
    page = open_page(heading, body, note_lines(words.note, said, lang), words.source, lang, told)
    draw_key(page, items)
    return page
