"""A second process that records picture and sound, reports when all chunks are queued, and waits to be killed.

`python -m tests.core.store.media_process FILE`
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from core.store.media import MediaRecorder
from tests.core.store.test_media import LENGTH_S, flashes_and_clicks
from tests.support.waiting import until


def main(file: Path) -> None:
    """Runs until it is killed."""
    media = MediaRecorder(sys.stderr.write)
    media.begin(file)
    for chunk in flashes_and_clicks():
        media.put(chunk)
        until(lambda: media.waiting < 4)
    until(lambda: media.waiting == 0)
    sys.stdout.write(f"{LENGTH_S}\n")
    sys.stdout.flush()
    time.sleep(60)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
