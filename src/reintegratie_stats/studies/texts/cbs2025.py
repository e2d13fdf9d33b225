"""Titles and notes of the tables of CBS 2025, in Dutch and English."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
