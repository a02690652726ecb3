"""The source protocol: opened, read until it ends, and closed, all on one thread.

A source stamps its chunks on the session clock passed to `open`. A live source that loses its device raises
`CaptureError` from `read`; the engine reports it, waits and opens it again. `read` returns None when nothing came
within `timeout_s`, and raises `EndOfSource` at the end of a finite source.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.types import Chunk

Clock = Callable[[], float]
"""Seconds since session start, monotonic."""


class EndOfSource(Exception):  # noqa: N818 — an end, not an error
    """A finite source has no more chunks. Not an error."""


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """Status of a source: its display name, and counters for the report.

    `drift_ppm` is the device's clock relative to the session clock (audio only), `gaps` the number of interruptions,
    `lost_s` their total length. `message` tells the user what was wrong with a file, empty if nothing. `hangs` names a
    thread that `close` left behind because its device does not return.
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
        """Whether it delivers pictures. Known without opening, except for a file, where `open` finds out."""

    @property
    def has_audio(self) -> bool:
        """Whether it delivers sound. Known without opening, except for a file, where `open` finds out."""

    def open(self, clock: Clock) -> None:
        """Open the device or file; possible again after `close`. Raises `CaptureError` with one clear sentence."""

    def read(self, timeout_s: float) -> Chunk | None:
        """The next chunk; None if nothing came in time. Raises `CaptureError` (device lost) or `EndOfSource`."""

    def close(self) -> None:
        """Release everything; safe to call twice, and after a failed `open`."""

    def status(self) -> SourceStatus:
        """A snapshot for the status bar and the report; may be called from any thread."""
