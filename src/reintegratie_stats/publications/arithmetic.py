"""Check the arithmetic of published figures.

What does not add up in the source is reported, never repaired.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from math import floor
from typing import Literal, get_args

import pandas as pd

from reintegratie_stats.errors import PublishedError, listing, nearest
from reintegratie_stats.publications.read import published
from reintegratie_stats.publications.read import rules as rules_of

Kind = Literal["sum", "percentage", "equal", "words"]

_TYPES = {
    "rule": "string",
    "kind": "string",
    "section": "string",
    "expression": "string",
    "stated": "float64",
    "computed": "float64",
    "difference": "float64",
    "passes": "boolean",
    "noot": "string",
}
_TERM = re.compile(r"(?:^|\s([+-])\s)(\S+)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class RuleResult:
    """What one rule found.

    Parameters
    ----------
    rule : str
        Name of the rule.
    kind : {"sum", "percentage", "equal", "words"}
        What the rule asks; see `check_figures`.
    section : str
        The sections of the document whose figures meet here.
    expression : str
        How the computed value comes about, with the figures' ids.
    worked : str
        The same with the figures' numbers.
    stated : float
        The value that the source states.
    computed : float
        The value that follows from the other figures.
    passes : bool
        Whether they agree.
    noot : str
        Note on the rule (Dutch); empty where there is none.
    """

    rule: str
    kind: Kind
    section: str
    expression: str
    worked: str
    stated: float
    computed: float
    passes: bool
    noot: str

    @property
    def difference(self) -> float:
        """Computed minus stated, without the noise of binary fractions."""
        return float(_exact(self.computed) - _exact(self.stated))


@dataclass(frozen=True)
class ArithmeticReport:
    """What does and what does not add up in the figures of a document.

    Parameters
    ----------
    document : str
        Short name of the document.
    results : tuple of RuleResult
        One result per rule, in the order of the rules.
    """

    document: str
    results: tuple[RuleResult, ...]

    @property
    def passes(self) -> int:
        """The number of rules that the source meets."""
        return sum(result.passes for result in self.results)

    @property
    def fails(self) -> int:
        """The number of rules that the source does not meet."""
        return len(self.results) - self.passes

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of the rules that the source does not meet."""
        return tuple(result.rule for result in self.results if not result.passes)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per rule.

        Returns
        -------
        pandas.DataFrame
            Columns `rule, kind, section, expression, stated, computed, difference, passes, noot`;
            `difference` is computed minus stated, in the unit of the figures.
        """
        rows = [[getattr(result, name) for name in _TYPES] for result in self.results]
        return pd.DataFrame(rows, columns=list(_TYPES)).astype(_TYPES)

    def to_markdown(self) -> str:
        """Return the rules that fail as a Markdown table, or a line that says that there are none.

        Returns
        -------
        str
            A table with the columns rule, section, stated, computed and note, ending in a line
            break.
        """
        failed = [result for result in self.results if not result.passes]
        if not failed:
            return f"Everything that the rules check in `{self.document}` adds up.\n"
        lines = ["| rule | section | stated | computed | note |", "|---|---|---|---|---|"]
        lines += [
            f"| `{result.rule}` | {result.section} | {_number(result.stated)} | {_shown(result)} | {result.noot} |"
            for result in failed
        ]
        return "\n".join(lines) + "\n"

    def __repr__(self) -> str:
        """Say how many rules pass and fail; the rows come with `to_frame`."""
        counts = f"rules={len(self.results)}, passes={self.passes}, fails={self.fails}"
        return f"ArithmeticReport(document={self.document!r}, {counts})"


def check_arithmetic(document: str) -> ArithmeticReport:
    """Check the figures of a document against each other; report what does not add up in it.

    Parameters
    ----------
    document : str
        Short name of the document; see `reintegratie_stats.publications.documents`.

    Returns
    -------
    ArithmeticReport
        One result per rule. No figure is changed.

    Raises
    ------
    PublishedError
        If the document is not there.

    Examples
    --------
    >>> report = check_arithmetic("rwi2004")
    >>> "b3.3.vrijgesteld" in report.failed
    True
    """
    return check_figures(published(document), rules_of(document), document=document)


def check_figures(figures: pd.DataFrame, rules: pd.DataFrame, *, document: str = "") -> ArithmeticReport:
    """Check a frame of figures against a frame of rules.

    The kinds of rule, with s the stated figure, n the numerator, d the denominator and t the
    tolerance (0 where it is not given):

    - ``sum``: n is the total of parts; passes where |n - s| <= t.
    - ``percentage``: 100 n / d, rounded to whole per cent, half away from zero; passes where it
      differs from s by t at most.
    - ``equal``: a figure stated twice; passes where |n - s| <= t.
    - ``words``: s words a figure (bijna zestig procent, ruim tweederde). The status of s decides:
      ``minimaal`` passes where n >= s, ``maximaal`` where n <= s, ``circa`` where |n - s| <= t.
      With a denominator, 100 n / d is rounded as above and takes the place of n.

    Parameters
    ----------
    figures : pandas.DataFrame
        Columns as `published` gives them; `id`, `section`, `value` and `status` are used.
    rules : pandas.DataFrame
        Columns as `rules` gives them.
    document : str
        Short name for the report.

    Returns
    -------
    ArithmeticReport
        One result per rule, in the order of `rules`.

    Raises
    ------
    PublishedError
        If a rule has an unknown kind, names a figure that is not there or that has no number, or
        divides by zero.

    Examples
    --------
    >>> figures = pd.DataFrame(
    ...     {
    ...         "id": ["whole", "a", "b"],
    ...         "section": "tabel 1",
    ...         "value": [5.0, 2.0, 2.0],
    ...         "status": "exact",
    ...     }
    ... )
    >>> rule = pd.DataFrame({"rule": ["parts"], "kind": ["sum"], "stated": ["whole"], "numerator": ["a + b"]})
    >>> result = check_figures(figures, rule).results[0]
    >>> result.worked, result.difference, result.passes
    ('2 + 2', -1.0, False)
    """
    known = _Figures.of(figures)
    rows = (_text(row) for row in rules.to_dict("records"))
    return ArithmeticReport(document, tuple(_apply(row, known) for row in rows))


@dataclass(frozen=True)
class _Figures:
    """The figures by their id: value, section and status."""

    value: Mapping[str, Fraction | None]
    section: Mapping[str, str]
    status: Mapping[str, str]

    @classmethod
    def of(cls, figures: pd.DataFrame) -> _Figures:
        ids = [str(name) for name in figures["id"]]
        values = (None if pd.isna(value) else _exact(value) for value in figures["value"])
        sections = (str(text) for text in figures["section"])
        statuses = (str(text) for text in figures["status"])
        return cls(
            dict(zip(ids, values, strict=True)),
            dict(zip(ids, sections, strict=True)),
            dict(zip(ids, statuses, strict=True)),
        )

    def number(self, term: str, rule: str) -> Fraction:
        """Return the number of a term: that of the figure with this id, or the one it spells."""
        if term in self.value:
            value = self.value[term]
            if value is None:
                raise PublishedError(f"Rule {rule!r} uses figure {term!r}, which has no number (n.b.). Drop the rule.")
            return value
        if _NUMBER.fullmatch(term):
            return Fraction(term)
        raise PublishedError(f"Rule {rule!r} names figure {term!r}, which is not there.{nearest(term, self.value)}")


@dataclass(frozen=True)
class _Sum:
    """A signed sum of terms, as a rule writes it: ``a + b - c``."""

    terms: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, text: str, rule: str) -> _Sum:
        terms = tuple((sign or "+", term) for sign, term in _TERM.findall(text))
        written = " ".join(chain.from_iterable(terms)).removeprefix("+ ")
        if not terms or written != text:
            raise PublishedError(f"Rule {rule!r} has the sum {text!r}; write it as 'a + b - c' with figure ids.")
        return cls(terms)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(term for _, term in self.terms)

    def total(self, known: _Figures, rule: str) -> Fraction:
        numbers = ((sign, known.number(term, rule)) for sign, term in self.terms)
        return sum((number if sign == "+" else -number for sign, number in numbers), Fraction(0))

    def worked(self, known: _Figures, rule: str) -> str:
        shown = ((sign, _number(float(known.number(term, rule)))) for sign, term in self.terms)
        return " ".join(chain.from_iterable(shown)).removeprefix("+ ")


def _apply(row: Mapping[str, str], known: _Figures) -> RuleResult:
    """Apply one rule to the figures."""
    rule, kind, stated = row["rule"], _kind(row["kind"], row["rule"]), row["stated"]
    over = _Sum.of(row["numerator"], rule)
    under = _Sum.of(row["denominator"], rule) if row.get("denominator") else None
    if kind != "words" and (under is not None) != (kind == "percentage"):
        raise PublishedError(f"Rule {rule!r} of kind {kind!r} has a denominator too many or too few.")
    total = over.total(known, rule)
    computed = total if under is None else Fraction(_percentage(total, under.total(known, rule), rule))
    tolerance = _exact(row.get("tolerance") or 0)
    claim = known.number(stated, rule)
    terms = [stated, *over.ids, *(under.ids if under else ())]
    where = dict.fromkeys(known.section[term] for term in terms if term in known.section)
    return RuleResult(
        rule=rule,
        kind=kind,
        section=row.get("section") or "; ".join(where),
        expression=_quotient(row["numerator"], row.get("denominator") or ""),
        worked=_quotient(over.worked(known, rule), under.worked(known, rule) if under else ""),
        stated=float(claim),
        computed=float(computed),
        passes=_agrees(kind, known.status.get(stated, "exact"), claim, computed, tolerance),
        noot=row.get("noot") or "",
    )


def _agrees(kind: Kind, status: str, stated: Fraction, computed: Fraction, tolerance: Fraction) -> bool:
    """Tell whether a computed value agrees with the stated one."""
    if kind == "words" and status == "minimaal":
        return computed >= stated
    if kind == "words" and status == "maximaal":
        return computed <= stated
    return abs(computed - stated) <= tolerance


def _percentage(numerator: Fraction, denominator: Fraction, rule: str) -> int:
    """Return 100 n / d in whole per cent, half away from zero."""
    if not denominator:
        raise PublishedError(f"Rule {rule!r} divides by zero.")
    share = 100 * numerator / denominator
    whole = floor(abs(share) + Fraction(1, 2))
    return whole if share >= 0 else -whole


def _quotient(over: str, under: str) -> str:
    """Return the text of a sum, or of 100 times its share of another."""
    if not under:
        return over
    over, under = (f"({text})" if " " in text else text for text in (over, under))
    return f"100 * {over} / {under}"


def _shown(result: RuleResult) -> str:
    """Return the computation with its outcome; the outcome alone where nothing is computed."""
    outcome = _number(result.computed)
    return outcome if result.worked == outcome else f"{result.worked} = {outcome}"


def _number(value: float) -> str:
    """Return a number with no more digits than it has."""
    return f"{value:.10g}"


def _kind(name: str, rule: str) -> Kind:
    """Return the kind of a rule, or refuse it."""
    allowed: tuple[Kind, ...] = get_args(Kind)
    for kind in allowed:
        if kind == name:
            return kind
    raise PublishedError(f"Rule {rule!r} has kind {name!r}.{nearest(name, allowed)} Allowed: {listing(allowed)}.")


def _text(row: Mapping[object, object]) -> dict[str, str]:
    """Return a row of rules as text, empty where missing."""
    return {str(name): "" if pd.isna(value) else str(value) for name, value in row.items()}


def _exact(value: object) -> Fraction:
    """Return a decimal number as it is written, without binary noise."""
    return Fraction(str(value))
