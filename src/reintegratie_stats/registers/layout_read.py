"""Layouts from TOML: those of the package by name, and a user's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from importlib.resources import files
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reintegratie_stats.errors import DefinitionError, ReintegratieError, listing, nearest
from reintegratie_stats.registers.files import FileOptions
from reintegratie_stats.registers.layout import Layout, LayoutColumn, LayoutFilter, Unfold, sentence
from reintegratie_stats.registers.layout_join import NOT, WAYS, Joining
from reintegratie_stats.registers.layout_tables import TARGETS
from reintegratie_stats.registers.schema import TABLES

OWN = "eigen"
"""The package's own layout: the columns have their canonical names."""
_NAMES = (
    *("naam", "tabel", "omschrijving", "bron", "basis", "bestanden", "einddag", "alles_meenemen", "gebruikersmissing"),
    *("bestand", "kolommen", "meenemen", "filter", "uitklappen", "samenvoegen"),
)
_KINDS: dict[str, tuple[type, str]] = {
    **dict.fromkeys(("naam", "tabel", "omschrijving", "bron", "basis", "einddag"), (str, "text between quotes")),
    **dict.fromkeys(("alles_meenemen", "gebruikersmissing"), (bool, "true or false")),
    **dict.fromkeys(
        ("bestand", "kolommen", "meenemen", "uitklappen", "samenvoegen"), (dict, "a table, such as [kolommen]")
    ),
    "bestanden": (list, "a list of patterns"),
    "filter": (list, "written as [[filter]], once for each"),
}


def shipped_layouts() -> tuple[str, ...]:
    """Return the names of the layouts that come with the package.

    Examples
    --------
    >>> "spolisbus" in shipped_layouts()
    True
    """
    folder = files("reintegratie_stats.registers") / "layouts"
    return (OWN, *sorted(file.name[:-5] for file in folder.iterdir() if file.name.endswith(".toml")))


def own_layout(table: str) -> Layout:
    """Return the package's own layout for a table: every column has its canonical name, and all others come along."""
    declared = TARGETS[table]
    columns = {
        one.name: LayoutColumn(kolom=(one.name,), code=False, mag_ontbreken=not one.required)
        for one in declared.columns
    }
    return Layout(OWN, table, MappingProxyType(columns), alles_meenemen=True, omschrijving=declared.description)


def read_layout(layout: str | PathLike[str] | Layout, table: str | None = None) -> Layout:
    """Return a layout: by name of those that come with the package, or from a TOML file.

    Parameters
    ----------
    layout : str, path or Layout
        A name (``"spolisbus"``), or a file that ends in ``.toml``.
    table : str, optional
        The table that is to be filled; needed for the name ``"eigen"``.

    Raises
    ------
    DefinitionError
        When there is no such layout, or something in it cannot be. All problems at once.

    Examples
    --------
    >>> read_layout("spolisbus").tabel
    'dienstverbanden'
    """
    if isinstance(layout, Layout):
        return layout
    if not isinstance(layout, (str, PathLike)):
        raise DefinitionError(f"A layout is a name, a .toml file or a Layout, not {type(layout).__name__}.")
    if str(layout) == OWN:
        return own_layout(table or "bijstand")
    return _build(*_content(layout))


def _content(layout: str | PathLike[str]) -> tuple[str, dict[str, Any]]:
    """Return the name and the content of a layout, that of its basis included."""
    name, text = _text(layout)
    problem = ""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = str(error)
    if problem:
        raise DefinitionError(f"Layout {name} is no TOML: {problem}.")
    problems = [
        f"Layout {name} has '{one}', which is unknown; allowed: {listing(_NAMES, 20)}.{nearest(one, _NAMES)}"
        for one in content
        if one not in _NAMES
    ]
    problems += [
        f"Layout {name}: '{one}' must be {_KINDS[one][1]}."
        for one, value in content.items()
        if one in _KINDS and not isinstance(value, _KINDS[one][0])
    ]
    if problems:
        raise DefinitionError("\n".join(problems))
    content.setdefault("naam", name)
    basis = content.pop("basis", None)
    if basis is None:
        return name, content
    if basis == OWN:
        raise DefinitionError(f"Layout {name}: basis '{OWN}' is not needed: columns have their own names already.")
    return name, _over(content, _content(basis if not basis.endswith(".toml") else _beside(layout, basis))[1])


def _beside(layout: str | PathLike[str], basis: str) -> Path:
    return Path(layout).parent / basis


def _text(layout: str | PathLike[str]) -> tuple[str, str]:
    path = Path(layout)
    if path.suffix.casefold() == ".toml":
        try:
            return path.stem, path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            problem = f"Layout {path.name} is not UTF-8. Save it so."
        except OSError as error:
            problem = f"Layout {path} cannot be read: {error.strerror}."
        raise DefinitionError(problem)
    shipped = shipped_layouts()
    if str(layout) not in shipped:
        raise DefinitionError(
            f"There is no layout '{layout}'.{nearest(str(layout), shipped)} There are: {listing(shipped)}; "
            "one of your own is a file that ends in .toml."
        )
    file = files("reintegratie_stats.registers") / "layouts" / f"{layout}.toml"
    return str(layout), file.read_text(encoding="utf-8")


