"""Runs the command line under watch: `python -m tests.support.watched OUT.json STEPS ARGUMENTS…`.

With STEPS above 0 the program is interrupted, as by Ctrl+C, once its engine has made that many steps.

Before anything of the program is imported, an audit hook notes every socket call and every file opened for writing by
Python, and a thread looks at the process's own open sockets in /proc, which also sees those of C and C++ libraries.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
from pathlib import Path

SOCKET_CALLS = {"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
INTERNET_TABLES = ("tcp", "tcp6", "udp", "udp6")

calls: set[str] = set()
written: set[str] = set()
internet_sockets: set[str] = set()


def note(event: str, arguments: tuple) -> None:
    if event in SOCKET_CALLS:
        calls.add(f"{event} {arguments[-1]!r}")
    elif event == "open" and isinstance(arguments[0], str) and (arguments[2] or 0) & WRITING:
        written.add(os.path.abspath(arguments[0]))


def look_at_sockets() -> None:
    own = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            own.update(re.findall(r"socket:\[(\d+)\]", os.readlink(entry)))
        except FileNotFoundError:
            continue  # closed while we looked
    for table in INTERNET_TABLES:
        for line in Path(f"/proc/self/net/{table}").read_text().splitlines()[1:]:
            if line.split()[9] in own:
                internet_sockets.add(f"{table} {line.split()[2]}")


def steps_made() -> int:
    """What the engine says of itself; it is found by its threads, because the program must not know of the watch."""
    bodies = (getattr(thread, "_target", None) for thread in threading.enumerate() if thread.name.startswith("engine-"))
    return max((body.__self__.status().steps for body in bodies if body is not None), default=0)


def main() -> None:
    out, steps, sys.argv[1:] = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    ended = threading.Event()

    def watch() -> None:
        nonlocal steps
        looks = 0
        while not ended.wait(0.02):
            looks += 1
            look_at_sockets()
            if steps and looks % 25 == 0 and steps_made() >= steps:
                os.kill(os.getpid(), signal.SIGINT)
                steps = 0

    watcher = threading.Thread(target=watch, name="socket watcher", daemon=True)
    if Path("/proc/self/net").is_dir():
        watcher.start()
    sys.addaudithook(note)
    from app.__main__ import cli

    code: object = 0
    try:
        cli(prog_name="edu-emotionnet")
    except SystemExit as end:
        code = end.code
    seen = {"calls": sorted(calls), "internet": sorted(internet_sockets), "written": sorted(written), "code": code}
    ended.set()
    out.write_text(json.dumps(seen))


if __name__ == "__main__":
    main()
