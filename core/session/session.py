"""One learner's session without threads: chunks and words go in, one estimate per hop comes out.

`Session` cuts the window, has the feature pipeline find what is present, and steps the model. Live, the engine's
threads write the rings and call `glance` and `step`; offline, `feed` writes and glances. One rule chooses the frames
in which a face is searched, so live and offline estimates are the same. Times are seconds on the session clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import nan
from time import perf_counter

import numpy as np

from core.buffers.ring import AudioRing, FrameRing
from core.buffers.voice_log import VoiceLog
from core.features.face import GLANCE_S
from core.features.lips import SPAN_S, LipsJudge, lips_evidence
from core.session.availability import Availability
from core.session.hop_grid import HopGrid, glance_slot
from core.session.lips_log import LipsLog
from core.session.make_estimate import make_estimate
from core.session.protocols import Finder, Preparer, StepModel
from core.session.word_log import KNOWN_AT_ONCE_S, WordLog
from core.settings import WindowSettings
from core.speech.languages import unused_words
from core.types import (
    SAMPLE_RATE_HZ,
    Chunk,
    Estimate,
    Modality,
    MouthGlance,
    Reason,
    Samples,
    Sighting,
    VideoFrame,
    Window,
    Word,
)

FRAMES_KEPT = 64
"""About two seconds at 30 Hz: how late a glance may be before its frame is overwritten."""
AUDIO_KEPT_S = 60.0
"""How late the recogniser may be before it is lapped."""
_SIGHTINGS_KEPT = 64
_LIPS_MAY_START_S = 0.5
"""The newest part of still lips in which the learner may have begun to speak; the next verdict tells."""


@dataclass(frozen=True, slots=True, eq=False)
class Intake:
    """The buffers that hold what came in. Written by any thread, read by the session."""

    frames: FrameRing = field(default_factory=lambda: FrameRing(FRAMES_KEPT))
    audio: AudioRing = field(default_factory=lambda: AudioRing(AUDIO_KEPT_S))
    words: WordLog = field(default_factory=WordLog)
    voices: VoiceLog = field(default_factory=VoiceLog)
    lips: LipsLog = field(default_factory=LipsLog)

    def clear(self) -> None:
        """Empty frames, sound and words. What is known of voices and lips stays: words from before wait for storing."""
        for memory in (self.frames, self.audio, self.words):
            memory.clear()


@dataclass(slots=True)
class _Memory:
    """The session's own state from hop to hop; replaced by `reset`."""

    start_s: float
    hop: int
    slot: int
    sightings: deque[Sighting] = field(default_factory=lambda: deque(maxlen=_SIGHTINGS_KEPT))
    lips: LipsJudge = field(default_factory=LipsJudge)
    skipped: int = 0
    looking_ms: float = 0.0


