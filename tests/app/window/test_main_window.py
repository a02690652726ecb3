"""The whole window on a scripted engine, operated like a new user would."""

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QScrollBar, QWidget

from app.presentation.text import DISCLAIMER, LIVE_DEMO, LIVE_DEMO_BADGE, WORDS_COME, WORDS_OFF
from app.widgets import theme
from app.window.about import AboutDialog
from app.window.main_window import MainWindow
from core import paths, settings
from core.appearance import MODALITY_ORDER
from core.status import RunState
from core.study.gate import load_gate
from tests.app.pictures import difference, is_a_picture
from tests.app.pointer import click, state


def test_first_start_to_demo_to_stop(open_window, qtbot) -> None:
    window = open_window("unset")
    assert window.pages.currentWidget() is window.first
    assert not window.header.isVisible()
    click(window, window.first.cards["demo"])
    click(window, window.first.go)
    assert window.pages.currentWidget() is window.live
    assert window.controller.input.kind == "demo"
    assert settings.load(paths.settings_file()).purpose == "demo"
    qtbot.waitUntil(lambda: state(window) is RunState.LIVE)
    qtbot.waitUntil(lambda: window.live.timelines.isVisible() and window.live.headline.text.split()[0] != "Waiting")
    click(window, window.header.go)
    assert state(window) is RunState.PAUSED
    click(window, window.header.go)
    assert state(window) is RunState.LIVE
    click(window, window.header.halt)
    qtbot.waitUntil(lambda: window.controller.engine_host.engine is None)
    qtbot.waitUntil(window.live.readiness.isVisible)


def test_research_is_locked_until_the_four_facts_are_entered(open_window) -> None:
    window = open_window("unset")
    click(window, window.first.cards["research"])
    form = window.first.form
    assert form.isVisible()
    assert not window.first.go.isEnabled()
    form.study_id.setText("LM-1")
    form.approval.setText("EC 2026/17")
    form.consent.setPlainText("I agree that my voice and face are estimated on this machine.")
    assert not window.first.go.isEnabled()
    form.retention.setText("2099-12-31")
    assert window.first.go.isEnabled()
    click(window, window.first.go)
    assert load_gate().study_id == "LM-1"
    assert settings.load(paths.settings_file()).purpose == "research"


def test_keys_pause_reset_and_mute(live: MainWindow, qtbot) -> None:
    engine = live.controller.engine_host.engine
    QTest.keyClick(live, Qt.Key.Key_Space)
    QTest.keyClick(live, Qt.Key.Key_Space)
    QTest.keyClick(live, Qt.Key.Key_R)
    assert engine.calls == ["start", "pause", "resume", "reset"]
    for key, modality in zip((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3), MODALITY_ORDER, strict=True):
        QTest.keyClick(live, key)
        assert engine.status().muted == {modality}
        QTest.keyClick(live, key)
    assert engine.status().muted == frozenset()
    QTest.keyClick(live, Qt.Key.Key_F)
    assert live.isFullScreen()
    QTest.keyClick(live, Qt.Key.Key_F)
    assert not live.isFullScreen()


def test_a_muted_modality_disappears_at_once(live: MainWindow, qtbot) -> None:
    page = live.live
    qtbot.waitUntil(lambda: "limit" in page.transcript.accessibleDescription())
    page.toggles.toggle("text")
    page.toggles.toggle("audio")
    assert page.transcript.accessibleDescription() == WORDS_OFF
    ticks = live.ticks
    qtbot.waitUntil(lambda: live.ticks > ticks + 6)
    assert page.transcript.accessibleDescription() == WORDS_OFF
    assert page.meter.accessibleDescription() == "voice off"
    page.toggles.toggle("text")
    page.toggles.toggle("audio")
    qtbot.waitUntil(lambda: "limit" in page.transcript.accessibleDescription())
    qtbot.waitUntil(lambda: "decibels" in page.meter.accessibleDescription())


def test_neither_words_nor_a_level_stay_on_the_screen_when_a_session_has_ended(live: MainWindow, qtbot) -> None:
    page = live.live
    qtbot.waitUntil(lambda: "limit" in page.transcript.accessibleDescription())
    qtbot.waitUntil(lambda: "decibels" in page.meter.accessibleDescription())
    click(live, live.header.halt)
    qtbot.waitUntil(page.readiness.isVisible)
    assert page.transcript.accessibleDescription() == WORDS_COME
    assert page.meter.accessibleDescription() == ""


