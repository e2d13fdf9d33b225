"""Whether the coders of interviews agree: per cause, per class and over all causes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError, listing, nearest
from reintegratie_stats.estimates.intervals import check_level
from reintegratie_stats.fieldwork.agreement import (
    NO_VARIATION,
    NOBODY_TWICE,
    ONE_CLUSTER,
    Agreement,
    Floats,
    Level,
    cohen_kappa,
    krippendorff_alpha,
)
from reintegratie_stats.fieldwork.codebook import CAUSE_CLASSES, CodeBook
from reintegratie_stats.fieldwork.coded import CodedInterviews
from reintegratie_stats.report.labels import Lang, check_lang, label
from reintegratie_stats.report.table import ReportTable, TableColumn

WHAT: Final[tuple[str, ...]] = ("genoemd", "sterkte", "richting")
ALL: Final = "alle"
TWO_CODERS: Final = "kappa is for two coders: name a pair in coders; alpha counts all of them"

_REASONS: Final = {
    NO_VARIATION: "geen_variatie",
    NOBODY_TWICE: "niemand_dubbel",
    ONE_CLUSTER: "een_gemeente",
    TWO_CODERS: "twee_codeurs",
}
_CATEGORIES: Final = {"genoemd": (0.0, 1.0), "sterkte": (0.0, 1.0, 2.0, 3.0), "richting": (-1.0, 0.0, 1.0)}


@dataclass(frozen=True, eq=False, repr=False)
class CoderAgreement:
    """Agreement between coders; made by `coder_agreement`.

    Attributes
    ----------
    code_book : CodeBook
    coders : tuple of str
        Whose codes were compared.
    level : float
    """

    code_book: CodeBook
    coders: tuple[str, ...]
    level: float
    _frame: pd.DataFrame

    def __repr__(self) -> str:
        known = int(self._frame["value"].notna().sum())
        return f"CoderAgreement({len(self._frame)} coefficients, {known} known, coders: {listing(self.coders)})"

    def to_frame(self) -> pd.DataFrame:
        """Return one row per cause, class and all together, per thing compared, per coefficient.

        Returns
        -------
        DataFrame
            ``oorzaak`` (a code; ``alle`` for a class), ``soort`` (``alle`` for all), ``wat`` (genoemd, sterkte,
            richting), ``maat`` (kappa, alpha), ``gemeenten`` (coded by at least two), ``eenheden`` (pairs of a
            gemeente and a cause), ``overeenstemming`` (share of pairs of codes that are alike), ``value, lower,
            upper, method`` and ``reason`` (why one is missing).
        """
        return self._frame.copy()

    def to_report(self, lang: Lang = "nl", *, wat: str = "genoemd", name: str = "overeenstemming") -> ReportTable:
        """Return a table to print, of one of the things compared."""
        check_lang(lang)
        frame = self._frame[self._frame["wat"] == wat]
        if not len(frame):
            raise DefinitionError(f"{wat!r} was not compared.{nearest(wat, sorted(set(self._frame['wat'])))}")
        keys = ["oorzaak", "soort"]
        wide = frame[frame["maat"] == "alpha"].drop(columns="maat").merge(
            frame.loc[frame["maat"] == "kappa", [*keys, "value", "reason"]], on=keys, suffixes=("", "_kappa")
        )  # fmt: skip
        total = label("soort_oorzaak", ALL, lang)
        named = [total if code == ALL else self.code_book.cause(code).label(lang) for code in wide["oorzaak"]]
        wide = wide.assign(oorzaak=named)
        for column in ("reason", "reason_kappa"):
            wide[column] = pd.array([_REASONS.get(str(text)) for text in wide[column].fillna("")], dtype="string")
        columns = [TableColumn("soort", "group", values="soort_oorzaak"), TableColumn("oorzaak")]
        columns += [
            TableColumn("gemeenten", "count"),
            TableColumn("overeenstemming", "share", label_key="gelijk_gecodeerd"),
        ]
        columns.append(
            TableColumn("value_kappa", "number", decimals=2, label_key="kappa", reason_column="reason_kappa")
        )
        for column, key in (("value", "overeenstemming"), ("lower", "fieldwork_lower"), ("upper", "fieldwork_upper")):
            columns.append(TableColumn(column, "number", decimals=2, label_key=key, reason_column="reason"))
        title = label("fieldwork_title", f"agreement_{wat}", lang)
        return ReportTable(name, title, wide, columns, [label("fieldwork_note", "agreement", lang)],
                           self.code_book.bron, lang=lang)  # fmt: skip

    def value(self, oorzaak: str = ALL, *, wat: str = "genoemd", maat: str = "alpha") -> float:
        """Return one coefficient, NaN where there is none.

        Raises
        ------
        DefinitionError
            For a cause, thing compared or coefficient that is not in the table.
        """
        frame = self._frame
        chosen = frame[(frame["oorzaak"] == oorzaak) & (frame["wat"] == wat) & (frame["maat"] == maat)]
        if oorzaak == ALL:
            chosen = chosen[chosen["soort"] == ALL]
        if len(chosen) != 1:
            known = (*self.code_book.codes, ALL)
            raise DefinitionError(f"No {maat} of {wat} for '{oorzaak}'.{nearest(oorzaak, known)}")
        return float(chosen["value"].iloc[0])


def coder_agreement(
    interviews: CodedInterviews,
    *,
    what: Sequence[str] = ("genoemd", "sterkte"),
    coders: tuple[str, str] | None = None,
    level: float = 0.95,
) -> CoderAgreement:
    """Compare what two or more coders found in the same interviews.

    Parameters
    ----------
    interviews : CodedInterviews
    what : sequence of {"genoemd", "sterkte", "richting"}
        ``genoemd``: named or not (nominal). ``sterkte``: 0 (not named) to 3 (ordinal; kappa with quadratic weights).
        ``richting``: not named, meer or minder (nominal).
    coders : pair of str, optional
        Compare only these two.
    level : float
        Of the intervals.

    Returns
    -------
    CoderAgreement
        A cell is a gemeente and a cause. Only gemeenten that at least two coders coded count; one of them finding
        nothing is a finding as well.

    Raises
    ------
    DefinitionError
        For something to compare, a coder or a level that does not exist.

    Notes
    -----
    With few gemeenten a cause that nearly nobody named has a low coefficient however well the coders agree, as there is
    hardly anything to disagree on: read it beside ``overeenstemming``, and the line over all causes first.

    Examples
    --------
    >>> from reintegratie_stats.fieldwork.coded import code_interviews
    >>> rows = [("GM1", "a", 1), ("GM1", "b", 2), ("GM2", "a", 2), ("GM3", "a", 3), ("GM3", "b", 3)]
    >>> frame = pd.DataFrame(rows, columns=["gemeente", "codeur", "sterkte"])
    >>> nothing = pd.DataFrame({"gemeente": ["GM2", "GM4", "GM4"], "codeur": ["b", "a", "b"]})
    >>> coded = pd.concat([frame.assign(oorzaak="doelgroep", richting="meer"), nothing], ignore_index=True)
    >>> found = coder_agreement(code_interviews(coded), what=["genoemd"])
    >>> found
    CoderAgreement(30 coefficients, 6 known, coders: a, b)
    >>> found.value("doelgroep", maat="kappa"), round(found.value("doelgroep"), 3)
    (0.5, 0.533)
    """
    check_level(level)
    what = (what,) if isinstance(what, str) else tuple(dict.fromkeys(what))
    if not what:
        raise DefinitionError(f"what names nothing to compare; choose from {listing(WHAT)}.")
    for name in what:
        if name not in WHAT:
            raise DefinitionError(f"what holds {name!r}; choose from {listing(WHAT)}.{nearest(str(name), WHAT)}")
    if isinstance(coders, str):
        raise DefinitionError("coders is one text; name a pair: coders=('a', 'b').")
    chosen = interviews.coders if coders is None else tuple(coders)
    for name in chosen:
        if name not in interviews.coders:
            hint = nearest(str(name), interviews.coders)
            raise DefinitionError(f"No coder '{name}'; there are: {listing(interviews.coders)}.{hint}")
    if len(set(chosen)) != len(chosen) or (coders is not None and len(chosen) != 2):
        raise DefinitionError("coders names two different coders.")
    book = interviews.code_book
    rows = []
    cubes = {name: _cube(interviews, chosen, name) for name in what}
    for code, kind, columns in _scopes(book):
        for name in what:
            cells = cubes[name][:, :, columns]
            for measure, found in _coefficients(cells, interviews.gemeenten, name, level):
                rows.append(_row(code, kind, name, measure, found))
    frame = pd.DataFrame(rows)
    texts = ("oorzaak", "soort", "wat", "maat", "method", "reason")
    return CoderAgreement(book, chosen, float(level), frame.astype(dict.fromkeys(texts, "string")))


def _scopes(book: CodeBook) -> Iterator[tuple[str, str, list[int]]]:
    for place, cause in enumerate(book.causes):
        yield cause.code, cause.soort, [place]
    for kind in CAUSE_CLASSES:
        if places := [place for place, cause in enumerate(book.causes) if cause.soort == kind]:
            yield ALL, kind, places
    yield ALL, ALL, list(range(len(book.causes)))


def _cube(interviews: CodedInterviews, coders: Sequence[str], what: str) -> Floats:
    """Return the codes as numbers, shape (coders, gemeenten, causes); missing where a coder did not code a gemeente."""
    gemeenten = {name: place for place, name in enumerate(interviews.gemeenten)}
    causes = {code: place for place, code in enumerate(interviews.code_book.codes)}
    who = {name: place for place, name in enumerate(coders)}
    cube = np.full((len(who), len(gemeenten), len(causes)), np.nan)
    for gemeente, coder in interviews.coded_by().itertuples(index=False):
        if coder in who:
            cube[who[coder], gemeenten[gemeente]] = 0.0
    rows = interviews.to_frame()
    values = {
        "genoemd": np.ones(len(rows)),
        "sterkte": rows["sterkte"].to_numpy(dtype=np.float64),
        "richting": np.where(rows["richting"] == "meer", 1.0, -1.0),
    }[what]
    for gemeente, coder, cause, value in zip(rows["gemeente"], rows["codeur"], rows["oorzaak"], values, strict=True):
        if coder in who:
            cube[who[coder], gemeenten[gemeente], causes[cause]] = value
    return cube


def _coefficients(cells: Floats, gemeenten: Sequence[str], what: str, level: float) -> Iterator[tuple[str, Agreement]]:
    """Yield kappa and alpha of the cells of some causes, shape (coders, gemeenten, causes)."""
    clusters = np.repeat(np.arange(len(gemeenten)), cells.shape[2])
    flat = cells.reshape(len(cells), -1)
    scale: Level = "ordinal" if what == "sterkte" else "nominal"
    if len(cells) == 2:
        first, second = flat
        yield (
            "kappa",
            cohen_kappa(
                first,
                second,
                categories=_CATEGORIES[what],
                weights="quadratic" if what == "sterkte" else None,
                clusters=clusters,
                level=level,
            ),
        )
    else:
        nan = float("nan")
        yield "kappa", Agreement(nan, nan, nan, nan, 0, 0, reason=TWO_CODERS if len(cells) > 2 else NOBODY_TWICE)
    yield "alpha", krippendorff_alpha(flat, scale, clusters=clusters, level=level)


def _row(code: str, kind: str, what: str, measure: str, found: Agreement) -> dict[str, object]:
    return {
        "oorzaak": code, "soort": kind, "wat": what, "maat": measure, "gemeenten": found.clusters,
        "eenheden": found.units, "overeenstemming": found.agreeing, "value": found.value, "lower": found.lower,
        "upper": found.upper, "method": found.method or None, "reason": found.reason or None,
    }  # fmt: skip
