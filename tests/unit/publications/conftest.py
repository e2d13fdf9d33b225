"""A copy of the published figures that a test can change."""

from __future__ import annotations

import shutil

import pytest

from reintegratie_stats.publications import read
from tests.unit.publications.published_figures import FOLDER


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A copy of the figures in the place where an installed package has them."""
    target = tmp_path / "_data" / "published"
    shutil.copytree(FOLDER, target)
    monkeypatch.setattr(read, "files", lambda _: tmp_path)
    return target
