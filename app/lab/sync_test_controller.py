"""Runs the sync test: a dialog that flashes and clicks, the session that looks and listens, and what came out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.lab.sync_dialog import SyncDialog
from app.session.background_job import Job
from core.capture.speaker import SpeakerStream
from core.errors import CaptureError
from core.lab.sync import click, plan
from core.types import Samples

if TYPE_CHECKING:
    from core.engine import Engine
    from core.lab.sync_report import SyncReport

NEEDS_A_SESSION = "The sync test listens with a running session. Start one on your camera and microphone first."
SILENT = "The clicks cannot be played, so only the picture is tested: "


class SyncTestController(QObject):
    """At most one test at a time. `said` is for the window's banner."""

    said = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._speaker: SpeakerStream | None = None
        self._job: Job | None = None
        self.dialog: SyncDialog | None = None

    def open(self, engine: Engine | None, live: bool) -> None:
        """Show the dialog; it warns before anything flashes."""
        if engine is None or not live:
            self.said.emit(NEEDS_A_SESSION)
            return
        run = engine.sync
        self.dialog = SyncDialog(plan(), click(), self._play, self._window)
        self.dialog.begun.connect(self._open_speaker)
        self.dialog.begun.connect(run.start)
        self.dialog.flashed.connect(lambda _index: run.emit())
        self.dialog.ended.connect(lambda complete: self._finish(engine) if complete else run.cancel())
        self.dialog.finished.connect(self._close_speaker)
        self.dialog.open()

    def _finish(self, engine: Engine) -> None:
        self._job = Job("sync", lambda _job: engine.sync.finish(), self)
        self._job.done.connect(lambda report: self._show(engine, report))
        self._job.failed.connect(self._fail)
        self._job.start()

    def _show(self, engine: Engine, report: SyncReport) -> None:
        self._job = None
        engine.session_log.add_event("sync", " ".join(report.sentences))
        if self.dialog is not None:
            self.dialog.show_results(report.sentences)

    def _fail(self, sentence: str) -> None:
        self._job = None
        self.said.emit(sentence)

    def _play(self, samples: Samples) -> None:
        if self._speaker is not None:
            self._speaker.play(samples)

    def _open_speaker(self) -> None:
        try:
            self._speaker = SpeakerStream()
        except CaptureError as error:
            self.said.emit(f"{SILENT}{error}")

    def _close_speaker(self) -> None:
        speaker, self._speaker, self.dialog = self._speaker, None, None
        if speaker is not None:
            speaker.close()

    def close(self) -> list[str]:
        """End what still runs; names of threads left over."""
        if self.dialog is not None:
            self.dialog.reject()
        self._close_speaker()
        return self._job.end(0.5) if self._job is not None else []
