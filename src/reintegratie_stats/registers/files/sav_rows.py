"""Where a row of a compressed SPSS file begins, so that a chunk is read without reading all that comes before it.

pyreadstat reads the rows. What it cannot do is begin half-way a compressed file: to skip a row it must unpack it, and a
file that is read in a hundred chunks is unpacked fifty times. So the stream of instructions is followed here, once:
eight instructions of a byte each, then eight bytes for each instruction that says "taken over as it is". Nothing is
decoded. A chunk becomes a small file of its own: the header of the whole file and the piece of the stream, which
pyreadstat reads.

The layout of the stream is that which the PSPP project documents for system files.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from reintegratie_stats.registers.files.sav_header import BYTECODE, ZLIB, SavForm

WORD = 8
SLAB = 2**20 * WORD
"""So many bytes of the stream are followed at a time."""

_PAD, _END, _LITERAL = 0, 252, 253


class StreamProblem(Exception):
    """The stream is not as the header says; holds the kind only."""


@dataclass(frozen=True)
class Piece:
    """A chunk of rows as a small SPSS file."""

    content: bytes
    rows: int
    state: dict[str, int]


def pieces(path: Path, form: SavForm, rows: int, state: dict[str, int]) -> Iterator[Piece]:
    """Yield a compressed file as small files of so many rows.

    Parameters
    ----------
    path : Path
    form : SavForm
    rows : int
        The rows per piece.
    state : dict
        That of the last piece that was used; empty to begin at the beginning.

    Raises
    ------
    StreamProblem
        When the stream breaks off, or holds another number of rows than the header says.
    """
    header = _header(path, form)
    done = state.get("rows", 0)
    walk = _Walk(form.words * rows, state.get("ops", 0))
    with path.open("rb") as file:
        source = _Stream(file, form, state.get("offset", 0))
        while block := source.read(SLAB):
            for content, offset, ops in walk.feed(block, source.position):
                done += rows
                if form.cases < 0 or done <= form.cases:
                    yield Piece(header + content, rows, {"rows": done, "offset": offset, "ops": ops})
            if walk.ended:
                break
    content, ops = walk.rest()
    left = ops // form.words
    if 0 <= form.cases != done + left or (ops % form.words and form.cases < 0):
        raise StreamProblem("rows")
    if left:
        yield Piece(header + content, left, {"rows": done + left, "offset": -1, "ops": 0})


def _header(path: Path, form: SavForm) -> bytes:
    """Return the header for a small file: that of the whole, of bytecode without zlib."""
    with path.open("rb") as file:
        head = bytearray(file.read(form.start))
    if form.compression == ZLIB:
        head[:4] = b"$FL2"
        head[72:76] = struct.pack(form.order + "i", BYTECODE)
    head[80:84] = struct.pack(form.order + "i", -1)
    return bytes(head)


class _Walk:
    """Follow the stream from block to block, and cut it where a row ends."""

    def __init__(self, target: int, consumed: int) -> None:
        self.target = target
        """So many instructions that give eight bytes make a piece."""
        self.carry = b""
        self.held: list[bytes] = []
        self.count = 0
        """Instructions in `held`."""
        self.consumed = consumed
        """Instructions of the next block that belong to the piece before."""
        self.ended = False

    def feed(self, content: bytes, position: int) -> Iterator[tuple[bytes, int, int]]:
        """Take a slab that ends at `position`; yield each piece with where the next begins."""
        content = self.carry + content
        begin = position - len(content)
        words = np.frombuffer(content, dtype="<u8", count=len(content) // WORD)
        starts, end = _follow(words)
        self.carry = content[end * WORD :]
        if not len(starts):
            return
        codes = words[starts]
        if self.consumed:
            codes[0] &= ~np.uint64((1 << 8 * self.consumed) - 1)
        skipped, self.consumed = self.consumed, 0
        codes = self._up_to_the_end(codes)
        total = np.cumsum(WORD - _count(codes, _PAD))
        ends = np.append(starts[1:], end) * WORD
        starts = starts * WORD
        first = _patched(content, int(starts[0]), int(ends[0]), skipped)
        last, taken = 0, 0
        while self.count + int(total[-1]) - taken >= self.target:
            taken += self.target - self.count
            block = int(np.searchsorted(total, taken))
            ops = _place(int(codes[block]), taken - (int(total[block - 1]) if block else 0))
            piece = b"".join((*self.held, first, content[int(ends[last]) : int(ends[block])]))
            self.held, self.count, last = [], 0, block
            first = _patched(content, int(starts[block]), int(ends[block]), ops)
            yield piece, begin + int(starts[block]), ops
        self.held += [first, content[int(ends[last]) : int(ends[len(codes) - 1])]]
        self.count += int(total[-1]) - taken

    def _up_to_the_end(self, codes: Any) -> Any:
        """Return the blocks up to the instruction that ends the data, if it is there."""
        stop = np.flatnonzero(_count(codes, _END))
        if len(stop):
            self.ended = True
            codes = codes[: int(stop[0]) + 1].copy()
            block = int(codes[-1]).to_bytes(WORD, "little")
            codes[-1] = int.from_bytes(block[: block.index(_END)].ljust(WORD, b"\0"), "little")
        return codes

    def rest(self) -> tuple[bytes, int]:
        """Return what is left after the last piece, and its instructions."""
        return b"".join(self.held), self.count


def _follow(words: Any) -> tuple[Any, int]:
    """Return at which words the blocks of instructions begin that are whole, and where the next one does."""
    length = (_count(words, _LITERAL) + 1).astype(np.uint8).tobytes()
    starts, here, end = [], 0, len(words)
    while here < end:
        starts.append(here)
        here += length[here]
    if here > end:
        here = starts.pop()
    return np.array(starts, dtype=np.int64), here


def _count(words: Any, byte: int) -> Any:
    """Return how many of the eight bytes of each word are a certain byte."""
    low = np.uint64(0x7F7F7F7F7F7F7F7F)
    other = words ^ np.uint64(int.from_bytes(bytes([byte]) * WORD, "little"))
    equal = ~(((other & low) + low) | other | low)  # the high bit of each byte that is equal
    return (((equal >> np.uint64(7)) * np.uint64(0x0101010101010101)) >> np.uint64(56)).astype(np.int64)


def _place(block: int, asked: int) -> int:
    """Return after how many instructions of a block so many gave something."""
    codes = block.to_bytes(WORD, "little")
    for place, code in enumerate(codes):
        asked -= code != _PAD
        if not asked:
            return place + 1
    return WORD


def _patched(content: bytes, start: int, end: int, ops: int) -> bytes:
    """Return a block of instructions without its first `ops`, and without what was taken over for these."""
    block = content[start:end]
    if not ops:
        return block
    literals = block[:ops].count(_LITERAL)
    return bytes(ops) + block[ops:WORD] + block[WORD * (1 + literals) :]


class _Stream:
    """The stream of instructions of a file, unpacked from zlib where it is packed."""

    def __init__(self, file: BinaryIO, form: SavForm, offset: int) -> None:
        self.file = file
        self.position = offset
        self.blocks: list[tuple[int, int, int]] = []
        self.skip = 0
        if form.compression == BYTECODE:
            file.seek(form.start + offset)
            self.packed = False
            return
        self.packed = True
        self._find_blocks(form, offset)

    def _find_blocks(self, form: SavForm, offset: int) -> None:
        self.file.seek(form.start)
        try:
            _, trailer, length = struct.unpack(form.order + "qqq", self.file.read(24))
            size = self.file.seek(0, os.SEEK_END)
            if not 0 <= length <= size - trailer:
                raise StreamProblem("blocks")
            self.file.seek(trailer)
            content = self.file.read(length)
            count = struct.unpack(form.order + "i", content[20:24])[0]
            table = [struct.unpack(form.order + "qqii", content[24 + 24 * n : 48 + 24 * n]) for n in range(count)]
        except (struct.error, OSError, ValueError, OverflowError):
            raise StreamProblem("blocks") from None
        seen = 0
        for _, place, unpacked, packed in table:
            if not 0 <= place <= size or not 0 <= packed <= size - place:
                raise StreamProblem("blocks")
            if seen + unpacked > offset:
                if not self.blocks:
                    self.skip = offset - seen
                self.blocks.append((place, unpacked, packed))
            seen += unpacked

    def read(self, size: int) -> bytes:
        """Return the next bytes; none at the end."""
        content = self._unpack() if self.packed else self.file.read(size)
        self.position += len(content)
        return content

    def _unpack(self) -> bytes:
        if not self.blocks:
            return b""
        place, unpacked, packed = self.blocks.pop(0)
        self.file.seek(place)
        try:
            content = zlib.decompressobj().decompress(self.file.read(max(packed, 0)), max(unpacked, 0) + 1)
        except zlib.error:
            raise StreamProblem("zlib") from None
        if len(content) != unpacked:
            raise StreamProblem("zlib")
        content, self.skip = content[self.skip :], 0
        return content
