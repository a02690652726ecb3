"""The Explain page: its sentences about an estimate, its plots, and its controls."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QSlider

from app.explain.data import feedback_lines, leave_one_out_lines, summarize_attention, weight_lines
from app.explain.fault_controls import GROUPS, PRESETS
from app.explain.page import NO_FAULTS, ExplainPage
from app.explain.text import feedback_effect, feedback_line, leave_one_out, leave_one_out_line, pair_line
from app.presentation.smoothing import HeadlineReading
from app.widgets import style_sheet
from core.faults import NONE, Faults
from core.types import MODALITIES, Estimate, Explanation, Reason
from tests.app.pictures import difference, is_a_picture
from tests.app.scripted_engine import HOP_S, estimate_at, explained, script_absent
from tests.support.recent_steps import recent

ALL_GONE = {"audio": Reason.SILENCE, "visual": Reason.NO_FACE, "text": Reason.NO_WORDS}
HELD, EVIDENCE = (np.array(p, dtype=np.float32) for p in ((0.2, 0.1, 0.6, 0.1), (0.6, 0.1, 0.2, 0.1)))


def steps(first_s: float, last_s: float, absent=script_absent) -> list[Estimate]:
    return [explained(estimate_at(t, absent(t))) for t in np.arange(first_s, last_s, HOP_S)]


def why(estimate: Estimate, **parts) -> Estimate:
    return replace(estimate, explanation=replace(estimate.explanation, **parts))


def held(count: int) -> list[Estimate]:
    """Ten steps, of which the last `count` keep a state that the evidence no longer supports."""
    made = steps(20.0, 25.0)
    return made[:-count] + [replace(why(e, evidence=EVIDENCE), probabilities=HELD) for e in made[-count:]]


@pytest.fixture
def page(qtbot) -> ExplainPage:
    page = ExplainPage(120.0)
    qtbot.addWidget(page)
    page.resize(1200, 672)
    page.show()
    return page


@pytest.fixture
def running(page: ExplainPage) -> ExplainPage:
    page.show_running(True)
    page.show_steps(recent(steps(20.0, 50.0)), HOP_S)
    QApplication.processEvents()
    return page


# --- plot data and sentences, without a widget ------------------------------------------------------------------


def test_a_weight_has_a_gap_where_its_modality_is_absent_and_lies_within_its_band() -> None:
    made = steps(30.0, 60.0)
    lines = weight_lines(recent(made).columns, HOP_S).lines[1:]  # the first point opens the stretch
    for k, modality in enumerate(("visual", "audio", "text")):
        there = np.array([e.presence[modality].present for e in made])
        assert np.array_equal(np.isnan(lines[:, k]), ~there)
        assert (lines[there, k + 3] <= lines[there, k]).all()
        assert (lines[there, k] <= lines[there, k + 6]).all()


def test_skipped_hops_break_the_lines() -> None:
    made = [*steps(20.0, 22.0), *steps(26.0, 28.0)]
    for drawn in (
        weight_lines(recent(made).columns, HOP_S),
        leave_one_out_lines(recent(made).columns, 0, HOP_S),
        feedback_lines(recent(made).columns, HOP_S),
    ):
        holes = np.isnan(drawn.lines).all(axis=1)
        assert drawn.x[~holes].tolist() == [-8.0, -7.5, -7.0, -6.5, -6.0, -2.0, -1.5, -1.0, -0.5, 0.0]
        assert np.flatnonzero(holes).tolist() == [5]


def test_steps_that_are_not_explained_leave_gaps_in_what_explanations_draw() -> None:
    made = [estimate_at(20.0, {}), *steps(20.5, 22.0, lambda _t: {})]
    assert np.isnan(feedback_lines(recent(made).columns, HOP_S).lines[1:, 0]).tolist() == [True, False, False, False]
    assert np.isnan(leave_one_out_lines(recent(made).columns, 0, HOP_S).lines[1]).tolist() == [False, True, True, True]


def test_no_estimates_draw_nothing() -> None:
    assert weight_lines(recent([]).columns, HOP_S).lines.shape == (0, 9)
    assert (
        leave_one_out_lines(recent([]).columns, 0, HOP_S).x.size
        == feedback_lines(recent([]).columns, HOP_S).x.size
        == 0
    )
    assert summarize_attention(recent([]), HOP_S) is None


def test_the_effect_of_feedback_is_the_share_that_moved() -> None:
    assert feedback_lines(recent(held(4)).columns, HOP_S).lines[-1, 0] == pytest.approx(0.4, abs=1e-6)


def test_the_map_is_smoothed_over_steps_and_keeps_its_sums() -> None:
    made = steps(20.0, 30.0, lambda _t: {})
    shown = summarize_attention(recent(made), HOP_S)
    assert shown.shares.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    newest = [e.explanation.told for e in made[-4:]]
    assert shown.shares == pytest.approx(np.mean(newest, axis=0), abs=1e-6)
    assert shown.attention.shape == (3, 3, 24)


def test_an_absent_modality_takes_nothing_and_has_a_reason() -> None:
    shown = summarize_attention(
        recent(steps(20.0, 30.0, lambda t: {"visual": Reason.NO_FACE} if t >= 29.5 else {})), HOP_S
    )
    assert not shown.shares[MODALITIES.index("visual")].any()
    assert shown.absence == {"audio": "", "visual": "no face", "text": ""}
    assert pair_line(shown, "visual", "audio") == "The picture takes nothing now: no face."


def test_nothing_is_explained_until_the_newest_step_is() -> None:
    assert summarize_attention(recent([*steps(20.0, 22.0), estimate_at(22.0, {})]), HOP_S) is None


def test_the_sentence_names_the_modality_that_matters_most() -> None:
    estimate = explained(estimate_at(20.0, {}))
    same = np.tile(HELD, (3, 1))
    same[0] = (0.48, 0.12, 0.3, 0.1)
    made = why(replace(estimate, probabilities=HELD), without=same)
    assert leave_one_out_line(made) == "Without the voice the estimate would be Confused, 48\u00a0%."
    assert leave_one_out_line(why(made, without=np.tile(HELD, (3, 1)))).endswith("the estimate would still be Bored.")


@pytest.mark.parametrize(
    ("absent", "sentence"),
    [
        (ALL_GONE, "Nothing is present, so nothing can be left out."),
        (
            {"audio": Reason.SILENCE, "text": Reason.NO_WORDS},
            "Only the picture is present; without it there would be no estimate.",
        ),
    ],
)
def test_the_sentence_where_little_is_present(absent: dict, sentence: str) -> None:
    assert leave_one_out_line(explained(estimate_at(20.0, absent))) == sentence


def test_rows_show_what_is_absent_and_what_would_be_left() -> None:
    rows = leave_one_out(explained(estimate_at(20.0, {"audio": Reason.SILENCE})))
    assert [row.name for row in rows] == ["all together", "without picture", "without voice", "without words"]
    assert [row.away for row in rows] == ["", "", "no voice", ""]
    alone = leave_one_out(explained(estimate_at(20.0, {"audio": Reason.SILENCE, "text": Reason.NO_WORDS})))
    assert np.isnan(alone[1].shares).all()
    assert alone[1].tip == "Without the picture nothing would be present."


def test_the_effect_of_feedback_in_a_sentence() -> None:
    assert feedback_line(held(4)[-1]).startswith("Feedback moved 40 % of this step's probability")
    assert feedback_line(held(4)[-1]).endswith("towards Bored.")
    assert feedback_effect(estimate_at(20.0, {})) is None


def test_a_personal_calibration_is_not_taken_for_feedback() -> None:
    estimate = why(held(4)[-1], evidence=EVIDENCE)
    assert feedback_line(replace(estimate, plain=EVIDENCE)) == "Feedback did not change this step."


# --- the page ---------------------------------------------------------------------------------------------------


def test_before_a_session_the_page_explains_itself_and_faults_can_be_set(page: ExplainPage) -> None:
    said = " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
    assert "See why the estimate is what it is" in said
    assert "Press Start" in said
    assert page.panel.isVisible()
    assert not page.weights.isVisible()


@pytest.mark.parametrize("look", ["dark", "light"])
def test_every_part_is_drawn_in_both_themes(qtbot, look: str) -> None:
    style_sheet.apply(QApplication.instance(), look)
    page = ExplainPage(120.0)
    qtbot.addWidget(page)
    page.resize(1200, 900)
    page.show_running(True)
    page.show()
    cards = (page.weights_card, page.map_card, page.without_card, page.feedback_card)
    page.show_steps(recent(()), HOP_S)
    QApplication.processEvents()
    empty = [card.grab().toImage() for card in cards]
    page.show_steps(recent(steps(20.0, 50.0)), HOP_S)
    QApplication.processEvents()
    for card, before in zip(cards, empty, strict=True):
        assert is_a_picture(card.grab().toImage())
        assert difference(card.grab().toImage(), before) > 0.2


def test_a_session_that_is_not_explained_yet_shows_only_weights(running: ExplainPage) -> None:
    running.show_steps(recent([estimate_at(20.0, {})]), HOP_S)
    assert running.weights.accessibleDescription().startswith("picture ")
    assert running.bars.accessibleDescription() == running.feedback.arrows.accessibleDescription() == ""


@pytest.mark.parametrize(("width", "columns"), [(1200, 2), (1024, 1)])
def test_cards_stand_side_by_side_where_there_is_room(running: ExplainPage, width: int, columns: int) -> None:
    running.resize(width, 552)
    QApplication.processEvents()
    assert (running.map_card.y() == running.weights_card.y()) == (columns == 2)
    assert running.map_card.geometry().right() <= running.width()
    assert running.map_card.width() >= running.map_card.minimumSizeHint().width()


def test_every_number_has_its_sentence(running: ExplainPage) -> None:
    places = running.map.places()
    assert "comes from the picture itself" in running.map.tip_at(places["visual"])
    between = (places["visual"] + places["audio"]) / 2
    tips = {running.map.tip_at(between + QPointF(dx, 0)) for dx in range(-24, 24, 2)}
    assert any("For the picture" in tip and "from the voice" in tip for tip in tips)
    assert any("For the voice" in tip and "from the picture" in tip for tip in tips)
    assert running.map.tip_at(QPointF(1, 1)) == ""
    assert "For the picture" in running.strips.tip_at(QPointF(20, 10))
    assert running.bars.tip_at(QPointF(20, 5)).startswith("All together: Confused")
    assert running.feedback.arrows.tip_at(QPointF(20, 5)).startswith("Confused: ")
    for plot in (running.weights.plot, running.curves.plot, running.feedback.plot):
        assert plot.toolTip()


def test_the_sentences_follow_the_newest_step(running: ExplainPage) -> None:
    newest = steps(20.0, 50.0)[-1]
    assert running.without_card.sentence == leave_one_out_line(newest)
    assert running.feedback_card.sentence == feedback_line(newest)


def test_the_alarm_comes_and_goes(running: ExplainPage) -> None:
    running.show_steps(recent(held(3)), HOP_S)
    assert running.alarm.isHidden()
    running.show_steps(recent(held(5)), HOP_S)
    assert not running.alarm.isHidden()
    assert running.alarm.text().startswith("Feedback may be holding Bored: for 5 steps")
    running.show_steps(recent(steps(20.0, 22.0)), HOP_S)
    assert running.alarm.isHidden()


def test_the_headline_stands_above(running: ExplainPage) -> None:
    running.show_reading(HeadlineReading("Curious", 0.62, None, 9.0, "Bored", 0.2))
    assert running.headline.text == "Curious 62 % steady for 9 s next: Bored 20 %"


# --- what the user can do ---------------------------------------------------------------------------------------


def test_sliders_set_faults_by_keyboard(page: ExplainPage, qtbot) -> None:
    slider = page.panel.rows["blur"].slider
    with qtbot.waitSignal(page.faults_changed) as told:
        QTest.keyClick(slider, Qt.Key.Key_Right)
        QTest.keyClick(slider, Qt.Key.Key_Right)
    assert told.args == [Faults(blur=0.1)]
    assert page.faults == Faults(blur=0.1)
    assert page.tag.text() == "Faults on: The picture is blurred by 10 %."


def test_all_off_removes_every_fault_and_is_emitted_once(page: ExplainPage, qtbot) -> None:
    with qtbot.waitSignal(page.faults_changed):
        page.panel.show_faults(Faults(0.5, 0.5, 0.5, 0.5, 0.0, True, 1.0, 0.5))
    told = []
    page.faults_changed.connect(told.append)
    with qtbot.waitSignal(page.faults_changed):
        QTest.mouseClick(page.panel.off, Qt.MouseButton.LeftButton)
    assert told == [NONE]
    assert page.tag.text() == NO_FAULTS
    assert not page.panel.off.isEnabled()


def test_noise_goes_from_off_over_faint_to_louder_than_the_voice(page: ExplainPage) -> None:
    row = page.panel.rows["noise_snr_db"]
    assert row.value is None
    values = []
    for step in range(1, row.slider.maximum() + 1):
        row.slider.setValue(step)
        values.append(row.value)
    assert (values[0], values[-1]) == (30.0, -10.0)
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_sets_exactly_its_faults(page: ExplainPage, qtbot, name: str) -> None:
    button = next(b for b in page.findChildren(QAbstractButton) if b.text() == name)
    with qtbot.waitSignal(page.faults_changed) as told:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert told.args == [PRESETS[name][0]]


def test_every_field_of_the_faults_has_a_control(page: ExplainPage) -> None:
    fields = {control.field for _title, controls in GROUPS for control in controls}
    assert fields | {"mute"} == set(Faults.__slots__)


def test_feedback_is_switched_and_reset(running: ExplainPage, qtbot) -> None:
    with qtbot.waitSignal(running.feedback_reset):
        QTest.mouseClick(running.controls.again, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(running.feedback_switched) as told:
        QTest.keyClick(running.controls.switch, Qt.Key.Key_Space)
    assert told.args == [False]
    assert not running.feeds_back
    running.show_steps(recent(steps(20.0, 30.0)), HOP_S)
    assert running.feedback_card.sentence.startswith("Feedback is off")


def test_every_control_has_a_name_a_tip_and_is_reached_by_keyboard(page: ExplainPage) -> None:
    controls = [*page.panel.findChildren(QAbstractButton), *page.panel.findChildren(QSlider)]
    controls += page.controls.findChildren(QAbstractButton)
    assert len(controls) == 14
    for control in controls:
        assert control.accessibleName()
        assert control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_step_with_nothing_present_is_drawn_too(running: ExplainPage) -> None:
    nobody = Explanation(
        np.zeros((3, 3, 24)), np.zeros((3, 3)), np.full((3, 4), np.nan), np.full(4, np.nan), np.full(4, 0.25)
    )
    made = [*steps(20.0, 22.0), replace(estimate_at(22.0, ALL_GONE), explanation=nobody)]
    running.show_steps(recent(made), HOP_S)
    QApplication.processEvents()
    assert running.without_card.sentence == "Nothing is present, so nothing can be left out."
