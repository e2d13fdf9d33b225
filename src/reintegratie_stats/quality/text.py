"""The quality report as plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reintegratie_stats.quality.page import lead, told, unusual_rest
from reintegratie_stats.quality.tables import account_table, linking_table, reading_table, rules_table, unusual_table
from reintegratie_stats.quality.words import say
from reintegratie_stats.report.table import ReportTable

if TYPE_CHECKING:
    from reintegratie_stats.quality.quality_report import QualityReport


def report_text(report: QualityReport) -> str:
    """Return the report as text: accounts, rules with fails, what is unusual, linking."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: QualityReport) -> Iterator[str]:
    lang = report.lang
    yield from lead(report)
    yield from table_lines(account_table(report), say("account", lang))
    if (reading := reading_table(report)) is not None:
        yield from table_lines(reading, say("reading", lang))
    failing = rules_table(report, failing=True)
    yield from table_lines(failing, say("fails", lang)) if len(failing.frame) else ["", say("no_fails", lang)]
    if report.findings:
        unusual = unusual_table(report, failing=True)
        nothing = ["", say("unusual", lang), f"  {say('no_unusual_fails', lang)}"]
        yield from table_lines(unusual, say("unusual", lang)) if len(unusual.frame) else nothing
        yield from (f"  {sentence}" for sentence in (*told(report), *unusual_rest(report)))
    linking = linking_table(report)
    yield from table_lines(linking, say("linking", lang)) if len(linking.frame) else []
    yield from (say(key, lang) for key in report.linking_notes)


def table_lines(table: ReportTable, title: str) -> Iterator[str]:
    """Yield a table as lines of text, after an empty line: a title, heads, and rows in columns.

    Examples
    --------
    >>> import pandas as pd
    >>> from reintegratie_stats.report.table import TableColumn
    >>> columns = [TableColumn("rule"), TableColumn("count", "count")]
    >>> table = ReportTable("t", "Regels", pd.DataFrame({"rule": ["is er"], "count": [1200]}), columns)
    >>> for line in table_lines(table, table.title):
    ...     print(line.rstrip())
    <BLANKLINE>
    Regels
      Regel  Aantal
      is er   1.200
    """
    lines = [table.heads(), *(tuple(cell.text for cell in row) for row in table.rows())]
    widths = [max(len(line[place]) for line in lines) for place in range(len(table.columns))]
    texts = [column.is_text for column in table.columns]
    yield ""
    yield title
    for line in lines:
        padded = [
            text.ljust(width) if is_text else text.rjust(width)
            for text, width, is_text in zip(line, widths, texts, strict=True)
        ]
        yield ("  " + "  ".join(padded)).rstrip()
