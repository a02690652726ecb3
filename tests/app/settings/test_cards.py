"""The Settings page: each change has the type of its setting, so that the saved file can be read again."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel

from app.settings.page import SettingsPage
from core import paths
from core.settings import Settings, StoreSettings, load, problems, save_values


@pytest.fixture
def page(qtbot) -> SettingsPage:
    page = SettingsPage(replace(Settings(), purpose="self"))
    qtbot.addWidget(page)
    page.resize(1000, 600)
    page.show()
    return page


def choose(combo: QComboBox, index: int) -> None:
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def test_every_change_can_be_saved_and_read_back(page: SettingsPage, home) -> None:
    changes = []
    page.changed.connect(lambda group, field, value: changes.append((group, field, value)))
    for box in (page.storing.words, page.storing.features, page.storing.media, page.asking.probes):
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
    for box in (page.asking.uncertain, page.asking.nudges, page.lab.outlets, page.lab.inlets):
        box.click()
    for combo in (page.storing.days, page.asking.every, *page.focus.findChildren(QComboBox)):
        choose(combo, 2)
    for group, field, value in changes:
        save_values(group, **{field: value})
    kept = load(paths.settings_file())
    assert problems(kept) == []
    assert kept.store == StoreSettings(words=True, features=True, media=True, keep_days=30)
    assert (kept.ask.probes, kept.ask.uncertain, kept.ask.nudges, kept.ask.every_min) == (True, True, True, 20.0)
    assert (kept.focus.focus_min, kept.focus.break_min, kept.focus.rounds) == (25.0, 10.0, 3)
    assert (kept.lab.outlets, kept.lab.inlets) == (True, True)


def test_every_offered_number_is_valid(page: SettingsPage) -> None:
    changes = []
    page.changed.connect(lambda group, field, value: changes.append((group, field, value)))
    for combo in (page.storing.days, page.asking.every, *page.focus.findChildren(QComboBox)):
        for index in range(combo.count()):
            choose(combo, index)
    for group, field, value in changes:
        changed = replace(Settings(), **{group: replace(getattr(Settings(), group), **{field: value})})
        assert problems(changed) == []
        assert type(value) is type(getattr(getattr(Settings(), group), field))


def test_a_number_from_the_file_is_shown_even_if_it_is_not_offered(qtbot) -> None:
    page = SettingsPage(replace(Settings(), store=StoreSettings(keep_days=11)))
    qtbot.addWidget(page)
    assert page.storing.days.currentText() == "11 days"


def test_recording_picture_and_sound_shows_a_warning(page: SettingsPage) -> None:
    warning = page.storing.warning
    assert not warning.isVisible()
    page.storing.media.click()
    assert warning.isVisible()
    assert "inform them" in warning.text()
    page.storing.sessions.click()
    assert not page.storing.media.isEnabled()
    assert not warning.isVisible()


def test_a_demo_keeps_nothing_whatever_is_chosen(page: SettingsPage) -> None:
    page.show_purpose("demo")
    for control in (page.storing.sessions, page.storing.words, page.storing.media, page.storing.days):
        assert not control.isEnabled()
    page.show_purpose("self")
    assert page.storing.sessions.isEnabled()


def test_withdrawal_is_offered_in_research_only(page: SettingsPage, qtbot) -> None:
    assert page.withdraw.isHidden()
    page.show_purpose("research")
    with qtbot.waitSignal(page.withdrawal):
        page.withdraw.click()


def test_rules_can_be_read(page: SettingsPage) -> None:
    folds = [b for b in page.findChildren(QAbstractButton) if b.text().startswith("When")]
    assert len(folds) == 2
    for fold in folds:
        fold.click()
    said = " ".join(
        label.text() for fold in folds for label in fold.parentWidget().children() if hasattr(label, "text")
    )
    assert "Never more than 4 in an hour" in said
    assert "without a break" in said


@pytest.mark.parametrize(("signal", "button"), [("folder", "open"), ("sync_test", "sync")])
def test_buttons_emit_their_signal(page: SettingsPage, qtbot, signal: str, button: str) -> None:
    card = page.storing if signal == "folder" else page.lab
    with qtbot.waitSignal(getattr(card, signal)):
        getattr(card, button).click()


def test_a_click_on_storing_in_the_status_bar_leads_to_its_switch(page: SettingsPage, qtbot) -> None:
    page.open_at("storing")
    assert page.focusWidget() is page.storing.sessions


def test_a_click_beside_a_switch_switches_nothing(page: SettingsPage) -> None:
    box = page.storing.media
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(box.width() - 4, box.height() // 2))
    assert not box.isChecked()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(60, box.height() // 2))
    assert box.isChecked()


def test_the_languages_of_recogniser_and_network_stand_in_their_cards(page: SettingsPage) -> None:
    page.show_languages("Korean. Korean words are shown, but not used: the model knows English only.", "English")
    shown = {label.text() for label in page.findChildren(QLabel)}
    assert {"Language", "Korean. Korean words are shown, but not used: the model knows English only."} <= shown
    assert {"Words it knows", "English"} <= shown
