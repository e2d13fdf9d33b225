"""What a choice of gemeenten for interviews must be: every demand a number in one frozen, validated value.

The demands follow the selection of CBS: some gemeenten that score as expected and several that register more or fewer,
spread over the country, over software packages, in and outside a samenwerkingsverband (CBS 2025, 5.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, Self, get_args

import numpy as np

from reintegratie_stats.errors import DefinitionError, listing, nearest
from reintegratie_stats.fieldwork.frozen import FrozenMapping
from reintegratie_stats.fieldwork.values import category_text
from reintegratie_stats.fingerprint import digest

Spread = Literal["even", "proportional"]
SPREADS: tuple[str, ...] = get_args(Spread)
EXTREME, SPREAD = "extreme", "spread"
EXTREME_STEP = 0.25
EXTREME_ROOM = 0.1
MOST = 1_000_000
COLUMNS = ("gemeente", "z", "klasse")

Numbers = FrozenMapping[str, FrozenMapping[str, int]]
Ranges = FrozenMapping[str, FrozenMapping[str, tuple[int, int]]]


@dataclass(frozen=True)
class SampleDesign:
    """Every choice that makes a draw of gemeenten to interview.

    A trait is a column of the gemeenten, a category one of its values (as text: ``1`` and ``"1"`` are the same).

    Parameters
    ----------
    size : int
        How many gemeenten.
    quota : mapping
        ``{trait: {category: number}}``: exactly so many. Categories that are not named are free.
    minimum, maximum : mapping
        ``{trait: number}``: at least, at most so many of each category of the trait.
    between : mapping
        ``{trait: {category: (low, high)}}``: from low to high, both included.
    spread : sequence of str, or mapping
        Traits over which the draw is spread as well as the objective leaves room for: ``"even"`` (every category the
        same number; what a sequence means) or ``"proportional"`` (to the number of gemeenten in the category).
    one_per : str or sequence of str
        At most one gemeente of each value of these traits; a missing value is no value (in no samenwerkingsverband).
    must_have, must_not_have : sequence of str
        Gemeenten that are drawn, and that are not.
    certainty : float or str, optional
        Who is always drawn: a number c, everyone who is flagged (meer or minder) with ``|z| >= c``; or the name of a
        yes/no column (such as persistent flags).
    twins : bool
        Choose the gemeenten of class `verwacht` for being nearest on `covariates` to chosen flagged ones.
    covariates : sequence of str
        Numeric columns that twins are alike on; by default every numeric column that the design does not use.
    objective : str
        ``"extreme"``: the largest sum of ``|z|`` over meer and minder, minus ``|z|`` over verwacht. ``"spread"``: only
        the spread counts. Otherwise a column of weights, of which the sum is the largest.
    resolution : float, optional
        The step in which the objective is measured: gemeenten that fall in the same step are equally good, and the lot
        decides. By default 0.25 for ``"extreme"`` (a standardised residual has a standard deviation of 1 by chance)
        and 1 for weights, which must then be whole numbers.
    tolerance : float, optional
        How much of the best objective may be given up for spread, twins and lot, in units of the objective: draws that
        are no further from the best are equally good. The spread may use three quarters of it; the lot has all. By
        default 0.1 for each gemeente of `size` for ``"extreme"`` (their mean ``|z|`` is then within 0.1 of the best),
        and 0 for weights.
    relax : sequence of str
        Demands that may give way where the design is impossible, the first one first: ``"minimum:provincie"``,
        ``"quota:softwarepakket=Suite A"``, ``"certainty"``, ``"size"``. By default none.
    reserves : int
        How many reserves for each chosen gemeente, at most.
    cell : sequence of str
        Traits in which a reserve must be equal to whom it replaces, besides the class and the categories that `quota`
        names.
    naam, bron : str
        A name for tables, and where the design comes from.

    Raises
    ------
    DefinitionError
        For values that are not allowed and demands that contradict each other, all of them at once.

    Examples
    --------
    >>> design = SampleDesign(size=29, quota={"klasse": {"meer": 10, "minder": 10}}, spread=["landsdeel"])
    >>> design.quota["klasse"]["meer"], design.replace(size=31).size
    (10, 31)
    >>> SampleDesign(size=5, quota={"klasse": {"meer": 4, "minder": 3}}, must_have="A", must_not_have=["A", "B"])
    Traceback (most recent call last):
    reintegratie_stats.errors.DefinitionError: The design contradicts itself in 2 ways:
    - quota 'klasse' asks 7 gemeenten together, size is 5.
    - must_have and must_not_have both name A.
    """

    size: int
    quota: Mapping[str, Mapping[str, int]] = FrozenMapping()
    minimum: Mapping[str, int] = FrozenMapping()
    maximum: Mapping[str, int] = FrozenMapping()
    between: Mapping[str, Mapping[str, tuple[int, int]]] = FrozenMapping()
    spread: Any = ()
    one_per: Any = ()
    must_have: Any = ()
    must_not_have: Any = ()
    certainty: float | str | None = None
    twins: bool = False
    covariates: Any = ()
    objective: str = EXTREME
    resolution: float | None = None
    tolerance: float | None = None
    relax: Any = ()
    reserves: int = 3
    cell: Any = ()
    naam: str = ""
    bron: str = ""

    def __new__(cls, *_: Any, **choices: Any) -> Self:
        """Refuse a misspelt choice with the nearest name, before Python does without."""
        cls._check_names(choices)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        problems: list[str] = []
        for name, value in self._settled(problems).items():
            object.__setattr__(self, name, value)
        if not problems:
            problems = [*self._contradictions(), *self._unknown_relax()]
        if problems:
            many = len(problems) > 1
            head = f"The design contradicts itself in {len(problems)} ways:\n- " if many else ""
            raise DefinitionError(head + "\n- ".join(problems))

    @classmethod
    def _check_names(cls, choices: Iterable[str]) -> None:
        known = [field.name for field in fields(cls)]
        for name in choices:
            if name not in known:
                raise DefinitionError(
                    f"A sample design has no '{name}'.{nearest(name, known)} It has: {listing(known, 30)}."
                )

    def _settled(self, problems: list[str]) -> dict[str, Any]:
        """Bring what was given generously (lists, a single name, numpy numbers) into the declared types."""
        settled: dict[str, Any] = {
            "size": _whole("size", self.size, 1, problems),
            "reserves": _whole("reserves", self.reserves, 0, problems),
            "quota": _table("quota", self.quota, _whole, problems),
            "between": _table("between", self.between, _range, problems),
            "spread": _spreads(self.spread, problems),
        }
        for name in ("minimum", "maximum"):
            settled[name] = _numbers(name, getattr(self, name), problems)
        for name in ("one_per", "must_have", "must_not_have", "covariates", "relax", "cell"):
            settled[name] = _names(name, getattr(self, name), problems)
        settled["certainty"] = _certainty(self.certainty, problems)
        settled["resolution"] = None if self.resolution is None else _real("resolution", self.resolution, problems)
        if self.tolerance is not None:
            settled["tolerance"] = _real("tolerance", self.tolerance, problems, zero=True)
        if not isinstance(self.twins, (bool, np.bool_)):
            problems.append(f"twins is {self.twins!r}; it is True or False.")
        for name in ("objective", "naam", "bron"):
            if not isinstance(getattr(self, name), str):
                problems.append(f"{name} is {getattr(self, name)!r}; it is a text.")
        return settled

    def _contradictions(self) -> Iterable[str]:
        for trait, numbers in self.quota.items():
            if sum(numbers.values()) > self.size:
                yield f"quota '{trait}' asks {sum(numbers.values())} gemeenten together, size is {self.size}."
            if twice := sorted(numbers.keys() & self.between.get(trait, {}).keys()):
                yield f"quota and between both give a number for '{trait}': {listing(twice)}."
        for trait, ranges in self.between.items():
            if (least := sum(low for low, _ in ranges.values())) > self.size:
                yield f"between '{trait}' asks at least {least} gemeenten together, size is {self.size}."
        for trait, least in self.minimum.items():
            if least > self.maximum.get(trait, least):
                yield f"minimum '{trait}' is {least}, above its maximum of {self.maximum[trait]}."
        for trait, name, low, high in self._stated():
            if high < self.minimum.get(trait, 0):
                yield f"'{trait}' = {name}: at most {high} asked, below minimum '{trait}' of {self.minimum[trait]}."
            if low > self.maximum.get(trait, low):
                yield f"'{trait}' = {name}: at least {low} asked, above maximum '{trait}' of {self.maximum[trait]}."
            if trait in self.one_per and low > 1:
                yield f"'{trait}' = {name}: {low} asked, and one_per allows one of each '{trait}'."
        if both := sorted(set(self.must_have) & set(self.must_not_have)):
            yield f"must_have and must_not_have both name {listing(both)}."
        if len(self.must_have) > self.size:
            yield f"must_have names {len(self.must_have)} gemeenten, size is {self.size}."
        if self.objective == SPREAD and not self.spread:
            yield "objective is 'spread', and spread names no trait."
        if self.objective in ("gemeente", "klasse"):
            yield f"objective is {self.objective!r}; it is 'extreme', 'spread' or a column of weights."
        if self.covariates and not self.twins:
            yield "covariates are given without twins=True."

    def _stated(self) -> Iterable[tuple[str, str, int, int]]:
        """Give every number of a category: trait, category, lowest, highest."""
        for trait, numbers in self.quota.items():
            yield from ((trait, name, number, number) for name, number in numbers.items())
        for trait, ranges in self.between.items():
            yield from ((trait, name, low, high) for name, (low, high) in ranges.items())

    def _unknown_relax(self) -> Iterable[str]:
        known = list(self.demands())
        for name in self.relax:
            if name not in known:
                yield f"relax: the design has no demand {name!r}.{nearest(name, known)} It has: {listing(known, 40)}."
        if len(set(self.relax)) < len(self.relax):
            yield "relax names a demand twice."

    def demands(self) -> tuple[str, ...]:
        """Return the names of the demands, as `relax` takes them: ``quota:provincie``, ``quota:provincie=Zeeland``.

        `must_not_have` is not among them: whom you exclude never comes back.
        """
        names = ["size", *(["certainty"] if self.certainty is not None else [])]
        names += ["must_have"] * bool(self.must_have) + [f"must_have:{name}" for name in self.must_have]
        for kind in ("quota", "between"):
            for trait, categories in getattr(self, kind).items():
                names += [f"{kind}:{trait}", *(f"{kind}:{trait}={name}" for name in categories)]
        for kind in ("minimum", "maximum", "one_per"):
            names += [f"{kind}:{trait}" for trait in getattr(self, kind)]
        return tuple(names)

    @property
    def room(self) -> float:
        """How much of the best objective may be given up: `tolerance`, or what it is by default."""
        if self.tolerance is not None:
            return self.tolerance
        return EXTREME_ROOM * self.size if self.objective == EXTREME else 0.0

    @property
    def step(self) -> float:
        """The step in which the objective counts: `resolution`, or what it is by default."""
        if self.resolution is not None:
            return self.resolution
        return EXTREME_STEP if self.objective == EXTREME else 1.0

    def traits(self) -> tuple[str, ...]:
        """Return the columns that the design counts by, sorted, each once (`klasse` among them if it is used)."""
        used = (self.quota, self.between, self.minimum, self.maximum, self.spread, self.one_per, self.cell)
        return tuple(sorted({trait for part in used for trait in part}))

    def replace(self, **changes: Any) -> SampleDesign:
        """Return the design with some choices changed.

        Raises
        ------
        DefinitionError
            When a name is not a choice of a sample design.
        """
        self._check_names(changes)
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return every choice as plain values, in order."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    def fingerprint(self) -> str:
        """Return sixteen hexadecimal digits that change with any choice (`naam` and `bron` are no choices).

        Examples
        --------
        >>> a = SampleDesign(size=3, quota={"klasse": {"meer": 1, "minder": 1}})
        >>> a.fingerprint() == SampleDesign(size=3, quota={"klasse": {"minder": 1, "meer": 1}}, naam="x").fingerprint()
        True
        """
        return digest(self.to_dict())


# --- settling what was given -----------------------------------------------------------------


def _whole(name: str, value: Any, least: int, problems: list[str]) -> int:
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or not least <= value <= MOST:
        problems.append(f"{name} is {value!r}; it is a whole number of {least} or more.")
        return least
    return int(value)


def _real(name: str, value: Any, problems: list[str], *, zero: bool = False) -> float:
    number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if not number or not (0 < value < np.inf or (zero and value == 0)):
        problems.append(f"{name} is {value!r}; it is a number {'of 0 or more' if zero else 'above 0'}.")
        return 1.0
    return float(value)


def _range(name: str, value: Any, least: int, problems: list[str]) -> tuple[int, int]:
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        problems.append(f"{name} is {value!r}; it is two numbers, (lowest, highest).")
        return (0, 0)
    low, high = (_whole(name, number, least, problems) for number in value)
    if low > high:
        problems.append(f"{name} is {value!r}; the lowest number stands first.")
    return (low, high)


def _mapping(name: str, value: Any, problems: list[str]) -> Mapping[Any, Any]:
    if isinstance(value, Mapping):
        return value
    problems.append(f"{name} is {value!r}; it is a mapping from a trait to what is asked of it.")
    return {}


def _table(name: str, value: Any, settle: Any, problems: list[str]) -> FrozenMapping[str, FrozenMapping[str, Any]]:
    table = {}
    for trait, asked in _mapping(name, value, problems).items():
        asked = _mapping(f"{name} '{trait}'", asked, problems)
        inside = {category_text(k): settle(f"{name} '{trait}' = {k}", v, 0, problems) for k, v in asked.items()}
        if len(inside) < len(asked):
            problems.append(f"{name} '{trait}' names a category twice.")
        if not inside:
            problems.append(f"{name} '{trait}' names no category.")
        if "" in inside:
            problems.append(f"{name} '{trait}' names an empty category; give 'missing' a name of its own.")
        table[str(trait)] = FrozenMapping(inside)
    return FrozenMapping(table)


def _numbers(name: str, value: Any, problems: list[str]) -> FrozenMapping[str, int]:
    given = _mapping(name, value, problems).items()
    return FrozenMapping({str(trait): _whole(f"{name} '{trait}'", number, 0, problems) for trait, number in given})


def _names(name: str, value: Any, problems: list[str]) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else value
    if isinstance(names, Mapping) or not isinstance(names, Iterable):
        problems.append(f"{name} is {value!r}; it is a name or a sequence of names.")
        return ()
    texts = [category_text(text) for text in names]
    if "" in texts:
        problems.append(f"{name} holds an empty name.")
    if name == "relax":
        return tuple(texts)
    if twice := sorted({text for text in texts if texts.count(text) > 1}):
        problems.append(f"{name} names {listing(twice)} twice.")
    return tuple(sorted(texts))


def _spreads(value: Any, problems: list[str]) -> FrozenMapping[str, str]:
    given = value if isinstance(value, Mapping) else dict.fromkeys(_names("spread", value, problems), "even")
    for trait, how in given.items():
        if how not in SPREADS:
            problems.append(f"spread '{trait}' is {how!r}; choose from {listing(SPREADS)}.{nearest(str(how), SPREADS)}")
    return FrozenMapping({str(trait): str(how) for trait, how in given.items()})


def _certainty(value: Any, problems: list[str]) -> float | str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    return _real("certainty", value, problems)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(inside) for name, inside in value.items()}
    return [_plain(inside) for inside in value] if isinstance(value, tuple) else value
