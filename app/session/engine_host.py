"""Owns at most one engine. Starting and stopping take longer than a frame, so both run as background jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.session.input import SessionInput
from app.session.jobs import Job, JobRunner
from core.settings import Settings
from core.status import DeviceStatus, EngineStatus, RunState

if TYPE_CHECKING:
    from core.engine import Engine, EngineHooks

TOPIC = "engine"
JOB_ENDS_WITHIN_S = 2.0
"""How long closing waits for a start, which imports modules, or a stop, which joins the engine's threads."""
MakeEngine = Callable[[Settings, SessionInput], "Engine"]
"""Builds an engine and loads what it needs, on a job's thread. Raises `MonitorError`."""


class EngineHost(QObject):
    """`engine` is set between `started` and `stopped`."""

    started = Signal()
    stopped = Signal()
    failed = Signal(str)

    def __init__(self, make: MakeEngine, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make, self._jobs = make, jobs
        self._built: Engine | None = None  # by a start that is still under way
        self.engine: Engine | None = None
        self.last: Engine | None = None
        """The engine that ran last, for the report."""
        self.leftover: list[str] = []
        """Names of threads that did not end."""

    @property
    def busy(self) -> bool:
        """Whether a start or a stop is under way."""
        return self._jobs.running(TOPIC)

    def status(self) -> EngineStatus:
        """The engine's status; without an engine only whether one is starting."""
        if self.engine is not None:
            return self.engine.status()
        return EngineStatus(state=RunState.STARTING if self.busy else RunState.IDLE)

    def start(self, settings: Settings, source: SessionInput) -> None:
        """Begins a session."""
        if not self.busy and self.engine is None:
            self._jobs.run(TOPIC, lambda job: self._open(job, settings, source), self._on_started, self._on_failed)

    def _open(self, job: Job, settings: Settings, source: SessionInput) -> Engine:
        engine = self._built = self._make(settings, source)
        if not job.cancelled:
            engine.start()
        return engine

    def stop(self) -> None:
        """Ends the session."""
        engine = self.engine
        if not self.busy and engine is not None:
            self._jobs.run(TOPIC, lambda _job: engine.stop(), self._on_stopped, self._on_stop_failed)

    def close(self) -> list[str]:
        """Ends everything within seconds, even if a thread hangs; names of threads that did not end."""
        self.leftover = self._jobs.end(TOPIC, JOB_ENDS_WITHIN_S)
        engine, self.engine, self._built = self.engine or self._built, None, None
        if engine is not None:
            self.last = engine
            self.leftover += engine.stop()
        return self.leftover

    def _on_started(self, engine: Engine) -> None:
        self._built = None
        self.engine = self.last = engine
        self.started.emit()

    def _on_stopped(self, leftover: list[str]) -> None:
        self.engine, self.leftover = None, leftover
        self.stopped.emit()

    def _on_stop_failed(self, sentence: str) -> None:
        self._on_stopped([])  # else every later start would be refused
        self.failed.emit(sentence)

    def _on_failed(self, sentence: str) -> None:
        self._built = None
        self.failed.emit(sentence)


class EngineSignals(QObject):
    """The engine's hooks as Qt signals. One per window; outlives its engines."""

    device_changed = Signal(str, object)
    """kind ("camera", "microphone" or "loudspeaker"), DeviceStatus"""
    state_changed = Signal(object)
    """RunState"""
    error = Signal(str)

    def hooks(self) -> EngineHooks:
        """The hooks to give to an engine; each emits one signal."""
        from core.engine import EngineHooks

        return EngineHooks(self._on_device, self._on_state, self._on_error)

    def _on_device(self, kind: str, status: DeviceStatus) -> None:
        self.device_changed.emit(kind, status)

    def _on_state(self, state: RunState) -> None:
        self.state_changed.emit(state)

    def _on_error(self, sentence: str) -> None:
        self.error.emit(sentence)
