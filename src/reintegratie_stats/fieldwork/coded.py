"""Coded interviews in long form: read, checked against the code book, and what the coders of one gemeente agree on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Number
from typing import Any, Final, Literal, get_args

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError, RegisterError, counted, listing, nearest
from reintegratie_stats.fieldwork.codebook import CodeBook, code_book
from reintegratie_stats.fieldwork.values import category_text
from reintegratie_stats.report.formats import is_missing

Direction = Literal["meer", "minder"]
Agree = Literal["any", "majority", "all"]
DIRECTIONS: Final[tuple[str, ...]] = get_args(Direction)
AGREE: Final[tuple[str, ...]] = get_args(Agree)
STRENGTHS: Final = (1.0, 2.0, 3.0)
ONE_CODER: Final = "1"

_NEEDED: Final = ("gemeente", "oorzaak", "sterkte", "richting")
_OPTIONAL: Final = ("codeur", "citaat")
_SHORT: Final = re.compile(r"[\w.,+-]{1,40}")


@dataclass(frozen=True, eq=False, repr=False)
class CodedInterviews:
    """Interviews coded with causes; made by `code_interviews`.

    Attributes
    ----------
    code_book : CodeBook
        What was coded with.
    gemeenten : tuple of str
        Who was interviewed, sorted; also those in whose interview no cause was found.
    coders : tuple of str
    notes : tuple of str
        What was done on reading.
    """

    code_book: CodeBook
    gemeenten: tuple[str, ...]
    coders: tuple[str, ...]
    notes: tuple[str, ...]
    _rows: pd.DataFrame
    _coded: pd.DataFrame

    def __repr__(self) -> str:
        parts = (counted(len(self.gemeenten), "gemeente", "gemeenten"), counted(len(self.coders), "coder"))
        return f"CodedInterviews({', '.join(parts)}, {counted(len(self._rows), 'code')} of '{self.code_book.naam}')"

    def to_frame(self, *, quotes: bool = False) -> pd.DataFrame:
        """Return one row per gemeente, coder and cause: ``gemeente, codeur, oorzaak, sterkte, richting``.

        Parameters
        ----------
        quotes : bool
            With the column ``citaat``: the words of a person, only for who asks for them.
        """
        return self._rows.copy() if quotes else self._rows.drop(columns="citaat")

    def coded_by(self) -> pd.DataFrame:
        """Return which coder coded which gemeente: ``gemeente, codeur``, also where no cause was found."""
        return self._coded.copy()

    def per_gemeente(self, agree: Agree = "majority") -> pd.DataFrame:
        """Return what is held to be found in each gemeente.

        Parameters
        ----------
        agree : {"any", "majority", "all"}
            A cause counts when any coder of that gemeente named it, more than half of them, or all.

        Returns
        -------
        DataFrame
            One row per gemeente and cause of the code book: ``gemeente, oorzaak, soort, codeurs`` (how many coded the
            gemeente), ``genoemd`` (how many of them named the cause), ``telt`` (whether it counts), ``sterkte`` (mean
            of who named it, 1 to 3; missing where nobody did) and ``richting`` (that of most who named it; missing
            where they are divided evenly, and where nobody did).

        Raises
        ------
        DefinitionError
            For an `agree` that does not exist.

        Examples
        --------
        >>> frame = pd.DataFrame(
        ...     [
        ...         ("GM1", "a", "doelgroep", 2, "meer"),
        ...         ("GM1", "b", "doelgroep", 3, "meer"),
        ...         ("GM1", "b", "taakverdeling", 1, "minder"),
        ...     ],
        ...     columns=["gemeente", "codeur", "oorzaak", "sterkte", "richting"],
        ... )
        >>> found = code_interviews(frame).per_gemeente()
        >>> found.loc[found["genoemd"] > 0, ["oorzaak", "codeurs", "genoemd", "telt", "sterkte"]]
                  oorzaak  codeurs  genoemd   telt  sterkte
        0       doelgroep        2        2   True      2.5
        10  taakverdeling        2        1  False      1.0
        """
        check_agree(agree)
        codes = list(self.code_book.codes)
        grid = pd.MultiIndex.from_product([self.gemeenten, codes], names=["gemeente", "oorzaak"])
        groups = self._rows.groupby(["gemeente", "oorzaak"], observed=True)
        out = pd.DataFrame(index=grid)
        coders = self._coded.groupby("gemeente").size()
        out["codeurs"] = coders.reindex(grid.get_level_values("gemeente")).to_numpy(dtype=np.int64)
        out["genoemd"] = groups.size().reindex(grid, fill_value=0).to_numpy(dtype=np.int64)
        least = {"any": 1, "majority": out["codeurs"] // 2 + 1, "all": out["codeurs"]}[agree]
        out["telt"] = out["genoemd"] >= least
        out["sterkte"] = groups["sterkte"].mean().reindex(grid).to_numpy(dtype=np.float64, na_value=np.nan)
        up = (self._rows["richting"] == "meer").groupby([self._rows["gemeente"], self._rows["oorzaak"]]).sum()
        more = up.reindex(grid, fill_value=0).to_numpy(dtype=np.int64)
        less = out["genoemd"].to_numpy() - more
        ways = ["meer" if up > down else "minder" if down > up else None for up, down in zip(more, less, strict=True)]
        out["richting"] = pd.array(ways, dtype="string")
        out = out.reset_index()
        kinds = {cause.code: cause.soort for cause in self.code_book.causes}
        out.insert(2, "soort", pd.array([kinds[code] for code in out["oorzaak"]], dtype="string"))
        return out.astype({"gemeente": "string", "oorzaak": "string"})


def check_agree(agree: str) -> None:
    """Raise `DefinitionError` unless `agree` is one of `AGREE`."""
    if agree not in AGREE:
        raise DefinitionError(f"agree is {agree!r}; choose from {listing(AGREE)}.{nearest(str(agree), AGREE)}")


def code_interviews(
    frame: pd.DataFrame, code_book: CodeBook | None = None, *, gemeenten: Iterable[str] | None = None
) -> CodedInterviews:
    """Check coded interviews against a code book.

    Parameters
    ----------
    frame : DataFrame
        In long form, a row per cause that a coder found in an interview: ``gemeente`` (text), ``oorzaak`` (a code of
        the book), ``sterkte`` (1 weak, 2, 3 strong), ``richting`` (``meer`` or ``minder``: the way in which the cause
        moves the count), and if you have them ``codeur`` (without it there is one coder) and ``citaat``. A coder who
        found no cause in an interview has one row in which oorzaak, sterkte, richting and citaat are missing; without
        it the interview would not count as coded.
    code_book : CodeBook, optional
        By default that of CBS (2025).
    gemeenten : iterable of str, optional
        Who was chosen for an interview; others are refused, and a note names those of whom there is no interview.

    Returns
    -------
    CodedInterviews
        Sorted, so that the order of the rows does not matter.

    Raises
    ------
    RegisterError
        For what is wrong, all at once and with row numbers: columns that are missing, codes that the book does not
        hold (with the nearest one), a sterkte outside 1 to 3, a richting other than meer or minder, a gemeente that
        is missing or was not chosen, and rows that say the same thing twice. No message holds a citaat, nor any other
        text that is not short and in one word.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "gemeente": ["GM0001", "GM0001", "GM0002"],
    ...         "codeur": ["a", "b", "a"],
    ...         "oorzaak": ["doelgroep", "doelgroep", None],
    ...         "sterkte": [2, 3, None],
    ...         "richting": ["meer", "meer", None],
    ...     }
    ... )
    >>> code_interviews(frame)
    CodedInterviews(2 gemeenten, 2 coders, 2 codes of 'cbs2025')
    >>> code_interviews(frame.replace({"doelgroep": "doelgroup"}))
    Traceback (most recent call last):
    reintegratie_stats.errors.RegisterError: The coded interviews have 1 problem:
    - oorzaak 'doelgroup' is no code of 'cbs2025'. Did you mean 'doelgroep'? (rows 1, 2)
    """
    book = _default_book() if code_book is None else code_book
    rows, unused = _columns(frame)
    rows = rows.reset_index(drop=True)
    empty = rows[["oorzaak", "sterkte", "richting", "citaat"]].isna().all(axis=1)
    allowed = None if gemeenten is None else _names(gemeenten)
    problems = _gemeente_problems(rows["gemeente"], allowed) + _value_problems(rows[~empty], book)
    problems += _twice(rows, empty)
    if problems:
        lines = "\n".join(f"- {problem}" for problem in problems)
        raise RegisterError(f"The coded interviews have {counted(len(problems), 'problem')}:\n{lines}")
    order = {code: place for place, code in enumerate(book.codes)}
    found = rows[~empty].astype({"sterkte": "float64"}).astype({"sterkte": "int64"})
    found = found.assign(_place=found["oorzaak"].map(order).astype("int64"))
    found = found.sort_values(["gemeente", "codeur", "_place"], kind="stable").drop(columns="_place")
    coded = rows[["gemeente", "codeur"]].drop_duplicates().sort_values(["gemeente", "codeur"])
    names = tuple(sorted({str(name) for name in rows["gemeente"]}))
    coders = tuple(sorted({str(name) for name in rows["codeur"]}))
    notes = [f"columns not used: {listing(unused)}"] if unused else []
    if silent := sorted(set(allowed or ()) - set(names)):
        notes.append(f"chosen, but no interview was coded: {listing(silent, 40)}")
    return CodedInterviews(
        book, names, coders, tuple(notes), found.reset_index(drop=True), coded.reset_index(drop=True)
    )


def _names(gemeenten: Iterable[str]) -> list[str]:
    if isinstance(gemeenten, str) or not isinstance(gemeenten, Iterable):
        raise DefinitionError(f"gemeenten is a {type(gemeenten).__name__}; give a sequence of names.")
    return [category_text(name) for name in gemeenten]


def _default_book() -> CodeBook:
    return code_book("cbs2025")


def _columns(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the columns that are used, as text but for sterkte, and the names of the others."""
    if not isinstance(frame, pd.DataFrame):
        raise RegisterError(f"Coded interviews are a pandas DataFrame, not a {type(frame).__name__}.")
    seen = [str(name) for name in frame.columns]
    frame = frame.set_axis(seen, axis=1)
    known = (*_NEEDED, *_OPTIONAL)
    problems = []
    for name in _NEEDED:
        if name not in seen:
            others = [other for other in seen if other not in known]
            problems.append(f"column '{name}' is missing.{nearest(name, others)}".removesuffix("."))
    if twice := sorted({name for name in known if seen.count(name) > 1}):
        problems.append(f"column {listing(twice)} occurs more than once")
    if not problems and len(frame) == 0:
        problems.append("there are no rows; an interview without a cause has a row with only gemeente and codeur")
    if not problems and any(isinstance(value, Number) and not is_missing(value) for value in frame["gemeente"]):
        problems.append("gemeente holds numbers, which lose leading zeros; read the column as text")
    if problems:
        lines = "\n".join(f"- {problem}" for problem in problems)
        raise RegisterError(f"The coded interviews have {counted(len(problems), 'problem')}:\n{lines}")
    out = pd.DataFrame({"gemeente": _text(frame["gemeente"])})
    out["codeur"] = _text(frame["codeur"]) if "codeur" in seen else pd.array([ONE_CODER] * len(frame), dtype="string")
    for name in ("oorzaak", "richting", "citaat"):
        out[name] = _text(frame[name]) if name in seen else pd.array([None] * len(frame), dtype="string")
    strengths = [None if category_text(value) == "" else value for value in frame["sterkte"].tolist()]
    out["sterkte"] = pd.Series(strengths, index=out.index, dtype=object)
    return out[["gemeente", "codeur", "oorzaak", "sterkte", "richting", "citaat"]], [n for n in seen if n not in known]