class Session:
    """One learner's pipeline. `intake` and `availability` may be written by any thread; the rest belongs to one."""

    def __init__(
        self,
        model: StepModel,
        features: Preparer,
        finder: Finder,
        window: WindowSettings,
        intake: Intake | None = None,
        availability: Availability | None = None,
    ) -> None:
        self.intake = intake or Intake()
        self.availability = availability or Availability()
        self.grid = HopGrid(window.hop_s)
        self._model, self._features, self._finder = model, features, finder
        self._settings = window
        self._visual_available = True
        self.reset()

    def reset(self, start_s: float = 0.0) -> None:
        """Clear what came in, and all memories; the grid continues with the first hop that ends after `start_s`.

        Availability stays as it is: it describes devices and switches, not the past.
        """
        self.intake.clear()
        self._model.reset()
        self._finder.reset()
        self._memory = _Memory(start_s, self.grid.hop_at(start_s), glance_slot(start_s))

    @property
    def next_end_s(self) -> float:
        """When the next hop ends."""
        return self.grid.end_s(self._memory.hop + 1)

    @property
    def last_end_s(self) -> float:
        """End of the last hop that was stepped, or that had ended at the reset. A change made now applies after it."""
        return self.grid.end_s(self._memory.hop)

    def due_end_s(self, now_s: float) -> float | None:
        """End of the newest hop that has ended by `now_s`; None if that one was stepped already."""
        hop = self.grid.hop_at(now_s)
        return self.grid.end_s(hop) if hop > self._memory.hop else None

    @property
    def skipped(self) -> int:
        """Hops of the grid that were skipped since `reset`."""
        return self._memory.skipped

    @property
    def sighting(self) -> Sighting | None:
        """The newest sighting; None while the visual modality is unavailable."""
        sightings = self._memory.sightings  # bound once, for another thread may reset in between
        return sightings[-1] if sightings and self.availability.reason("visual") is None else None

    def feed(self, chunk: Chunk) -> None:
        """Take one chunk, in the order of time."""
        if isinstance(chunk, VideoFrame):
            self.intake.frames.write(chunk)
            self._glance_all(float("inf"))
        else:
            self.intake.audio.write(chunk)

    def glance(self, before_s: float) -> bool:
        """Search a face in the first frame of the oldest open glance slot before `before_s`; whether there was one.

        One frame at a time, so that the caller may step in between. An unavailable picture is not searched.
        """
        memory = self._memory
        frame = self.intake.frames.first_since(memory.slot * GLANCE_S)
        if frame is None or frame.t_s >= before_s or self.availability.reason("visual") is not None:
            return False
        started_s = perf_counter()
        memory.sightings.append(self._finder.look(frame))
        memory.slot = glance_slot(frame.t_s) + 1
        memory.looking_ms += 1e3 * (perf_counter() - started_s)
        return True

    def _glance_all(self, before_s: float) -> None:
        while self.glance(before_s):
            pass

    def explain(self, wanted: bool) -> None:
        """Whether estimates from the next step on carry an explanation."""
        self._model.explain(wanted)

    def feed_back(self, wanted: bool) -> None:
        """Whether the model is fed its own last estimate from the next step on."""
        self._model.feed_back(wanted)

    def reset_feedback(self) -> None:
        """Clear the model's last estimate and nothing else."""
        self._model.reset_feedback()

    def forget_face(self) -> None:
        """Search the primary face afresh, as in the pictures of another camera."""
        self._finder.reset()

    def add_words(self, final: Iterable[Word], partial: Iterable[Word] = (), heard_s: float = KNOWN_AT_ONCE_S) -> None:
        """Take a recogniser's report on the sound up to `heard_s`: new final words, and all partial ones."""
        self.intake.words.add(final, partial, heard_s)

    def step(self, end_s: float) -> Estimate:
        """Step the hop that ends at `end_s`; hops of the grid between it and the one before are skipped and counted.

        Frames from before this hop that are still unsearched stay so: a step late by n hops skips their glances too.
        The estimate's `compute_ms` is all the work of the hop: glances, features and model.
        """
        unavailable = self._unavailable()
        self._follow_visual("visual" not in unavailable)
        self._memory.slot = max(self._memory.slot, glance_slot(end_s - self._settings.hop_s))
        if self._visual_available:
            self._glance_all(end_s)
        started_s = perf_counter()
        window = self._cut(unavailable, end_s)
        prepared = self._features.prepare(window)
        output = self._model.step(prepared.inputs)
        compute_ms = 1e3 * (perf_counter() - started_s) + self._memory.looking_ms
        self._move_to(end_s)
        return make_estimate(window, prepared.presence, output, compute_ms)

    def _unavailable(self) -> dict[Modality, Reason]:
        reasons = self.availability.reasons()
        if unused_words(self.intake.words.language, self._features.languages):
            reasons.setdefault("text", Reason.OTHER_LANGUAGE)
        return reasons

    def _follow_visual(self, available: bool) -> None:
        if self._visual_available and not available:
            self.forget_face()
        self._visual_available = available

    def _cut(self, unavailable: dict[Modality, Reason], end_s: float) -> Window:
        settings, memory = self._settings, self._memory
        audio = self.intake.audio.until(end_s, settings.audio_s)
        words = self._own(self.intake.words.within(memory.start_s, end_s), end_s - settings.words_s)
        by_computer = self.intake.voices.by_computer(max(end_s - settings.audio_s, memory.start_s), end_s)
        window = cut_window(memory.sightings, audio, words, unavailable, settings, end_s)
        return self._with_lips(without_computer(window, by_computer, settings.audio_s) if by_computer else window)

    def _own(self, words: tuple[Word, ...], since_s: float) -> tuple[Word, ...]:
        """The words without those of the computer. Partial ones may have been taken for the learner's at first."""
        voices = self.intake.voices
        return tuple(word for word in words if word.end_s <= since_s or not voices.is_by_computer(word))

    def _with_lips(self, window: Window) -> Window:
        """The window with the verdict on the learner's lips, and the doubt on words said while they were still."""
        still = self._memory.lips.take(lips_evidence(window), window.end_s)
        if still:
            self.intake.lips.add(window.end_s - SPAN_S, window.end_s - _LIPS_MAY_START_S)
        return replace(window, lips_still=still, words=self.intake.lips.doubted(window.words))

    def _move_to(self, end_s: float) -> None:
        memory, hop = self._memory, self.grid.hop_at(end_s)
        memory.skipped += max(hop - memory.hop - 1, 0)
        memory.hop = hop
        memory.looking_ms = 0.0


def without_computer(window: Window, by_computer: tuple[tuple[float, float], ...], audio_s: float) -> Window:
    """The window with its sound silenced where only the computer spoke; `by_computer` are (start, end) in seconds."""
    audio = window.audio.copy()
    begin_s = window.end_s - audio_s
    for start_s, end_s in by_computer:
        audio[round((start_s - begin_s) * SAMPLE_RATE_HZ) : round((end_s - begin_s) * SAMPLE_RATE_HZ)] = 0.0
    return replace(window, audio=audio, computer_s=sum(end_s - start_s for start_s, end_s in by_computer))


def cut_window(
    sightings: Iterable[Sighting],
    audio: Samples,
    words: tuple[Word, ...],
    unavailable: dict[Modality, Reason],
    settings: WindowSettings,
    end_s: float,
) -> Window:
    """The window that ends at `end_s` (exclusive); an unavailable modality leaves no content in it.

    `words`: all that ended by `end_s` since the session began or was reset, as far as they are still known.
    """
    words = () if "text" in unavailable else words
    recent = [seen for seen in sightings if seen.t_s < end_s and "visual" not in unavailable]
    of_hop = tuple(seen for seen in recent if end_s - settings.hop_s <= seen.t_s)
    return Window(
        end_s,
        sightings=of_hop[-settings.crops_per_hop :],
        audio=np.zeros_like(audio) if "audio" in unavailable else audio,
        words=tuple(word for word in words if word.end_s > end_s - settings.words_s),
        unavailable=unavailable,
        since_word_s=end_s - max((word.end_s for word in words), default=nan),
        mouth=tuple(
            MouthGlance(seen.t_s, seen.mouth_motion)
            for seen in recent
            if seen.mouth_motion is not None and end_s - settings.audio_s <= seen.t_s
        ),
    )
