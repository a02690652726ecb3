"""The sync self-test: measures delay, jitter and drift of captured pictures and sound.

The program flashes its own screen and plays clicks at planned moments; this module holds the plan and evaluates the
captured chunks. It shows, plays and opens nothing itself.

Photosensitive people: flashes come less than once a second, far below the three a second that can be harmful. The
dialog warns before and starts them only on request.
"""

from __future__ import annotations

from collections import deque
from itertools import accumulate
from random import Random

import numpy as np

from core.lab.arrivals import FLASH_S, LATEST_S, clicks_after, flashes_after
from core.lab.click import click
from core.lab.sync_report import Arrivals, SyncReport, arrivals, report
from core.types import SAMPLE_RATE_HZ, AudioBlock, Chunk, Samples, VideoFrame

__all__ = ["FLASH_S", "Arrivals", "SyncProbe", "SyncReport", "click", "listen_until", "plan"]

FIRST_S = 1.0
SHORTEST_S, LONGEST_S = 1.02, 1.6
"""Between two flashes. Uneven, so that none is confused with the one before; always more than a second."""
_EVERY = 8
"""Every so many pixels, in both directions, are enough for the mean of a picture."""
_FRAMES_KEPT, _BLOCKS_KEPT = 36_000, 60_000
"""Twenty minutes at the usual rates."""
_LONGEST_TEST_S = 3600.0


def plan(count: int = 10, seed: int = 0) -> tuple[float, ...]:
    """Times of flashes and clicks in seconds from the beginning of the test, more than a second apart."""
    random = Random(seed)
    waits_s = [FIRST_S, *(random.uniform(SHORTEST_S, LONGEST_S) for _ in range(count - 1))]
    return tuple(round(at_s, 3) for at_s in accumulate(waits_s))


def listen_until(planned_s: tuple[float, ...]) -> float:
    """The time from the beginning of the test by which every flash and click has arrived."""
    return planned_s[-1] + LATEST_S + FLASH_S


class SyncProbe:
    """Records emissions and captured chunks, and compares them. Times are on the session clock.

    May be fed from several threads; take the `result` after `listen_until`.
    """

    def __init__(self) -> None:
        self._flashed_s: list[float] = []
        self._clicked_s: list[float] = []
        self._luminance: deque[tuple[float, float]] = deque(maxlen=_FRAMES_KEPT)
        self._blocks: deque[AudioBlock] = deque(maxlen=_BLOCKS_KEPT)

    def flashed(self, t_s: float) -> None:
        """The screen turned white."""
        self._flashed_s.append(t_s)

    def clicked(self, t_s: float) -> None:
        """A click began to be played."""
        self._clicked_s.append(t_s)

    def chunk(self, chunk: Chunk) -> None:
        """Take a captured chunk; of a picture only its mean is kept."""
        if isinstance(chunk, VideoFrame):
            self._luminance.append((chunk.t_s, float(chunk.rgb[::_EVERY, ::_EVERY].mean())))
        else:
            self._blocks.append(chunk)

    def result(self) -> SyncReport:
        """The report on all emissions so far."""
        return report(self._picture(), self._sound())

    def _picture(self) -> Arrivals:
        emitted_s, seen = tuple(self._flashed_s), sorted(self._luminance)
        if not emitted_s:
            return Arrivals()
        t_s, luminance = np.array(seen, np.float64).reshape(-1, 2).T
        return arrivals(emitted_s, flashes_after(emitted_s, t_s, luminance))

    def _sound(self) -> Arrivals:
        emitted_s, blocks = tuple(self._clicked_s), tuple(self._blocks)
        if not emitted_s:
            return Arrivals()
        start_s, samples = _joined(blocks, emitted_s[0] - LATEST_S)
        return arrivals(emitted_s, clicks_after(emitted_s, start_s, samples))


def _joined(blocks: tuple[AudioBlock, ...], from_s: float) -> tuple[float, Samples]:
    """The sound from `from_s` on as one array, each block at its own time, zeros where sound was lost."""
    used = [block for block in blocks if from_s <= block.t_s < from_s + _LONGEST_TEST_S]
    end_s = max((block.t_s + block.samples.size / SAMPLE_RATE_HZ for block in used), default=from_s)
    samples = np.zeros(round((end_s - from_s) * SAMPLE_RATE_HZ) + 1, np.float32)
    for block in used:
        first = round((block.t_s - from_s) * SAMPLE_RATE_HZ)
        part = block.samples[: samples.size - first]
        samples[first : first + part.size] = part
    return from_s, samples
