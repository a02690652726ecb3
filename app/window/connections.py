"""Which signal leads where. One function for each part of the window; nothing here remembers anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.session.input import Input
from app.study.controller import StudyDesk
from core import paths

if TYPE_CHECKING:
    from app.window.main_window import MainWindow


def wire_controls(window: MainWindow) -> None:
    """Header, status bar, Live and Settings, and what the desk says."""
    desk, header, live, page = window.desk, window.header, window.live, window.settings
    header.page_chosen.connect(window.open_page)
    header.start_or_pause.connect(desk.start_or_pause)
    header.stop.connect(desk.stop)
    header.reset.connect(desk.reset)
    header.theme_switched.connect(window.wardrobe.switch)
    window.status_bar.clicked.connect(window.open_fix)
    live.toggles.muted.connect(desk.mute)
    live.readiness.start.connect(desk.start)
    live.readiness.mend.connect(window.mend)
    live.readiness.input_chosen.connect(desk.choose_input)
    window.first.chosen.connect(window.choose_purpose)
    page.wished.connect(desk.wish)
    page.purpose_again.connect(lambda: window.open_page("First"))
    page.storing.folder.connect(lambda: _show_folder(window))
    desk.said.connect(window.banner.say)
    desk.broke.connect(lambda said: window.banner.hold("session", said))
    desk.broke.connect(lambda _said: window.outcome.fail())
    desk.bridge.device_changed.connect(window.losses.take)
    for strip in (page.strip, live.readiness.download):
        strip.cancelled.connect(desk.fetch.cancel)
        desk.fetch.progressed.connect(strip.show_progress)
        desk.fetch.over.connect(strip.hide)
    page.download.connect(desk.fetch.pull)


def wire_learner(window: MainWindow) -> None:
    """Own reports and marks from everywhere, the timer, questions and hints."""
    learner, live, small, tray, card = window.desk.learner, window.live, window.small, window.tray, window.ask
    for where in (live.reports, small, tray):
        where.reported.connect(learner.report)
    live.reports.marked.connect(learner.mark)
    learner.noted.connect(live.reports.show_noted)
    learner.noted.connect(lambda what, _t_s: small.show_noted(what))
    tray.reported.connect(lambda state: tray.tell(f"Noted: {state}."))
    live.context.started.connect(learner.start_timer)
    live.context.named.connect(learner.name_task)
    live.context.stopped.connect(learner.stop_timer)
    live.context.skipped.connect(learner.skip)
    live.context.noted.connect(learner.note)
    learner.asked.connect(card.ask)
    learner.asked.connect(lambda question: None if window.isVisible() else tray.tell(question.text))
    learner.asked.connect(lambda _question: small.show_asking(True))
    learner.hinted.connect(card.hint)
    learner.noted.connect(lambda _what, _t_s: card.leave())
    learner.hushed.connect(card.leave)
    learner.hushed.connect(lambda: small.show_asking(False))
    card.reported.connect(learner.answer)
    card.not_now.connect(learner.not_now)
    card.ignored.connect(learner.ignored)
    card.dismissed.connect(learner.dismissed)
    card.stop_asking.connect(lambda: _stop_asking(window))
    for signal in (card.reported, card.not_now, card.ignored, card.stop_asking):
        signal.connect(lambda *_: small.show_asking(False))


def wire_small(window: MainWindow) -> None:
    """The strip and the tray icon: the ways to the window and back."""
    desk, small, tray = window.desk, window.small, window.tray
    small.pause.connect(desk.start_or_pause)
    small.enlarge.connect(window.toggle_small)
    tray.pause.connect(desk.start_or_pause)
    tray.opened.connect(window.come_back)
    tray.small.connect(window.go_small)
    tray.quitted.connect(window.close)


def wire_explain(window: MainWindow) -> None:
    """Faults and the feedback loop."""
    insight, page = window.desk.insight, window.explain
    page.faults_changed.connect(insight.inject)
    page.feedback_switched.connect(insight.feed_back)
    page.feedback_reset.connect(insight.reset_feedback)


def wire_review(window: MainWindow) -> None:
    """Stored sessions."""
    page, desk = window.review, window.desk
    page.said.connect(window.banner.say)
    page.replay.connect(desk.replay)
    page.replay.connect(lambda _file: window.open_page("Live"))
    page.personal_changed.connect(desk.calibrate)
    desk.conductor.stopped.connect(page.refresh)


def wire_study(window: MainWindow) -> None:
    """Participants of Research, and the lab."""
    study = StudyDesk(window.desk, window)
    window.desk.who_asked.connect(study.ask_who)
    window.settings.withdrawal.connect(study.ask_withdrawal)
    study.said.connect(window.banner.say)
    study.withdrew.connect(lambda: window.review.show_shelf(window.desk.keeping.shelf(Input())))
    window.closed.connect(study.close)
    window.settings.lab.sync_test.connect(lambda: window.sync.open(window.desk.conductor.engine, _live(window)))
    window.sync.said.connect(window.banner.say)


def _live(window: MainWindow) -> bool:
    return window.desk.input.kind == "devices"


def _stop_asking(window: MainWindow) -> None:
    for field in ("probes", "uncertain"):
        window.desk.wish("ask", field, False)


def _show_folder(window: MainWindow) -> None:
    folder = window.desk.keeping.folder(window.desk.input)
    folder = folder if folder.is_dir() else paths.user_data()
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        window.banner.say(f"The folder is {folder}.")
