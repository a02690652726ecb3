"""Dialogs before an export or an erasure. None blocks the event loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.review.text import erase_everything, erase_one, erase_person, erase_words
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT
from core.store.stored_session import SessionLine

FILES = {
    "html": "Report (*.html)",
    "xdf": "Lab streams (*.xdf)",
    "vtt": "Subtitles (*.vtt)",
    "srt": "Subtitles (*.srt)",
}
"""Kinds that are one file; the others are a folder of tables."""


class ReviewDialogs(QObject):
    """Opens one dialog at a time and emits a signal once it is confirmed; `export` carries kind and target."""

    export = Signal(str, object)
    forget_words = Signal(str)
    """The id of a session."""
    erase = Signal(str)
    """The id of a session."""
    erase_participant = Signal(str)
    erase_everything = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.open: QDialog | None = None
        """The dialog that is shown."""

    def choose_target(self, kind: str, line: SessionLine) -> None:
        """Chooses the file or folder of an export."""
        dialog = QFileDialog(self._over, "Where to save the export")
        name = f"{line.id}.{kind}" if kind in FILES else f"{line.id}-{kind}"
        if kind in FILES:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setNameFilter(FILES[kind])
            dialog.setDefaultSuffix(kind)
            dialog.selectFile(name)
            dialog.fileSelected.connect(lambda file: self.export.emit(kind, Path(file)))
        else:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.fileSelected.connect(lambda folder: self.export.emit(kind, Path(folder) / name))
        self._show(dialog)

    def confirm_words(self, line: SessionLine) -> None:
        """Confirms erasing the words of a session."""
        act = lambda: self.forget_words.emit(line.id)  # noqa: E731
        self._confirm("Erase the words of this session?", erase_words(line), "Erase words", act)

    def confirm_session(self, line: SessionLine) -> None:
        """Confirms erasing a session."""
        self._confirm("Erase this session?", erase_one(line), "Erase", lambda: self.erase.emit(line.id))

    def confirm_participant(self, participant: str, lines: Sequence[SessionLine]) -> None:
        """Confirms erasing all sessions of a participant; `lines` are all sessions."""
        theirs = [line for line in lines if line.participant == participant]
        act = lambda: self.erase_participant.emit(participant)  # noqa: E731
        title = f"Erase participant {participant}?"
        self._confirm(title, erase_person(participant, theirs), "Erase their sessions", act)

    def confirm_everything(self, lines: Sequence[SessionLine]) -> None:
        """Confirms erasing all sessions."""
        self._confirm("Erase everything?", erase_everything(lines), "Erase everything", self.erase_everything.emit)

    def _confirm(self, title: str, text: str, action: str, then: Callable[[], object]) -> None:
        question = EraseQuestion(title, text, action, self._over)
        question.accepted.connect(then)
        self._show(question)

    def _show(self, dialog: QDialog) -> None:
        self.open = dialog
        dialog.finished.connect(self._on_finished)
        dialog.open()

    def _on_finished(self, _result: int) -> None:
        if self.open is not None:
            self.open.deleteLater()
            self.open = None


WIDTH_PX = 60 * UNIT


class EraseQuestion(QDialog):
    """Emits `accepted` when erasing is confirmed. The button that keeps the data has the focus."""

    def __init__(self, title: str, text: str, action: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.text = text
        heading, body = QLabel(title), QLabel(text)
        set_kind(heading, "title")
        for label in (heading, body):
            label.setWordWrap(True)
        self.keep, self.erase = QPushButton("Keep"), QPushButton(action)
        set_kind(self.keep, "primary")
        self.keep.setDefault(True)
        self.erase.setAutoDefault(False)
        for button, tip in ((self.keep, "Keep everything (Esc)"), (self.erase, "Erase for good")):
            button.setAccessibleName(button.text())
            button.setToolTip(tip)
        self.keep.clicked.connect(self.reject)
        self.erase.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.erase)
        row.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * UNIT, 3 * UNIT, 3 * UNIT, 2 * UNIT)
        column.setSpacing(2 * UNIT)
        for widget in (heading, body):
            column.addWidget(widget)
        column.addLayout(row)
        self.setFixedSize(WIDTH_PX, column.totalHeightForWidth(WIDTH_PX))
        self.keep.setFocus()
