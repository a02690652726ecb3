"""Lists cameras, microphones and loudspeakers on a background thread, and again when Qt reports that devices changed.

Where QtMultimedia cannot be loaded nothing is reported, and `look_again` lists them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from app.session.jobs import Job, JobRunner
from core.errors import CaptureError
from core.load_errors import OptionalImport
from core.system_libraries import DEVICE_NEWS, SystemLibrary, missing_libraries

NEWS = OptionalImport(DEVICE_NEWS)
with NEWS:
    from PySide6.QtMultimedia import QMediaDevices

TOPIC = "devices"
Names = tuple[list[str], list[str]]
"""Cameras, microphones."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Names of devices. `problem` is why microphones cannot be listed; empty if they can.

    `loudspeakers`: those that can be heard; empty also where the system does not offer it.
    """

    cameras: list[str]
    microphones: list[str]
    problem: str = ""
    loudspeakers: tuple[str, ...] = ()


def list_devices(_job: Job) -> Listing:
    """The devices; no microphones, but the reason, where the sound system does not work."""
    from core.capture import devices, reference

    microphones, problem, loudspeakers = [], "", list[tuple[str, bool]]()
    try:
        devices.refresh()
        microphones = [device.name for device in devices.microphones()]
    except CaptureError as error:
        problem = str(error)
    with suppress(CaptureError):  # then headphones are the way
        loudspeakers = reference.loudspeakers()
    names = tuple(name for name, _is_default in loudspeakers)
    return Listing([device.name for device in devices.cameras()], microphones, problem, names)


def missing_news() -> tuple[SystemLibrary, ...]:
    """What is missing for Qt to report that devices changed; empty if it can."""
    known = missing_libraries(DEVICE_NEWS)
    return known if NEWS.missing is None or NEWS.missing in known else (NEWS.missing, *known)


def qt_names() -> Names:
    """Names of cameras and microphones as Qt lists them, without touching an open device."""
    if NEWS.missing:
        return [], []
    return (
        [device.description() for device in QMediaDevices.videoInputs()],
        [device.description() for device in QMediaDevices.audioInputs()],
    )


def merged(listed: list[str], before: list[str], now: list[str]) -> list[str]:
    """`listed` less the names that Qt had `before` and has no more, plus the names that are new `now`."""
    gone, added = set(before) - set(now), [name for name in now if name not in before and name not in listed]
    return [name for name in listed if name not in gone] + added


class DeviceList(QObject):
    """`cameras` and `microphones` are None until the first list is complete; `problem` is why there are none of these.

    Listing may disturb devices that are in use, so it waits while held (`hold(True)`). Until then only the names that
    Qt adds or removes are merged in.
    """

    listed = Signal()
    notice = Signal(str)

    def __init__(self, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self.cameras: list[str] | None = None
        self.microphones: list[str] | None = None
        self.problem = ""
        self.loudspeakers: tuple[str, ...] = ()
        self.has_news = not missing_news()
        """Whether Qt reports that devices changed."""
        self._jobs = jobs
        self._again = False
        self._held = False
        self._known: Names = ([], [])  # Qt's names at the last listing or merge
        if not NEWS.missing:
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

    def look_again(self) -> None:
        """Lists the devices unless Qt reports changes anyway."""
        if not self.has_news:
            self.refresh()

    def _on_listed(self, listing: Listing) -> None:
        self.cameras, self.microphones, self.problem = listing.cameras, listing.microphones, listing.problem
        self.loudspeakers = listing.loudspeakers
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
        self._on_listed(Listing(self.cameras or [], self.microphones or [], loudspeakers=self.loudspeakers))

    def hold(self, held: bool) -> None:
        """Puts listing off, or (False) catches up on it."""
        self._held = held
        self._catch_up()

    def _catch_up(self) -> None:
        if self._again and not self._held:
            self._again = False
            self.refresh()
