"""The question card: answered in one tap, gone after half a minute, and never taking the focus."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from app.self_report.question_card import QuestionCard
from core.focus.study_hints import RULES, StudyHint
from core.self_report.question_schedule import TEXTS, Question

QUESTION = Question(300.0, "random", TEXTS["random"])
NUDGE = StudyHint(900.0, RULES[0].name, f"{RULES[0].text} ({RULES[0].because})")


@pytest.fixture
def page(qtbot) -> QWidget:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(700, 500)
    edit = QLineEdit(page)
    with qtbot.waitExposed(page):
        page.show()
    edit.setFocus()
    return page


@pytest.fixture
def card(page: QWidget) -> QuestionCard:
    return QuestionCard(page)


@pytest.fixture
def emitted(card: QuestionCard) -> list:
    emitted: list = []
    for name in ("reported", "not_now", "stop_asking", "ignored", "dismissed"):
        getattr(card, name).connect(lambda *what, name=name: emitted.append((name, *what)))
    return emitted


def tap(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_question_is_answered_in_one_tap(card: QuestionCard, emitted: list) -> None:
    card.ask(QUESTION)
    assert card.text.startswith(QUESTION.text)
    tap(card.answers["Bored"])
    assert emitted == [("reported", "Bored")]
    assert card.isHidden()


def test_it_never_takes_the_focus(card: QuestionCard, page: QWidget) -> None:
    card.ask(QUESTION)
    before = page.focusWidget()
    tap(card.later)
    assert page.focusWidget() is before


@pytest.mark.parametrize(("button", "signal"), [("later", "not_now"), ("never", "stop_asking")])
def test_a_question_can_be_declined(card: QuestionCard, emitted: list, button: str, signal: str) -> None:
    card.ask(QUESTION)
    tap(getattr(card, button))
    assert emitted == [(signal,)]


def test_a_question_disappears_unanswered(card: QuestionCard, emitted: list, qtbot) -> None:
    card.waits_ms = 50
    card.ask(QUESTION)
    qtbot.waitUntil(card.isHidden)
    assert emitted == [("ignored",)]


def test_a_hint_shows_its_reason_and_can_be_dismissed(card: QuestionCard, emitted: list) -> None:
    card.hint(NUDGE)
    assert card.text == f"{RULES[0].text} {RULES[0].because}"
    tap(card.ok)
    assert emitted == []
    card.hint(NUDGE)
    tap(card.never)
    assert emitted == [("dismissed", RULES[0].name)]


def test_a_hint_disappears_without_an_outcome(card: QuestionCard, emitted: list, qtbot) -> None:
    card.waits_ms = 50
    card.hint(NUDGE)
    qtbot.waitUntil(card.isHidden)
    assert emitted == []


def test_it_stays_in_the_corner_of_the_window(card: QuestionCard, page: QWidget) -> None:
    card.ask(QUESTION)
    for size in ((700, 500), (900, 420)):
        page.resize(*size)
        assert page.rect().contains(card.geometry())
        assert page.width() - card.geometry().right() < 40
