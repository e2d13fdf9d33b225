r"""Choosing people to speak with inside organisations: a stratified draw with a reserve for each.

Every person gets a number from a hash of (seed, person). In a stratum (an organisation and a function group) of N
persons the n with the lowest numbers are chosen, so that everybody has the same chance n / N and one person more or
less on the staff list changes at most one choice. A reserve is drawn from those who are left of the same stratum:
chosen and reserve are matched by a hash of (seed, both), lowest first, so that a change far down the list leaves other
people's reserves alone.

Keys of persons are in no message and in no ``repr``: they come out of `RespondentDraw.to_frame` only.

References
----------
R. van Berkel (2013), Proreact, chapter 2 and table 1: staff lists asked of the organisations, a draw by division of
work and function group, for each chosen person a reserve chosen in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from reintegratie_stats.errors import DefinitionError, SampleError, counted, listing
from reintegratie_stats.estimates.predictive import uniforms
from reintegratie_stats.fieldwork.respondent_list import Stratum, check_people, column_names, name_of, rows_by_stratum
from reintegratie_stats.fieldwork.values import category_text, whole_seed
from reintegratie_stats.report.formats import format_number, format_percent
from reintegratie_stats.report.labels import Lang, check_lang, label

ROLES = ("gekozen", "reserve", "uitgevallen", "ingevallen")
_COUNTS = ("medewerkers", "gevraagd", "gekozen", "reserves", "reserves_tekort")
_OWN = ("rol", "reserve_voor", "volgorde", "kans", "reden", *_COUNTS)


@dataclass(frozen=True)
class RespondentDesign:
    """How many people are drawn from each stratum of a staff list.

    Parameters
    ----------
    sizes : mapping of tuple of str to int
        Stratum (a value for each column of `by`; a text when there is one column) and the number of people to draw.
        People of strata that are not named are not drawn.
    by : tuple of str
        The columns that make the strata.
    reserves : int
        Reserves for each chosen person.
    person : str
        The column with the key of the person.
    source : str
        Where the design comes from.

    Raises
    ------
    DefinitionError
        When a stratum does not fit `by` or is named twice, or a number is not whole; all problems at once.

    Examples
    --------
    >>> design = RespondentDesign({("Atlant", "coaches"): 3}, by=("organisatie", "functiegroep"))
    >>> design
    RespondentDesign(3 persons from 1 stratum by organisatie, functiegroep, 1 reserve each)
    """

    sizes: Mapping[Stratum, int] | tuple[tuple[Stratum, int], ...]
    by: tuple[str, ...] = ("organisatie", "functiegroep")
    reserves: int = 1
    person: str = "medewerker"
    source: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "by", (self.by,) if isinstance(self.by, str) else tuple(self.by))
        column_names("by and person", (*self.by, self.person), _OWN)
        try:
            items = self.sizes.items() if isinstance(self.sizes, Mapping) else self.sizes
            sizes = tuple((_stratum(key), number) for key, number in items)
        except (TypeError, ValueError):
            kind = type(self.sizes).__name__
            raise DefinitionError(f"sizes is a {kind}; give a mapping from a stratum to a number of people.") from None
        object.__setattr__(self, "sizes", sizes)
        if problems := list(self._problems(sizes)):
            raise DefinitionError(f"This design of a draw cannot be: {'; '.join(problems)}.")

    def _problems(self, sizes: tuple[tuple[Stratum, int], ...]) -> Any:
        if not self.by:
            yield "by names no column"
        if not sizes:
            yield "sizes names no stratum"
        for key, number in sizes:
            if len(key) != len(self.by):
                yield f"stratum {name_of(key)} has {counted(len(key), 'value')} where by has {len(self.by)}"
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                yield f"stratum {name_of(key)} asks {number!r}; a whole number of at least 1 is needed"
        names = [key for key, _ in sizes]
        if twice := sorted({name_of(key) for key in names if names.count(key) > 1}):
            yield f"{listing(twice)} is named more than once"
        if isinstance(self.reserves, bool) or not isinstance(self.reserves, int) or self.reserves < 0:
            yield f"reserves is {self.reserves!r}; a whole number of at least 0 is needed"

    @property
    def strata(self) -> dict[Stratum, int]:
        """The number of people to draw by stratum."""
        return dict(self.sizes)

    @property
    def size(self) -> int:
        """The number of people to draw in all."""
        return sum(self.strata.values())

    def __repr__(self) -> str:
        strata = counted(len(self.strata), "stratum", "strata")
        each = counted(self.reserves, "reserve")
        return f"RespondentDesign({counted(self.size, 'person')} from {strata} by {', '.join(self.by)}, {each} each)"


def _stratum(key: object) -> Stratum:
    parts = key if isinstance(key, (tuple, list)) else (key,)
    return tuple(category_text(part) for part in parts)


_HELMOND, _TILBURG = "Sociale dienst Helmond", "Sociale dienst Tilburg"

PROREACT_2013 = RespondentDesign(
    {
        (_HELMOND, "Team werk en inburgering"): 3,
        (_HELMOND, "Team activering en zorg"): 5,
        ("Sociale dienst Weert", "Activering en werk"): 4,
        (_TILBURG, "Activering en werk, team 1 en 2"): 4,
        (_TILBURG, "Basisdienstverlening"): 3,
        ("Atlant", "Re-integratiecoaches"): 3,
        ("De Risse", "Re-integratiecoaches"): 3,
        ("Fontys Actief", "Re-integratiecoaches"): 2,
        ("Tilburg@Work", "WF en WF+"): 4,
    },
    source="Van Berkel (2013), Proreact, hoofdstuk 2 en tabel 1",
)
"""The draw of Proreact (2013): 31 of 117 staff, by organisation and function group, a reserve for each."""


@dataclass(frozen=True, eq=False, repr=False)
class RespondentDraw:
    """Who was drawn, and who steps in; made by `draw_respondents`.

    Attributes
    ----------
    design : RespondentDesign
    seed : int
    lang : {"nl", "en"}
    notes : tuple of str
        What a reader has to know: strata without a reserve for everybody, people whom the design leaves out.
    """

    design: RespondentDesign
    seed: int
    lang: Lang
    notes: tuple[str, ...]
    _frame: pd.DataFrame = field(repr=False)
    _strata: pd.DataFrame = field(repr=False)

    def __repr__(self) -> str:
        counts = self._frame["rol"].value_counts()
        shown = ", ".join(f"{int(counts[role])} {role}" for role in ROLES if role in counts)
        return f"RespondentDraw({shown}; {counted(len(self._strata), 'stratum', 'strata')}, seed {self.seed})"

    def to_frame(self) -> pd.DataFrame:
        """Return one row per person drawn: the chosen in the order of the draw, each followed by his reserves.

        Returns
        -------
        DataFrame
            The columns of ``by``, the person, ``rol`` (gekozen; reserve; uitgevallen: chosen, but replaced; ingevallen:
            a reserve who replaced), ``reserve_voor`` (the person whose reserve this is), ``volgorde`` (place in the
            draw of the stratum; of a reserve: first, second reserve), ``kans`` (inclusion probability n / N, a share;
            of the chosen) and ``reden`` (a sentence).
        """
        return self._frame.copy()

    def strata(self) -> pd.DataFrame:
        """Return one row per stratum: ``medewerkers`` (N), ``gevraagd, gekozen, reserves, reserves_tekort, kans``.

        ``reserves_tekort``: reserves that the stratum was too small for; ``kans``: the inclusion probability, a share.
        """
        return self._strata.copy()

    def replace(self, person: str) -> RespondentDraw:
        """Return the draw after somebody could not take part: his first free reserve steps in, nothing else changes.

        Raises
        ------
        SampleError
            When the person was not chosen, was replaced already, or has no free reserve. The key is not in the message.
        """
        frame = self._frame.copy()
        key = self.design.person
        person = category_text(person)
        own = frame.index[frame[key] == person]
        role = frame.loc[own[0], "rol"] if len(own) else None
        if role not in ("gekozen", "ingevallen"):
            why = {"uitgevallen": "has been replaced already", "reserve": "is a reserve who was not called"}
            raise SampleError(
                f"The person to be replaced {why.get(str(role), 'is not in the draw')}; give the {key} of somebody "
                "with rol 'gekozen' or 'ingevallen'."
            )
        first = person if role == "gekozen" else frame.loc[own[0], "reserve_voor"]
        free = frame.index[(frame["reserve_voor"] == first).fillna(False) & (frame["rol"] == "reserve")]
        if not len(free):
            where = name_of(tuple(frame.loc[own[0], list(self.design.by)]))
            raise SampleError(f"No reserve is left for this person in stratum {where}; draw with more reserves.")
        frame.loc[own[0], "rol"] = "uitgevallen"
        frame.loc[free[0], "rol"] = "ingevallen"
        return replace(self, _frame=frame)


def draw_respondents(staff: pd.DataFrame, design: RespondentDesign, seed: int, lang: Lang = "nl") -> RespondentDraw:
    """Draw people from a staff list, by stratum, with reserves.

    Parameters
    ----------
    staff : DataFrame
        One row per person: the columns of ``design.by`` and ``design.person``.
    design : RespondentDesign
    seed : int
        The same seed gives the same draw, in whatever order the list comes, on every version of numpy and pandas.
    lang : {"nl", "en"}
        Language of the reasons and notes.

    Returns
    -------
    RespondentDraw

    Raises
    ------
    SampleError
        When a column is not there, a person is missing or twice on the list, a stratum has no staff (nearest name) or
        fewer than are asked; all problems at once, people counted and never named.

    Examples
    --------
    >>> staff = pd.DataFrame({"medewerker": list("abcdefgh"), "organisatie": "Atlant", "functiegroep": "coaches"})
    >>> draw = draw_respondents(staff, RespondentDesign({("Atlant", "coaches"): 3}), seed=1)
    >>> draw
    RespondentDraw(3 gekozen, 3 reserve; 1 stratum, seed 1)
    >>> later = draw.replace(draw.to_frame()["medewerker"][0])
    >>> later.to_frame()["rol"].tolist()
    ['uitgevallen', 'ingevallen', 'gekozen', 'reserve', 'gekozen', 'reserve']
    """
    check_lang(lang)
    seed = whole_seed(seed, error=SampleError)
    check_people(staff, design.person, design.by)
    groups = rows_by_stratum(staff, design.person, design.by, design.strata)
    rows: list[dict[str, Any]] = []
    strata = []
    for key, number in design.strata.items():
        people = groups[key]
        order = _ranked(people, [str(person) for person in people], seed)
        chosen, left = order[:number], order[number:]
        pairs = _reserves(chosen, left, design.reserves, seed)
        rows += _rows(key, chosen, pairs, len(people), design, lang)
        given = sum(map(len, pairs.values()))
        strata.append((*key, len(people), number, len(chosen), given, number * design.reserves - given,
                       number / len(people)))  # fmt: skip
    table = pd.DataFrame(strata, columns=[*design.by, *_COUNTS, "kans"])
    table = table.astype(dict.fromkeys(design.by, "string") | dict.fromkeys(_COUNTS, "int64") | {"kans": "float64"})
    outside = len(staff) - int(table["medewerkers"].sum())
    return RespondentDraw(design, seed, lang, _notes(table, outside, design, lang), _typed(rows, design), table)


def _ranked(items: Sequence[Any], names: Sequence[str], seed: int) -> list[Any]:
    """Return items by the hash of (seed, name), lowest first."""
    numbers = uniforms(seed, names)
    order = sorted(zip(numbers.tolist(), names, range(len(items)), strict=True))
    return [items[place] for _, _, place in order]


def _reserves(chosen: Sequence[str], left: Sequence[str], rounds: int, seed: int) -> dict[str, list[str]]:
    """Return the reserves of each of the chosen: in every round the pair with the lowest hash first."""
    found: dict[str, list[str]] = {person: [] for person in chosen}
    pairs = [(person, other) for person in chosen for other in left]
    ranked = _ranked(pairs, [f"{person}|{other}" for person, other in pairs], seed)
    taken: set[str] = set()
    for turn in range(rounds):
        for person, other in ranked:
            if len(found[person]) == turn and other not in taken:
                found[person].append(other)
                taken.add(other)
    return found


def _rows(
    key: Stratum,
    chosen: Sequence[str],
    pairs: Mapping[str, Sequence[str]],
    size: int,
    design: RespondentDesign,
    lang: Lang,
) -> list[dict[str, Any]]:
    stratum = dict(zip(design.by, key, strict=True))
    number, total = format_number(len(chosen), 0, lang), format_number(size, 0, lang)
    share = format_percent(len(chosen) / size, 0, lang, of="share")
    why = label("respondent_text", "gekozen", lang).format(number=number, total=total, share=share)
    rows = []
    for place, person in enumerate(chosen, start=1):
        rows.append({**stratum, design.person: person, "rol": "gekozen", "reserve_voor": None, "volgorde": place,
                     "kans": len(chosen) / size, "reden": why})  # fmt: skip
        for turn, other in enumerate(pairs[person], start=1):
            said = label("respondent_text", "reserve", lang).format(turn=turn)
            rows.append({**stratum, design.person: other, "rol": "reserve", "reserve_voor": person, "volgorde": turn,
                         "kans": None, "reden": said})  # fmt: skip
    return rows


def _typed(rows: list[dict[str, Any]], design: RespondentDesign) -> pd.DataFrame:
    text = (*design.by, design.person, "rol", "reserve_voor", "reden")
    frame = pd.DataFrame(rows)
    return frame.astype(dict.fromkeys(text, "string") | {"volgorde": "int64", "kans": "float64"})


def _notes(strata: pd.DataFrame, outside: int, design: RespondentDesign, lang: Lang) -> tuple[str, ...]:
    notes = []
    for row in strata[strata["reserves_tekort"] > 0].to_dict("records"):
        where = name_of(tuple(row[name] for name in design.by))
        text = label("respondent_text", "tekort", lang)
        notes.append(text.format(stratum=where, given=row["reserves"], asked=row["gevraagd"] * design.reserves))
    if outside:
        notes.append(label("respondent_text", "buiten", lang).format(number=format_number(outside, 0, lang)))
    return tuple(notes)
