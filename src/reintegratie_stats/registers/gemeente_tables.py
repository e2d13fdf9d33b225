"""The tables about gemeenten (no persons): their declaration, and a check that finds everything that is wrong.

Gemeenten are not persons: a message names them, and the values that were seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from reintegratie_stats.errors import counted, listing, nearest
from reintegratie_stats.registers.schema import Column, Table

JA_NEE = ("ja", "nee")


def _gemeente() -> Column:
    return Column("gemeente", "key", "Code van de gemeente, als tekst.", nullable=False)


def _waar(*further: Column) -> tuple[Column, ...]:
    return (
        _gemeente(),
        Column("jaar", "number", "Kalenderjaar.", nullable=False, minimum=1900, maximum=2200, unit="jaar"),
        *further,
    )


GEMEENTEN = Table(
    "gemeenten",
    "De gemeenten: één rij per gemeente, met kenmerken; verdere kolommen zijn vrij.",
    (
        _gemeente(),
        Column("naam", "text", "Naam van de gemeente.", required=False),
        Column("provincie", "text", "Provincie.", required=False),
        Column("landsdeel", "text", "Landsdeel.", required=False),
        Column("arbeidsmarktregio", "text", "Arbeidsmarktregio.", required=False),
        Column("samenwerkingsverband", "text", "Samenwerkingsverband; leeg is geen.", required=False),
        Column("externe_uitvoering", "text", "Externe uitvoering.", required=False, allowed=JA_NEE),
        Column("softwarepakket", "text", "Registratiesysteem.", required=False),
        Column("grootteklasse", "text", "Klasse van inwoners.", required=False),
        Column("inwoners", "number", "Aantal inwoners.", required=False, minimum=0, unit="personen"),
        Column("doelgroep", "number", "Wie een voorziening kan krijgen.", required=False, minimum=0, unit="personen"),
    ),
    required=True,
    unique="gemeente",
)

VOORZIENINGEN = Table(
    "voorzieningen",
    "Aantallen voorzieningen: één rij per gemeente, jaar en soort. Een rij die er niet is, is onbekend en niet nul.",
    _waar(
        Column("soort", "key", "Soort voorziening.", nullable=False),
        Column("aantal", "number", "Aantal voorzieningen; leeg is onbekend.", minimum=0, unit="voorzieningen"),
    ),
    required=True,
)

SOORTEN = Table(
    "soorten",
    "De soorten voorzieningen: één rij per soort.",
    (
        Column("soort", "key", "Soort voorziening.", nullable=False),
        Column("omschrijving", "text", "Omschrijving.", required=False),
        Column("geld", "text", "Of er een betaling aan hangt.", required=False, allowed=JA_NEE),
    ),
    unique="soort",
)

ENQUETE = Table(
    "enquete",
    "De enquête: één rij per gemeente die is gevraagd; verdere kolommen zijn antwoorden.",
    (_gemeente(), Column("antwoord", "text", "Of de gemeente heeft geantwoord.", nullable=False, allowed=JA_NEE)),
    unique="gemeente",
)

INTERVIEWS = Table(
    "interviews",
    "Gecodeerde interviews: één rij per gemeente, codeur en oorzaak; een codeur die niets vond heeft een lege rij.",
    (
        _gemeente(),
        Column("codeur", "key", "Wie codeerde.", nullable=False),
        Column("oorzaak", "text", "Code van de oorzaak."),
        Column("sterkte", "number", "Sterkte van de aanwijzing.", minimum=1, maximum=3),
        Column("richting", "text", "Of de oorzaak meer of minder geeft.", allowed=("meer", "minder")),
        Column("citaat", "text", "Wat is gezegd.", required=False),
    ),
)

WAARHEID = Table(
    "waarheid",
    "Van verzonnen gemeenten: elke oorzaak, per gemeente, jaar en soort.",
    _waar(
        Column("soort", "key", "Soort voorziening.", nullable=False),
        Column("oorzaak", "text", "Code van de oorzaak.", nullable=False),
        Column("factor", "number", "Factor op het verwachte aantal.", nullable=False, minimum=0),
    ),
)

WAARHEID_TOTAAL = Table(
    "waarheid_totaal",
    "Van verzonnen gemeenten: wat waar is van het totaal, per gemeente en jaar.",
    _waar(
        Column("verwacht", "number", "Werkelijke verwachting van het totaal.", nullable=False, minimum=0),
        Column("factor", "number", "Factor door de oorzaken.", nullable=False, minimum=0),
    ),
)

GEMEENTE_TABLES: dict[str, Table] = {
    table.name: table for table in (GEMEENTEN, VOORZIENINGEN, SOORTEN, ENQUETE, INTERVIEWS, WAARHEID, WAARHEID_TOTAAL)
}
"""The tables by their name, in the order in which they are read."""

GEMEENTE_KEYS = {
    "voorzieningen": ("gemeente", "jaar", "soort"),
    "interviews": ("gemeente", "codeur", "oorzaak"),
    "waarheid_totaal": ("gemeente", "jaar"),
}
"""The columns that say what a row is about, of tables that need more than one."""

_WHOLE = ("jaar", "aantal", "inwoners", "doelgroep", "sterkte")
_TAKEN = ("voorzieningen", "aantal", "jaar", "soort", "geld")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_CODE = re.compile(r"0\d+")


def typed(table: Table, frame: pd.DataFrame, text: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    """Return a table in its types and what is wrong with its values.

    Parameters
    ----------
    table : Table
    frame : DataFrame
        All columns text (empty is missing) or of types already.
    text : sequence of str
        Columns outside the declaration that stay text, though they look like numbers.

    Returns
    -------
    DataFrame, list of str
        Declared numbers are numbers, codes and text ``string`` without blanks around. Of other columns those of which
        every value is a number become numbers, unless one begins with 0 as a code does.
    """
    declared = {column.name: column for column in table.columns}
    absent = [name for name in table.required_names if name not in frame]
    problems = [
        f"{table.name}: column '{name}' is missing.{nearest(name, [str(c) for c in frame.columns])}" for name in absent
    ]
    made = {}
    for name in frame.columns:
        column = declared.get(str(name))
        if column is None and _is_other(frame[name]):
            made[str(name)] = frame[name]
            continue
        values = _stripped(frame[name])
        if column is not None:
            problems += _delivered(table, column, frame[name], values)
        if column is None and (str(name) in text or not _all_numbers(frame[name], values)):
            problems += [] if str(name) in text else _nearly_numbers(table, str(name), values, frame)
            made[str(name)] = values
        elif column is None or column.kind == "number":
            made[str(name)], wrong = _numbers(table, str(name), values, frame)
            problems += wrong
        else:
            made[str(name)] = values
    return pd.DataFrame(made, index=frame.index), problems


def check_values(table: Table, frame: pd.DataFrame) -> list[str]:
    """Return what is wrong within a typed table: missing, outside what is allowed, twice, in the way of a name."""
    problems = []
    for column in table.columns:
        if column.name in frame:
            problems += _check_column(table, column, frame)
    key = [table.unique] if table.unique else list(GEMEENTE_KEYS.get(table.name, ()))
    if key and all(name in frame for name in key):
        double = frame[frame.duplicated(key) & frame[key].notna().all(axis=1)]
        if len(double):
            shown = listing(dict.fromkeys(" ".join(str(row[name]) for name in key) for _, row in double.iterrows()))
            problems.append(f"{table.name}: more than one row of {shown}. Keep one row per {', '.join(key)}.")
    if table.name == "gemeenten":
        for name in (taken for taken in _TAKEN if taken in frame):
            problems.append(f"gemeenten: column '{name}' carries a name that counts are given. Rename it.")
    return problems


def check_references(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return which tables name gemeenten or soorten that are not in theirs, with the nearest name."""
    problems = []
    for column, home in (("gemeente", "gemeenten"), ("soort", "soorten")):
        known = set(tables[home][column].dropna()) if column in tables.get(home, ()) else set()
        if not known:
            continue
        for name, frame in tables.items():
            if name == home or column not in frame:
                continue
            strange = [str(value) for value in frame[column].dropna().unique() if value not in known]
            if strange:
                near = nearest(strange[0], known) if len(strange) == 1 else _hints(strange, known)
                what = counted(len(strange), column, f"{home}")
                problems.append(f"{name}: {what} not in {home}: {listing(strange)}.{near}")
    return problems


