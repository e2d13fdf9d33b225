"""Draft a layout from what a file says of itself; no row is shown, and what is not certain is left open."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from reintegratie_stats.errors import RegisterError, counted, listing, nearest
from reintegratie_stats.registers.files import Cache, ColumnInfo, FileOptions, describe_file
from reintegratie_stats.registers.files.paths import STATISTICAL
from reintegratie_stats.registers.layout import OPEN_COLUMN
from reintegratie_stats.registers.layout_read import OWN, read_layout, shipped_layouts
from reintegratie_stats.registers.layout_tables import TARGETS
from reintegratie_stats.registers.schema import Column, Table

_LIKE: dict[str, tuple[str, ...]] = {
    "persoon_id": (
        *("persoonid", "clientnummer", "cliëntnummer", "clientnr", "cliëntnr"),
        *("persoonsnummer", "persoonsleutel", "rin"),
    ),
    "gemeente": ("gemeente", "gemeentecode", "gemcode", "gem"),
    "begindatum": ("begindatum", "ingangsdatum", "startdatum", "datumbegin", "datumingang", "datumaanvang", "aanvang"),
    "einddatum": ("einddatum", "datumeind", "datumeinde", "beeindigingsdatum", "einde"),
    "reden_einde": ("redeneinde", "redenbeeindiging", "redenbeëindiging", "redenuitstroom"),
    "reden": ("reden", "redenvrijstelling", "vrijstellingsreden", "redenontheffing"),
    "soort": ("soort", "soortvoorziening", "soorttraject", "voorziening", "instrument", "soortbaan"),
    "vorm": ("vorm",),
    "registratiedatum": ("registratiedatum", "datumregistratie"),
    "consulent": ("consulent", "casemanager", "klantmanager"),
    "uren_per_week": ("urenperweek", "uren", "arbeidsduur"),
    "geboortedatum": ("geboortedatum", "gebdatum", "datumgeboorte"),
    "naam": ("naam", "gemeentenaam"),
    "provincie": ("provincie",),
    "landsdeel": ("landsdeel",),
    "inwoners": ("inwoners", "aantalinwoners", "bevolking"),
    "object_id": ("objectid", "rinobjectnummer"),
}
"""By what names a column of a canonical table goes elsewhere, in letters and digits only."""
_KINDS = {"text": "tekst", "number": "getal", "date": "datum", "other": "anders"}
_MOST_LABELS = 12
_OTHERWISE = {"gemeente": '{ vast = "GM0014" }, of { adres_op = "begindatum" } (met adressen en objecten)'}
"""What a required column can be where the file does not have it."""


def draft_layout(path: Path, table: str | None = None, options: FileOptions | None = None) -> str:
    """Return a layout in TOML for a file, to be looked through and completed.

    Parameters
    ----------
    path : Path
    table : str, optional
        The table that it is to fill; by default the one whose columns are most in the file.
    options : FileOptions, optional

    Raises
    ------
    RegisterError
        When the file cannot be read, or its first line does not look like names.
    """
    columns, rows, said_of_file = describe_file(path, Cache.at(None), options, wanted=_names_elsewhere())
    _refuse_values(path, columns)
    if table is not None and table not in TARGETS:
        raise RegisterError(f"There is no table '{table}'; there are: {listing(TARGETS)}.{nearest(table, TARGETS)}")
    names = [column.name for column in columns]
    basis = None if table else _shipped(names)
    if basis is not None:
        lines = [f'basis = "{basis}"   # alle kolommen die deze layout noemt, zijn er: er hoeft niets bij']
        said: Sequence[str] = ()
    else:
        target = TARGETS[table] if table else max(TARGETS.values(), key=lambda one: _score(one, columns))
        lines, said = _columns(target, columns, path)
    settings = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in said_of_file.said().items()]
    lines += ["", "[bestand]", *settings] if settings else []
    size = counted(len(columns), "kolom", "kolommen") + (
        f", {counted(rows, 'rij', 'rijen')}" if rows is not None else ""
    )
    head = [
        f"# Ontwerp van een layout voor {path.name} ({size}). Kijk elke regel na en probeer hem:",
        f"#   reintegratie layout check LAYOUT.toml {path.name}",
        *said,
    ]
    return "\n".join([*head, "", *lines, "", "# De kolommen van het bestand:", *map(_described, columns)]) + "\n"


def _names_elsewhere() -> list[str]:
    """Return names that columns go by: by these the header of a workbook is recognised."""
    names = [like for likes in _LIKE.values() for like in likes]
    names += [name for table in TARGETS.values() for name in table.column_names]
    shipped = [read_layout(name) for name in shipped_layouts() if name != OWN]
    return [*names, *(name for layout in shipped for name in layout.source_columns if name != OPEN_COLUMN)]


def _refuse_values(path: Path, columns: Sequence[ColumnInfo]) -> None:
    """Refuse a header that is a row of values: these are not to be copied into a draft."""
    if path.suffix.casefold() in STATISTICAL:
        return
    values = [column for column in columns if sum(letter.isdigit() for letter in column.name) > len(column.name) / 2]
    if values:
        raise RegisterError(
            f"{path.name}: {counted(len(values), 'name')} of the {counted(len(columns), 'column')} in the first line "
            "look like values, not like names. Does the file have a line with names? Say which (kopregel)."
        )


def _shipped(names: Sequence[str]) -> str | None:
    """Return the layout of the package whose columns are all there; the one with most of them."""
    folded = {name.strip().casefold() for name in names}
    fits = []
    for name in shipped_layouts():
        layout = read_layout(name)
        needed = {one.casefold() for one in layout.source_columns}
        if name != OWN and not layout.unfinished and needed <= folded:
            fits.append((len(needed), name))
    return max(fits)[1] if fits else None


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


_OWN_NAMES = {_letters(name) for table in TARGETS.values() for name in table.column_names}


def _found(column: Column, columns: Sequence[ColumnInfo], taken: set[str]) -> ColumnInfo | None:
    """Return the column of the file that goes by one of the names: wholly, else in part."""
    free = [one for one in columns if one.name not in taken]
    likes = _LIKE.get(column.name, (_letters(column.name),))
    for test in (
        lambda name, like: name == like,
        lambda name, like: len(like) > 4 and like in name and name not in _OWN_NAMES,
    ):
        for like in likes:
            for one in free:
                if test(_letters(one.name), like) or (one.label and test(_letters(one.label), like)):
                    return one
    return None


def _score(table: Table, columns: Sequence[ColumnInfo]) -> tuple[float, int]:
    """Return the share of the required columns that are there, and how many are in all."""
    taken: set[str] = set()
    required = 0
    for column in table.columns:
        if (found := _found(column, columns, taken)) is not None:
            taken.add(found.name)
            required += column.required
    return required / len(table.required_names), len(taken)


def _columns(target: Table, columns: Sequence[ColumnInfo], path: Path) -> tuple[list[str], list[str]]:
    lines = [f'tabel = "{target.name}"', "", "[kolommen]"]
    taken: set[str] = set()
    rin = {one.name.casefold(): one.name for one in columns}
    open_columns = []
    for column in target.columns:
        if column.name == "persoon_id" and {"rinpersoons", "rinpersoon"} <= set(rin):
            parts = [rin["rinpersoons"], rin["rinpersoon"]]
            taken.update(parts)
            lines.append(f"persoon_id = {json.dumps(parts, ensure_ascii=False)}")
            continue
        found = _found(column, columns, taken)
        if found is None and not column.required:
            continue
        if found is None:
            open_columns.append(column.name)
            otherwise = _OTHERWISE.get(column.name, '{ leeg = true }, of { vast = "..." }')
            lines.append(f'{column.name} = "{OPEN_COLUMN}"   # niet gevonden; of {otherwise}')
            continue
        taken.add(found.name)
        lines.append(f"{column.name} = {_source(column, found, path)}")
    if "rinpersoons" in rin:
        lines += [
            "",
            "[[filter]]",
            f'kolom = "{rin["rinpersoons"]}"',
            'houd = ["R", "S"]',
            'reden = "sleutel wijst geen persoon aan"',
        ]
    said = [f"# Nog in te vullen: {listing(open_columns)}."] if open_columns else []
    return lines, said


def _source(column: Column, found: ColumnInfo, path: Path) -> str:
    name = json.dumps(found.name, ensure_ascii=False)
    if column.kind == "date" and found.kind != "date":
        form = "jjjjmmdd" if path.suffix.casefold() in STATISTICAL else "dd-mm-jjjj"
        ends = {"jjjjmmdd": '["99991231", "88888888", "99999999"]', "dd-mm-jjjj": '["31-12-9999"]'}[form]
        more = f", open = {ends}" if column.name == "einddatum" else ""
        return f'{{ kolom = {name}, datum = "{form}"{more} }}   # hoe schrijft het bestand een datum?'
    if column.kind == "text" and found.values:
        return f"{{ kolom = {name}, labels = true }}"
    if column.kind == "key" and found.kind == "number":
        return f"{{ kolom = {name} }}   # een getal heeft geen voorloopnullen: breedte = ... zet ze terug"
    return name


def _described(column: ColumnInfo) -> str:
    words = f"#   {column.name} ({_KINDS[column.kind]})"
    if column.label:
        words += f": {' '.join(column.label.split())}"
    if column.values and len(column.values) <= _MOST_LABELS:
        words += "; " + ", ".join(f"{code} = {' '.join(label.split())}" for code, label in column.values.items())
    elif column.values:
        words += f"; {len(column.values)} codes met een label"
    return words
