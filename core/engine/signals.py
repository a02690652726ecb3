"""What the threads of one engine share to know when to work, wait and end."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

from core.engine.availability import Availability
from core.engine.clock import SessionClock
from core.engine.company import Company
from core.engine.diary import Diary
from core.engine.entourage import Entourage
from core.engine.ledger import Ledger
from core.engine.media_gate import MediaGate
from core.engine.word_gate import WordGate
from core.guard import BystanderGuard


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
