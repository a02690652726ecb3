"""A second process that records a session for the tests that kill it or take its disk away.

`python -m tests.core.store.writing_process SHELF HOP_S SECONDS` steps every HOP_S and prints the number of each step
that it has handed over.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from core.settings import StoreSettings
from core.store.recorder import SessionRecorder
from core.types import Word
from tests.core.store.made_sessions import estimate, facts


def main(library: Path, hop_s: float, seconds: float) -> None:
    """Record until the end or the kill."""
    recorder = SessionRecorder(library, StoreSettings(words=True, features=True), sys.stderr.write)
    recorder.begin(facts())
    began_s = time.monotonic()
    for step in range(1, round(seconds / hop_s) + 1):
        time.sleep(max(began_s + step * hop_s - time.monotonic(), 0.0))
        recorder.step(estimate(step * hop_s))
        recorder.words([Word(f"word{step}", step * hop_s - 0.04, step * hop_s)])
        sys.stdout.write(f"{step}\n")
        sys.stdout.flush()
    recorder.end({"steps": step})


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
