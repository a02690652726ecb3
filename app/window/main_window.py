"""The window: pages, menu, keys, and the one timer of about 30 Hz at which all that is new is drawn."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from app.lab.sync_test_controller import SyncDesk
from app.live.page import LivePage
from app.presentation.text import LIVE_DEMO_BADGE
from app.self_report.question_card import AskCard
from app.session.controller import Desk
from app.session.input import Input, purpose
from app.settings.page import SettingsPage
from app.widgets import theme
from app.widgets.style_sheet import dress
from app.window import connections
from app.window.about import About
from app.window.banner import Banner
from app.window.frame_stats import Gauge
from app.window.header import Header
from app.window.menu_and_keys import Keys, MainMenu, menu_entries
from app.window.mini_window import SmallStrip
from app.window.notices import Losses, Outcome
from app.window.page_stack import Pages
from app.window.refresh import Feed
from app.window.status_bar import StatusBar
from app.window.theme_switcher import Wardrobe
from app.window.tray import TrayIcon
from core.status import EngineStatus, RunState
from core.study.gate import Gate

TICK_MS = 33
SLOW_TICKS = 6
"""Words, figures of the status bar and the diary's lane are looked at five times a second."""


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
        self.pages, self.small = Pages(desk.settings, gate), SmallStrip(history_s)
        self.first, self.live, self.settings = self.pages.first, self.pages.live, self.pages.settings
        self.explain, self.review = self.pages.explain, self.pages.review
        self.tray, self.sync = TrayIcon(QApplication.windowIcon(), self), SyncDesk(self)
        self.feed = Feed(self.live, self.explain, self.small, self.tray, self.gauge, history_s)
        self._state, self._ticks, self.losses = RunState.IDLE, 0, Losses(self.banner)
        self.outcome = Outcome(self.live.readiness.show_title)
        self._shelved: Input | None = None
        self._hides = False
        self._build()
        for wire in (
            connections.wire_controls,
            connections.wire_learner,
            connections.wire_small,
            connections.wire_explain,
        ):
            wire(self)
        for wire in (connections.wire_review, connections.wire_study):
            wire(self)
        desk.changed.connect(self._show_facts)
        self._show_facts()
        self.open_page("First" if desk.settings.purpose == "unset" else "Live")
        self.tray.appear()
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
        notice = QVBoxLayout()
        notice.setContentsMargins(2 * theme.UNIT, 0, 2 * theme.UNIT, 0)
        notice.addWidget(self.banner)
        column.addWidget(self.header)
        column.addLayout(notice)
        for widget, stretch in ((self.pages, 1), (self.status_bar, 0)):
            column.addWidget(widget, stretch)
        self.setCentralWidget(body)
        self.ask = AskCard(self.pages)
        self._keys, self.menu = Keys(self), MainMenu(self, menu_entries(self))
        self.menu.theme_chosen.connect(self.wardrobe.wear)
        self.header.set_menu(self.menu)

    # --- the timer ---------------------------------------------------------------------------------------------

    @Slot()
    def _tick(self) -> None:
        self.gauge.tick()
        status = self.desk.conductor.status()
        self._on_state(status.state)
        self.header.show_state(status.state, status.elapsed_s)
        self.feed.draw(self.desk.conductor.engine, status, self.desk.settings.window.words_s, perf_counter())
        self.desk.learner.follow(status.elapsed_s)
        if self._ticks % SLOW_TICKS == 0:
            self._tick_slowly(status)
        self._ticks += 1

    def _tick_slowly(self, status: EngineStatus) -> None:
        desk = self.desk
        self.status_bar.show_status(status, desk.input.kind != "devices")
        self.status_bar.show_storing(*desk.keeping.words(desk.settings, desk.input, status))
        for place in (self.header, self.small, self.tray):
            place.show_recording(desk.keeping.records(status))
        self.live.context.show_view(desk.learner.view(status.elapsed_s))
        self.live.show_entries(desk.learner.entries(), status.elapsed_s)

    def _on_state(self, state: RunState) -> None:
        if state is self._state:
            return
        before, self._state = self._state, state
        for place in (self.small, self.tray):
            place.show_state(state)
        self.outcome.take(state)
        running = state not in (RunState.IDLE, RunState.STOPPED)
        self.live.show_running(running)
        self.live.reports.setEnabled(state in (RunState.LIVE, RunState.PAUSED))
        self.explain.show_running(running)
        if state is RunState.STARTING:
            self.feed.begin(self.desk.input.kind)
            self.banner.release("session")
        if state is RunState.LIVE and before is not RunState.PAUSED:
            self.gauge.reset()
        if state is RunState.ENDED:
            self.desk.learner.finish()
        if not running:
            self.feed.end()
            self.losses.forget()
            self.ask.leave()

    # --- facts -------------------------------------------------------------------------------------------------

    @Slot()
    def _show_facts(self) -> None:
        show_facts(self.desk, self.header, self.live, self.settings)
        self.menu.show_theme(self.desk.settings.screen.theme)
        if self._shelved != self.desk.input:
            self._shelved = self.desk.input
            self.review.show_shelf(self.desk.keeping.shelf(self.desk.input))

    @Slot(str, object)
    def choose_purpose(self, key: str, gate: Gate | None) -> None:
        """The first start, or another purpose."""
        self.open_page("Live")
        if self.desk.conductor.engine is not None or self.desk.conductor.busy:
            self.banner.say("A session is running for the purpose it began with. Stop it, then change the purpose.")
            return
        self.desk.choose_purpose(key, gate)
        if key == "demo":  # nobody is looked at, so there is nothing left to ask
            self.desk.start()

    @Slot(str)
    def open_fix(self, topic: str) -> None:
        """The place of the settings page where something can be mended."""
        self.open_page("Settings")
        self.settings.open_at(topic)

    @Slot(str)
    def mend(self, topic: str) -> None:
        """What a line of the readiness list offers."""
        if topic == "words":
            self.desk.fetch.pull()  # its progress shows on the page that is open
        else:
            self.open_fix(topic)

    # --- what keys and menu do ---------------------------------------------------------------------------------

    @Slot(str)
    def open_page(self, name: str) -> None:
        """Show "First", "Live", "Explain", "Review" or "Settings"."""
        self.pages.open(name)
        if name == "Review":
            self.review.refresh()
        self.desk.insight.explain(name == "Explain")
        for part in (self.header, self.status_bar):
            part.setVisible(name != "First")
        self.header.show_page(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        """Keys that no control wanted."""
        if self.pages.name == "First" or not self._keys.act(event):
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
    def go_small(self) -> None:
        """The strip, if it is not there."""
        if self.small.isHidden():
            self.toggle_small()

    @Slot()
    def come_back(self) -> None:
        """The window, in front of others."""
        if self.isHidden():
            self.toggle_small()
        self.raise_()
        self.activateWindow()

    @Slot()
    def toggle_hidden(self) -> None:
        """Take estimates off this screen, for an operator, or show them again."""
        self._hides = not self._hides
        for place in (self.live, self.small, self.tray, self.desk.learner):
            place.hide_estimates(self._hides)
        for name in ("Explain", "Review"):
            self.header.tabs[name].setEnabled(not self._hides)
        if self._hides and self.pages.name in ("Explain", "Review"):
            self.open_page("Live")

    @Slot()
    def show_about(self) -> None:
        """What this is, and the law."""
        About(self).open()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 — Qt's name
        """Everything ends here; the engine within 2 s."""
        self.closing.emit()
        self._timer.stop()
        for part in (self.small, self.tray):
            part.hide()
        leftover = self.sync.close() + self.review.close()
        self.desk.close()
        self.desk.leftover += leftover
        self.closed.emit()
        event.accept()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """A focus that lies nowhere would leave the keys without a receiver."""
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self.focusWidget() is None:
            self.setFocus()
        super().changeEvent(event)


def show_facts(desk: Desk, header: Header, live: LivePage, page: SettingsPage) -> None:
    """Show the facts as they are now; called when any of them changes."""
    live.readiness.show_checks(desk.checks())
    live.readiness.show_input(desk.input.kind)
    live.preview.set_mirrored(desk.input.kind != "file")
    page.show_devices(desk.watch.cameras or (), desk.watch.microphones or ())
    page.show_purpose(desk.settings.purpose)
    page.show_theme(desk.settings.screen.theme)
    missing_mb = desk.fetch.missing_mb()
    offer = f"Not installed: {missing_mb:.0f} MB from {desk.fetch.host}." if missing_mb else "Installed."
    page.show_words(offer, missing_mb is not None)
    chosen = purpose(desk.settings.purpose)
    live_demo = desk.settings.purpose == "demo" and desk.input.kind == "devices"
    header.show_purpose(LIVE_DEMO_BADGE if live_demo else chosen.badge if chosen else "")
