"""The synthetic learner as a source: a drawn face and spoken sentences. `--demo` runs on it.

Pictures and sound are functions of the seed and the time, so that two runs with one seed are the same to the bit.
"""

from __future__ import annotations

import time

from core.capture.source import Clock, EndOfSource, SourceStatus
from core.errors import CaptureError
from core.synthetic.face import FacePainter
from core.synthetic.motion import LearnerMotion
from core.synthetic.schedule import MoodSchedule
from core.synthetic.voice import SyntheticVoice, load_sentences
from core.types import SAMPLE_RATE_HZ, AudioBlock, Chunk, VideoFrame

BLOCK = SAMPLE_RATE_HZ // 25
"""Samples in a block: 40 ms."""
LATE_S = 0.1
"""When paced, a picture later than this is skipped."""


class SyntheticSource:
    """Pictures and sound in the order of their times: when the clock reaches them if paced, else at once.

    With `duration_s` None it never ends. Unpaced, times start at 0; paced, at the moment of `open`.
    """

    has_video = True
    has_audio = True

    def __init__(
        self,
        seed: int = 0,
        paced: bool = True,
        duration_s: float | None = None,
        frame_width_px: int = 640,
        frame_rate_hz: float = 30.0,
    ) -> None:
        self._seed, self._paced, self._duration_s = seed, paced, duration_s
        self._width_px, self._rate_hz = frame_width_px, frame_rate_hz
        self._painter: FacePainter | None = None
        self._clock: Clock = time.monotonic
        self._origin_s = 0.0
        self._frames = self._blocks = 0

    def open(self, clock: Clock) -> None:
        """Draw the static parts and start."""
        schedule = MoodSchedule(self._seed)
        self._voice = SyntheticVoice(self._seed, schedule, load_sentences())
        self._motion = LearnerMotion(self._seed, schedule)
        self._painter = FacePainter(self._seed, self._width_px)
        self._clock, self._frames, self._blocks = clock, 0, 0
        self._origin_s = clock() if self._paced else 0.0

    def read(self, timeout_s: float) -> Chunk | None:
        """The next picture or block of sound; None when it is not due within `timeout_s`."""
        if self._painter is None:
            raise CaptureError("The drawn learner is not open. Start it first.")
        self._skip_late()
        due_s = min(self._next_frame_s(), self._next_block_s())
        if self._duration_s is not None and due_s >= self._duration_s:
            raise EndOfSource("drawn learner")
        if not self._wait(due_s, timeout_s):
            return None
        return self._block() if self._next_block_s() <= due_s else self._frame(self._painter)

    def close(self) -> None:
        """Release the drawing."""
        self._painter = None

    def status(self) -> SourceStatus:
        """Its name and picture rate."""
        return SourceStatus("Drawn learner", self._rate_hz)

    def _next_frame_s(self) -> float:
        return self._frames / self._rate_hz

    def _next_block_s(self) -> float:
        return self._blocks * BLOCK / SAMPLE_RATE_HZ

    def _skip_late(self) -> None:
        if self._paced:
            late_s = self._clock() - self._origin_s - LATE_S - self._next_frame_s()
            self._frames += max(int(late_s * self._rate_hz), 0)

    def _wait(self, due_s: float, timeout_s: float) -> bool:
        if not self._paced:
            return True
        left_s = self._origin_s + due_s - self._clock()
        if left_s > 0:
            time.sleep(min(left_s, timeout_s))
        return self._origin_s + due_s <= self._clock()

    def _block(self) -> AudioBlock:
        t_s, first = self._origin_s + self._next_block_s(), self._blocks * BLOCK
        self._blocks += 1
        return AudioBlock(t_s, self._voice.samples(first, BLOCK))

    def _frame(self, painter: FacePainter) -> VideoFrame:
        t_s = self._next_frame_s()
        self._frames += 1
        return VideoFrame(self._origin_s + t_s, painter.paint(self._motion.pose(t_s, self._voice.loudness(t_s))))
