"""What a cohort is: every choice spelled out in one frozen value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, Self, get_args, get_type_hints

import numpy as np

from reintegratie_stats.errors import DefinitionError, listing, nearest
from reintegratie_stats.fingerprint import digest
from reintegratie_stats.periods import add_months, as_date, day_number

ArbeidsplichtOp = Literal["instroom", "einde_term", "hele_term", "nooit_vrijgesteld", "iedereen"]
TrajectVorm = Literal["plan", "instrument", "plan_of_instrument"]
TrajectMoment = Literal["gestart", "lopend"]
TrajectTijdens = Literal["bijstand", "ook_daarna"]
TrajectBekendVan = Literal["allen", "arbeidsplichtigen"]
UitstroomBekendVan = Literal["allen", "met_traject"]
OnvolledigeOpvolging = Literal["weglaten", "meenemen"]


def _check_term(dagen: int | None, maanden: int | None, name: str) -> None:
    if (dagen is None) == (maanden is None):
        raise DefinitionError(
            f"{name}: give either term_dagen or term_maanden, and None for the other "
            f"(seen: term_dagen={dagen}, term_maanden={maanden})."
        )
    for field, value in (("term_dagen", dagen), ("term_maanden", maanden)):
        if value is not None:
            _check_whole(f"{name}.{field}", value, 1, MOST if field == "term_dagen" else 1200)


MOST = 36_525
"""The most that a choice in days can be: a hundred years."""

FIRST_YEAR, LAST_YEAR = 1900, 2099
"""The years in which the days of a definition lie."""


def _check_whole(name: str, value: Any, minimum: int, maximum: int = MOST) -> None:
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or not minimum <= value <= maximum:
        raise DefinitionError(f"{name} is {value!r}; it must be a whole number from {minimum} to {maximum}.")


@dataclass(frozen=True)
class LeeftijdsTerm:
    """The term of people under an age.

    Parameters
    ----------
    tot_leeftijd : int
        Applies to who has not reached this age (in completed years) on the instroomdatum.
    term_dagen, term_maanden : int, optional
        The term in days or in calendar months; exactly one of them.

    Examples
    --------
    >>> LeeftijdsTerm(23, term_maanden=6)
    LeeftijdsTerm(tot_leeftijd=23, term_dagen=None, term_maanden=6)
    """

    tot_leeftijd: int
    term_dagen: int | None = None
    term_maanden: int | None = None

    def __post_init__(self) -> None:
        _check_whole("LeeftijdsTerm.tot_leeftijd", self.tot_leeftijd, 1, 120)
        _check_term(self.term_dagen, self.term_maanden, f"LeeftijdsTerm({self.tot_leeftijd})")


@dataclass(frozen=True)
class CohortDefinition:
    """Every choice that makes a cohort.

    Dates may be given as text (``"2002-01-01"``) or dates. Another population is another value:
    ``definition.replace(instroom_van=..., instroom_tot=...)``.

    Parameters
    ----------
    instroom_van, instroom_tot : date
        The inflow window: from the first day to before the last (`instroom_tot` itself is not in it).
    washout_dagen : int
        Days without benefit that make an inflow new.
    overbrugging_dagen : int
        A gap of at most so many days without benefit is bridged. Bridging comes before the washout.
    term_dagen, term_maanden : int, optional
        The term within which a traject must come, in days or in calendar months; exactly one of them. On day
        ``instroomdatum + term`` it is judged who is still on benefit.
    term_per_leeftijd : tuple of LeeftijdsTerm
        Other terms for people under an age; needs the register `personen`. The lowest age that applies counts.
    arbeidsplicht_op : str
        When it is judged who is exempt: ``"instroom"`` (on the instroomdatum), ``"einde_term"`` (on the day on which
        the term ends), ``"hele_term"`` (exempt only if exempt on every day of the term), ``"nooit_vrijgesteld"``
        (exempt as soon as exempt on one day of the term), ``"iedereen"`` (nobody is exempt; no register needed).
    traject_vorm : str
        What counts: ``"plan"``, ``"instrument"`` or ``"plan_of_instrument"`` (either).
    traject_moment : str
        ``"gestart"``: it starts within the term (on day 0 to the day before the term ends); ``"lopend"``: it runs on a
        day of the term.
    traject_tijdens : str
        ``"bijstand"``: only while on benefit; ``"ook_daarna"``: also after the benefit has ended, within the term.
    traject_bekend_van : str
        ``"allen"``, or ``"arbeidsplichtigen"`` where trajecten were looked up only for langdurigen under labour
        obligation: the cells C and D are then unknown.
    uitstroom_peildatum : date, optional
        The day on which it is judged who has left benefit. None: outflow is not determined.
    uitstroom_bekend_van : str
        ``"allen"``, or ``"met_traject"`` where outflow was followed only for people with a traject: B.1 is then
        unknown.
    onvolledige_opvolging : str
        Inflows whose term ends after the peildatum: ``"weglaten"`` (left out, counted in the attrition) or
        ``"meenemen"`` (kept; their outflow is missing).
    werk_dagen_voor, werk_dagen_na : int
        Outflow to work: a dienstverband on a day from so many days before to so many days after the uitstroomdatum.
    werk_min_uren : float
        Hours per week that it must have; unknown hours are enough only where this is 0.
    werk_niet_soorten : tuple of str
        Kinds of dienstverband that do not count.
    naam, bron : str
        A name for tables, and the source of the definition.

    Raises
    ------
    DefinitionError
        When a value is not allowed or the choices contradict each other.

    Notes
    -----
    The field and the choices of the RWI study are explained in the decision "Cohort definition" of the documentation.

    Examples
    --------
    >>> definition = CohortDefinition("2002-01-01", "2002-07-01", uitstroom_peildatum="2003-07-01")
    >>> definition.term_dagen, definition.washout_dagen
    (365, 31)
    >>> definition.replace(term_dagen=None, term_maanden=12).term_maanden
    12
    """

    instroom_van: dt.date
    instroom_tot: dt.date
    washout_dagen: int = 31
    overbrugging_dagen: int = 30
    term_dagen: int | None = 365
    term_maanden: int | None = None
    term_per_leeftijd: tuple[LeeftijdsTerm, ...] = ()
    arbeidsplicht_op: ArbeidsplichtOp = "einde_term"
    traject_vorm: TrajectVorm = "plan_of_instrument"
    traject_moment: TrajectMoment = "gestart"
    traject_tijdens: TrajectTijdens = "bijstand"
    traject_bekend_van: TrajectBekendVan = "allen"
    uitstroom_peildatum: dt.date | None = None
    uitstroom_bekend_van: UitstroomBekendVan = "allen"
    onvolledige_opvolging: OnvolledigeOpvolging = "weglaten"
    werk_dagen_voor: int = 0
    werk_dagen_na: int = 31
    werk_min_uren: float = 0
    werk_niet_soorten: tuple[str, ...] = ("stage",)
    naam: str = ""
    bron: str = ""

    def __new__(cls, *_: Any, **choices: Any) -> Self:
        """Refuse a misspelt choice with the nearest name, before Python does without."""
        cls._check_names(choices)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for name in ("washout_dagen", "overbrugging_dagen", "werk_dagen_voor", "werk_dagen_na"):
            _check_whole(name, getattr(self, name), 0)
        self._settle()
        self._check_choices()
        _check_term(self.term_dagen, self.term_maanden, "term")
        ages = [term.tot_leeftijd for term in self.term_per_leeftijd]
        if len(set(ages)) < len(ages):
            raise DefinitionError(f"term_per_leeftijd has the same tot_leeftijd twice: {sorted(ages)}.")
        if self.instroom_tot <= self.instroom_van:
            raise DefinitionError(
                f"instroom_tot ({self.instroom_tot}) must lie after instroom_van ({self.instroom_van}): "
                "the window runs from the one to before the other."
            )
        self._check_follow_up()

    @classmethod
    def _check_names(cls, choices: Iterable[str]) -> None:
        known = [field.name for field in fields(cls)]
        for name in choices:
            if name not in known:
                raise DefinitionError(
                    f"A cohort definition has no '{name}'.{nearest(name, known)} It has: {listing(known, 30)}."
                )

    def _settle(self) -> None:
        """Bring what was given generously (text, lists, numpy numbers) into the declared types."""
        settled: dict[str, Any] = {
            "term_per_leeftijd": _settle_terms(self.term_per_leeftijd),
            "werk_niet_soorten": _settle_kinds(self.werk_niet_soorten),
            "werk_min_uren": _settle_hours(self.werk_min_uren),
        }
        for name in ("instroom_van", "instroom_tot", "uitstroom_peildatum"):
            if name != "uitstroom_peildatum" or self.uitstroom_peildatum is not None:
                settled[name] = as_date(getattr(self, name), name)
                if not FIRST_YEAR <= settled[name].year <= LAST_YEAR:
                    raise DefinitionError(
                        f"{name} is {settled[name]}; it must lie in the years {FIRST_YEAR} to {LAST_YEAR}."
                    )
        for name in ("washout_dagen", "overbrugging_dagen", "werk_dagen_voor", "werk_dagen_na"):
            settled[name] = int(getattr(self, name))
        for name in ("term_dagen", "term_maanden"):
            value = getattr(self, name)
            settled[name] = int(value) if isinstance(value, np.integer) else value
        for name, value in settled.items():
            object.__setattr__(self, name, value)

    def _check_choices(self) -> None:
        hints = get_type_hints(type(self))
        for field in fields(self):
            allowed = get_args(hints[field.name])
            value = getattr(self, field.name)
            if allowed and all(isinstance(option, str) for option in allowed) and value not in allowed:
                raise DefinitionError(
                    f"{field.name} is {value!r}; allowed: {listing(map(repr, allowed))}.{nearest(str(value), allowed)}"
                )

    def _check_follow_up(self) -> None:
        """Refuse a follow-up that nobody can have: it lies before the end of the shortest term of the first inflow."""
        if self.uitstroom_peildatum is None:
            return
        first = self.earliest_term_end()
        if self.uitstroom_peildatum < first:
            raise DefinitionError(
                f"uitstroom_peildatum ({self.uitstroom_peildatum}) lies before the end of the term: who flows in on "
                f"{self.instroom_van} reaches it on {first}. Take a peildatum on or after that day, "
                "a shorter term, or None to leave outflow out."
            )

    def terms(self) -> tuple[tuple[int | None, int | None, int | None], ...]:
        """Return ``(tot_leeftijd, dagen, maanden)`` for every term, the general one (without an age) last."""
        young = sorted(self.term_per_leeftijd, key=lambda term: term.tot_leeftijd)
        return (
            *((term.tot_leeftijd, term.term_dagen, term.term_maanden) for term in young),
            (None, self.term_dagen, self.term_maanden),
        )

    def earliest_term_end(self) -> dt.date:
        """Return the day on which the shortest term ends of who flows in on the first day of the window."""
        start = np.array([day_number(self.instroom_van)])
        ends = [
            int(start[0]) + dagen if dagen is not None else int(add_months(start, maanden or 0)[0])
            for _, dagen, maanden in self.terms()
        ]
        return dt.date(1970, 1, 1) + dt.timedelta(days=min(ends))

    def replace(self, **changes: Any) -> CohortDefinition:
        """Return the definition with some choices changed.

        Raises
        ------
        DefinitionError
            When a name is not a choice of a cohort definition.
        """
        self._check_names(changes)
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return every choice as plain values (dates as text), in order."""
        plain = {}
        for name, value in asdict(self).items():
            plain[name] = value.isoformat() if isinstance(value, dt.date) else value
        return plain

    def fingerprint(self) -> str:
        """Return sixteen hexadecimal digits that change with any choice (`naam` and `bron` are no choices).

        Examples
        --------
        >>> a = CohortDefinition("2002-01-01", "2002-07-01")
        >>> a.fingerprint() == a.replace(naam="other").fingerprint()
        True
        >>> a.fingerprint() == a.replace(washout_dagen=60).fingerprint()
        False
        """
        return digest(self.to_dict())


