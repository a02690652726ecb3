"""The marker streams of other programs that are open now, however badly those programs behave."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.lab.lsl_clock import LslClock
from core.lab.streams import MARKERS_NAME
from core.types import Marker

if TYPE_CHECKING:
    from pylsl import ContinuousResolver, StreamInfo, StreamInlet

GONE_S = 6.0
"""The resolver goes on listing for five seconds what has gone; what it lists later than this is there again."""
_BUFFER_HUNDREDS = 10
_ANSWER_WITHIN_S = 0.1
"""How long one question after the other clock may hold up the thread."""
_QUESTIONS = 50
"""After so many without an answer, a firewall lets markers through and not the clock's packets."""
NO_TIME = "A marker of the stream {name} had no time and was left out. Look at the program that sends it."


class MarkerStreams:
    """By LSL's own id of each. `say` gets a sentence for people, once a stream, when a marker had to be left out."""

    def __init__(
        self, clock: LslClock, say: Callable[[str], None], patience_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock, self._say, self._patience_s = clock, say, patience_s
        self._open: dict[str, _Stream] = {}
        self._lost_s: dict[str, float] = {}
        self._names: set[str] = set()
        self._told: set[str] = set()

    def look(self, resolver: ContinuousResolver) -> None:
        """Open what has come, and what has come back."""
        listed = {info.uid(): info for info in resolver.results()}
        since_s = self._patience_s() - GONE_S
        self._lost_s = {uid: at_s for uid, at_s in self._lost_s.items() if uid in listed and at_s > since_s}
        for uid, info in listed.items():
            if uid not in self._open and uid not in self._lost_s and _has_markers(info):
                self._names.add(_name(info))
                self._open[uid] = _Stream(info)

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
                self._lost_s[uid] = self._patience_s()
        markers = [(stream, self._marker(stream, label, lsl_s)) for stream, label, lsl_s in found]
        return [marker for stream, marker in markers if self._has_time(stream, marker)]

    def _marker(self, stream: _Stream, label: str, lsl_s: float) -> Marker:
        named = f"{stream.name}: {label}" if len(self._names) > 1 else label
        return Marker(self._clock.to_session(lsl_s), named, "lab")

    def _has_time(self, stream: _Stream, marker: Marker) -> bool:
        timed = math.isfinite(marker.t_s)
        if not timed and stream.name not in self._told:
            self._told.add(stream.name)
            self._say(NO_TIME.format(name=stream.name))
        return timed


class _Stream:
    """One stream, its inlet, and how its sender's clock stands to ours."""

    def __init__(self, info: StreamInfo) -> None:
        from pylsl import StreamInlet

        self.name = _name(info)
        self._inlet: StreamInlet = StreamInlet(info, max_buflen=_BUFFER_HUNDREDS, recover=False)
        self._questions = 0
        self._waiting: list[tuple[str, float]] = []

    def pull(self) -> list[tuple[_Stream, str, float]]:
        """Labels, each with its time on LSL's local clock; they wait until the sender's clock has answered."""
        samples, stamps_s = self._inlet.pull_chunk(0.0, as_numpy=True)  # text as the bytes that were sent
        values = samples[:, 0].tolist()
        self._waiting += [(_label(value), at_s) for value, at_s in zip(values, stamps_s.tolist(), strict=True)]
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


def _has_markers(info: StreamInfo) -> bool:
    """Those of this program tell of other people; and a stream may be announced without any channel."""
    return _name(info) != MARKERS_NAME and info.channel_count() > 0


def _name(info: StreamInfo) -> str:
    try:
        return str(info.name())
    except UnicodeDecodeError:
        return "unnamed"


def _label(value: bytes | float) -> str:
    if isinstance(value, bytes):
        return _text(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _text(sent: bytes) -> str:
    """LSL asks for UTF-8; older programs on Windows send their own letters, which Latin-1 reads without fail."""
    try:
        return sent.decode("utf-8")
    except UnicodeDecodeError:
        return sent.decode("latin-1")
