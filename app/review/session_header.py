"""The header of a stored session: its title, which can be edited, its facts, and buttons for what can be done."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from app.review.text import facts_line, title_of
from app.widgets.elided_line import ElidedLine
from app.widgets.theme import UNIT
from core.export.subtitles import SUBTITLE_KINDS
from core.store.stored_session import SessionLine

KINDS = {
    "html": "Report to read or print (HTML, one file)",
    "csv": "Tables (CSV, a folder)",
    "parquet": "Tables (Parquet, a folder)",
    "xdf": "Lab streams (XDF, one file)",
    "vtt": "Words as subtitles (WebVTT, one file)",
    "srt": "Words as subtitles (SubRip, one file)",
}


class SessionHeader(QWidget):
    """Emits a signal for each action; the page carries it out."""

    renamed = Signal(str)
    export = Signal(str)
    replay = Signal()
    erase = Signal(str)
    """"words", "session", "participant" or "everything"."""

    def __init__(self) -> None:
        super().__init__()
        self._line: SessionLine | None = None
        self.title, self._facts = QLineEdit(), ElidedLine("caption")
        self.play, self.save, self.remove = QPushButton("Replay"), QPushButton("Export"), QPushButton("Erase")
        self.exports = {kind: self._action(title, self.export, kind) for kind, title in KINDS.items()}
        self.erasures = {
            "words": self._action("Words of this session …", self.erase, "words"),
            "session": self._action("This session …", self.erase, "session"),
            "participant": self._action("This participant …", self.erase, "participant"),
            "everything": self._action("Everything …", self.erase, "everything"),
        }
        self._build()

    def _action(self, title: str, signal: SignalInstance, value: str) -> QAction:
        action = QAction(title, self)
        action.triggered.connect(partial(self._emit, signal, value))
        return action

    def _emit(self, signal: SignalInstance, value: str, _checked: bool = False) -> None:
        signal.emit(value)

    def _build(self) -> None:
        self.title.setAccessibleName("Title of the session")
        self.title.setToolTip("Title of the session; change it and press Enter")
        self.title.setProperty("kind", "name")
        self.title.editingFinished.connect(self._on_title)
        self.title.setMinimumWidth(20 * UNIT)
        self._facts.setContentsMargins(10, 0, 0, 0)
        self.play.clicked.connect(self.replay)
        tips = (
            (self.play, "Replay the recording of this session", None),
            (self.save, "Export this session", self.exports),
            (self.remove, "Erase stored sessions", self.erasures),
        )
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        row.addWidget(self.title, 1)
        for button, name, actions in tips:
            button.setAccessibleName(name)
            button.setToolTip(name)
            row.addWidget(button)
            if actions is not None:
                menu = QMenu(button)
                menu.addActions(list(actions.values()))
                button.clicked.connect(partial(self._pop_up, menu, button))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._facts)

    def _pop_up(self, menu: QMenu, button: QPushButton, _checked: bool = False) -> None:
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def show_line(self, line: SessionLine) -> None:
        """Shows this session."""
        self._line = line
        if not self.title.hasFocus():
            self.title.setText(title_of(line))
            self.title.setCursorPosition(0)
        self._facts.show_text(facts_line(line))
        self.play.setVisible(line.has_media)
        self.title.setEnabled(not line.problem)
        self.save.setEnabled(not line.problem)
        self.erasures["words"].setVisible(line.words > 0)
        for kind in SUBTITLE_KINDS:
            self.exports[kind].setVisible(line.words > 0)
        self.erasures["participant"].setVisible(bool(line.participant))
        self.erasures["participant"].setText(f"Participant {line.participant} …")

    def _on_title(self) -> None:
        title = self.title.text().strip()
        if self._line is not None and title and title != title_of(self._line):
            self.renamed.emit(title)
        elif self._line is not None:
            self.title.setText(title_of(self._line))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        """Discards an edit of the title on Escape."""
        if self.title.hasFocus() and self._line is not None and event.key() == Qt.Key.Key_Escape:
            self.title.setText(title_of(self._line))
            self.title.clearFocus()
        else:
            super().keyPressEvent(event)