def _hints(strange: Sequence[str], known: set[str]) -> str:
    """Return the nearest name of the first few that have one."""
    found = [(value, nearest(value, known)) for value in strange[:12]]
    told = [f"'{value}':{near}" for value, near in found if near][:3]
    return "".join(f" {text}" for text in told)


def _is_other(column: pd.Series) -> bool:
    """Return whether a column is neither text nor a number and stays as it is: yes and no, or days."""
    return bool(pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_datetime64_any_dtype(column.dtype))


def _delivered(table: Table, column: Column, delivered: pd.Series, values: pd.Series) -> list[str]:
    """Return a complaint about a declared column that is empty where it may not be, or a code that is a number."""
    problems, empty = [], values.isna()
    if not column.nullable and empty.any():
        rows = listing((str(int(place) + 1) for place in empty[empty].index), 5)
        problems.append(f"{table.name}: '{column.name}' is empty in {counted(int(empty.sum()), 'row')} (row {rows}).")
    if column.name == "gemeente" and pd.api.types.is_numeric_dtype(delivered.dtype):
        problems.append(
            f"{table.name}: 'gemeente' holds {delivered.dtype}, by which zeros at the front are lost. Read it as text."
        )
    return problems


def _stripped(column: pd.Series) -> pd.Series:
    """Return a column as text without blanks around; empty is missing."""
    values = column.astype("string").str.strip()
    return values.mask((values == "").fillna(False))


