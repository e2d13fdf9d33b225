"""How far a conversion is, as one line on standard error."""

from __future__ import annotations

import sys
import time
from types import TracebackType

_WIDTH = 24
_PATIENCE = 1.0
"""Nothing is shown of what takes less, in seconds."""


class Progress:
    """A line that is written over itself, and wiped at the end.

    Parameters
    ----------
    name : str
        What is converted.
    total : int or None
        The rows, where known.
    done : int
        The rows that were there already.
    show : bool, optional
        By default only where standard error is a terminal.
    """

    def __init__(self, name: str, total: int | None, done: int = 0, *, show: bool | None = None) -> None:
        self.name, self.total, self.begun = name, total, done
        self.show = sys.stderr.isatty() if show is None else show
        self.start = self.last = time.monotonic()
        self.written = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.written:
            sys.stderr.write("\r" + " " * self.written + "\r")
            sys.stderr.flush()

    def at(self, rows: int) -> None:
        """Tell that so many rows are done."""
        now = time.monotonic()
        if not self.show or now - self.start < _PATIENCE or now - self.last < _PATIENCE / 4:
            return
        self.last = now
        line = self.line(rows, now - self.start)
        sys.stderr.write("\r" + line.ljust(self.written))
        sys.stderr.flush()
        self.written = max(self.written, len(line))

    def line(self, rows: int, seconds: float) -> str:
        """Return the line at so many rows, after so many seconds."""
        speed = (rows - self.begun) / max(seconds, 1e-9)
        if not self.total:
            return f"{self.name}: {rows:,} rows, {speed:,.0f} a second"
        share = min(rows / self.total, 1.0)
        bar = "#" * round(share * _WIDTH)
        left = (self.total - rows) / speed if speed > 0 else 0.0
        return (
            f"{self.name}: [{bar:<{_WIDTH}}] {share:4.0%} {rows:,} of {self.total:,} rows, "
            f"{int(left // 60)}:{int(left % 60):02d} left"
        )
