"""Lists cameras and microphones on a background thread, and again whenever Qt reports that devices changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtMultimedia import QMediaDevices

from app.session.jobs import Job, JobRunner
from core.errors import CaptureError

TOPIC = "devices"
Names = tuple[list[str], list[str]]
"""Cameras, microphones."""


def list_devices(_job: Job) -> Names:
    """Names of cameras and microphones; no microphones where there is no sound system."""
    from core.capture import devices

    try:
        devices.refresh()
        microphones = [device.name for device in devices.microphones()]
    except CaptureError:
        microphones = []
    return [device.name for device in devices.cameras()], microphones


def qt_names() -> Names:
    """Names of cameras and microphones as Qt lists them, without touching an open device."""
    return (
        [device.description() for device in QMediaDevices.videoInputs()],
        [device.description() for device in QMediaDevices.audioInputs()],
    )


def merged(listed: list[str], before: list[str], now: list[str]) -> list[str]:
    """`listed` less the names that Qt had `before` and has no more, plus the names that are new `now`."""
    gone, added = set(before) - set(now), [name for name in now if name not in before and name not in listed]
    return [name for name in listed if name not in gone] + added


class DeviceList(QObject):
    """`cameras` and `microphones` are None until the first list is complete.

    Listing may disturb devices that are in use, so it waits while held (`hold(True)`). Until then only the names that
    Qt adds or removes are merged in.
    """

    listed = Signal()
    notice = Signal(str)

    def __init__(self, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self.cameras: list[str] | None = None
        self.microphones: list[str] | None = None
        self._jobs = jobs
        self._again = False
        self._held = False
        self._known: Names = ([], [])  # Qt's names at the last listing or merge
        self._media = QMediaDevices(self)
        self._media.videoInputsChanged.connect(self.refresh)
        self._media.audioInputsChanged.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Lists the devices; a request during a listing leads to one more afterwards."""
        if self._held:
            self._again = True
            self._merge()
        elif self._jobs.running(TOPIC):
            self._again = True
        else:
            self._known = qt_names()
            self._jobs.run(TOPIC, list_devices, self._on_listed, self._on_failed)

    def _on_listed(self, names: Names) -> None:
        self.cameras, self.microphones = names
        self.listed.emit()
        self._catch_up()

    def _merge(self) -> None:
        now = qt_names()
        cameras, microphones = (
            merged(listed or [], before, seen)
            for listed, before, seen in zip((self.cameras, self.microphones), self._known, now, strict=True)
        )
        self._known = now
        self.cameras, self.microphones = cameras, microphones
        self.listed.emit()

    def _on_failed(self, sentence: str) -> None:
        self.notice.emit(sentence)
        self._on_listed((self.cameras or [], self.microphones or []))

    def hold(self, held: bool) -> None:
        """Puts listing off, or (False) catches up on it."""
        self._held = held
        self._catch_up()

    def _catch_up(self) -> None:
        if self._again and not self._held:
            self._again = False
            self.refresh()
