"""A table as a value: a frame with declared columns, a title, notes and a source.

A `ReportTable` checks its declaration when it is made (every column exists, every label is known,
every value can be printed) and formats every value once. `render` turns it into Markdown, HTML or
CSV, `write` into files. Nothing is computed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final, Literal, NamedTuple, get_args

import pandas as pd

from reintegratie_stats.errors import ReportError, counted, listing, nearest
from reintegratie_stats.report.formats import (
    as_decimal,
    check_decimals,
    format_number,
    format_percent,
    is_missing,
    superscript,
)
from reintegratie_stats.report.labels import (
    NOT_APPLICABLE,
    check_lang,
    label,
    labels,
    missing_symbol,
    reason_text,
)

Kind = Literal["group", "text", "count", "number", "percent", "share", "difference", "difference_points"]
Status = Literal["inside", "release"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
STATUSES: Final[tuple[str, ...]] = get_args(Status)
TEXT_KINDS: Final = ("group", "text")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]*")


@dataclass(frozen=True)
class TableColumn:
    """How one column of a frame is printed.

    Parameters
    ----------
    name : str
        Column of the frame.
    kind : str
        ``text``: text or whole numbers that are names (a year). ``group``: text that repeats over
        rows that belong together; HTML prints it once. ``count``: whole number. ``number``: any
        number. ``share``: 0.54 printed as ``54%``. ``percent``: 54 printed as ``54%``.
        ``difference``: a number with its sign. ``difference_points``: the same, in percentage
        points.
    label : str, optional
        The column head, literally.
    label_key : str, optional
        Key of the head in section ``column`` of the labels; without both, `name` is the key.
    decimals : int
        Digits after the decimal sign, 0 to 12.
    spanner : str or tuple of str
        Head, or heads from the top down, that stands over neighbouring columns.
    reason_column : str, optional
        Column of the frame that holds the reason of each missing value, as a key of section
        ``reason`` of the labels or as text; without it ``<name>_reason`` is used where it exists.
    values : str, optional
        Section of the labels that translates the values of a text column, such as ``ratio``.

    Raises
    ------
    ReportError
        An option is not allowed, or two contradict each other.

    Examples
    --------
    >>> TableColumn("published", "percent", spanner="Centraal").spanner
    ('Centraal',)
    """

    name: str
    kind: Kind = "text"
    label: str | None = None
    label_key: str | None = None
    decimals: int = 0
    spanner: str | tuple[str, ...] = ()
    reason_column: str | None = None
    values: str | None = None

    def __post_init__(self) -> None:
        """Check the options and make `spanner` a tuple."""
        where = f"Column {self.name!r}"
        _check_choice(f"{where}: kind", self.kind, KINDS)
        check_decimals(self.decimals)
        if self.label is not None and self.label_key is not None:
            raise ReportError(f"{where} has both label and label_key; give one of them.")
        if self.values is not None:
            labels(self.values)
        if not self.is_text and self.values is not None:
            raise ReportError(f"{where}: values is for kinds {listing(TEXT_KINDS)}.")
        if self.is_text and self.decimals:
            raise ReportError(f"{where}: decimals has no meaning for kind {self.kind!r}.")
        spanner = (self.spanner,) if isinstance(self.spanner, str) else tuple(self.spanner)
        object.__setattr__(self, "spanner", spanner)

    @property
    def is_text(self) -> bool:
        """Whether the column holds text."""
        return self.kind in TEXT_KINDS

    @property
    def spanners(self) -> tuple[str, ...]:
        """The heads over the column, from the top down."""
        return tuple(self.spanner)

    def head(self, lang: str = "nl") -> str:
        """Return the column head in a language, with the unit of a difference in points."""
        key = self.label_key or self.name
        text = self.label if self.label is not None else label("column", key, lang)
        points = label("word", "points", lang)
        return f"{text} ({points})" if self._lacks_unit(text) else text

    def _lacks_unit(self, text: str) -> bool:
        return self.kind == "difference_points" and self.label is None and "(" not in text


class Cell(NamedTuple):
    """One formatted value: for the reader, for a program, and the number of its note."""

    text: str
    plain: str
    note: int | None = None

    @property
    def marked(self) -> str:
        """The text for the reader with its note number in superscript digits."""
        return self.text if self.note is None else f"{self.text} {superscript(self.note)}"


@dataclass(frozen=True, eq=False, repr=False)
class ReportTable:
    """A table that can be printed: values, their declaration and what a reader must know.

    Parameters
    ----------
    name : str
        Name of the files: lower-case letters, digits, ``_``, ``.`` and ``-``.
    title : str
        Caption.
    frame : pandas.DataFrame
        The values; copied, so that later changes of the frame do not reach the table.
    columns : sequence of TableColumn
        What is printed, in this order. Columns of the frame that are not named are left out.
    notes : sequence of str
        Remarks under the table, in the language of the table.
    source : str
        Where the figures come from.
    status : {"inside", "release"}
        ``inside``: may not leave the environment; `write` refuses the table. Declare ``release``
        where the table may go out.
    lang : {"nl", "en"}
        Language of labels, numbers and symbols.

    Raises
    ------
    ReportError
        A column is not in the frame (the nearest name is given), a label does not exist, or a
        value cannot be printed as declared. No message holds a value.

    Notes
    -----
    A missing value is printed ``n.b.``, and its reason as a numbered note. A cell that holds no
    figure on logical grounds has the reason `labels.NOT_APPLICABLE` and is printed as a dash.

    Examples
    --------
    >>> frame = pd.DataFrame({"ratio": ["sluitingsratio"], "published": [19], "reproduced": [19.0]})
    >>> table = ReportTable(
    ...     name="tabel_5_1",
    ...     title="Resultaten",
    ...     frame=frame,
    ...     columns=[
    ...         TableColumn("ratio", values="ratio"),
    ...         TableColumn("published", "percent"),
    ...         TableColumn("reproduced", "percent", decimals=1),
    ...     ],
    ... )
    >>> table
    ReportTable('tabel_5_1', 1 row, columns: ratio, published, reproduced)
    >>> table.cells().iloc[0].tolist()
    ['Sluitingsratio arbeidsplichtigen', '19%', '19,0%']
    """

    name: str
    title: str
    frame: pd.DataFrame
    columns: Sequence[TableColumn]
    notes: Sequence[str] = field(default=())
    source: str = ""
    status: Status = "inside"
    lang: str = "nl"

    def __post_init__(self) -> None:
        """Check the declaration against the frame and format every value."""
        check_name(self.name)
        check_lang(self.lang)
        _check_choice("status", self.status, STATUSES)
        if isinstance(self.notes, str):
            raise ReportError("notes is one text; give a list of texts.")
        object.__setattr__(self, "columns", tuple(self.columns))
        object.__setattr__(self, "notes", tuple(self.notes))
        _check_columns(self.frame, self.columns)
        object.__setattr__(self, "frame", self.frame.reset_index(drop=True))
        _check_unique("column heads", self.heads())
        _ = self._formatted

    def __repr__(self) -> str:
        """Return name, number of rows and columns; never a value."""
        names = ", ".join(column.name for column in self.columns)
        return f"ReportTable({self.name!r}, {counted(len(self.frame), 'row')}, columns: {names})"

    def _repr_html_(self) -> str:
        """Return the table as a piece of HTML, for a notebook."""
        from reintegratie_stats.report.render import to_html_fragment

        return to_html_fragment(self)

    def heads(self) -> tuple[str, ...]:
        """Return the column heads as one line each: spanners and label joined by `` - ``."""
        return tuple(" - ".join((*c.spanners, c.head(self.lang))) for c in self.columns)

    def cells(self) -> pd.DataFrame:
        """Return the formatted text of every value, with the column names of the frame."""
        texts = [[cell.text for cell in row] for row in self.rows()]
        return pd.DataFrame(texts, columns=[c.name for c in self.columns], dtype="string")

    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Return the formatted cells, row by row."""
        return self._formatted[0]

    def reasons(self) -> tuple[str, ...]:
        """Return the numbered notes: the reasons in the order in which a reader meets them."""
        return self._formatted[1]

    def legend(self) -> tuple[str, ...]:
        """Return the meaning of each symbol that occurs in the table."""
        texts = {cell.text for row in self.rows() for cell in row}
        symbols = ("missing", "not_applicable")
        shown = [key for key in symbols if label("word", key, self.lang) in texts]
        words = labels("word", self.lang)
        return tuple(f"{words[key]} = {words[key + '_meaning']}" for key in shown)

    @cached_property
    def _formatted(self) -> tuple[tuple[tuple[Cell, ...], ...], tuple[str, ...]]:
        reasons: list[str] = []
        series = [list(_formatted_values(self.frame, column, self.lang)) for column in self.columns]
        rows = []
        for row in zip(*series, strict=True):
            cells = []
            for cell, reason in row:
                if reason is not None and reason not in reasons:
                    reasons.append(reason)
                note = None if reason is None else reasons.index(reason) + 1
                cells.append(cell._replace(note=note))
            rows.append(tuple(cells))
        return tuple(rows), tuple(reasons)


