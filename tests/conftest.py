"""Settings for all tests: the same random examples on every run, and no screen needed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
SHARED = ("tests/pipeline", "tests/notebooks")
"""Folders whose modules share runs of a study that are made once a session."""

os.environ.setdefault("MPLBACKEND", "agg")
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # two processes on two cores: one thread each
    os.environ.setdefault(threads, "1")

# Drawn from the test itself, never from the clock: a run today finds what a run tomorrow finds.
settings.register_profile("default", derandomize=True, deadline=None, database=None)
settings.register_profile("ci", parent=settings.get_profile("default"), print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep together, where tests run in two processes (``-n 2 --dist loadgroup``), what shares a costly fixture."""
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        place = item.path.relative_to(ROOT).as_posix()
        folder = next((folder for folder in SHARED if place.startswith(folder)), place)
        item.add_marker(pytest.mark.xdist_group(folder))
