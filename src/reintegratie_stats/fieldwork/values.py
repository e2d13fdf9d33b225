"""Small rules for what is handed in: categories as text, columns of numbers, seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError, ReintegratieError
from reintegratie_stats.report.formats import is_missing


def category_text(value: Any) -> str:
    """Return a category as text: a whole number without decimals, and nothing for a missing value.

    Examples
    --------
    >>> category_text(3.0), category_text("Zeeland"), category_text(None), category_text(True)
    ('3', 'Zeeland', '', 'True')
    """
    if is_missing(value):
        return ""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def is_number_column(column: pd.Series, *, yes_no: bool = False) -> bool:
    """Say whether a column holds real numbers (with `yes_no` also where it holds True and False)."""
    kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        return False
    if pd.api.types.is_bool_dtype(kind):
        return yes_no
    return bool(pd.api.types.is_numeric_dtype(kind)) and not pd.api.types.is_complex_dtype(kind)


def whole_seed(seed: Any, least: int | None = None, error: type[ReintegratieError] = DefinitionError) -> int:
    """Return a seed as an int, or raise `error`: without a stated seed nothing can be repeated."""
    whole = isinstance(seed, (int, np.integer)) and not isinstance(seed, bool)
    if not whole or (least is not None and seed < least):
        raise error(
            f"seed is {seed!r}; it is a whole number{'' if least is None else f' of at least {least}'}, stated so that "
            "the result can be repeated."
        )
    return int(seed)
