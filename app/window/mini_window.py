"""A window of 260 × 90 that stays on top: headline, small curves, self-reports, pause, and the large window."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.presentation.series import EMPTY, Series
from app.presentation.smoothing import HeadlineReading
from app.presentation.text import percent
from app.self_report.report_buttons import STATE_OF_KEY, ReportMenu
from app.widgets.elided_line import ElidedLine
from app.widgets.icons import icon
from app.widgets.plot import state_pen
from app.widgets.recording_indicator import RecordingIndicator
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT, colors_of
from core.appearance import STATE_LOOKS
from core.status import RunState
from core.types import STATES, Reason

SIZE = QSize(260, 90)
NOTED_MS = 2000
DOUBT_PX = 15


class MiniWindow(QWidget):
    """Shows a part of what the large window shows."""

    pause = Signal()
    enlarge = Signal()
    reported = Signal(str)

    def __init__(self, history_s: float) -> None:
        super().__init__(
            None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint | Qt.WindowType.Tool
        )
        self.setWindowTitle("Learner Monitor")
        self.setFixedSize(SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._name, self._figure = QLabel("Waiting"), ElidedLine("quiet")
        self._doubt = ElidedLine("caption")
        self.go, self.back, self.report = QToolButton(), QToolButton(), QToolButton()
        self.curves, self.recording, self.menu = MiniCurves(history_s), RecordingIndicator(), ReportMenu(self)
        self._live, self._hidden, self._asking = False, False, False
        self._noted = QTimer(self)
        self._noted.setSingleShot(True)
        self._noted.timeout.connect(self._show_idle)
        set_kind(self, "page")
        self._build()

    def _build(self) -> None:
        set_kind(self._name, "title")
        buttons = (
            (self.go, "Pause or resume", "Pause or resume (Space)", self.pause),
            (self.back, "Large window", "Large window (Ctrl+M)", self.enlarge),
        )
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addLayout(self._texts(), 1)
        set_kind(self.report, "icon")
        self.report.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.report.setAccessibleName("Report how it is for you")
        self.report.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.report.setMenu(self.menu)
        self.menu.reported.connect(self.reported)
        row.addWidget(self.report)
        for button, name, tip, signal in buttons:
            set_kind(button, "icon")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(name)
            button.setToolTip(tip)
            button.clicked.connect(signal)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(UNIT + UNIT // 2, UNIT // 2, UNIT // 2, UNIT)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.recording)
        column.addWidget(self.curves, 1)
        self.report.setEnabled(False)
        self._draw()

    def _texts(self) -> QVBoxLayout:
        """The headline, and below it room for what of it may not be the learner's own."""
        row = QHBoxLayout()
        row.setSpacing(UNIT // 2)
        row.addWidget(self._name)
        row.addWidget(self._figure, 1)
        self._doubt.setFixedHeight(DOUBT_PX)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._doubt)
        return column

    def show_reading(self, reading: HeadlineReading | None) -> None:
        """Shows the headline, except while estimates are hidden or a report was just confirmed."""
        if self._hidden or self._noted.isActive():
            return
        name = "Waiting" if reading is None else reading.state or "Undecided"
        figure = percent(reading.probability) if reading and reading.state else ""
        if reading and not reading.state and reading.reason:
            figure = reading.reason.value
        self._show_text(name, figure, Reason.LIPS_STILL.value if reading and reading.doubted else "")

    def _show_text(self, name: str, figure: str, doubt: str = "") -> None:
        if name != self._name.text():
            self._name.setText(name)
        for line, text in ((self._figure, figure), (self._doubt, doubt)):
            if line.full != text:
                line.show_text(text)

    @property
    def headline(self) -> str:
        """The headline that is shown."""
        parts = (f"{self._name.text()} {self._figure.full}".strip(), self._doubt.full)
        return " · ".join(filter(None, parts))

    def hide_estimates(self, hidden: bool) -> None:
        """Hides or shows the estimate."""
        self._hidden = hidden
        self.curves.setVisible(not hidden)
        self._show_idle()

    def show_noted(self, what: str) -> None:
        """Confirms for a moment that a report or a marker was recorded."""
        self._show_text("Noted", what)
        self._noted.start(NOTED_MS)

    def _show_idle(self) -> None:
        self._show_text("Hidden" if self._hidden else "Waiting", "")

    def show_recording(self, recording: bool) -> None:
        """Shows the indicator while video and audio are being recorded."""
        self.recording.show_recording(recording)

    def show_asking(self, asking: bool) -> None:
        """Marks the report button while a question is waiting for an answer."""
        if asking != self._asking:
            self._asking = asking
            self._draw()

    def show_state(self, state: RunState) -> None:
        """Updates the pause button, and enables self-reports during a session."""
        self.report.setEnabled(state in (RunState.LIVE, RunState.PAUSED))
        if self._live != (state is RunState.LIVE):
            self._live = state is RunState.LIVE
            self._draw()

    def _draw(self) -> None:
        text = colors_of(self).text
        self.go.setIcon(icon("pause" if self._live else "play", text))
        self.back.setIcon(icon("large", text))
        self.report.setIcon(icon("report", colors_of(self).accent if self._asking else text))
        self.report.setToolTip("A question waits: how is it for you?" if self._asking else "How is it for you?")

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 — Qt's name
        """Opens the large window instead, so that a session is never without a window."""
        if self.isVisible():
            self.enlarge.emit()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        """Space pauses, and 4 to 9 report."""
        if event.isAutoRepeat():
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Space:
            self.pause.emit()
        elif event.key() in STATE_OF_KEY and self.report.isEnabled():
            self.reported.emit(STATE_OF_KEY[event.key()])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        """Moves the window by dragging it anywhere."""
        if event.button() is Qt.MouseButton.LeftButton and self.windowHandle() is not None:
            self.windowHandle().startSystemMove()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Redraws the icons when the theme changes."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)


class MiniCurves(QWidget):
    """The four curves without axes."""

    def __init__(self, history_s: float) -> None:
        super().__init__()
        self._history_s = history_s
        self._series = EMPTY
        self.setAccessibleName("Probabilities over time")

    def show_series(self, series: Series) -> None:
        """Draws this series."""
        self._series = series
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws lines, broken where no modality was present."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colors_of(self).line))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        across, down = self.width() / self._history_s, self.height() - 3.0
        for k, state in enumerate(STATES):
            painter.setPen(state_pen(STATE_LOOKS[state], 1.5))
            known = np.flatnonzero(~np.isnan(self._series.probabilities[:, k]))
            for run in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
                dots = [
                    QPointF(
                        self.width() + self._series.x[i] * across, 1 + (1 - self._series.probabilities[i, k]) * down
                    )
                    for i in run
                ]
                painter.drawPolyline(QPolygonF(dots))