def _text(column: pd.Series) -> Any:
    """Return a column as text without blanks around it; an empty text is missing."""
    return pd.array([category_text(value) or None for value in column.tolist()], dtype="string")


def _gemeente_problems(column: pd.Series, allowed: list[str] | None) -> list[str]:
    problems = []
    if column.isna().any():
        problems.append(f"gemeente is missing ({_rows(column.isna())})")
    if allowed is None:
        return problems
    for name in sorted({str(value) for value in column.dropna()} - set(allowed)):
        hint = nearest(name, allowed)
        problems.append(f"gemeente {shown(name)} was not chosen for an interview.{hint} ({_rows(_is(column, name))})")
    return problems


def _value_problems(rows: pd.DataFrame, book: CodeBook) -> list[str]:
    problems = []
    for name, allowed in (("oorzaak", book.codes), ("richting", DIRECTIONS)):
        column = rows[name]
        what = f"no code of '{book.naam}'" if name == "oorzaak" else f"not one of {listing(DIRECTIONS)}"
        if column.isna().any():
            problems.append(f"{name} is missing ({_rows(column.isna())})")
        for value in sorted({str(v) for v in column.dropna()} - set(allowed)):
            problems.append(f"{name} {shown(value)} is {what}.{nearest(value, allowed)} ({_rows(_is(column, value))})")
    column = rows["sterkte"]
    wrong = pd.Series([not _is_strength(value) for value in column], index=rows.index, dtype=bool)
    if (wrong & column.isna()).any():
        problems.append(f"sterkte is missing ({_rows(wrong & column.isna())})")
    texts = pd.Series([_as_strength(value) for value in column], index=rows.index, dtype=object)
    for text in sorted(set(texts[wrong & column.notna()])):
        problems.append(f"sterkte {text} is not 1, 2 or 3 ({_rows(wrong & (texts == text))})")
    return problems


