"""The program's threads share few heaps."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, sys, threading
from app.__main__ import main

sys.argv = ["edu-emotionnet", "--version"]
try:
    main()
except SystemExit:
    pass
meet = threading.Barrier(4)
def allocate():
    kept = [bytearray(5000) for _ in range(100)]
    meet.wait()
threads = [threading.Thread(target=allocate) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
ctypes.CDLL(None).malloc_stats()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's heaps")
def test_all_threads_of_the_program_share_few_heaps() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    assert [line for line in ran.stderr.splitlines() if line.startswith("Arena")] == ["Arena 0:", "Arena 1:"]
