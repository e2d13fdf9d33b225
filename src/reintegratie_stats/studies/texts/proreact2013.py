"""Titles and notes of the tables of Proreact 2013, in Dutch and English."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
