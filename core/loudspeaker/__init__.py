"""Whose voice the microphone hears: compares its sound with what the computer plays, and cancels the echo.

No threads, no devices, nothing stored: samples in, samples and verdicts out.
"""

from core.loudspeaker.guard import HOLDS_S, LoudspeakerGuard

__all__ = ["HOLDS_S", "LoudspeakerGuard"]
