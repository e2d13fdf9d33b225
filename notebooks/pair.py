"""Keep each notebook in step with its text.

``NN_name.py`` (jupytext, py:percent) is the source: it can be read, compared and linted.
``NN_name.ipynb`` is made from it, without outputs, with the same bytes on every machine.

::

    python notebooks/pair.py            every .ipynb from its .py
    python notebooks/pair.py --back     first take edits made in Jupyter: every .py from its .ipynb
    python notebooks/pair.py --check    change nothing; exit 1 when a pair is not in step
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import jupytext

FOLDER = Path(__file__).resolve().parent
FORMAT = "py:percent"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def sources(folder: Path = FOLDER) -> list[Path]:
    """Return the text of every notebook: the files whose name begins with a number."""
    return sorted(folder.glob("[0-9]*.py"))


def notebook_of(text: str) -> str:
    """Return the notebook that a text makes: no outputs, no counts, nothing of the machine."""
    cells: list[dict[str, Any]] = []
    for cell in jupytext.reads(text, fmt=FORMAT).cells:
        made = {
            "cell_type": cell.cell_type,
            "id": _name(cell.source, {made["id"] for made in cells}),
            "metadata": {},
            "source": cell.source.splitlines(keepends=True),
        }
        if cell.cell_type == "code":
            made |= {"execution_count": None, "outputs": []}
        cells.append(made)
    content = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def text_of(notebook: str) -> str:
    """Return the text that makes a notebook; outputs and metadata are left behind."""
    content = jupytext.reads(notebook, fmt="ipynb")
    for cell in content.cells:
        cell.metadata.clear()
    content.metadata = {"jupytext": {"notebook_metadata_filter": "-all", "cell_metadata_filter": "-all"}}
    return str(jupytext.writes(content, fmt=FORMAT))


def _name(source: str, taken: set[str]) -> str:
    """Return an id that a cell keeps when others come and go: the first digits of its own sum."""
    digits = hashlib.sha256(source.encode()).hexdigest()
    return next(digits[at : at + 8] for at in range(57) if digits[at : at + 8] not in taken)


def main(arguments: list[str] | None = None) -> int:
    """Bring the pairs in step, or say which are not."""
    parser = argparse.ArgumentParser(description="Keep each notebook in step with its text.")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--back", action="store_true", help="take edits made in Jupyter")
    way.add_argument("--check", action="store_true", help="change nothing, exit 1 when out of step")
    options = parser.parse_args(arguments)
    status = 0
    for source in sources():
        target = source.with_suffix(".ipynb")
        if options.back:
            source.write_text(text_of(target.read_text("utf-8")), "utf-8", newline="\n")
        made = notebook_of(source.read_text("utf-8"))
        if target.is_file() and target.read_bytes() == made.encode():
            continue
        if options.check:
            print(f"{target.name} is not what {source.name} makes: run python notebooks/pair.py")
            status = 1
        else:
            target.write_text(made, "utf-8", newline="\n")
            print(f"{target.name} made from {source.name}")
    return status


if __name__ == "__main__":
    sys.exit(main())
