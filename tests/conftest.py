"""Settings for all tests: the same random examples on every run, and no screen needed."""

from __future__ import annotations

import os

from hypothesis import settings

os.environ.setdefault("MPLBACKEND", "agg")
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # two processes on two cores: one thread each
    os.environ.setdefault(threads, "1")

# Drawn from the test itself, never from the clock: a run today finds what a run tomorrow finds.
settings.register_profile("default", derandomize=True, deadline=None, database=None)
settings.register_profile("ci", parent=settings.get_profile("default"), print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
