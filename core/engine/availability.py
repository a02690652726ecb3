"""Why a modality cannot take part, said by those who know: the user, a device's thread, the recogniser's thread."""

from __future__ import annotations

from threading import Lock
from typing import Literal

from core.types import MODALITIES, Modality, Reason

Teller = Literal["user", "device", "signal", "recognizer"]
_TELLERS: tuple[Teller, ...] = ("user", "device", "signal", "recognizer")
"""Whose reason is said when several have one."""


class Availability:
    """Reasons by modality and teller. Written by many threads, read by the one that steps."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._reasons: dict[tuple[Modality, Teller], Reason] = {}

    def say(self, modality: Modality, teller: Teller, reason: Reason | None) -> None:
        """The teller has this reason, or none (any more)."""
        with self._lock:
            if reason is None:
                self._reasons.pop((modality, teller), None)
            else:
                self._reasons[modality, teller] = reason

    def reason(self, modality: Modality) -> Reason | None:
        """Why the modality cannot take part; None if it can."""
        with self._lock:
            return next((self._reasons[modality, t] for t in _TELLERS if (modality, t) in self._reasons), None)

    def muted(self) -> frozenset[Modality]:
        """What the user has switched off."""
        with self._lock:
            return frozenset(modality for modality in MODALITIES if (modality, "user") in self._reasons)
