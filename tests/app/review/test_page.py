"""The Review page on a real session library: search, reading, changes, agreement, looking back, export, erasure."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QListWidget, QPlainTextEdit, QWidget

from app.review.dialogs import EraseQuestion
from app.review.page import ReviewPage
from app.review.session_view import TABS
from app.review.transcript_pane import TranscriptPane
from app.session.jobs import JobRunner
from app.widgets import style_sheet
from app.widgets.elided_line import ElidedLine
from core.analysis.transcript import read_words
from core.features.load_model import open_checkpoint
from core.model.checkpoint import encoder_fingerprint
from core.self_report.personal_calibration import load, personal_file
from core.settings import ModelSettings
from core.store.session_library import SessionLibrary
from core.types import REPORTABLE, STATES, SelfReport, TranscriptWord
from tests.app.library_windows import dated, put
from tests.app.pictures import difference, is_a_picture
from tests.core.self_report.made_learners import SHIFT
from tests.support.stored_sessions import stored_features, stored_session

NEWEST, MIDDLE, OLDEST = "20261122-083000-aaaa", "20261121-193000-bbbb", "20261120-100000-cccc"
OpenPage = Callable[[], ReviewPage]


@pytest.fixture
def library(home: Path) -> Path:
    """Three sessions: the newest with features and a recording, one plain, one of a participant and cut off."""
    folder = home / "sessions"
    first = dated(stored_session(300.0, seed=2), NEWEST, "2026-11-22T08:30:00+00:00")
    put(folder, first, features=stored_features(first), media=True)
    put(folder, dated(stored_session(240.0, seed=3), MIDDLE, "2026-11-21T19:30:00+00:00"))
    third = dated(stored_session(120.0, seed=4), OLDEST, "2026-11-20T10:00:00+00:00", participant="P-03")
    put(folder, third, complete=False)
    return folder


@pytest.fixture
def open_page(qtbot, home: Path) -> Iterator[OpenPage]:
    style_sheet.apply(QApplication.instance(), "dark")
    pages: list[ReviewPage] = []

    def open_one() -> ReviewPage:
        page = ReviewPage(jobs := JobRunner(QApplication.instance()))
        jobs.setParent(page)
        pages.append(page)
        page.resize(1024, 520)
        page.show_library(SessionLibrary(home / "sessions"))
        page.show()
        qtbot.waitUntil(lambda: idle(page))
        return page

    yield open_one
    for page in pages:
        assert page.findChild(JobRunner).close() == []
        page.hide()
        page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def page(library: Path, open_page: OpenPage) -> ReviewPage:
    return open_page()


def idle(page: ReviewPage) -> bool:
    return not page.findChild(JobRunner).busy


def choose(qtbot, page: ReviewPage, session_id: str) -> None:
    page.open_session(session_id)
    qtbot.waitUntil(lambda: page.session.id == session_id and idle(page))


def words(widget: QWidget) -> str:
    return widget.accessibleName() + widget.accessibleDescription()


def test_the_newest_session_is_first_and_open(page: ReviewPage) -> None:
    assert [line.id for line in page.list.lines] == [NEWEST, MIDDLE, OLDEST]
    assert page.session.id == NEWEST
    assert page.session.header.title.text() == "Sun 22 November 2026"
    assert is_a_picture(page.grab().toImage())


def test_a_library_can_be_shown_with_a_session_other_than_the_newest(qtbot, page: ReviewPage, home: Path) -> None:
    page.show_library(SessionLibrary(home / "sessions"), MIDDLE)
    qtbot.waitUntil(lambda: page.session.id == MIDDLE and idle(page))
    assert page.list.current.id == MIDDLE
    page.refresh()
    qtbot.waitUntil(lambda: idle(page))
    assert page.session.id == MIDDLE


def test_the_list_has_special_properties_and_time_per_state(page: ReviewPage) -> None:
    spoken = [page.list.rows.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert "features" in spoken[0]
    assert "recording" in spoken[0]
    assert "cut off" in spoken[2]
    assert "P-03" in spoken[2]
    counts = page.list.rows.item(0).data(Qt.ItemDataRole.UserRole + 1)
    assert sum(counts) == page.list.lines[0].steps


def test_the_header_says_that_a_session_is_incomplete_and_ends_with_an_ellipsis(qtbot, page: ReviewPage) -> None:
    choose(qtbot, page, OLDEST)
    (line,) = page.session.header.findChildren(ElidedLine)
    assert "incomplete: the program ended early" in line.text()
    page.resize(880, 520)
    QApplication.processEvents()
    assert line.text().endswith("…")
    assert line.toolTip() == line.full


def test_searching_narrows_the_list_and_names_a_query_without_matches(qtbot, page: ReviewPage) -> None:
    QTest.keyClicks(page.list.search, "P-03")
    qtbot.waitUntil(lambda: [line.id for line in page.list.lines] == [OLDEST] and page.session.id == OLDEST)
    page.list.search.setText("zebra")
    qtbot.waitUntil(lambda: page.list.lines == [])
    assert "zebra" in page.session.hint.text()
    page.list.search.clear()
    qtbot.waitUntil(lambda: len(page.list.lines) == 3 and idle(page))


def test_arrow_keys_move_through_the_list(qtbot, page: ReviewPage) -> None:
    page.list.rows.setFocus()
    QTest.keyClick(page.list.rows, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.session.id == MIDDLE and idle(page))


def test_an_empty_library_shows_where_sessions_are_stored(home: Path, open_page: OpenPage) -> None:
    page = open_page()
    assert page.empty.isVisible()
    assert str(home / "sessions") in page.empty.folder.text()
    assert not page.session.isVisible()


def test_a_session_that_cannot_be_read_shows_why_and_can_be_erased(qtbot, library: Path, open_page: OpenPage) -> None:
    broken = library / "20261201-100000-dddd"
    broken.mkdir()
    (broken / "session.db").write_bytes(b"no database at all" * 40)
    page = open_page()
    page.open_session(broken.name)
    assert "damaged" in page.session.hint.text()
    page.session.header.erasures["session"].trigger()
    page.dialogs.open.accept()
    qtbot.waitUntil(lambda: len(page.list.lines) == 3 and idle(page))
    assert not broken.exists()


def test_a_title_is_stored(qtbot, page: ReviewPage, library: Path) -> None:
    title = page.session.header.title
    title.selectAll()
    QTest.keyClicks(title, "Product rule")
    QTest.keyClick(title, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.list.lines[0].title == "Product rule" and idle(page))
    assert SessionLibrary(library).lines("product")[0].id == NEWEST


def test_a_note_is_stored_when_the_field_loses_focus(qtbot, page: ReviewPage, library: Path) -> None:
    page.session.open_pane("summary")
    page.session.summary.note.setFocus()
    QTest.keyClicks(page.session.summary.note, "slept badly")
    page.list.rows.setFocus()
    qtbot.waitUntil(lambda: SessionLibrary(library).read(NEWEST).note == "slept badly" and idle(page))


def test_a_change_opens_its_moment_in_the_timeline(page: ReviewPage) -> None:
    page.session.open_pane("summary")
    changes = page.session.summary.changes
    assert changes.count() == len(page.session.opened.summary.changes) > 0
    at_s = page.session.opened.summary.changes[2].t_s
    changes.itemActivated.emit(changes.item(2))
    assert page.session.timeline.isVisible()
    assert page.session.timeline.visible.at_s == at_s


def test_too_few_reports_give_no_verdict_or_calibration(qtbot, page: ReviewPage) -> None:
    page.session.open_pane("agreement")
    qtbot.waitUntil(lambda: page.session.agreement.verdict.text() != "")
    assert (
        "Too few" in page.session.agreement.verdict.text() or "named a state" in page.session.agreement.verdict.text()
    )
    assert not page.session.agreement.take.isVisible()


def test_a_better_calibration_is_offered_used_and_undone(qtbot, home: Path, open_page: OpenPage) -> None:
    for number in range(4):
        put_learner(home / "sessions", number)
    page = open_page()
    changes: list[bool] = []
    page.personal_changed.connect(lambda: changes.append(True))
    page.session.open_pane("agreement")
    agreement = page.session.agreement
    qtbot.waitUntil(lambda: agreement.take.isVisible() and idle(page))
    assert "were not used to make it" in agreement.figures.text()
    agreement.take.click()
    qtbot.waitUntil(lambda: agreement.drop.isVisible() and idle(page))
    assert load() is not None
    assert not agreement.take.isVisible()  # the same one is not offered twice
    agreement.drop.click()
    qtbot.waitUntil(lambda: not agreement.drop.isVisible() and idle(page))
    assert not personal_file().exists()
    assert len(changes) == 2


def put_learner(folder: Path, number: int) -> None:
    """A session of a person for whom the estimates are right except for a constant shift between states."""
    session = stored_session(400.0, seed=20 + number)
    true = session.steps.probabilities
    said = true * np.exp(SHIFT)
    said /= said.sum(axis=1, keepdims=True)
    at = range(40, len(true), 20)
    reports = tuple(
        SelfReport(float(session.steps.t_s[i]), STATES[int(np.nanmean(true[i - 11 : i + 1], axis=0).argmax())])
        for i in at
        if not np.isnan(true[i - 11 : i + 1]).all()
    )
    session = replace(session, steps=replace(session.steps, probabilities=said, plain=said), reports=reports)
    put(folder, dated(session, f"2026111{number}-100000-eeee", f"2026-11-1{number}T10:00:00+00:00"))


def test_looking_back_hides_the_estimate_until_all_is_answered(qtbot, page: ReviewPage, library: Path) -> None:
    before = len(SessionLibrary(library).read(NEWEST).reports)
    page.session.open_pane("recall")
    recall = page.session.recall
    recall.begin.click()
    cues = len(page.session.opened.cues)
    shown = " ".join(label.text() for label in recall.findChildren(QWidget) if hasattr(label, "text"))
    assert "%" not in shown
    QTest.keyClick(recall.states["Confused"], Qt.Key.Key_1)
    recall.states["Skip"].click()
    for _ in range(cues - 2):
        recall.states["None"].click()
    qtbot.waitUntil(lambda: idle(page) and len(SessionLibrary(library).read(NEWEST).reports) == before + cues - 1)
    stored = SessionLibrary(library).read(NEWEST).reports
    assert sum(report.origin == "recall" for report in stored) == cues - 1
    assert recall.compared.isVisible()
    assert recall.compared.count() > 0
    qtbot.waitUntil(lambda: len(page.session.opened.session.reports) == before + cues - 1)


def test_a_session_without_features_shows_why_it_cannot_be_compared(qtbot, page: ReviewPage) -> None:
    choose(qtbot, page, MIDDLE)
    page.session.open_pane("compare")
    assert "keep features" in page.session.compare.about.text()
    assert not page.session.compare.choose.isVisible()


def test_a_checkpoint_of_other_encoders_is_refused_with_a_reason(qtbot, page: ReviewPage) -> None:
    said: list[str] = []
    page.notice.connect(said.append)
    page.session.open_pane("compare")
    page.session.compare.shipped.click()
    assert not page.session.compare.choose.isEnabled()
    qtbot.waitUntil(lambda: bool(said) and idle(page), timeout=60_000)
    assert "other encoders" in said[0]
    assert page.session.compare.choose.isEnabled()


def test_two_checkpoints_on_one_session(qtbot, home: Path, open_page: OpenPage) -> None:
    fingerprint = encoder_fingerprint(open_checkpoint(ModelSettings(), "cpu").network)
    session = dated(stored_session(60.0, seed=2), NEWEST, "2026-11-22T08:30:00+00:00")
    put(home / "sessions", session, features=stored_features(session, encoders=fingerprint))
    page = open_page()
    compare, plots = page.session.compare, page.session.timeline.plots
    before = plots.grab().toImage()
    page.session.open_pane("compare")
    compare.shipped.click()
    qtbot.waitUntil(lambda: compare.sentence.isVisible() and idle(page), timeout=60_000)
    assert f"of {len(session.steps)} steps" in compare.sentence.text()
    page.session.go_to(0.0)
    page.session.timeline.visible.fit()
    assert "the other:" in page.session.timeline.text
    assert difference(before, plots.grab().toImage()) > 0.2


@pytest.mark.parametrize("kind", ["csv", "html"])
def test_a_session_is_exported(qtbot, page: ReviewPage, tmp_path: Path, kind: str) -> None:
    said: list[str] = []
    page.notice.connect(said.append)
    target = tmp_path / "out" / ("tables" if kind == "csv" else "report.html")
    page.export_to(kind, target)
    qtbot.waitUntil(lambda: bool(said) and idle(page), timeout=30_000)
    assert said == [f"Saved as {target}."]
    assert list(target.iterdir()) if kind == "csv" else target.stat().st_size > 1000


def test_an_export_that_cannot_be_written_is_reported(qtbot, page: ReviewPage, tmp_path: Path) -> None:
    said: list[str] = []
    page.notice.connect(said.append)
    (tmp_path / "file").write_text("in the way")
    page.export_to("csv", tmp_path / "file")
    qtbot.waitUntil(lambda: bool(said) and idle(page))
    assert "Name a folder" in said[0]


def test_a_recording_is_replayed_only_where_there_is_one(qtbot, page: ReviewPage, library: Path) -> None:
    wanted: list[Path] = []
    page.replay.connect(wanted.append)
    page.session.header.play.click()
    assert wanted == [library / NEWEST / "media.mkv"]
    choose(qtbot, page, MIDDLE)
    assert not page.session.header.play.isVisible()


def test_erasing_is_confirmed_after_naming_its_content(qtbot, page: ReviewPage, library: Path) -> None:
    page.session.header.erasures["session"].trigger()
    question = page.dialogs.open
    assert isinstance(question, EraseQuestion)
    for part in ("steps of estimates", "words", "own reports", "features", "recording", "cannot be undone"):
        assert part in question.text
    question.reject()
    assert (library / NEWEST).exists()
    page.session.header.erasures["session"].trigger()
    page.dialogs.open.accept()
    qtbot.waitUntil(lambda: page.session.id == MIDDLE and idle(page))
    assert not (library / NEWEST).exists()


def test_only_the_words_can_be_erased(qtbot, page: ReviewPage, library: Path) -> None:
    assert page.session.header.erasures["words"].isVisible()
    page.session.header.erasures["words"].trigger()
    question = page.dialogs.open
    assert isinstance(question, EraseQuestion)
    for part in ("recognised words with your corrections, and nothing else", "recording stays", "cannot be undone"):
        assert part in question.text
    question.accept()
    qtbot.waitUntil(lambda: not page.session.header.erasures["words"].isVisible() and idle(page))
    stored = SessionLibrary(library).read(NEWEST)
    assert stored.words == ()
    assert stored.reports
    assert stored.line.has_media


def test_a_participant_and_then_everything_is_erased(qtbot, page: ReviewPage, library: Path) -> None:
    choose(qtbot, page, OLDEST)
    page.session.header.erasures["participant"].trigger()
    qtbot.waitUntil(lambda: page.dialogs.open is not None)
    assert "participant P-03: 1 session" in page.dialogs.open.text
    page.dialogs.open.accept()
    qtbot.waitUntil(lambda: len(page.list.lines) == 2 and idle(page))
    page.session.header.erasures["everything"].trigger()
    qtbot.waitUntil(lambda: page.dialogs.open is not None)
    assert "2 sessions" in page.dialogs.open.text
    page.dialogs.open.accept()
    qtbot.waitUntil(lambda: page.empty.isVisible() and idle(page))
    assert list(library.iterdir()) == []


def test_closing_while_reading_leaves_no_thread(qtbot, library: Path, open_page: OpenPage) -> None:
    page = open_page()
    page.open_session(MIDDLE)
    page.session.open_pane("agreement")
    assert page.findChild(JobRunner).close() == []


def test_every_control_has_a_name_and_a_tip_and_is_reachable_by_key(page: ReviewPage) -> None:
    kinds = (QAbstractButton, QLineEdit, QListWidget, QPlainTextEdit)
    controls = [widget for kind in kinds for widget in page.findChildren(kind)]
    own = [w for w in controls if not w.objectName().startswith("qt_") and not isinstance(w.parent(), QLineEdit)]
    assert len(own) > 20
    assert [words(w) for w in own if not (w.accessibleName() and w.toolTip())] == []
    assert [words(w) for w in own if not w.focusPolicy() & Qt.FocusPolicy.TabFocus] == []


@pytest.mark.parametrize(("size", "look"), [((1024, 500), "light"), ((1200, 620), "dark")])
def test_every_pane_is_drawn_at_both_sizes(qtbot, page: ReviewPage, size: tuple[int, int], look: str) -> None:
    style_sheet.apply(QApplication.instance(), look)
    page.resize(*size)
    for name in TABS:
        page.session.open_pane(name)
        qtbot.waitUntil(lambda: idle(page))
        assert is_a_picture(page.grab().toImage())
    assert page.minimumSizeHint().width() <= 1024
    assert page.minimumSizeHint().height() <= 500


def test_three_hours_take_little_processor_time(qtbot, home: Path, open_page: OpenPage) -> None:
    """Reading runs in a job, drawing in the window: about 1 s together. The bound finds work that grows too fast."""
    put(home / "sessions", dated(stored_session(10_800.0), NEWEST, "2026-11-22T08:30:00+00:00"))
    page = open_page()
    times = []
    for _ in range(3):
        page.session.opened = None
        began = process_time()
        choose(qtbot, page, NEWEST)
        page.session.timeline.grab()
        times.append(process_time() - began)
    assert min(times) < 4.0


def test_reportable_states_can_all_be_answered(page: ReviewPage) -> None:
    assert list(page.session.recall.states) == [*REPORTABLE, "Skip"]


@pytest.fixture
def transcript(qtbot, page: ReviewPage) -> TranscriptPane:
    """The transcript of the newest session."""
    page.session.tabs["transcript"].click()
    pane = page.session.transcript
    qtbot.waitUntil(pane.isVisible)
    return pane


def test_a_stored_word_is_corrected_by_a_double_click_and_taken_back(
    qtbot, page: ReviewPage, transcript: TranscriptPane, library: Path
) -> None:
    sheet = transcript.sheet
    heard = sheet.words[2].heard
    middle = sheet.rect_of(2).center().toPoint()
    QTest.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseDClick(sheet, Qt.MouseButton.LeftButton, pos=middle)
    QTest.keyClicks(sheet.editor, "zebra")
    QTest.keyClick(sheet.editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: sheet.words[2].by_hand == "zebra" and idle(page))
    assert SessionLibrary(library).read(NEWEST).transcript[2] == TranscriptWord(heard, "zebra")
    assert f"Heard: “{heard.text}”" in transcript.line.text()  # not cut in a window of 1024 pixels
    page.list.search.setText("zebra")
    qtbot.waitUntil(lambda: [line.id for line in page.list.lines] == [NEWEST] and idle(page))
    transcript.take_back.click()
    qtbot.waitUntil(lambda: sheet.words[2].by_hand is None and idle(page))
    assert not transcript.take_back.isVisible()


def test_keys_read_and_correct_the_transcript(qtbot, page: ReviewPage, transcript: TranscriptPane) -> None:
    sheet = transcript.sheet
    sheet.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_F2):
        QTest.keyClick(sheet, key)
    assert sheet.accessibleDescription().startswith(f"{sheet.words[1].text}. ")
    QTest.keyClick(sheet.editor, Qt.Key.Key_Delete)
    QTest.keyClick(sheet.editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: sheet.words[1].by_hand == "" and idle(page))
    assert sheet.words[1].heard not in page.session.opened.session.words
    QTest.keyClick(sheet, Qt.Key.Key_End)
    assert not sheet.visibleRegion().boundingRect().intersected(sheet.rect_of(len(sheet.words) - 1).toRect()).isEmpty()


def test_a_word_is_shown_in_the_timeline(page: ReviewPage, transcript: TranscriptPane) -> None:
    transcript.sheet.move_cursor(5)
    transcript.show_moment.click()
    assert page.session.tabs["timeline"].isChecked()
    at_s = transcript.sheet.words[5].heard.start_s
    assert page.session.timeline.visible.start_s <= at_s <= page.session.timeline.visible.end_s


def test_a_session_without_words_says_so(qtbot, page: ReviewPage, transcript: TranscriptPane) -> None:
    page.controller.forget_words(NEWEST)
    qtbot.waitUntil(lambda: page.session.opened.session.transcript == () and idle(page))
    assert not transcript.sheet.isVisible()
    assert not page.session.header.exports["vtt"].isVisible()


def test_subtitles_are_exported(qtbot, page: ReviewPage, tmp_path: Path) -> None:
    assert page.session.header.exports["vtt"].isVisible()
    page.export_to("vtt", tmp_path / "words.vtt")
    qtbot.waitUntil(lambda: (tmp_path / "words.vtt").exists() and idle(page))
    assert len(read_words(tmp_path / "words.vtt")) == len(page.session.opened.session.words)