def _over(content: Mapping[str, Any], basis: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a layout over its basis: tables by column, filters after those of the basis."""
    merged = {**basis, **content}
    for part in ("kolommen", "meenemen", "bestand", "uitklappen"):
        if part in basis and part in content:
            merged[part] = {**basis[part], **content[part]}
    if "samenvoegen" in basis and "samenvoegen" in content:
        other = content["samenvoegen"].get("wijze", basis["samenvoegen"].get("wijze"))
        same = other == basis["samenvoegen"].get("wijze")  # settings go with their way
        merged["samenvoegen"] = {**(basis["samenvoegen"] if same else {}), **content["samenvoegen"]}
    merged["filter"] = [*basis.get("filter", []), *content.get("filter", [])]
    return merged


def _build(name: str, content: Mapping[str, Any]) -> Layout:
    problems: list[str] = []

    def take(where: str, make: Any) -> Any:
        try:
            return make()
        except ReintegratieError as error:
            problems.extend(sentence(f"Layout {name}: {where}: {line}") for line in str(error).splitlines())
        return None

    columns = {one: take(one, lambda value=value: _column(value)) for one, value in content.get("kolommen", {}).items()}
    further = {one: take(one, lambda value=value: _column(value)) for one, value in content.get("meenemen", {}).items()}
    filters = [take("filter", lambda value=value: _filter(value)) for value in content.get("filter", [])]
    unfold = take("uitklappen", lambda: _unfold(content["uitklappen"])) if "uitklappen" in content else None
    options = take("bestand", lambda: _options(content.get("bestand", {})))
    joining = take("samenvoegen", lambda: _joining(content["samenvoegen"])) if "samenvoegen" in content else None
    if not isinstance(content.get("tabel"), str):
        problems.append(f"Layout {name} lacks 'tabel': the table that it fills, one of {listing(TABLES)}.")
    if problems:
        raise DefinitionError("\n".join(problems))
    return Layout(
        naam=content["naam"],
        tabel=content["tabel"],
        kolommen=MappingProxyType(columns),
        meenemen=MappingProxyType(further),
        alles_meenemen=content.get("alles_meenemen", False),
        filters=tuple(filters),
        einddag=content.get("einddag", "laatste dag"),
        uitklappen=unfold,
        gebruikersmissing=content.get("gebruikersmissing", True),
        bestanden=tuple(content.get("bestanden", ())),
        bestand=options,
        samenvoegen=joining,
        omschrijving=content.get("omschrijving", ""),
        bron=content.get("bron", ""),
    )


def _column(value: Any) -> LayoutColumn:
    if isinstance(value, str):
        return LayoutColumn(kolom=(value,))
    if isinstance(value, list):
        return LayoutColumn(kolom=_texts("kolom", value))
    if not isinstance(value, dict):
        raise DefinitionError(
            'is neither a column ("NAAM"), nor columns to join, nor a table such as { kolom = "NAAM" }'
        )
    given = _known(value, LayoutColumn)
    for one in ("kolom", "open", "ontbreekt"):
        if one in given:
            given[one] = _texts(one, given[one])
    if "waarden" in given:
        values = given["waarden"]
        if not isinstance(values, dict) or not all(isinstance(one, str) for one in values.values()):
            raise DefinitionError('waarden must be a table of code and value, such as { "2" = "stage" }')
        given["waarden"] = MappingProxyType(dict(values))
    kinds: dict[str, tuple[type, ...]] = {
        **dict.fromkeys(("tussen", "datum", "getal", "overig", "voor", "vast", "adres_op"), (str,)),
        **dict.fromkeys(("labels", "leeg", "code", "mag_ontbreken"), (bool,)),
        "breedte": (int,),
    }
    for one, kind in kinds.items():
        if one in given and (not isinstance(given[one], kind) or (kind == (int,) and isinstance(given[one], bool))):
            words = {str: "text between quotes", bool: "true or false", int: "a whole number"}[kind[0]]
            raise DefinitionError(f"{one} must be {words}")
    return LayoutColumn(**given)


def _filter(value: Any) -> LayoutFilter:
    given = _known(value if isinstance(value, dict) else {"kolom": value}, LayoutFilter)
    for one in ("houd", "laat_weg"):
        if one in given:
            given[one] = _texts(one, given[one])
    for one in ("kolom", "reden"):
        if not isinstance(given.get(one, ""), str):
            raise DefinitionError(f"{one} must be text between quotes")
    given.setdefault("kolom", "")
    return LayoutFilter(**given)


def _unfold(value: Mapping[str, Any]) -> Unfold:
    given = _known(value, Unfold)
    columns = given.get("kolommen")
    if not isinstance(columns, dict) or not all(isinstance(one, str) for one in columns.values()):
        raise DefinitionError('kolommen must be a table of value and source column, such as { "10" = "NAAM" }')
    given["kolommen"] = MappingProxyType(dict(columns))
    return Unfold(**given)


def _joining(value: Mapping[str, Any]) -> Joining:
    settings = {name: tuple(one) if isinstance(one, list) else one for name, one in value.items() if name != "wijze"}
    if not isinstance(value.get("wijze"), str):
        raise DefinitionError(f"wijze is missing: one of {listing((*WAYS, NOT))}")
    return Joining(value["wijze"], settings)


def _options(value: Mapping[str, Any]) -> FileOptions:
    return FileOptions(**_known(value, FileOptions))


def _known(value: Mapping[str, Any], kind: type) -> dict[str, Any]:
    allowed = [one.name for one in fields(kind)]
    unknown = [one for one in value if one not in allowed]
    if unknown:
        raise DefinitionError(
            f"'{unknown[0]}' is unknown; allowed: {listing(allowed, 20)}{nearest(unknown[0], allowed).rstrip('?')}"
        )
    return dict(value)


def _texts(name: str, value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise DefinitionError(f'{name} must be text between quotes, or a list of such: codes too, as "01"')
    return tuple(values)
