"""The only door in for files: a folder with a file per register."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from reintegratie_stats.engine import open_engine, read_file
from reintegratie_stats.errors import RegisterError, listing, nearest
from reintegratie_stats.registers.registers import Registers, build
from reintegratie_stats.registers.schema import TABLES

SUFFIXES = (".parquet", ".csv")


def read_registers(
    folder: str | PathLike[str], *, memory_limit: str | None = None, threads: int | None = None
) -> Registers:
    """Read and check the registers in a folder.

    Parameters
    ----------
    folder : path
        Holds ``bijstand.parquet`` or ``bijstand.csv`` (required), and the same for ``vrijstellingen``, ``trajecten``,
        ``dienstverbanden``, ``personen`` and ``gemeenten`` where there are such. CSV: UTF-8, commas, dates as
        ``2002-01-31`` or ``20020131``, empty is missing. Columns: see the data dictionary.
    memory_limit : str, optional
        The most that the engine may use, for example ``"4GB"``; what does not fit goes to a temporary folder.
    threads : int, optional
        The number of threads of the engine.

    Returns
    -------
    Registers
        With a `report` of the checks. Rows that break a rule are set aside and counted there, never dropped in silence.

    Raises
    ------
    RegisterError
        When the folder or a required file is not there, a register is there twice (as CSV and as Parquet), a file is
        empty or cannot be read, or a column is missing. All problems at once.

    Examples
    --------
    >>> import reintegratie_stats as rs
    >>> rs.read_registers("no/such/folder")
    Traceback (most recent call last):
        ...
    reintegratie_stats.errors.RegisterError: Folder no/such/folder does not exist. Give the folder that holds
    bijstand.csv or bijstand.parquet.
    """
    if not isinstance(folder, (str, PathLike)):
        raise RegisterError(
            f"read_registers takes the path of a folder, not {type(folder).__name__}. "
            "Tables in memory are taken by Registers.from_frames."
        )
    files, problems = find_files(Path(folder))
    engine = open_engine(memory_limit=memory_limit, threads=threads)
    sources = {}
    for name, path in files.items():
        try:
            sources[name] = read_file(engine, name, path, TABLES[name].column_names)
        except RegisterError as error:
            problems.append(str(error))
    return build(engine, sources, Path(folder).name, problems)


def find_files(folder: Path) -> tuple[dict[str, Path], list[str]]:
    """Return the file of each register in a folder, and what is wrong with the set of files.

    A problem is that ``bijstand`` is not there, or that a register is there in two formats.

    Raises
    ------
    RegisterError
        When there is no such folder.
    """
    wanted = "bijstand.csv or bijstand.parquet"
    if not folder.is_dir():
        raise RegisterError(
            f"Folder {folder} does not exist. Give the folder that holds {wanted}."
            if not folder.exists()
            else f"{folder} is a file. Give the folder that holds {wanted}."
        )
    present = sorted(path.name for path in folder.iterdir() if path.is_file())
    files: dict[str, Path] = {}
    problems = []
    for name in TABLES:
        found = [folder / f"{name}{suffix}" for suffix in SUFFIXES if f"{name}{suffix}" in present]
        if len(found) > 1:
            problems.append(f"{name} is there twice: {listing(path.name for path in found)}. Keep one.")
        elif found:
            files[name] = found[0]
        elif TABLES[name].required:
            near = nearest(f"{name}.csv", present)
            problems.append(f"No {wanted} in folder {folder}.{near} Present: {listing(present) or 'nothing'}.")
    return files, problems
