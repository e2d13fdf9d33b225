"""Convert a large SPSS file once, and say how fast and in how much memory, beside pyreadstat on the same columns.

    python benchmarks/sav_conversion.py --rows 20000000 --runs 1

Writes a compressed .sav of so many rows (a block of made-up dossiers, repeated; about 73 bytes a row), then runs in
turn, each in a process of its own:

- pyreadstat.read_sav of the five columns that the layout asks for, of the first `--sample` rows in one go, its default
  way, scaled to all rows (all rows in one go would take some ten gigabytes; in chunks it would have to skip rows, which
  for a compressed file costs it more than half of the time, and would flatter us);
- the package: `open_source` with a cache that lasts, so hashing the file, converting it and flushing it to disk.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COLUMNS = (
    "RINPERSOONS",
    "RINPERSOON",
    "BIJSTANDStatistiekcodeA",
    "BIJSTANDAanvangUitkeringPersoon1A",
    "BIJSTANDEindeUitkeringPersoon1A",
)
BLOCK = 100_000


def write(path: Path, rows: int) -> None:
    """Write a compressed .sav: a block of rows by pyreadstat, its stream packed as SPSS does, and repeated."""
    import numpy as np
    import pandas as pd
    import pyreadstat

    draw = np.random.default_rng(5).random
    days = pd.to_datetime("1998-01-01") + pd.to_timedelta((draw(BLOCK) * 8000).astype(int), "D")
    ends = days + pd.to_timedelta((draw(BLOCK) * 900).astype(int), "D")
    frame = pd.DataFrame(
        {
            "RINPERSOONS": np.where(draw(BLOCK) < 0.98, "R", "F"),
            "RINPERSOON": [f"{int(one * 1e9):09d}" for one in draw(BLOCK)],
            "BIJSTANDStatistiekcodeA": [f"{int(one * 20) + 1:02d}" for one in draw(BLOCK)],
            "BIJSTANDAanvangUitkeringPersoon1A": days.strftime("%Y%m%d"),
            "BIJSTANDEindeUitkeringPersoon1A": np.where(draw(BLOCK) < 0.4, "99991231", ends.strftime("%Y%m%d")),
            "BIJSTANDIndicatieLopendA": (draw(BLOCK) * 2).astype(int).astype(str),
            "BEDRAG": np.round(draw(BLOCK) * 2000, 2),
            "HUISHOUDEN": (draw(BLOCK) * 6).astype(int).astype(float),
        }
    )
    small = path.with_name("block.sav")
    pyreadstat.write_sav(frame, small, row_compress=True)
    content = small.read_bytes()
    start = data_start(small)
    stream = packed(content[start:])
    head = bytearray(content[:start])
    head[80:84] = struct.pack("<i", rows)
    with path.open("wb") as file:
        file.write(head)
        for _ in range(rows // BLOCK):
            file.write(stream)
    small.unlink()


def data_start(path: Path) -> int:
    """Where the data of a .sav begin."""
    from reintegratie_stats.registers.files.sav_header import read_form

    form = read_form(path)
    assert form is not None
    return form.start


def packed(stream: bytes) -> bytes:
    """Pack instructions eight by eight across rows, as SPSS does; pyreadstat begins a new block for every row."""
    blocks: list[bytes] = []
    codes, taken, place = bytearray(), [], 0
    while place < len(stream):
        here, place = stream[place : place + 8], place + 8
        for code in here:
            if code == 253:
                taken.append(stream[place : place + 8])
                place += 8
            if code not in (0, 252):  # nothing, and the end
                codes.append(code)
            if len(codes) == 8:
                blocks += [bytes(codes), *taken]
                codes, taken = bytearray(), []
    if codes:
        blocks += [bytes(codes).ljust(8, b"\0"), *taken]
    return b"".join(blocks)


def with_pyreadstat(path: Path, rows: int, sample: int) -> dict[str, float]:
    """Read the columns of the first rows in one go, and scale."""
    import pyreadstat

    begin = time.perf_counter()
    frame, _ = pyreadstat.read_sav(path, usecols=list(COLUMNS), row_limit=sample)
    assert len(frame) == sample
    return {"seconds": (time.perf_counter() - begin) * rows / sample}


def with_package(path: Path, rows: int, cache: Path) -> dict[str, float]:
    """Convert the file to a cache that lasts."""
    from reintegratie_stats.engine import open_engine
    from reintegratie_stats.registers.files import Cache, open_source

    begin = time.perf_counter()
    source = open_source(open_engine(), "bijstand", path, Cache.at(cache), wanted=COLUMNS)
    seconds = time.perf_counter() - begin
    table = source.files[0].table
    assert table.count().to_pyarrow().as_py() == rows
    return {"seconds": seconds, "megabytes": sum(one.stat().st_size for one in cache.rglob("*.parquet")) / 1e6}


def measured(what: str, path: Path, rows: int, sample: int, folder: Path) -> dict[str, float]:
    """Run one side in a process of its own."""
    command = [
        sys.executable,
        __file__,
        "--side",
        what,
        "--rows",
        str(rows),
        "--sample",
        str(sample),
        "--file",
        str(path),
    ]
    done = subprocess.run([*command, "--folder", str(folder)], check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--sample", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--side", choices=("pyreadstat", "package"))
    options = parser.parse_args()
    if options.side:
        if options.side == "package":
            result = with_package(options.file, options.rows, options.folder)
        else:
            result = with_pyreadstat(options.file, options.rows, options.sample)
        result["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(result))
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = options.file or Path(folder) / "large.sav"
        if not path.exists():
            write(path, options.rows)
        sample = min(options.sample, options.rows)
        print(f"{path.name}: {options.rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB")
        for run in range(options.runs):
            one = measured("pyreadstat", path, options.rows, sample, Path(folder))
            other = measured("package", path, options.rows, sample, Path(folder) / f"cache-{run}")
            ratio = one["seconds"] / other["seconds"]
            print(
                f"pyreadstat {one['seconds']:.1f} s (scaled from {sample:,} rows); package {other['seconds']:.1f} s, "
                f"peak {other['peak']:,.0f} MB, {other['megabytes']:,.0f} MB of Parquet; "
                f"speed package / pyreadstat {ratio:.2f}"
            )
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
