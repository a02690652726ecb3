"""The window: pages, menu, keys, and the one timer of about 30 Hz that draws whatever is new."""

from __future__ import annotations

from functools import partial
from time import perf_counter

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from app.lab.sync_test_controller import SyncTestController
from app.live.page import LivePage
from app.presentation.text import LIVE_DEMO_BADGE
from app.review.text import DRAWN
from app.self_report.question_card import QuestionCard
from app.self_report.report_buttons import STATE_OF_KEY
from app.session.controller import SessionController
from app.session.input import SessionInput, purpose
from app.settings.page import SettingsPage
from app.study.controller import StudyController
from app.widgets import theme
from app.widgets.style_sheet import set_kind
from app.window.about import AboutDialog
from app.window.banner import Banner
from app.window.failure_dialog import FailureDialogs
from app.window.frame_stats import FrameStats
from app.window.header import Header
from app.window.menu_and_keys import Action, KeyBindings, MainMenu
from app.window.mini_window import MiniWindow
from app.window.notices import DeviceNotices, ReadinessTitle
from app.window.page_stack import PageStack
from app.window.refresh import ScreenRefresh
from app.window.status_bar import StatusBar
from app.window.theme_switcher import ThemeSwitcher
from app.window.tray import TrayIcon
from core.appearance import MODALITY_ORDER
from core.status import EngineStatus, RunState
from core.study.gate import StudyGate

TICK_MS = 33
SLOW_TICKS = 6
"""The status bar and the activity lane are updated five times a second: every sixth tick."""


