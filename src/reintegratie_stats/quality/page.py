"""The quality report as a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from reintegratie_stats.quality.tables import (
    account_table,
    in_order,
    linking_table,
    places_table,
    reading_table,
    row_rules,
    rules_table,
    set_aside_table,
    unjudged,
    unusual_table,
    where_tables,
)
from reintegratie_stats.quality.words import reading_word, say
from reintegratie_stats.report.document import Document, Section
from reintegratie_stats.report.formats import format_number

if TYPE_CHECKING:
    from reintegratie_stats.quality.quality_report import QualityReport


def quality_document(report: QualityReport, *, short: bool = False) -> Document:
    """Return the report as text and tables under headings; it may not leave the environment as it is.

    The `short` one, for a notebook, has what the text for a terminal has.
    """
    lang = report.lang
    sections = tuple(_short(report) if short else _sections(report))
    return Document("quality", say("title", lang), tuple(lead(report)), sections, status="inside", lang=lang)


def lead(report: QualityReport) -> Iterator[str]:
    """Yield the paragraphs on top: about what, how much was set aside, how many warnings."""
    lang = report.lang
    about = say("lead", lang, source=reading_word(report.registers.source or "tabellen", lang))
    days = [say("lead_day", lang, day=report.day)] if report.day is not None else []
    if report.window is not None:
        days.append(say("lead_window", lang, van=report.window[0], tot=report.window[1]))
    yield " ".join([about, *days])
    changes = [
        f"{name} ({reading_word(change.kind, lang)} {change.of})"
        for name, some in report.registers.changes.items()
        for change in some
    ]
    if changes:
        yield say("changes", lang, changes=", ".join(changes))
    account = report.accounting()
    aside, checked = int(account["set_aside"].sum()), int(account["checked"].sum())
    key = {0: "nothing_aside", 1: "one_aside"}.get(aside, "some_aside")
    rows = say(key, lang, rows=format_number(aside, 0, lang), of=format_number(checked, 0, lang))
    fails = row_rules(report)
    warned = int(((fails["severity"] == "waarschuwing") & (fails["fails"] > 0)).sum())
    unusual = sum(one.fails > 0 for one in report.findings)
    cannot = sum(map(unjudged, report.findings))
    yield f"{rows} {say('warnings', lang, rows=warned, unusual=unusual, unjudged=cannot)}"


def _short(report: QualityReport) -> Iterator[Section]:
    lang = report.lang
    yield Section(say("account", lang), table=account_table(report))
    failing = rules_table(report, failing=True)
    yield Section(say("fails", lang), table=failing) if len(failing.frame) else Section(say("no_fails", lang))
    if report.findings:
        table = unusual_table(report, failing=True)
        yield Section(say("unusual", lang), unusual_rest(report), told(report), table if len(table.frame) else None)
    if len((table := linking_table(report)).frame):
        yield Section(say("linking", lang), table=table)


def _sections(report: QualityReport) -> Iterator[Section]:
    lang = report.lang
    yield Section(say("account", lang), (say("account_text", lang),), table=account_table(report))
    if (reading := reading_table(report)) is not None:
        yield Section(say("reading", lang), table=reading)
    if len(report.set_aside()):
        yield Section(say("set_aside", lang), (say("set_aside_text", lang),), table=set_aside_table(report))
    failing = rules_table(report, failing=True)
    if len(failing.frame):
        yield Section(say("fails", lang), (say("fails_text", lang),), table=failing)
    else:
        yield Section(say("fails", lang), (say("no_fails", lang),))
    yield from _unusual(report)
    yield from _linking(report)
    yield Section(say("rules", lang), table=rules_table(report, failing=False))
    if report.findings:
        yield Section(say("unusual_all", lang), table=unusual_table(report, failing=False))


def _unusual(report: QualityReport) -> Iterator[Section]:
    lang = report.lang
    heading = say("unusual", lang)
    if not report.findings:
        yield Section(heading, (say("no_unusual", lang),))
        return
    table = unusual_table(report, failing=True)
    if len(table.frame):
        yield Section(heading, (say("unusual_text", lang), *unusual_rest(report)), told(report), table=table)
    else:
        yield Section(heading, (say("no_unusual_fails", lang), *unusual_rest(report)), told(report))
    for one, units in where_tables(report):
        note = one.note.get(lang, "")
        yield Section(f"{one.table}: {one.rule.text[lang]}", (note,) if note else (), table=units)


def unusual_rest(report: QualityReport) -> tuple[str, ...]:
    """Return a sentence on the rules of which nothing fails; none where there are no such rules."""
    number = sum(not one.fails and one.passes > 0 for one in report.findings)
    key = "unusual_passing" if number > 1 else "unusual_passing_one"
    return (say(key, report.lang, number=number),) if number else ()


def told(report: QualityReport) -> tuple[str, ...]:
    """Return a sentence about each rule of which something fails, and why others cannot be judged."""
    lang = report.lang
    found = [one for one in in_order(report) if one.note.get(lang)]
    sentences = [f"{one.rule.name} ({one.table}): {one.note[lang]}" for one in found if one.fails]
    reasons: dict[str, dict[str, list[str]]] = {}
    for one in found:
        if unjudged(one):
            reasons.setdefault(one.note[lang], {}).setdefault(one.rule.name, []).append(one.table)
    for note, rules in reasons.items():
        cases = "; ".join(f"{rule} ({', '.join(tables)})" for rule, tables in rules.items())
        sentences.append(say("unjudged", lang, note=note, cases=cases))
    return tuple(sentences)


def _linking(report: QualityReport) -> Iterator[Section]:
    lang = report.lang
    table = linking_table(report)
    notes = tuple(say(key, lang) for key in report.linking_notes)
    if len(table.frame):
        with_codes = "gemeenten" in set(table.frame["other"])
        more = (say("linking_gemeenten", lang),) if with_codes else ()
        yield Section(say("linking", lang), (say("linking_text", lang), *more, *notes), table=table)
    if (places := places_table(report)) is not None:
        number = report.linking_in_more
        sums = say("in_more", lang, number=format_number(number, 0, lang)) if number else say("in_none", lang)
        places = replace(places, notes=(sums,))
        yield Section(say("places", lang), (say("places_text", lang),), table=places)
