"""Self-reports in one tap, and markers.

A report cannot be undone: it stays as it was made. After a slip, report again; Review decides which of them counts.
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
    """Emits self-reports and markers; `show_noted` confirms one."""

    reported = Signal(str)
    """One of `REPORTABLE`."""
    marked = Signal(str, float)
    """A marker's label, and how many seconds ago its moment was."""

    def __init__(self) -> None:
        super().__init__()
        self._markers, self._opened_s = 0, 0.0
        self.buttons = {state: ReportButton(state, KEYS[state]) for state in REPORTABLE}
        self._line, self.marker, self.text = QLabel(ASK), QToolButton(), QLineEdit()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(NOTED_MS)
        self._timer.timeout.connect(self._clear)
        self.setAccessibleName("Own reports")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._build()

    def _build(self) -> None:
        set_kind(self._line, "caption")
        self.text.hide()
        self.text.setPlaceholderText("Describe the moment. Enter saves, Esc cancels")
        self.text.setAccessibleName("Text of the marker")
        self.text.setToolTip("Text of the marker, which is set at the moment when this line opened")
        self.text.returnPressed.connect(self._save_text)
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
        for widget in (self._line, self.text):
            column.addWidget(widget)
        column.addLayout(row)
        self._draw()

    def press(self, state: str) -> None:
        """Reports a state, as the keys 4 to 9 do."""
        self.buttons[state].click()

    def mark(self) -> None:
        """Marks this moment with a number, as the key M does."""
        self._markers += 1
        self.marked.emit(f"marker {self._markers}", 0.0)

    def mark_with_text(self) -> None:
        """Marks this moment with a text that is entered now, as Shift+M does."""
        self._opened_s = monotonic()
        self.text.clear()
        self._show_text_field(True)
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def begin(self) -> None:
        """Starts a new session, which counts its markers from one."""
        self._markers = 0
        self._clear()

    def show_noted(self, what: str, t_s: float) -> None:
        """Confirms for a moment that a report or a marker was saved: "Noted: Confused, 12:41"."""
        self._clear()
        text = f"Noted: {what}, {short_clock(t_s)}"
        self._line.setText(text)
        self.setAccessibleDescription(text)
        if what in self.buttons:
            self.buttons[what].mark(True)
        self._timer.start()

    @property
    def line(self) -> str:
        """The line above the buttons."""
        return self._line.text()

    def fold(self, folded: bool) -> None:
        """Hides or shows the line above the buttons; a tick on the button still confirms a report."""
        self._line.setMaximumHeight(0 if folded else 2 * UNIT)

    def _clear(self) -> None:
        self._timer.stop()
        self._line.setText(ASK)
        for button in self.buttons.values():
            button.mark(False)

    def _save_text(self) -> None:
        text = " ".join(self.text.text().split())
        self._show_text_field(False)
        if text:
            self.marked.emit(text, monotonic() - self._opened_s)

    def _show_text_field(self, shown: bool) -> None:
        had_focus = self.text.hasFocus()
        self.text.setVisible(shown)
        self._line.setVisible(not shown)
        if had_focus and not shown:
            self.window().setFocus()

    def _draw(self) -> None:
        self.marker.setIcon(icon("flag", colors_of(self).text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 — Qt's name
        """Escape cancels a marker's text."""
        pressed = event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self._show_text_field(False)
            return True
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Follows the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)
