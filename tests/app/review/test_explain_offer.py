"""Explaining a stored session in the Review page: influence at each step, and feedback alarms."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from app.review.explain_offer import NO_FEATURES
from app.review.page import ReviewPage
from app.review.timeline.columns import TimelineColumns, timeline_columns
from app.review.timeline.influence import (
    HARDLY,
    UNKNOWN,
    Influence,
    alarm_text,
    alarms,
    influence,
    influence_text,
    leaders,
)
from app.review.timeline.rows import INFLUENCE
from app.session.jobs import JobRunner
from app.widgets import style_sheet
from core.features.load_model import open_checkpoint
from core.feedback_alarm import STEPS
from core.model.checkpoint import Checkpoint, encoder_fingerprint
from core.review.explain_session import explained
from core.settings import ModelSettings
from core.step_columns import StepColumns
from core.store.session_library import SessionLibrary
from core.store.stored_session import StoredSession
from tests.app.library_windows import dated, put
from tests.app.pictures import difference
from tests.support.stored_sessions import HOP_S, stored_features, stored_session

WITH, PLAIN, SHOWN = "20261122-083000-aaaa", "20261121-193000-bbbb", "20261120-100000-cccc"
Show = Callable[[str], ReviewPage]


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    return open_checkpoint(ModelSettings(), "cpu")


def of_checkpoint(session: StoredSession, sha256: str, session_id: str, day: int) -> StoredSession:
    made = dated(session, session_id, f"2026-11-{day}T08:30:00+00:00")
    return replace(made, facts=replace(made.facts, checkpoint_sha256=sha256))


@pytest.fixture
def library(home: Path, checkpoint: Checkpoint) -> Path:
    """A session with features, one without, and one that was explained while it ran."""
    folder = home / "sessions"
    first = of_checkpoint(stored_session(300.0, seed=2), checkpoint.sha256, WITH, 22)
    put(folder, first, features=stored_features(first, encoders=encoder_fingerprint(checkpoint.network)))
    put(folder, of_checkpoint(stored_session(120.0, seed=3), checkpoint.sha256, PLAIN, 21))
    put(folder, of_checkpoint(stored_session(120.0, seed=4, explained=True), checkpoint.sha256, SHOWN, 20))
    return folder


@pytest.fixture
def show(qtbot, library: Path) -> Iterator[Show]:
    style_sheet.apply(QApplication.instance(), "dark")
    pages: list[ReviewPage] = []

    def show_one(session_id: str) -> ReviewPage:
        page = pages[0] if pages else ReviewPage(jobs := JobRunner(QApplication.instance()))
        if not pages:
            jobs.setParent(page)
            pages.append(page)
            page.resize(1024, 520)
            page.show_library(SessionLibrary(library))
            page.show()
            qtbot.waitUntil(lambda: not page.findChild(JobRunner).busy)
        page.open_session(session_id)
        qtbot.waitUntil(lambda: page.session.id == session_id and not page.findChild(JobRunner).busy)
        return page

    yield show_one
    for page in pages:
        assert page.findChild(JobRunner).close() == []
        page.hide()
        page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def explain(qtbot, page: ReviewPage) -> None:
    page.session.timeline.why.offer.click()
    qtbot.waitUntil(lambda: explained(steps(page)).all() and not page.findChild(JobRunner).busy, timeout=60_000)


def steps(page: ReviewPage) -> StepColumns:
    return page.session.opened.session.steps


def a_step(page: ReviewPage) -> int:
    """The index of a step with all three modalities."""
    return int(np.flatnonzero(steps(page).present.all(axis=1))[0])


def look_at(page: ReviewPage, index: int) -> list[str]:
    page.session.timeline.go_to(float(steps(page).t_s[index]) - HOP_S / 2)
    return page.session.timeline.text.split("\n")


# --- the page ----------------------------------------------------------------------------------------------------


def test_a_session_with_features_is_explained_as_if_explain_had_been_open(qtbot, show: Show) -> None:
    page = show(WITH)
    timeline, shares = page.session.timeline, []
    page.controller.explaining.connect(shares.append)
    before = timeline.plots.grab().toImage()
    assert timeline.why.offer.isVisible()
    assert "feedback" not in look_at(page, a_step(page))[3]
    timeline.visible.fit()
    explain(qtbot, page)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert not timeline.why.isVisible()
    assert timeline.visible.width_s == 300.0  # nothing moved meanwhile
    assert difference(before, timeline.plots.grab().toImage()) > 0.5
    readout = look_at(page, a_step(page))[3]
    assert "without picture" in readout
    assert "feedback" in readout


def test_explanations_stay_when_the_session_changes_and_are_not_written(qtbot, show: Show, library: Path) -> None:
    page = show(WITH)
    explain(qtbot, page)
    page.controller.rename(WITH, "Product rule")
    qtbot.waitUntil(
        lambda: page.session.opened.session.line.title == "Product rule" and not page.findChild(JobRunner).busy
    )
    assert explained(steps(page)).all()
    show(PLAIN)
    assert explained(steps(show(WITH))).all()
    assert not explained(SessionLibrary(library).read(WITH).steps).any()


def test_explaining_is_stopped_and_started_again(qtbot, show: Show) -> None:
    page = show(WITH)
    why = page.session.timeline.why
    why.offer.click()
    assert why.stop.isVisible()
    assert not why.offer.isVisible()
    why.stop.click()
    qtbot.waitUntil(lambda: not page.findChild(JobRunner).busy)
    assert why.offer.isVisible()
    assert not explained(steps(page)).any()
    explain(qtbot, page)


def test_another_session_ends_the_explaining_of_the_one_before(qtbot, show: Show) -> None:
    page = show(WITH)
    page.session.timeline.why.offer.click()
    show(PLAIN)
    page = show(WITH)
    assert page.session.timeline.why.offer.isVisible()
    assert not explained(steps(page)).any()


def test_an_erased_session_leaves_no_explanations(qtbot, show: Show, library: Path) -> None:
    page = show(WITH)
    explain(qtbot, page)
    session = page.session.opened.session
    page.controller.erase(WITH)
    qtbot.waitUntil(lambda: not (library / WITH).exists() and not page.findChild(JobRunner).busy)
    put(library, dated(stored_session(300.0, seed=2), WITH, session.line.started_utc))
    assert not explained(steps(show(WITH))).any()


def test_a_session_of_another_checkpoint_is_refused_with_a_reason(qtbot, show: Show, library: Path) -> None:
    session, features = SessionLibrary(library).read(WITH), SessionLibrary(library).features(WITH)
    put(library, of_checkpoint(session, "0" * 64, "20261119-100000-dddd", 19), features=features)
    page = show("20261119-100000-dddd")
    said: list[str] = []
    page.notice.connect(said.append)
    page.session.timeline.why.offer.click()
    qtbot.waitUntil(lambda: bool(said) and not page.findChild(JobRunner).busy, timeout=60_000)
    assert "checkpoint that made this session" in said[0]
    assert page.session.timeline.why.offer.isVisible()


def test_without_features_it_shows_why_not_and_how_to_switch_them_on(show: Show) -> None:
    page = show(PLAIN)
    timeline = page.session.timeline
    assert not timeline.why.isVisible()
    assert all(line in timeline.text for line in NO_FEATURES)
    assert "Keep features" in timeline.text
    assert timeline.plots.tip_at(QPointF(300, 200)) == ""


def test_a_session_explained_while_it_ran_has_no_offer(show: Show) -> None:
    page = show(SHOWN)
    assert not page.session.timeline.why.isVisible()
    assert not any(line in page.session.timeline.text for line in NO_FEATURES)
    assert page.session.opened.timeline.influence is not None


def test_the_influence_lane_has_a_tooltip(qtbot, show: Show) -> None:
    page = show(SHOWN)
    plots = page.session.timeline.plots
    look_at(page, a_step(page))
    at = plots.mapFromScene(plots.lanes.lanes[INFLUENCE].sceneBoundingRect().center())
    viewport = plots.viewport()
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, at, viewport.mapToGlobal(at)))
    assert QToolTip.text().endswith(".")
    assert "%" in QToolTip.text() or "nothing" in QToolTip.text().lower()
    QToolTip.hideText()


def test_explaining_is_started_by_key(qtbot, show: Show) -> None:
    page = show(WITH)
    page.session.timeline.why.offer.setFocus()
    QTest.keyClick(page.session.timeline.why.offer, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: explained(steps(page)).all() and not page.findChild(JobRunner).busy, timeout=60_000)


# --- influence ---------------------------------------------------------------------------------------------------


def made(**changes: np.ndarray) -> tuple[Influence, TimelineColumns]:
    """100 steps: the picture's influence is 0.4, the voice's 0.2; feedback holds no state."""
    count = 100
    base = stored_session(60.0).steps
    said = np.tile(np.float32((0.6, 0.2, 0.1, 0.1)), (count, 1))
    without = np.repeat(said[:, None], 3, axis=1)
    without[:, 0] += np.float32((-0.2, 0.2, 0, 0))  # audio
    without[:, 1] += np.float32((-0.4, 0.4, 0, 0))  # visual
    parts = {name: getattr(base, name)[:count] for name in base.__slots__}
    parts |= {
        "t_s": HOP_S * np.arange(1, count + 1), "probabilities": said, "plain": said, "evidence": said,
        "without": without, "told": np.zeros((count, 3, 3), np.float32), "present": np.ones((count, 3), bool),
    }  # fmt: skip
    whole = StepColumns(**(parts | changes))
    found = influence(whole)
    assert found is not None
    return found, timeline_columns(whole, HOP_S)


def test_the_modality_that_moves_most_leads() -> None:
    found, columns = made()
    assert found.moved[0] == pytest.approx((0.4, 0.2, 0.0), abs=1e-6)
    assert [run.code for run in leaders(found, columns, 0.0, 50.0, 40)] == [0]
    assert influence_text(found, 5).startswith("The picture had the largest influence")
    assert "picture 40 %, voice 20 %" in influence_text(found, 5)
    assert alarms(found, columns, 0.0, 50.0, 40) == []
    assert alarm_text(found, 5) == ""


def test_little_influence_is_marked() -> None:
    said = np.tile(np.float32((0.6, 0.2, 0.1, 0.1)), (100, 1))
    without = np.repeat(said[:, None], 3, axis=1)
    without[:, 2] += np.float32((-0.01, 0.01, 0, 0))
    found, columns = made(without=without)
    assert [run.code for run in leaders(found, columns, 0.0, 50.0, 40)] == [2 + HARDLY]
    assert "little" in influence_text(found, 0)


def test_the_only_present_modality_has_full_influence() -> None:
    present = np.ones((100, 3), bool)
    present[:, :2] = False
    without = np.tile(np.float32((0.6, 0.2, 0.1, 0.1)), (100, 3, 1))
    without[:, 2] = np.nan
    found, _ = made(present=present, without=without)
    assert found.moved[0, 2] == 1.0
    assert influence_text(found, 0) == "Without the words nothing would have been present."


def test_unexplained_steps_are_gaps() -> None:
    told, evidence = np.zeros((100, 3, 3), np.float32), np.tile(np.float32((0.6, 0.2, 0.1, 0.1)), (100, 1))
    told[:40], evidence[:60] = np.nan, np.nan
    found, columns = made(told=told, evidence=evidence)
    assert [run.code for run in leaders(found, columns, 0.0, 50.0, 50)] == [UNKNOWN, 0]
    assert "Nothing was present" in influence_text(found, 0)


@pytest.mark.parametrize("count", [10, 400])
def test_a_short_alarm_is_visible_at_every_zoom(count: int) -> None:
    evidence = np.tile(np.float32((0.6, 0.2, 0.1, 0.1)), (100, 1))
    evidence[50 : 50 + STEPS] = (0.2, 0.6, 0.1, 0.1)
    found, columns = made(evidence=evidence)
    ringing = alarms(found, columns, 0.0, 50.0, count)
    assert len(ringing) == 1
    assert ringing[0].first <= (50 + STEPS) * count / 100 <= ringing[0].last + 1
    assert alarm_text(found, 50 + STEPS - 2) == ""
    assert alarm_text(found, 50 + STEPS - 1) == f"feedback may be holding Confused, for {STEPS} steps"


def test_a_session_without_explanations_has_no_influence() -> None:
    assert influence(stored_session(60.0).steps) is None