def _all_numbers(column: pd.Series, values: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return True
    there = values.dropna()
    return len(there) > 0 and bool(
        there.str.fullmatch(_NUMBER.pattern).all() and not there.str.fullmatch(_CODE.pattern).any()
    )


def _where(frame: pd.DataFrame, wrong: pd.Series) -> Iterator[str]:
    """Yield the gemeenten (otherwise the numbers of the rows) where something is wrong."""
    for place in wrong[wrong].index:
        who = frame["gemeente"].get(place) if "gemeente" in frame else None
        yield f"row {int(place) + 1}" if who is None or pd.isna(who) or str(who).strip() == "" else str(who).strip()


def _nearly_numbers(table: Table, name: str, values: pd.Series, frame: pd.DataFrame) -> list[str]:
    """Return a complaint about a column of which most values are numbers, as a symbol or a comma stands among them."""
    there = values.dropna()
    if len(there) == 0 or there.str.fullmatch(_CODE.pattern).any():
        return []
    fine = there.str.fullmatch(_NUMBER.pattern)
    comma = there.str.fullmatch(r"-?\d+,\d+")
    if not (fine | comma).mean() > 0.5 or not (~fine).any():
        return []
    seen = listing(dict.fromkeys(f"'{value}'" for value in there[~fine]), 3)
    where = listing(_where(frame, ~fine), 5)
    return [f"{table.name}: column '{name}' holds numbers and {seen}, in {where}. {_advice(bool(comma.any()))}"]


def _advice(comma: bool) -> str:
    return "Write decimals with a point." if comma else "Leave the value empty where it is unknown."


def _numbers(table: Table, name: str, values: pd.Series, frame: pd.DataFrame) -> tuple[pd.Series, list[str]]:
    """Return a column of numbers (whole ones as integers), and a complaint about what is none or not whole."""
    there = values.dropna()
    fine = there.str.fullmatch(_NUMBER.pattern) | there.isin(["inf", "-inf"])
    problems = []
    if not fine.all():
        seen = listing(dict.fromkeys(f"'{value}'" for value in there[~fine]), 3)
        comma = bool(there.str.fullmatch(r"-?\d+,\d+").any())
        problems.append(
            f"{table.name}: '{name}' is no number in {listing(_where(frame, ~fine), 5)}: {seen}. {_advice(comma)}"
        )
    number = pd.to_numeric(values.where(values.isin(there[fine])), errors="coerce").astype("Float64").astype("float64")
    endless = number.isin([float("inf"), float("-inf")])
    if endless.any():
        problems.append(f"{table.name}: '{name}' is infinite in {listing(_where(frame, endless), 5)}.")
        number = number.mask(endless)
    broken = number.notna() & (number % 1 != 0)
    if name in _WHOLE and broken.any():
        seen = listing(dict.fromkeys(values[broken]), 3)
        problems.append(f"{table.name}: '{name}' is not a whole number in {listing(_where(frame, broken), 5)}: {seen}.")
    if name in _WHOLE or not broken.any():
        whole = number.mask(broken)
        return whole.astype("Int64" if whole.isna().any() or name == "aantal" else "int64"), problems
    return number, problems


def _check_column(table: Table, column: Column, frame: pd.DataFrame) -> list[str]:
    problems = []
    there = frame[column.name].dropna()
    if column.allowed:
        other = ~there.isin(column.allowed)
        if other.any():
            seen = listing(dict.fromkeys(f"'{value}'" for value in there[other]), 3)
            where = listing(_where(frame, other), 5)
            allowed = ", ".join(column.allowed)
            problems.append(f"{table.name}: '{column.name}' is {seen} in {where}; it is one of {allowed}.")
    if not pd.api.types.is_numeric_dtype(there.dtype):
        return problems
    beyond = []
    if column.minimum is not None:
        beyond.append((there < column.minimum, "negative" if column.minimum == 0 else "too low"))
    if column.maximum is not None:
        beyond.append((there > column.maximum, "too high"))
    for wrong, word in beyond:
        if wrong.any():
            seen = listing(dict.fromkeys(str(value) for value in there[wrong]), 3)
            problems.append(f"{table.name}: '{column.name}' is {word} in {listing(_where(frame, wrong), 5)}: {seen}.")
    return problems
