"""A fact sheet: one page of A4 about one gemeente, as a value and as HTML that prints to one page.

The page stands on its own: its style and its figure are in it, it has no script and needs no network. It is printed to
PDF by any browser.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.labels import check_lang
from reintegratie_stats.report.render import TABLE_CSS, html_page, html_table
from reintegratie_stats.report.table import ReportTable, Status, check_name
from reintegratie_stats.report.write import write_texts

_CSS: Final = """\
@page { size: A4; margin: 10mm 12mm; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 1rem auto; width: 186mm; background: #fff; color: #1a1a1a; font-size: 7.4pt; line-height: 1.3;
  font-family: "DejaVu Sans", Verdana, Arial, sans-serif; }
header { display: flex; justify-content: space-between; gap: 6mm; border-bottom: 0.6mm solid #1a1a1a;
  padding-bottom: 1.4mm; }
h1 { font-size: 15pt; line-height: 1.1; margin: 0; } h1 small { font-size: 8.5pt; font-weight: normal; color: #595959; }
header p { margin: 0.6mm 0 0; } .rs-rol { text-align: right; max-width: 62mm; } .rs-rol b { font-size: 9pt; }
h2 { font-size: 8.4pt; margin: 0 0 0.8mm; } p { margin: 0 0 1mm; }
.rs-oordeel { margin: 2mm 0; padding: 1.4mm 2.2mm; background: #eef1f4; border-left: 1.2mm solid #1a1a1a; }
.rs-oordeel p { margin: 0; } .rs-oordeel p + p { margin-top: 0.6mm; color: #595959; }
.rs-oordeel b { font-size: 8.6pt; }
.rs-twee { display: grid; grid-template-columns: 101mm 1fr; column-gap: 3mm; align-items: start; margin-bottom: 2mm; }
.rs-drie { columns: 2; column-gap: 6mm; margin-bottom: 1.5mm; }
.rs-drie > div { break-inside: avoid; margin-bottom: 2mm; }
.rs-drie .rs-tabel.rs-tabel td, .rs-drie .rs-tabel.rs-tabel thead th + th { text-align: right; }
.rs-trechter { width: 100%; height: auto; display: block; }
ol, ul { margin: 0; padding-left: 4.2mm; } li { margin: 0 0 0.7mm; }
dl { display: grid; grid-template-columns: 1fr auto; gap: 0.3mm 2mm; margin: 0; } dd { margin: 0; text-align: right; }
.rs-punten { border-top: 0.3mm solid #1a1a1a; padding-top: 1.4mm; } .rs-punten li { margin-bottom: 1.1mm; }
footer { margin-top: 1.8mm; border-top: 0.2mm solid #8c8c8c; padding-top: 0.9mm; color: #595959; font-size: 6.2pt; }
footer p { margin: 0; }
.rs-tabel.rs-tabel { font-size: 6.9pt; line-height: 1.2; width: 100%; border-bottom-width: 0.3mm; }
.rs-tabel.rs-tabel th, .rs-tabel.rs-tabel td { padding: 0.5mm 0.9mm; white-space: nowrap; }
.rs-tabel.rs-tabel thead tr:first-child th { border-top-width: 0.3mm; }
.rs-tabel.rs-tabel sup { display: none; }
.rs-noot { font-size: 6.2pt; color: #595959; margin-top: 0.5mm; }
figure { margin: 0; } figcaption { font-size: 6.2pt; color: #595959; }
@media print { body { margin: 0; width: auto; }
  .rs-tabel.rs-tabel { font-size: 6.9pt; } .rs-tabel.rs-tabel th, .rs-tabel.rs-tabel td { padding: 0.5mm 0.9mm; } }
"""


@dataclass(frozen=True)
class Block:
    """A heading with lines or pairs under it.

    Parameters
    ----------
    heading : str
    lines : tuple of str
    pairs : tuple of tuple of str
        What and its value.
    """

    heading: str
    lines: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class FactSheet:
    """What stands on the page of a gemeente.

    Parameters
    ----------
    name : str
        Name of the file.
    title, code : str
        What the gemeente is called, and its code.
    place : str
        Where it lies and how large it is, in a line.
    role, role_text : str
        What it is in the draw, and who stands by.
    verdict, reason, why : str
        Its flag and the reason, in words; why it was chosen.
    counts : ReportTable
        What was registered and expected by type and year.
    figure, caption : str
        An SVG element, and what stands under it.
    twin : ReportTable, optional
        The gemeente beside its twin.
    blocks : tuple of Block
        Findings, cluster, survey.
    points : Block
        The points to discuss.
    footer : tuple of str
    status : {"inside", "release"}
        ``inside``: may not leave the environment; `write_fact_sheet` refuses it.
    lang : {"nl", "en"}

    Raises
    ------
    ReportError
        For a name that cannot name a file, a language that does not exist, or a figure that is no SVG element or calls
        for something outside the page.
    """

    name: str
    title: str
    code: str
    place: str
    role: str
    role_text: str
    verdict: str
    reason: str
    why: str
    counts: ReportTable
    figure: str
    caption: str
    twin: ReportTable | None
    blocks: tuple[Block, ...]
    points: Block
    footer: tuple[str, ...]
    status: Status = "inside"
    lang: str = "nl"

    def __post_init__(self) -> None:
        check_name(self.name)
        check_lang(self.lang)
        figure = self.figure.strip()
        if figure and not (figure.startswith("<svg") and figure.endswith("</svg>")):
            raise ReportError(f"The figure of sheet {self.name!r} is no <svg> element.")
        if "<script" in figure or "<image" in figure or "href=" in figure:
            raise ReportError(f"The figure of sheet {self.name!r} calls for something outside the page.")

    def __repr__(self) -> str:
        return f"FactSheet({self.name!r}, {len(self.points.lines)} points)"

    def _repr_html_(self) -> str:
        """Return the sheet as a frame for a notebook."""
        page = escape(fact_sheet_html(self))
        return f'<iframe title="{escape(self.title)}" width="760" height="1080" srcdoc="{page}"></iframe>'


def fact_sheet_html(sheet: FactSheet) -> str:
    """Return a sheet as a complete page: self-contained, one page of A4 in print."""
    return html_page(sheet.lang, f"{sheet.title} ({sheet.code})", f"{TABLE_CSS}{_CSS}", "".join(_parts(sheet)))


def _parts(sheet: FactSheet) -> Iterator[str]:
    yield f"<header>\n<div><h1>{escape(sheet.title)} <small>{escape(sheet.code)}</small></h1>\n"
    yield f"<p>{escape(sheet.place)}</p></div>\n"
    yield f'<div class="rs-rol"><b>{escape(sheet.role)}</b><p>{escape(sheet.role_text)}</p></div>\n</header>\n<main>\n'
    yield f'<section class="rs-oordeel"><p><b>{escape(sheet.verdict)}</b> {escape(sheet.reason)}</p>'
    yield f"<p>{escape(sheet.why)}</p></section>\n"
    yield f'<section class="rs-twee">\n<div><h2>{escape(sheet.counts.title)}</h2>\n'
    yield f"{html_table(sheet.counts, caption=False)}{_notes(sheet.counts)}</div>\n"
    yield f"<figure>\n{sheet.figure}<figcaption>{escape(sheet.caption)}</figcaption></figure>\n</section>\n"
    yield '<section class="rs-drie">\n'
    parts = [*([] if sheet.twin is None else [_table(sheet.twin)]), *map(_block, sheet.blocks)]
    yield "".join(f"<div>\n{part}</div>\n" for part in parts) + "</section>\n"
    yield f'<section class="rs-punten">\n<h2>{escape(sheet.points.heading)}</h2>\n<ol>\n'
    yield "".join(f"<li>{escape(line)}</li>\n" for line in sheet.points.lines)
    yield "</ol>\n</section>\n</main>\n<footer>\n"
    yield "".join(f"<p>{escape(line)}</p>\n" for line in sheet.footer)
    yield "</footer>\n"


def _table(table: ReportTable) -> str:
    return f"<h2>{escape(table.title)}</h2>\n{html_table(table, caption=False)}{_notes(table)}"


def _notes(table: ReportTable) -> str:
    """Return reasons and notes of a table in a line; symbols are explained where they occur."""
    said = [*(f"{text}." for text in ["; ".join(table.legend())] if text), *table.notes]
    return f'<p class="rs-noot">{escape(" ".join(said))}</p>\n' if said else ""


def _block(block: Block) -> str:
    lines = "".join(f"<p>{escape(line)}</p>\n" for line in block.lines)
    pairs = "".join(f"<dt>{escape(what)}</dt><dd>{escape(value)}</dd>\n" for what, value in block.pairs)
    return f"<h2>{escape(block.heading)}</h2>\n{lines}" + (f"<dl>\n{pairs}</dl>\n" if pairs else "")


def write_fact_sheet(sheet: FactSheet, folder: str | Path) -> tuple[Path, ...]:
    """Write a sheet as ``<name>.html``.

    Raises
    ------
    ReportError
        The sheet is marked ``inside``, or the folder cannot be written.
    """
    return write_texts({"html": fact_sheet_html(sheet)}, folder, sheet.name, status=sheet.status)
