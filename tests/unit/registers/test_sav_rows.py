"""Where a row begins in a compressed SPSS file, whatever the width, the chunk, and what the stream is packed into."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reintegratie_stats.registers.files.sav_header import read_form
from reintegratie_stats.registers.files.sav_rows import StreamProblem, pieces
from tests.unit.registers.sav_streams import repack

NUMBERS = st.sampled_from([0.0, 1.0, -99.0, 151.0, 152.0, 0.5, -1e300, np.nan])
TEXTS = st.sampled_from(["", "a", "acht8888", "negen9999", "x" * 20, "é" * 9, " " * 9 + "x"])


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(1, 40))
    kinds = draw(st.lists(st.sampled_from([NUMBERS, TEXTS]), min_size=1, max_size=11))
    columns = {f"k{place}": draw(st.lists(kind, min_size=rows, max_size=rows)) for place, kind in enumerate(kinds)}
    return pd.DataFrame(columns)


def written(frame: pd.DataFrame, folder: str, packing: str) -> Path:
    path = Path(folder) / ("x.zsav" if packing == "zsav" else "x.sav")
    pyreadstat.write_sav(frame, path, compress=packing == "zsav", row_compress=packing != "zsav")
    if packing.startswith("packed"):
        path.write_bytes(repack(path, end=packing == "packed"))
    return path


def read(path: Path, rows: int) -> list[list[object]]:
    values, _ = pyreadstat.read_sav(path, row_limit=rows, output_format="dict", user_missing=True)
    return [["nan" if value != value else value for value in column] for column in values.values()]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(frames(), st.integers(1, 45), st.sampled_from(["rows", "packed", "packed without end", "zsav"]), st.data())
def test_the_pieces_of_a_file_hold_every_row_once_from_wherever_it_goes_on(
    frame: pd.DataFrame, step: int, packing: str, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(frame, folder, packing)
        whole, form = read(path, len(frame)), read_form(path)
        assert form is not None
        done = list(pieces(path, form, step, {}))
        assert sum(piece.rows for piece in done) == len(frame)
        start = data.draw(st.integers(0, len(done) - 1))
        state = done[start - 1].state if start else {}
        again = list(pieces(path, form, step, state))
        assert [(piece.rows, piece.content) for piece in again] == [
            (piece.rows, piece.content) for piece in done[start:]
        ]
        part = Path(folder) / "stuk.sav"
        found: list[list[object]] = [[] for _ in whole]
        for piece in done:
            part.write_bytes(piece.content)
            for column, values in zip(found, read(part, piece.rows), strict=True):
                column += values
        assert found == whole


@pytest.mark.parametrize("packing", ["rows", "packed", "zsav"])
def test_a_stream_of_another_number_of_rows_than_the_header_says_is_a_problem(tmp_path: Path, packing: str) -> None:
    path = written(pd.DataFrame({"a": [1.0, 0.5] * 50, "b": ["x", "langer dan acht"] * 50}), str(tmp_path), packing)
    whole = path.read_bytes()
    for rows in (99, 101, 2**30):
        path.write_bytes(whole[:80] + int(rows).to_bytes(4, "little") + whole[84:])
        form = read_form(path)
        assert form is not None
        with pytest.raises(StreamProblem):
            list(pieces(path, form, 7, {}))
    path.write_bytes(whole[:80] + b"\xff" * 4 + whole[84:])  # a header that does not tell
    form = read_form(path)
    assert form is not None
    assert sum(piece.rows for piece in pieces(path, form, 7, {})) == 100


def test_a_header_that_is_not_as_expected_is_left_to_pyreadstat(tmp_path: Path) -> None:
    path = tmp_path / "x.sav"
    for content in (b"", b"$FL2", b"$FL2" + b"\0" * 500, b"x" * 500):
        path.write_bytes(content)
        assert read_form(path) is None


@pytest.mark.parametrize(("kind", "more"), [(7, (1, -8, 4)), (6, (-1,)), (4, (-3,)), (3, (-1,)), (8, ())])
def test_a_header_that_points_back_or_says_what_is_unknown_is_left_to_pyreadstat(
    tmp_path: Path, kind: int, more: tuple[int, ...]
) -> None:
    path = written(pd.DataFrame({"k": [1.0]}), str(tmp_path), "rows")
    assert read_form(path) is not None
    content = path.read_bytes()
    record = struct.pack(f"<{1 + len(more)}i", kind, *more)
    path.write_bytes(content[:176] + record + content[176:])
    assert read_form(path) is None
