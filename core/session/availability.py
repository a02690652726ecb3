"""The one record of which modalities may take part: what is muted, what has no device, what has no recogniser.

Live and offline use the same record. `Session.step` reads it once a step, into `Window.unavailable`; the feature
pipeline makes the step's presence from the window, and everything after that only reads presence.
"""

from __future__ import annotations

from threading import Lock
from typing import Literal

from core.types import MODALITIES, Modality, Reason

Origin = Literal["user", "device", "signal", "recognizer"]
"""What makes a modality unavailable: the user muted it, or its device, its signal or its recogniser is missing."""
_ORIGINS: tuple[Origin, ...] = ("user", "device", "signal", "recognizer")
"""The first origin that has a reason gives the reason that is shown."""


class Availability:
    """Reasons by modality and origin. Thread-safe: written by many threads, read at every step."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._reasons: dict[tuple[Modality, Origin], Reason] = {}

    def set(self, modality: Modality, origin: Origin, reason: Reason | None) -> None:
        """Set the reason of one origin; None where it has none (any more)."""
        with self._lock:
            if reason is None:
                self._reasons.pop((modality, origin), None)
            else:
                self._reasons[modality, origin] = reason

    def reason(self, modality: Modality) -> Reason | None:
        """Why the modality cannot take part; None if it can."""
        with self._lock:
            return self._reason(modality)

    def reasons(self) -> dict[Modality, Reason]:
        """The modalities that cannot take part, at one moment, each with its reason."""
        with self._lock:
            found = {modality: self._reason(modality) for modality in MODALITIES}
        return {modality: reason for modality, reason in found.items() if reason is not None}

    def is_muted(self, modality: Modality) -> bool:
        """Whether the user has switched the modality off."""
        with self._lock:
            return (modality, "user") in self._reasons

    def muted(self) -> frozenset[Modality]:
        """The modalities that the user has switched off."""
        return frozenset(modality for modality in MODALITIES if self.is_muted(modality))

    def _reason(self, modality: Modality) -> Reason | None:
        found = (self._reasons.get((modality, origin)) for origin in _ORIGINS)
        return next((reason for reason in found if reason is not None), None)
