"""A stretch of the microphone's sound with one speaker."""

from __future__ import annotations

from dataclasses import dataclass

from core.types import Speaker


@dataclass(frozen=True, slots=True)
class VoiceStretch:
    """One speaker from `start_s` until `end_s` on the session clock."""

    start_s: float
    end_s: float
    speaker: Speaker
