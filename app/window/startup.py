"""Builds the application and the window, runs them, and writes the report at the end."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from app.session.input import SessionInput, first_input
from app.window.platform_check import check_window, choose_platform
from core import paths
from core.settings import CaptureSettings, Settings
from core.status import EngineStatus, RunState
from core.store.locate import LocatedSession, locate
from core.system_libraries import FONT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from app.session.engine_host import MakeEngine
    from app.session.storage_policy import StoragePolicy
    from app.window.main_window import MainWindow
    from core.capture.source import Source
    from core.engine import Engine, EngineHooks

FAILED = 2
START_WITHIN_S = 180
"""How long an automatic close waits for a session to start."""
CHECKED_MS = 100
TITLE_BAR_PX = 40
"""Room for the frame that the system draws around the window."""
UNOPENED = "The run ended before the model was open, so no step was made. Give it more time."


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """The first page; when to close automatically, and what to write then."""

    page: str = "live"
    quit_after_s: float | None = None
    report: Path | None = None
    screenshot: Path | None = None

    @property
    def unseen(self) -> bool:
        """Whether nobody needs to see the window: it closes by itself and leaves a picture or figures."""
        return self.quit_after_s is not None and (self.report is not None or self.screenshot is not None)


def open_window(
    settings: Settings,
    *,
    demo: bool = False,
    file: Path | None = None,
    stored: Path | None = None,
    devices_named: bool = False,
    options: WindowOptions | None = None,
) -> int:
    """Shows the window until it is closed; returns the exit code.

    A demo, a file or `quit_after_s` start a session at once; otherwise the user does, after choosing a purpose.
    `stored`, the database or folder of a stored session, starts none and shows that one in Review.
    Raises `CaptureError` for a file that cannot be played, `StoreError` for one that is no session, and `WindowError`
    where no window can be opened.
    """
    settings = still_allowed(settings)
    requested = SessionInput("demo") if demo else SessionInput("file", file) if file else None
    if file is not None:
        check_playable(file)
    located = locate(stored, paths.sessions()) if stored is not None else None
    options = options or WindowOptions()
    at_once = located is None and (requested is not None or options.quit_after_s is not None)
    purpose, source = first_input(settings.purpose, requested, devices_named, at_once)
    settings = replace(settings, purpose=purpose)
    with collected_signals() as signals:
        app = make_application(settings.screen.theme, options.unseen)
        from app.window.fonts import borrow_font
        from app.window.missing_parts import missing_parts, notice

        missing = missing_parts()
        if borrow_font():
            missing.append(FONT)
        window = make_window(settings, source)
        if missing:
            window.banner.hold("missing", notice(missing))
        if not options.unseen:
            fit_screen(window)
        window.show()
        if settings.purpose != "unset":
            window.open_page(options.page.capitalize())
        if located is not None:
            show_stored(window, located)
        if at_once:
            window.controller.start()
        with closing_on(signals, window):
            code = run(app, window, options)
    return 128 + signals[0] if signals else code


def still_allowed(settings: Settings) -> Settings:
    """`settings` without Research if its gate no longer holds, such as after the retention date."""
    from core.study.gate import load_gate, problems

    if settings.purpose == "research" and problems(load_gate(), date.today()):
        return replace(settings, purpose="unset")
    return settings


def make_window(settings: Settings, source: SessionInput, make: MakeEngine | None = None) -> MainWindow:
    """The window with its controller; `make` builds engines, the real ones by default."""
    from app.session.controller import SessionController
    from app.session.engine_host import EngineSignals
    from app.session.storage_policy import StoragePolicy
    from app.window.connections import connect_all
    from app.window.main_window import MainWindow
    from core.study.gate import load_gate

    engine_signals, storage = EngineSignals(), StoragePolicy()
    maker = make or (lambda chosen, fed: make_engine(chosen, fed, engine_signals.hooks(), storage))
    window = MainWindow(SessionController(settings, source, maker, engine_signals, storage), load_gate())
    connect_all(window)
    window.controller.devices.refresh()
    window.controller.erase_expired()
    return window


def fit_screen(window: QWidget) -> None:
    """Makes the window no larger than the screen, with its frame."""
    from PySide6.QtCore import QSize

    room = window.screen().availableGeometry().size() - QSize(0, TITLE_BAR_PX)
    window.resize(window.size().boundedTo(room))


def show_stored(window: MainWindow, located: LocatedSession) -> None:
    """Shows a stored session in Review, or says why it cannot be shown until another page is chosen.

    On the first start this waits until a purpose is chosen, because every page offers to start a session.
    """
    if window.controller.settings.purpose == "unset":
        from PySide6.QtCore import Qt

        once = Qt.ConnectionType.SingleShotConnection
        window.first.chosen.connect(lambda _key, _gate: show_stored(window, located), once)
        return
    window.open_page("Review")
    library = window.controller.storage.library(SessionInput())  # of Demo, the window lists the drawn learner's
    window.review.show_library(library, located.session_id or None)
    if located.elsewhere:
        window.banner.hold("opened", located.elsewhere)
        window.header.page_chosen.connect(lambda _page: window.banner.release("opened"))


def run(app: QApplication, window: MainWindow, options: WindowOptions) -> int:
    """Runs the event loop, then writes the report. Returns 2 if a session that was requested made no step."""
    if options.quit_after_s is not None:
        close_after(window, options.quit_after_s)
    problems: list[str] = []
    unsaved: list[str] = []
    if options.screenshot is not None:
        window.closing.connect(lambda: unsaved.extend(save_picture(window, options.screenshot)))
    window.controller.notice.connect(problems.append)
    window.controller.session_failed.connect(problems.append)
    window.closed.connect(app.quit)
    app.exec()
    engine = window.controller.engine_host.last
    if options.report is not None and engine is not None:
        write_report(engine, window, options.report)
    for name in window.controller.leftover:
        sys.stderr.write(f"The thread {name} did not end in time.\n")
    status = engine.status() if engine is not None else EngineStatus()
    never_ran = options.quit_after_s is not None and status.steps == 0 and bool(problems)
    unreported = options.report is not None and not status.profile
    if never_ran or unreported:
        sys.stderr.write(f"{problems[-1] if problems else UNOPENED}\n")
    for sentence in unsaved:
        sys.stderr.write(f"{sentence}\n")
    return FAILED if unsaved or never_ran or unreported else 0


def close_after(window: MainWindow, seconds: float) -> None:
    """Closes the window after so many seconds, without those in which a session starts: a slow machine takes long."""
    from PySide6.QtCore import QTimer

    waiting = QTimer(window)
    waiting.setInterval(CHECKED_MS)
    latest_s = monotonic() + START_WITHIN_S

    def look() -> None:
        if window.controller.engine_host.status().state is RunState.STARTING and monotonic() < latest_s:
            return
        waiting.stop()
        QTimer.singleShot(round(1000 * seconds), window, window.close)

    waiting.timeout.connect(look)
    waiting.start()
    look()


def write_report(engine: Engine, window: MainWindow, path: Path) -> None:
    """Writes the figures of the run and of the window."""
    from core.reporting.run_report import RunReport, write

    status, figures = engine.status(), window.frame_stats.figures()
    if not status.profile:
        status = replace(status, errors=(*status.errors, UNOPENED))
    present: dict[str, float] = {str(m): share for m, share in engine.presence_share().items()}
    write(RunReport(status, present, engine.rss_mb(), figures), path)


def make_engine(settings: Settings, source: SessionInput, hooks: EngineHooks, storage: StoragePolicy) -> Engine:
    """An engine for the selected input, with its observers."""
    from core.engine import Engine, SessionClock, Sources

    medium, clock = make_medium(source, settings.capture), SessionClock()
    options = storage.session_options(settings, source, hooks.on_error)
    observers = storage.observers(settings, source, clock, hooks.on_error)
    return Engine(
        settings,
        Sources(medium=medium) if medium else None,
        hooks,
        options=options,
        observers=observers,
        clock=clock,
    )


def make_medium(source: SessionInput, capture: CaptureSettings) -> Source | None:
    """The file or the drawn learner, with frames as wide as a camera's; None for devices."""
    from core.capture.file import FileSource
    from core.synthetic.source import SyntheticSource

    if source.kind == "demo":
        return SyntheticSource(
            seed=0, paced=True, frame_width_px=capture.frame_width_px, frame_rate_hz=capture.frame_rate_hz
        )
    if source.kind == "file" and source.file is not None:
        return FileSource(source.file, paced=True, frame_width_px=capture.frame_width_px)
    return None


