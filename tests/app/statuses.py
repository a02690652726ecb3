"""A status as in the middle of a session, with changes."""

from core.status import DeviceState, DeviceStatus, EngineStatus, Percentiles, RunState


def live_status(**changes) -> EngineStatus:
    camera = DeviceStatus("HD", DeviceState.RUNNING)
    base = {"state": RunState.LIVE, "camera": camera, "microphone": camera, "steps": 100, "profile": "compact"}
    return EngineStatus(**{**base, "checkpoint_sha256": "3f9a", "step_ms": Percentiles(11, 14, 20), **changes})
