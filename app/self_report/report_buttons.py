"""Buttons and a menu for self-reports in one tap: the state, its key, and its line as in the plots."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from app.widgets.plot import state_pen
from app.widgets.theme import SMALL_PX, UNIT, colors_of, font
from core.appearance import STATE_LOOKS
from core.types import REPORTABLE

KEYS: dict[str, int] = {state: 4 + place for place, state in enumerate(REPORTABLE)}
"""The number key of each report; 1 to 3 belong to picture, voice and words."""
STATE_OF_KEY: dict[int, str] = {Qt.Key.Key_0.value + number: state for state, number in KEYS.items()}
"""The state of each Qt key code."""
TIPS = {"Other": "Something other than these four", "None": "None of these: neutral"}
LINE_PX = 3.0
ICON_PX = 2 * UNIT


class ReportButton(QPushButton):
    """Shows its state, and its number key if it has one; `mark` shows for a while that a report was noted."""

    def __init__(self, state: str, key: int | None = None) -> None:
        super().__init__(state)
        self.state = state
        self._key, self._noted = key, False
        hint = TIPS.get(state, f"I feel {state.lower()}")
        self.setAccessibleName(f"Report: {state}")
        self.setToolTip(hint if key is None else f"{hint} ({key})")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("kind", "report")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def mark(self, noted: bool) -> None:
        """Shows whether this state was just noted."""
        if noted != self._noted:
            self._noted = noted
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """Room for the name and the key."""
        metrics = QFontMetrics(font(SMALL_PX))
        key = metrics.horizontalAdvance("0") + UNIT // 2 if self._key else 0
        return QSize(metrics.horizontalAdvance(self.state) + key + UNIT + UNIT // 2, 4 * UNIT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """The same, so that no name is cut off."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws a button with name and key in the middle and the state's line below."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = colors.line if self.underMouse() or self.isDown() or self._noted else colors.raised
        painter.setPen(QPen(QColor(colors.accent), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), UNIT, UNIT)
        self._paint_text(painter, QColor(colors.text), QColor(colors.quiet))
        paint_line(painter, self.state, QLineF(UNIT, self.height() - 7, self.width() - UNIT, self.height() - 7), self)

    def _paint_text(self, painter: QPainter, text: QColor, quiet: QColor) -> None:
        painter.setFont(font(SMALL_PX))
        key = "✓" if self._noted else str(self._key or "")
        metrics = painter.fontMetrics()
        wide = metrics.horizontalAdvance(self.state)
        left = (self.width() - wide - (metrics.horizontalAdvance(key) + UNIT // 2 if key else 0)) // 2
        baseline = (self.height() - LINE_PX - 3 + metrics.ascent() - metrics.descent()) / 2
        painter.setPen(text)
        painter.drawText(left, int(baseline), self.state)
        painter.setPen(text if self._noted else quiet)
        painter.drawText(left + wide + UNIT // 2, int(baseline), key)


def paint_line(painter: QPainter, state: str, line: QLineF, widget: QWidget) -> None:
    """Draws the line of `state` as in the plots; "Other" is thin and grey, "None" has no line."""
    if state in STATE_LOOKS:
        painter.setPen(state_pen(STATE_LOOKS[state], LINE_PX))
    elif state == "Other":
        painter.setPen(QPen(QColor(colors_of(widget).quiet), 1))
    else:
        return
    painter.drawLine(line)


def report_icon(state: str, widget: QWidget) -> QIcon:
    """A piece of the state's line for a menu."""
    pixmap = QPixmap(QSize(ICON_PX, ICON_PX) * 2)
    pixmap.setDevicePixelRatio(2.0)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_line(painter, state, QLineF(0, ICON_PX / 2, ICON_PX, ICON_PX / 2), widget)
    painter.end()
    return QIcon(pixmap)


class ReportMenu(QMenu):
    """Emits the chosen state."""

    reported = Signal(str)

    def __init__(self, parent: QWidget | None = None, title: str = "How is it for you?") -> None:
        super().__init__(title, parent)
        self.setAccessibleName(title)
        for state in REPORTABLE:
            action = self.addAction(report_icon(state, self), state)
            action.triggered.connect(lambda _checked=False, state=state: self.reported.emit(state))
