"""Erases what may not be kept any longer, when the program starts, on a thread beside the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.jobs import Job


class Tidying(QObject):
    """Runs once; `said` tells what was erased, or why it could not be."""

    said = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._job: Job | None = None

    def start(self, tidy: Callable[[], list[str]]) -> None:
        """`tidy` erases, and says what."""
        self._job = Job("tidy", lambda _job: tidy(), self)
        self._job.done.connect(self._on_done)
        self._job.failed.connect(lambda sentence: self._on_done([sentence]))
        self._job.start()

    def _on_done(self, sentences: list[str]) -> None:
        self._job = None
        for sentence in sentences:
            self.said.emit(sentence)

    @property
    def busy(self) -> bool:
        """Whether it is still at it."""
        return self._job is not None

    def close(self, within_s: float) -> list[str]:
        """Wait so long for it; its thread's name where it did not end."""
        return self._job.end(within_s) if self._job is not None else []
