"""A few digits that stand for a definition: they change with any choice in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from reintegratie_stats.errors import DefinitionError

NO_CHOICE = ("naam", "bron", "source")
"""Fields that say what a definition is called or where it comes from; they change nothing."""


def digest(choices: Mapping[str, Any]) -> str:
    """Return sixteen hexadecimal digits of choices, by name, as JSON has them; their order does not matter.

    Examples
    --------
    >>> digest({"size": 3, "naam": "x"}) == digest({"naam": "y", "size": 3}), digest({"size": 3}) == digest({"size": 4})
    (True, False)
    """
    kept = {name: value for name, value in choices.items() if name not in NO_CHOICE}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


def fingerprint(definition: Any) -> str:
    """Return sixteen hexadecimal digits that change with any choice of a definition.

    Parameters
    ----------
    definition : dataclass
        Of numbers, texts, days, nothing, tuples and mappings of these, and other such dataclasses.

    Raises
    ------
    DefinitionError
        For what is no definition, or holds something else.

    Examples
    --------
    >>> from reintegratie_stats.outliers import OutlierRule
    >>> a, b = OutlierRule(), OutlierRule(fdr=0.05)
    >>> fingerprint(a) == fingerprint(OutlierRule(source="elsewhere")), fingerprint(a) == fingerprint(b)
    (True, False)
    """
    if not is_dataclass(definition) or isinstance(definition, type):
        raise DefinitionError(f"a fingerprint is of a definition, not of {type(definition).__name__}.")
    return digest(_plain(definition))


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; 1 and 1.0 are the same choice."""
    if is_dataclass(value) and not isinstance(value, type):
        choices = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {"": type(value).__name__, **{k: v for k, v in choices.items() if k not in NO_CHOICE}}
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    raise DefinitionError(f"a definition holds {type(value).__name__}, of which there is no fingerprint.")
