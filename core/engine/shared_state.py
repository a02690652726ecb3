"""What the threads of one engine share to know when to work, wait and end."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

from core.engine.availability import Availability
from core.engine.bystander_guard import BystanderGuard
from core.engine.observers import Observers
from core.engine.privacy_gates import MediaGate, WordGate
from core.engine.session_clock import SessionClock
from core.engine.session_log import SessionLog, noting
from core.engine.session_options import SessionOptions
from core.engine.status_store import EngineHooks, StatusStore
from core.status import EngineStatus


@dataclass(slots=True)
class Signals:
    """`ready`: the model is there. `paused`: nothing is captured. `ended_s`: a medium is through and lasted so long.

    `played_s`: how far a medium has come, for on a busy machine it may lag behind the clock; devices never do.
    """

    clock: SessionClock = field(default_factory=SessionClock)
    stop: Event = field(default_factory=Event)
    ready: Event = field(default_factory=Event)
    paused: Event = field(default_factory=Event)
    ended_s: float | None = None
    played_s: float = float("inf")


@dataclass(frozen=True, slots=True)
class Shared:
    """What every thread of an engine is given."""

    signals: Signals
    status_store: StatusStore
    availability: Availability
    session_options: SessionOptions
    observers: Observers
    session_log: SessionLog
    guard: BystanderGuard
    gate: WordGate
    media_gate: MediaGate


def share(session_options: SessionOptions, status: EngineStatus, hooks: EngineHooks) -> Shared:
    """All of it for a new engine."""

    def say(sentence: str) -> None:
        status_store.error(sentence)

    signals, guard = Signals(session_options.clock), BystanderGuard()
    observers = Observers(session_options.observers, say)
    session_log = SessionLog(signals.clock, observers.entry)
    status_store = StatusStore(status, noting(session_log, hooks))
    words = WordGate(guard, observers.words)
    media = MediaGate(guard, observers.chunk, session_options.records)
    return Shared(signals, status_store, Availability(), session_options, observers, session_log, guard, words, media)
