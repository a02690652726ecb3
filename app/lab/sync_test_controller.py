"""Runs the sync test: a dialog flashes and clicks, the session records both, and a job computes the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.lab.sync_dialog import SyncDialog
from app.session.jobs import JobRunner
from core.capture.speaker import SpeakerStream
from core.errors import CaptureError
from core.lab.sync import click, plan
from core.types import Samples

if TYPE_CHECKING:
    from core.engine import Engine
    from core.lab.sync_report import SyncReport

TOPIC = "sync"
NEEDS_A_SESSION = "The sync test needs a running session. Start one on your camera and microphone first."
SILENT = "The clicks cannot be played, so only the picture is tested: "


class SyncTestController(QObject):
    """At most one test at a time."""

    notice = Signal(str)

    def __init__(self, jobs: JobRunner, parent: QWidget) -> None:
        super().__init__(parent)
        self._jobs, self._window = jobs, parent
        self._speaker: SpeakerStream | None = None
        self.dialog: SyncDialog | None = None

    def open(self, engine: Engine | None, live: bool) -> None:
        """Opens the dialog, which warns before anything flashes."""
        if engine is None or not live:
            self.notice.emit(NEEDS_A_SESSION)
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
        self._jobs.run(
            TOPIC, lambda _job: engine.sync.finish(), lambda report: self._show(engine, report), self.notice.emit
        )

    def _show(self, engine: Engine, report: SyncReport) -> None:
        engine.session_log.add_event("sync", " ".join(report.sentences))
        if self.dialog is not None:
            self.dialog.show_results(report.sentences)

    def _play(self, samples: Samples) -> None:
        if self._speaker is not None:
            self._speaker.play(samples)

    def _open_speaker(self) -> None:
        try:
            self._speaker = SpeakerStream()
        except CaptureError as error:
            self.notice.emit(f"{SILENT}{error}")

    def _close_speaker(self) -> None:
        speaker, self._speaker, self.dialog = self._speaker, None, None
        if speaker is not None:
            speaker.close()

    def close(self) -> None:
        """Ends a test that is under way."""
        if self.dialog is not None:
            self.dialog.reject()
        self._close_speaker()
