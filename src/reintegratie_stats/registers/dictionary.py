"""The data dictionary, generated from the declaration of the tables."""

from __future__ import annotations

from reintegratie_stats.registers.gemeente_tables import GEMEENTE_KEYS, GEMEENTE_TABLES
from reintegratie_stats.registers.schema import TABLES, Column, Table

_KINDS = {"key": "sleutel (tekst)", "text": "tekst", "date": "datum", "number": "getal"}


def data_dictionary() -> str:
    """Return the data dictionary as Markdown: a section per canonical table, of registers and of gemeenten.

    Examples
    --------
    >>> data_dictionary().splitlines()[0]
    '# Data dictionary'
    """
    registers = [_table(table) for table in TABLES.values()]
    gemeenten = [_gemeente_table(table) for table in GEMEENTE_TABLES.values()]
    return "\n\n".join([_INTRODUCTION, *registers, _GEMEENTEN, *gemeenten]) + "\n"


_INTRODUCTION = """# Data dictionary

The canonical tables, as `read_registers` and `Registers.from_frames` take them. This page is generated from the
declaration in `reintegratie_stats.registers.schema` (`python -m reintegratie_stats dictionary`); the same declaration
checks data and feeds the synthesiser. Descriptions are in Dutch, as the registers are.

- A file is `<table>.csv` (UTF-8, commas, dates as `2002-01-31` or `20020131`, empty is missing) or `<table>.parquet`.
- `einddatum` is the **last** day, as registers deliver it; empty is still running. Inside the package a spell runs
  from `begindatum` to before the day after `einddatum`.
- A row that breaks a rule of severity *fout* is set aside and counted in the check report. A *waarschuwing* is counted
  and the row is used.
- Columns that are not listed pass through: results can be grouped by those of bijstand, personen and gemeenten."""

_GEMEENTEN = """## Tables per gemeente

The tables as `read_gemeente_data` and `GemeenteData.from_frames` take them: counts per gemeente, year and soort, and
what is known of the gemeenten. They are declared in `reintegratie_stats.registers.gemeente_tables`. Here nothing is set
aside: a value that breaks a rule is an error, and all problems are told at once, gemeenten by name. Columns that are
not listed pass through; those of `gemeenten` can be covariates, exposures and traits."""


def _table(table: Table) -> str:
    lines = _lines(f"## {table.name}", table, "waarschuwing")
    notes = _notes(table)
    return "\n".join([*lines, *(["", *notes] if notes else [])])


def _gemeente_table(table: Table) -> str:
    lines = _lines(f"### {table.name} (per gemeente)", table, "fout")
    key = (table.unique,) if table.unique else GEMEENTE_KEYS.get(table.name, ())
    return "\n".join([*lines, *(["", f"- Eén rij per {_and(key)}."] if key else [])])


def _and(names: tuple[str, ...]) -> str:
    *first, last = (f"`{name}`" for name in names)
    return f"{', '.join(first)} en {last}" if first else last


def _lines(head: str, table: Table, severity: str) -> list[str]:
    needed = "verplicht" if table.required else "optioneel"
    return [
        head,
        "",
        f"{table.description} ({needed})",
        "",
        "| kolom | type | verplichte kolom | leeg mag | eenheid | omschrijving en regels |",
        "|---|---|---|---|---|---|",
        *(_column(column, severity) for column in table.columns),
    ]


def _column(column: Column, severity: str) -> str:
    rules = []
    if column.allowed:
        rules.append("waarde: " + " of ".join(f"`{value}`" for value in column.allowed))
    if column.minimum is not None and column.maximum is not None:
        rules.append(f"van {column.minimum:g} tot en met {column.maximum:g} ({severity})")
    elif column.minimum is not None:
        rules.append(f"minstens {column.minimum:g} ({severity})")
    if column.kind == "date" and not column.required:
        rules.append("wat geen datum is, ontbreekt (waarschuwing)")
    if column.name == "persoon_id":
        rules.append("niet leeg en niet alleen nullen")
    words = column.description + (f" Regel: {'; '.join(rules)}." if rules else "")
    yes_no = {True: "ja", False: "nee"}
    return (
        f"| `{column.name}` | {_KINDS[column.kind]} | {yes_no[column.required]} | {yes_no[column.nullable]} "
        f"| {column.unit} | {words} |"
    )


def _notes(table: Table) -> list[str]:
    notes = []
    if table.is_spells:
        notes.append(
            "- `einddatum` ligt niet voor `begindatum` (fout); op of na 1 januari 2100 telt als lopend (waarschuwing)."
        )
    if table.unique is not None:
        notes.append(f"- Eén rij per `{table.unique}`; een dubbele sleutel is een foutmelding.")
    for column, other, is_error in table.references:
        severity = "fout" if is_error else "waarschuwing"
        notes.append(f"- `{column}` komt voor in `{other}`, als die tabel er is ({severity}).")
    return notes
