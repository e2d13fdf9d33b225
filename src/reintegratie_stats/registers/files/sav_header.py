"""The header of an SPSS file, as far as it must be known before pyreadstat is let in.

That is where the rows begin, how long one is and how they are packed; and the texts that have a label or are declared
missing: of such a text that is not in the file's encoding, pyreadstat 1.3 makes an end to the process.

The layout of the header is that which the PSPP project documents for system files.
"""

from __future__ import annotations

import codecs
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

PLAIN, BYTECODE, ZLIB = 0, 1, 2
_CODE_PAGES = {65001: "utf-8", 28591: "latin-1"}


@dataclass(frozen=True, repr=False)
class SavForm:
    """The form of an SPSS file.

    Parameters
    ----------
    start : int
        Where the data begin, in bytes.
    words : int
        The length of a row, unpacked, in eight bytes.
    compression : int
        0 none, 1 bytecode, 2 bytecode within zlib.
    cases : int
        The number of rows by the header; -1 where it does not tell.
    order : str
        The byte order, as `struct` writes it.
    encoding : str
        The encoding that the header names; empty where it names none.
    texts : tuple of bytes
        The texts that have a label, or that are declared missing.
    """

    start: int
    words: int
    compression: int
    cases: int
    order: str
    encoding: str = ""
    texts: tuple[bytes, ...] = ()

    def fits(self, encoding: str | None) -> bool:
        """Whether the texts with a label and those declared missing are in an encoding; without one, the header's.

        True for an encoding that Python does not know.
        """
        try:
            found = codecs.lookup(encoding or self.encoding or "utf-8")
            for text in self.texts:
                found.decode(text)
        except UnicodeError:
            return False
        except LookupError:
            return True
        return True


def read_form(path: Path) -> SavForm | None:
    """Return the form of an SPSS file; None where its header is not as expected: pyreadstat then has it alone."""
    try:
        with path.open("rb") as file:
            return _read_form(file, path.stat().st_size)
    except (struct.error, ValueError):
        return None


def _read_form(file: BinaryIO, size: int) -> SavForm | None:
    head = file.read(176)
    if len(head) < 176 or head[:4] not in (b"$FL2", b"$FL3"):
        return None
    order = next((mark for mark in "<>" if struct.unpack(mark + "i", head[64:68])[0] in (2, 3)), None)
    if order is None:
        return None
    compression, _, cases = struct.unpack(order + "iii", head[72:84])
    encoding = ""
    widths: list[int] = []
    texts: list[bytes] = []
    labelled: list[bytes] = []
    while (kind := _int(file, order)) != 999:
        if kind == 2:
            widths.append(_int(file, order))
            texts += _variable(file, order, widths[-1])
        elif kind == 3:
            labelled = _labels(file, order)
        elif kind == 4:
            places = [_int(file, order) for _ in range(_count(file, order))]
            of_text = any(0 < place <= len(widths) and widths[place - 1] > 0 for place in places)
            texts += labelled if of_text else []
        elif kind == 6:
            _skip(file, 80 * _count(file, order))
        elif kind == 7:
            encoding = _extension(file, order) or encoding
        else:
            return None
        if file.tell() > size:
            return None
    _exactly(file, 4)
    if not widths or compression not in (PLAIN, BYTECODE, ZLIB):
        return None
    return SavForm(file.tell(), len(widths), compression, cases, order, encoding, tuple(texts))


def _extension(file: BinaryIO, order: str) -> str:
    """Go past a record of further information; return the encoding that it names: the later record is the surer."""
    what, width, count = struct.unpack(order + "iii", _exactly(file, 12))
    if (what, width, count) == (3, 4, 8):
        page = struct.unpack(order + "8i", _exactly(file, 32))[7]
        return _CODE_PAGES.get(page, f"cp{page}")
    if what == 20 and 0 < width * count < 100:
        return _exactly(file, width * count).decode("ascii", "replace").strip("\0 ")
    _skip(file, width * count)
    return ""


def _variable(file: BinaryIO, order: str, width: int) -> list[bytes]:
    """Go past a variable; return the texts that it declares missing."""
    label, missing = struct.unpack(order + "ii", _exactly(file, 8))
    _exactly(file, 16)
    if label:
        _skip(file, (_int(file, order) + 3) // 4 * 4)
    declared = [_exactly(file, 8) for _ in range(min(abs(missing), 3))]
    return declared if width > 0 else []


def _labels(file: BinaryIO, order: str) -> list[bytes]:
    """Go past labels; return the values that have them."""
    values = []
    for _ in range(_count(file, order)):
        value = _exactly(file, 9)
        values.append(value[:8])
        _skip(file, (value[8] + 8) // 8 * 8 - 1)
    return values


def _skip(file: BinaryIO, size: int) -> None:
    if size < 0:
        raise ValueError("the header points back")
    file.seek(size, os.SEEK_CUR)


def _exactly(file: BinaryIO, size: int) -> bytes:
    content = file.read(size) if size >= 0 else b""
    if len(content) < max(size, 1):
        raise ValueError("the header breaks off")
    return content


def _count(file: BinaryIO, order: str) -> int:
    number = _int(file, order)
    if number < 0:
        raise ValueError("the header holds less than nothing")
    return number


def _int(file: BinaryIO, order: str) -> int:
    return int(struct.unpack(order + "i", _exactly(file, 4))[0])
