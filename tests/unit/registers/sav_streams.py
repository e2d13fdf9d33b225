"""Compressed SPSS data packed the way SPSS packs them, which pyreadstat's writer does not."""

from __future__ import annotations

from pathlib import Path

from reintegratie_stats.registers.files.sav_header import read_form


def repack(path: Path, *, end: bool = True) -> bytes:
    """Return a compressed .sav in which eight instructions follow each other across rows.

    pyreadstat begins a new block of instructions for every row, so that all rows begin where a block does.
    """
    form = read_form(path)
    assert form is not None
    content = path.read_bytes()
    stream, place = content[form.start :], 0
    blocks, codes, taken = [content[: form.start]], bytearray(), []
    while place < len(stream):
        here, place = stream[place : place + 8], place + 8
        for code in here:
            if code == 253:
                taken.append(stream[place : place + 8])
                place += 8
            if code not in (0, 252):
                codes.append(code)
            if len(codes) == 8:
                blocks += [bytes(codes), *taken]
                codes, taken = bytearray(), []
    codes += b"\xfc" if end else b""
    blocks += [bytes(codes).ljust(8, b"\0"), *taken]
    return b"".join(blocks)
