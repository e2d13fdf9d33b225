"""What a module of texts holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Wording = Mapping[str, Mapping[str, tuple[str, str]]]
"""Section, key, and the pair of texts: Dutch, English."""

MINUS: Final = "\N{MINUS SIGN}"
