"""The door in for a staff list and the interviews held from it: two CSV files in a folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

import pandas as pd

from reintegratie_stats.errors import RegisterError, counted, listing, nearest

FILES = {
    "medewerkers": ("medewerker", "organisatie", "functiegroep"),
    "gesprekken": ("medewerker", "uitkomst"),
}
"""The files, and the columns that each must have; other columns pass through."""

NUMBERS = ("contracturen", "caseload")


@dataclass(frozen=True, eq=False, repr=False)
class StaffList:
    """Staff, and who of them was asked and interviewed; made by `read_staff`. Its ``repr`` shows counts only."""

    _staff: pd.DataFrame = field(repr=False)
    _interviews: pd.DataFrame = field(repr=False)

    def __repr__(self) -> str:
        return f"StaffList({counted(len(self._staff), 'person')}, {len(self._interviews)} drawn)"

    @property
    def staff(self) -> pd.DataFrame:
        """One row per person of ``medewerkers.csv``; text, but ``contracturen`` and ``caseload`` are numbers."""
        return self._staff.copy()

    @property
    def interviews(self) -> pd.DataFrame:
        """One row per person of ``gesprekken.csv``, as text; no rows where there is no such file."""
        return self._interviews.copy()


def read_staff(folder: str | PathLike[str]) -> StaffList:
    """Read a staff list and the interviews held from it.

    Parameters
    ----------
    folder : path
        Holds ``medewerkers.csv`` (``medewerker, organisatie, functiegroep`` and what else is known, such as ``functie,
        contracturen, caseload``) and, after the interviews, ``gesprekken.csv`` (``medewerker, uitkomst``, ...). UTF-8,
        commas, empty is missing.

    Returns
    -------
    StaffList

    Raises
    ------
    RegisterError
        When a file or a column is not there, a file cannot be read, a person is missing or twice on a list, or a number
        is none; all problems at once, people counted and never named.

    Examples
    --------
    >>> read_staff("no/such/folder")
    Traceback (most recent call last):
    reintegratie_stats.errors.RegisterError: Folder no/such/folder cannot be read: there is no medewerkers.csv in it.
    """
    place = Path(folder)
    problems: list[str] = []
    frames: dict[str, pd.DataFrame] = {}
    for name, columns in FILES.items():
        path = place / f"{name}.csv"
        if not path.is_file():
            frames[name] = pd.DataFrame(columns=list(columns), dtype="string")
            if name == "medewerkers":
                problems.append(f"there is no {name}.csv in it")
            continue
        try:
            frame = pd.read_csv(path, dtype="string", keep_default_na=False, na_values=[""], encoding="utf-8")
        except (ValueError, pd.errors.ParserError, UnicodeDecodeError):
            frame = None
        if frame is None:  # outside the handler, so that the words of pandas, which may quote a row, are no context
            problems.append(f"{name}.csv is no UTF-8 text with commas")
            continue
        problems += _problems(name, frame, columns)
        frames[name] = frame
    if problems:
        raise RegisterError(f"Folder {folder} cannot be read: {'; '.join(problems)}.")
    staff = frames["medewerkers"]
    for name in NUMBERS:
        if name in staff.columns:
            staff[name] = pd.to_numeric(staff[name]).astype("Float64").astype("float64")
    return StaffList(staff, frames["gesprekken"])


def _problems(name: str, frame: pd.DataFrame, columns: tuple[str, ...]) -> list[str]:
    present = [str(column) for column in frame.columns]
    found = []
    for column in columns:
        if column not in present:
            found.append(f"{name}.csv has no column '{column}' (it has {listing(present)}){nearest(column, present)}")
    if "medewerker" in present:
        keys = frame["medewerker"].str.strip()
        empty, twice = int(keys.isna().sum()), int(keys.dropna().duplicated().sum())
        if empty:
            found.append(f"{name}.csv has {counted(empty, 'row')} without 'medewerker'")
        if twice:
            found.append(f"{name}.csv has {counted(twice, 'row')} of a person who is there already")
    for column in NUMBERS:
        if column in present:
            read = pd.to_numeric(frame[column], errors="coerce")
            if wrong := int((frame[column].notna() & read.isna()).sum()):
                found.append(f"{name}.csv has {counted(wrong, 'row')} in which '{column}' is no number")
    return found
