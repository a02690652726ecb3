"""Sessions in the whole window, with the real engine on small parts and the real session library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.presentation.step_text import weight_texts
from app.session.controller import EXPIRY_TOPIC
from app.session.input import SessionInput
from app.study.consent_dialog import ConsentDialog, WithdrawDialog
from app.widgets import style_sheet
from app.window.main_window import MainWindow
from app.window.startup import make_window
from core import paths
from core.engine import Engine, EngineFactories, SessionClock, Sources
from core.self_report.question_schedule import Question
from core.settings import Settings, StoreSettings
from core.status import RunState
from core.store.recorder import SessionRecorder
from core.store.session_library import SessionLibrary
from core.study.gate import StudyGate, save_gate
from core.study.ledger import ConsentLedger, ledger_file
from core.types import Activity, Marker, SelfReport
from tests.app.pointer import click, state
from tests.core.self_report import made_reports
from tests.support.session_libraries import store_session
from tests.support.small_engine import FACTORIES, SETTINGS, newest, steps
from tests.support.small_sources import SmallCamera, SmallMedium, SmallMicrophone, medium_chunks
from tests.support.stored_sessions import stored_session

GATE = StudyGate("LM-1", "EC 2026/17", "I agree that my voice and face are estimated on this machine.", "2099-12-31")
Open = Callable[..., MainWindow]


@pytest.fixture
def opened(qtbot, home: Path) -> Iterator[Open]:
    """Opens windows on small cameras and microphones."""
    windows: list[MainWindow] = []

    def open_one(
        purpose: str = "self",
        source: SessionInput | None = None,
        factories: EngineFactories = FACTORIES,
        medium: SmallMedium | None = None,
        **store: object,
    ) -> MainWindow:
        style_sheet.apply(QApplication.instance(), "dark")
        settings = replace(SETTINGS, purpose=purpose, store=replace(StoreSettings(), **store))

        def make(chosen: Settings, fed: SessionInput) -> Engine:
            storage, clock = window.controller.storage, SessionClock()
            options = storage.session_options(chosen, fed, lambda _said: None)
            observers = storage.observers(chosen, fed, clock, lambda _said: None)
            devices = Sources(SmallCamera("cam", 30.0), SmallMicrophone("mic"))
            sources = Sources(medium=medium) if medium else devices
            hooks = window.controller.engine_signals.hooks()
            return Engine(chosen, sources, hooks, factories, options, observers, clock)

        window = make_window(settings, source or SessionInput(), make)
        windows.append(window)
        window.show()
        return window

    yield open_one
    for window in windows:
        window.close()
        assert window.controller.leftover == []
        window.small.deleteLater()
        window.deleteLater()


def begin(window: MainWindow, qtbot, at_least: int = 2) -> Engine:
    window.controller.start()
    qtbot.waitUntil(lambda: window.controller.engine_host.engine is not None)
    engine = window.controller.engine_host.engine
    qtbot.waitUntil(lambda: steps(engine) >= at_least, timeout=10_000)
    return engine


def stop(window: MainWindow, qtbot) -> None:
    window.controller.stop()
    qtbot.waitUntil(lambda: window.controller.engine_host.engine is None)


def storing(window: MainWindow) -> str:
    return window.status_bar.buttons["storing"].fact.text


def test_a_self_report_by_key_is_shown_in_review(opened: Open, qtbot) -> None:
    window = opened()
    engine = begin(window, qtbot)
    for key in (Qt.Key.Key_4, Qt.Key.Key_9, Qt.Key.Key_M):
        QTest.keyClick(window, key)
    window.live.context.started.emit("Analysis II")
    window.live.context.noted.emit("ask about limits")
    qtbot.waitUntil(lambda: storing(window) == "Saved: estimates")
    shown = engine.history.since(-1.0)
    stop(window, qtbot)
    (line,) = SessionLibrary(paths.sessions()).lines()
    assert line.complete
    assert (line.reports, line.words) == (2, 0)
    session = SessionLibrary(paths.sessions()).read(line.id)
    assert [report.state for report in session.reports] == ["Confused", "None"]
    assert session.markers == (Marker(session.markers[0].t_s, "marker 1"),)
    assert [(a.kind, a.text) for a in session.activities][-1] == ("note", "ask about limits")
    stored = dict(zip(session.steps.t_s.tolist(), session.steps.probabilities, strict=True))
    for estimate in shown:
        np.testing.assert_array_equal(stored[estimate.t_s], estimate.probabilities)
    assert session.timing["hops"]["made"] == len(session.steps)
    window.open_page("Review")
    qtbot.waitUntil(lambda: window.review.list.rows.count() == 1, timeout=10_000)


def test_after_stop_review_shows_the_session_that_has_ended_though_an_older_one_was_open(opened: Open, qtbot) -> None:
    old = store_session(stored_session(60.0), paths.sessions())
    window = opened()
    qtbot.waitUntil(lambda: window.review.session.id == old, timeout=10_000)
    begin(window, qtbot)
    stop(window, qtbot)
    window.open_page("Review")
    (new,) = [line.id for line in SessionLibrary(paths.sessions()).lines() if line.id != old]
    qtbot.waitUntil(lambda: window.review.session.id == new, timeout=10_000)
    assert window.review.list.current.id == new


def test_a_clip_that_has_ended_is_a_complete_session_and_records_no_more(opened: Open, qtbot) -> None:
    window = opened(medium=SmallMedium(medium_chunks(1.5)))
    window.controller.start()
    qtbot.waitUntil(lambda: state(window) is RunState.ENDED, timeout=10_000)
    qtbot.waitUntil(lambda: [line.complete for line in SessionLibrary(paths.sessions()).lines()] == [True])
    qtbot.waitUntil(lambda: not window.live.reports.isEnabled())
    QTest.keyClick(window, Qt.Key.Key_4)
    QTest.keyClick(window, Qt.Key.Key_M)
    assert not [
        e for e in window.controller.engine_host.engine.session_log.entries() if isinstance(e, Marker | SelfReport)
    ]
    window.open_page("Review")
    qtbot.waitUntil(lambda: window.review.list.rows.count() == 1, timeout=10_000)


def test_explain_shows_a_clip_that_ended_before_it_was_opened(opened: Open, qtbot) -> None:
    window = opened(medium=SmallMedium(medium_chunks(1.5)))
    window.controller.start()
    qtbot.waitUntil(lambda: state(window) is RunState.ENDED, timeout=10_000)
    assert window.explain.weights.accessibleDescription() == ""
    window.open_page("Explain")
    now = ", ".join(weight_texts(window.controller.engine_host.engine.history.recent().columns, -1))
    qtbot.waitUntil(lambda: window.explain.weights.accessibleDescription() == now)


def test_opening_review_shows_what_was_erased_elsewhere(opened: Open, qtbot) -> None:
    store_session(stored_session(20.0), paths.sessions(), None)
    window = opened()
    window.open_page("Review")
    qtbot.waitUntil(lambda: window.review.list.rows.count() == 1, timeout=10_000)
    window.open_page("Live")
    SessionLibrary(paths.sessions()).erase_all()
    window.open_page("Review")
    qtbot.waitUntil(lambda: window.review.list.rows.count() == 0, timeout=10_000)


def test_nothing_is_stored_if_storing_is_off(opened: Open, qtbot) -> None:
    window = opened(sessions=False)
    begin(window, qtbot)
    qtbot.waitUntil(lambda: storing(window) == "nothing stored")
    stop(window, qtbot)
    assert not paths.sessions().exists()


def test_words_are_stored_only_if_switched_on(opened: Open, qtbot) -> None:
    window = opened(words=True)
    engine = begin(window, qtbot)
    qtbot.waitUntil(lambda: engine.status().words >= 2, timeout=10_000)
    qtbot.waitUntil(lambda: storing(window) == "Saved: estimates, words")
    stop(window, qtbot)
    (line,) = SessionLibrary(paths.sessions()).lines()
    assert line.words >= 2


def test_a_recording_is_indicated_all_the_time_and_plays_again(opened: Open, qtbot) -> None:
    window = opened(media=True)
    begin(window, qtbot, at_least=4)
    assert window.header.recording.isVisible()
    stop(window, qtbot)
    qtbot.waitUntil(lambda: not window.header.recording.isVisible())
    (line,) = SessionLibrary(paths.sessions()).lines()
    file = SessionLibrary(paths.sessions()).media(line.id)
    assert line.has_media
    assert file is not None
    window.review.replay.emit(file)
    assert window.controller.input == SessionInput("file", file)
    assert window.pages.name == "Live"
    qtbot.waitUntil(lambda: state(window) is RunState.LIVE)
    stop(window, qtbot)
    assert len(SessionLibrary(paths.sessions()).lines()) == 1  # a replay is not kept a second time


def test_the_drawn_learners_session_is_erased_with_the_window(opened: Open, qtbot) -> None:
    window = opened("demo", SessionInput("demo"))
    begin(window, qtbot)
    folder = window.controller.storage.folder(SessionInput("demo"))
    qtbot.waitUntil(lambda: any(folder.iterdir()))
    assert "until you close the window" in storing(window)
    stop(window, qtbot)
    window.open_page("Review")
    qtbot.waitUntil(lambda: window.review.list.rows.count() == 1, timeout=10_000)
    window.close()
    assert not folder.exists()
    assert not paths.sessions().exists()


def test_a_demo_with_a_live_camera_stores_nothing(opened: Open, qtbot) -> None:
    window = opened("demo", SessionInput("devices"))
    begin(window, qtbot)
    qtbot.waitUntil(lambda: storing(window) == "nothing stored")
    stop(window, qtbot)
    assert not paths.sessions().exists()


def test_a_session_that_cannot_be_stored_continues_and_shows_why(opened: Open, qtbot) -> None:
    paths.sessions().write_text("in the way")
    window = opened()
    engine = begin(window, qtbot)
    qtbot.waitUntil(lambda: not storing(window).startswith("Saved"), timeout=10_000)
    made = steps(engine)
    qtbot.waitUntil(lambda: steps(engine) > made + 2)
    paths.sessions().unlink()
    qtbot.waitUntil(lambda: storing(window).startswith("Saved"), timeout=10_000)
    stop(window, qtbot)
    (line,) = SessionLibrary(paths.sessions()).lines()
    assert line.steps >= made


def test_explanations_are_computed_while_the_page_is_open(opened: Open, qtbot) -> None:
    window = opened()
    engine = begin(window, qtbot)
    assert newest(engine).explanation is None
    window.open_page("Explain")
    qtbot.waitUntil(lambda: newest(engine).explanation is not None)
    window.open_page("Live")
    qtbot.waitUntil(lambda: newest(engine).explanation is None)


def test_faults_and_the_open_loop_last_into_the_next_session(opened: Open, qtbot) -> None:
    window = opened()
    begin(window, qtbot)
    window.explain.faults_changed.emit(replace(window.explain.faults, mute=True))
    window.explain.feedback_switched.emit(False)
    stop(window, qtbot)
    engine = begin(window, qtbot)
    qtbot.waitUntil(lambda: engine.status().faults == ("The sound is muted.",) and not engine.status().feedback)


def test_the_estimate_can_be_hidden_from_an_operator(opened: Open, qtbot) -> None:
    window = opened()
    begin(window, qtbot)
    window.open_page("Explain")
    window.toggle_hidden()
    assert window.pages.name == "Live"
    assert not window.live.headline.isVisible()
    assert not window.header.tabs["Explain"].isEnabled()
    window.toggle_hidden()
    assert window.live.headline.isVisible()
    assert window.header.tabs["Review"].isEnabled()


def test_a_question_is_answered_with_one_tap(opened: Open, qtbot) -> None:
    window = opened()
    engine = begin(window, qtbot)
    window.controller.learner.question_due.emit(Question(1.0, "random", "What fits best right now?"))
    assert window.ask.isVisible()
    click(window, window.ask.answers["Bored"])
    assert window.ask.isHidden()
    (report,) = [
        entry for entry in engine.session_log.entries() if hasattr(entry, "origin") and hasattr(entry, "state")
    ]
    assert (report.state, report.origin) == ("Bored", "probe")


def test_research_starts_with_consent_and_withdrawal_erases(opened: Open, qtbot) -> None:
    save_gate(GATE)
    window = opened("research")
    window.controller.start()
    dialog = window.findChild(ConsentDialog)
    assert not dialog.go.isEnabled()
    dialog.tick.setChecked(True)
    click(window, dialog.go)
    qtbot.waitUntil(lambda: window.controller.engine_host.engine is not None)
    qtbot.waitUntil(lambda: steps(window.controller.engine_host.engine) >= 2)
    stop(window, qtbot)
    (participant,) = ConsentLedger(ledger_file()).participants()
    (line,) = SessionLibrary(paths.sessions()).lines()
    assert (line.participant, line.study_id, line.keep_until) == (participant.pseudonym, "LM-1", "2099-12-31")
    withdrawal = asked_to_withdraw(window, qtbot)
    assert "1 session" in withdrawal.what.text()
    click(window, withdrawal.go)
    qtbot.waitUntil(lambda: "is withdrawn: 1 session" in window.banner.text)
    assert SessionLibrary(paths.sessions()).lines() == []
    assert ConsentLedger(ledger_file()).participants() == []


def asked_to_withdraw(window: MainWindow, qtbot) -> WithdrawDialog:
    window.settings.withdrawal.emit()
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in window.findChildren(WithdrawDialog)))
    return next(dialog for dialog in window.findChildren(WithdrawDialog) if dialog.isVisible())


def test_a_participant_of_an_earlier_study_can_withdraw_without_blocking_the_window(opened: Open, qtbot) -> None:
    theirs = ConsentLedger(ledger_file()).enrol(GATE, datetime.now(UTC)).pseudonym
    recorder = SessionRecorder(paths.sessions(), StoreSettings(), print)  # of another window
    recorder.begin(stored_session(20.0, participant=theirs, purpose="research").facts)
    recorder.step(made_reports.estimate(0.5))
    qtbot.waitUntil(lambda: len(SessionLibrary(paths.sessions()).lines()) == 1)
    save_gate(replace(GATE, study_id="LM-2"))
    window = opened("research")
    dialog = asked_to_withdraw(window, qtbot)
    assert "1 session" in dialog.what.text()
    before_s = monotonic()
    dialog.go.click()
    assert monotonic() - before_s < 0.5, "a session in use is waited for, but not here"
    qtbot.waitUntil(lambda: "is not withdrawn yet" in window.banner.text)
    recorder.end({})
    assert ConsentLedger(ledger_file()).participants() != []
    asked_to_withdraw(window, qtbot).go.click()
    qtbot.waitUntil(lambda: "is withdrawn: 1 session" in window.banner.text)
    assert ConsentLedger(ledger_file()).participants() == []
    assert SessionLibrary(paths.sessions()).lines() == []


def test_research_without_consent_starts_nothing(opened: Open, qtbot) -> None:
    save_gate(GATE)
    window = opened("research")
    window.controller.start()
    window.findChild(ConsentDialog).reject()
    assert window.controller.engine_host.engine is None
    assert not window.controller.engine_host.busy
    window.controller.start_for("P-NOBODY")
    assert "has not agreed" in window.banner.text
    assert not paths.sessions().exists()


def test_expired_sessions_are_erased_at_the_start(opened: Open, qtbot) -> None:
    old = stored_session(20.0, id="20200101T100000Z-aaaaaa")
    store_session(replace(old, facts=replace(old.facts, keep_until="2020-02-01")), paths.sessions(), None)
    assert len(SessionLibrary(paths.sessions()).lines()) == 1
    window = opened()
    qtbot.waitUntil(lambda: SessionLibrary(paths.sessions()).lines() == [], timeout=10_000)
    qtbot.waitUntil(lambda: "the retention date has passed" in window.banner.text)


def test_the_timer_marks_its_blocks(opened: Open, qtbot) -> None:
    window = opened()
    engine = begin(window, qtbot)
    window.live.context.started.emit("Analysis II")
    window.live.context.skipped.emit()
    window.live.context.stopped.emit()
    kinds = [entry.kind for entry in engine.session_log.entries() if isinstance(entry, Activity)]
    assert kinds == ["task", "focus", "break", "idle"]
    window.controller.learner.end()
    window.live.context.noted.emit("too late")
    assert len(engine.session_log.activities()) == 4


def test_the_status_bar_shows_what_the_running_session_stores(opened: Open, qtbot) -> None:
    window = opened(media=True, words=True)
    begin(window, qtbot)
    for field in ("media", "words"):
        window.controller.change_setting("store", field, False)
    qtbot.waitUntil(lambda: "picture and sound" in storing(window))
    click(window, window.header.go)
    qtbot.waitUntil(lambda: state(window) is RunState.PAUSED)
    click(window, window.header.go)
    ticks = window.ticks
    qtbot.waitUntil(lambda: window.ticks > ticks + 12)
    assert window.header.recording.isVisible()
    stop(window, qtbot)
    qtbot.waitUntil(lambda: storing(window) == "Saved: estimates")


def test_the_purpose_cannot_change_during_a_session(opened: Open, qtbot) -> None:
    window = opened()
    begin(window, qtbot)
    window.first.chosen.emit("demo", None)
    assert "Stop it" in window.banner.text
    assert window.controller.settings.purpose == "self"
    assert window.controller.input == SessionInput()


def test_a_cameras_password_is_not_stored(opened: Open, qtbot) -> None:
    window = opened()
    capture = replace(window.controller.settings.capture, camera="rtsp://me:secret@phone/live")
    window.controller.settings = replace(window.controller.settings, capture=capture)
    begin(window, qtbot)
    stop(window, qtbot)
    (line,) = SessionLibrary(paths.sessions()).lines()
    assert b"secret" not in (paths.sessions() / line.id / "session.db").read_bytes()
    kept_camera = SessionLibrary(paths.sessions()).read(line.id).facts.settings["capture"]["camera"]
    assert kept_camera == "rtsp://phone/live"


def test_sessions_of_self_expire_by_the_current_setting(opened: Open, qtbot) -> None:
    old = stored_session(20.0, id="20200101T100000Z-aaaaaa")
    facts = replace(old.facts, keep_until="", started_utc="2020-01-01T10:00:00+00:00")
    store_session(replace(old, facts=facts), paths.sessions(), None)
    forever = opened()
    qtbot.waitUntil(lambda: not forever.controller.jobs.running(EXPIRY_TOPIC), timeout=20_000)
    assert len(SessionLibrary(paths.sessions()).lines()) == 1
    weekly = opened(keep_days=7)
    qtbot.waitUntil(lambda: not weekly.controller.jobs.running(EXPIRY_TOPIC), timeout=20_000)
    assert SessionLibrary(paths.sessions()).lines() == []
