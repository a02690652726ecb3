"""The timing report of a session's end, for machines: how evenly it stepped, and how well its devices kept time.

The engine makes it when a session ends; `core.reporting.run_report` takes the keys that both reports have from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from core.reporting.versions import versions
from core.status import DeviceStatus, EngineStatus

if TYPE_CHECKING:
    from core.lab.sync_report import SyncReport

SCHEMA = 1


def timing_report(status: EngineStatus, hops: Sequence[float], sync: SyncReport | None) -> dict[str, Any]:
    """Plain values, from the engine's last status, the ends of the hops that were stepped, and a sync test if any."""
    return {
        "schema": SCHEMA,
        "duration_s": status.elapsed_s,
        "hop_s": status.hop_s,
        "hops": _hops(status, hops),
        "step_ms": asdict(status.step_ms),
        "capture": capture_figures(status),
        "clock_pauses": {"count": status.pauses, "total_s": status.paused_s},
        "sync": sync.to_json() if sync is not None else None,
        "profile": status.profile,
        "checkpoint_sha256": status.checkpoint_sha256,
        "device": status.device,
        "threads": status.threads,
        "versions": versions(),
    }


def capture_figures(status: EngineStatus) -> dict[str, Any]:
    """How the devices did: rates, drift, interruptions, and sound that was late or never heard."""
    return {
        "camera": {**_counters(status.camera), "frames_a_second": status.preview_fps_mean},
        "microphone": _counters(status.microphone),
        "late_sound_s": status.late_sound_s,
        "unheard_s": status.unheard_s,
    }


def _counters(device: DeviceStatus) -> dict[str, Any]:
    return {
        "name": device.name,
        "rate_hz": device.rate_hz,
        "drift_ppm": device.drift_ppm,
        "gaps": device.gaps,
        "lost_s": device.lost_s,
    }


def _hops(status: EngineStatus, hops: Sequence[float]) -> dict[str, Any]:
    """`stretches_skipped` counts the holes between hops, `longest_hole_s` is the widest from one step to the next."""
    apart_s = np.diff(np.asarray(hops, np.float64))
    holes_s = apart_s[apart_s > 1.5 * status.hop_s]
    return {
        "made": status.steps,
        "skipped": status.skipped_hops,
        "stretches_skipped": int(holes_s.size),
        "longest_hole_s": float(holes_s.max()) if holes_s.size else 0.0,
        "first_end_s": float(hops[0]) if len(hops) else None,
        "last_end_s": float(hops[-1]) if len(hops) else None,
    }
