"""The open marker streams of other programs, tolerant of badly behaved senders."""

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
"""The resolver still lists a vanished stream for five seconds; what it lists later than this has come back."""
_BUFFER_HUNDREDS = 10
_ANSWER_WITHIN_S = 0.1
"""How long one query of the sender's clock may block the thread."""
_QUERIES = 50
"""After so many queries without an answer, a firewall passes markers but not the clock's packets."""
NO_TIME = "A marker of the stream {name} had no time and was left out. Check the program that sends it."


class MarkerStreams:
    """Keyed by LSL's own id. `report_error` gets one sentence per stream when a marker had to be left out."""

    def __init__(
        self, clock: LslClock, report_error: Callable[[str], None], now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock, self._report_error, self._now_s = clock, report_error, now_s
        self._open: dict[str, _Stream] = {}
        self._lost_s: dict[str, float] = {}
        self._names: set[str] = set()
        self._reported: set[str] = set()

    def update(self, resolver: ContinuousResolver) -> None:
        """Open the streams that appeared or came back."""
        listed = {info.uid(): info for info in resolver.results()}
        since_s = self._now_s() - GONE_S
        self._lost_s = {uid: at_s for uid, at_s in self._lost_s.items() if uid in listed and at_s > since_s}
        for uid, info in listed.items():
            if uid not in self._open and uid not in self._lost_s and _is_accepted(info):
                self._names.add(_name(info))
                self._open[uid] = _Stream(info)

    def names(self) -> tuple[str, ...]:
        """Names of the open streams."""
        return tuple(stream.name for stream in self._open.values())

    def markers(self) -> list[Marker]:
        """The markers received since the last call, stream by stream."""
        found = []
        for uid, stream in list(self._open.items()):
            try:
                found += stream.pull()
            except RuntimeError:  # includes pylsl's LostError
                del self._open[uid]
                self._lost_s[uid] = self._now_s()
        markers = [(stream, self._marker(stream, label, lsl_s)) for stream, label, lsl_s in found]
        return [marker for stream, marker in markers if self._has_time(stream, marker)]

    def _marker(self, stream: _Stream, label: str, lsl_s: float) -> Marker:
        named = f"{stream.name}: {label}" if len(self._names) > 1 else label
        return Marker(self._clock.to_session(lsl_s), named, "lab")

    def _has_time(self, stream: _Stream, marker: Marker) -> bool:
        timed = math.isfinite(marker.t_s)
        if not timed and stream.name not in self._reported:
            self._reported.add(stream.name)
            self._report_error(NO_TIME.format(name=stream.name))
        return timed


class _Stream:
    """One stream, its inlet, and the offset of its sender's clock."""

    def __init__(self, info: StreamInfo) -> None:
        from pylsl import StreamInlet

        self.name = _name(info)
        self._inlet: StreamInlet = StreamInlet(info, max_buflen=_BUFFER_HUNDREDS, recover=False)
        self._queries = 0
        self._waiting: list[tuple[str, float]] = []

    def pull(self) -> list[tuple[_Stream, str, float]]:
        """Labels, each with its time on LSL's local clock; they wait until the sender's clock has answered."""
        samples, stamps_s = self._inlet.pull_chunk(0.0, as_numpy=True)  # text as the bytes that were sent
        values = samples[:, 0].tolist()
        self._waiting += [(_label(value), at_s) for value, at_s in zip(values, stamps_s.tolist(), strict=True)]
        correction_s = self._correction_s()
        if correction_s is None:
            return []
        ready, self._waiting = self._waiting, []
        return [(self, label, at_s + correction_s) for label, at_s in ready]

    def _correction_s(self) -> float | None:
        """None while an answer may still arrive; after that 0, which is right for a sender on this machine."""
        from pylsl.util import TimeoutError as NoAnswer

        if self._queries >= _QUERIES:
            return 0.0
        try:
            return float(self._inlet.time_correction(_ANSWER_WITHIN_S))
        except NoAnswer:
            self._queries += 1
            return None


def _is_accepted(info: StreamInfo) -> bool:
    """Streams of this program concern other people; and a stream may be announced without any channel."""
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
    """LSL prescribes UTF-8; older programs on Windows send their code page, which Latin-1 decodes without errors."""
    try:
        return sent.decode("utf-8")
    except UnicodeDecodeError:
        return sent.decode("latin-1")
