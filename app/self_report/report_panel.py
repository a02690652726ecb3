"""Own reports in one tap, and markers: what the person says of themselves, beside what the model estimates.

A report cannot be taken back: it is kept as it was made. Who slipped taps the right one; what counts is said by review.
"""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.self_report.report_buttons import KEYS, ReportButton
from app.widgets.icons import icon
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT, colors_of
from core.time_format import short_clock
from core.types import REPORTABLE

ASK = "How is it for you?"
NOTED_MS = 4000


class ReportPanel(QWidget):
    """Emits reports and markers; `show_noted` says that one was kept."""

    reported = Signal(str)
    """one of `REPORTABLE`"""
    marked = Signal(str, float)
    """a marker's label, and how many seconds ago its moment was"""

    def __init__(self) -> None:
        super().__init__()
        self._markers, self._asked_s = 0, 0.0
        self.buttons = {state: ReportButton(state, KEYS[state]) for state in REPORTABLE}
        self._say, self.marker, self.text = QLabel(ASK), QToolButton(), QLineEdit()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(NOTED_MS)
        self._timer.timeout.connect(self._forget)
        self.setAccessibleName("Own reports")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._build()

    def _build(self) -> None:
        set_kind(self._say, "caption")
        self.text.hide()
        self.text.setPlaceholderText("What is it? Enter keeps it, Esc lets it be")
        self.text.setAccessibleName("Text of the marker")
        self.text.setToolTip("Text of the marker; its moment is when you asked for it")
        self.text.returnPressed.connect(self._keep_text)
        self.text.installEventFilter(self)
        set_kind(self.marker, "icon")
        self.marker.setAccessibleName("Mark this moment")
        self.marker.setToolTip("Mark this moment (M), or with a text (Shift+M)")
        self.marker.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.marker.clicked.connect(self.mark)
        row = QHBoxLayout()
        row.setSpacing(UNIT // 2)
        for state, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, state=state: self.reported.emit(state))
            row.addWidget(button, 1)
        row.addWidget(self.marker)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        for widget in (self._say, self.text):
            column.addWidget(widget)
        column.addLayout(row)
        self._draw()

    def press(self, state: str) -> None:
        """What the keys 4 to 9 do."""
        self.buttons[state].click()

    def mark(self) -> None:
        """Mark this moment at once, by number: what the key M does."""
        self._markers += 1
        self.marked.emit(f"marker {self._markers}", 0.0)

    def mark_with_text(self) -> None:
        """Ask for a text, and mark the moment of asking: what Shift+M does."""
        self._asked_s = monotonic()
        self.text.clear()
        self._swap(True)
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def begin(self) -> None:
        """A new session counts its markers from one."""
        self._markers = 0
        self._forget()

    def show_noted(self, what: str, t_s: float) -> None:
        """Say that a report or a marker was kept, briefly: "Noted: Confused, 12:41"."""
        self._forget()
        words = f"Noted: {what}, {short_clock(t_s)}"
        self._say.setText(words)
        self.setAccessibleDescription(words)
        if what in self.buttons:
            self.buttons[what].mark(True)
        self._timer.start()

    @property
    def said(self) -> str:
        """What stands above the buttons."""
        return self._say.text()

    def fold(self, folded: bool) -> None:
        """Where there is no room the line above the buttons gives way; a tick on the button still says "noted"."""
        self._say.setMaximumHeight(0 if folded else 2 * UNIT)

    def _forget(self) -> None:
        self._timer.stop()
        self._say.setText(ASK)
        for button in self.buttons.values():
            button.mark(False)

    def _keep_text(self) -> None:
        text = " ".join(self.text.text().split())
        self._swap(False)
        if text:
            self.marked.emit(text, monotonic() - self._asked_s)

    def _swap(self, asking: bool) -> None:
        had = self.text.hasFocus()
        self.text.setVisible(asking)
        self._say.setVisible(not asking)
        if had and not asking:
            self.window().setFocus()

    def _draw(self) -> None:
        self.marker.setIcon(icon("flag", colors_of(self).text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 — Qt's name
        """Escape lets a marker's text be."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and event.key() == Qt.Key.Key_Escape:
            self._swap(False)
            return True
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)
