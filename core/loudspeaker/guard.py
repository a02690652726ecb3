"""The loudspeaker guard: cancels what the computer plays in the microphone's sound, and logs whose voice is left.

It works on 30-ms frames. Without a reference, and while the reference is silent, sound passes unchanged and nothing is
logged. While it is loud, sound is held until its frame has a verdict: `HOLDS_S` at most.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.buffers.in_range import in_range
from core.buffers.ring import AudioRing
from core.buffers.voice_log import VoiceLog
from core.buffers.voice_stretch import VoiceStretch
from core.load_errors import load_failure
from core.loudspeaker.canceller import DELAY, CancelledSound, EchoCanceller
from core.loudspeaker.frames import FRAME, FRAME_S, power
from core.loudspeaker.heard_reference import HeardReference
from core.loudspeaker.held_sound import HeldSound
from core.loudspeaker.verdict import AFTER, FramePowers, VerdictMaker
from core.types import SAMPLE_RATE_HZ, AudioBlock, Samples, Speaker

_logger = logging.getLogger(__name__)
_NOT_TOLD_APART = "What the computer plays cannot be told from your voice: use headphones."

WAIT_S = 0.12
"""So long a frame waits at most for the reference that belongs to it."""
HOLDS_S = WAIT_S + (AFTER + 2) * FRAME_S
"""So long sound is held at most: also for the frames after it that its verdict needs, and until its frame is full."""
MISPLACED_S = 0.1
"""A block further than this from the end of the last one begins anew."""


@dataclass(frozen=True, slots=True, eq=False)
class _Undecided:
    """Sound ready to be given back once its verdict is known. `judged`: its reference had arrived."""

    samples: Samples
    judged: bool


class LoudspeakerGuard:
    """Belongs to the microphone's thread. `reference` holds what the computer plays, on the same clock.

    `on_failure` gets one sentence if the canceller cannot be loaded; every voice then counts as the learner's.
    """

    def __init__(
        self, reference: AudioRing, voices: VoiceLog, on_failure: Callable[[str], None] = _logger.warning
    ) -> None:
        self._reference, self._voices, self._on_failure = HeardReference(reference), voices, on_failure
        self._failed = False
        self.reset()

    def reset(self) -> None:
        """There are other devices, or a new session: drop what is held and learn anew."""
        self._reference.reset()
        self._verdicts = VerdictMaker()
        self._canceller: EchoCanceller | None = None
        self._held: HeldSound | None = None
        self._begin()

    def _begin(self) -> None:
        """The next frame does not follow the last one."""
        self._reference.break_off()
        self._verdicts.break_off()
        self._undecided: deque[_Undecided] = deque()
        self._share = 0.0  # of cancelled sound at the end of the newest frame
        self._last: Speaker = "nobody"

    def take(self, block: AudioBlock) -> list[AudioBlock]:
        """Take one block of the microphone; what may be written now, in order."""
        ready: list[AudioBlock] = []
        if self._held is not None and self._breaks(block, self._held):
            ready = self.flush()
        if self._held is None and self._reference.is_gone(block.t_s):
            return [*ready, block]
        if self._held is None:
            self._held = HeldSound(block.t_s, block.lost)
        self._held.append(in_range(block.samples))
        return ready + self._work(self._held)

    def flush(self) -> list[AudioBlock]:
        """Give back all that is held; its end gets the last verdict."""
        held, self._held = self._held, None
        if held is None:
            return []
        while self._undecided:
            self._settle(held)
        if self._reference.is_active():
            self._log(held, held.waiting, self._last)
        held.release(held.waiting)
        self._begin()
        return held.take_released()

    def _breaks(self, block: AudioBlock, held: HeldSound) -> bool:
        gone = self._reference.is_gone(block.t_s) and not self._undecided
        return bool(block.lost) or abs(block.t_s - held.end_s) > MISPLACED_S or gone

    def _work(self, held: HeldSound) -> list[AudioBlock]:
        while (end_s := held.frame_end_s()) is not None:
            arrived = self._reference.reaches(end_s)
            if not arrived and held.end_s - end_s < WAIT_S and not self._reference.is_gone(end_s):
                break
            self._frame(held, held.next_frame(), end_s, arrived)
        return held.take_released()

    def _frame(self, held: HeldSound, microphone: Samples, end_s: float, arrived: bool) -> None:
        if self._reference.follow(microphone, end_s):
            self._align(end_s)
        active = self._reference.is_active()
        if not active and self._share == 0.0:
            while self._undecided:
                self._settle(held)
            self._verdicts.break_off()
            held.release(held.waiting_framed)
            return
        heard = held.before_end(DELAY)
        cancelled = self._cancelled(microphone, end_s, heard)
        share = float(active and self._canceller is not None)
        mixed = heard + np.linspace(self._share, share, heard.size, dtype=np.float32) * (cancelled.kept - heard)
        self._share = share
        self._verdicts.add(FramePowers(power(heard), power(cancelled.suppressed)))
        self._undecided.append(_Undecided(mixed, arrived))
        if len(self._undecided) > AFTER:
            self._settle(held)

    def _align(self, end_s: float) -> None:
        """The lag is new: begin cancelling with it, and let the canceller adapt on the sound that showed it."""
        self._canceller = None if self._reference.lag_s is None else self._open_canceller()
        if self._canceller is not None:
            recent = self._reference.recent_microphone()[:-FRAME]
            played = self._reference.sound(end_s - FRAME_S, recent.size / SAMPLE_RATE_HZ)
            self._canceller.cancel(recent, played)

    def _open_canceller(self) -> EchoCanceller | None:
        try:
            return None if self._failed else EchoCanceller()
        except (ImportError, OSError) as error:
            self._failed = True
            self._on_failure(f"{_NOT_TOLD_APART} {load_failure(error)}".strip())
            return None

    def _cancelled(self, microphone: Samples, end_s: float, heard: Samples) -> CancelledSound:
        if self._canceller is None:
            return CancelledSound(heard, heard)
        cancelled = self._canceller.cancel(microphone, self._reference.sound(end_s, FRAME_S))
        return CancelledSound(cancelled.suppressed[-heard.size :], cancelled.kept[-heard.size :])

    def _settle(self, held: HeldSound) -> None:
        """Release the oldest undecided frame with its verdict."""
        frame = self._undecided[0]
        if frame.judged:
            self._last = self._verdicts.decide(len(self._undecided) - 1)
        self._undecided.popleft()
        self._log(held, frame.samples.size, self._last)
        held.release_changed(frame.samples)

    def _log(self, held: HeldSound, samples: int, speaker: Speaker) -> None:
        if samples:
            start_s = held.released_s
            self._voices.add(VoiceStretch(start_s, start_s + samples / SAMPLE_RATE_HZ, speaker))
