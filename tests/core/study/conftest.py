"""A separate user folder for every test of a study."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user folder of one test."""
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(tmp_path))
    return tmp_path
