"""Read the published figures: one row per figure, with the document and the section it stands in.

The files travel inside an installed package (``_data/published``); in a clone they lie in
``data/published``.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import pandas as pd

from reintegratie_stats.errors import PublishedError, listing, nearest

COLUMNS = (
    "id",
    "document",
    "section",
    "onderwerp",
    "gemeente",
    "bron",
    "maat",
    "value",
    "unit",
    "status",
    "noot",
)
"""The columns of the figures, in the order of the file."""

STATUSES = ("exact", "circa", "minimaal", "maximaal", "n.b.")
"""How a figure is meant: as it stands, about, at least, at most, or not available in the source."""

RULE_COLUMNS = (
    "rule",
    "kind",
    "section",
    "stated",
    "numerator",
    "denominator",
    "tolerance",
    "noot",
)
"""The columns of the rules, in the order of the file."""

_RULES = "_rules"
_NUMBERS = ("value", "tolerance")


def documents() -> tuple[str, ...]:
    """Return the short names of the documents whose figures the package holds, sorted.

    Returns
    -------
    tuple of str
        Names that `published` takes.

    Examples
    --------
    >>> "rwi2004" in documents()
    True
    """
    names = (entry.name.removesuffix(".csv") for entry in _folder().iterdir() if entry.name.endswith(".csv"))
    return tuple(sorted(name for name in names if not name.endswith(_RULES)))


def published(document: str, *, section: str | None = None, maat: str | None = None) -> pd.DataFrame:
    """Return the figures that a document states, one row per figure, in the order of the document.

    A figure that the document states twice is there twice, each with its own section. Figures are
    given as they stand in the source, also where the source contradicts itself; `check_arithmetic`
    tells where.

    Parameters
    ----------
    document : str
        Short name of the document, such as ``"rwi2004"``; see `documents`.
    section : str, optional
        Only the figures of this section, named as the document names it (``"tabel 5.2"``,
        ``"bijlage 3, B 3.1"``).
    maat : str, optional
        Only the figures of this measure: a ratio (``"sluitingsratio"``) or a cell (``"X"``,
        ``"Y-Z"``, ``"A.1"``).

    Returns
    -------
    pandas.DataFrame
        Columns `id, document, section, onderwerp, gemeente, bron, maat, value, unit, status, noot`.
        `value` is float64 (missing where the status is ``n.b.``), in the unit of the row: shares in
        per cent, dates as yyyymmdd. The other columns are text, missing where they do not apply.

    Raises
    ------
    PublishedError
        If the document, the section or the measure is not there; the message gives the nearest
        name.

    Examples
    --------
    >>> table = published("rwi2004", section="tabel B 3.1", maat="Y")
    >>> table[["onderwerp", "value", "unit"]].to_dict("records")
    [{'onderwerp': 'na de termijn nog in de bijstand', 'value': 233.0, 'unit': 'personen'}]
    """
    figures = _read(_known(document), COLUMNS)
    for column, wanted in (("section", section), ("maat", maat)):
        if wanted is not None:
            figures = _where(figures, column, wanted, document)
    return figures.reset_index(drop=True)


def rules(document: str) -> pd.DataFrame:
    """Return the arithmetic rules that the figures of a document have to meet, as data.

    Parameters
    ----------
    document : str
        Short name of the document; see `documents`.

    Returns
    -------
    pandas.DataFrame
        Columns `rule, kind, section, stated, numerator, denominator, tolerance, noot`; no rows for
        a document without rules. `stated`, `numerator` and `denominator` refer to figures by `id`;
        a numerator may be a sum (``a + b - c``). What each kind asks is told at `check_figures`.

    Raises
    ------
    PublishedError
        If the document is not there.

    Examples
    --------
    >>> rules("rwi2004")["kind"].value_counts().index.sort_values().to_list()
    ['equal', 'percentage', 'sum', 'words']
    """
    _known(document)
    if not _folder().joinpath(f"{document}{_RULES}.csv").is_file():
        types = {name: "float64" if name in _NUMBERS else "string" for name in RULE_COLUMNS}
        return pd.DataFrame(columns=list(RULE_COLUMNS)).astype(types)
    return _read(f"{document}{_RULES}", RULE_COLUMNS)


def _folder() -> Traversable:
    """Return the folder of figures: inside the installed package, else in the repository."""
    installed = files("reintegratie_stats") / "_data" / "published"
    if installed.is_dir():
        return installed
    repository = Path(__file__).resolve().parents[3] / "data" / "published"
    if repository.is_dir():
        return repository
    raise PublishedError(
        "The folder with published figures was found neither inside the package (_data/published) "
        "nor in the repository (data/published). Install the package again, or work in a complete "
        "clone."
    )


def _known(document: str) -> str:
    """Return the document's name, or refuse it with the nearest name and the list."""
    allowed = documents()
    if document not in allowed:
        raise PublishedError(
            f"There are no published figures of {document!r}.{nearest(document, allowed)} Allowed: {listing(allowed)}."
        )
    return document


def _read(name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read one file: text stays text, an empty cell is missing and nothing else is."""
    types = {column: "float64" if column in _NUMBERS else "string" for column in columns}
    with _folder().joinpath(f"{name}.csv").open("r", encoding="utf-8") as handle:
        frame = pd.read_csv(handle, dtype=types, keep_default_na=False, na_values=[""])
    return frame[list(columns)]


def _where(figures: pd.DataFrame, column: str, wanted: str, document: str) -> pd.DataFrame:
    """Keep the rows with the wanted text in a column; refuse a text that occurs nowhere."""
    chosen = figures.loc[figures[column].eq(wanted).fillna(False).astype(bool)]
    if len(chosen):
        return chosen
    allowed = list(dict.fromkeys(_read(document, COLUMNS)[column].dropna()))
    if wanted in allowed:
        raise PublishedError(
            f"{document!r} has figures with {column} {wanted!r}, but not in the section asked for. "
            "Leave out `section` to see where they stand."
        )
    raise PublishedError(
        f"{document!r} has no figures with {column} {wanted!r}.{nearest(wanted, allowed)} "
        f"Allowed: {listing(map(repr, allowed), limit=len(allowed))}."
    )
