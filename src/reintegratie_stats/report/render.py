"""Markdown, HTML and CSV of a `ReportTable`: functions over the value, with the same bytes always.

Every function prints the cells that the table formatted; none formats or computes. Text is escaped
for the language that it goes into.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Final

from reintegratie_stats.report.formats import superscript
from reintegratie_stats.report.labels import label
from reintegratie_stats.report.table import Cell, ReportTable, TableColumn

BYTE_ORDER_MARK: Final = "\ufeff"
WIDEST_UPRIGHT: Final = 6
"""Number of columns up to which a page is printed upright."""
_SEPARATOR: Final = {"nl": ";", "en": ","}
_FORMULA: Final = re.compile(r"^[=+\-@\t\r]")
_MARKDOWN: Final = re.compile(r"([\\|<>*_`\[\]])")

TABLE_CSS: Final = """\
.rs-tabel.rs-tabel { border-collapse: collapse; color: #1a1a1a; background: #fff; line-height: 1.35;
  font-family: "DejaVu Sans", Verdana, Arial, sans-serif; font-size: 0.875rem;
  font-variant-numeric: tabular-nums; border-bottom: 2px solid #1a1a1a; }
.rs-tabel.rs-tabel caption { text-align: left; font-weight: bold; font-size: 1rem; padding: 0 0 0.6rem; }
.rs-tabel.rs-tabel th, .rs-tabel.rs-tabel td { padding: 0.3rem 0.7rem; text-align: left; vertical-align: top;
  background: transparent; border: 0; border-bottom: 1px solid #d0d0d0; }
.rs-tabel.rs-tabel thead th { vertical-align: bottom; border-bottom: 1px solid #1a1a1a; }
.rs-tabel.rs-tabel thead tr:first-child th { border-top: 2px solid #1a1a1a; }
.rs-tabel.rs-tabel thead th[scope="colgroup"] { text-align: center; }
.rs-tabel.rs-tabel tbody th { font-weight: normal; }
.rs-tabel.rs-tabel tbody th[scope="rowgroup"] { font-weight: bold; }
.rs-tabel.rs-tabel tbody tr:last-child > *, .rs-tabel.rs-tabel tbody th[scope="rowgroup"] {
  border-bottom-color: #1a1a1a; }
.rs-tabel.rs-tabel .rs-getal { text-align: right; }
.rs-tabel.rs-tabel tbody .rs-getal, .rs-tabel.rs-tabel tbody th[scope="rowgroup"] { white-space: nowrap; }
.rs-tabel.rs-tabel sup { font-size: 0.7em; line-height: 0; }
.rs-tabel.rs-tabel sup a { color: #00558b; }
.rs-noten { color: #1a1a1a; font-family: "DejaVu Sans", Verdana, Arial, sans-serif;
  font-size: 0.8rem; line-height: 1.4; max-width: 46rem; }
.rs-noten p, .rs-noten ol { margin: 0.5rem 0 0; }
.rs-noten ol { padding-left: 1.4rem; }
@media print { .rs-tabel.rs-tabel { font-size: 8.5pt; }
  .rs-tabel.rs-tabel th, .rs-tabel.rs-tabel td { padding: 0.2rem 0.4rem; }
  .rs-noten { font-size: 8pt; }
  .rs-tabel.rs-tabel thead { display: table-header-group; } .rs-tabel.rs-tabel tr { break-inside: avoid; }
  .rs-tabel.rs-tabel sup a { color: inherit; text-decoration: none; } }
"""
"""Style of tables, for a page that holds them."""
_PAGE_CSS: Final = """\
body { margin: 1.5rem; background: #fff; }
main { overflow-x: auto; }
@media print { body { margin: 0; } main { overflow: visible; } }
"""


def to_csv(table: ReportTable) -> str:
    r"""Return the rows of a table as CSV, with one header row.

    Parameters
    ----------
    table : ReportTable
        The table; its language decides the signs.

    Returns
    -------
    str
        Dutch: semicolons and decimal comma, as a Dutch Excel opens it; English: commas and point.
        Begins with the byte order mark by which Excel knows UTF-8. Numbers are rounded as declared
        and plain: no sign between thousands, no per cent sign (the head has ``(%)``). A missing
        value is ``n.b.``, a cell that is not applicable is empty. Text that a spreadsheet would
        take for a formula gets an apostrophe before it. Lines end in LF. Title, notes and reasons
        stand in the Markdown and the HTML.

    Notes
    -----
    Read it with ``pandas.read_csv(path, sep=";", decimal=",", na_values="n.b.")``, or in R with
    ``read.csv2(path, na.strings = c("n.b.", ""), fileEncoding = "UTF-8-BOM")``.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"cell": ["X"], "count": [10480], "share": [0.125]})
    >>> columns = [
    ...     TableColumn("cell"),
    ...     TableColumn("count", "count"),
    ...     TableColumn("share", "share", decimals=1),
    ... ]
    >>> to_csv(ReportTable("t", "Cellen", frame, columns)).lstrip(BYTE_ORDER_MARK)
    'Cel;Aantal;Aandeel (%)\nX;10480;12,5\n'
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=_SEPARATOR[table.lang], lineterminator="\n")
    heads = zip(table.columns, table.heads(), strict=True)
    writer.writerow([_csv_text(_csv_head(column, head)) for column, head in heads])
    for row in table.rows():
        cells = zip(table.columns, row, strict=True)
        writer.writerow([_csv_text(x.plain) if c.is_text else x.plain for c, x in cells])
    return BYTE_ORDER_MARK + buffer.getvalue()


def _csv_head(column: TableColumn, head: str) -> str:
    has_unit = column.kind not in ("percent", "share") or "%" in head
    return head if has_unit else f"{head} (%)"


def _csv_text(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def to_markdown(table: ReportTable) -> str:
    """Return a table as Markdown with pipes: title, rows, meaning of symbols, notes, source.

    Parameters
    ----------
    table : ReportTable
        The table.

    Returns
    -------
    str
        Columns are padded, so that the text can also be read as it is. Spanners and label of a
        column are joined into one head. Notes to a cell have superscript numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"ratio": ["sluitingsratio"], "published": [19]})
    >>> columns = [TableColumn("ratio", values="ratio"), TableColumn("published", "percent")]
    >>> print(to_markdown(ReportTable("t", "Tabel 5.1", frame, columns)))
    **Tabel 5.1**
    <BLANKLINE>
    | Ratio                            | Gepubliceerd |
    | :------------------------------- | -----------: |
    | Sluitingsratio arbeidsplichtigen |          19% |
    <BLANKLINE>
    """
    heads = [markdown_text(head) for head in table.heads()]
    body = [[markdown_text(cell.marked) for cell in row] for row in table.rows()]
    widths = [max(3, *(len(line[i]) for line in [heads, *body])) for i in range(len(heads))]
    lines = [_markdown_line(line, table.columns, widths) for line in [heads, *body]]
    rule = [
        ":" + "-" * (w - 1) if c.is_text else "-" * (w - 1) + ":" for c, w in zip(table.columns, widths, strict=True)
    ]
    lines.insert(1, "| " + " | ".join(rule) + " |")
    under = [markdown_text(text) for text in _under(table)]
    return "\n\n".join([f"**{markdown_text(table.title)}**", "\n".join(lines), *under]) + "\n"


def _markdown_line(texts: Sequence[str], columns: Sequence[TableColumn], widths: Sequence[int]) -> str:
    padded = [
        text.ljust(width) if column.is_text else text.rjust(width)
        for text, column, width in zip(texts, columns, widths, strict=True)
    ]
    return "| " + " | ".join(padded) + " |"


def markdown_text(text: str) -> str:
    """Return a text as one line, with what Markdown reads as marks escaped."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _under(table: ReportTable) -> Iterator[str]:
    """Yield what stands under a table: meaning of symbols, numbered reasons, notes, source."""
    if table.legend():
        yield "; ".join(table.legend()) + "."
    for number, reason in enumerate(table.reasons(), start=1):
        yield f"{superscript(number)} {reason}"
    yield from table.notes
    if table.source:
        yield f"{label('word', 'source', table.lang)}: {table.source}"


def to_html(table: ReportTable) -> str:
    """Return a table as a complete page that needs no network and prints well.

    Parameters
    ----------
    table : ReportTable
        The table.

    Returns
    -------
    str
        HTML with the language, a caption, heads with their scope, notes that are linked from the
        cells, and the source. All text is escaped.
    """
    turned = " landscape" if len(table.columns) > WIDEST_UPRIGHT else ""
    css = f"{_PAGE_CSS}@page {{ size: A4{turned}; margin: 2cm; }}\n"
    return html_page(table.lang, table.title, css, f'<main tabindex="0">\n{to_html_fragment(table)}</main>\n')


def html_page(lang: str, title: str, css: str, body: str) -> str:
    """Return a complete page that needs no network; the title is escaped, the body is HTML already."""
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{css}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def to_html_fragment(table: ReportTable) -> str:
    """Return a table as a piece of HTML with its own style, for a page that exists already."""
    return f'<div lang="{table.lang}">\n<style>\n{TABLE_CSS}</style>\n{html_table(table)}{html_under(table)}</div>\n'


def html_table(table: ReportTable, caption: bool = True) -> str:
    """Return the HTML of a table alone: no style, nothing under it."""
    parts = [
        '<table class="rs-tabel">\n',
        f"<caption>{escape(table.title)}</caption>\n" if caption else "",
        *_html_colgroups(table.columns),
        "<thead>\n",
        *_html_head(table),
        "</thead>\n",
        *_html_bodies(table),
        "</table>\n",
    ]
    return "".join(parts)


def html_under(table: ReportTable) -> str:
    """Return the HTML of what stands under a table: symbols, numbered reasons, notes, source."""
    return "".join(_html_under(table))


def _html_colgroups(columns: Sequence[TableColumn]) -> Iterator[str]:
    """Yield the groups of columns under one top spanner, for the scope ``colgroup``."""
    for _, group in groupby(enumerate(columns), key=lambda c: c[1].spanners[:1] or c[0]):
        yield f'<colgroup span="{len(list(group))}"></colgroup>\n'


def _html_head(table: ReportTable) -> Iterator[str]:
    """Yield the rows of the head: one for each depth of spanners and one for the labels."""
    depth = max(len(column.spanners) for column in table.columns)
    for level in range(depth + 1):
        cells = "".join(_html_head_cells(table, level, depth))
        yield f"<tr>{cells}</tr>\n"


def _html_head_cells(table: ReportTable, level: int, depth: int) -> Iterator[str]:
    def run(numbered: tuple[int, TableColumn]) -> object:
        number, column = numbered
        return column.spanners[: level + 1] if len(column.spanners) > level else number

    for _, group in groupby(enumerate(table.columns), key=run):
        columns = [column for _, column in group]
        column = columns[0]
        if len(column.spanners) > level:
            text = escape(column.spanners[level])
            yield f'<th scope="colgroup" colspan="{len(columns)}">{text}</th>'
        elif len(column.spanners) == level:
            span = f' rowspan="{depth + 1 - level}"' if depth > level else ""
            text = escape(column.head(table.lang))
            yield f'<th scope="col"{span}{_html_class(column)}>{text}</th>'


def _html_class(column: TableColumn) -> str:
    return "" if column.is_text else ' class="rs-getal"'


def _html_bodies(table: ReportTable) -> Iterator[str]:
    """Yield a body for each run of rows with the same groups; without groups there is one."""
    groups = [i for i, column in enumerate(table.columns) if column.kind == "group"]

    def run(row: tuple[Cell, ...]) -> tuple[str, ...]:
        return tuple(row[i].text for i in groups)

    for _, rows in groupby(table.rows(), key=run):
        yield "<tbody>\n"
        yield from _html_rows(table, list(rows))
        yield "</tbody>\n"


def _html_rows(table: ReportTable, rows: Sequence[tuple[Cell, ...]]) -> Iterator[str]:
    names = [i for i, column in enumerate(table.columns) if column.kind == "text"][:1]
    for number, row in enumerate(rows):
        yield "<tr>"
        for i, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            text = _html_cell(table, cell)
            if column.kind == "group":
                head = f'<th scope="rowgroup" rowspan="{len(rows)}">{text}</th>'
                yield head if number == 0 else ""
            elif i in names:
                yield f'<th scope="row">{text}</th>'
            else:
                yield f"<td{_html_class(column)}>{text}</td>"
        yield "</tr>\n"


def _html_cell(table: ReportTable, cell: Cell) -> str:
    if cell.note is None:
        return escape(cell.text)
    spoken = f"{label('word', 'note', table.lang)} {cell.note}"
    link = f'<a href="#{_html_note(table, cell.note)}" aria-label="{spoken}">{cell.note}</a>'
    return f"{escape(cell.text)}&nbsp;<sup>{link}</sup>"


def _html_note(table: ReportTable, number: int) -> str:
    return escape(f"{table.name}-noot-{number}")


def _html_under(table: ReportTable) -> Iterator[str]:
    """Yield what stands under the table, with the numbered reasons as a list that cells link to."""
    yield '<div class="rs-noten">\n'
    if table.legend():
        yield f"<p>{escape('; '.join(table.legend()))}.</p>\n"
    if table.reasons():
        yield "<ol>\n"
        for number, reason in enumerate(table.reasons(), start=1):
            yield f'<li id="{_html_note(table, number)}">{escape(reason)}</li>\n'
        yield "</ol>\n"
    for note in table.notes:
        yield f"<p>{escape(note)}</p>\n"
    if table.source:
        yield f"<p>{label('word', 'source', table.lang)}: {escape(table.source)}</p>\n"
    yield "</div>\n"
