"""The tables of the quality report, for a page and for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from reintegratie_stats.quality.finding import Finding
from reintegratie_stats.quality.places import PERSON
from reintegratie_stats.quality.plain import plain
from reintegratie_stats.quality.words import reading_word, row_rule_text, say
from reintegratie_stats.report.labels import label, labels
from reintegratie_stats.report.table import Kind, ReportTable, TableColumn

if TYPE_CHECKING:
    from reintegratie_stats.quality.quality_report import QualityReport

MOST_UNITS: Final = 40
"""So many units that fail a rule are shown; `QualityReport.where` has all."""
WORDS: Final = ("maat", "wat")
"""What a rule tells of a unit in words; the values of others, as a gemeente, are printed as they are."""
_COUNTS: Final = ("items", "passes", "fails", "missing")
_SEVERITY: Final = TableColumn("severity", label_key="quality_severity", values="quality_severity")


def account_table(report: QualityReport) -> ReportTable:
    """Return what became of the rows, per register."""
    columns = [
        _column("table"),
        _column("rows", "count", "source_rows"),
        *(_column(name, "count") for name in ("taken_out", "read", "checked", "set_aside", "used")),
    ]
    return _table(report, "account", report.accounting(), columns)


def reading_table(report: QualityReport) -> ReportTable | None:
    """Return what a layout did to rows of files and with which rows it joined, or None where it did nothing."""
    readings = report.registers.reading.values()
    frames = [reading.to_frame() for reading in readings if reading.steps or reading.joined is not None]
    if not frames:
        return None
    frame = pd.concat(frames, ignore_index=True)
    frame = frame[~frame["stap"].isin(["gelezen", "gebruikt", "uitgeklapt tot"])]
    for name in ("stap", "reden"):
        frame[name] = [reading_word(word, report.lang) for word in frame[name]]
    columns = [
        _column("register", "group", "table"),
        _column("bestand", label_key="file"),
        _column("stap", label_key="step"),
        _column("kolom", label_key="column"),
        _column("reden", label_key="because"),
        _column("rijen", "count", "rows"),
    ]
    return _table(report, "reading", frame, columns)


def set_aside_table(report: QualityReport) -> ReportTable:
    """Return why rows were set aside, each row at one rule."""
    frame = _with_texts(report, report.set_aside())
    columns = [
        _column("table", "group"),
        _column("column"),
        _column("text", label_key="first_rule"),
        _column("rows", "count"),
    ]
    return _table(report, "set_aside", frame, columns)


def row_rules(report: QualityReport) -> pd.DataFrame:
    """Return the rules on rows of the report, without those on what is unusual."""
    frame = report.to_frame()
    return frame.iloc[: len(frame) - len(report.findings)]


def rules_table(report: QualityReport, *, failing: bool) -> ReportTable:
    """Return the rules on rows: those with fails, or all."""
    frame = row_rules(report)
    frame = frame[frame["fails"] > 0] if failing else frame
    columns = [
        _column("table", "group"),
        _column("column"),
        TableColumn("text", label_key="rule"),
        _SEVERITY,
        *(_column(name, "count") for name in _COUNTS),
    ]
    return _table(report, "fails" if failing else "rules", frame, columns)


def in_order(report: QualityReport) -> list[Finding]:
    """Return what is unusual: what fails first, then what cannot be judged at all."""
    return sorted(report.findings, key=lambda one: (one.fails == 0, not unjudged(one)))


def unusual_table(report: QualityReport, *, failing: bool) -> ReportTable:
    """Return what is unusual, per rule and register: what fails, or everything."""
    chosen = [one for one in in_order(report) if one.fails or not failing]
    records = [
        (
            *(one.rule.text[report.lang], one.table, one.column, one.rule.severity, one.rule.unit),
            *(one.items, one.passes, one.fails, one.missing),
        )
        for one in chosen
    ]
    names = ["text", "table", "column", "severity", "unit", *_COUNTS]
    columns = [
        TableColumn("text", label_key="rule"),
        _column("table"),
        _column("column"),
        *(() if {one.rule.severity for one in chosen} <= {"waarschuwing"} else (_SEVERITY,)),
        TableColumn("unit", label_key="quality_unit", values="quality_unit"),
        *(_column(name, "count") for name in _COUNTS if name != "passes" or not failing),
    ]
    return _table(report, "unusual" if failing else "unusual_all", pd.DataFrame(records, columns=names), columns)


def unjudged(one: Finding) -> bool:
    """Whether a rule could not be judged on a register at all, as where there are no rows."""
    return one.items == one.missing


def where_tables(report: QualityReport) -> Iterator[tuple[Finding, ReportTable]]:
    """Yield each finding that tells of units that fail, and these; at most `MOST_UNITS` of them."""
    for number, one in enumerate(in_order(report), start=1):
        if one.where:
            yield one, _units_table(report, f"where_{number}", one)


def _units_table(report: QualityReport, name: str, one: Finding) -> ReportTable:
    shown = [{str(key): plain(value) for key, value in unit.items()} for unit in one.where[:MOST_UNITS]]
    keys = list(dict.fromkeys(key for unit in shown for key in unit))
    columns = [_unit_column(key, [unit.get(key) for unit in shown], report.lang) for key in keys]
    columns.sort(key=lambda column: not column.is_text)  # what it is before how much
    frame = pd.DataFrame({column.name: _unit_values(column, shown, report.lang) for column in columns})
    of = len(one.where)
    notes = [say("where_more", report.lang, shown=len(shown), of=of)] if of > len(shown) else []
    title = say("where", report.lang)
    return ReportTable(f"quality_{name}", title, frame, columns, notes=notes, lang=report.lang)


def _unit_column(key: str, values: Sequence[Any], lang: str) -> TableColumn:
    """Return how a value that a rule tells of a unit is printed."""
    known = labels("quality_where", lang)
    head = known.get(key, key.replace("_", " ").capitalize())
    given = [value for value in values if value is not None and not isinstance(value, bool)]
    if key == "jaar" or not given or not all(isinstance(value, Real) for value in given):
        return TableColumn(key, "text", label=head)
    if key.startswith("aandeel") and all(0 <= value <= 1 for value in given):
        return TableColumn(key, "share", label=head, decimals=1)
    whole = all(isinstance(value, Integral) for value in given)
    return TableColumn(key, "count" if whole else "number", label=head, decimals=0 if whole else 1)


def _unit_values(column: TableColumn, units: Sequence[Mapping[str, Any]], lang: str) -> list[Any]:
    values = [unit.get(column.name) for unit in units]
    if not column.is_text:
        return values
    words = labels("quality_what", lang) if column.name in WORDS else {}
    return [value if value is None else words.get(str(value), str(value)) for value in values]


def linking_table(report: QualityReport) -> ReportTable:
    """Return how keys link, in all."""
    columns = [
        TableColumn("table", label_key="quality_from"),
        _column("other"),
        _column("key"),
        *(_column(name, "count") for name in ("keys", "matched", "unmatched", "duplicated")),
        *(_column(name, "count") for name in ("rows_matched", "rows_unmatched")),
    ]
    return _table(report, "linking", report.linking(), columns)


def places_table(report: QualityReport) -> ReportTable | None:
    """Return per gemeente the persons on bijstand, and how many of these each other register knows; None without."""
    frame = report.linking(by="gemeente")
    frame = frame[(frame["table"] == "bijstand") & (frame["key"] == PERSON)]
    if frame.empty:
        return None
    lang = report.lang
    none = say("no_gemeente", lang)
    total = report.linking()
    total = total[(total["table"] == "bijstand") & (total["key"] == PERSON)]
    frame = pd.concat([frame.fillna({"gemeente": none}), total.assign(gemeente=label("word", "total", lang))])
    others = list(dict.fromkeys(frame["other"]))
    wide = frame.drop_duplicates("gemeente")[["gemeente", "keys"]].reset_index(drop=True)
    columns = [TableColumn("gemeente"), _column("keys", "count", "persons")]
    for other in others:
        here = frame[frame["other"] == other].set_index("gemeente")
        for what, key in (("matched", "there"), ("unmatched", "not_there")):
            wide[f"{what}_{other}"] = wide["gemeente"].map(here[what])
            head = label("column", f"quality_{key}", lang)
            columns.append(TableColumn(f"{what}_{other}", "count", label=head, spanner=other))
    return _table(report, "places", wide, columns)


def _with_texts(report: QualityReport, frame: pd.DataFrame) -> pd.DataFrame:
    texts = [row_rule_text(rule, report.lang) for rule in frame["rule"]]
    return frame.assign(text=pd.Series(texts, index=frame.index, dtype="string"))


def _column(name: str, kind: Kind = "text", label_key: str | None = None) -> TableColumn:
    return TableColumn(name, kind, label_key=f"quality_{label_key or name}")


def _table(report: QualityReport, name: str, frame: pd.DataFrame, columns: Sequence[TableColumn]) -> ReportTable:
    title = say(f"{name}_table", report.lang)
    return ReportTable(f"quality_{name}", title, frame, columns, lang=report.lang)
