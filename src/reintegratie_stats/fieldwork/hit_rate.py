"""What a rule for flags teaches: how often a flag turned out to be a registration error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError, RegisterError, counted, listing, nearest
from reintegratie_stats.estimates.intervals import check_level, clopper_pearson
from reintegratie_stats.fieldwork.codebook import CAUSE_CLASSES
from reintegratie_stats.fieldwork.coded import Agree, CodedInterviews, shown
from reintegratie_stats.fieldwork.respondent_list import text
from reintegratie_stats.outliers.flags import FLAGS, Flags
from reintegratie_stats.report.labels import Lang, check_lang, label
from reintegratie_stats.report.table import ReportTable, TableColumn

OUTCOMES: Final = (*CAUSE_CLASSES, "geen")
"""What an interview can lead to: a class of causes, or no cause found."""

FLAGGED: Final = "meer_of_minder"
_NOBODY: Final = "not_interviewed"
_NO_VERDICT: Final = "not_judged"
UNJUDGED: Final = FLAGS[-1]
_NO_OUTCOME: Final = "geen_bekende_uitkomst"


@dataclass(frozen=True, eq=False, repr=False)
class HitRate:
    """How often flags turned out to be what they were held for; made by `hit_rate`.

    Attributes
    ----------
    hits : tuple of str
        The outcomes that count as a hit.
    level : float
        Of the exact interval.
    """

    hits: tuple[str, ...]
    level: float
    _frame: pd.DataFrame
    _kept_out: pd.DataFrame

    def __repr__(self) -> str:
        row = self._frame[self._frame["klasse"] == FLAGGED].iloc[0]
        return f"HitRate({row['treffers']} of {row['bekend']} flags, {row['niet_geinterviewd']} not interviewed)"

    def to_frame(self) -> pd.DataFrame:
        """Return one row per class: meer, minder, both together (``meer_of_minder``), verwacht.

        Returns
        -------
        DataFrame
            ``klasse, gemeenten`` (with that flag), ``niet_geinterviewd``, ``onbekend`` (interviewed, outcome not
            known), ``bekend`` (the denominator), ``treffers, aandeel, lower, upper`` (a share, Clopper-Pearson),
            ``method`` and ``reason`` (why there is no share).
        """
        return self._frame.copy()

    def kept_out(self) -> pd.DataFrame:
        """Return who is not in the shares and why: ``gemeente, klasse, reason``.

        ``reason`` is not_interviewed, outcome_unknown, or not_judged (interviewed, but without a verdict by the rule).
        """
        return self._kept_out.copy()

    def to_report(self, lang: Lang = "nl", *, name: str = "trefkans") -> ReportTable:
        """Return a table to print."""
        check_lang(lang)
        columns = [TableColumn("klasse", values="klasse_trefkans")]
        counts = ("gemeenten", "niet_geinterviewd", "onbekend", "bekend", "treffers")
        columns += [TableColumn(c, "count", label_key=f"trefkans_{c}") for c in counts]
        shares = ("aandeel", "lower", "upper")
        columns += [TableColumn(c, "share", label_key=f"fieldwork_{c}", reason_column="reason") for c in shares]
        joined = " / ".join(label("soort_oorzaak", hit, lang) for hit in self.hits)
        notes = [label("fieldwork_note", "hit", lang).format(joined), label("fieldwork_note", "kept_out", lang)]
        return ReportTable(
            name, label("fieldwork_title", "hit_rate", lang), self.to_frame(), columns, notes,
            label("fieldwork_note", "own", lang), lang=lang,
        )  # fmt: skip


def outcomes_of(interviews: CodedInterviews, agree: Agree = "majority") -> pd.DataFrame:
    """Return the outcome of each interview: the class of causes that weighs most in it.

    Parameters
    ----------
    interviews : CodedInterviews
    agree : {"any", "majority", "all"}
        When a cause counts.

    Returns
    -------
    DataFrame
        ``gemeente, uitkomst``: the class with the largest sum of sterkte over the causes that count; ``hybride`` where
        actual and administrative causes weigh the same, or where hybrid ones weigh as much as the heaviest; ``geen``
        where no cause counts.

    Examples
    --------
    >>> from reintegratie_stats.fieldwork.coded import code_interviews
    >>> frame = pd.DataFrame(
    ...     {
    ...         "gemeente": ["GM1", "GM1", "GM2"],
    ...         "oorzaak": ["doelgroep", "administratieve_last", None],
    ...         "sterkte": [1, 3, None],
    ...         "richting": ["meer", "minder", None],
    ...     }
    ... )
    >>> outcomes_of(code_interviews(frame))["uitkomst"].tolist()
    ['administratief', 'geen']
    """
    found = interviews.per_gemeente(agree)
    found = found[found["telt"]]
    sums = found.pivot_table(index="gemeente", columns="soort", values="sterkte", aggfunc="sum", observed=True)
    sums = sums.reindex(index=list(interviews.gemeenten), columns=list(CAUSE_CLASSES)).fillna(0.0)
    values = sums.to_numpy(dtype=np.float64)
    most = values.max(axis=1)
    heaviest = np.abs(values - most[:, None]) < 1e-9
    out = []
    for top, number in zip(heaviest, most, strict=True):
        kinds = [kind for kind, is_top in zip(CAUSE_CLASSES, top, strict=True) if is_top]
        out.append("geen" if number <= 0 else kinds[0] if len(kinds) == 1 else "hybride")
    names = pd.array(list(interviews.gemeenten), dtype="string")
    return pd.DataFrame({"gemeente": names, "uitkomst": pd.array(out, dtype="string")})


def hit_rate(
    flags: Flags | pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    hits: Sequence[str] = ("administratief",),
    level: float = 0.95,
) -> HitRate:
    r"""Return how often a flag turned out to be a registration error, by class.

    Parameters
    ----------
    flags : Flags or DataFrame
        Of `flag_outliers`, or a frame with ``gemeente`` and ``flag`` (meer, minder, verwacht, niet_te_beoordelen).
    outcomes : DataFrame
        ``gemeente, uitkomst`` of who was interviewed: feitelijk, administratief, hybride or geen; missing where the
        interview did not settle it. `outcomes_of` makes it from coded interviews.
    hits : sequence of str
        The outcomes that are a registration error; with ``("administratief", "hybride")`` those that are so in part
        count as well.
    level : float
        Of the exact interval.

    Returns
    -------
    HitRate
        With k hits among the n gemeenten of a class whose outcome is known, the share k / n. Who was not interviewed,
        or whose outcome is not known, is kept out of n and told apart. For ``verwacht`` it is the share of
        gemeenten *without* a flag that nevertheless turned out to have a registration error.

    Raises
    ------
    RegisterError
        For gemeenten that stand twice or have an outcome but no flag, and outcomes or flags that do not exist.
    DefinitionError
        For hits that do not exist.

    Notes
    -----
    The interval holds for the rule, applied again to gemeenten like these, if who was interviewed is chance within the
    class. Interviews of the furthest outliers only, or refusals by who registers badly, make it another figure: look at
    ``niet_geinterviewd``.

    Examples
    --------
    >>> names = [f"GM{k}" for k in range(1, 7)]
    >>> flags = pd.DataFrame({"gemeente": names, "flag": ["meer", "meer", "minder", "minder", "minder", "verwacht"]})
    >>> outcomes = pd.DataFrame({"gemeente": names[:4], "uitkomst": ["feitelijk", *["administratief"] * 3]})
    >>> rate = hit_rate(flags, outcomes)
    >>> rate
    HitRate(3 of 4 flags, 1 not interviewed)
    >>> rate.to_frame()[["klasse", "bekend", "treffers", "lower", "upper"]].round(2)
               klasse  bekend  treffers  lower  upper
    0            meer       2         1   0.01   0.99
    1          minder       2         2   0.16   1.00
    2  meer_of_minder       4         3   0.19   0.99
    3        verwacht       0         0    NaN    NaN
    """
    check_level(level)
    hits = (hits,) if isinstance(hits, str) else tuple(dict.fromkeys(hits or ()))
    for name in hits:
        if name not in OUTCOMES:
            raise DefinitionError(
                f"hits holds {name!r}; choose from {listing(OUTCOMES)}.{nearest(str(name), OUTCOMES)}"
            )
    if not hits:
        raise DefinitionError(f"hits is empty; name outcomes that are a hit: {listing(OUTCOMES)}.")
    named = flags.to_frame().rename(columns={flags.id: "gemeente"}) if isinstance(flags, Flags) else flags
    judged, found = _checked(named, outcomes)
    both = judged.merge(found, on="gemeente", how="left", validate="one_to_one", indicator=True)
    interviewed = (both.pop("_merge") == "both").to_numpy()
    rows = []
    for klasse, members in (("meer", ("meer",)), ("minder", ("minder",)), (FLAGGED, ("meer", "minder")),
                            ("verwacht", ("verwacht",))):  # fmt: skip
        mine = both["flag"].isin(members).to_numpy(dtype=bool)
        known = mine & interviewed & both["uitkomst"].notna().to_numpy()
        rows.append({
            "klasse": klasse, "gemeenten": int(mine.sum()), "niet_geinterviewd": int((mine & ~interviewed).sum()),
            "onbekend": int((mine & interviewed & ~known).sum()), "bekend": int(known.sum()),
            "treffers": int((known & both["uitkomst"].isin(hits).to_numpy(dtype=bool)).sum()),
        })  # fmt: skip
    frame = pd.DataFrame(rows).astype({"klasse": "string"})
    interval = clopper_pearson(frame["treffers"], frame["bekend"], level)
    frame["aandeel"], frame["lower"], frame["upper"] = interval.value, interval.lower, interval.upper
    frame["method"] = pd.array([interval.method] * len(frame), dtype="string")
    frame["reason"] = pd.array([_NO_OUTCOME if n == 0 else None for n in frame["bekend"]], dtype="string")
    return HitRate(hits, float(level), frame, _left_out(both, interviewed))


def _left_out(both: pd.DataFrame, interviewed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> pd.DataFrame:
    out = both[["gemeente"]].assign(klasse=both["flag"])
    unknown = both["uitkomst"].isna().to_numpy()
    unjudged = (both["flag"] == UNJUDGED).to_numpy(dtype=bool)
    why = np.where(~interviewed, _NOBODY, np.where(unknown, "outcome_unknown", _NO_VERDICT))
    return out.assign(reason=pd.array(why, dtype="string"))[unknown | unjudged].reset_index(drop=True)


def _checked(flags: pd.DataFrame, outcomes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    problems: list[str] = []
    frames = []
    for what, frame, column, allowed in (("flags", flags, "flag", FLAGS), ("outcomes", outcomes, "uitkomst", OUTCOMES)):
        if not isinstance(frame, pd.DataFrame):
            problems.append(f"{what} is a {type(frame).__name__}, not a DataFrame")
            continue
        columns = [str(name) for name in frame.columns]
        lost = [name for name in ("gemeente", column) if name not in columns]
        problems += [f"{what} has no column '{name}'.{nearest(name, columns)}".removesuffix(".") for name in lost]
        if twice := [name for name in ("gemeente", column) if columns.count(name) > 1]:
            problems.append(f"{what} has column {listing(twice)} more than once")
        elif not lost:
            frame = frame.set_axis(columns, axis=1)
            part = pd.DataFrame({name: text(frame[name]) for name in ("gemeente", column)}).reset_index(drop=True)
            problems += list(_frame_problems(what, part, column, allowed))
            frames.append(part)
    if len(frames) == 2 and (strangers := sorted(set(frames[1]["gemeente"].dropna()) - set(frames[0]["gemeente"]))):
        hint = nearest(strangers[0], frames[0]["gemeente"].dropna())
        problems.append(f"outcomes has gemeenten without a flag: {listing(strangers)}.{hint}")
    if problems:
        lines = "\n".join(f"- {problem}" for problem in problems)
        raise RegisterError(f"Flags and outcomes have {counted(len(problems), 'problem')}:\n{lines}")
    return frames[0].sort_values("gemeente").reset_index(drop=True), frames[1]


def _frame_problems(what: str, frame: pd.DataFrame, column: str, allowed: Sequence[str]) -> Iterator[str]:
    names = frame["gemeente"]
    if names.isna().any():
        yield f"{what}: gemeente is missing in {counted(int(names.isna().sum()), 'row')}"
    if twice := sorted(set(names[names.duplicated() & names.notna()])):
        yield f"{what} has more than one row for {listing(twice)}"
    if what == "flags" and not len(frame):
        yield "flags has no rows"
    values = frame[column]
    if what == "flags" and values.isna().any():
        yield f"flags: flag is missing for {listing(sorted(names[values.isna()].dropna()))}"
    for value in sorted(set(values.dropna()) - set(allowed)):
        yield f"{what}: {column} {shown(value)} is not one of {listing(allowed)}.{nearest(value, allowed)}"
