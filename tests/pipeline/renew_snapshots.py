"""Write the golden tables of the studies in `tests/snapshots` anew, and the table in the README.

Run it when a table is meant to change, and read the difference before you commit it::

    python tests/pipeline/renew_snapshots.py
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from reintegratie_stats.pipeline import run_study
from reintegratie_stats.study import read_study

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOTS = ROOT / "tests" / "snapshots"
NAMES = (
    "tabel_5_1.csv",
    "tabel_5_1.md",
    "tabel_5_2.csv",
    "tabel_5_2.html",
    "tabel_5_2.md",
    "tabel_b3_1.csv",
    "tabel_b3_1.md",
)
CBS2025 = (
    "kenmerken.csv",
    "meer.csv",
    "minder.csv",
    "model.csv",
    "model.md",
    "soorten.csv",
    "soorten.md",
    "vlaggen_grootte.csv",
    "waarheid.csv",
    "waarheid.md",
)
CBS2025_FIELDWORK = (
    "bewijs.csv",
    "bewijs.md",
    "respons_gepubliceerd.md",
    "trefkans.csv",
    "trekking.csv",
    "trekking_eisen.md",
    "trekking_redenen.md",
)
PROREACT2013 = ("caseload.csv", "tabel_1.csv", "tabel_1.md", "tabel_3.csv")
GOLDEN = {
    "study.toml": {"": NAMES},
    "studies/cbs2025.toml": {"cbs2025": CBS2025, "cbs2025_fieldwork": CBS2025_FIELDWORK},
    "studies/proreact2013.toml": {"proreact2013": PROREACT2013},
}
"""By study file: the folders of its golden tables in `SNAPSHOTS`, and their names."""

README = ROOT / "README.md"
BEGIN, END = "<!-- tabel-5.2 -->", "<!-- /tabel-5.2 -->"


def readme_table(readme: str) -> str:
    """Return what stands between the markers of the README, without the empty lines around it."""
    if readme.count(BEGIN) != 1 or readme.count(END) != 1:
        raise ValueError(f"README.md must hold {BEGIN} and {END} once each.")
    return readme.split(BEGIN)[1].split(END)[0].strip("\n")


def with_table(readme: str, table: str) -> str:
    """Return the README with another table between its markers."""
    readme_table(readme)
    before, rest = readme.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{table.strip()}\n\n{END}{after}"


def made_by(study_file: str, names: tuple[str, ...]) -> dict[str, bytes]:
    """Run a study in Dutch and return the bytes of these of its tables."""
    with TemporaryDirectory() as folder:
        study = replace(read_study(ROOT / study_file), output=Path(folder), lang="nl")
        run_study(study, say=lambda line: None)
        return {name: (Path(folder) / "tables" / name).read_bytes() for name in names}


def renew(say: Callable[[str], None] = print) -> None:
    """Run the studies and take their tables as golden."""
    targets: dict[Path, bytes] = {}
    for study_file, homes in GOLDEN.items():
        made = made_by(study_file, tuple(name for names in homes.values() for name in names))
        targets |= {SNAPSHOTS / home / name: made[name] for home, names in homes.items() for name in names}
    readme = with_table(README.read_text("utf-8"), targets[SNAPSHOTS / "tabel_5_2.md"].decode())
    for path, content in {**targets, README: readme.encode()}.items():
        old = path.read_bytes() if path.is_file() else None
        say(f"{path.relative_to(ROOT).as_posix()}: {'same' if old == content else 'changed'}")
        if old != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


if __name__ == "__main__":
    sys.exit(renew())