def check_name(name: str) -> None:
    """Raise `ReportError` unless `name` can name a file on every system."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ReportError(f"Name {name!r} cannot name a file; use lower-case letters, digits, '_', '.' and '-'.")


def _check_choice(what: str, seen: str, allowed: Sequence[str]) -> None:
    if seen not in allowed:
        hint = nearest(str(seen), allowed)
        raise ReportError(f"{what} {seen!r} is not one of: {listing(allowed)}.{hint}")


def _check_unique(what: str, names: Sequence[str]) -> None:
    double = sorted({name for name in names if names.count(name) > 1})
    if double:
        raise ReportError(f"The {what} are not unique: {listing(double)} occurs more than once.")


def _check_columns(frame: pd.DataFrame, columns: Sequence[TableColumn]) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise ReportError(f"frame is of type {type(frame).__name__}; give a pandas DataFrame.")
    if not columns:
        raise ReportError("The table has no columns; name at least one.")
    present = [name for name in frame.columns if isinstance(name, str)]
    _check_unique("columns of the frame", present)
    _check_unique("columns of the table", [column.name for column in columns])
    asked = [name for c in columns for name in (c.name, c.reason_column) if name is not None]
    for name in asked:
        if name not in present:
            in_index = " It is in the index: call reset_index() first."
            hint = in_index if name in frame.index.names else nearest(name, present)
            raise ReportError(f"Column {name!r} is not in the frame. Present: {listing(present)}.{hint}")


def _formatted_values(frame: pd.DataFrame, column: TableColumn, lang: str) -> Iterator[tuple[Cell, str | None]]:
    """Yield each value of a column as a cell and the reason that it is noted with."""
    companion = column.reason_column or f"{column.name}_reason"
    has_reasons = companion in frame.columns
    reasons = frame[companion].tolist() if has_reasons else [None] * len(frame)
    for value, raw in zip(frame[column.name].tolist(), reasons, strict=True):
        reason = None if is_missing(raw) or raw == "" else str(raw)
        if is_missing(value) and reason == NOT_APPLICABLE:
            yield Cell(label("word", "not_applicable", lang), plain=""), None
            continue
        if reason == NOT_APPLICABLE:
            raise ReportError(f"Column {column.name!r} has a value where it is not applicable.")
        yield _format(value, column, lang), None if reason is None else reason_text(reason, lang)


def _format(value: object, column: TableColumn, lang: str) -> Cell:
    """Format one value as its column says; errors name the column, never the value."""
    if is_missing(value):
        symbol = missing_symbol(lang)
        return Cell(symbol, plain=symbol)
    try:
        if column.is_text:
            text = _text(value, column, lang)
            return Cell(text, plain=text)
        if column.kind == "count" and as_decimal(value) % 1 != 0:
            raise ReportError("A count is a whole number; use kind 'number' for others.")
        text = _number(value, column, lang, plain=False)
        return Cell(text, plain=_number(value, column, lang, plain=True))
    except ReportError as error:
        raise ReportError(f"Column {column.name!r}, kind {column.kind!r}: {error}") from None


def _number(value: object, column: TableColumn, lang: str, *, plain: bool) -> str:
    if column.kind == "share":
        return format_percent(value, column.decimals, lang, of="share", plain=plain)
    if column.kind == "percent":
        return format_percent(value, column.decimals, lang, of="percent", plain=plain)
    signed = column.kind in ("difference", "difference_points")
    return format_number(value, column.decimals, lang, signed=signed, plain=plain)


def _text(value: object, column: TableColumn, lang: str) -> str:
    if isinstance(value, date):
        text = value.isoformat()[:10]
    elif isinstance(value, (str, int)) and not isinstance(value, bool):
        text = str(value)
    else:
        raise ReportError(f"the value is of type {type(value).__name__}, not text.")
    if column.values is None:
        return text
    known = labels(column.values, lang)
    if text not in known:
        raise ReportError(f"a value is no label of section {column.values!r}: {listing(known)}.{nearest(text, known)}")
    return known[text]
