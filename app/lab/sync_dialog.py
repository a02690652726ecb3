"""The dialog of the sync test: the screen flashes and a click plays about once a second, for camera and microphone.

The dialog only flashes and clicks; `core.lab.sync` measures, and its sentences are shown at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT
from core.lab.sync import FLASH_S, listen_until
from core.types import Samples

WARNING = "The screen flashes brightly about once a second."
HOW = (
    "Do not watch if you are sensitive to flashing lights. Point the camera at the screen, or hold a mirror before it, "
    "and turn the sound up. It takes about {seconds:.0f} seconds; Esc ends it."
)
WIDTH_PX, MARGIN_PX = 64 * UNIT, 4 * UNIT
TICK_MS = 4
"""Interval at which the clock of the flashes is read."""


class FlashPanel(QWidget):
    """A panel that is white or black."""

    def __init__(self) -> None:
        super().__init__()
        self._white = False
        self.setAccessibleName("Flashing panel")

    def show_white(self, white: bool) -> None:
        """Repaints at once, not in the next turn of the event loop."""
        self._white = white
        self.repaint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Fills the panel."""
        QPainter(self).fillRect(self.rect(), QColor("white" if self._white else "black"))


class SyncDialog(QDialog):
    """Warns, runs the plan, shows the results.

    `times_s` (from `core.lab.sync.plan`) are the seconds from the start at which it flashes; `play` plays `click`
    without blocking.
    """

    begun = Signal()
    flashed = Signal(int)
    """The index of the flash that has just been painted."""
    ended = Signal(bool)
    """Whether the plan ran to its end; if so, everything to be measured has arrived."""

    def __init__(
        self, times_s: Sequence[float], click: Samples, play: Callable[[Samples], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._times_s, self._click, self._play = tuple(times_s), click, play
        self._next, self._clock = 0, QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.setWindowTitle("Sync test")
        self.pages, self.panel, self._results = QStackedWidget(), FlashPanel(), QLabel()
        self.go, self.cancel, self.close_it = QPushButton("Start"), QPushButton("Cancel"), QPushButton("Close")
        self._build()

    def _build(self) -> None:
        self.resize(WIDTH_PX, 30 * UNIT)
        how = HOW.format(seconds=listen_until(self._times_s))
        self._results.setWordWrap(True)
        self.pages.addWidget(_page((_label(WARNING, "title"), _label(how, "body")), (self.go, self.cancel)))
        self.pages.addWidget(self.panel)
        self.pages.addWidget(_page((_label("Sync test", "title"), self._results), (self.close_it,)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        set_kind(self.go, "primary")
        for button, tip, act in (
            (self.go, "Start flashing and clicking", self._start),
            (self.cancel, "Do not run the test (Esc)", self.reject),
            (self.close_it, "Close (Esc)", self.accept),
        ):
            button.setAccessibleName(f"{button.text()}: sync test")
            button.setToolTip(tip)
            button.clicked.connect(act)

    def show_results(self, sentences: Sequence[str]) -> None:
        """Shows the results, one sentence a paragraph, all of them within the dialog's usual width."""
        self.setWindowState(Qt.WindowState.WindowNoState)
        self._results.setText("\n\n".join(sentences))
        self._results.setMinimumHeight(self._results.heightForWidth(WIDTH_PX - 2 * MARGIN_PX))
        self.pages.setCurrentIndex(2)
        self.close_it.setFocus()

    @property
    def results(self) -> str:
        """The results that are shown."""
        return self._results.text()

    def _start(self) -> None:
        self._next = 0
        self.pages.setCurrentWidget(self.panel)
        self.setWindowState(Qt.WindowState.WindowFullScreen)
        self.begun.emit()
        self._clock.start()
        self._timer.start()

    def _tick(self) -> None:
        now_s = 1e-3 * self._clock.elapsed()
        if self._next >= len(self._times_s):
            if now_s >= listen_until(self._times_s):
                self._end(complete=True)
        elif now_s >= self._times_s[self._next]:
            self._flash()

    def _flash(self) -> None:
        self._play(self._click)
        self.panel.show_white(True)
        self.flashed.emit(self._next)
        self._next += 1
        QTimer.singleShot(round(1e3 * FLASH_S), self.panel, lambda: self.panel.show_white(False))

    def _end(self, complete: bool) -> None:
        self._timer.stop()
        self.show_results(("Computing the results …",) if complete else ("The test was ended early.",))
        self.ended.emit(complete)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        """Ends the flashing on Escape."""
        if event.key() == Qt.Key.Key_Escape and self._timer.isActive():
            self._end(complete=False)
        else:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """Ends the flashing, then closes."""
        if self._timer.isActive():
            self._end(complete=False)
        super().done(result)


def _label(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    set_kind(label, kind)
    return label


def _page(labels: Sequence[QLabel], buttons: Sequence[QPushButton]) -> QWidget:
    page, row = QWidget(), QHBoxLayout()
    column = QVBoxLayout(page)
    column.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, 3 * UNIT)
    column.setSpacing(2 * UNIT)
    for label in labels:
        column.addWidget(label)
    column.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    column.addLayout(row)
    return page