def _as_strength(value: object) -> str:
    """Return a strength for a message; words where a number is due could be anything somebody said."""
    words = isinstance(value, str) and any(map(str.isalpha, value))
    return f"(a text of {counted(len(str(value)), 'character')}, not shown)" if words else shown(str(value))


def _is_strength(value: object) -> bool:
    try:
        return not isinstance(value, bool) and float(value) in STRENGTHS  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def _twice(rows: pd.DataFrame, empty: pd.Series) -> list[str]:
    """Return what one coder says twice of one gemeente, and where he says both nothing and something."""
    problems = []
    if rows["codeur"].isna().any():
        problems.append(f"codeur is missing ({_rows(rows['codeur'].isna())})")
    keyed = rows[rows["gemeente"].notna() & rows["codeur"].notna()]
    keyed = keyed.assign(oorzaak=keyed["oorzaak"].fillna(""))
    for (gemeente, coder, cause), part in keyed.groupby(["gemeente", "codeur", "oorzaak"], sort=True):
        if len(part) > 1 and (cause or empty[part.index].all()):
            what = f"oorzaak {shown(str(cause))}" if cause else "no cause"
            every = pd.Series(True, index=part.index)
            problems.append(f"{what} stands {len(part)} times for gemeente {shown(gemeente)} and codeur "
                            f"{shown(coder)} ({_rows(every)})")  # fmt: skip
    nothing = set(map(tuple, keyed.loc[empty[keyed.index], ["gemeente", "codeur"]].to_numpy()))
    something = set(map(tuple, keyed.loc[~empty[keyed.index], ["gemeente", "codeur"]].to_numpy()))
    for gemeente, coder in sorted(nothing & something):
        problems.append(f"codeur {shown(coder)} has both a row without a cause and causes for gemeente "
                        f"{shown(gemeente)}")  # fmt: skip
    return problems


def _is(column: pd.Series, value: str) -> pd.Series:
    return (column == value).fillna(False)


def shown(value: str) -> str:
    """Return a value for a message; what is longer than a code could be a quote, and is not shown."""
    return f"'{value}'" if _SHORT.fullmatch(value) else f"(a text of {counted(len(value), 'character')}, not shown)"


def _rows(where: pd.Series) -> str:
    numbers = [str(number + 1) for number in where.index[where.to_numpy(dtype=bool)]]
    return f"{'row' if len(numbers) == 1 else 'rows'} {listing(numbers)}"
