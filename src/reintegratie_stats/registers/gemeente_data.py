"""Tables about gemeenten: what each registered per year and type, and what is known of it.

Beside the registers of persons this is the other way in: counts that are made already, by a statistics office or by
`define_cohort` in another place.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from os import PathLike
from pathlib import Path
from typing import Literal

import pandas as pd

from reintegratie_stats.errors import RegisterError, counted, listing, nearest
from reintegratie_stats.registers.gemeente_tables import (
    GEMEENTE_TABLES,
    check_references,
    check_values,
    typed,
)

SUFFIXES = (".parquet", ".csv")
Absent = Literal["missing", "zero"]


@dataclass(frozen=True, repr=False, eq=False)
class GemeenteData:
    """Counts of voorzieningen per gemeente, year and type, with the traits of the gemeenten; checked.

    Made by `read_gemeente_data` (files) or `GemeenteData.from_frames` (tables in memory). Frames are copies; text is
    ``string``, whole numbers are integers.

    Attributes
    ----------
    source : str
        Where the tables came from, for the notes under a table.

    Examples
    --------
    >>> import pandas as pd
    >>> data = GemeenteData.from_frames(
    ...     gemeenten=pd.DataFrame({"gemeente": ["GM0014", "GM0037"], "doelgroep": [900, 80]}),
    ...     voorzieningen=pd.DataFrame(
    ...         {
    ...             "gemeente": ["GM0014", "GM0014", "GM0037"],
    ...             "jaar": [2024, 2024, 2024],
    ...             "soort": ["coaching", "training", "coaching"],
    ...             "aantal": [120, 40, 9],
    ...         }
    ...     ),
    ... )
    >>> data
    GemeenteData(2 gemeenten, 2024, 2 soorten)
    >>> data.counts(2024)
      gemeente  voorzieningen  doelgroep
    0   GM0014            160        900
    1   GM0037           <NA>         80
    >>> data.counts(2024, soort="coaching")["voorzieningen"].tolist()
    [120, 9]
    """

    _tables: Mapping[str, pd.DataFrame]
    source: str = ""

    @classmethod
    def from_frames(
        cls,
        *,
        gemeenten: pd.DataFrame,
        voorzieningen: pd.DataFrame,
        soorten: pd.DataFrame | None = None,
        enquete: pd.DataFrame | None = None,
        interviews: pd.DataFrame | None = None,
        waarheid: pd.DataFrame | None = None,
        waarheid_totaal: pd.DataFrame | None = None,
        text: Sequence[str] = (),
    ) -> GemeenteData:
        """Check tables in memory; see `read_gemeente_data` for their columns.

        Raises
        ------
        RegisterError
            With all problems at once.
        """
        given = {
            "gemeenten": gemeenten,
            "voorzieningen": voorzieningen,
            "soorten": soorten,
            "enquete": enquete,
            "interviews": interviews,
            "waarheid": waarheid,
            "waarheid_totaal": waarheid_totaal,
        }
        for name, frame in given.items():
            if frame is not None and not isinstance(frame, pd.DataFrame):
                raise RegisterError(f"{name} is {type(frame).__name__}; a pandas DataFrame is needed.")
        there = {name: frame for name, frame in given.items() if frame is not None}
        return _build(there, "tables in memory", [], _names(text))

    def __repr__(self) -> str:
        years = f"{self.jaren[0]}-{self.jaren[-1]}" if len(self.jaren) > 1 else str(*self.jaren)
        further = [name for name in list(GEMEENTE_TABLES)[3:] if name in self._tables]
        return (
            f"GemeenteData({counted(len(self._tables['gemeenten']), 'gemeente', 'gemeenten')}, {years}, "
            f"{counted(len(self.soortnamen), 'soort', 'soorten')}{''.join(f', {name}' for name in further)})"
        )

    def _table(self, name: str) -> pd.DataFrame | None:
        return self._tables[name].copy() if name in self._tables else None

    @property
    def gemeenten(self) -> pd.DataFrame:
        """One row per gemeente, sorted by its code."""
        return self._tables["gemeenten"].copy()

    @property
    def voorzieningen(self) -> pd.DataFrame:
        """The counts as delivered: one row per gemeente, year and type."""
        return self._tables["voorzieningen"].copy()

    @property
    def soorten(self) -> pd.DataFrame | None:
        """One row per type, or None."""
        return self._table("soorten")

    @property
    def enquete(self) -> pd.DataFrame | None:
        """One row per gemeente that was asked, or None."""
        return self._table("enquete")

    @property
    def interviews(self) -> pd.DataFrame | None:
        """One row per gemeente, coder and cause, or None."""
        return self._table("interviews")

    @property
    def waarheid(self) -> pd.DataFrame | None:
        """Of synthetic gemeenten: every cause at work, per gemeente, year and type; or None."""
        return self._table("waarheid")

    @property
    def waarheid_totaal(self) -> pd.DataFrame | None:
        """Of synthetic gemeenten: what is true of the total, per gemeente and year; or None."""
        return self._table("waarheid_totaal")

    @property
    def jaren(self) -> tuple[int, ...]:
        """The years of which there are counts, rising."""
        return tuple(sorted(int(jaar) for jaar in self._tables["voorzieningen"]["jaar"].unique()))

    @property
    def soortnamen(self) -> tuple[str, ...]:
        """The types: in the order of the table of soorten, or else as they come in the counts."""
        home = self._tables.get("soorten", self._tables["voorzieningen"])
        return tuple(str(name) for name in home["soort"].unique())

    def counts(
        self, jaar: int, soort: str | Sequence[str] | None = None, *, absent: Absent = "missing"
    ) -> pd.DataFrame:
        """Return one row per gemeente with the number of voorzieningen in a year and all that is known of it.

        Parameters
        ----------
        jaar : int
        soort : str or sequence of str, optional
            Type or types that are added up; by default all.
        absent : {"missing", "zero"}
            What a row that is not there means. ``"missing"``: unknown, and so is every total that it belongs to.
            ``"zero"``: none, where the gemeente has any row in that year; for deliveries without rows of 0.

        Returns
        -------
        DataFrame
            ``gemeente, voorzieningen`` (number; missing where it is unknown), then the other columns of `gemeenten`.

        Raises
        ------
        RegisterError
            For a year or a type of which there are no counts; the message gives what there is.
        """
        wide = self.wide(jaar, absent=absent)
        wanted = self._wanted(soort)
        made = self.gemeenten
        made.insert(1, "voorzieningen", wide[wanted].sum(axis=1, skipna=False).astype("Int64"))
        return made

    def wide(self, jaar: int, *, absent: Absent = "missing") -> pd.DataFrame:
        """Return one row per gemeente with a column of counts per type in a year, and all that is known of it.

        Parameters
        ----------
        jaar : int
        absent : {"missing", "zero"}
            As in `counts`.

        Returns
        -------
        DataFrame
            ``gemeente``, a column per type, then the other columns of `gemeenten`.

        Raises
        ------
        RegisterError
            For a year of which there are no counts, or a type named as a column of `gemeenten`.
        """
        if absent not in ("missing", "zero"):
            raise RegisterError(f"absent is {absent!r}; choose from missing, zero.")
        if isinstance(jaar, bool) or not isinstance(jaar, Integral):
            raise RegisterError(f"jaar is {jaar!r}; a whole number is needed, such as {self.jaren[-1]}.")
        if jaar not in self.jaren:
            raise RegisterError(f"There are no counts of {jaar!r}. Years: {', '.join(map(str, self.jaren))}.")
        both = [name for name in self.soortnamen if name in self._tables["gemeenten"]]
        if both:
            raise RegisterError(f"Soort {listing(both)} is a column of gemeenten too. Rename one of them.")
        rows = self._tables["voorzieningen"]
        rows = rows[rows["jaar"] == jaar]
        made = self.gemeenten
        table = rows.pivot(index="gemeente", columns="soort", values="aantal")
        table = table.reindex(index=made["gemeente"], columns=list(self.soortnamen)).astype("Int64")
        if absent == "zero":
            # A count that was delivered empty stays unknown.
            delivered = pd.MultiIndex.from_frame(rows[["gemeente", "soort"]])
            present = made["gemeente"].isin(rows["gemeente"]).to_numpy()
            for name in table:
                row_there = pd.MultiIndex.from_product([table.index, [name]]).isin(delivered)
                table[name] = table[name].mask(present & ~row_there, 0)
        for place, name in enumerate(table, start=1):
            made.insert(place, name, table[name].to_numpy(dtype=object, na_value=pd.NA))
            made[name] = made[name].astype("Int64")
        return made

    def long(self) -> pd.DataFrame:
        """Return one row per gemeente, year and type, with all that is known of the gemeente.

        Returns
        -------
        DataFrame
            ``gemeente, jaar, soort, aantal`` (missing where there is no row), the columns of `soorten` but the
            description, and the other columns of `gemeenten`; sorted by gemeente, year and the order of the types.
        """
        gemeenten, rows = self._tables["gemeenten"], self._tables["voorzieningen"]
        columns = ["gemeente", "jaar", "soort"]
        grid = pd.MultiIndex.from_product([gemeenten["gemeente"], self.jaren, self.soortnamen], names=columns)
        made = grid.to_frame(index=False).astype({"gemeente": "string", "jaar": "int64", "soort": "string"})
        made = made.merge(rows[[*columns, "aantal"]], on=columns, how="left")
        if "soorten" in self._tables:
            further = self._tables["soorten"].drop(columns="omschrijving", errors="ignore")
            made = made.merge(further, on="soort", how="left")
        return made.merge(gemeenten, on="gemeente", how="left")

    def _wanted(self, soort: str | Sequence[str] | None) -> list[str]:
        if soort is None:
            return list(self.soortnamen)
        wanted = [soort] if isinstance(soort, str) else list(dict.fromkeys(soort))
        if not wanted:
            raise RegisterError(f"soort names no type; choose from {listing(self.soortnamen)}.")
        for name in wanted:
            if name not in self.soortnamen:
                near = nearest(name, self.soortnamen) or f" Soorten: {listing(self.soortnamen)}."
                raise RegisterError(f"There is no soort {name!r}.{near}")
        return wanted


def read_gemeente_data(folder: str | PathLike[str], *, text: Sequence[str] = ()) -> GemeenteData:
    """Read and check the tables about gemeenten in a folder.

    Parameters
    ----------
    folder : path
        Holds ``gemeenten`` (one row per gemeente: ``gemeente`` and any traits and covariates) and ``voorzieningen``
        (``gemeente, jaar, soort, aantal``), as ``.csv`` or ``.parquet``; and where there are such ``soorten``
        (``soort``, ``geld``: ja, nee), ``enquete`` (``gemeente, antwoord``: ja, nee), ``interviews`` (``gemeente,
        codeur, oorzaak, sterkte, richting``), ``waarheid`` and ``waarheid_totaal``. CSV: UTF-8, commas, decimal
        points, empty is missing.
    text : sequence of str
        Columns that stay text though every value looks like a number. ``gemeente`` and the other known codes always
        do, and so does a column in which a number begins with 0.

    Returns
    -------
    GemeenteData

    Raises
    ------
    RegisterError
        When the folder or a file is not there, cannot be read or is there twice; a column is missing; a gemeente or
        a type is empty, unknown (the nearest is named) or has two rows; a count is negative or not whole; a value is
        no number. All problems at once.

    Examples
    --------
    >>> read_gemeente_data("no/such/folder")
    Traceback (most recent call last):
        ...
    reintegratie_stats.errors.RegisterError: Folder no/such/folder does not exist. Give the folder that holds
    gemeenten.csv and voorzieningen.csv.
    """
    if not isinstance(folder, (str, PathLike)):
        raise RegisterError(
            f"read_gemeente_data takes the path of a folder, not {type(folder).__name__}. "
            "Tables in memory are taken by GemeenteData.from_frames."
        )
    home = Path(folder)
    if not home.is_dir():
        state = "is a file" if home.exists() else "does not exist"
        raise RegisterError(f"Folder {folder} {state}. Give the folder that holds gemeenten.csv and voorzieningen.csv.")
    present = sorted(path.name for path in home.iterdir() if path.is_file())
    frames: dict[str, pd.DataFrame] = {}
    problems: list[str] = []
    for name, table in GEMEENTE_TABLES.items():
        found = [f"{name}{suffix}" for suffix in SUFFIXES if f"{name}{suffix}" in present]
        if len(found) > 1:
            problems.append(f"{name} is there twice: {listing(found)}. Keep one.")
        elif found:
            try:
                frames[name] = _read_file(home / found[0])
            except RegisterError as error:
                problems.append(str(error))
        elif table.required:
            near = nearest(f"{name}.csv", present)
            there = listing(present) or "nothing"
            problems.append(f"No {name}.csv or {name}.parquet in folder {folder}.{near} Present: {there}.")
    return _build(frames, home.name, problems, _names(text))


def _names(text: Sequence[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _build(frames: Mapping[str, pd.DataFrame], source: str, problems: list[str], text: tuple[str, ...]) -> GemeenteData:
    tables: dict[str, pd.DataFrame] = {}
    for name, table in GEMEENTE_TABLES.items():
        if name not in frames:
            continue
        frame = frames[name].reset_index(drop=True)
        if not frame.columns.is_unique:
            twice = listing(dict.fromkeys(str(column) for column in frame.columns[frame.columns.duplicated()]))
            problems.append(f"{name}: column {twice} is there twice. Keep one.")
            continue
        if len(frame) == 0 and table.required:
            problems.append(f"{name} has no rows.")
        tables[name], wrong = typed(table, frame, text)
        problems += [*wrong, *check_values(table, tables[name])]
    problems += check_references(tables)
    for name in text:
        if not any(name in frame for frame in tables.values()):
            columns = [str(column) for frame in tables.values() for column in frame.columns]
            problems.append(f"text: there is no column '{name}'.{nearest(name, columns)}")
    if problems:
        raise RegisterError("\n".join(problems))
    tables["gemeenten"] = tables["gemeenten"].sort_values("gemeente", ignore_index=True)
    return GemeenteData(tables, source)


def _read_file(path: Path) -> pd.DataFrame:
    """Return a table with text for every value of a CSV file."""
    if path.suffix == ".parquet":
        try:
            return pd.read_parquet(path)
        except Exception as error:  # whatever the library makes of a broken file
            raise RegisterError(f"{path.name} cannot be read as Parquet ({type(error).__name__}).") from None
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = [row for row in csv.reader(stream, strict=True) if row]
    except UnicodeDecodeError:
        raise RegisterError(f"{path.name} is not UTF-8. Save it as CSV UTF-8.") from None
    except (csv.Error, OSError) as error:
        raise RegisterError(f"{path.name} cannot be read as CSV: {error}.") from None
    if not rows:
        raise RegisterError(f"{path.name} is empty.")
    header = [name.strip() for name in rows[0]]
    if len(header) == 1 and ";" in header[0]:
        raise RegisterError(f"{path.name} is separated by semicolons. Save it with commas (and decimal points).")
    ragged = [number for number, row in enumerate(rows, start=1) if len(row) != len(header)]
    if ragged:
        lines = listing((str(number) for number in ragged), 5)
        raise RegisterError(f"{path.name} has {len(header)} columns, but not in line {lines}.")
    return pd.DataFrame(rows[1:], columns=header, dtype="string")
