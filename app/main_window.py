"""The window: pages, menu, keys, and the one timer of about 30 Hz at which all that is new is drawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import perf_counter

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app import theme
from app.desk import Desk
from app.facts import show_facts
from app.feed import Feed
from app.gauge import Gauge
from app.losses import Losses
from app.menu import MainMenu
from app.outcome import Outcome
from app.style_sheet import dress
from app.views.about import About
from app.views.banner import Banner
from app.views.first_start import FirstStart
from app.views.header import Header
from app.views.live_page import LivePage
from app.views.settings_page import SettingsPage
from app.views.small import SmallStrip
from app.views.status_bar import StatusBar
from app.wardrobe import Wardrobe
from core.look import MODALITY_ORDER
from core.status import RunState
from core.study.gate import Gate

TICK_MS = 33
SLOW_TICKS = 6
"""Words and figures of the status bar are looked at five times a second."""


class MainWindow(QMainWindow):
    """Shows what the desk and its engine hold, and passes the user's wishes on to the desk."""

    closing = Signal()
    """Just before all ends, while there is still something to see."""
    closed = Signal()

    def __init__(self, desk: Desk, gate: Gate) -> None:
        super().__init__()
        self.desk, self.gauge, self.wardrobe = desk, Gauge(), Wardrobe(desk, self)
        history_s = desk.settings.screen.history_s
        self.header, self.banner, self.status_bar = Header(), Banner(), StatusBar()
        self.live, self.settings = LivePage(history_s), SettingsPage(desk.settings)
        self.first, self.small = FirstStart(gate), SmallStrip(history_s)
        self.feed = Feed(self.live, self.small, self.gauge, history_s)
        self.pages = QStackedWidget()
        self._state, self._ticks, self._losses = RunState.IDLE, 0, Losses(self.banner)
        self._outcome = Outcome(self.live.readiness.show_title)
        self._build()
        self._wire()
        self._show_facts()
        self.open_page("First" if desk.settings.purpose == "unset" else "Live")
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    # --- building ----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setWindowTitle("Learner Monitor")
        self.setMinimumSize(880, 520)
        self.resize(1200, 760)
        body = QWidget()
        dress(body, "page")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for page in (self.first, self.live, self.settings):
            self.pages.addWidget(page)
        notice = QVBoxLayout()
        notice.setContentsMargins(2 * theme.UNIT, 0, 2 * theme.UNIT, 0)
        notice.addWidget(self.banner)
        column.addWidget(self.header)
        column.addLayout(notice)
        for widget, stretch in ((self.pages, 1), (self.status_bar, 0)):
            column.addWidget(widget, stretch)
        self.setCentralWidget(body)
        self._keys, self.menu = self._make_keys(), self._make_menu()
        self.menu.theme_chosen.connect(self.wardrobe.wear)
        self.header.set_menu(self.menu)

    def _make_keys(self) -> dict[int, Callable[[], object]]:
        numbers = zip((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3), MODALITY_ORDER, strict=True)
        return {
            Qt.Key.Key_Space: self.desk.start_or_pause,
            Qt.Key.Key_R: self.desk.reset,
            Qt.Key.Key_F: self.toggle_full_screen,
            **{key: partial(self.live.toggles.toggle, modality) for key, modality in numbers},
        }

    def _make_menu(self) -> MainMenu:
        return MainMenu(
            self,
            {
                "Small window": ("Ctrl+M", self.toggle_small),
                "Full screen": ("F11", self.toggle_full_screen),
                "Dark or light": ("Ctrl+D", self.wardrobe.switch),
                "Stop": ("Ctrl+.", self.desk.stop),
                "About and law": ("F1", self.show_about),
                "Quit": ("Ctrl+Q", self.close),
            },
        )

    def _wire(self) -> None:
        desk, header, page = self.desk, self.header, self.settings
        header.page_chosen.connect(self.open_page)
        header.start_or_pause.connect(desk.start_or_pause)
        header.stop.connect(desk.stop)
        header.reset.connect(desk.reset)
        header.theme_switched.connect(self.wardrobe.switch)
        self.status_bar.clicked.connect(self._open_fix)
        self.live.toggles.muted.connect(desk.mute)
        self.live.readiness.start.connect(desk.start)
        self.live.readiness.mend.connect(self._mend)
        self.live.readiness.input_chosen.connect(desk.choose_input)
        self.first.chosen.connect(self._on_purpose)
        page.wished.connect(desk.wish)
        page.purpose_again.connect(lambda: self.open_page("First"))
        self.small.pause.connect(desk.start_or_pause)
        self.small.enlarge.connect(self.toggle_small)
        desk.changed.connect(self._show_facts)
        desk.said.connect(self.banner.say)
        desk.broke.connect(lambda sentence: self.banner.hold("session", sentence))
        desk.broke.connect(lambda _sentence: self._outcome.fail())
        desk.bridge.device_changed.connect(self._losses.take)
        for strip in (page.strip, self.live.readiness.download):
            strip.cancelled.connect(desk.fetch.cancel)
            desk.fetch.progressed.connect(strip.show_progress)
            desk.fetch.over.connect(strip.hide)
        page.download.connect(desk.fetch.pull)

    # --- the timer ---------------------------------------------------------------------------------------------

    @Slot()
    def _tick(self) -> None:
        self.gauge.tick()
        status = self.desk.conductor.status()
        self._on_state(status.state)
        self.header.show_state(status.state, status.elapsed_s)
        self.feed.draw(self.desk.conductor.engine, status, self.desk.settings.window.words_s, perf_counter())
        if self._ticks % SLOW_TICKS == 0:
            self.status_bar.show_status(status, self.desk.input.kind != "devices")
        self._ticks += 1

    def _on_state(self, state: RunState) -> None:
        if state is self._state:
            return
        before, self._state = self._state, state
        self.small.show_state(state)
        self._outcome.take(state)
        running = state not in (RunState.IDLE, RunState.STOPPED)
        self.live.show_running(running)
        if state is RunState.STARTING:
            self.feed.begin(self.desk.input.kind)
            self.banner.release("session")
        if state is RunState.LIVE and before is not RunState.PAUSED:
            self.gauge.reset()
        if not running:
            self.feed.end()
            self._losses.forget()

    # --- facts -------------------------------------------------------------------------------------------------

    @Slot()
    def _show_facts(self) -> None:
        show_facts(self.desk, self.header, self.live, self.settings)
        self.menu.show_theme(self.desk.settings.screen.theme)

    @Slot(str, object)
    def _on_purpose(self, key: str, gate: Gate | None) -> None:
        self.desk.choose_purpose(key, gate)
        self.open_page("Live")
        if key == "demo":  # nobody is looked at, so there is nothing left to ask
            self.desk.start()

    @Slot(str)
    def _open_fix(self, topic: str) -> None:
        self.open_page("Settings")
        self.settings.open_at(topic)

    @Slot(str)
    def _mend(self, topic: str) -> None:
        if topic == "words":
            self.desk.fetch.pull()  # its progress shows on the page that is open
        else:
            self._open_fix(topic)

    # --- what keys and menu do ---------------------------------------------------------------------------------

    @Slot(str)
    def open_page(self, name: str) -> None:
        """Show "First", "Live" or "Settings"."""
        page = {"First": self.first, "Live": self.live, "Settings": self.settings}[name]
        self.pages.setCurrentWidget(page)
        self.header.setVisible(name != "First")
        self.status_bar.setVisible(name != "First")
        self.header.show_page(name)
        page.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        """Keys that no control wanted: space, R, F, 1 to 3. No shortcuts, so that space still presses buttons."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        act = self._keys.get(event.key())
        if act and plain and self.pages.currentWidget() is not self.first and not event.isAutoRepeat():
            act()
        else:
            super().keyPressEvent(event)

    @Slot()
    def toggle_full_screen(self) -> None:
        """Full screen and back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def toggle_small(self) -> None:
        """The strip instead of the window, and back."""
        to_small = self.small.isHidden()
        self.small.setVisible(to_small)
        self.setVisible(not to_small)

    @Slot()
    def show_about(self) -> None:
        """What this is, and the law."""
        About(self).open()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 — Qt's name
        """Everything ends here; the engine within 2 s."""
        self.closing.emit()
        self._timer.stop()
        self.small.hide()
        self.desk.close()
        self.closed.emit()
        event.accept()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """A focus that lies nowhere would leave the keys without a receiver."""
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self.focusWidget() is None:
            self.setFocus()
        super().changeEvent(event)
