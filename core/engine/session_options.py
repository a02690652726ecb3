"""What is decided about a session before it starts, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.lab.sync_report import SyncReport
from core.self_report.personal_calibration import PersonalCalibration
from core.session_observer import SessionFacts
from core.status import EngineStatus

MakeReport = Callable[[EngineStatus, list[float], SyncReport | None], Mapping[str, Any]]
"""Makes the timing report from the last status, the end times of all stepped hops, and the last sync test."""


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """Options of one session; by default nothing is stored.

    `facts`: without what only the open model can add. `personal`: applied if it was fitted for the loaded model.
    `keeps_encoders`: add the encoders' fingerprint to the facts, which takes a moment to compute.
    `records`: observers receive picture and sound, which are held back for `core.engine.privacy_gates.HOLD_S` first.
    """

    facts: SessionFacts = field(default_factory=lambda: SessionFacts("", ""))
    personal: PersonalCalibration | None = None
    keeps_encoders: bool = False
    records: bool = False
    make_report: MakeReport = lambda _status, _hops, _sync: {}
