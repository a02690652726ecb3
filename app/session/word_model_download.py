"""The English word model: whether it is installed, and its download beside the window, which can be cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal, Slot

from app.session.jobs import Job, JobRunner
from core.downloads.installed_models import find, installed, pull
from core.errors import DownloadError, SpeechError
from core.settings import SpeechSettings

if TYPE_CHECKING:
    from core.speech.select_recognizer import WordModel

TOPIC = "download"
WORD_MODEL = "vosk-model-small-en-us-0.15"


class WordModelDownload(QObject):
    """At most one download at a time."""

    progressed = Signal(float, float)
    """share of 1, megabytes in all"""
    ended = Signal()
    notice = Signal(str)

    def __init__(self, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.model = find(WORD_MODEL)
        self.host = urlsplit(self.model.files[0].url).hostname or ""

    def chosen(self, speech: SpeechSettings) -> tuple[WordModel | None, str]:
        """The word model that a session would use; or None, and in a sentence why there is none."""
        from core.speech.select_recognizer import available, choose

        try:
            return choose(speech, available()), ""
        except SpeechError as error:
            return None, str(error)

    def offer(self) -> str:
        """The sentence that offers the download; empty when it is installed."""
        missing_mb = self.missing_mb()
        return f"A better English word model is {missing_mb:.0f} MB from {self.host}." if missing_mb else ""

    def missing_mb(self) -> float | None:
        """Size of the word model's download in megabytes; None when it is installed."""
        return None if installed(WORD_MODEL) else self.model.megabytes

    @Slot()
    def pull(self) -> None:
        """Downloads the word model; continues where an earlier attempt stopped."""
        if not self._jobs.running(TOPIC):
            self._jobs.run(TOPIC, _download, self._on_done, self._on_ended, self._on_progress)

    @Slot()
    def cancel(self) -> None:
        """Stops a download; what has arrived is kept for the next attempt."""
        self._jobs.cancel(TOPIC)

    def _on_progress(self, share: float) -> None:
        self.progressed.emit(share, self.model.megabytes)

    def _on_done(self, _result: object) -> None:
        self._on_ended("The English word model is installed. To use it, choose Vosk in Settings.")

    def _on_ended(self, sentence: str) -> None:
        self.notice.emit(sentence)
        self.ended.emit()


def _download(job: Job) -> None:
    def progress(done: int, total: int) -> None:
        if job.cancelled:
            raise DownloadError("The download was stopped. The next attempt continues from there.")
        job.report(done / total if total else 0.0)

    pull(WORD_MODEL, progress)
