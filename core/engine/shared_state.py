"""What the threads of one engine share to know when to work, wait and end."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

from core.engine.availability import Availability
from core.engine.bystander_guard import BystanderGuard
from core.engine.observers import Entourage
from core.engine.privacy_gates import MediaGate, WordGate
from core.engine.session_clock import SessionClock
from core.engine.session_log import Diary, noting
from core.engine.session_options import Company
from core.engine.status_store import EngineHooks, Ledger
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
    ledger: Ledger
    availability: Availability
    company: Company
    entourage: Entourage
    diary: Diary
    guard: BystanderGuard
    gate: WordGate
    media_gate: MediaGate


def share(company: Company, status: EngineStatus, hooks: EngineHooks) -> Shared:
    """All of it for a new engine."""

    def say(sentence: str) -> None:
        ledger.error(sentence)

    signals, guard = Signals(company.clock), BystanderGuard()
    entourage = Entourage(company.followers, say)
    diary = Diary(signals.clock, entourage.entry)
    ledger = Ledger(status, noting(diary, hooks))
    words = WordGate(guard, entourage.words)
    media = MediaGate(guard, entourage.chunk, company.records)
    return Shared(signals, ledger, Availability(), company, entourage, diary, guard, words, media)
