"""Points to discuss in an interview: made of facts by rules that are data, so that nobody thinks them up per gemeente.

A fact is something that was found about a gemeente, with its numbers. A rule says which facts are worth a question and
how it is put: as a neutral question that names the number behind it. The same facts give the same questions for every
gemeente.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter

from reintegratie_stats.errors import DefinitionError, listing, nearest
from reintegratie_stats.fieldwork.frozen import FrozenMapping
from reintegratie_stats.report.labels import Lang, check_lang


@dataclass(frozen=True)
class Fact:
    """Something found about a gemeente.

    Parameters
    ----------
    name : str
        What kind of fact, such as ``soorten_minder``.
    value : float or str
        What rules look at: a number (a ratio, a count), or an answer.
    fill : mapping of str to str
        The numbers and names that the question prints, formatted.

    Examples
    --------
    >>> Fact("sprong", 3.1, {"observed": "310"}).fill["observed"]
    '310'
    """

    name: str
    value: float | str
    fill: Mapping[str, str] = field(default_factory=FrozenMapping)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fill", FrozenMapping(self.fill))


@dataclass(frozen=True)
class PointRule:
    """When a fact is a point to discuss, and the question.

    Parameters
    ----------
    fact : str
        The name of the facts that it is about.
    nl, en : str
        The question; names in braces are filled from the fact.
    at_least, at_most : float, optional
        Bounds of the value, both included.
    equal : tuple of str
        Answers that it is about; empty: any.
    most : int
        So many points by this rule.

    Raises
    ------
    DefinitionError
        For texts that are empty or fill in other names in one language than in the other, and bounds that cross.

    Examples
    --------
    >>> rule = PointRule("sprong", "{count} na {before}: wat veranderde?", "{count} after {before}: what changed?")
    >>> rule.fits(Fact("sprong", 3.0)), rule.fits(Fact("nul", 0.0))
    (True, False)
    """

    fact: str
    nl: str
    en: str
    at_least: float | None = None
    at_most: float | None = None
    equal: tuple[str, ...] = ()
    most: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "equal", (self.equal,) if isinstance(self.equal, str) else tuple(self.equal))
        for lang in ("nl", "en"):
            try:
                getattr(self, lang).format(**dict.fromkeys(self.names(lang), ""))
            except (ValueError, IndexError, KeyError, AttributeError, TypeError):
                raise DefinitionError(
                    f"The rule for '{self.fact}' cannot be: its {lang} text cannot be filled in. Names stand in single "
                    "braces, without a format: {name}; a brace itself is written twice."
                ) from None
        problems = [f"its {lang} text is empty" for lang in ("nl", "en") if not getattr(self, lang).strip()]
        if self.names("nl") != self.names("en"):
            problems.append(f"its texts fill in {listing(self.names('nl'))} and {listing(self.names('en'))}")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            problems.append(f"at_least {self.at_least:g} is above at_most {self.at_most:g}")
        if isinstance(self.most, bool) or not isinstance(self.most, int) or self.most < 1:
            problems.append(f"most is {self.most!r}; a whole number of at least 1")
        if problems:
            raise DefinitionError(f"The rule for '{self.fact}' cannot be: {'; '.join(problems)}.")

    def names(self, lang: Lang) -> tuple[str, ...]:
        """Return the names that the text of a language fills in, sorted."""
        return tuple(sorted({name for _, name, _, _ in Formatter().parse(getattr(self, lang)) if name}))

    def fits(self, fact: Fact) -> bool:
        """Return whether a fact is a point by this rule."""
        if fact.name != self.fact:
            return False
        if self.equal:
            return str(fact.value) in self.equal
        if self.at_least is None and self.at_most is None:
            return True
        if isinstance(fact.value, str):
            raise DefinitionError(f"The rule for '{self.fact}' has bounds, and its fact is a text; use equal.")
        value = float(fact.value)
        low = value >= self.at_least if self.at_least is not None else True
        return low and (value <= self.at_most if self.at_most is not None else True)


def talking_points(
    facts: Iterable[Fact], rules: Sequence[PointRule], lang: Lang = "nl", most: int | None = None
) -> tuple[str, ...]:
    """Return the points to discuss, in the order of the rules.

    Parameters
    ----------
    facts : iterable of Fact
        About one gemeente; of facts that one rule takes, those that stand first come first.
    rules : sequence of PointRule
        The most telling first.
    lang : {"nl", "en"}
    most : int, optional
        So many points at most; what comes last is left out.

    Raises
    ------
    DefinitionError
        When a rule fills in a name that its fact does not have.

    Examples
    --------
    >>> rules = (
    ...     PointRule(
    ...         "soort",
    ...         "{name}: {observed} waar {expected} werd verwacht. Hoe komt dat?",
    ...         "{name}: {observed} where {expected} were expected. How does that come about?",
    ...         at_most=0.67,
    ...     ),
    ... )
    >>> low = Fact("soort", 0.2, {"name": "Coaching", "observed": "4", "expected": "20,1"})
    >>> talking_points([low, Fact("soort", 1.1)], rules)
    ('Coaching: 4 waar 20,1 werd verwacht. Hoe komt dat?',)
    """
    check_lang(lang)
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 0):
        raise DefinitionError(f"most is {most!r}; a whole number of at least 0, or None.")
    known = list(facts)
    points = []
    for rule in rules:
        for fact in [fact for fact in known if rule.fits(fact)][: rule.most]:
            if lost := [name for name in rule.names(lang) if name not in fact.fill]:
                hint = nearest(lost[0], list(fact.fill))
                raise DefinitionError(
                    f"The rule for '{rule.fact}' fills in {listing(lost)}, which its fact lacks.{hint}"
                )
            points.append(getattr(rule, lang).format(**fact.fill))
    return tuple(points[:most])
