"""A code book: the causes that interviews are coded with, as data.

The package holds one, of CBS (2025), section 5.3: causes that are actual (more or fewer voorzieningen are given),
administrative (the same is registered otherwise) or hybrid (both at once). Who codes with causes of his own writes a
file of the same form and reads it with `read_code_book`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal, get_args

import pandas as pd

from reintegratie_stats.errors import DefinitionError, counted, listing, nearest
from reintegratie_stats.report.labels import Lang, check_lang

CauseClass = Literal["feitelijk", "administratief", "hybride"]
CAUSE_CLASSES: Final[tuple[str, ...]] = get_args(CauseClass)

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_BOOK_KEYS: Final = ("naam", "bron", "oorzaak")
_CAUSE_KEYS: Final = ("code", "soort", "nl", "en", "paragraaf")


@dataclass(frozen=True)
class Cause:
    """One cause of a code book.

    Parameters
    ----------
    code : str
        Name in data: lower-case letters, digits and ``_``.
    soort : {"feitelijk", "administratief", "hybride"}
        Actual, administrative or hybrid.
    nl, en : str
        Its label in Dutch and in English.
    paragraaf : str
        Section of the source.

    Raises
    ------
    DefinitionError
        For a code that cannot be one, a class that does not exist, or a label that is empty.
    """

    code: str
    soort: CauseClass
    nl: str
    en: str
    paragraaf: str = ""

    def __post_init__(self) -> None:
        if problems := _cause_problems({name: getattr(self, name) for name in _CAUSE_KEYS}):
            raise DefinitionError(f"A cause cannot be: {'; '.join(problems)}.")

    def label(self, lang: Lang = "nl") -> str:
        """Return the label in a language."""
        check_lang(lang)
        return self.en if lang == "en" else self.nl


@dataclass(frozen=True)
class CodeBook:
    """The causes that interviews are coded with; made by `code_book` or `read_code_book`.

    Parameters
    ----------
    naam : str
    bron : str
        Where the causes come from; tables print it.
    causes : tuple of Cause
        In the order in which tables show them.

    Raises
    ------
    DefinitionError
        When there is no cause, or a code or a label stands for two.

    Examples
    --------
    >>> book = code_book("cbs2025")
    >>> book
    CodeBook('cbs2025': 4 feitelijk, 6 administratief, 1 hybride)
    >>> book.cause("taakverdeling").label("en")
    'Division of tasks: integral or specialised consulent'
    """

    naam: str
    bron: str
    causes: tuple[Cause, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "causes", tuple(self.causes))
        if odd := sorted({type(cause).__name__ for cause in self.causes if not isinstance(cause, Cause)}):
            raise DefinitionError(f"Code book '{self.naam}' cannot be used: it holds {listing(odd)}, not Cause.")
        problems = [] if self.causes else ["it has no causes"]
        for what, values in (
            ("code", self.codes),
            ("Dutch label", [cause.nl for cause in self.causes]),
            ("English label", [cause.en for cause in self.causes]),
        ):
            if twice := _repeated(values):
                problems.append(f"{what} {listing(twice)} stands for more than one cause")
        if problems:
            raise DefinitionError(f"Code book '{self.naam}' cannot be used: {'; '.join(problems)}.")

    def __repr__(self) -> str:
        kinds = [(kind, sum(cause.soort == kind for cause in self.causes)) for kind in CAUSE_CLASSES]
        return f"CodeBook({self.naam!r}: {', '.join(f'{number} {kind}' for kind, number in kinds)})"

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, in the order of the book."""
        return tuple(cause.code for cause in self.causes)

    def cause(self, code: str) -> Cause:
        """Return the cause with a code.

        Raises
        ------
        DefinitionError
            When there is no such code; the nearest is named.
        """
        for cause in self.causes:
            if cause.code == code:
                return cause
        raise DefinitionError(
            f"Code book '{self.naam}' has no cause '{code}'; it has: {listing(self.codes, 20)}."
            f"{nearest(str(code), self.codes)}"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per cause: ``oorzaak`` (the code), ``soort, nl, en, paragraaf``."""
        rows = [(c.code, c.soort, c.nl, c.en, c.paragraaf) for c in self.causes]
        return pd.DataFrame(rows, columns=["oorzaak", "soort", "nl", "en", "paragraaf"], dtype="string")


def code_book(name: str = "cbs2025") -> CodeBook:
    """Return a code book that the package holds.

    Parameters
    ----------
    name : str
        ``cbs2025``: CBS (2025), section 5.3.

    Raises
    ------
    DefinitionError
        When the package holds no such book.

    Examples
    --------
    >>> code_book().to_frame()[["oorzaak", "soort", "paragraaf"]].head(2)
                 oorzaak      soort paragraaf
    0          doelgroep  feitelijk   5.3.1.1
    1  moment_toekenning  feitelijk   5.3.1.2
    """
    return _held_book(str(name))


@lru_cache
def _held_book(name: str) -> CodeBook:
    folder = resources.files("reintegratie_stats.fieldwork").joinpath("codebooks")
    held = sorted(item.name[:-5] for item in folder.iterdir() if item.name.endswith(".toml"))
    if name not in held:
        raise DefinitionError(
            f"The package holds no code book '{name}'; it holds: {listing(held)}.{nearest(str(name), held)} "
            "A file of your own is read by read_code_book."
        )
    return _parsed(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"), f"code book '{name}'")


def read_code_book(path: str | Path) -> CodeBook:
    """Read a code book of your own.

    Parameters
    ----------
    path : str or Path
        A TOML file with ``naam``, ``bron`` and for each cause a table ``[[oorzaak]]`` with ``code``, ``soort``
        (feitelijk, administratief or hybride), ``nl``, ``en`` and, if you like, ``paragraaf``.

    Returns
    -------
    CodeBook

    Raises
    ------
    DefinitionError
        When the file cannot be read; and, all at once, for keys that are missing or unknown, classes that do not
        exist, and codes that stand twice.
    """
    if not isinstance(path, (str, Path)):
        raise DefinitionError(f"path is a {type(path).__name__}; give the path of a TOML file.")
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        why = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else "cannot be read"
        raise DefinitionError(f"Code book {file.name} {why}. Give the path of a TOML file.") from None
    return _parsed(text, f"code book {file.name}")


def _parsed(text: str, where: str) -> CodeBook:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"The {where} is not valid TOML: {error}.") from None
    problems = _key_problems(content, _BOOK_KEYS, _BOOK_KEYS)
    rows = content.get("oorzaak", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DefinitionError(f"The {where} cannot be used: a cause is a table [[oorzaak]], with double brackets.")
    for number, row in enumerate(rows, start=1):
        name = f"cause {number} ({row['code']})" if isinstance(row.get("code"), str) else f"cause {number}"
        wrong = _key_problems(row, _CAUSE_KEYS, _CAUSE_KEYS[:4]) or _cause_problems({"paragraaf": "", **row})
        problems += [f"{name}: {problem}" for problem in wrong]
    codes = [row["code"] for row in rows if isinstance(row.get("code"), str)]
    if twice := _repeated(codes):
        problems.append(f"code {listing(twice)} stands for more than one cause")
    problems += [f"{key} is not text" for key in ("naam", "bron") if not isinstance(content.get(key, ""), str)]
    if problems:
        lines = "\n".join(f"- {problem}" for problem in problems)
        raise DefinitionError(f"The {where} has {counted(len(problems), 'problem')}:\n{lines}")
    return CodeBook(content["naam"], content["bron"], tuple(Cause(**row) for row in rows))


def _key_problems(seen: Mapping[str, Any], allowed: Iterable[str], needed: Iterable[str]) -> list[str]:
    allowed = tuple(allowed)
    unknown = [f"unknown key '{key}'.{nearest(key, allowed)}".removesuffix(".") for key in seen if key not in allowed]
    return unknown + [f"'{key}' is missing" for key in needed if key not in seen]


def _cause_problems(values: Mapping[str, Any]) -> list[str]:
    if wrong := [name for name in _CAUSE_KEYS if not isinstance(values[name], str)]:
        return [f"{listing(wrong)} is not text"]
    problems = []
    if not _CODE.fullmatch(values["code"]):
        problems.append(f"code '{values['code']}' is not lower-case letters, digits and '_' (at most 40)")
    if values["soort"] not in CAUSE_CLASSES:
        hint = nearest(values["soort"], CAUSE_CLASSES).removesuffix("?")
        problems.append(f"soort '{values['soort']}' is not one of {listing(CAUSE_CLASSES)}.{hint}".removesuffix("."))
    return problems + [f"label '{name}' is empty" for name in ("nl", "en") if not values[name].strip()]


def _repeated(values: Iterable[str]) -> list[str]:
    values = list(values)
    return sorted({value for value in values if values.count(value) > 1})
