"""Takes markers from the lab: whatever other programs send as Lab Streaming Layer streams of type Markers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from threading import Event, Thread
from types import TracebackType

from core.lab.lsl_clock import LslClock
from core.lab.marker_streams import MarkerStreams
from core.lab.streams import MARKERS_TYPE
from core.types import Marker

ENDS_WITHIN_S = 1.0
_LOOK_EVERY_S = 0.02
_log = logging.getLogger(__name__)


class MarkerInlets:
    """A thread that finds streams as they come, and forgets them as they go, which is normal in a lab.

    `take` gets every marker, stamped on the session clock `now_s`; `say` gets a sentence for people when markers
    cannot be taken, one or all. Both are called on the thread. Streams of this program, here or on another machine,
    are left out: they tell of other people. Once a second stream was found, labels bear the name of their stream.
    """

    def __init__(self, take: Callable[[Marker], None], now_s: Callable[[], float], say: Callable[[str], None]) -> None:
        self._take, self._now_s, self._say = take, now_s, say
        self._stop = Event()
        self._thread: Thread | None = None
        self._open: tuple[str, ...] = ()

    @property
    def streams(self) -> tuple[str, ...]:
        """Names of the streams from which markers are taken now."""
        return self._open

    def start(self) -> None:
        """Begin to look for streams."""
        self._stop = Event()
        self._thread = Thread(target=self._run, args=(self._stop,), name="engine-lab", daemon=True)
        self._thread.start()

    def stop(self) -> list[str]:
        """End within `ENDS_WITHIN_S`; the name of the thread where it did not. Safe to call twice."""
        self._stop.set()
        thread, self._thread = self._thread, None
        if thread is None:
            return []
        thread.join(ENDS_WITHIN_S)
        return [thread.name] if thread.is_alive() else []

    def _run(self, stop: Event) -> None:
        with ExitStack() as boundary:
            boundary.push(self._say_end)
            self._take_markers(stop)
        self._open = ()

    def _take_markers(self, stop: Event) -> None:
        from pylsl import ContinuousResolver, local_clock

        streams = MarkerStreams(LslClock(self._now_s, local_clock), self._say)
        resolver = ContinuousResolver(prop="type", value=MARKERS_TYPE)
        while not stop.wait(_LOOK_EVERY_S):
            streams.look(resolver)
            for marker in streams.markers():
                self._take(marker)
            self._open = streams.names()

    def _say_end(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        """Whatever ended the thread before it was asked to end, nobody may believe that markers are still taken."""
        if error is None:
            return False
        if not isinstance(error, (ImportError, OSError, RuntimeError)):
            _log.error("Markers of the lab are not taken any more.", exc_info=error)
        self._say(f"Markers of the lab cannot be taken ({error}). Switch them off and on again in Settings.")
        return True
