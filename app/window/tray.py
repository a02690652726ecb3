"""The icon beside the system's clock, for study hours without a window: the headline, own reports, and the way back.

Some systems have no such place; then there is no icon, and nothing else is missing.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from app.presentation.smoothing import HeadlineReading
from app.presentation.text import HIDDEN_SHORT, headline_words
from app.self_report.report_buttons import ReportMenu
from app.widgets.icons import icon
from app.widgets.recording_indicator import LONG
from app.widgets.theme import colors_of
from core.status import RunState

SHOWN_MS = 10_000
ICON_PX = 64
ON_ANY_BAR = "#7A8AA0"
"""Can be seen on dark and on light bars, whose colour a program does not learn."""


class TrayIcon(QSystemTrayIcon):
    """Emits what the user wants; takes what the window takes."""

    reported = Signal(str)
    pause = Signal()
    opened = Signal()
    """The window is wanted."""
    small = Signal()
    quitted = Signal()

    def __init__(self, picture: QIcon, parent: QWidget) -> None:
        super().__init__(parent)
        self._widget = parent
        self._picture = icon("report", ON_ANY_BAR) if picture.isNull() else picture
        self.setIcon(self._picture)
        self._words, self._hidden, self._recording = headline_words(None), False, False
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
        self.menu.addAction("Quit", self.quitted.emit)
        self.setContextMenu(self.menu)
        self.activated.connect(self._on_activated)
        self.messageClicked.connect(self.opened)
        self.show_state(RunState.IDLE)
        self._say()

    def appear(self) -> bool:
        """Show the icon where the system has a place for it; whether it has."""
        if self.isSystemTrayAvailable():
            self.show()
        return self.isVisible()

    def show_reading(self, reading: HeadlineReading | None) -> None:
        """The headline in words."""
        words = headline_words(reading)
        if words != self._words:
            self._words = words
            self._say()

    def show_state(self, state: RunState) -> None:
        """What the first entry does; reports can be made while a session is on."""
        names = {RunState.LIVE: "Pause", RunState.PAUSED: "Go on", RunState.STARTING: "Starting …"}
        self.go.setText(names.get(state, "Start"))
        self.go.setEnabled(state is not RunState.STARTING)
        self.reports.setEnabled(state in (RunState.LIVE, RunState.PAUSED))

    def hide_estimates(self, hidden: bool) -> None:
        """Whether nothing of the estimate is to be seen here."""
        self._hidden = hidden
        self._say()

    def show_recording(self, recording: bool) -> None:
        """A red dot on the icon, and words, while picture and sound themselves are kept."""
        if recording == self._recording:
            return
        self._recording = recording
        self.setIcon(_dotted(self._picture, colors_of(self._widget).bad) if recording else self._picture)
        self._say()

    def show_message(self, words: str) -> None:
        """Shows a message beside the icon, such as a pending question; a click on it opens the window."""
        if self.isVisible():
            self.showMessage("Learner Monitor", words, QSystemTrayIcon.MessageIcon.NoIcon, SHOWN_MS)

    def _say(self) -> None:
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
