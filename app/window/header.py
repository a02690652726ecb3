"""The top row: pages, state and time of the session, and the main controls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from app.presentation.text import RUN_STATE_TEXTS
from app.widgets.icons import SIZE_PX, icon
from app.widgets.recording_indicator import RecordingIndicator
from app.widgets.style_sheet import set_kind
from app.widgets.theme import DARK, UNIT, colors_of
from core.status import RunState
from core.time_format import clock

PAGES = ("Live", "Explain", "Review", "Settings")
NARROW_PX = 140 * UNIT
"""In a narrower window the purpose is hidden; Settings shows it too."""
NARROWEST_PX = 120 * UNIT
"""In a narrower window the program's name is hidden; the window's frame shows it too."""
RUNNING = (RunState.STARTING, RunState.LIVE, RunState.PAUSED)


class StateDot(QWidget):
    """Green while live, amber while starting or paused, quiet otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self._state = RunState.IDLE
        self.setFixedSize(QSize(12, 12))

    def show_state(self, state: RunState) -> None:
        """Takes the state's colour."""
        self._state = state
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws the dot; hollow when nothing runs, so that colour is not the only sign."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = {RunState.LIVE: colors.good, RunState.STARTING: colors.warn, RunState.PAUSED: colors.warn}
        painter.setPen(QColor(shown.get(self._state, colors.quiet)))
        if self._state in shown:
            painter.setBrush(QColor(shown[self._state]))
        painter.drawEllipse(QRectF(1, 1, 10, 10))


class Header(QFrame):
    """Emits the user's actions; `show_state` updates what it displays."""

    page_chosen = Signal(str)
    start_or_pause = Signal()
    stop = Signal()
    reset = Signal()
    theme_switched = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state = RunState.IDLE
        self._dot, self._word, self._time = StateDot(), QLabel(RUN_STATE_TEXTS[RunState.IDLE]), QLabel("")
        self.tabs = {name: QPushButton(name) for name in PAGES}
        self.go, self.halt = QPushButton("Start"), QPushButton("Stop")
        self.again, self.theme, self.more = QToolButton(), QToolButton(), QToolButton()
        self._title, self.purpose, self.recording = QLabel("Learner Monitor"), QLabel(""), RecordingIndicator()
        set_kind(self, "bar")
        self._build()
        self._draw()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, 0, UNIT, 0)
        self.setFixedHeight(7 * UNIT)
        row.setSpacing(UNIT)
        set_kind(self._title, "title")
        row.addWidget(self._title)
        row.addLayout(self._tab_row())
        set_kind(self.purpose, "caption")
        row.addWidget(self.purpose)
        row.addStretch(1)
        self._time.setMinimumWidth(8 * UNIT)
        shown = (self.recording, self._dot, self._word, self._time)
        for widget in (*shown, self.go, self.halt, self.again, self.theme, self.more):
            row.addWidget(widget)
        self._wire()

    def _tab_row(self) -> QHBoxLayout:
        row, group = QHBoxLayout(), QButtonGroup(self)
        row.setSpacing(0)
        for name, tab in self.tabs.items():
            tab.setCheckable(True)
            set_kind(tab, "tab")
            tab.setAccessibleName(f"{name} page")
            tab.setToolTip(f"Open the {name} page")
            tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            tab.clicked.connect(lambda _checked=False, name=name: self.page_chosen.emit(name))
            group.addButton(tab)
            row.addWidget(tab)
        return row

    def _wire(self) -> None:
        words = (
            (self.go, "Start or pause", "Start, pause or resume (Space)", self.start_or_pause),
            (self.halt, "Stop", "End this session (Ctrl+.)", self.stop),
            (self.again, "Reset", "Discard what was captured so far (R)", self.reset),
            (self.theme, "Dark or light", "Switch between dark and light (Ctrl+D)", self.theme_switched),
        )
        for button, name, tip, signal in words:
            button.setAccessibleName(name)
            button.setToolTip(tip)
            button.setIconSize(QSize(SIZE_PX, SIZE_PX))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(signal)
        self.more.setAccessibleName("Menu")
        self.more.setToolTip("More (F10)")
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for button in (self.again, self.theme, self.more):
            set_kind(button, "icon")

    def set_menu(self, menu: QMenu) -> None:
        """Sets the menu of the menu button."""
        self.more.setMenu(menu)

    def show_page(self, name: str) -> None:
        """Marks the open page."""
        if name in self.tabs:
            self.tabs[name].setChecked(True)

    def show_state(self, state: RunState, elapsed_s: float) -> None:
        """Shows the state of the session and its time."""
        text = clock(elapsed_s) if state not in (RunState.IDLE, RunState.STARTING) else ""
        if self._time.text() != text:
            self._time.setText(text)
        if state is not self._state:
            self._state = state
            self._draw()

    def show_purpose(self, text: str) -> None:
        """Shows the purpose of the session."""
        self.purpose.setText(text)

    def show_recording(self, recording: bool) -> None:
        """Shows the indicator for as long as video and audio are being recorded."""
        self.recording.show_recording(recording)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Hides some words in a narrow window."""
        self._make_room()
        super().resizeEvent(event)

    def _make_room(self) -> None:
        records = not self.recording.isHidden()
        self.recording.shorten(self.width() < NARROW_PX)
        taken = self.recording.sizeHint().width() if records else 0
        self.purpose.setVisible(self.width() - taken >= NARROW_PX)
        self._title.setVisible(self.width() - taken >= NARROWEST_PX)
        self._word.setVisible(not records or self.width() >= NARROWEST_PX)  # dot and button show it too

    def _draw(self) -> None:
        colors, live = colors_of(self), self._state is RunState.LIVE
        self._dot.show_state(self._state)
        self._word.setText(RUN_STATE_TEXTS[self._state])
        self.go.setText("Pause" if live else "Resume" if self._state is RunState.PAUSED else "Start")
        self.go.setIcon(icon("pause" if live else "play", colors.text))
        self.go.setEnabled(self._state is not RunState.STARTING)
        running = self._state in RUNNING
        for button, name in ((self.halt, "stop"), (self.again, "reset")):
            button.setEnabled(running)
            button.setIcon(icon(name, colors.text if running else colors.quiet))
        self.theme.setIcon(icon("sun" if colors is DARK else "moon", colors.text))
        self.more.setIcon(icon("menu", colors.text))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Redraws the icons when the theme changes."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)
