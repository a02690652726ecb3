"""When the next hop is due: live devices are waited for a little, a medium until it has been played so far."""

from __future__ import annotations

from math import isfinite, isinf

from core.buffers.ring import AudioRing
from core.capture.source import Clock
from core.engine.playback_thread import PlaybackProgress
from core.loudspeaker import HOLDS_S
from core.session.availability import Availability
from core.session.session import Intake, Session
from core.settings import WindowSettings

_LONGEST_REST_S = 0.03
"""Longest wait between two checks of clock, frames and commands."""
_SHORTEST_REST_S = 0.01
SOUND_WAITED_FOR_S = 0.3
"""How long after a hop's end its step waits at most for the hop's sound: PortAudio may hold back 0.2 s of it.

The loudspeaker guard may hold it for longer, while there is a reference.
"""


class HopSchedule:
    """Compares the session's grid with clock, sound and playback. Belongs to the inference thread."""

    def __init__(
        self,
        window: WindowSettings,
        intake: Intake,
        clock: Clock,
        playback: PlaybackProgress,
        availability: Availability,
        reference: AudioRing,
    ) -> None:
        self._window, self._intake, self._clock, self._reference = window, intake, clock, reference
        self._playback, self._availability = playback, availability

    def due_end_s(self, session: Session) -> float | None:
        """End of the newest hop that can be stepped now; None if there is none."""
        now_s = self._clock()
        return session.due_end_s(min(now_s - self._window.settle_s, self._complete_s(session, now_s)))

    def is_over(self, session: Session) -> bool:
        """Whether a medium has been played to its end and its last hop was stepped."""
        ended_s = self._playback.ended_s
        return ended_s is not None and session.next_end_s > session.grid.last_end_s(ended_s)

    def late_sound_s(self, end_s: float) -> float:
        """Seconds of the hop's sound that have not arrived, though a microphone is running."""
        arrived_s = self._intake.audio.end_s
        if not self._sound_is_live() or isinf(arrived_s):
            return 0.0
        return min(max(end_s - arrived_s, 0.0), self._window.hop_s)

    def rest(self, session: Session) -> None:
        """Wait until a new frame arrives or the next hop may be due, at most a moment."""
        next_s = session.next_end_s + self._window.settle_s - self._clock()
        frames = self._intake.frames
        frames.wait_beyond(frames.written, min(max(next_s, _SHORTEST_REST_S), _LONGEST_REST_S))

    def _complete_s(self, session: Session, now_s: float) -> float:
        """Up to when everything has arrived that will arrive in time."""
        if self._playback.ended_s is not None:
            return session.grid.last_end_s(self._playback.ended_s)
        if not self._sound_is_live():
            return self._playback.played_s
        return max(self._intake.audio.end_s, now_s - self._sound_waited_for_s())

    def _sound_waited_for_s(self) -> float:
        return SOUND_WAITED_FOR_S + (HOLDS_S if isfinite(self._reference.end_s) else 0.0)

    def _sound_is_live(self) -> bool:
        """Whether a microphone gives sound, which may arrive late; that of a medium never does."""
        return isinf(self._playback.played_s) and self._availability.reason("audio") is None
