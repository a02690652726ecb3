"""The status of devices, model and storage. A click on an entry opens the settings that can fix it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy

from app.presentation.text import ON_DEVICE, device_line, model_line, unused_language
from app.widgets.style_sheet import set_kind
from app.widgets.theme import MOODS, SMALL_PX, UNIT, colors_of, font
from core.speech.languages import knows_only
from core.status import DeviceState, DeviceStatus, EngineStatus, RunState
from core.types import Reason, Speaker

STORING_STORY = f"{ON_DEVICE} Choose what is stored in Settings, Storing."
DOT_PX, BESIDE_PX = 17, 20
"""Where a text begins, and what an entry is wider than its text."""
WIDENED = ("loudspeaker", "words", "storing", "model", "speed", "camera", "microphone", "skipped", "preview")
"""Entries in the order in which they get their full texts while there is room."""
LEFT_OUT = ("preview", "skipped")
"""Entries that are not shown where even the short texts of all have no room, in this order."""
NOT_HEARD, HEARD = "loudspeaker not heard", "loudspeaker heard"
COMPUTER = (Reason.COMPUTER_SPEAKING.value, "computer speaks")
ROOM = {
    "camera": (("camera lost, retrying", "camera lost"), ("camera opening …", "camera opens")),
    "microphone": (("microphone lost, retrying", "microphone lost"), ("microphone opening …", "microphone opens")),
    "loudspeaker": ((NOT_HEARD, NOT_HEARD), COMPUTER),
    "words": (("words not started", "words not used"),),
    "model": (("no model", "no model"),),
    "speed": (("step 888/888 ms · hop 0.5 s", "step 888 ms"),),
    "skipped": (("skipped 888", "skipped 888"),),
    "preview": (("preview 88 fps", "preview 88 fps"),),
    "storing": (("nothing stored", "nothing stored"),),
}
"""Texts, full and short, that an entry always has room for: it keeps its place when it changes to one of them."""


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """One entry: its text, its mood ("good", "warn", "bad", "quiet"), and a longer text for the tooltip."""

    text: str
    mood: str
    story: str
    short: str = ""
    """For narrow windows: as short as it can be and still name its subject. By default the text."""

    room: str = ""
    """A longer full text that it has room for, such as the name of a device that was lost and may come back."""

    def forms(self) -> tuple[str, str]:
        """The full text and the short one."""
        return self.text, self.short or self.text


class StatusButton(QPushButton):
    """A dot and a text, full or short."""

    def __init__(self, name: str, room: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._fact = StatusEntry("", "quiet", "")
        self._name, self._room = name, room
        self._full = True
        self.setAccessibleName(name)
        self.setToolTip(name)
        set_kind(self, "status")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(3 * UNIT)

    def show_entry(self, fact: StatusEntry) -> None:
        """Shows this entry."""
        if fact == self._fact:
            return
        self._fact = fact
        self.setAccessibleName(f"{self._name}: {fact.text}")
        self.setToolTip(f"{fact.text}\n{fact.story}".strip())
        self.update()

    @property
    def fact(self) -> StatusEntry:
        """The entry that is shown."""
        return self._fact

    @property
    def shown(self) -> str:
        """The text that is drawn."""
        return self._fact.forms()[0 if self._full else 1]

    def width_px(self, full: bool) -> int:
        """The width with its full or its short text, or with the widest that may follow."""
        metrics = QFontMetrics(font(SMALL_PX))
        texts = [forms[0 if full else 1] for forms in (self._fact.forms(), *self._room)]
        if full:
            texts.append(self._fact.room)
        return max(map(metrics.horizontalAdvance, texts)) + BESIDE_PX

    def choose_form(self, full: bool) -> None:
        """Shows the full or the short text from now on."""
        self._full = full
        self.setFixedWidth(self.width_px(full))
        self.update()

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
        place = QRectF(DOT_PX, 0, self.width() - DOT_PX, self.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.shown)


class StatusBar(QFrame):
    """Takes an `EngineStatus`; emits the topic of the entry that was clicked.

    Which entries show their full text is chosen for the whole bar, so that no text is cut.
    """

    clicked = Signal(str)
    """"camera", "microphone", "loudspeaker", "words", "model", "speed" or "storing" """

    def __init__(self) -> None:
        super().__init__()
        set_kind(self, "bar")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._absent: set[str] = set()
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
        self.buttons = {topic: StatusButton(name, ROOM[topic]) for topic, name in names.items()}
        row = QHBoxLayout(self)
        row.setContentsMargins(UNIT, 0, UNIT, 0)
        row.setSpacing(0)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
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
        self._absent = set(self.buttons) - set(entries) - {"storing"}
        self._fit()

    def show_storing(self, text: str, good: bool) -> None:
        """Shows what is stored of this session; `good` is False if it cannot be stored as chosen."""
        short = text.partition(":")[0] if good else "not stored"
        self.buttons["storing"].show_entry(StatusEntry(text, "good" if good else "bad", STORING_STORY, short))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Chooses the texts for another width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Short texts for all, then full ones as long as there is room."""
        shown = [topic for topic in self.buttons if topic not in self._absent]
        widths = {topic: self.buttons[topic].width_px(full=False) for topic in shown}
        room = self.width() - 2 * UNIT
        for topic in LEFT_OUT:
            if sum(widths.values()) > room:
                del widths[topic]
        full = set()
        for topic in filter(widths.__contains__, WIDENED):
            wider = {**widths, topic: self.buttons[topic].width_px(full=True)}
            if sum(wider.values()) <= room:
                full.add(topic)
                widths = wider
        for topic, button in self.buttons.items():
            button.setVisible(topic in widths)
            button.choose_form(topic in full)


