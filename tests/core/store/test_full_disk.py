"""A full disk: the operating system refuses to let the files grow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.store.reader import read_session
from tests.core.store.made_sessions import ID, estimate

pytest.importorskip("resource", reason="only Unix can limit the size of files")


def test_a_full_disk_is_reported_once_and_nothing_is_lost(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.core.store.full_disk_process", str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()
    assert len(said) == 3
    assert "not being stored" in said[0]
    assert "again; nothing that waited was lost" in said[1]
    stored = read_session(tmp_path / ID)
    made = [estimate(0.5 * place) for place in range(1, int(said[2]) + 1)]
    assert stored.line.complete
    assert stored.steps.t_s.tolist() == [each.t_s for each in made]
    np.testing.assert_array_equal(stored.steps.probabilities, np.stack([each.probabilities for each in made]))
    assert [event.kind for event in stored.events] == ["storing"]
