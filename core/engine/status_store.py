"""Collects the reports of all engine threads into one status, and calls the hooks.

Rare facts (a lost device, an error, a state) also go to the hooks and into the session log; figures are only kept.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np

from core.engine.session_log import SessionLog
from core.status import LOUDSPEAKER, DeviceState, DeviceStatus, EngineStatus, Percentiles, RunState
from core.types import MODALITIES, Estimate, Modality

_STEPS_MEASURED = 2400
"""Twenty minutes of hops at 0.5 s."""
_ERRORS_KEPT = 50
RATE_OVER_S = 2.0


def _nothing(*_: object) -> None:
    """The default hook."""


@dataclass(frozen=True, slots=True)
class EngineHooks:
    """Called on the engine's threads, so they must return quickly and must not touch widgets."""

    on_device: Callable[[str, DeviceStatus], None] = _nothing
    """"camera", "microphone" or "loudspeaker", and its new status."""
    on_state: Callable[[RunState], None] = _nothing
    on_error: Callable[[str], None] = _nothing
    """One sentence for people."""


class StatusStore:
    """The engine's status. Thread-safe: every thread writes, any thread reads."""

    def __init__(self, status: EngineStatus, hooks: EngineHooks, session_log: SessionLog) -> None:
        self._lock = Lock()
        self._status = status
        self._hooks, self._session_log = hooks, session_log
        self._step_ms: deque[float] = deque(maxlen=_STEPS_MEASURED)
        self._frame_times_s: deque[float] = deque(maxlen=256)
        self._present: Counter[Modality] = Counter()
        self._frames, self._first_frame_s = 0, 0.0
        self._rss_start_mb = self._rss_end_mb = 0.0

    def snapshot(self) -> EngineStatus:
        """The status as last reported."""
        with self._lock:
            return self._status

    def update(self, **fields: Any) -> None:
        """Set fields of the status for which there is no hook."""
        with self._lock:
            self._status = replace(self._status, **fields)

    def set_state(self, state: RunState, only_from: tuple[RunState, ...] = tuple(RunState)) -> bool:
        """Change the run state if the current one is in `only_from`; returns whether it changed."""
        with self._lock:
            changed = self._status.state is not state and self._status.state in only_from
            if changed:
                self._status = replace(self._status, state=state)
        if changed:
            self._session_log.add_event("run", state.value)
            self._hooks.on_state(state)
        return changed

    def report_device(self, kind: str, status: DeviceStatus) -> None:
        """A device changed; the message of a lost one is kept among the errors, unless it is only the reference."""
        if status.state is DeviceState.LOST and kind != LOUDSPEAKER:
            self._keep_error(status.message)
        self._session_log.add_event("device", f"{kind}: {status.state.value}. {status.message}".strip())
        self._hooks.on_device(kind, status)

    def report_error(self, sentence: str) -> None:
        """Something failed that a person should read about."""
        self._keep_error(sentence)
        self._session_log.add_event("error", sentence)
        self._hooks.on_error(sentence)

    def _keep_error(self, sentence: str) -> None:
        with self._lock:
            kept = (*self._status.errors, sentence)[-_ERRORS_KEPT:]
            self._status = replace(self._status, errors=kept)

    def count_words(self, count: int) -> None:
        """Add to the number of final words."""
        with self._lock:
            self._status = replace(self._status, words=self._status.words + count)

    def count_step(self, estimate: Estimate, skipped: int, late_sound_s: float = 0.0) -> None:
        """One more step was made, after `skipped` hops; `late_sound_s` of its sound had not arrived."""
        self._rss_start_mb = self._rss_start_mb or rss_mb()
        self._step_ms.append(estimate.compute_ms)
        step_ms = percentiles(self._step_ms)  # once a step and not at every reading, of which there are thirty a second
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
        """Measure the memory while everything still runs; only the first call counts."""
        self._rss_end_mb = self._rss_end_mb or rss_mb()

    def rss_mb(self) -> tuple[float, float]:
        """Memory at the first step, and at the end or now, in MB."""
        end_mb = self._rss_end_mb or rss_mb()
        return self._rss_start_mb or end_mb, end_mb

    def count_frame(self, t_s: float) -> None:
        """A frame arrived from the camera."""
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
        """Share of the steps in which each modality was present."""
        with self._lock:
            return {m: self._present[m] / max(self._status.steps, 1) for m in MODALITIES}


def percentiles(values_ms: Sequence[float]) -> Percentiles:
    """Median, 95th percentile and maximum."""
    if not values_ms:
        return Percentiles()
    p50, p95, worst = np.percentile(np.array(values_ms), (50, 95, 100))
    return Percentiles(float(p50), float(p95), float(worst))


def rss_mb() -> float:
    """Resident memory of this process and of its children, such as the recogniser's, in MB."""
    import psutil

    own = psutil.Process()
    return sum(_rss_each([own, *own.children(recursive=True)])) / 1e6


def _rss_each(processes: Iterable[Any]) -> Iterable[float]:
    import psutil

    for process in processes:
        with suppress(psutil.NoSuchProcess):  # a child may end while it is measured
            yield float(process.memory_info().rss)
