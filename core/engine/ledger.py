"""What the engine's threads report, kept as one status and told to the hooks in the same breath.

Facts that are rare (a device lost, an error, a state) go to hooks; figures are kept for whoever asks.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from types import TracebackType
from typing import Any

import numpy as np

from core.errors import MonitorError
from core.status import DeviceStatus, EngineStatus, Percentiles, RunState
from core.types import MODALITIES, Estimate, Modality, Word

_log = logging.getLogger(__name__)
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


class Ledger:
    """The one memory of what happened; every thread writes, anyone reads."""

    def __init__(self, status: EngineStatus, hooks: EngineHooks) -> None:
        self._lock = Lock()
        self._status = status
        self._hooks = hooks
        self._step_ms: deque[float] = deque(maxlen=_STEPS_MEASURED)
        self._frame_times_s: deque[float] = deque(maxlen=256)
        self._present: Counter[Modality] = Counter()
        self.rss_start_mb = 0.0

    def snapshot(self) -> EngineStatus:
        """The status as far as it was reported."""
        with self._lock:
            return replace(self._status, step_ms=percentiles(self._step_ms))

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
        """Camera or microphone stands like this now."""
        self._hooks.on_device(kind, status)

    def error(self, sentence: str) -> None:
        """Something went wrong that a person should read."""
        with self._lock:
            kept = (*self._status.errors, sentence)[-_ERRORS_KEPT:]
            self._status = replace(self._status, errors=kept)
        self._hooks.on_error(sentence)

    def words(self, final: list[Word]) -> None:
        """Words became final."""
        with self._lock:
            self._status = replace(self._status, words=self._status.words + len(final))
        self._hooks.on_words(final)

    def stepped(self, estimate: Estimate, skipped: int) -> None:
        """One more step was made, after `skipped` hops that were not."""
        self.rss_start_mb = self.rss_start_mb or rss_mb()
        with self._lock:
            status = self._status
            self._step_ms.append(estimate.compute_ms)
            self._present.update(m for m in MODALITIES if estimate.presence[m].present)
            self._status = replace(status, steps=status.steps + 1, skipped_hops=status.skipped_hops + skipped)

    def framed(self, t_s: float) -> None:
        """A frame came from the camera."""
        with self._lock:
            self._frame_times_s.append(t_s)

    def frame_rate_hz(self, now_s: float) -> float:
        """Frames a second over the last seconds."""
        over_s = min(RATE_OVER_S, now_s)
        with self._lock:
            recent = sum(t_s > now_s - over_s for t_s in self._frame_times_s)
        return recent / over_s if over_s > 0 else 0.0

    def presence_share(self) -> dict[Modality, float]:
        """Share of the steps in which each modality took part."""
        with self._lock:
            return {m: self._present[m] / max(self._status.steps, 1) for m in MODALITIES}


def percentiles(values_ms: deque[float]) -> Percentiles:
    """Median, 95 % and worst of what was measured."""
    if not values_ms:
        return Percentiles()
    p50, p95, worst = np.percentile(np.array(values_ms), (50, 95, 100))
    return Percentiles(float(p50), float(p95), float(worst))


def rss_mb() -> float:
    """Resident memory of this process, in MB."""
    import psutil

    return float(psutil.Process().memory_info().rss / 1e6)


class Watch:
    """Around a thread's body: whatever ends it unexpectedly is said in one sentence, logged, and stops the engine."""

    def __init__(self, name: str, ledger: Ledger, stop: Callable[[], None]) -> None:
        self._name, self._ledger, self._stop = name, ledger, stop

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            return False
        if not isinstance(error, MonitorError):
            _log.error("The %s thread failed.", self._name, exc_info=error)
        self._stop()
        self._ledger.error(_sentence(self._name, error))
        self._ledger.state(RunState.STOPPED)
        return True


def _sentence(name: str, error: BaseException) -> str:
    if isinstance(error, MonitorError):
        return str(error)
    what = f"{type(error).__name__}: {error}"
    return f"The {name} part failed ({what}) and the session was stopped. Start again; the log holds the details."
