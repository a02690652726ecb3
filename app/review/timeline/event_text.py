"""Events of a stored session in plain words. No Qt."""

from __future__ import annotations

from app.presentation.text import RUN_STATE_TEXTS
from core.status import DeviceState
from core.types import Event

_DEVICE_STATES = {
    DeviceState.OFF.value: "off",
    DeviceState.OPENING.value: "is being opened",
    DeviceState.RUNNING.value: "on",
    DeviceState.LOST.value: "lost",
}
_RUN_STATES = {state.value: text for state, text in RUN_STATE_TEXTS.items()}


def event_text(event: Event) -> str:
    """What happened: "Microphone on", "Paused", "Nobody else is in view."; the kind of an event without a text."""
    text = event.text or event.kind
    if event.kind == "device":
        text = _device(text)
    if event.kind == "run":
        text = _RUN_STATES.get(text, text)
    return text[:1].upper() + text[1:]


def _device(text: str) -> str:
    """ "camera: lost. Plug it in again." → "camera lost. Plug it in again."; any other text as it is."""
    name, _, rest = text.partition(": ")
    state, _, message = rest.partition(".")
    if state not in _DEVICE_STATES:
        return text
    return f"{name} {_DEVICE_STATES[state]}" + (f".{message}" if message else "")
