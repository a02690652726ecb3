"""Owns at most one engine. Starting and stopping take longer than a frame, so both run as jobs beside the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.session.background_job import Job
from app.session.input import SessionInput
from core.settings import Settings
from core.status import DeviceStatus, EngineStatus, RunState

if TYPE_CHECKING:
    from core.engine import Engine, EngineHooks

JOB_ENDS_WITHIN_S = 2.0
"""A start reads modules, a stop waits for the engine's threads as long as this."""
MakeEngine = Callable[[Settings, SessionInput], "Engine"]
"""Builds an engine, loading what it needs; runs on a job's thread. Raises `MonitorError`."""


class EngineHost(QObject):
    """`engine` is there between `started` and `stopped`."""

    started = Signal()
    stopped = Signal()
    failed = Signal(str)

    def __init__(self, make: MakeEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._job: Job | None = None
        self._starting = False
        self._fresh: Engine | None = None
        self.engine: Engine | None = None
        self.last: Engine | None = None
        """The engine that ran last, for the report."""
        self.leftover: list[str] = []

    @property
    def busy(self) -> bool:
        """Whether a start or a stop is under way."""
        return self._job is not None

    def status(self) -> EngineStatus:
        """The engine's status, or one that says that there is none."""
        if self.engine is not None:
            return self.engine.status()
        return EngineStatus(state=RunState.STARTING if self._starting else RunState.IDLE)

    def start(self, settings: Settings, source: SessionInput) -> None:
        """Begin a session."""
        if self.busy or self.engine is not None:
            return
        self._starting = True
        self._run(Job("start", lambda job: self._open(job, settings, source), self), self._on_started)

    def _open(self, job: Job, settings: Settings, source: SessionInput) -> Engine:
        self._fresh = self._make(settings, source)
        if not job.cancelled:
            self._fresh.start()
        return self._fresh

    def stop(self) -> None:
        """End the session."""
        if self.busy or self.engine is None:
            return
        engine = self.engine
        self._run(Job("stop", lambda _job: engine.stop(), self), self._on_stopped)

    def close(self) -> list[str]:
        """End everything, within seconds whatever hangs; names of threads that would not end."""
        self.leftover = self._job.end(JOB_ENDS_WITHIN_S) if self._job is not None else []
        engine, self.engine, self._fresh = self.engine or self._fresh, None, None
        if engine is not None:
            self.last = engine
            self.leftover += engine.stop()
        return self.leftover

    def _run(self, job: Job, done: Callable[[object], None]) -> None:
        self._job = job
        job.done.connect(done)
        job.failed.connect(self._on_failed)
        job.start()

    @Slot(object)
    def _on_started(self, engine: Engine) -> None:
        self._job, self._starting, self._fresh = None, False, None
        self.engine = self.last = engine
        self.started.emit()

    @Slot(object)
    def _on_stopped(self, leftover: list[str]) -> None:
        self._job, self.engine, self.leftover = None, None, leftover
        self.stopped.emit()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._job, self._starting, self._fresh = None, False, None
        self.failed.emit(sentence)


class EngineSignals(QObject):
    """One per window; survives the engines that it listens to."""

    device_changed = Signal(str, object)
    """kind ("camera" or "microphone"), DeviceStatus"""
    state_changed = Signal(object)
    """RunState"""
    error = Signal(str)

    def hooks(self) -> EngineHooks:
        """What to hand to an engine."""
        from core.engine import EngineHooks

        return EngineHooks(self._on_device, self._on_state, self._on_error)

    def _on_device(self, kind: str, status: DeviceStatus) -> None:
        self.device_changed.emit(kind, status)

    def _on_state(self, state: RunState) -> None:
        self.state_changed.emit(state)

    def _on_error(self, sentence: str) -> None:
        self.error.emit(sentence)
