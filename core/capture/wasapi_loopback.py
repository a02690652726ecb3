"""What the computer plays, on Windows: WASAPI's loopback of a loudspeaker, by SoundCard. Not run on Windows yet.

Upstream PortAudio has no loopback. SoundCard fills in silence while nothing is played, when WASAPI gives no samples.
"""

from __future__ import annotations

import warnings
from time import monotonic
from typing import Any

import numpy as np

from core.buffers.in_range import in_range
from core.capture.audio_clock import AudioClock, DeviceBlock
from core.capture.portaudio import BLOCK_S
from core.capture.source import Clock, SourceStatus
from core.errors import CaptureError
from core.types import SAMPLE_RATE_HZ, AudioBlock

_BLOCK = round(BLOCK_S * SAMPLE_RATE_HZ)
CHECK_EVERY_S = 1.0
NO_LOUDSPEAKER = "What the computer plays cannot be heard: Windows has no loudspeaker. Connect one, or headphones."
LOST = "What the computer plays cannot be heard any more; it is being retried."


class WasapiLoopback:
    """What the loudspeaker of this name plays, or the default one ("auto"), which it follows."""

    has_video = False
    has_audio = True

    def __init__(self, name: str = "auto") -> None:
        self._name = self._shown_name = name
        self._recorder: Any = None
        self._speaker_id = ""
        self._checked_s = 0.0
        self._clock: Clock = monotonic
        self._audio_clock = AudioClock()

    def open(self, clock: Clock) -> None:
        """Start to record what is played. Raises `CaptureError`."""
        self.close()
        self._clock, self._audio_clock = clock, AudioClock()
        soundcard = _soundcard()
        try:
            speaker = self._speaker(soundcard)
            loopback = soundcard.get_microphone(speaker.id, include_loopback=True)
            recorder = loopback.recorder(SAMPLE_RATE_HZ, channels=1, blocksize=_BLOCK)
            self._recorder = recorder.__enter__()
        except (RuntimeError, IndexError, OSError) as error:
            raise CaptureError(NO_LOUDSPEAKER) from error
        self._shown_name, self._speaker_id, self._checked_s = speaker.name, speaker.id, monotonic()

    def _speaker(self, soundcard: Any) -> Any:
        return soundcard.default_speaker() if self._name == "auto" else soundcard.get_speaker(self._name)

    def read(self, timeout_s: float) -> AudioBlock | None:
        """The next 20 ms, which it waits for, whatever `timeout_s`. `CaptureError` when the loudspeaker is gone."""
        if self._recorder is None:
            raise CaptureError(LOST)
        try:
            if monotonic() - self._checked_s > CHECK_EVERY_S:
                self._follow()
            samples = self._recorder.record(numframes=_BLOCK)[:, 0]
        except (RuntimeError, OSError) as error:
            raise CaptureError(LOST) from error
        stamp_s = self._clock() - samples.size / SAMPLE_RATE_HZ
        return self._audio_clock.place(DeviceBlock(in_range(samples).astype(np.float32), stamp_s))

    def _follow(self) -> None:
        self._checked_s = monotonic()
        if self._name == "auto" and _soundcard().default_speaker().id != self._speaker_id:
            self.open(self._clock)

    def close(self) -> None:
        """Release the loudspeaker."""
        if self._recorder is not None:
            recorder, self._recorder = self._recorder, None
            recorder.__exit__(None, None, None)

    def status(self) -> SourceStatus:
        """The loudspeaker's name, its rate and its drift."""
        return SourceStatus(self._shown_name, float(SAMPLE_RATE_HZ), self._audio_clock.drift_ppm)


def speakers() -> list[tuple[str, bool]]:
    """Name of every loudspeaker, and whether it is the default one. Raises `CaptureError` where there is none."""
    soundcard = _soundcard()
    try:
        default = soundcard.default_speaker().id
        return [(speaker.name, speaker.id == default) for speaker in soundcard.all_speakers()]
    except (RuntimeError, OSError) as error:
        raise CaptureError(NO_LOUDSPEAKER) from error


def _soundcard() -> Any:
    """SoundCard, whose warnings about lost samples say nothing that the clock does not see."""
    import soundcard

    warnings.filterwarnings("ignore", category=soundcard.SoundcardRuntimeWarning)
    return soundcard
