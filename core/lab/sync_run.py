"""The sync test of a running session: collects chunks while a test is on, and keeps its report."""

from __future__ import annotations

from collections.abc import Callable

from core.lab.sync import SyncProbe, SyncReport
from core.types import Chunk


class SyncRun:
    """`chunk` is called on the capture threads, the rest on the window's. `now_s` is the session clock."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._probe: SyncProbe | None = None
        self.report: SyncReport | None = None
        """The report of the last finished test."""

    def start(self) -> None:
        """Begin a test: collect chunks from now on."""
        self._probe = SyncProbe()

    def emit(self) -> None:
        """The screen has just turned white, and a click has just started."""
        if self._probe is not None:
            now_s = self._now_s()
            self._probe.flashed(now_s)
            self._probe.clicked(now_s)

    def finish(self) -> SyncReport:
        """End the test, once everything has arrived (`core.lab.sync.listen_until`); returns its report."""
        probe, self._probe = self._probe or SyncProbe(), None
        self.report = probe.result()
        return self.report

    def cancel(self) -> None:
        """End the test early, without a report."""
        self._probe = None

    def chunk(self, chunk: Chunk) -> None:
        """Take a captured chunk."""
        probe = self._probe
        if probe is not None:
            probe.chunk(chunk)
