"""Which cameras and microphones there are, looked up beside the window, again whenever Qt says that devices changed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QtMsgType,
    Signal,
    Slot,
    qFormatLogMessage,
    qInstallMessageHandler,
)
from PySide6.QtMultimedia import QMediaDevices

from app.session.background_job import Job
from core.errors import CaptureError

Names = tuple[list[str], list[str]]
NO_SOUND_SERVER = "PulseAudioService: pa_context_connect() failed"
"""What Qt writes where there is no sound server, in no category that could be switched off."""


def list_devices(_job: Job) -> Names:
    """Names of cameras and of microphones; none where there is no sound system."""
    from core.capture import devices

    try:
        devices.refresh()
        microphones = [device.name for device in devices.microphones()]
    except CaptureError:
        microphones = []
    return [device.name for device in devices.cameras()], microphones


def qt_names() -> Names:
    """Names of cameras and of microphones as Qt has them; asking disturbs nobody."""
    with quiet_without_sound_server():
        return (
            [device.description() for device in QMediaDevices.videoInputs()],
            [device.description() for device in QMediaDevices.audioInputs()],
        )


@contextmanager
def quiet_without_sound_server() -> Iterator[None]:
    """Keep `NO_SOUND_SERVER` off the terminal, and nothing else: the window says it where microphones are listed."""

    def pass_on(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if text == NO_SOUND_SERVER:
            return
        if before is not None:
            before(kind, context, text)
        else:
            sys.stderr.write(f"{qFormatLogMessage(kind, context, text)}\n")

    before = qInstallMessageHandler(pass_on)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def merged(listed: list[str], before: list[str], now: list[str]) -> list[str]:
    """`listed` without what Qt had `before` and has no more, and with what it has `now` and had not."""
    gone, come = set(before) - set(now), [name for name in now if name not in before and name not in listed]
    return [name for name in listed if name not in gone] + come


class DeviceList(QObject):
    """`cameras` and `microphones` are None until the first list has come.

    Looking may disturb devices that are in use, so it waits while `hold` is True. Until then the names that Qt tells of
    devices that came or went are all that changes.
    """

    listed = Signal()
    said = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.cameras: list[str] | None = None
        self.microphones: list[str] | None = None
        self._job: Job | None = None
        self._again = False
        self._held = False
        self._known: Names = ([], [])  # by Qt's names, when last looked
        self._media = QMediaDevices(self)
        with quiet_without_sound_server():  # Qt looks for one as soon as somebody wants to hear of changes
            self._media.videoInputsChanged.connect(self.look)
            self._media.audioInputsChanged.connect(self.look)

    @Slot()
    def look(self) -> None:
        """List the devices; a wish that comes during a look is followed by one more."""
        if self._job is not None or self._held:
            self._again = True
            if self._held:
                self._merge()
            return
        self._known = qt_names()
        self._job = Job("devices", list_devices, self)
        self._job.done.connect(self._on_listed)
        self._job.failed.connect(self._on_failed)
        self._job.start()

    @Slot(object)
    def _on_listed(self, names: Names) -> None:
        self._job = None
        self.cameras, self.microphones = names
        self.listed.emit()
        self._look_again()

    def _merge(self) -> None:
        now = qt_names()
        cameras, microphones = (
            merged(listed or [], before, seen)
            for listed, before, seen in zip((self.cameras, self.microphones), self._known, now, strict=True)
        )
        self._known = now
        self.cameras, self.microphones = cameras, microphones
        self.listed.emit()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.said.emit(sentence)
        self._on_listed((self.cameras or [], self.microphones or []))

    def hold(self, held: bool) -> None:
        """Put off looking, or (False) make up for it."""
        self._held = held
        self._look_again()

    def _look_again(self) -> None:
        if self._again and not self._held:
            self._again = False
            self.look()

    def close(self, within_s: float) -> list[str]:
        """Wait so long for a look that is under way; the name of a thread that did not end."""
        self._again = False
        return self._job.end(within_s) if self._job is not None else []
