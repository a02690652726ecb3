"""The sync test within a running session: it listens while a test is on, and keeps what came out."""

from __future__ import annotations

from collections.abc import Callable

from core.lab.sync import SyncProbe, SyncReport
from core.types import Chunk


class SyncRun:
    """One a session, fed with all that is captured. `now_s` is the session clock; the other verbs are the screen's."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._probe: SyncProbe | None = None
        self.report: SyncReport | None = None
        """Of the last test that was finished in this session."""

    def start(self) -> None:
        """A test begins: from now on, what is captured is looked at."""
        self._probe = SyncProbe()

    def emit(self) -> None:
        """The screen has just turned white, and the click has just begun."""
        if self._probe is not None:
            now_s = self._now_s()
            self._probe.flashed(now_s)
            self._probe.clicked(now_s)

    def finish(self) -> SyncReport:
        """The test is over and all that can still arrive has (`core.lab.sync.listen_until`): what came out."""
        probe, self._probe = self._probe or SyncProbe(), None
        self.report = probe.result()
        return self.report

    def cancel(self) -> None:
        """The test was ended early; it says nothing."""
        self._probe = None

    def chunk(self, chunk: Chunk) -> None:
        """A picture or sound came in."""
        probe = self._probe
        if probe is not None:
            probe.chunk(chunk)
