"""How strong the evidence for a cause is: beperkt, redelijk or sterk, by a rule that is a value and is printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Real
from typing import Any, Final, Literal, get_args

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError
from reintegratie_stats.fieldwork.causes import CauseCounts
from reintegratie_stats.fieldwork.codebook import CodeBook
from reintegratie_stats.fieldwork.coders import CoderAgreement
from reintegratie_stats.fieldwork.ties import CauseTies
from reintegratie_stats.report.formats import format_number, format_percent
from reintegratie_stats.report.labels import Lang, check_lang, label
from reintegratie_stats.report.table import ReportTable, TableColumn

Evidence = Literal["beperkt", "redelijk", "sterk"]
EVIDENCE: Final[tuple[str, ...]] = get_args(Evidence)
CRITERIA: Final = ("gemeenten", "overeenstemming", "samenhang", "richting")
SOURCE: Final = "Krippendorff (2004), Content analysis, ch. 11 (alpha: 0.667, 0.80)"


@dataclass(frozen=True)
class EvidenceLevel:
    """What a label asks; all of it must hold.

    Parameters
    ----------
    gemeenten : int
        In at least so many gemeenten the cause counts.
    agreement : float or None
        Krippendorff's alpha (named or not) is at least this; None: not asked.
    tie : float or None
        The adjusted p value of the tie with the residual is at most this, and the effect lies on the side that the
        cause points to; None: not asked.
    direction : float
        In at least this share of those gemeenten (more than a half) the residual lies on the side that the cause
        points to; 0: not asked. A cause may point to more in one gemeente and to fewer in another.

    Raises
    ------
    DefinitionError
        For a number outside its range.
    """

    gemeenten: int
    agreement: float | None
    tie: float | None
    direction: float

    def __post_init__(self) -> None:
        agreement, tie, way = (_number(getattr(self, name)) for name in ("agreement", "tie", "direction"))
        whole = isinstance(self.gemeenten, (int, np.integer)) and not isinstance(self.gemeenten, bool)
        checks = (
            ("gemeenten", whole and self.gemeenten >= 1, "a whole number of at least 1"),
            ("agreement", self.agreement is None or 0 <= agreement <= 1, "from 0 to 1, or None"),
            ("tie", self.tie is None or 0 < tie <= 1, "above 0 and at most 1, or None"),
            ("direction", way == 0 or 0.5 < way <= 1, "above 0.5 and at most 1, or 0"),
        )
        wrong = [f"{name} is {getattr(self, name)!r}; it is {allowed}" for name, fine, allowed in checks if not fine]
        if wrong:
            raise DefinitionError(f"A level of evidence cannot be: {'; '.join(wrong)}.")

    def asks_no_less_than(self, other: EvidenceLevel) -> bool:
        """Return whether whatever meets this level meets the other one."""
        agreement = -1.0 if self.agreement is None else self.agreement
        least = -1.0 if other.agreement is None else other.agreement
        tie = 2.0 if self.tie is None else self.tie
        most = 2.0 if other.tie is None else other.tie
        sizes = self.gemeenten >= other.gemeenten and self.direction >= other.direction
        return sizes and agreement >= least and tie <= most


def _number(value: object) -> float:
    """Return a number, or NaN, which is in no range, for anything else."""
    return float(value) if isinstance(value, Real) and not isinstance(value, bool) else float("nan")


@dataclass(frozen=True)
class EvidenceRule:
    """When evidence for a cause is called redelijk and when sterk; less is beperkt.

    Parameters
    ----------
    redelijk, sterk : EvidenceLevel
    source : str
        Where the rule comes from; tables print it.

    Raises
    ------
    DefinitionError
        When sterk asks less than redelijk of anything.

    Examples
    --------
    >>> rule = EvidenceRule()
    >>> for sentence in rule.sentences("en"):
    ...     print(sentence)
    Fair evidence: the cause counts in at least 3 gemeenten, alpha is at least 0.667, and in at least 60% of these
    gemeenten the residual lies on the side that the cause points to.
    Strong evidence: the cause counts in at least 5 gemeenten, alpha is at least 0.8, the tie with the residual has an
    adjusted p of at most 0.1 and lies on the side that the cause points to, and in at least 80% of these gemeenten the
    residual lies on the side that the cause points to.
    Limited evidence: anything less. What was not measured counts as not met.
    >>> EvidenceRule(sterk=EvidenceLevel(2, 0.8, 0.1, 0.9))
    Traceback (most recent call last):
    reintegratie_stats.errors.DefinitionError: The level sterk asks less than redelijk; whatever is sterk must be
    redelijk.
    """

    redelijk: EvidenceLevel = field(default=EvidenceLevel(3, 0.667, None, 0.60))
    sterk: EvidenceLevel = field(default=EvidenceLevel(5, 0.80, 0.10, 0.80))
    source: str = SOURCE

    def __post_init__(self) -> None:
        for name in ("redelijk", "sterk"):
            if not isinstance(level := getattr(self, name), EvidenceLevel):
                raise DefinitionError(f"{name} is a {type(level).__name__}; it is an EvidenceLevel.")
        if not self.sterk.asks_no_less_than(self.redelijk):
            raise DefinitionError("The level sterk asks less than redelijk; whatever is sterk must be redelijk.")

    def sentences(self, lang: Lang = "nl") -> tuple[str, ...]:
        """Return the rule in words, a sentence per label."""
        check_lang(lang)
        out = []
        for name in ("redelijk", "sterk"):
            parts = _parts(getattr(self, name), lang)
            joined = ", ".join(parts[:-1]) + (label("evidence_rule", "and", lang) if len(parts) > 1 else "") + parts[-1]
            out.append(f"{label('evidence_rule', name, lang)}: {joined}.")
        return (*out, label("evidence_rule", "beperkt", lang))


def _parts(level: EvidenceLevel, lang: Lang) -> list[str]:
    parts = [label("evidence_rule", "gemeenten", lang).format(level.gemeenten)]
    if level.agreement is not None:
        parts.append(label("evidence_rule", "overeenstemming", lang).format(_short(level.agreement, lang)))
    if level.tie is not None:
        parts.append(label("evidence_rule", "samenhang", lang).format(_short(level.tie, lang)))
    if level.direction:
        share = format_percent(level.direction, 0 if round(100 * level.direction, 6) % 1 == 0 else 1, lang)
        parts.append(label("evidence_rule", "richting", lang).format(share))
    return parts


def _short(value: float, lang: Lang) -> str:
    text = f"{value:.6f}".rstrip("0")
    return format_number(value, len(text) - text.index(".") - 1, lang)


@dataclass(frozen=True, eq=False, repr=False)
class EvidenceTable:
    """The evidence for each cause; made by `judge_evidence`.

    Attributes
    ----------
    rule : EvidenceRule
    code_book : CodeBook
    """

    rule: EvidenceRule
    code_book: CodeBook
    _frame: pd.DataFrame

    def __repr__(self) -> str:
        numbers = [f"{int((self._frame['bewijs'] == name).sum())} {name}" for name in EVIDENCE]
        return f"EvidenceTable({', '.join(numbers)}, {int(self._frame['bewijs'].isna().sum())} not found)"

    def to_frame(self) -> pd.DataFrame:
        """Return one row per cause of the code book.

        Returns
        -------
        DataFrame
            ``oorzaak, soort, gemeenten, overeenstemming`` (alpha), ``effect`` (of the tie), ``p_adjusted``,
            ``richting_aandeel`` (share of these gemeenten where the residual lies on the side that the cause points
            to), ``bewijs`` (beperkt, redelijk, sterk; missing where the cause counts nowhere) and ``tekort`` (what
            keeps it from the next label, of `CRITERIA`).
        """
        return self._frame.copy()

    def to_report(self, lang: Lang = "nl", *, name: str = "bewijs") -> ReportTable:
        """Return a table to print, with the rule under it."""
        check_lang(lang)
        frame = self.to_frame()
        frame["oorzaak"] = [self.code_book.cause(code).label(lang) for code in frame["oorzaak"]]
        none = label("evidence_rule", "not_found", lang)
        frame["bewijs_reason"] = pd.array([none if pd.isna(v) else None for v in frame["bewijs"]], dtype="string")
        frame["tekort"] = [_words(text, lang) for text in frame["tekort"]]
        columns = [
            TableColumn("soort", "group", values="soort_oorzaak"),
            TableColumn("oorzaak"),
            TableColumn("gemeenten", "count"),
            TableColumn("overeenstemming", "number", decimals=2),
            TableColumn("effect", "difference", decimals=1, label_key="effect_z"),
            TableColumn("p_adjusted", "number", decimals=3),
            TableColumn("richting_aandeel", "share"),
            TableColumn("bewijs", values="bewijs"),
            TableColumn("tekort"),
        ]
        title = label("fieldwork_title", "evidence", lang)
        source = f"{self.code_book.bron}. {self.rule.source}"
        notes = (*self.rule.sentences(lang), label("evidence_rule", "own", lang))
        return ReportTable(name, title, frame, columns, notes, source, lang=lang)


def _words(text: Any, lang: Lang) -> str:
    if pd.isna(text):
        return ""
    return ", ".join(label("evidence_criterion", part, lang) for part in str(text).split(", "))


def judge_evidence(
    counts: CauseCounts,
    agreement: CoderAgreement | None = None,
    ties: CauseTies | None = None,
    rule: EvidenceRule | None = None,
) -> EvidenceTable:
    """Label the evidence for each cause.

    Parameters
    ----------
    counts : CauseCounts
        By cause.
    agreement : CoderAgreement, optional
        With ``genoemd`` among what was compared. Without it no label that asks agreement is given.
    ties : CauseTies, optional
        By ``richting``. Without it no label that asks a tie or a direction is given.
    rule : EvidenceRule, optional
        By default ``EvidenceRule()``.

    Returns
    -------
    EvidenceTable

    Raises
    ------
    DefinitionError
        When the parts do not belong together: another code book, another choice of when a cause counts, or counts by
        class.

    Notes
    -----
    A label is a way to read four figures at once, and no more than they are: see what keeps a cause from the next label
    (``tekort``). CBS (2025) gives no such label.
    """
    used = EvidenceRule() if rule is None else rule
    _check_parts(counts, agreement, ties)
    out = counts.to_frame()[["oorzaak", "soort", "gemeenten"]]
    alpha = [np.nan if agreement is None else agreement.value(code) for code in out["oorzaak"]]
    out["overeenstemming"] = np.array(alpha, dtype=np.float64)
    for name, values in _ties(ties, len(out)).items():
        out[name] = values
    judged = [_judge(dict(row), used) for row in out.to_dict("records")]
    out["bewijs"] = pd.array([text for text, _ in judged], dtype="string")
    out["tekort"] = pd.array([lacking for _, lacking in judged], dtype="string")
    return EvidenceTable(used, counts.code_book, out)


def _check_parts(counts: CauseCounts, agreement: CoderAgreement | None, ties: CauseTies | None) -> None:
    problems = []
    if counts.by != "oorzaak":
        problems.append("counts is by class; give counts by 'oorzaak'")
    for name, part in (("agreement", agreement), ("ties", ties)):
        if part is not None and part.code_book != counts.code_book:
            problems.append(f"{name} is of code book '{part.code_book.naam}', counts of '{counts.code_book.naam}'")
    if ties is not None and ties.agree != counts.agree:
        problems.append(f"ties counts a cause with agree={ties.agree!r}, counts with {counts.agree!r}")
    if ties is not None and ties.score != "richting":
        problems.append("ties is by 'genoemd'; evidence asks ties by 'richting'")
    if agreement is not None and not (agreement.to_frame()["wat"] == "genoemd").any():
        problems.append("agreement does not hold 'genoemd'")
    if problems:
        raise DefinitionError(f"These results do not belong together: {'; '.join(problems)}.")


def _ties(ties: CauseTies | None, size: int) -> dict[str, Any]:
    """Return effect, adjusted p, and the share of gemeenten where residual and cause lie on the same side."""
    if ties is None:
        return {name: np.full(size, np.nan) for name in ("effect", "p_adjusted", "richting_aandeel")}
    frame = ties.to_frame()
    number = (frame["meer"] + frame["minder"] + frame["verdeeld"]).to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(number > 0, frame["zelfde_kant"].to_numpy(dtype=np.float64) / number, np.nan)
    values = {name: frame[name].to_numpy(dtype=np.float64) for name in ("effect", "p_adjusted")}
    return values | {"richting_aandeel": share}


def _judge(row: dict[str, Any], rule: EvidenceRule) -> tuple[str | None, str | None]:
    """Return the label of a cause and what it lacks for the next one."""
    if row["gemeenten"] == 0:
        return None, None
    for given, asked in (("beperkt", rule.redelijk), ("redelijk", rule.sterk)):
        if lacking := _lacking(row, asked):
            return given, ", ".join(lacking)
    return "sterk", None


def _lacking(row: dict[str, Any], level: EvidenceLevel) -> list[str]:
    """Return the criteria of a level that a row does not meet; what is missing is not met."""
    met = {
        "gemeenten": row["gemeenten"] >= level.gemeenten,
        "overeenstemming": level.agreement is None or row["overeenstemming"] >= level.agreement,
        "samenhang": level.tie is None or (row["p_adjusted"] <= level.tie and row["effect"] > 0),
        "richting": level.direction == 0 or row["richting_aandeel"] >= level.direction,
    }
    return [name for name in CRITERIA if not met[name]]
