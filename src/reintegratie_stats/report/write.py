"""Files of tables and figures: the only door out, with the same bytes on every run.

No file holds a clock, a user name or a version. Every file is written beside its place and then
moved there, so that no half file is ever seen. Lines end in LF on every system.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reintegratie_stats.errors import ReportError, listing, nearest
from reintegratie_stats.report.render import to_csv, to_html, to_markdown
from reintegratie_stats.report.table import STATUSES, ReportTable, check_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PNG_DPI: Final = 200
MANIFEST: Final = "manifest.json"
_TEXT_STYLE: Final = re.compile(r'(?<=<text style=")[^"]*')
_FONT: Final = re.compile(r"font: (?:(?P<weight>\d+) )?(?P<size>[\d.]+px) (?P<family>[^;]+)")


@dataclass(frozen=True)
class ManifestEntry:
    """A file of the manifest and the definition that made it.

    Parameters
    ----------
    path : Path
        The file, in or under the folder of the manifest.
    definition : str
        Fingerprint or name of the definition behind the figures.
    """

    path: Path
    definition: str


def write_table(table: ReportTable, folder: str | Path) -> tuple[Path, ...]:
    """Write a table as CSV, HTML and Markdown.

    Parameters
    ----------
    table : ReportTable
        A table with status ``release``.
    folder : str or Path
        Where the files go; made where it does not exist.

    Returns
    -------
    tuple of Path
        ``<name>.csv``, ``<name>.html``, ``<name>.md``.

    Raises
    ------
    ReportError
        The table is marked ``inside``, or the folder cannot be written.
    """
    _check_release(f"Table {table.name!r}", table.status)
    texts = {"csv": to_csv(table), "html": to_html(table), "md": to_markdown(table)}
    return tuple(
        _write_bytes(Path(folder) / f"{table.name}.{suffix}", text.encode("utf-8")) for suffix, text in texts.items()
    )


def write_figure(figure: Figure, folder: str | Path, name: str, *, status: str = "inside") -> tuple[Path, ...]:
    """Write a figure as SVG and PNG.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; its label becomes the title of the files.
    folder : str or Path
        Where the files go; made where it does not exist.
    name : str
        Name of the files, without suffix.
    status : {"inside", "release"}
        Declare ``release`` where the figure may leave the environment; otherwise it is refused.

    Returns
    -------
    tuple of Path
        ``<name>.svg`` (text stays text) and ``<name>.png`` (200 dots per inch).

    Raises
    ------
    ReportError
        The status is not ``release``, or the folder cannot be written.

    Notes
    -----
    The SVG has the same bytes on every run and with every version of matplotlib from 3.8 to 3.11;
    the PNG on every run with one version, as the drawing of letters in pixels differs by version.
    """
    from reintegratie_stats.report.figure import house_style
    from reintegratie_stats.report.page import description_of

    check_name(name)
    _check_release(f"Figure {name!r}", status)
    about = {"Title": figure.get_label() or name}
    if words := description_of(figure):
        about["Description"] = words
    options: dict[str, dict[str, Any]] = {
        "svg": {"metadata": {"Date": None, "Creator": None, **about}},
        "png": {"metadata": {"Software": None, **about}, "dpi": PNG_DPI},
    }
    paths = []
    for suffix, option in options.items():
        buffer = io.BytesIO()
        with house_style():
            figure.savefig(buffer, format=suffix, **option)
        content = _one_spelling(buffer.getvalue()) if suffix == "svg" else buffer.getvalue()
        paths.append(_write_bytes(Path(folder) / f"{name}.{suffix}", content))
    return tuple(paths)


def _one_spelling(svg: bytes) -> bytes:
    """Spell the style of SVG texts in one way; versions of matplotlib differ in nothing else."""

    def spelled(style: re.Match[str]) -> str:
        properties = []
        for item in style[0].split("; "):
            font = _FONT.fullmatch(item)
            parts = font.groupdict() if font else {}
            properties += [f"font-{key}: {value}" for key, value in parts.items() if value]
            properties += [] if font else [item]
        return "; ".join(sorted(properties))

    return _TEXT_STYLE.sub(spelled, svg.decode("utf-8")).encode("utf-8")


def write_texts(texts: Mapping[str, str], folder: str | Path, name: str, *, status: str = "inside") -> tuple[Path, ...]:
    """Write a page of text in one or more forms.

    Parameters
    ----------
    texts : mapping of str to str
        The text by suffix, such as ``html`` and ``md``.
    folder : str or Path
        Where the files go; made where it does not exist.
    name : str
        Name of the files, without suffix.
    status : {"inside", "release"}
        Declare ``release`` where the page may leave the environment; otherwise it is refused.

    Returns
    -------
    tuple of Path
        ``<name>.<suffix>`` for each form.

    Raises
    ------
    ReportError
        The status is not ``release``, or the folder cannot be written.
    """
    check_name(name)
    _check_release(f"Page {name!r}", status)
    return tuple(
        _write_bytes(Path(folder) / f"{name}.{suffix}", text.encode("utf-8")) for suffix, text in texts.items()
    )


def write_manifest(
    folder: str | Path,
    entries: Iterable[ManifestEntry],
    about: Mapping[str, str] | None = None,
) -> Path:
    """Write ``manifest.json``: each file with its checksum and the definition that made it.

    Parameters
    ----------
    folder : str or Path
        Folder of the manifest; names of files are relative to it.
    entries : iterable of ManifestEntry
        The files, in any order.
    about : mapping of str to str, optional
        Facts about the run, such as the name of the study or a seed; no clock and no machine.

    Returns
    -------
    Path
        The manifest: sorted, without a clock, the same bytes for the same files.

    Raises
    ------
    ReportError
        A file does not exist, lies outside the folder or is named twice.
    """
    root = Path(folder)
    files: dict[str, dict[str, str]] = {}
    for entry in entries:
        name = _name_within(root, entry.path)
        if name in files:
            raise ReportError(f"The manifest names {name!r} twice.")
        digest = hashlib.sha256(entry.path.read_bytes()).hexdigest()
        files[name] = {"file": name, "sha256": digest, "definition": entry.definition}
    content = {"about": dict(about or {}), "files": [files[name] for name in sorted(files)]}
    text = json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True)
    return _write_bytes(root / MANIFEST, f"{text}\n".encode())


def _name_within(root: Path, path: Path) -> str:
    """Return the name of an existing file relative to a folder, with forward slashes."""
    try:
        name = path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        raise ReportError(f"File {path.name!r} lies outside the folder of the manifest.") from None
    if not path.is_file():
        raise ReportError(f"File {name!r} of the manifest does not exist; write it first.")
    return name


def _check_release(what: str, status: str) -> None:
    if status not in STATUSES:
        hint = nearest(str(status), STATUSES)
        raise ReportError(f"{what}: status {status!r} is not one of: {listing(STATUSES)}.{hint}")
    if status != "release":
        raise ReportError(
            f"{what} is marked 'inside' and may not be written to a file. "
            "Where it may leave the environment, declare status='release'."
        )


def _write_bytes(path: Path, content: bytes) -> Path:
    """Write a file in one step: whoever looks sees the old file or the whole new one."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise ReportError(f"Cannot write {path.name!r}: {error.strerror}.") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    return path
