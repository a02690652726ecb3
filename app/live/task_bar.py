"""Task, study timer and notes of the learner; folded to one line until it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.presentation.text import timer_text
from app.widgets.icons import icon
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT, colors_of

if TYPE_CHECKING:
    from core.focus.timer import TimerView

TITLE = "Study timer and notes"
LONGEST = 120
"""Characters of a task's name or a note."""


class TaskBar(QWidget):
    """Emits what the user enters and shows the state of the timer, which runs elsewhere."""

    started = Signal(str)
    """The task's name, which may be empty."""
    named = Signal(str)
    """The task's name, also without a timer; may be emitted again unchanged."""
    stopped = Signal()
    skipped = Signal()
    noted = Signal(str)
    folded = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._runs = False
        self.fold, self.task, self.note = QPushButton(TITLE), QLineEdit(), QLineEdit()
        self.go, self.skip = QPushButton("Focus"), QToolButton()
        self._body = QWidget()
        self.setAccessibleName(TITLE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._build()
        self._connect()
        self.show_view(None)

    def _build(self) -> None:
        set_kind(self.fold, "fold")
        self.fold.setCheckable(True)
        self.fold.setIconSize(QSize(2 * UNIT, 2 * UNIT))
        for edit, name, hint in (
            (self.task, "Task", "What are you working on?"),
            (self.note, "Note", "A note, saved with Enter"),
        ):
            edit.setMaxLength(LONGEST)
            edit.setAccessibleName(name)
            edit.setPlaceholderText(hint)
            edit.setToolTip(hint)
        set_kind(self.skip, "icon")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT // 2)
        for widget, stretch in ((self.task, 1), (self.skip, 0), (self.go, 0)):
            row.addWidget(widget, stretch)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(UNIT)
        body.addLayout(row)
        body.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addWidget(self.fold)
        column.addWidget(self._body)
        self._body.hide()

    def _connect(self) -> None:
        for button, name, tip in (
            (self.fold, TITLE, f"{TITLE}: open or close"),
            (self.go, "Start or stop the timer", "Start a focus block with this task, or stop the timer"),
            (self.skip, "Skip", "Go to the next block now"),
        ):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(name)
            button.setToolTip(tip)
        self.fold.toggled.connect(self._on_fold)
        self.go.clicked.connect(self._on_go)
        self.skip.clicked.connect(self.skipped)
        self.task.returnPressed.connect(self._on_task)
        self.task.editingFinished.connect(self._on_name)
        self.note.returnPressed.connect(self._on_note)

    def show_view(self, view: TimerView | None) -> None:
        """Shows the state of the timer; None without a session."""
        if view is not None and not self.go.isEnabled() and self.task.text():
            self._on_name()  # the task of the last session goes on in the new one
        self._runs = view is not None and view.phase != "idle"
        self._show_title(timer_text(view) if view is not None and self._runs else TITLE)
        self.go.setText("Stop" if self._runs else "Focus")
        self.go.setEnabled(view is not None)
        self.note.setEnabled(view is not None)
        self.skip.setVisible(self._runs)

    def _show_title(self, text: str) -> None:
        if self.fold.text() != text:
            self.fold.setText(text)
            self.fold.setAccessibleDescription(text)

    def _on_fold(self, unfolded: bool) -> None:
        self._body.setVisible(unfolded)
        self._draw()
        self.folded.emit(not unfolded)

    def _on_go(self) -> None:
        if self._runs:
            self.stopped.emit()
        else:
            self._on_task()

    def _on_task(self) -> None:
        if self.go.isEnabled():
            self._give_keys_back()
            self.started.emit(_line(self.task.text()))

    def _on_name(self) -> None:
        self.named.emit(_line(self.task.text()))

    def _on_note(self) -> None:
        text = _line(self.note.text())
        if text:
            self.note.clear()
            self._give_keys_back()
            self.noted.emit(text)

    def _give_keys_back(self) -> None:
        """Returns the focus to the window, so that its keys work again once something is entered."""
        if self.task.hasFocus() or self.note.hasFocus():
            self.window().setFocus()

    def _draw(self) -> None:
        colors = colors_of(self)
        self.fold.setIcon(icon("down" if self.fold.isChecked() else "right", colors.quiet))
        self.skip.setIcon(icon("skip", colors.text))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Follows the theme."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._draw()
        super().changeEvent(event)


def _line(text: str) -> str:
    return " ".join(text.split())
