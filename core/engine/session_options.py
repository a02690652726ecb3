"""Who goes along with a session: followers that keep or pass on, a personal calibration, faults put in on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.engine.session_clock import SessionClock
from core.faults import FaultInjector
from core.lab.sync_report import SyncReport
from core.self_report.personal_calibration import PersonalCalibration
from core.session_observer import SessionFacts, SessionObserver
from core.status import EngineStatus

Closing = Callable[[EngineStatus, list[float], SyncReport | None], Mapping[str, Any]]
"""Makes the timing report from the last status, the hops that were stepped, and the last sync test."""


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """Nobody, by default. `facts` lack what only the open model knows; `personal` is applied where it fits the model.

    `keeps_encoders`: have the encoders' fingerprint among the facts, which takes a moment to compute.
    `records`: somebody wants picture and sound, a second of which is then held in memory to be judged.
    """

    facts: SessionFacts = field(default_factory=lambda: SessionFacts("", ""))
    observers: tuple[SessionObserver, ...] = ()
    personal: PersonalCalibration | None = None
    keeps_encoders: bool = False
    records: bool = False
    closing: Closing = lambda _status, _hops, _sync: {}
    injector: FaultInjector = field(default_factory=FaultInjector)
    clock: SessionClock = field(default_factory=SessionClock)
    """The session's own: followers that need its time are made with it, before there is an engine."""
