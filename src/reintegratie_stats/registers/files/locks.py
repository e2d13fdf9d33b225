"""One process at a time: a lock on a file that the system releases when its holder dies, whatever the way."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from reintegratie_stats.errors import RegisterError

PATIENCE = 6 * 3600.0
"""So long one process waits for another that converts the same file, in seconds."""


@contextmanager
def locked(path: Path, name: str, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of a file while the block runs; wait for another process that holds it.

    Raises
    ------
    RegisterError
        When another process does not come to an end.
    """
    with path.open("a+b") as file:
        until = time.monotonic() + patience
        while not _take(file):
            if time.monotonic() >= until:
                raise RegisterError(f"{name}: another process is converting it and does not come to an end: {path}.")
            time.sleep(0.2)
        try:
            yield
        finally:
            _release(file)


if os.name == "nt":  # pragma: no cover
    import msvcrt

    def _take(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

    def _release(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]

else:
    import fcntl

    def _take(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _release(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
