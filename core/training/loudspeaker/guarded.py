"""Runs the guard over a simulated recording as the engine does: block by block, the reference a little late."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from core.buffers.ring import AudioRing
from core.buffers.voice_log import VoiceLog
from core.loudspeaker import LoudspeakerGuard
from core.training.loudspeaker.rooms import FRAME_S, RoomRecording
from core.types import SAMPLE_RATE_HZ, AudioBlock, Samples

BLOCK = 320
LATE = 800
"""Samples by which the reference arrives after the microphone's sound of the same time (50 ms)."""


@dataclass(frozen=True, slots=True, eq=False)
class GuardedSound:
    """The microphone's sound after the guard, its verdicts, and what it cost."""

    samples: Samples
    voices: VoiceLog
    cpu_s: float

    def speakers(self) -> list[str]:
        """The speaker of every 30-ms frame; "" where nothing was logged."""
        frames = round(self.samples.size / SAMPLE_RATE_HZ / FRAME_S)
        middles = ((frame + 0.5) * FRAME_S for frame in range(frames))
        found = (self.voices.within(middle_s, middle_s + 1e-4) for middle_s in middles)
        return [stretches[0].speaker if stretches else "" for stretches in found]


def guarded(recording: RoomRecording) -> GuardedSound:
    """The recording after the guard."""
    ring, voices = AudioRing(10.0), VoiceLog()
    guard = LoudspeakerGuard(ring, voices)
    parts: list[Samples] = []
    started_s, known = time.process_time(), 0
    for start in range(0, recording.microphone.size, BLOCK):
        arrived = max(start + BLOCK - LATE, 0)
        if arrived > known:
            ring.write(AudioBlock(known / SAMPLE_RATE_HZ, recording.reference[known:arrived]))
            known = arrived
        block = AudioBlock(start / SAMPLE_RATE_HZ, recording.microphone[start : start + BLOCK])
        parts += [ready.samples for ready in guard.take(block)]
    parts += [ready.samples for ready in guard.flush()]
    return GuardedSound(np.concatenate(parts), voices, time.process_time() - started_s)