def check_playable(file: Path) -> None:
    """Checks that a file can be opened, before a window is. Raises `CaptureError`."""
    from core.capture.file import FileSource

    source = FileSource(file, paced=False)
    try:
        source.open(lambda: 0.0)
    finally:
        source.close()


def make_application(theme_name: str, unseen: bool = False) -> QApplication:
    """The application with its theme. Where there is no display, one that is `unseen` is drawn offscreen.

    Raises `WindowError` where Qt can open no window.
    """
    find_own_plugins()
    choose_platform(unseen)
    check_window()
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from app.diagnostics.qt_messages import log_qt_messages
    from app.widgets import style_sheet

    log_qt_messages()
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(["edu-emotionnet"])
    app.setApplicationName("edu-emotionnet")
    app.setApplicationDisplayName("Learner Monitor")
    app.setDesktopFileName("edu-emotionnet")
    app.setQuitOnLastWindowClosed(False)
    icon = QIcon()
    for picture in sorted(paths.assets().glob("icons/*.png")):
        icon.addFile(str(picture))  # Qt takes the size that fits
    app.setWindowIcon(icon)
    style_sheet.apply(app, theme_name)
    return app


def find_own_plugins() -> None:
    """Makes Qt find its own plugins, as OpenCV's wheel points it at others."""
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        if "cv2" in os.environ.get(name, ""):
            del os.environ[name]


@contextmanager
def collected_signals() -> Iterator[list[int]]:
    """Yields the list to which SIGINT and SIGTERM are added.

    They raise no exception: inside an import or a slot it would be lost or do harm.
    """
    received: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda got, _frame: received.append(got)) for number in numbers}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def closing_on(signals: list[int], window: MainWindow) -> Iterator[None]:
    """Closes the window, as its close button does, once a signal was received."""
    from PySide6.QtCore import QTimer

    poll = QTimer(window)
    poll.timeout.connect(lambda: window.close() if signals else None)
    poll.start(100)
    try:
        yield
    finally:
        poll.stop()


def save_picture(widget: QWidget, path: Path) -> list[str]:
    """Saves a picture of `widget`; returns the sentence that explains a failure, if any."""
    from PySide6.QtGui import QImageWriter

    writer = QImageWriter(str(path))
    if writer.write(widget.grab().toImage()):
        return []
    return [f"The picture could not be saved as {path} ({writer.errorString()}). See that it can be written."]
