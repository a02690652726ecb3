"""What is stamped into a session beside its estimates: markers, own reports, what was done, what happened.

Anybody may tell, from any thread; the followers hear of it at once, and the screen reads the last of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import merge
from operator import itemgetter
from threading import Lock

from core.capture.source import Clock
from core.engine.status_store import EngineHooks
from core.status import DeviceStatus, RunState
from core.types import Activity, Entry, Event, Happening, Marker, SelfReport

KEPT = 2000
"""Entries that the screen can ask for, and as many activities; followers hear all."""


class SessionLog:
    """Bounded, in the order of telling. `hear` is told of every entry at once.

    Activities lie apart: a break goes on for as long as nothing else is done, however many markers a lab sends.
    """

    def __init__(self, clock: Clock, hear: Callable[[Entry], object]) -> None:
        self._clock, self._hear = clock, hear
        self._lock = Lock()
        self._told = 0
        self._activities: deque[tuple[int, Activity]] = deque(maxlen=KEPT)
        self._others: deque[tuple[int, Entry]] = deque(maxlen=KEPT)

    def tell(self, entry: Entry) -> None:
        """Stamp in an entry that has its own time."""
        with self._lock:
            self._told += 1
            if isinstance(entry, Activity):
                self._activities.append((self._told, entry))
            else:
                self._others.append((self._told, entry))
        self._hear(entry)

    def mark(self, label: str) -> Marker:
        """Somebody pressed a key now."""
        marker = Marker(self._clock(), label)
        self.tell(marker)
        return marker

    def report(self, state: str, asked: bool) -> SelfReport:
        """The learner says how it is now, of their own accord or because they were asked."""
        report = SelfReport(self._clock(), state, "probe" if asked else "own")
        self.tell(report)
        return report

    def happened(self, kind: Happening, text: str) -> None:
        """Something happened to the session now."""
        self.tell(Event(self._clock(), kind, text))

    def entries(self) -> list[Entry]:
        """The last of them."""
        with self._lock:
            told = merge(self._others, self._activities, key=itemgetter(0))
            return [entry for _, entry in told]

    def activities(self) -> list[Activity]:
        """The last of what was done."""
        with self._lock:
            return [activity for _, activity in self._activities]


def noting(session_log: SessionLog, hooks: EngineHooks) -> EngineHooks:
    """The hooks, with what happens to the session noted on the way."""

    def on_device(kind: str, status: DeviceStatus) -> None:
        session_log.happened("device", f"{kind}: {status.state.value}. {status.message}".strip())
        hooks.on_device(kind, status)

    def on_state(state: RunState) -> None:
        session_log.happened("run", state.value)
        hooks.on_state(state)

    def on_error(sentence: str) -> None:
        session_log.happened("error", sentence)
        hooks.on_error(sentence)

    return EngineHooks(on_device, on_state, on_error, hooks.on_words)
