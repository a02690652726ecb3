"""The sync test within a running session: a follower that listens while a test is on, and keeps what came out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.lab.sync import SyncProbe, SyncReport
from core.types import Chunk, Entry, Estimate, Word

if TYPE_CHECKING:
    from core.followers import SessionFacts


class SyncRun:
    """A follower of every session. `now_s` is the session clock; `start`, `emit` and `finish` belong to the screen."""

    problem = ""

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

    def begin(self, facts: SessionFacts) -> None:
        """Nothing is known of a session beforehand."""

    def step(self, estimate: Estimate) -> None:
        """Estimates do not matter."""

    def words(self, final: Sequence[Word]) -> None:
        """Nor do words."""

    def entry(self, entry: Entry) -> None:
        """Nor what was marked."""

    def end(self, report: Mapping[str, Any]) -> None:
        """A test that was on is over, without result."""
        self._probe = None
