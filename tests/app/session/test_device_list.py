"""Devices that are plugged in or out during a session are listed by name without touching an open stream."""

import pytest
from PySide6.QtCore import QObject

from app.session.device_list import DeviceList, merged
from app.session.jobs import JobRunner


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
def test_new_names_are_added_and_names_that_went_are_dropped(listed, before, now, offered) -> None:
    assert merged(listed, before, now) == offered


def test_while_held_only_qts_changes_are_merged_and_the_listing_follows_later(qtbot) -> None:
    parent = QObject()
    jobs = JobRunner(parent)
    devices = DeviceList(jobs, parent)
    devices.refresh()
    qtbot.waitUntil(lambda: devices.cameras is not None)
    devices.hold(True)
    devices.cameras = ["marked"]
    with qtbot.waitSignal(devices.listed):
        devices.refresh()
    assert devices.cameras == ["marked"]  # Qt reports no change, and nothing was listed
    devices.hold(False)
    qtbot.waitUntil(lambda: "marked" not in devices.cameras)
    assert jobs.close(5) == []


def test_without_news_of_devices_the_pages_that_show_them_list_them_again(open_window, qtbot) -> None:
    window = open_window()
    devices = window.controller.devices
    qtbot.waitUntil(lambda: not window.controller.jobs.running("devices"))
    devices.cameras = ["marked"]
    for has_news, page in ((True, "Settings"), (True, "Live"), (False, "Review")):
        devices.has_news = has_news
        window.open_page(page)
        assert not window.controller.jobs.running("devices")
    for page in ("Settings", "Live"):
        devices.cameras = ["marked"]
        window.open_page(page)
        qtbot.waitUntil(lambda: "marked" not in devices.cameras)
