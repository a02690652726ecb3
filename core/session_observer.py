"""Whoever follows a session: the store that keeps it, the lab's outlets that pass it on. One face for all of them.

Followers are called on the engine's threads, from several of them, and return at once: what takes time they do on a
thread of their own. A follower that fails says so through `problem` and never holds up or ends the session.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.types import Chunk, Entry, Estimate, Word


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What is known of a session when its model is open. Dates are ISO 8601, times UTC; empty where there is none.

    `encoders`: fingerprint of the three encoders; features kept can be scored by every checkpoint that has the same.
    `settings`: the settings groups as plain values. `versions`: of the program and of the libraries that compute.
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
    """Follows one session from its beginning to its end. `step`, `words`, `entry` and `chunk` may come before `begin`
    where a thread was quicker than the model; what came before is kept or left out as the follower likes."""

    @property
    def problem(self) -> str:
        """One sentence while something is wrong; empty while all is well."""

    def begin(self, facts: SessionFacts) -> None:
        """The model is open."""

    def step(self, estimate: Estimate) -> None:
        """One more step was made."""

    def words(self, final: Sequence[Word]) -> None:
        """Words became final that may be kept (a guard has left out those of bystanders)."""

    def entry(self, entry: Entry) -> None:
        """Somebody marked, reported or did something."""

    def chunk(self, chunk: Chunk) -> None:
        """A picture or sound, as it was captured a second ago; where the company records, and the guard was down."""

    def end(self, report: Mapping[str, Any]) -> list[str]:
        """The session is over; `report` is its timing report. Returns when all is kept, within a second or two:
        names of own threads that would not end."""
