"""What the engine's threads report, kept as one status and told to the hooks in the same breath.

Facts that are rare (a device lost, an error, a state) go to hooks; figures are kept for whoever asks.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np

from core.status import DeviceState, DeviceStatus, EngineStatus, Percentiles, RunState
from core.types import MODALITIES, Estimate, Modality, Word

_STEPS_MEASURED = 2400
"""Twenty minutes of hops at 0.5 s."""
_ERRORS_KEPT = 50
RATE_OVER_S = 2.0


def _nothing(*_: object) -> None:
    """A hook that nobody wanted."""


@dataclass(frozen=True, slots=True)
class EngineHooks:
    """Called on the engine's threads, so they must be quick and must not touch widgets."""

    on_device: Callable[[str, DeviceStatus], None] = _nothing
    on_state: Callable[[RunState], None] = _nothing
    on_error: Callable[[str], None] = _nothing
    on_words: Callable[[list[Word]], None] = _nothing


class StatusStore:
    """The one memory of what happened; every thread writes, anyone reads."""

    def __init__(self, status: EngineStatus, hooks: EngineHooks) -> None:
        self._lock = Lock()
        self._status = status
        self._hooks = hooks
        self._step_ms: deque[float] = deque(maxlen=_STEPS_MEASURED)
        self._frame_times_s: deque[float] = deque(maxlen=256)
        self._present: Counter[Modality] = Counter()
        self._frames, self._first_frame_s = 0, 0.0
        self._rss_start_mb = self._rss_end_mb = 0.0

    def snapshot(self) -> EngineStatus:
        """The status as far as it was reported."""
        with self._lock:
            return self._status

    def note(self, **facts: Any) -> None:
        """Set fields of the status that no hook tells."""
        with self._lock:
            self._status = replace(self._status, **facts)

    def state(self, state: RunState, only_from: tuple[RunState, ...] = tuple(RunState)) -> bool:
        """The engine is in this state now, unless it stands elsewhere than `only_from`; whether it changed."""
        with self._lock:
            news = self._status.state is not state and self._status.state in only_from
            if news:
                self._status = replace(self._status, state=state)
        if news:
            self._hooks.on_state(state)
        return news

    def device(self, kind: str, status: DeviceStatus) -> None:
        """Camera or microphone stands like this now; why it was lost is kept among the errors."""
        if status.state is DeviceState.LOST:
            self._keep_error(status.message)
        self._hooks.on_device(kind, status)

    def error(self, sentence: str) -> None:
        """Something went wrong that a person should read."""
        self._keep_error(sentence)
        self._hooks.on_error(sentence)

    def _keep_error(self, sentence: str) -> None:
        with self._lock:
            kept = (*self._status.errors, sentence)[-_ERRORS_KEPT:]
            self._status = replace(self._status, errors=kept)

    def words(self, final: list[Word]) -> None:
        """Words became final."""
        with self._lock:
            self._status = replace(self._status, words=self._status.words + len(final))
        self._hooks.on_words(final)

    def stepped(self, estimate: Estimate, skipped: int, late_sound_s: float = 0.0) -> None:
        """One more step was made, after `skipped` hops that were not; so much of its sound had not come."""
        self._rss_start_mb = self._rss_start_mb or rss_mb()
        self._step_ms.append(estimate.compute_ms)
        step_ms = percentiles(self._step_ms)  # once a step and not at every look, of which there are thirty a second
        with self._lock:
            status = self._status
            self._present.update(m for m in MODALITIES if estimate.presence[m].present)
            self._status = replace(
                status,
                steps=status.steps + 1,
                skipped_hops=status.skipped_hops + skipped,
                late_sound_s=status.late_sound_s + late_sound_s,
                step_ms=step_ms,
            )

    def measure_end(self) -> None:
        """Note the memory while everything still runs; the first time counts."""
        self._rss_end_mb = self._rss_end_mb or rss_mb()

    def rss_mb(self) -> tuple[float, float]:
        """Memory at the first step, and at the end or now."""
        end_mb = self._rss_end_mb or rss_mb()
        return self._rss_start_mb or end_mb, end_mb

    def framed(self, t_s: float) -> None:
        """A frame came from the camera."""
        with self._lock:
            self._frame_times_s.append(t_s)
            self._first_frame_s = self._first_frame_s if self._frames else t_s
            self._frames += 1

    def frame_rate_hz(self, now_s: float) -> float:
        """Frames a second over the last seconds."""
        over_s = min(RATE_OVER_S, now_s)
        with self._lock:
            recent = sum(t_s > now_s - over_s for t_s in self._frame_times_s)
        return recent / over_s if over_s > 0 else 0.0

    def mean_frame_rate_hz(self, now_s: float) -> float:
        """Frames a second since the first one, times without a camera included."""
        with self._lock:
            over_s = now_s - self._first_frame_s
            return (self._frames - 1) / over_s if self._frames > 1 and over_s > 0 else 0.0

    def presence_share(self) -> dict[Modality, float]:
        """Share of the steps in which each modality took part."""
        with self._lock:
            return {m: self._present[m] / max(self._status.steps, 1) for m in MODALITIES}


def percentiles(values_ms: Sequence[float]) -> Percentiles:
    """Median, 95 % and worst of what was measured."""
    if not values_ms:
        return Percentiles()
    p50, p95, worst = np.percentile(np.array(values_ms), (50, 95, 100))
    return Percentiles(float(p50), float(p95), float(worst))


def rss_mb() -> float:
    """Resident memory of this process and of those that it started, such as the recogniser's, in MB."""
    import psutil

    own = psutil.Process()
    return sum(_rss_each([own, *own.children(recursive=True)])) / 1e6


def _rss_each(processes: Iterable[Any]) -> Iterable[float]:
    import psutil

    for process in processes:
        with suppress(psutil.NoSuchProcess):  # one of them may end while it is asked
            yield float(process.memory_info().rss)
