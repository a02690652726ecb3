"""Lab Streaming Layer restricted to this machine and this test run: no multicast, a session id of its own.

liblsl reads its configuration once per process, so it must be set before the first stream. `Peer` is another process
with pylsl that runs a small program and reports in lines of JSON.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from types import TracebackType
from typing import Any

CONFIGURATION = """
[ports]
IPv6 = disable
[multicast]
ResolveScope = machine
[lab]
KnownPeers = {{127.0.0.1}}
SessionID = {session}
[tuning]
TimeProbeInterval = 0.01
[log]
level = -3
"""
WITHIN_S = 15.0


def keep_private() -> None:
    """Hide the streams of other programs from this process and its children."""
    folder = Path(tempfile.mkdtemp(prefix="lsl-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    session = f"edu-{uuid.uuid4().hex}"
    (folder / "lsl.cfg").write_text(CONFIGURATION.format(session=session), encoding="utf-8")
    os.environ["LSLAPICFG"] = str(folder / "lsl.cfg")


class Peer:
    """`with Peer(program, *arguments) as peer`: `next` receives a line of JSON, `send` sends a line of text."""

    def __init__(self, program: Path, *arguments: str) -> None:
        self._command = (sys.executable, "-W", "error", str(program), *arguments)
        self._lines: Queue[str] = Queue()

    def __enter__(self) -> Peer:
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._reader = Thread(target=self._read, name="peer reader")
        self._reader.start()
        return self

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)

    def next(self) -> Any:
        """The next line of its output."""
        try:
            return json.loads(self._lines.get(timeout=WITHIN_S))
        except Empty:
            raise AssertionError(f"no line from the other process within {WITHIN_S:.0f} s") from None

    def send(self, line: str) -> None:
        """Send it a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