def facts(status: EngineStatus, recording: bool = False) -> dict[str, StatusEntry]:
    """The entries for a status; none for a loudspeaker that is not to be heard, as while a recording plays."""
    busy = status.state in (RunState.LIVE, RunState.PAUSED)
    late = status.steps > 0 and status.skipped_hops > 0.02 * status.steps
    step_ms = f"{status.step_ms.p50:.0f}"
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
            f"model {model_line(status)} · {status.device.upper()}" if status.profile else "no model",
            "good" if status.profile and status.checkpoint_sha256 else "warn" if status.profile else "quiet",
            f"Weights: {status.checkpoint_sha256 or 'random, estimates mean nothing'}" if status.profile else "",
            f"model {status.profile}" if status.profile else "no model",
        ),
        "speed": StatusEntry(
            f"step {step_ms}/{status.step_ms.p95:.0f} ms · hop {status.hop_s:g} s",
            "bad" if slow else "good" if busy and status.steps else "quiet",
            speed,
            f"step {step_ms} ms",
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
    return StatusEntry("words not started", "quiet", story, "words off")


def _loudspeaker(status: DeviceStatus, speaker: Speaker) -> StatusEntry:
    """An unheard loudspeaker is no error: the session goes on as if the computer played nothing."""
    if status.state is not DeviceState.RUNNING:
        return StatusEntry(NOT_HEARD, "quiet", status.message)
    if speaker == "computer":
        story = "Voice and words are left out until you speak. With headphones the program hears only you."
        return StatusEntry(COMPUTER[0], "warn", story, COMPUTER[1])
    story = f"What {status.name} plays is told from your voice. It is kept for 10 s, in memory only."
    return StatusEntry(HEARD, "good", story)


def _device(kind: str, status: DeviceStatus, recording: bool) -> StatusEntry:
    moods = {
        DeviceState.RUNNING: "good",
        DeviceState.OPENING: "warn",
        DeviceState.LOST: "bad",
        DeviceState.OFF: "quiet",
    }
    line, running = device_line(kind, status, recording), status.state is DeviceState.RUNNING
    story = status.message or f"{status.name or f'No {kind}'}. Click to choose another."
    if recording:
        short = f"{line.split()[0]} OK" if running else line
        return StatusEntry(line, moods[status.state], status.message or status.name, short)
    shorts = {
        DeviceState.RUNNING: f"{kind} OK",
        DeviceState.OPENING: f"{kind} opens",
        DeviceState.LOST: f"{kind} lost",
        DeviceState.OFF: f"no {kind}",
    }
    return StatusEntry(line, moods[status.state], story, shorts[status.state], f"{kind} {status.name}")
