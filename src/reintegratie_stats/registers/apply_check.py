"""What is wrong between a layout and the files that it is for, before it is applied."""

from __future__ import annotations

from reintegratie_stats.errors import listing, nearest
from reintegratie_stats.registers.files import ColumnInfo, SourceTable
from reintegratie_stats.registers.layout import OPEN_COLUMN, Layout, LayoutColumn


def check_layout(layout: Layout, source: SourceTable) -> list[str]:
    """Return what is wrong between a layout and the files: columns that are not there, or not of one type."""
    if layout.unfinished:
        verb = "is" if len(layout.unfinished) == 1 else "are"
        return [
            f"Layout {layout.naam} is not finished: {listing(layout.unfinished)} {verb} "
            f"yours to fill in (now '{OPEN_COLUMN}'). Write a layout of your own with basis = \"{layout.naam}\"."
        ]
    problems = []
    for name in layout.needed_columns:
        without = [file for file in source.files if file.column(name) is None]
        if not without:
            continue
        where = "" if len(without) == len(source.files) else f" of {listing(file.name for file in without)}"
        there = [*without[0].columns, *without[0].others]
        recognised = any(without[0].column(other) for other in layout.source_columns)
        seen = (
            f"{nearest(name, there)} Present: {listing(there)}."
            if recognised
            else (f" None of its {len(there)} columns is one that layout {layout.naam} names: is it the right file?")
        )
        problems.append(f"{source.name}: column '{name}' of layout {layout.naam} is missing{where}.{seen}")
    return problems + key_clashes(layout, source) + _replaced(layout, source)


def _replaced(layout: Layout, source: SourceTable) -> list[str]:
    """Name columns that would come along under the name of one that unfolding makes."""
    if not layout.alles_meenemen or layout.uitklappen is None:
        return []
    used = {name.casefold() for name in layout.source_columns}
    made = {"naar": layout.uitklappen.naar, "aantal": layout.uitklappen.aantal}
    return [
        f"{source.name}: column '{name}' would come along, and uitklappen makes a column of that name. Give uitklappen "
        f'another {setting} (such as "{name}_per_soort"), or name the columns that come along under meenemen.'
        for setting, name in made.items()
        if name.casefold() not in used and any(file.column(name) for file in source.files)
    ]


def key_clashes(layout: Layout, source: SourceTable) -> list[str]:
    """Name keys that are a number in one file and text in another: leading zeros are lost in the first."""
    problems = []
    for result, column in layout.kolommen.items():
        if kind_of(layout, result) != "key" or column.breedte is not None or is_code(result, column):
            continue
        for name in column.kolom:
            kinds: dict[str, list[str]] = {}
            for file in source.files:
                if (written := file.column(name)) is not None:
                    for kind in _kinds_of(file.columns[written]):
                        kinds.setdefault(kind, []).append(file.name)
            numbers, texts = set(kinds.get("number", ())), set(kinds.get("text", ()))
            if numbers and texts and len(numbers | texts) > 1:
                problems.append(
                    f"{source.name}: column '{name}' is a number in {listing(kinds['number'])} and text in "
                    f"{listing(kinds['text'])}: a number has lost its leading zeros, and one key would become two. "
                    f"Say how many digits it has (breedte)."
                )
    return problems


def _kinds_of(info: ColumnInfo) -> tuple[str, ...]:
    """Return the kind of a column; of a sheet, in which each cell has its own, those that speak of leading zeros."""
    if not info.cells:
        return (info.kind,)
    kinds = (("number", "number"), ("zeros", "text"))
    return tuple(kind for cells, kind in kinds if cells in info.cells)


def is_code(name: str, column: LayoutColumn) -> bool:
    """Whether a column of the result holds codes of gemeenten that are to be written in one way."""
    return name == "gemeente" and column.code


def kind_of(layout: Layout, name: str) -> str:
    """Return the kind of a column of the result, by its declaration; "" for one that comes along."""
    return next((column.kind for column in layout.table.columns if column.name == name), "")
