"""Passes a session on to Lab Streaming Layer while it runs, for LabRecorder and whoever else listens in a lab.

Opened only where the settings say so; then every program in the local network may read what is sent, unencrypted.
Words, pictures and sound are never sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING, Any

from core.lab.lsl_clock import LslClock
from core.lab.streams import Outlets, line_of, open_outlets
from core.types import MODALITIES, Chunk, Entry, Estimate, Word

if TYPE_CHECKING:
    from core.session_observer import SessionFacts

LAST_SENT_WITHIN_S = 0.1
"""A stream closes at once, with what it still had to send; so whoever reads it gets this long to take it."""


class LslOutlets:
    """A follower of a session. `now_s` is the session clock. What comes before `begin` is not sent."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._lock = Lock()
        self._outlets: Outlets | None = None
        self._clock: LslClock | None = None
        self._problem = ""

    @property
    def problem(self) -> str:
        """One sentence while the streams cannot be offered."""
        return self._problem

    def begin(self, facts: SessionFacts) -> None:
        """Open the streams."""
        with self._lock:
            try:
                from pylsl import local_clock

                self._outlets = open_outlets(facts)
                self._clock = LslClock(self._now_s, local_clock)
                self._problem = ""
            except (ImportError, OSError, RuntimeError) as error:
                self._fail(error)

    def step(self, estimate: Estimate) -> None:
        """Send the states, whether it is undecided, and the weights; NaN for what was not there."""
        undecided = float(estimate.state is None)
        weights = [
            float(weight) if estimate.presence[m].present else float("nan")
            for m, weight in zip(MODALITIES, estimate.weights, strict=True)
        ]
        states = [*map(float, estimate.probabilities), undecided]
        self._send(estimate.t_s, lambda to: ((to.states, states), (to.weights, weights)))

    def entry(self, entry: Entry) -> None:
        """Send a marker, a report, an activity or an event as text."""
        if line := line_of(entry):
            self._send(entry.t_s, lambda to: ((to.markers, [line]),))

    def _send(self, t_s: float, samples: Callable[[Outlets], Sequence[tuple[Any, list[Any]]]]) -> None:
        with self._lock:
            if self._outlets is None or self._clock is None:
                return
            try:
                stamp_s = self._clock.to_lsl(t_s)
                for outlet, sample in samples(self._outlets):
                    outlet.push_sample(sample, stamp_s)
            except RuntimeError as error:
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._outlets = None
        self._problem = (
            f"Lab streams cannot be offered ({error}). "
            "Close other programs that use Lab Streaming Layer, or switch its streams off in Settings."
        )

    def words(self, final: Sequence[Word]) -> None:
        """Words are never sent."""

    def chunk(self, chunk: Chunk) -> None:
        """Pictures and sound are never sent."""

    def end(self, report: Mapping[str, Any]) -> list[str]:
        """Close the streams, once the last sample had its time; the report is none of the lab's."""
        with self._lock:
            outlets, self._outlets = self._outlets, None
        if outlets is not None:
            _let_go(outlets)
        return []


def _let_go(outlets: Outlets) -> None:
    if any(outlet.have_consumers() for outlet in (outlets.states, outlets.weights, outlets.markers)):
        sleep(LAST_SENT_WITHIN_S)
