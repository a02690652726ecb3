"""Receives markers from other programs in a lab: Lab Streaming Layer streams of type Markers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from core.lab.lsl_clock import LslClock
from core.lab.marker_streams import MarkerStreams
from core.lab.streams import MARKERS_TYPE
from core.types import Marker

ENDS_WITHIN_S = 1.0
_POLL_S = 0.02
_logger = logging.getLogger(__name__)


class MarkerInlets:
    """A thread that opens marker streams as they appear and drops them as they vanish, which is normal in a lab.

    `take` gets every marker, stamped on the session clock `now_s`; `report_error` gets a sentence for people when one
    or all markers cannot be received. Both are called on the thread. Streams of this program, here or on another
    machine, are ignored: they concern other people. From the second stream on, labels carry their stream's name.
    """

    def __init__(
        self, take: Callable[[Marker], None], now_s: Callable[[], float], report_error: Callable[[str], None]
    ) -> None:
        self._take, self._now_s, self._report_error = take, now_s, report_error
        self._stop = Event()
        self._thread: Thread | None = None
        self._open: tuple[str, ...] = ()

    @property
    def streams(self) -> tuple[str, ...]:
        """Names of the open streams."""
        return self._open

    def start(self) -> None:
        """Begin to look for streams."""
        self._stop = Event()
        self._thread = Thread(target=self._run, args=(self._stop,), name="engine-lab", daemon=True)
        self._thread.start()

    def stop(self) -> list[str]:
        """End within `ENDS_WITHIN_S`; the name of the thread if it did not. May be called again."""
        self._stop.set()
        thread, self._thread = self._thread, None
        if thread is None:
            return []
        thread.join(ENDS_WITHIN_S)
        return [thread.name] if thread.is_alive() else []

    def _run(self, stop: Event) -> None:
        try:
            self._receive(stop)
        except (ImportError, OSError, RuntimeError) as error:
            self._report_end(error)
        except Exception as error:
            _logger.exception("The thread that receives markers failed.")
            self._report_end(error)
        finally:
            self._open = ()

    def _receive(self, stop: Event) -> None:
        from pylsl import ContinuousResolver, local_clock

        streams = MarkerStreams(LslClock(self._now_s, local_clock), self._report_error)
        resolver = ContinuousResolver(prop="type", value=MARKERS_TYPE)
        while not stop.wait(_POLL_S):
            streams.update(resolver)
            for marker in streams.markers():
                self._take(marker)
            self._open = streams.names()

    def _report_end(self, error: Exception) -> None:
        self._report_error(f"Lab markers cannot be received ({error}). Switch them off and on again in Settings.")
