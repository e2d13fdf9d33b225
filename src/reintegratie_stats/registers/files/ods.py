"""Open-document workbooks (``.ods``), read by python-calamine: an extra, as not every environment has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reintegratie_stats.errors import RegisterError


def sheets(path: Path) -> list[str]:
    """Return the names of the sheets, in order.

    Raises
    ------
    RegisterError
        When the reader is not installed.
    """
    return list(_open(path).sheet_names)


def rows(path: Path, sheet: int) -> Iterator[list[Any]]:
    """Yield the rows of a sheet (by its place from 0 on): text, numbers, booleans, dates; None for an empty cell.

    Raises
    ------
    RegisterError
        When the reader is not installed.
    """
    for row in _open(path).get_sheet_by_index(sheet).to_python(skip_empty_area=False):
        yield [None if value == "" else value for value in row]


def _open(path: Path) -> Any:
    try:
        from python_calamine import CalamineWorkbook
    except ImportError:
        problem = (
            f"{path.name}: .ods is read with python-calamine, which is not installed. Install "
            "reintegratie-stats[ods], or save the workbook as .xlsx."
        )
    else:
        return CalamineWorkbook.from_path(str(path))
    raise RegisterError(problem)