class MainWindow(QMainWindow):
    """Shows the state of the controller and its engine, and passes the user's actions on to the controller."""

    closing = Signal()
    """Before anything ends, while the window still shows the session."""
    closed = Signal()
    """After the engine and all jobs have ended."""

    def __init__(self, controller: SessionController, gate: StudyGate) -> None:
        super().__init__()
        self.controller, self.frame_stats = controller, FrameStats()
        self.theme_switcher, self.failures = ThemeSwitcher(controller, self), FailureDialogs(self)
        history_s = controller.settings.screen.history_s
        self.header, self.banner, self.status_bar = Header(), Banner(), StatusBar()
        self.pages, self.small = PageStack(controller.settings, gate, controller.jobs), MiniWindow(history_s)
        self.first, self.live, self.settings = self.pages.first, self.pages.live, self.pages.settings
        self.explain, self.review = self.pages.explain, self.pages.review
        self.tray = TrayIcon(QApplication.windowIcon(), self)
        self.study, self.sync = StudyController(controller, self), SyncTestController(controller.jobs, self)
        self.feed = ScreenRefresh(self.live, self.explain, self.small, self.tray, self.frame_stats)
        self._state, self.device_notices = RunState.IDLE, DeviceNotices(self.banner)
        self.ticks = 0
        """How often the timer has fired."""
        self.readiness_title = ReadinessTitle(self.live.readiness.show_title)
        self._shown_input: SessionInput | None = None
        self._hides = False
        self._build()
        controller.changed.connect(self._show_facts)
        self._show_facts()
        self.open_page("First" if controller.settings.purpose == "unset" else "Live")
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
        set_kind(body, "page")
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
        self.ask = QuestionCard(self.pages)
        self._keys, self.menu = self._key_bindings(), MainMenu(self, self._menu_entries())
        self.menu.theme_chosen.connect(self.theme_switcher.choose)
        self.header.set_menu(self.menu)

    def _key_bindings(self) -> KeyBindings:
        """Space, R, F, M, 1 to 9, and Shift+M."""
        live, controller = self.live, self.controller
        numbers = zip((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3), MODALITY_ORDER, strict=True)
        plain: dict[int, Action] = {
            Qt.Key.Key_Space: controller.start_or_pause,
            Qt.Key.Key_R: controller.reset,
            Qt.Key.Key_F: self.toggle_full_screen,
            Qt.Key.Key_M: live.reports.mark,
            **{key: partial(live.toggles.toggle, modality) for key, modality in numbers},
            **{key: partial(live.reports.press, state) for key, state in STATE_OF_KEY.items()},
        }
        return KeyBindings(plain, {Qt.Key.Key_M: live.reports.mark_with_text})

    def _menu_entries(self) -> dict[str, tuple[str, Action]]:
        """The entries of the menu: name, shortcut and action."""
        return {
            "Small window": ("Ctrl+M", self.toggle_mini_window),
            "Full screen": ("F11", self.toggle_full_screen),
            "Dark or light": ("Ctrl+D", self.theme_switcher.switch),
            "Hide or show the estimate": ("Ctrl+H", self.toggle_hidden),
            "Stop": ("Ctrl+.", self.controller.stop),
            "About and law": ("F1", self.show_about),
            "Quit": ("Ctrl+Q", self.close),
        }

    # --- the timer ---------------------------------------------------------------------------------------------

    @Slot()
    def _tick(self) -> None:
        self.frame_stats.tick()
        status = self.controller.engine_host.status()
        self._on_state(status.state)
        self.header.show_state(status.state, status.elapsed_s)
        self.feed.draw(
            self.controller.engine_host.engine, status, self.controller.settings.window.words_s, perf_counter()
        )
        self.controller.learner.update(status.elapsed_s)
        if self.ticks % SLOW_TICKS == 0:
            self._tick_slowly(status)
        self.ticks += 1

    def _tick_slowly(self, status: EngineStatus) -> None:
        controller = self.controller
        self.status_bar.show_status(status, controller.input.kind != "devices")
        self.status_bar.show_storing(*controller.storage.summary(controller.settings, controller.input, status))
        for place in (self.header, self.small, self.tray):
            place.show_recording(controller.storage.records_media(status))
        self.live.context.show_view(controller.learner.view(status.elapsed_s))
        self.live.show_entries(controller.learner.entries(), status.elapsed_s)

    def _on_state(self, state: RunState) -> None:
        if state is self._state:
            return
        before, self._state = self._state, state
        for place in (self.small, self.tray):
            place.show_state(state)
        self.readiness_title.on_state(state)
        running = state not in (RunState.IDLE, RunState.STOPPED)
        self.live.show_running(running)
        self.live.reports.setEnabled(state in (RunState.LIVE, RunState.PAUSED))
        self.explain.show_running(running)
        if state is RunState.STARTING:
            self.feed.begin(self.controller.input.kind)
            self.banner.release("session")
        if state is RunState.LIVE and before is not RunState.PAUSED:
            self.frame_stats.reset()
        if state is RunState.ENDED:
            self.controller.learner.finish()
        if not running:
            self.feed.end()
            self.device_notices.clear()
            self.ask.leave()

    # --- facts -------------------------------------------------------------------------------------------------

    @Slot()
    def _show_facts(self) -> None:
        show_facts(self.controller, self.header, self.live, self.settings)
        self.menu.show_theme(self.controller.settings.screen.theme)
        if self._shown_input != self.controller.input:
            self._shown_input = self.controller.input
            library = self.controller.storage.library(self.controller.input)
            self.review.show_library(library, whose=DRAWN if self.controller.input.kind == "demo" else "")

    @Slot(str, object)
    def choose_purpose(self, key: str, gate: StudyGate | None) -> None:
        """Sets the purpose, on the first start or later."""
        self.open_page("Live")
        if self.controller.engine_host.engine is not None or self.controller.engine_host.busy:
            self.banner.show_briefly("A session is running with its purpose. Stop it, then change the purpose.")
            return
        self.controller.choose_purpose(key, gate)
        if key == "demo":  # the learner is drawn, so no device and no consent is needed
            self.controller.start()

    @Slot(str)
    def open_fix(self, topic: str) -> None:
        """Opens the section of the settings page where a problem can be fixed."""
        self.open_page("Settings")
        self.settings.open_at(topic)

    @Slot(str)
    def fix(self, topic: str) -> None:
        """Runs the action that a line of the readiness list offers."""
        if topic == "words":
            self.controller.word_model.pull()  # its progress shows on the page that is open
        else:
            self.open_fix(topic)

    # --- what keys and menu do ---------------------------------------------------------------------------------

    @Slot(str)
    def open_page(self, name: str) -> None:
        """Shows "First", "Live", "Explain", "Review" or "Settings"."""
        self.pages.open(name)
        if name == "Review":
            self.review.refresh()
        if name in ("Live", "Settings"):  # the pages that list devices
            self.controller.devices.look_again()
        self.controller.model_controls.explain(name == "Explain")
        for part in (self.header, self.status_bar):
            part.setVisible(name != "First")
        self.header.show_page(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        """Handles keys that no focused control has used."""
        if self.pages.name == "First" or not self._keys.act(event):
            super().keyPressEvent(event)

    @Slot()
    def toggle_full_screen(self) -> None:
        """Enters or leaves full screen."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def toggle_mini_window(self) -> None:
        """Shows the mini window instead of this one, or the reverse."""
        to_small = self.small.isHidden()
        self.small.setVisible(to_small)
        self.setVisible(not to_small)

    @Slot()
    def show_mini_window(self) -> None:
        """Shows the mini window unless it is already shown."""
        if self.small.isHidden():
            self.toggle_mini_window()

    @Slot()
    def come_back(self) -> None:
        """Brings this window to the front."""
        if self.isHidden():
            self.toggle_mini_window()
        self.raise_()
        self.activateWindow()

    @Slot()
    def toggle_hidden(self) -> None:
        """Hides estimates on this screen, so that an operator does not see them, or shows them again."""
        self._hides = not self._hides
        for place in (self.live, self.small, self.tray, self.controller.learner):
            place.hide_estimates(self._hides)
        for name in ("Explain", "Review"):
            self.header.tabs[name].setEnabled(not self._hides)
        if self._hides and self.pages.name in ("Explain", "Review"):
            self.open_page("Live")

    @Slot()
    def show_about(self) -> None:
        """Opens the dialog about the program and the law."""
        AboutDialog(self).open()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 — Qt's name
        """Ends the session and all jobs; the engine within 2 s."""
        self.closing.emit()
        self._timer.stop()
        for part in (self.small, self.tray):
            part.hide()
        self.sync.close()
        self.controller.close()
        self.failures.close()
        self.closed.emit()
        event.accept()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Takes the focus when no widget has it: keys would reach nothing."""
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self.focusWidget() is None:
            self.setFocus()
        super().changeEvent(event)


def show_facts(controller: SessionController, header: Header, live: LivePage, page: SettingsPage) -> None:
    """Shows readiness, devices and settings as they are now."""
    live.readiness.show_checks(controller.checks())
    live.readiness.show_input(controller.input.kind)
    live.preview.set_mirrored(controller.input.kind != "file")
    devices = controller.devices
    page.show_devices(devices.cameras or (), devices.microphones or (), devices.loudspeakers)
    page.show_purpose(controller.settings.purpose)
    page.show_theme(controller.settings.screen.theme)
    missing_mb = controller.word_model.missing_mb()
    size = f"{missing_mb:.0f} MB from {controller.word_model.host}" if missing_mb else "installed"
    offer = f"English (US), {size}."
    page.show_words(offer, missing_mb is not None)
    page.show_languages(*controller.languages())
    chosen = purpose(controller.settings.purpose)
    live_demo = controller.settings.purpose == "demo" and controller.input.kind == "devices"
    header.show_purpose(LIVE_DEMO_BADGE if live_demo else chosen.badge if chosen else "")
