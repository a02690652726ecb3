"""The status of devices, model and storage. A click on an entry opens the settings that can fix it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy

from app.presentation.text import ON_DEVICE, device_line, model_line, unused_language
from app.widgets.style_sheet import set_kind
from app.widgets.theme import MOODS, SMALL_PX, UNIT, colors_of, font
from core.speech.languages import knows_only
from core.status import DeviceState, DeviceStatus, EngineStatus, RunState
from core.types import Reason, Speaker

GIVING_WAY = ("camera", "microphone", "loudspeaker", "words", "model", "speed", "storing")
STORING_CHARS = 22
STORING_STORY = f"{ON_DEVICE} Choose what is stored in Settings, Storing."
SHORT_BELOW = 0.55
"""Below this share of its full width, the short text replaces the elided one."""


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """One entry: its text, its mood ("good", "warn", "bad", "quiet"), and a longer text for the tooltip."""

    text: str
    mood: str
    story: str
    short: str = ""
    """For narrow windows."""


class StatusButton(QPushButton):
    """A dot and a text that is elided rather than cut."""

    def __init__(self, name: str, stretches: bool) -> None:
        super().__init__()
        self._fact = StatusEntry("", "quiet", "")
        self._name = name
        self.setAccessibleName(name)
        self.setToolTip(name)
        self._stretches = stretches
        set_kind(self, "status")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy.Policy.Preferred if stretches else QSizePolicy.Policy.Fixed
        self.setSizePolicy(policy, QSizePolicy.Policy.Fixed)

    def show_entry(self, fact: StatusEntry) -> None:
        """Shows this entry."""
        if fact == self._fact:
            return
        self._fact = fact
        self.setAccessibleName(f"{self._name}: {fact.text}")
        self.setToolTip(f"{fact.text}\n{fact.story}".strip())
        self.updateGeometry()
        self.update()

    @property
    def fact(self) -> StatusEntry:
        """The entry that is shown."""
        return self._fact

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """Room for dot and text."""
        return QSize(QFontMetrics(font(SMALL_PX)).horizontalAdvance(self._fact.text) + 3 * UNIT, 3 * UNIT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """A device's long name may be shortened, a figure may not."""
        if not self._stretches:
            return self.sizeHint()
        return QSize(QFontMetrics(font(SMALL_PX)).horizontalAdvance(self._fact.short) + 3 * UNIT, 3 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws the dot, then the text."""
        super().paintEvent(event)
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(MOODS[self._fact.mood](colors)))
        painter.drawEllipse(QRectF(6, self.height() / 2 - 3, 6, 6))
        painter.setFont(font(SMALL_PX))
        painter.setPen(QColor(colors.text if self._fact.mood in ("warn", "bad") else colors.quiet))
        place = QRectF(17, 0, self.width() - 19, self.height())
        metrics, room = painter.fontMetrics(), place.width()
        text = metrics.elidedText(self._fact.text, Qt.TextElideMode.ElideRight, int(room))
        if self._stretches and room < SHORT_BELOW * metrics.horizontalAdvance(self._fact.text):
            text = self._fact.short
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class StatusBar(QFrame):
    """Takes an `EngineStatus`; emits the topic of the entry that was clicked."""

    clicked = Signal(str)
    """"camera", "microphone", "loudspeaker", "words", "model", "speed" or "storing" """

    def __init__(self) -> None:
        super().__init__()
        set_kind(self, "bar")
        self.setAccessibleName("Status")
        names = {
            "camera": "Camera",
            "microphone": "Microphone",
            "loudspeaker": "Loudspeaker",
            "words": "Words",
            "model": "Model",
            "speed": "Speed",
            "skipped": "Skipped hops",
            "preview": "Preview",
            "storing": "Storing",
        }
        self.buttons = {topic: StatusButton(name, topic in GIVING_WAY) for topic, name in names.items()}
        row = QHBoxLayout(self)
        row.setContentsMargins(UNIT, 0, UNIT, 0)
        row.setSpacing(0)
        for topic, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, topic=topic: self.clicked.emit(topic))
            if topic == "storing":
                row.addStretch(1)
            row.addWidget(button)
        self.show_status(EngineStatus())
        self.show_storing("nothing stored", True)

    def show_status(self, status: EngineStatus, recording: bool = False) -> None:
        """Updates all entries; `recording`: a clip or the drawn learner replaces the devices."""
        entries = facts(status, recording)
        for topic, fact in entries.items():
            self.buttons[topic].show_entry(fact)
        self.buttons["loudspeaker"].setVisible("loudspeaker" in entries)

    def show_storing(self, text: str, good: bool) -> None:
        """Shows what is stored of this session; `good` is False if it cannot be stored as chosen."""
        short = text if len(text) <= STORING_CHARS else f"{text.partition(',')[0]} …" if good else "not stored"
        self.buttons["storing"].show_entry(StatusEntry(text, "good" if good else "bad", STORING_STORY, short))


def facts(status: EngineStatus, recording: bool = False) -> dict[str, StatusEntry]:
    """The entries for a status; none for a loudspeaker that is not to be heard, as while a recording plays."""
    busy = status.state in (RunState.LIVE, RunState.PAUSED)
    late = status.steps > 0 and status.skipped_hops > 0.02 * status.steps
    step = f"step {status.step_ms.p50:.0f}/{status.step_ms.p95:.0f} ms · hop {status.hop_s:g} s"
    slow = status.step_ms.p95 > 1e3 * status.hop_s
    speed = "Time of one step, median and 95th percentile, and how often steps are taken."
    skips = "Steps left out because the one before took too long. Estimates are never shown late."
    rate = f"preview {status.preview_fps:.0f} fps"
    heard = {"loudspeaker": _loudspeaker(status.loudspeaker, status.speaker)}
    return {
        **(heard if status.loudspeaker.state is not DeviceState.OFF else {}),
        "camera": _device("camera", status.camera, recording),
        "microphone": _device("microphone", status.microphone, recording),
        "words": _words(status),
        "model": StatusEntry(
            f"{model_line(status)} · {status.device.upper()}",
            "good" if status.profile and status.checkpoint_sha256 else "warn" if status.profile else "quiet",
            f"Weights: {status.checkpoint_sha256 or 'random, estimates mean nothing'}" if status.profile else "",
            status.profile or "no model",
        ),
        "speed": StatusEntry(
            step, "bad" if slow else "good" if busy and status.steps else "quiet", speed, step.partition(" ·")[0]
        ),
        "skipped": StatusEntry(
            f"skipped {status.skipped_hops}", "warn" if late else "good" if busy else "quiet", skips
        ),
        "preview": StatusEntry(
            rate, "good" if status.preview_fps >= 20 else "quiet", "Pictures a second from the camera."
        ),
    }


def _words(status: EngineStatus) -> StatusEntry:
    story = "The recogniser that turns speech into words, on this machine."
    if unused := unused_language(status):
        text = f"words {status.recognizer} · not used: {knows_only(status.model_languages)}"
        return StatusEntry(text, "warn", unused, "words not used")
    if status.hears:
        return StatusEntry(f"words {status.recognizer}", "good", story, "words on")
    if status.recognizer:
        return StatusEntry("no words", "warn", status.recognizer, "no words")
    return StatusEntry("words not started", "quiet", story, "words")


def _loudspeaker(status: DeviceStatus, speaker: Speaker) -> StatusEntry:
    """An unheard loudspeaker is no error: the session goes on as if the computer played nothing."""
    if status.state is not DeviceState.RUNNING:
        return StatusEntry("loudspeaker not heard", "quiet", status.message, "not heard")
    if speaker == "computer":
        story = "Voice and words are left out until you speak. With headphones the program hears only you."
        return StatusEntry(Reason.COMPUTER_SPEAKING.value, "warn", story, "computer speaks")
    story = f"What {status.name} plays is told from your voice. It is kept for 10 s, in memory only."
    return StatusEntry("loudspeaker OK", "good", story, "heard")


def _device(kind: str, status: DeviceStatus, recording: bool) -> StatusEntry:
    moods = {
        DeviceState.RUNNING: "good",
        DeviceState.OPENING: "warn",
        DeviceState.LOST: "bad",
        DeviceState.OFF: "quiet",
    }
    line = device_line(kind, status, recording)
    story = status.message or f"{status.name or f'No {kind}'}. Click to choose another."
    if recording:
        return StatusEntry(line, moods[status.state], status.message or status.name, line.split()[0])
    short = f"{kind} OK" if status.state is DeviceState.RUNNING else f"{kind} {status.state.value}"
    return StatusEntry(line, moods[status.state], story, short)
