"""Takes markers from the lab: whatever other programs send as Lab Streaming Layer streams of type Markers."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import TYPE_CHECKING

from core.lab.lsl_clock import LslClock
from core.lab.streams import MARKERS_NAME, MARKERS_TYPE
from core.types import Marker

if TYPE_CHECKING:
    from pylsl import ContinuousResolver, StreamInfo, StreamInlet

ENDS_WITHIN_S = 1.0
_LOOK_EVERY_S = 0.02
_BUFFER_HUNDREDS = 10
_ANSWER_WITHIN_S = 0.1
"""How long one question after the other clock may hold up the thread."""
_QUESTIONS = 50
"""After so many without an answer, a firewall lets markers through and not the clock's packets."""


class MarkerInlets:
    """A thread that finds streams as they come, and forgets them as they go, which is normal in a lab.

    `take` gets every marker, stamped on the session clock `now_s`; `say` gets a sentence for people when markers cannot
    be taken at all. Both are called on the thread. Streams of this program, here or on another machine, are left out:
    they tell of other people. Once a second stream was found, labels bear the name of their stream.
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
        try:
            from pylsl import ContinuousResolver, local_clock

            streams = _Streams(LslClock(self._now_s, local_clock))
            resolver = ContinuousResolver(prop="type", value=MARKERS_TYPE)
            while not stop.wait(_LOOK_EVERY_S):
                streams.look(resolver)
                for marker in streams.markers():
                    self._take(marker)
                self._open = streams.names()
        except (ImportError, OSError, RuntimeError) as error:
            self._say(f"Markers of the lab cannot be taken ({error}). Switch them off and on again in Settings.")


class _Streams:
    """The streams that are open now, by LSL's own id of each."""

    def __init__(self, clock: LslClock) -> None:
        self._clock = clock
        self._open: dict[str, _Stream] = {}
        self._known: set[str] = set()
        self._names: set[str] = set()

    def look(self, resolver: ContinuousResolver) -> None:
        """Open what has come; the resolver goes on listing for some seconds what has gone."""
        for info in resolver.results():
            if info.uid() not in self._known and info.name() != MARKERS_NAME:
                self._known.add(info.uid())
                self._names.add(info.name())
                self._open[info.uid()] = _Stream(info)

    def names(self) -> tuple[str, ...]:
        """Those that are open."""
        return tuple(stream.name for stream in self._open.values())

    def markers(self) -> list[Marker]:
        """What came since the last time, streams one after the other."""
        found = []
        for uid, stream in list(self._open.items()):
            try:
                found += stream.pull()
            except RuntimeError:  # pylsl's LostError is one
                del self._open[uid]
        return [self._marker(stream, label, lsl_s) for stream, label, lsl_s in found]

    def _marker(self, stream: _Stream, label: str, lsl_s: float) -> Marker:
        named = f"{stream.name}: {label}" if len(self._names) > 1 else label
        return Marker(self._clock.to_session(lsl_s), named, "lab")


class _Stream:
    """One stream, its inlet, and how its sender's clock stands to ours."""

    def __init__(self, info: StreamInfo) -> None:
        from pylsl import StreamInlet

        self.name = info.name()
        self._inlet: StreamInlet = StreamInlet(info, max_buflen=_BUFFER_HUNDREDS, recover=False)
        self._questions = 0
        self._waiting: list[tuple[str, float]] = []

    def pull(self) -> list[tuple[_Stream, str, float]]:
        """Labels, each with its time on LSL's local clock; they wait until the sender's clock has answered."""
        samples, stamps_s = self._inlet.pull_chunk(0.0)
        self._waiting += [(_label(sample[0]), at_s) for sample, at_s in zip(samples, stamps_s, strict=True)]
        correction_s = self._correction_s()
        if correction_s is None:
            return []
        come, self._waiting = self._waiting, []
        return [(self, label, at_s + correction_s) for label, at_s in come]

    def _correction_s(self) -> float | None:
        """None as long as an answer may still come; then 0: right for a sender on this machine."""
        from pylsl.util import TimeoutError as NoAnswer

        if self._questions >= _QUESTIONS:
            return 0.0
        try:
            return float(self._inlet.time_correction(_ANSWER_WITHIN_S))
        except NoAnswer:
            self._questions += 1
            return None


def _label(value: str | float) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
