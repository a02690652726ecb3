"""Single widgets of the Live page and the window: what they draw, and how they describe it to a screen reader."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget

from app.live.level_meter import LevelMeter
from app.live.preview import Preview, to_image
from app.live.timeline import LiveTimeline
from app.live.transcript import TranscriptView
from app.presentation.smoothing import HeadlineReading
from app.presentation.step_text import weight_text
from app.widgets.headline import HeadlineView
from app.widgets.theme import SMALL_PX, font
from app.widgets.words_view import break_rows
from app.window.banner import Banner
from app.window.mini_window import MiniWindow
from app.window.startup import fit_screen
from app.window.status_bar import DOT_PX, StatusBar, facts
from core.status import DeviceState, DeviceStatus, Percentiles
from core.types import FaceBox, Presence, Reason, Sighting, TranscriptWord, VideoFrame, Word
from tests.app.pictures import difference
from tests.app.scripted_engine import estimate_at, script_absent
from tests.app.statuses import live_status
from tests.support.recent_steps import recent


def sighting(reason: Reason | None, faces: int = 1) -> Sighting:
    box = FaceBox(10, 10, 20, 20, 0.9) if reason is None else None
    return Sighting(0.0, (64, 48), box, faces, Presence(reason is None, 1.0, reason))


def half_red() -> VideoFrame:
    rgb = np.zeros((48, 64, 3), dtype=np.uint8)
    rgb[:, :32, 0] = 255
    return VideoFrame(0.0, rgb)


def test_an_image_is_a_copy_of_its_frame() -> None:
    frame = half_red()
    image = to_image(frame)
    frame.rgb[:] = 0
    assert image.pixelColor(5, 5).red() == 255


@pytest.mark.parametrize(("mirrored", "red_at"), [(True, 140), (False, 20)])
def test_a_camera_picture_is_mirrored_and_a_recording_is_not(qtbot, mirrored: bool, red_at: int) -> None:
    preview = Preview()
    qtbot.addWidget(preview)
    preview.resize(160, 120)
    preview.set_mirrored(mirrored)
    preview.show_frame(half_red(), None)
    shot = preview.grab().toImage()
    assert shot.pixelColor(red_at, 60).red() == 255
    assert shot.pixelColor(160 - red_at, 60).red() == 0


@pytest.mark.parametrize(
    ("reason", "faces", "hint"),
    [
        (None, 1, ""),
        (Reason.NO_FACE, 0, "no face"),
        (Reason.SEVERAL_FACES, 2, "two faces — picture paused"),
        (Reason.TOO_DARK, 1, "too dark"),
    ],
)
def test_the_preview_shows_why_there_is_no_face(qtbot, reason: Reason | None, faces: int, hint: str) -> None:
    preview = Preview()
    qtbot.addWidget(preview)
    preview.show_frame(half_red(), sighting(reason, faces))
    assert preview.hint == preview.accessibleDescription() == hint


def test_a_picture_that_is_too_old_is_called_frozen(qtbot) -> None:
    preview = Preview()
    qtbot.addWidget(preview)
    preview.show_frame(half_red(), sighting(None))
    preview.show_age(0.2)
    assert preview.hint == ""
    preview.show_age(1.5)
    assert preview.hint == preview.accessibleDescription() == "picture stands still"


def test_the_meter_marks_clipping(qtbot) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.show_level(-20.0, False)
    assert not meter.clipped
    meter.show_level(-1.0, True)
    assert meter.clipped
    assert "clipping" in meter.accessibleDescription()


def test_the_meter_tells_the_computers_voice_from_the_learners(qtbot) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.show_level(-20.0, False)
    learner, described = meter.grab().toImage(), meter.accessibleDescription()
    meter.show_level(-20.0, False, "computer")
    assert meter.accessibleDescription() == f"{described}, the computer is speaking"
    assert difference(learner, meter.grab().toImage()) > 5
    meter.show_level(-20.0, False, "both")
    assert meter.accessibleDescription() == f"{described}, you and the computer"
    meter.show_level(-20.0, False, "learner")
    assert meter.grab().toImage() == learner


def test_words_wrap_and_none_is_lost() -> None:
    assert break_rows([30.0, 30.0, 50.0, 40.0], 5.0, 70.0, ()) == [range(2), range(2, 3), range(3, 4)]
    assert break_rows([30.0, 30.0, 20.0], 5.0, 100.0, {1}) == [range(1), range(1, 3)]
    assert break_rows([90.0], 5.0, 70.0, ()) == [range(1)]
    assert break_rows([], 5.0, 70.0, ()) == []


def test_the_transcript_describes_why_it_is_empty(qtbot) -> None:
    transcript = TranscriptView()
    qtbot.addWidget(transcript)
    transcript.show_empty("No words: no recogniser.")
    assert transcript.accessibleDescription() == "No words: no recogniser."


def test_the_transcript_describes_its_words(qtbot) -> None:
    transcript = TranscriptView()
    qtbot.addWidget(transcript)
    transcript.show_words([TranscriptWord(Word("small", 0, 1)), TranscriptWord(Word("steps", 1, 2, final=False))], 0.0)
    assert transcript.accessibleDescription() == "small steps"


def test_one_banner_is_shown_at_a_time_and_the_previous_one_returns(qtbot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.hold("camera", "Camera gone.")
    banner.hold("microphone", "Microphone gone.")
    assert banner.text == "Microphone gone."
    banner.release("microphone")
    assert banner.text == "Camera gone."
    banner.release("camera")
    assert banner.text == ""


def test_a_closed_banner_stays_closed_and_shows_the_one_before(qtbot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.hold("missing", "A library is missing.")
    banner.hold("camera", "Camera gone.")
    banner.show_briefly("Saved.")
    close = banner.findChild(QToolButton)
    for shown in ("Saved.", "Camera gone.", "A library is missing."):
        assert banner.text == shown
        QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert banner.text == ""
    banner.release("camera")
    assert banner.text == ""
    banner.hold("camera", "Camera gone again.")
    assert banner.text == "Camera gone again."


def test_the_status_bar_does_not_call_a_recording_a_device() -> None:
    shown = facts(live_status(microphone=DeviceStatus("talk.mp4", DeviceState.OFF)), recording=True)
    assert (shown["camera"].text, shown["microphone"].text) == ("picture HD", "no sound")


def test_the_status_bar_tells_whether_the_loudspeaker_is_heard_and_who_speaks(qtbot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    button = bar.buttons["loudspeaker"]
    bar.show_status(live_status())
    assert button.isHidden()
    bar.show_status(live_status(loudspeaker=DeviceStatus("", DeviceState.LOST, "There is no loopback device.")))
    assert (button.fact.text, button.fact.mood, button.isHidden()) == ("loudspeaker not heard", "quiet", False)
    assert "There is no loopback device." in button.toolTip()
    loudspeaker = DeviceStatus("Desk", DeviceState.RUNNING)
    bar.show_status(live_status(loudspeaker=loudspeaker))
    assert (button.fact.text, button.fact.mood) == ("loudspeaker heard", "good")
    bar.show_status(live_status(loudspeaker=loudspeaker, speaker="computer"))
    assert (button.fact.text, button.fact.mood) == ("the computer is speaking", "warn")


HEARS = {"hears": True, "recognizer": "Moonshine tiny-en", "words_language": "en", "model_languages": ("en",)}
LOUD = DeviceStatus("Monitor of a loudspeaker with a long name", DeviceState.RUNNING)
SAVED = "Saved: estimates, words, features"
DEVICES = ("camera", "microphone", "loudspeaker", "computer")
SUBJECTS = (*DEVICES, "words", "model", "step", "skipped", "preview", "Saved")


@pytest.mark.parametrize("width", [880, 1024, 1200, 1920])
def test_no_text_of_the_status_bar_is_cut_and_nothing_moves_when_the_computer_speaks(qtbot, width: int) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.resize(width, 24)
    bar.show()
    bar.show_storing(SAVED, True)
    places = []
    for change in ({}, {"speaker": "computer"}, {"loudspeaker": DeviceStatus("", DeviceState.LOST)}):
        bar.show_status(live_status(**{**HEARS, "loudspeaker": LOUD, **change}))
        bar.layout().activate()
        seen = [button for button in bar.buttons.values() if not button.isHidden()]
        for button in seen:
            assert QFontMetrics(font(SMALL_PX)).horizontalAdvance(button.shown) + DOT_PX <= button.width()
            assert any(name in button.shown for name in SUBJECTS), button.shown
        assert seen[-1].geometry().right() < width
        places.append([(button.x(), button.width()) for button in seen])
    assert places[0] == places[1] == places[2]
    assert bar.buttons["loudspeaker"].shown == "loudspeaker not heard"
    assert (bar.buttons["storing"].shown == SAVED) is (width == 1920)
    assert bar.buttons["preview"].isHidden() is (width < 1200)


def test_the_window_is_no_larger_than_the_screen(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    screen = window.screen().availableGeometry().size()
    window.resize(screen.width() + 400, screen.height() + 100)
    fit_screen(window)
    assert window.width() == screen.width()
    assert screen.height() - 60 < window.height() < screen.height()
    window.resize(300, 200)
    fit_screen(window)
    assert (window.width(), window.height()) == (300, 200)


def test_a_recogniser_that_ended_is_shown_with_its_reason() -> None:
    fact = facts(live_status(recognizer="It ended unexpectedly.", words=3))["words"]
    assert (fact.text, fact.mood, fact.story) == ("no words", "warn", "It ended unexpectedly.")


def test_words_in_a_language_that_the_model_does_not_know_are_said_to_be_unused() -> None:
    heard = {"hears": True, "recognizer": "Vosk ko-0.1", "words_language": "ko"}
    fact = facts(live_status(**heard, model_languages=("en",)))["words"]
    assert (fact.text, fact.mood) == ("words Vosk ko-0.1 · not used: the model knows English only", "warn")
    assert "Korean words are shown" in fact.story
    assert facts(live_status(**heard, model_languages=("ko",)))["words"].text == "words Vosk ko-0.1"
    assert facts(live_status(**heard))["words"].mood == "good"  # until the model is open


def test_the_status_bar_is_green_only_when_all_is_well() -> None:
    good = facts(live_status(preview_fps=30))
    assert {topic: fact.mood for topic, fact in good.items() if topic != "words"} == dict.fromkeys(
        ("camera", "microphone", "model", "speed", "skipped", "preview"), "good"
    )
    bad = facts(
        live_status(
            camera=DeviceStatus("HD", DeviceState.LOST, "Unplugged."),
            skipped_hops=9,
            step_ms=Percentiles(400, 900, 1000),
            checkpoint_sha256="",
        )
    )
    assert [bad[topic].mood for topic in ("camera", "skipped", "speed", "model")] == ["bad", "warn", "bad", "warn"]
    assert "random" in bad["model"].text


def test_a_click_on_the_status_bar_names_the_place_of_the_fix(qtbot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    with qtbot.waitSignal(bar.clicked) as heard:
        bar.buttons["microphone"].click()
    assert heard.args == ["microphone"]


@pytest.fixture
def timelines(qtbot) -> LiveTimeline:
    view = LiveTimeline(120.0)
    qtbot.addWidget(view)
    view.resize(900, 560)
    with qtbot.waitExposed(view):
        view.show()
    view.show_steps(recent([estimate_at(k * 0.5, script_absent(k * 0.5)) for k in range(1, 241)]), 0.5)
    return view


def test_hovering_shows_the_step(timelines: LiveTimeline, qtbot) -> None:
    plot = timelines.curves.plot
    place = plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(-30.0, 0.5)))

    def hovers() -> bool:
        QTest.mouseMove(plot.viewport(), place - QPoint(0, 20))
        QTest.mouseMove(plot.viewport(), place)
        return timelines.card.isVisible()

    qtbot.waitUntil(hovers)
    assert float(timelines.card.text().split(" s ago")[0]) == pytest.approx(30.0, abs=0.5)
    for said in ("Confused", "Curious", "Bored", "Frustrated", "picture", "voice", "words"):
        assert said in timelines.card.text()


def test_arrow_keys_step_through_the_history(timelines: LiveTimeline) -> None:
    QTest.keyClick(timelines, Qt.Key.Key_Left)
    QTest.keyClick(timelines, Qt.Key.Key_Left)
    assert timelines.card.text().startswith("0.5 s ago")
    QTest.keyClick(timelines, Qt.Key.Key_Escape)
    assert not timelines.card.isVisible()


def test_plots_and_lanes_share_one_time_axis(timelines: LiveTimeline) -> None:
    lefts = []
    for part in (timelines.curves, timelines.weights):
        box = part.plot.getViewBox()
        edges = [part.plot.mapFromScene(box.mapViewToScene(QPointF(x, 0.0))).x() for x in (-120.0, 0.0)]
        lefts.append([part.mapTo(timelines, QPoint(int(edge), 0)).x() for edge in edges])
    lanes = [timelines.lanes.x_of(-120.0), timelines.lanes.x_of(0.0)]
    assert lefts[0] == lefts[1]
    assert lanes == pytest.approx(lefts[0], abs=1.5)


def test_new_steps_make_no_new_items(timelines: LiveTimeline) -> None:
    before = len(timelines.curves.plot.scene().items())
    timelines.show_steps(recent([estimate_at(k * 0.5, {}) for k in range(2, 242)]), 0.5)
    assert len(timelines.curves.plot.scene().items()) == before


def test_every_curve_has_a_label_and_none_covers_another(timelines: LiveTimeline) -> None:
    rows = sorted(timelines.curves.labels.rows)
    assert len(rows) == 4
    assert min(np.diff(rows)) >= 17.9


def test_the_headline_says_that_the_voice_may_be_somebody_elses(qtbot) -> None:
    sure = HeadlineReading("Bored", 0.84, None, 3.0, "Curious", 0.1)
    headline, small = HeadlineView(), MiniWindow(60.0)
    for widget in (headline, small):
        qtbot.addWidget(widget)
        widget.show()
    headline.show_reading(sure)
    height, plain = headline.sizeHint().height(), headline.grab().toImage()
    headline.show_reading(replace(sure, doubted="audio"))
    small.show_reading(replace(sure, doubted="audio"))
    assert "voice may not be yours: lips are still" in headline.text
    assert headline.sizeHint().height() == height, "nothing below it jumps"
    assert difference(headline.grab().toImage(), plain) > 0
    assert small.headline == "Bored 84 % · lips are still"
    with qtbot.waitExposed(small):
        small.show()
    QApplication.processEvents()
    assert {"Bored", "84 %", "lips are still"} <= {label.text() for label in small.findChildren(QLabel)}  # none is cut
    headline.show_reading(sure)
    assert "lips" not in headline.text


def test_a_doubtful_voice_says_why_where_a_step_is_described() -> None:
    made = estimate_at(1.0, {})
    made.presence["audio"] = Presence(True, 0.3, Reason.LIPS_STILL)
    steps = recent([made]).columns
    assert weight_text(steps, 0, "audio").endswith(", doubtful: lips are still")
    assert "doubtful" not in weight_text(steps, 0, "visual")