def _settle_terms(terms: Any) -> tuple[LeeftijdsTerm, ...]:
    terms = (terms,) if isinstance(terms, LeeftijdsTerm) else terms
    if not isinstance(terms, (tuple, list)) or not all(isinstance(term, LeeftijdsTerm) for term in terms):
        raise DefinitionError(
            "term_per_leeftijd takes LeeftijdsTerm values, for example (LeeftijdsTerm(23, term_maanden=6),)."
        )
    return tuple(terms)


def _settle_kinds(kinds: Any) -> tuple[str, ...]:
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    if not isinstance(kinds, (tuple, list)) or not all(isinstance(kind, str) for kind in kinds):
        raise DefinitionError("werk_niet_soorten takes texts, for example ('stage',); none is ().")
    return tuple(kinds)


def _settle_hours(hours: Any) -> float:
    number = isinstance(hours, (int, float, np.integer, np.floating)) and not isinstance(hours, bool)
    if not number or not 0 <= hours <= 168:
        raise DefinitionError(f"werk_min_uren is {hours!r}; it is a number from 0 to 168 (hours per week).")
    return float(hours)


RWI_2004 = CohortDefinition(
    instroom_van=dt.date(2002, 1, 1),
    instroom_tot=dt.date(2002, 7, 1),
    uitstroom_peildatum=dt.date(2003, 7, 1),
    naam="RWI 2004, centraal",
    bron="RWI 2004, Vangnet met veerkracht, § 5.2.1",
)
"""The central analysis of RWI 2004: inflow first half of 2002, 365 days, outflow to 30 June 2003 inclusive."""

RWI_2004_LOKAAL = RWI_2004.replace(
    traject_bekend_van="arbeidsplichtigen",
    uitstroom_bekend_van="met_traject",
    naam="RWI 2004, lokaal",
    bron="RWI 2004, Vangnet met veerkracht, bijlage 3",
)
"""The local analyses of RWI 2004: trajecten only of the arbeidsplichtigen, outflow only of people with a traject."""

SLUITENDE_AANPAK = CohortDefinition(
    instroom_van=dt.date(2004, 1, 1),
    instroom_tot=dt.date(2004, 7, 1),
    term_dagen=None,
    term_maanden=12,
    term_per_leeftijd=(LeeftijdsTerm(23, term_maanden=6),),
    uitstroom_peildatum=dt.date(2005, 7, 1),
    naam="Sluitende aanpak",
    bron="CBS 2006, monitor sluitende aanpak (cohort eerste helft 2004)",
)
"""The later practice: an offer within six months for people under 23 and within twelve for others."""
