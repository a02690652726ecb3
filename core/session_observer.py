"""The interface of a session's observers: the recorder that stores it, the lab's outlets that stream it.

Observers are called on several of the engine's threads and return at once; slow work belongs on a thread of their own.
An observer that raises is removed and its error is shown; the session continues.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.types import Chunk, Correction, Entry, Estimate, Word


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """Identity and origin of a session, complete once its model is open. Dates are ISO 8601, times UTC; empty if none.

    `encoders`: fingerprint of the three encoders; stored features can be scored by every checkpoint with the same one.
    `settings`: the settings groups as plain values. `versions`: of the program and of its numeric libraries.
    """

    id: str
    started_utc: str
    purpose: str = "self"
    participant: str = ""
    study_id: str = ""
    keep_until: str = ""
    input_kind: str = "devices"
    input_name: str = ""
    profile: str = ""
    checkpoint_sha256: str = ""
    encoders: str = ""
    device: str = "cpu"
    hop_s: float = 0.5
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


class SessionObserver(Protocol):
    """Observes one session from its beginning to its end. `entry` and `chunk` may come before `begin`, while the model
    is still being opened; the observer decides whether it uses them. Raises `MonitorError` with a sentence for people.
    """

    def begin(self, facts: SessionFacts) -> None:
        """The model is open."""

    def step(self, estimate: Estimate) -> None:
        """One more step was made."""

    def words(self, final: Sequence[Word]) -> None:
        """Words became final that may be stored; those spoken near a bystander are left out."""

    def correction(self, made: Correction) -> None:
        """A person corrected a word. It comes after the word, and also where the word was left out.

        An observer that raises `MonitorError` here stays: the next correction may be stored.
        """

    def entry(self, entry: Entry) -> None:
        """An entry was added to the session log."""

    def chunk(self, chunk: Chunk) -> None:
        """A picture or sound, as captured a few seconds ago, that may be stored; only if `SessionOptions.records`."""

    def end(self, report: Mapping[str, Any]) -> list[str]:
        """The session is over; `report` is its timing report. Finishes within 2 s; returns the names of the observer's
        threads that did not end."""
