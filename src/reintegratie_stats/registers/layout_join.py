"""What a layout says about joining: which usable rows of a source become one spell, and by which settings.

A layout only says; `registers.read_join` does it, after the checks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from reintegratie_stats.errors import DefinitionError, listing, nearest
from reintegratie_stats.registers.spell_jobs import PERIOD, WageRule
from reintegratie_stats.registers.spell_rows import check_days, check_once

NOT = "niet"
"""The way of a layout that does not join, whatever its basis does."""
_RULE = tuple(one.name for one in fields(WageRule))


@dataclass(frozen=True)
class Way:
    """One way of joining.

    Parameters
    ----------
    tabel : str
        The table whose rows are joined so.
    per, eerste, laatste : tuple of str
        What these settings are when they are not given.
    besides : tuple of str
        Further settings.
    needs, makes : tuple of str
        Columns that the join asks for, and those that it makes, besides a first and a last day.
    """

    tabel: str
    per: tuple[str, ...]
    eerste: tuple[str, ...] = ()
    laatste: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    makes: tuple[str, ...] = ("rijen",)

    @property
    def settings(self) -> tuple[str, ...]:
        """The settings that the way knows."""
        return ("per", "overbrugging_dagen", *self.besides)


WAYS: dict[str, Way] = {
    "dossiers": Way("bijstand", ("persoon_id", "gemeente"), laatste=("reden_einde",), besides=("eerste", "laatste")),
    "voorzieningen": Way(
        "trajecten",
        ("persoon_id", "soort"),
        eerste=("vorm",),
        besides=("eerste", "aantal", "hoogste_aantal"),
        makes=("nummer", "rijen"),
    ),
    "loonaangiften": Way(
        "dienstverbanden",
        ("persoon_id", "ikvid"),
        besides=_RULE,
        needs=(*PERIOD, "basisuren", "soort"),
        makes=("uren_per_week", "soort", "uren", "rijen"),
    ),
}
"""The ways of joining, by name; see `registers.spells` for what each does."""


@dataclass(frozen=True)
class Joining:
    """How usable rows are joined to spells.

    Parameters
    ----------
    wijze : {"dossiers", "voorzieningen", "loonaangiften", "niet"}
        ``dossiers``: see `join_dossiers`; ``voorzieningen``: `join_offers`; ``loonaangiften``: `join_wage_statements`.
    instellingen : mapping of str to object
        The settings of that function that are not as usual, by name; those of `WageRule` too.

    Raises
    ------
    DefinitionError
        When there is no such way, or a setting is unknown or cannot be. All problems at once.

    Examples
    --------
    >>> Joining("loonaangiften", {"overbrugging_dagen": 7, "stage": "weglaten"})
    Joining(loonaangiften: overbrugging_dagen = 7, stage = weglaten)
    """

    wijze: str
    instellingen: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if self.wijze not in (*WAYS, NOT):
            known = (*WAYS, NOT)
            raise DefinitionError(
                f"wijze is '{self.wijze}'; allowed: {listing(known)}.{nearest(str(self.wijze), known)}"
            )
        known = WAYS[self.wijze].settings if self.wijze in WAYS else ()
        problems = [
            f"'{one}' is unknown; {self.wijze} has {listing(known, 20) or 'no settings'}.{nearest(one, known)}"
            for one in self.instellingen
            if one not in known
        ]
        if not problems and self.wijze in WAYS:
            problems = self._problems()
        if problems:
            raise DefinitionError("\n".join(problems))
        object.__setattr__(self, "instellingen", MappingProxyType(dict(self.instellingen)))

    def _problems(self) -> list[str]:
        problems = []
        for one in ("per", "eerste", "laatste", "stage_waarden"):
            given = self.instellingen.get(one, ())
            if isinstance(given, str) or not all(isinstance(name, str) for name in given):
                problems.append(f"{one} must be a list of texts.")
        if not isinstance(self.instellingen.get("aantal", ""), str):
            problems.append('aantal must be the name of a column, or "" where every row is one voorziening.')
        days = {one: self.instellingen.get(one, 0) for one in ("overbrugging_dagen", "hoogste_aantal")}
        checks: list[Callable[[], object]] = [lambda: check_days(**days), lambda: self.rule]
        if not problems:
            checks.append(lambda: check_once(self.wijze, self.per, (*self.eerste, *self.laatste)))
        for check in checks:
            try:
                check()
            except DefinitionError as error:
                problems += str(error).splitlines()
        return problems

    @property
    def way(self) -> Way | None:
        """What is known of the way; None where nothing is joined."""
        return WAYS.get(self.wijze)

    @property
    def per(self) -> tuple[str, ...]:
        """Columns on which rows must agree to be joined."""
        return self._names("per")

    @property
    def eerste(self) -> tuple[str, ...]:
        """Columns of which the value in the first row is kept."""
        return self._names("eerste")

    @property
    def laatste(self) -> tuple[str, ...]:
        """Columns of which the value in the last row is kept."""
        return tuple(one for one in self._names("laatste") if "laatste" in self.instellingen or one not in self.eerste)

    @property
    def rule(self) -> WageRule:
        """What is done with interns, back-payments and rows delivered twice."""
        given = {name: value for name, value in self.instellingen.items() if name in _RULE}
        if "stage_waarden" in given:
            given["stage_waarden"] = tuple(given["stage_waarden"])
        return WageRule(**given)

    def _names(self, setting: str) -> tuple[str, ...]:
        usual = getattr(self.way, setting) if self.way else ()
        return tuple(self.instellingen.get(setting, usual))

    def needs(self, made: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the columns that the rows must have, besides `made` by what comes before."""
        columns = [*self.per, *self.eerste, *self.laatste, *(self.way.needs if self.way else ())]
        columns += [self.instellingen["aantal"]] if self.instellingen.get("aantal") else []
        asks_wages = self.rule.nabetaling != "meenemen" and self.rule.nabetaling_op != "uren"
        columns += ["basisloon"] if self.wijze == "loonaangiften" and asks_wages else []
        return tuple(name for name in dict.fromkeys(columns) if name not in made)

    def gives(self) -> tuple[str, ...]:
        """Return the columns that spells have."""
        made = self.way.makes if self.way else ()
        return tuple(dict.fromkeys((*self.per, "begindatum", "einddatum", *self.eerste, *self.laatste, *made)))

    def __repr__(self) -> str:
        settings = ", ".join(f"{name} = {value}" for name, value in self.instellingen.items())
        return f"Joining({self.wijze}{': ' if settings else ''}{settings})"
