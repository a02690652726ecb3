"""The English word model: whether it is here, and its download beside the window, with a way out."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal, Slot

from app.session.background_job import Job
from core.downloads.installed_models import find, installed, pull
from core.errors import DownloadError

WORD_MODEL = "vosk-model-small-en-us-0.15"


class WordModelDownload(QObject):
    """At most one download at a time."""

    progressed = Signal(float, float)
    """share of 1, megabytes in all"""
    over = Signal()
    said = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self.model = find(WORD_MODEL)
        self.host = urlsplit(self.model.files[0].url).hostname or ""

    @property
    def busy(self) -> bool:
        """Whether a download is under way."""
        return self._job is not None

    def recognizers(self) -> list[str]:
        """Recognisers that work here now, the best first, in words."""
        from core.speech.select_recognizer import available

        names = {"vosk": "Vosk", "pocketsphinx": "PocketSphinx"}
        return [f"{names[model.recognizer]} {model.name}" for model in available() if model.language == "en"]

    def missing_mb(self) -> float | None:
        """Size of the word model's download; None when it is installed."""
        return None if installed(WORD_MODEL) else self.model.megabytes

    @Slot()
    def pull(self) -> None:
        """Fetch the word model; goes on where an earlier attempt stopped."""
        if self._job is None:
            self._job = Job("download", self._work, self)
            self._job.done.connect(self._on_done)
            self._job.failed.connect(self._on_failed)
            self._job.start()

    def _work(self, job: Job) -> object:
        return pull(WORD_MODEL, lambda done, total: self._report(job, done, total))

    def _report(self, job: Job, done: int, total: int) -> None:
        if job.cancelled:
            raise DownloadError("The download was stopped. The next attempt goes on from there.")
        self.progressed.emit(done / total if total else 0.0, total / 1e6)

    @Slot()
    def cancel(self) -> None:
        """Stop a download; what came is kept for the next attempt."""
        if self._job is not None:
            self._job.cancel()

    @Slot(object)
    def _on_done(self, _result: object) -> None:
        self._job = None
        self.said.emit("The English word model is installed. It is used from the next session on.")
        self.over.emit()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._job = None
        self.said.emit(sentence)
        self.over.emit()

    def close(self, within_s: float) -> list[str]:
        """Stop, and wait so long for it; the name of a thread that did not end."""
        return self._job.end(within_s) if self._job is not None else []
