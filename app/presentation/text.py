"""The words on the screen that are made from data: short, plain, without blame. No widget, no Qt."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from app.presentation.smoothing import HeadlineReading
from core.appearance import MODALITY_NAMES, MODALITY_ORDER
from core.status import DeviceState, DeviceStatus, EngineStatus, RunState
from core.time_format import short_clock
from core.types import (
    MODALITIES,
    STATES,
    Entry,
    Estimate,
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
    "prohibited, save for medical or safety reasons (AI Act, Article 5(1)(f), in force since 2 February 2025). "
    "An adult using this program privately, by free choice, is not that case; a school or an employer that requires "
    "or deploys it is. This is not legal advice."
)
LIVE_DEMO = "This demo looks at real people: tell everyone who can be seen or heard. Nothing is stored."
LIVE_DEMO_BADGE = "Demo · live camera, nothing kept"
HIDDEN = "Estimates are hidden on this screen. Ctrl+H shows them again."
HIDDEN_SHORT = "Estimates are hidden"
WORDS_COME = "Words appear here as they are spoken."
WORDS_OFF = "Words are switched off."
LATE_S = 1.0
"""A picture older than this no longer shows what is."""
STATE_WORDS = {
    RunState.IDLE: "Ready",
    RunState.STARTING: "Starting …",
    RunState.LIVE: "Live",
    RunState.PAUSED: "Paused",
    RunState.ENDED: "Ended",
    RunState.STOPPED: "Stopped",
}


def percent(share: float) -> str:
    """0.62 → "62 %"; a dash for what is not known."""
    return "–" if math.isnan(share) else f"{share * 100:.0f} %"


def headline_words(reading: HeadlineReading | None) -> str:
    """The headline as one line: "May be read as Curious, 62 %"."""
    if reading is None:
        return "No estimate yet"
    if reading.state is None:
        return f"Undecided — {reading.reason.value}" if reading.reason else "Undecided"
    return f"May be read as {reading.state}, {percent(reading.probability)}"


def entry_words(entry: Entry) -> str:
    """An entry for a tooltip: "12:41 · you reported Confused"."""
    if isinstance(entry, Marker):
        said = entry.label if entry.origin == "key" else f"{entry.label} (from the {entry.origin})"
    elif isinstance(entry, SelfReport):
        when = {"own": "", "probe": " when asked", "recall": " afterwards"}[entry.origin]
        said = f"you reported {entry.state}{when}"
    else:
        said = f"{entry.kind}: {entry.text}" if entry.text else entry.kind
    return f"{short_clock(entry.t_s)} · {said}"


def timer_words(view: TimerView) -> str:
    """How the study timer stands: "Focus 18:22 · 1 of 4"."""
    return f"{view.phase.capitalize()} {short_clock(view.remaining_s)} · {view.round} of {view.rounds}"


def session_count(count: int) -> str:
    """ "1 session", "3 sessions"."""
    return "1 session" if count == 1 else f"{count} sessions"


def picture_hint(sighting: Sighting | None, late_s: float) -> str:
    """What to write on the preview whose picture is `late_s` old; empty when a face was found and all is well."""
    if late_s > LATE_S:
        return Reason.FROZEN_PICTURE.value
    if sighting is None or sighting.presence.reason is None:
        return ""
    if sighting.presence.reason is Reason.SEVERAL_FACES:
        return f"{_count(sighting.faces)} faces — picture paused"
    return sighting.presence.reason.value


def no_picture(status: EngineStatus, kind: InputKind) -> str:
    """What stands in the place of the picture."""
    if "visual" in status.muted:
        return "Picture switched off"
    if status.state is RunState.PAUSED:
        return "Paused. The camera is off." if kind == "devices" else "Paused."
    if kind != "devices" and status.state is not RunState.LIVE:
        return "The recording has ended." if status.state is RunState.ENDED else "Opening …"
    return {
        DeviceState.OFF: f"{_MISSING_PICTURE[kind]} The estimate goes on with voice and words.",
        DeviceState.OPENING: "Opening the camera …",
        DeviceState.LOST: "Camera lost. Trying again …",
        DeviceState.RUNNING: "Waiting for the first picture …",
    }[status.camera.state]


_MISSING_PICTURE = {"devices": "No camera.", "file": "This recording has no picture.", "demo": "No drawn picture."}


def no_words(status: EngineStatus, kind: InputKind) -> str:
    """What stands in the place of the words while they are wanted."""
    if status.recognizer and not status.hears:
        return f"No words: {status.recognizer.rstrip('.')}."
    if status.state is RunState.ENDED:
        return "No words were heard."
    sounding = status.microphone.state
    if status.state is RunState.LIVE and sounding is DeviceState.OFF:
        return "This recording has no sound." if kind == "file" else "No microphone, so there are no words."
    if status.state is RunState.LIVE and sounding is DeviceState.LOST:
        return "The microphone is lost; words go on when it is back."
    return WORDS_COME


def _count(number: int) -> str:
    names = ("no", "one", "two", "three", "four", "five")
    return names[number] if 0 <= number < len(names) else str(number)


def short_reason(presence: Presence) -> str:
    """Why a modality is absent, in a word or two."""
    return presence.reason.value if presence.reason else "absent"


def step_lines(estimate: Estimate, now_s: float) -> list[str]:
    """What hovering over a step shows, one line each."""
    named = estimate.state or f"Undecided — {estimate.abstains.value if estimate.abstains else 'no evidence'}"
    lines = [f"{now_s - estimate.t_s:.1f} s ago · {named}"]
    if estimate.leading is not None:
        order = sorted(range(len(STATES)), key=lambda k: -float(estimate.probabilities[k]))
        parts = [f"{STATES[k]} {percent(float(estimate.probabilities[k]))}" for k in order]
        lines += [" · ".join(parts[:2]), " · ".join(parts[2:])]
    lines.append(" · ".join(_modality(estimate, m) for m in MODALITY_ORDER))
    if estimate.words:
        lines.append(f"“{shorten(' '.join(word.text for word in estimate.words), 40)}”")
    return lines


def _modality(estimate: Estimate, modality: str) -> str:
    index = MODALITIES.index(modality)  # type: ignore[arg-type]
    presence = estimate.presence[MODALITIES[index]]
    value = _weight(estimate, index) if presence.present else short_reason(presence)
    return f"{MODALITY_NAMES[MODALITIES[index]]} {value}"


def _weight(estimate: Estimate, index: int) -> str:
    """A weight with its 95 % band where that can be seen: "62 % (55 to 70)"."""
    value = percent(float(estimate.weights[index]))
    low, high = (round(100 * float(bound[index])) for bound in (estimate.weight_low, estimate.weight_high))
    return f"{value} ({low} to {high})" if low < high else value


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
    """Profile and the first digits of the weights' hash."""
    if not status.profile:
        return "model not loaded"
    return f"{status.profile} {status.checkpoint_sha256[:4] or 'random weights'}"


LITTLE = 0.05
"""A share of the probability below which one would not say that something moved."""
