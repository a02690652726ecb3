"""Connects signals to slots, one function for each part of the window. Nothing here keeps state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.session.input import SessionInput
from app.window.open_folder import open_folder
from core import paths

if TYPE_CHECKING:
    from app.window.main_window import MainWindow


def connect_all(window: MainWindow) -> None:
    """Connects every part of a new window."""
    connect_controls(window)
    connect_learner(window)
    connect_mini_window(window)
    connect_explain(window)
    connect_review(window)
    connect_study(window)


def connect_controls(window: MainWindow) -> None:
    """Header, status bar, Live and Settings, and the controller's notices."""
    controller, header, live, page = window.controller, window.header, window.live, window.settings
    header.page_chosen.connect(window.open_page)
    header.start_or_pause.connect(controller.start_or_pause)
    header.stop.connect(controller.stop)
    header.reset.connect(controller.reset)
    header.theme_switched.connect(window.theme_switcher.switch)
    window.status_bar.clicked.connect(window.open_fix)
    live.toggles.muted.connect(controller.mute)
    live.readiness.start.connect(controller.start)
    live.readiness.mend.connect(window.fix)
    live.readiness.input_chosen.connect(controller.choose_input)
    window.first.chosen.connect(window.choose_purpose)
    page.changed.connect(controller.change_setting)
    page.purpose_again.connect(lambda: window.open_page("First"))
    page.storing.folder.connect(lambda: _show_folder(window))
    controller.notice.connect(window.banner.show_briefly)
    controller.session_failed.connect(lambda reason: window.banner.hold("session", reason))
    controller.session_failed.connect(lambda _reason: window.readiness_title.on_failure())
    controller.engine_signals.device_changed.connect(window.device_notices.on_change)
    for strip in (page.strip, live.readiness.download):
        strip.cancelled.connect(controller.word_model.cancel)
        controller.word_model.progressed.connect(strip.show_progress)
        controller.word_model.ended.connect(strip.hide)
    page.download.connect(controller.word_model.pull)


def connect_learner(window: MainWindow) -> None:
    """Self-reports and marks, the focus timer, questions and hints."""
    learner, live, small, tray, card = window.controller.learner, window.live, window.small, window.tray, window.ask
    for where in (live.reports, small, tray):
        where.reported.connect(learner.report)
    live.reports.marked.connect(learner.mark)
    live.transcript.corrected.connect(window.controller.correct)
    learner.recorded.connect(live.reports.show_noted)
    learner.recorded.connect(lambda what, _t_s: small.show_noted(what))
    tray.reported.connect(lambda state: tray.show_message(f"Noted: {state}."))
    live.context.started.connect(learner.start_timer)
    live.context.named.connect(learner.name_task)
    live.context.stopped.connect(learner.stop_timer)
    live.context.skipped.connect(learner.skip)
    live.context.noted.connect(learner.note)
    learner.question_due.connect(card.ask)
    learner.question_due.connect(lambda question: None if window.isVisible() else tray.show_message(question.text))
    learner.question_due.connect(lambda _question: small.show_asking(True))
    learner.hint_due.connect(card.hint)
    learner.recorded.connect(lambda _what, _t_s: card.leave())
    learner.withdrawn.connect(card.leave)
    learner.withdrawn.connect(lambda: small.show_asking(False))
    card.reported.connect(learner.answer)
    card.not_now.connect(learner.not_now)
    card.ignored.connect(learner.ignored)
    card.dismissed.connect(learner.dismissed)
    card.stop_asking.connect(lambda: _stop_asking(window))
    for signal in (card.reported, card.not_now, card.ignored, card.stop_asking):
        signal.connect(lambda *_: small.show_asking(False))


def connect_mini_window(window: MainWindow) -> None:
    """The mini window and the tray icon."""
    controller, small, tray = window.controller, window.small, window.tray
    small.pause.connect(controller.start_or_pause)
    small.enlarge.connect(window.toggle_mini_window)
    tray.pause.connect(controller.start_or_pause)
    tray.opened.connect(window.come_back)
    tray.small.connect(window.show_mini_window)
    tray.quit_requested.connect(window.close)


def connect_explain(window: MainWindow) -> None:
    """Faults and the feedback loop."""
    model_controls, page = window.controller.model_controls, window.explain
    page.faults_changed.connect(model_controls.inject)
    page.feedback_switched.connect(model_controls.feed_back)
    page.feedback_reset.connect(model_controls.reset_feedback)


def connect_review(window: MainWindow) -> None:
    """Stored sessions."""
    page, controller = window.review, window.controller
    page.notice.connect(window.banner.show_briefly)
    page.replay.connect(controller.replay)
    page.replay.connect(lambda _file: window.open_page("Live"))
    page.personal_changed.connect(controller.calibrate)
    controller.engine_host.stopped.connect(lambda: _show_recorded(window))


def _show_recorded(window: MainWindow) -> None:
    """Review opens the session that has ended."""
    recorder = window.controller.storage.recorder
    window.review.show_recorded(recorder.stored_id if recorder is not None else "")


def connect_study(window: MainWindow) -> None:
    """Participants of Research, and the lab."""
    study = window.study
    window.controller.participant_needed.connect(study.choose_participant)
    window.settings.withdrawal.connect(study.choose_withdrawal)
    study.notice.connect(window.banner.show_briefly)
    study.withdrew.connect(lambda: window.review.show_library(window.controller.storage.library(SessionInput())))
    window.settings.lab.sync_test.connect(lambda: window.sync.open(window.controller.engine_host.engine, _live(window)))
    window.sync.notice.connect(window.banner.show_briefly)


def _live(window: MainWindow) -> bool:
    return window.controller.input.kind == "devices"


def _stop_asking(window: MainWindow) -> None:
    for field in ("probes", "uncertain"):
        window.controller.change_setting("ask", field, False)


def _show_folder(window: MainWindow) -> None:
    folder = window.controller.storage.folder(window.controller.input)
    folder = folder if folder.is_dir() else paths.user_data()
    if not open_folder(folder):
        window.banner.show_briefly(f"The folder is {folder}.")
