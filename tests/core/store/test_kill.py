"""A recording process is killed at a random moment: at most its newest hop is missing."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from core.errors import StoreError
from core.store.session_library import SessionLibrary
from tests.core.store.made_sessions import ID, estimate
from tests.support.waiting import until

HOP_S = 0.05
KILLS = 20
AT_MOST_S = 0.6


@contextmanager
def recording(library: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.core.store.writing_process", str(library), str(HOP_S), "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            yield child
        finally:
            child.kill()


def kill(child: subprocess.Popen[str]) -> int:
    """Kill the child; returns the last step that it had queued."""
    child.kill()
    printed, _ = child.communicate()
    return max(map(int, printed.split()), default=0)


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_kill_loses_at_most_one_hop_and_never_the_file(tmp_path: Path, seed: int) -> None:
    with recording(tmp_path) as child:
        until((tmp_path / ID / "session.db").exists, 30.0)
        time.sleep(random.Random(seed).uniform(0.0, AT_MOST_S))  # the random moment is under test
        handed_over = kill(child)
    library = SessionLibrary(tmp_path)
    line = library.lines()[0]
    assert line.problem == ""
    assert not line.complete
    assert line.steps >= handed_over - 1
    steps = library.read(line.id).steps
    made = [estimate(HOP_S * place) for place in range(1, line.steps + 1)]
    assert steps.t_s.tolist() == [each.t_s for each in made]
    np.testing.assert_array_equal(steps.weights, np.stack([each.weights for each in made]).reshape(-1, 3))
    with closing(sqlite3.connect(line.folder / "session.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_killed_session_is_erased_without_a_trace(tmp_path: Path) -> None:
    with recording(tmp_path) as child:
        until((tmp_path / ID / "session.db-wal").exists, 30.0)
        kill(child)
    assert (tmp_path / ID / "session.db-wal").exists()
    SessionLibrary(tmp_path).erase(ID)
    assert list(tmp_path.iterdir()) == []


def test_a_session_recorded_by_another_process_can_be_read_and_not_erased(tmp_path: Path) -> None:
    library = SessionLibrary(tmp_path)
    with recording(tmp_path) as child:
        until((tmp_path / ID / "session.db").exists, 30.0)
        until(lambda: library.lines()[0].steps > 3, 30.0)
        with pytest.raises(StoreError, match="being recorded"):
            library.erase(ID)
        before = library.lines()[0].steps
        until(lambda: library.lines("word3")[0].steps > before)
        handed_over = kill(child)
    assert library.lines()[0].steps >= handed_over - 1
