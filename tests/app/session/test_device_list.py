"""Devices that come and go while a session runs are offered or not, by name, and no open stream is touched."""

import pytest
from PySide6.QtCore import QObject, qInstallMessageHandler, qWarning

from app.session.device_list import NO_SOUND_SERVER, DeviceList, merged, quiet_without_sound_server


@pytest.mark.parametrize(
    ("listed", "before", "now", "offered"),
    [
        (["pulse", "HD"], ["HD"], ["HD", "USB"], ["pulse", "HD", "USB"]),
        (["pulse", "HD"], ["HD"], [], ["pulse"]),
        (["HD"], ["HD"], ["HD"], ["HD"]),
        ([], [], ["HD"], ["HD"]),
        (["USB"], [], ["USB"], ["USB"]),
    ],
)
def test_names_that_come_are_added_and_names_that_go_are_dropped(listed, before, now, offered) -> None:
    assert merged(listed, before, now) == offered


def test_only_the_missing_sound_server_is_kept_off_the_terminal(capsys) -> None:
    before = qInstallMessageHandler(None)
    try:
        with quiet_without_sound_server():
            qWarning(NO_SOUND_SERVER)
            qWarning("Something else.")
    finally:
        qInstallMessageHandler(before)
    assert capsys.readouterr().err == "Something else.\n"


def test_during_a_session_names_are_told_without_a_look_and_the_look_is_made_up_for(qtbot) -> None:
    parent = QObject()
    watch = DeviceList(parent)
    watch.look()
    qtbot.waitUntil(lambda: watch.cameras is not None)
    watch.hold(True)
    watch.cameras = ["marked"]
    with qtbot.waitSignal(watch.listed):
        watch.look()
    assert watch.cameras == ["marked"]  # Qt tells of no change, and nobody looked
    watch.hold(False)
    qtbot.waitUntil(lambda: "marked" not in watch.cameras)
    assert watch.close(5) == []