def test_the_headline_and_the_end_of_its_curve_show_the_same_figure(live: MainWindow, qtbot) -> None:
    page, seen = live.live, set()

    def compare() -> bool:
        labels = [label.text for label in page.timelines.curves.labels.labels]
        runner_up = re.search(r"(?:next:|leans to) (.+)$", page.headline.text)
        assert not labels or not runner_up or runner_up[1] in labels
        seen.add(tuple(labels))
        return len(seen) > 6  # more than there are steps in that time: the labels ease too

    qtbot.waitUntil(compare, timeout=8000)


def test_a_muted_modality_stays_muted_in_the_next_session(live: MainWindow, qtbot) -> None:
    live.live.toggles.toggle("audio")
    live.controller.stop()
    qtbot.waitUntil(lambda: live.controller.engine_host.engine is None)
    live.controller.start()
    qtbot.waitUntil(lambda: live.controller.engine_host.engine is not None)
    assert live.controller.engine_host.engine.status().muted == {"audio"}


def test_space_on_a_focused_button_presses_that_button(live: MainWindow) -> None:
    live.open_page("Live")
    live.header.tabs["Settings"].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(live.header.tabs["Settings"], Qt.Key.Key_Space)
    assert live.pages.currentWidget() is live.settings
    assert state(live) is RunState.LIVE


def test_the_theme_is_switched_and_saved(live: MainWindow, qtbot) -> None:
    before = live.grab().toImage()
    click(live, live.header.theme)
    assert theme.colors_of(live) is theme.LIGHT
    assert settings.load(paths.settings_file()).screen.theme == "light"
    assert live.settings.theme.currentData() == "light"
    assert difference(before, live.grab().toImage()) > 60


def test_settings_are_saved_and_devices_changed_during_a_session(live: MainWindow) -> None:
    page = live.settings
    live.open_page("Settings")
    page.show_devices(["Camera A"], ["Desk microphone"], ["Desk loudspeaker"])
    for combo, value in (
        (page.camera, "Camera A"),
        (page.microphone, "off"),
        (page.loudspeaker, "off"),
        (page.recognizer, "off"),
    ):
        combo.setCurrentIndex(combo.findData(value))
        combo.activated.emit(combo.currentIndex())
    kept = settings.load(paths.settings_file())
    assert kept.capture.loudspeaker == "off"
    assert (kept.capture.camera, kept.capture.microphone, kept.speech.recognizer) == ("Camera A", "off", "off")
    assert live.controller.engine_host.engine.calls[-3:] == ["camera Camera A", "microphone off", "loudspeaker off"]


def test_a_saved_device_is_offered_while_it_is_disconnected(open_window) -> None:
    window = open_window()
    picker = window.settings.camera
    window.settings.show_devices(["Camera at home", "Other"], [], [])
    picker.setCurrentIndex(picker.findData("Camera at home"))
    picker.activated.emit(picker.currentIndex())
    window.settings.show_devices(["Other"], [], [])
    assert picker.currentData() == "Camera at home"
    assert "not connected" in window.controller.checks()[0].text


def test_the_readiness_list_says_that_headphones_are_best_and_offers_nothing_to_press(open_window) -> None:
    window = open_window()
    window.controller.choose_input("devices")
    (advice,) = [check for check in window.controller.checks() if check.title == "Headphones"]
    assert advice.text == "They are best: then only you are heard."
    assert advice.action is None


def test_a_click_on_the_status_bar_opens_the_settings_that_fix_it(live: MainWindow) -> None:
    click(live, live.status_bar.buttons["microphone"])
    assert live.pages.currentWidget() is live.settings
    assert live.settings.microphone.hasFocus() or live.focusWidget() is live.settings.microphone


def test_the_engine_is_queried_once_a_tick(live: MainWindow, qtbot) -> None:
    engine = live.controller.engine_host.engine
    qtbot.waitUntil(lambda: live.frame_stats.figures().capture_to_screen_ms is not None)
    readings, ticks = engine.readings, live.ticks
    qtbot.waitUntil(lambda: live.ticks >= ticks + 45)  # three steps and their painted curves
    assert engine.readings - readings <= live.ticks - ticks + 1


