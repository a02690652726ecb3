"""The live transcript: what is marked and why, correcting by mouse and key, and that nothing moves under the hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from app.live.transcript import TranscriptView
from app.presentation.word_text import NOT_SAID
from app.widgets import style_sheet
from app.widgets.theme import BODY_PX, DARK, contrast, font
from app.widgets.words_view import LINE_PX
from app.window.main_window import MainWindow
from core.types import Reason, TranscriptWord, Word

COUNT = 40
"""Words, more than fit."""


def words(count: int = COUNT, first: int = 0, **corrections: str) -> list[TranscriptWord]:
    """w0 w1 w2 …, one for each second."""
    return [
        TranscriptWord(Word(f"w{k}", float(k), k + 0.5), corrections.get(f"w{k}")) for k in range(first, first + count)
    ]


@pytest.fixture
def view(qtbot) -> TranscriptView:
    style_sheet.apply(QApplication.instance(), "dark")
    made = TranscriptView()
    qtbot.addWidget(made)
    made.resize(288, 4 * LINE_PX)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def middle(view: TranscriptView, text: str) -> QPoint:
    place = next(place for place, word in enumerate(view.words) if word.heard.text == text)
    return view.rect_of(place).center().toPoint()


def pixels(view: TranscriptView, word: TranscriptWord, from_s: float = 0.0) -> np.ndarray:
    """What is drawn of this word alone."""
    view.show_words([word], from_s)
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:LINE_PX].copy()


def test_every_mark_is_drawn_in_its_own_way_and_not_by_colour_alone(view: TranscriptView) -> None:
    plain = Word("word", 1.0, 1.5)
    drawn = {
        "counts": pixels(view, TranscriptWord(plain)),
        "older": pixels(view, TranscriptWord(plain), 20.0),
        "computer": pixels(view, TranscriptWord(replace(plain, by_computer=True))),
        "doubt": pixels(view, TranscriptWord(replace(plain, doubt=Reason.LIPS_STILL))),
        "unsure": pixels(view, TranscriptWord(replace(plain, confidence=0.2))),
        "partial": pixels(view, TranscriptWord(replace(plain, final=False))),
        "corrected": pixels(view, TranscriptWord(plain, "word")),
    }
    shapes = {name: _shape(image) for name, image in drawn.items()}
    assert np.array_equal(shapes.pop("doubt"), shapes["unsure"])
    for name, shape in shapes.items():
        assert not any(np.array_equal(shape, other) for key, other in shapes.items() if key != name), name


def _shape(image: np.ndarray) -> np.ndarray:
    """Which pixels have ink, whatever its colour."""
    grey = image.astype(float).reshape(len(image), -1, 1)[:, : 288 * 3].reshape(len(image), -1, 3).sum(axis=2)
    return np.asarray(np.abs(grey - grey[0, -1]) > 90)


def test_fading_words_stay_readable(view: TranscriptView) -> None:
    view.show_words([TranscriptWord(Word("a", 0.0, 1.0))], 10.0)
    for end_s in (10.0, 7.0, 3.0, -100.0):
        color, strong = view.look(TranscriptWord(Word("a", end_s - 1, end_s)), DARK)
        assert contrast(color.name(), DARK.panel) >= 4.5
        assert strong == (end_s >= 10.0)
    assert color == QColor(DARK.quiet)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (TranscriptWord(Word("a", 0, 1, by_computer=True)), "The computer played this"),
        (TranscriptWord(Word("a", 0, 1, doubt=Reason.LIPS_STILL)), "Your lips were still"),
        (TranscriptWord(Word("a", 0, 1, 0.2)), "not sure (20 %)"),
        (TranscriptWord(Word("limb", 0, 1), "limit"), "Heard: “limb”"),
        (TranscriptWord(Word("a", 0, 1, final=False)), "may still change"),
        (TranscriptWord(Word("a", 0, 1), 20 * "long " + "end"), "long end”. Corrected"),
    ],
)
def test_hovering_says_why_a_word_is_marked(view: TranscriptView, word: TranscriptWord, said: str) -> None:
    view.show_words([word], 0.0)
    at = view.rect_of(0).center().toPoint()
    QApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, at, view.mapToGlobal(at)))
    assert said in QToolTip.text()


def test_a_click_and_enter_correct_a_word(view: TranscriptView, qtbot) -> None:
    view.show_words(words(5), 0.0)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, "w2"))
    assert view.editor.text() == view.editor.selectedText() == "w2"
    QTest.keyClicks(view.editor, "two  words")
    with qtbot.waitSignal(view.corrected) as heard:
        QTest.keyClick(view.editor, Qt.Key.Key_Return)
    assert heard.args == [Word("w2", 2.0, 2.5), "two words"]
    assert not view.editor.isVisible()


def test_escape_and_an_unchanged_text_correct_nothing(view: TranscriptView, qtbot) -> None:
    view.show_words(words(5), 0.0)
    with qtbot.assertNotEmitted(view.corrected):
        for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
            QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, "w2"))
            if key == Qt.Key.Key_Escape:
                QTest.keyClicks(view.editor, "other")
            QTest.keyClick(view.editor, key)
            assert not view.editor.isVisible()
    assert view.hasFocus()


def test_an_empty_text_means_not_said(view: TranscriptView, qtbot) -> None:
    view.show_words(words(5), 0.0)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, "w3"))
    view.editor.clear()
    with qtbot.waitSignal(view.corrected) as heard:
        QTest.keyClick(view.editor, Qt.Key.Key_Return)
    assert heard.args == [Word("w3", 3.0, 3.5), ""]
    view.show_words(words(5, w3=""), 0.0)
    assert NOT_SAID in view.accessibleDescription()


def test_the_keyboard_reaches_every_word(view: TranscriptView, qtbot) -> None:
    view.show_words(words(), 0.0)
    view.setFocus()
    for key, text in (("End", "w39"), ("Left", "w38"), ("Right", "w39"), ("Home", "w0"), ("Right", "w1")):
        QTest.keyClick(view, getattr(Qt.Key, f"Key_{key}"))
        assert view.accessibleDescription().startswith(f"{text}. ")
    assert view.rect().contains(middle(view, "w1"))
    QTest.keyClick(view, Qt.Key.Key_F2)
    assert view.editor.text() == "w1"
    with qtbot.waitSignal(view.corrected):
        QTest.keyClicks(view.editor, "x")
        QTest.keyClick(view.editor, Qt.Key.Key_Return)


@pytest.mark.parametrize("change", [{"by_computer": True}, {"final": False}])
def test_words_of_the_computer_and_partial_ones_cannot_be_corrected(view: TranscriptView, change: dict) -> None:
    view.show_words([TranscriptWord(Word("w0", 0.0, 0.5, **change))], 0.0)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, "w0"))
    assert not view.editor.isVisible()


def test_nothing_moves_while_a_word_is_corrected_and_new_words_go_on_below(view: TranscriptView) -> None:
    view.show_words(words(), 0.0)
    target = view.words[view.rows[-2].start].heard.text
    before = middle(view, target)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=before)
    editor = view.editor.geometry()
    QTest.keyClicks(view.editor, "half")
    for gone in range(1, COUNT):
        view.show_words(words(COUNT + 4, first=gone), float(gone))
        assert middle(view, target) == before
    assert (view.editor.geometry(), view.editor.text(), view.editor.isVisible()) == (editor, "half", True)
    assert view.words[-1].heard.text == f"w{2 * COUNT + 2}"
    QTest.keyClick(view.editor, Qt.Key.Key_Escape)
    assert view.rect().contains(middle(view, f"w{2 * COUNT + 2}"))


def test_the_editor_grows_with_its_text_up_to_the_row(view: TranscriptView) -> None:
    view.show_words(words(), 0.0)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, view.words[-1].heard.text))
    editor = view.editor
    QTest.keyClicks(editor, "a somewhat longer text")
    narrow = editor.width()
    assert QFontMetrics(editor.font()).horizontalAdvance(editor.text()) < narrow < view.width()
    QTest.keyClicks(editor, " that is by far longer than the whole row")
    assert (editor.x(), editor.width()) == (0, view.width())


def test_a_correction_longer_than_a_row_ends_with_an_ellipsis(view: TranscriptView) -> None:
    def drawn(text: str) -> np.ndarray:
        return pixels(view, TranscriptWord(Word("w", 1.0, 1.5), text))

    text = "wide " * 20
    fitting = QFontMetricsF(font(BODY_PX)).elidedText(text, Qt.TextElideMode.ElideRight, view.width())
    assert fitting.endswith("…")
    assert np.array_equal(_shape(drawn(text))[:16], _shape(drawn(fitting))[:16])


def test_words_have_their_own_width_whether_or_not_they_count_now(view: TranscriptView) -> None:
    plain, text = QFontMetricsF(font(BODY_PX)), "illumination"
    for from_s in (0.0, 90.0):
        view.show_words([TranscriptWord(Word(text, 1.0, 2.0))], from_s)
        assert view.rect_of(0).width() == pytest.approx(plain.horizontalAdvance(text), abs=1.0)
    older = _shape(pixels(view, TranscriptWord(Word(text, 1.0, 2.0)), 2.1))
    counts = _shape(pixels(view, TranscriptWord(Word(text, 1.0, 2.0)), 0.0))
    assert counts.sum() > 1.2 * older.sum()
    assert abs(int(np.flatnonzero(counts.any(axis=0))[-1]) - int(np.flatnonzero(older.any(axis=0))[-1])) <= 1


def test_rows_stay_when_the_oldest_words_disappear(view: TranscriptView) -> None:
    view.show_words(words(), 0.0)
    rows = {view.words[place].heard.text: view.words[row.start].heard.text for row in view.rows for place in row}
    for gone in range(1, 20):
        view.show_words(words(COUNT, first=gone), 0.0)
        for row in view.rows[1:]:
            for place in row:
                text = view.words[place].heard.text
                assert rows.get(text) in (None, view.words[row.start].heard.text)
        assert view.rect().contains(middle(view, view.words[-1].heard.text))


def test_the_end_of_a_session_discards_what_was_being_corrected(view: TranscriptView, qtbot) -> None:
    view.show_words(words(5), 0.0)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, "w2"))
    with qtbot.assertNotEmitted(view.corrected):
        view.show_words([], 0.0)
    assert not view.editor.isVisible()


def test_in_the_window_a_correction_is_shown_and_said_to_stay_on_the_screen_once(live: MainWindow, qtbot) -> None:
    view = live.live.transcript
    qtbot.waitUntil(lambda: any(word.heard.final for word in view.words))
    notices: list[str] = []
    live.controller.notice.connect(notices.append)
    for text in ("limit", "derivative"):
        place = max(place for place, word in enumerate(view.words) if word.heard.final and word.by_hand is None)
        view.edit(place)
        view.editor.setText(text)
        QTest.keyClick(view.editor, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda text=text: any(word.by_hand == text for word in view.words))
    assert len([notice for notice in notices if "not stored" in notice]) == 1
