"""What the tests of the published figures share: their folder, what is allowed in them, and how to ask for them."""

from __future__ import annotations

from pathlib import Path

from reintegratie_stats.publications import (
    published,
)

REPOSITORY = Path(__file__).resolve().parents[3]
FOLDER = REPOSITORY / "data" / "published"

UNITS = {
    "aantal",
    "dagen",
    "datum",
    "euro",
    "gemeenten",
    "inwoners",
    "jaar",
    "jaarmaand",
    "jaartal",
    "maanden",
    "personen",
    "procent",
    "uur per week",
    "weken",
}
MEASURES = {
    "complianceratio",
    "langdurigheidsratio",
    "sluitingsratio",
    "niet_sluitingsratio",
    "uitstroomratio_met_traject",
    "uitstroomratio_zonder_traject",
    "X",
    "Y",
    "Z",
    "Y-Z",
    "A",
    "B",
    "A.1",
}
MORE_UNITS = {"huishoudens", "ja of nee", "klanten", "uur"}
"""Units of the other documents, beside those of rwi2004."""

CONTRADICTIONS = {
    "b3.3.vrijgesteld-en-over": (233, 227),
    "b3.3.vrijgesteld": (163, 153),
    "b3.3.over": (70, 74),
    "b3.3.over.zelfde-alinea": (70, 74),
    "uitstroomratio.zoals-omschreven": (9, 91),
    "ten-minste-twintig.met-traject": (20, 18),
    "meer-dan-helft.g2": (50, 49),
    "tweederde.langdurigen.g1": (66.67, 23),
    "tweederde.langdurigen.g3": (66.67, 21),
}


def figure(name: str) -> float:
    figures = published("rwi2004")
    return float(figures.loc[figures["id"] == name, "value"].item())


def values(**chosen: str) -> list[float]:
    figures = published("rwi2004")
    for column, wanted in chosen.items():
        figures = figures[(figures[column] == wanted).fillna(False)]
    return figures["value"].tolist()


def alter(path: Path, name: str, old: str, new: str) -> None:
    """Change one field of the line that begins with a name."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    changed = [line.replace(old, new) if line.startswith(f"{name},") else line for line in lines]
    assert changed != lines
    path.write_text("".join(changed), encoding="utf-8")
