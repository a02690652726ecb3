"""Runs the command line under watch: `python -m tests.support.watched_process STEPS ARGUMENTS…`.

With STEPS above 0 the program is interrupted, as by Ctrl+C, once its engine has made that many steps.

`watch_site/sitecustomize.py` notes what Python does, here and in every Python process that this one starts. What is
added here is a thread that looks at the open sockets of this process and of all its descendants in /proc, which also
sees those of C and C++ libraries. The notes are files in the folder that WATCH_NOTES names.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from pathlib import Path

import psutil

INTERNET_TABLES = ("tcp", "tcp6", "udp", "udp6")


class SocketWatch:
    """Collects the open internet sockets and the process ids that were observed."""

    def __init__(self) -> None:
        self.sockets: set[str] = set()
        self.processes: set[int] = set()

    def look(self) -> None:
        """Observes this process and its descendants once."""
        family = [os.getpid(), *(child.pid for child in psutil.Process().children(recursive=True))]
        for pid in family:
            try:
                self._look_at(Path(f"/proc/{pid}"))
                self.processes.add(pid)
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked

    def _look_at(self, process: Path) -> None:
        own = set()
        for entry in (process / "fd").iterdir():
            try:
                own.update(re.findall(r"socket:\[(\d+)\]", os.readlink(entry)))
            except FileNotFoundError:
                continue  # closed while we looked
        for table in INTERNET_TABLES:
            for line in (process / "net" / table).read_text().splitlines()[1:]:
                if line.split()[9] in own:
                    self.sockets.add(f"{table} {line.split()[2]}")

    def lines(self) -> str:
        """The lines of the notes."""
        seen = [f"internet {one}" for one in sorted(self.sockets)]
        return "\n".join([*seen, f"processes {len(self.processes)}", ""])


def steps_made() -> int:
    """Steps of the engine, which is found through its threads: the program has no hook for the observer."""
    bodies = (getattr(thread, "_target", None) for thread in threading.enumerate() if thread.name.startswith("engine-"))
    owners = (getattr(body, "__self__", None) for body in bodies)
    return max((owner.status().steps for owner in owners if hasattr(owner, "status")), default=0)


def main() -> None:
    steps, sys.argv[1:] = int(sys.argv[1]), sys.argv[2:]
    ended, sockets = threading.Event(), SocketWatch()

    def watch() -> None:
        nonlocal steps
        looks = 0
        while not ended.wait(0.02):
            looks += 1
            sockets.look()
            if steps and looks % 25 == 0 and steps_made() >= steps:
                os.kill(os.getpid(), signal.SIGINT)
                steps = 0

    watcher = threading.Thread(target=watch, name="socket watcher", daemon=True)
    if Path("/proc/self/net").is_dir():
        watcher.start()
    from app.__main__ import run

    try:
        run()
    finally:
        ended.set()
        Path(os.environ["WATCH_NOTES"], "sockets.txt").write_text(sockets.lines())


if __name__ == "__main__":
    main()
