"""The entries of a running session beside its estimates: markers, self-reports, activities, events.

Entries may be added from any thread; observers receive each at once, and the screen reads the latest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import merge
from operator import itemgetter
from threading import Lock

from core.capture.source import Clock
from core.types import Activity, Entry, Event, Happening, Marker, SelfReport

KEPT = 2000
"""Entries that stay readable, and as many activities; observers receive all."""


class SessionLog:
    """Bounded, in the order of adding. `on_entry` is called with every entry, on the thread that adds it.

    Activities are kept apart: a break lasts until the next activity, however many markers a lab sends meanwhile.
    """

    def __init__(self, clock: Clock, on_entry: Callable[[Entry], object]) -> None:
        self._clock, self._on_entry = clock, on_entry
        self._lock = Lock()
        self._count = 0
        self._activities: deque[tuple[int, Activity]] = deque(maxlen=KEPT)
        self._others: deque[tuple[int, Entry]] = deque(maxlen=KEPT)

    def add(self, entry: Entry) -> None:
        """Add an entry that has its own time."""
        with self._lock:
            self._count += 1
            if isinstance(entry, Activity):
                self._activities.append((self._count, entry))
            else:
                self._others.append((self._count, entry))
        self._on_entry(entry)

    def mark(self, label: str) -> Marker:
        """Add a marker for a key pressed now."""
        marker = Marker(self._clock(), label)
        self.add(marker)
        return marker

    def report(self, state: str, asked: bool) -> SelfReport:
        """Add a self-report about this moment; `asked`: the learner answered a question."""
        report = SelfReport(self._clock(), state, "probe" if asked else "own")
        self.add(report)
        return report

    def add_event(self, kind: Happening, text: str) -> None:
        """Add an event of the session itself, which happens now."""
        self.add(Event(self._clock(), kind, text))

    def entries(self) -> list[Entry]:
        """The latest entries, oldest first."""
        with self._lock:
            numbered = merge(self._others, self._activities, key=itemgetter(0))
            return [entry for _, entry in numbered]

    def activities(self) -> list[Activity]:
        """The latest activities, oldest first."""
        with self._lock:
            return [activity for _, activity in self._activities]