def test_the_mini_window_follows_and_returns_to_the_window(live: MainWindow, qtbot) -> None:
    live.toggle_mini_window()
    assert (live.small.width(), live.small.height()) == (260, 90)
    assert not live.isVisible()
    qtbot.waitUntil(lambda: is_a_picture(live.small.grab().toImage()))
    QTest.keyClick(live.small, Qt.Key.Key_Space)
    assert state(live) is RunState.PAUSED
    click(live, live.small.back)
    assert live.isVisible()


def test_closing_the_mini_window_opens_the_window(live: MainWindow) -> None:
    live.toggle_mini_window()
    live.small.close()
    assert live.isVisible()
    assert live.small.isHidden()
    live.toggle_mini_window()
    assert live.small.isVisible()
    live.close()
    assert live.small.isHidden()
    assert live.isHidden()


def test_a_demo_with_a_live_camera_is_marked(open_window, qtbot) -> None:
    window = open_window("demo")
    window.controller.choose_input("devices")
    assert window.header.purpose.text() == LIVE_DEMO_BADGE
    window.controller.start()
    assert window.banner.text == LIVE_DEMO
    qtbot.waitUntil(lambda: window.controller.engine_host.engine is not None)


def test_about_states_that_estimates_can_be_wrong(live: MainWindow) -> None:
    live.show_about()
    about = live.findChild(AboutDialog)
    assert DISCLAIMER in [label.text() for label in about.findChildren(QWidget) if hasattr(label, "text")]
    about.accept()


@pytest.mark.parametrize("look", ["dark", "light"])
def test_it_is_drawn_and_the_preview_moves(open_window, qtbot, look: str) -> None:
    window = open_window(look=look, begin_s=110.0)
    window.controller.start()
    qtbot.waitUntil(lambda: window.live.preview.painted > 5, timeout=8000)
    first = window.live.preview.grab().toImage()
    assert is_a_picture(window.grab().toImage())
    qtbot.waitUntil(lambda: difference(first, window.live.preview.grab().toImage()) > 0.5, timeout=8000)


def test_every_control_has_a_name_a_tooltip_and_can_be_reached(live: MainWindow) -> None:
    kinds = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit)
    controls = [w for kind in kinds for w in live.findChildren(kind) if not w.objectName().startswith("qt_")]
    mine = [w for w in controls if w.isEnabledTo(live) and not isinstance(w.parent(), QScrollBar | QLineEdit)]
    assert len(mine) > 60
    nameless = [f"{type(w).__name__} {w.toolTip()}" for w in mine if not w.accessibleName()]
    assert not nameless
    assert not [w.accessibleName() for w in mine if not w.toolTip()]
    assert not [w.accessibleName() for w in mine if not w.focusPolicy() & Qt.FocusPolicy.TabFocus]


@pytest.mark.parametrize("size", [(1024, 640), (960, 540), (880, 520)])
def test_no_button_is_cut_off_in_a_small_window(live: MainWindow, size: tuple[int, int]) -> None:
    live.resize(*size)
    for page in ("Live", "Explain", "Review", "Settings"):
        live.open_page(page)
        QApplication.processEvents()
        assert (live.width(), live.height()) == size
        buttons = [b for b in live.findChildren(QAbstractButton) if b.isVisible() and b.text()]
        cut = [b.text() for b in buttons if b.width() < b.minimumSizeHint().width()]
        assert not cut
        controls = [*buttons, *(c for c in live.findChildren(QComboBox) if c.isVisible())]
        right = [c.accessibleName() for c in controls if c.mapTo(live, c.rect().topRight()).x() > live.width()]
        assert not right


def test_options_of_one_run_are_not_saved_with_a_changed_setting(open_window) -> None:
    window = open_window()
    window.controller.settings = replace(
        window.controller.settings, capture=replace(window.controller.settings.capture, camera="rtsp://this-run-only")
    )
    window.theme_switcher.choose("light")
    assert settings.load(paths.settings_file()).capture.camera == "auto"
