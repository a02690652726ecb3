"""Text on the screen that is made from data: short, plain, without blame. No widget, no Qt."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from app.presentation.smoothing import HeadlineReading
from core.speech.languages import unused_words
from core.status import DeviceState, DeviceStatus, EngineStatus, RunState
from core.time_format import short_clock
from core.types import (
    Entry,
    InputKind,
    Marker,
    Presence,
    Reason,
    SelfReport,
    Sighting,
)

if TYPE_CHECKING:
    from core.focus.timer import TimerView

DISCLAIMER = "Estimates how expressions may be read. It can be wrong."
ON_DEVICE = "Nothing leaves this machine, unless you switch on the lab streams in Settings."
LAW = (
    "In the European Union, inferring emotions of people in education institutions and at work from biometric data is "
    "prohibited, except for medical or safety reasons (AI Act, Article 5(1)(f), in force since 2 February 2025). "
    "An adult using this program privately, by free choice, is not that case; a school or an employer that requires "
    "or deploys it is. This is not legal advice."
)
LIVE_DEMO = "This demo analyses real people: inform everyone who can be seen or heard. Nothing is stored."
LIVE_DEMO_BADGE = "Demo · live camera, nothing stored"
HIDDEN = "Estimates are hidden on this screen. Ctrl+H shows them again."
HIDDEN_SHORT = "Estimates are hidden"
WORDS_COME = "Words appear here as they are spoken."
WORDS_OFF = "Words are switched off."
CORRECTED_ON_SCREEN = "Words of this session are not stored, so corrections stay on this screen only."
LATE_S = 1.0
"""A picture older than this, in seconds, is out of date."""
RUN_STATE_TEXTS = {
    RunState.IDLE: "Ready",
    RunState.STARTING: "Starting …",
    RunState.LIVE: "Live",
    RunState.PAUSED: "Paused",
    RunState.ENDED: "Ended",
    RunState.STOPPED: "Stopped",
}


def percent(share: float) -> str:
    """0.62 → "62 %"; a dash for NaN."""
    return "–" if math.isnan(share) else f"{share * 100:.0f} %"


def headline_text(reading: HeadlineReading | None) -> str:
    """The headline as one line: "May be read as Curious, 62 %"."""
    if reading is None:
        return "No estimate yet"
    if reading.state is None:
        return f"Undecided — {reading.reason.value}" if reading.reason else "Undecided"
    return f"May be read as {reading.state}, {percent(reading.probability)}"


def doubt_text(reading: HeadlineReading | None) -> str:
    """What of the estimate may not be the learner's own: "voice may not be yours: lips are still"; mostly empty."""
    if reading is None or reading.doubted is None:
        return ""
    if reading.doubted == "text":
        return "words may not be yours: lips were still"
    return f"voice may not be yours: {Reason.LIPS_STILL.value}"


def entry_text(entry: Entry) -> str:
    """An entry for a tooltip: "12:41 · you reported Confused"."""
    if isinstance(entry, Marker):
        text = entry.label if entry.origin == "key" else f"{entry.label} (from the {entry.origin})"
    elif isinstance(entry, SelfReport):
        when = {"own": "", "probe": " when asked", "recall": " afterwards"}[entry.origin]
        text = f"you reported {entry.state}{when}"
    else:
        text = f"{entry.kind}: {entry.text}" if entry.text else entry.kind
    return f"{short_clock(entry.t_s)} · {text}"


def timer_text(view: TimerView) -> str:
    """State of the study timer: "Focus 18:22 · 1 of 4"."""
    return f"{view.phase.capitalize()} {short_clock(view.remaining_s)} · {view.round} of {view.rounds}"


def session_count(count: int) -> str:
    """ "1 session", "3 sessions"."""
    return "1 session" if count == 1 else f"{count} sessions"


def picture_hint(sighting: Sighting | None, late_s: float) -> str:
    """What to write on a preview whose picture is `late_s` seconds old; empty when a face was found and all is well."""
    if late_s > LATE_S:
        return Reason.FROZEN_PICTURE.value
    if sighting is None or sighting.presence.reason is None:
        return ""
    if sighting.presence.reason is Reason.SEVERAL_FACES:
        return f"{_count(sighting.faces)} faces — picture paused"
    reason: str = sighting.presence.reason.value
    return reason


def _count(number: int) -> str:
    names = ("no", "one", "two", "three", "four", "five")
    return names[number] if 0 <= number < len(names) else str(number)


def no_picture(status: EngineStatus, kind: InputKind) -> str:
    """Why there is no picture, shown in its place."""
    if "visual" in status.muted:
        return "Picture switched off"
    if status.state is RunState.PAUSED:
        return "Paused. The camera is off." if kind == "devices" else "Paused."
    if kind != "devices" and status.state is not RunState.LIVE:
        return "The recording has ended." if status.state is RunState.ENDED else "Opening …"
    return {
        DeviceState.OFF: f"{_MISSING_PICTURE[kind]} The estimate continues with voice and words.",
        DeviceState.OPENING: "Opening the camera …",
        DeviceState.LOST: "Camera lost. Trying again …",
        DeviceState.RUNNING: "Waiting for the first picture …",
    }[status.camera.state]


_MISSING_PICTURE = {"devices": "No camera.", "file": "This recording has no picture.", "demo": "No drawn picture."}


def no_words(status: EngineStatus, kind: InputKind) -> str:
    """Why there are no words, shown in their place while they are switched on."""
    if status.recognizer and not status.hears:
        return f"No words: {status.recognizer.rstrip('.')}."
    if status.state is RunState.ENDED:
        return "No words were recognised."
    microphone = status.microphone.state
    if status.state is RunState.LIVE and microphone is DeviceState.OFF:
        return "This recording has no sound." if kind == "file" else "No microphone, so there are no words."
    if status.state is RunState.LIVE and microphone is DeviceState.LOST:
        return "Microphone lost. Words continue when it is back."
    return f"{WORDS_COME} {unused_language(status)}".rstrip()


def unused_language(status: EngineStatus) -> str:
    """Why the recogniser's words are shown and not used, in a sentence; empty while they are used or not heard."""
    if not status.hears or not status.model_languages:
        return ""
    return unused_words(status.words_language, status.model_languages)


def absence_text(presence: Presence) -> str:
    """Why a modality is absent, in a word or two; empty while it is present."""
    if presence.present:
        return ""
    return presence.reason.value if presence.reason else "absent"


def shorten(text: str, limit: int) -> str:
    """The end of `text`, at most `limit` characters, cut at a word."""
    if len(text) <= limit:
        return text
    return "… " + text[-limit:].split(" ", 1)[-1]


def device_line(kind: str, status: DeviceStatus, recording: bool) -> str:
    """A device, or the recording in its place, for the status bar: "camera HD Webcam"."""
    if recording:
        part = {"camera": "picture", "microphone": "sound"}[kind]
        return f"{part} {status.name}" if status.state is DeviceState.RUNNING else f"no {part}"
    if status.state is DeviceState.OFF:
        return f"no {kind}"
    if status.state is DeviceState.OPENING:
        return f"{kind} opening …"
    if status.state is DeviceState.LOST:
        return f"{kind} lost, retrying"
    return f"{kind} {status.name or 'OK'}"


def model_line(status: EngineStatus) -> str:
    """Profile of the model that is loaded, and the first digits of the checkpoint's hash."""
    return f"{status.profile} {status.checkpoint_sha256[:4] or 'random weights'}"


LITTLE = 0.05
"""A share of the probability below which a change is called small."""
