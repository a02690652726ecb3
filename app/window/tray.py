"""The icon in the system tray: shows the headline, takes self-reports, and opens the window.

Some systems have no tray; then there is no icon, and everything else works.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from app.presentation.smoothing import HeadlineReading
from app.presentation.text import HIDDEN_SHORT, headline_text
from app.self_report.report_buttons import ReportMenu
from app.widgets.icons import icon
from app.widgets.recording_indicator import LONG
from app.widgets.theme import colors_of
from core.status import RunState

SHOWN_MS = 10_000
ICON_PX = 64
ON_ANY_BAR = "#7A8AA0"
"""Visible on dark and light bars; a program cannot query their colour."""


class TrayIcon(QSystemTrayIcon):
    """Emits the user's actions; shows a part of what the window shows."""

    reported = Signal(str)
    pause = Signal()
    opened = Signal()
    """The user opens the window."""
    small = Signal()
    quit_requested = Signal()

    def __init__(self, picture: QIcon, parent: QWidget) -> None:
        super().__init__(parent)
        self._widget = parent
        self._picture = icon("report", ON_ANY_BAR) if picture.isNull() else picture
        self.setIcon(self._picture)
        self._words, self._hidden, self._recording = headline_text(None), False, False
        self.menu = QMenu(parent)
        self.headline = self.menu.addAction(self._words)
        self.headline.setEnabled(False)
        self.reports = ReportMenu(self.menu)
        self.reports.reported.connect(self.reported)
        self.menu.addMenu(self.reports)
        self.menu.addSeparator()
        self.go = self.menu.addAction("Start", self.pause.emit)
        self.menu.addAction("Open window", self.opened.emit)
        self.menu.addAction("Small window", self.small.emit)
        self.menu.addSeparator()
        self.menu.addAction("Quit", self.quit_requested.emit)
        self.setContextMenu(self.menu)
        self.activated.connect(self._on_activated)
        self.messageClicked.connect(self.opened)
        self.show_state(RunState.IDLE)
        self._update()

    def appear(self) -> bool:
        """Shows the icon if the system has a tray; returns whether it is visible."""
        if self.isSystemTrayAvailable():
            self.show()
        return self.isVisible()

    def show_reading(self, reading: HeadlineReading | None) -> None:
        """Shows the headline in words."""
        words = headline_text(reading)
        if words != self._words:
            self._words = words
            self._update()

    def show_state(self, state: RunState) -> None:
        """Updates the first entry, and enables self-reports during a session."""
        names = {RunState.LIVE: "Pause", RunState.PAUSED: "Resume", RunState.STARTING: "Starting …"}
        self.go.setText(names.get(state, "Start"))
        self.go.setEnabled(state is not RunState.STARTING)
        self.reports.setEnabled(state in (RunState.LIVE, RunState.PAUSED))

    def hide_estimates(self, hidden: bool) -> None:
        """Hides or shows the estimate."""
        self._hidden = hidden
        self._update()

    def show_recording(self, recording: bool) -> None:
        """Shows a red dot on the icon, and a text, while video and audio are being recorded."""
        if recording == self._recording:
            return
        self._recording = recording
        self.setIcon(_dotted(self._picture, colors_of(self._widget).bad) if recording else self._picture)
        self._update()

    def show_message(self, words: str) -> None:
        """Shows a message beside the icon, such as a pending question; a click on it opens the window."""
        if self.isVisible():
            self.showMessage("Learner Monitor", words, QSystemTrayIcon.MessageIcon.NoIcon, SHOWN_MS)

    def _update(self) -> None:
        words = HIDDEN_SHORT if self._hidden else self._words
        self.headline.setText(words)
        self.setToolTip(f"Learner Monitor\n{words}" + (f"\n{LONG}" if self._recording else ""))

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.opened.emit()


def _dotted(picture: QIcon, color: str) -> QIcon:
    pixmap = picture.pixmap(ICON_PX, ICON_PX)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    side = pixmap.width() / pixmap.devicePixelRatio()
    painter.drawEllipse(QRectF(0.55 * side, 0.55 * side, 0.42 * side, 0.42 * side))
    painter.end()
    return QIcon(pixmap)
