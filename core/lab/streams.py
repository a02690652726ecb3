"""The three streams that a session offers to Lab Streaming Layer: their names, channels and descriptions.

All three are irregular streams, because a session may pause or skip hops, and readers of XDF files smooth the times of
regular streams across such gaps; `hop_s` in the description is the interval between steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.types import MODALITIES, STATES, Activity, Entry, Event, Marker, SelfReport

if TYPE_CHECKING:
    from pylsl import StreamOutlet

    from core.session_observer import SessionFacts

NAME = "EduEmotionNet"
WEIGHTS_NAME = f"{NAME}-Weights"
MARKERS_NAME = f"{NAME}-Markers"
MARKERS_TYPE = "Markers"
UNDECIDED = "undecided"
DISCLAIMER = "Estimates how expressions may be read; it can be wrong."


@dataclass(frozen=True, slots=True)
class Outlets:
    """The open streams; they close when the last reference is dropped."""

    states: StreamOutlet
    weights: StreamOutlet
    markers: StreamOutlet


@dataclass(frozen=True, slots=True)
class _Plan:
    """Description of a stream; `channels` holds label, type and unit of each."""

    name: str
    kind: str
    format: str
    channels: tuple[tuple[str, str, str], ...]


_STATES = _Plan(
    NAME,
    "Affect",
    "float32",
    (*((state, "Probability", "probability") for state in STATES), (UNDECIDED, "Flag", "0 or 1")),
)
_WEIGHTS = _Plan(WEIGHTS_NAME, "Weights", "float32", tuple((m, "Weight", "share") for m in MODALITIES))
_MARKERS = _Plan(MARKERS_NAME, MARKERS_TYPE, "string", (("entry", "Marker", "kind/origin: text"),))


def open_outlets(facts: SessionFacts) -> Outlets:
    """Open all three or none. Raises `RuntimeError` if liblsl refuses, `ImportError` if it is not installed."""
    return Outlets(*(_open(plan, facts) for plan in (_STATES, _WEIGHTS, _MARKERS)))


def _open(plan: _Plan, facts: SessionFacts) -> StreamOutlet:
    from pylsl import IRREGULAR_RATE, StreamInfo, StreamOutlet

    source_id = f"{plan.name}-{facts.id}"
    info = StreamInfo(plan.name, plan.kind, len(plan.channels), IRREGULAR_RATE, plan.format, source_id)
    channels = info.desc().append_child("channels")
    for label, kind, unit in plan.channels:
        channel = channels.append_child("channel")
        for key, value in (("label", label), ("type", kind), ("unit", unit)):
            channel.append_child_value(key, value)
    acquisition = info.desc().append_child("acquisition")
    for key, value in _described(facts).items():
        acquisition.append_child_value(key, value)
    return StreamOutlet(info)


def _described(facts: SessionFacts) -> dict[str, str]:
    from core import __version__

    return {
        "manufacturer": NAME,
        "model": "Learner Monitor",
        "version": __version__,
        "profile": facts.profile,
        "checkpoint_sha256": facts.checkpoint_sha256,
        "compute_device": facts.device,
        "hop_s": str(facts.hop_s),
        "purpose": facts.purpose,
        "session": facts.id,
        "started_utc": facts.started_utc,
        "meaning": DISCLAIMER,
    }


def line_of(entry: Entry) -> str:
    """One entry as a marker's text, `kind/origin: text`; empty if it is not sent.

    Markers that came from the lab have a stream of their own. The text of notes is not sent, nor that of errors, which
    may name files and with them people. Of a device only its kind and state are sent.
    """
    match entry:
        case Marker(_, label, origin):
            return "" if origin == "lab" else f"marker/{origin}: {label}"
        case SelfReport(_, state, origin):
            return f"report/{origin}: {state}"
        case Activity(_, kind, text):
            return f"activity/{kind}" if kind == "note" or not text else f"activity/{kind}: {text}"
        case Event(_, "device", text):
            return f"event/device: {text.partition('.')[0]}"
        case Event(_, kind, text):
            return f"event/{kind}" if kind == "error" or not text else f"event/{kind}: {text}"
