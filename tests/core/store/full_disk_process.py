"""A second process whose disk is full for a while: the system limits the size of its files.

`python -m tests.core.store.full_disk_process SHELF`: prints what the recorder says, then how many steps it recorded.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from time import sleep

from core.settings import StoreSettings
from core.store.recorder import SessionRecorder
from tests.core.store.made_sessions import ID, estimate, facts
from tests.support.waiting import until

LIMIT_BYTES = 200_000
STEP_S = 0.001
"""Without a pause between steps, a busy machine fills the queue before the writer meets the full disk."""


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


def main(library: Path) -> None:
    """Record until the disk is full, continue for a while, free space, and end."""
    recorder = SessionRecorder(library, StoreSettings(features=True), say)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    recorder.begin(facts())
    recorder.step(estimate(0.5))
    until((library / ID / "session.db-wal").exists)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT_BYTES, most))
    made = 1
    while not recorder.problem:
        made += 1
        recorder.step(estimate(0.5 * made))
        sleep(STEP_S)
    for _ in range(100):
        made += 1
        recorder.step(estimate(0.5 * made))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    until(lambda: not recorder.problem)
    recorder.end({})
    say(str(made))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
