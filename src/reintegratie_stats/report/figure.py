"""The house style of figures, without touching matplotlib's global state.

Figures are `matplotlib.figure.Figure` objects made without pyplot: nothing is registered, nothing
has to be closed, and importing is quick. Every drawing and saving happens inside `house_style`.

The colours can be told apart by colour-blind people and in black and white, and none of them says
good or bad.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

FONT: Final = "DejaVu Sans"
INK: Final = "#1a1a1a"
MUTED: Final = "#595959"
LINE: Final = "#8c8c8c"
TRACK: Final = "#d9d9d9"
PAPER: Final = "#ffffff"
ACCENT: Final = "#0072b2"
ACCENT_TINT: Final = "#e3f0f8"
MM_PER_INCH: Final = 25.4
MM_PER_POINT: Final = MM_PER_INCH / 72

_STYLE: Final = {
    "font.family": ["sans-serif"],
    "font.sans-serif": [FONT, "Verdana", "Arial"],
    "font.size": 8.0,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": LINE,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "svg.fonttype": "none",
    "svg.hashsalt": "reintegratie_stats",
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw or save in the house style; afterwards matplotlib's settings are as they were.

    The style begins from matplotlib's own defaults, so that settings of the user or of a notebook
    do not change a figure. Text in SVG stays text: it can be searched, copied and read aloud.

    Examples
    --------
    >>> import matplotlib
    >>> before = matplotlib.rcParams["font.size"]
    >>> with house_style():
    ...     inside = matplotlib.rcParams["font.size"]
    >>> inside, matplotlib.rcParams["font.size"] == before
    (8.0, True)
    """
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        yield


def paper_figure(width: float, height: float, title: str) -> tuple[Figure, Axes]:
    """Return a figure with one empty drawing area whose units are millimetres from the lower left.

    Parameters
    ----------
    width, height : float
        Size in millimetres.
    title : str
        Kept as the label of the figure; `write.write_figure` puts it in the files as their title.
    """
    figure = Figure(figsize=(width / MM_PER_INCH, height / MM_PER_INCH))
    figure.set_label(title)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.set_axis_off()
    return figure, axes


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a text in millimetres at a size in points, rounded up to 0.1 mm."""
    font = FontProperties(family=FONT, weight="bold" if bold else "normal")
    if not text.strip():
        return 0.0
    points = float(TextPath((0, 0), text, size=size, prop=font).get_extents().width)
    return math.ceil(points * MM_PER_POINT * 10) / 10


def wrap_text(text: str, width: float, size: float, *, bold: bool = False, balanced: bool = False) -> tuple[str, ...]:
    """Break a text into lines that fit a width in millimetres; a word alone may be wider.

    With `balanced` the lines are as even as their number allows.

    Examples
    --------
    >>> wrap_text("na de term nog in de bijstand", 34, 7.5)
    ('na de term nog in de', 'bijstand')
    >>> wrap_text("na de term nog in de bijstand", 34, 7.5, balanced=True)
    ('na de term nog', 'in de bijstand')
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _fits(longer, width, size, bold):
            lines[-1] = longer
        else:
            lines.append(word)
    if balanced and len(lines) > 1:
        narrower = wrap_text(text, width - 0.5, size, bold=bold, balanced=width > 1)
        return narrower if len(narrower) == len(lines) else tuple(lines)
    return tuple(lines)


def _fits(text: str, width: float, size: float, bold: bool) -> bool:
    """Return whether a text fits a width; it is measured as a whole only where its words leave that open."""
    words = text.split()
    inked = sum(text_width(word, size, bold=bold) for word in words)
    em, gaps = size * MM_PER_POINT, len(words) - 1
    if inked + _WIDEST_GAP * em * gaps <= width:
        return True
    if inked - 0.1 * len(words) + _NARROWEST_GAP * em * gaps > width:  # the width of each word was rounded up
        return False
    return text_width(text, size, bold=bold) <= width


_NARROWEST_GAP, _WIDEST_GAP = 0.1, 0.75
"""Between two words, in ems: a space of DejaVu Sans is 0.32 to 0.35, and letters begin and end within 0.2 of it."""
