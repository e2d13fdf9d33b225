"""Codes of gemeenten, in any form, as one: ``GM`` and four digits.

StatLine writes ``GM0014``, sometimes with blanks behind it; other files write 14, ``"14"``, ``"0014"`` or, when a
spreadsheet has had it, 14.0. Names are never taken for codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from reintegratie_stats.errors import RegisterError, counted

PATTERN = r"^(?:GM)?([0-9]{1,4})(?:\.0+)?$"
NO_CODE = "0000"


@dataclass(frozen=True, repr=False, eq=False)
class Codes:
    """Codes in one form; made by `normalise_codes`.

    Attributes
    ----------
    n, n_missing, n_bad : int
        Values, of which missing or blank, and of which no code of a gemeente.
    bad_rows : tuple of int
        The positions of the bad ones, from 0 on.
    """

    n: int
    n_missing: int
    n_bad: int
    bad_rows: tuple[int, ...]
    _codes: tuple[str | None, ...]

    def to_series(self) -> pd.Series[str]:
        """Return the codes as text; missing where there was none, or a bad one."""
        return pd.Series(pd.array(list(self._codes), dtype="string"))

    def require(self, where: str) -> tuple[str | None, ...]:
        """Return the codes, or refuse all of them when one is bad.

        Raises
        ------
        RegisterError
            With the positions of the bad ones; what stands there may be anything, so it is not quoted.
        """
        if self.n_bad:
            first = ", ".join(str(row + 1) for row in self.bad_rows[:5])
            raise RegisterError(
                f"{where}: {counted(self.n_bad, 'value')} of {self.n} {'is' if self.n_bad == 1 else 'are'} no code "
                f"of a gemeente (first in row {first}). A code is 14, 0014 or GM0014."
            )
        return self._codes

    def __repr__(self) -> str:
        return f"Codes({self.n} values: {self.n_missing} missing, {self.n_bad} bad)"


def normalise_codes(values: Iterable[Any]) -> Codes:
    """Return codes of gemeenten as ``GM`` and four digits.

    Parameters
    ----------
    values : iterable
        Text or numbers.

    Returns
    -------
    Codes
        Missing or blank stays missing. What is neither that nor a code (a name, five digits, 14.5, 0) is bad: missing
        in the result, and counted.

    Examples
    --------
    >>> codes = normalise_codes([14, "14", "0014", "GM0014 ", 14.0, "gm14", None, "Groningen"])
    >>> codes
    Codes(8 values: 1 missing, 1 bad)
    >>> set(codes.to_series().dropna()), codes.bad_rows
    ({'GM0014'}, (7,))
    """
    found: list[str | None] = []
    bad, missing = [], 0
    for place, value in enumerate(values):
        code = _code(value)
        found.append(code or None)
        if code is None:
            bad.append(place)
        missing += code == ""
    return Codes(len(found), missing, len(bad), tuple(bad), tuple(found))


def _code(value: Any) -> str | None:
    """Return the code, "" for a missing value and None for a bad one."""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, (float, np.floating)) and np.isnan(value):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return None
    text = str(value).strip().upper()
    if not text:
        return ""
    match = re.fullmatch(PATTERN, text, flags=re.ASCII)
    digits = match.group(1).zfill(4) if match else NO_CODE
    return None if digits == NO_CODE else f"GM{digits}"


def code_expression(column: ir.Value) -> tuple[ir.StringValue, ir.BooleanValue]:
    """Return the same as an expression: codes, and which values are bad.

    Parameters
    ----------
    column : ibis column
        Text or numbers.

    Returns
    -------
    codes : ibis text column
        Missing where the value is missing or blank, or bad.
    bad : ibis boolean column
        Never missing itself.

    Raises
    ------
    RegisterError
        When the column is neither text nor numbers.
    """
    kind = column.type()
    if not kind.is_string() and not kind.is_numeric():
        raise RegisterError(f"A column with codes of gemeenten has type {kind}; it must be text or whole numbers.")
    if kind.is_floating():
        column = column.isnan().ifelse(ibis.null(kind), column)
    text = column.cast("string").replace("\u00a0", " ").strip().upper()
    blank = text.isnull() | (text == "")
    digits = text.re_search(PATTERN).ifelse(text.re_extract(PATTERN, 1), "").lpad(4, "0")
    bad = (~blank & (digits == NO_CODE)).fill_null(False)
    codes = (blank | bad).ifelse(ibis.null("string"), ibis.literal("GM") + digits)
    return codes, bad
