"""Converted files: converted once, and whole or not at all, also when the process is killed half-way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from reintegratie_stats.errors import RegisterError
from reintegratie_stats.registers.files import Cache, FileOptions
from reintegratie_stats.registers.files.cache import Converted
from reintegratie_stats.registers.files.convert import convert_statistical
from reintegratie_stats.registers.files.progress import Progress
from tests.unit.registers.sav_streams import repack

ROWS = 20_000


def frame(rows: int = ROWS) -> pd.DataFrame:
    draw = np.random.default_rng(3).random
    return pd.DataFrame(
        {
            "RINPERSOON": [f"{place:09d}" for place in range(rows)],
            "uren": np.where(draw(rows) < 0.3, np.nan, np.round(draw(rows) * 40, 1)),
            "naam": np.where(draw(rows) < 0.5, "", "Ætsk é"),
            "klein": np.floor(draw(rows) * 9),
        }
    )


def read(converted: Converted) -> pa.Table:
    return pa.concat_tables([pq.read_table(file).replace_schema_metadata(None) for file in converted.files])


def expected(rows: int = ROWS) -> pa.Table:
    given = frame(rows)
    return pa.table(
        {
            "RINPERSOON": pa.array(given["RINPERSOON"], pa.string()),
            "uren": pa.array(given["uren"], pa.float64(), from_pandas=True),
            "naam": pa.array([value or None for value in given["naam"]], pa.string()),
            "klein": pa.array(given["klein"], pa.float64()),
        }
    )


def write(folder: Path, form: str) -> Path:
    path = folder / ("x.zsav" if form == "zsav" else "x.dta" if form == "dta" else "x.sav")
    if form == "dta":
        pyreadstat.write_dta(frame(), path)
    elif form == "zsav":
        pyreadstat.write_sav(frame(), path, compress=True)
    else:
        pyreadstat.write_sav(frame(), path, row_compress=form != "plain")
        if form == "packed":
            path.write_bytes(repack(path))
    return path


FORMS = ("plain", "rows", "packed", "zsav", "dta")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("step", [None, 7_000, 977])
def test_a_file_in_chunks_of_any_size_has_every_row_once(tmp_path: Path, form: str, step: int | None) -> None:
    converted = convert_statistical(Cache.at(tmp_path / "c"), "x", write(tmp_path, form), FileOptions(), step=step)
    assert len(converted.files) == -(-ROWS // (step or 500_000))
    assert converted.rows == ROWS
    assert read(converted).equals(expected())


def test_a_conversion_is_made_once_and_only_of_the_columns_that_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, cache = write(tmp_path, "rows"), Cache.at(tmp_path / "c")
    first = convert_statistical(cache, "x", path, FileOptions(), ["rinpersoon", "UREN", "is er niet"])
    assert read(first).column_names == ["RINPERSOON", "uren"]
    monkeypatch.setattr(
        "reintegratie_stats.registers.files.convert.StatisticalConversion", lambda *_: pytest.fail("converted again")
    )
    moved = path.rename(tmp_path / "elders.sav")  # the same content under another name
    assert convert_statistical(cache, "x", moved, FileOptions(), ["UREN", "RINPERSOON"]).files == first.files


def test_a_file_that_changes_is_converted_again(tmp_path: Path) -> None:
    path, cache = write(tmp_path, "plain"), Cache.at(tmp_path / "c")
    first = convert_statistical(cache, "x", path, FileOptions())
    content = bytearray(path.read_bytes())
    content[-8:] = np.float64(42).tobytes()
    path.write_bytes(content)
    os.utime(path, ns=(1, 1))
    second = convert_statistical(cache, "x", path, FileOptions())
    assert second.files != first.files
    assert read(second)["klein"][-1].as_py() == 42


def test_a_temporary_cache_goes_with_the_process_that_made_it(tmp_path: Path) -> None:
    cache = Cache.at(None)
    converted = convert_statistical(cache, "x", write(tmp_path, "rows"), FileOptions())
    folder = cache.folder
    assert converted.files[0].is_relative_to(folder)
    del cache
    assert not folder.exists()


def test_a_cache_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(RegisterError, match="folder for converted files cannot be made"):
        Cache.at(tmp_path / "file" / "cache")


def broken(path: Path, form: str) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_breaks_off_leaves_nothing_behind(tmp_path: Path, form: str) -> None:
    path = write(tmp_path, form)
    broken(path, form)
    with pytest.raises(RegisterError) as caught:
        convert_statistical(Cache.at(tmp_path / "c"), "x", path, FileOptions(), step=3_000)
    assert "x: x." in str(caught.value)
    assert "Deliver it again" in str(caught.value)
    assert not list((tmp_path / "c").rglob("*.parquet"))


# --- killed -----------------------------------------------------------------------------------------


def convert_slowly(path: Path, folder: Path) -> None:  # pragma: no cover - in a process of its own
    from reintegratie_stats.registers.files import cache as module

    write_part = module._write_part

    def slowly(*given: Any) -> None:
        write_part(*given)
        time.sleep(0.05)

    module._write_part = slowly
    convert_statistical(Cache.at(folder), "x", path, FileOptions(), step=500)


@pytest.mark.skipif(os.name == "nt", reason="there is no kill -9")
@pytest.mark.parametrize("form", ["packed", "zsav"])
def test_a_conversion_that_is_killed_goes_on_without_loss_or_double_rows(tmp_path: Path, form: str) -> None:
    path, folder = write(tmp_path, form), tmp_path / "c"
    script = (
        "import sys; from pathlib import Path; from tests.unit.registers.test_cache import convert_slowly; "
        "convert_slowly(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    whole: list[int] = []
    for wanted in (5, 17):
        process = subprocess.Popen(
            [sys.executable, "-c", script, path, folder], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        )
        until = time.monotonic() + 60
        while len(list(folder.rglob("*.part/deel-*.parquet"))) < wanted and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        parts = sorted(folder.rglob("*.part/deel-*.parquet"))
        assert not list(folder.glob("*/over.json"))  # nothing that would be taken for whole
        whole.append(len(parts))
        stamps = {part.name: part.stat().st_mtime_ns for part in parts}
    assert whole[0] >= 5
    assert whole[1] >= 17
    part = next(iter(folder.glob("*.part")))
    (part / "deel-00099.writing").write_bytes(b"half a chunk")
    converted = convert_statistical(Cache.at(folder), "x", path, FileOptions(), step=500)
    assert {file.name: file.stat().st_mtime_ns for file in converted.files if file.name in stamps} == stamps
    assert converted.rows == ROWS
    assert read(converted).equals(expected())
    assert not [entry.name for entry in folder.iterdir() if entry.suffix in (".part", ".tmp")]


def test_a_part_that_is_damaged_is_made_again(tmp_path: Path) -> None:
    path, folder = write(tmp_path, "packed"), tmp_path / "c"
    whole = convert_statistical(Cache.at(folder), "x", path, FileOptions(), step=5_000)
    growing = whole.files[0].parent.rename(whole.files[0].parent.with_suffix(".part"))
    (growing / "over.json").unlink()
    damaged = growing / "deel-00002.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-20])
    again = convert_statistical(Cache.at(folder), "x", path, FileOptions(), step=5_000)
    assert read(again).equals(expected())


# --- the line ------------------------------------------------------------------------------------------


def test_the_progress_line_tells_share_and_time_left() -> None:
    assert Progress("x.sav", 1000, 0, show=True).line(250, 10) == (
        "x.sav: [######                  ]  25% 250 of 1,000 rows, 0:30 left"
    )
    assert Progress("x.xpt", None, show=True).line(250, 10) == "x.xpt: 250 rows, 25 a second"


def test_the_progress_line_is_wiped_and_absent_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("x", 10, show=True) as bar:
        bar.start -= 5
        bar.last -= 5
        bar.at(5)
    assert capsys.readouterr().err.endswith("\r")
    with Progress("x", 10) as bar:
        bar.start -= 5
        bar.at(5)
    assert capsys.readouterr().err == ""
