"""Sends a running session to Lab Streaming Layer, for LabRecorder and other programs in a lab.

Opened only if the settings enable it; then every program in the local network can read the streams, unencrypted.
Words, pictures and sound are never sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING, Any

from core.errors import LabError
from core.lab.lsl_clock import LslClock
from core.lab.streams import Outlets, line_of, open_outlets
from core.types import MODALITIES, Chunk, Correction, Entry, Estimate, Word

if TYPE_CHECKING:
    from core.session_observer import SessionFacts

LAST_SENT_WITHIN_S = 0.1
"""A stream closes at once, with its unsent samples; readers get this long to take the last ones."""


class LslOutlets:
    """A session observer. `now_s` is the session clock. What comes before `begin` is not sent.

    `begin`, `step` and `entry` raise `LabError` when the streams cannot be offered (any more).
    """

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._lock = Lock()
        self._outlets: Outlets | None = None
        self._clock: LslClock | None = None

    def begin(self, facts: SessionFacts) -> None:
        """Open the streams."""
        with self._lock:
            try:
                from pylsl import local_clock

                self._outlets = open_outlets(facts)
                self._clock = LslClock(self._now_s, local_clock)
            except (ImportError, OSError, RuntimeError) as error:
                raise _failed(error) from error

    def step(self, estimate: Estimate) -> None:
        """Send the states, whether the estimate abstains, and the weights; NaN for absent modalities."""
        undecided = float(estimate.state is None)
        weights = [
            float(weight) if estimate.presence[m].present else float("nan")
            for m, weight in zip(MODALITIES, estimate.weights, strict=True)
        ]
        states = [*map(float, estimate.probabilities), undecided]
        self._send(estimate.t_s, lambda to: ((to.states, states), (to.weights, weights)))

    def entry(self, entry: Entry) -> None:
        """Send a marker, a self-report, an activity or an event as text."""
        if line := line_of(entry):
            self._send(entry.t_s, lambda to: ((to.markers, [line]),))

    def words(self, final: Sequence[Word]) -> None:
        """Words are never sent."""

    def correction(self, made: Correction) -> None:
        """Corrections are not sent, as words are not."""

    def chunk(self, chunk: Chunk) -> None:
        """Pictures and sound are never sent."""

    def end(self, report: Mapping[str, Any]) -> list[str]:
        """Close the streams after the last sample was sent; the report is not sent."""
        with self._lock:
            outlets, self._outlets = self._outlets, None
        if outlets is not None and _have_readers(outlets):
            sleep(LAST_SENT_WITHIN_S)
        return []

    def _send(self, t_s: float, samples: Callable[[Outlets], Sequence[tuple[Any, list[Any]]]]) -> None:
        with self._lock:
            if self._outlets is None or self._clock is None:
                return
            try:
                stamp_s = self._clock.to_lsl(t_s)
                for outlet, sample in samples(self._outlets):
                    outlet.push_sample(sample, stamp_s)
            except RuntimeError as error:
                self._outlets = None
                raise _failed(error) from error


def _failed(error: Exception) -> LabError:
    return LabError(
        f"Lab streams cannot be offered ({error}). "
        "Close other programs that use Lab Streaming Layer, or switch its streams off in Settings."
    )


def _have_readers(outlets: Outlets) -> bool:
    return any(outlet.have_consumers() for outlet in (outlets.states, outlets.weights, outlets.markers))
