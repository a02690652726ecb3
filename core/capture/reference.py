"""The reference: what the computer plays, recorded so that its voice can be told from the learner's.

Each system offers it in its own way; none is recorded anywhere but in memory. Where a system offers none, opening the
source raises `CaptureError` with what can be done.
"""

from __future__ import annotations

import sys

from core.capture.source import Source


def make_reference(name: str) -> Source | None:
    """What a loudspeaker plays, by its name ("auto": the default one), not opened yet; None for "off"."""
    if name == "off":
        return None
    if sys.platform == "linux":
        from core.capture.pulse_monitor import PulseMonitor

        return PulseMonitor(name)
    if sys.platform == "win32":
        from core.capture.wasapi_loopback import WasapiLoopback

        return WasapiLoopback(name)
    from core.capture.loopback_input import LoopbackInput

    return LoopbackInput(name)


def loudspeakers() -> list[tuple[str, bool]]:
    """Names of the loudspeakers that can be heard, and whether each is the default one. Raises `CaptureError`."""
    if sys.platform == "linux":
        from core.capture.pulse_monitor import sinks

        return [(sink.description, sink.is_default) for sink in sinks()]
    if sys.platform == "win32":
        from core.capture.wasapi_loopback import speakers

        return speakers()
    from core.capture.loopback_input import loopback_inputs

    return [(device.name, False) for device in loopback_inputs()]
