"""A document of text and tables as a value, and its HTML and Markdown: the same bytes always, no network.

It is for what goes into a file: a memo that says what was decided, on what numbers, and how to do it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Final

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.labels import check_lang, label
from reintegratie_stats.report.render import TABLE_CSS, html_page, html_table, html_under, markdown_text, to_markdown
from reintegratie_stats.report.table import ReportTable, Status, check_name
from reintegratie_stats.report.write import write_texts

_CSS: Final = """\
@page { size: A4; margin: 2cm 1.8cm; }
body { margin: 1.5rem; background: #fff; color: #1a1a1a; line-height: 1.45;
  font-family: "DejaVu Sans", Verdana, Arial, sans-serif; font-size: 0.9rem; }
main { max-width: 60rem; }
h1 { font-size: 1.5rem; margin: 0 0 0.4rem; } h2 { font-size: 1.1rem; margin: 1.8rem 0 0.5rem; }
p, ul { margin: 0 0 0.6rem; max-width: 46rem; }
pre { background: #eef1f4; padding: 0.7rem 0.9rem; overflow-x: auto; font-size: 0.8rem; line-height: 1.4; }
.rs-vak { overflow-x: auto; margin: 0.6rem 0 1rem; }
@media print { body { margin: 0; font-size: 9pt; } main { max-width: none; } h2 { break-after: avoid; }
  .rs-vak { overflow: visible; } .rs-tabel.rs-tabel { font-size: 7.5pt; }
  .rs-tabel.rs-tabel th, .rs-tabel.rs-tabel td { padding: 0.12rem 0.3rem; } }
"""


@dataclass(frozen=True)
class Section:
    """A part of a document.

    Parameters
    ----------
    heading : str
    paragraphs : tuple of str
    items : tuple of str
        A list under the paragraphs.
    table : ReportTable, optional
        With what stands under it.
    code : str
        Lines to repeat, as they are typed.
    """

    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    table: ReportTable | None = None
    code: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Document:
    """Text and tables under headings.

    Parameters
    ----------
    name : str
        Name of the files.
    title : str
    lead : tuple of str
        Paragraphs before the first heading.
    sections : tuple of Section
    status : {"inside", "release"}
        ``inside``: may not leave the environment; `write_document` refuses it.
    lang : {"nl", "en"}

    Raises
    ------
    ReportError
        For a name that cannot name a file, a language that does not exist, a table in another language, or two tables
        of one name.
    """

    name: str
    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    status: Status = "inside"
    lang: str = "nl"
    _tables: tuple[ReportTable, ...] = field(init=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        check_lang(self.lang)
        tables = tuple(section.table for section in self.sections if section.table is not None)
        if any(table.lang != self.lang for table in tables):
            raise ReportError(f"Document {self.name!r} is in {self.lang!r} and holds a table in another language.")
        if len({table.name for table in tables}) < len(tables):
            raise ReportError(f"Document {self.name!r} holds two tables of one name.")
        object.__setattr__(self, "_tables", tables)

    def __repr__(self) -> str:
        return f"Document({self.name!r}, {len(self.sections)} sections, {len(self._tables)} tables)"

    def _repr_html_(self) -> str:
        """Return the document as a piece of HTML, for a notebook."""
        return f'<div lang="{self.lang}">\n<style>\n{TABLE_CSS}</style>\n{"".join(_html(self))}</div>\n'


def document_html(document: Document) -> str:
    """Return a document as a complete page that prints well.

    Examples
    --------
    >>> memo = Document("memo", "Keuze", ("Waarom deze.",), (Section("Hoe", ("Zo.",)),))
    >>> "<h2>Hoe</h2>" in document_html(memo)
    True
    """
    body = f"<main>\n{''.join(_html(document))}</main>\n"
    return html_page(document.lang, document.title, f"{TABLE_CSS}{_CSS}", body)


def _html(document: Document) -> Iterator[str]:
    yield f"<h1>{escape(document.title)}</h1>\n"
    yield from (f"<p>{escape(text)}</p>\n" for text in document.lead)
    for section in document.sections:
        yield f"<h2>{escape(section.heading)}</h2>\n"
        yield from (f"<p>{escape(text)}</p>\n" for text in section.paragraphs)
        if section.items:
            yield f"<ul>\n{''.join(f'<li>{escape(text)}</li>{chr(10)}' for text in section.items)}</ul>\n"
        if section.table is not None:
            yield f'<div class="rs-vak" tabindex="0" aria-label="{escape(section.table.title)}" role="region">\n'
            yield f"{html_table(section.table)}{html_under(section.table)}</div>\n"
        if section.code:
            yield f"<pre><code>{escape(section.code.strip())}</code></pre>\n"


def document_markdown(document: Document) -> str:
    """Return a document as Markdown.

    Examples
    --------
    >>> print(document_markdown(Document("memo", "Keuze", ("Waarom.",), (Section("Hoe", items=("zo", "en zo")),))))
    # Keuze
    <BLANKLINE>
    Waarom.
    <BLANKLINE>
    ## Hoe
    <BLANKLINE>
    - zo
    - en zo
    <BLANKLINE>
    """
    parts = [f"# {markdown_text(document.title)}", *map(markdown_text, document.lead)]
    for section in document.sections:
        parts += [f"## {markdown_text(section.heading)}", *map(markdown_text, section.paragraphs)]
        parts += ["\n".join(f"- {markdown_text(text)}" for text in section.items)] if section.items else []
        parts += [] if section.table is None else [to_markdown(section.table).strip()]
        parts += [f"```\n{section.code.strip()}\n```"] if section.code else []
    return "\n\n".join(parts) + "\n"


def write_document(document: Document, folder: str | Path) -> tuple[Path, ...]:
    """Write a document as HTML and Markdown: ``<name>.html``, ``<name>.md``.

    Raises
    ------
    ReportError
        The document or a table in it is marked ``inside``, or the folder cannot be written.
    """
    inside = [table.name for table in document._tables if table.status != "release"]
    if inside:
        raise ReportError(f"Document {document.name!r} holds tables that are marked 'inside': {', '.join(inside)}.")
    texts = {"html": document_html(document), "md": document_markdown(document)}
    return write_texts(texts, folder, document.name, status=document.status)


def page_list(title: str, lead: Sequence[str], rows: Sequence[tuple[str, str, str]], lang: str) -> str:
    """Return a page with links: for each row where it leads, its name, and what it is.

    Examples
    --------
    >>> '<a href="a.html">A</a>' in page_list("Bladen", (), [("a.html", "A", "eerste")], "nl")
    True
    """
    lines = "".join(
        f'<tr><th scope="row"><a href="{escape(place)}">{escape(name)}</a></th><td>{escape(what)}</td></tr>\n'
        for place, name, what in rows
    )
    body = (
        f"<main>\n<h1>{escape(title)}</h1>\n{''.join(f'<p>{escape(text)}</p>{chr(10)}' for text in lead)}"
        f'<table class="rs-tabel">\n<thead><tr><th scope="col">{label("column", "gemeente", lang)}</th>'
        f'<th scope="col">{label("column", "label", lang)}</th></tr></thead>\n<tbody>\n{lines}</tbody>\n</table>\n'
        "</main>\n"
    )
    return html_page(lang, title, f"{TABLE_CSS}{_CSS}", body)
