"""Codes of gemeenten that are written in more than one way: "0014" and "14" are then two gemeenten."""

from __future__ import annotations

from reintegratie_stats.quality.finding import Finding
from reintegratie_stats.quality.places import place_text
from reintegratie_stats.quality.unusual_case import NOTHING, Case
from reintegratie_stats.registers.gemeenten import normalise_codes


def spellings(case: Case) -> Finding:
    """Judge whether every code of a gemeente is written in one way.

    Codes that are the same as ``GM0014`` are one gemeente (`normalise_codes`); one that is written in more than one way
    fails. What is no code (a name) is missing.
    """
    counted = case.counted
    if not counted.has_gemeente:
        return case.cannot(
            1, "Het register heeft geen kolom met gemeenten.", "The register has no column of gemeenten."
        )
    table = place_text(counted.table).name("gemeente").as_table()
    grouped = table.group_by("gemeente").aggregate(rijen=table.count())
    found = counted.engine.collect(grouped, f"reading the gemeenten of {counted.name}", ordered=True).to_pylist()
    rows = {str(one["gemeente"]): int(one["rijen"]) for one in found if one["gemeente"] is not None}
    written = list(rows)
    ways: dict[str, list[str]] = {}
    for text, code in zip(written, normalise_codes(written).to_series().fillna(""), strict=True):
        ways.setdefault(code or f"geen code: {text}", []).append(text)
    double = {code: texts for code, texts in ways.items() if len(texts) > 1}
    strange = sum(code.startswith("geen code") for code in ways)
    where = [
        {"gemeente": code, "geschreven": text, "rijen": rows[text]} for code, texts in double.items() for text in texts
    ]
    both = [text for texts in double.values() for text in texts]
    note = (
        "Elke schrijfwijze telt als een gemeente voor zich: lees de codes met een layout, of met normalise_codes.",
        "Every way of writing counts as a gemeente of its own: read the codes with a layout, or with normalise_codes.",
    )
    return case.finding(
        len(ways),
        len(double),
        strange,
        where=where,
        rows=lambda: counted.of_gemeenten(both),
        note=note if double else NOTHING,
    )
