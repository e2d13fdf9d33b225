"""The errors of the package: one base class and a kind for each door at which a user can be stopped.

Each message says what was seen, what is allowed (the nearest name) and what to do. A message never holds a key or a
value of a person: in a closed environment a message is copied into mails and logs, and that would be a leak.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ReintegratieError(Exception):
    """Base of every error that the package raises on purpose."""


class RegisterError(ReintegratieError):
    """A register cannot be read or does not have the form that the package asks for."""


class DefinitionError(ReintegratieError):
    """A definition (of a cohort, a ratio) contradicts itself or asks for something that does not exist."""


class CountsError(ReintegratieError):
    """Cell counts contradict each other, or are not counts."""


class PublishedError(ReintegratieError):
    """A published figure is asked for that the package does not hold."""


class ReportError(ReintegratieError):
    """A table or a figure cannot be made as asked."""


class StudyError(ReintegratieError):
    """A study or a command cannot be run as asked."""


class FitError(ReintegratieError):
    """A model cannot be fitted as asked: the data cannot bear it, or the formula does not fit the data."""


class SampleError(ReintegratieError):
    """A sample cannot be drawn as asked: the gemeenten cannot bear it, or its demands exclude each other."""


class EngineError(ReintegratieError):
    """The engine under the register work failed; its own words are withheld, as they may quote values of persons."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the allowed name nearest to `name`, or an empty text.

    Parameters
    ----------
    name : str
        The name that was seen.
    allowed : iterable of str
        The names that would have been right.

    Returns
    -------
    str
        A sentence with a leading blank, or ``""`` where nothing is near.

    Examples
    --------
    >>> nearest("gemente", ["gemeente", "naam"])
    " Did you mean 'gemeente'?"
    >>> nearest("xyz", ["gemeente"])
    ''
    """
    by_fold = {candidate.casefold(): candidate for candidate in allowed}
    close = get_close_matches(str(name).casefold(), list(by_fold), n=1, cutoff=0.6)
    return f" Did you mean '{by_fold[close[0]]}'?" if close else ""


def listing(names: Iterable[str], limit: int = 12) -> str:
    """Return names as a readable list, cut off after `limit` with the number that was left out.

    Examples
    --------
    >>> listing(["a", "b", "c"], limit=2)
    'a, b and 1 more'
    """
    names = list(names)
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun: ``1 row``, ``2 rows``.

    Examples
    --------
    >>> counted(1, "row"), counted(2, "row")
    ('1 row', '2 rows')
    """
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def one_line(text: str) -> str:
    """Return a text on one line, its words one blank apart.

    Examples
    --------
    >>> one_line("count ~ a" + chr(10) + "        + b")
    'count ~ a + b'
    """
    return " ".join(text.split())
