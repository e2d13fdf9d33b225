"""Suspected causes stay out of the expectation: traits of the institution are refused as covariates.

What an expectation holds it explains away. A software package that loses registrations makes the count of every
gemeente that uses it low; with the package among the covariates that low count is what is expected, and none of these
gemeenten stands out. Traits of the people may explain a count; traits of the institution are what one looks for. They
belong in a second stage (`reintegratie_stats.outliers.explain_ratios`), that relates observed / expected to them.

References
----------
D. Spiegelhalter et al. (2012), Statistical methods for healthcare regulation. JRSS A 175, 1-47, section 3 (what to
adjust for).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reintegratie_stats.errors import FitError, listing, one_line

INSTITUTIONAL_TRAITS: tuple[str, ...] = (
    "softwarepakket", "software", "pakket", "registratiesysteem", "systeem", "leverancier", "softwareleverancier",
    "samenwerkingsverband", "samenwerking", "gemeenschappelijke_regeling", "uitvoeringsorganisatie", "uitvoerder",
    "externe_uitvoering", "uitbesteding", "uitbesteed", "sociale_dienst", "isd", "regionale_sociale_dienst",
    "administratiekantoor", "registratiebeleid", "werkwijze",
)  # fmt: skip
"""Names of columns that are traits of the institution, not of the people (capitals, blanks, ``_`` do not count)."""


def plain_name(name: str) -> str:
    """Return a column name without capitals, blanks, underscores, hyphens and a year at its end.

    Examples
    --------
    >>> plain_name("Externe Uitvoering"), plain_name("softwarepakket_2024")
    ('externeuitvoering', 'softwarepakket')
    """
    return "".join(letter for letter in name.casefold() if letter.isalnum()).rstrip("0123456789")


def suspected_in(variables: Sequence[str], suspected: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a formula that are suspected causes.

    Examples
    --------
    >>> suspected_in(["laagopgeleid", "SoftwarePakket"], INSTITUTIONAL_TRAITS)
    ('SoftwarePakket',)
    """
    names = {plain_name(name) for name in suspected} - {""}
    return tuple(name for name in variables if plain_name(name) in names)


def check_suspected(
    formula: str, right: str, variables: Sequence[str], suspected: Sequence[str], reason: str
) -> tuple[str, ...]:
    """Refuse suspected causes as covariates, unless the reason for them is given in words.

    Parameters
    ----------
    formula : str
        For the message.
    right : str
        Its right side; what is written there in back quotes or as a word counts beside `variables`.
    variables : sequence of str
        The columns that the right side of the formula uses, also inside functions and interactions.
    suspected : sequence of str
        Names that are refused.
    reason : str
        Why they are in the formula nevertheless; empty when they are not asked for.

    Returns
    -------
    tuple of str
        What a reader must know: empty, or a note with the columns and the reason.

    Raises
    ------
    FitError
        When a suspected cause is in the formula and no reason is given.
    """
    words = [word.strip("`") for word in re.findall(r"`[^`]+`|\w+", right)]
    found = suspected_in(tuple(dict.fromkeys([*variables, *words])), suspected)
    if not found:
        return ()
    if not reason.strip():
        names = listing([f"'{name}'" for name in found])
        which = "a trait" if len(found) == 1 else "traits"
        raise FitError(
            f"formula {one_line(formula)!r}: {names}: {which} of the institution, not of the "
            "people. A cause that is in the expectation cannot be found by it: whoever shares it is expected to "
            "deviate. Leave it out and relate observed / expected to it afterwards, with explain_ratios; or say in "
            "words why it belongs in the expectation, with include_suspected='...'."
        )
    return (
        f"in the expectation by request: {listing(found)} (traits of the institution; reason given: "
        f"{one_line(reason)}). What they cause cannot show as a deviation.",
    )


def check_words(suspected: object, reason: object) -> None:
    """Refuse names and a reason that are no text.

    Raises
    ------
    FitError
        When `suspected` is not a tuple of names, or `reason` is not words.
    """
    if isinstance(suspected, str) or not isinstance(suspected, tuple | list):
        raise FitError(f"suspected is {suspected!r}; give a tuple of names of columns, () for none.")
    if not all(isinstance(name, str) for name in suspected):
        raise FitError("suspected holds something that is no name of a column.")
    if not isinstance(reason, str):
        raise FitError(f"include_suspected is {reason!r}; it is the reason in words, a text.")
    if reason and not any(letter.isalpha() for letter in reason):
        raise FitError(f"include_suspected is {reason!r}; it is the reason in words.")
