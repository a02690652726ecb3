"""What every source is: something that is opened, read until it ends, and closed, all on one thread.

A source stamps its chunks on the session clock that it is given. A live source that loses its device raises
`CaptureError` from `read`; whoever drives it (the engine) says so, waits and opens it again. `read` returns None
when nothing came within `timeout_s` (live) and raises `EndOfSource` when a finite source is through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.types import Chunk

Clock = Callable[[], float]
"""Seconds since session start, monotonic."""


class EndOfSource(Exception):  # noqa: N818 — an end, not an error
    """A finite source has given everything it has. Not an error."""


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """What a source can say of itself: a name for people, and counters for the report.

    `drift_ppm` is the device's clock against the session clock (audio only), `gaps` the number of interruptions,
    `lost_s` the seconds that they lasted. `message` is for people: what was wrong with a file, empty if nothing.
    `hangs` names a thread of the source's own that `close` had to leave behind, waiting for its device.
    """

    name: str
    rate_hz: float = 0.0
    drift_ppm: float | None = None
    gaps: int = 0
    lost_s: float = 0.0
    message: str = ""
    hangs: str = ""


class Source(Protocol):
    """Yields `VideoFrame`s, `AudioBlock`s, or both in the order of their times."""

    @property
    def has_video(self) -> bool:
        """Whether pictures can come. Known without opening, except for a file, where `open` finds out."""

    @property
    def has_audio(self) -> bool:
        """Whether sound can come. Known without opening, except for a file, where `open` finds out."""

    def open(self, clock: Clock) -> None:
        """Acquire the device or file; again after `close`. Raises `CaptureError` with one clear sentence."""

    def read(self, timeout_s: float) -> Chunk | None:
        """The next chunk; None if nothing came in time. Raises `CaptureError` (lost) or `EndOfSource` (through)."""

    def close(self) -> None:
        """Release everything; safe to call twice, and from `open`'s own failure."""

    def status(self) -> SourceStatus:
        """A snapshot for the status bar and the report; may be called from any thread."""
